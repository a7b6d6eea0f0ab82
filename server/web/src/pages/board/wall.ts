// The board alone on the whole screen. The address says so, too: a wall shows it again when it is switched
// on, though a browser then needs a hand for the full screen.
import { computed, onMounted, onUnmounted, watch, type ComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";

export function useWall(): { on: ComputedRef<boolean>; toggle: () => void } {
  const route = useRoute();
  const router = useRouter();
  const on = computed(() => route.query.wall === "1");

  const set = (now: boolean): void => void router.replace({ query: { ...route.query, wall: now ? "1" : undefined } });

  function toggle(): void {
    const now = !on.value;
    set(now);
    // A browser that does not want to leaves the board as large as its window.
    if (now) document.documentElement.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) void document.exitFullscreen();
  }

  function onChange(): void {
    if (!document.fullscreenElement && on.value) set(false);
  }
  function onKey(event: KeyboardEvent): void {
    if (event.key === "Escape" && on.value && !document.fullscreenElement) set(false);
  }

  const show = (now: boolean): void => void document.documentElement.toggleAttribute("data-wall", now);
  watch(on, show, { immediate: true });
  onMounted(() => {
    document.addEventListener("fullscreenchange", onChange);
    document.addEventListener("keydown", onKey);
  });
  onUnmounted(() => {
    document.removeEventListener("fullscreenchange", onChange);
    document.removeEventListener("keydown", onKey);
    show(false);
  });
  return { on, toggle };
}
