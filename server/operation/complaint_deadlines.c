/* GET …/deadlines: both clocks, with the arithmetic in numbers and in words. */
#include <stdio.h>

#include "lib/complaint/deadline.h"
#include "lib/complaint/lifecycle.h"
#include "lib/json/complaint_json.h"
#include "server/operation/complaint_deadlines.h"
#include "server/operation/loading.h"
#include "server/present.h"

struct step_view {
    const char *kind;
    instant from, to;
    int64_t minutes, days; /* -1: not counted in these */
    struct text zh, en;
};

struct clock_view {
    int stage, round_kind; /* whichever the clock is about; the other is TERM_NONE */
    instant from, due_at;
    int limit_days;
    struct step_view *steps;
    size_t step_count;
};

struct deadlines_view {
    instant stage_due_at, statutory_due_at, due_at;
    const char *governing; /* NULL: both stand still */
    bool overdue;
    struct clock_view stage, statutory;
    int calendar_version, policy_version;
    struct warning *warnings;
    size_t warning_count;
};

static const struct member step_members[] = {
    {MEMBER("kind", STRING, struct step_view, kind)},
    {MEMBER("from", INSTANT, struct step_view, from)},
    {MEMBER("to", INSTANT, struct step_view, to)},
    {MEMBER("minutes", LONG, struct step_view, minutes)},
    {MEMBER("days", LONG, struct step_view, days)},
    {MEMBER("zh", TEXT, struct step_view, zh)},
    {MEMBER("en", TEXT, struct step_view, en)},
};
static const struct shape step_shape = {
    .name = "DeadlineStep", .size = sizeof(struct step_view), SHAPE_MEMBERS(step_members)};

static const struct member clock_members[] = {
    {MEMBER("stage", TERM, struct clock_view, stage), .vocabulary = &vocabulary_stage},
    {MEMBER("round_kind", TERM, struct clock_view, round_kind),
     .vocabulary = &vocabulary_round_kind},
    {MEMBER("from", INSTANT, struct clock_view, from)},
    {MEMBER("limit_days", INTEGER, struct clock_view, limit_days), .flags = MEMBER_REQUIRED},
    {MEMBER("due_at", INSTANT, struct clock_view, due_at)},
    {MEMBER("steps", LIST, struct clock_view, steps), .shape = &step_shape,
     .size = sizeof(struct step_view), .count_offset = offsetof(struct clock_view, step_count)},
};
static const struct shape clock_shape = {
    .name = "Clock", .size = sizeof(struct clock_view), SHAPE_MEMBERS(clock_members)};

static const struct member deadlines_members[] = {
    {MEMBER("stage_due_at", INSTANT, struct deadlines_view, stage_due_at)},
    {MEMBER("statutory_due_at", INSTANT, struct deadlines_view, statutory_due_at)},
    {MEMBER("due_at", INSTANT, struct deadlines_view, due_at)},
    {MEMBER("governing", STRING, struct deadlines_view, governing)},
    {MEMBER("overdue", BOOLEAN, struct deadlines_view, overdue)},
    {MEMBER("stage_clock", OBJECT, struct deadlines_view, stage), .shape = &clock_shape},
    {MEMBER("statutory_clock", OBJECT, struct deadlines_view, statutory), .shape = &clock_shape},
    {MEMBER("calendar_version", INTEGER, struct deadlines_view, calendar_version),
     .flags = MEMBER_REQUIRED},
    {MEMBER("policy_version", INTEGER, struct deadlines_view, policy_version),
     .flags = MEMBER_REQUIRED},
    {MEMBER("warnings", LIST, struct deadlines_view, warnings), .shape = &warning_shape,
     .size = sizeof(struct warning),
     .count_offset = offsetof(struct deadlines_view, warning_count)},
};
static const struct shape deadlines_shape = {
    .name = "Deadlines", .size = sizeof(struct deadlines_view), SHAPE_MEMBERS(deadlines_members)};

/* "2026-11-20 09:12" in the institution's zone. */
static const char *moment(struct arena *arena, instant at, int zone_minutes)
{
    char text[INSTANT_TEXT_MAX];

    if (at == INSTANT_NONE)
        return "";
    instant_format(at, zone_minutes, text);
    return arena_printf(arena, "%.10s %.5s", text, text + 11);
}

