#ifndef TESTS_UNIT_HISTORY_H
#define TESTS_UNIT_HISTORY_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lib/complaint/lifecycle.h"
#include "tests/support/naive_days.h"
#include "tests/support/random_calendar.h"

/* Random histories of a complaint, decided by the rules and followed by a naive model
 * (history_model.h): after each action that the rules accept both must name the same due times. */

#define HISTORY_STEPS_MAX 32
#define HISTORY_CALENDARS 3
#define HISTORY_POLICIES 3

/* A calendar in three forms: as written, the product's, and the naive one's table. */
struct history_calendar {
    day_number base; /* about where the histories begin */
    struct random_calendar written;
    struct calendar *fast;
    struct naive_days naive;
};

/* Makes fast and naive of what is written; releases fast. */
void history_calendar_build(struct history_calendar *calendar);
void history_calendar_free(struct history_calendar *calendar);

/* Beside the actions: the institution's calendar is replaced. */
#define STEP_CALENDAR ACTION_COUNT

/* What somebody tries at a moment. Staff are indexes; each action reads the members it needs. */
struct step {
    int action; /* enum action, or STEP_CALENDAR */
    instant at;
    int who;
    int owner;             /* who is named as owner; -1: nobody */
    int stage;             /* to which it is sent back, or in which a round begins */
    int level, people;     /* TERM_NONE, -1: not given */
    int kind;              /* of a pause or of a round */
    int back;              /* which pause of the round ends: 0 the latest */
    int days;              /* of an extension */
    int calendar;          /* STEP_CALENDAR: its index */
    instant from, told_at; /* from: the receipt, the pause's beginning or end, the telling, the
                              withdrawal, the application, the receipt of new facts; NONE: not given */
};

/* The first step is the receipt, under the first calendar. */
struct history {
    uint64_t seed; /* makes it again, see history_make() */
    const struct history_calendar *calendars[HISTORY_CALENDARS];
    struct policy policies[HISTORY_POLICIES];
    struct step steps[HISTORY_STEPS_MAX];
    int count;
};

struct due_times {
    instant stage, statutory, due;
};

/* The first difference; what is NULL while there is none. */
struct disagreement {
    const char *what;
    int step;
};

/* What became of a step. */
struct answer {
    enum fault fault;
    struct due_times rules, naive;
};

/* What the histories went through, so that a test can tell whether they were worth it. */
struct history_count {
    int64_t accepted[ACTION_COUNT + 1], refused[ACTION_COUNT + 1];
    int64_t stopped, overdue;       /* times after which a clock stood still, or had run out */
    int64_t effective, ineffective; /* extensions that the complainant was told of */
};

/* The institution of the fixture with two more supervisors at HN and one at HN-CS-001; once per
 * test. */
void history_setup(void);
void history_teardown(void);
const struct institution *history_institution(void);

/* A history as it happens. */
struct run;
struct run *run_begin(const struct history *history, int planted_fault);
void run_free(struct run *run);
/* Applies one step to rules and model, and compares. */
struct disagreement run_step(struct run *run, const struct step *step, struct answer *ret);
const struct complaint *run_complaint(const struct run *run); /* NULL before the receipt */
const struct institution *run_institution(const struct run *run);

/* Sends a step's command to the rules. */
enum fault history_decide(const struct situation *situation, const struct step *step,
                          struct change *ret);

/* Equal to the last byte: what is copied as a whole keeps its padding too. */
static inline bool same_bytes(const void *a, const void *b, size_t size)
{
    return size == 0 || memcmp(a, b, size) == 0;
}

/* From start to end. answers: NULL, or room for each step's. */
struct disagreement history_replay(const struct history *history, int planted_fault,
                                   struct answer answers[]);

/* Makes a random history under some of the calendars given, all of one zone and base, while it
 * runs, up to the first disagreement. The same seed and calendars make the same history. */
struct disagreement history_make(uint64_t seed, const struct history_calendar calendars[],
                                 int calendar_count, int planted_fault, struct history_count *count,
                                 struct history *ret);

/* Takes away what is not needed for a disagreement, until nothing can be taken away. own: the
 * calendars of what remains; released by history_shrunk_free(). */
struct shrunk {
    struct history history;
    struct history_calendar own[HISTORY_CALENDARS];
    int planted_fault;
};
struct shrunk *history_shrink(const struct history *history, int planted_fault);
void history_shrunk_free(struct shrunk *shrunk);

/* The history as people read it, each step with the due times of both. */
void history_print(FILE *to, const struct history *history, int planted_fault);

#endif
