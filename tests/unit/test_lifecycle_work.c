#include <string.h>

#include "tests/runner.h"
#include "tests/unit/fixture.h"

Suite *lifecycle_work_suite(void);

#define AT "2026-11-25T10:00:00+08:00"

static struct change done(enum action action, const struct complaint *before,
                          const struct staff *who, const void *input)
{
    struct change change;
    enum fault fault = fixture_decide(action, before, who, AT, input, &change);

    ck_assert_msg(fault == FAULT_NONE, "fault %d", (int)fault);
    /* Case work moves nothing. */
    ck_assert_int_eq(change.after.stage, before->stage);
    ck_assert_int_eq(change.after.due_at, before->due_at);
    assert_uuid(change.after.owner.id, before->owner.id);
    ck_assert_ptr_null(change.stage_ended);
    ck_assert_ptr_null(change.stage_opened);
    return change;
}

static bool mentions(struct text text, const char *part)
{
    return memmem(text.at, text.length, part, strlen(part)) != NULL;
}

static struct complaint *with_notice(const struct complaint *before)
{
    const struct notice_command notice = {TEXT("事实"), TEXT("依据"), TEXT("决定"), TEXT_NONE};

    return fixture_do(ACTION_NOTICES, before, fixture->handler1, AT, &notice);
}

static struct delivery_command delivery_of(int notice)
{
    return (struct delivery_command){CHANNEL_SMS, fixture_time(AT), TEXT("短信回执"), notice};
}

START_TEST(a_note_is_numbered_masked_and_kept)
{
    const struct note_command input = {TEXT("客户改号13800001234")};
    struct change change =
        done(ACTION_NOTES, fixture_complaint(STAGE_INTAKE), fixture->agent1, &input);
    const struct note_command *item = change.item;

    ck_assert_int_eq(change.item_number, 1);
    ck_assert_int_eq(change.after.notes, 1);
    ck_assert(mentions(item->text, "138****1234"));
    ck_assert(!mentions(item->text, "13800001234"));
    assert_text(fixture_private(&change, "text"), "客户改号13800001234");
    assert_text(fixture_fact(&change, "number"), "1");
    change = done(ACTION_NOTES, &change.after, fixture->supervisor1, &input);
    ck_assert_int_eq(change.item_number, 2);
    assert_text(fixture_fact(&change, "number"), "2");
}
END_TEST

/* Notes and contacts: owner, staff in scope, supervisor and the one it is offered to. */
START_TEST(who_may_record_what_was_said)
{
    static const struct {
        const char *login;
        enum fault expected;
    } cases[] = {
        {"agent1", FAULT_NONE},    {"intake1", FAULT_NONE},       {"supervisor1", FAULT_NONE},
        {"outsider1", FAULT_NONE}, {"auditor1", FAULT_FORBIDDEN}, {"agent2", FAULT_NOT_FOUND},
    };
    const struct offer_command offer = {TEXT("outsider1"), TEXT("业务归属")};
    const struct note_command note = {TEXT("备注")};
    const struct contact_command contact = {CHANNEL_PHONE, DIRECTION_INBOUND, fixture_time(AT),
                                            true, TEXT("来电")};
    const struct staff *who =
        institution_staff_by_login(&fixture->institution, text_of(cases[_i].login));
    const struct complaint *complaint =
        fixture_do(ACTION_OFFER, fixture_complaint(STAGE_INTAKE), fixture->agent1, AT, &offer);
    struct change change;

    ck_assert_int_eq(fixture_decide(ACTION_NOTES, complaint, who, AT, &note, &change),
                     cases[_i].expected);
    ck_assert_int_eq(fixture_decide(ACTION_CONTACTS, complaint, who, AT, &contact, &change),
                     cases[_i].expected);
}
END_TEST

