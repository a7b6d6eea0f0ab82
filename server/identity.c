#include "server/identity.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "lib/pg/pg.h"
#include "lib/store/token_store.h"
#include "server/request.h"
#include "server/settings.h"

#define SLOTS 4096 /* a power of two; a newcomer takes the place of whoever has its slot */
#define REMEMBER_FOR INSTANT_MINUTE
#define CLIENT_MAX 64
/* Its use is not written again so soon: that of a session decides when it ends. */
#define USE_TOLD_FOR (10 * INSTANT_MINUTE)
#define SESSION_USE_TOLD_FOR INSTANT_MINUTE

struct slot {
    struct hash token;
    struct uuid staff_id; /* none: empty */
    char client[CLIENT_MAX];
    size_t client_length;
    bool has_client;
    unsigned scopes;
    instant until;
    bool used;     /* since that was told */
    instant quiet; /* until then it is not told again */
};

struct identities {
    pthread_mutex_t lock;
    int64_t idle_us;         /* a session that is not used for so long has ended */
    unsigned long forgotten; /* how often something was: what was looked up before may be void */
    struct slot slots[SLOTS];
};

struct identities *identities_new(int64_t idle_ms)
{
    struct identities *identities = calloc(1, sizeof *identities);
    if (!identities)
        abort();
    pthread_mutex_init(&identities->lock, NULL);
    identities->idle_us = idle_ms * INSTANT_MILLISECOND;
    return identities;
}

void identities_free(struct identities *identities)
{
    if (!identities)
        return;
    pthread_mutex_destroy(&identities->lock);
    free(identities);
}

/* The hash is uniform, so its first bytes choose the slot. */
static struct slot *slot_of(struct identities *identities, const struct hash *token)
{
    return &identities->slots[(token->bytes[0] | token->bytes[1] << 8) & (SLOTS - 1)];
}

static bool holds(const struct slot *slot, const struct hash *token)
{
    return !uuid_is_none(slot->staff_id) &&
           memcmp(slot->token.bytes, token->bytes, sizeof token->bytes) == 0;
}

bool identity_recall(struct identities *identities, struct request *request)
{
    instant now = instant_now();
    pthread_mutex_lock(&identities->lock);
    struct slot *slot = slot_of(identities, &request->token_hash);
    bool known = holds(slot, &request->token_hash) && now < slot->until;
    if (known) {
        slot->used = true;
        request->staff_id = slot->staff_id;
        request->scopes = slot->scopes;
        if (slot->has_client)
            request->client =
                text_copy(request->arena, (struct text){slot->client, slot->client_length});
    }
    pthread_mutex_unlock(&identities->lock);
    request->identified = known;
    return known;
}

/* Remembers a good token that was looked up when `forgotten` was the count. */
static void identity_remember(struct identities *identities, const struct token_row *row,
                              unsigned long forgotten)
{
    instant until = instant_now() + REMEMBER_FOR;
    struct text client = row->client;
    pthread_mutex_lock(&identities->lock);
    if (forgotten != identities->forgotten) {
        pthread_mutex_unlock(&identities->lock);
        return;
    }
    struct slot *slot = slot_of(identities, &row->hash);
    *slot = (struct slot){.token = row->hash,
                          .staff_id = row->staff_id,
                          .scopes = row->scopes,
                          .until = row->expires_at < until ? row->expires_at : until,
                          .used = true,
                          .quiet = holds(slot, &row->hash) ? slot->quiet : 0,
                          .has_client = !text_is_none(client),
                          .client_length = client.length < CLIENT_MAX ? client.length : CLIENT_MAX};
    memcpy(slot->client, client.at ? client.at : "", slot->client_length);
    pthread_mutex_unlock(&identities->lock);
}

void identity_forget(struct identities *identities, const struct hash *token)
{
    pthread_mutex_lock(&identities->lock);
    struct slot *slot = slot_of(identities, token);
    identities->forgotten++;
    if (holds(slot, token))
        *slot = (struct slot){0};
    pthread_mutex_unlock(&identities->lock);
}

void identity_forget_all(struct identities *identities)
{
    pthread_mutex_lock(&identities->lock);
    identities->forgotten++;
    memset(identities->slots, 0, sizeof identities->slots);
    pthread_mutex_unlock(&identities->lock);
}

static unsigned long count_forgotten(struct identities *identities)
{
    pthread_mutex_lock(&identities->lock);
    unsigned long forgotten = identities->forgotten;
    pthread_mutex_unlock(&identities->lock);
    return forgotten;
}

/* Whether a token is good, or a session that was not left alone. */
static bool is_good(const struct identities *identities, const struct token_row *row)
{
    instant now = instant_now();
    bool left = text_is_none(row->client) && row->last_used_at + identities->idle_us <= now;

    return !row->revoked && row->expires_at > now && !left;
}

