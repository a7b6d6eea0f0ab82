#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/tar.h"
#include "server/case_file.h"
#include "tests/support/shell.h"

Suite *tar_suite(void);

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define GIB (INT64_C(1) << 30)

static char block[TAR_BLOCK], name[TAR_NAME_MAX + 1];
static int64_t size;

static enum tar_block read_block(void)
{
    name[0] = '\0';
    size = -1;
    return tar_read(block, name, &size);
}

/* --- one header --------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int64_t size;
} files[] = {
    {"a", 0},
    {"attachments/0001.pdf", 1},
    {"manifest.json", TAR_BLOCK - 1},
    {"manifest.json", TAR_BLOCK},
    {"journal.jsonl", 8 * GIB - 1},
    /* The longest there is room for: 99 bytes. */
    {"0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklm"
     "nopq",
     3},
};

START_TEST(a_header_says_what_was_put_into_it)
{
    for (size_t i = 0; i < COUNT(files); i++) {
        tar_header(files[i].name, files[i].size, INSTANT_SECOND * 1700000000, block);
        ck_assert_int_eq(read_block(), TAR_FILE);
        ck_assert_str_eq(name, files[i].name);
        ck_assert_int_eq(size, files[i].size);
    }
    ck_assert_uint_eq(strlen(name), TAR_NAME_MAX);
}
END_TEST

START_TEST(files_fill_whole_blocks)
{
    ck_assert_uint_eq(tar_padding(0), 0);
    ck_assert_uint_eq(tar_padding(1), TAR_BLOCK - 1);
    ck_assert_uint_eq(tar_padding(TAR_BLOCK - 1), 1);
    ck_assert_uint_eq(tar_padding(TAR_BLOCK), 0);
    ck_assert_uint_eq(tar_padding(TAR_BLOCK + 1), TAR_BLOCK - 1);
    ck_assert_uint_eq(tar_padding(8 * GIB - 1), 1);
}
END_TEST

START_TEST(zeros_are_an_end)
{
    memset(block, 0, sizeof block);
    ck_assert_int_eq(read_block(), TAR_ZEROS);
    block[sizeof block - 1] = 1;
    ck_assert_int_eq(read_block(), TAR_OTHER);
}
END_TEST

/* The checksum covers all of it but the byte that follows its digits. */
START_TEST(a_byte_that_was_altered_is_seen)
{
    for (size_t i = 0; i < sizeof block; i++) {
        if (i == 155)
            continue;
        tar_header("complaint.json", 1234, 0, block);
        block[i] ^= 0x40;
        ck_assert_msg(read_block() == TAR_OTHER, "byte %zu", i);
        ck_assert_int_eq(size, -1);
        ck_assert_str_eq(name, "");
    }
}
END_TEST

/* Puts text at a place of the header and makes its checksum right. */
static void alter(size_t at, const char *text, size_t length)
{
    unsigned sum = 0;
    char digits[8];

    tar_header("complaint.json", 1234, 0, block);
    memcpy(block + at, text, length);
    memset(block + 148, ' ', 8);
    for (size_t i = 0; i < sizeof block; i++)
        sum += (unsigned char)block[i];
    snprintf(digits, sizeof digits, "%06o", sum);
    memcpy(block + 148, digits, 7);
}

static const struct {
    size_t at, length;
    const char *text;
} others[] = {
    {156, 1, "2"},                           /* a link */
    {156, 1, "5"},                           /* a directory */
    {156, 1, "x"},                           /* what pax adds */
    {156, 1, "\0"},                          /* as before POSIX */
    {257, 8, "ustar  "},                     /* GNU's own */
    {345, 3, "etc"},                         /* a name in two parts */
    {124, 11, "-0000000001"},                /* no size at all */
    {124, 12, "            "},               /* likewise */
    {124, 12, "\x80\0\0\0\0\0\0\0\0\0\0\1"}, /* in binary */
    {0, 14, "complaint\nso.js"},             /* for whoever reads of it on a terminal */
    {0, 14, "complaint\033so.js"},
    {0, 14, "complaint so.js"},
    {0, 14, "complaint\xc2\x9bs.js"},
    {0, 14, "\0omplaint.json"}, /* no name */
};

