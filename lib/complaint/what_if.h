#ifndef COMPLAINT_WHAT_IF_H
#define COMPLAINT_WHAT_IF_H

#include "lib/complaint/lifecycle.h"

/* What a command would do to the due times of a complaint, found by carrying it out on a copy under
 * the rules that would decide it (POST /v1/deadline-previews). Each answers FAULT_NONE and fills
 * *ret, or the fault and the violations that the command would meet; rights are not judged, as
 * nothing is done. situation->before must be open. */

struct pause_what_if {
    struct pause_command pause;
    instant to; /* when it would end; NONE: it stays open */
};

/* The pause begins, and ends at `to`. Violations: those of both commands, at /from, /told_at, /at
 * and at the root. */
enum fault what_if_paused(const struct situation *situation, const struct pause_what_if *input,
                          struct complaint *ret);

/* An extension of so many days is asked for, approved and told, all of it now. *ret_effective:
 * whether it would count. */
enum fault what_if_extended(const struct situation *situation, int days, bool *ret_effective,
                            struct complaint *ret);

/* Another level. */
enum fault what_if_classified(const struct situation *situation, int level, struct complaint *ret);

#endif
