/* What is recorded beside complaints: sign-ins, denied actions, new rules. */
#include <string.h>
#include <unistd.h>

#include "tests/http/client.h"
#include "tests/http/database.h"
#include "tests/http/matter.h"

Suite *audit_suite(void);

/* The bytes of the entry that a request left; waits for the duty that writes denials. */
static const char *recorded(const char *request_id)
{
    for (int i = 0; i < 100; i++) {
        if (database_number("SELECT count(*) FROM audit WHERE bytes::json->>'request_id' = '%s'",
                            request_id) > 0)
            break;
        usleep(50000);
    }
    return database_text("SELECT bytes FROM audit WHERE bytes::json->>'request_id' = '%s'",
                         request_id);
}

static const char *member(const char *bytes, const char *name)
{
    json_auto_t *root = json_loads(bytes, 0, NULL);
    ck_assert_msg(root != NULL, "%s", bytes);
    const char *value = json_string_value(json_object_get(root, name));
    return client_text("%s", value ? value : "");
}

/* A further fact of the entry that a request left. */
static const char *detail(const char *request_id, const char *name)
{
    (void)recorded(request_id);
    return database_text("SELECT bytes::json->'detail'->>'%s' FROM audit "
                         "WHERE bytes::json->>'request_id' = '%s'",
                         name, request_id);
}

static const struct reply *sign_in(const char *login, const char *password, const char *request_id)
{
    return client_call(
        &(struct call){.path = "/v1/sessions",
                       .json = json_pack("{s:s, s:s}", "login", login, "password", password),
                       .headers = {client_text("X-Request-Id: %s", request_id)}});
}

START_TEST(sign_ins_and_sign_outs_are_recorded)
{
    const struct reply *reply = sign_in("agent1", "demo-2026", "audit-in");
    EXPECT_STATUS(reply, 201);
    const char *bytes = recorded("audit-in");
    ck_assert_str_eq(member(bytes, "action"), "sign_in");
    ck_assert_str_eq(member(bytes, "actor"), "agent1");
    ck_assert_str_eq(member(bytes, "address"), "127.0.0.1");
    ck_assert_ptr_nonnull(strstr(bytes, "\"success\":true"));
    ck_assert_ptr_null(strstr(bytes, reply_text(reply, "token")));

    const struct reply *out = client_call(&(struct call){.method = "DELETE",
                                                         .path = "/v1/sessions/current",
                                                         .token = reply_text(reply, "token"),
                                                         .headers = {"X-Request-Id: audit-out"}});
    EXPECT_STATUS(out, 204);
    ck_assert_str_eq(member(recorded("audit-out"), "action"), "sign_out");
    ck_assert_str_eq(member(recorded("audit-out"), "actor"), "agent1");
}
END_TEST

/* Whose login it is if there is one; not what was typed otherwise, which may be a password. */
START_TEST(failed_sign_ins_are_recorded)
{
    EXPECT_PROBLEM(sign_in("agent1", "wrong-secret", "audit-wrong"), 401, "sign-in-failed");
    EXPECT_PROBLEM(sign_in("typed-secret", "demo-2026", "audit-nobody"), 401, "sign-in-failed");
    const char *wrong = recorded("audit-wrong"), *nobody = recorded("audit-nobody");
    ck_assert_str_eq(member(wrong, "action"), "sign_in");
    ck_assert_str_eq(member(wrong, "actor"), "agent1");
    ck_assert_ptr_nonnull(strstr(wrong, "\"success\":false"));
    ck_assert_ptr_null(strstr(wrong, "secret"));
    ck_assert_ptr_nonnull(strstr(nobody, "\"actor\":null"));
    ck_assert_ptr_nonnull(strstr(nobody, "\"success\":false"));
    ck_assert_ptr_null(strstr(nobody, "secret"));
}
END_TEST

/* As whoever found an open session would try them. */
START_TEST(wrong_present_passwords_are_recorded)
{
    EXPECT_PROBLEM(
        client_call(&(struct call){
            .path = "/v1/password",
            .as = "agent2",
            .json = json_pack("{s:s, s:s}", "present", "wrong-secret", "new", "chosen-secret-42"),
            .headers = {"X-Request-Id: audit-password"}}),
        422, "invalid-input");
    const char *bytes = recorded("audit-password");
    ck_assert_str_eq(member(bytes, "action"), "staff_changed");
    ck_assert_str_eq(member(bytes, "actor"), "agent2");
    ck_assert_str_eq(member(bytes, "subject"), "agent2");
    ck_assert_ptr_nonnull(strstr(bytes, "\"detail\":{\"change\":\"password\"}"));
    ck_assert_ptr_nonnull(strstr(bytes, "\"success\":false"));
    ck_assert_ptr_null(strstr(bytes, "secret"));
}
END_TEST

