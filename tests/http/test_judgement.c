/* The order in which every operation judges a request (api.md): who calls, visibility, body, right,
 * version, state. Each test sends requests that are wrong in two respects, and the first counts. */
#include <stdlib.h>
#include <string.h>

#include "tests/http/client.h"
#include "tests/http/matter.h"

#define NOBODY_KNOWS "TS20010101000001"

/* A command on a complaint: somebody who has the right at intake, whatever the stage, and a body
 * that is sound. What somebody may do only to whom the complaint is offered comes last. */
static const struct command {
    const char *path, *who, *body;
    bool after_the_end; /* possible only once the complaint has ended */
} commands[] = {
    {NULL /* PATCH */, "agent1", "{\"demand\": \"退款\", \"reason\": \"更正\"}", false},
    {"settle", "agent1", "{\"summary\": \"已说明\"}", false},
    {"decline", "agent1", "{\"reason_code\": \"other\", \"reason\": \"重复\"}", false},
    {"classify", "agent1", "{\"urgency\": 1}", false},
    {"advance", "agent1", "{\"owner\": \"handler1\"}", false},
    {"send-back", "agent1", "{\"to\": \"intake\", \"owner\": \"agent1\", \"reason\": \"补充\"}",
     false},
    {"offer", "agent1", "{\"to\": \"handler1\"}", false},
    {"take-back", "agent1", "{}", false},
    {"assign", "supervisor1", "{\"owner\": \"handler1\"}", false},
    {"withdraw", "agent1", "{\"reason\": \"客户撤诉\"}", false},
    {"close", "agent1", "{\"outcome\": \"upheld\"}", false},
    {"notes", "agent1", "{\"text\": \"备注\"}", false},
    {"contacts", "agent1",
     "{\"method\": \"phone\", \"direction\": \"outbound\", \"at\": \"2026-01-05T10:00:00+08:00\", "
     "\"reached\": true, \"summary\": \"已联系\"}",
     false},
    {"findings", "agent1", "{\"facts\": \"属实\", \"basis\": \"流水\", \"upheld\": \"yes\"}",
     false},
    {"plan", "agent1", "{\"summary\": \"退款\"}", false},
    {"approve-plan", "supervisor1", "{}", false},
    {"notices", "agent1", "{\"facts\": \"属实\", \"basis\": \"办法\", \"decision\": \"退款\"}",
     false},
    {"notices/1/deliveries", "agent1",
     "{\"channel\": \"letter\", \"at\": \"2026-01-05T10:00:00+08:00\", \"proof\": \"回执\"}",
     false},
    {"pauses", "agent1", "{\"reason\": \"other\", \"from\": \"2026-01-05T10:00:00+08:00\"}", false},
    {"pauses/1/end", "agent1", "{\"at\": \"2026-01-05T10:00:00+08:00\"}", false},
    {"extensions", "agent1", "{\"days\": 5, \"reason\": \"材料未齐\"}", false},
    {"extensions/1/approve", "supervisor1", "{}", false},
    {"extensions/1/refuse", "supervisor1", "{\"reason\": \"材料已齐\"}", false},
    {"extensions/1/told", "agent1",
     "{\"at\": \"2026-01-05T10:00:00+08:00\", \"method\": \"phone\"}", false},
    {"urge", "supervisor1", NULL /* a time ahead */, false},
    {"urge/1/answer", "agent1", "{\"text\": \"已联系客户\"}", false},
    {"links", "agent1", NULL /* another number each time */, false},
    {"links/1/remove", "agent1", "{\"reason\": \"编号有误\"}", false},
    {"void", "agent1", "{\"reason\": \"误录入\"}", false},
    {"void/approve", "supervisor1", "{}", false},
    {"void/refuse", "supervisor1", "{\"reason\": \"并非误录\"}", false},
    {"unmask", "agent1", "{\"fields\": [\"phone\"], \"purpose\": \"回电\"}", false},
    {"unmask/approve", "supervisor1", "{}", false},
    {"unmask/refuse", "supervisor1", "{\"reason\": \"无必要\"}", false},
    {"reopen", "agent1", "{\"kind\": \"error\", \"owner\": \"handler1\", \"reason\": \"处理有误\"}",
     true},
    {"review", "agent1", "{\"owner\": \"supervisor1\", \"reason\": \"申请核查\"}", true},
    {"accept", "handler1", "{}", false},
    {"refuse", "handler1", "{\"reason\": \"不归我管\"}", false},
};
#define COMMANDS ((int)(sizeof commands / sizeof *commands))

