#include "lib/store/unmask_store.h"

#include "lib/store/complaint_store.h"
#include "lib/store/statements.h"

const struct pg_statement unmask_lock = {
    "unmask_lock", "SELECT FROM staff WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE"};

const struct pg_statement unmask_count = {
    "unmask_count",
    "SELECT staff_id, caller_id, count(*) FROM audit WHERE action = 'unmasked' AND at > $2"
    " AND (staff_id = ANY($1) OR caller_id = ANY($1)) GROUP BY staff_id, caller_id"};

void unmask_count_bind(struct pg_binds *binds, const struct uuid staff_ids[], size_t count,
                       instant since)
{
    complaint_ids_bind(binds, staff_ids, count);
    pg_bind_instant(binds, since);
}

const struct pg_statement unmask_list = {
    "unmask_list",
    "SELECT c.id, c.number, w.kind, w.number, w.staff_id, w.at, w.body,"
    " j.bytes::jsonb ->> 'actor' FROM work w JOIN complaint c ON c.id = w.complaint_id"
    " JOIN journal j ON j.complaint_id = w.complaint_id AND j.index = w.journal_index"
    " WHERE w.kind IN ('unmask', 'approve_unmask', 'refuse_unmask', 'read_unmasked')"
    " AND w.at > $1 AND w.at <= $2 AND (c.unit_id = ANY($3) OR c.owner_unit_id = ANY($3))"
    " AND " COMPLAINT_NOT_ABOUT("$4") " ORDER BY w.at FETCH FIRST ($5) ROWS WITH TIES"};

void unmask_list_bind(struct pg_binds *binds, instant after, instant to, const struct uuid units[],
                      size_t count, const struct principal *who, int limit)
{
    pg_bind_instant(binds, after);
    pg_bind_instant(binds, to);
    complaint_ids_bind(binds, units, count);
    complaint_barred_bind(binds, who);
    pg_bind_int8(binds, limit);
}

void unmask_list_read(const struct pg_rows *rows, const struct institution *institution,
                      struct unmask_listed out[])
{
    for (size_t row = 0; row < rows->count; row++) {
        struct uuid staff_id = pg_uuid(rows, row, 4);
        const struct staff *staff = institution_staff(institution, staff_id);
        out[row] = (struct unmask_listed){
            .complaint = {pg_uuid(rows, row, 0), pg_text(rows, row, 1)},
            .kind = vocabulary_find(&vocabulary_action, pg_text(rows, row, 2)),
            .number = pg_int4(rows, row, 3),
            .by = {staff_id, staff ? staff->login : TEXT_NONE, staff ? staff->name : TEXT_NONE},
            .at = pg_instant(rows, row, 5),
            .body = pg_text(rows, row, 6),
            .actor = pg_text(rows, row, 7)};
    }
}

const struct pg_statement *const unmask_statements[] = {&unmask_lock, &unmask_count, &unmask_list,
                                                        NULL};
