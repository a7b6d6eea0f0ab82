/* Staff and their roles over the API: by security administrators, within what they reach themselves. */
#include <string.h>

#include "tests/http/administration.h"
#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/newcomer.h"

#define STAFF "/v1/staff"

static const char *path_of(const char *login, const char *rest)
{
    return client_text(STAFF "/%s%s", login, rest);
}

static const struct reply *do_to(const char *login, const char *what, int64_t version, json_t *json)
{
    return administer("POST", path_of(login, what), version, json);
}

static const struct reply *get(const char *login)
{
    const struct reply *reply = client_get("admin", STAFF "/%s", login);
    EXPECT_STATUS(reply, 200);
    return reply;
}

static json_t *role(const char *name, const char *unit)
{
    return body("{'role': '%s', 'unit': '%s'}", name, unit);
}

static const struct reply *who_am_i(const char *token)
{
    return client_call(&(struct call){.path = "/v1/sessions/current", .token = token});
}

/* The logins that a list shows, page by page. */
static const char *logins(const char *query)
{
    const char *path = client_text(STAFF "?limit=2&%s", query), *all = "";

    for (int pages = 0; path; pages++) {
        ck_assert_int_lt(pages, 200);
        const struct reply *reply = client_get("admin", "%s", path);
        EXPECT_STATUS(reply, 200);
        for (size_t i = 0; i < json_array_size(reply_at(reply, "items")); i++)
            all = client_text("%s %s", all, reply_text(reply, client_text("items.%zu.login", i)));
        path = reply_is_null(reply, "next")
                   ? NULL
                   : client_text(STAFF "?limit=2&%s&cursor=%s", query, reply_text(reply, "next"));
        ck_assert_int_eq(path != NULL, reply_header(reply, "link") != NULL);
    }
    return all;
}

/* --- adding and finding ------------------------------------------------------------------------- */

START_TEST(somebody_is_added_and_found)
{
    const char *unit = new_unit("HN"), *below = new_unit(unit), *login = fresh("anna");
    const struct reply *reply = administer(
        "POST", STAFF, 0,
        body("{'login': '%s', 'name': '安娜', 'unit': '%s', 'phone': '0731-8000', "
             "'email': 'anna@bank.example', 'roles': [{'role': 'handler', 'unit': '%s'}, "
             "{'role': 'handler', 'unit': '%s'}, {'role': 'auditor', 'unit': '%s'}]}",
             login, below, unit, unit, below));
    EXPECT_STATUS(reply, 201);
    ck_assert_str_eq(reply_header(reply, "location"), path_of(login, ""));
    ck_assert_int_eq(reply_version(reply), 1);
    ck_assert_str_eq(reply_text(reply, "phone"), "0731-8000");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "roles")), 2);
    const struct reply *found = get(login);
    ck_assert_str_eq(reply_text(found, "email"), "anna@bank.example");
    ck_assert_str_eq(reply_text(found, "unit"), below);
    ck_assert(reply_boolean(found, "active"));
    ck_assert(!reply_boolean(found, "password_temporary"));
    ck_assert_uint_eq(json_array_size(reply_at(found, "roles")), 2);
    ck_assert_str_eq(reply_text(get(reply_text(found, "id")), "login"), login);
    expect_audited(login, "\"kind\":\"person\"");

    const char *berta = new_staff(unit, "intake", NULL), *clara = new_staff(unit, NULL, NULL);
    ck_assert_str_eq(logins(client_text("unit=%s", unit)),
                     client_text(" %s %s %s", login, berta, clara));
    ck_assert_str_eq(logins(client_text("unit=%s", below)), client_text(" %s", login));
    ck_assert_str_eq(logins(client_text("unit=%s&role=intake", unit)), client_text(" %s", berta));
    EXPECT_STATUS(do_to(clara, "/disable", 0, body("{'reason': 'x'}")), 200);
    ck_assert_str_eq(logins(client_text("unit=%s&active=false", unit)), client_text(" %s", clara));
    ck_assert_str_eq(logins(client_text("unit=%s&active=true", unit)),
                     client_text(" %s %s", login, berta));
    ck_assert_str_eq(logins(client_text("unit=%s&q=ANNA-", unit)), client_text(" %s", login));
    ck_assert_str_eq(logins(client_text("unit=%s&q=%%E5%%AE%%89", unit)),
                     client_text(" %s", login));
    ck_assert(strstr(logins("role=auditor"), " auditor1"));
    reply = client_get("admin", STAFF "?unit=%s&limit=1&cursor=%s&count=exact", unit, login);
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "total"), 3);
    ck_assert_str_eq(reply_text(reply, "items.0.login"), berta);
    ck_assert_str_eq(reply_text(reply, "next"), berta);
    ck_assert_ptr_null(reply_at(client_get("admin", STAFF "?unit=%s", unit), "total"));
}
END_TEST

