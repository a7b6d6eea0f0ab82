#include "lib/auth/password_rule.h"
#include "tests/runner.h"

static struct arena *arena;
static struct violations violations;

static const struct text words[] = {
    {"agent1", 6}, {"客户服务一部", 18}, {"hunan-branch", 12}, {NULL, 0}};

static void set_up(void)
{
    arena = arena_new(4096);
}

static void tear_down(void)
{
    arena_free(arena);
}

/* The codes, with a space behind each. */
static const char *judge(struct text password)
{
    struct text_buffer codes = text_buffer_new(arena, 64);
    violations = (struct violations){.arena = arena};
    bool good = password_judge(password, words, sizeof words / sizeof *words, "/new", &violations);
    ck_assert(good == (violations.count == 0));
    for (size_t i = 0; i < violations.count; i++) {
        ck_assert(text_equal(violations.list[i].pointer, TEXT("/new")));
        text_buffer_printf(&codes, "%s ", violations.list[i].code);
    }
    text_buffer_add_char(&codes, '\0');
    return codes.at;
}

START_TEST(long_ones_that_nobody_foresees_are_good)
{
    ck_assert_str_eq(judge(TEXT("correct horse battery staple")), "");
    ck_assert_str_eq(judge(TEXT("tulip-window-42")), "");
    ck_assert_str_eq(judge(TEXT("春眠不觉晓处处闻啼鸟夜来")), "");
    ck_assert_str_eq(judge(TEXT("Xk29fjQp11za")), "");
}
END_TEST

START_TEST(what_is_tried_first_is_refused)
{
    static const char *const first[] = {
        "password1234",  "qwertyuiop12",  "123456789012",  "aaaaaaaaaaaa",
        "abcabcabcabc",  "P@ssw0rd2026",  "Welcome2026!",  "complaintd2026",
        "iloveyou12345", "administrator", "woaini1314520", "letmein letmein",
    };
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        ck_assert_msg(strcmp(judge(text_of(first[i])), "too_guessable ") == 0, "%s", first[i]);
}
END_TEST

START_TEST(what_one_is_called_is_no_password)
{
    ck_assert_str_eq(judge(TEXT("agent1agent1")), "too_guessable ");
    ck_assert_str_eq(judge(TEXT("AGENT1-2026!!")), "too_guessable ");
    ck_assert_str_eq(judge(TEXT("客户服务一部客户服务一部")), "too_guessable ");
    ck_assert_str_eq(judge(TEXT("hunan-branch")), "too_guessable ");
}
END_TEST

START_TEST(all_violations_are_told)
{
    static char longest[PASSWORD_CHOSEN_MAX + 1];

    ck_assert_str_eq(judge(TEXT("demo-2026")), "too_short too_guessable ");
    ck_assert_str_eq(judge(TEXT("")), "too_short too_guessable ");
    /* Characters count, not bytes: eleven of three bytes each. */
    ck_assert_str_eq(judge(TEXT("春眠不觉晓处处闻啼鸟夜")), "too_short ");
    for (size_t i = 0; i < sizeof longest; i++)
        longest[i] = "ab3x7Q-z"[(i * 7 + i / 5) % 8];
    ck_assert_str_eq(judge((struct text){longest, sizeof longest - 1}), "");
    ck_assert_str_eq(judge((struct text){longest, sizeof longest}), "too_long ");
}
END_TEST

Suite *password_rule_suite(void);
Suite *password_rule_suite(void)
{
    Suite *suite = suite_create("password_rule");
    TCase *tests = tcase_create("password_rule");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, long_ones_that_nobody_foresees_are_good);
    tcase_add_test(tests, what_is_tried_first_is_refused);
    tcase_add_test(tests, what_one_is_called_is_no_password);
    tcase_add_test(tests, all_violations_are_told);
    suite_add_tcase(suite, tests);
    return suite;
}
