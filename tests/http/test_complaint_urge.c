/* Orders of supervisors and their answers, through the API. */
#include <string.h>

#include "tests/http/database.h"
#include "tests/http/matter.h"

Suite *complaint_urge_suite(void);

/* seconds: from now on. */
static json_t *body_urge(int64_t seconds)
{
    return body("{'text': '请致电13800001234', 'due_at': '%s'}", time_text(seconds));
}

static json_t *body_answer(void)
{
    return body("{'text': '已致电13800001234'}");
}

static bool listed(const char *as, const struct matter *matter, const char *query)
{
    const struct reply *reply =
        client_get(as, "/v1/complaints?number=%s&%s", matter->number, query);
    EXPECT_STATUS(reply, 200);
    return json_array_size(reply_at(reply, "items")) == 1;
}

START_TEST(ordered_by_a_supervisor_and_answered_by_the_owner)
{
    struct matter matter = matter_at("investigation");
    const struct reply *reply = matter_get(&matter, "handler1", NULL);
    ck_assert(reply_is_null(reply, "urge_due_at"));
    ck_assert(!reply_lists(reply, "allowed_actions", "answer_urge"));
    ck_assert(!reply_lists(reply, "allowed_actions", "urge"));

    reply = matter_must(&matter, "supervisor1", "urge", body_urge(7200));
    EXPECT_STATUS(reply, 201);
    ck_assert_int_eq(reply_integer(reply, "number"), 1);
    ck_assert_str_eq(reply_text(reply, "text"), "请致电138****1234");
    const char *due_at = reply_text(reply, "due_at");

    reply = matter_get(&matter, "handler1", NULL);
    ck_assert_str_eq(reply_text(reply, "urge_due_at"), due_at);
    ck_assert_int_eq(reply_integer(reply, "counts.urges"), 1);
    ck_assert(reply_lists(reply, "allowed_actions", "answer_urge"));
    ck_assert(reply_lists(matter_get(&matter, "supervisor1", NULL), "allowed_actions", "urge"));
    reply = matter_get(&matter, "auditor1", "/urge");
    ck_assert_str_eq(reply_text(reply, "items.0.by.login"), "supervisor1");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items.0.answers")), 0);

    reply = matter_must(&matter, "handler1", "urge/1/answer", body_answer());
    EXPECT_STATUS(reply, 200);
    ck_assert(reply_is_null(reply, "urge_due_at"));
    ck_assert(!reply_lists(reply, "allowed_actions", "answer_urge"));
    reply = matter_get(&matter, "auditor1", "/urge");
    ck_assert_str_eq(reply_text(reply, "items.0.due_at"), due_at);
    ck_assert_str_eq(reply_text(reply, "items.0.answers.0.text"), "已致电138****1234");
    ck_assert_str_eq(reply_text(reply, "items.0.answers.0.by.login"), "handler1");
    ck_assert(journals_are_sound());
}
END_TEST

START_TEST(several_wait_independently)
{
    struct matter matter = matter_at("investigation");
    matter_must(&matter, "supervisor1", "urge", body_urge(7200));
    const char *later = reply_text(matter_get(&matter, "handler1", NULL), "urge_due_at");
    matter_must(&matter, "supervisor1", "urge", body_urge(3600));
    const char *sooner = reply_text(matter_get(&matter, "handler1", NULL), "urge_due_at");
    ck_assert_str_lt(sooner, later);
    matter_must(&matter, "handler1", "urge/2/answer", body_answer());
    const struct reply *reply = matter_get(&matter, "handler1", NULL);
    ck_assert_str_eq(reply_text(reply, "urge_due_at"), later);
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "urge/2/answer", body_answer()), 409,
                   "urge-unknown");
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "urge/3/answer", body_answer()), 409,
                   "urge-unknown");
    reply = matter_must(&matter, "handler1", "withdraw", body("{'reason': '客户撤诉'}"));
    ck_assert(reply_is_null(reply, "urge_due_at"));
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "urge/1/answer", body_answer()), 409, "not-open");
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "urge", body_urge(3600)), 409, "not-open");
}
END_TEST

START_TEST(the_journal_tells_it_and_holds_no_number)
{
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "supervisor1", "urge", body_urge(3600));
    matter_must(&matter, "agent1", "urge/1/answer", body_answer());
    const struct reply *reply = matter_get(&matter, "auditor1", "/journal?after=1");
    ck_assert_str_eq(reply_text(reply, "items.0.action"), "urge");
    ck_assert_str_eq(reply_text(reply, "items.0.detail.private.text"), "请致电138****1234");
    ck_assert(!reply_is_null(reply, "items.0.detail.changes.urge_due_at.1"));
    ck_assert_str_eq(reply_text(reply, "items.1.action"), "answer_urge");
    ck_assert_int_eq(reply_integer(reply, "items.1.detail.facts.number"), 1);
    ck_assert(reply_is_null(reply, "items.1.detail.changes.urge_due_at.1"));
    ck_assert_ptr_null(strstr(reply->body, "13800001234"));
}
END_TEST

