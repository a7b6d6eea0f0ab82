#ifndef TESTS_NAIVE_CLOCK_H
#define TESTS_NAIVE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/instant.h"
#include "lib/complaint/calendar.h"
#include "lib/complaint/deadline.h"

/* The two clocks of lib/complaint/deadline.h a second time, written from the rules alone: it walks
 * day by day and minute by minute and calls nothing of lib/. Slow, and plain enough to be believed;
 * tests compare the product with it. */

/* Working time in [from, to), microseconds. */
int64_t naive_working_time(const struct calendar_source *calendar, instant from, instant to);

instant naive_stage(const struct calendar_source *calendar, instant start, int working_days,
                    const struct pause pauses[], size_t pause_count);

instant naive_statutory(int zone_minutes, instant received, int natural_days,
                        const struct pause pauses[], size_t pause_count);

#endif
