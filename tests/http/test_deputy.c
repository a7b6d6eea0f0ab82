/* Deputies: who acts for somebody who is away, and what they may not. */
#include <string.h>
#include <unistd.h>

#include "tests/http/client.h"
#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/newcomer.h"

#define ON_BEHALF "On-Behalf-Of: handler1"

/* A deputy of somebody's by their own appointment, for so many seconds from then. */
static const struct reply *appoint(const char *as, const char *staff, const char *deputy,
                                   int64_t from_s, int64_t until_s)
{
    json_t *input = body("{'deputy': '%s', 'from': '%s', 'until': '%s'}", deputy, time_text(from_s),
                         time_text(until_s));
    if (staff)
        json_object_set_new(input, "staff", json_string(staff));
    return client_post(as, 0, input, "/v1/deputies");
}

static void start(void)
{
    database_run("DELETE FROM deputy");
    EXPECT_STATUS(appoint("handler1", NULL, "agent2", 0, 3600), 201);
}

/* Ended through the API, so that every server knows. */
static void stop(void)
{
    const struct reply *reply = client_get("supervisor1", "/v1/deputies");
    for (size_t i = 0; i < json_array_size(reply_at(reply, "items")); i++)
        EXPECT_STATUS(client_call(&(struct call){
                          .method = "DELETE",
                          .path = client_text("/v1/deputies/%s",
                                              reply_text(reply, client_text("items.%zu.id", i))),
                          .as = "supervisor1"}),
                      204);
    database_run("DELETE FROM deputy");
}

static const struct reply *as_deputy(const char *as, const char *path, const char *method,
                                     json_t *json, int64_t version)
{
    return client_call(&(struct call){.method = method,
                                      .path = path,
                                      .as = as,
                                      .json = json,
                                      .version = version,
                                      .headers = {ON_BEHALF}});
}

static const struct reply *see(const char *as, const struct matter *matter)
{
    return as_deputy(as, client_text("/v1/complaints/%s", matter->id), "GET", NULL, 0);
}

static const struct reply *act(const char *as, struct matter *matter, const char *action,
                               json_t *json)
{
    const struct reply *reply = as_deputy(
        as, client_text("/v1/complaints/%s/%s", matter->id, action), "POST", json, matter->version);
    if (reply->status < 300)
        matter->version = reply_version(reply);
    return reply;
}

START_TEST(a_deputy_does_what_the_owner_may_and_both_are_named)
{
    struct matter matter = matter_at("investigation");
    const struct reply *reply = see("agent2", &matter);
    EXPECT_STATUS(reply, 200);
    ck_assert(reply_lists(reply, "allowed_actions", "findings"));
    EXPECT_STATUS(act("agent2", &matter, "findings", body_findings()), 201);
    reply = act("agent2", &matter, "advance", body("{'owner': 'handler1'}"));
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "owner.login"), "handler1");
    reply = matter_get(&matter, "supervisor1", "/journal");
    size_t last = json_array_size(reply_at(reply, "items")) - 1;
    ck_assert_str_eq(reply_text(reply, client_text("items.%zu.actor", last)), "agent2");
    ck_assert_str_eq(reply_text(reply, client_text("items.%zu.on_behalf_of", last)), "handler1");
    reply =
        as_deputy("agent2", client_text("/v1/complaints?owner=handler1&number=%s", matter.number),
                  "GET", NULL, 0);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 1);
    /* By themselves, and without being asked, nobody is anybody's deputy. */
    EXPECT_PROBLEM(client_get("agent2", "/v1/complaints/%s", matter.id), 404, "not-found");
    EXPECT_PROBLEM(see("agent1", &matter), 403, "on-behalf-refused");
    ck_assert(journals_are_sound());
}
END_TEST

static const char *name_of(const char *login)
{
    return reply_text(client_get(login, "/v1/sessions/current"), "staff.name");
}

START_TEST(it_lasts_from_then_to_then)
{
    struct matter matter = matter_at("investigation");
    EXPECT_STATUS(see("agent2", &matter), 200);
    const struct reply *reply = client_get("agent2", "/v1/deputies");
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "items.0.staff"), "handler1");
    ck_assert_str_eq(reply_text(reply, "items.0.deputy"), "agent2");
    ck_assert_str_eq(reply_text(reply, "items.0.staff_name"), name_of("handler1"));
    ck_assert_str_eq(reply_text(reply, "items.0.deputy_name"), name_of("agent2"));
    const char *path = client_text("/v1/deputies/%s", reply_text(reply, "items.0.id"));
    EXPECT_PROBLEM(client_call(&(struct call){.method = "DELETE", .path = path, .as = "agent1"}),
                   404, "not-found");
    EXPECT_STATUS(client_call(&(struct call){.method = "DELETE", .path = path, .as = "handler1"}),
                  204);
    EXPECT_PROBLEM(see("agent2", &matter), 403, "on-behalf-refused");
    EXPECT_PROBLEM(client_call(&(struct call){.method = "DELETE", .path = path, .as = "handler1"}),
                   404, "not-found");
    EXPECT_STATUS(appoint("supervisor1", "handler1", "agent2", 600, 3600), 201);
    EXPECT_PROBLEM(see("agent2", &matter), 403, "on-behalf-refused");
    reply = client_get("handler1", "/v1/deputies");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 1);
}
END_TEST

