#ifndef STORE_STAFF_STORE_H
#define STORE_STAFF_STORE_H

#include "lib/complaint/vocabulary.h"
#include "lib/store/result.h"

/* Writing staff; they are read with the whole institution. Nobody who may work here belongs to a closed
 * unit, whoever writes: STORE_REFUSED. */

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
    bool password_temporary;   /* they have to change it first */
    struct text phone, email;
    const struct new_grant *grants;
    size_t grant_count;
    struct uuid by; /* who adds them; none: complaintctl */
};

/* Adds somebody with their roles; the same role in the same unit may come twice.
 * STORE_NONE: one of the units does not exist; STORE_EXISTS: the login is taken. */
enum store_result staff_add(struct pg *pg, struct arena *arena, const struct new_staff *staff,
                            int64_t deadline_us);

/* The same for a client, which has no password. */
enum store_result client_add(struct pg *pg, struct arena *arena, const struct new_staff *client,
                             int64_t deadline_us);

struct staff_change {
    struct text login;           /* whose */
    struct text name, unit;      /* unit: code; none: as it is */
    bool sets_phone, sets_email; /* to what stands here, which may be none */
    struct text phone, email;
    bool enables;   /* they may work here again, if they were disabled */
    int version;    /* of which this is a change; 0: of any */
    struct uuid by; /* none: complaintctl */
};

/* Changes what is recorded of somebody. STORE_NONE: they are not of that version, or the login or unit
 * does not exist. */
enum store_result staff_change(struct pg *pg, struct arena *arena,
                               const struct staff_change *change, int64_t deadline_us);

/* Replaces somebody's roles; the same one may come twice, and units that do not exist are left out.
 * version, by: as above. STORE_NONE: they are not of that version, or there is no such login. */
enum store_result staff_set_grants(struct pg *pg, struct arena *arena, struct text login,
                                   const struct new_grant grants[], size_t count, int version,
                                   struct uuid by, int64_t deadline_us);

/* What signing in needs. */
struct credential {
    struct uuid staff_id;
    struct text password_hash; /* in the arena; none: cannot sign in with one, as no client can, nor
                                  anybody with a temporary one that is seven days old */
    bool active;
};

/* STORE_NONE: no such login. */
enum store_result staff_credential(struct pg *pg, struct arena *arena, struct text login,
                                   int64_t deadline_us, struct credential *ret);

/* Replaces a password (none: they cannot sign in with one any more) and ends the person's sessions, as
 * whoever knew the old one may hold one; tokens of programs stay. In a transaction that the caller has
 * opened. temporary: they have to change it first. by: as above. STORE_NONE: no such login, or it is a
 * client's. */
enum store_result staff_set_password(struct pg *pg, struct arena *arena, struct text login,
                                     struct text password_hash, bool temporary, struct uuid by,
                                     int64_t deadline_us);

/* Takes away somebody's access and ends their sessions and tokens; in a transaction that the caller
 * has opened, as it takes departure_lock(). STORE_REFUSED: they own open stages or were offered some,
 * and nobody would be responsible, *ret_stages says how many; STORE_EXISTS: they have none any more,
 * and nothing was changed; STORE_NONE: no such login. by: none: complaintctl. */
enum store_result staff_disable(struct pg *pg, struct arena *arena, struct text login,
                                struct uuid by, int64_t deadline_us, int64_t *ret_stages);

#endif
