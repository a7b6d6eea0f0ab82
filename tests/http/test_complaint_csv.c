/* The list as a file for spreadsheets. */
#include <string.h>

#include "lib/base/arena.h"
#include "tests/http/csv.h"
#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/spare.h"

Suite *complaint_csv_suite(void);

static struct arena *arena;

static void setup(void)
{
    arena = arena_new(65536);
}

static void teardown(void)
{
    arena_free(arena);
}

/* language: NULL for none. */
static const struct reply *get(const char *as, const char *query, const char *language)
{
    return client_call(&(struct call){
        .path = client_text("/v1/complaints?format=csv%s%s", *query ? "&" : "", query),
        .as = as,
        .headers = {language ? client_text("Accept-Language: %s", language) : NULL}});
}

/* What comes behind the byte order mark. */
static struct csv read_csv(const struct reply *reply)
{
    struct csv csv;

    EXPECT_STATUS(reply, 200);
    ck_assert_uint_ge(reply->length, 3);
    ck_assert_int_eq(memcmp(reply->body, "\xef\xbb\xbf", 3), 0);
    ck_assert_msg(csv_parse(arena, (struct text){reply->body + 3, reply->length - 3}, &csv), "%s",
                  reply->body);
    return csv;
}

static const char *cell(const struct csv *csv, size_t row, const char *column)
{
    struct text text = csv_cell(csv, row, column);
    return client_text("%.*s", TEXT_ARG(text));
}

