#include "lib/complaint/bigram.h"

#include <stdint.h>

/* --- characters --------------------------------------------------------------------------------- */

enum sort { SORT_SEPARATOR, SORT_WORD, SORT_RUN };

struct range {
    uint32_t first, last;
    enum sort sort;
};

/* Ascending; what lies in no range separates. ASCII and full-width forms are handled before. */
static const struct range ranges[] = {
    {0x00AA, 0x00AA, SORT_WORD},  {0x00B5, 0x00B5, SORT_WORD}, {0x00BA, 0x00BA, SORT_WORD},
    {0x00C0, 0x00D6, SORT_WORD},  {0x00D8, 0x00F6, SORT_WORD}, {0x00F8, 0x02C1, SORT_WORD},
    {0x0300, 0x0374, SORT_WORD},  {0x0376, 0x037D, SORT_WORD}, {0x037F, 0x037F, SORT_WORD},
    {0x0386, 0x0386, SORT_WORD},  {0x0388, 0x052F, SORT_WORD}, {0x0531, 0x0556, SORT_WORD},
    {0x0561, 0x0588, SORT_WORD},  {0x0591, 0x05BD, SORT_RUN},  {0x05D0, 0x05F2, SORT_RUN},
    {0x0610, 0x061A, SORT_RUN},   {0x0620, 0x0669, SORT_RUN},  {0x066E, 0x06D3, SORT_RUN},
    {0x06D5, 0x06FC, SORT_RUN},   {0x0710, 0x0963, SORT_RUN},  {0x0966, 0x0E4E, SORT_RUN},
    {0x0E50, 0x0F00, SORT_RUN},   {0x0F18, 0x0F33, SORT_RUN},  {0x0F3E, 0x0F84, SORT_RUN},
    {0x0F86, 0x0FBC, SORT_RUN},   {0x1000, 0x1049, SORT_RUN},  {0x1050, 0x135F, SORT_RUN},
    {0x1369, 0x13FF, SORT_RUN},   {0x1700, 0x17D3, SORT_RUN},  {0x17E0, 0x17E9, SORT_RUN},
    {0x1810, 0x1DBF, SORT_RUN},   {0x1E00, 0x1FBC, SORT_WORD}, {0x3005, 0x3007, SORT_RUN},
    {0x3021, 0x3029, SORT_RUN},   {0x3031, 0x3035, SORT_RUN},  {0x3041, 0x3096, SORT_RUN},
    {0x309D, 0x309F, SORT_RUN},   {0x30A1, 0x30FA, SORT_RUN},  {0x30FC, 0x318E, SORT_RUN},
    {0x31A0, 0x31BF, SORT_RUN},   {0x31F0, 0x31FF, SORT_RUN},  {0x3400, 0x4DBF, SORT_RUN},
    {0x4E00, 0xA48C, SORT_RUN},   {0xA960, 0xA97C, SORT_RUN},  {0xAC00, 0xD7FB, SORT_RUN},
    {0xF900, 0xFAD9, SORT_RUN},   {0xFB1D, 0xFD3D, SORT_RUN},  {0xFD50, 0xFDFB, SORT_RUN},
    {0xFE70, 0xFEFC, SORT_RUN},   {0xFF66, 0xFFDC, SORT_RUN},  {0x1B000, 0x1B2FB, SORT_RUN},
    {0x20000, 0x3FFFD, SORT_RUN},
};

/* Full-width letters and digits are the ASCII ones, in lower case. */
static uint32_t fold(uint32_t code)
{
    if (code >= 0xFF01 && code <= 0xFF5E)
        code -= 0xFEE0;
    return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
}

/* code: folded. */
static enum sort sort_of(uint32_t code)
{
    size_t first = 0, last = sizeof ranges / sizeof *ranges;

