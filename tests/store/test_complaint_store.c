#include "lib/store/complaint_store.h"

#include <string.h>

#include "lib/store/institution_store.h"
#include "tests/store/filled.h"
#include "tests/store/sql.h"
#include "tests/support/keys.h"

Suite *complaint_store_suite(void);

#define ZONE 480

static struct pg *pg;
static struct arena *arena, *statements;
static struct institution *institution;

/* Statements are composed once, in memory that lives as long as the program. */
static void compose(void)
{
    statements = arena_new(32768);
    complaint_store_start(statements);
}

static void let_go(void)
{
    arena_free(statements);
}

static void set_up(void)
{
    enum fault fault = FAULT_NONE;
    sql_empty();
    keys_use(1);
    sql_run("DELETE FROM number_block");
    for (unsigned i = 1; i <= 2; i++) {
        char id[UUID_TEXT_LENGTH];
        uuid_format(sql_id(i), id);
        sql_run("INSERT INTO unit (id, code, name) VALUES ('%.*s', 'U%u', '机构%u')",
                UUID_TEXT_LENGTH, id, i, i);
    }
    for (unsigned i = 0x11; i <= 0x13; i++) {
        char id[UUID_TEXT_LENGTH], unit[UUID_TEXT_LENGTH];
        uuid_format(sql_id(i), id);
        uuid_format(sql_id(1), unit);
        sql_run("INSERT INTO staff (id, login, name, unit_id, active, password_hash) VALUES"
                " ('%.*s', 'staff%x', '员工%x', '%.*s', true, '')",
                UUID_TEXT_LENGTH, id, i, i, UUID_TEXT_LENGTH, unit);
    }
    pg = sql_connect_app();
    arena = arena_new(16384);
    institution = institution_load(pg, ZONE, SQL_DEADLINE, &fault, NULL);
    ck_assert_msg(institution != NULL, "%s", pg_error(pg).message);
}

static void tear_down(void)
{
    institution_free(institution);
    pg_free(pg);
    arena_free(arena);
}

/* --- saving ----------------------------------------------------------------------------------- */

static struct save save_of(struct change *change, const struct complaint *before, int index)
{
    return (struct save){.before = before,
                         .change = change,
                         .entry = {.complaint_id = change->after.id,
                                   .index = index,
                                   .at = NOON,
                                   .bytes = text_printf(arena, "{\"index\":%d}", index),
                                   .hash = filled_hash(40 + index)},
                         .staff_id = sql_id(0x11)};
}

/* Writes and commits in one round trip; returns whether all of that succeeded. */
static bool save_all(const struct save saves[], size_t count)
{
    bool good = true;
    ck_assert(pg_send(pg, &pg_begin, NULL));
    size_t sent = complaint_save_send(pg, arena, saves, count);
    ck_assert_uint_gt(sent, 0);
    ck_assert(pg_send(pg, &pg_commit, NULL) && pg_sync(pg));
    for (size_t i = 0; i < sent + 2; i++)
        good = pg_next(pg, SQL_DEADLINE, NULL) == PG_DONE && good;
    ck_assert_int_eq(pg_next(pg, SQL_DEADLINE, NULL), PG_SYNCED);
    if (!good)
        ck_assert_int_eq(pg_run(pg, &pg_rollback, NULL, SQL_DEADLINE, NULL), PG_DONE);
    return good;
}

/* Reads the complaints of these ids; the rows' memory is left to the process. */
static size_t load(const struct pg_statement *statement, const struct uuid ids[], size_t count,
                   struct complaint out[])
{
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows, stages;
    complaint_ids_bind(&binds, ids, count);
    ck_assert_int_eq(pg_run(pg, statement, &binds, SQL_DEADLINE, &rows), PG_DONE);
    ck_assert_int_eq(pg_run(pg, &stage_get, &binds, SQL_DEADLINE, &stages), PG_DONE);
    complaint_read(&rows, institution, arena, out);
    stage_read(&stages, institution, arena, out, rows.count);
    for (size_t i = 0; i < rows.count; i++) { /* as texts point into the rows */
        for (size_t j = 0; j < complaint_column_count; j++) {
            struct text *text =
                (struct text *)(void *)((char *)&out[i] + complaint_columns[j].offset);
            if (complaint_columns[j].kind == COLUMN_TEXT)
                *text = text_copy(arena, *text);
        }
    }
    size_t found = rows.count;
    pg_rows_free(&rows);
    pg_rows_free(&stages);
    return found;
}

