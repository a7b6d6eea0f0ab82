#include "lib/complaint/change.h"

/* Voiding a complaint that was recorded by mistake: asked for, then refused, or approved by a second
 * person (domain.md §3, four eyes). It is kept and stays readable; it was not decided, so there is
 * nothing to review, and reopening it as an error undoes it. One that goes on for others that were
 * merged into it is not voided: nobody would answer them. */

/* Both the request and what becomes of it are kept under the request's number. */
static void keep(const struct situation *situation, const struct reason_command *command,
                 struct change *change)
{
    struct reason_command *item = ARENA_NEW(situation->arena, struct reason_command);

    change_item(situation, change, change->after.voids, item);
    item->reason = change_text(situation, change, "reason", command->reason);
}

enum fault lifecycle_void(const struct situation *situation, const void *input, struct change *ret)
{
    struct change change;

    if (change_goes_on_for_others(situation))
        return FAULT_OTHERS_MERGED;
    change_begin(situation, ACTION_VOID, &change);
    change.after.voids++;
    change.after.voiding.by = change_reference(situation->who->staff);
    change.after.voiding.at = situation->at;
    keep(situation, input, &change);
    *ret = change;
    return FAULT_NONE;
}

/* Judged by the table too; a rule does not rely on it alone. */
static enum fault second_person(const struct situation *situation)
{
    struct uuid by = situation->before->voiding.by.id;

    if (uuid_is_none(by))
        return FAULT_VOID_UNKNOWN;
    return uuid_equal(by, situation->who->staff->id) ? FAULT_SELF_APPROVAL : FAULT_NONE;
}

enum fault lifecycle_approve_void(const struct situation *situation, const void *input,
                                  struct change *ret)
{
    enum fault fault = second_person(situation);
    struct change change;

    if (fault == FAULT_NONE && change_goes_on_for_others(situation))
        fault = FAULT_OTHERS_MERGED;
    if (fault != FAULT_NONE)
        return fault;
    change_begin(situation, ACTION_APPROVE_VOID, &change);
    keep(situation, input, &change);
    change_end(situation, &change, STATUS_CLOSED, OUTCOME_VOIDED);
    *ret = change;
    return FAULT_NONE;
}

enum fault lifecycle_refuse_void(const struct situation *situation, const void *input,
                                 struct change *ret)
{
    enum fault fault = second_person(situation);
    struct change change;

    if (fault != FAULT_NONE)
        return fault;
    change_begin(situation, ACTION_REFUSE_VOID, &change);
    keep(situation, input, &change);
    change_voiding_over(&change);
    *ret = change;
    return FAULT_NONE;
}
