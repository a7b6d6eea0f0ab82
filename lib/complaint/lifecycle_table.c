#include "lib/complaint/lifecycle.h"

/* The whole life of a complaint after receipt: one row for each action in each stage in which it is
 * possible. Sources: domain.md §1 rows 3, 4 and 6, §3 (ends, hand-over, four eyes). */

#define OWNER RELATION_OWNER
#define PENDING RELATION_PENDING
#define SUPERVISOR RELATION_SUPERVISOR
#define SUPERIOR RELATION_SUPERIOR
#define REQUESTER RELATION_REQUESTER
#define VOIDER RELATION_VOIDER
#define OWNER_OR_SUPERVISOR (RELATION_OWNER | RELATION_SUPERVISOR)
/* Those who serve the customer in the unit that received or owns the complaint. */
#define IN_SCOPE (RELATION_OWNER | RELATION_STAFF | RELATION_SUPERVISOR)
/* Whoever may come to work on it records what was said and heard. */
#define RECORDERS (IN_SCOPE | RELATION_PENDING)

#define NOTHING 0
#define FINDINGS REQUIRES_FINDINGS
#define PLAN REQUIRES_PLAN
#define APPROVED REQUIRES_APPROVED_PLAN
#define UNAPPROVED REQUIRES_UNAPPROVED_PLAN
#define NOTICE REQUIRES_NOTICE
#define DELIVERY REQUIRES_DELIVERY
#define OFFERED REQUIRES_OFFER
#define NO_OFFER REQUIRES_NO_OFFER
#define PAUSED REQUIRES_OPEN_PAUSE
#define NO_EXTENSION REQUIRES_NO_EXTENSION
#define WAITING REQUIRES_WAITING_EXTENSION
#define EXTENDED REQUIRES_APPROVED_EXTENSION
#define NO_ANSWER REQUIRES_NO_ANSWER
#define NO_VOIDING REQUIRES_NO_VOIDING
#define VOIDING REQUIRES_VOIDING
#define LINKED REQUIRES_LINK

#define STAGE_SAME TERM_NONE
#define STAGE_EARLIER NEXT_STAGE_EARLIER
#define STAGE_NAMED NEXT_STAGE_NAMED
#define STAGE_MERGED NEXT_STAGE_MERGED

#define ROW_BUT(name, stage, may, may_not, needs, next, status)                            \
    {                                                                                      \
        .action = ACTION_##name, .from = STAGE_##stage, .who = (may), .barred = (may_not), \
        .requires = (needs), .next_stage = STAGE_##next, .next_status = STATUS_##status    \
    }
#define ROW(name, stage, may, needs, next, status)                                         \
    {                                                                                      \
        .action = ACTION_##name, .from = STAGE_##stage, .who = (may), .requires = (needs), \
        .next_stage = STAGE_##next, .next_status = STATUS_##status                         \
    }

/* What leads out of an end: the next status is that of open complaints. */
#define ROW_ENDED(name, stage, may, needs, next)                                           \
    {                                                                                      \
        .action = ACTION_##name, .from = STAGE_##stage, .who = (may), .requires = (needs), \
        .next_stage = STAGE_##next, .next_status = STATUS_OPEN, .ended = true              \
    }

/* What needs nothing and changes neither stage nor status, before the end and after it. */
#define ROW_ALWAYS(name, stage, may)                                                            \
    {                                                                                           \
        .action = ACTION_##name, .from = STAGE_##stage, .who = (may), .next_stage = STAGE_SAME, \
        .next_status = STATUS_OPEN, .always = true                                              \
    }
#define AT_ANY_TIME(name, may)                                           \
    ROW_ALWAYS(name, INTAKE, may), ROW_ALWAYS(name, INVESTIGATION, may), \
        ROW_ALWAYS(name, RESOLUTION, may), ROW_ALWAYS(name, FEEDBACK, may)

/* The same in every stage, and remaining in it. */
#define IN_EVERY_STAGE(name, may, may_not, needs)                      \
    ROW_BUT(name, INTAKE, may, may_not, needs, SAME, OPEN),            \
        ROW_BUT(name, INVESTIGATION, may, may_not, needs, SAME, OPEN), \
        ROW_BUT(name, RESOLUTION, may, may_not, needs, SAME, OPEN),    \
        ROW_BUT(name, FEEDBACK, may, may_not, needs, SAME, OPEN)
