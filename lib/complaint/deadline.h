#ifndef COMPLAINT_DEADLINE_H
#define COMPLAINT_DEADLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/instant.h"
#include "lib/complaint/calendar.h"

/* The two clocks of domain.md §2 as pure functions of (start, limit, calendar, pauses). */

/* A stretch of time in which a clock stands still. */
struct pause {
    instant from;
    instant to;      /* INSTANT_NONE while it is open */
    instant told_at; /* when the complainant was told; INSTANT_NONE if never */
    bool statutory;  /* outside appraisal or mediation: may move the statutory clock too */
};

/* The stage clock: `working_days` >= 1 working days from `start`, whose own day is not counted,
 * lengthened by the working time inside the pauses (they may overlap and come in any order; parts
 * before `start` do not count).
 * INSTANT_NONE while a pause is open, unless the limit had run out when it began: a pause that
 * begins at the due time or later moves nothing, so it cannot hide that a stage is overdue. */
instant deadline_stage(const struct calendar *calendar, instant start, int working_days,
                       const struct pause pauses[], size_t pause_count);

/* The statutory clock: `natural_days` calendar days after the day of `received`, up to 23:59:59 of
 * the last one, in the zone given. Only pauses with `statutory` and `told_at` move it: each by the
 * whole natural days from the later of `from` and `told_at` to its end, which is the difference of
 * the two dates; overlapping ones count once, one told at its end or later not at all.
 * INSTANT_NONE while such a pause is open and told; as above, unless the limit had run out. */
instant deadline_statutory(int zone_minutes, instant received, int natural_days,
                           const struct pause pauses[], size_t pause_count);

/* The earlier of the two clocks, which decides overdue. A clock without a due time does not count;
 * INSTANT_NONE when neither has one. */
instant deadline_earlier(instant stage_due_at, instant statutory_due_at);

#endif
