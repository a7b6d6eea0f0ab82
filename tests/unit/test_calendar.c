#include <check.h>
#include <stdio.h>

#include "lib/complaint/calendar.h"
#include "tests/support/calendar_file.h"
#include "tests/support/naive_clock.h"
#include "tests/support/random.h"

Suite *calendar_suite(void);

static struct calendar_source source;
static struct calendar *calendar;

static void setup(void)
{
    source = calendar_file_read(CALENDAR_CN);
    calendar = calendar_new(&source);
    ck_assert(calendar != NULL);
}

static void teardown(void)
{
    calendar_free(calendar);
    calendar_file_free(&source);
}

static instant at(const char *text)
{
    instant moment;
    ck_assert_msg(instant_parse(text_of(text), &moment), "%s", text);
    return moment;
}

static day_number day(const char *text)
{
    day_number number;
    ck_assert_msg(day_parse(text_of(text), &number), "%s", text);
    return number;
}

static void assert_day(day_number got, const char *expected)
{
    char text[DAY_TEXT_LENGTH];
    day_format(got, text);
    ck_assert_msg(got == day(expected), "got %.*s, expected %s", DAY_TEXT_LENGTH, text, expected);
}

static void assert_at(instant got, const char *expected)
{
    char text[INSTANT_TEXT_MAX];
    int length = (int)instant_format(got, 8 * 60, text);
    ck_assert_msg(got == at(expected), "got %.*s, expected %s", length, text, expected);
}

/* n working days after a day, that day not counted (domain.md §2, and more of the same kind). */
static const struct {
    const char *day;
    int n;
    const char *expected;
} oracle[] = {
    {"2025-01-24", 1, "2025-01-26"}, /* a Sunday that is worked */
    {"2025-01-24", 5, "2025-02-07"}, {"2025-09-26", 3, "2025-09-30"},
    {"2025-09-30", 1, "2025-10-09"}, {"2025-09-30", 7, "2025-10-16"},
    {"2026-02-13", 1, "2026-02-14"}, {"2026-02-13", 7, "2026-03-02"},
    {"2026-04-30", 3, "2026-05-08"}, {"2026-09-24", 5, "2026-10-09"},
    {"2025-12-31", 2, "2026-01-05"}, {"2024-02-09", 1, "2024-02-18"},
    {"2026-11-20", 1, "2026-11-23"}, {"2026-11-21", 1, "2026-11-23"}, /* from a Saturday */
    {"2026-02-18", 1, "2026-02-24"},                                  /* from within a holiday */
    {"2027-12-31", 1, "2028-01-03"}, /* years that are not loaded: weekdays count */
    {"2027-09-30", 1, "2027-10-01"},
};

START_TEST(finds_the_nth_working_day)
{
    assert_day(calendar_working_day_after(calendar, day(oracle[_i].day), oracle[_i].n),
               oracle[_i].expected);
}
END_TEST

/* The third column against the naive clock's idea of a day: 00:00 to 24:00 has work or none. */
START_TEST(agrees_about_every_day)
{
    for (day_number d = day("2000-01-01"); d <= day("2199-12-31"); d += d % 400 ? 1 : 7) {
        instant midnight = instant_of_day(d, 8 * 60);
        int64_t work = naive_working_time(&source, midnight, midnight + 10 * INSTANT_HOUR);
        ck_assert_int_eq(calendar_works(calendar, d), work > 0);
    }
    ck_assert(calendar_works(calendar, day("2025-01-26")));
    ck_assert(!calendar_works(calendar, day("2026-02-17")));
    ck_assert(!calendar_works(calendar, day("2026-11-21")));
}
END_TEST

START_TEST(knows_its_version_zone_and_end_of_work)
{
    ck_assert_int_eq(calendar_version(calendar), 1);
    ck_assert_int_eq(calendar_zone(calendar), 480);
    assert_at(calendar_end_of_work(calendar, day("2026-11-23")), "2026-11-23T17:30:00+08:00");
}
END_TEST

