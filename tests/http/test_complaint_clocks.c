/* Pauses, extensions, further rounds and corrections, through the API. */
#include <string.h>

#include "tests/http/database.h"
#include "tests/http/matter.h"

Suite *complaint_clocks_suite(void);

static const struct reply *patch(struct matter *matter, const char *as, json_t *input)
{
    const struct reply *reply =
        client_call(&(struct call){.method = "PATCH",
                                   .path = client_text("/v1/complaints/%s", matter->id),
                                   .as = as,
                                   .json = input,
                                   .version = matter->version});
    if (reply->status == 200)
        matter->version = reply_version(reply);
    return reply;
}

static struct matter closed_matter(void)
{
    struct matter matter = matter_at("feedback");
    matter_must(&matter, "handler1", "notices", body_notice());
    matter_must(&matter, "handler1", "notices/1/deliveries", body_delivery());
    matter_must(&matter, "handler1", "close", body("{'outcome': 'upheld'}"));
    return matter;
}

/* --- pauses ------------------------------------------------------------------------------------ */

START_TEST(a_pause_takes_the_due_times_away_and_its_end_brings_them_back)
{
    struct matter matter = matter_at("investigation");
    const char *now = time_text(-60);
    const struct reply *reply = matter_must(
        &matter, "handler1", "pauses",
        body("{'reason': 'mediation', 'from': '%s', 'told_at': '%s', 'note': '已告知客户'}", now,
             now));
    EXPECT_STATUS(reply, 201);
    ck_assert_int_eq(reply_integer(reply, "number"), 1);
    ck_assert_str_eq(reply_text(reply, "reason"), "mediation");
    reply = matter_get(&matter, "handler1", NULL);
    ck_assert(reply_boolean(reply, "paused"));
    ck_assert(reply_is_null(reply, "stage_due_at"));
    ck_assert(reply_is_null(reply, "statutory_due_at"));
    ck_assert(reply_is_null(reply, "due_at"));
    ck_assert(!reply_boolean(reply, "overdue"));
    ck_assert(reply_lists(reply, "allowed_actions", "end_pause"));

    reply = matter_must(&matter, "handler1", "pauses/1/end", body("{'at': '%s'}", time_text(-30)));
    EXPECT_STATUS(reply, 200);
    ck_assert(!reply_boolean(reply, "paused"));
    ck_assert(!reply_is_null(reply, "due_at"));
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "pauses/1/end", body("{'at': '%s'}", now)), 409,
                   "pause-unknown");
    reply = matter_get(&matter, "supervisor1", "/pauses");
    ck_assert_str_eq(reply_text(reply, "items.0.reason"), "mediation");
    ck_assert(!reply_is_null(reply, "items.0.ends.0.at"));
}
END_TEST

START_TEST(what_a_pause_must_say)
{
    struct matter matter = matter_at("investigation");
    const struct reply *reply =
        matter_do(&matter, "handler1", "pauses", body("{'reason': 'holiday'}"));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/reason", "unknown_term");
    EXPECT_ERROR(reply, "/from", "required");
    reply = matter_do(&matter, "handler1", "pauses",
                      body("{'reason': 'other', 'from': '%s'}", time_text(3600)));
    EXPECT_ERROR(reply, "/from", "in_future");
    EXPECT_PROBLEM(matter_do(&matter, "agent2", "pauses",
                             body("{'reason': 'other', 'from': '%s'}", time_text(0))),
                   404, "not-found");
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "pauses",
                             body("{'reason': 'other', 'from': '%s'}", time_text(0))),
                   403, "forbidden");
}
END_TEST

