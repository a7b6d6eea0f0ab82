/* Programs that call: added by security administrators over their units, with tokens of limited
 * scopes, acting for themselves or on behalf of people. */
#include <string.h>
#include <unistd.h>

#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/program.h"

#define CLIENTS "/v1/clients"

/* A login that no other test has used. */
static const char *fresh_login(void)
{
    static int count;
    return client_text("client-%d-%d", (int)getpid(), count++);
}

static json_t *input_of(const char *login, const char *unit, const char *role)
{
    return body("{'login': '%s', 'name': '热线系统', 'unit': '%s', "
                "'roles': [{'role': '%s', 'unit': '%s'}]}",
                login, unit, role, unit);
}

/* The id of a new client with one role. */
static const char *client_with(const char *unit, const char *role)
{
    const struct reply *reply =
        client_post("admin", 0, input_of(fresh_login(), unit, role), CLIENTS);
    EXPECT_STATUS(reply, 201);
    ck_assert_str_eq(reply_header(reply, "location"),
                     client_text(CLIENTS "/%s", reply_text(reply, "id")));
    return reply_text(reply, "id");
}

static const char *login_of(const char *id)
{
    return reply_text(client_get("admin", CLIENTS "/%s", id), "login");
}

static const struct reply *issue(const char *id, const char *scopes)
{
    return client_post("admin", 0, body("{'scopes': [%s]}", scopes), CLIENTS "/%s/tokens", id);
}

static const char *token_for(const char *id, const char *scopes)
{
    const struct reply *reply = issue(id, scopes);
    EXPECT_STATUS(reply, 201);
    return reply_text(reply, "token");
}

#define EVERY_SCOPE "'read', 'write', 'administer'"

static const struct reply *get_with(const char *token, const char *path, const char *header)
{
    return client_call(&(struct call){.path = path, .token = token, .headers = {header}});
}

static const struct reply *receive_with(const char *token, json_t *input, const char *header,
                                        const char *key)
{
    return client_call(&(struct call){.path = "/v1/complaints",
                                      .token = token,
                                      .json = input,
                                      .idempotency_key = key,
                                      .headers = {header}});
}

static const struct reply *delete (const char *as, const char *path)
{
    return client_call(&(struct call){.method = "DELETE", .path = path, .as = as});
}

/* A security administrator of one unit below the demo's own, with a token. */
static const char *administrator_of(const char *unit)
{
    const char *id = client_with(unit, "security_admin");
    return token_for(id, "'administer'");
}

/* --- administration ----------------------------------------------------------------------------- */

START_TEST(a_client_is_added_listed_and_disabled)
{
    const char *id = client_with("HN-CS-001", "intake");
    const char *token = token_for(id, "'read'");
    const char *path = client_text(CLIENTS "/%s", id);
    const struct reply *reply = client_get("admin", "%s", path);
    EXPECT_STATUS(reply, 200);
    ck_assert(reply_boolean(reply, "active"));
    ck_assert_str_eq(reply_text(reply, "roles.0.role"), "intake");
    ck_assert_str_eq(reply_text(reply, "roles.0.unit"), "HN-CS-001");
    EXPECT_STATUS(get_with(token, "/v1/complaints?limit=1", NULL), 200);

    EXPECT_STATUS(delete ("admin", path), 204);
    EXPECT_STATUS(delete ("admin", path), 204);
    EXPECT_PROBLEM(get_with(token, "/v1/complaints?limit=1", NULL), 401, "unauthenticated");
    ck_assert(!reply_boolean(client_get("admin", "%s", path), "active"));
    EXPECT_PROBLEM(issue(id, "'read'"), 409, "client-disabled");
}
END_TEST

START_TEST(clients_are_listed_in_pages)
{
    int seen = 0;
    for (int i = 0; i < 3; i++)
        (void)client_with("HN-CS-002", "intake");
    const char *cursor = "";
    while (cursor) {
        const struct reply *reply = client_get("admin", CLIENTS "?limit=2&count=exact%s", cursor);
        EXPECT_STATUS(reply, 200);
        seen += (int)json_array_size(reply_at(reply, "items"));
        ck_assert_int_eq(reply_integer(reply, "total"),
                         database_number("SELECT count(*) FROM client"));
        ck_assert_int_eq(reply_is_null(reply, "next"), reply_header(reply, "link") == NULL);
        cursor = reply_is_null(reply, "next")
                     ? NULL
                     : client_text("&cursor=%s", reply_text(reply, "next"));
    }
    ck_assert_int_eq(seen, database_number("SELECT count(*) FROM client"));
}
END_TEST

