#ifndef STORE_PROGRESS_STORE_H
#define STORE_PROGRESS_STORE_H

#include "lib/complaint/complaint.h"
#include "lib/pg/pg.h"

/* The complaint of a tracking code, with no more than what progress_tell() looks at. */
extern const struct pg_statement progress_find;

/* False: there is none. */
bool progress_read(const struct pg_rows *rows, struct complaint *ret);

#endif
