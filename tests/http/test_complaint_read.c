/* Reading one complaint: itself, its stages, its journal and its case work. */
#include <string.h>

#include "tests/http/database.h"
#include "tests/http/matter.h"

Suite *complaint_read_suite(void);

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

START_TEST(number_serves_as_well_as_id)
{
    static const char *const rests[] = {"", "/stages", "/journal", "/notes"};
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "agent1", "notes", body("{'text': '备注'}"));
    for (size_t i = 0; i < 4; i++) {
        const struct reply *by_id = matter_get(&matter, "agent1", rests[i]);
        const struct reply *by_number =
            client_get("agent1", "/v1/complaints/%s%s", matter.number, rests[i]);
        EXPECT_STATUS(by_number, 200);
        ck_assert_str_eq(by_id->body, by_number->body);
    }
    const struct reply *reply = client_post("agent1", matter.version, body("{'text': '按编号'}"),
                                            "/v1/complaints/%s/notes", matter.number);
    EXPECT_STATUS(reply, 201);
}
END_TEST

START_TEST(head_answers_without_a_body)
{
    struct matter matter = matter_new("agent1", NULL);
    const struct call call = {
        .method = "HEAD", .as = "agent1", .path = client_text("/v1/complaints/%s", matter.id)};
    const struct reply *reply = client_call(&call);
    EXPECT_STATUS(reply, 200);
    ck_assert_uint_eq(reply->length, 0);
    ck_assert_str_eq(reply_header(reply, "etag"), "\"1\"");
}
END_TEST

START_TEST(large_answers_are_compressed_when_asked_for)
{
    struct matter matter = matter_new("agent1", NULL);
    struct call call = {.as = "agent1", .path = client_text("/v1/complaints/%s", matter.id)};
    const struct reply *plain = client_call(&call);
    call.gzip = true;
    const struct reply *packed = client_call(&call);
    ck_assert_ptr_null(reply_header(plain, "content-encoding"));
    ck_assert_str_eq(reply_header(packed, "content-encoding"), "gzip");
    ck_assert_uint_lt(packed->wire_length, plain->wire_length);
    ck_assert_str_eq(plain->body, packed->body);
}
END_TEST

START_TEST(stages_are_those_of_the_complaint)
{
    struct matter matter = matter_at("feedback");
    const struct reply *one = matter_get(&matter, "handler1", NULL);
    const struct reply *stages = matter_get(&matter, "handler1", "/stages");
    ck_assert(json_equal(reply_at(one, "stages"), reply_at(stages, "items")));
    ck_assert_uint_eq(json_array_size(reply_at(stages, "items")), 4);
}
END_TEST

/* --- the journal ------------------------------------------------------------------------------ */

static const struct reply *act_named(struct matter *matter, const char *as, const char *action,
                                     json_t *input, const char *request_id)
{
    const struct call call = {.as = as,
                              .path = client_text("/v1/complaints/%s/%s", matter->id, action),
                              .json = input,
                              .version = matter->version++,
                              .headers = {client_text("X-Request-Id: %s", request_id)}};
    const struct reply *reply = client_call(&call);
    ck_assert_msg(reply->status == 200 || reply->status == 201, "%s", reply->body);
    ck_assert_str_eq(reply_header(reply, "x-request-id"), request_id);
    return reply;
}

