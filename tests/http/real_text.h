#ifndef TESTS_HTTP_REAL_TEXT_H
#define TESTS_HTTP_REAL_TEXT_H

#include <stdbool.h>

#include "lib/base/text.h"

/* Masking judged without the library's rules: plain enough to be believed. */

/* What a shown text must never hold: "a mobile number" (11 digits, 1 and 3–9 first), "an identity
 * number" (18 characters with the right check character) or "a card number" (16–19 digits that pass
 * Luhn), each a whole run of digits in either width; NULL when it holds none. */
const char *real_text_leak(struct text shown);

/* Whether `shown` is `written` but for masked numbers: each run of stars stands for as many digits
 * (four also for three, in landlines), the digits around it are kept, and all else is the same byte
 * for byte. Calls `found` with each number as it was written. */
bool real_text_same_but_masks(struct text written, struct text shown,
                              void (*found)(struct text number, void *cls), void *cls);

#endif
