#include "lib/store/session_store.h"

#include "lib/store/statements.h"

static const struct pg_statement list = {
    "session_list",
    "SELECT id, hash, created_at, expires_at, last_used_at, address FROM token "
    "WHERE staff_id = $1 AND revoked_at IS NULL AND client IS NULL AND expires_at > now() "
    "AND coalesce(last_used_at, created_at) > $2 ORDER BY created_at DESC, id LIMIT $3"};

enum store_result session_list(struct pg *pg, struct arena *arena, struct uuid staff_id,
                               instant used_after, int limit, int64_t deadline_us,
                               struct token_row **ret, size_t *ret_count)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, staff_id);
    pg_bind_instant(&binds, used_after);
    pg_bind_int4(&binds, limit);
    enum store_result result = store_run(pg, &list, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    struct token_row *sessions = ARENA_ARRAY(arena, struct token_row, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        sessions[i] = (struct token_row){.staff_id = staff_id,
                                         .id = pg_uuid(&rows, i, 0),
                                         .created_at = pg_instant(&rows, i, 2),
                                         .expires_at = pg_instant(&rows, i, 3),
                                         .last_used_at = pg_instant(&rows, i, 4),
                                         .address = text_copy(arena, pg_text(&rows, i, 5))};
        memcpy(sessions[i].hash.bytes, pg_text(&rows, i, 1).at, HASH_LENGTH);
    }
    *ret = sessions;
    *ret_count = rows.count;
    return STORE_DONE;
}

/* The only column of the rows. */
static void read_hashes(const struct pg_rows *rows, struct arena *arena, struct hash **ret,
                        size_t *ret_count)
{
    struct hash *hashes = ARENA_ARRAY(arena, struct hash, rows->count);

    for (size_t i = 0; i < rows->count; i++)
        memcpy(hashes[i].bytes, pg_text(rows, i, 0).at, HASH_LENGTH);
    *ret = hashes;
    *ret_count = rows->count;
}

static const struct pg_statement end = {
    "sessions_end", "UPDATE token SET revoked_at = now() WHERE staff_id = $1 AND client IS NULL "
                    "AND revoked_at IS NULL AND ($2 IS NULL OR id = $2) RETURNING hash"};

enum store_result sessions_end(struct pg *pg, struct arena *arena, struct uuid staff_id,
                               struct uuid id, int64_t deadline_us, struct hash **ret,
                               size_t *ret_count)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, staff_id);
    pg_bind_uuid(&binds, id);
    enum store_result result = store_run(pg, &end, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    read_hashes(&rows, arena, ret, ret_count);
    return *ret_count ? STORE_DONE : STORE_NONE;
}

static const struct pg_statement end_oldest = {
    "sessions_end_oldest",
    "UPDATE token SET revoked_at = now() WHERE hash IN (SELECT hash FROM token WHERE staff_id = $1 "
    "AND client IS NULL AND revoked_at IS NULL AND expires_at > now() "
    "ORDER BY created_at DESC, id OFFSET $2)"};

enum store_result sessions_end_oldest(struct pg *pg, struct arena *arena, struct uuid staff_id,
                                      int kept, int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, staff_id);
    pg_bind_int8(&binds, kept);
    return store_run(pg, &end_oldest, &binds, deadline_us, NULL);
}

static const struct pg_statement end_all = {
    "tokens_end", "UPDATE token SET revoked_at = now() WHERE staff_id = $1 AND revoked_at IS NULL "
                  "AND (client IS NULL OR $2) AND hash IS DISTINCT FROM $3 RETURNING hash"};

enum store_result tokens_end(struct pg *pg, struct arena *arena, struct uuid staff_id,
                             bool programs, const struct hash *kept, int64_t deadline_us,
                             struct hash **ret, size_t *ret_count)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, staff_id);
    pg_bind_bool(&binds, programs);
    pg_bind_bytes(&binds, kept ? kept->bytes : NULL, kept ? sizeof kept->bytes : 0);
    enum store_result result = store_run(pg, &end_all, &binds, deadline_us, &rows);
    if (result == STORE_DONE)
        read_hashes(&rows, arena, ret, ret_count);
    return result;
}

static const struct pg_statement set_password = {
    "session_set_password",
    "UPDATE staff SET password_hash = $3, password_temporary = false, password_set_at = now(), "
    "version = version + 1, "
    "changed_by = id WHERE id = $1 AND password_hash = $2 AND active"};

enum store_result session_set_password(struct pg *pg, struct arena *arena, struct uuid staff_id,
                                       struct text before, struct text after,
                                       const struct hash *kept, int64_t deadline_us,
                                       struct hash **ret, size_t *ret_count)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, staff_id);
    pg_bind_text(&binds, before);
    pg_bind_text(&binds, after);
    enum store_result result = store_change(pg, &set_password, &binds, deadline_us);
    return result == STORE_DONE
               ? tokens_end(pg, arena, staff_id, false, kept, deadline_us, ret, ret_count)
               : result;
}

const struct pg_statement *const session_statements[] = {&list,    &end,          &end_oldest,
                                                         &end_all, &set_password, NULL};
