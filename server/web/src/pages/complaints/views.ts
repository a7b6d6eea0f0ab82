// Filters that somebody gave a name, kept in this browser for that login: the API has no place for them.
// They are no more than filters, and what was typed freely is not among them.
import { computed, ref, watch } from "vue";
import { self } from "@/base/session";
import { keepable, readFilters, type Filters } from "@/pages/complaints/filters";

export interface View {
  name: string;
  filters: Filters;
}

export const VIEWS_MAX = 20;
export const NAME_MAX = 30;

const stored = computed(() => `desk.views.${self.value?.login ?? ""}`);

// Whatever else may stand there.
function read(): View[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(stored.value) ?? "[]");
    if (!Array.isArray(found)) return [];
    return found
      .filter((view: View) => typeof view?.name === "string" && view.name && typeof view.filters === "object")
      .map((view: View) => ({ name: view.name.slice(0, NAME_MAX), filters: keepable(readFilters({ ...view.filters })) }))
      .slice(0, VIEWS_MAX);
  } catch {
    return [];
  }
}

export const views = ref<View[]>([]);
watch(stored, () => (views.value = read()), { immediate: true });

function write(now: View[]): void {
  views.value = now;
  localStorage.setItem(stored.value, JSON.stringify(now));
}

// Another one of the same name is replaced.
export function saveView(name: string, filters: Filters): void {
  const kept = { name: name.trim().slice(0, NAME_MAX), filters: keepable(filters) };
  const at = views.value.findIndex((view) => view.name === kept.name);
  write(at < 0 ? [...views.value, kept] : views.value.map((view, index) => (index === at ? kept : view)));
}

export const removeView = (name: string): void => write(views.value.filter((view) => view.name !== name));
