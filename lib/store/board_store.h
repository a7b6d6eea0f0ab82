#ifndef STORE_BOARD_STORE_H
#define STORE_BOARD_STORE_H

#include "lib/complaint/complaint.h"
#include "lib/complaint/principal.h"
#include "lib/pg/pg.h"

/* What the board counts: open complaints by unit, stage and owner. */

struct board_row {
    struct uuid unit_id, owner_id;
    int stage; /* enum stage */
    int64_t open, due_soon, overdue;
    int64_t urged;         /* an order waits for an answer */
    instant oldest_due_at; /* INSTANT_NONE when every clock stands still */
};

/* Parameters: the owners' units, the caller (neither they nor who acts for them is shown what is about
 * themselves), the moment, and for each level the horizon up to which it is due soon. */
extern const struct pg_statement board_count;
void board_count_bind(struct pg_binds *binds, const struct uuid units[], size_t unit_count,
                      const struct principal *who, instant now,
                      const instant horizons[static LEVEL_COUNT]);
void board_read(const struct pg_rows *rows, struct board_row out[]);

/* Open and overdue complaints of the whole institution by stage, for the metrics. Parameter: the
 * moment. */
extern const struct pg_statement board_totals;

#endif
