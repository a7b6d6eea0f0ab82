/* Who finds what waits for their approval, and for how long. */
#include <string.h>

#include "tests/http/csv.h"
#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/newcomer.h"

Suite *complaint_approval_suite(void);

#define AWAITING "/v1/complaints?awaiting_approval=true"

static bool listed_by(const struct call *call, const struct matter *matter)
{
    struct call list = *call;
    list.path = client_text(AWAITING "&number=%s", matter->number);
    const struct reply *reply = client_call(&list);
    EXPECT_STATUS(reply, 200);
    return json_array_size(reply_at(reply, "items")) == 1;
}

static bool listed(const char *as, const struct matter *matter)
{
    return listed_by(&(struct call){.as = as}, matter);
}

/* --- what waits --------------------------------------------------------------------------------- */

/* Each kind of request: in which stage, what is sent, and by whose decision it is over. */
static const struct {
    const char *stage, *action, *body, *awaited, *decision, *decided;
} requests[] = {
    {"resolution", "plan",
     "{'summary': '退款', 'redress': [{'type': 'refund', 'amount': 2000000}]}", "approve_plan",
     "approve-plan", "{}"},
    {"investigation", "extensions", "{'days': 15, 'reason': '等待回函'}", "approve_extension",
     "extensions/1/approve", "{}"},
    {"investigation", "extensions", "{'days': 15, 'reason': '等待回函'}", "approve_extension",
     "extensions/1/refuse", "{'reason': '材料已齐'}"},
    {"feedback", "void", "{'reason': '误录入'}", "approve_void", "void/approve", "{}"},
    {"intake", "void", "{'reason': '误录入'}", "approve_void", "void/refuse",
     "{'reason': '并非误录'}"},
    {"investigation", "unmask", "{'fields': ['account_number'], 'purpose': '核对卡号'}",
     "approve_unmask", "unmask/approve", "{}"},
    {"investigation", "unmask", "{'fields': ['account_number'], 'purpose': '核对卡号'}",
     "approve_unmask", "unmask/refuse", "{'reason': '无必要'}"},
};
#define REQUESTS (sizeof requests / sizeof *requests)

START_TEST(a_request_is_found_until_it_is_decided)
{
    const char *owner = strcmp(requests[_i].stage, "intake") == 0 ? "agent1" : "handler1";
    struct matter matter = matter_at(requests[_i].stage);

    ck_assert(!listed("supervisor1", &matter));
    matter_must(&matter, owner, requests[_i].action, body("%s", requests[_i].body));
    ck_assert(listed("supervisor1", &matter));
    const struct reply *reply =
        client_get("supervisor1", AWAITING "&number=%s&count=exact", matter.number);
    ck_assert_int_eq(reply_integer(reply, "total"), 1);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items.0.awaiting_approval")), 1);
    ck_assert_str_eq(reply_text(reply, "items.0.awaiting_approval.0.action"), requests[_i].awaited);
    ck_assert_str_eq(reply_text(reply, "items.0.awaiting_approval.0.by.login"), owner);
    ck_assert_str_eq(reply_text(reply, "items.0.awaiting_approval.0.since"),
                     reply_text(reply, "items.0.updated_at"));
    ck_assert(reply_lists(reply, "items.0.allowed_actions", requests[_i].awaited));
    /* Neither for whoever asked, nor for those who only see it, nor for others. */
    static const char *const others[] = {"handler1", "agent1", "auditor1", "agent2"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ck_assert_msg(!listed(others[i], &matter), "%s finds it", others[i]);

    reply = matter_must(&matter, "supervisor1", requests[_i].decision,
                        body("%s", requests[_i].decided));
    ck_assert_uint_eq(json_array_size(reply_at(reply, "awaiting_approval")), 0);
    ck_assert(!listed("supervisor1", &matter));
    ck_assert(journals_are_sound());
}
END_TEST

START_TEST(what_is_overtaken_waits_no_more)
{
    struct matter matter = matter_at("resolution");
    matter_must(&matter, "handler1", "plan", body_plan(2000000));
    matter_must(&matter, "handler1", "extensions", body("{'days': 5, 'reason': '等待回函'}"));
    ck_assert_uint_eq(
        json_array_size(reply_at(matter_get(&matter, "handler1", NULL), "awaiting_approval")), 2);
    matter_must(&matter, "supervisor1", "extensions/1/refuse", body("{'reason': '材料已齐'}"));
    ck_assert(listed("supervisor1", &matter)); /* the plan */
    matter_must(&matter, "handler1", "plan", body_plan(100));
    ck_assert(!listed("supervisor1", &matter));

    matter_must(&matter, "handler1", "plan", body_plan(2000000));
    matter_must(&matter, "handler1", "send-back",
                body("{'to': 'investigation', 'owner': 'handler1', 'reason': '事实不清'}"));
    ck_assert(!listed("supervisor1", &matter));
    matter_must(&matter, "handler1", "advance", body("{'owner': 'handler1'}"));
    ck_assert(listed("supervisor1", &matter));
    matter_must(&matter, "handler1", "extensions", body("{'days': 5, 'reason': '等待回函'}"));
    matter_must(&matter, "handler1", "void", body("{'reason': '误录入'}"));
    matter_must(&matter, "handler1", "withdraw", body("{'reason': '客户撤诉'}"));
    ck_assert(!listed("supervisor1", &matter));
    matter_must(&matter, "supervisor1", "reopen",
                body("{'kind': 'error', 'owner': 'handler1', 'reason': '撤诉有误'}"));
    ck_assert(!listed("supervisor1", &matter));
    ck_assert(journals_are_sound());
}
END_TEST

START_TEST(an_unmasking_lapses_by_itself)
{
    struct matter matter = matter_at("investigation");
    matter_must(&matter, "handler1", "unmask",
                body("{'fields': ['account_number'], 'purpose': '核对卡号'}"));
    database_run("UPDATE complaint SET unmask_at = unmask_at - interval '23 hours',"
                 " updated_at = updated_at - interval '23 hours' WHERE id = '%s'",
                 matter.id);
    struct call get = {
        .path = client_text("/v1/complaints/%s", matter.id),
        .as = "supervisor1",
        .headers = {client_text("If-None-Match: \"%lld\"", (long long)matter.version)}};
    ck_assert(listed("supervisor1", &matter));
    EXPECT_STATUS(client_call(&get), 304);
    database_run("UPDATE complaint SET unmask_at = unmask_at - interval '2 hours',"
                 " updated_at = updated_at - interval '2 hours' WHERE id = '%s'",
                 matter.id);
    ck_assert(!listed("supervisor1", &matter));
    const struct reply *reply = client_call(&get);
    EXPECT_STATUS(reply, 200);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "awaiting_approval")), 0);
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "unmask/approve", body("{}")), 409,
                   "unmask-unknown");
    database_run("UPDATE complaint SET unmask_at = unmask_at + interval '25 hours',"
                 " updated_at = updated_at + interval '25 hours' WHERE id = '%s'",
                 matter.id);
    ck_assert(journals_are_sound());
}
END_TEST

