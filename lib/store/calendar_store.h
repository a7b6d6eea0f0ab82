#ifndef STORE_CALENDAR_STORE_H
#define STORE_CALENDAR_STORE_H

#include "lib/complaint/calendar.h"
#include "lib/store/recalculation_store.h"

/* Puts a calendar in force as the newest version, unless the newest version already is the same, and
 * records the recalculation that follows. source: sound, as calendar_new() takes it; its version and
 * zone do not count, its days and years ascend. Results as rules_commit()'s. */
enum store_result calendar_import(struct pg *pg, struct arena *arena, struct text name,
                                  const struct calendar_source *source,
                                  const struct audit_origin *origin, int64_t deadline_us,
                                  struct rules_added *ret);

/* Whether the one in force is the same, so that calendar_import() would change nothing. */
enum store_result calendar_same(struct pg *pg, struct arena *arena, struct text name,
                                const struct calendar_source *source, int64_t deadline_us,
                                bool *ret_same);

/* A version as it was imported. Its zone is nobody's: not stored. */
struct calendar_version_stored {
    struct text name;
    instant imported_at;
    struct calendar_source source; /* days in two runs: days off, then make-up working days */
};

/* The newest versions, newest first; everything in the arena. */
enum store_result calendar_versions(struct pg *pg, struct arena *arena, int limit,
                                    int64_t deadline_us, struct calendar_version_stored **ret,
                                    size_t *ret_count);

#endif
