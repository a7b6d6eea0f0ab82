#include "tests/runner.h"
#include "tests/unit/fixture.h"

Suite *institution_suite(void);

START_TEST(every_unit_is_found_by_id_and_code)
{
    const struct unit *unit = &fixture->institution.units[_i];

    ck_assert_ptr_eq(institution_unit(&fixture->institution, unit->id), unit);
    ck_assert_ptr_eq(institution_unit_by_code(&fixture->institution, unit->code), unit);
}
END_TEST

START_TEST(every_member_of_staff_is_found_by_id_and_login)
{
    const struct staff *staff = &fixture->institution.staff[_i];

    ck_assert_ptr_eq(institution_staff(&fixture->institution, staff->id), staff);
    ck_assert_ptr_eq(institution_staff_by_login(&fixture->institution, staff->login), staff);
}
END_TEST

START_TEST(every_class_is_found_by_code)
{
    const struct complaint_class *class = &fixture->institution.classes[_i];

    ck_assert_ptr_eq(institution_class(&fixture->institution, class->code), class);
}
END_TEST

START_TEST(what_is_not_there_is_not_found)
{
    const struct institution *institution = &fixture->institution;
    static const struct text codes[] = {{NULL, 0},  {"", 0},     {"A", 1},          {"HN-", 3},
                                        {"hn", 2},  {"B05 ", 4}, {"agent", 5},      {"agent11", 7},
                                        {"zzz", 3}, {"C", 1},    {"HN-CS-0011", 10}};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        ck_assert_ptr_null(institution_unit_by_code(institution, codes[i]));
        ck_assert_ptr_null(institution_staff_by_login(institution, codes[i]));
        ck_assert_ptr_null(institution_class(institution, codes[i]));
    }
    ck_assert_ptr_null(institution_unit(institution, UUID_NONE));
    ck_assert_ptr_null(institution_staff(institution, UUID_NONE));
    ck_assert_ptr_null(institution_staff(institution, fixture->hn->id));
    ck_assert_ptr_null(institution_unit(institution, fixture->agent1->id));
}
END_TEST

START_TEST(an_empty_institution_knows_nobody)
{
    struct institution empty = {0};

    ck_assert_ptr_null(institution_unit(&empty, fixture->hn->id));
    ck_assert_ptr_null(institution_unit_by_code(&empty, TEXT("HN")));
    ck_assert_ptr_null(institution_staff(&empty, fixture->agent1->id));
    ck_assert_ptr_null(institution_staff_by_login(&empty, TEXT("agent1")));
    ck_assert_ptr_null(institution_class(&empty, TEXT("B05")));
}
END_TEST

START_TEST(a_subtree_holds_its_root_and_what_is_below)
{
    ck_assert(unit_within(fixture->hn, fixture->hn));
    ck_assert(unit_within(fixture->cs1, fixture->hn));
    ck_assert(unit_within(fixture->cs2, fixture->hn));
    ck_assert(unit_within(fixture->cs1, fixture->cs1));
    ck_assert(!unit_within(fixture->hn, fixture->cs1));
    ck_assert(!unit_within(fixture->cs2, fixture->cs1));
    ck_assert(!unit_within(fixture->cs1, fixture->cs2));
    ck_assert(!unit_within(fixture->gd, fixture->hn));
    ck_assert(!unit_within(fixture->hn, fixture->gd));
}
END_TEST

/* The day counts as it is in the institution's zone. */
START_TEST(the_policy_of_the_day_of_receipt_holds)
{
    static const struct {
        const char *received_at;
        int version;
    } cases[] = {
        {"2010-05-05T12:00:00+08:00", 1}, /* before all policies: the oldest */
        {"2020-01-01T00:00:00+08:00", 1}, {"2026-12-31T23:59:59+08:00", 1},
        {"2027-01-01T00:00:00+08:00", 2}, {"2026-12-31T15:59:59Z", 1},
        {"2026-12-31T16:00:00Z", 2},      {"2040-01-01T00:00:00+08:00", 2},
    };

    ck_assert_int_eq(
        institution_policy_for(&fixture->institution, fixture_time(cases[_i].received_at))->version,
        cases[_i].version);
}
END_TEST

START_TEST(a_policy_is_found_by_version)
{
    ck_assert_int_eq(institution_policy(&fixture->institution, 1)->version, 1);
    ck_assert_int_eq(institution_policy(&fixture->institution, 2)->version, 2);
    ck_assert_int_eq(institution_policy(&fixture->institution, 99)->version, 1);
    ck_assert_int_eq(institution_policy(&fixture->institution, 0)->version, 1);
}
END_TEST

Suite *institution_suite(void)
{
    Suite *suite = suite_create("institution");
    TCase *tests = tcase_create("institution");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_loop_test(tests, every_unit_is_found_by_id_and_code, 0, 4);
    tcase_add_loop_test(tests, every_member_of_staff_is_found_by_id_and_login, 0, 10);
    tcase_add_loop_test(tests, every_class_is_found_by_code, 0, 3);
    tcase_add_test(tests, what_is_not_there_is_not_found);
    tcase_add_test(tests, an_empty_institution_knows_nobody);
    tcase_add_test(tests, a_subtree_holds_its_root_and_what_is_below);
    tcase_add_loop_test(tests, the_policy_of_the_day_of_receipt_holds, 0, 7);
    tcase_add_test(tests, a_policy_is_found_by_version);
    suite_add_tcase(suite, tests);
    return suite;
}
