#include "lib/complaint/lifecycle.h"

#include "lib/complaint/change.h"
#include "lib/complaint/command_check.h"
#include "lib/complaint/naming.h"
#include "lib/complaint/recusal.h"

/* The handling of a complaint: its course through the stages, hand-over, classification, ends.
 * What an action leads to stands in lifecycle_table.c. */

/* Somebody whom a command names as owner of a stage. */
static enum fault named(const struct situation *situation, struct text login, enum stage stage,
                        const char *pointer, const struct staff **ret)
{
    const struct staff *staff =
        naming_owner(situation->institution, login, stage, pointer, situation->violations);

    if (!staff)
        return FAULT_INVALID;
    if (recusal_bars_owner(situation->before, staff))
        return FAULT_RECUSED;
    *ret = staff;
    return FAULT_NONE;
}

/* The same for a hand-over within the stage: it must go to somebody else. */
static enum fault named_successor(const struct situation *situation, struct text login,
                                  const char *pointer, const struct staff **ret)
{
    const struct staff *staff = NULL;
    enum fault fault =
        named(situation, login, (enum stage)situation->before->stage, pointer, &staff);

    if (fault != FAULT_NONE)
        return fault;
    if (uuid_equal(staff->id, situation->before->owner.id))
        return FAULT_SAME_OWNER;
    *ret = staff;
    return FAULT_NONE;
}

enum fault lifecycle_advance(const struct situation *situation, const void *input,
                             struct change *ret)
{
    const struct advance_command *command = input;
    const struct transition *row = lifecycle_row(ACTION_ADVANCE, situation->before->stage);
    const struct staff *owner = NULL;
    struct change change;
    enum fault fault;

    if (!row)
        return FAULT_STAGE_MISMATCH;
    fault = named(situation, command->owner, (enum stage)row->next_stage, "/owner", &owner);
    if (fault != FAULT_NONE)
        return fault;
    change_begin(situation, ACTION_ADVANCE, &change);
    change_stage(situation, &change, (enum stage)row->next_stage, owner);
    change_private(&change, "note", command->note);
    *ret = change;
    return FAULT_NONE;
}

enum fault lifecycle_send_back(const struct situation *situation, const void *input,
                               struct change *ret)
{
    const struct send_back_command *command = input;
    const struct staff *owner = NULL;
    struct change change;
    enum fault fault;

    if (command->to < 0 || command->to >= situation->before->stage) {
        naming_refuse(situation->violations, "/to", "not_earlier",
                      "The stage must be earlier than the current one.",
                      "只能退回到当前环节之前的环节。");
        return FAULT_INVALID;
    }
    fault = named(situation, command->owner, (enum stage)command->to, "/owner", &owner);
    if (fault != FAULT_NONE)
        return fault;
    change_begin(situation, ACTION_SEND_BACK, &change);
    change_stage(situation, &change, (enum stage)command->to, owner);
    change_private(&change, "reason", command->reason);
    *ret = change;
    return FAULT_NONE;
}

/* Until it is accepted the giver stays responsible (domain.md §1 row 4). */
enum fault lifecycle_offer(const struct situation *situation, const void *input, struct change *ret)
{
    const struct offer_command *command = input;
    const struct staff *successor = NULL;
    enum fault fault = named_successor(situation, command->to, "/to", &successor);
    struct change change;

    if (fault != FAULT_NONE)
        return fault;
    change_begin(situation, ACTION_OFFER, &change);
    change.after.pending_owner = change_reference(successor);
    change_private(&change, "reason", command->reason);
    *ret = change;
    return FAULT_NONE;
}

/* The caller is the one to whom it was offered. The due times do not move: the clock runs on. */
enum fault lifecycle_accept(const struct situation *situation, const void *input,
                            struct change *ret)
{
    const struct reason_command *command = input;
    const struct staff *successor = situation->who->staff;
    struct change change;

    if (!uuid_equal(situation->before->pending_owner.id, successor->id))
        return FAULT_NO_OFFER;
    if (recusal_bars_owner(situation->before, successor))
        return FAULT_RECUSED;
    if (!permission_may_own(successor, (enum stage)situation->before->stage))
        return FAULT_FORBIDDEN; /* lost the role after the offer */
    change_begin(situation, ACTION_ACCEPT, &change);
    change_owner(situation, &change, successor);
    change_private(&change, "reason", command->reason);
    *ret = change;
    return FAULT_NONE;
}

enum fault lifecycle_refuse(const struct situation *situation, const void *input,
                            struct change *ret)
{
    const struct reason_command *command = input;
    struct change change;

    if (!uuid_equal(situation->before->pending_owner.id, situation->who->staff->id))
        return FAULT_NO_OFFER;
    change_begin(situation, ACTION_REFUSE, &change);
    change.after.pending_owner = (struct staff_reference){0};
    change.stage_ended = complaint_current(&change.after);
    change.stage_ended->refusals++;
    change_private(&change, "reason", command->reason);
    *ret = change;
    return FAULT_NONE;
}

enum fault lifecycle_take_back(const struct situation *situation, const void *input,
                               struct change *ret)
{
    const struct reason_command *command = input;
    struct change change;

    change_begin(situation, ACTION_TAKE_BACK, &change);
    change.after.pending_owner = (struct staff_reference){0};
    change_private(&change, "reason", command->reason);
    *ret = change;
    return FAULT_NONE;
}

enum fault lifecycle_assign(const struct situation *situation, const void *input,
                            struct change *ret)
{
    const struct assign_command *command = input;
    const struct staff *successor = NULL;
    enum fault fault = named_successor(situation, command->owner, "/owner", &successor);
    struct change change;

