// From what is typed to what is sent.
import { fromInput, serverNow, toInput } from "@/base/time";
import type { Act, Complaint, Field, RedressRow, Value, Values } from "@/pages/complaint/act/act";

// When a form was opened: a time that still reads so is meant to the second.
let openedMs = 0;
export const nowInput = (): string => toInput(openedMs);

export function emptyOf(field: Field): Value {
  return field.kind === "several" || field.kind === "redress" ? [] : "";
}

export function initialValues(act: Act, complaint: Complaint, draft: Values = {}): Values {
  openedMs = serverNow();
  return Object.fromEntries(act.fields.map((field) => [field.name, draft[field.name] ?? field.initial?.(complaint) ?? emptyOf(field)]));
}

export const timeOf = (local: string): string => (local === nowInput() ? new Date(openedMs).toISOString() : fromInput(local));

// "1234.5" yuan are 123450 fen; null when it is no amount.
export function toFen(yuan: string): number | null {
  const [, whole, part] = /^(\d{1,13})(?:\.(\d{0,2}))?$/.exec(yuan.replaceAll(",", "").trim()) ?? [];
  return whole === undefined ? null : Number(whole) * 100 + Number((part ?? "").padEnd(2, "0"));
}

// Digits and one point, with fen at most.
export const cleanYuan = (typed: string): string => /^\d{0,13}(\.\d{0,2})?/.exec(typed.replace(/[^\d.]/g, ""))?.[0] ?? "";

function rowOf({ type, yuan }: RedressRow): { type: string; amount?: number | null } {
  return yuan.trim() === "" ? { type } : { type, amount: toFen(yuan) };
}

export function sent(field: Field, value: Value): unknown {
  if (field.kind === "redress") return (value as RedressRow[]).length ? (value as RedressRow[]).map(rowOf) : undefined;
  if (Array.isArray(value)) return value;
  const text = value.trim();
  // An empty text that is needed is sent, so that the server says so at the field.
  if (text === "") return field.required && ["text", "line", "staff", "complaint"].includes(field.kind) ? "" : undefined;
  if (field.kind === "time") return timeOf(text);
  if (field.kind === "number") return Number(text);
  if (field.kind === "yuan") return toFen(text);
  if (field.kind === "choice" && field.as) return field.as(text);
  return text;
}

export const same = (a: Value | undefined, b: Value | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

export function bodyOf(act: Act, values: Values, initial: Values): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of act.fields) {
    const value = values[field.name] ?? emptyOf(field);
    if (field.when && !field.when(values)) continue;
    if (act.changes && same(value, initial[field.name])) continue;
    const member = sent(field, value);
    if (member !== undefined) body[field.name] = member;
  }
  return body;
}
