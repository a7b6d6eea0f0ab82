/* Values to and from PostgreSQL's binary format. */
#include <endian.h>
#include <libpq-fe.h>
#include <stdlib.h>

#include "lib/pg/pg.h"

/* PostgreSQL counts time from 2000-01-01. */
#define EPOCH_US (INT64_C(946684800) * INSTANT_SECOND)
#define EPOCH_DAY 10957

struct type_oids {
    uint32_t scalar, array;
};

/* Fixed in pg_type.dat since these types exist. */
static const struct type_oids oids[PG_TYPE_COUNT] = {
    [PG_BOOL] = {16, 1000},   [PG_INT4] = {23, 1007},         [PG_INT8] = {20, 1016},
    [PG_TEXT] = {25, 1009},   [PG_BYTEA] = {17, 1001},        [PG_UUID] = {2950, 2951},
    [PG_DATE] = {1082, 1182}, [PG_TIMESTAMPTZ] = {1184, 1185}};

struct pg_binds pg_binds_new(struct arena *arena)
{
    return (struct pg_binds){.arena = arena};
}

static void bind(struct pg_binds *binds, uint32_t type, const void *bytes, size_t length)
{
    if (binds->count == PG_PARAMETERS_MAX || length > INT32_MAX)
        abort();
    binds->types[binds->count] = type;
    binds->values[binds->count] = bytes;
    binds->lengths[binds->count] = (int)length;
    binds->formats[binds->count] = 1;
    binds->count++;
}

static void bind_copy(struct pg_binds *binds, enum pg_type type, const void *bytes, size_t length)
{
    bind(binds, oids[type].scalar, arena_copy(binds->arena, bytes, length), length);
}

void pg_bind_bool(struct pg_binds *binds, bool value)
{
    bind_copy(binds, PG_BOOL, &(unsigned char){value}, 1);
}

void pg_bind_int4(struct pg_binds *binds, int32_t value)
{
    bind_copy(binds, PG_INT4, &(uint32_t){htobe32((uint32_t)value)}, 4);
}

void pg_bind_int8(struct pg_binds *binds, int64_t value)
{
    bind_copy(binds, PG_INT8, &(uint64_t){htobe64((uint64_t)value)}, 8);
}

void pg_bind_text(struct pg_binds *binds, struct text value)
{
    bind(binds, oids[PG_TEXT].scalar, value.at, value.length);
}

void pg_bind_bytes(struct pg_binds *binds, const void *bytes, size_t length)
{
    bind(binds, oids[PG_BYTEA].scalar, bytes, length);
}

void pg_bind_uuid(struct pg_binds *binds, struct uuid value)
{
    if (uuid_is_none(value))
        bind(binds, oids[PG_UUID].scalar, NULL, 0);
    else
        bind_copy(binds, PG_UUID, value.bytes, sizeof value.bytes);
}

static uint64_t instant_to_wire(instant value)
{
    return htobe64((uint64_t)(value - EPOCH_US));
}

void pg_bind_instant(struct pg_binds *binds, instant value)
{
    if (value == INSTANT_NONE)
        bind(binds, oids[PG_TIMESTAMPTZ].scalar, NULL, 0);
    else
        bind_copy(binds, PG_TIMESTAMPTZ, &(uint64_t){instant_to_wire(value)}, 8);
}

void pg_bind_day(struct pg_binds *binds, day_number value)
{
    bind_copy(binds, PG_DATE, &(uint32_t){htobe32((uint32_t)(value - EPOCH_DAY))}, 4);
}

/* Arrays: dimensions, null flag, member type, then for the one dimension its size and lower bound,
 * then each member with its length. An empty one has no dimension. */

static void add_int4(struct text_buffer *buffer, uint32_t value)
{
    value = htobe32(value);
    text_buffer_add(buffer, &value, sizeof value);
}

struct pg_array pg_array_begin(struct pg_binds *binds, enum pg_type type, size_t count)
{
    struct pg_array array = {.binds = binds, .type = type, .left = count};
    array.buffer = text_buffer_new(binds->arena, 20 + count * 20);
    add_int4(&array.buffer, count ? 1 : 0);
    add_int4(&array.buffer, 1);
    add_int4(&array.buffer, oids[type].scalar);
    if (count) {
        add_int4(&array.buffer, (uint32_t)count);
        add_int4(&array.buffer, 1);
    }
    return array;
}

void pg_array_add_null(struct pg_array *array)
{
    add_int4(&array->buffer, UINT32_MAX);
    array->left--;
}

void pg_array_add_bytes(struct pg_array *array, const void *bytes, size_t length)
{
    add_int4(&array->buffer, (uint32_t)length);
    text_buffer_add(&array->buffer, bytes, length);
    array->left--;
}

void pg_array_add_bool(struct pg_array *array, bool value)
{
    pg_array_add_bytes(array, &(unsigned char){value}, 1);
}

void pg_array_add_int4(struct pg_array *array, int32_t value)
{
    pg_array_add_bytes(array, &(uint32_t){htobe32((uint32_t)value)}, 4);
}

