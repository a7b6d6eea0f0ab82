#include "lib/complaint/right.h"

#define NOBODY 0
#define OWNER RELATION_OWNER
#define PENDING RELATION_PENDING
#define SUPERVISOR RELATION_SUPERVISOR
#define SUPERIOR RELATION_SUPERIOR
#define PLANNER RELATION_PLANNER
#define REQUESTER RELATION_REQUESTER
#define VOIDER RELATION_VOIDER
#define UNMASKER RELATION_UNMASKER
#define SHOWN RELATION_SHOWN
#define OWNER_OR_SUPERVISOR (RELATION_OWNER | RELATION_SUPERVISOR)
/* Those who serve the customer in the unit that received or owns the complaint. */
#define IN_SCOPE (RELATION_OWNER | RELATION_STAFF | RELATION_SUPERVISOR)
/* Whoever may come to work on it records what was said and heard. */
#define RECORDERS (IN_SCOPE | RELATION_PENDING)
/* Any relation: the others come only beside one of these. */
#define SEES (RECORDERS | RELATION_EARLIER | RELATION_AUDITOR)
/* Nothing in a file is masked: those who decide the complaint, and those who watch over them. */
#define READS_FILES (RELATION_OWNER | RELATION_PENDING | RELATION_SUPERVISOR | RELATION_AUDITOR)
#define EXPORTS (RELATION_OWNER | RELATION_SUPERVISOR | RELATION_AUDITOR)
#define ROLE_BIT(role) (1u << ROLE_##role)

#define SCOPES_NONE 0
#define SCOPES_READ SCOPE_BIT(SCOPE_READ)
#define SCOPES_WRITE SCOPE_BIT(SCOPE_WRITE)
#define SCOPES_ADMINISTER SCOPE_BIT(SCOPE_ADMINISTER)

const struct right rights[RIGHT_COUNT] = {
    [RIGHT_NONE] = {.operation = "", .of = OF_ROLE},
#define COMMAND(operation_, action_, of_, who_, barred_) \
    [RIGHT_##operation_] = {#operation_, NULL, SCOPES_WRITE, OF_##of_, who_, barred_},
#define ANSWER(operation_, scope_, of_, who_) \
    [RIGHT_##operation_] = {#operation_, NULL, SCOPES_##scope_, OF_##of_, who_, NOBODY},
#define PART(id_, operation_, part_, scope_, of_, who_) \
    [RIGHT_##id_] = {#operation_, part_, SCOPES_##scope_, OF_##of_, who_, NOBODY},
#include "lib/complaint/right.def"
#undef COMMAND
#undef ANSWER
#undef PART
};

const struct right *right_of_action(enum action action)
{
    static const unsigned char by_action[ACTION_COUNT] = {
#define COMMAND(operation_, action_, ...) [ACTION_##action_] = RIGHT_##operation_,
#define ANSWER(...)
#define PART(...)
#include "lib/complaint/right.def"
#undef COMMAND
#undef ANSWER
#undef PART
    };

    return &rights[by_action[action]];
}

enum fault right_of_caller(const struct right *right, const struct principal *who)
{
    if (right->scopes & ~who->scopes)
        return FAULT_TOKEN_SCOPE;
    if (who->through && right->scopes & SCOPES_ADMINISTER)
        return FAULT_FORBIDDEN;
    if (right->of == OF_SESSION)
        return text_is_none(who->client) && !who->through ? FAULT_NONE : FAULT_FORBIDDEN;
    if (right->of != OF_ROLE && right->of != OF_UNIT)
        return FAULT_NONE;
    return permission_has_role(who, right->who) ? FAULT_NONE : FAULT_FORBIDDEN;
}

enum fault right_to_read(const struct right *right, unsigned relations)
{
    if (!relations)
        return FAULT_NOT_FOUND;
    return relations & right->who ? FAULT_NONE : FAULT_FORBIDDEN;
}
