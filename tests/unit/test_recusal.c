#include "lib/complaint/recusal.h"

#include "tests/runner.h"
#include "tests/unit/fixture.h"

Suite *recusal_suite(void);

START_TEST(who_is_complained_of_is_barred_and_nobody_else)
{
    struct complaint complaint = {.staff_complained_of = TEXT("agent1")};

    ck_assert(recusal_bars(&complaint, fixture->agent1));
    ck_assert(!recusal_bars(&complaint, fixture->agent2));
    ck_assert(!recusal_bars(&complaint, fixture->supervisor1));
}
END_TEST

START_TEST(a_complaint_about_nobody_bars_nobody)
{
    struct complaint complaint = {.staff_complained_of = TEXT_NONE};

    for (size_t i = 0; i < fixture->institution.staff_count; i++)
        ck_assert(!recusal_bars(&complaint, &fixture->institution.staff[i]));
}
END_TEST

START_TEST(a_login_that_begins_alike_is_somebody_else)
{
    struct complaint complaint = {.staff_complained_of = TEXT("agent")};

    ck_assert(!recusal_bars(&complaint, fixture->agent1));
}
END_TEST

Suite *recusal_suite(void)
{
    Suite *suite = suite_create("recusal");
    TCase *tests = tcase_create("recusal");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, who_is_complained_of_is_barred_and_nobody_else);
    tcase_add_test(tests, a_complaint_about_nobody_bars_nobody);
    tcase_add_test(tests, a_login_that_begins_alike_is_somebody_else);
    suite_add_tcase(suite, tests);
    return suite;
}
