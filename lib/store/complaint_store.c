#include "lib/store/complaint_store.h"

#include <stdlib.h>

#include "lib/store/attachment_store.h"
#include "lib/store/audit_store.h"
#include "lib/store/handler_store.h"
#include "lib/store/link_store.h"
#include "lib/store/private_store.h"
#include "lib/store/recalculation_store.h"
#include "lib/store/statements.h"

#define AT(member) offsetof(struct stage_row, member)

/* The stage's columns; complaint_id, which the struct does not have, is handled beside them. */
const struct column stage_columns[] = {
    {"sequence", COLUMN_INT, COLUMN_CHANGES, AT(sequence), 0, NULL},
    {"stage", COLUMN_TERM, 0, AT(stage), 0, &vocabulary_stage},
    {"round", COLUMN_INT, 0, AT(round), 0, NULL},
    {"owner_id", COLUMN_STAFF, COLUMN_CHANGES, AT(owner), 0, NULL},
    {"unit_id", COLUMN_UNIT, COLUMN_CHANGES, AT(unit_id), AT(unit), NULL},
    {"entered_at", COLUMN_INSTANT, COLUMN_CHANGES, AT(entered_at), 0, NULL},
    {"accepted_at", COLUMN_INSTANT, COLUMN_CHANGES, AT(accepted_at), 0, NULL},
    {"due_at", COLUMN_INSTANT, COLUMN_CHANGES, AT(due_at), 0, NULL},
    {"completed_at", COLUMN_INSTANT, COLUMN_CHANGES, AT(completed_at), 0, NULL},
    {"handovers", COLUMN_INT, COLUMN_CHANGES, AT(handovers), 0, NULL},
    {"refusals", COLUMN_INT, COLUMN_CHANGES, AT(refusals), 0, NULL},
};
#define STAGE_COLUMNS stage_columns, sizeof stage_columns / sizeof *stage_columns
const size_t stage_column_count = sizeof stage_columns / sizeof *stage_columns;

struct pg_statement complaint_by_id = {"complaint_by_id", NULL};
struct pg_statement complaint_lock = {"complaint_lock", NULL};
struct pg_statement complaint_open = {"complaint_open", NULL};
struct pg_statement complaint_seen = {"complaint_seen", NULL};
struct pg_statement stage_get = {"stage_get", NULL};

const struct pg_statement complaint_open_ids = {
    "complaint_open_ids", "SELECT id FROM complaint WHERE status = 'open' ORDER BY id"};
static struct pg_statement complaint_insert = {"complaint_insert", NULL};
static struct pg_statement complaint_update = {"complaint_update", NULL};
static struct pg_statement complaint_correct = {"complaint_correct", NULL};
static struct pg_statement stage_insert = {"stage_insert", NULL};
static struct pg_statement stage_update = {"stage_update", NULL};

const struct pg_statement complaint_find = {
    "complaint_find", "SELECT number, id FROM complaint WHERE number = ANY($1)"};

/* With what the log's sequencer has to number (log_store.h). */
static const struct pg_statement journal_insert = {
    "journal_insert",
    "WITH written AS (INSERT INTO journal (complaint_id, index, at, bytes, hash)"
    " SELECT * FROM unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::text[], $5::bytea[])"
    " RETURNING complaint_id, index, at, hash)"
    " INSERT INTO log_todo (id, index, at, hash) SELECT * FROM written"};

static const struct pg_statement work_insert = {
    "work_insert",
    "INSERT INTO work (complaint_id, kind, number, journal_index, stage, round, staff_id, at, body)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::integer[], $5::text[],"
    " $6::integer[], $7::uuid[], $8::timestamptz[], $9::text[])"};

/* Its terms are made by a duty (search_store.h). */
static const struct pg_statement search_todo_insert = {
    "search_todo_insert",
    "INSERT INTO search_todo (complaint_id) SELECT * FROM unnest($1::uuid[])"};

/* In order of key, so that two batches with the same keys wait for each other and do not deadlock. */
static const struct pg_statement idempotency_insert = {
    "idempotency_insert",
    "INSERT INTO idempotency (caller_id, key, request_hash, created_at, status, version, location,"
    " body) SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::timestamptz[],"
    " $5::integer[], $6::bigint[], $7::text[], $8::text[]) AS v(caller_id, key, request_hash,"
    " created_at, status, version, location, body) ORDER BY caller_id, key"};

