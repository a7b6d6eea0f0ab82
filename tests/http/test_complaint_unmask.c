/* Values as they were written: who is shown them, after whom, how often, and what is told of it. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/http/jam.h"
#include "tests/http/newcomer.h"
#include "tests/http/program.h"

Suite *complaint_unmask_suite(void);

#define PHONE "13977776666"
#define CARD "6222020200011112220"

static struct matter a_matter(void)
{
    return matter_new("agent1", body("{'narrative': '请回电" PHONE "，卡号" CARD
                                     "', 'complainant': {'name': '慕容晓',"
                                     " 'phone': '" PHONE "', 'address': '长沙市岳麓区麓山路36号',"
                                     " 'account_number': '" CARD "'}}"));
}

static json_t *asking(const char *fields)
{
    return body("{'fields': [%s], 'purpose': '回电%s核实'}", fields, PHONE);
}

START_TEST(the_owner_sees_contact_data_at_once)
{
    struct matter matter = a_matter();
    const struct reply *reply =
        matter_must(&matter, "agent1", "unmask", asking("'name', 'phone', 'email', 'address'"));
    EXPECT_STATUS(reply, 201);
    ck_assert_str_eq(reply_text(reply, "values.name"), "慕容晓");
    ck_assert_str_eq(reply_text(reply, "values.phone"), PHONE);
    ck_assert(reply_is_null(reply, "values.email")); /* none is on record */
    ck_assert_str_eq(reply_text(reply, "values.address"), "长沙市岳麓区麓山路36号");
    ck_assert(reply_boolean(reply, "granted"));
    ck_assert_str_eq(reply_text(reply, "purpose"), "回电139****6666核实");
    ck_assert_str_eq(reply_header(reply, "cache-control"), "no-store");
    reply = matter_get(&matter, "agent1", "");
    ck_assert(reply_is_null(reply, "unmask_request"));
    ck_assert_int_eq(reply_integer(reply, "counts.unmaskings"), 1);
    ck_assert_str_eq(reply_text(reply, "complainant.phone"), "139****6666");
}
END_TEST

START_TEST(what_was_corrected_is_shown_as_corrected)
{
    struct matter matter = a_matter();
    EXPECT_STATUS(
        client_call(&(struct call){
            .method = "PATCH",
            .path = client_text("/v1/complaints/%s", matter.id),
            .as = "agent1",
            .version = matter.version++,
            .json = body(
                "{'reason': '更正', 'complainant': {'phone': '13977775555', 'address': null}}")}),
        200);
    const struct reply *reply =
        matter_must(&matter, "agent1", "unmask", asking("'phone', 'address'"));
    ck_assert_str_eq(reply_text(reply, "values.phone"), "13977775555");
    ck_assert(reply_is_null(reply, "values.address"));
}
END_TEST

START_TEST(the_rest_needs_a_second_person_and_is_read_once)
{
    struct matter matter = a_matter();
    const struct reply *reply =
        matter_must(&matter, "agent1", "unmask", asking("'account_number', 'narrative'"));
    ck_assert(!reply_boolean(reply, "granted"));
    ck_assert_ptr_null(reply_at(reply, "values"));
    reply = matter_get(&matter, "agent1", "");
    ck_assert_str_eq(reply_text(reply, "unmask_request.by.login"), "agent1");
    ck_assert(!reply_lists(reply, "allowed_actions", "read_unmasked"));
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "unmask/read", body("{}")), 409, "unmask-unknown");
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "unmask/approve", body("{}")), 403, "forbidden");
    reply = matter_must(&matter, "supervisor1", "unmask/approve", body("{'reason': '同意'}"));
    ck_assert(!reply_is_null(reply, "unmask_request.approved_at"));
    ck_assert_ptr_null(strstr(reply->body, CARD));
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "unmask/read", body("{}")), 403, "forbidden");

    reply =
        client_call(&(struct call){.path = client_text("/v1/complaints/%s/unmask/read", matter.id),
                                   .as = "agent1",
                                   .version = matter.version,
                                   .idempotency_key = client_text("read-%s", matter.id),
                                   .json = body("{}")});
    EXPECT_STATUS(reply, 201);
    ck_assert_str_eq(reply_text(reply, "values.account_number"), CARD);
    ck_assert_str_eq(reply_text(reply, "values.narrative"), "请回电" PHONE "，卡号" CARD);
    /* Repeated with its key it is answered, but shows nothing, as nothing of it was stored. */
    reply =
        client_call(&(struct call){.path = client_text("/v1/complaints/%s/unmask/read", matter.id),
                                   .as = "agent1",
                                   .version = matter.version++,
                                   .idempotency_key = client_text("read-%s", matter.id),
                                   .json = body("{}")});
    EXPECT_STATUS(reply, 201);
    ck_assert_ptr_null(reply_at(reply, "values"));
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "unmask/read", body("{}")), 403, "forbidden");
    ck_assert_int_eq(
        database_number("SELECT count(*) FROM idempotency WHERE body LIKE '%%" CARD "%%'"), 0);
}
END_TEST

