// What somebody is typing, kept for the case that the tab is reloaded or crashes.
//
// This is the one thing of the bank's that is kept in the browser, so as little as possible is: in
// sessionStorage, which this tab alone has and which goes with it; for a working day at most; for the
// person who typed it alone, and no longer than until they sign out, in whichever tab. Pages leave out
// what is too delicate to lie on a disk, where browsers put sessionStorage to restore their tabs: there
// is no place for a key that would be safer, as a desk without TLS has no crypto.subtle.
import { onSignedOut } from "@/base/signed-out";

const PREFIX = "desk.draft.";
const KEPT_MS = 8 * 3600_000; // since the last change

interface Kept<T> {
  login: string;
  at: number;
  value: T;
}

// What the pages of who signed out still hold is not kept any more.
let ended = false;
onSignedOut(() => {
  ended = true;
  drop(() => true);
});

function drop(which: (kept: Kept<unknown>) => boolean): void {
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith(PREFIX) && which(JSON.parse(sessionStorage.getItem(name) ?? "{}") as Kept<unknown>)) sessionStorage.removeItem(name);
  }
}

export function keepDraft<T>(name: string, login: string, value: T): void {
  if (ended) return;
  const kept: Kept<T> = { login, at: Date.now(), value };
  sessionStorage.setItem(PREFIX + name, JSON.stringify(kept));
}

export function dropDraft(name: string): void {
  sessionStorage.removeItem(PREFIX + name);
}

// What that person left, unless it is too old.
export function readDraft<T>(name: string, login: string): T | null {
  forgetDraftsBut(login);
  const text = sessionStorage.getItem(PREFIX + name);
  return text ? (JSON.parse(text) as Kept<T>).value : null;
}

// Whoever signs in finds nothing of anybody else's.
export function forgetDraftsBut(login: string): void {
  ended = false;
  drop((kept) => kept.login !== login || !(Date.now() - kept.at < KEPT_MS));
}
