#include "lib/store/search_store.h"

#include <string.h>

#include "lib/complaint/bigram.h"
#include "lib/store/list_store.h"
#include "lib/store/search_period.h"
#include "server/frequent.h"
#include "tests/store/sql.h"

Suite *search_store_suite(void);

static struct pg *pg;
static struct arena *arena;

static void set_up(void)
{
    static const uint8_t head[32];
    sql_run(
        "DELETE FROM complaint; DELETE FROM stage; DELETE FROM search; DELETE FROM search_todo");
    arena = arena_new(65536);
    for (unsigned i = 1; i <= 5; i++)
        sql_add_complaint(i, arena_printf(arena, "N%u", i), 0x11, true, 1, head);
    pg = sql_connect_app();
}

/* What was taken: the tasks' texts point into it. */
static struct pg_rows taken[4];
static size_t taken_count;

static void tear_down(void)
{
    while (taken_count)
        pg_rows_free(&taken[--taken_count]);
    pg_free(pg);
    arena_free(arena);
}

static void run(const struct pg_statement *statement, const struct pg_binds *binds,
                struct pg_rows *rows)
{
    ck_assert_msg(pg_run(pg, statement, binds, SQL_DEADLINE, rows) == PG_DONE, "%s: %s",
                  statement->sql, pg_error(pg).message);
}

static size_t take(int limit, struct search_task tasks[])
{
    struct pg_binds binds = pg_binds_new(arena);
    ck_assert_uint_lt(taken_count, sizeof taken / sizeof *taken);
    struct pg_rows *rows = &taken[taken_count++];
    search_take_bind(&binds, limit);
    run(&search_take, &binds, rows);
    search_read(rows, tasks);
    return rows->count;
}

START_TEST(what_is_to_do_is_taken_once)
{
    struct search_task tasks[8];
    sql_run(
        "UPDATE complaint SET subject = '转账', narrative = '失败', demand = NULL, product = '卡',"
        " received_at = '2026-11-22 04:00:00Z';"
        "INSERT INTO search_todo SELECT id FROM complaint, generate_series(1, 2)");
    size_t first = take(3, tasks);
    ck_assert_uint_ge(first, 2);
    ck_assert_uint_le(first, 3); /* each once */
    size_t rest = take(100, tasks);
    ck_assert_uint_le(rest, 5);
    ck_assert_uint_ge(first + rest, 5);
    ck_assert(text_equal(tasks[0].texts[0], TEXT("转账")));
    ck_assert(text_equal(tasks[0].texts[1], TEXT("失败")));
    ck_assert(text_is_none(tasks[0].texts[2]));
    ck_assert(text_equal(tasks[0].texts[3], TEXT("卡")));
    ck_assert_int_eq(tasks[0].received_at, INT64_C(1795320000) * INSTANT_SECOND);
    ck_assert_uint_eq(take(100, tasks), 0);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM search_todo"), 0);
}
END_TEST

static void save(const struct search_task tasks[], const struct text vectors[], size_t count)
{
    struct pg_binds binds = pg_binds_new(arena);
    search_save_bind(&binds, tasks, vectors, count);
    run(&search_save, &binds, NULL);
}

START_TEST(terms_are_written_and_written_again)
{
    struct search_task tasks[2] = {{.id = sql_id(1), .received_at = INSTANT_SECOND},
                                   {.id = sql_id(2), .received_at = INSTANT_SECOND}};
    struct text vectors[2] = {TEXT("'转账':1 '账':2 '转账':5 "), TEXT("")};
    save(tasks, vectors, 2);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM search WHERE terms ="
                                " $$'转账':1,5 '账':2 '@a0' '@b0' '@c0' '@d0' '@e0' '@f0' '@g0'$$"
                                " AND received_at = '1970-01-01 00:00:01Z'"),
                     1);
    ck_assert_int_eq(
        sql_number(
            "SELECT count(*) FROM search WHERE terms = $$'@a0' '@b0' '@c0' '@d0' '@e0' '@f0' '@g0'$$"),
        1);
    vectors[0] = TEXT("'吞卡':1 ");
    tasks[0].received_at = 2 * INSTANT_SECOND;
    save(tasks, vectors, 1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM search WHERE terms @@ '吞卡'"), 1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM search WHERE terms @@ '转账'"), 0);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM search"), 2);
    run(&search_relax, NULL, NULL);
    run(&search_flush, NULL, NULL);
}
END_TEST

