#ifndef STORE_STAFF_STORE_H
#define STORE_STAFF_STORE_H

#include "lib/complaint/vocabulary.h"
#include "lib/store/result.h"

/* Writing staff; they are read with the whole institution. Owner role only, but for credentials,
 * clients and disabling. */

struct new_grant {
    enum role role;
    struct text unit; /* code */
};

/* "intake:HN supervisor:HN-CS-001", in the arena, for the audit trail. */
struct text grants_text(struct arena *arena, const struct new_grant grants[], size_t count);

struct new_staff {
    struct uuid id;
    struct text login, name;
    struct text unit;          /* code of the home unit */
    struct text password_hash; /* none: cannot sign in with a password */
    const struct new_grant *grants;
    size_t grant_count;
};

/* Adds somebody with their roles; the same role in the same unit may come twice.
 * STORE_NONE: one of the units does not exist; STORE_EXISTS: the login is taken. */
enum store_result staff_add(struct pg *pg, struct arena *arena, const struct new_staff *staff,
                            int64_t deadline_us);

/* The same for a client, which has no password, by whom it was added (none: complaintctl). */
enum store_result client_add(struct pg *pg, struct arena *arena, const struct new_staff *client,
                             struct uuid created_by, int64_t deadline_us);

/* What signing in needs. */
struct credential {
    struct uuid staff_id;
    struct text password_hash; /* in the arena; none: cannot sign in with one, as no client can */
    bool active;
};

/* STORE_NONE: no such login. */
enum store_result staff_credential(struct pg *pg, struct arena *arena, struct text login,
                                   int64_t deadline_us, struct credential *ret);

/* Replaces a password and ends the person's sessions, as whoever knew the old one may hold one;
 * tokens of programs stay. STORE_NONE: no such login, or it is a client's. */
enum store_result staff_set_password(struct pg *pg, struct arena *arena, struct text login,
                                     struct text password_hash, int64_t deadline_us);

/* Takes away somebody's access and ends their sessions and tokens; in a transaction that the caller
 * has opened, as it takes departure_lock(). STORE_REFUSED: they own open stages or were offered some,
 * and nobody would be responsible; STORE_NONE: no such login. *ret_stages, filled in the
 * first two cases, is how many these are. Disabling twice changes nothing. */
enum store_result staff_disable(struct pg *pg, struct arena *arena, struct text login,
                                int64_t deadline_us, int64_t *ret_stages);

#endif
