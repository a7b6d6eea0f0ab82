// The complaint that a page is about, for all of the page's parts:
//
//   const { complaint, took, asOf } = useComplaint();
//   complaint.value.version   took(answer)
import { computed, inject, provide, type ComputedRef, type InjectionKey, type Ref } from "vue";
import type { Schemas } from "@/api/client";
import type { Entry } from "@/pages/complaint/journal/journal";

export type Complaint = Schemas["Complaint"];
export type Stage = Schemas["Stage"];

export interface Given {
  complaint: ComputedRef<Complaint>;
  // What a command answered: the complaint as it is now; without it the complaint is read again.
  took: (answer?: Complaint) => Promise<void>;
  // The moment of the past that is shown: nothing can be done; null: it is the present.
  asOf: ComputedRef<string | null>;
  // What others did while the page was open, until whoever sits here has seen it.
  fresh: Readonly<Ref<readonly Entry[]>>;
  // Everything is shown, also what is folded on the screen: it goes onto paper.
  whole: Readonly<Ref<boolean>>;
  // Reads what a part reads only when it is unfolded.
  beforePrint: (read: () => Promise<unknown>) => void;
}

const KEY: InjectionKey<Given> = Symbol("complaint");

export const provideComplaint = (given: Given): void => provide(KEY, given);

export function useComplaint(): Given {
  const given = inject(KEY);
  if (!given) throw new Error("only within the page of a complaint");
  return given;
}

// Whether something is new: a recorded fact by its name in the journal, a piece of work by its time.
export function useNews() {
  const { fresh } = useComplaint();
  const fields = computed(() => new Set(fresh.value.flatMap(({ detail }) => [...Object.keys(detail.changes), ...Object.keys(detail.private)])));
  const times = computed(() => new Set(fresh.value.map(({ at }) => Date.parse(at))));
  return {
    changed: (...names: string[]): boolean => names.some((name) => fields.value.has(name)),
    recorded: (at: string): boolean => times.value.has(Date.parse(at)),
  };
}
