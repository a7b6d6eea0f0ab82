#include <check.h>
#include <stdio.h>
#include <string.h>

#include "lib/complaint/deadline.h"
#include "tests/support/calendar_file.h"
#include "tests/support/naive_days.h"
#include "tests/support/random_calendar.h"

Suite *deadline_suite(void);

#define ZONE (8 * 60)
#define PAUSES_MAX 3

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

/* Local time without zone, "2026-11-20T09:12"; NULL and "-": none. */
static instant at(const char *local)
{
    if (!local || strcmp(local, "-") == 0)
        return INSTANT_NONE;
    char text[48];
    instant moment;
    snprintf(text, sizeof(text), "%s%s+08:00", local, strlen(local) == 16 ? ":00" : "");
    ck_assert_msg(instant_parse(text_of(text), &moment), "%s", text);
    return moment;
}

/* Room for several results within one message. */
static const char *show(instant moment, int zone_minutes)
{
    static char texts[8][INSTANT_TEXT_MAX + 1];
    static unsigned next;
    if (moment == INSTANT_NONE)
        return "none";
    char *text = texts[next++ % 8];
    text[instant_format(moment, zone_minutes, text)] = '\0';
    return text;
}

static void assert_at(instant got, const char *expected)
{
    ck_assert_msg(got == at(expected), "got %s, expected %s", show(got, ZONE), expected);
}

/* from, to, told_at; a row without from ends the list. */
typedef const char *pause_texts[PAUSES_MAX][3];

static size_t read_pauses(const pause_texts texts, bool statutory, struct pause pauses[])
{
    size_t count = 0;
    for (; count < PAUSES_MAX && texts[count][0]; count++)
        pauses[count] = (struct pause){at(texts[count][0]), at(texts[count][1]),
                                       at(texts[count][2]), statutory};
    return count;
}

