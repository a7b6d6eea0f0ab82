// What others do to a complaint while its page is open.
import { onUnmounted, shallowRef, watch } from "vue";
import { useEvents } from "@/base/events";
import type { Load } from "@/base/load";
import { who } from "@/base/session";
import { entriesAfter, personOf } from "@/pages/complaint/change";
import type { Complaint } from "@/pages/complaint/complaint";
import type { Entry } from "@/pages/complaint/journal/journal";

const TOGETHER_MS = 250; // one act can be several events

export function useLive(load: Load<Complaint>) {
  const fresh = shallowRef<readonly Entry[]>([]);
  let id = "";
  let known = 0;
  let timer = 0;

  useEvents((event) => {
    if (!load.data || load.data.as_of || (event && event.complaint?.id !== load.data.id)) return;
    if (event?.index && event.index <= load.data.version) return;
    clearTimeout(timer);
    timer = window.setTimeout(() => void load.reload(), TOGETHER_MS);
  });
  onUnmounted(() => clearTimeout(timer));

  watch(
    () => load.data,
    async (now) => {
      if (!now || now.as_of) return;
      const since = known;
      known = Math.max(now.version, now.id === id ? known : 0);
      if (now.id !== id) {
        id = now.id;
        fresh.value = [];
        return;
      }
      if (now.version <= since) return;
      const news = await entriesAfter(id, since).catch(() => []);
      const theirs = news.filter((entry) => personOf(entry) !== who.value?.login);
      if (theirs.length && id === now.id) fresh.value = [...fresh.value, ...theirs];
    },
  );

  return { fresh, seen: () => (fresh.value = []) };
}
