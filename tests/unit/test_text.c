#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "lib/base/text.h"

Suite *text_suite(void);

static struct arena *arena;

static void setup(void)
{
    arena = arena_new(65536);
}

static void teardown(void)
{
    arena_free(arena);
}

#define ck_assert_text_eq(actual, expected)                                                  \
    do {                                                                                     \
        struct text got_ = (actual), wanted_ = (expected);                                   \
        ck_assert_msg(text_equal(got_, wanted_), "\"%.*s\" is not \"%.*s\"", TEXT_ARG(got_), \
                      TEXT_ARG(wanted_));                                                    \
    } while (0)

/* Normalises, expects no flaw, and that doing it again changes nothing. */
static struct text normalised(struct text raw, bool multiline)
{
    struct text once = TEXT_NONE, twice = TEXT_NONE;

    ck_assert_int_eq(text_normalise(arena, raw, multiline, &once), TEXT_SOUND);
    ck_assert_int_eq(text_normalise(arena, once, multiline, &twice), TEXT_SOUND);
    ck_assert_text_eq(twice, once);
    return once;
}

static void expect_flaw(struct text raw, bool multiline, enum text_flaw flaw)
{
    struct text untouched = TEXT("untouched");

    ck_assert_int_eq(text_normalise(arena, raw, multiline, &untouched), flaw);
    ck_assert_text_eq(untouched, TEXT("untouched"));
}

/* --- normal form --- */

/* libcheck tells its parent of each assertion: loops of millions assert on failure only. */
#define EXPECT(condition, ...)         \
    do {                               \
        if (!(condition))              \
            ck_abort_msg(__VA_ARGS__); \
    } while (0)

static struct text reference(struct text text, int options)
{
    utf8proc_uint8_t *out = NULL;
    utf8proc_ssize_t length =
        utf8proc_map((const utf8proc_uint8_t *)text.at, (utf8proc_ssize_t)text.length, &out,
                     (utf8proc_option_t)(UTF8PROC_STABLE | options));

    EXPECT(length >= 0, "utf8proc: %zd", length);
    struct text copy = text_copy(arena, (struct text){(char *)out, (size_t)length});
    free(out);
    return copy;
}

static struct text reference_nfc(struct text text)
{
    return reference(text, UTF8PROC_COMPOSE);
}

/* All that are assigned; of the rest, which is alike, every 257th. */
static utf8proc_int32_t next_code_point(utf8proc_int32_t code)
{
    bool assigned = code < 0x32400 || (code >= 0xE0000 && code < 0xE0200);

    code += assigned ? 1 : 0x101;
    return code == 0xD800 ? 0xE000 : code;
}

START_TEST(composes)
{
    ck_assert_text_eq(normalised(TEXT("Cafe\u0301"), false), TEXT("Caf\u00E9"));
    ck_assert_text_eq(normalised(TEXT("\u1100\u1161\u11A8"), false), TEXT("\uAC01"));
    ck_assert_text_eq(normalised(TEXT("\uAC00\u11A8"), false), TEXT("\uAC01"));
    ck_assert_text_eq(normalised(TEXT("\u304B\u3099"), false), TEXT("\u304C"));
    /* Singletons and what composition leaves out. */
    ck_assert_text_eq(normalised(TEXT("\u212B \u2126"), false), TEXT("\u00C5 \u03A9"));
    ck_assert_text_eq(normalised(TEXT("\u0958"), false), TEXT("\u0915\u093C"));
    ck_assert_text_eq(normalised(TEXT("\uF900"), false), TEXT("\u8C48"));
    /* Marks are ordered: dot below (220) before circumflex (230). */
    ck_assert_text_eq(normalised(TEXT("e\u0302\u0323"), false), TEXT("\u1EC7"));
    ck_assert_text_eq(normalised(TEXT("q\u0307\u0323"), false), TEXT("q\u0323\u0307"));
}
END_TEST

