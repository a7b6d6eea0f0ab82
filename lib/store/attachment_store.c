#include "lib/store/attachment_store.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>

#include "lib/base/seal.h"
#include "lib/store/statements.h"

/* --- sealing ------------------------------------------------------------------------------------ */

/* To what chunks are bound: the file and its complaint, so that nobody who can write to the database makes
 * it that of a complaint which they may read. */
static struct uuid place_of(struct uuid complaint_id, struct uuid id)
{
    const struct uuid both[] = {complaint_id, id};
    struct uuid place;

    crypto_generichash(place.bytes, sizeof place.bytes, (const unsigned char *)both, sizeof both,
                       NULL, 0);
    return place;
}

static bool open_chunk(struct arena *arena, const struct key *key, struct uuid complaint_id,
                       struct uuid id, int index, struct text sealed, struct text *ret)
{
    return seal_open(arena, key, KEY_SEALS_FILES, place_of(complaint_id, id), index, sealed, ret) ||
           /* Of the first files, which were not bound to their complaints. */
           seal_open(arena, key, KEY_SEALS_FILES, id, index, sealed, ret);
}

/* --- storing ------------------------------------------------------------------------------------ */

static const struct pg_statement attachment_insert = {
    "attachment_insert",
    "INSERT INTO attachment (id, complaint_id, staff_id, at) SELECT $1, $2, $3, $4"
    " WHERE (SELECT count(*) FROM attachment WHERE number IS NULL AND staff_id = $3) < $5"};

static const struct pg_statement chunk_insert = {
    "chunk_insert",
    "WITH file AS (UPDATE attachment SET at = $5 WHERE id = $1 AND number IS NULL RETURNING id)"
    " INSERT INTO attachment_chunk (attachment_id, index, key_id, sealed)"
    " SELECT id, $2, $3, $4 FROM file"};

static const struct pg_statement attachment_delete = {
    "attachment_delete",
    "DELETE FROM attachment WHERE number IS NULL AND id = ANY(ARRAY(SELECT id FROM attachment"
    " WHERE number IS NULL AND at < $1 ORDER BY at LIMIT $2))"};

static const struct pg_statement attachment_delete_one = {
    "attachment_delete_one", "DELETE FROM attachment WHERE id = $1 AND number IS NULL"};

enum store_result attachment_begin(struct pg *pg, struct arena *arena, struct uuid id,
                                   struct uuid complaint_id, struct uuid staff_id, instant now,
                                   int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, id);
    pg_bind_uuid(&binds, complaint_id);
    pg_bind_uuid(&binds, staff_id);
    pg_bind_instant(&binds, now);
    pg_bind_int8(&binds, ATTACHMENT_UNFINISHED_MAX);
    enum store_result result = store_change(pg, &attachment_insert, &binds, deadline_us);
    return result == STORE_NONE ? STORE_REFUSED : result;
}

enum store_result attachment_add_chunk(struct pg *pg, struct arena *arena, struct uuid complaint_id,
                                       struct uuid id, int index, struct text bytes, instant now,
                                       int64_t deadline_us)
{
    struct key key = keyring_newest(keyring_now(), now);
    struct pg_binds binds = pg_binds_new(arena);

    if (key.id == 0)
        abort(); /* the server does not start without */
    struct text sealed =
        seal_bytes(arena, &key, KEY_SEALS_FILES, place_of(complaint_id, id), index, bytes);
    pg_bind_uuid(&binds, id);
    pg_bind_int4(&binds, index);
    pg_bind_int4(&binds, key.id);
    pg_bind_bytes(&binds, sealed.at, sealed.length);
    pg_bind_instant(&binds, now);
    return store_change(pg, &chunk_insert, &binds, deadline_us);
}

enum store_result attachment_purge(struct pg *pg, struct arena *arena, instant since, int limit,
                                   int64_t deadline_us, int64_t *ret_removed)
{
    struct pg_binds binds = pg_binds_new(arena);
    STORE_ROWS rows = {0};

    pg_bind_instant(&binds, since);
    pg_bind_int8(&binds, limit);
    enum store_result result = store_run(pg, &attachment_delete, &binds, deadline_us, &rows);
    *ret_removed = result == STORE_DONE ? rows.affected : 0;
    return result;
}

