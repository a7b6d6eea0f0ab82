/* Retention holds: what keeps a complaint from being erased though its time is over. They change
 * nothing in the complaint, so they take no version, and stand on the audit trail beside its journal. */
#include "lib/complaint/masking.h"
#include "lib/json/complaint_json.h"
#include "lib/store/retention_store.h"
#include "server/audit.h"
#include "server/operation/loading.h"
#include "server/operation/page.h"
#include "server/repeat.h"

#define BODY_BYTES ((size_t)16 * 1024)

static const struct member hold_members[] = {
    {MEMBER("number", INTEGER, struct retention_hold, number), .flags = MEMBER_REQUIRED},
    {MEMBER("complaint", OBJECT, struct retention_hold, complaint),
     .shape = &complaint_reference_shape},
    {MEMBER("reason", LINES, struct retention_hold, reason)},
    {MEMBER("placed_by", LOGIN, struct retention_hold, placed_by)},
    {MEMBER("placed_at", INSTANT, struct retention_hold, placed_at)},
    {MEMBER("lifted_by", LOGIN, struct retention_hold, lifted_by)},
    {MEMBER("lifted_at", INSTANT, struct retention_hold, lifted_at)},
    {MEMBER("lift_reason", LINES, struct retention_hold, lift_reason)},
};
static const struct shape hold_shape = {
    .name = "RetentionHold", .size = sizeof(struct retention_hold), SHAPE_MEMBERS(hold_members)};

static struct staff_reference caller_of(const struct slow_context *context)
{
    const struct staff *staff = context->who.staff;

    return (struct staff_reference){staff->id, staff->login, staff->name};
}

static struct staff_reference named(const struct slow_context *context, struct uuid id)
{
    const struct staff *staff = institution_staff(context->institution, id);

    return staff ? (struct staff_reference){staff->id, staff->login, staff->name}
                 : (struct staff_reference){.id = id};
}

static void answer(struct slow_context *context, int status, const struct retention_hold *hold)
{
    struct text_buffer out = text_buffer_new(context->request->arena, 512);

    shape_encode(&hold_shape, hold, context->institution->zone_minutes, &out);
    request_answer(context->request, status, text_buffer_text(&out));
}

static struct audit_event event_of(const struct complaint *complaint, struct text change)
{
    return (struct audit_event){.action = AUDIT_RETENTION_HOLD,
                                .success = true,
                                .subject = complaint->number,
                                .unit_id = complaint->unit_id,
                                .facts = {{"change", change}}};
}

/* none: for STORE_NONE. */
static enum fault fault_of(struct slow_context *context, enum store_result result, enum fault none)
{
    bool found;

    switch (result) {
    case STORE_DONE: return FAULT_NONE;
    case STORE_NONE: return none;
    case STORE_REFUSED: return FAULT_HOLD_LIFTED;
    case STORE_EXISTS: return repeat_find(context, &found);
    case STORE_LOST: return FAULT_OUTCOME_UNKNOWN;
    default: return statement_fault(context);
    }
}

/* --- placing ------------------------------------------------------------------------------------ */

static enum fault place(struct slow_context *context)
{
    const struct reason_command *input = context->request->input;
    struct arena *arena = context->request->arena;
    struct retention_hold hold;
    struct complaint complaint;
    enum fault fault = complaint_load_visible(context, &complaint);

    if (fault)
        return fault;
    const struct audit_event event = event_of(&complaint, TEXT("placed"));
    enum store_result result = audit_begin(context);
    if (result == STORE_DONE) {
        result = hold_place(context->pg, arena, complaint.id, masking_text(arena, input->reason),
                            context->who.staff->id, statement_deadline(context->server), &hold);
        if (result == STORE_DONE) {
            hold.complaint = (struct complaint_reference){complaint.id, complaint.number};
            hold.placed_by = caller_of(context);
            answer(context, 201, &hold);
        }
        result = audit_end(context, result, &event);
    }
    return fault_of(context, result, FAULT_ERASED);
}

