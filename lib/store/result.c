#include "lib/store/result.h"

#define UNIQUE_VIOLATION "23505"
#define CHECK_VIOLATION "23514"

enum store_result store_run(struct pg *pg, const struct pg_statement *statement,
                            const struct pg_binds *binds, int64_t deadline_us, struct pg_rows *rows)
{
    switch (pg_run(pg, statement, binds, deadline_us, rows)) {
    case PG_DONE: return STORE_DONE;
    case PG_LOST: return STORE_LOST;
    default: break;
    }
    if (strcmp(pg_error(pg).sqlstate, UNIQUE_VIOLATION) == 0)
        return STORE_EXISTS;
    return strcmp(pg_error(pg).sqlstate, CHECK_VIOLATION) == 0 ? STORE_REFUSED : STORE_FAILED;
}

enum store_result store_change(struct pg *pg, const struct pg_statement *statement,
                               const struct pg_binds *binds, int64_t deadline_us)
{
    STORE_ROWS rows = {0};
    enum store_result result = store_run(pg, statement, binds, deadline_us, &rows);

    return result == STORE_DONE && rows.affected == 0 ? STORE_NONE : result;
}

enum store_result store_begin(struct pg *pg, int64_t deadline_us)
{
    return store_run(pg, &pg_begin, NULL, deadline_us, NULL);
}

enum store_result store_end(struct pg *pg, enum store_result result, int64_t deadline_us)
{
    if (result == STORE_DONE)
        result = store_run(pg, &pg_commit, NULL, deadline_us, NULL);
    else if (pg_usable(pg))
        (void)pg_run(pg, &pg_rollback, NULL, deadline_us, NULL);
    return result;
}
