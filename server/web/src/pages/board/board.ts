// The board's figures and the lists that they count.
import type { RouteLocationRaw } from "vue-router";
import { api, take, type Schemas } from "@/api/client";
import { addDays, today } from "@/base/time";
import type { Filters } from "@/pages/complaints/filters";

export type Board = Schemas["Board"];
export type Kind = "open" | "due_soon" | "overdue" | "urged";
export type Figures = Record<Kind, number>;
export type Volume = Schemas["VolumeReport"];
export type Timeliness = Schemas["TimelinessReport"];
export type Causes = Schemas["CausesReport"];

export const KINDS: readonly Kind[] = ["open", "due_soon", "overdue", "urged"];

// The reports' days; the last is today.
export const PERIODS = [7, 30, 90, 365] as const;

const COUNTED: Record<Kind, Filters> = {
  open: { status: "open" },
  due_soon: { due_soon: "true" },
  overdue: { overdue: "true" },
  urged: { status: "open", urged: "true" },
};

// The list of what was counted. Like the board it goes by the owner's unit, and with what lies below it
// unless it is one row of several units.
export const listOf = (filters: Filters): RouteLocationRaw => ({ name: "complaints", query: filters });
export const within = (unit: string | undefined): Filters => (unit ? { owner_unit: unit } : {});
export const unitAlone = (unit: string): Filters => ({ owner_unit: unit, subtree: "false" });
export const counted = (kind: Kind, of: Filters): RouteLocationRaw => listOf({ ...of, ...COUNTED[kind] });

// Open complaints of an age, in days since the day of receipt: of the last days are the youngest.
export const aged = (from: number, to: number | null, of: Filters): RouteLocationRaw =>
  listOf({ ...of, status: "open", received_to: addDays(today(), -from), ...(to === null ? {} : { received_from: addDays(today(), -to) }) });

export const readBoard = (unit: string | undefined): Promise<Board> => take(api.GET("/v1/board", { params: { query: { unit } } }));

export interface Asked {
  from: string;
  to: string;
  unit: string | undefined;
}

export const askedOf = (days: number, unit: string | undefined): Asked => ({ from: addDays(today(), 1 - days), to: today(), unit });

// The worst first: what is overdue, then what is open.
export function worstFirst<T extends Figures>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => b.overdue - a.overdue || b.due_soon - a.due_soon || b.open - a.open);
}

export interface CauseSum {
  code: string | null;
  name: string | null;
  received: number;
}

// The report tells causes by product: these are the causes alone, the most frequent first.
export function byCause(report: Causes): CauseSum[] {
  const sums = new Map<string | null, CauseSum>();
  for (const { cause_class, cause, received } of report.items) {
    const sum = sums.get(cause_class) ?? { code: cause_class, name: cause, received: 0 };
    sum.received += received;
    sums.set(cause_class, sum);
  }
  return [...sums.values()].sort((a, b) => b.received - a.received);
}

export const percent = (share: number | null): string => (share === null ? "–" : `${(share * 100).toFixed(1)}%`);
export const amount = (n: number): string => n.toLocaleString("en-US");
