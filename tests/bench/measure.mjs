// Runs the cells of every round, alternating the server under wrk with pgbench, and prints the
// table: measure.mjs DIRECTORY, called by run.sh, which sets the environment.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const directory = process.argv[2];
const here = fileURLToPath(new URL('.', import.meta.url));
const env = process.env;
const address = env.BENCH_ADDRESS, socket = env.BENCH_SOCKET, serverPid = env.BENCH_SERVER_PID;
const seconds = Number(env.BENCH_S), rounds = Number(env.BENCH_ROUNDS);
const operations = env.BENCH_OPS.split(/\s+/).filter(Boolean);
const searchSeconds = env.BENCH_SEARCH === 'every' ? seconds : Math.max(1, Math.round(seconds / 3));

const CONNECTIONS = [1, 16, 64, 256], CLIENTS = [1, 2, 4, 8, 16], VARIANTS = ['plain', 'ours'];
// A CREATE of pgbench's also writes the terms by which the complaint is found, as ours does later;
// beside it, one that does not.
const isBare = (variant) => variant.endsWith('_bare');
const variantsOf = (operation) => (operation === 'create' ? [...VARIANTS, ...VARIANTS.map((v) => v + '_bare')] : VARIANTS);
const WRITES = new Set(['create', 'advance']);
const GOAL_CONNECTIONS = 64;
const GOALS = { // at 64 connections
  get: { ratio: 1.2, p99: 10 }, list: { ratio: 0.8, p99: 10 }, search: { ratio: 0.8, p99: 10 },
  create: { ratio: 1.5, p99: 20 }, advance: { ratio: 1.5, p99: 20 } };
const MEMORY_GOAL_MIB = 64;
const ERRORS_MAX = 0.001;
const ADVANCES_EXPECTED = 12000; // a second, at most
const STRIDE_SHARE = 0.618; // of the pool: scatters the order in which it is advanced

for (const name of operations) if (!GOALS[name]) throw new Error(`no operation ${name}`);

// --- processes ------------------------------------------------------------------------------------

let child = null;
for (const signal of ['SIGTERM', 'SIGINT'])
  process.on(signal, () => { child?.kill('SIGTERM'); process.exit(130); });

function run(program, args, { environment = {}, timeout = 3600 } = {}) {
  return new Promise((resolve, reject) => {
    let out = '', errors = '';
    child = spawn(program, args, { env: { ...env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout * 1000);
    child.stdout.on('data', (data) => { out += data; });
    child.stderr.on('data', (data) => { errors += data; });
    child.on('error', reject);
    child.on('close', (code) => { clearTimeout(timer); child = null; resolve({ code, out, errors }); });
  });
}

async function psql(...args) {
  const { code, out, errors } = await run('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-h', socket, '-U', 'postgres',
    '-d', 'bench', ...args], { environment: { PGOPTIONS: '-c client_min_messages=warning' } });
  if (code) throw new Error(`psql: ${errors}`);
  return out.trim();
}

async function signIn(login) {
  const answer = await fetch(address + '/v1/sessions', { method: 'POST',
    headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ login, password: 'demo-2026' }) });
  if (answer.status !== 201) throw new Error(`sign-in of ${login}: ${answer.status}`);
  return (await answer.json()).token;
}

// Streams of events, read and thrown away. One that ends is begun anew, as its client would.
const streams = { open: 0, bytes: 0, refused: 0 };

function follow(token) {
  const request = get(address + '/v1/events/stream', { headers: { Authorization: `Bearer ${token}` } }, (answer) => {
    if (answer.statusCode !== 200) { streams.refused++; answer.resume(); return; }
    streams.open++;
    answer.on('data', (data) => { streams.bytes += data.length; });
    answer.on('close', () => { streams.open--; follow(token); });
  });
  request.on('error', () => { streams.refused++; });
}

async function openStreams(wanted, few, all) {
  for (let i = 0; i < wanted; i++) follow(i % 10 ? few : all);
  for (let waited = 0; streams.open < wanted; waited++) {
    if (streams.refused || waited > 100) throw new Error(`${streams.open} of ${wanted} streams are open`);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}

// --- what both sides draw from --------------------------------------------------------------------

function coprime(near, to) {
  const gcd = (a, b) => (b ? gcd(b, a % b) : a);
  let n = Math.max(1, Math.floor(near));
  while (gcd(n, to) !== 1) n++;
  return n;
}

async function distribution() {
  const [rows, base, step, pool_from, pool] =
    (await psql('-c', 'SELECT rows, base, step, pool_from, pool FROM bench.loaded')).split('|').map(Number);
  // Overdue lists begin somewhere in the year, but not so late that they would be short.
  return { rows, base, step, pool_from, pool, words: Math.floor(rows / 50), stride: coprime(pool * STRIDE_SHARE, pool),
    list_from: Math.floor(base / 1000), list_span: Math.floor(rows * step / 1000 * 0.95) };
}

function readVariables(path) {
  return readFileSync(path, 'utf8').split('\n').filter(Boolean);
}

// --- cells ----------------------------------------------------------------------------------------

const cells = [];
let memory = { rss_mib: 0, hwm_mib: 0 };
let draw, seed = Date.now() % 1e6;

function readMemory() {
  const status = readFileSync(`/proc/${serverPid}/status`, 'utf8');
  const mib = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)[1]) / 1024;
  return { rss_mib: mib('VmRSS'), hwm_mib: mib('VmHWM') };
}

