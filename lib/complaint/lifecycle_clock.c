#include "lib/complaint/change.h"
#include "lib/complaint/command_check.h"
#include "lib/complaint/naming.h"

/* The clocks of a complaint: pauses, and extensions of the statutory limit (domain.md §2). */

#define PAUSES_MAX 64 /* in a round */

/* Whether the complainant's being told takes such a pause out of the statutory clock too. */
static bool may_move_statutory(int reason)
{
    return reason == PAUSE_MEDIATION || reason == PAUSE_APPRAISAL;
}

static bool any_open(const struct complaint *complaint)
{
    for (size_t i = 0; i < complaint->clock_pause_count; i++)
        if (complaint->clock_pauses[i].to == INSTANT_NONE)
            return true;
    return false;
}

/* The complaint's own copy of its pauses, with room for one more. */
static void copy_pauses(const struct situation *situation, struct complaint *after)
{
    size_t count = after->clock_pause_count;
    struct pause *copy = ARENA_ARRAY(situation->arena, struct pause, count + 1);

    if (count > 0)
        memcpy(copy, after->clock_pauses, count * sizeof *copy);
    after->clock_pauses = copy;
}

enum fault lifecycle_pauses(const struct situation *situation, const void *input,
                            struct change *ret)
{
    const struct pause_command *command = input;
    const struct complaint *before = situation->before;
    struct pause_command *item = ARENA_NEW(situation->arena, struct pause_command);
    struct change change;

    if (command->from < before->clock_from)
        naming_refuse(situation->violations, "/from", "before_receipt",
                      "A pause cannot begin before the clock of the round did.",
                      "中止开始时间不得早于本轮计时起点。");
    if (before->clock_pause_count == PAUSES_MAX)
        naming_refuse(situation->violations, "", "too_many", "A round has at most 64 pauses.",
                      "每轮办理最多可中止64次。");
    if (situation->violations->count > 0)
        return FAULT_INVALID;
    bool statutory = may_move_statutory(command->reason) && command->told_at != INSTANT_NONE;
    *item = *command;
    change_begin(situation, ACTION_PAUSES, &change);
    change_item(situation, &change, ++change.after.pauses, item);
    copy_pauses(situation, &change.after);
    change.after.clock_pauses[change.after.clock_pause_count++] =
        (struct pause){.from = command->from,
                       .to = INSTANT_NONE,
                       .told_at = statutory ? command->told_at : INSTANT_NONE,
                       .statutory = statutory};
    change.after.facts.pause_open = true;
    change_clocks(situation, &change);
    change_fact_term(situation, &change, "reason", &vocabulary_pause_reason, command->reason);
    change_fact_instant(situation, &change, "from", command->from);
    change_fact_instant(situation, &change, "told_at", command->told_at);
    change_fact_boolean(&change, "statutory", statutory);
    item->note = change_text(situation, &change, "note", command->note);
    *ret = change;
    return FAULT_NONE;
}

enum fault lifecycle_end_pause(const struct situation *situation, const void *input,
                               struct change *ret)
{
    const struct end_pause_command *command = input;
    const struct complaint *before = situation->before;
    struct end_pause_command *item = ARENA_NEW(situation->arena, struct end_pause_command);
    int first = before->pauses - (int)before->clock_pause_count + 1; /* number in this round */
    struct change change;

    if (command->pause < first || command->pause > before->pauses ||
        before->clock_pauses[command->pause - first].to != INSTANT_NONE)
        return FAULT_PAUSE_UNKNOWN;
    if (command->at < before->clock_pauses[command->pause - first].from) {
        naming_refuse(situation->violations, "/at", "before_beginning",
                      "A pause cannot end before it began.", "中止结束时间不得早于开始时间。");
        return FAULT_INVALID;
    }
    *item = *command;
    change_begin(situation, ACTION_END_PAUSE, &change);
    change_item(situation, &change, command->pause, item);
    copy_pauses(situation, &change.after);
    change.after.clock_pauses[command->pause - first].to = command->at;
    change.after.facts.pause_open = any_open(&change.after);
    change_clocks(situation, &change);
    change_fact_instant(situation, &change, "at", command->at);
    item->note = change_text(situation, &change, "note", command->note);
    *ret = change;
    return FAULT_NONE;
}

/* One at a time: asked for, then refused, or approved and told. */
enum fault lifecycle_extensions(const struct situation *situation, const void *input,
                                struct change *ret)
{
    const struct extension_command *command = input;
    const struct complaint *before = situation->before;
    const struct policy *policy =
        institution_policy(situation->institution, before->policy_version);
    struct extension_command *item = ARENA_NEW(situation->arena, struct extension_command);
    struct change change;

