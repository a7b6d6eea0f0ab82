#include "tests/runner.h"
#include "tests/unit/fixture.h"

Suite *lifecycle_suite(void);

#define LATER "2026-11-25T10:00:00+08:00"

static const struct reason_command because = {{"原因", 6}};

static enum fault decide(enum action action, const struct complaint *before,
                         const struct staff *who, const void *input)
{
    struct change change;

    return fixture_decide(action, before, who, LATER, input, &change);
}

/* Whoever owns fixture_complaint(stage). */
static const struct staff *owner_of(int stage)
{
    return stage == STAGE_INTAKE ? fixture->agent1 : fixture->handler1;
}

START_TEST(advancing_ends_a_stage_and_opens_the_next_with_its_own_limit)
{
    const struct advance_command input = {TEXT("agent2"), TEXT("请核实，电话13800001234")};
    const struct complaint *before = fixture_complaint(STAGE_INTAKE);
    struct change change;
    const struct stage_row *row;

    ck_assert_int_eq(fixture_decide(ACTION_ADVANCE, before, fixture->agent1,
                                    "2026-11-20T15:00:00+08:00", &input, &change),
                     FAULT_NONE);
    ck_assert_int_eq(change.after.stage, STAGE_INVESTIGATION);
    ck_assert_int_eq(change.after.status, STATUS_OPEN);
    ck_assert_uint_eq(change.after.stage_count, 2);
    ck_assert_ptr_eq(change.stage_ended, &change.after.stages[0]);
    assert_instant(change.stage_ended->completed_at, "2026-11-20T15:00:00+08:00");
    row = complaint_current(&change.after);
    ck_assert_ptr_eq(change.stage_opened, row);
    ck_assert_int_eq(row->sequence, 2);
    ck_assert_int_eq(row->stage, STAGE_INVESTIGATION);
    ck_assert_int_eq(row->round, 1);
    assert_text(row->owner.login, "agent2");
    assert_text(row->unit, "HN-CS-002");
    assert_instant(row->entered_at, "2026-11-20T15:00:00+08:00");
    assert_instant(row->accepted_at, "2026-11-20T15:00:00+08:00");
    assert_instant(row->due_at, "2026-11-27T17:30:00+08:00");
    ck_assert_int_eq(row->completed_at, INSTANT_NONE);
    assert_text(change.after.owner.login, "agent2");
    assert_uuid(change.after.owner_unit_id, fixture->cs2->id);
    assert_instant(change.after.stage_due_at, "2026-11-27T17:30:00+08:00");
    assert_instant(change.after.statutory_due_at, "2026-12-05T23:59:59+08:00");
    assert_instant(change.after.due_at, "2026-11-27T17:30:00+08:00");
    ck_assert_uint_eq(change.after.handler_count, 2);
    assert_text(fixture_private(&change, "note"), "请核实，电话13800001234");
}
END_TEST

START_TEST(a_complaint_goes_through_all_four_stages)
{
    const struct complaint *complaint = fixture_complaint(STAGE_FEEDBACK);

    ck_assert_int_eq(complaint->stage, STAGE_FEEDBACK);
    ck_assert_uint_eq(complaint->stage_count, 4);
    for (int i = 0; i < STAGE_COUNT; i++) {
        ck_assert_int_eq(complaint->stages[i].stage, i);
        ck_assert_int_eq(complaint->stages[i].sequence, i + 1);
        ck_assert_int_eq(complaint->stages[i].completed_at == INSTANT_NONE, i == STAGE_FEEDBACK);
    }
    ck_assert_uint_eq(complaint->handler_count, 2); /* agent1 and handler1, each once */
}
END_TEST

START_TEST(only_the_owner_advances)
{
    const struct complaint *complaint = fixture_complaint(STAGE_INTAKE);
    const struct advance_command input = {.owner = TEXT("handler1")};

    ck_assert_int_eq(decide(ACTION_ADVANCE, complaint, fixture->handler1, &input), FAULT_NOT_OWNER);
    ck_assert_int_eq(decide(ACTION_ADVANCE, complaint, fixture->supervisor1, &input),
                     FAULT_NOT_OWNER);
    ck_assert_int_eq(decide(ACTION_ADVANCE, complaint, fixture->auditor1, &input), FAULT_FORBIDDEN);
    ck_assert_int_eq(decide(ACTION_ADVANCE, complaint, fixture->agent2, &input), FAULT_NOT_FOUND);
}
END_TEST