START_TEST(denied_actions_are_recorded)
{
    const struct matter matter = matter_new("agent1", NULL);
    const struct reply *reply =
        client_call(&(struct call){.path = client_text("/v1/complaints/%s/advance", matter.number),
                                   .as = "auditor1",
                                   .version = 1,
                                   .json = json_pack("{s:s}", "owner", "handler1"),
                                   .headers = {"X-Request-Id: audit-denied"}});
    EXPECT_STATUS(reply, 403);
    const char *bytes = recorded("audit-denied");
    ck_assert_str_eq(member(bytes, "action"), "denied");
    ck_assert_str_eq(member(bytes, "actor"), "auditor1");
    ck_assert_str_eq(member(bytes, "subject"), matter.number);
    ck_assert_ptr_nonnull(strstr(bytes, "\"operation\":\"complaint_advance\""));
    ck_assert_ptr_nonnull(strstr(bytes, "\"success\":false"));
}
END_TEST

/* Who asked, and for whom. */
START_TEST(denied_deputies_are_recorded_with_the_person_they_named)
{
    const struct reply *reply = client_call(
        &(struct call){.path = "/v1/complaints",
                       .as = "agent1",
                       .headers = {"X-Request-Id: audit-deputy", "On-Behalf-Of: handler1"}});
    EXPECT_PROBLEM(reply, 403, "on-behalf-refused");
    const char *bytes = recorded("audit-deputy");
    ck_assert_str_eq(member(bytes, "actor"), "agent1");
    ck_assert_str_eq(member(bytes, "on_behalf_of"), "handler1");
}
END_TEST

static const struct reply *administer(const char *method, const char *path, json_t *json,
                                      const char *request_id)
{
    return client_call(&(struct call){.method = method,
                                      .path = path,
                                      .as = "admin",
                                      .json = json,
                                      .headers = {client_text("X-Request-Id: %s", request_id)}});
}

/* Programs and their tokens, which are given to them, are somebody's doing. */
START_TEST(changes_of_access_are_recorded)
{
    const char *login = client_text("audited-%ld", (long)getpid());
    const struct reply *client =
        administer("POST", "/v1/clients",
                   json_pack("{s:s, s:s, s:s, s:[{s:s, s:s}]}", "login", login, "name", "系统",
                             "unit", "HN-CS-001", "roles", "role", "intake", "unit", "HN-CS-001"),
                   "audit-client");
    EXPECT_STATUS(client, 201);
    const char *path = client_text("/v1/clients/%s", reply_text(client, "id"));
    const char *tokens = client_text("%s/tokens", path);
    const struct reply *token = administer(
        "POST", tokens, json_pack("{s:[s,s]}", "scopes", "read", "write"), "audit-token");
    EXPECT_STATUS(token, 201);
    const char *one = client_text("%s/%s", tokens, reply_text(token, "id"));
    EXPECT_STATUS(administer("DELETE", one, NULL, "audit-revoke"), 204);
    EXPECT_STATUS(administer("DELETE", path, NULL, "audit-disable"), 204);

    static const char *const events[][2] = {{"audit-client", "staff_added"},
                                            {"audit-token", "token_issued"},
                                            {"audit-revoke", "token_revoked"},
                                            {"audit-disable", "staff_changed"}};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        const char *bytes = recorded(events[i][0]);
        ck_assert_str_eq(member(bytes, "action"), events[i][1]);
        ck_assert_str_eq(member(bytes, "actor"), "admin");
        ck_assert_str_eq(member(bytes, "subject"), login);
        ck_assert_ptr_null(strstr(bytes, reply_text(token, "token")));
    }
    ck_assert_str_eq(detail("audit-client", "roles"), "intake:HN-CS-001");
    ck_assert_str_eq(detail("audit-token", "scopes"), "read, write");
    ck_assert_str_eq(detail("audit-token", "id"), reply_text(token, "id"));
    ck_assert_str_eq(detail("audit-revoke", "id"), reply_text(token, "id"));
    ck_assert_int_eq(database_number("SELECT count(*) FROM token WHERE id = '%s' "
                                     "AND expires_at = '%s'",
                                     reply_text(token, "id"), detail("audit-token", "expires_at")),
                     1);
}
END_TEST

