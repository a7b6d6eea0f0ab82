#include "lib/complaint/retention.h"
#include "tests/unit/fixture.h"

Suite *retention_suite(void);

#define ENDED "2026-11-24T15:00:00+08:00"
#define SHORT_OF_IT "2029-11-24T23:59:59+08:00"
#define OVER "2029-11-25T00:00:00+08:00"

/* One that the customer withdrew. */
static struct complaint *ended(void)
{
    const struct withdraw_command input = {TEXT("不再追究"), INSTANT_NONE};

    return fixture_do(ACTION_WITHDRAW, fixture_complaint(STAGE_INTAKE), fixture->agent1, ENDED,
                      &input);
}

static enum fault erase(const struct complaint *before, const char *at, struct change *ret)
{
    const struct erase_command command = {7, TEXT("supervisor2")};
    const struct principal who = fixture_principal(fixture->supervisor1);
    const struct situation situation = {.institution = &fixture->institution,
                                        .who = &who,
                                        .before = before,
                                        .at = fixture_time(at),
                                        .arena = fixture->arena};

    return lifecycle_erase(&situation, &command, ret);
}

START_TEST(what_ended_is_kept_for_the_years_of_its_policy)
{
    struct institution *institution = &fixture->institution;
    struct policy policy = institution->policies[0];
    struct complaint *complaint = ended();

    assert_instant(retention_until(institution, complaint), SHORT_OF_IT);
    ck_assert(!retention_is_over(institution, complaint, fixture_time(SHORT_OF_IT)));
    ck_assert(retention_is_over(institution, complaint, fixture_time(OVER)));
    policy.retention_years = 5;
    institution->policies = &policy;
    institution->policy_count = 1;
    assert_instant(retention_until(institution, complaint), "2031-11-24T23:59:59+08:00");
    policy.retention_years = 1; /* which no policy can say */
    assert_instant(retention_until(institution, complaint), SHORT_OF_IT);
}
END_TEST

START_TEST(days_are_those_of_the_institution)
{
    static const struct {
        const char *closed, *until;
    } cases[] = {
        {"2026-12-31T16:30:00Z", "2030-01-01T23:59:59+08:00"},
        {"2026-12-31T15:30:00Z", "2029-12-31T23:59:59+08:00"},
        {"2024-02-29T12:00:00+08:00", "2027-02-28T23:59:59+08:00"},
        {"2024-03-01T00:00:00+08:00", "2027-03-01T23:59:59+08:00"},
    };
    struct complaint *complaint = ended();

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        complaint->closed_at = fixture_time(cases[i].closed);
        assert_instant(retention_until(&fixture->institution, complaint), cases[i].until);
    }
}
END_TEST

START_TEST(what_is_open_is_kept)
{
    struct complaint *complaint = fixture_complaint(STAGE_INVESTIGATION);
    struct change change;

    ck_assert_int_eq(retention_until(&fixture->institution, complaint), INSTANT_NONE);
    ck_assert(!retention_is_over(&fixture->institution, complaint, fixture_time(OVER)));
    ck_assert_int_eq(erase(complaint, OVER, &change), FAULT_STILL_OPEN);
}
END_TEST

START_TEST(it_is_erased_once_and_not_before_its_time)
{
    struct complaint *before = ended();
    struct change change;

    ck_assert_int_eq(erase(before, SHORT_OF_IT, &change), FAULT_STILL_OPEN);
    ck_assert_int_eq(erase(before, OVER, &change), FAULT_NONE);
    ck_assert_int_eq(change.action, ACTION_ERASE);
    assert_instant(change.after.erased_at, OVER);
    ck_assert_int_eq(change.after.version, before->version + 1);
    ck_assert_uint_eq(change.private_count, 0);
    assert_text(fixture_fact(&change, "order"), "7");
    assert_text(fixture_fact(&change, "requested_by"), "\"supervisor2\"");
    ck_assert_int_eq(erase(&change.after, OVER, &change), FAULT_ERASED);
}
END_TEST

START_TEST(nobody_has_erased_what_is_about_themselves)
{
    struct complaint *before = ended();
    struct change change;

    before->staff_complained_of = TEXT("supervisor1"); /* who approves */
    ck_assert_int_eq(erase(before, OVER, &change), FAULT_RECUSED);
    before->staff_complained_of = TEXT("supervisor2"); /* who asks */
    ck_assert_int_eq(erase(before, OVER, &change), FAULT_RECUSED);
    before->staff_complained_of = TEXT("agent1");
    ck_assert_int_eq(erase(before, OVER, &change), FAULT_NONE);
}
END_TEST

START_TEST(nothing_more_is_done_to_it)
{
    const struct institution *institution = &fixture->institution;
    struct complaint *complaint = ended();

    ck_assert_uint_ne(lifecycle_allowed(institution, complaint, ~0u), 0);
    complaint->erased_at = fixture_time(OVER);
    ck_assert_uint_eq(lifecycle_allowed(institution, complaint, ~0u), 0);
    for (int action = 0; action < ACTION_COUNT; action++)
        ck_assert_int_eq(lifecycle_state(institution, complaint, (enum action)action),
                         FAULT_ERASED);
}
END_TEST

Suite *retention_suite(void)
{
    Suite *suite = suite_create("retention");
    TCase *tests = tcase_create("retention");
    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, what_ended_is_kept_for_the_years_of_its_policy);
    tcase_add_test(tests, days_are_those_of_the_institution);
    tcase_add_test(tests, what_is_open_is_kept);
    tcase_add_test(tests, it_is_erased_once_and_not_before_its_time);
    tcase_add_test(tests, nobody_has_erased_what_is_about_themselves);
    tcase_add_test(tests, nothing_more_is_done_to_it);
    suite_add_tcase(suite, tests);
    return suite;
}