/* --- for whom ----------------------------------------------------------------------------------- */

static struct matter with_extension(void)
{
    struct matter matter = matter_at("investigation");
    matter_must(&matter, "handler1", "extensions", body("{'days': 5, 'reason': '等待回函'}"));
    return matter;
}

static struct matter with_voiding(const char *by)
{
    struct matter matter = matter_at("investigation");
    matter_must(&matter, by, "void", body("{'reason': '误录入'}"));
    return matter;
}

/* Extensions are the superior's; the rest any supervisor's, but for what they asked for. */
START_TEST(a_supervisor_finds_what_they_may_decide)
{
    static const char *const login = "approver1";
    newcomer_add(login, "HN-CS-001", "supervisor");
    struct matter extension = with_extension(), voiding = with_voiding("handler1"),
                  own = with_voiding(login), theirs = with_voiding("supervisor1");

    ck_assert(!listed(login, &extension));
    ck_assert(listed("supervisor1", &extension));
    ck_assert(listed(login, &voiding));
    ck_assert(listed("supervisor1", &voiding));
    ck_assert(!listed(login, &own));
    ck_assert(listed("supervisor1", &own));
    ck_assert(listed(login, &theirs));
    ck_assert(!listed("supervisor1", &theirs));
    matter_must(&own, "supervisor1", "void/refuse", body("{'reason': '并非误录'}"));
    EXPECT_STATUS(client_call(&(struct call){.method = "PATCH",
                                             .path = client_text("/v1/complaints/%s", voiding.id),
                                             .as = "agent1",
                                             .version = voiding.version,
                                             .json = body("{'staff_complained_of': '%s',"
                                                          " 'reason': '客户指名'}",
                                                          login)}),
                  200);
    ck_assert(!listed(login, &voiding)); /* about them */
    ck_assert(listed("supervisor1", &voiding));
}
END_TEST

/* What a deputy asked for they do not find as whose deputy they are, nor the other way round. */
START_TEST(a_deputy_does_not_find_their_own_requests)
{
    const struct call deputy = {.as = "handler1", .headers = {"On-Behalf-Of: supervisor1"}};
    const struct reply *reply = client_post(
        "supervisor1", 0,
        body("{'deputy': 'handler1', 'from': '%s', 'until': '%s'}", time_text(0), time_text(3600)),
        "/v1/deputies");
    EXPECT_STATUS(reply, 201);
    struct matter asked = with_voiding("handler1"), theirs = with_voiding("supervisor1"),
                  other = matter_new("agent1", NULL);
    matter_must(&other, "agent1", "void", body("{'reason': '误录入'}"));

    ck_assert(!listed_by(&deputy, &asked));
    ck_assert(!listed_by(&deputy, &theirs));
    ck_assert(listed_by(&deputy, &other));
    ck_assert(listed("supervisor1", &asked));
    EXPECT_STATUS(
        client_call(&(struct call){.method = "DELETE",
                                   .path = client_text("/v1/deputies/%s", reply_text(reply, "id")),
                                   .as = "supervisor1"}),
        204);
    database_run("DELETE FROM deputy");
}
END_TEST

