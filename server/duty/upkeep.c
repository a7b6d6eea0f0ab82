/* The duties themselves. */
#include "lib/base/log.h"
#include "lib/store/attachment_store.h"
#include "lib/store/board_store.h"
#include "lib/store/complaint_store.h"
#include "lib/store/log_store.h"
#include "lib/store/search_store.h"
#include "lib/store/token_store.h"
#include "server/duty/duty.h"
#include "server/engine.h"
#include "server/http.h"
#include "server/server.h"

#define DEADLINE_US (30 * INSTANT_SECOND)
#define KEYS_KEPT_FOR (7 * INSTANT_DAY)
#define PURGED_AT_ONCE 1000
#define PURGES_AT_MOST 20 /* so that the other duties get their turn */
#define LATE_AT_ONCE 64

/* Answers requests that wait in a queue while every thread is held up: never a hang. */
static void refuse_late(struct server *server, struct pg *pg, struct arena *arena)
{
    struct queue *queues[] = {server->fast, server->slow};
    struct request *late[LATE_AT_ONCE];
    (void)pg;
    (void)arena;

    for (size_t i = 0; i < 2; i++) {
        size_t count = LATE_AT_ONCE;
        while (count == LATE_AT_ONCE) {
            count = queue_take_late(queues[i], monotonic_now_us(), late, LATE_AT_ONCE);
            for (size_t j = 0; j < count; j++)
                batch_refuse(late[j], FAULT_DEADLINE_PASSED, NULL, TEXT_NONE);
            if (count)
                http_wake(server->http);
        }
    }
}

const struct duty duty_late = {.name = "late", .period_ms = 500, .run = refuse_late};

/* What the search's thread has not done yet: told by another one, so that its silence is seen. */
static void count_backlog(struct server *server, struct pg *pg)
{
    struct pg_rows rows;

    if (pg_run(pg, &search_backlog, NULL, monotonic_now_us() + DEADLINE_US, &rows) == PG_DONE) {
        metric_set(server->measures->search_backlog, pg_int8(&rows, 0, 0));
        metric_set(server->measures->search_age, pg_int8(&rows, 0, 1));
    }
    pg_rows_free(&rows);
}

static void count_log(struct server *server, struct pg *pg)
{
    struct pg_rows rows;

    if (pg_run(pg, &log_backlog, NULL, monotonic_now_us() + DEADLINE_US, &rows) == PG_DONE) {
        metric_set(server->measures->log_backlog, pg_int8(&rows, 0, 0));
        metric_set(server->measures->log_age, pg_int8(&rows, 0, 1));
    }
    pg_rows_free(&rows);
}

/* The figures that /metrics shows but no request counts. */
static void count(struct server *server, struct pg *pg, struct arena *arena)
{
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;
    instant now = instant_now();
    int64_t open = 0, overdue[STAGE_COUNT] = {0};
    int year;

    pg_bind_instant(&binds, now);
    bool counted =
        pg_run(pg, &board_totals, &binds, monotonic_now_us() + DEADLINE_US, &rows) == PG_DONE;
    for (size_t row = 0; counted && row < rows.count; row++) {
        int stage = vocabulary_find(&vocabulary_stage, pg_text(&rows, row, 0));
        open += pg_int8(&rows, row, 1);
        if (stage != TERM_NONE)
            overdue[stage] = pg_int8(&rows, row, 2);
    }
    pg_rows_free(&rows);
    if (counted) {
        metric_set(server->measures->open, open);
        for (int stage = 0; stage < STAGE_COUNT; stage++)
            metric_set(server->measures->overdue[stage], overdue[stage]);
    }
    count_backlog(server, pg);
    count_log(server, pg);
    struct institution *institution = reference_hold(server->reference);
    if (institution)
        metric_set(server->measures->calendar_year_missing,
                   (int64_t)calendar_years_missing(institution->calendar, now,
                                                   now + 60 * INSTANT_DAY, &year, 1));
    reference_release(server->reference, institution);
    metric_set(server->measures->log_lost, (int64_t)log_lost());
}

const struct duty duty_count = {.name = "count", .period_ms = 15000, .run = count};

#define USES_AT_ONCE 512

/* Records which tokens are in use: seldom, and never by the request that uses one. */
static void note_uses(struct server *server, struct pg *pg, struct arena *arena)
{
    struct hash *hashes = ARENA_ARRAY(arena, struct hash, USES_AT_ONCE);
    size_t count = identities_used(server->identities, hashes, USES_AT_ONCE);

    if (count)
        (void)token_used(pg, arena, hashes, count, monotonic_now_us() + DEADLINE_US);
}

const struct duty duty_uses = {.name = "uses", .period_ms = 5000, .run = note_uses};

/* Forgets idempotency keys after seven days, and tokens that ran out. */
static void purge(struct server *server, struct pg *pg, struct arena *arena)
{
    struct pg_binds binds = pg_binds_new(arena);
    int64_t removed = PURGED_AT_ONCE;
    (void)server;

    idempotency_purge_bind(&binds, instant_now() - KEYS_KEPT_FOR, PURGED_AT_ONCE);
    for (int i = 0; i < PURGES_AT_MOST && removed == PURGED_AT_ONCE; i++) {
        struct pg_rows rows;
        if (pg_run(pg, &idempotency_purge, &binds, monotonic_now_us() + DEADLINE_US, &rows) !=
            PG_DONE)
            break;
        removed = rows.affected;
        pg_rows_free(&rows);
    }
    (void)token_purge(pg, arena, instant_now() - KEYS_KEPT_FOR, PURGED_AT_ONCE,
                      monotonic_now_us() + DEADLINE_US, &removed);
}

#define FILES_AT_ONCE 10 /* of up to 200 chunks each */

/* Removes files that were begun and never attached: the client has gone, or was refused. One whose next
 * part still comes has had one more recently; the minute is for clocks that differ. */
static void drop_unfinished(struct server *server, struct pg *pg, struct arena *arena)
{
    const struct settings *settings = &server->settings;
    int64_t removed = FILES_AT_ONCE;
    instant since = instant_now() - INSTANT_MINUTE -
                    (settings->http.transfer_timeout_ms + settings->http.request_timeout_ms) *
                        INSTANT_MILLISECOND;

    for (int i = 0; i < PURGES_AT_MOST && removed == FILES_AT_ONCE; i++)
        if (attachment_purge(pg, arena, since, FILES_AT_ONCE, monotonic_now_us() + DEADLINE_US,
                             &removed) != STORE_DONE)
            break;
}

const struct duty duty_unfinished = {
    .name = "unfinished", .period_ms = 30000, .exclusive = true, .run = drop_unfinished};

const struct duty duty_purge = {
    .name = "purge", .period_ms = 10000, .exclusive = true, .run = purge};
