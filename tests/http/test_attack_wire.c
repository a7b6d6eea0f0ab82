/* What else is tried on the wire: lines that are folded or end otherwise, paths encoded twice. Read in
 * one way or refused, and never a second request. */
#include <string.h>
#include <unistd.h>

#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/wire.h"

Suite *attack_wire_suite(void);

#define COMPLAINTS "SELECT count(*) FROM complaint"

static const char *request(const char *lines, const char *body)
{
    return client_text("POST /v1/complaints HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                       "%s\r\nContent-Type: application/json\r\n%s\r\n%s",
                       client_token("agent1"), lines, body);
}

/* A request that would receive a complaint, if it were one. */
static const char *hidden(void)
{
    const char *body = body_text(matter_minimal());

    return request(client_text("Content-Length: %zu\r\n", strlen(body)), body);
}

/* Sends it and whatever hides in it; the connection is done with after the first answer. */
static void expect_nothing_received(const char *bytes)
{
    long before = database_number(COMPLAINTS);
    int fd;
    struct wire_answer answer = wire_ask(&fd, client_port(), bytes);

    ck_assert_msg(answer.status == 0 || (answer.status >= 400 && answer.status < 500), "%s\n%d %s",
                  bytes, answer.status, answer.body);
    ck_assert_msg(wire_ends(fd), "%s\nis followed by more", bytes);
    ck_assert_msg(database_number(COMPLAINTS) == before, "%s\nreceived something", bytes);
}

/* The field that tells the length is folded, or hides behind another field's line feed. */
START_TEST(no_length_hides_in_a_fold_or_behind_a_line_feed)
{
    const char *chunk = client_text("2\r\n{}\r\n0\r\n\r\n%s", hidden());
    const char *const lines[] = {
        "Transfer-Encoding:\r\n chunked\r\nContent-Length: 2\r\n",
        "Content-Length: 2\r\nTransfer-Encoding:\r\n\tchunked\r\n",
        "X-Fold: a\r\n Content-Length: 2\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n",
        "X-Line: a\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n",
        "X-Line: a\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 2\nContent-Length: 400\r\n",
        "Content-Length: 2\r\n 00\r\n",
        "Content-Length: 2,400\r\n",
        "Content-Length: 2\r\nContent-length: 400\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: \013chunked\r\nContent-Length: 2\r\n",
        "Transfer-Encoding: chunked;x=1\r\n",
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        expect_nothing_received(request(lines[i], chunk));
    EXPECT_STATUS(client_get(NULL, "/healthz"), 200);
}
END_TEST

/* The end of a chunk, an extension or a trailer brings no request and no field. */
START_TEST(no_request_hides_in_chunks)
{
    const char *body = hidden();
    const char *const chunks[] = {
        client_text("2\n{}\n0\n\n%s", body),
        client_text("2;%s\r\n{}\r\n0\r\n\r\n", "a=\r\n\r\n"),
        client_text("-2\r\n{}\r\n0\r\n\r\n%s", body),
        client_text("0x2\r\n{}\r\n0\r\n\r\n%s", body),
        client_text("2 \r\n{}xx\r\n0\r\n\r\n%s", body),
        client_text("10000000000000002\r\n{}\r\n0\r\n\r\n%s", body),
    };
    long before = database_number(COMPLAINTS);

    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        int fd = wire_connect(client_port());
        ck_assert(wire_send(fd, request("Transfer-Encoding: chunked\r\n", chunks[i]), 0));
        struct wire_answer answer = wire_read(fd);
        ck_assert_msg(answer.status == 0 || (answer.status >= 400 && answer.status < 500),
                      "%zu: %d", i, answer.status);
        close(fd);
    }
    /* "{}" is no complaint; what follows a sound body is another request, which is what it says. */
    ck_assert_int_le(database_number(COMPLAINTS), before + 1);
    EXPECT_STATUS(client_get(NULL, "/healthz"), 200);
}
END_TEST

START_TEST(paths_are_decoded_once)
{
    struct matter matter = matter_new("agent1", NULL);
    static const char *const others[] = {
        "/v1/complaints%252f%s",
        "/v1%252fcomplaints/%s",
        "/v1/complaints/%s%2500",
        "/v1/complaints/%s%252fnotes",
        "/v1/complaints/%s/%252e%252e/board",
        "/v1/complaints/%s/..%2f",
        "/v1/complaints/%s/.",
        "/v1/complaints/%s//notes",
        "/v1/complaints/%s/notes/",
        "/%76%31/complaints/%s/",
        "/v1/complaints/%s%0d%0aX-A:1",
        "/v1/complaints/%s%3fas_of=x",
        "/v1/complaints/%s%23",
        "/v1/complaints/..%5c%s",
        "/v1/complaints/%s%e2%80%ae",
        "/v1/complaints/%s%",
        "/v1/complaints/%s%zz",
    };

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const char *at = strstr(others[i], "%s");
        ck_assert_ptr_nonnull(at);
        const char *path =
            client_text("%.*s%s%s", (int)(at - others[i]), others[i], matter.number, at + 2);
        int fd;
        struct wire_answer answer =
            wire_ask(&fd, client_port(),
                     client_text("GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                 "%s\r\n\r\n",
                                 path, client_token("agent1")));
        ck_assert_msg(answer.status == 404 || answer.status == 400, "%s: %d", path, answer.status);
        ck_assert_ptr_null(strstr(answer.head, "X-A"));
        close(fd);
    }
    EXPECT_STATUS(client_get("agent1", "/v1/complaints/%s", matter.number), 200);
}
END_TEST

Suite *attack_wire_suite(void)
{
    Suite *suite = suite_create("attack_wire");
    TCase *tests = tcase_create("attack_wire");
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, no_length_hides_in_a_fold_or_behind_a_line_feed);
    tcase_add_test(tests, no_request_hides_in_chunks);
    tcase_add_test(tests, paths_are_decoded_once);
    suite_add_tcase(suite, tests);
    return suite;
}
