#include "lib/complaint/change.h"
#include "lib/complaint/naming.h"

/* Orders of supervisors (督办, domain.md §1 row 5): each says by when its answer is due, and waits
 * until whoever owns the stage by then has given it. Several may wait, since a branch and its head
 * office order independently of each other; they move no clock. The end of the complaint answers
 * them all. */

#define URGES_MAX 64 /* in a round */

/* The complaint's own copy of its orders' due times, with room for one more. */
static void copy_dues(const struct situation *situation, struct complaint *after)
{
    size_t count = after->urge_due_count;
    instant *copy = ARENA_ARRAY(situation->arena, instant, count + 1);

    if (count > 0)
        memcpy(copy, after->urge_dues, count * sizeof *copy);
    after->urge_dues = copy;
}

static void find_earliest(struct complaint *after)
{
    after->urge_due_at = INSTANT_NONE;
    for (size_t i = 0; i < after->urge_due_count; i++)
        after->urge_due_at = deadline_earlier(after->urge_due_at, after->urge_dues[i]);
}

enum fault lifecycle_urge(const struct situation *situation, const void *input, struct change *ret)
{
    const struct urge_command *command = input;
    struct urge_command *item = ARENA_NEW(situation->arena, struct urge_command);
    struct change change;

    if (situation->before->urge_due_count == URGES_MAX) {
        naming_refuse(situation->violations, "", "too_many", "A round has at most 64 orders.",
                      "每轮办理最多可督办64次。");
        return FAULT_INVALID;
    }
    *item = *command;
    change_begin(situation, ACTION_URGE, &change);
    change_item(situation, &change, ++change.after.urges, item);
    copy_dues(situation, &change.after);
    change.after.urge_dues[change.after.urge_due_count++] = command->due_at;
    find_earliest(&change.after);
    change_fact_instant(situation, &change, "due_at", command->due_at);
    item->text = change_text(situation, &change, "text", command->text);
    *ret = change;
    return FAULT_NONE;
}

enum fault lifecycle_answer_urge(const struct situation *situation, const void *input,
                                 struct change *ret)
{
    const struct urge_answer_command *command = input;
    const struct complaint *before = situation->before;
    struct urge_answer_command *item = ARENA_NEW(situation->arena, struct urge_answer_command);
    int first = before->urges - (int)before->urge_due_count + 1; /* number in this round */
    struct change change;

    if (command->urge < first || command->urge > before->urges ||
        before->urge_dues[command->urge - first] == INSTANT_NONE)
        return FAULT_URGE_UNKNOWN;
    *item = *command;
    change_begin(situation, ACTION_ANSWER_URGE, &change);
    change_item(situation, &change, command->urge, item);
    copy_dues(situation, &change.after);
    change.after.urge_dues[command->urge - first] = INSTANT_NONE;
    find_earliest(&change.after);
    item->text = change_text(situation, &change, "text", command->text);
    *ret = change;
    return FAULT_NONE;
}
