#ifndef STORE_UNIT_STORE_H
#define STORE_UNIT_STORE_H

#include "lib/store/result.h"

/* Writing units; they are read with the whole institution. The database keeps them a tree, and keeps
 * open units and staff from below and in closed ones, whoever writes: STORE_REFUSED. */

struct new_unit {
    struct uuid id;
    struct text code, name;
    struct text parent; /* code; none: a root */
    struct uuid by;     /* who adds it; none: complaintctl */
};

/* Adds a unit; STORE_NONE: the parent does not exist; STORE_EXISTS: the code is taken. */
enum store_result unit_add(struct pg *pg, struct arena *arena, const struct new_unit *unit,
                           int64_t deadline_us);

struct unit_change {
    struct text code;         /* whose */
    struct text name, parent; /* parent: code; none: as it is */
    bool opens;               /* it is open again, if it was closed */
    int version;              /* of which this is a change; 0: of any */
    struct uuid by;           /* none: complaintctl */
};

/* Renames or moves a unit, with all that is below it; in a transaction that the caller has opened, at
 * whose end the database judges whether units are a tree. STORE_NONE: it is not of that version, or one of
 * the units does not exist. */
enum store_result unit_change(struct pg *pg, struct arena *arena, const struct unit_change *change,
                              int64_t deadline_us);

/* What keeps a unit from being closed: how many work in it (programs too), how many open units are just
 * below it, and how many open complaints it received or owns; these are counted up to UNIT_USE_MAX. */
struct unit_use {
    int64_t staff, units, complaints;
};
#define UNIT_USE_MAX 1000

/* Closes a unit of that version, by whom; in a transaction that the caller has opened, as it takes
 * departure_lock(). STORE_REFUSED: it is in use, and *ret_use says how; STORE_NONE: it is not of that
 * version, or closed already. */
enum store_result unit_end(struct pg *pg, struct arena *arena, struct text code, int version,
                           struct uuid by, int64_t deadline_us, struct unit_use *ret_use);

#endif
