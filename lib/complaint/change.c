#include "lib/complaint/change.h"

#include <assert.h>
#include <string.h>

#include "lib/base/json_text.h"
#include "lib/complaint/deadline.h"
#include "lib/complaint/masking.h"
#include "lib/complaint/recusal.h"

void change_begin(const struct situation *situation, enum action action, struct change *ret)
{
    const struct complaint *before = situation->before;
    size_t count = before->stage_count;
    struct complaint *after = &ret->after;

    *ret = (struct change){.action = action, .after = *before};
    after->version = before->version + 1;
    after->updated_at = situation->at;
    /* One more than there are, so that a row can be opened without moving the others. */
    after->stages = ARENA_ARRAY(situation->arena, struct stage_row, count + 1);
    memcpy(after->stages, before->stages, count * sizeof *after->stages);
}

struct staff_reference change_reference(const struct staff *staff)
{
    return (struct staff_reference){staff->id, staff->login, staff->name};
}

void change_row_owner(struct stage_row *row, const struct staff *staff, instant at)
{
    row->owner = change_reference(staff);
    row->unit_id = staff->unit->id;
    row->unit = staff->unit->code;
    row->accepted_at = at;
}

/* The columns of the complaint that follow from who owns the current stage. */
static void set_owner(const struct situation *situation, struct change *change,
                      const struct staff *staff)
{
    change->after.owner = change_reference(staff);
    change->after.owner_unit_id = staff->unit->id;
    change->after.owner_unit = staff->unit->code;
    change->after.pending_owner = (struct staff_reference){0};
    change_handler(situation, change, staff->id);
}

void change_owner(const struct situation *situation, struct change *change,
                  const struct staff *staff)
{
    struct stage_row *row = complaint_current(&change->after);

    change_row_owner(row, staff, situation->at);
    row->handovers++;
    change->stage_ended = row;
    set_owner(situation, change, staff);
}

void change_handler(const struct situation *situation, struct change *change, struct uuid staff_id)
{
    struct complaint *after = &change->after;
    struct uuid *handlers;

    for (size_t i = 0; i < after->handler_count; i++)
        if (uuid_equal(after->handlers[i], staff_id))
            return;
    handlers = ARENA_ARRAY(situation->arena, struct uuid, after->handler_count + 1);
    if (after->handler_count > 0)
        memcpy(handlers, after->handlers, after->handler_count * sizeof *handlers);
    handlers[after->handler_count++] = staff_id;
    after->handlers = handlers;
}

static void complete_row(const struct situation *situation, struct change *change)
{
    struct stage_row *row = complaint_current(&change->after);

    row->completed_at = situation->at;
    change->stage_ended = row;
}

int lifecycle_round_days(const struct policy *policy, const struct complaint *complaint)
{
    return complaint->round_kind == ROUND_FIRST
               ? policy->limits[complaint->limit_level].statutory_days
           : complaint->round_kind == ROUND_REVIEW ? policy->review_days
                                                   : policy->reopen_days;
}

/* The natural days of the round: its own limit, and effective extensions up to the ceiling, which a
 * limit that became longer since they were approved does not raise (domain.md §2). */
static int statutory_days(const struct policy *policy, const struct complaint *complaint)
{
    int limit = lifecycle_round_days(policy, complaint);
    int extended = limit + complaint->extended_days;

    if (extended > policy->extended_max_days)
        extended = policy->extended_max_days;
    return extended > limit ? extended : limit;
}

void change_clocks(const struct situation *situation, struct change *change)
{
    const struct institution *institution = situation->institution;
    struct complaint *after = &change->after;
    const struct policy *policy = institution_policy(institution, after->policy_version);
    struct stage_row *row = complaint_current(after);

    row->due_at = deadline_stage(institution->calendar, row->entered_at,
                                 policy->limits[after->level].stage_days[after->stage],
                                 after->clock_pauses, after->clock_pause_count);
    if (row != change->stage_opened)
        change->stage_ended = row;
    after->stage_due_at = row->due_at;
    after->statutory_days = statutory_days(policy, after);
    after->statutory_due_at =
        deadline_statutory(institution->zone_minutes, after->clock_from, after->statutory_days,
                           after->clock_pauses, after->clock_pause_count);
    after->due_at = deadline_earlier(after->stage_due_at, after->statutory_due_at);
}

