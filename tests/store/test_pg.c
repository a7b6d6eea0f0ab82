#include "lib/pg/pg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/store/sql.h"

Suite *pg_suite(void);

static struct pg *pg;
static struct arena *arena;

static void set_up(void)
{
    pg = sql_connect_app();
    arena = arena_new(4096);
}

static void tear_down(void)
{
    pg_free(pg);
    arena_free(arena);
}

/* The value of a query of one bigint. */
static int64_t number(const char *sql)
{
    struct pg_rows rows = sql_query(pg, sql, NULL);
    ck_assert_uint_eq(rows.count, 1);
    int64_t value = pg_int8(&rows, 0, 0);
    pg_rows_free(&rows);
    return value;
}

/* --- pipelines -------------------------------------------------------------------------------- */

static const struct pg_statement one = {"test_one", "SELECT 1::bigint"};
static const struct pg_statement divide = {"test_divide", "SELECT 1 / $1::integer"};
static const struct pg_statement two = {"test_two", "SELECT 2::bigint"};
static const struct pg_statement nonsense = {"test_nonsense", "SELEKT 1"};

static struct pg_binds bind_int(int32_t value)
{
    struct pg_binds binds = pg_binds_new(arena);
    pg_bind_int4(&binds, value);
    return binds;
}

START_TEST(error_skips_the_rest_and_the_connection_stays)
{
    struct pg_binds zero = bind_int(0), half = bind_int(2);
    struct pg_rows rows;
    for (int round = 0; round < 3; round++) {
        ck_assert(pg_send(pg, &one, NULL) && pg_send(pg, &divide, &zero) &&
                  pg_send(pg, &two, NULL) && pg_sync(pg));
        ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, &rows), PG_DONE);
        ck_assert_int_eq(pg_int8(&rows, 0, 0), 1);
        pg_rows_free(&rows);
        ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, &rows), PG_FAILED);
        ck_assert_str_eq(pg_error(pg).sqlstate, "22012");
        ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, &rows), PG_SKIPPED);
        ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, NULL), PG_SYNCED);
        ck_assert(pg_usable(pg));
        /* Also what was skipped before it was ever prepared. */
        ck_assert_int_eq(pg_run(pg, &two, NULL, SQL_DEADLINE, &rows), PG_DONE);
        ck_assert_int_eq(pg_int8(&rows, 0, 0), 2);
        pg_rows_free(&rows);
        ck_assert_int_eq(pg_run(pg, &divide, &half, SQL_DEADLINE, NULL), PG_DONE);
    }
}
END_TEST

START_TEST(groups_fail_by_themselves)
{
    struct pg_binds zero = bind_int(0);
    ck_assert(pg_send(pg, &divide, &zero) && pg_sync(pg) && pg_send(pg, &one, NULL) && pg_sync(pg));
    ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, NULL), PG_FAILED);
    ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, NULL), PG_SYNCED);
    ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, NULL), PG_DONE);
    ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, NULL), PG_SYNCED);
}
END_TEST

START_TEST(statement_that_cannot_be_prepared_fails_alone)
{
    for (int round = 0; round < 2; round++) {
        ck_assert_int_eq(pg_run(pg, &nonsense, NULL, SQL_DEADLINE, NULL), PG_FAILED);
        ck_assert_str_eq(pg_error(pg).sqlstate, "42601");
        ck_assert_int_eq(pg_run(pg, &one, NULL, SQL_DEADLINE, NULL), PG_DONE);
    }
}
END_TEST

START_TEST(statements_are_prepared_once)
{
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(pg_run(pg, &one, NULL, SQL_DEADLINE, NULL), PG_DONE);
    ck_assert_int_eq(number("SELECT count(*) FROM pg_prepared_statements WHERE name = 'test_one'"),
                     1);
    ck_assert_int_eq(number("SELECT 5::bigint"), 5); /* the nameless ones are prepared anew */
    ck_assert_int_eq(number("SELECT 6::bigint"), 6);
}
END_TEST

