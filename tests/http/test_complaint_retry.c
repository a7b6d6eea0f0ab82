/* Idempotency-Key: a request that is repeated is carried out once and answered the same. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/http/database.h"
#include "tests/http/matter.h"

Suite *complaint_retry_suite(void);

/* A key that no other test uses. */
static const char *new_key(const char *what)
{
    static int count;
    return client_text("%s %d %d %ld", what, getpid(), ++count, (long)time(NULL));
}

static const struct reply *receive(const char *as, const char *key, json_t *input)
{
    const struct call call = {
        .as = as, .path = "/v1/complaints", .json = input, .idempotency_key = key};
    return client_call(&call);
}

static const struct reply *act(const char *as, const char *key, const char *path, int64_t version,
                               const char *input)
{
    const struct call call = {.method = "POST",
                              .as = as,
                              .path = path,
                              .version = version,
                              .body = input,
                              .idempotency_key = key};
    return client_call(&call);
}

static void expect_replay(const struct reply *first, const struct reply *again)
{
    static const char *const headers[] = {"etag", "location", "content-type"};
    ck_assert_int_eq(first->status, again->status);
    ck_assert_str_eq(first->body, again->body);
    for (size_t i = 0; i < 3; i++) {
        const char *one = reply_header(first, headers[i]), *two = reply_header(again, headers[i]);
        ck_assert_msg((!one && !two) || (one && two && strcmp(one, two) == 0), "%s: %s, then %s",
                      headers[i], one ? one : "none", two ? two : "none");
    }
}

START_TEST(repeated_receipt_makes_one_complaint)
{
    const char *key = new_key("receipt");
    json_t *input = matter_minimal();
    const struct reply *first = receive("agent1", key, json_incref(input));
    EXPECT_STATUS(first, 201);
    long before = database_number("SELECT count(*) FROM complaint");
    for (int i = 0; i < 3; i++)
        expect_replay(first, receive("agent1", key, json_incref(input)));
    ck_assert_int_eq(database_number("SELECT count(*) FROM complaint"), before);
    json_decref(input);
}
END_TEST

START_TEST(same_key_with_another_body_is_refused)
{
    const char *key = new_key("other body");
    json_t *input = matter_minimal(), *other = matter_minimal();
    json_object_set_new(other, "subject", json_string("另一件事"));
    EXPECT_STATUS(receive("agent1", key, input), 201);
    EXPECT_PROBLEM(receive("agent1", key, other), 422, "idempotency-key-reused");
}
END_TEST

/* The key is bound to the route too. */
START_TEST(same_key_for_another_operation_is_refused)
{
    const char *key = new_key("other route");
    struct matter matter = matter_new("agent1", NULL);
    const char *path = client_text("/v1/complaints/%s/take-back", matter.id);
    const char *accept = client_text("/v1/complaints/%s/accept", matter.id);
    matter_must(&matter, "agent1", "offer", body("{'to': 'handler1'}"));
    EXPECT_STATUS(act("agent1", key, path, matter.version, "{}"), 200);
    EXPECT_PROBLEM(act("agent1", key, accept, matter.version, "{}"), 422, "idempotency-key-reused");
}
END_TEST

START_TEST(keys_of_other_callers_are_their_own)
{
    const char *key = new_key("shared");
    json_t *input = matter_minimal();
    const struct reply *first = receive("agent1", key, json_incref(input));
    const struct reply *second = receive("handler1", key, json_incref(input));
    EXPECT_STATUS(first, 201);
    EXPECT_STATUS(second, 201);
    ck_assert_str_ne(reply_text(first, "id"), reply_text(second, "id"));
    expect_replay(first, receive("agent1", key, json_incref(input)));
    expect_replay(second, receive("handler1", key, input));
}
END_TEST

START_TEST(only_successes_are_kept)
{
    const char *key = new_key("failure");
    struct matter matter = matter_at("investigation");
    const char *path = client_text("/v1/complaints/%s/advance", matter.id);
    const char *input = "{\"owner\": \"handler1\"}";
    EXPECT_PROBLEM(act("handler1", key, path, matter.version, input), 409, "findings-missing");
    EXPECT_PROBLEM(act("handler1", key, path, 99, input), 412, "stale-version");
    EXPECT_PROBLEM(act("handler1", key, path, 0, input), 428, "version-required");
    EXPECT_PROBLEM(act("handler1", key, path, matter.version, "{}"), 422, "invalid-input");
    matter_must(&matter, "handler1", "findings", body_findings());
    EXPECT_STATUS(act("handler1", key, path, matter.version, input), 200);
}
END_TEST

