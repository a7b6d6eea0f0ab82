#include "lib/complaint/bigram.h"

#include <check.h>
#include <string.h>

Suite *bigram_suite(void);

static struct arena *arena;

static void setup(void)
{
    arena = arena_new(65536);
}

static void teardown(void)
{
    arena_free(arena);
}

/* The terms in their order: 转账 账失 |败 for a last character, =词 for one that is alone, [atm] for a
 * word. */
static const char *read(const char *text)
{
    struct text_buffer out = text_buffer_new(arena, 256);
    struct bigram *terms;
    size_t count = bigram_read(arena, text_of(text), &terms);
    for (size_t i = 0; i < count; i++) {
        bool word = terms[i].kind == BIGRAM_WORD, last = terms[i].kind == BIGRAM_LAST;
        text_buffer_printf(&out, "%s%s%.*s%s", i ? " " : "",
                           word             ? "["
                           : terms[i].alone ? "="
                           : last           ? "|"
                                            : "",
                           TEXT_ARG(terms[i].term), word ? "]" : "");
    }
    text_buffer_add_char(&out, '\0');
    return out.at;
}

static const struct {
    const char *text, *terms;
} readings[] = {
    {"", ""},
    {"转账失败", "转账 账失 失败 |败"},
    {"卡", "=卡"},
    {"银行 卡", "银行 |行 =卡"},
    {"转账，失败。", "转账 |账 失败 |败"},
    {"Transfer failed", "[transfer] [failed]"},
    {"ATM吞卡", "[atm] 吞卡 |卡"},
    {"使用ATM存5000元整", "使用 |用 [atm] =存 [5000] 元整 |整"},
    {"ＡＴＭ１２３", "[atm123]"}, /* full width */
    {"A01033/B05-c02", "[a01033] [b05] [c02]"},
    {"don't 50.00%", "[don] [t] [50] [00]"},
    {"café Überweisung", "[café] [Überweisung]"},
    {"…！？（）《》「」\"'<>&|:*\\", ""},
    {"😀转😀账😀", "=转 =账"}, /* emoji separate */
    {"\xF0\xA0\xAE\xB7\xF0\xA0\xAE\xB7卡",
     "\xF0\xA0\xAE\xB7\xF0\xA0\xAE\xB7 \xF0\xA0\xAE\xB7卡 |卡"}, /* 4 bytes */
    {"𬀩卡ATM", "𬀩卡 |卡 [atm]"},
    {"䶮和々", "䶮和 和々 |々"},               /* extension A, iteration mark */
    {"カード銀行", "カー ード ド銀 銀行 |行"}, /* kana */
    {"은행 카드", "은행 |행 카드 |드"},        /* hangul */
    {"ئۇيغۇر", "ئۇ ۇي يغ غۇ ۇر |ر"},           /* any other script */
    {"来电138****1234", "来电 |电 [138] [1234]"},
    {"430***********123X", "[430] [123x]"},
    {"f**@example.com", "[f] [example] [com]"},
    {"第一行\n第二行", "第一 一行 |行 第二 二行 |行"},
};

START_TEST(text_has_these_terms)
{
    ck_assert_str_eq(read(readings[_i].text), readings[_i].terms);
}
END_TEST

START_TEST(what_is_no_utf8_separates)
{
    struct bigram *terms;
    ck_assert_uint_eq(bigram_read(arena, TEXT("\xE8\xBD\xE8\xBD\xAC\xFF"), &terms), 1);
    ck_assert(terms[0].alone);
    ck_assert_uint_eq(bigram_read(arena, TEXT_NONE, &terms), 0);
}
END_TEST

/* A term must fit into an index. */
START_TEST(long_words_are_cut)
{
    char word[4096], wide[4096];
    struct bigram *terms;
    memset(word, 'a', sizeof word);
    ck_assert_uint_eq(bigram_read(arena, (struct text){word, sizeof word}, &terms), 1);
    ck_assert_uint_eq(terms[0].term.length, BIGRAM_WORD_MAX);
    for (size_t i = 0; i < sizeof wide; i += 2) { /* é */
        wide[i] = '\xC3';
        wide[i + 1] = '\xA9';
    }
    wide[0] = wide[1] = 'x'; /* an even length of bytes is not one of characters */
    ck_assert_uint_eq(bigram_read(arena, (struct text){wide + 1, sizeof wide - 1}, &terms), 1);
    ck_assert_uint_eq(terms[0].term.length, BIGRAM_WORD_MAX - 1);
}
END_TEST

