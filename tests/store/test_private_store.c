/* Personal values at rest: encrypted, opened, encrypted anew, found again. */
#include <stdlib.h>

#include "lib/store/complaint_store.h"
#include "lib/store/journal_store.h"
#include "lib/store/private_store.h"
#include "tests/store/chain.h"
#include "tests/store/sql.h"
#include "tests/support/keys.h"

Suite *private_store_suite(void);

static struct pg *app;
static struct arena *arena;

static void set_up(void)
{
    sql_empty();
    app = sql_connect_app();
    arena = arena_new(4096);
    keys_use(2);
}

static void tear_down(void)
{
    pg_free(app);
    arena_free(arena);
    keyring_forget();
}

/* Puts the entry's values in place of the plain ones, as a server saves them. */
static void save_again(unsigned id, int index, const char *name, const char *value)
{
    static struct change change;
    const struct save *saves[1];
    struct save save = {.change = &change};

    char text[UUID_TEXT_LENGTH + 1] = "";
    uuid_format(sql_id(id), text);
    sql_run("DELETE FROM journal_private WHERE complaint_id = '%s' AND index = %d", text, index);
    change = (struct change){.private_values = {{name, text_of(value)}}, .private_count = 1};
    save.entry =
        (struct journal_entry){.complaint_id = sql_id(id),
                               .index = index,
                               .salt = {(uint8_t)index, 42},
                               .private_json = text_printf(arena, "{\"%s\":\"%s\"}", name, value)};
    saves[0] = &save;
    ck_assert(private_save_send(app, arena, saves, 1) && pg_sync(app));
    ck_assert_int_eq(pg_next(app, SQL_DEADLINE, NULL), PG_DONE);
    ck_assert_int_eq(pg_next(app, SQL_DEADLINE, NULL), PG_SYNCED);
}

static const struct journal_entry *read_entry(unsigned id, int index)
{
    struct journal_entry *entries;
    size_t count = 0;

    ck_assert_int_eq(
        journal_read(app, arena, sql_id(id), index - 1, 1, SQL_DEADLINE, &entries, &count),
        STORE_DONE);
    ck_assert_uint_eq(count, 1);
    return entries;
}

static size_t find(enum contact_kind kind, const char *value, struct uuid ret[static 10])
{
    struct mark marks[KEYRING_MAX];
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;
    size_t count = private_marks(arena, kind, text_of(value), marks), found;

    private_find_bind(&binds, marks, count, 10);
    ck_assert_int_eq(pg_run(app, &private_find, &binds, SQL_DEADLINE, &rows), PG_DONE);
    found = rows.count;
    for (size_t i = 0; i < found; i++)
        ret[i] = pg_uuid(&rows, i, 0);
    pg_rows_free(&rows);
    return found;
}

static struct reseal reseal_all(int key_id, int limit)
{
    struct key key = keyring_find(keyring_now(), key_id);
    struct reseal reseal;

    ck_assert_int_eq(private_reseal_begin(app, arena, key_id, 1, SQL_DEADLINE, &reseal),
                     STORE_DONE);
    for (int i = 0; reseal.completed_at == INSTANT_NONE; i++) {
        ck_assert_int_lt(i, 100);
        ck_assert_int_eq(
            private_reseal_next(app, arena, &key, limit, instant_now(), SQL_DEADLINE, &reseal),
            STORE_DONE);
    }
    return reseal;
}

START_TEST(what_is_saved_is_encrypted_and_comes_back)
{
    chain_add(1, "TS1", 2);
    save_again(1, 2, "complainant.phone", "13812345678");
    ck_assert_int_eq(
        sql_number("SELECT count(*) FROM journal_private WHERE index = 2 AND private IS"
                   " NULL AND key_id = 2 AND position('12345'::bytea IN sealed) = 0"),
        1);
    const struct journal_entry *entry = read_entry(1, 2);
    ck_assert(text_equal(entry->private_json, TEXT("{\"complainant.phone\":\"13812345678\"}")));
    ck_assert(!entry->locked);
    ck_assert_int_eq(entry->salt[0], 2);
    ck_assert(text_equal(read_entry(1, 1)->private_json, TEXT("{\"note\":\"note 1 of TS1\"}")));
    ck_assert_int_eq(private_unreadable(), 0);
}
END_TEST

START_TEST(without_its_key_it_stays_locked)
{
    chain_add(1, "TS1", 1);
    save_again(1, 1, "note", "note 1 of TS1");
    keys_use(1);
    const struct journal_entry *entry = read_entry(1, 1);
    ck_assert(text_is_none(entry->private_json));
    ck_assert(entry->locked);
    ck_assert_int_eq(private_unreadable(), 1);
}
END_TEST

