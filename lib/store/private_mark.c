#include "lib/store/private_mark.h"

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
