/* Files at rest: in chunks, encrypted, bound to their place, encrypted anew, and removed when nobody
 * finishes them. */
#include <stdlib.h>

#include "lib/base/seal.h"
#include "lib/store/attachment_store.h"
#include "tests/store/sql.h"
#include "tests/support/keys.h"

Suite *attachment_store_suite(void);

static struct pg *app;
static struct arena *arena;

#define ID(n) "01000000-0000-0000-0000-0000000000" #n

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

#define COMPLAINT sql_id(0x50)

static void begin(unsigned file, instant at)
{
    ck_assert_int_eq(
        attachment_begin(app, arena, sql_id(file), COMPLAINT, sql_id(0x11), at, SQL_DEADLINE),
        STORE_DONE);
}

static void add(unsigned file, int index, const char *bytes, instant at)
{
    ck_assert_int_eq(attachment_add_chunk(app, arena, COMPLAINT, sql_id(file), index,
                                          text_of(bytes), at, SQL_DEADLINE),
                     STORE_DONE);
}

static enum store_result read_chunk(unsigned file, int index, struct text *ret)
{
    return attachment_chunk(app, arena, COMPLAINT, sql_id(file), index, SQL_DEADLINE, ret);
}

static void expect_chunk(unsigned file, int index, const char *bytes)
{
    struct text text;
    ck_assert_int_eq(read_chunk(file, index, &text), STORE_DONE);
    ck_assert(text_equal(text, text_of(bytes)));
}

START_TEST(chunks_come_back_and_nowhere_else)
{
    struct text text;
    instant now = instant_now();
    begin(1, now);
    add(1, 0, "first part", now);
    add(1, 1, "second", now);
    begin(2, now);
    add(2, 0, "of another", now);
    expect_chunk(1, 0, "first part");
    expect_chunk(1, 1, "second");
    ck_assert_int_eq(read_chunk(1, 2, &text), STORE_NONE);
    ck_assert_int_eq(
        sql_number(
            "SELECT count(*) FROM attachment_chunk WHERE position('part'::bytea IN sealed) > 0"),
        0);
    /* Put elsewhere within the file, put into another one, altered. */
    sql_run("UPDATE attachment_chunk a SET sealed = b.sealed FROM attachment_chunk b WHERE"
            " a.attachment_id = '" ID(01) "' AND a.index = 1 AND b.attachment_id = '" ID(
                01) "'"
                    " AND b.index = 0");
    ck_assert_int_eq(read_chunk(1, 1, &text), STORE_REFUSED);
    sql_run("UPDATE attachment_chunk a SET sealed = b.sealed FROM attachment_chunk b WHERE"
            " a.attachment_id = '" ID(02) "' AND b.attachment_id = '" ID(01) "' AND b.index = 0");
    ck_assert_int_eq(read_chunk(2, 0, &text), STORE_REFUSED);
    sql_run("UPDATE attachment_chunk SET sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1)"
            " WHERE attachment_id = '" ID(01) "' AND index = 0");
    ck_assert_int_eq(read_chunk(1, 0, &text), STORE_REFUSED);
}
END_TEST

/* Not even with the whole of it, by whoever may read the other complaint. */
START_TEST(nor_under_another_complaint)
{
    struct text text;
    instant now = instant_now();
    size_t changed = 0;
    struct chunk_position position = {0};
    struct key from, to;
    begin(1, now);
    add(1, 0, "of this complaint", now);
    ck_assert_int_eq(attachment_chunk(app, arena, sql_id(0x51), sql_id(1), 0, SQL_DEADLINE, &text),
                     STORE_REFUSED);
    sql_run("UPDATE attachment SET complaint_id = '" ID(51) "'");
    ck_assert_int_eq(attachment_chunk(app, arena, sql_id(0x51), sql_id(1), 0, SQL_DEADLINE, &text),
                     STORE_REFUSED);
    from = keyring_find(keyring_now(), 2);
    to = keyring_find(keyring_now(), 1);
    ck_assert_int_eq(
        attachment_reseal(app, arena, &from, &to, 2, SQL_DEADLINE, &position, &changed),
        STORE_DONE);
    ck_assert_uint_eq(changed, 0);
    expect_chunk(1, 0, "of this complaint");
}
END_TEST

/* Those that were stored before files were bound to complaints. */
START_TEST(the_first_ones_can_still_be_read)
{
    instant now = instant_now();
    struct key key = keyring_newest(keyring_now(), now);
    struct text sealed = seal_bytes(arena, &key, KEY_SEALS_FILES, sql_id(1), 0, TEXT("first"));
    begin(1, now);
    sql_run("INSERT INTO attachment_chunk VALUES ('" ID(01) "', 0, %d, '\\x%s')", key.id,
            text_hex(arena, sealed.at, sealed.length).at);
    expect_chunk(1, 0, "first");
}
END_TEST

START_TEST(so_many_for_a_person_at_a_time)
{
    instant now = instant_now();
    for (unsigned i = 1; i <= ATTACHMENT_UNFINISHED_MAX; i++)
        begin(i, now);
    ck_assert_int_eq(
        attachment_begin(app, arena, sql_id(99), COMPLAINT, sql_id(0x11), now, SQL_DEADLINE),
        STORE_REFUSED);
    ck_assert_int_eq(
        attachment_begin(app, arena, sql_id(99), COMPLAINT, sql_id(0x12), now, SQL_DEADLINE),
        STORE_DONE);
}
END_TEST