START_TEST(keeps_what_is_normal)
{
    static const char *const texts[] = {"",
                                        "a",
                                        "投诉：手机银行转账失败但已扣款。",
                                        "Caf\u00E9",
                                        "한국어",
                                        "ひらがな カタカナ",
                                        "😀👍🏽",
                                        "①②③ ℃ ½ ﬁ"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert_text_eq(normalised(text_of(texts[i]), false), text_of(texts[i]));
}
END_TEST

/* Whatever shortcut there is, the result is that of Unicode's algorithm: for every code point alone,
 * decomposed, and behind a letter. */
START_TEST(agrees_with_utf8proc_on_every_code_point)
{
    size_t compared = 0;

    for (utf8proc_int32_t code = 0x20; code <= 0x10FFFF; code = next_code_point(code)) {
        char bytes[4];
        struct text alone = {bytes, (size_t)utf8proc_encode_char(code, (utf8proc_uint8_t *)bytes)};
        struct text forms[] = {alone, reference(alone, UTF8PROC_DECOMPOSE)};
        for (size_t i = 0; i < 2; i++) {
            struct text mine, between = text_printf(arena, "a%.*sb", TEXT_ARG(forms[i]));
            if (text_normalise(arena, between, false, &mine) != TEXT_SOUND)
                continue; /* a control character */
            EXPECT(text_equal(mine, reference_nfc(between)), "U+%04X, %zu", (unsigned)code, i);
            compared++;
        }
        arena_reset(arena);
    }
    ck_assert_uint_gt(compared, 400000);
}
END_TEST

START_TEST(agrees_with_utf8proc_on_mixtures)
{
    static const char *const parts[] = {"a",      "e",      "中",     "か",     "\u0301", "\u0323",
                                        "\u0302", "\u3099", "\u1100", "\u1161", "\u11A8", "\u0345",
                                        "\u05B0", "\u0F71", "\u1E69", "\u212B", "\u302A", "\uAC00",
                                        "\u09C7", "\u09BE", "\u031B", "\u0327"};
    unsigned random = 1;

    for (int round = 0; round < 20000; round++) {
        struct text_buffer buffer = text_buffer_new(arena, 64);
        text_buffer_add_char(&buffer, 'x');
        for (int i = 0; i < 8; i++) {
            random = random * 1664525U + 1013904223U;
            text_buffer_add_string(&buffer, parts[(random >> 16) % (sizeof parts / sizeof *parts)]);
        }
        struct text raw = text_buffer_text(&buffer);
        struct text once, twice;
        EXPECT(text_normalise(arena, raw, false, &once) == TEXT_SOUND, "%.*s", TEXT_ARG(raw));
        EXPECT(text_equal(once, reference_nfc(raw)), "%.*s", TEXT_ARG(raw));
        EXPECT(text_normalise(arena, once, false, &twice) == TEXT_SOUND, "%.*s", TEXT_ARG(once));
        EXPECT(text_equal(twice, once), "%.*s", TEXT_ARG(raw));
        arena_reset(arena);
    }
}
END_TEST

/* A request may hold 100,000 marks in the worst order: that must not take minutes. The limit is the
 * test case's timeout. */
START_TEST(many_marks_take_linear_time)
{
    struct text_buffer buffer = text_buffer_new(arena, 300000);

    text_buffer_add_char(&buffer, 'a');
    for (int i = 0; i < 60000; i++)
        text_buffer_add_string(&buffer, "\u0307");
    for (int i = 0; i < 60000; i++)
        text_buffer_add_string(&buffer, "\u0323");
    struct text result = normalised(text_buffer_text(&buffer), false);
    /* "a" and dot below compose; the others follow, those below first. */
    ck_assert_uint_eq(text_characters(result), 120000);
    ck_assert_int_eq(memcmp(result.at, "\u1EA1\u0323", 5), 0);
    ck_assert_int_eq(memcmp(result.at + result.length - 2, "\u0307", 2), 0);
}
END_TEST

/* --- white space and lines --- */

START_TEST(trims)
{
    static const char *const spaces[] = {" ",      "\t",     "\n",     "\r",     "\r\n",   "\u00A0",
                                         "\u1680", "\u2000", "\u2001", "\u2002", "\u2007", "\u200A",
                                         "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};

    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        const char *s = spaces[i];
        ck_assert_text_eq(normalised(text_printf(arena, "%s%s投诉%s%s", s, s, s, s), false),
                          TEXT("投诉"));
        ck_assert_text_eq(normalised(text_of(s), false), TEXT(""));
    }
    ck_assert_text_eq(normalised(TEXT("　 a 　 b　"), false), TEXT("a 　 b"));
    /* Not white space: zero width space and the like stay. */
    ck_assert_text_eq(normalised(TEXT("\u200Ba\uFEFF"), false), TEXT("\u200Ba\uFEFF"));
}
END_TEST

START_TEST(unifies_line_ends)
{
    ck_assert_text_eq(normalised(TEXT("a\r\nb\rc\nd\r\r\ne\n\rf\r\n"), true),
                      TEXT("a\nb\nc\nd\n\ne\n\nf"));
    ck_assert_text_eq(normalised(TEXT("一\r\n\t二"), true), TEXT("一\n\t二"));
    ck_assert_text_eq(normalised(TEXT("e\u0301\r\nb"), true), TEXT("\u00E9\nb"));
    ck_assert_text_eq(normalised(TEXT("a\u2028b"), true), TEXT("a\u2028b"));
}
END_TEST

START_TEST(none_stays_none)
{
    struct text result = TEXT("x");

    ck_assert_int_eq(text_normalise(arena, TEXT_NONE, false, &result), TEXT_SOUND);
    ck_assert(text_is_none(result));
    ck_assert(!text_is_none(normalised(TEXT(""), false)));
}
END_TEST

START_TEST(result_is_a_terminated_copy)
{
    char raw[] = "  abc  ", accented[] = "e\u0301  ";
    struct text copy = normalised(text_of(raw), false), slow = normalised(text_of(accented), false);

    memset(raw, 'z', sizeof raw - 1);
    memset(accented, 'z', sizeof accented - 1);
    ck_assert_str_eq(copy.at, "abc");
    ck_assert_str_eq(slow.at, "\u00E9");
}
END_TEST

/* --- refusals --- */

START_TEST(refuses_all_control_characters)
{
    for (uint32_t code = 0; code <= 0xA0; code++) {
        bool control = code < 0x20 || (code >= 0x7F && code <= 0x9F);
        bool line = code == '\n' || code == '\t' || code == '\r';
        char bytes[8] = {'a'};
        size_t size =
            (size_t)utf8proc_encode_char((utf8proc_int32_t)code, (utf8proc_uint8_t *)bytes + 1);
        bytes[size + 1] = 'b';
        struct text inside = {bytes, size + 2}, at_end = {bytes, size + 1};
        if (control) {
            expect_flaw(inside, false, TEXT_CONTROL_CHARACTER);
            if (!line) {
                expect_flaw(inside, true, TEXT_CONTROL_CHARACTER);
                expect_flaw(at_end, true, TEXT_CONTROL_CHARACTER);
            }
        } else {
            normalised(inside, false);
        }
    }
}
END_TEST

/* Long runs of ASCII and Chinese are looked at in another way than single characters. */
START_TEST(refuses_them_at_each_place_of_a_run)
{
    static const char *const refused[] = {"\x01", "\x1F", "\x7F", "\xC2\x80", "\xE2\x80\xAE"};

    for (int at = 0; at < 24; at++) {
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
            const char *bad = refused[i];
            expect_flaw(text_printf(arena, "x%0*d%sabcdefghijkl", at, 0, bad), true,
                        TEXT_CONTROL_CHARACTER);
            expect_flaw(text_printf(arena, "投诉%0*d诉%s诉诉诉诉诉", at, 0, bad), true,
                        TEXT_CONTROL_CHARACTER);
        }
        ck_assert_text_eq(normalised(text_printf(arena, "x%0*d~\r\nabcdefghijkl", at, 0), true),
                          text_printf(arena, "x%0*d~\nabcdefghijkl", at, 0));
        expect_flaw(text_printf(arena, "x%0*d\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", at, 0), true,
                    TEXT_NOT_UTF8);
        expect_flaw(text_printf(arena, "x%0*d投诉\xE6\x8A", at, 0), true, TEXT_NOT_UTF8);
    }
}
END_TEST

