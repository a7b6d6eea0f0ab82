/* Lists: filters, orders, pages, totals, and the board's figures against them. */
#include <stdlib.h>
#include <string.h>

#include "tests/http/matter.h"

Suite *complaint_list_suite(void);

/* --- filters ---------------------------------------------------------------------------------- */

/* Four complaints of a month in which no other test has any. */
#define MONTH "received_from=2018-03-01T00:00:00Z&received_to=2018-04-01T00:00:00Z"

static struct {
    struct matter a, b, c, d;
} month;

static void make_month(void)
{
    month.a = matter_new("agent1",
                         body("{'received_at': '2018-03-05T10:00:00+08:00', 'source': 'hotline',"
                              " 'tags': ['judicial', 'petition'], 'channel_class': 'A01033',"
                              " 'business_class': 'B05', 'cause_class': 'C02'}"));
    month.b = matter_new("agent1", body("{'received_at': '2018-03-10T10:00:00+08:00',"
                                        " 'source': 'letter', 'level': 'complex',"
                                        " 'external_case_number': 'LIST-1',"
                                        " 'business_class': 'B01'}"));
    matter_must(&month.b, "agent1", "advance", body("{'owner': 'handler1'}"));
    month.c = matter_new("agent2", body("{'received_at': '2018-03-12T10:00:00+08:00',"
                                        " 'source': 'wechat'}"));
    matter_must(&month.c, "agent2", "withdraw", body("{'reason': '撤诉'}"));
    month.d = matter_new("agent1", body("{'received_at': '2018-03-20T10:00:00+08:00',"
                                        " 'source': 'regulator_nfra', 'level': 'major'}"));
    matter_must(&month.d, "agent1", "offer", body("{'to': 'handler1'}"));
}

static bool holds(const struct reply *list, const struct matter *matter)
{
    json_t *items = reply_at(list, "items"), *item;
    size_t i;
    json_array_foreach(items, i, item)
    {
        if (strcmp(json_string_value(json_object_get(item, "id")), matter->id) == 0)
            return true;
    }
    return false;
}

/* "ad" for a list that holds month.a and month.d. */
static const char *held(const struct reply *list)
{
    return client_text("%s%s%s%s", holds(list, &month.a) ? "a" : "",
                       holds(list, &month.b) ? "b" : "", holds(list, &month.c) ? "c" : "",
                       holds(list, &month.d) ? "d" : "");
}

static const struct {
    const char *query, *held;
} filters[] = {
    {"limit=200", "abcd"},
    {"stage=intake", "acd"},
    {"stage=investigation", "b"},
    {"stage=feedback", ""},
    {"status=open", "abd"},
    {"status=withdrawn", "c"},
    {"status=closed", ""},
    {"level=ordinary", "ac"},
    {"level=complex", "b"},
    {"level=major", "d"},
    {"source=letter", "b"},
    {"source=media", ""},
    {"owner=agent1", "ad"},
    {"owner=handler1", "b"},
    {"owner=supervisor1", ""},
    {"pending_owner=handler1", "d"},
    {"pending_owner=agent2", ""},
    {"unit=HN-CS-001", "abd"},
    {"unit=HN-CS-002", "c"},
    {"unit=HN", "abcd"},
    {"class=A01033", "a"},
    {"class=B05", "a"},
    {"class=C02", "a"},
    {"class=B01", "b"},
    {"class=B06", ""},
    {"tag=judicial", "a"},
    {"tag=petition", "a"},
    {"tag=agitated", ""},
    {"external_case_number=LIST-1", "b"},
    {"external_case_number=LIST-2", ""},
    {"overdue=true", "abd"},
    {"overdue=false", "c"},
    {"due_within=1000", ""},
    {"closed_from=2020-01-01T00:00:00Z", "c"},
    {"closed_to=2020-01-01T00:00:00Z", ""},
    {"due_from=2018-03-20T00:00:00Z", "bd"},
    {"due_to=2018-03-20T00:00:00Z", "ac"},
    {"stage=intake&status=open&level=major", "d"},
    {"owner=agent1&tag=judicial&class=C02&overdue=true", "a"},
    {"owner=handler1&tag=judicial", ""},
    {"order=received_at", "abcd"},
    {"order=-received_at", "abcd"},
    {"order=due_at&status=open", "abd"},
};