    if (code < 0x80)
        return (code >= 'a' && code <= 'z') || (code >= '0' && code <= '9') ? SORT_WORD
                                                                            : SORT_SEPARATOR;
    if (code >= 0x4E00 && code <= 0x9FFF) /* nearly all there are */
        return SORT_RUN;
    while (first < last) {
        size_t middle = (first + last) / 2;
        if (code > ranges[middle].last)
            first = middle + 1;
        else
            last = middle;
    }
    return first < sizeof ranges / sizeof *ranges && code >= ranges[first].first
               ? ranges[first].sort
               : SORT_SEPARATOR;
}

static bool is_space(uint32_t code)
{
    return code == ' ' || (code >= '\t' && code <= '\r') || code == 0xA0 || code == 0x3000 ||
           (code >= 0x2000 && code <= 0x200B) || code == 0x2028 || code == 0x2029;
}

/* The character at a position, its sort and bytes. What is no UTF-8 is a separator of one byte. */
static enum sort read_character(struct text text, size_t at, uint32_t *ret_code, size_t *ret_size)
{
    *ret_size = text_decode(text.at + at, text.length - at, ret_code);
    if (*ret_size == 0) {
        *ret_size = 1;
        *ret_code = 0;
        return SORT_SEPARATOR;
    }
    *ret_code = fold(*ret_code);
    return sort_of(*ret_code);
}

/* --- terms -------------------------------------------------------------------------------------- */

/* Appends the terms of the run that begins at a position; returns where it ends. */
static size_t read_run(struct text text, size_t at, struct bigram out[], size_t *count)
{
    size_t first = at, before = at, characters = 0, size;
    uint32_t code;

    while (at < text.length && read_character(text, at, &code, &size) == SORT_RUN) {
        if (characters++)
            out[(*count)++] = (struct bigram){.kind = BIGRAM_PAIR,
                                              .term = {text.at + before, at + size - before}};
        before = at;
        at += size;
    }
    out[(*count)++] = (struct bigram){
        .kind = BIGRAM_LAST, .term = {text.at + before, at - before}, .alone = before == first};
    return at;
}

static size_t read_word(struct arena *arena, struct text text, size_t at, struct bigram *out)
{
    size_t begin = at, length = 0, size;
    uint32_t code;

    while (at < text.length && read_character(text, at, &code, &size) == SORT_WORD)
        at += size;
    char *word = arena_alloc(arena, at - begin < BIGRAM_WORD_MAX ? at - begin : BIGRAM_WORD_MAX);
    for (size_t i = begin; i < at; i += size) {
        (void)read_character(text, i, &code, &size);
        size_t bytes = code < 0x80 ? 1 : size;
        if (length + bytes > BIGRAM_WORD_MAX)
            break;
        if (bytes == 1)
            word[length] = (char)code;
        else
            memcpy(word + length, text.at + i, bytes);
        length += bytes;
    }
    *out = (struct bigram){.kind = BIGRAM_WORD, .term = {word, length}};
    return at;
}

size_t bigram_read(struct arena *arena, struct text text, struct bigram **ret)
{
    size_t count = 0, size;
    uint32_t code;

    /* A character begins one term at most. */
    *ret = arena_bytes(arena, (text_characters(text) + 1) * sizeof **ret);
    for (size_t at = 0; at < text.length;) {
        switch (read_character(text, at, &code, &size)) {
        case SORT_RUN: at = read_run(text, at, *ret, &count); break;
        case SORT_WORD: at = read_word(arena, text, at, &(*ret)[count++]); break;
        case SORT_SEPARATOR: at += size; break;
        }
    }
    return count;
}

/* --- what is found ------------------------------------------------------------------------------ */

#define POSITION_MAX 16000
#define OVERLAP \
    128 /* terms that are written again where positions begin anew: more than a query has */

static void add_position(struct text_buffer *out, struct text term, size_t position)
{
    char digits[24];
    size_t length = 0;

    do
        digits[length++] = (char)('0' + position % 10);
    while ((position /= 10) > 0);
    char *to = text_buffer_reserve(out, term.length + length + 4), *begin = to;
    *to++ = '\'';
    memcpy(to, term.at, term.length);
    to += term.length;
    *to++ = '\'';
    *to++ = ':';
    while (length > 0)
        *to++ = digits[--length];
    *to++ = ' ';
    out->length += (size_t)(to - begin);
}

