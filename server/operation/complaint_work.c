/* Case work: what is recorded beside a complaint, and its lists. */
#include <jansson.h>
#include <limits.h>

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

/* The clocks. What follows a pause or an extension changes the complaint and is kept beside it. */
WORK(complaint_add_pause, "pauses", ACTION_PAUSES, pause_shape, check_pause, lifecycle_pauses,
     .number_offset = 0);
WORK(complaint_end_pause, "pauses/{number}/end", ACTION_END_PAUSE, end_pause_shape, check_end_pause,
     lifecycle_end_pause, .number_offset = offsetof(struct end_pause_command, pause) + 1,
     .changes_state = true);
WORK(complaint_add_extension, "extensions", ACTION_EXTENSIONS, extension_shape, NULL,
     lifecycle_extensions, .number_offset = 0);
WORK(complaint_approve_extension, "extensions/{number}/approve", ACTION_APPROVE_EXTENSION,
     approve_extension_shape, NULL, lifecycle_approve_extension,
     .number_offset = offsetof(struct extension_decision_command, extension) + 1,
     .changes_state = true);
WORK(complaint_refuse_extension, "extensions/{number}/refuse", ACTION_REFUSE_EXTENSION,
     refuse_extension_shape, NULL, lifecycle_refuse_extension,
     .number_offset = offsetof(struct extension_decision_command, extension) + 1,
     .changes_state = true);
WORK(complaint_tell_extension, "extensions/{number}/told", ACTION_TELL_EXTENSION,
     tell_extension_shape, check_tell_extension, lifecycle_tell_extension,
     .number_offset = offsetof(struct tell_extension_command, extension) + 1,
     .changes_state = true);

/* Supervision: an order, and the answer to it. */
WORK(complaint_urge, "urge", ACTION_URGE, urge_shape, check_urge, lifecycle_urge,
     .number_offset = 0);
WORK(complaint_answer_urge, "urge/{number}/answer", ACTION_ANSWER_URGE, urge_answer_shape, NULL,
     lifecycle_answer_urge, .number_offset = offsetof(struct urge_answer_command, urge) + 1,
     .changes_state = true);

/* Another round, with the figures of the one before. */
WORK(complaint_reopen, "reopen", ACTION_REOPEN, reopen_shape, check_reopen, lifecycle_reopen,
     .changes_state = true);
WORK(complaint_review, "review", ACTION_REVIEW, review_shape, check_review, lifecycle_review,
     .changes_state = true);

/* Voiding, four eyes. */
WORK(complaint_void, "void", ACTION_VOID, reason_shape, NULL, lifecycle_void, .knows_links = true);
WORK(complaint_approve_void, "void/approve", ACTION_APPROVE_VOID, optional_reason_shape, NULL,
     lifecycle_approve_void, .changes_state = true, .knows_links = true);
WORK(complaint_refuse_void, "void/refuse", ACTION_REFUSE_VOID, reason_shape, NULL,
     lifecycle_refuse_void, .changes_state = true);

/* Unmasking, four eyes for what is no contact data of one's own complaint. */
WORK(complaint_unmask, "unmask", ACTION_UNMASK, unmask_shape, NULL, lifecycle_unmask,
     .unmasks = true);
WORK(complaint_approve_unmask, "unmask/approve", ACTION_APPROVE_UNMASK, optional_reason_shape, NULL,
     lifecycle_approve_unmask, .changes_state = true);
WORK(complaint_refuse_unmask, "unmask/refuse", ACTION_REFUSE_UNMASK, reason_shape, NULL,
     lifecycle_refuse_unmask, .changes_state = true);
WORK(complaint_read_unmasked, "unmask/read", ACTION_READ_UNMASKED, optional_reason_shape, NULL,
     lifecycle_read_unmasked, .unmasks = true);

/* --- lists -------------------------------------------------------------------------------------- */

#define ATTACHED_MAX 3

/* A kind of case work as it is listed, with what belongs to each of its items as lists inside it. */
struct listing {
    enum action kinds[2];
    size_t kind_count;
    struct attached {
        enum action kind;
        const char *name; /* of the list inside the item */
        const char
            *member; /* of the attached body that names the item; NULL: they share a number */
    } attached[ATTACHED_MAX];
    size_t attached_count;
};

/* The rows of one attached kind, and which item each belongs to. */
struct attachment {
    struct pg_rows rows;
    struct work_view *list;
    int *items;
};

static int named_by(const char *member, struct text body)
{
    json_t *json = json_loadb(body.at, body.length, 0, NULL);
    int number = (int)json_integer_value(json_object_get(json, member));
    json_decref(json);
    return number;
}

static enum fault load_attached(struct slow_context *context, const struct complaint *complaint,
                                const struct attached *attached, struct attachment *ret)
{
    struct arena *arena = context->request->arena;
    struct pg_binds binds = pg_binds_new(arena);

    work_get_bind(&binds, complaint->id, &attached->kind, 1, 0, INT_MAX);
    if (pg_run(context->pg, &work_get, &binds, statement_deadline(context->server), &ret->rows) !=
        PG_DONE)
        return statement_fault(context);
    ret->list = ARENA_ARRAY(arena, struct work_view, ret->rows.count);
    ret->items = ARENA_ARRAY(arena, int, ret->rows.count);
    work_read(&ret->rows, context->institution, ret->list);
    for (size_t i = 0; i < ret->rows.count; i++)
        ret->items[i] =
            attached->member ? named_by(attached->member, ret->list[i].body) : ret->list[i].number;
    return FAULT_NONE;
}

