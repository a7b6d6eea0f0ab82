#include <string.h>

#include "tests/unit/fixture.h"
#include "tests/unit/history.h"

/* A step as the command that somebody would send. */

static struct text login(const struct situation *situation, int staff)
{
    return staff < 0 ? TEXT_NONE : situation->institution->staff[staff].login;
}

static enum fault receive(const struct situation *situation, const struct step *step,
                          struct change *ret)
{
    struct receive_identity identity = {{{3}}, TEXT("TS20261120000001"), TEXT("track")};
    struct receive_command input = {
        .source = SOURCE_HOTLINE,
        .subject = TEXT("转账失败"),
        .narrative = TEXT("已扣款"),
        .received_at = step->from,
        .occurred_at = INSTANT_NONE,
        .level = step->level,
        .urgency = -1,
        .amount_in_dispute = -1,
        .complainant.name = TEXT("张三"),
        .complainant.phone = TEXT("13800001234"),
        .complainant.capacity = TERM_NONE,
        .complainant.people = step->people,
        .owner = login(situation, step->owner),
    };
    return lifecycle_receive(situation, &input, &identity, ret);
}

union input {
    struct advance_command advance;
    struct send_back_command send_back;
    struct offer_command offer;
    struct assign_command assign;
    struct reason_command reason;
    struct withdraw_command withdraw;
    struct settle_command settle;
    struct decline_command decline;
    struct classify_command classify;
    struct close_command close;
    struct note_command note;
    struct contact_command contact;
    struct findings_command findings;
    struct plan_command plan;
    struct notice_command notice;
    struct delivery_command delivery;
    struct pause_command pause;
    struct end_pause_command end_pause;
    struct extension_command extension;
    struct extension_decision_command decision;
    struct tell_extension_command tell;
    struct round_command round;
    struct correct_command correct;
};

/* The inputs that bear on the clocks. */
static void fill_clock_input(const struct complaint *before, const struct step *step,
                             union input *ret)
{
    struct text words = TEXT("说明");

    switch (step->action) {
    case ACTION_CLASSIFY:
        ret->classify = (struct classify_command){.level = step->level, .urgency = -1};
        break;
    case ACTION_PAUSES:
        ret->pause = (struct pause_command){step->kind, step->from, step->told_at, TEXT_NONE};
        break;
    case ACTION_END_PAUSE:
        ret->end_pause =
            (struct end_pause_command){before->pauses - step->back, step->from, TEXT_NONE};
        break;
    case ACTION_EXTENSIONS: ret->extension = (struct extension_command){step->days, words}; break;
    case ACTION_APPROVE_EXTENSION:
    case ACTION_REFUSE_EXTENSION:
        ret->decision = (struct extension_decision_command){before->extensions, words};
        break;
    case ACTION_TELL_EXTENSION:
        ret->tell = (struct tell_extension_command){
            .extension = before->extensions, .at = step->from, .method = CHANNEL_PHONE};
        break;
    case ACTION_CORRECT:
        ret->correct = (struct correct_command){.reason = words};
        ret->correct.to.received_at = step->from;
        ret->correct.given.received_at = step->from != INSTANT_NONE;
        ret->correct.to.complainant.people = step->people;
        ret->correct.given.people = step->people >= 0;
        ret->correct.to.amount_in_dispute = 500000;
        ret->correct.given.amount_in_dispute = true;
        break;
    default: break;
    }
}

static void fill_input(const struct situation *situation, const struct step *step, union input *ret)
{
    const struct complaint *before = situation->before;
    struct text words = TEXT("说明"), owner = login(situation, step->owner);

    memset(ret, 0, sizeof *ret);
    switch (step->action) {
    case ACTION_ADVANCE: ret->advance = (struct advance_command){owner, TEXT_NONE}; break;
    case ACTION_SEND_BACK:
        ret->send_back = (struct send_back_command){step->stage, owner, words};
        break;
    case ACTION_OFFER: ret->offer = (struct offer_command){owner, words}; break;
    case ACTION_ASSIGN: ret->assign = (struct assign_command){owner, words}; break;
    case ACTION_WITHDRAW: ret->withdraw = (struct withdraw_command){words, step->from}; break;
    case ACTION_CLOSE: ret->close = (struct close_command){OUTCOME_UPHELD, TEXT_NONE}; break;
    case ACTION_NOTES: ret->note.text = words; break;
    case ACTION_CONTACTS:
        ret->contact =
            (struct contact_command){CHANNEL_PHONE, DIRECTION_OUTBOUND, step->at, false, words};
        break;
    case ACTION_FINDINGS:
        ret->findings = (struct findings_command){words, words, TEXT_NONE, UPHELD_YES};
        break;
    case ACTION_PLAN: ret->plan.summary = words; break;
    case ACTION_NOTICES:
        ret->notice = (struct notice_command){words, words, words, TEXT_NONE};
        break;
    case ACTION_DELIVERIES:
        ret->delivery = (struct delivery_command){CHANNEL_LETTER, step->at, words, before->notices};
        break;
    case ACTION_REOPEN:
    case ACTION_REVIEW:
        ret->round = (struct round_command){.kind = step->kind,
                                            .stage = step->stage,
                                            .owner = owner,
                                            .reason = words,
                                            .at = step->from};
        break;
    default: fill_clock_input(before, step, ret);
    }
}

enum fault history_decide(const struct situation *situation, const struct step *step,
                          struct change *ret)
{
    union input input;

    if (step->action == ACTION_RECEIVE)
        return receive(situation, step, ret);
    fill_input(situation, step, &input);
    return fixture_judge(situation, (enum action)step->action, &input, ret);
}
