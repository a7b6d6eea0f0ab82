#include "lib/store/private_store.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "lib/base/seal.h"
#include "lib/complaint/lifecycle.h"
#include "lib/store/complaint_store.h"
#include "lib/store/private_mark.h"
#include "lib/store/statements.h"

/* --- encrypting --------------------------------------------------------------------------------- */

struct text private_seal(struct arena *arena, const struct key *key, struct uuid complaint_id,
                         int index, struct text json)
{
    return seal_bytes(arena, key, KEY_SEALS, complaint_id, index, json);
}

static atomic_llong unreadable;

int64_t private_unreadable(void)
{
    return atomic_load(&unreadable);
}

struct text private_at(const struct pg_rows *rows, size_t row, int column, struct arena *arena,
                       struct uuid complaint_id, int index, bool *ret_locked)
{
    struct text json = pg_text(rows, row, column);

    *ret_locked = false;
    if (pg_is_null(rows, row, column + 2))
        return json;
    struct key key = keyring_find(keyring_now(), pg_int4(rows, row, column + 1));
    *ret_locked = key.id == 0;
    if (!*ret_locked && seal_open(arena, &key, KEY_SEALS, complaint_id, index,
                                  pg_text(rows, row, column + 2), &json))
        return json;
    atomic_fetch_add(&unreadable, 1);
    return *ret_locked ? TEXT_NONE : TEXT("");
}

const struct pg_statement private_get = {
    "private_get", "SELECT p.complaint_id, p.index, " PRIVATE_COLUMNS " FROM journal_private p"
                   " WHERE p.complaint_id = ANY($1) ORDER BY p.complaint_id, p.index"};

/* --- finding ------------------------------------------------------------------------------------ */

const struct pg_statement private_find = {
    "private_find", "SELECT complaint_id FROM contact_mark WHERE mark = ANY($1)"
                    " GROUP BY complaint_id ORDER BY complaint_id DESC LIMIT $2"};

void private_find_bind(struct pg_binds *binds, const struct mark marks[], size_t count, int limit)
{
    struct pg_array array = pg_array_begin(binds, PG_BYTEA, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_bytes(&array, marks[i].bytes, MARK_LENGTH);
    pg_array_end(&array);
    pg_bind_int8(binds, limit);
}

/* --- saving ------------------------------------------------------------------------------------- */

static const struct pg_statement private_insert = {
    "private_insert",
    "WITH marks AS (INSERT INTO contact_mark (mark, complaint_id, index)"
    " SELECT * FROM unnest($6::bytea[], $7::uuid[], $8::integer[]))"
    " INSERT INTO journal_private (complaint_id, index, salt, key_id, sealed)"
    " SELECT * FROM unnest($1::uuid[], $2::integer[], $3::bytea[], $4::integer[], $5::bytea[])"};

bool private_save_send(struct pg *pg, struct arena *arena, const struct save *const saves[],
                       size_t count)
{
    struct key key = keyring_newest(keyring_now(), instant_now());
    struct pg_binds binds = pg_binds_new(arena);
    struct mark_list marks = mark_list_new(arena, count);

    if (key.id == 0)
        abort(); /* the server does not start without */
    struct pg_array array = pg_array_begin(&binds, PG_UUID, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_uuid(&array, saves[i]->entry.complaint_id);
    pg_array_end(&array);
    array = pg_array_begin(&binds, PG_INT4, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_int4(&array, saves[i]->entry.index);
    pg_array_end(&array);
    array = pg_array_begin(&binds, PG_BYTEA, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_bytes(&array, saves[i]->entry.salt, JOURNAL_SALT_LENGTH);
    pg_array_end(&array);
    array = pg_array_begin(&binds, PG_INT4, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_int4(&array, key.id);
    pg_array_end(&array);
    array = pg_array_begin(&binds, PG_BYTEA, count);
    for (size_t i = 0; i < count; i++) {
        const struct journal_entry *entry = &saves[i]->entry;
        struct text sealed =
            private_seal(arena, &key, entry->complaint_id, entry->index, entry->private_json);
        pg_array_add_bytes(&array, sealed.at, sealed.length);
        for (size_t j = 0; j < saves[i]->change->private_count; j++) {
            const struct private_value *value = &saves[i]->change->private_values[j];
            mark_list_add(&marks, arena, &key, value->name, value->value, entry->complaint_id,
                          entry->index);
        }
    }
    pg_array_end(&array);
    mark_list_bind(&binds, &marks);
    return pg_send(pg, &private_insert, &binds);
}

const struct pg_statement *const private_statements[] = {&private_insert, &private_get,
                                                         &private_find, NULL};
