#include "lib/complaint/vocabulary.h"

#define TERM(constant, code_, zh_, en_) \
    [constant] = {.code = {(code_), sizeof(code_) - 1}, .zh = (zh_), .en = (en_)},
#define VOCABULARY(name_, TERMS)                              \
    static const struct term name_##_terms[] = {TERMS(TERM)}; \
    const struct vocabulary vocabulary_##name_ = {            \
        #name_, name_##_terms, (int)(sizeof name_##_terms / sizeof *name_##_terms)}

VOCABULARY(stage, STAGE_TERMS);
VOCABULARY(status, STATUS_TERMS);
VOCABULARY(level, LEVEL_TERMS);
VOCABULARY(source, SOURCE_TERMS);
VOCABULARY(tag, TAG_TERMS);
VOCABULARY(capacity, CAPACITY_TERMS);
VOCABULARY(outcome, OUTCOME_TERMS);
VOCABULARY(decline_reason, DECLINE_REASON_TERMS);
VOCABULARY(redress, REDRESS_TERMS);
VOCABULARY(upheld, UPHELD_TERMS);
VOCABULARY(channel, CHANNEL_TERMS);
VOCABULARY(direction, DIRECTION_TERMS);
VOCABULARY(pause_reason, PAUSE_REASON_TERMS);
VOCABULARY(round_kind, ROUND_KIND_TERMS);
VOCABULARY(link_kind, LINK_KIND_TERMS);
VOCABULARY(link_direction, LINK_DIRECTION_TERMS);
VOCABULARY(unmask_field, UNMASK_FIELD_TERMS);
VOCABULARY(attachment_type, ATTACHMENT_TYPE_TERMS);
VOCABULARY(role, ROLE_TERMS);
VOCABULARY(scope, SCOPE_TERMS);
VOCABULARY(action, ACTION_TERMS);
VOCABULARY(weekday, WEEKDAY_TERMS);
VOCABULARY(rules, RULES_TERMS);
VOCABULARY(order, ORDER_TERMS);
VOCABULARY(audit_action, AUDIT_ACTION_TERMS);

const struct vocabulary *const vocabularies[] = {
    &vocabulary_stage,        &vocabulary_status,
    &vocabulary_level,        &vocabulary_source,
    &vocabulary_tag,          &vocabulary_capacity,
    &vocabulary_outcome,      &vocabulary_decline_reason,
    &vocabulary_redress,      &vocabulary_upheld,
    &vocabulary_channel,      &vocabulary_direction,
    &vocabulary_pause_reason, &vocabulary_round_kind,
    &vocabulary_link_kind,    &vocabulary_link_direction,
    &vocabulary_unmask_field, &vocabulary_attachment_type,
    &vocabulary_role,         &vocabulary_scope,
    &vocabulary_action,       &vocabulary_weekday,
    &vocabulary_rules,        &vocabulary_order,
    &vocabulary_audit_action, NULL,
};

_Static_assert(ACTION_COUNT <= 64, "an action_set has a bit for each action");

int vocabulary_find(const struct vocabulary *vocabulary, struct text code)
{
    /* At most some thirty short words, mostly of different lengths: quicker than any hash. */
    if (code.length == 0)
        return TERM_NONE;
    for (int term = 0; term < vocabulary->count; term++) {
        const struct text *known = &vocabulary->terms[term].code;
        if (known->length == code.length && memcmp(known->at, code.at, code.length) == 0)
            return term;
    }
    return TERM_NONE;
}

struct text vocabulary_code(const struct vocabulary *vocabulary, int term)
{
    return term == TERM_NONE ? TEXT_NONE : vocabulary->terms[term].code;
}
