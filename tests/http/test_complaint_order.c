/* In which order a request is judged, and versions: ETag, If-Match, If-None-Match. */
#include <string.h>

#include "tests/http/database.h"
#include "tests/http/matter.h"

Suite *complaint_order_suite(void);

#define MISSING "/v1/complaints/0193aaaa-0000-7000-8000-000000000000"
#define GOOD_NOTE "{\"text\": \"备注\"}"
#define BAD_NOTE "{\"text\": 5}"
#define NO_JSON "{\"text\": "

/* A call in which everything is as told, and nothing else. */
static const struct reply *note(const char *as, const char *path, const char *input,
                                const char *type, int64_t version)
{
    const struct call call = {.method = "POST",
                              .as = as,
                              .path = client_text("%s/notes", path),
                              .body = input,
                              .content_type = type,
                              .version = version};
    return client_call(&call);
}

static const char *path_of(const struct matter *matter)
{
    return client_text("/v1/complaints/%s", matter->id);
}

/* --- the order of judgement: what comes first is told, though the rest is wrong too ----------- */

START_TEST(route_comes_before_the_caller)
{
    EXPECT_PROBLEM(client_get(NULL, "/v1/complaints/x/nothing"), 404, "not-found");
    const struct call call = {.method = "PUT", .path = "/v1/complaints/x"};
    const struct reply *reply = client_call(&call);
    EXPECT_PROBLEM(reply, 405, "method-not-allowed");
    ck_assert_str_eq(reply_header(reply, "allow"), "GET, HEAD, PATCH");
}
END_TEST

START_TEST(caller_comes_before_the_body)
{
    struct matter matter = matter_new("agent1", NULL);
    const char *paths[] = {path_of(&matter), MISSING};
    for (size_t i = 0; i < 2; i++) {
        EXPECT_PROBLEM(note(NULL, paths[i], NO_JSON, "text/plain", 0), 401, "unauthenticated");
        EXPECT_PROBLEM(note(NULL, paths[i], BAD_NOTE, NULL, 0), 401, "unauthenticated");
    }
    const struct call unknown = {.path = "/v1/complaints",
                                 .token = "cdt_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG",
                                 .body = NO_JSON,
                                 .content_type = "text/plain"};
    const struct reply *reply = client_call(&unknown);
    EXPECT_PROBLEM(reply, 401, "unauthenticated");
    ck_assert_ptr_nonnull(reply_header(reply, "www-authenticate"));
}
END_TEST

START_TEST(visibility_comes_before_the_body)
{
    struct matter matter = matter_new("agent1", NULL);
    const char *paths[] = {path_of(&matter), MISSING, "/v1/complaints/nonsense"};
    for (size_t i = 0; i < 3; i++) {
        EXPECT_PROBLEM(note("agent2", paths[i], NO_JSON, NULL, 0), 404, "not-found");
        EXPECT_PROBLEM(note("agent2", paths[i], GOOD_NOTE, "text/plain", 0), 404, "not-found");
        EXPECT_PROBLEM(note("agent2", paths[i], BAD_NOTE, NULL, 0), 404, "not-found");
    }
}
END_TEST

START_TEST(body_comes_before_the_right)
{
    struct matter matter = matter_new("agent1", NULL);
    EXPECT_PROBLEM(note("auditor1", path_of(&matter), NO_JSON, NULL, 0), 400, "bad-request");
    EXPECT_PROBLEM(note("auditor1", path_of(&matter), GOOD_NOTE, "text/plain", 0), 415,
                   "unsupported-media-type");
    EXPECT_PROBLEM(note("auditor1", path_of(&matter), BAD_NOTE, NULL, 0), 422, "invalid-input");
    EXPECT_PROBLEM(note("auditor1", path_of(&matter), GOOD_NOTE, NULL, 0), 403, "forbidden");
    EXPECT_PROBLEM(matter_receive("auditor1", body("{}")), 422, "invalid-input");
}
END_TEST

START_TEST(right_comes_before_the_version)
{
    struct matter matter = matter_new("agent1", NULL);
    EXPECT_PROBLEM(note("auditor1", path_of(&matter), GOOD_NOTE, NULL, 0), 403, "forbidden");
    EXPECT_PROBLEM(note("auditor1", path_of(&matter), GOOD_NOTE, NULL, 7), 403, "forbidden");
    EXPECT_PROBLEM(
        client_post("handler1", 7, body("{'owner': 'handler1'}"), "%s/advance", path_of(&matter)),
        403, "not-owner");
}
END_TEST

