#include "lib/base/instant.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY_SECONDS INT64_C(86400)
#define ERA_YEARS 400 /* the Gregorian calendar repeats after these */
#define ERA_DAYS 146097
#define EPOCH_DAY 719468 /* 1970-01-01, counted from 0000-03-01 */
#define ZONE_MINUTES_MAX (14 * 60)

static int64_t clock_us(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * INSTANT_SECOND + now.tv_nsec / 1000;
}

instant instant_now(void)
{
    return clock_us(CLOCK_REALTIME);
}

int64_t monotonic_now_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

/* Rounds towards minus infinity, as times before 1970 need. */
static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t local_seconds(instant at, int zone_minutes)
{
    return floor_divide(at, INSTANT_SECOND) + (int64_t)zone_minutes * 60;
}

day_number instant_day(instant at, int zone_minutes)
{
    return (day_number)floor_divide(local_seconds(at, zone_minutes), DAY_SECONDS);
}

instant instant_of_day(day_number day, int zone_minutes)
{
    return day * INSTANT_DAY - zone_minutes * INSTANT_MINUTE;
}

/* Years begin in March here, so that the leap day is the last of its year. */
day_number day_from_date(struct date date)
{
    int year = date.year - (date.month <= 2);
    int era = (int)floor_divide(year, ERA_YEARS);
    int year_of_era = year - era * ERA_YEARS;
    int month = (date.month + 9) % 12; /* 0 March … 11 February */
    int day_of_year = (153 * month + 2) / 5 + date.day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * ERA_DAYS + day_of_era - EPOCH_DAY;
}

struct date day_to_date(day_number day)
{
    int64_t shifted = (int64_t)day + EPOCH_DAY;
    int era = (int)floor_divide(shifted, ERA_DAYS);
    int day_of_era = (int)(shifted - (int64_t)era * ERA_DAYS);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month = (5 * day_of_year + 2) / 153;

    return (struct date){
        .year = year_of_era + era * ERA_YEARS + (month >= 10),
        .month = month < 10 ? month + 3 : month - 9,
        .day = day_of_year - (153 * month + 2) / 5 + 1,
    };
}

int day_weekday(day_number day)
{
    int64_t since_monday = (int64_t)day + 3; /* day 0 was a Thursday */

    return (int)(since_monday - 7 * floor_divide(since_monday, 7)) + 1;
}

/* Reads `count` digits at *at and moves on; false when there are not so many. */
static bool read_digits(const char **at, const char *end, int count, int *ret)
{
    int value = 0;

    if (end - *at < count)
        return false;
    for (int i = 0; i < count; i++) {
        char c = (*at)[i];
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    *at += count;
    *ret = value;
    return true;
}

static bool read_char(const char **at, const char *end, char wanted)
{
    if (*at == end || **at != wanted)
        return false;
    ++*at;
    return true;
}

static bool date_exists(struct date date)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);

    return date.year >= 1 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
           date.day <= lengths[date.month - 1] + (date.month == 2 && leap);
}

static bool read_date(const char **at, const char *end, struct date *ret)
{
    return read_digits(at, end, 4, &ret->year) && read_char(at, end, '-') &&
           read_digits(at, end, 2, &ret->month) && read_char(at, end, '-') &&
           read_digits(at, end, 2, &ret->day) && date_exists(*ret);
}