static const struct {
    const char *start;
    int working_days;
    pause_texts pauses;
    const char *expected;
} stages[] = {
    /* domain.md §2 */
    {"2026-11-20T09:12", 1, {{0}}, "2026-11-23T17:30"},
    {"2025-01-24T10:00", 1, {{0}}, "2025-01-26T17:30"},
    {"2025-01-24T10:00", 5, {{0}}, "2025-02-07T17:30"},
    {"2025-09-26T10:00", 3, {{0}}, "2025-09-30T17:30"},
    {"2025-09-30T10:00", 1, {{0}}, "2025-10-09T17:30"},
    {"2025-09-30T10:00", 7, {{0}}, "2025-10-16T17:30"},
    {"2026-02-13T10:00", 1, {{0}}, "2026-02-14T17:30"},
    {"2026-02-13T10:00", 7, {{0}}, "2026-03-02T17:30"},
    {"2026-04-30T10:00", 3, {{0}}, "2026-05-08T17:30"},
    {"2026-09-24T10:00", 5, {{0}}, "2026-10-09T17:30"},
    {"2025-12-31T10:00", 2, {{0}}, "2026-01-05T17:30"},
    {"2024-02-09T10:00", 1, {{0}}, "2024-02-18T17:30"},
    /* A year that is not loaded: National Day 2027 is a Friday like any other. */
    {"2027-09-30T10:00", 1, {{0}}, "2027-10-01T17:30"},
    /* Starts at night, at the weekend, in a holiday, on the edges of periods: the day counts. */
    {"2026-11-20T00:00", 1, {{0}}, "2026-11-23T17:30"},
    {"2026-11-20T23:59:59.999999", 1, {{0}}, "2026-11-23T17:30"},
    {"2026-11-21T00:00", 1, {{0}}, "2026-11-23T17:30"},
    {"2026-11-22T12:00", 1, {{0}}, "2026-11-23T17:30"},
    {"2026-10-03T12:00", 2, {{0}}, "2026-10-09T17:30"},
    {"2026-11-20T17:30", 1, {{0}}, "2026-11-23T17:30"},
    /* Pauses within working time, across lunch, in the break, at night, over a weekend. */
    {"2026-11-23T09:12", 1, {{"2026-11-23T10:00", "2026-11-23T11:00"}}, "2026-11-25T10:00"},
    {"2026-11-23T09:12", 1, {{"2026-11-23T11:30", "2026-11-23T14:00"}}, "2026-11-25T10:00"},
    {"2026-11-23T09:12", 1, {{"2026-11-23T12:00", "2026-11-23T13:30"}}, "2026-11-24T17:30"},
    {"2026-11-23T09:12", 1, {{"2026-11-23T17:30", "2026-11-24T09:00"}}, "2026-11-24T17:30"},
    {"2026-11-20T09:12", 1, {{"2026-11-20T17:30", "2026-11-23T09:00"}}, "2026-11-23T17:30"},
    {"2026-11-20T09:12", 1, {{"2026-11-20T16:30", "2026-11-23T09:00"}}, "2026-11-24T10:00"},
    {"2026-11-20T09:12",
     1,
     {{"2026-11-20T16:30", "2026-11-23T09:00:00.000001"}},
     "2026-11-24T10:00:00.000001"},
    /* The moved limit is reached where the morning ends, not where the afternoon begins. */
    {"2026-11-23T09:12", 1, {{"2026-11-23T13:30", "2026-11-23T16:30"}}, "2026-11-25T12:00"},
    /* Across the make-up Saturday 2026-10-10 (seven hours), across the Spring Festival. */
    {"2026-10-08T09:12", 1, {{"2026-10-09T17:30", "2026-10-12T09:00"}}, "2026-10-09T17:30"},
    {"2026-10-08T09:12", 2, {{"2026-10-09T17:30", "2026-10-12T09:00"}}, "2026-10-12T17:30"},
    {"2026-02-13T09:12", 1, {{"2026-02-14T16:30", "2026-02-24T09:30"}}, "2026-02-24T10:30"},
    /* Overlapping, nested, touching and unordered pauses count once. */
    {"2026-11-23T09:12",
     1,
     {{"2026-11-23T10:30", "2026-11-23T11:00"}, {"2026-11-23T10:00", "2026-11-23T10:45"}},
     "2026-11-25T10:00"},
    {"2026-11-23T09:12",
     1,
     {{"2026-11-23T10:00", "2026-11-23T11:00"}, {"2026-11-23T10:15", "2026-11-23T10:30"}},
     "2026-11-25T10:00"},
    {"2026-11-23T09:12",
     1,
     {{"2026-11-23T10:30", "2026-11-23T11:00"}, {"2026-11-23T10:00", "2026-11-23T10:30"}},
     "2026-11-25T10:00"},
    /* Without effect: of no length, before the start, at the limit, after it. */
    {"2026-11-23T09:12", 1, {{"2026-11-23T10:00", "2026-11-23T10:00"}}, "2026-11-24T17:30"},
    {"2026-11-23T09:12", 1, {{"2026-11-23T11:00", "2026-11-23T10:00"}}, "2026-11-24T17:30"},
    {"2026-11-23T09:12", 1, {{"2026-11-20T10:00", "2026-11-23T09:12"}}, "2026-11-24T17:30"},
    {"2026-11-23T09:12", 1, {{"2026-11-20T10:00", "2026-11-23T10:12"}}, "2026-11-25T10:00"},
    {"2026-11-23T09:12", 1, {{"2026-11-24T17:30", "2026-11-27T10:00"}}, "2026-11-24T17:30"},
    {"2026-11-23T09:12", 1, {{"2026-11-24T17:29:59", "2026-11-25T09:00"}}, "2026-11-25T09:00:01"},
    {"2026-11-23T09:12", 1, {{"2026-11-26T10:00", "2026-11-27T10:00"}}, "2026-11-24T17:30"},
    /* A pause that only an earlier one brings within the limit. */
    {"2026-11-23T09:12",
     1,
     {{"2026-11-25T09:30", "2026-11-25T10:30"}, {"2026-11-23T10:00", "2026-11-23T11:00"}},
     "2026-11-25T11:00"},
    /* Open: no due time; but one opened after the limit ran out does not hide that. */
    {"2026-11-23T09:12", 1, {{"2026-11-23T10:00", "-"}}, "-"},
    {"2026-11-23T09:12", 1, {{"2026-11-20T10:00", "-"}}, "-"},
    {"2026-11-23T09:12", 1, {{"2026-11-23T20:00", "-"}}, "-"},
    {"2026-11-23T09:12", 1, {{"2026-11-24T17:30", "-"}}, "2026-11-24T17:30"},
    {"2026-11-23T09:12", 1, {{"2026-11-26T10:00", "-"}}, "2026-11-24T17:30"},
    {"2026-11-23T09:12",
     1,
     {{"2026-11-25T09:30", "-"}, {"2026-11-23T10:00", "2026-11-23T11:00"}},
     "-"},
};

