#include "tests/unit/fixture.h"

Suite *lifecycle_void_suite(void);

#define AT "2026-11-24T12:00:00+08:00"
#define LATER "2026-11-24T15:00:00+08:00"

#define WHY (&(const struct reason_command){TEXT("误录入，来电13800001234")})
#define SILENT (&(const struct reason_command){TEXT_NONE})

static struct complaint *asked(enum stage stage)
{
    const struct staff *owner = stage == STAGE_INTAKE ? fixture->agent1 : fixture->handler1;
    return fixture_do(ACTION_VOID, fixture_complaint(stage), owner, AT, WHY);
}

static enum fault decided_by(enum action action, const struct complaint *before,
                             const struct staff *who)
{
    struct change change;
    return fixture_decide(action, before, who, LATER, WHY, &change);
}

START_TEST(a_request_names_who_and_when_and_changes_nothing_else)
{
    const struct complaint *before = fixture_complaint(_i);
    const struct complaint *after = asked(_i);
    const struct staff *owner = _i == STAGE_INTAKE ? fixture->agent1 : fixture->handler1;

    assert_uuid(after->voiding.by.id, owner->id);
    assert_instant(after->voiding.at, AT);
    ck_assert_int_eq(after->voids, 1);
    ck_assert_int_eq(after->status, STATUS_OPEN);
    ck_assert_int_eq(after->stage, before->stage);
    ck_assert_int_eq(after->due_at, before->due_at);
}
END_TEST

START_TEST(its_reason_is_private_and_masked_in_the_item)
{
    struct change change;

    ck_assert_int_eq(fixture_decide(ACTION_VOID, fixture_complaint(STAGE_INTAKE), fixture->agent1,
                                    AT, WHY, &change),
                     FAULT_NONE);
    assert_text(fixture_private(&change, "reason"), "误录入，来电13800001234");
    assert_text(((const struct reason_command *)change.item)->reason, "误录入，来电138****1234");
    assert_text(fixture_fact(&change, "number"), "1");
}
END_TEST

START_TEST(approved_by_a_second_person_it_ends_undecided)
{
    const struct complaint *before = asked(_i);
    const struct complaint *after =
        fixture_do(ACTION_APPROVE_VOID, before, fixture->supervisor1, LATER, SILENT);

    ck_assert_int_eq(after->status, STATUS_CLOSED);
    ck_assert_int_eq(after->outcome, OUTCOME_VOIDED);
    assert_instant(after->closed_at, LATER);
    ck_assert_int_eq(after->decided_at, INSTANT_NONE);
    assert_instant(complaint_current(after)->completed_at, LATER);
    ck_assert(uuid_is_none(after->voiding.by.id));
    ck_assert_int_eq(after->voiding.at, INSTANT_NONE);
    ck_assert_int_eq(after->due_at, before->due_at);
}
END_TEST

START_TEST(it_can_be_reopened_as_an_error_but_not_reviewed)
{
    const struct round_command input = {.kind = ROUND_ERROR,
                                        .stage = TERM_NONE,
                                        .owner = TEXT("handler1"),
                                        .reason = TEXT("并非误录"),
                                        .at = INSTANT_NONE};
    const struct complaint *voided = fixture_do(ACTION_APPROVE_VOID, asked(STAGE_INVESTIGATION),
                                                fixture->supervisor1, LATER, SILENT);
    struct change change;

    ck_assert_int_eq(fixture_decide(ACTION_REVIEW, voided, fixture->supervisor1,
                                    "2026-11-25T09:00:00+08:00", &input, &change),
                     FAULT_NOT_DECIDED);
    const struct complaint *again = fixture_do(ACTION_REOPEN, voided, fixture->supervisor1,
                                               "2026-11-25T09:00:00+08:00", &input);
    ck_assert_int_eq(again->status, STATUS_OPEN);
    ck_assert_int_eq(again->outcome, TERM_NONE);
    ck_assert_int_eq(again->voids, 1);
    again = fixture_do(ACTION_VOID, again, fixture->handler1, "2026-11-25T10:00:00+08:00", WHY);
    ck_assert_int_eq(again->voids, 2);
}
END_TEST

START_TEST(who_asked_decides_nothing_and_neither_do_others_than_supervisors)
{
    const struct complaint *before = fixture_do(ACTION_VOID, fixture_complaint(STAGE_INVESTIGATION),
                                                fixture->supervisor1, AT, WHY);
    enum action action = _i ? ACTION_REFUSE_VOID : ACTION_APPROVE_VOID;

    ck_assert_int_eq(decided_by(action, before, fixture->supervisor1), FAULT_SELF_APPROVAL);
    ck_assert_int_eq(decided_by(action, before, fixture->handler1), FAULT_FORBIDDEN);
    ck_assert_int_eq(decided_by(action, before, fixture->agent1), FAULT_FORBIDDEN);
    ck_assert_int_eq(decided_by(action, before, fixture->auditor1), FAULT_FORBIDDEN);
    ck_assert_int_eq(decided_by(action, before, fixture->supervisor2), FAULT_NOT_FOUND);
}
END_TEST

