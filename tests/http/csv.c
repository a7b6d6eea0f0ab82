#include "tests/http/csv.h"

struct reader {
    struct arena *arena;
    struct text file;
    size_t at;
};

static bool at_end(const struct reader *reader)
{
    return reader->at >= reader->file.length;
}

static char here(const struct reader *reader)
{
    if (at_end(reader))
        return '\n';
    return reader->file.at[reader->at];
}

/* A cell in quotes, which stand for nothing; two in a row stand for one. */
static bool read_quoted(struct reader *reader, struct text *ret)
{
    struct text_buffer cell = text_buffer_new(reader->arena, 64);

    for (reader->at++; !at_end(reader); reader->at++) {
        if (here(reader) == '"') {
            reader->at++;
            if (at_end(reader) || here(reader) != '"') {
                *ret = text_buffer_text(&cell);
                return true;
            }
        }
        text_buffer_add_char(&cell, here(reader));
    }
    return false;
}

static bool read_cell(struct reader *reader, struct text *ret)
{
    size_t from = reader->at;

    if (here(reader) == '"')
        return read_quoted(reader, ret);
    while (here(reader) != ',' && here(reader) != '\n' && here(reader) != '\r')
        reader->at++;
    *ret = text_copy(reader->arena, (struct text){reader->file.at + from, reader->at - from});
    return true;
}

/* Reads up to `max` cells into cells; returns how many the row has, 0 when it is broken. */
static size_t read_row(struct reader *reader, struct text cells[], size_t max)
{
    size_t count = 0;

    for (;;) {
        struct text cell;
        if (count == max || !read_cell(reader, &cell))
            return 0;
        cells[count++] = cell;
        if (here(reader) != ',')
            break;
        reader->at++;
    }
    if (here(reader) == '\r')
        reader->at++;
    if (here(reader) != '\n')
        return 0;
    reader->at++;
    return count;
}

#define COLUMNS_MAX 64

bool csv_parse(struct arena *arena, struct text file, struct csv *ret)
{
    struct reader reader = {arena, file, 0};
    struct text names[COLUMNS_MAX];
    struct csv csv = {.columns = read_row(&reader, names, COLUMNS_MAX)};
    size_t lines = 1; /* at least as many as rows */

    if (csv.columns == 0)
        return false;
    for (size_t i = 0; i < file.length; i++)
        lines += file.at[i] == '\n';
    csv.cells = ARENA_ARRAY(arena, struct text, (lines + 1) * csv.columns);
    memcpy(csv.cells, names, csv.columns * sizeof *names);
    while (!at_end(&reader)) {
        struct text *row = csv.cells + (csv.rows + 1) * csv.columns;
        if (read_row(&reader, row, csv.columns) != csv.columns)
            return false;
        csv.rows++;
    }
    *ret = csv;
    return true;
}

struct text csv_cell(const struct csv *csv, size_t row, const char *column)
{
    for (size_t i = 0; i < csv->columns; i++)
        if (text_equal(csv->cells[i], text_of(column)))
            return csv->cells[(row + 1) * csv->columns + i];
    return TEXT_NONE;
}