START_TEST(stage_clock)
{
    struct pause pauses[PAUSES_MAX];
    size_t count = read_pauses(stages[_i].pauses, false, pauses);
    assert_at(
        deadline_stage(calendar, at(stages[_i].start), stages[_i].working_days, pauses, count),
        stages[_i].expected);
    instant naive =
        naive_stage(&source, at(stages[_i].start), stages[_i].working_days, pauses, count);
    assert_at(naive, stages[_i].expected);
}
END_TEST

static const struct {
    const char *received;
    int natural_days;
    pause_texts pauses;
    const char *expected;
} statutes[] = {
    {"2026-11-20T09:12", 15, {{0}}, "2026-12-05T23:59:59"},
    {"2026-11-20T00:00", 15, {{0}}, "2026-12-05T23:59:59"},
    {"2026-11-20T23:59:59.999999", 15, {{0}}, "2026-12-05T23:59:59"},
    {"2026-11-21T00:00", 15, {{0}}, "2026-12-06T23:59:59"}, /* weekends and holidays count */
    {"2026-02-10T09:00", 15, {{0}}, "2026-02-25T23:59:59"},
    {"2024-02-14T09:00", 15, {{0}}, "2024-02-29T23:59:59"},
    {"2026-11-20T09:12", 30, {{0}}, "2026-12-20T23:59:59"},
    {"2026-11-20T09:12", 60, {{0}}, "2027-01-19T23:59:59"},
    /* Moved by whole natural days from the later of beginning and telling. */
    {"2026-11-20T09:12",
     15,
     {{"2026-11-24T10:00", "2026-11-27T10:00", "2026-11-24T10:00"}},
     "2026-12-08T23:59:59"},
    {"2026-11-20T09:12",
     15,
     {{"2026-11-24T10:00", "2026-11-27T09:00", "2026-11-23T10:00"}},
     "2026-12-08T23:59:59"},
    {"2026-11-20T09:12",
     15,
     {{"2026-11-24T10:00", "2026-11-27T10:00", "2026-11-26T18:00"}},
     "2026-12-06T23:59:59"},
    {"2026-11-20T09:12",
     15,
     {{"2026-11-24T10:00", "2026-11-24T23:59", "2026-11-24T10:00"}},
     "2026-12-05T23:59:59"},
    /* Told never, at its end, after it. */
    {"2026-11-20T09:12",
     15,
     {{"2026-11-24T10:00", "2026-11-27T10:00", "-"}},
     "2026-12-05T23:59:59"},
    {"2026-11-20T09:12",
     15,
     {{"2026-11-24T10:00", "2026-11-27T10:00", "2026-11-27T10:00"}},
     "2026-12-05T23:59:59"},
    {"2026-11-20T09:12",
     15,
     {{"2026-11-24T10:00", "2026-11-27T10:00", "2026-11-30T10:00"}},
     "2026-12-05T23:59:59"},
    /* Overlapping and touching ones count once. */
    {"2026-11-20T09:12",
     15,
     {{"2026-11-24T10:00", "2026-11-27T10:00", "2026-11-24T10:00"},
      {"2026-11-25T10:00", "2026-11-28T10:00", "2026-11-25T10:00"}},
     "2026-12-09T23:59:59"},
    {"2026-11-20T09:12",
     15,
     {{"2026-11-27T10:00", "2026-11-28T10:00", "2026-11-24T10:00"},
      {"2026-11-24T10:00", "2026-11-27T10:00", "2026-11-24T10:00"}},
     "2026-12-09T23:59:59"},
    {"2026-11-20T09:12",
     15,
     {{"2026-11-24T10:00", "2026-11-26T10:00", "2026-11-24T10:00"},
      {"2026-11-27T10:00", "2026-11-29T10:00", "2026-11-27T10:00"}},
     "2026-12-09T23:59:59"},
    /* Before receipt; on the last day; after the limit ran out; brought within it by another. */
    {"2026-11-20T09:12",
     15,
     {{"2026-11-10T10:00", "2026-11-22T10:00", "2026-11-10T10:00"}},
     "2026-12-07T23:59:59"},
    {"2026-11-20T09:12",
     15,
     {{"2026-12-05T23:59:58", "2026-12-06T00:00", "2026-12-05T12:00"}},
     "2026-12-06T23:59:59"},
    {"2026-11-20T09:12",
     15,
     {{"2026-12-05T23:59:59", "2026-12-09T10:00", "2026-12-05T12:00"}},
     "2026-12-05T23:59:59"},
    {"2026-11-20T09:12",
     15,
     {{"2026-12-05T10:00", "2026-12-09T10:00", "2026-12-06T10:00"}},
     "2026-12-05T23:59:59"},
    {"2026-11-20T09:12",
     15,
     {{"2026-12-07T10:00", "2026-12-09T10:00", "2026-12-07T10:00"},
      {"2026-11-24T10:00", "2026-11-27T10:00", "2026-11-24T10:00"}},
     "2026-12-10T23:59:59"},
    /* Open. */
    {"2026-11-20T09:12", 15, {{"2026-11-24T10:00", "-", "2026-11-24T10:00"}}, "-"},
    {"2026-11-20T09:12", 15, {{"2026-11-24T10:00", "-", "-"}}, "2026-12-05T23:59:59"},
    {"2026-11-20T09:12",
     15,
     {{"2026-12-06T10:00", "-", "2026-12-06T10:00"}},
     "2026-12-05T23:59:59"},
};

