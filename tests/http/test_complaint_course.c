/* The way of a complaint through its stages to its end, and what is missing on it. */
#include <string.h>

#include "tests/http/matter.h"

Suite *complaint_course_suite(void);

#define TO_HANDLER body("{'owner': 'handler1'}")

static void expect_stage(const struct reply *reply, const char *stage, const char *owner,
                         size_t rows)
{
    const char *row = client_text("stages.%zu", rows - 1);
    ck_assert_str_eq(reply_text(reply, "stage"), stage);
    ck_assert_str_eq(reply_text(reply, "owner.login"), owner);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "stages")), rows);
    ck_assert_str_eq(reply_text(reply, client_text("%s.stage", row)), stage);
    ck_assert_str_eq(reply_text(reply, client_text("%s.owner.login", row)), owner);
    ck_assert_str_eq(reply_text(reply, client_text("%s.due_at", row)),
                     reply_text(reply, "stage_due_at"));
    for (size_t i = 0; i + 1 < rows; i++)
        ck_assert(!reply_is_null(reply, client_text("stages.%zu.completed_at", i)));
}

/* --- the whole way ---------------------------------------------------------------------------- */

START_TEST(whole_way_to_closing)
{
    struct matter matter = matter_new("agent1", NULL);
    const struct reply *reply =
        matter_must(&matter, "agent1", "advance", body("{'owner': 'handler1', 'note': '请核查'}"));
    expect_stage(reply, "investigation", "handler1", 2);
    ck_assert_str_eq(reply_text(reply, "stages.0.completed_at"),
                     reply_text(reply, "stages.1.entered_at"));
    ck_assert(reply_is_null(reply, "stages.1.completed_at"));

    reply = matter_must(&matter, "handler1", "findings", body_findings());
    EXPECT_STATUS(reply, 201);
    ck_assert_int_eq(reply_integer(reply, "number"), 1);
    ck_assert_str_eq(reply_text(reply, "upheld"), "yes");
    ck_assert_str_eq(reply_text(reply, "by.login"), "handler1");
    ck_assert_str_eq(reply_text(reply, "stage"), "investigation");
    expect_stage(matter_must(&matter, "handler1", "advance", TO_HANDLER), "resolution", "handler1",
                 3);

    reply = matter_must(&matter, "handler1", "plan", body_plan(500000));
    ck_assert_int_eq(reply_integer(reply, "redress.0.amount"), 500000);
    ck_assert_str_eq(reply_text(reply, "redress.1.type"), "apology");
    expect_stage(matter_must(&matter, "handler1", "advance", TO_HANDLER), "feedback", "handler1",
                 4);

    reply = matter_must(&matter, "handler1", "notices", body_notice());
    ck_assert_int_eq(reply_integer(reply, "number"), 1);
    static const char *const remedies[] = {"核查", "调解", "仲裁", "诉讼"};
    for (size_t i = 0; i < 4; i++)
        ck_assert_ptr_nonnull(strstr(reply_text(reply, "remedies"), remedies[i]));
    reply = matter_must(&matter, "handler1", "notices/1/deliveries", body_delivery());
    ck_assert_int_eq(reply_integer(reply, "notice"), 1);
    ck_assert_str_eq(reply_text(reply, "channel"), "letter");

    reply = matter_must(&matter, "handler1", "close", body("{'outcome': 'upheld'}"));
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "status"), "closed");
    ck_assert_str_eq(reply_text(reply, "outcome"), "upheld");
    ck_assert_str_eq(reply_text(reply, "stages.3.completed_at"), reply_text(reply, "closed_at"));
    ck_assert_uint_eq(json_array_size(reply_at(reply, "allowed_actions")), 6);
    ck_assert(reply_lists(reply, "allowed_actions", "attachments"));
    ck_assert(reply_lists(reply, "allowed_actions", "unmask"));
    ck_assert(reply_lists(reply, "allowed_actions", "notes"));
    ck_assert(reply_lists(reply, "allowed_actions", "contacts"));
    ck_assert(reply_lists(reply, "allowed_actions", "reopen"));
    ck_assert(reply_lists(reply, "allowed_actions", "review"));
    ck_assert(!reply_boolean(reply, "overdue"));
    ck_assert_int_eq(matter.version, 9);
    reply = matter_get(&matter, "agent1", NULL);
    ck_assert_str_eq(reply_text(reply, "status"), "closed");
    ck_assert_int_eq(reply_integer(reply, "counts.deliveries"), 1);
    ck_assert(reply_boolean(reply, "delivered"));
}
END_TEST

