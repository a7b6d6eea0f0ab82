// How fast the desk is, in a real browser against a real server: figures.mjs ADDRESS, called by
// `make bench-desk` over the database that the server's own measurements load. Prints a table.
import { launch, Desk } from "./browser.mjs";
import { Matter } from "./matter.mjs";

const ROUNDS = 5;
const KEYS = 200;
const CLIENTS = 5;
const RATE = 50; // events a second
const LINK = { offline: false, latency: 40, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 }; // ms, bytes a second

const address = process.argv[2];
const browser = await launch();
const matter = new Matter(address);
const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
const rows = [];
const tell = (what, value, target) => rows.push([what, value, target]);

// Loads a page; answers the ms from the beginning of the load until what the selector names is shown and may
// be used.
async function load({ page }, path, selector) {
  await page.goto(path, { waitUntil: "commit" });
  const shown = await page.evaluate(
    (selector) =>
      new Promise((done, fail) => {
        const look = () => {
          const found = document.querySelector(selector);
          if (found && found.getClientRects().length && !found.disabled) done(performance.now());
          else if (performance.now() > 60_000) fail(new Error(`${selector} is not shown`));
          else requestAnimationFrame(look);
        };
        look();
      }),
    selector,
  );
  await page.waitForLoadState("load");
  return shown;
}

async function firstLoad() {
  const times = [];
  const sizes = [];
  for (let round = 0; round < ROUNDS; round++) {
    const desk = await Desk.open(browser, address);
    await desk.signIn("agent1");
    let bytes = 0;
    const session = await desk.page.context().newCDPSession(desk.page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", LINK);
    session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
    times.push(await load(desk, "/desk/submit", "main input, main textarea"));
    await desk.page.waitForTimeout(1000); // what comes after the first field counts, too
    sizes.push(bytes);
    await desk.close();
  }
  tell("form, first load over 10 Mbit/s, 40 ms", `${Math.round(median(times))} ms`, "1500 ms");
  tell("  bytes of it as sent", `${Math.round(median(sizes) / 1000)} kB`, "350 kB");
}

async function board() {
  const desk = await Desk.open(browser, address);
  await desk.signIn("supervisor1");
  await desk.go("/desk/board");
  const open = await desk.page.locator("[data-figure=open]").first().innerText();
  const times = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await load(desk, "/desk/board", "[data-figure=open]"));
  await desk.close();
  tell(`board, ${open} open`, `${Math.round(median(times))} ms`, "1000 ms");
}

// Clients that write notes until they are told to stop; answers how many they wrote.
function noise() {
  let stopped = false;
  const one = async (index) => {
    const complaint = await matter.receive("agent1", `测量用 ${index}`, 0);
    let written = 0;
    for (let { version } = complaint; !stopped; version++, written++) {
      const next = Date.now() + (1000 / RATE) * CLIENTS;
      await matter.call("agent1", "POST", `/v1/complaints/${complaint.id}/notes`, { text: `第 ${written} 条` }, version);
      await new Promise((done) => setTimeout(done, next - Date.now()));
    }
    return written;
  };
  const clients = Array.from({ length: CLIENTS }, (_, index) => one(index));
  return async () => {
    stopped = true;
    return (await Promise.all(clients)).reduce((sum, count) => sum + count, 0);
  };
}

async function typing() {
  const desk = await Desk.open(browser, address);
  await desk.signIn("agent1");
  await desk.go("/desk/submit");
  const list = await desk.page.context().newPage(); // follows the events, as the tabs of one browser share them
  await list.goto("/desk/work");
  await list.locator(".dot.on").waitFor();
  await desk.page.bringToFront();
  await desk.page.evaluate(() => {
    window.slow = [];
    new PerformanceObserver((found) => window.slow.push(...found.getEntries().filter(({ name }) => name === "keydown").map(({ duration }) => duration))).observe({ type: "event", durationThreshold: 16, buffered: false });
  });
  const field = desk.page.locator("main textarea").first();
  await field.focus();
  const began = Date.now();
  const stop = noise();
  for (let key = 0; key < KEYS; key++) await desk.page.keyboard.press("a", { delay: 30 });
  const seconds = (Date.now() - began) / 1000;
  const written = await stop();
  await desk.page.waitForTimeout(200);
  const slow = await desk.page.evaluate(() => window.slow);
  await desk.close();
  tell(`typing, ${KEYS} keys, ${Math.round(written / seconds)} changes/s: worst key to paint`, slow.length ? `${Math.max(...slow)} ms` : "< 16 ms", "");
  tell("  keys that took 16 ms or more", String(slow.length), "");
}

await firstLoad();
await board();
await typing();
await browser.close();
const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
console.log(`${"".padEnd(widths[0])}  ${"measured".padStart(widths[1])}  ${"wanted".padStart(widths[2])}`);
for (const row of rows) console.log(row.map((text, column) => (column ? text.padStart(widths[column]) : text.padEnd(widths[0]))).join("  "));
