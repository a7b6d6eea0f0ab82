// Pauses and extensions, with what they would move.
import { terms } from "@/base/vocabulary";
import { act, words, type Act, type Preview } from "@/pages/complaint/act/act";
import { nowInput } from "@/pages/complaint/act/body";
import { approvedExtension, openPauses, waitingExtension } from "@/pages/complaint/act/subjects";

const note = { kind: "text", name: "note", label: words("备注", "Remark"), rows: 2 } as const;
const mayMoveStatutory = (reason: unknown): boolean => reason === "mediation" || reason === "appraisal";

export const clockActs: Act[] = [
  act("pauses", "clocks", "pauses", [
    { kind: "choice", name: "reason", label: words("中止原因", "Why"), required: true, options: () => terms("pause_reason"),
      hint: words("环节时限在中止期间不计；法定期限仅因调解、外部鉴定且已告知投诉人时才扣除。", "The stage's clock stands still; the statutory one only for mediation or outside appraisal, once the complainant was told.") },
    { kind: "time", name: "from", label: words("中止开始时间", "From"), required: true, initial: nowInput },
    { kind: "time", name: "told_at", label: words("告知投诉人时间", "Complainant told at"), when: ({ reason }) => mayMoveStatutory(reason), hint: words("未告知的，法定期限照常计算。", "Without it the statutory clock runs on.") },
    note,
  ], {
    preview: (_, { reason, from, told_at }) => (reason && from ? { pause: { reason, from, told_at } as Preview["pause"] & object } : null),
  }),
  act("end_pause", "clocks", "pauses/{number}/end", [{ kind: "time", name: "at", label: words("恢复时间", "Clocks go on at"), required: true, initial: nowInput }, note], { subjects: openPauses }),
  act("extensions", "clocks", "extensions", [
    { kind: "number", max: 3, name: "days", label: words("申请延期天数（自然日）", "Natural days"), required: true, hint: words("由上级机构或总部批准（不得为申请人），并在现时限届满前告知投诉人，方为有效。", "Counts only if the superior unit or head office approved it, never who asked, and the complainant was told, both before the limit ran out.") },
    { kind: "text", name: "reason", label: words("延期原因", "Reason"), required: true },
  ], {
    preview: (_, body) => (Number.isInteger(body.days) && (body.days as number) > 0 ? { extension: { days: body.days as number } } : null),
  }),
  act("approve_extension", "clocks", "extensions/{number}/approve", [{ kind: "text", name: "reason", label: words("审批意见", "Remark"), rows: 2 }], {
    subjects: waitingExtension,
    about: words("批准后还须在现时限届满前告知投诉人，延期方为有效。", "It takes effect only once the complainant was told, before the present limit runs out."),
  }),
  act("refuse_extension", "clocks", "extensions/{number}/refuse", [{ kind: "text", name: "reason", label: words("驳回原因", "Reason"), required: true }], { subjects: waitingExtension }),
  act("tell_extension", "clocks", "extensions/{number}/told", [
    { kind: "time", name: "at", label: words("告知时间", "Told at"), required: true, initial: nowInput, hint: words("须在现时限届满之前，否则延期无效。", "Before the present limit runs out, or the extension has no effect.") },
    { kind: "choice", name: "method", label: words("告知方式", "How"), required: true, options: () => terms("channel"), initial: () => "phone" },
  ], { subjects: approvedExtension }),
];