/* "hh:mm:ss" to seconds after midnight. A leap second (":60") is refused: no clock here has it. */
static bool read_time(const char **at, const char *end, int *ret_seconds)
{
    int hour, minute, second;

    if (!read_digits(at, end, 2, &hour) || !read_char(at, end, ':') ||
        !read_digits(at, end, 2, &minute) || !read_char(at, end, ':') ||
        !read_digits(at, end, 2, &second))
        return false;
    *ret_seconds = (hour * 60 + minute) * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

/* Nothing, or "." and one to six digits, to microseconds. */
static bool read_fraction(const char **at, const char *end, int *ret_us)
{
    int digits = 0, value = 0;

    *ret_us = 0;
    if (!read_char(at, end, '.'))
        return true;
    for (; *at < end && **at >= '0' && **at <= '9'; ++*at) {
        if (++digits > 6)
            return false;
        value = value * 10 + (**at - '0');
    }
    for (int i = digits; i < 6; i++)
        value *= 10;
    *ret_us = value;
    return digits > 0;
}

static bool read_zone(const char **at, const char *end, int *ret_minutes)
{
    int hours, minutes;

    if (read_char(at, end, 'Z')) {
        *ret_minutes = 0;
        return true;
    }
    bool west = read_char(at, end, '-');
    if ((!west && !read_char(at, end, '+')) || !read_digits(at, end, 2, &hours) ||
        !read_char(at, end, ':') || !read_digits(at, end, 2, &minutes) || minutes > 59)
        return false;
    int offset = hours * 60 + minutes;
    *ret_minutes = west ? -offset : offset;
    return offset <= ZONE_MINUTES_MAX;
}

bool instant_parse(struct text text, instant *ret)
{
    if (!text.at)
        return false;
    const char *at = text.at, *end = text.at + text.length;
    struct date date;
    int seconds, fraction_us, zone_minutes;

    if (!read_date(&at, end, &date) || !read_char(&at, end, 'T') ||
        !read_time(&at, end, &seconds) || !read_fraction(&at, end, &fraction_us) ||
        !read_zone(&at, end, &zone_minutes) || at != end)
        return false;
    if (date.year < 1900 || date.year > 2199)
        return false;
    *ret =
        instant_of_day(day_from_date(date), zone_minutes) + seconds * INSTANT_SECOND + fraction_us;
    return true;
}

bool day_parse(struct text text, day_number *ret)
{
    if (!text.at)
        return false;
    const char *at = text.at, *end = text.at + text.length;
    struct date date;

    if (!read_date(&at, end, &date) || at != end)
        return false;
    *ret = day_from_date(date);
    return true;
}

bool zone_parse(struct text text, int *ret_minutes)
{
    if (!text.at)
        return false;
    const char *at = text.at, *end = text.at + text.length;
    int minutes;

    if (!read_zone(&at, end, &minutes) || at != end)
        return false;
    *ret_minutes = minutes;
    return true;
}

/* Writes two digits and returns where the next character goes. */
static char *put_two(char *out, int value)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";

    memcpy(out, pairs + 2 * value, 2);
    return out + 2;
}

static char *put_date(char *out, struct date date)
{
    if (date.year >= 0 && date.year <= 9999)
        out = put_two(put_two(out, date.year / 100), date.year % 100);
    else /* no such time is stored, but the writer must not fail on it */
        out += sprintf(out, "%05d", date.year);
    *out++ = '-';
    out = put_two(out, date.month);
    *out++ = '-';
    return put_two(out, date.day);
}

/* The date of a day. The times of a list fall on few days, so a thread remembers the last ones. */
static char *put_day(char *out, day_number day)
{
    static _Thread_local struct {
        day_number day;
        bool known;
        char text[DAY_TEXT_LENGTH];
    } last[64];
    size_t slot = (size_t)(uint32_t)day % (sizeof last / sizeof *last);

    if (!last[slot].known || last[slot].day != day) {
        struct date date = day_to_date(day);
        if (date.year < 0 || date.year > 9999)
            return put_date(out, date);
        put_date(last[slot].text, date);
        last[slot].day = day;
        last[slot].known = true;
    }
    memcpy(out, last[slot].text, DAY_TEXT_LENGTH);
    return out + DAY_TEXT_LENGTH;
}

static char *put_zone(char *out, int zone_minutes)
{
    if (zone_minutes == 0) {
        *out++ = 'Z';
        return out;
    }
    int size = zone_minutes < 0 ? -zone_minutes : zone_minutes;
    *out++ = zone_minutes < 0 ? '-' : '+';
    out = put_two(out, size / 60);
    *out++ = ':';
    return put_two(out, size % 60);
}

size_t instant_format(instant at, int zone_minutes, char out[static INSTANT_TEXT_MAX])
{
    int64_t local = local_seconds(at, zone_minutes);
    int64_t day = floor_divide(local, DAY_SECONDS);
    int second = (int)(local - day * DAY_SECONDS);
    int us = (int)(at % INSTANT_SECOND);
    char *to = put_day(out, (day_number)day);

    if (us < 0) /* before 1970: what is missing to the second's end */
        us += (int)INSTANT_SECOND;
    *to++ = 'T';
    to = put_two(to, second / 3600);
    *to++ = ':';
    to = put_two(to, second / 60 % 60);
    *to++ = ':';
    to = put_two(to, second % 60);
    if (us != 0) {
        *to++ = '.';
        to = put_two(put_two(put_two(to, us / 10000), us / 100 % 100), us % 100);
    }
    return (size_t)(put_zone(to, zone_minutes) - out);
}

void day_format(day_number day, char out[static DAY_TEXT_LENGTH])
{
    struct date date = day_to_date(day);

    /* Exactly ten bytes, whatever the day: years beyond four digits are cut to the nearest. */
    if (date.year < 0)
        date = (struct date){0, 1, 1};
    if (date.year > 9999)
        date = (struct date){9999, 12, 31};
    put_date(out, date);
}
