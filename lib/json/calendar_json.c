#include <stdlib.h>
#include <string.h>

#include "lib/json/rules_json.h"

/* What calendar_new() can hold. */
#define YEAR_MIN 2000
#define YEAR_MAX 2199
#define YEARS_MAX (YEAR_MAX - YEAR_MIN + 1)
#define DAYS_MAX ((size_t)YEARS_MAX * 366)
#define NAME_MAX_CHARACTERS 100

static const struct member period_members[] = {
    {MEMBER("from", TEXT, struct calendar_period_document, from), .flags = MEMBER_REQUIRED,
     .max = 5},
    {MEMBER("to", TEXT, struct calendar_period_document, to), .flags = MEMBER_REQUIRED, .max = 5},
};
static const struct shape period_shape = {.name = "CalendarPeriod",
                                          .size = sizeof(struct calendar_period_document),
                                          SHAPE_MEMBERS(period_members)};

static const struct member calendar_members[] = {
    {MEMBER("name", TEXT, struct calendar_document, name), .flags = MEMBER_REQUIRED,
     .max = NAME_MAX_CHARACTERS},
    {MEMBER("years", INTEGERS, struct calendar_document, years), .flags = MEMBER_REQUIRED,
     .min = YEAR_MIN, .max = YEAR_MAX, .size = YEARS_MAX,
     .count_offset = offsetof(struct calendar_document, year_count)},
    {MEMBER("weekdays", TERMS, struct calendar_document, weekdays), .flags = MEMBER_REQUIRED,
     .vocabulary = &vocabulary_weekday},
    {MEMBER("periods", LIST, struct calendar_document, periods), .flags = MEMBER_REQUIRED,
     .max = CALENDAR_PERIODS_MAX, .shape = &period_shape,
     .size = sizeof(struct calendar_period_document),
     .count_offset = offsetof(struct calendar_document, period_count)},
    {MEMBER("off", TEXTS, struct calendar_document, off), .max = DAY_TEXT_LENGTH, .size = DAYS_MAX,
     .count_offset = offsetof(struct calendar_document, off_count)},
    {MEMBER("work", TEXTS, struct calendar_document, work), .max = DAY_TEXT_LENGTH,
     .size = DAYS_MAX, .count_offset = offsetof(struct calendar_document, work_count)},
};
const struct shape calendar_document_shape = {.name = "CalendarInput",
                                              .size = sizeof(struct calendar_document),
                                              SHAPE_MEMBERS(calendar_members)};

/* --- reading ----------------------------------------------------------------------------------- */

/* A day as it was listed. */
struct listed {
    struct calendar_day day;
    const char *list;
    size_t index;
};

struct draft {
    const char *prefix;
    struct violations *violations;
    struct calendar_source *source;
    struct listed *listed;
    size_t listed_count;
};

static void refuse(const struct draft *draft, const char *pointer, const char *code, const char *en,
                   const char *zh)
{
    violation_add(draft->violations,
                  arena_printf(draft->violations->arena, "%s%s", draft->prefix, pointer), code, en,
                  zh);
}

/* Whether something about a member, or in it, was refused already. */
static bool is_refused(const struct draft *draft, const char *pointer)
{
    const char *full = arena_printf(draft->violations->arena, "%s%s", draft->prefix, pointer);

    for (size_t i = 0; i < draft->violations->count; i++)
        if (strncmp(draft->violations->list[i].pointer.at, full, strlen(full)) == 0)
            return true;
    return false;
}

static const char *pointer_to(const struct draft *draft, const char *list, size_t index)
{
    return arena_printf(draft->violations->arena, "/%s/%zu", list, index);
}

static int by_number(const void *a, const void *b)
{
    int one = *(const int *)a, other = *(const int *)b;
    return (one > other) - (one < other);
}

/* Those out of range were refused already. */
static void read_years(struct draft *draft, const struct calendar_document *document)
{
    int *years = ARENA_ARRAY(draft->violations->arena, int, document->year_count);
    size_t count = 0;

    for (size_t i = 0; i < document->year_count; i++) {
        bool known = false;
        for (size_t j = 0; j < count; j++)
            known = known || years[j] == document->years[i];
        if (known)
            refuse(draft, pointer_to(draft, "years", i), "duplicate", "Is in the list already.",
                   "列表中已有此项。");
        else if (document->years[i] >= 0)
            years[count++] = document->years[i];
    }
    qsort(years, count, sizeof *years, by_number);
    draft->source->years = years;
    draft->source->year_count = count;
}

/* -1: they are none. */
static int two_digits(const char *at)
{
    if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
        return -1;
    return (at[0] - '0') * 10 + at[1] - '0';
}

/* "HH:MM", up to 24:00; -1 after a refusal. A text that was refused already is none. */
static int read_minute(const struct draft *draft, struct text text, size_t index, const char *end)
{
    bool formed = text.length == 5 && text.at[2] == ':';
    int hours = formed ? two_digits(text.at) : -1, minutes = formed ? two_digits(text.at + 3) : -1;

    if (text_is_none(text))
        return -1;
    if (hours >= 0 && minutes >= 0 && minutes < 60 && hours * 60 + minutes <= 24 * 60)
        return hours * 60 + minutes;
    refuse(
        draft,
        arena_printf(draft->violations->arena, "%s/%s", pointer_to(draft, "periods", index), end),
        "not_a_time_of_day", "Must be a time of day, such as \"09:00\".", "须为时刻，如“09:00”。");
    return -1;
}

