// Which rows are chosen: one by one, a stretch with the shift key, or all that are shown.
import { computed, ref, type Ref } from "vue";

export function useSelection<T extends { id: string }>(rows: Ref<readonly T[]>) {
  const chosen = ref(new Set<string>());
  let last = ""; // chosen before: where a stretch begins

  const items = computed(() => rows.value.filter(({ id }) => chosen.value.has(id)));
  const all = computed(() => rows.value.length > 0 && items.value.length === rows.value.length);

  function set(ids: string[], on: boolean): void {
    const now = new Set(chosen.value);
    for (const id of ids) on ? now.add(id) : now.delete(id);
    chosen.value = now;
  }

  function toggle(id: string, on: boolean, stretch: boolean): void {
    const ids = rows.value.map((row) => row.id);
    const [from, to] = [ids.indexOf(last), ids.indexOf(id)].sort((a, b) => a - b);
    set(stretch && from !== undefined && from >= 0 ? ids.slice(from, (to ?? from) + 1) : [id], on);
    last = id;
  }

  const toggleAll = (on: boolean): void => set(rows.value.map(({ id }) => id), on);

  function keep(ids: readonly string[]): void {
    chosen.value = new Set(ids);
    last = "";
  }

  return { chosen, items, all, toggle, toggleAll, keep };
}
