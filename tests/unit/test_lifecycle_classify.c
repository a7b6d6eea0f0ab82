#include "tests/runner.h"
#include "tests/unit/fixture.h"

Suite *lifecycle_classify_suite(void);

static struct classify_command nothing(void)
{
    return (struct classify_command){.level = TERM_NONE, .urgency = -1};
}

static struct complaint *classify(const struct complaint *before, int level, const char *at)
{
    struct classify_command input = nothing();

    input.level = level;
    return fixture_do(ACTION_CLASSIFY, before, fixture->agent1, at, &input);
}

START_TEST(only_what_is_given_changes)
{
    struct classify_command input = nothing();
    const struct complaint *before = fixture_complaint(STAGE_INTAKE);
    struct change change;

    input.urgency = 1;
    input.reason = TEXT("客户催办");
    ck_assert_int_eq(fixture_decide(ACTION_CLASSIFY, before, fixture->agent1,
                                    "2026-11-20T10:00:00+08:00", &input, &change),
                     FAULT_NONE);
    ck_assert_int_eq(change.after.urgency, 1);
    ck_assert_int_eq(change.after.level, before->level);
    assert_text(change.after.channel_class, "A01033");
    assert_text(change.after.business_class, "B05");
    assert_text(change.after.cause_class, "C02");
    ck_assert_int_eq(change.after.due_at, before->due_at);
    ck_assert_ptr_null(change.stage_ended);
    assert_text(fixture_private(&change, "reason"), "客户催办");
}
END_TEST

START_TEST(tags_and_classes_are_replaced)
{
    struct classify_command input = nothing();
    struct complaint *complaint = fixture_complaint(STAGE_INTAKE);

    complaint->business_class = TEXT_NONE;
    complaint->tags = 1u << TAG_PETITION;
    input.business_class = TEXT("B05");
    complaint = fixture_do(ACTION_CLASSIFY, complaint, fixture->agent1, ENTERED, &input);
    assert_text(complaint->business_class, "B05");
    ck_assert_uint_eq(complaint->tags, 1u << TAG_PETITION);
    input.tags_given = true; /* and none: an empty list takes them away */
    complaint = fixture_do(ACTION_CLASSIFY, complaint, fixture->agent1, ENTERED, &input);
    ck_assert_uint_eq(complaint->tags, 0);
}
END_TEST

