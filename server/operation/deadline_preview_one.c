/* What might be done to one complaint, and its due times before and after. */
#include "lib/json/complaint_json.h"
#include "server/operation/deadline_preview.h"
#include "server/operation/loading.h"
#include "server/present.h"

#define YEARS_AHEAD 20

struct due_view {
    instant stage_due_at, statutory_due_at, due_at;
    const char *governing; /* NULL: both stand still */
    bool overdue;
};

struct what_if_view {
    struct uuid id;
    struct text number;
    int64_t version;
    struct due_view before, after;
    struct warning *warnings;
    size_t warning_count;
};

static const struct member due_members[] = {
    {MEMBER("stage_due_at", INSTANT, struct due_view, stage_due_at)},
    {MEMBER("statutory_due_at", INSTANT, struct due_view, statutory_due_at)},
    {MEMBER("due_at", INSTANT, struct due_view, due_at)},
    {MEMBER("governing", STRING, struct due_view, governing)},
    {MEMBER("overdue", BOOLEAN, struct due_view, overdue)},
};
static const struct shape due_shape = {
    .name = "DueTimes", .size = sizeof(struct due_view), SHAPE_MEMBERS(due_members)};

static const struct member what_if_members[] = {
    {MEMBER("complaint", UUID, struct what_if_view, id)},
    {MEMBER("number", TEXT, struct what_if_view, number)},
    {MEMBER("version", LONG, struct what_if_view, version), .flags = MEMBER_REQUIRED},
    {MEMBER("before", OBJECT, struct what_if_view, before), .shape = &due_shape},
    {MEMBER("after", OBJECT, struct what_if_view, after), .shape = &due_shape},
    {MEMBER("warnings", LIST, struct what_if_view, warnings), .shape = &warning_shape,
     .size = sizeof(struct warning), .count_offset = offsetof(struct what_if_view, warning_count)},
};
static const struct shape what_if_shape = {
    .name = "DeadlineWhatIf", .size = sizeof(struct what_if_view), SHAPE_MEMBERS(what_if_members)};

/* A preview in work. */
struct what_if {
    struct slow_context *context;
    const struct preview_input *input;
    struct complaint before, after;
    bool effective; /* an extension would count */
};

static struct due_view due_of(const struct complaint *complaint, instant now)
{
    return (struct due_view){.stage_due_at = complaint->stage_due_at,
                             .statutory_due_at = complaint->statutory_due_at,
                             .due_at = complaint->due_at,
                             .governing = governing_clock(complaint),
                             .overdue = complaint_overdue(complaint, now)};
}

/* The command's violations, named by where the preview has its members. */
static void tell_violations(struct request *request, const struct violations *found,
                            const char *member)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct violation *violation = &found->list[i];
        struct text pointer = violation->pointer;
        if (text_equal(pointer, TEXT("/at"))) /* of the pause's end */
            pointer = TEXT("/to");
        violation_add(request_violations(request),
                      arena_printf(request->arena, "%s%.*s", member, TEXT_ARG(pointer)),
                      violation->code,
                      arena_printf(request->arena, "%.*s", TEXT_ARG(violation->en)),
                      arena_printf(request->arena, "%.*s", TEXT_ARG(violation->zh)));
    }
}

static bool judge_end(struct what_if *what_if)
{
    if (!what_if->input->has_pause || what_if->input->pause.to == INSTANT_NONE ||
        what_if->input->pause.to <= what_if->context->now + YEARS_AHEAD * 366 * INSTANT_DAY)
        return true;
    violation_add(request_violations(what_if->context->request), "/pause/to", "too_far",
                  "The moment lies within 20 years of now.", "时间须在当前时间前后20年以内");
    return false;
}

/* By the rules that decide the command. */
static enum fault carry_out(struct what_if *what_if)
{
    struct slow_context *context = what_if->context;
    const struct preview_input *input = what_if->input;
    struct violations found = {.arena = context->request->arena};
    struct situation situation = {.institution = context->institution,
                                  .who = &context->who,
                                  .before = &what_if->before,
                                  .at = context->now,
                                  .arena = context->request->arena,
                                  .violations = &found};
    enum fault fault;

    if (!judge_end(what_if))
        return FAULT_INVALID;
    if (input->has_pause)
        fault = what_if_paused(&situation, &input->pause, &what_if->after);
    else if (input->has_extension)
        fault = what_if_extended(&situation, input->extension.days, &what_if->effective,
                                 &what_if->after);
    else
        fault = what_if_classified(&situation, input->level, &what_if->after);
    tell_violations(context->request, &found,
                    input->has_pause       ? "/pause"
                    : input->has_extension ? "/extension"
                                           : "");
    return fault;
}

/* What an extension takes, and whether it could still count. */
static void warn_of_extension(const struct what_if *what_if, struct what_if_view *view)
{
    struct arena *arena = what_if->context->request->arena;

    if (what_if->effective)
        warnings_add(arena, &view->warnings, &view->warning_count, "extension_conditions",
                     TEXT("It counts only when a superior approves it and the complainant is told "
                          "before the limit in force runs out "
                          "(须经上级批准并在现有期限届满前告知投诉人方为有效)"));
    else
        warnings_add(arena, &view->warnings, &view->warning_count, "extension_too_late",
                     TEXT("The limit in force has run out: an extension would stay on record "
                          "without effect (现有期限已届满，延期仅作记录，不发生效力)"));
}

static void warn(const struct what_if *what_if, struct what_if_view *view)
{
    struct slow_context *context = what_if->context;
    const struct complaint *after = &what_if->after;
    const struct stage_row *row = complaint_current(after);
    struct arena *arena = context->request->arena;

    warnings_for(context->institution, row->entered_at, row->due_at, arena, &view->warnings,
                 &view->warning_count);
    if (what_if->input->has_extension)
        warn_of_extension(what_if, view);
    if (what_if->input->has_pause && what_if->input->pause.to != INSTANT_NONE &&
        what_if->input->pause.to > context->now)
        warnings_add(arena, &view->warnings, &view->warning_count, "pause_end_assumed",
                     TEXT("The pause is taken to end then; while it is open the clocks it stops "
                          "have no due time (按所填时间结束计算；中止期间所停时限没有到期时间)"));
    if (after->level != what_if->before.level && after->round_kind == ROUND_FIRST &&
        after->limit_level != after->level)
        warnings_add(
            arena, &view->warnings, &view->warning_count, "statutory_limit_kept",
            TEXT("The shorter of both levels' limits has run out: the statutory limit stays "
                 "(两个等级中较短的法定期限已届满，法定期限不再变动)"));
}

enum fault preview_one(struct slow_context *context, const struct preview_input *input)
{
    struct arena *arena = context->request->arena;
    struct what_if what_if = {.context = context, .input = input};
    struct text_buffer out = text_buffer_new(arena, 1024);
    enum fault fault = complaint_load_named(context, &rights[RIGHT_deadline_preview_one],
                                            input->complaint, &what_if.before);

    if (!fault)
        fault = carry_out(&what_if);
    if (fault)
        return fault;
    struct what_if_view view = {.id = what_if.before.id,
                                .number = what_if.before.number,
                                .version = what_if.before.version,
                                .before = due_of(&what_if.before, context->now),
                                .after = due_of(&what_if.after, context->now)};
    warn(&what_if, &view);
    shape_encode(&what_if_shape, &view, context->institution->zone_minutes, &out);
    request_answer(context->request, 200, text_buffer_text(&out));
    return FAULT_NONE;
}
