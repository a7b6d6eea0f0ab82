#ifndef TESTS_HTTP_CSV_H
#define TESTS_HTTP_CSV_H

#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/text.h"

/* A table of comma-separated values (RFC 4180): quoted cells may hold commas, line ends and doubled
 * quotes. */
struct csv {
    struct text *cells;   /* row by row; the first row holds the names of the columns */
    size_t columns, rows; /* rows: without that of the names */
};

/* Reads a whole file; the cells are the arena's. False when a quoted cell does not end or a row has
 * another number of cells than the first. */
bool csv_parse(struct arena *arena, struct text file, struct csv *ret);

/* A cell by the name of its column; row 0 is the first after the names. None: no such column. */
struct text csv_cell(const struct csv *csv, size_t row, const char *column);

#endif
