/* Encrypting anew what another key, or none, has encrypted. */
#include <jansson.h>

#include "lib/store/private_mark.h"
#include "lib/store/statements.h"

/* --- how far it is ------------------------------------------------------------------------------ */

static const struct pg_statement reseal_first = {
    "reseal_first",
    "INSERT INTO data_key (id, first_used_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING"};

#define STATE                                                                            \
    "SELECT position_complaint, position_index, resealed, locked, changed, completed_at" \
    " FROM data_key WHERE id = $1"
static const struct pg_statement reseal_get = {"reseal_get", STATE};
static const struct pg_statement reseal_hold = {"reseal_hold", STATE " FOR UPDATE"};

static const struct pg_statement reseal_put = {
    "reseal_put",
    "UPDATE data_key SET position_complaint = $2, position_index = $3, resealed = $4, locked = $5,"
    " changed = $6, completed_at = $7 WHERE id = $1"};

static const struct pg_statement reseal_again = {
    "reseal_again", "UPDATE data_key SET position_complaint = NULL, position_index = 0,"
                    " changed = false, completed_at = NULL WHERE id = $1"};

/* STORE_NONE: nobody has begun. */
static enum store_result get(struct pg *pg, struct arena *arena,
                             const struct pg_statement *statement, int key_id, int64_t deadline_us,
                             struct reseal *ret)
{
    struct pg_binds binds = pg_binds_new(arena);
    STORE_ROWS rows = {0};

    pg_bind_int4(&binds, key_id);
    enum store_result result = store_run(pg, statement, &binds, deadline_us, &rows);
    if (result != STORE_DONE || rows.count == 0)
        return result == STORE_DONE ? STORE_NONE : result;
    *ret = (struct reseal){.key_id = key_id,
                           .complaint_id = pg_uuid(&rows, 0, 0),
                           .index = pg_int4(&rows, 0, 1),
                           .resealed = pg_int8(&rows, 0, 2),
                           .locked = pg_int8(&rows, 0, 3),
                           .changed = pg_bool(&rows, 0, 4),
                           .completed_at = pg_instant(&rows, 0, 5)};
    return STORE_DONE;
}

enum store_result private_reseal_begin(struct pg *pg, struct arena *arena, int key_id, instant now,
                                       int64_t deadline_us, struct reseal *ret)
{
    struct pg_binds first = pg_binds_new(arena);
    enum store_result result = get(pg, arena, &reseal_get, key_id, deadline_us, ret);

    if (result != STORE_NONE)
        return result;
    pg_bind_int4(&first, key_id);
    pg_bind_instant(&first, now);
    *ret = (struct reseal){.key_id = key_id, .completed_at = INSTANT_NONE};
    return store_run(pg, &reseal_first, &first, deadline_us, NULL);
}

enum store_result private_reseal_again(struct pg *pg, struct arena *arena, int key_id,
                                       int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_int4(&binds, key_id);
    return store_run(pg, &reseal_again, &binds, deadline_us, NULL);
}

static enum store_result put(struct pg *pg, struct arena *arena, const struct reseal *reseal,
                             int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_int4(&binds, reseal->key_id);
    pg_bind_uuid(&binds, reseal->complaint_id);
    pg_bind_int4(&binds, reseal->index);
    pg_bind_int8(&binds, reseal->resealed);
    pg_bind_int8(&binds, reseal->locked);
    pg_bind_bool(&binds, reseal->changed);
    pg_bind_instant(&binds, reseal->completed_at);
    return store_run(pg, &reseal_put, &binds, deadline_us, NULL);
}

/* --- rows --------------------------------------------------------------------------------------- */

/* Those that have the key already are looked at without their values. */
static const struct pg_statement reseal_page = {
    "reseal_page",
    "SELECT p.complaint_id, p.index, p.private, p.key_id,"
    " CASE WHEN p.key_id IS DISTINCT FROM $3 THEN p.sealed END FROM journal_private p"
    " WHERE (p.complaint_id, p.index) > (coalesce($1, '00000000-0000-0000-0000-000000000000'), $2)"
    " ORDER BY p.complaint_id, p.index LIMIT $4"};