const struct pg_statement idempotency_find = {
    "idempotency_find",
    "SELECT i.caller_id, i.key, i.request_hash, i.status, i.version, i.location, i.body"
    " FROM unnest($1::uuid[], $2::text[]) AS v(caller_id, key)"
    " JOIN idempotency i ON i.caller_id = v.caller_id AND i.key = v.key"};

const struct pg_statement idempotency_purge = {
    "idempotency_purge",
    "DELETE FROM idempotency WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency"
    " WHERE created_at < $1 ORDER BY created_at LIMIT $2))"};

const struct pg_statement journal_find = {
    "journal_find", "SELECT 1 FROM journal WHERE complaint_id = $1 AND index = $2 AND hash = $3"};

const struct pg_statement backend_find = {"backend_find",
                                          "SELECT 1 FROM pg_stat_activity WHERE pid = $1"};

const struct pg_statement number_take = {
    "number_take", "INSERT INTO number_block AS b (day, next) VALUES ($1, 1 + $2)"
                   " ON CONFLICT (day) DO UPDATE SET next = b.next + $2 RETURNING next - $2"};

static const char *finish(struct text_buffer *sql)
{
    text_buffer_add_char(sql, '\0');
    return sql->at;
}

static void compose_reads(struct arena *arena)
{
    struct text_buffer get = text_buffer_new(arena, 2048), lock = text_buffer_new(arena, 2048),
                       open = text_buffer_new(arena, 2048), stages = text_buffer_new(arena, 512),
                       seen = text_buffer_new(arena, 512);

    text_buffer_add_string(&get, "SELECT ");
    column_names(&get, complaint_columns, complaint_column_count, 0, "");
    text_buffer_add_string(&get, " FROM complaint");
    text_buffer_add_string(&get, " WHERE id = ANY($1)");
    text_buffer_add_text(&open, text_buffer_text(&get));
    text_buffer_add_string(&open, " AND status = 'open'");
    complaint_open.sql = finish(&open);
    text_buffer_add_text(&lock, text_buffer_text(&get));
    text_buffer_add_string(&lock, " ORDER BY id FOR UPDATE");
    complaint_by_id.sql = finish(&get);
    complaint_lock.sql = finish(&lock);

    text_buffer_add_string(&seen, "SELECT ");
    column_names(&seen, complaint_columns, complaint_column_count, COLUMN_SEEN, "");
    text_buffer_add_string(&seen, " FROM complaint WHERE id = ANY($1)");
    complaint_seen.sql = finish(&seen);

    text_buffer_add_string(&stages, "SELECT complaint_id, ");
    column_names(&stages, STAGE_COLUMNS, 0, "");
    text_buffer_add_string(&stages, " FROM stage WHERE complaint_id = ANY($1)"
                                    " ORDER BY complaint_id, sequence");
    stage_get.sql = finish(&stages);
}

static void compose_insert(struct text_buffer *sql, const char *table,
                           const struct column columns[], size_t count)
{
    text_buffer_printf(sql, "INSERT INTO %s (", table);
    column_names(sql, columns, count, 0, "");
    text_buffer_add_string(sql, ") SELECT ");
    column_values(sql, columns, count, 0);
    text_buffer_add_string(sql, " FROM ");
    (void)column_unnest(sql, columns, count, 0, 1);
}

/* An update of a set that fails unless it changes a row for each one given: the commit is sent along
 * with it, so nobody could look before. The cast is what fails, and its error says why. */
static void begin_update(struct text_buffer *sql, const char *table)
{
    text_buffer_printf(sql, "WITH changed AS (UPDATE %s t SET ", table);
}

static void end_update(struct text_buffer *sql, const char *table)
{
    text_buffer_printf(
        sql,
        " RETURNING 1) SELECT CASE WHEN count(*) = cardinality($1) THEN 0 ELSE"
        " format('%%s of %%s rows of %s changed', count(*), cardinality($1))::integer"
        " END FROM changed",
        table);
}

static const char *compose_update(struct arena *arena, unsigned flags)
{
    struct text_buffer update = text_buffer_new(arena, 4096);

    begin_update(&update, "complaint");
    column_assignments(&update, complaint_columns + 1, complaint_column_count - 1, flags);
    text_buffer_add_string(&update, " FROM ");
    (void)column_unnest(&update, complaint_columns, complaint_column_count, flags, 1);
    text_buffer_add_string(&update, " WHERE t.id = v.id AND t.version = v.version - 1");
    end_update(&update, "complaint");
    return finish(&update);
}

