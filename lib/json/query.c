#include "lib/json/query.h"

#include <assert.h>

#include "lib/json/violate.h"

#define MEMBERS_MAX 64

/* The name as it can be shown in an answer: names that no table knows may hold any bytes. */
static const char *shown_name(struct arena *arena, struct text name)
{
    size_t length = name.length < 64 ? name.length : 64;
    char *shown = arena_copy(arena, name.at ? name.at : "", length);

    for (char *c = shown; c < shown + length; c++)
        if (*c < 0x20 || *c > 0x7e)
            *c = '?';
    return shown;
}

static bool read_integer(struct violations *violations, const struct place *place,
                         const struct member *member, struct text value, void *field)
{
    size_t start = value.length > 0 && value.at[0] == '-';
    int64_t number = 0;
    bool overflow = false;

    if (start == value.length) {
        violate_wrong_type(violations, place, member);
        return false;
    }
    for (size_t i = start; i < value.length; i++) {
        if (value.at[i] < '0' || value.at[i] > '9') {
            violate_wrong_type(violations, place, member);
            return false;
        }
        overflow |= __builtin_mul_overflow(number, 10, &number) ||
                    __builtin_add_overflow(number, value.at[i] - '0', &number);
    }
    if (overflow) {
        violate_range(violations, place, member);
        return false;
    }
    return value_read_number(violations, place, member, start ? -number : number, field);
}

static bool read_boolean(struct violations *violations, const struct place *place,
                         const struct member *member, struct text value, void *field)
{
    bool is_true = text_equal(value, TEXT("true"));

    if (!is_true && !text_equal(value, TEXT("false"))) {
        violate_wrong_type(violations, place, member);
        return false;
    }
    *(bool *)field = is_true;
    return true;
}

/* "2026-11-20T09:12:00 08:00" back to what was meant. Any other use of spaces is left to fail. */
static struct text restore_plus(struct arena *arena, struct text value)
{
    const char *space = value.length > 0 ? memchr(value.at, ' ', value.length) : NULL;

    if (!space)
        return value;
    char *copy = arena_copy(arena, value.at, value.length);
    copy[space - value.at] = '+';
    return (struct text){copy, value.length};
}

static bool read_parameter(struct arena *arena, struct violations *violations,
                           const struct place *place, const struct member *member,
                           struct text value, char *object)
{
    void *field = object + member->offset;

    switch (member->type) {
    case MEMBER_INTEGER:
    case MEMBER_LONG: return read_integer(violations, place, member, value, field);
    case MEMBER_BOOLEAN: return read_boolean(violations, place, member, value, field);
    case MEMBER_INSTANT: value = restore_plus(arena, value); break;
    default: break;
    }
    return value_read_text(arena, violations, place, member, value, field);
}

static size_t find_member(const struct shape *shape, struct text name)
{
    size_t i = 0;

    while (i < shape->member_count && !text_equal(text_of(shape->members[i].name), name))
        i++;
    return i;
}

void query_decode(const struct shape *shape, const struct query_pair pairs[], size_t count,
                  struct arena *arena, struct violations *violations, void *ret)
{
    bool seen[MEMBERS_MAX] = {false};

    assert(shape->member_count <= MEMBERS_MAX);
    shape_clear(shape, ret);
    for (size_t i = 0; i < count; i++) {
        size_t at = find_member(shape, pairs[i].name);

        if (at == shape->member_count) {
            struct place place = {.name = shown_name(arena, pairs[i].name)};
            violate(violations, &place, "unknown_parameter", "There is no such parameter.",
                    "没有此参数。");
            continue;
        }
        const struct member *member = &shape->members[at];
        struct place place = {.name = member->name};
        struct text value = pairs[i].value.at ? pairs[i].value : TEXT("");
        if (seen[at])
            violate(violations, &place, "repeated_parameter", "May be given only once.",
                    "只能出现一次。");
        else if (read_parameter(arena, violations, &place, member, value, ret) &&
                 member->given_offset)
            *(bool *)((char *)ret + member->given_offset) = true;
        seen[at] = true;
    }
    for (size_t i = 0; i < shape->member_count; i++)
        if (!seen[i] && shape->members[i].flags & MEMBER_REQUIRED)
            violate_required(violations, &(struct place){.name = shape->members[i].name});
}
