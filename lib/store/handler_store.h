#ifndef STORE_HANDLER_STORE_H
#define STORE_HANDLER_STORE_H

#include "lib/store/complaint_store.h"

/* Table handler, which lists read: complaint.handlers found by person. */

/* Sends the statements that keep it in step with the saves, for complaint_save_send(), and adds
 * their number to *sent. False: the connection is lost. */
bool handler_save_send(struct pg *pg, struct arena *arena, const struct save saves[], size_t count,
                       size_t *sent);

#endif
