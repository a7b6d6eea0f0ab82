#include <stdlib.h>
#include <string.h>

#include "lib/complaint/recalculation.h"
#include "tests/unit/fixture.h"
#include "tests/unit/history_model.h"

/* The institution in which histories take place, and the course of one. */

#define EXTRA_STAFF 3

static struct institution place;

static int by_login(const void *a, const void *b)
{
    return text_compare((*(const struct staff *const *)a)->login,
                        (*(const struct staff *const *)b)->login);
}

/* A review needs a superior who has not handled the case, and an approval one who is none of the
 * owner's: with the fixture's one supervisor both would be rare. */
static void fill_extra(struct staff extra[EXTRA_STAFF])
{
    static const struct text logins[EXTRA_STAFF] = {
        {"director1", 9}, {"director2", 9}, {"chief1", 6}};
    struct grant *grant = ARENA_NEW(fixture->arena, struct grant);

    for (int i = 0; i < EXTRA_STAFF; i++) {
        extra[i] = *fixture->supervisor1;
        extra[i].login = logins[i];
        extra[i].id.bytes[15] = (uint8_t)(place.staff_count + (size_t)i + 1);
    }
    *grant = (struct grant){ROLE_SUPERVISOR, fixture->cs1};
    extra[EXTRA_STAFF - 1].unit = fixture->cs1;
    extra[EXTRA_STAFF - 1].grants = grant;
    extra[EXTRA_STAFF - 1].grant_count = 1;
}

void history_setup(void)
{
    fixture_setup();
    place = fixture->institution;
    size_t count = place.staff_count + EXTRA_STAFF;
    struct staff *staff = ARENA_ARRAY(fixture->arena, struct staff, count);
    const struct staff **sorted = ARENA_ARRAY(fixture->arena, const struct staff *, count);

    memcpy(staff, place.staff, place.staff_count * sizeof *staff);
    fill_extra(&staff[place.staff_count]);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &staff[i];
    qsort(sorted, count, sizeof *sorted, by_login); /* NOLINT(bugprone-sizeof-expression) */
    place.staff = staff;
    place.staff_by_login = sorted;
    place.staff_count = count;
}

void history_teardown(void)
{
    fixture_teardown();
}

const struct institution *history_institution(void)
{
    return &place;
}

void history_calendar_build(struct history_calendar *calendar)
{
    struct calendar_source *source = &calendar->written.source;

    source->days = calendar->written.days;
    calendar->fast = calendar_new(source);
    ck_assert_ptr_nonnull(calendar->fast);
    naive_days_fill(&calendar->naive, source, calendar->base - 60);
}

void history_calendar_free(struct history_calendar *calendar)
{
    calendar_free(calendar->fast);
    calendar->fast = NULL;
}

/* --- a run -------------------------------------------------------------------------------------- */

struct run {
    const struct history *history;
    struct institution institution;
    struct arena *arena;
    struct violations violations;
    struct complaint *complaint;
    struct model model;
    int steps;
};

/* Kept from run to run, since a million of them would spend their time in the system. */
static struct run *spare;

struct run *run_begin(const struct history *history, int planted_fault)
{
    struct run *run = spare ? spare : calloc(1, sizeof *run);
    ck_assert_ptr_nonnull(run);
    struct arena *arena = spare ? run->arena : arena_new(1 << 20);
    spare = NULL;

    arena_reset(arena);
    *run = (struct run){.history = history, .institution = place, .arena = arena};
    run->violations.arena = arena;
    run->institution.zone_minutes = history->calendars[0]->written.source.zone_minutes;
    run->institution.calendar = history->calendars[0]->fast;
    run->institution.policies = history->policies;
    run->institution.policy_count = HISTORY_POLICIES;
    run->model = (struct model){.planted = (enum planted_fault)planted_fault,
                                .institution = &run->institution,
                                .policies = history->policies,
                                .calendar = &history->calendars[0]->naive,
                                .by_minute = history->seed % 64 == 0};
    return run;
}

void run_free(struct run *run)
{
    if (!spare) {
        spare = run;
        return;
    }
    arena_free(run->arena);
    free(run);
}

const struct complaint *run_complaint(const struct run *run)
{
    return run->complaint;
}

const struct institution *run_institution(const struct run *run)
{
    return &run->institution;
}

/* --- comparison --------------------------------------------------------------------------------- */

/* The rows before the current one, after as before, and as the model has them. */
static const char *compare_completed(const struct run *run, const struct complaint *before,
                                     const struct complaint *after)
{
    size_t past = after->stage_count - 1;

    if ((int)after->stage_count != run->model.row_count)
        return "the number of rows";
    for (size_t i = 0; before && i < past && i + 1 < before->stage_count; i++)
        if (!same_bytes(&before->stages[i], &after->stages[i], sizeof *after->stages))
            return "a completed row changed";
    for (size_t i = 0; i < past; i++)
        if (after->stages[i].due_at != run->model.rows[i].due ||
            after->stages[i].completed_at == INSTANT_NONE)
            return "a completed row";
    return NULL;
}

