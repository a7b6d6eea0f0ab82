#include <check.h>
#include <stdio.h>
#include <time.h>

#include "lib/base/instant.h"

Suite *instant_suite(void);

/* libcheck tells its parent of each assertion: long loops assert on failure only. */
#define EXPECT(condition, ...)         \
    do {                               \
        if (!(condition))              \
            ck_abort_msg(__VA_ARGS__); \
    } while (0)

static const struct {
    const char *text;
    instant at;
} good[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"1970-01-01T08:00:00+08:00", 0},
    {"1969-12-31T23:59:59.999999Z", -1},
    {"2026-11-20T09:12:00+08:00", INT64_C(1795137120000000)},
    {"2026-11-20T01:12:00Z", INT64_C(1795137120000000)},
    {"2026-11-20T01:12:00.1Z", INT64_C(1795137120100000)},
    {"2026-11-20T01:12:00.000001Z", INT64_C(1795137120000001)},
    {"2026-11-20T01:12:00.120000Z", INT64_C(1795137120120000)},
    {"2026-11-19T21:42:00-03:30", INT64_C(1795137120000000)},
    {"2024-02-29T00:00:00Z", INT64_C(1709164800000000)},
    {"2000-02-29T00:00:00Z", INT64_C(951782400000000)},
    {"1900-01-01T00:00:00Z", INT64_C(-2208988800000000)},
    {"2199-12-31T23:59:59Z", INT64_C(7258118399000000)},
    {"2026-01-01T00:00:00+14:00", INT64_C(1767175200000000)},
    {"2026-01-01T00:00:00-14:00", INT64_C(1767276000000000)},
    {"2026-01-01T00:00:00-00:00", INT64_C(1767225600000000)},
};
#define GOOD_COUNT ((int)(sizeof good / sizeof *good))

START_TEST(reads_rfc_3339)
{
    instant at = 42;

    ck_assert(instant_parse(text_of(good[_i].text), &at));
    ck_assert_int_eq(at, good[_i].at);
    /* A view needs no zero byte: what lies behind the text is not read. */
    char longer[64];
    int length = snprintf(longer, sizeof longer, "%s5", good[_i].text);
    ck_assert(instant_parse((struct text){longer, (size_t)length - 1}, &at));
    ck_assert(!instant_parse((struct text){longer, (size_t)length}, &at));
    /* No beginning of it is a time. */
    for (int cut = 0; cut < length - 1; cut++)
        ck_assert(!instant_parse((struct text){longer, (size_t)cut}, &at));
}
END_TEST

static const char *const bad[] = {
    "",
    "2026-11-20",
    "2026-11-20T09:12:00",            /* no offset */
    "2026-11-20T09:12Z",              /* no seconds */
    "2026-11-20 09:12:00Z",           /* blank for T */
    "2026-11-20t09:12:00Z",           /* lower case */
    "2026-11-20T09:12:00z",           /* lower case */
    " 2026-11-20T09:12:00Z",          /* white space */
    "2026-11-20T09:12:00Z ",          /* white space */
    "2026-11-20T24:00:00Z",           /* no such hour */
    "2026-11-20T23:60:00Z",           /* no such minute */
    "2026-11-20T23:59:60Z",           /* leap second */
    "2026-13-01T00:00:00Z",           /* no such month */
    "2026-00-01T00:00:00Z",           /* no such month */
    "2026-11-00T00:00:00Z",           /* no such day */
    "2026-11-31T00:00:00Z",           /* no such day */
    "2026-02-29T00:00:00Z",           /* not a leap year */
    "2100-02-29T00:00:00Z",           /* not a leap year */
    "1899-12-31T23:59:59Z",           /* before what is taken */
    "2200-01-01T00:00:00Z",           /* after it */
    "2026-11-20T09:12:00.Z",          /* fraction without digits */
    "2026-11-20T09:12:00.1234567Z",   /* finer than microseconds */
    "2026-11-20T09:12:00,5Z",         /* comma */
    "2026-11-20T09:12:00+8:00",       /* short offset */
    "2026-11-20T09:12:00+0800",       /* no colon */
    "2026-11-20T09:12:00+08",         /* no minutes */
    "2026-11-20T09:12:00+08:60",      /* no such minute */
    "2026-11-20T09:12:00+14:01",      /* beyond range */
    "2026-11-20T09:12:00-14:01",      /* beyond range */
    "2026-11-20T09:12:00+24:00",      /* beyond range */
    "2026-11-20T09:12:00+08:00Z",     /* two offsets */
    "2026-11-20T9:12:00Z",            /* one digit */
    "+2026-11-20T09:12:00Z",          /* sign */
    "12026-11-20T09:12:00Z",          /* five digits */
    "2026-1１-20T09:12:00Z",          /* full-width digit */
    "2026/11/20T09:12:00Z",           /* slashes */
    "-026-11-20T09:12:00Z",           /* sign for a digit */
    "2026-11-20T09:12:00\u221203:00", /* the minus of typography */
};
#define BAD_COUNT ((int)(sizeof bad / sizeof *bad))

