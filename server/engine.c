#include "server/engine.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/store/complaint_store.h"
#include "server/http.h"
#include "server/server.h"
#include "server/slow.h"
#include "server/upload.h"

#define ARENA_BLOCK (256u * 1024)
#define RECONNECT_MS 200
#define ANSWER_GRACE_MS 1000 /* beyond the server's own statement timeout */

struct engine {
    struct server *server;
    size_t thread_count, slow_count;
    pthread_t *threads, *slow_threads;
};

bool worker_connect(struct worker *worker)
{
    const struct settings *settings = &worker->server->settings;
    struct pg_options options = {.url = settings->database.url,
                                 .application = worker->slow ? "complaintd slow" : "complaintd",
                                 .statement_timeout_ms =
                                     (int)settings->database.statement_timeout_ms,
                                 .connect_timeout_s = 2,
                                 .generic_plans = !worker->slow};
    struct text error = TEXT_NONE;

    if (pg_alive(worker->pg))
        return true;
    pg_free(worker->pg);
    worker->pg = pg_connect(&options, worker->arena, &error);
    if (worker->pg) {
        metric_add(worker->server->measures->reconnections, 1);
        log_line(LOG_INFO, "database connected");
    } else {
        log_line(LOG_WARNING, "database away", LOG_TEXT("error", error));
    }
    return worker->pg != NULL;
}

int64_t statement_deadline(const struct server *server)
{
    return monotonic_now_us() +
           (server->settings.database.statement_timeout_ms + ANSWER_GRACE_MS) * INSTANT_MILLISECOND;
}

int64_t worker_deadline(const struct worker *worker)
{
    return statement_deadline(worker->server);
}

enum pg_status worker_next(const struct worker *worker, struct pg_rows *rows)
{
    return pg_next(worker->pg, worker_deadline(worker), rows);
}

bool worker_ask_complaints(const struct worker *worker, const struct uuid ids[], size_t count,
                           struct arena *arena)
{
    struct pg_binds binds = pg_binds_new(arena);
    complaint_ids_bind(&binds, ids, count);
    return pg_send(worker->pg, &pg_begin_read, NULL) &&
           pg_send(worker->pg, &complaint_by_id, &binds) &&
           pg_send(worker->pg, &stage_get, &binds) && pg_send(worker->pg, &pg_commit, NULL);
}

bool worker_take_complaints(const struct worker *worker, struct pg_rows *complaints,
                            struct pg_rows *stages)
{
    bool good = worker_next(worker, NULL) == PG_DONE;
    good = worker_next(worker, complaints) == PG_DONE && good;
    good = worker_next(worker, stages) == PG_DONE && good;
    return worker_next(worker, NULL) == PG_DONE && good;
}

bool worker_end_sync(const struct worker *worker, bool in_transaction)
{
    bool ended = worker_next(worker, NULL) == PG_SYNCED;
    if (in_transaction && pg_usable(worker->pg))
        (void)pg_run(worker->pg, &pg_rollback, NULL, worker_deadline(worker), NULL);
    return ended;
}

enum fault worker_fault(const struct worker *worker)
{
    if (!pg_usable(worker->pg))
        return FAULT_DATABASE_AWAY;
    return pg_held_up(worker->pg) ? FAULT_BUSY : FAULT_INTERNAL;
}

enum fault statement_fault(const struct slow_context *context)
{
    return worker_fault(context->worker);
}

void batch_refuse(struct request *request, enum fault fault, const struct violations *violations,
                  struct text extra)
{
    request_refuse(request, fault, violations, extra);
    request_finish(request);
}

bool resolve_names(struct worker *worker, const struct text names[], size_t count,
                   struct uuid ids[])
{
    struct pg_binds binds = pg_binds_new(worker->arena);
    size_t numbers = 0;