START_TEST(for_how_long_somebody_acts_for_another_is_recorded)
{
    const char *until = time_text(3600);
    const struct reply *reply = client_call(&(struct call){
        .path = "/v1/deputies",
        .as = "agent1",
        .json = body("{'deputy': 'agent2', 'from': '%s', 'until': '%s'}", time_text(0), until),
        .headers = {"X-Request-Id: audit-appointed"}});
    EXPECT_STATUS(reply, 201);
    EXPECT_STATUS(
        client_call(&(struct call){.method = "DELETE",
                                   .path = client_text("/v1/deputies/%s", reply_text(reply, "id")),
                                   .as = "agent1",
                                   .headers = {"X-Request-Id: audit-appointed-ended"}}),
        204);
    static const char *const ids[] = {"audit-appointed", "audit-appointed-ended"};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_str_eq(detail(ids[i], "deputy"), "agent2");
        ck_assert_int_eq(database_number("SELECT ('%s'::timestamptz = '%s')::int",
                                         detail(ids[i], "until"), until),
                         1);
        ck_assert_int_eq(database_number("SELECT ('%s'::timestamptz = '%s')::int",
                                         detail(ids[i], "from"), reply_text(reply, "from")),
                         1);
    }
}
END_TEST

static const struct reply *post_as(const char *as, const char *path, int64_t version, json_t *json,
                                   const char *request_id)
{
    return client_call(&(struct call){.path = path,
                                      .as = as,
                                      .version = version,
                                      .json = json,
                                      .headers = {client_text("X-Request-Id: %s", request_id)}});
}

/* What was shown is named, never written; what waits for a second person shows nothing yet. */
START_TEST(what_is_shown_as_written_is_recorded)
{
    struct matter matter =
        matter_new("agent1", body("{'complainant': {'name': '慕容晓', 'phone': '13977776666'}}"));
    const char *path = client_text("/v1/complaints/%s/unmask", matter.number);
    EXPECT_STATUS(post_as("agent1", path, 1,
                          json_pack("{s:[s,s], s:s}", "fields", "name", "phone", "purpose", "回电"),
                          "audit-shown"),
                  201);
    const char *bytes = recorded("audit-shown");
    ck_assert_str_eq(member(bytes, "action"), "unmasked");
    ck_assert_str_eq(member(bytes, "actor"), "agent1");
    ck_assert_str_eq(member(bytes, "subject"), matter.number);
    ck_assert_ptr_nonnull(strstr(bytes, "\"detail\":{\"fields\":\"name, phone\"}"));
    ck_assert_ptr_nonnull(strstr(bytes, "\"success\":true"));
    ck_assert_ptr_null(strstr(bytes, "13977776666"));

    EXPECT_STATUS(post_as("agent1", path, 2,
                          json_pack("{s:[s], s:s}", "fields", "narrative", "purpose", "核实"),
                          "audit-asked"),
                  201);
    EXPECT_STATUS(
        post_as("supervisor1", client_text("%s/approve", path), 3, json_object(), "audit-approved"),
        200);
    EXPECT_STATUS(post_as("agent1", client_text("%s/read", path), 4, json_object(), "audit-read"),
                  201);
    bytes = recorded("audit-read");
    ck_assert_ptr_nonnull(strstr(bytes, "\"detail\":{\"fields\":\"narrative\"}"));
    ck_assert_int_eq(database_number("SELECT count(*) FROM audit WHERE action = 'unmasked' "
                                     "AND bytes::json->>'subject' = '%s'",
                                     matter.number),
                     2);
}
END_TEST

/* With what kind of value somebody searched, never with which. */
START_TEST(searches_by_contact_data_are_recorded)
{
    struct matter matter =
        matter_new("agent1", body("{'complainant': {'name': '慕容晓', 'phone': '13977776661'}}"));
    const struct reply *reply = post_as("agent1", "/v1/complaints/search-by-contact", 0,
                                        json_pack("{s:s}", "phone", "13977776661"), "audit-search");
    EXPECT_STATUS(reply, 200);
    ck_assert_ptr_nonnull(strstr(reply->body, matter.number));
    const char *bytes = recorded("audit-search");
    ck_assert_str_eq(member(bytes, "action"), "contact_searched");
    ck_assert_str_eq(member(bytes, "actor"), "agent1");
    ck_assert_ptr_nonnull(strstr(bytes, "\"kind\":\"phone\""));
    ck_assert_ptr_null(strstr(bytes, "13977776661"));
}
END_TEST

Suite *audit_suite(void)
{
    Suite *suite = suite_create("audit");
    TCase *tcase = tcase_create("audit");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_test(tcase, sign_ins_and_sign_outs_are_recorded);
    tcase_add_test(tcase, failed_sign_ins_are_recorded);
    tcase_add_test(tcase, wrong_present_passwords_are_recorded);
    tcase_add_test(tcase, denied_actions_are_recorded);
    tcase_add_test(tcase, denied_deputies_are_recorded_with_the_person_they_named);
    tcase_add_test(tcase, changes_of_access_are_recorded);
    tcase_add_test(tcase, for_how_long_somebody_acts_for_another_is_recorded);
    tcase_add_test(tcase, what_is_shown_as_written_is_recorded);
    tcase_add_test(tcase, searches_by_contact_data_are_recorded);
    suite_add_tcase(suite, tcase);
    return suite;
}
