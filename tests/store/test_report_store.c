/* What reports count, over rows of which everything is known. */
#include "lib/store/report_store.h"

#include "lib/base/arena.h"
#include "lib/complaint/institution.h"
#include "tests/store/sql.h"

Suite *report_store_suite(void);

#define ZONE 480
#define UNIT_A 0x31
#define UNIT_B 0x32
#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct pg *pg;
static struct arena *arena;
static struct uuid units[2];
static const struct staff somebody = {.login = {"somebody", 8}},
                          another = {.login = {"another", 7}};
static struct principal who;

/* Complaints 1 to 12, received at noon of 1 to 12 November by A, 10 to 12 by B; B owns the even ones.
 * 1 to 8 have ended at noon of the 20th, 8 by being voided, 7 withdrawn and undecided. Of those decided
 * 1 to 4 were in time. 9 and 10 are overdue on the 15th, 11 and 12 are due later. */
static void fill(void)
{
    static const uint8_t head[32];

    sql_run("DELETE FROM complaint; DELETE FROM stage; DELETE FROM work; DELETE FROM figure_day");
    for (unsigned i = 1; i <= 12; i++)
        sql_add_complaint(i,
                          i < 10 ? (char[]){'N', (char)('0' + i), 0}
                                 : (char[]){'N', '1', (char)('0' + i - 10), 0},
                          0x11, i > 8, 1, head);
    sql_run(
        "UPDATE complaint SET received_at = timestamptz '2026-11-01 12:00:00+08' +"
        " (substr(number, 2)::integer - 1) * interval '1 day',"
        " unit_id = '01000000-0000-0000-0000-000000000031',"
        " owner_unit_id = '01000000-0000-0000-0000-000000000031', outcome = NULL,"
        " product = NULL, cause_class = NULL, decided_at = NULL, statutory_due_at = NULL;"
        "UPDATE complaint SET owner_unit_id = '01000000-0000-0000-0000-000000000032'"
        " WHERE substr(number, 2)::integer %% 2 = 0;"
        "UPDATE complaint SET unit_id = '01000000-0000-0000-0000-000000000032'"
        " WHERE substr(number, 2)::integer >= 10;"
        "UPDATE complaint SET entered_at = received_at, clock_from = received_at;"
        "UPDATE complaint SET closed_at = '2026-11-20 12:00:00+08', outcome = 'upheld',"
        " due_at = '2026-11-21 12:00:00+08', decided_at = received_at + interval '2 days', statutory_due_at = received_at +"
        " CASE WHEN substr(number, 2)::integer <= 3 THEN interval '3 days' ELSE interval '1 day'"
        " END WHERE status = 'closed';"
        "UPDATE complaint SET statutory_due_at = NULL WHERE number = 'N4';"
        "UPDATE complaint SET decided_at = NULL, outcome = 'withdrawn' WHERE number = 'N7';"
        "UPDATE complaint SET decided_at = NULL, outcome = 'voided' WHERE number = 'N8';"
        "UPDATE complaint SET due_at = CASE WHEN number IN ('N9', 'N10') THEN timestamptz"
        " '2026-11-14 12:00:00+08' ELSE timestamptz '2026-11-30 12:00:00+08' END"
        " WHERE status = 'open';"
        "UPDATE complaint SET cause_class = 'C02', product = 'P1' WHERE number IN ('N1', 'N2',"
        " 'N8');"
        "UPDATE complaint SET cause_class = 'C01', product = 'P2' WHERE number = 'N3';"
        "UPDATE stage s SET unit_id = c.owner_unit_id FROM complaint c WHERE c.id = complaint_id");
}

