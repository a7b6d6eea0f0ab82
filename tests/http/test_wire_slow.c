/* Clients that take their time, to keep a place from others: each step has a deadline of its own, and
 * a byte now and then does not move it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/http/matter.h"
#include "tests/http/program.h"
#include "tests/http/spare.h"
#include "tests/http/wire.h"

#define QUICK "[http]\nheader_timeout = 1s\ntransfer_timeout = 1s\n"
#define DRIP_US 50000
#define GIVE_UP_MS 20000

static struct spare spare;

static void stop(void)
{
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}

/* Sends a byte after the other, more often than any connection is silent, until the server hangs
 * up. */
static bool drips_in_vain(int fd)
{
    int64_t give_up = now_ms() + (int64_t)GIVE_UP_MS * program_patience();
    char answer[512];

    while (now_ms() < give_up) {
        ssize_t n = recv(fd, answer, sizeof answer, MSG_DONTWAIT);
        if (n == 0 || !wire_send(fd, "a", 1)) {
            close(fd);
            return true;
        }
        usleep(DRIP_US);
    }
    return false;
}

static long late(void)
{
    return spare_metric(&spare, "complaintd_http_connections_late_total");
}

/* Whether so many were, or become so: who is hung up on may ask before it is counted. */
static bool late_are(long count)
{
    int64_t give_up = now_ms() + (int64_t)GIVE_UP_MS * program_patience();
    while (late() < count && now_ms() < give_up)
        usleep(DRIP_US);
    return late() == count;
}