/* The longest texts there can be, and those with the most or the longest terms, fit. */
START_TEST(every_text_fits)
{
    struct search_task task = {.id = sql_id(1), .received_at = INSTANT_SECOND};
    struct text_buffer texts[3] = {text_buffer_new(arena, 65536), text_buffer_new(arena, 65536),
                                   text_buffer_new(arena, 65536)};
    for (unsigned i = 0; i < 20000; i++) {
        unsigned code = 0x4E00 + i; /* all different */
        char character[] = {(char)(0xE0 | code >> 12), (char)(0x80 | (code >> 6 & 63)),
                            (char)(0x80 | (code & 63))};
        text_buffer_add(&texts[0], character, 3);
        text_buffer_add_string(&texts[1], "哈"); /* all the same */
        text_buffer_add_char(&texts[2], 'a');    /* one word */
    }
    for (int i = 0; i < 3; i++) {
        struct text text = text_buffer_text(&texts[i]);
        struct text vector = bigram_vector(arena, &text, 1);
        save(&task, &vector, 1);
    }
}
END_TEST

/* Days, 2, 4 and so on to 64 of them are counted from 1970 on. */
START_TEST(periods_are_terms)
{
    instant at = INT64_C(1795320000) * INSTANT_SECOND; /* 2026-11-22 04:00Z */
    ck_assert(text_equal(search_period_terms(arena, at),
                         TEXT(" '@a20779' '@b10389' '@c5194' '@d2597' '@e1298' '@f649' '@g324'")));
    ck_assert(text_equal(search_period_terms(arena, -1),
                         TEXT(" '@a-1' '@b-1' '@c-1' '@d-1' '@e-1' '@f-1' '@g-1'")));
    ck_assert(text_equal(search_stretch_terms(arena, at, 0), TEXT("'@a20778' | '@a20779'")));
    ck_assert_int_eq(search_stretch_since(at, 0), 20778 * INSTANT_DAY);
    /* Each ends where the one before begins. */
    ck_assert(text_equal(search_stretch_terms(arena, at, 1), TEXT("'@b10387' | '@b10388'")));
    ck_assert_int_eq(search_stretch_since(at, 1), INT64_C(10387) * 2 * INSTANT_DAY);
    ck_assert(text_equal(search_stretch_terms(arena, at, 2), TEXT("'@c5192' | '@c5193'")));
    ck_assert(text_equal(search_stretch_terms(arena, at, 3), TEXT("'@d2594' | '@d2595'")));
    for (int i = 1; i < SEARCH_PERIODS; i++)
        ck_assert_int_lt(search_stretch_since(at, i), search_stretch_since(at, i - 1));
    ck_assert(text_equal(search_stretch_terms(arena, at, 6), TEXT("'@g321' | '@g322'")));
}
END_TEST

static void read_backlog(int64_t *ret_count, int64_t *ret_age_us)
{
    struct pg_rows rows;
    run(&search_backlog, NULL, &rows);
    *ret_count = pg_int8(&rows, 0, 0);
    *ret_age_us = pg_int8(&rows, 0, 1);
    pg_rows_free(&rows);
}

START_TEST(what_waits_is_counted)
{
    int64_t count, age_us;
    struct search_task tasks[8];
    read_backlog(&count, &age_us);
    ck_assert_int_eq(count, 0);
    ck_assert_int_eq(age_us, 0);
    sql_run("INSERT INTO search_todo SELECT id FROM complaint;"
            "UPDATE search_todo SET added_at = now() - interval '1 minute' WHERE complaint_id ="
            " (SELECT min(id::text)::uuid FROM complaint)");
    read_backlog(&count, &age_us);
    ck_assert_int_eq(count, 5);
    ck_assert_int_ge(age_us, INSTANT_MINUTE);
    ck_assert_int_lt(age_us, 20 * INSTANT_MINUTE);
    ck_assert_uint_eq(take(100, tasks), 5);
    read_backlog(&count, &age_us);
    ck_assert_int_eq(count, 0);
    ck_assert_int_eq(age_us, 0);
}
END_TEST

static struct bigram_query query_of(const char *text)
{
    struct bigram_query query;
    ck_assert(bigram_query(arena, text_of(text), &query));
    return query;
}

