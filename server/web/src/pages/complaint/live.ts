// What others do to a complaint while its page is open.
import { shallowRef, watch } from "vue";
import type { Event } from "@/base/events";
import { useFresh } from "@/base/fresh";
import type { Load } from "@/base/load";
import { entriesAfter, isOthers } from "@/pages/complaint/change";
import type { Complaint } from "@/pages/complaint/complaint";
import type { Entry } from "@/pages/complaint/journal/journal";

export function useLive(load: Load<Complaint>) {
  const fresh = shallowRef<readonly Entry[]>([]);
  let id = "";
  let known = 0;

  // Of the past nothing changes; what is shown already is no news.
  const isNews = ({ complaint, index }: Event): boolean => !!load.data && complaint?.id === load.data.id && !(index && index <= load.data.version);
  useFresh(async () => {
    if (load.data && !load.data.as_of) await load.reload();
  }, isNews);

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
      const theirs = news.filter(isOthers);
      if (theirs.length && id === now.id) fresh.value = [...fresh.value, ...theirs];
    },
  );

  return { fresh, seen: () => (fresh.value = []) };
}