static void compose_writes(struct arena *arena)
{
    struct text_buffer insert = text_buffer_new(arena, 4096);

    compose_insert(&insert, "complaint", complaint_columns,
                   complaint_column_count - complaint_rare_count);
    complaint_insert.sql = finish(&insert);
    complaint_update.sql = compose_update(arena, COLUMN_CHANGES);
    complaint_correct.sql = compose_update(arena, COLUMN_CORRECTS);
}

/* A stage row with the complaint it belongs to, as it is bound. */
struct stage_save {
    struct stage_row row;
    struct uuid complaint_id;
};

static const struct column stage_key[] = {{"complaint_id", COLUMN_UUID, COLUMN_CHANGES,
                                           offsetof(struct stage_save, complaint_id), 0, NULL}};

#define STAGE_SAVE_COLUMNS (1 + sizeof stage_columns / sizeof *stage_columns)
static struct column stage_save_columns[STAGE_SAVE_COLUMNS];

static void compose_stage_writes(struct arena *arena)
{
    struct text_buffer insert = text_buffer_new(arena, 2048), update = text_buffer_new(arena, 2048);

    stage_save_columns[0] = stage_key[0];
    memcpy(stage_save_columns + 1, stage_columns, sizeof stage_columns);
    compose_insert(&insert, "stage", stage_save_columns, STAGE_SAVE_COLUMNS);
    stage_insert.sql = finish(&insert);

    begin_update(&update, "stage");
    column_assignments(&update, stage_save_columns + 2, STAGE_SAVE_COLUMNS - 2, COLUMN_CHANGES);
    text_buffer_add_string(&update, " FROM ");
    (void)column_unnest(&update, stage_save_columns, STAGE_SAVE_COLUMNS, COLUMN_CHANGES, 1);
    text_buffer_add_string(&update,
                           " WHERE t.complaint_id = v.complaint_id AND t.sequence = v.sequence");
    end_update(&update, "stage");
    stage_update.sql = finish(&update);
}

void complaint_store_start(struct arena *arena)
{
    compose_reads(arena);
    compose_writes(arena);
    compose_stage_writes(arena);
    recalculation_store_start(arena);
}

