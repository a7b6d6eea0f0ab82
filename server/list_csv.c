/* GET /v1/complaints?format=csv: what the list shows, as a file for spreadsheets. A page of the list is a
 * piece of it, and made when the piece before has been read; so it holds one page in memory, and each is
 * what its caller may see by then. */
#include "lib/json/complaint_json.h"
#include "server/audit.h"
#include "server/engine.h"
#include "server/follow.h"
#include "server/list.h"
#include "server/list_cursor.h"
#include "server/present.h"
#include "server/server.h"

#define ROW_BYTES 512 /* about what a row takes */

struct list_export {
    struct list_query query; /* of the next piece, without the reach of whoever asks */
    int64_t rows;            /* in the pieces before */
};

/* The file ends here though the list does not: a row that says so, and how to get the rest. */
static void add_limit_note(struct slow_context *context, const struct list_export *list,
                           struct text_buffer *out)
{
    struct text cursor = list_cursor_write(context->worker->arena, list->query.order,
                                           list->query.cursor_at, list->query.cursor_id);
    int limit = context->server->settings.limit.export_rows;
    struct arena *arena = context->worker->arena;
    struct text zh = text_printf(arena,
                                 "已达每个文件%d行的上限，其后的记录不在本文件中；以 cursor=%.*s "
                                 "导出其余记录，或缩小筛选范围",
                                 limit, TEXT_ARG(cursor));
    struct text en = text_printf(arena,
                                 "This file ends at the limit of %d rows and the list does not: "
                                 "cursor=%.*s gives the rest, or narrow the filters",
                                 limit, TEXT_ARG(cursor));

    csv_add_text(out, context->request->chinese ? zh : en);
    for (size_t i = csv_columns(&complaint_item_shape); i > 1; i--)
        text_buffer_add_char(out, ',');
    text_buffer_add_string(out, "\r\n");
}

static void add_row(struct slow_context *context, const struct complaint *complaint,
                    struct text_buffer *out)
{
    struct complaint_view view;

    complaint_present(context->institution, &context->who, complaint, context->now, NULL, &view);
    csv_add_row(out, &complaint_item_shape, &view, context->institution->zone_minutes,
                context->request->chinese);
}

/* Writes a page; the query goes on behind its last row. */
static void add_rows(struct slow_context *context, const struct pg_rows *rows,
                     struct list_export *list, struct text_buffer *out)
{
    struct follower *follower = context->request->follower;
    int64_t left = context->server->settings.limit.export_rows - list->rows;
    size_t limit = left < list->query.limit ? (size_t)left : (size_t)list->query.limit;
    struct complaint complaint;

    for (size_t row = 0; row < rows->count && row < limit; row++) {
        (void)list_read(rows, row, context->institution, context->worker->arena, &complaint);
        add_row(context, &complaint, out);
        list->query.cursor_at =
            list->query.order == ORDER_DUE ? complaint.due_at : complaint.received_at;
        list->query.cursor_id = complaint.id;
        list->rows++;
    }
    list->query.filters |= LIST_CURSOR;
    bool full = list->rows == context->server->settings.limit.export_rows;
    follower->complete = full || rows->count <= limit;
    if (full && rows->count > limit)
        add_limit_note(context, list, out);
}

static enum fault give_piece(struct slow_context *context, struct text_buffer *out)
{
    struct list_export *list = context->request->follower->list;
    struct arena *arena = context->worker->arena;
    struct list_query query = list->query;
    const struct list_query *queries[] = {&query};
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;

    list_restrict(context->institution, &context->who, arena, &query);
    list_bind(&binds, queries, 1);
    if (pg_run(context->pg, list_statement(list_variant_of(&query), arena), &binds,
               statement_deadline(context->server), &rows) != PG_DONE)
        return statement_fault(context);
    add_rows(context, &rows, list, out);
    pg_rows_free(&rows);
    follow_give(context->request, text_buffer_text(out));
    return FAULT_NONE;
}

/* The parameters, by which the trail tells what was exported: of those in which people write, the
 * names alone. */
static struct text filters_of(const struct request *request)
{
    static const char *const written[] = {"q", "number", "external_case_number", "customer",
                                          "cursor"};
    struct text_buffer out = text_buffer_new(request->arena, 256);

    for (size_t i = 0; i < request->query_count; i++) {
        const struct query_pair *pair = &request->query[i];
        bool named_only = false;
        for (size_t j = 0; j < sizeof written / sizeof *written; j++)
            named_only = named_only || text_equal(pair->name, text_of(written[j]));
        if (text_equal(pair->name, TEXT("format")))
            continue;
        text_buffer_add_string(&out, out.length ? ", " : "");
        text_buffer_add_text(&out, pair->name);
        if (!named_only)
            text_buffer_printf(&out, "=%.*s", TEXT_ARG(pair->value));
    }
    return text_buffer_text(&out);
}

static void describe(struct slow_context *context)
{
    struct request *request = context->request;
    const struct institution *institution = context->institution;
    char at[INSTANT_TEXT_MAX];

    (void)instant_format(context->now, institution->zone_minutes, at);
    request->answer.status = 200;
    request->answer.file = true;
    request->answer.content_type = "text/csv; charset=utf-8; header=present";
    request->answer.disposition =
        text_printf(request->arena, "attachment; filename=\"complaints-%.10s.csv\"", at);
}

static enum fault begin(struct slow_context *context)
{
    struct request *request = context->request;
    struct text_buffer out = text_buffer_new(context->worker->arena, LIST_LIMIT_MAX * ROW_BYTES);
    struct list_export *list = ARENA_NEW(request->arena, struct list_export);
    struct list_job job;
    enum fault fault = list_prepare(request, context->institution, &context->who, &job);

    if (fault)
        return fault;
    *list = (struct list_export){.query = job.query};
    list->query.limit = LIST_LIMIT_MAX;
    list->query.filters &= ~(unsigned)LIST_SCOPE;
    list->query.scope_count = 0;
    if (!follow_begin_list(request, list))
        return FAULT_BUSY;
    const struct audit_event event = {
        .action = AUDIT_EXPORTED,
        .success = true,
        .facts = {{"filters", filters_of(request)}, {"what", TEXT("complaint-list")}}};
    if (audit_write(context, &event) != STORE_DONE)
        return statement_fault(context);
    describe(context);
    text_buffer_add_string(&out, CSV_BEGINNING);
    csv_add_head(&out, &complaint_item_shape, request->chinese);
    return give_piece(context, &out);
}

enum fault list_csv(struct slow_context *context)
{
    if (!context->request->follower)
        return begin(context);
    struct text_buffer out = text_buffer_new(context->worker->arena, LIST_LIMIT_MAX * ROW_BYTES);
    return give_piece(context, &out);
}
