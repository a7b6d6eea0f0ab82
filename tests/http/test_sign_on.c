/* Signing in at an OpenID Connect provider: oidc-provider for what is right, and one that errs. */
#include <stdlib.h>
#include <string.h>

#include "tests/http/administration.h"
#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/provider.h"
#include "tests/http/spare.h"

#define SECRET "a secret: with / and %"

static void set_up(void)
{
    client_setup();
    (void)provider_start();
}

/* A server that signs in at an issuer: "" is the real one. */
static struct spare server_at(const char *issuer, const char *more)
{
    return spare_start(client_text("[sign_on]\nissuer = http://127.0.0.1:%d%s\n"
                                   "client_id = complaintd\nclient_secret = %s\n"
                                   "redirect_url = http://127.0.0.1:1/v1/sign-on/callback\n"
                                   "page = /desk/?from=sign-on\n%s",
                                   provider_start(), issuer, SECRET, more));
}

/* A sign-in that was begun: where the browser is sent, and its cookie. */
struct begun {
    const char *address, *cookie, *state, *nonce;
};

/* The value of a parameter, which needs no decoding here. */
static const char *parameter(const char *address, const char *name)
{
    const char *at = strstr(address, client_text("%s=", name));

    ck_assert_msg(at != NULL, "no %s in %s", name, address);
    at += strlen(name) + 1;
    return client_text("%.*s", (int)strcspn(at, "&"), at);
}

static const struct reply *ask(const struct spare *spare, const char *path, const char *cookie)
{
    return client_call(&(struct call){
        .path = path,
        .port = spare->port,
        .headers = {cookie ? client_text("Cookie: other=1; complaintd_sign_on=%s", cookie)
                           : NULL}});
}

static struct begun begin(const struct spare *spare)
{
    static const char name[] = "complaintd_sign_on=";
    const struct reply *reply = ask(spare, "/v1/sign-on", NULL);
    EXPECT_STATUS(reply, 302);
    const char *cookie = reply_header(reply, "set-cookie");
    ck_assert_ptr_nonnull(cookie);
    ck_assert_int_eq(strncmp(cookie, name, sizeof name - 1), 0);
    ck_assert_ptr_nonnull(strstr(cookie, "; Max-Age=600; Path=/; HttpOnly; SameSite=Lax"));
    const char *value = cookie + sizeof name - 1, *address = reply_header(reply, "location");
    return (struct begun){.address = address,
                          .cookie = client_text("%.*s", (int)strcspn(value, ";"), value),
                          .state = parameter(address, "&state"),
                          .nonce = parameter(address, "&nonce")};
}

/* What the browser is sent back with by the real provider, when it goes to an address. */
static const char *walk(const char *address, const char *login)
{
    return provider_ask("/control/walk",
                        body_text(json_pack("{s:s, s:s}", "url", address, "login", login)));
}

static const struct reply *come_back(const struct spare *spare, const char *address,
                                     const char *cookie)
{
    const char *query = strchr(address, '?');

    ck_assert_msg(query != NULL, "%s", address);
    return ask(spare, client_text("/v1/sign-on/callback%s", query), cookie);
}

static const char *base64url(const char *text)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t length = strlen(text), at = 0;
    char out[1024];

    ck_assert_uint_lt(length, 700);
    for (size_t i = 0; i < length; i += 3) {
        unsigned long bits = 0;
        size_t count = length - i < 3 ? length - i : 3;
        for (size_t j = 0; j < 3; j++)
            bits = bits << 8 | (j < count ? (unsigned char)text[i + j] : 0u);
        for (size_t j = 0; j <= count; j++)
            out[at++] = letters[bits >> (18 - 6 * j) & 63];
    }
    return client_text("%.*s", (int)at, out);
}

/* A sign-in at the tiny provider that ends with a code of that kind. */
static const struct reply *sign_in(const struct spare *spare, const char *kind, const char *login)
{
    struct begun begun = begin(spare);
    const char *code =
        body_text(json_pack("{s:s, s:s, s:s}", "kind", kind, "nonce", begun.nonce, "login", login));

    return come_back(spare, client_text("?code=%s&state=%s", base64url(code), begun.state),
                     begun.cookie);
}

static void expect_signed_in(const struct reply *reply, const struct spare *spare,
                             const char *login)
{
    static const char name[] = "complaintd_session=";
    EXPECT_STATUS(reply, 303);
    ck_assert_str_eq(reply_header(reply, "location"), "/desk/?from=sign-on");
    ck_assert_uint_eq(reply->length, 0);
    const char *cookie = reply_header(reply, "set-cookie");
    ck_assert_int_eq(strncmp(cookie, name, sizeof name - 1), 0);
    ck_assert_ptr_nonnull(strstr(cookie, "HttpOnly; SameSite=Strict"));
    const struct reply *me = client_call(&(struct call){
        .path = "/v1/sessions/current",
        .port = spare->port,
        .headers = {client_text("Cookie: %.*s", (int)strcspn(cookie, ";"), cookie)}});
    EXPECT_STATUS(me, 200);
    ck_assert_str_eq(reply_text(me, "staff.login"), login);
}

