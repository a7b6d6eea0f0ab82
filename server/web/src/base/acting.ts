// For whom somebody acts as their deputy (代理): in this tab alone, until they end it, sign out, or the
// server says that it is over. Then, and when it begins, the page is loaded anew, so that nothing that was
// read as one person is shown to another.
import { messages } from "@/base/i18n";
import { onSignedOut } from "@/base/signed-out";
import { tellNext } from "@/base/tell";

export interface Acting {
  self: string; // who acts: the login
  login: string; // for whom
  name: string;
  until: string;
}

const t = messages({
  zh: { begun: "现在代 {name} 办理", ended: "已回到本人", over: "对 {name} 的代理已终止，已回到本人" },
  en: { begun: "You act for {name} now", ended: "You act for yourself again", over: "You are no deputy of {name} any more, and act for yourself again" },
});

const KEPT = "desk.acting";

export const acting = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Acting | null;

// What is one's own, whomever one acts for: the server does it on nobody's behalf.
const OWN = /^\/v1\/(sessions|password|deputies)(\/|$)/;

// What a request says of that.
export const onBehalf = (path: string): Record<string, string> => (acting && !OWN.test(path) ? { "On-Behalf-Of": acting.login } : {});

// What either sees differs: one begins with the first page that is theirs.
const start = (): void => location.assign("/");

export function actFor(whom: Acting): void {
  sessionStorage.setItem(KEPT, JSON.stringify(whom));
  tellNext(t("begun", { name: whom.name }));
  start();
}

// Somebody else has signed in.
export function forgetActing(): void {
  sessionStorage.removeItem(KEPT);
  start();
}

export function stopActing(): void {
  tellNext(t("ended"));
  forgetActing();
}

let leaves = false;

// The server has said so, or the time is up.
export function actingIsOver(): void {
  if (leaves || !acting) return;
  leaves = true;
  tellNext(t("over", { name: acting.name }), "failed");
  forgetActing();
}

onSignedOut(() => {
  if (acting) forgetActing();
});
