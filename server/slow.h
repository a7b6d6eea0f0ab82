#ifndef SERVER_SLOW_H
#define SERVER_SLOW_H

#include "server/engine.h"

/* A thread of the slow pool: one request at a time on a connection of its own. argument: the
 * server. */
void *slow_work(void *argument);

#endif
