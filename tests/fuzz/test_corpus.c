/* Each target on the inputs that are kept for it: seeds of our own, and what once broke it. */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

Suite *corpus_suite(void);

#define INPUT_MAX ((size_t)256 * 1024)

static void run_file(const struct fuzz_target *target, const char *path)
{
    static uint8_t bytes[INPUT_MAX];
    FILE *file = fopen(path, "rb");

    ck_assert_msg(file, "%s cannot be read", path);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    ck_assert_uint_lt(length, sizeof bytes);
    for (size_t cut = 0; cut < length; cut += 1 + length / 16) /* and as if it had been cut short */
        fuzz_run(target, bytes, cut);
    fuzz_run(target, bytes, length);
}

START_TEST(holds_for_the_corpus)
{
    const struct fuzz_target *target = &fuzz_targets[_i];
    const char *top = getenv("COMPLAINTD_SOURCE");
    char directory[3072], path[4096];
    int files = 0;

    snprintf(directory, sizeof directory, "%s/tests/fuzz/corpus/%s", top ? top : ".", target->name);
    DIR *entries = opendir(directory);
    ck_assert_msg(entries, "%s has no corpus", target->name);
    for (const struct dirent *entry; (entry = readdir(entries));) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        fuzz_file = path;
        run_file(target, path);
        files++;
    }
    closedir(entries);
    ck_assert_int_gt(files, 0);
}
END_TEST

Suite *corpus_suite(void)
{
    Suite *suite = suite_create("corpus");
    TCase *tests = tcase_create("corpus");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, holds_for_the_corpus, 0, (int)fuzz_target_count);
    suite_add_tcase(suite, tests);
    return suite;
}