static const char receipt[] =
    "{\"source\": \"hotline\", \"subject\": \"转账未到账\", \"narrative\": \"转账五千元未到账\", "
    "\"received_at\": \"2026-01-05T09:12:00+08:00\", "
    "\"complainant\": {\"name\": \"王小明\", \"phone\": \"13800000001\"}}";

static const char *received_number(void)
{
    const struct reply *reply =
        client_call(&(struct call){.path = "/v1/complaints", .as = "agent1", .body = receipt});
    EXPECT_STATUS(reply, 201);
    return reply_text(reply, "number");
}

static const char *body_of(const struct command *command)
{
    if (command->path && strcmp(command->path, "urge") == 0)
        return client_text("{\"text\": \"请说明进展\", \"due_at\": \"%s\"}", time_text(3600));
    return command->body ? command->body
                         : client_text("{\"kind\": \"repeat\", \"complaint\": \"%s\","
                                       " \"reason\": \"再次来电\"}",
                                       received_number());
}

static const char *path_of(const struct command *command, const char *number, const char *query)
{
    return client_text("/v1/complaints/%s%s%s%s", number, command->path ? "/" : "",
                       command->path ? command->path : "", query);
}

static const struct reply *send(const struct command *command, const char *number, struct call call)
{
    call.method = command->path ? "POST" : "PATCH";
    call.path = path_of(command, number, "");
    if (!call.body)
        call.body = body_of(command);
    return client_call(&call);
}

static bool for_whom_it_is_offered(const struct command *command)
{
    return strcmp(command->who, "handler1") == 0;
}

/* What was said is recorded at any time. */
static bool is_possible_at_any_time(const struct command *command)
{
    return command->path &&
           (strcmp(command->path, "notes") == 0 || strcmp(command->path, "contacts") == 0 ||
            strcmp(command->path, "unmask") == 0);
}

/* A complaint of version 1, or of 2 where the command needs an offer. */
static const char *a_complaint_for(const struct command *command)
{
    const char *number = received_number();
    if (for_whom_it_is_offered(command))
        EXPECT_STATUS(client_post("agent1", 1, json_pack("{s:s}", "to", "handler1"),
                                  "/v1/complaints/%s/offer", number),
                      200);
    return number;
}

START_TEST(who_calls_comes_first)
{
    const struct command *command = &commands[_i];
    EXPECT_PROBLEM(send(command, NOBODY_KNOWS, (struct call){.body = "{"}), 401, "unauthenticated");
    const char *never_given = "cd_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    EXPECT_PROBLEM(send(command, NOBODY_KNOWS, (struct call){.body = "{", .token = never_given}),
                   401, "unauthenticated");
}
END_TEST

START_TEST(then_whether_it_is_visible)
{
    const struct command *command = &commands[_i];
    const char *number = a_complaint_for(command);
    static const char *const strangers[] = {"agent2", "admin"};
    for (size_t i = 0; i < 2; i++) {
        const struct reply *hidden =
            send(command, number, (struct call){.as = strangers[i], .body = "{\"x\": 1}"});
        const struct reply *absent =
            send(command, NOBODY_KNOWS, (struct call){.as = strangers[i], .body = "{\"x\": 1}"});
        EXPECT_PROBLEM(hidden, 404, "not-found");
        EXPECT_PROBLEM(absent, 404, "not-found");
        ck_assert_str_eq(reply_text(hidden, "detail"), reply_text(absent, "detail"));
    }
    EXPECT_PROBLEM(send(command, "01890000-0000-7000-8000-000000000000",
                        (struct call){.as = command->who, .version = 1}),
                   404, "not-found");
}
END_TEST

