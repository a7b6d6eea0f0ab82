/* Many complaints in one request: each has a result of its own, and repeating makes no second. */
#include <stdlib.h>
#include <string.h>

#include "tests/http/batches.h"
#include "tests/http/database.h"

Suite *complaint_batch_suite(void);

/* A complaint with members put into it; they are stolen. */
static json_t *with(json_t *members)
{
    json_t *complaint = matter_minimal();
    json_object_update_recursive(complaint, members);
    json_decref(members);
    return complaint;
}

static json_t *add(json_t *items, const char *key, json_t *complaint)
{
    json_array_append_new(items, batch_item(key, complaint));
    return items;
}

static const struct reply *send_raw(const char *bytes, size_t length)
{
    const struct call call = {
        .as = "agent1", .path = BATCH_PATH, .body = bytes, .body_length = length};
    return client_call(&call);
}

static long complaints(void)
{
    return database_number("SELECT count(*) FROM complaint");
}

/* --- each by itself --------------------------------------------------------------------------- */

START_TEST(all_good_ones_are_received)
{
    const char *subject = batch_unique("批量");
    const struct reply *reply = batch_send("agent1", NULL, batch_items(70, subject, NULL));
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "received"), 70);
    ck_assert_int_eq(reply_integer(reply, "refused"), 0);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 70);
    for (size_t i = 0; i < 70; i++)
        batch_expect_received(reply, i);
    ck_assert_int_eq(database_number("SELECT count(DISTINCT number) FROM complaint"
                                     " WHERE subject = '%s'",
                                     subject),
                     70);
    for (size_t i = 0; i < 70; i += 23) {
        const char *where = client_text("items.%zu.complaint", i);
        const struct reply *read =
            client_get("agent1", "/v1/complaints/%s", batch_string(reply, i, "complaint.number"));
        ck_assert_msg(json_equal(read->json, reply_at(reply, where)), "%s\n%s", read->body,
                      reply->body);
    }
}
END_TEST

START_TEST(the_journal_names_the_request)
{
    const struct reply *reply =
        batch_send("agent1", NULL, batch_items(2, batch_unique("日志"), NULL));
    for (size_t i = 0; i < 2; i++) {
        const struct reply *journal = client_get("agent1", "/v1/complaints/%s/journal",
                                                 batch_string(reply, i, "complaint.id"));
        ck_assert_str_eq(reply_text(journal, "items.0.request_id"),
                         reply_header(reply, "x-request-id"));
        ck_assert_str_eq(reply_text(journal, "items.0.actor"), "agent1");
        ck_assert_str_eq(reply_text(journal, "items.0.action"), "receive");
    }
}
END_TEST

START_TEST(bad_ones_harm_no_other)
{
    const char *subject = batch_unique("好坏");
    json_t *items = json_array();
    add(items, NULL, batch_complaint(subject));
    add(items, NULL, with(body("{'urgency': 9, 'source': 'moon', 'x': 1}")));
    add(items, "k", with(body("{'complainant': {'phone': '12'}, 'owner': 'nobody'}")));
    add(items, NULL, json_object());
    add(items, NULL, with(body("{'staff_complained_of': 'agent1'}")));
    add(items, NULL, batch_complaint(subject));
    const struct reply *reply = batch_send("agent1", NULL, items);
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "received"), 2);
    ck_assert_int_eq(reply_integer(reply, "refused"), 4);
    batch_expect_received(reply, 0);
    batch_expect_refused(reply, 1, 422, "invalid-input");
    batch_expect_error(reply, 1, "/urgency", "out_of_range");
    batch_expect_error(reply, 1, "/source", "unknown_term");
    batch_expect_error(reply, 1, "/x", "unknown_member");
    batch_expect_refused(reply, 2, 422, "invalid-input");
    batch_expect_error(reply, 2, "/complainant/phone", "invalid_format");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items.2.problem.errors")), 2);
    batch_expect_refused(reply, 3, 422, "invalid-input");
    batch_expect_error(reply, 3, "/complainant", "required");
    batch_expect_refused(reply, 4, 409, "recused");
    batch_expect_received(reply, 5);
    ck_assert_int_eq(batch_subjects(subject), 2);
}
END_TEST

