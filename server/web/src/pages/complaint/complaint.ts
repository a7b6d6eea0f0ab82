// The complaint that a page is about, for all of the page's parts:
//
//   const { complaint, took, alone } = useComplaint();
//   complaint.value.version   took(answer)   alone.value (the past, or nothing may be done)
import { inject, provide, type ComputedRef, type InjectionKey } from "vue";
import type { Schemas } from "@/api/client";

export type Complaint = Schemas["Complaint"];
export type Stage = Schemas["Stage"];

export interface Given {
  complaint: ComputedRef<Complaint>;
  // What a command answered: the complaint as it is now; without it the complaint is read again.
  took: (answer?: Complaint) => Promise<void>;
  // The past is shown: nothing can be done, and lists tell what was on record then.
  asOf: ComputedRef<string | null>;
}

const KEY: InjectionKey<Given> = Symbol("complaint");

export const provideComplaint = (given: Given): void => provide(KEY, given);

export function useComplaint(): Given {
  const given = inject(KEY);
  if (!given) throw new Error("only within the page of a complaint");
  return given;
}
