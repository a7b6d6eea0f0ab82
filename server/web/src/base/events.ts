// What happens to complaints one may see, as it happens: one stream for all tabs of the browser in which one
// acts for the same person, as each takes a connection and the server gives a person few.
//
//   useEvents((event) => { if (!event || event.complaint) void list.reload(); });
import { onMounted, onUnmounted, ref } from "vue";
import { api, take, type Schemas } from "@/api/client";
import { acting } from "@/base/acting";
import { readEvents } from "@/base/sse";

export type Event = Schemas["Event"];
// Without an event: something may have been missed.
type Listener = (event?: Event) => void;

const WAIT_MS = 2_000; // before the stream is opened anew: twice as long each time, up to
const WAIT_MAX_MS = 60_000;
const ABSENT_MS = 15 * 60_000; // a desk that nobody touches does not keep its session alive
const TOLD_MS = 60_000; // how often other tabs hear that somebody is there

export const live = ref(false);

const listeners = new Set<Listener>();
const NAME = acting ? `desk-events ${acting.login}` : "desk-events";
const channel = new BroadcastChannel(NAME);
let started = false;
let leads = false;
let stream: AbortController | null = null; // while it is open
let begun = false;
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

// Until it ends, breaks or is given up.
async function follow(signal: AbortSignal): Promise<void> {
  const missed = begun && !last;
  begun = true;
  const body = await take(api.GET("/v1/events/stream", { params: { query: last ? { after: Number(last) } : {} }, parseAs: "stream", signal }));
  wait = WAIT_MS;
  setLive(true);
  if (missed) {
    hear();
    share({});
  }
  for await (const { id, data } of readEvents(body as ReadableStream<Uint8Array>)) {
    if (id) last = id;
    if (!data) continue;
    const event = JSON.parse(data) as Event;
    hear(event);
    share({ event });
  }
}

async function open(): Promise<void> {
  timer = 0;
  const mine = (stream = new AbortController());
  await follow(mine.signal).catch(() => {});
  if (stream === mine) lose();
}

function lose(): void {
  stream?.abort();
  stream = null;
  setLive(false);
  if (Date.now() - touched < ABSENT_MS) again();
}

// A network that is back is used at once.
function resume(): void {
  if (stream) return;
  clearTimeout(timer);
  wait = WAIT_MS;
  void open();
}

function again(): void {
  if (timer) return;
  timer = window.setTimeout(() => void open(), wait);
  wait = Math.min(wait * 2, WAIT_MAX_MS);
}

function touch(fromHere: boolean): void {
  touched = Date.now();
  if (leads && !stream) again();
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
  void open();
}

function start(): void {
  if (started) return;
  started = true;
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => touch(true), { passive: true });
  share({ asks: true });
  // Locks want a secure context; without them each tab has a stream of its own.
  if (!navigator.locks) return lead();
  void navigator.locks.request(NAME, () => {
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
