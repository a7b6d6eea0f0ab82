#ifndef SERVER_RESPOND_H
#define SERVER_RESPOND_H

#include <microhttpd.h>

#include "server/request.h"

/* Queues the request's answer on its connection. */
enum MHD_Result respond(struct request *request, struct MHD_Connection *connection);

#endif
