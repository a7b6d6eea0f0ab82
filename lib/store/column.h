#ifndef STORE_COLUMN_H
#define STORE_COLUMN_H

#include <stddef.h>

#include "lib/base/text.h"
#include "lib/complaint/institution.h"
#include "lib/complaint/vocabulary.h"
#include "lib/pg/pg.h"

/* A table's columns as data: how each lies in the row and in the C struct. One list serves the
 * insert, the update and the reads of a table. */

enum column_kind {
    COLUMN_UUID,    /* struct uuid */
    COLUMN_TEXT,    /* struct text */
    COLUMN_TERM,    /* int, a term of `vocabulary`, stored as its code */
    COLUMN_TERMS,   /* unsigned bits, stored as an array of codes */
    COLUMN_INT,     /* int */
    COLUMN_LONG,    /* int64_t */
    COLUMN_AMOUNT,  /* int64_t; -1 is null */
    COLUMN_INSTANT, /* instant */
    COLUMN_STAFF,   /* struct staff_reference: the id is stored, the rest looked up */
    COLUMN_UNIT,    /* struct uuid; the code is looked up into the struct text at `second` */
    COLUMN_HASH,    /* struct hash */
    COLUMN_UUIDS,   /* struct uuid *, their number a size_t at `second` */
    COLUMN_FLAGS, /* bools side by side, up to the offset `second`, stored as the bits of an int */
    COLUMN_INSTANTS, /* instant *, their number a size_t at `second` */
    COLUMN_PAUSES    /* struct pause *, their number a size_t at `second`, stored as an array of
                       moments: three for each, from, to and told_at */
};

enum column_flag {
    COLUMN_CHANGES = 1 << 0,  /* written by updates too, not by the insert alone */
    COLUMN_LISTED = 1 << 1,   /* read for rows of a list too */
    COLUMN_CORRECTS = 1 << 2, /* written by corrections and rare changes too */
    COLUMN_CLOCKS = 1 << 3,   /* what the due times of an open complaint follow from, and they */
    COLUMN_SEEN = 1 << 4      /* what decides who sees a complaint, and its number */
};

struct column {
    const char *name;
    enum column_kind kind;
    unsigned flags;
    size_t offset, second;
    const struct vocabulary *vocabulary;
};

/* "a, b, c" of the columns that have all the flags, each after the prefix ("c." or ""). */
void column_names(struct text_buffer *out, const struct column columns[], size_t count,
                  unsigned flags, const char *prefix);

/* "unnest($n::uuid[], …) AS v(a, b, …)", from parameter `first` on; returns the next number. */
int column_unnest(struct text_buffer *out, const struct column columns[], size_t count,
                  unsigned flags, int first);

/* "v.a, v.tags::text[], …": the unnested values in the columns' types. */
void column_values(struct text_buffer *out, const struct column columns[], size_t count,
                   unsigned flags);

/* "a = v.a, …" for an update. */
void column_assignments(struct text_buffer *out, const struct column columns[], size_t count,
                        unsigned flags);

/* Binds one array a column, in the order of column_unnest, from `n` structs. */
void column_bind(struct pg_binds *binds, const struct column columns[], size_t count,
                 unsigned flags, const void *const objects[], size_t n);

/* Fills a struct from a row whose columns start at `at`, in the order of column_names. Texts point
 * into the result, and those that are looked up into the institution; without one (NULL) there are
 * none of these. Returns the column after the last one read. */
int column_read(const struct pg_rows *rows, size_t row, int at, const struct column columns[],
                size_t count, unsigned flags, const struct institution *institution,
                struct arena *arena, void *object);

/* Whether two structs hold the same in a column. */
bool column_same(const struct column *column, const void *a, const void *b);

#endif