/* The same in every stage, and the end there. */
#define ENDING_EVERY_STAGE(name, may, may_not, needs, status)            \
    ROW_BUT(name, INTAKE, may, may_not, needs, SAME, status),            \
        ROW_BUT(name, INVESTIGATION, may, may_not, needs, SAME, status), \
        ROW_BUT(name, RESOLUTION, may, may_not, needs, SAME, status),    \
        ROW_BUT(name, FEEDBACK, may, may_not, needs, SAME, status)
#define AFTER_EVERY_END(name, may, needs)                                                          \
    ROW_ENDED(name, INTAKE, may, needs, NAMED), ROW_ENDED(name, INVESTIGATION, may, needs, NAMED), \
        ROW_ENDED(name, RESOLUTION, may, needs, NAMED),                                            \
        ROW_ENDED(name, FEEDBACK, may, needs, NAMED)

/* clang-format off */
const struct transition lifecycle_table[] = {
    /*  action         from           who         requires             next stage     next status */
    /* The course; 反馈沟通 is ended by close alone. */
    ROW(ADVANCE,      INTAKE,        OWNER,      NO_OFFER,            INVESTIGATION, OPEN),
    ROW(ADVANCE,      INVESTIGATION, OWNER,      FINDINGS | NO_OFFER, RESOLUTION,    OPEN),
    ROW(ADVANCE,      RESOLUTION,    OWNER,      PLAN | APPROVED | NO_OFFER, FEEDBACK,      OPEN),
    ROW(SEND_BACK,    INVESTIGATION, OWNER,      NO_OFFER,            EARLIER,       OPEN),
    ROW(SEND_BACK,    RESOLUTION,    OWNER,      NO_OFFER,            EARLIER,       OPEN),
    ROW(SEND_BACK,    FEEDBACK,      OWNER,      NO_OFFER,            EARLIER,       OPEN),
    /* The ends; a withdrawal takes effect when it arrived, whatever is pending. */
    ROW(SETTLE,       INTAKE,        OWNER,      NO_OFFER,            SAME,          CLOSED),
    ROW(DECLINE,      INTAKE,        OWNER,      NO_OFFER,            SAME,          DECLINED),
    ROW(CLOSE,        FEEDBACK,      OWNER,      DELIVERY | NO_OFFER, SAME,          CLOSED),
    ROW(WITHDRAW,     INTAKE,        IN_SCOPE,   NOTHING,             SAME,          WITHDRAWN),
    ROW(WITHDRAW,     INVESTIGATION, IN_SCOPE,   NOTHING,             SAME,          WITHDRAWN),
    ROW(WITHDRAW,     RESOLUTION,    IN_SCOPE,   NOTHING,             SAME,          WITHDRAWN),
    ROW(WITHDRAW,     FEEDBACK,      IN_SCOPE,   NOTHING,             SAME,          WITHDRAWN),
    /* Hand-over within a stage; an assignment overrides a pending one. */
    ROW(OFFER,        INTAKE,        OWNER,      NO_OFFER,            SAME,          OPEN),
    ROW(OFFER,        INVESTIGATION, OWNER,      NO_OFFER,            SAME,          OPEN),
    ROW(OFFER,        RESOLUTION,    OWNER,      NO_OFFER,            SAME,          OPEN),
    ROW(OFFER,        FEEDBACK,      OWNER,      NO_OFFER,            SAME,          OPEN),
    ROW(TAKE_BACK,    INTAKE,        OWNER,      OFFERED,             SAME,          OPEN),
    ROW(TAKE_BACK,    INVESTIGATION, OWNER,      OFFERED,             SAME,          OPEN),
    ROW(TAKE_BACK,    RESOLUTION,    OWNER,      OFFERED,             SAME,          OPEN),
    ROW(TAKE_BACK,    FEEDBACK,      OWNER,      OFFERED,             SAME,          OPEN),
    ROW(ACCEPT,       INTAKE,        PENDING,    OFFERED,             SAME,          OPEN),
    ROW(ACCEPT,       INVESTIGATION, PENDING,    OFFERED,             SAME,          OPEN),
    ROW(ACCEPT,       RESOLUTION,    PENDING,    OFFERED,             SAME,          OPEN),
    ROW(ACCEPT,       FEEDBACK,      PENDING,    OFFERED,             SAME,          OPEN),
    ROW(REFUSE,       INTAKE,        PENDING,    OFFERED,             SAME,          OPEN),
    ROW(REFUSE,       INVESTIGATION, PENDING,    OFFERED,             SAME,          OPEN),
    ROW(REFUSE,       RESOLUTION,    PENDING,    OFFERED,             SAME,          OPEN),
    ROW(REFUSE,       FEEDBACK,      PENDING,    OFFERED,             SAME,          OPEN),
    ROW(ASSIGN,       INTAKE,        SUPERVISOR, NOTHING,             SAME,          OPEN),
    ROW(ASSIGN,       INVESTIGATION, SUPERVISOR, NOTHING,             SAME,          OPEN),
    ROW(ASSIGN,       RESOLUTION,    SUPERVISOR, NOTHING,             SAME,          OPEN),
    ROW(ASSIGN,       FEEDBACK,      SUPERVISOR, NOTHING,             SAME,          OPEN),
    /* Classification. */
    ROW(CLASSIFY,     INTAKE,        IN_SCOPE,   NOTHING,             SAME,          OPEN),
    ROW(CLASSIFY,     INVESTIGATION, IN_SCOPE,   NOTHING,             SAME,          OPEN),
    ROW(CLASSIFY,     RESOLUTION,    IN_SCOPE,   NOTHING,             SAME,          OPEN),
    ROW(CLASSIFY,     FEEDBACK,      IN_SCOPE,   NOTHING,             SAME,          OPEN),
    /* Case work; customers call after the end too, and are told that their complaint was declined. */
    AT_ANY_TIME(NOTES,                RECORDERS),
    AT_ANY_TIME(CONTACTS,             RECORDERS),
    ROW(FINDINGS,     INVESTIGATION, OWNER,      NOTHING,             SAME,          OPEN),
    ROW(PLAN,         RESOLUTION,    OWNER,      NOTHING,             SAME,          OPEN),
    ROW_BUT(APPROVE_PLAN, RESOLUTION, SUPERVISOR, RELATION_PLANNER, UNAPPROVED, SAME, OPEN),
    ROW(NOTICES,      RESOLUTION,    OWNER,      NOTHING,             SAME,          OPEN),
    ROW(NOTICES,      FEEDBACK,      OWNER,      NOTHING,             SAME,          OPEN),
    ROW(DELIVERIES,   FEEDBACK,      OWNER,      NOTICE,              SAME,          OPEN),
    /* Recorded facts; the time of receipt by supervisors alone. */
    IN_EVERY_STAGE(CORRECT,           IN_SCOPE,            NOTHING,   NOTHING),
    /* The clocks. An extension is decided by the superior institution or head office, four eyes. */
    IN_EVERY_STAGE(PAUSES,            OWNER_OR_SUPERVISOR, NOTHING,   NOTHING),
    IN_EVERY_STAGE(END_PAUSE,         OWNER_OR_SUPERVISOR, NOTHING,   PAUSED),
    IN_EVERY_STAGE(EXTENSIONS,        OWNER_OR_SUPERVISOR, NOTHING,   NO_EXTENSION),
    IN_EVERY_STAGE(APPROVE_EXTENSION, SUPERIOR,            REQUESTER, WAITING),
    IN_EVERY_STAGE(REFUSE_EXTENSION,  SUPERIOR,            REQUESTER, WAITING),
    IN_EVERY_STAGE(TELL_EXTENSION,    IN_SCOPE,            NOTHING,   EXTENDED),
    /* Links; only the owner or a supervisor merges, which ends the complaint. */
    ROW(LINKS,        INTAKE,        RECORDERS,  NOTHING,             MERGED,        OPEN),
    ROW(LINKS,        INVESTIGATION, RECORDERS,  NOTHING,             MERGED,        OPEN),
    ROW(LINKS,        RESOLUTION,    RECORDERS,  NOTHING,             MERGED,        OPEN),
    ROW(LINKS,        FEEDBACK,      RECORDERS,  NOTHING,             MERGED,        OPEN),
    IN_EVERY_STAGE(REMOVE_LINK,       RECORDERS,           NOTHING,   LINKED),
    /* Voiding what was recorded by mistake, four eyes; a decision that was delivered stands. */
    IN_EVERY_STAGE(VOID,              OWNER_OR_SUPERVISOR, NOTHING,   NO_ANSWER | NO_VOIDING),
    ENDING_EVERY_STAGE(APPROVE_VOID,  SUPERVISOR,          VOIDER,    NO_ANSWER | VOIDING, CLOSED),
    IN_EVERY_STAGE(REFUSE_VOID,       SUPERVISOR,          VOIDER,    VOIDING),
    /* Another round. */
    AFTER_EVERY_END(REOPEN,           IN_SCOPE,            NOTHING),
    AFTER_EVERY_END(REVIEW,           IN_SCOPE,            REQUIRES_DECISION),
};
/* clang-format on */