START_TEST(what_a_client_is_added_with)
{
    const struct reply *reply =
        client_post("admin", 0,
                    body("{'login': 'a b', 'name': '系统', 'unit': 'XX', 'roles': "
                         "[{'role': 'intake', 'unit': 'HN'}, {'role': 'intake', 'unit': 'YY'}]}"),
                    CLIENTS);
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/login", "not_a_login");
    EXPECT_ERROR(reply, "/unit", "unknown_unit");
    EXPECT_ERROR(reply, "/roles/1/unit", "unknown_unit");
    EXPECT_PROBLEM(client_post("admin", 0, input_of("agent1", "HN", "intake"), CLIENTS), 409,
                   "login-taken");
    EXPECT_PROBLEM(client_post("admin", 0, body("{'login': 'x'}"), CLIENTS), 422, "invalid-input");
    const char *id = client_with("HN", "intake");
    EXPECT_PROBLEM(issue(id, ""), 422, "invalid-input");
    EXPECT_PROBLEM(issue(id, "'everything'"), 422, "invalid-input");
    EXPECT_PROBLEM(client_post("admin", 0, body("{'scopes': ['read'], 'days': 3651}"),
                               CLIENTS "/%s/tokens", id),
                   422, "invalid-input");
}
END_TEST

START_TEST(nobody_grants_what_reaches_beyond_their_units)
{
    const char *token = administrator_of("HN-CS-001");
    const char *wide = client_with("HN-CS-001", "security_admin");
    const char *above = client_with("HN", "intake");
    database_run("INSERT INTO staff_grant SELECT '%s', 'auditor', id FROM unit WHERE code = 'HN'",
                 wide);
    EXPECT_PROBLEM(client_call(&(struct call){.path = CLIENTS,
                                              .token = token,
                                              .json = input_of(fresh_login(), "HN", "intake")}),
                   403, "forbidden");
    EXPECT_PROBLEM(client_call(&(struct call){
                       .path = CLIENTS,
                       .token = token,
                       .json = body("{'login': '%s', 'name': 'x', 'unit': 'HN-CS-001', 'roles': "
                                    "[{'role': 'intake', 'unit': 'HN-CS-002'}]}",
                                    fresh_login())}),
                   403, "forbidden");
    EXPECT_STATUS(
        client_call(&(struct call){.path = CLIENTS,
                                   .token = token,
                                   .json = input_of(fresh_login(), "HN-CS-001", "intake")}),
        201);
    EXPECT_PROBLEM(get_with(token, client_text(CLIENTS "/%s", above), NULL), 404, "not-found");
    /* It belongs to the unit, but got a role above it: no token is issued for that. The snapshot
     * follows what was written beside the server. */
    for (int i = 0; i < 100 * program_patience(); i++) {
        const struct reply *seen = get_with(token, client_text(CLIENTS "/%s", wide), NULL);
        if (json_array_size(reply_at(seen, "roles")) == 2)
            break;
        usleep(50000);
    }
    EXPECT_PROBLEM(client_call(&(struct call){.path = client_text(CLIENTS "/%s/tokens", wide),
                                              .token = token,
                                              .json = body("{'scopes': ['read']}")}),
                   403, "forbidden");
}
END_TEST

/* Else a token that was to end would have no end, nor a program that was to read. */
START_TEST(a_program_gives_itself_nothing)
{
    const char *id = client_with("HN-CS-001", "security_admin");
    const char *other = client_with("HN-CS-001", "intake");
    const char *token = token_for(id, "'administer'");
    struct call call = {.path = client_text(CLIENTS "/%s/tokens", id),
                        .token = token,
                        .body = "{\"scopes\": [\"read\"]}"};
    EXPECT_PROBLEM(client_call(&call), 403, "forbidden");
    EXPECT_PROBLEM(client_call(&(struct call){
                       .method = "DELETE", .path = client_text(CLIENTS "/%s", id), .token = token}),
                   403, "forbidden");
    call.path = client_text(CLIENTS "/%s/tokens", other);
    EXPECT_STATUS(client_call(&call), 201);
}
END_TEST

