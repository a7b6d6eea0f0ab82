// Reads again now and then: on a wall that nobody touches, and what no event tells of.
import { onUnmounted } from "vue";

export const WALL_MS = 60_000;
export const REPORTS_MS = 10 * 60_000;

// While `when` says so.
export function useInterval(reload: () => unknown, every: number, when: () => boolean): void {
  const timer = window.setInterval(() => when() && reload(), every);
  onUnmounted(() => clearInterval(timer));
}
