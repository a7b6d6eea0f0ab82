#include "server/range.h"

#include <strings.h>

#define NUMBER_MAX (INT64_MAX / 16)

/* The digits at the front; -1 when there are none. Numbers too large to be of use stay large. */
static int64_t read_number(struct text *rest)
{
    int64_t number = -1;

    while (rest->length && *rest->at >= '0' && *rest->at <= '9') {
        number = number < 0 ? 0 : number;
        number = number > NUMBER_MAX ? number : number * 10 + (*rest->at - '0');
        *rest = (struct text){rest->at + 1, rest->length - 1};
    }
    return number;
}

/* One range of bytes, "from-", "from-last" or "-count": -1 stands for what is not there. */
static bool read_bounds(struct text range, int64_t *ret_from, int64_t *ret_last)
{
    static const char unit[] = "bytes=";
    struct text rest = range;

    if (rest.length < sizeof unit || strncasecmp(rest.at, unit, sizeof unit - 1) != 0)
        return false;
    rest = (struct text){rest.at + sizeof unit - 1, rest.length - (sizeof unit - 1)};
    *ret_from = read_number(&rest);
    if (rest.length == 0 || *rest.at != '-')
        return false;
    rest = (struct text){rest.at + 1, rest.length - 1};
    *ret_last = read_number(&rest);
    return rest.length == 0 && (*ret_from >= 0 || *ret_last >= 0) &&
           (*ret_from < 0 || *ret_last < 0 || *ret_from <= *ret_last);
}

enum range range_read(struct text range, int64_t length, int64_t *ret_from, int64_t *ret_end)
{
    int64_t from, last;

    *ret_from = 0;
    *ret_end = length;
    if (text_is_none(range) || !read_bounds(range, &from, &last))
        return RANGE_WHOLE;
    if (from < 0) { /* the last so many bytes */
        if (last == 0 || length == 0)
            return RANGE_BEYOND;
        *ret_from = last < length ? length - last : 0;
        return RANGE_PART;
    }
    if (from >= length)
        return RANGE_BEYOND;
    *ret_from = from;
    *ret_end = last < 0 || last >= length ? length : last + 1;
    return RANGE_PART;
}