void complaint_ids_bind(struct pg_binds *binds, const struct uuid ids[], size_t count)
{
    struct pg_array array = pg_array_begin(binds, PG_UUID, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_uuid(&array, ids[i]);
    pg_array_end(&array);
}

void complaint_about_bind(struct pg_binds *binds, struct text login, struct text other)
{
    struct pg_array logins = pg_array_begin(binds, PG_TEXT, 2);
    pg_array_add_text(&logins, login);
    pg_array_add_text(&logins, other);
    pg_array_end(&logins);
}

void complaint_barred_bind(struct pg_binds *binds, const struct principal *who)
{
    complaint_about_bind(binds, who->staff->login, who->through ? who->through->login : TEXT_NONE);
}

static int by_id(const void *a, const void *b)
{
    return uuid_compare(((const struct complaint *)a)->id, ((const struct complaint *)b)->id);
}

static void read_columns(const struct pg_rows *rows, unsigned flags,
                         const struct institution *institution, struct arena *arena,
                         struct complaint out[])
{
    bool sorted = true;
    for (size_t row = 0; row < rows->count; row++) {
        out[row] = (struct complaint){0};
        (void)column_read(rows, row, 0, complaint_columns, complaint_column_count, flags,
                          institution, arena, &out[row]);
        sorted = sorted && (row == 0 || by_id(&out[row - 1], &out[row]) < 0);
    }
    if (!sorted)
        qsort(out, rows->count, sizeof *out, by_id);
}

void complaint_read(const struct pg_rows *rows, const struct institution *institution,
                    struct arena *arena, struct complaint out[])
{
    read_columns(rows, 0, institution, arena, out);
}

void complaint_seen_read(const struct pg_rows *rows, struct arena *arena, struct complaint out[])
{
    read_columns(rows, COLUMN_SEEN, NULL, arena, out);
}

struct complaint *complaint_among(struct complaint complaints[], size_t count, struct uuid id)
{
    struct complaint key = {.id = id};
    return count ? bsearch(&key, complaints, count, sizeof key, by_id) : NULL;
}

void stage_read(const struct pg_rows *rows, const struct institution *institution,
                struct arena *arena, struct complaint complaints[], size_t count)
{
    struct stage_row *stages = ARENA_ARRAY(arena, struct stage_row, rows->count);
    struct complaint *complaint = NULL;

    for (size_t row = 0; row < rows->count; row++) {
        struct uuid id = pg_uuid(rows, row, 0);
        (void)column_read(rows, row, 1, STAGE_COLUMNS, 0, institution, arena, &stages[row]);
        if (!complaint || !uuid_equal(complaint->id, id)) {
            complaint = complaint_among(complaints, count, id);
            if (!complaint)
                continue;
            complaint->stages = &stages[row];
            complaint->stage_count = 0;
        }
        complaint->stage_count++;
    }
}

/* What a batch of saves consists of, statement by statement. */

static bool send_complaints(struct pg *pg, struct arena *arena,
                            const struct pg_statement *statement, unsigned flags,
                            const void *const rows[], size_t count)
{
    struct pg_binds binds = pg_binds_new(arena);
    size_t columns = complaint_column_count - (flags ? 0 : complaint_rare_count);
    column_bind(&binds, complaint_columns, columns, flags, rows, count);
    return pg_send(pg, statement, &binds);
}

static bool send_stages(struct pg *pg, struct arena *arena, const struct pg_statement *statement,
                        unsigned flags, const void *const rows[], size_t count)
{
    struct pg_binds binds = pg_binds_new(arena);
    column_bind(&binds, stage_save_columns, STAGE_SAVE_COLUMNS, flags, rows, count);
    return pg_send(pg, statement, &binds);
}

static const struct stage_save *stage_saved(struct arena *arena, const struct stage_row *row,
                                            struct uuid complaint_id)
{
    struct stage_save *saved = ARENA_NEW(arena, struct stage_save);
    saved->row = *row;
    saved->complaint_id = complaint_id;
    return saved;
}

/* Binds one array parameter with a member a save: BIND(type, adder, expression of `save`). */
#define BIND(type, add, ...)                                         \
    do {                                                             \
        struct pg_array array = pg_array_begin(&binds, type, count); \
        for (size_t i = 0; i < count; i++) {                         \
            const struct save *save = saves[i];                      \
            add(&array, __VA_ARGS__);                                \
        }                                                            \
        pg_array_end(&array);                                        \
    } while (0)

static bool send_journal(struct pg *pg, struct arena *arena, const struct save *const saves[],
                         size_t count)
{
    struct pg_binds binds = pg_binds_new(arena);
    BIND(PG_UUID, pg_array_add_uuid, save->entry.complaint_id);
    BIND(PG_INT4, pg_array_add_int4, save->entry.index);
    BIND(PG_TIMESTAMPTZ, pg_array_add_instant, save->entry.at);
    BIND(PG_TEXT, pg_array_add_text, save->entry.bytes);
    BIND(PG_BYTEA, pg_array_add_bytes, save->entry.hash.bytes, HASH_LENGTH);
    return pg_send(pg, &journal_insert, &binds);
}

static bool send_work(struct pg *pg, struct arena *arena, const struct save *const saves[],
                      size_t count)
{
    struct pg_binds binds = pg_binds_new(arena);
    BIND(PG_UUID, pg_array_add_uuid, save->entry.complaint_id);
    BIND(PG_TEXT, pg_array_add_text,
         vocabulary_code(&vocabulary_action, (int)save->change->action));
    BIND(PG_INT4, pg_array_add_int4, save->change->item_number);
    BIND(PG_INT4, pg_array_add_int4, save->entry.index);
    BIND(PG_TEXT, pg_array_add_text, vocabulary_code(&vocabulary_stage, save->change->after.stage));
    BIND(PG_INT4, pg_array_add_int4, save->change->after.round);
    BIND(PG_UUID, pg_array_add_uuid, save->staff_id);
    BIND(PG_TIMESTAMPTZ, pg_array_add_instant, save->entry.at);
    BIND(PG_TEXT, pg_array_add_text, save->item_body);
    return pg_send(pg, &work_insert, &binds);
}

static struct pg_binds bind_answers(struct arena *arena, const struct save *const saves[],
                                    size_t count)
{
    struct pg_binds binds = pg_binds_new(arena);
    BIND(PG_UUID, pg_array_add_uuid, save->answer.caller_id);
    BIND(PG_TEXT, pg_array_add_text, save->answer.key);
    BIND(PG_BYTEA, pg_array_add_bytes, save->answer.request_hash.bytes, HASH_LENGTH);
    BIND(PG_TIMESTAMPTZ, pg_array_add_instant, save->entry.at);
    BIND(PG_INT4, pg_array_add_int4, save->answer.status);
    BIND(PG_INT8, pg_array_add_int8, save->answer.version);
    BIND(PG_TEXT, pg_array_add_text, save->answer.location);
    BIND(PG_TEXT, pg_array_add_text, save->answer.body);
    return binds;
}

static bool send_answers(struct pg *pg, struct arena *arena, const struct save *const saves[],
                         size_t count)
{
    struct pg_binds binds = bind_answers(arena, saves, count);

    return pg_send(pg, &idempotency_insert, &binds);
}

enum store_result idempotency_add(struct pg *pg, struct arena *arena,
                                  const struct stored_answer *answer, instant at,
                                  int64_t deadline_us)
{
    const struct save save = {.answer = *answer, .entry = {.at = at}}, *saves[] = {&save};
    struct pg_binds binds = bind_answers(arena, saves, 1);

    return store_run(pg, &idempotency_insert, &binds, deadline_us, NULL);
}

static bool send_search_todo(struct pg *pg, struct arena *arena, const struct save *const saves[],
                             size_t count)
{
    struct pg_binds binds = pg_binds_new(arena);
    BIND(PG_UUID, pg_array_add_uuid, save->entry.complaint_id);
    return pg_send(pg, &search_todo_insert, &binds);
}

/* Whether a change touches more than the usual update writes. */
static bool is_wide(const struct save *save)
{
    bool wide = save->change->corrects;
    for (size_t i = complaint_column_count - complaint_rare_count; i < complaint_column_count; i++)
        wide = wide || !column_same(&complaint_columns[i], save->before, &save->change->after);
    return wide;
}

/* The rows of each kind that the saves write. */
struct rows_to_save {
    const void **received, **changed, **corrected, **stages_ended, **stages_opened;
    const struct save **all, **private, **work, **answers, **searched, **attached;
    const struct link **links;
    struct audit_entry *audited;
    size_t received_count, changed_count, corrected_count, ended_count, opened_count, private_count,
        work_count, answer_count, searched_count, link_count, audited_count, attached_count;
};

static void sort_out(struct arena *arena, const struct save saves[], size_t count,
                     struct rows_to_save *rows)
{
    rows->received = ARENA_ARRAY(arena, const void *, count * 5);
    rows->changed = rows->received + count;
    rows->corrected = rows->changed + count;
    rows->stages_ended = rows->corrected + count;
    rows->stages_opened = rows->stages_ended + count;
    rows->all = ARENA_ARRAY(arena, const struct save *, count * 6);
    rows->private = rows->all + count;
    rows->work = rows->private + count;
    rows->answers = rows->work + count;
    rows->searched = rows->answers + count;
    rows->attached = rows->searched + count;
    rows->links = ARENA_ARRAY(arena, const struct link *, count);
    rows->audited = ARENA_ARRAY(arena, struct audit_entry, count);
    for (size_t i = 0; i < count; i++) {
        const struct save *save = &saves[i];
        const struct change *change = save->change;
        struct uuid id = change->after.id;
        rows->all[i] = save;
        if (!save->before)
            rows->received[rows->received_count++] = &change->after;
        else if (is_wide(save))
            rows->corrected[rows->corrected_count++] = &change->after;
        else
            rows->changed[rows->changed_count++] = &change->after;
        if (change->stage_ended)
            rows->stages_ended[rows->ended_count++] = stage_saved(arena, change->stage_ended, id);
        if (change->stage_opened)
            rows->stages_opened[rows->opened_count++] =
                stage_saved(arena, change->stage_opened, id);
        if (!text_is_none(save->entry.private_json))
            rows->private[rows->private_count++] = save;
        if (!text_is_none(save->item_body))
            rows->work[rows->work_count++] = save;
        if (!text_is_none(save->answer.key))
            rows->answers[rows->answer_count++] = save;
        if (change->link)
            rows->links[rows->link_count++] = change->link;
        if (!uuid_is_none(change->attached))
            rows->attached[rows->attached_count++] = save;
        if (save->audited)
            rows->audited[rows->audited_count++] = *save->audited;
        if (!save->before || change->corrects)
            rows->searched[rows->searched_count++] = save;
    }
}

size_t complaint_save_send(struct pg *pg, struct arena *arena, const struct save saves[],
                           size_t count)
{
    struct rows_to_save rows = {0};
    size_t sent = 0;
    bool good = true;

    sort_out(arena, saves, count, &rows);
#define SEND(n, call)      \
    if (good && (n) > 0) { \
        good = (call);     \
        sent++;            \
    }
    SEND(rows.received_count,
         send_complaints(pg, arena, &complaint_insert, 0, rows.received, rows.received_count))
    SEND(rows.changed_count, send_complaints(pg, arena, &complaint_update, COLUMN_CHANGES,
                                             rows.changed, rows.changed_count))
    SEND(rows.corrected_count, send_complaints(pg, arena, &complaint_correct, COLUMN_CORRECTS,
                                               rows.corrected, rows.corrected_count))
    SEND(rows.ended_count,
         send_stages(pg, arena, &stage_update, COLUMN_CHANGES, rows.stages_ended, rows.ended_count))
    SEND(rows.opened_count,
         send_stages(pg, arena, &stage_insert, 0, rows.stages_opened, rows.opened_count))
    SEND(rows.work_count, send_work(pg, arena, rows.work, rows.work_count))
    SEND(rows.link_count, link_save_send(pg, arena, rows.links, rows.link_count))
    SEND(rows.attached_count, attachment_save_send(pg, arena, rows.attached, rows.attached_count))
    SEND(count, send_journal(pg, arena, rows.all, count))
    SEND(rows.private_count, private_save_send(pg, arena, rows.private, rows.private_count))
    SEND(rows.audited_count, audit_send(pg, arena, rows.audited, rows.audited_count))
    SEND(rows.answer_count, send_answers(pg, arena, rows.answers, rows.answer_count))
    SEND(rows.searched_count, send_search_todo(pg, arena, rows.searched, rows.searched_count))
#undef SEND
    good = good && handler_save_send(pg, arena, saves, count, &sent);
    return good ? sent : 0;
}

void idempotency_find_bind(struct pg_binds *binds, const struct uuid callers[],
                           const struct text keys[], size_t count)
{
    complaint_ids_bind(binds, callers, count);
    struct pg_array array = pg_array_begin(binds, PG_TEXT, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_text(&array, keys[i]);
    pg_array_end(&array);
}

void idempotency_read(const struct pg_rows *rows, struct stored_answer out[])
{
    for (size_t row = 0; row < rows->count; row++) {
        struct text hash = pg_text(rows, row, 2);
        out[row] = (struct stored_answer){.caller_id = pg_uuid(rows, row, 0),
                                          .key = pg_text(rows, row, 1),
                                          .status = pg_int4(rows, row, 3),
                                          .version = pg_int8(rows, row, 4),
                                          .location = pg_text(rows, row, 5),
                                          .body = pg_text(rows, row, 6)};
        if (hash.length == HASH_LENGTH)
            memcpy(out[row].request_hash.bytes, hash.at, HASH_LENGTH);
    }
}

void idempotency_purge_bind(struct pg_binds *binds, instant before, int limit)
{
    pg_bind_instant(binds, before);
    pg_bind_int8(binds, limit);
}

void journal_find_bind(struct pg_binds *binds, const struct journal_entry *entry)
{
    pg_bind_uuid(binds, entry->complaint_id);
    pg_bind_int4(binds, entry->index);
    pg_bind_bytes(binds, entry->hash.bytes, HASH_LENGTH);
}

void number_take_bind(struct pg_binds *binds, day_number day, int count)
{
    pg_bind_day(binds, day);
    pg_bind_int8(binds, count);
}

const struct pg_statement *const complaint_statements[] = {&complaint_by_id,    &complaint_lock,
                                                           &stage_get,          &complaint_insert,
                                                           &complaint_update,   &complaint_correct,
                                                           &stage_insert,       &stage_update,
                                                           &complaint_find,     &journal_insert,
                                                           &work_insert,        &idempotency_insert,
                                                           &idempotency_find,   &idempotency_purge,
                                                           &journal_find,       &backend_find,
                                                           &number_take,        &complaint_open,
                                                           &complaint_open_ids, &search_todo_insert,
                                                           &complaint_seen,     NULL};
