#ifndef STORE_SESSION_STORE_H
#define STORE_SESSION_STORE_H

#include "lib/store/token_store.h"

/* Sessions: tokens without a program, made by signing in. */

#define SESSIONS_OF_ONE 100 /* that one person can have: another one ends their oldest */

/* Somebody's sessions that are good, newest first, at most `limit`: not ended, not expired, and used
 * since `used_after`. */
enum store_result session_list(struct pg *pg, struct arena *arena, struct uuid staff_id,
                               instant used_after, int limit, int64_t deadline_us,
                               struct token_row **ret, size_t *ret_count);

/* Ends one of somebody's sessions or, with none as its id, all of them. Fills *ret with the hashes of
 * those ended; STORE_NONE when there are none. The servers are told. */
enum store_result sessions_end(struct pg *pg, struct arena *arena, struct uuid staff_id,
                               struct uuid id, int64_t deadline_us, struct hash **ret,
                               size_t *ret_count);

/* Ends somebody's oldest sessions, so that at most `kept` are left. The servers are told. */
enum store_result sessions_end_oldest(struct pg *pg, struct arena *arena, struct uuid staff_id,
                                      int kept, int64_t deadline_us);

/* Ends all of somebody's sessions but the one kept (NULL: none) and, if `programs`, their tokens, too.
 * Fills *ret with the hashes of those ended, of which there may be none. In the transaction of whatever
 * they are ended for, and behind it: what was added before that is seen only then. */
enum store_result tokens_end(struct pg *pg, struct arena *arena, struct uuid staff_id,
                             bool programs, const struct hash *kept, int64_t deadline_us,
                             struct hash **ret, size_t *ret_count);

/* Replaces somebody's password, if it still is the one whose hash is `before`, and ends their
 * sessions but the one kept: whoever knew the old one may hold another. Fills *ret with the hashes of
 * those ended. In a transaction that the caller has opened. STORE_NONE: the password is another by now,
 * or the person was disabled. */
enum store_result session_set_password(struct pg *pg, struct arena *arena, struct uuid staff_id,
                                       struct text before, struct text after,
                                       const struct hash *kept, int64_t deadline_us,
                                       struct hash **ret, size_t *ret_count);

#endif