#define REPORTED_MAX 20 /* logins in one entry */

void change_report(const struct situation *situation, struct change *change)
{
    const struct institution *institution = situation->institution;
    const struct unit *received = institution_unit(institution, change->after.unit_id);
    const struct unit *owning = institution_unit(institution, change->after.owner_unit_id);
    struct text_buffer json = text_buffer_new(situation->arena, 64);
    size_t reported = 0;

    text_buffer_add_char(&json, '[');
    for (size_t i = 0; i < institution->staff_count && reported < REPORTED_MAX; i++) {
        const struct principal who = {.staff = &institution->staff[i]};
        if (who.staff->client || recusal_bars(&change->after, who.staff) ||
            (!permission_has_role_over(&who, 1u << ROLE_SUPERVISOR, received) &&
             !permission_has_role_over(&who, 1u << ROLE_SUPERVISOR, owning)))
            continue;
        if (reported++)
            text_buffer_add_char(&json, ',');
        json_text_add(&json, who.staff->login);
    }
    text_buffer_add_char(&json, ']');
    change_fact(change, "reported_to", text_buffer_text(&json));
}

/* Whether a level comes in time to bring its statutory limit along: before the shorter of its limit
 * and the present one ran out, extensions not counted (domain.md §2, "if classified before the 15 ran
 * out"). So a late level neither lengthens nor shortens it. */
static bool level_in_time(const struct situation *situation, const struct complaint *complaint,
                          int level)
{
    const struct institution *institution = situation->institution;
    const struct policy *policy = institution_policy(institution, complaint->policy_version);
    int present = policy->limits[complaint->limit_level].statutory_days;
    int wanted = policy->limits[level].statutory_days;
    instant end = deadline_statutory(institution->zone_minutes, complaint->clock_from,
                                     present < wanted ? present : wanted, complaint->clock_pauses,
                                     complaint->clock_pause_count);

    return end == INSTANT_NONE || situation->at <= end;
}

/* The statutory limit of the first round follows a level given in time; the stage's is the bank's
 * own. */
void change_level(const struct situation *situation, struct change *change, int level)
{
    struct complaint *after = &change->after;

    after->level = level;
    if (after->round_kind == ROUND_FIRST && level_in_time(situation, after, level))
        after->limit_level = level;
    change_clocks(situation, change);
    if (level == LEVEL_MAJOR)
        change_report(situation, change);
}

void change_major_by_rule(const struct situation *situation, struct change *change)
{
    const struct policy *policy =
        institution_policy(situation->institution, change->after.policy_version);

    if (policy_calls_major(policy, change->after.complainant.people) &&
        change->after.level != LEVEL_MAJOR)
        change_level(situation, change, LEVEL_MAJOR);
}

void change_open_stage(const struct situation *situation, struct change *change, enum stage stage,
                       const struct staff *owner)
{
    struct complaint *after = &change->after;
    int sequence = complaint_current(after)->sequence;
    struct stage_row *row = &after->stages[after->stage_count++];

    *row = (struct stage_row){
        .sequence = sequence + 1,
        .stage = (int)stage,
        .round = after->round,
        .entered_at = situation->at,
        .completed_at = INSTANT_NONE,
    };
    change_row_owner(row, owner, situation->at);
    change->stage_opened = row;
    after->stage = (int)stage;
    set_owner(situation, change, owner);
    change_clocks(situation, change);
}

void change_stage(const struct situation *situation, struct change *change, enum stage stage,
                  const struct staff *owner)
{
    complete_row(situation, change);
    change_open_stage(situation, change, stage, owner);
}

/* A complaint that was withdrawn, merged into another or voided ends undecided, unless its decision
 * was delivered. */
static bool decides(enum outcome outcome)
{
    return outcome != OUTCOME_WITHDRAWN && outcome != OUTCOME_MERGED && outcome != OUTCOME_VOIDED;
}

