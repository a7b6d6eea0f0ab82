#include "server/respond.h"

#include <stdio.h>
#include <zlib.h>

#include "server/http.h"
#include "server/peer.h"
#include "server/server.h"

#define COMPRESS_FROM 1024 /* bytes */
#define STREAM_BLOCK (16u * 1024)
#define STREAM_SENDS (64 * 1024) /* what the system holds for a reader who is slow */

/* For pages: nothing from elsewhere, nothing inline. A frame holds what the page made itself: the desk
 * hands the browser's viewer a PDF, and whatever is in such a frame is under the same policy. */
#define PAGE_POLICY                                                                   \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " \
    "connect-src 'self'; frame-src blob:; frame-ancestors 'none'; base-uri 'none'; "  \
    "form-action 'none'"

/* For all else: if a browser shows it as a page after all, it is one that can do nothing. */
#define DATA_POLICY \
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

/* For files: the same, and on top of it none of our origin. */
#define FILE_POLICY "sandbox; default-src 'none'"

#define YEAR_S "31536000"

/* What a page of an origin in http.cors_origins may send and see. No cookies: it has a token. */
#define ORIGIN_SENDS                                                            \
    "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, " \
    "If-None-Match, On-Behalf-Of, X-Request-Id"
#define ORIGIN_SEES "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
#define ORIGIN_REMEMBERS_S "600"

static void add(struct MHD_Response *response, const char *name, const char *value)
{
    (void)MHD_add_response_header(response, name, value);
}

static void add_text(struct request *request, struct MHD_Response *response, const char *name,
                     struct text value)
{
    if (!text_is_none(value))
        add(response, name, arena_copy(request->arena, value.at, value.length));
}

static const char *content_type(const struct answer *answer)
{
    if (answer->content_type)
        return answer->content_type;
    return answer->status >= 400 ? "application/problem+json" : "application/json";
}

