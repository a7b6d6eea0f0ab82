// Policies: their limits by name, and what one changes of another.
import type { Schemas } from "@/api/client";
import { messages } from "@/base/i18n";
import { term } from "@/base/vocabulary";

export type Policy = Schemas["PolicyInput"];
export type Level = keyof Schemas["PolicyLevels"];
export type Limit = keyof Schemas["PolicyLimits"];
export type Other = Exclude<keyof Policy, "effective_from" | "levels">;

export const LEVELS: readonly Level[] = ["ordinary", "complex", "major"];
export const LIMITS: readonly Limit[] = ["intake_days", "investigation_days", "resolution_days", "feedback_days", "statutory_days", "due_soon_minutes"];
export const OTHERS: readonly Other[] = ["extension_max_days", "extended_max_days", "review_apply_days", "review_days", "reopen_days", "redress_approval_fen", "failed_attempts_to_close", "major_from_people", "retention_years"];

const t = messages({
  zh: {
    statutory_days: "法定期限",
    due_soon_minutes: "临期提醒",
    extension_max_days: "单次延期上限",
    extended_max_days: "延期后总时限上限",
    review_apply_days: "申请核查期限",
    review_days: "核查期限",
    reopen_days: "重新办理期限",
    redress_approval_fen: "补偿须审批的金额",
    failed_attempts_to_close: "可替代送达的联系未果次数",
    major_from_people: "列为重大的共同投诉人数",
    retention_years: "保存年限",
    workdays: "个工作日",
    days: "个自然日",
    minutes: "工作分钟前",
    yuan: "元以上",
    times: "次",
    people: "人及以上",
    years: "年",
  },
  en: {
    statutory_days: "Statutory limit",
    due_soon_minutes: "Due soon",
    extension_max_days: "One extension at most",
    extended_max_days: "A limit with extensions at most",
    review_apply_days: "A review is applied for within",
    review_days: "A review takes",
    reopen_days: "A reopened round takes",
    redress_approval_fen: "Redress that takes approval",
    failed_attempts_to_close: "Failed contacts that replace a delivery",
    major_from_people: "Joint complainants that make it major",
    retention_years: "Kept for",
    workdays: "workdays",
    days: "days",
    minutes: "working minutes before",
    yuan: "yuan and more",
    times: "times",
    people: "people and more",
    years: "years",
  },
});

const STAGES = { intake_days: "intake", investigation_days: "investigation", resolution_days: "resolution", feedback_days: "feedback" } as const;
const UNITS = { redress_approval_fen: "yuan", failed_attempts_to_close: "times", major_from_people: "people", retention_years: "years", due_soon_minutes: "minutes", statutory_days: "days" } as const;

const isStage = (name: string): name is keyof typeof STAGES => name in STAGES;

export const nameOf = (name: Limit | Other): string => (isStage(name) ? term("stage", STAGES[name]) : t(name));
export const unitOf = (name: Limit | Other): string => (isStage(name) ? t("workdays") : t(name in UNITS ? UNITS[name as keyof typeof UNITS] : "days"));

// Money is shown and typed in yuan.
export const FEN = 100;
export const shownValue = (name: Limit | Other, value: number | undefined): number | undefined => (name === "redress_approval_fen" && value !== undefined ? value / FEN : value);

// What a policy changes of the one before, a line for each: "普通 · 调查核实：5 → 4 个工作日".
export function changesOf(before: Policy, after: Policy): string[] {
  const line = (name: Limit | Other, was: number | undefined, is: number | undefined, level = ""): string[] =>
    was === is || is === undefined ? [] : [`${level}${nameOf(name)}: ${shownValue(name, was) ?? "—"} → ${shownValue(name, is)} ${unitOf(name)}`];
  return [
    ...LEVELS.flatMap((level) => LIMITS.flatMap((name) => line(name, before.levels[level][name], after.levels[level][name], `${term("level", level)} · `))),
    ...OTHERS.flatMap((name) => line(name, before[name], after[name])),
  ];
}