START_TEST(transaction_is_rolled_back_as_a_whole)
{
    static const struct pg_statement insert = {"",
                                               "INSERT INTO number_block VALUES ('1999-01-01', 1)"};
    static const struct pg_statement again = {"",
                                              "INSERT INTO number_block VALUES ('1999-01-01', 2)"};
    struct pg_rows rows;
    ck_assert(pg_send(pg, &pg_begin, NULL) && pg_send(pg, &insert, NULL) &&
              pg_send(pg, &again, NULL) && pg_send(pg, &pg_commit, NULL) && pg_sync(pg));
    ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, NULL), PG_DONE);
    ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, &rows), PG_DONE);
    ck_assert_int_eq(rows.affected, 1);
    pg_rows_free(&rows);
    ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, NULL), PG_FAILED);
    ck_assert_str_eq(pg_error(pg).sqlstate, "23505");
    ck_assert_str_eq(pg_error(pg).constraint, "number_block_pkey");
    ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, NULL), PG_SKIPPED);
    ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, NULL), PG_SYNCED);
    ck_assert_int_eq(pg_run(pg, &pg_rollback, NULL, SQL_DEADLINE, NULL), PG_DONE);
    ck_assert_int_eq(number("SELECT count(*) FROM number_block WHERE day = '1999-01-01'"), 0);
}
END_TEST

START_TEST(many_results_come_in_order)
{
    enum { COUNT = 400 };
    static const struct pg_statement echo = {"test_echo", "SELECT $1::integer"};
    for (int i = 0; i < COUNT; i++) {
        struct pg_binds binds = bind_int(i);
        ck_assert(pg_send(pg, &echo, &binds));
    }
    ck_assert(pg_sync(pg));
    for (int i = 0; i < COUNT; i++) {
        struct pg_rows rows;
        ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, &rows), PG_DONE);
        ck_assert_int_eq(pg_int4(&rows, 0, 0), i);
        pg_rows_free(&rows);
    }
    ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, NULL), PG_SYNCED);
}
END_TEST

/* --- losing it -------------------------------------------------------------------------------- */

START_TEST(ended_connection_is_noticed)
{
    int pid = (int)number("SELECT pg_backend_pid()::bigint");
    char statement[80];
    snprintf(statement, sizeof statement, "SELECT pg_terminate_backend(%d, 2000)", pid);
    ck_assert_str_eq(sql_state_as_app(statement), "00000");
    struct pg_rows rows;
    ck_assert_int_eq(pg_run(pg, &one, NULL, SQL_DEADLINE, &rows), PG_LOST);
    ck_assert(!pg_usable(pg));
    ck_assert_uint_eq(rows.count, 0);
    ck_assert(!pg_send(pg, &one, NULL) && !pg_sync(pg));
    ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, NULL), PG_LOST);
    ck_assert_str_ne(pg_error(pg).message, "");
    ck_assert_int_eq(pg_backend(pg), pid); /* whoever asks for its fate needs it */
}
END_TEST

START_TEST(late_answer_loses_the_connection)
{
    static const struct pg_statement sleep = {"", "SELECT pg_sleep(3)"};
    int64_t begin = monotonic_now_us();
    ck_assert_int_eq(pg_run(pg, &sleep, NULL, begin + 200 * INSTANT_MILLISECOND, NULL), PG_LOST);
    ck_assert_int_lt(monotonic_now_us() - begin, INSTANT_SECOND);
    ck_assert(!pg_usable(pg));
}
END_TEST

/* A server that ends says why first: that must not hide that it is gone. */
START_TEST(idle_connection_that_was_closed_is_noticed)
{
    ck_assert_int_eq(number("SELECT 3::bigint"), 3);
    ck_assert(pg_alive(pg));
    ck_assert(pg_alive(pg));
    struct pg *other = sql_connect_app();
    struct pg_binds binds = bind_int(pg_backend(pg));
    struct pg_rows rows = sql_query(other, "SELECT pg_terminate_backend($1, 5000)", &binds);
    ck_assert(pg_bool(&rows, 0, 0));
    pg_rows_free(&rows);
    pg_free(other);
    ck_assert(!pg_alive(pg));
    ck_assert(!pg_usable(pg));
    ck_assert(!pg_alive(pg));
}
END_TEST