START_TEST(it_shows_what_the_list_shows)
{
    struct matter matter = matter_new("agent1", NULL);
    const char *query = client_text("number=%s", matter.number);
    const struct reply *list = client_get("supervisor1", "/v1/complaints?%s", query);
    const struct reply *reply = get("supervisor1", query, NULL);
    struct csv csv = read_csv(reply);

    ck_assert_str_eq(reply_header(reply, "content-type"),
                     "text/csv; charset=utf-8; header=present");
    ck_assert_int_eq(strncmp(reply_header(reply, "content-disposition"),
                             "attachment; filename=\"complaints-2", 33),
                     0);
    ck_assert_uint_eq(csv.rows, 1);
    static const char *const same[] = {"id",
                                       "number",
                                       "status",
                                       "stage",
                                       "level",
                                       "source",
                                       "unit",
                                       "subject",
                                       "owner.login",
                                       "owner.name",
                                       "complainant.name",
                                       "complainant.phone"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        ck_assert_str_eq(cell(&csv, 0, same[i]),
                         reply_text(list, client_text("items.0.%s", same[i])));
    const char *received = reply_text(list, "items.0.received_at");
    ck_assert_str_eq(cell(&csv, 0, "received_at"),
                     client_text("%.10s %.8s", received, received + 11));
    ck_assert_str_eq(cell(&csv, 0, "pending_owner.login"), "");
    ck_assert_str_eq(cell(&csv, 0, "overdue"), "false");
    csv = read_csv(get("supervisor1", query, "zh-CN"));
    ck_assert_str_eq(cell(&csv, 0, "投诉编号"), matter.number);
    ck_assert_str_eq(cell(&csv, 0, "环节"), "受理");
    ck_assert_str_eq(cell(&csv, 0, "责任人登录名"), "agent1");
}
END_TEST

/* Spreadsheets carry out what begins like a formula. */
START_TEST(no_cell_begins_a_formula)
{
    struct matter matter =
        matter_new("agent1", body("{'subject': '=HYPERLINK(\\\"http://evil.example\\\")'}"));
    struct csv csv = read_csv(get("agent1", client_text("number=%s", matter.number), NULL));

    ck_assert_str_eq(cell(&csv, 0, "subject"), "'=HYPERLINK(\"http://evil.example\")");
}
END_TEST

/* More rows than a piece has, all of them once, and in the list's order. */
START_TEST(all_pages_come_as_one_file)
{
    const struct reply *page = NULL;
    const char *cursor = "";

    while (database_number("SELECT count(*) FROM complaint") <= 420)
        (void)matter_new("agent1", NULL);
    struct csv csv = read_csv(get("supervisor1", "", NULL));
    size_t row = 0;
    do {
        page = client_get("supervisor1", "/v1/complaints?limit=200%s%s", *cursor ? "&cursor=" : "",
                          cursor);
        EXPECT_STATUS(page, 200);
        for (size_t i = 0; i < json_array_size(reply_at(page, "items")); i++, row++)
            ck_assert_str_eq(cell(&csv, row, "id"),
                             reply_text(page, client_text("items.%zu.id", i)));
        cursor = json_string_value(reply_at(page, "next"));
    } while (cursor);
    ck_assert_uint_eq(csv.rows, row);
    ck_assert_uint_gt(csv.rows, 400);
}
END_TEST

START_TEST(nobody_exports_what_they_do_not_see)
{
    struct matter matter = matter_new("agent1", NULL);
    const char *query = client_text("number=%s", matter.number);
    const struct reply *reply = get("agent2", query, NULL);
    struct csv csv = read_csv(reply);

    ck_assert_uint_eq(csv.rows, 0);
    csv = read_csv(get("auditor1", query, NULL));
    ck_assert_uint_eq(csv.rows, 1);
    EXPECT_PROBLEM(get("admin", "", NULL), 403, "forbidden");
    EXPECT_PROBLEM(get(NULL, "", NULL), 401, "unauthenticated");
}
END_TEST

static const struct {
    const char *query, *parameter, *code;
} wrong[] = {{"limit=5", "limit", "conflict"},
             {"count=exact", "count", "conflict"},
             {"as_of=2026-01-05T10:00:00Z", "as_of", "conflict"},
             {"stage=x", "stage", "unknown_term"},
             {"unit=XX", "unit", "unknown_value"}};

START_TEST(what_does_not_go_with_it_is_refused)
{
    const struct reply *reply = get("supervisor1", wrong[_i].query, NULL);

    EXPECT_PROBLEM(reply, 400, "invalid-parameter");
    EXPECT_ERROR(reply, wrong[_i].parameter, wrong[_i].code);
    reply = client_get("supervisor1", "/v1/complaints?format=xlsx");
    EXPECT_PROBLEM(reply, 400, "invalid-parameter");
    EXPECT_ERROR(reply, "format", "unknown_term");
    EXPECT_STATUS(client_get("supervisor1", "/v1/complaints?format=json&limit=1"), 200);
}
END_TEST

/* Which filters, but not what people write into them. */
START_TEST(an_export_is_on_the_audit_trail)
{
    const char *before = database_text("SELECT id FROM audit ORDER BY id DESC LIMIT 1");

    read_csv(get("supervisor1", "stage=intake&unit=HN-CS-001&customer=C-secret-1", NULL));
    const char *entry = database_text("SELECT bytes FROM audit WHERE action = 'exported'"
                                      " AND id > '%s' ORDER BY id DESC LIMIT 1",
                                      before);
    ck_assert_ptr_nonnull(strstr(entry, "\"what\":\"complaint-list\""));
    ck_assert_ptr_nonnull(strstr(entry, "\"actor\":\"supervisor1\""));
    ck_assert_ptr_nonnull(strstr(entry, "stage=intake, unit=HN-CS-001, customer\""));
    ck_assert_ptr_null(strstr(entry, "C-secret-1"));
}
END_TEST

/* A file that ends before the list does says so, and how to go on. */
START_TEST(a_full_file_says_so)
{
    struct spare spare = spare_start("[limit]\nexport_rows = 2\n");
    struct call call = {
        .path = "/v1/complaints?format=csv", .as = "supervisor1", .port = spare.port};
    struct csv csv;

    for (int i = 0; i < 3; i++)
        (void)matter_new("agent1", NULL);
    csv = read_csv(client_call(&call));
    ck_assert_uint_eq(csv.rows, 3);
    const char *note = cell(&csv, 2, "id"), *second = cell(&csv, 1, "id");
    ck_assert_ptr_nonnull(strstr(note, "limit of 2 rows"));
    const char *cursor = strstr(note, "cursor=");
    ck_assert_ptr_nonnull(cursor);
    call.path = client_text("/v1/complaints?format=csv&%.*s", (int)strcspn(cursor, " "), cursor);
    struct csv rest = read_csv(client_call(&call));
    const struct reply *list = client_get("supervisor1", "/v1/complaints?limit=3");
    ck_assert_str_eq(second, reply_text(list, "items.1.id"));
    ck_assert_str_eq(cell(&rest, 0, "id"), reply_text(list, "items.2.id"));
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

Suite *complaint_csv_suite(void)
{
    Suite *suite = suite_create("complaint_csv");
    TCase *tests = tcase_create("complaint_csv");

    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, it_shows_what_the_list_shows);
    tcase_add_test(tests, no_cell_begins_a_formula);
    tcase_add_test(tests, all_pages_come_as_one_file);
    tcase_add_test(tests, nobody_exports_what_they_do_not_see);
    tcase_add_loop_test(tests, what_does_not_go_with_it_is_refused, 0, 5);
    tcase_add_test(tests, an_export_is_on_the_audit_trail);
    tcase_add_test(tests, a_full_file_says_so);
    suite_add_tcase(suite, tests);
    return suite;
}
