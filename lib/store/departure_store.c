#include "lib/store/departure_store.h"

#include "lib/store/recalculation_store.h"
#include "lib/store/statements.h"

/* Each half has an index over what is open. */
static const struct pg_statement work = {
    "departure_work",
    "SELECT id FROM (SELECT id FROM complaint WHERE owner_id = $1 AND status = 'open' "
    "UNION SELECT id FROM complaint WHERE pending_owner_id = $1 AND status = 'open') AS work "
    "ORDER BY id LIMIT $2"};

enum store_result departure_work(struct pg *pg, struct arena *arena, struct uuid staff_id,
                                 int limit, int64_t deadline_us, struct uuid **ret,
                                 size_t *ret_count)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, staff_id);
    pg_bind_int4(&binds, limit);
    enum store_result result = store_run(pg, &work, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    *ret = ARENA_ARRAY(arena, struct uuid, rows.count);
    *ret_count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        (*ret)[i] = pg_uuid(&rows, i, 0);
    return STORE_DONE;
}

enum store_result departure_lock(struct pg *pg, int64_t deadline_us)
{
    return store_run(pg, &rules_alone, NULL, deadline_us, NULL);
}

const struct pg_statement *const departure_statements[] = {&work, NULL};