const size_t lifecycle_table_size = sizeof lifecycle_table / sizeof *lifecycle_table;

const struct transition *lifecycle_row(enum action action, int stage)
{
    for (size_t i = 0; i < lifecycle_table_size; i++)
        if (lifecycle_table[i].action == action && (int)lifecycle_table[i].from == stage)
            return &lifecycle_table[i];
    return NULL;
}

/* Those whom the present stage admits, or, where the action is impossible in it, whom any admits:
 * then it is not the caller who is wrong but the stage. */
static void admitted(const struct complaint *complaint, enum action action, unsigned *ret_who,
                     unsigned *ret_barred)
{
    const struct transition *row = lifecycle_row(action, complaint->stage);

    *ret_who = row ? row->who : 0;
    *ret_barred = row ? row->barred : 0;
    for (size_t i = 0; !row && i < lifecycle_table_size; i++)
        if (lifecycle_table[i].action == action)
            *ret_who |= lifecycle_table[i].who;
}

enum fault lifecycle_right(const struct complaint *complaint, unsigned relations,
                           enum action action)
{
    const unsigned could_own =
        RELATION_OWNER | RELATION_PENDING | RELATION_EARLIER | RELATION_STAFF | RELATION_SUPERVISOR;
    unsigned who, barred;

    admitted(complaint, action, &who, &barred);
    if (relations & who)
        return relations & barred ? FAULT_SELF_APPROVAL : FAULT_NONE;
    if (!(relations & could_own))
        return FAULT_FORBIDDEN;
    if (who == RELATION_PENDING)
        return complaint->status == STATUS_OPEN ? FAULT_NO_OFFER : FAULT_NOT_OPEN;
    return who == RELATION_OWNER ? FAULT_NOT_OWNER : FAULT_FORBIDDEN;
}