static struct change receipt(unsigned id, int seed, bool cleared)
{
    struct change change = {.action = ACTION_RECEIVE};
    filled_complaint(institution, arena, seed, &change.after);
    filled_clear_rare(&change.after);
    if (cleared)
        filled_clear(&change.after);
    change.after.id = sql_id(id);
    change.after.version = 1;
    change.after.stages = ARENA_ARRAY(arena, struct stage_row, 4);
    change.after.stages[0] = filled_row(institution, 1, STAGE_INTAKE, cleared);
    change.after.stage_count = 1;
    change.stage_opened = &change.after.stages[0];
    return change;
}

START_TEST(every_column_comes_back_as_it_went)
{
    struct change change = receipt(0x101, 1, false);
    struct save save = save_of(&change, NULL, 1);
    struct complaint loaded;
    ck_assert(save_all(&save, 1));
    ck_assert_uint_eq(load(&complaint_by_id, &change.after.id, 1, &loaded), 1);
    filled_expect_same(&change.after, &loaded);
}
END_TEST

START_TEST(what_is_not_recorded_stays_so)
{
    struct change change = receipt(0x101, 2, true);
    struct save save = save_of(&change, NULL, 1);
    struct complaint loaded;
    ck_assert(save_all(&save, 1));
    ck_assert_uint_eq(load(&complaint_by_id, &change.after.id, 1, &loaded), 1);
    filled_expect_same(&change.after, &loaded);
    ck_assert(text_is_none(loaded.demand) && uuid_is_none(loaded.pending_owner.id));
    ck_assert(loaded.due_at == INSTANT_NONE && loaded.amount_in_dispute == -1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM complaint WHERE demand IS NULL AND"
                                " pending_owner_id IS NULL AND due_at IS NULL AND outcome IS NULL"
                                " AND amount_in_dispute IS NULL AND planned_by IS NULL"
                                " AND tags = '{}' AND handlers = '{}'"),
                     1);
}
END_TEST

/* An update writes what changes, and leaves what was received. */
START_TEST(change_writes_what_may_change)
{
    struct change received = receipt(0x101, 2, true), change = {.action = ACTION_ADVANCE};
    struct save save = save_of(&received, NULL, 1);
    struct complaint loaded, before = received.after;
    ck_assert(save_all(&save, 1));

    filled_complaint(institution, arena, 7, &change.after);
    filled_clear_rare(&change.after);
    change.after.id = before.id;
    change.after.version = 2;
    change.after.stages = ARENA_ARRAY(arena, struct stage_row, 2);
    change.after.stages[0] = filled_row(institution, 1, STAGE_INTAKE, false);
    change.after.stages[1] = filled_row(institution, 2, STAGE_INVESTIGATION, true);
    change.after.stage_count = 2;
    change.stage_ended = &change.after.stages[0];
    change.stage_opened = &change.after.stages[1];
    save = save_of(&change, &before, 2);
    ck_assert(save_all(&save, 1));
    ck_assert_uint_eq(load(&complaint_lock, &before.id, 1, &loaded), 1);
    for (size_t i = 0; i < complaint_column_count; i++) {
        const struct column *column = &complaint_columns[i];
        bool changes = column->flags & COLUMN_CHANGES;
        ck_assert_msg(filled_same_value(column, changes ? &change.after : &before, &loaded), "%s",
                      column->name);
    }
    ck_assert_uint_eq(loaded.stage_count, 2);
    ck_assert_int_eq(loaded.stages[0].completed_at, NOON + 30);
    ck_assert_int_eq(loaded.stages[1].stage, STAGE_INVESTIGATION);
    ck_assert(loaded.stages[1].completed_at == INSTANT_NONE);
}
END_TEST

