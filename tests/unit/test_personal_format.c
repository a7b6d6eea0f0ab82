#include "lib/complaint/personal_format.h"

#include "lib/complaint/command_check.h"
#include "tests/runner.h"
#include "tests/unit/fixture.h"

Suite *personal_format_suite(void);

/* As a caller meets them: a receipt with the value is refused at its member, or not. */
static void expect(const struct receive_command *input, const char *pointer, const char *code)
{
    check_receive(input, &fixture->institution, fixture_time(ENTERED), &fixture->violations);
    ck_assert_uint_eq(fixture->violations.count, pointer ? 1 : 0);
    if (pointer)
        ck_assert_str_eq(fixture_code_at(&fixture->violations, pointer), code);
}

START_TEST(phones)
{
    static const struct {
        const char *phone;
        bool valid;
    } cases[] = {
        {"13800001234", true},
        {"138 0000 1234", true},
        {"0731-88881234", true},
        {"073188881234", true},
        {"88881234", true},
        {"95588", true},
        {"400-810-0000", true},
        {"+86 13800001234", true},
        {"+44 20 7946 0000", true},
        {"1234", false},
        {"123456789012345678901", false},
        {"12345678901234567890", true},
        {"call me", false},
        {"", false},
        {"+", false},
        {"0731--8888", false},
        {"-073188", false},
        {"073188-", false},
        {"138+00001234", false},
        {"１３８００００１２３４", false},
        {"13800001234x", false},
    };
    struct receive_command input = fixture_receipt();

    ck_assert_uint_lt((size_t)_i, sizeof cases / sizeof *cases);
    input.complainant.phone = text_of(cases[_i].phone);
    expect(&input, cases[_i].valid ? NULL : "/complainant/phone", "invalid_format");
}
END_TEST

START_TEST(emails)
{
    static const struct {
        const char *email;
        bool valid;
    } cases[] = {
        {"fang@example.com", true},
        {"a.b+c@mail.example.com.cn", true},
        {"用户@例子.中国", true},
        {"a_b-c@x-y.cn", true},
        {"fang", false},
        {"@example.com", false},
        {"fang@", false},
        {"fang@example", false},
        {"fang@@example.com", false},
        {"f ang@example.com", false},
        {"fang@example..com", false},
        {".fang@example.com", false},
        {"fang.@example.com", false},
        {"fang@.example.com", false},
        {"fang@example.com.", false},
        {"fang@-example.com", false},
        {"fang@exa_mple.com", false},
        {"fang@example.com,b@c.cn", false},
        {"<fang@example.com>", false},
        {"", false},
    };
    struct receive_command input = fixture_receipt();

    ck_assert_uint_lt((size_t)_i, sizeof cases / sizeof *cases);
    input.complainant.email = text_of(cases[_i].email);
    expect(&input, cases[_i].valid ? NULL : "/complainant/email", "invalid_format");
}
END_TEST

/* The examples of GB 11643 and of the public; the last digit is the check digit. */
START_TEST(identity_numbers)
{
    static const struct {
        const char *number;
        int capacity;
        const char *code;
    } cases[] = {
        {"11010519491231002X", CAPACITY_SELF, NULL},
        {"11010519491231002x", CAPACITY_SELF, NULL},
        {"440524188001010014", CAPACITY_SELF, NULL},
        {"430102199001000010", CAPACITY_SELF, NULL},
        {"430102199001000061", CAPACITY_SELF, NULL},
        {"110105194912310021", CAPACITY_SELF, "invalid_check_digit"},
        {"440524188001010015", CAPACITY_SELF, "invalid_check_digit"},
        {"130503670401001", CAPACITY_SELF, NULL},
        {"E12345678", CAPACITY_SELF, NULL},
        {"91430100MA4L1234XY", CAPACITY_SELF, NULL},
        {"914301000000000001", CAPACITY_LEGAL_PERSON, NULL},
        {"1234", CAPACITY_SELF, "invalid_format"},
        {"123456789012345678901", CAPACITY_SELF, "invalid_format"},
        {"E1234-5678", CAPACITY_SELF, "invalid_format"},
        {"身份证号码", CAPACITY_SELF, "invalid_format"},
    };
    struct receive_command input = fixture_receipt();

    ck_assert_uint_lt((size_t)_i, sizeof cases / sizeof *cases);
    input.complainant.identity_number = text_of(cases[_i].number);
    input.complainant.capacity = cases[_i].capacity;
    expect(&input, cases[_i].code ? "/complainant/identity_number" : NULL, cases[_i].code);
}
END_TEST

START_TEST(account_numbers)
{
    static const struct {
        const char *number;
        bool valid;
    } cases[] = {
        {"6222021234567890123", true},
        {"6222 0212 3456 7890", true},
        {"12345678", true},
        {"1234567", false},
        {"12345678901234567890123456789012", true},
        {"123456789012345678901234567890123", false},
        {"6222-0212-3456", false},
        {"6222  0212 3456", false},
        {"abc12345678", false},
    };
    struct receive_command input = fixture_receipt();

    ck_assert_uint_lt((size_t)_i, sizeof cases / sizeof *cases);
    input.complainant.account_number = text_of(cases[_i].number);
    expect(&input, cases[_i].valid ? NULL : "/complainant/account_number", "invalid_format");
}
END_TEST

START_TEST(a_zero_byte_is_no_separator)
{
    ck_assert(!format_is_phone((struct text){"13800\00001234", 11}));
    ck_assert(!format_is_email((struct text){"fa\0ng@example.com", 17}));
    ck_assert(!format_is_phone(TEXT_NONE));
    ck_assert(!format_is_email(TEXT_NONE));
}
END_TEST

Suite *personal_format_suite(void)
{
    Suite *suite = suite_create("personal_format");
    TCase *tests = tcase_create("personal_format");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_loop_test(tests, phones, 0, 21);
    tcase_add_loop_test(tests, emails, 0, 20);
    tcase_add_loop_test(tests, identity_numbers, 0, 15);
    tcase_add_loop_test(tests, account_numbers, 0, 9);
    tcase_add_test(tests, a_zero_byte_is_no_separator);
    suite_add_tcase(suite, tests);
    return suite;
}