START_TEST(a_contact_shows_how_and_whether)
{
    const struct contact_command input = {CHANNEL_PHONE, DIRECTION_OUTBOUND, fixture_time(AT), true,
                                          TEXT("告知进展，另留0731-88881234")};
    const struct change change =
        done(ACTION_CONTACTS, fixture_complaint(STAGE_INTAKE), fixture->agent1, &input);
    const struct contact_command *item = change.item;

    assert_text(fixture_fact(&change, "method"), "\"phone\"");
    assert_text(fixture_fact(&change, "direction"), "\"outbound\"");
    assert_text(fixture_fact(&change, "reached"), "true");
    ck_assert(mentions(fixture_fact(&change, "at"), "2026-11-25T02:00:00"));
    assert_text(fixture_private(&change, "summary"), "告知进展，另留0731-88881234");
    ck_assert(!mentions(item->summary, "88881234"));
    ck_assert_int_eq(item->method, CHANNEL_PHONE);
    ck_assert(item->reached);
    ck_assert_int_eq(change.after.contacts, 1);
    ck_assert_int_eq(change.after.facts.failed_attempts, 0);
}
END_TEST

/* "Cannot be reached" needs recorded attempts: ours, not theirs, and only those that failed. */
START_TEST(failed_attempts_are_counted)
{
    static const struct {
        int direction;
        bool reached;
        int counted;
    } cases[] = {
        {DIRECTION_OUTBOUND, false, 1},
        {DIRECTION_OUTBOUND, true, 0},
        {DIRECTION_INBOUND, false, 0},
        {DIRECTION_INBOUND, true, 0},
    };
    const struct contact_command input = {CHANNEL_PHONE, cases[_i].direction, fixture_time(AT),
                                          cases[_i].reached, TEXT("摘要")};

    ck_assert_int_eq(done(ACTION_CONTACTS, fixture_complaint(STAGE_INTAKE), fixture->agent1, &input)
                         .after.facts.failed_attempts,
                     cases[_i].counted);
}
END_TEST

/* After the newest notice: what could not be told is what it says. */
START_TEST(after_three_failed_attempts_it_can_be_closed)
{
    const struct contact_command attempt = {CHANNEL_PHONE, DIRECTION_OUTBOUND, fixture_time(AT),
                                            false, TEXT("无人接听")};
    const struct notice_command notice = {TEXT("属实"), TEXT("办法"), TEXT("退款"), TEXT_NONE};
    const struct close_command close = {OUTCOME_UPHELD, TEXT_NONE};
    const struct complaint *complaint = fixture_complaint(STAGE_FEEDBACK);
    struct change change;

    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 3; i++) {
            ck_assert_int_eq(
                fixture_decide(ACTION_CLOSE, complaint, fixture->handler1, AT, &close, &change),
                FAULT_NOTICE_NOT_DELIVERED);
            complaint = fixture_do(ACTION_CONTACTS, complaint, fixture->handler1, AT, &attempt);
        }
        ck_assert_int_eq(complaint->facts.failed_attempts, 3);
        ck_assert_int_eq(
            fixture_decide(ACTION_CLOSE, complaint, fixture->handler1, AT, &close, &change),
            round == 0 ? FAULT_NOTICE_NOT_DELIVERED : FAULT_NONE);
        complaint = fixture_do(ACTION_NOTICES, complaint, fixture->handler1, AT, &notice);
        ck_assert_int_eq(complaint->facts.failed_attempts, 0);
    }
}
END_TEST

START_TEST(findings_let_the_investigation_end)
{
    const struct findings_command input = {TEXT("系统延迟"), TEXT("结算办法"), TEXT("科技部"),
                                           UPHELD_PARTLY};
    const struct advance_command onward = {.owner = TEXT("handler1")};
    struct change next;
    const struct change change =
        done(ACTION_FINDINGS, fixture_complaint(STAGE_INVESTIGATION), fixture->handler1, &input);
    const struct findings_command *item = change.item;

    ck_assert(change.after.facts.findings);
    ck_assert_int_eq(change.after.findings, 1);
    assert_text(fixture_fact(&change, "upheld"), "\"partly\"");
    assert_text(fixture_private(&change, "facts"), "系统延迟");
    assert_text(fixture_private(&change, "basis"), "结算办法");
    assert_text(fixture_private(&change, "responsible"), "科技部");
    assert_text(item->basis, "结算办法");
    ck_assert_int_eq(item->upheld, UPHELD_PARTLY);
    ck_assert_int_eq(
        fixture_decide(ACTION_ADVANCE, &change.after, fixture->handler1, AT, &onward, &next),
        FAULT_NONE);
}
END_TEST