const struct operation complaint_hold = {.name = "complaint_hold",
                                         .method = METHOD_POST,
                                         .path = "/v1/complaints/{id}/holds",
                                         .kind = OPERATION_SLOW,
                                         .input = &reason_shape,
                                         .body_max = BODY_BYTES,
                                         .repeatable = true,
                                         .handle = place};

/* --- lifting ------------------------------------------------------------------------------------ */

static enum fault lift(struct slow_context *context)
{
    const struct reason_command *input = context->request->input;
    struct arena *arena = context->request->arena;
    struct retention_hold hold;
    struct complaint complaint;
    enum fault fault = complaint_load_visible(context, &complaint);

    if (fault)
        return fault;
    const struct audit_event event = event_of(&complaint, TEXT("lifted"));
    enum store_result result = audit_begin(context);
    if (result == STORE_DONE) {
        result = hold_lift(context->pg, arena, complaint.id, request_number(context->request, 1),
                           masking_text(arena, input->reason), context->who.staff->id,
                           statement_deadline(context->server), &hold);
        if (result == STORE_DONE) {
            hold.complaint = (struct complaint_reference){complaint.id, complaint.number};
            hold.placed_by = named(context, hold.placed_by.id);
            hold.lifted_by = caller_of(context);
            answer(context, 200, &hold);
        }
        result = audit_end(context, result, &event);
    }
    return fault_of(context, result, FAULT_NOT_FOUND);
}

const struct operation complaint_lift_hold = {.name = "complaint_lift_hold",
                                              .method = METHOD_POST,
                                              .path = "/v1/complaints/{id}/holds/{number}/lift",
                                              .kind = OPERATION_SLOW,
                                              .input = &reason_shape,
                                              .body_max = BODY_BYTES,
                                              .repeatable = true,
                                              .handle = lift};

/* --- listing ------------------------------------------------------------------------------------ */

struct holds_input {
    struct page_input page;
    bool in_force;
};

static const struct member list_members[] = {
    {MEMBER("after", INTEGER, struct holds_input, page.after), .min = 0, .max = 1000000000},
    {MEMBER("limit", INTEGER, struct holds_input, page.limit), .min = 1, .max = PAGE_LIMIT_MAX},
    {MEMBER("in_force", BOOLEAN, struct holds_input, in_force)},
};
static const struct shape list_parameters_shape = {
    .name = "HoldsParameters", .size = sizeof(struct holds_input), SHAPE_MEMBERS(list_members)};

static enum fault get_holds(struct slow_context *context)
{
    struct request *request = context->request;
    const struct holds_input *input = request->input;
    struct pg_rows *rows = &context->held[0];
    struct pg_binds binds = pg_binds_new(request->arena);
    struct uuid *units = ARENA_ARRAY(request->arena, struct uuid, context->institution->unit_count);
    size_t count = units_over(context, ROLES_WATCHING, units);
    int limit = input->page.limit > 0 ? input->page.limit : PAGE_LIMIT_DEFAULT;
    struct page_writer writer = page_begin(request->arena, limit);

    hold_list_bind(&binds, units, count, &context->who,
                   input->page.after > 0 ? input->page.after : 0, input->in_force, limit + 1);
    if (pg_run(context->pg, &hold_list, &binds, statement_deadline(context->server), rows) !=
        PG_DONE)
        return statement_fault(context);
    struct retention_hold *holds = ARENA_ARRAY(request->arena, struct retention_hold, rows->count);
    hold_list_read(rows, context->institution, holds);
    for (size_t i = 0; i < rows->count && page_next(&writer, holds[i].number); i++)
        shape_encode(&hold_shape, &holds[i], context->institution->zone_minutes, &writer.out);
    page_end(&writer, request);
    return FAULT_NONE;
}

const struct operation holds_get = {.name = "holds_get",
                                    .method = METHOD_GET,
                                    .path = "/v1/retention-holds",
                                    .kind = OPERATION_SLOW,
                                    .query = &list_parameters_shape,
                                    .handle = get_holds};