/* Whoever looks after the unit sees what was done there, whoever did it. */
START_TEST(what_happens_to_a_client_is_its_units)
{
    const char *id = client_with("HN-CS-001", "intake"), *login = login_of(id);
    const struct reply *issued = issue(id, "'read'");
    EXPECT_STATUS(issued, 201);
    EXPECT_STATUS(
        delete ("admin", client_text(CLIENTS "/%s/tokens/%s", id, reply_text(issued, "id"))), 204);
    for (int i = 0; i < 2; i++)
        EXPECT_STATUS(delete ("admin", client_text(CLIENTS "/%s", id)), 204);
    ck_assert_str_eq(
        database_text("SELECT string_agg(action || ' ' || code, ', ' ORDER BY a.id) FROM audit a "
                      "JOIN unit u ON u.id = a.unit_id WHERE bytes::json ->> 'subject' = '%s'",
                      login),
        "staff_added HN-CS-001, token_issued HN-CS-001, token_revoked HN-CS-001, "
        "staff_changed HN-CS-001");
}
END_TEST

START_TEST(a_client_is_added_once)
{
    const char *login = fresh_login();
    struct call call = {.path = CLIENTS,
                        .as = "admin",
                        .idempotency_key = login,
                        .body = body_text(input_of(login, "HN", "intake"))};
    const struct reply *first = client_call(&call), *again = client_call(&call);
    EXPECT_STATUS(first, 201);
    EXPECT_STATUS(again, 201);
    ck_assert(json_equal(first->json, again->json));
    ck_assert_str_eq(reply_header(first, "location"), reply_header(again, "location"));
    ck_assert(
        json_equal(first->json, client_get("admin", CLIENTS "/%s", reply_text(first, "id"))->json));
    call.body = body_text(input_of(login, "HN", "handler"));
    EXPECT_PROBLEM(client_call(&call), 422, "idempotency-key-reused");
}
END_TEST

START_TEST(tokens_are_listed_used_and_revoked)
{
    const char *id = client_with("HN", "intake");
    const struct reply *issued = issue(id, "'read', 'write'");
    const char *token = reply_text(issued, "token"), *name = reply_text(issued, "id");
    const char *list = client_text(CLIENTS "/%s/tokens", id);
    const char *path = client_text(CLIENTS "/%s/tokens/%s", id, name);
    EXPECT_STATUS(issued, 201);
    const struct reply *reply = client_get("admin", "%s", list);
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "items.0.id"), name);
    ck_assert(reply_lists(reply, "items.0.scopes", "write"));
    ck_assert(!reply_lists(reply, "items.0.scopes", "administer"));
    ck_assert_str_eq(reply_text(reply, "items.0.issued_by"), "admin");
    ck_assert(reply_is_null(reply, "items.0.last_used_at"));
    ck_assert_ptr_null(strstr(reply->body, token));

    EXPECT_STATUS(get_with(token, "/v1/complaints?limit=1", NULL), 200);
    for (int i = 0; i < 200 * program_patience() && reply_is_null(reply, "items.0.last_used_at");
         i++) {
        usleep(100000);
        reply = client_get("admin", "%s", list);
    }
    ck_assert(!reply_is_null(reply, "items.0.last_used_at"));

    EXPECT_STATUS(delete ("admin", path), 204);
    EXPECT_PROBLEM(delete ("admin", path), 404, "not-found");
    EXPECT_PROBLEM(get_with(token, "/v1/complaints?limit=1", NULL), 401, "unauthenticated");
    ck_assert_uint_eq(json_array_size(reply_at(client_get("admin", "%s", list), "items")), 0);
    EXPECT_PROBLEM(delete ("admin", client_text(CLIENTS "/%s/tokens/x", id)), 404, "not-found");
}
END_TEST

/* --- what a token is good for -------------------------------------------------------------------- */