START_TEST(refused_it_is_over)
{
    struct matter matter = a_matter();
    matter_must(&matter, "agent1", "unmask", asking("'identity_number'"));
    const struct reply *reply =
        matter_must(&matter, "supervisor1", "unmask/refuse", body("{'reason': '无必要'}"));
    ck_assert(reply_is_null(reply, "unmask_request"));
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "unmask/approve", body("{}")), 409,
                   "unmask-unknown");
    reply = matter_get(&matter, "agent1", "/unmask");
    ck_assert_str_eq(reply_text(reply, "items.0.refusals.0.reason"), "无必要");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items.0.readings")), 0);
}
END_TEST

START_TEST(a_supervisor_has_no_way_alone)
{
    struct matter matter = a_matter();
    const struct reply *reply = matter_must(&matter, "supervisor1", "unmask", asking("'phone'"));
    ck_assert(!reply_boolean(reply, "granted"));
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "unmask/approve", body("{}")), 403,
                   "self-approval");
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "unmask", asking("'narrative'")), 409,
                   "unmask-pending");
    reply = matter_must(&matter, "agent1", "unmask", asking("'phone'")); /* the own right stays */
    ck_assert(reply_boolean(reply, "granted"));
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "unmask", asking("'phone'")), 403, "forbidden");
    EXPECT_PROBLEM(matter_do(&matter, "auditor1", "unmask", asking("'phone'")), 403, "forbidden");
}
END_TEST

START_TEST(after_the_end_nobody_has_it_alone)
{
    struct matter matter = a_matter();
    matter_must(&matter, "agent1", "settle", body("{'summary': '已说明'}"));
    const struct reply *reply = matter_must(&matter, "agent1", "unmask", asking("'phone'"));
    ck_assert(!reply_boolean(reply, "granted"));
    matter_must(&matter, "supervisor1", "unmask/approve", body("{}"));
    reply = matter_must(&matter, "agent1", "unmask/read", body("{}"));
    ck_assert_str_eq(reply_text(reply, "values.phone"), PHONE);
}
END_TEST

