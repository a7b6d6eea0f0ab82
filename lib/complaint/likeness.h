#ifndef COMPLAINT_LIKENESS_H
#define COMPLAINT_LIKENESS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/text.h"

/* How alike two texts are, by the terms of bigram.h that they share. */

/* The terms of a text, each once. */
struct likeness {
    uint64_t *terms; /* ascending; a number stands for a term */
    size_t count;
};

struct likeness likeness_of(struct arena *arena, struct text text);

/* 0 to 1: the terms that both have, divided by those of the shorter text (the overlap coefficient),
 * so that what was typed so far is compared with long texts, too. Fewer than LIKENESS_TERMS_MIN
 * count as so many, or every text that says 投诉 would be like the one that says no more. */
#define LIKENESS_TERMS_MIN 8
double likeness_between(const struct likeness *a, const struct likeness *b);

/* How frequent a term is among all complaints, a millionth being 1; 0: rare, or not known. */
typedef int likeness_frequency(const void *context, struct text term);

/* A tsquery by which texts that are alike are found: those that have one of the rarest three
 * characters in a row, or words. None when the text has no terms. Fills *ret_frequency with the
 * frequency of the most frequent among them: about so many texts will be found, or more. */
#define LIKENESS_PROBES 24
struct text likeness_probe(struct arena *arena, struct text text, likeness_frequency *frequency,
                           const void *context, int *ret_frequency);

#endif
