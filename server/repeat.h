#ifndef SERVER_REPEAT_H
#define SERVER_REPEAT_H

#include "lib/store/result.h"
#include "server/engine.h"

/* Idempotency keys of operations of the slow pool (those of complaints are the engine's). An operation
 * that is `repeatable` is answered before its handler runs if its request was answered before; audit_end()
 * stores the answer in the transaction of what its handler changes. */

/* Looks for the answer of the same request, if it has a key; *ret_found: it is the request's now.
 * FAULT_KEY_REUSED: the key stands for another request. */
enum fault repeat_find(struct slow_context *context, bool *ret_found);

/* Whether anything is stored under its key, be it for this request or another one. */
enum fault repeat_known(const struct slow_context *context, bool *ret_known);

/* Stores the request's answer under its key, if it has one. STORE_EXISTS: a twin did so meanwhile. */
enum store_result repeat_keep(struct slow_context *context);

#endif