START_TEST(a_repeated_appointment_is_one)
{
    struct call call = {
        .path = "/v1/deputies",
        .as = "agent1",
        .idempotency_key = client_text("deputy-%d", (int)getpid()),
        .body = body_text(body("{'deputy': 'agent2', 'until': '%s'}", time_text(3600)))};
    const struct reply *first = client_call(&call), *again = client_call(&call);
    EXPECT_STATUS(first, 201);
    EXPECT_STATUS(again, 201);
    ck_assert(json_equal(first->json, again->json));
    ck_assert_int_eq(
        database_number("SELECT count(*) FROM deputy JOIN staff ON staff.id = staff_id "
                        "WHERE login = 'agent1'"),
        1);
    call.body = body_text(body("{'deputy': 'handler1', 'until': '%s'}", time_text(3600)));
    EXPECT_PROBLEM(client_call(&call), 422, "idempotency-key-reused");
}
END_TEST

/* Two begin at the same time, and one that was shown is over when the next page is asked for. */
START_TEST(deputies_are_listed_in_pages)
{
    const struct reply *added[] = {appoint("agent1", NULL, "agent2", 600, 3600),
                                   appoint("agent1", NULL, "handler1", 600, 3600),
                                   appoint("agent1", NULL, "agent2", 7200, 9000)};
    const struct reply *reply = client_get("agent1", "/v1/deputies?limit=1&count=exact");
    const char *seen = "";
    for (int pages = 0; pages < 3; pages++) {
        EXPECT_STATUS(reply, 200);
        ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 1);
        ck_assert_int_eq(reply_integer(reply, "total"), pages ? 2 : 3);
        seen = client_text("%s %s", seen, reply_text(reply, "items.0.id"));
        if (pages == 0)
            EXPECT_STATUS(
                client_call(&(struct call){
                    .method = "DELETE",
                    .path = client_text("/v1/deputies/%s", reply_text(reply, "items.0.id")),
                    .as = "agent1"}),
                204);
        ck_assert_int_eq(reply_is_null(reply, "next"), pages == 2);
        if (pages < 2)
            reply = client_get("agent1", "/v1/deputies?limit=1&count=exact&cursor=%s",
                               reply_text(reply, "next"));
    }
    for (size_t i = 0; i < 3; i++)
        ck_assert_ptr_nonnull(strstr(seen, reply_text(added[i], "id")));
    reply = client_get("agent1", "/v1/deputies?cursor=x");
    EXPECT_PROBLEM(reply, 400, "invalid-parameter");
    EXPECT_ERROR(reply, "cursor", "not_a_cursor");
}
END_TEST

/* Whom one stands in for, among all that a supervisor sees. */
START_TEST(deputies_are_found_by_who_acts)
{
    EXPECT_STATUS(appoint("supervisor1", "agent1", "supervisor1", 0, 3600), 201);
    const struct reply *reply = client_get("supervisor1", "/v1/deputies?count=exact");
    ck_assert_int_eq(reply_integer(reply, "total"), 2);
    reply = client_get("supervisor1", "/v1/deputies?deputy=supervisor1&count=exact");
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "total"), 1);
    ck_assert_str_eq(reply_text(reply, "items.0.staff"), "agent1");
    reply = client_get("agent1", "/v1/deputies?deputy=agent1&count=exact");
    ck_assert_int_eq(reply_integer(reply, "total"), 0);
    reply = client_get("agent1", "/v1/deputies?deputy=nobody-here");
    EXPECT_PROBLEM(reply, 400, "invalid-parameter");
    EXPECT_ERROR(reply, "deputy", "unknown_staff");
}
END_TEST

