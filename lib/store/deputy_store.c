#include "lib/store/deputy_store.h"

#include "lib/store/statements.h"

static const struct pg_statement add = {
    "deputy_add", "INSERT INTO deputy (id, staff_id, deputy_id, from_at, until_at, created_by) "
                  "VALUES ($1, $2, $3, $4, $5, $6)"};

enum store_result deputy_add(struct pg *pg, struct arena *arena,
                             const struct deputyship *deputyship, struct uuid created_by,
                             int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, deputyship->id);
    pg_bind_uuid(&binds, deputyship->staff_id);
    pg_bind_uuid(&binds, deputyship->deputy_id);
    pg_bind_instant(&binds, deputyship->from);
    pg_bind_instant(&binds, deputyship->until);
    pg_bind_uuid(&binds, created_by);
    return store_run(pg, &add, &binds, deadline_us, NULL);
}

static const struct pg_statement end = {"deputy_end",
                                        "UPDATE deputy SET until_at = greatest(from_at, now()) "
                                        "WHERE id = $1 AND until_at > greatest(from_at, now())"};

enum store_result deputy_end(struct pg *pg, struct arena *arena, struct uuid id,
                             int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, id);
    return store_change(pg, &end, &binds, deadline_us);
}

const struct pg_statement *const deputy_statements[] = {&add, &end, NULL};
