#include "lib/complaint/progress.h"

#include <string.h>

#include "tests/unit/fixture.h"

Suite *progress_suite(void);

#define DUE "2026-12-05T23:59:59+08:00"

static struct complaint at(int status, int stage, int outcome)
{
    return (struct complaint){
        .number = TEXT("TS20261120000001"),
        .status = status,
        .stage = stage,
        .outcome = outcome,
        .received_at = fixture_time(RECEIVED),
        .closed_at = status == STATUS_OPEN ? INSTANT_NONE : fixture_time(ENTERED),
        .statutory_due_at = fixture_time(DUE),
    };
}

/* _i: the stage. */
START_TEST(an_open_one_tells_stage_limit_and_what_comes_next)
{
    static const char *const words[STAGE_COUNT] = {"受理", "调查核实", "处理方案", "处理决定"};
    struct complaint complaint = at(STATUS_OPEN, _i, TERM_NONE);
    struct progress progress;

    progress_tell(&complaint, true, &progress);
    assert_text(progress.number, "TS20261120000001");
    ck_assert_int_eq(progress.status, STATUS_OPEN);
    ck_assert_int_eq(progress.stage, _i);
    assert_instant(progress.received_at, RECEIVED);
    assert_instant(progress.answer_by, DUE);
    ck_assert_int_eq(progress.closed_at, INSTANT_NONE);
    ck_assert(!progress.paused);
    ck_assert_ptr_nonnull(strstr(progress.progress, words[_i]));
    if (_i + 1 < STAGE_COUNT) /* what comes next is what then is said to be done */
        ck_assert_ptr_nonnull(strstr(progress.next, words[_i + 1]));
    ck_assert_str_ne(progress.progress, progress.next);
}
END_TEST

START_TEST(a_limit_that_stands_still_is_told)
{
    struct complaint complaint = at(STATUS_OPEN, STAGE_INVESTIGATION, TERM_NONE);
    struct progress running, paused;

    progress_tell(&complaint, true, &running);
    complaint.statutory_due_at = INSTANT_NONE;
    progress_tell(&complaint, true, &paused);
    ck_assert(paused.paused);
    ck_assert_int_eq(paused.answer_by, INSTANT_NONE);
    ck_assert_str_eq(paused.progress, running.progress);
    ck_assert_str_ne(paused.next, running.next);
}
END_TEST

START_TEST(an_end_tells_no_stage_and_no_limit)
{
    static const struct {
        int status, outcome;
        const char *words;
    } ends[] = {
        {STATUS_CLOSED, OUTCOME_UPHELD, "投诉已办结"},
        {STATUS_CLOSED, OUTCOME_SETTLED_AT_INTAKE, "投诉已办结"},
        {STATUS_CLOSED, OUTCOME_MERGED, "一并办理"},
        {STATUS_CLOSED, OUTCOME_VOIDED, "作废"},
        {STATUS_WITHDRAWN, OUTCOME_WITHDRAWN, "撤回"},
        {STATUS_DECLINED, OUTCOME_NOT_ACCEPTED, "未予受理"},
    };
    struct complaint complaint = at(ends[_i].status, STAGE_INVESTIGATION, ends[_i].outcome);
    struct progress progress;

    progress_tell(&complaint, true, &progress);
    ck_assert_int_eq(progress.status, ends[_i].status);
    ck_assert_int_eq(progress.stage, TERM_NONE);
    ck_assert_int_eq(progress.answer_by, INSTANT_NONE);
    ck_assert(!progress.paused);
    assert_instant(progress.closed_at, ENTERED);
    ck_assert_msg(strstr(progress.progress, ends[_i].words) != NULL, "%s", progress.progress);
}
END_TEST

/* How it ended is for the notice to say. */
START_TEST(the_decision_is_not_told)
{
    struct complaint upheld = at(STATUS_CLOSED, STAGE_FEEDBACK, OUTCOME_UPHELD);
    struct complaint refused = at(STATUS_CLOSED, STAGE_FEEDBACK, OUTCOME_NOT_UPHELD);
    struct progress one, other;

    progress_tell(&upheld, true, &one);
    progress_tell(&refused, true, &other);
    ck_assert_str_eq(one.progress, other.progress);
    ck_assert_str_eq(one.next, other.next);
}
END_TEST

/* _i: the status. */
START_TEST(it_is_told_in_both_languages)
{
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        for (int outcome = TERM_NONE; outcome < OUTCOME_COUNT; outcome++) {
            struct complaint complaint = at(_i, stage, outcome);
            struct progress zh, en;
            progress_tell(&complaint, true, &zh);
            progress_tell(&complaint, false, &en);
            for (const char *c = en.progress; *c; c++)
                ck_assert_int_gt(*c, 0); /* ASCII */
            for (const char *c = en.next; *c; c++)
                ck_assert_int_gt(*c, 0);
            ck_assert(strlen(en.progress) > 0 && strlen(en.next) > 0);
            ck_assert(strlen(zh.progress) > 0 && strlen(zh.next) > 0);
            ck_assert_int_ne(zh.progress[0] & 0x80, 0);
            ck_assert_int_ne(zh.next[0] & 0x80, 0);
        }
}
END_TEST

Suite *progress_suite(void)
{
    Suite *suite = suite_create("progress");
    TCase *tests = tcase_create("progress");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_loop_test(tests, an_open_one_tells_stage_limit_and_what_comes_next, 0, STAGE_COUNT);
    tcase_add_test(tests, a_limit_that_stands_still_is_told);
    tcase_add_loop_test(tests, an_end_tells_no_stage_and_no_limit, 0, 6);
    tcase_add_test(tests, the_decision_is_not_told);
    tcase_add_loop_test(tests, it_is_told_in_both_languages, 0, STATUS_COUNT);
    suite_add_tcase(suite, tests);
    return suite;
}
