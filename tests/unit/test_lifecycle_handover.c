#include "tests/runner.h"
#include "tests/unit/fixture.h"

Suite *lifecycle_handover_suite(void);

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

static struct complaint *offered(int stage)
{
    const struct offer_command offer = {TEXT("agent2"), TEXT("业务归属")};

    return fixture_do(ACTION_OFFER, fixture_complaint((enum stage)stage), owner_of(stage),
                      "2026-11-24T15:00:00+08:00", &offer);
}

/* _i: the stage. */
START_TEST(until_accepted_the_giver_stays_responsible)
{
    const struct complaint *before = fixture_complaint((enum stage)_i);
    const struct complaint *after = offered(_i);

    ck_assert_int_eq(after->stage, _i);
    assert_uuid(after->owner.id, before->owner.id);
    assert_text(after->pending_owner.login, "agent2");
    assert_uuid(complaint_current(after)->owner.id, before->owner.id);
    ck_assert_int_eq(after->due_at, before->due_at);
    ck_assert_uint_eq(after->handler_count, before->handler_count);
}
END_TEST

START_TEST(accepting_moves_responsibility_but_no_due_time)
{
    const struct complaint *before = offered(_i);
    struct change change;
    const struct stage_row *row;

    ck_assert_int_eq(
        fixture_decide(ACTION_ACCEPT, before, fixture->agent2, LATER, &because, &change),
        FAULT_NONE);
    row = complaint_current(&change.after);
    assert_text(change.after.owner.login, "agent2");
    assert_uuid(change.after.owner_unit_id, fixture->cs2->id);
    ck_assert(uuid_is_none(change.after.pending_owner.id));
    ck_assert_uint_eq(change.after.stage_count, before->stage_count);
    ck_assert_ptr_eq(change.stage_ended, row);
    ck_assert_ptr_null(change.stage_opened);
    assert_text(row->owner.login, "agent2");
    assert_text(row->unit, "HN-CS-002");
    assert_instant(row->accepted_at, LATER);
    ck_assert_int_eq(row->entered_at, complaint_current(before)->entered_at);
    ck_assert_int_eq(row->completed_at, INSTANT_NONE);
    ck_assert_int_eq(row->handovers, 1);
    ck_assert_int_eq(row->due_at, complaint_current(before)->due_at);
    ck_assert_int_eq(change.after.due_at, before->due_at);
    ck_assert_int_eq(change.after.stage_due_at, before->stage_due_at);
    ck_assert_int_eq(decide(ACTION_TAKE_BACK, &change.after, owner_of(_i), &because),
                     FAULT_NOT_OWNER);
}
END_TEST

START_TEST(refusing_leaves_it_with_the_giver_and_is_counted)
{
    struct change change;

    ck_assert_int_eq(
        fixture_decide(ACTION_REFUSE, offered(_i), fixture->agent2, LATER, &because, &change),
        FAULT_NONE);
    ck_assert(uuid_is_none(change.after.pending_owner.id));
    assert_uuid(change.after.owner.id, owner_of(_i)->id);
    ck_assert_int_eq(complaint_current(&change.after)->refusals, 1);
    ck_assert_int_eq(complaint_current(&change.after)->handovers, 0);
    ck_assert_ptr_eq(change.stage_ended, complaint_current(&change.after));
    assert_text(fixture_private(&change, "reason"), "原因");
}
END_TEST

START_TEST(taking_back_ends_the_offer)
{
    const struct complaint *after =
        fixture_do(ACTION_TAKE_BACK, offered(_i), owner_of(_i), LATER, &because);

    ck_assert(uuid_is_none(after->pending_owner.id));
    assert_uuid(after->owner.id, owner_of(_i)->id);
    ck_assert_int_eq(complaint_current(after)->handovers, 0);
    ck_assert_int_eq(complaint_current(after)->refusals, 0);
    /* Whoever was offered it has no part in it any more: over HTTP it does not exist for them. */
    ck_assert_int_eq(decide(ACTION_ACCEPT, after, fixture->agent2, &because), FAULT_NOT_FOUND);
}
END_TEST

START_TEST(while_an_offer_is_pending_the_owner_moves_nothing)
{
    const struct offer_command offer = {TEXT("outsider1"), TEXT("业务归属")};
    const struct advance_command advance = {.owner = TEXT("handler1")};
    const struct send_back_command back = {STAGE_INTAKE, TEXT("agent1"), TEXT("补充")};
    const struct settle_command settle = {TEXT("已解决")};
    const struct decline_command decline = {DECLINE_OTHER, TEXT("其他")};

    ck_assert_int_eq(decide(ACTION_OFFER, offered(0), fixture->agent1, &offer),
                     FAULT_OFFER_PENDING);
    ck_assert_int_eq(decide(ACTION_ADVANCE, offered(0), fixture->agent1, &advance),
                     FAULT_OFFER_PENDING);
    ck_assert_int_eq(decide(ACTION_SETTLE, offered(0), fixture->agent1, &settle),
                     FAULT_OFFER_PENDING);
    ck_assert_int_eq(decide(ACTION_DECLINE, offered(0), fixture->agent1, &decline),
                     FAULT_OFFER_PENDING);
    ck_assert_int_eq(decide(ACTION_SEND_BACK, offered(1), fixture->handler1, &back),
                     FAULT_OFFER_PENDING);
    ck_assert_int_eq(decide(ACTION_TAKE_BACK, fixture_complaint(0), fixture->agent1, &because),
                     FAULT_NO_OFFER);
}
END_TEST