/* Opens another round of complaint 1 for B, of what came in or was applied for (`from`) on a day. */
static void reopen(int round, const char *kind, const char *from, int of_november)
{
    sql_run(
        "INSERT INTO work (complaint_id, kind, number, journal_index, stage, round, staff_id, at,"
        " body) SELECT id, '%s', %d, 1, stage, round, owner_id, closed_at + interval '1 day',"
        " jsonb_build_object('%s', timestamptz '2026-11-%d 12:00:00+08', 'previous',"
        " jsonb_build_object('round', round, 'outcome', outcome, 'closed_at', closed_at,"
        " 'decided_at', decided_at, 'statutory_due_at', statutory_due_at)) FROM complaint"
        " WHERE number = 'N1'",
        kind, round, from, of_november);
    sql_run("UPDATE complaint SET round = %d, status = 'open', outcome = NULL, closed_at = NULL,"
            " decided_at = NULL, clock_from = '2026-11-%d 12:00:00+08', owner_unit_id ="
            " '01000000-0000-0000-0000-000000000032' WHERE number = 'N1'",
            round, of_november);
    sql_run("INSERT INTO stage SELECT id, round, stage, round, owner_id, owner_unit_id, clock_from,"
            " clock_from, NULL, NULL, 0, 0 FROM complaint WHERE number = 'N1'");
}

/* Ends its present round. */
static void end(int of_november)
{
    sql_run("UPDATE stage SET completed_at = now() WHERE completed_at IS NULL;"
            "UPDATE complaint SET status = 'closed', outcome = 'upheld', closed_at ="
            " '2026-11-%d 12:00:00+08', decided_at = '2026-11-%d 12:00:00+08', statutory_due_at ="
            " '2026-11-%d 12:00:00+08' WHERE number = 'N1'",
            of_november, of_november, of_november);
}

static void setup(void)
{
    pg = sql_connect_app();
    arena = arena_new(16384);
    who = (struct principal){.staff = &somebody};
    units[0] = sql_id(UNIT_A);
    units[1] = sql_id(UNIT_B);
    fill();
}

static void teardown(void)
{
    pg_free(pg);
    arena_free(arena);
}

static day_number day(int of_november)
{
    return day_from_date((struct date){2026, 11, of_november});
}

static struct report_range range_of(size_t unit_count, int from, int to)
{
    return (struct report_range){.units = units,
                                 .unit_count = unit_count,
                                 .who = &who,
                                 .from = day(from),
                                 .to = day(to),
                                 .zone_minutes = ZONE};
}

static struct pg_rows run(const struct pg_statement *statement, const struct pg_binds *binds)
{
    struct pg_rows rows;

    ck_assert_msg(pg_run(pg, statement, binds, SQL_DEADLINE, &rows) == PG_DONE, "%s: %s",
                  statement->name, pg_error(pg).message);
    return rows;
}

/* The sum of a column, over rows whose day is the given one; 0: all. */
static int64_t sum(const struct pg_rows *rows, int column, int of_november)
{
    int64_t total = 0;

    for (size_t row = 0; row < rows->count; row++)
        if (of_november == 0 || pg_day(rows, row, 0) == day(of_november))
            total += pg_int8(rows, row, column);
    return total;
}

static struct pg_rows moves(const struct pg_statement *statement, struct report_range range)
{
    struct pg_binds binds = pg_binds_new(arena);

    volume_days_bind(&binds, &range);
    return run(statement, &binds);
}

START_TEST(received_counts_for_the_unit_that_received_it)
{
    struct pg_rows rows = moves(&volume_received, range_of(2, 1, 30));
    ck_assert_int_eq(sum(&rows, 1, 0), 11); /* one was voided */
    ck_assert_int_eq(sum(&rows, 1, 5), 1);
    ck_assert_int_eq(sum(&rows, 1, 8), 0);
    pg_rows_free(&rows);
    rows = moves(&volume_received, range_of(1, 1, 30));
    ck_assert_int_eq(sum(&rows, 1, 0), 8);
    pg_rows_free(&rows);
    rows = moves(&volume_received, range_of(2, 3, 5)); /* both ends */
    ck_assert_int_eq(sum(&rows, 1, 0), 3);
    pg_rows_free(&rows);
}
END_TEST

/* Noon of one day in this zone is the evening before in another. */
START_TEST(days_are_those_of_the_zone)
{
    struct report_range range = range_of(2, 1, 30);
    range.zone_minutes = -600;
    struct pg_rows rows = moves(&volume_received, range);
    ck_assert_int_eq(sum(&rows, 1, 1), 1); /* of the 2nd */
    pg_rows_free(&rows);
}
END_TEST

