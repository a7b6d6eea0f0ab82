#include "lib/complaint/likeness.h"

#include <check.h>
#include <string.h>

Suite *likeness_suite(void);

static struct arena *arena;

static void setup(void)
{
    arena = arena_new(65536);
}

static void teardown(void)
{
    arena_free(arena);
}

static double between(const char *a, const char *b)
{
    struct likeness left = likeness_of(arena, text_of(a)), right = likeness_of(arena, text_of(b));
    double similarity = likeness_between(&left, &right);
    ck_assert(similarity == likeness_between(&right, &left));
    ck_assert(similarity >= 0 && similarity <= 1);
    return similarity;
}

START_TEST(likeness_is_the_share_of_the_shorter)
{
    const char *shorter = "手机银行转账失败已扣款"; /* ten pairs */
    ck_assert_double_eq_tol(between(shorter, shorter), 1, 1e-9);
    ck_assert_double_eq_tol(between(shorter, "客户称手机银行转账失败已扣款，要求退回。"), 1, 1e-9);
    ck_assert_double_eq_tol(between(shorter, "手机银行登录不上，无法查询余额明细"), 0.3, 1e-9);
    ck_assert_double_eq_tol(between(shorter, "柜面排队时间过长，等候两小时"), 0, 1e-9);
    ck_assert_double_eq_tol(between("a b c d e f g h", "H G f e x y z w v"), 0.5, 1e-9);
}
END_TEST

START_TEST(tiny_texts_are_not_like_everything)
{
    ck_assert_double_eq_tol(between("投诉", "我要投诉手机银行转账失败已扣款"), 0.125, 1e-9);
    ck_assert_double_eq_tol(between("投诉", "投诉"), 0.125, 1e-9);
    ck_assert_double_eq_tol(between("", ""), 0, 1e-9);
    ck_assert_double_eq_tol(between("投诉投诉投诉投诉", "投诉"), 0.125, 1e-9); /* each term once */
}
END_TEST

/* --- probes ------------------------------------------------------------------------------------- */

static int rate(const void *context, struct text term)
{
    (void)context;
    return text_equal(term, TEXT("银行"))   ? 300000
           : text_equal(term, TEXT("手机")) ? 200000
           : text_equal(term, TEXT("atm"))  ? 100000
                                            : 0;
}

static struct text probe(const char *text)
{
    int frequency;
    return likeness_probe(arena, text_of(text), rate, NULL, &frequency);
}

START_TEST(probes_are_the_rarest)
{
    struct text two = probe("手机，银行"), both = probe("银行手");
    ck_assert(text_equal(two, TEXT("('手机') | ('银行')")));
    ck_assert(text_equal(both, TEXT("('银行' & '行手')")));
    ck_assert(text_equal(probe("ATM 吞卡"), TEXT("('吞卡') | ('atm')")));
    ck_assert(text_is_none(probe("卡，")));
    ck_assert(text_is_none(probe("")));
}
END_TEST

START_TEST(probes_are_bounded_and_differ)
{
    struct text_buffer text = text_buffer_new(arena, 4096);
    for (int i = 0; i < 100; i++)
        text_buffer_printf(&text, "w%d w%d ", i, i);
    int frequency = 1;
    struct text made = likeness_probe(arena, text_buffer_text(&text), rate, NULL, &frequency);
    ck_assert_int_eq(frequency, 0);
    size_t count = 1;
    for (size_t i = 0; i < made.length; i++)
        count += made.at[i] == '|';
    ck_assert_uint_eq(count, LIKENESS_PROBES);
    ck_assert(text_equal(probe("吞卡，吞卡，吞卡"), TEXT("('吞卡')")));
    (void)likeness_probe(arena, TEXT("手机，银行"), rate, NULL, &frequency);
    ck_assert_int_eq(frequency, 300000);
}
END_TEST

Suite *likeness_suite(void)
{
    Suite *suite = suite_create("likeness");
    TCase *tcase = tcase_create("likeness");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, likeness_is_the_share_of_the_shorter);
    tcase_add_test(tcase, tiny_texts_are_not_like_everything);
    tcase_add_test(tcase, probes_are_the_rarest);
    tcase_add_test(tcase, probes_are_bounded_and_differ);
    suite_add_tcase(suite, tcase);
    return suite;
}