START_TEST(a_token_does_no_more_than_its_scopes)
{
    const char *id = client_with("HN-CS-001", "handler");
    const char *reading = token_for(id, "'read'"), *writing = token_for(id, "'write'");
    struct matter matter = matter_new("agent1", NULL);
    const char *path = client_text("/v1/complaints/%s", matter.id);
    const char *notes = client_text("%s/notes", path);

    const struct reply *reply = get_with(reading, path, NULL);
    EXPECT_STATUS(reply, 200);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "allowed_actions")), 0);
    EXPECT_PROBLEM(
        client_call(&(struct call){
            .path = notes, .token = reading, .version = 1, .json = body("{'text': '备注'}")}),
        403, "token-scope");
    EXPECT_PROBLEM(get_with(writing, path, NULL), 403, "token-scope");
    EXPECT_PROBLEM(get_with(writing, "/v1/board", NULL), 403, "token-scope");
    EXPECT_STATUS(
        client_call(&(struct call){
            .path = notes, .token = writing, .version = 1, .json = body("{'text': '备注'}")}),
        201);
    EXPECT_PROBLEM(get_with(reading, CLIENTS, NULL), 403, "token-scope");
}
END_TEST

START_TEST(a_client_receives_in_its_own_name_and_owns_nothing)
{
    const char *id = client_with("HN-CS-001", "intake");
    const char *token = token_for(id, EVERY_SCOPE), *login = login_of(id);
    const struct reply *reply = receive_with(token, matter_minimal(), NULL, NULL);
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/owner", "not_eligible");
    json_t *input = matter_minimal();
    json_object_set_new(input, "owner", json_string(login));
    EXPECT_ERROR(receive_with(token, input, NULL, NULL), "/owner", "unknown_staff");

    input = matter_minimal();
    json_object_set_new(input, "owner", json_string("handler1"));
    reply = receive_with(token, input, NULL, NULL);
    EXPECT_STATUS(reply, 201);
    reply = client_get("auditor1", "/v1/complaints/%s/journal", reply_text(reply, "id"));
    ck_assert_str_eq(reply_text(reply, "items.0.actor"), login);
    ck_assert_str_eq(reply_text(reply, "items.0.client"), login);
    ck_assert(reply_is_null(reply, "items.0.on_behalf_of"));
}
END_TEST

/* Even if a password was set beside the server. */
START_TEST(a_client_does_not_sign_in)
{
    const char *id = client_with("HN", "intake");
    database_run("UPDATE staff SET password_hash = (SELECT password_hash FROM staff "
                 "WHERE login = 'agent1') WHERE id = '%s'",
                 id);
    EXPECT_PROBLEM(client_post(NULL, 0,
                               body("{'login': '%s', 'password': 'demo-2026'}", login_of(id)),
                               "/v1/sessions"),
                   401, "sign-in-failed");
}
END_TEST

/* --- on behalf of people ------------------------------------------------------------------------- */

#define FOR(login) "On-Behalf-Of: " login

START_TEST(a_client_acts_for_a_person_and_both_are_journalled)
{
    const char *id = client_with("HN-CS-001", "handler");
    const char *token = token_for(id, EVERY_SCOPE);
    const struct reply *reply = receive_with(token, matter_minimal(), FOR("agent1"), NULL);
    EXPECT_STATUS(reply, 201);
    ck_assert_str_eq(reply_text(reply, "owner.login"), "agent1");
    ck_assert(reply_lists(reply, "allowed_actions", "advance"));
    const char *path = client_text("/v1/complaints/%s", reply_text(reply, "id"));
    EXPECT_STATUS(client_call(&(struct call){.path = client_text("%s/advance", path),
                                             .token = token,
                                             .version = 1,
                                             .json = body("{'owner': 'handler1'}"),
                                             .headers = {FOR("agent1")}}),
                  200);
    EXPECT_PROBLEM(client_call(&(struct call){.path = client_text("%s/findings", path),
                                              .token = token,
                                              .version = 2,
                                              .json = body_findings(),
                                              .headers = {FOR("agent1")}}),
                   403, "not-owner");
    reply = client_get("auditor1", "%s/journal", path);
    for (int i = 0; i < 2; i++) {
        ck_assert_str_eq(reply_text(reply, client_text("items.%d.actor", i)), login_of(id));
        ck_assert_str_eq(reply_text(reply, client_text("items.%d.client", i)), login_of(id));
        ck_assert_str_eq(reply_text(reply, client_text("items.%d.on_behalf_of", i)), "agent1");
    }
    reply = get_with(token, "/v1/sessions/current", FOR("agent1"));
    ck_assert_str_eq(reply_text(reply, "staff.login"), "agent1");
    ck_assert(journals_are_sound());
}
END_TEST