static void put_in_words(struct step_view *view, const struct deadline_step *step, bool working,
                         struct arena *arena, int zone)
{
    const char *from = moment(arena, step->from, zone), *to = moment(arena, step->to, zone);
    long long minutes = step->amount / INSTANT_MINUTE, days = step->amount;

    switch (step->kind) {
    case STEP_LIMIT:
        view->kind = "limit";
        view->en =
            working
                ? text_printf(arena,
                              "From %s the limit would end on %s, after %lld working minutes.",
                              from, to, minutes)
                : text_printf(arena,
                              "From %s, that day not counted, %lld natural days would end on %s.",
                              from, days, to);
        view->zh = working
                       ? text_printf(arena, "自%s起，如无中止，期限至%s届满，共%lld个工作分钟。",
                                     from, to, minutes)
                       : text_printf(arena, "自%s起（当日不计）%lld个自然日，如无中止，至%s届满。",
                                     from, days, to);
        return;
    case STEP_RUN:
        view->kind = "run";
        view->en = text_printf(arena, "From %s to %s the clock ran: %lld working minutes are used.",
                               from, to, minutes);
        view->zh = text_printf(arena, "%s至%s计时，用去%lld个工作分钟。", from, to, minutes);
        return;
    case STEP_PAUSE:
        view->kind = "pause";
        if (step->to == INSTANT_NONE) {
            view->en = text_printf(
                arena, "Since %s the clock stands still: there is no due time while it does.",
                from);
            view->zh = text_printf(arena, "自%s起中止计时，中止期间没有到期时间。", from);
        } else {
            view->en =
                working
                    ? text_printf(
                          arena, "From %s to %s it stood still: %lld working minutes do not count.",
                          from, to, minutes)
                    : text_printf(
                          arena,
                          "From %s to %s it stood still: the end moves by %lld natural days.", from,
                          to, days);
            view->zh = working ? text_printf(arena, "%s至%s中止计时，其间%lld个工作分钟不计。",
                                             from, to, minutes)
                               : text_printf(arena, "%s至%s中止计时，期限顺延%lld个自然日。", from,
                                             to, days);
        }
        return;
    case STEP_EXPIRED:
        view->kind = "expired";
        view->en = text_printf(
            arena, "The pause from %s on began after the limit had run out and moves nothing.",
            from);
        view->zh = text_printf(arena, "%s开始的中止晚于期限届满，不影响到期时间。", from);
        return;
    case STEP_DUE:
        view->kind = "due";
        view->en = text_printf(arena, "So it is due on %s.", to);
        view->zh = text_printf(arena, "因此到期时间为%s。", to);
        return;
    }
}

static void fill_clock(struct clock_view *clock, const struct deadline_steps *steps, bool working,
                       struct arena *arena, int zone)
{
    clock->steps = ARENA_ARRAY(arena, struct step_view, steps->count);
    clock->step_count = steps->count;
    for (size_t i = 0; i < steps->count; i++) {
        const struct deadline_step *step = &steps->list[i];
        bool counts = step->kind == STEP_LIMIT || step->kind == STEP_RUN ||
                      (step->kind == STEP_PAUSE && step->to != INSTANT_NONE);
        clock->steps[i] =
            (struct step_view){.from = step->from,
                               .to = step->to,
                               .minutes = working && counts ? step->amount / INSTANT_MINUTE : -1,
                               .days = !working && counts ? step->amount : -1};
        put_in_words(&clock->steps[i], step, working, arena, zone);
    }
}

/* Puts a step behind the round's own limit: what effective extensions add to it, up to the ceiling. */
static void explain_extension(struct clock_view *clock, const struct complaint *complaint,
                              const struct policy *policy, struct arena *arena, int zone)
{
    int own = lifecycle_round_days(policy, complaint), all = complaint->statutory_days;
    struct step_view *steps = ARENA_ARRAY(arena, struct step_view, clock->step_count + 1);
    instant from = deadline_statutory(zone, complaint->clock_from, own, NULL, 0);
    instant to = deadline_statutory(zone, complaint->clock_from, all, NULL, 0);

    steps[0] = clock->steps[0];
    steps[1] = (struct step_view){
        .kind = "extension",
        .from = from,
        .to = to,
        .minutes = -1,
        .days = all - own,
        .en = text_printf(
            arena,
            "Extensions in force: %d + %d natural days, at most %d in all, make %d and "
            "would end on %s.",
            own, complaint->extended_days, policy->extended_max_days, all, moment(arena, to, zone)),
        .zh = text_printf(
            arena, "已生效的延期：%d日加%d日，合计以%d日为限，共%d个自然日，至%s届满。", own,
            complaint->extended_days, policy->extended_max_days, all, moment(arena, to, zone))};
    for (size_t i = 1; i < clock->step_count; i++)
        steps[i + 1] = clock->steps[i];
    clock->steps = steps;
    clock->step_count++;
}

