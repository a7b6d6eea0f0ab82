#ifndef STORE_DEPARTURE_STORE_H
#define STORE_DEPARTURE_STORE_H

#include "lib/complaint/complaint.h"
#include "lib/store/result.h"

/* Passing on all that somebody owns or was offered, and their departure. */

/* Ids of the open complaints, in order and at most `limit`. */
enum store_result departure_work(struct pg *pg, struct arena *arena, struct uuid staff_id,
                                 int limit, int64_t deadline_us, struct uuid **ret,
                                 size_t *ret_count);

/* Keeps out everybody who decides on complaints until the transaction that the caller has opened
 * ends, waiting at most two seconds for those who do; from then on what somebody owns does not
 * change. STORE_FAILED when they take longer. */
enum store_result departure_lock(struct pg *pg, int64_t deadline_us);

#endif
