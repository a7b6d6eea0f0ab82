/* Personal values at rest: found by contact, and encrypted anew while the server works. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/program.h"
#include "tests/http/spare.h"
#include "tests/support/shell.h"

Suite *privacy_suite(void);

#define SEARCH "/v1/complaints/search-by-contact"

/* --- search ------------------------------------------------------------------------------------- */

/* Eight digits that no other test has. */
static const char *fresh(void)
{
    static int count;
    return client_text("%08d", (getpid() * 37 + ++count * 7919) % 100000000);
}

static const struct reply *search(const char *as, const char *name, const char *value)
{
    const struct reply *reply = client_post(as, 0, json_pack("{s:s}", name, value), "%s", SEARCH);
    EXPECT_STATUS(reply, 200);
    return reply;
}

static size_t found(const char *as, const char *name, const char *value)
{
    return json_array_size(reply_at(search(as, name, value), "items"));
}

START_TEST(a_complaint_is_found_by_each_contact_however_it_is_written)
{
    const char *digits = fresh();
    const char *phone = client_text("139%s", digits),
               *mail = client_text("F%s@Example.com", digits);
    const char *account = client_text("6222%s88", digits), *document = client_text("e%s", digits);
    struct matter matter =
        matter_new("agent1", body("{'complainant': {'name': '孟祥瑞', 'phone': '%s', 'email': '%s',"
                                  " 'account_number': '%s', 'identity_number': '%s'}}",
                                  phone, mail, account, document));

    const struct reply *reply = search("agent1", "phone", phone);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 1);
    ck_assert_str_eq(reply_text(reply, "items.0.number"), matter.number);
    ck_assert_str_eq(reply_text(reply, "items.0.complainant.name"), "孟*");
    ck_assert_ptr_null(strstr(reply->body, digits));
    ck_assert_uint_eq(found("agent1", "phone", client_text("+86 139 %.4s-%s", digits, digits + 4)),
                      1);
    ck_assert_uint_eq(found("agent1", "email", client_text("f%s@example.COM", digits)), 1);
    ck_assert_uint_eq(found("agent1", "account_number", account), 1);
    ck_assert_uint_eq(found("agent1", "identity_number", client_text("E%s", digits)), 1);
    ck_assert_uint_eq(found("agent1", "account_number", phone), 0);
    ck_assert_uint_eq(found("agent1", "phone", client_text("139%.7s", digits)), 0);
}
END_TEST

START_TEST(only_those_who_see_a_complaint_find_it)
{
    const char *phone = client_text("139%s", fresh());

    matter_new("agent1", body("{'complainant': {'name': '张三', 'phone': '%s'}}", phone));
    matter_new("agent2", body("{'complainant': {'name': '张三', 'phone': '%s'}}", phone));
    ck_assert_uint_eq(found("agent1", "phone", phone), 1);
    ck_assert_uint_eq(found("agent2", "phone", phone), 1);
    ck_assert_uint_eq(found("supervisor1", "phone", phone), 2);
    EXPECT_PROBLEM(client_post("auditor1", 0, json_pack("{s:s}", "phone", phone), "%s", SEARCH),
                   403, "forbidden");
    EXPECT_PROBLEM(client_post("admin", 0, json_pack("{s:s}", "phone", phone), "%s", SEARCH), 403,
                   "forbidden");
    EXPECT_PROBLEM(client_post(NULL, 0, json_pack("{s:s}", "phone", phone), "%s", SEARCH), 401,
                   "unauthenticated");
}
END_TEST

START_TEST(a_corrected_number_finds_by_both)
{
    const char *before = client_text("139%s", fresh()), *after = client_text("139%s", fresh());
    struct matter matter =
        matter_new("agent1", body("{'complainant': {'name': '张三', 'phone': '%s'}}", before));

    EXPECT_STATUS(client_call(&(struct call){
                      .method = "PATCH",
                      .path = client_text("/v1/complaints/%s", matter.id),
                      .as = "agent1",
                      .version = matter.version,
                      .json = body("{'reason': '更正', 'complainant': {'phone': '%s'}}", after)}),
                  200);
    ck_assert_uint_eq(found("agent1", "phone", before), 1);
    ck_assert_uint_eq(found("agent1", "phone", after), 1);
}
END_TEST

