#ifndef COMPLAINT_MERKLE_H
#define COMPLAINT_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/complaint/complaint.h"

/* The Merkle tree over the log (RFC 9162 §2.1, SHA-256). Its leaves are the hashes of the entries,
 * numbered from 1 as the log is; its root commits to all of them and to their order.
 *
 * The tree of any size is made of complete subtrees: of 2^level leaves each, the last of which has a
 * number that 2^level divides. So entry n completes one subtree for each time that 2 divides n, and
 * the one of level 0 that is its own leaf; stored with it, they are all that later trees and proofs
 * need, and each of them is found by one look-up. */

/* A complete subtree: of 2^level leaves that end with leaf `last`. */
struct merkle_node {
    int level;
    int64_t last;
};

#define MERKLE_LEVELS_MAX 62

/* SHA-256(0x00 ‖ the entry's hash); SHA-256(0x01 ‖ left ‖ right); the root of no leaf at all. */
struct hash merkle_leaf(const struct hash *entry);
struct hash merkle_join(const struct hash *left, const struct hash *right);
struct hash merkle_empty(void);

/* --- growing ------------------------------------------------------------------------------------ */

/* What is to be known of a tree so that it can grow: its complete subtrees, the largest first. */
struct merkle_frontier {
    int64_t size; /* leaves */
    struct hash peaks[MERKLE_LEVELS_MAX + 1];
    size_t count; /* of peaks: as many as size has bits set */
};

/* Which subtrees they are, in a tree of that size. Returns how many. */
size_t merkle_peaks(int64_t size, struct merkle_node out[static MERKLE_LEVELS_MAX + 1]);

/* Adds a leaf. Fills completed[] with the subtrees of levels 1, 2, … that it completes, and returns
 * how many. completed: room for MERKLE_LEVELS_MAX; NULL where nobody wants them. */
size_t merkle_add(struct merkle_frontier *frontier, const struct hash *leaf,
                  struct hash completed[]);

struct hash merkle_root(const struct merkle_frontier *frontier);

/* --- proofs ------------------------------------------------------------------------------------- */

/* Where the hashes of complete subtrees come from. */
struct merkle_source {
    struct hash (*node)(void *context, struct merkle_node node);
    void *context;
};

#define MERKLE_PROOF_MAX (MERKLE_LEVELS_MAX + 2)
/* Subtrees that a proof asks its source for, at most. */
#define MERKLE_NODES_MAX (2 * MERKLE_LEVELS_MAX + 4)

/* That leaf n (1 to size) is in the tree of `size` leaves: PATH(n - 1, D_size). Returns how many
 * hashes; which subtrees are asked for depends on the numbers alone, so that a first call can collect
 * them for one look-up, and a second one has them. */
size_t merkle_inclusion(const struct merkle_source *source, int64_t n, int64_t size,
                        struct hash out[static MERKLE_PROOF_MAX]);

/* That the tree of `from` leaves (1 to size) is the beginning of that of `size`: PROOF(from, D_size). */
size_t merkle_consistency(const struct merkle_source *source, int64_t from, int64_t size,
                          struct hash out[static MERKLE_PROOF_MAX]);

/* Whether such proofs prove it (§2.1.3.2, §2.1.4.2). leaf: merkle_leaf() of the entry's hash. */
bool merkle_includes(const struct hash *leaf, int64_t n, int64_t size, const struct hash proof[],
                     size_t count, const struct hash *root);
bool merkle_extends(int64_t from, const struct hash *from_root, int64_t size,
                    const struct hash *root, const struct hash proof[], size_t count);

#endif
