#include "server/throttle.h"

#include <sodium.h>
#include <stdlib.h>

#include "lib/base/bucket.h"
#include "server/request.h"
#include "server/settings.h"

#define SLOTS 4096 /* of 16 bytes, in each table */
#define NANOSECONDS INT64_C(1000000000)
#define MINUTE (60 * NANOSECONDS)

/* For a login from an address: five failures at once, then one a minute. Somebody who has forgotten
 * which it was does not notice; who guesses gets 1,445 a day. */
#define LOGIN_BURST 5
#define LOGIN_A_MINUTE 1
/* For an address, behind which a whole branch may sit. */
#define ADDRESS_BURST 60
#define ADDRESS_A_MINUTE 20

struct counter {
    struct bucket_rate rate;
    struct buckets *buckets;
};

struct throttle {
    bool free_loopback; /* the demo */
    struct counter by_login, by_address;
    unsigned char secret[crypto_shorthash_KEYBYTES];
};

static struct counter counter_of(int64_t a_minute, int64_t burst)
{
    return (struct counter){bucket_rate_of(a_minute, MINUTE, burst), buckets_new(SLOTS)};
}

struct throttle *throttle_new(const struct settings *settings)
{
    struct throttle *throttle = calloc(1, sizeof *throttle);
    if (!throttle)
        abort();
    throttle->free_loopback = settings->demo.enabled;
    throttle->by_login = counter_of(LOGIN_A_MINUTE, LOGIN_BURST);
    throttle->by_address = counter_of(ADDRESS_A_MINUTE, ADDRESS_BURST);
    randombytes_buf(throttle->secret, sizeof throttle->secret);
    return throttle;
}

void throttle_free(struct throttle *throttle)
{
    if (!throttle)
        return;
    buckets_free(throttle->by_login.buckets);
    buckets_free(throttle->by_address.buckets);
    free(throttle);
}

/* A hash that nobody can foresee of the address and, unless it is none, the login. */
static uint64_t key_of(const struct throttle *throttle, const struct request *request,
                       struct text login)
{
    unsigned char who[16 + 256];
    size_t length = login.length < sizeof who - 16 ? login.length : sizeof who - 16;
    uint64_t key;

    memcpy(who, request->from.bytes, 16);
    if (!address_is_four(&request->from))
        memset(who + 8, 0, 8);
    if (length)
        memcpy(who + 16, login.at, length);
    crypto_shorthash((unsigned char *)&key, who, 16 + length, throttle->secret);
    return key;
}

static bool applies(const struct throttle *throttle, const struct request *request)
{
    return !(throttle->free_loopback && address_is_loopback(&request->from));
}

/* Returns how long to wait, in seconds; 0: the try was counted. */
static int take(struct counter *counter, uint64_t key)
{
    struct bucket_state state;

    if (buckets_take(counter->buckets, key, counter->rate, monotonic_now_us() * 1000, &state))
        return 0;
    return (int)((state.wait_ns + NANOSECONDS - 1) / NANOSECONDS);
}

bool throttle_enter(struct throttle *throttle, const struct request *request, struct text login,
                    int *ret_wait_s)
{
    if (!applies(throttle, request))
        return true;
    uint64_t address = key_of(throttle, request, TEXT_NONE);
    int wait_s = take(&throttle->by_address, address);
    if (wait_s == 0) {
        wait_s = take(&throttle->by_login, key_of(throttle, request, login));
        if (wait_s) /* one who is held up does not use up what their whole branch has */
            buckets_give(throttle->by_address.buckets, address, throttle->by_address.rate);
    }
    *ret_wait_s = wait_s;
    return wait_s == 0;
}

void throttle_forgive(struct throttle *throttle, const struct request *request, struct text login)
{
    if (!applies(throttle, request))
        return;
    buckets_give(throttle->by_address.buckets, key_of(throttle, request, TEXT_NONE),
                 throttle->by_address.rate);
    buckets_give(throttle->by_login.buckets, key_of(throttle, request, login),
                 throttle->by_login.rate);
}
