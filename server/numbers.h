#ifndef SERVER_NUMBERS_H
#define SERVER_NUMBERS_H

#include "server/command.h"

/* What names a complaint that is received: its id, its number and the customer's tracking code. */

/* Names what these commands receive. Numbers are taken from the database in blocks, which a thread
 * keeps in hand. False: the statement that takes one failed; the connection tells why. */
bool numbers_give(struct worker *worker, struct command *const commands[], size_t count);

/* After a set that failed: if another server has given one of our numbers, as after a fail-over that
 * lost the taking of a block, the rest in hand is no good either. */
void numbers_drop_duplicates(struct worker *worker);

#endif
