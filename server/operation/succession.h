#ifndef SERVER_OPERATION_SUCCESSION_H
#define SERVER_OPERATION_SUCCESSION_H

#include "server/engine.h"

/* Passing on all open work of one person to another, in one transaction or not at all: each complaint
 * by the rules of a single hand-over, with its own entry in its journal. */
struct succession {
    struct slow_context *context;
    const struct staff *from, *to; /* to: NULL: nobody, so all work stands in the way */
    struct text reason;
    bool supervised;         /* the caller must be supervisor of each complaint */
    size_t assigned, others; /* complaints; others: what was offered to them */
    struct text_buffer obstacles;
    size_t obstacle_count;
};

/* Opens the transaction and holds reference data that is the newest in it. departs: `from` is to be
 * disabled, so nobody decides on complaints until it ends. Otherwise a fault, and no transaction. The
 * caller looks names up again: the snapshot in hand may be another. */
enum fault succession_begin(struct succession *succession, bool departs);

/* Passes all on. FAULT_HAND_OVER_BLOCKED: some cannot be, and the obstacles tell. */
enum fault succession_run(struct succession *succession);

/* Commits if `fault` is none, with the answer that the request holds by then under its Idempotency-Key;
 * else rolls back. Returns fault, or why the commit failed. */
enum fault succession_end(struct succession *succession, enum fault fault);

/* Answers a refusal that names the obstacles. */
void succession_refuse(const struct succession *succession);

#endif
