#include "lib/json/shape.h"

#include "lib/base/json_text.h"
#include "lib/complaint/complaint.h"

static void clear_members(const struct shape *shape, char *object)
{
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        bool required = member->flags & MEMBER_REQUIRED;
        void *field = object + member->offset;

        switch (member->type) {
        case MEMBER_TERM: *(int *)field = TERM_NONE; break;
        case MEMBER_INTEGER: *(int *)field = required ? 0 : -1; break;
        case MEMBER_LONG: *(int64_t *)field = required ? 0 : -1; break;
        case MEMBER_INSTANT: *(instant *)field = INSTANT_NONE; break;
        case MEMBER_OBJECT: clear_members(member->shape, field); break;
        default: break; /* all zero bytes say it */
        }
    }
}

void shape_clear(const struct shape *shape, void *ret)
{
    memset(ret, 0, shape->size);
    clear_members(shape, ret);
}

static char *put(char *to, const void *bytes, size_t length)
{
    memcpy(to, bytes, length);
    return to + length;
}

static char *put_null(char *to)
{
    return put(to, "null", 4);
}

static char *put_instant(char *to, instant at, int zone_minutes)
{
    if (at == INSTANT_NONE)
        return put_null(to);
    *to++ = '"';
    to += instant_format(at, zone_minutes, to);
    *to++ = '"';
    return to;
}

void json_add_instant(struct text_buffer *out, instant at, int zone_minutes)
{
    char *to = text_buffer_reserve(out, INSTANT_TEXT_MAX + 2);

    out->length += (size_t)(put_instant(to, at, zone_minutes) - to);
}

static char *put_number(char *to, const struct member *member, int64_t value)
{
    if (value == -1 && !(member->flags & MEMBER_REQUIRED))
        return put_null(to);
    return to + json_text_integer(value, to);
}

/* Codes of a vocabulary are plain ASCII: nothing to escape. */
static char *put_code(char *to, struct text code)
{
    *to++ = '"';
    to = put(to, code.at, code.length);
    *to++ = '"';
    return to;
}

static char *put_uuid(char *to, struct uuid id)
{
    if (uuid_is_none(id))
        return put_null(to);
    *to++ = '"';
    uuid_format(id, to);
    to += UUID_TEXT_LENGTH;
    *to++ = '"';
    return to;
}

/* The longest value below, with room to spare. */
#define SCALAR_ROOM 80
_Static_assert(SCALAR_ROOM >= UUID_TEXT_LENGTH + 2 && SCALAR_ROOM >= INSTANT_TEXT_MAX + 2, "room");

/* Writes a value of bounded length to where SCALAR_ROOM bytes have room and returns where the next
 * character goes; NULL for values of any other type. */
static char *put_scalar(char *to, const struct member *member, const void *field, int zone_minutes)
{
    switch (member->type) {
    case MEMBER_TERM: {
        int term = *(const int *)field;
        return term == TERM_NONE ? put_null(to)
                                 : put_code(to, member->vocabulary->terms[term].code);
    }
    case MEMBER_INTEGER: return put_number(to, member, *(const int *)field);
    case MEMBER_LONG: return put_number(to, member, *(const int64_t *)field);
    case MEMBER_BOOLEAN: return *(const bool *)field ? put(to, "true", 4) : put(to, "false", 5);
    case MEMBER_INSTANT: return put_instant(to, *(const instant *)field, zone_minutes);
    case MEMBER_UUID: return put_uuid(to, *(const struct uuid *)field);
    default: return NULL;
    }
}

static void add_terms(struct text_buffer *out, const struct vocabulary *vocabulary, uint64_t terms)
{
    text_buffer_add_char(out, '[');
    for (uint64_t rest = terms; rest; rest &= rest - 1) {
        struct text code = vocabulary->terms[__builtin_ctzll(rest)].code;
        char *to = text_buffer_reserve(out, code.length + 3), *from = to;
        if (rest != terms)
            *to++ = ',';
        out->length += (size_t)(put_code(to, code) - from);
    }
    text_buffer_add_char(out, ']');
}

static void add_staff(struct text_buffer *out, const struct staff_reference *staff)
{
    static const char id[] = "{\"id\":", login[] = ",\"login\":", name[] = ",\"name\":";

    if (uuid_is_none(staff->id)) {
        text_buffer_add(out, "null", 4);
        return;
    }
    char *to = text_buffer_reserve(out, sizeof id + SCALAR_ROOM + sizeof login), *from = to;
    to = put_uuid(put(to, id, sizeof id - 1), staff->id);
    out->length += (size_t)(put(to, login, sizeof login - 1) - from);
    json_text_add(out, staff->login);
    text_buffer_add(out, name, sizeof name - 1);
    json_text_add(out, staff->name);
    text_buffer_add_char(out, '}');
}

