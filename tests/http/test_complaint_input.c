/* Bad input: everything that is wrong is told in one answer, and nothing is kept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/http/database.h"
#include "tests/http/matter.h"

Suite *complaint_input_suite(void);

static const struct reply *receive_raw(const char *bytes, size_t length, const char *type)
{
    const struct call call = {.as = "agent1",
                              .path = "/v1/complaints",
                              .body = bytes,
                              .body_length = length,
                              .content_type = type};
    return client_call(&call);
}

/* The minimal input with one member set, where "complainant.phone" is one too. */
static json_t *with(const char *member, json_t *value)
{
    json_t *input = matter_minimal();
    if (strncmp(member, "complainant.", 12) == 0)
        json_object_set_new(json_object_get(input, "complainant"), member + 12, value);
    else
        json_object_set_new(input, member, value);
    return input;
}

static json_t *long_text(size_t characters)
{
    static const char character[] = "诉";
    size_t size = sizeof character - 1;
    char *text = malloc(characters * size);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < characters * size; i++)
        text[i] = character[i % size];
    json_t *value = json_stringn(text, characters * size);
    free(text);
    return value;
}

static long complaints(void)
{
    return database_number("SELECT count(*) FROM complaint");
}

/* --- one mistake each ------------------------------------------------------------------------- */

static const struct bad {
    const char *member, *json, *pointer, *code;
} bad[] = {
    {"source", "null", "/source", "required"},
    {"source", "'telegram'", "/source", "unknown_term"},
    {"source", "1", "/source", "wrong_type"},
    {"subject", "null", "/subject", "required"},
    {"subject", "''", "/subject", "required"},
    {"subject", "' \\u3000 '", "/subject", "required"},
    {"subject", "['a']", "/subject", "wrong_type"},
    {"subject", "'a\\u0007b'", "/subject", "control_character"},
    {"subject", "'a\\nb'", "/subject", "control_character"},
    {"narrative", "'a\\u001bb'", "/narrative", "control_character"},
    {"narrative", "null", "/narrative", "required"},
    {"received_at", "null", "/received_at", "required"},
    {"received_at", "'2026-11-20'", "/received_at", "not_a_time"},
    {"received_at", "'2026-11-20T09:12:00'", "/received_at", "not_a_time"},
    {"received_at", "'2026-02-30T09:12:00+08:00'", "/received_at", "not_a_time"},
    {"received_at", "1700000000", "/received_at", "wrong_type"},
    {"received_at", "'2000-01-01T00:00:00+08:00'", "/received_at", "too_long_ago"},
    {"received_at", "'2199-01-01T00:00:00+08:00'", "/received_at", "in_future"},
    {"occurred_at", "'2199-01-01T00:00:00+08:00'", "/occurred_at", "after_receipt"},
    {"level", "'urgent'", "/level", "unknown_term"},
    {"urgency", "0", "/urgency", "out_of_range"},
    {"urgency", "4", "/urgency", "out_of_range"},
    {"urgency", "2.0", "/urgency", "wrong_type"},
    {"urgency", "99999999999999999999", "/urgency", "out_of_range"},
    {"unit", "'HN-CS-999'", "/unit", "unknown_unit"},
    {"owner", "'nobody'", "/owner", "unknown_staff"},
    {"owner", "'auditor1'", "/owner", "not_eligible"},
    {"owner", "'admin'", "/owner", "not_eligible"},
    {"staff_complained_of", "'nobody'", "/staff_complained_of", "unknown_staff"},
    {"channel_class", "'A99'", "/channel_class", "unknown_class"},
    {"business_class", "'C02'", "/business_class", "wrong_dimension"},
    {"cause_class", "'X'", "/cause_class", "unknown_class"},
    {"amount_in_dispute", "-1", "/amount_in_dispute", "out_of_range"},
    {"amount_in_dispute", "12.5", "/amount_in_dispute", "wrong_type"},
    {"amount_in_dispute", "'500000'", "/amount_in_dispute", "wrong_type"},
    {"tags", "['judicial', 'angry']", "/tags/1", "unknown_term"},
    {"tags", "['judicial', 'judicial']", "/tags/1", "duplicate"},
    {"tags", "'judicial'", "/tags", "wrong_type"},
    {"complainant", "null", "/complainant", "required"},
    {"complainant", "[]", "/complainant", "wrong_type"},
    {"complainant", "{'phone': '13800001234'}", "/complainant/name", "required"},
    {"complainant", "{'name': '张三'}", "/complainant", "contact_required"},
    {"complainant", "{'capacity': 'anonymous', 'name': '张三'}", "/complainant/name",
     "not_for_anonymous"},
    {"complainant", "{'capacity': 'anonymous', 'phone': '13800001234'}", "/complainant/phone",
     "not_for_anonymous"},
    {"complainant.phone", "'call me'", "/complainant/phone", "invalid_format"},
    {"complainant.email", "'nobody'", "/complainant/email", "invalid_format"},
    {"complainant.account_number", "'12'", "/complainant/account_number", "invalid_format"},
    {"complainant.identity_number", "'110105194912310021'", "/complainant/identity_number",
     "invalid_check_digit"},
    {"complainant.capacity", "'friend'", "/complainant/capacity", "unknown_term"},
    {"complainant.people", "0", "/complainant/people", "out_of_range"},
    {"complainant.nickname", "'三'", "/complainant/nickname", "unknown_member"},
    {"number", "'TS20261120000001'", "/number", "unknown_member"},
    {"version", "7", "/version", "unknown_member"},
    {"a/b~c", "1", "/a~1b~0c", "unknown_member"},
};

