#include "server/queue.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

/* Of each lane: how many are taken together at most, and how many are worth another taker. A page
 * of a list is some fifty rows: more of them in a set only spill out of the caches. */
static const struct {
    size_t batch, worth_a_taker;
} lane_limits[LANE_COUNT] = {[LANE_GET] = {8, 8},
                             [LANE_LIST] = {8, 4},
                             [LANE_COMMAND] = {SIZE_MAX, 16},
                             [LANE_BULK] = {1, 1}};

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    size_t length, limit, waiting;
    size_t bulk_taken, bulk_at_once;
    bool closed;
    struct {
        struct request *first, **end;
        size_t length;
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
    queue->bulk_at_once = SIZE_MAX;
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

void queue_bound(struct queue *queue, size_t bulk_at_once)
{
    queue->bulk_at_once = bulk_at_once;
}

bool queue_put(struct queue *queue, enum lane lane, struct request *request)
{
    pthread_mutex_lock(&queue->lock);
    bool room = !queue->closed && queue->length < queue->limit;
    if (room) {
        request->next = NULL;
        *queue->lanes[lane].end = request;
        queue->lanes[lane].end = &request->next;
        queue->lanes[lane].length++;
        queue->length++;
    }
    pthread_mutex_unlock(&queue->lock);
    return room;
}

void queue_wake(struct queue *queue)
{
    size_t wake = 0;

    pthread_mutex_lock(&queue->lock);
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        size_t worth = lane_limits[lane].worth_a_taker;
        wake += (queue->lanes[lane].length + worth - 1) / worth;
    }
    if (wake > queue->waiting)
        wake = queue->waiting;
    pthread_mutex_unlock(&queue->lock);
    while (wake-- > 0)
        pthread_cond_signal(&queue->filled);
}

/* The lane that waits longest of those that may be taken from; LANE_COUNT when there is none. */
static enum lane oldest_lane(const struct queue *queue)
{
    const struct request *oldest = NULL;
    enum lane found = LANE_COUNT;

    for (enum lane lane = 0; lane < LANE_COUNT; lane++) {
        const struct request *first = queue->lanes[lane].first;
        if (lane == LANE_BULK && queue->bulk_taken >= queue->bulk_at_once)
            continue;
        if (first && (!oldest || first->arrived_us < oldest->arrived_us)) {
            oldest = first;
            found = lane;
        }
    }
    return found;
}

static struct request *unlink_first(struct queue *queue, enum lane lane)
{
    struct request *request = queue->lanes[lane].first;
    queue->lanes[lane].first = request->next;
    if (!request->next)
        queue->lanes[lane].end = &queue->lanes[lane].first;
    queue->lanes[lane].length--;
    queue->length--;
    request->next = NULL;
    return request;
}

size_t queue_take(struct queue *queue, struct request *out[], size_t max, enum lane *ret_lane)
{
    size_t count = 0;
    enum lane lane;

    pthread_mutex_lock(&queue->lock);
    while ((lane = oldest_lane(queue)) == LANE_COUNT && !(queue->closed && queue->length == 0)) {
        queue->waiting++;
        pthread_cond_wait(&queue->filled, &queue->lock);
        queue->waiting--;
    }
    if (lane < LANE_COUNT) {
        if (max > lane_limits[lane].batch)
            max = lane_limits[lane].batch;
        while (count < max && queue->lanes[lane].first)
            out[count++] = unlink_first(queue, lane);
        queue->bulk_taken += lane == LANE_BULK ? count : 0;
        *ret_lane = lane;
    }
    pthread_mutex_unlock(&queue->lock);
    return count;
}

bool queue_enter_bulk(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    bool free = queue->bulk_taken < queue->bulk_at_once;
    queue->bulk_taken += free;
    pthread_mutex_unlock(&queue->lock);
    return free;
}

void queue_done(struct queue *queue, enum lane lane)
{
    if (lane != LANE_BULK)
        return;
    pthread_mutex_lock(&queue->lock);
    queue->bulk_taken--;
    pthread_mutex_unlock(&queue->lock);
    /* Those who wait may take the next one, or see that nothing is left of a closed queue. */
    pthread_cond_broadcast(&queue->filled);
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
