#include <check.h>

#include "lib/complaint/complaint.h"
#include "lib/json/shape.h"

Suite *shape_csv_suite(void);

struct inner {
    struct text name;
};

struct row {
    struct text text;
    int term, integer, required;
    unsigned terms;
    int64_t number;
    bool flag;
    instant at;
    struct uuid id;
    struct staff_reference staff, by;
    struct inner inner;
    struct text json;
    const char *string;
    action_set actions;
};

static const struct member inner_members[] = {
    {MEMBER("name", TEXT, struct inner, name), .zh = "姓名"}};
static const struct shape inner_shape = {
    .name = "Inner", .size = sizeof(struct inner), SHAPE_MEMBERS(inner_members)};

static const struct member members[] = {
    {MEMBER("text", TEXT, struct row, text), .zh = "文本"},
    {MEMBER("term", TERM, struct row, term), .vocabulary = &vocabulary_stage},
    {MEMBER("terms", TERMS, struct row, terms), .vocabulary = &vocabulary_tag, .zh = "标签"},
    {MEMBER("integer", INTEGER, struct row, integer)},
    {MEMBER("required", INTEGER, struct row, required), .flags = MEMBER_REQUIRED},
    {MEMBER("number", LONG, struct row, number)},
    {MEMBER("flag", BOOLEAN, struct row, flag)},
    {MEMBER("at", INSTANT, struct row, at)},
    {MEMBER("id", UUID, struct row, id)},
    {MEMBER("staff", STAFF, struct row, staff), .zh = "责任人"},
    {MEMBER("by", LOGIN, struct row, by)},
    {MEMBER("inner", OBJECT, struct row, inner), .shape = &inner_shape},
    {MEMBER("json", JSON, struct row, json)},
    {MEMBER("string", STRING, struct row, string)},
    {MEMBER("actions", ACTIONS, struct row, actions)},
};
static const struct shape shape = {
    .name = "Row", .size = sizeof(struct row), SHAPE_MEMBERS(members)};

static struct arena *arena;

static void setup(void)
{
    arena = arena_new(4096);
}

static void teardown(void)
{
    arena_free(arena);
}

static void expect(const struct text_buffer *out, const char *expected)
{
    ck_assert_msg(text_equal(text_buffer_text(out), text_of(expected)), "%.*s\nnot\n%s",
                  TEXT_ARG(text_buffer_text(out)), expected);
}

static struct row full(void)
{
    struct row row = {.text = TEXT("a \"b\", c"),
                      .term = STAGE_FEEDBACK,
                      .integer = 7,
                      .required = -1,
                      .terms = 1u << TAG_REGULATOR | 1u << TAG_PETITION,
                      .number = 500000,
                      .flag = true,
                      .id = {{1, 2}},
                      .staff = {{{3}}, TEXT("agent1"), TEXT("坐席一")},
                      .by = {{{3}}, TEXT("admin"), TEXT("管理员")},
                      .inner = {TEXT("张*")},
                      .json = TEXT("0.95"),
                      .string = "=1",
                      .actions = 1};
    ck_assert(instant_parse(TEXT("2026-11-20T01:12:03.5Z"), &row.at));
    return row;
}

START_TEST(heads_are_names_or_chinese)
{
    struct text_buffer out = text_buffer_new(arena, 256);

    csv_add_head(&out, &shape, false);
    expect(&out,
           "\"text\",\"term\",\"terms\",\"integer\",\"required\",\"number\",\"flag\",\"at\",\"id\","
           "\"staff.login\",\"staff.name\",\"by\",\"inner.name\",\"json\",\"string\"\r\n");
    ck_assert_uint_eq(csv_columns(&shape), 15);
    out.length = 0;
    csv_add_head(&out, &shape, true);
    expect(&out,
           "\"文本\",\"term\",\"标签\",\"integer\",\"required\",\"number\",\"flag\",\"at\",\"id\","
           "\"责任人登录名\",\"责任人姓名\",\"by\",\"姓名\",\"json\",\"string\"\r\n");
}
END_TEST

START_TEST(values_are_as_spreadsheets_read_them)
{
    struct text_buffer out = text_buffer_new(arena, 256);
    struct row row = full();

    csv_add_row(&out, &shape, &row, 480, false);
    expect(&out, "\"a \"\"b\"\", c\",feedback,\"regulator, petition\",7,-1,500000,true,"
                 "2026-11-20 09:12:03,01020000-0000-0000-0000-000000000000,\"agent1\",\"坐席一\","
                 "\"admin\",\"张*\",0.95,\"'=1\"\r\n");
    out.length = 0;
    csv_add_row(&out, &shape, &row, 480, true);
    text_buffer_add_char(&out, '\0');
    ck_assert_ptr_nonnull(strstr(out.at, ",反馈沟通,"));
    ck_assert_ptr_nonnull(strstr(out.at, ",是,"));
    ck_assert_ptr_nonnull(strstr(out.at, "、"));
}
END_TEST

START_TEST(nothing_stands_for_null)
{
    struct text_buffer out = text_buffer_new(arena, 256);
    struct row row = {.term = TERM_NONE, .integer = -1, .number = -1, .at = INSTANT_NONE};

    csv_add_row(&out, &shape, &row, 480, false);
    expect(&out, ",,\"\",,0,,false,,,\"\",\"\",\"\",,,\r\n");
}
END_TEST

static const struct {
    const char *text, *cell;
} texts[] = {
    {"=1+1", "\"'=1+1\""}, {"+86 138", "\"'+86 138\""},
    {"-1", "\"'-1\""},     {"@SUM(A1)", "\"'@SUM(A1)\""},
    {"\t=1", "\"'\t=1\""}, {"\r=1", "\"'\r=1\""},
    {"\n=1", "\"'\n=1\""}, {"＝1", "\"'＝1\""},
    {"＋1", "\"'＋1\""},   {"－1", "\"'－1\""},
    {"＠A", "\"'＠A\""},   {"=\"\"", "\"'=\"\"\"\"\""},
    {"1=1", "\"1=1\""},    {"转账\n失败", "\"转账\n失败\""},
    {"", "\"\""},
};

START_TEST(no_text_begins_a_formula)
{
    struct text_buffer out = text_buffer_new(arena, 64);

    csv_add_text(&out, text_of(texts[_i].text));
    expect(&out, texts[_i].cell);
}
END_TEST

Suite *shape_csv_suite(void)
{
    Suite *suite = suite_create("shape_csv");
    TCase *tests = tcase_create("shape_csv");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, heads_are_names_or_chinese);
    tcase_add_test(tests, values_are_as_spreadsheets_read_them);
    tcase_add_test(tests, nothing_stands_for_null);
    tcase_add_loop_test(tests, no_text_begins_a_formula, 0, sizeof texts / sizeof *texts);
    suite_add_tcase(suite, tests);
    return suite;
}
