/* Complaints on their way as staff take them, each command once: tests/contract holds the answers
 * against openapi.yaml. */
#include <stdlib.h>
#include <string.h>

#include "tests/http/client.h"

/* A complaint under way: its address and the version last seen. */
struct course {
    const char *number;
    int64_t version;
};

static struct course receive(const char *as)
{
    json_t *body =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:I, s:[s], s:{s:s, s:s, s:s}}", "source",
                  "hotline", "subject", "转账失败但已扣款", "narrative",
                  "客户称转账失败但已扣款，来电号码13800000001。\n请尽快核实。", "demand",
                  "退回款项", "received_at", "2026-01-05T09:12:00+08:00", "urgency", 2,
                  "amount_in_dispute", (json_int_t)500000, "tags", "agitated", "complainant",
                  "name", "王小明", "phone", "13800000001", "email", "wang@example.com");
    const struct reply *reply = client_post(as, 0, body, "/v1/complaints");
    EXPECT_STATUS(reply, 201);
    ck_assert_int_eq(reply_version(reply), 1);
    return (struct course){reply_text(reply, "number"), 1};
}

/* Does what is expected to succeed, and follows the version. */
static const struct reply *act(struct course *course, const char *as, const char *path,
                               json_t *body)
{
    const struct reply *reply =
        client_post(as, course->version, body, "/v1/complaints/%s/%s", course->number, path);
    ck_assert_msg(reply->status == 200 || reply->status == 201, "%s: %d %s", path, reply->status,
                  reply->body);
    ck_assert_int_eq(reply_version(reply), course->version + 1);
    course->version++;
    return reply;
}

static void investigate(struct course *course)
{
    act(course, "agent1", "notes", json_pack("{s:s}", "text", "客户补充了截图。"));
    act(course, "agent1", "advance",
        json_pack("{s:s, s:s}", "owner", "handler1", "note", "请核实"));
    const struct reply *reply =
        act(course, "handler1", "contacts",
            json_pack("{s:s, s:s, s:s, s:b, s:s}", "method", "phone", "direction", "outbound", "at",
                      "2026-01-06T15:30:00+08:00", "reached", 1, "summary", "已致电客户"));
    ck_assert_int_eq(reply_integer(reply, "number"), 1);
    ck_assert_str_eq(reply_text(reply, "at"), "2026-01-06T15:30:00+08:00");
    ck_assert_str_eq(reply_text(reply, "by.login"), "handler1");
    ck_assert_str_eq(reply_text(reply, "stage"), "investigation");
    act(course, "handler1", "findings",
        json_pack("{s:s, s:s, s:s}", "facts", "款项滞留", "basis", "清算流水", "upheld", "yes"));
    act(course, "handler1", "advance", json_pack("{s:s}", "owner", "handler1"));
}

/* Redress above the limit: a second person approves. */
static void resolve(struct course *course)
{
    const struct reply *reply =
        act(course, "handler1", "plan",
            json_pack("{s:s, s:[{s:s, s:I}, {s:s}]}", "summary", "赔偿并致歉", "redress", "type",
                      "compensation", "amount", (json_int_t)5000000, "type", "apology"));
    ck_assert_int_eq(reply_integer(reply, "redress.0.amount"), 5000000);
    reply = act(course, "supervisor1", "approve-plan", json_pack("{}"));
    ck_assert(reply_boolean(reply, "plan_approved"));
    reply = act(
        course, "handler1", "notices",
        json_pack("{s:s, s:s, s:s}", "facts", "属实", "basis", "管理办法", "decision", "退回款项"));
    ck_assert_ptr_nonnull(strstr(reply_text(reply, "remedies"), "调解"));
    act(course, "handler1", "advance", json_pack("{s:s}", "owner", "handler1"));
}

START_TEST(from_receipt_to_closing)
{
    struct course course = receive("agent1");
    investigate(&course);
    resolve(&course);
    const struct reply *reply = act(&course, "handler1", "notices/1/deliveries",
                                    json_pack("{s:s, s:s, s:s}", "channel", "letter", "at",
                                              "2026-01-12T10:00:00+08:00", "proof", "挂号信回执"));
    ck_assert_int_eq(reply_integer(reply, "notice"), 1);
    reply = act(&course, "handler1", "close", json_pack("{s:s}", "outcome", "upheld"));
    ck_assert_str_eq(reply_text(reply, "status"), "closed");
    ck_assert_str_eq(reply_text(reply, "complainant.phone"), "138****0001");

    /* Case work and journal come in pages. */
    static const char *const lists[] = {"notes", "contacts", "findings", "plan", "notices"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        reply = client_get("auditor1", "/v1/complaints/%s/%s", course.number, lists[i]);
        EXPECT_STATUS(reply, 200);
        ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 1);
        ck_assert(reply_is_null(reply, "next"));
    }
    ck_assert_int_eq(reply_integer(reply, "items.0.deliveries.0.number"), 1);
    reply = client_get("auditor1", "/v1/complaints/%s/journal?limit=2", course.number);
    ck_assert_int_eq(reply_integer(reply, "next"), 2);
    reply = client_get("auditor1", "/v1/complaints/%s/journal?after=2", course.number);
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "items.0.index"), 3);
    ck_assert(reply_is_null(reply, "next"));
    reply = client_get("auditor1", "/v1/complaints/%s/stages", course.number);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 4);
}
END_TEST

