#ifndef STORE_WORK_STORE_H
#define STORE_WORK_STORE_H

#include "lib/complaint/complaint.h"
#include "lib/complaint/institution.h"
#include "lib/pg/pg.h"

/* Reading case work. Saving it is part of saving a complaint. Parameters: the complaint, the kinds
 * (numbered together), and the number after which the page begins and its size. */
extern const struct pg_statement work_get;
void work_get_bind(struct pg_binds *binds, struct uuid complaint_id, const enum action kinds[],
                   size_t count, int after, int limit);

/* Fills out[], of rows->count; texts live as long as the rows. */
void work_read(const struct pg_rows *rows, const struct institution *institution,
               struct work_view out[]);

#endif
