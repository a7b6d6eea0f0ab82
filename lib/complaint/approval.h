#ifndef COMPLAINT_APPROVAL_H
#define COMPLAINT_APPROVAL_H

#include "lib/complaint/lifecycle.h"

/* What waits for a second person (domain.md §3, four eyes): a plan above the limit, an extension, a
 * voiding, an unmasking. */

struct approval {
    int action;                /* enum action, by which it would be approved */
    struct staff_reference by; /* who asked, and may not give it */
    instant since;             /* when they asked */
};

#define APPROVALS_MAX 4

/* The approvals that can be given to the complaint at that moment, by whoever may: rights are
 * another matter (permission.h). Returns how many they are. */
size_t approvals_awaited(const struct institution *institution, const struct complaint *complaint,
                         instant at, struct approval ret[static APPROVALS_MAX]);

#endif
