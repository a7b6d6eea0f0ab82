#include "lib/store/search_period.h"

/* Each four times as long: when a stretch does not fill a page, the next one gives it no more than
 * some eight pages to choose from. */
static const int64_t lengths[SEARCH_PERIODS] = {INSTANT_DAY, 4 * INSTANT_DAY, 16 * INSTANT_DAY,
                                                64 * INSTANT_DAY};
static const char names[] = "abcd";

/* Rounds down, before 1970 too. */
static int64_t period_of(instant at, int64_t length)
{
    return at / length - (at % length < 0);
}

struct text search_period_terms(struct arena *arena, instant received_at)
{
    struct text_buffer out = text_buffer_new(arena, 64);
    for (int i = 0; i < SEARCH_PERIODS; i++)
        text_buffer_printf(&out, " '@%c%lld'", names[i],
                           (long long)period_of(received_at, lengths[i]));
    return text_buffer_text(&out);
}

void search_stretches(struct arena *arena, instant end, struct search_stretch out[SEARCH_PERIODS])
{
    for (int i = 0; i < SEARCH_PERIODS; i++) {
        /* The period that holds the last moment, of later ones the last before `end`. */
        int64_t last = period_of(i ? end - 1 : end, lengths[i]);
        out[i].terms = text_printf(arena, "'@%c%lld' | '@%c%lld'", names[i], (long long)last - 1,
                                   names[i], (long long)last);
        out[i].since = end = (last - 1) * lengths[i];
    }
}
