#ifndef BASE_UUID_H
#define BASE_UUID_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lib/base/instant.h"
#include "lib/base/text.h"

struct uuid {
    uint8_t bytes[16];
};

#define UUID_NONE ((struct uuid){{0}}) /* all zero: not recorded */
#define UUID_TEXT_LENGTH 36

static inline bool uuid_is_none(struct uuid id)
{
    return memcmp(id.bytes, UUID_NONE.bytes, sizeof id.bytes) == 0;
}

static inline bool uuid_equal(struct uuid a, struct uuid b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

/* Below, equal or above 0 as memcmp() says it, but without a call: lists look up many ids. */
static inline int uuid_compare(struct uuid a, struct uuid b)
{
    uint64_t left[2], right[2];

    memcpy(left, a.bytes, sizeof left);
    memcpy(right, b.bytes, sizeof right);
    size_t half = left[0] == right[0];
    uint64_t x = be64toh(left[half]), y = be64toh(right[half]);
    return (x > y) - (x < y);
}

/* Makes a version 7 id (RFC 9562): milliseconds, then a counter within the millisecond of this
 * thread, then randomness; ids made by one thread ascend, unless `at` lies more than ten seconds
 * before the last id's time: then they follow `at`, so that a clock once wrong does not spoil ids
 * until the process ends. A fork does not repeat ids. Ends the process when the system has no
 * randomness. Written here because libuuid 2.38 has no version 7. */
struct uuid uuid_make(instant at);

/* Reads the 36-character form in either case; false when it is not one. */
bool uuid_parse(struct text text, struct uuid *ret);

/* Writes the 36-character lower-case form, no zero byte. */
void uuid_format(struct uuid id, char out[static UUID_TEXT_LENGTH]);

#endif
