/* Batches when something goes wrong or takes long, and what they do to others meanwhile. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/http/batches.h"
#include "tests/http/database.h"
#include "tests/http/program.h"
#include "tests/http/spare.h"

Suite *complaint_batch_engine_suite(void);

#define BODY_MAX ((size_t)8 * 1024 * 1024)
#define ROW_MS 20 /* what a complaint takes that begins with 慢 */

static struct shot batch_shot(const char *body_text, const char *key)
{
    return (struct shot){
        .path = BATCH_PATH, .token = client_token("agent1"), .body = body_text, .key = key};
}

/* The answer as the functions of batches.h take it. */
static const struct reply *answer_of(const struct shot *shot)
{
    static struct reply reply;
    json_decref(reply.json);
    reply = (struct reply){.status = shot->status,
                           .body = shot->answer ? shot->answer : "",
                           .json = shot->answer ? json_loads(shot->answer, 0, NULL) : NULL};
    EXPECT_STATUS(&reply, 200);
    return &reply;
}

/* Before every test, as the one before may have failed halfway. */
static void mend(void)
{
    database_run("ALTER TABLE complaint DROP CONSTRAINT IF EXISTS marked;"
                 "DROP TRIGGER IF EXISTS slow_row ON complaint;"
                 "DROP TRIGGER IF EXISTS held_row ON complaint");
}

static void slow_down(void)
{
    database_run("CREATE OR REPLACE FUNCTION slow_row() RETURNS trigger LANGUAGE plpgsql AS"
                 " $$BEGIN PERFORM pg_sleep(0.0%d); RETURN NEW; END$$;"
                 "CREATE TRIGGER slow_row BEFORE INSERT ON complaint FOR EACH ROW"
                 " WHEN (NEW.subject LIKE '慢%%') EXECUTE FUNCTION slow_row()",
                 ROW_MS);
}

/* Each item has the status 201 or that one; returns how many 201. */
static size_t count_received(const struct reply *reply, size_t count, int otherwise)
{
    size_t received = 0;
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), count);
    for (size_t i = 0; i < count; i++) {
        int64_t status = batch_integer(reply, i, "status");
        ck_assert_msg(status == 201 || status == otherwise, "%zu: %lld", i, (long long)status);
        received += status == 201;
    }
    ck_assert_int_eq(reply_integer(reply, "received"), (int64_t)received);
    ck_assert_int_eq(reply_integer(reply, "refused"), (int64_t)(count - received));
    return received;
}

