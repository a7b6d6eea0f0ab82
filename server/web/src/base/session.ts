// Who sits here. The session itself is a cookie that scripts cannot read.
import { computed, ref, shallowRef } from "vue";
import { api, onExpiry, take, type Schemas } from "@/api/client";
import { Refusal } from "@/api/problem";
import { acting, forgetActing } from "@/base/acting";
import { forgetDraftsBut } from "@/base/draft";
import { tellSignedOut } from "@/base/signed-out";
import { setZone } from "@/base/time";
import { loadVocabulary } from "@/base/vocabulary";

export type Staff = Schemas["Staff"];
export type Role = Schemas["role"];

// Who sits here, and as whom: for whom they act, or themselves. Rights, work and pages are of `who`;
// password and sessions, drafts and views of `self`.
export const self = shallowRef<Staff | null>(null);
export const who = shallowRef<Staff | null>(null);
export const signOnOffered = ref(false);

// Whether a request waits for somebody to sign in again: App.vue then asks, over the page.
export const expired = computed(() => waiting.value !== null);
const waiting = shallowRef<{ promise: Promise<boolean>; settle: (signedIn: boolean) => void } | null>(null);

export const hasRole = (roles: readonly Role[]): boolean => !!who.value?.roles.some(({ role }) => roles.includes(role));

const representedBy = async (staff: Staff): Promise<Staff> =>
  acting ? (await take(api.GET("/v1/sessions/current", { headers: { "On-Behalf-Of": acting.login } }))).staff : staff;

async function become(staff: Staff): Promise<void> {
  if (waiting.value && self.value && self.value.login !== staff.login) return leave(); // somebody else: nothing of the first one's stays
  if (acting && acting.self !== staff.login) return forgetActing();
  forgetDraftsBut(staff.login);
  if (!staff.password_temporary) await loadVocabulary();
  who.value = await representedBy(staff);
  self.value = staff;
  waiting.value?.settle(true);
  waiting.value = null;
}

// Before the first page: what the institution says, and whether somebody is signed in.
export async function start(): Promise<void> {
  const institution = await take(api.GET("/v1/institution"));
  setZone(institution.zone);
  signOnOffered.value = institution.sign_on;
  await resume();
}

// Finds out whether the browser's cookie is good. Answers whether it is.
export async function resume(): Promise<boolean> {
  try {
    await become((await take(api.GET("/v1/sessions/current"))).staff);
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) return false;
    throw error;
  }
}

export async function signIn(login: string, password: string): Promise<void> {
  await become((await take(api.POST("/v1/sessions", { body: { login, password } }))).staff);
}

function leave(): void {
  tellSignedOut();
  location.assign("/");
}

export async function signOut(): Promise<void> {
  try {
    await take(api.DELETE("/v1/sessions/current"));
  } catch (error) {
    if (!(error instanceof Refusal && error.status === 401)) throw error;
  }
  leave();
}

// What is asked here by itself is not asked again; all else waits.
function isOwn(request: Request): boolean {
  const path = new URL(request.url).pathname;
  if (path === "/v1/sessions") return request.method === "POST";
  return path === "/v1/sessions/current" && (request.method === "DELETE" || waiting.value !== null);
}

onExpiry((request) => {
  if (!self.value || isOwn(request)) return Promise.resolve(false);
  if (!waiting.value) {
    let settle = (_: boolean): void => {};
    const promise = new Promise<boolean>((resolve) => (settle = resolve));
    waiting.value = { promise, settle };
  }
  return waiting.value.promise;
});
