#ifndef SERVER_FREQUENT_H
#define SERVER_FREQUENT_H

#include <stdbool.h>

#include "lib/base/text.h"
#include "lib/complaint/bigram.h"
#include "lib/pg/pg.h"

/* Which terms many complaints have, as the database last sampled them. A search for such a one does
 * not collect all matches to find the newest: it looks at the newest complaints, one after the
 * other, until the page is full. Empty before the first sample; thread-safe. */
struct frequent;

struct frequent *frequent_new(void);
void frequent_free(struct frequent *frequent);

/* Replaces what is known by the rows of search_frequent. */
void frequent_replace(struct frequent *frequent, const struct pg_rows *rows);

/* How many of a million complaints have the term; 0: few, or not known. A likeness_frequency. */
int frequent_rate(const void *frequent, struct text term);

/* The share of all complaints, 0 to 1, that match a query, as far as it is known: 0 if they are few. */
double frequent_share(struct frequent *frequent, const struct bigram_query *query);

/* How a list of so large a share is best found: the bits of list_filter for a text. newest: it is in
 * that order, in which not all matches need be collected. */
unsigned frequent_way(struct frequent *frequent, double share, bool newest);

#endif
