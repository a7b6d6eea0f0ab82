/* How long a session lasts, whose requests its cookie carries, how passwords are changed, and how
 * often they can be tried. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/http/client.h"
#include "tests/http/database.h"
#include "tests/http/memory.h"
#include "tests/http/newcomer.h"
#include "tests/http/spare.h"
#include "tests/http/wire.h"
#include "tests/support/shell.h"

#define CLERK "clerk"
#define GOOD "tulip-window-42"

static struct call sign_in_call(const char *login, const char *password)
{
    return (struct call){.path = "/v1/sessions",
                         .json = json_pack("{s:s, s:s}", "login", login, "password", password)};
}

static const struct reply *sign_in(const char *login, const char *password)
{
    struct call call = sign_in_call(login, password);
    return client_call(&call);
}

static const char *token_of(const char *login, const char *password)
{
    const struct reply *reply = sign_in(login, password);
    EXPECT_STATUS(reply, 201);
    return reply_text(reply, "token");
}

static const struct reply *with_token(const char *method, const char *path, const char *token)
{
    return client_call(&(struct call){.method = method, .path = path, .token = token});
}

static bool is_good(const char *token)
{
    return with_token("GET", "/v1/sessions/current", token)->status == 200;
}

/* Removes what a test that failed has left, too. */
static void add_clerk(void)
{
    newcomer_remove(CLERK);
    newcomer_add(CLERK, "HN-CS-001", "handler");
}

static void remove_clerk(void)
{
    newcomer_remove(CLERK);
}

/* --- sessions ----------------------------------------------------------------------------------- */

START_TEST(one_sees_where_one_is_signed_in_and_ends_it)
{
    const char *here = token_of(CLERK, "demo-2026"), *there = token_of(CLERK, "demo-2026");
    const struct reply *reply = with_token("GET", "/v1/sessions", here);
    EXPECT_STATUS(reply, 200);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 2);
    ck_assert(!reply_boolean(reply, "items.0.current"));
    ck_assert(reply_boolean(reply, "items.1.current"));
    ck_assert_str_eq(reply_text(reply, "items.0.address"), "127.0.0.1");
    ck_assert_str_ne(reply_text(reply, "items.0.created_at"), "");
    ck_assert_str_gt(reply_text(reply, "items.0.expires_at"),
                     reply_text(reply, "items.0.created_at"));
    const char *path = client_text("/v1/sessions/%s", reply_text(reply, "items.0.id"));

    EXPECT_STATUS(with_token("DELETE", path, here), 204);
    ck_assert(is_good(here) && !is_good(there));
    EXPECT_PROBLEM(with_token("DELETE", path, here), 404, "not-found");
    ck_assert_uint_eq(json_array_size(reply_at(with_token("GET", "/v1/sessions", here), "items")),
                      1);
}
END_TEST

START_TEST(of_very_many_sessions_the_oldest_end)
{
    const char *first = token_of(CLERK, "demo-2026"), *second = token_of(CLERK, "demo-2026");
    database_run("INSERT INTO token (hash, staff_id, expires_at) SELECT "
                 "sha256(convert_to(n::text || '%s', 'UTF8')), id, now() + interval '1 hour' "
                 "FROM staff, generate_series(1, 98) n WHERE login = '%s'",
                 CLERK, CLERK);
    ck_assert(is_good(first));
    const char *third = token_of(CLERK, "demo-2026");
    for (int i = 0; i < 100 && is_good(first); i++)
        usleep(50000);
    ck_assert(!is_good(first) && is_good(second) && is_good(third));
    EXPECT_STATUS(with_token("DELETE", "/v1/sessions", third), 204);
}
END_TEST

START_TEST(nobody_ends_or_sees_the_sessions_of_others)
{
    const char *ours = token_of(CLERK, "demo-2026");
    const struct reply *reply = with_token("GET", "/v1/sessions", ours);
    const char *path = client_text("/v1/sessions/%s", reply_text(reply, "items.0.id"));
    const struct reply *others = client_get("agent2", "/v1/sessions");
    EXPECT_STATUS(others, 200);
    ck_assert_ptr_null(strstr(others->body, reply_text(reply, "items.0.id")));
    EXPECT_PROBLEM(client_call(&(struct call){.method = "DELETE", .path = path, .as = "agent2"}),
                   404, "not-found");
    EXPECT_PROBLEM(
        client_call(&(struct call){.method = "DELETE", .path = "/v1/sessions/x", .as = "agent2"}),
        404, "not-found");
    ck_assert(is_good(ours));
}
END_TEST

