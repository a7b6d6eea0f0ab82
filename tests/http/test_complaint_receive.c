/* Receiving a complaint: what is answered, and what is made of what was sent. */
#include <string.h>

#include "tests/http/matter.h"

/* --- the pinned shape ------------------------------------------------------------------------- */

static void expect_number(const char *number, const char *before, const char *after)
{
    size_t length = strlen(number);
    ck_assert_msg(strncmp(number, "TS", 2) == 0, "%s", number);
    ck_assert_msg(strncmp(number + 2, before, 8) == 0 || strncmp(number + 2, after, 8) == 0,
                  "%s does not hold the day of entry", number);
    ck_assert_uint_ge(length, 16);
    ck_assert_uint_eq(strspn(number + 2, "0123456789"), length - 2);
}

static void expect_members(const json_t *object, const char *const names[], size_t count)
{
    const char *name;
    json_t *value;
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(json_object_get(object, names[i]) != NULL, "%s is missing", names[i]);
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        size_t i = 0;
        while (i < count && strcmp(names[i], name) != 0)
            i++;
        ck_assert_msg(i < count, "%s is not described", name);
    }
}

START_TEST(answers_the_pinned_shape)
{
    static const char *const members[] = {"id",
                                          "number",
                                          "tracking_code",
                                          "version",
                                          "status",
                                          "stage",
                                          "round",
                                          "level",
                                          "urgency",
                                          "source",
                                          "unit",
                                          "owner",
                                          "pending_owner",
                                          "overdue",
                                          "stage_due_at",
                                          "statutory_due_at",
                                          "due_at",
                                          "subject",
                                          "narrative",
                                          "demand",
                                          "received_at",
                                          "entered_at",
                                          "updated_at",
                                          "occurred_at",
                                          "closed_at",
                                          "decided_at",
                                          "retention_until",
                                          "erased_at",
                                          "round_kind",
                                          "paused",
                                          "statutory_days",
                                          "channel_class",
                                          "business_class",
                                          "cause_class",
                                          "product",
                                          "amount_in_dispute",
                                          "external_case_number",
                                          "staff_complained_of",
                                          "tags",
                                          "complainant",
                                          "entered_by",
                                          "outcome",
                                          "decline_reason",
                                          "merged_into",
                                          "urge_due_at",
                                          "awaiting_approval",
                                          "void_request",
                                          "unmask_request",
                                          "policy_version",
                                          "counts",
                                          "plan_approved",
                                          "delivered",
                                          "failed_attempts",
                                          "stages",
                                          "allowed_actions",
                                          "warnings"};
    const char *before = today_text();
    const struct reply *reply = matter_receive("agent1", matter_full());
    EXPECT_STATUS(reply, 201);
    expect_members(reply->json, members, sizeof members / sizeof *members);
    ck_assert_str_eq(reply_header(reply, "content-type"), "application/json");
    ck_assert_str_eq(reply_header(reply, "etag"), "\"1\"");
    ck_assert_str_eq(reply_header(reply, "location"),
                     client_text("/v1/complaints/%s", reply_text(reply, "id")));
    expect_number(reply_text(reply, "number"), before, today_text());
    ck_assert_uint_ge(strlen(reply_text(reply, "tracking_code")), 12);
    ck_assert_int_eq(reply_integer(reply, "version"), 1);
    ck_assert_str_eq(reply_text(reply, "status"), "open");
    ck_assert_str_eq(reply_text(reply, "stage"), "intake");
    ck_assert_int_eq(reply_integer(reply, "round"), 1);
    ck_assert_str_eq(reply_text(reply, "owner.login"), "agent1");
    ck_assert_str_eq(reply_text(reply, "owner.name"), "坐席一");
    ck_assert_uint_eq(strlen(reply_text(reply, "owner.id")), 36);
    ck_assert(reply_is_null(reply, "pending_owner"));
    ck_assert_str_eq(reply_text(reply, "entered_by"), "agent1");
}
END_TEST

