/* Leave and departure: all open work of somebody goes to somebody else, or none of it. */
#include <stdlib.h>
#include <string.h>

#include "tests/http/administration.h"
#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/newcomer.h"
#include "tests/http/spare.h"

/* Somebody leaves in each test, so each has a login of its own. */
static const char *leaver(void)
{
    static int count;
    const char *login = client_text("leaver-%d-%d", (int)now_ms(), count++);
    newcomer_add(login, "HN-CS-001", "handler");
    return login;
}

static const struct reply *hand_over(const char *as, const char *whose, const char *to)
{
    return client_post(as, 0, body("{'to': '%s', 'reason': '休假'}", to), "/v1/staff/%s/hand-over",
                       whose);
}

static const struct reply *disable(const char *as, const char *whose, const char *to)
{
    json_t *input = body("{'reason': '离职'}");
    if (to)
        json_object_set_new(input, "hand_over_to", json_string(to));
    return client_post(as, 0, input, "/v1/staff/%s/disable", whose);
}

/* One that they own, in investigation. */
static struct matter owned_by(const char *login)
{
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "agent1", "advance", body("{'owner': '%s'}", login));
    return matter;
}

static struct matter offered_to(const char *login)
{
    struct matter matter = matter_at("investigation");
    matter_must(&matter, "handler1", "offer", body("{'to': '%s', 'reason': '轮换'}", login));
    return matter;
}

static const char *owner_of(const struct matter *matter)
{
    return reply_text(matter_get(matter, "supervisor1", ""), "owner.login");
}

static bool works_here(const char *login)
{
    return database_number("SELECT active::int FROM staff WHERE login = '%s'", login);
}

/* The last entry of the journal. */
static void expect_entry(const struct matter *matter, const char *action, const char *actor)
{
    const struct reply *reply = matter_get(matter, "supervisor1", "/journal");
    size_t last = json_array_size(reply_at(reply, "items")) - 1;
    ck_assert_str_eq(reply_text(reply, client_text("items.%zu.action", last)), action);
    ck_assert_str_eq(reply_text(reply, client_text("items.%zu.actor", last)), actor);
}

START_TEST(all_work_of_somebody_on_leave_is_handed_over)
{
    const char *login = leaver();
    struct matter one = owned_by(login), two = owned_by(login), pending = offered_to(login);
    const struct reply *reply = hand_over("supervisor1", login, "agent2");
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "assigned"), 2);
    ck_assert_int_eq(reply_integer(reply, "offered"), 1);
    ck_assert_str_eq(owner_of(&one), "agent2");
    ck_assert_str_eq(owner_of(&two), "agent2");
    expect_entry(&one, "assign", "supervisor1");
    reply = matter_get(&pending, "supervisor1", "");
    ck_assert_str_eq(reply_text(reply, "owner.login"), "handler1");
    ck_assert_str_eq(reply_text(reply, "pending_owner.login"), "agent2");
    expect_entry(&pending, "offer", "supervisor1");
    /* Who is on leave still works here, and has nothing left. */
    ck_assert(works_here(login));
    reply = hand_over("supervisor1", login, "agent2");
    ck_assert_int_eq(reply_integer(reply, "assigned") + reply_integer(reply, "offered"), 0);
    /* Whoever owns it and was to give it away keeps it. */
    reply = hand_over("supervisor1", "agent2", "handler1");
    EXPECT_STATUS(reply, 200);
    reply = matter_get(&pending, "supervisor1", "");
    ck_assert_str_eq(reply_text(reply, "owner.login"), "handler1");
    ck_assert(reply_is_null(reply, "pending_owner"));
    expect_entry(&pending, "take_back", "supervisor1");
    ck_assert(journals_are_sound());
    EXPECT_STATUS(disable("admin", login, NULL), 200);
}
END_TEST

