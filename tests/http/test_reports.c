/* Reports: what they count, for whom, and as files. */
#include <string.h>

#include "lib/base/arena.h"
#include "tests/http/csv.h"
#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/spare.h"

Suite *reports_suite(void);

static const char *const names[] = {"volume", "timeliness", "causes"};

static const struct reply *get(const char *as, const char *name, const char *query)
{
    return client_get(as, "/v1/reports/%s%s%s", name, *query ? "?" : "", query);
}

static int64_t today_of(const struct reply *volume, const char *member)
{
    size_t last = json_array_size(reply_at(volume, "items")) - 1;
    return reply_integer(volume, client_text("items.%zu.%s", last, member));
}

START_TEST(volume_counts_day_by_day)
{
    const struct reply *before = get("supervisor1", "volume", "");
    EXPECT_STATUS(before, 200);
    ck_assert_uint_eq(json_array_size(reply_at(before, "items")), 30);
    ck_assert(reply_is_null(before, "unit"));
    struct matter matter = matter_new("agent1", body("{'received_at': '%s'}", time_text(-1)));
    (void)matter_new("agent1", body("{'received_at': '%s'}", time_text(-1)));
    matter_must(&matter, "agent1", "withdraw", body("{'reason': '客户撤诉'}"));
    const struct reply *after = get("supervisor1", "volume", "");
    ck_assert_int_eq(reply_integer(after, "received"), reply_integer(before, "received") + 2);
    ck_assert_int_eq(reply_integer(after, "ended"), reply_integer(before, "ended") + 1);
    ck_assert_int_eq(today_of(after, "ended"), today_of(before, "ended") + 1);
    ck_assert_int_eq(today_of(after, "open"), today_of(before, "open") + 1);
    const struct reply *board = client_get("supervisor1", "/v1/board");
    ck_assert_int_eq(today_of(after, "open"), reply_integer(board, "open"));
    ck_assert_int_eq(today_of(after, "overdue"), reply_integer(board, "overdue"));
    /* Another unit's. */
    after = get("supervisor1", "volume", "unit=HN-CS-002");
    ck_assert_str_eq(reply_text(after, "unit"), "HN-CS-002");
    ck_assert_int_lt(reply_integer(after, "received"), reply_integer(before, "received") + 2);
}
END_TEST

START_TEST(a_voided_one_never_was)
{
    const struct reply *before = get("supervisor1", "volume", "");
    struct matter matter = matter_new("agent1", body("{'received_at': '%s'}", time_text(-1)));
    matter_must(&matter, "agent1", "void", body("{'reason': '误录入'}"));
    matter_must(&matter, "supervisor1", "void/approve", body("{}"));
    const struct reply *after = get("supervisor1", "volume", "");
    ck_assert_int_eq(reply_integer(after, "received"), reply_integer(before, "received"));
    ck_assert_int_eq(reply_integer(after, "ended"), reply_integer(before, "ended"));
}
END_TEST

/* When a day ended is told as it was counted then, and else as unknown. */
START_TEST(past_days_are_as_they_were_counted)
{
    database_run("INSERT INTO figure_day (day, unit_id, open, overdue, counted_at) VALUES"
                 " ('2026-01-05', '00000000-0000-0000-0000-000000000000', 9, 4, now()),"
                 " ('2026-01-05', (SELECT id FROM unit WHERE code = 'HN-CS-001'), 5, 2, now()),"
                 " ('2026-01-05', (SELECT id FROM unit WHERE code = 'HN-CS-002'), 4, 2, now())");
    const struct reply *reply = get("supervisor1", "volume", "from=2026-01-05&to=2026-01-06");
    ck_assert_int_eq(reply_integer(reply, "items.0.open"), 9);
    ck_assert_int_eq(reply_integer(reply, "items.0.overdue"), 4);
    ck_assert(reply_is_null(reply, "items.1.open"));
    reply = get("auditor1", "volume", "from=2026-01-05&to=2026-01-05&unit=HN-CS-001");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 1);
    ck_assert_int_eq(reply_integer(reply, "items.0.open"), 5);
    database_run("DELETE FROM figure_day WHERE day = '2026-01-05'");
}
END_TEST

