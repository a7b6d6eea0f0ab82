#include "lib/store/staff_store.h"

#include "lib/store/departure_store.h"
#include "lib/store/session_store.h"
#include "lib/store/statements.h"

struct text grants_text(struct arena *arena, const struct new_grant grants[], size_t count)
{
    struct text_buffer out = text_buffer_new(arena, 128);

    for (size_t i = 0; i < count; i++)
        text_buffer_printf(&out, "%s%.*s:%.*s", i ? " " : "",
                           TEXT_ARG(vocabulary_code(&vocabulary_role, (int)grants[i].role)),
                           TEXT_ARG(grants[i].unit));
    return text_buffer_text(&out);
}

/* One statement, so that nobody exists with half of their roles. The keys to staff are checked at
 * its end, when both parts are there. */
static const struct pg_statement add = {
    "staff_add",
    "WITH wanted AS (SELECT DISTINCT g.role, u.id, g.unit "
    "FROM unnest($6, $7) AS g(role, unit) LEFT JOIN unit u ON u.code = g.unit), "
    "added AS (INSERT INTO staff (id, login, name, unit_id, password_hash, password_temporary, phone, "
    "email, changed_by) SELECT $1, $2, $3, u.id, $5, $8, $9, $10, $11 FROM unit u "
    "WHERE u.code = $4 AND NOT EXISTS (SELECT FROM wanted WHERE id IS NULL) RETURNING id), "
    "granted AS (INSERT INTO staff_grant (staff_id, role, unit_id) "
    "SELECT a.id, w.role, w.id FROM added a, wanted w) "
    "SELECT FROM added"};

static void bind_grants(struct pg_binds *binds, const struct new_grant grants[], size_t count)
{
    struct pg_array roles = pg_array_begin(binds, PG_TEXT, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_text(&roles, vocabulary_code(&vocabulary_role, (int)grants[i].role));
    pg_array_end(&roles);
    struct pg_array units = pg_array_begin(binds, PG_TEXT, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_text(&units, grants[i].unit);
    pg_array_end(&units);
}

enum store_result staff_add(struct pg *pg, struct arena *arena, const struct new_staff *staff,
                            int64_t deadline_us)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, staff->id);
    pg_bind_text(&binds, staff->login);
    pg_bind_text(&binds, staff->name);
    pg_bind_text(&binds, staff->unit);
    pg_bind_text(&binds, staff->password_hash);
    bind_grants(&binds, staff->grants, staff->grant_count);
    pg_bind_bool(&binds, staff->password_temporary);
    pg_bind_text(&binds, staff->phone);
    pg_bind_text(&binds, staff->email);
    pg_bind_uuid(&binds, staff->by);
    enum store_result result = store_run(pg, &add, &binds, deadline_us, &rows);
    return result == STORE_DONE && rows.count == 0 ? STORE_NONE : result;
}

static const struct pg_statement add_client = {
    "client_add",
    "WITH wanted AS (SELECT DISTINCT g.role, u.id, g.unit "
    "FROM unnest($5, $6) AS g(role, unit) LEFT JOIN unit u ON u.code = g.unit), "
    "added AS (INSERT INTO staff (id, login, name, unit_id) "
    "SELECT $1, $2, $3, u.id FROM unit u "
    "WHERE u.code = $4 AND NOT EXISTS (SELECT FROM wanted WHERE id IS NULL) RETURNING id), "
    "granted AS (INSERT INTO staff_grant (staff_id, role, unit_id) "
    "SELECT a.id, w.role, w.id FROM added a, wanted w) "
    "INSERT INTO client (staff_id, created_by) SELECT id, $7 FROM added"};

enum store_result client_add(struct pg *pg, struct arena *arena, const struct new_staff *client,
                             int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, client->id);
    pg_bind_text(&binds, client->login);
    pg_bind_text(&binds, client->name);
    pg_bind_text(&binds, client->unit);
    bind_grants(&binds, client->grants, client->grant_count);
    pg_bind_uuid(&binds, client->by);
    return store_change(pg, &add_client, &binds, deadline_us);
}

static const struct pg_statement change = {
    "staff_change",
    "UPDATE staff SET name = coalesce($2, staff.name), unit_id = coalesce(u.id, staff.unit_id), "
    "phone = CASE WHEN $4 THEN $5 ELSE phone END, email = CASE WHEN $6 THEN $7 ELSE email END, "
    "active = active OR $8, version = staff.version + 1, changed_by = $10 "
    "FROM (VALUES ($3)) AS wanted(code) LEFT JOIN unit u ON u.code = wanted.code "
    "WHERE login = $1 AND (wanted.code IS NULL OR u.id IS NOT NULL) "
    "AND ($9 = 0 OR staff.version = $9)"};

enum store_result staff_change(struct pg *pg, struct arena *arena,
                               const struct staff_change *wanted, int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_text(&binds, wanted->login);
    pg_bind_text(&binds, wanted->name);
    pg_bind_text(&binds, wanted->unit);
    pg_bind_bool(&binds, wanted->sets_phone);
    pg_bind_text(&binds, wanted->phone);
    pg_bind_bool(&binds, wanted->sets_email);
    pg_bind_text(&binds, wanted->email);
    pg_bind_bool(&binds, wanted->enables);
    pg_bind_int4(&binds, wanted->version);
    pg_bind_uuid(&binds, wanted->by);
    return store_change(pg, &change, &binds, deadline_us);
}