START_TEST(statutory_clock)
{
    struct pause pauses[PAUSES_MAX];
    size_t count = read_pauses(statutes[_i].pauses, true, pauses);
    instant received = at(statutes[_i].received);
    int days = statutes[_i].natural_days;
    assert_at(deadline_statutory(ZONE, received, days, pauses, count), statutes[_i].expected);
    assert_at(naive_statutory(ZONE, received, days, pauses, count), statutes[_i].expected);

    /* Pauses of other kinds never move this clock. */
    count = read_pauses(statutes[_i].pauses, false, pauses);
    ck_assert_int_eq(deadline_statutory(ZONE, received, days, pauses, count),
                     deadline_statutory(ZONE, received, days, NULL, 0));
}
END_TEST

START_TEST(earlier_clock_governs)
{
    ck_assert_int_eq(deadline_earlier(1, 2), 1);
    ck_assert_int_eq(deadline_earlier(2, 1), 1);
    ck_assert_int_eq(deadline_earlier(INSTANT_NONE, 2), 2);
    ck_assert_int_eq(deadline_earlier(1, INSTANT_NONE), 1);
    ck_assert_int_eq(deadline_earlier(INSTANT_NONE, INSTANT_NONE), INSTANT_NONE);
}
END_TEST

/* --- against the naive clock -------------------------------------------------------------------- */

#define RANDOM_CALENDARS 2000
#define CASES_PER_CALENDAR 50
#define RANDOM_DAYS 12
#define RANDOM_PAUSES 5

static struct random random_source;

static int below(int limit)
{
    return random_below(&random_source, limit);
}

/* A moment near `base`. */
static instant make_moment(const struct calendar_source *random, day_number base, int days)
{
    return random_moment(&random_source, random, base, days);
}

static size_t make_pauses(const struct calendar_source *random, day_number base,
                          struct pause pauses[])
{
    size_t count = (size_t)below(RANDOM_PAUSES + 1);
    for (size_t i = 0; i < count; i++) {
        struct pause *pause = &pauses[i];
        pause->from = make_moment(random, base - 3, 20);
        pause->to = make_moment(random, base - 3 + below(15), 8);
        if (pause->to < pause->from || below(10) == 0)
            pause->to = pause->from;  /* of no length */
        if (i > 0 && below(5) == 0) { /* touching the one before */
            instant length = pause->to - pause->from;
            pause->from = pauses[i - 1].to == INSTANT_NONE ? pause->from : pauses[i - 1].to;
            pause->to = pause->from + length;
        }
        if (below(15) == 0)
            pause->to = INSTANT_NONE;
        pause->statutory = below(4) > 0;
        pause->told_at = below(6) == 0   ? INSTANT_NONE
                         : below(3) == 0 ? pause->from + below(3) * INSTANT_DAY
                                         : make_moment(random, base - 3, 20);
    }
    return count;
}

