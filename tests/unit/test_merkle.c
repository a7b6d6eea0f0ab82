/* The tree beside a naive recursion written straight from RFC 9162 §2.1. */
#include <check.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/complaint/merkle.h"
#include "tests/support/random.h"

Suite *merkle_suite(void);

#define LEAVES_MAX 700

static struct hash entries[LEAVES_MAX];

/* --- the naive one ------------------------------------------------------------------------------ */

static struct hash naive_hash(const uint8_t *bytes, size_t length)
{
    struct hash hash;
    crypto_hash_sha256(hash.bytes, bytes, length);
    return hash;
}

static int64_t naive_split(int64_t n)
{
    int64_t k = 1;
    while (2 * k < n)
        k *= 2;
    return k;
}

/* MTH(D[from:to]) */
static struct hash naive_root(int64_t from, int64_t to)
{
    uint8_t bytes[1 + 2 * HASH_LENGTH] = {0};

    if (to - from == 0)
        return naive_hash(bytes, 0);
    if (to - from == 1) {
        memcpy(bytes + 1, entries[from].bytes, HASH_LENGTH);
        return naive_hash(bytes, 1 + HASH_LENGTH);
    }
    int64_t k = naive_split(to - from);
    struct hash left = naive_root(from, from + k), right = naive_root(from + k, to);
    bytes[0] = 1;
    memcpy(bytes + 1, left.bytes, HASH_LENGTH);
    memcpy(bytes + 1 + HASH_LENGTH, right.bytes, HASH_LENGTH);
    return naive_hash(bytes, sizeof bytes);
}

/* PATH(m, D[from:to]) */
static size_t naive_path(int64_t m, int64_t from, int64_t to, struct hash out[])
{
    if (to - from == 1)
        return 0;
    int64_t k = naive_split(to - from);
    size_t count =
        m < k ? naive_path(m, from, from + k, out) : naive_path(m - k, from + k, to, out);
    out[count] = m < k ? naive_root(from + k, to) : naive_root(from, from + k);
    return count + 1;
}

/* SUBPROOF(m, D[from:to], whole) */
static size_t naive_subproof(int64_t m, int64_t from, int64_t to, bool whole, struct hash out[])
{
    if (m == to - from) {
        if (!whole)
            out[0] = naive_root(from, to);
        return !whole;
    }
    int64_t k = naive_split(to - from);
    size_t count = m <= k ? naive_subproof(m, from, from + k, whole, out)
                          : naive_subproof(m - k, from + k, to, false, out);
    out[count] = m <= k ? naive_root(from + k, to) : naive_root(from, from + k);
    return count + 1;
}

/* --- the tests ---------------------------------------------------------------------------------- */

/* What the log stores with each entry. */
static struct {
    struct hash completed[MERKLE_LEVELS_MAX];
    size_t count;
} stored[LEAVES_MAX];

static size_t asked;

static struct hash look_up(void *context, struct merkle_node node)
{
    (void)context;
    asked++;
    ck_assert_int_ge(node.last, 1);
    if (node.level == 0)
        return merkle_leaf(&entries[node.last - 1]);
    ck_assert_uint_le((size_t)node.level, stored[node.last - 1].count);
    return stored[node.last - 1].completed[node.level - 1];
}

static const struct merkle_source source = {.node = look_up};

static void set_up(void)
{
    struct merkle_frontier frontier = {0};

    for (int i = 0; i < LEAVES_MAX; i++) {
        crypto_hash_sha256(entries[i].bytes, (const unsigned char *)&i, sizeof i);
        struct hash leaf = merkle_leaf(&entries[i]);
        stored[i].count = merkle_add(&frontier, &leaf, stored[i].completed);
    }
}

static void expect_hash(const struct hash *actual, const struct hash *expected)
{
    ck_assert_mem_eq(actual->bytes, expected->bytes, HASH_LENGTH);
}

/* The frontier of any size is what is stored of it. */
START_TEST(roots_of_all_sizes)
{
    struct merkle_frontier growing = {0};

    for (int64_t size = 0; size <= 130; size++) {
        struct merkle_node nodes[MERKLE_LEVELS_MAX + 1];
        struct merkle_frontier loaded = {.size = size, .count = merkle_peaks(size, nodes)};
        for (size_t i = 0; i < loaded.count; i++)
            loaded.peaks[i] = look_up(NULL, nodes[i]);
        struct hash expected = naive_root(0, size);
        struct hash root = merkle_root(&growing);
        expect_hash(&root, &expected);
        root = merkle_root(&loaded);
        expect_hash(&root, &expected);
        struct hash leaf = merkle_leaf(&entries[size]);
        (void)merkle_add(&growing, &leaf, NULL);
    }
}
END_TEST

