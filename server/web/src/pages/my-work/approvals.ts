// What waits for my decision, the longest first.
import { api, take, type Schemas } from "@/api/client";
import type { Item } from "@/pages/my-work/work";

export type Approval = Schemas["AwaitedApproval"] & { item: Item };

export interface Approvals {
  list: Approval[];
  more: boolean; // there are more than are listed
}

const LIMIT = 100;

// Also of complaints that have ended: their values are asked for as they were written.
export async function readApprovals(): Promise<Approvals> {
  const { items, next } = await take(api.GET("/v1/complaints", { params: { query: { awaiting_approval: true, order: "received_at", limit: LIMIT } } }));
  const list = items.flatMap((item) => item.awaiting_approval.filter(({ action }) => item.allowed_actions.includes(action)).map((request) => ({ ...request, item })));
  return { list: list.sort((a, b) => Date.parse(a.since) - Date.parse(b.since)), more: next !== null };
}

// One complaint may have several.
export const approvalKey = ({ item, action }: Pick<Approval, "item" | "action">): string => `${item.id} ${action}`;
