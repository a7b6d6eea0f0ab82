#include "lib/store/institution_store.h"

#include <stdlib.h>

#include "lib/store/statements.h"
#include "lib/store/unit_tree.h"

/* One statement a table, all in one snapshot of the database. */
enum part {
    PART_UNITS,
    PART_STAFF,
    PART_GRANTS,
    PART_CLASSES,
    PART_CALENDAR,
    PART_PERIODS,
    PART_YEARS,
    PART_DAYS,
    PART_POLICIES,
    PART_DEPARTURE,
    PART_DEPUTIES,
    PART_COUNT
};

/* Units, logins and codes are sorted here, because the database's collation need not order them by
 * bytes. uuids it does order so. */
static const struct pg_statement statements[PART_COUNT] = {
    [PART_UNITS] = {"institution_units", "SELECT id, code, name, parent_id, "
                                         "closed_at IS NOT NULL, version, changed_by FROM unit"},
    [PART_STAFF] = {"institution_staff",
                    "SELECT s.id, s.login, s.name, s.unit_id, s.active, c.staff_id IS NOT NULL, "
                    "s.password_temporary, s.version, s.changed_by, s.phone, s.email "
                    "FROM staff s LEFT JOIN client c ON c.staff_id = s.id ORDER BY s.id"},
    [PART_GRANTS] = {"institution_grants",
                     "SELECT staff_id, role, unit_id FROM staff_grant ORDER BY staff_id"},
    [PART_CLASSES] = {"institution_classes",
                      "SELECT code, dimension, name_zh, name_en FROM complaint_class"},
    [PART_CALENDAR] = {"institution_calendar",
                       "SELECT version, weekdays FROM calendar ORDER BY version DESC LIMIT 1"},
    [PART_PERIODS] = {"institution_periods",
                      "SELECT p.from_minute, p.to_minute FROM calendar c, "
                      "unnest(c.period_from, c.period_to) AS p(from_minute, to_minute) "
                      "WHERE c.version = (SELECT max(version) FROM calendar) "
                      "ORDER BY p.from_minute"},
    [PART_YEARS] = {"institution_years",
                    "SELECT y.year FROM calendar c, unnest(c.years) AS y(year) "
                    "WHERE c.version = (SELECT max(version) FROM calendar)"},
    [PART_DAYS] = {"institution_days", "SELECT day, works FROM calendar_day "
                                       "WHERE version = (SELECT max(version) FROM calendar)"},
    [PART_POLICIES] = {"institution_policies",
                       "SELECT p.version, p.effective_from, p.failed_attempts_to_close, "
                       "p.redress_approval_fen, p.major_from_people, p.extension_max_days, "
                       "p.extended_max_days, p.review_apply_days, p.review_days, p.reopen_days, "
                       "p.retention_years, "
                       "l.level, l.intake_days, "
                       "l.investigation_days, l.resolution_days, l.feedback_days, "
                       "l.statutory_days, l.due_soon_minutes "
                       "FROM policy p LEFT JOIN policy_level l USING (version) "
                       "ORDER BY p.effective_from, p.version"},
    [PART_DEPARTURE] = {"institution_departure", "SELECT coalesce(max(number), 0) FROM departure"},
    [PART_DEPUTIES] = {"institution_deputies",
                       "SELECT id, staff_id, deputy_id, from_at, until_at FROM deputy "
                       "WHERE until_at > from_at AND until_at > now() - interval '2 years' "
                       "ORDER BY from_at, id"},
};

/* The public part comes first, so that one pointer is the other. */
struct snapshot {
    struct institution institution;
    struct arena *arena;
    struct calendar *calendar;
};

void institution_free(struct institution *institution)
{
    struct snapshot *snapshot = (struct snapshot *)institution;

    if (!snapshot)
        return;
    calendar_free(snapshot->calendar);
    arena_free(snapshot->arena);
    free(snapshot);
}

/* --- reading -------------------------------------------------------------------------------- */

static bool send_all(struct pg *pg)
{
    bool sent = pg_send(pg, &pg_begin_read, NULL);

    for (int i = 0; sent && i < PART_COUNT; i++)
        sent = pg_send(pg, &statements[i], NULL);
    return sent && pg_send(pg, &pg_commit, NULL) && pg_sync(pg);
}

static void free_all(struct pg_rows rows[static PART_COUNT])
{
    for (int i = 0; i < PART_COUNT; i++)
        pg_rows_free(&rows[i]);
}

