#include "lib/store/link_store.h"

#include "lib/store/statements.h"

/* Both directions apart, each by its own index. */
#define OF_EITHER(columns, condition)                                                             \
    "((SELECT " columns " FROM link WHERE complaint_id " condition ") UNION ALL (SELECT " columns \
    " FROM link WHERE other_id " condition ")) l"

/* w: what the link says; r: its removal. */
#define WITH_WORK                                                                     \
    " JOIN complaint c ON c.id = l.complaint_id"                                      \
    " JOIN work w ON w.complaint_id = l.complaint_id AND w.kind = 'links'"            \
    " AND w.number = l.number"                                                        \
    " LEFT JOIN work r ON r.complaint_id = l.complaint_id AND r.kind = 'remove_link'" \
    " AND r.number = l.number"
#define IS_OVER "(r.number IS NOT NULL OR l.kind = 'merged_into' AND c.round <> w.round)"

const struct pg_statement link_get = {
    "link_get", "SELECT l.complaint_id, l.other_id, l.number, l.kind, " IS_OVER
                " FROM " OF_EITHER("complaint_id, other_id, number, kind", "= ANY($1)") WITH_WORK};

static struct link link_at(const struct pg_rows *rows, size_t row)
{
    return (struct link){.from_id = pg_uuid(rows, row, 0),
                         .to_id = pg_uuid(rows, row, 1),
                         .number = pg_int4(rows, row, 2),
                         .kind = vocabulary_find(&vocabulary_link_kind, pg_text(rows, row, 3)),
                         .over = pg_bool(rows, row, 4)};
}

void link_read(const struct pg_rows *rows, struct link out[])
{
    for (size_t row = 0; row < rows->count; row++)
        out[row] = link_at(rows, row);
}

static const struct pg_statement link_insert = {
    "link_insert", "INSERT INTO link (complaint_id, number, kind, other_id)"
                   " SELECT * FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::uuid[])"};

bool link_save_send(struct pg *pg, struct arena *arena, const struct link *const links[],
                    size_t count)
{
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_array from = pg_array_begin(&binds, PG_UUID, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_uuid(&from, links[i]->from_id);
    pg_array_end(&from);
    struct pg_array numbers = pg_array_begin(&binds, PG_INT4, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_int4(&numbers, links[i]->number);
    pg_array_end(&numbers);
    struct pg_array kinds = pg_array_begin(&binds, PG_TEXT, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_text(&kinds, vocabulary_code(&vocabulary_link_kind, links[i]->kind));
    pg_array_end(&kinds);
    struct pg_array to = pg_array_begin(&binds, PG_UUID, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_uuid(&to, links[i]->to_id);
    pg_array_end(&to);
    return pg_send(pg, &link_insert, &binds);
}

const struct pg_statement link_list = {
    "link_list",
    "SELECT l.complaint_id, l.other_id, l.number, l.kind, " IS_OVER
    ", l.position, w.at, w.staff_id, w.stage, w.round, w.body,"
    " r.at, r.staff_id, r.stage, r.round, r.body"
    " FROM " OF_EITHER("complaint_id, other_id, number, kind, position", "= $1 AND position > $2")
        WITH_WORK " ORDER BY l.position LIMIT $3"};

void link_list_bind(struct pg_binds *binds, struct uuid complaint_id, int64_t after, int limit)
{
    pg_bind_uuid(binds, complaint_id);
    pg_bind_int8(binds, after);
    pg_bind_int8(binds, limit);
}

static struct work_view work_at(const struct pg_rows *rows, size_t row, int column, int number,
                                const struct institution *institution)
{
    struct uuid staff_id = pg_uuid(rows, row, column + 1);
    const struct staff *staff = institution_staff(institution, staff_id);

    return (struct work_view){
        .number = number,
        .at = pg_instant(rows, row, column),
        .by = {staff_id, staff ? staff->login : TEXT_NONE, staff ? staff->name : TEXT_NONE},
        .stage = vocabulary_find(&vocabulary_stage, pg_text(rows, row, column + 2)),
        .round = pg_int4(rows, row, column + 3),
        .body = pg_text(rows, row, column + 4)};
}

void link_list_read(const struct pg_rows *rows, struct uuid complaint_id,
                    const struct institution *institution, struct link_listed out[])
{
    for (size_t row = 0; row < rows->count; row++) {
        struct link link = link_at(rows, row);
        out[row] = (struct link_listed){
            .link = link,
            .position = pg_int8(rows, row, 5),
            .direction = uuid_equal(link.from_id, complaint_id) ? LINK_OUTGOING : LINK_INCOMING,
            .work = work_at(rows, row, 6, link.number, institution),
            .removed = !pg_is_null(rows, row, 11)};
        if (out[row].removed)
            out[row].removal = work_at(rows, row, 11, link.number, institution);
    }
}

const struct pg_statement *const link_statements[] = {&link_get, &link_insert, &link_list, NULL};
