#ifndef COMPLAINT_NAMING_H
#define COMPLAINT_NAMING_H

#include <stdbool.h>

#include "lib/base/violation.h"
#include "lib/complaint/complaint.h"
#include "lib/complaint/institution.h"

/* Looking up what a caller names by login or code. An unknown name is a violation of the input at
 * `pointer`; a violation already reported there is not followed by a second one. */

/* Adds a violation unless the member, or an object around it, was reported already. */
void naming_refuse(struct violations *violations, const char *pointer, const char *code,
                   const char *en, const char *zh);

/* Whether a text can be a unit's code or a login: 1 to 64 letters, digits and ._-@, not only signs (".."
 * is no segment of a path), and no UUID: paths name things by id, too, and would find another. */
bool naming_is_code(struct text text);

/* An active member of staff; NULL and "unknown_staff" for others. */
const struct staff *naming_staff(const struct institution *institution, struct text login,
                                 const char *pointer, struct violations *violations);

/* An active member of staff who may own that stage; NULL and "unknown_staff" or "not_eligible". */
const struct staff *naming_owner(const struct institution *institution, struct text login,
                                 enum stage stage, const char *pointer,
                                 struct violations *violations);

/* Somebody whom the institution knows, at work or not: a complaint may be about staff who left. */
const struct staff *naming_anybody(const struct institution *institution, struct text login,
                                   const char *pointer, struct violations *violations);

/* One that is open; else NULL and "unknown_unit" or "closed_unit". */
const struct unit *naming_unit(const struct institution *institution, struct text code,
                               const char *pointer, struct violations *violations);

/* Whether a complaint that was named is there for the caller (other: not NULL); else
 * "unknown_complaint". */
bool naming_complaint(const struct complaint *other, const char *pointer,
                      struct violations *violations);

/* The three classes of a complaint at /channel_class, /business_class and /cause_class: true when
 * each is none or names a class of its dimension; else "unknown_class" or "wrong_dimension". */
bool naming_classes(const struct institution *institution, struct text channel,
                    struct text business, struct text cause, struct violations *violations);

#endif
