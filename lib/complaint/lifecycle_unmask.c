#include "lib/complaint/change.h"
#include "lib/complaint/lifecycle.h"

/* Values as they were written (domain.md §3, four eyes; §6): asked for with a purpose, and recorded
 * with it, but never with a value. The owner of the current stage sees contact data at once; whatever
 * else is asked, another supervisor approves, and who asked reads it once. */

static bool owns(const struct situation *situation)
{
    return situation->before->status == STATUS_OPEN &&
           permission_relations(situation->institution, situation->who, situation->before) &
               RELATION_OWNER;
}

/* One that nobody decided or read in time is as if it had never been. */
static bool in_time(const struct situation *situation)
{
    const struct complaint *before = situation->before;

    return before->unmasking.approved_at == INSTANT_NONE
               ? situation->at <= before->unmasking.at + UNMASK_WAITS
               : situation->at <= before->unmasking.approved_at + UNMASK_READ_WITHIN;
}

enum fault lifecycle_unmask(const struct situation *situation, const void *input,
                            struct change *ret)
{
    const struct unmask_command *command = input;
    const struct staff_reference *other = &situation->before->unmasking.by;
    struct unmask_command *item = ARENA_NEW(situation->arena, struct unmask_command);
    struct change change;

    *item = *command;
    item->granted = (command->fields & ~UNMASK_CONTACT) == 0 && owns(situation);
    if (!item->granted && !uuid_is_none(other->id) &&
        !uuid_equal(other->id, situation->who->staff->id) && in_time(situation))
        return FAULT_UNMASK_PENDING;
    change_begin(situation, ACTION_UNMASK, &change);
    change_item(situation, &change, ++change.after.unmaskings, item);
    item->purpose = change_text(situation, &change, "purpose", command->purpose);
    change_fact_terms(situation, &change, "fields", &vocabulary_unmask_field, command->fields);
    change_fact_boolean(&change, "granted", item->granted);
    if (item->granted) {
        change.reveals = command->fields;
    } else {
        change.after.unmasking.by = change_reference(situation->who->staff);
        change.after.unmasking.at = situation->at;
        change.after.unmasking.approved_at = INSTANT_NONE;
        change.after.unmasking.fields = command->fields;
        change.after.unmasking.number = change.after.unmaskings;
    }
    *ret = change;
    return FAULT_NONE;
}

/* What becomes of a request is kept under its number. */
static void keep(const struct situation *situation, const struct reason_command *command,
                 struct change *change)
{
    struct reason_command *item = ARENA_NEW(situation->arena, struct reason_command);

    change_item(situation, change, situation->before->unmasking.number, item);
    item->reason = change_text(situation, change, "reason", command->reason);
}

static void over(struct change *change)
{
    memset(&change->after.unmasking, 0, sizeof change->after.unmasking);
    change->after.unmasking.at = change->after.unmasking.approved_at = INSTANT_NONE;
}

/* Judged by the table too; a rule does not rely on it alone. */
static enum fault second_person(const struct situation *situation)
{
    struct uuid by = situation->before->unmasking.by.id;

    if (uuid_is_none(by) || !in_time(situation))
        return FAULT_UNMASK_UNKNOWN;
    return uuid_equal(by, situation->who->staff->id) ? FAULT_SELF_APPROVAL : FAULT_NONE;
}

enum fault lifecycle_approve_unmask(const struct situation *situation, const void *input,
                                    struct change *ret)
{
    enum fault fault = second_person(situation);
    struct change change;

    if (fault != FAULT_NONE)
        return fault;
    change_begin(situation, ACTION_APPROVE_UNMASK, &change);
    keep(situation, input, &change);
    change.after.unmasking.approved_at = situation->at;
    *ret = change;
    return FAULT_NONE;
}

enum fault lifecycle_refuse_unmask(const struct situation *situation, const void *input,
                                   struct change *ret)
{
    enum fault fault = second_person(situation);
    struct change change;

    if (fault != FAULT_NONE)
        return fault;
    change_begin(situation, ACTION_REFUSE_UNMASK, &change);
    keep(situation, input, &change);
    over(&change);
    *ret = change;
    return FAULT_NONE;
}

enum fault lifecycle_read_unmasked(const struct situation *situation, const void *input,
                                   struct change *ret)
{
    const struct complaint *before = situation->before;
    struct change change;

    if (!uuid_equal(before->unmasking.by.id, situation->who->staff->id) ||
        before->unmasking.approved_at == INSTANT_NONE || !in_time(situation))
        return FAULT_UNMASK_UNKNOWN;
    change_begin(situation, ACTION_READ_UNMASKED, &change);
    keep(situation, input, &change);
    change_fact_terms(situation, &change, "fields", &vocabulary_unmask_field,
                      before->unmasking.fields);
    change.reveals = before->unmasking.fields;
    over(&change);
    *ret = change;
    return FAULT_NONE;
}
