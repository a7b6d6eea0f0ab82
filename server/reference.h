#ifndef SERVER_REFERENCE_H
#define SERVER_REFERENCE_H

#include "lib/complaint/institution.h"
#include "lib/pg/pg.h"

/* Holds the newest snapshot of the institution's data. Who uses one holds it until done; a snapshot
 * that was replaced goes when the last holder lets go. */
struct reference;

struct reference *reference_new(void);
void reference_free(struct reference *reference);

/* The newest snapshot, NULL before the first. The caller lets go with reference_release(). */
struct institution *reference_hold(struct reference *reference);
void reference_release(struct reference *reference, struct institution *institution);

/* Reads a new snapshot over a connection and replaces the newest by it, unless that was begun to be
 * read later: whoever has changed something finds it afterwards, whatever others were reading
 * meanwhile. False, after logging why, when that failed. deadline_us: by monotonic_now_us(). */
bool reference_load(struct reference *reference, struct pg *pg, int zone_minutes,
                    int64_t deadline_us);

#endif
