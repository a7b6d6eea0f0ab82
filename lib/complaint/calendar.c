#include "lib/complaint/calendar.h"

#include <stdlib.h>
#include <string.h>

/* Days of the table. Receipts lie at most 20 years back and limits end within months, so nothing
 * real falls outside; there nobody works, and no question runs over the edge. */
#define YEAR_FIRST 2000
#define YEAR_LAST 2199

struct calendar {
    int version, zone_minutes;
    instant begin, end; /* the table's days, as moments: [begin, end) */
    day_number first_day;
    int32_t day_count;

    struct working_period periods[CALENDAR_PERIODS_MAX];
    size_t period_count;
    int64_t work_per_day; /* microseconds; all working days have the same periods */

    int32_t *worked_before; /* [day_count + 1]: working days before the day, the prefix sums */
    day_number *worked;     /* [working days]: their inverse, the k-th working day */
    int *years;             /* loaded, in any order */
    size_t year_count;
};

static bool periods_sound(const struct calendar_source *source)
{
    if (source->period_count < 1 || source->period_count > CALENDAR_PERIODS_MAX)
        return false;
    int previous_end = 0;
    for (size_t i = 0; i < source->period_count; i++) {
        const struct working_period *period = &source->periods[i];
        if (period->from_minute < previous_end || period->to_minute <= period->from_minute ||
            period->to_minute > 24 * 60)
            return false;
        previous_end = period->to_minute;
    }
    return true;
}

static bool source_sound(const struct calendar_source *source)
{
    return source->zone_minutes >= -14 * 60 && source->zone_minutes <= 14 * 60 &&
           source->weekdays != 0 && source->weekdays < 1u << 7 && periods_sound(source);
}

/* Marks the source's exceptions in works[]; false when a day lies outside or comes twice. */
static bool mark_exceptions(const struct calendar *calendar, const struct calendar_source *source,
                            bool works[])
{
    bool *seen = calloc((size_t)calendar->day_count, sizeof(*seen));
    if (!seen)
        return false;
    bool sound = true;
    for (size_t i = 0; sound && i < source->day_count; i++) {
        int64_t index = (int64_t)source->days[i].day - calendar->first_day;
        sound = index >= 0 && index < calendar->day_count && !seen[index];
        if (sound) {
            seen[index] = true;
            works[index] = source->days[i].works;
        }
    }
    free(seen);
    return sound;
}

/* Fills the table and its inverse. */
static bool count_days(struct calendar *calendar, const struct calendar_source *source)
{
    bool *works = calloc((size_t)calendar->day_count, sizeof(*works));
    if (!works)
        return false;
    for (int32_t i = 0; i < calendar->day_count; i++)
        works[i] = source->weekdays >> (day_weekday(calendar->first_day + i) - 1) & 1;
    bool sound = mark_exceptions(calendar, source, works);
    int32_t count = 0;
    for (int32_t i = 0; sound && i < calendar->day_count; i++) {
        calendar->worked_before[i] = count;
        if (works[i])
            calendar->worked[count++] = calendar->first_day + i;
    }
    calendar->worked_before[calendar->day_count] = count;
    free(works);
    return sound && count > 0;
}

struct calendar *calendar_new(const struct calendar_source *source)
{
    if (!source_sound(source))
        return NULL;
    struct calendar *calendar = calloc(1, sizeof(*calendar));
    if (!calendar)
        return NULL;
    calendar->version = source->version;
    calendar->zone_minutes = source->zone_minutes;
    calendar->first_day = day_from_date((struct date){YEAR_FIRST, 1, 1});
    calendar->day_count = day_from_date((struct date){YEAR_LAST + 1, 1, 1}) - calendar->first_day;
    calendar->begin = instant_of_day(calendar->first_day, source->zone_minutes);
    calendar->end = calendar->begin + calendar->day_count * INSTANT_DAY;

    calendar->period_count = source->period_count;
    memcpy(calendar->periods, source->periods, source->period_count * sizeof(source->periods[0]));
    for (size_t i = 0; i < source->period_count; i++)
        calendar->work_per_day +=
            (source->periods[i].to_minute - source->periods[i].from_minute) * INSTANT_MINUTE;

    size_t days = (size_t)calendar->day_count;
    calendar->worked_before = calloc(days + 1, sizeof(*calendar->worked_before));
    calendar->worked = calloc(days, sizeof(*calendar->worked));
    calendar->years = calloc(source->year_count + 1, sizeof(*calendar->years));
    if (!calendar->worked_before || !calendar->worked || !calendar->years ||
        !count_days(calendar, source)) {
        calendar_free(calendar);
        return NULL;
    }
    calendar->year_count = source->year_count;
    for (size_t i = 0; i < source->year_count; i++)
        calendar->years[i] = source->years[i];
    return calendar;
}

