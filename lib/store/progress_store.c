#include "lib/store/progress_store.h"

#include "lib/store/statements.h"

const struct pg_statement progress_find = {
    "progress_find", "SELECT number, status, stage, outcome, received_at, closed_at,"
                     " statutory_due_at FROM complaint WHERE tracking_code = $1"};

bool progress_read(const struct pg_rows *rows, struct complaint *ret)
{
    if (rows->count == 0)
        return false;
    *ret = (struct complaint){
        .number = pg_text(rows, 0, 0),
        .status = vocabulary_find(&vocabulary_status, pg_text(rows, 0, 1)),
        .stage = vocabulary_find(&vocabulary_stage, pg_text(rows, 0, 2)),
        .outcome = vocabulary_find(&vocabulary_outcome, pg_text(rows, 0, 3)),
        .received_at = pg_instant(rows, 0, 4),
        .closed_at = pg_instant(rows, 0, 5),
        .statutory_due_at = pg_instant(rows, 0, 6),
    };
    return true;
}

const struct pg_statement *const progress_statements[] = {&progress_find, NULL};
