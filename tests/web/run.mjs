// Uses the desk as people do: run.mjs PROGRAM. A test is a function that throws when something is not
// as it ought to be; it gets {open, matter, address}, and what it opened is watched and closed for it.
import { readdirSync } from "node:fs";
import { launch, Desk } from "./browser.mjs";
import { Matter } from "./matter.mjs";
import { takeScreenshots } from "./screenshots.mjs";
import { start } from "../contract/server.mjs";

// Those of every test_NAME.mjs: "NAME: what is tested".
const suites = {};
// My work comes first: by what the others make, their people get more to do than a page of it shows.
const first = (file) => (file === "test_work.mjs" ? "" : file);
for (const file of readdirSync(new URL(".", import.meta.url)).sort((a, b) => (first(a) < first(b) ? -1 : 1))) {
  const [, name] = /^test_(\w+)\.mjs$/.exec(file) ?? [];
  if (name) suites[name.replaceAll("_", " ")] = await import(`./${file}`);
}

// Each page that is opened follows the events, all of them in a few names.
const server = await start(process.argv[2], { COMPLAINTD_JOURNAL_STREAMS: "1000", COMPLAINTD_JOURNAL_STREAMS_OF_ONE: "1000" });
const browser = await launch();
const address = server.address;
let passed = 0;
let failed = 0;

async function run(name, test) {
  const desks = [];
  const open = async (login, options) => {
    const desk = await Desk.open(browser, address, options);
    desks.push(desk);
    if (login) await desk.signIn(login);
    return desk;
  };
  let problems = [];
  try {
    await test({ open, address, matter: new Matter(address) });
  } catch (error) {
    problems.push(error.stack ?? String(error));
  }
  problems.push(...desks.flatMap(({ wrong }) => wrong));
  for (const desk of desks) await desk.close();
  if (problems.length === 0) passed++;
  else failed++;
  console.log(`${problems.length ? "FAIL" : "ok  "} ${name}`);
  for (const problem of problems) console.log(`     ${problem.replaceAll("\n", "\n     ")}`);
}

for (const [suite, tests] of Object.entries(suites)) {
  for (const [name, test] of Object.entries(tests)) {
    const title = `${suite}: ${name.replaceAll("_", " ")}`;
    if (title.includes(process.env.ONLY ?? "")) await run(title, test);
  }
}
if (process.env.SCREENSHOTS) await run("screenshots", takeScreenshots);
await browser.close();
if ((await server.stop()) !== 0) failed++;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