static const struct {
    const char *from, *to;
    int64_t expected; /* microseconds */
} spans[] = {
    {"2026-11-20T09:12:00+08:00", "2026-11-20T17:30:00+08:00",
     6 * INSTANT_HOUR + 48 * INSTANT_MINUTE},
    {"2026-11-20T12:00:00+08:00", "2026-11-20T13:30:00+08:00", 0}, /* the lunch break */
    {"2026-11-20T11:59:00+08:00", "2026-11-20T13:31:00+08:00", 2 * INSTANT_MINUTE},
    {"2026-11-20T17:30:00+08:00", "2026-11-23T09:00:00+08:00", 0}, /* a weekend */
    {"2026-11-20T17:29:59+08:00", "2026-11-23T09:00:01+08:00", 2 * INSTANT_SECOND},
    {"2026-02-14T00:00:00+08:00", "2026-02-24T00:00:00+08:00",
     7 * INSTANT_HOUR}, /* one worked Saturday */
    {"2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", 7 * INSTANT_HOUR},
    {"2026-11-20T10:00:00+08:00", "2026-11-20T10:00:00+08:00", 0},
    {"2026-11-20T10:00:00+08:00", "2026-11-20T09:00:00+08:00", 0}, /* backwards */
    {"1999-12-01T00:00:00+08:00", "2000-01-01T00:00:00+08:00", 0}, /* before the table */
    {"1999-12-01T00:00:00+08:00", "2000-01-04T00:00:00+08:00", 7 * INSTANT_HOUR},
    {"2199-12-31T00:00:00+08:00", "2199-12-31T23:59:59Z", 7 * INSTANT_HOUR}, /* and at its end */
};

START_TEST(measures_working_time)
{
    ck_assert_int_eq(calendar_working_time(calendar, at(spans[_i].from), at(spans[_i].to)),
                     spans[_i].expected);
}
END_TEST

static const struct {
    const char *from;
    int64_t work; /* microseconds */
    const char *expected;
} additions[] = {
    {"2026-11-20T09:12:00+08:00", 48 * INSTANT_MINUTE, "2026-11-20T10:00:00+08:00"},
    {"2026-11-20T09:12:00+08:00", 168 * INSTANT_MINUTE, "2026-11-20T12:00:00+08:00"},
    {"2026-11-20T09:12:00+08:00", 168 * INSTANT_MINUTE + 1, "2026-11-20T13:30:00.000001+08:00"},
    {"2026-11-20T16:30:00+08:00", INSTANT_HOUR, "2026-11-20T17:30:00+08:00"},
    {"2026-11-20T16:30:00+08:00", INSTANT_HOUR + 1, "2026-11-23T09:00:00.000001+08:00"},
    {"2026-11-21T03:00:00+08:00", 1, "2026-11-23T09:00:00.000001+08:00"},
    {"2026-11-20T12:30:00+08:00", 7 * INSTANT_HOUR, "2026-11-23T12:00:00+08:00"},
    {"2026-02-14T17:00:00+08:00", INSTANT_HOUR, "2026-02-24T09:30:00+08:00"},
    {"2026-11-21T03:00:00+08:00", 0, "2026-11-21T03:00:00+08:00"},
    {"2026-11-21T03:00:00+08:00", -5, "2026-11-21T03:00:00+08:00"},
    {"2199-12-30T00:00:00+08:00", INT64_MAX,
     "2199-12-31T17:30:00+08:00"}, /* where the table ends */
};

START_TEST(adds_working_time)
{
    assert_at(calendar_add_work(calendar, at(additions[_i].from), additions[_i].work),
              additions[_i].expected);
}
END_TEST

START_TEST(names_years_that_are_not_loaded)
{
    int years[4] = {0};
    ck_assert_uint_eq(calendar_years_missing(calendar, at("2024-06-01T00:00:00Z"),
                                             at("2026-06-01T00:00:00Z"), years, 4),
                      0);
    /* New Year comes first in the institution's zone. */
    ck_assert_uint_eq(calendar_years_missing(calendar, at("2026-12-30T00:00:00Z"),
                                             at("2026-12-31T15:59:59Z"), years, 4),
                      0);
    ck_assert_uint_eq(calendar_years_missing(calendar, at("2026-12-30T00:00:00Z"),
                                             at("2026-12-31T16:00:00Z"), years, 4),
                      1);
    ck_assert_int_eq(years[0], 2027);
    ck_assert_uint_eq(calendar_years_missing(calendar, at("2022-12-30T00:00:00Z"),
                                             at("2028-12-31T16:00:00Z"), years, 4),
                      4);
    ck_assert_int_eq(years[0], 2022);
    ck_assert_int_eq(years[1], 2023);
    ck_assert_int_eq(years[2], 2027);
    ck_assert_int_eq(years[3], 2028);
    ck_assert_uint_eq(calendar_years_missing(calendar, at("2022-12-30T00:00:00Z"),
                                             at("2028-12-31T16:00:00Z"), years, 2),
                      2);
    ck_assert_uint_eq(
        calendar_years_missing(calendar, at("2022-12-30T00:00:00Z"), INSTANT_NONE, years, 4), 0);
}
END_TEST

