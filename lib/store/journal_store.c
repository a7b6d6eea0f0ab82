#include "lib/store/journal_store.h"

#include "lib/store/private_store.h"
#include "lib/store/statements.h"

struct hash journal_hash_read(const struct pg_rows *rows, size_t row, int column)
{
    struct hash hash = {{0}};
    struct text bytes = pg_text(rows, row, column);

    if (bytes.length == sizeof hash.bytes)
        memcpy(hash.bytes, bytes.at, sizeof hash.bytes);
    return hash;
}

static void salt_at(const struct pg_rows *rows, size_t row, int column,
                    uint8_t salt[static JOURNAL_SALT_LENGTH])
{
    struct text bytes = pg_text(rows, row, column);

    if (bytes.length == JOURNAL_SALT_LENGTH)
        memcpy(salt, bytes.at, JOURNAL_SALT_LENGTH);
}

const struct pg_statement journal_page = {
    "journal_page",
    "SELECT j.complaint_id, j.index, j.at, j.bytes, b.hash, j.hash, p.salt, " PRIVATE_COLUMNS " "
    "FROM journal j "
    "LEFT JOIN journal b ON b.complaint_id = j.complaint_id AND b.index = j.index - 1 "
    "LEFT JOIN journal_private p ON p.complaint_id = j.complaint_id AND p.index = j.index "
    "WHERE j.complaint_id = $1 AND j.index > $2 ORDER BY j.index LIMIT $3"};

void journal_page_bind(struct pg_binds *binds, struct uuid complaint_id, int after, int limit)
{
    pg_bind_uuid(binds, complaint_id);
    pg_bind_int4(binds, after);
    pg_bind_int4(binds, limit);
}

size_t journal_page_read(const struct pg_rows *rows, struct arena *arena,
                         struct journal_entry out[])
{
    for (size_t i = 0; i < rows->count; i++) {
        out[i] = (struct journal_entry){.complaint_id = pg_uuid(rows, i, 0),
                                        .index = pg_int4(rows, i, 1),
                                        .at = pg_instant(rows, i, 2),
                                        .bytes = pg_text(rows, i, 3),
                                        .previous = journal_hash_read(rows, i, 4),
                                        .hash = journal_hash_read(rows, i, 5)};
        salt_at(rows, i, 6, out[i].salt);
        out[i].private_json =
            private_at(rows, i, 7, arena, out[i].complaint_id, out[i].index, &out[i].locked);
    }
    return rows->count;
}

enum store_result journal_read(struct pg *pg, struct arena *arena, struct uuid complaint_id,
                               int after, int limit, int64_t deadline_us,
                               struct journal_entry **ret_entries, size_t *ret_count)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    journal_page_bind(&binds, complaint_id, after, limit);
    enum store_result result = store_run(pg, &journal_page, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    struct journal_entry *entries = ARENA_ARRAY(arena, struct journal_entry, rows.count);
    *ret_count = journal_page_read(&rows, arena, entries);
    for (size_t i = 0; i < rows.count; i++) {
        entries[i].bytes = text_copy(arena, entries[i].bytes);
        entries[i].private_json = text_copy(arena, entries[i].private_json);
    }
    *ret_entries = entries;
    return STORE_DONE;
}

/* A complaint's row and its entries come from one statement, hence from one moment: otherwise a
 * server at work would look like a tampered journal. */
#define WHOLE_COLUMNS                                                                     \
    "SELECT c.id, c.number, c.journal_length, c.journal_head, j.index, j.bytes, j.hash, " \
    "p.salt, " PRIVATE_COLUMNS " "
#define WHOLE_JOINS                                                                         \
    "LEFT JOIN journal j ON j.complaint_id = c.id "                                         \
    "LEFT JOIN journal_private p ON p.complaint_id = j.complaint_id AND p.index = j.index " \
    "ORDER BY c.id, j.index"

