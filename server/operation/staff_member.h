#ifndef SERVER_OPERATION_STAFF_MEMBER_H
#define SERVER_OPERATION_STAFF_MEMBER_H

#include "lib/base/text.h"
#include "lib/complaint/institution.h"

/* Appends the members of somebody's object: id, login, name, unit and roles by unit. */
void staff_write_members(const struct staff *staff, struct text_buffer *out);

#endif
