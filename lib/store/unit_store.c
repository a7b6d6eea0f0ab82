#include "lib/store/unit_store.h"

#include "lib/store/departure_store.h"
#include "lib/store/statements.h"

static const struct pg_statement add = {
    "unit_add", "INSERT INTO unit (id, code, name, parent_id, changed_by) "
                "SELECT $1, $2, $3, parent.id, $5 FROM (VALUES ($4)) AS wanted(code) "
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
    pg_bind_uuid(&binds, unit->by);
    return store_change(pg, &add, &binds, deadline_us);
}

static const struct pg_statement change = {
    "unit_change",
    "UPDATE unit SET name = coalesce($2, unit.name), parent_id = coalesce(parent.id, unit.parent_id), "
    "closed_at = CASE WHEN NOT $4 THEN unit.closed_at END, version = unit.version + 1, "
    "changed_by = $6 "
    "FROM (VALUES ($3)) AS wanted(code) LEFT JOIN unit parent ON parent.code = wanted.code "
    "WHERE unit.code = $1 AND (wanted.code IS NULL OR parent.id IS NOT NULL) "
    "AND ($5 = 0 OR unit.version = $5)"};

/* Before any row: whoever moves one unit and then looks at another would wait for each other. */
static const struct pg_statement lock_tree = {"unit_lock_tree",
                                              "SELECT pg_advisory_xact_lock(2060, 2001)"};

enum store_result unit_change(struct pg *pg, struct arena *arena, const struct unit_change *wanted,
                              int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_text(&binds, wanted->code);
    pg_bind_text(&binds, wanted->name);
    pg_bind_text(&binds, wanted->parent);
    pg_bind_bool(&binds, wanted->opens);
    pg_bind_int4(&binds, wanted->version);
    pg_bind_uuid(&binds, wanted->by);
    enum store_result result = text_is_none(wanted->parent)
                                   ? STORE_DONE
                                   : store_run(pg, &lock_tree, NULL, deadline_us, NULL);
    return result == STORE_DONE ? store_change(pg, &change, &binds, deadline_us) : result;
}

/* Waits for those who are putting somebody or something into it; what they did is seen by the next
 * statement only. */
static const struct pg_statement lock = {"unit_lock",
                                         "SELECT FROM unit WHERE code = $1 FOR UPDATE"};

static const struct pg_statement close_unused = {
    "unit_close",
    "WITH named AS (SELECT u.id, "
    "(SELECT count(*) FROM staff s WHERE s.unit_id = u.id AND s.active) AS staff, "
    "(SELECT count(*) FROM unit below WHERE below.parent_id = u.id AND below.closed_at IS NULL) "
    "AS units, "
    "(SELECT count(*) FROM (SELECT FROM complaint c WHERE c.owner_unit_id = u.id "
    "AND c.status = 'open' LIMIT $4) AS owned) + (SELECT count(*) FROM (SELECT FROM complaint c "
    "WHERE c.unit_id = u.id AND c.status = 'open' AND c.owner_unit_id <> u.id LIMIT $4) "
    "AS received) AS complaints "
    "FROM unit u WHERE u.code = $1 AND u.version = $2 AND u.closed_at IS NULL), "
    "changed AS (UPDATE unit SET closed_at = now(), version = version + 1, changed_by = $3 "
    "FROM named WHERE unit.id = named.id AND named.staff + named.units + named.complaints = 0) "
    "SELECT staff, units, complaints FROM named"};

enum store_result unit_end(struct pg *pg, struct arena *arena, struct text code, int version,
                           struct uuid by, int64_t deadline_us, struct unit_use *ret_use)
{
    STORE_ROWS rows = {0};
    struct pg_binds name = pg_binds_new(arena), binds = pg_binds_new(arena);

    pg_bind_text(&name, code);
    pg_bind_text(&binds, code);
    pg_bind_int4(&binds, version);
    pg_bind_uuid(&binds, by);
    pg_bind_int8(&binds, UNIT_USE_MAX);
    enum store_result result = departure_lock(pg, deadline_us);
    if (result == STORE_DONE)
        result = store_run(pg, &lock, &name, deadline_us, NULL);
    if (result == STORE_DONE)
        result = store_run(pg, &close_unused, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    if (rows.count == 0)
        return STORE_NONE;
    *ret_use = (struct unit_use){pg_int8(&rows, 0, 0), pg_int8(&rows, 0, 1), pg_int8(&rows, 0, 2)};
    return ret_use->staff + ret_use->units + ret_use->complaints ? STORE_REFUSED : STORE_DONE;
}

const struct pg_statement *const unit_statements[] = {&add,  &change,       &lock_tree,
                                                      &lock, &close_unused, NULL};
