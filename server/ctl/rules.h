#ifndef CTL_RULES_H
#define CTL_RULES_H

#include "lib/json/rules_json.h"
#include "lib/store/recalculation_store.h"
#include "server/ctl/ctl.h"

/* What importing a calendar and importing a policy share. */

struct rules_import {
    const char *file;
    const char *by; /* login; NULL: not given */
};

/* Reads the arguments and the file, by the shape of the document. Returns an exit code; violations
 * may have been added then. */
int rules_open(struct ctl *ctl, int argc, char **argv, const struct shape *shape,
               struct violations *violations, void *ret, struct rules_import *ret_import);

/* Prints the violations, "FILE: place: sentence" each. Returns CTL_REFUSED. */
int rules_refuse(const struct rules_import *import, const struct violations *violations);

/* Connects and looks up who stands for it. Returns an exit code, having printed why. */
int rules_connect(struct ctl *ctl, const struct rules_import *import, struct audit_origin *ret);

/* The exit code of putting in force, having printed why it is not CTL_DONE. */
int rules_judge(const struct ctl *ctl, enum store_result result);

/* Prints what follows for the open complaints. what: a calendar or a policy. */
void rules_report(const char *what, const struct rules_added *added);

#endif