START_TEST(journal_names_what_was_done_by_whom)
{
    static const struct {
        const char *as, *action, *path;
    } done[] = {{"agent1", "receive", NULL},
                {"agent1", "offer", "offer"},
                {"handler1", "refuse", "refuse"},
                {"supervisor1", "assign", "assign"},
                {"handler1", "notes", "notes"}};
    struct matter matter = matter_new("agent1", NULL);
    act_named(&matter, "agent1", "offer", body("{'to': 'handler1', 'reason': '请接办'}"), "req-1");
    act_named(&matter, "handler1", "refuse", body("{'reason': '不属本岗'}"), "req-2");
    act_named(&matter, "supervisor1", "assign", body("{'owner': 'handler1'}"), "req-3");
    act_named(&matter, "handler1", "notes", body("{'text': '已联系'}"), "req-4");
    const struct reply *reply = matter_get(&matter, "auditor1", "/journal");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 5);
    ck_assert(reply_is_null(reply, "next"));
    for (size_t i = 0; i < 5; i++) {
        const char *item = client_text("items.%zu", i);
        ck_assert_int_eq(reply_integer(reply, client_text("%s.index", item)), (int64_t)i + 1);
        ck_assert_str_eq(reply_text(reply, client_text("%s.actor", item)), done[i].as);
        ck_assert_str_eq(reply_text(reply, client_text("%s.action", item)), done[i].action);
        ck_assert(reply_is_null(reply, client_text("%s.on_behalf_of", item)));
        ck_assert(reply_is_null(reply, client_text("%s.client", item)));
        ck_assert(json_is_object(reply_at(reply, client_text("%s.detail", item))));
        if (i > 0)
            ck_assert_str_eq(reply_text(reply, client_text("%s.request_id", item)),
                             client_text("req-%zu", i));
        if (i > 0)
            ck_assert_int_lt(strcmp(reply_text(reply, client_text("items.%zu.at", i - 1)),
                                    reply_text(reply, client_text("%s.at", item))),
                             0);
    }
    ck_assert_str_eq(reply_text(reply, "items.3.detail.changes.owner.0"), "agent1");
    ck_assert_str_eq(reply_text(reply, "items.3.detail.changes.owner.1"), "handler1");
    ck_assert_str_eq(reply_text(reply, "items.2.detail.private.reason"), "不属本岗");
}
END_TEST

/* Each hash is that of the previous one and the entry's bytes, which the database holds. */
START_TEST(journal_is_a_chain_of_hashes)
{
    struct matter matter = matter_at("resolution");
    const struct reply *reply = matter_get(&matter, "auditor1", "/journal");
    size_t count = json_array_size(reply_at(reply, "items"));
    const char *previous = ZEROS;
    ck_assert_uint_ge(count, 4);
    for (size_t i = 0; i < count; i++) {
        const char *hash = reply_text(reply, client_text("items.%zu.hash", i));
        ck_assert_str_eq(reply_text(reply, client_text("items.%zu.previous_hash", i)), previous);
        ck_assert_uint_eq(strlen(hash), 64);
        ck_assert_str_eq(hash, database_text("SELECT encode(sha256(decode('%s', 'hex') ||"
                                             " convert_to(bytes, 'UTF8')), 'hex') FROM journal"
                                             " WHERE complaint_id = '%s' AND index = %zu",
                                             previous, matter.id, i + 1));
        previous = hash;
    }
    ck_assert_str_eq(previous, database_text("SELECT encode(journal_head, 'hex') FROM complaint"
                                             " WHERE id = '%s'",
                                             matter.id));
}
END_TEST

START_TEST(journal_shows_private_values_masked)
{
    static const char *const secrets[] = {"13912345678", "欧阳修", "6222021234567890128",
                                          "fanli",       "麓山路", "11010519491231002X"};
    struct matter matter = matter_new(
        "agent1", body("{'narrative': '请回电13912345678', 'complainant': {'name': '欧阳修',"
                       " 'phone': '13912345678', 'email': 'fanli@example.com',"
                       " 'address': '湖南省长沙市岳麓区麓山路36号', 'identity_number':"
                       " '11010519491231002X', 'account_number': '6222021234567890128'}}"));
    const char *code = reply_text(matter_get(&matter, "agent1", NULL), "tracking_code");
    matter_must(&matter, "agent1", "notes", body("{'text': '客户卡号6222021234567890128'}"));
    matter_must(&matter, "agent1", "offer", body("{'to': 'handler1', 'reason': '电13912345678'}"));
    const struct reply *reply = matter_get(&matter, "auditor1", "/journal");
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        ck_assert_msg(!strstr(reply->body, secrets[i]), "%s: %s", secrets[i], reply->body);
    ck_assert_ptr_null(strstr(reply->body, code));
    /* Names of private values hold dots, which the paths of reply_text() do not. */
    json_t *shown = reply_at(reply, "items.0.detail.private");
    ck_assert_str_eq(json_string_value(json_object_get(shown, "complainant.name")), "欧阳*");
    ck_assert_str_eq(json_string_value(json_object_get(shown, "complainant.phone")), "139****5678");
    ck_assert_str_eq(json_string_value(json_object_get(shown, "narrative")), "请回电139****5678");
    ck_assert_str_eq(reply_text(reply, "items.1.detail.private.text"),
                     "客户卡号622202*********0128");
    ck_assert_str_eq(reply_text(reply, "items.2.detail.private.reason"), "电139****5678");
}
END_TEST

