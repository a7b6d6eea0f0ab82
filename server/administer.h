#ifndef SERVER_ADMINISTER_H
#define SERVER_ADMINISTER_H

#include "lib/complaint/audit.h"
#include "lib/store/result.h"
#include "server/engine.h"

/* What administrators change over the API: a change, its entry in the audit trail and the answer under
 * its Idempotency-Key are one transaction, and a change of what exists names its version. */
struct administration {
    const struct staff *staff; /* whom it changes, or */
    const struct unit *unit;   /* which unit; both NULL: it adds one */
    /* Makes the change, in the transaction: a store function. */
    enum store_result (*save)(struct slow_context *context, const void *what);
    const void *what;
    struct audit_event event;
    enum fault exists; /* for STORE_EXISTS */
};

/* Whether the caller's right reaches a unit. */
bool administers(const struct slow_context *context, const struct unit *unit);

/* Whether the caller may decide what somebody, or a program, has: FAULT_FORBIDDEN unless their right
 * reaches every unit in which these have a role, or somebody whose deputy they are or will be, as whoever
 * gets hold of the account would else have more than they have; and they are not themselves. */
enum fault administer_holder(const struct slow_context *context, const struct staff *staff);

/* Reads newer reference data if the caller has read a newer version than this one: *ret_newer, then
 * what was looked up must be looked up again. */
enum fault administer_catch_up(struct slow_context *context, int version, bool *ret_newer);

/* FAULT_NONE if If-Match names the version of the staff or unit; else FAULT_VERSION_REQUIRED, or
 * FAULT_STALE with the problem's members. */
enum fault administer_version(struct slow_context *context,
                              const struct administration *administration);

/* Carries it out, behind the answer that the request holds by then. After it other requests to this
 * server see the change. A fault: nothing was changed, or FAULT_OUTCOME_UNKNOWN. */
enum fault administer(struct slow_context *context, const struct administration *administration);

/* What keeps a code or login from being one is a violation of that code at the pointer. */
void administer_judge_code(struct text code, const char *pointer, const char *violation,
                           struct violations *violations);

#endif