START_TEST(a_plan_within_the_limit_is_approved_at_once)
{
    struct redress_item redress[] = {
        {REDRESS_REFUND, 400000}, {REDRESS_COMPENSATION, 600000}, {REDRESS_APOLOGY, -1}};
    const struct plan_command input = {TEXT("退款并赔偿"), redress, 3};
    const struct change change =
        done(ACTION_PLAN, fixture_complaint(STAGE_RESOLUTION), fixture->handler1, &input);
    const struct plan_command *item = change.item;

    ck_assert(change.after.facts.plan);
    ck_assert(change.after.facts.plan_approved);
    assert_uuid(change.after.facts.planned_by, fixture->handler1->id);
    assert_text(fixture_fact(&change, "redress"), "[{\"amount\":400000,\"type\":\"refund\"},"
                                                  "{\"amount\":600000,\"type\":\"compensation\"},"
                                                  "{\"amount\":null,\"type\":\"apology\"}]");
    assert_text(fixture_fact(&change, "needs_approval"), "false");
    assert_text(fixture_private(&change, "summary"), "退款并赔偿");
    ck_assert_uint_eq(item->redress_count, 3);
    ck_assert_ptr_ne(item->redress, redress);
    ck_assert_int_eq(item->redress[1].amount, 600000);
}
END_TEST

START_TEST(a_plan_may_have_no_redress)
{
    const struct plan_command input = {TEXT("解释说明"), NULL, 0};
    const struct change change =
        done(ACTION_PLAN, fixture_complaint(STAGE_RESOLUTION), fixture->handler1, &input);

    ck_assert(change.after.facts.plan_approved);
    assert_text(fixture_fact(&change, "redress"), "[]");
}
END_TEST

/* domain.md §3, four eyes; the sum counts, and one that overflows is above every limit. */
START_TEST(a_plan_above_the_limit_waits_for_a_second_person)
{
    static const int64_t amounts[][2] = {{1000000, 1}, {1000001, -1}, {INT64_MAX, INT64_MAX}};
    struct redress_item redress[] = {{REDRESS_REFUND, amounts[_i][0]},
                                     {REDRESS_COMPENSATION, amounts[_i][1]}};
    const struct plan_command input = {TEXT("赔偿"), redress, 2};
    const struct advance_command onward = {.owner = TEXT("handler1")};
    const struct reason_command agree = {TEXT("同意")};
    struct change change =
        done(ACTION_PLAN, fixture_complaint(STAGE_RESOLUTION), fixture->handler1, &input);
    struct complaint waiting = change.after;

    ck_assert(!waiting.facts.plan_approved);
    assert_text(fixture_fact(&change, "needs_approval"), "true");
    ck_assert_int_eq(
        fixture_decide(ACTION_ADVANCE, &waiting, fixture->handler1, AT, &onward, &change),
        FAULT_PLAN_NOT_APPROVED);
    ck_assert_int_eq(
        fixture_decide(ACTION_APPROVE_PLAN, &waiting, fixture->handler1, AT, &agree, &change),
        FAULT_FORBIDDEN);
    change = done(ACTION_APPROVE_PLAN, &waiting, fixture->supervisor1, &agree);
    ck_assert(change.after.facts.plan_approved);
    assert_text(fixture_fact(&change, "plan"), "1");
    assert_text(fixture_private(&change, "reason"), "同意");
    ck_assert_int_eq(change.item_number, 0);
    waiting = change.after;
    ck_assert_int_eq(
        fixture_decide(ACTION_ADVANCE, &waiting, fixture->handler1, AT, &onward, &change),
        FAULT_NONE);
    ck_assert_int_eq(
        fixture_decide(ACTION_APPROVE_PLAN, &waiting, fixture->supervisor1, AT, &agree, &change),
        FAULT_PLAN_MISSING);
}
END_TEST

START_TEST(a_new_plan_replaces_the_approval)
{
    struct redress_item small = {REDRESS_REFUND, 100}, large = {REDRESS_REFUND, 2000000};
    const struct plan_command first = {TEXT("一"), &small, 1}, second = {TEXT("二"), &large, 1};
    struct change change =
        done(ACTION_PLAN, fixture_complaint(STAGE_RESOLUTION), fixture->handler1, &first);

    change = done(ACTION_PLAN, &change.after, fixture->handler1, &second);
    ck_assert_int_eq(change.item_number, 2);
    ck_assert(!change.after.facts.plan_approved);
}
END_TEST

