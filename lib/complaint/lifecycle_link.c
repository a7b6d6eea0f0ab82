#include "lib/complaint/change.h"
#include "lib/complaint/naming.h"
#include "lib/complaint/right.h"

/* Links between complaints (domain.md §2: a repeat without new facts is linked). They are made from
 * the later complaint, while it is open; a repeat and one of the same matter go on as before.
 *
 * One that is merged into another ends, and the other goes on for both (our decision): only into one
 * that is open, was received no later and whose statutory limit ends no later, so that the earlier
 * clocks govern and no limit is escaped; never while this one's own limit stands still, nor out of a
 * review, whose answer the superior unit owes, nor into an anonymous one, which is answered to nobody;
 * and never once a decision of either was delivered, in any round, which answers that one alone. Whoever merges is
 * responsible for both, as their owner or a supervisor over them: nobody passes work on to somebody who
 * did not accept it. The other's owner must be one who may see this complaint, and the other must bar
 * whom this one bars. */

static bool same_pair(const struct link *link, struct uuid a, struct uuid b)
{
    return (uuid_equal(link->from_id, a) && uuid_equal(link->to_id, b)) ||
           (uuid_equal(link->from_id, b) && uuid_equal(link->to_id, a));
}

/* In either direction: what says the same again does so once. */
static bool already_linked(const struct situation *situation, int kind)
{
    for (size_t i = 0; i < situation->link_count; i++) {
        const struct link *link = &situation->links[i];
        if (link->kind == kind && !link->over &&
            same_pair(link, situation->before->id, situation->other->id))
            return true;
    }
    return false;
}

static bool responsible(const struct situation *situation, const struct complaint *complaint)
{
    return permission_relations(situation->institution, situation->who, complaint) &
           rights[RIGHT_complaint_merge].who;
}

/* A limit that stands still has no end: neither can be said to end before the other. */
static bool ends_later(instant limit, instant than)
{
    return limit == INSTANT_NONE || than == INSTANT_NONE || limit > than;
}

static bool is_anonymous(const struct complaint *complaint)
{
    return complaint->complainant.capacity == CAPACITY_ANONYMOUS;
}

static bool escapes(const struct complaint *merged, const struct complaint *other)
{
    return merged->round_kind == ROUND_REVIEW || other->received_at > merged->received_at ||
           ends_later(other->statutory_due_at, merged->statutory_due_at) ||
           (is_anonymous(other) && !is_anonymous(merged));
}

static bool owner_sees(const struct situation *situation)
{
    const struct principal owner = {
        .staff = institution_staff(situation->institution, situation->other->owner.id)};

    return owner.staff &&
           permission_relations(situation->institution, &owner, situation->before) != 0;
}

static enum fault judge_merge(const struct situation *situation)
{
    const struct complaint *before = situation->before, *other = situation->other;

    if (!responsible(situation, before) || !responsible(situation, other))
        return FAULT_FORBIDDEN;
    if (before->deliveries > 0 || other->deliveries > 0)
        return FAULT_DECISION_DELIVERED;
    if (other->status != STATUS_OPEN)
        return FAULT_OTHER_ENDED;
    if (escapes(before, other))
        return FAULT_MERGE_ESCAPES;
    if (!text_is_none(before->staff_complained_of) &&
        !text_equal(before->staff_complained_of, other->staff_complained_of))
        return FAULT_RECUSED;
    return owner_sees(situation) ? FAULT_NONE : FAULT_OTHER_OWNER;
}

static enum fault judge_link(const struct situation *situation, int kind)
{
    if (!naming_complaint(situation->other, "/complaint", situation->violations))
        return FAULT_INVALID;
    if (uuid_equal(situation->other->id, situation->before->id)) {
        naming_refuse(situation->violations, "/complaint", "same_complaint",
                      "A complaint is not linked to itself.", "投诉不能与自身关联。");
        return FAULT_INVALID;
    }
    if (kind == LINK_MERGED_INTO)
        return judge_merge(situation);
    return already_linked(situation, kind) ? FAULT_ALREADY_LINKED : FAULT_NONE;
}

static const struct link *made(const struct situation *situation, int kind, int number)
{
    struct link *link = ARENA_NEW(situation->arena, struct link);

    *link = (struct link){.from_id = situation->before->id,
                          .to_id = situation->other->id,
                          .number = number,
                          .kind = kind};
    return link;
}

static struct text id_text(struct arena *arena, struct uuid id)
{
    char *at = arena_alloc(arena, UUID_TEXT_LENGTH);

    uuid_format(id, at);
    return (struct text){at, UUID_TEXT_LENGTH};
}

enum fault lifecycle_links(const struct situation *situation, const void *input, struct change *ret)
{
    const struct link_command *command = input;
    const struct complaint *other = situation->other;
    struct link_item *item = ARENA_NEW(situation->arena, struct link_item);
    struct change change;
    enum fault fault = judge_link(situation, command->kind);

    if (fault != FAULT_NONE)
        return fault;
    change_begin(situation, ACTION_LINKS, &change);
    change_item(situation, &change, ++change.after.links, item);
    change.link = made(situation, command->kind, change.after.links);
    if (command->kind == LINK_MERGED_INTO) {
        change_end(situation, &change, STATUS_CLOSED, OUTCOME_MERGED);
        change.after.merged_into = (struct complaint_reference){other->id, other->number};
    } else {
        change.after.facts.linked = true; /* a merge is not removed: it is over in another round */
    }
    item->kind = command->kind;
    item->complaint = (struct complaint_reference){other->id, other->number};
    change_fact_term(situation, &change, "kind", &vocabulary_link_kind, command->kind);
    change_fact_text(situation, &change, "complaint", id_text(situation->arena, other->id));
    change_fact_text(situation, &change, "complaint_number", other->number);
    item->reason = change_text(situation, &change, "reason", command->reason);
    *ret = change;
    return FAULT_NONE;
}

/* A wrong link stays on record as one that was removed. A merge is undone by reopening. */
enum fault lifecycle_remove_link(const struct situation *situation, const void *input,
                                 struct change *ret)
{
    const struct remove_link_command *command = input;
    struct remove_link_command *item = ARENA_NEW(situation->arena, struct remove_link_command);
    struct change change;
    bool found = false, others = false;

    for (size_t i = 0; i < situation->link_count; i++) {
        const struct link *link = &situation->links[i];
        bool stands = uuid_equal(link->from_id, situation->before->id) && !link->over;
        found = found || (stands && link->number == command->link);
        others = others || (stands && link->number != command->link);
    }
    if (!found)
        return FAULT_LINK_UNKNOWN;
    *item = *command;
    change_begin(situation, ACTION_REMOVE_LINK, &change);
    change.after.facts.linked = others;
    change_item(situation, &change, command->link, item);
    item->reason = change_text(situation, &change, "reason", command->reason);
    *ret = change;
    return FAULT_NONE;
}
