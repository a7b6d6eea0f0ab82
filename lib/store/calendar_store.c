#include "lib/store/calendar_store.h"

#include "lib/store/statements.h"

/* Days travel as numbers of days since 1970-01-01. */
#define SAME                                                                            \
    "WITH latest AS (SELECT * FROM calendar ORDER BY version DESC LIMIT 1), "           \
    "latest_days AS (SELECT "                                                           \
    "coalesce(array_agg(day - date '1970-01-01' ORDER BY day), '{}') AS days, "         \
    "coalesce(array_agg(works ORDER BY day), '{}') AS works "                           \
    "FROM calendar_day WHERE version = (SELECT version FROM latest)), "                 \
    "same AS (SELECT l.version FROM latest l, latest_days d WHERE l.name = $1 "         \
    "AND l.weekdays = $2 AND l.period_from = $3 AND l.period_to = $4 AND l.years = $5 " \
    "AND d.days = $6 AND d.works = $7)"

static const struct pg_statement same = {"calendar_same", SAME " SELECT version FROM same"};

static const struct pg_statement import = {
    "calendar_import",
    SAME ", "
         "added AS (INSERT INTO calendar (name, weekdays, period_from, period_to, years) "
         "SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT FROM same) RETURNING version), "
         "added_days AS (INSERT INTO calendar_day (version, day, works) "
         "SELECT a.version, date '1970-01-01' + d.day, d.works "
         "FROM added a, unnest($6, $7) AS d(day, works)) "
         "SELECT version, true FROM added UNION ALL SELECT version, false FROM same"};

static const struct pg_statement list = {
    "calendar_list",
    "SELECT version, imported_at, name, weekdays, period_from, period_to, years, "
    "array(SELECT day - date '1970-01-01' FROM calendar_day d WHERE d.version = c.version "
    "AND NOT works ORDER BY day), "
    "array(SELECT day - date '1970-01-01' FROM calendar_day d WHERE d.version = c.version "
    "AND works ORDER BY day) FROM calendar c ORDER BY version DESC LIMIT $1"};

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

static void bind_calendar(struct pg_binds *binds, struct text name,
                          const struct calendar_source *source)
{
    pg_bind_text(binds, name);
    pg_bind_int4(binds, (int32_t)source->weekdays);
    bind_periods(binds, source);
    struct pg_array years = pg_array_begin(binds, PG_INT4, source->year_count);
    for (size_t i = 0; i < source->year_count; i++)
        pg_array_add_int4(&years, source->years[i]);
    pg_array_end(&years);
    bind_days(binds, source);
}

static enum store_result run_import(struct pg *pg, struct arena *arena, struct text name,
                                    const struct calendar_source *source, int64_t deadline_us,
                                    struct rules_added *ret)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    bind_calendar(&binds, name, source);
    enum store_result result = store_run(pg, &import, &binds, deadline_us, &rows);
    if (result == STORE_DONE)
        *ret = (struct rules_added){.version = pg_int4(&rows, 0, 0), .added = pg_bool(&rows, 0, 1)};
    else
        rules_abandon(pg, deadline_us);
    return result;
}

enum store_result calendar_import(struct pg *pg, struct arena *arena, struct text name,
                                  const struct calendar_source *source,
                                  const struct audit_origin *origin, int64_t deadline_us,
                                  struct rules_added *ret)
{
    enum store_result result = rules_begin(pg, deadline_us);

    if (result == STORE_DONE)
        result = run_import(pg, arena, name, source, deadline_us, ret);
    if (result == STORE_DONE)
        result = rules_commit(pg, arena, RULES_CALENDAR, origin, deadline_us, ret);
    return result;
}

enum store_result calendar_same(struct pg *pg, struct arena *arena, struct text name,
                                const struct calendar_source *source, int64_t deadline_us,
                                bool *ret_same)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    bind_calendar(&binds, name, source);
    enum store_result result = store_run(pg, &same, &binds, deadline_us, &rows);
    *ret_same = result == STORE_DONE && rows.count > 0;
    return result;
}

/* --- reading ----------------------------------------------------------------------------------- */

static int *read_numbers(const struct pg_rows *rows, size_t row, int column, struct arena *arena,
                         size_t *ret_count)
{
    struct text *members;
    *ret_count = pg_members(rows, row, column, arena, &members);
    int *numbers = ARENA_ARRAY(arena, int, *ret_count);

    for (size_t i = 0; i < *ret_count; i++)
        numbers[i] = pg_member_int4(members[i]);
    return numbers;
}

static void read_periods(const struct pg_rows *rows, size_t row, struct arena *arena,
                         struct calendar_source *ret)
{
    size_t from_count, to_count;
    const int *from = read_numbers(rows, row, 4, arena, &from_count);
    const int *to = read_numbers(rows, row, 5, arena, &to_count);

    for (size_t i = 0; i < from_count && i < to_count && i < CALENDAR_PERIODS_MAX; i++)
        ret->periods[ret->period_count++] = (struct working_period){from[i], to[i]};
}

static void read_days(const struct pg_rows *rows, size_t row, struct arena *arena,
                      struct calendar_source *ret)
{
    size_t off_count, work_count;
    const int *off = read_numbers(rows, row, 7, arena, &off_count);
    const int *work = read_numbers(rows, row, 8, arena, &work_count);
    struct calendar_day *days = ARENA_ARRAY(arena, struct calendar_day, off_count + work_count);

    for (size_t i = 0; i < off_count; i++)
        days[ret->day_count++] = (struct calendar_day){off[i], false};
    for (size_t i = 0; i < work_count; i++)
        days[ret->day_count++] = (struct calendar_day){work[i], true};
    ret->days = days;
}

static void read_version(const struct pg_rows *rows, size_t row, struct arena *arena,
                         struct calendar_version_stored *ret)
{
    struct calendar_source *source = &ret->source;

    *ret = (struct calendar_version_stored){.imported_at = pg_instant(rows, row, 1),
                                            .name = text_copy(arena, pg_text(rows, row, 2))};
    source->version = pg_int4(rows, row, 0);
    source->weekdays = (unsigned)pg_int4(rows, row, 3);
    read_periods(rows, row, arena, source);
    source->years = read_numbers(rows, row, 6, arena, &source->year_count);
    read_days(rows, row, arena, source);
}

enum store_result calendar_versions(struct pg *pg, struct arena *arena, int limit,
                                    int64_t deadline_us, struct calendar_version_stored **ret,
                                    size_t *ret_count)
{
    STORE_ROWS rows = {0};
    struct pg_binds binds = pg_binds_new(arena);

    pg_bind_int8(&binds, limit);
    enum store_result result = store_run(pg, &list, &binds, deadline_us, &rows);
    if (result != STORE_DONE)
        return result;
    *ret = ARENA_ARRAY(arena, struct calendar_version_stored, rows.count);
    *ret_count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        read_version(&rows, i, arena, &(*ret)[i]);
    return result;
}

const struct pg_statement *const calendar_statements[] = {&import, &same, &list, NULL};
