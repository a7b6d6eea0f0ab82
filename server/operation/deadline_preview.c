#include "lib/json/complaint_json.h"
#include "server/engine.h"
#include "server/present.h"

/* POST /v1/deadline-previews: when a complaint received then would be due. */

struct preview_input {
    instant received_at;
    int level;
};

struct preview_stage {
    int stage;
    instant due_at;
};

struct preview_output {
    struct preview_stage *stages;
    size_t stage_count;
    instant statutory_due_at, due_at;
    struct warning *warnings;
    size_t warning_count;
};

static const struct member input_members[] = {
    {MEMBER("received_at", INSTANT, struct preview_input, received_at), .flags = MEMBER_REQUIRED},
    {MEMBER("level", TERM, struct preview_input, level), .vocabulary = &vocabulary_level},
};
static const struct shape input_shape = {.name = "DeadlinePreviewRequest",
                                         .size = sizeof(struct preview_input),
                                         SHAPE_MEMBERS(input_members)};

static const struct member stage_members[] = {
    {MEMBER("stage", TERM, struct preview_stage, stage), .vocabulary = &vocabulary_stage},
    {MEMBER("due_at", INSTANT, struct preview_stage, due_at), .flags = 0},
};
static const struct shape stage_output = {.name = "DeadlinePreviewStage",
                                          .size = sizeof(struct preview_stage),
                                          SHAPE_MEMBERS(stage_members)};

static const struct member output_members[] = {
    {MEMBER("stages", LIST, struct preview_output, stages), .shape = &stage_output,
     .size = sizeof(struct preview_stage),
     .count_offset = offsetof(struct preview_output, stage_count)},
    {MEMBER("statutory_due_at", INSTANT, struct preview_output, statutory_due_at), .flags = 0},
    {MEMBER("due_at", INSTANT, struct preview_output, due_at), .flags = 0},
    {MEMBER("warnings", LIST, struct preview_output, warnings), .shape = &warning_shape,
     .size = sizeof(struct warning),
     .count_offset = offsetof(struct preview_output, warning_count)},
};
static const struct shape output_shape = {.name = "DeadlinePreview",
                                          .size = sizeof(struct preview_output),
                                          SHAPE_MEMBERS(output_members)};

static enum fault answer_preview(struct slow_context *context)
{
    struct request *request = context->request;
    const struct preview_input *input = request->input;
    struct preview_stage stages[STAGE_COUNT];
    struct preview_output output = {.stages = stages, .stage_count = STAGE_COUNT};
    struct deadline_preview preview;
    struct text_buffer out = text_buffer_new(request->arena, 512);

    if (input->received_at < context->now - 20 * 366 * INSTANT_DAY ||
        input->received_at > context->now + 20 * 366 * INSTANT_DAY) {
        violation_add(request_violations(request), "/received_at", "out_of_range",
                      "The moment lies within 20 years of now", "时间须在当前时间前后20年以内");
        return FAULT_INVALID;
    }
    lifecycle_preview(context->institution, input->received_at,
                      input->level == TERM_NONE ? LEVEL_ORDINARY : (enum level)input->level,
                      &preview);
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        stages[stage] = (struct preview_stage){stage, preview.stage_due_at[stage]};
    output.statutory_due_at = preview.statutory_due_at;
    output.due_at = preview.due_at;
    instant last = stages[STAGE_COUNT - 1].due_at > output.statutory_due_at
                       ? stages[STAGE_COUNT - 1].due_at
                       : output.statutory_due_at;
    warnings_for(context->institution, input->received_at, last, request->arena, &output.warnings,
                 &output.warning_count);
    shape_encode(&output_shape, &output, context->institution->zone_minutes, &out);
    request_answer(request, 200, text_buffer_text(&out));
    return FAULT_NONE;
}

const struct operation deadline_preview = {.name = "deadline_preview",
                                           .method = METHOD_POST,
                                           .path = "/v1/deadline-previews",
                                           .kind = OPERATION_SLOW,
                                           .input = &input_shape,
                                           .handle = answer_preview};