START_TEST(refuses_the_rest)
{
    instant at = 42;

    ck_assert_msg(!instant_parse(text_of(bad[_i]), &at), "%s", bad[_i]);
    ck_assert_int_eq(at, 42);
}
END_TEST

START_TEST(refuses_none)
{
    instant at = 42;
    day_number day = 42;
    int minutes = 42;

    ck_assert(!instant_parse(TEXT_NONE, &at));
    ck_assert(!day_parse(TEXT_NONE, &day));
    ck_assert(!zone_parse(TEXT_NONE, &minutes));
}
END_TEST

static void expect_format(instant at, int zone_minutes, const char *expected)
{
    char out[INSTANT_TEXT_MAX];
    size_t length = instant_format(at, zone_minutes, out);

    ck_assert_uint_le(length, INSTANT_TEXT_MAX);
    ck_assert_msg(text_equal((struct text){out, length}, text_of(expected)), "%.*s is not %s",
                  (int)length, out, expected);
}

START_TEST(writes_rfc_3339)
{
    instant at = INT64_C(1795137120000000);

    expect_format(at, 480, "2026-11-20T09:12:00+08:00");
    expect_format(at, 0, "2026-11-20T01:12:00Z");
    expect_format(at, -210, "2026-11-19T21:42:00-03:30");
    expect_format(at + 1, 480, "2026-11-20T09:12:00.000001+08:00");
    expect_format(at + 120000, 480, "2026-11-20T09:12:00.120000+08:00");
    expect_format(-1, 0, "1969-12-31T23:59:59.999999Z");
    expect_format(-1, 345, "1970-01-01T05:44:59.999999+05:45");
    /* Nobody stores these, yet nothing breaks. */
    expect_format(INSTANT_NONE, 0, "-290308-12-21T19:59:05.224192Z");
    expect_format(INT64_MAX, 840, "294247-01-10T18:00:54.775807+14:00");
}
END_TEST

START_TEST(reads_what_it_wrote)
{
    uint64_t random = 1;

    for (int i = 0; i < 200000; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        /* 1901 to 2198, so that no zone leaves the years taken */
        instant at = (instant)(random % UINT64_C(9370000000000000)) - INT64_C(2177000000000000);
        int zone = (int)(random >> 40) % 1681 - 840;
        char out[INSTANT_TEXT_MAX];
        instant back = 0;
        size_t length = instant_format(at, zone, out);
        EXPECT(instant_parse((struct text){out, length}, &back), "%.*s", (int)length, out);
        EXPECT(back == at, "%.*s", (int)length, out);
    }
}
END_TEST

START_TEST(days_agree_with_libc)
{
    for (day_number day = -200000; day <= 200000; day++) {
        time_t seconds = (time_t)day * 86400;
        struct tm tm;
        EXPECT(gmtime_r(&seconds, &tm) != NULL, "%d", day);
        struct date date = day_to_date(day);
        EXPECT(date.year == tm.tm_year + 1900 && date.month == tm.tm_mon + 1 &&
                   date.day == tm.tm_mday,
               "%d", day);
        EXPECT(day_from_date(date) == day, "%d", day);
        EXPECT(day_weekday(day) == (tm.tm_wday == 0 ? 7 : tm.tm_wday), "%d", day);
    }
}
END_TEST