static void add_list(struct text_buffer *out, const struct member *member, const char *object,
                     int zone_minutes)
{
    const char *item = *(const char *const *)(object + member->offset);
    size_t count = *(const size_t *)(object + member->count_offset);

    text_buffer_add_char(out, '[');
    for (size_t i = 0; i < count; i++, item += member->size) {
        if (i > 0)
            text_buffer_add_char(out, ',');
        shape_encode(member->shape, item, zone_minutes, out);
    }
    text_buffer_add_char(out, ']');
}

static void add_object(struct text_buffer *out, const struct member *member, const char *field,
                       int zone_minutes)
{
    const struct member *first = &member->shape->members[0];

    /* The id comes first in a staff reference. */
    if (member->flags & MEMBER_NULLABLE &&
        uuid_is_none(*(const struct uuid *)(const void *)(field + first->offset)))
        text_buffer_add(out, "null", 4);
    else
        shape_encode(member->shape, field, zone_minutes, out);
}

static void add_texts(struct text_buffer *out, const struct member *member, const char *object)
{
    const struct text *texts = *(const struct text *const *)(const void *)(object + member->offset);
    size_t count = *(const size_t *)(const void *)(object + member->count_offset);

    text_buffer_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            text_buffer_add_char(out, ',');
        json_text_add(out, texts[i]);
    }
    text_buffer_add_char(out, ']');
}

static void add_integers(struct text_buffer *out, const struct member *member, const char *object)
{
    const int *numbers = *(const int *const *)(const void *)(object + member->offset);
    size_t count = *(const size_t *)(const void *)(object + member->count_offset);

    text_buffer_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            text_buffer_add_char(out, ',');
        json_text_add_integer(out, numbers[i]);
    }
    text_buffer_add_char(out, ']');
}

/* A value that may have any length. */
static void add_value(struct text_buffer *out, const struct member *member, const char *object,
                      int zone_minutes)
{
    const void *field = object + member->offset;

    switch (member->type) {
    case MEMBER_TEXT:
    case MEMBER_LINES: json_text_add(out, *(const struct text *)field); break;
    case MEMBER_TERMS: add_terms(out, member->vocabulary, *(const unsigned *)field); break;
    case MEMBER_ACTIONS: add_terms(out, &vocabulary_action, *(const action_set *)field); break;
    case MEMBER_TEXTS: add_texts(out, member, object); break;
    case MEMBER_INTEGERS: add_integers(out, member, object); break;
    case MEMBER_OBJECT: add_object(out, member, field, zone_minutes); break;
    case MEMBER_LIST: add_list(out, member, object, zone_minutes); break;
    case MEMBER_STAFF: add_staff(out, field); break;
    case MEMBER_LOGIN: {
        const struct staff_reference *staff = field;
        json_text_add(out, uuid_is_none(staff->id) ? TEXT_NONE : staff->login);
        break;
    }
    case MEMBER_JSON: {
        struct text json = *(const struct text *)field;
        text_buffer_add_text(out, text_is_none(json) ? TEXT("null") : json);
        break;
    }
    case MEMBER_STRING: json_text_add(out, text_of(*(const char *const *)field)); break;
    default: break; /* put_scalar() has written it */
    }
}

/* Writes the key behind a comma and returns where the value goes; SCALAR_ROOM bytes have room. */
static char *add_key(struct text_buffer *out, const struct member *member)
{
    if (member->key_length == 0) {
        text_buffer_add_char(out, ',');
        json_text_add(out, text_of(member->name));
        text_buffer_add_char(out, ':');
        return text_buffer_reserve(out, SCALAR_ROOM);
    }
    char *to = text_buffer_reserve(out, sizeof member->key + SCALAR_ROOM);
    memcpy(to, member->key, sizeof member->key);
    out->length += member->key_length;
    return to + member->key_length;
}

void shape_encode(const struct shape *shape, const void *object, int zone_minutes,
                  struct text_buffer *out)
{
    size_t from = out->length;

    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        char *to = add_key(out, member);
        const char *end =
            put_scalar(to, member, (const char *)object + member->offset, zone_minutes);
        if (end)
            out->length += (size_t)(end - to);
        else
            add_value(out, member, object, zone_minutes);
    }
    if (out->length == from)
        text_buffer_add_char(out, ',');
    out->at[from] = '{'; /* instead of the first comma */
    text_buffer_add_char(out, '}');
}