/* domain.md §3: a drafted answer is no answer; who cannot be reached needs recorded attempts, which
 * replace the delivery of a notice but not the notice; an anonymous complainant needs none. */
static bool answered(const struct institution *institution, const struct complaint *complaint)
{
    const struct policy *policy = institution_policy(institution, complaint->policy_version);

    return complaint->facts.delivered ||
           (complaint->facts.first_notice != 0 &&
            complaint->facts.failed_attempts >= policy->failed_attempts_to_close) ||
           complaint->complainant.capacity == CAPACITY_ANONYMOUS;
}

static bool met(const struct institution *institution, const struct complaint *complaint,
                enum requirement requirement)
{
    switch (requirement) {
    case REQUIRES_FINDINGS: return complaint->facts.findings;
    case REQUIRES_PLAN: return complaint->facts.plan;
    case REQUIRES_APPROVED_PLAN: return complaint->facts.plan_approved;
    case REQUIRES_DELIVERY: return answered(institution, complaint);
    case REQUIRES_NO_OFFER: return uuid_is_none(complaint->pending_owner.id);
    case REQUIRES_OFFER: return !uuid_is_none(complaint->pending_owner.id);
    case REQUIRES_UNAPPROVED_PLAN: return complaint->facts.plan && !complaint->facts.plan_approved;
    case REQUIRES_NOTICE: return complaint->facts.first_notice != 0;
    case REQUIRES_OPEN_PAUSE: return complaint->facts.pause_open;
    case REQUIRES_NO_EXTENSION:
        return !complaint->facts.extension_waiting && !complaint->facts.extension_approved;
    case REQUIRES_WAITING_EXTENSION: return complaint->facts.extension_waiting;
    case REQUIRES_APPROVED_EXTENSION: return complaint->facts.extension_approved;
    case REQUIRES_DECISION:
        return complaint->status != STATUS_WITHDRAWN && complaint->outcome != OUTCOME_MERGED &&
               complaint->outcome != OUTCOME_VOIDED;
    case REQUIRES_NO_ANSWER: return complaint->deliveries == 0;
    case REQUIRES_NO_VOIDING: return uuid_is_none(complaint->voiding.by.id);
    case REQUIRES_VOIDING: return !uuid_is_none(complaint->voiding.by.id);
    case REQUIRES_LINK: return complaint->facts.linked;
    }
    return false;
}

