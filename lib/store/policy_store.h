#ifndef STORE_POLICY_STORE_H
#define STORE_POLICY_STORE_H

#include "lib/complaint/institution.h"
#include "lib/store/recalculation_store.h"

/* Adds a policy under the next version and records the recalculation that follows; policy->version
 * does not count. Stored ones are never changed, as complaints keep the one of their day of receipt;
 * one that is the same is not added again. STORE_EXISTS: another one holds from the same day.
 * Otherwise results as rules_commit()'s. */
enum store_result policy_add(struct pg *pg, struct arena *arena, const struct policy *policy,
                             const struct audit_origin *origin, int64_t deadline_us,
                             struct rules_added *ret);

#endif
