#ifndef SERVER_HTTP_FIELDS_H
#define SERVER_HTTP_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "server/request.h"

/* What has to be known of all header fields together. */
struct fields {
    size_t bytes; /* names, values and what each field costs besides */
    bool sound;   /* where the body ends, and who is meant, is beyond doubt; what is wrong is
                              among the request's violations otherwise */
    struct text
        forwarded; /* X-Forwarded-For, several of them joined by commas; none: not sent, or not
                              by a trusted proxy */
};

/* Looks at each header field once. version: "HTTP/1.1".
 *
 * libmicrohttpd takes the first of several fields of a name and reads what is odd as if it were not
 * there; a proxy before us may read it otherwise and take for one request what we take for two (RFC
 * 9112 §11.2). Whatever can be read in two ways is therefore refused. One thing cannot be seen from here:
 * for libmicrohttpd 0.9.75 a line that begins with a colon ends the header. Proxies refuse such lines. */
void fields_read(struct fields *fields, struct request *request, const char *version);

#endif