/* Adds what belongs to an item to it, which is the last object written. */
static void add_attached(const struct attachment *attachment, const char *name, int item,
                         int zone_minutes, struct text_buffer *out)
{
    const char *separator = "";

    out->length--; /* the closing brace */
    text_buffer_printf(out, ",\"%s\":[", name);
    for (size_t i = 0; i < attachment->rows.count; i++) {
        if (attachment->items[i] != item)
            continue;
        text_buffer_add_string(out, separator);
        work_encode(&attachment->list[i], zone_minutes, out);
        separator = ",";
    }
    text_buffer_add_string(out, "]}");
}

static enum fault write_page(struct slow_context *context, const struct complaint *complaint,
                             const struct listing *listing, const struct attachment attachments[])
{
    struct arena *arena = context->request->arena;
    const struct page_input *page = context->request->input;
    const int zone_minutes = context->institution->zone_minutes;
    int limit = page->limit > 0 ? page->limit : PAGE_LIMIT_DEFAULT;
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;

    work_get_bind(&binds, complaint->id, listing->kinds, listing->kind_count,
                  page->after > 0 ? page->after : 0, limit + 1);
    if (pg_run(context->pg, &work_get, &binds, statement_deadline(context->server), &rows) !=
        PG_DONE)
        return statement_fault(context);
    struct work_view *items = ARENA_ARRAY(arena, struct work_view, rows.count);
    struct page_writer writer = page_begin(arena, limit);
    work_read(&rows, context->institution, items);
    for (size_t i = 0; i < rows.count && page_next(&writer, items[i].number); i++) {
        work_encode(&items[i], zone_minutes, &writer.out);
        for (size_t j = 0; j < listing->attached_count; j++)
            add_attached(&attachments[j], listing->attached[j].name, items[i].number, zone_minutes,
                         &writer.out);
    }
    page_end(&writer, context->request);
    pg_rows_free(&rows);
    return FAULT_NONE;
}

static enum fault answer_work(struct slow_context *context, const struct listing *listing)
{
    struct attachment attachments[ATTACHED_MAX] = {0};
    struct complaint complaint;

    enum fault fault = complaint_load_visible(context, &complaint);
    for (size_t i = 0; !fault && i < listing->attached_count; i++)
        fault = load_attached(context, &complaint, &listing->attached[i], &attachments[i]);
    if (!fault)
        fault = write_page(context, &complaint, listing, attachments);
    for (size_t i = 0; i < listing->attached_count; i++)
        pg_rows_free(&attachments[i].rows);
    return fault;
}

#define WORK_LIST(name_, path_, ...)                                      \
    static enum fault name_##_handle(struct slow_context *context)        \
    {                                                                     \
        static const struct listing listing = {__VA_ARGS__};              \
        return answer_work(context, &listing);                            \
    }                                                                     \
    const struct operation name_ = {.name = #name_,                       \
                                    .method = METHOD_GET,                 \
                                    .path = "/v1/complaints/{id}/" path_, \
                                    .kind = OPERATION_SLOW,               \
                                    .query = &page_parameters,            \
                                    .handle = name_##_handle}

WORK_LIST(complaint_notes, "notes", .kinds = {ACTION_NOTES}, .kind_count = 1);
WORK_LIST(complaint_contacts, "contacts", .kinds = {ACTION_CONTACTS}, .kind_count = 1);
WORK_LIST(complaint_findings, "findings", .kinds = {ACTION_FINDINGS}, .kind_count = 1);
WORK_LIST(complaint_plans, "plan", .kinds = {ACTION_PLAN}, .kind_count = 1);
WORK_LIST(complaint_notices, "notices", .kinds = {ACTION_NOTICES}, .kind_count = 1,
          .attached = {{ACTION_DELIVERIES, "deliveries", "notice"}}, .attached_count = 1);
WORK_LIST(complaint_pauses, "pauses", .kinds = {ACTION_PAUSES}, .kind_count = 1,
          .attached = {{ACTION_END_PAUSE, "ends", NULL}}, .attached_count = 1);
WORK_LIST(complaint_extensions, "extensions", .kinds = {ACTION_EXTENSIONS}, .kind_count = 1,
          .attached = {{ACTION_APPROVE_EXTENSION, "approvals", NULL},
                       {ACTION_REFUSE_EXTENSION, "refusals", NULL},
                       {ACTION_TELL_EXTENSION, "tellings", NULL}},
          .attached_count = 3);
WORK_LIST(complaint_urges, "urge", .kinds = {ACTION_URGE}, .kind_count = 1,
          .attached = {{ACTION_ANSWER_URGE, "answers", NULL}}, .attached_count = 1);
WORK_LIST(complaint_voids, "void", .kinds = {ACTION_VOID}, .kind_count = 1,
          .attached = {{ACTION_APPROVE_VOID, "approvals", NULL},
                       {ACTION_REFUSE_VOID, "refusals", NULL}},
          .attached_count = 2);
WORK_LIST(complaint_unmaskings, "unmask", .kinds = {ACTION_UNMASK}, .kind_count = 1,
          .attached = {{ACTION_APPROVE_UNMASK, "approvals", NULL},
                       {ACTION_REFUSE_UNMASK, "refusals", NULL},
                       {ACTION_READ_UNMASKED, "readings", NULL}},
          .attached_count = 3);
WORK_LIST(complaint_attachments, "attachments", .kinds = {ACTION_ATTACHMENTS}, .kind_count = 1);
WORK_LIST(complaint_rounds, "rounds", .kinds = {ACTION_REOPEN, ACTION_REVIEW}, .kind_count = 2);