START_TEST(nobody_approves_their_own_plan)
{
    const struct assign_command assign = {TEXT("supervisor1"), TEXT("提级")};
    struct redress_item large = {REDRESS_REFUND, 2000000};
    const struct plan_command plan = {TEXT("赔偿"), &large, 1};
    const struct reason_command agree = {TEXT("同意")};
    const struct complaint *complaint = fixture_complaint(STAGE_RESOLUTION);
    struct principal supervisor = fixture_principal(fixture->supervisor1);
    struct change change;
    action_set allowed;

    complaint = fixture_do(ACTION_ASSIGN, complaint, fixture->supervisor1, AT, &assign);
    complaint = fixture_do(ACTION_PLAN, complaint, fixture->supervisor1, AT, &plan);
    ck_assert_int_eq(
        fixture_decide(ACTION_APPROVE_PLAN, complaint, fixture->supervisor1, AT, &agree, &change),
        FAULT_SELF_APPROVAL);
    allowed =
        lifecycle_allowed(&fixture->institution, complaint,
                          permission_relations(&fixture->institution, &supervisor, complaint));
    ck_assert_uint_eq(allowed & ACTION_BIT(ACTION_APPROVE_PLAN), 0);
    ck_assert_uint_ne(allowed & ACTION_BIT(ACTION_PLAN), 0);
}
END_TEST

START_TEST(a_notice_names_the_four_remedies)
{
    const struct notice_command input = {TEXT("经核查属实"), TEXT("依据办法"),
                                         TEXT("退款至尾号卡，电话13800001234"), TEXT_NONE};
    const struct change change =
        done(ACTION_NOTICES, fixture_complaint(STAGE_FEEDBACK), fixture->handler1, &input);
    const struct notice_command *item = change.item;

    ck_assert_int_eq(change.item_number, 1);
    ck_assert_int_eq(change.after.facts.first_notice, 1);
    ck_assert(mentions(item->remedies, "核查"));
    ck_assert(mentions(item->remedies, "30日"));
    ck_assert(mentions(item->remedies, "调解"));
    ck_assert(mentions(item->remedies, "仲裁"));
    ck_assert(mentions(item->remedies, "诉讼"));
    assert_text(item->facts, "经核查属实");
    ck_assert(!mentions(item->decision, "13800001234"));
    assert_text(fixture_private(&change, "decision"), "退款至尾号卡，电话13800001234");
    ck_assert(text_is_none(fixture_private(&change, "remedies")));
    /* A drafted answer is not an answer. */
    ck_assert(!change.after.facts.delivered);
}
END_TEST

START_TEST(a_delivery_is_the_answer)
{
    const struct complaint *complaint = with_notice(fixture_complaint(STAGE_FEEDBACK));
    const struct delivery_command input = delivery_of(1);
    const struct close_command close = {OUTCOME_UPHELD, TEXT_NONE};
    struct change next;
    const struct change change = done(ACTION_DELIVERIES, complaint, fixture->handler1, &input);
    const struct delivery_command *item = change.item;

    ck_assert(change.after.facts.delivered);
    ck_assert_int_eq(change.after.deliveries, 1);
    assert_text(fixture_fact(&change, "notice"), "1");
    assert_text(fixture_fact(&change, "channel"), "\"sms\"");
    ck_assert(mentions(fixture_fact(&change, "at"), "2026-11-25T02:00:00"));
    assert_text(fixture_private(&change, "proof"), "短信回执");
    ck_assert_int_eq(item->notice, 1);
    ck_assert_int_eq(
        fixture_decide(ACTION_CLOSE, &change.after, fixture->handler1, AT, &close, &next),
        FAULT_NONE);
}
END_TEST

/* Of this round: those of an earlier one were answered then. */
START_TEST(only_a_notice_of_this_round_can_be_delivered)
{
    struct complaint *complaint = with_notice(fixture_complaint(STAGE_FEEDBACK));
    struct change change;

    complaint->notices = 5;
    complaint->facts.first_notice = 3;
    for (int notice = -1; notice <= 7; notice++) {
        const struct delivery_command input = delivery_of(notice);
        ck_assert_int_eq(
            fixture_decide(ACTION_DELIVERIES, complaint, fixture->handler1, AT, &input, &change),
            notice >= 3 && notice <= 5 ? FAULT_NONE : FAULT_NOTICE_UNKNOWN);
    }
    complaint->facts.first_notice = 0;
    ck_assert_int_eq(fixture_decide(ACTION_DELIVERIES, complaint, fixture->handler1, AT,
                                    &(struct delivery_command){.notice = 5}, &change),
                     FAULT_NOTICE_UNKNOWN);
}
END_TEST

