/* The keys of personal values: new ones are taken up, and what older ones have encrypted is encrypted
 * anew. */
#include "lib/base/log.h"
#include "lib/store/attachment_store.h"
#include "lib/store/private_store.h"
#include "server/duty/portions.h"
#include "server/server.h"

#define DEADLINE_US (30 * INSTANT_SECOND)
/* Works at most so long of each period, so that most of the time is left to requests. */
#define WORK_US (150 * INSTANT_MILLISECOND)
/* And so long while nothing is found to be encrypted anew, as after each start. */
#define LOOK_US (15 * INSTANT_MILLISECOND)
#define PERIOD_MS 500
#define ROWS_AT_ONCE 200
#define CHUNKS_AT_ONCE 4
#define TOLD_EVERY_US (10 * INSTANT_SECOND)
/* In so long what a server was about to save with the key before is saved. */
#define SETTLES_US (10 * INSTANT_SECOND)

/* --- taking them up ----------------------------------------------------------------------------- */

/* Keys that cannot be read change nothing: those at hand stay in use. The first time it reads again
 * what the program began with, lest a change in between be missed. */
static bool read_again(struct server *server, struct arena *arena)
{
    struct text error = TEXT_NONE;

    if (!keys_changed(&server->settings, &server->key_file))
        return false;
    if (!keys_load(arena, &server->settings, &error)) {
        log_line(LOG_WARNING, "data keys not read", LOG_TEXT("error", error));
        return false;
    }
    log_line(LOG_INFO, "data keys read", LOG_INT("keys", keyring_count(keyring_now())),
             LOG_INT("newest", keyring_newest(keyring_now(), INT64_MAX).id));
    return true;
}

/* A server that comes late to a key, by its file or its clock, has saved with another one until then, and
 * with the file a key may come back that was missing. So all rows are looked at again soon after. */
static void take_up(struct server *server, struct pg *pg, struct arena *arena)
{
    static int in_use; /* one thread alone runs this */
    static int64_t due_us;
    bool read = read_again(server, arena);
    int newest = keyring_newest(keyring_now(), instant_now()).id;

    if (read || newest != in_use)
        due_us = monotonic_now_us() + SETTLES_US;
    in_use = newest;
    if (due_us && monotonic_now_us() >= due_us &&
        private_reseal_again(pg, arena, newest, monotonic_now_us() + DEADLINE_US) == STORE_DONE)
        due_us = 0;
}

const struct duty duty_keys = {.name = "keys", .period_ms = 1000, .run = take_up};

/* --- encrypting anew ---------------------------------------------------------------------------- */

static void tell(const struct reseal *reseal)
{
    static int64_t told_us; /* one thread alone runs this */
    bool completed = reseal->completed_at != INSTANT_NONE;

    if (!completed && told_us && monotonic_now_us() < told_us + TOLD_EVERY_US)
        return;
    told_us = monotonic_now_us();
    log_line(reseal->locked ? LOG_WARNING : LOG_INFO,
             completed ? "values encrypted anew" : "values are encrypted anew",
             LOG_INT("key", reseal->key_id), LOG_INT("entries", reseal->resealed),
             LOG_INT("unreadable", reseal->locked));
}

/* Attached files, from each of the older keys; what one that is no longer at hand has encrypted stays as
 * it is. True: there may be more to do. */
static bool reseal_files(struct pg *pg, struct arena *arena, const struct key *key, int64_t end_us)
{
    static struct chunk_position positions[KEYRING_MAX]; /* one thread alone runs this */
    const struct keyring *keyring = keyring_now();
    bool more = false;

    for (size_t i = 0; i < keyring_count(keyring); i++) {
        struct key old = keyring_at(keyring, i);
        size_t changed = 1;
        while (old.id != key->id && changed && monotonic_now_us() < end_us) {
            if (attachment_reseal(pg, arena, &old, key, CHUNKS_AT_ONCE,
                                  monotonic_now_us() + DEADLINE_US, &positions[i],
                                  &changed) != STORE_DONE) {
                log_line(LOG_WARNING, "files not encrypted anew",
                         LOG_STRING("error", pg_error(pg).message));
                return true;
            }
            arena_reset(arena);
        }
        more = more || (old.id != key->id && (changed || !uuid_is_none(positions[i].id)));
    }
    return more;
}

static void reseal(struct server *server, struct pg *pg, struct arena *arena)
{
    struct key key = keyring_newest(keyring_now(), instant_now());
    int64_t began_us = monotonic_now_us();
    struct reseal reseal;
    enum store_result result = private_reseal_begin(pg, arena, key.id, instant_now(),
                                                    monotonic_now_us() + DEADLINE_US, &reseal);
    bool pending = result == STORE_DONE && reseal.completed_at == INSTANT_NONE;
    int64_t resealed = result == STORE_DONE ? reseal.resealed : 0;

    while (result == STORE_DONE && reseal.completed_at == INSTANT_NONE &&
           monotonic_now_us() < began_us + (reseal.resealed > resealed ? WORK_US : LOOK_US) &&
           !atomic_load(&server->draining)) {
        result = private_reseal_next(pg, arena, &key, ROWS_AT_ONCE, instant_now(),
                                     monotonic_now_us() + DEADLINE_US, &reseal);
        arena_reset(arena);
    }
    if (result != STORE_DONE) {
        log_line(LOG_WARNING, "values not encrypted anew",
                 LOG_STRING("error", pg_error(pg).message));
        duty_roll_back(pg);
        return;
    }
    bool more_files =
        reseal.completed_at != INSTANT_NONE && reseal_files(pg, arena, &key, began_us + WORK_US);
    metric_set(server->measures->data_key, key.id);
    metric_set(server->measures->resealed, reseal.resealed);
    metric_set(server->measures->reseal_pending,
               reseal.completed_at == INSTANT_NONE || reseal.locked > 0 || more_files);
    if (pending)
        tell(&reseal);
}

const struct duty duty_reseal = {
    .name = "reseal", .period_ms = PERIOD_MS, .exclusive = true, .run = reseal};