START_TEST(a_deputy_who_is_barred_sees_and_does_nothing)
{
    struct matter matter =
        matter_new("agent1", json_pack("{s:s}", "staff_complained_of", "agent2"));
    matter_must(&matter, "agent1", "advance", body("{'owner': 'handler1'}"));
    EXPECT_PROBLEM(see("agent2", &matter), 404, "not-found");
    EXPECT_PROBLEM(act("agent2", &matter, "findings", body_findings()), 404, "not-found");
    const struct reply *reply =
        as_deputy("agent2", client_text("/v1/complaints?number=%s", matter.number), "GET", NULL, 0);
    EXPECT_STATUS(reply, 200);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 0);
    EXPECT_STATUS(client_get("handler1", "/v1/complaints/%s", matter.id), 200);
}
END_TEST

START_TEST(a_deputy_who_is_barred_is_not_told_by_the_board)
{
    int64_t shown = reply_integer(as_deputy("agent2", "/v1/board", "GET", NULL, 0), "open");
    int64_t all = reply_integer(client_get("handler1", "/v1/board"), "open");
    (void)matter_new("agent1", json_pack("{s:s}", "staff_complained_of", "agent2"));
    ck_assert_int_eq(reply_integer(client_get("handler1", "/v1/board"), "open"), all + 1);
    ck_assert_int_eq(reply_integer(as_deputy("agent2", "/v1/board", "GET", NULL, 0), "open"),
                     shown);
}
END_TEST

/* Whatever way round: the deputy approves neither as themselves nor for the other what they asked for
 * as the other or themselves. */
START_TEST(two_are_two_people)
{
    EXPECT_STATUS(appoint("supervisor1", "supervisor1", "handler1", 0, 3600), 201);
    struct matter matter = matter_at("investigation");
    EXPECT_STATUS(
        matter_do(&matter, "handler1", "extensions", body("{'days': 5, 'reason': '材料未齐'}")),
        201);
    const struct call approve = {
        .path = client_text("/v1/complaints/%s/extensions/1/approve", matter.id),
        .as = "handler1",
        .version = matter.version,
        .json = body("{}"),
        .headers = {"On-Behalf-Of: supervisor1"}};
    EXPECT_PROBLEM(client_call(&approve), 403, "self-approval");

    /* Asked for on behalf of the supervisor, it is the supervisor's. */
    struct matter other = matter_at("investigation");
    const struct call ask = {.path = client_text("/v1/complaints/%s/extensions", other.id),
                             .as = "handler1",
                             .version = other.version,
                             .json = body("{'days': 5, 'reason': '材料未齐'}"),
                             .headers = {"On-Behalf-Of: supervisor1"}};
    const struct reply *reply = client_call(&ask);
    EXPECT_STATUS(reply, 201);
    other.version = reply_version(reply);
    EXPECT_PROBLEM(matter_do(&other, "supervisor1", "extensions/1/approve", body("{}")), 403,
                   "self-approval");
    EXPECT_STATUS(matter_do(&matter, "supervisor1", "extensions/1/approve", body("{}")), 200);
}
END_TEST

START_TEST(nothing_personal_is_done_for_another)
{
    EXPECT_PROBLEM(as_deputy("agent2", "/v1/sessions", "GET", NULL, 0), 403, "forbidden");
    EXPECT_PROBLEM(as_deputy("agent2", "/v1/deputies", "GET", NULL, 0), 403, "forbidden");
    EXPECT_PROBLEM(as_deputy("agent2", "/v1/deputies", "POST",
                             body("{'deputy': 'agent1', 'until': '%s'}", time_text(60)), 0),
                   403, "forbidden");
    EXPECT_PROBLEM(as_deputy("agent2", "/v1/password", "POST",
                             body("{'present': 'demo-2026', 'new': 'tulip-window-42'}"), 0),
                   403, "forbidden");
    EXPECT_PROBLEM(as_deputy("agent2", "/v1/deputies/x", "DELETE", NULL, 0), 403, "forbidden");
}
END_TEST

