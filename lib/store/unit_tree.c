#include "lib/store/unit_tree.h"

#include <stdlib.h>

/* Positions in the array of units, sorted by code; NOBODY ends a list and stands above the roots. */
#define NOBODY SIZE_MAX

struct node {
    size_t parent, first_child, next_sibling;
};

static int by_code(const void *a, const void *b)
{
    const struct unit *one = a, *other = b;
    return text_compare(one->code, other->code);
}

static int pointer_by_id(const void *a, const void *b)
{
    const struct unit *const *one = a, *const *other = b;
    return uuid_compare((*one)->id, (*other)->id);
}

static int pointer_by_code(const void *a, const void *b)
{
    const struct unit *const *one = a, *const *other = b;
    return text_compare((*one)->code, (*other)->code);
}

static const struct unit **index_units(struct arena *arena, const struct unit units[], size_t count,
                                       int (*order)(const void *, const void *))
{
    const struct unit **index = ARENA_ARRAY(arena, const struct unit *, count);

    for (size_t i = 0; i < count; i++)
        index[i] = &units[i];
    qsort(index, count, sizeof *index, order); /* NOLINT(bugprone-sizeof-expression) */
    return index;
}

static size_t find(const struct unit units[], const struct unit *const by_id[], size_t count,
                   struct uuid id)
{
    const struct unit wanted = {.id = id}, *key = &wanted;
    const struct unit *const *found =
        bsearch(&key, by_id, count, sizeof *by_id, /* NOLINT(bugprone-sizeof-expression) */
                pointer_by_id);

    return found ? (size_t)(*found - units) : NOBODY;
}

/* Links every unit below its parent; returns the first root, or sets *ret_flaw. */
static size_t link_nodes(struct node nodes[], const struct unit units[],
                         const struct unit *const by_id[], size_t count, const char **ret_flaw)
{
    size_t first_root = NOBODY;

    for (size_t i = 0; i < count; i++)
        nodes[i].first_child = NOBODY;
    /* From the end, as each goes to the front of its list: siblings come out in order of code. */
    for (size_t i = count; i-- > 0;) {
        size_t *list = &first_root;
        nodes[i].parent = NOBODY;
        if (!uuid_is_none(units[i].parent_id)) {
            nodes[i].parent = find(units, by_id, count, units[i].parent_id);
            if (nodes[i].parent == NOBODY) {
                *ret_flaw = "a unit's superior does not exist";
                return NOBODY;
            }
            list = &nodes[nodes[i].parent].first_child;
        }
        nodes[i].next_sibling = *list;
        *list = i;
    }
    return first_root;
}

/* Numbers what can be reached from the roots, without recursion, as data decide how deep it goes.
 * Returns how many that were. */
static size_t number_units(const struct node nodes[], struct unit units[], size_t root)
{
    int order = 0;
    size_t at = root;

    while (at != NOBODY) {
        units[at].enter = order++;
        if (nodes[at].first_child != NOBODY) {
            at = nodes[at].first_child;
            continue;
        }
        while (at != NOBODY && nodes[at].next_sibling == NOBODY) {
            units[at].leave = order;
            at = nodes[at].parent;
        }
        if (at != NOBODY) {
            units[at].leave = order;
            at = nodes[at].next_sibling;
        }
    }
    return (size_t)order;
}

const char *unit_tree_build(struct arena *arena, struct unit units[], size_t count,
                            struct institution *institution)
{
    struct node *nodes = ARENA_ARRAY(arena, struct node, count);
    struct unit *ordered = ARENA_ARRAY(arena, struct unit, count);
    const char *flaw = NULL;

    qsort(units, count, sizeof *units, by_code);
    const struct unit **by_id = index_units(arena, units, count, pointer_by_id);
    size_t root = link_nodes(nodes, units, by_id, count, &flaw);
    if (flaw)
        return flaw;
    /* A unit has one parent, so those on or below a cycle hang from no root. */
    if (number_units(nodes, units, root) != count)
        return "units are superior to each other in a circle";
    for (size_t i = 0; i < count; i++)
        ordered[units[i].enter] = units[i];
    institution->units = ordered;
    institution->unit_count = count;
    institution->units_by_id = index_units(arena, ordered, count, pointer_by_id);
    institution->units_by_code = index_units(arena, ordered, count, pointer_by_code);
    return NULL;
}
