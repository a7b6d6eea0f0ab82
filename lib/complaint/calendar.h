#ifndef COMPLAINT_CALENDAR_H
#define COMPLAINT_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/instant.h"

/* When the institution works (domain.md §2). Immutable once built; shared by all threads. */

#define CALENDAR_PERIODS_MAX 8

/* A stretch of working time within a day, minutes after midnight, from < to <= 1440. */
struct working_period {
    int from_minute, to_minute;
};

/* A day that differs from its weekday: a holiday, or a make-up working day (调休). */
struct calendar_day {
    day_number day;
    bool works;
};

/* What a calendar is made of; the caller's, copied by calendar_new. */
struct calendar_source {
    int version;
    int zone_minutes;  /* the institution's fixed offset, minutes east of UTC */
    unsigned weekdays; /* bit 0 Monday … bit 6 Sunday: works */
    struct working_period periods[CALENDAR_PERIODS_MAX]; /* ascending, not overlapping */
    size_t period_count;                                 /* at least 1 */
    const struct calendar_day *days; /* in any order, each day at most once, in 2000–2199 */
    size_t day_count;
    const int *years; /* the years whose holidays are loaded; other years follow weekdays */
    size_t year_count;
};

struct calendar;

/* Builds a calendar with prefix sums over 2000–2199, so that no question below searches or walks.
 * Outside those years nobody works: what would end after 2199 ends with its last working day.
 * Returns NULL when the source breaks the rules noted at its members, works on no weekday, or lies
 * in a zone beyond ±14 h. The caller releases it with calendar_free(). */
struct calendar *calendar_new(const struct calendar_source *source);
void calendar_free(struct calendar *calendar);

int calendar_version(const struct calendar *calendar);
int calendar_zone(const struct calendar *calendar); /* minutes east of UTC */

bool calendar_works(const struct calendar *calendar, day_number day);

/* The n-th working day after `day`, which is itself not counted; n >= 1. */
day_number calendar_working_day_after(const struct calendar *calendar, day_number day, int n);

/* The last moment of work on a working day: the end of its last period. */
instant calendar_end_of_work(const struct calendar *calendar, day_number day);

/* Working time in [from, to), microseconds; 0 when to <= from. */
int64_t calendar_working_time(const struct calendar *calendar, instant from, instant to);

/* The first moment at which `work` microseconds of working time have gone by since `from`: where
 * that is the end of a period, the end, not the beginning of the next one. `from` itself when
 * work <= 0. */
instant calendar_add_work(const struct calendar *calendar, instant from, int64_t work);

/* Fills years[] with the years that [from, to] touches and that are not loaded, ascending, at most
 * max of them; returns how many. They become warnings: there weekdays count. */
size_t calendar_years_missing(const struct calendar *calendar, instant from, instant to,
                              int years[], size_t max);

#endif
