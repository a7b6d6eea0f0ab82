// What may be done to a complaint, by whom and when, and what it changes: a second, small account of
// the rules beside the program's own.
import { dayOf, DAY, earlier, endOfDay, HOUR, MINUTE, parse, stageDue, statutoryDue } from './clock.mjs';

export const wholeSecond = (at) => Math.floor(at / 1e6) * 1e6;
export const STAGES = ['intake', 'investigation', 'resolution', 'feedback'];
const LIMITS = { ordinary: [[1, 5, 3, 2], 15], complex: [[1, 10, 6, 3], 30], major: [[1, 10, 6, 3], 30] };
const ATTEMPTS_TO_CLOSE = 2, APPROVAL_FROM_FEN = 1000000, MAJOR_FROM = 20;
const EXTENSION_MAX = 30, CEILING = 60, REVIEW_WITHIN = 30, REVIEW_DAYS = 30, REOPEN_DAYS = 15;

export const PEOPLE = {
  agent1: { unit: 'HN-CS-001', roles: ['intake', 'handler'] },
  handler1: { unit: 'HN-CS-001', roles: ['handler'] },
  agent2: { unit: 'HN-CS-002', roles: ['intake', 'handler'] },
  supervisor1: { unit: 'HN', roles: ['supervisor'] },
  auditor1: { unit: 'HN', roles: ['auditor'] },
  admin: { unit: 'HN', roles: [] },
};
const WORKERS = ['intake', 'handler', 'supervisor'];
const has = (login, roles) => PEOPLE[login].roles.some((r) => roles.includes(r));
const within = (unit, root) => unit === root || root === 'HN';

// How somebody stands to a complaint, as letters: O owner, P to whom it is offered, E handled it
// before, S staff of its units, U supervisor, A auditor, R superior supervisor, p planner, r requester
// of an extension, v who asked for voiding, m for unmasking.
export function relations(c, login) {
  if (c.complainedOf === login || !has(login, [...WORKERS, 'auditor'])) return '';
  const over = (roles) => has(login, roles) &&
    [c.unit, PEOPLE[c.owner].unit].some((unit) => within(unit, PEOPLE[login].unit));
  let set = '';
  if (has(login, WORKERS)) {
    if (c.owner === login) set += 'O';
    if (c.pending === login) set += 'P';
  }
  if (!set && (c.owner === login || c.pending === login || c.handlers.includes(login))) set += 'E';
  if (over(['intake', 'handler'])) set += 'S';
  if (over(['supervisor'])) set += 'UR'; // all supervisors here are of head office
  if (over(['auditor'])) set += 'A';
  if (set && c.facts.plan && c.facts.plannedBy === login) set += 'p';
  if (set && c.extension?.by === login) set += 'r';
  if (set && c.voiding?.by === login) set += 'v';
  if (set && c.unmasking?.by === login) set += 'm';
  return set;
}

const every = (who, needs = [], more = {}) => Object.fromEntries(STAGES.map((s) => [s, { who, needs, ...more }]));
const noOffer = 'noOffer';