/* --- what is missing -------------------------------------------------------------------------- */

START_TEST(investigation_needs_findings)
{
    struct matter matter = matter_at("investigation");
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "advance", TO_HANDLER), 409, "findings-missing");
    matter_must(&matter, "handler1", "findings", body_findings());
    matter_must(&matter, "handler1", "advance", TO_HANDLER);
}
END_TEST

START_TEST(resolution_needs_a_plan)
{
    struct matter matter = matter_at("resolution");
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "advance", TO_HANDLER), 409, "plan-missing");
    matter_must(&matter, "handler1", "plan", body_plan(1));
    matter_must(&matter, "handler1", "advance", TO_HANDLER);
}
END_TEST

START_TEST(closing_needs_a_delivered_notice)
{
    struct matter matter = matter_at("feedback");
    json_t *outcome = body("{'outcome': 'upheld'}");
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "close", json_incref(outcome)), 409,
                   "notice-not-delivered");
    matter_must(&matter, "handler1", "notices", body_notice());
    /* A drafted answer is no answer. */
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "close", json_incref(outcome)), 409,
                   "notice-not-delivered");
    matter_must(&matter, "handler1", "notices/1/deliveries", body_delivery());
    /* Nor is an older version of it. */
    matter_must(&matter, "handler1", "notices", body_notice());
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "close", json_incref(outcome)), 409,
                   "notice-not-delivered");
    matter_must(&matter, "handler1", "notices/1/deliveries", body_delivery());
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "close", json_incref(outcome)), 409,
                   "notice-not-delivered");
    matter_must(&matter, "handler1", "notices/2/deliveries", body_delivery());
    matter_must(&matter, "handler1", "close", outcome);
}
END_TEST

/* Only failed attempts to reach the customer count, those after the notice, and one is not enough. */
START_TEST(two_failed_attempts_stand_for_a_delivery)
{
    struct matter matter = matter_at("feedback");
    for (int i = 0; i < 2; i++)
        matter_must(&matter, "handler1", "contacts", body_contact("outbound", false));
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "close", body("{'outcome': 'upheld'}")), 409,
                   "notice-not-delivered");
    matter_must(&matter, "handler1", "notices", body_notice());
    static const struct {
        const char *direction;
        bool reached;
        int failed;
    } contacts[] = {{"outbound", false, 1}, {"outbound", true, 1}, {"inbound", false, 1}};
    for (size_t i = 0; i < sizeof contacts / sizeof *contacts; i++) {
        matter_must(&matter, "handler1", "contacts",
                    body_contact(contacts[i].direction, contacts[i].reached));
        ck_assert_int_eq(reply_integer(matter_get(&matter, "handler1", NULL), "failed_attempts"),
                         contacts[i].failed);
        EXPECT_PROBLEM(matter_do(&matter, "handler1", "close", body("{'outcome': 'upheld'}")), 409,
                       "notice-not-delivered");
    }
    matter_must(&matter, "handler1", "contacts", body_contact("outbound", false));
    matter_must(&matter, "handler1", "close", body("{'outcome': 'not_upheld'}"));
}
END_TEST

START_TEST(a_second_delivery_does_not_move_the_decision)
{
    struct matter matter = matter_at("feedback");
    const char *received = reply_text(matter_get(&matter, "handler1", NULL), "received_at");
    matter_must(&matter, "handler1", "notices", body_notice());
    const struct reply *reply =
        matter_do(&matter, "handler1", "notices/1/deliveries",
                  body("{'channel': 'letter', 'at': '%s', 'proof': '回执'}", time_text(-86400)));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/at", "before_receipt");
    matter_must(&matter, "handler1", "notices/1/deliveries",
                body("{'channel': 'app', 'at': '%s', 'proof': '已读'}", received));
    matter_must(&matter, "handler1", "notices/1/deliveries",
                body("{'channel': 'letter', 'at': '%s', 'proof': '回执'}", time_text(60)));
    ck_assert_str_eq(reply_text(matter_get(&matter, "handler1", NULL), "decided_at"), received);
}
END_TEST

