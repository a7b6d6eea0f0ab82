/* Orders of erasure: asked for by one supervisor, decided by another, carried out by a duty
 * (duty/erase.c). Over the complaints that a unit and those below it received. */
#include "lib/complaint/masking.h"
#include "lib/complaint/naming.h"
#include "lib/complaint/retention.h"
#include "lib/json/complaint_json.h"
#include "lib/store/complaint_store.h"
#include "lib/store/erasure_store.h"
#include "lib/store/retention_store.h"
#include "server/audit.h"
#include "server/operation/loading.h"
#include "server/operation/page.h"
#include "server/repeat.h"
#include "server/server.h"

#define BODY_BYTES ((size_t)64 * 1024)
#define SUPERVISES (1u << ROLE_SUPERVISOR)

/* --- answers ------------------------------------------------------------------------------------ */

struct order_view {
    struct erasure_order order;
    struct text unit, approved; /* approved as JSON: null while it waits */
};

#define ORDER(name_, type_, field_) MEMBER(name_, type_, struct order_view, order.field_)
static const struct member order_members[] = {
    {ORDER("number", INTEGER, number), .flags = MEMBER_REQUIRED},
    {MEMBER("unit", TEXT, struct order_view, unit)},
    {ORDER("complaints", JSON, numbers)},
    {ORDER("as_of", INSTANT, as_of)},
    {ORDER("reason", LINES, reason)},
    {ORDER("expected", LONG, expected), .flags = MEMBER_REQUIRED},
    {ORDER("requested_by", LOGIN, requested_by)},
    {ORDER("requested_at", INSTANT, requested_at)},
    {MEMBER("approved", JSON, struct order_view, approved)},
    {ORDER("decided_by", LOGIN, decided_by)},
    {ORDER("decided_at", INSTANT, decided_at)},
    {ORDER("erased", LONG, erased), .flags = MEMBER_REQUIRED},
    {ORDER("skipped", LONG, skipped), .flags = MEMBER_REQUIRED},
    {ORDER("finished_at", INSTANT, finished_at)},
};
static const struct shape order_shape = {
    .name = "ErasureOrder", .size = sizeof(struct order_view), SHAPE_MEMBERS(order_members)};

static void write_order(const struct slow_context *context, const struct erasure_order *order,
                        struct text_buffer *out)
{
    const struct unit *unit = institution_unit(context->institution, order->unit_id);
    const struct order_view view = {.order = *order,
                                    .unit = unit ? unit->code : TEXT_NONE,
                                    .approved = order->decided_at == INSTANT_NONE ? TEXT_NONE
                                                : order->approved                 ? TEXT("true")
                                                                                  : TEXT("false")};

    shape_encode(&order_shape, &view, context->institution->zone_minutes, out);
}

static void answer(struct slow_context *context, int status, const struct erasure_order *order)
{
    struct text_buffer out = text_buffer_new(context->request->arena, 1024);

    write_order(context, order, &out);
    request_answer(context->request, status, text_buffer_text(&out));
}

static struct audit_event event_of(struct slow_context *context, const struct erasure_order *order,
                                   struct text change)
{
    struct arena *arena = context->request->arena;

    return (struct audit_event){
        .action = AUDIT_ERASURE_ORDERED,
        .success = true,
        .subject = order->number ? text_printf(arena, "%d", order->number) : TEXT_NONE,
        .unit_id = order->unit_id,
        .facts = {{"change", change},
                  {"expected", text_printf(arena, "%lld", (long long)order->expected)}}};
}

static enum fault fault_of(struct slow_context *context, enum store_result result)
{
    bool found;

    switch (result) {
    case STORE_DONE: return FAULT_NONE;
    case STORE_NONE: return FAULT_ERASURE_DECIDED;
    case STORE_EXISTS: return repeat_find(context, &found);
    case STORE_LOST: return FAULT_OUTCOME_UNKNOWN;
    default: return statement_fault(context);
    }
}

/* --- asking ------------------------------------------------------------------------------------- */

struct order_input {
    struct text unit, reason;
    struct text *complaints;
    size_t complaint_count;
    instant as_of;
    bool preview;
};

