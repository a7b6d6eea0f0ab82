#ifndef JSON_QUERY_H
#define JSON_QUERY_H

#include "lib/json/shape.h"

/* A query parameter, percent-decoded. */
struct query_pair {
    struct text name, value;
};

/* Reads query parameters into a struct (first cleared) by a table like a body's: the members'
 * types are TEXT, TERM, INTEGER, LONG, BOOLEAN and INSTANT; flags, limits and given_offset hold as
 * they do there. An empty value of a text counts as absent; an instant may have a space for the '+'
 * of its offset, which a client forgot to encode.
 * Every violation is added, its pointer being the parameter's name: "unknown_parameter",
 * "repeated_parameter", "required", "wrong_type", "unknown_term", "out_of_range", "not_a_time",
 * "too_long", "not_utf8", "control_character". */
void query_decode(const struct shape *shape, const struct query_pair pairs[], size_t count,
                  struct arena *arena, struct violations *violations, void *ret);

#endif