/* Fills rows[]; on a fault some may be filled too. */
static enum fault read_all(struct pg *pg, int64_t deadline_us, struct pg_rows rows[])
{
    bool done = true;

    if (!send_all(pg))
        return FAULT_DATABASE_AWAY;
    for (int i = -1; i <= PART_COUNT; i++) {
        struct pg_rows *into = i >= 0 && i < PART_COUNT ? &rows[i] : NULL;
        done &= pg_next(pg, deadline_us, into) == PG_DONE;
    }
    if (pg_next(pg, deadline_us, NULL) != PG_SYNCED)
        return FAULT_DATABASE_AWAY;
    if (done)
        return FAULT_NONE;
    /* The transaction is still open, and lost: rolling it back must not hide why. */
    return pg_send(pg, &pg_rollback, NULL) && pg_sync(pg) &&
                   pg_next(pg, deadline_us, NULL) == PG_DONE &&
                   pg_next(pg, deadline_us, NULL) == PG_SYNCED
               ? FAULT_INTERNAL
               : FAULT_DATABASE_AWAY;
}

/* --- assembling: each function returns what is wrong with the data, or NULL ------------------ */

static const char *assemble_units(struct snapshot *snapshot, const struct pg_rows *rows)
{
    struct arena *arena = snapshot->arena;
    struct unit *units = ARENA_ARRAY(arena, struct unit, rows->count);

    for (size_t i = 0; i < rows->count; i++)
        units[i] = (struct unit){.id = pg_uuid(rows, i, 0),
                                 .code = text_copy(arena, pg_text(rows, i, 1)),
                                 .name = text_copy(arena, pg_text(rows, i, 2)),
                                 .parent_id = pg_uuid(rows, i, 3),
                                 .closed = pg_bool(rows, i, 4),
                                 .version = pg_int4(rows, i, 5),
                                 .changed_by = pg_uuid(rows, i, 6)};
    return unit_tree_build(arena, units, rows->count, &snapshot->institution);
}

static int by_login(const void *a, const void *b)
{
    const struct staff *const *one = a, *const *other = b;
    return text_compare((*one)->login, (*other)->login);
}

/* Takes the grants of one person off the sorted rows, from *at on. */
static const char *assemble_grants(const struct snapshot *snapshot, const struct pg_rows *rows,
                                   struct grant *grants, size_t *at, struct staff *staff)
{
    size_t count = 0;

    while (*at < rows->count && uuid_compare(pg_uuid(rows, *at, 0), staff->id) < 0)
        ++*at;
    for (; *at < rows->count && uuid_equal(pg_uuid(rows, *at, 0), staff->id); ++*at) {
        int role = vocabulary_find(&vocabulary_role, pg_text(rows, *at, 1));
        const struct unit *unit = institution_unit(&snapshot->institution, pg_uuid(rows, *at, 2));
        if (!unit)
            return "a role is granted in a unit that does not exist";
        if (role != TERM_NONE)
            grants[count++] = (struct grant){.role = (enum role)role, .unit = unit};
    }
    staff->grants = grants;
    staff->grant_count = count;
    return NULL;
}

static const char *assemble_staff(struct snapshot *snapshot, const struct pg_rows *rows,
                                  const struct pg_rows *grant_rows)
{
    struct arena *arena = snapshot->arena;
    struct staff *staff = ARENA_ARRAY(arena, struct staff, rows->count);
    const struct staff **sorted = ARENA_ARRAY(arena, const struct staff *, rows->count);
    struct grant *grants = ARENA_ARRAY(arena, struct grant, grant_rows->count);
    size_t next_grant = 0;

    for (size_t i = 0; i < rows->count; i++) {
        staff[i] =
            (struct staff){.id = pg_uuid(rows, i, 0),
                           .login = text_copy(arena, pg_text(rows, i, 1)),
                           .name = text_copy(arena, pg_text(rows, i, 2)),
                           .unit = institution_unit(&snapshot->institution, pg_uuid(rows, i, 3)),
                           .active = pg_bool(rows, i, 4),
                           .client = pg_bool(rows, i, 5),
                           .password_temporary = pg_bool(rows, i, 6),
                           .version = pg_int4(rows, i, 7),
                           .changed_by = pg_uuid(rows, i, 8),
                           .phone = text_copy(arena, pg_text(rows, i, 9)),
                           .email = text_copy(arena, pg_text(rows, i, 10))};
        if (!staff[i].unit)
            return "somebody belongs to a unit that does not exist";
        const char *flaw =
            assemble_grants(snapshot, grant_rows, grants + next_grant, &next_grant, &staff[i]);
        if (flaw)
            return flaw;
        sorted[i] = &staff[i];
    }
    qsort(sorted, rows->count, sizeof *sorted, by_login); /* NOLINT(bugprone-sizeof-expression) */
    snapshot->institution.staff = staff;
    snapshot->institution.staff_count = rows->count;
    snapshot->institution.staff_by_login = sorted;
    return NULL;
}