/* The last sign-in on the audit trail. */
static const char *last_sign_in(void)
{
    return database_text("SELECT coalesce(bytes::json ->> 'actor', 'nobody') || ' ' || "
                         "(bytes::json ->> 'success') || ' ' || "
                         "coalesce(bytes::json -> 'detail' ->> 'by', 'password') "
                         "FROM audit WHERE action = 'sign_in' ORDER BY id DESC LIMIT 1");
}

static void expect_refused(const struct reply *reply)
{
    EXPECT_PROBLEM(reply, 401, "sign-in-failed");
    /* What was remembered is forgotten, and there is no session. */
    ck_assert_str_eq(reply_header(reply, "set-cookie"),
                     "complaintd_sign_on=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
}

/* --- at a real provider ------------------------------------------------------------------------- */

START_TEST(somebody_signs_in_at_a_real_provider)
{
    struct spare spare = server_at("", "");
    ck_assert(reply_boolean(ask(&spare, "/v1/institution", NULL), "sign_on"));
    struct begun begun = begin(&spare);
    ck_assert_str_eq(parameter(begun.address, "code_challenge_method"), "S256");
    ck_assert_uint_eq(strlen(parameter(begun.address, "&code_challenge")), 43);
    ck_assert_str_eq(parameter(begun.address, "&scope"), "openid%20profile");
    const char *back = walk(begun.address, "agent1");
    expect_signed_in(come_back(&spare, back, begun.cookie), &spare, "agent1");
    ck_assert_str_eq(last_sign_in(), "agent1 true single sign-on");

    /* The same once more: the provider knows the code is used. */
    expect_refused(come_back(&spare, back, begun.cookie));
    ck_assert_str_eq(last_sign_in(), "nobody false single sign-on");
    /* Nothing of it is in the log. */
    ck_assert(spare_logged(&spare, "\"sign_on_end\"", "sign-in-failed"));
    ck_assert(!spare_logged(&spare, begun.state, ""));
    ck_assert(!spare_logged(&spare, parameter(back, "code"), ""));
    spare_stop(&spare, 10000, NULL);
}
END_TEST

START_TEST(an_answer_belongs_to_the_browser_that_asked)
{
    struct spare spare = server_at("", "");
    struct begun one = begin(&spare), other = begin(&spare);
    const char *back = walk(one.address, "agent1");
    /* Without a cookie, with another's, with one that was touched, and for another state. */
    expect_refused(come_back(&spare, back, NULL));
    expect_refused(come_back(&spare, back, other.cookie));
    expect_refused(come_back(&spare, back, client_text("A%s", one.cookie)));
    char *touched = strdup(one.cookie);
    ck_assert_ptr_nonnull(touched);
    touched[40] = touched[40] == 'A' ? 'B' : 'A';
    expect_refused(come_back(&spare, back, touched));
    free(touched);
    expect_refused(come_back(&spare,
                             client_text("?code=%s&state=%s", parameter(back, "code"), other.state),
                             one.cookie));
    expect_refused(come_back(&spare, client_text("?code=%s", parameter(back, "code")), one.cookie));
    expect_refused(come_back(&spare, client_text("?state=%s", one.state), one.cookie));
    expect_refused(come_back(
        &spare,
        client_text("?code=%s&state=%s&iss=http://127.0.0.1:1", parameter(back, "code"), one.state),
        one.cookie));
    expect_refused(come_back(
        &spare, client_text("?error=access_denied&error_description=x&state=%s", one.state),
        one.cookie));
    /* The code of another sign-in is bound to another verifier. */
    const char *others = walk(other.address, "handler1");
    expect_refused(come_back(&spare,
                             client_text("?code=%s&state=%s", parameter(others, "code"), one.state),
                             one.cookie));
    /* None of these used the code up. */
    expect_signed_in(come_back(&spare, back, one.cookie), &spare, "agent1");
    spare_stop(&spare, 10000, NULL);
}
END_TEST

/* The provider refuses without the challenge, so it was there in the other tests. */
START_TEST(without_a_challenge_there_is_no_code)
{
    struct spare spare = server_at("", "");
    struct begun begun = begin(&spare);
    const char *challenge =
        client_text("&code_challenge=%s", parameter(begun.address, "&code_challenge"));
    const char *at = strstr(begun.address, challenge);
    const char *method = "code_challenge_method=S256&";
    const char *start = strstr(begun.address, method);
    ck_assert(at && start);
    const char *without = client_text("%.*s%.*s%s", (int)(start - begun.address), begun.address,
                                      (int)(at - start - (long)strlen(method)),
                                      start + strlen(method), at + strlen(challenge));
    const char *back = walk(without, "agent1");
    ck_assert_str_eq(parameter(back, "error"), "invalid_request");
    expect_refused(come_back(&spare, back, begun.cookie));
    spare_stop(&spare, 10000, NULL);
}
END_TEST

/* --- what tokens say ---------------------------------------------------------------------------- */

START_TEST(good_tokens)
{
    static const char *const kinds[] = {"good",  "at_hash",  "audiences", "ps256",
                                        "es256", "nameless", "rotated"};
    struct spare spare = server_at("/tiny", "");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        expect_signed_in(sign_in(&spare, kinds[i], "handler1"), &spare, "handler1");
    spare_stop(&spare, 10000, NULL);
}
END_TEST

START_TEST(bad_tokens)
{
    static const char *const kinds[] = {
        "expired", "early",    "not_yet", "endless",  "issuer",        "audience",
        "party",   "no_party", "nonce",   "no_nonce", "no_claim",      "number",
        "none",    "hs256",    "crit",    "forged",   "wrong_at_hash", "confused",
        "weak",    "unknown",  "used",    "garbage",  "long"};
    struct spare spare = server_at("/tiny", "");
    expect_signed_in(sign_in(&spare, "good", "agent1"), &spare, "agent1");
    long before = database_number("SELECT count(*) FROM token");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct reply *reply = sign_in(&spare, kinds[i], "agent1");
        ck_assert_msg(reply->status == 401, "%s: %d %s", kinds[i], reply->status, reply->body);
        expect_refused(reply);
    }
    ck_assert_int_eq(database_number("SELECT count(*) FROM token"), before);
    ck_assert_str_eq(last_sign_in(), "nobody false single sign-on");
    spare_stop(&spare, 10000, NULL);
}
END_TEST

