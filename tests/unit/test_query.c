#include <check.h>

#include "lib/json/query.h"

Suite *query_suite(void);

static struct arena *arena;
static struct violations violations;

struct list_query {
    int stage, limit;
    int64_t after;
    bool overdue, overdue_given;
    instant received_from;
    struct text q, cursor;
};

static const struct member members[] = {
    {MEMBER("stage", TERM, struct list_query, stage), .vocabulary = &vocabulary_stage},
    {MEMBER("limit", INTEGER, struct list_query, limit), .min = 1, .max = 200},
    {MEMBER("after", LONG, struct list_query, after)},
    {MEMBER("overdue", BOOLEAN, struct list_query, overdue),
     .given_offset = offsetof(struct list_query, overdue_given)},
    {MEMBER("received_from", INSTANT, struct list_query, received_from)},
    {MEMBER("q", TEXT, struct list_query, q), .max = 5},
    {MEMBER("cursor", TEXT, struct list_query, cursor), .max = 100},
};
static const struct shape shape = {
    .name = "ListQuery", .size = sizeof(struct list_query), SHAPE_MEMBERS(members)};

static void setup(void)
{
    arena = arena_new(4096);
    violations = (struct violations){.arena = arena};
}

static void teardown(void)
{
    arena_free(arena);
}

static struct list_query query(size_t count, const struct query_pair pairs[])
{
    struct list_query query;

    violations.count = 0;
    query_decode(&shape, pairs, count, arena, &violations, &query);
    return query;
}

#define PAIR(name, value) ((struct query_pair){TEXT(name), TEXT(value)})
#define QUERY(...)                                                                \
    query(sizeof((struct query_pair[]){__VA_ARGS__}) / sizeof(struct query_pair), \
          (struct query_pair[]){__VA_ARGS__})

static void assert_violation(const char *pointer, const char *code)
{
    ck_assert_uint_eq(violations.count, 1);
    ck_assert_str_eq(violations.list[0].pointer.at, pointer);
    ck_assert_str_eq(violations.list[0].code, code);
}

START_TEST(parameters_are_read)
{
    struct list_query is =
        QUERY(PAIR("stage", "feedback"), PAIR("limit", "200"), PAIR("after", "9223372036854775806"),
              PAIR("overdue", "true"), PAIR("received_from", "1970-01-01T08:00:01+08:00"),
              PAIR("q", " 转账 "), PAIR("cursor", "a=="));

    ck_assert_uint_eq(violations.count, 0);
    ck_assert_int_eq(is.stage, STAGE_FEEDBACK);
    ck_assert_int_eq(is.limit, 200);
    ck_assert_int_eq(is.after, INT64_MAX - 1);
    ck_assert(is.overdue && is.overdue_given);
    ck_assert_int_eq(is.received_from, INSTANT_SECOND);
    ck_assert(text_equal(is.q, TEXT("转账")));
    ck_assert(text_equal(is.cursor, TEXT("a==")));
}
END_TEST

START_TEST(none_given_is_none_recorded)
{
    struct list_query is = query(0, NULL);

    ck_assert_uint_eq(violations.count, 0);
    ck_assert_int_eq(is.stage, TERM_NONE);
    ck_assert_int_eq(is.limit, -1);
    ck_assert(!is.overdue && !is.overdue_given);
    ck_assert(is.received_from == INSTANT_NONE);
    ck_assert(text_is_none(is.q));
}
END_TEST

START_TEST(a_plus_that_became_a_space)
{
    struct list_query is = QUERY(PAIR("received_from", "1970-01-01T08:00:01 08:00"));

    ck_assert_uint_eq(violations.count, 0);
    ck_assert_int_eq(is.received_from, INSTANT_SECOND);
    QUERY(PAIR("received_from", "1970-01-01T08:00:01  08:00"));
    assert_violation("received_from", "not_a_time");
    QUERY(PAIR("received_from", "1970-01-01 08:00:01+08:00"));
    assert_violation("received_from", "not_a_time");
    QUERY(PAIR("received_from", " 1970-01-01T08:00:01Z"));
    assert_violation("received_from", "not_a_time");
}
END_TEST

