// Lists that are shown as a whole: all their pages, one after the other.
import type { Schemas } from "@/api/client";
import { api, take } from "@/api/client";

export type Unit = Schemas["Unit"];
export type Client = Schemas["Client"];

const LIMIT = 200;
const PAGES_MAX = 50; // a tree of 10,000 units; nobody reads more

export async function readAll<T>(page: (cursor: string | undefined) => Promise<{ items: T[]; next: string | null }>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  for (let read = 0; read < PAGES_MAX; read++) {
    const { items, next } = await page(cursor);
    all.push(...items);
    if (!next) break;
    cursor = next;
  }
  return all;
}

const unitPage = (cursor?: string): Promise<Schemas["Units"]> => take(api.GET("/v1/units", { params: { query: { closed: true, limit: LIMIT, cursor } } }));
export const readUnits = (): Promise<Unit[]> => readAll(unitPage);
const clientPage = (cursor?: string): Promise<Schemas["Clients"]> => take(api.GET("/v1/clients", { params: { query: { limit: LIMIT, cursor } } }));
export const readClients = (): Promise<Client[]> => readAll(clientPage);

// "湖南分行", or the code of a unit that one does not see.
export function nameOf(units: readonly Unit[] | undefined, code: string): string {
  return units?.find((unit) => unit.code === code)?.name ?? code;
}
