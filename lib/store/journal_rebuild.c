#include "lib/store/journal_rebuild.h"
#include "lib/store/private_store.h"
#include "lib/store/statements.h"

#define ENTRIES_AT_ONCE 500 /* texts of 20,000 characters are 60 KB */

static const struct pg_statement journal_until = {
    "journal_until",
    "SELECT j.complaint_id, j.index, j.bytes, j.hash, " PRIVATE_COLUMNS " FROM journal j"
    " LEFT JOIN journal_private p ON p.complaint_id = j.complaint_id AND p.index = j.index"
    " WHERE j.complaint_id = ANY($1) AND j.at <= coalesce($2, 'infinity')"
    " AND (j.complaint_id, j.index) > (coalesce($3, '00000000-0000-0000-0000-000000000000'), $4)"
    " ORDER BY j.complaint_id, j.index LIMIT $5"};

/* Where the next page begins: behind the last entry read. */
struct position {
    struct uuid id;
    int index;
};

static void bind(struct pg_binds *binds, const struct uuid ids[], size_t count, instant as_of,
                 struct position after)
{
    struct pg_array array = pg_array_begin(binds, PG_UUID, count);

    for (size_t i = 0; i < count; i++)
        pg_array_add_uuid(&array, ids[i]);
    pg_array_end(&array);
    pg_bind_instant(binds, as_of);
    pg_bind_uuid(binds, after.id);
    pg_bind_int4(binds, after.index);
    pg_bind_int8(binds, ENTRIES_AT_ONCE);
}

static struct journal_stored entry_at(const struct pg_rows *rows, size_t row, struct arena *arena)
{
    struct journal_stored entry = {.index = pg_int4(rows, row, 1), .bytes = pg_text(rows, row, 2)};
    struct text hash = pg_text(rows, row, 3);

    entry.private_json =
        private_at(rows, row, 4, arena, pg_uuid(rows, row, 0), entry.index, &entry.locked);

    if (hash.length == sizeof entry.hash.bytes)
        memcpy(entry.hash.bytes, hash.at, hash.length);
    return entry;
}

/* Both ids and rows ascend. */
static void replay_page(const struct pg_rows *rows, struct arena *arena, const struct uuid ids[],
                        size_t count, struct journal_replay replays[], struct position *after)
{
    size_t i = 0;

    for (size_t row = 0; row < rows->count; row++) {
        struct journal_stored entry = entry_at(rows, row, arena);
        *after = (struct position){pg_uuid(rows, row, 0), entry.index};
        while (i < count && uuid_compare(ids[i], after->id) < 0)
            i++;
        if (i < count)
            (void)journal_replay_entry(&replays[i], &entry);
    }
}

enum store_result journal_rebuild(struct pg *pg, const struct institution *institution,
                                  struct arena *arena, const struct uuid ids[], size_t count,
                                  instant as_of, int64_t deadline_us, struct journal_replay **ret)
{
    struct journal_replay *replays = ARENA_ARRAY(arena, struct journal_replay, count);
    struct position after = {UUID_NONE, 0};
    size_t read = ENTRIES_AT_ONCE;

    for (size_t i = 0; i < count; i++)
        journal_replay_begin(&replays[i], institution, arena);
    while (count > 0 && read == ENTRIES_AT_ONCE) {
        STORE_ROWS rows = {0};
        struct pg_binds binds = pg_binds_new(arena);
        bind(&binds, ids, count, as_of, after);
        enum store_result result = store_run(pg, &journal_until, &binds, deadline_us, &rows);
        if (result != STORE_DONE)
            return result;
        replay_page(&rows, arena, ids, count, replays, &after);
        read = rows.count;
    }
    *ret = replays;
    return STORE_DONE;
}

const struct pg_statement *const rebuild_statements[] = {&journal_until, NULL};