START_TEST(what_was_asked_is_told_and_what_was_shown_is_not)
{
    struct matter matter = a_matter();
    matter_must(&matter, "agent1", "unmask", asking("'phone'"));
    matter_must(&matter, "agent1", "unmask", asking("'account_number'"));
    matter_must(&matter, "supervisor1", "unmask/approve", body("{}"));
    matter_must(&matter, "agent1", "unmask/read", body("{}"));
    const struct reply *reply = matter_get(&matter, "auditor1", "/journal");
    ck_assert_str_eq(reply_text(reply, "items.1.action"), "unmask");
    ck_assert_str_eq(reply_text(reply, "items.1.detail.facts.fields.0"), "phone");
    ck_assert_str_eq(reply_text(reply, "items.1.detail.private.purpose"), "回电139****6666核实");
    ck_assert_str_eq(reply_text(reply, "items.4.action"), "read_unmasked");
    ck_assert_ptr_null(strstr(reply->body, PHONE));
    ck_assert_ptr_null(strstr(reply->body, CARD));
    ck_assert_int_eq(database_number("SELECT count(*) FROM journal WHERE complaint_id = '%s' AND"
                                     " (bytes LIKE '%%" PHONE "%%' OR bytes LIKE '%%" CARD "%%')",
                                     matter.id),
                     0);
    ck_assert(journals_are_sound());

    const char *before = time_text(-60);
    reply = client_get("supervisor1", "/v1/unmaskings?from=%.19s%%2B08:00&limit=1000", before);
    EXPECT_STATUS(reply, 200);
    ck_assert_ptr_nonnull(strstr(reply->body, matter.number));
    ck_assert_ptr_null(strstr(reply->body, PHONE));
    reply = client_get("supervisor1", "/v1/unmaskings?limit=1");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 1);
    ck_assert(!reply_is_null(reply, "next"));
    EXPECT_STATUS(client_get("auditor1", "/v1/unmaskings"), 200);
    EXPECT_PROBLEM(client_get("agent1", "/v1/unmaskings"), 403, "forbidden");
    EXPECT_PROBLEM(client_get("supervisor1", "/v1/unmaskings?week=1"), 400, "invalid-parameter");
    EXPECT_PROBLEM(client_get(NULL, "/v1/unmaskings"), 401, "unauthenticated");
}
END_TEST

START_TEST(the_list_is_read_as_all_are)
{
    struct matter matter = a_matter();
    const char *path = client_text("/v1/complaints/%s/unmask", matter.id);
    EXPECT_STATUS(client_get("agent1", "%s", path), 200);
    EXPECT_PROBLEM(client_get("agent1", "%s?before=1", path), 400, "invalid-parameter");
    EXPECT_PROBLEM(client_get(NULL, "%s", path), 401, "unauthenticated");
    EXPECT_PROBLEM(client_get("agent2", "%s", path), 404, "not-found");
}
END_TEST

static const struct reply *read_as(const struct matter *matter, struct call call)
{
    call.path = client_text("/v1/complaints/%s/unmask/read", matter->id);
    if (!call.body)
        call.body = "{}";
    return client_call(&call);
}

/* As the order of judgement has it (test_judgement.c), where somebody must have asked first. */
START_TEST(a_reading_is_judged_in_order)
{
    static char large[256 * 1024 + 1];
    struct matter matter = a_matter();

    matter_must(&matter, "agent1", "unmask", asking("'demand'"));
    memset(large, ' ', sizeof large);
    EXPECT_PROBLEM(read_as(&matter, (struct call){.body = "{"}), 401, "unauthenticated");
    EXPECT_PROBLEM(read_as(&matter, (struct call){.as = "agent2", .body = "{\"x\": 1}"}), 404,
                   "not-found");
    EXPECT_PROBLEM(read_as(&matter, (struct call){.as = "handler1", .body = "{"}), 400,
                   "bad-request");
    EXPECT_PROBLEM(read_as(&matter, (struct call){.as = "handler1", .content_type = "text/plain"}),
                   415, "unsupported-media-type");
    EXPECT_PROBLEM(read_as(&matter, (struct call){.as = "handler1", .body = "{\"x\": 1}"}), 422,
                   "invalid-input");
    EXPECT_PROBLEM(
        read_as(&matter,
                (struct call){.as = "handler1", .body = large, .body_length = sizeof large}),
        413, "too-large");
    EXPECT_PROBLEM(read_as(&matter, (struct call){.as = "handler1"}), 403, "forbidden");
    EXPECT_PROBLEM(read_as(&matter, (struct call){.as = "agent1"}), 428, "version-required");
    EXPECT_PROBLEM(read_as(&matter, (struct call){.as = "agent1", .version = 1}), 412,
                   "stale-version");
    EXPECT_PROBLEM(read_as(&matter, (struct call){.as = "agent1", .version = matter.version}), 409,
                   "unmask-unknown");
}
END_TEST