/* What was erased meanwhile stays so, and gets no marks. */
static const struct pg_statement reseal_save = {
    "reseal_save",
    "WITH changed AS (UPDATE journal_private p SET private = NULL, key_id = $4, sealed = v.sealed"
    " FROM unnest($1::uuid[], $2::integer[], $3::bytea[]) AS v(complaint_id, index, sealed)"
    " WHERE p.complaint_id = v.complaint_id AND p.index = v.index"
    " RETURNING p.complaint_id, p.index)"
    " INSERT INTO contact_mark (mark, complaint_id, index) SELECT m.mark, m.complaint_id, m.index"
    " FROM unnest($5::bytea[], $6::uuid[], $7::integer[]) AS m(mark, complaint_id, index)"
    " JOIN changed USING (complaint_id, index) ON CONFLICT DO NOTHING"};

static const struct pg_statement reseal_unmark = {
    "reseal_unmark",
    "DELETE FROM contact_mark m"
    " USING unnest($1::bytea[], $2::uuid[], $3::integer[]) AS v(mark, complaint_id, index)"
    " WHERE m.mark = v.mark AND m.complaint_id = v.complaint_id AND m.index = v.index"};

/* Rows of one page on their way from one key to another. */
struct resealing {
    struct arena *arena;
    const struct key *key;
    struct row {
        struct uuid complaint_id;
        int index;
        struct text sealed;
    } * rows;
    size_t count, locked;      /* locked: those that cannot be read */
    struct mark_list old, new; /* old: under the keys that they had */
};

static void mark(struct resealing *resealing, const struct key *old, const struct row *row,
                 struct text json)
{
    json_auto_t *values = json_loadb(json.at, json.length, 0, NULL);
    const char *name;
    json_t *value;

    json_object_foreach(values, name, value)
    {
        struct text text = {json_string_value(value), json_string_length(value)};
        mark_list_add(&resealing->new, resealing->arena, resealing->key, name, text,
                      row->complaint_id, row->index);
        if (old->id)
            mark_list_add(&resealing->old, resealing->arena, old, name, text, row->complaint_id,
                          row->index);
    }
}

/* Takes a row over if it needs another key and can be read. */
static void take(struct resealing *resealing, const struct pg_rows *rows, size_t at)
{
    int old_id = pg_is_null(rows, at, 3) ? 0 : pg_int4(rows, at, 3);
    struct row row = {pg_uuid(rows, at, 0), pg_int4(rows, at, 1), TEXT_NONE};
    bool locked;

    if (old_id == resealing->key->id)
        return;
    struct text json =
        private_at(rows, at, 2, resealing->arena, row.complaint_id, row.index, &locked);
    if (locked || json.length == 0) {
        resealing->locked++;
        return;
    }
    struct key old = keyring_find(keyring_now(), old_id);
    mark(resealing, &old, &row, json);
    row.sealed = private_seal(resealing->arena, resealing->key, row.complaint_id, row.index, json);
    resealing->rows[resealing->count++] = row;
}

static enum store_result save(struct pg *pg, const struct resealing *resealing, int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(resealing->arena), old = pg_binds_new(resealing->arena);
    struct pg_array array = pg_array_begin(&binds, PG_UUID, resealing->count);

    for (size_t i = 0; i < resealing->count; i++)
        pg_array_add_uuid(&array, resealing->rows[i].complaint_id);
    pg_array_end(&array);
    array = pg_array_begin(&binds, PG_INT4, resealing->count);
    for (size_t i = 0; i < resealing->count; i++)
        pg_array_add_int4(&array, resealing->rows[i].index);
    pg_array_end(&array);
    array = pg_array_begin(&binds, PG_BYTEA, resealing->count);
    for (size_t i = 0; i < resealing->count; i++)
        pg_array_add_bytes(&array, resealing->rows[i].sealed.at, resealing->rows[i].sealed.length);
    pg_array_end(&array);
    pg_bind_int4(&binds, resealing->key->id);
    mark_list_bind(&binds, &resealing->new);
    mark_list_bind(&old, &resealing->old);
    enum store_result result = store_run(pg, &reseal_unmark, &old, deadline_us, NULL);
    return result == STORE_DONE ? store_run(pg, &reseal_save, &binds, deadline_us, NULL) : result;
}

