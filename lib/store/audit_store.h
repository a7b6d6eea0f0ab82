#ifndef STORE_AUDIT_STORE_H
#define STORE_AUDIT_STORE_H

#include "lib/complaint/audit.h"
#include "lib/store/result.h"

/* Writing the audit trail. Nothing can be changed or removed there by the application. */

/* Writes entries, by themselves or, which is the rule for changes, within the transaction that the
 * caller has opened: store_begin(), the change, audit_add(), store_end() (result.h). */
enum store_result audit_add(struct pg *pg, struct arena *arena, const struct audit_entry entries[],
                            size_t count, int64_t deadline_us);

/* Likewise, as one statement of a set that is sent at once (pg_send()): false when the connection is
 * lost. */
bool audit_send(struct pg *pg, struct arena *arena, const struct audit_entry entries[],
                size_t count);

/* audit_compose() at this moment with an id of its own, then audit_add(). */
enum store_result audit_record(struct pg *pg, struct arena *arena, const struct audit_event *event,
                               const struct audit_origin *origin, int64_t deadline_us);

#endif