START_TEST(who_may_order_and_who_answers)
{
    struct matter matter = matter_at("investigation");
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "urge", body_urge(3600)), 403, "forbidden");
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "urge", body_urge(3600)), 403, "forbidden");
    EXPECT_PROBLEM(matter_do(&matter, "auditor1", "urge", body_urge(3600)), 403, "forbidden");
    EXPECT_PROBLEM(matter_do(&matter, "agent2", "urge", body_urge(3600)), 404, "not-found");
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "urge/1/answer", body_answer()), 409,
                   "urge-unknown");
    matter_must(&matter, "supervisor1", "urge", body_urge(3600));
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "urge/1/answer", body_answer()), 403,
                   "not-owner");
    EXPECT_PROBLEM(matter_do(&matter, "auditor1", "urge/1/answer", body_answer()), 403,
                   "forbidden");
}
END_TEST

START_TEST(an_order_has_a_text_and_a_time_ahead)
{
    struct matter matter = matter_new("agent1", NULL);
    const struct reply *reply = matter_do(&matter, "supervisor1", "urge", body("{}"));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/text", "required");
    EXPECT_ERROR(reply, "/due_at", "required");
    reply = matter_do(&matter, "supervisor1", "urge", body_urge(-1));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/due_at", "in_past");
    reply = matter_do(&matter, "supervisor1", "urge", body_urge(INT64_C(400) * 86400));
    EXPECT_ERROR(reply, "/due_at", "too_far_ahead");
    matter_must(&matter, "supervisor1", "urge", body_urge(3600));
    reply = matter_do(&matter, "agent1", "urge/1/answer", body("{}"));
    EXPECT_ERROR(reply, "/text", "required");
}
END_TEST

START_TEST(lists_and_board_know_what_waits)
{
    struct matter matter = matter_new("agent1", NULL);
    int64_t before = reply_integer(client_get("supervisor1", "/v1/board"), "urged");
    ck_assert(!listed("supervisor1", &matter, "urged=true"));
    ck_assert(listed("supervisor1", &matter, "urged=false"));
    matter_must(&matter, "supervisor1", "urge", body_urge(3600));
    ck_assert(listed("supervisor1", &matter, "urged=true"));
    ck_assert(listed("agent1", &matter, "urged=true&order=due_at"));
    ck_assert(!listed("supervisor1", &matter, "urged=false"));
    ck_assert(!listed("agent2", &matter, "urged=true"));
    const struct reply *reply = client_get("supervisor1", "/v1/complaints?urged=true&limit=200");
    for (size_t i = 0; i < json_array_size(reply_at(reply, "items")); i++)
        ck_assert(!reply_is_null(reply, client_text("items.%zu.urge_due_at", i)));
    reply = client_get("supervisor1", "/v1/board");
    ck_assert_int_eq(reply_integer(reply, "urged"), before + 1);
    int64_t owners = 0;
    for (size_t i = 0; i < json_array_size(reply_at(reply, "by_owner")); i++)
        owners += reply_integer(reply, client_text("by_owner.%zu.urged", i));
    ck_assert_int_eq(owners, before + 1);

    const char *then = database_text("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                                     " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
    matter_must(&matter, "agent1", "urge/1/answer", body_answer());
    ck_assert(!listed("supervisor1", &matter, "urged=true"));
    ck_assert_int_eq(reply_integer(client_get("supervisor1", "/v1/board"), "urged"), before);
    /* As it was. */
    ck_assert(listed("supervisor1", &matter, client_text("urged=true&as_of=%s", then)));
    ck_assert_int_eq(reply_integer(client_get("supervisor1", "/v1/board?as_of=%s", then), "urged"),
                     before + 1);
}
END_TEST

Suite *complaint_urge_suite(void)
{
    Suite *suite = suite_create("complaint_urge");
    TCase *tests = tcase_create("complaint_urge");

    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, ordered_by_a_supervisor_and_answered_by_the_owner);
    tcase_add_test(tests, several_wait_independently);
    tcase_add_test(tests, the_journal_tells_it_and_holds_no_number);
    tcase_add_test(tests, who_may_order_and_who_answers);
    tcase_add_test(tests, an_order_has_a_text_and_a_time_ahead);
    tcase_add_test(tests, lists_and_board_know_what_waits);
    suite_add_tcase(suite, tests);
    return suite;
}
