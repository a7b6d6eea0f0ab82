#include "lib/base/json_text.h"

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

/* Whether none of eight bytes needs an escape. For a byte b of x, the top bit of (x - n) & ~x is set
 * when b < n, which for x ^ pattern and n = 1 finds a byte equal to the pattern. Borrows reach only
 * bytes beyond a hit, so "any hit" is exact. */
static bool are_plain(const char at[static 8])
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    uint64_t quote = word ^ EACH_BYTE('"'), backslash = word ^ EACH_BYTE('\\');
    uint64_t hit = ((word - EACH_BYTE(0x20)) & ~word) | ((quote - EACH_BYTE(1)) & ~quote) |
                   ((backslash - EACH_BYTE(1)) & ~backslash);
    return !(hit & EACH_BYTE(0x80));
}

/* Length of the longest start that needs no escape. */
static size_t plain_run(const char *at, size_t length)
{
    size_t i = 0;

    while (i + 8 <= length && are_plain(at + i))
        i += 8;
    /* The rest together with bytes that have been looked at. */
    if (i + 8 > length && length >= 8 && are_plain(at + length - 8))
        return length;
    while (i < length && is_plain(at[i]))
        i++;
    return i;
}

static void add_escape(struct text_buffer *out, char c)
{
    static const char hexadecimal[] = "0123456789abcdef";
    static const char letters[0x20] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    unsigned char byte = (unsigned char)c;
    char escape[] = "\\u00xx";

    if (byte < 0x20 && !letters[byte]) {
        escape[4] = hexadecimal[byte >> 4];
        escape[5] = hexadecimal[byte & 15];
        text_buffer_add(out, escape, 6);
    } else {
        escape[1] = c;
        if (byte < 0x20)
            escape[1] = letters[byte];
        text_buffer_add(out, escape, 2);
    }
}

void json_text_add(struct text_buffer *out, struct text text)
{
    if (text_is_none(text)) {
        text_buffer_add(out, "null", 4);
        return;
    }

    size_t run = plain_run(text.at, text.length);
    char *to = text_buffer_reserve(out, text.length + 2);
    *to++ = '"';
    memcpy(to, text.at, run);
    out->length += run + 1;
    if (run == text.length) { /* nearly always */
        to[run] = '"';
        out->length++;
        return;
    }

    for (size_t i = run; i < text.length; i += run) {
        add_escape(out, text.at[i++]);
        run = plain_run(text.at + i, text.length - i);
        text_buffer_add(out, text.at + i, run);
    }
    text_buffer_add_char(out, '"');
}

size_t json_text_integer(int64_t value, char out[static JSON_INTEGER_MAX])
{
    char digits[JSON_INTEGER_MAX];
    size_t at = sizeof digits, length = 0;
    /* Negating as unsigned holds for INT64_MIN too. */
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        out[length++] = '-';
    memcpy(out + length, digits + at, sizeof digits - at);
    return length + sizeof digits - at;
}

void json_text_add_integer(struct text_buffer *out, int64_t value)
{
    out->length += json_text_integer(value, text_buffer_reserve(out, JSON_INTEGER_MAX));
}

void json_text_add_instant(struct text_buffer *out, instant at)
{
    static const char zeros[] = ".000000Z";

    if (at == INSTANT_NONE) {
        text_buffer_add(out, "null", 4);
        return;
    }
    char *to = text_buffer_reserve(out, INSTANT_TEXT_MAX + sizeof zeros + 2);
    *to++ = '"';
    size_t length = instant_format(at, 0, to);
    if (at % INSTANT_SECOND == 0) { /* written without a fraction */
        memcpy(to + length - 1, zeros, sizeof zeros - 1);
        length += sizeof zeros - 2;
    }
    to[length] = '"';
    out->length += length + 2;
}