    if (fault != FAULT_NONE)
        return fault;
    change_begin(situation, ACTION_ASSIGN, &change);
    change_owner(situation, &change, successor);
    change_private(&change, "reason", command->reason);
    *ret = change;
    return FAULT_NONE;
}

/* A joint complaint of so many people is major by rule (domain.md §3): nobody calls it less. */
static bool level_allowed(const struct situation *situation, int level)
{
    const struct complaint *before = situation->before;
    const struct policy *policy =
        institution_policy(situation->institution, before->policy_version);

    if (level == TERM_NONE || level == LEVEL_MAJOR ||
        !policy_calls_major(policy, before->complainant.people))
        return true;
    naming_refuse(situation->violations, "/level", "major_by_rule",
                  "A joint complaint of so many people is major by rule.",
                  "达到规定人数的联名投诉依规定为重大投诉。");
    return false;
}

enum fault lifecycle_classify(const struct situation *situation, const void *input,
                              struct change *ret)
{
    const struct classify_command *command = input;
    bool sound =
        naming_classes(situation->institution, command->channel_class, command->business_class,
                       command->cause_class, situation->violations);
    struct change change;

    if (!level_allowed(situation, command->level) || !sound)
        return FAULT_INVALID;
    change_begin(situation, ACTION_CLASSIFY, &change);
    if (command->level != TERM_NONE && command->level != change.after.level)
        change_level(situation, &change, command->level);
    if (command->urgency >= 0)
        change.after.urgency = command->urgency;
    if (!text_is_none(command->channel_class))
        change.after.channel_class = command->channel_class;
    if (!text_is_none(command->business_class))
        change.after.business_class = command->business_class;
    if (!text_is_none(command->cause_class))
        change.after.cause_class = command->cause_class;
    if (command->tags_given)
        change.after.tags = command->tags;
    change_private(&change, "reason", command->reason);
    *ret = change;
    return FAULT_NONE;
}

/* Ends the complaint with the status of the table's row. */
static enum fault end(const struct situation *situation, enum action action, enum outcome outcome,
                      struct change *ret)
{
    const struct transition *row = lifecycle_row(action, situation->before->stage);

    if (!row)
        return FAULT_STAGE_MISMATCH;
    change_begin(situation, action, ret);
    change_end(situation, ret, (enum status)row->next_status, outcome);
    return FAULT_NONE;
}

/* The same for an end that answers nobody else: not while it goes on for others, who would be left
 * without an answer. */
static enum fault end_alone(const struct situation *situation, enum action action,
                            enum outcome outcome, struct change *ret)
{
    return change_goes_on_for_others(situation) ? FAULT_OTHERS_MERGED
                                                : end(situation, action, outcome, ret);
}

enum fault lifecycle_settle(const struct situation *situation, const void *input,
                            struct change *ret)
{
    const struct settle_command *command = input;
    struct change change;
    enum fault fault = end_alone(situation, ACTION_SETTLE, OUTCOME_SETTLED_AT_INTAKE, &change);

    if (fault != FAULT_NONE)
        return fault;
    change_private(&change, "summary", command->summary);
    *ret = change;
    return FAULT_NONE;
}

enum fault lifecycle_decline(const struct situation *situation, const void *input,
                             struct change *ret)
{
    const struct decline_command *command = input;
    struct change change;
    enum fault fault = end_alone(situation, ACTION_DECLINE, OUTCOME_NOT_ACCEPTED, &change);

    if (fault != FAULT_NONE)
        return fault;
    change.after.decline_reason = command->reason_code;
    change_fact_term(situation, &change, "reason_code", &vocabulary_decline_reason,
                     command->reason_code);
    change_private(&change, "reason", command->reason);
    *ret = change;
    return FAULT_NONE;
}

/* Takes effect when it arrived (domain.md §2), which may be before the present stage was entered. */
enum fault lifecycle_withdraw(const struct situation *situation, const void *input,
                              struct change *ret)
{
    const struct withdraw_command *command = input;
    instant at = command->at == INSTANT_NONE ? situation->at : command->at;
    struct change change;
    enum fault fault;

    if (command->at != INSTANT_NONE && check_precedes(command->at, situation->before->clock_from)) {
        naming_refuse(situation->violations, "/at", "before_receipt",
                      "A complaint cannot be withdrawn before the clock of the round began.",
                      "撤诉时间不得早于本轮计时起点。");
        return FAULT_INVALID;
    }
    fault = end_alone(situation, ACTION_WITHDRAW, OUTCOME_WITHDRAWN, &change);
    if (fault != FAULT_NONE)
        return fault;
    if (at < situation->before->clock_from) /* received a little ahead of our clock */
        at = situation->before->clock_from;
    change.after.closed_at = at;
    if (at < change.stage_ended->entered_at)
        at = change.stage_ended->entered_at;
    change.stage_ended->completed_at = at;
    change_fact_instant(situation, &change, "at", change.after.closed_at);
    change_private(&change, "reason", command->reason);
    *ret = change;
    return FAULT_NONE;
}

enum fault lifecycle_close(const struct situation *situation, const void *input, struct change *ret)
{
    const struct close_command *command = input;
    struct change change;
    enum fault fault;

    if (!check_closing_outcome(command->outcome, situation->violations))
        return FAULT_INVALID;
    fault = end(situation, ACTION_CLOSE, (enum outcome)command->outcome, &change);

    if (fault != FAULT_NONE)
        return fault;
    change_private(&change, "note", command->note);
    *ret = change;
    return FAULT_NONE;
}