    for (size_t i = 0; i < count; i++) {
        ids[i] = UUID_NONE;
        if (!uuid_parse(names[i], &ids[i]) && names[i].length)
            numbers++;
    }
    if (numbers == 0)
        return true;
    struct pg_array array = pg_array_begin(&binds, PG_TEXT, count);
    for (size_t i = 0; i < count; i++)
        pg_array_add_text(&array, uuid_is_none(ids[i]) ? names[i] : TEXT_NONE);
    pg_array_end(&array);

    struct pg_rows rows;
    enum pg_status status =
        pg_run(worker->pg, &complaint_find, &binds, worker_deadline(worker), &rows);
    if (status == PG_FAILED)
        log_line(LOG_ERROR, "numbers not looked up",
                 LOG_STRING("error", pg_error(worker->pg).message));
    for (size_t row = 0; status == PG_DONE && row < rows.count; row++) {
        for (size_t i = 0; i < count; i++) {
            if (text_equal(pg_text(&rows, row, 0), names[i]))
                ids[i] = pg_uuid(&rows, row, 1);
        }
    }
    pg_rows_free(&rows);
    return status == PG_DONE;
}

bool batch_resolve(struct worker *worker, struct request *const requests[], size_t count,
                   struct uuid ids[])
{
    struct text *names = ARENA_ARRAY(worker->arena, struct text, count);

    for (size_t i = 0; i < count; i++)
        names[i] = requests[i]->parameters[0];
    return resolve_names(worker, names, count, ids);
}

void worker_hold(struct worker *worker)
{
    worker->institution = reference_hold(worker->server->reference);
}

void worker_release(struct worker *worker)
{
    struct reference *reference = worker->server->reference;

    reference_release(reference, worker->institution);
    worker->institution = NULL;
    while (worker->outdated_count > 0)
        reference_release(reference, worker->outdated[--worker->outdated_count]);
}

bool worker_refresh(struct worker *worker)
{
    const struct settings *settings = &worker->server->settings;

    if (worker->outdated_count == OUTDATED_MAX ||
        !reference_load(worker->server->reference, worker->pg, settings->institution.zone_minutes,
                        worker_deadline(worker)))
        return false;
    worker->outdated[worker->outdated_count++] = worker->institution;
    worker_hold(worker);
    return true;
}

/* Answers those that waited too long; the rest moves up. */
static size_t drop_late(struct request *requests[], size_t count)
{
    int64_t now = monotonic_now_us();
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        if (requests[i]->deadline_us < now)
            batch_refuse(requests[i], FAULT_DEADLINE_PASSED, NULL, TEXT_NONE);
        else
            requests[left++] = requests[i];
    }
    return left;
}

static void refuse_all(struct request *const requests[], size_t count, enum fault fault)
{
    for (size_t i = 0; i < count; i++)
        batch_refuse(requests[i], fault, NULL, TEXT_NONE);
}

static void run_batch(struct worker *worker, struct request *requests[], size_t count,
                      enum lane lane)
{
    count = drop_late(requests, count);
    (void)worker_connect(worker);
    worker_hold(worker);
    if (!pg_usable(worker->pg) || !worker->institution) {
        refuse_all(requests, count, FAULT_DATABASE_AWAY);
    } else if (count) {
        struct measures *measures = worker->server->measures;
        metric_observe(lane == LANE_COMMAND ? measures->batch_command : measures->batch_read,
                       (int64_t)count);
        (lane == LANE_COMMAND ? batch_command : batch_read)(worker, requests, count);
    }
    http_wake(worker->server->http);
    worker_release(worker);
    arena_reset(worker->arena);
}

/* Counts the worker among those that can serve, or no more. */
static void set_connected(struct worker *worker, bool *connected, bool now)
{
    if (*connected == now)
        return;
    *connected = now;
    atomic_fetch_add(&worker->server->connected, now ? 1 : -1);
    metric_add(worker->server->measures->pool_fast, now ? 1 : -1);
}

/* Makes sure of a connection; while there is none, tries again and again until the server stops.
 * When this was the last thread that had one, what waits in the queue is refused. */
