#ifndef SERVER_DUTY_PORTIONS_H
#define SERVER_DUTY_PORTIONS_H

#include "server/duty/duty.h"

/* Work of a duty over many complaints, done in portions, a transaction each, that go on after a restart
 * where they were. */

enum progress {
    PROGRESS_NONE, /* there is nothing to do */
    PROGRESS_MADE,
    PROGRESS_FAILED /* nothing was changed; a transaction may be open */
};

/* Does the next complaints, at most `limit`. skip: they are left as they are, and told. */
typedef enum progress make_progress(struct server *server, struct pg *pg, struct arena *arena,
                                    size_t limit, bool skip);

/* Portions of `at_once` complaints for as long as a tick may take. What fails together is done again one
 * by one, and what fails alone is skipped: it must not keep the others waiting. */
void duty_in_portions(struct server *server, struct pg *pg, struct arena *arena,
                      make_progress *make, size_t at_once);

/* Ends a transaction that may be open. */
void duty_roll_back(struct pg *pg);

#endif