START_TEST(the_clocks_are_explained)
{
    struct matter matter = matter_at("investigation");
    const struct reply *before = matter_get(&matter, "handler1", NULL);
    const struct reply *reply = matter_get(&matter, "handler1", "/deadlines");
    ck_assert_str_eq(reply_text(reply, "due_at"), reply_text(before, "due_at"));
    ck_assert_str_eq(reply_text(reply, "stage_clock.due_at"), reply_text(before, "stage_due_at"));
    ck_assert_str_eq(reply_text(reply, "stage_clock.stage"), "investigation");
    ck_assert_int_eq(reply_integer(reply, "stage_clock.limit_days"), 5);
    ck_assert_str_eq(reply_text(reply, "stage_clock.steps.0.kind"), "limit");
    ck_assert_str_eq(reply_text(reply, "stage_clock.steps.1.kind"), "due");
    ck_assert_str_eq(reply_text(reply, "stage_clock.steps.1.to"),
                     reply_text(before, "stage_due_at"));
    ck_assert_int_eq(reply_integer(reply, "statutory_clock.limit_days"), 15);
    ck_assert_int_eq(reply_integer(reply, "statutory_clock.steps.0.days"), 15);
    ck_assert_ptr_nonnull(strstr(reply_text(reply, "statutory_clock.steps.0.zh"), "15个自然日"));

    matter_must(&matter, "handler1", "pauses",
                body("{'reason': 'awaiting_customer', 'from': '%s'}", time_text(-30)));
    reply = matter_get(&matter, "auditor1", "/deadlines");
    ck_assert(reply_is_null(reply, "stage_clock.due_at"));
    ck_assert_str_eq(reply_text(reply, "governing"), "statutory");
    ck_assert_str_eq(reply_text(reply, "stage_clock.steps.2.kind"), "pause");
    ck_assert(reply_is_null(reply, "stage_clock.steps.2.to"));
}
END_TEST

/* A recorded due time that the calendar in force would not give. The row alone is altered, and mended
 * again: who looks at it is told, and the recorded one is shown. */
#define MOVED \
    "UPDATE complaint SET stage_due_at = stage_due_at %s interval '1 hour' WHERE id = '%s'"
START_TEST(a_due_time_of_another_calendar_is_warned_of)
{
    struct matter matter = matter_at("investigation");
    size_t before =
        json_array_size(reply_at(matter_get(&matter, "handler1", "/deadlines"), "warnings"));
    database_run(MOVED, "+", matter.id);
    const struct call call = {
        .path = client_text("/v1/complaints/%s/deadlines", matter.id),
        .as = "handler1",
        .headers = {client_text("If-None-Match: \"%d\"", (int)matter.version)}};
    const struct reply *reply = client_call(&call);
    database_run(MOVED, "-", matter.id);
    EXPECT_STATUS(reply, 200); /* though the version is the same */
    ck_assert_uint_eq(json_array_size(reply_at(reply, "warnings")), before + 1);
    ck_assert_str_eq(reply_text(reply, client_text("warnings.%zu.code", before)),
                     "computed_differs");
    ck_assert_str_ne(reply_text(reply, "stage_due_at"),
                     reply_text(reply, "stage_clock.steps.1.to"));
}
END_TEST

/* --- extensions --------------------------------------------------------------------------------- */

