/* Calendars and policies as administrators send them, and the arithmetic over them. */
#include <string.h>

#include "lib/complaint/deadline.h"
#include "lib/json/rules_json.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/naive_clock.h"
#include "tests/support/naive_days.h"

void fuzz_calendar(struct text input, struct arena *arena);
void fuzz_policy(struct text input, struct arena *arena);
void fuzz_clock(struct text input, struct arena *arena);

#define ZONE 480
#define PAUSES_MAX 4
#define DAY_MINUTES 1440

/* A calendar's document that was taken makes a calendar, and written anew says the same. */
void fuzz_calendar(struct text input, struct arena *arena)
{
    const struct shape *shape = &calendar_document_shape;
    struct violations violations = {.arena = arena};
    struct text_buffer once = text_buffer_new(arena, 1024), twice = text_buffer_new(arena, 1024);
    struct calendar_document document, again;
    struct calendar_source source;

    enum fault fault = shape_decode(shape, input, arena, &violations, &document);
    if (!fault)
        calendar_document_read(&document, "/calendar", ZONE, &violations, &source);
    fuzz_violations(&violations, arena);
    if (violations.count)
        return;
    struct calendar *calendar = calendar_new(&source);
    FUZZ_HOLDS(calendar);
    calendar_free(calendar);
    calendar_document_write(document.name, &source, arena, &document);
    shape_encode(shape, &document, ZONE, &once);
    FUZZ_HOLDS(shape_decode(shape, text_buffer_text(&once), arena, &violations, &again) ==
               FAULT_NONE);
    calendar_document_read(&again, "", ZONE, &violations, &source);
    FUZZ_HOLDS(violations.count == 0);
    calendar_document_write(again.name, &source, arena, &again);
    shape_encode(shape, &again, ZONE, &twice);
    FUZZ_HOLDS(text_equal(text_buffer_text(&once), text_buffer_text(&twice)));
}

void fuzz_policy(struct text input, struct arena *arena)
{
    struct violations violations = {.arena = arena};
    struct policy_document document, again;
    struct text_buffer out = text_buffer_new(arena, 1024);

    if (shape_decode(&policy_document_shape, input, arena, &violations, &document) == FAULT_NONE)
        policy_document_read(&document, "", &violations);
    fuzz_violations(&violations, arena);
    if (violations.count)
        return;
    policy_document_write(&document.policy, arena, &again);
    FUZZ_HOLDS(text_equal(document.effective_from, again.effective_from));
    shape_encode(&policy_document_shape, &again, ZONE, &out);
    FUZZ_HOLDS(shape_decode(&policy_document_shape, text_buffer_text(&out), arena, &violations,
                            &again) == FAULT_NONE &&
               violations.count == 0);
}

/* --- the clocks --------------------------------------------------------------------------------- */

struct clock {
    struct calendar_source source;
    struct calendar_day days[16];
    struct pause pauses[PAUSES_MAX];
    size_t pause_count;
    int end_minute; /* of the last period */
    instant start;
    int limit;
};

/* Around 2026, in steps that often meet the edges of periods. */
static instant take_moment(struct text *input)
{
    instant at = INT64_C(1767196800) * INSTANT_SECOND; /* 2026-01-01 at +08:00 */
    at += fuzz_take_number(input, 1) * INSTANT_DAY + fuzz_take(input) % 48 * 30 * INSTANT_MINUTE;
    return at + fuzz_take(input) % 3 - 1;
}

static void take_calendar(struct text *input, struct clock *clock)
{
    struct calendar_source *source = &clock->source;
    day_number day = day_from_date((struct date){2026, 1, 1});
    int minute = 0;

    *source = (struct calendar_source){.version = 1, .zone_minutes = ZONE, .days = clock->days};
    source->weekdays = fuzz_take(input) & 0x7f;
    for (unsigned left = 1 + fuzz_take(input) % 3; left; left--) {
        int from = minute + (int)fuzz_take(input), to = from + 1 + (int)fuzz_take(input);
        source->periods[source->period_count++] = (struct working_period){from, to};
        minute = clock->end_minute = to;
    }
    for (unsigned left = fuzz_take(input) % 16; left; left--) {
        day += 1 + (int)(fuzz_take(input) % 32);
        clock->days[source->day_count++] = (struct calendar_day){day, fuzz_take(input) & 1};
    }
}

static void take_pauses(struct text *input, struct clock *clock)
{
    size_t count = fuzz_take(input) % (PAUSES_MAX + 1);

    while (clock->pause_count < count && input->length) {
        struct pause *pause = &clock->pauses[clock->pause_count++];
        unsigned kind = fuzz_take(input);
        pause->from = take_moment(input);
        pause->to =
            kind & 1 ? INSTANT_NONE : pause->from + fuzz_take(input) % 32 * 6 * INSTANT_HOUR;
        pause->told_at = kind & 2 ? INSTANT_NONE : take_moment(input);
        pause->statutory = kind & 4;
    }
}

static void hold_to_naive(const struct clock *clock, const struct calendar *calendar)
{
    const struct pause *pauses = clock->pauses;
    size_t count = clock->pause_count;
    struct naive_days days;

    naive_days_fill(&days, &clock->source, instant_day(clock->start, ZONE) - 400);
    FUZZ_HOLDS(deadline_stage(calendar, clock->start, clock->limit, pauses, count) ==
               naive_days_stage(&days, clock->start, clock->limit, pauses, count));
    FUZZ_HOLDS(deadline_statutory(ZONE, clock->start, clock->limit, pauses, count) ==
               naive_statutory(ZONE, clock->start, clock->limit, pauses, count));
}

/* What was added can be counted again, and days are counted as people count them. */
static void hold_to_itself(const struct clock *clock, const struct calendar *calendar, int64_t work)
{
    instant end = calendar_add_work(calendar, clock->start, work);
    day_number day = instant_day(clock->start, ZONE);
    day_number last = calendar_working_day_after(calendar, day, clock->limit);
    int days = 0;

    FUZZ_HOLDS(end >= clock->start);
    FUZZ_HOLDS(calendar_working_time(calendar, clock->start, end) == (work > 0 ? work : 0));
    FUZZ_HOLDS(work <= 0 || calendar_working_time(calendar, clock->start, end - 1) == work - 1);
    for (day_number each = day + 1; each <= last; each++)
        days += calendar_works(calendar, each);
    FUZZ_HOLDS(days == clock->limit && calendar_works(calendar, last));
}

/* Both clocks against the slow ones that the tests have, over any calendar and any pauses. */
void fuzz_clock(struct text input, struct arena *arena)
{
    struct clock clock = {.limit = 1 + (int)(fuzz_take(&input) % 30)};
    int64_t work = fuzz_take_number(&input, 2) * 7 * INSTANT_SECOND;
    (void)arena;

    clock.start = take_moment(&input);
    take_calendar(&input, &clock);
    take_pauses(&input, &clock);
    struct calendar *calendar = calendar_new(&clock.source);
    FUZZ_HOLDS(calendar || !clock.source.weekdays || clock.end_minute > DAY_MINUTES);
    if (!calendar)
        return;
    hold_to_itself(&clock, calendar, work);
    hold_to_naive(&clock, calendar);
    calendar_free(calendar);
}
