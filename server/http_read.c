#include "server/http_read.h"

#include <pthread.h>
#include <stdlib.h>
#include <strings.h>

#include "lib/auth/token.h"
#include "server/http_fields.h"
#include "server/peer.h"
#include "server/server.h"
#include "server/session_cookie.h"
#include "server/upload.h"

#define ARENA_BLOCK (16u * 1024)
#define ARENAS_KEPT 256
#define URI_MAX 4096     /* bytes */
#define HEADERS_MAX 8192 /* bytes, names and values together, and for each field */
#define QUERY_MAX 64     /* parameters */
#define KEY_MAX 255      /* characters of an Idempotency-Key */
#define REQUEST_ID_MAX 64
#define DISCARD_MAX (1024u * 1024)           /* what is read and thrown away of an ordinary body */
#define LARGE_BODIES_MAX (64u * 1024 * 1024) /* bytes of all bodies beyond BODY_MAX together */

/* Arenas of finished requests, for the next ones of the same thread. */
static _Thread_local struct {
    struct arena *list[ARENAS_KEPT];
    size_t count;
} kept;

static pthread_key_t kept_key;
static pthread_once_t kept_once = PTHREAD_ONCE_INIT;

static void free_kept(void *unused)
{
    (void)unused;
    while (kept.count)
        arena_free(kept.list[--kept.count]);
}

static void make_kept_key(void)
{
    if (pthread_key_create(&kept_key, free_kept) != 0)
        abort();
}

struct request *http_request_new(struct server *server, struct MHD_Connection *connection)
{
    struct arena *arena = kept.count ? kept.list[--kept.count] : arena_new(ARENA_BLOCK);
    struct request *request = ARENA_NEW(arena, struct request);

    *request = (struct request){.server = server,
                                .arena = arena,
                                .connection = connection,
                                .route = -1,
                                .arrived_us = monotonic_now_us()};
    return request;
}

void http_request_free(struct request *request)
{
    struct arena *arena = request->arena;
    atomic_fetch_sub(&request->server->large_bodies, request->body_reserved);
    if (request->operation && request->operation->secret)
        arena_wipe(arena); /* with the request */
    if (kept.count < ARENAS_KEPT) {
        arena_reset(arena);
        kept.list[kept.count++] = arena;
        pthread_once(&kept_once, make_kept_key);
        (void)pthread_setspecific(kept_key, &kept);
    } else {
        arena_free(arena);
    }
}

static struct text header(struct request *request, const char *name)
{
    return text_of(MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name));
}

static bool request_id_sound(struct text id)
{
    if (id.length == 0 || id.length > REQUEST_ID_MAX)
        return false;
    for (size_t i = 0; i < id.length; i++) {
        char c = id.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_' || c == '.'))
            return false;
    }
    return true;
}

static void read_request_id(struct request *request)
{
    struct text given = header(request, "X-Request-Id");
    if (request_id_sound(given)) {
        request->request_id = text_copy(request->arena, given);
        return;
    }
    char *id = arena_alloc(request->arena, UUID_TEXT_LENGTH + 1);
    uuid_format(uuid_make(instant_now()), id);
    request->request_id = (struct text){id, UUID_TEXT_LENGTH};
}

/* The peer's address, or that of the client for which a trusted proxy speaks. */
static void read_address(struct request *request, const struct fields *fields)
{
    const struct peer *peer = request->peer;

    request->from = peer->address;
    request->address = text_of(peer->address_text);
    if (text_is_none(fields->forwarded))
        return;
    request->from =
        address_behind(&request->server->trusted_proxies, peer->address, fields->forwarded);
    char *text = arena_alloc(request->arena, ADDRESS_TEXT_MAX);
    address_format(&request->from, text);
    request->address = text_of(text);
}

/* "Bearer TOKEN", else the browser's session cookie. */
static void read_token(struct request *request)
{
    struct text value = header(request, "Authorization");
    struct text token = TEXT_NONE;

    if (value.length > 7 && strncasecmp(value.at, "Bearer ", 7) == 0)
        token = (struct text){value.at + 7, value.length - 7};
    else if (text_is_none(value))
        token = text_of(MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND,
                                                    session_cookie_name(request->server)));
    request->by_cookie = text_is_none(value) && !text_is_none(token);
    request->has_token = !text_is_none(token) && token_hash(token, request->token_hash.bytes);
    if (request->has_token)
        (void)identity_recall(request->server->identities, request);
}

static enum MHD_Result add_parameter(void *cls, enum MHD_ValueKind kind, const char *name,
                                     const char *value)
{
    struct request *request = cls;
    (void)kind;
    if (request->query_count == QUERY_MAX) {
        request->query_beyond = true;
        return MHD_NO;
    }
    request->query[request->query_count++] =
        (struct query_pair){text_copy(request->arena, text_of(name)),
                            text_copy(request->arena, text_of(value ? value : ""))};
    return MHD_YES;
}

