// Times are shown in the institution's zone, a fixed offset, wherever the browser stands; and measured
// by the server's clock, which every answer tells.
import { ref } from "vue";
import { messages } from "@/base/i18n";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const zone = ref("+08:00");
let zoneMs = 8 * HOUR;
let ahead = 0; // of the server's clock, ms

export function setZone(offset: string): void {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [];
  zone.value = offset;
  zoneMs = (sign === "-" ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE);
}

// What the Date of an answer says; it counts whole seconds, so small differences say nothing.
export function hearServerTime(date: string | null): void {
  const difference = date ? Date.parse(date) - Date.now() : NaN;
  if (Math.abs(difference - ahead) > 2000) ahead = difference;
}

export const serverNow = (): number => Date.now() + ahead;

// Ticks twice a minute, for what is counted down.
export const now = ref(serverNow());
setInterval(() => (now.value = serverNow()), 30_000);

// The wall clock's parts: "2026-11-22T17:30:00.000Z" reads 17:30 in the zone.
const wall = (at: number): string => new Date(at + zoneMs).toISOString();

// The day of a moment in the zone, "2026-11-22".
export const dayOf = (at: number | string): string => wall(typeof at === "string" ? Date.parse(at) : at).slice(0, 10);

// "11-22 17:30", with the year when it is another one.
export function formatTime(iso: string): string {
  const text = wall(Date.parse(iso));
  const from = text.slice(0, 4) === wall(now.value).slice(0, 4) ? 5 : 0;
  return `${text.slice(from, 10)} ${text.slice(11, 16)}`;
}

// With seconds and zone, for who wants it exactly.
export function formatExactly(iso: string): string {
  const text = wall(Date.parse(iso));
  return `${text.slice(0, 10)} ${text.slice(11, 19)} (UTC${zone.value})`;
}

// What an <input type="datetime-local"> holds, as the API takes it, and back.
export const fromInput = (local: string): string => `${local.length === 16 ? `${local}:00` : local}${zone.value}`;
export const toInput = (at: number | string): string => wall(typeof at === "string" ? Date.parse(at) : at).slice(0, 16);

// Days as people count them in the zone: "2026-11-22".
export const today = (): string => dayOf(serverNow());
export const addDays = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
export const startOfDay = (day: string): string => `${day}T00:00:00${zone.value}`;

const t = messages({
  zh: { days: "{d} 天", hours: "{h} 小时", minutes: "{m} 分钟", soon: "不到 1 分钟", left: "还剩 {span}", over: "已逾期 {span}", paused: "计时中止" },
  en: { days: "{d} d", hours: "{h} h", minutes: "{m} min", soon: "less than 1 min", left: "{span} left", over: "{span} overdue", paused: "Clock stopped" },
});

// "2 天 3 小时": the two largest units that count.
export function formatSpan(ms: number): string {
  const d = Math.floor(ms / DAY);
  const h = Math.floor((ms % DAY) / HOUR);
  const m = Math.floor((ms % HOUR) / MINUTE);
  const parts = d ? [t("days", { d }), h ? t("hours", { h }) : ""] : h ? [t("hours", { h }), m && h < 6 ? t("minutes", { m }) : ""] : [m ? t("minutes", { m }) : t("soon")];
  return parts.filter(Boolean).join(" ");
}

export type Due = "overdue" | "today" | "later" | "paused";

// How a due time stands; null: the clock is stopped.
export function dueState(due: string | null, at: number = now.value): Due {
  if (!due) return "paused";
  if (Date.parse(due) < at) return "overdue";
  return dayOf(due) === dayOf(at) ? "today" : "later";
}

export function dueText(due: string | null): string {
  if (!due) return t("paused");
  const left = Date.parse(due) - now.value;
  return left < 0 ? t("over", { span: formatSpan(-left) }) : t("left", { span: formatSpan(left) });
}