/* An owner who is a supervisor too is not let through because of the other role. */
START_TEST(a_supervisor_who_owns_it_does_not_approve_the_own_request)
{
    const struct assign_command assign = {TEXT("supervisor1"), TEXT_NONE};
    const struct complaint *owned = fixture_do(
        ACTION_ASSIGN, fixture_complaint(STAGE_INVESTIGATION), fixture->supervisor1, AT, &assign);

    owned = fixture_do(ACTION_VOID, owned, fixture->supervisor1, AT, WHY);
    ck_assert_int_eq(decided_by(ACTION_APPROVE_VOID, owned, fixture->supervisor1),
                     FAULT_SELF_APPROVAL);
}
END_TEST

START_TEST(refused_it_makes_room_for_another)
{
    const struct complaint *before = asked(STAGE_INVESTIGATION);

    ck_assert_int_eq(decided_by(ACTION_VOID, before, fixture->handler1), FAULT_VOID_PENDING);
    const struct complaint *refused =
        fixture_do(ACTION_REFUSE_VOID, before, fixture->supervisor1, LATER, WHY);
    ck_assert_int_eq(refused->status, STATUS_OPEN);
    ck_assert(uuid_is_none(refused->voiding.by.id));
    ck_assert_int_eq(refused->voiding.at, INSTANT_NONE);
    ck_assert_int_eq(decided_by(ACTION_APPROVE_VOID, refused, fixture->supervisor1),
                     FAULT_VOID_UNKNOWN);
    ck_assert_int_eq(decided_by(ACTION_VOID, refused, fixture->handler1), FAULT_NONE);
}
END_TEST

START_TEST(any_end_clears_the_request)
{
    const struct withdraw_command withdrawal = {TEXT("客户撤诉"), INSTANT_NONE};
    const struct complaint *withdrawn =
        fixture_do(ACTION_WITHDRAW, asked(STAGE_RESOLUTION), fixture->handler1, LATER, &withdrawal);

    ck_assert(uuid_is_none(withdrawn->voiding.by.id));
    ck_assert_int_eq(withdrawn->voiding.at, INSTANT_NONE);
}
END_TEST

START_TEST(a_decision_that_was_delivered_stands)
{
    const struct notice_command notice = {TEXT("属实"), TEXT("办法"), TEXT("退款"), TEXT_NONE};
    const struct delivery_command delivery = {CHANNEL_LETTER, fixture_time(LATER), TEXT("回执"), 1};
    const struct complaint *before = asked(STAGE_FEEDBACK);

    before = fixture_do(ACTION_NOTICES, before, fixture->handler1, LATER, &notice);
    before = fixture_do(ACTION_DELIVERIES, before, fixture->handler1, LATER, &delivery);
    ck_assert_int_eq(decided_by(ACTION_APPROVE_VOID, before, fixture->supervisor1),
                     FAULT_DECISION_DELIVERED);
    before = fixture_do(ACTION_REFUSE_VOID, before, fixture->supervisor1, LATER, WHY);
    ck_assert_int_eq(decided_by(ACTION_VOID, before, fixture->handler1), FAULT_DECISION_DELIVERED);
}
END_TEST

Suite *lifecycle_void_suite(void)
{
    Suite *suite = suite_create("lifecycle_void");
    TCase *tests = tcase_create("lifecycle_void");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_loop_test(tests, a_request_names_who_and_when_and_changes_nothing_else, 0,
                        STAGE_COUNT);
    tcase_add_test(tests, its_reason_is_private_and_masked_in_the_item);
    tcase_add_loop_test(tests, approved_by_a_second_person_it_ends_undecided, 0, STAGE_COUNT);
    tcase_add_test(tests, it_can_be_reopened_as_an_error_but_not_reviewed);
    tcase_add_loop_test(tests, who_asked_decides_nothing_and_neither_do_others_than_supervisors, 0,
                        2);
    tcase_add_test(tests, a_supervisor_who_owns_it_does_not_approve_the_own_request);
    tcase_add_test(tests, refused_it_makes_room_for_another);
    tcase_add_test(tests, any_end_clears_the_request);
    tcase_add_test(tests, a_decision_that_was_delivered_stands);
    suite_add_tcase(suite, tests);
    return suite;
}
