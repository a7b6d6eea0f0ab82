#include "tests/http/real_needle.h"

#include <stdint.h>
#include <stdlib.h>

#define BUCKETS 65536
#define NEEDLE_MAX 64

struct needle {
    struct needle *next; /* in its bucket */
    size_t length;
    char bytes[NEEDLE_MAX]; /* zero-terminated */
};

static struct needle *buckets[BUCKETS];
static size_t count;

/* Of the first REAL_NEEDLE_MIN bytes. */
static struct needle **bucket(const char *bytes)
{
    uint64_t first;

    memcpy(&first, bytes, sizeof first);
    first = (first ^ (uint64_t)(unsigned char)bytes[8] << 7) * UINT64_C(0x9E3779B97F4A7C15);
    return &buckets[first >> 48];
}

static void add(const char *bytes, size_t length)
{
    if (length < REAL_NEEDLE_MIN || length >= NEEDLE_MAX)
        return;
    struct needle **place = bucket(bytes);
    for (const struct needle *known = *place; known; known = known->next)
        if (known->length == length && memcmp(known->bytes, bytes, length) == 0)
            return;
    struct needle *made = calloc(1, sizeof *made);
    if (!made)
        abort();
    made->next = *place;
    made->length = length;
    memcpy(made->bytes, bytes, length);
    *place = made;
    count++;
}

void real_needle_add(struct text number)
{
    char digits[NEEDLE_MAX];
    size_t length = 0, size;

    add(number.at, number.length);
    for (size_t at = 0; at < number.length && length < NEEDLE_MAX; at += size) {
        uint32_t code = 0;
        size = text_decode(number.at + at, number.length - at, &code);
        if (size == 0)
            return;
        if (code >= 0xFF10 && code <= 0xFF19)
            code -= 0xFEE0;
        if (code >= '0' && code <= '9')
            digits[length++] = (char)code;
    }
    add(digits, length);
}

size_t real_needle_count(void)
{
    return count;
}

bool real_needle_found(const char *bytes, size_t length)
{
    for (size_t at = 0; at + REAL_NEEDLE_MIN <= length; at++)
        for (const struct needle *needle = *bucket(bytes + at); needle; needle = needle->next)
            if (needle->length <= length - at &&
                memcmp(needle->bytes, bytes + at, needle->length) == 0)
                return true;
    return false;
}
