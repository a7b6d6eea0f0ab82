#include "lib/complaint/progress.h"

/* What is being done, and what comes next. */
struct sentences {
    const char *zh, *next_zh, *en, *next_en;
};

static const struct sentences of_stage[STAGE_COUNT] = {
    [STAGE_INTAKE] = {"已收到您的投诉，正在受理登记。", "接下来将调查核实您反映的情况。",
                      "We have received your complaint and are recording it.",
                      "Next, we look into what you told us."},
    [STAGE_INVESTIGATION] = {"正在调查核实您反映的情况。", "接下来将根据核实结果制定处理方案。",
                             "We are looking into what you told us.",
                             "Next, we decide what is to be done about it."},
    [STAGE_RESOLUTION] = {"正在制定处理方案。", "接下来将把处理决定告知您。",
                          "We are deciding what is to be done about it.",
                          "Next, we tell you our decision."},
    [STAGE_FEEDBACK] = {"正在将处理决定告知您。", "告知您之后，投诉办结。",
                        "We are telling you our decision.",
                        "The complaint is closed once you have been told."},
};

static const struct sentences paused = {
    "", "调解或鉴定期间答复期限暂停计算，结束后继续办理。", "",
    "While mediation or an outside appraisal goes on, the time for our answer stands still; we go on "
    "afterwards."};

static const struct sentences of_status[STATUS_COUNT] = {
    [STATUS_CLOSED] = {"投诉已办结。",
                       "如对处理决定有异议，可按决定中载明的途径申请核查、调解、仲裁或提起诉讼。",
                       "The complaint is closed.",
                       "If you disagree with the decision, it says how to apply for a review, "
                       "mediation or arbitration, or go to court."},
    [STATUS_WITHDRAWN] = {"投诉已撤回。", "如需再次投诉，请与我们联系。",
                          "The complaint was withdrawn.",
                          "If you want to complain again, please contact us."},
    [STATUS_DECLINED] = {"投诉未予受理。", "原因另行告知；如有疑问，请与我们联系。",
                         "The complaint was not accepted.",
                         "The reason is told to you separately; if you have questions, please "
                         "contact us."},
};

static const struct sentences merged = {
    "投诉已并入另一件投诉一并办理。", "处理决定将随该投诉一并告知。",
    "The complaint goes on together with another one.", "Both get one decision."};
static const struct sentences voided = {"该登记有误，已作废。", "如有疑问，请与我们联系。",
                                        "The record was a mistake and was voided.",
                                        "If you have questions, please contact us."};

static const struct sentences *sentences_of(const struct complaint *complaint)
{
    if (complaint->status == STATUS_OPEN)
        return &of_stage[complaint->stage];
    if (complaint->outcome == OUTCOME_MERGED)
        return &merged;
    return complaint->outcome == OUTCOME_VOIDED ? &voided : &of_status[complaint->status];
}

void progress_tell(const struct complaint *complaint, bool chinese, struct progress *ret)
{
    const struct sentences *is = sentences_of(complaint), *next = is;
    bool open = complaint->status == STATUS_OPEN;
    struct progress progress = {
        .number = complaint->number,
        .status = complaint->status,
        .stage = open ? complaint->stage : TERM_NONE,
        .received_at = complaint->received_at,
        .closed_at = complaint->closed_at,
        .answer_by = open ? complaint->statutory_due_at : INSTANT_NONE,
        .paused = open && complaint->statutory_due_at == INSTANT_NONE,
    };

    if (progress.paused)
        next = &paused;
    progress.progress = chinese ? is->zh : is->en;
    progress.next = chinese ? next->next_zh : next->next_en;
    *ret = progress;
}
