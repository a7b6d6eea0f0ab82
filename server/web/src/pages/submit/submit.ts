// A complaint as it is typed, all of it text, and as the API takes it.
import { ref } from "vue";
import { newKey, type Schemas } from "@/api/client";
import { dropDraft, keepDraft, readDraft } from "@/base/draft";
import { parseMoney } from "@/base/money";
import { fromInput, serverNow, toInput } from "@/base/time";

export interface Form {
  name: string;
  phone: string;
  email: string;
  address: string;
  identity_number: string;
  account_number: string;
  customer_number: string;
  capacity: string;
  people: string;
  source: string;
  subject: string;
  narrative: string;
  demand: string;
  occurred_at: string;
  received_at: string;
  level: string;
  urgency: string;
  unit: string;
  owner: string;
  channel_class: string;
  business_class: string;
  cause_class: string;
  product: string;
  amount: string; // yuan
  external_case_number: string;
  staff_complained_of: string;
  tags: string[];
}

// One complaint to be: its key goes with it however often it is sent, so that there is one of it.
export interface Draft {
  key: string;
  form: Form;
  repeat: { id: string; number: string } | null; // which it is a repeat of
}

// Whoever has a stack of letters enters one after the other.
const staying = { source: "hotline", unit: "" };

const emptyForm = (): Form => ({
  name: "", phone: "", email: "", address: "", identity_number: "", account_number: "", customer_number: "",
  capacity: "self", people: "", source: staying.source, subject: "", narrative: "", demand: "", occurred_at: "",
  received_at: toInput(serverNow()), level: "ordinary", urgency: "", unit: staying.unit, owner: "",
  channel_class: "", business_class: "", cause_class: "", product: "", amount: "", external_case_number: "",
  staff_complained_of: "", tags: [],
});

export const newDraft = (): Draft => ({ key: newKey(), form: emptyForm(), repeat: null });

export function nextDraft(after: Form): Draft {
  Object.assign(staying, { source: after.source, unit: after.unit });
  return newDraft();
}

export const isAnonymous = (form: Form): boolean => form.capacity === "anonymous";

// Whether anything was typed that would be missed.
export function isTouched({ form, repeat }: Draft): boolean {
  const empty = emptyForm();
  return repeat !== null || (Object.keys(empty) as (keyof Form)[]).some((name) => name !== "received_at" && String(form[name]) !== String(empty[name]));
}

const NAME = "complaint";

// What is too delicate for a disk is not kept.
export function keep(draft: Draft, login: string): void {
  if (isTouched(draft)) keepDraft<Draft>(NAME, login, { ...draft, form: { ...draft.form, identity_number: "", account_number: "" } });
  else dropDraft(NAME);
}

export const restore = (login: string): Draft | null => readDraft<Draft>(NAME, login);
export const forget = (): void => dropDraft(NAME);

const orNull = (text: string): string | null => text.trim() || null;
const time = (local: string): string | null => (local ? fromInput(local) : null);

// The numbers have to be such, see wrongNumbers().
export function toComplaint(form: Form): Schemas["ComplaintInput"] {
  const anonymous = isAnonymous(form);
  const input = {
    source: form.source,
    subject: form.subject,
    narrative: form.narrative,
    demand: orNull(form.demand),
    received_at: time(form.received_at) ?? "",
    occurred_at: time(form.occurred_at),
    level: form.level,
    urgency: form.urgency ? Number(form.urgency) : null,
    unit: orNull(form.unit),
    channel_class: orNull(form.channel_class),
    business_class: orNull(form.business_class),
    cause_class: orNull(form.cause_class),
    product: orNull(form.product),
    amount_in_dispute: form.amount.trim() ? parseMoney(form.amount) : null,
    external_case_number: orNull(form.external_case_number),
    staff_complained_of: orNull(form.staff_complained_of),
    tags: form.tags,
    complainant: {
      name: anonymous ? null : orNull(form.name),
      phone: anonymous ? null : orNull(form.phone),
      email: anonymous ? null : orNull(form.email),
      address: anonymous ? null : orNull(form.address),
      identity_number: orNull(form.identity_number),
      account_number: orNull(form.account_number),
      customer_number: orNull(form.customer_number),
      capacity: form.capacity,
      people: form.people.trim() ? Number(form.people) : null,
    },
    owner: orNull(form.owner),
  };
  return input as Schemas["ComplaintInput"];
}

// Which of the numbers are none.
export function wrongNumbers(form: Form): ("amount" | "people")[] {
  const amount = form.amount.trim() !== "" && parseMoney(form.amount) === null;
  const people = form.people.trim() !== "" && !/^[1-9]\d{0,5}$/.test(form.people.trim());
  return [...(amount ? (["amount"] as const) : []), ...(people ? (["people"] as const) : [])];
}

// The value that a pointer of a violation is about; "/complainant": that there is a way to reach them.
function at(form: Form, pointer: string): unknown {
  if (pointer === "/complainant") return [form.phone, form.email, form.address];
  let value: unknown = toComplaint(form);
  for (const part of pointer.split("/").slice(1)) value = (value as Record<string, unknown> | null | undefined)?.[part];
  return value;
}

export const hasField = (pointer: string): boolean => at(newDraft().form, pointer) !== undefined;

// The errors of fields that still hold what was tried.
export function errorsLeft(errors: Record<string, string>, tried: Form, now: Form): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors).filter(([pointer]) => (pointer === "/amount_in_dispute" ? tried.amount === now.amount : JSON.stringify(at(tried, pointer)) === JSON.stringify(at(now, pointer)))),
  );
}

// What is folded away, by pointer, and how much of it is given.
export const FOLDED = [
  "/complainant/capacity", "/complainant/people", "/complainant/email", "/complainant/address", "/complainant/identity_number", "/complainant/account_number",
  "/complainant/customer_number", "/amount_in_dispute", "/urgency", "/external_case_number", "/staff_complained_of", "/unit", "/owner", "/tags",
];

export function foldedCount(form: Form): number {
  const { people, email, address, identity_number, account_number, customer_number, amount, urgency, external_case_number, staff_complained_of, unit, owner } = form;
  const given = [people, email, address, identity_number, account_number, customer_number, amount, urgency, external_case_number, staff_complained_of, unit, owner].filter((value) => value.trim());
  return given.length + (form.tags.length ? 1 : 0) + (form.capacity === "self" || isAnonymous(form) ? 0 : 1);
}

// What was typed as a product since the desk was opened, the last one first.
export const usedProducts = ref<string[]>([]);

export function rememberProduct(product: string): void {
  const name = product.trim();
  if (name) usedProducts.value = [name, ...usedProducts.value.filter((other) => other !== name)].slice(0, 30);
}
