#include <stdio.h>

#include "lib/store/institution_store.h"
#include "lib/store/journal_rebuild.h"
#include "lib/store/journal_store.h"
#include "tests/store/chain.h"
#include "tests/store/sql.h"

/* Reading with the application's rights, as the API does; whole journals as the owner. */
static struct pg *app, *owner;
static struct arena *arena;

static void set_up(void)
{
    sql_empty();
    app = sql_connect_app();
    owner = sql_connect_owner();
    arena = arena_new(4096);
}

static void tear_down(void)
{
    pg_free(app);
    pg_free(owner);
    arena_free(arena);
}

static size_t read_page(unsigned id, int after, int limit, struct journal_entry **entries)
{
    size_t count = 99;
    ck_assert_int_eq(
        journal_read(app, arena, sql_id(id), after, limit, SQL_DEADLINE, entries, &count),
        STORE_DONE);
    return count;
}

START_TEST(pages_follow_each_other)
{
    struct journal_entry *first, *second, *none;
    static const struct hash zero;

    chain_add(1, "TS1", 5);
    chain_add(2, "TS2", 3);
    ck_assert_uint_eq(read_page(1, 0, 3, &first), 3);
    ck_assert_uint_eq(read_page(1, 3, 3, &second), 2);
    ck_assert_uint_eq(read_page(1, 5, 3, &none), 0);
    ck_assert_uint_eq(read_page(7, 0, 3, &none), 0);
    for (int i = 0; i < 5; i++) {
        const struct journal_entry *entry = i < 3 ? &first[i] : &second[i - 3];
        const struct journal_entry *before = i == 0 ? NULL : i <= 3 ? &first[i - 1] : &second[0];
        const struct hash *previous = before ? &before->hash : &zero;
        ck_assert_int_eq(entry->index, i + 1);
        ck_assert(uuid_equal(entry->complaint_id, sql_id(1)));
        ck_assert_int_eq(entry->at, CHAIN_BEGIN + (i + 1) * INSTANT_SECOND);
        ck_assert_mem_eq(entry->previous.bytes, previous->bytes, HASH_LENGTH);
        struct hash hash = journal_hash(&entry->previous, entry->bytes);
        ck_assert_mem_eq(entry->hash.bytes, hash.bytes, HASH_LENGTH);
        ck_assert_int_eq(entry->salt[0], i + 1);
    }
    ck_assert(text_equal(first[1].private_json, TEXT("{\"note\":\"note 2 of TS1\"}")));
}
END_TEST

START_TEST(erased_private_values_are_none)
{
    struct journal_entry *entries;

    chain_add(1, "TS1", 2);
    sql_run("DELETE FROM journal_private WHERE index = 1");
    ck_assert_uint_eq(read_page(1, 0, 10, &entries), 2);
    ck_assert(text_is_none(entries[0].private_json));
    ck_assert(!text_is_none(entries[1].private_json));
}
END_TEST

/* More entries than a page of them holds, of two complaints; the third has none. */
START_TEST(journals_are_replayed_page_by_page)
{
    enum fault fault = FAULT_NONE;
    struct institution *institution = institution_load(app, 480, SQL_DEADLINE, &fault, NULL);
    const struct uuid ids[] = {sql_id(1), sql_id(2), sql_id(3)};
    struct journal_replay *replays;

    ck_assert_ptr_nonnull(institution);
    chain_add(1, "TS1", 700);
    chain_add(2, "TS2", 1500);
    for (int round = 0; round < 2; round++) {
        instant as_of = round ? CHAIN_BEGIN + 650 * INSTANT_SECOND : INSTANT_NONE;
        ck_assert_int_eq(
            journal_rebuild(app, institution, arena, ids, 3, as_of, SQL_DEADLINE, &replays),
            STORE_DONE);
        ck_assert_int_eq(replays[0].complaint.notes, round ? 650 : 700);
        ck_assert_int_eq(replays[1].complaint.notes, round ? 650 : 1500);
        ck_assert_int_eq(replays[2].complaint.journal_length, 0);
        ck_assert(!replays[0].broken && !replays[1].broken && !replays[2].broken);
    }
    sql_run("DELETE FROM journal WHERE complaint_id = '%s' AND index = 600",
            "01000000-0000-0000-0000-000000000002");
    ck_assert_int_eq(
        journal_rebuild(app, institution, arena, ids, 3, INSTANT_NONE, SQL_DEADLINE, &replays),
        STORE_DONE);
    ck_assert(!replays[0].broken && replays[1].broken);
    institution_free(institution);
}
END_TEST

static enum journal_flaw flaw_of(const struct journal_whole *whole)
{
    int index;
    return journal_verify(arena, whole->complaint_id, whole->entries, whole->count, whole->length,
                          &whole->head, &index);
}