static enum journal_flaw verify(void)
{
    struct journal_whole whole;
    int index;

    ck_assert_int_eq(journal_read_whole(app, arena, TEXT("TS1"), SQL_DEADLINE, &whole), STORE_DONE);
    return journal_verify(arena, whole.complaint_id, whole.entries, whole.count, whole.length,
                          &whole.head, &index);
}

static const char *const alterations[] = {
    "UPDATE journal_private SET sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1)",
    "UPDATE journal_private SET sealed = set_byte(sealed, 3, get_byte(sealed, 3) # 1)",
    "UPDATE journal_private SET sealed = substr(sealed, 1, 30)",
    "UPDATE journal_private SET key_id = 1",
    /* another entry's */
    "UPDATE journal_private SET sealed = other.sealed FROM journal_private other WHERE other.index = 1",
};

START_TEST(what_was_altered_or_moved_is_noticed)
{
    chain_add(1, "TS1", 2);
    save_again(1, 1, "note", "note 1 of TS1");
    save_again(1, 2, "note", "note 2 of TS1");
    ck_assert_int_eq(verify(), JOURNAL_SOUND);
    sql_run("%s", alterations[_i]);
    ck_assert_int_eq(verify(), JOURNAL_PRIVATE_ALTERED);
}
END_TEST

START_TEST(a_complaint_is_found_by_what_any_entry_recorded)
{
    struct uuid ids[10];

    chain_add(1, "TS1", 2);
    chain_add(2, "TS2", 1);
    save_again(1, 1, "complainant.phone", "138 1234 5678");
    save_again(1, 2, "complainant.email", "Zhang@Example.com");
    save_again(2, 1, "complainant.phone", "+86 13812345678");
    ck_assert_uint_eq(find(CONTACT_PHONE, "13812345678", ids), 2);
    ck_assert(uuid_equal(ids[0], sql_id(2))); /* newest first */
    ck_assert(uuid_equal(ids[1], sql_id(1)));
    ck_assert_uint_eq(find(CONTACT_EMAIL, "zhang@example.com", ids), 1);
    ck_assert_uint_eq(find(CONTACT_ACCOUNT, "13812345678", ids), 0); /* kinds do not mix */
    ck_assert_uint_eq(find(CONTACT_PHONE, "13812345679", ids), 0);
    keys_use(1);
    ck_assert_uint_eq(find(CONTACT_PHONE, "13812345678", ids), 0); /* without the key nothing */
}
END_TEST

START_TEST(plain_values_are_encrypted_and_marked)
{
    struct uuid ids[10];

    chain_add(1, "TS1", 5);
    sql_run("UPDATE journal_private SET private = '{\"complainant.identity_number\":"
            "\"110105491231002\"}' WHERE index = 3");
    struct reseal reseal = reseal_all(2, 2);
    ck_assert_int_eq(reseal.resealed, 5);
    ck_assert_int_eq(reseal.locked, 0);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM journal_private WHERE key_id = 2"), 5);
    ck_assert(text_equal(read_entry(1, 5)->private_json, TEXT("{\"note\":\"note 5 of TS1\"}")));
    ck_assert_uint_eq(find(CONTACT_IDENTITY, "11010519491231002X", ids), 1);
    /* Done is done: asked again it says so. */
    ck_assert_int_eq(private_reseal_begin(app, arena, 2, 1, SQL_DEADLINE, &reseal), STORE_DONE);
    ck_assert_int_ne(reseal.completed_at, INSTANT_NONE);
    ck_assert_int_eq(reseal.resealed, 5);
}
END_TEST

START_TEST(another_key_takes_over_rows_and_marks)
{
    struct uuid ids[10];
    size_t count;
    struct key_use *uses;

    chain_add(1, "TS1", 3);
    keys_use(1);
    save_again(1, 1, "complainant.phone", "13812345678");
    keys_use(2);
    save_again(1, 2, "complainant.phone", "13812345678");
    ck_assert_uint_eq(find(CONTACT_PHONE, "13812345678", ids), 1);
    ck_assert_int_eq(sql_number("SELECT count(DISTINCT mark) FROM contact_mark"), 2);
    ck_assert_int_eq(reseal_all(2, 100).resealed, 2);
    ck_assert_int_eq(sql_number("SELECT count(DISTINCT mark) FROM contact_mark"), 1);
    ck_assert_uint_eq(find(CONTACT_PHONE, "13812345678", ids), 1);
    ck_assert_int_eq(private_key_uses(app, arena, SQL_DEADLINE, &uses, &count), STORE_DONE);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(uses[0].key_id, 2);
    ck_assert_int_eq(uses[0].rows, 3);
}
END_TEST

