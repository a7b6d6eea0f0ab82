#include <inttypes.h>
#include <string.h>

#include "lib/complaint/vocabulary.h"
#include "tests/unit/history.h"

static int zone_of(const struct history *history)
{
    return history->calendars[0]->written.source.zone_minutes;
}

/* Room for several results within one line. */
static const char *show(const struct history *history, instant at)
{
    static char texts[8][INSTANT_TEXT_MAX + 1];
    static unsigned next;
    if (at == INSTANT_NONE)
        return "none";
    char *text = texts[next++ % 8];
    text[instant_format(at, zone_of(history), text)] = '\0';
    return text;
}

static const char *word(const struct vocabulary *vocabulary, int term)
{
    struct text code = vocabulary_code(vocabulary, term);
    return text_is_none(code) ? "none" : code.at;
}

static const char *login(int staff)
{
    return staff < 0 ? "nobody" : history_institution()->staff[staff].login.at;
}

static void print_calendar(FILE *to, const struct history *history, int index)
{
    const struct calendar_source *source = &history->calendars[index]->written.source;
    fprintf(to, "calendar %d: weekdays %#x,", index, source->weekdays);
    for (size_t i = 0; i < source->period_count; i++)
        fprintf(to, " %02d:%02d-%02d:%02d", source->periods[i].from_minute / 60,
                source->periods[i].from_minute % 60, source->periods[i].to_minute / 60,
                source->periods[i].to_minute % 60);
    for (size_t i = 0; i < source->day_count; i++)
        fprintf(to, ", %.10s %s",
                show(history, instant_of_day(source->days[i].day, source->zone_minutes)),
                source->days[i].works ? "works" : "off");
    fprintf(to, "\n");
}

/* Nothing differs but their days. */
static bool same_rules(const struct policy *a, const struct policy *b)
{
    struct policy other;
    memcpy(&other, a, sizeof other);
    other.version = b->version;
    other.effective_from = b->effective_from;
    return same_bytes(&other, b, sizeof other);
}

static void print_policy(FILE *to, const struct history *history, const struct policy *policy)
{
    fprintf(to, "policy %d from %.10s:", policy->version,
            show(history, instant_of_day(policy->effective_from, zone_of(history))));
    for (int level = 0; level < LEVEL_COUNT; level++) {
        const struct policy_limits *limits = &policy->limits[level];
        fprintf(to, " %s %d-%d-%d-%d/%d,", word(&vocabulary_level, level), limits->stage_days[0],
                limits->stage_days[1], limits->stage_days[2], limits->stage_days[3],
                limits->statutory_days);
    }
    fprintf(to, " review %d, reopened %d, extension %d, ceiling %d, major from %d people\n",
            policy->review_days, policy->reopen_days, policy->extension_max_days,
            policy->extended_max_days, policy->major_from_people);
}

static void print_particulars(FILE *to, const struct history *history, const struct step *step)
{
    switch (step->action) {
    case ACTION_RECEIVE:
        fprintf(to, ", received %s, owner %s, level %s, people %d", show(history, step->from),
                login(step->owner < 0 ? step->who : step->owner),
                word(&vocabulary_level, step->level), step->people);
        break;
    case ACTION_ADVANCE:
    case ACTION_OFFER:
    case ACTION_ASSIGN: fprintf(to, " to %s", login(step->owner)); break;
    case ACTION_SEND_BACK:
        fprintf(to, " to %s, %s", word(&vocabulary_stage, step->stage), login(step->owner));
        break;
    case ACTION_CLASSIFY: fprintf(to, " %s", word(&vocabulary_level, step->level)); break;
    case ACTION_CORRECT:
        fprintf(to, ", received %s, people %d", show(history, step->from), step->people);
        break;
    case ACTION_PAUSES:
        fprintf(to, " for %s from %s, told %s", word(&vocabulary_pause_reason, step->kind),
                show(history, step->from), show(history, step->told_at));
        break;
    case ACTION_END_PAUSE:
        fprintf(to, " %d before the latest, at %s", step->back, show(history, step->from));
        break;
    case ACTION_EXTENSIONS: fprintf(to, " by %d days", step->days); break;
    case ACTION_TELL_EXTENSION: fprintf(to, ", told %s", show(history, step->from)); break;
    case ACTION_REOPEN:
    case ACTION_REVIEW:
        fprintf(to, " %s in %s by %s, from %s",
                step->action == ACTION_REVIEW ? "" : word(&vocabulary_round_kind, step->kind),
                word(&vocabulary_stage, step->stage), login(step->owner),
                show(history, step->from));
        break;
    default: break;
    }
}

static void print_clock(FILE *to, const struct history *history, const char *name, instant rules,
                        instant naive)
{
    fprintf(to, "       %-9s rules %-32s naive %s%s\n", name, show(history, rules),
            show(history, naive), rules == naive ? "" : "   <- differ");
}

static void print_step(FILE *to, const struct history *history, int index,
                       const struct answer *answer)
{
    const struct step *step = &history->steps[index];
    fprintf(to, "%3d %s ", index, show(history, step->at));
    if (step->action == STEP_CALENDAR) {
        fprintf(to, "the institution's calendar is now %d\n", step->calendar);
        return;
    }
    fprintf(to, "%s: %s", login(step->who), word(&vocabulary_action, step->action));
    print_particulars(to, history, step);
    if (answer->fault != FAULT_NONE) {
        fprintf(to, ": refused, %s\n", fault_text(answer->fault)->slug);
        return;
    }
    fprintf(to, "\n");
    print_clock(to, history, "stage", answer->rules.stage, answer->naive.stage);
    print_clock(to, history, "statutory", answer->rules.statutory, answer->naive.statutory);
}

void history_print(FILE *to, const struct history *history, int planted_fault)
{
    struct answer answers[HISTORY_STEPS_MAX] = {0};
    struct disagreement found = history_replay(history, planted_fault, answers);
    bool used[HISTORY_CALENDARS] = {true};

    for (int i = 0; i < history->count; i++)
        if (history->steps[i].action == STEP_CALENDAR)
            used[history->steps[i].calendar] = true;
    for (int i = 0; i < HISTORY_CALENDARS; i++)
        if (used[i])
            print_calendar(to, history, i);
    for (int i = 0; i < HISTORY_POLICIES; i++)
        if (i == 0 || !same_rules(&history->policies[i], &history->policies[i - 1]))
            print_policy(to, history, &history->policies[i]);
    for (int i = 0; i < history->count; i++)
        if (!found.what || i <= found.step)
            print_step(to, history, i, &answers[i]);
    if (found.what)
        fprintf(to, "    rules and naive clock disagree: %s\n", found.what);
}