    if (command->days > policy->extension_max_days)
        naming_refuse(situation->violations, "/days", "too_long",
                      "One extension adds no more days than the policy allows.",
                      "单次延期天数超过制度规定的上限。");
    else if (before->statutory_days + command->days > policy->extended_max_days)
        naming_refuse(situation->violations, "/days", "above_ceiling",
                      "The limit would exceed the ceiling that the policy sets for extensions.",
                      "延期后的总期限超过制度规定的上限。");
    if (situation->violations->count > 0)
        return FAULT_INVALID;
    *item = *command;
    change_begin(situation, ACTION_EXTENSIONS, &change);
    change_item(situation, &change, ++change.after.extensions, item);
    change.after.extension.days = command->days;
    change.after.extension.by = situation->who->staff->id;
    change.after.extension.waits_since = situation->at;
    change.after.extension.approved_at = INSTANT_NONE;
    change.after.facts.extension_waiting = true;
    change_fact_number(situation, &change, "days", command->days);
    item->reason = change_text(situation, &change, "reason", command->reason);
    *ret = change;
    return FAULT_NONE;
}

static void end_extension(struct complaint *after)
{
    after->extension.days = 0;
    after->extension.by = UUID_NONE;
    after->extension.waits_since = after->extension.approved_at = INSTANT_NONE;
    after->facts.extension_waiting = after->facts.extension_approved = false;
}

/* Approval and refusal: both name the extension that waits. */
static enum fault decide_extension(const struct situation *situation, enum action action,
                                   const struct extension_decision_command *command,
                                   struct change *change)
{
    const struct complaint *before = situation->before;
    struct extension_decision_command *item =
        ARENA_NEW(situation->arena, struct extension_decision_command);

    if (command->extension != before->extensions || !before->facts.extension_waiting)
        return FAULT_EXTENSION_UNKNOWN;
    if (uuid_equal(before->extension.by, situation->who->staff->id))
        return FAULT_SELF_APPROVAL;
    *item = *command;
    change_begin(situation, action, change);
    change_item(situation, change, command->extension, item);
    item->reason = change_text(situation, change, "reason", command->reason);
    return FAULT_NONE;
}

enum fault lifecycle_approve_extension(const struct situation *situation, const void *input,
                                       struct change *ret)
{
    struct change change;
    enum fault fault = decide_extension(situation, ACTION_APPROVE_EXTENSION, input, &change);

    if (fault != FAULT_NONE)
        return fault;
    change.after.extension.waits_since = INSTANT_NONE;
    change.after.extension.approved_at = situation->at;
    change.after.facts.extension_waiting = false;
    change.after.facts.extension_approved = true;
    *ret = change;
    return FAULT_NONE;
}

enum fault lifecycle_refuse_extension(const struct situation *situation, const void *input,
                                      struct change *ret)
{
    struct change change;
    enum fault fault = decide_extension(situation, ACTION_REFUSE_EXTENSION, input, &change);

    if (fault != FAULT_NONE)
        return fault;
    end_extension(&change.after);
    *ret = change;
    return FAULT_NONE;
}

/* It counts if it was approved and told before the limit in force ran out, a limit that stands still
 * included; otherwise it stays on record as not effective. */
enum fault lifecycle_tell_extension(const struct situation *situation, const void *input,
                                    struct change *ret)
{
    const struct tell_extension_command *command = input;
    const struct complaint *before = situation->before;
    struct tell_extension_command *item =
        ARENA_NEW(situation->arena, struct tell_extension_command);
    instant limit = before->statutory_due_at, approved_at = before->extension.approved_at;
    struct change change;

    if (command->extension != before->extensions || !before->facts.extension_approved)
        return FAULT_EXTENSION_UNKNOWN;
    if (check_precedes(command->at, approved_at)) {
        naming_refuse(situation->violations, "/at", "before_approval",
                      "An extension is told once it was approved.", "延期经批准后方可告知投诉人。");
        return FAULT_INVALID;
    }
    *item = *command;
    item->effective = limit == INSTANT_NONE || (approved_at <= limit && command->at <= limit);
    change_begin(situation, ACTION_TELL_EXTENSION, &change);
    change_item(situation, &change, command->extension, item);
    if (item->effective)
        change.after.extended_days += before->extension.days;
    end_extension(&change.after);
    change_clocks(situation, &change);
    change_fact_instant(situation, &change, "at", command->at);
    change_fact_term(situation, &change, "method", &vocabulary_channel, command->method);
    change_fact_boolean(&change, "effective", item->effective);
    *ret = change;
    return FAULT_NONE;
}
