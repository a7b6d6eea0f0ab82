/* Pages of a list: nothing is lost and nothing comes twice, while complaints are added. */
#include <stdlib.h>
#include <string.h>

#include "tests/http/matter.h"

Suite *complaint_page_suite(void);

/* A month in which no other test has complaints; many share the moment of receipt. */
#define MONTH "received_from=2018-06-01T00:00:00Z&received_to=2018-07-01T00:00:00Z"
#define COUNT 260
#define AT_ONCE 26
#define SEEN_MAX ((size_t)1000)

static char ids[COUNT][37];

static void make_month(void)
{
    for (size_t first = 0; first < COUNT; first += AT_ONCE) {
        struct call calls[AT_ONCE];
        const struct reply *replies[AT_ONCE];
        for (size_t i = 0; i < AT_ONCE; i++) {
            json_t *input = matter_minimal();
            json_object_set_new(input, "received_at",
                                json_string(client_text("2018-06-%02zuT10:00:%02zu+08:00",
                                                        10 + first / AT_ONCE, i / 9)));
            calls[i] = (struct call){.as = "agent1", .path = "/v1/complaints", .json = input};
        }
        client_together(calls, AT_ONCE, replies);
        for (size_t i = 0; i < AT_ONCE; i++) {
            EXPECT_STATUS(replies[i], 201);
            memcpy(ids[first + i], reply_text(replies[i], "id"), 37);
        }
    }
}

static int seen_times(char (*seen)[37], size_t count, const char *id)
{
    int times = 0;
    for (size_t i = 0; i < count; i++)
        times += strcmp(seen[i], id) == 0;
    return times;
}

static void add_between(int page)
{
    (void)matter_new("agent1",
                     body("{'received_at': '2018-06-%02dT08:00:00+08:00'}", 5 + page % 20));
}

/* Rows of a page follow each other in the order asked for. */
static void expect_order(const struct reply *reply, const char *order, const char *last)
{
    const char *member = strcmp(order, "due_at") == 0 ? "due_at" : "received_at";
    for (size_t i = 0; i < json_array_size(reply_at(reply, "items")); i++) {
        const char *now = reply_text(reply, client_text("items.%zu.%s", i, member));
        if (last)
            ck_assert_msg(*order == '-' ? strcmp(now, last) <= 0 : strcmp(now, last) >= 0,
                          "%s after %s", now, last);
        last = now;
    }
}

static const char *const orders[] = {"-received_at", "received_at", "due_at"};

START_TEST(every_row_comes_exactly_once)
{
    static char seen[SEEN_MAX][37];
    const char *order = orders[_i % 3], *cursor = "", *last = NULL;
    int limit = _i < 3 ? 17 : 77, page = 0;
    size_t count = 0;

    while (cursor) {
        const struct reply *reply =
            client_get("agent1", "/v1/complaints?" MONTH "&order=%s&limit=%d%s%s", order, limit,
                       *cursor ? "&cursor=" : "", cursor);
        EXPECT_STATUS(reply, 200);
        size_t size = json_array_size(reply_at(reply, "items"));
        ck_assert_uint_le(size, (size_t)limit);
        expect_order(reply, order, last);
        for (size_t i = 0; i < size; i++) {
            ck_assert_uint_lt(count, SEEN_MAX);
            memcpy(seen[count++], reply_text(reply, client_text("items.%zu.id", i)), 37);
        }
        if (size)
            last = reply_text(reply, client_text("items.%zu.%s", size - 1,
                                                 _i % 3 == 2 ? "due_at" : "received_at"));
        cursor = json_string_value(reply_at(reply, "next"));
        ck_assert_msg(!cursor || size == (size_t)limit, "a page is not full: %zu", size);
        add_between(page++);
    }
    for (size_t i = 0; i < COUNT; i++)
        ck_assert_msg(seen_times(seen, count, ids[i]) == 1, "%s comes %d times", ids[i],
                      seen_times(seen, count, ids[i]));
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(seen_times(seen, count, seen[i]), 1);
}
END_TEST

/* The address of the next page stands in the header, with the filters of this one. */
START_TEST(link_leads_to_the_next_page)
{
    const struct reply *reply =
        client_get("agent1", "/v1/complaints?" MONTH "&order=received_at&owner=agent1&limit=50");
    EXPECT_STATUS(reply, 200);
    for (int page = 0; page < 3; page++) {
        const char *link = reply_header(reply, "link");
        ck_assert_ptr_nonnull(link);
        const char *end = strstr(link, ">; rel=\"next\"");
        ck_assert(*link == '<' && end);
        const char *path = client_text("%.*s", (int)(end - link - 1), link + 1);
        ck_assert_ptr_nonnull(strstr(path, reply_text(reply, "next")));
        const struct reply *linked = client_get("agent1", "%s", path);
        EXPECT_STATUS(linked, 200);
        const struct reply *asked = client_get(
            "agent1", "/v1/complaints?" MONTH "&order=received_at&owner=agent1&limit=50&cursor=%s",
            reply_text(reply, "next"));
        ck_assert_str_eq(linked->body, asked->body);
        reply = linked;
    }
    reply =
        client_get("agent1", "/v1/complaints?" MONTH "&order=received_at&limit=3&stage=feedback");
    ck_assert(reply_is_null(reply, "next"));
    ck_assert_ptr_null(reply_header(reply, "link"));
}
END_TEST

