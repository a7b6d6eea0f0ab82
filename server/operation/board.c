/* GET /v1/board: open, due soon and overdue by unit, stage and owner; the oldest first. Now, or as of
 * a past moment. */
#include <stdlib.h>

#include "lib/base/json_text.h"
#include "lib/json/complaint_json.h"
#include "server/operation/board.h"
#include "server/operation/loading.h"
#include "server/past.h"

#define OLDEST_SHOWN 10

struct board_input {
    struct text unit;
    instant as_of;
};

static const struct member members[] = {
    {MEMBER("unit", TEXT, struct board_input, unit), .max = 64},
    {MEMBER("as_of", INSTANT, struct board_input, as_of)},
};
static const struct shape board_parameters = {
    .name = "BoardParameters", .size = sizeof(struct board_input), SHAPE_MEMBERS(members)};

struct figures {
    int64_t open, due_soon, overdue, urged;
};

static void add_figures(struct figures *to, const struct board_row *row)
{
    to->open += row->open;
    to->due_soon += row->due_soon;
    to->overdue += row->overdue;
    to->urged += row->urged;
}

static void write_figures(struct text_buffer *out, const struct figures *figures)
{
    text_buffer_printf(out, "\"open\":%lld,\"due_soon\":%lld,\"overdue\":%lld,\"urged\":%lld",
                       (long long)figures->open, (long long)figures->due_soon,
                       (long long)figures->overdue, (long long)figures->urged);
}

static void write_by_stage(const struct board_row rows[], size_t count, struct text_buffer *out)
{
    text_buffer_add_string(out, ",\"by_stage\":[");
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        struct figures figures = {0};
        for (size_t i = 0; i < count; i++) {
            if (rows[i].stage == stage)
                add_figures(&figures, &rows[i]);
        }
        text_buffer_printf(out, "%s{\"stage\":\"%.*s\",", stage ? "," : "",
                           TEXT_ARG(vocabulary_code(&vocabulary_stage, stage)));
        write_figures(out, &figures);
        text_buffer_add_char(out, '}');
    }
    text_buffer_add_char(out, ']');
}

static int by_unit_and_owner(const void *a, const void *b)
{
    const struct board_row *left = a, *right = b;
    int order = uuid_compare(left->unit_id, right->unit_id);
    return order ? order : uuid_compare(left->owner_id, right->owner_id);
}

static void write_by_unit(const struct institution *institution, const struct board_row rows[],
                          size_t count, struct text_buffer *out)
{
    const char *separator = "";
    text_buffer_add_string(out, ",\"by_unit\":[");
    for (size_t i = 0; i < count;) {
        const struct unit *unit = institution_unit(institution, rows[i].unit_id);
        struct figures figures = {0};
        size_t first = i;
        for (; i < count && uuid_equal(rows[i].unit_id, rows[first].unit_id); i++)
            add_figures(&figures, &rows[i]);
        text_buffer_printf(out, "%s{\"unit\":", separator);
        json_text_add(out, unit ? unit->code : TEXT_NONE);
        text_buffer_add_string(out, ",\"name\":");
        json_text_add(out, unit ? unit->name : TEXT_NONE);
        text_buffer_add_char(out, ',');
        write_figures(out, &figures);
        text_buffer_add_char(out, '}');
        separator = ",";
    }
    text_buffer_add_char(out, ']');
}

static void write_owner(const struct institution *institution, struct uuid id,
                        struct text_buffer *out)
{
    const struct staff *staff = institution_staff(institution, id);
    char text[UUID_TEXT_LENGTH];
    uuid_format(id, text);
    text_buffer_printf(out, "{\"id\":\"%.*s\",\"login\":", UUID_TEXT_LENGTH, text);
    json_text_add(out, staff ? staff->login : TEXT_NONE);
    text_buffer_add_string(out, ",\"name\":");
    json_text_add(out, staff ? staff->name : TEXT_NONE);
    text_buffer_add_char(out, '}');
}

static void write_by_owner(const struct institution *institution, const struct board_row rows[],
                           size_t count, struct text_buffer *out)
{
    const char *separator = "";
    text_buffer_add_string(out, ",\"by_owner\":[");
    for (size_t i = 0; i < count;) {
        const struct unit *unit = institution_unit(institution, rows[i].unit_id);
        struct figures figures = {0};
        instant oldest = INSTANT_NONE;
        size_t first = i;
        for (; i < count && by_unit_and_owner(&rows[i], &rows[first]) == 0; i++) {
            add_figures(&figures, &rows[i]);
            if (rows[i].oldest_due_at != INSTANT_NONE &&
                (oldest == INSTANT_NONE || rows[i].oldest_due_at < oldest))
                oldest = rows[i].oldest_due_at;
        }
        text_buffer_printf(out, "%s{\"owner\":", separator);
        write_owner(institution, rows[first].owner_id, out);
        text_buffer_add_string(out, ",\"unit\":");
        json_text_add(out, unit ? unit->code : TEXT_NONE);
        text_buffer_add_char(out, ',');
        write_figures(out, &figures);
        text_buffer_add_string(out, ",\"oldest_due_at\":");
        json_add_instant(out, oldest, institution->zone_minutes);
        text_buffer_add_char(out, '}');
        separator = ",";
    }
    text_buffer_add_char(out, ']');
}

