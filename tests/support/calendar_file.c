#include "tests/support/calendar_file.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/source_file.h"

/* "HH:MM" as minutes after midnight. */
static int minute_of(const json_t *clock)
{
    const char *text = json_string_value(clock);
    ck_assert(text && strlen(text) == 5 && text[2] == ':');
    return (text[0] - '0') * 600 + (text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0';
}

static unsigned weekday_bit(const char *name)
{
    static const char *const names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday"};
    for (unsigned i = 0; i < 7; i++)
        if (strcmp(names[i], name) == 0)
            return 1u << i;
    ck_abort_msg("no weekday: %s", name);
    return 0;
}

static size_t add_days(const json_t *dates, bool works, struct calendar_day days[])
{
    size_t i;
    json_t *date;
    json_array_foreach(dates, i, date)
    {
        days[i].works = works;
        ck_assert(day_parse(text_of(json_string_value(date)), &days[i].day));
    }
    return i;
}

struct calendar_source calendar_file_read(const char *name)
{
    json_t *json = source_file_json(name), *member;
    struct calendar_source source = {.version = 1, .zone_minutes = 8 * 60};
    size_t i;
    json_array_foreach(json_object_get(json, "weekdays"), i, member) source.weekdays |=
        weekday_bit(json_string_value(member));
    json_array_foreach(json_object_get(json, "periods"), i, member)
    {
        ck_assert(i < CALENDAR_PERIODS_MAX);
        source.periods[i].from_minute = minute_of(json_object_get(member, "from"));
        source.periods[i].to_minute = minute_of(json_object_get(member, "to"));
    }
    source.period_count = i;

    const json_t *off = json_object_get(json, "off"), *work = json_object_get(json, "work");
    struct calendar_day *days =
        calloc(json_array_size(off) + json_array_size(work) + 1, sizeof(*days));
    source.day_count = add_days(off, false, days);
    source.day_count += add_days(work, true, days + source.day_count);
    source.days = days;

    const json_t *year_list = json_object_get(json, "years");
    int *years = calloc(json_array_size(year_list) + 1, sizeof(*years));
    json_array_foreach(year_list, i, member) years[i] = (int)json_integer_value(member);
    source.year_count = i;
    source.years = years;
    json_decref(json);
    return source;
}

void calendar_file_free(struct calendar_source *source)
{
    free((void *)source->days);
    free((void *)source->years);
    source->days = NULL;
    source->years = NULL;
}
