#ifndef STORE_COMPLAINT_COMPARE_H
#define STORE_COMPLAINT_COMPARE_H

#include "lib/complaint/journal_replay.h"

/* Names, separated by commas, the columns in which a complaint as it is stored, with its stage
 * rows, differs from what its journal tells: "level,due_at,stages.2.owner_id"; "journal" when the
 * journal itself is not sound or has no entry. None when nothing differs. The tracking code is not
 * compared, as no entry holds it, nor are texts whose values were erased. Never a value: the names
 * go into logs.
 * What was stored before masking became stricter differs too: such rows show what must no longer be
 * shown. */
struct text complaint_differences(struct arena *arena, const struct complaint *stored,
                                  const struct journal_replay *replay);

#endif