START_TEST(refuses_bidirectional_controls)
{
    static const char *const refused[] = {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E",
                                          "\u2066", "\u2067", "\u2068", "\u2069"};

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        expect_flaw(text_printf(arena, "a%sb", refused[i]), true, TEXT_CONTROL_CHARACTER);
        expect_flaw(text_of(refused[i]), true, TEXT_CONTROL_CHARACTER);
    }
    expect_flaw(TEXT("a\u2028b"), false, TEXT_CONTROL_CHARACTER);
    normalised(TEXT("a\u200E\u200Fb"), false); /* marks of direction are needed by Hebrew */
}
END_TEST

static const struct text not_utf8[] = {
    {"\x80", 1},             /* continuation without a lead */
    {"\xBF", 1},             /* the same */
    {"\xC0\x80", 2},         /* overlong zero */
    {"\xC1\xBF", 2},         /* overlong DEL */
    {"\xC3", 1},             /* cut short */
    {"\xC3x", 2},            /* not continued */
    {"\xE0\x9F\xBF", 3},     /* overlong */
    {"\xE4\xBD", 2},         /* cut short */
    {"\xE4\xBDx", 3},        /* not continued */
    {"\xED\xA0\x80", 3},     /* surrogate U+D800 */
    {"\xED\xBF\xBF", 3},     /* surrogate U+DFFF */
    {"\xF0\x8F\xBF\xBF", 4}, /* overlong */
    {"\xF0\x9F\x98", 3},     /* cut short */
    {"\xF4\x90\x80\x80", 4}, /* U+110000 */
    {"\xF5\x80\x80\x80", 4}, /* beyond */
    {"\xFE", 1},
    {"\xFF", 1},
};
#define NOT_UTF8_COUNT (sizeof not_utf8 / sizeof *not_utf8)

