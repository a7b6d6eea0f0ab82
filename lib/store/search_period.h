#ifndef STORE_SEARCH_PERIOD_H
#define STORE_SEARCH_PERIOD_H

#include "lib/base/arena.h"
#include "lib/base/instant.h"
#include "lib/base/text.h"

/* Periods of time as terms of the search, beside those of the texts: a complaint has one for the
 * day, the 2, the 4 and so on to the 64 days in which it was received, so that the index finds the newest of
 * many matches without a look at the others. Periods are counted from 1970 on, in UTC; no term of a
 * text begins with "@". */
#define SEARCH_PERIODS 7

/* The terms of a complaint received then, as a literal of PostgreSQL's tsvector to be put behind
 * others, in the arena. */
struct text search_period_terms(struct arena *arena, instant received_at);

/* Where the newest are looked for, from those received last before `end`: stretch i is two periods
 * of a length and ends where the one before it began. What is left is older than the last one, or as
 * much later as the first one's SEARCH_NEWEST. */
#define SEARCH_NEWEST "2 days"

/* The periods of a stretch as a literal of PostgreSQL's tsquery, in the arena. */
struct text search_stretch_terms(struct arena *arena, instant end, int i);
instant search_stretch_since(instant end, int i);

#endif
