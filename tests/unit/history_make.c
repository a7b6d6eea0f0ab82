#include <string.h>

#include "tests/unit/history.h"

/* Histories that go somewhere: what is tried next depends on where the complaint stands, now and
 * then it is something impossible, and moments like to fall where a clock could err. */

struct maker {
    struct random random;
    struct run *run;
    struct history *history;
    const struct history_calendar *calendar; /* the present one */
    bool brisk; /* gets on: every second step is the next one towards the end */
    instant now;
};

static int below(struct maker *maker, int limit)
{
    return random_below(&maker->random, limit);
}

/* True once in so many times. */
static bool once_in(struct maker *maker, int times)
{
    return below(maker, times) == 0;
}

static int pick(struct maker *maker, const int choices[], int count)
{
    return choices[below(maker, count)];
}
#define PICK(maker, ...)                      \
    pick((maker), (const int[]){__VA_ARGS__}, \
         (int)(sizeof((const int[]){__VA_ARGS__}) / sizeof(int)))

static instant within(struct maker *maker, instant from, instant to)
{
    return to <= from ? from
                      : from + (int64_t)(random_bits(&maker->random) % (uint64_t)(to - from + 1));
}

static instant moment(struct maker *maker, instant around, int back, int days)
{
    const struct calendar_source *source = &maker->calendar->written.source;
    return random_moment(&maker->random, source, instant_day(around, source->zone_minutes) - back,
                         days);
}

static void make_policies(struct maker *maker, day_number base)
{
    const struct policy *usual = &history_institution()->policies[0];
    for (int i = 0; i < HISTORY_POLICIES; i++) {
        struct policy *policy = &maker->history->policies[i];
        *policy = *usual;
        policy->version = i + 1;
        policy->effective_from = i == 0 ? base - 400 : base + 8 * (i - 1) + below(maker, 8);
        if (i == 0 && !once_in(maker, 4))
            continue; /* mostly the real limits come first */
        for (int level = 0; level < LEVEL_COUNT; level++) {
            struct policy_limits *limits = &policy->limits[level];
            for (int stage = 0; stage < STAGE_COUNT; stage++)
                limits->stage_days[stage] = 1 + below(maker, 8);
            limits->statutory_days = level == 0 ? 3 + below(maker, 15) : 10 + below(maker, 22);
        }
        policy->major_from_people = PICK(maker, 10, 20, 20, 30);
        policy->extension_max_days = PICK(maker, 10, 30, 30);
        policy->extended_max_days = PICK(maker, 45, 60, 60);
        policy->review_days = 10 + below(maker, 25);
        policy->reopen_days = 5 + below(maker, 15);
    }
}

/* --- who ---------------------------------------------------------------------------------------- */

static int anybody(struct maker *maker)
{
    return below(maker, (int)history_institution()->staff_count);
}

/* Mostly somebody who may. */
static int somebody(struct maker *maker, enum action action)
{
    const struct complaint *complaint = run_complaint(maker->run);
    int who = anybody(maker);
    for (int tries = once_in(maker, 6) ? 0 : 12; tries > 0; tries--, who = anybody(maker)) {
        struct principal principal = {.staff = &history_institution()->staff[who]};
        unsigned relations =
            permission_relations(run_institution(maker->run), &principal, complaint);
        if (lifecycle_right(complaint, relations, action) == FAULT_NONE)
            break;
    }
    return who;
}

/* Mostly somebody who may own a stage; for a review a supervisor. */
static int an_owner(struct maker *maker, bool superior)
{
    int who = anybody(maker);
    for (int tries = once_in(maker, 8) ? 0 : 12; tries > 0; tries--, who = anybody(maker)) {
        const struct staff *staff = &history_institution()->staff[who];
        if (permission_may_own(staff, STAGE_INVESTIGATION) &&
            (!superior || uuid_is_none(staff->unit->parent_id)))
            break;
    }
    return who;
}