/* What was written is kept: masking is a matter of showing. */
START_TEST(what_was_written_is_kept_beside)
{
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "agent1", "notes", body("{'text': '回电13912345678'}"));
    /* Encrypted: that it is what was written, the verifier tells from the hash in the journal. */
    ck_assert_int_eq(database_number("SELECT count(*) FROM journal_private WHERE private IS NULL"
                                     " AND key_id > 0 AND complaint_id = '%s' AND index = 2"
                                     " AND position('13912345678'::bytea IN sealed) = 0",
                                     matter.id),
                     1);
    ck_assert(journals_are_sound());
    ck_assert_int_eq(database_number("SELECT count(*) FROM journal WHERE complaint_id = '%s'"
                                     " AND bytes LIKE '%%1391234%%'",
                                     matter.id),
                     0);
}
END_TEST

START_TEST(erased_values_leave_the_journal_readable)
{
    struct matter matter = matter_new("agent1", NULL);
    database_run("DELETE FROM journal_private WHERE complaint_id = '%s'", matter.id);
    const struct reply *reply = matter_get(&matter, "auditor1", "/journal");
    json_t *shown = reply_at(reply, "items.0.detail.private"), *value;
    const char *name;
    ck_assert_uint_ge(json_object_size(shown), 3);
    json_object_foreach(shown, name, value)
    {
        ck_assert_msg(json_is_null(value), "%s", name);
    }
    ck_assert(journals_are_sound());
}
END_TEST

/* --- pages of numbered things ----------------------------------------------------------------- */

/* Reads …/rest page by page and expects numbers 1 to count. */
static void expect_pages(const struct matter *matter, const char *rest, const char *member,
                         int64_t count, int limit)
{
    int64_t seen = 0;
    for (;;) {
        const struct reply *reply = matter_get(
            matter, "agent1", client_text("%s?after=%lld&limit=%d", rest, (long long)seen, limit));
        size_t size = json_array_size(reply_at(reply, "items"));
        ck_assert_uint_le(size, (size_t)limit);
        for (size_t i = 0; i < size; i++)
            ck_assert_int_eq(reply_integer(reply, client_text("items.%zu.%s", i, member)), ++seen);
        if (json_is_null(reply_at(reply, "next")))
            break;
        ck_assert_int_eq(reply_integer(reply, "next"), seen);
    }
    ck_assert_int_eq(seen, count);
}

START_TEST(numbered_lists_come_in_pages)
{
    struct matter matter = matter_new("agent1", NULL);
    for (int i = 0; i < 13; i++)
        matter_must(&matter, "agent1", i % 3 ? "notes" : "contacts",
                    i % 3 ? body("{'text': '第%d条'}", i) : body_contact("inbound", true));
    static const int limits[] = {1, 2, 4, 8, 9, 200};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        expect_pages(&matter, "/notes", "number", 8, limits[i]);
        expect_pages(&matter, "/contacts", "number", 5, limits[i]);
        expect_pages(&matter, "/journal", "index", 14, limits[i]);
    }
    const struct reply *reply = matter_get(&matter, "agent1", "/notes?after=100");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 0);
    ck_assert(reply_is_null(reply, "next"));
}
END_TEST

START_TEST(bad_parameters_are_refused)
{
    static const char *const bad[] = {"limit=0", "limit=201", "limit=x",        "after=-1",
                                      "after=x", "offset=2",  "limit=1&limit=2"};
    struct matter matter = matter_new("agent1", NULL);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        EXPECT_PROBLEM(client_get("agent1", "/v1/complaints/%s/notes?%s", matter.id, bad[i]), 400,
                       "invalid-parameter");
        EXPECT_PROBLEM(client_get("agent1", "/v1/complaints/%s/journal?%s", matter.id, bad[i]), 400,
                       "invalid-parameter");
    }
    EXPECT_PROBLEM(client_get("agent1", "/v1/complaints/%s?fields=id", matter.id), 400,
                   "invalid-parameter");
    EXPECT_PROBLEM(client_get("agent1", "/v1/complaints/%s/stages?x=1", matter.id), 400,
                   "invalid-parameter");
}
END_TEST

