#include "lib/store/board_store.h"

#include "lib/store/complaint_store.h"
#include "lib/store/statements.h"

const struct pg_statement board_count = {
    "board_count",
    "SELECT owner_unit_id, owner_id, stage, count(*),"
    " count(*) FILTER (WHERE due_at >= $3 AND due_at < CASE level WHEN 'ordinary' THEN $4"
    " WHEN 'complex' THEN $5 ELSE $6 END),"
    " count(*) FILTER (WHERE due_at < $3), min(due_at), count(urge_due_at)"
    " FROM complaint c WHERE status = 'open' AND owner_unit_id = ANY($1)"
    " AND " COMPLAINT_NOT_ABOUT("$2") " GROUP BY owner_unit_id, owner_id, stage"};

const struct pg_statement board_totals = {
    "board_totals", "SELECT stage, count(*), count(*) FILTER (WHERE due_at < $1)"
                    " FROM complaint WHERE status = 'open' GROUP BY stage"};

void board_count_bind(struct pg_binds *binds, const struct uuid units[], size_t unit_count,
                      const struct principal *who, instant now,
                      const instant horizons[static LEVEL_COUNT])
{
    complaint_ids_bind(binds, units, unit_count);
    complaint_barred_bind(binds, who);
    pg_bind_instant(binds, now);
    for (int level = 0; level < LEVEL_COUNT; level++)
        pg_bind_instant(binds, horizons[level]);
}

void board_read(const struct pg_rows *rows, struct board_row out[])
{
    for (size_t row = 0; row < rows->count; row++) {
        out[row] =
            (struct board_row){.unit_id = pg_uuid(rows, row, 0),
                               .owner_id = pg_uuid(rows, row, 1),
                               .stage = vocabulary_find(&vocabulary_stage, pg_text(rows, row, 2)),
                               .open = pg_int8(rows, row, 3),
                               .due_soon = pg_int8(rows, row, 4),
                               .overdue = pg_int8(rows, row, 5),
                               .oldest_due_at = pg_instant(rows, row, 6),
                               .urged = pg_int8(rows, row, 7)};
    }
}

const struct pg_statement *const board_statements[] = {&board_count, &board_totals, NULL};