static void assemble_deputies(struct snapshot *snapshot, const struct pg_rows *rows)
{
    struct deputyship *list = ARENA_ARRAY(snapshot->arena, struct deputyship, rows->count);

    for (size_t i = 0; i < rows->count; i++)
        list[i] = (struct deputyship){.id = pg_uuid(rows, i, 0),
                                      .staff_id = pg_uuid(rows, i, 1),
                                      .deputy_id = pg_uuid(rows, i, 2),
                                      .from = pg_instant(rows, i, 3),
                                      .until = pg_instant(rows, i, 4)};
    snapshot->institution.deputyships = list;
    snapshot->institution.deputyship_count = rows->count;
}

static int class_by_code(const void *a, const void *b)
{
    const struct complaint_class *one = a, *other = b;
    return text_compare(one->code, other->code);
}

static const char *assemble_classes(struct snapshot *snapshot, const struct pg_rows *rows)
{
    struct arena *arena = snapshot->arena;
    struct complaint_class *classes = ARENA_ARRAY(arena, struct complaint_class, rows->count);

    for (size_t i = 0; i < rows->count; i++) {
        struct text dimension = pg_text(rows, i, 1);
        if (dimension.length != 1 || dimension.at[0] < CLASS_CHANNEL ||
            dimension.at[0] > CLASS_CAUSE)
            return "a class has a dimension other than A, B and C";
        classes[i] = (struct complaint_class){.code = text_copy(arena, pg_text(rows, i, 0)),
                                              .name_zh = text_copy(arena, pg_text(rows, i, 2)),
                                              .name_en = text_copy(arena, pg_text(rows, i, 3)),
                                              .dimension = (enum class_dimension)dimension.at[0]};
    }
    qsort(classes, rows->count, sizeof *classes, class_by_code);
    snapshot->institution.classes = classes;
    snapshot->institution.class_count = rows->count;
    return NULL;
}

static const char *assemble_calendar(struct snapshot *snapshot, const struct pg_rows rows[])
{
    struct calendar_source source = {.zone_minutes = snapshot->institution.zone_minutes};
    const struct pg_rows *periods = &rows[PART_PERIODS], *days = &rows[PART_DAYS];
    size_t year_count = rows[PART_YEARS].count;
    struct calendar_day *listed = ARENA_ARRAY(snapshot->arena, struct calendar_day, days->count);
    int *years = ARENA_ARRAY(snapshot->arena, int, year_count);

    if (rows[PART_CALENDAR].count == 0) {
        source.weekdays = 0x1F;
        source.periods[0] = (struct working_period){9 * 60, 12 * 60};
        source.periods[1] = (struct working_period){13 * 60 + 30, 17 * 60 + 30};
        source.period_count = 2;
    } else {
        source.version = pg_int4(&rows[PART_CALENDAR], 0, 0);
        source.weekdays = (unsigned)pg_int4(&rows[PART_CALENDAR], 0, 1);
    }
    for (size_t i = 0; i < periods->count && i < CALENDAR_PERIODS_MAX; i++)
        source.periods[source.period_count++] =
            (struct working_period){pg_int4(periods, i, 0), pg_int4(periods, i, 1)};
    for (size_t i = 0; i < days->count; i++)
        listed[i] = (struct calendar_day){pg_day(days, i, 0), pg_bool(days, i, 1)};
    for (size_t i = 0; i < year_count; i++)
        years[i] = pg_int4(&rows[PART_YEARS], i, 0);
    source.days = listed;
    source.day_count = days->count;
    source.years = years;
    source.year_count = year_count;
    snapshot->calendar = calendar_new(&source);
    snapshot->institution.calendar = snapshot->calendar;
    return snapshot->calendar ? NULL : "the calendar's periods or days are not possible";
}

#define POLICY_COLUMNS 11 /* before those of its levels */

