#ifndef TESTS_UNIT_HISTORY_MODEL_H
#define TESTS_UNIT_HISTORY_MODEL_H

#include "tests/unit/history.h"

/* domain.md §2 and §3 as far as they bear on due times, a second time: a record of what was done
 * and two naive clocks that read it. It is told which actions were accepted and by whom, never what
 * the rules made of them. */

/* Faults to plant, which a comparison has to notice. */
enum planted_fault {
    PLANTED_NONE,
    PLANTED_END_MINUTE,     /* the minute in which a pause ends counts as paused */
    PLANTED_UNTOLD_TIME,    /* a mediation counts from its beginning, not from its telling */
    PLANTED_OLD_LIMIT,      /* a stage to which is sent back keeps its first start */
    PLANTED_LATE_EXTENSION, /* an extension told too late counts */
    PLANTED_LATE_LEVEL,     /* a level given too late brings its own limit */
    PLANTED_OLD_CALENDAR,   /* the calendar at receipt is used for ever */
    PLANTED_KEPT_TIMES,     /* a new calendar leaves open complaints as they are */
    PLANTED_MOVED_PAST,     /* a new calendar moves ended ones too */
    PLANTED_COUNT
};

struct model_row {
    int stage;
    instant start, due;
};

struct model {
    enum planted_fault planted;
    const struct institution *institution; /* units and staff */
    const struct policy *policies;
    const struct naive_days *calendar;
    bool by_minute; /* the stage clock goes minute by minute, not day by day */

    const struct policy *policy; /* of the day of receipt */
    int level, people, owner;
    bool ended;
    struct model_row rows[HISTORY_STEPS_MAX];
    int row_count;

    /* The round. */
    int kind;
    instant from;    /* where its statutory clock starts */
    int limit_level; /* the level whose statutory limit counts: one given in time */
    int extended;    /* days of effective extensions */
    struct pause pauses[HISTORY_STEPS_MAX];
    int pause_count;
    struct {
        int days, by;
        instant approved_at;
        bool eligible; /* approved by somebody who may */
    } extension;

    struct due_times due;
};

void model_receive(struct model *model, const struct step *step);
void model_step(struct model *model, const struct step *step);
void model_calendar(struct model *model, const struct naive_days *calendar);

/* Whether the last extension that was told counted. */
bool model_extension_counts(const struct model *model, const struct step *step);
/* Whether the statutory limit had not run out at that moment. */
bool model_in_time(const struct model *model, instant at);

#endif
