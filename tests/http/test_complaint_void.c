/* Voiding by four eyes, through the API. */
#include <string.h>

#include "tests/http/matter.h"

Suite *complaint_void_suite(void);

static json_t *body_reason(void)
{
    return body("{'reason': '误录入，来电13800001234'}");
}

START_TEST(asked_for_by_the_owner_and_approved_by_a_supervisor)
{
    struct matter matter = matter_at("investigation");
    const struct reply *reply = matter_must(&matter, "handler1", "void", body_reason());
    EXPECT_STATUS(reply, 201);
    ck_assert_int_eq(reply_integer(reply, "number"), 1);
    ck_assert_str_eq(reply_text(reply, "reason"), "误录入，来电138****1234");

    reply = matter_get(&matter, "supervisor1", NULL);
    ck_assert_str_eq(reply_text(reply, "void_request.by.login"), "handler1");
    ck_assert_str_eq(reply_text(reply, "void_request.at"), reply_text(reply, "updated_at"));
    ck_assert_str_eq(reply_text(reply, "status"), "open");
    ck_assert_int_eq(reply_integer(reply, "counts.voids"), 1);
    ck_assert(reply_lists(reply, "allowed_actions", "approve_void"));
    ck_assert(reply_lists(reply, "allowed_actions", "refuse_void"));
    ck_assert(!reply_lists(reply, "allowed_actions", "void"));
    ck_assert(
        !reply_lists(matter_get(&matter, "handler1", NULL), "allowed_actions", "approve_void"));

    reply = matter_must(&matter, "supervisor1", "void/approve", body("{}"));
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "status"), "closed");
    ck_assert_str_eq(reply_text(reply, "outcome"), "voided");
    ck_assert(reply_is_null(reply, "void_request"));
    ck_assert(reply_is_null(reply, "decided_at"));
    ck_assert(!reply_is_null(reply, "stages.1.completed_at"));
    ck_assert(reply_lists(reply, "allowed_actions", "reopen"));
    ck_assert(!reply_lists(reply, "allowed_actions", "review"));
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "review",
                             body("{'owner': 'supervisor1', 'reason': '申请核查'}")),
                   409, "not-decided");

    reply = matter_get(&matter, "auditor1", "/void");
    ck_assert_str_eq(reply_text(reply, "items.0.reason"), "误录入，来电138****1234");
    ck_assert_str_eq(reply_text(reply, "items.0.approvals.0.by.login"), "supervisor1");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items.0.refusals")), 0);
    ck_assert(journals_are_sound());
}
END_TEST

START_TEST(the_journal_tells_it_and_holds_no_number)
{
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "agent1", "void", body_reason());
    matter_must(&matter, "supervisor1", "void/approve", body("{'reason': '同意'}"));
    const struct reply *reply = matter_get(&matter, "auditor1", "/journal?after=1");
    ck_assert_str_eq(reply_text(reply, "items.0.action"), "void");
    ck_assert_str_eq(reply_text(reply, "items.0.detail.changes.void_requested_by.1"), "agent1");
    ck_assert_str_eq(reply_text(reply, "items.0.detail.private.reason"), "误录入，来电138****1234");
    ck_assert_str_eq(reply_text(reply, "items.1.action"), "approve_void");
    ck_assert_str_eq(reply_text(reply, "items.1.actor"), "supervisor1");
    ck_assert(reply_is_null(reply, "items.1.detail.changes.void_requested_by.1"));
    ck_assert_str_eq(reply_text(reply, "items.1.detail.changes.outcome.1"), "voided");
    ck_assert_ptr_null(strstr(reply->body, "13800001234"));
}
END_TEST