START_TEST(ended_counts_for_the_owners_unit)
{
    struct pg_rows rows = moves(&volume_ended, range_of(2, 20, 20));
    ck_assert_int_eq(sum(&rows, 1, 20), 7);
    pg_rows_free(&rows);
    rows = moves(&volume_ended, range_of(1, 20, 20));
    ck_assert_int_eq(sum(&rows, 1, 20), 4);
    pg_rows_free(&rows);
    rows = moves(&volume_ended, range_of(2, 1, 19));
    ck_assert_uint_eq(rows.count, 0);
    pg_rows_free(&rows);
}
END_TEST

static struct pg_rows ages(size_t unit_count, const instant limits[], size_t count)
{
    struct report_range range = range_of(unit_count, 1, 30);
    struct pg_binds binds = pg_binds_new(arena);

    ageing_bind(&binds, &range, limits, count, instant_of_day(day(15), ZONE));
    return run(&ageing_count, &binds);
}

START_TEST(open_ones_are_sorted_by_age)
{
    const instant limits[] = {instant_of_day(day(10), ZONE), instant_of_day(day(12), ZONE)};
    int64_t open[3] = {0}, overdue[3] = {0};
    struct pg_rows rows = ages(2, limits, COUNT(limits));

    for (size_t row = 0; row < rows.count; row++) {
        ck_assert_int_lt(pg_int4(&rows, row, 0), 3);
        open[pg_int4(&rows, row, 0)] = pg_int8(&rows, row, 1);
        overdue[pg_int4(&rows, row, 0)] = pg_int8(&rows, row, 2);
    }
    pg_rows_free(&rows);
    ck_assert(open[0] == 1 && open[1] == 2 && open[2] == 1);
    ck_assert(overdue[0] == 1 && overdue[1] == 1 && overdue[2] == 0);
    rows = ages(1, NULL, 0);
    ck_assert_uint_eq(rows.count, 1);
    ck_assert_int_eq(pg_int8(&rows, 0, 1), 2); /* 9 and 11 */
    pg_rows_free(&rows);
}
END_TEST

START_TEST(on_time_is_what_was_decided_within_the_statutory_limit)
{
    struct report_range range = range_of(2, 20, 20);
    struct pg_binds binds = pg_binds_new(arena);

    timeliness_bind(&binds, &range);
    struct pg_rows rows = run(&timeliness_count, &binds);
    ck_assert_uint_eq(rows.count, 2);
    for (size_t row = 0; row < rows.count; row++) {
        bool a = uuid_equal(pg_uuid(&rows, row, 0), units[0]);
        ck_assert_int_eq(pg_int8(&rows, row, 1), a ? 4 : 3);                  /* 1 3 5 7, 2 4 6 */
        ck_assert_int_eq(pg_int8(&rows, row, 2), 3);                          /* 7 was withdrawn */
        ck_assert_int_eq(pg_int8(&rows, row, 3), 2);                          /* 1 3, 2 4 */
        ck_assert_int_eq(pg_int8(&rows, row, 4), INT64_C(3) * 2 * 24 * 3600); /* two days each */
    }
    pg_rows_free(&rows);
}
END_TEST

/* Seconds, of those that ended in a day; ended: how many. */
static int64_t took(size_t unit_count, int of_november, int64_t *ret_ended, int64_t *ret_on_time)
{
    struct report_range range = range_of(unit_count, of_november, of_november);
    struct pg_binds binds = pg_binds_new(arena);
    int64_t seconds = 0;

    timeliness_bind(&binds, &range);
    struct pg_rows rows = run(&timeliness_count, &binds);
    *ret_ended = *ret_on_time = 0;
    for (size_t row = 0; row < rows.count; row++) {
        *ret_ended += pg_int8(&rows, row, 1);
        *ret_on_time += pg_int8(&rows, row, 3);
        seconds += pg_int8(&rows, row, 4);
    }
    pg_rows_free(&rows);
    return seconds;
}

/* The figures of a round that has ended stay when another is opened, for the unit that had it, and
 * each round is counted by itself. */