static const char *compare(const struct run *run, const struct complaint *before,
                           const struct complaint *after)
{
    const struct due_times *naive = &run->model.due;
    const struct stage_row *row = complaint_current(after);

    if (after->stage_due_at != naive->stage)
        return "the stage clock";
    if (after->statutory_due_at != naive->statutory)
        return "the statutory clock";
    if (after->due_at != naive->due)
        return "the earlier clock";
    if (row->due_at != naive->stage)
        return "the current row's due time";
    if (row->entered_at != run->model.rows[run->model.row_count - 1].start)
        return "the current row's start";
    return compare_completed(run, before, after);
}

/* All that a decision could spoil: the complaint before, with what it points to. */
struct snapshot {
    struct complaint complaint;
    struct stage_row rows[HISTORY_STEPS_MAX + 1];
    struct pause pauses[HISTORY_STEPS_MAX];
};

static void take(const struct complaint *complaint, struct snapshot *ret)
{
    memcpy(&ret->complaint, complaint, sizeof *complaint);
    memcpy(ret->rows, complaint->stages, complaint->stage_count * sizeof *ret->rows);
    if (complaint->clock_pause_count > 0)
        memcpy(ret->pauses, complaint->clock_pauses,
               complaint->clock_pause_count * sizeof *ret->pauses);
}

static bool kept(const struct complaint *complaint, const struct snapshot *snapshot)
{
    return same_bytes(complaint, &snapshot->complaint, sizeof *complaint) &&
           same_bytes(complaint->stages, snapshot->rows,
                      complaint->stage_count * sizeof *snapshot->rows) &&
           same_bytes(complaint->clock_pauses, snapshot->pauses,
                      complaint->clock_pause_count * sizeof *snapshot->pauses);
}

static bool untouched(const struct change *change)
{
    const unsigned char *bytes = (const unsigned char *)change;
    return bytes[0] == 0x5a && memcmp(bytes, bytes + 1, sizeof *change - 1) == 0;
}

static enum fault decide(struct run *run, const struct step *step, struct change *ret)
{
    struct principal who = fixture_principal(&run->institution.staff[step->who]);
    struct situation situation = {
        .institution = &run->institution,
        .who = &who,
        .before = run->complaint,
        .at = step->at,
        .arena = run->arena,
        .violations = &run->violations,
    };

    run->violations.count = 0;
    return history_decide(&situation, step, ret);
}

static const char *try(struct run *run, const struct step *step, struct answer *ret)
{
    struct change *change = arena_bytes(run->arena, sizeof *change);
    const struct complaint *before = run->complaint;
    struct snapshot snapshot;

    memset(change, 0x5a, sizeof *change);
    if (before)
        take(before, &snapshot);
    ret->fault = decide(run, step, change);
    if (before && !kept(before, &snapshot))
        return "the complaint before was written to";
    if (ret->fault != FAULT_NONE)
        return untouched(change) ? NULL : "a refused action wrote";
    if (step->action == ACTION_RECEIVE)
        model_receive(&run->model, step);
    else
        model_step(&run->model, step);
    run->complaint = &change->after;
    return compare(run, before, run->complaint);
}

/* Another calendar, with what the product does to a complaint that is open. */
static const char *import_calendar(struct run *run, const struct step *step)
{
    const struct recalculate_command command = {1, RULES_CALENDAR, 1};
    const struct complaint *before = run->complaint;
    struct change *change = arena_bytes(run->arena, sizeof *change);
    struct principal who = fixture_principal(&run->institution.staff[0]);
    struct situation situation = {.institution = &run->institution,
                                  .who = &who,
                                  .before = before,
                                  .at = step->at,
                                  .arena = run->arena};

    if (!before)
        return "a calendar replaced before there was a complaint";
    run->institution.calendar = run->history->calendars[step->calendar]->fast;
    model_calendar(&run->model, &run->history->calendars[step->calendar]->naive);
    enum fault fault = lifecycle_recalculate(&situation, &command, change);
    if (fault == FAULT_NONE)
        run->complaint = &change->after;
    if (fault != (before->status == STATUS_OPEN ? FAULT_NONE : FAULT_NOT_OPEN))
        return "whether it is recalculated";
    return compare(run, before, run->complaint);
}

struct disagreement run_step(struct run *run, const struct step *step, struct answer *ret)
{
    struct disagreement found = {NULL, run->steps++};

    ret->fault = FAULT_NONE;
    if (step->action == STEP_CALENDAR) {
        found.what = import_calendar(run, step);
    } else {
        found.what = try(run, step, ret);
    }
    ret->naive = run->model.due;
    if (run->complaint)
        ret->rules = (struct due_times){run->complaint->stage_due_at,
                                        run->complaint->statutory_due_at, run->complaint->due_at};
    return found;
}

struct disagreement history_replay(const struct history *history, int planted_fault,
                                   struct answer answers[])
{
    struct run *run = run_begin(history, planted_fault);
    struct disagreement found = {NULL, 0};
    struct answer unread;

    for (int i = 0; i < history->count && !found.what; i++) {
        found = run_step(run, &history->steps[i], answers ? &answers[i] : &unread);
        if (!run->complaint)
            break; /* the receipt itself was refused */
    }
    run_free(run);
    return found;
}
