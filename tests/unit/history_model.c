#include "tests/unit/history_model.h"

/* What domain.md leaves open is decided here as the product says it does: an action is judged by
 * what was on record when it was decided, and due times are computed anew when a row opens, a pause
 * begins or ends, the level or the receipt changes, or the complainant is told of an extension;
 * then the calendar of that moment holds. */

static struct model_row *current(struct model *model)
{
    return &model->rows[model->row_count - 1];
}

/* --- limits ------------------------------------------------------------------------------------- */

static const struct policy *policy_of_day(const struct model *model, instant received)
{
    int64_t since = received + model->calendar->calendar->zone_minutes * INSTANT_MINUTE;
    int64_t day = since / INSTANT_DAY - (since % INSTANT_DAY < 0);
    const struct policy *found = &model->policies[0];
    for (int i = 0; i < HISTORY_POLICIES; i++)
        if (model->policies[i].effective_from <= day)
            found = &model->policies[i];
    return found;
}

/* The natural days of the round: its own limit, and extensions up to the ceiling. */
static int natural_days(const struct model *model)
{
    const struct policy *policy = model->policy;
    int limit = model->kind == ROUND_FIRST    ? policy->limits[model->limit_level].statutory_days
                : model->kind == ROUND_REVIEW ? policy->review_days
                                              : policy->reopen_days;
    int extended = limit + model->extended;
    if (extended > policy->extended_max_days)
        extended = policy->extended_max_days;
    return extended > limit ? extended : limit;
}

bool model_in_time(const struct model *model, instant at)
{
    return model->due.statutory == INSTANT_NONE || at <= model->due.statutory;
}

/* --- the two clocks ----------------------------------------------------------------------------- */

static size_t planted_pauses(const struct model *model, struct pause ret[])
{
    for (int i = 0; i < model->pause_count; i++) {
        ret[i] = model->pauses[i];
        if (model->planted == PLANTED_END_MINUTE && ret[i].to != INSTANT_NONE)
            ret[i].to += INSTANT_MINUTE;
        if (model->planted == PLANTED_UNTOLD_TIME && ret[i].statutory)
            ret[i].told_at = ret[i].from;
    }
    return (size_t)model->pause_count;
}

static void compute(struct model *model)
{
    struct pause pauses[HISTORY_STEPS_MAX];
    size_t count = planted_pauses(model, pauses);
    struct model_row *row = current(model);
    struct due_times *due = &model->due;
    int days = model->policy->limits[model->level].stage_days[row->stage];

    row->due = model->by_minute
                   ? naive_stage(model->calendar->calendar, row->start, days, pauses, count)
                   : naive_days_stage(model->calendar, row->start, days, pauses, count);
    due->stage = row->due;
    due->statutory = naive_statutory(model->calendar->calendar->zone_minutes, model->from,
                                     natural_days(model), pauses, count);
    due->due = due->stage;
    if (due->due == INSTANT_NONE || (due->statutory != INSTANT_NONE && due->statutory < due->due))
        due->due = due->statutory;
}

/* --- actions ------------------------------------------------------------------------------------ */

static void open_row(struct model *model, int stage, instant start, int owner)
{
    if (model->planted == PLANTED_OLD_LIMIT)
        for (int i = model->row_count; i-- > 0;)
            if (model->rows[i].stage == stage)
                start = model->rows[i].start;
    model->rows[model->row_count++] = (struct model_row){.stage = stage, .start = start};
    model->owner = owner;
    compute(model);
}

/* The statutory limit of that level, pauses counted and extensions not. */
static instant plain_end(const struct model *model, int level)
{
    struct pause pauses[HISTORY_STEPS_MAX];
    size_t count = planted_pauses(model, pauses);

    return naive_statutory(model->calendar->calendar->zone_minutes, model->from,
                           model->policy->limits[level].statutory_days, pauses, count);
}

/* A level brings its own limit while neither that one nor the present one has run out; later the
 * stage's alone. */
static void set_level(struct model *model, int level, instant at)
{
    instant was = plain_end(model, model->limit_level), is = plain_end(model, level);

    bool in_time = (was == INSTANT_NONE || at <= was) && (is == INSTANT_NONE || at <= is);

    if (model->kind == ROUND_FIRST && (in_time || model->planted == PLANTED_LATE_LEVEL))
        model->limit_level = level;
    model->level = level;
    compute(model);
}

static void set_people(struct model *model, int people, instant at)
{
    if (people >= 0)
        model->people = people;
    if (model->people >= model->policy->major_from_people && model->level != LEVEL_MAJOR)
        set_level(model, LEVEL_MAJOR, at);
}