static json_t *value_of(const char *json)
{
    json_t *wrapped = body("[%s]", json);
    json_t *value = json_incref(json_array_get(wrapped, 0));
    json_decref(wrapped);
    return value;
}

/* Numbers that no parser holds go as bytes. */
static const struct reply *receive_bad(const struct bad *row)
{
    char huge[64];
    if (sscanf(row->json, "%63[0-9]", huge) != 1 || strlen(huge) < 19)
        return matter_receive("agent1", with(row->member, value_of(row->json)));
    const char *text = body_text(with(row->member, json_string("HUGE")));
    const char *at = strstr(text, "\"HUGE\"");
    ck_assert_ptr_nonnull(at);
    const char *bytes = client_text("%.*s%s%s", (int)(at - text), text, huge, at + 6);
    return receive_raw(bytes, strlen(bytes), "application/json");
}

START_TEST(each_mistake_has_its_pointer_and_code)
{
    const struct bad *row = &bad[_i];
    long before = complaints();
    const struct reply *reply = receive_bad(row);
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, row->pointer, row->code);
    ck_assert_msg(json_array_size(reply_at(reply, "errors")) == 1, "%s", reply->body);
    ck_assert_int_eq(complaints(), before);
}
END_TEST

START_TEST(all_mistakes_are_told_at_once)
{
    const struct reply *reply = matter_receive(
        "agent1", body("{'source': 'telegram', 'subject': '', 'received_at': 'yesterday',"
                       " 'urgency': 9, 'unit': 'HN-CS-999', 'owner': 'nobody', 'surprise': true,"
                       " 'business_class': 'C02', 'complainant': {'name': '张三', 'email': 'x',"
                       " 'people': 0}}"));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/source", "unknown_term");
    EXPECT_ERROR(reply, "/subject", "required");
    EXPECT_ERROR(reply, "/narrative", "required");
    EXPECT_ERROR(reply, "/received_at", "not_a_time");
    EXPECT_ERROR(reply, "/urgency", "out_of_range");
    EXPECT_ERROR(reply, "/unit", "unknown_unit");
    EXPECT_ERROR(reply, "/owner", "unknown_staff");
    EXPECT_ERROR(reply, "/surprise", "unknown_member");
    EXPECT_ERROR(reply, "/business_class", "wrong_dimension");
    EXPECT_ERROR(reply, "/complainant/email", "invalid_format");
    EXPECT_ERROR(reply, "/complainant/people", "out_of_range");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "errors")), 11);
}
END_TEST

