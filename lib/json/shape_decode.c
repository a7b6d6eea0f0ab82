#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/json/violate.h"

#define DEPTH_MAX 8

struct reader {
    struct arena *arena;
    struct violations *violations;
};

static void read_object(const struct reader *reader, const struct shape *shape, json_t *object,
                        const struct place *place, char *ret);

/* --- one value --------------------------------------------------------------------------------- */

static struct text string_text(const json_t *value)
{
    return (struct text){json_string_value(value), json_string_length(value)};
}

static void read_terms(const struct reader *reader, const struct member *member, json_t *value,
                       const struct place *place, unsigned *ret)
{
    unsigned terms = 0;
    size_t i;
    json_t *item;

    json_array_foreach(value, i, item)
    {
        struct place here = {place, NULL, i};
        int term = json_is_string(item) ? vocabulary_find(member->vocabulary, string_text(item))
                                        : TERM_NONE;
        if (term == TERM_NONE)
            violate_unknown_term(reader->violations, &here, member);
        else if (terms & 1U << term)
            violate(reader->violations, &here, "duplicate", "Is in the list already.",
                    "列表中已有此项。");
        else
            terms |= 1U << term;
    }
    *ret = terms;
}

static bool judge_count(const struct reader *reader, const struct member *member, size_t count,
                        size_t max, const struct place *place)
{
    if (count == 0 && member->flags & MEMBER_REQUIRED) {
        violate_required(reader->violations, place);
        return false;
    }
    if (count > max) {
        char en[80], zh[80];
        snprintf(en, sizeof en, "At most %zu; there are %zu.", max, count);
        snprintf(zh, sizeof zh, "最多 %zu 项，现有 %zu 项。", max, count);
        violate(reader->violations, place, "too_many", en, zh);
        return false;
    }
    return true;
}

static bool read_texts(const struct reader *reader, const struct member *member, json_t *value,
                       const struct place *place, char *object)
{
    const struct member one = {.type = MEMBER_TEXT, .flags = MEMBER_REQUIRED, .max = member->max};
    size_t count = json_array_size(value), i;
    json_t *item;

    if (!judge_count(reader, member, count, member->size, place))
        return false;
    struct text *texts = ARENA_ARRAY(reader->arena, struct text, count);
    json_array_foreach(value, i, item)
    {
        struct place here = {place, NULL, i};
        if (json_is_string(item))
            (void)value_read_text(reader->arena, reader->violations, &here, &one, string_text(item),
                                  &texts[i]);
        else
            violate_wrong_type(reader->violations, &here, &one);
    }
    *(struct text **)(void *)(object + member->offset) = texts;
    *(size_t *)(void *)(object + member->count_offset) = count;
    return true;
}

static bool read_integers(const struct reader *reader, const struct member *member, json_t *value,
                          const struct place *place, char *object)
{
    const struct member one = {.type = MEMBER_INTEGER, .min = member->min, .max = member->max};
    size_t count = json_array_size(value), i;
    json_t *item;

    if (!judge_count(reader, member, count, member->size, place))
        return false;
    int *numbers = ARENA_ARRAY(reader->arena, int, count);
    json_array_foreach(value, i, item)
    {
        struct place here = {place, NULL, i};
        numbers[i] = -1;
        if (json_is_integer(item))
            (void)value_read_number(reader->violations, &here, &one, json_integer_value(item),
                                    &numbers[i]);
        else
            violate_wrong_type(reader->violations, &here, &one);
    }
    *(int **)(void *)(object + member->offset) = numbers;
    *(size_t *)(void *)(object + member->count_offset) = count;
    return true;
}

static bool read_list(const struct reader *reader, const struct member *member, json_t *value,
                      const struct place *place, char *object)
{
    size_t count = json_array_size(value), i;
    json_t *item;

    if (!judge_count(reader, member, count, (size_t)member->max, place))
        return false;

    char *items = arena_array(reader->arena, count, member->size);
    json_array_foreach(value, i, item)
    {
        struct place here = {place, NULL, i};
        shape_clear(member->shape, items + i * member->size);
        if (json_is_object(item))
            read_object(reader, member->shape, item, &here, items + i * member->size);
        else
            violate_wrong_type(reader->violations, &here, &(struct member){.type = MEMBER_OBJECT});
    }
    *(void **)(object + member->offset) = items;
    *(size_t *)(object + member->count_offset) = count;
    return true;
}

