// The server under test, over the database of COMPLAINTD_TEST_APP, and complaintctl beside it.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const LISTENS_WITHIN_MS = 30000;

// The rest of the environment has names that the program would take for settings.
const sanitisers = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => name.endsWith("SAN_OPTIONS")),
);

// Starts the program on a free port, with further settings by their names in the environment. Answers
// {address, stop}; stop() answers the exit code.
export async function start(program, settings = {}) {
  const keys = mkdtempSync(join(tmpdir(), "complaintd-contract-"));
  const key = join(keys, "journal.key");
  execFileSync(process.env.COMPLAINTD_CTL, ["make-key", key], { stdio: "ignore" });
  const server = spawn(program, [], {
    env: {
      ...sanitisers,
      COMPLAINTD_DATABASE_URL: process.env.COMPLAINTD_TEST_APP,
      COMPLAINTD_HTTP_PORT: "0",
      COMPLAINTD_DEMO_ENABLED: "true",
      COMPLAINTD_JOURNAL_KEY_FILE: key,
      COMPLAINTD_LOG_ACCESS: "false",
      COMPLAINTD_PRIVACY_UNMASKINGS_PER_HOUR: "100000",
      COMPLAINTD_PRIVACY_KEY_FILE: process.env.COMPLAINTD_PRIVACY_KEY_FILE,
      ...settings,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  const port = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the server does not listen")), LISTENS_WITHIN_MS);
    createInterface({ input: server.stderr }).on("line", (line) => {
      const { event, port, level } = JSON.parse(line);
      if (level === "error") console.log(line);
      if (event !== "listening") return;
      clearTimeout(timer);
      resolve(port);
    });
    ended.then((code) => reject(new Error(`the server ended with ${code}`)));
  });
  const address = `http://127.0.0.1:${port}`;
  while ((await fetch(`${address}/readyz`)).status !== 200) await new Promise((r) => setTimeout(r, 50));
  return {
    address,
    stop() {
      rmSync(keys, { recursive: true });
      server.kill("SIGTERM");
      return ended;
    },
  };
}

// Runs complaintctl on the same database; answers its output.
export function ctl(...args) {
  const database = ["--database", process.env.COMPLAINTD_TEST_OWNER];
  return execFileSync(process.env.COMPLAINTD_CTL, [...database, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}
