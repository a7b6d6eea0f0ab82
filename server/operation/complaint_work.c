/* Case work: what is recorded beside a complaint, and its lists. */
#include "lib/json/complaint_json.h"
#include "lib/store/work_store.h"
#include "server/engine.h"
#include "server/operation/loading.h"
#include "server/operation/page.h"

#define WORK(name_, path_, action_, shape_, check_, decide_, ...)                                  \
    const struct operation name_ = {.name = #name_,                                                \
                                    .method = METHOD_POST,                                         \
                                    .path = "/v1/complaints/{id}/" path_,                          \
                                    .kind = OPERATION_COMMAND,                                     \
                                    .action = action_,                                             \
                                    .input = &shape_,                                              \
                                    .item = &shape_,                                               \
                                    .check = check_,                                               \
                                    .decide = decide_,                                             \
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

static enum fault answer_work(struct slow_context *context, enum action kind)
{
    struct arena *arena = context->request->arena;
    const struct page_input *page = context->request->input;
    int limit = page->limit > 0 ? page->limit : PAGE_LIMIT_DEFAULT;
    struct complaint complaint;
    struct pg_rows rows;

    enum fault fault = complaint_load_visible(context, &complaint);
    if (fault)
        return fault;
    struct pg_binds binds = pg_binds_new(arena);
    work_get_bind(&binds, complaint.id, kind, page->after > 0 ? page->after : 0, limit + 1);
    if (pg_run(context->pg, &work_get, &binds, context->deadline_us, &rows) != PG_DONE)
        return statement_fault(context);
    struct work_view *items = ARENA_ARRAY(arena, struct work_view, rows.count);
    struct page_writer writer = page_begin(arena, limit);
    work_read(&rows, context->institution, items);
    for (size_t i = 0; i < rows.count && page_next(&writer, items[i].number); i++)
        work_encode(&items[i], context->institution->zone_minutes, &writer.out);
    page_end(&writer, context->request);
    pg_rows_free(&rows);
    return FAULT_NONE;
}

#define WORK_LIST(name_, path_, kind_)                                                             \
    static enum fault name_##_handle(struct slow_context *context)                                 \
    {                                                                                              \
        return answer_work(context, kind_);                                                        \
    }                                                                                              \
    const struct operation name_ = {.name = #name_,                                                \
                                    .method = METHOD_GET,                                          \
                                    .path = "/v1/complaints/{id}/" path_,                          \
                                    .kind = OPERATION_SLOW,                                        \
                                    .query = &page_parameters,                                     \
                                    .handle = name_##_handle}

WORK_LIST(complaint_notes, "notes", ACTION_NOTES);
WORK_LIST(complaint_contacts, "contacts", ACTION_CONTACTS);
WORK_LIST(complaint_findings, "findings", ACTION_FINDINGS);
WORK_LIST(complaint_plans, "plan", ACTION_PLAN);
WORK_LIST(complaint_notices, "notices", ACTION_NOTICES);
