#ifndef SERVER_OPERATION_PASSWORD_H
#define SERVER_OPERATION_PASSWORD_H

#include "lib/base/violation.h"
#include "lib/complaint/institution.h"

/* password_judge() of a password for somebody: what they, their unit and the institution are called
 * is tried first. staff: its login, name and unit are looked at. Takes some milliseconds. */
void password_judge_of(const struct institution *institution, const struct staff *staff,
                       struct text password, const char *pointer, struct violations *violations);

#endif
