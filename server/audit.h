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
 *     enum store_result result = audit_begin(context);
 *     if (result == STORE_DONE)
 *         result = audit_end(context, the_change(context), &event);
 *
 * What changes nothing, as a failed sign-in, is written by itself (audit_write()). If it cannot be
 * written, the operation fails.
 *
 * Denied actions need no call: whatever is answered with 403 is recorded. */

/* Records an event of the request, in the transaction that is open or by itself. */
enum store_result audit_write(struct slow_context *context, const struct audit_event *event);

/* A transaction around a change and its event. Unless audit_begin() returns STORE_DONE none is open.
 * audit_end() ends it, given the change's result: with the event if that is STORE_DONE, and the answer that
 * the request holds by then if it is repeatable (repeat.h); otherwise without the change. It returns that
 * result, or why what was done is not committed; STORE_EXISTS: a twin was faster, see repeat_find(). */
enum store_result audit_begin(struct slow_context *context);
enum store_result audit_end(struct slow_context *context, enum store_result result,
                            const struct audit_event *event);

/* Denied actions wait in memory for the duty that writes them, so that no request waits for that;
 * when too many wait, the rest is only counted: complaintd_audit_lost_total. */
struct denials;
struct denials *denials_new(void);
void denials_free(struct denials *denials);

/* Notes a request that is answered with 403; called for every one. Any thread. */
void denials_note(struct denials *denials, const struct request *request);

#endif