START_TEST(a_header_has_its_time)
{
    spare = spare_start(QUICK);
    int fd = wire_connect(spare.port);
    ck_assert(wire_send(fd, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", 0));
    ck_assert(drips_in_vain(fd));
    fd = wire_connect(spare.port);
    ck_assert(wire_send(fd, "GET /healthz?", 0)); /* not even the first line */
    ck_assert(drips_in_vain(fd));
    ck_assert(wire_ends(wire_connect(spare.port))); /* nothing at all */
    ck_assert(late_are(3));
    stop();
}
END_TEST

START_TEST(a_body_has_its_time)
{
    spare = spare_start(QUICK);
    int fd = wire_connect(spare.port);
    ck_assert(wire_send(fd,
                        client_text("POST /v1/complaints HTTP/1.1\r\nHost: localhost\r\n"
                                    "Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
                                    "Content-Length: 100000\r\n\r\n{\"subject\":\"",
                                    client_token("agent1")),
                        0));
    ck_assert(drips_in_vain(fd));
    ck_assert(late_are(1));
    stop();
}
END_TEST

/* Begins to attach a file of that length to a complaint of agent1's. */
static int begin_file(const struct matter *matter, size_t length)
{
    int fd = wire_connect(spare.port);
    ck_assert(wire_send(fd,
                        client_text("POST /v1/complaints/%s/attachments?name=a.pdf HTTP/1.1\r\n"
                                    "Host: localhost\r\nAuthorization: Bearer %s\r\n"
                                    "If-Match: \"1\"\r\nContent-Length: %zu\r\n\r\n",
                                    matter->id, client_token("agent1"), length),
                        0));
    return fd;
}

START_TEST(a_file_has_its_time_too)
{
    const struct matter matter = matter_new("agent1", NULL);
    spare = spare_start(QUICK);
    int fd = begin_file(&matter, 3000000);
    ck_assert(wire_send(fd, "%PDF-1.7\n", 0));
    ck_assert(drips_in_vain(fd));
    ck_assert(late_are(1));
    stop();
}
END_TEST

/* The time is that of a buffer: who has a slow line needs longer for the whole. */
START_TEST(but_each_part_of_it_anew)
{
    static const char first[] = "%PDF-1.7\n";
    static char part[300000];
    const struct matter matter = matter_new("agent1", NULL);
    memset(part, 'x', sizeof part);
    memcpy(part, first, sizeof first);
    spare = spare_start("[http]\ntransfer_timeout = 4s\n");
    int fd = begin_file(&matter, 4 * sizeof part);
    for (int i = 0; i < 4; i++) {
        ck_assert(wire_send(fd, part, sizeof part));
        usleep(1500000);
    }
    struct wire_answer answer = wire_read(fd);
    ck_assert_msg(answer.status == 201, "%d %s", answer.status, answer.body);
    ck_assert_int_eq(late(), 0);
    close(fd);
    stop();
}
END_TEST

/* Asks for much, in one go, and takes next to nothing of it. */
START_TEST(an_answer_is_to_be_taken)
{
    enum { ASKED = 100 };
    static char bytes[65536];
    static const char question[] = "GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n";
    int fd;
    size_t got = 0;
    ssize_t n;

    spare = spare_start(QUICK);
    size_t one = strlen(spare_ask(&spare, (struct shot){.path = "/openapi.yaml"}).answer);
    fd = wire_connect(spare.port);
    for (int i = 0; i < ASKED; i++)
        ck_assert(wire_send(fd, question, 0));
    int64_t give_up = now_ms() + (int64_t)GIVE_UP_MS * program_patience();
    while (late() == 0 && now_ms() < give_up) {
        got += recv(fd, bytes, 1, MSG_DONTWAIT) == 1;
        usleep(DRIP_US);
    }
    while ((n = recv(fd, bytes, sizeof bytes, 0)) > 0)
        got += (size_t)n;
    close(fd);
    ck_assert(late_are(1));
    ck_assert_uint_lt(got, ASKED * one);
    stop();
}
END_TEST

/* A connection that is kept may rest for longer than a header takes, but not for ever begin one. */
START_TEST(connections_may_rest_between_requests)
{
    static const char question[] = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    int fd;
    spare = spare_start(QUICK "idle_timeout = 4s\n");
    ck_assert_int_eq(wire_ask(&fd, spare.port, question).status, 200);
    usleep(2500000);
    ck_assert(wire_send(fd, question, 0));
    ck_assert_int_eq(wire_read(fd).status, 200);
    ck_assert(wire_send(fd, "GET /healthz HTTP/1.1\r\nX-Slow: ", 0));
    ck_assert(drips_in_vain(fd));
    stop();
}
END_TEST

/* --- slowloris -------------------------------------------------------------------------------- */

#define SLOW 2000
#define GOOD 400

static int compare_times(const void *a, const void *b)
{
    const int64_t *one = a, *other = b;
    return (*one > *other) - (*one < *other);
}

/* Lets every slow client send a byte; returns how many connections are still open. */
static size_t drip(int fds[], size_t count)
{
    size_t open = 0;
    for (size_t i = 0; i < count; i++) {
        char rest[256];
        if (fds[i] < 0)
            continue;
        if (recv(fds[i], rest, sizeof rest, MSG_DONTWAIT) == 0 || !wire_send(fds[i], "a", 1)) {
            close(fds[i]);
            fds[i] = -1;
        }
        open += fds[i] >= 0;
    }
    return open;
}

START_TEST(many_slow_clients_keep_nobody_out)
{
    static int fds[SLOW];
    static int64_t took_ms[GOOD];
    struct rlimit files;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    if (files.rlim_cur < 2 * SLOW && files.rlim_max >= 2 * SLOW)
        files.rlim_cur = files.rlim_max;
    ck_assert_msg(files.rlim_cur >= 2 * SLOW, "too few descriptors: %lu", files.rlim_cur);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
    spare = spare_start("[http]\nconnections = 4096\nheader_timeout = 10s\n");

    for (size_t i = 0; i < SLOW; i++) {
        fds[i] = wire_connect(spare.port);
        ck_assert(
            wire_send(fds[i], "GET /v1/complaints HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", 0));
    }
    size_t open = drip(fds, SLOW);
    for (size_t i = 0; i < GOOD; i++) {
        struct shot shot = spare_ask(&spare, (struct shot){.path = "/v1/complaints?limit=1",
                                                           .token = client_token("agent1")});
        ck_assert_int_eq(shot.status, 200);
        took_ms[i] = shot.took_ms;
        if (i % 50 == 49)
            open = drip(fds, SLOW);
    }
    qsort(took_ms, GOOD, sizeof *took_ms, compare_times);
    printf("%d good requests beside %zu to %d slow connections: p50 %d ms, p99 %d ms\n", GOOD, open,
           SLOW, (int)took_ms[GOOD / 2], (int)took_ms[GOOD * 99 / 100]);
    int64_t give_up = now_ms() + (int64_t)GIVE_UP_MS * program_patience();
    while (drip(fds, SLOW) > 0 && now_ms() < give_up)
        usleep(200000);
    ck_assert_uint_eq(drip(fds, SLOW), 0);
    ck_assert(late_are(SLOW));
    stop();
}
END_TEST

Suite *wire_slow_suite(void);
Suite *wire_slow_suite(void)
{
    Suite *suite = suite_create("wire_slow");
    TCase *tcase = tcase_create("slow");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_set_timeout(tcase, 90);
    tcase_add_test(tcase, a_header_has_its_time);
    tcase_add_test(tcase, a_body_has_its_time);
    tcase_add_test(tcase, a_file_has_its_time_too);
    tcase_add_test(tcase, but_each_part_of_it_anew);
    tcase_add_test(tcase, an_answer_is_to_be_taken);
    tcase_add_test(tcase, connections_may_rest_between_requests);
    tcase_add_test(tcase, many_slow_clients_keep_nobody_out);
    suite_add_tcase(suite, tcase);
    return suite;
}
