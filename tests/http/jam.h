#ifndef TESTS_HTTP_JAM_H
#define TESTS_HTTP_JAM_H

#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/spare.h"

/* Many commands at a server of one database thread that is held up meanwhile, so that it takes them
 * as one set; and what must be true of them afterwards. */

#define ONE_THREAD "[database]\nthreads = 1\nbatch = 64\n"

/* Commands of agent1, without a key. */
struct shot shot_receipt(const char *subject);
struct shot shot_note(const struct matter *matter, const char *text);
struct shot shot_advance(const struct matter *matter);

/* Fails the test unless the shot was answered with that status, as that problem (NULL: whatever). */
void expect_shot(const struct shot *shot, int status, const char *slug);

/* A text that nothing else has, beginning with `what`. */
const char *unique(const char *what);

/* How many complaints have a subject that begins so. */
long subjects(const char *like);

/* Whether every complaint has its stages, its journal and its counts in step. */
void expect_nothing_half_written(void);

/* Holds up the only database thread with a note on that complaint. */
struct jam {
    struct database_lock *lock;
    struct shot shot;
    struct volley *volley;
};

void jam_begin(struct jam *jam, const struct spare *spare, const struct matter *matter);
void jam_end(struct jam *jam);

/* Fires all at once during a jam and waits for the answers; the note that jams succeeds. */
void jam_fire(const struct spare *spare, const struct matter *matter, struct shot shots[],
              size_t count);

#endif