// By action: in which stage, who (letters), what must hold, in the order in which it is judged.
export const ACTIONS = {
  advance: { intake: { who: 'O', needs: [noOffer] }, investigation: { who: 'O', needs: ['findings', noOffer] },
    resolution: { who: 'O', needs: ['plan', 'approved', noOffer] } },
  send_back: { investigation: { who: 'O', needs: [noOffer] }, resolution: { who: 'O', needs: [noOffer] },
    feedback: { who: 'O', needs: [noOffer] } },
  settle: { intake: { who: 'O', needs: [noOffer] } },
  decline: { intake: { who: 'O', needs: [noOffer] } },
  close: { feedback: { who: 'O', needs: ['answered', noOffer] } },
  withdraw: every('OSU'),
  offer: every('O', [noOffer]),
  take_back: every('O', ['offer']),
  accept: every('P', ['offer']),
  refuse: every('P', ['offer']),
  assign: every('U'),
  classify: every('OSU'),
  notes: every('OPSU', [], { always: true }),
  contacts: every('OPSU', [], { always: true }),
  findings: { investigation: { who: 'O', needs: [] } },
  plan: { resolution: { who: 'O', needs: [] } },
  approve_plan: { resolution: { who: 'U', barred: 'p', needs: ['unapproved'] } },
  notices: { resolution: { who: 'O', needs: [] }, feedback: { who: 'O', needs: [] } },
  deliveries: { feedback: { who: 'O', needs: ['notice'] } },
  correct: every('OSU'),
  pauses: every('OU'),
  end_pause: every('OU', ['paused']),
  extensions: every('OU', ['noExtension']),
  approve_extension: every('R', ['waiting'], { barred: 'r' }),
  refuse_extension: every('R', ['waiting'], { barred: 'r' }),
  tell_extension: every('OSU', ['extended']),
  links: every('OPSU'),
  remove_link: every('OPSU', ['linked']),
  void: every('OU', ['noAnswer', 'noVoiding']),
  approve_void: every('U', ['noAnswer', 'voiding'], { barred: 'v' }),
  refuse_void: every('U', ['voiding'], { barred: 'v' }),
  unmask: every('OU', [], { always: true }),
  approve_unmask: every('U', ['unmaskAsked'], { always: true, barred: 'm' }),
  refuse_unmask: every('U', ['unmaskAsked'], { always: true, barred: 'm' }),
  read_unmasked: every('m', ['unmaskGranted'], { always: true }),
  attachments: every('OPSU', [], { always: true }),
  urge: every('U'),
  answer_urge: every('O', ['urged']),
  reopen: every('OSU', [], { ended: true }),
  review: every('OSU', ['decision'], { ended: true }),
};

const NEEDS = {
  findings: [(c) => c.facts.findings, 'findings-missing'],
  plan: [(c) => c.facts.plan, 'plan-missing'],
  approved: [(c) => c.facts.approved, 'plan-not-approved'],
  answered: [(c) => c.facts.delivered || (c.facts.firstNotice && c.facts.attempts >= ATTEMPTS_TO_CLOSE), 'notice-not-delivered'],
  noOffer: [(c) => !c.pending, 'offer-pending'],
  offer: [(c) => c.pending, 'no-offer'],
  unapproved: [(c) => c.facts.plan && !c.facts.approved, 'plan-missing'],
  notice: [(c) => c.facts.firstNotice, 'notice-unknown'],
  paused: [(c) => c.pauses.some((p) => p.to === null), 'pause-unknown'],
  noExtension: [(c) => !c.extension, 'extension-pending'],
  waiting: [(c) => c.extension && !c.extension.approvedAt, 'extension-unknown'],
  extended: [(c) => c.extension?.approvedAt, 'extension-unknown'],
  decision: [(c) => c.status !== 'withdrawn' && !['merged', 'voided'].includes(c.outcome), 'not-decided'],
  linked: [(c) => c.links.some((l) => l.kind !== 'merged_into' && !l.removed), 'link-unknown'],
  noAnswer: [(c) => c.counts.deliveries === 0, 'decision-delivered'],
  noVoiding: [(c) => !c.voiding, 'void-pending'],
  voiding: [(c) => c.voiding, 'void-unknown'],
  urged: [(c) => c.urges.some((u) => u.due !== null), 'urge-unknown'],
  unmaskAsked: [(c) => c.unmasking && !c.unmasking.approved, 'unmask-unknown'],
  unmaskGranted: [(c) => c.unmasking?.approved, 'unmask-unknown'],
};

const refusal = (status, slug) => ({ status, slug });
const meets = (set, letters) => [...letters].some((l) => set.includes(l));

export function right(c, set, action) {
  const row = ACTIONS[action][c.stage];
  const who = row ? row.who : [...new Set(Object.values(ACTIONS[action]).flatMap((r) => [...r.who]))].join('');
  if (meets(set, who)) return row?.barred && meets(set, row.barred) ? refusal(403, 'self-approval') : null;
  if (!meets(set, 'OPESU')) return refusal(403, 'forbidden');
  if (who === 'P') return c.status === 'open' ? refusal(409, 'no-offer') : refusal(409, 'not-open');
  return refusal(403, who === 'O' ? 'not-owner' : 'forbidden');
}

export function state(c, action) {
  const row = ACTIONS[action][c.stage], ended = c.status !== 'open';
  if (ended !== Boolean(row?.ended) && !row?.always) return refusal(409, ended ? 'not-open' : 'still-open');
  if (!row) return refusal(409, 'wrong-stage');
  const unmet = row.needs.find((need) => !NEEDS[need][0](c));
  return unmet ? refusal(409, NEEDS[unmet][1]) : null;
}

