#include "lib/complaint/recalculation.h"

#include "lib/complaint/change.h"

/* A complaint received in the new policy's time is under it now. One that is under a later policy,
 * or was received before the new one takes effect, is not touched by it: false. */
static bool take_policy(const struct situation *situation,
                        const struct recalculate_command *command, struct change *change)
{
    struct complaint *after = &change->after;
    const struct policy *policy =
        institution_policy_for(situation->institution, after->received_at);

    if (policy->version != command->version || after->policy_version == policy->version)
        return false;
    after->policy_version = policy->version;
    change->corrects = true; /* a fact of the receipt */
    change_major_by_rule(situation, change);
    return true;
}

enum fault lifecycle_recalculate(const struct situation *situation, const void *input,
                                 struct change *ret)
{
    const struct recalculate_command *command = input;
    struct change change;

    if (situation->before->status != STATUS_OPEN)
        return FAULT_NOT_OPEN;
    change_begin(situation, ACTION_RECALCULATE, &change);
    if (command->rules == RULES_CALENDAR || take_policy(situation, command, &change))
        change_clocks(situation, &change);
    change_fact_number(situation, &change, "recalculation", command->number);
    change_fact_term(situation, &change, "rules", &vocabulary_rules, command->rules);
    change_fact_number(situation, &change, "version", command->version);
    *ret = change;
    return FAULT_NONE;
}

bool recalculation_changes(const struct complaint *before, const struct complaint *after)
{
    return before->policy_version != after->policy_version || before->level != after->level ||
           before->limit_level != after->limit_level ||
           before->statutory_days != after->statutory_days ||
           before->stage_due_at != after->stage_due_at ||
           before->statutory_due_at != after->statutory_due_at || before->due_at != after->due_at;
}

/* The earlier of two moments, or the later; NONE counts for nothing. */
static instant first_of(instant a, instant b)
{
    return a == INSTANT_NONE || (b != INSTANT_NONE && b < a) ? b : a;
}

static instant last_of(instant a, instant b)
{
    return a == INSTANT_NONE || (b != INSTANT_NONE && b > a) ? b : a;
}

struct recalculation_figures recalculation_nothing(void)
{
    return (struct recalculation_figures){.first_due_at = INSTANT_NONE,
                                          .last_due_at = INSTANT_NONE};
}

void recalculation_count(struct recalculation_figures *figures, const struct complaint *before,
                         const struct complaint *after, instant now)
{
    bool moved = before->due_at != after->due_at;
    bool runs = before->due_at != INSTANT_NONE && after->due_at != INSTANT_NONE;
    bool was_overdue = complaint_overdue(before, now), is_overdue = complaint_overdue(after, now);

    figures->considered++;
    figures->changed += recalculation_changes(before, after);
    figures->policy_changed += before->policy_version != after->policy_version;
    figures->stage_moved += before->stage_due_at != after->stage_due_at;
    figures->statutory_moved += before->statutory_due_at != after->statutory_due_at;
    figures->moved += moved;
    figures->earlier += runs && after->due_at < before->due_at;
    figures->later += runs && after->due_at > before->due_at;
    figures->become_overdue += is_overdue && !was_overdue;
    figures->no_longer_overdue += was_overdue && !is_overdue;
    if (moved) {
        figures->first_due_at = first_of(figures->first_due_at, after->due_at);
        figures->last_due_at = last_of(figures->last_due_at, after->due_at);
    }
}
