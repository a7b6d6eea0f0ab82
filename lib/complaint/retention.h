#ifndef COMPLAINT_RETENTION_H
#define COMPLAINT_RETENTION_H

#include "lib/complaint/lifecycle.h"

/* How long an ended complaint is kept, and what is left of it then (domain.md §3 retention, §6): by
 * an order its personal values and free texts are erased; what it was about, who did what when, its
 * journal and all hashes remain. */

/* Never less, whatever a policy says; the database holds to it too. */
#define RETENTION_YEARS_MIN 3
#define RETENTION_YEARS_MAX 100

/* The end (23:59:59) of the last day on which an ended complaint is kept: the day of its end, in the
 * institution's zone, so many years later as the policy says under which it was received; February 28
 * where there is no 29. INSTANT_NONE while it is open. */
instant retention_until(const struct institution *institution, const struct complaint *complaint);

/* Whether it has ended and that moment is over. */
bool retention_is_over(const struct institution *institution, const struct complaint *complaint,
                       instant now);

/* Which order; none of it is sent by a caller. */
struct erase_command {
    int order;
    struct text requested_by; /* login */
};

/* Records that a complaint is erased, as the product's own action in the name of whoever approved the
 * order. The values themselves are the store's to erase, which looks at holds too. Input: struct
 * erase_command. FAULT_ERASED when it is already; FAULT_STILL_OPEN while it is open or has to be kept;
 * FAULT_RECUSED when it is about who asked for the order or approved it. */
decide_function lifecycle_erase;

#endif