START_TEST(what_somebody_is_added_with)
{
    const struct reply *reply =
        administer("POST", STAFF, 0,
                   body("{'login': 'a b', 'name': 'x', 'unit': 'NOWHERE', 'roles': "
                        "[{'role': 'handler', 'unit': 'HN'}, {'role': 'handler', 'unit': 'YY'}]}"));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/login", "not_a_login");
    EXPECT_ERROR(reply, "/unit", "unknown_unit");
    EXPECT_ERROR(reply, "/roles/1/unit", "unknown_unit");
    /* A path would lead to somebody else, or nowhere. */
    const char *const logins_of_none[] = {
        database_text("SELECT id FROM staff WHERE login = 'agent1'"), "..", "_"};
    for (size_t i = 0; i < sizeof logins_of_none / sizeof *logins_of_none; i++)
        EXPECT_ERROR(
            administer("POST", STAFF, 0,
                       body("{'login': '%s', 'name': 'x', 'unit': 'HN'}", logins_of_none[i])),
            "/login", "not_a_login");
    const char *login = fresh("guessable");
    EXPECT_ERROR(
        administer("POST", STAFF, 0,
                   body("{'login': '%s', 'name': 'x', 'unit': 'HN', 'password': 'x'}", login)),
        "/password", "too_short");
    EXPECT_ERROR(administer("POST", STAFF, 0,
                            body("{'login': '%s', 'name': 'x', 'unit': 'HN', 'password': "
                                 "'%s%s'}",
                                 login, login, login)),
                 "/password", "too_guessable");
    EXPECT_PROBLEM(
        administer("POST", STAFF, 0, body("{'login': 'agent1', 'name': 'x', 'unit': 'HN'}")), 409,
        "login-taken");
    EXPECT_PROBLEM(client_get("admin", STAFF "/%s", login), 404, "not-found");
    EXPECT_ERROR(client_get("admin", STAFF "?unit=NOWHERE"), "unit", "unknown_unit");
    EXPECT_ERROR(client_get("admin", STAFF "?role=boss"), "role", "unknown_term");
    expect_refusals("GET", STAFF, NULL);
    expect_refusals("GET", path_of("agent1", ""), NULL);
    expect_refusals("POST", STAFF, body("{'login': 'x', 'name': 'x', 'unit': 'HN'}"));
}
END_TEST

static const struct {
    const char *method, *rest, *json;
    bool versioned;
} changes[] = {
    {"PATCH", "", "{'name': 'x'}", true},
    {"POST", "/enable", "{'reason': 'x'}", true},
    {"POST", "/grant", "{'role': 'auditor', 'unit': 'HN-CS-001'}", true},
    {"POST", "/revoke", "{'role': 'handler', 'unit': 'HN-CS-001'}", true},
    {"POST", "/password", "{'password': '" A_PASSWORD "'}", false},
    {"DELETE", "/password", NULL, false},
};
#define CHANGES ((int)(sizeof changes / sizeof *changes))

static json_t *sound(int i)
{
    return changes[i].json ? body("%s", changes[i].json) : NULL;
}

START_TEST(what_every_change_takes)
{
    const char *login = new_staff("HN-CS-001", "handler", NULL);
    const char *path = path_of(login, changes[_i].rest), *method = changes[_i].method;
    expect_refusals(method, path, sound(_i));
    EXPECT_PROBLEM(administer(method, path_of("nobody-here", changes[_i].rest), 1, sound(_i)), 404,
                   "not-found");
    /* A program is no person. */
    const char *program = database_text("SELECT login FROM client JOIN staff ON id = staff_id "
                                        "LIMIT 1");
    if (*program)
        EXPECT_PROBLEM(administer(method, path_of(program, changes[_i].rest), 1, sound(_i)), 404,
                       "not-found");
    /* Never oneself. */
    EXPECT_PROBLEM(administer(method, path_of("admin", changes[_i].rest), 1, sound(_i)), 403,
                   "forbidden");
    if (!changes[_i].versioned)
        return;
    EXPECT_PROBLEM(administer(method, path, 0, sound(_i)), 428, "version-required");
    EXPECT_STATUS(administer("PATCH", path_of(login, ""), 1, body("{'phone': '1'}")), 200);
    const struct reply *reply = administer(method, path, 1, sound(_i));
    EXPECT_PROBLEM(reply, 412, "stale-version");
    ck_assert_int_eq(reply_integer(reply, "current_version"), 2);
    ck_assert_str_eq(reply_text(reply, "changed_by"), "admin");
    EXPECT_STATUS(administer(method, path, 2, sound(_i)), 200);
}
END_TEST

