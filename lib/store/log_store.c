#include "lib/store/log_store.h"

#include <stdlib.h>

#include "lib/store/journal_store.h"
#include "lib/store/statements.h"

/* --- numbering ---------------------------------------------------------------------------------- */

/* An entry's time is later than that of the entry before it in its journal, which is committed when
 * this one is: so in order of time none is taken before it. */
static const struct pg_statement log_take = {
    "log_take", "DELETE FROM log_todo WHERE ctid = ANY (ARRAY(SELECT ctid FROM log_todo"
                " ORDER BY at, index LIMIT $1)) RETURNING id, index, at, hash"};

const struct pg_statement log_backlog = {
    "log_backlog",
    "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(at)) * 1000000, 0)::bigint"
    " FROM log_todo"};

static const struct pg_statement log_size_get = {
    "log_size", "SELECT coalesce((SELECT n FROM log ORDER BY n DESC LIMIT 1), 0)"};

static const struct pg_statement log_insert = {
    "log_insert", "INSERT INTO log (n, id, index, hash, nodes)"
                  " SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::integer[], $4::bytea[],"
                  " $5::bytea[])"};

static const struct pg_statement log_tell = {"log_tell", "SELECT pg_notify('log', $1)"};

static const struct pg_statement log_nodes = {"log_nodes",
                                              "SELECT n, hash, nodes FROM log WHERE n = ANY ($1)"};

/* An entry that is to be numbered. */
struct task {
    struct uuid id;
    int index;
    instant at;
    struct hash hash;
};