START_TEST(filter_finds_what_it_should)
{
    const struct reply *reply =
        client_get("supervisor1", "/v1/complaints?" MONTH "&%s", filters[_i].query);
    EXPECT_STATUS(reply, 200);
    ck_assert_msg(strcmp(held(reply), filters[_i].held) == 0, "%s: %s, not %s", filters[_i].query,
                  held(reply), filters[_i].held);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), strlen(filters[_i].held));
    ck_assert(reply_is_null(reply, "next"));
    ck_assert_ptr_null(reply_at(reply, "total"));
    const struct reply *counted =
        client_get("supervisor1", "/v1/complaints?" MONTH "&%s&count=exact", filters[_i].query);
    EXPECT_STATUS(counted, 200);
    ck_assert_int_eq(reply_integer(counted, "total"), (int64_t)strlen(filters[_i].held));
    ck_assert(json_equal(reply_at(reply, "items"), reply_at(counted, "items")));
}
END_TEST

START_TEST(number_is_a_filter)
{
    const struct reply *reply =
        client_get("supervisor1", "/v1/complaints?number=%s", month.b.number);
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(held(reply), "b");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 1);
    reply = client_get("supervisor1", "/v1/complaints?number=TS20180310000001");
    EXPECT_STATUS(reply, 200);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 0);
}
END_TEST

/* From is included, to is not. */
START_TEST(ranges_include_their_beginning_alone)
{
    static const struct {
        const char *from, *to, *held;
    } cases[] = {
        {"2018-03-05T10:00:00%2B08:00", "2018-03-10T10:00:00%2B08:00", "a"},
        {"2018-03-05T10:00:00.000001%2B08:00", "2018-03-10T10:00:00.000001%2B08:00", "b"},
        {"2018-03-05T02:00:00Z", "2018-03-05T02:00:01Z", "a"},
        {"2018-03-05T10:00:00+08:00", "2018-03-05T10:00:01+08:00", "a"},
        {"2018-03-05T02:00:00Z", "2018-03-05T02:00:00Z", ""},
        {"2018-03-20T00:00:00Z", "2018-03-10T00:00:00Z", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct reply *reply =
            client_get("supervisor1", "/v1/complaints?received_from=%s&received_to=%s",
                       cases[i].from, cases[i].to);
        EXPECT_STATUS(reply, 200);
        ck_assert_str_eq(held(reply), cases[i].held);
    }
}
END_TEST

/* Only what the caller may see, whatever is asked for. */
START_TEST(lists_hold_what_the_caller_may_see)
{
    static const struct {
        const char *as, *held;
    } cases[] = {{"agent1", "abd"}, {"handler1", "abd"}, {"agent2", "c"}, {"auditor1", "abcd"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct reply *reply = client_get(cases[i].as, "/v1/complaints?" MONTH);
        EXPECT_STATUS(reply, 200);
        ck_assert_msg(strcmp(held(reply), cases[i].held) == 0, "%s sees %s", cases[i].as,
                      held(reply));
        reply = client_get(cases[i].as, "/v1/complaints?" MONTH "&count=exact");
        ck_assert_int_eq(reply_integer(reply, "total"), (int64_t)strlen(cases[i].held));
    }
    const struct reply *reply = client_get("agent2", "/v1/complaints?owner=handler1");
    EXPECT_STATUS(reply, 200);
    ck_assert(!holds(reply, &month.b));
}
END_TEST

START_TEST(rows_are_the_complaints)
{
    const struct reply *list = client_get("supervisor1", "/v1/complaints?" MONTH "&order=due_at");
    json_t *items = reply_at(list, "items"), *item, *value;
    const char *name;
    size_t i;
    ck_assert_uint_eq(json_array_size(items), 3);
    json_array_foreach(items, i, item)
    {
        const struct reply *one = client_get("supervisor1", "/v1/complaints/%s",
                                             json_string_value(json_object_get(item, "id")));
        ck_assert_ptr_null(json_object_get(item, "narrative"));
        ck_assert_ptr_nonnull(json_object_get(item, "subject"));
        json_object_foreach(item, name, value)
        {
            if (strcmp(name, "complainant") != 0 && strcmp(name, "allowed_actions") != 0)
                ck_assert_msg(json_equal(value, json_object_get(one->json, name)), "%s", name);
        }
        json_object_foreach(json_object_get(item, "complainant"), name, value)
        {
            ck_assert(json_equal(value, reply_at(one, client_text("complainant.%s", name))));
        }
    }
}
END_TEST

START_TEST(bad_parameters_are_refused)
{
    static const struct {
        const char *query, *name, *code;
    } cases[] = {
        {"colour=red", "colour", "unknown_parameter"},
        {"stage=later", "stage", "unknown_term"},
        {"limit=0", "limit", "out_of_range"},
        {"limit=201", "limit", "out_of_range"},
        {"limit=ten", "limit", "wrong_type"},
        {"overdue=maybe", "overdue", "wrong_type"},
        {"due_within=0", "due_within", "out_of_range"},
        {"due_soon=false", "due_soon", "unknown_value"},
        {"due_soon=true&status=closed", "due_soon", "conflict"},
        {"awaiting_approval=false", "awaiting_approval", "unknown_value"},
        {"awaiting_approval=true&as_of=2026-11-20T00:00:00Z", "awaiting_approval", "conflict"},
        {"owner=nobody", "owner", "unknown_value"},
        {"pending_owner=nobody", "pending_owner", "unknown_value"},
        {"unit=XX", "unit", "unknown_value"},
        {"owner_unit=XX", "owner_unit", "unknown_value"},
        {"owner_unit=HN&unit=HN", "owner_unit", "conflict"},
        {"class=Z99", "class", "unknown_value"},
        {"order=subject", "order", "unknown_term"},
        {"count=about", "count", "unknown_term"},
        {"received_from=yesterday", "received_from", "not_a_time"},
        {"status=open&status=closed", "status", "repeated_parameter"},
        {"cursor=abc", "cursor", "not_a_cursor"},
        {"cursor=AAAA%0A", "cursor", NULL},
        {"number=%FF", "number", "not_utf8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct reply *reply = client_get("agent1", "/v1/complaints?%s", cases[i].query);
        EXPECT_PROBLEM(reply, 400, "invalid-parameter");
        ck_assert_str_eq(reply_text(reply, "errors.0.pointer"), cases[i].name);
        if (cases[i].code)
            ck_assert_str_eq(reply_text(reply, "errors.0.code"), cases[i].code);
    }
    const struct reply *reply = client_get("agent1", "/v1/complaints?limit=0&x=1&stage=y");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "errors")), 3);
}
END_TEST

