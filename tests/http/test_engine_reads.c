/* What reads are answered when they take too long, and what moment they show. */
#include <string.h>
#include <unistd.h>

#include "tests/http/jam.h"
#include "tests/http/program.h"
#include "tests/http/trap.h"

Suite *engine_reads_suite(void);

/* The application needs that long to read a marked row. */
#define SLOW_ROW(seconds) TRAP_ROW("complaint", "id IN ($)", "pg_sleep(" seconds ")::text = ''")

/* A read that ran out of time is nobody's mistake: to be tried again later, and no other pays. */
START_TEST(slow_reads_are_refused_for_the_moment)
{
    static const char *const paths[] = {"/v1/complaints/%s",
                                        "/v1/complaints/%s/stages",
                                        "/v1/complaints/%s/deadlines",
                                        "/v1/complaints/%s/journal",
                                        "/v1/complaints/%s/notes",
                                        "/v1/complaints?number=%s",
                                        "/v1/complaints?number=%s&count=exact",
                                        "/v1/complaints/similar?complaint=%s",
                                        "/v1/board"};
    enum { COUNT = sizeof paths / sizeof *paths };
    struct spare spare = spare_start(
        client_text("[database]\nstatement_timeout = %ds\n", program_patience() > 1 ? 4 : 1));
    struct matter slow = matter_new("agent1", NULL), other = matter_new("agent1", NULL);
    struct shot shots[2 * COUNT];

    for (size_t i = 0; i < COUNT; i++) {
        bool by_number = strchr(paths[i], '?') != NULL;
        for (size_t j = 0; j < 2; j++) {
            const struct matter *matter = j ? &other : &slow;
            const char *path =
                strchr(paths[i], '%')
                    ? client_text("%.*s%s%s", (int)(strchr(paths[i], '%') - paths[i]), paths[i],
                                  by_number ? matter->number : matter->id,
                                  strchr(paths[i], '%') + 2)
                    : paths[i];
            shots[2 * i + j] = (struct shot){.path = path, .token = client_token("agent1")};
        }
    }
    trap_set(SLOW_ROW("60"), client_text("'%s'", slow.id));
    for (size_t i = 0; i < 2 * COUNT; i++) {
        if (i % 2 && i >= 2 * (COUNT - 2)) /* the last two look at all complaints */
            continue;
        shots[i] = spare_ask(&spare, shots[i]);
        expect_shot(&shots[i], i % 2 ? 200 : 503, i % 2 ? NULL : "busy");
        ck_assert_int_eq(shots[i].retry_after_s > 0, i % 2 == 0);
    }
    trap_clear();
    for (size_t i = 0; i < 2 * COUNT; i += 2) {
        shots[i] = spare_ask(&spare, shots[i]);
        expect_shot(&shots[i], 200, NULL);
    }
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* The threads that run commands do not go through all complaints for a few of them. */
START_TEST(lists_that_look_far_hold_up_no_command)
{
    static const char *const far[] = {"class=A01033",    "tag=petition&level=major",
                                      "stage=feedback",  "due_from=2018-03-20T00:00:00Z",
                                      "status=declined", "overdue=true&source=media"};
    static const char *const near[] = {"limit=1", "overdue=true", "unit=HN-CS-001",
                                       "owner=agent1&level=major"};
    enum { FAR = sizeof far / sizeof *far, NEAR = sizeof near / sizeof *near };
    struct spare spare = spare_start(ONE_THREAD);
    struct matter matter = matter_new("agent1", NULL);
    struct shot shots[FAR + NEAR];
    struct jam jam;

    for (size_t i = 0; i < FAR + NEAR; i++)
        shots[i] = (struct shot){
            .path = client_text("/v1/complaints?%s", i < FAR ? far[i] : near[i - FAR]),
            .token = client_token("supervisor1")};
    jam_begin(&jam, &spare, &matter);
    struct volley *waiting = spare_fire(&spare, shots + FAR, NEAR);
    spare_fire_all(&spare, shots, FAR);
    ck_assert_int_eq(spare_metric(&spare, "complaintd_requests_in_flight"), NEAR + 2);
    jam_end(&jam);
    spare_await(waiting);
    expect_shot(&jam.shot, 201, NULL);
    for (size_t i = 0; i < FAR + NEAR; i++)
        expect_shot(&shots[i], 200, NULL);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* Lists that take long wait for each other; who signs in does not wait for them. */
START_TEST(lists_that_look_far_leave_a_thread_to_others)
{
    struct spare spare = spare_start(
        client_text("[database]\nstatement_timeout = %ds\n", program_patience() > 1 ? 8 : 2));
    struct matter slow = matter_new("agent1", NULL);
    struct shot list = {.path = client_text("/v1/complaints?number=%s&count=exact", slow.number),
                        .token = client_token("agent1")};
    struct shot lists[] = {list, list};
    struct shot sign_in = {.path = "/v1/sessions",
                           .body = "{\"login\": \"agent1\", \"password\": \"demo-2026\"}"};

    trap_set(SLOW_ROW("60"), client_text("'%s'", slow.id));
    struct volley *volley = spare_fire(&spare, lists, 2);
    while (spare_metric(&spare, "complaintd_slow_threads_busy") < 1 ||
           spare_metric(&spare, "complaintd_queue_length{queue=\"slow\"}") < 1)
        usleep(5000);
    sign_in = spare_ask(&spare, sign_in);
    expect_shot(&sign_in, 201, NULL);
    ck_assert_int_eq(spare_metric(&spare, "complaintd_requests_total{operation=\"complaint_list\","
                                          "status=\"5xx\"}"),
                     0);
    spare_await(volley);
    trap_clear();
    for (size_t i = 0; i < 2; i++)
        expect_shot(&lists[i], 503, "busy");
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* A complaint and its stages are read one after the other, as of one moment. */
START_TEST(answers_show_one_moment)
{
    static const char *const paths[] = {"", "/stages"};
    struct matter matter = matter_new("agent1", NULL);

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct spare spare = spare_start("");
        const char *path = client_text("/v1/complaints/%s%s", matter.id, paths[i]);
        struct shot before = {.path = path, .token = client_token("agent1")}, during = before;
        before = spare_ask(&spare, before);
        expect_shot(&before, 200, NULL);
        trap_set(SLOW_ROW("1.5"), client_text("'%s'", matter.id));
        struct volley *volley = spare_fire(&spare, &during, 1);
        usleep(700000);
        database_run("UPDATE stage SET due_at = due_at + interval '1 day'"
                     " WHERE complaint_id = '%s'",
                     matter.id);
        spare_await(volley);
        trap_clear();
        database_run("UPDATE stage SET due_at = due_at - interval '1 day'"
                     " WHERE complaint_id = '%s'",
                     matter.id);
        expect_shot(&during, 200, NULL);
        ck_assert_int_ge(during.took_ms, 1000);
        ck_assert_str_eq(during.answer, before.answer);
        ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
    }
}
END_TEST

START_TEST(journals_are_sound_afterwards)
{
    ck_assert(journals_are_sound());
}
END_TEST

Suite *engine_reads_suite(void)
{
    Suite *suite = suite_create("engine_reads");
    TCase *tcase = tcase_create("reads");
    tcase_set_timeout(tcase, 60);
    tcase_add_unchecked_fixture(tcase, client_setup, trap_clear);
    tcase_add_checked_fixture(tcase, trap_clear, NULL);
    tcase_add_test(tcase, slow_reads_are_refused_for_the_moment);
    tcase_add_test(tcase, lists_that_look_far_hold_up_no_command);
    tcase_add_test(tcase, lists_that_look_far_leave_a_thread_to_others);
    tcase_add_test(tcase, answers_show_one_moment);
    tcase_add_test(tcase, journals_are_sound_afterwards);
    suite_add_tcase(suite, tcase);
    return suite;
}
