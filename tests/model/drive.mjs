// Random commands by several clients against the real server, beside the rules of rules.mjs: after
// every command the answer and the complaint must be what the model says. Called by run.sh:
//
//   drive.mjs ADDRESS CALENDAR
//
// MODEL_COMMANDS commands (default 3000) by MODEL_CLIENTS clients (8); SEED repeats a run's choices,
// as far as the clients' interleaving allows.
import { Calendar, DAY, earlier, format, HOUR, MINUTE, parse } from './clock.mjs';
import { ACTIONS, allowed, apply, awaited, COUNT_OF, isOver, ITEMS, PEOPLE, receive, relations, STAGES, wholeSecond } from './rules.mjs';

const [address, calendarPath] = process.argv.slice(2);
const COMMANDS = Number(process.env.MODEL_COMMANDS ?? 3000), CLIENTS = Number(process.env.MODEL_CLIENTS ?? 8);
const SEED = Number(process.env.SEED ?? Date.now() % 1e9);
const COMPLAINTS_MAX = 60; // open at a time; what has ended long ago is left behind
const calendar = new Calendar(calendarPath);

// --- chance -----------------------------------------------------------------------------------------

function generator(seed) { // mulberry32
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

class Chance {
  constructor(seed) { this.next = generator(seed); }
  below(n) { return Math.floor(this.next() * n); }
  one(list) { return list[this.below(list.length)]; }
  yes(share) { return this.next() < share; }
}

// --- the server --------------------------------------------------------------------------------------

const tokens = {};
const FILE = '客户提供的流水';
async function call(method, path, login, { body, file, version, key } = {}) {
  const headers = { ...(tokens[login] && { Authorization: 'Bearer ' + tokens[login] }),
    ...(body && { 'Content-Type': 'application/json' }), ...(version !== undefined && { 'If-Match': `"${version}"` }),
    ...(key && { 'Idempotency-Key': key }) };
  const answer = await fetch(address + path, { method, headers, body: file ?? (body && JSON.stringify(body)) });
  const text = await answer.text();
  return { status: answer.status, text, json: text ? JSON.parse(text) : null, etag: answer.headers.get('etag') };
}

// --- inputs ------------------------------------------------------------------------------------------

const now = () => Date.now() * 1000;
const LOGINS = Object.keys(PEOPLE);
// Somebody to name: mostly somebody who may own a stage.
const somebody = (chance) => chance.yes(0.9) ? chance.one(['agent1', 'handler1', 'agent2', 'supervisor1']) : chance.one(LOGINS);
const between = (chance, from, to) => wholeSecond(from + chance.next() * Math.max(0, to - from));

// Another complaint to link to: mostly one that is open, older and due earlier.
function another(chance, c, known) {
  const all = [...known.values()], fitting = all.filter((o) => o.id !== c.id && o.status === 'open' && o.receivedAt <= c.receivedAt && o.statutoryDue <= c.statutoryDue);
  return chance.one(fitting.length && chance.yes(0.7) ? fitting : all);
}

// An input for an action, with its moments as numbers beside: sent as texts, known to the model exactly.
// Functions are for the model alone. known: the client's complaints by id, which nobody else changes.
function inputFor(chance, c, action, known) {
  const input = { moments: {}, world: () => [...known.values()].filter((o) => o.id !== c.id) };
  const moment = (name, at) => { input.moments[name] = at; };
  const reason = '模型所给的原因';
  switch (action) {
    case 'advance': input.owner = somebody(chance); break;
    case 'send_back': Object.assign(input, { to: chance.one(STAGES), owner: somebody(chance), reason }); break;
    case 'offer': Object.assign(input, { to: somebody(chance), reason }); break;
    case 'assign': Object.assign(input, { owner: somebody(chance), reason }); break;
    case 'refuse': case 'refuse_extension': case 'void': case 'refuse_void': case 'remove_link': case 'refuse_unmask': input.reason = reason; break;
    case 'unmask': Object.assign(input, { purpose: '回电', fields: chance.one([['name'], ['phone'], ['name', 'phone'], ['identity_number'], ['phone', 'narrative']]) }); break;
    case 'withdraw': input.reason = reason;
      if (chance.yes(0.5)) moment('at', between(chance, c.clockFrom - HOUR, now()));
      break;
    case 'links': {
      const other = another(chance, c, known), absent = chance.yes(0.04);
      Object.assign(input, { kind: chance.one(['repeat', 'same_matter', 'merged_into']), reason,
        complaint: absent ? 'TS20010101000001' : chance.yes(0.5) ? other.id : other.number,
        other: () => absent ? undefined : known.get(other.id) });
      break;
    }
    case 'urge': input.text = '请说明进展'; moment('due_at', wholeSecond(now() + (chance.yes(0.05) ? -HOUR : HOUR + chance.below(DAY)))); break;
    case 'answer_urge': input.text = '已联系客户'; break;
    case 'settle': input.summary = '已与客户说明'; break;
    case 'decline': Object.assign(input, { reason_code: 'other', reason }); break;
    case 'close': input.outcome = chance.one(['upheld', 'partly_upheld', 'not_upheld']); break;
    case 'classify': if (chance.yes(0.8)) input.level = chance.one(['ordinary', 'complex', 'major']); else input.urgency = 2; break;
    case 'notes': input.text = '模型的备注'; break;
    case 'contacts': Object.assign(input, { method: 'phone', direction: chance.one(['inbound', 'outbound']), reached: chance.yes(0.5), summary: '联系' });
      moment('at', wholeSecond(now())); break;
    case 'findings': Object.assign(input, { facts: '属实', basis: '流水', upheld: 'yes' }); break;
    case 'plan': Object.assign(input, { summary: '方案', redress: chance.yes(0.3) ? [{ type: 'refund', amount: 2000000 }] : [{ type: 'apology' }] }); break;
    case 'notices': Object.assign(input, { facts: '属实', basis: '办法', decision: '退款' }); break;
    case 'deliveries': Object.assign(input, { channel: 'letter', proof: '回执' }); moment('at', between(chance, c.clockFrom - (chance.yes(0.1) ? DAY : 0), now())); break;
    case 'pauses': input.reason = chance.one(['mediation', 'appraisal', 'awaiting_customer', 'other']);
      moment('from', between(chance, c.clockFrom - HOUR, now()));
      if (chance.yes(0.6)) moment('told_at', between(chance, c.clockFrom, now()));
      break;
    case 'end_pause': moment('at', between(chance, c.clockFrom, now())); break;
    case 'extensions': Object.assign(input, { days: 1 + chance.below(33), reason }); break;
    case 'tell_extension': input.method = 'phone';
      moment('at', between(chance, chance.yes(0.8) ? c.extension?.approvedAt ?? c.clockFrom : c.clockFrom, now())); break;
    case 'reopen': Object.assign(input, { kind: chance.one(['new_facts', 'error']), owner: somebody(chance), reason });
      if (chance.yes(0.5)) input.to = chance.one(STAGES);
      if (chance.yes(0.3)) moment('received_at', between(chance, (c.closedAt ?? now()) - HOUR, now()));
      break;
    case 'review': Object.assign(input, { owner: chance.yes(0.7) ? 'supervisor1' : somebody(chance), reason });
      if (chance.yes(0.5)) moment('applied_at', between(chance, (c.decidedAt ?? now()) - HOUR, now()));
      break;
    case 'correct': input.reason = reason;
      if (chance.yes(0.3)) input.complainant = { people: 1 + chance.below(24) };
      else if (chance.yes(0.4)) moment('received_at', between(chance, now() - 60 * DAY, now()));
      else input.demand = '更正后的诉求';
      break;
    default: break; // accept, take_back, approvals: {}
  }
  return input;
}

function body(input) {
  const { moments, world, other, ...rest } = input;
  return { ...rest, ...Object.fromEntries(Object.entries(moments).map(([name, at]) => [name, format(at)])) };
}

const PATHS = { send_back: 'send-back', take_back: 'take-back', approve_plan: 'approve-plan', approve_void: 'void/approve', refuse_void: 'void/refuse', approve_unmask: 'unmask/approve', refuse_unmask: 'unmask/refuse', read_unmasked: 'unmask/read' };
function target(chance, c, action) {
  const base = `/v1/complaints/${chance.yes(0.5) ? c.id : c.number}`;
  const near = (n) => Math.max(1, n - (chance.yes(0.15) ? 1 : 0));
  switch (action) {
    case 'correct': return ['PATCH', base];
    case 'attachments': return ['POST', `${base}/attachments?name=note.txt`];
    case 'deliveries': { const n = near(c.counts.notices); return ['POST', `${base}/notices/${n}/deliveries`, n]; }
    case 'remove_link': { const inForce = c.links.filter((l) => !isOver(c, l)); const n = inForce.length && chance.yes(0.8) ? chance.one(inForce).number : 1 + chance.below(c.counts.links + 1); return ['POST', `${base}/links/${n}/remove`, n]; }
    case 'end_pause': { const open = c.pauses.filter((p) => p.to === null); const n = open.length && chance.yes(0.9) ? chance.one(open).number : near(c.counts.pauses); return ['POST', `${base}/pauses/${n}/end`, n]; }
    case 'answer_urge': { const waiting = c.urges.filter((u) => u.due !== null); const n = waiting.length && chance.yes(0.9) ? chance.one(waiting).number : near(c.counts.urges); return ['POST', `${base}/urge/${n}/answer`, n]; }
    case 'approve_extension': case 'refuse_extension': case 'tell_extension': {
      const n = near(c.counts.extensions), last = { approve_extension: 'approve', refuse_extension: 'refuse', tell_extension: 'told' }[action];
      return ['POST', `${base}/extensions/${n}/${last}`, n];
    }
    default: return ['POST', `${base}/${PATHS[action] ?? action}`];
  }
}

// --- comparison --------------------------------------------------------------------------------------

let commands = 0, accepted = 0, refused = 0, raced = 0, replayed = 0;
const bySlug = {}, byAction = {};

class Disagreement extends Error {}
function same(what, is, should, about) {
  const a = JSON.stringify(is), b = JSON.stringify(should);
  if (a !== b) throw new Disagreement(`${what}: the server says ${a}, the model ${b}\n${JSON.stringify(about, null, 1)}`);
}

function compare(json, c, login, about) {
  const is = (what, value, should) => same(what, value, should, about);
  is('version', json.version, c.version);
  for (const [name, field] of [['status', 'status'], ['stage', 'stage'], ['round', 'round'], ['round_kind', 'roundKind'], ['level', 'level'],
    ['outcome', 'outcome'], ['statutory_days', 'statutoryDays'], ['unit', 'unit']]) is(name, json[name], c[field]);
  is('owner', json.owner.login, c.owner);
  is('pending_owner', json.pending_owner?.login ?? null, c.pending);
  is('stage_due_at', parse(json.stage_due_at), c.stageDue);
  is('statutory_due_at', parse(json.statutory_due_at), c.statutoryDue);
  is('due_at', parse(json.due_at), c.due);
  is('closed_at', parse(json.closed_at), c.closedAt ?? null);
  is('decided_at', parse(json.decided_at), c.decidedAt);
  is('failed_attempts', json.failed_attempts, c.facts.attempts);
  is('merged_into', json.merged_into?.number ?? null, c.mergedInto);
  is('void_request', json.void_request && [json.void_request.by.login, parse(json.void_request.at)], c.voiding && [c.voiding.by, c.voiding.at]);
  is('unmask_request', json.unmask_request && [json.unmask_request.by.login, json.unmask_request.number, json.unmask_request.approved_at !== null, json.unmask_request.fields],
    c.unmasking && [c.unmasking.by, c.unmasking.number, c.unmasking.approved, c.unmasking.fields]);
  is('awaiting_approval', json.awaiting_approval.map((a) => [a.action, a.by.login, parse(a.since)]), awaited(c));
  is('urge_due_at', parse(json.urge_due_at), c.urges.reduce((first, u) => earlier(first, u.due), null));
  is('paused', json.paused, c.pauses.some((p) => p.to === null));
  is('counts', json.counts, c.counts);
  is('stages', json.stages.map((s) => [s.stage, s.round, s.owner.login, parse(s.entered_at), parse(s.due_at), parse(s.completed_at), s.handovers, s.refusals]),
    c.rows.map((r) => [r.stage, r.round, r.owner, r.enteredAt, r.dueAt, r.completedAt, r.handovers, r.refusals]));
  is('allowed_actions', [...json.allowed_actions].sort(), allowed(c, login).sort());
}

// The links from and to a complaint whose other one the reader may see, oldest first.
async function lookLinks(c, login, known, about) {
  const answer = await call('GET', `/v1/complaints/${c.id}/links`, login);
  if (!relations(c, login)) return same('status of the links', answer.status, 404, about);
  const others = [...known.values()].filter((o) => o.id !== c.id);
  const links = [...c.links.map((l) => ['outgoing', c, l, known.get(l.to)]),
    ...others.flatMap((o) => o.links.filter((l) => l.to === c.id).map((l) => ['incoming', o, l, o]))];
  same('links', answer.json.items.map((l) => [l.direction, l.kind, l.number, l.complaint.number, l.complaint.status, l.in_force, l.removal?.by.login ?? null]),
    links.filter(([, , , other]) => relations(other, login)).sort(([, , a], [, , b]) => a.at - b.at)
      .map(([direction, from, l, other]) => [direction, l.kind, l.number, other.number, other.status, !isOver(from, l), l.removed ?? null]), about);
}

async function look(c, login, about) {
  const answer = await call('GET', '/v1/complaints/' + c.id, login);
  if (!relations(c, login)) return same('status of GET', answer.status, 404, about);
  same('status of GET', answer.status, 200, about);
  compare(answer.json, c, login, { ...about, then: 'GET as ' + login });
}

// --- one command -------------------------------------------------------------------------------------

async function create(chance) {
  const login = chance.one(['agent1', 'agent2']), at = between(chance, now() - 50 * DAY, now());
  const input = { source: 'hotline', subject: '模型投诉', narrative: '由模型生成的投诉内容。', received_at: format(at), level: chance.one(['ordinary', 'complex', 'major']),
    complainant: { name: '王小明', phone: '13800000001', people: chance.yes(0.1) ? 20 : 1 } };
  const answer = await call('POST', '/v1/complaints', login, { body: input });
  same('status of receive', answer.status, 201, input);
  const c = receive({ ...input, at }, login, answer.json, calendar);
  compare(answer.json, c, login, { action: 'receive', input });
  accepted++;
  return c;
}

// Applies the command to the model as the server must have: `at` is the moment that it tells.
function judge(c, command, answer) {
  const copy = structuredClone(c);
  const moment = answer.status < 300 ? parse(answer.json.recorded_at ?? answer.json.updated_at) : now();
  const refusal = apply(copy, command.action, command.input, command.login, command.version, moment, command.number, calendar);
  const about = { ...command, answer: answer.json, before: c };
  if (refusal) {
    same('status', answer.status, refusal.status, about);
    same('problem', answer.json.type, '/problems/' + refusal.slug, about);
    refused++;
    bySlug[refusal.slug] = (bySlug[refusal.slug] ?? 0) + 1;
    return c;
  }
  same('status', answer.status, ITEMS.has(command.action) ? 201 : 200, about);
  same('ETag', answer.etag, `"${copy.version}"`, about);
  if (command.action === 'read_unmasked') same('number', answer.json.number, c.unmasking.number, about);
  else if (ITEMS.has(command.action)) same('number', answer.json.number, copy.counts[COUNT_OF[command.action] ?? command.action], about);
  else compare(answer.json, copy, command.login, about);
  accepted++;
  const done = command.action + (command.input.kind === 'merged_into' ? ' merged_into' : '');
  byAction[done] = (byAction[done] ?? 0) + 1;
  return copy;
}

// What brings a complaint to its end.
const ONWARD = new Set(['advance', 'findings', 'plan', 'approve_plan', 'notices', 'deliveries', 'close', 'review']);

function choose(chance, c, known) {
  let login = chance.one(LOGINS), action = chance.one(Object.keys(ACTIONS));
  if (chance.yes(0.8)) {
    const able = LOGINS.map((l) => [l, allowed(c, l)]).filter(([, list]) => list.length);
    if (able.length) {
      const [who, list] = chance.one(able);
      login = who;
      // Ends are chosen seldom, or no complaint would get far.
      const others = list.filter((a) => !['withdraw', 'settle', 'decline', 'approve_void', 'links', 'remove_link', 'notes', 'attachments', 'contacts', 'classify', 'correct'].includes(a));
      const onward = list.filter((a) => ONWARD.has(a));
      action = chance.one(onward.length && chance.yes(0.4) ? onward : others.length && chance.yes(0.85) ? others : list);
    }
  }
  if (action === 'links' && chance.yes(0.5)) login = 'supervisor1'; // who may merge
  const [method, path, number] = target(chance, c, action);
  const version = chance.yes(0.94) ? c.version : chance.yes(0.5) ? undefined : c.version + 1 - 2 * chance.below(2);
  return { login, action, method, path, number, version, input: inputFor(chance, c, action, known) };
}

const send = (command, key) => call(command.method, command.path, command.login, { ...(command.action === 'attachments' ? { file: FILE } : { body: body(command.input) }),
  version: command.version, key });

async function step(chance, c, key, known) {
  const command = choose(chance, c, known);
  commands++;
  if (chance.yes(0.04)) { // two at once: one of them finds what the other left
    const rival = { ...choose(chance, c, known), version: c.version };
    commands++;
    raced++;
    const [first, second] = await Promise.all([send({ ...command, version: c.version }), send(rival)]);
    return settle(c, [[{ ...command, version: c.version }, first], [rival, second]]);
  }
  const answer = await send(command, key);
  const after = judge(c, command, answer);
  if (after !== c && key && !answer.json.values) { // values are shown once
    const again = await send(command, key);
    same('replay', [again.status, again.text], [answer.status, answer.text], command);
    replayed++;
  }
  known.set(after.id, after);
  await look(after, after !== c || chance.yes(0.5) ? command.login : chance.one(LOGINS), command);
  if (chance.yes(0.1)) await lookLinks(after, chance.one(LOGINS), known, command);
  return after;
}

// Of two that ran at once either came first; one of the orders must explain both answers.
async function settle(c, pair) {
  for (const order of [pair, [...pair].reverse()]) {
    try {
      const after = order.reduce((before, [command, answer]) => judge(before, command, answer), c);
      await look(after, 'supervisor1', { raced: pair });
      return after;
    } catch (error) {
      if (!(error instanceof Disagreement) || order !== pair) throw error;
    }
  }
}

async function client(index) {
  const chance = new Chance(SEED + index);
  const mine = [], known = new Map();
  while (commands < COMMANDS) {
    if (!mine.length || (mine.length < COMPLAINTS_MAX / CLIENTS && chance.yes(0.1))) {
      commands++;
      mine.push(await create(chance));
      known.set(mine.at(-1).id, mine.at(-1));
    }
    const i = chance.below(mine.length);
    mine[i] = await step(chance, mine[i], chance.yes(0.15) ? `model-${SEED}-${index}-${commands}-${chance.below(1e9)}` : undefined, known);
    known.set(mine[i].id, mine[i]);
    if (mine[i].version > 60 || (mine[i].status !== 'open' && chance.yes(0.15))) mine.splice(i, 1);
  }
}

console.log(`model: ${COMMANDS} commands by ${CLIENTS} clients, seed ${SEED}`);
for (const login of LOGINS)
  tokens[login] = (await call('POST', '/v1/sessions', null, { body: { login, password: 'demo-2026' } })).json.token;
const results = await Promise.allSettled(Array.from({ length: CLIENTS }, (_, i) => client(i)));
const failures = results.filter((r) => r.status === 'rejected');
for (const f of failures) console.log(f.reason instanceof Disagreement ? f.reason.message : f.reason);
console.log(`${commands} commands: ${accepted} accepted, ${refused} refused, ${raced} pairs at once, ${replayed} replayed`);
console.log('accepted', JSON.stringify(byAction));
console.log('refused', JSON.stringify(bySlug));
// A model that never meets an action or a refusal proves nothing about it.
const missing = COMMANDS >= 20000 ? Object.keys(ACTIONS).filter((a) => !byAction[a]) : [];
if (missing.length) console.log('never accepted: ' + missing.join(', '));
process.exitCode = failures.length || missing.length ? 1 : 0;