/* The auditor sees the complaint and has no right, but hears of the body first. */
START_TEST(then_the_body)
{
    const struct command *command = &commands[_i];
    const char *number = a_complaint_for(command);
    EXPECT_PROBLEM(send(command, number, (struct call){.as = "auditor1", .body = "{"}), 400,
                   "bad-request");
    EXPECT_PROBLEM(send(command, number, (struct call){.as = "auditor1", .body = "[]"}), 400,
                   "bad-request");
    EXPECT_PROBLEM(
        send(command, number, (struct call){.as = "auditor1", .content_type = "text/plain"}), 415,
        "unsupported-media-type");
    const struct reply *reply =
        send(command, number, (struct call){.as = "auditor1", .body = "{\"x/y\": 1}"});
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/x~1y", "unknown_member");

    static char large[256 * 1024 + 1];
    memset(large, ' ', sizeof large);
    EXPECT_PROBLEM(
        send(command, number,
             (struct call){.as = "auditor1", .body = large, .body_length = sizeof large}),
        413, "too-large");
    EXPECT_PROBLEM(
        send(command, number,
             (struct call){.as = "auditor1", .body = large, .body_length = sizeof large - 1}),
        400, "bad-request");
}
END_TEST

static const char *long_key(void)
{
    static char key[257];
    memset(key, 'k', 256);
    return key;
}

START_TEST(and_what_goes_with_the_body)
{
    const struct command *command = &commands[_i];
    const char *number = a_complaint_for(command);
    const struct reply *reply =
        client_call(&(struct call){.method = command->path ? "POST" : "PATCH",
                                   .path = path_of(command, number, "?dry_run=1"),
                                   .as = command->who,
                                   .body = body_of(command)});
    EXPECT_PROBLEM(reply, 400, "invalid-parameter");
    EXPECT_ERROR(reply, "dry_run", "unknown_parameter");
    reply = send(command, number, (struct call){.as = command->who, .idempotency_key = long_key()});
    EXPECT_PROBLEM(reply, 400, "invalid-parameter");
}
END_TEST

START_TEST(then_the_right)
{
    const struct command *command = &commands[_i];
    EXPECT_PROBLEM(send(command, a_complaint_for(command), (struct call){.as = "auditor1"}), 403,
                   "forbidden");
}
END_TEST

START_TEST(then_the_version)
{
    const struct command *command = &commands[_i];
    const char *number = a_complaint_for(command);
    const int64_t version = for_whom_it_is_offered(command) ? 2 : 1;
    EXPECT_PROBLEM(send(command, number, (struct call){.as = command->who}), 428,
                   "version-required");
    const struct reply *reply =
        send(command, number, (struct call){.as = command->who, .version = 7});
    EXPECT_PROBLEM(reply, 412, "stale-version");
    ck_assert_int_eq(reply_integer(reply, "current_version"), version);
    ck_assert_str_eq(reply_text(reply, "changed_by"), "agent1");
    static const char *const others[] = {"If-Match: *", "If-Match: 1", "If-Match: W/\"1\"",
                                         "If-Match: \"1\", \"2\""};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        EXPECT_PROBLEM(
            send(command, number, (struct call){.as = command->who, .headers = {others[i]}}), 412,
            "stale-version");
    reply = client_get("agent1", "/v1/complaints/%s", number);
    ck_assert_int_eq(reply_version(reply), version);
}
END_TEST

START_TEST(then_the_state)
{
    const struct command *command = &commands[_i];
    const char *number = a_complaint_for(command);
    const int64_t version = for_whom_it_is_offered(command) ? 2 : 1;
    if (command->after_the_end) {
        EXPECT_PROBLEM(send(command, number, (struct call){.as = command->who, .version = version}),
                       409, "still-open");
        return;
    }
    EXPECT_STATUS(client_post("agent1", version, json_pack("{s:s}", "reason", "客户撤诉"),
                              "/v1/complaints/%s/withdraw", number),
                  200);
    const struct reply *reply =
        send(command, number, (struct call){.as = command->who, .version = version + 1});
    if (is_possible_at_any_time(command))
        EXPECT_STATUS(reply, 201);
    else
        EXPECT_PROBLEM(reply, 409,
                       command->path && strncmp(command->path, "unmask/", 7) == 0 ? "unmask-unknown"
                                                                                  : "not-open");
}
END_TEST

