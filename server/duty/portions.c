#include "server/duty/portions.h"

#include "server/server.h"

#define DEADLINE_US (30 * INSTANT_SECOND)
/* Of each tick at most: the rest of the time belongs to those who work on complaints. */
#define WORK_US (200 * INSTANT_MILLISECOND)

void duty_roll_back(struct pg *pg)
{
    if (pg_usable(pg))
        (void)pg_run(pg, &pg_rollback, NULL, monotonic_now_us() + DEADLINE_US, NULL);
}

static void one_by_one(struct server *server, struct pg *pg, struct arena *arena,
                       make_progress *make, size_t count)
{
    enum progress progress = PROGRESS_MADE;

    for (size_t i = 0; i < count && progress == PROGRESS_MADE && pg_usable(pg); i++) {
        progress = make(server, pg, arena, 1, false);
        if (progress == PROGRESS_FAILED) {
            bool held_up = pg_held_up(pg);
            duty_roll_back(pg);
            if (!held_up && pg_usable(pg))
                progress = make(server, pg, arena, 1, true);
        }
        arena_reset(arena);
    }
    if (progress == PROGRESS_FAILED)
        duty_roll_back(pg);
}

void duty_in_portions(struct server *server, struct pg *pg, struct arena *arena,
                      make_progress *make, size_t at_once)
{
    int64_t end_us = monotonic_now_us() + WORK_US;
    enum progress progress = PROGRESS_MADE;

    while (progress == PROGRESS_MADE && monotonic_now_us() < end_us) {
        progress = make(server, pg, arena, at_once, false);
        arena_reset(arena);
    }
    if (progress == PROGRESS_FAILED) {
        duty_roll_back(pg);
        one_by_one(server, pg, arena, make, at_once);
    }
}
