#ifndef COMPLAINT_RECUSAL_H
#define COMPLAINT_RECUSAL_H

#include <stdbool.h>

#include "lib/complaint/complaint.h"
#include "lib/complaint/institution.h"

/* 回避 (domain.md §3): whether a member of staff is barred from owning and seeing a complaint. */
bool recusal_bars(const struct complaint *complaint, const struct staff *staff);

#endif
