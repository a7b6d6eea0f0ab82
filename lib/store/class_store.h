#ifndef STORE_CLASS_STORE_H
#define STORE_CLASS_STORE_H

#include "lib/complaint/institution.h"
#include "lib/store/result.h"

/* Adds classes, or corrects those whose code exists; each code at most once in classes[].
 * *ret_changed: how many rows are new or differ from before. Owner role only. */
enum store_result class_upsert(struct pg *pg, struct arena *arena,
                               const struct complaint_class classes[], size_t count,
                               int64_t deadline_us, int64_t *ret_changed);

#endif
