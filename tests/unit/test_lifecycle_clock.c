#include "tests/runner.h"
#include "tests/unit/fixture.h"

/* Pauses, extensions, further rounds, corrections. The complaint of the fixture was received on
 * Friday 2026-11-20; handler1 owns it in investigation: five working days until 2026-11-27 17:30,
 * statutory until 2026-12-05. */
Suite *lifecycle_clock_suite(void);

static struct complaint *pause_from(const struct complaint *before, const char *at, int reason,
                                    const char *from, const char *told_at)
{
    struct pause_command input = {.reason = reason,
                                  .from = fixture_time(from),
                                  .told_at = told_at ? fixture_time(told_at) : INSTANT_NONE};
    return fixture_do(ACTION_PAUSES, before, fixture->handler1, at, &input);
}

static struct complaint *end_pause(const struct complaint *before, int number, const char *at)
{
    struct end_pause_command input = {.pause = number, .at = fixture_time(at)};
    return fixture_do(ACTION_END_PAUSE, before, fixture->handler1, at, &input);
}

/* --- pauses ------------------------------------------------------------------------------------ */

START_TEST(a_told_mediation_stops_both_clocks_and_moves_both)
{
    const struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    const struct complaint *paused =
        pause_from(before, "2026-11-24T10:00:00+08:00", PAUSE_MEDIATION,
                   "2026-11-24T09:00:00+08:00", "2026-11-24T10:00:00+08:00");

    ck_assert(paused->facts.pause_open);
    ck_assert_int_eq(paused->stage_due_at, INSTANT_NONE);
    ck_assert_int_eq(paused->statutory_due_at, INSTANT_NONE);
    ck_assert_int_eq(paused->due_at, INSTANT_NONE);
    ck_assert(!complaint_overdue(paused, fixture_time("2027-11-24T09:00:00+08:00")));
    const struct complaint *ended = end_pause(paused, 1, "2026-11-26T09:00:00+08:00");
    ck_assert(!ended->facts.pause_open);
    /* Two working days and two natural days later than before. */
    assert_instant(ended->stage_due_at, "2026-12-01T17:30:00+08:00");
    assert_instant(ended->statutory_due_at, "2026-12-07T23:59:59+08:00");
    assert_instant(ended->due_at, "2026-12-01T17:30:00+08:00");
    ck_assert_int_eq(complaint_current(ended)->due_at, ended->stage_due_at);
}
END_TEST

START_TEST(waiting_for_the_customer_never_moves_the_statutory_clock)
{
    const struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    const struct complaint *paused =
        pause_from(before, "2026-11-24T10:00:00+08:00", PAUSE_AWAITING_CUSTOMER,
                   "2026-11-24T09:00:00+08:00", "2026-11-24T10:00:00+08:00");

    ck_assert_int_eq(paused->stage_due_at, INSTANT_NONE);
    assert_instant(paused->statutory_due_at, "2026-12-05T23:59:59+08:00");
    ck_assert_int_eq(paused->due_at, paused->statutory_due_at);
}
END_TEST

START_TEST(an_untold_mediation_moves_the_stage_clock_alone)
{
    const struct complaint *paused =
        pause_from(fixture_complaint(STAGE_INVESTIGATION), "2026-11-24T10:00:00+08:00",
                   PAUSE_MEDIATION, "2026-11-24T09:00:00+08:00", NULL);

    ck_assert_int_eq(paused->stage_due_at, INSTANT_NONE);
    assert_instant(paused->statutory_due_at, "2026-12-05T23:59:59+08:00");
}
END_TEST

