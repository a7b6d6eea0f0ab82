/* Masking inside free text, and of the fields that hold numbers. */
#include "lib/complaint/masking.h"
#include "lib/complaint/masking_scan.h"

/* --- writing ------------------------------------------------------------------------------------ */

static void add_stars(struct text_buffer *out, size_t count)
{
    memset(text_buffer_reserve(out, count), '*', count);
    out->length += count;
}

/* Writes the mask of a number and returns where the text goes on behind it. */
static size_t add_masked(struct text_buffer *out, struct text text, const struct scan_chain *chain,
                         const struct scan_number *number)
{
    const struct scan_group *last = &chain->groups[number->groups - 1];
    size_t count = last->first + last->count - number->prefix, end = last->end;
    const char *digits = chain->digits + number->prefix;

    if (number->prefix > 0 && chain->groups[0].count == number->prefix)
        text_buffer_add(out, text.at + chain->groups[0].open,
                        chain->groups[1].open - chain->groups[0].open);
    else
        text_buffer_add(out, chain->digits, number->prefix);

    switch (number->kind) {
    case KIND_MOBILE:
        text_buffer_add(out, digits, 3);
        text_buffer_add_string(out, SCAN_STARS);
        break;
    case KIND_LANDLINE:
        text_buffer_add(out, digits, number->area);
        text_buffer_add_string(out, "-" SCAN_STARS);
        break;
    case KIND_IDENTITY:
        text_buffer_add(out, digits, 3);
        add_stars(out, 18 - 3 - SCAN_KEPT_LAST);
        if (count == 17) { /* and X */
            text_buffer_add(out, digits + count - SCAN_KEPT_LAST + 1, SCAN_KEPT_LAST - 1);
            text_buffer_add_char(out, 'X');
            return last->x_end;
        }
        break;
    case KIND_CARD:
        text_buffer_add(out, digits, 6);
        add_stars(out, count - 6 - SCAN_KEPT_LAST);
        break;
    case KIND_NONE: break;
    }
    text_buffer_add(out, digits + count - SCAN_KEPT_LAST, SCAN_KEPT_LAST);
    return end;
}

/* How far a text has been read. */
struct reading {
    size_t at;
    bool spelled; /* the group before is a single digit that is joined to this one */
};

/* The next number from there on and the chain that it begins; false: there is none. The caller goes
 * on behind the number. */
static bool next_number(struct text text, struct reading *reading, struct scan_chain *chain,
                        struct scan_number *number)
{
    size_t size = 0;

    while (reading->at < text.length) {
        if (scan_digit(text, reading->at, &size) < 0) {
            reading->at++;
            continue;
        }
        scan_chain(text, reading->at, chain);
        const struct scan_group *first = &chain->groups[0];
        bool spelled = reading->spelled;
        reading->spelled = false;
        if (!scan_is_remains(text, first) &&
            (scan_number_alone(text, first, chain->digits, number) ||
             (!(spelled && first->count == 1) && scan_number_split(text, chain, number))))
            return true;
        if (chain->digit_count < SCAN_NUMBER_MIN) {
            reading->at = chain->groups[chain->count - 1].end; /* nothing can begin within it */
        } else {
            reading->at = first->end;
            reading->spelled = first->count == 1 && chain->count > 1;
        }
    }
    return false;
}

struct text masking_text(struct arena *arena, struct text text)
{
    struct text_buffer out = {0};
    struct reading reading = {0};
    struct scan_chain chain;
    struct scan_number number;
    size_t copied = 0;

    while (next_number(text, &reading, &chain, &number)) {
        if (!out.arena)
            out = text_buffer_new(arena, text.length + 16);
        text_buffer_add(&out, text.at + copied, chain.groups[0].open - copied);
        reading.at = copied = add_masked(&out, text, &chain, &number);
    }
    if (!out.arena)
        return text;
    text_buffer_add(&out, text.at + copied, text.length - copied);
    return text_buffer_text(&out);
}

bool masking_finds_document(struct text text)
{
    struct reading reading = {0};
    struct scan_chain chain;
    struct scan_number number;

    while (next_number(text, &reading, &chain, &number)) {
        if (number.kind == KIND_IDENTITY || number.kind == KIND_CARD)
            return true;
        reading.at = chain.groups[number.groups - 1].end;
    }
    return false;
}

/* --- fields ------------------------------------------------------------------------------------- */

/* Whether a group that is not yet masked is a country prefix: "+86 …", "0086-…", "86 …". */
static bool is_country(struct text text, const struct scan_group *group, const char digits[])
{
    size_t size;
    if (group->count == 2 && memcmp(digits, "86", 2) == 0)
        return group->begin == 0 || scan_is_plus(scan_character_before(text, group->begin, &size));
    return group->begin == 0 && group->count == 4 && memcmp(digits, "0086", 4) == 0;
}

/* Characters that may be seen in a telephone field: punctuation and 转 before an extension. */
static bool is_phone_sign(uint32_t code)
{
    return (code < 0x80 && !scan_is_word(code)) || (code >= 0x2010 && code <= 0x2015) ||
           (code >= 0x3000 && code <= 0x3002) || (code >= 0xFF01 && code <= 0xFF0F) ||
           (code >= 0xFF1A && code <= 0xFF20) || code == 0x8F6C;
}

/* What masking_text finds, and then everything else too: a field for a telephone number shows no
 * digits but the last four of a local number, and no words. */
struct text masking_phone(struct arena *arena, struct text phone)
{
    if (text_is_none(phone))
        return phone;
    struct text text = masking_text(arena, phone);
    struct text_buffer out = text_buffer_new(arena, text.length + SCAN_STARS_MIN);
    char digits[SCAN_NUMBER_MAX];
    struct scan_group group;
    size_t size = 0;
    for (size_t at = 0; at < text.length; at += size) {
        if (scan_digit(text, at, &size) < 0) {
            if (is_phone_sign(scan_character(text, at, &size)))
                text_buffer_add(&out, text.at + at, size);
            else
                text_buffer_add_char(&out, '*');
            size += size == 0;
            continue;
        }
        scan_group(text, at, 0, digits, &group);
        size = group.end - at;
        if (group.count == SCAN_KEPT_LAST - 1 && group.x_end > 0 && scan_is_remains(text, &group))
            size = group.x_end - at; /* an identity number's */
        if (scan_is_remains(text, &group) || is_country(text, &group, digits)) {
            text_buffer_add(&out, text.at + at, size);
        } else if (group.count >= 7 && group.count <= SCAN_NUMBER_MAX) {
            add_stars(&out, group.count > 8 ? group.count - SCAN_KEPT_LAST : SCAN_STARS_MIN);
            text_buffer_add(&out, digits + group.count - SCAN_KEPT_LAST, SCAN_KEPT_LAST);
        } else {
            add_stars(&out, group.count);
        }
    }
    return text_buffer_text(&out);
}