START_TEST(refuses_what_is_not_utf8)
{
    struct text bad = not_utf8[_i];
    uint32_t code = 7;

    ck_assert_uint_eq(text_decode(bad.at, bad.length, &code), 0);
    ck_assert_uint_eq(code, 7);
    expect_flaw(bad, true, TEXT_NOT_UTF8);
    expect_flaw(text_printf(arena, "投诉%.*s", TEXT_ARG(bad)), true, TEXT_NOT_UTF8);
    expect_flaw(text_printf(arena, "%.*s投诉", TEXT_ARG(bad)), true, TEXT_NOT_UTF8);
}
END_TEST

START_TEST(decodes_every_code_point)
{
    for (utf8proc_int32_t code = 0; code <= 0x10FFFF; code = next_code_point(code)) {
        char bytes[4];
        uint32_t back = 0;
        size_t size = (size_t)utf8proc_encode_char(code, (utf8proc_uint8_t *)bytes);
        EXPECT(text_decode(bytes, size, &back) == size, "U+%04X", (unsigned)code);
        EXPECT(back == (uint32_t)code, "U+%04X", (unsigned)code);
        EXPECT(size == 1 || text_decode(bytes, size - 1, &back) == 0, "U+%04X", (unsigned)code);
    }
}
END_TEST

/* --- the rest --- */

START_TEST(compares)
{
    ck_assert_int_eq(text_compare(TEXT("a"), TEXT("a")), 0);
    ck_assert_int_lt(text_compare(TEXT("a"), TEXT("b")), 0);
    ck_assert_int_lt(text_compare(TEXT("a"), TEXT("ab")), 0);
    ck_assert_int_gt(text_compare(TEXT("\xFF"), TEXT("a")), 0);
    ck_assert_int_lt(text_compare(TEXT_NONE, TEXT("")), 0);
    ck_assert_int_gt(text_compare(TEXT(""), TEXT_NONE), 0);
    ck_assert_int_eq(text_compare(TEXT_NONE, TEXT_NONE), 0);
    ck_assert(!text_equal(TEXT_NONE, TEXT("")));
    ck_assert(text_equal(TEXT_NONE, TEXT_NONE));
    ck_assert(text_equal(text_of(NULL), TEXT_NONE));
}
END_TEST