START_TEST(both_clocks_start_at_receipt)
{
    const struct reply *reply = matter_receive("agent1", matter_full());
    EXPECT_STATUS(reply, 201);
    ck_assert_str_eq(reply_text(reply, "received_at"), "2026-11-20T09:12:00+08:00");
    ck_assert_str_eq(reply_text(reply, "stage_due_at"), "2026-11-23T17:30:00+08:00");
    ck_assert_str_eq(reply_text(reply, "statutory_due_at"), "2026-12-05T23:59:59+08:00");
    ck_assert_str_eq(reply_text(reply, "due_at"), "2026-11-23T17:30:00+08:00");
    ck_assert(reply_boolean(reply, "overdue") ==
              (strcmp(time_text(0), "2026-11-23T17:30:00+08:00") > 0));
    ck_assert_uint_eq(json_array_size(reply_at(reply, "stages")), 1);
    ck_assert_str_eq(reply_text(reply, "stages.0.stage"), "intake");
    ck_assert_int_eq(reply_integer(reply, "stages.0.round"), 1);
    ck_assert_str_eq(reply_text(reply, "stages.0.owner.login"), "agent1");
    ck_assert_str_eq(reply_text(reply, "stages.0.unit"), "HN-CS-001");
    ck_assert_str_eq(reply_text(reply, "stages.0.entered_at"), "2026-11-20T09:12:00+08:00");
    ck_assert_str_eq(reply_text(reply, "stages.0.due_at"), "2026-11-23T17:30:00+08:00");
    ck_assert(reply_is_null(reply, "stages.0.completed_at"));
    ck_assert_int_eq(reply_integer(reply, "stages.0.handovers"), 0);
    ck_assert_int_eq(reply_integer(reply, "stages.0.refusals"), 0);
}
END_TEST

START_TEST(every_recorded_fact_comes_back)
{
    json_t *input = matter_full();
    json_object_update_new(input,
                           body("{'external_case_number': '12378-2026-0042', 'tags': ['judicial',"
                                " 'regulator'], 'staff_complained_of': 'supervisor1'}"));
    const struct reply *made = matter_receive("agent1", input);
    EXPECT_STATUS(made, 201);
    const struct reply *reply = client_get("agent1", "/v1/complaints/%s", reply_text(made, "id"));
    EXPECT_STATUS(reply, 200);
    ck_assert_msg(json_equal(made->json, reply->json), "%s\n%s", made->body, reply->body);
    ck_assert_str_eq(reply_text(reply, "source"), "hotline");
    ck_assert_str_eq(reply_text(reply, "subject"), "手机银行转账失败但已扣款");
    ck_assert_str_eq(reply_text(reply, "demand"), "退回款项并说明原因");
    ck_assert_str_eq(reply_text(reply, "occurred_at"), "2026-11-19T18:00:00+08:00");
    ck_assert_str_eq(reply_text(reply, "level"), "ordinary");
    ck_assert_int_eq(reply_integer(reply, "urgency"), 2);
    ck_assert_str_eq(reply_text(reply, "unit"), "HN-CS-001");
    ck_assert_str_eq(reply_text(reply, "channel_class"), "A01033");
    ck_assert_str_eq(reply_text(reply, "business_class"), "B05");
    ck_assert_str_eq(reply_text(reply, "cause_class"), "C02");
    ck_assert_str_eq(reply_text(reply, "product"), "手机银行转账");
    ck_assert_int_eq(reply_integer(reply, "amount_in_dispute"), 500000);
    ck_assert_str_eq(reply_text(reply, "external_case_number"), "12378-2026-0042");
    ck_assert_str_eq(reply_text(reply, "staff_complained_of"), "supervisor1");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "tags")), 2);
    ck_assert(reply_lists(reply, "tags", "judicial") && reply_lists(reply, "tags", "regulator"));
    ck_assert_str_eq(reply_text(reply, "complainant.capacity"), "self");
    ck_assert_int_eq(reply_integer(reply, "complainant.people"), 1);
}
END_TEST

/* --- masking ---------------------------------------------------------------------------------- */

static void expect_hidden(const struct reply *reply, const char *secret)
{
    ck_assert_msg(strstr(reply->body, secret) == NULL, "%s is shown: %s", secret, reply->body);
}

