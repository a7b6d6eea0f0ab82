/* Addresses, parameters, cursors, and the header as it comes over the wire. */
#include <microhttpd.h>
#include <netinet/in.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http_fields.h"
#include "server/http_read.h"
#include "server/list_cursor.h"
#include "server/peer.h"
#include "server/server.h"
#include "tests/fuzz/fuzz.h"

void fuzz_route(struct text input, struct arena *arena);
void fuzz_query(struct text input, struct arena *arena);
void fuzz_cursor(struct text input, struct arena *arena);
void fuzz_header(struct text input, struct arena *arena);

#define PAIRS_MAX 64

/* --- routes ------------------------------------------------------------------------------------ */

/* The path is the operation's own with the parameters in their places. */
static void hold_path(const struct operation *operation, struct text path,
                      const struct text parameters[2], struct arena *arena)
{
    struct text_buffer out = text_buffer_new(arena, path.length + 1);
    size_t taken = 0;

    for (const char *at = operation->path; *at; at++) {
        if (*at != '{') {
            text_buffer_add_char(&out, *at);
            continue;
        }
        FUZZ_HOLDS(taken < 2 && parameters[taken].length > 0);
        FUZZ_HOLDS(!memchr(parameters[taken].at, '/', parameters[taken].length));
        text_buffer_add_text(&out, parameters[taken++]);
        at = strchr(at, '}');
    }
    FUZZ_HOLDS(text_equal(text_buffer_text(&out), path));
}

/* A path is found under each method that is allowed there, and under no other. */
void fuzz_route(struct text input, struct arena *arena)
{
    unsigned found = 0, allowed = 0;

    for (enum method method = METHOD_GET; method <= METHOD_OTHER; method++) {
        struct text parameters[2] = {TEXT_NONE, TEXT_NONE};
        enum fault fault = FAULT_NONE;
        unsigned allow = 0;
        int route = operation_find(method, input, parameters, &fault, &allow);
        if (route >= 0) {
            FUZZ_HOLDS((size_t)route < operations_count && operations[route]->method == method);
            hold_path(operations[route], input, parameters, arena);
            found |= 1u << method;
        } else {
            FUZZ_HOLDS(fault == (allow ? FAULT_METHOD_NOT_ALLOWED : FAULT_NOT_FOUND));
            allowed = allow;
        }
    }
    FUZZ_HOLDS(found == allowed);
}

/* --- parameters -------------------------------------------------------------------------------- */

static const struct shape *choose_query(unsigned number)
{
    size_t left = number % operations_count;

    for (size_t i = 0;; i = (i + 1) % operations_count) {
        if (operations[i]->query && left-- == 0)
            return operations[i]->query;
    }
}

static struct text cut(struct text *rest, char separator)
{
    const char *end = rest->length ? memchr(rest->at, separator, rest->length) : NULL;
    struct text part = {rest->at, end ? (size_t)(end - rest->at) : rest->length};

    *rest = (struct text){rest->at + part.length + (end != NULL),
                          rest->length - part.length - (end != NULL)};
    return part;
}

/* The first byte names the operation; then name=value, divided by "&", with any bytes in them. */
void fuzz_query(struct text input, struct arena *arena)
{
    const struct shape *shape = choose_query(fuzz_take(&input));
    struct violations violations = {.arena = arena};
    struct query_pair pairs[PAIRS_MAX];
    void *object = arena_alloc(arena, shape->size);
    size_t count = 0;

    while (input.length && count < PAIRS_MAX) {
        struct text pair = cut(&input, '&');
        struct text name = cut(&pair, '=');
        pairs[count++] = (struct query_pair){name, pair};
    }
    query_decode(shape, pairs, count, arena, &violations, object);
    fuzz_violations(&violations, arena);
}

/* --- cursors ----------------------------------------------------------------------------------- */

