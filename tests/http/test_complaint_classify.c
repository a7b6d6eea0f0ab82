/* Classification, redress above the limit, and what deadlines follow from both. */
#include <string.h>

#include "tests/http/matter.h"

Suite *complaint_classify_suite(void);

/* --- levels ----------------------------------------------------------------------------------- */

START_TEST(higher_level_moves_both_clocks)
{
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "agent1", "advance", body("{'owner': 'handler1'}"));
    const struct reply *before = matter_get(&matter, "agent1", NULL);
    const struct reply *after =
        matter_must(&matter, "agent1", "classify", body("{'level': 'complex', 'reason': '涉众'}"));
    ck_assert_str_eq(reply_text(after, "level"), "complex");
    /* 30 natural days instead of 15, 10 working days instead of 5: as the preview has them. */
    const struct reply *preview = client_post(
        "agent1", 0,
        body("{'received_at': '%s', 'level': 'complex'}", reply_text(before, "received_at")),
        "/v1/deadline-previews");
    ck_assert_str_eq(reply_text(after, "statutory_due_at"),
                     reply_text(preview, "statutory_due_at"));
    ck_assert_int_gt(
        strcmp(reply_text(after, "statutory_due_at"), reply_text(before, "statutory_due_at")), 0);
    ck_assert_int_gt(strcmp(reply_text(after, "stage_due_at"), reply_text(before, "stage_due_at")),
                     0);
    ck_assert_str_eq(reply_text(after, "stages.1.due_at"), reply_text(after, "stage_due_at"));
    ck_assert_str_eq(reply_text(after, "stages.0.due_at"), reply_text(before, "stages.0.due_at"));
    /* And back again. */
    after = matter_must(&matter, "agent1", "classify", body("{'level': 'ordinary'}"));
    ck_assert_str_eq(reply_text(after, "statutory_due_at"), reply_text(before, "statutory_due_at"));
    ck_assert_str_eq(reply_text(after, "stage_due_at"), reply_text(before, "stage_due_at"));
}
END_TEST

/* domain.md §2: complex and major have 30 days if classified before the 15 ran out. */
START_TEST(statutory_limit_that_ran_out_does_not_move)
{
    struct matter matter =
        matter_new("agent1", body("{'received_at': '2026-03-02T09:00:00+08:00'}"));
    const struct reply *reply =
        matter_must(&matter, "agent1", "classify", body("{'level': 'major'}"));
    ck_assert_str_eq(reply_text(reply, "level"), "major");
    ck_assert_str_eq(reply_text(reply, "statutory_due_at"), "2026-03-17T23:59:59+08:00");
    ck_assert(reply_boolean(reply, "overdue"));
}
END_TEST

START_TEST(joint_complaints_stay_major)
{
    struct matter matter =
        matter_new("agent1", body("{'complainant': {'name': '王五', 'phone': '13700001111',"
                                  " 'people': 25}}"));
    const struct reply *reply =
        matter_do(&matter, "agent1", "classify", body("{'level': 'ordinary'}"));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/level", "major_by_rule");
}
END_TEST

/* --- the other members ------------------------------------------------------------------------ */

START_TEST(absent_members_stay_as_they_are)
{
    struct matter matter =
        matter_new("agent1", body("{'tags': ['petition'], 'urgency': 2, 'channel_class': 'A01033',"
                                  " 'business_class': 'B05', 'cause_class': 'C02'}"));
    const struct reply *reply =
        matter_must(&matter, "agent1", "classify", body("{'business_class': 'B01'}"));
    ck_assert_str_eq(reply_text(reply, "business_class"), "B01");
    ck_assert_str_eq(reply_text(reply, "channel_class"), "A01033");
    ck_assert_str_eq(reply_text(reply, "cause_class"), "C02");
    ck_assert_int_eq(reply_integer(reply, "urgency"), 2);
    ck_assert(reply_lists(reply, "tags", "petition"));
    reply = matter_must(&matter, "agent1", "classify",
                        body("{'tags': ['agitated', 'judicial'], 'urgency': 1}"));
    ck_assert_int_eq(reply_integer(reply, "urgency"), 1);
    ck_assert(!reply_lists(reply, "tags", "petition"));
    ck_assert(reply_lists(reply, "tags", "agitated") && reply_lists(reply, "tags", "judicial"));
    reply = matter_must(&matter, "agent1", "classify", body("{'tags': []}"));
    ck_assert_uint_eq(json_array_size(reply_at(reply, "tags")), 0);
}
END_TEST