/* --- due -------------------------------------------------------------------------------------- */

/* Received now, a complaint is due at the end of the next working day: within 40 working hours, but
 * not within one. */
START_TEST(due_within_counts_working_hours)
{
    struct matter matter =
        matter_new("agent1", body("{'external_case_number': 'DUE-%s'}", time_text(0)));
    const struct reply *reply =
        client_get("agent1", "/v1/complaints?due_within=40&number=%s", matter.number);
    EXPECT_STATUS(reply, 200);
    ck_assert(holds(reply, &matter));
    reply = client_get("agent1", "/v1/complaints?due_within=1&number=%s", matter.number);
    ck_assert(!holds(reply, &matter));
    reply = client_get("agent1", "/v1/complaints?overdue=true&number=%s", matter.number);
    ck_assert(!holds(reply, &matter));
    reply = client_get("agent1", "/v1/complaints?overdue=false&number=%s", matter.number);
    ck_assert(holds(reply, &matter));
}
END_TEST

/* The board's figures and the list agree on what is due soon, and whose it is. */
START_TEST(board_counts_what_is_listed)
{
    static const struct {
        const char *unit, *figure, *query;
    } cases[] = {
        {"HN", "due_soon", "owner_unit=HN&due_soon=true"},
        {"HN-CS-001", "due_soon", "owner_unit=HN-CS-001&due_soon=true&order=received_at"},
        {"HN-CS-001", "open", "owner_unit=HN-CS-001&status=open"},
        {"HN-CS-002", "overdue", "owner_unit=HN-CS-002&overdue=true"},
        {"HN-CS-002", "open", "owner_unit=HN-CS-002&status=open&subtree=false"},
    };
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "supervisor1", "assign", body("{'owner': 'agent2'}"));
    (void)matter_new("agent1", NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct reply *reply = client_get("supervisor1", "/v1/board?unit=%s", cases[i].unit);
        int64_t counted = reply_integer(reply, cases[i].figure);
        reply = client_get("supervisor1", "/v1/complaints?count=exact&%s", cases[i].query);
        EXPECT_STATUS(reply, 200);
        ck_assert_msg(reply_integer(reply, "total") == counted, "%s", cases[i].query);
    }
    /* Received by the one, owned by the other. */
    static const struct {
        const char *query;
        bool held;
    } whose[] = {
        {"unit=HN-CS-001", true},
        {"owner_unit=HN-CS-001", false},
        {"owner_unit=HN-CS-001&order=due_at", false},
        {"owner_unit=HN-CS-002", true},
        {"owner_unit=HN-CS-002&order=received_at", true},
        {"owner_unit=HN-CS-002&order=due_at", true},
        {"owner_unit=HN", true},
        {"owner_unit=HN&subtree=false", false},
        {"unit=HN&subtree=false", false},
    };
    for (size_t i = 0; i < sizeof whose / sizeof *whose; i++) {
        const struct reply *reply =
            client_get("supervisor1", "/v1/complaints?number=%s&%s", matter.number, whose[i].query);
        EXPECT_STATUS(reply, 200);
        ck_assert_msg(holds(reply, &matter) == whose[i].held, "%s", whose[i].query);
        if (strstr(whose[i].query, "due_at"))
            continue;
        reply = client_get("supervisor1", "/v1/complaints?limit=200&%s", whose[i].query);
        EXPECT_STATUS(reply, 200);
        ck_assert_msg(!whose[i].held || holds(reply, &matter) || !reply_is_null(reply, "next"),
                      "%s", whose[i].query);
    }
}
END_TEST