static void read_query(struct request *request)
{
    if (!request->has_query)
        return;
    request->query = ARENA_ARRAY(request->arena, struct query_pair, QUERY_MAX);
    (void)MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, add_parameter,
                                    request);
}

static bool is_json(struct text type)
{
    static const char json[] = "application/json";
    size_t length = sizeof json - 1;
    return type.length >= length && strncasecmp(type.at, json, length) == 0 &&
           (type.length == length || strchr("; \t", type.at[length]));
}

/* The weight of an Accept-Language member ("zh-CN;q=0.9") in thousandths. */
static int weight_of(const char *member, size_t length)
{
    const char *q = memmem(member, length, "q=", 2);
    if (!q)
        return 1000;
    double weight = strtod(q + 2, NULL);
    return weight > 0 && weight <= 1 ? (int)(weight * 1000) : 0;
}

/* Whether Chinese is wanted more than English, or as much and named first. */
static bool prefers_chinese(struct text languages)
{
    int chinese = 0, english = 0;
    const char *at = languages.at;

    while (at && *at) {
        size_t length = strcspn(at, ",");
        size_t blanks = strspn(at, " \t");
        const char *tag = at + (blanks < length ? blanks : length);
        int weight = weight_of(at, length);
        if (strncasecmp(tag, "zh", 2) == 0 && weight > english && weight > chinese)
            chinese = weight;
        else if (strncasecmp(tag, "en", 2) == 0 && weight > english)
            english = weight;
        at += length + (at[length] == ',');
    }
    return chinese > 0 && chinese >= english;
}