START_TEST(an_extension_is_asked_for_approved_and_told)
{
    struct matter matter = matter_at("investigation");
    const char *due = reply_text(matter_get(&matter, "handler1", NULL), "statutory_due_at");
    const struct reply *reply = matter_must(&matter, "handler1", "extensions",
                                            body("{'days': 15, 'reason': '等待外部机构回函'}"));
    EXPECT_STATUS(reply, 201);
    ck_assert_int_eq(reply_integer(reply, "number"), 1);
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "extensions/1/approve", body("{}")), 403,
                   "forbidden");
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "extensions/1/told",
                             body("{'at': '%s', 'method': 'phone'}", time_text(0))),
                   409, "extension-unknown");
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "extensions/2/approve", body("{}")), 409,
                   "extension-unknown");
    reply = matter_must(&matter, "supervisor1", "extensions/1/approve", body("{}"));
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "statutory_due_at"), due);
    reply = matter_do(&matter, "handler1", "extensions/1/told",
                      body("{'at': '%s', 'method': 'phone'}", time_text(-60)));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/at", "before_approval");
    reply = matter_must(&matter, "handler1", "extensions/1/told",
                        body("{'at': '%s', 'method': 'phone'}", time_text(0)));
    ck_assert_int_eq(reply_integer(reply, "statutory_days"), 30);
    ck_assert_str_ne(reply_text(reply, "statutory_due_at"), due);
    const char *extended = reply_text(reply, "statutory_due_at");
    reply = matter_get(&matter, "handler1", "/deadlines");
    ck_assert_int_eq(reply_integer(reply, "statutory_clock.limit_days"), 30);
    ck_assert_str_eq(reply_text(reply, "statutory_clock.steps.0.kind"), "limit");
    ck_assert_int_eq(reply_integer(reply, "statutory_clock.steps.0.days"), 15);
    ck_assert_str_eq(reply_text(reply, "statutory_clock.steps.0.to"), due);
    ck_assert_str_eq(reply_text(reply, "statutory_clock.steps.1.kind"), "extension");
    ck_assert_int_eq(reply_integer(reply, "statutory_clock.steps.1.days"), 15);
    ck_assert_str_eq(reply_text(reply, "statutory_clock.steps.1.to"), extended);
    ck_assert_ptr_nonnull(strstr(reply_text(reply, "statutory_clock.steps.1.en"),
                                 "15 + 15 natural days, at most 60"));
    ck_assert_ptr_nonnull(
        strstr(reply_text(reply, "statutory_clock.steps.1.zh"), "15日加15日，合计以60日为限"));
    ck_assert_str_eq(reply_text(reply, "statutory_clock.steps.2.to"), extended);
    reply = matter_get(&matter, "supervisor1", "/extensions");
    ck_assert_int_eq(reply_integer(reply, "items.0.days"), 15);
    ck_assert_str_eq(reply_text(reply, "items.0.approvals.0.by.login"), "supervisor1");
    ck_assert(reply_boolean(reply, "items.0.tellings.0.effective"));
}
END_TEST

START_TEST(nobody_approves_what_they_asked_for)
{
    struct matter matter = matter_at("investigation");
    matter_must(&matter, "supervisor1", "extensions", body("{'days': 5, 'reason': '材料未齐'}"));
    ck_assert(!reply_lists(matter_get(&matter, "supervisor1", NULL), "allowed_actions",
                           "approve_extension"));
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "extensions/1/approve", body("{}")), 403,
                   "self-approval");
    EXPECT_PROBLEM(
        matter_do(&matter, "handler1", "extensions", body("{'days': 5, 'reason': '再次申请'}")),
        409, "extension-pending");
}
END_TEST

START_TEST(a_refused_extension_makes_room_for_another)
{
    struct matter matter = matter_at("investigation");
    matter_must(&matter, "handler1", "extensions", body("{'days': 5, 'reason': '材料未齐'}"));
    EXPECT_STATUS(matter_must(&matter, "supervisor1", "extensions/1/refuse",
                              body("{'reason': '现有材料足以答复'}")),
                  200);
    const struct reply *reply = matter_must(&matter, "handler1", "extensions",
                                            body("{'days': 10, 'reason': '外部机构未回函'}"));
    ck_assert_int_eq(reply_integer(reply, "number"), 2);
    reply = matter_get(&matter, "handler1", "/extensions");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items.0.refusals")), 1);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items.1.refusals")), 0);
}
END_TEST

/* --- rounds ------------------------------------------------------------------------------------- */