/* --- when --------------------------------------------------------------------------------------- */

/* A due time, exactly or nearly; the present when the clock stands still. */
static instant near_due(struct maker *maker)
{
    const struct complaint *complaint = run_complaint(maker->run);
    instant due = once_in(maker, 2) ? complaint->stage_due_at : complaint->statutory_due_at;
    return due == INSTANT_NONE ? maker->now : due + PICK(maker, 0, 0, 0, 1, -1, 1000000, -60000000);
}

static void pass_time(struct maker *maker)
{
    instant next = maker->now;
    switch (below(maker, 10)) {
    case 0: break;
    case 1:
    case 2: next += below(maker, 480) * INSTANT_MINUTE; break;
    case 3:
    case 4: next = within(maker, next, next + 3 * INSTANT_DAY / 2); break;
    case 5: next = moment(maker, next, 0, 7); break;
    case 6: next = moment(maker, next, 0, 14); break;
    case 7: next = near_due(maker); break;
    default: next = moment(maker, next, 0, 3); break;
    }
    if (next > maker->now && next < maker->now + 70 * INSTANT_DAY)
        maker->now = next;
}

/* A moment that has been, mostly not before `since`. */
static instant past(struct maker *maker, instant since)
{
    instant at;
    switch (below(maker, 8)) {
    case 0:
    case 1: at = maker->now; break;
    case 2: at = since; break;
    case 3: at = near_due(maker); break;
    case 4: at = within(maker, since, maker->now); break;
    case 5: at = since + below(maker, 4) * INSTANT_DAY; break;
    default: at = moment(maker, maker->now, 6, 7); break;
    }
    if (at < since && !once_in(maker, 10))
        at = since;
    return at > maker->now ? maker->now : at;
}

/* --- what --------------------------------------------------------------------------------------- */

static const struct {
    int action, weight;
} weights[] = {
    {ACTION_ADVANCE, 12},
    {ACTION_SEND_BACK, 6},
    {ACTION_FINDINGS, 12},
    {ACTION_PLAN, 12},
    {ACTION_NOTICES, 6},
    {ACTION_DELIVERIES, 8},
    {ACTION_CLOSE, 10},
    {ACTION_WITHDRAW, 1},
    {ACTION_SETTLE, 1},
    {ACTION_DECLINE, 1},
    {ACTION_OFFER, 2},
    {ACTION_ACCEPT, 4},
    {ACTION_REFUSE, 2},
    {ACTION_TAKE_BACK, 2},
    {ACTION_ASSIGN, 2},
    {ACTION_NOTES, 1},
    {ACTION_CONTACTS, 3},
    {ACTION_CLASSIFY, 9},
    {ACTION_CORRECT, 9},
    {ACTION_PAUSES, 14},
    {ACTION_END_PAUSE, 18},
    {ACTION_EXTENSIONS, 10},
    {ACTION_APPROVE_EXTENSION, 16},
    {ACTION_REFUSE_EXTENSION, 2},
    {ACTION_TELL_EXTENSION, 20},
    {ACTION_REOPEN, 12},
    {ACTION_REVIEW, 12},
    {STEP_CALENDAR, 5},
};
#define WEIGHTS (sizeof weights / sizeof *weights)

static int weighted(struct maker *maker)
{
    int total = 0;
    for (size_t i = 0; i < WEIGHTS; i++)
        total += weights[i].weight;
    int left = below(maker, total);
    size_t i = 0;
    while (left >= weights[i].weight)
        left -= weights[i++].weight;
    return weights[i].action;
}

