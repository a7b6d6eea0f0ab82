#ifndef SERVER_LIST_CURSOR_H
#define SERVER_LIST_CURSOR_H

#include "lib/store/list_store.h"

/* Cursors of lists: order, time and id of the last row, as base64url. Opaque, but not secret: they
 * hold nothing that the row did not show. */

/* Years 1 to 9999: what the database takes. */
#define INSTANT_EARLIEST (INT64_C(-62135596800) * INSTANT_SECOND)
#define INSTANT_LATEST (INT64_C(253402300800) * INSTANT_SECOND)

/* The text lies in the arena. */
struct text list_cursor_write(struct arena *arena, enum order order, instant at, struct uuid id);

/* Fills cursor_at and cursor_id of a query whose order is known. False, and the query is untouched,
 * when the text is no cursor of that order or tells a time that no row has. */
bool list_cursor_read(struct text text, struct list_query *query);

#endif
