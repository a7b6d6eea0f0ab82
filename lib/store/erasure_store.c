#include "lib/store/erasure_store.h"

#include "lib/store/complaint_store.h"
#include "lib/store/statements.h"

/* What is past its retention at a moment. A day is added, since days are counted in the institution's
 * zone; the bound of three years, below which no policy can go, is for the index. */
#define PAST_RETENTION(at)                                                               \
    "c.closed_at <= " at " - interval '3 years' AND c.erased_at IS NULL"                 \
    " AND EXISTS (SELECT FROM policy p WHERE p.version = c.policy_version"               \
    " AND c.closed_at + make_interval(years => p.retention_years, days => 1) <= " at ")" \
    " AND NOT EXISTS (SELECT FROM retention_hold h"                                      \
    " WHERE h.complaint_id = c.id AND h.lifted_at IS NULL)"

/* --- asking and deciding ------------------------------------------------------------------------ */

const struct pg_statement erasure_count = {
    "erasure_count",
    "SELECT count(*) FROM (SELECT FROM complaint c WHERE " PAST_RETENTION("$2::timestamptz") " AND c.unit_id = ANY($1) AND " COMPLAINT_NOT_ABOUT(
        "$3") " ORDER BY c.closed_at, c.id LIMIT 1000000) counted"};

void erasure_count_bind(struct pg_binds *binds, const struct uuid units[], size_t count,
                        instant as_of, const struct principal *who)
{
    complaint_ids_bind(binds, units, count);
    pg_bind_instant(binds, as_of);
    complaint_barred_bind(binds, who);
}

static const struct pg_statement add = {
    "erasure_add",
    "INSERT INTO erasure_order (unit_id, complaints, as_of, reason, expected, "
    "requested_by) VALUES ($1, nullif($2::uuid[], '{}'), least($3, now()), $4, $5, $6) "
    "RETURNING number, as_of, requested_at"};

enum store_result erasure_add(struct pg *pg, struct arena *arena, struct erasure_order *order,
                              int64_t deadline_us)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_uuid(&binds, order->unit_id);
    complaint_ids_bind(&binds, order->complaints, order->complaint_count);
    pg_bind_instant(&binds, order->as_of);
    pg_bind_text(&binds, order->reason);
    pg_bind_int8(&binds, order->expected);
    pg_bind_uuid(&binds, order->requested_by.id);
    enum store_result result = store_run(pg, &add, &binds, deadline_us, &rows);
    if (result == STORE_DONE) {
        order->number = pg_int4(&rows, 0, 0);
        order->as_of = pg_instant(&rows, 0, 1);
        order->requested_at = pg_instant(&rows, 0, 2);
    }
    return result;
}

static const struct pg_statement decide = {
    "erasure_decide",
    "UPDATE erasure_order SET decided_by = $2, decided_at = now(), approved = $3, client = $4, "
    "request_id = $5, address = $6 WHERE number = $1 AND decided_at IS NULL AND requested_by <> $2"};

enum store_result erasure_decide(struct pg *pg, struct arena *arena,
                                 const struct erasure_order *order, int64_t deadline_us)
{
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_int4(&binds, order->number);
    pg_bind_uuid(&binds, order->decided_by.id);
    pg_bind_bool(&binds, order->approved);
    pg_bind_text(&binds, order->client);
    pg_bind_text(&binds, order->request_id);
    pg_bind_text(&binds, order->address);
    return store_change(pg, &decide, &binds, deadline_us);
}

/* --- reading ------------------------------------------------------------------------------------ */

#define ORDER_COLUMNS                                                                    \
    "o.number, o.unit_id, o.complaints, o.as_of, o.reason, o.expected, o.requested_by, " \
    "o.requested_at, o.decided_by, o.decided_at, o.approved, o.erased, o.skipped, "      \
    "o.finished_at, o.client, o.request_id, o.address, o.after_closed_at, o.after_id"

const struct pg_statement erasure_list = {
    "erasure_list",
    "SELECT " ORDER_COLUMNS ", (SELECT json_agg(c.number ORDER BY c.number)::text FROM complaint c"
    " WHERE c.id = ANY(o.complaints)) FROM erasure_order o WHERE o.unit_id = ANY($1)"
    " AND NOT EXISTS (SELECT FROM complaint c WHERE c.id = ANY(o.complaints)"
    " AND c.staff_complained_of = ANY($2)) AND o.number > $3 ORDER BY o.number LIMIT $4"};

void erasure_list_bind(struct pg_binds *binds, const struct uuid units[], size_t count,
                       const struct principal *who, int after, int limit)
{
    complaint_ids_bind(binds, units, count);
    complaint_barred_bind(binds, who);
    pg_bind_int4(binds, after);
    pg_bind_int8(binds, limit);
}

const struct pg_statement erasure_open = {
    "erasure_open", "SELECT " ORDER_COLUMNS ", NULL::text FROM erasure_order o WHERE o.approved"
                    " AND o.finished_at IS NULL ORDER BY o.number LIMIT 1"};

static struct staff_reference staff_at(const struct pg_rows *rows, size_t row, int column,
                                       const struct institution *institution)
{
    struct uuid id = pg_uuid(rows, row, column);
    const struct staff *staff = institution_staff(institution, id);

    return (struct staff_reference){id, staff ? staff->login : TEXT_NONE,
                                    staff ? staff->name : TEXT_NONE};
}

static void read_named(const struct pg_rows *rows, size_t row, struct arena *arena,
                       struct erasure_order *order)
{
    struct text *members;

