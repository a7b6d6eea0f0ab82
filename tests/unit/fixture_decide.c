#include <string.h>

#include "lib/complaint/recalculation.h"
#include "tests/unit/fixture.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct receive_command fixture_receipt(void)
{
    return (struct receive_command){
        .source = SOURCE_HOTLINE,
        .subject = TEXT("手机银行转账失败但已扣款"),
        .narrative = TEXT("客户称转账失败，请回电13800001234。"),
        .demand = TEXT("退回款项并说明原因"),
        .received_at = fixture_time(RECEIVED),
        .occurred_at = fixture_time("2026-11-19T18:00:00+08:00"),
        .level = TERM_NONE,
        .urgency = -1,
        .channel_class = TEXT("A01033"),
        .business_class = TEXT("B05"),
        .cause_class = TEXT("C02"),
        .product = TEXT("手机银行转账"),
        .amount_in_dispute = 500000,
        .complainant.name = TEXT("张三"),
        .complainant.phone = TEXT("13800001234"),
        .complainant.capacity = TERM_NONE,
        .complainant.people = -1,
    };
}

/* So that a rule that writes on a fault is noticed. */
static void spoil(struct change *change, unsigned char bytes[static sizeof *change])
{
    memset(change, 0x5a, sizeof *change);
    memcpy(bytes, change, sizeof *change);
}

static void check_answer(enum fault fault, const struct change *change,
                         const unsigned char spoilt[static sizeof *change])
{
    if (fault != FAULT_NONE)
        ck_assert_mem_eq(change, spoilt, sizeof *change);
    ck_assert_int_eq(fault == FAULT_INVALID, fixture->violations.count > 0);
    for (size_t i = 0; i < fixture->violations.count; i++) {
        ck_assert_uint_gt(fixture->violations.list[i].en.length, 0);
        ck_assert_uint_gt(fixture->violations.list[i].zh.length, 0);
    }
}

enum fault fixture_receive(const struct staff *who, const struct receive_command *input,
                           struct change *ret)
{
    struct principal principal = fixture_principal(who);
    struct receive_identity identity = {{{3}}, TEXT("TS20261120000001"), TEXT("track")};
    struct situation situation = {
        .institution = &fixture->institution,
        .who = &principal,
        .at = fixture_time(ENTERED),
        .arena = fixture->arena,
        .violations = &fixture->violations,
    };
    unsigned char spoilt[sizeof *ret];
    enum fault fault;

    fixture->violations.count = 0;
    spoil(ret, spoilt);
    fault = lifecycle_receive(&situation, input, &identity, ret);
    check_answer(fault, ret, spoilt);
    return fault;
}

decide_function *fixture_rule(enum action action)
{
    static decide_function *const rules[ACTION_COUNT] = {
        [ACTION_ADVANCE] = lifecycle_advance,
        [ACTION_OFFER] = lifecycle_offer,
        [ACTION_SETTLE] = lifecycle_settle,
        [ACTION_DECLINE] = lifecycle_decline,
        [ACTION_CLASSIFY] = lifecycle_classify,
        [ACTION_SEND_BACK] = lifecycle_send_back,
        [ACTION_ACCEPT] = lifecycle_accept,
        [ACTION_REFUSE] = lifecycle_refuse,
        [ACTION_TAKE_BACK] = lifecycle_take_back,
        [ACTION_ASSIGN] = lifecycle_assign,
        [ACTION_WITHDRAW] = lifecycle_withdraw,
        [ACTION_CLOSE] = lifecycle_close,
        [ACTION_NOTES] = lifecycle_notes,
        [ACTION_CONTACTS] = lifecycle_contacts,
        [ACTION_FINDINGS] = lifecycle_findings,
        [ACTION_PLAN] = lifecycle_plan,
        [ACTION_APPROVE_PLAN] = lifecycle_approve_plan,
        [ACTION_NOTICES] = lifecycle_notices,
        [ACTION_DELIVERIES] = lifecycle_deliveries,
        [ACTION_CORRECT] = lifecycle_correct,
        [ACTION_PAUSES] = lifecycle_pauses,
        [ACTION_END_PAUSE] = lifecycle_end_pause,
        [ACTION_EXTENSIONS] = lifecycle_extensions,
        [ACTION_APPROVE_EXTENSION] = lifecycle_approve_extension,
        [ACTION_REFUSE_EXTENSION] = lifecycle_refuse_extension,
        [ACTION_TELL_EXTENSION] = lifecycle_tell_extension,
        [ACTION_REOPEN] = lifecycle_reopen,
        [ACTION_REVIEW] = lifecycle_review,
        [ACTION_LINKS] = lifecycle_links,
        [ACTION_REMOVE_LINK] = lifecycle_remove_link,
        [ACTION_VOID] = lifecycle_void,
        [ACTION_APPROVE_VOID] = lifecycle_approve_void,
        [ACTION_REFUSE_VOID] = lifecycle_refuse_void,
        [ACTION_UNMASK] = lifecycle_unmask,
        [ACTION_APPROVE_UNMASK] = lifecycle_approve_unmask,
        [ACTION_REFUSE_UNMASK] = lifecycle_refuse_unmask,
        [ACTION_READ_UNMASKED] = lifecycle_read_unmasked,
        [ACTION_ATTACHMENTS] = lifecycle_attachments,
        [ACTION_URGE] = lifecycle_urge,
        [ACTION_ANSWER_URGE] = lifecycle_answer_urge,
        [ACTION_RECALCULATE] = lifecycle_recalculate,
    };

    return rules[action];
}

