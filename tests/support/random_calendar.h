#ifndef TESTS_RANDOM_CALENDAR_H
#define TESTS_RANDOM_CALENDAR_H

#include "lib/complaint/calendar.h"
#include "tests/support/random.h"

/* Calendars that nobody would write, and moments at which they are interesting. */

#define RANDOM_CALENDAR_DAYS 40

struct random_calendar {
    struct calendar_source source; /* its days are those below: not to be copied */
    struct calendar_day days[RANDOM_CALENDAR_DAYS];
};

/* One to four periods a day, any weekdays, often the institution's usual zone, and at most
 * max_days (within RANDOM_CALENDAR_DAYS) holidays and make-up days, one in each three days from
 * `base` on. */
void random_calendar(struct random *random, day_number base, int max_days,
                     struct random_calendar *ret);

/* A moment in the `days` days from `base` on: on the edge of a period, at midnight, on a minute, or
 * anywhere. */
instant random_moment(struct random *random, const struct calendar_source *calendar,
                      day_number base, int days);

#endif
