// Names of people and units by login and code, as the journal tells no others: asked for once when they are
// first shown. Until then, and of programs and those who left, the login or code itself.
import { reactive } from "vue";
import { api, take, type Schemas } from "@/api/client";

const people = reactive(new Map<string, string>());
const units = reactive(new Map<string, string>());
const asked = new Set<string>();

// What an answer has told anyway need not be asked for.
export function learnPeople(found: readonly (Pick<Schemas["StaffReference"], "login" | "name"> | null)[]): void {
  for (const person of found) if (person && people.get(person.login) !== person.name) people.set(person.login, person.name);
}

function once(key: string, ask: () => Promise<void>): void {
  if (asked.has(key)) return;
  asked.add(key);
  void ask().catch(() => asked.delete(key));
}

export function personName(login: string): string {
  const known = people.get(login);
  if (known === undefined)
    once(`person ${login}`, async () => learnPeople((await take(api.GET("/v1/directory/staff", { params: { query: { q: login, limit: 20 } } }))).items));
  return known ?? login;
}

async function learnUnits(query: { unit?: string; limit: number }): Promise<void> {
  for (const unit of (await take(api.GET("/v1/directory/units", { params: { query } }))).items) units.set(unit.code, unit.name);
}

// The first question brings as many as one answer holds, so that a list with many units asks no question for each.
let first: Promise<void> | null = null;
const firstUnits = (): Promise<void> => (first ??= learnUnits({ limit: 200 }).catch((error: unknown) => {
  first = null;
  throw error;
}));

export function unitName(code: string): string {
  const known = units.get(code);
  if (known === undefined)
    once(`unit ${code}`, async () => {
      await firstUnits();
      if (!units.has(code)) await learnUnits({ unit: code, limit: 1 });
    });
  return known ?? code;
}
