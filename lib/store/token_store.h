#ifndef STORE_TOKEN_STORE_H
#define STORE_TOKEN_STORE_H

#include "lib/complaint/complaint.h"
#include "lib/store/result.h"

/* Bearer tokens and browser sessions: only their SHA-256 is stored. */

struct token_row {
    struct hash hash;
    struct uuid staff_id;
    struct text client; /* the program it was issued to; none: a session */
    unsigned scopes;    /* as bits; at least one */
    struct uuid id;     /* what it is called; none when it is added: the database makes it */
    struct uuid issued_by;
    instant created_at, expires_at,
        last_used_at;          /* the last to a minute or so for a session, to ten
                                                     for a program's; NONE: never */
    struct text address;       /* from which a session was opened */
    struct text password_hash; /* of the password with which it was; none: another way, or read */
    bool revoked;
};

/* Looks up a set of tokens, without id, issued_by, created_at and address; last_used_at is created_at
 * for those that were never used. Columns as token_find_read() takes them. */
extern const struct pg_statement token_find;
void token_find_bind(struct pg_binds *binds, const struct hash hashes[], size_t n);
/* Fills out[], which holds as many as were asked for, with those that exist, in any order, expired
 * and revoked ones too; returns how many. Texts live as long as the rows. */
size_t token_find_read(const struct pg_rows *rows, struct token_row out[]);

/* Stores a token or, without a client, a session; fills token->id. STORE_NONE: no such active staff
 * member, or their password is another by now. */
enum store_result token_add(struct pg *pg, struct arena *arena, struct token_row *token,
                            int64_t deadline_us);

/* Somebody's tokens that were not revoked, newest first, at most `limit`, without their hashes. */
enum store_result token_list(struct pg *pg, struct arena *arena, struct uuid staff_id, int limit,
                             int64_t deadline_us, struct token_row **ret, size_t *ret_count);

/* Ends one of somebody's tokens and fills its hash; STORE_NONE when there is no such or it has been
 * ended before. The servers are told. */
enum store_result token_end(struct pg *pg, struct arena *arena, struct uuid staff_id,
                            struct uuid id, int64_t deadline_us, struct hash *ret);

/* Records that tokens are in use. Tokens of which that was recorded not long ago stay as they are. */
enum store_result token_used(struct pg *pg, struct arena *arena, const struct hash hashes[],
                             size_t n, int64_t deadline_us);

/* Ends a token; STORE_NONE when it is unknown or has been ended before. The servers are told. */
enum store_result token_revoke(struct pg *pg, struct arena *arena, const struct hash *hash,
                               int64_t deadline_us);

/* Removes up to `limit` tokens that expired before `before`. */
enum store_result token_purge(struct pg *pg, struct arena *arena, instant before, int limit,
                              int64_t deadline_us, int64_t *ret_removed);

#endif