/* What has ended is due no more, in whatever order it is listed. */
START_TEST(ended_complaints_are_not_due)
{
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "agent1", "withdraw", body("{'reason': '撤诉'}"));
    static const char *const queries[] = {"due_within=40", "due_within=40&order=received_at",
                                          "due_within=40&order=-received_at", "overdue=true"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        const struct reply *reply =
            client_get("agent1", "/v1/complaints?number=%s&%s", matter.number, queries[i]);
        EXPECT_STATUS(reply, 200);
        ck_assert_msg(!holds(reply, &matter), "%s: %s", queries[i], reply->body);
    }
}
END_TEST

/* --- the board -------------------------------------------------------------------------------- */

struct figures {
    int64_t open, overdue;
};

/* Counts the rows of a list for which a member has a value. */
static struct figures count_rows(const char *as, const char *member, const char *value)
{
    struct figures figures = {0};
    const char *cursor = "";
    while (cursor) {
        const struct reply *list = client_get(as, "/v1/complaints?status=open&limit=200%s%s",
                                              *cursor ? "&cursor=" : "", cursor);
        EXPECT_STATUS(list, 200);
        size_t size = json_array_size(reply_at(list, "items"));
        for (size_t i = 0; i < size; i++) {
            if (member &&
                strcmp(reply_text(list, client_text("items.%zu.%s", i, member)), value) != 0)
                continue;
            figures.open++;
            figures.overdue += reply_boolean(list, client_text("items.%zu.overdue", i));
        }
        cursor = json_string_value(reply_at(list, "next"));
    }
    return figures;
}

static void expect_figures(const struct reply *board, const char *where, struct figures figures)
{
    const char *dot = *where ? "." : "";
    ck_assert_int_eq(reply_integer(board, client_text("%s%sopen", where, dot)), figures.open);
    ck_assert_int_eq(reply_integer(board, client_text("%s%soverdue", where, dot)), figures.overdue);
}