/* Gives what was found to every request that has that token. */
static void recognise(struct identities *identities, const struct token_row *row,
                      struct request *const requests[], size_t count, unsigned long forgotten)
{
    if (!is_good(identities, row))
        return;
    identity_remember(identities, row, forgotten);
    for (size_t i = 0; i < count; i++) {
        struct request *request = requests[i];
        if (!request->has_token || request->identified ||
            memcmp(request->token_hash.bytes, row->hash.bytes, HASH_LENGTH) != 0)
            continue;
        request->identified = true;
        request->staff_id = row->staff_id;
        request->scopes = row->scopes;
        request->client = text_copy(request->arena, row->client);
    }
}

bool identity_look_up(struct identities *identities, struct pg *pg,
                      struct request *const requests[], size_t count, int64_t deadline_us)
{
    struct hash hashes[BATCH_MAX];
    size_t n = 0;
    for (size_t i = 0; i < count && n < sizeof hashes / sizeof *hashes; i++) {
        if (requests[i]->has_token && !requests[i]->identified)
            hashes[n++] = requests[i]->token_hash;
    }
    if (n == 0)
        return true;

    struct arena *arena = requests[0]->arena;
    struct pg_binds binds = pg_binds_new(arena);
    struct pg_rows rows;
    unsigned long forgotten = count_forgotten(identities); /* before the database is asked */
    token_find_bind(&binds, hashes, n);
    enum pg_status status = pg_run(pg, &token_find, &binds, deadline_us, &rows);
    if (status == PG_DONE) {
        struct token_row *found = ARENA_ARRAY(arena, struct token_row, rows.count);
        size_t found_count = token_find_read(&rows, found);
        for (size_t i = 0; i < found_count; i++)
            recognise(identities, &found[i], requests, count, forgotten);
    }
    pg_rows_free(&rows);
    return status == PG_DONE;
}

size_t identities_used(struct identities *identities, struct hash hashes[], size_t max)
{
    instant now = instant_now();
    size_t count = 0;

    pthread_mutex_lock(&identities->lock);
    for (size_t i = 0; i < SLOTS && count < max; i++) {
        struct slot *slot = &identities->slots[i];
        if (!slot->used || uuid_is_none(slot->staff_id) || now < slot->quiet)
            continue;
        slot->used = false;
        slot->quiet = now + (slot->has_client ? USE_TOLD_FOR : SESSION_USE_TOLD_FOR);
        hashes[count++] = slot->token;
    }
    pthread_mutex_unlock(&identities->lock);
    return count;
}

/* One id for two: the same for the same two, and nobody's own. */
static struct uuid both(struct uuid client, struct uuid person)
{
    unsigned char ids[2 * sizeof client.bytes], hash[crypto_hash_sha256_BYTES];
    struct uuid id;

    memcpy(ids, client.bytes, sizeof client.bytes);
    memcpy(ids + sizeof client.bytes, person.bytes, sizeof person.bytes);
    crypto_hash_sha256(hash, ids, sizeof ids);
    memcpy(id.bytes, hash, sizeof id.bytes);
    return id;
}

/* A deputy is the person with all their rights: right_of_caller() and permission_relations() say what
 * is not a deputy's. */
static enum fault deputise(const struct institution *institution, const struct staff *person,
                           struct principal *who)
{
    const struct staff *deputy = who->staff;

    if (!institution_deputises(institution, deputy->id, person->id, instant_now()))
        return FAULT_ON_BEHALF_REFUSED;
    who->staff = person;
    who->through = deputy;
    who->caller = both(deputy->id, person->id);
    return FAULT_NONE;
}

/* Makes the principal the person whom its client or deputy names. */
static enum fault act_on_behalf(const struct request *request,
                                const struct institution *institution, struct principal *who)
{
    const struct staff *client = who->staff;
    const struct staff *person = institution_staff_by_login(institution, request->on_behalf_of);

    if (!person || !person->active || person->client)
        return FAULT_ON_BEHALF_REFUSED;
    if (!client->client)
        return deputise(institution, person, who);
    struct staff *acting = ARENA_NEW(request->arena, struct staff);
    struct grant *grants =
        ARENA_ARRAY(request->arena, struct grant, client->grant_count * person->grant_count);
    *acting = *person;
    acting->grants = grants;
    acting->grant_count = permission_meet(client, person, grants);
    who->staff = acting;
    who->through = client;
    who->caller = both(client->id, person->id);
    return FAULT_NONE;
}

enum fault identity_principal(const struct request *request, const struct institution *institution,
                              struct principal *ret)
{
    const struct staff *staff =
        request->identified ? institution_staff(institution, request->staff_id) : NULL;
    if (!staff || !staff->active)
        return FAULT_UNAUTHENTICATED;
    if (staff->password_temporary && text_is_none(request->client) &&
        !request->operation->with_temporary_password)
        return FAULT_PASSWORD_TEMPORARY;
    *ret = (struct principal){.staff = staff,
                              .caller = staff->id,
                              .scopes = request->scopes,
                              .client = request->client,
                              .request_id = request->request_id,
                              .address = request->address};
    return text_is_none(request->on_behalf_of) ? FAULT_NONE
                                               : act_on_behalf(request, institution, ret);
}
