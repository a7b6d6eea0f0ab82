#ifndef COMPLAINT_BIGRAM_H
#define COMPLAINT_BIGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/arena.h"
#include "lib/base/text.h"

/* The terms by which texts are found. Chinese has no spaces between words, so that every pair of
 * neighbouring characters is a term (转账失败: 转账, 账失, 失败), and two characters or more are found
 * wherever they stand; so it is with every script but Latin, Greek and Cyrillic, whose words, and
 * numbers, are terms as a whole, in lower case (ASCII only) and half width. Everything else
 * separates.
 *
 * Terms are made of masked texts: of 138****1234 there are 138 and 1234, as everybody sees. */

enum bigram_kind {
    BIGRAM_PAIR, /* two neighbouring characters */
    BIGRAM_LAST, /* the last character of a run, so that what follows the run can be told */
    BIGRAM_WORD  /* a word or a number */
};

struct bigram {
    enum bigram_kind kind;
    struct text term; /* letters and digits only: needs no escaping anywhere */
    bool alone;       /* BIGRAM_LAST: it is the whole run */
};

#define BIGRAM_WORD_MAX 96 /* bytes; of longer words the beginning counts */

/* Reads the terms of a text, which must be valid UTF-8, in their order. Returns how many there are and
 * points *ret (in the arena) at them. None has none. */
size_t bigram_read(struct arena *arena, struct text text, struct bigram **ret);

/* The terms of several texts with their positions, as a literal of PostgreSQL's tsvector, at least
 * two positions apart from text to text. A tsvector has 16,383 positions and keeps 255 of a term:
 * behind so many terms positions begin again, and a text that repeats a term more often is found by
 * its first 255 places. */
struct text bigram_vector(struct arena *arena, const struct text texts[], size_t count);

/* What somebody looks for. Parts divided by spaces stand anywhere, each is looked for as it is
 * written, but for what separates within it. */
struct bigram_query {
    struct text some;   /* a tsquery's literal: the terms, wherever; an index answers it */
    struct text exact;  /* the same with their order; none: no order to look at */
    struct text *terms; /* those of `some`, without repetition */
    size_t *part_of;    /* the part, from 1, in which each stands first */
    size_t term_count, parts;
};

/* Returns false, and leaves *ret untouched, when there is no term: no word, and no two neighbouring
 * Chinese characters. */
bool bigram_query(struct arena *arena, struct text text, struct bigram_query *ret);

#endif
