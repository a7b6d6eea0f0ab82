#include "lib/base/json_text.h"
#include "lib/complaint/change.h"
#include "lib/complaint/command_check.h"
#include "lib/complaint/naming.h"
#include "lib/complaint/recusal.h"
#include "lib/complaint/right.h"

/* Correction of recorded facts (api.md, PATCH): only what was sent differs afterwards, and the
 * journal keeps what was there before. */

enum fact_kind {
    FACT_TERM,    /* int */
    FACT_NUMBER,  /* int */
    FACT_AMOUNT,  /* int64_t */
    FACT_INSTANT, /* instant */
    FACT_TEXT,    /* struct text, journalled as it is */
    FACT_PRIVATE  /* struct text, shown masked, journalled by its hash */
};

/* A fact: where it lies in struct correct_command and in struct complaint; of private ones
 * private_facts[] knows that by the name. */
struct correctable {
    const char *name;
    enum fact_kind kind;
    size_t given, from, to;
    bool required; /* null does not clear it */
};

#define FACT(kind_, name_, field_, required_)                           \
    {                                                                   \
        .name = #name_, .kind = FACT_##kind_,                           \
        .given = offsetof(struct correct_command, given.name_),         \
        .from = offsetof(struct correct_command, to.field_),            \
        .to = offsetof(struct complaint, field_), .required = required_ \
    }
#define PRIVATE(name_, given_, required_)                                              \
    {                                                                                  \
        .name = name_, .kind = FACT_PRIVATE,                                           \
        .given = offsetof(struct correct_command, given.given_), .required = required_ \
    }

static const struct correctable facts[] = {
    FACT(TERM, source, source, true),
    PRIVATE("subject", subject, true),
    PRIVATE("narrative", narrative, true),
    PRIVATE("demand", demand, false),
    PRIVATE("product", product, false),
    FACT(INSTANT, received_at, received_at, true),
    FACT(INSTANT, occurred_at, occurred_at, false),
    FACT(TEXT, channel_class, channel_class, false),
    FACT(TEXT, business_class, business_class, false),
    FACT(TEXT, cause_class, cause_class, false),
    FACT(AMOUNT, amount_in_dispute, amount_in_dispute, false),
    FACT(TEXT, external_case_number, external_case_number, false),
    FACT(TEXT, staff_complained_of, staff_complained_of, false),
    PRIVATE("complainant.name", name, false),
    PRIVATE("complainant.phone", phone, false),
    PRIVATE("complainant.email", email, false),
    PRIVATE("complainant.address", address, false),
    PRIVATE("complainant.identity_number", identity_number, false),
    PRIVATE("complainant.account_number", account_number, false),
    PRIVATE("complainant.customer_number", customer_number, false),
    FACT(TERM, capacity, complainant.capacity, true),
    FACT(NUMBER, people, complainant.people, true),
};
#define FACT_COUNT (sizeof facts / sizeof *facts)

static bool is_given(const struct correct_command *command, const struct correctable *fact)
{
    return *(const bool *)((const char *)command + fact->given);
}

static const void *sent(const struct correct_command *command, const struct correctable *fact)
{
    if (fact->kind == FACT_PRIVATE)
        return (const char *)&command->to + private_fact_find(fact->name)->from;
    return (const char *)command + fact->from;
}

/* Whether a value was sent, and not null. */
static bool has_value(const struct correct_command *command, const struct correctable *fact)
{
    const void *from = sent(command, fact);

    switch (fact->kind) {
    case FACT_TERM: return *(const int *)from != TERM_NONE;
    case FACT_NUMBER: return *(const int *)from >= 0;
    case FACT_AMOUNT: return *(const int64_t *)from >= 0;
    case FACT_INSTANT: return *(const instant *)from != INSTANT_NONE;
    case FACT_TEXT:
    case FACT_PRIVATE: return !text_is_none(*(const struct text *)from);
    }
    return false;
}

static const char *pointer_of(struct arena *arena, const struct correctable *fact)
{
    bool of_complainant = fact->kind != FACT_PRIVATE &&
                          fact->to >= offsetof(struct complaint, complainant) &&
                          fact->to < offsetof(struct complaint, complainant) +
                                         sizeof((struct complaint *)NULL)->complainant;
    char *pointer = arena_printf(arena, "/%s%s", of_complainant ? "complainant/" : "", fact->name);

    for (char *at = pointer; *at; at++)
        if (*at == '.')
            *at = '/';
    return pointer;
}

void check_correct(const void *input, const struct institution *institution, instant at,
                   struct violations *violations)
{
    const struct correct_command *command = input;
    bool any = false;

    for (const struct correctable *fact = facts; fact < facts + FACT_COUNT; fact++) {
        any = any || is_given(command, fact);
        if (fact->required && is_given(command, fact) && !has_value(command, fact))
            naming_refuse(violations, pointer_of(violations->arena, fact), "required",
                          "This fact can be corrected but not removed.",
                          "此项可以更正，不得清除。");
    }
    if (!any && violations->count == 0)
        violation_add(violations, "", "nothing_to_change", "At least one fact is required.",
                      "至少须填写一项需要更正的内容。");
    check_facts(&command->to, institution, at, violations);
}

