#ifndef SERVER_SLOW_H
#define SERVER_SLOW_H

#include "server/engine.h"

/* A thread of the slow pool: one request at a time on a connection of its own. argument: the
 * server. */
void *slow_work(void *argument);

/* Whether a list also wants to be counted, which may take long. */
bool list_counts(const struct request *request);

/* A list with its total, on the slow pool. */
enum fault list_with_total(struct slow_context *context);

#endif
