#include "server/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/auth/token.h"
#include "lib/base/log.h"
#include "server/engine.h"
#include "server/http_read.h"
#include "server/peer.h"
#include "server/respond.h"
#include "server/server.h"
#include "server/tls.h"
#include "server/upload.h"

/* Above our own limits, so that the refusal is ours; libmicrohttpd clears it for each request. */
#define CONNECTION_MEMORY (20u * 1024)

#define TURN_MS 100 /* how long a loop sleeps at most */

/* A thread with its share of the connections. */
struct loop {
    struct http *http;
    struct MHD_Daemon *daemon;
    struct peers peers; /* the connections */
    bool for_operators; /* it listens at http.metrics_listen */
    pthread_t thread;
    bool quiesced;                      /* it listens no more */
    int bell;                           /* eventfd: rung when requests were handed back */
    _Atomic(struct request *) finished; /* handed back, the last one first */
};

struct http {
    struct server *server;
    struct loop *loops; /* the last one is that for operators, if there is one */
    size_t loop_count;
    atomic_bool quiesce, stop;
};

/* Until the header is complete a connection's context is no request but what is to be known of the
 * address: libmicrohttpd does not always tell when such a request ends, so it must own nothing. */
enum { URI_MARK = 1, URI_HAS_NUL = 2, URI_HAS_QUERY = 4, URI_HAS_SLASH = 8, URI_BITS = 4 };

static bool is_uri(const void *context)
{
    return (uintptr_t)context & URI_MARK;
}

static enum MHD_Result answer(struct request *request, struct MHD_Connection *connection)
{
    peer_await(request->peer, request->server->settings.http.transfer_timeout_ms);
    return respond(request, connection);
}

static void hand_over(struct request *request, struct MHD_Connection *connection)
{
    /* From here on, so that a slow upload is not late before it has begun, and so that deadlines
     * follow the order of the queue. */
    request->deadline_us = monotonic_now_us() +
                           request->server->settings.http.request_timeout_ms * INSTANT_MILLISECOND;
    request->peer->deadline_us = INT64_MAX;
    request->suspended = true;
    MHD_suspend_connection(connection);
    engine_accept(request);
}

/* The body has arrived, or there is none: answer at once or hand over. */
static enum MHD_Result dispatch(struct request *request, struct MHD_Connection *connection)
{
    if (request->upload)
        request->upload->last = true;
    else if (request->answer.status == 0)
        http_decode(request);
    if (request->answer.status == 0 && request->operation->kind == OPERATION_AT_ONCE)
        request->operation->answer(request);
    if (request->answer.status)
        return answer(request, connection);
    hand_over(request, connection);
    return MHD_YES;
}

/* A part of a body that is stored as it comes. Only when there is more than the buffer takes is it handed
 * over: so some of the part is left, and libmicrohttpd does not go on with a suspended connection's next
 * chunk, which 0.9.75 does once a part was taken whole. */
static enum MHD_Result store(struct request *request, struct MHD_Connection *connection,
                             const char *part, size_t *size)
{
    if (request->suspended) /* resumed: what was handed over is stored, or refused */
        peer_await(request->peer, request->server->settings.http.transfer_timeout_ms);
    request->suspended = false;
    if (request->answer.status == 0 &&
        request->upload->size + (int64_t)*size > (int64_t)request->operation->body_max)
        request_refuse(request, FAULT_TOO_LARGE, NULL, TEXT_NONE);
    if (request->answer.status) {
        size_t rest = *size;
        *size = 0;
        return http_read_body(request, part, rest) ? MHD_YES : MHD_NO;
    }
    *size -= upload_take(request->upload, part, *size);
    if (*size)
        hand_over(request, connection);
    return MHD_YES;
}

static struct peer *peer_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static struct request *begin(struct loop *loop, struct MHD_Connection *connection, uintptr_t uri)
{
    struct server *server = loop->http->server;
    struct request *request = http_request_new(server, connection);

    request->uri_length = uri >> URI_BITS;
    request->uri_has_nul = uri & URI_HAS_NUL;
    request->uri_has_slash = uri & URI_HAS_SLASH;
    request->has_query = uri & URI_HAS_QUERY;
    request->loop = loop;
    request->peer = peer_of(connection);
    peer_await(request->peer, server->settings.http.transfer_timeout_ms);
    metric_add(server->measures->in_flight, 1);
    return request;
}

/* Whether this address serves the operation: that of operators only theirs, and the other what is
 * left. */
static bool serves(const struct loop *loop, const struct operation *operation)
{
    const struct settings *settings = &loop->http->server->settings;
    return loop->for_operators ? operation->for_operators
                               : !operation->for_operators || !*settings->http.metrics_listen;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **context)
{
    struct loop *loop = cls;

    if (is_uri(*context)) { /* the header is complete */
        struct request *request = begin(loop, connection, (uintptr_t)*context);
        *context = request;
        http_read_head(request, url, method, version);
        if (request->operation && !serves(loop, request->operation)) {
            request->operation = NULL;
            request->route = -1;
            request_refuse(request, FAULT_NOT_FOUND, NULL, TEXT_NONE);
        }
        return request->answer.status && request->body.length == SIZE_MAX
                   ? answer(request, connection)
                   : MHD_YES;
    }
    struct request *request = *context;
    if (*upload_size && request->upload)
        return store(request, connection, upload, upload_size);
    if (*upload_size) {
        size_t size = *upload_size;
        *upload_size = 0;
        return http_read_body(request, upload, size) ? MHD_YES : MHD_NO;
    }
    if (request->suspended) /* resumed: a worker has answered */
        return answer(request, connection);
    return dispatch(request, connection);
}

