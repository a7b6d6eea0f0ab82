#include "tests/http/real_text.h"

#define SEPARATOR 0

/* What a character is within a number: '0'–'9' in either width, 'X', SEPARATOR, or -1 for neither. */
static int number_character(struct text text, size_t at, size_t *ret_size)
{
    uint32_t code = 0;

    *ret_size = at < text.length ? text_decode(text.at + at, text.length - at, &code) : 0;
    if (*ret_size == 0)
        return -1;
    if (code >= 0xFF01 && code <= 0xFF5E)
        code -= 0xFEE0; /* full width */
    if (code >= '0' && code <= '9')
        return (int)code;
    switch (code) {
    case 'x':
    case 'X': return 'X';
    case ' ':
    case '-':
    case '(':
    case ')':
    case 0x00A0:
    case 0x200B:
    case 0x2212:
    case 0x3000: return SEPARATOR;
    default: return code >= 0x2010 && code <= 0x2015 ? SEPARATOR : -1;
    }
}

static bool is_digit(int character)
{
    return character >= '0' && character <= '9';
}

/* --- what must not be shown --------------------------------------------------------------------- */

#define RUN_MAX 32

static bool is_identity(const char *run, size_t count)
{
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;

    if (count != 18)
        return false;
    for (int i = 0; i < 17; i++)
        sum += (run[i] - '0') * weights[i];
    return run[17] == "10X98765432"[sum % 11];
}

static bool passes_luhn(const char *run, size_t count)
{
    int sum = 0;

    for (size_t i = 0; i < count; i++) {
        int digit = run[count - 1 - i] - '0';
        sum += i % 2 ? digit * 2 / 10 + digit * 2 % 10 : digit;
    }
    return sum % 10 == 0;
}

static const char *judge(char run[RUN_MAX], size_t count, bool x_follows)
{
    if (count == 11 && run[0] == '1' && run[1] >= '3')
        return "a mobile number";
    if (is_identity(run, count))
        return "an identity number";
    if (count >= 16 && count <= 19 && run[0] != '0' && passes_luhn(run, count))
        return "a card number";
    if (x_follows && count == 17) {
        run[17] = 'X';
        if (is_identity(run, 18))
            return "an identity number";
    }
    return NULL;
}

const char *real_text_leak(struct text shown)
{
    size_t size;

    for (size_t at = 0; at < shown.length;) {
        char run[RUN_MAX] = "";
        size_t count = 0;
        int character;
        while (is_digit(character = number_character(shown, at, &size))) {
            if (count < RUN_MAX)
                run[count] = (char)character;
            count++;
            at += size;
        }
        const char *leak = count < RUN_MAX ? judge(run, count, character == 'X') : NULL;
        if (leak)
            return leak;
        at += size ? size : 1;
    }
    return NULL;
}

/* --- what must not be changed ------------------------------------------------------------------- */

struct pair {
    struct text written, shown;
    void (*found)(struct text number, void *cls);
    void *cls;
};

static bool is_mask_sign(char c)
{
    return c == '*' || c == '-' || c == 'X' || is_digit(c);
}

static size_t skip_separators(struct text text, size_t at)
{
    size_t size;

    while (number_character(text, at, &size) == SEPARATOR)
        at += size;
    return at;
}

/* Moves over `count` digits of what was written, and what separates them. */
static bool skip_digits(struct text text, size_t *at, size_t count)
{
    for (; count > 0; count--) {
        size_t size, digit = skip_separators(text, *at);
        if (!is_digit(number_character(text, digit, &size)))
            return false;
        *at = digit + size;
    }
    return true;
}

/* Compares from `i` in what was written and `j` in what is shown, where a run of digits, hyphens
 * and stars begins, up to that run's end. kept: -1 before the first stars, then the characters
 * since the last ones, of which a mask shows four. */
static bool same_number(const struct pair *pair, size_t begin, size_t i, size_t j, int kept,
                        size_t *ret_i, size_t *ret_j)
{
    struct text written = pair->written, shown = pair->shown;
    size_t size;

    while (j < shown.length && is_mask_sign(shown.at[j])) {
        if (shown.at[j] == '-') {
            j++;
            continue;
        }
        if (shown.at[j] == '*') {
            size_t stars = 0, three = i;
            for (; j + stars < shown.length && shown.at[j + stars] == '*';)
                stars++;
            if (stars < 4)
                return false;
            if (stars == 4 && skip_digits(written, &three, 3) &&
                same_number(pair, begin, three, j + stars, 0, ret_i, ret_j))
                return true;
            if (!skip_digits(written, &i, stars))
                return false;
            j += stars;
            kept = 0;
            continue;
        }
        i = skip_separators(written, i);
        if (number_character(written, i, &size) != shown.at[j])
            return false;
        i += size;
        j++;
        if (kept >= 0 && ++kept == 4) {
            pair->found((struct text){written.at + begin, i - begin}, pair->cls);
            begin = skip_separators(written, i);
            kept = -1;
        }
    }
    /* Then the texts agree again. */
    if (i == written.length || j == shown.length ? i < written.length || j < shown.length
                                                 : written.at[i] != shown.at[j])
        return false;
    *ret_i = i;
    *ret_j = j;
    return true;
}

bool real_text_same_but_masks(struct text written, struct text shown,
                              void (*found)(struct text number, void *cls), void *cls)
{
    const struct pair pair = {written, shown, found, cls};
    size_t i = 0, j = 0, since = 0;

    for (;;) {
        while (i < written.length && j < shown.length && written.at[i] == shown.at[j]) {
            i++;
            j++;
        }
        if (i == written.length && j == shown.length)
            return true;
        /* Back to where the number begins, which is the same in both. */
        while (j > since && (is_digit(shown.at[j - 1]) || shown.at[j - 1] == '-')) {
            i--;
            j--;
        }
        size_t before = j;
        if (!same_number(&pair, i, i, j, -1, &i, &j) || j == before)
            return false;
        since = j;
    }
}