/* The first byte is the order. Any other bytes make a cursor, too, and are one if their time can be. */
void fuzz_cursor(struct text input, struct arena *arena)
{
    struct list_query query = {.order = fuzz_take(&input) % ORDER_COUNT}, again = query;
    struct uuid id = {{0}};

    if (list_cursor_read(input, &query)) {
        FUZZ_HOLDS(query.cursor_at > INSTANT_EARLIEST && query.cursor_at < INSTANT_LATEST);
        struct text written =
            list_cursor_write(arena, query.order, query.cursor_at, query.cursor_id);
        FUZZ_HOLDS(list_cursor_read(written, &again));
        FUZZ_HOLDS(query.cursor_at == again.cursor_at &&
                   uuid_equal(query.cursor_id, again.cursor_id));
    }
    instant at = fuzz_take_number(&input, sizeof at);
    memcpy(&id, input.at, input.length < sizeof id ? input.length : sizeof id);
    struct text written = list_cursor_write(arena, query.order, at, id);
    bool read = list_cursor_read(written, &again);
    FUZZ_HOLDS(read == (at > INSTANT_EARLIEST && at < INSTANT_LATEST));
    FUZZ_HOLDS(!read || (again.cursor_at == at && uuid_equal(again.cursor_id, id)));
    again.order = (enum order)((query.order + 1) % ORDER_COUNT);
    FUZZ_HOLDS(!list_cursor_read(written, &again));
}

/* --- the header -------------------------------------------------------------------------------- */

/* libmicrohttpd on one end of a pair of sockets, and the server's own reading of what it found. */
struct wire {
    struct server server;
    struct MHD_Daemon *daemon;
    struct peer peer;
    struct MHD_Response *response;
};

/* As on_uri() in server/http.c. */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
    (void)cls;
    (void)connection;
    return (void *)(uintptr_t)(strlen(uri) + 1);
}

/* What holds for a request when its header was read. */
static void hold_request(struct request *request)
{
    FUZZ_HOLDS(request->request_id.length > 0 && request->request_id.length <= 64);
    FUZZ_HOLDS(request->query_count <= PAIRS_MAX);
    FUZZ_HOLDS((request->route >= 0) == (request->operation != NULL));
    FUZZ_HOLDS(request->operation || request->answer.status);
    FUZZ_HOLDS(request->answer.status == 0 || request->fault || request->answer.preflight);
    if (request->violations)
        fuzz_violations(request->violations, request->arena);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **context)
{
    struct wire *wire = cls;
    struct request *request = http_request_new(&wire->server, connection);

    (void)upload;
    request->uri_length = (uintptr_t)*context - 1;
    request->has_query = true;
    request->peer = &wire->peer;
    http_read_head(request, url, method, version);
    hold_request(request);
    if (request->answer.status == 0) {
        http_decode(request);
        hold_request(request);
    }
    http_request_free(request);
    *upload_size = 0;
    return MHD_NO; /* one request a connection */
}

static struct wire *wire_open(void)
{
    static struct wire wire;

    if (wire.daemon)
        return &wire;
    if (sodium_init() < 0)
        abort();
    wire.server.settings.http.cors_origins = "https://desk.example https://other.example";
    wire.server.identities = identities_new(INSTANT_HOUR / INSTANT_MILLISECOND);
    wire.server.limits = limits_new(&wire.server.settings); /* rate 0: none */
    wire.peer.address = address_from_four("\177\0\0\1");
    (void)networks_parse("127.0.0.0/8", &wire.server.trusted_proxies);
    wire.daemon = MHD_start_daemon(MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL, on_request, &wire,
                                   MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)32 * 1024,
                                   MHD_OPTION_URI_LOG_CALLBACK, on_uri, &wire, MHD_OPTION_END);
    if (!wire.daemon)
        abort();
    return &wire;
}

void fuzz_header(struct text input, struct arena *arena)
{
    struct wire *wire = wire_open();
    struct sockaddr_in address = {.sin_family = AF_INET};
    const union MHD_DaemonInfo *info;
    int ends[2];
    (void)arena;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
        abort();
    if (send(ends[0], input.at, input.length, MSG_NOSIGNAL) < 0)
        FUZZ_HOLDS(input.length == 0);
    (void)shutdown(ends[0], SHUT_WR);
    FUZZ_HOLDS(MHD_add_connection(wire->daemon, ends[1], (struct sockaddr *)&address,
                                  sizeof address) == MHD_YES);
    do {
        (void)MHD_run_wait(wire->daemon, 0);
        info = MHD_get_daemon_info(wire->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    } while (info->num_connections);
    close(ends[0]);
}
