#ifndef SERVER_AUDIT_H
#define SERVER_AUDIT_H

#include "lib/complaint/audit.h"
#include "lib/store/result.h"
#include "server/request.h"

struct slow_context;

/* How operations write the audit trail (lib/complaint/audit.h says what belongs there).
 *
 * An operation of the slow pool records what it changes in the transaction of the change:
 *
 *     enum store_result result = store_begin(context->pg, deadline_us);
 *     if (result == STORE_DONE)
 *         result = store_end(context->pg, change_and_record(context), deadline_us);
 *
 * where change_and_record() returns audit_write() after a change that was STORE_DONE. What changes
 * nothing, as a failed sign-in, is written by itself. If it cannot be written, the operation fails.
 *
 * Denied actions need no call: whatever is answered with 403 is recorded. */

/* Records an event of the request, in the transaction that is open or by itself. */
enum store_result audit_write(struct slow_context *context, const struct audit_event *event);

/* Denied actions wait in memory for the duty that writes them, so that no request waits for that;
 * when too many wait, the rest is only counted: complaintd_audit_lost_total. */
struct denials;
struct denials *denials_new(void);
void denials_free(struct denials *denials);

/* Notes a request that is answered with 403; called for every one. Any thread. */
void denials_note(struct denials *denials, const struct request *request);

#endif
