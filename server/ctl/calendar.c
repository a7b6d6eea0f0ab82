#include "lib/complaint/calendar.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/store/calendar_store.h"
#include "server/ctl/import.h"

/* What calendar_new() can hold. */
#define YEAR_MIN 2000
#define YEAR_MAX 2199
#define DAYS_MAX ((size_t)200 * 366)

/* A calendar as far as it has been read. */
struct draft {
    struct import *import;
    struct text name;
    struct calendar_source source;
    int years[YEAR_MAX - YEAR_MIN + 1];
    struct listed *listed; /* the days of both lists */
    size_t listed_count;
};

struct listed {
    struct calendar_day day;
    const char *place;
};

/* Keeps the years ascending; false when the year is there already. */
static bool insert_year(struct draft *draft, int year)
{
    size_t at = draft->source.year_count;

    for (; at > 0 && draft->years[at - 1] >= year; at--)
        if (draft->years[at - 1] == year)
            return false;
    memmove(&draft->years[at + 1], &draft->years[at],
            (draft->source.year_count - at) * sizeof *draft->years);
    draft->years[at] = year;
    draft->source.year_count++;
    return true;
}

static void read_years(struct draft *draft)
{
    const json_t *list = import_list(draft->import, "years", false, YEAR_MAX - YEAR_MIN + 1);

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *year = json_array_get(list, i);
        const char *place = import_place(draft->import, "/years/%zu", i);
        if (!json_is_integer(year) || json_integer_value(year) < YEAR_MIN ||
            json_integer_value(year) > YEAR_MAX)
            import_refuse(draft->import, place, "must be a year from 2000 to 2199");
        else if (!insert_year(draft, (int)json_integer_value(year)))
            import_refuse(draft->import, place, "comes twice");
    }
}

static void read_weekdays(struct draft *draft)
{
    static const char *const names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday"};
    const json_t *list = import_list(draft->import, "weekdays", false, 7);

    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        const char *place = import_place(draft->import, "/weekdays/%zu", i);
        unsigned bit = 0;
        for (unsigned day = 0; name && day < 7; day++)
            if (strcmp(names[day], name) == 0)
                bit = 1u << day;
        if (!bit)
            import_refuse(draft->import, place, "must be a weekday: monday, tuesday, …");
        else if (draft->source.weekdays & bit)
            import_refuse(draft->import, place, "comes twice");
        draft->source.weekdays |= bit;
    }
}

