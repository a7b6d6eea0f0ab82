#ifndef SERVER_QUEUE_H
#define SERVER_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "server/request.h"

/* A bounded queue of requests. Each kind waits in a lane of its own, because a batch is of one kind;
 * the lane whose first request is the oldest is served first. */
struct queue;

enum lane {
    LANE_GET,
    LANE_LIST,
    LANE_COMMAND,
    LANE_BULK, /* takes long: so many at a time only, see queue_bound() */
    LANE_COUNT
};

/* The caller releases it with queue_free(), once nobody waits on it. */
struct queue *queue_new(size_t limit);
void queue_free(struct queue *queue);

/* At most so many requests of LANE_BULK are in the hands of takers, who give each back with
 * queue_done(); the others wait while other lanes are served. Called before the first is taken. */
void queue_bound(struct queue *queue, size_t bulk_at_once);

/* Puts a request at the end; wakes nobody. False: the queue is full or closed. */
bool queue_put(struct queue *queue, enum lane lane, struct request *request);

/* Wakes takers for what was put: called once for all that arrived together, so that they become a
 * batch and not a wake-up each. */
void queue_wake(struct queue *queue);

/* Waits for requests and takes up to max of one lane, of reads fewer, in order. Returns how many; 0
 * only once the queue is closed and empty. */
size_t queue_take(struct queue *queue, struct request *out[], size_t max, enum lane *ret_lane);

/* Takes the place of one of LANE_BULK for what came in another lane and turns out to take as long.
 * False: none is free. */
bool queue_enter_bulk(struct queue *queue);

/* What was taken of that lane is done; matters to LANE_BULK only. */
void queue_done(struct queue *queue, enum lane lane);

/* Takes those whose deadline has passed, at most max. */
size_t queue_take_late(struct queue *queue, int64_t now_us, struct request *out[], size_t max);

/* No more puts; takers empty it and then get 0. */
void queue_close(struct queue *queue);

size_t queue_length(struct queue *queue);

#endif
