// What somebody has to do, sorted by what burns.
import { api, take, type Schemas } from "@/api/client";
import { dueState } from "@/base/time";
import { approvalKey, readApprovals, type Approvals } from "@/pages/my-work/approvals";

export type Item = Schemas["ComplaintItem"];

export interface Work {
  offered: Item[]; // waits for my acceptance
  owned: Item[]; // mine, earliest due first, those whose clock is stopped last
  more: boolean; // I own more than a page holds: these are the most pressing
  approvals?: Approvals; // of those who approve
}

const LIMIT = 200;

interface Query {
  owner?: string;
  pending_owner?: string;
  overdue?: boolean;
  urged?: boolean;
  order: Schemas["order"];
}

const list = (query: Query, limit = LIMIT) => take(api.GET("/v1/complaints", { params: { query: { ...query, status: "open", limit } } }));

const earliest = (at: (item: Item) => string | null) => (a: Item, b: Item): number => {
  const [mine, theirs] = [a, b].map((item) => Date.parse(at(item) ?? "") || Infinity) as [number, number];
  return (mine === theirs ? 0 : mine - theirs) || a.number.localeCompare(b.number);
};

// The list by due time leaves out stopped clocks, so the oldest are asked for, too.
export async function readWork(login: string, approves: boolean): Promise<Work> {
  const [offered, due, oldest, urged, approvals] = await Promise.all([
    list({ pending_owner: login, order: "received_at" }),
    list({ owner: login, order: "due_at" }),
    list({ owner: login, order: "received_at" }),
    list({ owner: login, urged: true, order: "received_at" }),
    approves ? readApprovals() : undefined,
  ]);
  const others = [...oldest.items.filter((item) => item.due_at === null), ...urged.items];
  const owned = new Map([...due.items, ...others].map((item) => [item.id, item]));
  return {
    offered: offered.items.sort(earliest((item) => item.due_at)),
    owned: [...owned.values()].sort(earliest((item) => item.due_at)),
    more: due.next !== null || oldest.next !== null,
    approvals,
  };
}

const DUES = ["overdue", "today", "later", "paused"] as const;
export type GroupName = "urged" | "offered" | (typeof DUES)[number];

export interface Group {
  name: GroupName;
  items: Item[];
}

// In the order in which one should look at them: first what a supervisor waits for. at: now, on the server's
// clock.
export function groupWork({ offered, owned }: Work, at: number): Group[] {
  const rest = owned.filter((item) => !item.urge_due_at);
  return [
    { name: "urged", items: owned.filter((item) => item.urge_due_at).sort(earliest((item) => item.urge_due_at)) },
    { name: "offered", items: offered },
    ...DUES.map((name) => ({ name, items: rest.filter((item) => dueState(item.due_at, at) === name) })),
  ];
}

export type FigureName = "approvals" | "urged" | "offered" | "overdue" | "today";

export interface Figure {
  name: FigureName;
  count: number;
  more?: boolean;
  first?: string; // whom to look at
}

// How much there is of each; what is urged counts among the overdue as well.
export function figuresOf({ offered, owned, approvals }: Work, at: number): Figure[] {
  const [urged] = groupWork({ offered, owned, more: false }, at) as [Group];
  const figure = (name: FigureName, items: Item[]): Figure => ({ name, count: items.length, first: items[0]?.id });
  const due = (name: "overdue" | "today"): Figure => figure(name, owned.filter((item) => dueState(item.due_at, at) === name));
  const mine = [figure("urged", urged.items), figure("offered", offered), due("overdue"), due("today")];
  if (!approvals) return mine;
  const [first] = approvals.list;
  return [{ name: "approvals", count: approvals.list.length, more: approvals.more, first: first && approvalKey(first) }, ...mine];
}

export interface Watched {
  overdue: Item[];
  urged: Item[];
}

const WATCHED = 5;

// What a supervisor has to look after: the longest overdue in their units, and orders that wait for answers.
export async function readWatched(): Promise<Watched> {
  const [overdue, urged] = await Promise.all([list({ overdue: true, order: "due_at" }, WATCHED), list({ urged: true, order: "received_at" }, WATCHED)]);
  return { overdue: overdue.items, urged: urged.items.sort(earliest((item) => item.urge_due_at)) };
}