static const struct {
    enum requirement requirement;
    enum fault fault;
} requirements[] = {
    {REQUIRES_FINDINGS, FAULT_FINDINGS_MISSING},
    {REQUIRES_PLAN, FAULT_PLAN_MISSING},
    {REQUIRES_APPROVED_PLAN, FAULT_PLAN_NOT_APPROVED},
    {REQUIRES_DELIVERY, FAULT_NOTICE_NOT_DELIVERED},
    {REQUIRES_NO_OFFER, FAULT_OFFER_PENDING},
    {REQUIRES_OFFER, FAULT_NO_OFFER},
    {REQUIRES_UNAPPROVED_PLAN, FAULT_PLAN_MISSING},
    {REQUIRES_NOTICE, FAULT_NOTICE_UNKNOWN},
    {REQUIRES_OPEN_PAUSE, FAULT_PAUSE_UNKNOWN},
    {REQUIRES_NO_EXTENSION, FAULT_EXTENSION_PENDING},
    {REQUIRES_WAITING_EXTENSION, FAULT_EXTENSION_UNKNOWN},
    {REQUIRES_APPROVED_EXTENSION, FAULT_EXTENSION_UNKNOWN},
    {REQUIRES_DECISION, FAULT_NOT_DECIDED},
    {REQUIRES_NO_ANSWER, FAULT_DECISION_DELIVERED},
    {REQUIRES_NO_VOIDING, FAULT_VOID_PENDING},
    {REQUIRES_VOIDING, FAULT_VOID_UNKNOWN},
    {REQUIRES_LINK, FAULT_LINK_UNKNOWN},
};

/* The requirements that are not met, as bits. */
static unsigned unmet(const struct institution *institution, const struct complaint *complaint)
{
    unsigned bits = 0;

    for (size_t i = 0; i < sizeof requirements / sizeof *requirements; i++)
        if (!met(institution, complaint, requirements[i].requirement))
            bits |= requirements[i].requirement;
    return bits;
}

/* The fault of the first of these requirements. */
static enum fault fault_of(unsigned bits)
{
    for (size_t i = 0; i < sizeof requirements / sizeof *requirements; i++)
        if (bits & requirements[i].requirement)
            return requirements[i].fault;
    return FAULT_NONE;
}

enum fault lifecycle_state(const struct institution *institution, const struct complaint *complaint,
                           enum action action)
{
    const struct transition *row = lifecycle_row(action, complaint->stage);
    bool ended = complaint->status != STATUS_OPEN;

    if (ended != (row && row->ended) && !(row && row->always))
        return ended ? FAULT_NOT_OPEN : FAULT_STILL_OPEN;
    return row ? fault_of(row->requires & unmet(institution, complaint)) : FAULT_STAGE_MISMATCH;
}

/* One pass over the table, because every complaint of a list shows its allowed_actions. */
action_set lifecycle_allowed(const struct institution *institution,
                             const struct complaint *complaint, unsigned relations)
{
    action_set allowed = 0;
    unsigned missing = unmet(institution, complaint);
    bool ended = complaint->status != STATUS_OPEN;

    for (size_t i = 0; i < lifecycle_table_size; i++) {
        const struct transition *row = &lifecycle_table[i];
        if ((int)row->from == complaint->stage && (row->ended == ended || row->always) &&
            relations & row->who && !(relations & row->barred) && !(row->requires & missing))
            allowed |= ACTION_BIT(row->action);
    }
    return allowed;
}
