#ifndef SERVER_LIST_H
#define SERVER_LIST_H

#include "lib/complaint/institution.h"
#include "lib/complaint/principal.h"
#include "lib/store/list_store.h"
#include "server/request.h"

struct slow_context;

/* A list in work: what is asked of the store, and the answer as it grows. */
struct list_job {
    struct request *request;
    struct principal who;
    struct list_query query;
    instant now, as_of; /* as_of: now is that past moment; INSTANT_NONE: the present */
    struct text_buffer out;
    int rows;  /* written so far */
    bool more; /* there is a next page */
    struct {   /* the last row written, for the cursor */
        struct uuid id;
        instant at; /* its place in the order */
    } last;
};

/* What GET /v1/complaints takes. */
extern const struct shape list_parameters;

/* Turns the request's parameters into a query within what the caller may see. Returns FAULT_NONE;
 * FAULT_UNKNOWN_PARAMETER with violations, or FAULT_FORBIDDEN for callers who see no complaint. */
enum fault list_prepare(struct request *request, const struct institution *institution,
                        const struct principal *who, struct list_job *ret);

/* Restricts a query to what the caller may see; one for approvals to what they could approve. */
void list_restrict(const struct institution *institution, const struct principal *who,
                   struct arena *arena, struct list_query *query);

/* Writes a row. */
void list_write(const struct list_job *job, const struct institution *institution,
                const struct complaint *complaint, struct text_buffer *out);

/* Adds a row, unless the page is full. */
void list_add(struct list_job *job, const struct institution *institution,
              const struct complaint *complaint);

/* Finishes the page and makes it the request's answer. total: -1 when it was not asked for. */
void list_answer(struct list_job *job, int64_t total);

bool list_wants_total(const struct list_job *job);

/* Whether a list is for the slow pool, as it may take long: it wants to be counted, or the past, or
 * may have to look at many complaints to find a few. */
bool list_is_slow(const struct request *request);

/* A list on the slow pool: of the present, as of a past moment (list_past.c), or all of it as a file
 * (list_csv.c). */
enum fault list_slowly(struct slow_context *context);
enum fault list_past(struct slow_context *context);
enum fault list_csv(struct slow_context *context);

/* Keeps what comes first behind the job's cursor in its order, of all that list_choose() is shown
 * (a past_visitor, closure: the choice); at the end those are added to the job. */
struct list_choice;
struct list_choice *list_choice_new(struct list_job *job, const struct institution *institution);
bool list_choose(void *choice, const struct complaint *then, const struct complaint *now);
void list_choice_add(const struct list_choice *choice);

#endif
