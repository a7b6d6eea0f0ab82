#ifndef TESTS_STORE_CHAIN_H
#define TESTS_STORE_CHAIN_H

#include "lib/complaint/journal.h"

/* Adds a complaint with a sound journal of `count` entries. Each has one private value, "note",
 * whose text is "note N of NUMBER"; entry n happened n seconds after 2026-11-22T00:00:00Z. */
void chain_add(unsigned id, const char *number, int count);

#define CHAIN_BEGIN (INT64_C(1795305600) * INSTANT_SECOND)

#endif
