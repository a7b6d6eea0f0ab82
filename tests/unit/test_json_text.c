#include <check.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/base/json_text.h"

Suite *json_text_suite(void);

static struct arena *arena;

static void setup(void)
{
    arena = arena_new(4096);
}

static void teardown(void)
{
    arena_free(arena);
}

static const char *written(struct text text)
{
    struct text_buffer out = text_buffer_new(arena, 64);

    json_text_add(&out, text);
    text_buffer_add_char(&out, '\0');
    return out.at;
}

START_TEST(escapes_only_what_json_demands)
{
    ck_assert_str_eq(written(TEXT("")), "\"\"");
    ck_assert_str_eq(written(TEXT_NONE), "null");
    ck_assert_str_eq(written(TEXT("a\"b\\c/d")), "\"a\\\"b\\\\c/d\"");
    ck_assert_str_eq(written(TEXT("\b\t\n\f\r\v\x1b\x1f\0")),
                     "\"\\b\\t\\n\\f\\r\\u000b\\u001b\\u001f\\u0000\"");
    ck_assert_str_eq(written(TEXT("投诉 \x7f € 😀")), "\"投诉 \x7f € 😀\"");
}
END_TEST

/* Every ASCII byte at every place of a text longer than two machine words, read back by a parser. */
START_TEST(every_byte_is_read_back)
{
    for (int byte = 0; byte < 0x80; byte++) {
        for (size_t length = 1; length < 20; length++) {
            for (size_t at = 0; at < length; at++) {
                char text[20];
                memset(text, 'x', sizeof text);
                text[at] = (char)byte;
                struct text_buffer out = text_buffer_new(arena, 64);
                json_text_add(&out, (struct text){text, length});
                json_t *value =
                    json_loadb(out.at, out.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
                ck_assert_msg(value != NULL, "byte %d at %zu of %zu", byte, at, length);
                ck_assert_uint_eq(json_string_length(value), length);
                ck_assert_mem_eq(json_string_value(value), text, length);
                json_decref(value);
            }
        }
        arena_reset(arena);
    }
}
END_TEST

/* Text follows text in one buffer that has to grow on the way. */
START_TEST(appends_and_grows)
{
    struct text_buffer out = text_buffer_new(arena, 1);

    text_buffer_add_char(&out, '[');
    for (int i = 0; i < 2000; i++) {
        json_text_add(&out, i % 2 ? TEXT("\"\"\"\"\"\"\"\"\"\"\"\"") : TEXT("plain"));
        text_buffer_add_char(&out, i < 1999 ? ',' : ']');
    }
    json_t *list = json_loadb(out.at, out.length, 0, NULL);
    ck_assert_ptr_nonnull(list);
    for (size_t i = 0; i < 2000; i++)
        ck_assert_str_eq(json_string_value(json_array_get(list, i)),
                         i % 2 ? "\"\"\"\"\"\"\"\"\"\"\"\"" : "plain");
    json_decref(list);
}
END_TEST

START_TEST(whole_numbers)
{
    static const int64_t numbers[] = {
        0,         1,         -1,        9,        10, 99, 100, -100, 1000000000000000,
        INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char expected[32], out[JSON_INTEGER_MAX];
        int length = snprintf(expected, sizeof expected, "%lld", (long long)numbers[i]);
        ck_assert_uint_eq(json_text_integer(numbers[i], out), (size_t)length);
        ck_assert_mem_eq(out, expected, (size_t)length);
    }
}
END_TEST

START_TEST(instants_have_six_digits_in_utc)
{
    struct text_buffer out = text_buffer_new(arena, 1);
    instant at;

    ck_assert(instant_parse(TEXT("2026-11-20T09:12:00+08:00"), &at));
    json_text_add_instant(&out, at);
    json_text_add_instant(&out, at + 1);
    json_text_add_instant(&out, -INSTANT_SECOND);
    json_text_add_instant(&out, -1);
    json_text_add_instant(&out, INSTANT_NONE);
    text_buffer_add_char(&out, '\0');
    ck_assert_str_eq(out.at, "\"2026-11-20T01:12:00.000000Z\"\"2026-11-20T01:12:00.000001Z\""
                             "\"1969-12-31T23:59:59.000000Z\"\"1969-12-31T23:59:59.999999Z\"null");
}
END_TEST

Suite *json_text_suite(void)
{
    Suite *suite = suite_create("json_text");
    TCase *tests = tcase_create("json_text");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, escapes_only_what_json_demands);
    tcase_add_test(tests, every_byte_is_read_back);
    tcase_add_test(tests, appends_and_grows);
    tcase_add_test(tests, whole_numbers);
    tcase_add_test(tests, instants_have_six_digits_in_utc);
    suite_add_tcase(suite, tests);
    return suite;
}
