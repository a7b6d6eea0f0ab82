#ifndef BASE_BUCKET_H
#define BASE_BUCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Token buckets: how often somebody may do something. A bucket holds a number of tokens at most and
 * gets new ones at a steady rate; whatever is done takes one.
 *
 * A bucket is one number, the moment at which it will be full again: no timer fills it, and one that
 * was never used is full. */

struct bucket_rate {
    int64_t interval_ns; /* between two new tokens */
    int64_t depth;       /* tokens in a full bucket */
};

/* `tokens` new ones in `period_ns`, at most `depth` saved up; all are at least 1. */
struct bucket_rate bucket_rate_of(int64_t tokens, int64_t period_ns, int64_t depth);

/* What is left after a token was taken, or refused. */
struct bucket_state {
    int64_t left;      /* tokens */
    int64_t wait_ns;   /* until there is a token; 0: there is one */
    int64_t filled_ns; /* until the bucket is full */
};

/* Takes a token at `now_ns`, of any clock that does not go back. *full_at_ns is the bucket, 0 at
 * first. Returns false when there is none; then the bucket is as before. Always fills *ret. */
bool bucket_take(int64_t *full_at_ns, struct bucket_rate rate, int64_t now_ns,
                 struct bucket_state *ret);

/* Buckets of many, in a table that does not grow: for a newcomer the fullest of the few buckets in
 * its place is forgotten. Nothing is lost with a bucket that is full. Any thread. */
struct buckets;

/* slots: a power of two, at least 8. */
struct buckets *buckets_new(size_t slots);
void buckets_free(struct buckets *buckets);

/* bucket_take() of the bucket of `key`: a hash that outsiders cannot foresee, or they could meet in
 * one place. The rate of one table's buckets is the same, or full ones are not recognised. */
bool buckets_take(struct buckets *buckets, uint64_t key, struct bucket_rate rate, int64_t now_ns,
                  struct bucket_state *ret);

/* Gives back a token that was taken, if the bucket is still known: what it was taken for did not
 * count. */
void buckets_give(struct buckets *buckets, uint64_t key, struct bucket_rate rate);

#endif
