#include <check.h>

#include "lib/complaint/attachment.h"
#include "server/range.h"
#include "tests/unit/fixture.h"

Suite *attachment_suite(void);

#define AT "2026-11-24T10:00:00+08:00"
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- names -------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    bool good;
} names[] = {
    {"a.pdf", true},    {"转账 回单（二）.pdf", true},
    {"a", true},        {"a..b", true},
    {"a/b.pdf", false}, {"/a.pdf", false},
    {"a\\b", false},    {"..", false},
    {".", false},       {".bashrc", false},
    {"a.pdf.", false},  {"../a", false},
};

START_TEST(a_name_is_no_path)
{
    for (size_t i = 0; i < COUNT(names); i++) {
        struct attachment_command command = {.name = text_of(names[i].name)};
        fixture->violations.count = 0;
        check_attachment(&command, &fixture->institution, 0, &fixture->violations);
        ck_assert_msg((fixture->violations.count == 0) == names[i].good, "%s", names[i].name);
        if (!names[i].good)
            ck_assert_str_eq(fixture_code_at(&fixture->violations, "name"), "no_path");
    }
}
END_TEST

static const struct {
    const char *name;
    enum attachment_type type;
    const char *saved;
} saved[] = {
    {"a.pdf", ATTACHMENT_PDF, "a.pdf"},
    {"A.PDF", ATTACHMENT_PDF, "A.PDF"},
    {"photo.jpeg", ATTACHMENT_JPEG, "photo.jpeg"},
    {"photo", ATTACHMENT_JPEG, "photo.jpg"},
    {"page.html", ATTACHMENT_TEXT, "page.html.txt"},
    {"a.exe", ATTACHMENT_PDF, "a.exe.pdf"},
    {".pdf", ATTACHMENT_PDF, ".pdf.pdf"},
    {"录音.m4a", ATTACHMENT_M4A, "录音.m4a"},
};

START_TEST(it_is_saved_under_a_name_that_fits)
{
    for (size_t i = 0; i < COUNT(saved); i++) {
        struct text name =
            attachment_file_name(fixture->arena, text_of(saved[i].name), saved[i].type);
        ck_assert_msg(text_equal(name, text_of(saved[i].saved)), "%.*s", TEXT_ARG(name));
    }
}
END_TEST

START_TEST(types_are_found_by_either_name)
{
    for (int type = 0; type < ATTACHMENT_TYPE_COUNT; type++)
        ck_assert_int_eq(
            attachment_type_named(text_of(attachment_media_type((enum attachment_type)type))),
            type);
    ck_assert_int_eq(attachment_type_named(TEXT("audio/AMR")), ATTACHMENT_AMR);
    ck_assert_int_eq(attachment_type_named(TEXT("audio/x-wav")), ATTACHMENT_WAV);
    static const char *const others[] = {
        "text/html", "image/svg+xml",         "application/zip", "application/x-sh", "text/xml",
        "",          "application/x-dosexec", "application/pdf2"};
    for (size_t i = 0; i < COUNT(others); i++)
        ck_assert_int_eq(attachment_type_named(text_of(others[i])), TERM_NONE);
}
END_TEST

/* --- the rule ----------------------------------------------------------------------------------- */

static enum fault attach(const struct complaint *before, int64_t size, struct change *ret)
{
    const struct attachment_command command = {.name = TEXT("张三13812345678.pdf"),
                                               .type = ATTACHMENT_PDF,
                                               .size = size,
                                               .sha256 = TEXT("00ff"),
                                               .id = {{7}}};
    return fixture_decide(ACTION_ATTACHMENTS, before, fixture->agent1, AT, &command, ret);
}

START_TEST(it_is_counted_and_its_name_is_masked)
{
    struct complaint *before = fixture_complaint(STAGE_INTAKE);
    struct change change;
    ck_assert_int_eq(attach(before, 1000, &change), FAULT_NONE);
    ck_assert_int_eq(change.after.attachments, 1);
    ck_assert_int_eq(change.after.attachment_bytes, 1000);
    ck_assert_int_eq(change.item_number, 1);
    ck_assert_int_eq(change.attached.bytes[0], 7);
    ck_assert(text_equal(fixture_fact(&change, "type"), TEXT("\"pdf\"")));
    ck_assert(text_equal(fixture_fact(&change, "size"), TEXT("1000")));
    ck_assert(text_equal(fixture_fact(&change, "sha256"), TEXT("\"00ff\"")));
    ck_assert(text_equal(fixture_private(&change, "name"), TEXT("张三13812345678.pdf")));
    const struct attachment_command *item = change.item;
    ck_assert(text_equal(item->name, TEXT("张三138****5678.pdf")));
}
END_TEST

START_TEST(there_is_an_end_to_it)
{
    struct complaint *before = fixture_complaint(STAGE_INTAKE);
    struct change change;
    before->attachments = ATTACHMENTS_MAX - 1;
    before->attachment_bytes = ATTACHMENTS_BYTES_MAX - 1000;
    ck_assert_int_eq(attach(before, 1001, &change), FAULT_ATTACHMENTS_FULL);
    ck_assert_int_eq(attach(before, 1000, &change), FAULT_NONE);
    before->attachments = ATTACHMENTS_MAX;
    ck_assert_int_eq(attach(before, 1, &change), FAULT_ATTACHMENTS_FULL);
}
END_TEST

/* --- parts -------------------------------------------------------------------------------------- */

START_TEST(a_range_within_a_file)
{
    int64_t from, end;
    ck_assert_int_eq(range_read(TEXT_NONE, 10, &from, &end), RANGE_WHOLE);
    ck_assert_int_eq(from, 0);
    ck_assert_int_eq(end, 10);
    ck_assert_int_eq(range_read(TEXT("bytes=2-4"), 10, &from, &end), RANGE_PART);
    ck_assert_int_eq(from, 2);
    ck_assert_int_eq(end, 5);
    ck_assert_int_eq(range_read(TEXT("bytes=-4"), 10, &from, &end), RANGE_PART);
    ck_assert_int_eq(from, 6);
    ck_assert_int_eq(end, 10);
    ck_assert_int_eq(range_read(TEXT("bytes=10-"), 10, &from, &end), RANGE_BEYOND);
    ck_assert_int_eq(range_read(TEXT("bytes=0-"), 0, &from, &end), RANGE_BEYOND);
    ck_assert_int_eq(range_read(TEXT("bytes=-0"), 10, &from, &end), RANGE_BEYOND);
    static const char *const none[] = {"",           "bytes",         "bytes=",     "bytes=-",
                                       "bytes=5-4",  "bytes=1-2,4-5", "bytes=1-2 ", "bytes= 1-2",
                                       "bytes=+1-2", "rows=1-2"};
    for (size_t i = 0; i < COUNT(none); i++) {
        ck_assert_int_eq(range_read(text_of(none[i]), 10, &from, &end), RANGE_WHOLE);
        ck_assert_int_eq(end, 10);
    }
}
END_TEST

Suite *attachment_suite(void)
{
    Suite *suite = suite_create("attachment");
    TCase *tests = tcase_create("attachment");
    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, a_name_is_no_path);
    tcase_add_test(tests, it_is_saved_under_a_name_that_fits);
    tcase_add_test(tests, types_are_found_by_either_name);
    tcase_add_test(tests, it_is_counted_and_its_name_is_masked);
    tcase_add_test(tests, there_is_an_end_to_it);
    tcase_add_test(tests, a_range_within_a_file);
    suite_add_tcase(suite, tests);
    return suite;
}