/* Called with the address as it was sent, before anything else of a request. */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
    (void)cls;
    (void)connection;
    const char *query = strchr(uri, '?'), *slash = strcasestr(uri, "%2f");
    return (void *)(uintptr_t)(strlen(uri) << URI_BITS | (strstr(uri, "%00") ? URI_HAS_NUL : 0) |
                               (slash && (!query || slash < query) ? URI_HAS_SLASH : 0) |
                               (query ? URI_HAS_QUERY : 0) | URI_MARK);
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
    struct http *http = ((struct loop *)cls)->http;
    struct request *request = *context;
    (void)connection;
    (void)code;

    if (!request || is_uri(request))
        return;
    *context = NULL;
    /* The next header may begin until the connection has been silent for too long. */
    peer_await(request->peer, http->server->settings.http.idle_timeout_ms +
                                  http->server->settings.http.header_timeout_ms);
    int64_t took_us = monotonic_now_us() - request->arrived_us;
    metric_add(http->server->measures->in_flight, -1);
    if (request->answer.status) {
        measures_request(http->server->measures, request->route, request->answer.status, took_us);
        if (http->server->settings.log.access)
            log_access(request, took_us);
    }
    follow_end(request);
    http_request_free(request);
}

static struct peer *open_peer(struct loop *loop, struct MHD_Connection *connection)
{
    struct server *server = loop->http->server;
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *address =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct peer *peer = peer_add(&loop->peers, fd->connect_fd, address->client_addr, INT64_MAX);

    peer_await(peer, server->settings.http.header_timeout_ms);
    if (server->tls && !loop->for_operators)
        peer->credentials = tls_present(
            server->tls,
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session);
    return peer;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct loop *loop = cls;
    struct server *server = loop->http->server;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *socket_context = open_peer(loop, connection);
        metric_add(server->measures->connections, 1);
    } else {
        struct peer *peer = *socket_context;
        tls_release(server->tls, peer->credentials);
        peer_remove(&loop->peers, peer);
        metric_add(server->measures->connections, -1);
    }
}

/* listen: an address of either kind. */
static bool address_of(const char *listen, int port, struct sockaddr_storage *ret)
{
    struct sockaddr_in *four = (struct sockaddr_in *)ret;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret;

    *ret = (struct sockaddr_storage){0};
    if (inet_pton(AF_INET, listen, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)port);
        return true;
    }
    if (inet_pton(AF_INET6, listen, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((uint16_t)port);
        return true;
    }
    errno = EINVAL;
    return false;
}

static struct MHD_Daemon *listen_on(struct loop *loop, struct sockaddr_storage *address)
{
    const struct settings *settings = &loop->http->server->settings;
    const struct tls *tls = loop->for_operators ? NULL : loop->http->server->tls;
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
                     (address->ss_family == AF_INET6 ? MHD_USE_IPv6 : 0) | (tls ? MHD_USE_TLS : 0);
    struct MHD_OptionItem more[5] = {{MHD_OPTION_END, 0, NULL}};
    size_t count = 0;

    /* Several loops share the port, each with a socket of its own; a single one does not share. */
    if (settings->http.threads > 1 && !loop->for_operators)
        more[count++] = (struct MHD_OptionItem){MHD_OPTION_LISTENING_ADDRESS_REUSE, 1, NULL};
    if (tls) {
        more[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0,
                                                (void *)(uintptr_t)tls_certificate(tls)};
        more[count++] =
            (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)tls_key(tls)};
        more[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0,
                                                (void *)(uintptr_t)tls_priorities(tls)};
    }
    more[count] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};

    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, loop, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)address,
        MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)(settings->http.connections / settings->http.threads),
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)settings->http.connections_per_address,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(settings->http.idle_timeout_ms / 1000),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_ARRAY, more,
        MHD_OPTION_URI_LOG_CALLBACK, on_uri, loop, MHD_OPTION_NOTIFY_COMPLETED, on_completed, loop,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, loop, MHD_OPTION_END);
}

/* Waits until something is to be done, at most a turn. */
static void wait_for_work(struct loop *loop)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct pollfd fds[] = {{.fd = info->epoll_fd, .events = POLLIN},
                           {.fd = loop->bell, .events = POLLIN}};
    uint64_t rings;
    MHD_UNSIGNED_LONG_LONG timeout_ms;

    if (MHD_get_timeout(loop->daemon, &timeout_ms) != MHD_YES || timeout_ms > TURN_MS)
        timeout_ms = TURN_MS;
    if (timeout_ms && !atomic_load(&loop->finished))
        (void)poll(fds, 2, (int)timeout_ms);
    if (fds[1].revents)
        (void)!read(loop->bell, &rings, sizeof rings);
}

