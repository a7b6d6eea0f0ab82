#ifndef COMPLAINT_AUDIT_H
#define COMPLAINT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/arena.h"
#include "lib/complaint/complaint.h"
#include "lib/complaint/principal.h"
#include "lib/complaint/vocabulary.h"

/* The audit trail beside complaints: what happens and belongs to no complaint's journal, such as a
 * sign-in, a denied action, an export or a change of rights (domain.md §7). Entries are canonical
 * JSON (members sorted, no white space), written by audit_compose() alone. They form no chain: the
 * log, which numbers them beside the entries of the journals, is what nobody can alter (merkle.h).
 *
 * To record something: fill an audit_event, and hand it to audit_write() (server/audit.h) in the
 * transaction of the change, or to audit_record() (lib/store/audit_store.h) where there is no
 * request. A new kind of event is a row of AUDIT_ACTION_TERMS in vocabulary.h; who sees it is
 * decided by audit_concerns_rights(). No event holds a complaint's content, a secret, or a personal
 * value of a customer: an unmasked value is named, not written. */

/* Something that is to be known of an event beside what every event has. */
struct audit_fact {
    const char *name;  /* as in JSON: lower case, words joined by _ */
    struct text value; /* none: null */
};

#define AUDIT_FACTS_MAX 8

/* Values of facts, in the arena: a moment in UTC, an id, and a set of terms as "read, write". */
struct text audit_instant(struct arena *arena, instant at);
struct text audit_id(struct arena *arena, struct uuid id);
struct text audit_terms(struct arena *arena, const struct vocabulary *vocabulary, unsigned terms);

/* What happened. */
struct audit_event {
    enum audit_action action;
    bool success;
    /* What it is about: a login, a unit's code, a version, a complaint's number; none: nothing. */
    struct text subject;
    /* The unit whose auditors see it, such as that of the staff member whose rights changed. None:
     * the actor's. */
    struct uuid unit_id;
    struct audit_fact facts[AUDIT_FACTS_MAX]; /* names ascend; those without a name are left out */
};

/* Who did it, and from where; all texts may be none. */
struct audit_origin {
    struct uuid staff_id;                    /* none: nobody who is known */
    struct uuid caller_id;                   /* the same, or who acts on behalf of them */
    struct uuid unit_id;                     /* the home unit */
    struct text actor;                       /* the login */
    struct text on_behalf_of;                /* likewise, where a program acts for somebody */
    struct text client, request_id, address; /* the program, the request, the peer */
};

/* Of a request; who->staff may be NULL, when nobody has signed in. */
struct audit_origin audit_origin_of(const struct principal *who);

/* An entry as it is stored. */
struct audit_entry {
    struct uuid id;
    instant at;
    enum audit_action action;
    struct uuid staff_id, caller_id; /* of the origin */
    struct uuid unit_id;             /* whose auditors see it; none: only those of all */
    struct text bytes;
    struct hash hash; /* journal_hash() of the bytes, as of a first entry */
};

/* Writes an entry; its texts are in the arena. id: a new UUIDv7 of the caller. The bytes hold: v
 * (format 1), id, at (UTC, six digits), action, success, subject, actor, on_behalf_of, client,
 * request_id, address, and detail: the facts. */
void audit_compose(struct arena *arena, const struct audit_event *event,
                   const struct audit_origin *origin, struct uuid id, instant at,
                   struct audit_entry *ret);

/* Whether an action is one of rights and access, which a security_admin sees. */
bool audit_concerns_rights(enum audit_action action);

#endif
