// Load, kills, and the verdict: called by run.sh, which sets the environment. Ends with one line,
// "N passed, N failed".
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { Client, Ledger, generator, sameAnswer, send } from './clients.mjs';
import { judge, readFacts } from './judge.mjs';
import { plant } from './plant.mjs';
import { Service, run, sleep, sql } from './service.mjs';

const KILLS = Number(process.env.FAULT_KILLS || 20), CLIENTS = Number(process.env.FAULT_CLIENTS || 12);
const SEED = Number(process.env.FAULT_SEED || Date.now() % 1e6);
const MOMENT_MS = 1200; // between a sign of life and the next kill, at most
const SHARE_EARLY = 0.2; // of kills: without waiting for a sign of life
const CALM_WITHIN_MS = 60_000;
const READERS = 8;
if (!(KILLS >= 1 && CLIENTS >= 1 && Number.isInteger(SEED))) throw new Error('FAULT_KILLS, FAULT_CLIENTS, FAULT_SEED: numbers');

const service = new Service();
const random = generator(SEED), ledger = new Ledger(SEED), tokens = {};
const began = Date.now();
let passed = 0, failed = 0;

const say = (text) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);

function check(name, good, details = []) {
  if (good) passed++; else failed++;
  say(`${good ? 'ok  ' : 'FAIL'} ${name}`);
  if (!good) for (const detail of details.slice(0, 20)) console.log(`           ${detail}`);
}

// --- kills ----------------------------------------------------------------------------------------

// One in three falls on both; in all, each is killed KILLS times.
function plannedKills() {
  const both = Math.floor(KILLS / 3), alone = KILLS - both;
  const kills = [...Array(both).fill('both'), ...Array(alone).fill('server'), ...Array(alone).fill('database')];
  for (let i = kills.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [kills[i], kills[j]] = [kills[j], kills[i]];
  }
  return kills;
}

async function signOfLife() {
  const before = ledger.answers;
  for (const until = Date.now() + CALM_WITHIN_MS; ledger.answers === before; await sleep(5))
    if (Date.now() > until || service.died) throw new Error(service.died ?? 'nobody is answered any more');
}

async function kill(what) {
  const killServer = async () => { await service.kill(); await service.start(); };
  const crashDatabase = async () => { await service.crashDatabase(); await service.startDatabase(); };
  await Promise.all([what !== 'database' && killServer(), what !== 'server' && crashDatabase()]);
}

async function killInTurn() {
  const counts = { server: 0, database: 0 };
  for (const what of plannedKills()) {
    if (random() >= SHARE_EARLY) await signOfLife();
    await sleep(random() * MOMENT_MS);
    const before = ledger.answers;
    await kill(what);
    if (what !== 'database') counts.server++;
    if (what !== 'server') counts.database++;
    say(`killed: ${what === 'both' ? 'server and database' : what}; ${before} requests answered by then`);
  }
  await signOfLife();
  return counts;
}

// --- what was promised ----------------------------------------------------------------------------

// Runs a task for every item, some at a time.
async function forEach(items, task) {
  let next = 0;
  await Promise.all(Array.from({ length: READERS }, async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    while (next < items.length) await task(items[next++], agent);
    agent.destroy();
  }));
}

async function checkReplays() {
  const wrong = [];
  await forEach(ledger.answered, async (request, agent) => {
    const answer = await send(service, tokens, request, agent);
    if (!sameAnswer(answer, request.answer)) wrong.push(`${request.key}: ${answer.status} ${answer.text}`);
  });
  check(`each of ${ledger.answered.length} keys still gets its first answer`, wrong.length === 0, wrong);
}

async function checkReads(facts) {
  const wrong = [];
  await forEach(facts.complaints, async ({ id, number, version, stages }, agent) => {
    const answer = await service.call('GET', `/v1/complaints/${id}`,
      { agent, headers: { Authorization: `Bearer ${tokens.supervisor1}` } });
    const read = answer.status === 200 ? JSON.parse(answer.text) : {};
    if (read.number !== number || read.version !== version || answer.etag !== `"${version}"` ||
      !read.owner?.login || read.stages?.length !== stages.length)
      wrong.push(`${number}: ${answer.status} ${answer.text}`);
  });
  check(`each of ${facts.complaints.length} complaints is read as it is stored`, wrong.length === 0, wrong);
}

