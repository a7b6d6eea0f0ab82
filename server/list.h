#ifndef SERVER_LIST_H
#define SERVER_LIST_H

#include "lib/complaint/institution.h"
#include "lib/complaint/principal.h"
#include "lib/store/list_store.h"
#include "server/request.h"

/* A list in work: what is asked of the store, and the answer as it grows. */
struct list_job {
    struct request *request;
    struct principal who;
    struct list_query query;
    instant now;
    struct text_buffer out;
    int rows;              /* written so far */
    bool more;             /* there is a next page */
    struct complaint last; /* the last row written, for the cursor */
};

/* What GET /v1/complaints takes. */
extern const struct shape list_parameters;

/* Turns the request's parameters into a query within what the caller may see. Returns FAULT_NONE;
 * FAULT_UNKNOWN_PARAMETER with violations, or FAULT_FORBIDDEN for callers who see no complaint. */
enum fault list_prepare(struct request *request, const struct institution *institution,
                        const struct principal *who, struct list_job *ret);

/* Adds a row, unless the page is full. */
void list_add(struct list_job *job, const struct institution *institution,
              const struct complaint *complaint);

/* Finishes the page and makes it the request's answer. total: -1 when it was not asked for. */
void list_answer(struct list_job *job, int64_t total);

#endif