START_TEST(a_pause_goes_on_in_the_next_stage)
{
    struct pause_command pause = {.reason = PAUSE_OTHER,
                                  .from = fixture_time("2026-11-20T09:30:00+08:00"),
                                  .told_at = INSTANT_NONE};
    const struct complaint *paused =
        fixture_do(ACTION_PAUSES, fixture_complaint(STAGE_INTAKE), fixture->agent1,
                   "2026-11-20T10:00:00+08:00", &pause);
    struct advance_command input = {.owner = TEXT("handler1")};
    const struct complaint *next =
        fixture_do(ACTION_ADVANCE, paused, fixture->agent1, "2026-11-20T11:00:00+08:00", &input);

    ck_assert_int_eq(next->stage, STAGE_INVESTIGATION);
    ck_assert_int_eq(next->stage_due_at, INSTANT_NONE);
    const struct complaint *ended = end_pause(next, 1, "2026-11-24T09:00:00+08:00");
    assert_instant(ended->stage_due_at, "2026-12-01T15:30:00+08:00");
}
END_TEST

START_TEST(only_an_open_pause_of_that_number_ends)
{
    const struct complaint *paused =
        pause_from(fixture_complaint(STAGE_INVESTIGATION), "2026-11-24T10:00:00+08:00", PAUSE_OTHER,
                   "2026-11-24T09:00:00+08:00", NULL);
    struct end_pause_command input = {.pause = 2, .at = fixture_time("2026-11-25T09:00:00+08:00")};
    struct change change;

    ck_assert_int_eq(fixture_decide(ACTION_END_PAUSE, paused, fixture->handler1,
                                    "2026-11-25T09:00:00+08:00", &input, &change),
                     FAULT_PAUSE_UNKNOWN);
    input.pause = 1;
    input.at = fixture_time("2026-11-24T08:59:59+08:00");
    ck_assert_int_eq(fixture_decide(ACTION_END_PAUSE, paused, fixture->handler1,
                                    "2026-11-25T09:00:00+08:00", &input, &change),
                     FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/at"), "before_beginning");
}
END_TEST

START_TEST(a_pause_does_not_begin_before_the_clock)
{
    struct pause_command input = {.reason = PAUSE_OTHER,
                                  .from = fixture_time("2026-11-20T09:11:59+08:00"),
                                  .told_at = INSTANT_NONE};
    struct change change;

    ck_assert_int_eq(fixture_decide(ACTION_PAUSES, fixture_complaint(STAGE_INVESTIGATION),
                                    fixture->handler1, "2026-11-24T09:00:00+08:00", &input,
                                    &change),
                     FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/from"), "before_receipt");
}
END_TEST

/* --- extensions --------------------------------------------------------------------------------- */

static struct complaint *ask(const struct complaint *before, int days)
{
    struct extension_command input = {.days = days, .reason = TEXT("等待外部材料")};
    return fixture_do(ACTION_EXTENSIONS, before, fixture->handler1, "2026-11-30T09:00:00+08:00",
                      &input);
}

static struct complaint *approve(const struct complaint *before, const char *at)
{
    struct extension_decision_command input = {.extension = before->extensions};
    return fixture_do(ACTION_APPROVE_EXTENSION, before, fixture->supervisor1, at, &input);
}

static struct complaint *tell(const struct complaint *before, const char *at)
{
    struct tell_extension_command input = {
        .extension = before->extensions, .at = fixture_time(at), .method = CHANNEL_PHONE};
    return fixture_do(ACTION_TELL_EXTENSION, before, fixture->handler1, at, &input);
}

START_TEST(an_extension_counts_once_approved_and_told_in_time)
{
    const struct complaint *asked = ask(fixture_complaint(STAGE_INVESTIGATION), 15);
    assert_instant(asked->statutory_due_at, "2026-12-05T23:59:59+08:00");
    const struct complaint *approved = approve(asked, "2026-12-01T09:00:00+08:00");
    assert_instant(approved->statutory_due_at, "2026-12-05T23:59:59+08:00");
    const struct complaint *told = tell(approved, "2026-12-05T23:59:59+08:00");
    assert_instant(told->statutory_due_at, "2026-12-20T23:59:59+08:00");
    ck_assert_int_eq(told->statutory_days, 30);
    ck_assert(!told->facts.extension_approved && !told->facts.extension_waiting);
}
END_TEST

START_TEST(told_too_late_it_is_kept_as_not_effective)
{
    const struct complaint *approved =
        approve(ask(fixture_complaint(STAGE_INVESTIGATION), 15), "2026-12-01T09:00:00+08:00");
    struct tell_extension_command input = {
        .extension = 1, .at = fixture_time("2026-12-06T00:00:00+08:00"), .method = CHANNEL_PHONE};
    struct change change;

    ck_assert_int_eq(fixture_decide(ACTION_TELL_EXTENSION, approved, fixture->handler1,
                                    "2026-12-06T00:00:00+08:00", &input, &change),
                     FAULT_NONE);
    assert_instant(change.after.statutory_due_at, "2026-12-05T23:59:59+08:00");
    assert_text(fixture_fact(&change, "effective"), "false");
    ck_assert(!((const struct tell_extension_command *)change.item)->effective);
}
END_TEST

START_TEST(approved_too_late_it_is_not_effective_either)
{
    const struct complaint *told =
        tell(approve(ask(fixture_complaint(STAGE_INVESTIGATION), 15), "2026-12-06T00:00:00+08:00"),
             "2026-12-06T09:00:00+08:00");

    assert_instant(told->statutory_due_at, "2026-12-05T23:59:59+08:00");
}
END_TEST

/* In the second of the approval at the earliest. */
START_TEST(an_extension_is_not_told_before_its_approval)
{
    const struct complaint *approved =
        approve(ask(fixture_complaint(STAGE_INVESTIGATION), 15), "2026-12-01T09:00:00.5+08:00");
    struct tell_extension_command input = {
        .extension = 1, .at = fixture_time("2026-12-01T08:59:59+08:00"), .method = CHANNEL_PHONE};
    struct change change;

    ck_assert_int_eq(fixture_decide(ACTION_TELL_EXTENSION, approved, fixture->handler1,
                                    "2026-12-01T10:00:00+08:00", &input, &change),
                     FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/at"), "before_approval");
    ck_assert_int_eq(tell(approved, "2026-12-01T09:00:00+08:00")->statutory_days, 30);
}
END_TEST

START_TEST(who_asked_does_not_approve_nor_somebody_of_the_same_unit)
{
    struct extension_command wish = {.days = 10, .reason = TEXT("等待外部材料")};
    const struct complaint *asked =
        fixture_do(ACTION_EXTENSIONS, fixture_complaint(STAGE_INVESTIGATION), fixture->supervisor1,
                   "2026-11-30T09:00:00+08:00", &wish);
    struct extension_decision_command input = {.extension = 1};
    struct change change;

    ck_assert_int_eq(fixture_decide(ACTION_APPROVE_EXTENSION, asked, fixture->supervisor1,
                                    "2026-12-01T09:00:00+08:00", &input, &change),
                     FAULT_SELF_APPROVAL);
    ck_assert_int_eq(fixture_decide(ACTION_APPROVE_EXTENSION, asked, fixture->handler1,
                                    "2026-12-01T09:00:00+08:00", &input, &change),
                     FAULT_FORBIDDEN);
}
END_TEST

START_TEST(one_extension_at_a_time_and_within_the_ceiling)
{
    const struct complaint *asked = ask(fixture_complaint(STAGE_INVESTIGATION), 30);
    struct extension_command input = {.days = 30, .reason = TEXT("再次延期")};
    struct change change;

    ck_assert_int_eq(fixture_decide(ACTION_EXTENSIONS, asked, fixture->handler1,
                                    "2026-12-01T09:00:00+08:00", &input, &change),
                     FAULT_EXTENSION_PENDING);
    const struct complaint *told =
        tell(approve(asked, "2026-12-01T09:00:00+08:00"), "2026-12-02T09:00:00+08:00");
    ck_assert_int_eq(told->statutory_days, 45);
    input.days = 16;
    ck_assert_int_eq(fixture_decide(ACTION_EXTENSIONS, told, fixture->handler1,
                                    "2026-12-03T09:00:00+08:00", &input, &change),
                     FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/days"), "above_ceiling");
    input.days = 31;
    ck_assert_int_eq(fixture_decide(ACTION_EXTENSIONS, told, fixture->handler1,
                                    "2026-12-03T09:00:00+08:00", &input, &change),
                     FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/days"), "too_long");
}
END_TEST

/* --- rounds ------------------------------------------------------------------------------------- */

static struct complaint *closed(void)
{
    const struct complaint *complaint = fixture_complaint(STAGE_FEEDBACK);
    struct notice_command notice = {
        .facts = TEXT("属实"), .basis = TEXT("制度"), .decision = TEXT("退款")};
    struct delivery_command delivery = {.channel = CHANNEL_LETTER,
                                        .at = fixture_time("2026-11-27T10:00:00+08:00"),
                                        .proof = TEXT("回执"),
                                        .notice = 1};
    struct close_command input = {.outcome = OUTCOME_UPHELD};

    complaint = fixture_do(ACTION_NOTICES, complaint, fixture->handler1,
                           "2026-11-27T09:00:00+08:00", &notice);
    complaint = fixture_do(ACTION_DELIVERIES, complaint, fixture->handler1,
                           "2026-11-27T11:00:00+08:00", &delivery);
    return fixture_do(ACTION_CLOSE, complaint, fixture->handler1, "2026-11-30T09:00:00+08:00",
                      &input);
}

START_TEST(a_review_has_clocks_of_its_own_and_bars_whoever_handled_it)
{
    const struct complaint *before = closed();
    struct round_command input = {.kind = TERM_NONE,
                                  .stage = TERM_NONE,
                                  .owner = TEXT("supervisor1"),
                                  .reason = TEXT("客户申请核查"),
                                  .at = fixture_time("2026-12-10T10:00:00+08:00")};
    struct change change;

    assert_instant(before->decided_at, "2026-11-27T10:00:00+08:00");
    ck_assert_int_eq(fixture_decide(ACTION_REVIEW, before, fixture->agent1,
                                    "2026-12-11T09:00:00+08:00", &input, &change),
                     FAULT_NONE);
    ck_assert_int_eq(change.after.round, 2);
    ck_assert_int_eq(change.after.round_kind, ROUND_REVIEW);
    ck_assert_int_eq(change.after.status, STATUS_OPEN);
    ck_assert_int_eq(change.after.closed_at, INSTANT_NONE);
    ck_assert(!change.after.facts.findings && !change.after.facts.delivered);
    assert_instant(change.after.statutory_due_at, "2027-01-09T23:59:59+08:00");
    assert_instant(change.after.stage_due_at, "2026-12-18T17:30:00+08:00");
    ck_assert_ptr_null(change.stage_ended);
    ck_assert_int_eq(change.stage_opened->round, 2);
    /* The rows of the first round stay, and its figures are recorded. */
    for (size_t i = 0; i < before->stage_count; i++)
        ck_assert_mem_eq(&change.after.stages[i], &before->stages[i], sizeof *before->stages);
    const struct round_command *item = change.item;
    ck_assert_int_eq(item->previous.round, 1);
    ck_assert_int_eq(item->previous.outcome, OUTCOME_UPHELD);
    ck_assert_int_eq(item->previous.closed_at, before->closed_at);
    ck_assert_int_eq(item->previous.due_at, before->due_at);

    struct complaint *review = &change.after;
    struct offer_command offer = {.to = TEXT("handler1"), .reason = TEXT("协助")};
    struct change refused;
    ck_assert_int_eq(fixture_decide(ACTION_OFFER, review, fixture->supervisor1,
                                    "2026-12-11T10:00:00+08:00", &offer, &refused),
                     FAULT_RECUSED);
}
END_TEST

START_TEST(a_review_is_for_the_superior_unit_and_in_time)
{
    const struct complaint *before = closed();
    struct round_command input = {.kind = TERM_NONE,
                                  .stage = TERM_NONE,
                                  .owner = TEXT("agent2"),
                                  .reason = TEXT("客户申请核查"),
                                  .at = fixture_time("2026-12-27T23:59:59+08:00")};
    struct change change;

    ck_assert_int_eq(fixture_decide(ACTION_REVIEW, before, fixture->agent1,
                                    "2026-12-28T09:00:00+08:00", &input, &change),
                     FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/owner"), "not_superior");
    input.owner = TEXT("supervisor1");
    ck_assert_int_eq(fixture_decide(ACTION_REVIEW, before, fixture->agent1,
                                    "2026-12-28T09:00:00+08:00", &input, &change),
                     FAULT_NONE);
    input.at = fixture_time("2026-12-28T00:00:00+08:00");
    ck_assert_int_eq(fixture_decide(ACTION_REVIEW, before, fixture->agent1,
                                    "2026-12-28T09:00:00+08:00", &input, &change),
                     FAULT_REVIEW_LATE);
}
END_TEST

START_TEST(new_facts_count_from_their_receipt_and_an_error_from_now)
{
    const struct complaint *before = closed();
    struct round_command input = {.kind = ROUND_NEW_FACTS,
                                  .stage = STAGE_INVESTIGATION,
                                  .owner = TEXT("handler1"),
                                  .reason = TEXT("新的凭证"),
                                  .at = fixture_time("2026-12-01T10:00:00+08:00")};
    const struct complaint *again =
        fixture_do(ACTION_REOPEN, before, fixture->agent1, "2026-12-03T09:00:00+08:00", &input);

    assert_instant(again->statutory_due_at, "2026-12-16T23:59:59+08:00");
    input.kind = ROUND_ERROR;
    input.at = INSTANT_NONE;
    again = fixture_do(ACTION_REOPEN, before, fixture->agent1, "2026-12-03T09:00:00+08:00", &input);
    assert_instant(again->statutory_due_at, "2026-12-18T23:59:59+08:00");
    ck_assert_int_eq(again->barred_handlers, 0);
}
END_TEST

/* --- corrections -------------------------------------------------------------------------------- */

START_TEST(only_what_is_sent_is_corrected)
{
    const struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct correct_command input = {.reason = TEXT("客户来电更正")};
    struct change change;

    input.given.phone = input.given.amount_in_dispute = input.given.demand = true;
    input.to.complainant.phone = TEXT("13900005678");
    input.to.amount_in_dispute = 480000;
    ck_assert_int_eq(fixture_decide(ACTION_CORRECT, before, fixture->handler1,
                                    "2026-11-24T09:00:00+08:00", &input, &change),
                     FAULT_NONE);
    ck_assert(change.corrects);
    assert_text(change.after.complainant.phone, "139****5678");
    ck_assert_int_eq(change.after.amount_in_dispute, 480000);
    ck_assert(text_is_none(change.after.demand));
    assert_text(fixture_private(&change, "complainant.phone"), "13900005678");
    assert_text(fixture_fact(&change, "cleared"), "[\"demand\"]");
    ck_assert(text_equal(change.after.subject, before->subject));
    ck_assert_int_eq(change.after.due_at, before->due_at);
    ck_assert_ptr_null(change.stage_ended);
}
END_TEST

START_TEST(the_receipt_is_corrected_by_supervisors_and_moves_both_clocks)
{
    const struct complaint *before = fixture_complaint(STAGE_INTAKE);
    struct correct_command input = {.reason = TEXT("登记有误")};
    struct change change;

    input.given.received_at = true;
    input.to.received_at = fixture_time("2026-11-19T16:00:00+08:00");
    input.to.occurred_at = INSTANT_NONE;
    ck_assert_int_eq(fixture_decide(ACTION_CORRECT, before, fixture->agent1,
                                    "2026-11-20T10:00:00+08:00", &input, &change),
                     FAULT_INVALID); /* it occurred at 18:00 of that day */
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/occurred_at"), "after_receipt");
    input.given.occurred_at = true;
    ck_assert_int_eq(fixture_decide(ACTION_CORRECT, before, fixture->agent1,
                                    "2026-11-20T10:00:00+08:00", &input, &change),
                     FAULT_FORBIDDEN);
    ck_assert_int_eq(fixture_decide(ACTION_CORRECT, before, fixture->supervisor1,
                                    "2026-11-20T10:00:00+08:00", &input, &change),
                     FAULT_NONE);
    assert_instant(change.after.stage_due_at, "2026-11-20T17:30:00+08:00");
    assert_instant(change.after.statutory_due_at, "2026-12-04T23:59:59+08:00");
    assert_instant(complaint_current(&change.after)->entered_at, "2026-11-19T16:00:00+08:00");
}
END_TEST

/* Registered at 09:15; five minutes are what a receipt may be ahead of that. */
START_TEST(a_receipt_is_not_corrected_to_after_its_entry)
{
    struct correct_command input = {.reason = TEXT("登记有误")};
    struct change change;

    input.given.received_at = true;
    input.to.received_at = fixture_time("2026-11-20T09:20:00.000001+08:00");
    input.to.occurred_at = INSTANT_NONE;
    ck_assert_int_eq(fixture_decide(ACTION_CORRECT, fixture_complaint(STAGE_INVESTIGATION),
                                    fixture->supervisor1, "2026-12-24T09:00:00+08:00", &input,
                                    &change),
                     FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/received_at"), "after_entry");
    input.to.received_at = fixture_time("2026-11-20T09:20:00+08:00");
    ck_assert_int_eq(fixture_decide(ACTION_CORRECT, fixture_complaint(STAGE_INVESTIGATION),
                                    fixture->supervisor1, "2026-12-24T09:00:00+08:00", &input,
                                    &change),
                     FAULT_NONE);
}
END_TEST

START_TEST(twenty_people_make_it_major_and_supervisors_are_told)
{
    const struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct correct_command input = {.reason = TEXT("联名人数更正")};
    struct change change;

    input.given.people = true;
    input.to.complainant.people = 20;
    ck_assert_int_eq(fixture_decide(ACTION_CORRECT, before, fixture->handler1,
                                    "2026-11-24T09:00:00+08:00", &input, &change),
                     FAULT_NONE);
    ck_assert_int_eq(change.after.level, LEVEL_MAJOR);
    assert_instant(change.after.statutory_due_at, "2026-12-20T23:59:59+08:00");
    assert_text(fixture_fact(&change, "reported_to"), "[\"supervisor1\"]");
}
END_TEST

/* The credit code of a company; judged by the capacity that the complaint has afterwards. */
START_TEST(an_identity_number_is_judged_by_the_complaints_capacity)
{
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct correct_command input = {.reason = TEXT("补充证件号码")};
    struct change change;

    input.given.identity_number = true;
    input.to.complainant.identity_number = TEXT("911101080000000002");
    input.to.complainant.capacity = TERM_NONE;
    ck_assert_int_eq(fixture_decide(ACTION_CORRECT, before, fixture->handler1,
                                    "2026-11-24T09:00:00+08:00", &input, &change),
                     FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/complainant/identity_number"),
                     "invalid_check_digit");
    before->complainant.capacity = CAPACITY_LEGAL_PERSON;
    ck_assert_int_eq(fixture_decide(ACTION_CORRECT, before, fixture->handler1,
                                    "2026-11-24T09:00:00+08:00", &input, &change),
                     FAULT_NONE);
    input.given.capacity = true;
    input.to.complainant.capacity = CAPACITY_SELF;
    ck_assert_int_eq(fixture_decide(ACTION_CORRECT, before, fixture->handler1,
                                    "2026-11-24T09:00:00+08:00", &input, &change),
                     FAULT_INVALID);
}
END_TEST

START_TEST(who_is_complained_of_is_not_told_of_a_major_complaint)
{
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct correct_command input = {.reason = TEXT("联名人数更正")};
    struct change change;

    before->staff_complained_of = TEXT("supervisor1");
    input.given.people = true;
    input.to.complainant.people = 20;
    ck_assert_int_eq(fixture_decide(ACTION_CORRECT, before, fixture->handler1,
                                    "2026-11-24T09:00:00+08:00", &input, &change),
                     FAULT_NONE);
    ck_assert_int_eq(change.after.level, LEVEL_MAJOR);
    assert_text(fixture_fact(&change, "reported_to"), "[]");
}
END_TEST

START_TEST(the_owner_cannot_become_the_person_complained_of)
{
    struct correct_command input = {.reason = TEXT("补充被投诉人")};
    struct change change;

    input.given.staff_complained_of = true;
    input.to.staff_complained_of = TEXT("handler1");
    ck_assert_int_eq(fixture_decide(ACTION_CORRECT, fixture_complaint(STAGE_INVESTIGATION),
                                    fixture->supervisor1, "2026-11-24T09:00:00+08:00", &input,
                                    &change),
                     FAULT_RECUSED);
}
END_TEST

/* Otherwise a colleague could show the case to whom it is about. */
START_TEST(only_a_supervisor_lifts_a_recusal)
{
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct correct_command input = {.reason = TEXT("被投诉人有误")};
    const char *const others[] = {NULL, "leaver1"}; /* removed, replaced */
    struct change change;

    before->staff_complained_of = TEXT("agent2");
    input.given.staff_complained_of = true;
    for (size_t i = 0; i < 2; i++) {
        input.to.staff_complained_of = others[i] ? text_of(others[i]) : TEXT_NONE;
        ck_assert_int_eq(fixture_decide(ACTION_CORRECT, before, fixture->handler1,
                                        "2026-11-24T09:00:00+08:00", &input, &change),
                         FAULT_FORBIDDEN);
        ck_assert_int_eq(fixture_decide(ACTION_CORRECT, before, fixture->supervisor1,
                                        "2026-11-24T09:00:00+08:00", &input, &change),
                         FAULT_NONE);
    }
    /* Whoever serves the customer records it. */
    before->staff_complained_of = TEXT_NONE;
    input.to.staff_complained_of = TEXT("agent2");
    ck_assert_int_eq(fixture_decide(ACTION_CORRECT, before, fixture->handler1,
                                    "2026-11-24T09:00:00+08:00", &input, &change),
                     FAULT_NONE);
}
END_TEST

Suite *lifecycle_clock_suite(void)
{
    Suite *suite = suite_create("lifecycle_clock");
    TCase *tests = tcase_create("lifecycle_clock");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, a_told_mediation_stops_both_clocks_and_moves_both);
    tcase_add_test(tests, waiting_for_the_customer_never_moves_the_statutory_clock);
    tcase_add_test(tests, an_untold_mediation_moves_the_stage_clock_alone);
    tcase_add_test(tests, a_pause_goes_on_in_the_next_stage);
    tcase_add_test(tests, only_an_open_pause_of_that_number_ends);
    tcase_add_test(tests, a_pause_does_not_begin_before_the_clock);
    tcase_add_test(tests, an_extension_counts_once_approved_and_told_in_time);
    tcase_add_test(tests, told_too_late_it_is_kept_as_not_effective);
    tcase_add_test(tests, approved_too_late_it_is_not_effective_either);
    tcase_add_test(tests, an_extension_is_not_told_before_its_approval);
    tcase_add_test(tests, who_asked_does_not_approve_nor_somebody_of_the_same_unit);
    tcase_add_test(tests, one_extension_at_a_time_and_within_the_ceiling);
    tcase_add_test(tests, a_review_has_clocks_of_its_own_and_bars_whoever_handled_it);
    tcase_add_test(tests, a_review_is_for_the_superior_unit_and_in_time);
    tcase_add_test(tests, new_facts_count_from_their_receipt_and_an_error_from_now);
    tcase_add_test(tests, only_what_is_sent_is_corrected);
    tcase_add_test(tests, the_receipt_is_corrected_by_supervisors_and_moves_both_clocks);
    tcase_add_test(tests, a_receipt_is_not_corrected_to_after_its_entry);
    tcase_add_test(tests, twenty_people_make_it_major_and_supervisors_are_told);
    tcase_add_test(tests, an_identity_number_is_judged_by_the_complaints_capacity);
    tcase_add_test(tests, who_is_complained_of_is_not_told_of_a_major_complaint);
    tcase_add_test(tests, the_owner_cannot_become_the_person_complained_of);
    tcase_add_test(tests, only_a_supervisor_lifts_a_recusal);
    suite_add_tcase(suite, tests);
    return suite;
}
