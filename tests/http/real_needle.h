#ifndef TESTS_HTTP_REAL_NEEDLE_H
#define TESTS_HTTP_REAL_NEEDLE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/text.h"

/* Thousands of numbers, and the search for any of them byte by byte in one pass. */

#define REAL_NEEDLE_MIN 9 /* bytes; shorter ones could be there by chance */

/* Adds a number as it was written, and its digits alone. Shorter ones are left out. */
void real_needle_add(struct text number);
size_t real_needle_count(void);

/* Whether the bytes hold any of them. Safe in threads once all are added. */
bool real_needle_found(const char *bytes, size_t length);

#endif
