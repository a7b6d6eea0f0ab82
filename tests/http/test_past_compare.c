/* The duty that compares open complaints with their journals: what it says and when it is silent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/program.h"
#include "tests/http/spare.h"
#include "tests/http/trap.h"

Suite *past_compare_suite(void);

#define ROUNDS_MS INT64_C(30000)

static long differing(const struct spare *spare)
{
    return spare_metric(spare, "complaintd_journal_differences");
}

/* Waits until another round, begun after this call, has come to its end. */
static void await_round(const struct spare *spare)
{
    long open = database_number("SELECT count(*) FROM complaint WHERE status = 'open'");
    long before = spare_metric(spare, "complaintd_journals_compared_total");
    int64_t give_up = now_ms() + ROUNDS_MS * program_patience();
    /* The rest of a round that is under way, and a whole one. */
    while (spare_metric(spare, "complaintd_journals_compared_total") < before + 2 * open) {
        ck_assert_msg(now_ms() < give_up, "no round came to its end");
        usleep(50000);
    }
}

/* Whether so many differ once the figures of the round that ended are there. */
static bool differ(const struct spare *spare, long count)
{
    int64_t give_up = now_ms() + ROUNDS_MS * program_patience();
    while (differing(spare) != count && now_ms() < give_up)
        usleep(50000);
    return differing(spare) == count;
}

/* The error lines of the server's log that name a complaint, from a place in the log on. */
static const char *errors_about(const struct spare *spare, const char *id, long from)
{
    const char *found = "";
    char *line = NULL;
    size_t capacity = 0;
    FILE *log = fopen(spare->log, "r");
    ck_assert_ptr_nonnull(log);
    fseek(log, from, SEEK_SET);
    while (getline(&line, &capacity, log) >= 0) {
        if (strstr(line, "\"level\":\"error\"") && strstr(line, id))
            found = client_text("%s%s", found, line);
    }
    free(line);
    fclose(log);
    return found;
}

static long log_end(const struct spare *spare)
{
    FILE *log = fopen(spare->log, "r");
    ck_assert_ptr_nonnull(log);
    fseek(log, 0, SEEK_END);
    long end = ftell(log);
    fclose(log);
    return end;
}

static const char *readiness(const struct spare *spare)
{
    struct shot shot = spare_ask(spare, (struct shot){.path = "/readyz"});
    ck_assert_int_eq(shot.status, 200); /* no reason to take it out of service */
    return shot.answer;
}

/* Everything that the tests before have done is sound, whatever it was. */
START_TEST(sound_complaints_raise_nothing)
{
    struct spare spare = spare_start("[duty]\ncompare = 1s\n");
    struct matter matter = matter_at("feedback");
    matter_must(&matter, "handler1", "notices", body_notice());
    await_round(&spare);
    ck_assert_int_eq(differing(&spare), 0);
    ck_assert_int_eq(spare_metric(&spare, "complaintd_journal_differences_total"), 0);
    ck_assert_str_eq(readiness(&spare), "{\"status\":\"ready\",\"database\":true}");
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

START_TEST(altered_row_is_found)
{
    struct spare spare = spare_start("[duty]\ncompare = 1s\n");
    struct matter matter = matter_at("investigation");
    const char *due = database_text("SELECT due_at FROM complaint WHERE id = '%s'", matter.id);
    long from = log_end(&spare);

    await_round(&spare);
    ck_assert_str_eq(errors_about(&spare, matter.id, from), "");
    database_run("UPDATE complaint SET due_at = due_at + interval '1 year', subject = '秘密'"
                 " WHERE id = '%s';"
                 "UPDATE stage SET refusals = 1 WHERE complaint_id = '%s' AND sequence = 2",
                 matter.id, matter.id);
    await_round(&spare);
    ck_assert(differ(&spare, 1));
    ck_assert_int_ge(spare_metric(&spare, "complaintd_journal_differences_total"), 1);
    ck_assert_str_eq(readiness(&spare), "{\"status\":\"degraded\",\"database\":true,"
                                        "\"reason\":\"journal-differences\"}");
    const char *errors = errors_about(&spare, matter.id, from);
    ck_assert_msg(strstr(errors, "\"columns\":\"due_at,subject,stages.1.refusals\""), "%s", errors);
    ck_assert_ptr_null(strstr(errors, "秘密"));

    database_run("UPDATE complaint SET due_at = '%s', subject = '柜面排队时间过长' WHERE id = '%s';"
                 "UPDATE stage SET refusals = 0 WHERE complaint_id = '%s' AND sequence = 2",
                 due, matter.id, matter.id);
    await_round(&spare);
    ck_assert(differ(&spare, 0));
    ck_assert_str_eq(readiness(&spare), "{\"status\":\"ready\",\"database\":true}");
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* What cannot be compared is told too. */
START_TEST(round_that_fails_is_counted)
{
    struct spare spare = spare_start("[duty]\ncompare = 1s\n");
    struct matter matter = matter_at("investigation");

    await_round(&spare);
    ck_assert_int_eq(spare_metric(&spare, "complaintd_journal_comparisons_failed_total"), 0);
    trap_set(TRAP_ROW("stage", "complaint_id IN ($)", "trap_raise_row()"),
             client_text("'%s'", matter.id));
    while (spare_metric(&spare, "complaintd_journal_comparisons_failed_total") == 0)
        usleep(50000);
    trap_clear();
    await_round(&spare);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* Nobody is told a past that was tampered with. */
START_TEST(altered_journal_is_found)
{
    struct spare spare = spare_start("[duty]\ncompare = 1s\n");
    struct matter matter = matter_at("investigation");
    sleep(1); /* as_of has no fraction */
    struct shot shot = {.path = client_text("/v1/complaints/%s?as_of=%s", matter.id, time_text(0)),
                        .token = client_token("agent1")};
    long from = log_end(&spare);

    ck_assert_int_eq(spare_ask(&spare, shot).status, 200);
    database_run("UPDATE journal SET bytes = replace(bytes, 'agent1', 'agent2')"
                 " WHERE complaint_id = '%s' AND index = 1",
                 matter.id);
    await_round(&spare);
    ck_assert_int_eq(spare_ask(&spare, shot).status, 500);
    database_run("UPDATE journal SET bytes = replace(bytes, 'agent2', 'agent1')"
                 " WHERE complaint_id = '%s' AND index = 1",
                 matter.id);
    const char *errors = errors_about(&spare, matter.id, from);
    ck_assert_ptr_nonnull(strstr(errors, "\"columns\":\"journal\""));
    ck_assert_ptr_nonnull(strstr(errors, "a journal is not sound"));
    ck_assert_int_eq(spare_ask(&spare, shot).status, 200);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

Suite *past_compare_suite(void)
{
    Suite *suite = suite_create("past_compare");
    TCase *tcase = tcase_create("compare");
    tcase_add_unchecked_fixture(tcase, client_setup, trap_clear);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, sound_complaints_raise_nothing);
    tcase_add_test(tcase, altered_row_is_found);
    tcase_add_test(tcase, round_that_fails_is_counted);
    tcase_add_test(tcase, altered_journal_is_found);
    suite_add_tcase(suite, tcase);
    return suite;
}
