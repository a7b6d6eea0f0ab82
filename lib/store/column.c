#include "lib/store/column.h"

#include <stdint.h>

#include "lib/base/json_text.h"
#include "lib/complaint/complaint.h"

static bool wanted(const struct column *column, unsigned flags)
{
    return (column->flags & flags) == flags;
}

void column_names(struct text_buffer *out, const struct column columns[], size_t count,
                  unsigned flags, const char *prefix)
{
    const char *separator = "";
    for (size_t i = 0; i < count; i++) {
        if (!wanted(&columns[i], flags))
            continue;
        text_buffer_printf(out, "%s%s%s", separator, prefix, columns[i].name);
        separator = ", ";
    }
}

static enum pg_type type_of(enum column_kind kind)
{
    switch (kind) {
    case COLUMN_UUID:
    case COLUMN_STAFF:
    case COLUMN_UNIT: return PG_UUID;
    case COLUMN_INT:
    case COLUMN_FLAGS: return PG_INT4;
    case COLUMN_LONG:
    case COLUMN_AMOUNT: return PG_INT8;
    case COLUMN_INSTANT: return PG_TIMESTAMPTZ;
    case COLUMN_HASH: return PG_BYTEA;
    case COLUMN_TEXT:
    case COLUMN_TERM:
    case COLUMN_TERMS: /* unnest would flatten an array of arrays: these travel as literals */
    case COLUMN_UUIDS:
    case COLUMN_INSTANTS:
    case COLUMN_PAUSES: break;
    }
    return PG_TEXT;
}

int column_unnest(struct text_buffer *out, const struct column columns[], size_t count,
                  unsigned flags, int first)
{
    static const char *const names[PG_TYPE_COUNT] = {
        [PG_BOOL] = "boolean", [PG_INT4] = "integer",
        [PG_INT8] = "bigint",  [PG_TEXT] = "text",
        [PG_BYTEA] = "bytea",  [PG_UUID] = "uuid",
        [PG_DATE] = "date",    [PG_TIMESTAMPTZ] = "timestamptz"};
    const char *separator = "";

    text_buffer_add_string(out, "unnest(");
    for (size_t i = 0; i < count; i++) {
        if (!wanted(&columns[i], flags))
            continue;
        text_buffer_printf(out, "%s$%d::%s[]", separator, first++, names[type_of(columns[i].kind)]);
        separator = ", ";
    }
    text_buffer_add_string(out, ") AS v(");
    column_names(out, columns, count, flags, "");
    text_buffer_add_string(out, ")");
    return first;
}

static const char *cast_of(enum column_kind kind)
{
    switch (kind) {
    case COLUMN_TERMS: return "::text[]";
    case COLUMN_UUIDS: return "::uuid[]";
    case COLUMN_INSTANTS:
    case COLUMN_PAUSES: return "::timestamptz[]";
    default: return "";
    }
}

void column_values(struct text_buffer *out, const struct column columns[], size_t count,
                   unsigned flags)
{
    const char *separator = "";
    for (size_t i = 0; i < count; i++) {
        if (!wanted(&columns[i], flags))
            continue;
        text_buffer_printf(out, "%sv.%s%s", separator, columns[i].name, cast_of(columns[i].kind));
        separator = ", ";
    }
}

void column_assignments(struct text_buffer *out, const struct column columns[], size_t count,
                        unsigned flags)
{
    const char *separator = "";
    for (size_t i = 0; i < count; i++) {
        if (!wanted(&columns[i], flags))
            continue;
        text_buffer_printf(out, "%s%s = v.%s%s", separator, columns[i].name, columns[i].name,
                           cast_of(columns[i].kind));
        separator = ", ";
    }
}

static struct text terms_literal(struct arena *arena, const struct vocabulary *vocabulary,
                                 unsigned bits)
{
    struct text_buffer out = text_buffer_new(arena, 16);
    text_buffer_add_char(&out, '{');
    for (int term = 0; term < vocabulary->count; term++) {
        if (!(bits & 1u << term))
            continue;
        if (out.length > 1)
            text_buffer_add_char(&out, ',');
        text_buffer_add_text(&out, vocabulary_code(vocabulary, term));
    }
    text_buffer_add_char(&out, '}');
    return text_buffer_text(&out);
}