export const allowed = (c, login) => {
  const set = relations(c, login);
  return Object.keys(ACTIONS).filter((action) => ACTIONS[action][c.stage] && !right(c, set, action) && !state(c, action));
};

// What waits for the approval of a second person, who asked for it and when.
const ASKED = {
  approve_plan: (c) => [c.facts.plannedBy, c.facts.plannedAt],
  approve_extension: (c) => [c.extension.by, c.extension.at],
  approve_void: (c) => [c.voiding.by, c.voiding.at],
  approve_unmask: (c) => [c.unmasking.by, c.unmasking.at],
};
export const awaited = (c) => Object.keys(ASKED).filter((action) => !state(c, action)).map((action) => [action, ...ASKED[action](c)]);

// --- what actions change ----------------------------------------------------------------------------

// The natural days of the round: its own limit, and extensions up to the ceiling.
function statutoryDays(c) {
  const limit = { first: LIMITS[c.limitLevel][1], review: REVIEW_DAYS }[c.roundKind] ?? REOPEN_DAYS;
  return Math.max(limit, Math.min(limit + c.extended, CEILING));
}

export function due(c, calendar) {
  const row = c.rows.at(-1);
  const stage = stageDue(calendar, row.enteredAt, LIMITS[c.level][0][STAGES.indexOf(c.stage)], c.pauses);
  const statutory = statutoryDue(c.clockFrom, statutoryDays(c), c.pauses);
  return { stage, statutory, due: earlier(stage, statutory) };
}

function clocks(c, calendar) {
  const now = due(c, calendar);
  Object.assign(c, { stageDue: now.stage, statutoryDue: now.statutory, due: now.due, statutoryDays: statutoryDays(c) });
  c.rows.at(-1).dueAt = now.stage;
}

export function receive(input, login, answer, calendar) {
  const c = { id: answer.id, number: answer.number, version: 1, status: 'open', stage: 'intake', round: 1,
    roundKind: 'first', level: input.complainant.people >= MAJOR_FROM ? 'major' : input.level, unit: PEOPLE[login].unit,
    owner: login, pending: null, handlers: [login], barred: [], complainedOf: null, people: input.complainant.people,
    receivedAt: input.at, enteredAt: parse(answer.entered_at), clockFrom: input.at, pauses: [], extension: null, voiding: null, unmasking: null, urges: [], links: [], mergedInto: null, decidedAt: null, outcome: null,
    counts: { notes: 0, contacts: 0, findings: 0, plans: 0, notices: 0, deliveries: 0, pauses: 0, extensions: 0, links: 0, voids: 0, unmaskings: 0, attachments: 0, urges: 0 },
    facts: freshFacts(), rows: [] };
  Object.assign(c, { limitLevel: c.level, extended: 0 });
  c.rows.push({ stage: 'intake', round: 1, owner: login, enteredAt: input.at, completedAt: null, handovers: 0, refusals: 0 });
  clocks(c, calendar);
  return c;
}

const freshFacts = () => ({ findings: false, plan: false, approved: false, plannedBy: null, delivered: false, attempts: 0, firstNotice: 0 });
const mayOwn = (login, stage) => has(login, stage === 'intake' ? WORKERS : ['handler', 'supervisor']);

// Somebody named as owner of a stage.
function named(c, login, stage, successor = false) {
  if (!mayOwn(login, stage)) return refusal(422, 'invalid-input');
  if (c.complainedOf === login || c.barred.includes(login)) return refusal(409, 'recused');
  return successor && login === c.owner ? refusal(409, 'same-owner') : null;
}

function setOwner(c, login) {
  c.owner = login;
  c.pending = null;
  if (!c.handlers.includes(login)) c.handlers.push(login);
}

function handOver(c, login) {
  c.rows.at(-1).owner = login;
  c.rows.at(-1).handovers++;
  setOwner(c, login);
}

function openStage(c, stage, login, at) {
  c.stage = stage;
  c.rows.push({ stage, round: c.round, owner: login, enteredAt: at, completedAt: null, handovers: 0, refusals: 0 });
  setOwner(c, login);
}

function nextStage(c, stage, login, at) {
  c.rows.at(-1).completedAt = at;
  openStage(c, stage, login, at);
}

