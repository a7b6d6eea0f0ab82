#include "lib/complaint/change.h"
#include "lib/complaint/command_check.h"
#include "lib/complaint/naming.h"

/* Case work: what is recorded beside a complaint. The item is the command with its texts masked,
 * its number the count of its kind. */

enum fault lifecycle_notes(const struct situation *situation, const void *input, struct change *ret)
{
    const struct note_command *command = input;
    struct note_command *item = ARENA_NEW(situation->arena, struct note_command);
    struct change change;

    change_begin(situation, ACTION_NOTES, &change);
    change_item(situation, &change, ++change.after.notes, item);
    item->text = change_text(situation, &change, "text", command->text);
    *ret = change;
    return FAULT_NONE;
}

enum fault lifecycle_contacts(const struct situation *situation, const void *input,
                              struct change *ret)
{
    const struct contact_command *command = input;
    struct contact_command *item = ARENA_NEW(situation->arena, struct contact_command);
    struct change change;

    *item = *command;
    change_begin(situation, ACTION_CONTACTS, &change);
    change_item(situation, &change, ++change.after.contacts, item);
    if (command->direction == DIRECTION_OUTBOUND && !command->reached)
        change.after.facts.failed_attempts++;
    change_fact_term(situation, &change, "method", &vocabulary_channel, command->method);
    change_fact_term(situation, &change, "direction", &vocabulary_direction, command->direction);
    change_fact_instant(situation, &change, "at", command->at);
    change_fact_boolean(&change, "reached", command->reached);
    item->summary = change_text(situation, &change, "summary", command->summary);
    *ret = change;
    return FAULT_NONE;
}

enum fault lifecycle_findings(const struct situation *situation, const void *input,
                              struct change *ret)
{
    const struct findings_command *command = input;
    struct findings_command *item = ARENA_NEW(situation->arena, struct findings_command);
    struct change change;

    *item = *command;
    change_begin(situation, ACTION_FINDINGS, &change);
    change_item(situation, &change, ++change.after.findings, item);
    change.after.facts.findings = true;
    change_fact_term(situation, &change, "upheld", &vocabulary_upheld, command->upheld);
    item->facts = change_text(situation, &change, "facts", command->facts);
    item->basis = change_text(situation, &change, "basis", command->basis);
    item->responsible = change_text(situation, &change, "responsible", command->responsible);
    *ret = change;
    return FAULT_NONE;
}

/* What the plan costs; INT64_MAX when that cannot be expressed, which is above every limit. */
static int64_t redress_total(const struct plan_command *plan)
{
    int64_t total = 0;

    for (size_t i = 0; i < plan->redress_count; i++)
        if (plan->redress[i].amount > 0 &&
            __builtin_add_overflow(total, plan->redress[i].amount, &total))
            return INT64_MAX;
    return total;
}

static struct text redress_json(const struct situation *situation, const struct plan_command *plan)
{
    struct text_buffer json = text_buffer_new(situation->arena, 256);

    text_buffer_add_char(&json, '[');
    for (size_t i = 0; i < plan->redress_count; i++) {
        const struct redress_item *item = &plan->redress[i];
        struct text type = vocabulary_code(&vocabulary_redress, item->type);
        if (item->amount >= 0)
            text_buffer_printf(&json, "%s{\"amount\":%lld,\"type\":\"%.*s\"}", i > 0 ? "," : "",
                               (long long)item->amount, TEXT_ARG(type));
        else
            text_buffer_printf(&json, "%s{\"amount\":null,\"type\":\"%.*s\"}", i > 0 ? "," : "",
                               TEXT_ARG(type));
    }
    text_buffer_add_char(&json, ']');
    return text_buffer_text(&json);
}

/* A plan replaces the one before and its approval. Within the policy's limit it needs none; above,
 * a second person's (domain.md §3, four eyes). */
enum fault lifecycle_plan(const struct situation *situation, const void *input, struct change *ret)
{
    const struct plan_command *command = input;
    const struct policy *policy =
        institution_policy(situation->institution, situation->before->policy_version);
    struct plan_command *item = ARENA_NEW(situation->arena, struct plan_command);
    struct change change;
    bool approved = redress_total(command) <= policy->redress_approval_fen;

