#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

/* Random cases that are the same everywhere for a seed, so that one that failed can be repeated. */

struct random {
    uint64_t seed, state;
};

static inline struct random random_new(uint64_t seed)
{
    return (struct random){seed, seed * 2 + 1}; /* a state is never 0 */
}

/* The seed is the environment variable's, or else the time: print it when a case fails. */
static inline struct random random_from(const char *variable)
{
    const char *given = getenv(variable);
    return random_new(given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL));
}

/* 48 bits; xorshift64*. */
static inline uint64_t random_bits(struct random *random)
{
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return random->state * UINT64_C(2685821657736338717) >> 16;
}

/* 0 to limit - 1. */
static inline int random_below(struct random *random, int limit)
{
    return (int)(random_bits(random) % (uint64_t)limit);
}

#endif
