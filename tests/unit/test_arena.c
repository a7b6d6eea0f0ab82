#include <check.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/arena.h"

Suite *arena_suite(void);

static struct arena *arena;

static void setup(void)
{
    arena = arena_new(1024);
}

static void teardown(void)
{
    arena_free(arena);
}

static bool holds_only(const unsigned char *at, size_t size, unsigned char value)
{
    for (size_t i = 0; i < size; i++)
        if (at[i] != value)
            return false;
    return true;
}

START_TEST(hands_out_aligned_zeroed_memory)
{
    for (size_t size = 0; size < 3000; size += 7) {
        unsigned char *at = arena_alloc(arena, size);
        ck_assert_uint_eq((uintptr_t)at % 16, 0);
        ck_assert(holds_only(at, size, 0));
        memset(at, 0xFF, size);
    }
}
END_TEST

START_TEST(allocations_do_not_overlap)
{
    enum { COUNT = 500 };
    unsigned char *at[COUNT];
    size_t size[COUNT];

    for (size_t i = 0; i < COUNT; i++) {
        size[i] = i % 5 == 0 ? 5000 + i : i % 97; /* some need a block of their own */
        at[i] = arena_alloc(arena, size[i]);
        memset(at[i], (int)(i % 251), size[i]);
    }
    for (size_t i = 0; i < COUNT; i++)
        ck_assert(holds_only(at[i], size[i], (unsigned char)(i % 251)));
}
END_TEST

START_TEST(reset_gives_zeroed_memory_again)
{
    for (int round = 0; round < 3; round++) {
        unsigned char *small = arena_alloc(arena, 900), *large = arena_alloc(arena, 100000);
        ck_assert(holds_only(small, 900, 0));
        ck_assert(holds_only(large, 100000, 0));
        memset(small, 0xAA, 900);
        memset(large, 0xAA, 100000);
        ck_assert_uint_eq(arena_used(arena), 100900);
        arena_reset(arena);
        ck_assert_uint_eq(arena_used(arena), 0);
    }
}
END_TEST

START_TEST(reset_keeps_the_first_block)
{
    void *first = arena_alloc(arena, 16);
    for (int i = 0; i < 100; i++)
        arena_alloc(arena, 500);
    arena_reset(arena);
    ck_assert_ptr_eq(arena_alloc(arena, 16), first);
}
END_TEST

START_TEST(copies_and_formats)
{
    ck_assert_str_eq(arena_copy(arena, "abcdef", 3), "abc");
    ck_assert_str_eq(arena_copy(arena, NULL, 0), "");
    ck_assert_int_eq(memcmp(arena_copy(arena, "a\0b", 3), "a\0b", 4), 0);
    ck_assert_str_eq(arena_printf(arena, "%d-%s", 7, "x"), "7-x");
    /* Around the length at which formatting is done twice, and far beyond. */
    static const int widths[] = {254, 255, 256, 257, 5000};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        char *text = arena_printf(arena, "%*d", widths[i], 42);
        ck_assert_uint_eq(strlen(text), (size_t)widths[i]);
        ck_assert_str_eq(text + widths[i] - 2, "42");
    }
}
END_TEST

START_TEST(arrays)
{
    uint64_t *numbers = ARENA_ARRAY(arena, uint64_t, 1000);
    for (size_t i = 0; i < 1000; i++)
        ck_assert_uint_eq(numbers[i], 0);
    ck_assert_ptr_nonnull(ARENA_ARRAY(arena, uint64_t, 0));
    ck_assert_ptr_nonnull(ARENA_NEW(arena, struct arena *));
}
END_TEST

START_TEST(free_takes_null)
{
    arena_free(NULL);
}
END_TEST

/* These end the process; what they say there would disturb the report. */
static void silence(void)
{
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
}

START_TEST(array_overflow_ends_the_process)
{
    volatile size_t count = SIZE_MAX / 8 + 2; /* times 8 is 8 */
    silence();
    arena_array(arena, count, 8);
}
END_TEST

START_TEST(what_was_wiped_is_nowhere)
{
    static const char zeroes[2000];
    char *at = arena_copy(arena, "tulip-window-42", 15);
    for (int i = 0; i < 10; i++)
        memset(arena_bytes(arena, sizeof zeroes), 'x', sizeof zeroes); /* in further blocks */

    arena_wipe(arena);
    ck_assert_uint_eq(arena_used(arena), 0);
    ck_assert_ptr_eq(arena_bytes(arena, 16), at);
    ck_assert_mem_eq(at, zeroes, 16);
}
END_TEST

START_TEST(size_overflow_ends_the_process)
{
    /* Where rounding up, the zero byte or the block's own header would wrap. */
    static const size_t below[] = {0, 1, 15, 16, 17, 31, 40};
    volatile size_t size = SIZE_MAX - below[_i];
    silence();
    arena_alloc(arena, size);
}
END_TEST

START_TEST(copy_overflow_ends_the_process)
{
    volatile size_t length = SIZE_MAX;
    silence();
    arena_copy(arena, "x", length);
}
END_TEST

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>

START_TEST(what_is_not_handed_out_is_poisoned)
{
    char *at = arena_alloc(arena, 13);
    ck_assert(!__asan_address_is_poisoned(at + 12));
    ck_assert(__asan_address_is_poisoned(at + 13));
    char *whole = arena_alloc(arena, 32);
    ck_assert(__asan_address_is_poisoned(whole + 32));
    ck_assert(__asan_address_is_poisoned(arena_alloc(arena, 0)));
    arena_reset(arena);
    ck_assert(__asan_address_is_poisoned(at));
}
END_TEST
#endif

Suite *arena_suite(void)
{
    Suite *suite = suite_create("arena");
    TCase *tcase = tcase_create("arena");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, hands_out_aligned_zeroed_memory);
    tcase_add_test(tcase, allocations_do_not_overlap);
    tcase_add_test(tcase, reset_gives_zeroed_memory_again);
    tcase_add_test(tcase, reset_keeps_the_first_block);
    tcase_add_test(tcase, what_was_wiped_is_nowhere);
    tcase_add_test(tcase, copies_and_formats);
    tcase_add_test(tcase, arrays);
    tcase_add_test(tcase, free_takes_null);
    tcase_add_test_raise_signal(tcase, array_overflow_ends_the_process, SIGABRT);
    tcase_add_loop_test_raise_signal(tcase, size_overflow_ends_the_process, SIGABRT, 0, 7);
    tcase_add_test_raise_signal(tcase, copy_overflow_ends_the_process, SIGABRT);
#ifdef __SANITIZE_ADDRESS__
    tcase_add_test(tcase, what_is_not_handed_out_is_poisoned);
#endif
    suite_add_tcase(suite, tcase);
    return suite;
}