static unsigned way_of(struct frequent *frequent, const struct bigram_query *query)
{
    return frequent_way(frequent, frequent_share(frequent, query), false);
}

START_TEST(frequent_terms_are_known_once_sampled)
{
    struct frequent *frequent = frequent_new();
    struct bigram_query many = query_of("转账"), few = query_of("转账失败"),
                        none = query_of("吞卡"), parts = query_of("转账 账转"),
                        half = query_of("转账 失败"), order = query_of("账转账");
    struct pg_rows rows;
    ck_assert_uint_eq(way_of(frequent, &many), LIST_TEXT);
    sql_run(
        "INSERT INTO search SELECT ('02000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid,"
        " now(), ('''转账'':1 ''账转'':2' || CASE WHEN n %% 100 = 0 THEN ' ''失败'':3 ''账失'':4'"
        " ELSE '' END)::tsvector FROM generate_series(1, 1000) n; ANALYZE search");
    run(&search_frequent, NULL, &rows);
    ck_assert_uint_gt(rows.count, 0);
    frequent_replace(frequent, &rows);
    pg_rows_free(&rows);
    ck_assert_int_eq(frequent_rate(frequent, TEXT("转账")), 1000000);
    ck_assert_int_eq(frequent_rate(frequent, TEXT("吞卡")), 0);
    ck_assert_int_lt(frequent_rate(frequent, TEXT("失败")), 20000);
    ck_assert_uint_eq(way_of(frequent, &many), LIST_FREQUENT_TEXT);
    ck_assert_uint_eq(way_of(frequent, &order), LIST_FREQUENT_TEXT);
    ck_assert_uint_eq(way_of(frequent, &few), LIST_TEXT);
    ck_assert_uint_eq(way_of(frequent, &none), LIST_TEXT);
    ck_assert_uint_eq(way_of(frequent, &half), LIST_TEXT);
    ck_assert_uint_eq(way_of(frequent, &parts), LIST_TEXT); /* not sure enough among so few */
    ck_assert_uint_eq(frequent_way(frequent, 0.7, true), LIST_FREQUENT_TEXT);
    ck_assert_uint_eq(frequent_way(frequent, 0.6, false), LIST_TEXT);
    ck_assert_uint_eq(frequent_way(frequent, 0.6, true), LIST_TEXT | LIST_RECENT_TEXT);
    ck_assert_uint_eq(frequent_way(frequent, 0.4, true), LIST_TEXT);
    /* Of very many, the newest are not all to be collected. */
    sql_run(
        "INSERT INTO search SELECT ('02000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid,"
        " now(), '' FROM generate_series(1001, 30000) n; ANALYZE search");
    run(&search_frequent, NULL, &rows);
    frequent_replace(frequent, &rows);
    pg_rows_free(&rows);
    ck_assert_uint_eq(frequent_way(frequent, 0.13, false), LIST_FREQUENT_TEXT);
    ck_assert_uint_eq(frequent_way(frequent, 0.13, true), LIST_TEXT | LIST_RECENT_TEXT);
    ck_assert_uint_eq(frequent_way(frequent, 0.2, true), LIST_FREQUENT_TEXT);
    frequent_free(frequent);
}
END_TEST

/* The application fills the search, but leaves the rest to the owner. */
START_TEST(application_may_not_empty_the_search)
{
    ck_assert_str_eq(sql_state_as_app("DELETE FROM search"), "42501");
    ck_assert_str_eq(sql_state_as_app("UPDATE search_todo SET complaint_id = NULL"), "42501");
    ck_assert_str_eq(sql_state_as_app("SELECT search_flush()"), "00000");
}
END_TEST

Suite *search_store_suite(void)
{
    Suite *suite = suite_create("search_store");
    TCase *tcase = tcase_create("search_store");
    tcase_add_unchecked_fixture(tcase, sql_empty, NULL);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, what_is_to_do_is_taken_once);
    tcase_add_test(tcase, terms_are_written_and_written_again);
    tcase_add_test(tcase, every_text_fits);
    tcase_add_test(tcase, periods_are_terms);
    tcase_add_test(tcase, what_waits_is_counted);
    tcase_add_test(tcase, frequent_terms_are_known_once_sampled);
    tcase_add_test(tcase, application_may_not_empty_the_search);
    suite_add_tcase(suite, tcase);
    return suite;
}