START_TEST(version_comes_before_the_state)
{
    struct matter matter = matter_new("agent1", NULL);
    const char *close = client_text("%s/close", path_of(&matter));
    const char *classify = client_text("%s/classify", path_of(&matter));
    EXPECT_PROBLEM(client_post("agent1", 0, body("{'outcome': 'upheld'}"), "%s", close), 428,
                   "version-required");
    EXPECT_PROBLEM(client_post("agent1", 7, body("{'outcome': 'upheld'}"), "%s", close), 412,
                   "stale-version");
    EXPECT_PROBLEM(client_post("agent1", 1, body("{'outcome': 'upheld'}"), "%s", close), 409,
                   "wrong-stage");
    matter_must(&matter, "agent1", "withdraw", body("{'reason': '撤诉'}"));
    EXPECT_PROBLEM(client_post("agent1", 0, body("{'urgency': 1}"), "%s", classify), 428,
                   "version-required");
    EXPECT_PROBLEM(client_post("agent1", 1, body("{'urgency': 1}"), "%s", classify), 412,
                   "stale-version");
    EXPECT_PROBLEM(client_post("agent1", 2, body("{'urgency': 1}"), "%s", classify), 409,
                   "not-open");
}
END_TEST

START_TEST(refusals_change_nothing)
{
    struct matter matter = matter_new("agent1", NULL);
    const struct reply *before = matter_get(&matter, "agent1", NULL);
    (void)note("agent1", path_of(&matter), BAD_NOTE, NULL, 1);
    (void)note("agent1", path_of(&matter), GOOD_NOTE, NULL, 0);
    (void)note("agent1", path_of(&matter), GOOD_NOTE, NULL, 9);
    (void)note("auditor1", path_of(&matter), GOOD_NOTE, NULL, 1);
    (void)client_post("agent1", 1, body("{'outcome': 'upheld'}"), "%s/close", path_of(&matter));
    ck_assert(json_equal(before->json, matter_get(&matter, "agent1", NULL)->json));
    const struct reply *journal = matter_get(&matter, "agent1", "/journal");
    ck_assert_uint_eq(json_array_size(reply_at(journal, "items")), 1);
}
END_TEST

/* --- If-Match --------------------------------------------------------------------------------- */

static const struct reply *note_if(const struct matter *matter, const char *if_match)
{
    const struct call call = {.as = "agent1",
                              .path = client_text("%s/notes", path_of(matter)),
                              .body = GOOD_NOTE,
                              .headers = {client_text("If-Match: %s", if_match)}};
    return client_call(&call);
}

START_TEST(stale_version_names_the_current_one_and_its_author)
{
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "handler1", "notes", body("{'text': '先记'}"));
    const struct reply *reply = note("agent1", path_of(&matter), GOOD_NOTE, NULL, 1);
    EXPECT_PROBLEM(reply, 412, "stale-version");
    ck_assert_int_eq(reply_integer(reply, "current_version"), 2);
    ck_assert_str_eq(reply_text(reply, "changed_by"), "handler1");
    reply = note("agent1", path_of(&matter), GOOD_NOTE, NULL, 2);
    EXPECT_STATUS(reply, 201);
    ck_assert_int_eq(reply_version(reply), 3);
}
END_TEST

/* If-Match compares strongly (RFC 9110), and one version was read, not several. */
START_TEST(only_one_strong_tag_matches)
{
    static const char *const wrong[] = {"W/\"1\"", "1",      "\"\"",
                                        "\"01x\"", "\"-1\"", "\"1\", \"2\"",
                                        "\"0\"",   "\"1",    "\"99999999999999999999\""};
    struct matter matter = matter_new("agent1", NULL);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct reply *reply = note_if(&matter, wrong[i]);
        ck_assert_msg(reply->status == 412, "%s: %d", wrong[i], reply->status);
        EXPECT_PROBLEM(reply, 412, "stale-version");
    }
    EXPECT_STATUS(note_if(&matter, "\"1\""), 201);
}
END_TEST

