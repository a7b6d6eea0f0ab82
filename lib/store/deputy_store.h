#ifndef STORE_DEPUTY_STORE_H
#define STORE_DEPUTY_STORE_H

#include "lib/complaint/institution.h"
#include "lib/store/result.h"

/* Writing deputies; they are read with the whole institution. */

enum store_result deputy_add(struct pg *pg, struct arena *arena,
                             const struct deputyship *deputyship, struct uuid created_by,
                             int64_t deadline_us);

/* Ends one now, or before it began. STORE_NONE: there is no such, or it is over. */
enum store_result deputy_end(struct pg *pg, struct arena *arena, struct uuid id,
                             int64_t deadline_us);

#endif
