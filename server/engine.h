#ifndef SERVER_ENGINE_H
#define SERVER_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/complaint/institution.h"
#include "lib/complaint/principal.h"
#include "lib/pg/pg.h"
#include "server/queue.h"
#include "server/request.h"

/* The engine: database threads that take batches of requests and run each batch in sets on one
 * pipelined connection, and the slow pool beside them for everything that is not a command on a
 * complaint, one complaint or a list. */
struct engine;

/* Starts the threads; they connect by themselves and again whenever the connection is lost. */
struct engine *engine_start(struct server *server);

/* Ends the threads once their queues, which must be closed, are empty. */
void engine_stop(struct engine *engine);

/* Takes over a decoded request: it is queued, or answered at once when that is impossible. */
void engine_accept(struct request *request);

/* Sets the threads to work on what was accepted; the HTTP side calls it after each turn. */
void engine_wake(struct server *server);

#define OUTDATED_MAX 4 /* snapshots that a batch may see replaced */

/* What a database thread works with. */
struct worker {
    struct server *server;
    bool slow;                                  /* of the slow pool */
    struct pg *pg;                              /* NULL while the database is away */
    struct arena *arena;                        /* of the batch; emptied after each */
    struct institution *institution;            /* held during a batch */
    struct institution *outdated[OUTDATED_MAX]; /* held before it in the same batch */
    size_t outdated_count;
    day_number number_day; /* complaint numbers in hand: of that day, next to last */
    int64_t number_next, number_last;
};

/* Connects when there is no usable connection; waits at most two seconds. */
bool worker_connect(struct worker *worker);

/* Holds the newest snapshot of the institution until worker_release(). */
void worker_hold(struct worker *worker);
void worker_release(struct worker *worker);

/* Reads a newer snapshot of the institution and holds it as worker->institution; the one before stays
 * until worker_release() too. False: that failed, or the batch has seen too many. */
bool worker_refresh(struct worker *worker);

/* When the answer to a statement sent now must have come. */
int64_t statement_deadline(const struct server *server);
int64_t worker_deadline(const struct worker *worker);

/* pg_next() of the worker's connection; each result may take as long as a statement. */
enum pg_status worker_next(const struct worker *worker, struct pg_rows *rows);

/* Asks for complaints with their stages as of one moment, in the current sync; their results are
 * taken by worker_take_complaints(), in their turn, and freed by the caller. False: the connection is
 * lost; or one of them failed, then the transaction is still open. */
bool worker_ask_complaints(const struct worker *worker, const struct uuid ids[], size_t count,
                           struct arena *arena);
bool worker_take_complaints(const struct worker *worker, struct pg_rows *complaints,
                            struct pg_rows *stages);

/* Takes the end of the sync, and rolls back what is still open. False: the connection is lost. */
bool worker_end_sync(const struct worker *worker, bool in_transaction);

/* The fault for a statement that did not succeed: FAULT_DATABASE_AWAY when the connection is lost,
 * FAULT_BUSY when it was held up, FAULT_INTERNAL otherwise. */
enum fault worker_fault(const struct worker *worker);

/* The worker's part of a read batch and of a command batch: answers every request. */
void batch_read(struct worker *worker, struct request *requests[], size_t count);
void batch_command(struct worker *worker, struct request *requests[], size_t count);

/* Answers with a refusal and hands the request back. */
void batch_refuse(struct request *request, enum fault fault, const struct violations *violations,
                  struct text extra);

/* Fills ids[] for names that are ids or numbers of complaints, one look-up for all numbers; what names
 * nothing gets UUID_NONE. False: the look-up failed, worker_fault() tells why. */
bool resolve_names(struct worker *worker, const struct text names[], size_t count,
                   struct uuid ids[]);

/* The same for the complaints that the requests' paths name. */
bool batch_resolve(struct worker *worker, struct request *const requests[], size_t count,
                   struct uuid ids[]);

/* What a handler of the slow pool works with. */
struct slow_context {
    struct server *server;
    struct worker *worker;
    struct request *request;
    struct pg *pg;
    struct institution *institution;
    struct principal who; /* staff is NULL for public operations */
    instant now;
    enum lane lane;         /* in which the request came */
    struct pg_rows held[2]; /* rows into which texts of the answer point; freed after it */
    struct text extra; /* members of the problem, if it comes to one: ready-made JSON, or none */
};

/* Reads newer reference data, and who calls as they know them: their right is judged again. What was
 * looked up before stays where it is and may be out of date. */
enum fault slow_renew(struct slow_context *context);

/* worker_fault() for a statement of a handler. */
enum fault statement_fault(const struct slow_context *context);

#endif