static void read_policy(const struct pg_rows *rows, size_t row, struct policy *ret)
{
    *ret = (struct policy){.version = pg_int4(rows, row, 0),
                           .effective_from = pg_day(rows, row, 1),
                           .failed_attempts_to_close = pg_int4(rows, row, 2),
                           .redress_approval_fen = pg_int8(rows, row, 3),
                           .major_from_people = pg_int4(rows, row, 4),
                           .extension_max_days = pg_int4(rows, row, 5),
                           .extended_max_days = pg_int4(rows, row, 6),
                           .review_apply_days = pg_int4(rows, row, 7),
                           .review_days = pg_int4(rows, row, 8),
                           .reopen_days = pg_int4(rows, row, 9),
                           .retention_years = pg_int4(rows, row, 10)};
}

/* The limits of one level; returns its bit, or 0 when the row has none. */
static unsigned read_limits(const struct pg_rows *rows, size_t row, struct policy *policy)
{
    int level = vocabulary_find(&vocabulary_level, pg_text(rows, row, POLICY_COLUMNS));

    if (level == TERM_NONE)
        return 0;
    struct policy_limits *limits = &policy->limits[level];
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        limits->stage_days[stage] = pg_int4(rows, row, POLICY_COLUMNS + 1 + stage);
    limits->statutory_days = pg_int4(rows, row, POLICY_COLUMNS + 1 + STAGE_COUNT);
    limits->due_soon_minutes = pg_int4(rows, row, POLICY_COLUMNS + 2 + STAGE_COUNT);
    return 1u << level;
}

static const char *assemble_policies(struct snapshot *snapshot, const struct pg_rows *rows)
{
    const unsigned all_levels = (1u << LEVEL_COUNT) - 1;
    struct policy *policies = ARENA_ARRAY(snapshot->arena, struct policy, rows->count);
    size_t count = 0;
    unsigned levels = all_levels;

    for (size_t i = 0; i < rows->count; i++) {
        if (count == 0 || policies[count - 1].version != pg_int4(rows, i, 0)) {
            if (levels != all_levels)
                break;
            read_policy(rows, i, &policies[count++]);
            levels = 0;
        }
        levels |= read_limits(rows, i, &policies[count - 1]);
    }
    if (count == 0)
        return "there is no policy";
    if (levels != all_levels)
        return "a policy has no limits for one of the levels";
    snapshot->institution.policies = policies;
    snapshot->institution.policy_count = count;
    return NULL;
}

static const char *assemble(struct snapshot *snapshot, const struct pg_rows rows[])
{
    const char *flaw = assemble_units(snapshot, &rows[PART_UNITS]);

    if (!flaw)
        flaw = assemble_staff(snapshot, &rows[PART_STAFF], &rows[PART_GRANTS]);
    if (!flaw)
        flaw = assemble_classes(snapshot, &rows[PART_CLASSES]);
    if (!flaw)
        flaw = assemble_calendar(snapshot, rows);
    if (!flaw)
        flaw = assemble_policies(snapshot, &rows[PART_POLICIES]);
    assemble_deputies(snapshot, &rows[PART_DEPUTIES]);
    snapshot->institution.departure = pg_int4(&rows[PART_DEPARTURE], 0, 0);
    return flaw;
}

struct institution *institution_load(struct pg *pg, int zone_minutes, int64_t deadline_us,
                                     enum fault *ret_fault, const char **ret_flaw)
{
    struct pg_rows rows[PART_COUNT] = {{0}};
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    const char *flaw = NULL;

    if (!snapshot)
        abort();
    snapshot->arena = arena_new((size_t)64 * 1024);
    snapshot->institution.zone_minutes = zone_minutes;
    enum fault fault = read_all(pg, deadline_us, rows);
    if (fault == FAULT_NONE && (flaw = assemble(snapshot, rows)))
        fault = FAULT_INTERNAL;
    free_all(rows);
    if (ret_flaw)
        *ret_flaw = flaw;
    if (fault == FAULT_NONE)
        return &snapshot->institution;
    institution_free(&snapshot->institution);
    *ret_fault = fault;
    return NULL;
}

const struct pg_statement *const institution_statements[] = {
    &statements[PART_UNITS],     &statements[PART_STAFF],    &statements[PART_GRANTS],
    &statements[PART_CLASSES],   &statements[PART_CALENDAR], &statements[PART_PERIODS],
    &statements[PART_YEARS],     &statements[PART_DAYS],     &statements[PART_POLICIES],
    &statements[PART_DEPARTURE], &statements[PART_DEPUTIES], NULL};