START_TEST(a_newer_notice_has_to_be_delivered_itself)
{
    const struct delivery_command first = delivery_of(1), second = delivery_of(2);
    const struct complaint *complaint = with_notice(fixture_complaint(STAGE_FEEDBACK));

    complaint = fixture_do(ACTION_DELIVERIES, complaint, fixture->handler1, AT, &first);
    complaint = with_notice(complaint);
    ck_assert(!complaint->facts.delivered);
    ck_assert_int_eq(complaint->facts.first_notice, 1);
    complaint = fixture_do(ACTION_DELIVERIES, complaint, fixture->handler1, AT, &first);
    ck_assert(!complaint->facts.delivered);
    complaint = fixture_do(ACTION_DELIVERIES, complaint, fixture->handler1, AT, &second);
    ck_assert(complaint->facts.delivered);
    /* Proof of the older one that comes later takes nothing away. */
    complaint = fixture_do(ACTION_DELIVERIES, complaint, fixture->handler1, AT, &first);
    ck_assert(complaint->facts.delivered);
}
END_TEST

/* A copy that is delivered later does not move the decision; proof of an earlier delivery does. */
START_TEST(the_earliest_delivery_decides)
{
    struct delivery_command input = delivery_of(1);
    const struct complaint *complaint = with_notice(fixture_complaint(STAGE_FEEDBACK));
    struct change change;

    complaint = fixture_do(ACTION_DELIVERIES, complaint, fixture->handler1, AT, &input);
    assert_instant(complaint->decided_at, AT);
    input.at += INSTANT_HOUR;
    complaint = fixture_do(ACTION_DELIVERIES, complaint, fixture->handler1, AT, &input);
    assert_instant(complaint->decided_at, AT);
    input.at = fixture_time(RECEIVED);
    complaint = fixture_do(ACTION_DELIVERIES, complaint, fixture->handler1, AT, &input);
    assert_instant(complaint->decided_at, RECEIVED);
    input.at--;
    ck_assert_int_eq(
        fixture_decide(ACTION_DELIVERIES, complaint, fixture->handler1, AT, &input, &change),
        FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/at"), "before_receipt");
    /* A newer notice is another decision. */
    input = delivery_of(2);
    complaint =
        fixture_do(ACTION_DELIVERIES, with_notice(complaint), fixture->handler1, AT, &input);
    assert_instant(complaint->decided_at, AT);
}
END_TEST

Suite *lifecycle_work_suite(void)
{
    Suite *suite = suite_create("lifecycle_work");
    TCase *tests = tcase_create("lifecycle_work");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, a_note_is_numbered_masked_and_kept);
    tcase_add_loop_test(tests, who_may_record_what_was_said, 0, 6);
    tcase_add_test(tests, a_contact_shows_how_and_whether);
    tcase_add_loop_test(tests, failed_attempts_are_counted, 0, 4);
    tcase_add_test(tests, after_three_failed_attempts_it_can_be_closed);
    tcase_add_test(tests, findings_let_the_investigation_end);
    tcase_add_test(tests, a_plan_within_the_limit_is_approved_at_once);
    tcase_add_test(tests, a_plan_may_have_no_redress);
    tcase_add_loop_test(tests, a_plan_above_the_limit_waits_for_a_second_person, 0, 3);
    tcase_add_test(tests, a_new_plan_replaces_the_approval);
    tcase_add_test(tests, nobody_approves_their_own_plan);
    tcase_add_test(tests, a_notice_names_the_four_remedies);
    tcase_add_test(tests, a_delivery_is_the_answer);
    tcase_add_test(tests, only_a_notice_of_this_round_can_be_delivered);
    tcase_add_test(tests, a_newer_notice_has_to_be_delivered_itself);
    tcase_add_test(tests, the_earliest_delivery_decides);
    suite_add_tcase(suite, tests);
    return suite;
}
