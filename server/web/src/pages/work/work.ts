// What somebody has to do, sorted by what burns.
import { api, take, type Schemas } from "@/api/client";
import { dueState } from "@/base/time";

export type Item = Schemas["ComplaintItem"];

export interface Work {
  offered: Item[]; // waits for my acceptance
  owned: Item[]; // mine, earliest due first, those whose clock is stopped last
  more: boolean; // I own more than a page holds: these are the most pressing
}

const LIMIT = 200;

const list = (query: { owner?: string; pending_owner?: string; order: Schemas["order"] }): Promise<Schemas["ComplaintList"]> =>
  take(api.GET("/v1/complaints", { params: { query: { ...query, status: "open", limit: LIMIT } } }));

const byDue = (a: Item, b: Item): number => (a.due_at ? Date.parse(a.due_at) : Infinity) - (b.due_at ? Date.parse(b.due_at) : Infinity) || a.number.localeCompare(b.number);

// The list by due time leaves out stopped clocks, so the oldest are asked for, too.
export async function readWork(login: string): Promise<Work> {
  const [offered, due, oldest] = await Promise.all([
    list({ pending_owner: login, order: "received_at" }),
    list({ owner: login, order: "due_at" }),
    list({ owner: login, order: "received_at" }),
  ]);
  const stopped = oldest.items.filter((item) => item.due_at === null);
  return {
    offered: offered.items.sort(byDue),
    owned: [...due.items, ...stopped],
    more: due.next !== null || oldest.next !== null,
  };
}

export type GroupName = "offered" | "overdue" | "today" | "later" | "paused";

export interface Group {
  name: GroupName;
  items: Item[];
}

// In the order in which one should look at them. at: now, on the server's clock.
export function groupWork(work: Work, at: number): Group[] {
  const owned = (["overdue", "today", "later", "paused"] as const).map((name) => ({
    name,
    items: work.owned.filter((item) => dueState(item.due_at, at) === name),
  }));
  return [{ name: "offered", items: work.offered }, ...owned];
}
