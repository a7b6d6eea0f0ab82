// What the list is asked for. The address has it by the names of the API, so that a link shows the same
// list to whoever follows it; days stand for the moments at which they begin and end.
import type { LocationQuery } from "vue-router";
import type { paths } from "#openapi";
import { addDays, startOfDay } from "@/base/time";

export type ListQuery = NonNullable<paths["/v1/complaints"]["get"]["parameters"]["query"]>;

const TERMS = ["status", "stage", "level", "source", "tag", "order"] as const;
const TEXTS = ["q", "unit", "owner_unit", "owner", "class", "number", "external_case_number"] as const;
const FLAGS = ["overdue", "due_soon", "urged", "awaiting_approval", "subtree"] as const;
export const RANGES = ["received", "due", "closed"] as const;
const DAYS = ["received_from", "received_to", "due_from", "due_to", "closed_from", "closed_to"] as const;
const NAMES = [...TEXTS, ...TERMS, ...FLAGS, "due_within", ...DAYS] as const;

export type FilterName = (typeof NAMES)[number];
export type Filters = Partial<Record<FilterName, string>>;

// Only these stand behind the button for more.
export const LESS: readonly FilterName[] = ["q", "status", "stage", "unit", "owner", "overdue", "order"];

// What people type freely may hold a name or a telephone number: it is not kept.
const TYPED: readonly FilterName[] = ["q", "number", "external_case_number"];
export const keepable = (filters: Filters): Filters => without(filters, ...TYPED);

export function without(filters: Filters, ...names: FilterName[]): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([name]) => !names.includes(name as FilterName)));
}

export function readFilters(query: LocationQuery): Filters {
  const found: Filters = {};
  for (const name of NAMES) {
    const value = query[name];
    if (typeof value === "string" && value.trim()) found[name] = value.trim();
  }
  return found;
}

// The names that are set, in the order of the bar; how the list is sorted and what a unit means are none
// of their own.
export const setNames = (filters: Filters): FilterName[] => NAMES.filter((name) => name !== "order" && name !== "subtree" && filters[name]);

export const sameFilters = (a: Filters, b: Filters): boolean => NAMES.every((name) => (a[name] ?? "") === (b[name] ?? ""));

const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

// What is no day goes as it is, and is refused by name.
function momentOf(name: string, day: string): string {
  if (!isDay(day)) return day;
  return startOfDay(name.endsWith("_to") ? addDays(day, 1) : day);
}

export function toQuery(filters: Filters): ListQuery {
  const query: Record<string, string> = { ...filters };
  for (const name of DAYS) {
    const day = filters[name];
    if (day) query[name] = momentOf(name, day);
  }
  return query as unknown as ListQuery; // numbers and flags are written the same in an address
}