START_TEST(rights_are_those_of_each)
{
    json_t *items = json_array();
    add(items, NULL, with(body("{'unit': 'HN-CS-002'}")));
    add(items, NULL, with(body("{'unit': 'HN-CS-001'}")));
    add(items, NULL, with(body("{'unit': 'HN'}")));
    const struct reply *reply = batch_send("agent1", NULL, json_incref(items));
    batch_expect_refused(reply, 0, 403, "forbidden");
    batch_expect_received(reply, 1);
    batch_expect_refused(reply, 2, 403, "forbidden");
    reply = batch_send("supervisor1", NULL, json_incref(items));
    ck_assert_int_eq(reply_integer(reply, "received"), 3);
    long before = complaints();
    reply = batch_send("auditor1", NULL, items);
    EXPECT_STATUS(reply, 200);
    for (size_t i = 0; i < 3; i++)
        batch_expect_refused(reply, i, 403, "forbidden");
    ck_assert_int_eq(complaints(), before);
}
END_TEST

START_TEST(problems_speak_the_callers_language)
{
    const struct call call = {.as = "agent1",
                              .path = BATCH_PATH,
                              .json = batch_body(add(json_array(), NULL, json_object())),
                              .headers = {"Accept-Language: zh-CN"}};
    const struct reply *reply = client_call(&call);
    ck_assert_str_eq(batch_string(reply, 0, "problem.title"), "输入不符合所列规则");
}
END_TEST

/* --- again ------------------------------------------------------------------------------------ */

START_TEST(repeated_batch_is_answered_the_same)
{
    const char *subject = batch_unique("重发"), *key = batch_unique("batch");
    json_t *items = batch_items(40, subject, key);
    add(items, client_text("%s bad", key), json_object());
    const struct reply *first = batch_send("agent1", NULL, json_incref(items));
    const struct reply *again = batch_send("agent1", NULL, json_incref(items));
    EXPECT_STATUS(again, 200);
    ck_assert_int_eq(reply_integer(again, "received"), 40);
    for (size_t i = 0; i < 40; i++) {
        json_t *one = reply_at(first, client_text("items.%zu", i));
        json_t *two = reply_at(again, client_text("items.%zu", i));
        ck_assert(json_equal(one, two));
    }
    ck_assert_int_eq(batch_subjects(subject), 40);
    /* Only successes are kept. */
    json_object_set_new(json_array_get(items, 40), "complaint", batch_complaint(subject));
    again = batch_send("agent1", NULL, items);
    ck_assert_int_eq(reply_integer(again, "received"), 41);
    ck_assert_int_eq(batch_subjects(subject), 41);
}
END_TEST

START_TEST(header_gives_keys_to_those_without)
{
    const char *subject = batch_unique("键头"), *key = batch_unique("night");
    json_t *items = batch_items(3, subject, NULL);
    json_object_set_new(json_array_get(items, 1), "key", json_string(client_text("own %s", key)));
    const struct reply *first = batch_send("agent1", key, json_incref(items));
    ck_assert_int_eq(reply_integer(first, "received"), 3);
    ck_assert_str_eq(batch_string(first, 0, "key"), client_text("%s/0", key));
    ck_assert_str_eq(batch_string(first, 1, "key"), client_text("own %s", key));
    ck_assert_str_eq(batch_string(first, 2, "key"), client_text("%s/2", key));
    const struct reply *again = batch_send("agent1", key, json_incref(items));
    ck_assert(json_equal(reply_at(first, "items"), reply_at(again, "items")));
    ck_assert_int_eq(batch_subjects(subject), 3);
    /* Another complaint in the place of one is not taken for it. */
    json_object_set_new(json_array_get(items, 2), "complaint", batch_complaint("另一件"));
    again = batch_send("agent1", key, items);
    batch_expect_received(again, 0);
    batch_expect_refused(again, 2, 422, "idempotency-key-reused");
}
END_TEST

START_TEST(without_keys_each_request_makes_new_ones)
{
    const char *subject = batch_unique("无键");
    const struct reply *reply = batch_send("agent1", NULL, batch_items(2, subject, NULL));
    ck_assert(reply_is_null(reply, "items.0.key"));
    EXPECT_STATUS(batch_send("agent1", NULL, batch_items(2, subject, NULL)), 200);
    ck_assert_int_eq(batch_subjects(subject), 4);
}
END_TEST

/* Within one body: beside each other, and far apart. */
START_TEST(twins_in_one_body_are_one)
{
    const char *subject = batch_unique("同键"), *key = batch_unique("same");
    json_t *items = json_array(), *complaint = batch_complaint(subject);
    for (size_t i = 0; i < 40; i++)
        add(items, i % 39 < 2 ? key : NULL, json_incref(complaint));
    add(items, key, batch_complaint("别的"));
    json_decref(complaint);
    const struct reply *reply = batch_send("agent1", NULL, items);
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "received"), 40);
    for (size_t i = 0; i < 40; i++)
        batch_expect_received(reply, i);
    const char *id = batch_string(reply, 0, "complaint.id");
    ck_assert_str_eq(batch_string(reply, 1, "complaint.id"), id);
    ck_assert_str_eq(batch_string(reply, 39, "complaint.id"), id);
    batch_expect_refused(reply, 40, 422, "idempotency-key-reused");
    ck_assert_int_eq(batch_subjects(subject), 38);
}
END_TEST

