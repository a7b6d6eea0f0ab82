#include "lib/store/roster_store.h"

#include "lib/store/statements.h"

static const struct pg_statement change_unit = {
    "roster_change_unit",
    "UPDATE unit SET name = coalesce($2, unit.name), parent_id = coalesce(parent.id, unit.parent_id) "
    "FROM (VALUES ($3)) AS wanted(code) LEFT JOIN unit parent ON parent.code = wanted.code "
    "WHERE unit.code = $1 AND (wanted.code IS NULL OR parent.id IS NOT NULL)"};

enum store_result roster_change_unit(struct pg *pg, struct arena *arena, struct text code,
                                     struct text name, struct text parent, int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_text(&binds, code);
    pg_bind_text(&binds, name);
    pg_bind_text(&binds, parent);
    return store_change(pg, &change_unit, &binds, deadline_us);
}

static const struct pg_statement change_staff = {
    "roster_change_staff",
    "UPDATE staff SET name = $2, unit_id = unit.id, active = active OR $4 FROM unit "
    "WHERE login = $1 AND unit.code = $3"};

enum store_result roster_change_staff(struct pg *pg, struct arena *arena, struct text login,
                                      struct text name, struct text unit, bool enables,
                                      int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_text(&binds, login);
    pg_bind_text(&binds, name);
    pg_bind_text(&binds, unit);
    pg_bind_bool(&binds, enables);
    return store_change(pg, &change_staff, &binds, deadline_us);
}

/* Those that stay are left alone: a row cannot be deleted and inserted in one statement. */
static const struct pg_statement set_grants = {
    "roster_set_grants",
    "WITH wanted AS (SELECT DISTINCT s.id AS staff_id, g.role, u.id AS unit_id FROM staff s, "
    "unnest($2, $3) AS g(role, unit) JOIN unit u ON u.code = g.unit WHERE s.login = $1), "
    "gone AS (DELETE FROM staff_grant h USING staff s WHERE s.login = $1 AND h.staff_id = s.id "
    "AND (h.staff_id, h.role, h.unit_id) NOT IN (SELECT staff_id, role, unit_id FROM wanted)), "
    "added AS (INSERT INTO staff_grant (staff_id, role, unit_id) "
    "SELECT staff_id, role, unit_id FROM wanted ON CONFLICT DO NOTHING) "
    "SELECT FROM staff WHERE login = $1"};

enum store_result roster_set_grants(struct pg *pg, struct arena *arena, struct text login,
                                    const struct new_grant grants[], size_t count,
                                    int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_text(&binds, login);
    struct pg_array roles = pg_array_begin(&binds, PG_TEXT, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_text(&roles, vocabulary_code(&vocabulary_role, (int)grants[i].role));
    pg_array_end(&roles);
    struct pg_array units = pg_array_begin(&binds, PG_TEXT, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_text(&units, grants[i].unit);
    pg_array_end(&units);
    return store_change(pg, &set_grants, &binds, deadline_us);
}

const struct pg_statement *const roster_statements[] = {&change_unit, &change_staff, &set_grants,
                                                        NULL};
