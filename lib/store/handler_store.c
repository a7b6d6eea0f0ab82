#include "lib/store/handler_store.h"

#include "lib/store/statements.h"

static const struct pg_statement handler_insert = {
    "handler_insert", "INSERT INTO handler (staff_id, complaint_id, open, received_at)"
                      " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::boolean[],"
                      " $4::timestamptz[])"};

/* Fails when a row is not where it must be, as the updates of complaint and stage do. */
static const struct pg_statement handler_update = {
    "handler_update",
    "WITH changed AS (UPDATE handler h SET open = v.open, received_at = v.received_at"
    " FROM unnest($1::uuid[], $2::uuid[], $3::boolean[], $4::timestamptz[], $5::boolean[],"
    " $6::timestamptz[]) AS v(staff_id, complaint_id, open, received_at, was_open, was_received_at)"
    " WHERE h.staff_id = v.staff_id AND h.open = v.was_open"
    " AND h.received_at = v.was_received_at AND h.complaint_id = v.complaint_id RETURNING 1)"
    " SELECT CASE WHEN count(*) = cardinality($1) THEN 0 ELSE"
    " format('%s of %s rows of handler changed', count(*), cardinality($1))::integer END"
    " FROM changed"};

const struct pg_statement *const handler_statements[] = {&handler_insert, &handler_update, NULL};

struct handler_row {
    struct uuid staff_id;
    const struct complaint *before, *after; /* before: NULL for a new row */
};

/* Handlers are only ever added, at the end. */
static size_t handlers_before(const struct save *save)
{
    return save->before ? save->before->handler_count : 0;
}

static bool is_open(const struct complaint *complaint)
{
    return complaint->status == STATUS_OPEN;
}

static bool has_moved(const struct save *save)
{
    const struct complaint *after = &save->change->after;
    return save->before && (is_open(save->before) != is_open(after) ||
                            save->before->received_at != after->received_at);
}

/* The rows that are new, or those that were there and change; returns how many. */
static size_t collect(const struct save saves[], size_t count, bool new, struct handler_row rows[])
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct complaint *after = &saves[i].change->after;
        size_t old = handlers_before(&saves[i]);
        size_t first = new ? old : 0, end = new                    ? after->handler_count
                                            : has_moved(&saves[i]) ? old
                                                                   : 0;
        for (size_t j = first; j < end; j++)
            rows[n++] = (struct handler_row){after->handlers[j], saves[i].before, after};
    }
    return n;
}

static void bind_state(struct pg_binds *binds, const struct handler_row rows[], size_t count,
                       bool before)
{
    struct pg_array open = pg_array_begin(binds, PG_BOOL, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_bool(&open, is_open(before ? rows[i].before : rows[i].after));
    pg_array_end(&open);
    struct pg_array received = pg_array_begin(binds, PG_TIMESTAMPTZ, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_instant(&received, (before ? rows[i].before : rows[i].after)->received_at);
    pg_array_end(&received);
}

static bool send_rows(struct pg *pg, struct arena *arena, const struct handler_row rows[],
                      size_t count, bool new)
{
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_array staff = pg_array_begin(&binds, PG_UUID, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_uuid(&staff, rows[i].staff_id);
    pg_array_end(&staff);
    struct pg_array complaints = pg_array_begin(&binds, PG_UUID, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_uuid(&complaints, rows[i].after->id);
    pg_array_end(&complaints);
    bind_state(&binds, rows, count, false);
    if (!new)
        bind_state(&binds, rows, count, true);
    return pg_send(pg, new ? &handler_insert : &handler_update, &binds);
}

bool handler_save_send(struct pg *pg, struct arena *arena, const struct save saves[], size_t count,
                       size_t *sent)
{
    size_t handlers = 0;
    for (size_t i = 0; i < count; i++)
        handlers += saves[i].change->after.handler_count;
    struct handler_row *rows = ARENA_ARRAY(arena, struct handler_row, handlers);
    for (int new = 0; new <= 1; new ++) {
        size_t n = collect(saves, count, new, rows);
        if (n == 0)
            continue;
        if (!send_rows(pg, arena, rows, n, new))
            return false;
        ++*sent;
    }
    return true;
}
