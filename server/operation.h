#ifndef SERVER_OPERATION_H
#define SERVER_OPERATION_H

#include <stddef.h>

#include "lib/complaint/command_check.h"
#include "lib/complaint/lifecycle.h"
#include "lib/complaint/right.h"
#include "lib/json/query.h"
#include "lib/json/shape.h"

/* An operation is data: one declaration shows the whole endpoint. Its name is its operationId in
 * openapi.yaml, its C file under server/operation and its row in routes.def. */

struct request;
struct slow_context;

enum method {
    METHOD_GET,
    METHOD_POST,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_OTHER /* anything else: no route has it */
};

/* How an operation runs. */
enum operation_kind {
    OPERATION_AT_ONCE, /* answered on the HTTP thread, without the database */
    OPERATION_GET,     /* one complaint, read in a set */
    OPERATION_LIST,    /* a list of complaints, read in a set */
    OPERATION_COMMAND, /* a command on a complaint: load, decide, save */
    OPERATION_SLOW     /* a plain handler on the slow pool with a connection of its own */
};

struct operation {
    const char *name;
    enum method method;
    const char *path; /* parameters in braces: at most two */
    enum operation_kind kind;
    bool for_operators; /* served at http.metrics_listen, if that is set, and not elsewhere */

    const struct shape *input; /* body; NULL: none is read */
    bool late_input; /* handle() decodes the body: that takes too long for the HTTP thread */
    const struct shape *query; /* parameters; NULL: none is allowed */
    size_t body_max;           /* bytes; 0: BODY_MAX */
    bool secret; /* takes a password or gives a token: its memory is wiped afterwards */
    bool bulk;   /* OPERATION_SLOW: takes long, as a list on the slow pool does: one slow thread is
                  kept free of such */

    bool repeatable; /* OPERATION_SLOW: keeps its answer under the Idempotency-Key, see repeat.h */
    bool with_temporary_password; /* possible before a password that somebody else set is changed */
    bool takes_sign_on;           /* its request's cookie of a sign-in elsewhere is read */
    bool streams;                 /* OPERATION_SLOW: answered piece by piece, see follow.h */
    bool ranges; /* the same, of something that is there as a whole: parts of it can be asked for */
    bool uploads; /* OPERATION_COMMAND: the body is a file that handle() stores as it comes, see
                     upload.h; the command is what is done when it is there */

    /* OPERATION_COMMAND */
    enum action action;
    command_check *check;     /* rules of the input beyond its shape; NULL: none */
    decide_function *decide;  /* NULL: receive, which needs an identity */
    const struct shape *item; /* case work: kept as JSON; NULL: there is none */
    bool changes_state;       /* answers 200 with the complaint though there is an item, not 201
                                 with the item */
    size_t
        other_offset; /* where in the input a text stands that names another complaint, plus one: it
                             is locked too and known to the rule if the caller may see it; 0: nowhere */
    bool unmasks;     /* the answer shows private values, which the rule does not know: bounded
                         for each person, and never stored for a repeated request */
    bool knows_links; /* the rule knows the links from and to the complaint */
    size_t number_offset; /* where in the input the path's {number} goes, plus one; 0: nowhere */

    /* OPERATION_AT_ONCE and OPERATION_SLOW */
    void (*answer)(struct request *request);
    enum fault (*handle)(struct slow_context *context);

    /* OPERATION_GET and OPERATION_LIST: whether a request is for the slow pool and `handle`. */
    bool (*is_slow)(const struct request *request);
};

extern const struct operation *const operations[];
extern const size_t operations_count;

/* Who may call operations[i]. */
extern const struct right *const operation_rights[];

#define BODY_MAX (256u * 1024)

/* What --print-routes prints: routes, vocabularies and problem slugs as JSON. */
void operations_print(struct text_buffer *out);

/* Finds the operation of a method and path: returns its index in operations[] and fills parameters[2] with the text of the braces.
 * Returns -1 and sets *ret_fault to FAULT_NOT_FOUND or FAULT_METHOD_NOT_ALLOWED (with the methods
 * that the path has in *ret_allow, as a bit set). */
int operation_find(enum method method, struct text path, struct text parameters[2],
                   enum fault *ret_fault, unsigned *ret_allow);

#endif
