// Refusals: application/problem+json as an error that pages can show.
import { messages } from "@/base/i18n";
import type { Schemas } from "@/api/client";

const t = messages({
  zh: { away: "无法连接服务器", awayDetail: "请检查网络后重试。", broken: "服务器的答复无法识别" },
  en: { away: "The server cannot be reached", awayDetail: "Check the network and try again.", broken: "The server's answer makes no sense" },
});

export type Problem = Schemas["Problem"];

// The server did not do it, and says why; status 0: it could not be asked.
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
  get status(): number {
    return this.problem.status;
  }
  // "stale-version", of "/problems/stale-version".
  get slug(): string {
    return this.problem.type.split("/").pop() ?? "";
  }
}

const made = (status: number, title: string, detail: string): Refusal =>
  new Refusal({ type: "/problems/unknown", title, status, detail, instance: "" });

export const unreachable = (): Refusal => made(0, t("away"), t("awayDetail"));

export function refusalOf(body: unknown, status: number): Refusal {
  const problem = body as Problem | undefined;
  return problem?.type && problem.title ? new Refusal(problem) : made(status, t("broken"), `HTTP ${status}`);
}

// What is wrong with each field, by its JSON pointer: {"/complainant/phone": "电话号码须为…"}.
export function fieldErrors(refusal: Refusal | null): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { pointer, detail } of refusal?.problem.errors ?? []) found[pointer] ??= detail;
  return found;
}