START_TEST(board_agrees_with_the_lists)
{
    const struct reply *board = client_get("supervisor1", "/v1/board");
    EXPECT_STATUS(board, 200);
    expect_figures(board, "", count_rows("supervisor1", NULL, NULL));
    ck_assert_uint_eq(json_array_size(reply_at(board, "by_stage")), 4);
    for (size_t i = 0; i < 4; i++) {
        const char *stage = reply_text(board, client_text("by_stage.%zu.stage", i));
        expect_figures(board, client_text("by_stage.%zu", i),
                       count_rows("supervisor1", "stage", stage));
    }
    size_t owners = json_array_size(reply_at(board, "by_owner"));
    ck_assert_uint_ge(owners, 2);
    for (size_t i = 0; i < owners; i++) {
        const char *owner = reply_text(board, client_text("by_owner.%zu.owner.login", i));
        expect_figures(board, client_text("by_owner.%zu", i),
                       count_rows("supervisor1", "owner.login", owner));
    }
    /* The parts make the whole. */
    static const char *const parts[] = {"by_unit", "by_owner", "by_stage"};
    for (size_t part = 0; part < 3; part++) {
        int64_t open = 0, soon = 0;
        for (size_t i = 0; i < json_array_size(reply_at(board, parts[part])); i++) {
            open += reply_integer(board, client_text("%s.%zu.open", parts[part], i));
            soon += reply_integer(board, client_text("%s.%zu.due_soon", parts[part], i));
        }
        ck_assert_int_eq(open, reply_integer(board, "open"));
        ck_assert_int_eq(soon, reply_integer(board, "due_soon"));
    }
}
END_TEST

START_TEST(board_shows_the_callers_units)
{
    (void)matter_new("agent2", NULL);
    const struct reply *board = client_get("agent2", "/v1/board");
    EXPECT_STATUS(board, 200);
    ck_assert_uint_eq(json_array_size(reply_at(board, "by_unit")), 1);
    for (size_t i = 0; i < json_array_size(reply_at(board, "by_unit")); i++)
        ck_assert_str_eq(reply_text(board, client_text("by_unit.%zu.unit", i)), "HN-CS-002");
    const struct reply *whole = client_get("supervisor1", "/v1/board");
    const struct reply *part = client_get("supervisor1", "/v1/board?unit=HN-CS-001");
    EXPECT_STATUS(part, 200);
    ck_assert_int_lt(reply_integer(part, "open"), reply_integer(whole, "open"));
    EXPECT_PROBLEM(client_get("supervisor1", "/v1/board?unit=XX"), 400, "invalid-parameter");
    EXPECT_PROBLEM(client_get("supervisor1", "/v1/board?day=1"), 400, "invalid-parameter");
}
END_TEST

START_TEST(board_shows_the_oldest_first)
{
    const struct reply *board = client_get("supervisor1", "/v1/board");
    const struct reply *list = client_get("supervisor1", "/v1/complaints?order=due_at&limit=10");
    size_t size = json_array_size(reply_at(list, "items"));
    ck_assert_uint_ge(size, 3);
    ck_assert_uint_eq(json_array_size(reply_at(board, "oldest")), size);
    for (size_t i = 0; i < size; i++)
        ck_assert_str_eq(reply_text(board, client_text("oldest.%zu.number", i)),
                         reply_text(list, client_text("items.%zu.number", i)));
}
END_TEST

START_TEST(parameters_are_not_dropped_however_many)
{
    const char *query = "limit=1";
    for (int i = 1; i < 65; i++)
        query = client_text("%s&p%d=1", query, i);
    const struct reply *reply = client_get("agent1", "/v1/complaints?%s", query);
    EXPECT_PROBLEM(reply, 400, "invalid-parameter");
    EXPECT_ERROR(reply, "p63", "unknown_parameter");
    EXPECT_ERROR(reply, "", "too_many_parameters");
}
END_TEST

Suite *complaint_list_suite(void)
{
    Suite *suite = suite_create("complaint_list");
    TCase *tcase = tcase_create("list");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_unchecked_fixture(tcase, make_month, NULL);
    tcase_add_loop_test(tcase, filter_finds_what_it_should, 0,
                        (int)(sizeof filters / sizeof *filters));
    tcase_add_test(tcase, parameters_are_not_dropped_however_many);
    tcase_add_test(tcase, number_is_a_filter);
    tcase_add_test(tcase, ranges_include_their_beginning_alone);
    tcase_add_test(tcase, lists_hold_what_the_caller_may_see);
    tcase_add_test(tcase, rows_are_the_complaints);
    tcase_add_test(tcase, bad_parameters_are_refused);
    tcase_add_test(tcase, due_within_counts_working_hours);
    tcase_add_test(tcase, board_counts_what_is_listed);
    tcase_add_test(tcase, ended_complaints_are_not_due);
    tcase_add_test(tcase, board_agrees_with_the_lists);
    tcase_add_test(tcase, board_shows_the_callers_units);
    tcase_add_test(tcase, board_shows_the_oldest_first);
    suite_add_tcase(suite, tcase);
    return suite;
}