START_TEST(what_stands_in_the_way_of_one_keeps_all)
{
    const char *login = leaver();
    struct matter fine = owned_by(login);
    struct matter barred =
        matter_new("agent1", json_pack("{s:s}", "staff_complained_of", "agent2"));
    matter_must(&barred, "agent1", "advance", body("{'owner': '%s'}", login));
    const struct reply *reply = hand_over("supervisor1", login, "agent2");
    EXPECT_PROBLEM(reply, 409, "hand-over-blocked");
    ck_assert_int_eq(reply_integer(reply, "obstacle_count"), 1);
    ck_assert_str_eq(reply_text(reply, "obstacles.0.complaint"), barred.number);
    ck_assert_str_eq(reply_text(reply, "obstacles.0.code"), "recused");
    ck_assert_str_eq(owner_of(&fine), login);
    ck_assert_int_eq(reply_integer(matter_get(&fine, "supervisor1", ""), "version"), fine.version);

    /* Nobody without a role may own a stage. */
    reply = hand_over("supervisor1", login, "auditor1");
    EXPECT_PROBLEM(reply, 409, "hand-over-blocked");
    ck_assert_int_eq(reply_integer(reply, "obstacle_count"), 2);
    ck_assert_str_eq(reply_text(reply, "obstacles.0.code"), "not_eligible");
    /* The same keeps somebody from leaving, with sessions as they were. */
    reply = disable("admin", login, "agent2");
    EXPECT_PROBLEM(reply, 409, "hand-over-blocked");
    /* But whoever sees no complaint is not told which, nor whom it is about. */
    ck_assert(reply_is_null(reply, "obstacles.0.complaint"));
    ck_assert_str_eq(reply_text(reply, "obstacles.0.code"), "not_possible");
    ck_assert(works_here(login));
    ck_assert_str_eq(owner_of(&fine), login);
    EXPECT_STATUS(disable("admin", login, "handler1"), 200);
}
END_TEST

START_TEST(who_supervises_another_unit_hands_over_none_of_it)
{
    const char *login = leaver();
    newcomer_remove("supervisor-1");
    newcomer_add("supervisor-1", "HN-CS-001", "supervisor");
    const char *token =
        reply_text(client_post(NULL, 0, body("{'login': 'supervisor-1', 'password': 'demo-2026'}"),
                               "/v1/sessions"),
                   "token");
    /* Of HN-CS-002 alone, and offered to somebody of HN-CS-001. */
    struct matter theirs = matter_new("agent2", json_pack("{s:s}", "unit", "HN-CS-002"));
    matter_must(&theirs, "agent2", "offer", body("{'to': '%s', 'reason': '轮换'}", login));
    const struct call call = {.path = client_text("/v1/staff/%s/hand-over", login),
                              .token = token,
                              .json = body("{'to': 'agent1', 'reason': '休假'}")};
    const struct reply *reply = client_call(&call);
    EXPECT_PROBLEM(reply, 409, "hand-over-blocked");
    ck_assert(reply_is_null(reply, "obstacles.0.complaint"));
    ck_assert_str_eq(reply_text(reply, "obstacles.0.code"), "beyond_reach");
    EXPECT_PROBLEM(client_call(&(struct call){.path = "/v1/staff/agent2/hand-over",
                                              .token = token,
                                              .json = body("{'to': 'agent1', 'reason': 'x'}")}),
                   404, "not-found");
    EXPECT_STATUS(hand_over("supervisor1", login, "agent1"), 200);
    newcomer_remove("supervisor-1");
    EXPECT_STATUS(disable("admin", login, NULL), 200);
}
END_TEST

