#include "server/throttle.h"

#include <sodium.h>
#include <stdlib.h>

#include "lib/base/bucket.h"
#include "lib/complaint/principal.h"
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

/* Searches by contact data, found or not: who sees 138****1234 could else try all 10,000 numbers that it
 * may stand for. Enough for somebody at the telephone. */
#define SEARCHER_BURST 60
#define SEARCHER_A_MINUTE 4
/* For a client, behind which a whole hotline may sit. */
#define CLIENT_BURST 600
#define CLIENT_A_MINUTE 40

/* Looking at the progress of complaints, found or not: who knows their code asks seldom; who tries codes
 * never finds one, but does not keep anybody waiting either. Behind one address may be many. */
#define FOLLOWER_BURST 30
#define FOLLOWER_A_MINUTE 20

struct counter {
    struct bucket_rate rate;
    struct buckets *buckets;
};

struct throttle {
    bool free_loopback; /* the demo */
    struct counter by_login, by_address, by_searcher, by_client, by_follower;
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
    throttle->by_searcher = counter_of(SEARCHER_A_MINUTE, SEARCHER_BURST);
    throttle->by_client = counter_of(CLIENT_A_MINUTE, CLIENT_BURST);
    throttle->by_follower = counter_of(FOLLOWER_A_MINUTE, FOLLOWER_BURST);
    randombytes_buf(throttle->secret, sizeof throttle->secret);
    return throttle;
}

void throttle_free(struct throttle *throttle)
{
    if (!throttle)
        return;
    buckets_free(throttle->by_login.buckets);
    buckets_free(throttle->by_address.buckets);
    buckets_free(throttle->by_searcher.buckets);
    buckets_free(throttle->by_client.buckets);
    buckets_free(throttle->by_follower.buckets);
    free(throttle);
}

/* A hash that nobody can foresee. */
static uint64_t hash_of(const struct throttle *throttle, const unsigned char *bytes, size_t length)
{
    uint64_t key;

    crypto_shorthash((unsigned char *)&key, bytes, length, throttle->secret);
    return key;
}

/* That of the address and, unless it is none, the login. */
static uint64_t key_of(const struct throttle *throttle, const struct request *request,
                       struct text login)
{
    unsigned char who[16 + 256];
    size_t length = login.length < sizeof who - 16 ? login.length : sizeof who - 16;

    memcpy(who, request->from.bytes, 16);
    if (!address_is_four(&request->from))
        memset(who + 8, 0, 8);
    if (length)
        memcpy(who + 16, login.at, length);
    return hash_of(throttle, who, 16 + length);
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

/* The same of two buckets, or of none: one who is held up does not use up what their whole branch has. A
 * key of 0 has no bucket. */
static int take_both(struct counter *one, uint64_t key, struct counter *other, uint64_t other_key)
{
    int wait_s = key ? take(one, key) : 0;

    if (wait_s == 0 && other_key) {
        wait_s = take(other, other_key);
        if (wait_s && key)
            buckets_give(one->buckets, key, one->rate);
    }
    return wait_s;
}

bool throttle_enter(struct throttle *throttle, const struct request *request, struct text login,
                    int *ret_wait_s)
{
    if (!applies(throttle, request))
        return true;
    *ret_wait_s = take_both(&throttle->by_address, key_of(throttle, request, TEXT_NONE),
                            &throttle->by_login, key_of(throttle, request, login));
    return *ret_wait_s == 0;
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

bool throttle_follow(struct throttle *throttle, const struct request *request, int *ret_wait_s)
{
    if (!applies(throttle, request))
        return true;
    *ret_wait_s = take(&throttle->by_follower, key_of(throttle, request, TEXT_NONE));
    return *ret_wait_s == 0;
}

static uint64_t key_of_staff(const struct throttle *throttle, const struct staff *staff)
{
    return staff ? hash_of(throttle, staff->id.bytes, sizeof staff->id.bytes) : 0;
}

bool throttle_search(struct throttle *throttle, const struct request *request,
                     const struct principal *who, int *ret_wait_s)
{
    const struct staff *acting = who->through ? who->through : who->staff;
    const struct staff *client = acting->client ? acting : NULL;
    /* A deputy is one person, whomever they act for; whom a client names counts too. */
    const struct staff *person = client ? (who->through ? who->staff : NULL) : acting;

    if (!applies(throttle, request))
        return true;
    *ret_wait_s = take_both(&throttle->by_client, key_of_staff(throttle, client),
                            &throttle->by_searcher, key_of_staff(throttle, person));
    return *ret_wait_s == 0;
}