START_TEST(personal_values_are_shown_masked)
{
    json_t *input = matter_full();
    json_object_update_new(
        input, body("{'complainant': {'name': '欧阳修', 'phone': '0731-84512345',"
                    " 'email': 'fanli@example.com', 'address': '湖南省长沙市岳麓区麓山路36号',"
                    " 'identity_number': '11010519491231002X', 'account_number':"
                    " '6222021234567890128', 'customer_number': 'K100200300'}}"));
    const struct reply *made = matter_receive("agent1", input);
    EXPECT_STATUS(made, 201);
    const struct reply *read = client_get("agent1", "/v1/complaints/%s", reply_text(made, "id"));
    const struct reply *replies[] = {made, read};
    for (size_t i = 0; i < 2; i++) {
        const struct reply *reply = replies[i];
        ck_assert_str_eq(reply_text(reply, "complainant.name"), "欧阳*");
        ck_assert_str_eq(reply_text(reply, "complainant.phone"), "0731-****2345");
        ck_assert_str_eq(reply_text(reply, "complainant.email"), "f**@example.com");
        ck_assert(strncmp(reply_text(reply, "complainant.address"), "湖南省长沙市岳麓区",
                          strlen("湖南省长沙市岳麓区")) == 0);
        ck_assert_str_eq(reply_text(reply, "complainant.identity_number"), "110***********002X");
        ck_assert_str_eq(reply_text(reply, "complainant.account_number"), "622202*********0128");
        ck_assert_str_eq(reply_text(reply, "narrative"),
                         "客户来电称转账失败。\n回拨138****1234，卡号622202*********0128。");
        expect_hidden(reply, "麓山路");
        expect_hidden(reply, "6222021234567890128");
        expect_hidden(reply, "13800001234");
        expect_hidden(reply, "194912");
        expect_hidden(reply, "fanli");
        expect_hidden(reply, "欧阳修");
    }
}
END_TEST

START_TEST(pinned_name_and_phone_are_masked)
{
    const struct reply *reply = matter_receive("agent1", matter_full());
    EXPECT_STATUS(reply, 201);
    ck_assert_str_eq(reply_text(reply, "complainant.name"), "张*");
    ck_assert_str_eq(reply_text(reply, "complainant.phone"), "138****1234");
}
END_TEST

/* --- what was left out ------------------------------------------------------------------------ */

START_TEST(minimal_body_gets_defaults)
{
    static const char *const nulls[] = {"demand",
                                        "occurred_at",
                                        "closed_at",
                                        "channel_class",
                                        "business_class",
                                        "cause_class",
                                        "product",
                                        "amount_in_dispute",
                                        "external_case_number",
                                        "staff_complained_of",
                                        "outcome",
                                        "decline_reason",
                                        "complainant.email",
                                        "complainant.address",
                                        "complainant.identity_number",
                                        "complainant.account_number",
                                        "complainant.customer_number"};
    const struct reply *reply = matter_receive("agent1", matter_minimal());
    EXPECT_STATUS(reply, 201);
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
        ck_assert_msg(reply_is_null(reply, nulls[i]), "%s: %s", nulls[i], reply->body);
    ck_assert_str_eq(reply_text(reply, "unit"), "HN-CS-001");
    ck_assert_str_eq(reply_text(reply, "owner.login"), "agent1");
    ck_assert_str_eq(reply_text(reply, "level"), "ordinary");
    ck_assert_int_eq(reply_integer(reply, "urgency"), 3);
    ck_assert_str_eq(reply_text(reply, "complainant.capacity"), "self");
    ck_assert_int_eq(reply_integer(reply, "complainant.people"), 1);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "tags")), 0);
    ck_assert(!reply_boolean(reply, "overdue"));
}
END_TEST

START_TEST(unit_defaults_to_the_callers)
{
    const struct reply *reply = matter_receive("agent2", matter_minimal());
    EXPECT_STATUS(reply, 201);
    ck_assert_str_eq(reply_text(reply, "unit"), "HN-CS-002");
    ck_assert_str_eq(reply_text(reply, "owner.login"), "agent2");
    reply = matter_receive("supervisor1", matter_minimal());
    EXPECT_STATUS(reply, 201);
    ck_assert_str_eq(reply_text(reply, "unit"), "HN");
    ck_assert_str_eq(reply_text(reply, "owner.login"), "supervisor1");
}
END_TEST

START_TEST(another_owner_may_be_named)
{
    json_t *input = matter_minimal();
    json_object_set_new(input, "owner", json_string("handler1"));
    const struct reply *reply = matter_receive("agent1", input);
    EXPECT_STATUS(reply, 201);
    ck_assert_str_eq(reply_text(reply, "owner.login"), "handler1");
    ck_assert_str_eq(reply_text(reply, "entered_by"), "agent1");
    ck_assert(!reply_lists(reply, "allowed_actions", "advance"));
    ck_assert(reply_lists(reply, "allowed_actions", "classify"));
}
END_TEST

/* domain.md §3: no name, no contact. */
START_TEST(anonymous_complaints_are_accepted)
{
    json_t *input = matter_minimal();
    json_object_set_new(input, "complainant", body("{'capacity': 'anonymous'}"));
    const struct reply *reply = matter_receive("agent1", input);
    EXPECT_STATUS(reply, 201);
    ck_assert_str_eq(reply_text(reply, "complainant.capacity"), "anonymous");
    ck_assert(reply_is_null(reply, "complainant.name"));
    ck_assert(reply_is_null(reply, "complainant.phone"));
}
END_TEST

