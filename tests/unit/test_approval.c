/* What waits for a second person: from when it is asked for until it is decided, overtaken or lapses. */
#include "lib/complaint/approval.h"
#include "tests/unit/fixture.h"

Suite *approval_suite(void);

#define AT "2026-11-24T12:00:00+08:00"
#define LATER "2026-11-24T15:00:00+08:00"
#define NEXT_NOON "2026-11-25T12:00:00+08:00"

static const struct reason_command nothing;
static const struct extension_decision_command first = {.extension = 1};

/* What waits at a moment: one thing, or nothing. */
static const struct approval *awaited(const struct complaint *complaint, const char *at)
{
    struct approval *approvals = arena_array(fixture->arena, APPROVALS_MAX, sizeof *approvals);
    size_t count = approvals_awaited(&fixture->institution, complaint, fixture_time(at), approvals);

    ck_assert_uint_le(count, 1);
    return count ? approvals : NULL;
}

static void expect(const struct complaint *complaint, enum action action)
{
    const struct approval *found = awaited(complaint, LATER);

    ck_assert_ptr_nonnull(found);
    ck_assert_int_eq(found->action, action);
    assert_text(found->by.login, "handler1");
    assert_instant(found->since, AT);
}

static struct complaint *handler_does(enum action action, const struct complaint *before,
                                      const void *input)
{
    return fixture_do(action, before, fixture->handler1, AT, input);
}

static struct complaint *supervisor_does(enum action action, const struct complaint *before,
                                         const void *input)
{
    return fixture_do(action, before, fixture->supervisor1, LATER, input);
}

static struct complaint *planned(const struct complaint *before, int64_t amount)
{
    struct redress_item refund = {REDRESS_REFUND, amount};
    const struct plan_command plan = {TEXT("退款"), &refund, 1};

    return handler_does(ACTION_PLAN, before, &plan);
}

static struct complaint *extended(const struct complaint *before)
{
    const struct extension_command input = {15, TEXT("等待回函")};

    return handler_does(ACTION_EXTENSIONS, before, &input);
}

static struct complaint *unmasked(const struct complaint *before)
{
    const struct unmask_command input = {.fields = 1u << UNMASK_ACCOUNT_NUMBER,
                                         .purpose = TEXT("核对卡号")};

    return handler_does(ACTION_UNMASK, before, &input);
}

START_TEST(a_plan_above_the_limit_waits)
{
    const struct complaint *before = fixture_complaint(STAGE_RESOLUTION);
    const struct complaint *after = planned(before, 2000000);

    ck_assert_ptr_null(awaited(before, LATER));
    ck_assert_ptr_null(awaited(planned(before, 500000), LATER));
    expect(after, ACTION_APPROVE_PLAN);
    ck_assert_ptr_null(awaited(planned(after, 500000), LATER)); /* another one, within it */
    ck_assert_ptr_null(awaited(supervisor_does(ACTION_APPROVE_PLAN, after, &nothing), LATER));
}
END_TEST

START_TEST(a_plan_waits_in_its_stage_alone)
{
    const struct send_back_command back = {
        .to = STAGE_INVESTIGATION, .owner = TEXT("handler1"), .reason = TEXT("事实不清")};
    const struct advance_command onward = {.owner = TEXT("handler1")};
    const struct complaint *after = handler_does(
        ACTION_SEND_BACK, planned(fixture_complaint(STAGE_RESOLUTION), 2000000), &back);

    ck_assert_ptr_null(awaited(after, LATER));
    expect(handler_does(ACTION_ADVANCE, after, &onward), ACTION_APPROVE_PLAN);
}
END_TEST

START_TEST(an_extension_waits)
{
    const struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    const struct complaint *after = extended(before);

    expect(after, ACTION_APPROVE_EXTENSION);
    ck_assert_ptr_null(awaited(supervisor_does(ACTION_APPROVE_EXTENSION, after, &first), LATER));
    after = supervisor_does(ACTION_REFUSE_EXTENSION, after, &first);
    ck_assert_ptr_null(awaited(after, LATER));
    expect(extended(after), ACTION_APPROVE_EXTENSION);
}
END_TEST

START_TEST(a_voiding_waits)
{
    const struct complaint *after =
        handler_does(ACTION_VOID, fixture_complaint(STAGE_FEEDBACK), &nothing);
    struct complaint answered = *after;

    expect(after, ACTION_APPROVE_VOID);
    ck_assert_ptr_null(awaited(supervisor_does(ACTION_APPROVE_VOID, after, &nothing), LATER));
    ck_assert_ptr_null(awaited(supervisor_does(ACTION_REFUSE_VOID, after, &nothing), LATER));
    answered.deliveries = 1; /* then it can only be refused */
    ck_assert_ptr_null(awaited(&answered, LATER));
}
END_TEST

START_TEST(an_unmasking_waits_for_a_day)
{
    const struct complaint *after = unmasked(fixture_complaint(STAGE_INVESTIGATION));

    expect(after, ACTION_APPROVE_UNMASK);
    ck_assert_ptr_nonnull(awaited(after, NEXT_NOON));
    ck_assert_ptr_null(awaited(after, "2026-11-25T12:00:01+08:00"));
    ck_assert_ptr_null(awaited(supervisor_does(ACTION_APPROVE_UNMASK, after, &nothing), LATER));
    ck_assert_ptr_null(awaited(supervisor_does(ACTION_REFUSE_UNMASK, after, &nothing), LATER));
}
END_TEST

START_TEST(an_end_leaves_an_unmasking_alone)
{
    const struct withdraw_command withdrawal = {TEXT("客户撤诉"), INSTANT_NONE};
    const struct round_command again = {.kind = ROUND_ERROR,
                                        .owner = TEXT("handler1"),
                                        .stage = TERM_NONE,
                                        .at = INSTANT_NONE,
                                        .reason = TEXT("撤诉有误")};
    struct approval approvals[APPROVALS_MAX];
    struct complaint *after = handler_does(
        ACTION_VOID, extended(planned(fixture_complaint(STAGE_RESOLUTION), 2000000)), &nothing);

    ck_assert_uint_eq(
        approvals_awaited(&fixture->institution, after, fixture_time(LATER), approvals), 3);
    after = handler_does(ACTION_WITHDRAW, unmasked(after), &withdrawal);
    expect(after, ACTION_APPROVE_UNMASK);
    after = supervisor_does(ACTION_REFUSE_UNMASK, after, &nothing);
    ck_assert_ptr_null(awaited(supervisor_does(ACTION_REOPEN, after, &again), LATER));
}
END_TEST

Suite *approval_suite(void)
{
    Suite *suite = suite_create("approval");
    TCase *tests = tcase_create("approval");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, a_plan_above_the_limit_waits);
    tcase_add_test(tests, a_plan_waits_in_its_stage_alone);
    tcase_add_test(tests, an_extension_waits);
    tcase_add_test(tests, a_voiding_waits);
    tcase_add_test(tests, an_unmasking_waits_for_a_day);
    tcase_add_test(tests, an_end_leaves_an_unmasking_alone);
    suite_add_tcase(suite, tests);
    return suite;
}
