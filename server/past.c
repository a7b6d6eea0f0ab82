#include "server/past.h"

#include <stdlib.h>

#include "lib/base/log.h"
#include "lib/store/journal_rebuild.h"
#include "server/server.h"

#define ARENA_BLOCK ((size_t)256 * 1024)

enum fault past_check(struct slow_context *context, instant as_of)
{
    if (as_of <= context->now)
        return FAULT_NONE;
    violation_add(request_violations(context->request), "as_of", "in_future",
                  "The moment lies in the future.", "时刻不能晚于现在。");
    return FAULT_UNKNOWN_PARAMETER;
}

static int64_t statement_ms(const struct slow_context *context)
{
    return context->server->settings.database.statement_timeout_ms;
}

/* Busy are those who look at the past already; a statement that took too long is the limit of this
 * request. */
static enum fault fault_of(const struct slow_context *context)
{
    enum fault fault = statement_fault(context);
    return fault == FAULT_BUSY ? FAULT_DEADLINE_PASSED : fault;
}

enum fault past_rebuild(struct slow_context *context, struct arena *arena, const struct uuid ids[],
                        size_t count, instant as_of, struct journal_replay **ret)
{
    if (journal_rebuild(context->pg, context->institution, arena, ids, count, as_of,
                        statement_deadline(context->server), ret) != STORE_DONE)
        return fault_of(context);
    for (size_t i = 0; i < count; i++) {
        if (!(*ret)[i].broken)
            continue;
        log_line(LOG_ERROR, "a journal is not sound", LOG_ID("complaint", ids[i]),
                 LOG_TEXT("request_id", context->request->request_id));
        return FAULT_INTERNAL;
    }
    return FAULT_NONE;
}

/* A scan in work. */
struct scan {
    struct slow_context *context;
    struct arena *arena; /* of one page */
    struct list_query query;
    past_visitor *visit;
    void *closure;
    int64_t end_us; /* by monotonic_now_us() */
};

static int by_id(const void *a, const void *b)
{
    return uuid_compare(*(const struct uuid *)a, *(const struct uuid *)b);
}

/* What the candidates that have changed since were, in order of id. */
static enum fault rebuild_changed(struct scan *scan, const struct complaint rows[], size_t count,
                                  struct uuid ids[], size_t *ret_count, struct journal_replay **ret)
{
    *ret_count = 0;
    for (size_t i = 0; i < count; i++)
        if (rows[i].updated_at > scan->query.as_of)
            ids[(*ret_count)++] = rows[i].id;
    qsort(ids, *ret_count, sizeof *ids, by_id);
    return past_rebuild(scan->context, scan->arena, ids, *ret_count, scan->query.as_of, ret);
}

/* Visits what matched; false: no more are wanted. */
static bool visit_page(struct scan *scan, const struct complaint rows[], size_t count,
                       const struct uuid ids[], const struct journal_replay replays[],
                       size_t changed)
{
    for (size_t i = 0; i < count; i++) {
        const struct complaint *then = &rows[i];
        if (then->updated_at > scan->query.as_of) {
            const struct uuid *at = bsearch(&then->id, ids, changed, sizeof *ids, by_id);
            then = at ? &replays[at - ids].complaint : then;
            if (then->journal_length == 0 || !list_matches(&scan->query, then))
                continue;
        }
        if (!scan->visit(scan->closure, then, &rows[i]))
            return false;
    }
    return true;
}

/* One page of candidates; moves the query's cursor behind it. *ret_more: there may be more. */
static enum fault scan_page(struct scan *scan, bool *ret_more)
{
    struct slow_context *context = scan->context;
    struct arena *arena = scan->arena;
    struct list_variant variant = list_variant_of(&scan->query);
    const struct list_query *queries[] = {&scan->query};
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows = {0};
    struct journal_replay *replays = NULL;
    size_t changed;

    list_bind(&binds, queries, 1);
    if (pg_run(context->pg, list_statement(variant, arena), &binds,
               statement_deadline(context->server), &rows) != PG_DONE)
        return fault_of(context);
    struct complaint *complaints = ARENA_ARRAY(arena, struct complaint, rows.count);
    struct uuid *ids = ARENA_ARRAY(arena, struct uuid, rows.count);
    for (size_t row = 0; row < rows.count; row++)
        (void)list_read(&rows, row, context->institution, arena, &complaints[row]);
    enum fault fault = rebuild_changed(scan, complaints, rows.count, ids, &changed, &replays);
    *ret_more = !fault && visit_page(scan, complaints, rows.count, ids, replays, changed) &&
                rows.count == list_rows_max(variant);
    if (*ret_more) {
        const struct complaint *last = &complaints[rows.count - 1];
        scan->query.filters |= LIST_CURSOR;
        scan->query.cursor_at = last->received_at;
        scan->query.cursor_id = last->id;
    }
    pg_rows_free(&rows);
    return fault;
}

static enum fault scan_pages(struct scan *scan)
{
    enum fault fault = FAULT_NONE;
    bool more = true;

    while (more && !fault) {
        arena_reset(scan->arena);
        fault = monotonic_now_us() > scan->end_us ? FAULT_DEADLINE_PASSED : scan_page(scan, &more);
    }
    return fault;
}

/* Whether only what was open then is asked for. What is not open now and has not changed since was not
 * open then either. */
static bool wants_open(const struct list_query *query)
{
    return query->order == ORDER_DUE || query->filters & LIST_OVERDUE ||
           (query->filters & LIST_STATUS && query->status == STATUS_OPEN);
}

bool scan_enter(const struct slow_context *context)
{
    return context->lane == LANE_BULK || queue_enter_bulk(context->server->slow);
}

void scan_leave(const struct slow_context *context)
{
    if (context->lane != LANE_BULK)
        queue_done(context->server->slow, LANE_BULK);
}

enum fault past_scan(struct slow_context *context, const struct list_query *query,
                     past_visitor *visit, void *closure)
{
    struct scan scan = {.context = context, .query = *query, .visit = visit, .closure = closure};
    enum fault fault = FAULT_BUSY;

    scan.query.filters |= LIST_AS_OF;
    scan.query.limit = LIST_LIMIT_MAX;
    if (wants_open(query))
        scan.query.filters |= LIST_OPEN_THEN;
    if (scan.query.by_id)
        scan.query.filters &= ~(unsigned)LIST_CURSOR;
    scan.end_us = monotonic_now_us() + statement_ms(context) * INSTANT_MILLISECOND;
    if (scan_enter(context)) {
        scan.arena = arena_new(ARENA_BLOCK);
        fault = scan_pages(&scan);
        arena_free(scan.arena);
        scan_leave(context);
    }
    return fault;
}
