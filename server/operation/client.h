#ifndef SERVER_OPERATION_CLIENT_H
#define SERVER_OPERATION_CLIENT_H

#include "server/engine.h"

/* The client that the path names, if it belongs to a unit that the caller's right reaches.
 * FAULT_NOT_FOUND otherwise. */
enum fault client_find(const struct slow_context *context, const struct staff **ret);

#endif
