#ifndef STORE_PRIVATE_MARK_H
#define STORE_PRIVATE_MARK_H

#include "lib/store/private_store.h"

/* Marks with the entries that they belong to; of use to private_*.c only. */

struct mark_list {
    struct marked {
        struct mark mark;
        struct uuid complaint_id;
        int index;
    } * list;
    size_t count;
};

/* Has room for the marks of so many entries. */
struct mark_list mark_list_new(struct arena *arena, size_t entries);

/* Adds the mark of a private value, if values of that name have one. */
void mark_list_add(struct mark_list *marks, struct arena *arena, const struct key *key,
                   const char *name, struct text value, struct uuid complaint_id, int index);

/* Binds three arrays: marks, complaints, entries. */
void mark_list_bind(struct pg_binds *binds, const struct mark_list *marks);

#endif
