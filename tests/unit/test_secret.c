#include <check.h>
#include <stdio.h>

#include "lib/complaint/secret.h"
#include "tests/support/source_file.h"

Suite *secret_suite(void);

START_TEST(passwords_and_security_codes_are_seen_and_what_is_near_them_is_not)
{
    json_t *cases = source_file_json("tests/data/secrets.json"),
           *row; /* [{"in", "secret", "why"}] */
    int failed = 0;
    size_t i;

    json_array_foreach(cases, i, row)
    {
        const char *in = json_string_value(json_object_get(row, "in"));
        bool secret = json_is_true(json_object_get(row, "secret"));
        ck_assert_ptr_nonnull(in);
        if (secret_found(text_of(in)) != secret) {
            fprintf(stderr, "%s: expected %s\n", in, secret ? "a secret" : "none");
            failed++;
        }
    }
    ck_assert_uint_ge(i, 50);
    ck_assert_int_eq(failed, 0);
    ck_assert(!secret_found(TEXT_NONE));
    json_decref(cases);
}
END_TEST

Suite *secret_suite(void)
{
    Suite *suite = suite_create("secret");
    TCase *tests = tcase_create("secret");

    tcase_add_test(tests, passwords_and_security_codes_are_seen_and_what_is_near_them_is_not);
    suite_add_tcase(suite, tests);
    return suite;
}