START_TEST(five_hundred_at_once)
{
    struct spare spare = spare_start("");
    const char *subject = batch_unique("五百"), *key = batch_unique("500");
    const char *text = batch_text(batch_items(500, subject, NULL));
    struct shot first = spare_ask(&spare, batch_shot(text, key));
    ck_assert_uint_eq(count_received(answer_of(&first), 500, 0), 500);
    struct shot again = spare_ask(&spare, batch_shot(text, key));
    ck_assert_str_eq(again.answer, first.answer);
    ck_assert_int_eq(batch_subjects(subject), 500);
    ck_assert_int_eq(spare_metric(&spare, "complaintd_batch_fallbacks_total"), 0);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* Three that the database refuses are ours to answer for; the others of their sets are recorded. */
START_TEST(failing_items_harm_no_other)
{
    struct spare spare = spare_start("");
    const char *good = batch_unique("好"), *bad = batch_unique("坏");
    json_t *items = batch_items(100, good, NULL);
    for (size_t i = 10; i < 100; i += 40)
        json_object_set_new(json_array_get(items, i), "complaint", batch_complaint(bad));
    database_run("ALTER TABLE complaint ADD CONSTRAINT marked CHECK (subject NOT LIKE '坏%%')"
                 " NOT VALID");
    struct shot shot = spare_ask(&spare, batch_shot(batch_text(items), NULL));
    mend();
    const struct reply *reply = answer_of(&shot);
    ck_assert_uint_eq(count_received(reply, 100, 500), 97);
    for (size_t i = 10; i < 100; i += 40)
        ck_assert_str_eq(batch_string(reply, i, "problem.type"), "/problems/internal");
    ck_assert_ptr_null(strstr(shot.answer, "marked"));
    ck_assert_int_eq(batch_subjects(good), 97);
    ck_assert_int_eq(batch_subjects(bad), 0);
    ck_assert_int_eq(spare_metric(&spare, "complaintd_batch_fallbacks_total"), 3);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

static long batches_answered(const struct spare *spare)
{
    return spare_metric(spare, "complaintd_requests_total{operation=\"complaint_receive_batch\","
                               "status=\"2xx\"}");
}

/* What was not begun in time is told so and can be sent again; small requests do not wait. */
START_TEST(slow_batch_ends_in_time_and_delays_no_other)
{
    struct spare spare = spare_start("[http]\nrequest_timeout = 1s\n");
    const char *subject = batch_unique("慢"), *key = batch_unique("slow");
    const char *text = batch_text(batch_items(300, subject, key));
    struct shot shot = batch_shot(text, NULL);
    slow_down();
    struct volley *volley = spare_fire(&spare, &shot, 1);
    size_t meanwhile = 0;
    for (int i = 0; i < 20; i++) {
        struct shot small = {.path = "/v1/complaints",
                             .token = client_token("agent1"),
                             .body = body_text(matter_minimal())};
        small = spare_ask(&spare, small);
        ck_assert_int_eq(small.status, 201);
        meanwhile += batches_answered(&spare) == 0;
        usleep(20000);
    }
    spare_await(volley);
    mend();
    ck_assert_uint_ge(meanwhile, 1);
    const struct reply *reply = answer_of(&shot);
    size_t received = count_received(reply, 300, 503);
    ck_assert_uint_ge(received, 32);
    ck_assert_uint_lt(received, 300);
    ck_assert_str_eq(batch_string(reply, 299, "problem.type"), "/problems/deadline-passed");
    ck_assert_int_eq(batch_subjects(subject), (long)received);
    shot = spare_ask(&spare, shot);
    ck_assert_uint_eq(count_received(answer_of(&shot), 300, 0), 300);
    ck_assert_int_eq(batch_subjects(subject), 300);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* Two batches cannot go on; who signs in or asks for the board does not wait for them. */
START_TEST(batches_leave_a_thread_to_others)
{
    struct spare spare = spare_start("[http]\nrequest_timeout = 60s\n"
                                     "[database]\nstatement_timeout = 60s\n");
    struct matter matter = matter_new("agent1", NULL);
    struct shot shots[2];
    for (size_t i = 0; i < 2; i++)
        shots[i] = batch_shot(batch_text(batch_items(3, batch_unique("等"), NULL)), NULL);
    database_run(
        "CREATE OR REPLACE FUNCTION held_row() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN PERFORM FROM complaint WHERE number = '%s' FOR UPDATE; RETURN NEW; END$$;"
        "CREATE TRIGGER held_row BEFORE INSERT ON complaint FOR EACH ROW"
        " WHEN (NEW.subject LIKE '等%%') EXECUTE FUNCTION held_row()",
        matter.number);
    struct database_lock *lock = database_lock_complaint(matter.number);
    struct volley *volley = spare_fire(&spare, shots, 2);
    while (spare_metric(&spare, "complaintd_slow_threads_busy") < 1 ||
           spare_metric(&spare, "complaintd_queue_length{queue=\"slow\"}") < 1)
        usleep(5000);
    struct shot sign_in = {.path = "/v1/sessions",
                           .body = "{\"login\": \"agent1\", \"password\": \"demo-2026\"}"};
    ck_assert_int_eq(spare_ask(&spare, sign_in).status, 201);
    struct shot board = {.path = "/v1/board", .token = client_token("supervisor1")};
    ck_assert_int_eq(spare_ask(&spare, board).status, 200);
    ck_assert_int_eq(batches_answered(&spare), 0);
    database_unlock(lock);
    spare_await(volley);
    mend();
    for (size_t i = 0; i < 2; i++)
        ck_assert_uint_eq(count_received(answer_of(&shots[i]), 3, 0), 3);
    ck_assert_int_eq(batches_answered(&spare), 2);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* What was answered as received is there, and sent again is the same. */
START_TEST(lost_connection_loses_nothing)
{
    const char *since = database_now();
    struct spare spare = spare_start("");
    const char *subject = batch_unique("慢"), *key = batch_unique("cut");
    const char *text = batch_text(batch_items(150, subject, key));
    struct shot shot = batch_shot(text, NULL);
    slow_down();
    struct volley *volley = spare_fire(&spare, &shot, 1);
    usleep(1000000);
    ck_assert_int_ge(database_cut(since, false), 1);
    spare_await(volley);
    mend();
    json_t *first = json_incref(answer_of(&shot)->json);
    size_t received = count_received(answer_of(&shot), 150, 503);
    ck_assert_uint_lt(received, 150);
    ck_assert_int_eq(batch_subjects(subject), (long)received);
    ck_assert(spare_becomes(&spare, 200, 10000));
    shot = spare_ask(&spare, shot);
    const struct reply *again = answer_of(&shot);
    ck_assert_uint_eq(count_received(again, 150, 0), 150);
    ck_assert_int_eq(batch_subjects(subject), 150);
    for (size_t i = 0; i < 150; i++) {
        json_t *before = json_array_get(json_object_get(first, "items"), i);
        if (json_integer_value(json_object_get(before, "status")) == 201)
            ck_assert(json_equal(before, reply_at(again, client_text("items.%zu", i))));
    }
    json_decref(first);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* --- large bodies ------------------------------------------------------------------------------- */

/* Announces a body of that length and sends one byte of it. */
static int announce(const struct spare *spare, const char *token, size_t body_length)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)spare->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char head[1024];
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    int length = snprintf(head, sizeof head,
                          "POST " BATCH_PATH " HTTP/1.1\r\nHost: localhost\r\n"
                          "Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
                          "Content-Length: %zu\r\n\r\n{",
                          token, body_length);
    ck_assert_int_eq(send(fd, head, (size_t)length, MSG_NOSIGNAL), length);
    return fd;
}

/* Many clients read nothing before they have sent everything. */
START_TEST(refusals_reach_those_who_send_all_first)
{
    struct spare spare = spare_start("");
    char *rest = calloc(1, BODY_MAX), status[13] = "";
    for (size_t more = 0; more < 2; more++) {
        int fd = announce(&spare, more ? client_token("agent1") : "nobody", BODY_MAX + more);
        for (size_t sent = 0; sent < BODY_MAX - 1 + more;) {
            ssize_t n = send(fd, rest, BODY_MAX - 1 + more - sent, MSG_NOSIGNAL);
            ck_assert_msg(n > 0, "the connection was closed after %zu bytes", sent);
            sent += (size_t)n;
        }
        ck_assert_int_eq(recv(fd, status, sizeof status - 1, MSG_WAITALL), sizeof status - 1);
        ck_assert_str_eq(status, more ? "HTTP/1.1 413" : "HTTP/1.1 401");
        close(fd);
    }
    free(rest);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

START_TEST(large_bodies_are_bounded_together)
{
    struct spare spare = spare_start("");
    const char *small = batch_text(batch_items(1, batch_unique("小"), NULL));
    const char *large = client_text("%s%*s", small, 300 * 1024, "");
    int fds[8];
    for (size_t i = 0; i < 8; i++)
        fds[i] = announce(&spare, client_token("agent1"), BODY_MAX);
    usleep(300000);
    struct shot refused = spare_ask(&spare, batch_shot(large, NULL));
    struct shot taken = spare_ask(&spare, batch_shot(small, NULL));
    for (size_t i = 0; i < 8; i++)
        close(fds[i]);
    ck_assert_int_eq(refused.status, 503);
    ck_assert_int_ge(refused.retry_after_s, 1);
    ck_assert_ptr_nonnull(strstr(refused.answer, "/problems/busy"));
    ck_assert_int_eq(taken.status, 200);
    usleep(300000);
    ck_assert_int_eq(spare_ask(&spare, batch_shot(large, NULL)).status, 200);
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

START_TEST(journals_are_sound_afterwards)
{
    ck_assert(journals_are_sound());
}
END_TEST

Suite *complaint_batch_engine_suite(void)
{
    Suite *suite = suite_create("complaint_batch_engine");
    TCase *tcase = tcase_create("engine");
    tcase_add_unchecked_fixture(tcase, client_setup, mend);
    tcase_add_checked_fixture(tcase, mend, NULL);
    tcase_add_test(tcase, five_hundred_at_once);
    tcase_add_test(tcase, failing_items_harm_no_other);
    tcase_add_test(tcase, slow_batch_ends_in_time_and_delays_no_other);
    tcase_add_test(tcase, batches_leave_a_thread_to_others);
    tcase_add_test(tcase, lost_connection_loses_nothing);
    tcase_add_test(tcase, refusals_reach_those_who_send_all_first);
    tcase_add_test(tcase, large_bodies_are_bounded_together);
    tcase_add_test(tcase, journals_are_sound_afterwards);
    suite_add_tcase(suite, tcase);
    return suite;
}