/* The answer was lost, the client repeats it with the version that it had then. */
START_TEST(repeated_change_replays_with_the_old_version)
{
    const char *key = new_key("advance");
    struct matter matter = matter_new("agent1", NULL);
    const char *path = client_text("/v1/complaints/%s/advance", matter.id);
    const char *input = "{\"owner\": \"handler1\"}";
    const struct reply *first = act("agent1", key, path, 1, input);
    EXPECT_STATUS(first, 200);
    ck_assert_int_eq(reply_version(first), 2);
    expect_replay(first, act("agent1", key, path, 1, input));
    expect_replay(first, act("agent1", key, path, 0, input));
    matter.version = 2;
    matter_must(&matter, "handler1", "findings", body_findings());
    expect_replay(first, act("agent1", key, path, 1, input));
    ck_assert_int_eq(reply_integer(matter_get(&matter, "agent1", NULL), "version"), 3);
}
END_TEST

/* Every operation that changes a complaint. */
static const struct {
    const char *stage, *as, *before, *before_input, *action;
    const char *input; /* NULL: a delivery, which depends on when it is made */
} changes[] = {
    {"intake", "agent1", NULL, NULL, "advance", "{\"owner\":\"handler1\"}"},
    {"intake", "agent1", NULL, NULL, "settle", "{\"summary\":\"和解\"}"},
    {"intake", "agent1", NULL, NULL, "decline", "{\"reason_code\":\"other\",\"reason\":\"其他\"}"},
    {"intake", "agent1", NULL, NULL, "withdraw", "{\"reason\":\"撤诉\"}"},
    {"intake", "agent1", NULL, NULL, "classify", "{\"urgency\":1}"},
    {"intake", "agent1", NULL, NULL, "offer", "{\"to\":\"handler1\"}"},
    {"intake", "agent1", "offer", "{'to': 'handler1'}", "take-back", "{}"},
    {"intake", "supervisor1", NULL, NULL, "assign", "{\"owner\":\"handler1\"}"},
    {"intake", "agent1", NULL, NULL, "notes", "{\"text\":\"备注\"}"},
    {"intake", "agent1", NULL, NULL, "contacts",
     "{\"method\":\"phone\",\"direction\":\"inbound\",\"at\":\"2026-11-20T10:00:00+08:00\","
     "\"reached\":true,\"summary\":\"来电\"}"},
    {"investigation", "handler1", NULL, NULL, "findings",
     "{\"facts\":\"一\",\"basis\":\"二\",\"upheld\":\"no\"}"},
    {"investigation", "handler1", NULL, NULL, "send-back",
     "{\"to\":\"intake\",\"owner\":\"agent1\",\"reason\":\"退回\"}"},
    {"resolution", "handler1", NULL, NULL, "plan", "{\"summary\":\"致歉\"}"},
    {"feedback", "handler1", NULL, NULL, "notices",
     "{\"facts\":\"一\",\"basis\":\"二\",\"decision\":\"三\"}"},
    {"feedback", "handler1", "notices", "{'facts': '一', 'basis': '二', 'decision': '三'}",
     "notices/1/deliveries", NULL},
};

START_TEST(every_change_can_be_repeated)
{
    const char *key = new_key(changes[_i].action);
    const char *input = changes[_i].input ? changes[_i].input : body_text(body_delivery());
    struct matter matter = matter_at(changes[_i].stage);
    if (changes[_i].before)
        matter_must(&matter, changes[_i].as, changes[_i].before,
                    body("%s", changes[_i].before_input));
    const char *path = client_text("/v1/complaints/%s/%s", matter.id, changes[_i].action);
    const struct reply *first = act(changes[_i].as, key, path, matter.version, input);
    ck_assert_msg(first->status == 200 || first->status == 201, "%s: %d %s", path, first->status,
                  first->body);
    expect_replay(first, act(changes[_i].as, key, path, matter.version, input));
    const struct reply *after = matter_get(&matter, "supervisor1", NULL);
    ck_assert_int_eq(reply_integer(after, "version"), matter.version + 1);
    const struct reply *journal = matter_get(&matter, "supervisor1", "/journal?limit=200");
    ck_assert_int_eq((int64_t)json_array_size(reply_at(journal, "items")), matter.version + 1);
}
END_TEST

START_TEST(twins_in_parallel_make_one_complaint)
{
    for (int round = 0; round < 8; round++) {
        const char *key = new_key("twins");
        const char *bytes = body_text(matter_minimal());
        long before = database_number("SELECT count(*) FROM complaint");
        struct call calls[16];
        const struct reply *replies[16];
        for (size_t i = 0; i < 16; i++)
            calls[i] = (struct call){
                .as = "agent1", .path = "/v1/complaints", .body = bytes, .idempotency_key = key};
        client_together(calls, 16, replies);
        EXPECT_STATUS(replies[0], 201);
        for (size_t i = 1; i < 16; i++)
            expect_replay(replies[0], replies[i]);
        ck_assert_int_eq(database_number("SELECT count(*) FROM complaint"), before + 1);
    }
}
END_TEST

