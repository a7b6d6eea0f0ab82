#include "lib/complaint/command_check.h"

#include "lib/complaint/masking.h"
#include "lib/complaint/naming.h"
#include "lib/complaint/personal_format.h"
#include "lib/complaint/vocabulary.h"

/* api.md, limits. Twenty years hold 7305 days. */
#define BACK_MAX (7305 * INSTANT_DAY)

bool check_precedes(instant given, instant known)
{
    return given < known - known % INSTANT_SECOND;
}

/* A moment at which something happened. */
static void check_past(instant given, instant at, const char *pointer,
                       struct violations *violations)
{
    if (given == INSTANT_NONE)
        return;
    if (given > at + CHECK_AHEAD_MAX)
        naming_refuse(violations, pointer, "in_future",
                      "The time lies more than 5 minutes in the future.",
                      "时间不得晚于当前时间5分钟以上。");
    if (given < at - BACK_MAX)
        naming_refuse(violations, pointer, "too_long_ago", "The time lies more than 20 years back.",
                      "时间不得早于20年前。");
}

static void check_known_staff(const struct institution *institution, struct text login,
                              const char *pointer, struct violations *violations)
{
    if (!text_is_none(login))
        naming_staff(institution, login, pointer, violations);
}

static void check_times_of_receipt(const struct receive_command *input, instant at,
                                   struct violations *violations)
{
    check_past(input->received_at, at, "/received_at", violations);
    if (input->occurred_at != INSTANT_NONE && input->received_at != INSTANT_NONE &&
        input->occurred_at > input->received_at + CHECK_AHEAD_MAX)
        naming_refuse(violations, "/occurred_at", "after_receipt",
                      "The matter lies more than 5 minutes after the receipt of the complaint.",
                      "事件发生时间不得晚于收到投诉的时间5分钟以上。");
}

static void check_absent_when_anonymous(struct text value, const char *pointer,
                                        struct violations *violations)
{
    if (!text_is_none(value))
        naming_refuse(violations, pointer, "not_for_anonymous",
                      "An anonymous complaint has no name and no contact details.",
                      "匿名投诉不得填写姓名和联系方式。");
}

/* domain.md §1 row 2; anonymous: §3. */
void check_complainant(const struct complainant_given *given, struct violations *violations)
{
    if (given->capacity == CAPACITY_ANONYMOUS) {
        check_absent_when_anonymous(given->name, "/complainant/name", violations);
        check_absent_when_anonymous(given->phone, "/complainant/phone", violations);
        check_absent_when_anonymous(given->email, "/complainant/email", violations);
        check_absent_when_anonymous(given->address, "/complainant/address", violations);
        return;
    }
    if (text_is_none(given->name))
        naming_refuse(violations, "/complainant/name", "required",
                      "The complainant's name is required unless the complaint is anonymous.",
                      "除匿名投诉外，须填写投诉人姓名。");
}

void check_reachable(const struct complainant_given *given, struct violations *violations)
{
    if (given->capacity != CAPACITY_ANONYMOUS && text_is_none(given->phone) &&
        text_is_none(given->email) && text_is_none(given->address))
        naming_refuse(violations, "/complainant", "contact_required",
                      "One of phone, email and address is required.",
                      "电话、电子邮箱、地址至少须填写一项。");
}

void check_identity_digit(struct text number, int capacity, struct violations *violations)
{
    /* A company's credit code has 18 characters too and another check digit. */
    if (!text_is_none(number) && capacity != CAPACITY_LEGAL_PERSON &&
        format_identity_check_fails(number))
        naming_refuse(violations, "/complainant/identity_number", "invalid_check_digit",
                      "The check digit of the identity card number is wrong.",
                      "身份证号码校验位不正确。");
}