/* Behind the last row of the page, or at the beginning of another pass. */
static struct reseal position_after(const struct reseal *before, const struct pg_rows *rows,
                                    const struct resealing *resealing, bool ended, instant now)
{
    struct reseal after = *before;

    after.resealed += (int64_t)resealing->count;
    after.locked = (int64_t)resealing->locked;
    if (!uuid_is_none(before->complaint_id))
        after.locked += before->locked;
    after.changed = before->changed || resealing->count > 0;
    if (!ended) {
        after.complaint_id = pg_uuid(rows, rows->count - 1, 0);
        after.index = pg_int4(rows, rows->count - 1, 1);
        return after;
    }
    if (!after.changed)
        after.completed_at = now;
    after.complaint_id = UUID_NONE;
    after.index = 0;
    after.changed = false;
    return after;
}

/* The next page of rows, from where the position is. */
static enum store_result page(struct pg *pg, struct arena *arena, const struct reseal *reseal,
                              int limit, int64_t deadline_us, struct pg_rows *ret)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, reseal->complaint_id);
    pg_bind_int4(&binds, reseal->index);
    pg_bind_int4(&binds, reseal->key_id);
    pg_bind_int8(&binds, limit);
    return store_run(pg, &reseal_page, &binds, deadline_us, ret);
}

enum store_result private_reseal_next(struct pg *pg, struct arena *arena, const struct key *key,
                                      int limit, instant now, int64_t deadline_us,
                                      struct reseal *reseal)
{
    struct reseal before;
    STORE_ROWS rows = {0};

    enum store_result result = store_run(pg, &pg_begin, NULL, deadline_us, NULL);
    if (result == STORE_DONE)
        result = get(pg, arena, &reseal_hold, key->id, deadline_us, &before);
    if (result == STORE_DONE)
        result = page(pg, arena, &before, limit, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    struct resealing resealing = {.arena = arena,
                                  .key = key,
                                  .rows = ARENA_ARRAY(arena, struct row, rows.count),
                                  .old = mark_list_new(arena, rows.count),
                                  .new = mark_list_new(arena, rows.count)};
    for (size_t i = 0; i < rows.count; i++)
        take(&resealing, &rows, i);
    struct reseal after =
        position_after(&before, &rows, &resealing, rows.count < (size_t)limit, now);
    if (resealing.count > 0)
        result = save(pg, &resealing, deadline_us);
    if (result == STORE_DONE)
        result = put(pg, arena, &after, deadline_us);
    if (result == STORE_DONE)
        result = store_run(pg, &pg_commit, NULL, deadline_us, NULL);
    if (result == STORE_DONE)
        *reseal = after;
    return result;
}

/* --- who needs which ---------------------------------------------------------------------------- */

static const struct pg_statement key_uses = {
    "key_uses", "SELECT coalesce(key_id, 0), count(*) FROM (SELECT key_id FROM journal_private"
                " UNION ALL SELECT key_id FROM attachment_chunk) AS sealed GROUP BY 1 ORDER BY 1"};

enum store_result private_key_uses(struct pg *pg, struct arena *arena, int64_t deadline_us,
                                   struct key_use **ret, size_t *ret_count)
{
    STORE_ROWS rows = {0};
    enum store_result result = store_run(pg, &key_uses, NULL, deadline_us, &rows);

    if (result != STORE_DONE)
        return result;
    struct key_use *uses = ARENA_ARRAY(arena, struct key_use, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        uses[i] = (struct key_use){pg_int4(&rows, i, 0), pg_int8(&rows, i, 1)};
    *ret = uses;
    *ret_count = rows.count;
    return STORE_DONE;
}

const struct pg_statement *const reseal_statements[] = {
    &reseal_first, &reseal_get,  &reseal_hold,   &reseal_put, &reseal_again,
    &reseal_page,  &reseal_save, &reseal_unmark, &key_uses,   NULL};
