#include <check.h>

#include "lib/complaint/contact.h"

Suite *contact_suite(void);

static const struct {
    enum contact_kind kind;
    const char *written, *usual; /* NULL: none */
} cases[] = {
    {CONTACT_PHONE, "13800001234", "13800001234"},
    {CONTACT_PHONE, "138 0000 1234", "13800001234"},
    {CONTACT_PHONE, "138-0000-1234", "13800001234"},
    {CONTACT_PHONE, "+86 138 0000 1234", "13800001234"},
    {CONTACT_PHONE, "8613800001234", "13800001234"},
    {CONTACT_PHONE, "0086-138-0000-1234", "13800001234"},
    {CONTACT_PHONE, "0731-88881234", "73188881234"},
    {CONTACT_PHONE, "+86 731 8888 1234", "73188881234"},
    {CONTACT_PHONE, "86881234", "86881234"}, /* a local number, no prefix */
    {CONTACT_PHONE, "95588", "95588"},
    {CONTACT_PHONE, "+44 20 7946 0000", "442079460000"},
    {CONTACT_PHONE, "0044 20 7946 0000", "442079460000"},
    {CONTACT_PHONE, "-", NULL},
    {CONTACT_EMAIL, "Zhang.San@Example.COM", "zhang.san@example.com"},
    {CONTACT_EMAIL, "张三@例子.公司", "张三@例子.公司"},
    {CONTACT_IDENTITY, "11010519491231002x", "11010519491231002X"},
    {CONTACT_IDENTITY, "110105491231002", "11010519491231002X"},
    {CONTACT_IDENTITY, "e12345678", "E12345678"},
    {CONTACT_ACCOUNT, "6222 0202 0001 2345 678", "6222020200012345678"},
    {CONTACT_ACCOUNT, "", NULL},
};

START_TEST(however_it_is_written_it_has_one_form)
{
    struct arena *arena = arena_new(1024);
    struct text usual = contact_usual(arena, cases[_i].kind, text_of(cases[_i].written));

    ck_assert_msg(text_equal(usual, text_of(cases[_i].usual)), "%s: %.*s", cases[_i].written,
                  TEXT_ARG(usual));
    arena_free(arena);
}
END_TEST

START_TEST(only_values_of_these_names_are_contacts)
{
    ck_assert_int_eq(contact_kind_of("complainant.phone"), CONTACT_PHONE);
    ck_assert_int_eq(contact_kind_of("complainant.account_number"), CONTACT_ACCOUNT);
    ck_assert_int_eq(contact_kind_of("complainant.name"), CONTACT_KIND_COUNT);
    ck_assert_int_eq(contact_kind_of("text"), CONTACT_KIND_COUNT);
}
END_TEST

Suite *contact_suite(void)
{
    Suite *suite = suite_create("contact");
    TCase *tests = tcase_create("contact");

    tcase_add_loop_test(tests, however_it_is_written_it_has_one_form, 0,
                        sizeof cases / sizeof *cases);
    tcase_add_test(tests, only_values_of_these_names_are_contacts);
    suite_add_tcase(suite, tests);
    return suite;
}