/* A change of what seldom changes writes it beside the rest, and is not searched anew. */
START_TEST(rare_changes_are_written_too)
{
    struct change received = receipt(0x101, 2, true), change = receipt(0x101, 2, true);
    struct save save = save_of(&received, NULL, 1);
    struct complaint loaded;
    ck_assert(save_all(&save, 1));
    for (size_t i = 1; i <= complaint_rare_count; i++) {
        const struct column *column = &complaint_columns[complaint_column_count - i];
        struct complaint filled, before = change.after;
        if (!(column->flags & COLUMN_CORRECTS)) /* the database writes it by itself */
            continue;
        filled_complaint(institution, arena, (int)i, &filled);
        memcpy((char *)&change.after + column->offset, (char *)&filled + column->offset,
               column->kind == COLUMN_STAFF      ? sizeof(struct staff_reference)
               : column->kind == COLUMN_TEXT     ? sizeof(struct text)
               : column->kind == COLUMN_UUID     ? sizeof(struct uuid)
               : column->kind == COLUMN_INT      ? sizeof(int)
               : column->kind == COLUMN_INSTANTS ? sizeof(instant *)
                                                 : sizeof(instant));
        if (column->kind == COLUMN_INSTANTS)
            memcpy((char *)&change.after + column->second, (char *)&filled + column->second,
                   sizeof(size_t));
        change.after.version++;
        change.after.notes++;
        change.stage_opened = NULL;
        save = save_of(&change, &before, (int)change.after.version);
        ck_assert(save_all(&save, 1));
        ck_assert_uint_eq(load(&complaint_by_id, &change.after.id, 1, &loaded), 1);
        filled_expect_same(&change.after, &loaded);
    }
    ck_assert_int_eq(sql_number("SELECT count(*) FROM search_todo"), 1);
}
END_TEST

/* Nothing of a set is committed when one save rests on a version 2 that there never was. */
START_TEST(another_version_is_not_overwritten)
{
    struct change received[2] = {receipt(0x101, 2, true), receipt(0x102, 3, true)},
                  changes[2] = {receipt(0x101, 5, true), receipt(0x102, 6, true)};
    struct save saves[2] = {save_of(&received[0], NULL, 1), save_of(&received[1], NULL, 1)};
    struct complaint loaded;
    ck_assert(save_all(saves, 2));
    for (size_t i = 0; i < 2; i++) {
        changes[i].stage_opened = NULL;
        changes[i].after.version = i == 0 ? 2 : 3;
        saves[i] = save_of(&changes[i], &received[i].after, 2);
    }
    ck_assert(!save_all(saves, 2));
    ck_assert_str_eq(pg_error(pg).sqlstate, "22P02");
    ck_assert_ptr_nonnull(strstr(pg_error(pg).message, "1 of 2 rows of complaint changed"));
    for (size_t i = 0; i < 2; i++) {
        ck_assert_uint_eq(load(&complaint_by_id, &received[i].after.id, 1, &loaded), 1);
        filled_expect_same(&received[i].after, &loaded);
    }
    ck_assert_int_eq(sql_number("SELECT count(*) FROM journal"), 2);
    ck_assert(save_all(saves, 1));
}
END_TEST

START_TEST(a_missing_stage_is_not_ended)
{
    struct change received = receipt(0x101, 2, true), change = receipt(0x101, 5, true);
    struct save save = save_of(&received, NULL, 1);
    ck_assert(save_all(&save, 1));
    change.after.version = 2;
    change.stage_opened = NULL;
    change.stage_ended = &change.after.stages[0];
    change.after.stages[0].sequence = 2;
    save = save_of(&change, &received.after, 2);
    ck_assert(!save_all(&save, 1));
    ck_assert_ptr_nonnull(strstr(pg_error(pg).message, "0 of 1 rows of stage changed"));
    ck_assert_int_eq(sql_number("SELECT count(*) FROM journal"), 1);
}
END_TEST

