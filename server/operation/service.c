/* What operators and browsers ask: answered at once, without the database. */
#include "lib/store/private_store.h"
#include "server/server.h"

static void answer_health(struct request *request)
{
    request_answer(request, 200, TEXT("{\"status\":\"ok\"}"));
}

const struct operation health = {.name = "health",
                                 .method = METHOD_GET,
                                 .path = "/healthz",
                                 .kind = OPERATION_AT_ONCE,
                                 .answer = answer_health};

static void answer_ready(struct request *request)
{
    struct server *server = request->server;
    struct institution *institution = reference_hold(server->reference);
    bool database = atomic_load(&server->connected) > 0;
    bool draining = atomic_load(&server->draining);
    /* Somebody must look, but requests are answered as well as before: no reason to take all servers
     * out of service, as all of them see the same journals. */
    bool differing = atomic_load(&server->differing) > 0;
    bool damaged = metric_value(server->measures->log_damaged) > 0;
    const char *status = draining                  ? "draining"
                         : database && institution ? (differing || damaged ? "degraded" : "ready")
                         : institution             ? "degraded"
                                                   : "starting";

    reference_release(server->reference, institution);
    request_answer(request, database && institution && !draining ? 200 : 503,
                   text_printf(request->arena, "{\"status\":\"%s\",\"database\":%s%s}", status,
                               database ? "true" : "false",
                               differing ? ",\"reason\":\"journal-differences\""
                               : damaged ? ",\"reason\":\"log-damaged\""
                                         : ""));
    request->answer.content_type = "application/json";
}

const struct operation ready = {.name = "ready",
                                .method = METHOD_GET,
                                .path = "/readyz",
                                .kind = OPERATION_AT_ONCE,
                                .answer = answer_ready};

static void answer_metrics(struct request *request)
{
    struct server *server = request->server;
    struct text_buffer out = text_buffer_new(request->arena, 32768);

    metric_set(server->measures->queue_fast, (int64_t)queue_length(server->fast));
    metric_set(server->measures->queue_slow, (int64_t)queue_length(server->slow));
    metric_set(server->measures->unreadable, private_unreadable());
    metrics_write(server->measures->registry, &out);
    request_answer(request, 200, text_buffer_text(&out));
    request->answer.content_type = METRICS_CONTENT_TYPE;
}

const struct operation metrics = {.name = "metrics",
                                  .method = METHOD_GET,
                                  .path = "/metrics",
                                  .kind = OPERATION_AT_ONCE,
                                  .for_operators = true,
                                  .answer = answer_metrics};

/* What a page has to know before anybody signed in. */
static void answer_institution(struct request *request)
{
    struct server *server = request->server;
    int minutes = server->settings.institution.zone_minutes;
    int distance = minutes < 0 ? -minutes : minutes;

    request_answer(request, 200,
                   text_printf(request->arena, "{\"zone\":\"%c%02d:%02d\",\"sign_on\":%s}",
                               minutes < 0 ? '-' : '+', distance / 60, distance % 60,
                               server->sign_on ? "true" : "false"));
}

const struct operation institution_get = {.name = "institution_get",
                                          .method = METHOD_GET,
                                          .path = "/v1/institution",
                                          .kind = OPERATION_AT_ONCE,
                                          .answer = answer_institution};

/* The page that a problem's type leads to, in both languages. */
static void answer_problem(struct request *request)
{
    for (int fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++) {
        const struct fault_text *row = fault_text((enum fault)fault);
        if (!text_equal(request->parameters[0], text_of(row->slug)))
            continue;
        request_answer(request, 200,
                       text_printf(request->arena,
                                   "<!doctype html>\n<html lang=\"en\"><head><meta "
                                   "charset=\"utf-8\"><title>%s</title></head>\n<body><h1>%s</h1>"
                                   "\n<p>HTTP %d</p>\n<p lang=\"en\">%s.</p>\n<p lang=\"zh\">%s。"
                                   "</p>\n<p><a href=\"/docs\">API</a></p></body></html>\n",
                                   row->slug, row->slug, row->status, row->en, row->zh));
        request->answer.content_type = "text/html; charset=utf-8";
        request->answer.page = true;
        return;
    }
    request_refuse(request, FAULT_NOT_FOUND, NULL, TEXT_NONE);
}

const struct operation problem_get = {.name = "problem_get",
                                      .method = METHOD_GET,
                                      .path = "/problems/{slug}",
                                      .kind = OPERATION_AT_ONCE,
                                      .answer = answer_problem};