START_TEST(a_repeated_change_is_made_once)
{
    const char *login = new_staff("HN-CS-001", NULL, NULL), *key = fresh("key");
    for (int i = 0; i < 2; i++) {
        const struct reply *reply = client_call(&(struct call){.path = path_of(login, "/grant"),
                                                               .as = "admin",
                                                               .version = 1,
                                                               .idempotency_key = key,
                                                               .json = role("handler", "HN")});
        EXPECT_STATUS(reply, 200);
        ck_assert_int_eq(reply_version(reply), 2);
    }
    EXPECT_PROBLEM(client_call(&(struct call){.path = path_of(login, "/grant"),
                                              .as = "admin",
                                              .version = 1,
                                              .idempotency_key = key,
                                              .json = role("intake", "HN")}),
                   422, "idempotency-key-reused");
    /* The key of a body with a password says nothing about it. */
    key = fresh("key");
    for (int i = 0; i < 2; i++)
        EXPECT_STATUS(client_call(&(struct call){.path = path_of(login, "/password"),
                                                 .as = "admin",
                                                 .idempotency_key = key,
                                                 .json = body("{'password': '%s'}", A_PASSWORD)}),
                      204);
    ck_assert_int_eq(
        database_number("SELECT count(*) FROM idempotency WHERE key = '%s' AND request_hash = "
                        "sha256(convert_to('POST %s' || chr(10) || '%s', 'UTF8'))",
                        key, path_of(login, "/password"),
                        body_text(body("{'password': '%s'}", A_PASSWORD))),
        0);
}
END_TEST

/* --- what is recorded, access ------------------------------------------------------------------- */

START_TEST(name_unit_and_contact_are_changed)
{
    const char *login = new_staff("HN-CS-001", "handler", NULL);
    const struct reply *reply =
        administer("PATCH", path_of(login, ""), 1,
                   body("{'name': '改名', 'unit': 'HN-CS-002', 'phone': '8000'}"));
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "name"), "改名");
    ck_assert(json_equal(get(login)->json, reply->json));
    expect_audited(login, "\"contact\":\"changed\",\"name\":\"改名\",\"unit\":\"HN-CS-002\"");
    reply = administer("PATCH", path_of(login, ""), 2, body("{'phone': null, 'email': 'a@b.c'}"));
    EXPECT_STATUS(reply, 200);
    ck_assert(reply_is_null(reply, "phone"));
    ck_assert_str_eq(reply_text(reply, "email"), "a@b.c");
    EXPECT_ERROR(administer("PATCH", path_of(login, ""), 3, body("{}")), "", "nothing_to_change");
    EXPECT_ERROR(administer("PATCH", path_of(login, ""), 3, body("{'unit': 'NOWHERE'}")), "/unit",
                 "unknown_unit");
}
END_TEST

START_TEST(who_was_disabled_has_access_again)
{
    const char *login = new_staff("HN-CS-001", "handler", NULL);
    EXPECT_STATUS(do_to(login, "/disable", 0, body("{'reason': '休假'}")), 200);
    ck_assert(!reply_boolean(get(login), "active"));
    const struct reply *reply = do_to(login, "/enable", 2, body("{'reason': '返岗'}"));
    EXPECT_STATUS(reply, 200);
    ck_assert(reply_boolean(reply, "active"));
    ck_assert(json_equal(get(login)->json, reply->json));
    expect_audited(login, "\"change\":\"enabled\",\"reason\":\"返岗\"");
    /* Again is as once. */
    reply = do_to(login, "/enable", 3, body("{'reason': '返岗'}"));
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_version(reply), 3);
    /* They can be given work. */
    (void)matter_new("agent1", body("{'owner': '%s'}", login));

    const char *unit = new_unit("HN"), *other = new_staff(unit, NULL, NULL);
    EXPECT_STATUS(do_to(other, "/disable", 0, body("{'reason': 'x'}")), 200);
    EXPECT_STATUS(
        administer("POST", client_text("/v1/units/%s/close", unit), 1, body("{'reason': 'x'}")),
        200);
    EXPECT_PROBLEM(do_to(other, "/enable", 2, body("{'reason': 'x'}")), 409, "units-changed");
}
END_TEST