START_TEST(bad_classifications_are_refused)
{
    static const struct {
        const char *input, *pointer, *code;
    } cases[] = {
        {"{}", "", "nothing_to_change"},
        {"{'reason': '无'}", "", "nothing_to_change"},
        {"{'level': 'severe'}", "/level", "unknown_term"},
        {"{'urgency': 4}", "/urgency", "out_of_range"},
        {"{'cause_class': 'B05'}", "/cause_class", "wrong_dimension"},
        {"{'channel_class': 'A0'}", "/channel_class", "unknown_class"},
        {"{'tags': ['sad']}", "/tags/0", "unknown_term"},
        {"{'stage': 'feedback'}", "/stage", "unknown_member"},
    };
    struct matter matter = matter_new("agent1", NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct reply *reply =
            matter_do(&matter, "agent1", "classify", body("%s", cases[i].input));
        EXPECT_PROBLEM(reply, 422, "invalid-input");
        EXPECT_ERROR(reply, cases[i].pointer, cases[i].code);
    }
    ck_assert_int_eq(reply_integer(matter_get(&matter, "agent1", NULL), "version"), 1);
}
END_TEST

/* --- redress above the limit ------------------------------------------------------------------ */

START_TEST(redress_up_to_the_limit_needs_nobody)
{
    struct matter matter = matter_at("resolution");
    matter_must(&matter, "handler1", "plan", body_plan(1000000));
    ck_assert(reply_boolean(matter_get(&matter, "handler1", NULL), "plan_approved"));
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "approve-plan", body("{}")), 409,
                   "plan-missing");
    matter_must(&matter, "handler1", "advance", body("{'owner': 'handler1'}"));
}
END_TEST

START_TEST(redress_above_the_limit_needs_a_second_person)
{
    struct matter matter = matter_at("resolution");
    matter_must(&matter, "handler1", "plan", body_plan(1000001));
    ck_assert(!reply_boolean(matter_get(&matter, "handler1", NULL), "plan_approved"));
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "advance", body("{'owner': 'handler1'}")), 409,
                   "plan-not-approved");
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "approve-plan", body("{}")), 403, "forbidden");
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "approve-plan", body("{}")), 403, "forbidden");
    EXPECT_PROBLEM(matter_do(&matter, "auditor1", "approve-plan", body("{}")), 403, "forbidden");
    const struct reply *reply =
        matter_must(&matter, "supervisor1", "approve-plan", body("{'reason': '同意'}"));
    EXPECT_STATUS(reply, 200);
    ck_assert(reply_boolean(reply, "plan_approved"));
    ck_assert_str_eq(reply_text(reply, "owner.login"), "handler1");
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "approve-plan", body("{}")), 409,
                   "plan-missing");
    /* A new plan has to be approved anew. */
    matter_must(&matter, "handler1", "plan", body_plan(2000000));
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "advance", body("{'owner': 'handler1'}")), 409,
                   "plan-not-approved");
    matter_must(&matter, "supervisor1", "approve-plan", body("{}"));
    matter_must(&matter, "handler1", "advance", body("{'owner': 'handler1'}"));
}
END_TEST

/* The sum decides, not the single amount. */
START_TEST(redress_is_added_up)
{
    struct matter matter = matter_at("resolution");
    matter_must(&matter, "handler1", "plan",
                body("{'summary': '两笔', 'redress': [{'type': 'refund', 'amount': 600000},"
                     " {'type': 'compensation', 'amount': 400001}]}"));
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "advance", body("{'owner': 'handler1'}")), 409,
                   "plan-not-approved");
}
END_TEST

