// The public API, typed by openapi.yaml. Pages call
//
//   const page = await take(api.GET("/v1/complaints", { params: { query: { overdue: true } } }));
//
// and get the answer, or a Refusal is thrown. Commands go through useCommand() in base/command.ts.
import createClient from "openapi-fetch";
import type { components, paths } from "#openapi";
import { Refusal, refusalOf, unreachable } from "@/api/problem";
import { acting, actingIsOver, onBehalf } from "@/base/acting";
import { acceptLanguage } from "@/base/i18n";
import { hearServerTime } from "@/base/time";

export type Schemas = components["schemas"];

// Asks who sits there to sign in again; false: they do not want to. Set by base/session.ts.
let renew: (request: Request) => Promise<boolean> = async () => false;
export function onExpiry(ask: typeof renew): void {
  renew = ask;
}

// A request that meets an expired session waits until somebody signed in, and is sent again: the page
// and what was typed into it stay as they are.
async function send(request: Request): Promise<Response> {
  const copy = request.clone();
  const response = await fetch(request);
  hearServerTime(response.headers.get("Date"));
  if (response.status !== 401 || !(await renew(request))) return response;
  return fetch(copy);
}

export const api = createClient<paths, "application/json">({ baseUrl: location.origin, fetch: send });

// What every request says: the language shown, and for whom it is made.
export const saying = (path: string): Record<string, string> => ({ "Accept-Language": acceptLanguage(), ...onBehalf(path) });

api.use({
  onRequest({ request }) {
    for (const [name, value] of Object.entries(saying(new URL(request.url).pathname))) request.headers.set(name, value);
    return request;
  },
});

export interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

// What was refused. A deputy hears here that their time is over: the page goes, and shows nothing more.
export function refused(body: unknown, status: number): Refusal | Promise<never> {
  const refusal = refusalOf(body, status);
  if (!acting || refusal.slug !== "on-behalf-refused") return refusal;
  actingIsOver();
  return new Promise<never>(() => {});
}

// The data of an answer. Throws a Refusal, also when there was no answer.
export async function take<T>(asked: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await asked;
  } catch (error) {
    throw error instanceof Refusal ? error : unreachable();
  }
  if (!answer.response.ok) throw await refused(answer.error, answer.response.status);
  return answer.data as T;
}

// The headers of a change: the version that was read, and the key under which it is done once only.
export const changing = (version: number, key: string) => ({ "If-Match": `"${version}"`, "Idempotency-Key": key });

// randomUUID() wants a secure context, which a desk in a bank's own network may lack.
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
