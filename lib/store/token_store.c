#include "lib/store/token_store.h"

#include "lib/store/statements.h"

const struct pg_statement token_find = {
    "token_find", "SELECT hash, staff_id, client, expires_at, revoked_at IS NOT NULL, scopes, "
                  "coalesce(last_used_at, created_at) "
                  "FROM token WHERE hash = ANY ($1)"};

void token_find_bind(struct pg_binds *binds, const struct hash hashes[], size_t n)
{
    struct pg_array array = pg_array_begin(binds, PG_BYTEA, n);

    for (size_t i = 0; i < n; i++)
        pg_array_add_bytes(&array, hashes[i].bytes, sizeof hashes[i].bytes);
    pg_array_end(&array);
}

size_t token_find_read(const struct pg_rows *rows, struct token_row out[])
{
    for (size_t i = 0; i < rows->count; i++) {
        struct text hash = pg_text(rows, i, 0);
        out[i] = (struct token_row){.staff_id = pg_uuid(rows, i, 1),
                                    .client = pg_text(rows, i, 2),
                                    .expires_at = pg_instant(rows, i, 3),
                                    .revoked = pg_bool(rows, i, 4),
                                    .scopes = (unsigned)pg_int4(rows, i, 5),
                                    .last_used_at = pg_instant(rows, i, 6)};
        /* Its length is a constraint of the table. */
        memcpy(out[i].hash.bytes, hash.at, sizeof out[i].hash.bytes);
    }
    return rows->count;
}

/* Waits for whoever takes access or the password away: they end what is there when they have done so. */
static const struct pg_statement add = {
    "token_add",
    "INSERT INTO token (hash, staff_id, client, expires_at, scopes, issued_by, address) "
    "SELECT $1, id, $3, $4, $5, $6, $7 FROM staff WHERE id = $2 AND active "
    "AND ($8 IS NULL OR password_hash = $8) FOR SHARE RETURNING id, created_at"};

enum store_result token_add(struct pg *pg, struct arena *arena, struct token_row *token,
                            int64_t deadline_us)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_bytes(&binds, token->hash.bytes, sizeof token->hash.bytes);
    pg_bind_uuid(&binds, token->staff_id);
    pg_bind_text(&binds, token->client);
    pg_bind_instant(&binds, token->expires_at);
    pg_bind_int4(&binds, (int32_t)token->scopes);
    pg_bind_uuid(&binds, token->issued_by);
    pg_bind_text(&binds, token->address);
    pg_bind_text(&binds, token->password_hash);
    enum store_result result = store_run(pg, &add, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    if (rows.count == 0)
        return STORE_NONE;
    token->id = pg_uuid(&rows, 0, 0);
    token->created_at = pg_instant(&rows, 0, 1);
    return STORE_DONE;
}

static const struct pg_statement revoke = {
    "token_revoke", "UPDATE token SET revoked_at = now() WHERE hash = $1 AND revoked_at IS NULL"};

enum store_result token_revoke(struct pg *pg, struct arena *arena, const struct hash *hash,
                               int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_bytes(&binds, hash->bytes, sizeof hash->bytes);
    return store_change(pg, &revoke, &binds, deadline_us);
}

static const struct pg_statement list = {
    "token_list", "SELECT id, client, scopes, created_at, expires_at, last_used_at, issued_by "
                  "FROM token WHERE staff_id = $1 AND revoked_at IS NULL "
                  "ORDER BY created_at DESC, id LIMIT $2"};

enum store_result token_list(struct pg *pg, struct arena *arena, struct uuid staff_id, int limit,
                             int64_t deadline_us, struct token_row **ret, size_t *ret_count)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, staff_id);
    pg_bind_int4(&binds, limit);
    enum store_result result = store_run(pg, &list, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    struct token_row *tokens = ARENA_ARRAY(arena, struct token_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        tokens[i] = (struct token_row){.staff_id = staff_id,
                                       .id = pg_uuid(&rows, i, 0),
                                       .client = text_copy(arena, pg_text(&rows, i, 1)),
                                       .scopes = (unsigned)pg_int4(&rows, i, 2),
                                       .created_at = pg_instant(&rows, i, 3),
                                       .expires_at = pg_instant(&rows, i, 4),
                                       .last_used_at = pg_instant(&rows, i, 5),
                                       .issued_by = pg_uuid(&rows, i, 6)};
    *ret = tokens;
    *ret_count = rows.count;
    return STORE_DONE;
}

static const struct pg_statement end = {
    "token_end", "UPDATE token SET revoked_at = now() "
                 "WHERE id = $2 AND staff_id = $1 AND revoked_at IS NULL RETURNING hash"};

enum store_result token_end(struct pg *pg, struct arena *arena, struct uuid staff_id,
                            struct uuid id, int64_t deadline_us, struct hash *ret)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, staff_id);
    pg_bind_uuid(&binds, id);
    enum store_result result = store_run(pg, &end, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    if (rows.count == 0)
        return STORE_NONE;
    memcpy(ret->bytes, pg_text(&rows, 0, 0).at, sizeof ret->bytes);
    return STORE_DONE;
}

/* Several servers see a token used: the first of them writes. */
static const struct pg_statement used = {
    "token_used",
    "UPDATE token SET last_used_at = now() WHERE hash = ANY ($1) "
    "AND (last_used_at IS NULL OR last_used_at < now() - "
    "CASE WHEN client IS NULL THEN interval '50 seconds' ELSE interval '10 minutes' END)"};

enum store_result token_used(struct pg *pg, struct arena *arena, const struct hash hashes[],
                             size_t n, int64_t deadline_us)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    token_find_bind(&binds, hashes, n);
    return store_run(pg, &used, &binds, deadline_us, &rows);
}

/* Bounded, so that a purge after a long pause holds no locks for long. */
static const struct pg_statement purge = {
    "token_purge", "DELETE FROM token WHERE hash = ANY (ARRAY(SELECT hash FROM token "
                   "WHERE expires_at < $1 ORDER BY expires_at LIMIT $2))"};

enum store_result token_purge(struct pg *pg, struct arena *arena, instant before, int limit,
                              int64_t deadline_us, int64_t *ret_removed)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_instant(&binds, before);
    pg_bind_int4(&binds, limit);
    enum store_result result = store_run(pg, &purge, &binds, deadline_us, &rows);
    if (result == STORE_DONE)
        *ret_removed = rows.affected;
    return result;
}

const struct pg_statement *const token_statements[] = {&token_find, &add,  &list,  &end,
                                                       &revoke,     &used, &purge, NULL};