/* Whoever holds its token names whom they like. */
START_TEST(a_program_is_no_second_person)
{
    const char *token = token_for(client_with("HN", "supervisor"), EVERY_SCOPE);
    struct matter matter = matter_new("agent1", NULL);
    const char *path = client_text("/v1/complaints/%s/void/approve", matter.id);
    const char *const callers[] = {FOR("supervisor1"), NULL};

    matter_must(&matter, "agent1", "void", body("{'reason': '重复登记'}"));
    for (size_t i = 0; i < 2; i++)
        EXPECT_PROBLEM(client_call(&(struct call){.path = path,
                                                  .token = token,
                                                  .version = matter.version,
                                                  .json = body("{}"),
                                                  .headers = {callers[i]}}),
                       403, "self-approval");
    matter_must(&matter, "supervisor1", "void/approve", body("{}"));
}
END_TEST

START_TEST(only_a_client_acts_for_others_and_only_for_people)
{
    const char *id = client_with("HN", "supervisor"), *other = client_with("HN", "supervisor");
    const char *token = token_for(id, EVERY_SCOPE);
    const char *left = fresh_login();
    database_run("INSERT INTO staff (id, login, name, unit_id, active) "
                 "SELECT gen_random_uuid(), '%s', 'n', id, false FROM unit WHERE code = 'HN'",
                 left);
    const char *const refused[] = {FOR("nobody-here"), FOR(""), client_text(FOR("%s"), left),
                                   client_text(FOR("%s"), login_of(other))};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        if (strcmp(refused[i], FOR("")) != 0) /* curl leaves such a field out */
            EXPECT_PROBLEM(get_with(token, "/v1/complaints", refused[i]), 403, "on-behalf-refused");
    }
    EXPECT_PROBLEM(client_call(&(struct call){
                       .path = "/v1/complaints", .as = "supervisor1", .headers = {FOR("agent1")}}),
                   403, "on-behalf-refused");
    EXPECT_PROBLEM(receive_with(token, matter_minimal(), FOR("nobody-here"), NULL), 403,
                   "on-behalf-refused");
    EXPECT_PROBLEM(get_with(token, "/v1/board", FOR("nobody-here")), 403, "on-behalf-refused");
}
END_TEST

/* Neither brings more than the other has. */
START_TEST(the_rights_are_those_that_both_have)
{
    const char *intake = token_for(client_with("HN-CS-001", "intake"), EVERY_SCOPE);
    const char *auditor = token_for(client_with("HN", "auditor"), EVERY_SCOPE);
    const char *elsewhere = token_for(client_with("HN-CS-002", "handler"), EVERY_SCOPE);
    struct matter matter = matter_new("agent1", NULL);
    const char *path = client_text("/v1/complaints/%s", matter.id);
    const char *list = client_text("/v1/complaints?number=%s", matter.number);

    /* The owner's complaint lies beyond what the client reaches. */
    EXPECT_PROBLEM(get_with(elsewhere, path, FOR("agent1")), 404, "not-found");
    EXPECT_PROBLEM(get_with(elsewhere, list, FOR("agent1")), 403, "forbidden");
    EXPECT_PROBLEM(get_with(intake, path, FOR("agent2")), 404, "not-found");
    EXPECT_PROBLEM(get_with(intake, path, FOR("admin")), 404, "not-found");
    EXPECT_PROBLEM(get_with(intake, path, FOR("supervisor1")), 404, "not-found");
    EXPECT_PROBLEM(get_with(auditor, path, FOR("agent1")), 404, "not-found");
    EXPECT_STATUS(get_with(auditor, path, FOR("auditor1")), 200);
    /* A handler has what intake staff have. */
    EXPECT_STATUS(get_with(intake, path, FOR("handler1")), 200);
    const struct reply *reply = get_with(intake, list, FOR("agent1"));
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "items.0.number"), matter.number);
    ck_assert(reply_lists(reply, "items.0.allowed_actions", "advance"));
    ck_assert(!reply_lists(reply, "items.0.allowed_actions", "assign"));
}
END_TEST

/* Somebody to whom a complaint of another unit is offered sees it by name; through a client whose
 * units it is not in they do not, in no list either. */
