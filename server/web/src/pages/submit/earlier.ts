// What is known already, looked for while somebody types: when the complaint would be due, what the same
// customer complained about, what others said about the same.
import type { Ref } from "vue";
import { api, take, type Schemas } from "@/api/client";
import { useAnswer } from "@/base/load";
import { fromInput } from "@/base/time";
import { isAnonymous, type Form } from "@/pages/submit/submit";
import { withoutNumbers } from "@/pages/submit/sensitive";

export type Item = Schemas["ComplaintItem"];

const PAUSE_MS = 500; // of typing, after which it is worth asking
const TEXT_MIN = 4;
const TEXT_MAX = 300; // characters of nine bytes each fit into an address

export function useDeadlines(form: Ref<Form>) {
  const question = () => (form.value.received_at ? { received_at: fromInput(form.value.received_at), level: form.value.level as Schemas["level"] } : null);
  return useAnswer(question, (body: Schemas["ReceiptPreviewInput"]) => take(api.POST("/v1/deadline-previews", { body })) as Promise<Schemas["DeadlinePreview"]>, PAUSE_MS);
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

  const question = (): Contact[] | null => {
    const wanted = contactsOf(form.value);
    return wanted.length ? wanted : null;
  };
  const answer = useAnswer(question, ask, PAUSE_MS);

  function again(): void {
    known.clear();
    void answer.reload();
  }
  return { answer, again };
}

export function useSimilar(form: Ref<Form>) {
  const question = (): { text?: string; customer_number?: string } | null => {
    const customer_number = form.value.customer_number.trim() || undefined;
    const said = withoutNumbers(`${form.value.subject} ${form.value.narrative}`).slice(0, TEXT_MAX);
    const text = said.length >= TEXT_MIN ? said : undefined;
    return customer_number || text ? { customer_number, text } : null;
  };
  return useAnswer(question, async (query) => (await take(api.GET("/v1/complaints/similar", { params: { query: { ...query, days: 180, limit: 8 } } }))).items, PAUSE_MS);
}