START_TEST(hand_over)
{
    struct course course = receive("agent1");
    act(&course, "agent1", "offer", json_pack("{s:s}", "to", "handler1"));
    act(&course, "handler1", "refuse", json_pack("{s:s}", "reason", "忙"));
    act(&course, "agent1", "offer", json_pack("{s:s, s:s}", "to", "handler1", "reason", "请假"));
    act(&course, "agent1", "take-back", json_pack("{}"));
    act(&course, "agent1", "offer", json_pack("{s:s}", "to", "handler1"));
    const struct reply *reply = act(&course, "handler1", "accept", json_pack("{}"));
    ck_assert_str_eq(reply_text(reply, "owner.login"), "handler1");
    ck_assert_int_eq(reply_integer(reply, "stages.0.refusals"), 1);
    reply = act(&course, "supervisor1", "assign", json_pack("{s:s}", "owner", "agent2"));
    ck_assert_str_eq(reply_text(reply, "owner.login"), "agent2");
    ck_assert_int_eq(reply_integer(reply, "stages.0.handovers"), 2);
}
END_TEST

START_TEST(short_ends_and_detours)
{
    struct course settled = receive("agent1"), declined = receive("agent1"),
                  sent_back = receive("agent1");
    act(&settled, "agent1", "classify",
        json_pack("{s:s, s:[s], s:s}", "level", "complex", "tags", "judicial", "reason", "复杂"));
    const struct reply *reply =
        act(&settled, "agent1", "settle", json_pack("{s:s}", "summary", "已说明"));
    ck_assert_str_eq(reply_text(reply, "outcome"), "settled_at_intake");
    reply = act(&declined, "agent1", "decline",
                json_pack("{s:s, s:s}", "reason_code", "before_court", "reason", "已起诉"));
    ck_assert_str_eq(reply_text(reply, "status"), "declined");
    act(&sent_back, "agent1", "advance", json_pack("{s:s}", "owner", "handler1"));
    reply = act(&sent_back, "handler1", "send-back",
                json_pack("{s:s, s:s, s:s}", "to", "intake", "owner", "agent1", "reason", "补充"));
    ck_assert_str_eq(reply_text(reply, "stage"), "intake");
}
END_TEST

START_TEST(what_was_read_is_not_sent_again)
{
    struct course course = receive("agent1");
    const struct reply *reply = client_get("agent1", "/v1/complaints/%s", course.number);
    EXPECT_STATUS(reply, 200);
    const char *header = client_text("If-None-Match: %s", reply_header(reply, "etag"));
    const struct call again = {.path = client_text("/v1/complaints/%s", course.number),
                               .as = "agent1",
                               .headers = {header}};
    reply = client_call(&again);
    EXPECT_STATUS(reply, 304);
    ck_assert_uint_eq(reply->length, 0);
    act(&course, "agent1", "notes", json_pack("{s:s}", "text", "已读"));
    EXPECT_STATUS(client_call(&again), 200);
}
END_TEST

START_TEST(a_page_leads_to_the_next)
{
    receive("agent1");
    receive("agent1");
    const struct reply *first =
        client_get("agent1", "/v1/complaints?limit=1&status=open&count=exact&unit=HN-CS-001");
    EXPECT_STATUS(first, 200);
    ck_assert_int_ge(reply_integer(first, "total"), 2);
    const char *link = reply_header(first, "link"), *path = link + 1;
    ck_assert(link && link[0] == '<' && strstr(link, "rel=\"next\""));
    const struct reply *second =
        client_get("agent1", "%s", client_text("%.*s", (int)strcspn(path, ">"), path));
    EXPECT_STATUS(second, 200);
    ck_assert_str_ne(reply_text(first, "items.0.id"), reply_text(second, "items.0.id"));
    const struct reply *board = client_get("supervisor1", "/v1/board?unit=HN-CS-001");
    EXPECT_STATUS(board, 200);
    ck_assert_int_ge(reply_integer(board, "open"), 2);
    EXPECT_STATUS(client_get("supervisor1", "/v1/complaints?overdue=true&limit=5"), 200);
    EXPECT_STATUS(client_get("supervisor1", "/v1/complaints?due_within=8"), 200);
}
END_TEST

Suite *course_suite(void);
Suite *course_suite(void)
{
    Suite *suite = suite_create("course");
    TCase *tests = tcase_create("course");
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_add_test(tests, from_receipt_to_closing);
    tcase_add_test(tests, hand_over);
    tcase_add_test(tests, short_ends_and_detours);
    tcase_add_test(tests, what_was_read_is_not_sent_again);
    tcase_add_test(tests, a_page_leads_to_the_next);
    suite_add_tcase(suite, tests);
    return suite;
}