static const struct member input_members[] = {
    {MEMBER("unit", TEXT, struct order_input, unit), .max = CODE_CHARACTERS},
    {MEMBER("complaints", TEXTS, struct order_input, complaints), .max = CODE_CHARACTERS,
     .size = ERASURE_NAMED_MAX, .count_offset = offsetof(struct order_input, complaint_count)},
    {MEMBER("as_of", INSTANT, struct order_input, as_of)},
    {MEMBER("reason", LINES, struct order_input, reason), .flags = MEMBER_REQUIRED,
     .max = OTHER_TEXT_CHARACTERS},
    {MEMBER("preview", BOOLEAN, struct order_input, preview)},
};
static const struct shape input_shape = {
    .name = "ErasureOrderInput", .size = sizeof(struct order_input), SHAPE_MEMBERS(input_members)};

/* Why a complaint that was named cannot be erased, at its place in the list. */
static void judge_named(struct slow_context *context, const struct unit *unit, size_t index,
                        const struct complaint *complaint, bool held)
{
    struct violations *violations = request_violations(context->request);
    const struct institution *institution = context->institution;
    const char *pointer = arena_printf(context->request->arena, "/complaints/%zu", index);

    if (!complaint ||
        !(permission_relations(institution, &context->who, complaint) & RELATION_SUPERVISOR))
        violation_add(violations, pointer, "unknown_complaint", "There is no such complaint.",
                      "没有此投诉。");
    else if (!unit_within(institution_unit(institution, complaint->unit_id), unit))
        violation_add(violations, pointer, "other_unit",
                      "Was received by a unit that the order is not about.",
                      "该投诉不由清除令所涉机构受理。");
    else if (complaint_is_erased(complaint))
        violation_add(violations, pointer, "erased", "Is erased already.", "该投诉已清除。");
    else if (held)
        violation_add(violations, pointer, "held", "Is held: lift the hold first.",
                      "该投诉已被冻结，请先解除。");
    else if (!retention_is_over(institution, complaint, context->now))
        violation_add(violations, pointer, "retained", "Has to be kept for longer.",
                      "该投诉尚在保存期限内。");
}

static bool is_among(const struct pg_rows *rows, struct uuid id)
{
    for (size_t row = 0; row < rows->count; row++)
        if (uuid_equal(pg_uuid(rows, row, 0), id))
            return true;
    return false;
}

/* Looks up those that were named and judges each. */
static enum fault judge_all_named(struct slow_context *context, const struct order_input *input,
                                  const struct unit *unit, struct erasure_order *order)
{
    struct arena *arena = context->request->arena;
    size_t count = input->complaint_count;
    struct uuid *ids = ARENA_ARRAY(arena, struct uuid, count);
    struct pg_binds binds = pg_binds_new(arena), of_holds = pg_binds_new(arena);
    struct pg_rows *rows = &context->held[0], *held = &context->held[1];

    if (!resolve_names(context->worker, input->complaints, count, ids))
        return statement_fault(context);
    complaint_ids_bind(&binds, ids, count);
    hold_held_bind(&of_holds, ids, count, context->now);
    if (pg_run(context->pg, &complaint_by_id, &binds, statement_deadline(context->server), rows) !=
            PG_DONE ||
        pg_run(context->pg, &hold_held, &of_holds, statement_deadline(context->server), held) !=
            PG_DONE)
        return statement_fault(context);
    struct complaint *complaints = ARENA_ARRAY(arena, struct complaint, rows->count);
    complaint_read(rows, context->institution, arena, complaints);
    for (size_t i = 0; i < count; i++)
        judge_named(context, unit, i, complaint_among(complaints, rows->count, ids[i]),
                    is_among(held, ids[i]));
    order->complaints = ids;
    order->complaint_count = count;
    order->expected = (int64_t)rows->count;
    return context->request->violations && context->request->violations->count ? FAULT_INVALID
                                                                               : FAULT_NONE;
}

static size_t units_below(const struct slow_context *context, const struct unit *unit,
                          struct uuid units[])
{
    const struct institution *institution = context->institution;
    size_t count = 0;

