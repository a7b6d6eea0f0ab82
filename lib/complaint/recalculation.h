#ifndef COMPLAINT_RECALCULATION_H
#define COMPLAINT_RECALCULATION_H

#include "lib/complaint/lifecycle.h"

/* What a new calendar or policy does to the complaints that are open (domain.md §2): their due times
 * are computed anew, as one operation that is journalled in each complaint which it changes. Ended
 * complaints, earlier rounds and completed stage rows stay as they are. */

/* Which operation; none of it is sent by a caller. */
struct recalculate_command {
    int number;  /* of the operation */
    int rules;   /* enum rules */
    int version; /* of the calendar or policy that was put in force */
};

/* Computes both clocks of an open complaint anew under situation->institution, as the product's own
 * action: it has no row in the table and so is nobody's to do. For a new policy, a complaint that was
 * received in its time takes it over, with the limits it sets and the level it commands; all others
 * keep the one under which they were received, and their due times.
 * Input: struct recalculate_command. FAULT_NOT_OPEN when the complaint has ended. */
decide_function lifecycle_recalculate;

/* Whether that changed anything worth an entry: policy, level, a limit or a due time. */
bool recalculation_changes(const struct complaint *before, const struct complaint *after);

/* What an operation did, or would do. */
struct recalculation_figures {
    int64_t considered;                   /* open complaints */
    int64_t changed;                      /* recalculation_changes() */
    int64_t policy_changed;               /* took over the new policy */
    int64_t stage_moved, statutory_moved; /* by clock */
    int64_t moved;                        /* whose due_at, the earlier of the two, differs */
    int64_t earlier, later;               /* of these; neither when a clock stands still */
    int64_t become_overdue, no_longer_overdue;
    instant first_due_at, last_due_at; /* of the new due_at that moved; NONE: none did */
};

/* The figures of no complaint. */
struct recalculation_figures recalculation_nothing(void);

/* Counts one complaint; before and after may be the same. now: the moment at which it is overdue or
 * not. */
void recalculation_count(struct recalculation_figures *figures, const struct complaint *before,
                         const struct complaint *after, instant now);

#endif