/* Who is named for the next stage; 受理 alone is open to intake staff. */
START_TEST(the_next_owner_must_fit)
{
    static const struct {
        const char *owner;
        enum fault expected;
        const char *code;
    } cases[] = {
        {"nobody", FAULT_INVALID, "unknown_staff"},
        {"leaver1", FAULT_INVALID, "unknown_staff"},
        {"intake1", FAULT_INVALID, "not_eligible"},
        {"auditor1", FAULT_INVALID, "not_eligible"},
        {"admin", FAULT_INVALID, "not_eligible"},
        {"agent2", FAULT_RECUSED, NULL},
        {"agent1", FAULT_NONE, NULL},
        {"supervisor1", FAULT_NONE, NULL},
        {"outsider1", FAULT_NONE, NULL},
    };
    struct complaint *complaint = fixture_complaint(STAGE_INTAKE);
    const struct advance_command input = {.owner = text_of(cases[_i].owner)};

    complaint->staff_complained_of = TEXT("agent2");
    ck_assert_int_eq(decide(ACTION_ADVANCE, complaint, fixture->agent1, &input),
                     cases[_i].expected);
    if (cases[_i].code)
        ck_assert_str_eq(fixture_code_at(&fixture->violations, "/owner"), cases[_i].code);
}
END_TEST

START_TEST(investigation_ends_with_findings_and_resolution_with_a_plan)
{
    const struct advance_command input = {.owner = TEXT("handler1")};
    struct complaint *complaint = fixture_complaint(STAGE_INVESTIGATION);

    ck_assert_int_eq(decide(ACTION_ADVANCE, complaint, fixture->handler1, &input),
                     FAULT_FINDINGS_MISSING);
    complaint = fixture_complaint(STAGE_RESOLUTION);
    ck_assert_int_eq(decide(ACTION_ADVANCE, complaint, fixture->handler1, &input),
                     FAULT_PLAN_MISSING);
    complaint = fixture_complaint(STAGE_FEEDBACK);
    ck_assert_int_eq(decide(ACTION_ADVANCE, complaint, fixture->handler1, &input),
                     FAULT_STAGE_MISMATCH);
}
END_TEST

START_TEST(sending_back_opens_a_new_row_with_a_fresh_limit)
{
    const struct send_back_command input = {STAGE_INVESTIGATION, TEXT("agent2"), TEXT("事实不清")};
    const struct complaint *before = fixture_complaint(STAGE_FEEDBACK);
    struct change change;

    ck_assert_int_eq(
        fixture_decide(ACTION_SEND_BACK, before, fixture->handler1, LATER, &input, &change),
        FAULT_NONE);
    ck_assert_int_eq(change.after.stage, STAGE_INVESTIGATION);
    ck_assert_uint_eq(change.after.stage_count, 5);
    assert_instant(change.after.stages[3].completed_at, LATER);
    ck_assert_ptr_eq(change.stage_ended, &change.after.stages[3]);
    ck_assert_int_eq(change.stage_opened->sequence, 5);
    ck_assert_int_eq(change.stage_opened->round, 1);
    assert_instant(change.stage_opened->due_at, "2026-12-02T17:30:00+08:00");
    assert_text(change.after.owner.login, "agent2");
    assert_text(fixture_private(&change, "reason"), "事实不清");
    /* What was found stays on record. */
    ck_assert(change.after.facts.findings);
}
END_TEST

/* _i: where it is, 0–3; each stage is tried as the target. */
START_TEST(one_can_only_send_back_to_an_earlier_stage)
{
    struct complaint *complaint = fixture_complaint((enum stage)_i);

    for (int to = -1; to < STAGE_COUNT; to++) {
        const struct send_back_command input = {to, TEXT("handler1"), TEXT("补充")};
        enum fault fault = decide(ACTION_SEND_BACK, complaint, owner_of(_i), &input);
        if (_i == STAGE_INTAKE)
            ck_assert_int_eq(fault, FAULT_STAGE_MISMATCH);
        else if (to >= 0 && to < _i)
            ck_assert_int_eq(fault, FAULT_NONE);
        else {
            ck_assert_int_eq(fault, FAULT_INVALID);
            ck_assert_str_eq(fixture_code_at(&fixture->violations, "/to"), "not_earlier");
        }
    }
}
END_TEST

