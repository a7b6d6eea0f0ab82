#include "lib/base/bucket.h"

#include <check.h>

Suite *bucket_suite(void);

#define SECOND INT64_C(1000000000)
#define START (1000 * SECOND)

START_TEST(a_full_bucket_lasts_for_its_depth)
{
    struct bucket_rate rate = bucket_rate_of(10, SECOND, 3);
    struct bucket_state state;
    int64_t bucket = 0;

    for (int64_t left = 2; left >= 0; left--) {
        ck_assert(bucket_take(&bucket, rate, START, &state));
        ck_assert_int_eq(state.left, left);
        ck_assert_int_eq(state.filled_ns, (3 - left) * SECOND / 10);
        ck_assert_int_eq(state.wait_ns, left ? 0 : SECOND / 10);
    }
    int64_t before = bucket;
    ck_assert(!bucket_take(&bucket, rate, START, &state));
    ck_assert_int_eq(bucket, before);
    ck_assert_int_eq(state.left, 0);
    ck_assert_int_eq(state.wait_ns, SECOND / 10);
    ck_assert_int_eq(state.filled_ns, 3 * SECOND / 10);
}
END_TEST

START_TEST(tokens_come_at_the_rate)
{
    struct bucket_rate rate = bucket_rate_of(10, SECOND, 3);
    struct bucket_state state;
    int64_t bucket = 0;

    for (int i = 0; i < 3; i++)
        ck_assert(bucket_take(&bucket, rate, START, &state));
    ck_assert(!bucket_take(&bucket, rate, START + SECOND / 10 - 1, &state));
    ck_assert_int_eq(state.wait_ns, 1);
    ck_assert(bucket_take(&bucket, rate, START + SECOND / 10, &state));
    ck_assert(!bucket_take(&bucket, rate, START + SECOND / 10, &state));
    /* After any time there are no more than the depth. */
    int taken = 0;
    while (bucket_take(&bucket, rate, START + 100 * SECOND, &state))
        taken++;
    ck_assert_int_eq(taken, 3);
}
END_TEST

/* Whoever asks all the time gets what was saved up and then the rate, whatever the two are. */
START_TEST(who_never_rests_gets_the_rate)
{
    static const int64_t rates[][2] = {{1, 1}, {3, 1}, {7, 20}, {200, 400}, {10000, 10000}};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        struct bucket_rate rate = bucket_rate_of(rates[i][0], SECOND, rates[i][1]);
        struct bucket_state state;
        int64_t bucket = 0, taken = 0;
        for (int64_t at = START; at < START + 5 * SECOND; at += SECOND / 50000)
            taken += bucket_take(&bucket, rate, at, &state);
        ck_assert_int_ge(taken, rates[i][1] + 5 * rates[i][0] - 1);
        ck_assert_int_le(taken, rates[i][1] + 5 * rates[i][0] + 1);
    }
}
END_TEST

START_TEST(rates_below_one_a_second)
{
    struct bucket_rate rate = bucket_rate_of(5, 60 * SECOND, 2);
    struct bucket_state state;
    int64_t bucket = 0;
    ck_assert(bucket_take(&bucket, rate, START, &state));
    ck_assert(bucket_take(&bucket, rate, START, &state));
    ck_assert(!bucket_take(&bucket, rate, START + 11 * SECOND, &state));
    ck_assert(bucket_take(&bucket, rate, START + 12 * SECOND, &state));
}
END_TEST

/* --- the table -------------------------------------------------------------------------------- */

START_TEST(everybody_has_a_bucket_of_their_own)
{
    struct bucket_rate rate = bucket_rate_of(1, SECOND, 2);
    struct buckets *buckets = buckets_new(64);
    struct bucket_state state;
    for (uint64_t key = 1; key <= 8; key++) {
        ck_assert(buckets_take(buckets, key, rate, START, &state));
        ck_assert(buckets_take(buckets, key, rate, START, &state));
    }
    for (uint64_t key = 1; key <= 8; key++)
        ck_assert(!buckets_take(buckets, key, rate, START, &state));
    buckets_free(buckets);
}
END_TEST

/* Newcomers push out who has the fullest bucket: not those who are at their limit. */
START_TEST(who_is_at_the_limit_is_remembered)
{
    struct bucket_rate rate = bucket_rate_of(1, SECOND, 5);
    struct buckets *buckets = buckets_new(8);
    struct bucket_state state;
    for (int i = 0; i < 5; i++)
        ck_assert(buckets_take(buckets, 1, rate, START, &state));
    for (uint64_t key = 2; key < 10000; key++)
        ck_assert(buckets_take(buckets, key, rate, START, &state));
    ck_assert(!buckets_take(buckets, 1, rate, START, &state));
    buckets_free(buckets);
}
END_TEST

START_TEST(what_is_given_back_can_be_taken_again)
{
    struct bucket_rate rate = bucket_rate_of(1, SECOND, 2);
    struct buckets *buckets = buckets_new(8);
    struct bucket_state state;
    for (int i = 0; i < 2; i++)
        ck_assert(buckets_take(buckets, 1, rate, START, &state));
    buckets_give(buckets, 2, rate); /* nobody's */
    ck_assert(!buckets_take(buckets, 1, rate, START, &state));
    buckets_give(buckets, 1, rate);
    ck_assert(buckets_take(buckets, 1, rate, START, &state));
    ck_assert(!buckets_take(buckets, 1, rate, START, &state));
    /* Never more than the depth. */
    for (int i = 0; i < 5; i++)
        buckets_give(buckets, 1, rate);
    for (int i = 0; i < 2; i++)
        ck_assert(buckets_take(buckets, 1, rate, START, &state));
    ck_assert(!buckets_take(buckets, 1, rate, START, &state));
    buckets_free(buckets);
}
END_TEST

Suite *bucket_suite(void)
{
    Suite *suite = suite_create("bucket");
    TCase *tcase = tcase_create("bucket");
    tcase_add_test(tcase, a_full_bucket_lasts_for_its_depth);
    tcase_add_test(tcase, tokens_come_at_the_rate);
    tcase_add_test(tcase, who_never_rests_gets_the_rate);
    tcase_add_test(tcase, rates_below_one_a_second);
    tcase_add_test(tcase, everybody_has_a_bucket_of_their_own);
    tcase_add_test(tcase, who_is_at_the_limit_is_remembered);
    tcase_add_test(tcase, what_is_given_back_can_be_taken_again);
    suite_add_tcase(suite, tcase);
    return suite;
}