START_TEST(cursor_belongs_to_its_order)
{
    for (size_t i = 0; i < 3; i++) {
        const struct reply *page =
            client_get("agent1", "/v1/complaints?" MONTH "&limit=1&order=%s", orders[i]);
        for (size_t j = 0; j < 3; j++) {
            const struct reply *reply =
                client_get("agent1", "/v1/complaints?" MONTH "&limit=1&order=%s&cursor=%s",
                           orders[j], reply_text(page, "next"));
            if (i == j) {
                EXPECT_STATUS(reply, 200);
                continue;
            }
            EXPECT_PROBLEM(reply, 400, "invalid-parameter");
            EXPECT_ERROR(reply, "cursor", "not_a_cursor");
        }
    }
}
END_TEST

START_TEST(total_is_that_of_all_pages)
{
    const struct reply *first =
        client_get("agent1", "/v1/complaints?" MONTH "&count=exact&limit=10&stage=intake");
    EXPECT_STATUS(first, 200);
    int64_t total = reply_integer(first, "total");
    ck_assert_int_ge(total, COUNT);
    const struct reply *second =
        client_get("agent1", "/v1/complaints?" MONTH "&count=exact&limit=10&stage=intake&cursor=%s",
                   reply_text(first, "next"));
    EXPECT_STATUS(second, 200);
    ck_assert_int_eq(reply_integer(second, "total"), total);
    ck_assert_uint_eq(json_array_size(reply_at(second, "items")), 10);
    (void)matter_new("agent1", body("{'received_at': '2018-06-15T10:00:00+08:00'}"));
    const struct reply *after =
        client_get("agent1", "/v1/complaints?" MONTH "&count=exact&limit=1&stage=intake");
    ck_assert_int_eq(reply_integer(after, "total"), total + 1);
}
END_TEST

START_TEST(default_page_has_fifty_newest_first)
{
    const struct reply *reply = client_get("agent1", "/v1/complaints?" MONTH);
    EXPECT_STATUS(reply, 200);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 50);
    expect_order(reply, "-received_at", NULL);
    reply = client_get("agent1", "/v1/complaints?" MONTH "&overdue=true");
    expect_order(reply, "due_at", NULL);
    reply = client_get("agent1", "/v1/complaints?" MONTH "&limit=200");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 200);
}
END_TEST

/* Many at once, some of them wrong: each gets the list that it asked for. */
START_TEST(lists_at_once_do_not_mix)
{
    struct call calls[40];
    const struct reply *replies[40];
    static const char *const queries[] = {"limit=3", "limit=5", "limit=3&order=received_at",
                                          "limit=3&stage=feedback", "limit=900"};
    for (int round = 0; round < 5; round++) {
        for (size_t i = 0; i < 40; i++)
            calls[i] =
                (struct call){.as = i % 3   ? "agent1"
                                    : i % 2 ? "agent2"
                                            : "supervisor1",
                              .path = client_text("/v1/complaints?" MONTH "&%s", queries[i % 5])};
        client_together(calls, 40, replies);
        for (size_t i = 0; i < 40; i++) {
            if (i % 5 == 4) {
                EXPECT_PROBLEM(replies[i], 400, "invalid-parameter");
                continue;
            }
            const struct reply *alone = client_call(&calls[i]);
            EXPECT_STATUS(replies[i], 200);
            ck_assert_str_eq(alone->body, replies[i]->body);
        }
    }
}
END_TEST

Suite *complaint_page_suite(void)
{
    Suite *suite = suite_create("complaint_page");
    TCase *tcase = tcase_create("page");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_unchecked_fixture(tcase, make_month, NULL);
    tcase_add_loop_test(tcase, every_row_comes_exactly_once, 0, 6);
    tcase_add_test(tcase, link_leads_to_the_next_page);
    tcase_add_test(tcase, cursor_belongs_to_its_order);
    tcase_add_test(tcase, total_is_that_of_all_pages);
    tcase_add_test(tcase, default_page_has_fifty_newest_first);
    tcase_add_test(tcase, lists_at_once_do_not_mix);
    suite_add_tcase(suite, tcase);
    return suite;
}
