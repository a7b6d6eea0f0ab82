#ifndef SERVER_OPERATION_UNIT_OBJECT_H
#define SERVER_OPERATION_UNIT_OBJECT_H

#include "lib/base/text.h"
#include "server/engine.h"

/* Which unit the path names, by id or code: one that the caller's right reaches. FAULT_NOT_FOUND. */
enum fault unit_find(const struct slow_context *context, const struct unit **ret);

/* The unit that a parameter of the query names; else NULL, and a violation of that code. */
const struct unit *unit_of_parameter(struct slow_context *context, struct text code,
                                     const char *name, const char *violation);

/* Appends a unit's object. parent: the code of its superior; none at a root. */
void unit_write(const struct unit *unit, struct text parent, struct text_buffer *out);

/* Makes it the answer, with its ETag. */
void unit_answer(const struct slow_context *context, int status, const struct unit *unit);

#endif
