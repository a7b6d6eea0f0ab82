#include "server/operation/deadline_preview.h"

#include "lib/complaint/naming.h"
#include "lib/json/complaint_json.h"
#include "server/present.h"

/* POST /v1/deadline-previews: when a complaint received then would be due, and what would become of
 * due times if something was done. Nothing is recorded. */

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

static const struct member pause_members[] = {
    {MEMBER("reason", TERM, struct pause_what_if, pause.reason), .flags = MEMBER_REQUIRED,
     .vocabulary = &vocabulary_pause_reason},
    {MEMBER("from", INSTANT, struct pause_what_if, pause.from), .flags = MEMBER_REQUIRED},
    {MEMBER("told_at", INSTANT, struct pause_what_if, pause.told_at), .flags = 0},
    {MEMBER("to", INSTANT, struct pause_what_if, to), .flags = 0},
};
static const struct shape pause_what_if_shape = {
    .name = "PauseWhatIf", .size = sizeof(struct pause_what_if), SHAPE_MEMBERS(pause_members)};

static const struct member extension_members[] = {
    {MEMBER("days", INTEGER, struct extension_what_if, days), .flags = MEMBER_REQUIRED, .min = 1,
     .max = EXTENSION_DAYS_MAX},
};
static const struct shape extension_what_if_shape = {.name = "ExtensionWhatIf",
                                                     .size = sizeof(struct extension_what_if),
                                                     SHAPE_MEMBERS(extension_members)};

#define PART(name_, shape_)                                             \
    {                                                                   \
        MEMBER(#name_, OBJECT, struct preview_input, name_),            \
            .flags = 0, .shape = &(shape_),                             \
            .given_offset = offsetof(struct preview_input, has_##name_) \
    }
static const struct member input_members[] = {
    {MEMBER("received_at", INSTANT, struct preview_input, received_at), .flags = 0},
    {MEMBER("level", TERM, struct preview_input, level), .vocabulary = &vocabulary_level},
    {MEMBER("complaint", TEXT, struct preview_input, complaint), .max = CODE_CHARACTERS},
    PART(pause, pause_what_if_shape),
    PART(extension, extension_what_if_shape),
    PART(calendar, calendar_document_shape),
    PART(policy, policy_document_shape),
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

static enum fault preview_receipt(struct slow_context *context, const struct preview_input *input)
{
    struct request *request = context->request;
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

/* One violation for each member that has no place beside the others. */
static void refuse_beside(struct violations *violations, bool given, const char *pointer)
{
    if (given)
        violation_add(violations, pointer, "not_together",
                      "Cannot be sent together with the other members.",
                      "不能与其他字段同时提交。");
}

/* A complaint, and one thing that might be done to it. */
static void judge_one(const struct preview_input *input, struct violations *violations)
{
    int deeds = input->has_pause + input->has_extension + (input->level != TERM_NONE);

    refuse_beside(violations, input->received_at != INSTANT_NONE, "/received_at");
    refuse_beside(violations, input->has_calendar, "/calendar");
    refuse_beside(violations, input->has_policy, "/policy");
    if (deeds != 1)
        violation_add(violations, "", "one_of", "Exactly one of pause, extension and level.",
                      "pause、extension、level 须提交且仅提交一项。");
}

/* A calendar or a policy. */
static void judge_all(const struct preview_input *input, struct violations *violations)
{
    refuse_beside(violations, input->received_at != INSTANT_NONE, "/received_at");
    refuse_beside(violations, input->level != TERM_NONE, "/level");
    refuse_beside(violations, input->has_pause, "/pause");
    refuse_beside(violations, input->has_extension, "/extension");
    refuse_beside(violations, input->has_calendar && input->has_policy, "/policy");
}

static void judge_receipt(const struct preview_input *input, struct violations *violations)
{
    refuse_beside(violations, input->has_pause, "/pause");
    refuse_beside(violations, input->has_extension, "/extension");
    if (input->received_at == INSTANT_NONE)
        naming_refuse(violations, "/received_at", "required", "Must be given.", "必须填写。");
}

/* Whether a member was sent that could not be read. */
static bool was_refused(const struct violations *violations, const char *pointer)
{
    for (size_t i = 0; i < violations->count; i++)
        if (text_equal(violations->list[i].pointer, text_of(pointer)))
            return true;
    return false;
}

static enum fault answer_preview(struct slow_context *context)
{
    struct request *request = context->request;
    struct preview_input *input = request->input;
    struct violations *violations = request_violations(request);
    enum fault fault = shape_decode(&input_shape, text_buffer_text(&request->body), request->arena,
                                    violations, input);

    if (fault)
        return fault;
    bool one = !text_is_none(input->complaint) || was_refused(violations, "/complaint");
    bool all = input->has_calendar || input->has_policy || was_refused(violations, "/calendar") ||
               was_refused(violations, "/policy");
    (one ? judge_one : all ? judge_all : judge_receipt)(input, violations);
    if (violations->count > 0)
        return FAULT_INVALID;
    return one   ? preview_one(context, input)
           : all ? preview_all(context, input)
                 : preview_receipt(context, input);
}

const struct operation deadline_preview = {.name = "deadline_preview",
                                           .method = METHOD_POST,
                                           .path = "/v1/deadline-previews",
                                           .kind = OPERATION_SLOW,
                                           .input = &input_shape,
                                           .late_input = true, /* which members, is judged too */
                                           .handle = answer_preview};
