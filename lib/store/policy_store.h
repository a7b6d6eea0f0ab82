#ifndef STORE_POLICY_STORE_H
#define STORE_POLICY_STORE_H

#include "lib/complaint/institution.h"
#include "lib/store/result.h"

/* Adds a policy under the next version; policy->version does not count. Stored ones are never
 * changed, as complaints keep the one of their day of receipt.
 * STORE_EXISTS: another one holds from the same day. Owner role only. */
enum store_result policy_add(struct pg *pg, struct arena *arena, const struct policy *policy,
                             int64_t deadline_us, int *ret_version);

#endif