START_TEST(nobody_is_shown_values_without_end)
{
    struct matter matter = a_matter();
    struct spare spare = spare_start("[privacy]\nunmaskings_per_hour = 1");
    struct call call = {.path = client_text("/v1/complaints/%s/unmask", matter.id),
                        .as = "agent1",
                        .version = matter.version,
                        .port = spare.port};

    matter_must(&matter, "agent1", "unmask", asking("'phone'"));
    call.version = matter.version;
    call.json = asking("'name'");
    const struct reply *reply = client_call(&call);
    EXPECT_PROBLEM(reply, 429, "unmasked-too-often");
    ck_assert_ptr_nonnull(reply_header(reply, "retry-after"));
    matter_must(&matter, "agent1", "unmask", asking("'account_number'"));
    matter_must(&matter, "supervisor1", "unmask/approve", body("{}"));
    call.path = client_text("/v1/complaints/%s/unmask/read", matter.id);
    call.version = matter.version;
    call.json = body("{}");
    EXPECT_PROBLEM(client_call(&call), 429, "unmasked-too-often");
    EXPECT_STATUS(matter_do(&matter, "agent1", "unmask/read", body("{}")), 201);
    ck_assert_int_eq(spare_stop(&spare, 20000, NULL), 0);
}
END_TEST

/* Somebody to whom nothing was shown yet; they stay, as they own complaints. */
static const char *newcomer(void)
{
    static int count;
    const char *login = client_text("shown-%d-%d", (int)now_ms(), count++);
    newcomer_add(login, "HN-CS-001", "handler");
    return login;
}

static struct matter owned_by(const char *login)
{
    struct matter matter = a_matter();
    matter_must(&matter, "agent1", "advance", body("{'owner': '%s'}", login));
    return matter;
}

static const struct reply *unmask_at(const struct spare *spare, struct matter *matter,
                                     struct call call, const char *on_behalf_of)
{
    call.path = client_text("/v1/complaints/%s/unmask", matter->id);
    call.json = asking("'phone'");
    call.version = matter->version;
    call.port = spare->port;
    call.headers[0] = client_text("On-Behalf-Of: %s", on_behalf_of);
    return client_call(&call);
}

static void expect_listed(const struct matter *matter, const char *by, const char *actor)
{
    const struct reply *reply =
        client_get("supervisor1", "/v1/unmaskings?from=%.19s%%2B08:00&limit=1000", time_text(-60));
    json_t *item;
    size_t i;

    EXPECT_STATUS(reply, 200);
    json_array_foreach(reply_at(reply, "items"), i, item)
    {
        if (strcmp(json_string_value(json_object_get(json_object_get(item, "complaint"), "number")),
                   matter->number) != 0)
            continue;
        ck_assert_str_eq(reply_text(reply, client_text("items.%zu.by.login", i)), by);
        ck_assert_str_eq(reply_text(reply, client_text("items.%zu.actor", i)), actor);
        return;
    }
    ck_abort_msg("%s is not listed", matter->number);
}

/* Neither a deputy nor a client sees more for acting for many. */
START_TEST(who_acts_for_many_is_shown_no_more)
{
    const char *deputy = newcomer(), *people[] = {newcomer(), newcomer(), newcomer()};
    const char *id =
        reply_text(client_post("admin", 0,
                               body("{'login': '%s-tool', 'name': '热线系统', 'unit': 'HN-CS-001',"
                                    " 'roles': [{'role': 'handler', 'unit': 'HN-CS-001'}]}",
                                    deputy),
                               "/v1/clients"),
                   "id");
    const char *token = reply_text(
        client_post("admin", 0, body("{'scopes': ['write']}"), "/v1/clients/%s/tokens", id),
        "token");
    struct matter matters[3];

    for (int i = 0; i < 3; i++) {
        matters[i] = owned_by(people[i]);
        EXPECT_STATUS(client_post(people[i], 0,
                                  body("{'deputy': '%s', 'from': '%s', 'until': '%s'}", deputy,
                                       time_text(0), time_text(3600)),
                                  "/v1/deputies"),
                      201);
    }
    struct spare spare = spare_start("[privacy]\nunmaskings_per_hour = 1");
    const struct call as_deputy = {.as = deputy}, as_client = {.token = token};
    EXPECT_STATUS(unmask_at(&spare, &matters[0], as_deputy, people[0]), 201);
    EXPECT_PROBLEM(unmask_at(&spare, &matters[1], as_deputy, people[1]), 429, "unmasked-too-often");

    database_run("INSERT INTO audit (id, at, action, caller_id, bytes, hash) SELECT"
                 " gen_random_uuid(), now(), 'unmasked', '%s', '{}', sha256('')"
                 " FROM generate_series(1, 10)",
                 id);
    EXPECT_PROBLEM(unmask_at(&spare, &matters[2], as_client, people[2]), 429, "unmasked-too-often");
    database_run("DELETE FROM audit WHERE bytes = '{}' AND caller_id = '%s'", id);
    EXPECT_STATUS(unmask_at(&spare, &matters[2], as_client, people[2]), 201);
    ck_assert_int_eq(spare_stop(&spare, 20000, NULL), 0);
    /* Those who watch are told for whom it was, and who it was. */
    expect_listed(&matters[0], people[0], deputy);
    expect_listed(&matters[2], people[2], client_text("%s-tool", deputy));
}
END_TEST