enum fault fixture_judge(const struct situation *situation, enum action action, const void *input,
                         struct change *ret)
{
    unsigned relations =
        permission_relations(situation->institution, situation->who, situation->before);
    enum fault fault;

    if (!relations)
        return FAULT_NOT_FOUND;
    fault = lifecycle_right(situation->before, relations, action);
    if (fault == FAULT_NONE)
        fault = lifecycle_state(situation->institution, situation->before, action);
    return fault == FAULT_NONE ? fixture_rule(action)(situation, input, ret) : fault;
}

enum fault fixture_decide(enum action action, const struct complaint *before,
                          const struct staff *who, const char *at, const void *input,
                          struct change *ret)
{
    struct principal principal = fixture_principal(who);
    struct situation situation = {
        .institution = &fixture->institution,
        .who = &principal,
        .before = before,
        .other = fixture->other,
        .links = fixture->links,
        .link_count = fixture->link_count,
        .at = fixture_time(at),
        .arena = fixture->arena,
        .violations = &fixture->violations,
    };
    struct complaint copy;
    struct stage_row rows[16];
    struct uuid handlers[16];
    unsigned char spoilt[sizeof *ret];
    enum fault fault;

    ck_assert_ptr_ne(before, &ret->after);
    ck_assert_uint_le(before->stage_count, COUNT(rows));
    ck_assert_uint_le(before->handler_count, COUNT(handlers));
    memcpy(&copy, before, sizeof copy);
    memcpy(rows, before->stages, before->stage_count * sizeof *rows);
    memcpy(handlers, before->handlers, before->handler_count * sizeof *handlers);
    fixture->violations.count = 0;
    spoil(ret, spoilt);
    fault = fixture_judge(&situation, action, input, ret);

    check_answer(fault, ret, spoilt);
    ck_assert_mem_eq(before, &copy, sizeof copy);
    ck_assert_mem_eq(before->stages, rows, before->stage_count * sizeof *rows);
    ck_assert_mem_eq(before->handlers, handlers, before->handler_count * sizeof *handlers);
    if (fault == FAULT_NONE) {
        ck_assert_int_eq(ret->action, action);
        ck_assert_int_eq(ret->after.version, before->version + 1);
        ck_assert_int_eq(ret->after.updated_at, situation.at);
        ck_assert_ptr_ne(ret->after.stages, before->stages);
        ck_assert(!uuid_is_none(complaint_current(&ret->after)->owner.id));
    }
    return fault;
}

struct complaint *fixture_do(enum action action, const struct complaint *before,
                             const struct staff *who, const char *at, const void *input)
{
    struct change *change = ARENA_NEW(fixture->arena, struct change);
    enum fault fault = fixture_decide(action, before, who, at, input, change);

    ck_assert_msg(fault == FAULT_NONE, "%s: %s",
                  vocabulary_code(&vocabulary_action, (int)action).at,
                  fault == FAULT_NONE ? "" : fault_text(fault)->slug);
    return &change->after;
}

struct complaint *fixture_complaint(enum stage stage)
{
    const struct advance_command onward = {.owner = TEXT("handler1")};
    const struct findings_command findings = {TEXT("属实"), TEXT("规定"), TEXT_NONE, UPHELD_YES};
    struct redress_item refund = {REDRESS_REFUND, 500000};
    const struct plan_command plan = {TEXT("退款"), &refund, 1};
    const struct receive_command receipt = fixture_receipt();
    const struct staff *handler = fixture->handler1;
    struct change *received = ARENA_NEW(fixture->arena, struct change);
    struct complaint *complaint = &received->after;

    ck_assert_int_eq(fixture_receive(fixture->agent1, &receipt, received), FAULT_NONE);
    if (stage >= STAGE_INVESTIGATION)
        complaint = fixture_do(ACTION_ADVANCE, complaint, fixture->agent1,
                               "2026-11-20T10:00:00+08:00", &onward);
    if (stage >= STAGE_RESOLUTION) {
        complaint =
            fixture_do(ACTION_FINDINGS, complaint, handler, "2026-11-23T10:00:00+08:00", &findings);
        complaint =
            fixture_do(ACTION_ADVANCE, complaint, handler, "2026-11-23T11:00:00+08:00", &onward);
    }
    if (stage >= STAGE_FEEDBACK) {
        complaint = fixture_do(ACTION_PLAN, complaint, handler, "2026-11-24T10:00:00+08:00", &plan);
        complaint =
            fixture_do(ACTION_ADVANCE, complaint, handler, "2026-11-24T11:00:00+08:00", &onward);
    }
    return complaint;
}

struct text fixture_private(const struct change *change, const char *name)
{
    for (size_t i = 0; i < change->private_count; i++)
        if (strcmp(change->private_values[i].name, name) == 0)
            return change->private_values[i].value;
    return TEXT_NONE;
}

struct text fixture_fact(const struct change *change, const char *name)
{
    for (size_t i = 0; i < change->fact_count; i++)
        if (strcmp(change->facts[i].name, name) == 0)
            return change->facts[i].json;
    return TEXT_NONE;
}

const char *fixture_code_at(const struct violations *violations, const char *pointer)
{
    for (size_t i = 0; i < violations->count; i++)
        if (text_equal(violations->list[i].pointer, text_of(pointer)))
            return violations->list[i].code;
    return NULL;
}
