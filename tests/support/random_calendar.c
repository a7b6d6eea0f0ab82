#include "tests/support/random_calendar.h"

#include <stdbool.h>

/* Ends of periods: 2 to 8 different minutes in order, often whole hours, at times 00:00, 24:00. */
static void make_periods(struct random *random, struct calendar_source *target)
{
    target->period_count = 1 + (size_t)random_below(random, 4);
    int edges = 2 * (int)target->period_count;
    bool chosen[1441] = {false};
    for (int i = 0; i < edges;) {
        int minute =
            random_below(random, 3) ? random_below(random, 97) * 15 : random_below(random, 1441);
        i += !chosen[minute];
        chosen[minute] = true;
    }
    int index = 0;
    for (int minute = 0; minute <= 1440; minute++)
        if (chosen[minute]) {
            struct working_period *period = &target->periods[index / 2];
            *(index++ % 2 ? &period->to_minute : &period->from_minute) = minute;
        }
    if (target->period_count > 1 && random_below(random, 8) == 0) /* two that meet */
        target->periods[1].from_minute = target->periods[0].to_minute;
}

void random_calendar(struct random *random, day_number base, int max_days,
                     struct random_calendar *ret)
{
    *ret = (struct random_calendar){.source = {.version = 1, .days = ret->days}};
    ret->source.zone_minutes =
        random_below(random, 4) ? 8 * 60 : random_below(random, 113) * 15 - 14 * 60;
    ret->source.weekdays = random_below(random, 2) ? 0x1F : 1 + (unsigned)random_below(random, 127);
    make_periods(random, &ret->source);
    for (int i = 0; i < max_days; i++)
        ret->days[i] =
            (struct calendar_day){base + i * 3 + random_below(random, 3), random_below(random, 2)};
    ret->source.day_count = (size_t)random_below(random, max_days + 1);
}

instant random_moment(struct random *random, const struct calendar_source *calendar,
                      day_number base, int days)
{
    instant midnight = instant_of_day(base + random_below(random, days), calendar->zone_minutes);
    const struct working_period *period =
        &calendar->periods[random_below(random, (int)calendar->period_count)];
    switch (random_below(random, 6)) {
    case 0: return midnight + period->from_minute * INSTANT_MINUTE;
    case 1: return midnight + period->to_minute * INSTANT_MINUTE;
    case 2: return midnight + random_below(random, 3) * INSTANT_SECOND - INSTANT_SECOND;
    case 3: return midnight + random_below(random, 1440) * INSTANT_MINUTE;
    case 4: return midnight + period->to_minute * INSTANT_MINUTE + random_below(random, 3) - 1;
    default: return midnight + (int64_t)(random_bits(random) % INSTANT_DAY);
    }
}