START_TEST(an_offer_goes_to_somebody_else_who_fits)
{
    static const struct {
        enum stage stage;
        const char *to;
        enum fault expected;
    } cases[] = {
        {STAGE_INTAKE, "agent1", FAULT_SAME_OWNER},
        {STAGE_INTAKE, "intake1", FAULT_NONE},
        {STAGE_INTAKE, "supervisor2", FAULT_NONE},
        {STAGE_INTAKE, "auditor1", FAULT_INVALID},
        {STAGE_INTAKE, "nobody", FAULT_INVALID},
        {STAGE_INTAKE, "outsider1", FAULT_RECUSED},
        {STAGE_RESOLUTION, "intake1", FAULT_INVALID},
        {STAGE_RESOLUTION, "handler1", FAULT_SAME_OWNER},
        {STAGE_RESOLUTION, "agent1", FAULT_NONE},
    };
    struct complaint *complaint = fixture_complaint(cases[_i].stage);
    const struct offer_command input = {text_of(cases[_i].to), TEXT("业务归属")};

    complaint->staff_complained_of = TEXT("outsider1");
    ck_assert_int_eq(decide(ACTION_OFFER, complaint, owner_of((int)cases[_i].stage), &input),
                     cases[_i].expected);
    ck_assert_int_eq(fixture_code_at(&fixture->violations, "/to") != NULL,
                     cases[_i].expected == FAULT_INVALID);
}
END_TEST

START_TEST(accepting_is_for_the_one_it_was_offered_to)
{
    const struct complaint *complaint = offered(STAGE_INTAKE);

    ck_assert_int_eq(decide(ACTION_ACCEPT, complaint, fixture->handler1, &because), FAULT_NO_OFFER);
    ck_assert_int_eq(decide(ACTION_ACCEPT, complaint, fixture->agent1, &because), FAULT_NO_OFFER);
    ck_assert_int_eq(decide(ACTION_REFUSE, complaint, fixture->supervisor1, &because),
                     FAULT_NO_OFFER);
    ck_assert_int_eq(decide(ACTION_ACCEPT, complaint, fixture->auditor1, &because),
                     FAULT_FORBIDDEN);
}
END_TEST

/* The role may be taken away between offer and acceptance. */
START_TEST(who_lost_the_role_for_the_stage_cannot_accept)
{
    struct complaint *complaint = fixture_complaint(STAGE_INVESTIGATION);

    complaint->pending_owner.id = fixture->intake1->id;
    ck_assert_int_eq(decide(ACTION_ACCEPT, complaint, fixture->intake1, &because), FAULT_FORBIDDEN);
    ck_assert_int_eq(decide(ACTION_REFUSE, complaint, fixture->intake1, &because), FAULT_NONE);
}
END_TEST

START_TEST(a_supervisor_assigns_at_once_and_overrides_an_offer)
{
    const struct assign_command input = {TEXT("outsider1"), TEXT("专班处理")};
    const struct complaint *before = offered(_i);
    struct change change;

    ck_assert_int_eq(
        fixture_decide(ACTION_ASSIGN, before, fixture->supervisor1, LATER, &input, &change),
        FAULT_NONE);
    assert_text(change.after.owner.login, "outsider1");
    assert_text(complaint_current(&change.after)->owner.login, "outsider1");
    assert_text(complaint_current(&change.after)->unit, "GD");
    assert_instant(complaint_current(&change.after)->accepted_at, LATER);
    ck_assert_int_eq(complaint_current(&change.after)->handovers, 1);
    ck_assert(uuid_is_none(change.after.pending_owner.id));
    ck_assert_int_eq(change.after.due_at, before->due_at);
    ck_assert_int_eq(decide(ACTION_ACCEPT, &change.after, fixture->agent2, &because),
                     FAULT_NOT_FOUND);
    ck_assert_int_eq(decide(ACTION_ASSIGN, before, owner_of(_i), &input), FAULT_FORBIDDEN);
}
END_TEST

