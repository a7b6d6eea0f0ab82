#include "lib/complaint/merkle.h"

#include <sodium.h>
#include <string.h>

static struct hash hash_of(uint8_t prefix, const struct hash *left, const struct hash *right)
{
    crypto_hash_sha256_state state;
    struct hash hash;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, &prefix, 1);
    crypto_hash_sha256_update(&state, left->bytes, sizeof left->bytes);
    if (right)
        crypto_hash_sha256_update(&state, right->bytes, sizeof right->bytes);
    crypto_hash_sha256_final(&state, hash.bytes);
    return hash;
}

struct hash merkle_leaf(const struct hash *entry)
{
    return hash_of(0x00, entry, NULL);
}

struct hash merkle_join(const struct hash *left, const struct hash *right)
{
    return hash_of(0x01, left, right);
}

struct hash merkle_empty(void)
{
    struct hash hash;

    crypto_hash_sha256(hash.bytes, NULL, 0);
    return hash;
}

/* --- growing ------------------------------------------------------------------------------------ */

size_t merkle_peaks(int64_t size, struct merkle_node out[static MERKLE_LEVELS_MAX + 1])
{
    size_t count = 0;
    int64_t last = 0;

    for (int level = MERKLE_LEVELS_MAX; level >= 0; level--) {
        if (size >> level & 1) {
            last += INT64_C(1) << level;
            out[count++] = (struct merkle_node){level, last};
        }
    }
    return count;
}

size_t merkle_add(struct merkle_frontier *frontier, const struct hash *leaf,
                  struct hash completed[])
{
    struct hash hash = *leaf;
    size_t count = 0;

    for (int64_t rest = frontier->size; rest & 1; rest >>= 1) {
        hash = merkle_join(&frontier->peaks[--frontier->count], &hash);
        if (completed)
            completed[count] = hash;
        count++;
    }
    frontier->peaks[frontier->count++] = hash;
    frontier->size++;
    return count;
}

struct hash merkle_root(const struct merkle_frontier *frontier)
{
    if (frontier->count == 0)
        return merkle_empty();
    struct hash hash = frontier->peaks[frontier->count - 1];
    for (size_t i = frontier->count - 1; i-- > 0;)
        hash = merkle_join(&frontier->peaks[i], &hash);
    return hash;
}

/* --- proofs ------------------------------------------------------------------------------------- */

/* Of n >= 2 leaves, how many are in the left subtree: the largest power of two below n. */
static int64_t left_of(int64_t n)
{
    return INT64_C(1) << (63 - __builtin_clzll((unsigned long long)n - 1));
}

/* The root over the `count` leaves, at least one, behind leaf `before`. Left subtrees are complete always; the last
 * one is taken apart until it is. */
static struct hash range_root(const struct merkle_source *source, int64_t before, int64_t count)
{
    struct hash parts[MERKLE_LEVELS_MAX + 1];
    size_t n = 0;

    do {
        int level = 63 - __builtin_clzll((unsigned long long)count);
        before += INT64_C(1) << level;
        count -= INT64_C(1) << level;
        parts[n++] = source->node(source->context, (struct merkle_node){level, before});
    } while (count > 0);
    struct hash hash = parts[--n];
    while (n > 0) {
        n--;
        hash = merkle_join(&parts[n], &hash);
    }
    return hash;
}

static void turn_around(struct hash list[], size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct hash hash = list[i];
        list[i] = list[count - 1 - i];
        list[count - 1 - i] = hash;
    }
}

/* From the root down to the leaf; a proof goes the other way. */
size_t merkle_inclusion(const struct merkle_source *source, int64_t n, int64_t size,
                        struct hash out[static MERKLE_PROOF_MAX])
{
    int64_t before = 0, index = n - 1;
    size_t count = 0;

    while (size > 1) {
        int64_t left = left_of(size);
        if (index < left) {
            out[count++] = range_root(source, before + left, size - left);
            size = left;
        } else {
            out[count++] = range_root(source, before, left);
            before += left;
            index -= left;
            size -= left;
        }
    }
    turn_around(out, count);
    return count;
}

size_t merkle_consistency(const struct merkle_source *source, int64_t from, int64_t size,
                          struct hash out[static MERKLE_PROOF_MAX])
{
    int64_t before = 0;
    bool whole = true; /* what is left of the older tree is all of it, which the verifier knows */
    size_t count = 0;

    while (from < size) {
        int64_t left = left_of(size);
        if (from <= left) {
            out[count++] = range_root(source, before + left, size - left);
            size = left;
        } else {
            out[count++] = range_root(source, before, left);
            before += left;
            from -= left;
            size -= left;
            whole = false;
        }
    }
    if (!whole)
        out[count++] = range_root(source, before, size);
    turn_around(out, count);
    return count;
}

static bool same(const struct hash *a, const struct hash *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool merkle_includes(const struct hash *leaf, int64_t n, int64_t size, const struct hash proof[],
                     size_t count, const struct hash *root)
{
    int64_t index = n - 1, last = size - 1;
    struct hash hash = *leaf;

    if (n < 1 || n > size)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (last == 0)
            return false;
        if (index & 1 || index == last) {
            hash = merkle_join(&proof[i], &hash);
            while (!(index & 1) && index != 0) {
                index >>= 1;
                last >>= 1;
            }
        } else {
            hash = merkle_join(&hash, &proof[i]);
        }
        index >>= 1;
        last >>= 1;
    }
    return last == 0 && same(&hash, root);
}

bool merkle_extends(int64_t from, const struct hash *from_root, int64_t size,
                    const struct hash *root, const struct hash proof[], size_t count)
{
    if (from < 1 || from > size)
        return false;
    if (from == size)
        return count == 0 && same(from_root, root);

    int64_t index = from - 1, last = size - 1;
    bool power = (from & (from - 1)) == 0; /* then the older root itself is the first hash */
    size_t i = power ? 0 : 1;
    if (!power && count == 0)
        return false;
    struct hash older = power ? *from_root : proof[0], newer = older;
    while (index & 1) {
        index >>= 1;
        last >>= 1;
    }
    for (; i < count; i++) {
        if (last == 0)
            return false;
        if (index & 1 || index == last) {
            older = merkle_join(&proof[i], &older);
            newer = merkle_join(&proof[i], &newer);
            while (!(index & 1) && index != 0) {
                index >>= 1;
                last >>= 1;
            }
        } else {
            newer = merkle_join(&newer, &proof[i]);
        }
        index >>= 1;
        last >>= 1;
    }
    return last == 0 && same(&older, from_root) && same(&newer, root);
}