bool change_goes_on_for_others(const struct situation *situation)
{
    for (size_t i = 0; i < situation->link_count; i++) {
        const struct link *link = &situation->links[i];
        if (link->kind == LINK_MERGED_INTO && !link->over &&
            uuid_equal(link->to_id, situation->before->id))
            return true;
    }
    return false;
}

void change_end(const struct situation *situation, struct change *change, enum status status,
                enum outcome outcome)
{
    struct complaint *after = &change->after;

    complete_row(situation, change);
    after->status = (int)status;
    after->outcome = (int)outcome;
    after->closed_at = situation->at;
    if (after->decided_at == INSTANT_NONE && decides(outcome))
        after->decided_at = situation->at;
    after->pending_owner = (struct staff_reference){0};
    change_voiding_over(change);
    after->plan_waits_since = after->extension.waits_since = INSTANT_NONE;
    after->urge_due_at = INSTANT_NONE;
    after->urge_dues = NULL;
    after->urge_due_count = 0;
}

void change_voiding_over(struct change *change)
{
    change->after.voiding.by = (struct staff_reference){0};
    change->after.voiding.at = INSTANT_NONE;
}

void change_private(struct change *change, const char *name, struct text value)
{
    if (text_is_none(value))
        return;
    assert(change->private_count < CHANGE_PRIVATE_MAX);
    change->private_values[change->private_count++] = (struct private_value){name, value};
}

struct text change_text(const struct situation *situation, struct change *change, const char *name,
                        struct text value)
{
    change_private(change, name, value);
    return masking_text(situation->arena, value);
}

void change_private_fact(const struct situation *situation, struct change *change,
                         const struct private_fact *fact, struct text value)
{
    change_private(change, fact->name, value);
    *(struct text *)((char *)&change->after + fact->to) =
        private_fact_shown(fact, situation->arena, value);
}

void change_fact(struct change *change, const char *name, struct text json)
{
    assert(change->fact_count < CHANGE_FACTS_MAX);
    change->facts[change->fact_count++] = (struct fact){name, json};
}

void change_fact_text(const struct situation *situation, struct change *change, const char *name,
                      struct text value)
{
    struct text_buffer json = text_buffer_new(situation->arena, 64);

    json_text_add(&json, value);
    change_fact(change, name, text_buffer_text(&json));
}

/* Codes are words of lower case: nothing in them needs escaping. */
void change_fact_term(const struct situation *situation, struct change *change, const char *name,
                      const struct vocabulary *vocabulary, int term)
{
    struct text code = vocabulary_code(vocabulary, term);

    change_fact(change, name,
                text_is_none(code) ? TEXT("null")
                                   : text_printf(situation->arena, "\"%.*s\"", TEXT_ARG(code)));
}

void change_fact_terms(const struct situation *situation, struct change *change, const char *name,
                       const struct vocabulary *vocabulary, unsigned terms)
{
    struct text_buffer json = text_buffer_new(situation->arena, 64);

    for (unsigned rest = terms; rest; rest &= rest - 1)
        text_buffer_printf(&json, "%c\"%.*s\"", rest == terms ? '[' : ',',
                           TEXT_ARG(vocabulary_code(vocabulary, __builtin_ctz(rest))));
    text_buffer_add_string(&json, terms ? "]" : "[]");
    change_fact(change, name, text_buffer_text(&json));
}

void change_fact_number(const struct situation *situation, struct change *change, const char *name,
                        int64_t number)
{
    change_fact(change, name, text_printf(situation->arena, "%lld", (long long)number));
}

void change_fact_boolean(struct change *change, const char *name, bool value)
{
    change_fact(change, name, value ? TEXT("true") : TEXT("false"));
}

void change_fact_instant(const struct situation *situation, struct change *change, const char *name,
                         instant at)
{
    struct text_buffer json = text_buffer_new(situation->arena, INSTANT_TEXT_MAX);

    json_text_add_instant(&json, at);
    change_fact(change, name, text_buffer_text(&json));
}

void change_item(const struct situation *situation, struct change *change, int number,
                 const void *item)
{
    change->item_number = number;
    change->item = item;
    change_fact_number(situation, change, "number", number);
}
