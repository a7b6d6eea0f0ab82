#ifndef SERVER_HTTP_READ_H
#define SERVER_HTTP_READ_H

#include <microhttpd.h>

#include "server/request.h"

/* From a connection to a request. All of it runs on the HTTP thread. */

struct request *http_request_new(struct server *server, struct MHD_Connection *connection);
void http_request_free(struct request *request);

/* Routes and reads the header. What can be refused before the body is refused here; when the body
 * is too long to be read to its end, or nobody knows where it ends, body.length is SIZE_MAX and the
 * answer must go at once. version: "HTTP/1.1". */
void http_read_head(struct request *request, const char *url, const char *method,
                    const char *version);

/* Takes a part of the body. False: the client sends without end, hang up. */
bool http_read_body(struct request *request, const char *bytes, size_t length);

/* Decodes body and parameters by the operation's shapes. */
void http_decode(struct request *request);

#endif