static void check_formats(const struct receive_command *input, struct violations *violations)
{
    struct text phone = input->complainant.phone, email = input->complainant.email,
                account = input->complainant.account_number,
                identity = input->complainant.identity_number;

    if (!text_is_none(phone) && !format_is_phone(phone))
        naming_refuse(violations, "/complainant/phone", "invalid_format",
                      "A phone number has 5 to 20 digits, which spaces and hyphens may group.",
                      "电话号码须为5至20位数字，可用空格或连字符分隔。");
    if (!text_is_none(email) && !format_is_email(email))
        naming_refuse(violations, "/complainant/email", "invalid_format",
                      "This is not an e-mail address.", "电子邮箱格式不正确。");
    if (!text_is_none(account) && !format_is_account(account))
        naming_refuse(violations, "/complainant/account_number", "invalid_format",
                      "An account or card number has 8 to 32 digits, which spaces may group.",
                      "账号或卡号须为8至32位数字，可用空格分隔。");
    /* Shown as written and searched for, but only the bank's own number. */
    if (masking_finds_document(input->complainant.customer_number))
        naming_refuse(violations, "/complainant/customer_number", "personal_data",
                      "A customer number is not an identity or card number.",
                      "客户号不得为身份证号码或卡号。");
    if (!text_is_none(identity) && !format_is_identity(identity))
        naming_refuse(violations, "/complainant/identity_number", "invalid_format",
                      "An identity document's number has 5 to 20 letters and digits.",
                      "证件号码须为5至20位字母或数字。");
}

void check_facts(const void *input, const struct institution *institution, instant at,
                 struct violations *violations)
{
    const struct receive_command *command = input;

    check_times_of_receipt(command, at, violations);
    naming_classes(institution, command->channel_class, command->business_class,
                   command->cause_class, violations);
    if (!text_is_none(command->staff_complained_of))
        naming_anybody(institution, command->staff_complained_of, "/staff_complained_of",
                       violations);
    check_formats(command, violations);
    /* Shown and journalled as it is, so nothing may stand in it that is to be masked. */
    if (!text_equal(masking_text(violations->arena, command->external_case_number),
                    command->external_case_number))
        naming_refuse(violations, "/external_case_number", "personal_data",
                      "A case number does not hold phone, identity or card numbers.",
                      "外部编号不得包含电话、证件或卡号。");
}

void check_receive(const void *input, const struct institution *institution, instant at,
                   struct violations *violations)
{
    const struct receive_command *command = input;

    const struct complainant_given given = {
        command->complainant.name, command->complainant.phone, command->complainant.email,
        command->complainant.address, command->complainant.capacity};

    if (!text_is_none(command->unit))
        naming_unit(institution, command->unit, "/unit", violations);
    check_complainant(&given, violations);
    check_facts(command, institution, at, violations);
    check_identity_digit(command->complainant.identity_number, command->complainant.capacity,
                         violations);
    check_reachable(&given, violations);
    if (!text_is_none(command->owner))
        naming_owner(institution, command->owner, STAGE_INTAKE, "/owner", violations);
}

void check_advance(const void *input, const struct institution *institution,
                   instant at __attribute__((unused)), struct violations *violations)
{
    const struct advance_command *command = input;

    check_known_staff(institution, command->owner, "/owner", violations);
}

void check_send_back(const void *input, const struct institution *institution,
                     instant at __attribute__((unused)), struct violations *violations)
{
    const struct send_back_command *command = input;

    check_known_staff(institution, command->owner, "/owner", violations);
}

void check_offer(const void *input, const struct institution *institution,
                 instant at __attribute__((unused)), struct violations *violations)
{
    const struct offer_command *command = input;

    check_known_staff(institution, command->to, "/to", violations);
}

void check_assign(const void *input, const struct institution *institution,
                  instant at __attribute__((unused)), struct violations *violations)
{
    const struct assign_command *command = input;

    check_known_staff(institution, command->owner, "/owner", violations);
}

void check_classify(const void *input, const struct institution *institution,
                    instant at __attribute__((unused)), struct violations *violations)
{
    const struct classify_command *command = input;

    /* Members that were sent but refused by the shape are absent here: then enough was said. */
    if (command->level == TERM_NONE && command->urgency < 0 && !command->tags_given &&
        text_is_none(command->channel_class) && text_is_none(command->business_class) &&
        text_is_none(command->cause_class) && violations->count == 0)
        violation_add(violations, "", "nothing_to_change",
                      "At least one of level, urgency, tags and the three classes is required.",
                      "级别、紧急程度、标签和三项分类中至少须填写一项。");
    naming_classes(institution, command->channel_class, command->business_class,
                   command->cause_class, violations);
}

bool check_closing_outcome(int outcome, struct violations *violations)
{
    if (outcome == OUTCOME_UPHELD || outcome == OUTCOME_PARTLY_UPHELD ||
        outcome == OUTCOME_NOT_UPHELD)
        return true;
    naming_refuse(violations, "/outcome", "not_a_decision",
                  "A complaint is closed as upheld, partly_upheld or not_upheld.",
                  "办结结果只能为成立、部分成立或不成立。");
    return false;
}

