#include "tests/support/naive_days.h"

#include <assert.h>

#define MINUTE INT64_C(60000000)
#define DAY (1440 * MINUTE)
#define PAUSES_MAX 32

static bool marked(const struct calendar_source *calendar, int64_t day)
{
    int64_t since_monday = (day + 3) % 7; /* day 0 was a Thursday */
    bool works = calendar->weekdays >> (since_monday < 0 ? since_monday + 7 : since_monday) & 1;
    for (size_t i = 0; i < calendar->day_count; i++)
        if (calendar->days[i].day == day)
            works = calendar->days[i].works;
    return works;
}

void naive_days_fill(struct naive_days *ret, const struct calendar_source *calendar, int64_t first)
{
    ret->calendar = calendar;
    ret->first = first;
    for (int i = 0; i < NAIVE_DAYS; i++)
        ret->works[i] = marked(calendar, first + i);
}

static bool works(const struct naive_days *days, int64_t day)
{
    bool known = day >= days->first && day < days->first + NAIVE_DAYS;
    return known ? days->works[day - days->first] : marked(days->calendar, day);
}

/* Pauses in the order of their beginnings; they may overlap. An open one ends never. */
struct standstill {
    instant from, to;
};

static size_t sort(const struct pause pauses[], size_t count, struct standstill ret[])
{
    assert(count <= PAUSES_MAX);
    for (size_t i = 0; i < count; i++) {
        struct standstill next = {pauses[i].from,
                                  pauses[i].to == INSTANT_NONE ? INT64_MAX : pauses[i].to};
        size_t place = i;
        for (; place > 0 && ret[place - 1].from > next.from; place--)
            ret[place] = ret[place - 1];
        ret[place] = next;
    }
    return count;
}

/* Spends *left in [at, end), as far as no pause covers it. Returns the moment at which nothing is
 * left, or INT64_MAX. */
static instant spend(instant at, instant end, const struct standstill stills[], size_t count,
                     int64_t *left)
{
    for (size_t i = 0; i <= count && at < end; i++) {
        bool last = i == count;
        if (!last && stills[i].to <= at)
            continue;
        instant until = !last && stills[i].from < end ? stills[i].from : end;
        if (until > at && until - at >= *left)
            return at + *left;
        if (until > at)
            *left -= until - at;
        at = last ? end : stills[i].to;
    }
    return INT64_MAX;
}

/* Walks until `left` is spent or, where `end` comes first, leaves the rest in *left. */
static instant walk(const struct naive_days *days, instant start, instant end,
                    const struct standstill stills[], size_t count, int64_t *left)
{
    const struct calendar_source *calendar = days->calendar;
    instant zone = calendar->zone_minutes * MINUTE;
    int64_t day = (start + zone) / DAY - ((start + zone) % DAY < 0);
    for (;; day++) {
        instant midnight = day * DAY - zone;
        if (midnight >= end)
            return INSTANT_NONE;
        for (size_t i = 0; works(days, day) && i < calendar->period_count; i++) {
            instant from = midnight + calendar->periods[i].from_minute * MINUTE;
            instant to = midnight + calendar->periods[i].to_minute * MINUTE;
            instant reached = spend(from > start ? from : start, to, stills, count, left);
            if (reached != INT64_MAX)
                return reached;
        }
    }
}

instant naive_days_stage(const struct naive_days *days, instant start, int working_days,
                         const struct pause pauses[], size_t pause_count)
{
    struct standstill stills[PAUSES_MAX];
    size_t count = sort(pauses, pause_count, stills);
    instant zone = days->calendar->zone_minutes * MINUTE, open = INT64_MAX;
    int64_t last = (start + zone) / DAY - ((start + zone) % DAY < 0);

    for (size_t i = 0; i < count; i++)
        if (stills[i].to == INT64_MAX && stills[i].from < open)
            open = stills[i].from;
    for (int left = working_days; left > 0; left -= works(days, last))
        last++;
    int64_t most = INT64_MAX / 2, left = most;
    walk(days, start, (last + 1) * DAY - zone, NULL, 0, &left);
    left = most - left; /* the budget */
    return walk(days, start, open, stills, count, &left);
}
