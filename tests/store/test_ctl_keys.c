/* complaintctl's commands on keys of personal values. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/store/chain.h"
#include "tests/store/ctl_run.h"
#include "tests/store/sql.h"

static const char *keys_file;

#define KEYS(format) arena_printf(ctl_arena, format, keys_file)

static void new_keys_file(void)
{
    keys_file = arena_printf(ctl_arena, "%s.keys", ctl_input);
    unsetenv("COMPLAINTD_PRIVACY_KEY_FILE");
    unsetenv("COMPLAINTD_PRIVACY_KEYS");
}

START_TEST(keys_are_added_to_a_file_of_the_owners_alone)
{
    struct stat status;

    new_keys_file();
    EXPECT(0, KEYS("make-data-key %s"));
    EXPECT_OUTPUT("key 1 added");
    ck_assert_int_eq(stat(keys_file, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    EXPECT(0, KEYS("make-data-key %s"));
    EXPECT_OUTPUT("key 2 added");
    EXPECT(0, KEYS("make-data-key --from 2030-01-01T00:00:00Z %s"));
    EXPECT(0, KEYS("data-keys --keys %s"));
    EXPECT_OUTPUT("0 entries, encrypts\n");
    EXPECT_OUTPUT("key 3 from 2030-01-01T00:00:00Z: 0 entries, encrypts later");
    ck_assert_int_eq(chmod(keys_file, 0644), 0);
    EXPECT(4, KEYS("make-data-key %s"));
    EXPECT_OUTPUT("others may open it");
    EXPECT(4, KEYS("data-keys --keys %s"));
    EXPECT(2, KEYS("make-data-key --from soon %s"));
    unlink(keys_file);
    EXPECT(0, "make-data-key -");
    EXPECT_OUTPUT("1 20");
    EXPECT(2, "data-keys"); /* which? */
}
END_TEST

#define OLD_KEYS                                                           \
    "4 2025-01-01T00:00:00Z MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=," \
    "2 2026-01-01T00:00:00Z MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI="

/* It stands behind those of the environment as well, and begins when all servers have it. */
START_TEST(a_printed_key_is_added_to_those_there_are)
{
    new_keys_file();
    setenv("COMPLAINTD_PRIVACY_KEYS", OLD_KEYS, 1);
    EXPECT(0, "make-data-key -");
    EXPECT_OUTPUT("5 20");
    setenv("COMPLAINTD_PRIVACY_KEYS", arena_printf(ctl_arena, OLD_KEYS ",%s", ctl_output), 1);
    EXPECT(0, "data-keys");
    EXPECT_OUTPUT("key 2 from 2026-01-01T00:00:00Z: 0 entries, encrypts\n");
    EXPECT_OUTPUT(": 0 entries, encrypts later");
    unsetenv("COMPLAINTD_PRIVACY_KEYS");

    ctl_write_input("[privacy]\nkeys = " OLD_KEYS "\n");
    EXPECT(0, arena_printf(ctl_arena, "--config %s make-data-key -", ctl_input));
    EXPECT_OUTPUT("5 20");
    EXPECT(0, KEYS("make-data-key %s")); /* a new file has its own */
    EXPECT_OUTPUT("key 1 added");
    unlink(keys_file);
}
END_TEST

START_TEST(a_key_that_is_needed_is_missed)
{
    new_keys_file();
    chain_add(1, "TS1", 2);
    EXPECT(0, KEYS("make-data-key %s"));
    sql_run(
        "UPDATE journal_private SET private = NULL, key_id = 7, sealed = '\\x00' WHERE index = 1");
    EXPECT(1, KEYS("data-keys --keys %s"));
    EXPECT_OUTPUT("key 7 is missing: 1 entries need it");
    EXPECT_OUTPUT("not encrypted yet: 1 entries");
    EXPECT(0, "verify --all");
    EXPECT_OUTPUT("private values of 1 entries unread: no keys given");
    EXPECT(2, KEYS("verify --keys %s --all"));
    EXPECT_OUTPUT("their key is missing");
    unlink(keys_file);
}
END_TEST

Suite *ctl_keys_suite(void);
Suite *ctl_keys_suite(void)
{
    Suite *suite = suite_create("ctl_keys");
    TCase *tests = tcase_create("ctl_keys");

    tcase_add_checked_fixture(tests, ctl_set_up, ctl_tear_down);
    tcase_add_test(tests, keys_are_added_to_a_file_of_the_owners_alone);
    tcase_add_test(tests, a_printed_key_is_added_to_those_there_are);
    tcase_add_test(tests, a_key_that_is_needed_is_missed);
    suite_add_tcase(suite, tests);
    return suite;
}