START_TEST(a_review_is_a_round_of_its_own_for_the_superior_unit)
{
    struct matter matter = closed_matter();
    const struct reply *before = matter_get(&matter, "agent1", NULL);
    ck_assert(reply_lists(before, "allowed_actions", "review"));
    const struct reply *reply = matter_do(&matter, "agent1", "review",
                                          body("{'owner': 'agent2', 'reason': '客户申请核查'}"));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/owner", "not_superior");
    reply = matter_must(&matter, "agent1", "review",
                        body("{'owner': 'supervisor1', 'reason': '客户申请核查'}"));
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "round"), 2);
    ck_assert_str_eq(reply_text(reply, "round_kind"), "review");
    ck_assert_str_eq(reply_text(reply, "status"), "open");
    ck_assert_str_eq(reply_text(reply, "stage"), "investigation");
    ck_assert_int_eq(reply_integer(reply, "statutory_days"), 30);
    ck_assert(reply_is_null(reply, "outcome"));
    ck_assert_uint_eq(json_array_size(reply_at(reply, "stages")), 5);
    for (int i = 0; i < 4; i++)
        ck_assert(json_equal(reply_at(reply, client_text("stages.%d", i)),
                             reply_at(before, client_text("stages.%d", i))));
    EXPECT_PROBLEM(
        matter_do(&matter, "supervisor1", "offer", body("{'to': 'handler1', 'reason': '协助'}")),
        409, "recused");
    reply = matter_get(&matter, "auditor1", "/rounds");
    ck_assert_int_eq(reply_integer(reply, "items.0.number"), 2);
    ck_assert_str_eq(reply_text(reply, "items.0.previous.outcome"), "upheld");
    ck_assert_str_eq(reply_text(reply, "items.0.previous.closed_at"),
                     reply_text(before, "closed_at"));
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "review",
                             body("{'owner': 'supervisor1', 'reason': '再次申请'}")),
                   409, "still-open");
}
END_TEST

/* Under the names that the members have. */
START_TEST(what_is_wrong_with_the_time_of_a_round)
{
    struct matter matter = closed_matter();
    const struct reply *reply =
        matter_do(&matter, "agent1", "review",
                  body("{'owner': 'supervisor1', 'reason': '客户申请核查', 'applied_at': '%s'}",
                       time_text(3600)));
    EXPECT_ERROR(reply, "/applied_at", "in_future");
    reply = matter_do(&matter, "agent1", "review",
                      body("{'owner': 'supervisor1', 'reason': '客户申请核查', 'applied_at': '%s'}",
                           time_text(-86400)));
    EXPECT_ERROR(reply, "/applied_at", "before_decision");
    reply = matter_do(&matter, "agent1", "reopen",
                      body("{'kind': 'new_facts', 'owner': 'handler1', 'reason': '新证据',"
                           " 'received_at': '%s'}",
                           time_text(3600)));
    EXPECT_ERROR(reply, "/received_at", "in_future");
    reply = matter_do(&matter, "agent1", "reopen",
                      body("{'kind': 'new_facts', 'owner': 'handler1', 'reason': '新证据',"
                           " 'received_at': '%s'}",
                           time_text(-86400)));
    EXPECT_ERROR(reply, "/received_at", "before_end");
    reply = matter_do(&matter, "agent1", "reopen",
                      body("{'kind': 'error', 'owner': 'handler1', 'reason': '纠错',"
                           " 'received_at': '%s'}",
                           time_text(0)));
    EXPECT_ERROR(reply, "/received_at", "not_for_error");
}
END_TEST

START_TEST(a_reopened_complaint_goes_through_its_stages_again)
{
    struct matter matter = closed_matter();
    const struct reply *reply =
        matter_must(&matter, "supervisor1", "reopen",
                    body("{'kind': 'error', 'to': 'resolution', 'owner': 'handler1',"
                         " 'reason': '退款金额计算有误'}"));
    ck_assert_str_eq(reply_text(reply, "stage"), "resolution");
    ck_assert_str_eq(reply_text(reply, "round_kind"), "error");
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "advance", body("{'owner': 'handler1'}")), 409,
                   "plan-missing"); /* the plan of the first round does not count */
    matter_must(&matter, "handler1", "plan", body_plan(480000));
    matter_must(&matter, "handler1", "advance", body("{'owner': 'handler1'}"));
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "close", body("{'outcome': 'upheld'}")), 409,
                   "notice-not-delivered");
    reply = matter_must(&matter, "handler1", "notices", body_notice());
    ck_assert_int_eq(reply_integer(reply, "number"), 2);
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "notices/1/deliveries", body_delivery()), 409,
                   "notice-unknown");
    matter_must(&matter, "handler1", "notices/2/deliveries", body_delivery());
    reply = matter_must(&matter, "handler1", "close", body("{'outcome': 'partly_upheld'}"));
    ck_assert_str_eq(reply_text(reply, "status"), "closed");
    ck_assert_int_eq(reply_integer(reply, "round"), 2);
    ck_assert(journals_are_sound());
}
END_TEST

