#include "lib/complaint/likeness.h"

#include <stdlib.h>

#include "lib/complaint/bigram.h"

/* FNV-1a: terms are short, and one confusion among hundreds would not matter. */
static uint64_t number_of(struct text term)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < term.length; i++)
        hash = (hash ^ (unsigned char)term.at[i]) * UINT64_C(1099511628211);
    return hash;
}

static int by_number(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

struct likeness likeness_of(struct arena *arena, struct text text)
{
    struct bigram *terms;
    size_t read = bigram_read(arena, text, &terms), count = 0, unique = 0;
    uint64_t *numbers = arena_bytes(arena, (read + 1) * sizeof *numbers);

    for (size_t i = 0; i < read; i++) {
        if (terms[i].kind != BIGRAM_LAST)
            numbers[count++] = number_of(terms[i].term);
    }
    qsort(numbers, count, sizeof *numbers, by_number);
    for (size_t i = 0; i < count; i++) {
        if (unique == 0 || numbers[unique - 1] != numbers[i])
            numbers[unique++] = numbers[i];
    }
    return (struct likeness){numbers, unique};
}

double likeness_between(const struct likeness *a, const struct likeness *b)
{
    size_t shorter = a->count < b->count ? a->count : b->count, shared = 0;

    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        shared += a->terms[i] == b->terms[j];
        if (a->terms[i] < b->terms[j])
            i++;
        else if (a->terms[i] > b->terms[j])
            j++;
        else
            i++, j++;
    }
    if (shorter < LIKENESS_TERMS_MIN)
        shorter = LIKENESS_TERMS_MIN;
    return (double)shared / (double)shorter;
}

/* --- probes ------------------------------------------------------------------------------------- */

/* Two pairs that overlap, or a term by itself. */
struct probe {
    struct text first, second; /* second: none for a term by itself */
    int frequency;             /* of the rarer of the two */
    uint64_t number;           /* scatters probes that are equally rare over the text */
};

static int by_rarity(const void *a, const void *b)
{
    const struct probe *left = a, *right = b;
    if (left->frequency != right->frequency)
        return left->frequency < right->frequency ? -1 : 1;
    return left->number < right->number ? -1 : left->number > right->number;
}

static size_t collect(const struct bigram terms[], size_t count, likeness_frequency *frequency,
                      const void *context, struct probe out[])
{
    size_t probes = 0;

    for (size_t i = 0; i < count; i++) {
        bool follows = i > 0 && terms[i - 1].kind == BIGRAM_PAIR;
        bool followed = i + 1 < count && terms[i + 1].kind == BIGRAM_PAIR;
        bool pair = terms[i].kind == BIGRAM_PAIR;
        if (terms[i].kind == BIGRAM_LAST || (pair && follows && !followed))
            continue; /* is in the probe before */
        struct probe probe = {.first = terms[i].term,
                              .frequency = frequency(context, terms[i].term),
                              .number = number_of(terms[i].term)};
        if (pair && followed) {
            int other = frequency(context, terms[i + 1].term);
            probe.second = terms[i + 1].term;
            probe.frequency = other < probe.frequency ? other : probe.frequency;
            probe.number = probe.number * 31 + number_of(terms[i + 1].term);
        }
        out[probes++] = probe;
    }
    return probes;
}

struct text likeness_probe(struct arena *arena, struct text text, likeness_frequency *frequency,
                           const void *context, int *ret_frequency)
{
    struct bigram *terms;
    size_t count = bigram_read(arena, text, &terms), written = 0;
    struct probe *probes = ARENA_ARRAY(arena, struct probe, count);
    struct text_buffer out = text_buffer_new(arena, 1024);

    count = collect(terms, count, frequency, context, probes);
    qsort(probes, count, sizeof *probes, by_rarity);
    *ret_frequency = 0;
    for (size_t i = 0; i < count && written < LIKENESS_PROBES; i++) {
        if (i > 0 && probes[i].number == probes[i - 1].number)
            continue; /* the same again */
        *ret_frequency = probes[i].frequency;
        text_buffer_printf(&out, "%s('%.*s'", written++ ? " | " : "", TEXT_ARG(probes[i].first));
        if (!text_is_none(probes[i].second))
            text_buffer_printf(&out, " & '%.*s'", TEXT_ARG(probes[i].second));
        text_buffer_add_char(&out, ')');
    }
    return written ? text_buffer_text(&out) : TEXT_NONE;
}