START_TEST(twins_of_a_change_in_parallel_make_one)
{
    for (int round = 0; round < 8; round++) {
        const char *key = new_key("twin notes");
        struct matter matter = matter_new("agent1", NULL);
        struct call calls[16];
        const struct reply *replies[16];
        for (size_t i = 0; i < 16; i++)
            calls[i] = (struct call){.as = "agent1",
                                     .path = client_text("/v1/complaints/%s/notes", matter.id),
                                     .body = "{\"text\":\"同一条\"}",
                                     .version = 1,
                                     .idempotency_key = key};
        client_together(calls, 16, replies);
        EXPECT_STATUS(replies[0], 201);
        for (size_t i = 1; i < 16; i++)
            expect_replay(replies[0], replies[i]);
        ck_assert_int_eq(reply_integer(matter_get(&matter, "agent1", NULL), "version"), 2);
    }
}
END_TEST

/* The same key with different bodies at once: one of them wins, the others are told. */
START_TEST(rivals_in_parallel_make_one_complaint)
{
    const char *key = new_key("rivals");
    long before = database_number("SELECT count(*) FROM complaint");
    struct call calls[8];
    const struct reply *replies[8];
    size_t won = 0;
    for (size_t i = 0; i < 8; i++) {
        json_t *input = matter_minimal();
        json_object_set_new(input, "subject", json_string(client_text("第%zu件", i)));
        calls[i] = (struct call){
            .as = "agent1", .path = "/v1/complaints", .json = input, .idempotency_key = key};
    }
    client_together(calls, 8, replies);
    for (size_t i = 0; i < 8; i++) {
        if (replies[i]->status == 201)
            won++;
        else
            EXPECT_PROBLEM(replies[i], 422, "idempotency-key-reused");
    }
    ck_assert_uint_eq(won, 1);
    ck_assert_int_eq(database_number("SELECT count(*) FROM complaint"), before + 1);
}
END_TEST

START_TEST(key_has_its_limit)
{
    json_t *input = matter_minimal();
    const struct reply *first = receive("agent1", client_text("%0255d", 0), json_incref(input));
    EXPECT_STATUS(first, 201);
    expect_replay(first, receive("agent1", client_text("%0255d", 0), json_incref(input)));
    const struct reply *reply = receive("agent1", client_text("%0256d", 0), input);
    EXPECT_PROBLEM(reply, 400, "invalid-parameter");
    EXPECT_ERROR(reply, "Idempotency-Key", "too_long");
}
END_TEST

START_TEST(key_may_be_chinese)
{
    json_t *input = matter_minimal();
    const char *key = new_key("投诉登记");
    const struct reply *first = receive("agent1", key, json_incref(input));
    EXPECT_STATUS(first, 201);
    expect_replay(first, receive("agent1", key, input));
}
END_TEST

START_TEST(key_that_is_no_text_is_refused)
{
    static const char *const keys[] = {"\xff\xfe", "a\xc0\xaf", "\xed\xa0\x80"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct reply *reply = receive("agent1", keys[i], matter_minimal());
        EXPECT_PROBLEM(reply, 400, "invalid-parameter");
    }
}
END_TEST

/* What is hidden from the caller meanwhile is not replayed. */
START_TEST(visibility_comes_before_the_key)
{
    const char *key = new_key("hidden");
    struct matter matter = matter_new("agent1", NULL);
    const char *path = client_text("/v1/complaints/%s/notes", matter.id);
    EXPECT_PROBLEM(act("agent2", key, path, 1, "{\"text\":\"a\"}"), 404, "not-found");
    EXPECT_STATUS(act("agent1", key, path, 1, "{\"text\":\"a\"}"), 201);
    EXPECT_PROBLEM(act("agent2", key, path, 1, "{\"text\":\"a\"}"), 404, "not-found");
}
END_TEST

START_TEST(journals_are_sound_afterwards)
{
    ck_assert(journals_are_sound());
}
END_TEST

Suite *complaint_retry_suite(void)
{
    Suite *suite = suite_create("complaint_retry");
    TCase *tcase = tcase_create("retry");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_test(tcase, repeated_receipt_makes_one_complaint);
    tcase_add_test(tcase, same_key_with_another_body_is_refused);
    tcase_add_test(tcase, same_key_for_another_operation_is_refused);
    tcase_add_test(tcase, keys_of_other_callers_are_their_own);
    tcase_add_test(tcase, only_successes_are_kept);
    tcase_add_test(tcase, repeated_change_replays_with_the_old_version);
    tcase_add_loop_test(tcase, every_change_can_be_repeated, 0,
                        (int)(sizeof changes / sizeof *changes));
    tcase_add_test(tcase, twins_in_parallel_make_one_complaint);
    tcase_add_test(tcase, twins_of_a_change_in_parallel_make_one);
    tcase_add_test(tcase, rivals_in_parallel_make_one_complaint);
    tcase_add_test(tcase, key_has_its_limit);
    tcase_add_test(tcase, key_may_be_chinese);
    tcase_add_test(tcase, key_that_is_no_text_is_refused);
    tcase_add_test(tcase, visibility_comes_before_the_key);
    tcase_add_test(tcase, journals_are_sound_afterwards);
    suite_add_tcase(suite, tcase);
    return suite;
}
