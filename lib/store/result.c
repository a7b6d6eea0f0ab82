#include "lib/store/result.h"

#define UNIQUE_VIOLATION "23505"

enum store_result store_run(struct pg *pg, const struct pg_statement *statement,
                            const struct pg_binds *binds, int64_t deadline_us, struct pg_rows *rows)
{
    switch (pg_run(pg, statement, binds, deadline_us, rows)) {
    case PG_DONE: return STORE_DONE;
    case PG_LOST: return STORE_LOST;
    default:
        return strcmp(pg_error(pg).sqlstate, UNIQUE_VIOLATION) == 0 ? STORE_EXISTS : STORE_FAILED;
    }
}
