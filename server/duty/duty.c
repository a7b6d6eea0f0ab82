#include "server/duty/duty.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/auth/token.h"
#include "lib/base/log.h"
#include "lib/store/log_store.h"
#include "lib/store/search_store.h"
#include "server/server.h"

#define TICK_MS 200
#define RELOAD_AGAIN_MS 1000 /* when reading the reference data failed */
#define STATEMENT_MS 30000
#define DEADLINE_US (30 * INSTANT_SECOND)
#define LOCK_CLASS 2060 /* of our advisory locks */

/* Duties that share a thread. */
struct crew {
    struct duties *duties;
    const struct duty *const *list;
    size_t count;
    int first_lock; /* number of the first one's advisory lock */
    const char *application;
    bool listens; /* to what the database tells */
    int statement_timeout_ms;
    const struct pg_statement *relax; /* for each new connection; NULL: nothing */
    pthread_t thread;
};

static const struct duty *const general[] = {&duty_late, &duty_count,      &duty_purge,  &duty_uses,
                                             &duty_keys, &duty_unfinished, &duty_figures};
static const struct duty *const search[] = {&duty_search, &duty_frequent};
static const struct duty *const log_duties[] = {&duty_denials, &duty_sequence};
static const struct duty *const head_duties[] = {&duty_sign, &duty_keep, &duty_send_heads};
static const struct duty *const recalculation[] = {&duty_recalculate, &duty_reseal, &duty_erase};
#define COUNT(list) (sizeof(list) / sizeof *(list))
#define DUTIES_MAX 16
#define SEARCH_LOCK 1000
#define RECALCULATION_LOCK 1100
#define LOG_LOCK 1200
#define HEADS_LOCK 1300
_Static_assert(COUNT(general) <= DUTIES_MAX && COUNT(search) <= DUTIES_MAX, "too many duties");

enum { CREW_GENERAL, CREW_SEARCH, CREW_RECALCULATION, CREW_LOG, CREW_HEADS, CREW_COUNT };

struct duties {
    struct server *server;
    atomic_bool stop;
    struct crew crews[CREW_COUNT];
    struct compare *compare;
};

static const struct pg_statement listen_institution = {"", "LISTEN institution"};
static const struct pg_statement listen_token = {"", "LISTEN token"};
static const struct pg_statement listen_log = {"", "LISTEN log"};
static const struct pg_statement lock = {"duty_lock", "SELECT pg_try_advisory_lock($1, $2)"};
static const struct pg_statement unlock = {"duty_unlock", "SELECT pg_advisory_unlock($1, $2)"};

static bool run_lock(struct pg *pg, struct arena *arena, const struct pg_statement *statement,
                     int number)
{
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;
    pg_bind_int4(&binds, LOCK_CLASS);
    pg_bind_int4(&binds, number);
    bool got = pg_run(pg, statement, &binds, monotonic_now_us() + DEADLINE_US, &rows) == PG_DONE &&
               pg_bool(&rows, 0, 0);
    pg_rows_free(&rows);
    return got;
}

bool duty_lock(struct pg *pg, struct arena *arena, int number)
{
    return run_lock(pg, arena, &lock, number);
}

void duty_unlock(struct pg *pg, struct arena *arena, int number)
{
    if (pg_usable(pg))
        (void)run_lock(pg, arena, &unlock, number);
}

static void run_duty(const struct crew *crew, struct pg *pg, struct arena *arena, size_t number)
{
    const struct duty *duty = crew->list[number];
    int lock_number = crew->first_lock + (int)number;
    if (duty->exclusive && !duty_lock(pg, arena, lock_number))
        return;
    duty->run(crew->duties->server, pg, arena);
    if (duty->exclusive)
        duty_unlock(pg, arena, lock_number);
}

static bool load_reference(struct server *server, struct pg *pg)
{
    return reference_load(server->reference, pg, server->settings.institution.zone_minutes,
                          monotonic_now_us() + DEADLINE_US);
}

/* Makes a new connection ready for the crew's work. */
static bool prepare(const struct crew *crew, struct pg *pg, struct arena *arena)
{
    struct server *server = crew->duties->server;
    int64_t deadline_us = monotonic_now_us() + DEADLINE_US, size;

    if (crew->relax && pg_run(pg, crew->relax, NULL, deadline_us, NULL) != PG_DONE)
        return false;
    if (!crew->listens)
        return true;
    /* Listen first, then read: what changes in between is told. */
    if (pg_run(pg, &listen_institution, NULL, deadline_us, NULL) != PG_DONE ||
        pg_run(pg, &listen_token, NULL, deadline_us, NULL) != PG_DONE ||
        pg_run(pg, &listen_log, NULL, deadline_us, NULL) != PG_DONE ||
        log_size(pg, arena, deadline_us, &size) != STORE_DONE || !load_reference(server, pg))
        return false;
    follow_grown(server->followers, size);
    identity_forget_all(server->identities);
    return true;
}

