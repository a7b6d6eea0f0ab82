#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/history.h"

/* The smallest history that still fails: what can be left out is, until nothing can. */

static bool fails(const struct shrunk *shrunk)
{
    return history_replay(&shrunk->history, shrunk->planted_fault, NULL).what != NULL;
}

/* Runs of so many steps, the last ones first; never the receipt. */
static bool drop_runs(struct shrunk *shrunk, int length)
{
    struct history *history = &shrunk->history;
    bool dropped = false;

    for (int i = history->count - length; i > 0; i--) {
        if (i + length > history->count)
            continue;
        struct history before = *history;
        memmove(&history->steps[i], &history->steps[i + length],
                (size_t)(history->count - i - length) * sizeof *history->steps);
        history->count -= length;
        if (fails(shrunk))
            dropped = true;
        else
            *history = before;
    }
    return dropped;
}

static bool drop_steps(struct shrunk *shrunk)
{
    bool dropped = false;
    for (int length = shrunk->history.count - 1; length > 0; length--)
        dropped = drop_runs(shrunk, length) || dropped;
    return dropped;
}

/* A calendar as it would be without something; kept when the history fails all the same. */
static bool try_calendar(struct shrunk *shrunk, int index, const struct random_calendar *written)
{
    struct history_calendar *own = &shrunk->own[index];
    struct random_calendar before = own->written;

    history_calendar_free(own);
    own->written = *written;
    history_calendar_build(own);
    if (fails(shrunk))
        return true;
    history_calendar_free(own);
    own->written = before;
    history_calendar_build(own);
    return false;
}

static bool shorten_calendar(struct shrunk *shrunk, int index)
{
    const struct random_calendar *now = &shrunk->own[index].written;
    bool shorter = false;

    for (size_t i = now->source.day_count; i-- > 0;) {
        struct random_calendar less = *now;
        less.days[i] = less.days[--less.source.day_count];
        shorter = try_calendar(shrunk, index, &less) || shorter;
    }
    for (size_t i = now->source.period_count; i-- > 0 && now->source.period_count > 1;) {
        struct random_calendar less = *now;
        memmove(&less.source.periods[i], &less.source.periods[i + 1],
                (--less.source.period_count - i) * sizeof *less.source.periods);
        shorter = try_calendar(shrunk, index, &less) || shorter;
    }
    if (now->source.weekdays != 0x1f) {
        struct random_calendar usual = *now;
        usual.source.weekdays = 0x1f;
        shorter = try_calendar(shrunk, index, &usual) || shorter;
    }
    return shorter;
}

/* The receipt's particulars and the policies' own limits. */
static bool make_usual(struct shrunk *shrunk)
{
    const struct policy *usual = &history_institution()->policies[0];
    struct history *history = &shrunk->history;
    bool changed = false;

    for (int i = 0; i < HISTORY_POLICIES + 3; i++) {
        struct history before = *history;
        if (i < HISTORY_POLICIES) {
            struct policy *policy = &history->policies[i];
            *policy = *usual;
            policy->version = before.policies[i].version;
            policy->effective_from = before.policies[i].effective_from;
        } else if (i == HISTORY_POLICIES) {
            history->steps[0].level = TERM_NONE;
        } else if (i == HISTORY_POLICIES + 1) {
            history->steps[0].people = -1;
        } else {
            history->steps[0].owner = -1;
        }
        if (same_bytes(history, &before, sizeof before))
            continue;
        if (fails(shrunk))
            changed = true;
        else
            *history = before;
    }
    return changed;
}

struct shrunk *history_shrink(const struct history *history, int planted_fault)
{
    struct shrunk *shrunk = calloc(1, sizeof *shrunk);
    ck_assert_ptr_nonnull(shrunk);

    shrunk->history = *history;
    shrunk->planted_fault = planted_fault;
    for (int i = 0; i < HISTORY_CALENDARS; i++) {
        shrunk->own[i].base = history->calendars[i]->base;
        shrunk->own[i].written = history->calendars[i]->written;
        history_calendar_build(&shrunk->own[i]);
        shrunk->history.calendars[i] = &shrunk->own[i];
    }
    ck_assert_msg(fails(shrunk), "the history does not fail when it is repeated");
    for (bool smaller = true; smaller;) {
        smaller = drop_steps(shrunk);
        for (int i = 0; i < HISTORY_CALENDARS; i++)
            smaller = shorten_calendar(shrunk, i) || smaller;
        smaller = make_usual(shrunk) || smaller;
    }
    return shrunk;
}

void history_shrunk_free(struct shrunk *shrunk)
{
    for (int i = 0; i < HISTORY_CALENDARS; i++)
        history_calendar_free(&shrunk->own[i]);
    free(shrunk);
}
