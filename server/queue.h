#ifndef SERVER_QUEUE_H
#define SERVER_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "server/request.h"

/* A bounded queue of requests. Each kind waits in a lane of its own, because a batch is of one kind;
 * the lane whose first request is the oldest is served first. */
struct queue;

enum lane { LANE_GET, LANE_LIST, LANE_COMMAND, LANE_COUNT };

/* The caller releases it with queue_free(), once nobody waits on it. */
struct queue *queue_new(size_t limit);
void queue_free(struct queue *queue);

/* Puts a request at the end; wakes nobody. False: the queue is full or closed. */
bool queue_put(struct queue *queue, enum lane lane, struct request *request);

/* Wakes takers for what was put: called once for all that arrived together, so that they become a
 * batch and not a wake-up each. */
void queue_wake(struct queue *queue);

/* Waits for requests and takes up to max of one lane, of lists fewer, in order. Returns how many; 0 only once the
 * queue is closed and empty. */
size_t queue_take(struct queue *queue, struct request *out[], size_t max, enum lane *ret_lane);

/* Takes those whose deadline has passed, at most max. */
size_t queue_take_late(struct queue *queue, int64_t now_us, struct request *out[], size_t max);

/* No more puts; takers empty it and then get 0. */
void queue_close(struct queue *queue);

size_t queue_length(struct queue *queue);

#endif