/* "HH:MM", up to 24:00; -1 after a refusal. */
static int read_minute(struct draft *draft, const json_t *value, const char *place)
{
    const char *text = json_string_value(value);
    int minute = -1;

    if (text && strlen(text) == 5 && text[2] == ':' && strspn(text, "0123456789") == 2 &&
        strspn(text + 3, "0123456789") == 2 && text[3] < '6')
        minute = ((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0';
    if (minute < 0 || minute > 24 * 60) {
        import_refuse(draft->import, place, "must be a time of day, such as \"09:00\"");
        return -1;
    }
    return minute;
}

static void read_period(struct draft *draft, const json_t *value, size_t i)
{
    static const char *const members[] = {"from", "to", NULL};
    struct import *import = draft->import;
    struct calendar_source *source = &draft->source;
    const char *place = import_place(import, "/periods/%zu", i);

    if (!json_is_object(value)) {
        import_refuse(import, place, "must be an object with from and to");
        return;
    }
    import_refuse_others(import, value, place, members);
    int from =
        read_minute(draft, json_object_get(value, "from"), import_place(import, "%s/from", place));
    int to = read_minute(draft, json_object_get(value, "to"), import_place(import, "%s/to", place));
    if (from < 0 || to < 0)
        return;
    if (to <= from)
        import_refuse(import, place, "must end after it begins");
    else if (source->period_count && source->periods[source->period_count - 1].to_minute > from)
        import_refuse(import, place, "must begin after the one before has ended");
    else
        source->periods[source->period_count++] = (struct working_period){from, to};
}

static void read_periods(struct draft *draft)
{
    const json_t *list = import_list(draft->import, "periods", false, CALENDAR_PERIODS_MAX);

    for (size_t i = 0; i < json_array_size(list); i++)
        read_period(draft, json_array_get(list, i), i);
}

static bool year_loaded(const struct draft *draft, day_number day)
{
    int year = day_to_date(day).year;

    for (size_t i = 0; i < draft->source.year_count; i++)
        if (draft->years[i] == year)
            return true;
    return false;
}

static void read_days(struct draft *draft, const char *name, bool works, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *value = json_array_get(list, i);
        const char *place = import_place(draft->import, "/%s/%zu", name, i);
        struct text text = {json_string_value(value), json_string_length(value)};
        struct listed *listed = &draft->listed[draft->listed_count];
        if (!json_is_string(value) || !day_parse(text, &listed->day.day))
            import_refuse(draft->import, place, "must be a day that exists, as YYYY-MM-DD");
        else if (!year_loaded(draft, listed->day.day))
            import_refuse(draft->import, place, "lies outside the years listed");
        else {
            listed->day.works = works;
            listed->place = place;
            draft->listed_count++;
        }
    }
}

static int by_day(const void *a, const void *b)
{
    const struct listed *one = a, *other = b;
    int order = (one->day.day > other->day.day) - (one->day.day < other->day.day);
    return order ? order : strcmp(one->place, other->place);
}

static void read_exceptions(struct draft *draft)
{
    struct arena *arena = draft->import->ctl->arena;
    const json_t *off = import_list(draft->import, "off", true, DAYS_MAX);
    const json_t *work = import_list(draft->import, "work", true, DAYS_MAX);

    draft->listed =
        ARENA_ARRAY(arena, struct listed, json_array_size(off) + json_array_size(work) + 1);
    read_days(draft, "off", false, off);
    read_days(draft, "work", true, work);
    qsort(draft->listed, draft->listed_count, sizeof *draft->listed, by_day);
    struct calendar_day *days = ARENA_ARRAY(arena, struct calendar_day, draft->listed_count);
    for (size_t i = 0; i < draft->listed_count; i++) {
        days[i] = draft->listed[i].day;
        if (i > 0 && days[i].day == days[i - 1].day)
            import_refuse(
                draft->import, draft->listed[i].place,
                import_place(draft->import, "is the same day as %s", draft->listed[i - 1].place));
    }
    draft->source.days = days;
    draft->source.day_count = draft->listed_count;
}

static void read_calendar(struct draft *draft)
{
    static const char *const members[] = {"name", "years", "weekdays", "periods",
                                          "off",  "work",  NULL};
    struct import *import = draft->import;

    if (!json_is_object(import->root)) {
        import_refuse(import, "", "must hold an object");
        return;
    }
    import_refuse_others(import, import->root, "", members);
    draft->name = import_name(import, json_object_get(import->root, "name"), "/name");
    read_years(draft);
    read_weekdays(draft);
    read_periods(draft);
    read_exceptions(draft);
    draft->source.years = draft->years;
    if (import->errors)
        return;
    /* What the server is going to do with it. */
    struct calendar *calendar = calendar_new(&draft->source);
    if (!calendar)
        import_refuse(import, "", "is no calendar that the server can use");
    calendar_free(calendar);
}

static int store_calendar(struct ctl *ctl, const struct draft *draft)
{
    struct calendar_imported imported;

    if (!ctl_connect(ctl))
        return CTL_TROUBLE;
    int code = ctl_judge(ctl,
                         calendar_import(ctl->pg, ctl->arena, draft->name, &draft->source,
                                         ctl_deadline(), &imported),
                         NULL, NULL);
    if (code != CTL_DONE)
        return code;
    if (!imported.added)
        printf("calendar %d already is the same; nothing to do\n", imported.version);
    else
        printf("calendar %d is in force: %zu days in %zu years\n"
               "%lld open stages have due times that the calendar before gave and that may "
               "differ now\n",
               imported.version, draft->source.day_count, draft->source.year_count,
               (long long)imported.open_stages);
    return CTL_DONE;
}

static int import_calendar(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{0}};
    struct import import;
    struct draft draft = {.import = &import};

    while (ctl_option(ctl, argc, argv, options) != -1)
        ;
    ctl_expect_arguments(ctl, argc, 1);
    int code = import_open(ctl, argv[optind], &import);
    if (code != CTL_DONE)
        return code;
    read_calendar(&draft);
    if (import.errors)
        code = ctl_fail(CTL_REFUSED, "%zu errors in %s; nothing was imported", import.errors,
                        import.file);
    else
        code = store_calendar(ctl, &draft);
    import_close(&import);
    return code;
}

const struct command command_import_calendar = {
    .name = "import-calendar",
    .arguments = "FILE",
    .help =
        "Checks a working calendar and puts it in force as a new version, unless the one in force\n"
        "is the same. FILE (-: standard input) holds JSON:\n"
        "  {\"name\": …, \"years\": [2026, …], \"weekdays\": [\"monday\", …],\n"
        "   \"periods\": [{\"from\": \"09:00\", \"to\": \"12:00\"}, …],\n"
        "   \"off\": [\"2026-01-01\", …], \"work\": [\"2026-02-14\", …]}\n"
        "off: holidays; work: make-up working days. Reports how many open stages have due times\n"
        "that may differ now; none is changed.\n",
    .run = import_calendar};
