#include "lib/complaint/journal_effect.h"

/* What entries do not tell as facts of the complaint, because it follows from what was done. */

static const char *fact_text(const struct told *told, const char *name)
{
    const char *text = json_string_value(json_object_get(told->facts, name));

    return text ? text : "";
}

static bool fact_is_true(const struct told *told, const char *name)
{
    return json_is_true(json_object_get(told->facts, name));
}

static int fact_number(const struct told *told, const char *name)
{
    return (int)json_integer_value(json_object_get(told->facts, name));
}

static instant fact_instant(const struct told *told, const char *name)
{
    instant at = INSTANT_NONE;

    (void)journal_read_instant(json_object_get(told->facts, name), &at);
    return at;
}

static void refused(struct journal_replay *replay, const struct told *told)
{
    (void)told;
    complaint_current(&replay->complaint)->refusals++;
}

static void contacted(struct journal_replay *replay, const struct told *told)
{
    if (strcmp(fact_text(told, "direction"), "outbound") == 0 && !fact_is_true(told, "reached"))
        replay->complaint.facts.failed_attempts++;
}

/* Entries without the moment are of withdrawals that took effect when they were recorded. */
static void withdrawn(struct journal_replay *replay, const struct told *told)
{
    instant at = fact_instant(told, "at");
    struct stage_row *row = complaint_current(&replay->complaint);

    if (at != INSTANT_NONE)
        row->completed_at = at < row->entered_at ? row->entered_at : at;
}

static void found(struct journal_replay *replay, const struct told *told)
{
    (void)told;
    replay->complaint.facts.findings = true;
}

static void planned(struct journal_replay *replay, const struct told *told)
{
    struct complaint *complaint = &replay->complaint;

    complaint->facts.plan = true;
    complaint->facts.plan_approved = !fact_is_true(told, "needs_approval");
    complaint->facts.planned_by = told->actor.id;
    complaint->plan_waits_since = complaint->facts.plan_approved ? INSTANT_NONE : told->at;
}

static void approved(struct journal_replay *replay, const struct told *told)
{
    (void)told;
    replay->complaint.facts.plan_approved = true;
    replay->complaint.plan_waits_since = INSTANT_NONE;
}

static void noticed(struct journal_replay *replay, const struct told *told)
{
    struct complaint *complaint = &replay->complaint;

    if (complaint->facts.first_notice == 0)
        complaint->facts.first_notice = complaint->notices;
    complaint->facts.delivered = false;
    if (json_object_get(told->facts,
                        "failed_attempts")) /* since attempts count from the notice on */
        complaint->facts.failed_attempts = fact_number(told, "failed_attempts");
}

static void delivered(struct journal_replay *replay, const struct told *told)
{
    struct complaint *complaint = &replay->complaint;

    if (fact_number(told, "notice") == complaint->notices)
        complaint->facts.delivered = true;
}

/* --- clocks -------------------------------------------------------------------------------------- */

static void paused(struct journal_replay *replay, const struct told *told)
{
    struct complaint *complaint = &replay->complaint;
    bool statutory = fact_is_true(told, "statutory");

    complaint->clock_pauses =
        journal_grown(replay->arena, complaint->clock_pauses, complaint->clock_pause_count,
                      &replay->pause_room, sizeof *complaint->clock_pauses);
    complaint->clock_pauses[complaint->clock_pause_count++] =
        (struct pause){.from = fact_instant(told, "from"),
                       .to = INSTANT_NONE,
                       .told_at = statutory ? fact_instant(told, "told_at") : INSTANT_NONE,
                       .statutory = statutory};
    complaint->facts.pause_open = true;
}

static void pause_ended(struct journal_replay *replay, const struct told *told)
{
    struct complaint *complaint = &replay->complaint;
    int first = complaint->pauses - (int)complaint->clock_pause_count + 1; /* in this round */
    int number = fact_number(told, "number");

    if (number >= first && number <= complaint->pauses)
        complaint->clock_pauses[number - first].to = fact_instant(told, "at");
    complaint->facts.pause_open = false;
    for (size_t i = 0; i < complaint->clock_pause_count; i++)
        if (complaint->clock_pauses[i].to == INSTANT_NONE)
            complaint->facts.pause_open = true;
}