START_TEST(intake_staff_may_get_it_back_for_intake_only)
{
    struct complaint *complaint = fixture_complaint(STAGE_RESOLUTION);
    struct send_back_command input = {STAGE_INTAKE, TEXT("intake1"), TEXT("补充材料")};

    ck_assert_int_eq(decide(ACTION_SEND_BACK, complaint, fixture->handler1, &input), FAULT_NONE);
    input.to = STAGE_INVESTIGATION;
    ck_assert_int_eq(decide(ACTION_SEND_BACK, complaint, fixture->handler1, &input), FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/owner"), "not_eligible");
}
END_TEST

static struct complaint *offered(int stage)
{
    const struct offer_command offer = {TEXT("agent2"), TEXT("业务归属")};

    return fixture_do(ACTION_OFFER, fixture_complaint((enum stage)stage), owner_of(stage),
                      "2026-11-24T15:00:00+08:00", &offer);
}

static void check_ended(const struct change *change, enum status status, int outcome)
{
    ck_assert_int_eq(change->after.status, status);
    ck_assert_int_eq(change->after.outcome, outcome);
    assert_instant(change->after.closed_at, LATER);
    assert_instant(complaint_current(&change->after)->completed_at, LATER);
    ck_assert_ptr_eq(change->stage_ended, complaint_current(&change->after));
    ck_assert_ptr_null(change->stage_opened);
    ck_assert(uuid_is_none(change->after.pending_owner.id));
    ck_assert(!complaint_overdue(&change->after, fixture_time("2030-01-01T00:00:00Z")));
}

START_TEST(a_simple_matter_is_settled_at_intake)
{
    const struct settle_command input = {TEXT("已当场退款，回电13800001234")};
    const struct complaint *before = fixture_complaint(STAGE_INTAKE);
    struct change change;

    ck_assert_int_eq(fixture_decide(ACTION_SETTLE, before, fixture->agent1, LATER, &input, &change),
                     FAULT_NONE);
    check_ended(&change, STATUS_CLOSED, OUTCOME_SETTLED_AT_INTAKE);
    ck_assert_int_eq(change.after.stage, STAGE_INTAKE);
    assert_text(fixture_private(&change, "summary"), "已当场退款，回电13800001234");
    /* Whether it was in time can still be seen. */
    ck_assert_int_eq(change.after.due_at, before->due_at);
    ck_assert_int_eq(change.after.stage_due_at, before->stage_due_at);
    ck_assert_int_eq(decide(ACTION_SETTLE, fixture_complaint(1), fixture->handler1, &input),
                     FAULT_STAGE_MISMATCH);
}
END_TEST

START_TEST(what_is_not_accepted_has_a_reason_code)
{
    const struct decline_command input = {DECLINE_BEFORE_COURT, TEXT("法院已立案")};
    struct change change;

    ck_assert_int_eq(fixture_decide(ACTION_DECLINE, fixture_complaint(STAGE_INTAKE),
                                    fixture->agent1, LATER, &input, &change),
                     FAULT_NONE);
    check_ended(&change, STATUS_DECLINED, OUTCOME_NOT_ACCEPTED);
    ck_assert_int_eq(change.after.decline_reason, DECLINE_BEFORE_COURT);
    assert_text(fixture_fact(&change, "reason_code"), "\"before_court\"");
    assert_text(fixture_private(&change, "reason"), "法院已立案");
}
END_TEST

/* From any stage, at once, whatever is pending. */
START_TEST(a_withdrawal_ends_it_at_once)
{
    static const struct withdraw_command withdrawal = {{"原因", 6}, INSTANT_NONE};
    struct change change;

    ck_assert_int_eq(
        fixture_decide(ACTION_WITHDRAW, offered(_i), owner_of(_i), LATER, &withdrawal, &change),
        FAULT_NONE);
    check_ended(&change, STATUS_WITHDRAWN, OUTCOME_WITHDRAWN);
    ck_assert_int_eq(change.after.stage, _i);
    ck_assert_int_eq(decide(ACTION_WITHDRAW, offered(_i), fixture->intake1, &withdrawal),
                     FAULT_NONE);
    ck_assert_int_eq(decide(ACTION_WITHDRAW, offered(_i), fixture->supervisor1, &withdrawal),
                     FAULT_NONE);
    ck_assert_int_eq(decide(ACTION_WITHDRAW, offered(_i), fixture->agent2, &withdrawal),
                     FAULT_FORBIDDEN);
    ck_assert_int_eq(decide(ACTION_WITHDRAW, offered(_i), fixture->auditor1, &withdrawal),
                     FAULT_FORBIDDEN);
}
END_TEST

/* domain.md §2: it ends the procedure on the day it arrives, recorded when it may be. */
START_TEST(a_withdrawal_takes_effect_when_it_arrived)
{
    struct withdraw_command input = {TEXT("来信撤诉"), fixture_time("2026-11-21T10:00:00+08:00")};
    const struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    const struct stage_row *row = complaint_current(before);
    struct change change;

    ck_assert_int_eq(
        fixture_decide(ACTION_WITHDRAW, before, fixture->handler1, LATER, &input, &change),
        FAULT_NONE);
    ck_assert_int_eq(change.after.closed_at, input.at);
    ck_assert_int_eq(change.stage_ended->completed_at, input.at);
    assert_text(fixture_fact(&change, "at"), "\"2026-11-21T02:00:00.000000Z\"");
    /* Before the stage was entered: the stage took no time. */
    input.at = fixture_time(RECEIVED);
    ck_assert_int_lt(input.at, row->entered_at);
    ck_assert_int_eq(
        fixture_decide(ACTION_WITHDRAW, before, fixture->handler1, LATER, &input, &change),
        FAULT_NONE);
    ck_assert_int_eq(change.after.closed_at, input.at);
    ck_assert_int_eq(change.stage_ended->completed_at, row->entered_at);
    input.at--;
    ck_assert_int_eq(
        fixture_decide(ACTION_WITHDRAW, before, fixture->handler1, LATER, &input, &change),
        FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/at"), "before_receipt");
}
END_TEST

START_TEST(closing_needs_the_decision_delivered_and_an_outcome)
{
    struct complaint *complaint = fixture_complaint(STAGE_FEEDBACK);
    struct close_command input = {OUTCOME_PARTLY_UPHELD, TEXT("客户认可")};
    struct change change;

    ck_assert_int_eq(decide(ACTION_CLOSE, complaint, fixture->handler1, &input),
                     FAULT_NOTICE_NOT_DELIVERED);
    complaint->facts.delivered = true;
    ck_assert_int_eq(
        fixture_decide(ACTION_CLOSE, complaint, fixture->handler1, LATER, &input, &change),
        FAULT_NONE);
    check_ended(&change, STATUS_CLOSED, OUTCOME_PARTLY_UPHELD);
    assert_text(fixture_private(&change, "note"), "客户认可");
    for (input.outcome = TERM_NONE; input.outcome < OUTCOME_COUNT; input.outcome++)
        ck_assert_int_eq(decide(ACTION_CLOSE, complaint, fixture->handler1, &input),
                         input.outcome >= 0 && input.outcome <= OUTCOME_NOT_UPHELD ? FAULT_NONE
                                                                                   : FAULT_INVALID);
}
END_TEST

START_TEST(nothing_happens_to_a_complaint_that_has_ended)
{
    const struct withdraw_command withdrawal = {TEXT("撤诉"), INSTANT_NONE};
    struct complaint *ended = fixture_do(ACTION_WITHDRAW, fixture_complaint(STAGE_INTAKE),
                                         fixture->agent1, LATER, &withdrawal);
    const struct assign_command assign = {TEXT("agent2"), TEXT("专班")};

    ck_assert_int_eq(decide(ACTION_WITHDRAW, ended, fixture->agent1, &withdrawal), FAULT_NOT_OPEN);
    ck_assert_int_eq(decide(ACTION_ASSIGN, ended, fixture->supervisor1, &assign), FAULT_NOT_OPEN);
    ck_assert_int_eq(decide(ACTION_ACCEPT, ended, fixture->handler1, &because), FAULT_NOT_OPEN);
}
END_TEST

/* A customer who calls after the end; one who is told that the complaint was declined. */
START_TEST(what_is_said_after_the_end_is_recorded_and_changes_nothing_else)
{
    const struct decline_command decline = {DECLINE_OTHER, TEXT("不属受理范围")};
    const struct note_command note = {TEXT("客户来电询问")};
    const struct contact_command told = {CHANNEL_PHONE, DIRECTION_OUTBOUND, fixture_time(LATER),
                                         true, TEXT("告知不予受理")};
    const struct complaint *ended = fixture_do(ACTION_DECLINE, fixture_complaint(STAGE_INTAKE),
                                               fixture->agent1, LATER, &decline);
    const struct complaint *after =
        fixture_do(ACTION_CONTACTS, fixture_do(ACTION_NOTES, ended, fixture->intake1, LATER, &note),
                   fixture->agent1, LATER, &told);

    ck_assert_int_eq(after->notes, 1);
    ck_assert_int_eq(after->contacts, 1);
    ck_assert_int_eq(after->status, STATUS_DECLINED);
    ck_assert_int_eq(after->outcome, ended->outcome);
    ck_assert_int_eq(after->closed_at, ended->closed_at);
    ck_assert_int_eq(after->due_at, ended->due_at);
    ck_assert_int_eq(complaint_current(after)->completed_at,
                     complaint_current(ended)->completed_at);
}
END_TEST

/* The rules lean on the judgement before them, but not with their whole weight. */
START_TEST(a_rule_called_without_judgement_refuses_what_is_impossible)
{
    const struct advance_command advance = {.owner = TEXT("handler1")};
    const struct settle_command settle = {TEXT("已解决")};
    struct principal who = fixture_principal(fixture->handler1);
    struct situation situation = {
        .institution = &fixture->institution,
        .who = &who,
        .before = fixture_complaint(STAGE_FEEDBACK),
        .at = fixture_time(LATER),
        .arena = fixture->arena,
        .violations = &fixture->violations,
    };
    struct change change;

    ck_assert_int_eq(lifecycle_advance(&situation, &advance, &change), FAULT_STAGE_MISMATCH);
    ck_assert_int_eq(lifecycle_settle(&situation, &settle, &change), FAULT_STAGE_MISMATCH);
    ck_assert_int_eq(lifecycle_accept(&situation, &because, &change), FAULT_NO_OFFER);
    ck_assert_int_eq(lifecycle_refuse(&situation, &because, &change), FAULT_NO_OFFER);
    ck_assert_int_eq(lifecycle_approve_plan(&situation, &because, &change), FAULT_PLAN_MISSING);
}
END_TEST

Suite *lifecycle_suite(void)
{
    Suite *suite = suite_create("lifecycle");
    TCase *tests = tcase_create("lifecycle");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, advancing_ends_a_stage_and_opens_the_next_with_its_own_limit);
    tcase_add_test(tests, a_complaint_goes_through_all_four_stages);
    tcase_add_test(tests, only_the_owner_advances);
    tcase_add_loop_test(tests, the_next_owner_must_fit, 0, 9);
    tcase_add_test(tests, investigation_ends_with_findings_and_resolution_with_a_plan);
    tcase_add_test(tests, sending_back_opens_a_new_row_with_a_fresh_limit);
    tcase_add_loop_test(tests, one_can_only_send_back_to_an_earlier_stage, 0, STAGE_COUNT);
    tcase_add_test(tests, intake_staff_may_get_it_back_for_intake_only);
    tcase_add_test(tests, a_simple_matter_is_settled_at_intake);
    tcase_add_test(tests, what_is_not_accepted_has_a_reason_code);
    tcase_add_loop_test(tests, a_withdrawal_ends_it_at_once, 0, STAGE_COUNT);
    tcase_add_test(tests, a_withdrawal_takes_effect_when_it_arrived);
    tcase_add_test(tests, closing_needs_the_decision_delivered_and_an_outcome);
    tcase_add_test(tests, nothing_happens_to_a_complaint_that_has_ended);
    tcase_add_test(tests, what_is_said_after_the_end_is_recorded_and_changes_nothing_else);
    tcase_add_test(tests, a_rule_called_without_judgement_refuses_what_is_impossible);
    suite_add_tcase(suite, tests);
    return suite;
}
