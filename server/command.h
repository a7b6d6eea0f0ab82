#ifndef SERVER_COMMAND_H
#define SERVER_COMMAND_H

#include "lib/store/complaint_store.h"
#include "server/engine.h"

/* One command on a complaint on its way through a batch: judged, decided, saved, answered. */

struct command {
    struct request *request;
    struct principal who;
    const struct institution *institution; /* that `who` belongs to */
    struct uuid id;                        /* none: receive, or a complaint that does not exist */
    bool receives;
    struct receive_identity identity;
    const struct complaint *before;
    struct uuid other_id;          /* none: the command names no other complaint that exists */
    const struct complaint *other; /* as it is locked, whoever may see it */
    const struct link *links;      /* for operations that know them: among others, its own */
    size_t link_count;
    const struct pg_rows *private;      /* of private_get, for operations that unmask */
    const struct text *values;          /* that its change reveals, by enum unmask_field */
    bool shown_enough;                  /* in the last hour, for one that unmasks */
    const struct stored_answer *stored; /* the answer that its idempotency key stands for */
    struct hash request_hash;
    struct change change;
    enum fault fault; /* FAULT_NONE: it succeeded */
    struct answer answer;
    struct text extra; /* members of the problem */
};

/* Makes a command of an identified request. NULL, and *ret_fault: the caller may not work any more, or
 * not on behalf of whom they name. */
struct command *command_new(struct request *request, const struct institution *institution,
                            struct uuid id, enum fault *ret_fault);

/* Judges the command in the order of api.md and decides it. True: *ret is to be saved and the
 * answer is ready for when that has succeeded. False: it is answered as it is (refused, or replayed
 * from its key). */
bool command_decide(struct command *command, const struct institution *institution,
                    struct arena *arena, struct save *ret);

/* Lets the command fail after all. */
void command_fail(struct command *command, enum fault fault);

/* Hands the request back with the command's answer. */
void command_answer(struct command *command);

/* Runs commands, at most BATCH_MAX, in as few sets as can be and answers each. */
void command_run(struct worker *worker, struct command *commands[], size_t count);

#endif