/* What brings the complaint on. */
static int onward(struct maker *maker)
{
    const struct complaint *complaint = run_complaint(maker->run);
    if (complaint->status != STATUS_OPEN)
        return once_in(maker, 2) ? ACTION_REOPEN : ACTION_REVIEW;
    switch (complaint->stage) {
    case STAGE_INVESTIGATION: return complaint->facts.findings ? ACTION_ADVANCE : ACTION_FINDINGS;
    case STAGE_RESOLUTION: return complaint->facts.plan ? ACTION_ADVANCE : ACTION_PLAN;
    case STAGE_FEEDBACK:
        return complaint->facts.delivered           ? ACTION_CLOSE
               : complaint->facts.first_notice == 0 ? ACTION_NOTICES
                                                    : ACTION_DELIVERIES;
    default: return ACTION_ADVANCE;
    }
}

/* Mostly something that the state allows. */
static int something(struct maker *maker)
{
    if (maker->brisk && once_in(maker, 2))
        return onward(maker);
    int action = weighted(maker);
    for (int tries = once_in(maker, 8) ? 0 : 12; tries > 0; tries--, action = weighted(maker))
        if (action == STEP_CALENDAR ||
            lifecycle_state(run_institution(maker->run), run_complaint(maker->run),
                            (enum action)action) == FAULT_NONE)
            break;
    return action;
}

static void make_end_pause(struct maker *maker, struct step *step)
{
    const struct complaint *complaint = run_complaint(maker->run);
    int count = (int)complaint->clock_pause_count;
    if (count == 0)
        return;
    step->back = below(maker, count);
    for (int i = 0; i < count && !once_in(maker, 10); i++)
        if (complaint->clock_pauses[i].to == INSTANT_NONE)
            step->back = count - 1 - i;
    const struct pause *pause = &complaint->clock_pauses[count - 1 - step->back];
    bool told = pause->told_at != INSTANT_NONE && once_in(maker, 3);
    step->from = past(maker, told ? pause->told_at : pause->from);
}

static void make_clock_step(struct maker *maker, struct step *step)
{
    const struct complaint *complaint = run_complaint(maker->run);
    switch (step->action) {
    case ACTION_PAUSES:
        step->kind = PICK(maker, PAUSE_MEDIATION, PAUSE_MEDIATION, PAUSE_APPRAISAL,
                          PAUSE_AWAITING_CUSTOMER, PAUSE_OTHER);
        step->from = past(maker, complaint->clock_from);
        if (!once_in(maker, 4))
            step->told_at = past(maker, step->from);
        break;
    case ACTION_END_PAUSE: make_end_pause(maker, step); break;
    case ACTION_EXTENSIONS: step->days = PICK(maker, 15, 30, 31, 1 + below(maker, 30)); break;
    case ACTION_TELL_EXTENSION:
        step->from = past(maker, complaint->extension.approved_at == INSTANT_NONE
                                     ? maker->now
                                     : complaint->extension.approved_at);
        break;
    case ACTION_CLASSIFY: step->level = below(maker, LEVEL_COUNT); break;
    case ACTION_CORRECT:
        if (once_in(maker, 3))
            step->people = PICK(maker, 1, 9, 10, 20, 30);
        if (step->people >= 0 && once_in(maker, 2))
            break;
        step->from = moment(maker, complaint->received_at, 5, 12);
        if (step->from > maker->now)
            step->from = maker->now;
        break;
    default: break;
    }
}

