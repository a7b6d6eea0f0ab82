#include "server/fate.h"

#include <unistd.h>

#define WAIT_MS 3000 /* how long a lost connection may take to come back */
#define POLL_MS 100

static bool backend_gone(struct worker *worker, int backend)
{
    struct pg_binds binds = pg_binds_new(worker->arena);
    struct pg_rows rows;
    pg_bind_int4(&binds, backend);
    bool gone =
        pg_run(worker->pg, &backend_find, &binds, worker_deadline(worker), &rows) == PG_DONE &&
        rows.count == 0;
    pg_rows_free(&rows);
    return gone;
}

bool fate_settle(struct worker *worker)
{
    int backend = pg_backend(worker->pg);
    int64_t give_up_us = monotonic_now_us() + WAIT_MS * 1000;
    bool settled = worker_connect(worker) && backend_gone(worker, backend);

    while (!settled && monotonic_now_us() < give_up_us) {
        usleep(POLL_MS * 1000);
        settled = worker_connect(worker) && backend_gone(worker, backend);
    }
    return settled;
}

enum fault fate_look_up(struct worker *worker, const struct save *save)
{
    struct pg_binds binds = pg_binds_new(worker->arena);
    struct pg_rows rows;
    journal_find_bind(&binds, &save->entry);
    enum pg_status status =
        pg_run(worker->pg, &journal_find, &binds, worker_deadline(worker), &rows);
    enum fault fault = status != PG_DONE ? FAULT_OUTCOME_UNKNOWN
                       : rows.count      ? FAULT_NONE
                                         : FAULT_DATABASE_AWAY;
    pg_rows_free(&rows);
    return fault;
}