START_TEST(what_was_withdrawn_has_no_decision_to_review)
{
    struct matter matter = matter_at("investigation");
    matter_must(&matter, "agent1", "withdraw", body("{'reason': '客户撤诉'}"));
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "review",
                             body("{'owner': 'supervisor1', 'reason': '申请核查'}")),
                   409, "not-decided");
    EXPECT_STATUS(
        matter_must(&matter, "agent1", "reopen",
                    body("{'kind': 'new_facts', 'owner': 'handler1', 'reason': '新证据'}")),
        200);
}
END_TEST

/* --- corrections -------------------------------------------------------------------------------- */

START_TEST(corrected_facts_are_shown_masked_and_journalled)
{
    struct matter matter = matter_at("investigation");
    const struct reply *reply =
        patch(&matter, "handler1",
              body("{'subject': '信用卡年费争议', 'amount_in_dispute': 20000, 'demand': null,"
                   " 'complainant': {'phone': '13900005678'}, 'reason': '客户来电更正'}"));
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "subject"), "信用卡年费争议");
    ck_assert_str_eq(reply_text(reply, "complainant.phone"), "139****5678");
    ck_assert_int_eq(reply_integer(reply, "amount_in_dispute"), 20000);
    ck_assert(reply_is_null(reply, "demand"));
    ck_assert_ptr_null(strstr(reply->body, "13900005678"));
    reply = matter_get(&matter, "auditor1", "/journal?after=2");
    ck_assert_str_eq(reply_text(reply, "items.0.action"), "correct");
    ck_assert_ptr_nonnull(strstr(reply->body, "139****5678"));
    ck_assert_str_eq(reply_text(reply, "items.0.detail.facts.cleared.0"), "demand");
    ck_assert_ptr_null(strstr(reply->body, "13900005678"));
    ck_assert(journals_are_sound());
}
END_TEST

START_TEST(a_legal_persons_number_is_corrected)
{
    struct matter matter =
        matter_new("agent1", body("{'complainant': {'name': '湘江贸易', 'phone': '0731-88881234',"
                                  " 'capacity': 'legal_person'}}"));
    const struct reply *reply =
        patch(&matter, "agent1",
              body("{'complainant': {'identity_number': '911101080000000002'},"
                   " 'reason': '补充信用代码'}"));
    EXPECT_STATUS(reply, 200);
    EXPECT_ERROR(patch(&matter, "agent1",
                       body("{'complainant': {'identity_number': '911101080000000002',"
                            " 'capacity': 'self'}, 'reason': '身份更正'}")),
                 "/complainant/identity_number", "invalid_check_digit");
}
END_TEST

START_TEST(what_cannot_be_corrected)
{
    struct matter matter = matter_at("investigation");
    const struct reply *reply = patch(&matter, "handler1", body("{'reason': '无'}"));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "", "nothing_to_change");
    reply = patch(&matter, "handler1",
                  body("{'subject': null, 'narrative': '', 'number': 'TS1', 'reason': '更正'}"));
    EXPECT_ERROR(reply, "/subject", "required");
    EXPECT_ERROR(reply, "/narrative", "required");
    EXPECT_ERROR(reply, "/number", "unknown_member");
    reply = patch(&matter, "handler1",
                  body("{'complainant': {'name': null, 'phone': null}, 'reason': '更正'}"));
    EXPECT_ERROR(reply, "/complainant/name", "name_required");
    EXPECT_ERROR(reply, "/complainant", "contact_required");
    EXPECT_ERROR(patch(&matter, "handler1",
                       body("{'complainant': {'customer_number': '6222021234567890128'},"
                            " 'reason': '更正'}")),
                 "/complainant/customer_number", "personal_data");
    EXPECT_PROBLEM(patch(&matter, "handler1",
                         body("{'received_at': '%s', 'reason': '登记有误'}", time_text(-86400))),
                   403, "forbidden");
    EXPECT_PROBLEM(patch(&matter, "auditor1", body("{'demand': '退款', 'reason': '更正'}")), 403,
                   "forbidden");
}
END_TEST

