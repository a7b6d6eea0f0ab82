// Keeps what is shown fresh: reads it again when something happened to complaints, or to those that the
// second argument finds; `apart` for what costs the server much.
//
//   useFresh(() => work.reload());
//
// What happens within a moment is read once, and however much happens, reading leaves most of the time to
// the person and the server. What nobody looks at waits until somebody does.
import { onMounted, onUnmounted } from "vue";
import { useEvents, type Event } from "@/base/events";

const TOGETHER_MS = 400; // one act is several events
const APART_MS = 2_000;
const SHARE = 10; // of the time at most a tenth is spent reading

export function useFresh(reload: () => Promise<unknown>, concerns: (event: Event) => boolean = ({ complaint }) => !!complaint, apart = APART_MS): void {
  let timer = 0;
  let reading = false;
  let wanted = false;
  let notBefore = 0;

  async function read(): Promise<void> {
    timer = 0;
    wanted = false;
    reading = true;
    const began = Date.now();
    try {
      await reload();
    } finally {
      reading = false;
      notBefore = Date.now() + Math.max(apart, (Date.now() - began) * SHARE);
    }
    if (wanted) plan();
  }

  function plan(): void {
    wanted = true;
    if (timer || reading || document.hidden) return;
    timer = window.setTimeout(() => void read(), Math.max(TOGETHER_MS, notBefore - Date.now()));
  }

  const onSight = (): void => {
    if (wanted && !document.hidden) plan();
  };

  useEvents((event) => {
    if (!event || concerns(event)) plan();
  });
  onMounted(() => document.addEventListener("visibilitychange", onSight));
  onUnmounted(() => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", onSight);
  });
}