function end(c, status, outcome, at) {
  Object.assign(c, { status, outcome, pending: null, voiding: null, urges: [], closedAt: at });
  c.rows.at(-1).completedAt = at;
  if (c.decidedAt === null && !['withdrawn', 'merged', 'voided'].includes(outcome)) c.decidedAt = at;
}

// A level brings its own limit while neither that one nor the present one has run out, extensions not counted.
function setLevel(c, level, at) {
  const lasts = (l) => at <= (statutoryDue(c.clockFrom, LIMITS[l][1], c.pauses) ?? Infinity);
  c.level = level;
  if (c.roundKind === 'first' && lasts(level) && lasts(c.limitLevel)) c.limitLevel = level;
}

function openRound(c, kind, from, stage, login, at) {
  if (kind === 'review') c.barred = [...c.handlers];
  Object.assign(c, { round: c.round + 1, roundKind: kind, status: 'open', outcome: null, decidedAt: null, closedAt: null,
    facts: freshFacts(), clockFrom: from, extended: 0, pauses: [], extension: null, mergedInto: null });
  openStage(c, stage, login, at);
}

// Whether a link that a complaint made is over: removed, or a merge that another round undid.
export const isOver = (c, link) => Boolean(link.removed) || (link.kind === 'merged_into' && link.round !== c.round);
const hasLink = (from, to, kind) => from.links.some((l) => l.to === to.id && l.kind === kind && !isOver(from, l));
const othersMerged = (c, i) => i.world().some((o) => hasLink(o, c, 'merged_into'));

function mergeRefusal(c, other, who) {
  const later = (limit, than) => limit === null || than === null || limit > than;
  if (![c, other].every((o) => meets(relations(o, who), 'OU'))) return refusal(403, 'forbidden');
  if (c.counts.deliveries > 0 || other.counts.deliveries > 0) return refusal(409, 'decision-delivered');
  if (other.status !== 'open') return refusal(409, 'other-ended');
  if (c.roundKind === 'review' || other.receivedAt > c.receivedAt || later(other.statutoryDue, c.statutoryDue)) return refusal(409, 'merge-escapes-limit');
  return relations(c, other.owner) ? null : refusal(409, 'owner-cannot-see');
}

// What is wrong with the input whatever the caller's right: it names another complaint, or a time that has passed.
const INPUTS = {
  urge: (i) => i.moments.due_at > Date.now() * 1000 ? null : refusal(422, 'invalid-input'),
  links: (i, who) => i.other() && relations(i.other(), who) ? null : refusal(422, 'invalid-input'),
};