START_TEST(one_can_sign_out_everywhere)
{
    const char *here = token_of(CLERK, "demo-2026"), *there = token_of(CLERK, "demo-2026");
    const struct reply *reply = with_token("DELETE", "/v1/sessions", here);
    EXPECT_STATUS(reply, 204);
    ck_assert_ptr_nonnull(strstr(reply_header(reply, "set-cookie"), "Max-Age=0"));
    ck_assert(!is_good(here) && !is_good(there));
    EXPECT_STATUS(client_get("agent1", "/v1/sessions/current"), 200);
}
END_TEST

/* What a program's token is, cannot be a session: such tokens are administered elsewhere. */
START_TEST(programs_have_no_sessions_and_no_passwords)
{
    const char *token = token_of(CLERK, "demo-2026");
    database_run("UPDATE token SET client = 'tool' FROM staff WHERE staff_id = staff.id "
                 "AND login = '" CLERK "'");
    EXPECT_PROBLEM(with_token("GET", "/v1/sessions", token), 403, "forbidden");
    EXPECT_PROBLEM(with_token("DELETE", "/v1/sessions", token), 403, "forbidden");
    EXPECT_PROBLEM(with_token("DELETE", "/v1/sessions/x", token), 403, "forbidden");
    const struct call change = {.path = "/v1/password",
                                .token = token,
                                .json =
                                    json_pack("{s:s, s:s}", "present", "demo-2026", "new", GOOD)};
    EXPECT_PROBLEM(client_call(&change), 403, "forbidden");
}
END_TEST

/* Ages the clerk's sessions, of which the server then must hear anew. */
static void age(const char *column, const char *by)
{
    database_run("UPDATE token SET %s = now() - interval '%s' FROM staff "
                 "WHERE staff_id = staff.id AND login = '" CLERK "'",
                 column, by);
}

START_TEST(a_session_that_is_left_alone_ends)
{
    const char *token = token_of(CLERK, "demo-2026");
    age("created_at", "29 minutes");
    ck_assert(is_good(token));
    token = token_of(CLERK, "demo-2026");
    age("created_at", "31 minutes");
    EXPECT_PROBLEM(with_token("GET", "/v1/sessions/current", token), 401, "unauthenticated");

    token = token_of(CLERK, "demo-2026");
    age("last_used_at", "1 minute");
    database_run("UPDATE token SET created_at = now() - interval '5 hours' FROM staff "
                 "WHERE staff_id = staff.id AND login = '" CLERK "'");
    ck_assert(is_good(token));
    /* Those that have ended are not listed. */
    age("last_used_at", "31 minutes");
    const struct reply *reply = with_token("GET", "/v1/sessions", token_of(CLERK, "demo-2026"));
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 1);
}
END_TEST

START_TEST(whoever_is_disabled_is_signed_out)
{
    const char *token = token_of(CLERK, "demo-2026");
    ck_assert(is_good(token));
    ck_assert_int_eq(shell(client_text("\"$COMPLAINTD_CTL\" --database \"$COMPLAINTD_TEST_OWNER\" "
                                       "disable-staff " CLERK " >/dev/null")),
                     0);
    for (int64_t end_ms = now_ms() + 10000; is_good(token) && now_ms() < end_ms;)
        ;
    EXPECT_PROBLEM(with_token("GET", "/v1/sessions/current", token), 401, "unauthenticated");
    EXPECT_PROBLEM(sign_in(CLERK, "demo-2026"), 401, "sign-in-failed");
}
END_TEST

/* --- whose requests a cookie carries ------------------------------------------------------------- */

static const struct reply *with_cookie(const char *method, const char *path, const char *token,
                                       const char *first, const char *second)
{
    const struct call call = {
        .method = method,
        .path = path,
        .json = strcmp(method, "POST") == 0 ? json_pack("{s:s}", "text", "x") : NULL,
        .headers = {client_text("Cookie: complaintd_session=%s", token), first, second}};
    return client_call(&call);
}

START_TEST(pages_of_other_sites_change_nothing)
{
    static const char *const forged[][2] = {
        {NULL, NULL},
        {"Origin: https://evil.example", NULL},
        {"Origin: null", NULL},
        {"Sec-Fetch-Site: cross-site", NULL},
        {"Sec-Fetch-Site: same-site", NULL},
        {"Sec-Fetch-Site: none", NULL},
        {"Sec-Fetch-Site: cross-site", "Origin: https://evil.example"},
        {"Origin: http://127.0.0.1", NULL}, /* another port is another origin */
        {"Referer: http://127.0.0.1/", NULL},
    };
    const char *token = token_of(CLERK, "demo-2026");
    for (size_t i = 0; i < sizeof forged / sizeof *forged; i++) {
        const char *first = forged[i][0], *second = forged[i][1];
        EXPECT_PROBLEM(with_cookie("DELETE", "/v1/sessions/current", token, first, second), 403,
                       "cross-site");
        EXPECT_PROBLEM(with_cookie("POST", "/v1/complaints", token, first, second), 403,
                       "cross-site");
        EXPECT_PROBLEM(with_cookie("PATCH", "/v1/complaints/x", token, first, second), 403,
                       "cross-site");
        EXPECT_STATUS(with_cookie("GET", "/v1/sessions/current", token, first, second), 200);
    }
    ck_assert(is_good(token));
}
END_TEST

