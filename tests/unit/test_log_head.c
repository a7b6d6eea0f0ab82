#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/auth/signing.h"
#include "lib/complaint/log_head.h"

Suite *log_head_suite(void);

#define AT (INT64_C(1795320000) * INSTANT_SECOND) /* 2026-11-22T04:00:00Z */

static struct arena *arena;
static uint8_t key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];

static void set_up(void)
{
    static const unsigned char seed[crypto_sign_SEEDBYTES] = {1, 2, 3};

    arena = arena_new(4096);
    (void)crypto_sign_seed_keypair(key, secret, seed);
}

static void tear_down(void)
{
    arena_free(arena);
}

static struct log_head signed_head(void)
{
    struct log_head head = {.size = 42, .root = {{0xab}}, .at = AT};

    log_head_sign(arena, secret, &head);
    return head;
}

START_TEST(the_bytes_name_algorithms_key_root_size_and_time)
{
    struct log_head head = signed_head();
    struct text hex = text_hex(arena, key, sizeof key), root = text_hex(arena, &head.root, 32);

    ck_assert_str_eq(
        text_copy(arena, head.bytes).at,
        text_printf(arena,
                    "{\"algorithm\":\"ed25519\",\"at\":\"2026-11-22T04:00:00.000000Z\","
                    "\"hash\":\"sha256\",\"key\":\"%.*s\",\"root\":\"%.*s\","
                    "\"size\":42,\"v\":1}",
                    TEXT_ARG(hex), TEXT_ARG(root))
            .at);
    ck_assert(log_head_sound(arena, &head));
}
END_TEST

START_TEST(what_is_written_is_read)
{
    struct log_head head = signed_head(), read;
    struct text_buffer out = text_buffer_new(arena, 1024);

    log_head_write(&head, &out);
    ck_assert(log_head_read(arena, text_buffer_text(&out), &read));
    ck_assert(text_equal(read.bytes, head.bytes));
    ck_assert_int_eq(read.size, 42);
    ck_assert_int_eq(read.at, AT);
    ck_assert_mem_eq(read.root.bytes, head.root.bytes, sizeof head.root.bytes);
    ck_assert_mem_eq(read.key, head.key, sizeof head.key);
    ck_assert(log_head_sound(arena, &read));
}
END_TEST

START_TEST(nothing_of_it_can_be_altered)
{
    struct log_head head = signed_head();

    head.size++;
    ck_assert(!log_head_sound(arena, &head));
    head = signed_head();
    head.root.bytes[31] ^= 1;
    ck_assert(!log_head_sound(arena, &head));
    head = signed_head();
    head.at++;
    ck_assert(!log_head_sound(arena, &head));
    head = signed_head();
    head.key[0] ^= 1;
    ck_assert(!log_head_sound(arena, &head));
    head = signed_head();
    head.signature[0] ^= 1;
    ck_assert(!log_head_sound(arena, &head));
    head = signed_head();
    head.bytes = text_printf(arena, "%.*s ", TEXT_ARG(head.bytes));
    ck_assert(!log_head_sound(arena, &head));
}
END_TEST

START_TEST(what_is_no_head_is_not_read)
{
    static const char *const texts[] = {"",
                                        "x",
                                        "[]",
                                        "{}",
                                        "{\"bytes\":\"{}\",\"signature\":\"00\"}",
                                        "{\"bytes\":1,\"signature\":\"00\"}"};
    struct log_head head;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert(!log_head_read(arena, text_of(texts[i]), &head));
}
END_TEST

START_TEST(hexadecimal_is_of_one_form)
{
    uint8_t bytes[2];

    ck_assert(log_hex(TEXT("00ff"), bytes, 2));
    ck_assert_int_eq(bytes[1], 255);
    ck_assert(!log_hex(TEXT("00FF"), bytes, 2));
    ck_assert(!log_hex(TEXT("00f"), bytes, 2));
    ck_assert(!log_hex(TEXT("00fg"), bytes, 2));
    ck_assert(!log_hex(TEXT_NONE, bytes, 2));
}
END_TEST

START_TEST(a_key_file_cannot_be_read_by_all)
{
    char seed[SIGNING_SEED_TEXT + 1], public[SIGNING_SEED_TEXT + 1];
    char path[] = "/tmp/complaintd-key-XXXXXX";
    uint8_t loaded[SIGNING_SECRET_LENGTH];
    int file = mkstemp(path);

    signing_make(seed, public);
    ck_assert_int_eq(dprintf(file, "%s\n", seed), SIGNING_SEED_TEXT + 1);
    ck_assert_ptr_null(signing_load(path, loaded));
    ck_assert(text_equal(text_hex(arena, loaded + 32, 32), text_of(public)));
    ck_assert_int_eq(fchmod(file, 0644), 0);
    ck_assert_ptr_nonnull(signing_load(path, loaded));
    ck_assert_int_eq(fchmod(file, 0600), 0);
    ck_assert_int_eq(ftruncate(file, 63), 0);
    ck_assert_ptr_nonnull(signing_load(path, loaded));
    close(file);
    unlink(path);
    ck_assert_ptr_nonnull(signing_load(path, loaded));
}
END_TEST

Suite *log_head_suite(void)
{
    Suite *suite = suite_create("log_head");
    TCase *tests = tcase_create("log_head");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, the_bytes_name_algorithms_key_root_size_and_time);
    tcase_add_test(tests, what_is_written_is_read);
    tcase_add_test(tests, nothing_of_it_can_be_altered);
    tcase_add_test(tests, what_is_no_head_is_not_read);
    tcase_add_test(tests, hexadecimal_is_of_one_form);
    tcase_add_test(tests, a_key_file_cannot_be_read_by_all);
    suite_add_tcase(suite, tests);
    return suite;
}