/* Whoever sends tokens with unknown keys does not make the server ask for keys all the time. */
START_TEST(keys_are_not_asked_for_without_end)
{
    struct spare spare = server_at("/tiny", "");
    long before = strtol(provider_ask("/control/keys", ""), NULL, 10);
    for (int i = 0; i < 6; i++)
        expect_refused(sign_in(&spare, "unknown", "agent1"));
    ck_assert_int_eq(strtol(provider_ask("/control/keys", ""), NULL, 10) - before, 2);
    spare_stop(&spare, 10000, NULL);
}
END_TEST

/* --- who it is ---------------------------------------------------------------------------------- */

START_TEST(only_who_works_here_signs_in)
{
    const char *login = new_staff("HN-CS-001", "handler", NULL), *program = fresh("program");
    EXPECT_STATUS(administer("POST", "/v1/clients", 0,
                             body("{'login': '%s', 'name': 'x', 'unit': 'HN-CS-001', 'roles': "
                                  "[{'role': 'intake', 'unit': 'HN-CS-001'}]}",
                                  program)),
                  201);
    struct spare spare = server_at("/tiny", "");
    long before = database_number("SELECT count(*) FROM staff");
    expect_refused(sign_in(&spare, "good", "nobody-here"));
    expect_refused(sign_in(&spare, "good", program));
    ck_assert_str_eq(last_sign_in(), "nobody false single sign-on");
    expect_signed_in(sign_in(&spare, "good", login), &spare, login);
    EXPECT_STATUS(
        administer("POST", client_text("/v1/staff/%s/disable", login), 0, body("{'reason': 'x'}")),
        200);
    expect_refused(sign_in(&spare, "good", login));
    ck_assert_int_eq(database_number("SELECT count(*) FROM staff"), before);
    spare_stop(&spare, 10000, NULL);
    /* Another claim. */
    spare = server_at("/tiny", "claim = sub\n");
    expect_signed_in(sign_in(&spare, "no_claim", "agent1"), &spare, "agent1");
    spare_stop(&spare, 10000, NULL);
}
END_TEST

START_TEST(tries_are_throttled_as_passwords_are)
{
    struct spare spare = server_at("/tiny", "[demo]\nenabled = false\n");
    int refused = 0;
    for (int i = 0; i < 70; i++) {
        const struct reply *reply = come_back(&spare, client_text("?code=x&state=%d", i), "x");
        if (reply->status == 429) {
            EXPECT_PROBLEM(reply, 429, "too-many-requests");
            refused++;
        }
    }
    ck_assert_int_ge(refused, 8);
    spare_stop(&spare, 10000, NULL);
}
END_TEST