static void fill_statutory_clock(struct clock_view *clock, const struct complaint *complaint,
                                 const struct policy *policy, struct deadline_steps *steps,
                                 struct arena *arena, int zone)
{
    int own = lifecycle_round_days(policy, complaint);

    if (complaint->extended_days > 0) { /* the first step is the round's own limit */
        steps->list[0].amount = own;
        steps->list[0].to = deadline_statutory(zone, complaint->clock_from, own, NULL, 0);
    }
    fill_clock(clock, steps, false, arena, zone);
    if (complaint->extended_days > 0)
        explain_extension(clock, complaint, policy, arena, zone);
}

bool deadlines_write(const struct slow_context *context, const struct complaint *complaint,
                     struct text_buffer *out)
{
    const struct institution *institution = context->institution;
    struct arena *arena = context->request->arena;
    struct deadline_steps *steps = arena_alloc(arena, 2 * sizeof *steps);
    struct complaint_view shown;
    const struct stage_row *row = complaint_current(complaint);
    const struct policy *policy = institution_policy(institution, complaint->policy_version);
    struct deadlines_view view = {
        .stage_due_at = complaint->stage_due_at,
        .statutory_due_at = complaint->statutory_due_at,
        .due_at = complaint->due_at,
        .governing = governing_clock(complaint),
        .overdue = complaint_overdue(complaint, context->now),
        .stage = {.stage = complaint->stage,
                  .round_kind = TERM_NONE,
                  .from = row->entered_at,
                  .due_at = row->due_at,
                  .limit_days = policy->limits[complaint->level].stage_days[complaint->stage]},
        .statutory = {.stage = TERM_NONE,
                      .round_kind = complaint->round_kind,
                      .from = complaint->clock_from,
                      .due_at = complaint->statutory_due_at,
                      .limit_days = complaint->statutory_days},
        .calendar_version = calendar_version(institution->calendar),
        .policy_version = complaint->policy_version};
    instant stage_due_at =
        deadline_stage_steps(institution->calendar, row->entered_at, view.stage.limit_days,
                             complaint->clock_pauses, complaint->clock_pause_count, &steps[0]);
    instant statutory_due_at = deadline_statutory_steps(
        institution->zone_minutes, complaint->clock_from, complaint->statutory_days,
        complaint->clock_pauses, complaint->clock_pause_count, &steps[1]);
    bool differs =
        stage_due_at != complaint->stage_due_at || statutory_due_at != complaint->statutory_due_at;
    fill_clock(&view.stage, &steps[0], true, arena, institution->zone_minutes);
    fill_statutory_clock(&view.statutory, complaint, policy, &steps[1], arena,
                         institution->zone_minutes);
    complaint_present(institution, &context->who, complaint, context->now, arena, &shown);
    view.warnings = shown.warnings;
    view.warning_count = shown.warning_count;
    if (differs)
        warnings_add(arena, &view.warnings, &view.warning_count, "computed_differs",
                     TEXT("The recorded due times were computed under an earlier calendar "
                          "(所记录的到期时间按此前的日历计算)."));
    shape_encode(&deadlines_shape, &view, institution->zone_minutes, out);
    return differs;
}

static enum fault answer_deadlines(struct slow_context *context)
{
    struct text_buffer out = text_buffer_new(context->request->arena, 4096);
    struct complaint complaint;

    enum fault fault = complaint_load_visible(context, &complaint);
    if (fault)
        return fault;
    bool differs = deadlines_write(context, &complaint, &out);
    context->request->answer.version = complaint.version;
    /* Under another calendar the arithmetic is another, and the version the same. */
    if (!differs && complaint_unchanged(&complaint, context->request->if_none_match, context->now))
        context->request->answer.status = 304;
    else
        request_answer(context->request, 200, text_buffer_text(&out));
    return FAULT_NONE;
}

const struct operation complaint_deadlines = {.name = "complaint_deadlines",
                                              .method = METHOD_GET,
                                              .path = "/v1/complaints/{id}/deadlines",
                                              .kind = OPERATION_SLOW,
                                              .handle = answer_deadlines};
