#include "lib/complaint/change.h"
#include "lib/complaint/deadline.h"
#include "lib/complaint/naming.h"
#include "lib/complaint/recusal.h"
#include "lib/complaint/right.h"

/* What a receipt names, looked up. */
struct parties {
    const struct unit *unit;
    const struct staff *owner;
};

static enum fault find_parties(const struct situation *situation,
                               const struct receive_command *input, struct parties *ret)
{
    const struct institution *institution = situation->institution;
    struct violations *violations = situation->violations;
    const struct staff *caller = situation->who->staff;
    bool sound = naming_classes(institution, input->channel_class, input->business_class,
                                input->cause_class, violations);

    *ret = (struct parties){.unit = caller->unit, .owner = caller};
    if (input->received_at == INSTANT_NONE) {
        naming_refuse(violations, "/received_at", "required", "The time of receipt is required.",
                      "须填写收到投诉的时间。");
        sound = false;
    }
    if (!text_is_none(input->unit))
        ret->unit = naming_unit(institution, input->unit, "/unit", violations);
    if (caller->client && text_is_none(input->owner)) {
        naming_refuse(violations, "/owner", "not_eligible",
                      "A program owns nothing: name the owner.",
                      "程序不能作为责任人，须指定责任人。");
        sound = false;
    }
    if (!text_is_none(input->owner))
        ret->owner = naming_owner(institution, input->owner, STAGE_INTAKE, "/owner", violations);
    if (!text_is_none(input->staff_complained_of) &&
        !naming_anybody(institution, input->staff_complained_of, "/staff_complained_of",
                        violations))
        sound = false;
    return sound && ret->unit && ret->owner ? FAULT_NONE : FAULT_INVALID;
}

/* Both clocks start at receipt, not at data entry (domain.md §1 row 2), and under the policy of that
 * day. So many people make a complaint major whatever the caller thought of it (§3). */
static void record_level(const struct situation *situation, const struct receive_command *input,
                         struct complaint *after)
{
    const struct policy *policy =
        institution_policy_for(situation->institution, input->received_at);

    after->level = input->level == TERM_NONE ? LEVEL_ORDINARY : input->level;
    if (policy_calls_major(policy, after->complainant.people))
        after->level = LEVEL_MAJOR;
    after->policy_version = policy->version;
    after->clock_from = input->received_at;
    after->limit_level = after->level;
}

static void open_first_stage(const struct situation *situation, const struct staff *owner,
                             struct change *change)
{
    struct complaint *after = &change->after;
    struct stage_row *row = ARENA_NEW(situation->arena, struct stage_row);

    *row = (struct stage_row){
        .sequence = 1,
        .stage = STAGE_INTAKE,
        .round = after->round,
        .entered_at = after->received_at,
        .completed_at = INSTANT_NONE,
    };
    change_row_owner(row, owner, situation->at);
    after->stages = row;
    after->stage_count = 1;
    after->owner = change_reference(owner);
    after->owner_unit_id = owner->unit->id;
    after->owner_unit = owner->unit->code;
    change_handler(situation, change, owner->id);
    change->stage_opened = row;
    change_clocks(situation, change);
}

static struct complaint receipt(const struct situation *situation,
                                const struct receive_command *input,
                                const struct receive_identity *identity, const struct unit *unit)
{
    return (struct complaint){
        .id = identity->id,
        .number = identity->number,
        .tracking_code = identity->tracking_code,
        .version = 1,
        .status = STATUS_OPEN,
        .stage = STAGE_INTAKE,
        .round = 1,
        .round_kind = ROUND_FIRST,
        .urgency = input->urgency < 0 ? 3 : input->urgency,
        .source = input->source,
        .tags = input->tags,
        .unit_id = unit->id,
        .unit = unit->code,
        .entered_by = change_reference(situation->who->staff),
        .received_at = input->received_at,
        .entered_at = situation->at,
        .updated_at = situation->at,
        .occurred_at = input->occurred_at,
        .closed_at = INSTANT_NONE,
        .erased_at = INSTANT_NONE,
        .decided_at = INSTANT_NONE,
        .extension.waits_since = INSTANT_NONE,
        .extension.approved_at = INSTANT_NONE,
        .plan_waits_since = INSTANT_NONE,
        .voiding.at = INSTANT_NONE,
        .urge_due_at = INSTANT_NONE,
        .unmasking.at = INSTANT_NONE,
        .unmasking.approved_at = INSTANT_NONE,
        .channel_class = input->channel_class,
        .business_class = input->business_class,
        .cause_class = input->cause_class,
        .amount_in_dispute = input->amount_in_dispute,
        .external_case_number = input->external_case_number,
        .staff_complained_of = input->staff_complained_of,
        .complainant.capacity =
            input->complainant.capacity == TERM_NONE ? CAPACITY_SELF : input->complainant.capacity,
        .complainant.people = input->complainant.people < 1 ? 1 : input->complainant.people,
        .outcome = TERM_NONE,
        .decline_reason = TERM_NONE,
    };
}

enum fault lifecycle_receive(const struct situation *situation, const struct receive_command *input,
                             const struct receive_identity *identity, struct change *ret)
{
    struct change change = {.action = ACTION_RECEIVE};
    struct parties parties;
    enum fault fault;

    fault = find_parties(situation, input, &parties);
    if (fault != FAULT_NONE)
        return fault;
    if (!permission_has_role_over(situation->who, rights[RIGHT_complaint_receive].who,
                                  parties.unit))
        return FAULT_FORBIDDEN;
    change.after = receipt(situation, input, identity, parties.unit);
    if (recusal_bars(&change.after, parties.owner) ||
        recusal_bars(&change.after, situation->who->staff))
        return FAULT_RECUSED;
    for (size_t i = 0; i < private_fact_count; i++)
        change_private_fact(situation, &change, &private_facts[i],
                            *(const struct text *)((const char *)input + private_facts[i].from));
    record_level(situation, input, &change.after);
    open_first_stage(situation, parties.owner, &change);
    if (change.after.level == LEVEL_MAJOR)
        change_report(situation, &change);
    *ret = change;
    return FAULT_NONE;
}

void lifecycle_preview(const struct institution *institution, instant received_at, enum level level,
                       struct deadline_preview *ret)
{
    const struct policy *policy = institution_policy_for(institution, received_at);
    const struct policy_limits *limits = &policy->limits[level];
    instant start = received_at;

    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        ret->stage_due_at[stage] =
            deadline_stage(institution->calendar, start, limits->stage_days[stage], NULL, 0);
        start = ret->stage_due_at[stage];
    }
    ret->statutory_due_at =
        deadline_statutory(institution->zone_minutes, received_at, limits->statutory_days, NULL, 0);
    ret->due_at = deadline_earlier(ret->stage_due_at[STAGE_INTAKE], ret->statutory_due_at);
}
