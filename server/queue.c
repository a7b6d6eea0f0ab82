#include "server/queue.h"

#include <pthread.h>
#include <stdlib.h>

#define WORTH_A_TAKER 16 /* requests for which another taker is woken */

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    size_t length, limit, waiting;
    bool closed;
    struct {
        struct request *first, **end;
    } lanes[LANE_COUNT];
};

struct queue *queue_new(size_t limit)
{
    struct queue *queue = calloc(1, sizeof *queue);
    if (!queue)
        abort();
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->filled, NULL);
    queue->limit = limit;
    for (int lane = 0; lane < LANE_COUNT; lane++)
        queue->lanes[lane].end = &queue->lanes[lane].first;
    return queue;
}

void queue_free(struct queue *queue)
{
    if (!queue)
        return;
    pthread_cond_destroy(&queue->filled);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}

bool queue_put(struct queue *queue, enum lane lane, struct request *request)
{
    pthread_mutex_lock(&queue->lock);
    bool room = !queue->closed && queue->length < queue->limit;
    if (room) {
        request->next = NULL;
        *queue->lanes[lane].end = request;
        queue->lanes[lane].end = &request->next;
        queue->length++;
    }
    pthread_mutex_unlock(&queue->lock);
    return room;
}

void queue_wake(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    size_t wake = (queue->length + WORTH_A_TAKER - 1) / WORTH_A_TAKER;
    if (wake > queue->waiting)
        wake = queue->waiting;
    pthread_mutex_unlock(&queue->lock);
    while (wake-- > 0)
        pthread_cond_signal(&queue->filled);
}

static enum lane oldest_lane(const struct queue *queue)
{
    const struct request *read = queue->lanes[LANE_READ].first;
    const struct request *command = queue->lanes[LANE_COMMAND].first;
    if (!read || !command)
        return read ? LANE_READ : LANE_COMMAND;
    return read->arrived_us <= command->arrived_us ? LANE_READ : LANE_COMMAND;
}

static struct request *unlink_first(struct queue *queue, enum lane lane)
{
    struct request *request = queue->lanes[lane].first;
    queue->lanes[lane].first = request->next;
    if (!request->next)
        queue->lanes[lane].end = &queue->lanes[lane].first;
    queue->length--;
    request->next = NULL;
    return request;
}

size_t queue_take(struct queue *queue, struct request *out[], size_t max, enum lane *ret_lane)
{
    size_t count = 0;

    pthread_mutex_lock(&queue->lock);
    while (queue->length == 0 && !queue->closed) {
        queue->waiting++;
        pthread_cond_wait(&queue->filled, &queue->lock);
        queue->waiting--;
    }
    *ret_lane = oldest_lane(queue);
    while (count < max && queue->lanes[*ret_lane].first)
        out[count++] = unlink_first(queue, *ret_lane);
    pthread_mutex_unlock(&queue->lock);
    return count;
}

size_t queue_take_late(struct queue *queue, int64_t now_us, struct request *out[], size_t max)
{
    size_t count = 0;

    /* Deadlines follow arrival, so the late ones stand in front. */
    pthread_mutex_lock(&queue->lock);
    for (enum lane lane = 0; lane < LANE_COUNT; lane++) {
        while (count < max && queue->lanes[lane].first &&
               queue->lanes[lane].first->deadline_us < now_us)
            out[count++] = unlink_first(queue, lane);
    }
    pthread_mutex_unlock(&queue->lock);
    return count;
}

void queue_close(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->filled);
    pthread_mutex_unlock(&queue->lock);
}

size_t queue_length(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    size_t length = queue->length;
    pthread_mutex_unlock(&queue->lock);
    return length;
}