START_TEST(anonymous_complaints_need_no_notice)
{
    struct matter matter = matter_new("agent1", body("{'complainant': {'capacity': 'anonymous'}}"));
    matter_must(&matter, "agent1", "advance", TO_HANDLER);
    matter_must(&matter, "handler1", "findings", body_findings());
    matter_must(&matter, "handler1", "advance", TO_HANDLER);
    matter_must(&matter, "handler1", "plan", body_plan(1));
    matter_must(&matter, "handler1", "advance", TO_HANDLER);
    matter_must(&matter, "handler1", "close", body("{'outcome': 'partly_upheld'}"));
}
END_TEST

START_TEST(delivery_of_an_unknown_notice_is_refused)
{
    static const char *const unknown[] = {"2", "0", "999999999", "99999999999999999999", "x", "-1"};
    struct matter matter = matter_at("feedback");
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "notices/1/deliveries", body_delivery()), 409,
                   "notice-unknown");
    matter_must(&matter, "handler1", "notices", body_notice());
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        EXPECT_PROBLEM(matter_do(&matter, "handler1",
                                 client_text("notices/%s/deliveries", unknown[i]), body_delivery()),
                       409, "notice-unknown");
}
END_TEST

/* --- the ends --------------------------------------------------------------------------------- */

static const struct {
    const char *action, *input, *status, *outcome;
} ends[] = {
    {"settle", "{'summary': '当场退款，客户满意'}", "closed", "settled_at_intake"},
    {"decline", "{'reason_code': 'before_court', 'reason': '已起诉'}", "declined", "not_accepted"},
    {"withdraw", "{'reason': '客户来电撤诉'}", "withdrawn", "withdrawn"},
};

START_TEST(ends_at_intake)
{
    struct matter matter = matter_at("intake");
    const struct reply *reply =
        matter_must(&matter, "agent1", ends[_i].action, body("%s", ends[_i].input));
    ck_assert_str_eq(reply_text(reply, "status"), ends[_i].status);
    ck_assert_str_eq(reply_text(reply, "outcome"), ends[_i].outcome);
    ck_assert_str_eq(reply_text(reply, "stage"), "intake");
    ck_assert_str_eq(reply_text(reply, "stages.0.completed_at"), reply_text(reply, "closed_at"));
    if (strcmp(ends[_i].action, "decline") == 0)
        ck_assert_str_eq(reply_text(reply, "decline_reason"), "before_court");
    else
        ck_assert(reply_is_null(reply, "decline_reason"));
    matter_must(&matter, "agent1", "notes", body("{'text': '补记'}"));
    matter_must(&matter, "agent1", "contacts", body_contact("inbound", true));
    const struct reply *after = matter_get(&matter, "agent1", NULL);
    ck_assert_str_eq(reply_text(after, "status"), ends[_i].status);
    ck_assert_str_eq(reply_text(after, "closed_at"), reply_text(reply, "closed_at"));
    ck_assert_int_eq(reply_integer(after, "counts.contacts"), 1);
    ck_assert(reply_lists(after, "allowed_actions", "contacts"));
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "advance", TO_HANDLER), 409, "not-open");
}
END_TEST

START_TEST(a_withdrawal_counts_from_its_arrival)
{
    const char *received = time_text(-2 * 86400), *arrived = time_text(-86400);
    struct matter matter = matter_new("agent1", body("{'received_at': '%s'}", received));
    const struct reply *reply =
        matter_do(&matter, "agent1", "withdraw",
                  body("{'reason': '来信撤诉', 'at': '%s'}", time_text(-3 * 86400)));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/at", "before_receipt");
    EXPECT_ERROR(matter_do(&matter, "agent1", "withdraw",
                           body("{'reason': '来信撤诉', 'at': '%s'}", time_text(3600))),
                 "/at", "in_future");
    reply = matter_must(&matter, "agent1", "withdraw",
                        body("{'reason': '来信撤诉', 'at': '%s'}", arrived));
    ck_assert_str_eq(reply_text(reply, "closed_at"), arrived);
    ck_assert_str_eq(reply_text(reply, "stages.0.completed_at"), arrived);
    reply = matter_get(&matter, "auditor1", "/journal?after=1");
    ck_assert(!reply_is_null(reply, "items.0.detail.facts.at"));
    ck_assert(journals_are_sound());
}
END_TEST