/* --- what is no command on a complaint -------------------------------------------------------- */

static const struct reply *receive(struct call call)
{
    call.path = call.path ? call.path : "/v1/complaints";
    if (!call.body && !call.json)
        call.body = receipt;
    return client_call(&call);
}

START_TEST(receiving)
{
    EXPECT_PROBLEM(receive((struct call){.body = "{"}), 401, "unauthenticated");
    EXPECT_PROBLEM(receive((struct call){.as = "auditor1", .body = "{"}), 400, "bad-request");
    EXPECT_PROBLEM(receive((struct call){.as = "auditor1", .content_type = "text/plain"}), 415,
                   "unsupported-media-type");
    EXPECT_PROBLEM(receive((struct call){.as = "auditor1", .body = "{}"}), 422, "invalid-input");
    EXPECT_PROBLEM(receive((struct call){.as = "auditor1"}), 403, "forbidden");
    EXPECT_PROBLEM(receive((struct call){.as = "admin"}), 403, "forbidden");
    EXPECT_PROBLEM(receive((struct call){.as = "agent1", .path = "/v1/complaints?dry_run=1"}), 400,
                   "invalid-parameter");
    static char large[256 * 1024 + 1];
    memset(large, ' ', sizeof large);
    EXPECT_PROBLEM(
        receive((struct call){.as = "agent1", .body = large, .body_length = sizeof large}), 413,
        "too-large");

    json_t *about_caller = json_loads(receipt, 0, NULL);
    json_object_set_new(about_caller, "staff_complained_of", json_string("agent1"));
    EXPECT_PROBLEM(receive((struct call){.as = "agent1", .json = about_caller}), 409, "recused");
}
END_TEST

static const char *const parts[] = {"",           "/stages",   "/journal",     "/notes",
                                    "/contacts",  "/findings", "/plan",        "/notices",
                                    "/deadlines", "/pauses",   "/extensions",  "/rounds",
                                    "/void",      "/links",    "/attachments", "/urge"};

START_TEST(reading_a_complaint)
{
    const char *number = received_number();
    EXPECT_PROBLEM(client_get(NULL, "/v1/complaints/%s%s?x=1", number, parts[_i]), 401,
                   "unauthenticated");
    EXPECT_PROBLEM(client_get("agent2", "/v1/complaints/%s%s", number, parts[_i]), 404,
                   "not-found");
    EXPECT_PROBLEM(client_get("admin", "/v1/complaints/%s%s", number, parts[_i]), 404, "not-found");
    EXPECT_PROBLEM(client_get("agent1", "/v1/complaints/%s%s", NOBODY_KNOWS, parts[_i]), 404,
                   "not-found");
    const struct reply *reply = client_get("agent1", "/v1/complaints/%s%s?x=1", number, parts[_i]);
    EXPECT_PROBLEM(reply, 400, "invalid-parameter");
    EXPECT_ERROR(reply, "x", "unknown_parameter");
    EXPECT_STATUS(client_get("auditor1", "/v1/complaints/%s%s", number, parts[_i]), 200);
}
END_TEST

static const char *const overviews[] = {"/v1/complaints", "/v1/board"};

START_TEST(overviews_are_for_those_who_see_complaints)
{
    EXPECT_PROBLEM(client_get(NULL, "%s", overviews[_i]), 401, "unauthenticated");
    EXPECT_PROBLEM(client_get("admin", "%s", overviews[_i]), 403, "forbidden");
    EXPECT_PROBLEM(client_get("agent1", "%s?x=1", overviews[_i]), 400, "invalid-parameter");
    const struct reply *reply = client_get("agent1", "%s?unit=XX", overviews[_i]);
    EXPECT_PROBLEM(reply, 400, "invalid-parameter");
    EXPECT_ERROR(reply, "unit", "unknown_value");
    EXPECT_STATUS(client_get("auditor1", "%s", overviews[_i]), 200);
}
END_TEST