/* Takes one fact over. */
static void correct(const struct situation *situation, const struct correct_command *command,
                    const struct correctable *fact, struct change *change)
{
    const void *from = sent(command, fact);
    void *to = (char *)&change->after + fact->to;

    switch (fact->kind) {
    case FACT_TERM:
    case FACT_NUMBER: *(int *)to = *(const int *)from; break;
    case FACT_AMOUNT: *(int64_t *)to = *(const int64_t *)from; break;
    case FACT_INSTANT: *(instant *)to = *(const instant *)from; break;
    case FACT_TEXT: *(struct text *)to = *(const struct text *)from; break;
    case FACT_PRIVATE:
        change_private_fact(situation, change, private_fact_find(fact->name),
                            *(const struct text *)from);
        break;
    }
}

/* Names what was cleared among the private values: what is not there has no hash. */
static void record_cleared(const struct situation *situation, const struct correct_command *command,
                           struct change *change)
{
    struct text_buffer json = text_buffer_new(situation->arena, 64);

    text_buffer_add_char(&json, '[');
    for (const struct correctable *fact = facts; fact < facts + FACT_COUNT; fact++) {
        if (fact->kind != FACT_PRIVATE || !is_given(command, fact) || has_value(command, fact))
            continue;
        if (json.length > 1)
            text_buffer_add_char(&json, ',');
        json_text_add(&json, text_of(fact->name));
    }
    text_buffer_add_char(&json, ']');
    if (json.length > 2)
        change_fact(change, "cleared", text_buffer_text(&json));
}

/* The clocks run from the corrected receipt, under the policy of its day. An extension that is in
 * force stays so. */
static void correct_receipt(const struct situation *situation, struct change *change)
{
    struct complaint *after = &change->after;
    struct stage_row *row = complaint_current(after);

    after->policy_version =
        institution_policy_for(situation->institution, after->received_at)->version;
    if (after->round_kind == ROUND_FIRST)
        after->clock_from = after->received_at;
    if (row->sequence == 1) /* 受理 counts from the receipt */
        row->entered_at = after->received_at;
    change_clocks(situation, change);
}

/* The relations that parts of the input take: the clocks hang on the receipt, and who no longer is the
 * person complained of would see the case (domain.md §3, ends and recusal). */
static bool may_correct(const struct situation *situation, const struct correct_command *command,
                        const struct complaint *after)
{
    struct text barred = situation->before->staff_complained_of;
    bool lifts = command->given.staff_complained_of && !text_is_none(barred) &&
                 !text_equal(barred, after->staff_complained_of);
    unsigned relations =
        permission_relations(situation->institution, situation->who, situation->before);

    return (!command->given.received_at ||
            relations & rights[RIGHT_complaint_correct_receipt].who) &&
           (!lifts || relations & rights[RIGHT_complaint_lift_recusal].who);
}

/* What must hold of the complaint as it would be, whatever was sent. */
static enum fault judge(const struct situation *situation, const struct correct_command *command,
                        const struct complaint *after)
{
    struct violations *violations = situation->violations;
    bool owner_barred = !text_is_none(after->staff_complained_of) &&
                        (text_equal(after->staff_complained_of, after->owner.login) ||
                         text_equal(after->staff_complained_of, after->pending_owner.login) ||
                         text_equal(after->staff_complained_of, situation->who->staff->login));
    const struct complainant_given given = {after->complainant.name, after->complainant.phone,
                                            after->complainant.email, after->complainant.address,
                                            after->complainant.capacity};

    if (command->given.name && text_is_none(after->complainant.name) &&
        after->complainant.capacity != CAPACITY_ANONYMOUS)
        naming_refuse(violations, "/complainant/name", "name_required",
                      "Only an anonymous complaint has no name.", "仅匿名投诉可以没有姓名。");
    check_identity_digit(command->to.complainant.identity_number, after->complainant.capacity,
                         violations);
    check_complainant(&given, violations);
    check_reachable(&given, violations);
    if (command->given.received_at &&
        after->received_at > situation->before->entered_at + CHECK_AHEAD_MAX)
        naming_refuse(violations, "/received_at", "after_entry",
                      "A complaint is received before it is entered.",
                      "收到投诉的时间不得晚于登记时间。");
    if (after->occurred_at != INSTANT_NONE &&
        after->occurred_at > after->received_at + CHECK_AHEAD_MAX)
        naming_refuse(violations, "/occurred_at", "after_receipt",
                      "The matter lies more than 5 minutes after the receipt of the complaint.",
                      "事件发生时间不得晚于收到投诉的时间5分钟以上。");
    if (violations->count > 0)
        return FAULT_INVALID;
    if (!may_correct(situation, command, after))
        return FAULT_FORBIDDEN;
    return command->given.staff_complained_of && owner_barred ? FAULT_RECUSED : FAULT_NONE;
}

enum fault lifecycle_correct(const struct situation *situation, const void *input,
                             struct change *ret)
{
    const struct correct_command *command = input;
    struct change change;

    change_begin(situation, ACTION_CORRECT, &change);
    change.corrects = true;
    for (const struct correctable *fact = facts; fact < facts + FACT_COUNT; fact++)
        if (is_given(command, fact))
            correct(situation, command, fact, &change);
    enum fault fault = judge(situation, command, &change.after);
    if (fault != FAULT_NONE)
        return fault;
    if (command->given.received_at)
        correct_receipt(situation, &change);
    change_major_by_rule(situation, &change);
    record_cleared(situation, command, &change);
    change_private(&change, "reason", command->reason);
    *ret = change;
    return FAULT_NONE;
}