static long handled_by(unsigned staff, bool open, instant received_at)
{
    return sql_number(
        "SELECT count(*) FROM handler WHERE staff_id::text LIKE '%%%02x' AND open = %s"
        " AND received_at = to_timestamp(%lld)",
        staff, open ? "true" : "false", (long long)(received_at / INSTANT_SECOND));
}

/* Lists look for handlers by person: what they find moves with the complaint. */
START_TEST(handlers_are_kept_by_person)
{
    struct change received = receipt(0x101, 2, true), change = receipt(0x101, 2, true);
    struct uuid handlers[] = {sql_id(0x11), sql_id(0x12)};
    struct complaint before;
    received.after.received_at = change.after.received_at = NOON;
    received.after.handlers = change.after.handlers = handlers;
    received.after.handler_count = 1;
    struct save save = save_of(&received, NULL, 1);
    ck_assert(save_all(&save, 1));
    ck_assert_int_eq(handled_by(0x11, true, NOON), 1);

    before = received.after;
    change.stage_opened = NULL;
    change.after.version = 2;
    change.after.handler_count = 2;
    save = save_of(&change, &before, 2);
    ck_assert(save_all(&save, 1));
    ck_assert_int_eq(handled_by(0x11, true, NOON), 1);
    ck_assert_int_eq(handled_by(0x12, true, NOON), 1);

    before = change.after;
    change.after.version = 3;
    change.after.status = STATUS_WITHDRAWN;
    change.after.closed_at = NOON;
    save = save_of(&change, &before, 3);
    ck_assert(save_all(&save, 1));
    ck_assert_int_eq(handled_by(0x11, false, NOON), 1);
    ck_assert_int_eq(handled_by(0x12, false, NOON), 1);

    before = change.after;
    change.after.version = 4;
    change.after.received_at = NOON - INSTANT_HOUR;
    save = save_of(&change, &before, 4);
    ck_assert(save_all(&save, 1));
    ck_assert_int_eq(handled_by(0x12, false, NOON - INSTANT_HOUR), 1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM handler"), 2);
}
END_TEST

START_TEST(a_set_is_written_at_once)
{
    enum { COUNT = 20 };
    static struct change changes[COUNT];
    static struct save saves[COUNT];
    static struct complaint loaded[COUNT];
    struct uuid ids[COUNT];
    for (int i = 0; i < COUNT; i++) {
        changes[i] = receipt(0x200 + (unsigned)i, 10 + i, i % 2);
        changes[i].action = ACTION_NOTES;
        saves[i] = save_of(&changes[i], NULL, 1);
        ids[COUNT - 1 - i] = changes[i].after.id;
        if (i % 2) {
            changes[i].item_number = i;
            saves[i].item_body = TEXT("{\"text\":\"备注\"}");
        }
        if (i % 4 == 0)
            saves[i].entry.private_json = TEXT("{\"a\":\"b\"}");
        if (i % 5 == 0)
            saves[i].answer = (struct stored_answer){.caller_id = sql_id(0x11),
                                                     .key = text_printf(arena, "k%d", i),
                                                     .request_hash = filled_hash(i),
                                                     .status = 201,
                                                     .version = i,
                                                     .body = TEXT("{}")};
    }
    ck_assert(save_all(saves, COUNT));
    ck_assert_uint_eq(load(&complaint_by_id, ids, COUNT, loaded), COUNT);
    for (int i = 0; i < COUNT; i++) {
        const struct complaint *found = complaint_among(loaded, COUNT, changes[i].after.id);
        ck_assert_ptr_nonnull(found);
        filled_expect_same(&changes[i].after, found);
    }
    ck_assert_ptr_null(complaint_among(loaded, COUNT, sql_id(0x999)));
    ck_assert_ptr_null(complaint_among(loaded, 0, ids[0]));
    ck_assert_int_eq(sql_number("SELECT count(*) FROM stage"), COUNT);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM journal"), COUNT);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM journal_private"), COUNT / 4);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM work WHERE kind = 'notes'"), COUNT / 2);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM idempotency"), COUNT / 5);
}
END_TEST