START_TEST(the_newest_come_first_and_no_more_than_asked)
{
    const char *phone = client_text("139%s", fresh());
    struct matter last = {0};

    for (int i = 0; i < 3; i++)
        last =
            matter_new("agent1", body("{'complainant': {'name': '张三', 'phone': '%s'}}", phone));
    const struct reply *reply =
        client_post("agent1", 0, json_pack("{s:s, s:i}", "phone", phone, "limit", 2), "%s", SEARCH);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 2);
    ck_assert_str_eq(reply_text(reply, "items.0.number"), last.number);
}
END_TEST

static const struct {
    const char *body, *pointer, *code;
} unsound[] = {
    {"{}", "", "one_of"},
    {"{\"phone\": \"13800001234\", \"email\": \"a@b.cn\"}", "", "one_of"},
    {"{\"phone\": \"call me\"}", "/phone", "bad_format"},
    {"{\"email\": \"a.b.cn\"}", "/email", "bad_format"},
    {"{\"account_number\": \"12\"}", "/account_number", "bad_format"},
    {"{\"identity_number\": \"张\"}", "/identity_number", "bad_format"},
    {"{\"phone\": \"13800001234\", \"limit\": 201}", "/limit", "out_of_range"},
    {"{\"name\": \"张三\"}", "/name", "unknown_member"},
};

START_TEST(what_cannot_be_looked_for_is_refused)
{
    const struct reply *reply =
        client_call(&(struct call){.path = SEARCH, .as = "agent1", .body = unsound[_i].body});
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, unsound[_i].pointer, unsound[_i].code);
}
END_TEST

#define AT_ONCE 60

static const struct reply *search_at(int port, const char *as, const char *token,
                                     const char *on_behalf_of)
{
    return client_call(&(struct call){
        .path = SEARCH,
        .as = as,
        .token = token,
        .json = json_pack("{s:s}", "phone", client_text("139%s", fresh())),
        .port = port,
        .headers = {on_behalf_of ? client_text("On-Behalf-Of: %s", on_behalf_of) : NULL}});
}

/* Who sees a masked number does not find it out by trying. */
START_TEST(numbers_are_not_tried_without_end)
{
    const char *client = reply_text(
        client_post("admin", 0,
                    body("{'login': 'search-%d', 'name': '热线系统', 'unit': 'HN-CS-001',"
                         " 'roles': [{'role': 'intake', 'unit': 'HN-CS-001'}]}",
                         (int)getpid()),
                    "/v1/clients"),
        "id");
    const char *token = reply_text(
        client_post("admin", 0, body("{'scopes': ['read']}"), "/v1/clients/%s/tokens", client),
        "token");
    struct spare spare = spare_start("[demo]\nenabled = false\n");
    const struct reply *reply = NULL;
    /* While it is tried some are given back, so there may be more. */
    for (int i = 0; i < 10 * AT_ONCE; i++) {
        reply = search_at(spare.port, "agent1", NULL, NULL);
        if (reply->status == 429 && i >= AT_ONCE)
            break;
        EXPECT_STATUS(reply, 200);
    }
    EXPECT_PROBLEM(reply, 429, "too-many-requests");
    ck_assert_int_ge(strtol(reply_header(reply, "retry-after"), NULL, 10), 1);
    /* Nor is a program that one names oneself to a way around; others go on. */
    EXPECT_PROBLEM(search_at(spare.port, NULL, token, "agent1"), 429, "too-many-requests");
    EXPECT_STATUS(search_at(spare.port, NULL, token, "handler1"), 200);
    EXPECT_STATUS(search_at(spare.port, "agent2", NULL, NULL), 200);
    /* Nor is recording the number and asking what is similar. */
    struct matter matter = matter_new("agent1", NULL);
    const char *path = client_text("/v1/complaints/similar?complaint=%s", matter.number);
    reply = client_call(&(struct call){.path = path, .as = "agent1", .port = spare.port});
    EXPECT_STATUS(reply, 200);
    ck_assert(!reply_boolean(reply, "contacts_compared"));
    ck_assert_int_eq(spare_stop(&spare, 20000, NULL), 0);
}
END_TEST