struct text bigram_vector(struct arena *arena, const struct text texts[], size_t count)
{
    size_t bytes = 0, position = 1;

    for (size_t i = 0; i < count; i++)
        bytes += texts[i].length;
    struct text_buffer out = text_buffer_new(arena, 64 + bytes * 5);
    for (size_t i = 0; i < count; i++) {
        struct bigram *terms;
        size_t term_count = bigram_read(arena, texts[i], &terms);
        for (size_t at = 0; at < term_count; at++) {
            if (position > POSITION_MAX) {
                position = 1;
                at -= at < OVERLAP ? at : OVERLAP;
            }
            add_position(&out, terms[at].term, position++);
        }
        position++;
    }
    return text_buffer_text(&out);
}

/* --- what is looked for ------------------------------------------------------------------------- */

/* A query as it is put together. */
struct writer {
    struct bigram_query query;
    struct text_buffer some, exact;
    bool ordered; /* a part has more than one term */
};

static void add_term(struct writer *writer, struct text term)
{
    for (size_t i = 0; i < writer->query.term_count; i++) {
        if (text_equal(writer->query.terms[i], term))
            return;
    }
    text_buffer_printf(&writer->some, "%s'%.*s'", writer->query.term_count ? " & " : "",
                       TEXT_ARG(term));
    writer->query.part_of[writer->query.term_count] = writer->query.parts;
    writer->query.terms[writer->query.term_count++] = term;
}

/* One part: its terms follow each other. A character that stands alone at the end may be the first
 * of a run in the text, so every term that begins with it will do. */
static void add_part(struct writer *writer, const struct bigram terms[], size_t count)
{
    size_t written = 0;

    text_buffer_add_string(&writer->exact, writer->query.parts++ ? " & (" : "(");
    for (size_t i = 0; i < count; i++) {
        bool last = i + 1 == count;
        if (terms[i].kind == BIGRAM_LAST && last && !terms[i].alone)
            continue; /* the pair before says it all */
        bool beginning = terms[i].kind == BIGRAM_LAST && last;
        text_buffer_printf(&writer->exact, "%s'%.*s'%s", written++ ? " <-> " : "",
                           TEXT_ARG(terms[i].term), beginning ? ":*" : "");
        writer->ordered |= beginning || written > 1;
        if (terms[i].kind != BIGRAM_LAST)
            add_term(writer, terms[i].term);
    }
    text_buffer_add_char(&writer->exact, ')');
}

/* The next part: up to a space. *at moves behind it. */
static struct text next_part(struct text text, size_t *at)
{
    size_t begin = *at, size;
    uint32_t code;

    while (*at < text.length) {
        (void)read_character(text, *at, &code, &size);
        if (is_space(code))
            break;
        *at += size;
    }
    struct text part = {text.at + begin, *at - begin};
    if (*at < text.length)
        *at += size;
    return part;
}

bool bigram_query(struct arena *arena, struct text text, struct bigram_query *ret)
{
    struct writer writer = {.some = text_buffer_new(arena, 64 + text.length * 4),
                            .exact = text_buffer_new(arena, 64 + text.length * 4)};

    writer.query.terms = ARENA_ARRAY(arena, struct text, text_characters(text) + 1);
    writer.query.part_of = ARENA_ARRAY(arena, size_t, text_characters(text) + 1);
    for (size_t at = 0; at < text.length;) {
        struct bigram *terms;
        size_t count = bigram_read(arena, next_part(text, &at), &terms);
        if (count)
            add_part(&writer, terms, count);
    }
    if (writer.query.term_count == 0)
        return false;
    *ret = writer.query;
    ret->some = text_buffer_text(&writer.some);
    ret->exact = writer.ordered ? text_buffer_text(&writer.exact) : TEXT_NONE;
    return true;
}
