// What is kept, erased and shown as it was written: read in whole, and in words.
import { api, take, type Schemas } from "@/api/client";
import { messages } from "@/base/i18n";

export type Hold = Schemas["RetentionHold"];
export type Order = Schemas["ErasureOrder"];

const LIMIT = 200;
const PAGES_MAX = 20;
export const LISTED_MAX = 1000;

async function readAfter<T>(page: (after: number) => Promise<{ items: T[]; next: number | null }>): Promise<T[]> {
  const all: T[] = [];
  let after = 0;
  for (let read = 0; read < PAGES_MAX; read++) {
    const { items, next } = await page(after);
    all.push(...items);
    if (next === null) break;
    after = next;
  }
  return all.reverse(); // newest first
}

const holdPage = (after: number, inForce: boolean): Promise<Schemas["RetentionHoldPage"]> => take(api.GET("/v1/retention-holds", { params: { query: { after, limit: LIMIT, in_force: inForce } } }));
const orderPage = (after: number): Promise<Schemas["ErasureOrderPage"]> => take(api.GET("/v1/erasure-orders", { params: { query: { after, limit: LIMIT } } }));

export const readHolds = (inForce: boolean): Promise<Hold[]> => readAfter((after) => holdPage(after, inForce));
export const readOrders = (): Promise<Order[]> => readAfter(orderPage);

const fields = messages({
  zh: { name: "姓名", phone: "电话", email: "邮箱", address: "地址", identity_number: "证件号码", account_number: "账号卡号", subject: "标题", narrative: "投诉内容", demand: "诉求" },
  en: { name: "name", phone: "telephone", email: "e-mail", address: "address", identity_number: "identity number", account_number: "account or card", subject: "subject", narrative: "narrative", demand: "demand" },
});
export const fieldName = (field: Schemas["unmask_field"]): string => fields(field);

export type OrderState = "waits" | "refused" | "running" | "done";

export function stateOf(order: Order): OrderState {
  if (order.approved === null) return "waits";
  if (!order.approved) return "refused";
  return order.finished_at ? "done" : "running";
}

// "TS1, TS2" or a line each.
export const numbersOf = (text: string): string[] => text.split(/[\s,，、;；]+/).filter(Boolean);