START_TEST(pages_of_our_own_do)
{
    const char *origin = client_text("Origin: %s", client_address());
    const char *token = token_of(CLERK, "demo-2026");
    EXPECT_PROBLEM(with_cookie("POST", "/v1/complaints", token, origin, NULL), 422,
                   "invalid-input");
    EXPECT_PROBLEM(
        with_cookie("POST", "/v1/complaints", token, "Sec-Fetch-Site: same-origin", NULL), 422,
        "invalid-input");
    EXPECT_STATUS(with_cookie("DELETE", "/v1/sessions/current", token, origin, NULL), 204);
    ck_assert(!is_good(token));
    /* Signing in anew does not depend on what an old cookie is good for. */
    struct call again = sign_in_call(CLERK, "demo-2026");
    again.headers[0] = client_text("Cookie: complaintd_session=%s", token);
    EXPECT_STATUS(client_call(&again), 201);
}
END_TEST

START_TEST(behind_tls_the_cookie_is_for_tls_alone)
{
    struct spare spare = spare_start("[session]\nsecure = true\n");
    struct call call = sign_in_call(CLERK, "demo-2026");
    call.port = spare.port;
    const struct reply *reply = client_call(&call);
    EXPECT_STATUS(reply, 201);
    const char *cookie = reply_header(reply, "set-cookie"), *token = reply_text(reply, "token");
    ck_assert_ptr_eq(strstr(cookie, "__Host-complaintd_session="), cookie);
    ck_assert_ptr_nonnull(strstr(cookie, "; Secure"));
    ck_assert_ptr_nonnull(strstr(cookie, "; Path=/;"));
    ck_assert_ptr_null(strstr(cookie, "Domain"));
    const char *names[] = {"__Host-complaintd_session", "complaintd_session"};
    for (int i = 0; i < 2; i++) {
        reply =
            client_call(&(struct call){.path = "/v1/sessions/current",
                                       .port = spare.port,
                                       .headers = {client_text("Cookie: %s=%s", names[i], token)}});
        EXPECT_STATUS(reply, i ? 401 : 200);
    }
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* --- passwords ---------------------------------------------------------------------------------- */

static const struct reply *change(const char *token, const char *present, const char *chosen)
{
    return client_call(
        &(struct call){.path = "/v1/password",
                       .token = token,
                       .json = json_pack("{s:s, s:s}", "present", present, "new", chosen)});
}

START_TEST(one_changes_ones_password)
{
    const char *here = token_of(CLERK, "demo-2026"), *there = token_of(CLERK, "demo-2026");
    EXPECT_STATUS(change(here, "demo-2026", GOOD), 204);
    ck_assert(is_good(here) && !is_good(there));
    EXPECT_PROBLEM(sign_in(CLERK, "demo-2026"), 401, "sign-in-failed");
    ck_assert(is_good(token_of(CLERK, GOOD)));
}
END_TEST

START_TEST(whoever_does_not_know_the_present_one_changes_nothing)
{
    const char *token = token_of(CLERK, "demo-2026");
    const struct reply *reply = change(token, "demo-2027", GOOD);
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/present", "wrong_password");
    ck_assert_ptr_null(strstr(reply->body, GOOD));
    ck_assert(is_good(token_of(CLERK, "demo-2026")));
    EXPECT_PROBLEM(change("x", "demo-2026", GOOD), 401, "unauthenticated");
}
END_TEST

START_TEST(a_new_password_follows_the_rules)
{
    const char *token = token_of(CLERK, "demo-2026");
    const struct reply *reply = change(token, "demo-2026", "demo-2026");
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/new", "too_short");
    EXPECT_ERROR(reply, "/new", "too_guessable");
    EXPECT_ERROR(reply, "/new", "same");
    EXPECT_ERROR(change(token, "demo-2026", "湖南分行湖南分行湖南分行"), "/new", "too_guessable");
    EXPECT_ERROR(change(token, "demo-2026", "clerk.clerk.clerk"), "/new", "too_guessable");
    char longest[1002];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    EXPECT_ERROR(change(token, "demo-2026", longest), "/new", "too_long");
    reply = client_call(&(struct call){.path = "/v1/password", .token = token, .body = "{}"});
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/present", "required");
    EXPECT_ERROR(reply, "/new", "required");
    ck_assert(is_good(token_of(CLERK, "demo-2026")));
}
END_TEST

START_TEST(what_these_operations_take)
{
    const char *as = "agent1";
    static char large[17000];
    memset(large, ' ', sizeof large);
    EXPECT_PROBLEM(
        client_call(&(struct call){
            .path = "/v1/password", .as = as, .body = large, .body_length = sizeof large}),
        413, "too-large");
    EXPECT_PROBLEM(
        client_call(&(struct call){
            .path = "/v1/password", .as = as, .body = "a", .content_type = "text/plain"}),
        415, "unsupported-media-type");
    EXPECT_PROBLEM(client_call(&(struct call){.path = "/v1/password", .as = as, .body = "{"}), 400,
                   "bad-request");
    EXPECT_PROBLEM(client_get(as, "/v1/sessions?x=1"), 400, "invalid-parameter");
    static const char *const paths[] = {"/v1/sessions?x=1", "/v1/sessions/x?x=1"};
    for (size_t i = 0; i < 2; i++)
        EXPECT_PROBLEM(client_call(&(struct call){.method = "DELETE", .path = paths[i], .as = as}),
                       400, "invalid-parameter");
    EXPECT_PROBLEM(client_get(NULL, "/v1/sessions"), 401, "unauthenticated");
    EXPECT_PROBLEM(client_call(&(struct call){.method = "DELETE", .path = "/v1/sessions"}), 401,
                   "unauthenticated");
    EXPECT_PROBLEM(client_call(&(struct call){.method = "DELETE", .path = "/v1/sessions/x"}), 401,
                   "unauthenticated");
}
END_TEST

/* Whoever reads the memory later, or a dump of it, finds no password that was sent: behind the next
 * request, as libmicrohttpd keeps the last one of a connection. */
START_TEST(a_password_does_not_stay_in_memory)
{
    struct spare server = spare_start("");
    const char *needle = client_text("needle-%lld-in-a-haystack", (long long)now_ms());
    /* Behind what malloc writes at the beginning of memory that is freed. */
    const char *content =
        client_text("{\"login\":\"" CLERK "\",\"password\":\"%032d%s\"}", 0, needle);
    int fd = -1;
    const struct wire_answer refused =
        wire_ask(&fd, server.port,
                 client_text("POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\n"
                             "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                             strlen(content), content));
    ck_assert_int_eq(refused.status, 401);
    ck_assert(wire_send(fd, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 0));
    ck_assert_int_eq(wire_read(fd).status, 200);
    ck_assert_uint_eq(memory_count(server.pid, needle), 0);
    ck_assert_uint_ge(memory_count(server.pid, "complaintd"), 1); /* it does look */
    close(fd);
    ck_assert_int_eq(spare_stop(&server, 10000, NULL), 0);
}
END_TEST

/* --- trying passwords --------------------------------------------------------------------------- */

#define STRICT "[demo]\nenabled = false\n[http]\ntrusted_proxies = 127.0.0.1\n"
#define AT_ONCE 5
#define AT_ONCE_OF_ADDRESS 60

static struct spare spare;

static const struct reply *try_from(const char *address, const char *login, const char *password)
{
    struct call call = sign_in_call(login, password);
    call.port = spare.port;
    call.headers[0] = client_text("X-Forwarded-For: %s", address);
    return client_call(&call);
}

static void expect_held_up(const struct reply *reply)
{
    EXPECT_PROBLEM(reply, 429, "too-many-requests");
    ck_assert_int_ge(strtol(reply_header(reply, "retry-after"), NULL, 10), 1);
}

/* Neither tells the limit whether a login exists, nor a password that is right: or it could be found
 * while being refused. */
START_TEST(tries_are_limited_for_a_login_at_an_address)
{
    const char *logins[] = {CLERK, "nobody-at-all"};
    const struct reply *refused[2];
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < AT_ONCE; j++)
            EXPECT_PROBLEM(try_from("10.1.1.1", logins[i], "demo-2027"), 401, "sign-in-failed");
        refused[i] = try_from("10.1.1.1", logins[i], "demo-2027");
        expect_held_up(refused[i]);
    }
    ck_assert_str_eq(reply_text(refused[0], "detail"), reply_text(refused[1], "detail"));
    expect_held_up(try_from("10.1.1.1", CLERK, "demo-2026"));
    /* Whose login it is gets in from elsewhere, and others get in from there. */
    EXPECT_STATUS(try_from("10.1.1.2", CLERK, "demo-2026"), 201);
    EXPECT_STATUS(try_from("10.1.1.1", "agent1", "demo-2026"), 201);
}
END_TEST

START_TEST(tries_are_limited_for_an_address)
{
    const struct reply *reply = NULL;
    /* While it is tried some are given back, so there may be more. */
    for (int i = 0; i < 10 * AT_ONCE_OF_ADDRESS; i++) {
        reply = try_from("10.1.2.1", client_text("nobody-%d", i), "demo-2027");
        if (reply->status == 429 && i >= AT_ONCE_OF_ADDRESS)
            break;
        EXPECT_PROBLEM(reply, 401, "sign-in-failed");
    }
    EXPECT_PROBLEM(reply, 429, "too-many-requests");
    EXPECT_STATUS(try_from("10.1.2.2", CLERK, "demo-2026"), 201);
    /* Who has one address of IPv6 has a network of them. */
    for (int i = 0; i < AT_ONCE; i++)
        EXPECT_PROBLEM(try_from(client_text("2001:db8::%d", i + 1), CLERK, "demo-2027"), 401,
                       "sign-in-failed");
    expect_held_up(try_from("2001:db8::99", CLERK, "demo-2026"));
    EXPECT_STATUS(try_from("2001:db8:0:1::1", CLERK, "demo-2026"), 201);
}
END_TEST

START_TEST(only_failures_count)
{
    for (int i = 0; i < 2 * AT_ONCE; i++)
        EXPECT_STATUS(try_from("10.1.3.1", CLERK, "demo-2026"), 201);
}
END_TEST

START_TEST(an_open_session_is_no_way_around)
{
    const char *token = reply_text(try_from("10.1.4.1", CLERK, "demo-2026"), "token");
    const struct reply *reply = NULL;
    for (int i = 0; i <= AT_ONCE; i++) {
        const struct call call = {.path = "/v1/password",
                                  .token = token,
                                  .port = spare.port,
                                  .json =
                                      json_pack("{s:s, s:s}", "present", "demo-2027", "new", GOOD),
                                  .headers = {"X-Forwarded-For: 10.1.4.1"}};
        reply = client_call(&call);
        if (i < AT_ONCE)
            EXPECT_ERROR(reply, "/present", "wrong_password");
    }
    expect_held_up(reply);
    expect_held_up(try_from("10.1.4.1", CLERK, "demo-2026"));
}
END_TEST

static void start_strict(void)
{
    add_clerk();
    spare = spare_start(STRICT);
}

static void stop_strict(void)
{
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
    remove_clerk();
}

Suite *sign_in_suite(void);
Suite *sign_in_suite(void)
{
    Suite *suite = suite_create("sign_in");
    TCase *tests = tcase_create("sign_in");
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_add_checked_fixture(tests, add_clerk, remove_clerk);
    tcase_add_test(tests, one_sees_where_one_is_signed_in_and_ends_it);
    tcase_add_test(tests, nobody_ends_or_sees_the_sessions_of_others);
    tcase_add_test(tests, one_can_sign_out_everywhere);
    tcase_add_test(tests, of_very_many_sessions_the_oldest_end);
    tcase_add_test(tests, programs_have_no_sessions_and_no_passwords);
    tcase_add_test(tests, a_session_that_is_left_alone_ends);
    tcase_add_test(tests, whoever_is_disabled_is_signed_out);
    tcase_add_test(tests, pages_of_other_sites_change_nothing);
    tcase_add_test(tests, pages_of_our_own_do);
    tcase_add_test(tests, behind_tls_the_cookie_is_for_tls_alone);
    tcase_add_test(tests, one_changes_ones_password);
    tcase_add_test(tests, whoever_does_not_know_the_present_one_changes_nothing);
    tcase_add_test(tests, a_new_password_follows_the_rules);
    tcase_add_test(tests, what_these_operations_take);
    tcase_add_test(tests, a_password_does_not_stay_in_memory);
    suite_add_tcase(suite, tests);
    tests = tcase_create("tries");
    tcase_set_timeout(tests, 60);
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_add_checked_fixture(tests, start_strict, stop_strict);
    tcase_add_test(tests, tries_are_limited_for_a_login_at_an_address);
    tcase_add_test(tests, tries_are_limited_for_an_address);
    tcase_add_test(tests, only_failures_count);
    tcase_add_test(tests, an_open_session_is_no_way_around);
    suite_add_tcase(suite, tests);
    return suite;
}
