#ifndef BASE_KEYRING_H
#define BASE_KEYRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/instant.h"
#include "lib/base/text.h"

/* The keys under which personal values are stored. Several are good at a time: the newest that has
 * begun encrypts, all decrypt; so one is replaced without a moment at which something cannot be read.
 * A key begins at a time of its own, so that all servers have read it before one uses it.
 *
 * In a file, a line a key: number, beginning (RFC 3339), 32 bytes in base64. Empty lines and those
 * that begin with # are no keys; a comma is as good as the end of a line, so that an environment
 * variable can hold several. */

#define KEYRING_MAX 16 /* keys at a time */
#define KEY_LENGTH 32  /* bytes */

/* What keys are for. Each purpose has keys of its own, derived from those of the file, so that what
 * is learnt of one tells nothing of another. */
enum key_purpose {
    KEY_SEALS, /* personal values */
    KEY_MARKS_PHONE,
    KEY_MARKS_EMAIL,
    KEY_MARKS_IDENTITY,
    KEY_MARKS_ACCOUNT,
    KEY_SEALS_FILES,   /* attached files */
    KEY_SEALS_SIGN_ON, /* what is remembered of a sign-in elsewhere */
    KEY_MARKS_REQUEST, /* bodies with a password in them, beside an idempotency key */
    KEY_PURPOSE_COUNT
};

/* Cannot be changed once made, so that threads may share one. */
struct keyring;

struct key {
    int id; /* 1, 2, …; 0: there is none */
    instant from;
    const uint8_t (*derived)[KEY_LENGTH]; /* KEY_PURPOSE_COUNT of them */
};

/* Reads keys. Returns NULL and sets *ret_error to a sentence, in the arena and without a key in it,
 * when the content is not sound or holds none. The caller releases it with keyring_free(). */
struct keyring *keyring_parse(struct arena *arena, struct text content, struct text *ret_error);

/* The same from a file, which nobody but its owner and its group's readers may open: of mode 0640 at
 * most. */
struct keyring *keyring_read(struct arena *arena, const char *path, struct text *ret_error);

void keyring_free(struct keyring *keyring);

size_t keyring_count(const struct keyring *keyring);
/* Key number i from 0 on, by ascending beginning. */
struct key keyring_at(const struct keyring *keyring, size_t i);
/* id 0 when there is none of that number. */
struct key keyring_find(const struct keyring *keyring, int id);
/* The one that encrypts at that moment: the newest that has begun, or the oldest if none has. */
struct key keyring_newest(const struct keyring *keyring, instant now);

/* A line for a file of keys, with a new key in it. The caller wipes it. */
#define KEY_LINE_SIZE 128
void keyring_make_line(int id, instant from, char ret[static KEY_LINE_SIZE]);

/* The keyring of the program, like its statements one for all threads; NULL while there is none.
 * keyring_use() takes it over; those before it stay, as somebody may be using one. */
const struct keyring *keyring_now(void);
void keyring_use(struct keyring *keyring);
/* Releases all that were in use; called when no thread is left. */
void keyring_forget(void);

#endif
