#include "lib/complaint/command_check.h"
#include "tests/unit/fixture.h"

Suite *lifecycle_urge_suite(void);

#define AT "2026-11-24T12:00:00+08:00"
#define LATER "2026-11-24T15:00:00+08:00"
#define TOMORROW "2026-11-25T17:30:00+08:00"
#define NEXT_WEEK "2026-12-01T17:30:00+08:00"

static struct complaint *urge(const struct complaint *before, const char *due_at)
{
    const struct urge_command input = {TEXT("请联系客户13800001234"), fixture_time(due_at)};
    return fixture_do(ACTION_URGE, before, fixture->supervisor1, AT, &input);
}

static struct complaint *answer(const struct complaint *before, const struct staff *who, int number)
{
    const struct urge_answer_command input = {number, TEXT("已致电13800001234")};
    return fixture_do(ACTION_ANSWER_URGE, before, who, LATER, &input);
}

static enum fault answered(const struct complaint *before, const struct staff *who, int number)
{
    const struct urge_answer_command input = {number, TEXT("已致电")};
    struct change change;
    return fixture_decide(ACTION_ANSWER_URGE, before, who, LATER, &input, &change);
}

START_TEST(an_order_waits_until_its_time_and_moves_no_clock)
{
    const struct complaint *before = fixture_complaint(_i);
    const struct complaint *after = urge(before, TOMORROW);

    ck_assert_int_eq(after->urges, 1);
    assert_instant(after->urge_due_at, TOMORROW);
    ck_assert_int_eq(after->due_at, before->due_at);
    ck_assert_int_eq(after->stage, before->stage);
    ck_assert_int_eq(after->status, STATUS_OPEN);
    assert_uuid(after->owner.id, before->owner.id);
}
END_TEST

START_TEST(its_text_is_private_and_masked_in_the_item)
{
    const struct urge_command input = {TEXT("请联系客户13800001234"), fixture_time(TOMORROW)};
    struct change change;

    ck_assert_int_eq(fixture_decide(ACTION_URGE, fixture_complaint(STAGE_INTAKE),
                                    fixture->supervisor1, AT, &input, &change),
                     FAULT_NONE);
    assert_text(fixture_private(&change, "text"), "请联系客户13800001234");
    assert_text(((const struct urge_command *)change.item)->text, "请联系客户138****1234");
    assert_text(fixture_fact(&change, "number"), "1");
    assert_text(fixture_fact(&change, "due_at"), "\"2026-11-25T09:30:00.000000Z\"");
}
END_TEST

START_TEST(several_wait_and_the_first_that_is_due_counts)
{
    const struct complaint *after =
        urge(urge(fixture_complaint(STAGE_INVESTIGATION), NEXT_WEEK), TOMORROW);

    ck_assert_int_eq(after->urges, 2);
    assert_instant(after->urge_due_at, TOMORROW);
    after = answer(after, fixture->handler1, 2);
    assert_instant(after->urge_due_at, NEXT_WEEK);
    ck_assert_int_eq(answered(after, fixture->handler1, 2), FAULT_URGE_UNKNOWN);
    after = answer(after, fixture->handler1, 1);
    ck_assert_int_eq(after->urge_due_at, INSTANT_NONE);
    ck_assert_int_eq(answered(after, fixture->handler1, 1), FAULT_URGE_UNKNOWN);
    after = urge(after, TOMORROW);
    ck_assert_int_eq(after->urges, 3);
    ck_assert_int_eq(answered(after, fixture->handler1, 3), FAULT_NONE);
}
END_TEST

START_TEST(there_is_no_order_of_another_number)
{
    const struct complaint *before = urge(fixture_complaint(STAGE_INVESTIGATION), TOMORROW);
    static const int numbers[] = {0, 2, -1, INT32_MAX};

    ck_assert_int_eq(answered(before, fixture->handler1, numbers[_i]), FAULT_URGE_UNKNOWN);
}
END_TEST

START_TEST(supervisors_order_and_nobody_else)
{
    const struct urge_command input = {TEXT("请说明进展"), fixture_time(TOMORROW)};
    const struct staff *others[] = {fixture->handler1, fixture->agent1, fixture->auditor1};
    const struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct change change;

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ck_assert_int_eq(fixture_decide(ACTION_URGE, before, others[i], AT, &input, &change),
                         FAULT_FORBIDDEN);
    ck_assert_int_eq(fixture_decide(ACTION_URGE, before, fixture->supervisor2, AT, &input, &change),
                     FAULT_NOT_FOUND);
}
END_TEST