/* The units that the caller's roles reach, within the one asked for. */
static enum fault units_of(struct slow_context *context, struct uuid units[], size_t *ret_count)
{
    const struct board_input *input = context->request->input;
    const struct institution *institution = context->institution;
    const struct unit *root = NULL;

    if (!text_is_none(input->unit)) {
        root = institution_unit_by_code(institution, input->unit);
        if (!root) {
            violation_add(request_violations(context->request), "unit", "unknown_value",
                          "There is nothing of that name", "没有此名称的对象");
            return FAULT_UNKNOWN_PARAMETER;
        }
    }
    *ret_count = 0;
    for (size_t i = 0; i < institution->unit_count; i++) {
        const struct unit *unit = &institution->units[i];
        if ((!root || unit_within(unit, root)) &&
            permission_has_role_over(&context->who, ROLES_SEEING_COMPLAINTS, unit))
            units[(*ret_count)++] = unit->id;
    }
    return FAULT_NONE;
}

/* The oldest: a list by due time of the owners' units, in the shape of every list. */
static enum fault list_oldest(struct slow_context *context, struct board *board)
{
    struct arena *arena = context->request->arena;
    struct list_job *job = &board->oldest;
    const struct list_query *queries[] = {&job->query};
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;

    list_bind(&binds, queries, 1);
    if (pg_run(context->pg, list_statement(list_variant_of(&job->query), arena), &binds,
               statement_deadline(context->server), &rows) != PG_DONE)
        return statement_fault(context);
    for (size_t row = 0; row < rows.count && row < OLDEST_SHOWN; row++) {
        struct complaint complaint;
        (void)list_read(&rows, row, context->institution, arena, &complaint);
        list_add(job, context->institution, &complaint);
    }
    pg_rows_free(&rows);
    return FAULT_NONE;
}

static enum fault count_present(struct slow_context *context, struct board *board)
{
    struct arena *arena = context->request->arena;
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;

    board_count_bind(&binds, board->units, board->unit_count, &context->who, board->now,
                     board->horizons);
    if (pg_run(context->pg, &board_count, &binds, statement_deadline(context->server), &rows) !=
        PG_DONE)
        return statement_fault(context);
    board->rows = ARENA_ARRAY(arena, struct board_row, rows.count);
    board->row_count = rows.count;
    board_read(&rows, board->rows);
    pg_rows_free(&rows);
    return list_oldest(context, board);
}

static void write_board(struct slow_context *context, const struct board *board,
                        struct text_buffer *out)
{
    struct board_row *rows = board->rows;
    size_t count = board->row_count;
    struct figures all = {0};

    for (size_t i = 0; i < count; i++)
        add_figures(&all, &rows[i]);
    if (count > 0) /* no rows may be no array */
        qsort(rows, count, sizeof *rows, by_unit_and_owner);
    text_buffer_add_string(out, "{\"as_of\":");
    json_add_instant(out, board->now, context->institution->zone_minutes);
    text_buffer_add_char(out, ',');
    write_figures(out, &all);
    write_by_unit(context->institution, rows, count, out);
    write_by_stage(rows, count, out);
    write_by_owner(context->institution, rows, count, out);
    text_buffer_add_string(out, ",\"oldest\":[");
    text_buffer_add_text(out, text_buffer_text(&board->oldest.out));
    text_buffer_add_string(out, "]}");
}

/* Everything but the figures. */
static enum fault prepare(struct slow_context *context, struct board *board)
{
    const struct board_input *input = context->request->input;
    const struct institution *institution = context->institution;
    struct arena *arena = context->request->arena;
    struct list_job *job = &board->oldest;

    board->now = input->as_of == INSTANT_NONE ? context->now : input->as_of;
    board->units = ARENA_ARRAY(arena, struct uuid, institution->unit_count);
    enum fault fault = units_of(context, board->units, &board->unit_count);
    if (fault)
        return fault;
    institution_due_soon(institution, board->now, board->horizons);
    *job = (struct list_job){.request = context->request,
                             .who = context->who,
                             .now = board->now,
                             .as_of = input->as_of,
                             .out = text_buffer_new(arena, 8192)};
    bool everything = board->unit_count == context->institution->unit_count;
    job->query = (struct list_query){
        .filters = everything ? 0 : LIST_OWNER_UNIT,
        .order = ORDER_DUE,
        .limit = OLDEST_SHOWN,
        .caller_login = context->who.staff->login,
        .deputy_login = context->who.through ? context->who.through->login : TEXT_NONE,
        .units = board->units,
        .unit_count = board->unit_count};
    return FAULT_NONE;
}

static enum fault answer_board(struct slow_context *context)
{
    const struct board_input *input = context->request->input;
    struct text_buffer out = text_buffer_new(context->request->arena, 8192);
    struct board board = {0};
    enum fault fault = prepare(context, &board);

    if (!fault && input->as_of != INSTANT_NONE)
        fault = past_check(context, input->as_of);
    if (!fault)
        fault = input->as_of == INSTANT_NONE ? count_present(context, &board)
                                             : board_count_past(context, &board);
    if (fault)
        return fault;
    write_board(context, &board, &out);
    request_answer(context->request, 200, text_buffer_text(&out));
    return FAULT_NONE;
}

const struct operation board_get = {.name = "board_get",
                                    .method = METHOD_GET,
                                    .path = "/v1/board",
                                    .kind = OPERATION_SLOW,
                                    .query = &board_parameters,
                                    .handle = answer_board};
