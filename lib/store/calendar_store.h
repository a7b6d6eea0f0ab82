#ifndef STORE_CALENDAR_STORE_H
#define STORE_CALENDAR_STORE_H

#include "lib/complaint/calendar.h"
#include "lib/store/result.h"

/* Stores a calendar as the newest version, which is the one in force, unless the newest version
 * already is the same. source: sound, as calendar_new() takes it; its version and zone do not
 * count, its days and years ascend. Owner role only. */
struct calendar_imported {
    int version;         /* now in force */
    bool added;          /* false: the newest version already was the same */
    int64_t open_stages; /* with a due time: those whose due times may differ now */
};
enum store_result calendar_import(struct pg *pg, struct arena *arena, struct text name,
                                  const struct calendar_source *source, int64_t deadline_us,
                                  struct calendar_imported *ret);

#endif
