/* GET /v1/unmaskings: who was shown what as it was written, for those who watch over it. */
#include "lib/json/complaint_json.h"
#include "lib/store/unmask_store.h"
#include "server/operation/loading.h"

#define DAYS_DEFAULT 7
#define SHOWN_DEFAULT 200
#define SHOWN_MAX 1000

struct unmaskings_input {
    instant from, to;
    int limit;
};

static const struct member members[] = {
    {MEMBER("from", INSTANT, struct unmaskings_input, from)},
    {MEMBER("to", INSTANT, struct unmaskings_input, to)},
    {MEMBER("limit", INTEGER, struct unmaskings_input, limit), .min = 1, .max = SHOWN_MAX},
};
static const struct shape parameters = {.name = "UnmaskingsParameters",
                                        .size = sizeof(struct unmaskings_input),
                                        SHAPE_MEMBERS(members)};

static const struct member item_members[] = {
    {MEMBER("complaint", OBJECT, struct unmask_listed, complaint),
     .shape = &complaint_reference_shape},
    {MEMBER("action", TERM, struct unmask_listed, kind), .vocabulary = &vocabulary_action},
    {MEMBER("number", INTEGER, struct unmask_listed, number), .flags = MEMBER_REQUIRED},
    {MEMBER("by", STAFF, struct unmask_listed, by)},
    {MEMBER("actor", TEXT, struct unmask_listed, actor)},
    {MEMBER("at", INSTANT, struct unmask_listed, at)},
    {MEMBER("detail", JSON, struct unmask_listed, body)},
};
static const struct shape item_shape = {
    .name = "UnmaskingListed", .size = sizeof(struct unmask_listed), SHAPE_MEMBERS(item_members)};

static enum fault answer_unmaskings(struct slow_context *context)
{
    struct request *request = context->request;
    const struct unmaskings_input *input = request->input;
    struct pg_rows *rows = &context->held[0];
    struct pg_binds binds = pg_binds_new(request->arena);
    struct text_buffer out = text_buffer_new(request->arena, 4096);
    struct uuid *units = ARENA_ARRAY(request->arena, struct uuid, context->institution->unit_count);
    size_t count = units_over(context, ROLES_WATCHING, units);
    size_t limit = input->limit > 0 ? (size_t)input->limit : SHOWN_DEFAULT;
    instant to = input->to == INSTANT_NONE ? context->now : input->to;
    instant from = input->from == INSTANT_NONE ? to - DAYS_DEFAULT * INSTANT_DAY : input->from;

    unmask_list_bind(&binds, from, to, units, count, &context->who, (int)limit + 1);
    if (pg_run(context->pg, &unmask_list, &binds, statement_deadline(context->server), rows) !=
        PG_DONE)
        return statement_fault(context);
    struct unmask_listed *listed = ARENA_ARRAY(request->arena, struct unmask_listed, rows->count);
    unmask_list_read(rows, context->institution, listed);
    /* Where to go on, as the next `from`: behind all that happened at a moment. */
    instant next = rows->count > limit ? listed[limit - 1].at : INSTANT_NONE;
    text_buffer_add_string(&out, "{\"items\":[");
    for (size_t i = 0; i < rows->count && (next == INSTANT_NONE || listed[i].at <= next); i++) {
        if (i)
            text_buffer_add_char(&out, ',');
        shape_encode(&item_shape, &listed[i], context->institution->zone_minutes, &out);
    }
    text_buffer_add_string(&out, "],\"next\":");
    json_add_instant(&out, next, context->institution->zone_minutes);
    text_buffer_add_char(&out, '}');
    request_answer(request, 200, text_buffer_text(&out));
    return FAULT_NONE;
}

const struct operation unmaskings_get = {.name = "unmaskings_get",
                                         .method = METHOD_GET,
                                         .path = "/v1/unmaskings",
                                         .kind = OPERATION_SLOW,
                                         .query = &parameters,
                                         .handle = answer_unmaskings};
