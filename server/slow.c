#include "server/slow.h"

#include "lib/base/log.h"
#include "server/http.h"
#include "server/repeat.h"
#include "server/server.h"
#include "server/upload.h"

#define ARENA_BLOCK (64u * 1024)

/* Prepares the context and runs the handler. */
static enum fault handle(struct worker *worker, struct request *request, enum lane lane,
                         struct text *ret_extra)
{
    struct slow_context context = {.server = worker->server,
                                   .worker = worker,
                                   .request = request,
                                   .pg = worker->pg,
                                   .institution = worker->institution,
                                   .now = instant_now(),
                                   .lane = lane};
    enum fault fault = FAULT_NONE;

    if (request->right->of != OF_ANYBODY) {
        if (!identity_look_up(worker->server->identities, worker->pg, &request, 1,
                              worker_deadline(worker)))
            return worker_fault(worker);
        fault = identity_principal(request, worker->institution, &context.who);
    }
    if (!fault && request->operation->kind != OPERATION_COMMAND)
        fault = request_judge(request, &context.who);
    bool repeated = false;
    if (!fault && request->operation->repeatable)
        fault = repeat_find(&context, &repeated);
    if (!fault && !repeated)
        fault = request->operation->handle(&context);
    *ret_extra = context.extra;
    pg_rows_free(&context.held[0]);
    pg_rows_free(&context.held[1]);
    return fault;
}

enum fault slow_renew(struct slow_context *context)
{
    if (!worker_refresh(context->worker))
        return statement_fault(context);
    context->institution = context->worker->institution;
    enum fault fault = identity_principal(context->request, context->institution, &context->who);
    return fault ? fault : request_judge(context->request, &context->who);
}

/* Hands it back. One that was to wait for more, while the server stops, gets nothing; one whose body is
 * stored by now is a command like others. */
static void finish(struct request *request)
{
    if (request->upload && request->upload->stored && request->answer.status == 0) {
        struct server *server = request->server;
        request->deadline_us =
            monotonic_now_us() + server->settings.http.request_timeout_ms * INSTANT_MILLISECOND;
        engine_accept(request);
        engine_wake(server);
    } else if (request->follower && request->follower->waits)
        follow_give_up(request);
    else
        request_finish(request);
}

static void run(struct worker *worker, struct request *request, enum lane lane)
{
    worker_hold(worker);
    enum fault fault = FAULT_DATABASE_AWAY;
    struct text extra = TEXT_NONE;
    if (request->deadline_us < monotonic_now_us())
        fault = FAULT_DEADLINE_PASSED;
    else if (pg_usable(worker->pg) && worker->institution)
        fault = handle(worker, request, lane, &extra);
    bool waits = !fault && request->follower && request->follower->waits;
    if (fault)
        request_refuse(request, fault, request->violations, extra);
    if (fault == FAULT_INTERNAL)
        log_line(LOG_ERROR, "statement failed", LOG_TEXT("request_id", request->request_id),
                 LOG_STRING("operation", request->operation->name),
                 LOG_STRING("error", worker->pg ? pg_error(worker->pg).message : NULL));
    /* Before the answer: who asks one after the other never meets a place that is still taken. */
    queue_done(worker->server->slow, lane);
    if (!waits || !follow_park(request))
        finish(request);
    http_wake(worker->server->http);
    worker_release(worker);
    arena_reset(worker->arena);
}

/* Counts the worker among those that have a usable connection, or no more. */
static void count_connection(const struct worker *worker, bool *counted)
{
    bool usable = pg_usable(worker->pg);
    if (usable != *counted)
        metric_add(worker->server->measures->pool_slow, usable ? 1 : -1);
    *counted = usable;
}

void *slow_work(void *argument)
{
    struct server *server = argument;
    struct worker worker = {.server = server, .slow = true, .arena = arena_new(ARENA_BLOCK)};
    bool counted = false;
    struct request *request;
    enum lane lane;

    while (queue_take(server->slow, &request, 1, &lane)) {
        (void)worker_connect(&worker);
        count_connection(&worker, &counted);
        metric_add(server->measures->pool_slow_busy, 1);
        run(&worker, request, lane);
        metric_add(server->measures->pool_slow_busy, -1);
        count_connection(&worker, &counted);
        if (!pg_usable(worker.pg)) {
            pg_free(worker.pg);
            worker.pg = NULL;
        }
    }
    pg_free(worker.pg);
    arena_free(worker.arena);
    return NULL;
}
