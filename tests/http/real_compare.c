/* What an answer must say about a complaint, by the model of what was done to it. */
#include <string.h>

#include "tests/http/real.h"
#include "tests/http/real_report.h"
#include "tests/http/real_text.h"
#include "tests/support/naive_clock.h"

/* The default policy, restated: working days of the stages and natural days, by level. */
static const int stage_days[LEVEL_COUNT][STAGE_COUNT] = {
    {1, 5, 3, 2}, {1, 10, 6, 3}, {1, 10, 6, 3}};
static const int statutory_days[LEVEL_COUNT] = {15, 30, 30};

/* One judgement; the first that fails is reported. */
struct judge {
    const struct real_complaint *complaint;
    bool good;
};

static void judge(struct judge *judge, bool right, const char *what)
{
    if (judge->good && !right) {
        real_fail("%s (%s, row %zu, version %lld): %s is wrong", judge->complaint->number,
                  judge->complaint->row->file, judge->complaint->row->line,
                  (long long)judge->complaint->version, what);
        judge->good = false;
    }
}

static struct text text_at(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    return json_is_string(value)
               ? (struct text){json_string_value(value), json_string_length(value)}
               : TEXT_NONE;
}

static bool is_text(const json_t *object, const char *name, struct text expected)
{
    return text_equal(text_at(object, name), expected);
}

static bool is_number(const json_t *object, const char *name, int64_t expected)
{
    const json_t *value = json_object_get(object, name);

    return json_is_integer(value) && json_integer_value(value) == expected;
}

static bool is_boolean(const json_t *object, const char *name, bool expected)
{
    const json_t *value = json_object_get(object, name);

    return json_is_boolean(value) && json_is_true(value) == expected;
}

static bool is_login(const json_t *object, const char *name, int login)
{
    const json_t *staff = json_object_get(object, name);

    if (login == REAL_NOBODY)
        return json_is_null(staff);
    return is_text(staff, "login", text_of(real_logins[login]));
}

static bool is_term(const json_t *object, const char *name, const struct vocabulary *vocabulary,
                    int term)
{
    return is_text(object, name, vocabulary_code(vocabulary, term));
}

/* INSTANT_NONE for null and for what is no time. */
static instant time_at(const json_t *object, const char *name)
{
    instant at = INSTANT_NONE;

    (void)instant_parse(text_at(object, name), &at);
    return at;
}

/* --- the parts of a complaint ------------------------------------------------------------------- */

static void judge_texts(struct judge *it, const json_t *answer)
{
    const struct real_row *row = it->complaint->row;
    const json_t *complainant = json_object_get(answer, "complainant");

    for (int i = 0; i < REAL_FIELDS; i++) {
        const json_t *object = i < REAL_NAME ? answer : complainant;
        const char *leak = real_text_leak(text_at(object, real_field_names[i]));
        judge(it, is_text(object, real_field_names[i], row->shown[i]), real_field_names[i]);
        judge(it, !leak, leak);
    }
    judge(it, is_text(answer, "product", row->product), "product");
    judge(it, is_text(answer, "external_case_number", row->case_number), "external_case_number");
    judge(it, is_number(complainant, "people", row->people ? row->people : 1), "people");
}

static void judge_state(struct judge *it, const json_t *answer)
{
    const struct real_complaint *complaint = it->complaint;
    const json_t *counts = json_object_get(answer, "counts");
    int stage = complaint->stages[complaint->stage_count - 1].stage;
    bool open = complaint->status == STATUS_OPEN;

    judge(it, is_text(answer, "id", text_of(complaint->id)), "id");
    judge(it, is_text(answer, "number", text_of(complaint->number)), "number");
    judge(it, is_number(answer, "version", complaint->version), "version");
    judge(it, is_term(answer, "status", &vocabulary_status, complaint->status), "status");
    judge(it, is_term(answer, "stage", &vocabulary_stage, stage), "stage");
    judge(it, is_term(answer, "level", &vocabulary_level, complaint->level), "level");
    judge(it, is_term(answer, "outcome", &vocabulary_outcome, complaint->outcome), "outcome");
    judge(it, is_text(answer, "source", text_of(complaint->row->source)), "source");
    judge(it, is_text(answer, "unit", text_of(complaint->unit)), "unit");
    judge(it, is_login(answer, "owner", complaint->owner), "owner");
    judge(it, is_login(answer, "pending_owner", complaint->pending), "pending_owner");
    judge(it, is_text(answer, "entered_by", text_of(real_logins[complaint->entered_by])),
          "entered_by");
    judge(it, (time_at(answer, "closed_at") == INSTANT_NONE) == open, "closed_at");
    judge(it, is_number(counts, "notes", complaint->notes), "counts.notes");
    judge(it, is_number(counts, "contacts", complaint->contacts), "counts.contacts");
    judge(it, is_number(counts, "findings", complaint->findings), "counts.findings");
    judge(it, is_number(counts, "plans", complaint->plans), "counts.plans");
    judge(it, is_number(counts, "notices", complaint->notices), "counts.notices");
    judge(it, is_number(counts, "deliveries", complaint->deliveries), "counts.deliveries");
    judge(it, is_boolean(answer, "plan_approved", complaint->plan_approved), "plan_approved");
    judge(it, is_boolean(answer, "delivered", complaint->delivered), "delivered");
    judge(it, is_number(answer, "failed_attempts", complaint->failed_attempts), "failed_attempts");
}

