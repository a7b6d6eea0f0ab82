#include "server/limits.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/bucket.h"
#include "server/server.h"

#define SLOTS 16384 /* of 16 bytes */
#define NANOSECONDS INT64_C(1000000000)

struct limits {
    bool none;          /* limit.rate is 0 */
    bool free_loopback; /* the demo: whoever is on the same machine may do what they like */
    struct bucket_rate rate;
    struct buckets *buckets;
    unsigned char secret[crypto_shorthash_KEYBYTES];
    char policies[2][48]; /* RateLimit-Policy by whether the caller is known */
};

static const char *const names[] = {"address", "client"};

static int64_t seconds(int64_t ns)
{
    return (ns + NANOSECONDS - 1) / NANOSECONDS;
}

struct limits *limits_new(const struct settings *settings)
{
    struct limits *limits = calloc(1, sizeof *limits);
    if (!limits)
        abort();
    limits->none = settings->limit.rate == 0;
    limits->free_loopback = settings->demo.enabled;
    if (limits->none)
        return limits;
    limits->rate = bucket_rate_of(settings->limit.rate, NANOSECONDS, settings->limit.burst);
    limits->buckets = buckets_new(SLOTS);
    randombytes_buf(limits->secret, sizeof limits->secret);
    for (size_t i = 0; i < 2; i++)
        snprintf(limits->policies[i], sizeof *limits->policies, "\"%s\";q=%d;w=%lld", names[i],
                 settings->limit.burst,
                 (long long)seconds(limits->rate.depth * limits->rate.interval_ns));
    return limits;
}

void limits_free(struct limits *limits)
{
    if (!limits)
        return;
    buckets_free(limits->buckets);
    free(limits);
}

/* A hash of who asks that nobody can foresee. */
static uint64_t key_of(const struct limits *limits, const struct request *request)
{
    static const unsigned char host_part[8] = {0};
    unsigned char who[16 + 64 + 1] = {request->identified};
    size_t length = 17;
    uint64_t key;

    if (request->identified) {
        size_t rest = sizeof who - length;
        size_t client = request->client.length < rest ? request->client.length : rest;
        memcpy(who + 1, request->staff_id.bytes, 16);
        if (client)
            memcpy(who + length, request->client.at, client);
        length += client;
    } else {
        memcpy(who + 1, request->from.bytes, 16);
        /* Who has one IPv6 address has 2^64 of them. */
        if (!address_is_four(&request->from))
            memcpy(who + 9, host_part, sizeof host_part);
    }
    crypto_shorthash((unsigned char *)&key, who, length, limits->secret);
    return key;
}

bool limits_take(struct limits *limits, struct request *request)
{
    struct bucket_state state;

    if (limits->none || (limits->free_loopback && address_is_loopback(&request->from)))
        return true;
    bool taken = buckets_take(limits->buckets, key_of(limits, request), limits->rate,
                              monotonic_now_us() * 1000, &state);
    request->limit.applied = true;
    request->limit.known = request->identified;
    request->limit.left = (int)state.left;
    request->limit.filled_s = (int)seconds(state.filled_ns);
    request->limit.wait_s = (int)seconds(state.wait_ns);
    return taken;
}

const char *limits_policy(const struct limits *limits, const struct request *request)
{
    return limits->policies[request->limit.known];
}

const char *limits_name(const struct request *request)
{
    return names[request->limit.known];
}
