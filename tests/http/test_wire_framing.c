/* Requests that no sound client sends: read in one way only or refused, as our own problem, and
 * changing nothing. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/http/client.h"
#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/wire.h"

#define COMPLAINTS "SELECT count(*) FROM complaint"

/* A request to receive the minimal complaint, with these lines in the header. */
static const char *receipt(const char *lines, const char *body)
{
    return client_text("POST /v1/complaints HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                       "%s\r\nContent-Type: application/json\r\n%s\r\n%s",
                       client_token("agent1"), lines, body);
}

static const char *sound_body(void)
{
    return body_text(matter_minimal());
}

static const char *chunked(const char *body)
{
    return client_text("%zx\r\n%s\r\n0\r\n\r\n", strlen(body), body);
}

static void expect_refusal(const char *request, const char *pointer, const char *code)
{
    int fd;
    struct wire_answer answer = wire_ask(&fd, client_port(), request);
    ck_assert_msg(answer.status == 400, "%s\n%d %s", request, answer.status, answer.body);
    ck_assert_ptr_nonnull(strstr(answer.head, "application/problem+json"));
    ck_assert_ptr_nonnull(strcasestr(answer.head, "\r\nConnection: close"));
    ck_assert_ptr_nonnull(strstr(answer.body, "/problems/bad-request"));
    ck_assert_msg(strstr(answer.body,
                         client_text("\"pointer\":\"%s\",\"code\":\"%s\"", pointer, code)) != NULL,
                  "%s", answer.body);
    ck_assert(wire_ends(fd));
}

/* What the others leave out is what they are refused for. */
START_TEST(plain_requests_are_taken)
{
    const char *body = sound_body();
    long before = database_number(COMPLAINTS);
    int fd;
    struct wire_answer answer = wire_ask(
        &fd, client_port(), receipt(client_text("Content-Length: %zu\r\n", strlen(body)), body));
    ck_assert_msg(answer.status == 201, "%s", answer.body);
    ck_assert(wire_send(fd, receipt("Transfer-Encoding: chunked\r\n", chunked(body)), 0));
    ck_assert_int_eq(wire_read(fd).status, 201);
    ck_assert(wire_send(fd, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 0));
    ck_assert_int_eq(wire_read(fd).status, 200);
    close(fd);
    ck_assert_int_eq(database_number(COMPLAINTS), before + 2);
}
END_TEST

/* A second request hides where another reader sees the first one's body. */
START_TEST(no_request_is_smuggled)
{
    const char *body = sound_body();
    const char *hidden = receipt(client_text("Content-Length: %zu\r\n", strlen(body)), body);
    const char *carrier = chunked("{}");
    const size_t both = strlen(carrier) + strlen(hidden);
    long before = database_number(COMPLAINTS);

    expect_refusal(
        receipt(client_text("Content-Length: %zu\r\nTransfer-Encoding: chunked\r\n", both),
                client_text("%s%s", carrier, hidden)),
        "Transfer-Encoding", "framing_ambiguous");
    expect_refusal(receipt(client_text("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n"),
                           client_text("%s%s", carrier, hidden)),
                   "Transfer-Encoding", "framing_ambiguous");
    expect_refusal(
        receipt(client_text("Content-Length: 2\r\nContent-Length: %zu\r\n", 2 + strlen(hidden)),
                client_text("{}%s", hidden)),
        "Content-Length", "field_repeated");
    expect_refusal(
        receipt("Content-Length: 2\r\nContent-Length: 2\r\n", client_text("{}%s", hidden)),
        "Content-Length", "field_repeated");
    ck_assert_int_eq(database_number(COMPLAINTS), before);
}
END_TEST

static const struct {
    const char *lines, *pointer, *code;
} oddities[] = {
    {"Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding", "framing_unknown"},
    {"Transfer-Encoding: xchunked\r\n", "Transfer-Encoding", "framing_unknown"},
    {"Transfer-Encoding: identity\r\n", "Transfer-Encoding", "framing_unknown"},
    {"Transfer-Encoding: chunked \r\n", "Transfer-Encoding", "framing_unknown"},
    {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding",
     "field_repeated"},
    {"Transfer-Encoding : chunked\r\n", "", "field_malformed"},
    {"Content-Length : 2\r\n", "", "field_malformed"},
    {"Content\vLength: 2\r\n", "", "field_malformed"},
    {"X-Odd: a\x01z\r\n", "", "field_malformed"},
    {"Host: other\r\n", "Host", "field_repeated"},
    {"Authorization: Bearer other\r\n", "Authorization", "field_repeated"},
    {"Content-Type: text/plain\r\n", "Content-Type", "field_repeated"},
    {"If-Match: \"1\"\r\nIf-Match: \"2\"\r\n", "If-Match", "field_repeated"},
    {"Idempotency-Key: a\r\nIdempotency-Key: b\r\n", "Idempotency-Key", "field_repeated"},
};