    for (size_t i = 0; i < institution->unit_count; i++)
        if (unit_within(&institution->units[i], unit))
            units[count++] = institution->units[i].id;
    return count;
}

static enum fault count_all(struct slow_context *context, const struct unit *unit,
                            struct erasure_order *order)
{
    struct arena *arena = context->request->arena;
    struct uuid *units = ARENA_ARRAY(arena, struct uuid, context->institution->unit_count);
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;

    erasure_count_bind(&binds, units, units_below(context, unit, units), order->as_of,
                       &context->who);
    if (pg_run(context->pg, &erasure_count, &binds, statement_deadline(context->server), &rows) !=
        PG_DONE)
        return statement_fault(context);
    order->expected = pg_int8(&rows, 0, 0);
    pg_rows_free(&rows);
    return FAULT_NONE;
}

/* The order that the input asks for, judged and counted. */
static enum fault judge(struct slow_context *context, const struct order_input *input,
                        struct erasure_order *ret)
{
    struct violations *violations = request_violations(context->request);
    const struct unit *unit =
        text_is_none(input->unit)
            ? context->who.staff->unit
            : naming_unit(context->institution, input->unit, "/unit", violations);

    if (input->as_of != INSTANT_NONE && input->complaint_count)
        naming_refuse(violations, "/as_of", "conflict", "Goes without a list of complaints only.",
                      "不能与投诉清单同用。");
    if (input->as_of != INSTANT_NONE && input->as_of > context->now)
        naming_refuse(violations, "/as_of", "in_the_future", "Lies in the future.",
                      "时间不得晚于当前时间。");
    if (violations->count)
        return FAULT_INVALID;
    if (!permission_has_role_over(&context->who, SUPERVISES, unit))
        return FAULT_FORBIDDEN;
    *ret =
        (struct erasure_order){.unit_id = unit->id,
                               .as_of = input->as_of == INSTANT_NONE ? context->now : input->as_of,
                               .reason = masking_text(context->request->arena, input->reason),
                               .requested_by = {context->who.staff->id, context->who.staff->login,
                                                context->who.staff->name},
                               .decided_at = INSTANT_NONE,
                               .finished_at = INSTANT_NONE};
    return input->complaint_count ? judge_all_named(context, input, unit, ret)
                                  : count_all(context, unit, ret);
}

/* The numbers that the order names, as it is listed later. */
static struct text names_of(const struct slow_context *context)
{
    const struct pg_rows *rows = &context->held[0];
    struct text_buffer out = text_buffer_new(context->request->arena, 256);

    if (rows->count == 0)
        return TEXT_NONE;
    for (size_t row = 0; row < rows->count; row++)
        text_buffer_printf(&out, "%s\"%.*s\"", row ? "," : "[", TEXT_ARG(pg_text(rows, row, 1)));
    text_buffer_add_char(&out, ']');
    return text_buffer_text(&out);
}

static enum fault create(struct slow_context *context)
{
    struct arena *arena = context->request->arena;
    const struct order_input *input = context->request->input;
    struct erasure_order order;
    enum fault fault = judge(context, input, &order);

    if (fault)
        return fault;
    if (input->preview) {
        request_answer(context->request, 200,
                       text_printf(arena, "{\"expected\":%lld}", (long long)order.expected));
        return FAULT_NONE;
    }
    enum store_result result = audit_begin(context);
    if (result == STORE_DONE) {
        result = erasure_add(context->pg, arena, &order, statement_deadline(context->server));
        order.numbers = names_of(context);
        answer(context, 201, &order);
        const struct audit_event event = event_of(context, &order, TEXT("requested"));
        result = audit_end(context, result, &event);
    }
    return fault_of(context, result);
}

const struct operation erasure_order_create = {.name = "erasure_order_create",
                                               .method = METHOD_POST,
                                               .path = "/v1/erasure-orders",
                                               .kind = OPERATION_SLOW,
                                               .input = &input_shape,
                                               .body_max = BODY_BYTES,
                                               .repeatable = true,
                                               .handle = create};

/* --- deciding ----------------------------------------------------------------------------------- */

