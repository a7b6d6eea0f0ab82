#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/base/arena.h"

/* A view of UTF-8 bytes that somebody else owns. `at` is NULL for "not recorded", which is not the
 * same as an empty text. Not zero-terminated unless a function says so. */
struct text {
    const char *at;
    size_t length; /* bytes */
};

#define TEXT_NONE ((struct text){NULL, 0})
#define TEXT(literal) ((struct text){(literal), sizeof(literal) - 1})
/* For printf's "%.*s". */
#define TEXT_ARG(text) (int)(text).length, (text).at ? (text).at : ""

static inline struct text text_of(const char *string)
{
    return string ? (struct text){string, strlen(string)} : TEXT_NONE;
}

static inline bool text_is_none(struct text text)
{
    return text.at == NULL;
}

/* Equal bytes; none equals none only. */
static inline bool text_equal(struct text a, struct text b)
{
    if (!a.at || !b.at)
        return a.at == b.at;
    return a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
}

/* Order by bytes; none sorts before every text. <0, 0, >0 as memcmp does. */
int text_compare(struct text a, struct text b);
/* Whether a text holds another, letters of ASCII in either case. */
bool text_holds(struct text text, struct text part);

/* Copies the bytes into the arena, zero-terminated; none stays none. */
struct text text_copy(struct arena *arena, struct text text);

/* Formats into the arena. */
struct text text_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

enum text_flaw {
    TEXT_SOUND,
    TEXT_NOT_UTF8,         /* invalid byte sequence */
    TEXT_CONTROL_CHARACTER /* C0, DEL, C1 or a bidirectional embedding, override or isolate; line
                              feed, tab and U+2028/2029 are allowed only where the text may have
                              several lines */
};

/* Puts a text into the form in which it is stored: NFC, CRLF and CR turned into LF, white space
 * trimmed at both ends (Unicode's, the ideographic space too; control characters other than
 * tab, CR and LF are a flaw there as well). None stays none.
 * multiline: whether LF and tab may occur inside.
 * Returns TEXT_SOUND and fills *ret with a copy in the arena; on a flaw *ret is untouched.
 * Normalising is idempotent. */
enum text_flaw text_normalise(struct arena *arena, struct text raw, bool multiline,
                              struct text *ret);

/* Decodes the code point that begins at `at`, of which `length` >= 1 bytes follow.
 * Returns the bytes it takes, 1 to 4, and fills *ret; 0 for what is not UTF-8 (overlong forms,
 * surrogates, beyond U+10FFFF, cut short). */
size_t text_decode(const char *at, size_t length, uint32_t *ret);

/* Number of code points; the text must be valid UTF-8. Limits of api.md count these. */
size_t text_characters(struct text text);

/* Lower-case hexadecimal into the arena. */
struct text text_hex(struct arena *arena, const void *bytes, size_t length);

/* A growing byte string whose memory is the arena's. */
struct text_buffer {
    struct arena *arena;
    char *at;
    size_t length, capacity;
};

struct text_buffer text_buffer_new(struct arena *arena, size_t capacity);
/* Moves the bytes to where `more` have room; what text_buffer_reserve() does when they have none. */
void text_buffer_grow(struct text_buffer *buffer, size_t more);
/* Makes room for `more` bytes and returns where they go; the caller adds to `length` itself. Here,
 * with the two below, because a list writes thousands of pieces. */
static inline char *text_buffer_reserve(struct text_buffer *buffer, size_t more)
{
    if (more > buffer->capacity - buffer->length)
        text_buffer_grow(buffer, more);
    return buffer->at + buffer->length;
}
static inline void text_buffer_add(struct text_buffer *buffer, const void *bytes, size_t length)
{
    if (length == 0)
        return;
    memcpy(text_buffer_reserve(buffer, length), bytes, length);
    buffer->length += length;
}
static inline void text_buffer_add_char(struct text_buffer *buffer, char c)
{
    *text_buffer_reserve(buffer, 1) = c;
    buffer->length++;
}
void text_buffer_add_text(struct text_buffer *buffer, struct text text);
void text_buffer_add_string(struct text_buffer *buffer, const char *string);
void text_buffer_printf(struct text_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* As it stands in an address: all but letters, digits and -_.~ as %XX. */
void text_buffer_add_encoded(struct text_buffer *buffer, struct text text);
static inline struct text text_buffer_text(const struct text_buffer *buffer)
{
    return (struct text){buffer->at, buffer->length};
}

#endif