START_TEST(previews)
{
    static const char path[] = "/v1/deadline-previews";
    static const char body[] =
        "{\"received_at\": \"2026-11-20T09:12:00+08:00\", \"level\": \"ordinary\"}";
    EXPECT_PROBLEM(client_call(&(struct call){.path = path, .body = "{"}), 401, "unauthenticated");
    EXPECT_PROBLEM(client_call(&(struct call){.path = path, .body = "{", .as = "agent1"}), 400,
                   "bad-request");
    EXPECT_PROBLEM(client_call(&(struct call){
                       .path = path, .body = body, .as = "agent1", .content_type = "text/plain"}),
                   415, "unsupported-media-type");
    const struct reply *reply =
        client_call(&(struct call){.path = path, .body = "{\"level\": \"x\"}", .as = "agent1"});
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/received_at", "required");
    EXPECT_ERROR(reply, "/level", "unknown_term");
    static char large[256 * 1024 + 1];
    memset(large, ' ', sizeof large);
    EXPECT_PROBLEM(client_call(&(struct call){
                       .path = path, .body = large, .body_length = sizeof large, .as = "agent1"}),
                   413, "too-large");
    EXPECT_STATUS(client_call(&(struct call){.path = path, .body = body, .as = "admin"}), 200);
}
END_TEST

/* _i: calendars or policies. */
START_TEST(rules)
{
    static const char *const paths[] = {"/v1/calendars", "/v1/policies"};
    const char *path = paths[_i];
    EXPECT_PROBLEM(client_get(NULL, "%s?x=1", path), 401, "unauthenticated");
    EXPECT_PROBLEM(client_get("agent1", "%s?x=1", path), 400, "invalid-parameter");
    EXPECT_STATUS(client_get("agent1", "%s", path), 200);
    EXPECT_PROBLEM(client_call(&(struct call){.path = path, .body = "{"}), 401, "unauthenticated");
    EXPECT_PROBLEM(client_call(&(struct call){.path = path, .body = "{", .as = "agent1"}), 400,
                   "bad-request");
    EXPECT_PROBLEM(client_call(&(struct call){
                       .path = path, .body = "{}", .as = "agent1", .content_type = "text/plain"}),
                   415, "unsupported-media-type");
    EXPECT_PROBLEM(client_call(&(struct call){.path = path, .body = "{}", .as = "agent1"}), 422,
                   "invalid-input");
    static char large[256 * 1024 + 1];
    memset(large, ' ', sizeof large);
    EXPECT_PROBLEM(client_call(&(struct call){
                       .path = path, .body = large, .body_length = sizeof large, .as = "agent1"}),
                   413, "too-large");
}
END_TEST

START_TEST(vocabulary)
{
    EXPECT_PROBLEM(client_get(NULL, "/v1/vocabulary?x=1"), 401, "unauthenticated");
    EXPECT_PROBLEM(client_get("agent1", "/v1/vocabulary?x=1"), 400, "invalid-parameter");
}
END_TEST

Suite *judgement_suite(void);
Suite *judgement_suite(void)
{
    Suite *suite = suite_create("judgement");
    TCase *tests = tcase_create("judgement");
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_add_loop_test(tests, who_calls_comes_first, 0, COMMANDS);
    tcase_add_loop_test(tests, then_whether_it_is_visible, 0, COMMANDS);
    tcase_add_loop_test(tests, then_the_body, 0, COMMANDS);
    tcase_add_loop_test(tests, and_what_goes_with_the_body, 0, COMMANDS);
    tcase_add_loop_test(tests, then_the_right, 0, COMMANDS);
    tcase_add_loop_test(tests, then_the_version, 0, COMMANDS);
    tcase_add_loop_test(tests, then_the_state, 0, COMMANDS);
    tcase_add_test(tests, receiving);
    tcase_add_loop_test(tests, reading_a_complaint, 0, (int)(sizeof parts / sizeof *parts));
    tcase_add_loop_test(tests, overviews_are_for_those_who_see_complaints, 0, 2);
    tcase_add_test(tests, previews);
    tcase_add_loop_test(tests, rules, 0, 2);
    tcase_add_test(tests, vocabulary);
    suite_add_tcase(suite, tests);
    return suite;
}
