#ifndef STORE_TOKEN_STORE_H
#define STORE_TOKEN_STORE_H

#include "lib/complaint/complaint.h"
#include "lib/store/result.h"

/* Bearer tokens and browser sessions: only their SHA-256 is stored. */

struct token_row {
    struct hash hash;
    struct uuid staff_id;
    struct text client; /* the program it was issued to; none: a session */
    instant expires_at;
    bool revoked;
};

/* Looks up a set of tokens; columns as token_find_read() takes them. */
extern const struct pg_statement token_find;
void token_find_bind(struct pg_binds *binds, const struct hash hashes[], size_t n);
/* Fills out[], which holds as many as were asked for, with those that exist, in any order, expired
 * and revoked ones too; returns how many. Texts live as long as the rows. */
size_t token_find_read(const struct pg_rows *rows, struct token_row out[]);

/* Stores a token or, without a client, a session. STORE_NONE: no such active staff member. */
enum store_result token_add(struct pg *pg, struct arena *arena, const struct token_row *token,
                            int64_t deadline_us);

/* Ends a token; STORE_NONE when it is unknown or has been ended before. The servers are told. */
enum store_result token_revoke(struct pg *pg, struct arena *arena, const struct hash *hash,
                               int64_t deadline_us);

/* Removes up to `limit` tokens that expired before `before`. */
enum store_result token_purge(struct pg *pg, struct arena *arena, instant before, int limit,
                              int64_t deadline_us, int64_t *ret_removed);

#endif
