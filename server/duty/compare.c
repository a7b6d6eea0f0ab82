/* Compares every open complaint with what its journal tells. The journal cannot be altered unnoticed
 * (complaintctl verify); this finds rows that were altered beside it, or by a mistake of ours. A
 * difference raises a metric, an error line with the names of the columns, and /readyz. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/store/complaint_compare.h"
#include "lib/store/complaint_store.h"
#include "lib/store/journal_rebuild.h"
#include "server/duty/duty.h"
#include "server/server.h"

#define TICK_MS 100
#define DEADLINE_US (10 * INSTANT_SECOND)
#define NIGHT (2 * INSTANT_HOUR) /* after midnight in the institution's zone */
#define AT_ONCE 100
#define SECOND_LOOK_MS 1000
#define LINES_MAX 100 /* of a round, so that a great harm does not fill the disk too */

struct compare {
    struct server *server;
    pthread_t thread;
    atomic_bool stop;
};

/* One time through all open complaints. */
struct round {
    struct compare *self;
    struct pg *pg;
    struct arena *arena; /* of a page */
    struct uuid *ids;    /* of those that were open at its beginning */
    size_t count, next;
    int64_t compared, differing;
};

/* Waits, unless the server stops. */
static void rest(const struct compare *self, int64_t ms)
{
    for (; ms > 0 && !atomic_load(&self->stop); ms -= TICK_MS)
        usleep((useconds_t)(ms < TICK_MS ? ms : TICK_MS) * 1000);
}

/* --- a page ------------------------------------------------------------------------------------- */

struct page {
    struct pg_rows rows, stages;
    struct complaint *complaints;
    struct journal_replay *replays;
    size_t count;
};

static bool run(const struct round *round, const struct pg_statement *statement,
                const struct pg_binds *binds, struct pg_rows *rows)
{
    return pg_run(round->pg, statement, binds, monotonic_now_us() + DEADLINE_US, rows) == PG_DONE;
}

static size_t page_length(const struct round *round)
{
    size_t left = round->count - round->next;
    return left < AT_ONCE ? left : AT_ONCE;
}

/* Rows, stage rows and journals of one moment. */
static bool read_page(const struct round *round, const struct institution *institution,
                      struct page *page)
{
    struct arena *arena = round->arena;
    struct pg_binds binds = pg_binds_new(arena), ids_binds = pg_binds_new(arena);

    complaint_ids_bind(&binds, round->ids + round->next, page_length(round));
    if (!run(round, &pg_begin_read, NULL, NULL) ||
        !run(round, &complaint_open, &binds, &page->rows))
        return false;
    page->count = page->rows.count;
    page->complaints = ARENA_ARRAY(arena, struct complaint, page->count);
    complaint_read(&page->rows, institution, arena, page->complaints);
    struct uuid *ids = ARENA_ARRAY(arena, struct uuid, page->count);
    for (size_t i = 0; i < page->count; i++)
        ids[i] = page->complaints[i].id;
    complaint_ids_bind(&ids_binds, ids, page->count);
    if (!run(round, &stage_get, &ids_binds, &page->stages))
        return false;
    stage_read(&page->stages, institution, arena, page->complaints, page->count);
    return journal_rebuild(round->pg, institution, arena, ids, page->count, INSTANT_NONE,
                           monotonic_now_us() + DEADLINE_US, &page->replays) == STORE_DONE &&
           run(round, &pg_commit, NULL, NULL);
}

static void report(const struct round *round, struct uuid id, struct text names)
{
    struct measures *measures = round->self->server->measures;

    metric_add(measures->differences, 1);
    if (round->differing <= LINES_MAX)
        log_line(LOG_ERROR, "a complaint differs from its journal", LOG_ID("complaint", id),
                 LOG_TEXT("columns", names));
}

/* Compares what was read. Counts and reports when it is final. Returns how many differ. */
static size_t judge_page(struct round *round, const struct page *page, bool final)
{
    size_t differing = 0;

    for (size_t i = 0; i < page->count; i++) {
        struct text names =
            complaint_differences(round->arena, &page->complaints[i], &page->replays[i]);
        if (text_is_none(names))
            continue;
        differing++;
        if (final) {
            round->differing++;
            report(round, page->complaints[i].id, names);
        }
    }
    return differing;
}

/* Reads and judges the next page. Nothing is said of it before the second look: who
 * or what an entry names may be newer than our reference data. False: the database failed. */
static bool look(struct round *round, bool final, size_t *ret_count, size_t *ret_differing)
{
    struct server *server = round->self->server;
    struct institution *institution = reference_hold(server->reference);
    struct page page = {0};

    arena_reset(round->arena);
    bool good = institution && read_page(round, institution, &page);
    if (good) {
        *ret_differing = judge_page(round, &page, final);
        *ret_count = page.count;
    }
    pg_rows_free(&page.rows);
    pg_rows_free(&page.stages);
    reference_release(server->reference, institution);
    return good;
}