START_TEST(two_with_the_same_version_race)
{
    for (int round = 0; round < 10; round++) {
        struct matter matter = matter_new("agent1", NULL);
        struct call calls[8];
        const struct reply *replies[8];
        size_t won = 0;
        for (size_t i = 0; i < 8; i++)
            calls[i] = (struct call){.as = i % 2 ? "agent1" : "handler1",
                                     .path = client_text("%s/notes", path_of(&matter)),
                                     .json = body("{'text': '第%zu条'}", i),
                                     .version = 1};
        client_together(calls, 8, replies);
        for (size_t i = 0; i < 8; i++) {
            if (replies[i]->status == 201) {
                won++;
                continue;
            }
            EXPECT_PROBLEM(replies[i], 412, "stale-version");
            ck_assert_int_eq(reply_integer(replies[i], "current_version"), 2);
        }
        ck_assert_uint_eq(won, 1);
        const struct reply *notes = matter_get(&matter, "agent1", "/notes");
        ck_assert_uint_eq(json_array_size(reply_at(notes, "items")), 1);
    }
}
END_TEST

/* --- If-None-Match ---------------------------------------------------------------------------- */

static const struct reply *get_unless(const struct matter *matter, const char *as,
                                      const char *if_none_match)
{
    const struct call call = {.as = as,
                              .path = path_of(matter),
                              .headers = {client_text("If-None-Match: %s", if_none_match)}};
    return client_call(&call);
}

START_TEST(unchanged_complaints_are_not_sent_again)
{
    struct matter matter = matter_new("agent1", NULL);
    static const char *const matching[] = {"\"1\"", "W/\"1\"", "\"7\", \"1\"", "*"};
    for (size_t i = 0; i < sizeof matching / sizeof *matching; i++) {
        const struct reply *reply = get_unless(&matter, "agent1", matching[i]);
        EXPECT_STATUS(reply, 304);
        ck_assert_uint_eq(reply->length, 0);
        ck_assert_str_eq(reply_header(reply, "etag"), "\"1\"");
    }
    static const char *const others[] = {"\"2\"", "\"11\"", "1", "\"\""};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        EXPECT_STATUS(get_unless(&matter, "agent1", others[i]), 200);
    matter_must(&matter, "agent1", "notes", body("{'text': '改'}"));
    const struct reply *reply = get_unless(&matter, "agent1", "\"1\"");
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_header(reply, "etag"), "\"2\"");
    EXPECT_PROBLEM(get_unless(&matter, "agent2", "\"2\""), 404, "not-found");
}
END_TEST

static const struct reply *get_part(const struct matter *matter, const char *part,
                                    const char *if_none_match)
{
    return client_call(
        &(struct call){.as = "agent1",
                       .path = client_text("%s/%s", path_of(matter), part),
                       .headers = {client_text("If-None-Match: %s", if_none_match)}});
}

START_TEST(nor_are_its_stages_and_deadlines)
{
    static const char *const parts[] = {"stages", "deadlines"};
    struct matter matter = matter_new("agent1", NULL);
    const struct reply *reply = get_part(&matter, parts[_i], "\"1\"");
    EXPECT_STATUS(reply, 304);
    ck_assert_uint_eq(reply->length, 0);
    ck_assert_str_eq(reply_header(reply, "etag"), "\"1\"");
    EXPECT_STATUS(get_part(&matter, parts[_i], "\"2\""), 200);
    matter_must(&matter, "agent1", "notes", body("{'text': '改'}"));
    reply = get_part(&matter, parts[_i], "\"1\"");
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_header(reply, "etag"), "\"2\"");
}
END_TEST

/* Time passes and the version stays. The row alone is altered, and mended again, as if nobody had
 * touched the complaint since long before it became overdue. */
START_TEST(what_turned_overdue_is_sent_again)
{
    const char *long_ago = time_text(-40 * 86400);
    struct matter matter = matter_new("agent1", body("{'received_at': '%s'}", long_ago));
    EXPECT_STATUS(get_unless(&matter, "agent1", "\"1\""), 304);
    EXPECT_STATUS(get_part(&matter, "deadlines", "\"1\""), 304);
    database_run("UPDATE complaint SET updated_at = updated_at - interval '60 days' "
                 "WHERE id = '%s'",
                 matter.id);
    const struct reply *whole = get_unless(&matter, "agent1", "\"1\""),
                       *deadlines = get_part(&matter, "deadlines", "\"1\""),
                       *rows = get_part(&matter, "stages", "\"1\"");
    database_run("UPDATE complaint SET updated_at = updated_at + interval '60 days' "
                 "WHERE id = '%s'",
                 matter.id);
    EXPECT_STATUS(whole, 200);
    EXPECT_STATUS(deadlines, 200);
    ck_assert(reply_boolean(deadlines, "overdue"));
    EXPECT_STATUS(rows, 304);
}
END_TEST