START_TEST(a_duty_counts_the_day_that_ended)
{
    int64_t give_up = now_ms() + 60000;
    while (database_number("SELECT count(*) FROM figure_day WHERE unit_id ="
                           " '00000000-0000-0000-0000-000000000000'") == 0)
        ck_assert_int_lt(now_ms(), give_up);
    ck_assert_int_eq(database_number("SELECT count(*) FROM (SELECT 1 FROM figure_day GROUP BY day"
                                     " HAVING sum(open) <> 2 * max(open)) x"),
                     0); /* the units add up to the whole */
}
END_TEST

START_TEST(timeliness_counts_what_was_decided)
{
    const struct reply *before = get("supervisor1", "timeliness", "");
    EXPECT_STATUS(before, 200);
    struct matter matter = matter_at("feedback");
    matter_must(&matter, "handler1", "notices", body_notice());
    matter_must(&matter, "handler1", "notices/1/deliveries", body_delivery());
    matter_must(&matter, "handler1", "close", body("{'outcome': 'upheld'}"));
    struct matter other = matter_new("agent1", NULL);
    matter_must(&other, "agent1", "withdraw", body("{'reason': '客户撤诉'}"));
    const struct reply *after = get("supervisor1", "timeliness", "");
    ck_assert_int_eq(reply_integer(after, "ended"), reply_integer(before, "ended") + 2);
    ck_assert_int_eq(reply_integer(after, "decided"), reply_integer(before, "decided") + 1);
    ck_assert_int_le(reply_integer(after, "on_time"), reply_integer(after, "decided"));
    double rate = json_number_value(reply_at(after, "on_time_rate"));
    double share =
        (double)reply_integer(after, "on_time") / (double)reply_integer(after, "decided");
    ck_assert(rate > share - 0.0001 && rate < share + 0.0001);
    ck_assert(json_is_number(reply_at(after, "average_days")));
    int64_t ended = 0, open = 0;
    for (size_t i = 0; i < json_array_size(reply_at(after, "items")); i++)
        ended += reply_integer(after, client_text("items.%zu.ended", i));
    ck_assert_int_eq(ended, reply_integer(after, "ended"));
    ck_assert_uint_eq(json_array_size(reply_at(after, "ageing")), 6);
    for (size_t i = 0; i < 6; i++)
        open += reply_integer(after, client_text("ageing.%zu.open", i));
    ck_assert_int_eq(open, reply_integer(client_get("supervisor1", "/v1/board"), "open"));
    ck_assert(reply_is_null(after, "ageing.5.to_days"));
    after = get("supervisor1", "timeliness", "from=2020-01-01&to=2020-01-31");
    ck_assert(reply_is_null(after, "on_time_rate"));
    ck_assert(reply_is_null(after, "average_days"));
}
END_TEST

/* Received today, so of age 0; or so many days ago. */
START_TEST(ages_are_in_natural_days)
{
    static const struct {
        int days, class;
    } ages[] = {{0, 0}, {3, 0}, {4, 1}, {7, 1}, {8, 2}, {15, 2}, {16, 3}, {60, 4}, {61, 5}};
    const char *member = client_text("ageing.%d.open", ages[_i].class);
    int64_t before = reply_integer(get("supervisor1", "timeliness", ""), member);

    (void)matter_new("agent1",
                     body("{'received_at': '%s'}", time_text(-INT64_C(86400) * ages[_i].days - 1)));
    ck_assert_int_eq(reply_integer(get("supervisor1", "timeliness", ""), member), before + 1);
}
END_TEST

