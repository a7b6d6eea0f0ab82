/* How many requests a client may send, who the client is behind a proxy, and what is told of it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/http/client.h"
#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/spare.h"

#define LIST "/v1/complaints?limit=1"
/* One more a second is nothing beside how fast a test asks. */
#define STRICT "[demo]\nenabled = false\n[limit]\nrate = 1\nburst = 5\n"
#define TRIES 60

static struct spare spare;

static void start(const char *settings)
{
    spare = spare_start(settings);
}

static void stop(void)
{
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}

static const struct reply *ask(const char *path, const char *as, const char *header)
{
    const struct call call = {.path = path, .as = as, .port = spare.port, .headers = {header}};
    return client_call(&call);
}

/* Asks until there were too many; every answer before that has another status. */
static const struct reply *ask_too_often(const char *path, const char *as, const char *header)
{
    for (int i = 0; i < TRIES; i++) {
        const struct reply *reply = ask(path, as, header);
        if (reply->status == 429)
            return reply;
    }
    ck_abort_msg("%s is not limited", path);
}

/* Calls until it is refused, for which the time that a few calls take may earn a place or two. */
static const struct reply *refused_soon(const struct call *call)
{
    const struct reply *reply = client_call(call);
    for (int i = 0; i < 3 && reply->status != 429; i++)
        reply = client_call(call);
    return reply;
}

static int left(const struct reply *reply, const char *name)
{
    const char *value = reply_header(reply, "ratelimit");
    const char *start = client_text("\"%s\";r=", name);
    ck_assert_msg(value && strncmp(value, start, strlen(start)) == 0, "%s", value);
    ck_assert_ptr_nonnull(strstr(value, ";t="));
    return (int)strtol(value + strlen(start), NULL, 10);
}

static void expect_too_many(const struct reply *reply, const char *name)
{
    EXPECT_PROBLEM(reply, 429, "too-many-requests");
    ck_assert_int_ge(strtol(reply_header(reply, "retry-after"), NULL, 10), 1);
    ck_assert_int_eq(left(reply, name), 0);
    ck_assert_str_eq(reply_header(reply, "ratelimit-policy"), client_text("\"%s\";q=5;w=5", name));
}

START_TEST(who_is_unknown_is_counted_by_address)
{
    start(STRICT);
    const struct reply *reply = ask(LIST, NULL, NULL);
    EXPECT_PROBLEM(reply, 401, "unauthenticated");
    ck_assert_int_eq(left(reply, "address"), 4);
    ck_assert_str_eq(reply_header(reply, "ratelimit-policy"), "\"address\";q=5;w=5");
    expect_too_many(ask_too_often(LIST, NULL, NULL), "address");
    /* Signing in is a request as others are. */
    reply =
        refused_soon(&(struct call){.path = "/v1/sessions",
                                    .body = "{\"login\": \"agent1\", \"password\": \"demo-2026\"}",
                                    .port = spare.port});
    EXPECT_PROBLEM(reply, 429, "too-many-requests");
    stop();
}
END_TEST

START_TEST(who_is_known_has_a_limit_of_their_own)
{
    start(STRICT);
    EXPECT_STATUS(ask(LIST, "agent1", NULL), 200); /* makes them known */
    EXPECT_STATUS(ask(LIST, "auditor1", NULL), 200);
    const struct reply *reply = ask(LIST, "agent1", NULL);
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(left(reply, "client"), 4);
    expect_too_many(ask_too_often(LIST, "agent1", NULL), "client");
    EXPECT_STATUS(ask(LIST, "auditor1", NULL), 200);
    stop();
}
END_TEST

/* A second sign-in is the same caller. */
START_TEST(another_token_is_no_other_client)
{
    start(STRICT);
    const struct reply *session =
        client_post(NULL, 0, json_pack("{s:s, s:s}", "login", "agent2", "password", "demo-2026"),
                    "/v1/sessions");
    const struct call other = {
        .path = LIST, .token = reply_text(session, "token"), .port = spare.port};
    EXPECT_STATUS(client_call(&other), 200);
    EXPECT_STATUS(ask(LIST, "agent2", NULL), 200);
    expect_too_many(ask_too_often(LIST, "agent2", NULL), "client");
    EXPECT_STATUS(refused_soon(&other), 429);
    stop();
}
END_TEST

START_TEST(what_is_refused_changes_nothing_and_may_be_sent_again)
{
    start(STRICT);
    const struct call call = {.path = "/v1/complaints",
                              .as = "agent1",
                              .body = body_text(matter_minimal()),
                              .idempotency_key = client_text("limit-%d", (int)getpid()),
                              .port = spare.port};
    EXPECT_STATUS(ask(LIST, "agent1", NULL), 200);
    (void)ask_too_often(LIST, "agent1", NULL);
    long before = database_number("SELECT count(*) FROM complaint");
    const struct reply *refused = client_call(&call);
    expect_too_many(refused, "client");
    ck_assert_int_eq(database_number("SELECT count(*) FROM complaint"), before);
    sleep((unsigned)strtoul(reply_header(refused, "retry-after"), NULL, 10));
    EXPECT_STATUS(client_call(&call), 201);
    ck_assert_int_eq(database_number("SELECT count(*) FROM complaint"), before + 1);
    stop();
}
END_TEST

/* Who watches over the server, and who reads, costs nothing. */
START_TEST(what_is_answered_at_once_is_not_counted)
{
    static const char *const paths[] = {"/healthz", "/readyz", "/metrics", "/docs", "/nowhere"};
    start(STRICT);
    (void)ask_too_often(LIST, NULL, NULL);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const struct reply *reply = ask(paths[i], NULL, NULL);
        ck_assert_int_ne(reply->status, 429);
        ck_assert_ptr_null(reply_header(reply, "ratelimit"));
    }
    stop();
}
END_TEST

