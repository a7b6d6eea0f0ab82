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

/* How a due time came about, step by step: the same arithmetic, watched. */
enum deadline_step_kind {
    STEP_LIMIT, /* from the start to where the limit ends without pauses; amount: what it allows */
    STEP_RUN,   /* the clock runs; amount: what it uses up (stage clock only) */
    STEP_PAUSE, /* it stands still; to is NONE while that lasts; amount: by what the end moves */
    STEP_EXPIRED, /* from: the beginning of a pause that came too late to move anything */
    STEP_DUE      /* to: the due time; amount: what was left of the limit after the last pause */
};

struct deadline_step {
    enum deadline_step_kind kind;
    instant from, to;
    int64_t amount; /* stage clock: working microseconds; statutory clock: natural days */
};

#define DEADLINE_STEPS_MAX 160

struct deadline_steps {
    struct deadline_step list[DEADLINE_STEPS_MAX];
    size_t count; /* steps beyond the maximum are left out */
};

/* As deadline_stage() and deadline_statutory(), filling *steps. */
instant deadline_stage_steps(const struct calendar *calendar, instant start, int working_days,
                             const struct pause pauses[], size_t pause_count,
                             struct deadline_steps *steps);
instant deadline_statutory_steps(int zone_minutes, instant received, int natural_days,
                                 const struct pause pauses[], size_t pause_count,
                                 struct deadline_steps *steps);

/* The earlier of the two clocks, which decides overdue. A clock without a due time does not count;
 * INSTANT_NONE when neither has one. */
instant deadline_earlier(instant stage_due_at, instant statutory_due_at);

#endif
