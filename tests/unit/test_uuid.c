#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/uuid.h"

Suite *uuid_suite(void);

static const instant noon = INT64_C(1795137120123456); /* 2026-11-20T01:12:00.123456Z */

static int64_t milliseconds_of(struct uuid id)
{
    int64_t ms = 0;

    for (int i = 0; i < 6; i++)
        ms = ms << 8 | id.bytes[i];
    return ms;
}

START_TEST(has_time_version_and_variant)
{
    struct uuid id = uuid_make(noon);

    ck_assert_int_eq(milliseconds_of(id), noon / 1000);
    for (int i = 0; i < 10000; i++) {
        id = uuid_make(noon);
        ck_assert_uint_eq(id.bytes[6] >> 4, 7);
        ck_assert_uint_eq(id.bytes[8] >> 6, 2);
        ck_assert(!uuid_is_none(id));
    }
}
END_TEST

START_TEST(ascends_within_a_millisecond)
{
    struct uuid last = uuid_make(noon);

    for (int i = 0; i < 20000; i++) {
        struct uuid id = uuid_make(noon);
        ck_assert_int_gt(uuid_compare(id, last), 0);
        last = id;
    }
    /* More than the counter holds borrows time, at least 2,048 ids a millisecond. */
    ck_assert_int_le(milliseconds_of(last) - noon / 1000, 20000 / 2048 + 1);
}
END_TEST

START_TEST(ascends_when_the_clock_steps_back)
{
    struct uuid last = uuid_make(noon);

    for (instant back = 0; back <= 9 * INSTANT_SECOND; back += INSTANT_MILLISECOND / 2) {
        struct uuid id = uuid_make(noon - back);
        ck_assert_int_gt(uuid_compare(id, last), 0);
        last = id;
    }
}
END_TEST

START_TEST(follows_a_clock_that_was_set_right)
{
    uuid_make(noon + 365 * INSTANT_DAY);
    ck_assert_int_eq(milliseconds_of(uuid_make(noon)), noon / 1000);
}
END_TEST

START_TEST(takes_any_time)
{
    ck_assert_int_eq(milliseconds_of(uuid_make(INSTANT_NONE)), 0);
    ck_assert_int_eq(milliseconds_of(uuid_make(INT64_MAX)), (INT64_C(1) << 48) - 1);
    ck_assert_uint_eq(uuid_make(INT64_MAX).bytes[6] >> 4, 7);
}
END_TEST

START_TEST(reads_and_writes)
{
    struct uuid id = UUID_NONE, other = UUID_NONE;
    char out[UUID_TEXT_LENGTH];

    ck_assert(uuid_parse(TEXT("0193A5f0-1234-7abc-8DEF-0123456789ab"), &id));
    uuid_format(id, out);
    ck_assert(
        text_equal((struct text){out, sizeof out}, TEXT("0193a5f0-1234-7abc-8def-0123456789ab")));
    for (int i = 0; i < 1000; i++) {
        id = uuid_make(noon);
        uuid_format(id, out);
        ck_assert(uuid_parse((struct text){out, sizeof out}, &other));
        ck_assert(uuid_equal(id, other));
    }
    ck_assert(uuid_parse(TEXT("00000000-0000-0000-0000-000000000000"), &id));
    ck_assert(uuid_is_none(id));
}
END_TEST

START_TEST(refuses_other_forms)
{
    static const char *const bad[] = {
        "",
        "0193a5f0-1234-7abc-8def-0123456789a",
        "0193a5f0-1234-7abc-8def-0123456789abc",
        "0193a5f012347abc8def0123456789ab",
        "{193a5f0-1234-7abc-8def-0123456789a}",
        "0193a5f0-1234-7abc-8def-0123456789ag",
        "0193a5f0-1234-7abc-8def-0123456789a ",
        "0193a5f0x1234-7abc-8def-0123456789ab",
        "0193a5f-01234-7abc-8def-0123456789ab",
        "0193a5f0-1234-7abc-8def--123456789ab",
        "0193a5f0-1234-7abc-8def-0x23456789ab",
    };
    struct uuid id = uuid_make(noon), before = id;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!uuid_parse(text_of(bad[i]), &id), "%s", bad[i]);
    ck_assert(!uuid_parse(TEXT_NONE, &id));
    ck_assert(uuid_equal(id, before));
}
END_TEST

#define THREAD_IDS ((size_t)200000)

static pthread_barrier_t together;

static void *make_many(void *context)
{
    struct uuid *ids = context;

    pthread_barrier_wait(&together);
    for (size_t i = 0; i < THREAD_IDS; i++)
        ids[i] = uuid_make(noon);
    return NULL;
}

static int order(const void *a, const void *b)
{
    return uuid_compare(*(const struct uuid *)a, *(const struct uuid *)b);
}

START_TEST(threads_ascend_and_never_repeat)
{
    struct uuid *ids = calloc(2 * THREAD_IDS, sizeof *ids);
    pthread_t threads[2];

    ck_assert_ptr_nonnull(ids);
    ck_assert_int_eq(pthread_barrier_init(&together, NULL, 2), 0);
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, make_many, ids + i * THREAD_IDS), 0);
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    for (size_t i = 1; i < 2 * THREAD_IDS; i++)
        if (i != THREAD_IDS && uuid_compare(ids[i - 1], ids[i]) >= 0)
            ck_abort_msg("id %zu does not ascend", i);
    qsort(ids, 2 * THREAD_IDS, sizeof *ids, order);
    for (size_t i = 1; i < 2 * THREAD_IDS; i++)
        if (uuid_equal(ids[i - 1], ids[i]))
            ck_abort_msg("an id was made twice");
    free(ids);
    pthread_barrier_destroy(&together);
}
END_TEST

START_TEST(a_fork_does_not_repeat)
{
    int ends[2];
    struct uuid theirs;

    uuid_make(noon);
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct uuid id = uuid_make(noon);
        _exit(write(ends[1], &id, sizeof id) == sizeof id ? 0 : 1);
    }
    struct uuid ours = uuid_make(noon);
    ck_assert_int_eq(read(ends[0], &theirs, sizeof theirs), sizeof theirs);
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    /* The counter continues in both; the randomness must not. */
    ck_assert_int_ne(memcmp(ours.bytes + 8, theirs.bytes + 8, 8), 0);
}
END_TEST

Suite *uuid_suite(void)
{
    Suite *suite = suite_create("uuid");
    TCase *tcase = tcase_create("uuid");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, has_time_version_and_variant);
    tcase_add_test(tcase, ascends_within_a_millisecond);
    tcase_add_test(tcase, ascends_when_the_clock_steps_back);
    tcase_add_test(tcase, follows_a_clock_that_was_set_right);
    tcase_add_test(tcase, takes_any_time);
    tcase_add_test(tcase, reads_and_writes);
    tcase_add_test(tcase, refuses_other_forms);
    tcase_add_test(tcase, threads_ascend_and_never_repeat);
    tcase_add_test(tcase, a_fork_does_not_repeat);
    suite_add_tcase(suite, tcase);
    return suite;
}
