#include "lib/store/private_mark.h"

#include <jansson.h>
#include <sodium.h>

static struct mark mark_of(const struct key *key, enum contact_kind kind, struct text usual)
{
    struct mark mark;

    crypto_generichash(mark.bytes, sizeof mark.bytes, (const unsigned char *)usual.at, usual.length,
                       key->derived[KEY_MARKS_PHONE + kind], KEY_LENGTH);
    return mark;
}

size_t private_marks(struct arena *arena, enum contact_kind kind, struct text value,
                     struct mark ret[static KEYRING_MAX])
{
    struct text usual = contact_usual(arena, kind, value);
    size_t count = text_is_none(usual) ? 0 : keyring_count(keyring_now());

    for (size_t i = 0; i < count; i++) {
        struct key key = keyring_at(keyring_now(), i);
        ret[i] = mark_of(&key, kind, usual);
    }
    return count;
}

/* Takes over the contact data that an entry has written; a later entry corrects. After one that cannot be
 * read nobody knows what holds. */
static void take(struct arena *arena, const struct pg_rows *rows, size_t row,
                 struct text values[static CONTACT_KIND_COUNT])
{
    bool locked;
    struct text json =
        private_at(rows, row, 2, arena, pg_uuid(rows, row, 0), pg_int4(rows, row, 1), &locked);
    json_auto_t *written = json_loadb(json.at ? json.at : "", json.length, 0, NULL);
    const char *name;
    json_t *value;

    if (locked || (json.length == 0 && !text_is_none(json)))
        memset(values, 0, CONTACT_KIND_COUNT * sizeof *values);
    json_object_foreach(written, name, value)
    {
        enum contact_kind kind = contact_kind_of(name);
        if (kind != CONTACT_KIND_COUNT)
            values[kind] = text_copy(
                arena, (struct text){json_string_value(value), json_string_length(value)});
    }
}

size_t private_marks_of(struct arena *arena, const struct pg_rows *rows,
                        const struct text masked[static CONTACT_KIND_COUNT],
                        struct mark ret[static CONTACT_KIND_COUNT * KEYRING_MAX])
{
    struct text values[CONTACT_KIND_COUNT] = {TEXT_NONE};
    size_t count = 0;

    for (size_t row = 0; row < rows->count; row++)
        take(arena, rows, row, values);
    for (int kind = 0; kind < CONTACT_KIND_COUNT; kind++)
        if (!text_is_none(masked[kind]) && !text_is_none(values[kind]))
            count += private_marks(arena, (enum contact_kind)kind, values[kind], ret + count);
    return count;
}

struct mark_list mark_list_new(struct arena *arena, size_t entries)
{
    return (struct mark_list){ARENA_ARRAY(arena, struct marked, entries * CONTACT_KIND_COUNT), 0};
}

void mark_list_add(struct mark_list *marks, struct arena *arena, const struct key *key,
                   const char *name, struct text value, struct uuid complaint_id, int index)
{
    enum contact_kind kind = contact_kind_of(name);

    if (kind == CONTACT_KIND_COUNT)
        return;
    struct text usual = contact_usual(arena, kind, value);
    if (!text_is_none(usual))
        marks->list[marks->count++] =
            (struct marked){mark_of(key, kind, usual), complaint_id, index};
}

void mark_list_bind(struct pg_binds *binds, const struct mark_list *marks)
{
    struct pg_array array = pg_array_begin(binds, PG_BYTEA, marks->count);
    for (size_t i = 0; i < marks->count; i++)
        pg_array_add_bytes(&array, marks->list[i].mark.bytes, MARK_LENGTH);
    pg_array_end(&array);
    array = pg_array_begin(binds, PG_UUID, marks->count);
    for (size_t i = 0; i < marks->count; i++)
        pg_array_add_uuid(&array, marks->list[i].complaint_id);
    pg_array_end(&array);
    array = pg_array_begin(binds, PG_INT4, marks->count);
    for (size_t i = 0; i < marks->count; i++)
        pg_array_add_int4(&array, marks->list[i].index);
    pg_array_end(&array);
}
