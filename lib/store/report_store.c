#include "lib/store/report_store.h"

#include "lib/store/complaint_store.h"
#include "lib/store/statements.h"

#define COUNTS " AND outcome IS DISTINCT FROM 'voided' AND " COMPLAINT_NOT_ABOUT("$4")
/* $5: minutes east of UTC. */
#define DAY_OF(column) "((" column " AT TIME ZONE 'UTC') + make_interval(mins => $5))::date"

const struct pg_statement volume_received = {
    "volume_received",
    "SELECT " DAY_OF("received_at") ", count(*) FROM complaint c WHERE unit_id = ANY($1)"
                                    " AND received_at >= $2 AND received_at < $3" COUNTS
                                    " GROUP BY 1"};

const struct pg_statement volume_ended = {
    "volume_ended",
    "SELECT " DAY_OF("closed_at") ", count(*) FROM complaint c WHERE owner_unit_id = ANY($1)"
                                  " AND closed_at >= $2 AND closed_at < $3" COUNTS " GROUP BY 1"};

/* The row of no unit says that a day was counted. */
const struct pg_statement volume_counted = {
    "volume_counted",
    "SELECT d.day, coalesce(sum(f.open), 0), coalesce(sum(f.overdue), 0) FROM figure_day d"
    " LEFT JOIN figure_day f ON f.day = d.day AND f.unit_id = ANY($1)"
    " WHERE d.unit_id = '00000000-0000-0000-0000-000000000000' AND d.day >= $2 AND d.day <= $3"
    " GROUP BY d.day"};

const struct pg_statement ageing_count = {
    "ageing_count",
    "SELECT width_bucket(received_at, $2), count(*), count(*) FILTER (WHERE due_at < $3)"
    " FROM complaint c WHERE status = 'open' AND owner_unit_id = ANY($1)"
    " AND " COMPLAINT_NOT_ABOUT("$4") " GROUP BY 1"};

const struct pg_statement timeliness_count = {
    "timeliness_count",
    "SELECT owner_unit_id, count(*), count(decided_at), count(*) FILTER (WHERE decided_at <="
    " coalesce(statutory_due_at, 'infinity')),"
    " coalesce(sum(extract(epoch FROM decided_at - received_at)), 0)::bigint FROM complaint c"
    " WHERE owner_unit_id = ANY($1) AND closed_at >= $2 AND closed_at < $3" COUNTS " GROUP BY 1"};

const struct pg_statement causes_count = {
    "causes_count",
    "SELECT cause_class, product, count(*), (sum(count(*)) OVER ())::bigint FROM complaint c"
    " WHERE unit_id = ANY($1) AND received_at >= $2 AND received_at < $3" COUNTS
    " GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT $5"};

const struct pg_statement figure_count = {
    "figure_count",
    "INSERT INTO figure_day (day, unit_id, open, overdue, counted_at)"
    " SELECT $1, coalesce(owner_unit_id, '00000000-0000-0000-0000-000000000000'), count(*),"
    " count(*) FILTER (WHERE due_at < $2), now() FROM complaint WHERE status = 'open'"
    " AND NOT EXISTS (SELECT FROM figure_day WHERE day = $1)"
    " GROUP BY GROUPING SETS ((owner_unit_id), ()) ON CONFLICT DO NOTHING"};

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
