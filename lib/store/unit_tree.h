#ifndef STORE_UNIT_TREE_H
#define STORE_UNIT_TREE_H

#include "lib/base/arena.h"
#include "lib/complaint/institution.h"

/* Puts units in preorder, siblings by code, and fills the institution's units and their two
 * indexes. units: in any order, their parent_id set; sorted in place.
 * Returns NULL, or what is wrong: a parent that does not exist, or a cycle. */
const char *unit_tree_build(struct arena *arena, struct unit units[], size_t count,
                            struct institution *institution);

#endif
