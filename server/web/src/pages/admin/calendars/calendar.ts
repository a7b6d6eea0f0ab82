// Working calendars: what a day is, a year as months, and calendars read from files.
import type { Schemas } from "@/api/client";
import { language, messages } from "@/base/i18n";

export type Calendar = Schemas["CalendarInput"];
export type Kind = "day" | "rest" | "off" | "work"; // worked, not worked, a holiday, worked though it is not by its weekday

const DAY_MS = 86_400_000;
const WEEKDAYS: readonly Schemas["weekday"][] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

// Days are written "2026-10-01" and counted in UTC, where every day has 24 hours.
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayAt = (time: number): string => new Date(time).toISOString().slice(0, 10);

export interface Days {
  off: ReadonlySet<string>;
  work: ReadonlySet<string>;
  weekdays: ReadonlySet<string>;
}

export const daysOf = (calendar: Calendar): Days => ({ off: new Set(calendar.off), work: new Set(calendar.work), weekdays: new Set(calendar.weekdays) });

export function kindOf(days: Days, day: string): Kind {
  if (days.off.has(day)) return "off";
  const usual = days.weekdays.has(WEEKDAYS[new Date(at(day)).getUTCDay()]!);
  if (days.work.has(day)) return "work";
  return usual ? "day" : "rest";
}

export interface Month {
  month: number; // 1 to 12
  weeks: (string | null)[][]; // from Monday
}

export function monthsOf(year: number): Month[] {
  return Array.from({ length: 12 }, (_, index) => {
    const first = Date.UTC(year, index, 1);
    const cells: (string | null)[] = Array<null>((new Date(first).getUTCDay() + 6) % 7).fill(null);
    for (let time = first; new Date(time).getUTCMonth() === index; time += DAY_MS) cells.push(dayAt(time));
    while (cells.length % 7) cells.push(null);
    return { month: index + 1, weeks: Array.from({ length: cells.length / 7 }, (_week, row) => cells.slice(row * 7, row * 7 + 7)) };
  });
}

export interface Range {
  first: string;
  last: string;
  count: number;
}

// Days that follow one another as ranges.
export function rangesOf(days: Iterable<string>): Range[] {
  const ranges: Range[] = [];
  for (const day of [...days].sort()) {
    const range = ranges[ranges.length - 1];
    if (range && at(day) === at(range.last) + DAY_MS) Object.assign(range, { last: day, count: range.count + 1 });
    else ranges.push({ first: day, last: day, count: 1 });
  }
  return ranges;
}

// Worked days of a year.
export const workedIn = (calendar: Calendar, year: number): number => {
  const days = daysOf(calendar);
  return monthsOf(year).flatMap(({ weeks }) => weeks.flat()).filter((day) => day && ["day", "work"].includes(kindOf(days, day))).length;
};

export interface Change {
  day: string;
  before: Kind;
  after: Kind;
}

// The days that another calendar takes for something else, in the years of either.
export function changesOf(before: Calendar, after: Calendar): Change[] {
  const [was, is] = [daysOf(before), daysOf(after)];
  const years = [...new Set([...before.years, ...after.years])].sort();
  const days = years.flatMap((year) => monthsOf(year).flatMap(({ weeks }) => weeks.flat().filter((day) => day !== null)));
  return days.map((day) => ({ day, before: kindOf(was, day), after: kindOf(is, day) })).filter(({ before, after }) => before !== after);
}

const t = messages({
  zh: { day: "{m}月{d}日", dated: "{y}年{m}月{d}日", range: "{first}–{last}", json: "这个 JSON 文件不是工作日历。", line: "第 {n} 行无法识别：{text}", empty: "文件中没有日期。" },
  en: { day: "{name} {d}", dated: "{name} {d}, {y}", range: "{first}–{last}", json: "This JSON file is no working calendar.", line: "Line {n} makes no sense: {text}", empty: "There is no date in the file." },
});

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

// "10 月", "October"
export const nameOfMonth = (month: number): string => (language.value === "zh" ? `${month} 月` : MONTHS[month - 1]!);

// "10月1日", "Oct 1"
export const nameOfDay = (day: string, year = false): string => t(year ? "dated" : "day", { y: day.slice(0, 4), m: Number(day.slice(5, 7)), d: Number(day.slice(8)), name: MONTHS[Number(day.slice(5, 7)) - 1]!.slice(0, 3) });
export const nameOfRange = ({ first, last }: Range): string => (first === last ? nameOfDay(first) : t("range", { first: nameOfDay(first), last: nameOfDay(last) }));

// Why a file is no calendar, in words.
export class Unreadable extends Error {}

const OFF = ["off", "holiday", "休", "休息", "放假", "节假日", "法定节假日"];
const WORK = ["work", "workday", "班", "上班", "调休", "补班", "调休上班"];

// The calendar so far with the years of these days replaced by them.
function merge(days: { day: string; off: boolean }[], name: string, base: Calendar): Calendar {
  if (!days.length) throw new Unreadable(t("empty"));
  const years = [...new Set(days.map(({ day }) => Number(day.slice(0, 4))))];
  const others = (list: string[] | undefined): string[] => (list ?? []).filter((day) => !years.includes(Number(day.slice(0, 4))));
  return {
    ...base,
    name,
    years: [...new Set([...base.years, ...years])].sort(),
    off: [...others(base.off), ...days.filter(({ off }) => off).map(({ day }) => day)].sort(),
    work: [...others(base.work), ...days.filter(({ off }) => !off).map(({ day }) => day)].sort(),
  };
}

// "2027-01-01,休" a line; a first line without a date is a heading, what follows is a remark.
function fromLines(text: string, name: string, base: Calendar): Calendar {
  const days: { day: string; off: boolean }[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    const [date = "", kind = ""] = line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"|"$/g, ""));
    const [, year, month, day] = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(date) ?? [];
    const off = OFF.includes(kind.toLowerCase());
    if (year && month && day && (off || WORK.includes(kind.toLowerCase()))) days.push({ day: `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`, off });
    else if (line.trim() && (index > 0 || year)) throw new Unreadable(t("line", { n: index + 1, text: line.slice(0, 40) }));
  });
  return merge(days, name, base);
}

// JSON: a calendar as the API takes it, or a year of the usual lists of public holidays,
// {"days": [{"date": "2027-01-01", "isOffDay": true}]}.
function fromJson(text: string, name: string, base: Calendar): Calendar {
  let found: Partial<Calendar> & { days?: { date: string; isOffDay: boolean }[] };
  try {
    found = JSON.parse(text);
  } catch {
    throw new Unreadable(t("json"));
  }
  if (Array.isArray(found?.days)) return merge(found.days.map(({ date, isOffDay }) => ({ day: date, off: isOffDay })), name, base);
  if (!Array.isArray(found?.years)) throw new Unreadable(t("json"));
  return { ...found, name: found.name ?? name } as Calendar;
}

// What a file says; spreadsheets still write GB 18030.
export async function readCalendar(file: Blob & { name: string }, base: Calendar): Promise<Calendar> {
  const bytes = await file.arrayBuffer();
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    text = new TextDecoder("gb18030").decode(bytes);
  }
  const name = file.name.replace(/\.[^.]*$/, "").slice(0, 100);
  return /^\s*[[{]/.test(text) ? fromJson(text, name, base) : fromLines(text.replace(/^\uFEFF/, ""), name, base);
}