static bool has_type(const struct member *member, const json_t *value)
{
    switch (member->type) {
    case MEMBER_TEXT:
    case MEMBER_LINES:
    case MEMBER_TERM:
    case MEMBER_INSTANT: return json_is_string(value);
    case MEMBER_INTEGER:
    case MEMBER_LONG: return json_is_integer(value); /* 1.0 and 1e3 are reals */
    case MEMBER_BOOLEAN: return json_is_boolean(value);
    case MEMBER_TERMS:
    case MEMBER_TEXTS:
    case MEMBER_INTEGERS:
    case MEMBER_LIST: return json_is_array(value);
    case MEMBER_OBJECT: return json_is_object(value);
    default: return false;
    }
}

/* Returns whether the member was set. */
static bool read_value(const struct reader *reader, const struct member *member, json_t *value,
                       const struct place *place, char *object)
{
    void *field = object + member->offset;

    if (!has_type(member, value)) {
        violate_wrong_type(reader->violations, place, member);
        return false;
    }
    switch (member->type) {
    case MEMBER_INTEGER:
    case MEMBER_LONG:
        return value_read_number(reader->violations, place, member, json_integer_value(value),
                                 field);
    case MEMBER_BOOLEAN: *(bool *)field = json_is_true(value); return true;
    case MEMBER_TERMS: read_terms(reader, member, value, place, field); return true;
    case MEMBER_TEXTS: return read_texts(reader, member, value, place, object);
    case MEMBER_INTEGERS: return read_integers(reader, member, value, place, object);
    case MEMBER_LIST: return read_list(reader, member, value, place, object);
    case MEMBER_OBJECT: read_object(reader, member->shape, value, place, field); return true;
    default:
        return value_read_text(reader->arena, reader->violations, place, member, string_text(value),
                               field);
    }
}

/* --- an object --------------------------------------------------------------------------------- */

static bool is_read(const struct member *member)
{
    return !(member->flags & MEMBER_READ_ONLY) && member->type <= MEMBER_LIST;
}

static void refuse_unknown(const struct reader *reader, const struct shape *shape, json_t *object,
                           const struct place *place)
{
    const char *name;
    json_t *value;

    json_object_foreach(object, name, value)
    {
        size_t i = 0;
        while (i < shape->member_count &&
               (!is_read(&shape->members[i]) || strcmp(shape->members[i].name, name) != 0))
            i++;
        if (i == shape->member_count) {
            struct place here = {place, name, 0};
            violate(reader->violations, &here, "unknown_member", "There is no such member.",
                    "没有此字段。");
        }
    }
}

static void read_object(const struct reader *reader, const struct shape *shape, json_t *object,
                        const struct place *place, char *ret)
{
    size_t found = 0;

    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        struct place here = {place, member->name, 0};
        json_t *value = is_read(member) ? json_object_get(object, member->name) : NULL;

        found += value != NULL;
        if (value && !json_is_null(value)) {
            bool set = read_value(reader, member, value, &here, ret);
            if ((set || member->flags & MEMBER_CLEARS) && member->given_offset)
                *(bool *)(ret + member->given_offset) = true;
        } else if (value && member->flags & MEMBER_CLEARS) {
            *(bool *)(ret + member->given_offset) = true;
        } else if (is_read(member) && member->flags & MEMBER_REQUIRED) {
            violate_required(reader->violations, &here);
        }
    }
    if (found < json_object_size(object))
        refuse_unknown(reader, shape, object, place);
}

/* --- the body ---------------------------------------------------------------------------------- */

/* Says what is wrong with the body as a whole. Never quotes it: it may hold personal data, and the
 * parser's own sentences cut it within a character. */
static enum fault refuse_body(struct violations *violations, const char *code, const char *en,
                              const char *zh)
{
    violate(violations, &(struct place){0}, code, en, zh);
    return FAULT_BAD_REQUEST;
}

static enum fault refuse_at(struct violations *violations, const char *code, const char *en,
                            const char *zh, size_t line, size_t column)
{
    struct arena *arena = violations->arena;

    return refuse_body(violations, code,
                       arena_printf(arena, "%s (line %zu, column %zu).", en, line, column),
                       arena_printf(arena, "%s（第 %zu 行，第 %zu 列）。", zh, line, column));
}

static enum fault refuse_syntax(struct violations *violations, const json_error_t *error)
{
    size_t line = (size_t)error->line, column = (size_t)error->column;

