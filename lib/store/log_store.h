#ifndef STORE_LOG_STORE_H
#define STORE_LOG_STORE_H

#include "lib/complaint/log_head.h"
#include "lib/complaint/merkle.h"
#include "lib/store/result.h"

/* The log: one gap-free order of all committed entries of journals and audit, with a Merkle tree over
 * them. Whoever saves an entry leaves a row in log_todo, in the same statement; log_sequence() takes
 * such rows and gives their entries numbers, so that none is missed, whenever it is committed. */

/* --- numbering ---------------------------------------------------------------------------------- */

struct log_progress {
    int64_t size; /* entries in the log now */
    size_t added; /* of these, those that were added; as many as the limit: there may be more */
};

/* Numbers at most `limit` entries in a transaction of its own, in the order of their times, and tells
 * those who listen on the channel "log". Only one at a time may do it, as by a duty's lock. */
enum store_result log_sequence(struct pg *pg, struct arena *arena, int limit, int64_t deadline_us,
                               struct log_progress *ret);

/* What waits: the number of entries without a number, and for how long the oldest has waited, in
 * microseconds; 0 when there is none. */
extern const struct pg_statement log_backlog;

/* Entries in the log. */
enum store_result log_size(struct pg *pg, struct arena *arena, int64_t deadline_us,
                           int64_t *ret_size);

/* --- reading ------------------------------------------------------------------------------------ */

/* An entry with its number; texts point into the rows. */
struct log_entry {
    int64_t n;
    struct uuid id; /* of the complaint; of the entry itself when index is 0 */
    int index;
    struct hash hash;
    instant at;
    struct text bytes;             /* none: the entry is gone, which only the owner can do */
    struct text action;            /* of an entry of audit */
    struct uuid staff_id, unit_id; /* of an entry of audit: see audit.h */
    struct uuid complaint_id; /* of whose journal it is, or whose number an entry of audit names */
};

/* The entries after `after`, at most limit, in order: log_page_read() fills out[limit] and returns
 * how many. */
extern const struct pg_statement log_page;
void log_page_bind(struct pg_binds *binds, int64_t after, int limit);
size_t log_page_read(const struct pg_rows *rows, struct log_entry out[]);

/* Entries of journals and audit that are in the log with another hash, or not at all and do not wait for
 * a number either: somebody put them in, or kept them from getting one. And what only the log has:
 * somebody removed it. At most limit; copied into the arena. */
struct log_stray {
    struct uuid id; /* as in struct log_entry */
    int index;
    bool removed;
};
enum store_result log_strays(struct pg *pg, struct arena *arena, int limit, int64_t deadline_us,
                             struct log_stray **ret, size_t *ret_count);

/* One entry's hash. STORE_NONE: there is no such number. */
enum store_result log_entry_hash(struct pg *pg, struct arena *arena, int64_t n, int64_t deadline_us,
                                 struct hash *ret);

/* The numbers of the first `limit` entries of a complaint's journal, in order, up to the first that has
 * none yet. */
enum store_result log_numbers(struct pg *pg, struct arena *arena, struct uuid complaint_id,
                              size_t limit, int64_t deadline_us, int64_t ret[], size_t *ret_count);

/* --- the tree ----------------------------------------------------------------------------------- */

/* Of the tree of `size` leaves, which must not be more than the log has. */
enum store_result log_frontier(struct pg *pg, struct arena *arena, int64_t size,
                               int64_t deadline_us, struct merkle_frontier *ret);

/* A proof as merkle_inclusion() and merkle_consistency() make it: of `of` in the tree of `size`, which
 * must not be more than the log has. */
typedef size_t merkle_prove(const struct merkle_source *source, int64_t of, int64_t size,
                            struct hash out[static MERKLE_PROOF_MAX]);
enum store_result log_prove(struct pg *pg, struct arena *arena, merkle_prove *prove, int64_t of,
                            int64_t size, int64_t deadline_us,
                            struct hash ret[static MERKLE_PROOF_MAX], size_t *ret_count);

/* --- signed heads ------------------------------------------------------------------------------- */

/* Signs the log as it is, unless that size has a head already; that one is returned then.
 * *ret_added: whether it is new. STORE_REFUSED: entries are gone; *ret is the head of a larger log that
 * was signed before, or has no bytes and the size of the log that lacks rows. */
enum store_result log_sign(struct pg *pg, struct arena *arena,
                           const uint8_t secret[static LOG_SECRET_LENGTH], int64_t deadline_us,
                           struct log_head *ret, bool *ret_added);

/* Heads in order of size, those larger than `after`, at most limit; or the newest, below `before`,
 * newest first. */
enum store_result log_heads_after(struct pg *pg, struct arena *arena, int64_t after, int limit,
                                  int64_t deadline_us, struct log_head **ret, size_t *ret_count);
enum store_result log_heads_before(struct pg *pg, struct arena *arena, int64_t before, int limit,
                                   int64_t deadline_us, struct log_head **ret, size_t *ret_count);

/* Up to which size somebody has got all heads; 0 before the first. */
enum store_result log_sent(struct pg *pg, struct arena *arena, const struct hash *url_hash,
                           int64_t deadline_us, int64_t *ret_size);
enum store_result log_sent_to(struct pg *pg, struct arena *arena, const struct hash *url_hash,
                              int64_t size, int64_t deadline_us);

#endif