START_TEST(the_owner_by_then_answers_and_nobody_else)
{
    const struct assign_command assign = {TEXT("agent2"), TEXT_NONE};
    const struct complaint *before = urge(fixture_complaint(STAGE_INVESTIGATION), TOMORROW);

    ck_assert_int_eq(answered(before, fixture->supervisor1, 1), FAULT_NOT_OWNER);
    ck_assert_int_eq(answered(before, fixture->agent1, 1), FAULT_NOT_OWNER);
    ck_assert_int_eq(answered(before, fixture->auditor1, 1), FAULT_FORBIDDEN);
    before = fixture_do(ACTION_ASSIGN, before, fixture->supervisor1, LATER, &assign);
    assert_instant(before->urge_due_at, TOMORROW);
    ck_assert_int_eq(answered(before, fixture->handler1, 1), FAULT_NOT_OWNER);
    ck_assert_int_eq(answered(before, fixture->agent2, 1), FAULT_NONE);
}
END_TEST

START_TEST(an_end_answers_all_and_the_next_round_has_none)
{
    const struct withdraw_command withdrawal = {TEXT("客户撤诉"), INSTANT_NONE};
    const struct round_command again = {.kind = ROUND_ERROR,
                                        .stage = TERM_NONE,
                                        .owner = TEXT("handler1"),
                                        .reason = TEXT("处理有误"),
                                        .at = INSTANT_NONE};
    const struct complaint *after =
        urge(urge(fixture_complaint(STAGE_INVESTIGATION), TOMORROW), NEXT_WEEK);

    after = fixture_do(ACTION_WITHDRAW, after, fixture->handler1, LATER, &withdrawal);
    ck_assert_int_eq(after->urge_due_at, INSTANT_NONE);
    ck_assert_int_eq(answered(after, fixture->handler1, 1), FAULT_NOT_OPEN);
    after = fixture_do(ACTION_REOPEN, after, fixture->supervisor1, TOMORROW, &again);
    ck_assert_int_eq(after->urges, 2);
    ck_assert_int_eq(after->urge_due_at, INSTANT_NONE);
    ck_assert_int_eq(answered(after, fixture->handler1, 2), FAULT_URGE_UNKNOWN);
    after = urge(after, NEXT_WEEK);
    ck_assert_int_eq(answered(after, fixture->handler1, 2), FAULT_URGE_UNKNOWN);
    after = answer(after, fixture->handler1, 3);
    ck_assert_int_eq(after->urge_due_at, INSTANT_NONE);
}
END_TEST

START_TEST(a_round_has_so_many_at_most)
{
    const struct urge_command input = {TEXT("请说明进展"), fixture_time(TOMORROW)};
    const struct complaint *before = fixture_complaint(STAGE_INTAKE);
    struct change change;

    for (int i = 0; i < 64; i++)
        before = urge(before, NEXT_WEEK);
    ck_assert_int_eq(fixture_decide(ACTION_URGE, before, fixture->supervisor1, AT, &input, &change),
                     FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, ""), "too_many");
}
END_TEST

START_TEST(its_time_lies_ahead_but_not_far)
{
    static const struct {
        const char *due_at, *code;
    } cases[] = {{"2026-11-24T12:00:00+08:00", "in_past"},
                 {"2026-11-24T12:00:01+08:00", NULL},
                 {"2027-11-25T12:00:00+08:00", NULL},
                 {"2027-11-25T12:00:01+08:00", "too_far_ahead"}};
    const struct urge_command input = {TEXT("请说明进展"), fixture_time(cases[_i].due_at)};
    const struct urge_command absent = {TEXT("请说明进展"), INSTANT_NONE};

    check_urge(&absent, &fixture->institution, fixture_time(AT), &fixture->violations);
    ck_assert_uint_eq(fixture->violations.count, 0); /* the shape's to say */
    check_urge(&input, &fixture->institution, fixture_time(AT), &fixture->violations);
    const char *code = fixture_code_at(&fixture->violations, "/due_at");
    ck_assert_str_eq(code ? code : "", cases[_i].code ? cases[_i].code : "");
}
END_TEST

Suite *lifecycle_urge_suite(void)
{
    Suite *suite = suite_create("lifecycle_urge");
    TCase *tests = tcase_create("lifecycle_urge");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_loop_test(tests, an_order_waits_until_its_time_and_moves_no_clock, 0, STAGE_COUNT);
    tcase_add_test(tests, its_text_is_private_and_masked_in_the_item);
    tcase_add_test(tests, several_wait_and_the_first_that_is_due_counts);
    tcase_add_loop_test(tests, there_is_no_order_of_another_number, 0, 4);
    tcase_add_test(tests, supervisors_order_and_nobody_else);
    tcase_add_test(tests, the_owner_by_then_answers_and_nobody_else);
    tcase_add_test(tests, an_end_answers_all_and_the_next_round_has_none);
    tcase_add_test(tests, a_round_has_so_many_at_most);
    tcase_add_loop_test(tests, its_time_lies_ahead_but_not_far, 0, 4);
    suite_add_tcase(suite, tests);
    return suite;
}