START_TEST(settle_and_decline_belong_to_intake_and_close_to_feedback)
{
    static const char *const stages[] = {"intake", "investigation", "resolution", "feedback"};
    for (size_t i = 0; i < 4; i++) {
        struct matter matter = matter_at(stages[i]);
        const char *owner = i == 0 ? "agent1" : "handler1";
        if (i > 0) {
            EXPECT_PROBLEM(matter_do(&matter, owner, "settle", body("{'summary': '和解'}")), 409,
                           "wrong-stage");
            EXPECT_PROBLEM(matter_do(&matter, owner, "decline",
                                     body("{'reason_code': 'other', 'reason': '其他'}")),
                           409, "wrong-stage");
        }
        if (i < 3)
            EXPECT_PROBLEM(matter_do(&matter, owner, "close", body("{'outcome': 'upheld'}")), 409,
                           "wrong-stage");
        else
            EXPECT_PROBLEM(matter_do(&matter, owner, "advance", TO_HANDLER), 409, "wrong-stage");
        const struct reply *reply =
            matter_must(&matter, owner, "withdraw", body("{'reason': '撤诉'}"));
        ck_assert_str_eq(reply_text(reply, "stage"), stages[i]);
    }
}
END_TEST

START_TEST(only_a_decision_closes)
{
    static const char *const outcomes[] = {"withdrawn", "not_accepted", "settled_at_intake"};
    struct matter matter = matter_at("feedback");
    matter_must(&matter, "handler1", "notices", body_notice());
    matter_must(&matter, "handler1", "notices/1/deliveries", body_delivery());
    for (size_t i = 0; i < 3; i++) {
        const struct reply *reply =
            matter_do(&matter, "handler1", "close", body("{'outcome': '%s'}", outcomes[i]));
        EXPECT_PROBLEM(reply, 422, "invalid-input");
        ck_assert_str_eq(reply_text(reply, "errors.0.pointer"), "/outcome");
    }
    matter_must(&matter, "handler1", "close", body("{'outcome': 'partly_upheld', 'note': '已办'}"));
}
END_TEST

/* --- sending back ----------------------------------------------------------------------------- */

START_TEST(sending_back_opens_a_new_row)
{
    struct matter matter = matter_at("resolution");
    const struct reply *reply =
        matter_must(&matter, "handler1", "send-back",
                    body("{'to': 'investigation', 'owner': 'agent1', 'reason': '事实不清'}"));
    expect_stage(reply, "investigation", "agent1", 4);
    ck_assert_int_eq(reply_integer(reply, "round"), 1);
    ck_assert_int_eq(reply_integer(reply, "stages.3.round"), 1);
    ck_assert(reply_is_null(reply, "stages.3.completed_at"));
    ck_assert_str_eq(reply_text(reply, "stages.3.entered_at"),
                     reply_text(reply, "stages.2.completed_at"));
    ck_assert_str_ne(reply_text(reply, "stages.1.completed_at"),
                     reply_text(reply, "stages.2.completed_at"));
    /* The findings of the round are still there. */
    reply = matter_must(&matter, "agent1", "advance", body("{'owner': 'handler1'}"));
    expect_stage(reply, "resolution", "handler1", 5);
    reply = matter_must(&matter, "handler1", "send-back",
                        body("{'to': 'intake', 'owner': 'agent1', 'reason': '信息不全'}"));
    expect_stage(reply, "intake", "agent1", 6);
}
END_TEST

START_TEST(sending_back_goes_backwards_only)
{
    static const struct {
        const char *stage, *to;
    } cases[] = {{"investigation", "investigation"},
                 {"investigation", "resolution"},
                 {"resolution", "feedback"},
                 {"feedback", "feedback"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct matter matter = matter_at(cases[i].stage);
        const struct reply *reply =
            matter_do(&matter, "handler1", "send-back",
                      body("{'to': '%s', 'owner': 'agent1', 'reason': '退回'}", cases[i].to));
        EXPECT_PROBLEM(reply, 422, "invalid-input");
        EXPECT_ERROR(reply, "/to", "not_earlier");
    }
    struct matter matter = matter_at("intake");
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "send-back",
                             body("{'to': 'intake', 'owner': 'agent1', 'reason': '退回'}")),
                   409, "wrong-stage");
}
END_TEST