static void print_case(const struct calendar_source *random, instant start, int days,
                       const struct pause pauses[], size_t count)
{
    int zone = random->zone_minutes;
    fprintf(stderr, "start %s, %d days; zone %d, weekdays %#x\n", show(start, zone), days, zone,
            random->weekdays);
    for (size_t i = 0; i < random->period_count; i++)
        fprintf(stderr, "  period %d-%d\n", random->periods[i].from_minute,
                random->periods[i].to_minute);
    for (size_t i = 0; i < random->day_count; i++)
        fprintf(stderr, "  %.10s %s\n", show(instant_of_day(random->days[i].day, zone), zone),
                random->days[i].works ? "works" : "off");
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "  pause %s to %s, told %s%s\n", show(pauses[i].from, zone),
                show(pauses[i].to, zone), show(pauses[i].told_at, zone),
                pauses[i].statutory ? ", statutory" : "");
}

static void compare(const char *clock, uint64_t seed, instant fast, instant naive,
                    const struct calendar_source *random, instant start, int days,
                    const struct pause pauses[], size_t count)
{
    if (fast == naive)
        return;
    print_case(random, start, days, pauses, count);
    ck_abort_msg("%s clock, CLOCK_SEED=%" PRIu64 ": %s, naive %s", clock, seed,
                 show(fast, random->zone_minutes), show(naive, random->zone_minutes));
}

START_TEST(agrees_with_the_naive_clock)
{
    random_source = random_from("CLOCK_SEED");
    uint64_t seed = random_source.seed;
    int moved = 0, stopped = 0;
    for (int i = 0; i < RANDOM_CALENDARS; i++) {
        day_number base = day_from_date((struct date){2024 + below(3), 1, 1}) + below(365);
        struct random_calendar random;
        random_calendar(&random_source, base, RANDOM_DAYS, &random);
        struct naive_days by_day;
        naive_days_fill(&by_day, &random.source, base - 3);
        struct calendar *fast = calendar_new(&random.source);
        ck_assert_ptr_nonnull(fast);
        for (int j = 0; j < CASES_PER_CALENDAR; j++) {
            struct pause pauses[RANDOM_PAUSES];
            size_t count = make_pauses(&random.source, base, pauses);
            instant start = make_moment(&random.source, base, 8);
            int days = 1 + below(below(4) ? 3 : 11);
            instant due = deadline_stage(fast, start, days, pauses, count);
            instant naive = naive_stage(&random.source, start, days, pauses, count);
            compare("stage", seed, due, naive, &random.source, start, days, pauses, count);
            compare("day by day", seed, naive_days_stage(&by_day, start, days, pauses, count),
                    naive, &random.source, start, days, pauses, count);
            stopped += due == INSTANT_NONE;
            moved += due != INSTANT_NONE && due != deadline_stage(fast, start, days, NULL, 0);

            int zone = random.source.zone_minutes;
            days = below(16);
            compare("statutory", seed, deadline_statutory(zone, start, days, pauses, count),
                    naive_statutory(zone, start, days, pauses, count), &random.source, start, days,
                    pauses, count);
        }
        calendar_free(fast);
    }
    int cases = RANDOM_CALENDARS * CASES_PER_CALENDAR;
    printf("clocks: %d random cases agree, %d moved by pauses, %d stopped (CLOCK_SEED=%" PRIu64
           ")\n",
           cases, moved, stopped, seed);
    ck_assert_msg(moved > cases / 10 && stopped > cases / 100, "the cases have too few pauses");
}
END_TEST

Suite *deadline_suite(void)
{
    Suite *suite = suite_create("deadline");
    TCase *cases = tcase_create("deadline");
    tcase_set_timeout(cases, 300);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, stage_clock, 0, sizeof(stages) / sizeof(*stages));
    tcase_add_loop_test(cases, statutory_clock, 0, sizeof(statutes) / sizeof(*statutes));
    tcase_add_test(cases, earlier_clock_governs);
    tcase_add_test(cases, agrees_with_the_naive_clock);
    suite_add_tcase(suite, cases);
    return suite;
}