START_TEST(whole_journals_come_in_batches_and_are_sound)
{
    struct journal_wholes wholes;
    struct uuid after = UUID_NONE;
    char number[16];
    size_t seen = 0;

    for (unsigned i = 1; i <= 5; i++) {
        snprintf(number, sizeof number, "TS%u", i);
        chain_add(i, number, (int)i);
    }
    do {
        ck_assert_int_eq(journal_read_wholes(owner, arena, after, 2, SQL_DEADLINE, &wholes),
                         STORE_DONE);
        for (size_t i = 0; i < wholes.count; i++) {
            const struct journal_whole *whole = &wholes.list[i];
            after = whole->complaint_id;
            seen++;
            ck_assert(uuid_equal(after, sql_id((unsigned)seen)));
            ck_assert_uint_eq(whole->count, seen);
            ck_assert_int_eq(whole->length, (int)seen);
            ck_assert_int_eq(flaw_of(whole), JOURNAL_SOUND);
        }
    } while (wholes.count == 2);
    ck_assert_uint_eq(seen, 5);
}
END_TEST

START_TEST(one_journal_is_found_by_number)
{
    struct journal_whole whole;

    chain_add(1, "TS1", 2);
    chain_add(2, "TS2", 3);
    ck_assert_int_eq(journal_read_whole(owner, arena, TEXT("TS2"), SQL_DEADLINE, &whole),
                     STORE_DONE);
    ck_assert_uint_eq(whole.count, 3);
    ck_assert(text_equal(whole.number, TEXT("TS2")));
    ck_assert_int_eq(journal_read_whole(owner, arena, TEXT("TS3"), SQL_DEADLINE, &whole),
                     STORE_NONE);
}
END_TEST

START_TEST(a_complaint_without_entries_is_read_and_has_a_flaw)
{
    struct journal_whole whole;

    chain_add(1, "TS1", 2);
    sql_run("DELETE FROM journal");
    ck_assert_int_eq(journal_read_whole(owner, arena, TEXT("TS1"), SQL_DEADLINE, &whole),
                     STORE_DONE);
    ck_assert_uint_eq(whole.count, 0);
    ck_assert_int_eq(flaw_of(&whole), JOURNAL_MISSING);
}
END_TEST

START_TEST(journals_without_a_complaint_are_found)
{
    struct uuid *ids;
    size_t count;

    chain_add(1, "TS1", 2);
    chain_add(2, "TS2", 2);
    ck_assert_int_eq(journal_read_orphans(owner, arena, 10, SQL_DEADLINE, &ids, &count),
                     STORE_DONE);
    ck_assert_uint_eq(count, 0);
    sql_run("DELETE FROM complaint WHERE number = 'TS2'");
    ck_assert_int_eq(journal_read_orphans(owner, arena, 10, SQL_DEADLINE, &ids, &count),
                     STORE_DONE);
    ck_assert_uint_eq(count, 1);
    ck_assert(uuid_equal(ids[0], sql_id(2)));
}
END_TEST

START_TEST(the_application_can_neither_change_nor_remove_an_entry)
{
    static const char *const forbidden[] = {
        "UPDATE journal SET bytes = 'x'",
        "UPDATE journal SET hash = hash",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "DELETE FROM journal_2026",
        "UPDATE journal_2026 SET bytes = 'x'",
        "DROP TABLE journal",
        "ALTER TABLE journal ADD COLUMN x integer",
        "UPDATE journal_private SET salt = salt",
        "UPDATE journal_private SET index = 7",
        "DELETE FROM journal_private",
        "DELETE FROM complaint",
        "DELETE FROM work",
        "UPDATE work SET body = '{}'",
    };

    chain_add(1, "TS1", 2);
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        ck_assert_msg(strcmp(sql_state_as_app(forbidden[i]), "42501") == 0, "%s: %s", forbidden[i],
                      sql_state_as_app(forbidden[i]));
    ck_assert_str_eq(sql_state_as_app("SELECT bytes FROM journal"), "00000");
}
END_TEST

Suite *journal_store_suite(void);
Suite *journal_store_suite(void)
{
    Suite *suite = suite_create("journal_store");
    TCase *tests = tcase_create("journal_store");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, pages_follow_each_other);
    tcase_add_test(tests, erased_private_values_are_none);
    tcase_add_test(tests, journals_are_replayed_page_by_page);
    tcase_add_test(tests, whole_journals_come_in_batches_and_are_sound);
    tcase_add_test(tests, one_journal_is_found_by_number);
    tcase_add_test(tests, a_complaint_without_entries_is_read_and_has_a_flaw);
    tcase_add_test(tests, journals_without_a_complaint_are_found);
    tcase_add_test(tests, the_application_can_neither_change_nor_remove_an_entry);
    suite_add_tcase(suite, tests);
    return suite;
}
