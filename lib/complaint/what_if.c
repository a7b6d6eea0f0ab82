#include "lib/complaint/what_if.h"

#include "lib/complaint/command_check.h"

enum fault what_if_paused(const struct situation *situation, const struct pause_what_if *input,
                          struct complaint *ret)
{
    struct change *paused = ARENA_NEW(situation->arena, struct change), ended;
    struct situation later = *situation;
    enum fault fault = lifecycle_state(situation->institution, situation->before, ACTION_PAUSES);

    check_pause(&input->pause, situation->institution, situation->at, situation->violations);
    if (situation->violations->count > 0)
        return FAULT_INVALID;
    if (fault == FAULT_NONE)
        fault = lifecycle_pauses(situation, &input->pause, paused);
    if (fault != FAULT_NONE)
        return fault;
    *ret = paused->after;
    if (input->to == INSTANT_NONE)
        return FAULT_NONE;
    later.before = &paused->after;
    const struct end_pause_command end = {.pause = paused->item_number, .at = input->to};
    fault = lifecycle_end_pause(&later, &end, &ended);
    if (fault == FAULT_NONE)
        *ret = ended.after;
    return fault;
}

/* Whoever approves is not who asked: anybody else will do. */
static const struct staff somebody_else = {.id = {{0xff}}};

enum fault what_if_extended(const struct situation *situation, int days, bool *ret_effective,
                            struct complaint *ret)
{
    const struct extension_command ask = {.days = days};
    const struct principal superior = {.staff = &somebody_else};
    struct change *asked = ARENA_NEW(situation->arena, struct change);
    struct change *approved = ARENA_NEW(situation->arena, struct change), told;
    struct situation later = *situation;
    enum fault fault =
        lifecycle_state(situation->institution, situation->before, ACTION_EXTENSIONS);

    if (fault == FAULT_NONE)
        fault = lifecycle_extensions(situation, &ask, asked);
    if (fault != FAULT_NONE)
        return fault;
    later.before = &asked->after;
    later.who = &superior;
    const struct extension_decision_command decision = {.extension = asked->item_number};
    fault = lifecycle_approve_extension(&later, &decision, approved);
    if (fault != FAULT_NONE)
        return fault;
    later.before = &approved->after;
    const struct tell_extension_command tell = {
        .extension = asked->item_number, .at = situation->at, .method = TERM_NONE};
    fault = lifecycle_tell_extension(&later, &tell, &told);
    if (fault != FAULT_NONE)
        return fault;
    *ret_effective = ((const struct tell_extension_command *)told.item)->effective;
    *ret = told.after;
    return FAULT_NONE;
}

enum fault what_if_classified(const struct situation *situation, int level, struct complaint *ret)
{
    const struct classify_command classify = {.level = level, .urgency = -1};
    struct change change;
    enum fault fault = lifecycle_state(situation->institution, situation->before, ACTION_CLASSIFY);

    if (fault == FAULT_NONE)
        fault = lifecycle_classify(situation, &classify, &change);
    if (fault == FAULT_NONE)
        *ret = change.after;
    return fault;
}
