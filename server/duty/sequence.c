/* Numbers what was committed: the entries of journals and audit become one log without gaps. */
#include "lib/base/log.h"
#include "lib/store/log_store.h"
#include "server/duty/duty.h"
#include "server/server.h"

#define DEADLINE_US (30 * INSTANT_SECOND)
#define NUMBERED_AT_ONCE 2048
#define WORK_US \
    INSTANT_SECOND /* of a long backlog, so that the thread's other duty gets its turn */

static void sequence(struct server *server, struct pg *pg, struct arena *arena)
{
    int64_t end_us = monotonic_now_us() + WORK_US;
    struct log_progress progress = {.added = NUMBERED_AT_ONCE};

    while (progress.added == NUMBERED_AT_ONCE && monotonic_now_us() < end_us) {
        enum store_result result =
            log_sequence(pg, arena, NUMBERED_AT_ONCE, monotonic_now_us() + DEADLINE_US, &progress);
        if (result != STORE_DONE) {
            bool damaged = result == STORE_REFUSED || result == STORE_EXISTS;
            if (damaged) /* nothing mends it: the others' alarms stay too */
                metric_set(server->measures->log_damaged, 1);
            log_line(damaged ? LOG_ERROR : LOG_WARNING, "entries not numbered",
                     LOG_STRING("error", result == STORE_REFUSED ? "the log lacks rows"
                                                                 : pg_error(pg).message));
            return;
        }
        arena_reset(arena);
    }
    metric_set(server->measures->log_size, progress.size);
}

const struct duty duty_sequence = {
    .name = "sequence", .period_ms = 200, .exclusive = true, .run = sequence};