/* Those over the caller's units behind a number; the rows stay with the context. */
static enum fault load(struct slow_context *context, unsigned roles, int after, int limit,
                       struct erasure_order **ret, size_t *ret_count)
{
    struct arena *arena = context->request->arena;
    struct pg_rows *rows = &context->held[0];
    struct uuid *units = ARENA_ARRAY(arena, struct uuid, context->institution->unit_count);
    struct pg_binds binds = pg_binds_new(arena);

    erasure_list_bind(&binds, units, units_over(context, roles, units), &context->who, after,
                      limit);
    if (pg_run(context->pg, &erasure_list, &binds, statement_deadline(context->server), rows) !=
        PG_DONE)
        return statement_fault(context);
    *ret = ARENA_ARRAY(arena, struct erasure_order, rows->count);
    *ret_count = rows->count;
    erasure_read(rows, context->institution, arena, *ret);
    return FAULT_NONE;
}

static enum fault load_named(struct slow_context *context, struct erasure_order *ret)
{
    int number = request_number(context->request, 0);
    struct erasure_order *orders = NULL;
    size_t count = 0;
    enum fault fault =
        number > 0 ? load(context, SUPERVISES, number - 1, 1, &orders, &count) : FAULT_NOT_FOUND;

    if (!fault && (count == 0 || orders[0].number != number))
        fault = FAULT_NOT_FOUND;
    if (!fault)
        *ret = orders[0];
    return fault;
}

static enum fault decide(struct slow_context *context, bool approved)
{
    struct principal *who = &context->who;
    struct erasure_order order;
    enum fault fault = load_named(context, &order);

    if (fault)
        return fault;
    if (order.decided_at != INSTANT_NONE)
        return FAULT_ERASURE_DECIDED;
    if (permission_stands_for(context->institution, who, order.requested_by.id))
        return FAULT_SELF_APPROVAL;
    order.approved = approved;
    order.decided_by =
        (struct staff_reference){who->staff->id, who->staff->login, who->staff->name};
    order.decided_at = context->now;
    order.client = who->client;
    order.request_id = who->request_id;
    order.address = who->address;
    answer(context, 200, &order);
    const struct audit_event event =
        event_of(context, &order, approved ? TEXT("approved") : TEXT("refused"));
    enum store_result result = audit_begin(context);
    if (result == STORE_DONE)
        result = audit_end(context,
                           erasure_decide(context->pg, context->request->arena, &order,
                                          statement_deadline(context->server)),
                           &event);
    return fault_of(context, result);
}

static enum fault approve(struct slow_context *context)
{
    return decide(context, true);
}

static enum fault refuse(struct slow_context *context)
{
    return decide(context, false);
}

const struct operation erasure_order_approve = {.name = "erasure_order_approve",
                                                .method = METHOD_POST,
                                                .path = "/v1/erasure-orders/{number}/approve",
                                                .kind = OPERATION_SLOW,
                                                .repeatable = true,
                                                .handle = approve};
const struct operation erasure_order_refuse = {.name = "erasure_order_refuse",
                                               .method = METHOD_POST,
                                               .path = "/v1/erasure-orders/{number}/refuse",
                                               .kind = OPERATION_SLOW,
                                               .repeatable = true,
                                               .handle = refuse};

/* --- listing ------------------------------------------------------------------------------------ */

static enum fault get_orders(struct slow_context *context)
{
    const struct page_input *page = context->request->input;
    int limit = page->limit > 0 ? page->limit : PAGE_LIMIT_DEFAULT;
    struct page_writer writer = page_begin(context->request->arena, limit);
    struct erasure_order *orders = NULL;
    size_t count = 0;
    enum fault fault = load(context, ROLES_WATCHING, page->after > 0 ? page->after : 0, limit + 1,
                            &orders, &count);

    if (fault)
        return fault;
    for (size_t i = 0; i < count && page_next(&writer, orders[i].number); i++)
        write_order(context, &orders[i], &writer.out);
    page_end(&writer, context->request);
    return FAULT_NONE;
}

const struct operation erasure_orders_get = {.name = "erasure_orders_get",
                                             .method = METHOD_GET,
                                             .path = "/v1/erasure-orders",
                                             .kind = OPERATION_SLOW,
                                             .query = &page_parameters,
                                             .handle = get_orders};