/* A key stands for the same complaint whether it comes alone or among others. */
START_TEST(single_requests_have_the_same_keys)
{
    const char *key = batch_unique("alone"), *text = body_text(matter_minimal());
    const char *batch = client_text("{\"items\":[{\"key\":\"%s\",\"complaint\": %s }]}", key, text);
    const struct call alone = {
        .as = "agent1", .path = "/v1/complaints", .body = text, .idempotency_key = key};
    const struct reply *single = client_call(&alone);
    EXPECT_STATUS(single, 201);
    const struct reply *reply = send_raw(batch, 0);
    batch_expect_received(reply, 0);
    ck_assert(json_equal(single->json, reply_at(reply, "items.0.complaint")));
}
END_TEST

START_TEST(twin_clients_make_each_once)
{
    const char *subject = batch_unique("双发"), *key = batch_unique("twins");
    const char *text = batch_text(batch_items(100, subject, key));
    struct call calls[4];
    const struct reply *replies[4];
    for (size_t i = 0; i < 4; i++)
        calls[i] = (struct call){.as = "agent1", .path = BATCH_PATH, .body = text};
    client_together(calls, 4, replies);
    for (size_t i = 0; i < 4; i++) {
        EXPECT_STATUS(replies[i], 200);
        ck_assert_int_eq(reply_integer(replies[i], "received"), 100);
        ck_assert(json_equal(replies[0]->json, replies[i]->json));
    }
    ck_assert_int_eq(batch_subjects(subject), 100);
}
END_TEST

/* --- as a whole ------------------------------------------------------------------------------- */

static json_t *many(size_t count)
{
    return batch_body(batch_items(count, batch_unique("多"), NULL));
}

START_TEST(unsound_frames_are_refused_as_a_whole)
{
    struct {
        json_t *json;
        const char *pointer, *code;
    } cases[] = {
        {many(501), "/items", "too_many"},
        {body("{'items': []}"), "/items", "required"},
        {body("{}"), "/items", "required"},
        {body("{'items': {'complaint': {}}}"), "/items", "wrong_type"},
        {json_pack("{s:o, s:b}", "items", batch_items(1, "多余", NULL), "dry_run", 1), "/dry_run",
         "unknown_member"},
        {body("{'items': [{'complaint': {}, 'id': 1}]}"), "/items/0/id", "unknown_member"},
        {body("{'items': [{'key': 'a'}]}"), "/items/0/complaint", "required"},
        {body("{'items': [{'key': '%0256d', 'complaint': {}}]}", 0), "/items/0/key", "too_long"},
    };
    long before = complaints();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct reply *reply = client_post("agent1", 0, cases[i].json, BATCH_PATH);
        EXPECT_PROBLEM(reply, 422, "invalid-input");
        EXPECT_ERROR(reply, cases[i].pointer, cases[i].code);
    }
    ck_assert_int_eq(complaints(), before);
}
END_TEST

START_TEST(what_is_no_json_is_refused_as_a_whole)
{
    const char *sound = body_text(matter_minimal());
    long before = complaints();
    const struct reply *reply = send_raw(client_text("{\"items\":[{\"complaint\":%s},", sound), 0);
    EXPECT_PROBLEM(reply, 400, "bad-request");
    EXPECT_ERROR(reply, "", "syntax");
    reply = send_raw(client_text("{\"items\":[{\"complaint\":%s},{\"complaint\":{\"subject\":"
                                 "\"\xcd\xb6\xcb\xdf\"}},{\"complaint\":{x}}]}",
                                 sound),
                     0);
    EXPECT_PROBLEM(reply, 400, "bad-request");
    EXPECT_ERROR(reply, "/items/1/complaint", "not_utf8");
    EXPECT_ERROR(reply, "/items/2/complaint", "syntax");
    EXPECT_PROBLEM(send_raw("[]", 0), 400, "bad-request");
    ck_assert_int_eq(complaints(), before);
}
END_TEST

