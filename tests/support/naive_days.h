#ifndef TESTS_NAIVE_DAYS_H
#define TESTS_NAIVE_DAYS_H

#include <stdbool.h>

#include "tests/support/naive_clock.h"

/* The naive stage clock in strides of a period instead of a minute, for tests that ask it millions
 * of times. Still a walk from day to day, with no code of the minute-wise one, to which a test
 * holds it. */

#define NAIVE_DAYS 1024

/* Whether each of these days works, asked of the calendar once. */
struct naive_days {
    const struct calendar_source *calendar;
    int64_t first;
    bool works[NAIVE_DAYS];
};

/* first: the first day of the table; the days outside it are only slower. */
void naive_days_fill(struct naive_days *ret, const struct calendar_source *calendar, int64_t first);

/* At most 32 pauses. */
instant naive_days_stage(const struct naive_days *days, instant start, int working_days,
                         const struct pause pauses[], size_t pause_count);

#endif
