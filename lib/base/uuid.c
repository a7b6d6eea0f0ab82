#include "lib/base/uuid.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define COUNTER_MAX 0xFFF            /* 12 bits: the field rand_a of RFC 9562 */
#define COUNTER_START_MASK 0x7FF     /* a random start in the lower half leaves 2,048 ids of room */
#define CLOCK_BACK_MS INT64_C(10000) /* beyond this the clock was wrong before */
#define TIME_MAX_MS ((INT64_C(1) << 48) - 1)

/* One call to the system serves some hundred ids. */
#define RANDOM_CHUNK 1024

struct generator {
    int64_t last_ms;
    unsigned counter;
    size_t random_left; /* bytes of random[], taken from its end */
    uint8_t random[RANDOM_CHUNK];
};

static _Thread_local struct generator generator;
static pthread_once_t fork_once = PTHREAD_ONCE_INIT;

/* Runs in the child, in the one thread that it has: what the parent will use must not be used
 * here too. */
static void forget_random(void)
{
    generator.random_left = 0;
}

static void watch_forks(void)
{
    pthread_atfork(NULL, NULL, forget_random);
}

static void refill(struct generator *self)
{
    size_t filled = 0;

    pthread_once(&fork_once, watch_forks);
    while (filled < RANDOM_CHUNK) {
        ssize_t got = getrandom(self->random + filled, RANDOM_CHUNK - filled, 0);
        if (got < 0 && errno != EINTR) {
            fputs("uuid: the system has no randomness\n", stderr);
            abort();
        }
        if (got > 0)
            filled += (size_t)got;
    }
    self->random_left = RANDOM_CHUNK;
}

static void take_random(struct generator *self, uint8_t *out, size_t size)
{
    if (self->random_left < size)
        refill(self);
    self->random_left -= size;
    memcpy(out, self->random + self->random_left, size);
}

/* Chooses the time and the counter of the next id, so that it follows the last one. */
static void advance(struct generator *self, int64_t ms)
{
    if (ms <= self->last_ms && ms >= self->last_ms - CLOCK_BACK_MS) {
        if (self->counter < COUNTER_MAX) {
            self->counter++;
            return;
        }
        ms = self->last_ms + 1; /* more than the counter holds: borrow from the next millisecond */
    }
    uint8_t start[2];
    take_random(self, start, sizeof start);
    self->counter = (start[0] | (unsigned)start[1] << 8) & COUNTER_START_MASK;
    self->last_ms = ms > TIME_MAX_MS ? TIME_MAX_MS : ms;
}

struct uuid uuid_make(instant at)
{
    struct generator *self = &generator;
    struct uuid id;

    advance(self, at < 0 ? 0 : at / INSTANT_MILLISECOND);
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)(self->last_ms >> (40 - 8 * i));
    id.bytes[6] = (uint8_t)(0x70 | self->counter >> 8); /* version 7 */
    id.bytes[7] = (uint8_t)self->counter;
    take_random(self, id.bytes + 8, 8);
    id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3F)); /* the variant of RFC 9562 */
    return id;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Whether a hyphen stands before byte i in the text form. */
static bool hyphen_before(size_t i)
{
    return i == 4 || i == 6 || i == 8 || i == 10;
}

bool uuid_parse(struct text text, struct uuid *ret)
{
    struct uuid id;

    if (!text.at || text.length != UUID_TEXT_LENGTH)
        return false;
    const char *from = text.at;
    for (size_t i = 0; i < sizeof id.bytes; i++) {
        if (hyphen_before(i) && *from++ != '-')
            return false;
        int high = hex_value(*from++), low = hex_value(*from++);
        if (high < 0 || low < 0)
            return false;
        id.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *ret = id;
    return true;
}

void uuid_format(struct uuid id, char out[static UUID_TEXT_LENGTH])
{
    static const char digits[] = "0123456789abcdef";

#pragma GCC unroll 16 /* the hyphens have fixed places; every answer holds many of these */
    for (size_t i = 0; i < sizeof id.bytes; i++) {
        if (hyphen_before(i))
            *out++ = '-';
        *out++ = digits[id.bytes[i] >> 4];
        *out++ = digits[id.bytes[i] & 15];
    }
}
