/* Signing in and out. */
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/token.h"
#include "tests/http/client.h"
#include "tests/http/trap.h"

static const struct reply *sign_in(const char *login, const char *password)
{
    return client_post(NULL, 0, json_pack("{s:s, s:s}", "login", login, "password", password),
                       "/v1/sessions");
}

static const struct reply *who_am_i(const char *token)
{
    return client_call(&(struct call){.path = "/v1/sessions/current", .token = token});
}

static const struct reply *sign_out(const char *token)
{
    return client_call(
        &(struct call){.method = "DELETE", .path = "/v1/sessions/current", .token = token});
}

static const struct reply *with_cookie(const char *token)
{
    const char *cookie = client_text("Cookie: other=1; complaintd_session=%s", token);
    return client_call(&(struct call){.path = "/v1/sessions/current", .headers = {cookie}});
}

START_TEST(signing_in_tells_who_one_is)
{
    const struct reply *reply = sign_in("agent1", "demo-2026");
    EXPECT_STATUS(reply, 201);
    const char *token = reply_text(reply, "token");
    ck_assert_uint_ge(strlen(token), 32);
    ck_assert_str_ne(reply_text(reply, "expires_at"), "");
    ck_assert_str_eq(reply_text(reply, "staff.login"), "agent1");
    ck_assert_str_eq(reply_text(reply, "staff.name"), "坐席一");
    ck_assert_str_eq(reply_text(reply, "staff.unit"), "HN-CS-001");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "staff.roles")), 2);
    ck_assert_str_eq(reply_text(reply, "staff.roles.0.unit"), "HN-CS-001");
    ck_assert_str_eq(reply_header(reply, "location"), "/v1/sessions/current");
    ck_assert_str_eq(reply_header(reply, "cache-control"), "no-store");

    const struct reply *me = who_am_i(token);
    EXPECT_STATUS(me, 200);
    ck_assert(json_equal(reply_at(me, "staff"), reply_at(reply, "staff")));
}
END_TEST

START_TEST(a_browser_gets_a_cookie_that_scripts_cannot_read)
{
    const struct reply *reply = sign_in("handler1", "demo-2026");
    const char *cookie = reply_header(reply, "set-cookie");
    const char *token = reply_text(reply, "token");
    ck_assert_ptr_nonnull(cookie);
    ck_assert_ptr_nonnull(strstr(cookie, client_text("complaintd_session=%s;", token)));
    ck_assert_ptr_nonnull(strstr(cookie, "HttpOnly"));
    ck_assert_ptr_nonnull(strstr(cookie, "SameSite=Strict"));
    ck_assert_ptr_nonnull(strstr(cookie, "Path=/"));
    ck_assert_ptr_nonnull(strstr(cookie, "Max-Age="));
    ck_assert_str_eq(reply_text(with_cookie(token), "staff.login"), "handler1");
    /* A header that was meant to sign in is not replaced by a cookie that happens to be there. */
    const struct reply *both = client_call(
        &(struct call){.path = "/v1/sessions/current",
                       .token = "wrong",
                       .headers = {client_text("Cookie: complaintd_session=%s", token)}});
    EXPECT_PROBLEM(both, 401, "unauthenticated");
}
END_TEST

/* Nobody learns which logins exist. */
START_TEST(wrong_passwords_and_unknown_logins_look_alike)
{
    const struct reply *wrong = sign_in("agent1", "demo-2027");
    const struct reply *unknown = sign_in("nobody", "demo-2026");
    EXPECT_PROBLEM(wrong, 401, "sign-in-failed");
    EXPECT_PROBLEM(unknown, 401, "sign-in-failed");
    ck_assert_str_eq(reply_text(wrong, "detail"), reply_text(unknown, "detail"));
    ck_assert_ptr_null(reply_header(wrong, "set-cookie"));
    EXPECT_PROBLEM(sign_in("agent1", "demo-2026 x"), 401, "sign-in-failed");
}
END_TEST

START_TEST(signing_out_ends_the_session_at_once)
{
    const char *token = reply_text(sign_in("agent2", "demo-2026"), "token");
    const char *other = reply_text(sign_in("agent2", "demo-2026"), "token");
    ck_assert_str_ne(token, other);
    EXPECT_STATUS(who_am_i(token), 200);
    const struct reply *reply = sign_out(token);
    EXPECT_STATUS(reply, 204);
    ck_assert_uint_eq(reply->length, 0);
    ck_assert_ptr_nonnull(strstr(reply_header(reply, "set-cookie"), "Max-Age=0"));
    EXPECT_PROBLEM(who_am_i(token), 401, "unauthenticated");
    EXPECT_PROBLEM(with_cookie(token), 401, "unauthenticated");
    EXPECT_PROBLEM(sign_out(token), 401, "unauthenticated");
    EXPECT_STATUS(who_am_i(other), 200);
}
END_TEST

