#include "lib/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <utf8proc.h>

int text_compare(struct text a, struct text b)
{
    if (!a.at || !b.at)
        return (a.at != NULL) - (b.at != NULL);
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter > 0 ? memcmp(a.at, b.at, shorter) : 0;
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

bool text_holds(struct text text, struct text part)
{
    for (size_t at = 0; at + part.length <= text.length; at++)
        if (strncasecmp(text.at + at, part.at, part.length) == 0)
            return true;
    return false;
}

struct text text_copy(struct arena *arena, struct text text)
{
    if (!text.at)
        return TEXT_NONE;
    return (struct text){arena_copy(arena, text.at, text.length), text.length};
}

struct text text_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *string = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text_of(string);
}

size_t text_decode(const char *at, size_t length, uint32_t *ret)
{
    const unsigned char *byte = (const unsigned char *)at;
    unsigned char lead = byte[0];
    size_t size;
    uint32_t code, least; /* least: a smaller code would have had a shorter form */

    if (lead < 0x80) {
        *ret = lead;
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        size = 2, code = lead & 0x1FU, least = 0x80;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        size = 3, code = lead & 0x0FU, least = 0x800;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        size = 4, code = lead & 0x07U, least = 0x10000;
    } else {
        return 0;
    }
    if (length < size)
        return 0;
    for (size_t i = 1; i < size; i++) {
        if ((byte[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (byte[i] & 0x3FU);
    }
    if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    *ret = code;
    return size;
}

/* Unicode's White_Space without the controls that are refused everywhere (VT, FF, NEL). */
static bool is_space(uint32_t code)
{
    switch (code) {
    case '\t':
    case '\n':
    case '\r':
    case ' ':
    case 0x00A0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x3000: return true;
    default: return code >= 0x2000 && code <= 0x200A;
    }
}

static struct text trim(struct text text)
{
    uint32_t code;
    size_t size;

    while (text.length > 0) {
        size = text_decode(text.at, text.length, &code);
        if (size == 0 || !is_space(code))
            break;
        text.at += size;
        text.length -= size;
    }
    while (text.length > 0) {
        size = 1;
        while (size < 4 && size < text.length && (text.at[text.length - size] & 0xC0) == 0x80)
            size++;
        if (text_decode(text.at + text.length - size, size, &code) != size || !is_space(code))
            break;
        text.length -= size;
    }
    return text;
}

/* Whether a code point may stand anywhere in NFC: its combining class is 0, it is its own normal
 * form, and it never combines with what precedes it. A part of the true set is enough, as the rest
 * only takes the slow path; these ranges cover ASCII, Latin, Chinese, Japanese, Korean and emoji.
 * Unicode promises that normal forms never change, so the list does not age. */
static bool is_plain(uint32_t code)
{
    if (code < 0x0300)
        return true;
    if (code >= 0x4E00 && code <= 0x9FFF) /* CJK */
        return true;
    if (code < 0x3000)
        return (code >= 0x2002 && code <= 0x206F) || (code >= 0x20A0 && code <= 0x20CF) ||
               (code >= 0x2150 && code <= 0x2328) || (code >= 0x232B && code <= 0x27FF);
    if (code < 0x4E00)
        return code <= 0x3029 || (code >= 0x3030 && code <= 0x3098) ||
               (code >= 0x309B && code <= 0x4DFF); /* not the tone and voicing marks */
    return (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xE000 && code <= 0xF8FF) ||
           (code >= 0xFE00 && code <= 0xFE1F) || (code >= 0xFE30 && code <= 0xFE6F) ||
           (code >= 0xFF01 && code <= 0xFFEF) || (code >= 0x1F000 && code <= 0x1FAFF) ||
           (code >= 0x20000 && code <= 0x2F7FF) || (code >= 0x30000 && code <= 0x323AF);
}

/* After CR was turned into LF. */
static bool is_forbidden(uint32_t code, bool multiline)
{
    if (code == '\n' || code == '\t' || code == 0x2028 || code == 0x2029)
        return !multiline;
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* How many bytes from `at` on are printable ASCII, in steps of eight. In a word without such a byte
 * no sum or difference crosses bytes, so "none" is exact. */
static size_t printable_run(const char *at, size_t length)
{
    size_t i = 0;

    for (; i + 8 <= length; i += 8) {
        uint64_t word;
        memcpy(&word, at + i, sizeof word);
        if (((word - EACH_BYTE(0x20)) | (word + EACH_BYTE(1)) | word) & EACH_BYTE(0x80))
            break;
    }
    return i;
}

/* Whether a character of U+4000–9FFF stands at `at`: plain, and most of what Chinese consists of. */
static bool is_han(const char *at, size_t length)
{
    const unsigned char *byte = (const unsigned char *)at;

    return length >= 3 && byte[0] >= 0xE4 && byte[0] <= 0xE9 && (byte[1] & 0xC0) == 0x80 &&
           (byte[2] & 0xC0) == 0x80;
}

/* What copy_checked() works on. */
struct copying {
    struct text raw; /* what is left */
    char *out;
    bool multiline;
    bool plain; /* what was copied is proven to be in NFC */
};

/* Copies one character; CR and CRLF become LF. */
static enum text_flaw copy_character(struct copying *copying)
{
    struct text *raw = &copying->raw;
    uint32_t code;
    size_t size = text_decode(raw->at, raw->length, &code);

    if (size == 0)
        return TEXT_NOT_UTF8;
    bool is_cr = code == '\r';
    if (is_cr)
        code = '\n';
    if (is_forbidden(code, copying->multiline))
        return TEXT_CONTROL_CHARACTER;
    if (is_cr)
        *copying->out = '\n';
    else
        memcpy(copying->out, raw->at, size);
    copying->plain = copying->plain && is_plain(code);
    copying->out += size;
    size += is_cr && raw->length > 1 && raw->at[1] == '\n';
    raw->at += size;
    raw->length -= size;
    return TEXT_SOUND;
}

/* Copies with unified line ends into room for as many bytes as the text has. Runs of ASCII and
 * Chinese are not decoded: this sees each text of each request. */
static enum text_flaw copy_checked(struct copying *copying)
{
    struct text *raw = &copying->raw;

    while (raw->length > 0) {
        size_t run = printable_run(raw->at, raw->length);
        while (is_han(raw->at + run, raw->length - run))
            run += 3;
        if (run == 0) {
            enum text_flaw flaw = copy_character(copying);
            if (flaw != TEXT_SOUND)
                return flaw;
            continue;
        }
        memcpy(copying->out, raw->at, run);
        copying->out += run;
        raw->at += run;
        raw->length -= run;
    }
    return TEXT_SOUND;
}

#define COMPOSE (UTF8PROC_COMPOSE | UTF8PROC_STABLE)

/* Canonical decomposition, marks not yet ordered. Returns the number of code points; writes at most
 * capacity of them. */
static size_t decompose(struct text text, utf8proc_int32_t *out, size_t capacity)
{
    size_t count = 0;

    for (size_t i = 0; i < text.length;) {
        uint32_t code = 0;
        utf8proc_int32_t rest[4]; /* the longest canonical decomposition has four */
        int boundary = 0;
        i += text_decode(text.at + i, text.length - i, &code);
        utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)code, rest, 4,
                                                     (utf8proc_option_t)COMPOSE, &boundary);
        for (utf8proc_ssize_t k = 0; k < n && k < 4; k++, count++)
            if (count < capacity)
                out[count] = rest[k];
    }
    return count;
}

static unsigned combining_class(utf8proc_int32_t code)
{
    return (unsigned)utf8proc_get_property(code)->combining_class & 0xFFU;
}

/* Orders a run of marks by combining class, keeping equal ones as they are: a counting sort,
 * because utf8proc's own takes a time that grows with the square of the run and a request could
 * hold 100,000 marks in the worst order. */
static void order_run(struct arena *arena, utf8proc_int32_t *run, size_t count)
{
    size_t start[257] = {0};
    utf8proc_int32_t *sorted = ARENA_ARRAY(arena, utf8proc_int32_t, count);

    for (size_t i = 0; i < count; i++)
        start[combining_class(run[i]) + 1]++;
    for (size_t i = 1; i < 257; i++)
        start[i] += start[i - 1];
    for (size_t i = 0; i < count; i++)
        sorted[start[combining_class(run[i])]++] = run[i];
    memcpy(run, sorted, count * sizeof *run);
}

static void order_marks(struct arena *arena, utf8proc_int32_t *codes, size_t count)
{
    for (size_t i = 0; i < count;) {
        size_t from = i;
        unsigned last = 0;
        bool ordered = true;
        for (; i < count; i++) {
            unsigned rank = combining_class(codes[i]);
            if (rank == 0)
                break;
            ordered = ordered && rank >= last;
            last = rank;
        }
        if (!ordered)
            order_run(arena, codes + from, i - from);
        if (i == from)
            i++;
    }
}

/* The slow path: decompose, order, compose. The text is valid UTF-8. */
static struct text compose(struct arena *arena, struct text text)
{
    size_t count = decompose(text, NULL, 0);
    /* One more, as utf8proc adds a zero when it encodes in place. */
    utf8proc_int32_t *codes = ARENA_ARRAY(arena, utf8proc_int32_t, count + 1);

    decompose(text, codes, count);
    order_marks(arena, codes, count);
    utf8proc_ssize_t length =
        utf8proc_reencode(codes, (utf8proc_ssize_t)count, (utf8proc_option_t)COMPOSE);
    if (length < 0)
        abort(); /* utf8proc refuses only options that contradict each other */
    return (struct text){(const char *)codes, (size_t)length};
}

enum text_flaw text_normalise(struct arena *arena, struct text raw, bool multiline,
                              struct text *ret)
{
    if (!raw.at) {
        *ret = TEXT_NONE;
        return TEXT_SOUND;
    }
    struct text trimmed = trim(raw);
    char *copy = arena_alloc(arena, trimmed.length + 1);
    struct copying copying = {.raw = trimmed, .out = copy, .multiline = multiline, .plain = true};
    enum text_flaw flaw = copy_checked(&copying);
    if (flaw != TEXT_SOUND)
        return flaw;
    *copying.out = '\0';
    struct text checked = {copy, (size_t)(copying.out - copy)};
    *ret = copying.plain ? checked : compose(arena, checked);
    return TEXT_SOUND;
}

size_t text_characters(struct text text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.length; i++)
        count += (text.at[i] & 0xC0) != 0x80;
    return count;
}

struct text text_hex(struct arena *arena, const void *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *byte = bytes;
    /* As an array, so that the product is tested for overflow. */
    char *hex = arena_array(arena, length + 1, 2);

    for (size_t i = 0; i < length; i++) {
        hex[2 * i] = digits[byte[i] >> 4];
        hex[2 * i + 1] = digits[byte[i] & 15];
    }
    return (struct text){hex, 2 * length};
}

struct text_buffer text_buffer_new(struct arena *arena, size_t capacity)
{
    if (capacity < 64)
        capacity = 64;
    return (struct text_buffer){arena, arena_bytes(arena, capacity), 0, capacity};
}

void text_buffer_grow(struct text_buffer *buffer, size_t more)
{
    size_t needed, doubled;

    if (__builtin_add_overflow(buffer->length, more, &needed))
        needed = SIZE_MAX; /* which the arena refuses */
    if (__builtin_mul_overflow(buffer->capacity, 2, &doubled))
        doubled = needed;
    size_t capacity = doubled > needed ? doubled : needed;
    char *at = arena_bytes(buffer->arena, capacity);
    if (buffer->length > 0)
        memcpy(at, buffer->at, buffer->length);
    buffer->at = at;
    buffer->capacity = capacity;
}

void text_buffer_add_text(struct text_buffer *buffer, struct text text)
{
    text_buffer_add(buffer, text.at, text.length);
}

void text_buffer_add_string(struct text_buffer *buffer, const char *string)
{
    text_buffer_add(buffer, string, strlen(string));
}

static __attribute__((format(printf, 2, 0))) void buffer_vprintf(struct text_buffer *buffer,
                                                                 const char *format,
                                                                 va_list arguments)
{
    va_list again;

    va_copy(again, arguments);
    size_t room = buffer->capacity - buffer->length;
    int length = vsnprintf(buffer->at + buffer->length, room, format, arguments);
    if (length < 0)
        abort();                  /* a format or a length that no caller of ours has */
    if ((size_t)length >= room) { /* printf needs room for its zero byte too */
        char *at = text_buffer_reserve(buffer, (size_t)length + 1);
        vsnprintf(at, (size_t)length + 1, format, again);
    }
    buffer->length += (size_t)length;
    va_end(again);
}

void text_buffer_printf(struct text_buffer *buffer, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    buffer_vprintf(buffer, format, arguments);
    va_end(arguments);
}

void text_buffer_add_encoded(struct text_buffer *buffer, struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            c == '-' || c == '_' || c == '.' || c == '~')
            text_buffer_add_char(buffer, (char)c);
        else
            text_buffer_printf(buffer, "%%%02X", c);
    }
}
