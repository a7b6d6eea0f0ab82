#include <check.h>

#include "lib/complaint/vocabulary.h"

Suite *vocabulary_suite(void);

static int vocabulary_total(void)
{
    int total = 0;

    while (vocabularies[total])
        total++;
    return total;
}

START_TEST(every_code_is_found_again)
{
    ck_assert_int_eq(vocabulary_total(), 25);
    for (int i = 0; vocabularies[i]; i++) {
        const struct vocabulary *vocabulary = vocabularies[i];
        ck_assert_int_gt(vocabulary->count, 1);
        /* Sets of terms are bits of an unsigned, of actions those of an action_set. */
        ck_assert_int_le(vocabulary->count, vocabulary == &vocabulary_action ? 64 : 31);
        for (int term = 0; term < vocabulary->count; term++) {
            struct text code = vocabulary_code(vocabulary, term);
            ck_assert_uint_gt(code.length, 0);
            ck_assert_int_eq(vocabulary_find(vocabulary, code), term);
            ck_assert_uint_gt(strlen(vocabulary->terms[term].zh), 0);
            ck_assert_uint_gt(strlen(vocabulary->terms[term].en), 0);
        }
    }
}
END_TEST

START_TEST(names_are_unique)
{
    for (int i = 0; vocabularies[i]; i++)
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(vocabularies[i]->name, vocabularies[k]->name);
}
END_TEST

START_TEST(what_is_no_code_is_not_found)
{
    static const char *const codes[] = {"Hotline", "hotlin", "hotline ", "hotlines", "HOTLINE"};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        ck_assert_int_eq(vocabulary_find(&vocabulary_source, text_of(codes[i])), TERM_NONE);
    ck_assert_int_eq(vocabulary_find(&vocabulary_source, TEXT("")), TERM_NONE);
    ck_assert_int_eq(vocabulary_find(&vocabulary_source, TEXT_NONE), TERM_NONE);
    ck_assert(text_is_none(vocabulary_code(&vocabulary_source, TERM_NONE)));
}
END_TEST

START_TEST(words_that_outside_programs_rely_on)
{
    ck_assert_int_eq(vocabulary_find(&vocabulary_stage, TEXT("investigation")),
                     STAGE_INVESTIGATION);
    ck_assert_int_eq(vocabulary_find(&vocabulary_status, TEXT("withdrawn")), STATUS_WITHDRAWN);
    ck_assert_int_eq(vocabulary_find(&vocabulary_channel, TEXT("in_person")), CHANNEL_IN_PERSON);
    ck_assert_int_eq(vocabulary_find(&vocabulary_upheld, TEXT("partly")), UPHELD_PARTLY);
    ck_assert_int_eq(vocabulary_find(&vocabulary_action, TEXT("send_back")), ACTION_SEND_BACK);
    ck_assert_str_eq(vocabulary_stage.terms[STAGE_RESOLUTION].zh, "方案制定");
}
END_TEST

Suite *vocabulary_suite(void)
{
    Suite *suite = suite_create("vocabulary");
    TCase *tests = tcase_create("vocabulary");

    tcase_add_test(tests, every_code_is_found_again);
    tcase_add_test(tests, names_are_unique);
    tcase_add_test(tests, what_is_no_code_is_not_found);
    tcase_add_test(tests, words_that_outside_programs_rely_on);
    suite_add_tcase(suite, tests);
    return suite;
}
