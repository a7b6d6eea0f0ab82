#ifndef STORE_UNIT_STORE_H
#define STORE_UNIT_STORE_H

#include "lib/store/result.h"

/* Writing units; they are read with the whole institution. Owner role only. */

struct new_unit {
    struct uuid id;
    struct text code, name;
    struct text parent; /* code; none: a root */
};

/* Adds a unit; STORE_NONE: the parent does not exist; STORE_EXISTS: the code is taken. */
enum store_result unit_add(struct pg *pg, struct arena *arena, const struct new_unit *unit,
                           int64_t deadline_us);

#endif
