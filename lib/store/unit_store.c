#include "lib/store/unit_store.h"

#include "lib/store/statements.h"

static const struct pg_statement add = {
    "unit_add", "INSERT INTO unit (id, code, name, parent_id) "
                "SELECT $1, $2, $3, parent.id FROM (VALUES ($4)) AS wanted(code) "
                "LEFT JOIN unit parent ON parent.code = wanted.code "
                "WHERE wanted.code IS NULL OR parent.id IS NOT NULL"};

enum store_result unit_add(struct pg *pg, struct arena *arena, const struct new_unit *unit,
                           int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, unit->id);
    pg_bind_text(&binds, unit->code);
    pg_bind_text(&binds, unit->name);
    pg_bind_text(&binds, unit->parent);
    return store_change(pg, &add, &binds, deadline_us);
}

const struct pg_statement *const unit_statements[] = {&add, NULL};