static bool is_text(struct text text)
{
    for (size_t at = 0; at < text.length;) {
        uint32_t code;
        size_t length = text_decode(text.at + at, text.length - at, &code);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

/* Whether a coding is among the encodings, and not with a weight of 0 ("gzip;q=0"). */
static bool takes(struct text encodings, const char *coding)
{
    static const char blank[] = " \t";
    const char *at = encodings.at;

    while (at && *at) {
        size_t length = strcspn(at, ",");
        const char *name = at + strspn(at, blank);
        size_t name_length = strcspn(name, ";, \t");
        if (name_length == strlen(coding) && strncasecmp(name, coding, name_length) == 0)
            return weight_of(at, length) > 0;
        at += length + (at[length] == ',');
    }
    return false;
}

static bool lists(const char *list, struct text item)
{
    static const char separators[] = ", \t";
    for (const char *at = list + strspn(list, separators); *at; at += strspn(at, separators)) {
        struct text member = {at, strcspn(at, separators)};
        if (text_equal(member, item))
            return true;
        at += member.length;
    }
    return false;
}

static void read_headers(struct request *request)
{
    struct text encodings = header(request, "Accept-Encoding");
    struct text coding = header(request, "Content-Encoding");
    const char *origins = request->server->settings.http.cors_origins;
    struct text origin = *origins ? header(request, "Origin") : TEXT_NONE;
    request->chinese = prefers_chinese(header(request, "Accept-Language"));
    request->accepts_gzip = takes(encodings, "gzip");
    request->accepts_brotli = takes(encodings, "br");
    request->if_match = text_copy(request->arena, header(request, "If-Match"));
    request->if_none_match = text_copy(request->arena, header(request, "If-None-Match"));
    request->idempotency_key = text_copy(request->arena, header(request, "Idempotency-Key"));
    request->on_behalf_of = text_copy(request->arena, header(request, "On-Behalf-Of"));
    struct text type = header(request, "Content-Type");
    bool encoded =
        !text_is_none(coding) && (coding.length != 8 || strncasecmp(coding.at, "identity", 8) != 0);
    request->json_body = is_json(type) && !encoded;
    request->plain_body =
        !encoded && (type.length < 10 || strncasecmp(type.at, "multipart/", 10) != 0);
    if (!text_is_none(origin) && lists(origins, origin))
        request->origin = text_copy(request->arena, origin);
}

static enum method method_of(const char *name)
{
    if (strcmp(name, "GET") == 0 || strcmp(name, "HEAD") == 0)
        return METHOD_GET;
    if (strcmp(name, "POST") == 0)
        return METHOD_POST;
    if (strcmp(name, "PATCH") == 0)
        return METHOD_PATCH;
    return strcmp(name, "DELETE") == 0 ? METHOD_DELETE : METHOD_OTHER;
}

/* A page of another origin asks, by a preflight request, what it may send here. */
static bool asks_for_leave(struct request *request)
{
    return !text_is_none(request->origin) && text_equal(request->method_name, TEXT("OPTIONS")) &&
           !text_is_none(header(request, "Access-Control-Request-Method"));
}

static void find_route(struct request *request)
{
    static const char *const allowed[] = {"GET, HEAD", "POST", "PATCH", "DELETE"};
    enum fault fault = FAULT_NOT_FOUND;
    unsigned allow = 0;

    request->route =
        is_text(request->path) && !request->uri_has_slash
            ? operation_find(request->method, request->path, request->parameters, &fault, &allow)
            : -1;
    if (request->route >= 0) {
        request->operation = operations[request->route];
        request->right = operation_rights[request->route];
        return;
    }
    struct text_buffer methods = text_buffer_new(request->arena, 32);
    for (int i = 0; i < METHOD_OTHER; i++) {
        if (!(allow & 1u << i))
            continue;
        if (methods.length)
            text_buffer_add_string(&methods, ", ");
        text_buffer_add_string(&methods, allowed[i]);
    }
    if (methods.length)
        request->answer.allow = text_buffer_text(&methods);
    if (asks_for_leave(request) && methods.length) {
        request->answer.status = 204;
        request->answer.preflight = true;
        return;
    }
    request_refuse(request, fault, NULL, TEXT_NONE);
}

/* Whether a page of our own sent the request: what browsers say themselves, Sec-Fetch-Site or else
 * Origin, decides. SameSite=Strict keeps the cookie from other sites already, but not from other
 * hosts of the same site, and not in every browser. */
static bool from_own_page(struct request *request)
{
    struct text site = header(request, "Sec-Fetch-Site"), origin = header(request, "Origin");
    struct text host = header(request, "Host");
    const char *authority = text_is_none(origin) ? NULL : strstr(origin.at, "://");

    if (!text_is_none(site))
        return text_equal(site, TEXT("same-origin"));
    return authority && !text_is_none(host) && strcasecmp(authority + 3, host.at) == 0;
}

/* What the header alone forbids, in the order of judgement. */
static enum fault judge_head(struct request *request)
{
    struct server *server = request->server;
    if (atomic_load_explicit(&server->draining, memory_order_relaxed) &&
        request->operation->kind != OPERATION_AT_ONCE)
        return FAULT_SHUTTING_DOWN;
    if (request->operation->kind != OPERATION_AT_ONCE && !limits_take(server->limits, request))
        return FAULT_TOO_MANY_REQUESTS;
    if (request->right->of != OF_ANYBODY && !request->has_token)
        return FAULT_UNAUTHENTICATED;
    if (request->right->of != OF_ANYBODY && request->by_cookie && request->method != METHOD_GET &&
        !from_own_page(request))
        return FAULT_CROSS_SITE;
    return FAULT_NONE;
}

static size_t body_max(const struct request *request)
{
    return request->operation && request->operation->body_max ? request->operation->body_max
                                                              : BODY_MAX;
}

/* So that a refusal arrives, a body is read to its end unless it is much too long. */
static size_t discard_max(const struct request *request)
{
    size_t max = body_max(request);
    return max > DISCARD_MAX ? max + BODY_MAX : DISCARD_MAX;
}

/* Whether there is room for a body of that length. Large ones share a bounded memory, or all the
 * connections together could take any amount; and whose token they carry is not known yet. */
static bool reserve_body(struct request *request, size_t length)
{
    atomic_size_t *taken = &request->server->large_bodies;
    if (length <= BODY_MAX || request->upload)
        return true;
    if (atomic_fetch_add(taken, length) + length <= LARGE_BODIES_MAX) {
        request->body_reserved = length;
        return true;
    }
    atomic_fetch_sub(taken, length);
    return false;
}

/* Who waits for leave to send the body (RFC 9110 §10.1.1) need not send what nobody wants. */
static bool awaits_leave(struct request *request)
{
    struct text expected = header(request, "Expect");

    return !text_is_none(expected) && strcasecmp(expected.at, "100-continue") == 0;
}

static void judge_length(struct request *request)
{
    struct text given = header(request, "Content-Length");
    unsigned long long length = text_is_none(given) ? 0 : strtoull(given.at, NULL, 10);
    size_t max = body_max(request);
    if (request->answer.status == 0) {
        if (length > max)
            request_refuse(request, FAULT_TOO_LARGE, NULL, TEXT_NONE);
        else if (!reserve_body(request, text_is_none(given) ? max : (size_t)length))
            request_refuse(request, FAULT_BUSY, NULL, TEXT_NONE);
    }
    if (request->answer.status && (length > discard_max(request) || awaits_leave(request)))
        request->body.length = SIZE_MAX;
}

/* A body that is stored as it comes: what goes with it is judged before. */
static void begin_upload(struct request *request)
{
    request->upload = upload_new(request->arena);
    http_decode(request);
    if (!request->input_fault && !request->plain_body)
        request->input_fault = FAULT_FILE_TYPE;
}

/* What follows cannot be told from this request's body: answer, and hang up. */
static void refuse_framing(struct request *request)
{
    request->answer.close = true;
    request_refuse(request, FAULT_BAD_REQUEST, request->violations, TEXT_NONE);
    request->body.length = SIZE_MAX;
}

void http_read_head(struct request *request, const char *url, const char *method,
                    const char *version)
{
    struct fields fields;

    request->method = method_of(method);
    request->method_name = text_copy(request->arena, text_of(method));
    request->path = text_copy(request->arena, text_of(url));
    fields_read(&fields, request, version);
    read_request_id(request);
    read_address(request, &fields);
    read_headers(request);
    if (request->uri_length > URI_MAX)
        request_refuse(request, FAULT_URI_TOO_LONG, NULL, TEXT_NONE);
    else if (fields.bytes > HEADERS_MAX)
        request_refuse(request, FAULT_HEADERS_TOO_LARGE, NULL, TEXT_NONE);
    else if (request->uri_has_nul)
        request_refuse(request, FAULT_BAD_REQUEST, NULL, TEXT_NONE);
    else if (!fields.sound)
        refuse_framing(request);
    else
        find_route(request);
    if (request->answer.status == 0) {
        read_token(request);
        read_query(request);
        if (request->operation->streams)
            request->last_event_id = text_copy(request->arena, header(request, "Last-Event-ID"));
        if (request->operation->ranges && text_equal(request->method_name, TEXT("GET"))) {
            request->range = text_copy(request->arena, header(request, "Range"));
            request->if_range = text_copy(request->arena, header(request, "If-Range"));
        }
        if (request->operation->takes_sign_on)
            request->sign_on = text_copy(
                request->arena,
                text_of(MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND,
                                                    sign_on_cookie_name(request->server))));
        enum fault fault = judge_head(request);
        if (fault)
            request_refuse(request, fault, NULL, TEXT_NONE);
        else if (request->operation->uploads)
            begin_upload(request);
    }
    if (fields.sound)
        judge_length(request);
}

bool http_read_body(struct request *request, const char *bytes, size_t length)
{
    if (request->body.length == SIZE_MAX || length > discard_max(request) - request->discarded)
        return false;
    if (request->answer.status == 0 && length > body_max(request) - request->body.length)
        request_refuse(request, FAULT_TOO_LARGE, NULL, TEXT_NONE);
    if (request->answer.status) {
        request->discarded += length;
        return true;
    }
    if (!request->body.arena)
        request->body = text_buffer_new(request->arena,
                                        request->body_reserved ? request->body_reserved : length);
    text_buffer_add(&request->body, bytes, length);
    return true;
}

static enum fault decode_body(struct request *request)
{
    const struct operation *operation = request->operation;
    request->input = arena_alloc(request->arena, operation->input->size);
    if (!request->json_body || operation->late_input) {
        shape_clear(operation->input, request->input);
        return request->json_body ? FAULT_NONE : FAULT_MEDIA_TYPE;
    }
    return shape_decode(operation->input, text_buffer_text(&request->body), request->arena,
                        request_violations(request), request->input);
}

static void judge_key(struct request *request)
{
    bool readable = is_text(request->idempotency_key);
    if (readable && text_characters(request->idempotency_key) <= KEY_MAX)
        return;
    violation_add(
        request_violations(request), "Idempotency-Key", readable ? "too_long" : "not_utf8",
        "An idempotency key is a text of at most 255 characters", "幂等键为至多255个字符的文本");
    request->idempotency_key = TEXT_NONE; /* nothing is looked up or kept under it */
    if (!request->input_fault)
        request->input_fault = FAULT_UNKNOWN_PARAMETER;
}

void http_decode(struct request *request)
{
    static const struct shape no_parameters = {.name = "none"};
    const struct operation *operation = request->operation;
    const struct shape *query = operation->query ? operation->query : &no_parameters;

    if (operation->input)
        request->input_fault = decode_body(request);
    if (operation->number_offset)
        *(int *)((char *)request->input + operation->number_offset - 1) =
            request_number(request, 1);
    if (operation->query || request->query_count) {
        size_t before = request_violations(request)->count;
        void *parameters = arena_alloc(request->arena, query->size ? query->size : 1);
        if (request->query_beyond)
            violation_add(request->violations, "", "too_many_parameters",
                          "There are more than 64 parameters.", "参数不得超过64个。");
        query_decode(query, request->query, request->query_count, request->arena,
                     request->violations, parameters);
        if (request->violations->count > before && !request->input_fault)
            request->input_fault = FAULT_UNKNOWN_PARAMETER;
        if (!operation->input)
            request->input = parameters;
    }
    judge_key(request);
    if (request->violations)
        request->violations_of_input = request->violations->count;
}