static const struct pg_statement read_wholes = {
    "journal_wholes",
    WHOLE_COLUMNS "FROM (SELECT id, number, journal_length, journal_head FROM complaint "
                  "WHERE id > coalesce($1, '00000000-0000-0000-0000-000000000000') "
                  "ORDER BY id LIMIT $2) c " WHOLE_JOINS};

static const struct pg_statement read_whole = {
    "journal_whole",
    WHOLE_COLUMNS "FROM (SELECT id, number, journal_length, journal_head FROM complaint "
                  "WHERE number = $1) c " WHOLE_JOINS};

static struct journal_stored stored_at(const struct pg_rows *rows, size_t row, struct arena *arena)
{
    struct journal_stored stored = {.index = pg_int4(rows, row, 4),
                                    .bytes = text_copy(arena, pg_text(rows, row, 5)),
                                    .hash = journal_hash_read(rows, row, 6)};
    salt_at(rows, row, 7, stored.salt);
    stored.private_json = text_copy(arena, private_at(rows, row, 8, arena, pg_uuid(rows, row, 0),
                                                      stored.index, &stored.locked));
    return stored;
}

static void collect_wholes(const struct pg_rows *rows, struct arena *arena,
                           struct journal_wholes *ret)
{
    struct journal_stored *entries = ARENA_ARRAY(arena, struct journal_stored, rows->count);
    struct journal_whole *list = ARENA_ARRAY(arena, struct journal_whole, rows->count);
    size_t count = 0;

    for (size_t i = 0; i < rows->count; i++) {
        struct uuid id = pg_uuid(rows, i, 0);
        if (count == 0 || !uuid_equal(list[count - 1].complaint_id, id))
            list[count++] = (struct journal_whole){.complaint_id = id,
                                                   .number = text_copy(arena, pg_text(rows, i, 1)),
                                                   .length = pg_int4(rows, i, 2),
                                                   .head = journal_hash_read(rows, i, 3),
                                                   .entries = &entries[i]};
        if (!pg_is_null(rows, i, 4)) { /* null: the complaint has no entry at all */
            entries[i] = stored_at(rows, i, arena);
            list[count - 1].count++;
        }
    }
    *ret = (struct journal_wholes){list, count};
}

enum store_result journal_read_wholes(struct pg *pg, struct arena *arena, struct uuid after,
                                      int limit, int64_t deadline_us, struct journal_wholes *ret)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, after);
    pg_bind_int4(&binds, limit);
    enum store_result result = store_run(pg, &read_wholes, &binds, deadline_us, &rows);
    if (result == STORE_DONE)
        collect_wholes(&rows, arena, ret);
    return result;
}

enum store_result journal_read_whole(struct pg *pg, struct arena *arena, struct text number,
                                     int64_t deadline_us, struct journal_whole *ret)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);
    struct journal_wholes wholes;

    pg_bind_text(&binds, number);
    enum store_result result = store_run(pg, &read_whole, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    collect_wholes(&rows, arena, &wholes);
    if (wholes.count == 0)
        return STORE_NONE;
    *ret = wholes.list[0];
    return STORE_DONE;
}

static const struct pg_statement read_orphans = {
    "journal_orphans", "SELECT DISTINCT j.complaint_id FROM journal j "
                       "WHERE NOT EXISTS (SELECT FROM complaint c WHERE c.id = j.complaint_id) "
                       "ORDER BY j.complaint_id LIMIT $1"};

enum store_result journal_read_orphans(struct pg *pg, struct arena *arena, int limit,
                                       int64_t deadline_us, struct uuid **ret_ids,
                                       size_t *ret_count)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_int4(&binds, limit);
    enum store_result result = store_run(pg, &read_orphans, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    struct uuid *ids = ARENA_ARRAY(arena, struct uuid, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ids[i] = pg_uuid(&rows, i, 0);
    *ret_ids = ids;
    *ret_count = rows.count;
    return STORE_DONE;
}

const struct pg_statement *const journal_statements[] = {&journal_page, &read_wholes, &read_whole,
                                                         &read_orphans, NULL};