START_TEST(a_round_keeps_its_figures)
{
    const int64_t day_s = INT64_C(24) * 3600;
    int64_t ended, on_time, before, ended_before, on_time_before;

    before = took(1, 20, &ended_before, &on_time_before);
    reopen(2, "review", "applied_at", 21);
    ck_assert_int_eq(took(1, 20, &ended, &on_time), before);
    ck_assert(ended == ended_before && on_time == on_time_before);
    struct pg_rows rows = moves(&volume_ended, range_of(2, 20, 20));
    ck_assert_int_eq(sum(&rows, 1, 20), 7);
    pg_rows_free(&rows);
    end(24);
    ck_assert_int_eq(took(2, 24, &ended, &on_time), 3 * day_s); /* from the application */
    ck_assert(ended == 1 && on_time == 1);
    ck_assert_int_eq(took(1, 24, &ended, &on_time), 0); /* it was B's */
    reopen(3, "reopen", "received_at", 26);
    ck_assert_int_eq(took(2, 24, &ended, &on_time), 3 * day_s);
    ck_assert(ended == 1 && on_time == 1);
    end(27);
    ck_assert_int_eq(took(2, 27, &ended, &on_time), day_s);
    rows = moves(&volume_ended, range_of(2, 1, 30));
    ck_assert_int_eq(sum(&rows, 1, 0), 9);
    pg_rows_free(&rows);
    sql_run("UPDATE complaint SET outcome = 'voided' WHERE number = 'N1'");
    rows = moves(&volume_ended, range_of(2, 1, 30));
    ck_assert_int_eq(sum(&rows, 1, 0), 6);
    pg_rows_free(&rows);
}
END_TEST

START_TEST(causes_come_by_frequency)
{
    struct report_range range = range_of(2, 1, 30);
    struct pg_binds binds = pg_binds_new(arena);

    causes_bind(&binds, &range, 2);
    struct pg_rows rows = run(&causes_count, &binds);
    ck_assert_uint_eq(rows.count, 2);
    ck_assert(pg_is_null(&rows, 0, 0));
    ck_assert_int_eq(pg_int8(&rows, 0, 2), 8);
    ck_assert(text_equal(pg_text(&rows, 1, 0), TEXT("C02")));
    ck_assert(text_equal(pg_text(&rows, 1, 1), TEXT("P1")));
    ck_assert_int_eq(pg_int8(&rows, 1, 2), 2);  /* the voided one does not count */
    ck_assert_int_eq(pg_int8(&rows, 0, 3), 11); /* with what is not listed */
    pg_rows_free(&rows);
}
END_TEST

/* Or the difference to what they may list would tell them. */
START_TEST(what_is_about_the_caller_is_not_counted)
{
    struct report_range range = range_of(2, 1, 30);
    struct pg_binds binds = pg_binds_new(arena);

    sql_run("UPDATE complaint SET staff_complained_of = 'somebody' WHERE number IN ('N1', 'N9')");
    struct pg_rows rows = moves(&volume_received, range);
    ck_assert_int_eq(sum(&rows, 1, 0), 9);
    pg_rows_free(&rows);
    rows = ages(2, NULL, 0);
    ck_assert_int_eq(pg_int8(&rows, 0, 1), 3);
    pg_rows_free(&rows);
    who.staff = &another;
    causes_bind(&binds, &range, 2);
    rows = run(&causes_count, &binds);
    ck_assert_int_eq(pg_int8(&rows, 0, 3), 11);
    pg_rows_free(&rows);
    who.through = &somebody; /* in the other's place */
    rows = moves(&volume_ended, range);
    ck_assert_int_eq(sum(&rows, 1, 0), 6);
    pg_rows_free(&rows);
}
END_TEST

static int64_t count_day(int of_november)
{
    struct pg_binds binds = pg_binds_new(arena);

    figure_count_bind(&binds, day(of_november), ZONE);
    struct pg_rows rows = run(&figure_count, &binds);
    int64_t affected = rows.affected;
    pg_rows_free(&rows);
    return affected;
}

static struct pg_rows counted(size_t unit_count, int from, int to)
{
    struct report_range range = range_of(unit_count, from, to);
    struct pg_binds binds = pg_binds_new(arena);

    volume_counted_bind(&binds, &range);
    return run(&volume_counted, &binds);
}

