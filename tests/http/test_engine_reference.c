/* Servers keep the institution's data in memory: what they do while they could not read it anew. */
#include <string.h>
#include <unistd.h>

#include "tests/http/jam.h"
#include "tests/http/program.h"
#include "tests/http/trap.h"

Suite *engine_reference_suite(void);

#define READ_WITHIN_MS INT64_C(10000)

/* When a connection made since then reads policies: the spare server's, not the shared one's. */
#define READ_BY_YOUNGER                                        \
    TRAP_ROW("policy_level",                                   \
             "(SELECT backend_start > $ FROM pg_stat_activity" \
             " WHERE pid = pg_backend_pid())",                 \
             "trap_raise_row()")

/* Before every test, as the one before may have failed halfway. */
static void mend(void)
{
    database_run("ALTER TABLE policy_level DISABLE ROW LEVEL SECURITY;"
                 "DROP POLICY IF EXISTS trap ON policy_level;"
                 "DROP POLICY IF EXISTS trap_others ON policy_level;"
                 "UPDATE complaint SET policy_version = 1 WHERE policy_version = 99;"
                 "UPDATE staff SET name = replace(name, '改', '') WHERE login = 'agent2';"
                 "DELETE FROM policy_level WHERE version = 99;"
                 "DELETE FROM policy WHERE version = 99");
    trap_clear();
}

/* A complaint under a policy that a server does not know is not decided on by another policy; and
 * nobody has to tell the server twice that there is a new one. */
START_TEST(what_could_not_be_read_is_read_again)
{
    const char *since = database_now();
    struct spare spare = spare_start("");
    struct matter matter = matter_new("agent1", NULL);
    struct shot stale = shot_note(&matter, "备注");
    stale.version = 77;

    stale = spare_ask(&spare, stale);
    expect_shot(&stale, 412, "stale-version");
    trap_set(READ_BY_YOUNGER, client_text("'%s'", since));
    database_run("INSERT INTO policy SELECT 99, '2199-01-01', failed_attempts_to_close,"
                 " redress_approval_fen, major_from_people FROM policy WHERE version = 1;"
                 "INSERT INTO policy_level SELECT 99, level, intake_days, investigation_days,"
                 " resolution_days, feedback_days, statutory_days, due_soon_minutes"
                 " FROM policy_level WHERE version = 1;"
                 "UPDATE complaint SET policy_version = 99 WHERE id = '%s';"
                 "UPDATE staff SET name = name || '改' WHERE login = 'agent2'",
                 matter.id);
    for (int i = 0; i < 3; i++) {
        stale = spare_ask(&spare, stale);
        expect_shot(&stale, 503, "database-away");
        ck_assert_int_ge(stale.retry_after_s, 1);
        usleep(300000);
    }
    struct shot get = {.path = client_text("/v1/complaints/%s", matter.id),
                       .token = client_token("agent1")};
    ck_assert_int_eq(spare_ask(&spare, get).status, 200);
    database_run("ALTER TABLE policy_level DISABLE ROW LEVEL SECURITY");
    int64_t give_up = now_ms() + READ_WITHIN_MS * program_patience();
    struct shot name = {.path = "/v1/sessions/current", .token = client_token("agent2")};
    do {
        usleep(50000);
        name = spare_ask(&spare, name);
        expect_shot(&name, 200, NULL);
    } while (!strstr(name.answer, "改") && now_ms() < give_up);
    ck_assert_ptr_nonnull(strstr(name.answer, "改"));
    stale = spare_ask(&spare, stale);
    expect_shot(&stale, 412, "stale-version");
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

Suite *engine_reference_suite(void)
{
    Suite *suite = suite_create("engine_reference");
    TCase *tcase = tcase_create("reference");
    tcase_add_unchecked_fixture(tcase, client_setup, mend);
    tcase_add_checked_fixture(tcase, mend, mend);
    tcase_add_test(tcase, what_could_not_be_read_is_read_again);
    suite_add_tcase(suite, tcase);
    return suite;
}
