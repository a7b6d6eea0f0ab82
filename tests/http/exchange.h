#ifndef TESTS_HTTP_EXCHANGE_H
#define TESTS_HTTP_EXCHANGE_H

#include "tests/http/client.h"

/* Writes what was sent and what came back as a line of JSON, for tests/contract to hold against
 * openapi.yaml: {"method", "path", "status", "content_type", "headers", "body", "request":
 * {"content_type", "body"}}. A body that is no text is null.
 * Lines of several processes do not mix. */
void exchange_record(const struct call *call, const struct reply *reply);

/* Empties the file; called once, before the first exchange. */
void exchange_begin(void);

#endif
