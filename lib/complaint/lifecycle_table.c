#include "lib/complaint/lifecycle.h"
#include "lib/complaint/right.h"

/* The whole life of a complaint after receipt: one row for each action in each stage in which it is
 * possible; for whom stands in right.def. Sources: domain.md §1 rows 3, 4 and 6, §3 (ends,
 * hand-over). */

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
#define UNMASK_ASKED REQUIRES_WAITING_UNMASK
#define UNMASK_GRANTED REQUIRES_APPROVED_UNMASK
#define URGED REQUIRES_URGE

#define STAGE_SAME TERM_NONE
#define STAGE_EARLIER NEXT_STAGE_EARLIER
#define STAGE_NAMED NEXT_STAGE_NAMED
#define STAGE_MERGED NEXT_STAGE_MERGED

#define ROW(name, stage, needs, next, status)                     \
    [STAGE_##stage][ACTION_##name] = {.possible = true,           \
                                      .requires = (needs),        \
                                      .next_stage = STAGE_##next, \
                                      .next_status = STATUS_##status}

/* What leads out of an end: the next status is that of open complaints. */
#define ROW_ENDED(name, stage, needs, next)                       \
    [STAGE_##stage][ACTION_##name] = {.possible = true,           \
                                      .requires = (needs),        \
                                      .next_stage = STAGE_##next, \
                                      .next_status = STATUS_OPEN, \
                                      .ended = true}

/* What changes neither stage nor status, before the end and after it. */
#define ROW_ALWAYS(name, stage, needs)                            \
    [STAGE_##stage][ACTION_##name] = {.possible = true,           \
                                      .requires = (needs),        \
                                      .next_stage = STAGE_SAME,   \
                                      .next_status = STATUS_OPEN, \
                                      .always = true}

#define AT_ANY_TIME(name, needs)                                             \
    ROW_ALWAYS(name, INTAKE, needs), ROW_ALWAYS(name, INVESTIGATION, needs), \
        ROW_ALWAYS(name, RESOLUTION, needs), ROW_ALWAYS(name, FEEDBACK, needs)

/* The same in every stage: remaining in it, or the end there. */
#define ENDING_EVERY_STAGE(name, needs, status)                                            \
    ROW(name, INTAKE, needs, SAME, status), ROW(name, INVESTIGATION, needs, SAME, status), \
        ROW(name, RESOLUTION, needs, SAME, status), ROW(name, FEEDBACK, needs, SAME, status)
#define IN_EVERY_STAGE(name, needs) ENDING_EVERY_STAGE(name, needs, OPEN)
#define AFTER_EVERY_END(name, needs)                                                     \
    ROW_ENDED(name, INTAKE, needs, NAMED), ROW_ENDED(name, INVESTIGATION, needs, NAMED), \
        ROW_ENDED(name, RESOLUTION, needs, NAMED), ROW_ENDED(name, FEEDBACK, needs, NAMED)

/* clang-format off */
static const struct transition table[STAGE_COUNT][ACTION_COUNT] = {
    /*  action         from           requires             next stage     next status */
    /* The course; 反馈沟通 is ended by close alone. */
    ROW(ADVANCE,      INTAKE,        NO_OFFER,            INVESTIGATION, OPEN),
    ROW(ADVANCE,      INVESTIGATION, FINDINGS | NO_OFFER, RESOLUTION,    OPEN),
    ROW(ADVANCE,      RESOLUTION,    PLAN | APPROVED | NO_OFFER, FEEDBACK,      OPEN),
    ROW(SEND_BACK,    INVESTIGATION, NO_OFFER,            EARLIER,       OPEN),
    ROW(SEND_BACK,    RESOLUTION,    NO_OFFER,            EARLIER,       OPEN),
    ROW(SEND_BACK,    FEEDBACK,      NO_OFFER,            EARLIER,       OPEN),
    /* The ends; a withdrawal takes effect when it arrived, whatever is pending. */
    ROW(SETTLE,       INTAKE,        NO_OFFER,            SAME,          CLOSED),
    ROW(DECLINE,      INTAKE,        NO_OFFER,            SAME,          DECLINED),
    ROW(CLOSE,        FEEDBACK,      DELIVERY | NO_OFFER, SAME,          CLOSED),
    ENDING_EVERY_STAGE(WITHDRAW, NOTHING, WITHDRAWN),
    /* Hand-over within a stage; an assignment overrides a pending one. */
    IN_EVERY_STAGE(OFFER,              NO_OFFER),
    IN_EVERY_STAGE(TAKE_BACK,          OFFERED),
    IN_EVERY_STAGE(ACCEPT,             OFFERED),
    IN_EVERY_STAGE(REFUSE,             OFFERED),
    IN_EVERY_STAGE(ASSIGN,             NOTHING),
    /* Classification. */
    IN_EVERY_STAGE(CLASSIFY,           NOTHING),
    /* Case work; customers call after the end too, and are told that their complaint was declined. */
    AT_ANY_TIME(NOTES,                 NOTHING),
    AT_ANY_TIME(CONTACTS,              NOTHING),
    ROW(FINDINGS,     INVESTIGATION, NOTHING,             SAME,          OPEN),
    ROW(PLAN,         RESOLUTION,    NOTHING,             SAME,          OPEN),
    ROW(APPROVE_PLAN, RESOLUTION,    UNAPPROVED,          SAME,          OPEN),
    ROW(NOTICES,      RESOLUTION,    NOTHING,             SAME,          OPEN),
    ROW(NOTICES,      FEEDBACK,      NOTHING,             SAME,          OPEN),
    ROW(DELIVERIES,   FEEDBACK,      NOTICE,              SAME,          OPEN),
    /* Recorded facts. */
    IN_EVERY_STAGE(CORRECT,            NOTHING),
    /* The clocks. */
    IN_EVERY_STAGE(PAUSES,             NOTHING),
    IN_EVERY_STAGE(END_PAUSE,          PAUSED),
    IN_EVERY_STAGE(EXTENSIONS,         NO_EXTENSION),
    IN_EVERY_STAGE(APPROVE_EXTENSION,  WAITING),
    IN_EVERY_STAGE(REFUSE_EXTENSION,   WAITING),
    IN_EVERY_STAGE(TELL_EXTENSION,     EXTENDED),
    /* Supervision. */
    IN_EVERY_STAGE(URGE,               NOTHING),
    IN_EVERY_STAGE(ANSWER_URGE,        URGED),
    /* Links; a merge ends the complaint. */
    ROW(LINKS,        INTAKE,        NOTHING,             MERGED,        OPEN),
    ROW(LINKS,        INVESTIGATION, NOTHING,             MERGED,        OPEN),
    ROW(LINKS,        RESOLUTION,    NOTHING,             MERGED,        OPEN),
    ROW(LINKS,        FEEDBACK,      NOTHING,             MERGED,        OPEN),
    IN_EVERY_STAGE(REMOVE_LINK,        LINKED),
    /* Voiding what was recorded by mistake; a decision that was delivered stands. */
    IN_EVERY_STAGE(VOID,               NO_ANSWER | NO_VOIDING),
    ENDING_EVERY_STAGE(APPROVE_VOID, NO_ANSWER | VOIDING, CLOSED),
    IN_EVERY_STAGE(REFUSE_VOID,        VOIDING),
    /* Values as written; the customer calls after the end too. */
    AT_ANY_TIME(UNMASK,                NOTHING),
    AT_ANY_TIME(APPROVE_UNMASK,        UNMASK_ASKED),
    AT_ANY_TIME(REFUSE_UNMASK,         UNMASK_ASKED),
    AT_ANY_TIME(READ_UNMASKED,         UNMASK_GRANTED),
    /* Files; what proves a payment or an apology comes after the end. */
    AT_ANY_TIME(ATTACHMENTS,           NOTHING),
    /* Another round. */
    AFTER_EVERY_END(REOPEN, NOTHING),
    AFTER_EVERY_END(REVIEW, REQUIRES_DECISION),
};
/* clang-format on */

const struct transition *lifecycle_row(enum action action, int stage)
{
    if (stage < 0 || !table[stage][action].possible)
        return NULL;
    return &table[stage][action];
}

enum fault lifecycle_right(const struct complaint *complaint, unsigned relations,
                           enum action action)
{
    const unsigned could_own =
        RELATION_OWNER | RELATION_PENDING | RELATION_EARLIER | RELATION_STAFF | RELATION_SUPERVISOR;
    const struct right *right = right_of_action(action);

    if (right->of != OF_COMPLAINT)
        return FAULT_FORBIDDEN;
    /* Where the action is impossible it is not the caller who is wrong but the stage. */
    if (relations & right->who)
        return relations & right->barred && lifecycle_row(action, complaint->stage)
                   ? FAULT_SELF_APPROVAL
                   : FAULT_NONE;
    if (!(relations & could_own))
        return FAULT_FORBIDDEN;
    if (right->who == RELATION_PENDING)
        return complaint->status == STATUS_OPEN ? FAULT_NO_OFFER : FAULT_NOT_OPEN;
    return right->who == RELATION_OWNER ? FAULT_NOT_OWNER : FAULT_FORBIDDEN;
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

/* The requirements that are met, as bits. */
static unsigned met(const struct institution *institution, const struct complaint *complaint)
{
    const struct complaint_facts *facts = &complaint->facts;
    bool offered = !uuid_is_none(complaint->pending_owner.id);
    bool voiding = !uuid_is_none(complaint->voiding.by.id);
    bool unmasking = !uuid_is_none(complaint->unmasking.by.id);
    bool granted = complaint->unmasking.approved_at != INSTANT_NONE;
    bool decided = complaint->status != STATUS_WITHDRAWN && complaint->outcome != OUTCOME_MERGED &&
                   complaint->outcome != OUTCOME_VOIDED;
    bool extending = facts->extension_waiting || facts->extension_approved;

    return (facts->findings ? REQUIRES_FINDINGS : 0U) | (facts->plan ? REQUIRES_PLAN : 0U) |
           (facts->plan_approved ? REQUIRES_APPROVED_PLAN : 0U) |
           (facts->plan && !facts->plan_approved ? REQUIRES_UNAPPROVED_PLAN : 0U) |
           (answered(institution, complaint) ? REQUIRES_DELIVERY : 0U) |
           (offered ? REQUIRES_OFFER : REQUIRES_NO_OFFER) |
           (facts->first_notice != 0 ? REQUIRES_NOTICE : 0U) |
           (facts->pause_open ? REQUIRES_OPEN_PAUSE : 0U) |
           (extending ? 0U : REQUIRES_NO_EXTENSION) |
           (facts->extension_waiting ? REQUIRES_WAITING_EXTENSION : 0U) |
           (facts->extension_approved ? REQUIRES_APPROVED_EXTENSION : 0U) |
           (decided ? REQUIRES_DECISION : 0U) |
           (complaint->deliveries == 0 ? REQUIRES_NO_ANSWER : 0U) |
           (voiding ? REQUIRES_VOIDING : REQUIRES_NO_VOIDING) |
           (facts->linked ? REQUIRES_LINK : 0U) |
           (unmasking && !granted ? REQUIRES_WAITING_UNMASK : 0U) |
           (unmasking && granted ? REQUIRES_APPROVED_UNMASK : 0U) |
           (complaint->urge_due_at != INSTANT_NONE ? REQUIRES_URGE : 0U);
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
    {REQUIRES_WAITING_UNMASK, FAULT_UNMASK_UNKNOWN},
    {REQUIRES_APPROVED_UNMASK, FAULT_UNMASK_UNKNOWN},
    {REQUIRES_URGE, FAULT_URGE_UNKNOWN},
};

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

    if (complaint_is_erased(complaint))
        return FAULT_ERASED;
    if (ended != (row && row->ended) && !(row && row->always))
        return ended ? FAULT_NOT_OPEN : FAULT_STILL_OPEN;
    return row ? fault_of(row->requires & ~met(institution, complaint)) : FAULT_STAGE_MISMATCH;
}

/* One pass over a stage's rows, because every complaint of a list shows its allowed_actions. */
action_set lifecycle_allowed(const struct institution *institution,
                             const struct complaint *complaint, unsigned relations)
{
    action_set allowed = 0;
    unsigned missing = ~met(institution, complaint);
    bool ended = complaint->status != STATUS_OPEN;

    for (int action = 0; action < ACTION_COUNT && !complaint_is_erased(complaint); action++) {
        const struct transition *row = lifecycle_row((enum action)action, complaint->stage);
        if (!row || (row->ended != ended && !row->always) || row->requires & missing)
            continue;
        const struct right *right = right_of_action((enum action)action);
        if (relations & right->who && !(relations & right->barred))
            allowed |= ACTION_BIT(action);
    }
    return allowed;
}