START_TEST(copies_formats_counts)
{
    ck_assert(text_is_none(text_copy(arena, TEXT_NONE)));
    ck_assert_str_eq(text_copy(arena, (struct text){"abc", 2}).at, "ab");
    ck_assert_text_eq(text_printf(arena, "%d件", 3), TEXT("3件"));
    ck_assert_uint_eq(text_characters(TEXT("")), 0);
    ck_assert_uint_eq(text_characters(TEXT_NONE), 0);
    ck_assert_uint_eq(text_characters(TEXT("a投诉é😀")), 5);
    ck_assert_text_eq(text_hex(arena, "\x00\x0f\xa5\xff", 4), TEXT("000fa5ff"));
    ck_assert_text_eq(text_hex(arena, "", 0), TEXT(""));
}
END_TEST

START_TEST(buffer_grows)
{
    struct text_buffer buffer = text_buffer_new(arena, 0);
    struct text_buffer expected = text_buffer_new(arena, 200000);

    ck_assert_text_eq(text_buffer_text(&buffer), TEXT(""));
    for (int i = 0; i < 5000; i++) {
        text_buffer_add_char(&buffer, 'c');
        text_buffer_add_string(&buffer, "投诉");
        text_buffer_add_text(&buffer, TEXT_NONE);
        text_buffer_add(&buffer, NULL, 0);
        text_buffer_printf(&buffer, "%d", i);
        char *at = text_buffer_reserve(&buffer, 3);
        at[0] = 'e', at[1] = 'n', at[2] = 'd';
        buffer.length += 3;
        expected.length += (size_t)sprintf(expected.at + expected.length, "c投诉%dend", i);
    }
    ck_assert_text_eq(text_buffer_text(&buffer), text_buffer_text(&expected));
}
END_TEST

START_TEST(buffer_printf_at_each_room)
{
    for (int width = 0; width < 200; width++) {
        struct text_buffer buffer = text_buffer_new(arena, 64);
        text_buffer_add_string(&buffer, "x");
        text_buffer_printf(&buffer, "%*s", width, "");
        text_buffer_add_string(&buffer, "y");
        ck_assert_uint_eq(buffer.length, (size_t)width + 2);
        ck_assert_int_eq(buffer.at[width + 1], 'y');
    }
}
END_TEST

Suite *text_suite(void)
{
    Suite *suite = suite_create("text");
    TCase *tcase = tcase_create("text");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, composes);
    tcase_add_test(tcase, keeps_what_is_normal);
    tcase_add_test(tcase, trims);
    tcase_add_test(tcase, unifies_line_ends);
    tcase_add_test(tcase, none_stays_none);
    tcase_add_test(tcase, result_is_a_terminated_copy);
    tcase_add_test(tcase, refuses_all_control_characters);
    tcase_add_test(tcase, refuses_them_at_each_place_of_a_run);
    tcase_add_test(tcase, refuses_bidirectional_controls);
    tcase_add_loop_test(tcase, refuses_what_is_not_utf8, 0, (int)NOT_UTF8_COUNT);
    tcase_add_test(tcase, compares);
    tcase_add_test(tcase, copies_formats_counts);
    tcase_add_test(tcase, buffer_grows);
    tcase_add_test(tcase, buffer_printf_at_each_room);
    suite_add_tcase(suite, tcase);

    TCase *exhaustive = tcase_create("exhaustive");
    tcase_add_checked_fixture(exhaustive, setup, teardown);
    tcase_set_timeout(exhaustive, 120); /* seconds; the sanitisers take their time */
    tcase_add_test(exhaustive, agrees_with_utf8proc_on_every_code_point);
    tcase_add_test(exhaustive, agrees_with_utf8proc_on_mixtures);
    tcase_add_test(exhaustive, decodes_every_code_point);
    suite_add_tcase(suite, exhaustive);

    TCase *hostile = tcase_create("hostile");
    tcase_add_checked_fixture(hostile, setup, teardown);
    tcase_set_timeout(hostile, 10);
    tcase_add_test(hostile, many_marks_take_linear_time);
    suite_add_tcase(suite, hostile);
    return suite;
}
