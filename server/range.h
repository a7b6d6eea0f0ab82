#ifndef SERVER_RANGE_H
#define SERVER_RANGE_H

#include <stdint.h>

#include "lib/base/text.h"

/* The part of a file that a request asks for (RFC 9110 §14). */

enum range {
    RANGE_WHOLE, /* none was asked for, or more than one, or in a unit other than bytes */
    RANGE_PART,
    RANGE_BEYOND /* it lies behind the end: 416 */
};

/* range: the field's value ("bytes=0-99", "bytes=100-", "bytes=-100"), none if it was not sent. Fills
 * *ret_from and *ret_end, the byte behind the last one, unless it lies beyond. */
enum range range_read(struct text range, int64_t length, int64_t *ret_from, int64_t *ret_end);

#endif
