#include "server/frequent.h"

#include <pthread.h>
#include <stdlib.h>

#include "lib/store/list_store.h"

/* A page is found among 51 / p complaints, p being the share that matches, at some 8 us each; p * n
 * matches take some 1 us each. Going through is cheaper from p * p * n = 51 * 8 on. */
#define PAGE_COST 400.0
/* The newest are collected from the last days first (search_period.h): so many complaints at most. */
#define RECENT_COMPLAINTS 20000.0
/* Fewer matches are collected at once as cheaply as stretch by stretch. */
#define MANY_MATCHES 500.0
#define PARTS_MARGIN 4
#define ARENA_BLOCK 16384

struct rate {
    struct text term;
    int rate;
};

struct frequent {
    pthread_rwlock_t lock;
    struct arena *arena; /* of the rates */
    struct rate *rates;  /* ascending by term */
    size_t count;
    int64_t complaints;
};

struct frequent *frequent_new(void)
{
    struct frequent *frequent = calloc(1, sizeof *frequent);
    if (!frequent)
        abort();
    pthread_rwlock_init(&frequent->lock, NULL);
    frequent->arena = arena_new(ARENA_BLOCK);
    return frequent;
}

void frequent_free(struct frequent *frequent)
{
    if (!frequent)
        return;
    arena_free(frequent->arena);
    pthread_rwlock_destroy(&frequent->lock);
    free(frequent);
}

void frequent_replace(struct frequent *frequent, const struct pg_rows *rows)
{
    struct arena *arena = arena_new(ARENA_BLOCK), *old;
    struct rate *rates = ARENA_ARRAY(arena, struct rate, rows->count);

    for (size_t row = 0; row < rows->count; row++)
        rates[row] = (struct rate){text_copy(arena, pg_text(rows, row, 0)), pg_int4(rows, row, 1)};
    pthread_rwlock_wrlock(&frequent->lock);
    old = frequent->arena;
    frequent->arena = arena;
    frequent->rates = rates;
    frequent->count = rows->count;
    frequent->complaints = rows->count ? pg_int8(rows, 0, 2) : 0;
    pthread_rwlock_unlock(&frequent->lock);
    arena_free(old);
}

static int by_term(const void *a, const void *b)
{
    return text_compare(((const struct rate *)a)->term, ((const struct rate *)b)->term);
}

/* Called with the lock held. */
static int rate_of(const struct frequent *frequent, struct text term)
{
    struct rate key = {.term = term};
    const struct rate *found =
        frequent->count ? bsearch(&key, frequent->rates, frequent->count, sizeof key, by_term)
                        : NULL;
    return found ? found->rate : 0;
}

int frequent_rate(const void *frequent, struct text term)
{
    struct frequent *self = (struct frequent *)frequent; /* for its lock only */
    pthread_rwlock_rdlock(&self->lock);
    int rate = rate_of(self, term);
    pthread_rwlock_unlock(&self->lock);
    return rate;
}

unsigned frequent_way(struct frequent *frequent, double share, bool newest)
{
    pthread_rwlock_rdlock(&frequent->lock);
    double complaints = (double)frequent->complaints;
    pthread_rwlock_unlock(&frequent->lock);
    bool many = newest && share * complaints >= MANY_MATCHES;
    if (newest && complaints > RECENT_COMPLAINTS)
        complaints = RECENT_COMPLAINTS;
    if (share * share * complaints >= PAGE_COST)
        return LIST_FREQUENT_TEXT;
    return many ? LIST_TEXT | LIST_RECENT_TEXT : LIST_TEXT;
}

/* The rarest term bounds how many have a part, and a part whose terms are all frequent mostly is so
 * itself. Parts are taken for independent, with a margin, as one may exclude another. */
double frequent_share(struct frequent *frequent, const struct bigram_query *query)
{
    double share = 1, part = 1;

    for (size_t i = 0; i < query->term_count; i++) {
        double rate = frequent_rate(frequent, query->terms[i]) / 1e6;
        if (i > 0 && query->part_of[i] != query->part_of[i - 1]) {
            share *= part / PARTS_MARGIN;
            part = 1;
        }
        part = rate < part ? rate : part;
    }
    return share * part;
}
