#ifndef STORE_UNMASK_STORE_H
#define STORE_UNMASK_STORE_H

#include "lib/complaint/complaint.h"
#include "lib/complaint/institution.h"
#include "lib/complaint/principal.h"
#include "lib/pg/pg.h"

/* Unmaskings are case work; here they are counted and listed for whoever watches over them. */

/* Lets nobody else count what these people, clients among them, were shown, until this transaction ends:
 * in a statement of its own, so that the count sees what was waited for. Parameter: ids,
 * complaint_ids_bind(). */
extern const struct pg_statement unmask_lock;
/* How often they were shown values since a moment, or somebody on whose behalf they acted: staff_id,
 * caller_id, count. */
extern const struct pg_statement unmask_count;
void unmask_count_bind(struct pg_binds *binds, const struct uuid staff_ids[], size_t count,
                       instant since);

/* All that was done about unmasking from one moment (exclusive) to another, of complaints that some
 * units received or own, oldest first; but of none that is about the caller or who acts for them. At most
 * `limit`, and what happened at the same moment as the last of these. */
extern const struct pg_statement unmask_list;
void unmask_list_bind(struct pg_binds *binds, instant after, instant to, const struct uuid units[],
                      size_t count, const struct principal *who, int limit);
struct unmask_listed {
    struct complaint_reference complaint;
    int kind, number;          /* enum action */
    struct staff_reference by; /* whose act it is */
    struct text actor;         /* login of who did it: theirs, or the client's or deputy's */
    instant at;
    struct text body; /* JSON */
};
void unmask_list_read(const struct pg_rows *rows, const struct institution *institution,
                      struct unmask_listed out[]);

#endif
