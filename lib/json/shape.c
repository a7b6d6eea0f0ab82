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

void json_add_string(struct text_buffer *out, struct text text)
{
    json_text_add(out, text);
}

static void add_null(struct text_buffer *out)
{
    text_buffer_add(out, "null", 4);
}

void json_add_instant(struct text_buffer *out, instant at, int zone_minutes)
{
    if (at == INSTANT_NONE) {
        add_null(out);
        return;
    }
    char *to = text_buffer_reserve(out, INSTANT_TEXT_MAX + 2);
    size_t length = instant_format(at, zone_minutes, to + 1);
    to[0] = to[length + 1] = '"';
    out->length += length + 2;
}

static void add_number(struct text_buffer *out, const struct member *member, int64_t value)
{
    if (value == -1 && !(member->flags & MEMBER_REQUIRED))
        add_null(out);
    else
        json_text_add_integer(out, value);
}

/* Codes of a vocabulary are plain ASCII: nothing to escape. */
static void add_code(struct text_buffer *out, struct text code)
{
    char *to = text_buffer_reserve(out, code.length + 2);
    to[0] = to[code.length + 1] = '"';
    memcpy(to + 1, code.at, code.length);
    out->length += code.length + 2;
}

static void add_term(struct text_buffer *out, const struct vocabulary *vocabulary, int term)
{
    if (term == TERM_NONE)
        add_null(out);
    else
        add_code(out, vocabulary->terms[term].code);
}

static void add_terms(struct text_buffer *out, const struct vocabulary *vocabulary, unsigned terms)
{
    text_buffer_add_char(out, '[');
    for (unsigned rest = terms; rest; rest &= rest - 1) {
        if (rest != terms)
            text_buffer_add_char(out, ',');
        add_code(out, vocabulary->terms[__builtin_ctz(rest)].code);
    }
    text_buffer_add_char(out, ']');
}

static void add_uuid(struct text_buffer *out, struct uuid id)
{
    if (uuid_is_none(id)) {
        add_null(out);
        return;
    }
    char *to = text_buffer_reserve(out, UUID_TEXT_LENGTH + 2);
    to[0] = to[UUID_TEXT_LENGTH + 1] = '"';
    uuid_format(id, to + 1);
    out->length += UUID_TEXT_LENGTH + 2;
}

static void add_staff(struct text_buffer *out, const struct staff_reference *staff)
{
    if (uuid_is_none(staff->id)) {
        add_null(out);
        return;
    }
    text_buffer_add(out, "{\"id\":", 6);
    add_uuid(out, staff->id);
    text_buffer_add(out, ",\"login\":", 9);
    json_text_add(out, staff->login);
    text_buffer_add(out, ",\"name\":", 8);
    json_text_add(out, staff->name);
    text_buffer_add_char(out, '}');
}

static void add_hash(struct text_buffer *out, const struct hash *hash)
{
    static const char digits[] = "0123456789abcdef";
    char *to = text_buffer_reserve(out, 2 * HASH_LENGTH + 2);

    *to++ = '"';
    for (size_t i = 0; i < HASH_LENGTH; i++) {
        *to++ = digits[hash->bytes[i] >> 4];
        *to++ = digits[hash->bytes[i] & 15];
    }
    *to = '"';
    out->length += 2 * HASH_LENGTH + 2;
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

static void add_value(struct text_buffer *out, const struct member *member, const char *object,
                      int zone_minutes)
{
    const void *field = object + member->offset;

    switch (member->type) {
    case MEMBER_TEXT:
    case MEMBER_LINES: json_text_add(out, *(const struct text *)field); break;
    case MEMBER_TERM: add_term(out, member->vocabulary, *(const int *)field); break;
    case MEMBER_TERMS: add_terms(out, member->vocabulary, *(const unsigned *)field); break;
    case MEMBER_INTEGER: add_number(out, member, *(const int *)field); break;
    case MEMBER_LONG: add_number(out, member, *(const int64_t *)field); break;
    case MEMBER_BOOLEAN:
        if (*(const bool *)field)
            text_buffer_add(out, "true", 4);
        else
            text_buffer_add(out, "false", 5);
        break;
    case MEMBER_INSTANT: json_add_instant(out, *(const instant *)field, zone_minutes); break;
    case MEMBER_OBJECT: shape_encode(member->shape, field, zone_minutes, out); break;
    case MEMBER_LIST: add_list(out, member, object, zone_minutes); break;
    case MEMBER_UUID: add_uuid(out, *(const struct uuid *)field); break;
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
    case MEMBER_HASH: add_hash(out, field); break;
    case MEMBER_STRING: json_text_add(out, text_of(*(const char *const *)field)); break;
    }
}

static void add_key(struct text_buffer *out, const struct member *member, bool first)
{
    if (member->key) {
        text_buffer_add(out, member->key + first, member->key_length - first);
        return;
    }
    if (!first)
        text_buffer_add_char(out, ',');
    json_text_add(out, text_of(member->name));
    text_buffer_add_char(out, ':');
}

void shape_encode(const struct shape *shape, const void *object, int zone_minutes,
                  struct text_buffer *out)
{
    text_buffer_add_char(out, '{');
    for (size_t i = 0; i < shape->member_count; i++) {
        add_key(out, &shape->members[i], i == 0);
        add_value(out, &shape->members[i], object, zone_minutes);
    }
    text_buffer_add_char(out, '}');
}