START_TEST(twenty_people_make_it_major)
{
    static const struct {
        int people;
        const char *level, *given;
    } cases[] = {{19, "ordinary", NULL},
                 {20, "major", NULL},
                 {20, "major", "ordinary"},
                 {500, "major", "complex"},
                 {2, "complex", "complex"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *input = matter_full();
        json_object_set_new(json_object_get(input, "complainant"), "people",
                            json_integer(cases[i].people));
        json_object_set_new(input, "level",
                            cases[i].given ? json_string(cases[i].given) : json_null());
        const struct reply *reply = matter_receive("agent1", input);
        EXPECT_STATUS(reply, 201);
        ck_assert_str_eq(reply_text(reply, "level"), cases[i].level);
        /* complex and major have 30 natural days */
        ck_assert_str_eq(reply_text(reply, "statutory_due_at"),
                         strcmp(cases[i].level, "ordinary") == 0 ? "2026-12-05T23:59:59+08:00"
                                                                 : "2026-12-20T23:59:59+08:00");
    }
}
END_TEST

/* As the API's description lists them, first; what else anybody in scope may do follows. */
START_TEST(owner_is_told_what_can_be_done)
{
    static const char *const first[] = {"advance", "offer", "settle", "decline", "classify"};
    static const char *const others[] = {"withdraw", "notes",      "contacts", "correct",
                                         "pauses",   "extensions", "links",    "void",
                                         "unmask",   "attachments"};
    const struct reply *reply = matter_receive("agent1", matter_full());
    EXPECT_STATUS(reply, 201);
    for (size_t i = 0; i < 5; i++)
        ck_assert_str_eq(reply_text(reply, client_text("allowed_actions.%zu", i)), first[i]);
    for (size_t i = 0; i < 10; i++)
        ck_assert(reply_lists(reply, "allowed_actions", others[i]));
    ck_assert_uint_eq(json_array_size(reply_at(reply, "allowed_actions")), 15);
}
END_TEST

START_TEST(text_is_normalised)
{
    json_t *input = matter_minimal();
    json_object_set_new(input, "subject", json_string("\u3000 e\u0301tude \u3000"));
    json_object_set_new(input, "narrative", json_string("  一\r\n二\r三\n"));
    const struct reply *reply = matter_receive("agent1", input);
    EXPECT_STATUS(reply, 201);
    ck_assert_str_eq(reply_text(reply, "subject"), "\u00e9tude");
    ck_assert_str_eq(reply_text(reply, "narrative"), "一\n二\n三");
}
END_TEST

START_TEST(numbers_and_codes_differ)
{
    const char *number = NULL, *code = NULL, *id = NULL;
    for (int i = 0; i < 20; i++) {
        const struct reply *reply = matter_receive("agent1", matter_minimal());
        EXPECT_STATUS(reply, 201);
        if (number) {
            ck_assert_str_ne(reply_text(reply, "number"), number);
            ck_assert_str_ne(reply_text(reply, "tracking_code"), code);
            ck_assert_str_ne(reply_text(reply, "id"), id);
        }
        number = reply_text(reply, "number");
        code = reply_text(reply, "tracking_code");
        id = reply_text(reply, "id");
        ck_assert_int_eq(id[14], '7'); /* UUIDv7 */
    }
}
END_TEST

Suite *complaint_receive_suite(void);
Suite *complaint_receive_suite(void)
{
    Suite *suite = suite_create("complaint_receive");
    TCase *tcase = tcase_create("receive");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_test(tcase, answers_the_pinned_shape);
    tcase_add_test(tcase, both_clocks_start_at_receipt);
    tcase_add_test(tcase, every_recorded_fact_comes_back);
    tcase_add_test(tcase, personal_values_are_shown_masked);
    tcase_add_test(tcase, pinned_name_and_phone_are_masked);
    tcase_add_test(tcase, minimal_body_gets_defaults);
    tcase_add_test(tcase, unit_defaults_to_the_callers);
    tcase_add_test(tcase, another_owner_may_be_named);
    tcase_add_test(tcase, anonymous_complaints_are_accepted);
    tcase_add_test(tcase, twenty_people_make_it_major);
    tcase_add_test(tcase, owner_is_told_what_can_be_done);
    tcase_add_test(tcase, text_is_normalised);
    tcase_add_test(tcase, numbers_and_codes_differ);
    suite_add_tcase(suite, tcase);
    return suite;
}
