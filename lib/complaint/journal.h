#ifndef COMPLAINT_JOURNAL_H
#define COMPLAINT_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/complaint/complaint.h"
#include "lib/complaint/lifecycle.h"
#include "lib/complaint/principal.h"

/* The audit trail of one complaint: entry n's hash is SHA-256(previous hash ‖ bytes), the first
 * one's previous hash is all zero. The bytes are canonical JSON (members sorted, no white space)
 * and are written by journal_compose() alone. domain.md §§6, 7. */

#define JOURNAL_SALT_LENGTH 16

struct journal_entry {
    struct uuid complaint_id;
    int index; /* 1, 2, … within the complaint */
    instant at;
    struct text bytes;
    struct hash previous, hash;
    /* The private values of the change as one JSON object, as written, and their salt; none when
     * there are none. In the bytes each stands as SHA-256(salt ‖ name ‖ 0 ‖ value) in hexadecimal. */
    struct text private_json;
    bool locked; /* read back: there are private values, but not the key that opens them */
    uint8_t salt[JOURNAL_SALT_LENGTH];
};

/* Writes the entry for a change. before: NULL when received. Fills entry and advances
 * after.journal_length and after.journal_head, which is why the change is not const. salt: random
 * bytes of the caller, since rules draw no lots. The bytes hold: v (format 1), complaint, index, at
 * (UTC, six digits), action, actor (login), on_behalf_of, client, request_id, address, and detail:
 * "changes" (each recorded fact that differs, as [before, after]), "facts", "private". */
void journal_compose(struct arena *arena, const struct complaint *before, struct change *change,
                     const struct principal *who, instant at,
                     const uint8_t salt[static JOURNAL_SALT_LENGTH], struct journal_entry *ret);

/* The hash of an entry. */
struct hash journal_hash(const struct hash *previous, struct text bytes);

/* The hash by which the bytes hold a private value. */
struct hash journal_private_hash(const uint8_t salt[static JOURNAL_SALT_LENGTH], const char *name,
                                 struct text value);

/* What a verifier says about a complaint's entries. */
enum journal_flaw {
    JOURNAL_SOUND,
    JOURNAL_ALTERED,   /* the bytes do not give the stored hash */
    JOURNAL_MISSING,   /* an index is skipped, or the tail is cut: the head is elsewhere */
    JOURNAL_REORDERED, /* an entry stands where another index belongs, or names another complaint */
    JOURNAL_PRIVATE_ALTERED, /* a private value does not give the hash in the bytes */
};

/* One entry as it is stored. */
struct journal_stored {
    int index;
    struct text bytes;
    struct hash hash;
    struct text private_json; /* none: nothing private, erased or locked */
    bool locked;              /* the key that opens it is not at hand */
    uint8_t salt[JOURNAL_SALT_LENGTH];
};

/* Checks the entries in order of index against each other and against the head kept in the
 * complaint's row. Returns the first flaw and fills *ret_index with the entry it concerns. The
 * bytes' own members (index, complaint) are read too. */
enum journal_flaw journal_verify(struct arena *arena, struct uuid complaint_id,
                                 const struct journal_stored entries[], size_t count,
                                 int head_length, const struct hash *head, int *ret_index);

#endif
