#ifndef STORE_RESULT_H
#define STORE_RESULT_H

#include <stdint.h>

#include "lib/pg/pg.h"

/* How a store function that waits for its answer ended. */
enum store_result {
    STORE_DONE,
    STORE_NONE,    /* what the function names does not exist; nothing was changed */
    STORE_EXISTS,  /* the code, login or version is taken; nothing was changed */
    STORE_REFUSED, /* a rule noted at the function forbids it; nothing was changed */
    STORE_FAILED,  /* the server refused the statement: pg_error() tells */
    STORE_LOST     /* the connection broke or the deadline passed: for a write the end is unknown */
};

/* Runs one statement by itself. STORE_DONE, STORE_EXISTS for a key that is taken, STORE_REFUSED for a
 * check of the database's own, STORE_FAILED or
 * STORE_LOST; what the rows mean is the caller's. rows may be NULL; otherwise the caller frees. */
enum store_result store_run(struct pg *pg, const struct pg_statement *statement,
                            const struct pg_binds *binds, int64_t deadline_us,
                            struct pg_rows *rows);

/* The same for a statement that changes rows: STORE_NONE when it found none to change. */
enum store_result store_change(struct pg *pg, const struct pg_statement *statement,
                               const struct pg_binds *binds, int64_t deadline_us);

/* A transaction around store functions of one statement each, such as a change and its entry in the
 * audit trail. Unless store_begin() returns STORE_DONE none is open. */
enum store_result store_begin(struct pg *pg, int64_t deadline_us);

/* Ends it: commits if `result`, that of what was done in it, is STORE_DONE; otherwise rolls back and
 * keeps its error for pg_error(). Returns result, or why the commit failed. */
enum store_result store_end(struct pg *pg, enum store_result result, int64_t deadline_us);

#define STORE_ROWS __attribute__((cleanup(pg_rows_free))) struct pg_rows

#endif