START_TEST(assigning_the_owner_changes_nothing_and_is_refused)
{
    const struct assign_command same = {TEXT("agent1"), TEXT("专班处理")};
    const struct assign_command unfit = {TEXT("auditor1"), TEXT("专班处理")};
    struct complaint *complaint = fixture_complaint(STAGE_INTAKE);

    ck_assert_int_eq(decide(ACTION_ASSIGN, complaint, fixture->supervisor1, &same),
                     FAULT_SAME_OWNER);
    ck_assert_int_eq(decide(ACTION_ASSIGN, complaint, fixture->supervisor1, &unfit), FAULT_INVALID);
    ck_assert_int_eq(decide(ACTION_ASSIGN, complaint, fixture->supervisor2, &same),
                     FAULT_NOT_FOUND);
}
END_TEST

/* All work of one person to another, of which this is one complaint. */
static enum fault hand_over(const struct complaint *before, const struct staff *from,
                            const struct staff *to, struct change *ret)
{
    const struct hand_over_command command = {from, to, TEXT("休假")};
    const struct principal who = fixture_principal(fixture->supervisor1);
    struct violations violations = {.arena = fixture->arena};
    const struct situation situation = {.institution = &fixture->institution,
                                        .who = &who,
                                        .before = before,
                                        .at = fixture_time(LATER),
                                        .arena = fixture->arena,
                                        .violations = &violations};

    return lifecycle_hand_over(&situation, &command, ret);
}

START_TEST(what_one_owns_is_assigned_and_what_one_is_offered_is_offered_on)
{
    struct change change;
    const struct complaint *before = offered(_i);

    ck_assert_int_eq(hand_over(before, owner_of(_i), fixture->supervisor1, &change), FAULT_NONE);
    ck_assert_int_eq(change.action, ACTION_ASSIGN);
    assert_text(change.after.owner.login, "supervisor1");
    ck_assert(uuid_is_none(change.after.pending_owner.id));
    ck_assert_int_eq(hand_over(before, fixture->agent2, fixture->supervisor1, &change), FAULT_NONE);
    ck_assert_int_eq(change.action, ACTION_OFFER);
    assert_text(change.after.pending_owner.login, "supervisor1");
    assert_uuid(change.after.owner.id, before->owner.id);
    /* Who is to give it away does not get it offered. */
    ck_assert_int_eq(hand_over(before, fixture->agent2, owner_of(_i), &change), FAULT_NONE);
    ck_assert_int_eq(change.action, ACTION_TAKE_BACK);
    ck_assert(uuid_is_none(change.after.pending_owner.id));
    ck_assert_int_eq(hand_over(before, fixture->supervisor1, fixture->agent2, &change),
                     FAULT_NO_OFFER);
}
END_TEST

START_TEST(handing_over_passes_no_rule)
{
    struct complaint *complaint = fixture_complaint(STAGE_INVESTIGATION);
    struct change change;

    ck_assert_int_eq(hand_over(complaint, fixture->handler1,
                               institution_staff_by_login(&fixture->institution, TEXT("auditor1")),
                               &change),
                     FAULT_INVALID);
    complaint->staff_complained_of = TEXT("agent2");
    ck_assert_int_eq(hand_over(complaint, fixture->handler1, fixture->agent2, &change),
                     FAULT_RECUSED);
    complaint->pending_owner = (struct staff_reference){.id = fixture->agent1->id};
    ck_assert_int_eq(hand_over(complaint, fixture->agent1, fixture->agent2, &change),
                     FAULT_RECUSED);
    complaint->status = STATUS_CLOSED;
    ck_assert_int_eq(hand_over(complaint, fixture->handler1, fixture->supervisor1, &change),
                     FAULT_NOT_OPEN);
}
END_TEST

Suite *lifecycle_handover_suite(void)
{
    Suite *suite = suite_create("lifecycle_handover");
    TCase *tests = tcase_create("lifecycle_handover");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_loop_test(tests, until_accepted_the_giver_stays_responsible, 0, STAGE_COUNT);
    tcase_add_loop_test(tests, accepting_moves_responsibility_but_no_due_time, 0, STAGE_COUNT);
    tcase_add_loop_test(tests, refusing_leaves_it_with_the_giver_and_is_counted, 0, STAGE_COUNT);
    tcase_add_loop_test(tests, taking_back_ends_the_offer, 0, STAGE_COUNT);
    tcase_add_test(tests, while_an_offer_is_pending_the_owner_moves_nothing);
    tcase_add_loop_test(tests, an_offer_goes_to_somebody_else_who_fits, 0, 9);
    tcase_add_test(tests, accepting_is_for_the_one_it_was_offered_to);
    tcase_add_test(tests, who_lost_the_role_for_the_stage_cannot_accept);
    tcase_add_loop_test(tests, a_supervisor_assigns_at_once_and_overrides_an_offer, 0, STAGE_COUNT);
    tcase_add_test(tests, assigning_the_owner_changes_nothing_and_is_refused);
    tcase_add_loop_test(tests, what_one_owns_is_assigned_and_what_one_is_offered_is_offered_on, 0,
                        STAGE_COUNT);
    tcase_add_test(tests, handing_over_passes_no_rule);
    suite_add_tcase(suite, tests);
    return suite;
}
