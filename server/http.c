#include "server/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/auth/token.h"
#include "lib/base/log.h"
#include "server/engine.h"
#include "server/http_read.h"
#include "server/respond.h"
#include "server/server.h"

/* Above our own limits, so that the refusal is ours; libmicrohttpd clears it for each request. */
#define CONNECTION_MEMORY (32u * 1024)

struct http {
    struct server *server;
    struct MHD_Daemon *daemon;
    int listening; /* the socket that quiescing handed back, -1 before */
};

/* Until the header is complete a connection's context is no request but what is to be known of the
 * address: libmicrohttpd does not always tell when such a request ends, so it must own nothing. */
enum { URI_MARK = 1, URI_HAS_NUL = 2, URI_HAS_QUERY = 4, URI_BITS = 3 };

static bool is_uri(const void *context)
{
    return (uintptr_t)context & URI_MARK;
}

/* The body has arrived, or there is none: answer at once or hand over. */
static enum MHD_Result dispatch(struct request *request, struct MHD_Connection *connection)
{
    if (request->answer.status == 0)
        http_decode(request);
    if (request->answer.status == 0 && request->operation->kind == OPERATION_AT_ONCE)
        request->operation->answer(request);
    if (request->answer.status)
        return respond(request, connection);
    /* From here on, so that a slow upload is not late before it has begun, and so that deadlines
     * follow the order of the queue. */
    request->deadline_us = monotonic_now_us() +
                           request->server->settings.http.request_timeout_ms * INSTANT_MILLISECOND;
    request->suspended = true;
    MHD_suspend_connection(connection);
    engine_accept(request);
    return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **context)
{
    struct http *http = cls;
    (void)version;

    if (is_uri(*context)) { /* the header is complete */
        struct request *request = http_request_new(http->server, connection);
        request->uri_length = (uintptr_t)*context >> URI_BITS;
        request->uri_has_nul = (uintptr_t)*context & URI_HAS_NUL;
        request->has_query = (uintptr_t)*context & URI_HAS_QUERY;
        *context = request;
        metric_add(http->server->measures->in_flight, 1);
        http_read_head(http->server, request, connection, url, method);
        return request->answer.status && request->body.length == SIZE_MAX
                   ? respond(request, connection)
                   : MHD_YES;
    }
    struct request *request = *context;
    if (*upload_size) {
        size_t size = *upload_size;
        *upload_size = 0;
        return http_read_body(request, upload, size) ? MHD_YES : MHD_NO;
    }
    if (request->suspended) /* resumed: a worker has answered */
        return respond(request, connection);
    return dispatch(request, connection);
}

/* Called with the address as it was sent, before anything else of a request. */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
    (void)cls;
    (void)connection;
    return (void *)(uintptr_t)(strlen(uri) << URI_BITS | (strstr(uri, "%00") ? URI_HAS_NUL : 0) |
                               (strchr(uri, '?') ? URI_HAS_QUERY : 0) | URI_MARK);
}

static void log_access(const struct request *request, int64_t took_us)
{
    enum log_level level = request->answer.status >= 500 ? LOG_WARNING : LOG_INFO;
    log_line(level, "request", LOG_TEXT("request_id", request->request_id),
             LOG_STRING("operation", request->operation ? request->operation->name : NULL),
             LOG_TEXT("method", request->method_name), LOG_INT("status", request->answer.status),
             LOG_STRING("problem", request->fault ? fault_text(request->fault)->slug : NULL),
             LOG_INT("took_us", took_us), LOG_INT("bytes", request->answer.body.length),
             LOG_TEXT("address", request->address), LOG_ID("staff", request->staff_id));
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
    struct http *http = cls;
    struct request *request = *context;
    (void)connection;
    (void)code;

    if (!request || is_uri(request))
        return;
    *context = NULL;
    int64_t took_us = monotonic_now_us() - request->arrived_us;
    metric_add(http->server->measures->in_flight, -1);
    if (request->answer.status) {
        measures_request(http->server->measures, request->route, request->answer.status, took_us);
        if (http->server->settings.log.access)
            log_access(request, took_us);
    }
    http_request_free(request);
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http *http = cls;
    (void)connection;
    (void)socket_context;
    metric_add(http->server->measures->connections, code == MHD_CONNECTION_NOTIFY_STARTED ? 1 : -1);
}

static bool address_of(const struct settings *settings, struct sockaddr_storage *ret)
{
    struct sockaddr_in *four = (struct sockaddr_in *)ret;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret;

    *ret = (struct sockaddr_storage){0};
    if (inet_pton(AF_INET, settings->http.listen, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)settings->http.port);
        return true;
    }
    if (inet_pton(AF_INET6, settings->http.listen, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((uint16_t)settings->http.port);
        return true;
    }
    errno = EINVAL;
    return false;
}

static struct MHD_Daemon *listen_on(struct http *http, struct sockaddr_storage *address)
{
    const struct settings *settings = &http->server->settings;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
                     (address->ss_family == AF_INET6 ? MHD_USE_IPv6 : 0);
    struct MHD_OptionItem pool[] = {
        {settings->http.threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END,
         settings->http.threads, NULL},
        {MHD_OPTION_END, 0, NULL}};

    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, http, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)address,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)settings->http.connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)settings->http.connections_per_address,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(settings->http.idle_timeout_ms / 1000),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_URI_LOG_CALLBACK, on_uri, http,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, http, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, http, MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
}

struct http *http_start(struct server *server)
{
    struct sockaddr_storage address;
    struct http *http = calloc(1, sizeof *http);
    if (!http)
        abort();
    http->server = server;
    http->listening = -1;
    if (address_of(&server->settings, &address))
        http->daemon = listen_on(http, &address);
    if (!http->daemon) {
        int reason = errno;
        free(http);
        errno = reason;
        return NULL;
    }
    return http;
}

int http_port(const struct http *http)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

void http_quiesce(struct http *http)
{
    http->listening = MHD_quiesce_daemon(http->daemon);
}

int http_in_flight(const struct http *http)
{
    return (int)metric_value(http->server->measures->in_flight);
}

void http_stop(struct http *http)
{
    if (!http)
        return;
    MHD_stop_daemon(http->daemon);
    if (http->listening >= 0)
        close(http->listening);
    free(http);
}
