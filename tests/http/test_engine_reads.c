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
        if (i % 2 && !strchr(paths[i / 2], '%'))
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
    tcase_add_test(tcase, answers_show_one_moment);
    tcase_add_test(tcase, journals_are_sound_afterwards);
    suite_add_tcase(suite, tcase);
    return suite;
}
