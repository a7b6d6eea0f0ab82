/* Fills the search with the terms of complaints that were received or changed. */
#include <string.h>

#include "lib/base/log.h"
#include "lib/complaint/bigram.h"
#include "lib/store/search_store.h"
#include "server/duty/duty.h"
#include "server/server.h"

#define DEADLINE_US (30 * INSTANT_SECOND)
/* Works at most so long of each tick, so that under a flood of complaints half of one core is left
 * to those who bring them; the rest waits its turn in search_todo. When nobody brings any it is
 * filled without a pause, but for the thread's other duty. */
#define WORK_US (200 * INSTANT_MILLISECOND)
#define QUIET_WORK_US (10 * INSTANT_SECOND)
#define TAKEN_AT_ONCE 32 /* texts of 20,000 characters have terms of 300 KB each */
#define SCRATCH_BLOCK (64 * 1024)

enum filling {
    FILLING_DONE,   /* there was nothing left to do */
    FILLING_MORE,   /* terms were written */
    FILLING_FAILED, /* nothing was changed; another time it may be */
    FILLING_REFUSED /* nothing was changed, and never will be: the terms themselves are at fault */
};

/* What failed, by the class of the error: data, a constraint, a limit of the database; or what passes,
 * as a lock that somebody held. */
static enum filling failure(struct pg_error error)
{
    static const char *const lasting[] = {"22", "23", "54"};

    for (size_t i = 0; i < sizeof lasting / sizeof *lasting; i++)
        if (strncmp(error.sqlstate, lasting[i], 2) == 0)
            return FILLING_REFUSED;
    return FILLING_FAILED;
}

static bool run(struct pg *pg, const struct pg_statement *statement, const struct pg_binds *binds)
{
    return pg_run(pg, statement, binds, monotonic_now_us() + DEADLINE_US, NULL) == PG_DONE;
}

/* Makes the terms of what was taken and writes them. */
static bool save(struct pg *pg, struct arena *arena, const struct pg_rows *rows)
{
    struct search_task *tasks = ARENA_ARRAY(arena, struct search_task, rows->count);
    struct text *vectors = ARENA_ARRAY(arena, struct text, rows->count);
    struct pg_binds binds = pg_binds_new(arena);
    struct arena *scratch = arena_new(SCRATCH_BLOCK);

    search_read(rows, tasks);
    for (size_t i = 0; i < rows->count; i++) {
        vectors[i] = text_copy(arena, bigram_vector(scratch, tasks[i].texts, SEARCH_TEXTS));
        arena_reset(scratch);
    }
    arena_free(scratch);
    search_save_bind(&binds, tasks, vectors, rows->count);
    return run(pg, &search_save, &binds);
}

/* Takes complaints and writes their terms in one transaction. drop: takes them and writes none. */
static enum filling fill(struct pg *pg, struct arena *arena, int limit, bool drop)
{
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows = {0};
    enum filling filling = FILLING_FAILED;

    search_take_bind(&binds, limit);
    if (run(pg, &pg_begin, NULL) &&
        pg_run(pg, &search_take, &binds, monotonic_now_us() + DEADLINE_US, &rows) == PG_DONE &&
        (rows.count == 0 || drop || save(pg, arena, &rows)) && run(pg, &pg_commit, NULL))
        filling = rows.count ? FILLING_MORE : FILLING_DONE;
    if (filling == FILLING_FAILED) {
        filling = failure(pg_error(pg));
        log_line(LOG_WARNING, "search not filled", LOG_INT("complaints", rows.count),
                 LOG_STRING("error", pg_error(pg).message));
    }
    if (drop && rows.count) {
        struct search_task task;
        char id[UUID_TEXT_LENGTH];
        search_read(&rows, &task);
        uuid_format(task.id, id);
        log_line(LOG_ERROR, "a complaint cannot be searched for",
                 LOG_TEXT("id", ((struct text){id, sizeof id})));
    }
    pg_rows_free(&rows);
    if (filling >= FILLING_FAILED && pg_usable(pg))
        (void)run(pg, &pg_rollback, NULL);
    return filling;
}

/* A set that was refused is done again one by one, and what is refused alone is left out: it must not
 * keep the others waiting. */
static void fill_alone(struct pg *pg, struct arena *arena)
{
    for (int i = 0; i < TAKEN_AT_ONCE && pg_usable(pg); i++) {
        enum filling filling = fill(pg, arena, 1, false);
        if (filling == FILLING_DONE || filling == FILLING_FAILED)
            break;
        if (filling == FILLING_REFUSED && pg_usable(pg))
            (void)fill(pg, arena, 1, true);
    }
}

/* Fills for so long, and moves what was written to its place. Returns whether there is more. */
static bool fill_for(struct pg *pg, struct arena *arena, int64_t work_us)
{
    int64_t end_us = monotonic_now_us() + work_us;
    enum filling filling = FILLING_MORE;
    bool filled = false;

    while (filling == FILLING_MORE && monotonic_now_us() < end_us) {
        filling = fill(pg, arena, TAKEN_AT_ONCE, false);
        filled = filled || filling == FILLING_MORE;
        arena_reset(arena);
    }
    if (filling == FILLING_REFUSED && pg_usable(pg))
        fill_alone(pg, arena);
    if (filled && pg_usable(pg))
        (void)run(pg, &search_flush, NULL);
    return filling == FILLING_MORE && pg_usable(pg);
}

/* Nobody waits for this server: no more requests are in hand than threads that serve them. (Of another
 * server over the same database it is not known; one core is left to it.) */
static bool is_quiet(const struct server *server)
{
    return metric_value(server->measures->in_flight) <= server->settings.database.threads &&
           !atomic_load(&server->draining);
}

static void fill_search(struct server *server, struct pg *pg, struct arena *arena)
{
    int64_t end_us = monotonic_now_us() + QUIET_WORK_US;

    while (fill_for(pg, arena, WORK_US) && is_quiet(server) && monotonic_now_us() < end_us)
        ;
}

const struct duty duty_search = {
    .name = "search", .period_ms = 200, .exclusive = true, .run = fill_search};

static void sample(struct server *server, struct pg *pg, struct arena *arena)
{
    struct pg_rows rows = {0};
    (void)arena;

    if (pg_run(pg, &search_frequent, NULL, monotonic_now_us() + DEADLINE_US, &rows) == PG_DONE)
        frequent_replace(server->frequent, &rows);
    else
        log_line(LOG_WARNING, "frequent terms not read", LOG_STRING("error", pg_error(pg).message));
    pg_rows_free(&rows);
}

const struct duty duty_frequent = {.name = "frequent", .period_ms = 60000, .run = sample};