static void begin_pause(struct model *model, const struct step *step)
{
    bool outside = step->kind == PAUSE_MEDIATION || step->kind == PAUSE_APPRAISAL;
    model->pauses[model->pause_count++] = (struct pause){
        .from = step->from, .to = INSTANT_NONE, .told_at = step->told_at, .statutory = outside};
    compute(model);
}

/* Somebody of a unit above the owner's, or of head office, who did not ask for it. */
static bool may_approve(const struct model *model, int who)
{
    const struct institution *institution = model->institution;
    const struct unit *unit = institution->staff[who].unit;
    const struct unit *above = institution->staff[model->owner].unit;
    bool head_office = uuid_is_none(unit->parent_id);

    if (who == model->extension.by)
        return false;
    if (above == unit)
        return head_office;
    while (above && above != unit)
        above = institution_unit(institution, above->parent_id);
    return above != NULL;
}

bool model_extension_counts(const struct model *model, const struct step *step)
{
    return model->extension.eligible && model_in_time(model, model->extension.approved_at) &&
           model_in_time(model, step->from);
}

static void tell_extension(struct model *model, const struct step *step)
{
    if (model_extension_counts(model, step) || model->planted == PLANTED_LATE_EXTENSION)
        model->extended += model->extension.days;
    compute(model);
}

static void begin_round(struct model *model, int kind, const struct step *step)
{
    model->kind = kind;
    model->from = step->from == INSTANT_NONE ? step->at : step->from;
    model->extended = 0;
    model->pause_count = 0;
    model->ended = false;
    open_row(model, step->stage, step->at, step->owner);
}

static void correct(struct model *model, const struct step *step)
{
    if (step->from != INSTANT_NONE) {
        model->policy = policy_of_day(model, step->from);
        if (model->kind == ROUND_FIRST)
            model->from = step->from;
        if (model->row_count == 1) /* the clock of intake starts at receipt */
            model->rows[0].start = step->from;
        compute(model);
    }
    set_people(model, step->people, step->at);
}

void model_receive(struct model *model, const struct step *step)
{
    model->policy = policy_of_day(model, step->from);
    model->people = step->people < 0 ? 1 : step->people;
    model->level = step->level == TERM_NONE ? LEVEL_ORDINARY : step->level;
    if (model->people >= model->policy->major_from_people)
        model->level = LEVEL_MAJOR;
    model->kind = ROUND_FIRST;
    model->limit_level = model->level;
    model->from = step->from;
    open_row(model, STAGE_INTAKE, step->from, step->owner < 0 ? step->who : step->owner);
}

/* domain.md §2: importing a calendar recomputes open stages, never closed ones. */
void model_calendar(struct model *model, const struct naive_days *calendar)
{
    if (model->planted != PLANTED_OLD_CALENDAR)
        model->calendar = calendar;
    if (model->planted == PLANTED_KEPT_TIMES)
        return;
    if (!model->ended || model->planted == PLANTED_MOVED_PAST)
        compute(model);
}

void model_step(struct model *model, const struct step *step)
{
    switch (step->action) {
    case ACTION_ADVANCE: open_row(model, current(model)->stage + 1, step->at, step->owner); break;
    case ACTION_SEND_BACK: open_row(model, step->stage, step->at, step->owner); break;
    case ACTION_ACCEPT: model->owner = step->who; break;
    case ACTION_ASSIGN: model->owner = step->owner; break;
    case ACTION_CLASSIFY:
        if (step->level != model->level)
            set_level(model, step->level, step->at);
        break;
    case ACTION_CORRECT: correct(model, step); break;
    case ACTION_PAUSES: begin_pause(model, step); break;
    case ACTION_END_PAUSE:
        model->pauses[model->pause_count - 1 - step->back].to = step->from;
        compute(model);
        break;
    case ACTION_EXTENSIONS:
        model->extension.days = step->days;
        model->extension.by = step->who;
        break;
    case ACTION_APPROVE_EXTENSION:
        model->extension.approved_at = step->at;
        model->extension.eligible = may_approve(model, step->who);
        break;
    case ACTION_TELL_EXTENSION: tell_extension(model, step); break;
    case ACTION_SETTLE:
    case ACTION_DECLINE:
    case ACTION_WITHDRAW:
    case ACTION_CLOSE: model->ended = true; break; /* the due times stay */
    case ACTION_REOPEN: begin_round(model, step->kind, step); break;
    case ACTION_REVIEW: begin_round(model, ROUND_REVIEW, step); break;
    default: break; /* bears on no due time */
    }
}