/* --- similar ------------------------------------------------------------------------------------ */

static struct matter calling_from(const char *as, const char *phone, const char *what)
{
    return matter_new(as, body("{'subject': '%s', 'narrative': '%s', 'complainant':"
                               " {'name': '张三', 'phone': '%s'}}",
                               what, what, phone));
}

/* Why that one is listed as similar to the other, joined by blanks; "": it is not. */
static const char *likeness(const char *as, const struct matter *to, const struct matter *of)
{
    const struct reply *reply =
        client_get(as, "/v1/complaints/similar?complaint=%s&limit=50", to->number);
    const char *reasons = "";
    json_t *item, *reason;
    size_t i, j;

    EXPECT_STATUS(reply, 200);
    ck_assert(reply_boolean(reply, "contacts_compared"));
    json_array_foreach(reply_at(reply, "items"), i, item)
    {
        if (strcmp(json_string_value(json_object_get(item, "id")), of->id) != 0)
            continue;
        json_array_foreach(json_object_get(item, "reasons"), j, reason) reasons =
            client_text("%s%s%s", reasons, j ? " " : "", json_string_value(reason));
    }
    return reasons;
}

START_TEST(complaints_with_the_same_contact_are_similar)
{
    const char *digits = fresh(), *phone = client_text("139%s", digits);
    struct matter first = calling_from("agent1", phone, "柜员机吞卡"),
                  again = calling_from("agent1", client_text("+86 139-%s", digits), "利率有误"),
                  alike = calling_from("agent1", phone, "柜员机吞卡一张"),
                  elsewhere = calling_from("agent2", phone, "排队过久"),
                  other = calling_from("agent1", client_text("139%s", fresh()), "短信未到");

    ck_assert_str_eq(likeness("agent1", &first, &again), "same_contact");
    ck_assert_str_eq(likeness("agent1", &again, &first), "same_contact");
    ck_assert_str_eq(likeness("agent1", &first, &first), "");
    ck_assert_str_eq(likeness("agent1", &first, &other), "");
    ck_assert_str_eq(likeness("agent1", &first, &elsewhere), "");
    ck_assert_str_eq(likeness("supervisor1", &first, &elsewhere), "same_contact");
    for (int i = 0; i < 100 && !strstr(likeness("agent1", &first, &alike), "text"); i++)
        usleep(50000); /* found by its text a little later */
    ck_assert_str_eq(likeness("agent1", &first, &alike), "same_contact similar_text");
    /* Looked for as any number is: on record, but not the number. */
    ck_assert_int_ge(database_number("SELECT count(*) FROM audit WHERE action = 'contact_searched'"
                                     " AND bytes LIKE '%%\"kind\":\"similar\"%%%s%%'",
                                     first.number),
                     1);
    /* Of days that are over nothing is told, nor by what was corrected since. */
    database_run("UPDATE complaint SET received_at = received_at - interval '100 days'"
                 " WHERE id = '%s'",
                 again.id);
    ck_assert_str_eq(likeness("agent1", &first, &again), "");
    database_run("UPDATE complaint SET received_at = received_at + interval '100 days'"
                 " WHERE id = '%s'",
                 again.id);
    EXPECT_STATUS(
        client_call(&(struct call){
            .method = "PATCH",
            .path = client_text("/v1/complaints/%s", first.id),
            .as = "agent1",
            .version = first.version,
            .json = body("{'reason': '更正', 'complainant': {'phone': '139%s'}}", fresh())}),
        200);
    ck_assert_str_eq(likeness("agent1", &first, &again), "");
    ck_assert(!reply_boolean(client_get("agent1", "/v1/complaints/similar?text=atm"),
                             "contacts_compared"));
}
END_TEST

