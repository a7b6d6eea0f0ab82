#ifndef COMPLAINT_JOURNAL_REPLAY_H
#define COMPLAINT_JOURNAL_REPLAY_H

#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/complaint/institution.h"
#include "lib/complaint/journal.h"

/* A complaint rebuilt from its journal, entry by entry: after entry n it is what it was then, but
 * for the tracking code, which no entry holds. What an entry tells under "changes" is set by the
 * table that wrote it; version, stage rows and handlers follow from these facts, so that an action
 * this program does not know is followed too; counts and the facts of the round follow from the
 * action (the table in journal_effect.c has a row for each that has such an effect). Texts and
 * personal values are masked from what lies beside the entries.
 *
 * What a login or a code names is looked up in the institution as it is now: names of people are
 * today's. */
struct journal_replay {
    const struct institution *institution;
    struct arena *arena;
    struct complaint complaint; /* journal_length 0: there was none yet */
    bool erased;                /* some texts are none because their values were erased */
    bool broken;                /* an entry was no sound one: the complaint is worth nothing */
    int standing_links;         /* that it made and that can be removed */
    size_t stage_room, handler_room, pause_room, urge_room;
};

/* Starts before the first entry. Everything lives as long as arena and institution. */
void journal_replay_begin(struct journal_replay *replay, const struct institution *institution,
                          struct arena *arena);

/* Goes on by one entry, in order of index from 1 on. The entry's own memory is not needed
 * afterwards; its salt is not looked at.
 * Returns false and sets `broken` when its hash does not follow from the one before, when it is
 * another's or not the next, or when it cannot be read. */
bool journal_replay_entry(struct journal_replay *replay, const struct journal_stored *entry);

/* What is shown of a private value that was recorded under that name: its masked form. */
struct text journal_shown(struct arena *arena, const char *name, struct text value);

#endif