static struct pg *connect_crew(const struct crew *crew, struct arena *arena)
{
    struct pg_options options = {.url = crew->duties->server->settings.database.url,
                                 .application = crew->application,
                                 .statement_timeout_ms = crew->statement_timeout_ms,
                                 .connect_timeout_s = 2};
    struct text error;
    struct pg *pg = pg_connect(&options, arena, &error);

    if (pg && !prepare(crew, pg, arena)) {
        pg_free(pg);
        return NULL;
    }
    return pg;
}

static int nibble(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
}

static void forget_token(struct server *server, struct text hex)
{
    struct hash hash;
    if (hex.length != 2 * HASH_LENGTH)
        return;
    for (size_t i = 0; i < HASH_LENGTH; i++)
        hash.bytes[i] = (uint8_t)(nibble(hex.at[2 * i]) << 4 | nibble(hex.at[2 * i + 1]));
    identity_forget(server->identities, &hash);
}

/* Waits a tick and does what the database tells; several notices of one kind are one reload.
 * *reload_us: when the reference data is to be read, as it failed the last time; 0: it is read. */
static void hear(struct server *server, struct pg *pg, int64_t *reload_us)
{
    struct text channel, payload;
    int wait_ms = TICK_MS;

    while (pg_wait_notify(pg, wait_ms, &channel, &payload) && !text_is_none(channel)) {
        if (text_equal(channel, TEXT("token")))
            forget_token(server, payload);
        else if (text_equal(channel, TEXT("log")))
            follow_grown(server->followers, payload.at ? strtoll(payload.at, NULL, 10) : 0);
        else
            *reload_us = monotonic_now_us();
        wait_ms = 0;
    }
    if (!*reload_us || *reload_us > monotonic_now_us() || !pg_usable(pg))
        return;
    *reload_us =
        load_reference(server, pg) ? 0 : monotonic_now_us() + RELOAD_AGAIN_MS * INSTANT_MILLISECOND;
}

static void *work(void *argument)
{
    const struct crew *crew = argument;
    struct arena *arena = arena_new(64 * 1024);
    int64_t next_us[DUTIES_MAX] = {0}, reload_us = 0;
    struct pg *pg = NULL;

    while (!atomic_load(&crew->duties->stop)) {
        if (!pg_usable(pg)) {
            pg_free(pg);
            pg = connect_crew(crew, arena);
            reload_us = 0; /* a new connection begins with it */
        }
        if (pg && crew->listens)
            hear(crew->duties->server, pg, &reload_us);
        else
            usleep(TICK_MS * 1000);
        for (size_t i = 0; i < crew->count; i++) {
            int64_t now = monotonic_now_us();
            if (now < next_us[i] || (!pg_usable(pg) && crew->list[i] != &duty_late))
                continue;
            next_us[i] = now + crew->list[i]->period_ms * INSTANT_MILLISECOND;
            run_duty(crew, pg, arena, i);
        }
        arena_reset(arena);
    }
    for (size_t i = 0; i < crew->count; i++) {
        if (crew->list[i]->at_end && pg_usable(pg))
            run_duty(crew, pg, arena, i);
    }
    pg_free(pg);
    arena_free(arena);
    return NULL;
}

struct duties *duties_start(struct server *server)
{
    struct duties *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->server = server;
    self->crews[CREW_GENERAL] = (struct crew){.list = general,
                                              .count = COUNT(general),
                                              .application = "complaintd duties",
                                              .statement_timeout_ms = STATEMENT_MS,
                                              .listens = true};
    self->crews[CREW_SEARCH] = (struct crew){.list = search,
                                             .count = COUNT(search),
                                             .first_lock = SEARCH_LOCK,
                                             .application = "complaintd search",
                                             .statement_timeout_ms = STATEMENT_MS,
                                             .relax = &search_relax};
    self->crews[CREW_RECALCULATION] =
        (struct crew){.list = recalculation,
                      .count = COUNT(recalculation),
                      .first_lock = RECALCULATION_LOCK,
                      .application = "complaintd recalculation",
                      .statement_timeout_ms = (int)server->settings.database.statement_timeout_ms};
    self->crews[CREW_LOG] = (struct crew){.list = log_duties,
                                          .count = COUNT(log_duties),
                                          .first_lock = LOG_LOCK,
                                          .application = "complaintd log",
                                          .statement_timeout_ms = STATEMENT_MS};
    self->crews[CREW_HEADS] = (struct crew){.list = head_duties,
                                            .count = COUNT(head_duties),
                                            .first_lock = HEADS_LOCK,
                                            .application = "complaintd heads",
                                            .statement_timeout_ms = STATEMENT_MS};
    for (int i = 0; i < CREW_COUNT; i++) {
        self->crews[i].duties = self;
        if (pthread_create(&self->crews[i].thread, NULL, work, &self->crews[i]) != 0)
            abort();
    }
    self->compare = compare_start(server);
    return self;
}

void duties_stop(struct duties *self)
{
    if (!self)
        return;
    atomic_store(&self->stop, true);
    compare_stop(self->compare);
    for (int i = 0; i < CREW_COUNT; i++)
        pthread_join(self->crews[i].thread, NULL);
    free(self);
}