/* Whom it is about still does not see it; a supervisor corrects a mistake, and then they do. */
START_TEST(a_recusal_is_lifted_by_a_supervisor_alone)
{
    struct matter matter = matter_new("agent1", body("{'staff_complained_of': 'handler1'}"));
    EXPECT_PROBLEM(
        patch(&matter, "agent1", body("{'staff_complained_of': null, 'reason': '更正'}")), 403,
        "forbidden");
    EXPECT_PROBLEM(
        patch(&matter, "agent1", body("{'staff_complained_of': 'agent2', 'reason': '更正'}")), 403,
        "forbidden");
    EXPECT_PROBLEM(client_get("handler1", "/v1/complaints/%s", matter.id), 404, "not-found");
    EXPECT_STATUS(
        patch(&matter, "supervisor1", body("{'staff_complained_of': null, 'reason': '登记有误'}")),
        200);
    EXPECT_STATUS(client_get("handler1", "/v1/complaints/%s", matter.id), 200);
}
END_TEST

START_TEST(a_supervisor_corrects_the_receipt)
{
    struct matter matter = matter_new("agent1", NULL);
    const struct reply *before = matter_get(&matter, "agent1", NULL);
    const char *earlier = time_text(-10 * 86400);
    const struct reply *reply =
        patch(&matter, "supervisor1", body("{'received_at': '%s', 'reason': '信封邮戳'}", earlier));
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "received_at"), earlier);
    ck_assert_int_lt(strcmp(reply_text(reply, "stage_due_at"), reply_text(before, "stage_due_at")),
                     0);
    ck_assert_int_lt(
        strcmp(reply_text(reply, "statutory_due_at"), reply_text(before, "statutory_due_at")), 0);
    ck_assert_str_eq(reply_text(reply, "stages.0.entered_at"), earlier);
    ck_assert(reply_boolean(reply, "overdue"));
}
END_TEST

START_TEST(twenty_people_make_it_major)
{
    struct matter matter = matter_at("investigation");
    const struct reply *reply =
        patch(&matter, "handler1", body("{'complainant': {'people': 20}, 'reason': '联名信'}"));
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "level"), "major");
    ck_assert_int_eq(reply_integer(reply, "statutory_days"), 30);
    reply = matter_get(&matter, "auditor1", "/journal?after=2");
    ck_assert_str_eq(reply_text(reply, "items.0.detail.facts.reported_to.0"), "supervisor1");
}
END_TEST

Suite *complaint_clocks_suite(void)
{
    Suite *suite = suite_create("complaint_clocks");
    TCase *tests = tcase_create("complaint_clocks");

    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_pause_takes_the_due_times_away_and_its_end_brings_them_back);
    tcase_add_test(tests, what_a_pause_must_say);
    tcase_add_test(tests, the_clocks_are_explained);
    tcase_add_test(tests, a_due_time_of_another_calendar_is_warned_of);
    tcase_add_test(tests, an_extension_is_asked_for_approved_and_told);
    tcase_add_test(tests, nobody_approves_what_they_asked_for);
    tcase_add_test(tests, a_refused_extension_makes_room_for_another);
    tcase_add_test(tests, a_review_is_a_round_of_its_own_for_the_superior_unit);
    tcase_add_test(tests, what_is_wrong_with_the_time_of_a_round);
    tcase_add_test(tests, a_reopened_complaint_goes_through_its_stages_again);
    tcase_add_test(tests, what_was_withdrawn_has_no_decision_to_review);
    tcase_add_test(tests, corrected_facts_are_shown_masked_and_journalled);
    tcase_add_test(tests, a_legal_persons_number_is_corrected);
    tcase_add_test(tests, what_cannot_be_corrected);
    tcase_add_test(tests, a_recusal_is_lifted_by_a_supervisor_alone);
    tcase_add_test(tests, a_supervisor_corrects_the_receipt);
    tcase_add_test(tests, twenty_people_make_it_major);
    suite_add_tcase(suite, tests);
    return suite;
}