static const struct {
    struct query_pair pair;
    const char *code;
} bad[] = {
    {{{"stage", 5}, {"Intake", 6}}, "unknown_term"},
    {{{"stage", 5}, {"", 0}}, "unknown_term"},
    {{{"limit", 5}, {"", 0}}, "wrong_type"},
    {{{"limit", 5}, {"-", 1}}, "wrong_type"},
    {{{"limit", 5}, {"+5", 2}}, "wrong_type"},
    {{{"limit", 5}, {"5.0", 3}}, "wrong_type"},
    {{{"limit", 5}, {"5 ", 2}}, "wrong_type"},
    {{{"limit", 5}, {"ten", 3}}, "wrong_type"},
    {{{"limit", 5}, {NULL, 0}}, "wrong_type"},
    {{{"limit", 5}, {"0", 1}}, "out_of_range"},
    {{{"limit", 5}, {"201", 3}}, "out_of_range"},
    {{{"limit", 5}, {"-1", 2}}, "out_of_range"},
    {{{"limit", 5}, {"4294967297", 10}}, "out_of_range"},
    {{{"limit", 5}, {"99999999999999999999", 20}}, "out_of_range"},
    {{{"limit", 5}, {"9999999999999999999x", 20}}, "wrong_type"},
    {{{"after", 5}, {"9223372036854775808", 19}}, "out_of_range"},
    {{{"after", 5}, {"-9223372036854775808", 20}}, "out_of_range"},
    {{{"overdue", 7}, {"TRUE", 4}}, "wrong_type"},
    {{{"overdue", 7}, {"1", 1}}, "wrong_type"},
    {{{"received_from", 13}, {"2026-11-20", 10}}, "not_a_time"},
    {{{"q", 1}, {"abcdef", 6}}, "too_long"},
    {{{"q", 1}, {"\xff", 1}}, "not_utf8"},
    {{{"q", 1}, {"a\0b", 3}}, "control_character"},
    {{{"Stage", 5}, {"intake", 6}}, "unknown_parameter"},
    {{{"stag", 4}, {"intake", 6}}, "unknown_parameter"},
    {{{"", 0}, {"", 0}}, "unknown_parameter"},
};

START_TEST(bad_values)
{
    struct list_query is = query(1, &bad[_i].pair);

    assert_violation(text_copy(arena, bad[_i].pair.name).at, bad[_i].code);
    ck_assert_int_eq(is.limit, -1);
    ck_assert_int_eq(is.stage, TERM_NONE);
    ck_assert(text_is_none(is.q));
}
END_TEST

START_TEST(names_are_made_fit_to_show)
{
    query(1, &(struct query_pair){TEXT("\xff\n|\"投"), TEXT("")});
    assert_violation("?\?|\"???", "unknown_parameter");
}
END_TEST

START_TEST(all_violations_at_once)
{
    QUERY(PAIR("limit", "5"), PAIR("limit", "6"), PAIR("x", "1"), PAIR("stage", "y"),
          PAIR("q", ""));
    ck_assert_uint_eq(violations.count, 3);
    ck_assert_str_eq(violations.list[0].code, "repeated_parameter");
    ck_assert_str_eq(violations.list[0].pointer.at, "limit");
    ck_assert_str_eq(violations.list[1].code, "unknown_parameter");
    ck_assert_str_eq(violations.list[2].code, "unknown_term");
}
END_TEST

Suite *query_suite(void)
{
    Suite *suite = suite_create("query");
    TCase *tests = tcase_create("query");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, parameters_are_read);
    tcase_add_test(tests, none_given_is_none_recorded);
    tcase_add_test(tests, a_plus_that_became_a_space);
    tcase_add_loop_test(tests, bad_values, 0, (int)(sizeof bad / sizeof *bad));
    tcase_add_test(tests, names_are_made_fit_to_show);
    tcase_add_test(tests, all_violations_at_once);
    suite_add_tcase(suite, tests);
    return suite;
}