// The lines that complaintctl prints: one for each bad journal, and how many it checked.
async function verifyJournals() {
  const { code, out, errors } = await run(process.env.FAULT_CTL,
    ['--database', process.env.FAULT_OWNER_URL, 'verify', '--all']);
  return { sound: code === 0, lines: (out + errors).trim().split('\n') };
}

// Whether every entry has one number in the log, without gaps, and the log itself is sound.
async function verifyLog() {
  const file = `${process.env.FAULT_LOG}.entries`;
  for (let i = 0; i < 100 && (await sql('SELECT 1 FROM log_todo LIMIT 1;')).length > 0; i++) await sleep(100);
  const [counts] = await sql(`SELECT (SELECT count(*) FROM journal) + (SELECT count(*) FROM audit) = count(*)
    AND count(*) = max(n) FROM log;`);
  const exported = await run(process.env.FAULT_CTL, ['--database', process.env.FAULT_OWNER_URL, 'export-log']);
  writeFileSync(file, exported.out);
  const { code, out, errors } = await run(process.env.FAULT_CTL, ['verify', '--log', file]);
  return { sound: counts === 't' && exported.code === 0 && code === 0, lines: (out + errors).trim().split('\n') };
}

function tell(counts, facts) {
  const { requests, answered } = ledger;
  const of = (action) => answered.filter((r) => r.action === action).length;
  const entries = new Set(facts.complaints.flatMap((c) => c.journal.map((e) => e.request)));
  const done = (request) => request.unanswered.some((n) => entries.has(`${request.key}.${n}`));
  const givenUp = requests.filter((r) => !r.answer);
  say(`${counts.server} kills of the server, ${counts.database} of the database, seed ${SEED}`);
  say(`acknowledged: ${of('receive')} creates, ${of('advance')} advances, ${answered.length} requests in all`);
  say(`${answered.filter((r) => r.unanswered.length).length} of these had unanswered tries,` +
    ` ${answered.filter(done).length} were carried out by such a try; ${ledger.replays} were repeated`);
  say(`${givenUp.length} were given up unanswered, ${givenUp.filter(done).length} of these carried out`);
}

// --- the run --------------------------------------------------------------------------------------

process.on('SIGTERM', () => process.exit(143));
say(`seed ${SEED}, ${CLIENTS} clients, ${KILLS} kills of each`);
writeFileSync(process.env.FAULT_LOG, '');
await service.start();
await service.becomeReady();
for (const login of ['agent1', 'handler1', 'supervisor1']) tokens[login] = await service.signIn(login);

let stopped = false;
const clients = Array.from({ length: CLIENTS }, () => new Client({ service, ledger, tokens, random }));
const load = Promise.all(clients.map((client) => client.run(() => stopped)));
const counts = await killInTurn();
stopped = true;
await Promise.race([load, sleep(CALM_WITHIN_MS).then(() => { throw new Error('clients are left without an answer'); })]);
await service.becomeReady();

const facts = await readFacts(), findings = judge(ledger, facts);
tell(counts, facts);
check('the server ends only when it is killed', !service.died, [service.died]);
check(`it was killed ${KILLS} times, and so was the database`, counts.server >= KILLS && counts.database >= KILLS);
check('every answer is a success or asks to try again', ledger.mistakes.length === 0, ledger.mistakes);
check('what was acknowledged is there once, without gaps, with an owner', findings.length === 0, findings);
await checkReplays();
await checkReads(facts);
const journals = await verifyJournals();
check(`every journal is sound: ${journals.lines.at(-1)}`, journals.sound, journals.lines);
const log = await verifyLog();
check(`every entry is in the log once: ${log.lines.at(-1)}`, log.sound, log.lines);
check('the replays changed nothing', judge(ledger, await readFacts()).length === 0);

const planted = await plant(ledger), found = judge(ledger, await readFacts());
check(`planted losses and doubles are found, and nothing else: ${planted.join(', ')}`,
  JSON.stringify(found) === JSON.stringify(planted), found);
const flaws = (await verifyJournals()).lines.slice(0, -1);
check('complaintctl verify finds the doubles and the lost advance, too', flaws.length === 3, flaws);

await service.kill();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0); // timers may still run