START_TEST(what_cannot_be_read_stays_as_it_is_and_is_not_forgotten)
{
    struct reseal reseal;

    chain_add(1, "TS1", 3);
    save_again(1, 1, "note", "note 1 of TS1");
    save_again(1, 3, "note", "note 3 of TS1");
    keys_use(1);
    reseal = reseal_all(1, 1);
    ck_assert_int_eq(reseal.resealed, 1); /* the plain one */
    ck_assert_int_eq(reseal.locked, 2);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM journal_private WHERE key_id = 2"), 2);
    keys_use(2);
    ck_assert_int_eq(verify(), JOURNAL_SOUND);
    /* The key is back. */
    ck_assert_int_eq(private_reseal_again(app, arena, 1, SQL_DEADLINE), STORE_DONE);
    reseal = reseal_all(1, 1);
    ck_assert_int_eq(reseal.resealed, 3);
    ck_assert_int_eq(reseal.locked, 0);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM journal_private WHERE key_id = 1"), 3);
}
END_TEST

/* A server that has not heard of the new key yet writes behind the first pass. */
START_TEST(what_is_written_behind_the_pass_is_found_by_the_next)
{
    struct key key;
    struct reseal reseal;

    chain_add(1, "TS1", 1);
    chain_add(2, "TS2", 3);
    keys_use(2);
    key = keyring_find(keyring_now(), 2);
    ck_assert_int_eq(private_reseal_begin(app, arena, 2, 1, SQL_DEADLINE, &reseal), STORE_DONE);
    ck_assert_int_eq(private_reseal_next(app, arena, &key, 2, 1, SQL_DEADLINE, &reseal),
                     STORE_DONE);
    keys_use(1);
    save_again(1, 1, "note", "note 1 of TS1");
    keys_use(2);
    reseal_all(2, 2);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM journal_private WHERE key_id = 2"), 4);
    /* And behind the last pass: nothing is done until somebody asks for another one. */
    keys_use(1);
    save_again(1, 1, "note", "note 1 of TS1");
    keys_use(2);
    reseal_all(2, 2);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM journal_private WHERE key_id = 1"), 1);
    ck_assert_int_eq(private_reseal_again(app, arena, 2, SQL_DEADLINE), STORE_DONE);
    reseal_all(2, 2);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM journal_private WHERE key_id = 2"), 4);
}
END_TEST

/* Meanwhile another server has asked for another pass. */
START_TEST(a_pass_goes_on_from_where_it_is_on_record)
{
    struct key key;
    struct reseal reseal;

    chain_add(1, "TS1", 4);
    key = keyring_find(keyring_now(), 2);
    ck_assert_int_eq(private_reseal_begin(app, arena, 2, 1, SQL_DEADLINE, &reseal), STORE_DONE);
    ck_assert_int_eq(private_reseal_next(app, arena, &key, 2, 1, SQL_DEADLINE, &reseal),
                     STORE_DONE);
    ck_assert_int_eq(reseal.index, 2);
    ck_assert_int_eq(private_reseal_again(app, arena, 2, SQL_DEADLINE), STORE_DONE);
    ck_assert_int_eq(private_reseal_next(app, arena, &key, 1, 1, SQL_DEADLINE, &reseal),
                     STORE_DONE);
    ck_assert_int_eq(reseal.index, 1);
}
END_TEST

Suite *private_store_suite(void)
{
    Suite *suite = suite_create("private_store");
    TCase *tests = tcase_create("private_store");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, what_is_saved_is_encrypted_and_comes_back);
    tcase_add_test(tests, without_its_key_it_stays_locked);
    tcase_add_loop_test(tests, what_was_altered_or_moved_is_noticed, 0,
                        sizeof alterations / sizeof *alterations);
    tcase_add_test(tests, a_complaint_is_found_by_what_any_entry_recorded);
    tcase_add_test(tests, plain_values_are_encrypted_and_marked);
    tcase_add_test(tests, another_key_takes_over_rows_and_marks);
    tcase_add_test(tests, what_cannot_be_read_stays_as_it_is_and_is_not_forgotten);
    tcase_add_test(tests, what_is_written_behind_the_pass_is_found_by_the_next);
    tcase_add_test(tests, a_pass_goes_on_from_where_it_is_on_record);
    suite_add_tcase(suite, tests);
    return suite;
}
