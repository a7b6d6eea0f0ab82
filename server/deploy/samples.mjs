// Enters the demo installation's sample complaints through the public API: samples.mjs URL.
// Each request carries a key of its own, so that another run changes nothing.
import { readFile } from 'node:fs/promises';

const PASSWORD = 'demo-2026';
const ZONE = '+08:00';
const ZONE_MS = 8 * 3600e3;
const TIME_MEMBERS = new Set(['received_at', 'occurred_at', 'at']);

const base = process.argv[2]?.replace(/\/$/, '');
if (!base) {
  console.error('usage: samples.mjs URL');
  process.exit(2);
}
const samples = JSON.parse(await readFile(new URL('samples.json', import.meta.url), 'utf8'));
const today = new Date(Date.now() + ZONE_MS).toISOString().slice(0, 10);
const tokens = new Map();

// "-3 09:12" is 09:12 three days ago.
function moment(given) {
  const [, days, time] = /^(-?\d+) (\d\d:\d\d)$/.exec(given);
  const day = new Date(Date.parse(today) + Number(days) * 86400e3).toISOString().slice(0, 10);
  return `${day}T${time}:00${ZONE}`;
}

function withMoments(body) {
  const entries = Object.entries(body).map(([name, value]) => [
    name, TIME_MEMBERS.has(name) ? moment(value) : value]);
  return Object.fromEntries(entries);
}

async function call(method, path, login, { body, key, version } = {}) {
  const headers = { Accept: 'application/json' };
  if (login) headers.Authorization = `Bearer ${tokens.get(login)}`;
  if (body) headers['Content-Type'] = 'application/json';
  if (key) headers['Idempotency-Key'] = `sample-${key}`;
  if (version) headers['If-Match'] = version;
  const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, etag: answer.headers.get('etag'), json: text ? JSON.parse(text) : null };
}

function expectDone(answer, what) {
  if (answer.status >= 200 && answer.status < 300) return answer;
  const { title, detail, errors } = answer.json ?? {};
  throw new Error(`${what}: ${answer.status} ${title ?? ''} ${detail ?? ''} ${errors ? JSON.stringify(errors) : ''}`);
}

async function signIn(login) {
  const answer = await call('POST', '/v1/sessions', null, { body: { login, password: PASSWORD } });
  tokens.set(login, expectDone(answer, `signing in ${login}`).json.token);
}

// On another day the same key comes with other times and is refused: then the complaint is there,
// as far as an earlier run came. Answers false for those.
async function enter(sample) {
  const received = await call('POST', '/v1/complaints', sample.by,
    { body: withMoments(sample.receive), key: sample.key });
  if (received.status === 422 && received.json?.type?.endsWith('/idempotency-key-reused')) return false;
  const { id } = expectDone(received, sample.key).json;
  let version = received.etag;
  for (const [index, [login, path, body]] of sample.steps.entries()) {
    const what = `${sample.key}, ${path}`;
    const answer = await call('POST', `/v1/complaints/${id}/${path}`, login,
      { body: withMoments(body), key: `${sample.key}-${index + 1}`, version });
    version = expectDone(answer, what).etag;
  }
  return true;
}

// Keys are remembered for seven days only; the complaint entered last tells after that.
async function complete() {
  const answer = await call('GET', `/v1/complaints?limit=1&external_case_number=${samples.last}`, 'supervisor1');
  return expectDone(answer, 'looking for the last sample').json.items.length > 0;
}

try {
  const logins = new Set(['supervisor1']);
  for (const { by, steps } of samples.complaints) [by, ...steps.map(([login]) => login)].forEach((login) => logins.add(login));
  for (const login of logins) await signIn(login);
  if (!await complete()) {
    let entered = 0;
    for (const sample of samples.complaints) entered += await enter(sample);
    console.log(`${entered} of ${samples.complaints.length} sample complaints are in place`);
  }
  for (const login of logins) await call('DELETE', '/v1/sessions/current', login);
} catch (error) {
  console.error(`samples: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
