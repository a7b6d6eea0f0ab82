#ifndef BASE_INSTANT_H
#define BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/text.h"

/* A moment: microseconds since 1970-01-01T00:00:00Z. */
typedef int64_t instant;
/* A calendar day in some zone: days since 1970-01-01 (a Thursday). */
typedef int32_t day_number;

#define INSTANT_NONE INT64_MIN /* not recorded, or a clock that stands still */
#define INSTANT_MILLISECOND INT64_C(1000)
#define INSTANT_SECOND INT64_C(1000000)
#define INSTANT_MINUTE (60 * INSTANT_SECOND)
#define INSTANT_HOUR (60 * INSTANT_MINUTE)
#define INSTANT_DAY (24 * INSTANT_HOUR)

/* The wall clock. Rules never call it: they are given the moment. */
instant instant_now(void);

/* Microseconds of a clock that never jumps, for measuring and for deadlines of requests. */
int64_t monotonic_now_us(void);

/* Reads RFC 3339 ("2026-11-20T09:12:00+08:00", "…Z", with or without a fraction of up to six
 * digits; longer fractions are refused). The year lies in 1900–2199.
 * Returns false and leaves *ret alone when the text is not such a time. */
bool instant_parse(struct text text, instant *ret);

/* Writes RFC 3339 in a zone given as minutes east of UTC: whole seconds as "…T09:12:00+08:00",
 * otherwise with six digits of fraction. out must hold INSTANT_TEXT_MAX bytes.
 * Returns the number of bytes written, no zero byte added. */
#define INSTANT_TEXT_MAX 40
size_t instant_format(instant at, int zone_minutes, char out[static INSTANT_TEXT_MAX]);

/* The day that an instant falls on in a zone, and the first moment of a day there. */
day_number instant_day(instant at, int zone_minutes);
instant instant_of_day(day_number day, int zone_minutes);

struct date {
    int year, month, day; /* month 1–12, day 1–31 */
};

/* Proleptic Gregorian calendar. */
day_number day_from_date(struct date date);
struct date day_to_date(day_number day);
/* 1 Monday … 7 Sunday. */
int day_weekday(day_number day);
/* "YYYY-MM-DD"; false when it is not a day that exists. */
bool day_parse(struct text text, day_number *ret);
#define DAY_TEXT_LENGTH 10
void day_format(day_number day, char out[static DAY_TEXT_LENGTH]);

/* "+08:00", "-03:30" or "Z" to minutes east of UTC, within ±14 h. */
bool zone_parse(struct text text, int *ret_minutes);

#endif