// Each: (complaint, input, who, at) -> refusal or null, changing the complaint when null. `item` tells
// that success is answered with the item and 201. A rule judges first and changes last.
export const RULES = {
  advance: (c, i, who, at) => {
    const stage = STAGES[STAGES.indexOf(c.stage) + 1];
    return named(c, i.owner, stage) ?? void nextStage(c, stage, i.owner, at);
  },
  send_back: (c, i, who, at) => STAGES.indexOf(i.to) >= STAGES.indexOf(c.stage) ? refusal(422, 'invalid-input')
    : named(c, i.owner, i.to) ?? void nextStage(c, i.to, i.owner, at),
  settle: (c, i, who, at) => othersMerged(c, i) ? refusal(409, 'others-merged') : void end(c, 'closed', 'settled_at_intake', at),
  decline: (c, i, who, at) => othersMerged(c, i) ? refusal(409, 'others-merged') : void end(c, 'declined', 'not_accepted', at),
  withdraw: (c, i, who, at) => {
    if (i.moments.at < wholeSecond(c.clockFrom)) return refusal(422, 'invalid-input');
    if (othersMerged(c, i)) return refusal(409, 'others-merged');
    end(c, 'withdrawn', 'withdrawn', Math.max(i.moments.at ?? at, c.clockFrom));
    c.rows.at(-1).completedAt = Math.max(c.rows.at(-1).enteredAt, c.closedAt);
  },
  close: (c, i, who, at) => void end(c, 'closed', i.outcome, at),
  offer: (c, i) => named(c, i.to, c.stage, true) ?? void (c.pending = i.to),
  take_back: (c) => void (c.pending = null),
  accept: (c, i, who) => c.barred.includes(who) || c.complainedOf === who ? refusal(409, 'recused')
    : !mayOwn(who, c.stage) ? refusal(403, 'forbidden') : void handOver(c, who),
  refuse: (c) => { c.pending = null; c.rows.at(-1).refusals++; },
  assign: (c, i) => named(c, i.owner, c.stage, true) ?? void handOver(c, i.owner),
  classify: (c, i, who, at) => {
    if (i.level && i.level !== 'major' && c.people >= MAJOR_FROM) return refusal(422, 'invalid-input');
    if (i.level && i.level !== c.level) setLevel(c, i.level, at);
  },
  notes: (c) => void c.counts.notes++,
  attachments: (c) => void c.counts.attachments++,
  contacts: (c, i) => { c.counts.contacts++; if (i.direction === 'outbound' && !i.reached) c.facts.attempts++; },
  findings: (c) => { c.counts.findings++; c.facts.findings = true; },
  plan: (c, i, who, at) => {
    const total = i.redress.reduce((sum, r) => sum + (r.amount ?? 0), 0);
    c.counts.plans++;
    Object.assign(c.facts, { plan: true, approved: total <= APPROVAL_FROM_FEN, plannedBy: who, plannedAt: at });
  },
  approve_plan: (c) => void (c.facts.approved = true),
  notices: (c) => {
    c.counts.notices++;
    c.facts.firstNotice ||= c.counts.notices;
    c.facts.delivered = false;
    c.facts.attempts = 0;
    c.decidedAt = null;
  },
  deliveries: (c, i, who, at, n) => {
    if (n < c.facts.firstNotice || n > c.counts.notices) return refusal(409, 'notice-unknown');
    if (i.moments.at < wholeSecond(c.clockFrom)) return refusal(422, 'invalid-input');
    c.counts.deliveries++;
    if (n === c.counts.notices) { c.facts.delivered = true; c.decidedAt = Math.min(c.decidedAt ?? Infinity, i.moments.at); }
  },
  pauses: (c, i) => {
    if (i.moments.from < c.clockFrom) return refusal(422, 'invalid-input');
    const moves = ['mediation', 'appraisal'].includes(i.reason) && i.moments.told_at !== undefined;
    c.pauses.push({ number: ++c.counts.pauses, from: i.moments.from, to: null, moves, toldAt: i.moments.told_at });
  },
  end_pause: (c, i, who, at, n) => {
    const pause = c.pauses.find((p) => p.number === n && p.to === null);
    if (!pause) return refusal(409, 'pause-unknown');
    if (i.moments.at < pause.from) return refusal(422, 'invalid-input');
    pause.to = i.moments.at;
  },
  extensions: (c, i, who, at) => {
    if (i.days > EXTENSION_MAX || c.statutoryDays + i.days > CEILING) return refusal(422, 'invalid-input');
    c.extension = { number: ++c.counts.extensions, days: i.days, by: who, at, approvedAt: null };
  },
  approve_extension: (c, i, who, at, n) => n !== c.extension.number ? refusal(409, 'extension-unknown') : void (c.extension.approvedAt = at),
  refuse_extension: (c, i, who, at, n) => n !== c.extension.number ? refusal(409, 'extension-unknown') : void (c.extension = null),
  tell_extension: (c, i, who, at, n) => {
    if (n !== c.extension.number) return refusal(409, 'extension-unknown');
    if (i.moments.at < wholeSecond(c.extension.approvedAt)) return refusal(422, 'invalid-input');
    const limit = c.statutoryDue;
    if (limit === null || (c.extension.approvedAt <= limit && i.moments.at <= limit)) c.extended += c.extension.days;
    c.extension = null;
  },
  links: (c, i, who, at) => {
    const other = i.other();
    if (other.id === c.id) return refusal(422, 'invalid-input');
    if (i.kind === 'merged_into') {
      const no = mergeRefusal(c, other, who);
      if (no) return no;
    } else if (hasLink(c, other, i.kind) || hasLink(other, c, i.kind)) {
      return refusal(409, 'already-linked');
    }
    c.links.push({ number: ++c.counts.links, kind: i.kind, to: other.id, round: c.round, at });
    if (i.kind !== 'merged_into') return null;
    end(c, 'closed', 'merged', at);
    c.mergedInto = other.number;
  },
  remove_link: (c, i, who, at, n) => {
    const link = c.links.find((l) => l.number === n && !isOver(c, l));
    if (!link) return refusal(409, 'link-unknown');
    link.removed = who;
  },
  void: (c, i, who, at) => {
    if (othersMerged(c, i)) return refusal(409, 'others-merged');
    c.counts.voids++;
    c.voiding = { by: who, at };
  },
  approve_void: (c, i, who, at) => othersMerged(c, i) ? refusal(409, 'others-merged') : void end(c, 'closed', 'voided', at),
  refuse_void: (c) => void (c.voiding = null),
  urge: (c, i) => void c.urges.push({ number: ++c.counts.urges, due: i.moments.due_at }),
  answer_urge: (c, i, who, at, n) => {
    const urge = c.urges.find((u) => u.number === n && u.due !== null);
    if (!urge) return refusal(409, 'urge-unknown');
    urge.due = null;
  },
  unmask: (c, i, who, at) => { // contact data of one's own complaint at once, the rest by another's leave
    if (c.status === 'open' && c.owner === who && i.fields.every((f) => f === 'name' || f === 'phone')) return void c.counts.unmaskings++;
    if (c.unmasking && c.unmasking.by !== who) return refusal(409, 'unmask-pending');
    c.unmasking = { by: who, at, number: ++c.counts.unmaskings, fields: i.fields, approved: false };
  },
  approve_unmask: (c) => void (c.unmasking.approved = true),
  refuse_unmask: (c) => void (c.unmasking = null),
  read_unmasked: (c) => void (c.unmasking = null),
  reopen: (c, i, who, at) => {
    const stage = i.to ?? 'investigation', from = i.moments.received_at;
    if (!mayOwn(i.owner, stage) || (from !== undefined && (i.kind === 'error' || from < c.closedAt))) return refusal(422, 'invalid-input');
    if (c.complainedOf === i.owner || c.barred.includes(i.owner)) return refusal(409, 'recused');
    openRound(c, i.kind, from ?? at, stage, i.owner, at);
  },
  review: (c, i, who, at) => {
    const stage = i.to ?? 'investigation', from = i.moments.applied_at ?? at;
    if (from < c.decidedAt || !mayOwn(i.owner, stage) || PEOPLE[i.owner].unit !== 'HN') return refusal(422, 'invalid-input');
    if (from > endOfDay(dayOf(c.decidedAt) + REVIEW_WITHIN)) return refusal(409, 'review-late');
    if (c.complainedOf === i.owner || c.handlers.includes(i.owner)) return refusal(409, 'recused');
    openRound(c, 'review', from, stage, i.owner, at);
  },
  correct: (c, i, who, at) => {
    if (i.moments.received_at > c.enteredAt + 5 * MINUTE) return refusal(422, 'invalid-input');
    if (i.moments.received_at !== undefined && !relations(c, who).includes('U')) return refusal(403, 'forbidden');
    if (i.moments.received_at !== undefined) {
      c.receivedAt = i.moments.received_at;
      if (c.roundKind === 'first') c.clockFrom = c.receivedAt;
      if (c.rows.length === 1) c.rows[0].enteredAt = c.receivedAt;
    }
    if (i.complainant?.people) {
      c.people = i.complainant.people;
      if (c.people >= MAJOR_FROM && c.level !== 'major') setLevel(c, 'major', at);
    }
  },
};

export const ITEMS = new Set(['notes', 'contacts', 'findings', 'plan', 'notices', 'deliveries', 'pauses', 'extensions', 'links', 'void', 'unmask', 'read_unmasked', 'attachments', 'urge']);
export const COUNT_OF = { plan: 'plans', void: 'voids', unmask: 'unmaskings', urge: 'urges' };

// Judges and applies an action; the complaint is a copy that the caller keeps on success.
export function apply(c, action, input, login, version, at, number, calendar) {
  const set = relations(c, login);
  if (!set) return refusal(404, 'not-found');
  const early = INPUTS[action]?.(input, login) ?? right(c, set, action) ?? (version === undefined ? refusal(428, 'version-required')
    : version !== c.version ? refusal(412, 'stale-version') : null) ?? state(c, action) ??
    RULES[action](c, input, login, at, number);
  if (early) return early;
  c.version++;
  if (c.status === 'open') clocks(c, calendar);
  return null;
}

export { DAY, HOUR, MINUTE };
