// What is known already, looked for while somebody types: when the complaint would be due, what the same
// customer complained about, what others said about the same.
import { ref, shallowRef, watch, type Ref } from "vue";
import { api, take, type Schemas } from "@/api/client";
import { Refusal } from "@/api/problem";
import { fromInput } from "@/base/time";
import { isAnonymous, type Form } from "@/pages/submit/submit";
import { withoutNumbers } from "@/pages/submit/sensitive";

export type Item = Schemas["ComplaintItem"];

const PAUSE_MS = 500; // of typing, after which it is worth asking
const TEXT_MIN = 4;
const TEXT_MAX = 300; // characters of nine bytes each fit into an address

// Calls again some time after the last change; the first time at once.
function whenTypingPauses<T>(source: () => T, then: (value: T) => void, wait = PAUSE_MS): void {
  let timer = 0;
  watch(
    source,
    (value, before) => {
      clearTimeout(timer);
      timer = window.setTimeout(() => then(value), before === undefined ? 0 : wait);
    },
    { immediate: true },
  );
}

// Reads what is asked last; a refusal leaves nothing, and what it says.
function useAsking<Q, T>(ask: (question: Q) => Promise<T>) {
  const data = shallowRef<T | null>(null);
  const refusal = shallowRef<Refusal | null>(null);
  const busy = ref(false);
  let turn = 0;

  async function run(question: Q | null): Promise<void> {
    const mine = ++turn;
    if (question === null) {
      data.value = null;
      busy.value = false;
      return;
    }
    busy.value = true;
    try {
      const answer = await ask(question);
      if (mine !== turn) return;
      data.value = answer;
      refusal.value = null;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (mine === turn) refusal.value = error;
    } finally {
      if (mine === turn) busy.value = false;
    }
  }
  return { data, refusal, busy, run };
}

export function useDeadlines(form: Ref<Form>) {
  const asking = useAsking((body: Schemas["ReceiptPreviewInput"]) => take(api.POST("/v1/deadline-previews", { body })) as Promise<Schemas["DeadlinePreview"]>);
  const key = () => `${form.value.received_at} ${form.value.level}`;
  whenTypingPauses(key, () => {
    const { received_at, level } = form.value;
    void asking.run(received_at ? { received_at: fromInput(received_at), level: level as Schemas["level"] } : null);
  });
  return asking;
}

type Contact = { [K in "phone" | "email" | "identity_number" | "account_number"]?: string };

// Whole numbers only: parts find nothing, and each search counts.
function contactsOf(form: Form): Contact[] {
  const digits = (text: string): string => text.replace(/\D/g, "");
  const wanted: Contact[] = [];
  if (!isAnonymous(form)) {
    if (/^(\+?86)?1\d{10}$/.test(digits(form.phone)) || /^0\d{9,11}$/.test(digits(form.phone))) wanted.push({ phone: form.phone.trim() });
    if (/^\S+@\S+\.\S{2,}$/.test(form.email.trim())) wanted.push({ email: form.email.trim() });
    if (/^\w{15,18}$/.test(form.identity_number.trim())) wanted.push({ identity_number: form.identity_number.trim() });
    if (digits(form.account_number).length >= 16) wanted.push({ account_number: form.account_number.trim() });
  }
  return wanted;
}

const LIMIT = 20;

// Each value is looked for once; what they found together, the newest first.
export function useHistory(form: Ref<Form>) {
  const known = new Map<string, Item[]>();

  async function ask(wanted: Contact[]): Promise<Item[]> {
    for (const body of wanted) {
      const key = JSON.stringify(body);
      if (!known.has(key)) known.set(key, (await take(api.POST("/v1/complaints/search-by-contact", { body: { ...body, limit: LIMIT } }))).items);
    }
    const found = new Map(wanted.flatMap((body) => known.get(JSON.stringify(body)) ?? []).map((item) => [item.id, item]));
    return [...found.values()].sort((a, b) => Date.parse(b.received_at) - Date.parse(a.received_at));
  }

  const asking = useAsking(ask);
  const wanted = () => JSON.stringify(contactsOf(form.value));
  const look = (text: string) => void asking.run(text === "[]" ? null : (JSON.parse(text) as Contact[]));
  whenTypingPauses(wanted, look);

  function again(): void {
    known.clear();
    look(wanted());
  }
  return { ...asking, again };
}

export function useSimilar(form: Ref<Form>) {
  const asking = useAsking(async (query: { text?: string; customer_number?: string }) => (await take(api.GET("/v1/complaints/similar", { params: { query: { ...query, days: 180, limit: 8 } } }))).items);
  const text = () => withoutNumbers(`${form.value.subject} ${form.value.narrative}`).slice(0, TEXT_MAX);
  whenTypingPauses(
    () => `${form.value.customer_number.trim()}\n${text()}`,
    () => {
      const customer_number = form.value.customer_number.trim() || undefined;
      const said = text().length >= TEXT_MIN ? text() : undefined;
      void asking.run(customer_number || said ? { customer_number, text: said } : null);
    },
  );
  return asking;
}