function cpuTicks() {
  const fields = readFileSync(`/proc/${serverPid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

async function reset() {
  await psql('-f', here + 'reset.sql');
}

async function httpCell(operation, connections, length) {
  const ticks = cpuTicks();
  const sampler = setInterval(() => {
    const now = readMemory();
    if (connections === 256)
      memory = { rss_mib: Math.max(memory.rss_mib, now.rss_mib), hwm_mib: Math.max(memory.hwm_mib, now.hwm_mib) };
  }, 250);
  const { code, out, errors } = await run('wrk', ['-t1', `-c${connections}`, `-d${length}s`, '--timeout', '10s',
    '-s', here + 'requests.lua', address, '--', operation, directory + '/requests.settings', String(seed++)],
    { timeout: length + 60 });
  clearInterval(sampler);
  const json = /^JSON (.*)$/m.exec(out);
  if (code || !json) throw new Error(`wrk: ${out}${errors}`);
  const result = JSON.parse(json[1]);
  const bad = result.refused + result.broken;
  return { side: 'complaintd', operation, connections, per_second: result.requests / result.seconds,
    count: result.requests, p50_ms: result.p50_ms, p99_ms: result.p99_ms, max_ms: result.max_ms,
    bytes_each: Math.round(result.bytes / Math.max(1, result.requests)), errors: bad,
    server_us: (cpuTicks() - ticks) * 1e4 / Math.max(1, result.requests), // USER_HZ is 100 on Linux
    fault: bad > ERRORS_MAX * result.requests ? `${bad} of ${result.requests} requests failed` : null };
}

async function pgbenchCell(operation, variant, clients, length) {
  const name = `${directory}/${operation}.${variant}`;
  const defines = [...readVariables(name + '.vars'), ...Object.entries(draw).map(([n, v]) => `${n}=${v}`),
    `clients=${clients}`, 'n=0', `start=${Date.now()}`];
  // Plans as the server has them: planning anew each time would only be slower.
  const { code, out, errors } = await run('pgbench', ['-n', '-M', 'prepared', '-c', String(clients),
    '-j', String(Math.min(clients, cpus().length)), '-T', String(length), '-f', name + '.sql',
    ...defines.flatMap((d) => ['-D', d]), '-h', socket, '-U', 'complaintd_app', 'bench'],
    { environment: { PGOPTIONS: '-c plan_cache_mode=force_generic_plan -c jit=off' }, timeout: length + 60 });
  const number = (pattern) => Number(pattern.exec(out)?.[1] ?? NaN);
  const tps = number(/^tps = ([\d.]+)/m);
  if (code || !(tps > 0)) throw new Error(`pgbench ${operation}.${variant}: ${out}${errors}`);
  return { side: 'pgbench', operation, variant, clients, per_second: tps,
    count: number(/transactions actually processed: (\d+)/), mean_ms: number(/latency average = ([\d.]+)/),
    errors: number(/failed transactions: (\d+)/) || 0, fault: null };
}

function describe(cell) {
  const rate = `${cell.per_second.toFixed(0).padStart(7)}/s`;
  return cell.side === 'complaintd'
    ? `${cell.operation.padEnd(8)} complaintd ${String(cell.connections).padStart(3)} connections ${rate}` +
      `  p50 ${cell.p50_ms.toFixed(2)} ms  p99 ${cell.p99_ms.toFixed(2)} ms  server CPU ${cell.server_us.toFixed(0)} µs a request`
    : `${cell.operation.padEnd(8)} pgbench    ${String(cell.clients).padStart(3)} clients, ${cell.variant.padEnd(10)}${rate}` +
      `  mean ${cell.mean_ms.toFixed(2)} ms`;
}

async function measure(round, cell, use = {}) {
  const result = { round, ...(await cell), ...use };
  if (result.operation === 'advance' && result.count > draw.pool)
    result.fault = `the pool of ${draw.pool} ran dry: use a smaller BENCH_S or a larger BENCH_ROWS`;
  cells.push(result);
  console.log(`  ${describe(result)}${result.fault ? '  INVALID: ' + result.fault : ''}`);
  if (WRITES.has(result.operation)) await reset();
  return result;
}

// --- rounds ---------------------------------------------------------------------------------------

const finalists = {}; // by operation: the pgbench cells that every round measures

async function search(operation) {
  const tried = [];
  for (const variant of variantsOf(operation))
    for (const clients of CLIENTS)
      tried.push(await measure(0, pgbenchCell(operation, variant, clients, searchSeconds), { search: true }));
  tried.sort((a, b) => b.per_second - a.per_second);
  finalists[operation] = [...tried.filter((c) => !isBare(c.variant)).slice(0, 2),
    ...tried.filter((c) => isBare(c.variant)).slice(0, 1)];
}

async function runOperation(round, operation) {
  console.log(`round ${round}, ${operation}`);
  if (env.BENCH_SEARCH === 'every')
    finalists[operation] = variantsOf(operation).flatMap((variant) => CLIENTS.map((clients) => ({ variant, clients })));
  else if (!finalists[operation])
    await search(operation);
  // One of ours, some of theirs, in turn: what drifts over minutes meets both.
  const theirs = finalists[operation];
  for (let i = 0, next = 0; i < CONNECTIONS.length; i++) {
    await measure(round, httpCell(operation, CONNECTIONS[i], seconds));
    for (const until = Math.ceil(theirs.length * (i + 1) / CONNECTIONS.length); next < until; next++)
      await measure(round, pgbenchCell(operation, theirs[next].variant, theirs[next].clients, seconds));
  }
}

function announce() {
  const resetSeconds = 2 + 15 * draw.rows / 1e6;
  let total = 0;
  for (const operation of operations) {
    const tried = variantsOf(operation).length * CLIENTS.length;
    const perRound = CONNECTIONS.length + (env.BENCH_SEARCH === 'every' ? tried : operation === 'create' ? 3 : 2);
    const searches = env.BENCH_SEARCH === 'every' ? 0 : tried;
    total += rounds * perRound * seconds + searches * searchSeconds +
      (WRITES.has(operation) ? (rounds * perRound + searches) * resetSeconds : 0);
  }
  console.log(`measuring ${rounds} rounds of cells of ${seconds} s: about ${Math.ceil(total / 60)} minutes`);
  if (operations.includes('advance') && draw.pool < seconds * ADVANCES_EXPECTED)
    console.log(`the pool of ${draw.pool} complaints may be too small for ${seconds} s of ADVANCE:` +
      ' a cell that empties it is invalid');
}

// --- results --------------------------------------------------------------------------------------

function spread(values) {
  const sorted = [...values].sort((a, b) => a - b), middle = sorted.length >> 1;
  return { min: sorted[0], max: sorted.at(-1),
    median: sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2 };
}

const ofOperation = (operation) => cells.filter((c) => c.operation === operation && !c.search && !c.fault);

function bestOfRound(operation, round, bare = false) {
  return Math.max(...ofOperation(operation).filter((c) => c.side === 'pgbench' && c.round === round &&
    isBare(c.variant) === bare).map((c) => c.per_second));
}

const range = (s, digits) => `${s.median.toFixed(digits)} [${s.min.toFixed(digits)}–${s.max.toFixed(digits)}]`;

function rowsOf(operation) {
  const good = ofOperation(operation), rows = [];
  const group = (list, key) => Map.groupBy ? Map.groupBy(list, key)
    : list.reduce((map, c) => map.set(key(c), [...(map.get(key(c)) ?? []), c]), new Map());
  for (const [connections, list] of group(good.filter((c) => c.side === 'complaintd'), (c) => c.connections))
    rows.push({ operation, connections, per_second: spread(list.map((c) => c.per_second)),
      p50_ms: spread(list.map((c) => c.p50_ms)), p99_ms: spread(list.map((c) => c.p99_ms)),
      ratio: spread(list.map((c) => c.per_second / bestOfRound(operation, c.round))) });
  for (const [who, list] of group(good.filter((c) => c.side === 'pgbench'), (c) => `${c.variant}, ${c.clients} clients`))
    rows.push({ operation, pgbench: who, per_second: spread(list.map((c) => c.per_second)),
      mean_ms: spread(list.map((c) => c.mean_ms)) });
  return rows;
}

function tableLine(row) {
  if (row.pgbench)
    return `| ${row.operation} | pgbench, ${row.pgbench} | ${range(row.per_second, 0)} | mean ${row.mean_ms.median.toFixed(2)} | | |`;
  return `| ${row.operation} | ${row.connections} connections | ${range(row.per_second, 0)} | ${row.p50_ms.median.toFixed(2)}` +
    ` | ${row.p99_ms.median.toFixed(2)} | ${range(row.ratio, 2)} |`;
}

function verdict(row) {
  const goal = GOALS[row.operation];
  const met = (good) => (good ? 'met' : 'MISSED');
  return `${row.operation}: ratio ${row.ratio.median.toFixed(2)} (goal ${goal.ratio}, ${met(row.ratio.median >= goal.ratio)}),` +
    ` p99 ${row.p99_ms.median.toFixed(1)} ms (goal ${goal.p99}, ${met(row.p99_ms.median <= goal.p99)})`;
}

function bareVerdict(row) {
  const ratios = ofOperation('create').filter((c) => c.connections === GOAL_CONNECTIONS)
    .map((c) => c.per_second / bestOfRound('create', c.round, true));
  return row.operation === 'create' ? [`create against pgbench without search: ratio ${range(spread(ratios), 2)}`] : [];
}

async function report() {
  const rows = operations.flatMap(rowsOf);
  const machine = { cores: cpus().length, cpu: cpus()[0].model, memory_mib: Math.round(totalmem() / 2 ** 20),
    postgresql: (await psql('-c', 'SHOW server_version')).split(' ')[0], settings: env.BENCH_PG_SETTINGS,
    fdatasync_us: Number(env.BENCH_FDATASYNC_US) || null };
  const chosen = rows.filter((r) => r.connections === GOAL_CONNECTIONS);
  const invalid = cells.filter((c) => c.fault);

  console.log(`\n${machine.cores} cores (${machine.cpu}), ${machine.memory_mib} MiB, PostgreSQL ${machine.postgresql}` +
    ` (fsync on, ${machine.settings}), fdatasync ${machine.fdatasync_us ?? '?'} µs; ${draw.rows} complaints,` +
    ` cells of ${seconds} s, medians of ${rounds} rounds [minimum–maximum], access log ${env.BENCH_ACCESS_LOG}`);
  console.log('\n| operation | load | requests/s | p50 ms | p99 ms | ratio to the round\'s best pgbench |\n|---|---|---|---|---|---|');
  for (const row of rows) console.log(tableLine(row));
  console.log(`\nAt ${GOAL_CONNECTIONS} connections:`);
  for (const row of chosen)
    for (const line of [verdict(row), ...bareVerdict(row)]) console.log('  ' + line);
  console.log(`Memory of the server at 256 connections: ${memory.rss_mib.toFixed(1)} MiB, at most ${memory.hwm_mib.toFixed(1)} MiB` +
    ` (goal ${MEMORY_GOAL_MIB}, ${memory.hwm_mib <= MEMORY_GOAL_MIB ? 'met' : 'MISSED'})`);
  if (streams.open || streams.refused)
    console.log(`${streams.open} event streams were open, ${streams.refused} failed; they received ${(streams.bytes / 2 ** 20).toFixed(0)} MiB`);
  if (invalid.length) console.log(`${invalid.length} cells are invalid and not counted`);

  const by = (value) => Object.fromEntries(chosen.map((r) => [r.operation, value(r)]));
  writeFileSync('build/bench.json', JSON.stringify({ machine, rows: draw.rows, seconds, rounds,
    access_log: env.BENCH_ACCESS_LOG === 'true', connections: GOAL_CONNECTIONS, ratio: by((r) => r.ratio.median),
    spread: by((r) => ({ min: r.ratio.min, max: r.ratio.max })), p99_ms: by((r) => r.p99_ms.median),
    memory, table: rows, invalid: invalid.length, cells }, null, 1) + '\n');
  console.log('details: build/bench.json');
  return invalid.length === 0;
}

draw = await distribution();
const [token, token1, token2] = [await signIn('supervisor1'), await signIn('agent1'), await signIn('agent2')];
writeFileSync(`${directory}/requests.settings`, Object.entries({ ...draw, token, token1, token2,
  create_body: `${directory}/create.json`,
  advance_body1: readFileSync(`${directory}/advance1.json`, 'utf8'),
  advance_body2: readFileSync(`${directory}/advance2.json`, 'utf8') }).map(([n, v]) => `${n}=${v}\n`).join(''), { mode: 0o600 });
announce();
await openStreams(Number(env.BENCH_STREAMS), await signIn('agent3'), token);
await psql('-c', 'CREATE EXTENSION IF NOT EXISTS pg_prewarm SCHEMA bench',
  '-c', "SELECT sum(bench.pg_prewarm(oid)) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')");
await reset();
for (let round = 1; round <= rounds; round++)
  for (const operation of operations) await runOperation(round, operation);
process.exit((await report()) && !streams.refused ? 0 : 1);