void pg_array_add_int8(struct pg_array *array, int64_t value)
{
    pg_array_add_bytes(array, &(uint64_t){htobe64((uint64_t)value)}, 8);
}

void pg_array_add_text(struct pg_array *array, struct text value)
{
    if (text_is_none(value))
        pg_array_add_null(array);
    else
        pg_array_add_bytes(array, value.at, value.length);
}

void pg_array_add_uuid(struct pg_array *array, struct uuid value)
{
    if (uuid_is_none(value))
        pg_array_add_null(array);
    else
        pg_array_add_bytes(array, value.bytes, sizeof value.bytes);
}

void pg_array_add_instant(struct pg_array *array, instant value)
{
    if (value == INSTANT_NONE)
        pg_array_add_null(array);
    else
        pg_array_add_bytes(array, &(uint64_t){instant_to_wire(value)}, 8);
}

void pg_array_end(struct pg_array *array)
{
    if (array->left)
        abort();
    bind(array->binds, oids[array->type].array, array->buffer.at, array->buffer.length);
}

struct text pg_uuids_literal(struct arena *arena, const struct uuid ids[], size_t count)
{
    struct text_buffer out = text_buffer_new(arena, 2 + count * (UUID_TEXT_LENGTH + 1));
    text_buffer_add_char(&out, '{');
    for (size_t i = 0; i < count; i++) {
        if (i)
            text_buffer_add_char(&out, ',');
        uuid_format(ids[i], text_buffer_reserve(&out, UUID_TEXT_LENGTH));
        out.length += UUID_TEXT_LENGTH;
    }
    text_buffer_add_char(&out, '}');
    return text_buffer_text(&out);
}

void pg_rows_free(struct pg_rows *rows)
{
    PQclear(rows->result);
    *rows = (struct pg_rows){0};
}

bool pg_is_null(const struct pg_rows *rows, size_t row, int column)
{
    return PQgetisnull(rows->result, (int)row, column);
}

/* A value of a type that always has `length` bytes; a null has none. */
static const char *value_of(const struct pg_rows *rows, size_t row, int column, int length)
{
    if (PQgetlength(rows->result, (int)row, column) != length)
        return NULL;
    return PQgetvalue(rows->result, (int)row, column);
}

static uint32_t read_int4(const char *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return be32toh(value);
}

static uint64_t read_int8(const char *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return be64toh(value);
}

bool pg_bool(const struct pg_rows *rows, size_t row, int column)
{
    const char *value = value_of(rows, row, column, 1);
    return value && *value;
}

int32_t pg_int4(const struct pg_rows *rows, size_t row, int column)
{
    const char *value = value_of(rows, row, column, 4);
    return value ? (int32_t)read_int4(value) : 0;
}

int64_t pg_int8(const struct pg_rows *rows, size_t row, int column)
{
    const char *value = value_of(rows, row, column, 8);
    return value ? (int64_t)read_int8(value) : 0;
}

struct text pg_text(const struct pg_rows *rows, size_t row, int column)
{
    int length = PQgetlength(rows->result, (int)row, column);
    if (length == 0 && PQgetisnull(rows->result, (int)row, column))
        return TEXT_NONE;
    return (struct text){PQgetvalue(rows->result, (int)row, column), (size_t)length};
}

struct uuid pg_uuid(const struct pg_rows *rows, size_t row, int column)
{
    struct uuid id = UUID_NONE;
    const char *value = value_of(rows, row, column, sizeof id.bytes);
    if (value)
        memcpy(id.bytes, value, sizeof id.bytes);
    return id;
}

instant pg_instant(const struct pg_rows *rows, size_t row, int column)
{
    const char *value = value_of(rows, row, column, 8);
    return value ? (instant)read_int8(value) + EPOCH_US : INSTANT_NONE;
}

day_number pg_day(const struct pg_rows *rows, size_t row, int column)
{
    const char *value = value_of(rows, row, column, 4);
    return value ? (day_number)read_int4(value) + EPOCH_DAY : 0;
}

int32_t pg_member_int4(struct text member)
{
    return member.length == 4 ? (int32_t)read_int4(member.at) : 0;
}

instant pg_member_instant(struct text member)
{
    return member.length == 8 ? (instant)read_int8(member.at) + EPOCH_US : INSTANT_NONE;
}

size_t pg_members(const struct pg_rows *rows, size_t row, int column, struct arena *arena,
                  struct text **ret_members)
{
    struct text value = pg_text(rows, row, column);
    *ret_members = NULL;
    if (value.length < 20 || read_int4(value.at) != 1)
        return 0;
    size_t count = read_int4(value.at + 12), at = 20;
    if (count > value.length / 4)
        return 0;
    struct text *members = ARENA_ARRAY(arena, struct text, count);
    for (size_t i = 0; i < count && at + 4 <= value.length; i++) {
        uint32_t length = read_int4(value.at + at);
        at += 4;
        if (length == UINT32_MAX)
            continue;
        members[i] = (struct text){value.at + at, length};
        at += length;
    }
    *ret_members = members;
    return count;
}
