// The clients: each follows complaints through their first stages, and repeats a request that was not
// answered with the same key until it is. What they were told is kept in the ledger.
import http from 'node:http';
import { sleep } from './service.mjs';

const STEPS = [ // of a complaint, in order
  { by: 'agent1', action: 'receive' },
  { by: 'agent1', action: 'advance', input: { owner: 'handler1', note: '请核实转账状态' } },
  { by: 'handler1', action: 'findings', input: { facts: '收款行系统延迟', basis: '支付结算办法', upheld: 'partly' } },
  { by: 'handler1', action: 'advance', input: { owner: 'handler1', note: '核实完毕' } },
  { by: 'handler1', action: 'plan', input: { summary: '致歉并说明', redress: [{ type: 'apology' }] } },
  { by: 'handler1', action: 'advance', input: { owner: 'handler1', note: '方案已定' } },
];
const OPEN_COURSES = 6; // that a client works on by turns
const SHARE_REPLAYED = 0.12; // of all turns: an answered request is sent again
const SHARE_RECEIVED = 0.4;
const SHARE_TWINS = 0.06; // of new requests: sent twice at once
const SHARE_ABANDONED = 0.03; // of unanswered tries: the client gives up
const PAUSE_MS = 12;

// A small generator, so that a seed repeats the choices.
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// Every request that was sent, in `requests`:
//   key, course, step, action   what it is; its tries have the request ids KEY.1, KEY.2, …
//   answer                      the first answer; null: none
//   unanswered                  numbers of the tries that were not, or were told to try again
//   abandoned                   the client gave up
export class Ledger {
  requests = [];
  courses = [];
  mistakes = []; // answers that should not be
  answers = 0;
  replays = 0;

  constructor(seed) { this.name = `fault-${seed}`; }

  open() {
    const course = { case: `${this.name}-${this.courses.length + 1}`, id: null, requests: [] };
    this.courses.push(course);
    return course;
  }

  add(course) {
    const step = course.requests.length, { by, action, input } = STEPS[step];
    const request = { key: `${this.name}-k${this.requests.length + 1}`, course, step, action, by, tries: 0,
      answer: null, unanswered: [], abandoned: false, path: step ? `/v1/complaints/${course.id}/${action}` : '/v1/complaints',
      version: step || null, body: JSON.stringify(step ? input : receipt(course)) };
    this.requests.push(request);
    course.requests.push(request);
    return request;
  }

  get answered() { return this.requests.filter((r) => r.answer); }

  // The first answer is kept; every other one must be the same.
  take(request, answer) {
    if (answer.status !== 200 && answer.status !== 201)
      this.mistakes.push(`${request.key} ${request.action}: ${answer.status} ${answer.text}`);
    else if (!request.answer) {
      request.answer = answer;
      this.answers++;
    } else if (!sameAnswer(request.answer, answer))
      this.mistakes.push(`${request.key} ${request.action}: ${answer.text} after ${request.answer.text}`);
  }
}

export const sameAnswer = (a, b) =>
  a.status === b.status && a.etag === b.etag && a.location === b.location && a.text === b.text;

const received_at = new Date(Date.now() - 3600e3).toISOString().replace(/\.\d+Z/, 'Z');

function receipt(course) {
  return { source: 'hotline', subject: '跨行转账未到账', narrative: '周五转账五千元，收款人至今未收到。来电号码13800000001。',
    received_at, external_case_number: course.case,
    complainant: { name: '王小明', phone: '13800000001' } };
}

export function send(service, tokens, request, agent) {
  request.tries++;
  return service.call('POST', request.path, { agent, body: request.body, headers: {
    Authorization: `Bearer ${tokens[request.by]}`, 'Idempotency-Key': request.key,
    'X-Request-Id': `${request.key}.${request.tries}`, ...(request.version && { 'If-Match': `"${request.version}"` }) } });
}

export class Client {
  #agents = [0, 1].map(() => new http.Agent({ keepAlive: true, maxSockets: 1 }));
  #courses = [];

  constructor({ service, ledger, tokens, random }) { Object.assign(this, { service, ledger, tokens, random }); }

  // Sends until it is answered, unless the client loses its patience.
  async #insist(request, agent) {
    while (!request.abandoned) {
      const coming = send(this.service, this.tokens, request, agent), number = request.tries;
      const answer = await coming.catch(() => null);
      if (answer && answer.status !== 503) {
        this.ledger.take(request, answer);
        return;
      }
      request.unanswered.push(number);
      if (!request.answer && this.random() < SHARE_ABANDONED) request.abandoned = true;
      await sleep(10 + 40 * this.random());
    }
  }

  async #make(course) {
    const request = this.ledger.add(course);
    const twins = this.random() < SHARE_TWINS ? 2 : 1;
    await Promise.all(this.#agents.slice(0, twins).map((agent) => this.#insist(request, agent)));
    if (request.answer && request.step === 0) course.id = JSON.parse(request.answer.text).id;
    // Without an answer nobody knows the next version.
    if (!request.answer || course.requests.length === STEPS.length)
      this.#courses = this.#courses.filter((c) => c !== course);
  }

  async #replay() {
    const request = this.ledger.requests[Math.floor(this.random() * this.ledger.requests.length)];
    if (!request?.answer) return;
    this.ledger.replays++;
    await this.#insist(request, this.#agents[0]);
  }

  async #turn() {
    const roll = this.random();
    if (roll < SHARE_REPLAYED) return this.#replay();
    if (roll < SHARE_REPLAYED + SHARE_RECEIVED && this.#courses.length < OPEN_COURSES || !this.#courses.length) {
      const course = this.ledger.open();
      this.#courses.push(course);
      return this.#make(course);
    }
    return this.#make(this.#courses[Math.floor(this.random() * this.#courses.length)]);
  }

  async run(mayStop) {
    while (!mayStop()) {
      await this.#turn();
      await sleep(PAUSE_MS * this.random());
    }
    for (const agent of this.#agents) agent.destroy();
  }
}