START_TEST(through_a_client_only_its_units_count)
{
    const char *token = token_for(client_with("HN-CS-002", "handler"), EVERY_SCOPE);
    struct matter matter = matter_new("agent1", NULL);
    const char *path = client_text("/v1/complaints/%s", matter.id);
    const char *list = "/v1/complaints?pending_owner=agent2&limit=200";
    (void)matter_must(&matter, "agent1", "offer", body("{'to': 'agent2', 'reason': '转交'}"));
    EXPECT_STATUS(client_get("agent2", "%s", path), 200);
    ck_assert_ptr_nonnull(strstr(client_get("agent2", "%s", list)->body, matter.number));
    EXPECT_PROBLEM(get_with(token, path, FOR("agent2")), 404, "not-found");
    const struct reply *reply = get_with(token, list, FOR("agent2"));
    EXPECT_STATUS(reply, 200);
    ck_assert_ptr_null(strstr(reply->body, matter.number));
}
END_TEST

START_TEST(nothing_is_administered_on_behalf_of_others)
{
    const char *token = token_for(client_with("HN", "security_admin"), EVERY_SCOPE);
    EXPECT_STATUS(get_with(token, CLIENTS, NULL), 200);
    EXPECT_PROBLEM(get_with(token, CLIENTS, FOR("admin")), 403, "forbidden");
}
END_TEST

START_TEST(a_key_belongs_to_client_and_person_together)
{
    const char *token = token_for(client_with("HN-CS-001", "handler"), EVERY_SCOPE);
    const char *other = token_for(client_with("HN-CS-001", "handler"), EVERY_SCOPE);
    const char *key = fresh_login();
    json_t *input = matter_minimal();
    const char *text = body_text(input);
    const struct {
        const char *token, *as, *header;
    } callers[] = {{token, NULL, FOR("agent1")},
                   {token, NULL, FOR("handler1")},
                   {other, NULL, FOR("agent1")},
                   {NULL, "agent1", NULL}};
    const char *numbers[4];
    for (size_t i = 0; i < 4; i++)
        for (int twice = 0; twice < 2; twice++) {
            const struct reply *reply = client_call(&(struct call){.path = "/v1/complaints",
                                                                   .token = callers[i].token,
                                                                   .as = callers[i].as,
                                                                   .body = text,
                                                                   .idempotency_key = key,
                                                                   .headers = {callers[i].header}});
            EXPECT_STATUS(reply, 201);
            if (twice)
                ck_assert_str_eq(reply_text(reply, "number"), numbers[i]);
            numbers[i] = reply_text(reply, "number");
        }
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(numbers[i], numbers[j]);
}
END_TEST

/* A batch is received by the client for the person, each item of it. */
START_TEST(a_batch_is_received_on_behalf_of_a_person)
{
    const char *token = token_for(client_with("HN-CS-001", "intake"), EVERY_SCOPE);
    const struct reply *reply = client_call(
        &(struct call){.path = "/v1/complaints/batch",
                       .token = token,
                       .json = json_pack("{s:[{s:o}]}", "items", "complaint", matter_minimal()),
                       .headers = {FOR("agent1")}});
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "received"), 1);
    ck_assert_str_eq(reply_text(reply, "items.0.complaint.owner.login"), "agent1");
    const char *id = reply_text(reply, "items.0.complaint.id");
    reply = client_get("agent1", "/v1/complaints/%s/journal", id);
    ck_assert_str_eq(reply_text(reply, "items.0.on_behalf_of"), "agent1");
}
END_TEST

/* --- order of judgement -------------------------------------------------------------------------- */

static const char *path_to(int which, const char *id)
{
    static const char *const ends[] = {"", "/tokens"};
    return which < 2 ? client_text(CLIENTS "/%s%s", id, ends[which])
                     : client_text(CLIENTS "/%s/tokens/%s", id, id);
}

