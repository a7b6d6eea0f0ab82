#ifndef COMPLAINT_JOURNAL_EFFECT_H
#define COMPLAINT_JOURNAL_EFFECT_H

#include <jansson.h>

#include "lib/complaint/journal_replay.h"

/* Between journal_replay.c and journal_effect.c. */

/* An entry as it is read. */
struct told {
    json_t *changes, *facts, *hashes; /* of its detail; hashes: of the private values */
    int action;                       /* TERM_NONE: one that this program does not know */
    instant at;
    struct staff_reference actor;
};

/* What an entry changes by its action and by a new round, once its facts are set. before: what the
 * entry before left. */
void journal_effect(struct journal_replay *replay, const struct complaint *before,
                    const struct told *told);

/* null is INSTANT_NONE. False: the value is neither that nor a time. */
bool journal_read_instant(const json_t *value, instant *ret);

/* The array, or a larger copy of it, with room for one more; `room` members fit now. */
void *journal_grown(struct arena *arena, void *list, size_t count, size_t *room, size_t size);

#endif
