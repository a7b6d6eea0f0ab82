#include <check.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/complaint/masking.h"
#include "tests/support/random.h"
#include "tests/support/source_file.h"

Suite *masking_suite(void);

typedef struct text mask(struct arena *arena, struct text text);

static const struct {
    const char *kind;
    mask *mask;
} masks[] = {
    {"text", masking_text},       {"phone", masking_phone}, {"identity", masking_identity},
    {"account", masking_account}, {"name", masking_name},   {"email", masking_email},
    {"address", masking_address},
};
#define MASK_COUNT (sizeof(masks) / sizeof(*masks))

static struct arena *arena;
static json_t *cases; /* [{"kind", "in", "out" unless unchanged, "why"}] */

static void setup(void)
{
    arena = arena_new(4096);
    cases = source_file_json("tests/data/masking.json");
}

static void teardown(void)
{
    arena_free(arena);
    json_decref(cases);
}

static mask *mask_of(const char *kind)
{
    for (size_t i = 0; i < MASK_COUNT; i++)
        if (strcmp(masks[i].kind, kind) == 0)
            return masks[i].mask;
    ck_abort_msg("no such kind: %s", kind);
    return NULL;
}

static const char *member(const json_t *row, const char *name)
{
    const char *string = json_string_value(json_object_get(row, name));
    ck_assert_msg(string != NULL, "a row without %s", name);
    return string;
}

START_TEST(masks_each_case)
{
    size_t i;
    json_t *row;
    int failed = 0;
    json_array_foreach(cases, i, row)
    {
        const char *kind = member(row, "kind"), *in = member(row, "in");
        const char *out = json_object_get(row, "out") ? member(row, "out") : in;
        struct text got = mask_of(kind)(arena, text_of(in));
        if (!text_equal(got, text_of(out))) {
            fprintf(stderr, "%s %s: got %.*s, expected %s\n", kind, in, TEXT_ARG(got), out);
            failed++;
        }
    }
    ck_assert_uint_ge(i, 200);
    ck_assert_int_eq(failed, 0);
}
END_TEST

/* What every mask keeps to, for any text. */
static void assert_sound(size_t kind, struct text in, uint64_t seed)
{
    struct text once = masks[kind].mask(arena, in), twice = masks[kind].mask(arena, once), nfc;
    ck_assert_msg(text_equal(once, twice),
                  "%s twice, MASK_SEED=%" PRIu64 ": [%.*s] gives [%.*s], then [%.*s]",
                  masks[kind].kind, seed, TEXT_ARG(in), TEXT_ARG(once), TEXT_ARG(twice));
    ck_assert_msg(text_normalise(arena, once, true, &nfc) == TEXT_SOUND,
                  "%s, MASK_SEED=%" PRIu64 ": [%.*s] gives no UTF-8", masks[kind].kind, seed,
                  TEXT_ARG(in));
}

/* Each case through each mask: a name may be given as a telephone number. */
START_TEST(masking_is_idempotent)
{
    size_t i;
    json_t *row;
    json_array_foreach(cases, i, row) for (size_t kind = 0; kind < MASK_COUNT; kind++)
        assert_sound(kind, text_of(member(row, "in")), 0);
}
END_TEST

START_TEST(none_stays_none)
{
    for (size_t kind = 0; kind < MASK_COUNT; kind++) {
        ck_assert(text_is_none(masks[kind].mask(arena, TEXT_NONE)));
        struct text empty = masks[kind].mask(arena, TEXT(""));
        ck_assert(!text_is_none(empty) && empty.length == 0);
    }
}
END_TEST

START_TEST(unchanged_text_is_not_copied)
{
    struct text text = TEXT("2026-11-20 09:12 转账500000.00元失败，订单12345678901，尾号1234");
    size_t used = arena_used(arena);
    struct text masked = masking_text(arena, text);
    ck_assert_ptr_eq(masked.at, text.at);
    ck_assert_uint_eq(masked.length, text.length);
    ck_assert_uint_eq(arena_used(arena), used);
}
END_TEST

/* --- random texts ------------------------------------------------------------------------------- */

/* Bits of texts whose neighbourhood is what masking has to judge. */
static const char *const bits[] = {
    "138",
    "0000",
    "1234",
    "13800001234",
    "0731",
    "88881234",
    "010",
    "62341234",
    "+86",
    "0086",
    "86",
    "6222",
    "0219",
    "0300",
    "1233",
    "430102",
    "19900307",
    "1234",
    "X",
    "x",
    "Ｘ",
    "****",
    "***",
    "*",
    "-****",
    "2026",
    "11",
    "20",
    "2026-11-20",
    "09:12",
    " ",
    " ",
    "-",
    "-",
    "－",
    "　",
    "—",
    "——",
    "(",
    ")",
    "（",
    "）",
    ".",
    ",",
    "，",
    "。",
    "元",
    "¥",
    "转",
    "张三",
    "省",
    "市",
    "区",
    "TS",
    "a",
    "@",
    "·",
    "０",
    "８",
    "1",
    "2",
    "3",
    "12345678901234567890",
    "430102199003071234",
    "6222021903001233",
    "43010219851120000X",
    "6217002920000123456",
    "5",
    "0",
    "\n",
    "é",
    "𠮷",
    "欧阳",
};