START_TEST(who_leaves_leaves_nothing_behind)
{
    const char *login = leaver();
    const struct reply *reply = client_post(
        NULL, 0, body("{'login': '%s', 'password': 'demo-2026'}", login), "/v1/sessions");
    const char *token = reply_text(reply, "token");
    struct matter one = owned_by(login), pending = offered_to(login);

    reply = disable("admin", login, NULL);
    EXPECT_PROBLEM(reply, 409, "hand-over-blocked");
    ck_assert_int_eq(reply_integer(reply, "obstacle_count"), 2);
    ck_assert_str_eq(reply_text(reply, "obstacles.0.code"), "owned");
    ck_assert_str_eq(reply_text(reply, "obstacles.1.code"), "offered");
    ck_assert_ptr_null(strstr(reply->body, one.number));
    ck_assert_ptr_null(strstr(reply->body, pending.number));
    reply = disable("admin", login, "handler1");
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "assigned"), 1);
    ck_assert_int_eq(reply_integer(reply, "offered"), 1);
    ck_assert_str_eq(owner_of(&one), "handler1");
    expect_entry(&one, "assign", "admin");
    ck_assert(reply_is_null(matter_get(&pending, "supervisor1", ""), "pending_owner"));
    ck_assert(!works_here(login));
    EXPECT_PROBLEM(client_call(&(struct call){.path = "/v1/sessions/current", .token = token}), 401,
                   "unauthenticated");
    struct matter other = matter_new("agent1", NULL);
    reply = matter_do(&other, "agent1", "advance", body("{'owner': '%s'}", login));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/owner", "unknown_staff");
    expect_audited(login, "\"detail\":{\"change\":\"disabled\",\"hand_over_to\":\"handler1\","
                          "\"reason\":\"离职\"}");
    /* Twice is as once. */
    EXPECT_STATUS(disable("admin", login, "handler1"), 200);
    ck_assert_int_eq(database_number("SELECT count(*) FROM audit WHERE bytes::json ->> 'subject' = "
                                     "'%s' AND bytes::json -> 'detail' ->> 'change' = 'disabled'",
                                     login),
                     1);
    ck_assert_int_eq(database_number("SELECT count(*) FROM departure JOIN staff ON staff.id = "
                                     "staff_id WHERE login = '%s'",
                                     login),
                     1);
    ck_assert(journals_are_sound());
}
END_TEST

/* The answer tells what was passed on, also to whoever did not get it the first time. */
START_TEST(a_repeated_request_has_the_first_answer)
{
    static const char *const ends[] = {"hand-over", "disable"};
    static const char *const bodies[] = {"{'to': 'agent2', 'reason': '休假'}",
                                         "{'hand_over_to': 'agent2', 'reason': '离职'}"};
    static const char *const as[] = {"supervisor1", "admin"};
    for (int i = 0; i < 2; i++) {
        const char *login = leaver(), *key = fresh("key");
        (void)owned_by(login);
        struct call call = {.path = client_text("/v1/staff/%s/%s", login, ends[i]),
                            .as = as[i],
                            .idempotency_key = key,
                            .body = body_text(body("%s", bodies[i]))};
        const struct call calls[] = {call, call, call};
        const struct reply *replies[3];
        client_together(calls, 3, replies);
        for (int j = 0; j < 3; j++) {
            EXPECT_STATUS(replies[j], 200);
            ck_assert_int_eq(reply_integer(replies[j], "assigned"), 1);
        }
        call.body = "{\"reason\": \"x\", \"to\": \"agent1\"}";
        if (i == 1)
            call.body = "{\"reason\": \"x\"}";
        EXPECT_PROBLEM(client_call(&call), 422, "idempotency-key-reused");
    }
}
END_TEST

#define AT_ONCE 24

/* Stages are given to somebody while they are disabled: each is given before that, and handed over, or
 * refused. Nobody who left owns or is offered anything. */
START_TEST(nobody_is_given_a_stage_while_leaving)
{
    for (int round = 0; round < 4; round++) {
        const char *login = leaver();
        struct call calls[AT_ONCE + 1];
        const struct reply *replies[AT_ONCE + 1];
        for (int i = 0; i < AT_ONCE; i++) {
            struct matter matter = matter_new("agent1", NULL);
            bool offers = i % 3 == 0;
            calls[i] = (struct call){.path = client_text("/v1/complaints/%s/%s", matter.id,
                                                         offers ? "offer" : "advance"),
                                     .as = "agent1",
                                     .version = matter.version,
                                     .json = body("{'%s': '%s'}", offers ? "to" : "owner", login)};
        }
        calls[AT_ONCE] =
            (struct call){.path = client_text("/v1/staff/%s/disable", login),
                          .as = "admin",
                          .json = body("{'hand_over_to': 'handler1', 'reason': '离职'}")};
        client_together(calls, AT_ONCE + 1, replies);
        EXPECT_STATUS(replies[AT_ONCE], 200);
        for (int i = 0; i < AT_ONCE; i++)
            if (replies[i]->status != 200)
                EXPECT_PROBLEM(replies[i], 422, "invalid-input");
        ck_assert_int_eq(
            database_number("SELECT count(*) FROM complaint JOIN staff ON staff.id IN (owner_id, "
                            "pending_owner_id) WHERE login = '%s' AND status = 'open'",
                            login),
            0);
    }
}
END_TEST

