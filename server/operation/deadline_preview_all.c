/* What a calendar or policy would do to all open complaints, in figures: whoever puts it in force
 * sees no complaint. The same rule that is going to be applied goes through all of them here, in
 * pages, so memory is bounded. */
#include "lib/json/complaint_json.h"
#include "lib/store/calendar_store.h"
#include "server/operation/deadline_preview.h"
#include "server/past.h"
#include "server/present.h"
#include "server/server.h"

#define ARENA_BLOCK ((size_t)256 * 1024)
#define LOOK_AHEAD (60 * INSTANT_DAY) /* for years whose calendar is not loaded */
#define CANCELLED "57014"             /* the SQLSTATE of a statement that took too long */

struct rules_view {
    int rules;
    struct recalculation_figures figures;
    struct warning *warnings;
    size_t warning_count;
};

static const struct member rules_members[] = {
    {MEMBER("rules", TERM, struct rules_view, rules), .vocabulary = &vocabulary_rules},
    FIGURE_MEMBERS(struct rules_view, figures),
    {MEMBER("warnings", LIST, struct rules_view, warnings), .shape = &warning_shape,
     .size = sizeof(struct warning), .count_offset = offsetof(struct rules_view, warning_count)},
};
static const struct shape rules_shape = {
    .name = "RulesPreview", .size = sizeof(struct rules_view), SHAPE_MEMBERS(rules_members)};

/* A preview in work. */
struct scan {
    struct slow_context *context;
    struct institution institution; /* as it would be */
    struct recalculate_command command;
    bool same; /* nothing would change: those rules are in force */
    struct arena *arena;
    struct rules_view view;
    struct uuid after;
};

static void count_page(struct scan *scan, const struct pg_rows *rows)
{
    struct complaint *complaints = ARENA_ARRAY(scan->arena, struct complaint, rows->count);
    struct situation situation = {.institution = &scan->institution,
                                  .who = &scan->context->who,
                                  .at = scan->context->now,
                                  .arena = scan->arena};

    recalculation_page_read(rows, &scan->institution, scan->arena, complaints);
    for (size_t i = 0; i < rows->count; i++) {
        struct change change;
        situation.before = &complaints[i];
        bool open =
            !scan->same && lifecycle_recalculate(&situation, &scan->command, &change) == FAULT_NONE;
        recalculation_count(&scan->view.figures, &complaints[i],
                            open ? &change.after : &complaints[i], scan->context->now);
    }
    if (rows->count > 0)
        scan->after = complaints[rows->count - 1].id;
}

static enum fault scan_page(struct scan *scan, bool *ret_more)
{
    const struct slow_context *context = scan->context;
    struct pg_rows rows = {0};

    arena_reset(scan->arena);
    struct pg_binds binds = pg_binds_new(scan->arena);
    recalculation_page_bind(&binds, scan->after);
    if (pg_run(context->pg, &recalculation_page, &binds, statement_deadline(context->server),
               &rows) != PG_DONE)
        return pg_usable(context->pg) && strcmp(pg_error(context->pg).sqlstate, CANCELLED) == 0
                   ? FAULT_DEADLINE_PASSED
                   : statement_fault(context);
    count_page(scan, &rows);
    *ret_more = rows.count == RECALCULATION_PAGE;
    pg_rows_free(&rows);
    return FAULT_NONE;
}

/* 100,000 open complaints among 500,000 took 3 s on two busy cores; with the statements' usual limit
 * of 5 s there is time for four times as many. */
#define STATEMENTS_LONG 3

/* As long as so many statements may take, all together. */
static enum fault scan_all(struct scan *scan)
{
    struct server *server = scan->context->server;
    int64_t end_us = monotonic_now_us() + STATEMENTS_LONG *
                                              server->settings.database.statement_timeout_ms *
                                              INSTANT_MILLISECOND;
    enum fault fault = FAULT_NONE;
    bool more = true;

    if (!scan_enter(scan->context))
        return FAULT_BUSY;
    scan->arena = arena_new(ARENA_BLOCK);
    while (more && !fault)
        fault = monotonic_now_us() > end_us ? FAULT_DEADLINE_PASSED : scan_page(scan, &more);
    arena_free(scan->arena);
    scan_leave(scan->context);
    return fault;
}

static enum fault answer(struct scan *scan)
{
    struct slow_context *context = scan->context;
    struct rules_view *view = &scan->view;
    struct text_buffer out = text_buffer_new(context->request->arena, 512);