static void compress_body(struct request *request)
{
    struct answer *answer = &request->answer;
    z_stream stream = {0};

    if (!request->accepts_gzip || answer->encoding || answer->body.length < COMPRESS_FROM ||
        deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return;
    uLong bound = deflateBound(&stream, (uLong)answer->body.length);
    unsigned char *out = arena_alloc(request->arena, bound);
    stream.next_in = (unsigned char *)(uintptr_t)answer->body.at;
    stream.avail_in = (uInt)answer->body.length;
    stream.next_out = out;
    stream.avail_out = (uInt)bound;
    if (deflate(&stream, Z_FINISH) == Z_STREAM_END) {
        answer->body = (struct text){(const char *)out, stream.total_out};
        answer->encoding = "gzip";
    }
    deflateEnd(&stream);
}

/* For browsers: what is served is shown as what it is said to be, by nobody else, and tells nobody
 * where one comes from. */
static void add_protection(struct request *request, struct MHD_Response *response)
{
    add(response, "X-Content-Type-Options", "nosniff");
    add(response, "Content-Security-Policy",
        request->answer.page   ? PAGE_POLICY
        : request->answer.file ? FILE_POLICY
                               : DATA_POLICY);
    add(response, "Referrer-Policy", "no-referrer");
    add(response, "Cross-Origin-Resource-Policy", "same-origin");
    if (request->server->tls)
        add(response, "Strict-Transport-Security", "max-age=" YEAR_S);
}

/* draft-ietf-httpapi-ratelimit-headers-11 §4: r requests are left, and in t seconds all of them. */
static void add_limit(struct request *request, struct MHD_Response *response)
{
    char state[64];

    if (!request->limit.applied)
        return;
    snprintf(state, sizeof state, "\"%s\";r=%d;t=%d", limits_name(request), request->limit.left,
             request->limit.filled_s);
    add(response, "RateLimit", state);
    add(response, "RateLimit-Policy", limits_policy(request->server->limits, request));
}

static void add_origin(struct request *request, struct MHD_Response *response)
{
    if (!*request->server->settings.http.cors_origins)
        return;
    add(response, "Vary", "Origin");
    if (text_is_none(request->origin))
        return;
    add_text(request, response, "Access-Control-Allow-Origin", request->origin);
    if (!request->answer.preflight) {
        add(response, "Access-Control-Expose-Headers", ORIGIN_SEES);
        return;
    }
    add_text(request, response, "Access-Control-Allow-Methods", request->answer.allow);
    add(response, "Access-Control-Allow-Headers", ORIGIN_SENDS);
    add(response, "Access-Control-Max-Age", ORIGIN_REMEMBERS_S);
}

static void add_headers(struct request *request, struct MHD_Response *response)
{
    const struct answer *answer = &request->answer;
    char number[32];

    if (answer->status != 204 && answer->status != 304)
        add(response, "Content-Type", content_type(answer));
    add_text(request, response, "X-Request-Id", request->request_id);
    add(response, "Cache-Control", answer->cache ? answer->cache : "no-store");
    add_protection(request, response);
    add_limit(request, response);
    add_origin(request, response);
    if (answer->version) {
        snprintf(number, sizeof number, "\"%lld\"", (long long)answer->version);
        add(response, "ETag", number);
    }
    if (answer->etag)
        add(response, "ETag", answer->etag);
    if (answer->encoding)
        add(response, "Content-Encoding", answer->encoding);
    if (answer->encoding || answer->body.length >= COMPRESS_FROM)
        add(response, "Vary", "Accept-Encoding");
    if (answer->retry_after_s) {
        snprintf(number, sizeof number, "%d", answer->retry_after_s);
        add(response, "Retry-After", number);
    }
    if (answer->status == 401)
        add(response, "WWW-Authenticate", "Bearer");
    if (answer->file && request->operation->ranges)
        add(response, "Accept-Ranges", "bytes");
    add_text(request, response, "Content-Disposition", answer->disposition);
    add_text(request, response, "Content-Range", answer->content_range);
    add_text(request, response, "Location", answer->location);
    add_text(request, response, "Link", answer->link);
    add_text(request, response, "Set-Cookie", answer->cookie_beside);
    add_text(request, response, "Set-Cookie", answer->cookie);
    add_text(request, response, "Allow", answer->allow);
    if (answer->close || atomic_load_explicit(&request->server->draining, memory_order_relaxed))
        add(response, "Connection", "close");
}

/* Sends a stream's piece; when that is done, waits for the next one without the connection. Whoever
 * does not take a piece in the time of an answer is dropped. Called by libmicrohttpd on the HTTP thread. */
static ssize_t read_stream(void *cls, uint64_t position, char *out, size_t max)
{
    struct request *request = cls;
    struct follower *follower = request->follower;
    size_t left = follower->piece.length - follower->sent;
    (void)position;

    if (left) {
        size_t length = left < max ? left : max;
        if (follower->sent == 0)
            peer_await(request->peer, request->server->settings.http.transfer_timeout_ms);
        memcpy(out, follower->piece.at + follower->sent, length);
        follower->sent += length;
        return (ssize_t)length;
    }
    request->peer->deadline_us = INT64_MAX; /* all is read: it is our turn */
    if (follower->complete)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (follower->ended || !follow_on(request)) /* a file has more: it is not whole */
        return follower->is_file ? MHD_CONTENT_READER_END_WITH_ERROR
                                 : MHD_CONTENT_READER_END_OF_STREAM;
    /* Whoever has it now hands it back to this thread, which resumes it no sooner than later. */
    MHD_suspend_connection(request->connection);
    return 0;
}

static struct MHD_Response *make_response(struct request *request)
{
    struct follower *follower = request->follower;

    if (follower && follower->streams &&
        (request->answer.status == 200 || request->answer.status == 206)) {
        follower->begun = true;
        if (!follower->is_file)
            (void)setsockopt(request->peer->fd, SOL_SOCKET, SO_SNDBUF, &(int){STREAM_SENDS},
                             sizeof(int));
        return MHD_create_response_from_callback(follower->length >= 0 ? (uint64_t)follower->length
                                                                       : MHD_SIZE_UNKNOWN,
                                                 STREAM_BLOCK, read_stream, request, NULL);
    }
    /* The arena holds the body until the request is completed, which is after the last byte. */
    return MHD_create_response_from_buffer(request->answer.body.length,
                                           (void *)(uintptr_t)request->answer.body.at,
                                           MHD_RESPMEM_PERSISTENT);
}

enum MHD_Result respond(struct request *request, struct MHD_Connection *connection)
{
    compress_body(request);
    struct MHD_Response *response = make_response(request);
    if (!response)
        return MHD_NO;
    add_headers(request, response);
    enum MHD_Result queued =
        MHD_queue_response(connection, (unsigned)request->answer.status, response);
    MHD_destroy_response(response);
    return queued;
}

/* Compresses here, on the worker's thread, so that the HTTP thread does not wait for it. */
void request_finish(struct request *request)
{
    if (request->answer.status == 403)
        denials_note(request->server->denials, request);
    if (request->whole)
        return;
    compress_body(request);
    http_finish(request);
}