/* A fresh limit: that of the same stage entered at that moment, as a preview gives it. */
START_TEST(sending_back_gives_a_fresh_limit)
{
    struct matter matter = matter_new(
        "agent1", body("{'received_at': '2026-01-05T10:00:00+08:00', 'level': 'complex'}"));
    const struct reply *reply = matter_get(&matter, "agent1", NULL);
    ck_assert_str_eq(reply_text(reply, "stage_due_at"), "2026-01-06T17:30:00+08:00");
    ck_assert(reply_boolean(reply, "overdue"));
    matter_must(&matter, "agent1", "advance", TO_HANDLER);
    reply = matter_must(&matter, "handler1", "send-back",
                        body("{'to': 'intake', 'owner': 'agent1', 'reason': '信息不全'}"));
    ck_assert_str_eq(reply_text(reply, "statutory_due_at"), "2026-02-04T23:59:59+08:00");
    ck_assert_str_eq(reply_text(reply, "due_at"), "2026-02-04T23:59:59+08:00");
    const struct reply *preview = client_post(
        "agent1", 0, body("{'received_at': '%s'}", reply_text(reply, "stages.2.entered_at")),
        "/v1/deadline-previews");
    EXPECT_STATUS(preview, 200);
    ck_assert_str_eq(reply_text(reply, "stage_due_at"), reply_text(preview, "stages.0.due_at"));
    ck_assert_str_ne(reply_text(reply, "stage_due_at"), reply_text(reply, "stages.0.due_at"));
}
END_TEST

/* --- who may be named ------------------------------------------------------------------------- */

START_TEST(next_owner_must_be_able_to_own)
{
    static const struct {
        const char *login, *code;
    } cases[] = {
        {"nobody", "unknown_staff"}, {"auditor1", "not_eligible"}, {"admin", "not_eligible"}};
    struct matter matter = matter_at("intake");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct reply *reply =
            matter_do(&matter, "agent1", "advance", body("{'owner': '%s'}", cases[i].login));
        EXPECT_PROBLEM(reply, 422, "invalid-input");
        EXPECT_ERROR(reply, "/owner", cases[i].code);
    }
    ck_assert_str_eq(reply_text(matter_get(&matter, "agent1", NULL), "stage"), "intake");
    matter_must(&matter, "agent1", "advance", body("{'owner': 'agent2'}"));
}
END_TEST

/* The person named on advance is responsible at once. */
START_TEST(advancing_names_the_next_owner)
{
    struct matter matter = matter_at("intake");
    const struct reply *reply =
        matter_must(&matter, "agent1", "advance", body("{'owner': 'supervisor1'}"));
    expect_stage(reply, "investigation", "supervisor1", 2);
    ck_assert_str_eq(reply_text(reply, "stages.1.unit"), "HN");
    ck_assert_str_eq(reply_text(reply, "unit"), "HN-CS-001");
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "findings", body_findings()), 403, "not-owner");
    matter_must(&matter, "supervisor1", "findings", body_findings());
}
END_TEST

START_TEST(journals_are_sound_afterwards)
{
    ck_assert(journals_are_sound());
}
END_TEST

Suite *complaint_course_suite(void)
{
    Suite *suite = suite_create("complaint_course");
    TCase *tcase = tcase_create("course");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_test(tcase, whole_way_to_closing);
    tcase_add_test(tcase, investigation_needs_findings);
    tcase_add_test(tcase, resolution_needs_a_plan);
    tcase_add_test(tcase, closing_needs_a_delivered_notice);
    tcase_add_test(tcase, two_failed_attempts_stand_for_a_delivery);
    tcase_add_test(tcase, a_second_delivery_does_not_move_the_decision);
    tcase_add_test(tcase, anonymous_complaints_need_no_notice);
    tcase_add_test(tcase, delivery_of_an_unknown_notice_is_refused);
    tcase_add_loop_test(tcase, ends_at_intake, 0, (int)(sizeof ends / sizeof *ends));
    tcase_add_test(tcase, a_withdrawal_counts_from_its_arrival);
    tcase_add_test(tcase, settle_and_decline_belong_to_intake_and_close_to_feedback);
    tcase_add_test(tcase, only_a_decision_closes);
    tcase_add_test(tcase, sending_back_opens_a_new_row);
    tcase_add_test(tcase, sending_back_goes_backwards_only);
    tcase_add_test(tcase, sending_back_gives_a_fresh_limit);
    tcase_add_test(tcase, next_owner_must_be_able_to_own);
    tcase_add_test(tcase, advancing_names_the_next_owner);
    tcase_add_test(tcase, journals_are_sound_afterwards);
    suite_add_tcase(suite, tcase);
    return suite;
}
