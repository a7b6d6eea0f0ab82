/* What answers tell browsers: what they may make of them, and whose pages may ask. */
#include <string.h>

#include "tests/http/client.h"
#include "tests/http/spare.h"

static const struct {
    const char *method, *path, *as;
    int status;
    bool page;
} answers[] = {
    {"GET", "/v1/complaints?limit=1", "agent1", 200, false},
    {"GET", "/v1/complaints?limit=1", NULL, 401, false},
    {"GET", "/v1/complaints/TS20010101000001", "agent1", 404, false},
    {"PUT", "/v1/complaints", NULL, 405, false},
    {"GET", "/v1/vocabulary", "agent1", 200, false},
    {"GET", "/healthz", NULL, 200, false},
    {"GET", "/metrics", NULL, 200, false},
    {"GET", "/nowhere", NULL, 404, false},
    {"GET", "/docs", NULL, 200, true},
    {"GET", "/docs/docs.js", NULL, 200, true},
    {"GET", "/v1/institution", NULL, 200, false},
    {"GET", "/", NULL, 200, true},
    {"GET", "/desk/work", NULL, 200, true},
    {"GET", "/openapi.yaml", NULL, 200, true},
    {"GET", "/problems/not-found", NULL, 200, true},
};

START_TEST(every_answer_protects_itself)
{
    const struct call call = {
        .method = answers[_i].method, .path = answers[_i].path, .as = answers[_i].as};
    const struct reply *reply = client_call(&call);
    const char *policy = reply_header(reply, "content-security-policy");

    EXPECT_STATUS(reply, answers[_i].status);
    ck_assert_str_eq(reply_header(reply, "x-content-type-options"), "nosniff");
    ck_assert_str_eq(reply_header(reply, "referrer-policy"), "no-referrer");
    ck_assert_str_eq(reply_header(reply, "cross-origin-resource-policy"), "same-origin");
    ck_assert_ptr_nonnull(policy);
    ck_assert_ptr_nonnull(strstr(policy, "default-src 'none'"));
    ck_assert_ptr_nonnull(strstr(policy, "frame-ancestors 'none'"));
    ck_assert_ptr_null(strstr(policy, "unsafe"));
    ck_assert_int_eq(strstr(policy, "script-src 'self'") != NULL, answers[_i].page);
    ck_assert_int_eq(strstr(policy, "; frame-src blob:;") != NULL, answers[_i].page);
    /* Only files that are the same for all may be kept. */
    const char *kept = reply_header(reply, "cache-control");
    ck_assert(strcmp(kept, "no-store") == 0 || reply_header(reply, "etag"));
    if (answers[_i].as || answers[_i].status >= 400)
        ck_assert_str_eq(kept, "no-store");
    /* There is no TLS here to stay with, and nobody else's page may ask. */
    ck_assert_ptr_null(reply_header(reply, "strict-transport-security"));
    ck_assert_ptr_null(reply_header(reply, "access-control-allow-origin"));
}
END_TEST

/* --- pages of other origins ------------------------------------------------------------------- */

#define DESK "https://desk.example"

static const struct reply *ask(const struct spare *spare, const char *method, const char *path,
                               const char *origin, bool preflight)
{
    const struct call call = {
        .method = method,
        .path = path,
        .port = spare ? spare->port : 0,
        .headers = {client_text("Origin: %s", origin),
                    preflight ? "Access-Control-Request-Method: PATCH" : NULL}};
    return client_call(&call);
}

START_TEST(no_other_origin_by_default)
{
    const struct reply *reply = ask(NULL, "OPTIONS", "/v1/complaints", DESK, true);
    EXPECT_PROBLEM(reply, 405, "method-not-allowed");
    ck_assert_ptr_null(reply_header(reply, "access-control-allow-origin"));
    reply = ask(NULL, "GET", "/v1/complaints", DESK, false);
    EXPECT_STATUS(reply, 401);
    ck_assert_ptr_null(reply_header(reply, "access-control-allow-origin"));
}
END_TEST

START_TEST(listed_origins_may_ask)
{
    struct spare spare =
        spare_start("[http]\ncors_origins = https://other.example:8443, " DESK "\n");
    const struct reply *reply =
        ask(&spare, "OPTIONS", "/v1/complaints/TS20010101000001", DESK, true);
    ck_assert_int_eq(reply->status, 204);
    ck_assert_str_eq(reply_header(reply, "access-control-allow-origin"), DESK);
    ck_assert_str_eq(reply_header(reply, "access-control-allow-methods"), "GET, HEAD, PATCH");
    const char *headers = reply_header(reply, "access-control-allow-headers");
    ck_assert_ptr_nonnull(strstr(headers, "Authorization"));
    ck_assert_ptr_nonnull(strstr(headers, "If-Match"));
    ck_assert_ptr_null(reply_header(reply, "access-control-allow-credentials"));

    reply = ask(&spare, "GET", "/v1/complaints", DESK, false);
    EXPECT_STATUS(reply, 401);
    ck_assert_str_eq(reply_header(reply, "access-control-allow-origin"), DESK);
    ck_assert_ptr_nonnull(strstr(reply_header(reply, "access-control-expose-headers"), "ETag"));
    ck_assert_str_eq(reply_header(reply, "vary"), "Origin");

    /* What is not a preflight, or is for nothing, is not answered as one. */
    EXPECT_PROBLEM(ask(&spare, "OPTIONS", "/v1/complaints", DESK, false), 405,
                   "method-not-allowed");
    EXPECT_PROBLEM(ask(&spare, "OPTIONS", "/nowhere", DESK, true), 404, "not-found");
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

START_TEST(other_origins_may_not)
{
    static const char *const strangers[] = {"https://desk.example.evil.example",
                                            "http://desk.example",
                                            "https://desk.example:444",
                                            "https://DESK.example",
                                            "null",
                                            "https://desk.exampl",
                                            "https://other.example, https://desk.example"};
    struct spare spare =
        spare_start("[http]\ncors_origins = https://other.example:8443, " DESK "\n");
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        const struct reply *reply = ask(&spare, "OPTIONS", "/v1/complaints", strangers[i], true);
        EXPECT_PROBLEM(reply, 405, "method-not-allowed");
        ck_assert_ptr_null(reply_header(reply, "access-control-allow-origin"));
        reply = ask(&spare, "GET", "/healthz", strangers[i], false);
        EXPECT_STATUS(reply, 200);
        ck_assert_ptr_null(reply_header(reply, "access-control-allow-origin"));
        ck_assert_str_eq(reply_header(reply, "vary"), "Origin");
    }
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

Suite *wire_browser_suite(void);
Suite *wire_browser_suite(void)
{
    Suite *suite = suite_create("wire_browser");
    TCase *tcase = tcase_create("browser");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_loop_test(tcase, every_answer_protects_itself, 0,
                        (int)(sizeof answers / sizeof *answers));
    tcase_add_test(tcase, no_other_origin_by_default);
    tcase_add_test(tcase, listed_origins_may_ask);
    tcase_add_test(tcase, other_origins_may_not);
    suite_add_tcase(suite, tcase);
    return suite;
}
