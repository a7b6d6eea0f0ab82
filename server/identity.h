#ifndef SERVER_IDENTITY_H
#define SERVER_IDENTITY_H

#include <stdbool.h>

#include "lib/base/fault.h"
#include "lib/base/instant.h"
#include "lib/base/text.h"
#include "lib/base/uuid.h"
#include "lib/complaint/complaint.h"
#include "lib/complaint/principal.h"

struct request;
struct pg;

/* Which token belongs to whom, remembered for a minute, so that most requests need no look-up. A
 * token that was withdrawn is forgotten when the database tells. */
struct identities;

/* idle_ms: a session that is not used for so long has ended. */
struct identities *identities_new(int64_t idle_ms);
void identities_free(struct identities *identities);

/* Looks the request's token up in memory; true when it is known and good. */
bool identity_recall(struct identities *identities, struct request *request);

void identity_forget(struct identities *identities, const struct hash *token);
void identity_forget_all(struct identities *identities);

/* Identifies those of the requests that are not: one look-up in the database for all of them. Those
 * whose token is unknown stay unidentified. count: at most BATCH_MAX. False: the look-up failed. */
bool identity_look_up(struct identities *identities, struct pg *pg,
                      struct request *const requests[], size_t count, int64_t deadline_us);

/* Fills the principal of an identified request: the token's holder, or the person on whose behalf it
 * acts, with the rights that both have. FAULT_UNAUTHENTICATED when the holder may no longer work;
 * FAULT_PASSWORD_TEMPORARY when they signed in and first have to change the password;
 * FAULT_ON_BEHALF_REFUSED when the holder is no client and not their deputy now, or the person none
 * who works here. */
enum fault identity_principal(const struct request *request, const struct institution *institution,
                              struct principal *ret);

/* Takes up to `max` hashes of tokens that were used since they were taken last, a session's a minute
 * ago or more, a program's ten. */
size_t identities_used(struct identities *identities, struct hash hashes[], size_t max);

#endif