    switch (json_error_code(error)) {
    case json_error_invalid_utf8:
        return refuse_at(violations, "not_utf8", "The body is not valid UTF-8",
                         "请求体不是有效的 UTF-8 编码", line, column);
    case json_error_duplicate_key:
        return refuse_at(violations, "duplicate_member", "An object names a member twice",
                         "同一对象中有重复的字段", line, column);
    case json_error_premature_end_of_input:
        return refuse_at(violations, "syntax", "The body ends too early", "请求体不完整", line,
                         column);
    default:
        return refuse_at(violations, "syntax", "The body is not valid JSON",
                         "请求体不是有效的 JSON", line, column);
    }
}

/* Looks for nesting beyond the limit before the parser recurses into it. Needs no valid JSON. */
static bool nests_too_deep(struct text body)
{
    int depth = 0;
    bool in_string = false;

    for (size_t i = 0; i < body.length; i++) {
        char c = body.at[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > DEPTH_MAX)
                return true;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return false;
}

static size_t skip_digits(const char *at, size_t i)
{
    while (at[i] >= '0' && at[i] <= '9')
        i++;
    return i;
}

/* Blunts one number token at copy[start], if it is one and too large: an integer becomes the
 * extreme of int64_t, which is out of every range; a real becomes another one, which is of the
 * wrong type wherever it stands. Keeps lengths. Returns where the token ends. */
static size_t blunt_number(char *copy, size_t start)
{
    size_t integer = start + (copy[start] == '-'), fraction = skip_digits(copy, integer);
    size_t end = fraction;

    if (copy[end] == '.')
        end = skip_digits(copy, end + 1);
    if ((copy[end] == 'e' || copy[end] == 'E') && end > integer) {
        end++;
        end = skip_digits(copy, end + (copy[end] == '-' || copy[end] == '+'));
    }
    char last = copy[end - (end > start)];
    bool sound = fraction > integer && last >= '0' && last <= '9' &&
                 (copy[integer] != '0' || fraction == integer + 1);
    if (!sound)
        return end > start ? end : start + 1; /* the parser's to judge */

    static const struct text extremes[] = {{"9223372036854775807", 19},
                                           {"-9223372036854775808", 20}};
    const struct text *extreme = &extremes[copy[start] == '-'];
    if (end > fraction) {
        memset(copy + start, ' ', end - start);
        copy[start] = '0';
        copy[start + 1] = '.';
        copy[start + 2] = '5';
    } else if (fraction - integer >= 19) {
        errno = 0;
        (void)strtoll(copy + start, NULL, 10);
        if (errno == ERANGE) {
            memset(copy + start, ' ', end - start);
            memcpy(copy + start, extreme->at, extreme->length);
        }
    }
    return end;
}

/* The parser gives up on a number that no int64_t or double holds, but callers are told about it
 * beside everything else: then the body is parsed again from a copy with such numbers blunted. */
static char *blunt_numbers(struct arena *arena, struct text body)
{
    char *copy = arena_copy(arena, body.at, body.length);
    bool in_string = false;

    for (size_t i = 0; i < body.length;) {
        char c = copy[i];
        if (in_string) {
            in_string = c != '"';
            i += c == '\\' && i + 1 < body.length ? 2 : 1;
        } else if (c == '-' || (c >= '0' && c <= '9')) {
            i = blunt_number(copy, i);
        } else {
            in_string = c == '"';
            i++;
        }
    }
    return copy;
}

static json_t *parse(struct arena *arena, struct text body, json_error_t *error)
{
    /* NUL is let through here so that it is reported at its member, as a control character. */
    const size_t flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL;
    json_t *root = json_loadb(body.at, body.length, flags, error);

    if (!root && json_error_code(error) == json_error_numeric_overflow)
        root = json_loadb(blunt_numbers(arena, body), body.length, flags, error);
    return root;
}

enum fault shape_decode(const struct shape *shape, struct text body, struct arena *arena,
                        struct violations *violations, void *ret)
{
    size_t start = 0;
    json_error_t error;

    shape_clear(shape, ret);
    while (start < body.length && strchr(" \t\r\n", body.at[start]) && body.at[start])
        start++;
    if (start == body.length || body.at[start] != '{')
        return refuse_body(violations, "wrong_type", "The body must be a JSON object.",
                           "请求体须为 JSON 对象。");
    if (nests_too_deep(body))
        return refuse_body(violations, "too_deep", "The body is nested deeper than 8 levels.",
                           "请求体嵌套超过 8 层。");

    json_auto_t *root = parse(arena, body, &error);
    if (!root)
        return refuse_syntax(violations, &error);
    const struct reader reader = {arena, violations};
    read_object(&reader, shape, root, &(struct place){0}, ret);
    return FAULT_NONE;
}
