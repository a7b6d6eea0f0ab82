/* Case work: what is recorded beside a complaint, and its lists. */
#include <jansson.h>

#include "lib/json/complaint_json.h"
#include "lib/store/work_store.h"
#include "server/engine.h"
#include "server/operation/loading.h"
#include "server/operation/page.h"

#define WORK(name_, path_, action_, shape_, check_, decide_, ...)         \
    const struct operation name_ = {.name = #name_,                       \
                                    .method = METHOD_POST,                \
                                    .path = "/v1/complaints/{id}/" path_, \
                                    .kind = OPERATION_COMMAND,            \
                                    .action = action_,                    \
                                    .input = &shape_,                     \
                                    .item = &shape_,                      \
                                    .check = check_,                      \
                                    .decide = decide_,                    \
                                    __VA_ARGS__}

WORK(complaint_add_note, "notes", ACTION_NOTES, note_shape, NULL, lifecycle_notes,
     .number_offset = 0);
WORK(complaint_add_contact, "contacts", ACTION_CONTACTS, contact_shape, check_contact,
     lifecycle_contacts, .number_offset = 0);
WORK(complaint_add_findings, "findings", ACTION_FINDINGS, findings_shape, NULL, lifecycle_findings,
     .number_offset = 0);
WORK(complaint_add_plan, "plan", ACTION_PLAN, plan_shape, check_plan, lifecycle_plan,
     .number_offset = 0);
WORK(complaint_add_notice, "notices", ACTION_NOTICES, notice_shape, NULL, lifecycle_notices,
     .number_offset = 0);
WORK(complaint_add_delivery, "notices/{number}/deliveries", ACTION_DELIVERIES, delivery_shape,
     check_delivery, lifecycle_deliveries,
     .number_offset = offsetof(struct delivery_command, notice) + 1);

/* A complaint's deliveries, each with the number of its notice; none for other kinds. */
struct deliveries {
    struct work_view *list;
    int *notices;
    size_t count;
};

static int notice_of(struct text body)
{
    json_t *json = json_loadb(body.at, body.length, 0, NULL);
    int number = (int)json_integer_value(json_object_get(json, "notice"));
    json_decref(json);
    return number;
}

static enum fault load_deliveries(struct slow_context *context, const struct complaint *complaint,
                                  struct pg_rows *rows, struct deliveries *ret)
{
    struct arena *arena = context->request->arena;
    struct pg_binds binds = pg_binds_new(arena);

    work_get_bind(&binds, complaint->id, ACTION_DELIVERIES, 0, complaint->deliveries);
    if (pg_run(context->pg, &work_get, &binds, context->deadline_us, rows) != PG_DONE)
        return statement_fault(context);
    ret->count = rows->count;
    ret->list = ARENA_ARRAY(arena, struct work_view, rows->count);
    ret->notices = ARENA_ARRAY(arena, int, rows->count);
    work_read(rows, context->institution, ret->list);
    for (size_t i = 0; i < ret->count; i++)
        ret->notices[i] = notice_of(ret->list[i].body);
    return FAULT_NONE;
}

/* Adds the deliveries of a notice to it, which is the last object written. */
static void add_deliveries(const struct deliveries *deliveries, int notice, int zone_minutes,
                           struct text_buffer *out)
{
    const char *separator = "";

    out->length--; /* the closing brace */
    text_buffer_add_string(out, ",\"deliveries\":[");
    for (size_t i = 0; i < deliveries->count; i++) {
        if (deliveries->notices[i] != notice)
            continue;
        text_buffer_add_string(out, separator);
        work_encode(&deliveries->list[i], zone_minutes, out);
        separator = ",";
    }
    text_buffer_add_string(out, "]}");
}

static enum fault answer_work(struct slow_context *context, enum action kind)
{
    struct arena *arena = context->request->arena;
    const struct page_input *page = context->request->input;
    const int zone_minutes = context->institution->zone_minutes;
    int limit = page->limit > 0 ? page->limit : PAGE_LIMIT_DEFAULT;
    struct pg_rows rows, delivery_rows = {0};
    struct deliveries deliveries = {0};
    struct complaint complaint;

    enum fault fault = complaint_load_visible(context, &complaint);
    if (!fault && kind == ACTION_NOTICES)
        fault = load_deliveries(context, &complaint, &delivery_rows, &deliveries);
    if (fault)
        return fault;
    struct pg_binds binds = pg_binds_new(arena);
    work_get_bind(&binds, complaint.id, kind, page->after > 0 ? page->after : 0, limit + 1);
    if (pg_run(context->pg, &work_get, &binds, context->deadline_us, &rows) != PG_DONE) {
        pg_rows_free(&delivery_rows);
        return statement_fault(context);
    }
    struct work_view *items = ARENA_ARRAY(arena, struct work_view, rows.count);
    struct page_writer writer = page_begin(arena, limit);
    work_read(&rows, context->institution, items);
    for (size_t i = 0; i < rows.count && page_next(&writer, items[i].number); i++) {
        work_encode(&items[i], zone_minutes, &writer.out);
        if (kind == ACTION_NOTICES)
            add_deliveries(&deliveries, items[i].number, zone_minutes, &writer.out);
    }
    page_end(&writer, context->request);
    pg_rows_free(&rows);
    pg_rows_free(&delivery_rows);
    return FAULT_NONE;
}

#define WORK_LIST(name_, path_, kind_)                                    \
    static enum fault name_##_handle(struct slow_context *context)        \
    {                                                                     \
        return answer_work(context, kind_);                               \
    }                                                                     \
    const struct operation name_ = {.name = #name_,                       \
                                    .method = METHOD_GET,                 \
                                    .path = "/v1/complaints/{id}/" path_, \
                                    .kind = OPERATION_SLOW,               \
                                    .query = &page_parameters,            \
                                    .handle = name_##_handle}

WORK_LIST(complaint_notes, "notes", ACTION_NOTES);
WORK_LIST(complaint_contacts, "contacts", ACTION_CONTACTS);
WORK_LIST(complaint_findings, "findings", ACTION_FINDINGS);
WORK_LIST(complaint_plans, "plan", ACTION_PLAN);
WORK_LIST(complaint_notices, "notices", ACTION_NOTICES);
