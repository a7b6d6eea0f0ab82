#ifndef TESTS_SUPPORT_KEYS_H
#define TESTS_SUPPORT_KEYS_H

#include "lib/base/keyring.h"

/* Three keys, which begin in 2025, 2026 and 2126, numbered 1, 2 and 3. */
extern const char keys_lines[];

/* Makes the first `count` of them the program's. */
void keys_use(size_t count);

#endif
