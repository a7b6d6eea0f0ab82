#include "lib/store/recalculation_store.h"

#include "lib/store/audit_store.h"
#include "lib/store/complaint_store.h"
#include "lib/store/statements.h"

/* The same lock, shared and alone. Its class is that of the duties' locks. */
const struct pg_statement rules_share = {"rules_share",
                                         "SELECT pg_advisory_xact_lock_shared(2060, 2000)"};
const struct pg_statement rules_alone = {
    "rules_alone",
    "SELECT set_config('lock_timeout', '2s', true), pg_advisory_xact_lock(2060, 2000)"};

const struct pg_statement rules_versions = {
    "rules_versions", "SELECT coalesce((SELECT max(version) FROM calendar), 0), "
                      "coalesce((SELECT max(version) FROM policy), 0), "
                      "coalesce((SELECT max(number) FROM departure), 0)"};

bool rules_are_newest(const struct pg_rows *rows, const struct institution *institution)
{
    return rows->count == 1 && pg_int4(rows, 0, 0) == calendar_version(institution->calendar) &&
           pg_int4(rows, 0, 1) == institution_policy_newest(institution) &&
           pg_int4(rows, 0, 2) == institution->departure;
}

/* --- putting in force -------------------------------------------------------------------------- */

static const struct pg_statement unfinished_find = {
    "recalculation_unfinished", "SELECT number FROM recalculation WHERE finished_at IS NULL"};

static const struct pg_statement record = {
    "recalculation_record",
    /* A scalar, as the order that finds an index would be forgotten in an EXISTS. */
    "WITH needed AS MATERIALIZED (SELECT (SELECT id FROM complaint WHERE status = 'open' "
    "ORDER BY owner_id, due_at, id LIMIT 1) IS NOT NULL AS now) "
    "INSERT INTO recalculation (rules, version, staff_id, client, request_id, address, finished_at) "
    "SELECT $1, $2, $3, $4, $5, $6, CASE WHEN NOT now THEN now() END FROM needed "
    "WHERE $3 IS NOT NULL OR NOT now RETURNING number, finished_at IS NOT NULL"};

void rules_abandon(struct pg *pg, int64_t deadline_us)
{
    if (pg_usable(pg))
        (void)pg_run(pg, &pg_rollback, NULL, deadline_us, NULL);
}

enum store_result rules_begin(struct pg *pg, int64_t deadline_us)
{
    enum store_result result = store_run(pg, &pg_begin, NULL, deadline_us, NULL);

    if (result == STORE_DONE)
        result = store_run(pg, &rules_alone, NULL, deadline_us, NULL);
    if (result != STORE_DONE)
        rules_abandon(pg, deadline_us);
    return result;
}

static enum store_result record_it(struct pg *pg, struct arena *arena, enum rules rules,
                                   const struct audit_origin *origin, int64_t deadline_us,
                                   struct rules_added *added)
{
    STORE_ROWS rows = {0}, unfinished = {0};
    struct pg_binds binds = pg_binds_new(arena);
    enum store_result result = store_run(pg, &unfinished_find, NULL, deadline_us, &unfinished);

    if (result != STORE_DONE)
        return result;
    if (unfinished.count > 0)
        return STORE_REFUSED;
    pg_bind_text(&binds, vocabulary_code(&vocabulary_rules, (int)rules));
    pg_bind_int4(&binds, added->version);
    pg_bind_uuid(&binds, origin->staff_id);
    pg_bind_text(&binds, origin->client);
    pg_bind_text(&binds, origin->request_id);
    pg_bind_text(&binds, origin->address);
    result = store_run(pg, &record, &binds, deadline_us, &rows);
    if (result == STORE_DONE && rows.count == 0)
        result = STORE_NONE;
    if (result == STORE_DONE) {
        added->recalculation = pg_int4(&rows, 0, 0);
        added->finished = pg_bool(&rows, 0, 1);
    }
    return result;
}