static void read_period(struct draft *draft, const struct calendar_period_document *period,
                        size_t index)
{
    struct calendar_source *source = draft->source;
    int from = read_minute(draft, period->from, index, "from");
    int to = read_minute(draft, period->to, index, "to");

    if (from < 0 || to < 0)
        return;
    if (to <= from)
        refuse(draft, pointer_to(draft, "periods", index), "ends_before_it_begins",
               "Must end after it begins.", "结束时刻须晚于开始时刻。");
    else if (source->period_count && source->periods[source->period_count - 1].to_minute > from)
        refuse(draft, pointer_to(draft, "periods", index), "not_in_order",
               "Must begin after the one before has ended.", "须在前一时段结束之后开始。");
    else
        source->periods[source->period_count++] = (struct working_period){from, to};
}

static bool is_loaded(const struct draft *draft, day_number day)
{
    int year = day_to_date(day).year;

    for (size_t i = 0; i < draft->source->year_count; i++)
        if (draft->source->years[i] == year)
            return true;
    return false;
}

static void read_days(struct draft *draft, const char *list, bool works, const struct text days[],
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct listed *listed = &draft->listed[draft->listed_count];
        day_number day;
        if (text_is_none(days[i]))
            continue;
        if (!day_parse(days[i], &day))
            refuse(draft, pointer_to(draft, list, i), "not_a_day",
                   "Must be a day that exists, as YYYY-MM-DD.",
                   "须为实际存在的日期（YYYY-MM-DD）。");
        else if (!is_loaded(draft, day))
            refuse(draft, pointer_to(draft, list, i), "outside_years",
                   "Lies outside the years listed.", "不在所列年份之内。");
        else {
            *listed = (struct listed){{day, works}, list, i};
            draft->listed_count++;
        }
    }
}

static int by_day(const void *a, const void *b)
{
    const struct listed *one = a, *other = b;
    int order = (one->day.day > other->day.day) - (one->day.day < other->day.day);

    if (order == 0)
        order = one->day.works - other->day.works;
    return order ? order : (one->index > other->index) - (one->index < other->index);
}

static void take_days(struct draft *draft, const struct calendar_document *document)
{
    struct arena *arena = draft->violations->arena;
    size_t count = document->off_count + document->work_count;

    draft->listed = ARENA_ARRAY(arena, struct listed, count + 1);
    read_days(draft, "off", false, document->off, document->off_count);
    read_days(draft, "work", true, document->work, document->work_count);
    qsort(draft->listed, draft->listed_count, sizeof *draft->listed, by_day);
    struct calendar_day *days = ARENA_ARRAY(arena, struct calendar_day, draft->listed_count);
    for (size_t i = 0; i < draft->listed_count; i++) {
        days[i] = draft->listed[i].day;
        if (i > 0 && days[i].day == days[i - 1].day)
            refuse(draft, pointer_to(draft, draft->listed[i].list, draft->listed[i].index),
                   "duplicate", "This day is in the lists already.", "列表中已有此日期。");
    }
    draft->source->days = days;
    draft->source->day_count = draft->listed_count;
}

void calendar_document_read(const struct calendar_document *document, const char *prefix,
                            int zone_minutes, struct violations *violations,
                            struct calendar_source *ret)
{
    struct draft draft = {.prefix = prefix, .violations = violations, .source = ret};

    *ret = (struct calendar_source){.zone_minutes = zone_minutes, .weekdays = document->weekdays};
    if (document->weekdays == 0 && !is_refused(&draft, "/weekdays"))
        refuse(&draft, "/weekdays", "required", "Must be given.", "必须填写。");
    read_years(&draft, document);
    for (size_t i = 0; i < document->period_count; i++)
        read_period(&draft, &document->periods[i], i);
    take_days(&draft, document);
}

/* --- writing ----------------------------------------------------------------------------------- */

static struct text minute_text(struct arena *arena, int minute)
{
    return text_printf(arena, "%02d:%02d", minute / 60, minute % 60);
}

static struct text day_text(struct arena *arena, day_number day)
{
    char *text = arena_alloc(arena, DAY_TEXT_LENGTH);

    day_format(day, text);
    return (struct text){text, DAY_TEXT_LENGTH};
}

void calendar_document_write(struct text name, const struct calendar_source *source,
                             struct arena *arena, struct calendar_document *ret)
{
    *ret = (struct calendar_document){
        .name = name,
        .years = ARENA_ARRAY(arena, int, source->year_count),
        .year_count = source->year_count,
        .weekdays = source->weekdays,
        .periods = ARENA_ARRAY(arena, struct calendar_period_document, source->period_count),
        .period_count = source->period_count,
        .off = ARENA_ARRAY(arena, struct text, source->day_count),
        .work = ARENA_ARRAY(arena, struct text, source->day_count)};
    for (size_t i = 0; i < source->year_count; i++)
        ret->years[i] = source->years[i];
    for (size_t i = 0; i < source->period_count; i++)
        ret->periods[i] =
            (struct calendar_period_document){minute_text(arena, source->periods[i].from_minute),
                                              minute_text(arena, source->periods[i].to_minute)};
    for (size_t i = 0; i < source->day_count; i++) {
        struct text day = day_text(arena, source->days[i].day);
        if (source->days[i].works)
            ret->work[ret->work_count++] = day;
        else
            ret->off[ret->off_count++] = day;
    }
}
