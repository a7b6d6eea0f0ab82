#ifndef SERVER_IDENTITY_H
#define SERVER_IDENTITY_H

#include <stdbool.h>

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

struct identities *identities_new(void);
void identities_free(struct identities *identities);

/* Looks the request's token up in memory; true when it is known and good. */
bool identity_recall(struct identities *identities, struct request *request);

void identity_forget(struct identities *identities, const struct hash *token);
void identity_forget_all(struct identities *identities);

/* Identifies those of the requests that are not: one look-up in the database for all of them. Those
 * whose token is unknown stay unidentified. count: at most BATCH_MAX. False: the look-up failed. */
bool identity_look_up(struct identities *identities, struct pg *pg,
                      struct request *const requests[], size_t count, int64_t deadline_us);

/* Fills the principal of an identified request. False when the staff member may no longer work. */
bool identity_principal(const struct request *request, const struct institution *institution,
                        struct principal *ret);

#endif