START_TEST(nobody_approves_their_own_plan)
{
    struct matter matter = matter_at("resolution");
    matter_must(&matter, "supervisor1", "assign", body("{'owner': 'supervisor1'}"));
    matter_must(&matter, "supervisor1", "plan", body_plan(5000000));
    ck_assert(
        !reply_lists(matter_get(&matter, "supervisor1", NULL), "allowed_actions", "approve_plan"));
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "approve-plan", body("{}")), 403,
                   "self-approval");
    /* Not even after handing the complaint to somebody else. */
    matter_must(&matter, "supervisor1", "assign", body("{'owner': 'handler1'}"));
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "approve-plan", body("{}")), 403,
                   "self-approval");
}
END_TEST

START_TEST(bad_plans_are_refused)
{
    static const struct {
        const char *redress, *pointer, *code;
    } cases[] = {
        {"[{'type': 'refund'}]", "/redress/0/amount", "required"},
        {"[{'type': 'refund', 'amount': 0}]", "/redress/0/amount", "not_positive"},
        {"[{'type': 'apology'}, {'type': 'none', 'amount': 5}]", "/redress/1/amount",
         "not_for_none"},
        {"[{'type': 'gift', 'amount': 5}]", "/redress/0/type", "unknown_term"},
        {"[{'type': 'refund', 'amount': -5}]", "/redress/0/amount", "out_of_range"},
        {"[1]", "/redress/0", "wrong_type"},
        {"[{},{},{},{},{},{},{},{},{},{},{}]", "/redress", "too_many"},
    };
    struct matter matter = matter_at("resolution");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct reply *reply =
            matter_do(&matter, "handler1", "plan",
                      body("{'summary': '方案', 'redress': %s}", cases[i].redress));
        EXPECT_PROBLEM(reply, 422, "invalid-input");
        EXPECT_ERROR(reply, cases[i].pointer, cases[i].code);
    }
}
END_TEST

/* --- previews --------------------------------------------------------------------------------- */

START_TEST(preview_gives_each_stage_and_both_clocks)
{
    const struct reply *reply =
        client_post("auditor1", 0, body("{'received_at': '2026-11-20T09:12:00+08:00'}"),
                    "/v1/deadline-previews");
    static const char *const due[] = {"2026-11-23T17:30:00+08:00", "2026-11-30T17:30:00+08:00",
                                      "2026-12-03T17:30:00+08:00", "2026-12-07T17:30:00+08:00"};
    static const char *const stages[] = {"intake", "investigation", "resolution", "feedback"};
    EXPECT_STATUS(reply, 200);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "stages")), 4);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_str_eq(reply_text(reply, client_text("stages.%zu.stage", i)), stages[i]);
        ck_assert_str_eq(reply_text(reply, client_text("stages.%zu.due_at", i)), due[i]);
    }
    ck_assert_str_eq(reply_text(reply, "statutory_due_at"), "2026-12-05T23:59:59+08:00");
    ck_assert_str_eq(reply_text(reply, "due_at"), "2026-11-23T17:30:00+08:00");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "warnings")), 0);
}
END_TEST

