#ifndef SERVER_OPERATION_STAFF_MEMBER_H
#define SERVER_OPERATION_STAFF_MEMBER_H

#include "lib/base/text.h"
#include "lib/complaint/institution.h"
#include "server/engine.h"

/* Who the path names, by id or login: somebody of a unit that the caller's right reaches, and no
 * program. FAULT_NOT_FOUND. */
enum fault staff_find(const struct slow_context *context, const struct staff **ret);

/* Appends the members of somebody's object: id, login, name, unit and roles by unit. */
void staff_write_members(const struct staff *staff, struct text_buffer *out);

/* Appends somebody's object as administrators see it. */
void staff_write(const struct staff *staff, struct text_buffer *out);

/* Makes it the answer, with its ETag. */
void staff_answer(const struct slow_context *context, int status, const struct staff *staff);

#endif