START_TEST(limits_can_be_left_out)
{
    start("[demo]\nenabled = false\n[limit]\nrate = 0\nburst = 1\n");
    for (int i = 0; i < 20; i++)
        ck_assert_ptr_null(reply_header(ask(LIST, NULL, NULL), "ratelimit"));
    stop();
    start("[limit]\nrate = 1\nburst = 1\n"); /* a demo */
    for (int i = 0; i < 20; i++)
        EXPECT_STATUS(ask(LIST, NULL, NULL), 401);
    stop();
}
END_TEST

/* --- proxies ---------------------------------------------------------------------------------- */

/* Whether the log shows that address for a request, answered just now. */
static bool logged(const char *address, const char *header)
{
    static int n;
    const char *id = client_text("proxy-%d-%d", (int)getpid(), n++);
    const struct call call = {
        .path = LIST, .port = spare.port, .headers = {client_text("X-Request-Id: %s", id), header}};
    EXPECT_STATUS(client_call(&call), 401);
    EXPECT_STATUS(ask("/healthz", NULL, NULL), 200); /* a later turn of the loop */
    return spare_logged(&spare, client_text("\"request_id\":\"%s\"", id),
                        client_text("\"address\":\"%s\"", address));
}

START_TEST(only_trusted_proxies_name_the_client)
{
    start("[http]\ntrusted_proxies = 127.0.0.0/8, 10.0.0.0/8\n");
    ck_assert(logged("127.0.0.1", NULL));
    ck_assert(logged("203.0.113.9", "X-Forwarded-For: 203.0.113.9"));
    ck_assert(logged("203.0.113.9", "X-Forwarded-For: 198.51.100.1, 203.0.113.9, 10.1.2.3"));
    ck_assert(logged("2001:db8::7", "X-Forwarded-For: 2001:db8::7"));
    ck_assert(logged("127.0.0.1", "X-Forwarded-For: nobody"));
    stop();
    start("");
    ck_assert(logged("127.0.0.1", "X-Forwarded-For: 203.0.113.9"));
    stop();
}
END_TEST

START_TEST(several_fields_are_one_list)
{
    start("[http]\ntrusted_proxies = 127.0.0.1\n");
    ck_assert(
        logged("203.0.113.9", "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 203.0.113.9"));
    stop();
}
END_TEST

START_TEST(clients_behind_a_proxy_have_limits_of_their_own)
{
    start(STRICT "[http]\ntrusted_proxies = 127.0.0.1\n");
    (void)ask_too_often(LIST, NULL, "X-Forwarded-For: 203.0.113.9");
    EXPECT_STATUS(ask(LIST, NULL, "X-Forwarded-For: 203.0.113.10"), 401);
    /* Who makes addresses up is still the one that the proxy saw. */
    EXPECT_STATUS(ask(LIST, NULL, "X-Forwarded-For: 1.2.3.4, 203.0.113.9"), 429);
    /* One network of IPv6 is one client. */
    (void)ask_too_often(LIST, NULL, "X-Forwarded-For: 2001:db8::1");
    EXPECT_STATUS(ask(LIST, NULL, "X-Forwarded-For: 2001:db8::2"), 429);
    EXPECT_STATUS(ask(LIST, NULL, "X-Forwarded-For: 2001:db8:0:1::1"), 401);
    stop();
}
END_TEST

/* --- metrics ---------------------------------------------------------------------------------- */

START_TEST(metrics_can_have_an_address_of_their_own)
{
    start("[http]\nmetrics_listen = 127.0.0.1\nmetrics_port = 0\n");
    ck_assert_int_gt(spare.metrics_port, 0);
    ck_assert_int_ne(spare.metrics_port, spare.port);
    ck_assert_int_eq(spare_ask(&spare, (struct shot){.path = "/metrics"}).status, 404);
    EXPECT_STATUS(ask("/healthz", NULL, NULL), 200);
    struct spare other = spare;
    other.port = spare.metrics_port;
    ck_assert_int_eq(spare_ask(&other, (struct shot){.path = "/metrics"}).status, 200);
    static const char *const elsewhere[] = {"/healthz", "/docs", LIST};
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        struct shot shot = {.path = elsewhere[i], .token = client_token("agent1")};
        ck_assert_int_eq(spare_ask(&other, shot).status, 404);
    }
    stop();
}
END_TEST

Suite *wire_limits_suite(void);
Suite *wire_limits_suite(void)
{
    Suite *suite = suite_create("wire_limits");
    TCase *tcase = tcase_create("limits");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_test(tcase, who_is_unknown_is_counted_by_address);
    tcase_add_test(tcase, who_is_known_has_a_limit_of_their_own);
    tcase_add_test(tcase, another_token_is_no_other_client);
    tcase_add_test(tcase, what_is_refused_changes_nothing_and_may_be_sent_again);
    tcase_add_test(tcase, what_is_answered_at_once_is_not_counted);
    tcase_add_test(tcase, limits_can_be_left_out);
    tcase_add_test(tcase, only_trusted_proxies_name_the_client);
    tcase_add_test(tcase, several_fields_are_one_list);
    tcase_add_test(tcase, clients_behind_a_proxy_have_limits_of_their_own);
    tcase_add_test(tcase, metrics_can_have_an_address_of_their_own);
    suite_add_tcase(suite, tcase);
    return suite;
}
