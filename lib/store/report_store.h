#ifndef STORE_REPORT_STORE_H
#define STORE_REPORT_STORE_H

#include "lib/base/instant.h"
#include "lib/base/uuid.h"
#include "lib/complaint/principal.h"
#include "lib/pg/pg.h"

/* What reports count. Complaints that were voided, as they were recorded by mistake, do not count, and none
 * is counted for whom it is about: the difference to what they may list would tell them. What was
 * received counts for the unit that received it; what is open or has ended for the owner's, as on the
 * board. A round that has ended counts by itself and keeps its figures when another is opened (domain.md
 * §3). */

/* Which complaints: those of these units in the days from `from` to `to`, in a zone. */
struct report_range {
    const struct uuid *units;
    size_t unit_count;
    const struct principal *who; /* who asks */
    day_number from, to;
    int zone_minutes;
};

/* Rows (day, count): received, and ended, on each day that has any. */
extern const struct pg_statement volume_received, volume_ended;
void volume_days_bind(struct pg_binds *binds, const struct report_range *range);

/* Rows (day, open, overdue) of the days that were counted when they ended. */
extern const struct pg_statement volume_counted;
void volume_counted_bind(struct pg_binds *binds, const struct report_range *range);

/* Rows (class, count, overdue) of what is open at the moment `now`: class n was received before limits[n],
 * and not before limits[n - 1]; limits ascend. */
extern const struct pg_statement ageing_count;
void ageing_bind(struct pg_binds *binds, const struct report_range *range, const instant limits[],
                 size_t count, instant now);

/* Rows (owner's unit, ended, decided, of these on time, seconds from receipt to decision of all of them) of
 * what ended in the range. On time is what was decided within the statutory limit. A later round is
 * counted from the receipt of the new facts, the application or the reopening. */
extern const struct pg_statement timeliness_count;
void timeliness_bind(struct pg_binds *binds, const struct report_range *range);

/* Rows (cause class, product, count, count of all rows together), the most frequent first, at most `limit`. */
extern const struct pg_statement causes_count;
void causes_bind(struct pg_binds *binds, const struct report_range *range, int limit);

/* Counts what was open at the end of a day, unless it was counted; affects no row then. */
extern const struct pg_statement figure_count;
void figure_count_bind(struct pg_binds *binds, day_number day, int zone_minutes);

#endif