/* What is received or corrected leaves a row for the search in the same transaction. */
START_TEST(new_texts_are_to_be_searched)
{
    struct change received = receipt(0x101, 2, true), changed = receipt(0x101, 2, true);
    struct save save = save_of(&received, NULL, 1);
    ck_assert(save_all(&save, 1));
    ck_assert_int_eq(sql_number("SELECT count(*) FROM search_todo"), 1);
    for (int version = 2; version <= 3; version++) {
        changed.stage_opened = NULL;
        changed.after.version = version;
        changed.corrects = version == 3;
        save = save_of(&changed, &received.after, version);
        ck_assert(save_all(&save, 1));
        ck_assert_int_eq(sql_number("SELECT count(*) FROM search_todo"), version == 3 ? 2 : 1);
    }
}
END_TEST

/* --- what else is looked up ------------------------------------------------------------------- */

START_TEST(numbers_lead_to_ids)
{
    struct change change = receipt(0x101, 2, true);
    struct save save = save_of(&change, NULL, 1);
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;
    change.after.number = TEXT("TS20261122000001");
    ck_assert(save_all(&save, 1));
    struct pg_array array = pg_array_begin(&binds, PG_TEXT, 3);
    pg_array_add_text(&array, TEXT("TS20261122000002"));
    pg_array_add_text(&array, TEXT_NONE);
    pg_array_add_text(&array, TEXT("TS20261122000001"));
    pg_array_end(&array);
    ck_assert_int_eq(pg_run(pg, &complaint_find, &binds, SQL_DEADLINE, &rows), PG_DONE);
    ck_assert_uint_eq(rows.count, 1);
    ck_assert(text_equal(pg_text(&rows, 0, 0), TEXT("TS20261122000001")));
    ck_assert(uuid_equal(pg_uuid(&rows, 0, 1), change.after.id));
    pg_rows_free(&rows);
}
END_TEST

static size_t entries_found(const struct journal_entry *entry)
{
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;
    journal_find_bind(&binds, entry);
    ck_assert_int_eq(pg_run(pg, &journal_find, &binds, SQL_DEADLINE, &rows), PG_DONE);
    size_t count = rows.count;
    pg_rows_free(&rows);
    return count;
}

START_TEST(committed_entries_are_found_by_their_hash)
{
    struct change change = receipt(0x101, 2, true);
    struct save save = save_of(&change, NULL, 1);
    ck_assert_uint_eq(entries_found(&save.entry), 0);
    ck_assert(save_all(&save, 1));
    ck_assert_uint_eq(entries_found(&save.entry), 1);
    save.entry.hash = filled_hash(99); /* somebody else's entry of the same index */
    ck_assert_uint_eq(entries_found(&save.entry), 0);
}
END_TEST

static int64_t take(day_number day, int count)
{
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;
    number_take_bind(&binds, day, count);
    ck_assert_int_eq(pg_run(pg, &number_take, &binds, SQL_DEADLINE, &rows), PG_DONE);
    int64_t first = pg_int8(&rows, 0, 0);
    pg_rows_free(&rows);
    return first;
}

START_TEST(numbers_are_taken_in_blocks_by_day)
{
    day_number day = day_from_date((struct date){2026, 11, 22});
    ck_assert_int_eq(take(day, 200), 1);
    ck_assert_int_eq(take(day, 1), 201);
    ck_assert_int_eq(take(day, 50), 202);
    ck_assert_int_eq(take(day + 1, 50), 1);
    ck_assert_int_eq(take(day, 1), 252);
}
END_TEST

static void store_answer(const char *key, unsigned caller, struct text location)
{
    static unsigned id = 0x300;
    id++;
    struct change change = receipt(id, (int)id, true);
    struct save save = save_of(&change, NULL, 1);
    save.answer = (struct stored_answer){.caller_id = sql_id(caller),
                                         .key = text_of(key),
                                         .request_hash = filled_hash((int)caller),
                                         .status = 201,
                                         .version = 7,
                                         .location = location,
                                         .body = TEXT("{\"名\":\"值\"}")};
    ck_assert(save_all(&save, 1));
}