static void expect_inclusion(int64_t n, int64_t size)
{
    struct hash proof[MERKLE_PROOF_MAX], naive[MERKLE_PROOF_MAX];
    struct hash root = naive_root(0, size), leaf = merkle_leaf(&entries[n - 1]);

    asked = 0;
    size_t count = merkle_inclusion(&source, n, size, proof);
    ck_assert_uint_le(asked, MERKLE_NODES_MAX);
    ck_assert_uint_eq(count, naive_path(n - 1, 0, size, naive));
    ck_assert(count == 0 || memcmp(proof, naive, count * sizeof *proof) == 0);
    ck_assert(merkle_includes(&leaf, n, size, proof, count, &root));
    ck_assert(!merkle_includes(&leaf, n + 1, size, proof, count, &root));
    struct hash other = merkle_leaf(&entries[n]);
    ck_assert(!merkle_includes(&other, n, size, proof, count, &root));
    ck_assert(!merkle_includes(&leaf, n, size, proof, count, &leaf) || size == 1);
    if (count > 0) {
        ck_assert(!merkle_includes(&leaf, n, size, proof, count - 1, &root));
        proof[count / 2].bytes[3] ^= 1;
        ck_assert(!merkle_includes(&leaf, n, size, proof, count, &root));
    }
}

static void expect_consistency(int64_t from, int64_t size)
{
    struct hash proof[MERKLE_PROOF_MAX], naive[MERKLE_PROOF_MAX];
    struct hash older = naive_root(0, from), newer = naive_root(0, size);

    asked = 0;
    size_t count = merkle_consistency(&source, from, size, proof);
    ck_assert_uint_le(asked, MERKLE_NODES_MAX);
    ck_assert_uint_eq(count, naive_subproof(from, 0, size, true, naive));
    ck_assert(count == 0 || memcmp(proof, naive, count * sizeof *proof) == 0);
    ck_assert(merkle_extends(from, &older, size, &newer, proof, count));
    if (from < size) {
        ck_assert(!merkle_extends(from, &newer, size, &newer, proof, count));
        ck_assert(!merkle_extends(from, &older, size, &older, proof, count));
        ck_assert(!merkle_extends(from + 1, &older, size, &newer, proof, count));
        ck_assert(!merkle_extends(from, &older, size, &newer, proof, count - 1));
        proof[count / 2].bytes[3] ^= 1;
        ck_assert(!merkle_extends(from, &older, size, &newer, proof, count));
    }
}

START_TEST(proofs_of_small_trees)
{
    for (int64_t size = 1; size <= 20; size++) {
        for (int64_t n = 1; n <= size; n++) {
            expect_inclusion(n, size);
            expect_consistency(n, size);
        }
    }
}
END_TEST

START_TEST(proofs_of_random_trees)
{
    struct random random = random_new(42);

    for (int i = 0; i < 150; i++) {
        int64_t size = 1 + (int64_t)random_below(&random, LEAVES_MAX - 1);
        int64_t n = 1 + (int64_t)random_below(&random, (int)size);
        expect_inclusion(n, size);
        expect_consistency(n, size);
    }
}
END_TEST

START_TEST(proofs_of_nothing)
{
    struct hash root = naive_root(0, 3);

    ck_assert(!merkle_includes(&root, 0, 3, NULL, 0, &root));
    ck_assert(!merkle_includes(&root, 4, 3, NULL, 0, &root));
    ck_assert(!merkle_extends(0, &root, 3, &root, NULL, 0));
    ck_assert(!merkle_extends(4, &root, 3, &root, NULL, 0));
    ck_assert(!merkle_extends(3, &root, 4, &root, NULL, 0));
}
END_TEST

Suite *merkle_suite(void)
{
    Suite *suite = suite_create("merkle");
    TCase *tests = tcase_create("merkle");
    tcase_add_unchecked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, roots_of_all_sizes);
    tcase_add_test(tests, proofs_of_small_trees);
    tcase_add_test(tests, proofs_of_random_trees);
    tcase_add_test(tests, proofs_of_nothing);
    suite_add_tcase(suite, tests);
    return suite;
}