static void judge_stages(struct judge *it, const json_t *answer, instant *ret_due)
{
    const struct real_complaint *complaint = it->complaint;
    const json_t *list = json_object_get(answer, "stages");
    instant ended = complaint->row->received_at;

    judge(it, json_array_size(list) == (size_t)complaint->stage_count, "the number of stages");
    for (int i = 0; it->good && i < complaint->stage_count; i++) {
        const struct real_stage *stage = &complaint->stages[i];
        const json_t *row = json_array_get(list, (size_t)i);
        instant entered = time_at(row, "entered_at"), completed = time_at(row, "completed_at");
        judge(it, is_term(row, "stage", &vocabulary_stage, stage->stage), "a stage");
        judge(it, is_number(row, "round", 1), "a stage's round");
        judge(it, is_login(row, "owner", stage->owner), "a stage's owner");
        judge(it, is_number(row, "handovers", stage->handovers), "a stage's handovers");
        judge(it, is_number(row, "refusals", stage->refusals), "a stage's refusals");
        judge(it, entered >= stage->entered_from && entered <= stage->entered_to,
              "a stage's entered_at");
        judge(it, entered == ended, "a stage's beginning, where the one before ended,");
        judge(it, (completed != INSTANT_NONE) == stage->completed, "a stage's completed_at");
        *ret_due =
            naive_stage(&real.calendar, entered, stage_days[stage->level][stage->stage], NULL, 0);
        judge(it, time_at(row, "due_at") == *ret_due, "a stage's due_at");
        ended = completed;
    }
}

/* Whether a working calendar was guessed at: no year of the current stage's clock may be without
 * its holidays unsaid. */
static bool needs_warning(instant entered, instant due)
{
    int last = day_to_date(instant_day(due, REAL_ZONE_MINUTES)).year;

    for (int year = day_to_date(instant_day(entered, REAL_ZONE_MINUTES)).year; year <= last;
         year++) {
        bool loaded = false;
        for (size_t i = 0; i < real.calendar.year_count; i++)
            loaded = loaded || real.calendar.years[i] == year;
        if (!loaded)
            return true;
    }
    return false;
}

static void judge_clocks(struct judge *it, const json_t *answer, instant stage_due)
{
    const struct real_complaint *complaint = it->complaint;
    instant received = complaint->row->received_at;
    /* Whatever the level became later: the limit had run out by then. */
    instant statutory = naive_statutory(REAL_ZONE_MINUTES, received,
                                        statutory_days[complaint->received_level], NULL, 0);
    instant due = stage_due < statutory ? stage_due : statutory;
    bool open = complaint->status == STATUS_OPEN;

    judge(it, time_at(answer, "received_at") == received, "received_at");
    judge(it, time_at(answer, "stage_due_at") == stage_due, "stage_due_at");
    judge(it, time_at(answer, "statutory_due_at") == statutory, "statutory_due_at");
    judge(it, time_at(answer, "due_at") == due, "due_at");
    judge(it, is_boolean(answer, "overdue", open), "overdue"); /* all are years old */
    const json_t *stage =
        json_array_get(json_object_get(answer, "stages"), (size_t)complaint->stage_count - 1);
    if (!open || needs_warning(time_at(stage, "entered_at"), stage_due))
        judge(it, (json_array_size(json_object_get(answer, "warnings")) > 0) == open, "warnings");
}

bool real_compare(const struct real_complaint *complaint, const json_t *answer)
{
    struct judge it = {complaint, true};
    instant stage_due = INSTANT_NONE;

    judge_texts(&it, answer);
    judge_state(&it, answer);
    judge_stages(&it, answer, &stage_due);
    if (it.good)
        judge_clocks(&it, answer, stage_due);
    return it.good;
}
