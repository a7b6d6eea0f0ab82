#include "lib/store/calendar_store.h"

#include "lib/store/statements.h"

/* Days travel as numbers of days since 1970-01-01. */
static const struct pg_statement import = {
    "calendar_import",
    "WITH latest AS (SELECT * FROM calendar ORDER BY version DESC LIMIT 1), "
    "latest_days AS (SELECT "
    "coalesce(array_agg(day - date '1970-01-01' ORDER BY day), '{}') AS days, "
    "coalesce(array_agg(works ORDER BY day), '{}') AS works "
    "FROM calendar_day WHERE version = (SELECT version FROM latest)), "
    "same AS (SELECT l.version FROM latest l, latest_days d WHERE l.name = $1 "
    "AND l.weekdays = $2 AND l.period_from = $3 AND l.period_to = $4 AND l.years = $5 "
    "AND d.days = $6 AND d.works = $7), "
    "added AS (INSERT INTO calendar (name, weekdays, period_from, period_to, years) "
    "SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT FROM same) RETURNING version), "
    "added_days AS (INSERT INTO calendar_day (version, day, works) "
    "SELECT a.version, date '1970-01-01' + d.day, d.works "
    "FROM added a, unnest($6, $7) AS d(day, works)) "
    "SELECT version, true, (SELECT count(*) FROM stage WHERE completed_at IS NULL "
    "AND due_at IS NOT NULL) FROM added UNION ALL SELECT version, false, 0 FROM same"};

static void bind_periods(struct pg_binds *binds, const struct calendar_source *source)
{
    struct pg_array from = pg_array_begin(binds, PG_INT4, source->period_count);
    for (size_t i = 0; i < source->period_count; i++)
        pg_array_add_int4(&from, source->periods[i].from_minute);
    pg_array_end(&from);
    struct pg_array to = pg_array_begin(binds, PG_INT4, source->period_count);
    for (size_t i = 0; i < source->period_count; i++)
        pg_array_add_int4(&to, source->periods[i].to_minute);
    pg_array_end(&to);
}

static void bind_days(struct pg_binds *binds, const struct calendar_source *source)
{
    struct pg_array days = pg_array_begin(binds, PG_INT4, source->day_count);
    for (size_t i = 0; i < source->day_count; i++)
        pg_array_add_int4(&days, source->days[i].day);
    pg_array_end(&days);
    struct pg_array works = pg_array_begin(binds, PG_BOOL, source->day_count);
    for (size_t i = 0; i < source->day_count; i++)
        pg_array_add_bool(&works, source->days[i].works);
    pg_array_end(&works);
}

enum store_result calendar_import(struct pg *pg, struct arena *arena, struct text name,
                                  const struct calendar_source *source, int64_t deadline_us,
                                  struct calendar_imported *ret)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_text(&binds, name);
    pg_bind_int4(&binds, (int32_t)source->weekdays);
    bind_periods(&binds, source);
    struct pg_array years = pg_array_begin(&binds, PG_INT4, source->year_count);
    for (size_t i = 0; i < source->year_count; i++)
        pg_array_add_int4(&years, source->years[i]);
    pg_array_end(&years);
    bind_days(&binds, source);
    enum store_result result = store_run(pg, &import, &binds, deadline_us, &rows);
    if (result == STORE_DONE)
        *ret = (struct calendar_imported){.version = pg_int4(&rows, 0, 0),
                                          .added = pg_bool(&rows, 0, 1),
                                          .open_stages = pg_int8(&rows, 0, 2)};
    return result;
}

const struct pg_statement *const calendar_statements[] = {&import, NULL};
