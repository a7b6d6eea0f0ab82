#include "server/follow.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "server/engine.h"
#include "server/http.h"
#include "server/server.h"

#define TURN_MS 250                         /* how late a follower's time may be noticed */
#define KEEP_ALIVE_US (15 * INSTANT_SECOND) /* so that proxies and dead clients are noticed */
/* A follower is told at once of what comes after a while, and of what comes all the time so often. */
#define PACE_US (INSTANT_SECOND / 2)
#define PIECE_BLOCK (16u * 1024)

struct followers {
    struct server *server;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t grown;
    struct request *parked;     /* linked by their `next` */
    struct follower *all;       /* parked or not */
    size_t count, files;        /* files apart */
    size_t limit, limit_of_one; /* of either */
    int64_t size;               /* of the log, as last told */
    bool changed, stopped;
};

/* --- one follower ------------------------------------------------------------------------------- */

static size_t count_of(const struct followers *followers, const struct follower *like)
{
    size_t count = 0;

    for (const struct follower *follower = followers->all; follower; follower = follower->next)
        count +=
            uuid_equal(follower->staff_id, like->staff_id) && follower->is_file == like->is_file;
    return count;
}

static bool begin(struct request *request, struct follower wanted)
{
    struct followers *followers = request->server->followers;
    struct follower *follower = ARENA_NEW(request->arena, struct follower);
    size_t *count = wanted.is_file ? &followers->files : &followers->count;

    *follower = wanted;
    follower->staff_id = request->staff_id;
    follower->piece_us = monotonic_now_us();
    pthread_mutex_lock(&followers->lock);
    bool room = *count < followers->limit && !followers->stopped &&
                count_of(followers, follower) < followers->limit_of_one;
    if (room) {
        ++*count;
        follower->next = followers->all;
        if (followers->all)
            followers->all->previous = follower;
        followers->all = follower;
    }
    pthread_mutex_unlock(&followers->lock);
    if (!room)
        return false;
    follower->arena = follower->streams ? arena_new(PIECE_BLOCK) : NULL;
    request->follower = follower;
    return true;
}

bool follow_begin(struct request *request, bool streams, int64_t after, int64_t until_us)
{
    return begin(
        request,
        (struct follower){.after = after, .until_us = until_us, .streams = streams, .length = -1});
}

bool follow_begin_file(struct request *request, int64_t from, int64_t end)
{
    return begin(request, (struct follower){.after = -1, /* the log is always longer */
                                            .until_us = INT64_MAX,
                                            .streams = true,
                                            .is_file = true,
                                            .length = end - from,
                                            .from = from,
                                            .end = end});
}

bool follow_begin_list(struct request *request, struct list_export *list)
{
    return begin(request, (struct follower){.after = -1,
                                            .until_us = INT64_MAX,
                                            .streams = true,
                                            .is_file = true,
                                            .length = -1,
                                            .list = list});
}

void follow_end(struct request *request)
{
    struct followers *followers = request->server->followers;
    struct follower *follower = request->follower;

    if (!follower)
        return;
    if (follower->arena)
        arena_free(follower->arena);
    pthread_mutex_lock(&followers->lock);
    --*(follower->is_file ? &followers->files : &followers->count);
    if (follower->next)
        follower->next->previous = follower->previous;
    if (follower->previous)
        follower->previous->next = follower->next;
    else
        followers->all = follower->next;
    pthread_mutex_unlock(&followers->lock);
}

void follow_give(struct request *request, struct text piece)
{
    struct follower *follower = request->follower;

    arena_reset(follower->arena);
    follower->piece = text_copy(follower->arena, piece);
    follower->sent = 0;
    follower->piece_us = monotonic_now_us();
}

bool follow_refuse(struct request *request)
{
    if (!request->follower || !request->follower->begun)
        return false;
    request->follower->ended = true;
    request->follower->waits = false;
    return true;
}

void follow_give_up(struct request *request)
{
    struct follower *follower = request->follower;

    follower->waits = false;
    if (follower->streams)
        follower->ended = true;
    else
        request_answer(request, 200,
                       text_printf(request->arena, "{\"items\":[],\"next\":%lld}",
                                   (long long)follower->after));
    request_finish(request);
}

/* A comment that readers ignore, and the number from which a reader who was cut off goes on. */
static void keep_alive(struct request *request)
{
    char line[64];
    int length = snprintf(line, sizeof line, "id: %lld\n\n: keep-alive\n\n",
                          (long long)request->follower->after);

    follow_give(request, (struct text){line, (size_t)length});
    request_finish(request);
}