static enum store_result audit_it(struct pg *pg, struct arena *arena, enum rules rules,
                                  const struct audit_origin *origin, int64_t deadline_us,
                                  int version)
{
    const struct audit_event event = {.action = rules == RULES_CALENDAR ? AUDIT_CALENDAR_ADDED
                                                                        : AUDIT_POLICY_ADDED,
                                      .success = true,
                                      .subject = text_printf(arena, "%d", version)};

    return audit_record(pg, arena, &event, origin, deadline_us);
}

enum store_result rules_commit(struct pg *pg, struct arena *arena, enum rules rules,
                               const struct audit_origin *origin, int64_t deadline_us,
                               struct rules_added *added)
{
    enum store_result result =
        added->added ? record_it(pg, arena, rules, origin, deadline_us, added) : STORE_DONE;

    if (result == STORE_DONE && added->added)
        result = audit_it(pg, arena, rules, origin, deadline_us, added->version);
    if (result == STORE_DONE)
        return store_run(pg, &pg_commit, NULL, deadline_us, NULL);
    rules_abandon(pg, deadline_us);
    return result;
}

/* --- operations -------------------------------------------------------------------------------- */

#define FIGURE(name_)                                                                  \
    {                                                                                  \
#name_, COLUMN_LONG, 0, offsetof(struct recalculation, figures.name_), 0, NULL \
    }
#define MOMENT(name_, member_)                                                      \
    {                                                                               \
#name_, COLUMN_INSTANT, 0, offsetof(struct recalculation, member_), 0, NULL \
    }
#define TEXTUAL(name_)                                                                \
    {                                                                                 \
#name_, COLUMN_TEXT, 0, offsetof(struct recalculation, author.name_), 0, NULL \
    }
static const struct column columns[] = {
    {"number", COLUMN_INT, 0, offsetof(struct recalculation, number), 0, NULL},
    {"rules", COLUMN_TERM, 0, offsetof(struct recalculation, rules), 0, &vocabulary_rules},
    {"version", COLUMN_INT, 0, offsetof(struct recalculation, version), 0, NULL},
    {"staff_id", COLUMN_UUID, 0, offsetof(struct recalculation, author.staff_id), 0, NULL},
    TEXTUAL(client),
    TEXTUAL(request_id),
    TEXTUAL(address),
    MOMENT(started_at, started_at),
    MOMENT(finished_at, finished_at),
    {"after", COLUMN_UUID, 0, offsetof(struct recalculation, after), 0, NULL},
    FIGURE(considered),
    FIGURE(changed),
    FIGURE(policy_changed),
    FIGURE(stage_moved),
    FIGURE(statutory_moved),
    FIGURE(moved),
    FIGURE(earlier),
    FIGURE(later),
    FIGURE(become_overdue),
    FIGURE(no_longer_overdue),
    MOMENT(first_due_at, figures.first_due_at),
    MOMENT(last_due_at, figures.last_due_at),
    {"failed", COLUMN_LONG, 0, offsetof(struct recalculation, failed), 0, NULL},
};
#define COLUMNS columns, sizeof columns / sizeof *columns

struct pg_statement recalculation_open = {"recalculation_open", NULL};
struct pg_statement recalculation_list = {"recalculation_list", NULL};
struct pg_statement recalculation_page = {"recalculation_page", NULL};

void recalculation_read(const struct pg_rows *rows, size_t row, int at, struct recalculation *ret)
{
    *ret = (struct recalculation){0};
    (void)column_read(rows, row, at, COLUMNS, 0, NULL, NULL, ret);
}

const struct pg_statement recalculation_advance = {
    "recalculation_advance",
    "WITH changed AS (UPDATE recalculation SET considered = considered + $3, "
    "changed = changed + $4, policy_changed = policy_changed + $5, "
    "stage_moved = stage_moved + $6, statutory_moved = statutory_moved + $7, moved = moved + $8, "
    "earlier = earlier + $9, later = later + $10, become_overdue = become_overdue + $11, "
    "no_longer_overdue = no_longer_overdue + $12, first_due_at = least(first_due_at, $13), "
    "last_due_at = greatest(last_due_at, $14), failed = failed + $15, after = $16, "
    "finished_at = CASE WHEN $17 THEN now() END "
    "WHERE number = $1 AND finished_at IS NULL AND after IS NOT DISTINCT FROM $2 RETURNING 1) "
    "SELECT CASE WHEN count(*) = 1 THEN 0 ELSE format('%s of 1 recalculations went on', count(*))::integer END "
    "FROM changed"};