/* Versions are counted, and every answer that shows a complaint names its own. */
START_TEST(etag_follows_the_version)
{
    struct matter matter = matter_new("agent1", NULL);
    const struct reply *reply = matter_must(&matter, "agent1", "classify", body("{'urgency': 1}"));
    ck_assert_str_eq(reply_header(reply, "etag"), "\"2\"");
    ck_assert_int_eq(reply_integer(reply, "version"), 2);
    reply = matter_must(&matter, "agent1", "notes", body("{'text': '一'}"));
    ck_assert_str_eq(reply_header(reply, "etag"), "\"3\"");
    reply = matter_get(&matter, "agent1", NULL);
    ck_assert_str_eq(reply_header(reply, "etag"), "\"3\"");
    ck_assert_int_eq(reply_integer(reply, "version"), 3);
    ck_assert_str_eq(reply_header(matter_get(&matter, "agent1", "/stages"), "etag"), "\"3\"");
}
END_TEST

/* --- addresses -------------------------------------------------------------------------------- */

/* Bytes that are no text name nothing; above all they harm nobody else's request. */
START_TEST(odd_addresses_name_nothing)
{
    static const char *const odd[] = {"%FF",   "%C0%AF", "%ED%A0%80", "TS%FF", "%E6%8A",
                                      "a%20b", "%27",    "%25",       "..%2F", "%E6%8A%95"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        EXPECT_PROBLEM(client_get("agent1", "/v1/complaints/%s", odd[i]), 404, "not-found");
        EXPECT_PROBLEM(client_get("agent1", "/v1/complaints/%s/journal", odd[i]), 404, "not-found");
        EXPECT_PROBLEM(note("agent1", client_text("/v1/complaints/%s", odd[i]), GOOD_NOTE, NULL, 1),
                       404, "not-found");
    }
}
END_TEST

START_TEST(odd_addresses_harm_nobody_else)
{
    struct matter matter = matter_new("agent1", NULL);
    for (int round = 0; round < 5; round++) {
        struct call calls[24];
        const struct reply *replies[24];
        for (size_t i = 0; i < 24; i++)
            calls[i] = (struct call){.as = "agent1",
                                     .path = i % 4 == 0 ? "/v1/complaints/%FF" : path_of(&matter)};
        client_together(calls, 24, replies);
        for (size_t i = 0; i < 24; i++)
            EXPECT_STATUS(replies[i], i % 4 == 0 ? 404 : 200);
    }
}
END_TEST

Suite *complaint_order_suite(void)
{
    Suite *suite = suite_create("complaint_order");
    TCase *tcase = tcase_create("order");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_test(tcase, route_comes_before_the_caller);
    tcase_add_test(tcase, caller_comes_before_the_body);
    tcase_add_test(tcase, visibility_comes_before_the_body);
    tcase_add_test(tcase, body_comes_before_the_right);
    tcase_add_test(tcase, right_comes_before_the_version);
    tcase_add_test(tcase, version_comes_before_the_state);
    tcase_add_test(tcase, refusals_change_nothing);
    tcase_add_test(tcase, stale_version_names_the_current_one_and_its_author);
    tcase_add_test(tcase, only_one_strong_tag_matches);
    tcase_add_test(tcase, two_with_the_same_version_race);
    tcase_add_test(tcase, unchanged_complaints_are_not_sent_again);
    tcase_add_loop_test(tcase, nor_are_its_stages_and_deadlines, 0, 2);
    tcase_add_test(tcase, what_turned_overdue_is_sent_again);
    tcase_add_test(tcase, etag_follows_the_version);
    tcase_add_test(tcase, odd_addresses_name_nothing);
    tcase_add_test(tcase, odd_addresses_harm_nobody_else);
    suite_add_tcase(suite, tcase);
    return suite;
}
