// One thing that a person does: sent once however often it is tried, with what is wrong by field.
//
//   const refuse = useCommand(
//     (body: { reason: string }, key) =>
//       api.POST("/v1/complaints/{id}/refuse", { params: { path: { id }, header: changing(version, key) }, body }),
//     (complaint) => emit("done", complaint),
//   );
//   await refuse.run({ reason });   refuse.busy   refuse.errors["/reason"]   refuse.refusal
import { computed, reactive, ref, shallowRef } from "vue";
import { take, newKey, type Answer } from "@/api/client";
import { fieldErrors, Refusal } from "@/api/problem";

export function useCommand<I, T>(send: (input: I, key: string) => Promise<Answer<T>>, done: (data: T) => unknown = () => {}) {
  const busy = ref(false);
  const refusal = shallowRef<Refusal | null>(null);
  let key = "";
  let meant = "";

  // The same content is the same intention until it succeeds: a second try has the first one's key.
  // Answers whether it was done.
  async function run(input: I): Promise<boolean> {
    if (busy.value) return false;
    const now = JSON.stringify(input ?? null);
    if (now !== meant) [meant, key] = [now, newKey()];
    busy.value = true;
    refusal.value = null;
    try {
      const data = await take(send(input, key));
      meant = "";
      await done(data);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal.value = error;
      return false;
    } finally {
      busy.value = false;
    }
  }

  function forget(): void {
    refusal.value = null;
    meant = "";
  }

  return reactive({ busy, refusal, errors: computed(() => fieldErrors(refusal.value)), run, forget });
}
