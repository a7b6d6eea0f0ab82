#include "lib/complaint/secret.h"

#include <string.h>

/* Everything is read as ASCII in lower case where it has a full-width form. */
struct reader {
    struct text text;
    size_t at;
};

static uint32_t peek(const struct reader *reader, size_t *ret_size)
{
    uint32_t code = 0;

    *ret_size =
        reader->at < reader->text.length
            ? text_decode(reader->text.at + reader->at, reader->text.length - reader->at, &code)
            : 0;
    if (*ret_size == 0)
        return 0;
    if (code >= 0xFF01 && code <= 0xFF5E)
        code -= 0xFEE0;
    return code >= 'A' && code <= 'Z' ? code + 32 : code;
}

static bool is_digit(uint32_t code)
{
    return code >= '0' && code <= '9';
}

static bool is_letter(uint32_t code)
{
    return code >= 'a' && code <= 'z';
}

/* Goes on behind a word, given in lower case, if it stands there. */
static bool skip_word(struct reader *reader, const char *word)
{
    struct reader next = *reader;
    size_t size, length;
    uint32_t wanted;

    for (const char *at = word; *at; at += length) {
        length = text_decode(at, strlen(at), &wanted);
        if (peek(&next, &size) != wanted)
            return false;
        next.at += size;
    }
    *reader = next;
    return true;
}

static bool skip_any(struct reader *reader, const char *const words[])
{
    for (size_t i = 0; words[i]; i++)
        if (skip_word(reader, words[i]))
            return true;
    return false;
}

/* --- words -------------------------------------------------------------------------------------- */

/* Longer ones before those that they begin with. */
static const struct keyword {
    uint32_t first; /* character: nearly always it settles that another word stands there */
    const char *word;
    int digits; /* so many at least make a secret */
    bool latin; /* stands for itself only between other than letters */
} keywords[] = {
    {U'密', "密码", 4, false},       {U'密', "密碼", 4, false},   {U'口', "口令", 4, false},
    {U'安', "安全码", 3, false},     {U'安', "安全碼", 3, false}, {'p', "password", 4, true},
    {'p', "passcode", 4, true},      {'p', "passwd", 4, true},    {'p', "pwd", 4, true},
    {'s', "security code", 3, true}, {'c', "cvv2", 3, true},      {'c', "cvc2", 3, true},
    {'c', "cvn2", 3, true},          {'c', "cvv", 3, true},       {'c', "cvc", 3, true},
    {'c', "cvn", 3, true},           {'p', "pin", 4, true},
};

/* first: the character at the reader; before: the one before it. A Latin word begins only where no
 * other one goes on. */
static const struct keyword *skip_keyword(struct reader *reader, uint32_t first, uint32_t before)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        const struct keyword *keyword = &keywords[i];
        struct reader next = *reader;
        size_t size;
        if (keyword->first != first || (keyword->latin && is_letter(before)) ||
            !skip_word(&next, keyword->word) || (keyword->latin && is_letter(peek(&next, &size))))
            continue;
        *reader = next;
        return keyword;
    }
    return NULL;
}

/* Goes on behind what may stand between the word and the secret. Returns whether any of it says "is". */
static bool skip_filler(struct reader *reader)
{
    static const char *const nothing[] = {" ",      "\u3000", "\t", "(",  "\"", "'",
                                          "“",      "‘",      "「", "【", "[",  "号码",
                                          "number", "code",   "码", NULL};
    static const char *const says[] = {"都是", "就是", "设置为", "设为", "设成",
                                       "改为", "改成", "是",     "为",   ":",
                                       "=",    "is ",  "is:",    "was ", NULL};
    bool said = false;

    for (;;) {
        if (skip_any(reader, says))
            said = true;
        else if (!skip_any(reader, nothing))
            return said;
    }
}

/* --- what follows ------------------------------------------------------------------------------- */

/* A number of something: 密码6位, 密码2026年设置. */
static bool is_counted(const struct reader *reader)
{
    static const char *const units[] = {"年",   "月",   "日", "次", "位", "个",    "元",     "天",
                                        "分钟", "小时", "万", "笔", "/",  "times", "digits", NULL};
    struct reader next = *reader;

    (void)skip_word(&next, " ");
    return skip_any(&next, units);
}

/* Digits, letters and signs without a space. Letters alone are a word like any other, unless something
 * said that they are the secret, and in Chinese, where no English is expected. */
static bool is_secret(struct reader *reader, const struct keyword *keyword, bool said)
{
    int digits = 0, letters = 0, signs = 0;
    uint32_t code;
    size_t size;

    for (; (code = peek(reader, &size)) > ' ' && code < 0x7F; reader->at += size) {
        if (strchr(",;)]\"'?", (int)code))
            break;
        digits += is_digit(code);
        letters += is_letter(code);
        signs += !is_digit(code) && !is_letter(code) && code != '.' && code != '*';
    }
    if (letters + signs == 0)
        return digits >= keyword->digits && !is_counted(reader);
    if (digits > 0)
        return letters > 0 && digits + letters + signs >= 4;
    return said && !keyword->latin && letters >= 4;
}

bool secret_found(struct text text)
{
    struct reader reader = {text, 0};
    uint32_t before = 0, first;
    size_t size;

    for (; reader.at<text.length; reader.at += size> 0 ? size : 1, before = first) {
        first = peek(&reader, &size);
        struct reader next = reader;
        const struct keyword *keyword = skip_keyword(&next, first, before);
        if (!keyword)
            continue;
        bool said = skip_filler(&next);
        if (is_secret(&next, keyword, said))
            return true;
    }
    return false;
}
