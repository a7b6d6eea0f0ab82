#ifndef STORE_RECALCULATION_STORE_H
#define STORE_RECALCULATION_STORE_H

#include "lib/complaint/audit.h"
#include "lib/complaint/recalculation.h"
#include "lib/store/result.h"

/* Putting a calendar or policy in force, and what follows from it for the complaints that are open.
 *
 * Nobody may decide by older rules once the new ones are in force: whoever saves complaints sends
 * rules_share before it looks at anything, and rules_versions behind the locks of the rows, all in
 * the transaction that saves, and starts anew with newer reference data when the versions are not
 * those of its own. Putting in force waits until nobody holds the shared lock.
 *
 * The same keeps stages from those who were disabled a moment ago: that is done under rules_alone, and
 * the number of the last departure is among the versions. */
extern const struct pg_statement rules_share, rules_alone, rules_versions;

/* Whether the row of rules_versions names what the institution holds. */
bool rules_are_newest(const struct pg_rows *rows, const struct institution *institution);

/* Who put rules in force, as the operation keeps it. staff_id none: nobody who stands in the journals; then it is only
 * possible while no complaint is open. Texts may be none. */
struct recalculation_author {
    struct uuid staff_id;
    struct text client, request_id, address;
};

/* What became of a version that was to be put in force. */
struct rules_added {
    int version;
    bool added;        /* false: this version already was the same, and nothing was changed */
    int recalculation; /* its number, when added */
    bool finished;     /* it is, as no complaint is open */
};

/* Begins a transaction in which nobody decides. STORE_FAILED also when those at work did not end
 * within 2 s. Unless STORE_DONE nothing is left open. */
enum store_result rules_begin(struct pg *pg, int64_t deadline_us);

/* Records the recalculation that a version added in that transaction makes necessary, and in the
 * audit trail who put it in force, and commits.
 * It is finished at once when no complaint is open. STORE_REFUSED: an earlier one is not finished.
 * STORE_NONE: a complaint is open, and there is no author. Nothing was changed then, nor in all
 * other cases but STORE_DONE and STORE_LOST. */
enum store_result rules_commit(struct pg *pg, struct arena *arena, enum rules rules,
                               const struct audit_origin *origin, int64_t deadline_us,
                               struct rules_added *added);

/* Gives up such a transaction, and keeps the first error for pg_error(). */
void rules_abandon(struct pg *pg, int64_t deadline_us);

/* One operation. */
struct recalculation {
    int number;
    int rules; /* enum rules */
    int version;
    struct recalculation_author author; /* texts point into the rows */
    instant started_at, finished_at;
    struct uuid after;
    struct recalculation_figures figures;
    int64_t failed;
};

/* The one that is not finished: at most one row; and all of them, of one kind (parameter: its code),
 * newest first. */
extern struct pg_statement recalculation_open, recalculation_list;
void recalculation_read(const struct pg_rows *rows, size_t row, int at, struct recalculation *ret);

/* The open complaints behind an id, in order of id, so many at most, each with its current stage row, as far as the
 * clocks look at it: level, receipt, limits, pauses, due times and what the major level needs. */
extern struct pg_statement recalculation_page;
#define RECALCULATION_PAGE 250
void recalculation_page_bind(struct pg_binds *binds, struct uuid after);
void recalculation_page_read(const struct pg_rows *rows, const struct institution *institution,
                             struct arena *arena, struct complaint out[]);

/* Adds a portion's figures and moves on behind `after`; fails unless the operation still stands
 * where `operation` says. finished: there is no more. */
extern const struct pg_statement recalculation_advance;
void recalculation_advance_bind(struct pg_binds *binds, const struct recalculation *operation,
                                const struct recalculation_figures *more, int64_t failed,
                                struct uuid after, bool finished);

/* Composes the statements; called once, before the first connection. */
void recalculation_store_start(struct arena *arena);

#endif
