#ifndef SERVER_OPERATION_SESSION_H
#define SERVER_OPERATION_SESSION_H

#include "lib/auth/token.h"
#include "server/engine.h"

/* What every way of signing in ends with. `by` names another one than the password for the audit
 * trail; none: the password. */

/* Opens a session of somebody who works here, with its entry in the audit trail. password_hash: that of
 * the password they gave, which they must still have; none: they gave none. ret_token: to be wiped by the
 * caller. FAULT_SIGN_IN_FAILED, also with its entry: they do not work here, or not any more. */
enum fault session_open(struct slow_context *context, const struct staff *staff, struct text by,
                        struct text password_hash, char ret_token[static TOKEN_LENGTH + 1],
                        instant *ret_expires_at);

/* Records a sign-in that failed; FAULT_SIGN_IN_FAILED. context->who.staff: whose it was, if known. */
enum fault session_refuse(struct slow_context *context, struct text by);

/* The cookie of a session. */
struct text session_cookie_of(const struct slow_context *context, const char *token);

#endif