START_TEST(who_may_and_what_it_takes)
{
    const char *login = leaver();
    const char *id = database_text("SELECT id FROM staff WHERE login = '%s'", login);
    EXPECT_PROBLEM(hand_over("agent1", login, "handler1"), 403, "forbidden");
    EXPECT_PROBLEM(hand_over("admin", login, "handler1"), 403, "forbidden");
    EXPECT_PROBLEM(disable("supervisor1", login, "handler1"), 403, "forbidden");
    EXPECT_PROBLEM(disable("admin", "admin", NULL), 403, "forbidden");
    EXPECT_PROBLEM(hand_over(NULL, login, "handler1"), 401, "unauthenticated");
    EXPECT_PROBLEM(disable(NULL, login, "handler1"), 401, "unauthenticated");
    EXPECT_PROBLEM(hand_over("supervisor1", "nobody-here", "handler1"), 404, "not-found");
    EXPECT_PROBLEM(disable("admin", "nobody-here", NULL), 404, "not-found");
    EXPECT_ERROR(hand_over("supervisor1", login, login), "/to", "same_person");
    EXPECT_ERROR(hand_over("supervisor1", login, "nobody-here"), "/to", "unknown_staff");
    EXPECT_ERROR(disable("admin", login, "nobody-here"), "/hand_over_to", "unknown_staff");
    static const char *const paths[] = {"hand-over", "disable"};
    static const char *const as[] = {"supervisor1", "admin"};
    static char large[17000];
    memset(large, ' ', sizeof large);
    for (int i = 0; i < 2; i++) {
        const char *path = client_text("/v1/staff/%s/%s", id, paths[i]);
        EXPECT_ERROR(client_call(&(struct call){.path = path, .as = as[i], .body = "{}"}),
                     "/reason", "required");
        EXPECT_PROBLEM(client_call(&(struct call){.path = path, .as = as[i], .body = "{"}), 400,
                       "bad-request");
        EXPECT_PROBLEM(client_call(&(struct call){
                           .path = path, .as = as[i], .body = "x", .content_type = "text/plain"}),
                       415, "unsupported-media-type");
        EXPECT_PROBLEM(client_call(&(struct call){
                           .path = path, .as = as[i], .body = large, .body_length = sizeof large}),
                       413, "too-large");
    }
    EXPECT_STATUS(hand_over("supervisor1", id, "handler1"), 200);
    newcomer_remove(login);
}
END_TEST

Suite *staff_hand_over_suite(void);
Suite *staff_hand_over_suite(void)
{
    Suite *suite = suite_create("staff_hand_over");
    TCase *tests = tcase_create("staff_hand_over");
    tcase_set_timeout(tests, 60);
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_add_test(tests, all_work_of_somebody_on_leave_is_handed_over);
    tcase_add_test(tests, what_stands_in_the_way_of_one_keeps_all);
    tcase_add_test(tests, who_supervises_another_unit_hands_over_none_of_it);
    tcase_add_test(tests, who_leaves_leaves_nothing_behind);
    tcase_add_test(tests, a_repeated_request_has_the_first_answer);
    tcase_add_test(tests, nobody_is_given_a_stage_while_leaving);
    tcase_add_test(tests, who_may_and_what_it_takes);
    suite_add_tcase(suite, tests);
    return suite;
}