void http_finish(struct request *request)
{
    struct loop *loop = request->loop;
    request->next = atomic_load(&loop->finished);
    while (!atomic_compare_exchange_weak(&loop->finished, &request->next, request))
        ;
}

void http_wake(struct http *http)
{
    const uint64_t ring = 1;
    for (size_t i = 0; i < http->loop_count; i++) {
        if (atomic_load(&http->loops[i].finished))
            (void)!write(http->loops[i].bell, &ring, sizeof ring);
    }
}

/* Resumes the connections whose requests are answered. Here and not by the workers: a resumption
 * writes to libmicrohttpd's own bell, which would wake this thread for each. */
static void resume_finished(struct loop *loop)
{
    struct request *request = atomic_exchange(&loop->finished, NULL);
    while (request) {
        struct request *next = request->next;
        MHD_resume_connection(request->connection);
        request = next;
    }
}

/* Closes the listening socket, so that who connects now is refused at once and tries another server
 * instead of waiting for one that will not answer. It is ours: the daemon has no threads. */
static void quiesce(struct loop *loop)
{
    int listening = MHD_quiesce_daemon(loop->daemon);
    if (listening >= 0)
        close(listening);
    loop->quiesced = true;
}

/* One HTTP thread. The loop is ours because libmicrohttpd 0.9.75's own waits for a next event when
 * it was handed exactly as many as it takes at a time (128), with all of them unserved; and because
 * so the requests of one turn are handed over together. */
static void *run_loop(void *argument)
{
    struct loop *loop = argument;

    log_gather();
    while (!atomic_load(&loop->http->stop)) {
        if (atomic_load(&loop->http->quiesce) && !loop->quiesced)
            quiesce(loop);
        wait_for_work(loop);
        resume_finished(loop);
        metric_add(loop->http->server->measures->connections_late,
                   peers_end_late(&loop->peers, monotonic_now_us()));
        (void)MHD_run(loop->daemon);
        engine_wake(loop->http->server);
        log_flush();
    }
    resume_finished(loop); /* the last turn may have refused some */
    MHD_stop_daemon(loop->daemon);
    log_flush();
    close(loop->bell);
    return NULL;
}

static uint16_t port_of(struct MHD_Daemon *daemon)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

static bool open_loop(struct http *http, size_t index, bool for_operators,
                      struct sockaddr_storage *address)
{
    struct loop *loop = &http->loops[index];
    *loop = (struct loop){.http = http, .for_operators = for_operators};
    loop->daemon = listen_on(loop, address);
    loop->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return loop->daemon && loop->bell >= 0;
}

/* Opens the sockets of all loops; the first one's port holds for those beside it too. */
static bool open_loops(struct http *http)
{
    const struct settings *settings = &http->server->settings;
    struct sockaddr_storage address;
    size_t shared = (size_t)settings->http.threads;

    if (!address_of(settings->http.listen, settings->http.port, &address))
        return false;
    for (size_t i = 0; i < shared; i++) {
        if (!open_loop(http, i, false, &address))
            return false;
        /* The port stands at the same place in both kinds of address. */
        ((struct sockaddr_in *)&address)->sin_port = htons(port_of(http->loops[i].daemon));
    }
    return shared == http->loop_count ||
           (address_of(settings->http.metrics_listen, settings->http.metrics_port, &address) &&
            open_loop(http, shared, true, &address));
}

struct http *http_start(struct server *server)
{
    const struct settings *settings = &server->settings;
    struct http *http = calloc(1, sizeof *http);
    if (!http)
        abort();
    http->server = server;
    http->loop_count = (size_t)settings->http.threads + (*settings->http.metrics_listen ? 1 : 0);
    http->loops = calloc(http->loop_count, sizeof *http->loops);
    if (!http->loops)
        abort();
    if (!open_loops(http)) {
        int reason = errno;
        for (size_t i = 0; i < http->loop_count && http->loops[i].daemon; i++)
            MHD_stop_daemon(http->loops[i].daemon);
        free(http->loops);
        free(http);
        errno = reason;
        return NULL;
    }
    server->http = http;
    for (size_t i = 0; i < http->loop_count; i++) {
        if (pthread_create(&http->loops[i].thread, NULL, run_loop, &http->loops[i]) != 0)
            abort();
    }
    return http;
}

int http_port(const struct http *http)
{
    return port_of(http->loops[0].daemon);
}

int http_metrics_port(const struct http *http)
{
    const struct loop *last = &http->loops[http->loop_count - 1];
    return last->for_operators ? port_of(last->daemon) : 0;
}

void http_quiesce(struct http *http)
{
    atomic_store(&http->quiesce, true);
}

int http_in_flight(const struct http *http)
{
    return (int)metric_value(http->server->measures->in_flight);
}

void http_stop(struct http *http)
{
    if (!http)
        return;
    atomic_store(&http->stop, true);
    for (size_t i = 0; i < http->loop_count; i++)
        pthread_join(http->loops[i].thread, NULL);
    free(http->loops);
    free(http);
}
