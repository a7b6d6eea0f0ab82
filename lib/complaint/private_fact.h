#ifndef COMPLAINT_PRIVATE_FACT_H
#define COMPLAINT_PRIVATE_FACT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/arena.h"
#include "lib/base/text.h"

/* The personal values and free texts of a receipt: shown masked in the complaint, kept as written
 * beside the journal (domain.md §6). One list for receiving, correcting and rebuilding. */
struct private_fact {
    const char *name; /* in the journal; a pointer into the input with '.' for '/' */
    size_t from;      /* of a struct text in struct receive_command */
    size_t to;        /* of a struct text in struct complaint */
    struct text (*mask)(struct arena *, struct text); /* NULL: shown as written */
    bool journalled; /* what is shown of it stands among the journal's changes too */
};

extern const struct private_fact private_facts[];
extern const size_t private_fact_count;

/* NULL when there is none of that name. */
const struct private_fact *private_fact_find(const char *name);

/* What is shown of a value; none of none. */
struct text private_fact_shown(const struct private_fact *fact, struct arena *arena,
                               struct text value);

#endif
