#ifndef STORE_RETENTION_STORE_H
#define STORE_RETENTION_STORE_H

#include "lib/complaint/complaint.h"
#include "lib/complaint/institution.h"
#include "lib/complaint/principal.h"
#include "lib/store/result.h"

/* Holds: what keeps a complaint from being erased though its time is over. */
struct retention_hold {
    int number;
    struct complaint_reference complaint;
    struct text reason, lift_reason; /* masked; none: erased with the complaint */
    struct staff_reference placed_by, lifted_by;
    instant placed_at, lifted_at; /* lifted_at: NONE while it is in force */
};

/* Places one. Waits for whoever is at work on the complaint, so that none is erased that is held.
 * STORE_NONE: it is erased already. */
enum store_result hold_place(struct pg *pg, struct arena *arena, struct uuid complaint_id,
                             struct text reason, struct uuid staff_id, int64_t deadline_us,
                             struct retention_hold *ret);

/* Lifts the complaint's hold of that number. STORE_NONE: there is none; STORE_REFUSED: it was lifted
 * already. */
enum store_result hold_lift(struct pg *pg, struct arena *arena, struct uuid complaint_id,
                            int number, struct text reason, struct uuid staff_id,
                            int64_t deadline_us, struct retention_hold *ret);

/* Those on complaints of the units, behind a number, in order: hold_list_bind(); but of none that is about
 * the caller or who acts for them. in_force: only those. */
extern const struct pg_statement hold_list;
void hold_list_bind(struct pg_binds *binds, const struct uuid units[], size_t unit_count,
                    const struct principal *who, int after, bool in_force, int limit);
void hold_list_read(const struct pg_rows *rows, const struct institution *institution,
                    struct retention_hold out[]);

/* Which of the complaints are held, or were at some time since a moment: complaint_id. */
extern const struct pg_statement hold_held;
void hold_held_bind(struct pg_binds *binds, const struct uuid ids[], size_t count, instant since);

#endif
