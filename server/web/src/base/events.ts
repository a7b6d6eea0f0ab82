// What happens to complaints one may see, as it happens: one stream for all tabs of the browser, as each
// takes a connection and the server gives a person few.
//
//   useEvents((event) => { if (!event || event.complaint) void list.reload(); });
import { onMounted, onUnmounted, ref } from "vue";
import { api, take, type Schemas } from "@/api/client";

export type Event = Schemas["Event"];
// Without an event: something may have been missed.
type Listener = (event?: Event) => void;

const WAIT_MS = 2_000; // before the stream is opened anew: twice as long each time, up to
const WAIT_MAX_MS = 60_000;
const ABSENT_MS = 15 * 60_000; // a desk that nobody touches does not keep its session alive
const TOLD_MS = 60_000; // how often other tabs hear that somebody is there

export const live = ref(false);

const listeners = new Set<Listener>();
const channel = new BroadcastChannel("desk-events");
let started = false;
let leads = false;
let source: EventSource | null = null;
let last = ""; // number of the last event seen
let wait = WAIT_MS;
let timer = 0;
let touched = Date.now();
let told = 0;

function hear(event?: Event): void {
  for (const listener of listeners) listener(event);
}

// asks: a tab that has just been opened wants to know whether there is a stream.
type Message = { event?: Event; live?: boolean; touched?: boolean; asks?: boolean };

function share(message: Message): void {
  channel.postMessage(message);
}

function setLive(now: boolean): void {
  live.value = now;
  share({ live: now });
}

function open(): void {
  timer = 0;
  const missed = source !== null && !last;
  source?.close();
  source = new EventSource(last ? `/v1/events/stream?after=${last}` : "/v1/events/stream");
  source.onopen = () => {
    wait = WAIT_MS;
    setLive(true);
    if (!missed) return;
    hear();
    share({});
  };
  source.onmessage = (message: MessageEvent<string>) => {
    last = message.lastEventId;
    const event = JSON.parse(message.data) as Event;
    hear(event);
    share({ event });
  };
  source.onerror = lose;
}

function lose(): void {
  source?.close();
  setLive(false);
  if (Date.now() - touched < ABSENT_MS) again();
}

// A network that is back is used at once.
function resume(): void {
  if (!source || source.readyState !== EventSource.CLOSED) return;
  clearTimeout(timer);
  wait = WAIT_MS;
  void check();
}

function again(): void {
  if (timer) return;
  timer = window.setTimeout(() => void check(), wait);
  wait = Math.min(wait * 2, WAIT_MAX_MS);
}

// A stream does not say why it ended: if the session did, the first ordinary request asks to sign in.
async function check(): Promise<void> {
  try {
    await take(api.GET("/v1/sessions/current"));
    open();
  } catch {
    timer = 0;
    again();
  }
}

function touch(fromHere: boolean): void {
  touched = Date.now();
  if (leads && source?.readyState === EventSource.CLOSED) again();
  if (!fromHere || touched - told < TOLD_MS) return;
  told = touched;
  share({ touched: true });
}

channel.onmessage = ({ data }: MessageEvent<Message>) => {
  if (data.touched) touch(false);
  else if (data.asks && leads) share({ live: live.value });
  else if (data.asks) return;
  else if (data.live !== undefined) live.value = data.live;
  else hear(data.event);
};

function lead(): void {
  leads = true;
  addEventListener("offline", lose);
  addEventListener("online", resume);
  open();
}

function start(): void {
  if (started) return;
  started = true;
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => touch(true), { passive: true });
  share({ asks: true });
  // Locks want a secure context; without them each tab has a stream of its own.
  if (!navigator.locks) return lead();
  void navigator.locks.request("desk-events", () => {
    lead();
    return new Promise(() => {});
  });
}

export function useEvents(listener: Listener): void {
  onMounted(() => {
    listeners.add(listener);
    start();
  });
  onUnmounted(() => listeners.delete(listener));
}
