#include <check.h>

#include "lib/complaint/journal.h"
#include "lib/complaint/log_verify.h"

Suite *log_verify_suite(void);

static struct arena *arena;
static struct log_verifier *verifier;
static int64_t next;

static void set_up(void)
{
    arena = arena_new(4096);
    verifier = log_verifier_new();
    next = 1;
}

static void tear_down(void)
{
    log_verifier_free(verifier);
    arena_free(arena);
}

static struct uuid id_of(unsigned number)
{
    return (struct uuid){.bytes = {[0] = 1, [14] = (uint8_t)(number >> 8), [15] = (uint8_t)number}};
}

static struct log_record record(unsigned id, int index, const struct hash *previous)
{
    static const struct hash first = {{0}};
    char text[UUID_TEXT_LENGTH];
    struct log_record made = {.n = next++, .id = id_of(id), .index = index};

    uuid_format(made.id, text);
    made.bytes = index ? text_printf(arena, "{\"complaint\":\"%.36s\",\"index\":%d}", text, index)
                       : text_printf(arena, "{\"id\":\"%.36s\"}", text);
    made.hash = journal_hash(previous ? previous : &first, made.bytes);
    return made;
}

static enum log_flaw add(const struct log_record *given)
{
    return log_verifier_add(verifier, given);
}

START_TEST(many_chains_beside_each_other)
{
    static struct hash heads[2000];
    struct merkle_frontier frontier = {0};

    for (int index = 1; index <= 3; index++) {
        for (unsigned id = 0; id < 2000; id++) {
            struct log_record made = record(id + 1, index, index > 1 ? &heads[id] : NULL);
            heads[id] = made.hash;
            ck_assert_int_eq(add(&made), LOG_SOUND);
            struct hash leaf = merkle_leaf(&made.hash);
            (void)merkle_add(&frontier, &leaf, NULL);
        }
    }
    struct log_record audit = record(5000, 0, NULL);
    ck_assert_int_eq(add(&audit), LOG_SOUND);
    struct hash leaf = merkle_leaf(&audit.hash);
    (void)merkle_add(&frontier, &leaf, NULL);
    struct hash root = log_verifier_root(verifier), expected = merkle_root(&frontier);
    ck_assert_mem_eq(root.bytes, expected.bytes, HASH_LENGTH);
    ck_assert_int_eq(log_verifier_size(verifier), 6001);
}
END_TEST

START_TEST(flaws_are_told_apart)
{
    struct log_record one = record(1, 1, NULL), two = record(1, 2, &one.hash), bad;

    ck_assert_int_eq(add(&one), LOG_SOUND);
    bad = two;
    bad.n = 3;
    ck_assert_int_eq(add(&bad), LOG_MISSING);
    bad.n = 1;
    ck_assert_int_eq(add(&bad), LOG_REORDERED);
    bad = two;
    bad.index = 3;
    ck_assert_int_eq(add(&bad), LOG_MISSING);
    bad.index = 1;
    ck_assert_int_eq(add(&bad), LOG_REORDERED);
    bad = two;
    bad.hash.bytes[0] ^= 1;
    ck_assert_int_eq(add(&bad), LOG_ALTERED);
    bad = two;
    bad.bytes = TEXT_NONE;
    ck_assert_int_eq(add(&bad), LOG_MISSING);
    /* Of another complaint, with a hash that fits. */
    bad = two;
    bad.bytes = text_printf(arena, "{\"complaint\":\"%s\",\"index\":2}",
                            "01000000-0000-0000-0000-000000000009");
    bad.hash = journal_hash(&one.hash, bad.bytes);
    ck_assert_int_eq(add(&bad), LOG_REORDERED);
    bad.bytes = TEXT("no json");
    bad.hash = journal_hash(&one.hash, bad.bytes);
    ck_assert_int_eq(add(&bad), LOG_REORDERED);
    /* None of them counted. */
    ck_assert_int_eq(add(&two), LOG_SOUND);
    ck_assert_int_eq(log_verifier_size(verifier), 2);
    struct log_record audit = record(7, 0, NULL), twice = audit;
    ck_assert_int_eq(add(&audit), LOG_SOUND);
    twice.n++;
    ck_assert_int_eq(add(&twice), LOG_REORDERED);
}
END_TEST

START_TEST(lines_are_read_as_they_were_written)
{
    struct log_record made = record(1, 1, NULL), read;
    struct text_buffer out = text_buffer_new(arena, 256);

    log_record_write(&made, &out);
    ck_assert(log_record_read(arena, text_buffer_text(&out), &read));
    ck_assert_int_eq(read.n, made.n);
    ck_assert_int_eq(read.index, 1);
    ck_assert(uuid_equal(read.id, made.id));
    ck_assert(text_equal(read.bytes, made.bytes));
    ck_assert_mem_eq(read.hash.bytes, made.hash.bytes, HASH_LENGTH);
    made.bytes = TEXT_NONE;
    out.length = 0;
    log_record_write(&made, &out);
    ck_assert(log_record_read(arena, text_buffer_text(&out), &read));
    ck_assert(text_is_none(read.bytes));

    static const char *const none[] = {"", "{", "[]", "{}", "{\"n\":1,\"id\":\"x\"}"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        ck_assert(!log_record_read(arena, text_of(none[i]), &read));
}
END_TEST

Suite *log_verify_suite(void)
{
    Suite *suite = suite_create("log_verify");
    TCase *tests = tcase_create("log_verify");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, many_chains_beside_each_other);
    tcase_add_test(tests, flaws_are_told_apart);
    tcase_add_test(tests, lines_are_read_as_they_were_written);
    suite_add_tcase(suite, tests);
    return suite;
}