/* --- roles -------------------------------------------------------------------------------------- */

START_TEST(roles_are_granted_and_revoked)
{
    const char *unit = new_unit("HN"), *login = new_staff(unit, NULL, A_PASSWORD);
    struct matter matter = matter_new("supervisor1", body("{'unit': '%s'}", unit));
    const struct reply *reply = do_to(login, "/grant", 1, role("auditor", "HN"));
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_version(reply), 2);
    ck_assert_str_eq(reply_text(reply, "roles.0.role"), "auditor");
    expect_audited(login, "\"change\":\"role granted\",\"role\":\"auditor\",\"unit\":\"HN\"");
    const char *token = token_of(login, A_PASSWORD);
    take_own_password(token);
    const struct call look = {.path = client_text("/v1/complaints/%s", matter.number),
                              .token = token};
    EXPECT_STATUS(client_call(&look), 200);
    /* Once more changes nothing. */
    reply = do_to(login, "/grant", 3, role("auditor", "HN"));
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_version(reply), 3);
    reply = do_to(login, "/revoke", 3, role("handler", "HN"));
    ck_assert_int_eq(reply_version(reply), 3);

    reply = do_to(login, "/revoke", 3, role("auditor", "HN"));
    EXPECT_STATUS(reply, 200);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "roles")), 0);
    ck_assert_int_eq(database_number("SELECT count(*) FROM staff_grant JOIN staff ON id = staff_id "
                                     "WHERE login = '%s'",
                                     login),
                     0);
    EXPECT_PROBLEM(client_call(&look), 404, "not-found");
    expect_audited(login, "\"change\":\"role revoked\"");
    EXPECT_ERROR(do_to(login, "/grant", 4, role("auditor", "NOWHERE")), "/unit", "unknown_unit");
    EXPECT_ERROR(do_to(login, "/grant", 4, role("boss", "HN")), "/role", "unknown_term");
}
END_TEST

START_TEST(nobody_has_more_than_32_roles)
{
    static const char *const roles[] = {"intake",  "handler",        "supervisor",
                                        "auditor", "security_admin", "system_admin"};
    const char *login = new_staff("HN", NULL, NULL);
    int64_t version = 1;
    for (int i = 0; i < 32; i++) {
        const char *unit = i % 6 == 0 ? new_unit("HN") : NULL;
        static const char *present;
        present = unit ? unit : present;
        EXPECT_STATUS(do_to(login, "/grant", version++, role(roles[i % 6], present)), 200);
    }
    EXPECT_ERROR(do_to(login, "/grant", version, role("intake", "HN")), "/role", "too_many");
}
END_TEST

