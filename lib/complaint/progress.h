#ifndef COMPLAINT_PROGRESS_H
#define COMPLAINT_PROGRESS_H

#include <stdbool.h>

#include "lib/complaint/complaint.h"

/* What a customer is told of their complaint by its tracking code (domain.md §1 row 7): how far it
 * is, by when it will be answered and what comes next, in plain words. Nobody signs in for it, so it
 * says nothing of people, units, the matter or the decision. */

struct progress {
    struct text number;
    int status, stage;           /* stage: TERM_NONE once it has ended */
    const char *progress, *next; /* sentences in one language */
    instant received_at, closed_at;
    instant answer_by; /* the statutory limit; NONE while its clock stands still, and once ended */
    bool paused;       /* open, and that clock stands still */
};

/* complaint: number, status, stage, outcome, received_at, closed_at and statutory_due_at count. */
void progress_tell(const struct complaint *complaint, bool chinese, struct progress *ret);

#endif
