// Reads again when something happened, and now and then on a wall that nobody touches.
import { onMounted, onUnmounted } from "vue";
import { useEvents } from "@/base/events";

const AFTER_MS = 800; // one change is several events
const APART_MS = 5_000; // of a large bank something happens all the time
export const WALL_MS = 60_000;
export const REPORTS_MS = 10 * 60_000;

export function useRefresh(reload: () => unknown): void {
  let timer = 0;
  let last = 0;
  let missed = false; // while nobody could see it

  function soon(): void {
    missed = document.hidden;
    if (timer || missed) return;
    timer = window.setTimeout(
      () => {
        timer = 0;
        last = Date.now();
        reload();
      },
      Math.max(AFTER_MS, last + APART_MS - Date.now()),
    );
  }
  const onSeen = (): void => {
    if (missed && !document.hidden) soon();
  };

  useEvents((event) => {
    if (!event || event.complaint) soon();
  });
  onMounted(() => document.addEventListener("visibilitychange", onSeen));
  onUnmounted(() => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", onSeen);
  });
}

// While `when` says so.
export function useInterval(reload: () => unknown, every: number, when: () => boolean): void {
  const timer = window.setInterval(() => when() && reload(), every);
  onUnmounted(() => clearInterval(timer));
}