/* domain.md §2, oracle: 2025-01-24 +1 is a Sunday that is worked; +10 around 春节. */
START_TEST(preview_knows_holidays_and_make_up_days)
{
    static const struct {
        const char *received_at, *level, *first, *statutory;
    } cases[] = {
        {"2025-01-24T10:00:00+08:00", "ordinary", "2025-01-26T17:30:00+08:00",
         "2025-02-08T23:59:59+08:00"},
        {"2025-09-30T16:00:00+08:00", "ordinary", "2025-10-09T17:30:00+08:00",
         "2025-10-15T23:59:59+08:00"},
        {"2026-02-13T09:00:00+08:00", "major", "2026-02-14T17:30:00+08:00",
         "2026-03-15T23:59:59+08:00"},
        {"2024-02-09T09:00:00+08:00", "complex", "2024-02-18T17:30:00+08:00",
         "2024-03-10T23:59:59+08:00"},
        /* the offset is the caller's, the days are the institution's */
        {"2025-01-23T18:00:00Z", "ordinary", "2025-01-26T17:30:00+08:00",
         "2025-02-08T23:59:59+08:00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct reply *reply = client_post(
            "agent1", 0,
            body("{'received_at': '%s', 'level': '%s'}", cases[i].received_at, cases[i].level),
            "/v1/deadline-previews");
        EXPECT_STATUS(reply, 200);
        ck_assert_str_eq(reply_text(reply, "stages.0.due_at"), cases[i].first);
        ck_assert_str_eq(reply_text(reply, "statutory_due_at"), cases[i].statutory);
    }
}
END_TEST

START_TEST(preview_warns_of_a_year_without_calendar)
{
    const struct reply *reply = client_post(
        "agent1", 0, body("{'received_at': '2031-09-30T10:00:00+08:00'}"), "/v1/deadline-previews");
    EXPECT_STATUS(reply, 200);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "warnings")), 1);
    ck_assert_str_eq(reply_text(reply, "warnings.0.code"), "calendar_year_missing");
    ck_assert_ptr_nonnull(strstr(reply_text(reply, "warnings.0.detail"), "2031"));
    /* weekdays count: 2031-10-01 is a Wednesday */
    ck_assert_str_eq(reply_text(reply, "stages.0.due_at"), "2031-10-01T17:30:00+08:00");
    reply = client_post("agent1", 0, body("{'received_at': '2026-12-29T10:00:00+08:00'}"),
                        "/v1/deadline-previews");
    ck_assert_ptr_nonnull(strstr(reply_text(reply, "warnings.0.detail"), "2027"));
}
END_TEST

START_TEST(bad_previews_are_refused)
{
    static const struct {
        const char *input, *pointer, *code;
    } cases[] = {
        {"{}", "/received_at", "required"},
        {"{'received_at': 'soon'}", "/received_at", "not_a_time"},
        {"{'received_at': '1990-01-01T00:00:00Z'}", "/received_at", "out_of_range"},
        {"{'received_at': '2026-01-01T00:00:00Z', 'level': 'x'}", "/level", "unknown_term"},
        {"{'received_at': '2026-01-01T00:00:00Z', 'owner': 'x'}", "/owner", "unknown_member"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct reply *reply =
            client_post("agent1", 0, body("%s", cases[i].input), "/v1/deadline-previews");
        EXPECT_PROBLEM(reply, 422, "invalid-input");
        EXPECT_ERROR(reply, cases[i].pointer, cases[i].code);
    }
    EXPECT_PROBLEM(client_post(NULL, 0, body("{}"), "/v1/deadline-previews"), 401,
                   "unauthenticated");
}
END_TEST

Suite *complaint_classify_suite(void)
{
    Suite *suite = suite_create("complaint_classify");
    TCase *tcase = tcase_create("classify");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_test(tcase, higher_level_moves_both_clocks);
    tcase_add_test(tcase, statutory_limit_that_ran_out_does_not_move);
    tcase_add_test(tcase, joint_complaints_stay_major);
    tcase_add_test(tcase, absent_members_stay_as_they_are);
    tcase_add_test(tcase, bad_classifications_are_refused);
    tcase_add_test(tcase, redress_up_to_the_limit_needs_nobody);
    tcase_add_test(tcase, redress_above_the_limit_needs_a_second_person);
    tcase_add_test(tcase, redress_is_added_up);
    tcase_add_test(tcase, nobody_approves_their_own_plan);
    tcase_add_test(tcase, bad_plans_are_refused);
    tcase_add_test(tcase, preview_gives_each_stage_and_both_clocks);
    tcase_add_test(tcase, preview_knows_holidays_and_make_up_days);
    tcase_add_test(tcase, preview_warns_of_a_year_without_calendar);
    tcase_add_test(tcase, bad_previews_are_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