START_TEST(the_body_is_judged_as_everywhere)
{
    static char large[256 * 1024 + 1];

    memset(large, ' ', sizeof large);
    EXPECT_PROBLEM(client_call(&(struct call){.path = SEARCH, .as = "agent1", .body = "{"}), 400,
                   "bad-request");
    EXPECT_PROBLEM(client_call(&(struct call){
                       .path = SEARCH, .as = "agent1", .body = "{}", .content_type = "text/plain"}),
                   415, "unsupported-media-type");
    EXPECT_PROBLEM(client_call(&(struct call){
                       .path = SEARCH, .as = "agent1", .body = large, .body_length = sizeof large}),
                   413, "too-large");
}
END_TEST

/* --- what never belongs in a complaint ---------------------------------------------------------- */

START_TEST(who_enters_a_password_is_warned)
{
    json_t *input = matter_minimal();
    json_object_set_new(input, "narrative", json_string("客户称密码是hunter42，CVV 357"));
    json_object_set_new(input, "demand", json_string("退款"));
    const struct reply *reply = matter_receive("agent1", input);
    EXPECT_STATUS(reply, 201);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "warnings")), 1);
    ck_assert_str_eq(reply_text(reply, "warnings.0.code"), "secret_suspected");
    ck_assert_str_eq(reply_text(reply, "warnings.0.pointer"), "/narrative");
    ck_assert_ptr_null(strstr(reply_text(reply, "warnings.0.detail"), "hunter"));

    struct call call = {.method = "PATCH",
                        .path = client_text("/v1/complaints/%s", reply_text(reply, "id")),
                        .as = "agent1",
                        .version = 1,
                        .json = body("{'reason': '更正', 'narrative': '客户称密码已改',"
                                     " 'subject': 'PIN 8642'}")};
    reply = client_call(&call);
    EXPECT_STATUS(reply, 200);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "warnings")), 1);
    ck_assert_str_eq(reply_text(reply, "warnings.0.pointer"), "/subject");
    reply = matter_receive("agent1", matter_minimal());
    ck_assert_uint_eq(json_array_size(reply_at(reply, "warnings")), 0);
}
END_TEST

/* --- another key -------------------------------------------------------------------------------- */

#define BATCH 500
#define CALLERS 4

/* ROTATED_COMPLAINTS: how many; a heavy run takes 100,000. */
static long wanted(void)
{
    const char *text = getenv("ROTATED_COMPLAINTS");
    long count = text ? strtol(text, NULL, 10) : 0;
    return count > 0 ? count : 2000;
}

static void receive_many(long count, const char *phone)
{
    for (long done = 0; done < count; done += BATCH) {
        json_t *items = json_array();
        for (int i = 0; i < BATCH; i++) {
            json_t *complaint = matter_minimal();
            json_object_set_new(complaint, "complainant",
                                body("{'name': '张三', 'phone': '%s'}", phone));
            json_array_append_new(items, json_pack("{s:o}", "complaint", complaint));
        }
        const struct reply *reply =
            client_post("agent1", 0, json_pack("{s:o}", "items", items), "/v1/complaints/batch");
        EXPECT_STATUS(reply, 200);
        ck_assert_int_eq(reply_integer(reply, "received"), BATCH);
    }
}

static long metric(const char *name)
{
    const struct reply *reply = client_get(NULL, "/metrics");
    const char *at = strstr(reply->body, client_text("\n%s ", name));
    ck_assert_msg(at != NULL, "%s", name);
    return strtol(at + strlen(name) + 2, NULL, 10);
}