START_TEST(tokens_that_are_none)
{
    char never_given[TOKEN_LENGTH + 1];
    token_make(never_given);
    const char *tokens[] = {"x", never_given, client_text("%s%s", never_given, never_given),
                            client_text("%sx", client_token("agent1"))};
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        const struct reply *reply = who_am_i(tokens[i]);
        EXPECT_PROBLEM(reply, 401, "unauthenticated");
        ck_assert_str_eq(reply_header(reply, "www-authenticate"), "Bearer");
    }
    EXPECT_PROBLEM(client_get(NULL, "/v1/sessions/current"), 401, "unauthenticated");
    const char *basic = client_text("Authorization: Basic %s", client_token("agent1"));
    EXPECT_PROBLEM(client_call(&(struct call){.path = "/v1/sessions/current", .headers = {basic}}),
                   401, "unauthenticated");
}
END_TEST

/* A token of agent1, put into the database with another end. */
static const char *make_token(const char *end)
{
    char token[TOKEN_LENGTH + 1], hexadecimal[2 * 32 + 1];
    unsigned char hash[32];
    const char *url = getenv("COMPLAINTD_TEST_OWNER");
    ck_assert_msg(url != NULL, "COMPLAINTD_TEST_OWNER is not set");
    PGconn *connection = PQconnectdb(url);
    ck_assert_msg(PQstatus(connection) == CONNECTION_OK, "%s", PQerrorMessage(connection));
    token_make(token);
    ck_assert(token_hash((struct text){token, TOKEN_LENGTH}, hash));
    for (size_t i = 0; i < sizeof hash; i++)
        snprintf(hexadecimal + 2 * i, 3, "%02x", hash[i]);
    PGresult *result = PQexec(
        connection, client_text("INSERT INTO token (hash, staff_id, created_at, expires_at) "
                                "SELECT '\\x%s', id, now() - interval '1 minute', now() + '%s' "
                                "FROM staff WHERE login = 'agent1'",
                                hexadecimal, end));
    ck_assert_msg(PQresultStatus(result) == PGRES_COMMAND_OK, "%s", PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
    return client_text("%s", token);
}

START_TEST(tokens_expire)
{
    EXPECT_STATUS(who_am_i(make_token("1 minute")), 200);
    EXPECT_PROBLEM(who_am_i(make_token("-1 second")), 401, "unauthenticated");
}
END_TEST

/* Between the look at the password and the session: as if the password had been wrong. */
START_TEST(who_is_disabled_meanwhile_is_not_signed_in)
{
    trap_set(TRAP_WRITE("INSERT", "token", "true", "trap_swallow()"), "");
    const struct reply *reply = sign_in("agent2", "demo-2026");
    trap_clear();
    EXPECT_PROBLEM(reply, 401, "sign-in-failed");
}
END_TEST

START_TEST(what_signing_in_takes)
{
    const struct reply *reply = client_post(NULL, 0, json_pack("{}"), "/v1/sessions");
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/login", "required");
    EXPECT_ERROR(reply, "/password", "required");
    reply = client_post(
        NULL, 0, json_pack("{s:s, s:i, s:b}", "login", "agent1", "password", 1, "remember", 1),
        "/v1/sessions");
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/password", "wrong_type");
    EXPECT_ERROR(reply, "/remember", "unknown_member");
    /* What was tried does not come back. */
    ck_assert_ptr_null(strstr(reply->body, "agent1"));

    EXPECT_PROBLEM(client_call(&(struct call){.path = "/v1/sessions", .body = "{\"login\":"}), 400,
                   "bad-request");
    EXPECT_PROBLEM(client_call(&(struct call){.path = "/v1/sessions",
                                              .body = "login=agent1",
                                              .content_type = "application/x-www-form-urlencoded"}),
                   415, "unsupported-media-type");
    EXPECT_PROBLEM(client_call(&(struct call){.path = "/v1/sessions?login=agent1", .body = "{}"}),
                   400, "invalid-parameter");
    static char large[5000];
    memset(large, ' ', sizeof large);
    EXPECT_PROBLEM(client_call(&(struct call){
                       .path = "/v1/sessions", .body = large, .body_length = sizeof large}),
                   413, "too-large");
}
END_TEST

START_TEST(sessions_take_no_parameters)
{
    EXPECT_PROBLEM(client_get("agent1", "/v1/sessions/current?x=1"), 400, "invalid-parameter");
    EXPECT_PROBLEM(client_call(&(struct call){
                       .method = "DELETE", .path = "/v1/sessions/current?x=1", .as = "agent1"}),
                   400, "invalid-parameter");
    EXPECT_STATUS(client_get("agent1", "/v1/sessions/current"), 200);
}
END_TEST

Suite *session_suite(void);
Suite *session_suite(void)
{
    Suite *suite = suite_create("session");
    TCase *tests = tcase_create("session");
    tcase_add_unchecked_fixture(tests, client_setup, trap_clear);
    tcase_add_test(tests, signing_in_tells_who_one_is);
    tcase_add_test(tests, a_browser_gets_a_cookie_that_scripts_cannot_read);
    tcase_add_test(tests, wrong_passwords_and_unknown_logins_look_alike);
    tcase_add_test(tests, signing_out_ends_the_session_at_once);
    tcase_add_test(tests, tokens_that_are_none);
    tcase_add_test(tests, tokens_expire);
    tcase_add_test(tests, who_is_disabled_meanwhile_is_not_signed_in);
    tcase_add_test(tests, what_signing_in_takes);
    tcase_add_test(tests, sessions_take_no_parameters);
    suite_add_tcase(suite, tests);
    return suite;
}