    view->rules = scan->command.rules;
    view->figures = recalculation_nothing();
    enum fault fault = scan_all(scan);
    if (fault)
        return fault;
    if (scan->same)
        warnings_add(context->request->arena, &view->warnings, &view->warning_count,
                     "already_in_force",
                     TEXT("The same is in force already: nothing would change (与现行版本相同，"
                          "无任何变动)"));
    shape_encode(&rules_shape, view, context->institution->zone_minutes, &out);
    request_answer(context->request, 200, text_buffer_text(&out));
    return FAULT_NONE;
}

/* --- a calendar -------------------------------------------------------------------------------- */

static enum fault preview_calendar(struct scan *scan, const struct calendar_document *document,
                                   const struct calendar_source *source)
{
    struct slow_context *context = scan->context;
    struct calendar *calendar = calendar_new(source);

    if (!calendar)
        return FAULT_INTERNAL; /* the document was sound */
    scan->institution.calendar = calendar;
    scan->command.rules = RULES_CALENDAR;
    warnings_for(&scan->institution, context->now, context->now + LOOK_AHEAD,
                 context->request->arena, &scan->view.warnings, &scan->view.warning_count);
    enum fault fault = calendar_same(context->pg, context->request->arena, document->name, source,
                                     statement_deadline(context->server), &scan->same) == STORE_DONE
                           ? answer(scan)
                           : statement_fault(context);
    calendar_free(calendar);
    return fault;
}

/* --- a policy ---------------------------------------------------------------------------------- */

static bool same_policy(const struct policy *a, const struct policy *b)
{
    for (int level = 0; level < LEVEL_COUNT; level++)
        if (memcmp(&a->limits[level], &b->limits[level], sizeof *a->limits) != 0)
            return false;
    return a->failed_attempts_to_close == b->failed_attempts_to_close &&
           a->redress_approval_fen == b->redress_approval_fen &&
           a->major_from_people == b->major_from_people &&
           a->extension_max_days == b->extension_max_days &&
           a->extended_max_days == b->extended_max_days &&
           a->review_apply_days == b->review_apply_days && a->review_days == b->review_days &&
           a->reopen_days == b->reopen_days;
}

/* The institution with one policy more, in its place by the day on which it takes effect. */
static void add_policy(struct scan *scan, const struct policy *policy)
{
    struct institution *institution = &scan->institution;
    size_t count = institution->policy_count, at = 0;
    struct policy *policies = ARENA_ARRAY(scan->context->request->arena, struct policy, count + 1);

    while (at < count && institution->policies[at].effective_from < policy->effective_from)
        at++;
    memcpy(policies, institution->policies, at * sizeof *policies);
    policies[at] = *policy;
    policies[at].version = scan->command.version;
    memcpy(&policies[at + 1], &institution->policies[at], (count - at) * sizeof *policies);
    institution->policies = policies;
    institution->policy_count++;
}

static enum fault preview_policy(struct scan *scan, const struct policy *policy)
{
    struct slow_context *context = scan->context;
    const struct institution *institution = context->institution;

    scan->command.rules = RULES_POLICY;
    scan->command.version = institution_policy_newest(institution) + 1;
    for (size_t i = 0; i < institution->policy_count; i++) {
        if (institution->policies[i].effective_from != policy->effective_from)
            continue;
        if (!same_policy(&institution->policies[i], policy))
            return FAULT_POLICY_EXISTS;
        scan->same = true;
    }
    if (!scan->same)
        add_policy(scan, policy);
    if (policy->effective_from > instant_day(context->now, institution->zone_minutes))
        warnings_add(context->request->arena, &scan->view.warnings, &scan->view.warning_count,
                     "takes_effect_later",
                     TEXT("It takes effect on a later day: complaints received before keep their "
                          "policy (生效日尚未到来，此前受理的投诉仍适用原制度)"));
    return answer(scan);
}

enum fault preview_all(struct slow_context *context, struct preview_input *input)
{
    struct violations *violations = request_violations(context->request);
    struct scan scan = {.context = context, .institution = *context->institution};
    struct calendar_source source;

    if (input->has_calendar)
        calendar_document_read(&input->calendar, "/calendar", context->institution->zone_minutes,
                               violations, &source);
    else
        policy_document_read(&input->policy, "/policy", violations);
    if (violations->count > 0)
        return FAULT_INVALID;
    enum fault fault = right_of_caller(&rights[RIGHT_deadline_preview_all], &context->who);
    if (fault)
        return fault;
    return input->has_calendar ? preview_calendar(&scan, &input->calendar, &source)
                               : preview_policy(&scan, &input->policy.policy);
}