START_TEST(refuses_unsound_sources)
{
    struct calendar_source bad = source;
    bad.weekdays = 0;
    ck_assert_ptr_null(calendar_new(&bad));
    bad.weekdays = 1u << 7 | 1;
    ck_assert_ptr_null(calendar_new(&bad));
    bad = source;
    bad.period_count = 0;
    ck_assert_ptr_null(calendar_new(&bad));
    bad.period_count = CALENDAR_PERIODS_MAX + 1;
    ck_assert_ptr_null(calendar_new(&bad));
    bad = source;
    bad.periods[0].to_minute = bad.periods[0].from_minute;
    ck_assert_ptr_null(calendar_new(&bad));
    bad = source;
    bad.periods[1].to_minute = 1441;
    ck_assert_ptr_null(calendar_new(&bad));
    bad = source;
    bad.periods[0].to_minute = bad.periods[1].from_minute + 1;
    ck_assert_ptr_null(calendar_new(&bad));
    bad = source;
    bad.periods[0].from_minute = -1;
    ck_assert_ptr_null(calendar_new(&bad));
    bad = source;
    bad.zone_minutes = 841;
    ck_assert_ptr_null(calendar_new(&bad));

    struct calendar_day days[2] = {{day("2026-01-01"), false}, {day("2026-01-01"), true}};
    bad = source;
    bad.days = days;
    bad.day_count = 2;
    ck_assert_ptr_null(calendar_new(&bad));
    days[1].day = day("1999-12-31");
    ck_assert_ptr_null(calendar_new(&bad));
    days[1].day = day("2199-12-31") + 1;
    ck_assert_ptr_null(calendar_new(&bad));
    days[1].day = day("2199-12-31");
    struct calendar *good = calendar_new(&bad);
    ck_assert_ptr_nonnull(good);
    calendar_free(good);
    calendar_free(NULL);
}
END_TEST

/* A night shift up to midnight and one from midnight on meet: 24:00 is 00:00. */
START_TEST(works_around_the_clock)
{
    struct calendar_source shifts = {.zone_minutes = 0,
                                     .weekdays = 0x7F,
                                     .period_count = 2,
                                     .periods = {{0, 360}, {1080, 1440}}};
    struct calendar *round = calendar_new(&shifts);
    ck_assert_int_eq(
        calendar_working_time(round, at("2026-11-20T23:00:00Z"), at("2026-11-21T01:00:00Z")),
        2 * INSTANT_HOUR);
    ck_assert_int_eq(calendar_add_work(round, at("2026-11-20T23:00:00Z"), INSTANT_HOUR),
                     at("2026-11-21T00:00:00Z"));
    calendar_free(round);
}
END_TEST

/* Adding what was measured leads back, to the first of the moments with that reading. */
START_TEST(adding_undoes_measuring)
{
    struct random random = random_new(20261120);
    instant base = at("2025-12-01T00:00:00+08:00");
    for (int i = 0; i < 20000; i++) {
        instant from = base + (int64_t)(random_bits(&random) % (120 * INSTANT_DAY));
        instant to = from + (int64_t)(random_bits(&random) % (20 * INSTANT_DAY));
        int64_t work = calendar_working_time(calendar, from, to);
        instant back = calendar_add_work(calendar, from, work);
        ck_assert(back <= to);
        ck_assert_int_eq(calendar_working_time(calendar, from, back), work);
        if (work > 0)
            ck_assert_int_eq(calendar_working_time(calendar, from, back - 1), work - 1);
        if (i % 100 == 0)
            ck_assert_int_eq(naive_working_time(&source, from, to), work);
    }
}
END_TEST

Suite *calendar_suite(void)
{
    Suite *suite = suite_create("calendar");
    TCase *cases = tcase_create("calendar");
    tcase_set_timeout(cases, 120);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, finds_the_nth_working_day, 0, sizeof(oracle) / sizeof(*oracle));
    tcase_add_test(cases, agrees_about_every_day);
    tcase_add_test(cases, knows_its_version_zone_and_end_of_work);
    tcase_add_loop_test(cases, measures_working_time, 0, sizeof(spans) / sizeof(*spans));
    tcase_add_loop_test(cases, adds_working_time, 0, sizeof(additions) / sizeof(*additions));
    tcase_add_test(cases, names_years_that_are_not_loaded);
    tcase_add_test(cases, refuses_unsound_sources);
    tcase_add_test(cases, works_around_the_clock);
    tcase_add_test(cases, adding_undoes_measuring);
    suite_add_tcase(suite, cases);
    return suite;
}