void recalculation_advance_bind(struct pg_binds *binds, const struct recalculation *operation,
                                const struct recalculation_figures *more, int64_t failed,
                                struct uuid after, bool finished)
{
    pg_bind_int4(binds, operation->number);
    pg_bind_uuid(binds, operation->after);
    pg_bind_int8(binds, more->considered);
    pg_bind_int8(binds, more->changed);
    pg_bind_int8(binds, more->policy_changed);
    pg_bind_int8(binds, more->stage_moved);
    pg_bind_int8(binds, more->statutory_moved);
    pg_bind_int8(binds, more->moved);
    pg_bind_int8(binds, more->earlier);
    pg_bind_int8(binds, more->later);
    pg_bind_int8(binds, more->become_overdue);
    pg_bind_int8(binds, more->no_longer_overdue);
    pg_bind_instant(binds, more->first_due_at);
    pg_bind_instant(binds, more->last_due_at);
    pg_bind_int8(binds, failed);
    pg_bind_uuid(binds, after);
    pg_bind_bool(binds, finished);
}

/* --- complaints -------------------------------------------------------------------------------- */

void recalculation_page_bind(struct pg_binds *binds, struct uuid after)
{
    pg_bind_uuid(binds, after);
}

void recalculation_page_read(const struct pg_rows *rows, const struct institution *institution,
                             struct arena *arena, struct complaint out[])
{
    struct stage_row *stages = ARENA_ARRAY(arena, struct stage_row, rows->count);

    for (size_t row = 0; row < rows->count; row++) {
        out[row] = (struct complaint){.stages = &stages[row], .stage_count = 1};
        int at = column_read(rows, row, 0, complaint_columns, complaint_column_count, COLUMN_CLOCKS,
                             institution, arena, &out[row]);
        (void)column_read(rows, row, at, stage_columns, stage_column_count, 0, institution, arena,
                          &stages[row]);
    }
}

static const char *finish(struct text_buffer *sql)
{
    text_buffer_add_char(sql, '\0');
    return sql->at;
}

void recalculation_store_start(struct arena *arena)
{
    struct text_buffer open = text_buffer_new(arena, 512), list = text_buffer_new(arena, 512),
                       page = text_buffer_new(arena, 1024);

    text_buffer_add_string(&open, "SELECT ");
    column_names(&open, COLUMNS, 0, "");
    text_buffer_add_string(&open, " FROM recalculation");
    text_buffer_add_text(&list, text_buffer_text(&open));
    text_buffer_add_string(&open, " WHERE finished_at IS NULL");
    text_buffer_add_string(&list, " WHERE rules = $1 ORDER BY version DESC");
    recalculation_open.sql = finish(&open);
    recalculation_list.sql = finish(&list);

    /* The limit is written out, so that a generic plan walks the complaints in their order instead of
     * sorting them all, page by page. */
    text_buffer_add_string(&page, "SELECT ");
    column_names(&page, complaint_columns, complaint_column_count, COLUMN_CLOCKS, "c.");
    text_buffer_add_string(&page, ", ");
    column_names(&page, stage_columns, stage_column_count, 0, "s.");
    text_buffer_add_string(&page, " FROM (SELECT ");
    column_names(&page, complaint_columns, complaint_column_count, COLUMN_CLOCKS, "");
    text_buffer_printf(&page,
                       " FROM complaint WHERE status = 'open'"
                       " AND id > coalesce($1, '00000000-0000-0000-0000-000000000000')"
                       " ORDER BY id LIMIT %d) c JOIN stage s ON s.complaint_id = c.id"
                       " AND s.completed_at IS NULL ORDER BY c.id",
                       RECALCULATION_PAGE);
    recalculation_page.sql = finish(&page);
}

const struct pg_statement *const recalculation_statements[] = {
    &rules_share,           &rules_alone,
    &rules_versions,        &record,
    &unfinished_find,       &recalculation_open,
    &recalculation_list,    &recalculation_page,
    &recalculation_advance, NULL};
