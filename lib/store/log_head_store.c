/* Signed heads of the log. */
#include "lib/store/journal_store.h"
#include "lib/store/log_store.h"
#include "lib/store/statements.h"

#define COLUMNS "size, root, at, key, bytes, signature"

static const struct pg_statement log_head_insert = {
    "log_head_insert",
    "INSERT INTO log_head (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"};

static const struct pg_statement log_heads_up = {
    "log_heads_up", "SELECT " COLUMNS " FROM log_head WHERE size > $1 ORDER BY size LIMIT $2"};

static const struct pg_statement log_heads_down = {
    "log_heads_down",
    "SELECT " COLUMNS " FROM log_head WHERE size < $1 ORDER BY size DESC LIMIT $2"};

static const struct pg_statement log_sent_get = {"log_sent_get",
                                                 "SELECT size FROM log_sent WHERE url_hash = $1"};

static const struct pg_statement log_sent_set = {
    "log_sent_set", "INSERT INTO log_sent (url_hash, size) VALUES ($1, $2)"
                    " ON CONFLICT (url_hash) DO UPDATE SET size = excluded.size"};

static void read_bytes(const struct pg_rows *rows, size_t row, int column, uint8_t *out,
                       size_t length)
{
    struct text bytes = pg_text(rows, row, column);

    if (bytes.length == length)
        memcpy(out, bytes.at, length);
}

static enum store_result read_heads(struct pg *pg, struct arena *arena,
                                    const struct pg_statement *statement, int64_t bound, int limit,
                                    int64_t deadline_us, struct log_head **ret, size_t *ret_count)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_int8(&binds, bound);
    pg_bind_int8(&binds, limit);
    enum store_result result = store_run(pg, statement, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    struct log_head *heads = ARENA_ARRAY(arena, struct log_head, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        heads[i] = (struct log_head){.size = pg_int8(&rows, i, 0),
                                     .root = journal_hash_read(&rows, i, 1),
                                     .at = pg_instant(&rows, i, 2),
                                     .bytes = text_copy(arena, pg_text(&rows, i, 4))};
        read_bytes(&rows, i, 3, heads[i].key, sizeof heads[i].key);
        read_bytes(&rows, i, 5, heads[i].signature, sizeof heads[i].signature);
    }
    *ret = heads;
    *ret_count = rows.count;
    return result;
}

enum store_result log_heads_after(struct pg *pg, struct arena *arena, int64_t after, int limit,
                                  int64_t deadline_us, struct log_head **ret, size_t *ret_count)
{
    return read_heads(pg, arena, &log_heads_up, after, limit, deadline_us, ret, ret_count);
}

enum store_result log_heads_before(struct pg *pg, struct arena *arena, int64_t before, int limit,
                                   int64_t deadline_us, struct log_head **ret, size_t *ret_count)
{
    return read_heads(pg, arena, &log_heads_down, before, limit, deadline_us, ret, ret_count);
}

static enum store_result insert(struct pg *pg, struct arena *arena, const struct log_head *head,
                                int64_t deadline_us, bool *ret_added)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_int8(&binds, head->size);
    pg_bind_bytes(&binds, head->root.bytes, sizeof head->root.bytes);
    pg_bind_instant(&binds, head->at);
    pg_bind_bytes(&binds, head->key, sizeof head->key);
    pg_bind_text(&binds, head->bytes);
    pg_bind_bytes(&binds, head->signature, sizeof head->signature);
    enum store_result result = store_run(pg, &log_head_insert, &binds, deadline_us, &rows);
    *ret_added = result == STORE_DONE && rows.affected > 0;
    return result;
}

enum store_result log_sign(struct pg *pg, struct arena *arena,
                           const uint8_t secret[static LOG_SECRET_LENGTH], int64_t deadline_us,
                           struct log_head *ret, bool *ret_added)
{
    struct merkle_frontier frontier;
    struct log_head head = {.at = instant_now()}, *heads;
    size_t count;
    /* The head before the size: the log may grow in between, and others may sign it. */
    enum store_result result =
        log_heads_before(pg, arena, INT64_MAX, 1, deadline_us, &heads, &count);

    *ret_added = false;
    if (result == STORE_DONE)
        result = log_size(pg, arena, deadline_us, &head.size);
    if (result == STORE_DONE && count > 0 && heads[0].size >= head.size) {
        *ret = heads[0];
        return ret->size == head.size ? STORE_DONE : STORE_REFUSED;
    }
    *ret = head;
    if (result == STORE_DONE)
        result = log_frontier(pg, arena, head.size, deadline_us, &frontier);
    if (result != STORE_DONE)
        return result;
    head.root = merkle_root(&frontier);
    log_head_sign(arena, secret, &head);
    result = insert(pg, arena, &head, deadline_us, ret_added);
    if (result == STORE_DONE && !*ret_added) /* somebody else was quicker: theirs holds */
        return log_sign(pg, arena, secret, deadline_us, ret, ret_added);
    *ret = head;
    return result;
}

enum store_result log_sent(struct pg *pg, struct arena *arena, const struct hash *url_hash,
                           int64_t deadline_us, int64_t *ret_size)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_bytes(&binds, url_hash->bytes, sizeof url_hash->bytes);
    enum store_result result = store_run(pg, &log_sent_get, &binds, deadline_us, &rows);
    if (result == STORE_DONE)
        *ret_size = rows.count ? pg_int8(&rows, 0, 0) : 0;
    return result;
}

enum store_result log_sent_to(struct pg *pg, struct arena *arena, const struct hash *url_hash,
                              int64_t size, int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_bytes(&binds, url_hash->bytes, sizeof url_hash->bytes);
    pg_bind_int8(&binds, size);
    return store_run(pg, &log_sent_set, &binds, deadline_us, NULL);
}

const struct pg_statement *const log_head_statements[] = {
    &log_head_insert, &log_heads_up, &log_heads_down, &log_sent_get, &log_sent_set, NULL};