/* --- providers that are of no use --------------------------------------------------------------- */

static const struct {
    const char *issuer;
    int status;
    const char *slug;
} useless[] = {
    {"/bad/issuer", 502, "sign-on-broken"},  {"/bad/plain", 502, "sign-on-broken"},
    {"/bad/lacking", 502, "sign-on-broken"}, {"/bad/keyless", 502, "sign-on-broken"},
    {"/bad/text", 502, "sign-on-broken"},    {"/bad/absent", 502, "sign-on-broken"},
    {"/bad/large", 503, "sign-on-away"},     {"/bad/trouble", 503, "sign-on-away"},
};

START_TEST(a_provider_of_no_use)
{
    struct spare spare = server_at(useless[_i].issuer, "");
    const struct reply *reply = ask(&spare, "/v1/sign-on", NULL);
    EXPECT_PROBLEM(reply, useless[_i].status, useless[_i].slug);
    ck_assert_ptr_null(reply_header(reply, "set-cookie"));
    EXPECT_STATUS(ask(&spare, "/readyz", NULL), 200);
    spare_stop(&spare, 10000, NULL);
}
END_TEST

START_TEST(a_provider_that_errs_in_the_middle)
{
    struct spare spare = server_at("/tiny", "");
    EXPECT_PROBLEM(sign_in(&spare, "client", "agent1"), 502, "sign-on-broken");
    EXPECT_PROBLEM(sign_in(&spare, "text", "agent1"), 502, "sign-on-broken");
    EXPECT_PROBLEM(sign_in(&spare, "tokenless", "agent1"), 502, "sign-on-broken");
    EXPECT_PROBLEM(sign_in(&spare, "trouble", "agent1"), 503, "sign-on-away");
    EXPECT_PROBLEM(sign_in(&spare, "flood", "agent1"), 503, "sign-on-away");
    spare_stop(&spare, 10000, NULL);
}
END_TEST

START_TEST(a_provider_that_is_away)
{
    struct spare spare = spare_start("[sign_on]\nissuer = http://127.0.0.1:1\nclient_id = x\n"
                                     "redirect_url = http://127.0.0.1:1/v1/sign-on/callback\n");
    const struct reply *reply = ask(&spare, "/v1/sign-on", NULL);
    EXPECT_PROBLEM(reply, 503, "sign-on-away");
    ck_assert_ptr_nonnull(reply_header(reply, "retry-after"));
    EXPECT_STATUS(
        client_call(&(struct call){.path = "/v1/sessions",
                                   .port = spare.port,
                                   .json = body("{'login': 'agent1', 'password': 'demo-2026'}")}),
        201);
    spare_stop(&spare, 10000, NULL);
}
END_TEST

/* The shared server has no provider. */
START_TEST(without_settings_there_is_no_single_sign_on)
{
    EXPECT_PROBLEM(client_get(NULL, "/v1/sign-on"), 404, "not-found");
    EXPECT_PROBLEM(client_get(NULL, "/v1/sign-on/callback?code=x&state=x"), 404, "not-found");
    EXPECT_PROBLEM(client_get(NULL, "/v1/sign-on?x=1"), 400, "invalid-parameter");
    EXPECT_PROBLEM(client_get(NULL, "/v1/sign-on/callback?x=1"), 400, "invalid-parameter");
}
END_TEST

Suite *sign_on_suite(void);
Suite *sign_on_suite(void)
{
    Suite *suite = suite_create("sign_on");
    TCase *tests = tcase_create("sign_on");
    tcase_set_timeout(tests, 60);
    tcase_add_unchecked_fixture(tests, set_up, provider_stop);
    tcase_add_test(tests, somebody_signs_in_at_a_real_provider);
    tcase_add_test(tests, an_answer_belongs_to_the_browser_that_asked);
    tcase_add_test(tests, without_a_challenge_there_is_no_code);
    tcase_add_test(tests, good_tokens);
    tcase_add_test(tests, bad_tokens);
    tcase_add_test(tests, keys_are_not_asked_for_without_end);
    tcase_add_test(tests, only_who_works_here_signs_in);
    tcase_add_test(tests, tries_are_throttled_as_passwords_are);
    tcase_add_loop_test(tests, a_provider_of_no_use, 0, sizeof useless / sizeof *useless);
    tcase_add_test(tests, a_provider_that_errs_in_the_middle);
    tcase_add_test(tests, a_provider_that_is_away);
    tcase_add_test(tests, without_settings_there_is_no_single_sign_on);
    suite_add_tcase(suite, tests);
    return suite;
}
