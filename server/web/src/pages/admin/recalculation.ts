// Rules that were put in force a moment ago make the server compute due times anew: until that is done
// their versions are read again.
import { onUnmounted, watch } from "vue";
import type { Schemas } from "@/api/client";
import type { Load } from "@/base/load";

const AGAIN_MS = 1500;

export function useRecalculation(versions: Load<{ items: { recalculation: Schemas["Recalculation"] | null }[] }>): void {
  let timer = 0;
  watch(
    () => versions.data,
    (data) => {
      clearTimeout(timer);
      if (data?.items.some(({ recalculation }) => recalculation && !recalculation.finished_at)) timer = window.setTimeout(() => void versions.reload(), AGAIN_MS);
    },
  );
  onUnmounted(() => clearTimeout(timer));
}