START_TEST(what_can_be_read_in_two_ways_is_refused)
{
    long before = database_number(COMPLAINTS);
    expect_refusal(receipt(oddities[_i].lines, chunked(sound_body())), oddities[_i].pointer,
                   oddities[_i].code);
    ck_assert_int_eq(database_number(COMPLAINTS), before);
}
END_TEST

START_TEST(hosts_are_named)
{
    expect_refusal("GET /healthz HTTP/1.1\r\n\r\n", "Host", "required");
    int fd;
    ck_assert_int_eq(wire_ask(&fd, client_port(), "GET /healthz HTTP/1.0\r\n\r\n").status, 200);
    ck_assert(wire_ends(fd));
    expect_refusal("POST /v1/sessions HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                   "Transfer-Encoding", "framing_unknown");
}
END_TEST

/* What is no HTTP is refused by libmicrohttpd itself, in few words, and the connection closed. */
START_TEST(what_is_no_http_is_refused)
{
    const char *const requests[] = {
        receipt("Content-Length: two\r\n", "{}"),
        receipt("Content-Length: -2\r\n", "{}"),
        receipt("Content-Length: +2\r\n", "{}"),
        receipt("Content-Length: 0x2\r\n", "{}"),
        receipt("Content-Length: 99999999999999999999999\r\n", "{}"),
        receipt("Transfer-Encoding: chunked\r\n", "two\r\n{}\r\n0\r\n\r\n"),
        receipt("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        "GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nno colon\r\n\r\n",
        "\x16\x03\x01\x02\x01\x01\r\n\r\n\r\n\r\n",
    };
    long before = database_number(COMPLAINTS);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        int fd;
        struct wire_answer answer = wire_ask(&fd, client_port(), requests[i]);
        ck_assert_msg(answer.status == 0 || (answer.status >= 400 && answer.status <= 505),
                      "%s: %d", requests[i], answer.status);
        ck_assert_msg(wire_ends(fd), "%s", requests[i]);
    }
    ck_assert_int_eq(database_number(COMPLAINTS), before);
    EXPECT_STATUS(client_get(NULL, "/healthz"), 200);
}
END_TEST

/* Beyond what is read at all the refusal is libmicrohttpd's, too. */
START_TEST(headers_have_an_end)
{
    const char *much = client_text("%0*d", 100000, 0);
    const struct {
        const char *request;
        int status;
    } cases[] = {
        {client_text("GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n", much), 414},
        {client_text("GET / HTTP/1.1\r\nHost: localhost\r\nX-Much: %s\r\n\r\n", much), 431}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int fd = wire_connect(client_port());
        (void)wire_send(fd, cases[i].request, 0); /* it may be refused before its end */
        int status = wire_read(fd).status;
        ck_assert_msg(status == cases[i].status || status == 0, "%d", status);
        ck_assert(wire_ends(fd));
    }
    EXPECT_STATUS(client_get(NULL, "/healthz"), 200);
}
END_TEST

/* --- addresses -------------------------------------------------------------------------------- */

static void expect_at(const char *method, const char *path, int status, const char *slug)
{
    int fd;
    struct wire_answer answer =
        wire_ask(&fd, client_port(),
                 client_text("%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
                             "If-Match: \"1\"\r\nContent-Length: 0\r\n\r\n",
                             method, path, client_token("agent1")));
    ck_assert_msg(answer.status == status, "%s: %d %s", path, answer.status, answer.body);
    ck_assert_msg(!*slug || strstr(answer.body, client_text("/problems/%s\"", slug)), "%s: %s",
                  path, answer.body);
    close(fd);
}

START_TEST(paths_have_one_spelling)
{
    struct matter matter = matter_new("agent1", NULL);
    static const char *const others[] = {
        "//v1/complaints",         "/v1//complaints",
        "/v1/./complaints",        "/v1/../v1/complaints",
        "/v1/board/../complaints", "/v1/board/%2e%2e/complaints",
        "/v1%2fcomplaints",        "/v1%2Fcomplaints",
        "/v1\\complaints",         "/v1/complaints/",
        "/v1/complaints;x=1",      "/v1/complaints%3flimit=1",
        "/v1/complaints%20",       "/v1/complaints/%ff%fe",
        "/v1/complaints/%c0%af",   "http://localhost/v1/complaints",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        expect_at("GET", others[i], 404, "not-found");
    const char *complaint = client_text("/v1/complaints/%s", matter.number);
    expect_at("GET", client_text("%s/journal", complaint), 200, "");
    expect_at("GET", client_text("%s%%2fjournal", complaint), 404, "not-found");
    expect_at("GET", client_text("%s/%%2e%%2e/board", complaint), 404, "not-found");
    expect_at("GET", client_text("%s%%00", complaint), 400, "bad-request");
    expect_at("GET", "/v1/complaints?q=%00", 400, "bad-request");
    expect_at("GET", "/v1/complaints?q=a%2fb", 200, "");
    expect_at("POST", client_text("%s%%2Fwithdraw", complaint), 404, "not-found");
    ck_assert_int_eq(reply_version(client_get("agent1", "%s", complaint)), 1);
}
END_TEST

/* --- bodies ----------------------------------------------------------------------------------- */

static const struct reply *send_body(const char *bytes, const char *header)
{
    const struct call call = {
        .path = "/v1/complaints", .as = "agent1", .body = bytes, .headers = {header}};
    return client_call(&call);
}

START_TEST(compressed_bodies_are_not_taken)
{
    static const char *const codings[] = {"gzip", "deflate", "br", "identity, gzip", "x"};
    long before = database_number(COMPLAINTS);
    for (size_t i = 0; i < sizeof codings / sizeof *codings; i++)
        EXPECT_PROBLEM(send_body(sound_body(), client_text("Content-Encoding: %s", codings[i])),
                       415, "unsupported-media-type");
    ck_assert_int_eq(database_number(COMPLAINTS), before);
    EXPECT_STATUS(send_body(sound_body(), "Content-Encoding: identity"), 201);
}
END_TEST

static const char *nested(const char *open, const char *close, size_t depth)
{
    const size_t opening = depth * strlen(open), total = opening + depth * strlen(close);
    char *text = calloc(1, total + 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < opening; i++)
        text[i] = open[i % strlen(open)];
    for (size_t i = opening; i < total; i++)
        text[i] = close[(i - opening) % strlen(close)];
    const char *kept = client_text("%s", text);
    free(text);
    return kept;
}

START_TEST(depth_does_no_harm)
{
    long before = database_number(COMPLAINTS);
    const char *const bombs[] = {nested("[", "]", 100000), nested("[", "", 200000),
                                 nested("{\"a\":", "}", 40000), nested("{\"tags\":[", "]}", 20000),
                                 nested("[", "]", 1000)};
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
        int fd;
        struct wire_answer answer = wire_ask(
            &fd, client_port(), receipt("Transfer-Encoding: chunked\r\n", chunked(bombs[i])));
        ck_assert_msg(answer.status == 400 || answer.status == 422, "%d", answer.status);
        ck_assert_ptr_nonnull(strstr(answer.body, "\"errors\":["));
        close(fd);
    }
    ck_assert_int_eq(database_number(COMPLAINTS), before);
    EXPECT_STATUS(client_get(NULL, "/healthz"), 200);
}
END_TEST

/* A length that is not announced is no way around the limit. */
START_TEST(chunks_have_the_same_limit)
{
    long before = database_number(COMPLAINTS);
    const char *large = client_text("%s%*s", sound_body(), 256 * 1024, "");
    int fd;
    struct wire_answer answer =
        wire_ask(&fd, client_port(), receipt("Transfer-Encoding: chunked\r\n", chunked(large)));
    ck_assert_int_eq(answer.status, 413);
    ck_assert_ptr_nonnull(strstr(answer.body, "/problems/too-large"));
    close(fd);
    ck_assert_int_eq(database_number(COMPLAINTS), before);
}
END_TEST

Suite *wire_framing_suite(void);
Suite *wire_framing_suite(void)
{
    Suite *suite = suite_create("wire_framing");
    TCase *tcase = tcase_create("framing");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_test(tcase, plain_requests_are_taken);
    tcase_add_test(tcase, no_request_is_smuggled);
    tcase_add_loop_test(tcase, what_can_be_read_in_two_ways_is_refused, 0,
                        (int)(sizeof oddities / sizeof *oddities));
    tcase_add_test(tcase, hosts_are_named);
    tcase_add_test(tcase, what_is_no_http_is_refused);
    tcase_add_test(tcase, headers_have_an_end);
    tcase_add_test(tcase, paths_have_one_spelling);
    tcase_add_test(tcase, compressed_bodies_are_not_taken);
    tcase_add_test(tcase, depth_does_no_harm);
    tcase_add_test(tcase, chunks_have_the_same_limit);
    suite_add_tcase(suite, tcase);
    return suite;
}
