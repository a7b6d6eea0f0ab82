#include "lib/store/report_store.h"

#include "lib/store/complaint_store.h"
#include "lib/store/statements.h"

#define COUNTS " AND c.outcome IS DISTINCT FROM 'voided' AND " COMPLAINT_NOT_ABOUT("$4")
/* $5: minutes east of UTC. */
#define DAY_OF(column) "((" column " AT TIME ZONE 'UTC') + make_interval(mins => $5))::date"

const struct pg_statement volume_received = {
    "volume_received",
    "SELECT " DAY_OF("received_at") ", count(*) FROM complaint c WHERE unit_id = ANY($1)"
                                    " AND received_at >= $2 AND received_at < $3" COUNTS
                                    " GROUP BY 1"};

/* Rounds that ended in the range: the present one of a complaint that has ended, and those before
 * another was opened, which keep their figures (domain.md §3). begun_at: receipt, or that of what the
 * round is about. Looked for along their ends: the units are hashed, as there may be thousands. */
#define ENDED                                                                                     \
    "(SELECT owner_unit_id AS unit_id, closed_at, decided_at, statutory_due_at,"                  \
    " CASE round WHEN 1 THEN received_at ELSE clock_from END AS begun_at FROM complaint c"        \
    " WHERE owner_unit_id IN (SELECT unnest($1::uuid[])) AND closed_at >= $2"                     \
    " AND closed_at < $3" COUNTS                                                                  \
    " UNION ALL SELECT s.unit_id, p.closed_at, p.decided_at, p.statutory_due_at,"                 \
    " coalesce(b.begun_at, c.received_at) FROM work w"                                            \
    " CROSS JOIN LATERAL jsonb_to_record(w.body::jsonb -> 'previous') AS p(round integer,"        \
    " outcome text, closed_at timestamptz, decided_at timestamptz, statutory_due_at timestamptz)" \
    " JOIN complaint c ON c.id = w.complaint_id"                                                  \
    " CROSS JOIN LATERAL (SELECT unit_id FROM stage WHERE complaint_id = w.complaint_id"          \
    " AND round = p.round ORDER BY sequence DESC LIMIT 1) AS s"                                   \
    " LEFT JOIN LATERAL (SELECT coalesce(body::jsonb ->> 'applied_at',"                           \
    " body::jsonb ->> 'received_at')::timestamptz AS begun_at FROM work"                          \
    " WHERE complaint_id = w.complaint_id AND kind IN ('reopen', 'review')"                       \
    " AND number = p.round) AS b ON true"                                                         \
    " WHERE w.kind IN ('reopen', 'review') AND w.at >= $2 AND s.unit_id = ANY($1)"                \
    " AND p.closed_at >= $2 AND p.closed_at < $3 AND p.outcome IS DISTINCT FROM 'voided'" COUNTS  \
    ") AS ended"

const struct pg_statement volume_ended = {
    "volume_ended", "SELECT " DAY_OF("closed_at") ", count(*) FROM " ENDED " GROUP BY 1"};

/* The row of no unit says that a day was counted. */
const struct pg_statement volume_counted = {
    "volume_counted",
    "SELECT d.day, coalesce(sum(f.open), 0), coalesce(sum(f.overdue), 0) FROM figure_day d"
    " LEFT JOIN figure_day f ON f.day = d.day AND f.unit_id = ANY($1)"
    " AND (f.about = ANY($4)) IS NOT TRUE"
    " WHERE d.unit_id = '00000000-0000-0000-0000-000000000000' AND d.day >= $2 AND d.day <= $3"
    " GROUP BY d.day"};

const struct pg_statement ageing_count = {
    "ageing_count",
    "SELECT width_bucket(received_at, $2), count(*), count(*) FILTER (WHERE due_at < $3)"
    " FROM complaint c WHERE status = 'open' AND owner_unit_id = ANY($1)"
    " AND " COMPLAINT_NOT_ABOUT("$4") " GROUP BY 1"};

const struct pg_statement timeliness_count = {
    "timeliness_count",
    "SELECT unit_id, count(*), count(decided_at), count(*) FILTER (WHERE decided_at <="
    " coalesce(statutory_due_at, 'infinity')),"
    " coalesce(sum(extract(epoch FROM decided_at - begun_at)), 0)::bigint FROM " ENDED
    " GROUP BY 1"};

const struct pg_statement causes_count = {
    "causes_count",
    "SELECT cause_class, product, count(*), (sum(count(*)) OVER ())::bigint FROM complaint c"
    " WHERE unit_id = ANY($1) AND received_at >= $2 AND received_at < $3" COUNTS
    " GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT $5"};

const struct pg_statement figure_count = {
    "figure_count",
    "INSERT INTO figure_day (day, unit_id, about, open, overdue, counted_at)"
    " SELECT $1, coalesce(owner_unit_id, '00000000-0000-0000-0000-000000000000'),"
    " coalesce(staff_complained_of, ''), count(*), count(*) FILTER (WHERE due_at < $2), now()"
    " FROM complaint WHERE entered_at < $2 AND (status = 'open' OR closed_at >= $2)"
    " AND NOT EXISTS (SELECT FROM figure_day WHERE day = $1)"
    " GROUP BY GROUPING SETS ((owner_unit_id, staff_complained_of), ()) ON CONFLICT DO NOTHING"};

static void bind_moments(struct pg_binds *binds, const struct report_range *range)
{
    complaint_ids_bind(binds, range->units, range->unit_count);
    pg_bind_instant(binds, instant_of_day(range->from, range->zone_minutes));
    pg_bind_instant(binds, instant_of_day(range->to + 1, range->zone_minutes));
    complaint_barred_bind(binds, range->who);
}

void volume_days_bind(struct pg_binds *binds, const struct report_range *range)
{
    bind_moments(binds, range);
    pg_bind_int4(binds, range->zone_minutes);
}

void timeliness_bind(struct pg_binds *binds, const struct report_range *range)
{
    bind_moments(binds, range);
}

void volume_counted_bind(struct pg_binds *binds, const struct report_range *range)
{
    complaint_ids_bind(binds, range->units, range->unit_count);
    pg_bind_day(binds, range->from);
    pg_bind_day(binds, range->to);
    complaint_barred_bind(binds, range->who);
}

void ageing_bind(struct pg_binds *binds, const struct report_range *range, const instant limits[],
                 size_t count, instant now)
{
    complaint_ids_bind(binds, range->units, range->unit_count);
    struct pg_array array = pg_array_begin(binds, PG_TIMESTAMPTZ, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_instant(&array, limits[i]);
    pg_array_end(&array);
    pg_bind_instant(binds, now);
    complaint_barred_bind(binds, range->who);
}

void causes_bind(struct pg_binds *binds, const struct report_range *range, int limit)
{
    bind_moments(binds, range);
    pg_bind_int8(binds, limit);
}

void figure_count_bind(struct pg_binds *binds, day_number day, int zone_minutes)
{
    pg_bind_day(binds, day);
    pg_bind_instant(binds, instant_of_day(day + 1, zone_minutes));
}

const struct pg_statement *const report_statements[] = {
    &volume_received,  &volume_ended, &volume_counted, &ageing_count,
    &timeliness_count, &causes_count, &figure_count,   NULL};
