#ifndef STORE_INSTITUTION_STORE_H
#define STORE_INSTITUTION_STORE_H

#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/complaint/institution.h"
#include "lib/pg/pg.h"

/* Reads the institution's reference data as of one moment into a snapshot with memory of its own.
 * zone_minutes: the institution's fixed offset. deadline_us: by monotonic_now_us().
 * Without an imported calendar, Monday to Friday 09:00–12:00 and 13:30–17:30 hold, no year loaded,
 * as version 0. Grants of a role that this program does not know are left out.
 * Returns NULL and sets *ret_fault on failure: FAULT_DATABASE_AWAY when the connection was lost or
 * the deadline passed; FAULT_INTERNAL when a statement failed (pg_error() tells), or when the data
 * contradict each other: then *ret_flaw is a sentence that says how, for the log. In all other cases
 * it is set to NULL; ret_flaw itself may be NULL.
 * The caller releases it with institution_free(). */
struct institution *institution_load(struct pg *pg, int zone_minutes, int64_t deadline_us,
                                     enum fault *ret_fault, const char **ret_flaw);

/* Releases a snapshot of institution_load(), with all that points into it. NULL is allowed. */
void institution_free(struct institution *institution);

#endif
