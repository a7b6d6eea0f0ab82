#ifndef STORE_ROSTER_STORE_H
#define STORE_ROSTER_STORE_H

#include "lib/store/staff_store.h"

/* Changing units and staff that exist, as the personnel system has them. Owner role only. */

/* name, parent (code): none leaves it as it is. STORE_NONE: one of the units does not exist. */
enum store_result roster_change_unit(struct pg *pg, struct arena *arena, struct text code,
                                     struct text name, struct text parent, int64_t deadline_us);

/* Names somebody and puts them into a unit. enables: gives them access again; otherwise that stays as it
 * is, even if they were disabled a moment ago. STORE_NONE: no such login or unit. */
enum store_result roster_change_staff(struct pg *pg, struct arena *arena, struct text login,
                                      struct text name, struct text unit, bool enables,
                                      int64_t deadline_us);

/* Replaces somebody's roles; the same one may come twice. STORE_NONE: no such login or unit. */
enum store_result roster_set_grants(struct pg *pg, struct arena *arena, struct text login,
                                    const struct new_grant grants[], size_t count,
                                    int64_t deadline_us);

#endif