static struct text instants_literal(struct arena *arena, const instant instants[], size_t count)
{
    struct text_buffer out = text_buffer_new(arena, 16);
    text_buffer_add_char(&out, '{');
    for (size_t i = 0; i < count; i++) {
        if (i)
            text_buffer_add_char(&out, ',');
        if (instants[i] == INSTANT_NONE)
            text_buffer_add_string(&out, "NULL");
        else
            json_text_add_instant(&out, instants[i]); /* quoted, as an array's literal wants it */
    }
    text_buffer_add_char(&out, '}');
    return text_buffer_text(&out);
}

/* Three moments for each. */
static struct text pauses_literal(struct arena *arena, const struct pause pauses[], size_t count)
{
    instant *moments = count ? ARENA_ARRAY(arena, instant, 3 * count) : NULL;
    for (size_t i = 0; i < count; i++) {
        moments[3 * i] = pauses[i].from;
        moments[3 * i + 1] = pauses[i].to;
        moments[3 * i + 2] = pauses[i].told_at;
    }
    return instants_literal(arena, moments, 3 * count);
}

static int32_t flags_of(const bool flags[], size_t count)
{
    int32_t bits = 0;
    for (size_t i = 0; i < count; i++)
        bits |= flags[i] ? 1 << i : 0;
    return bits;
}

/* Where a member of type `type` lies in the object. */
#define AT(type, object, where) ((type *)((char *)(object) + (where)))
#define CONST_AT(type, object, where) ((const type *)((const char *)(object) + (where)))

static void add_value(struct pg_array *array, const struct column *column, const void *object)
{
    struct arena *arena = array->binds->arena;
    switch (column->kind) {
    case COLUMN_UUID:
    case COLUMN_UNIT:
        pg_array_add_uuid(array, *CONST_AT(struct uuid, object, column->offset));
        break;
    case COLUMN_STAFF:
        pg_array_add_uuid(array, CONST_AT(struct staff_reference, object, column->offset)->id);
        break;
    case COLUMN_TEXT:
        pg_array_add_text(array, *CONST_AT(struct text, object, column->offset));
        break;
    case COLUMN_TERM:
        pg_array_add_text(
            array, vocabulary_code(column->vocabulary, *CONST_AT(int, object, column->offset)));
        break;
    case COLUMN_TERMS:
        pg_array_add_text(array, terms_literal(arena, column->vocabulary,
                                               *CONST_AT(unsigned, object, column->offset)));
        break;
    case COLUMN_INT: pg_array_add_int4(array, *CONST_AT(int, object, column->offset)); break;
    case COLUMN_AMOUNT:
        if (*CONST_AT(int64_t, object, column->offset) < 0) {
            pg_array_add_null(array);
            break;
        }
        /* fall through */
    case COLUMN_LONG: pg_array_add_int8(array, *CONST_AT(int64_t, object, column->offset)); break;
    case COLUMN_INSTANT:
        pg_array_add_instant(array, *CONST_AT(instant, object, column->offset));
        break;
    case COLUMN_HASH:
        pg_array_add_bytes(array, CONST_AT(struct hash, object, column->offset)->bytes,
                           HASH_LENGTH);
        break;
    case COLUMN_UUIDS:
        pg_array_add_text(array,
                          pg_uuids_literal(arena, *CONST_AT(struct uuid *, object, column->offset),
                                           *CONST_AT(size_t, object, column->second)));
        break;
    case COLUMN_FLAGS:
        pg_array_add_int4(array, flags_of(CONST_AT(bool, object, column->offset),
                                          column->second - column->offset));
        break;
    case COLUMN_INSTANTS:
        pg_array_add_text(array,
                          instants_literal(arena, *CONST_AT(instant *, object, column->offset),
                                           *CONST_AT(size_t, object, column->second)));
        break;
    case COLUMN_PAUSES:
        pg_array_add_text(array,
                          pauses_literal(arena, *CONST_AT(struct pause *, object, column->offset),
                                         *CONST_AT(size_t, object, column->second)));
        break;
    }
}

void column_bind(struct pg_binds *binds, const struct column columns[], size_t count,
                 unsigned flags, const void *const objects[], size_t n)
{
    for (size_t i = 0; i < count; i++) {
        if (!wanted(&columns[i], flags))
            continue;
        struct pg_array array = pg_array_begin(binds, type_of(columns[i].kind), n);
        for (size_t row = 0; row < n; row++)
            add_value(&array, &columns[i], objects[row]);
        pg_array_end(&array);
    }
}

