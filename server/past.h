#ifndef SERVER_PAST_H
#define SERVER_PAST_H

#include "lib/complaint/journal_replay.h"
#include "lib/store/list_store.h"
#include "server/engine.h"

/* How things were at a moment (as_of), rebuilt from the journals on the slow pool. Whether the
 * caller may see a complaint is judged by how they stand to it now. */

/* Whoever goes through many complaints on the slow pool enters first, unless the request came in
 * LANE_BULK: false when as many of those are served as may be, so that signing in is never held up.
 * Whoever entered leaves. */
bool scan_enter(const struct slow_context *context);
void scan_leave(const struct slow_context *context);

/* The moment must not lie ahead: FAULT_UNKNOWN_PARAMETER with a violation otherwise. */
enum fault past_check(struct slow_context *context, instant as_of);

/* Rebuilds complaints, ids ascending, as journal_rebuild() does. FAULT_INTERNAL, after logging which
 * one it was, when a journal is not sound: nobody is told a past that was tampered with. */
enum fault past_rebuild(struct slow_context *context, struct arena *arena, const struct uuid ids[],
                        size_t count, instant as_of, struct journal_replay **ret);

/* Is given every complaint that the query matched at query->as_of: how it was, and its row as it is
 * now. Both go when it returns. False: no more are wanted. */
typedef bool past_visitor(void *closure, const struct complaint *then, const struct complaint *now);

/* Goes through what the query matches as of query->as_of: in order of receipt (as it is recorded
 * now) from its cursor on; with by_id in order of id, from the first on. In pages, so memory is
 * bounded; what has not changed since then is taken from its row.
 * FAULT_BUSY when as many are at it as may be, so that signing in is never held up;
 * FAULT_DEADLINE_PASSED when it takes longer than a statement may. */
enum fault past_scan(struct slow_context *context, const struct list_query *query,
                     past_visitor *visit, void *closure);

#endif