START_TEST(what_an_appointment_takes)
{
    EXPECT_PROBLEM(appoint("agent1", "handler1", "agent2", 0, 60), 403, "forbidden");
    EXPECT_ERROR(appoint("agent1", NULL, "agent1", 0, 60), "/deputy", "same_person");
    EXPECT_ERROR(appoint("agent1", NULL, "nobody-here", 0, 60), "/deputy", "unknown_staff");
    EXPECT_ERROR(appoint("supervisor1", "nobody-here", "agent1", 0, 60), "/staff", "unknown_staff");
    EXPECT_ERROR(appoint("agent1", NULL, "agent2", 60, 30), "/until", "bad_period");
    EXPECT_ERROR(appoint("agent1", NULL, "agent2", -60, -30), "/until", "bad_period");
    EXPECT_ERROR(appoint("agent1", NULL, "agent2", -400, 60), "/from", "bad_period");
    EXPECT_ERROR(appoint("agent1", NULL, "agent2", 0, 400 * 86400), "/until", "bad_period");
    const char *path = "/v1/deputies";
    static char large[5000];
    memset(large, ' ', sizeof large);
    EXPECT_ERROR(client_call(&(struct call){.path = path, .as = "agent1", .body = "{}"}), "/deputy",
                 "required");
    EXPECT_PROBLEM(client_call(&(struct call){.path = path, .as = "agent1", .body = "{"}), 400,
                   "bad-request");
    EXPECT_PROBLEM(client_call(&(struct call){
                       .path = path, .as = "agent1", .body = "x", .content_type = "text/plain"}),
                   415, "unsupported-media-type");
    EXPECT_PROBLEM(client_call(&(struct call){
                       .path = path, .as = "agent1", .body = large, .body_length = sizeof large}),
                   413, "too-large");
    EXPECT_PROBLEM(client_get(NULL, "/v1/deputies"), 401, "unauthenticated");
    EXPECT_PROBLEM(client_get("agent1", "/v1/deputies?x=1"), 400, "invalid-parameter");
    EXPECT_PROBLEM(appoint(NULL, NULL, "agent2", 0, 60), 401, "unauthenticated");
    static const char *const ends[] = {"/v1/deputies/x", "/v1/deputies/x?x=1"};
    EXPECT_PROBLEM(client_call(&(struct call){.method = "DELETE", .path = ends[0]}), 401,
                   "unauthenticated");
    EXPECT_PROBLEM(client_call(&(struct call){.method = "DELETE", .path = ends[0], .as = "agent1"}),
                   404, "not-found");
    EXPECT_PROBLEM(client_call(&(struct call){.method = "DELETE", .path = ends[1], .as = "agent1"}),
                   400, "invalid-parameter");
}
END_TEST

/* A role over another unit than one's own is lent by whoever supervises that unit too. */
START_TEST(nobody_lends_rights_beyond_their_own_reach)
{
    const char *wide = client_text("wide-%d", (int)getpid());
    const char *local = client_text("local-%d", (int)getpid());

    newcomer_add(wide, "HN-CS-001", "handler");
    database_run("INSERT INTO staff_grant SELECT s.id, 'supervisor', u.id FROM staff s, unit u "
                 "WHERE s.login = '%s' AND u.code = 'HN'",
                 wide);
    newcomer_add(local, "HN-CS-001", "supervisor"); /* so both are known */
    EXPECT_PROBLEM(appoint(local, wide, local, 0, 60), 403, "forbidden");
    EXPECT_STATUS(appoint("supervisor1", wide, local, 0, 60), 201);
    EXPECT_STATUS(appoint(local, "handler1", local, 0, 60), 201);
    stop();
    newcomer_remove(local);
    newcomer_remove(wide);
}
END_TEST

START_TEST(appointments_are_bounded)
{
    database_run("INSERT INTO deputy (id, staff_id, deputy_id, from_at, until_at, created_by) "
                 "SELECT gen_random_uuid(), s.id, d.id, now() - '1 day'::interval, "
                 "now() - '1 hour'::interval, s.id FROM staff s, staff d, generate_series(1, 50) "
                 "WHERE s.login = 'agent1' AND d.login = 'agent2'");
    const struct reply *reply = NULL;
    for (int i = 0; i < 100 && (!reply || reply->status == 201); i++) { /* until servers know */
        reply = appoint("agent1", NULL, "handler1", 0, 60);
        usleep(50000);
    }
    EXPECT_ERROR(reply, "/staff", "too_many");
}
END_TEST

Suite *deputy_suite(void);
Suite *deputy_suite(void)
{
    Suite *suite = suite_create("deputy");
    TCase *tests = tcase_create("deputy");
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_test(tests, a_deputy_does_what_the_owner_may_and_both_are_named);
    tcase_add_test(tests, it_lasts_from_then_to_then);
    tcase_add_test(tests, a_repeated_appointment_is_one);
    tcase_add_test(tests, deputies_are_listed_in_pages);
    tcase_add_test(tests, deputies_are_found_by_who_acts);
    tcase_add_test(tests, a_deputy_who_is_barred_sees_and_does_nothing);
    tcase_add_test(tests, a_deputy_who_is_barred_is_not_told_by_the_board);
    tcase_add_test(tests, two_are_two_people);
    tcase_add_test(tests, nothing_personal_is_done_for_another);
    tcase_add_test(tests, what_an_appointment_takes);
    tcase_add_test(tests, nobody_lends_rights_beyond_their_own_reach);
    tcase_add_test(tests, appointments_are_bounded);
    suite_add_tcase(suite, tests);
    return suite;
}