START_TEST(causes_are_counted_by_product)
{
    const char *product = client_text("产品%lld", (long long)now_ms());

    for (int i = 0; i < 3; i++)
        (void)matter_new("agent1", body("{'received_at': '%s', 'cause_class': 'C02',"
                                        " 'product': '%s'}",
                                        time_text(-1), product));
    const struct reply *reply = get("supervisor1", "causes", "");
    int64_t listed = 0, found = 0;
    for (size_t i = 0; i < json_array_size(reply_at(reply, "items")); i++) {
        const char *item = client_text("items.%zu.", i);
        int64_t received = reply_integer(reply, client_text("%sreceived", item));
        listed += received;
        if (!reply_is_null(reply, client_text("%sproduct", item)) &&
            strcmp(reply_text(reply, client_text("%sproduct", item)), product) == 0) {
            found = received;
            ck_assert_str_eq(reply_text(reply, client_text("%scause_class", item)), "C02");
            ck_assert(!reply_is_null(reply, client_text("%scause", item)));
        }
    }
    ck_assert_int_eq(found, 3);
    ck_assert_int_eq(listed + reply_integer(reply, "others"), reply_integer(reply, "received"));
}
END_TEST

/* _i: the report. */
START_TEST(supervisors_and_auditors_see_their_units)
{
    EXPECT_STATUS(get("supervisor1", names[_i], ""), 200);
    EXPECT_STATUS(get("auditor1", names[_i], ""), 200);
    EXPECT_PROBLEM(get("agent1", names[_i], ""), 403, "forbidden");
    EXPECT_PROBLEM(get("admin", names[_i], ""), 403, "forbidden");
    EXPECT_PROBLEM(get(NULL, names[_i], ""), 401, "unauthenticated");
}
END_TEST

static const struct {
    const char *query, *parameter, *code;
} wrong[] = {
    {"from=2026-02-30", "from", "not_a_day"},
    {"to=yesterday", "to", "not_a_day"},
    {"to=2199-01-01", "to", "in_future"},
    {"from=2026-01-02&to=2026-01-01", "from", "after_to"},
    {"from=2025-01-01&to=2026-01-02", "from", "too_long"},
    {"unit=XX", "unit", "unknown_value"},
    {"format=xlsx", "format", "unknown_term"},
    {"x=1", "x", "unknown_parameter"},
};

START_TEST(bad_parameters_are_refused)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct reply *reply = get("supervisor1", names[i], wrong[_i].query);
        EXPECT_PROBLEM(reply, 400, "invalid-parameter");
        EXPECT_ERROR(reply, wrong[_i].parameter, wrong[_i].code);
    }
    EXPECT_STATUS(get("supervisor1", "volume", "from=2025-01-01&to=2026-01-01"), 200);
}
END_TEST

/* _i: the report. */
START_TEST(the_file_has_the_items)
{
    struct arena *arena = arena_new(65536);
    const struct reply *json = get("supervisor1", names[_i], "");
    const struct reply *file = get("supervisor1", names[_i], "format=csv");
    struct csv csv;

    EXPECT_STATUS(file, 200);
    ck_assert_str_eq(reply_header(file, "content-type"), "text/csv; charset=utf-8; header=present");
    ck_assert_ptr_nonnull(strstr(reply_header(file, "content-disposition"), names[_i]));
    ck_assert_int_eq(memcmp(file->body, "\xef\xbb\xbf", 3), 0);
    ck_assert(csv_parse(arena, (struct text){file->body + 3, file->length - 3}, &csv));
    ck_assert_uint_eq(csv.rows, json_array_size(reply_at(json, "items")));
    ck_assert_uint_eq(csv.columns, json_object_size(reply_at(json, "items.0")));
    arena_free(arena);
}
END_TEST

Suite *reports_suite(void)
{
    Suite *suite = suite_create("reports");
    TCase *tests = tcase_create("reports");

    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, volume_counts_day_by_day);
    tcase_add_test(tests, a_voided_one_never_was);
    tcase_add_test(tests, past_days_are_as_they_were_counted);
    tcase_add_test(tests, a_duty_counts_the_day_that_ended);
    tcase_add_test(tests, timeliness_counts_what_was_decided);
    tcase_add_loop_test(tests, ages_are_in_natural_days, 0, 9);
    tcase_add_test(tests, causes_are_counted_by_product);
    tcase_add_loop_test(tests, supervisors_and_auditors_see_their_units, 0, 3);
    tcase_add_loop_test(tests, bad_parameters_are_refused, 0, sizeof wrong / sizeof *wrong);
    tcase_add_loop_test(tests, the_file_has_the_items, 0, 3);
    suite_add_tcase(suite, tests);
    return suite;
}
