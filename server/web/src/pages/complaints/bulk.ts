// One thing done to many complaints: each is a request of its own, by the version that was shown and
// under a key of its own, a few at a time.
import { computed, reactive, ref } from "vue";
import { api, changing, newKey, take, type Answer } from "@/api/client";
import { Refusal } from "@/api/problem";
import type { Item } from "@/pages/complaints/list";

const AT_ONCE = 4;

export type State = "waiting" | "running" | "done" | "refused";

export interface Row {
  item: Item;
  state: State;
  refusal: Refusal | null;
  key: string;
}

export function useBulk<I>(items: readonly Item[], send: (item: Item, headers: ReturnType<typeof changing>, input: I) => Promise<Answer<unknown>>) {
  const rows = ref<Row[]>(items.map((item) => ({ item, state: "waiting", refusal: null, key: "" })));
  const busy = ref(false);
  const wrong = ref<Refusal | null>(null); // with what was typed: then nothing was done
  let meant = "";
  let stopped = false;

  const count = (state: State): number => rows.value.filter((row) => row.state === state).length;

  // Somebody who tries again has seen that it changed meanwhile.
  async function refresh(row: Row): Promise<void> {
    if (row.refusal?.status !== 412) return;
    const now = await take(api.GET("/v1/complaints/{id}", { params: { path: { id: row.item.id } } })).catch(() => null);
    if (now) row.item = { ...row.item, version: now.version };
  }

  async function one(row: Row, input: I): Promise<void> {
    row.state = "running";
    await refresh(row);
    try {
      await take(send(row.item, changing(row.item.version, row.key), input));
      Object.assign(row, { state: "done", refusal: null });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      Object.assign(row, { state: "refused", refusal: error });
    }
  }

  // The first goes alone: what is wrong with the input is told once, at its fields.
  async function run(input: I): Promise<void> {
    if (busy.value) return;
    const now = JSON.stringify(input);
    const todo = rows.value.filter(({ state }) => state !== "done");
    if (now !== meant) for (const row of todo) row.key = newKey();
    [meant, stopped, busy.value, wrong.value] = [now, false, true, null];
    try {
      for (const row of todo) row.state = "waiting";
      const [first, ...others] = todo;
      if (!first) return;
      await one(first, input);
      if (first.refusal?.status === 422 && first.refusal.problem.errors) {
        wrong.value = first.refusal;
        for (const row of todo) Object.assign(row, { state: "waiting", refusal: null });
        return;
      }
      const worker = async (): Promise<void> => {
        for (let row = others.shift(); row && !stopped; row = others.shift()) await one(row, input);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    } finally {
      busy.value = false;
    }
  }

  const stop = (): void => void (stopped = true);

  return reactive({ rows, busy, wrong, done: computed(() => count("done")), refused: computed(() => count("refused")), run, stop });
}
