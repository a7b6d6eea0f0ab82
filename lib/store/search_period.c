#include "lib/store/search_period.h"

/* Each twice as long: when a stretch does not fill a page, the next one gives it no more than some
 * four pages to choose from. */
static const int64_t lengths[SEARCH_PERIODS] = {INSTANT_DAY,     2 * INSTANT_DAY,  4 * INSTANT_DAY,
                                                8 * INSTANT_DAY, 16 * INSTANT_DAY, 32 * INSTANT_DAY,
                                                64 * INSTANT_DAY};
static const char names[] = "abcdefg";

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

/* The last period of stretch i: the one that holds the last moment, of later ones the last before
 * the end. */
static int64_t last_period(instant end, int i)
{
    int64_t last = period_of(end, lengths[0]);
    for (int j = 1; j <= i; j++)
        last = period_of((last - 1) * lengths[j - 1] - 1, lengths[j]);
    return last;
}

struct text search_stretch_terms(struct arena *arena, instant end, int i)
{
    int64_t last = last_period(end, i);
    return text_printf(arena, "'@%c%lld' | '@%c%lld'", names[i], (long long)last - 1, names[i],
                       (long long)last);
}

instant search_stretch_since(instant end, int i)
{
    return (last_period(end, i) - 1) * lengths[i];
}