/* The item that an addition answers is the one that the list shows. */
START_TEST(items_are_listed_as_they_were_answered)
{
    static const struct {
        const char *stage, *path, *list;
    } kinds[] = {{"feedback", "notes", "/notes"},
                 {"feedback", "contacts", "/contacts"},
                 {"investigation", "findings", "/findings"},
                 {"resolution", "plan", "/plan"},
                 {"feedback", "notices", "/notices"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct matter matter = matter_at(kinds[i].stage);
        json_t *input = i == 0   ? body("{'text': '一行\\n两行 13912345678'}")
                        : i == 1 ? body_contact("outbound", false)
                        : i == 2 ? body_findings()
                        : i == 3 ? body_plan(5)
                                 : body_notice();
        const struct reply *added = matter_must(&matter, "handler1", kinds[i].path, input);
        EXPECT_STATUS(added, 201);
        const struct reply *list = matter_get(&matter, "agent1", kinds[i].list);
        const char *name;
        json_t *value;
        ck_assert_uint_eq(json_array_size(reply_at(list, "items")), 1);
        json_object_foreach(added->json, name, value)
        {
            json_t *listed = reply_at(list, client_text("items.0.%s", name));
            ck_assert_msg(json_equal(value, listed), "%s: %s\n%s", name, added->body, list->body);
        }
        ck_assert_str_eq(reply_text(list, "items.0.stage"), kinds[i].stage);
        ck_assert_str_eq(reply_text(list, "items.0.by.login"), "handler1");
    }
}
END_TEST

START_TEST(case_work_is_checked_too)
{
    static const struct {
        const char *stage, *path, *input, *pointer, *code;
    } cases[] = {
        {"intake", "notes", "{}", "/text", "required"},
        {"intake", "notes", "{'text': 'a', 'by': 'x'}", "/by", "unknown_member"},
        {"intake", "contacts", "{'method': 'fax'}", "/method", "unknown_term"},
        {"intake", "contacts", "{'method': 'phone'}", "/reached", "required"},
        {"intake", "contacts",
         "{'method': 'phone', 'direction': 'inbound', 'at': '2199-01-01T00:00:00Z',"
         " 'reached': true, 'summary': 'x'}",
         "/at", "in_future"},
        {"investigation", "findings", "{'facts': 'a', 'basis': 'b', 'upheld': 'maybe'}", "/upheld",
         "unknown_term"},
        {"investigation", "findings", "{'upheld': 'yes', 'basis': 'b'}", "/facts", "required"},
        {"feedback", "notices", "{'facts': 'a', 'basis': 'b'}", "/decision", "required"},
        {"feedback", "notices", "{'facts': 'a', 'basis': 'b', 'decision': 'c', 'remedies': 'd'}",
         "/remedies", "unknown_member"},
        {"feedback", "notices/1/deliveries", "{'channel': 'letter', 'at': 'now', 'proof': 'x'}",
         "/at", "not_a_time"},
        {"feedback", "notices/1/deliveries", "{'channel': 'letter', 'at': '2026-11-20T00:00:00Z'}",
         "/proof", "required"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct matter matter = matter_at(cases[i].stage);
        const struct reply *reply = matter_do(&matter, i < 5 ? "agent1" : "handler1", cases[i].path,
                                              body("%s", cases[i].input));
        EXPECT_PROBLEM(reply, 422, "invalid-input");
        EXPECT_ERROR(reply, cases[i].pointer, cases[i].code);
    }
}
END_TEST

Suite *complaint_read_suite(void)
{
    Suite *suite = suite_create("complaint_read");
    TCase *tcase = tcase_create("read");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_test(tcase, number_serves_as_well_as_id);
    tcase_add_test(tcase, head_answers_without_a_body);
    tcase_add_test(tcase, large_answers_are_compressed_when_asked_for);
    tcase_add_test(tcase, stages_are_those_of_the_complaint);
    tcase_add_test(tcase, journal_names_what_was_done_by_whom);
    tcase_add_test(tcase, journal_is_a_chain_of_hashes);
    tcase_add_test(tcase, journal_shows_private_values_masked);
    tcase_add_test(tcase, what_was_written_is_kept_beside);
    tcase_add_test(tcase, erased_values_leave_the_journal_readable);
    tcase_add_test(tcase, numbered_lists_come_in_pages);
    tcase_add_test(tcase, bad_parameters_are_refused);
    tcase_add_test(tcase, items_are_listed_as_they_were_answered);
    tcase_add_test(tcase, case_work_is_checked_too);
    suite_add_tcase(suite, tcase);
    return suite;
}