START_TEST(statement_timeout_fails_the_statement_alone)
{
    static const struct pg_statement shorter = {"", "SET statement_timeout = 100"};
    static const struct pg_statement sleep = {"", "SELECT pg_sleep(3)"};
    ck_assert_int_eq(pg_run(pg, &shorter, NULL, SQL_DEADLINE, NULL), PG_DONE);
    ck_assert_int_eq(pg_run(pg, &sleep, NULL, SQL_DEADLINE, NULL), PG_FAILED);
    ck_assert_str_eq(pg_error(pg).sqlstate, "57014");
    ck_assert(pg_held_up(pg));
    ck_assert(pg_usable(pg));
    ck_assert_int_eq(number("SELECT 3::bigint"), 3);
}
END_TEST

START_TEST(connection_that_cannot_be_made_says_why)
{
    static const char *const urls[] = {"host=/nowhere dbname=x", "host=127.0.0.1 port=1 dbname=x",
                                       "no such option=1"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct pg_options options = {
            .url = urls[i], .application = "tests", .connect_timeout_s = 2};
        struct text error = TEXT_NONE;
        ck_assert_ptr_null(pg_connect(&options, arena, &error));
        ck_assert_uint_gt(error.length, 0);
    }
    ck_assert(!pg_usable(NULL));
    pg_free(NULL);
}
END_TEST

START_TEST(settings_of_the_connection_hold)
{
    struct pg_options options = {.url = getenv("COMPLAINTD_TEST_APP"),
                                 .application = "tests generic",
                                 .statement_timeout_ms = 4321,
                                 .connect_timeout_s = 2,
                                 .generic_plans = true};
    struct text error = TEXT_NONE;
    pg_free(pg);
    pg = pg_connect(&options, arena, &error);
    ck_assert_ptr_nonnull(pg);
    struct pg_rows rows = sql_query(pg,
                                    "SELECT current_setting('statement_timeout'),"
                                    " current_setting('plan_cache_mode'),"
                                    " current_setting('application_name'),"
                                    " current_setting('client_encoding')",
                                    NULL);
    ck_assert(text_equal(pg_text(&rows, 0, 0), TEXT("4321ms")));
    ck_assert(text_equal(pg_text(&rows, 0, 1), TEXT("force_generic_plan")));
    ck_assert(text_equal(pg_text(&rows, 0, 2), TEXT("tests generic")));
    ck_assert(text_equal(pg_text(&rows, 0, 3), TEXT("UTF8")));
    pg_rows_free(&rows);
}
END_TEST

START_TEST(notifications_are_heard)
{
    static const struct pg_statement listen = {"", "LISTEN test_channel"};
    struct text channel, payload;
    ck_assert_int_eq(pg_run(pg, &listen, NULL, SQL_DEADLINE, NULL), PG_DONE);
    ck_assert(pg_wait_notify(pg, 10, &channel, &payload));
    ck_assert(text_is_none(channel));
    sql_run("NOTIFY test_channel, 'first'; NOTIFY test_channel, 'second'");
    ck_assert(pg_wait_notify(pg, 2000, &channel, &payload));
    ck_assert(text_equal(channel, TEXT("test_channel")) && text_equal(payload, TEXT("first")));
    ck_assert(pg_wait_notify(pg, 2000, &channel, &payload));
    ck_assert(text_equal(payload, TEXT("second")));
}
END_TEST

Suite *pg_suite(void)
{
    Suite *suite = suite_create("pg");
    TCase *tcase = tcase_create("pg");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, error_skips_the_rest_and_the_connection_stays);
    tcase_add_test(tcase, groups_fail_by_themselves);
    tcase_add_test(tcase, statement_that_cannot_be_prepared_fails_alone);
    tcase_add_test(tcase, statements_are_prepared_once);
    tcase_add_test(tcase, transaction_is_rolled_back_as_a_whole);
    tcase_add_test(tcase, many_results_come_in_order);
    tcase_add_test(tcase, ended_connection_is_noticed);
    tcase_add_test(tcase, late_answer_loses_the_connection);
    tcase_add_test(tcase, idle_connection_that_was_closed_is_noticed);
    tcase_add_test(tcase, statement_timeout_fails_the_statement_alone);
    tcase_add_test(tcase, connection_that_cannot_be_made_says_why);
    tcase_add_test(tcase, settings_of_the_connection_hold);
    tcase_add_test(tcase, notifications_are_heard);
    suite_add_tcase(suite, tcase);
    return suite;
}
