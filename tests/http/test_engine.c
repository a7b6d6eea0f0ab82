/* What the server does when commands fail, collide, wait or are too many. */
#include <string.h>
#include <unistd.h>

#include "tests/http/jam.h"

Suite *engine_suite(void);

/* Before every test, as the one before may have failed halfway. */
static void mend(void)
{
    database_run("ALTER TABLE complaint DROP CONSTRAINT IF EXISTS marked;"
                 "ALTER TABLE work DROP CONSTRAINT IF EXISTS marked;"
                 "GRANT INSERT ON work TO complaintd_app");
}

/* --- one that fails among many ---------------------------------------------------------------- */

START_TEST(failing_receipts_harm_no_other)
{
    struct spare spare = spare_start(ONE_THREAD);
    struct matter matter = matter_new("agent1", NULL);
    const char *good = unique("好"), *bad = unique("坏");
    struct shot shots[40];

    database_run("ALTER TABLE complaint ADD CONSTRAINT marked CHECK (subject NOT LIKE '坏%%')"
                 " NOT VALID");
    for (size_t i = 0; i < 40; i++)
        shots[i] = shot_receipt(i % 10 == 3 ? bad : good);
    jam_fire(&spare, &matter, shots, 40);
    database_run("ALTER TABLE complaint DROP CONSTRAINT marked");
    for (size_t i = 0; i < 40; i++) {
        expect_shot(&shots[i], i % 10 == 3 ? 500 : 201, i % 10 == 3 ? "internal" : NULL);
        if (i % 10 == 3)
            ck_assert_ptr_null(strstr(shots[i].answer, "marked"));
    }
    ck_assert_int_eq(subjects(good), 36);
    ck_assert_int_eq(subjects(bad), 0);
    ck_assert_int_ge(spare_metric(&spare, "complaintd_batch_fallbacks_total"), 1);
    expect_nothing_half_written();
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

START_TEST(failing_changes_harm_no_other)
{
    struct spare spare = spare_start(ONE_THREAD);
    struct matter first = matter_new("agent1", NULL), matters[20];
    struct shot shots[20];

    for (size_t i = 0; i < 20; i++)
        matters[i] = matter_new("agent1", NULL);
    database_run("ALTER TABLE work ADD CONSTRAINT marked CHECK (body NOT LIKE '%%坏的%%')"
                 " NOT VALID");
    for (size_t i = 0; i < 20; i++)
        shots[i] = shot_note(&matters[i], i % 7 == 2 ? "坏的" : "好的");
    jam_fire(&spare, &first, shots, 20);
    database_run("ALTER TABLE work DROP CONSTRAINT marked");
    for (size_t i = 0; i < 20; i++) {
        expect_shot(&shots[i], i % 7 == 2 ? 500 : 201, i % 7 == 2 ? "internal" : NULL);
        ck_assert_int_eq(reply_integer(matter_get(&matters[i], "agent1", NULL), "version"),
                         i % 7 == 2 ? 1 : 2);
    }
    expect_nothing_half_written();
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

START_TEST(lost_permission_is_our_fault_and_tells_nothing)
{
    struct spare spare = spare_start(ONE_THREAD);
    struct matter matter = matter_new("agent1", NULL);
    struct shot shot = shot_note(&matter, "一"), classify = shot_note(&matter, "二");
    classify.path = client_text("/v1/complaints/%s/classify", matter.id);
    classify.body = "{\"urgency\": 1}";

    database_run("REVOKE INSERT ON work FROM complaintd_app");
    shot = spare_ask(&spare, shot);
    classify = spare_ask(&spare, classify);
    database_run("GRANT INSERT ON work TO complaintd_app");
    expect_shot(&shot, 500, "internal");
    ck_assert_ptr_null(strstr(shot.answer, "permission"));
    ck_assert_ptr_null(strstr(shot.answer, "INSERT"));
    expect_shot(&classify, 200, NULL);
    matter.version = 2;
    shot = spare_ask(&spare, shot_note(&matter, "三"));
    expect_shot(&shot, 201, NULL);
    expect_nothing_half_written();
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* --- two servers over one database ------------------------------------------------------------ */

START_TEST(twins_at_two_servers_make_one_complaint)
{
    struct spare spares[] = {spare_start("[database]\nthreads = 2\n"),
                             spare_start("[database]\nthreads = 2\n")};
    for (int round = 0; round < 10; round++) {
        const char *subject = unique("双"), *key = unique("twins");
        struct shot shots[16];
        struct volley *volleys[2];
        for (size_t i = 0; i < 16; i++) {
            shots[i] = shot_receipt(subject);
            shots[i].body = shots[0].body;
            shots[i].key = key;
        }
        for (size_t i = 0; i < 2; i++)
            volleys[i] = spare_fire(&spares[i], shots + 8 * i, 8);
        for (size_t i = 0; i < 2; i++)
            spare_await(volleys[i]);
        for (size_t i = 0; i < 16; i++) {
            expect_shot(&shots[i], 201, NULL);
            ck_assert_str_eq(shots[i].answer, shots[0].answer);
        }
        ck_assert_int_eq(subjects(subject), 1);
    }
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(spare_stop(&spares[i], 10000, NULL), 0);
}
END_TEST

START_TEST(one_version_is_won_once_at_two_servers)
{
    struct spare spares[] = {spare_start(""), spare_start("")};
    for (int round = 0; round < 10; round++) {
        struct matter matter = matter_new("agent1", NULL);
        struct shot shots[8];
        struct volley *volleys[2];
        int won = 0;
        for (size_t i = 0; i < 8; i++)
            shots[i] = shot_note(&matter, "抢");
        for (size_t i = 0; i < 2; i++)
            volleys[i] = spare_fire(&spares[i], shots + 4 * i, 4);
        for (size_t i = 0; i < 2; i++)
            spare_await(volleys[i]);
        for (size_t i = 0; i < 8; i++) {
            won += shots[i].status == 201;
            if (shots[i].status != 201)
                expect_shot(&shots[i], 412, "stale-version");
        }
        ck_assert_int_eq(won, 1);
    }
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(spare_stop(&spares[i], 10000, NULL), 0);
}
END_TEST

/* --- waiting ---------------------------------------------------------------------------------- */

START_TEST(full_queue_is_told_at_once)
{
    struct spare spare = spare_start("[database]\nthreads = 1\nqueue = 16\n");
    struct matter matter = matter_new("agent1", NULL);
    struct shot shots[48];
    size_t busy = 0, served = 0;
    struct jam jam;

    jam_begin(&jam, &spare, &matter);
    for (size_t i = 0; i < 48; i++)
        shots[i] = (struct shot){.path = client_text("/v1/complaints/%s", matter.id),
                                 .token = client_token("agent1")};
    struct volley *volley = spare_fire(&spare, shots, 48);
    /* They do not wait for the jam to end. */
    while (spare_metric(&spare, "complaintd_requests_total{operation=\"complaint_get\","
                                "status=\"5xx\"}") < 32)
        usleep(5000);
    jam_end(&jam);
    spare_await(volley);
    expect_shot(&jam.shot, 201, NULL);
    for (size_t i = 0; i < 48; i++) {
        if (shots[i].status == 200) {
            served++;
            continue;
        }
        expect_shot(&shots[i], 503, "busy");
        busy++;
    }
    ck_assert_uint_eq(served, 16);
    ck_assert_uint_eq(busy, 32);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* Who waits behind a locked complaint is told when the time is over, before the lock goes. */
START_TEST(waiting_requests_are_refused_in_time)
{
    struct spare spare = spare_start("[http]\nrequest_timeout = 1s\n"
                                     "[database]\nthreads = 1\nstatement_timeout = 20s\n");
    struct matter matter = matter_new("agent1", NULL);
    const char *subject = unique("迟");
    struct shot shots[8];
    struct jam jam;

    jam_begin(&jam, &spare, &matter);
    for (size_t i = 0; i < 8; i++)
        shots[i] = i % 2 ? shot_receipt(subject)
                         : (struct shot){.path = client_text("/v1/complaints/%s", matter.id),
                                         .token = client_token("agent1")};
    spare_fire_all(&spare, shots, 8);
    for (size_t i = 0; i < 8; i++) {
        expect_shot(&shots[i], 503, "deadline-passed");
        ck_assert_int_ge(shots[i].took_ms, 900);
    }
    jam_end(&jam);
    expect_shot(&jam.shot, 201, NULL);
    ck_assert_int_eq(subjects(subject), 0);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* A complaint that stays locked is nobody's mistake: to be tried again later, and soon enough. */
START_TEST(locked_complaint_is_refused_for_the_moment)
{
    struct spare spare = spare_start("[database]\nthreads = 1\nstatement_timeout = 1s\n");
    struct matter matter = matter_new("agent1", NULL);
    struct database_lock *lock = database_lock_complaint(matter.number);
    struct shot shot = spare_ask(&spare, shot_note(&matter, "等锁"));
    database_unlock(lock);
    ck_assert_int_lt(shot.took_ms, 5000);
    expect_shot(&shot, 503, NULL);
    ck_assert_int_eq(reply_integer(matter_get(&matter, "agent1", NULL), "version"), 1);
    shot = spare_ask(&spare, shot_note(&matter, "再来"));
    expect_shot(&shot, 201, NULL);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

START_TEST(journals_are_sound_afterwards)
{
    ck_assert(journals_are_sound());
}
END_TEST

Suite *engine_suite(void)
{
    Suite *suite = suite_create("engine");
    TCase *tcase = tcase_create("engine");
    tcase_add_unchecked_fixture(tcase, client_setup, mend);
    tcase_add_checked_fixture(tcase, mend, NULL);
    tcase_add_test(tcase, failing_receipts_harm_no_other);
    tcase_add_test(tcase, failing_changes_harm_no_other);
    tcase_add_test(tcase, lost_permission_is_our_fault_and_tells_nothing);
    tcase_add_test(tcase, twins_at_two_servers_make_one_complaint);
    tcase_add_test(tcase, one_version_is_won_once_at_two_servers);
    tcase_add_test(tcase, full_queue_is_told_at_once);
    tcase_add_test(tcase, waiting_requests_are_refused_in_time);
    tcase_add_test(tcase, locked_complaint_is_refused_for_the_moment);
    tcase_add_test(tcase, journals_are_sound_afterwards);
    suite_add_tcase(suite, tcase);
    return suite;
}