START_TEST(answers_are_found_by_caller_and_key)
{
    struct uuid callers[] = {sql_id(0x11), sql_id(0x12), sql_id(0x13)};
    struct text keys[] = {TEXT("a"), TEXT("b"), TEXT("a")};
    struct pg_binds binds = pg_binds_new(arena);
    struct stored_answer answers[3];
    struct pg_rows rows;
    store_answer("a", 0x11, TEXT("/v1/complaints/x"));
    store_answer("a", 0x12, TEXT_NONE);
    store_answer("b", 0x12, TEXT_NONE);
    idempotency_find_bind(&binds, callers, keys, 3);
    ck_assert_int_eq(pg_run(pg, &idempotency_find, &binds, SQL_DEADLINE, &rows), PG_DONE);
    ck_assert_uint_eq(rows.count, 2);
    idempotency_read(&rows, answers);
    for (size_t i = 0; i < 2; i++) {
        bool first = uuid_equal(answers[i].caller_id, callers[0]);
        struct hash hash = filled_hash(first ? 0x11 : 0x12);
        ck_assert(text_equal(answers[i].key, first ? TEXT("a") : TEXT("b")));
        ck_assert(
            filled_same_text(answers[i].location, first ? TEXT("/v1/complaints/x") : TEXT_NONE));
        ck_assert(memcmp(answers[i].request_hash.bytes, hash.bytes, HASH_LENGTH) == 0);
        ck_assert_int_eq(answers[i].status, 201);
        ck_assert_int_eq(answers[i].version, 7);
        ck_assert(text_equal(answers[i].body, TEXT("{\"名\":\"值\"}")));
    }
    pg_rows_free(&rows);
}
END_TEST

START_TEST(old_answers_are_forgotten)
{
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;
    for (int i = 0; i < 5; i++)
        store_answer((char[]){(char)('a' + i), 0}, 0x11, TEXT_NONE);
    sql_run(
        "UPDATE idempotency SET created_at = '2026-11-22 12:00:00Z';"
        "UPDATE idempotency SET created_at = '2026-11-15 12:00:00Z' WHERE key IN ('b', 'c', 'd')");
    idempotency_purge_bind(&binds, NOON, 2);
    ck_assert_int_eq(pg_run(pg, &idempotency_purge, &binds, SQL_DEADLINE, &rows), PG_DONE);
    ck_assert_int_eq(rows.affected, 2);
    pg_rows_free(&rows);
    ck_assert_int_eq(pg_run(pg, &idempotency_purge, &binds, SQL_DEADLINE, &rows), PG_DONE);
    ck_assert_int_eq(rows.affected, 1);
    pg_rows_free(&rows);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM idempotency WHERE key IN ('a', 'e')"), 2);
}
END_TEST

Suite *complaint_store_suite(void)
{
    Suite *suite = suite_create("complaint_store");
    TCase *tcase = tcase_create("complaint_store");
    tcase_add_unchecked_fixture(tcase, compose, let_go);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, every_column_comes_back_as_it_went);
    tcase_add_test(tcase, what_is_not_recorded_stays_so);
    tcase_add_test(tcase, change_writes_what_may_change);
    tcase_add_test(tcase, rare_changes_are_written_too);
    tcase_add_test(tcase, another_version_is_not_overwritten);
    tcase_add_test(tcase, a_missing_stage_is_not_ended);
    tcase_add_test(tcase, handlers_are_kept_by_person);
    tcase_add_test(tcase, a_set_is_written_at_once);
    tcase_add_test(tcase, new_texts_are_to_be_searched);
    tcase_add_test(tcase, numbers_lead_to_ids);
    tcase_add_test(tcase, committed_entries_are_found_by_their_hash);
    tcase_add_test(tcase, numbers_are_taken_in_blocks_by_day);
    tcase_add_test(tcase, answers_are_found_by_caller_and_key);
    tcase_add_test(tcase, old_answers_are_forgotten);
    suite_add_tcase(suite, tcase);
    return suite;
}
