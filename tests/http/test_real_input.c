#include <check.h>
#include <stdio.h>

#include "tests/http/client.h"
#include "tests/http/real.h"
#include "tests/http/real_needle.h"
#include "tests/http/real_report.h"
#include "tests/http/real_verify.h"
#include "tests/support/calendar_file.h"

/* On real input: thousands of complaints that people wrote are sent by several clients at once,
 * read back, and hundreds walked through all four stages with hand-overs until they are closed;
 * then all of it is held against what was done. The folder with them lies beside the tree; where it
 * is absent all this is skipped.
 *
 * Sending and walking happen once, before the tests, which judge what they left. */

#define CHINESE_ROWS 2816
#define ENGLISH_ROWS 2167
#define CLOSED_AT_LEAST 300
#define TIMEOUT_S 300

static double seconds_since(int64_t begin_us)
{
    return (double)(monotonic_now_us() - begin_us) / 1e6;
}

static void send_all(void)
{
    int64_t begin_us = monotonic_now_us();

    real_together(REAL_CLIENTS, real_post);
    printf("real input: %zu complaints (%zu Chinese) sent and read back by %d clients in %.1f s, "
           "seed %llu; %zu subjects and %zu narratives cut, %zu control characters replaced, "
           "%zu texts masked, %zu numbers looked for\n",
           real.count, real.chinese, REAL_CLIENTS, seconds_since(begin_us),
           (unsigned long long)real.seed, real.cut_subjects, real.cut_narratives, real.replaced,
           real.masked, real_needle_count());
}

static int done(int action)
{
    int count = 0;

    for (size_t i = 0; i < real.count; i++)
        for (int j = 0; j < real.complaints[i].done_count; j++)
            count += real.complaints[i].done[j].action == action;
    return count;
}

static void walk_some(void)
{
    int64_t begin_us = monotonic_now_us();

    real_walk_begin();
    real_together(REAL_CLIENTS, real_walk);
    printf("real input: walks in %.1f s:", seconds_since(begin_us));
    for (int action = ACTION_ADVANCE; action <= ACTION_DELIVERIES; action++)
        printf(" %d %s,", done(action), vocabulary_code(&vocabulary_action, action).at);
    printf(" %llu calls, %.1f MB of answers\n", (unsigned long long)real_traffic().calls,
           (double)real_traffic().bytes / 1e6);
}

static void set_up(void)
{
    real.seed = random_from("REAL_SEED").seed;
    real.give_up_us = monotonic_now_us() + TIMEOUT_S * INSTANT_SECOND;
    real.calendar = calendar_file_read(CALENDAR_CN);
    real_data_read();
    send_all();
    if (!real_failed())
        walk_some();
    fflush(stdout);
}

START_TEST(all_are_sent_and_some_are_walked)
{
    int ended[STATUS_COUNT] = {0}, through = 0, walks = 0;

    real_must_be_well();
    ck_assert_uint_eq(real.chinese, CHINESE_ROWS);
    ck_assert_uint_eq(real.count, CHINESE_ROWS + ENGLISH_ROWS);
    for (size_t i = 0; i < real.count; i++) {
        const struct real_complaint *complaint = &real.complaints[i];
        walks += complaint->walks;
        ended[complaint->status]++;
        through += complaint->status == STATUS_CLOSED && complaint->stage_count >= STAGE_COUNT;
    }
    ck_assert_int_ge(through, CLOSED_AT_LEAST);
    ck_assert_int_eq(ended[STATUS_OPEN], (int)real.count - walks);
    ck_assert_int_gt(ended[STATUS_WITHDRAWN], 0);
    ck_assert_int_gt(ended[STATUS_DECLINED], 0);
    for (int action = ACTION_RECEIVE; action <= ACTION_DELIVERIES; action++)
        ck_assert_msg(done(action) > 0, "%s never happened",
                      vocabulary_code(&vocabulary_action, action).at);
}
END_TEST

START_TEST(everything_reads_as_the_model_says)
{
    real_must_be_well();
    real_together(REAL_CLIENTS, real_verify_complaints);
    real_must_be_well();
}
END_TEST

START_TEST(the_list_holds_each_once)
{
    real_must_be_well();
    real_verify_list();
    real_must_be_well();
}
END_TEST

START_TEST(journals_tell_what_was_done)
{
    real_must_be_well();
    size_t entries = real_verify_journals();
    real_must_be_well();
    ck_assert_uint_gt(entries, (size_t)CLOSED_AT_LEAST * STAGE_COUNT);
}
END_TEST

START_TEST(the_program_finds_every_journal_sound)
{
    real_must_be_well();
    printf("real input: %s", real_verify_by_program());
    fflush(stdout);
}
END_TEST

START_TEST(tables_agree_with_each_other)
{
    real_must_be_well();
    real_verify_tables();
}
END_TEST

START_TEST(no_number_is_stored_or_logged_in_the_open)
{
    real_must_be_well();
    real_verify_stored();
}
END_TEST

Suite *real_input_suite(void);
Suite *real_input_suite(void)
{
    Suite *suite = suite_create("real_input");
    TCase *tcase = tcase_create("real input");

    suite_add_tcase(suite, tcase);
    if (!real_folder()) {
        printf("skipped: real input, as there is no ../shared/data and no $SHARED_DATA\n"
               "0 passed, 0 failed, 1 skipped\n");
        fflush(stdout);
        return suite;
    }
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_unchecked_fixture(tcase, set_up, NULL);
    tcase_set_timeout(tcase, TIMEOUT_S);
    tcase_add_test(tcase, all_are_sent_and_some_are_walked);
    tcase_add_test(tcase, everything_reads_as_the_model_says);
    tcase_add_test(tcase, the_list_holds_each_once);
    tcase_add_test(tcase, journals_tell_what_was_done);
    tcase_add_test(tcase, the_program_finds_every_journal_sound);
    tcase_add_test(tcase, tables_agree_with_each_other);
    tcase_add_test(tcase, no_number_is_stored_or_logged_in_the_open);
    return suite;
}