    if (pg_is_null(rows, row, 2))
        return;
    order->complaint_count = pg_members(rows, row, 2, arena, &members);
    order->complaints = ARENA_ARRAY(arena, struct uuid, order->complaint_count);
    for (size_t i = 0; i < order->complaint_count; i++)
        if (members[i].length == sizeof *order->complaints)
            memcpy(&order->complaints[i], members[i].at, sizeof *order->complaints);
}

void erasure_read(const struct pg_rows *rows, const struct institution *institution,
                  struct arena *arena, struct erasure_order out[])
{
    for (size_t row = 0; row < rows->count; row++) {
        struct erasure_order *order = &out[row];
        *order =
            (struct erasure_order){.number = pg_int4(rows, row, 0),
                                   .unit_id = pg_uuid(rows, row, 1),
                                   .as_of = pg_instant(rows, row, 3),
                                   .reason = pg_text(rows, row, 4),
                                   .expected = pg_int8(rows, row, 5),
                                   .requested_by = staff_at(rows, row, 6, institution),
                                   .requested_at = pg_instant(rows, row, 7),
                                   .decided_by = staff_at(rows, row, 8, institution),
                                   .decided_at = pg_instant(rows, row, 9),
                                   .approved = pg_bool(rows, row, 10),
                                   .erased = pg_int8(rows, row, 11),
                                   .skipped = pg_int8(rows, row, 12),
                                   .finished_at = pg_instant(rows, row, 13),
                                   .client = pg_text(rows, row, 14),
                                   .request_id = pg_text(rows, row, 15),
                                   .address = pg_text(rows, row, 16),
                                   .after = {pg_instant(rows, row, 17), pg_uuid(rows, row, 18)},
                                   .numbers = pg_text(rows, row, 19)};
        read_named(rows, row, arena, order);
    }
}

/* --- carrying out ------------------------------------------------------------------------------- */

#define BEHIND                                                            \
    " AND (c.closed_at, c.id) > (coalesce($2, '-infinity'::timestamptz)," \
    " coalesce($3, '00000000-0000-0000-0000-000000000000'::uuid))"        \
    " ORDER BY c.closed_at, c.id LIMIT 32"

static const struct pg_statement page_of_all = {
    "erasure_page_of_all",
    "SELECT c.id, c.closed_at FROM complaint c WHERE " PAST_RETENTION(
        "$4::timestamptz") " AND c.unit_id = ANY($1) AND " COMPLAINT_NOT_ABOUT("$5") BEHIND};

/* Reopened ones have no end: they come first. */
static const struct pg_statement page_of_named = {
    "erasure_page_of_named",
    "SELECT c.id, c.at FROM (SELECT id, coalesce(closed_at, '1970-01-01Z') AS at FROM complaint"
    " WHERE id = ANY($1)) c WHERE (c.at, c.id) > (coalesce($2, '-infinity'::timestamptz),"
    " coalesce($3, '00000000-0000-0000-0000-000000000000'::uuid)) ORDER BY c.at, c.id LIMIT 32"};

const struct pg_statement *erasure_page(const struct erasure_order *order)
{
    return order->complaints ? &page_of_named : &page_of_all;
}

void erasure_page_bind(struct pg_binds *binds, const struct erasure_order *order,
                       const struct uuid units[], size_t count)
{
    complaint_ids_bind(binds, order->complaints ? order->complaints : units,
                       order->complaints ? order->complaint_count : count);
    pg_bind_instant(binds, order->after.closed_at);
    pg_bind_uuid(binds, order->after.id);
    if (!order->complaints) {
        pg_bind_instant(binds, order->as_of);
        complaint_about_bind(binds, order->requested_by.login, order->decided_by.login);
    }
}

const struct pg_statement erasure_carry_out = {"erasure_carry_out",
                                               "SELECT complaint_erase($1, $2)"};

void erasure_carry_out_bind(struct pg_binds *binds, int number, const struct uuid ids[],
                            size_t count)
{
    pg_bind_int4(binds, number);
    complaint_ids_bind(binds, ids, count);
}

const struct pg_statement erasure_advance = {
    "erasure_advance",
    "WITH changed AS (UPDATE erasure_order SET erased = erased + $3, skipped = skipped + $4, "
    "after_closed_at = coalesce($5, after_closed_at), after_id = coalesce($6, after_id), "
    "finished_at = CASE WHEN $7 THEN now() END "
    "WHERE number = $1 AND approved AND finished_at IS NULL AND after_id IS NOT DISTINCT FROM $2 "
    "RETURNING 1) SELECT CASE WHEN count(*) = 1 THEN 0 "
    "ELSE format('%s of 1 erasure orders went on', count(*))::integer END FROM changed"};

void erasure_advance_bind(struct pg_binds *binds, const struct erasure_order *order, int64_t erased,
                          int64_t skipped, instant after_closed_at, struct uuid after_id,
                          bool finished)
{
    pg_bind_int4(binds, order->number);
    pg_bind_uuid(binds, order->after.id);
    pg_bind_int8(binds, erased);
    pg_bind_int8(binds, skipped);
    pg_bind_instant(binds, after_closed_at);
    pg_bind_uuid(binds, after_id);
    pg_bind_bool(binds, finished);
}

const struct pg_statement *const erasure_statements[] = {
    &erasure_count,   &add,         &decide,        &erasure_list,
    &erasure_open,    &page_of_all, &page_of_named, &erasure_carry_out,
    &erasure_advance, NULL};