/* Those that stay are left alone: a row cannot be deleted and inserted in one statement. */
static const struct pg_statement set_grants = {
    "staff_set_grants",
    "WITH changed AS (UPDATE staff SET version = version + 1, changed_by = $5 "
    "WHERE login = $1 AND ($4 = 0 OR version = $4) RETURNING id), "
    "wanted AS (SELECT DISTINCT c.id AS staff_id, g.role, u.id AS unit_id FROM changed c, "
    "unnest($2, $3) AS g(role, unit) JOIN unit u ON u.code = g.unit), "
    "gone AS (DELETE FROM staff_grant h USING changed c WHERE h.staff_id = c.id "
    "AND (h.staff_id, h.role, h.unit_id) NOT IN (SELECT staff_id, role, unit_id FROM wanted)), "
    "added AS (INSERT INTO staff_grant (staff_id, role, unit_id) "
    "SELECT staff_id, role, unit_id FROM wanted ON CONFLICT DO NOTHING) "
    "SELECT FROM changed"};

enum store_result staff_set_grants(struct pg *pg, struct arena *arena, struct text login,
                                   const struct new_grant grants[], size_t count, int version,
                                   struct uuid by, int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_text(&binds, login);
    bind_grants(&binds, grants, count);
    pg_bind_int4(&binds, version);
    pg_bind_uuid(&binds, by);
    return store_change(pg, &set_grants, &binds, deadline_us);
}

static const struct pg_statement find_credential = {
    "staff_credential",
    "SELECT id, CASE WHEN client.staff_id IS NULL AND NOT (password_temporary "
    "AND password_set_at < now() - interval '7 days') THEN password_hash END, active "
    "FROM staff LEFT JOIN client ON client.staff_id = id WHERE login = $1"};

enum store_result staff_credential(struct pg *pg, struct arena *arena, struct text login,
                                   int64_t deadline_us, struct credential *ret)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_text(&binds, login);
    enum store_result result = store_run(pg, &find_credential, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    if (rows.count == 0)
        return STORE_NONE;
    *ret = (struct credential){.staff_id = pg_uuid(&rows, 0, 0),
                               .password_hash = text_copy(arena, pg_text(&rows, 0, 1)),
                               .active = pg_bool(&rows, 0, 2)};
    return STORE_DONE;
}

static enum store_result end_tokens(struct pg *pg, struct arena *arena, struct uuid staff_id,
                                    bool programs, int64_t deadline_us)
{
    struct hash *ended;
    size_t count;

    return tokens_end(pg, arena, staff_id, programs, NULL, deadline_us, &ended, &count);
}

static const struct pg_statement set_password = {
    "staff_set_password",
    "UPDATE staff SET password_hash = $2, password_temporary = $3, password_set_at = now(), "
    "version = version + 1, "
    "changed_by = $4 WHERE login = $1 "
    "AND NOT EXISTS (SELECT FROM client WHERE staff_id = staff.id) RETURNING id"};

enum store_result staff_set_password(struct pg *pg, struct arena *arena, struct text login,
                                     struct text password_hash, bool temporary, struct uuid by,
                                     int64_t deadline_us)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_text(&binds, login);
    pg_bind_text(&binds, password_hash);
    pg_bind_bool(&binds, temporary);
    pg_bind_uuid(&binds, by);
    enum store_result result = store_run(pg, &set_password, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    return rows.count ? end_tokens(pg, arena, pg_uuid(&rows, 0, 0), false, deadline_us)
                      : STORE_NONE;
}

/* A complaint has one open stage, whose owner stands in its own row too, under an index. */
static const struct pg_statement disable = {
    "staff_disable",
    "WITH named AS (SELECT s.id, (SELECT count(*) FROM complaint c "
    "WHERE c.owner_id = s.id AND c.status = 'open') + (SELECT count(*) FROM complaint c "
    "WHERE c.pending_owner_id = s.id AND c.status = 'open') AS stages "
    "FROM staff s WHERE s.login = $1), "
    "changed AS (UPDATE staff SET active = false, version = version + 1, changed_by = $2 FROM named "
    "WHERE staff.id = named.id AND named.stages = 0 AND staff.active RETURNING staff.id) "
    "SELECT named.id, stages, EXISTS (SELECT FROM changed) FROM named"};

enum store_result staff_disable(struct pg *pg, struct arena *arena, struct text login,
                                struct uuid by, int64_t deadline_us, int64_t *ret_stages)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_text(&binds, login);
    pg_bind_uuid(&binds, by);
    enum store_result result = departure_lock(pg, deadline_us);
    if (result == STORE_DONE)
        result = store_run(pg, &disable, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    if (rows.count == 0)
        return STORE_NONE;
    *ret_stages = pg_int8(&rows, 0, 1);
    if (*ret_stages)
        return STORE_REFUSED;
    return pg_bool(&rows, 0, 2) ? end_tokens(pg, arena, pg_uuid(&rows, 0, 0), true, deadline_us)
                                : STORE_EXISTS;
}

const struct pg_statement *const staff_statements[] = {
    &add, &add_client, &change, &set_grants, &find_credential, &set_password, &disable, NULL};