    *item = *command;
    item->redress = ARENA_ARRAY(situation->arena, struct redress_item, command->redress_count);
    if (command->redress_count > 0)
        memcpy(item->redress, command->redress, command->redress_count * sizeof *item->redress);
    change_begin(situation, ACTION_PLAN, &change);
    change_item(situation, &change, ++change.after.plans, item);
    change.after.facts.plan = true;
    change.after.facts.plan_approved = approved;
    change.after.facts.planned_by = situation->who->staff->id;
    change.after.plan_waits_since = approved ? INSTANT_NONE : situation->at;
    change_fact(&change, "redress", redress_json(situation, command));
    change_fact_boolean(&change, "needs_approval", !approved);
    item->summary = change_text(situation, &change, "summary", command->summary);
    *ret = change;
    return FAULT_NONE;
}

enum fault lifecycle_approve_plan(const struct situation *situation, const void *input,
                                  struct change *ret)
{
    const struct reason_command *command = input;
    const struct complaint *before = situation->before;
    struct change change;

    if (!before->facts.plan || before->facts.plan_approved)
        return FAULT_PLAN_MISSING;
    if (uuid_equal(before->facts.planned_by, situation->who->staff->id))
        return FAULT_SELF_APPROVAL;
    change_begin(situation, ACTION_APPROVE_PLAN, &change);
    change.after.facts.plan_approved = true;
    change.after.plan_waits_since = INSTANT_NONE;
    change_fact_number(situation, &change, "plan", before->plans);
    change_private(&change, "reason", command->reason);
    *ret = change;
    return FAULT_NONE;
}

/* What every decision notice tells the complainant (domain.md §3: 核查, 调解, 仲裁, 诉讼). */
static const char remedies[] =
    "如您对本处理决定有异议，可以自收到本处理决定之日起30日内，向本机构的上级机构书面申请核查，"
    "上级机构将依规定作出核查决定；您也可以向银行业保险业消费纠纷调解组织申请调解；"
    "与本机构订有仲裁协议的，可以依协议向仲裁机构申请仲裁；还可以依法向人民法院提起诉讼。"
    "上述救济途径由您自主选择。";

/* A newer notice is the decision from now on: it has to be delivered itself, or attempted to be. */
enum fault lifecycle_notices(const struct situation *situation, const void *input,
                             struct change *ret)
{
    const struct notice_command *command = input;
    struct notice_command *item = ARENA_NEW(situation->arena, struct notice_command);
    struct change change;

    change_begin(situation, ACTION_NOTICES, &change);
    change_item(situation, &change, ++change.after.notices, item);
    if (change.after.facts.first_notice == 0)
        change.after.facts.first_notice = change.after.notices;
    change.after.facts.delivered = false;
    change.after.facts.failed_attempts = 0;
    change_fact_number(situation, &change, "failed_attempts",
                       0); /* entries without it kept theirs */
    change.after.decided_at = INSTANT_NONE;
    item->facts = change_text(situation, &change, "facts", command->facts);
    item->basis = change_text(situation, &change, "basis", command->basis);
    item->decision = change_text(situation, &change, "decision", command->decision);
    item->remedies = text_of(remedies);
    *ret = change;
    return FAULT_NONE;
}

/* A notice of the present round; what counts as the answer is the newest, from its earliest delivery
 * on. */
enum fault lifecycle_deliveries(const struct situation *situation, const void *input,
                                struct change *ret)
{
    const struct delivery_command *command = input;
    const struct complaint *before = situation->before;
    struct delivery_command *item = ARENA_NEW(situation->arena, struct delivery_command);
    struct change change;

    if (before->facts.first_notice == 0 || command->notice < before->facts.first_notice ||
        command->notice > before->notices)
        return FAULT_NOTICE_UNKNOWN;
    if (check_precedes(command->at, before->clock_from)) {
        naming_refuse(situation->violations, "/at", "before_receipt",
                      "A decision cannot be delivered before the clock of the round began.",
                      "处理决定的送达时间不得早于本轮计时起点。");
        return FAULT_INVALID;
    }
    *item = *command;
    change_begin(situation, ACTION_DELIVERIES, &change);
    change_item(situation, &change, ++change.after.deliveries, item);
    if (command->notice == before->notices) {
        change.after.facts.delivered = true;
        if (!before->facts.delivered || command->at < before->decided_at)
            change.after.decided_at = command->at;
    }
    change_fact_number(situation, &change, "notice", command->notice);
    change_fact_term(situation, &change, "channel", &vocabulary_channel, command->channel);
    change_fact_instant(situation, &change, "at", command->at);
    item->proof = change_text(situation, &change, "proof", command->proof);
    *ret = change;
    return FAULT_NONE;
}
