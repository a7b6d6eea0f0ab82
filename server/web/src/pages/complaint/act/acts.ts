// Every act that the panel offers.
import { term, terms } from "@/base/vocabulary";
import { act, words, type Act, type Action, type Complaint, type Field, type Option, type Values } from "@/pages/complaint/act/act";
import { nowInput } from "@/pages/complaint/act/body";
import { clockActs } from "@/pages/complaint/act/acts-clock";
import { workActs } from "@/pages/complaint/act/acts-work";
import { language } from "@/base/i18n";

const STAGES = ["intake", "investigation", "resolution", "feedback"] as const;
const at = (stage: string): number => STAGES.findIndex((each) => each === stage);
const earlierStages = ({ stage }: Complaint): Option[] => terms("stage").slice(0, Math.max(at(stage), 0));
const openStages = (): Option[] => terms("stage");

// Who had the stage last.
const ownerOf = (complaint: Complaint, stage: string | undefined): string => complaint.stages.filter((run) => run.stage === stage).at(-1)?.owner.login ?? "";

const reason = { kind: "text", name: "reason", label: words("原因", "Reason") } as const;
const needed = { ...reason, required: true } as const;
const inStage = ({ stage }: Complaint): string => stage;
const owner = { kind: "staff", name: "owner", label: words("责任人", "Owner"), required: true, owns: (_: Complaint, { to }: Values) => to as string } as const;
const toStage: Field<"to"> = { kind: "choice", name: "to", label: words("办理环节", "Stage"), options: openStages, initial: () => "investigation" };

const nextStage = ({ stage }: Complaint): string => {
  const next = term("stage", STAGES[at(stage) + 1] ?? "");
  return language.value === "zh" ? `进入${next}` : `On to ${next.toLowerCase()}`;
};

const courseActs: Act[] = [
  act("advance", "course", "advance", [
    { ...owner, owns: ({ stage }) => STAGES[at(stage) + 1], label: words("下一环节责任人", "Owner of the next stage"), hint: words("提交后立即由其负责；如有异议，只能说明原因退回或移交。", "Responsible at once; they may send it back or offer it on, with the reason.") },
    { kind: "text", name: "note", label: words("交办说明", "A word to them") },
  ], { label: nextStage }),
  act("close", "course", "close", [
    { kind: "choice", name: "outcome", label: words("处理结果", "Outcome"), required: true, options: () => terms("outcome").filter(({ code }) => ["upheld", "partly_upheld", "not_upheld"].includes(code)) },
    { kind: "text", name: "note", label: words("办结说明", "What remains to be said") },
  ]),
  act("settle", "course", "settle", [
    { kind: "text", name: "summary", label: words("办结说明", "How it was settled"), required: true, hint: words("与客户达成一致的内容。", "What was agreed with the customer.") },
  ]),
  act("send_back", "course", "send-back", [
    { kind: "choice", name: "to", label: words("退回环节", "Back to"), required: true, options: earlierStages, initial: (complaint) => STAGES[at(complaint.stage) - 1] ?? "" },
    { ...owner, initial: (complaint) => ownerOf(complaint, STAGES[at(complaint.stage) - 1]) },
    { ...needed, label: words("退回原因", "Reason") },
  ]),
  act("decline", "course", "decline", [
    { kind: "choice", name: "reason_code", label: words("不予受理原因", "Why"), required: true, options: () => terms("decline_reason") },
    { ...needed, label: words("原因说明", "In words"), hint: words("将如实告知投诉人；本件仍计入统计。", "As the customer is told; the complaint is counted all the same.") },
  ], { grave: true }),
  act("withdraw", "course", "withdraw", [
    { kind: "time", name: "at", label: words("撤诉时间", "When it arrived"), initial: nowInput },
    { ...needed, hint: words("客户撤诉的方式和理由。撤诉之日程序即告终止。", "How and why the customer withdrew. The procedure ends on that day.") },
  ], { grave: true }),
  act("reopen", "course", "reopen", [
    { kind: "choice", name: "kind", label: words("类型", "Kind"), required: true, options: () => terms("round_kind").filter(({ code }) => code === "new_facts" || code === "error"), initial: () => "new_facts" },
    { kind: "time", name: "received_at", label: words("收到新事实时间", "Receipt of the new facts"), initial: nowInput, when: ({ kind }) => kind === "new_facts", hint: words("法定期限自此重新起算。", "The statutory limit begins anew from here.") },
    toStage,
    { ...owner, initial: (complaint) => ownerOf(complaint, "investigation") },
    needed,
  ]),
  act("review", "course", "review", [
    { kind: "time", name: "applied_at", label: words("申请核查时间", "Applied for at"), initial: nowInput, hint: words("投诉人应自收到处理决定之日起30日内申请，核查决定应自申请之日起30日内作出。", "Within 30 days of the decision; the review is decided within 30 days of this.") },
    toStage,
    { ...owner, hint: words("须为作出决定机构的上级机构（或总部）人员，且未经办过本件。", "Of a unit above the one that decided, or head office, and nobody who handled it.") },
    needed,
  ]),
];

const handOverActs: Act[] = [
  act("accept", "handover", "accept", [], { direct: true }),
  act("refuse", "handover", "refuse", [{ ...needed, label: words("拒绝原因", "Reason"), hint: words("移交人会看到，拒绝次数会记录。", "The giver reads it, and refusals are counted.") }]),
  act("offer", "handover", "offer", [
    { kind: "staff", name: "to", label: words("接手人", "To"), required: true, owns: inStage, apart: ({ owner: { login } }) => [login], hint: words("对方接手前仍由您负责，时限不停。", "Until they accept you stay responsible, and the clocks go on.") },
    { ...reason, label: words("移交原因", "Reason") },
  ]),
  act("take_back", "handover", "take-back", [], { direct: true }),
  act("assign", "handover", "assign", [{ ...owner, owns: inStage, apart: ({ owner: { login } }) => [login], hint: words("指派立即生效，无须对方接手。", "Takes effect at once, without acceptance.") }, { ...reason, label: words("指派原因", "Reason") }]),
];

export const ACTS: readonly Act[] = [...courseActs, ...handOverActs, ...workActs, ...clockActs];

export const actOf = (action: Action): Act | undefined => ACTS.find((each) => each.action === action);
