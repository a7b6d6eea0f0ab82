#include <check.h>
#include <jansson.h>

#include "lib/json/problem.h"

Suite *problem_suite(void);

static struct arena *arena;
static struct violations violations;

static void setup(void)
{
    arena = arena_new(16384);
    violations = (struct violations){.arena = arena};
}

static void teardown(void)
{
    arena_free(arena);
}

static const char *problem(enum fault fault, const struct violations *given, struct text extra,
                           bool chinese)
{
    struct text_buffer out = text_buffer_new(arena, 64);

    problem_encode(fault, TEXT("req-1"), given, extra, chinese, &out);
    text_buffer_add_char(&out, '\0');
    return out.at;
}

START_TEST(a_refusal_in_either_language)
{
    ck_assert_str_eq(problem(FAULT_STALE, NULL,
                             TEXT("\"current_version\":4,\"changed_by\":\"handler1\""), false),
                     "{\"type\":\"/problems/stale-version\","
                     "\"title\":\"It was changed since you read it\",\"status\":412,"
                     "\"detail\":\"It was changed since you read it\","
                     "\"instance\":\"req-1\",\"current_version\":4,\"changed_by\":\"handler1\"}");
    ck_assert_str_eq(problem(FAULT_NOT_FOUND, &violations, TEXT_NONE, true),
                     "{\"type\":\"/problems/not-found\",\"title\":\"在您的权限范围内没有此对象\","
                     "\"status\":404,\"detail\":\"在您的权限范围内没有此对象\","
                     "\"instance\":\"req-1\"}");
}
END_TEST

START_TEST(violations_are_listed)
{
    violation_add(&violations, "/a\"b", "unknown_member", "There is no such member.",
                  "没有此字段。");
    ck_assert_str_eq(problem(FAULT_INVALID, &violations, TEXT_NONE, false),
                     "{\"type\":\"/problems/invalid-input\","
                     "\"title\":\"The input breaks the rules listed\",\"status\":422,"
                     "\"detail\":\"/a\\\"b: There is no such member.\",\"instance\":\"req-1\","
                     "\"errors\":[{\"pointer\":\"/a\\\"b\",\"code\":\"unknown_member\","
                     "\"detail\":\"There is no such member.\"}]}");
    violation_add(&violations, "/urgency", "required", "Must be given.", "必须填写。");
    ck_assert_str_eq(problem(FAULT_INVALID, &violations, TEXT("\"n\":1"), true),
                     "{\"type\":\"/problems/invalid-input\",\"title\":\"输入不符合所列规则\","
                     "\"status\":422,\"detail\":\"/a\\\"b：没有此字段。（另有 1 处问题）\","
                     "\"instance\":\"req-1\",\"errors\":[{\"pointer\":\"/a\\\"b\","
                     "\"code\":\"unknown_member\",\"detail\":\"没有此字段。\"},"
                     "{\"pointer\":\"/urgency\",\"code\":\"required\",\"detail\":\"必须填写。\"}],"
                     "\"n\":1}");
}
END_TEST

START_TEST(a_violation_of_the_whole_body_has_no_prefix)
{
    violation_add(&violations, "", "syntax", "The body ends too early.", "请求体不完整。");
    json_t *root = json_loads(problem(FAULT_BAD_REQUEST, &violations, TEXT_NONE, false), 0, NULL);
    ck_assert_str_eq(json_string_value(json_object_get(root, "detail")),
                     "The body ends too early.");
    json_decref(root);
}
END_TEST

START_TEST(every_fault_is_valid_json)
{
    for (int fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++) {
        for (int chinese = 0; chinese < 2; chinese++) {
            struct text_buffer out = text_buffer_new(arena, 64);
            problem_encode((enum fault)fault, TEXT_NONE, NULL, TEXT_NONE, chinese, &out);
            json_t *root = json_loadb(out.at, out.length, JSON_REJECT_DUPLICATES, NULL);
            ck_assert_ptr_nonnull(root);
            ck_assert_int_ge(json_integer_value(json_object_get(root, "status")), 400);
            ck_assert_ptr_null(json_object_get(root, "instance"));
            json_decref(root);
        }
    }
}
END_TEST

Suite *problem_suite(void)
{
    Suite *suite = suite_create("problem");
    TCase *tests = tcase_create("problem");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_refusal_in_either_language);
    tcase_add_test(tests, violations_are_listed);
    tcase_add_test(tests, a_violation_of_the_whole_body_has_no_prefix);
    tcase_add_test(tests, every_fault_is_valid_json);
    suite_add_tcase(suite, tests);
    return suite;
}
