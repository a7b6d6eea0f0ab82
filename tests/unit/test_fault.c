#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/base/violation.h"

Suite *fault_suite(void);

START_TEST(every_fault_can_be_answered)
{
    const struct fault_text *text = fault_text((enum fault)_i);

    ck_assert_int_ge(text->status, 400);
    ck_assert_int_le(text->status, 599);
    ck_assert_str_ne(text->slug, "");
    ck_assert_str_ne(text->en, "");
    ck_assert_str_ne(text->zh, "");
    /* The slug is a part of an address. */
    for (const char *c = text->slug; *c; c++)
        ck_assert_msg(islower((unsigned char)*c) || *c == '-', "%s", text->slug);
    /* The languages were not swapped. */
    for (const char *c = text->en; *c; c++)
        ck_assert_msg((unsigned char)*c < 0x80, "%s", text->en);
    ck_assert_int_ge((unsigned char)text->zh[0], 0x80);
}
END_TEST

START_TEST(slugs_are_unique)
{
    for (int i = FAULT_NONE + 1; i < FAULT_COUNT; i++)
        for (int k = FAULT_NONE + 1; k < i; k++)
            ck_assert_str_ne(fault_text((enum fault)i)->slug, fault_text((enum fault)k)->slug);
}
END_TEST

START_TEST(rows_belong_to_their_names)
{
    ck_assert_str_eq(fault_text(FAULT_BAD_REQUEST)->slug, "bad-request");
    ck_assert_str_eq(fault_text(FAULT_SHUTTING_DOWN)->slug, "shutting-down");
    ck_assert_int_eq(fault_text(FAULT_STALE)->status, 412);
    /* What is no fault is a mistake of ours. */
    ck_assert_int_eq(fault_text(FAULT_NONE)->status, 500);
    ck_assert_int_eq(fault_text(FAULT_COUNT)->status, 500);
}
END_TEST

START_TEST(violations_are_copied_and_bounded)
{
    struct arena *arena = arena_new(1024);
    struct violations violations = {.arena = arena};
    char pointer[32], en[32];

    for (int i = 0; i < VIOLATIONS_MAX + 10; i++) {
        snprintf(pointer, sizeof pointer, "/tags/%d", i);
        snprintf(en, sizeof en, "sentence %d", i);
        violation_add(&violations, pointer, "too_long", en, "过长");
    }
    ck_assert_uint_eq(violations.count, VIOLATIONS_MAX);
    ck_assert(text_equal(violations.list[0].pointer, TEXT("/tags/0")));
    ck_assert(text_equal(violations.list[63].en, TEXT("sentence 63")));
    ck_assert(text_equal(violations.list[63].zh, TEXT("过长")));
    ck_assert_str_eq(violations.list[5].code, "too_long");
    arena_free(arena);
}
END_TEST

Suite *fault_suite(void)
{
    Suite *suite = suite_create("fault");
    TCase *tcase = tcase_create("fault");

    tcase_add_loop_test(tcase, every_fault_can_be_answered, FAULT_NONE + 1, FAULT_COUNT);
    tcase_add_test(tcase, slugs_are_unique);
    tcase_add_test(tcase, rows_belong_to_their_names);
    tcase_add_test(tcase, violations_are_copied_and_bounded);
    suite_add_tcase(suite, tcase);
    return suite;
}
