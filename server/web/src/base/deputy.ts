// For whom somebody may act today.
import { api, take, type Schemas } from "@/api/client";
import { serverNow } from "@/base/time";

export interface Whom {
  login: string;
  name: string;
  until: string;
}

const isNow = ({ from, until }: Schemas["Deputy"], at: number): boolean => Date.parse(from) <= at && at < Date.parse(until);

// Each once, with the latest end of all appointments that run.
export async function readWhom(self: string): Promise<Whom[]> {
  const { items } = await take(api.GET("/v1/deputies", { params: { query: { deputy: self, limit: 200 } } }));
  const whom = new Map<string, Whom>();
  for (const one of items.filter((item) => isNow(item, serverNow()))) {
    const until = [one.until, whom.get(one.staff)?.until ?? ""].sort().at(-1) ?? "";
    whom.set(one.staff, { login: one.staff, name: one.staff_name, until });
  }
  return [...whom.values()];
}