static struct step make_step(struct maker *maker)
{
    const struct complaint *complaint = run_complaint(maker->run);
    struct step step = {.action = something(maker),
                        .at = maker->now,
                        .owner = -1,
                        .level = TERM_NONE,
                        .people = -1,
                        .from = INSTANT_NONE,
                        .told_at = INSTANT_NONE};
    if (step.action == STEP_CALENDAR) {
        step.calendar = below(maker, HISTORY_CALENDARS);
        maker->calendar = maker->history->calendars[step.calendar];
        return step;
    }
    step.who = somebody(maker, (enum action)step.action);
    switch (step.action) {
    case ACTION_SEND_BACK: step.stage = below(maker, complaint->stage + !complaint->stage); break;
    case ACTION_REOPEN:
        step.kind = PICK(maker, ROUND_NEW_FACTS, ROUND_NEW_FACTS, ROUND_ERROR);
        step.stage = PICK(maker, STAGE_INTAKE, STAGE_INVESTIGATION, STAGE_FEEDBACK);
        if (step.kind == ROUND_NEW_FACTS && complaint->closed_at != INSTANT_NONE)
            step.from = past(maker, complaint->closed_at);
        break;
    case ACTION_WITHDRAW:
        if (once_in(maker, 2))
            step.from = past(maker, complaint->clock_from);
        break;
    case ACTION_REVIEW:
        step.stage = PICK(maker, STAGE_INVESTIGATION, STAGE_INVESTIGATION, STAGE_RESOLUTION);
        if (complaint->decided_at != INSTANT_NONE && !once_in(maker, 3))
            step.from = past(maker, complaint->decided_at);
        break;
    default: make_clock_step(maker, &step);
    }
    step.owner = an_owner(maker, step.action == ACTION_REVIEW);
    return step;
}

static struct step make_receipt(struct maker *maker, instant received)
{
    struct step step = {
        .action = ACTION_RECEIVE,
        .from = received,
        .who = an_owner(maker, false),
        .owner = once_in(maker, 2) ? -1 : an_owner(maker, false),
        .level = PICK(maker, TERM_NONE, LEVEL_ORDINARY, LEVEL_ORDINARY, LEVEL_COMPLEX, LEVEL_MAJOR),
        .people = PICK(maker, -1, -1, -1, -1, 9, 10, 20),
        .told_at = INSTANT_NONE};
    step.at = maker->now = once_in(maker, 2) ? received : moment(maker, received, 0, 3);
    if (step.at < received)
        step.at = maker->now = received;
    return step;
}

static void note(struct history_count *count, const struct step *step, const struct answer *answer,
                 const struct complaint *complaint, int days_before)
{
    count->accepted[step->action] += answer->fault == FAULT_NONE;
    count->refused[step->action] += answer->fault != FAULT_NONE;
    if (answer->fault != FAULT_NONE)
        return;
    count->stopped +=
        answer->rules.stage == INSTANT_NONE || answer->rules.statutory == INSTANT_NONE;
    count->overdue += complaint_overdue(complaint, step->at);
    if (step->action == ACTION_TELL_EXTENSION) {
        count->effective += complaint->statutory_days > days_before;
        count->ineffective += complaint->statutory_days == days_before;
    }
}

struct disagreement history_make(uint64_t seed, const struct history_calendar calendars[],
                                 int calendar_count, int planted_fault, struct history_count *count,
                                 struct history *ret)
{
    struct maker maker = {.random = random_new(seed), .history = ret};
    struct disagreement found = {NULL, 0};
    struct answer answer;
    int days = 0;

    *ret = (struct history){.seed = seed};
    for (int i = 0; i < HISTORY_CALENDARS; i++)
        ret->calendars[i] = &calendars[below(&maker, calendar_count)];
    maker.calendar = ret->calendars[0];
    maker.brisk = once_in(&maker, 2);
    make_policies(&maker, maker.calendar->base);
    instant received =
        random_moment(&maker.random, &maker.calendar->written.source, maker.calendar->base, 8);
    maker.run = run_begin(ret, planted_fault);
    int length = 2 + below(&maker, HISTORY_STEPS_MAX - 1);
    while (ret->count < length && !found.what) {
        struct step *step = &ret->steps[ret->count];
        if (ret->count > 0)
            pass_time(&maker);
        *step = ret->count == 0 ? make_receipt(&maker, received) : make_step(&maker);
        ret->count++;
        found = run_step(maker.run, step, &answer);
        if (!run_complaint(maker.run))
            break; /* the receipt was refused */
        note(count, step, &answer, run_complaint(maker.run), days);
        days = run_complaint(maker.run)->statutory_days;
    }
    run_free(maker.run);
    return found;
}