/* A security administrator of HN-CS-001 alone. */
START_TEST(nobody_reaches_beyond_themselves)
{
    const char *security = fresh("security");
    newcomer_add(security, "HN-CS-001", "security_admin");
    const char *token = token_of(security, "demo-2026");
    const char *own = new_staff("HN-CS-001", "handler", NULL);
    /* Of their unit, and auditor of all. */
    const char *higher = new_staff("HN-CS-001", "handler", NULL);
    EXPECT_STATUS(do_to(higher, "/grant", 1, role("auditor", "HN")), 200);

    const struct reply *reply = client_call(&(struct call){.path = STAFF, .token = token});
    EXPECT_STATUS(reply, 200);
    ck_assert_ptr_null(strstr(reply->body, "supervisor1"));
    EXPECT_PROBLEM(administer_as(token, "GET", path_of("agent2", ""), 0, NULL), 404, "not-found");
    EXPECT_PROBLEM(
        administer_as(token, "POST", path_of("agent2", "/grant"), 1, role("handler", "HN-CS-001")),
        404, "not-found");
    EXPECT_PROBLEM(administer_as(token, "POST", path_of(own, "/grant"), 1, role("handler", "HN")),
                   403, "forbidden");
    EXPECT_PROBLEM(administer_as(token, "POST", path_of(security, "/grant"), 1,
                                 role("supervisor", "HN-CS-001")),
                   403, "forbidden");
    EXPECT_PROBLEM(administer_as(token, "PATCH", path_of(own, ""), 1, body("{'unit': 'HN'}")), 403,
                   "forbidden");
    EXPECT_PROBLEM(administer_as(token, "POST", STAFF, 0,
                                 body("{'login': 'x', 'name': 'x', 'unit': 'HN-CS-001', "
                                      "'roles': [{'role': 'handler', 'unit': 'HN'}]}")),
                   403, "forbidden");
    EXPECT_PROBLEM(
        administer_as(token, "POST", STAFF, 0, body("{'login': 'x', 'name': 'x', 'unit': 'HN'}")),
        403, "forbidden");
    /* Whoever signed in as them would be auditor of all. */
    EXPECT_PROBLEM(administer_as(token, "POST", path_of(higher, "/password"), 0,
                                 body("{'password': '%s'}", A_PASSWORD)),
                   403, "forbidden");
    EXPECT_PROBLEM(administer_as(token, "DELETE", path_of(higher, "/password"), 0, NULL), 403,
                   "forbidden");
    EXPECT_PROBLEM(administer_as(token, "PATCH", path_of(higher, ""), 2, body("{'name': 'x'}")),
                   403, "forbidden");
    EXPECT_PROBLEM(
        administer_as(token, "POST", path_of(higher, "/revoke"), 2, role("auditor", "HN")), 403,
        "forbidden");
    /* Whom one disables one can enable again. */
    EXPECT_PROBLEM(
        administer_as(token, "POST", path_of(higher, "/disable"), 0, body("{'reason': 'x'}")), 403,
        "forbidden");
    ck_assert(reply_boolean(get(higher), "active"));
    EXPECT_STATUS(
        administer_as(token, "POST", path_of(higher, "/revoke"), 2, role("handler", "HN-CS-001")),
        200);
    EXPECT_STATUS(
        administer_as(token, "POST", path_of(own, "/grant"), 1, role("supervisor", "HN-CS-001")),
        200);
}
END_TEST

/* Whoever signed in as a deputy would have what the other has. */
START_TEST(a_deputy_has_what_the_other_has)
{
    const char *security = fresh("security"), *deputy = new_staff("HN-CS-001", "handler", NULL);
    newcomer_add(security, "HN-CS-001", "security_admin");
    const char *token = token_of(security, "demo-2026");
    const struct reply *reply = client_post(
        "supervisor1", 0, body("{'deputy': '%s', 'until': '%s'}", deputy, time_text(3600)),
        "/v1/deputies");
    EXPECT_STATUS(reply, 201);
    EXPECT_PROBLEM(administer_as(token, "POST", path_of(deputy, "/password"), 0,
                                 body("{'password': '%s'}", A_PASSWORD)),
                   403, "forbidden");
    EXPECT_STATUS(
        client_call(&(struct call){.method = "DELETE",
                                   .path = client_text("/v1/deputies/%s", reply_text(reply, "id")),
                                   .as = "supervisor1"}),
        204);
    EXPECT_STATUS(administer_as(token, "POST", path_of(deputy, "/password"), 0,
                                body("{'password': '%s'}", A_PASSWORD)),
                  204);
}
END_TEST

/* --- passwords ---------------------------------------------------------------------------------- */

