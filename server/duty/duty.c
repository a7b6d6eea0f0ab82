#include "server/duty/duty.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/auth/token.h"
#include "lib/base/log.h"
#include "server/server.h"

#define TICK_MS 200
#define DEADLINE_US (30 * INSTANT_SECOND)
#define LOCK_CLASS 2060 /* of our advisory locks */

struct duties {
    struct server *server;
    pthread_t thread;
    atomic_bool stop;
    struct compare *compare;
};

static const struct duty *const duties[] = {&duty_late, &duty_count, &duty_purge};
#define DUTY_COUNT (sizeof duties / sizeof *duties)

static const struct pg_statement listen_institution = {"", "LISTEN institution"};
static const struct pg_statement listen_token = {"", "LISTEN token"};
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

static void run_duty(struct server *server, struct pg *pg, struct arena *arena, size_t number)
{
    const struct duty *duty = duties[number];
    if (duty->exclusive && !duty_lock(pg, arena, (int)number))
        return;
    duty->run(server, pg, arena);
    if (duty->exclusive)
        duty_unlock(pg, arena, (int)number);
}

static struct pg *connect_and_listen(struct server *server, struct arena *arena)
{
    struct pg_options options = {.url = server->settings.database.url,
                                 .application = "complaintd duties",
                                 .statement_timeout_ms = 30000,
                                 .connect_timeout_s = 2};
    struct text error;
    int64_t deadline_us = monotonic_now_us() + DEADLINE_US;
    struct pg *pg = pg_connect(&options, arena, &error);

    if (!pg)
        return NULL;
    /* Listen first, then read: what changes in between is told. */
    if (pg_run(pg, &listen_institution, NULL, deadline_us, NULL) != PG_DONE ||
        pg_run(pg, &listen_token, NULL, deadline_us, NULL) != PG_DONE ||
        !duty_reload(server, pg, arena)) {
        pg_free(pg);
        return NULL;
    }
    identity_forget_all(server->identities);
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

/* Waits a tick and does what the database tells; several notices of one kind are one reload. */
static void hear(struct server *server, struct pg *pg, struct arena *arena)
{
    struct text channel, payload;
    bool reload = false;
    int wait_ms = TICK_MS;

    while (pg_wait_notify(pg, wait_ms, &channel, &payload) && !text_is_none(channel)) {
        if (text_equal(channel, TEXT("token")))
            forget_token(server, payload);
        else
            reload = true;
        wait_ms = 0;
    }
    if (reload && pg_usable(pg))
        (void)duty_reload(server, pg, arena);
}

static void *work(void *argument)
{
    struct duties *self = argument;
    struct arena *arena = arena_new(64 * 1024);
    int64_t next_us[DUTY_COUNT] = {0};
    struct pg *pg = NULL;

    while (!atomic_load(&self->stop)) {
        if (!pg_usable(pg)) {
            pg_free(pg);
            pg = connect_and_listen(self->server, arena);
        }
        if (pg)
            hear(self->server, pg, arena);
        else
            usleep(TICK_MS * 1000);
        for (size_t i = 0; i < DUTY_COUNT; i++) {
            int64_t now = monotonic_now_us();
            if (now < next_us[i] || (!pg_usable(pg) && duties[i] != &duty_late))
                continue;
            next_us[i] = now + duties[i]->period_ms * INSTANT_MILLISECOND;
            run_duty(self->server, pg, arena, i);
        }
        arena_reset(arena);
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
    if (pthread_create(&self->thread, NULL, work, self) != 0)
        abort();
    self->compare = compare_start(server);
    return self;
}

void duties_stop(struct duties *self)
{
    if (!self)
        return;
    atomic_store(&self->stop, true);
    compare_stop(self->compare);
    pthread_join(self->thread, NULL);
    free(self);
}