#define AT_ONCE 4

START_TEST(what_a_set_grants_counts_within_it)
{
    const char *login = newcomer();
    struct matter first = matter_new("agent1", NULL);
    struct shot shots[AT_ONCE];
    int shown = 0;

    for (int i = 0; i < AT_ONCE; i++) {
        struct matter matter = owned_by(login);
        shots[i] = (struct shot){.path = client_text("/v1/complaints/%s/unmask", matter.id),
                                 .token = client_token(login),
                                 .body = body_text(asking("'phone'")),
                                 .version = matter.version};
    }
    struct spare spare = spare_start(ONE_THREAD "[privacy]\nunmaskings_per_hour = 2\n");
    jam_fire(&spare, &first, shots, AT_ONCE);
    for (int i = 0; i < AT_ONCE; i++) {
        ck_assert_msg(shots[i].status == 201 || shots[i].status == 429, "%d", shots[i].status);
        shown += shots[i].status == 201;
    }
    ck_assert_int_eq(shown, 2);
    ck_assert_int_eq(spare_stop(&spare, 20000, NULL), 0);
}
END_TEST

/* Both have counted, and wait at what they write, before either is done. */
START_TEST(what_another_server_grants_counts_too)
{
    const char *login = newcomer();
    struct volley *volleys[2];
    struct spare spares[2];
    struct shot shots[2];
    int64_t give_up;

    for (int i = 0; i < 2; i++) {
        struct matter matter = owned_by(login);
        spares[i] = spare_start("[privacy]\nunmaskings_per_hour = 1\n");
        shots[i] = (struct shot){.path = client_text("/v1/complaints/%s/unmask", matter.id),
                                 .token = client_token(login),
                                 .body = body_text(asking("'phone'")),
                                 .version = matter.version};
    }
    struct database_lock *lock = database_lock_table("audit");
    for (int i = 0; i < 2; i++)
        volleys[i] = spare_fire(&spares[i], &shots[i], 1);
    give_up = now_ms() + 10000 * program_patience();
    while (database_number("SELECT count(*) FROM pg_locks WHERE NOT granted") < 2) {
        ck_assert_msg(now_ms() < give_up, "they do not wait");
        usleep(20000);
    }
    database_unlock(lock);
    for (int i = 0; i < 2; i++) {
        spare_await(volleys[i]);
        ck_assert_int_eq(spare_stop(&spares[i], 20000, NULL), 0);
    }
    ck_assert_int_eq(shots[0].status < shots[1].status ? shots[0].status : shots[1].status, 201);
    ck_assert_int_eq(shots[0].status < shots[1].status ? shots[1].status : shots[0].status, 429);
}
END_TEST