void calendar_free(struct calendar *calendar)
{
    if (!calendar)
        return;
    free(calendar->worked_before);
    free(calendar->worked);
    free(calendar->years);
    free(calendar);
}

int calendar_version(const struct calendar *calendar)
{
    return calendar->version;
}

int calendar_zone(const struct calendar *calendar)
{
    return calendar->zone_minutes;
}

/* Working days before a day. */
static int32_t worked_before(const struct calendar *calendar, day_number day)
{
    if (day <= calendar->first_day)
        return 0;
    int64_t index = (int64_t)day - calendar->first_day;
    return calendar->worked_before[index < calendar->day_count ? index : calendar->day_count];
}

/* The k-th working day of the table, counted from 0; its last one when there are not so many. */
static day_number working_day(const struct calendar *calendar, int64_t k)
{
    int32_t count = calendar->worked_before[calendar->day_count];
    return calendar->worked[k < count ? k : count - 1];
}

bool calendar_works(const struct calendar *calendar, day_number day)
{
    return day < INT32_MAX && worked_before(calendar, day + 1) > worked_before(calendar, day);
}

day_number calendar_working_day_after(const struct calendar *calendar, day_number day, int n)
{
    int32_t up_to_day = worked_before(calendar, day) + calendar_works(calendar, day);
    return working_day(calendar, (int64_t)up_to_day + n - 1);
}

instant calendar_end_of_work(const struct calendar *calendar, day_number day)
{
    int last_minute = calendar->periods[calendar->period_count - 1].to_minute;
    return instant_of_day(day, calendar->zone_minutes) + last_minute * INSTANT_MINUTE;
}

/* Working time of a working day in its first `into_day` microseconds. */
static int64_t work_into_day(const struct calendar *calendar, int64_t into_day)
{
    int64_t work = 0;
    for (size_t i = 0; i < calendar->period_count; i++) {
        int64_t from = calendar->periods[i].from_minute * INSTANT_MINUTE;
        int64_t to = calendar->periods[i].to_minute * INSTANT_MINUTE;
        if (into_day <= from)
            break;
        work += (into_day < to ? into_day : to) - from;
    }
    return work;
}

/* Working time from the table's begin to a moment: the clock's hand. It never goes back, and
 * working time between two moments is the difference of their readings. */
static int64_t work_until(const struct calendar *calendar, instant at)
{
    if (at <= calendar->begin)
        return 0;
    if (at >= calendar->end)
        return calendar->worked_before[calendar->day_count] * calendar->work_per_day;
    day_number day = instant_day(at, calendar->zone_minutes);
    int64_t work = worked_before(calendar, day) * calendar->work_per_day;
    if (calendar_works(calendar, day))
        work += work_into_day(calendar, at - instant_of_day(day, calendar->zone_minutes));
    return work;
}

/* The first moment at which the hand stands at `work` > 0. A value reached at the end of a period
 * is that end, not the beginning of the next period; hence the rounding up in the division. */
static instant moment_of(const struct calendar *calendar, int64_t work)
{
    int64_t k = (work - 1) / calendar->work_per_day;
    if (k >= calendar->worked_before[calendar->day_count])
        return calendar_end_of_work(calendar, working_day(calendar, k));
    int64_t rest = work - k * calendar->work_per_day; /* 0 < rest <= work_per_day */
    size_t i = 0;
    for (; i + 1 < calendar->period_count; i++) {
        const struct working_period *period = &calendar->periods[i];
        int64_t length = (period->to_minute - period->from_minute) * INSTANT_MINUTE;
        if (rest <= length)
            break;
        rest -= length;
    }
    return instant_of_day(working_day(calendar, k), calendar->zone_minutes) +
           calendar->periods[i].from_minute * INSTANT_MINUTE + rest;
}

int64_t calendar_working_time(const struct calendar *calendar, instant from, instant to)
{
    return to <= from ? 0 : work_until(calendar, to) - work_until(calendar, from);
}

instant calendar_add_work(const struct calendar *calendar, instant from, int64_t work)
{
    if (work <= 0)
        return from;
    int64_t done = work_until(calendar, from);
    return moment_of(calendar, work > INT64_MAX - done ? INT64_MAX : done + work);
}

static bool year_loaded(const struct calendar *calendar, int year)
{
    for (size_t i = 0; i < calendar->year_count; i++)
        if (calendar->years[i] == year)
            return true;
    return false;
}

size_t calendar_years_missing(const struct calendar *calendar, instant from, instant to,
                              int years[], size_t max)
{
    if (from == INSTANT_NONE || to < from)
        return 0;
    int last = day_to_date(instant_day(to, calendar->zone_minutes)).year;
    size_t count = 0;
    for (int year = day_to_date(instant_day(from, calendar->zone_minutes)).year;
         year <= last && count < max; year++)
        if (!year_loaded(calendar, year))
            years[count++] = year;
    return count;
}