START_TEST(unknown_classes_are_violations)
{
    struct classify_command input = nothing();
    const struct complaint *complaint = fixture_complaint(STAGE_INTAKE);
    struct change change;

    input.business_class = TEXT("B99");
    input.cause_class = TEXT("A01033");
    ck_assert_int_eq(
        fixture_decide(ACTION_CLASSIFY, complaint, fixture->agent1, ENTERED, &input, &change),
        FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/business_class"), "unknown_class");
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/cause_class"), "wrong_dimension");
}
END_TEST

/* domain.md §2: complex within the 15 days gives 30, and the stage its longer limit. */
START_TEST(a_higher_level_lengthens_both_clocks)
{
    struct classify_command input = nothing();
    const struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct change change;

    assert_instant(before->stage_due_at, "2026-11-27T17:30:00+08:00");
    input.level = LEVEL_COMPLEX;
    ck_assert_int_eq(fixture_decide(ACTION_CLASSIFY, before, fixture->handler1,
                                    "2026-11-25T10:00:00+08:00", &input, &change),
                     FAULT_NONE);
    ck_assert_int_eq(change.after.level, LEVEL_COMPLEX);
    /* Ten working days from when the row was entered, not from now. */
    assert_instant(change.after.stage_due_at, "2026-12-04T17:30:00+08:00");
    assert_instant(complaint_current(&change.after)->due_at, "2026-12-04T17:30:00+08:00");
    ck_assert_ptr_eq(change.stage_ended, complaint_current(&change.after));
    ck_assert_int_eq(change.stage_ended->completed_at, INSTANT_NONE);
    assert_instant(change.after.statutory_due_at, "2026-12-20T23:59:59+08:00");
    assert_instant(change.after.due_at, "2026-12-04T17:30:00+08:00");
    /* Rows that ended keep what they had. */
    ck_assert_int_eq(change.after.stages[0].due_at, before->stages[0].due_at);
}
END_TEST

/* "if classified before the 15 ran out": to the last second, and not a second later. */
START_TEST(a_statutory_limit_that_ran_out_is_not_moved)
{
    const struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    const struct complaint *in_time = classify(before, LEVEL_COMPLEX, "2026-12-05T23:59:59+08:00");
    const struct complaint *late = classify(before, LEVEL_MAJOR, "2026-12-06T00:00:00+08:00");

    assert_instant(in_time->statutory_due_at, "2026-12-20T23:59:59+08:00");
    assert_instant(late->statutory_due_at, "2026-12-05T23:59:59+08:00");
    ck_assert_int_eq(late->level, LEVEL_MAJOR);
    /* The bank's own limit follows the level all the same. */
    assert_instant(late->stage_due_at, "2026-12-04T17:30:00+08:00");
}
END_TEST

/* Asked for and approved; whether it counts is decided when the complainant was told. */
static struct complaint *extend(const struct complaint *before, int days, const char *at)
{
    struct extension_command wish = {.days = days, .reason = TEXT("等待外部材料")};
    const struct complaint *asked =
        fixture_do(ACTION_EXTENSIONS, before, fixture->handler1, at, &wish);
    struct extension_decision_command approval = {.extension = asked->extensions};

    return fixture_do(ACTION_APPROVE_EXTENSION, asked, fixture->supervisor1, at, &approval);
}

static struct complaint *tell(const struct complaint *before, const char *told, const char *at)
{
    struct tell_extension_command input = {
        .extension = before->extensions, .at = fixture_time(told), .method = CHANNEL_PHONE};

    return fixture_do(ACTION_TELL_EXTENSION, before, fixture->handler1, at, &input);
}

/* 15 days and two extensions make 60; 30 days and the same two do not make 75. */
START_TEST(a_longer_limit_does_not_lift_extensions_above_the_ceiling)
{
    const char *at = "2026-12-01T09:00:00+08:00";
    const struct complaint *complaint = fixture_complaint(STAGE_INVESTIGATION);

    complaint = tell(extend(complaint, 30, at), at, at);
    complaint = tell(extend(complaint, 15, at), at, at);
    assert_instant(complaint->statutory_due_at, "2027-01-19T23:59:59+08:00");
    complaint = classify(complaint, LEVEL_COMPLEX, "2026-12-03T09:00:00+08:00");
    ck_assert_int_eq(complaint->statutory_days, 60);
    assert_instant(complaint->statutory_due_at, "2027-01-19T23:59:59+08:00");
    complaint = classify(complaint, LEVEL_ORDINARY, "2026-12-04T09:00:00+08:00");
    ck_assert_int_eq(complaint->statutory_days, 60);
}
END_TEST

/* An extension in force does not lengthen the time in which a level counts. */
START_TEST(an_extension_gives_a_late_level_no_part_in_the_limit)
{
    const struct complaint *complaint = fixture_complaint(STAGE_INVESTIGATION);

    complaint = extend(complaint, 15, "2026-12-01T09:00:00+08:00");
    complaint = tell(complaint, "2026-12-04T09:00:00+08:00", "2026-12-06T10:00:00+08:00");
    assert_instant(complaint->statutory_due_at, "2026-12-20T23:59:59+08:00");
    complaint = classify(complaint, LEVEL_COMPLEX, "2026-12-06T11:00:00+08:00");
    ck_assert_int_eq(complaint->level, LEVEL_COMPLEX);
    assert_instant(complaint->statutory_due_at, "2026-12-20T23:59:59+08:00");
    complaint = classify(complaint, LEVEL_ORDINARY, "2026-12-07T09:00:00+08:00");
    ck_assert_int_eq(complaint->statutory_days, 30);
}
END_TEST

/* A complex case called ordinary by mistake after the fifteenth day, and the mistake mended. */
START_TEST(a_late_lower_level_does_not_shorten_the_limit_and_can_be_undone)
{
    const struct complaint *complaint = classify(fixture_complaint(STAGE_INVESTIGATION),
                                                 LEVEL_COMPLEX, "2026-11-23T10:00:00+08:00");

    complaint = classify(complaint, LEVEL_ORDINARY, "2026-12-06T00:00:00+08:00");
    ck_assert_int_eq(complaint->level, LEVEL_ORDINARY);
    assert_instant(complaint->statutory_due_at, "2026-12-20T23:59:59+08:00");
    assert_instant(complaint->stage_due_at, "2026-11-27T17:30:00+08:00");
    complaint = classify(complaint, LEVEL_COMPLEX, "2026-12-08T09:00:00+08:00");
    assert_instant(complaint->statutory_due_at, "2026-12-20T23:59:59+08:00");
    /* To another level of the same limit even on the last day. */
    complaint = classify(complaint, LEVEL_MAJOR, "2026-12-20T23:59:59+08:00");
    ck_assert_int_eq(complaint->limit_level, LEVEL_MAJOR);
    assert_instant(complaint->statutory_due_at, "2026-12-20T23:59:59+08:00");
}
END_TEST

/* What a told mediation takes out of the limit counts for the level too. */
START_TEST(a_pause_moves_the_end_of_the_time_for_a_level)
{
    struct pause pause = {.from = fixture_time("2026-11-24T09:00:00+08:00"),
                          .to = fixture_time("2026-11-26T09:00:00+08:00"),
                          .told_at = fixture_time("2026-11-24T09:00:00+08:00"),
                          .statutory = true};
    struct complaint *complaint = fixture_complaint(STAGE_INVESTIGATION);

    complaint->clock_pauses = &pause;
    complaint->clock_pause_count = 1;
    ck_assert_int_eq(
        classify(complaint, LEVEL_COMPLEX, "2026-12-07T23:59:59+08:00")->statutory_days, 30);
    ck_assert_int_eq(
        classify(complaint, LEVEL_COMPLEX, "2026-12-08T00:00:00+08:00")->statutory_days, 15);
}
END_TEST

START_TEST(a_lower_level_shortens_both_clocks)
{
    const struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    const struct complaint *complex = classify(before, LEVEL_COMPLEX, "2026-11-23T10:00:00+08:00");
    const struct complaint *again = classify(complex, LEVEL_ORDINARY, "2026-11-24T10:00:00+08:00");

    ck_assert_int_eq(again->level, LEVEL_ORDINARY);
    ck_assert_int_eq(again->stage_due_at, before->stage_due_at);
    ck_assert_int_eq(again->statutory_due_at, before->statutory_due_at);
    ck_assert_int_eq(again->due_at, before->due_at);
}
END_TEST

START_TEST(the_complaints_own_policy_is_kept)
{
    struct receive_command receipt = fixture_receipt();
    struct change received;
    struct complaint *complaint;

    receipt.level = LEVEL_COMPLEX;
    receipt.received_at = fixture_time("2026-12-31T10:00:00+08:00");
    ck_assert_int_eq(fixture_receive(fixture->agent1, &receipt, &received), FAULT_NONE);
    complaint = classify(&received.after, LEVEL_ORDINARY, "2027-01-05T10:00:00+08:00");
    /* 15 days of policy 1, although policy 2 is in force by now. */
    assert_instant(complaint->statutory_due_at, "2027-01-15T23:59:59+08:00");
}
END_TEST

/* A clock that stands still has no due time and does not get one by a classification. */
START_TEST(a_paused_clock_stays_paused)
{
    struct complaint *complaint = fixture_complaint(STAGE_INVESTIGATION);

    struct pause pause = {.from = fixture_time("2026-11-24T09:00:00+08:00"),
                          .to = INSTANT_NONE,
                          .told_at = fixture_time("2026-11-24T09:00:00+08:00"),
                          .statutory = true};

    complaint->clock_pauses = &pause;
    complaint->clock_pause_count = 1;
    complaint->stage_due_at = complaint_current(complaint)->due_at = INSTANT_NONE;
    complaint->statutory_due_at = complaint->due_at = INSTANT_NONE;
    complaint = classify(complaint, LEVEL_COMPLEX, "2026-11-25T10:00:00+08:00");
    ck_assert_int_eq(complaint->stage_due_at, INSTANT_NONE);
    ck_assert_int_eq(complaint_current(complaint)->due_at, INSTANT_NONE);
    ck_assert_int_eq(complaint->statutory_due_at, INSTANT_NONE);
    ck_assert_int_eq(complaint->due_at, INSTANT_NONE);
}
END_TEST

START_TEST(a_joint_complaint_of_many_stays_major)
{
    struct receive_command receipt = fixture_receipt();
    struct classify_command input = nothing();
    struct change received, change;

    receipt.complainant.people = 20;
    ck_assert_int_eq(fixture_receive(fixture->agent1, &receipt, &received), FAULT_NONE);
    input.level = LEVEL_ORDINARY;
    ck_assert_int_eq(
        fixture_decide(ACTION_CLASSIFY, &received.after, fixture->agent1, ENTERED, &input, &change),
        FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/level"), "major_by_rule");
    input.level = LEVEL_MAJOR;
    ck_assert_int_eq(
        fixture_decide(ACTION_CLASSIFY, &received.after, fixture->agent1, ENTERED, &input, &change),
        FAULT_NONE);
}
END_TEST

/* Owner, the unit's intake and handlers, its supervisors; in every open stage. */
START_TEST(who_may_classify)
{
    static const struct {
        const char *login;
        enum fault expected;
    } cases[] = {
        {"agent1", FAULT_NONE},      {"handler1", FAULT_NONE},      {"intake1", FAULT_NONE},
        {"supervisor1", FAULT_NONE}, {"auditor1", FAULT_FORBIDDEN}, {"agent2", FAULT_NOT_FOUND},
        {"admin", FAULT_NOT_FOUND},
    };
    struct classify_command input = nothing();
    struct change change;

    input.urgency = 2;
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        ck_assert_int_eq(fixture_decide(ACTION_CLASSIFY, fixture_complaint((enum stage)stage),
                                        institution_staff_by_login(&fixture->institution,
                                                                   text_of(cases[_i].login)),
                                        "2026-11-25T10:00:00+08:00", &input, &change),
                         cases[_i].expected);
}
END_TEST

Suite *lifecycle_classify_suite(void)
{
    Suite *suite = suite_create("lifecycle_classify");
    TCase *tests = tcase_create("lifecycle_classify");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, only_what_is_given_changes);
    tcase_add_test(tests, tags_and_classes_are_replaced);
    tcase_add_test(tests, unknown_classes_are_violations);
    tcase_add_test(tests, a_higher_level_lengthens_both_clocks);
    tcase_add_test(tests, a_statutory_limit_that_ran_out_is_not_moved);
    tcase_add_test(tests, a_longer_limit_does_not_lift_extensions_above_the_ceiling);
    tcase_add_test(tests, an_extension_gives_a_late_level_no_part_in_the_limit);
    tcase_add_test(tests, a_late_lower_level_does_not_shorten_the_limit_and_can_be_undone);
    tcase_add_test(tests, a_pause_moves_the_end_of_the_time_for_a_level);
    tcase_add_test(tests, a_lower_level_shortens_both_clocks);
    tcase_add_test(tests, the_complaints_own_policy_is_kept);
    tcase_add_test(tests, a_paused_clock_stays_paused);
    tcase_add_test(tests, a_joint_complaint_of_many_stays_major);
    tcase_add_loop_test(tests, who_may_classify, 0, 7);
    suite_add_tcase(suite, tests);
    return suite;
}