/* --- vectors ------------------------------------------------------------------------------------ */

START_TEST(vector_keeps_texts_apart)
{
    const struct text texts[] = {TEXT("转账ATM"), TEXT_NONE, TEXT("卡片"), TEXT("")};
    struct text vector = bigram_vector(arena, texts, 4);
    ck_assert_msg(text_equal(vector, TEXT("'转账':1 '账':2 'atm':3 '卡片':6 '片':7 ")), "%.*s",
                  TEXT_ARG(vector));
}
END_TEST

/* Behind the last position that PostgreSQL has, they begin anew, some terms earlier: every pair of
 * neighbours still has one that follows the other. */
START_TEST(positions_begin_anew)
{
    struct text_buffer text = text_buffer_new(arena, 65536);
    for (int i = 0; i < 20000; i++)
        text_buffer_printf(&text, "w%d ", i);
    struct text whole = text_buffer_text(&text);
    struct text vector = bigram_vector(arena, &whole, 1);
    static const char *const wanted[] = {"'w0':1 'w1':2 ", "'w15998':15999 'w15999':16000 ",
                                         "'w15999':128 'w16000':129 ", "'w19999':4128 "};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        ck_assert_msg(memmem(vector.at, vector.length, wanted[i], strlen(wanted[i])) != NULL, "%s",
                      wanted[i]);
    ck_assert_ptr_null(memmem(vector.at, vector.length, ":16001 ", 7));
}
END_TEST

/* --- queries ------------------------------------------------------------------------------------ */

static const struct {
    const char *text, *some, *exact; /* exact: NULL for none */
} queries[] = {
    {"转账", "'转账'", NULL},
    {"转账失败", "'转账' & '账失' & '失败'", "('转账' <-> '账失' <-> '失败')"},
    {"Transfer", "'transfer'", NULL},
    {"transfer 转账", "'transfer' & '转账'", NULL},
    {"转账　失败", "'转账' & '失败'", NULL}, /* an ideographic space */
    {"转账，失败", "'转账' & '失败'", "('转账' <-> '账' <-> '失败')"},
    {"ATM吞卡", "'atm' & '吞卡'", "('atm' <-> '吞卡')"},
    {"银行ATM", "'银行' & 'atm'", "('银行' <-> '行' <-> 'atm')"},
    {"5000元", "'5000'", "('5000' <-> '元':*)"},
    {"元5000", "'5000'", "('元' <-> '5000')"},
    {"卡 吞卡", "'吞卡'", "('卡':*) & ('吞卡')"},
    {"哈哈哈", "'哈哈'", "('哈哈' <-> '哈哈')"},
    {"138****1234", "'138' & '1234'", "('138' <-> '1234')"},
    {"it's 'a' | !b:*", "'it' & 's' & 'a' & 'b'", "('it' <-> 's') & ('a') & ('b')"},
};

START_TEST(query_looks_for_these_terms)
{
    struct bigram_query query;
    ck_assert(bigram_query(arena, text_of(queries[_i].text), &query));
    ck_assert_msg(text_equal(query.some, text_of(queries[_i].some)), "%.*s", TEXT_ARG(query.some));
    ck_assert_msg(text_equal(query.exact, text_of(queries[_i].exact)), "%.*s",
                  TEXT_ARG(query.exact));
}
END_TEST

START_TEST(query_without_a_term_is_none)
{
    static const char *const texts[] = {"", " ", "卡", "卡 片", "，。", "😀", "***"};
    struct bigram_query query = {.parts = 77};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert_msg(!bigram_query(arena, text_of(texts[i]), &query), "%s", texts[i]);
    ck_assert_uint_eq(query.parts, 77);
}
END_TEST

Suite *bigram_suite(void)
{
    Suite *suite = suite_create("bigram");
    TCase *tcase = tcase_create("bigram");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, text_has_these_terms, 0, (int)(sizeof readings / sizeof *readings));
    tcase_add_test(tcase, what_is_no_utf8_separates);
    tcase_add_test(tcase, long_words_are_cut);
    tcase_add_test(tcase, vector_keeps_texts_apart);
    tcase_add_test(tcase, positions_begin_anew);
    tcase_add_loop_test(tcase, query_looks_for_these_terms, 0,
                        (int)(sizeof queries / sizeof *queries));
    tcase_add_test(tcase, query_without_a_term_is_none);
    suite_add_tcase(suite, tcase);
    return suite;
}
