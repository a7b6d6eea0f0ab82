#include "lib/complaint/change.h"
#include "lib/complaint/naming.h"
#include "lib/complaint/recusal.h"

/* Another round of a complaint that has ended: reopening, and review by the superior unit
 * (domain.md §3). The rows of the rounds before stay as they were. */

static struct round_figures figures_of(const struct complaint *complaint)
{
    return (struct round_figures){.round = complaint->round,
                                  .status = complaint->status,
                                  .outcome = complaint->outcome,
                                  .owner = complaint->owner.login,
                                  .closed_at = complaint->closed_at,
                                  .decided_at = complaint->decided_at,
                                  .stage_due_at = complaint->stage_due_at,
                                  .statutory_due_at = complaint->statutory_due_at,
                                  .due_at = complaint->due_at};
}

/* What holds for one round only begins anew. */
static void begin_round(struct complaint *after, int kind, instant from)
{
    bool linked = after->facts.linked;

    after->round++;
    after->round_kind = kind;
    after->status = STATUS_OPEN;
    after->outcome = after->decline_reason = TERM_NONE;
    after->closed_at = after->decided_at = INSTANT_NONE;
    memset(&after->facts, 0, sizeof after->facts);
    after->facts.linked = linked;
    after->merged_into = (struct complaint_reference){0};
    after->clock_from = from;
    after->extended_days = 0;
    after->clock_pauses = NULL;
    after->clock_pause_count = 0;
    memset(&after->extension, 0, sizeof after->extension);
    after->extension.waits_since = after->extension.approved_at = INSTANT_NONE;
    /* Whoever handled what is reviewed is barred, and stays so when the review itself is reopened. */
    if (kind == ROUND_REVIEW)
        after->barred_handlers = (int)after->handler_count;
}

static enum fault open_round(const struct situation *situation, enum action action,
                             const struct round_command *command, const struct staff *owner,
                             struct change *ret)
{
    struct round_command *item = ARENA_NEW(situation->arena, struct round_command);
    struct change change;

    *item = *command;
    item->previous = figures_of(situation->before);
    if (item->at == INSTANT_NONE)
        item->at = situation->at;
    if (item->stage == TERM_NONE)
        item->stage = STAGE_INVESTIGATION;
    change_begin(situation, action, &change);
    begin_round(&change.after, item->kind, item->at);
    change_item(situation, &change, change.after.round, item);
    change_open_stage(situation, &change, (enum stage)item->stage, owner);
    change_fact_instant(situation, &change, "at", item->at);
    item->reason = change_text(situation, &change, "reason", command->reason);
    *ret = change;
    return FAULT_NONE;
}

static const struct staff *named(const struct situation *situation,
                                 const struct round_command *command)
{
    return naming_owner(situation->institution, command->owner,
                        command->stage == TERM_NONE ? STAGE_INVESTIGATION
                                                    : (enum stage)command->stage,
                        "/owner", situation->violations);
}

/* New facts count from their receipt, an error from now (domain.md §3). */
enum fault lifecycle_reopen(const struct situation *situation, const void *input,
                            struct change *ret)
{
    const struct round_command *command = input;
    const struct complaint *before = situation->before;
    const struct staff *owner = named(situation, command);

    if (command->kind == ROUND_ERROR && command->at != INSTANT_NONE)
        naming_refuse(situation->violations, "/received_at", "not_for_error",
                      "A round that mends an error counts from its reopening.",
                      "因纠错重新办理的，自重新办理之时起算。");
    else if (command->at != INSTANT_NONE && command->at < before->closed_at)
        naming_refuse(situation->violations, "/received_at", "before_end",
                      "New facts arrive after the complaint has ended.",
                      "新事实的收到时间不得早于投诉终结时间。");
    if (situation->violations->count > 0)
        return FAULT_INVALID;
    if (recusal_bars_owner(before, owner))
        return FAULT_RECUSED;
    return open_round(situation, ACTION_REOPEN, command, owner, ret);
}

/* Applied for within so many days of the decision, whole days as the statutory clock counts them. */
static bool applied_in_time(const struct situation *situation, instant applied_at)
{
    const struct complaint *before = situation->before;
    const struct policy *policy =
        institution_policy(situation->institution, before->policy_version);

    return applied_at <= deadline_statutory(situation->institution->zone_minutes,
                                            before->decided_at, policy->review_apply_days, NULL, 0);
}

/* The owner belongs to a unit above the one that decided, and handled none of it. */
enum fault lifecycle_review(const struct situation *situation, const void *input,
                            struct change *ret)
{
    struct round_command command = *(const struct round_command *)input;
    const struct institution *institution = situation->institution;
    const struct complaint *before = situation->before;
    const struct staff *owner = named(situation, &command);
    instant applied_at = command.at == INSTANT_NONE ? situation->at : command.at;
    struct change change;

    command.kind = ROUND_REVIEW;
    if (before->decided_at == INSTANT_NONE)
        return FAULT_NOT_DECIDED;
    if (applied_at < before->decided_at)
        naming_refuse(situation->violations, "/applied_at", "before_decision",
                      "A review is applied for after the decision.",
                      "申请核查的时间不得早于处理决定时间。");
    if (owner && !unit_superior(owner->unit, institution_unit(institution, before->owner_unit_id)))
        naming_refuse(situation->violations, "/owner", "not_superior",
                      "A review is handled by the superior unit.", "核查须由上级机构人员办理。");
    if (situation->violations->count > 0)
        return FAULT_INVALID;
    if (!applied_in_time(situation, applied_at))
        return FAULT_REVIEW_LATE;
    change.after = *before;
    change.after.barred_handlers = (int)before->handler_count;
    if (recusal_bars_owner(&change.after, owner))
        return FAULT_RECUSED;
    return open_round(situation, ACTION_REVIEW, &command, owner, ret);
}
