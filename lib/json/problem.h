#ifndef JSON_PROBLEM_H
#define JSON_PROBLEM_H

#include <stdbool.h>

#include "lib/base/fault.h"
#include "lib/base/text.h"
#include "lib/base/violation.h"

/* Appends a refusal as problem+json (RFC 9457): {"type": "/problems/{slug}", "title", "status",
 * "detail", "instance", "errors": [{"pointer", "code", "detail"}]}.
 * request_id: the instance; left out when none. violations: NULL or what decoding found; errors is
 * left out when there are none. extra_members: further members as JSON without braces
 * ("\"current_version\":4"), or none. chinese: the language of title and details. */
void problem_encode(enum fault fault, struct text request_id, const struct violations *violations,
                    struct text extra_members, bool chinese, struct text_buffer *out);

#endif