void check_close(const void *input, const struct institution *institution __attribute__((unused)),
                 instant at __attribute__((unused)), struct violations *violations)
{
    const struct close_command *command = input;

    if (command->outcome != TERM_NONE)
        check_closing_outcome(command->outcome, violations);
}

void check_contact(const void *input, const struct institution *institution __attribute__((unused)),
                   instant at, struct violations *violations)
{
    const struct contact_command *command = input;

    check_past(command->at, at, "/at", violations);
}

void check_delivery(const void *input,
                    const struct institution *institution __attribute__((unused)), instant at,
                    struct violations *violations)
{
    const struct delivery_command *command = input;

    check_past(command->at, at, "/at", violations);
}

/* Money is what refund, compensation and waiver are about; "none" is about none. */
static void check_redress(const struct redress_item *item, size_t index,
                          struct violations *violations)
{
    bool pays = item->type == REDRESS_REFUND || item->type == REDRESS_COMPENSATION ||
                item->type == REDRESS_FEE_WAIVER;
    struct text pointer = text_printf(violations->arena, "/redress/%zu/amount", index);

    if (pays && item->amount < 0)
        naming_refuse(violations, pointer.at, "required",
                      "Refund, compensation and fee waiver need an amount.",
                      "退款、赔偿、减免费用须填写金额。");
    else if (pays && item->amount == 0)
        naming_refuse(violations, pointer.at, "not_positive", "The amount must be more than 0.",
                      "金额须大于0。");
    else if (item->type == REDRESS_NONE && item->amount > 0)
        naming_refuse(violations, pointer.at, "not_for_none", "Redress of type none has no amount.",
                      "补偿类型为“无”时不得填写金额。");
}

void check_plan(const void *input, const struct institution *institution __attribute__((unused)),
                instant at __attribute__((unused)), struct violations *violations)
{
    const struct plan_command *command = input;

    for (size_t i = 0; i < command->redress_count; i++)
        check_redress(&command->redress[i], i, violations);
}

void check_pause(const void *input, const struct institution *institution __attribute__((unused)),
                 instant at, struct violations *violations)
{
    const struct pause_command *command = input;

    check_past(command->from, at, "/from", violations);
    check_past(command->told_at, at, "/told_at", violations);
}

void check_end_pause(const void *input,
                     const struct institution *institution __attribute__((unused)), instant at,
                     struct violations *violations)
{
    const struct end_pause_command *command = input;

    check_past(command->at, at, "/at", violations);
}

void check_tell_extension(const void *input,
                          const struct institution *institution __attribute__((unused)), instant at,
                          struct violations *violations)
{
    const struct tell_extension_command *command = input;

    check_past(command->at, at, "/at", violations);
}

/* So far ahead an answer is no longer one to the order. */
#define URGE_AHEAD_MAX (366 * INSTANT_DAY)

void check_urge(const void *input, const struct institution *institution __attribute__((unused)),
                instant at, struct violations *violations)
{
    const struct urge_command *command = input;

    if (command->due_at == INSTANT_NONE)
        return;
    if (command->due_at <= at)
        naming_refuse(violations, "/due_at", "in_past", "The time has passed already.",
                      "时间不得早于当前时间。");
    if (command->due_at > at + URGE_AHEAD_MAX)
        naming_refuse(violations, "/due_at", "too_far_ahead",
                      "The time lies more than a year ahead.", "时间不得晚于一年以后。");
}

void check_withdraw(const void *input,
                    const struct institution *institution __attribute__((unused)), instant at,
                    struct violations *violations)
{
    const struct withdraw_command *command = input;

    check_past(command->at, at, "/at", violations);
}

void check_reopen(const void *input, const struct institution *institution, instant at,
                  struct violations *violations)
{
    const struct round_command *command = input;

    check_past(command->at, at, "/received_at", violations);
    check_known_staff(institution, command->owner, "/owner", violations);
}

void check_review(const void *input, const struct institution *institution, instant at,
                  struct violations *violations)
{
    const struct round_command *command = input;

    check_past(command->at, at, "/applied_at", violations);
    check_known_staff(institution, command->owner, "/owner", violations);
}