START_TEST(what_nobody_finishes_is_removed)
{
    int64_t removed;
    instant now = instant_now();
    begin(1, now - INSTANT_HOUR);
    add(1, 0, "old", now - INSTANT_HOUR);
    begin(2, now - INSTANT_HOUR);
    add(2, 0, "goes on", now);
    begin(3, now - INSTANT_HOUR);
    add(3, 0, "attached", now - INSTANT_HOUR);
    sql_run("UPDATE attachment SET number = 1 WHERE id = '" ID(03) "'");
    ck_assert_int_eq(attachment_purge(app, arena, now - INSTANT_MINUTE, 10, SQL_DEADLINE, &removed),
                     STORE_DONE);
    ck_assert_int_eq(removed, 1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM attachment_chunk"), 2);
    expect_chunk(2, 0, "goes on");
    expect_chunk(3, 0, "attached");
    /* It is gone for whoever sends it still; what is attached takes no more. */
    ck_assert_int_eq(
        attachment_add_chunk(app, arena, COMPLAINT, sql_id(1), 1, TEXT("x"), now, SQL_DEADLINE),
        STORE_NONE);
    ck_assert_int_eq(
        attachment_add_chunk(app, arena, COMPLAINT, sql_id(3), 1, TEXT("x"), now, SQL_DEADLINE),
        STORE_NONE);
}
END_TEST

START_TEST(what_will_not_be_finished_is_removed_at_once)
{
    instant now = instant_now();
    begin(1, now);
    add(1, 0, "refused", now);
    begin(2, now);
    add(2, 0, "attached", now);
    sql_run("UPDATE attachment SET number = 1 WHERE id = '" ID(02) "'");
    ck_assert_int_eq(attachment_drop(app, arena, sql_id(1), SQL_DEADLINE), STORE_DONE);
    ck_assert_int_eq(attachment_drop(app, arena, sql_id(1), SQL_DEADLINE), STORE_NONE);
    ck_assert_int_eq(attachment_drop(app, arena, sql_id(2), SQL_DEADLINE), STORE_NONE);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM attachment_chunk"), 1);
    expect_chunk(2, 0, "attached");
}
END_TEST

/* The second line behind the server: policies of the tables. */
START_TEST(the_application_removes_nothing_that_is_attached)
{
    instant now = instant_now();
    begin(1, now);
    add(1, 0, "attached", now);
    sql_run("UPDATE attachment SET number = 1 WHERE id = '" ID(01) "'");
    ck_assert_str_eq(sql_state_as_app("DELETE FROM attachment"), "00000");
    ck_assert_str_eq(sql_state_as_app("UPDATE attachment SET number = NULL, at = now()"), "00000");
    ck_assert_str_eq(sql_state_as_app("DELETE FROM attachment_chunk"), "42501");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM attachment WHERE number = 1"), 1);
    expect_chunk(1, 0, "attached");
}
END_TEST

START_TEST(an_older_key_is_replaced)
{
    struct chunk_position position = {0};
    size_t changed = 0, total = 0;
    instant now = instant_now();
    keyring_forget();
    keys_use(1);
    begin(1, now);
    for (int i = 0; i < 5; i++)
        add(1, i, "with the first key", now);
    sql_run("UPDATE attachment_chunk SET sealed = 'altered' WHERE index = 1");
    keyring_forget();
    keys_use(2);
    struct key from = keyring_find(keyring_now(), 1), to = keyring_find(keyring_now(), 2);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(
            attachment_reseal(app, arena, &from, &to, 2, SQL_DEADLINE, &position, &changed),
            STORE_DONE);
        total += changed;
    }
    ck_assert_uint_eq(total, 4);
    ck_assert(uuid_is_none(position.id));
    ck_assert_int_eq(sql_number("SELECT count(*) FROM attachment_chunk WHERE key_id = 2"), 4);
    for (int i = 0; i < 5; i++)
        if (i != 1)
            expect_chunk(1, i, "with the first key");
    ck_assert_int_eq(
        attachment_reseal(app, arena, &from, &to, 2, SQL_DEADLINE, &position, &changed),
        STORE_DONE);
    ck_assert_uint_eq(changed, 0); /* what cannot be opened stays as it is */
}
END_TEST

Suite *attachment_store_suite(void)
{
    Suite *suite = suite_create("attachment_store");
    TCase *tests = tcase_create("attachment_store");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, chunks_come_back_and_nowhere_else);
    tcase_add_test(tests, nor_under_another_complaint);
    tcase_add_test(tests, the_first_ones_can_still_be_read);
    tcase_add_test(tests, so_many_for_a_person_at_a_time);
    tcase_add_test(tests, what_nobody_finishes_is_removed);
    tcase_add_test(tests, what_will_not_be_finished_is_removed_at_once);
    tcase_add_test(tests, the_application_removes_nothing_that_is_attached);
    tcase_add_test(tests, an_older_key_is_replaced);
    suite_add_tcase(suite, tests);
    return suite;
}