static unsigned read_terms(const struct pg_rows *rows, size_t row, int at,
                           const struct vocabulary *vocabulary, struct arena *arena)
{
    struct text *members;
    unsigned bits = 0;
    size_t count = pg_members(rows, row, at, arena, &members);
    for (size_t i = 0; i < count; i++) {
        int term = vocabulary_find(vocabulary, members[i]);
        if (term != TERM_NONE)
            bits |= 1u << term;
    }
    return bits;
}

static struct staff_reference read_staff(const struct pg_rows *rows, size_t row, int at,
                                         const struct institution *institution)
{
    struct staff_reference reference = {.id = pg_uuid(rows, row, at)};
    const struct staff *staff = uuid_is_none(reference.id) || !institution
                                    ? NULL
                                    : institution_staff(institution, reference.id);
    if (staff) {
        reference.login = staff->login;
        reference.name = staff->name;
    }
    return reference;
}

static struct uuid *read_uuids(const struct pg_rows *rows, size_t row, int at, struct arena *arena,
                               size_t *ret_count)
{
    struct text *members;
    size_t count = pg_members(rows, row, at, arena, &members);
    struct uuid *ids = ARENA_ARRAY(arena, struct uuid, count);
    for (size_t i = 0; i < count; i++) {
        if (members[i].length == sizeof ids[i].bytes)
            memcpy(ids[i].bytes, members[i].at, sizeof ids[i].bytes);
    }
    *ret_count = count;
    return ids;
}

static instant *read_instants(const struct pg_rows *rows, size_t row, int at, struct arena *arena,
                              size_t *ret_count)
{
    struct text *members;
    size_t count = pg_members(rows, row, at, arena, &members);
    instant *instants = count ? ARENA_ARRAY(arena, instant, count) : NULL;
    for (size_t i = 0; i < count; i++)
        instants[i] = pg_member_instant(members[i]);
    *ret_count = count;
    return instants;
}

static struct pause *read_pauses(const struct pg_rows *rows, size_t row, int at,
                                 struct arena *arena, size_t *ret_count)
{
    const instant *moments = read_instants(rows, row, at, arena, ret_count);
    size_t count = *ret_count / 3;
    struct pause *pauses = count ? ARENA_ARRAY(arena, struct pause, count) : NULL;
    for (size_t i = 0; i < count; i++, moments += 3)
        pauses[i] = (struct pause){.from = moments[0],
                                   .to = moments[1],
                                   .told_at = moments[2],
                                   .statutory = moments[2] != INSTANT_NONE};
    *ret_count = count;
    return pauses;
}

