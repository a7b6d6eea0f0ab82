#include "lib/base/bucket.h"

#include <pthread.h>
#include <stdlib.h>

#define WAYS 8 /* places in which a key may be */

struct slot {
    uint64_t key;
    int64_t full_at_ns;
};

struct buckets {
    pthread_mutex_t lock;
    size_t groups; /* of WAYS slots */
    struct slot *slots;
};

struct bucket_rate bucket_rate_of(int64_t tokens, int64_t period_ns, int64_t depth)
{
    return (struct bucket_rate){.interval_ns = period_ns / tokens, .depth = depth};
}

bool bucket_take(int64_t *full_at_ns, struct bucket_rate rate, int64_t now_ns,
                 struct bucket_state *ret)
{
    const int64_t capacity_ns = rate.depth * rate.interval_ns;
    int64_t missing_ns = *full_at_ns > now_ns ? *full_at_ns - now_ns : 0;
    bool taken = missing_ns + rate.interval_ns <= capacity_ns;

    if (taken) {
        missing_ns += rate.interval_ns;
        *full_at_ns = now_ns + missing_ns;
    }
    int64_t short_ns = missing_ns + rate.interval_ns - capacity_ns;
    *ret = (struct bucket_state){.left = (capacity_ns - missing_ns) / rate.interval_ns,
                                 .wait_ns = short_ns > 0 ? short_ns : 0,
                                 .filled_ns = missing_ns};
    return taken;
}

struct buckets *buckets_new(size_t slots)
{
    struct buckets *buckets = calloc(1, sizeof *buckets);
    if (!buckets)
        abort();
    pthread_mutex_init(&buckets->lock, NULL);
    buckets->groups = slots / WAYS;
    buckets->slots = calloc(slots, sizeof *buckets->slots);
    if (!buckets->slots)
        abort();
    return buckets;
}

void buckets_free(struct buckets *buckets)
{
    if (!buckets)
        return;
    pthread_mutex_destroy(&buckets->lock);
    free(buckets->slots);
    free(buckets);
}

/* The key's bucket, or else the fullest of its group, emptied of whose it was. */
static struct slot *slot_of(struct buckets *buckets, uint64_t key)
{
    struct slot *group = &buckets->slots[(key & (buckets->groups - 1)) * WAYS];
    struct slot *fullest = group;

    for (size_t i = 0; i < WAYS; i++) {
        if (group[i].key == key)
            return &group[i];
        if (group[i].full_at_ns < fullest->full_at_ns)
            fullest = &group[i];
    }
    *fullest = (struct slot){.key = key};
    return fullest;
}

bool buckets_take(struct buckets *buckets, uint64_t key, struct bucket_rate rate, int64_t now_ns,
                  struct bucket_state *ret)
{
    pthread_mutex_lock(&buckets->lock);
    bool taken = bucket_take(&slot_of(buckets, key)->full_at_ns, rate, now_ns, ret);
    pthread_mutex_unlock(&buckets->lock);
    return taken;
}

void buckets_give(struct buckets *buckets, uint64_t key, struct bucket_rate rate)
{
    pthread_mutex_lock(&buckets->lock);
    struct slot *group = &buckets->slots[(key & (buckets->groups - 1)) * WAYS];
    for (size_t i = 0; i < WAYS; i++)
        if (group[i].key == key && group[i].full_at_ns >= rate.interval_ns)
            group[i].full_at_ns -= rate.interval_ns;
    pthread_mutex_unlock(&buckets->lock);
}
