#include "tests/support/naive_clock.h"

#include <stdbool.h>

#define MINUTE INT64_C(60000000)
#define DAY (1440 * MINUTE)
#define PAUSES_MAX 32

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t local_day(instant at, int zone_minutes)
{
    return floor_divide(at + zone_minutes * MINUTE, DAY);
}

/* The first moment of a day. */
static instant midnight(int64_t day, int zone_minutes)
{
    return day * DAY - zone_minutes * MINUTE;
}

static bool works(const struct calendar_source *calendar, int64_t day)
{
    for (size_t i = 0; i < calendar->day_count; i++)
        if (calendar->days[i].day == day)
            return calendar->days[i].works;
    int64_t weekday = (day % 7 + 7 + 3) % 7; /* day 0 was a Thursday; 0 is Monday */
    return calendar->weekdays & 1u << weekday;
}

/* --- the stage clock ---------------------------------------------------------------------------- */

struct walk {
    instant start;
    int64_t budget; /* stop when so much work is done; INT64_MAX: never */
    instant end;    /* stop at this moment at the latest */
    const struct pause *pauses;
    size_t pause_count;
    int64_t done;
    instant stopped_at; /* where it stopped; INSTANT_NONE for an open pause */
};

static const struct pause *pause_running(const struct walk *walk, instant at)
{
    const struct pause *running = NULL;
    for (size_t i = 0; i < walk->pause_count; i++) {
        const struct pause *pause = &walk->pauses[i];
        if (pause->from <= at && (pause->to == INSTANT_NONE || at < pause->to)) {
            if (pause->to == INSTANT_NONE)
                return pause;
            running = pause;
        }
    }
    return running;
}

static instant next_edge(const struct walk *walk, instant after, instant before)
{
    instant edge = before;
    for (size_t i = 0; i < walk->pause_count; i++) {
        const struct pause *pause = &walk->pauses[i];
        if (pause->from > after && pause->from < edge)
            edge = pause->from;
        if (pause->to != INSTANT_NONE && pause->to > after && pause->to < edge)
            edge = pause->to;
    }
    return edge;
}

/* Goes through one minute of working time; false when the walk is over. */
static bool walk_minute(struct walk *walk, instant minute)
{
    instant at = minute > walk->start ? minute : walk->start;
    while (at < minute + MINUTE) {
        if (at >= walk->end)
            return false;
        instant until = minute + MINUTE < walk->end ? minute + MINUTE : walk->end;
        until = next_edge(walk, at, until);
        const struct pause *pause = pause_running(walk, at);
        if (pause && pause->to == INSTANT_NONE) {
            walk->stopped_at = INSTANT_NONE;
            return false;
        }
        if (!pause) {
            if (until - at >= walk->budget - walk->done) {
                walk->stopped_at = at + (walk->budget - walk->done);
                walk->done = walk->budget;
                return false;
            }
            walk->done += until - at;
        }
        at = until;
    }
    return true;
}

static void walk_days(const struct calendar_source *calendar, struct walk *walk)
{
    for (int64_t day = local_day(walk->start, calendar->zone_minutes);; day++) {
        instant begin = midnight(day, calendar->zone_minutes);
        if (begin >= walk->end)
            return;
        if (!works(calendar, day))
            continue;
        for (size_t i = 0; i < calendar->period_count; i++)
            for (int m = calendar->periods[i].from_minute; m < calendar->periods[i].to_minute; m++)
                if (!walk_minute(walk, begin + m * MINUTE))
                    return;
    }
}

int64_t naive_working_time(const struct calendar_source *calendar, instant from, instant to)
{
    struct walk walk = {.start = from, .budget = INT64_MAX, .end = to};
    if (to > from)
        walk_days(calendar, &walk);
    return walk.done;
}

instant naive_stage(const struct calendar_source *calendar, instant start, int working_days,
                    const struct pause pauses[], size_t pause_count)
{
    int64_t day = local_day(start, calendar->zone_minutes);
    for (int left = working_days; left > 0; left -= works(calendar, day))
        day++;
    int64_t budget = naive_working_time(calendar, start, midnight(day + 1, calendar->zone_minutes));

    struct walk walk = {.start = start,
                        .budget = budget,
                        .end = INT64_MAX,
                        .pauses = pauses,
                        .pause_count = pause_count};
    walk_days(calendar, &walk);
    return walk.stopped_at;
}

/* --- the statutory clock ------------------------------------------------------------------------ */

struct stretch {
    instant from, to; /* to is INT64_MAX while open */
};

/* The told statutory pauses after receipt, none overlapping or touching another. */
static size_t merge(const struct pause pauses[], size_t count, instant received,
                    struct stretch stretches[])
{
    size_t kept = 0;
    for (size_t i = 0; i < count && kept < PAUSES_MAX; i++) {
        const struct pause *pause = &pauses[i];
        if (!pause->statutory || pause->told_at == INSTANT_NONE)
            continue;
        struct stretch s = {pause->from, pause->to == INSTANT_NONE ? INT64_MAX : pause->to};
        if (s.from < pause->told_at)
            s.from = pause->told_at;
        if (s.from < received)
            s.from = received;
        if (s.from < s.to)
            stretches[kept++] = s;
    }
again:
    for (size_t i = 0; i < kept; i++)
        for (size_t j = 0; j < kept; j++)
            if (i != j && stretches[i].from <= stretches[j].to &&
                stretches[j].from <= stretches[i].to) {
                if (stretches[j].from < stretches[i].from)
                    stretches[i].from = stretches[j].from;
                if (stretches[j].to > stretches[i].to)
                    stretches[i].to = stretches[j].to;
                stretches[j] = stretches[--kept];
                goto again;
            }
    return kept;
}

/* Each day is used up unless a pause runs when it turns into the next one; the day of receipt is
 * one more than the limit. On the last day the pause must have begun before 23:59:59. */
instant naive_statutory(int zone_minutes, instant received, int natural_days,
                        const struct pause pauses[], size_t pause_count)
{
    struct stretch stretches[PAUSES_MAX];
    size_t count = merge(pauses, pause_count, received, stretches);
    int left = natural_days + 1;
    for (int64_t day = local_day(received, zone_minutes);; day++) {
        instant turn = midnight(day + 1, zone_minutes);
        instant last_second = turn - 1000000;
        bool paused = false;
        for (size_t i = 0; i < count; i++) {
            instant latest = left == 1 ? last_second : turn;
            if (stretches[i].from < latest && stretches[i].to >= turn) {
                if (stretches[i].to == INT64_MAX)
                    return INSTANT_NONE;
                paused = true;
            }
        }
        if (!paused && --left == 0)
            return last_second;
    }
}