static void reconnect(struct worker *worker, bool *connected)
{
    struct server *server = worker->server;
    struct request *waiting[BATCH_MAX];
    size_t count;

    while (!pg_usable(worker->pg) && !worker_connect(worker)) {
        set_connected(worker, connected, false);
        while (atomic_load(&server->connected) == 0 &&
               (count = queue_take_late(server->fast, INT64_MAX, waiting, BATCH_MAX)))
            refuse_all(waiting, count, FAULT_DATABASE_AWAY);
        if (server->http) /* the first connection is made before there is one */
            http_wake(server->http);
        if (atomic_load(&server->draining))
            return;
        usleep(RECONNECT_MS * 1000);
        arena_reset(worker->arena);
    }
    set_connected(worker, connected, true);
}

static void *work(void *argument)
{
    struct server *server = argument;
    struct worker worker = {.server = server, .arena = arena_new(ARENA_BLOCK)};
    struct request *requests[BATCH_MAX];
    bool connected = false;
    enum lane lane;
    size_t count;

    reconnect(&worker, &connected);
    while ((count = queue_take(server->fast, requests, (size_t)server->settings.database.batch,
                               &lane))) {
        run_batch(&worker, requests, count, lane);
        reconnect(&worker, &connected);
    }
    set_connected(&worker, &connected, false);
    pg_free(worker.pg);
    arena_free(worker.arena);
    return NULL;
}

static pthread_t start(void *(*function)(void *), void *argument)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, function, argument) != 0)
        abort();
    return thread;
}

struct engine *engine_start(struct server *server)
{
    struct engine *engine = calloc(1, sizeof *engine);
    if (!engine)
        abort();
    engine->server = server;
    engine->thread_count = (size_t)server->settings.database.threads;
    engine->slow_count = (size_t)server->settings.database.slow_threads;
    engine->threads = calloc(engine->thread_count, sizeof(pthread_t));
    engine->slow_threads = calloc(engine->slow_count, sizeof(pthread_t));
    if (!engine->threads || !engine->slow_threads)
        abort();
    for (size_t i = 0; i < engine->thread_count; i++)
        engine->threads[i] = start(work, server);
    /* One thread is left to sign-in and the board. */
    queue_bound(server->slow, engine->slow_count > 1 ? engine->slow_count - 1 : 1);
    for (size_t i = 0; i < engine->slow_count; i++)
        engine->slow_threads[i] = start(slow_work, server);
    return engine;
}

void engine_stop(struct engine *engine)
{
    if (!engine)
        return;
    for (size_t i = 0; i < engine->thread_count; i++)
        pthread_join(engine->threads[i], NULL);
    for (size_t i = 0; i < engine->slow_count; i++)
        pthread_join(engine->slow_threads[i], NULL);
    free(engine->threads);
    free(engine->slow_threads);
    free(engine);
}

void engine_accept(struct request *request)
{
    struct server *server = request->server;
    enum operation_kind kind = request->operation->kind;
    bool uploads = request->upload && !request->upload->stored;
    bool slow = kind == OPERATION_SLOW || uploads ||
                (request->operation->is_slow && request->operation->is_slow(request));

    if (atomic_load_explicit(&server->connected, memory_order_relaxed) == 0) {
        batch_refuse(request, FAULT_DATABASE_AWAY, NULL, TEXT_NONE);
        return;
    }
    bool bulk = request->operation->bulk || uploads || (slow && kind == OPERATION_LIST);
    enum lane lane = bulk                        ? LANE_BULK
                     : kind == OPERATION_COMMAND ? LANE_COMMAND
                     : kind == OPERATION_LIST    ? LANE_LIST
                                                 : LANE_GET;
    if (!queue_put(slow ? server->slow : server->fast, lane, request))
        batch_refuse(request, atomic_load(&server->draining) ? FAULT_SHUTTING_DOWN : FAULT_BUSY,
                     NULL, TEXT_NONE);
}

void engine_wake(struct server *server)
{
    queue_wake(server->fast);
    queue_wake(server->slow);
}