START_TEST(what_we_do_not_write_we_do_not_read)
{
    alter(0, "complaint.json", 14);
    ck_assert_int_eq(read_block(), TAR_FILE);
    for (size_t i = 0; i < COUNT(others); i++) {
        alter(others[i].at, others[i].text, others[i].length);
        ck_assert_msg(read_block() == TAR_OTHER, "%zu", i);
    }
    char longest[TAR_NAME_MAX + 1];
    memset(longest, 'n', sizeof longest);
    alter(0, longest, sizeof longest); /* it does not end */
    ck_assert_int_eq(read_block(), TAR_OTHER);
}
END_TEST

/* --- a whole one -------------------------------------------------------------------------------- */

/* What tar itself says of it: names, sizes and times. */
START_TEST(tar_reads_it)
{
    static const char zeros[TAR_END];
    char path[] = "/tmp/complaintd-tar-XXXXXX", command[256];
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");

    ck_assert_ptr_nonnull(file);
    tar_header("attachments/0001.txt", 5, INSTANT_SECOND * 1700000000, block);
    fwrite(block, 1, sizeof block, file);
    fwrite("hello", 1, 5, file);
    fwrite(zeros, 1, tar_padding(5), file);
    fwrite(zeros, 1, sizeof zeros, file);
    ck_assert_int_eq(fclose(file), 0);
    snprintf(command, sizeof command,
             "test \"$(TZ=UTC tar -tvf %s)\" = '-r--r--r-- 0/0               5 2023-11-14 22:13 "
             "attachments/0001.txt' && test \"$(tar -xOf %s)\" = hello",
             path, path);
    ck_assert_int_eq(shell(command), 0);
    ck_assert_int_eq(remove(path), 0);
}
END_TEST

/* --- a case file's pieces ------------------------------------------------------------------------ */

static const size_t lengths[] = {0, 1, 64, 262144, 262145, 3000000};

/* However long a file is, no piece is much longer than any other; together they are the archive. */
START_TEST(it_is_sent_in_pieces)
{
    struct arena *arena = arena_new(4096);
    struct case_file *file = case_file_new(arena, 0);
    struct text_buffer whole = text_buffer_new(arena, 1024), piece;
    char *content[COUNT(lengths)];
    size_t at = 0;

    for (size_t i = 0; i < COUNT(lengths); i++) {
        content[i] = arena_bytes(arena, lengths[i] + 1);
        memset(content[i], 'a' + (int)i, lengths[i]);
        case_file_add(file, arena_printf(arena, "%zu", i), (struct text){content[i], lengths[i]});
    }
    do {
        piece = text_buffer_new(arena, 1024);
        ck_assert_int_eq(case_file_next(NULL, file, &piece), FAULT_NONE);
        ck_assert_uint_le(piece.length, 2 * 262144 + 3 * TAR_BLOCK);
        text_buffer_add_text(&whole, text_buffer_text(&piece));
    } while (piece.length);
    ck_assert_int_eq((int64_t)whole.length, case_file_length(file));
    for (size_t i = 0; i < COUNT(lengths); i++) {
        memcpy(block, whole.at + at, sizeof block);
        ck_assert_int_eq(read_block(), TAR_FILE);
        ck_assert_uint_eq((size_t)size, lengths[i]);
        ck_assert_int_eq(memcmp(whole.at + at + TAR_BLOCK, content[i], lengths[i]), 0);
        at += TAR_BLOCK + lengths[i] + tar_padding(size);
    }
    ck_assert_uint_eq(at + TAR_END, whole.length);
    arena_free(arena);
}
END_TEST

Suite *tar_suite(void)
{
    Suite *suite = suite_create("tar");
    TCase *tests = tcase_create("tar");
    tcase_add_test(tests, a_header_says_what_was_put_into_it);
    tcase_add_test(tests, files_fill_whole_blocks);
    tcase_add_test(tests, zeros_are_an_end);
    tcase_add_test(tests, a_byte_that_was_altered_is_seen);
    tcase_add_test(tests, what_we_do_not_write_we_do_not_read);
    tcase_add_test(tests, tar_reads_it);
    tcase_add_test(tests, it_is_sent_in_pieces);
    suite_add_tcase(suite, tests);
    return suite;
}