enum store_result attachment_drop(struct pg *pg, struct arena *arena, struct uuid id,
                                  int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, id);
    return store_change(pg, &attachment_delete_one, &binds, deadline_us);
}

/* --- attaching ---------------------------------------------------------------------------------- */

/* Like every update of a set it fails unless it changes a row for each (complaint_store.c). */
static const struct pg_statement attachment_attach = {
    "attachment_attach",
    "WITH changed AS (UPDATE attachment t SET number = v.number"
    " FROM unnest($1::uuid[], $2::uuid[], $3::integer[]) AS v(id, complaint_id, number)"
    " WHERE t.id = v.id AND t.complaint_id = v.complaint_id AND t.number IS NULL RETURNING 1)"
    " SELECT CASE WHEN count(*) = cardinality($1) THEN 0 ELSE"
    " format('%s of %s rows of attachment changed', count(*), cardinality($1))::integer"
    " END FROM changed"};

bool attachment_save_send(struct pg *pg, struct arena *arena, const struct save *const saves[],
                          size_t count)
{
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_array array = pg_array_begin(&binds, PG_UUID, count);

    for (size_t i = 0; i < count; i++)
        pg_array_add_uuid(&array, saves[i]->change->attached);
    pg_array_end(&array);
    array = pg_array_begin(&binds, PG_UUID, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_uuid(&array, saves[i]->change->after.id);
    pg_array_end(&array);
    array = pg_array_begin(&binds, PG_INT4, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_int4(&array, saves[i]->change->item_number);
    pg_array_end(&array);
    return pg_send(pg, &attachment_attach, &binds);
}

/* --- reading ------------------------------------------------------------------------------------ */

static const struct pg_statement attachment_find = {
    "attachment_find",
    "SELECT a.id, w.body FROM attachment a JOIN work w ON w.complaint_id = a.complaint_id"
    " AND w.kind = 'attachments' AND w.number = a.number"
    " WHERE a.complaint_id = $1 AND a.number = $2"};

static const struct pg_statement chunk_get = {
    "chunk_get",
    "SELECT key_id, sealed FROM attachment_chunk WHERE attachment_id = $1 AND index = $2"};

static struct text member(struct arena *arena, const json_t *body, const char *name)
{
    const json_t *value = json_object_get(body, name);

    return json_is_string(value) ? text_copy(arena, (struct text){json_string_value(value),
                                                                  json_string_length(value)})
                                 : TEXT_NONE;
}

enum store_result attachment_get(struct pg *pg, struct arena *arena, struct uuid complaint_id,
                                 int number, int64_t deadline_us, struct attachment_command *ret)
{
    struct pg_binds binds = pg_binds_new(arena);
    STORE_ROWS rows = {0};

    pg_bind_uuid(&binds, complaint_id);
    pg_bind_int4(&binds, number);
    enum store_result result = store_run(pg, &attachment_find, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    if (rows.count == 0)
        return STORE_NONE;
    struct text text = pg_text(&rows, 0, 1);
    json_auto_t *body = json_loadb(text.at, text.length, 0, NULL);
    struct text type = member(arena, body, "type");
    *ret = (struct attachment_command){.id = pg_uuid(&rows, 0, 0),
                                       .name = member(arena, body, "name"),
                                       .type = vocabulary_find(&vocabulary_attachment_type, type),
                                       .size = json_integer_value(json_object_get(body, "size")),
                                       .sha256 = member(arena, body, "sha256")};
    return ret->type == TERM_NONE ? STORE_NONE : STORE_DONE;
}

enum store_result attachment_chunk(struct pg *pg, struct arena *arena, struct uuid complaint_id,
                                   struct uuid id, int index, int64_t deadline_us, struct text *ret)
{
    struct pg_binds binds = pg_binds_new(arena);
    STORE_ROWS rows = {0};

    pg_bind_uuid(&binds, id);
    pg_bind_int4(&binds, index);
    enum store_result result = store_run(pg, &chunk_get, &binds, deadline_us, &rows);
    if (result != STORE_DONE || rows.count == 0)
        return result == STORE_DONE ? STORE_NONE : result;
    struct key key = keyring_find(keyring_now(), pg_int4(&rows, 0, 0));
    return key.id && open_chunk(arena, &key, complaint_id, id, index, pg_text(&rows, 0, 1), ret)
               ? STORE_DONE
               : STORE_REFUSED;
}

/* --- another key -------------------------------------------------------------------------------- */

static const struct pg_statement chunk_page = {
    "chunk_page",
    "SELECT c.attachment_id, c.index, c.sealed, a.complaint_id FROM attachment_chunk c"
    " JOIN attachment a ON a.id = c.attachment_id WHERE c.key_id = $1"
    " AND (c.attachment_id, c.index) >"
    " (coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'), $3)"
    " ORDER BY c.attachment_id, c.index LIMIT $4"};

/* Unless another server has done so meanwhile. */
static const struct pg_statement chunk_reseal = {
    "chunk_reseal", "UPDATE attachment_chunk SET key_id = $4, sealed = $5"
                    " WHERE attachment_id = $1 AND index = $2 AND key_id = $3"};

/* *changed goes up by one, unless the chunk cannot be opened. */
static enum store_result reseal(struct pg *pg, struct arena *arena, const struct key *from,
                                const struct key *to, const struct pg_rows *rows, size_t row,
                                int64_t deadline_us, size_t *changed)
{
    struct uuid id = pg_uuid(rows, row, 0), complaint_id = pg_uuid(rows, row, 3);
    int index = pg_int4(rows, row, 1);
    struct pg_binds binds = pg_binds_new(arena);
    struct text bytes;

    if (!open_chunk(arena, from, complaint_id, id, index, pg_text(rows, row, 2), &bytes))
        return STORE_DONE;
    struct text sealed =
        seal_bytes(arena, to, KEY_SEALS_FILES, place_of(complaint_id, id), index, bytes);
    pg_bind_uuid(&binds, id);
    pg_bind_int4(&binds, index);
    pg_bind_int4(&binds, from->id);
    pg_bind_int4(&binds, to->id);
    pg_bind_bytes(&binds, sealed.at, sealed.length);
    ++*changed;
    return store_run(pg, &chunk_reseal, &binds, deadline_us, NULL);
}

enum store_result attachment_reseal(struct pg *pg, struct arena *arena, const struct key *from,
                                    const struct key *to, int limit, int64_t deadline_us,
                                    struct chunk_position *position, size_t *ret_changed)
{
    struct pg_binds binds = pg_binds_new(arena);
    STORE_ROWS rows = {0};
    size_t changed = 0;

    pg_bind_int4(&binds, from->id);
    pg_bind_uuid(&binds, position->id);
    pg_bind_int4(&binds, uuid_is_none(position->id) ? -1 : position->index);
    pg_bind_int8(&binds, limit);
    enum store_result result = store_run(pg, &chunk_page, &binds, deadline_us, &rows);
    for (size_t i = 0; result == STORE_DONE && i < rows.count; i++)
        result = reseal(pg, arena, from, to, &rows, i, deadline_us, &changed);
    if (result != STORE_DONE)
        return result;
    *ret_changed = changed;
    *position = (struct chunk_position){0};
    if (rows.count == (size_t)limit)
        *position = (struct chunk_position){pg_uuid(&rows, rows.count - 1, 0),
                                            pg_int4(&rows, rows.count - 1, 1)};
    return STORE_DONE;
}

const struct pg_statement *const attachment_statements[] = {
    &attachment_insert, &chunk_insert,
    &attachment_delete, &attachment_delete_one,
    &attachment_attach, &attachment_find,
    &chunk_get,         &chunk_page,
    &chunk_reseal,      NULL};
