#ifndef COMPLAINT_JOURNAL_FIELD_H
#define COMPLAINT_JOURNAL_FIELD_H

#include <stddef.h>

#include "lib/complaint/complaint.h"

/* The recorded facts that journal entries tell by name under "changes". One table, in journal.c,
 * serves the writing (journal.c) and the reading (journal_replay.c). */

enum journal_field_kind {
    FIELD_TEXT,    /* struct text */
    FIELD_TERM,    /* int, a term */
    FIELD_TAGS,    /* unsigned, bits 1 << term */
    FIELD_INTEGER, /* int; -1 is null */
    FIELD_LONG,    /* int64_t; -1 is null */
    FIELD_INSTANT, /* instant */
    FIELD_LOGIN,   /* struct staff_reference, by its login */
    FIELD_UNIT     /* struct text, a unit's code; its id is the struct uuid at `second` */
};

struct journal_field {
    const char *name;
    enum journal_field_kind kind;
    size_t offset; /* in struct complaint */
    const struct vocabulary *vocabulary;
    size_t second;
};

extern const struct journal_field journal_fields[];
extern const size_t journal_field_count;

#endif
