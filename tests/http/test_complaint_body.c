/* Bodies that are no input at all, and the language in which that is told. */
#include <string.h>

#include "tests/http/database.h"
#include "tests/http/matter.h"

Suite *complaint_body_suite(void);

static const struct reply *receive_raw(const char *bytes, size_t length, const char *type)
{
    const struct call call = {.as = "agent1",
                              .path = "/v1/complaints",
                              .body = bytes,
                              .body_length = length,
                              .content_type = type};
    return client_call(&call);
}

static json_t *bad_input(void)
{
    json_t *input = matter_minimal();
    json_object_set_new(input, "urgency", json_integer(9));
    return input;
}

/* --- bytes that are no input at all ----------------------------------------------------------- */

static const struct {
    const char *bytes;
    size_t length;
    const char *code;
} unreadable[] = {
    {"{", 1, "syntax"},
    {"", 0, "wrong_type"},
    {"not json", 8, "wrong_type"},
    {"{\"a\":1}}", 8, "syntax"},
    {"{\"source\":\"branch\",\"source\":\"branch\"}", 37, "duplicate_member"},
    {"{\"subject\":\"\xff\xfe\"}", 16, "not_utf8"},
    {"{\"subject\":\"\xc0\xaf\"}", 16, "not_utf8"},
    {"{\"subject\":\"\xed\xa0\x80\"}", 17, "not_utf8"},
    {"{\"a\":[[[[[[[[[[[[1]]]]]]]]]]]]}", 31, NULL},
    {"{\"subject\":\"a\nb\"}", 17, "syntax"},
    {"{\"subject\":\"a\\u0000b\"}", 22, NULL},
};

START_TEST(unreadable_body_is_refused)
{
    const struct call call = {.method = "POST",
                              .as = "agent1",
                              .path = "/v1/complaints",
                              .body = unreadable[_i].bytes,
                              .body_length = unreadable[_i].length,
                              .content_type = "application/json"};
    const struct reply *reply = client_call(&call);
    if (unreadable[_i].code || reply->status == 400) {
        EXPECT_PROBLEM(reply, 400, "bad-request");
        ck_assert_uint_eq(json_array_size(reply_at(reply, "errors")), 1);
        ck_assert_str_eq(reply_text(reply, "errors.0.pointer"), "");
    } else {
        EXPECT_PROBLEM(reply, 422, "invalid-input");
    }
    if (unreadable[_i].code)
        ck_assert_str_eq(reply_text(reply, "errors.0.code"), unreadable[_i].code);
}
END_TEST

START_TEST(body_that_is_no_object_is_refused)
{
    static const char *const bodies[] = {"[]", "null", "\"x\"", "1", "true"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        const struct reply *reply = receive_raw(bodies[i], 0, NULL);
        ck_assert_msg(reply->status == 400 || reply->status == 422, "%s: %d %s", bodies[i],
                      reply->status, reply->body);
        ck_assert_ptr_nonnull(reply_at(reply, "errors"));
    }
}
END_TEST

START_TEST(only_json_is_taken)
{
    static const char *const others[] = {"text/plain", "application/xml", "application/jsonp",
                                         "multipart/form-data; boundary=x", ""};
    static const char *const good[] = {"application/json", "application/json; charset=utf-8",
                                       "Application/JSON"};
    const char *bytes = body_text(matter_minimal());
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        EXPECT_PROBLEM(receive_raw(bytes, 0, others[i]), 415, "unsupported-media-type");
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        EXPECT_STATUS(receive_raw(bytes, 0, good[i]), 201);
}
END_TEST

START_TEST(body_has_its_limit)
{
    const size_t limit = (size_t)256 * 1024;
    const char *text = body_text(matter_minimal());
    const char *bytes = client_text("%s%*s", text, (int)(limit + 1 - strlen(text)), "");
    EXPECT_STATUS(receive_raw(bytes, limit, NULL), 201);
    EXPECT_PROBLEM(receive_raw(bytes, limit + 1, NULL), 413, "too-large");
}
END_TEST

START_TEST(parameters_are_not_taken)
{
    const struct call call = {
        .as = "agent1", .path = "/v1/complaints?dry_run=1", .json = matter_minimal()};
    long before = database_number("SELECT count(*) FROM complaint");
    const struct reply *reply = client_call(&call);
    EXPECT_PROBLEM(reply, 400, "invalid-parameter");
    EXPECT_ERROR(reply, "dry_run", "unknown_parameter");
    ck_assert_int_eq(database_number("SELECT count(*) FROM complaint"), before);
}
END_TEST

/* --- languages -------------------------------------------------------------------------------- */

static bool has_chinese(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0xe4 && (unsigned char)*text <= 0xe9)
            return true;
    return false;
}

static void expect_language(const char *header, bool chinese)
{
    const struct call call = {
        .as = "agent1", .path = "/v1/complaints", .json = bad_input(), .headers = {header}};
    const struct reply *reply = client_call(&call);
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    const char *texts[] = {reply_text(reply, "title"), reply_text(reply, "detail"),
                           reply_text(reply, "errors.0.detail")};
    for (size_t i = 0; i < 3; i++)
        ck_assert_msg(has_chinese(texts[i]) == chinese, "%s: %s", header, texts[i]);
}

START_TEST(problems_speak_the_callers_language)
{
    expect_language(NULL, false);
    expect_language("Accept-Language: en", false);
    expect_language("Accept-Language: de", false);
    expect_language("Accept-Language: zh", true);
    expect_language("Accept-Language: zh-CN,zh;q=0.9,en;q=0.8", true);
    expect_language("Accept-Language: en-US,en;q=0.9,zh-CN;q=0.8", false);
}
END_TEST

/* The language that the caller likes best among the two that there are. */
START_TEST(languages_are_weighed)
{
    expect_language("Accept-Language: fr, zh;q=0.5", true);
    expect_language("Accept-Language: en;q=0.5, zh;q=0.9", true);
    expect_language("Accept-Language: zh;q=0, en", false);
}
END_TEST

START_TEST(problems_quote_no_personal_value)
{
    json_t *input = matter_minimal();
    json_object_set_new(json_object_get(input, "complainant"), "phone",
                        json_string("13800001234567890123x"));
    const struct reply *reply = matter_receive("agent1", input);
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    ck_assert_ptr_null(strstr(reply->body, "13800001234"));
    reply = receive_raw("{\"complainant\":{\"phone\":\"13800001234\"", 0, NULL);
    EXPECT_PROBLEM(reply, 400, "bad-request");
    ck_assert_ptr_null(strstr(reply->body, "13800001234"));
}
END_TEST

Suite *complaint_body_suite(void)
{
    Suite *suite = suite_create("complaint_body");
    TCase *tcase = tcase_create("body");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_loop_test(tcase, unreadable_body_is_refused, 0,
                        (int)(sizeof unreadable / sizeof *unreadable));
    tcase_add_test(tcase, body_that_is_no_object_is_refused);
    tcase_add_test(tcase, only_json_is_taken);
    tcase_add_test(tcase, body_has_its_limit);
    tcase_add_test(tcase, parameters_are_not_taken);
    tcase_add_test(tcase, problems_speak_the_callers_language);
    tcase_add_test(tcase, languages_are_weighed);
    tcase_add_test(tcase, problems_quote_no_personal_value);
    suite_add_tcase(suite, tcase);
    return suite;
}
