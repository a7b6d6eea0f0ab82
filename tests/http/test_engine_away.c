/* What the server does when the database goes away, and when it is told to stop. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "tests/http/jam.h"
#include "tests/http/program.h"

Suite *engine_away_suite(void);

#define WAVES 12
#define WAVE 16

static struct shot receipt(const char *number, const char *key)
{
    json_t *input = matter_minimal();
    json_object_set_new(input, "external_case_number", json_string(number));
    return (struct shot){.path = "/v1/complaints",
                         .token = client_token("agent1"),
                         .body = body_text(input),
                         .key = key};
}

static long received(const char *number)
{
    return database_number("SELECT count(*) FROM complaint WHERE external_case_number = '%s'",
                           number);
}

static bool has_problem(const struct shot *shot, const char *slug)
{
    return shot->answer && strstr(shot->answer, client_text("/problems/%s\"", slug));
}

/* Answered well, or refused for the moment: never anything else, never late. */
static void expect_answered(const struct shot *shot, const char *number)
{
    ck_assert_msg(shot->status == 201 || shot->status == 503, "%d after %lld ms: %s", shot->status,
                  (long long)shot->took_ms, shot->answer ? shot->answer : "no answer");
    ck_assert_int_lt(shot->took_ms, 10000);
    if (shot->status == 201)
        ck_assert_int_eq(received(number), 1);
    if (shot->status == 503) {
        ck_assert_int_ge(shot->retry_after_s, 1);
        ck_assert_msg(has_problem(shot, "database-away") || has_problem(shot, "outcome-unknown"),
                      "%s", shot->answer);
    }
    /* It says that nothing was changed. */
    if (has_problem(shot, "database-away"))
        ck_assert_int_eq(received(number), 0);
}

/* As a client does: again while it is told to try again. */
static struct shot repeat(const struct spare *spare, const struct shot *shot)
{
    struct shot again = {0};
    for (int i = 0; i < 50 && again.status != 201; i++) {
        if (i)
            usleep(100000);
        again = spare_ask(spare, (struct shot){.path = shot->path,
                                               .token = shot->token,
                                               .body = shot->body,
                                               .key = shot->key});
    }
    ck_assert_msg(again.status == 201, "%d %s", again.status, again.answer);
    return again;
}

