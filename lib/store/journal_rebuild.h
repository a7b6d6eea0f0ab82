#ifndef STORE_JOURNAL_REBUILD_H
#define STORE_JOURNAL_REBUILD_H

#include "lib/complaint/journal_replay.h"
#include "lib/store/result.h"

/* Rebuilds complaints from their journals as they were at a moment, entries of that very moment
 * included; INSTANT_NONE: as of now. ids: ascending. Fills (*ret)[i] with what became of ids[i]; one
 * that was not yet recorded then has journal_length 0. Entries are read in pages, so that memory
 * does not grow with the journals. */
enum store_result journal_rebuild(struct pg *pg, const struct institution *institution,
                                  struct arena *arena, const struct uuid ids[], size_t count,
                                  instant as_of, int64_t deadline_us, struct journal_replay **ret);

#endif
