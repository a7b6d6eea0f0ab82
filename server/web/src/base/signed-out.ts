// Somebody signed out, in whichever tab of the browser: what was theirs goes.
const channel = new BroadcastChannel("desk-signed-out");
const listeners = new Set<() => void>();

const hear = (): void => listeners.forEach((listener) => listener());
channel.onmessage = hear;

export function onSignedOut(listener: () => void): void {
  listeners.add(listener);
}

export function tellSignedOut(): void {
  hear();
  channel.postMessage(null);
}