/* The output of complaintctl with these arguments, which must succeed. */
static const char *ctl(const char *arguments)
{
    static char output[4096];
    char command[1024];
    snprintf(command, sizeof command, "COMPLAINTD_DATABASE_URL='%s' '%s' %s 2>&1",
             getenv("COMPLAINTD_TEST_OWNER"), getenv("COMPLAINTD_CTL"), arguments);
    FILE *pipe = popen(command, "r"); /* NOLINT(cert-env33-c): as people do */
    ck_assert_ptr_nonnull(pipe);
    size_t length = fread(output, 1, sizeof output - 1, pipe);
    output[length] = '\0';
    ck_assert_msg(pclose(pipe) == 0, "%s: %s", arguments, output);
    return output;
}

static void read_and_write(struct matter matters[static CALLERS])
{
    struct call calls[2 * CALLERS];
    const struct reply *replies[2 * CALLERS];

    for (int i = 0; i < CALLERS; i++) {
        calls[2 * i] =
            (struct call){.path = client_text("/v1/complaints/%s/journal?limit=3", matters[i].id),
                          .as = "agent1"};
        calls[2 * i + 1] =
            (struct call){.path = client_text("/v1/complaints/%s/notes", matters[i].id),
                          .as = "agent1",
                          .version = matters[i].version++,
                          .json = body("{'text': '电13912345678'}")};
    }
    client_together(calls, 2 * CALLERS, replies);
    for (int i = 0; i < CALLERS; i++) {
        EXPECT_STATUS(replies[2 * i], 200);
        json_t *shown = reply_at(replies[2 * i], "items.0.detail.private");
        ck_assert(json_is_string(json_object_get(shown, "complainant.phone")));
        EXPECT_STATUS(replies[2 * i + 1], 201);
    }
}

#define WITHDRAWN_AT_ONCE 50

/* The next withdrawals of open complaints with the phone of this one; returns how many. */
static size_t next_withdrawals(const char *id, struct call calls[static WITHDRAWN_AT_ONCE])
{
    char *list = strdup(
        database_text("SELECT string_agg(id || ' ' || version, ' ') FROM (SELECT id, version"
                      " FROM complaint JOIN contact_mark ON complaint_id = id WHERE status = 'open'"
                      " AND mark = (SELECT mark FROM contact_mark WHERE complaint_id = '%s')"
                      " LIMIT %d) s",
                      id, WITHDRAWN_AT_ONCE));
    char *rest;
    size_t count = 0;

    ck_assert_ptr_nonnull(list);
    for (char *at = strtok_r(list, " ", &rest); at; at = strtok_r(NULL, " ", &rest))
        calls[count++] = (struct call){.path = client_text("/v1/complaints/%s/withdraw", at),
                                       .as = "agent1",
                                       .version = strtol(strtok_r(NULL, " ", &rest), NULL, 10),
                                       .json = body("{'reason': '撤诉'}")};
    free(list);
    return count;
}

/* Withdraws all complaints with the phone of this one: later tests go through what is open. */
static void give_back(const char *id)
{
    struct call calls[WITHDRAWN_AT_ONCE];
    const struct reply *replies[WITHDRAWN_AT_ONCE];
    size_t count;

    while ((count = next_withdrawals(id, calls)) > 0) {
        client_together(calls, count, replies);
        for (size_t i = 0; i < count; i++)
            EXPECT_STATUS(replies[i], 200);
    }
}

START_TEST(another_key_takes_over_under_load)
{
    const char *phone = client_text("139%s", fresh()),
               *file = getenv("COMPLAINTD_PRIVACY_KEY_FILE");
    struct matter matters[CALLERS];
    long before = metric("complaintd_data_key");

    for (int i = 0; i < CALLERS; i++)
        matters[i] =
            matter_new("agent1", body("{'complainant': {'name': '张三', 'phone': '%s'}}", phone));
    receive_many(wanted(), phone);
    const char *added =
        strstr(ctl(client_text("make-data-key --from %s '%s'", time_text(0), file)), "key ");
    ck_assert_ptr_nonnull(added);
    long key = strtol(added + strlen("key "), NULL, 10);
    ck_assert_int_gt(key, before);
    do
        read_and_write(matters);
    while (metric("complaintd_data_key") != key || metric("complaintd_values_reseal_pending"));
    ck_assert_int_eq(metric("complaintd_values_unreadable"), 0);
    ck_assert_int_ge(metric("complaintd_values_resealed"), wanted());
    ck_assert_int_eq(
        database_number("SELECT count(*) FROM journal_private WHERE key_id <> %ld", key), 0);
    const char *keys = ctl("data-keys");
    ck_assert_msg(strstr(keys, client_text("key %ld from", before)) != NULL, "%s", keys);
    ck_assert_msg(strstr(keys, "0 entries, can be removed") != NULL, "%s", keys);
    ck_assert_msg(strstr(keys, "missing") == NULL, "%s", keys);
    ck_assert_uint_eq(found("agent1", "phone", phone), 50);
    ck_assert(journals_are_sound());
    give_back(matters[0].id);
}
END_TEST

