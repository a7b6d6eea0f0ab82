// People as administrators see them: the list's filters, first passwords, what stands in the way.
import type { LocationQuery } from "vue-router";
import type { Schemas } from "@/api/client";
import type { Refusal } from "@/api/problem";
import { messages } from "@/base/i18n";
import type { Role } from "@/base/session";

export type Member = Schemas["StaffMember"];
export type Grant = Schemas["Grant"];

export const ROLES: readonly Role[] = ["intake", "handler", "supervisor", "auditor", "security_admin", "system_admin"];

export type State = "active" | "disabled" | "all";

export interface Filter {
  q: string;
  unit: string;
  role: Role | "";
  state: State;
}

const one = (value: unknown): string => (typeof value === "string" ? value : "");

// The filter is the page's address: it can be kept, sent and gone back to.
export function filterOf(query: LocationQuery): Filter {
  const role = ROLES.find((candidate) => candidate === query.role) ?? "";
  const state = query.state === "disabled" || query.state === "all" ? query.state : "active";
  return { q: one(query.q), unit: one(query.unit), role, state };
}

export function addressOf(filter: Filter): Record<string, string> {
  const { q, unit, role, state } = filter;
  return { ...(q && { q }), ...(unit && { unit }), ...(role && { role }), ...(state !== "active" && { state }) };
}

export const queryOf = ({ q, unit, role, state }: Filter) => ({
  q: q || undefined,
  unit: unit || undefined,
  role: role || undefined,
  active: state === "all" ? undefined : state === "active",
});

// Without signs that are taken for one another, as it is read out and typed once.
const SIGNS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";

// About 93 bits: 16 signs in groups of four.
export function makePassword(): string {
  const signs: string[] = [];
  while (signs.length < 16) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte! < Math.floor(256 / SIGNS.length) * SIGNS.length) signs.push(SIGNS[byte! % SIGNS.length]!);
  }
  return [0, 4, 8, 12].map((at) => signs.slice(at, at + 4).join("")).join("-");
}

const t = messages({
  zh: {
    recused: "接收人须回避",
    not_eligible: "接收人没有该环节所需的角色",
    beyond_reach: "不在您的权限范围内",
    not_possible: "当前状态不能移交",
    owned: "由其负责，尚未移交",
    offered: "正待其接手",
    too_many: "在办投诉过多，一次最多移交 2000 件",
    count: "{what}：{n} 件",
    named: "{what}：{numbers}",
    and: "、",
  },
  en: {
    recused: "the receiver is barred by recusal",
    not_eligible: "the receiver lacks the role for the stage",
    beyond_reach: "beyond your reach",
    not_possible: "cannot be handed over as it is",
    owned: "owned by them",
    offered: "offered to them",
    too_many: "too many open complaints: 2,000 at a time",
    count: "{n} × {what}",
    named: "{what}: {numbers}",
    and: ", ",
  },
});

// Why open work cannot be handed over, a line for each kind of reason.
export function obstaclesOf(refusal: Refusal): string[] {
  if (refusal.slug !== "hand-over-blocked") return [];
  const { obstacles } = refusal.problem as Schemas["HandOverProblem"];
  const kinds = [...new Set(obstacles.map(({ code }) => code))];
  return kinds.map((code) => {
    const mine = obstacles.filter((obstacle) => obstacle.code === code);
    const numbers = mine.flatMap(({ complaint }) => complaint ?? []);
    if (code === "too_many") return t(code);
    return numbers.length === mine.length ? t("named", { what: t(code), numbers: numbers.join(t("and")) }) : t("count", { what: t(code), n: mine.length });
  });
}

const may = messages({
  zh: {
    intake: "受理登记、分类，查看本机构接收或负责的投诉",
    handler: "办理自己负责的环节，提出移交",
    supervisor: "查看下辖全部投诉，改派、督办、审批延期与补偿",
    auditor: "只读：查看下辖全部投诉（脱敏）、日志与签名",
    security_admin: "管理机构、人员、角色和接口客户端；不能查看投诉",
    system_admin: "管理日历与时限制度；不能查看投诉",
  },
  en: {
    intake: "Receives and classifies; sees what the unit received or owns",
    handler: "Works on the stages they own, offers them on",
    supervisor: "Sees all below; assigns, urges, approves extensions and redress",
    auditor: "Reads all below, masked, with journals and signatures; changes nothing",
    security_admin: "Looks after units, people, roles and API clients; sees no complaint",
    system_admin: "Looks after calendars and limits; sees no complaint",
  },
});

// What a role allows, in a line.
export const meaningOf = (role: Role): string => may(role);