static int by_time(const void *a, const void *b)
{
    const struct task *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    int order = uuid_compare(x->id, y->id);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

static enum store_result take(struct pg *pg, struct arena *arena, int limit, int64_t deadline_us,
                              struct task **ret_tasks, size_t *ret_count)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_int8(&binds, limit);
    enum store_result result = store_run(pg, &log_take, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    struct task *tasks = ARENA_ARRAY(arena, struct task, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        tasks[i] = (struct task){.id = pg_uuid(&rows, i, 0),
                                 .index = pg_int4(&rows, i, 1),
                                 .at = pg_instant(&rows, i, 2),
                                 .hash = journal_hash_read(&rows, i, 3)};
    if (rows.count)
        qsort(tasks, rows.count, sizeof *tasks, by_time);
    *ret_tasks = tasks;
    *ret_count = rows.count;
    return STORE_DONE;
}

/* Adds the entries to the tree and the subtrees that each completes to what is bound. */
static void bind_nodes(struct pg_binds *binds, const struct task tasks[], size_t count,
                       struct merkle_frontier *frontier)
{
    struct hash completed[MERKLE_LEVELS_MAX];
    struct pg_array nodes = pg_array_begin(binds, PG_BYTEA, count);

    for (size_t i = 0; i < count; i++) {
        struct hash leaf = merkle_leaf(&tasks[i].hash);
        size_t n = merkle_add(frontier, &leaf, completed);
        pg_array_add_bytes(&nodes, completed, n * sizeof *completed);
    }
    pg_array_end(&nodes);
}

static enum store_result append(struct pg *pg, struct arena *arena, const struct task tasks[],
                                size_t count, struct merkle_frontier *frontier, int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_array array = pg_array_begin(&binds, PG_INT8, count);

    for (size_t i = 0; i < count; i++)
        pg_array_add_int8(&array, frontier->size + 1 + (int64_t)i);
    pg_array_end(&array);
    array = pg_array_begin(&binds, PG_UUID, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_uuid(&array, tasks[i].id);
    pg_array_end(&array);
    array = pg_array_begin(&binds, PG_INT4, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_int4(&array, tasks[i].index);
    pg_array_end(&array);
    array = pg_array_begin(&binds, PG_BYTEA, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_bytes(&array, tasks[i].hash.bytes, HASH_LENGTH);
    pg_array_end(&array);
    bind_nodes(&binds, tasks, count, frontier);
    return store_run(pg, &log_insert, &binds, deadline_us, NULL);
}

static enum store_result tell(struct pg *pg, struct arena *arena, int64_t size, int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_text(&binds, text_printf(arena, "%lld", (long long)size));
    return store_run(pg, &log_tell, &binds, deadline_us, NULL);
}

static enum store_result number(struct pg *pg, struct arena *arena, int limit, int64_t deadline_us,
                                struct log_progress *ret)
{
    struct merkle_frontier frontier;
    struct task *tasks;
    enum store_result result = take(pg, arena, limit, deadline_us, &tasks, &ret->added);

    if (result == STORE_DONE)
        result = log_size(pg, arena, deadline_us, &ret->size);
    if (result != STORE_DONE || ret->added == 0)
        return result;
    result = log_frontier(pg, arena, ret->size, deadline_us, &frontier);
    if (result == STORE_DONE)
        result = append(pg, arena, tasks, ret->added, &frontier, deadline_us);
    ret->size = frontier.size;
    return result == STORE_DONE ? tell(pg, arena, ret->size, deadline_us) : result;
}

enum store_result log_sequence(struct pg *pg, struct arena *arena, int limit, int64_t deadline_us,
                               struct log_progress *ret)
{
    enum store_result result = store_begin(pg, deadline_us);

    *ret = (struct log_progress){0};
    if (result == STORE_DONE)
        result = store_end(pg, number(pg, arena, limit, deadline_us, ret), deadline_us);
    return result;
}

enum store_result log_size(struct pg *pg, struct arena *arena, int64_t deadline_us,
                           int64_t *ret_size)
{
    STORE_ROWS rows = {0};
    (void)arena;

    enum store_result result = store_run(pg, &log_size_get, NULL, deadline_us, &rows);
    if (result == STORE_DONE)
        *ret_size = pg_int8(&rows, 0, 0);
    return result;
}

/* --- reading ------------------------------------------------------------------------------------ */

/* By their numbers, of which none is missing, so that the plan does not depend on guesses. Of a denied
 * action nobody is told whose complaint it was. */
const struct pg_statement log_page = {
    "log_page",
    "SELECT l.n, l.id, l.index, l.hash, coalesce(j.at, a.at), coalesce(j.bytes, a.bytes), a.action,"
    " a.staff_id, a.unit_id, CASE WHEN l.index > 0 THEN l.id ELSE c.id END FROM log l"
    " LEFT JOIN journal j ON j.complaint_id = l.id AND j.index = l.index AND l.index > 0"
    " LEFT JOIN audit a ON a.id = l.id AND l.index = 0"
    " LEFT JOIN complaint c ON a.action <> 'denied'"
    " AND c.number = substring(a.bytes FROM '\"subject\":\"(TS[0-9]+)\"')"
    " WHERE l.n = ANY ($1) ORDER BY l.n"};

void log_page_bind(struct pg_binds *binds, int64_t after, int limit)
{
    struct pg_array numbers = pg_array_begin(binds, PG_INT8, (size_t)limit);

    for (int i = 1; i <= limit; i++)
        pg_array_add_int8(&numbers, after + i);
    pg_array_end(&numbers);
}

size_t log_page_read(const struct pg_rows *rows, struct log_entry out[])
{
    for (size_t i = 0; i < rows->count; i++)
        out[i] = (struct log_entry){.n = pg_int8(rows, i, 0),
                                    .id = pg_uuid(rows, i, 1),
                                    .index = pg_int4(rows, i, 2),
                                    .hash = journal_hash_read(rows, i, 3),
                                    .at = pg_instant(rows, i, 4),
                                    .bytes = pg_text(rows, i, 5),
                                    .action = pg_text(rows, i, 6),
                                    .staff_id = pg_uuid(rows, i, 7),
                                    .unit_id = pg_uuid(rows, i, 8),
                                    .complaint_id = pg_uuid(rows, i, 9)};
    return rows->count;
}

/* One statement, hence one moment: entries are numbered meanwhile. */
static const struct pg_statement log_strays_get = {
    "log_strays",
    "SELECT j.complaint_id, j.index, false FROM journal j WHERE NOT EXISTS (SELECT FROM log l"
    " WHERE l.id = j.complaint_id AND l.index = j.index AND l.hash = j.hash)"
    " AND NOT EXISTS (SELECT FROM log_todo t WHERE t.id = j.complaint_id AND t.index = j.index)"
    " UNION ALL SELECT a.id, 0, false FROM audit a WHERE NOT EXISTS (SELECT FROM log l"
    " WHERE l.id = a.id AND l.index = 0 AND l.hash = a.hash)"
    " AND NOT EXISTS (SELECT FROM log_todo t WHERE t.id = a.id AND t.index = 0)"
    " UNION ALL SELECT l.id, l.index, true FROM log l WHERE l.index > 0 AND NOT EXISTS"
    " (SELECT FROM journal j WHERE j.complaint_id = l.id AND j.index = l.index)"
    " UNION ALL SELECT l.id, 0, true FROM log l WHERE l.index = 0 AND NOT EXISTS"
    " (SELECT FROM audit a WHERE a.id = l.id) ORDER BY 1, 2 LIMIT $1"};

enum store_result log_strays(struct pg *pg, struct arena *arena, int limit, int64_t deadline_us,
                             struct log_stray **ret, size_t *ret_count)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_int8(&binds, limit);
    enum store_result result = store_run(pg, &log_strays_get, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    *ret = ARENA_ARRAY(arena, struct log_stray, rows.count);
    *ret_count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        (*ret)[i] =
            (struct log_stray){pg_uuid(&rows, i, 0), pg_int4(&rows, i, 1), pg_bool(&rows, i, 2)};
    return STORE_DONE;
}

static enum store_result read_nodes(struct pg *pg, struct arena *arena, const int64_t numbers[],
                                    size_t count, int64_t deadline_us, struct pg_rows *rows)
{
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_array array = pg_array_begin(&binds, PG_INT8, count);

    for (size_t i = 0; i < count; i++)
        pg_array_add_int8(&array, numbers[i]);
    pg_array_end(&array);
    return store_run(pg, &log_nodes, &binds, deadline_us, rows);
}

enum store_result log_entry_hash(struct pg *pg, struct arena *arena, int64_t n, int64_t deadline_us,
                                 struct hash *ret)
{
    STORE_ROWS rows = {0};
    enum store_result result = read_nodes(pg, arena, &n, 1, deadline_us, &rows);

    if (result == STORE_DONE && rows.count == 0)
        return STORE_NONE;
    if (result == STORE_DONE)
        *ret = journal_hash_read(&rows, 0, 1);
    return result;
}

static const struct pg_statement log_numbers_get = {
    "log_numbers", "SELECT index, n FROM log WHERE id = $1 ORDER BY index LIMIT $2"};

enum store_result log_numbers(struct pg *pg, struct arena *arena, struct uuid complaint_id,
                              size_t limit, int64_t deadline_us, int64_t ret[], size_t *ret_count)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, complaint_id);
    pg_bind_int8(&binds, (int64_t)limit);
    enum store_result result = store_run(pg, &log_numbers_get, &binds, deadline_us, &rows);
    *ret_count = 0;
    while (result == STORE_DONE && *ret_count < rows.count &&
           pg_int4(&rows, *ret_count, 0) == (int)*ret_count + 1) {
        ret[*ret_count] = pg_int8(&rows, *ret_count, 1);
        ++*ret_count;
    }
    return result;
}

/* --- the tree ----------------------------------------------------------------------------------- */

/* Complete subtrees that were asked for: first only their numbers, then, from the rows, their hashes. */
struct subtrees {
    int64_t last[MERKLE_NODES_MAX];
    size_t count;
    const struct pg_rows *rows; /* NULL: they are collected */
    bool missing;
};

static struct hash subtree_in(const struct pg_rows *rows, size_t row, int level, bool *missing)
{
    struct hash hash = {{0}};
    struct text nodes = pg_text(rows, row, 2);

    if (level == 0) {
        hash = journal_hash_read(rows, row, 1);
        return merkle_leaf(&hash);
    }
    if (nodes.length < (size_t)level * HASH_LENGTH)
        *missing = true;
    else
        memcpy(hash.bytes, nodes.at + (size_t)(level - 1) * HASH_LENGTH, HASH_LENGTH);
    return hash;
}

static struct hash subtree(void *context, struct merkle_node node)
{
    struct subtrees *self = context;

    if (!self->rows) {
        if (self->count < MERKLE_NODES_MAX)
            self->last[self->count++] = node.last;
        return (struct hash){{0}};
    }
    for (size_t row = 0; row < self->rows->count; row++) {
        if (pg_int8(self->rows, row, 0) == node.last)
            return subtree_in(self->rows, row, node.level, &self->missing);
    }
    self->missing = true;
    return (struct hash){{0}};
}

/* A log that lacks a row is no log: what is computed over it would be wrong. */
static enum store_result sound(enum store_result result, const struct subtrees *subtrees)
{
    return result == STORE_DONE && subtrees->missing ? STORE_REFUSED : result;
}

enum store_result log_frontier(struct pg *pg, struct arena *arena, int64_t size,
                               int64_t deadline_us, struct merkle_frontier *ret)
{
    STORE_ROWS rows = {0};
    struct merkle_node nodes[MERKLE_LEVELS_MAX + 1];
    struct subtrees subtrees = {.count = 0};

    *ret = (struct merkle_frontier){.size = size, .count = merkle_peaks(size, nodes)};
    for (size_t i = 0; i < ret->count; i++)
        subtrees.last[subtrees.count++] = nodes[i].last;
    if (ret->count == 0)
        return STORE_DONE;
    enum store_result result =
        read_nodes(pg, arena, subtrees.last, subtrees.count, deadline_us, &rows);
    subtrees.rows = &rows;
    for (size_t i = 0; result == STORE_DONE && i < ret->count; i++)
        ret->peaks[i] = subtree(&subtrees, nodes[i]);
    return sound(result, &subtrees);
}

enum store_result log_prove(struct pg *pg, struct arena *arena, merkle_prove *prove, int64_t of,
                            int64_t size, int64_t deadline_us,
                            struct hash ret[static MERKLE_PROOF_MAX], size_t *ret_count)
{
    STORE_ROWS rows = {0};
    struct subtrees subtrees = {.count = 0};
    const struct merkle_source source = {.node = subtree, .context = &subtrees};

    (void)prove(&source, of, size, ret);
    enum store_result result =
        read_nodes(pg, arena, subtrees.last, subtrees.count, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    subtrees.rows = &rows;
    *ret_count = prove(&source, of, size, ret);
    return sound(result, &subtrees);
}

const struct pg_statement *const log_statements[] = {
    &log_take,  &log_backlog, &log_size_get,   &log_insert,      &log_tell,
    &log_nodes, &log_page,    &log_strays_get, &log_numbers_get, NULL};