/* False at the end, whether all were compared (*ret_done) or not. */
static bool compare_page(struct round *round, bool *ret_done)
{
    struct compare *self = round->self;
    size_t count, differing;

    if (!look(round, false, &count, &differing))
        return false;
    if (differing > 0) {
        if (round->differing < LINES_MAX) /* so many are no coincidence */
            rest(self, SECOND_LOOK_MS);
        if (!look(round, true, &count, &differing))
            return false;
    }
    round->next += page_length(round);
    round->compared += (int64_t)count;
    metric_add(self->server->measures->compared, (int64_t)count);
    *ret_done = round->next == round->count;
    return !*ret_done && !atomic_load(&self->stop);
}

/* --- a round ------------------------------------------------------------------------------------ */

static void show(const struct round *round)
{
    struct server *server = round->self->server;

    atomic_store(&server->differing, round->differing);
    metric_set(server->measures->differing, round->differing);
}

/* Which complaints there are to compare: asked for once, so that what is opened meanwhile does not
 * lengthen the round. */
static bool read_ids(struct round *round)
{
    struct pg_rows rows;

    if (!run(round, &complaint_open_ids, NULL, &rows))
        return false;
    round->count = rows.count;
    round->ids = calloc(rows.count + 1, sizeof *round->ids);
    if (!round->ids)
        abort();
    for (size_t i = 0; i < rows.count; i++)
        round->ids[i] = pg_uuid(&rows, i, 0);
    pg_rows_free(&rows);
    return true;
}

static void compare_all(struct round *round)
{
    struct server *server = round->self->server;
    int64_t begin_us = monotonic_now_us();
    bool more = read_ids(round) && round->count > 0, done = round->ids && round->count == 0;

    while (more) {
        int64_t page_us = monotonic_now_us();
        more = compare_page(round, &done);
        if (round->differing > atomic_load(&server->differing)) /* at once, not at the end */
            show(round);
        if (more) /* half of the time belongs to others */
            rest(round->self, (monotonic_now_us() - page_us) / INSTANT_MILLISECOND);
    }
    if (done) {
        show(round);
        log_line(LOG_INFO, "journals compared", LOG_INT("complaints", round->compared),
                 LOG_INT("differing", round->differing),
                 LOG_INT("took_ms", (monotonic_now_us() - begin_us) / INSTANT_MILLISECOND));
    } else if (!atomic_load(&round->self->stop)) {
        metric_add(server->measures->comparisons_failed, 1);
        log_line(LOG_WARNING, "journals not compared to the end",
                 LOG_INT("complaints", round->compared),
                 LOG_STRING("error", pg_error(round->pg).message));
    }
}

static void run_round(struct compare *self)
{
    struct pg_options options = {.url = self->server->settings.database.url,
                                 .application = "complaintd compare",
                                 .statement_timeout_ms = 10000,
                                 .connect_timeout_s = 2};
    struct round round = {.self = self, .arena = arena_new((size_t)256 * 1024)};
    struct text error = TEXT_NONE;

    round.pg = pg_connect(&options, round.arena, &error);
    if (!round.pg) {
        metric_add(self->server->measures->comparisons_failed, 1);
        log_line(LOG_WARNING, "journals not compared", LOG_TEXT("error", error));
    } else if (duty_lock(round.pg, round.arena, LOCK_COMPARE)) {
        compare_all(&round); /* the lock ends with the connection */
    } else {
        show(&round); /* another server is at it, and it is for that one to tell what it finds */
    }
    free(round.ids);
    pg_free(round.pg);
    arena_free(round.arena);
}

/* The next time that lies a whole number of periods after 02:00, so that servers meet there, and one
 * of them gets the lock. */
static instant next_round(const struct settings *settings, instant now)
{
    instant period = settings->duty.compare_ms * INSTANT_MILLISECOND;
    instant anchor = NIGHT - settings->institution.zone_minutes * INSTANT_MINUTE;

    return now + period - (now - anchor) % period;
}

static void *work(void *argument)
{
    struct compare *self = argument;
    instant next = next_round(&self->server->settings, instant_now());

    while (!atomic_load(&self->stop)) {
        usleep(TICK_MS * 1000);
        if (instant_now() < next)
            continue;
        run_round(self);
        next = next_round(&self->server->settings, instant_now());
    }
    return NULL;
}

struct compare *compare_start(struct server *server)
{
    if (server->settings.duty.compare_ms == 0)
        return NULL;
    struct compare *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->server = server;
    if (pthread_create(&self->thread, NULL, work, self) != 0)
        abort();
    return self;
}

void compare_stop(struct compare *self)
{
    if (!self)
        return;
    atomic_store(&self->stop, true);
    pthread_join(self->thread, NULL);
    free(self);
}
