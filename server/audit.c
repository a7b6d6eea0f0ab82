#include "server/audit.h"

#include <pthread.h>
#include <stdlib.h>

#include "lib/base/log.h"
#include "lib/store/audit_store.h"
#include "server/duty/duty.h"
#include "server/engine.h"
#include "server/repeat.h"
#include "server/server.h"

#define DENIALS_MAX 1024
#define WRITTEN_AT_ONCE 128
#define DEADLINE_US (30 * INSTANT_SECOND)
#define TEXT_KEPT 64 /* bytes: request ids, addresses and names of programs are not longer */

enum store_result audit_write(struct slow_context *context, const struct audit_event *event)
{
    struct audit_origin origin = audit_origin_of(&context->who);

    /* Of public operations nobody has looked at the caller. */
    origin.request_id = context->request->request_id;
    origin.address = context->request->address;
    return audit_record(context->pg, context->request->arena, event, &origin,
                        statement_deadline(context->server));
}

enum store_result audit_begin(struct slow_context *context)
{
    return store_begin(context->pg, statement_deadline(context->server));
}

enum store_result audit_end(struct slow_context *context, enum store_result result,
                            const struct audit_event *event)
{
    if (result == STORE_DONE)
        result = audit_write(context, event);
    if (result == STORE_DONE && context->request->operation->repeatable)
        result = repeat_keep(context);
    return store_end(context->pg, result, statement_deadline(context->server));
}

/* A short text that outlives its request. */
struct kept_text {
    size_t length; /* SIZE_MAX: none */
    char at[TEXT_KEPT];
};

struct denial {
    instant at;
    struct uuid staff_id;
    const struct operation *operation;
    enum fault fault;
    struct kept_text on_behalf_of, subject, client, request_id, address;
};

struct denials {
    pthread_mutex_t lock;
    size_t first, count;
    struct denial ring[DENIALS_MAX];
};

struct denials *denials_new(void)
{
    struct denials *denials = calloc(1, sizeof *denials);
    if (!denials)
        abort();
    pthread_mutex_init(&denials->lock, NULL);
    return denials;
}

void denials_free(struct denials *denials)
{
    if (!denials)
        return;
    pthread_mutex_destroy(&denials->lock);
    free(denials);
}

static struct kept_text keep(struct text text)
{
    struct kept_text kept = {.length = SIZE_MAX};

    if (text_is_none(text))
        return kept;
    kept.length = text.length < TEXT_KEPT ? text.length : TEXT_KEPT;
    while (kept.length < text.length && kept.length && (text.at[kept.length] & 0xC0) == 0x80)
        kept.length--; /* not within a character */
    memcpy(kept.at, text.at, kept.length);
    return kept;
}

static struct text kept_text(const struct kept_text *kept)
{
    return kept->length == SIZE_MAX ? TEXT_NONE : (struct text){kept->at, kept->length};
}

void denials_note(struct denials *denials, const struct request *request)
{
    struct denial denial = {.at = instant_now(),
                            .staff_id = request->staff_id,
                            .operation = request->operation,
                            .fault = request->fault,
                            .on_behalf_of = keep(request->on_behalf_of),
                            .subject = keep(request->parameters[0]),
                            .client = keep(request->client),
                            .request_id = keep(request->request_id),
                            .address = keep(request->address)};

    pthread_mutex_lock(&denials->lock);
    bool room = denials->count < DENIALS_MAX;
    if (room)
        denials->ring[(denials->first + denials->count++) % DENIALS_MAX] = denial;
    pthread_mutex_unlock(&denials->lock);
    if (!room)
        metric_add(request->server->measures->audit_lost, 1);
}

/* The oldest, at most max; they stay until drop_denials(). */
static size_t look_at_denials(struct denials *denials, struct denial out[], size_t max)
{
    pthread_mutex_lock(&denials->lock);
    size_t count = denials->count < max ? denials->count : max;
    for (size_t i = 0; i < count; i++)
        out[i] = denials->ring[(denials->first + i) % DENIALS_MAX];
    pthread_mutex_unlock(&denials->lock);
    return count;
}

static void drop_denials(struct denials *denials, size_t count)
{
    pthread_mutex_lock(&denials->lock);
    denials->first = (denials->first + count) % DENIALS_MAX;
    denials->count -= count;
    pthread_mutex_unlock(&denials->lock);
}

static void compose(struct arena *arena, const struct institution *institution,
                    const struct denial *denial, struct audit_entry *ret)
{
    const struct staff *caller = institution_staff(institution, denial->staff_id);
    const struct staff *other =
        institution_staff_by_login(institution, kept_text(&denial->on_behalf_of));
    struct principal who = {.staff = caller && other ? other : caller,
                            .through = caller && other ? caller : NULL,
                            .client = kept_text(&denial->client),
                            .request_id = kept_text(&denial->request_id),
                            .address = kept_text(&denial->address)};
    const struct audit_event event = {
        .action = AUDIT_DENIED,
        .subject = kept_text(&denial->subject),
        .facts = {{"operation", text_of(denial->operation->name)},
                  {"problem", text_of(fault_text(denial->fault)->slug)}}};
    const struct audit_origin origin = audit_origin_of(&who);

    audit_compose(arena, &event, &origin, uuid_make(denial->at), denial->at, ret);
}

/* Writes what was denied. One that is written twice, as the answer of a commit was lost, does no
 * harm; one that is not written does. */
static void write_denials(struct server *server, struct pg *pg, struct arena *arena)
{
    struct denial *list = ARENA_ARRAY(arena, struct denial, WRITTEN_AT_ONCE);
    struct audit_entry *entries = ARENA_ARRAY(arena, struct audit_entry, WRITTEN_AT_ONCE);
    struct institution *institution = reference_hold(server->reference);
    size_t count = WRITTEN_AT_ONCE;

    while (institution && count == WRITTEN_AT_ONCE) {
        count = look_at_denials(server->denials, list, WRITTEN_AT_ONCE);
        for (size_t i = 0; i < count; i++)
            compose(arena, institution, &list[i], &entries[i]);
        if (count == 0)
            break;
        if (audit_add(pg, arena, entries, count, monotonic_now_us() + DEADLINE_US) != STORE_DONE) {
            log_line(LOG_WARNING, "denied actions not recorded yet",
                     LOG_STRING("error", pg_error(pg).message));
            break;
        }
        drop_denials(server->denials, count);
    }
    reference_release(server->reference, institution);
}

const struct duty duty_denials = {
    .name = "denials", .period_ms = 200, .at_end = true, .run = write_denials};
