#ifndef COMPLAINT_RECUSAL_H
#define COMPLAINT_RECUSAL_H

#include <stdbool.h>

#include "lib/complaint/complaint.h"
#include "lib/complaint/institution.h"

/* 回避 (domain.md §3): whether a member of staff is barred from owning and seeing a complaint. */
bool recusal_bars(const struct complaint *complaint, const struct staff *staff);

/* Whether they are barred from owning it: the above, and in a review whoever handled what is
 * reviewed, who goes on seeing it. */
bool recusal_bars_owner(const struct complaint *complaint, const struct staff *staff);

#endif