START_TEST(nobody_decides_the_own_request)
{
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "supervisor1", "void", body_reason());
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "void/approve", body("{}")), 403,
                   "self-approval");
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "void/refuse", body_reason()), 403,
                   "self-approval");
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "void/approve", body("{}")), 403, "forbidden");
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "void/refuse", body_reason()), 403, "forbidden");
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "void", body_reason()), 409, "void-pending");
    EXPECT_PROBLEM(matter_do(&matter, "agent2", "void", body_reason()), 404, "not-found");
}
END_TEST

START_TEST(who_may_ask)
{
    struct matter matter = matter_at("investigation");
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "void", body_reason()), 403, "forbidden");
    EXPECT_PROBLEM(matter_do(&matter, "auditor1", "void", body_reason()), 403, "forbidden");
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "void/approve", body("{}")), 409,
                   "void-unknown");
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "void/refuse", body_reason()), 409,
                   "void-unknown");
    const struct reply *reply = matter_do(&matter, "handler1", "void", body("{}"));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/reason", "required");
}
END_TEST

START_TEST(refused_it_goes_on_and_can_be_asked_for_again)
{
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "agent1", "void", body_reason());
    const struct reply *reply =
        matter_must(&matter, "supervisor1", "void/refuse", body("{'reason': '确有此事'}"));
    ck_assert(reply_is_null(reply, "void_request"));
    ck_assert_str_eq(reply_text(reply, "status"), "open");
    reply = matter_must(&matter, "agent1", "void", body_reason());
    ck_assert_int_eq(reply_integer(reply, "number"), 2);
    reply = matter_must(&matter, "agent1", "withdraw", body("{'reason': '客户撤诉'}"));
    ck_assert(reply_is_null(reply, "void_request"));
    reply = matter_get(&matter, "agent1", "/void");
    ck_assert_str_eq(reply_text(reply, "items.0.refusals.0.reason"), "确有此事");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items.1.approvals")), 0);
}
END_TEST

START_TEST(an_answer_that_was_delivered_stands)
{
    struct matter matter = matter_at("feedback");
    matter_must(&matter, "handler1", "void", body_reason());
    matter_must(&matter, "handler1", "notices", body_notice());
    matter_must(&matter, "handler1", "notices/1/deliveries", body_delivery());
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "void/approve", body("{}")), 409,
                   "decision-delivered");
    matter_must(&matter, "supervisor1", "void/refuse", body_reason());
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "void", body_reason()), 409,
                   "decision-delivered");
}
END_TEST

START_TEST(reopened_as_an_error_it_is_worked_on_again)
{
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "agent1", "void", body_reason());
    matter_must(&matter, "supervisor1", "void/approve", body("{}"));
    const struct reply *reply = matter_must(
        &matter, "supervisor1", "reopen",
        body("{'kind': 'error', 'to': 'intake', 'owner': 'agent1', 'reason': '并非误录'}"));
    ck_assert_str_eq(reply_text(reply, "status"), "open");
    ck_assert(reply_is_null(reply, "outcome"));
    reply = matter_get(&matter, "agent1", "/rounds");
    ck_assert_str_eq(reply_text(reply, "items.0.previous.outcome"), "voided");
    ck_assert(reply_is_null(reply, "items.0.previous.decided_at"));
    matter_must(&matter, "agent1", "advance", body("{'owner': 'handler1'}"));
}
END_TEST

Suite *complaint_void_suite(void)
{
    Suite *suite = suite_create("complaint_void");
    TCase *tests = tcase_create("complaint_void");

    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, asked_for_by_the_owner_and_approved_by_a_supervisor);
    tcase_add_test(tests, the_journal_tells_it_and_holds_no_number);
    tcase_add_test(tests, nobody_decides_the_own_request);
    tcase_add_test(tests, who_may_ask);
    tcase_add_test(tests, refused_it_goes_on_and_can_be_asked_for_again);
    tcase_add_test(tests, an_answer_that_was_delivered_stands);
    tcase_add_test(tests, reopened_as_an_error_it_is_worked_on_again);
    suite_add_tcase(suite, tests);
    return suite;
}
