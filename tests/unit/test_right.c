#include "lib/complaint/right.h"

#include "lib/complaint/lifecycle.h"
#include "tests/runner.h"
#include "tests/unit/fixture.h"

Suite *right_suite(void);

/* What a command may do is asked by its action: each that a caller can take has one row. */
START_TEST(each_action_has_one_row)
{
    for (int action = 0; action < ACTION_COUNT; action++) {
        const struct right *right = right_of_action((enum action)action);
        bool callers = action != ACTION_RECALCULATE && action != ACTION_ERASE;
        ck_assert_int_eq(right == &rights[RIGHT_NONE], !callers);
        if (!callers)
            continue;
        ck_assert_int_eq(right->of, action == ACTION_RECEIVE ? OF_UNIT : OF_COMPLAINT);
        ck_assert_uint_ne(right->who, 0);
        for (int other = 0; other < action; other++)
            ck_assert_ptr_ne(right, right_of_action((enum action)other));
    }
}
END_TEST

/* A table of commands or of administration that a token for reading opens would be a hole. */
START_TEST(rows_are_whole)
{
    for (int i = RIGHT_NONE + 1; i < RIGHT_COUNT; i++) {
        const struct right *right = &rights[i];
        bool all = right->of == OF_ANYBODY || right->of == OF_SIGNED_IN || right->of == OF_SESSION;
        ck_assert_str_ne(right->operation, "");
        ck_assert_msg((right->who == 0) == all, "%s", right->operation);
        ck_assert_msg(right->of == OF_COMPLAINT || right->barred == 0, "%s", right->operation);
        ck_assert_msg(right->of != OF_ROLE || right->scopes != 0, "%s", right->operation);
    }
}
END_TEST

START_TEST(a_token_needs_the_scope_and_the_holder_the_role)
{
    struct principal who = fixture_principal(fixture->agent1);
    const struct right *create = &rights[RIGHT_calendar_create],
                       *list = &rights[RIGHT_complaint_list];

    who.scopes = SCOPE_BIT(SCOPE_READ);
    ck_assert_int_eq(right_of_caller(list, &who), FAULT_NONE);
    ck_assert_int_eq(right_of_caller(create, &who), FAULT_TOKEN_SCOPE);
    ck_assert_int_eq(right_of_caller(&rights[RIGHT_complaint_advance], &who), FAULT_TOKEN_SCOPE);
    ck_assert_int_eq(right_of_caller(&rights[RIGHT_session_get], &who), FAULT_NONE);
    who.scopes = SCOPES_ALL;
    ck_assert_int_eq(right_of_caller(create, &who), FAULT_FORBIDDEN);
    who.staff = institution_staff_by_login(&fixture->institution, TEXT("admin"));
    ck_assert_int_eq(right_of_caller(create, &who), FAULT_NONE);
    ck_assert_int_eq(right_of_caller(list, &who), FAULT_FORBIDDEN);
    who.through = fixture->agent1; /* nobody administers on behalf of others */
    ck_assert_int_eq(right_of_caller(create, &who), FAULT_FORBIDDEN);
}
END_TEST

Suite *right_suite(void)
{
    Suite *suite = suite_create("right");
    TCase *tests = tcase_create("right");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, each_action_has_one_row);
    tcase_add_test(tests, rows_are_whole);
    tcase_add_test(tests, a_token_needs_the_scope_and_the_holder_the_role);
    suite_add_tcase(suite, tests);
    return suite;
}
