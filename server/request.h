#ifndef SERVER_REQUEST_H
#define SERVER_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/fault.h"
#include "lib/base/network.h"
#include "lib/base/text.h"
#include "lib/base/uuid.h"
#include "lib/base/violation.h"
#include "lib/complaint/complaint.h"
#include "lib/json/query.h"
#include "server/operation.h"

struct server;
struct loop;
struct peer;
struct follower;
struct upload;

/* What goes back. The body's memory is the arena's or static. */
struct answer {
    int status; /* 0: none yet */
    struct text body;
    const char *content_type; /* NULL: application/json, or application/problem+json from 400 on */
    const char *encoding;     /* Content-Encoding, NULL: none */
    int64_t version;          /* ETag; 0: none */
    const char *etag;         /* ETag of something that is no complaint; NULL: none */
    const char *cache;        /* Cache-Control; NULL: no-store */
    struct text location, link, cookie, allow;
    struct text cookie_beside; /* a second Set-Cookie, of a refusal too */
    int retry_after_s;
    bool close;     /* the connection ends with it: what follows cannot be told apart */
    bool preflight; /* to a page of another origin that asks what it may send: see respond.c */
    bool page;      /* a document for people: sent with a Content-Security-Policy */
    bool file;      /* sent as it was received: to be saved, never to be shown */
    struct text disposition, content_range; /* of a file */
};

/* One request, from its first header to its last byte. It is in the hands of exactly one thread at
 * a time: the HTTP thread, then a queue, then a worker, then the HTTP thread again. */
struct request {
    struct server *server;
    struct arena *arena;
    struct request *next;  /* in a queue, or among those handed back */
    struct request *whole; /* of which this is an item, answered with it; NULL: none */
    void *connection;      /* libmicrohttpd's */
    struct loop *loop;     /* the HTTP thread's */
    struct peer *peer;     /* whose connection it is */
    bool suspended;

    int route;                         /* index in operations[], -1: none */
    const struct operation *operation; /* NULL: none */
    const struct right *right;         /* who may call it */
    enum method method;
    struct text method_name, path;
    struct text parameters[2];
    struct query_pair *query;
    size_t query_count;
    bool query_beyond;            /* there were more than can be taken */
    size_t uri_length, discarded; /* bytes */
    bool has_query;               /* the address has parameters */
    bool uri_has_nul;             /* as %00, at which libmicrohttpd's texts end */
    bool uri_has_slash;           /* as %2F, which is no separator but looks like one decoded */
    struct text_buffer body;
    size_t body_reserved; /* bytes taken from what large bodies share */
    bool json_body;       /* the content type says so */
    bool plain_body;      /* neither encoded nor in parts */

    struct text request_id, address, idempotency_key, if_match, if_none_match;
    struct address from;      /* the client's, which `address` shows; behind trusted proxies, too */
    struct text origin;       /* of the page, when it is among http.cors_origins; else none */
    struct text on_behalf_of; /* login; none: the caller acts for themselves */
    bool chinese, accepts_gzip, accepts_brotli;

    struct {
        bool applied, known;        /* by limits_take(); known: the caller, not only the address */
        int left, filled_s, wait_s; /* requests, and seconds until they are all back, or one is */
    } limit;

    bool has_token;
    bool by_cookie; /* the token came as one, that a browser sends whatever page asks */
    struct hash token_hash;
    bool identified; /* staff_id is known to belong to the token */
    struct uuid staff_id;
    unsigned scopes;
    struct text client;

    enum fault input_fault; /* the body or the parameters could not be read at all */
    void *input;
    struct violations *violations; /* of the input; NULL: none were looked for */
    size_t violations_of_input;    /* those that decoding found: a second try starts from them */

    struct follower *follower; /* it waits for the log to grow; NULL: it does not */
    struct text last_event_id; /* of an operation that streams */
    struct text sign_on;       /* the cookie, of an operation that takes it */

    struct upload *upload;       /* its body is stored as it comes; NULL: it is not */
    struct text range, if_range; /* of an operation with ranges */

    int64_t arrived_us, deadline_us; /* by monotonic_now_us() */
    struct answer answer;
    enum fault fault; /* why it was refused, for the log */
};

/* Answers with a problem. violations may be NULL; extra: further members, ready-made JSON
 * (",\"current_version\":4") or none. */
void request_refuse(struct request *request, enum fault fault, const struct violations *violations,
                    struct text extra);

/* Answers with JSON. */
void request_answer(struct request *request, int status, struct text body);

/* Collects violations of the input; made at first use. */
struct violations *request_violations(struct request *request);

/* If-Match: exactly one strong ETag. 0: absent; -1: something else. */
int64_t request_wanted_version(const struct request *request);

/* The number that stands in one of the path's braces; 0: it is none. */
int request_number(const struct request *request, size_t parameter);

/* Whether If-Match names the complaint's version. FAULT_VERSION_REQUIRED; or FAULT_STALE, with what the
 * refusal tells beside it. */
enum fault request_judge_version(const struct request *request, const struct complaint *complaint,
                                 struct text *ret_extra);

/* Link to the next page: the request's own address with this cursor. */
void request_link_next(struct request *request, struct text cursor);

/* The SHA-256 of method, path and body, to which an idempotency key is bound. */
struct hash request_hash(const struct request *request);

/* What is judged of a request that is no command before anything is done for it: what was found wrong
 * with its input, then the right of who calls (staff is NULL where anybody may), as far as it depends
 * on no complaint. */
enum fault request_judge(const struct request *request, const struct principal *who);

/* Hands an answered request back to the HTTP thread, which http_wake() wakes when all of a batch
 * are. Afterwards it must not be touched. An item of another request just stays as it is. */
void request_finish(struct request *request);

#endif