START_TEST(a_program_finds_nothing)
{
    const struct reply *reply =
        client_post("admin", 0,
                    body("{'login': 'approval-tool', 'name': '审批工具', 'unit': 'HN',"
                         " 'roles': [{'role': 'supervisor', 'unit': 'HN'}]}"),
                    "/v1/clients");
    EXPECT_STATUS(reply, 201);
    const char *id = reply_text(reply, "id");
    reply = client_post("admin", 0, body("{'scopes': ['read']}"), "/v1/clients/%s/tokens", id);
    const char *token = reply_text(reply, "token");
    struct matter matter = with_voiding("handler1");
    struct call call = {.path = AWAITING, .token = token};

    for (int i = 0; i < 2; i++) {
        reply = client_call(&call);
        EXPECT_STATUS(reply, 200);
        ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 0);
        call.headers[0] = "On-Behalf-Of: supervisor1";
    }
    ck_assert(listed("supervisor1", &matter));
}
END_TEST

/* --- as a list ---------------------------------------------------------------------------------- */

/* Whether the caller may give one of the approvals that the row waits for. */
static bool may_approve(const struct reply *page, size_t row)
{
    const json_t *awaited = reply_at(page, client_text("items.%zu.awaiting_approval", row));
    const char *actions = client_text("items.%zu.allowed_actions", row);
    bool may = false;

    for (size_t i = 0; i < json_array_size(awaited); i++)
        may = may ||
              reply_lists(page, actions,
                          json_string_value(json_object_get(json_array_get(awaited, i), "action")));
    return may;
}

/* The rows of a list page by page, of those that the caller may approve; all: every one is. */
static size_t approvable(const char *as, const char *query, int limit, bool all)
{
    const char *cursor = "";
    size_t count = 0;

    do {
        const struct reply *page = client_get(as, "/v1/complaints?limit=%d%s%s%s", limit, query,
                                              *cursor ? "&cursor=" : "", cursor);
        EXPECT_STATUS(page, 200);
        for (size_t i = 0; i < json_array_size(reply_at(page, "items")); i++) {
            bool may = may_approve(page, i);
            ck_assert(may || !all);
            count += may;
        }
        cursor = reply_is_null(page, "next") ? "" : reply_text(page, "next");
    } while (*cursor);
    return count;
}

START_TEST(the_list_is_what_allowed_actions_say)
{
    static const char *const orders[] = {"", "&order=received_at", "&order=due_at"};
    for (int i = 0; i < 3; i++)
        (void)with_extension();
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        size_t all = approvable("supervisor1", orders[i], 200, false);
        const char *awaiting = client_text("%s&awaiting_approval=true", orders[i]);
        ck_assert_uint_ge(all, 3);
        ck_assert_uint_eq(approvable("supervisor1", awaiting, 2, true), all);
        ck_assert_uint_eq(approvable("supervisor1", awaiting, 200, true), all);
        const struct reply *counted =
            client_get("supervisor1", "/v1/complaints?limit=1&count=exact%s", awaiting);
        if (i < 2)
            ck_assert_uint_eq((size_t)reply_integer(counted, "total"), all);
    }
    ck_assert_uint_eq(
        approvable("supervisor1", "&awaiting_approval=true&unit=HN-CS-002", 200, true),
        approvable("supervisor1", "&unit=HN-CS-002", 200, false));
    ck_assert_uint_eq(
        approvable("supervisor1", "&awaiting_approval=true&owner=handler1", 200, true),
        approvable("supervisor1", "&owner=handler1", 200, false));
}
END_TEST

START_TEST(it_comes_as_a_file_too)
{
    struct arena *arena = arena_new(16384);
    struct matter matter = with_extension();
    const struct reply *reply =
        client_get("supervisor1", AWAITING "&format=csv&number=%s", matter.number);
    struct csv csv;

    EXPECT_STATUS(reply, 200);
    ck_assert(csv_parse(arena, (struct text){reply->body + 3, reply->length - 3}, &csv));
    ck_assert_uint_eq(csv.rows, 1);
    reply = client_get("handler1", AWAITING "&format=csv&number=%s", matter.number);
    EXPECT_STATUS(reply, 200);
    ck_assert(csv_parse(arena, (struct text){reply->body + 3, reply->length - 3}, &csv));
    ck_assert_uint_eq(csv.rows, 0);
    arena_free(arena);
}
END_TEST

Suite *complaint_approval_suite(void)
{
    Suite *suite = suite_create("complaint_approval");
    TCase *tests = tcase_create("complaint_approval");

    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, a_request_is_found_until_it_is_decided, 0, REQUESTS);
    tcase_add_test(tests, what_is_overtaken_waits_no_more);
    tcase_add_test(tests, an_unmasking_lapses_by_itself);
    tcase_add_test(tests, a_supervisor_finds_what_they_may_decide);
    tcase_add_test(tests, a_deputy_does_not_find_their_own_requests);
    tcase_add_test(tests, a_program_finds_nothing);
    tcase_add_test(tests, the_list_is_what_allowed_actions_say);
    tcase_add_test(tests, it_comes_as_a_file_too);
    suite_add_tcase(suite, tests);
    return suite;
}
