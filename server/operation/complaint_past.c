#include "server/operation/complaint_past.h"

#include "lib/json/complaint_json.h"
#include "server/operation/loading.h"
#include "server/past.h"
#include "server/present.h"

struct past_input {
    instant as_of;
};

static const struct member members[] = {
    {MEMBER("as_of", INSTANT, struct past_input, as_of)},
};
const struct shape complaint_past_parameters = {
    .name = "PastParameters", .size = sizeof(struct past_input), SHAPE_MEMBERS(members)};

bool complaint_past_asked(const struct request *request)
{
    return ((const struct past_input *)request->input)->as_of != INSTANT_NONE;
}

/* The complaint with the moment as a last member. */
static struct text encode(const struct slow_context *context, const struct complaint *complaint,
                          instant as_of)
{
    struct text_buffer out = text_buffer_new(context->request->arena, 4096);
    struct complaint_view view;

    complaint_present_past(context->institution, complaint, as_of, &view);
    shape_encode(&complaint_shape, &view, context->institution->zone_minutes, &out);
    out.length--; /* the closing brace */
    text_buffer_add_string(&out, ",\"as_of\":");
    json_add_instant(&out, as_of, context->institution->zone_minutes);
    text_buffer_add_char(&out, '}');
    return text_buffer_text(&out);
}

enum fault complaint_past_answer(struct slow_context *context)
{
    struct request *request = context->request;
    instant as_of = ((const struct past_input *)request->input)->as_of;
    struct journal_replay *replay = NULL;
    struct complaint now;
    enum fault fault = complaint_load_visible(context, &now);

    if (!fault)
        fault = past_check(context, as_of);
    if (!fault)
        fault = past_rebuild(context, request->arena, &now.id, 1, as_of, &replay);
    if (fault)
        return fault;
    if (replay->complaint.journal_length == 0) /* not yet recorded */
        return FAULT_NOT_FOUND;
    replay->complaint.erased_at = now.erased_at; /* its texts are gone in the past too */
    request_answer(request, 200, encode(context, &replay->complaint, as_of));
    request->answer.version = replay->complaint.version;
    return FAULT_NONE;
}
