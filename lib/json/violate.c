#include "lib/json/violate.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

/* RFC 6901: '~' is written ~0 and '/' ~1. */
static void add_pointer(struct text_buffer *out, const struct place *place)
{
    if (!place->parent) {
        if (place->name)
            text_buffer_add_string(out, place->name);
        return;
    }
    add_pointer(out, place->parent);
    text_buffer_add_char(out, '/');
    if (!place->name) {
        text_buffer_printf(out, "%zu", place->index);
        return;
    }
    for (const char *c = place->name; *c; c++) {
        if (*c == '~')
            text_buffer_add(out, "~0", 2);
        else if (*c == '/')
            text_buffer_add(out, "~1", 2);
        else
            text_buffer_add_char(out, *c);
    }
}

void violate(struct violations *violations, const struct place *place, const char *code,
             const char *en, const char *zh)
{
    /* Looked at here too, so that a body of nothing but errors costs no memory beyond the limit. */
    if (violations->count >= VIOLATIONS_MAX)
        return;
    struct text_buffer pointer = text_buffer_new(violations->arena, 64);
    add_pointer(&pointer, place);
    text_buffer_add_char(&pointer, '\0');
    violation_add(violations, pointer.at, code, en, zh);
}

void violate_required(struct violations *violations, const struct place *place)
{
    violate(violations, place, "required", "Must be given.", "必须填写。");
}

void violate_wrong_type(struct violations *violations, const struct place *place,
                        const struct member *member)
{
    static const struct {
        const char *en, *zh;
    } sentences[] = {
        [MEMBER_TEXT] = {"Must be a text.", "须为文本。"},
        [MEMBER_LINES] = {"Must be a text.", "须为文本。"},
        [MEMBER_TERM] = {"Must be a code, as a text.", "须为文本形式的代码。"},
        [MEMBER_TERMS] = {"Must be a list of codes.", "须为代码列表。"},
        [MEMBER_INTEGER] = {"Must be a whole number.", "须为整数。"},
        [MEMBER_LONG] = {"Must be a whole number.", "须为整数。"},
        [MEMBER_BOOLEAN] = {"Must be true or false.", "须为 true 或 false。"},
        [MEMBER_INSTANT] = {"Must be a time, as a text.", "须为文本形式的时间。"},
        [MEMBER_TEXTS] = {"Must be a list of texts.", "须为文本列表。"},
        [MEMBER_INTEGERS] = {"Must be a list of whole numbers.", "须为整数列表。"},
        [MEMBER_OBJECT] = {"Must be an object.", "须为对象。"},
        [MEMBER_LIST] = {"Must be a list.", "须为列表。"},
    };

    violate(violations, place, "wrong_type", sentences[member->type].en,
            sentences[member->type].zh);
}

static bool term_allowed(const struct member *member, int term)
{
    return member->max == 0 || (term >= member->min && term <= member->max);
}

void violate_unknown_term(struct violations *violations, const struct place *place,
                          const struct member *member)
{
    if (violations->count >= VIOLATIONS_MAX)
        return;
    struct text_buffer en = text_buffer_new(violations->arena, 128);
    struct text_buffer zh = text_buffer_new(violations->arena, 128);
    const char *comma = "Must be one of: ", *comma_zh = "须为以下之一：";

    for (int term = 0; term < member->vocabulary->count; term++) {
        if (!term_allowed(member, term))
            continue;
        text_buffer_add_string(&en, comma);
        text_buffer_add_text(&en, member->vocabulary->terms[term].code);
        text_buffer_add_string(&zh, comma_zh);
        text_buffer_add_text(&zh, member->vocabulary->terms[term].code);
        comma = ", ";
        comma_zh = "、";
    }
    text_buffer_add(&en, ".", sizeof ".");
    text_buffer_add(&zh, "。", sizeof "。");
    violate(violations, place, "unknown_term", en.at, zh.at);
}

static int64_t number_max(const struct member *member)
{
    if (member->min != 0 || member->max != 0)
        return member->max;
    return member->type == MEMBER_INTEGER ? INT_MAX : INT64_MAX;
}

void violate_range(struct violations *violations, const struct place *place,
                   const struct member *member)
{
    char en[100], zh[100];
    int64_t min = member->min, max = number_max(member);

    snprintf(en, sizeof en, "Must lie between %" PRId64 " and %" PRId64 ".", min, max);
    snprintf(zh, sizeof zh, "须在 %" PRId64 " 到 %" PRId64 " 之间。", min, max);
    violate(violations, place, "out_of_range", en, zh);
}

static void violate_too_long(struct violations *violations, const struct place *place,
                             int64_t limit, size_t count)
{
    char en[100], zh[100];

    snprintf(en, sizeof en, "At most %" PRId64 " characters; there are %zu.", limit, count);
    snprintf(zh, sizeof zh, "最多 %" PRId64 " 个字符，现有 %zu 个。", limit, count);
    violate(violations, place, "too_long", en, zh);
}

static bool read_normalised(struct arena *arena, struct violations *violations,
                            const struct place *place, const struct member *member, struct text raw,
                            struct text *ret)
{
    struct text text;

    switch (text_normalise(arena, raw, member->type == MEMBER_LINES, &text)) {
    case TEXT_SOUND: break;
    case TEXT_NOT_UTF8:
        violate(violations, place, "not_utf8", "Is not valid UTF-8.", "不是有效的 UTF-8 编码。");
        return false;
    case TEXT_CONTROL_CHARACTER:
        violate(violations, place, "control_character", "Contains a control character.",
                "含有控制字符。");
        return false;
    }
    if (text.length == 0) { /* nothing was recorded */
        if (member->flags & MEMBER_REQUIRED)
            violate_required(violations, place);
        return false;
    }
    if (member->max > 0 && text.length > (uint64_t)member->max) { /* bytes: at least characters */
        size_t characters = text_characters(text);
        if (characters > (uint64_t)member->max) {
            violate_too_long(violations, place, member->max, characters);
            return false;
        }
    }
    *ret = text;
    return true;
}

bool value_read_text(struct arena *arena, struct violations *violations, const struct place *place,
                     const struct member *member, struct text raw, void *field)
{
    if (member->type == MEMBER_TERM) {
        int term = vocabulary_find(member->vocabulary, raw);
        if (term == TERM_NONE || !term_allowed(member, term)) {
            violate_unknown_term(violations, place, member);
            return false;
        }
        *(int *)field = term;
        return true;
    }
    if (member->type == MEMBER_INSTANT) {
        if (instant_parse(raw, field))
            return true;
        violate(violations, place, "not_a_time",
                "Must be a time as in RFC 3339 with its offset: 2026-11-20T09:12:00+08:00.",
                "须为带时区的 RFC 3339 时间，如 2026-11-20T09:12:00+08:00。");
        return false;
    }
    return read_normalised(arena, violations, place, member, raw, field);
}

bool value_read_number(struct violations *violations, const struct place *place,
                       const struct member *member, int64_t value, void *field)
{
    /* The extremes stand for numbers that no int64_t holds (shape_decode.c). */
    if (value < member->min || value > number_max(member) || value == INT64_MAX) {
        violate_range(violations, place, member);
        return false;
    }
    if (member->type == MEMBER_INTEGER)
        *(int *)field = (int)value;
    else
        *(int64_t *)field = value;
    return true;
}
