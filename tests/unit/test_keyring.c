#include <check.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/keyring.h"
#include "tests/support/keys.h"

Suite *keyring_suite(void);

static struct arena *arena;
static struct keyring *keyring;
static struct text error;

static void set_up(void)
{
    arena = arena_new(4096);
    keyring = NULL;
    error = TEXT_NONE;
}

static void tear_down(void)
{
    keyring_free(keyring);
    keyring_forget();
    arena_free(arena);
}

static void parse(const char *content)
{
    keyring_free(keyring);
    keyring = keyring_parse(arena, text_of(content), &error);
}

static instant at(const char *text)
{
    instant moment = INSTANT_NONE;
    ck_assert(instant_parse(text_of(text), &moment));
    return moment;
}

START_TEST(the_newest_that_has_begun_encrypts_and_all_are_found)
{
    parse(keys_lines);
    ck_assert_uint_eq(keyring_count(keyring), 3);
    ck_assert_int_eq(keyring_newest(keyring, at("2025-12-31T23:59:59Z")).id, 1);
    ck_assert_int_eq(keyring_newest(keyring, at("2026-01-01T00:00:00Z")).id, 2);
    ck_assert_int_eq(keyring_newest(keyring, at("2126-01-01T00:00:00Z")).id, 3);
    ck_assert_int_eq(keyring_newest(keyring, at("2020-01-01T00:00:00Z")).id,
                     1); /* better than none */
    ck_assert_int_eq(keyring_find(keyring, 2).id, 2);
    ck_assert_int_eq(keyring_find(keyring, 4).id, 0);
    ck_assert_int_eq(keyring_newest(NULL, 0).id, 0);
}
END_TEST

START_TEST(each_purpose_of_each_key_has_a_key_of_its_own)
{
    parse(keys_lines);
    for (int i = 0; i < 3 * KEY_PURPOSE_COUNT; i++)
        for (int j = 0; j < i; j++)
            ck_assert_mem_ne(keyring_at(keyring, (size_t)i % 3).derived[i / 3],
                             keyring_at(keyring, (size_t)j % 3).derived[j / 3], KEY_LENGTH);
}
END_TEST

START_TEST(comments_and_commas_are_understood)
{
    parse(
        "# ours\n\n 7 2026-01-01T08:00:00+08:00\tMTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=\r\n");
    ck_assert_uint_eq(keyring_count(keyring), 1);
    ck_assert_int_eq(keyring_at(keyring, 0).id, 7);
    ck_assert_int_eq(keyring_at(keyring, 0).from, at("2026-01-01T00:00:00Z"));
    parse("2 2026-01-01T00:00:00Z MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI=,"
          "1 2025-01-01T00:00:00Z MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=");
    ck_assert_uint_eq(keyring_count(keyring), 2);
    ck_assert_int_eq(keyring_at(keyring, 0).id, 1); /* by beginning */
}
END_TEST

static const struct {
    const char *content, *error;
} unsound[] = {
    {"", "there is no key in it"},
    {"# none\n", "there is no key in it"},
    {"x 2026-01-01T00:00:00Z MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=", "key 1: its number"},
    {"0 2026-01-01T00:00:00Z MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=", "key 1: its number"},
    {"1 today MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=", "key 1: its beginning"},
    {"1 2026-01-01T00:00:00Z", "key 1: it is not 32 bytes"},
    {"1 2026-01-01T00:00:00Z c2VjcmV0", "key 1: it is not 32 bytes"},
    {"1 2026-01-01T00:00:00Z MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE= x",
     "key 1: it is not 32 bytes"},
    {"1 2025-01-01T00:00:00Z MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=\n"
     "1 2026-01-01T00:00:00Z MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI=",
     "key 2: another one has its number"},
};

START_TEST(what_is_unsound_is_refused_and_not_repeated)
{
    parse(unsound[_i].content);
    ck_assert_ptr_null(keyring);
    ck_assert_msg(strncmp(error.at, unsound[_i].error, strlen(unsound[_i].error)) == 0, "%.*s",
                  TEXT_ARG(error));
    ck_assert_ptr_null(strstr(error.at, "c2Vj"));
}
END_TEST

START_TEST(a_line_that_is_made_can_be_read)
{
    char line[KEY_LINE_SIZE], other[KEY_LINE_SIZE];

    keyring_make_line(12, at("2026-11-22T10:00:00+08:00"), line);
    keyring_make_line(12, at("2026-11-22T10:00:00+08:00"), other);
    ck_assert_str_ne(line, other);
    parse(line);
    ck_assert_msg(keyring != NULL, "%.*s", TEXT_ARG(error));
    ck_assert_int_eq(keyring_at(keyring, 0).id, 12);
}
END_TEST

static const struct {
    mode_t mode;
    bool good;
} modes[] = {{0600, true},  {0400, true},  {0640, true}, {0644, false},
             {0660, false}, {0604, false}, {0700, false}};

START_TEST(a_file_that_others_may_open_is_refused)
{
    char path[] = "/var/tmp/complaintd-keyring-XXXXXX";
    int file = mkstemp(path);

    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, keys_lines, strlen(keys_lines)), (ssize_t)strlen(keys_lines));
    ck_assert_int_eq(fchmod(file, modes[_i].mode), 0);
    close(file);
    keyring = keyring_read(arena, path, &error);
    unlink(path);
    ck_assert_int_eq(keyring != NULL, modes[_i].good);
    ck_assert(modes[_i].good || strstr(error.at, "others may open it") != NULL);
    keyring_free(keyring);
    keyring = keyring_read(arena, path, &error);
    ck_assert_ptr_null(keyring);
    ck_assert(strstr(error.at, "cannot be read") != NULL);
}
END_TEST

START_TEST(keys_in_use_are_replaced)
{
    ck_assert_ptr_null(keyring_now());
    keys_use(1);
    const struct keyring *before = keyring_now();
    keys_use(3);
    ck_assert_uint_eq(keyring_count(keyring_now()), 3);
    ck_assert_uint_eq(keyring_count(before), 1); /* somebody may still hold it */
    keyring_forget();
    ck_assert_ptr_null(keyring_now());
}
END_TEST

Suite *keyring_suite(void)
{
    Suite *suite = suite_create("keyring");
    TCase *tests = tcase_create("keyring");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, the_newest_that_has_begun_encrypts_and_all_are_found);
    tcase_add_test(tests, each_purpose_of_each_key_has_a_key_of_its_own);
    tcase_add_test(tests, comments_and_commas_are_understood);
    tcase_add_loop_test(tests, what_is_unsound_is_refused_and_not_repeated, 0,
                        sizeof unsound / sizeof *unsound);
    tcase_add_test(tests, a_line_that_is_made_can_be_read);
    tcase_add_loop_test(tests, a_file_that_others_may_open_is_refused, 0,
                        sizeof modes / sizeof *modes);
    tcase_add_test(tests, keys_in_use_are_replaced);
    suite_add_tcase(suite, tests);
    return suite;
}