static const struct {
    const char *member, *pointer;
    size_t limit;
} limits[] = {{"subject", "/subject", 200},
              {"narrative", "/narrative", 20000},
              {"demand", "/demand", 2000},
              {"product", "/product", 100},
              {"complainant.name", "/complainant/name", 100},
              {"complainant.address", "/complainant/address", 2000}};

/* Characters, not bytes. */
START_TEST(text_has_its_limit)
{
    const struct reply *reply =
        matter_receive("agent1", with(limits[_i].member, long_text(limits[_i].limit)));
    EXPECT_STATUS(reply, 201);
    reply = matter_receive("agent1", with(limits[_i].member, long_text(limits[_i].limit + 1)));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, limits[_i].pointer, "too_long");
}
END_TEST

/* At most 5 minutes ahead and 20 years back. */
START_TEST(received_at_has_bounds)
{
    static const struct {
        int64_t seconds;
        int status;
    } cases[] = {
        {240, 201}, {330, 422}, {INT64_C(-86400) * 7300, 201}, {INT64_C(-86400) * 7310, 422}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct reply *reply =
            matter_receive("agent1", with("received_at", json_string(time_text(cases[i].seconds))));
        EXPECT_STATUS(reply, cases[i].status);
    }
}
END_TEST

/* --- recusal and rights ----------------------------------------------------------------------- */

START_TEST(person_complained_of_cannot_own_or_receive)
{
    json_t *input = with("staff_complained_of", json_string("handler1"));
    json_object_set_new(input, "owner", json_string("handler1"));
    long before = complaints();
    const struct reply *reply = matter_receive("agent1", input);
    EXPECT_PROBLEM(reply, 409, "recused");
    input = with("staff_complained_of", json_string("agent1"));
    json_object_set_new(input, "owner", json_string("handler1"));
    reply = matter_receive("agent1", input);
    EXPECT_PROBLEM(reply, 409, "recused");
    ck_assert_int_eq(complaints(), before);
}
END_TEST

/* Roles are granted per unit and reach its subtree. */
START_TEST(only_those_with_a_role_over_the_unit_receive)
{
    static const struct {
        const char *as, *unit;
        int status;
    } cases[] = {
        {"agent1", "HN-CS-001", 201},
        {"agent1", "HN-CS-002", 403},
        {"agent1", "HN", 403},
        {"agent2", "HN-CS-002", 201},
        {"handler1", "HN-CS-001", 201},
        {"supervisor1", "HN-CS-001", 201},
        {"supervisor1", "HN-CS-002", 201},
        {"auditor1", "HN-CS-001", 403},
        {"admin", "HN-CS-001", 403},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *input = with("unit", json_string(cases[i].unit));
        json_object_set_new(input, "owner", json_string("handler1"));
        const struct reply *reply = matter_receive(cases[i].as, input);
        ck_assert_msg(reply->status == cases[i].status, "%s for %s: %d %s", cases[i].as,
                      cases[i].unit, reply->status, reply->body);
        if (cases[i].status == 403)
            EXPECT_PROBLEM(reply, 403, "forbidden");
    }
}
END_TEST

Suite *complaint_input_suite(void)
{
    Suite *suite = suite_create("complaint_input");
    TCase *tcase = tcase_create("input");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_loop_test(tcase, each_mistake_has_its_pointer_and_code, 0,
                        (int)(sizeof bad / sizeof *bad));
    tcase_add_test(tcase, all_mistakes_are_told_at_once);
    tcase_add_loop_test(tcase, text_has_its_limit, 0, (int)(sizeof limits / sizeof *limits));
    tcase_add_test(tcase, received_at_has_bounds);
    tcase_add_test(tcase, person_complained_of_cannot_own_or_receive);
    tcase_add_test(tcase, only_those_with_a_role_over_the_unit_receive);
    suite_add_tcase(suite, tcase);
    return suite;
}
