#ifndef TESTS_STORE_FILLED_H
#define TESTS_STORE_FILLED_H

#include "lib/complaint/complaint.h"
#include "lib/complaint/institution.h"
#include "lib/store/column.h"

/* Complaints in whose columns something stands, to be saved and loaded. They name the staff 0x11 to
 * 0x13 and the units 1 (U1) and 2 (U2) by sql_id(). */

#define NOON (INT64_C(1795320000) * INSTANT_SECOND) /* 2026-11-22T12:00:00+08:00 */

/* Every column holds something that no other column of its kind holds. */
void filled_complaint(const struct institution *institution, struct arena *arena, int seed,
                      struct complaint *complaint);

/* Takes away what no receipt has (complaint_rare_count). */
void filled_clear_rare(struct complaint *complaint);

/* Takes away what need not be recorded. */
void filled_clear(struct complaint *complaint);

struct stage_row filled_row(const struct institution *institution, int sequence, int stage,
                            bool open);
struct hash filled_hash(int seed);

bool filled_same_text(struct text a, struct text b);
bool filled_same_value(const struct column *column, const struct complaint *a,
                       const struct complaint *b);
/* Fails the test unless all columns and stages are the same. */
void filled_expect_same(const struct complaint *expected, const struct complaint *actual);

#endif
