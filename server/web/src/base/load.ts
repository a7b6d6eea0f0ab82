// Something a page shows: loading, there, or refused. What was there stays while it is read again.
//
//   const work = useLoad(() => readWork(login));
//   <LoadState :load="work"> … work.data … </LoadState>
import { onUnmounted, reactive, ref, shallowRef, watch, type WatchSource } from "vue";
import { Refusal } from "@/api/problem";

export interface Load<T> {
  loading: boolean;
  data: T | undefined;
  refusal: Refusal | null;
  reload: () => Promise<void>;
}

export function useLoad<T>(read: () => Promise<T>, when?: WatchSource | WatchSource[]): Load<T> {
  const loading = ref(false);
  const data = shallowRef<T>();
  const refusal = shallowRef<Refusal | null>(null);
  let turn = 0;

  // An answer that another question has overtaken is dropped.
  async function reload(): Promise<void> {
    const mine = ++turn;
    loading.value = true;
    try {
      const answer = await read();
      if (mine !== turn) return;
      data.value = answer;
      refusal.value = null;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (mine === turn) refusal.value = error;
    } finally {
      if (mine === turn) loading.value = false;
    }
  }

  if (when) watch(when, () => void reload());
  void reload();
  return reactive({ loading, data, refusal, reload }) as Load<T>;
}

// The same for what is asked while somebody types: some time after the last key. null: there is nothing to
// ask, and the answer is null.
export function useAnswer<Q, T>(question: () => Q | null, ask: (question: Q) => Promise<T>, pause: number): Load<T | null> {
  let timer = 0;
  const load = useLoad(async () => {
    const asked = question();
    return asked === null ? null : ask(asked);
  });
  watch(
    () => JSON.stringify(question()),
    () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => void load.reload(), pause);
    },
  );
  onUnmounted(() => clearTimeout(timer));
  return load;
}