/* However many happened at one moment, a page ends behind them. */
START_TEST(no_unmasking_falls_between_two_pages)
{
    struct matter matter = a_matter();
    for (int i = 0; i < 3; i++)
        matter_must(&matter, "agent1", "unmask", asking("'phone'"));
    database_run("UPDATE work SET at = (SELECT max(at) FROM work WHERE complaint_id = '%s')"
                 " WHERE complaint_id = '%s'",
                 matter.id, matter.id);
    const char *at = database_text("SELECT to_char(max(at) AT TIME ZONE 'UTC',"
                                   " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM work"
                                   " WHERE complaint_id = '%s'",
                                   matter.id);
    const struct reply *reply = client_get("supervisor1", "/v1/unmaskings?from=%.19sZ&limit=2", at);
    size_t listed = 0;
    for (;;) {
        for (size_t i = 0; i < json_array_size(reply_at(reply, "items")); i++)
            listed += strcmp(reply_text(reply, client_text("items.%zu.complaint.number", i)),
                             matter.number) == 0;
        if (reply_is_null(reply, "next"))
            break;
        const char *next = reply_text(reply, "next");
        reply = client_get("supervisor1", "/v1/unmaskings?from=%.*s%%2B08:00&limit=2",
                           (int)strlen(next) - 6, next);
    }
    ck_assert_uint_eq(listed, 3);
    database_run("UPDATE work SET at = journal.at FROM journal WHERE work.complaint_id = '%s' AND"
                 " journal.complaint_id = work.complaint_id AND index = journal_index",
                 matter.id);
}
END_TEST

/* A server that lacks the key of what the shared one writes; *ret_file is to be removed. */
static struct spare without_the_key(char **ret_file)
{
    *ret_file = program_file(client_text("check/other-key-%d", (int)getpid()));
    int file = open(*ret_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    static const char key[] = "900 2026-01-01T00:00:00Z "
                              "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
    ck_assert_int_eq(write(file, key, sizeof key - 1), sizeof key - 1);
    close(file);
    setenv("COMPLAINTD_PRIVACY_KEY_FILE", *ret_file, 1); /* of this test's process alone */
    return spare_start("");
}

/* Else an older value, whose key is at hand, would pass for the one that holds. */
START_TEST(where_a_key_is_missing_nothing_is_shown_or_used_up)
{
    struct matter matter = a_matter();
    char *file;
    matter_must(&matter, "agent1", "unmask", asking("'account_number'"));
    matter_must(&matter, "supervisor1", "unmask/approve", body("{}"));
    struct spare spare = without_the_key(&file);
    const struct reply *reply =
        client_call(&(struct call){.path = client_text("/v1/complaints/%s/unmask/read", matter.id),
                                   .as = "agent1",
                                   .version = matter.version,
                                   .json = body("{}"),
                                   .port = spare.port});
    EXPECT_PROBLEM(reply, 503, "values-unreadable");
    ck_assert_int_eq(spare_stop(&spare, 20000, NULL), 0);
    unlink(file);
    free(file);
    database_run("DELETE FROM data_key WHERE id = 900");
    reply = matter_must(&matter, "agent1", "unmask/read", body("{}"));
    ck_assert_str_eq(reply_text(reply, "values.account_number"), CARD);
}
END_TEST

Suite *complaint_unmask_suite(void)
{
    Suite *suite = suite_create("complaint_unmask");
    TCase *tests = tcase_create("complaint_unmask");

    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, the_owner_sees_contact_data_at_once);
    tcase_add_test(tests, what_was_corrected_is_shown_as_corrected);
    tcase_add_test(tests, the_rest_needs_a_second_person_and_is_read_once);
    tcase_add_test(tests, refused_it_is_over);
    tcase_add_test(tests, a_supervisor_has_no_way_alone);
    tcase_add_test(tests, after_the_end_nobody_has_it_alone);
    tcase_add_test(tests, what_was_asked_is_told_and_what_was_shown_is_not);
    tcase_add_test(tests, the_list_is_read_as_all_are);
    tcase_add_test(tests, a_reading_is_judged_in_order);
    tcase_add_test(tests, nobody_is_shown_values_without_end);
    tcase_add_test(tests, who_acts_for_many_is_shown_no_more);
    tcase_add_test(tests, what_a_set_grants_counts_within_it);
    tcase_add_test(tests, what_another_server_grants_counts_too);
    tcase_add_test(tests, no_unmasking_falls_between_two_pages);
    tcase_add_test(tests, where_a_key_is_missing_nothing_is_shown_or_used_up);
    suite_add_tcase(suite, tests);
    return suite;
}