static void copy_keys(const char *from, const char *to)
{
    ck_assert_int_eq(shell(client_text("cp -p '%s' '%s'", from, to)), 0);
}

static long without_key(long key)
{
    return database_number("SELECT count(*) FROM journal_private WHERE key_id <> %ld", key);
}

/* One that gets the file only when the others are done saves with the key before until then. */
START_TEST(what_a_late_server_saved_is_encrypted_anew)
{
    const char *file = getenv("COMPLAINTD_PRIVACY_KEY_FILE");
    char *own = program_file(client_text("check/late-keys-%d", (int)getpid()));
    copy_keys(file, own);
    setenv("COMPLAINTD_PRIVACY_KEY_FILE", own, 1); /* of this test's process alone */
    struct spare spare = spare_start("");
    const char *added =
        strstr(ctl(client_text("make-data-key --from %s '%s'", time_text(0), file)), "key ");
    ck_assert_ptr_nonnull(added);
    long key = strtol(added + strlen("key "), NULL, 10);
    /* The shared server itself looks again once it has used the key for 10 s. */
    do
        usleep(100000);
    while (!database_number("SELECT count(*) FROM data_key WHERE id = %ld AND"
                            " completed_at > first_used_at + interval '8 s'",
                            key));
    ck_assert_int_eq(without_key(key), 0);

    json_t *input = matter_minimal();
    EXPECT_STATUS(client_call(&(struct call){
                      .path = "/v1/complaints", .as = "agent1", .json = input, .port = spare.port}),
                  201);
    ck_assert_int_eq(without_key(key), 1);
    copy_keys(file, own);
    do
        usleep(100000);
    while (without_key(key) > 0);
    ck_assert_int_eq(spare_stop(&spare, 20000, NULL), 0);
    unlink(own);
    free(own);
}
END_TEST

Suite *privacy_suite(void)
{
    Suite *suite = suite_create("privacy");
    TCase *tests = tcase_create("search"), *rotation = tcase_create("rotation");

    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_add_test(tests, a_complaint_is_found_by_each_contact_however_it_is_written);
    tcase_add_test(tests, only_those_who_see_a_complaint_find_it);
    tcase_add_test(tests, a_corrected_number_finds_by_both);
    tcase_add_test(tests, the_newest_come_first_and_no_more_than_asked);
    tcase_add_loop_test(tests, what_cannot_be_looked_for_is_refused, 0,
                        sizeof unsound / sizeof *unsound);
    tcase_add_test(tests, numbers_are_not_tried_without_end);
    tcase_add_test(tests, complaints_with_the_same_contact_are_similar);
    tcase_add_test(tests, the_body_is_judged_as_everywhere);
    tcase_add_test(tests, who_enters_a_password_is_warned);
    suite_add_tcase(suite, tests);
    tcase_add_unchecked_fixture(rotation, client_setup, NULL);
    tcase_set_timeout(rotation, 60 + (double)wanted() / 50);
    tcase_add_test(rotation, another_key_takes_over_under_load);
    tcase_add_test(rotation, what_a_late_server_saved_is_encrypted_anew);
    suite_add_tcase(suite, rotation);
    return suite;
}
