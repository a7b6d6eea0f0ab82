#include "lib/store/work_store.h"

#include "lib/store/statements.h"

const struct pg_statement work_get = {
    "work_get",
    "SELECT number, at, staff_id, stage, round, body FROM work"
    " WHERE complaint_id = $1 AND kind = ANY($2) AND number > $3 ORDER BY number LIMIT $4"};

void work_get_bind(struct pg_binds *binds, struct uuid complaint_id, const enum action kinds[],
                   size_t count, int after, int limit)
{
    pg_bind_uuid(binds, complaint_id);
    struct pg_array array = pg_array_begin(binds, PG_TEXT, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_text(&array, vocabulary_code(&vocabulary_action, (int)kinds[i]));
    pg_array_end(&array);
    pg_bind_int4(binds, after);
    pg_bind_int8(binds, limit);
}

void work_read(const struct pg_rows *rows, const struct institution *institution,
               struct work_view out[])
{
    for (size_t row = 0; row < rows->count; row++) {
        struct uuid staff_id = pg_uuid(rows, row, 2);
        const struct staff *staff = institution_staff(institution, staff_id);
        out[row] = (struct work_view){
            .number = pg_int4(rows, row, 0),
            .at = pg_instant(rows, row, 1),
            .by = {staff_id, staff ? staff->login : TEXT_NONE, staff ? staff->name : TEXT_NONE},
            .stage = vocabulary_find(&vocabulary_stage, pg_text(rows, row, 3)),
            .round = pg_int4(rows, row, 4),
            .body = pg_text(rows, row, 5)};
    }
}

const struct pg_statement *const work_statements[] = {&work_get, NULL};