/* --- all of them -------------------------------------------------------------------------------- */

bool follow_park(struct request *request)
{
    struct followers *followers = request->server->followers;

    pthread_mutex_lock(&followers->lock);
    bool open = !followers->stopped;
    if (open) {
        request->next = followers->parked;
        followers->parked = request;
        if (followers->size > request->follower->after) {
            followers->changed = true;
            pthread_cond_signal(&followers->grown);
        }
    }
    pthread_mutex_unlock(&followers->lock);
    return open;
}

void follow_grown(struct followers *followers, int64_t size)
{
    pthread_mutex_lock(&followers->lock);
    followers->size = size;
    followers->changed = true;
    pthread_cond_signal(&followers->grown);
    pthread_mutex_unlock(&followers->lock);
}

int64_t followers_log_size(struct followers *followers)
{
    pthread_mutex_lock(&followers->lock);
    int64_t size = followers->size;
    pthread_mutex_unlock(&followers->lock);
    return size;
}

/* Takes all that are parked; those for whom nothing is to be done are put back. */
static struct request *take_all(struct followers *followers, int64_t *ret_size, bool *ret_stopped)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += TURN_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_mutex_lock(&followers->lock);
    if (!followers->changed && !followers->stopped)
        (void)pthread_cond_timedwait(&followers->grown, &followers->lock, &until);
    struct request *parked = followers->parked;
    followers->parked = NULL;
    followers->changed = false;
    *ret_size = followers->size;
    *ret_stopped = followers->stopped;
    pthread_mutex_unlock(&followers->lock);
    return parked;
}

static void put_back(struct followers *followers, struct request *request)
{
    pthread_mutex_lock(&followers->lock);
    request->next = followers->parked;
    followers->parked = request;
    pthread_mutex_unlock(&followers->lock);
}

/* To the slow pool again, as if it had just come: whoever has no right any more gets nothing. False:
 * there is no room at the moment. */
static bool look_again(struct request *request)
{
    struct server *server = request->server;

    request->identified = false;
    (void)identity_recall(server->identities, request);
    request->follower->waits = false;
    request->follower->looked_us = monotonic_now_us();
    request->deadline_us = request->follower->looked_us +
                           server->settings.http.request_timeout_ms * INSTANT_MILLISECOND;
    return queue_put(server->slow, LANE_BULK, request);
}

bool follow_on(struct request *request)
{
    return (request->follower->is_file && look_again(request)) || follow_park(request);
}

/* Does what is to be done for one that was parked. */
static void tend(struct followers *followers, struct request *request, int64_t size, bool stopped,
                 int64_t now_us)
{
    const struct follower *follower = request->follower;

    if (stopped || atomic_load(&followers->server->draining) || now_us >= follower->until_us)
        follow_give_up(request);
    else if (size > follower->after && now_us - follower->looked_us >= PACE_US &&
             look_again(request))
        return;
    else if (follower->streams && !follower->is_file && now_us - follower->piece_us > KEEP_ALIVE_US)
        keep_alive(request);
    else
        put_back(followers, request);
}

static void *work(void *argument)
{
    struct followers *followers = argument;
    bool stopped = false;

    while (!stopped) {
        int64_t size, now_us;
        struct request *request = take_all(followers, &size, &stopped);
        bool any = request != NULL;
        for (now_us = monotonic_now_us(); request;) {
            struct request *next = request->next;
            tend(followers, request, size, stopped, now_us);
            request = next;
        }
        if (any) {
            queue_wake(followers->server->slow);
            http_wake(followers->server->http);
        }
    }
    return NULL;
}

struct followers *followers_new(struct server *server, size_t limit, size_t limit_of_one)
{
    struct followers *followers = calloc(1, sizeof *followers);
    pthread_condattr_t monotonic;

    if (!followers)
        abort();
    followers->server = server;
    followers->limit = limit;
    followers->limit_of_one = limit_of_one;
    pthread_mutex_init(&followers->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&followers->grown, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&followers->thread, NULL, work, followers) != 0)
        abort();
    return followers;
}

void followers_stop(struct followers *followers)
{
    pthread_mutex_lock(&followers->lock);
    followers->stopped = true;
    pthread_cond_signal(&followers->grown);
    pthread_mutex_unlock(&followers->lock);
    pthread_join(followers->thread, NULL);
}

void followers_free(struct followers *followers)
{
    pthread_cond_destroy(&followers->grown);
    pthread_mutex_destroy(&followers->lock);
    free(followers);
}