START_TEST(reading_and_ending)
{
    static const struct {
        const char *method;
        int which;
    } operations[] = {{"GET", 0}, {"DELETE", 0}, {"GET", 1}, {"DELETE", 2}};
    const char *method = operations[_i].method;
    const char *path = path_to(operations[_i].which, client_with("HN", "intake"));
    const char *absent = path_to(operations[_i].which, "01890000-0000-7000-8000-000000000000");
    const char *wrong = client_text("%s?x=1", path);
    EXPECT_PROBLEM(client_call(&(struct call){.method = method, .path = wrong}), 401,
                   "unauthenticated");
    EXPECT_PROBLEM(client_call(&(struct call){.method = method, .path = wrong, .as = "admin"}), 400,
                   "invalid-parameter");
    EXPECT_PROBLEM(client_call(&(struct call){.method = method, .path = path, .as = "supervisor1"}),
                   403, "forbidden");
    EXPECT_PROBLEM(client_call(&(struct call){.method = method, .path = absent, .as = "admin"}),
                   404, "not-found");
}
END_TEST

START_TEST(adding)
{
    const char *path =
        _i ? client_text(CLIENTS "/%s/tokens", client_with("HN", "intake")) : CLIENTS;
    static char large[16 * 1024 + 1];
    memset(large, ' ', sizeof large);
    EXPECT_PROBLEM(client_call(&(struct call){.path = path, .body = "{"}), 401, "unauthenticated");
    EXPECT_PROBLEM(client_call(&(struct call){.path = path, .body = "{", .as = "agent1"}), 400,
                   "bad-request");
    EXPECT_PROBLEM(client_call(&(struct call){
                       .path = path, .body = "{}", .as = "agent1", .content_type = "text/plain"}),
                   415, "unsupported-media-type");
    EXPECT_PROBLEM(client_call(&(struct call){.path = path, .body = "{}", .as = "agent1"}), 422,
                   "invalid-input");
    EXPECT_PROBLEM(client_call(&(struct call){
                       .path = path, .body = large, .body_length = sizeof large, .as = "agent1"}),
                   413, "too-large");
    json_t *input =
        _i ? body("{'scopes': ['read']}") : input_of(fresh_login(), "HN-CS-001", "intake");
    EXPECT_PROBLEM(client_call(&(struct call){.path = path, .json = input, .as = "agent1"}), 403,
                   "forbidden");
    if (_i)
        EXPECT_PROBLEM(
            client_call(&(struct call){.path = path_to(1, "01890000-0000-7000-8000-000000000000"),
                                       .json = body("{'scopes': ['read']}"),
                                       .as = "admin"}),
            404, "not-found");
    EXPECT_PROBLEM(client_get(NULL, CLIENTS "?x=1"), 401, "unauthenticated");
    EXPECT_PROBLEM(client_get("agent1", CLIENTS "?x=1"), 400, "invalid-parameter");
    EXPECT_PROBLEM(client_get("agent1", CLIENTS), 403, "forbidden");
}
END_TEST

Suite *api_client_suite(void);
Suite *api_client_suite(void)
{
    Suite *suite = suite_create("api_client");
    TCase *tests = tcase_create("api_client");
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_add_test(tests, a_client_is_added_listed_and_disabled);
    tcase_add_test(tests, clients_are_listed_in_pages);
    tcase_add_test(tests, what_a_client_is_added_with);
    tcase_add_test(tests, nobody_grants_what_reaches_beyond_their_units);
    tcase_add_test(tests, a_program_gives_itself_nothing);
    tcase_add_test(tests, what_happens_to_a_client_is_its_units);
    tcase_add_test(tests, a_client_is_added_once);
    tcase_add_test(tests, tokens_are_listed_used_and_revoked);
    tcase_add_test(tests, a_token_does_no_more_than_its_scopes);
    tcase_add_test(tests, a_client_receives_in_its_own_name_and_owns_nothing);
    tcase_add_test(tests, a_client_does_not_sign_in);
    tcase_add_test(tests, a_client_acts_for_a_person_and_both_are_journalled);
    tcase_add_test(tests, a_program_is_no_second_person);
    tcase_add_test(tests, only_a_client_acts_for_others_and_only_for_people);
    tcase_add_test(tests, the_rights_are_those_that_both_have);
    tcase_add_test(tests, through_a_client_only_its_units_count);
    tcase_add_test(tests, nothing_is_administered_on_behalf_of_others);
    tcase_add_test(tests, a_key_belongs_to_client_and_person_together);
    tcase_add_test(tests, a_batch_is_received_on_behalf_of_a_person);
    tcase_add_loop_test(tests, reading_and_ending, 0, 4);
    tcase_add_loop_test(tests, adding, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