START_TEST(who_calls_comes_first)
{
    const struct call nobody = {.path = BATCH_PATH, .body = "{"};
    const struct call unknown = {
        .path = BATCH_PATH, .body = "{", .token = "cd_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    const struct call plain = {
        .as = "agent1", .path = BATCH_PATH, .body = "{}", .content_type = "text/plain"};
    EXPECT_PROBLEM(client_call(&nobody), 401, "unauthenticated");
    EXPECT_PROBLEM(client_call(&unknown), 401, "unauthenticated");
    EXPECT_PROBLEM(client_call(&plain), 415, "unsupported-media-type");
}
END_TEST

START_TEST(keys_leave_room_for_the_index)
{
    json_t *items = batch_items(1, batch_unique("长键"), NULL);
    const struct reply *reply = batch_send("agent1", client_text("%0251d", 7), json_incref(items));
    EXPECT_STATUS(reply, 200);
    batch_expect_received(reply, 0);
    reply = batch_send("agent1", client_text("%0252d", 7), items);
    EXPECT_PROBLEM(reply, 400, "invalid-parameter");
    EXPECT_ERROR(reply, "Idempotency-Key", "too_long");
}
END_TEST

/* --- sizes ------------------------------------------------------------------------------------ */

/* A body of that length; nobody frees it. */
static const char *padded(const char *text, size_t length)
{
    char *bytes = malloc(length + 1);
    ck_assert_ptr_nonnull(bytes);
    memset(bytes, ' ', length);
    memcpy(bytes, text, strlen(text));
    bytes[length] = '\0';
    const char *kept = client_text("%s", bytes);
    free(bytes);
    return kept;
}

START_TEST(eight_mebibytes_are_the_limit)
{
    const size_t limit = (size_t)8 * 1024 * 1024;
    const char *text = batch_text(batch_items(2, batch_unique("大"), NULL));
    long before = complaints();
    const struct reply *reply = send_raw(padded(text, limit), limit);
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "received"), 2);
    EXPECT_PROBLEM(send_raw(padded(text, limit + 1), limit + 1), 413, "too-large");
    const struct call nobody = {
        .path = BATCH_PATH, .body = padded(text, limit), .body_length = limit};
    EXPECT_PROBLEM(client_call(&nobody), 401, "unauthenticated");
    ck_assert_int_eq(complaints(), before + 2);
}
END_TEST

/* As long as the body of a single request may be, and one byte more. */
START_TEST(each_complaint_has_the_limit_of_a_single_one)
{
    const size_t limit = (size_t)256 * 1024;
    const char *text = body_text(matter_minimal());
    const char *start = client_text("%.*s", (int)strlen(text) - 1, text);
    const char *most = padded(start, limit - 1);
    const char *batch = client_text("{\"items\":[{\"complaint\":%s}},{\"complaint\":%s }},"
                                    "{\"complaint\":%s}]}",
                                    most, most, text);
    const struct reply *reply = send_raw(batch, 0);
    EXPECT_STATUS(reply, 200);
    batch_expect_received(reply, 0);
    batch_expect_refused(reply, 1, 413, "too-large");
    batch_expect_received(reply, 2);
}
END_TEST

START_TEST(journals_are_sound_afterwards)
{
    ck_assert(journals_are_sound());
}
END_TEST

Suite *complaint_batch_suite(void)
{
    Suite *suite = suite_create("complaint_batch");
    TCase *tcase = tcase_create("batch");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_test(tcase, all_good_ones_are_received);
    tcase_add_test(tcase, the_journal_names_the_request);
    tcase_add_test(tcase, bad_ones_harm_no_other);
    tcase_add_test(tcase, rights_are_those_of_each);
    tcase_add_test(tcase, problems_speak_the_callers_language);
    tcase_add_test(tcase, repeated_batch_is_answered_the_same);
    tcase_add_test(tcase, header_gives_keys_to_those_without);
    tcase_add_test(tcase, without_keys_each_request_makes_new_ones);
    tcase_add_test(tcase, twins_in_one_body_are_one);
    tcase_add_test(tcase, single_requests_have_the_same_keys);
    tcase_add_test(tcase, twin_clients_make_each_once);
    tcase_add_test(tcase, unsound_frames_are_refused_as_a_whole);
    tcase_add_test(tcase, what_is_no_json_is_refused_as_a_whole);
    tcase_add_test(tcase, who_calls_comes_first);
    tcase_add_test(tcase, keys_leave_room_for_the_index);
    tcase_add_test(tcase, eight_mebibytes_are_the_limit);
    tcase_add_test(tcase, each_complaint_has_the_limit_of_a_single_one);
    tcase_add_test(tcase, journals_are_sound_afterwards);
    suite_add_tcase(suite, tcase);
    return suite;
}
