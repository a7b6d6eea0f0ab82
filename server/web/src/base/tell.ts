// What happened, in a line that is seen and read out, and goes by itself.
import { reactive } from "vue";

export interface Toast {
  id: number;
  kind: "done" | "failed";
  text: string;
}

const STAYS_MS = 6000;
let last = 0;

export const toasts = reactive<Toast[]>([]);

export function dismiss(id: number): void {
  const index = toasts.findIndex((toast) => toast.id === id);
  if (index >= 0) toasts.splice(index, 1);
}

export function tell(text: string, kind: Toast["kind"] = "done"): void {
  const id = ++last;
  toasts.push({ id, kind, text });
  if (toasts.length > 3) toasts.shift();
  if (kind === "done") setTimeout(() => dismiss(id), STAYS_MS);
}

const NEXT = "desk.tell";

// The same on the page that is loaded next in this tab.
export function tellNext(text: string, kind: Toast["kind"] = "done"): void {
  sessionStorage.setItem(NEXT, JSON.stringify({ text, kind }));
}

// There, once the place where it is read out is.
export function tellKept(): void {
  const kept = JSON.parse(sessionStorage.getItem(NEXT) ?? "null") as Pick<Toast, "text" | "kind"> | null;
  sessionStorage.removeItem(NEXT);
  if (kept) tell(kept.text, kept.kind);
}
