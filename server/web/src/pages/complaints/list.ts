// Pages of complaints, one below the other, and what has changed since they were read.
import { computed, reactive, ref, shallowRef, type Ref } from "vue";
import { api, take, type Schemas } from "@/api/client";
import { Refusal } from "@/api/problem";
import { useEvents } from "@/base/events";
import { useLoad } from "@/base/load";
import { toQuery, type Filters } from "@/pages/complaints/filters";

export type Item = Schemas["ComplaintItem"];

const PAGE = 50;

const read = (filters: Filters, more: { cursor?: string; count?: "exact"; limit: number }) =>
  take(api.GET("/v1/complaints", { params: { query: { ...toQuery(filters), ...more } } }));

// Rows of a page that were shown already have moved since: they stay where they are.
function joined(shown: readonly Item[], page: readonly Item[]): Item[] {
  const known = new Set(shown.map(({ id }) => id));
  return [...shown, ...page.filter(({ id }) => !known.has(id))];
}

export function useList(filters: Ref<Filters>) {
  const rest = shallowRef<Item[]>([]);
  const next = ref<string | null>(null);
  const busy = ref(false);
  const refusal = shallowRef<Refusal | null>(null);
  const total = ref<number | null>(null);
  const changed = ref(new Set<string>());
  let turn = 0;

  const first = useLoad(async () => {
    turn++;
    const page = await read(filters.value, { limit: PAGE });
    [rest.value, next.value, total.value, refusal.value] = [[], page.next, null, null];
    changed.value = new Set();
    return page;
  }, filters);

  // What is asked while another list is shown already is dropped.
  async function ask<T>(question: Promise<T>, use: (answer: T) => void): Promise<void> {
    const mine = turn;
    busy.value = true;
    refusal.value = null;
    try {
      const answer = await question;
      if (mine === turn) use(answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (mine === turn) refusal.value = error;
    } finally {
      busy.value = false;
    }
  }

  const items = computed(() => joined(first.data?.items ?? [], rest.value));

  const more = (): Promise<void> =>
    ask(read(filters.value, { limit: PAGE, cursor: next.value ?? undefined }), (page) => {
      rest.value = [...rest.value, ...page.items];
      next.value = page.next;
    });

  const count = (): Promise<void> => ask(read(filters.value, { limit: 1, count: "exact" }), (page) => (total.value = page.total ?? null));

  // Rows do not move under the hand: what happens is counted, and shown when somebody asks for it.
  useEvents((event) => {
    if (event?.complaint) changed.value = new Set(changed.value).add(event.complaint.id);
  });

  return reactive({ first, items, next, busy, refusal, total, changed: computed(() => changed.value.size), more, count });
}
