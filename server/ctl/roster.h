#ifndef CTL_ROSTER_H
#define CTL_ROSTER_H

#include "lib/complaint/institution.h"
#include "lib/store/staff_store.h"
#include "server/ctl/ctl.h"

/* The personnel system's list of units and staff: a CSV file in UTF-8, with or without a byte order
 * mark, fields perhaps in double quotes. The first line names the columns, in any order:
 *
 *     unit       code of the unit; needed in each line
 *     unit_name  its name; needed once for a unit that is new
 *     parent     code of its superior unit; empty: as it is, and a new one is a root
 *     login      of somebody whose home unit it is; empty: the line is about the unit alone
 *     name       theirs; needed with a login
 *     roles      theirs, ROLE or ROLE:UNIT, separated by spaces; replaces those they have. Without the
 *                column roles stay as they are
 *
 * unit, login and name are needed. */

struct roster_unit {
    struct text code, name, parent; /* name and parent: none, as it is */
    int line;                       /* where it stands first */
};

struct roster_person {
    struct text login, name, unit;
    const struct new_grant *grants;
    size_t grant_count;
    int line;
};

struct roster {
    struct roster_unit *units; /* sorted by code */
    size_t unit_count;
    struct roster_person *people; /* sorted by login */
    size_t person_count;
    bool has_roles; /* there is such a column */
};

/* Reads a file and judges it by itself and by what the institution has: every violation is printed
 * with its line. Returns an exit code. */
int roster_read(struct ctl *ctl, const char *path, const struct institution *institution,
                struct roster *ret);

const struct roster_unit *roster_unit(const struct roster *roster, struct text code);
bool roster_has(const struct roster *roster, struct text login);

#endif
