#include "lib/complaint/deadline.h"

/* A stretch of time; to == FOREVER while it is open. */
#define FOREVER INT64_MAX
struct stretch {
    instant from, to;
};

enum clock { STAGE_CLOCK, STATUTORY_CLOCK };

/* What a pause takes out of a clock; empty (to <= from) when nothing. */
static struct stretch pause_stretch(const struct pause *pause, enum clock clock)
{
    struct stretch stretch = {pause->from, pause->to == INSTANT_NONE ? FOREVER : pause->to};
    if (clock == STATUTORY_CLOCK) {
        if (!pause->statutory || pause->told_at == INSTANT_NONE)
            return (struct stretch){0, 0};
        if (pause->told_at > stretch.from)
            stretch.from = pause->told_at;
    }
    return stretch;
}

/* The first stretch of the pauses' union that ends after `after`, without its part before `after`.
 * Cases have a handful of pauses, so looking at all of them again is cheaper than sorting a copy. */
static bool next_stretch(const struct pause pauses[], size_t count, enum clock clock, instant after,
                         struct stretch *ret)
{
    struct stretch first = {FOREVER, FOREVER};
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        struct stretch stretch = pause_stretch(&pauses[i], clock);
        if (stretch.from < after)
            stretch.from = after;
        if (stretch.to > stretch.from && (!found || stretch.from < first.from)) {
            first = stretch;
            found = true;
        }
    }
    if (!found)
        return false;
    for (bool grown = true; grown;) {
        grown = false;
        for (size_t i = 0; i < count; i++) {
            struct stretch stretch = pause_stretch(&pauses[i], clock);
            if (stretch.from <= first.to && stretch.to > first.to && stretch.to > stretch.from) {
                first.to = stretch.to;
                grown = true;
            }
        }
    }
    *ret = first;
    return true;
}

static void note(struct deadline_steps *steps, enum deadline_step_kind kind, instant from,
                 instant to, int64_t amount)
{
    if (steps && steps->count < DEADLINE_STEPS_MAX)
        steps->list[steps->count++] = (struct deadline_step){kind, from, to, amount};
}

instant deadline_stage_steps(const struct calendar *calendar, instant start, int working_days,
                             const struct pause pauses[], size_t pause_count,
                             struct deadline_steps *steps)
{
    day_number start_day = instant_day(start, calendar_zone(calendar));
    instant unpaused_end = calendar_end_of_work(
        calendar, calendar_working_day_after(calendar, start_day, working_days));
    int64_t budget = calendar_working_time(calendar, start, unpaused_end);

    /* Spend the budget between the pauses. Reaching it exactly where a pause begins is in time. */
    instant at = start;
    struct stretch pause;
    note(steps, STEP_LIMIT, start, unpaused_end, budget);
    while (next_stretch(pauses, pause_count, STAGE_CLOCK, at, &pause)) {
        int64_t work = calendar_working_time(calendar, at, pause.from);
        if (work >= budget) {
            note(steps, STEP_EXPIRED, pause.from, INSTANT_NONE, 0);
            break;
        }
        note(steps, STEP_RUN, at, pause.from, work);
        if (pause.to == FOREVER) {
            note(steps, STEP_PAUSE, pause.from, INSTANT_NONE, 0);
            return INSTANT_NONE;
        }
        note(steps, STEP_PAUSE, pause.from, pause.to,
             calendar_working_time(calendar, pause.from, pause.to));
        budget -= work;
        at = pause.to;
    }
    instant due = calendar_add_work(calendar, at, budget);
    note(steps, STEP_DUE, at, due, budget);
    return due;
}

instant deadline_stage(const struct calendar *calendar, instant start, int working_days,
                       const struct pause pauses[], size_t pause_count)
{
    return deadline_stage_steps(calendar, start, working_days, pauses, pause_count, NULL);
}

/* 23:59:59 of a day: as the rule writes it, a whole second. */
static instant end_of_day(day_number day, int zone_minutes)
{
    return instant_of_day(day, zone_minutes) + INSTANT_DAY - INSTANT_SECOND;
}

instant deadline_statutory_steps(int zone_minutes, instant received, int natural_days,
                                 const struct pause pauses[], size_t pause_count,
                                 struct deadline_steps *steps)
{
    day_number last_day = instant_day(received, zone_minutes) + natural_days;
    instant at = received;
    struct stretch pause;
    note(steps, STEP_LIMIT, received, end_of_day(last_day, zone_minutes), natural_days);
    while (next_stretch(pauses, pause_count, STATUTORY_CLOCK, at, &pause)) {
        if (pause.from >= end_of_day(last_day, zone_minutes)) {
            note(steps, STEP_EXPIRED, pause.from, INSTANT_NONE, 0);
            break; /* the limit had run out before */
        }
        if (pause.to == FOREVER) {
            note(steps, STEP_PAUSE, pause.from, INSTANT_NONE, 0);
            return INSTANT_NONE;
        }
        /* Whole natural days are the difference of the two days' dates, not spans of 24 hours: the
         * limit itself is counted so (first day not counted, last one counted whole), and a move by
         * dates keeps the end at the end of a day. */
        day_number days =
            instant_day(pause.to, zone_minutes) - instant_day(pause.from, zone_minutes);
        note(steps, STEP_PAUSE, pause.from, pause.to, days);
        last_day += days;
        at = pause.to;
    }
    instant due = end_of_day(last_day, zone_minutes);
    note(steps, STEP_DUE, at, due, 0);
    return due;
}

instant deadline_statutory(int zone_minutes, instant received, int natural_days,
                           const struct pause pauses[], size_t pause_count)
{
    return deadline_statutory_steps(zone_minutes, received, natural_days, pauses, pause_count,
                                    NULL);
}

instant deadline_earlier(instant stage_due_at, instant statutory_due_at)
{
    if (stage_due_at == INSTANT_NONE)
        return statutory_due_at;
    if (statutory_due_at == INSTANT_NONE)
        return stage_due_at;
    return stage_due_at < statutory_due_at ? stage_due_at : statutory_due_at;
}
