#include "lib/auth/password_rule.h"

#include <zxcvbn.h>

#include "lib/auth/password.h"

/* A password that falls to fewer guesses than 2 to that is refused: on one machine, against the cost
 * of our hash, they take half a century. */
#define BITS_MIN 35.0

#define WORD_MIN 3 /* bytes; shorter ones would be found everywhere */

/* What people here choose, and the library's lists, made of English ones, lack. */
static const char *const local_words[] = {"complaintd", "complaint", "tousu",   "yinhang",
                                          "mima",       "woaini",    "5201314", "1314520",
                                          "zhongguo",   "nihao"};
#define LOCAL_WORDS (sizeof local_words / sizeof *local_words)

/* A copy that ends with a zero byte; wiped by whoever asked. */
static char *terminated(struct arena *arena, struct text text)
{
    char *copy = arena_alloc(arena, text.length + 1);

    if (text.length)
        memcpy(copy, text.at, text.length);
    copy[text.length] = '\0';
    return copy;
}

static bool guessable(struct arena *arena, struct text password, const struct text words[],
                      size_t count)
{
    const char *dictionary[LOCAL_WORDS + PASSWORD_WORDS_MAX + 1];
    char *copy = terminated(arena, password);
    size_t n = 0;

    for (size_t i = 0; i < LOCAL_WORDS; i++)
        dictionary[n++] = local_words[i];
    for (size_t i = 0; i < count && i < PASSWORD_WORDS_MAX; i++)
        if (!text_is_none(words[i]) && words[i].length >= WORD_MIN)
            dictionary[n++] = terminated(arena, words[i]);
    dictionary[n] = NULL;
    double bits = ZxcvbnMatch(copy, dictionary, NULL);
    password_wipe(copy, password.length);
    return bits < BITS_MIN;
}

bool password_judge(struct text password, const struct text words[], size_t count,
                    const char *pointer, struct violations *violations)
{
    size_t before = violations->count;

    if (text_characters(password) < PASSWORD_CHARACTERS_MIN)
        violation_add(violations, pointer, "too_short", "A password has at least 12 characters.",
                      "密码至少12个字符。");
    if (password.length > PASSWORD_CHOSEN_MAX)
        violation_add(violations, pointer, "too_long", "A password has at most 1,000 bytes.",
                      "密码不得超过1000字节。");
    else if (guessable(violations->arena, password, words, count))
        violation_add(
            violations, pointer, "too_guessable",
            "This password is among the first that are tried: it is common, or made of "
            "words, dates, rows of keys, the login or the institution's name.",
            "此密码极易被猜中：属常见密码，或由单词、日期、键盘序列、登录名、机构名称构成。");
    return violations->count == before;
}