START_TEST(days_of_instants)
{
    instant midnight = INT64_C(1795104000000000); /* 2026-11-20T00:00:00+08:00 */
    day_number day = day_from_date((struct date){2026, 11, 20});

    ck_assert_int_eq(instant_day(midnight, 480), day);
    ck_assert_int_eq(instant_day(midnight - 1, 480), day - 1);
    ck_assert_int_eq(instant_day(midnight, 0), day - 1);
    ck_assert_int_eq(instant_day(midnight + INSTANT_DAY - 1, 480), day);
    ck_assert_int_eq(instant_of_day(day, 480), midnight);
    ck_assert_int_eq(instant_of_day(0, 0), 0);
    ck_assert_int_eq(instant_day(-1, 0), -1);
    for (int zone = -840; zone <= 840; zone += 15) {
        ck_assert_int_eq(instant_day(instant_of_day(day, zone), zone), day);
        ck_assert_int_eq(instant_day(instant_of_day(day, zone) - 1, zone), day - 1);
    }
}
END_TEST

START_TEST(reads_and_writes_days)
{
    static const char *const bad_days[] = {"",           "2026-11",     "2026-11-31",  "2026-02-29",
                                           "2026-11-1",  "26-11-20",    "2026-11-20 ", "2026-1-020",
                                           "0000-01-01", "2026-11-20T", "２026-11-20"};
    char out[DAY_TEXT_LENGTH];
    day_number day = 0;

    ck_assert(day_parse(TEXT("2026-11-20"), &day));
    ck_assert_int_eq(day, 20777);
    day_format(day, out);
    ck_assert(text_equal((struct text){out, sizeof out}, TEXT("2026-11-20")));
    for (size_t i = 0; i < sizeof bad_days / sizeof *bad_days; i++)
        ck_assert_msg(!day_parse(text_of(bad_days[i]), &day), "%s", bad_days[i]);
    ck_assert_int_eq(day, 20777);
    day_format(INT32_MAX, out);
    ck_assert(text_equal((struct text){out, sizeof out}, TEXT("9999-12-31")));
    day_format(INT32_MIN, out);
    ck_assert(text_equal((struct text){out, sizeof out}, TEXT("0000-01-01")));
}
END_TEST

START_TEST(reads_zones)
{
    static const struct {
        const char *text;
        int minutes;
    } zones[] = {{"Z", 0},         {"+00:00", 0},   {"-00:00", 0},   {"+08:00", 480},
                 {"-03:30", -210}, {"+05:45", 345}, {"+14:00", 840}, {"-14:00", -840}};
    static const char *const bad_zones[] = {"",       "z",      "+8:00",   "08:00",  "+0800", "+08",
                                            "+08:60", "+14:01", "+08:00 ", "-14:30", "Z0",    "+"};
    int minutes = 42;

    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        ck_assert(zone_parse(text_of(zones[i].text), &minutes));
        ck_assert_int_eq(minutes, zones[i].minutes);
    }
    minutes = 42;
    for (size_t i = 0; i < sizeof bad_zones / sizeof *bad_zones; i++)
        ck_assert_msg(!zone_parse(text_of(bad_zones[i]), &minutes), "%s", bad_zones[i]);
    ck_assert_int_eq(minutes, 42);
}
END_TEST

START_TEST(clocks_run)
{
    instant now = instant_now();
    int64_t before = monotonic_now_us();

    ck_assert_int_le(now / INSTANT_SECOND - (instant)time(NULL), 1);
    ck_assert_int_ge(now / INSTANT_SECOND - (instant)time(NULL), -5);
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    ck_assert_int_ge(monotonic_now_us() - before, 2000);
}
END_TEST

Suite *instant_suite(void)
{
    Suite *suite = suite_create("instant");
    TCase *tcase = tcase_create("instant");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, reads_rfc_3339, 0, GOOD_COUNT);
    tcase_add_loop_test(tcase, refuses_the_rest, 0, BAD_COUNT);
    tcase_add_test(tcase, refuses_none);
    tcase_add_test(tcase, writes_rfc_3339);
    tcase_add_test(tcase, reads_what_it_wrote);
    tcase_add_test(tcase, days_agree_with_libc);
    tcase_add_test(tcase, days_of_instants);
    tcase_add_test(tcase, reads_and_writes_days);
    tcase_add_test(tcase, reads_zones);
    tcase_add_test(tcase, clocks_run);
    suite_add_tcase(suite, tcase);
    return suite;
}