static void read_flags(int32_t bits, bool flags[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        flags[i] = bits >> i & 1;
}

static void read_value(const struct pg_rows *rows, size_t row, int at, const struct column *column,
                       const struct institution *institution, struct arena *arena, void *object)
{
    switch (column->kind) {
    case COLUMN_UUID: *AT(struct uuid, object, column->offset) = pg_uuid(rows, row, at); break;
    case COLUMN_UNIT: {
        struct uuid id = pg_uuid(rows, row, at);
        const struct unit *unit = institution ? institution_unit(institution, id) : NULL;
        *AT(struct uuid, object, column->offset) = id;
        *AT(struct text, object, column->second) = unit ? unit->code : TEXT_NONE;
        break;
    }
    case COLUMN_STAFF:
        *AT(struct staff_reference, object, column->offset) =
            read_staff(rows, row, at, institution);
        break;
    case COLUMN_TEXT: *AT(struct text, object, column->offset) = pg_text(rows, row, at); break;
    case COLUMN_TERM: {
        struct text code = pg_text(rows, row, at);
        *AT(int, object, column->offset) =
            text_is_none(code) ? TERM_NONE : vocabulary_find(column->vocabulary, code);
        break;
    }
    case COLUMN_TERMS:
        *AT(unsigned, object, column->offset) =
            read_terms(rows, row, at, column->vocabulary, arena);
        break;
    case COLUMN_INT: *AT(int, object, column->offset) = pg_int4(rows, row, at); break;
    case COLUMN_AMOUNT:
        *AT(int64_t, object, column->offset) =
            pg_is_null(rows, row, at) ? -1 : pg_int8(rows, row, at);
        break;
    case COLUMN_LONG: *AT(int64_t, object, column->offset) = pg_int8(rows, row, at); break;
    case COLUMN_INSTANT: *AT(instant, object, column->offset) = pg_instant(rows, row, at); break;
    case COLUMN_HASH: {
        struct text bytes = pg_text(rows, row, at);
        if (bytes.length == HASH_LENGTH)
            memcpy(AT(struct hash, object, column->offset)->bytes, bytes.at, HASH_LENGTH);
        break;
    }
    case COLUMN_UUIDS:
        *AT(struct uuid *, object, column->offset) =
            read_uuids(rows, row, at, arena, AT(size_t, object, column->second));
        break;
    case COLUMN_FLAGS:
        read_flags(pg_int4(rows, row, at), AT(bool, object, column->offset),
                   column->second - column->offset);
        break;
    case COLUMN_INSTANTS:
        *AT(instant *, object, column->offset) =
            read_instants(rows, row, at, arena, AT(size_t, object, column->second));
        break;
    case COLUMN_PAUSES:
        *AT(struct pause *, object, column->offset) =
            read_pauses(rows, row, at, arena, AT(size_t, object, column->second));
        break;
    }
}

int column_read(const struct pg_rows *rows, size_t row, int at, const struct column columns[],
                size_t count, unsigned flags, const struct institution *institution,
                struct arena *arena, void *object)
{
    for (size_t i = 0; i < count; i++) {
        if (wanted(&columns[i], flags))
            read_value(rows, row, at++, &columns[i], institution, arena, object);
    }
    return at;
}

static bool same_uuids(const struct column *column, const void *a, const void *b)
{
    size_t count = *CONST_AT(size_t, a, column->second);

    return count == *CONST_AT(size_t, b, column->second) &&
           (count == 0 ||
            memcmp(*CONST_AT(struct uuid *, a, column->offset),
                   *CONST_AT(struct uuid *, b, column->offset), count * sizeof(struct uuid)) == 0);
}

static bool same_instants(const struct column *column, const void *a, const void *b)
{
    size_t count = *CONST_AT(size_t, a, column->second);

    return count == *CONST_AT(size_t, b, column->second) &&
           (count == 0 ||
            memcmp(*CONST_AT(instant *, a, column->offset), *CONST_AT(instant *, b, column->offset),
                   count * sizeof(instant)) == 0);
}

static bool same_pauses(const struct column *column, const void *a, const void *b)
{
    const struct pause *left = *CONST_AT(struct pause *, a, column->offset);
    const struct pause *right = *CONST_AT(struct pause *, b, column->offset);
    size_t count = *CONST_AT(size_t, a, column->second);

    if (count != *CONST_AT(size_t, b, column->second))
        return false;
    for (size_t i = 0; i < count; i++)
        if (left[i].from != right[i].from || left[i].to != right[i].to ||
            left[i].told_at != right[i].told_at)
            return false;
    return true;
}

bool column_same(const struct column *column, const void *a, const void *b)
{
    const void *left = (const char *)a + column->offset, *right = (const char *)b + column->offset;

    switch (column->kind) {
    case COLUMN_UUID:
    case COLUMN_UNIT:
    case COLUMN_STAFF: /* its id comes first */
        return uuid_equal(*(const struct uuid *)left, *(const struct uuid *)right);
    case COLUMN_TEXT: return text_equal(*(const struct text *)left, *(const struct text *)right);
    case COLUMN_TERM:
    case COLUMN_TERMS:
    case COLUMN_INT: return memcmp(left, right, sizeof(int)) == 0;
    case COLUMN_LONG:
    case COLUMN_AMOUNT:
    case COLUMN_INSTANT: return *(const int64_t *)left == *(const int64_t *)right;
    case COLUMN_HASH: return memcmp(left, right, sizeof(struct hash)) == 0;
    case COLUMN_UUIDS: return same_uuids(column, a, b);
    case COLUMN_FLAGS: return memcmp(left, right, column->second - column->offset) == 0;
    case COLUMN_INSTANTS: return same_instants(column, a, b);
    case COLUMN_PAUSES: return same_pauses(column, a, b);
    }
    return false;
}