static struct text random_text(struct random *random, char *buffer)
{
    int count = 1 + random_below(random, 10);
    char *end = buffer;
    for (int i = 0; i < count; i++)
        end = stpcpy(end, bits[random_below(random, sizeof(bits) / sizeof(*bits))]);
    return (struct text){buffer, (size_t)(end - buffer)};
}

START_TEST(holds_for_random_texts)
{
    struct random random = random_from("MASK_SEED");
    for (int i = 0; i < 100000; i++) {
        char buffer[512];
        struct text text = random_text(&random, buffer);
        for (size_t kind = 0; kind < MASK_COUNT; kind++)
            assert_sound(kind, text, random.seed);
        arena_reset(arena);
    }
}
END_TEST

/* What is left when all digits, stars, separators and brackets are taken out. */
static struct text words_of(struct text text)
{
    struct text_buffer words = text_buffer_new(arena, text.length + 1);
    for (size_t i = 0; i < text.length; i++)
        if (!strchr("0123456789*- ()", text.at[i]))
            text_buffer_add_char(&words, text.at[i]);
    return text_buffer_text(&words);
}

/* Numbers set into words: the words stay, and the numbers' middles are gone. */
START_TEST(hides_numbers_and_keeps_the_rest)
{
    static const char *const numbers[][2] = {
        {"13843215678", "4321"},        {"138-4321-5678", "4321"},
        {"138 4321 5678", "4321"},      {"0731-86543210", "8654"},
        {"(0731)86543210", "8654"},     {"430102199003071234", "19900307"},
        {"6222021903001233", "190300"}, {"6222 0219 0300 1233", "0300"},
    };
    static const char *const words[] = {"客户", "电话", "卡号：", "，", "。\n", "谢谢", "é"};
    struct random random = random_new(20261120);
    for (int i = 0; i < 20000; i++) {
        struct text_buffer in = text_buffer_new(arena, 256);
        int count = 1 + random_below(&random, 4), hidden[4] = {0};
        for (int j = 0; j < count; j++) {
            hidden[j] = random_below(&random, sizeof(numbers) / sizeof(*numbers));
            text_buffer_add_string(&in,
                                   words[random_below(&random, sizeof(words) / sizeof(*words))]);
            text_buffer_add_string(&in, numbers[hidden[j]][0]);
        }
        text_buffer_add_string(&in, "完");
        struct text text = text_buffer_text(&in), masked = masking_text(arena, text);
        ck_assert(text_equal(words_of(text), words_of(masked)));
        for (int j = 0; j < count; j++)
            ck_assert_msg(!memmem(masked.at, masked.length, numbers[hidden[j]][1],
                                  strlen(numbers[hidden[j]][1])),
                          "%.*s", TEXT_ARG(masked));
        arena_reset(arena);
    }
}
END_TEST

/* Work is linear: nothing a caller can send makes one text expensive. */
START_TEST(long_texts_are_cheap)
{
    static const char *const fillings[] = {
        "1 ", "13-", "1380000 ", "9", "0731-", "****1234 ", "（1）", "6222 0219 0300 1234 "};
    for (size_t i = 0; i < sizeof(fillings) / sizeof(*fillings); i++) {
        struct text_buffer in = text_buffer_new(arena, 100000);
        while (in.length < 90000)
            text_buffer_add_string(&in, fillings[i]);
        struct timespec before, after;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
        masking_text(arena, text_buffer_text(&in));
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
        double seconds =
            (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
        ck_assert_msg(seconds < 2, "%s: %.3f s", fillings[i], seconds);
    }
}
END_TEST

Suite *masking_suite(void)
{
    Suite *suite = suite_create("masking");
    TCase *tests = tcase_create("masking");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, masks_each_case);
    tcase_add_test(tests, masking_is_idempotent);
    tcase_add_test(tests, none_stays_none);
    tcase_add_test(tests, unchanged_text_is_not_copied);
    tcase_add_test(tests, holds_for_random_texts);
    tcase_add_test(tests, hides_numbers_and_keeps_the_rest);
    tcase_add_test(tests, long_texts_are_cheap);
    suite_add_tcase(suite, tests);
    return suite;
}
