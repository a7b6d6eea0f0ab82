#include "lib/store/retention_store.h"

#include "lib/store/complaint_store.h"
#include "lib/store/statements.h"

#define HOLD_COLUMNS                                                                        \
    "h.number, h.complaint_id, c.number, h.reason, h.placed_by, h.placed_at, h.lifted_by, " \
    "h.lifted_at, h.lift_reason"

static struct staff_reference staff_at(const struct pg_rows *rows, size_t row, int column,
                                       const struct institution *institution)
{
    struct uuid id = pg_uuid(rows, row, column);
    const struct staff *staff = institution_staff(institution, id);

    return (struct staff_reference){id, staff ? staff->login : TEXT_NONE,
                                    staff ? staff->name : TEXT_NONE};
}

void hold_list_read(const struct pg_rows *rows, const struct institution *institution,
                    struct retention_hold out[])
{
    for (size_t row = 0; row < rows->count; row++)
        out[row] =
            (struct retention_hold){.number = pg_int4(rows, row, 0),
                                    .complaint = {pg_uuid(rows, row, 1), pg_text(rows, row, 2)},
                                    .reason = pg_text(rows, row, 3),
                                    .placed_by = staff_at(rows, row, 4, institution),
                                    .placed_at = pg_instant(rows, row, 5),
                                    .lifted_by = staff_at(rows, row, 6, institution),
                                    .lifted_at = pg_instant(rows, row, 7),
                                    .lift_reason = pg_text(rows, row, 8)};
}

/* --- placing and lifting ------------------------------------------------------------------------ */

static const struct pg_statement place = {
    "hold_place",
    "WITH c AS (SELECT id FROM complaint WHERE id = $1 AND erased_at IS NULL FOR UPDATE) "
    "INSERT INTO retention_hold (complaint_id, reason, placed_by) SELECT id, $2::text, $3::uuid "
    "FROM c RETURNING number, placed_at"};

enum store_result hold_place(struct pg *pg, struct arena *arena, struct uuid complaint_id,
                             struct text reason, struct uuid staff_id, int64_t deadline_us,
                             struct retention_hold *ret)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, complaint_id);
    pg_bind_text(&binds, reason);
    pg_bind_uuid(&binds, staff_id);
    enum store_result result = store_run(pg, &place, &binds, deadline_us, &rows);
    if (result != STORE_DONE || rows.count == 0)
        return result == STORE_DONE ? STORE_NONE : result;
    *ret = (struct retention_hold){.number = pg_int4(&rows, 0, 0),
                                   .reason = reason,
                                   .placed_at = pg_instant(&rows, 0, 1),
                                   .lifted_at = INSTANT_NONE};
    return STORE_DONE;
}

/* The row as it was, and whether this lifted it. */
static const struct pg_statement lift = {
    "hold_lift",
    "WITH was AS (SELECT number, reason, placed_by, placed_at, lifted_at FROM retention_hold "
    "WHERE number = $1 AND complaint_id = $2 FOR UPDATE), "
    "now_lifted AS (UPDATE retention_hold SET lifted_by = $3, lifted_at = now(), lift_reason = $4 "
    "WHERE number = (SELECT number FROM was WHERE lifted_at IS NULL) RETURNING lifted_at) "
    "SELECT was.reason, was.placed_by, was.placed_at, (SELECT lifted_at FROM now_lifted) FROM was"};

enum store_result hold_lift(struct pg *pg, struct arena *arena, struct uuid complaint_id,
                            int number, struct text reason, struct uuid staff_id,
                            int64_t deadline_us, struct retention_hold *ret)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_int4(&binds, number);
    pg_bind_uuid(&binds, complaint_id);
    pg_bind_uuid(&binds, staff_id);
    pg_bind_text(&binds, reason);
    enum store_result result = store_run(pg, &lift, &binds, deadline_us, &rows);
    if (result != STORE_DONE || rows.count == 0)
        return result == STORE_DONE ? STORE_NONE : result;
    *ret = (struct retention_hold){.number = number,
                                   .reason = text_copy(arena, pg_text(&rows, 0, 0)),
                                   .placed_by = {.id = pg_uuid(&rows, 0, 1)},
                                   .placed_at = pg_instant(&rows, 0, 2),
                                   .lifted_at = pg_instant(&rows, 0, 3),
                                   .lift_reason = reason};
    return ret->lifted_at == INSTANT_NONE ? STORE_REFUSED : STORE_DONE;
}

/* --- reading ------------------------------------------------------------------------------------ */

const struct pg_statement hold_list = {
    "hold_list", "SELECT " HOLD_COLUMNS " FROM retention_hold h"
                 " JOIN complaint c ON c.id = h.complaint_id"
                 " WHERE (c.unit_id = ANY($1) OR c.owner_unit_id = ANY($1))"
                 " AND " COMPLAINT_NOT_ABOUT(
                     "$2") " AND h.number > $3"
                           " AND (NOT $4 OR h.lifted_at IS NULL) ORDER BY h.number LIMIT $5"};

void hold_list_bind(struct pg_binds *binds, const struct uuid units[], size_t unit_count,
                    const struct principal *who, int after, bool in_force, int limit)
{
    complaint_ids_bind(binds, units, unit_count);
    complaint_barred_bind(binds, who);
    pg_bind_int4(binds, after);
    pg_bind_bool(binds, in_force);
    pg_bind_int8(binds, limit);
}

const struct pg_statement hold_held = {"hold_held", "SELECT complaint_id FROM retention_hold"
                                                    " WHERE complaint_id = ANY($1)"
                                                    " AND (lifted_at IS NULL OR lifted_at > $2)"};

void hold_held_bind(struct pg_binds *binds, const struct uuid ids[], size_t count, instant since)
{
    complaint_ids_bind(binds, ids, count);
    pg_bind_instant(binds, since);
}

const struct pg_statement *const retention_statements[] = {&place, &lift, &hold_list, &hold_held,
                                                           NULL};