START_TEST(a_day_is_counted_once)
{
    ck_assert_int_eq(count_day(21), 3); /* two units, and all */
    ck_assert_int_eq(count_day(13), 3);
    sql_run("UPDATE complaint SET status = 'closed', closed_at = received_at WHERE number = 'N9'");
    ck_assert_int_eq(count_day(21), 0);
    struct pg_rows rows = counted(2, 1, 30);
    ck_assert_uint_eq(rows.count, 2);
    ck_assert_int_eq(sum(&rows, 1, 21), 4);
    ck_assert_int_eq(sum(&rows, 2, 21), 2);
    ck_assert_int_eq(sum(&rows, 2, 13), 0); /* not yet due when that day ended */
    pg_rows_free(&rows);
    rows = counted(1, 21, 21);
    ck_assert_int_eq(sum(&rows, 1, 21), 2);
    ck_assert_int_eq(sum(&rows, 2, 21), 1);
    pg_rows_free(&rows);
    rows = counted(2, 22, 30);
    ck_assert_uint_eq(rows.count, 0);
    pg_rows_free(&rows);
}
END_TEST

/* What ended or was recorded after the day did not do so in it, however late it is counted. */
START_TEST(a_day_is_counted_as_it_ended)
{
    (void)count_day(19); /* 1 to 8 ended the day after */
    (void)count_day(9);  /* 10 to 12 came in later */
    struct pg_rows rows = counted(2, 1, 30);
    ck_assert_int_eq(sum(&rows, 1, 19), 12);
    ck_assert_int_eq(sum(&rows, 1, 9), 9);
    pg_rows_free(&rows);
}
END_TEST

START_TEST(what_was_about_the_caller_is_not_told)
{
    sql_run("UPDATE complaint SET staff_complained_of = 'somebody' WHERE number IN ('N1', 'N9')");
    ck_assert_int_eq(count_day(21), 4);
    struct pg_rows rows = counted(2, 21, 21);
    ck_assert_int_eq(sum(&rows, 1, 0), 3);
    ck_assert_int_eq(sum(&rows, 2, 0), 1);
    pg_rows_free(&rows);
    who.staff = &another;
    rows = counted(2, 21, 21);
    ck_assert_int_eq(sum(&rows, 1, 0), 4);
    pg_rows_free(&rows);
    who.through = &somebody; /* in the other's place */
    rows = counted(2, 21, 21);
    ck_assert_int_eq(sum(&rows, 1, 0), 3);
    pg_rows_free(&rows);
}
END_TEST

/* A day on which nothing was open is not one that nobody counted. */
START_TEST(a_day_with_nothing_open_is_counted_too)
{
    sql_run("UPDATE complaint SET status = 'closed', closed_at = received_at");
    ck_assert_int_eq(count_day(14), 1);
    struct pg_rows rows = counted(2, 14, 14);
    ck_assert_uint_eq(rows.count, 1);
    ck_assert_int_eq(sum(&rows, 1, 14), 0);
    pg_rows_free(&rows);
}
END_TEST

Suite *report_store_suite(void)
{
    Suite *suite = suite_create("report_store");
    TCase *tests = tcase_create("report_store");

    tcase_add_unchecked_fixture(tests, NULL, sql_empty);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, received_counts_for_the_unit_that_received_it);
    tcase_add_test(tests, days_are_those_of_the_zone);
    tcase_add_test(tests, ended_counts_for_the_owners_unit);
    tcase_add_test(tests, open_ones_are_sorted_by_age);
    tcase_add_test(tests, on_time_is_what_was_decided_within_the_statutory_limit);
    tcase_add_test(tests, a_round_keeps_its_figures);
    tcase_add_test(tests, causes_come_by_frequency);
    tcase_add_test(tests, what_is_about_the_caller_is_not_counted);
    tcase_add_test(tests, a_day_is_counted_once);
    tcase_add_test(tests, a_day_is_counted_as_it_ended);
    tcase_add_test(tests, what_was_about_the_caller_is_not_told);
    tcase_add_test(tests, a_day_with_nothing_open_is_counted_too);
    suite_add_tcase(suite, tests);
    return suite;
}
