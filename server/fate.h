#ifndef SERVER_FATE_H
#define SERVER_FATE_H

#include "lib/store/complaint_store.h"
#include "server/engine.h"

/* What became of commands whose commit was sent and never answered: they are never run again blindly.
 * A new connection tells, once nothing can change it any more. */

/* Waits until the process that served the worker's lost connection has ended, as until then it may still
 * commit; the worker has a new connection then. False: it has not in time. */
bool fate_settle(struct worker *worker);

/* FAULT_NONE: the command was saved, as the entry that it would have written is there (its hash is the
 * change's id); FAULT_DATABASE_AWAY: it was not; FAULT_OUTCOME_UNKNOWN. After fate_settle(). */
enum fault fate_look_up(struct worker *worker, const struct save *save);

#endif
