#include "server/reference.h"

#include <pthread.h>
#include <stdlib.h>

#include "lib/base/log.h"
#include "lib/store/institution_store.h"

struct snapshot {
    struct institution *institution;
    unsigned long begun; /* its place in the order in which reading began */
    unsigned holders;    /* the reference itself counts while it is the newest */
    struct snapshot *next;
};

struct reference {
    pthread_mutex_t lock;
    unsigned long begun;
    struct snapshot *newest; /* first of all snapshots that are still held */
};

struct reference *reference_new(void)
{
    struct reference *reference = calloc(1, sizeof *reference);
    if (!reference)
        abort();
    pthread_mutex_init(&reference->lock, NULL);
    return reference;
}

void reference_free(struct reference *reference)
{
    if (!reference)
        return;
    for (struct snapshot *next, *snapshot = reference->newest; snapshot; snapshot = next) {
        next = snapshot->next;
        institution_free(snapshot->institution);
        free(snapshot);
    }
    pthread_mutex_destroy(&reference->lock);
    free(reference);
}

struct institution *reference_hold(struct reference *reference)
{
    pthread_mutex_lock(&reference->lock);
    struct snapshot *snapshot = reference->newest;
    if (snapshot)
        snapshot->holders++;
    pthread_mutex_unlock(&reference->lock);
    return snapshot ? snapshot->institution : NULL;
}

/* Unlinks a snapshot that nobody holds. Called with the lock held. */
static struct snapshot *let_go(struct reference *reference, const struct institution *institution)
{
    struct snapshot **link = &reference->newest;
    while (*link && (*link)->institution != institution)
        link = &(*link)->next;
    struct snapshot *snapshot = *link;
    if (!snapshot || --snapshot->holders > 0)
        return NULL;
    *link = snapshot->next;
    return snapshot;
}

static void destroy(struct snapshot *snapshot)
{
    if (snapshot) {
        institution_free(snapshot->institution);
        free(snapshot);
    }
}

void reference_release(struct reference *reference, struct institution *institution)
{
    if (!institution)
        return;
    pthread_mutex_lock(&reference->lock);
    struct snapshot *unused = let_go(reference, institution);
    pthread_mutex_unlock(&reference->lock);
    destroy(unused);
}

static unsigned long begin(struct reference *reference)
{
    pthread_mutex_lock(&reference->lock);
    unsigned long begun = ++reference->begun;
    pthread_mutex_unlock(&reference->lock);
    return begun;
}

/* Takes ownership of the institution. */
static void replace(struct reference *reference, struct institution *institution,
                    unsigned long begun)
{
    struct snapshot *snapshot = calloc(1, sizeof *snapshot), *unused = snapshot;
    if (!snapshot)
        abort();
    *snapshot = (struct snapshot){.institution = institution, .begun = begun, .holders = 1};
    pthread_mutex_lock(&reference->lock);
    struct snapshot *old = reference->newest;
    if (!old || old->begun < begun) {
        snapshot->next = old;
        reference->newest = snapshot;
        unused = old ? let_go(reference, old->institution) : NULL;
    }
    pthread_mutex_unlock(&reference->lock);
    destroy(unused);
}

bool reference_load(struct reference *reference, struct pg *pg, int zone_minutes,
                    int64_t deadline_us)
{
    enum fault fault = FAULT_NONE;
    const char *flaw = NULL;
    unsigned long begun = begin(reference);
    struct institution *institution =
        institution_load(pg, zone_minutes, deadline_us, &fault, &flaw);

    if (!institution) {
        log_line(LOG_ERROR, "reference data not loaded", LOG_STRING("flaw", flaw),
                 LOG_STRING("error", pg_error(pg).message));
        return false;
    }
    log_line(LOG_INFO, "reference data loaded", LOG_INT("units", institution->unit_count),
             LOG_INT("staff", institution->staff_count),
             LOG_INT("calendar", calendar_version(institution->calendar)));
    replace(reference, institution, begun);
    return true;
}