START_TEST(lost_connections_are_made_again)
{
    const char *since = database_now();
    struct spare spare = spare_start("[database]\nthreads = 2\n");
    static struct shot shots[WAVES][WAVE];
    const char *numbers[WAVES][WAVE], *keys[WAVES][WAVE];
    size_t good = 0;

    for (size_t wave = 0; wave < WAVES; wave++) {
        for (size_t i = 0; i < WAVE; i++) {
            numbers[wave][i] = unique("AWAY");
            keys[wave][i] = unique("away");
            shots[wave][i] = receipt(numbers[wave][i], keys[wave][i]);
        }
        struct volley *volley = spare_fire(&spare, shots[wave], WAVE);
        usleep((useconds_t)(500 * wave));
        if (wave % 2)
            ck_assert_int_ge(database_cut(since, false), 1);
        spare_await(volley);
    }
    for (size_t wave = 0; wave < WAVES; wave++) {
        for (size_t i = 0; i < WAVE; i++) {
            expect_answered(&shots[wave][i], numbers[wave][i]);
            good += shots[wave][i].status == 201;
            /* Whoever repeats it with the same key gets one complaint in the end. */
            struct shot again = repeat(&spare, &shots[wave][i]);
            if (shots[wave][i].status == 201)
                ck_assert_str_eq(again.answer, shots[wave][i].answer);
            ck_assert_int_eq(received(numbers[wave][i]), 1);
        }
    }
    ck_assert_uint_ge(good, WAVES * WAVE / 2);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

START_TEST(reads_survive_lost_connections)
{
    static const char *const rests[] = {"", "/journal", "?x", "/stages"};
    const char *since = database_now();
    struct spare spare = spare_start("");
    struct matter matter = matter_new("agent1", NULL);
    for (int round = 0; round < 4; round++) {
        struct shot shots[16];
        for (size_t i = 0; i < 16; i++)
            shots[i] = (struct shot){
                .token = client_token("agent1"),
                .path = i % 4 == 2 ? "/v1/complaints?limit=1"
                                   : client_text("/v1/complaints/%s%s", matter.id, rests[i % 4])};
        spare_fire_all(&spare, shots, 16);
        for (size_t i = 0; i < 16; i++)
            ck_assert_msg(shots[i].status == 200 ||
                              (round > 0 && shots[i].status == 503 && shots[i].retry_after_s > 0),
                          "%s: %d %s", shots[i].path, shots[i].status, shots[i].answer);
        ck_assert_int_ge(database_cut(since, false), 1);
    }
    ck_assert(spare_becomes(&spare, 200, 10000));
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* Connections that were closed while nobody used them cost no request. */
START_TEST(idle_connections_are_made_again_unnoticed)
{
    const char *since = database_now();
    struct spare spare = spare_start("[database]\nthreads = 2\nslow_threads = 2\n");
    struct matter matter = matter_new("agent1", NULL);

    for (int round = 0; round < 3; round++) {
        struct shot shots[8];
        for (size_t i = 0; i < 8; i++)
            shots[i] = (struct shot){
                .path = client_text("/v1/complaints/%s%s", matter.id, i % 2 ? "/stages" : ""),
                .token = client_token("agent1")};
        spare_fire_all(&spare, shots, 8);
        for (size_t i = 0; i < 8; i++)
            ck_assert_msg(shots[i].status == 200, "%s: %d %s", shots[i].path, shots[i].status,
                          shots[i].answer);
        ck_assert_int_ge(database_cut(since, false), 1);
        while (database_number("SELECT count(*) FROM pg_stat_activity"
                               " WHERE application_name = 'complaintd'"
                               " AND datname = current_database() AND backend_start > '%s'",
                               since) > 0)
            usleep(10000);
        usleep(100000);
    }
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* Before every test, as the one before may have failed halfway. */
static void admit_again(void)
{
    database_admit();
}

/* Down for a while: said at once, and over by itself when the database is back. */
START_TEST(database_that_stays_away_is_waited_for)
{
    const char *since = database_now();
    struct spare spare = spare_start("");
    const char *number = unique("AWAY");
    struct shot shot;

    ck_assert_int_ge(database_cut(since, true), 1);
    for (int i = 0; i < 6; i++) {
        shot = spare_ask(&spare, receipt(number, NULL));
        expect_answered(&shot, number);
        ck_assert_int_eq(shot.status, 503);
        ck_assert_int_lt(shot.took_ms, 5000);
        shot = spare_ask(&spare, (struct shot){.path = "/v1/complaints?limit=1",
                                               .token = client_token("agent1")});
        ck_assert_msg(shot.status == 503 && shot.retry_after_s > 0, "%d %s", shot.status,
                      shot.answer);
    }
    ck_assert(spare_becomes(&spare, 503, 10000));
    ck_assert_int_eq(spare_ask(&spare, (struct shot){.path = "/healthz"}).status, 200);
    database_admit();
    int64_t give_up = now_ms() + (int64_t)15000 * program_patience();
    do {
        usleep(100000);
        shot = spare_ask(&spare, receipt(number, NULL));
    } while (shot.status == 503 && now_ms() < give_up);
    ck_assert_msg(shot.status == 201, "it does not come back: %d %s", shot.status, shot.answer);
    ck_assert(spare_becomes(&spare, 200, 10000));
    ck_assert_int_eq(received(number), 1);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* --- the end ---------------------------------------------------------------------------------- */

START_TEST(stopping_under_load_loses_nothing)
{
    struct spare spare = spare_start("[http]\ndrain_timeout = 5s\n[database]\nthreads = 2\n");
    static struct shot shots[WAVES][WAVE];
    const char *numbers[WAVES][WAVE];
    struct volley *volleys[WAVES];
    int64_t took_ms;
    size_t good = 0, refused = 0;

    for (size_t wave = 0; wave < WAVES; wave++)
        for (size_t i = 0; i < WAVE; i++) {
            numbers[wave][i] = unique("STOP");
            shots[wave][i] = receipt(numbers[wave][i], NULL);
        }
    for (size_t wave = 0; wave < WAVES / 2; wave++)
        volleys[wave] = spare_fire(&spare, shots[wave], WAVE);
    usleep(10000);
    /* The others arrive while it stops. */
    for (size_t wave = WAVES / 2; wave < WAVES; wave++) {
        volleys[wave] = spare_fire(&spare, shots[wave], WAVE);
        if (wave == WAVES / 2)
            ck_assert_int_eq(kill(spare.pid, SIGTERM), 0);
    }
    int status = spare_stop(&spare, 8000, &took_ms);
    for (size_t wave = 0; wave < WAVES; wave++)
        spare_await(volleys[wave]);
    ck_assert_msg(status == 0, "it ended with %d after %lld ms", status, (long long)took_ms);
    for (size_t wave = 0; wave < WAVES; wave++) {
        for (size_t i = 0; i < WAVE; i++) {
            const struct shot *shot = &shots[wave][i];
            ck_assert_msg(shot->status == 201 || shot->status == 503 || shot->status == 0, "%d %s",
                          shot->status, shot->answer);
            good += shot->status == 201;
            refused += shot->status != 201;
            /* Answered: stored. Refused: not stored. Broken off: the client cannot know. */
            if (shot->status == 201)
                ck_assert_int_eq(received(numbers[wave][i]), 1);
            if (shot->status == 503)
                ck_assert_int_eq(received(numbers[wave][i]), 0);
        }
    }
    ck_assert_uint_ge(good, 1);
    ck_assert_uint_ge(refused, 1);
}
END_TEST

/* A request that cannot be finished does not hold up the end. */
START_TEST(stopping_does_not_wait_for_a_lock)
{
    struct spare spare = spare_start("[http]\ndrain_timeout = 1s\n"
                                     "[database]\nstatement_timeout = 2s\n");
    struct matter matter = matter_new("agent1", NULL);
    struct database_lock *lock = database_lock_complaint(matter.number);
    struct shot shot = {.path = client_text("/v1/complaints/%s/notes", matter.id),
                        .token = client_token("agent1"),
                        .body = "{\"text\": \"等锁\"}",
                        .version = 1};
    struct volley *volley = spare_fire(&spare, &shot, 1);
    int64_t took_ms;
    usleep(300000);
    int status = spare_stop(&spare, 12000, &took_ms);
    database_unlock(lock);
    spare_await(volley);
    ck_assert_msg(status == 0, "it ended with %d after %lld ms", status, (long long)took_ms);
    ck_assert_int_ne(shot.status, 201);
    ck_assert_int_eq(reply_integer(matter_get(&matter, "agent1", NULL), "version"), 1);
}
END_TEST

/* What is in hand is finished; who comes now is to try another server, at once. */
START_TEST(stopping_server_takes_no_connection)
{
    struct spare spare = spare_start("[http]\ndrain_timeout = 20s\n"
                                     "[database]\nthreads = 1\nstatement_timeout = 20s\n");
    struct matter matter = matter_new("agent1", NULL);
    struct jam jam;

    jam_begin(&jam, &spare, &matter);
    ck_assert_int_eq(kill(spare.pid, SIGTERM), 0);
    while (spare_ask(&spare, (struct shot){.path = "/healthz"}).status)
        usleep(10000);
    jam_end(&jam);
    expect_shot(&jam.shot, 201, NULL);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

START_TEST(idle_server_stops_at_once)
{
    struct spare spare = spare_start("");
    ck_assert_int_eq(spare_stop(&spare, 5000, NULL), 0);
}
END_TEST

START_TEST(journals_are_sound_afterwards)
{
    ck_assert(journals_are_sound());
}
END_TEST

Suite *engine_away_suite(void)
{
    Suite *suite = suite_create("engine_away");
    TCase *tcase = tcase_create("away");
    tcase_add_unchecked_fixture(tcase, client_setup, admit_again);
    tcase_add_checked_fixture(tcase, admit_again, NULL);
    tcase_add_test(tcase, lost_connections_are_made_again);
    tcase_add_test(tcase, reads_survive_lost_connections);
    tcase_add_test(tcase, idle_connections_are_made_again_unnoticed);
    tcase_add_test(tcase, database_that_stays_away_is_waited_for);
    tcase_add_test(tcase, stopping_under_load_loses_nothing);
    tcase_add_test(tcase, stopping_does_not_wait_for_a_lock);
    tcase_add_test(tcase, stopping_server_takes_no_connection);
    tcase_add_test(tcase, idle_server_stops_at_once);
    tcase_add_test(tcase, journals_are_sound_afterwards);
    suite_add_tcase(suite, tcase);
    return suite;
}