/* Whatever a session is for, until the password is changed. */
START_TEST(a_password_of_somebody_elses_is_changed_first)
{
    const char *login = new_staff("HN-CS-001", "handler", A_PASSWORD);
    const struct reply *reply = client_post(
        NULL, 0, body("{'login': '%s', 'password': '%s'}", login, A_PASSWORD), "/v1/sessions");
    EXPECT_STATUS(reply, 201);
    ck_assert(reply_boolean(reply, "staff.password_temporary"));
    const char *token = reply_text(reply, "token");
    static const char *const paths[] = {"/v1/complaints", "/v1/complaints/TS20010101000001",
                                        "/v1/vocabulary", "/v1/sessions",
                                        "/v1/board",      "/v1/events?after=0",
                                        "/v1/deputies"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        EXPECT_PROBLEM(client_call(&(struct call){.path = paths[i], .token = token}), 403,
                       "password-temporary");
    EXPECT_PROBLEM(client_call(&(struct call){
                       .path = "/v1/complaints", .token = token, .json = matter_minimal()}),
                   403, "password-temporary");
    EXPECT_STATUS(who_am_i(token), 200);
    take_own_password(token);
    EXPECT_STATUS(client_call(&(struct call){.path = "/v1/complaints", .token = token}), 200);
    ck_assert(!reply_boolean(who_am_i(token), "staff.password_temporary"));
    /* What was shown before is known to be old. */
    reply = client_call(&(struct call){
        .path = path_of(login, ""), .as = "admin", .headers = {"If-None-Match: \"1\""}});
    EXPECT_STATUS(reply, 200);
    ck_assert(!reply_boolean(reply, "password_temporary"));
    reply = administer("PATCH", path_of(login, ""), 1, body("{'name': 'x'}"));
    EXPECT_PROBLEM(reply, 412, "stale-version");
    ck_assert_str_eq(reply_text(reply, "changed_by"), login);
}
END_TEST

static void set_password_age(const char *login, const char *age)
{
    database_run("UPDATE staff SET password_set_at = now() - interval '%s' WHERE login = '%s'", age,
                 login);
}

/* Then it is like a wrong one. */
START_TEST(a_temporary_password_is_good_for_a_week)
{
    const char *login = new_staff("HN-CS-001", "handler", A_PASSWORD);
    set_password_age(login, "7 days");
    EXPECT_PROBLEM(client_post(NULL, 0,
                               body("{'login': '%s', 'password': '%s'}", login, A_PASSWORD),
                               "/v1/sessions"),
                   401, "sign-in-failed");
    set_password_age(login, "167 hours");
    const char *token = token_of(login, A_PASSWORD);
    take_own_password(token);
    set_password_age(login, "1 year"); /* of their own it is good for longer */
    (void)token_of(login, A_PASSWORD "-2");
    EXPECT_STATUS(do_to(login, "/password", 0, body("{'password': '%s-3'}", A_PASSWORD)), 204);
    (void)token_of(login, A_PASSWORD "-3");
}
END_TEST

START_TEST(a_new_password_ends_sessions)
{
    const char *login = new_staff("HN-CS-001", "handler", A_PASSWORD);
    const char *token = token_of(login, A_PASSWORD);
    EXPECT_STATUS(who_am_i(token), 200);
    EXPECT_ERROR(do_to(login, "/password", 0, body("{'password': 'x'}")), "/password", "too_short");
    EXPECT_STATUS(do_to(login, "/password", 0, body("{'password': '%s-3'}", A_PASSWORD)), 204);
    EXPECT_PROBLEM(who_am_i(token), 401, "unauthenticated");
    expect_audited(login, "\"change\":\"temporary password\"");
    token = token_of(login, A_PASSWORD "-3");
    EXPECT_STATUS(administer("DELETE", path_of(login, "/password"), 0, NULL), 204);
    EXPECT_PROBLEM(who_am_i(token), 401, "unauthenticated");
    expect_audited(login, "\"change\":\"password removed\"");
    EXPECT_PROBLEM(client_post(NULL, 0,
                               body("{'login': '%s', 'password': '%s-3'}", login, A_PASSWORD),
                               "/v1/sessions"),
                   401, "sign-in-failed");
    ck_assert(!reply_boolean(get(login), "password_temporary"));
}
END_TEST

Suite *staff_suite(void);
Suite *staff_suite(void)
{
    Suite *suite = suite_create("staff");
    TCase *tests = tcase_create("staff");
    tcase_set_timeout(tests, 60);
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_add_test(tests, somebody_is_added_and_found);
    tcase_add_test(tests, what_somebody_is_added_with);
    tcase_add_loop_test(tests, what_every_change_takes, 0, CHANGES);
    tcase_add_test(tests, a_repeated_change_is_made_once);
    tcase_add_test(tests, name_unit_and_contact_are_changed);
    tcase_add_test(tests, who_was_disabled_has_access_again);
    tcase_add_test(tests, roles_are_granted_and_revoked);
    tcase_add_test(tests, nobody_has_more_than_32_roles);
    tcase_add_test(tests, nobody_reaches_beyond_themselves);
    tcase_add_test(tests, a_deputy_has_what_the_other_has);
    tcase_add_test(tests, a_password_of_somebody_elses_is_changed_first);
    tcase_add_test(tests, a_temporary_password_is_good_for_a_week);
    tcase_add_test(tests, a_new_password_ends_sessions);
    suite_add_tcase(suite, tests);
    return suite;
}