static void extension_asked(struct journal_replay *replay, const struct told *told)
{
    struct complaint *complaint = &replay->complaint;

    complaint->extension.days = fact_number(told, "days");
    complaint->extension.by = told->actor.id;
    complaint->extension.waits_since = told->at;
    complaint->extension.approved_at = INSTANT_NONE;
    complaint->facts.extension_waiting = true;
}

static void extension_approved(struct journal_replay *replay, const struct told *told)
{
    struct complaint *complaint = &replay->complaint;

    complaint->extension.waits_since = INSTANT_NONE;
    complaint->extension.approved_at = told->at;
    complaint->facts.extension_waiting = false;
    complaint->facts.extension_approved = true;
}

static void extension_over(struct journal_replay *replay, const struct told *told)
{
    struct complaint *complaint = &replay->complaint;

    (void)told;
    memset(&complaint->extension, 0, sizeof complaint->extension);
    complaint->extension.waits_since = complaint->extension.approved_at = INSTANT_NONE;
    complaint->facts.extension_waiting = complaint->facts.extension_approved = false;
}

/* --- links --------------------------------------------------------------------------------------- */

static void linked(struct journal_replay *replay, const struct told *told)
{
    struct complaint *complaint = &replay->complaint;

    if (strcmp(fact_text(told, "kind"), "merged_into") == 0)
        (void)uuid_parse(text_of(fact_text(told, "complaint")), &complaint->merged_into.id);
    else
        replay->standing_links++;
    complaint->facts.linked = replay->standing_links > 0;
}

static void link_removed(struct journal_replay *replay, const struct told *told)
{
    (void)told;
    replay->standing_links--;
    replay->complaint.facts.linked = replay->standing_links > 0;
}

/* --- unmasking ----------------------------------------------------------------------------------- */

static unsigned fields_of(const json_t *list)
{
    unsigned fields = 0;

    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *code = json_string_value(json_array_get(list, i));
        int field = code ? vocabulary_find(&vocabulary_unmask_field, text_of(code)) : TERM_NONE;
        fields |= field == TERM_NONE ? 0 : 1u << field;
    }
    return fields;
}

static void unmask_asked(struct journal_replay *replay, const struct told *told)
{
    struct complaint *complaint = &replay->complaint;

    if (!fact_is_true(told, "granted")) {
        complaint->unmasking.by = told->actor;
        complaint->unmasking.at = told->at;
        complaint->unmasking.approved_at = INSTANT_NONE;
        complaint->unmasking.fields = fields_of(json_object_get(told->facts, "fields"));
        complaint->unmasking.number = complaint->unmaskings;
    }
}

static void unmask_approved(struct journal_replay *replay, const struct told *told)
{
    replay->complaint.unmasking.approved_at = told->at;
}

static void unmask_over(struct journal_replay *replay, const struct told *told)
{
    (void)told;
    memset(&replay->complaint.unmasking, 0, sizeof replay->complaint.unmasking);
    replay->complaint.unmasking.at = replay->complaint.unmasking.approved_at = INSTANT_NONE;
}

/* --- supervision --------------------------------------------------------------------------------- */

static void urged(struct journal_replay *replay, const struct told *told)
{
    struct complaint *complaint = &replay->complaint;

    complaint->urge_dues =
        journal_grown(replay->arena, complaint->urge_dues, complaint->urge_due_count,
                      &replay->urge_room, sizeof *complaint->urge_dues);
    complaint->urge_dues[complaint->urge_due_count++] = fact_instant(told, "due_at");
}

static void urge_answered(struct journal_replay *replay, const struct told *told)
{
    struct complaint *complaint = &replay->complaint;
    int first = complaint->urges - (int)complaint->urge_due_count + 1; /* in this round */
    int number = fact_number(told, "number");

    if (number >= first && number <= complaint->urges)
        complaint->urge_dues[number - first] = INSTANT_NONE;
}

/* --- files --------------------------------------------------------------------------------------- */

static void attached(struct journal_replay *replay, const struct told *told)
{
    replay->complaint.attachment_bytes += fact_number(told, "size");
}

/* --- retention ----------------------------------------------------------------------------------- */

static void erased(struct journal_replay *replay, const struct told *told)
{
    replay->complaint.erased_at = told->at;
}

/* --- all of them --------------------------------------------------------------------------------- */

/* Actions that do more than the facts of their entries tell. */
static const struct effect {
    size_t count; /* of an int in struct complaint that goes up by one; 0: none */
    void (*apply)(struct journal_replay *replay, const struct told *told); /* after that */
} effects[ACTION_COUNT] = {
#define COUNTS(member) offsetof(struct complaint, member)
    [ACTION_REFUSE] = {0, refused},
    [ACTION_WITHDRAW] = {0, withdrawn},
    [ACTION_NOTES] = {COUNTS(notes), NULL},
    [ACTION_CONTACTS] = {COUNTS(contacts), contacted},
    [ACTION_FINDINGS] = {COUNTS(findings), found},
    [ACTION_PLAN] = {COUNTS(plans), planned},
    [ACTION_APPROVE_PLAN] = {0, approved},
    [ACTION_NOTICES] = {COUNTS(notices), noticed},
    [ACTION_DELIVERIES] = {COUNTS(deliveries), delivered},
    [ACTION_PAUSES] = {COUNTS(pauses), paused},
    [ACTION_END_PAUSE] = {0, pause_ended},
    [ACTION_EXTENSIONS] = {COUNTS(extensions), extension_asked},
    [ACTION_APPROVE_EXTENSION] = {0, extension_approved},
    [ACTION_REFUSE_EXTENSION] = {0, extension_over},
    [ACTION_TELL_EXTENSION] = {0, extension_over},
    [ACTION_LINKS] = {COUNTS(links), linked},
    [ACTION_REMOVE_LINK] = {0, link_removed},
    [ACTION_VOID] = {COUNTS(voids), NULL},
    [ACTION_UNMASK] = {COUNTS(unmaskings), unmask_asked},
    [ACTION_APPROVE_UNMASK] = {0, unmask_approved},
    [ACTION_REFUSE_UNMASK] = {0, unmask_over},
    [ACTION_READ_UNMASKED] = {0, unmask_over},
    [ACTION_ATTACHMENTS] = {COUNTS(attachments), attached},
    [ACTION_URGE] = {COUNTS(urges), urged},
    [ACTION_ANSWER_URGE] = {0, urge_answered},
    [ACTION_ERASE] = {0, erased},
#undef COUNTS
};

/* What holds for one round only begins anew; whoever handled what is reviewed is barred. */
static void begin_round(struct journal_replay *replay, const struct complaint *before)
{
    struct complaint *complaint = &replay->complaint;

    memset(&complaint->facts, 0, sizeof complaint->facts);
    complaint->facts.linked = replay->standing_links > 0;
    complaint->merged_into.id = UUID_NONE;
    memset(&complaint->extension, 0, sizeof complaint->extension);
    complaint->extension.waits_since = complaint->extension.approved_at = INSTANT_NONE;
    complaint->clock_pauses = NULL;
    complaint->clock_pause_count = replay->pause_room = 0;
    if (complaint->round_kind == ROUND_REVIEW)
        complaint->barred_handlers = (int)before->handler_count;
}

void journal_effect(struct journal_replay *replay, const struct complaint *before,
                    const struct told *told)
{
    const struct effect *effect = told->action == TERM_NONE ? NULL : &effects[told->action];

    if (replay->complaint.round != before->round)
        begin_round(replay, before);
    if (effect && effect->count)
        ++*(int *)(void *)((char *)&replay->complaint + effect->count);
    if (effect && effect->apply)
        effect->apply(replay, told);
    if (replay->complaint.status != STATUS_OPEN) { /* an end leaves nothing waiting */
        replay->complaint.urge_dues = NULL;
        replay->complaint.urge_due_count = replay->urge_room = 0;
        replay->complaint.plan_waits_since = INSTANT_NONE;
        replay->complaint.extension.waits_since = INSTANT_NONE;
    }
}
