// What attackers send, made from openapi.yaml for every operation there is: texts that mean something to
// SQL, JSON, HTML, shells and spreadsheets, in every text member and parameter; members that are the
// server's own; more than is taken, in every dimension; tokens that are nearly good; cursors and numbers
// of others. Whatever comes: it is refused, or stored as it was written; never 5xx; nothing else changes.
import { at, follow, operations, step } from "./contract.mjs";
import { COMMANDS, Complaints, READS, receipt } from "./objects.mjs";
import { PEOPLE } from "./people.mjs";
import { ctl, start } from "./server.mjs";

const PAYLOADS = [
  "' OR '1'='1",
  "'; DROP TABLE complaint; --",
  "x') RETURNING id; SELECT pg_sleep(9) --",
  '"}],"status":"closed","x":[{"',
  "\\\"\\u0027\\\\",
  "$1::text || %s %n %x {0} ${7*7} {{7*7}}",
  "<script>alert(document.cookie)</script><img src=x onerror=alert()>",
  "=HYPERLINK(\"http://evil.example\",\"x\")",
  "../../../../etc/passwd",
  "`reboot` $(reboot) | reboot; reboot &",
  "转账' 失败\" \u{1F600} \u{20BB7}",
];
// Control characters and what turns a text around belong in none.
const FORBIDDEN = ["a\u0000b", "a\u001b[31mb", "a\u202eb", "a\u0085b"];

const people = ["agent1", "handler1", "agent2", "supervisor1", "auditor1", "admin"];

/* --- schemas ------------------------------------------------------------------------------------ */

// The members of an object's schema, with those that allOf adds: [[name, pointer of its schema]].
function members(pointer) {
  const found = follow(pointer);
  const own = Object.keys(found.value.properties ?? {}).map((name) => [name, step(found.pointer, "properties", name)]);
  const added = (found.value.allOf ?? []).flatMap((_, i) => members(step(found.pointer, "allOf", i)));
  return [...own, ...added];
}

const typesOf = (schema) => [schema.type ?? []].flat();
const isText = (schema) => typesOf(schema).includes("string") && !schema.enum && !schema.format;

// Where in an input something of a kind can stand: [path, schema], of objects in objects too.
function places(pointer, wanted, path = []) {
  return members(pointer).flatMap(([name, inner]) => {
    const { pointer: where, value } = follow(inner);
    const here = wanted(value) ? [{ path: [...path, name], schema: value }] : [];
    return [...here, ...(typesOf(value).includes("object") ? places(where, wanted, [...path, name]) : [])];
  });
}

function put(body, path, value) {
  const copy = structuredClone(body);
  const last = path.slice(0, -1).reduce((object, name) => (object[name] ??= {}), copy);
  last[path.at(-1)] = value;
  return copy;
}

// A text as the server keeps it, shown anywhere in an answer.
function holds(value, text) {
  if (typeof value === "string") return value === text.normalize("NFC").trim();
  return value !== null && typeof value === "object" && Object.values(value).some((inner) => holds(inner, text));
}

/* --- the server --------------------------------------------------------------------------------- */

class Attack {
  tokens = {};

  constructor(address, tests) {
    this.address = address;
    this.tests = tests;
    this.complaints = new Complaints((...args) => this.call(...args));
  }

  async send(path, init, login) {
    const headers = { ...(login && { Authorization: `Bearer ${this.tokens[login]}` }), ...init.headers };
    const answer = await fetch(this.address + path, { redirect: "manual", ...init, headers });
    const text = await answer.text();
    const json = answer.headers.get("content-type")?.includes("json") ? JSON.parse(text) : undefined;
    return { status: answer.status, text, json, headers: answer.headers };
  }

  call(login, method, path, { body, version } = {}) {
    const headers = {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (version !== undefined) headers["If-Match"] = `"${version}"`;
    return this.send(path, { method, headers, body: body && JSON.stringify(body) }, login);
  }

  async start() {
    for (const login of people) this.tokens[login] = ctl("issue-token", login, "--client", "attacks");
    for (const login of ["r-owner", "r-pending", "r-earlier", "r-supervisor"]) {
      this.tokens[login] = ctl("issue-token", login, "--client", "attacks");
    }
    this.complaints.other = await this.complaints.make("intake");
  }

  // What must not change by itself: how many complaints there are, and everything that is administered.
  async inventory() {
    const key = ({ id, number, version, active, approved, lifted_at }) => [id, number, version, active, approved, lifted_at];
    const read = async (login, path) => JSON.stringify((await this.call(login, "GET", path)).json.items.map(key));
    const { json } = await this.call("supervisor1", "GET", "/v1/complaints?count=exact&limit=1");
    const rest = ["/v1/clients", "/v1/calendars", "/v1/policies", "/v1/erasure-orders", "/v1/retention-holds"];
    const texts = await Promise.all(rest.map((path) => read(path.includes("orders") || path.includes("holds") ? "supervisor1" : "admin", path)));
    return { complaints: json.total, rest: texts.join("\n") };
  }

  // A request for each command: who, and what it takes, on a complaint made for it.
  async prepared(name) {
    const spec = COMMANDS[name];
    const complaint = await this.complaints.make(spec.state);
    const body = typeof spec.body === "function" ? spec.body(complaint) : spec.body;
    const supervises = /approve|complaint_urge|refuse_extension|assign|complaint_correct|refuse_unmask|refuse_void/.test(name);
    const login = spec.state === "offered" && /accept|complaint_refuse$/.test(name) ? "r-pending" : supervises ? "supervisor1" : "r-owner";
    return { complaint, login, path: `/v1/complaints/${complaint.id}${spec.path}`, method: spec.method, body };
  }
}

/* --- injection ---------------------------------------------------------------------------------- */

function judged(answer, where, payload) {
  if (answer.status >= 500) return [`${where}: ${answer.status} on ${JSON.stringify(payload)}`];
  return [];
}

// Every text member of a command's input, stored as it was written or refused with a pointer to it.
async function injectCommand(attack, operation, name) {
  const problems = [];
  for (const { path } of places(operation.input, isText)) {
    const pointer = `/${path.join("/")}`;
    let request = await attack.prepared(name);
    for (const payload of [...PAYLOADS, ...FORBIDDEN]) {
      const { complaint, login } = request;
      const answer = await attack.call(login, request.method, request.path, { body: put(request.body, path, payload), version: complaint.version });
      problems.push(...judged(answer, pointer, payload));
      if (answer.status < 300) {
        if (FORBIDDEN.includes(payload)) problems.push(`${pointer}: ${JSON.stringify(payload)} is taken`);
        const { json: now } = await attack.call("supervisor1", "GET", `/v1/complaints/${complaint.id}`);
        const { json: journal } = await attack.call("supervisor1", "GET", `/v1/complaints/${complaint.id}/journal?limit=200`);
        if (path[0] !== "complainant" && ![answer.json, now, journal].some((json) => holds(json, payload))) problems.push(`${pointer}: ${JSON.stringify(payload)} is not stored as it was written`);
        if (now.version !== complaint.version + 1) problems.push(`${pointer}: version ${now.version} after ${complaint.version}`);
        request = await attack.prepared(name);
      } else if (answer.status === 400 && payload.includes("\u0000")) {
        continue; // no JSON
      } else if (answer.status !== 422 || !answer.json.errors?.some((error) => error.pointer.startsWith(pointer))) {
        problems.push(`${pointer}: ${answer.status} ${answer.text.slice(0, 150)}`);
      }
    }
  }
  return problems;
}

// Receipts are many; each payload once in each member.
async function injectReceipts(attack, operation) {
  const problems = [];
  for (const { path } of places(operation.input, isText)) {
    for (const payload of [...PAYLOADS, ...FORBIDDEN]) {
      const answer = await attack.call("agent1", "POST", "/v1/complaints", { body: put(receipt(), path, payload) });
      problems.push(...judged(answer, path.join("."), payload));
      if (answer.status === 201 && FORBIDDEN.includes(payload)) problems.push(`${path.join(".")}: ${JSON.stringify(payload)} is taken`);
      const masked = /^(name|phone|email|address|.*_number)$/.test(path.at(-1));
      if (answer.status === 201 && !masked && !holds(answer.json, payload)) problems.push(`${path.join(".")}: ${JSON.stringify(payload)} is not stored as it was written`);
      if (![201, 422].includes(answer.status) && !payload.includes("\u0000")) problems.push(`${path.join(".")}: ${answer.status} on ${JSON.stringify(payload)}`);
      if (answer.status === 201) attack.received++;
    }
  }
  return problems;
}

// Inputs of other operations: not 5xx. What would do something is left to the inventory.
async function injectOther(attack, operation) {
  const problems = [];
  const example = at(operation.pointer).requestBody.content["application/json"].example ?? {};
  for (const { path } of places(operation.input, isText)) {
    for (const payload of [...PAYLOADS, ...FORBIDDEN]) {
      const answer = await attack.call("auditor1", operation.method, operation.path.replaceAll(/{[^}]+}/g, "1"), { body: put(example, path, payload) });
      problems.push(...judged(answer, path.join("."), payload));
    }
  }
  return problems;
}

// Parameters in the query and in the path, and the headers that are read.
async function injectParameters(attack, operation) {
  const problems = [];
  const query = operation.parameters.filter((parameter) => parameter.in === "query");
  const inPath = operation.parameters.filter((parameter) => parameter.in === "path");
  const plain = operation.path.replaceAll(/{[^}]+}/g, attack.complaints.other.id);
  if (operation.id === "events_stream") return problems;
  for (const payload of [...PAYLOADS, ...FORBIDDEN]) {
    const sent = encodeURIComponent(`${payload}?`); // which nothing that was stored is called
    const paths = [...query.map(({ name }) => `${plain}?${name}=${sent}`), ...(inPath.length ? [operation.path.replaceAll(/{[^}]+}/g, sent)] : [])];
    for (const path of paths) {
      const answer = await attack.call("supervisor1", operation.method, path, operation.method === "GET" ? {} : { body: {} });
      problems.push(...judged(answer, path, payload));
      if (answer.json?.items?.length && path.includes("?") && !/[?&](q|text)=/.test(path)) problems.push(`${path}: lists something`);
    }
  }
  return problems;
}

const HEADERS = ["If-Match", "If-None-Match", "Idempotency-Key", "On-Behalf-Of", "X-Request-Id", "Accept-Language", "X-Forwarded-For", "Origin", "Last-Event-ID", "Accept-Encoding", "Cookie"];

async function injectHeaders(attack) {
  const problems = [];
  const printable = PAYLOADS.filter((payload) => /^[\x20-\x7e]*$/.test(payload));
  for (const name of HEADERS) {
    for (const payload of printable) {
      const path = `/v1/complaints/${attack.complaints.other.id}`;
      for (const method of ["GET", "PATCH"]) {
        const headers = { [name]: payload, ...(method === "PATCH" && { "Content-Type": "application/json" }) };
        const answer = await attack.send(path, { method, headers, body: method === "PATCH" ? "{}" : undefined }, "agent1");
        problems.push(...judged(answer, `${method} ${name}`, payload));
        for (const [header, value] of answer.headers) if (value.includes(payload)) problems.push(`${name}: ${payload} comes back in ${header}`);
      }
    }
  }
  return problems;
}

/* --- mass assignment and sizes ------------------------------------------------------------------ */

// Names that the server sets: of every schema that is answered, and what such things are called elsewhere.
const OWN = ["id", "number", "version", "status", "stage", "round", "hash", "previous_hash", "created_at", "updated_at", "closed_at", "erased_at", "retention_until", "decided_by", "approved", "requested_by", "owner_id", "staff_id", "unit_id", "role", "roles", "is_admin", "password_hash", "journal_length", "journal_head", "granted", "complaint_id", "__proto__", "constructor"];

async function assign(attack, operation) {
  const known = new Set(members(operation.input).map(([name]) => name));
  const example = at(operation.pointer).requestBody.content["application/json"].example ?? {};
  const path = operation.path.replace("{id}", attack.complaints.other.id).replaceAll(/{[^}]+}/g, "1");
  const names = OWN.filter((name) => !known.has(name));
  const more = names.map((name) => `${JSON.stringify(name)}:1`).join(",");
  const rest = JSON.stringify(example).slice(1);
  const body = `{${more}${rest === "}" ? "" : ","}${rest}`;
  const login = ["/v1/clients", "/v1/calendars", "/v1/policies", "/v1/staff"].some((prefix) => path.startsWith(prefix)) ? "admin" : "agent1";
  const answer = await attack.send(path, { method: operation.method, headers: { "Content-Type": "application/json" }, body }, login);
  if (answer.status === 404 || answer.status === 403) return []; // judged before the body
  if (answer.status !== 422) return [`${answer.status} ${answer.text.slice(0, 200)}`];
  const refused = new Set(answer.json.errors.filter(({ code }) => code === "unknown_member").map(({ pointer }) => pointer));
  return names.filter((name) => !refused.has(`/${name}`)).map((name) => `${name} is not refused`);
}

async function exceed(attack, operation) {
  const path = operation.path.replace("{id}", attack.complaints.other.id).replaceAll(/{[^}]+}/g, "1");
  const example = at(operation.pointer).requestBody.content["application/json"].example ?? {};
  const larger = (schema) =>
    schema.maxLength !== undefined ? "诉".repeat(schema.maxLength + 1)
    : schema.maxItems !== undefined ? Array(schema.maxItems + 1).fill("1")
    : schema.maximum !== undefined ? schema.maximum + 1
    : undefined;
  const found = places(operation.input, (schema) => larger(schema) !== undefined);
  const login = ["/v1/clients", "/v1/calendars", "/v1/policies", "/v1/staff"].some((prefix) => path.startsWith(prefix)) ? "admin" : "agent1";
  const problems = [];
  for (const { path: member, schema } of found) {
    const answer = await attack.call(login, operation.method, path, { body: put(example, member, larger(schema)) });
    if ([403, 404, 413].includes(answer.status)) continue; // judged before, or larger than any body
    const pointer = `/${member.join("/")}`;
    if (answer.status !== 422 || !answer.json.errors.some((error) => error.pointer.startsWith(pointer))) problems.push(`${pointer}: ${answer.status} ${answer.text.slice(0, 150)}`);
  }
  return problems;
}

/* --- tokens ------------------------------------------------------------------------------------- */

async function forge(attack) {
  const good = attack.tokens.agent1;
  const flipped = [...good].map((letter, i) => good.slice(0, i) + (letter === "A" ? "B" : "A") + good.slice(i + 1)).filter((token) => token !== good);
  const cut = [...good].map((_, i) => good.slice(0, i));
  const others = [good.toUpperCase(), good.toLowerCase(), `${good}=`, `${good}A`, ` ${good}x`, good.slice(3), `cd_${good}`, "null", "undefined", "Bearer", btoa('{"alg":"none"}') + "."];
  const problems = [];
  for (const token of [...flipped, ...cut, ...others]) {
    const answer = await attack.send("/v1/complaints?limit=1", { headers: { Authorization: `Bearer ${token}` } });
    if (answer.status !== 401) problems.push(`${token}: ${answer.status}`);
  }
  for (const [path, headers] of [
    [`/v1/complaints?access_token=${good}`, {}],
    ["/v1/complaints", { Cookie: `token=${good}` }],
    ["/v1/complaints", { "X-Api-Key": good }],
    ["/v1/complaints", { Authorization: good }],
    ["/v1/complaints", { Authorization: `Basic ${btoa(`agent1:${good}`)}` }],
  ]) {
    const answer = await attack.send(path, { headers });
    if (answer.status !== 401) problems.push(`${path} ${JSON.stringify(headers)}: ${answer.status}`);
  }
  if ((await attack.send("/v1/complaints?limit=1", {}, "agent1")).status !== 200) problems.push("the good one is not taken");
  return problems;
}

/* --- what belongs to others --------------------------------------------------------------------- */

async function reach(attack) {
  const problems = [];
  const expect = (what, answer, ...statuses) => {
    if (!statuses.includes(answer.status)) problems.push(`${what}: ${answer.status} ${answer.text.slice(0, 150)}`);
  };
  const ours = await attack.complaints.make("rich"); // of HN-CS-001
  const theirs = await attack.complaints.make("intake");
  const mine = (await attack.call("agent2", "POST", "/v1/complaints", { body: { ...receipt(), unit: "HN-CS-002", owner: "agent2" } })).json;
  // Everything below a complaint, by id, number and in other spellings.
  for (const rest of Object.values(READS)) {
    for (const name of [theirs.id, theirs.number, theirs.id.toUpperCase(), theirs.number.toLowerCase()]) {
      expect(`agent2 ${rest} of ${name}`, await attack.call("agent2", "GET", `/v1/complaints/${name}${rest}`), 404);
    }
  }
  // A number that belongs to another complaint.
  const hold = (await attack.call("supervisor1", "POST", `/v1/complaints/${ours.id}/holds`, { body: { reason: "x" } })).json.number;
  const lift = (complaint) => attack.call("supervisor1", "POST", `/v1/complaints/${complaint.id}/holds/${hold}/lift`, { body: { reason: "x" } });
  expect("a hold lifted through another complaint", await lift(theirs), 404);
  expect("a hold lifted", await lift(ours), 200);
  expect("a link to what one cannot see", await attack.call("agent2", "POST", `/v1/complaints/${mine.id}/links`, { body: { kind: "repeat", complaint: theirs.number, reason: "x" }, version: 1 }), 422);
  expect("a merge into what one cannot see", await attack.call("agent2", "POST", `/v1/complaints/${mine.id}/links`, { body: { kind: "merged_into", complaint: theirs.number, reason: "x" }, version: 1 }), 422);
  expect("similar to what one cannot see", await attack.call("agent2", "GET", `/v1/complaints/similar?complaint=${theirs.number}`), 404);
  expect("a preview of what one cannot see", await attack.call("agent2", "POST", "/v1/deadline-previews", { body: { complaint: theirs.number, level: "complex" } }), 404, 422);
  expect("erasing what one cannot see", await attack.call("agent2", "POST", "/v1/erasure-orders", { body: { complaints: [theirs.number], reason: "x" } }), 403);
  // A cursor of somebody who sees more.
  const { json: page } = await attack.call("supervisor1", "GET", "/v1/complaints?limit=1");
  const { json: rest } = await attack.call("agent2", "GET", `/v1/complaints?limit=200&cursor=${page.next}`);
  if (rest.items.some(({ unit, owner, pending_owner: pending }) => unit !== "HN-CS-002" && PEOPLE[owner.login]?.unit !== "HN-CS-002" && pending?.login !== "agent2")) problems.push("a cursor of another shows more");
  // A key of somebody else.
  const once = (login, body) => attack.send("/v1/complaints", { method: "POST", headers: { "Content-Type": "application/json", "Idempotency-Key": "stolen" }, body: JSON.stringify(body) }, login);
  const first = await once("agent1", receipt());
  const second = await once("agent2", receipt());
  if (second.text.includes(first.json.id)) problems.push("a key of another replays their answer");
  expect("the same key by another", second, 201, 403, 422);
  return problems;
}

/* --- all of it ---------------------------------------------------------------------------------- */

const nameOf = (operation) => Object.keys(COMMANDS).find((name) => name === operation.id);
// Those whose sound input would end the attack or somebody's work: their texts are judged elsewhere.
const HARMFUL = new Set(["staff_hand_over", "staff_depart", "password_change", "sessions_delete", "session_create"]);

// complaintctl fails where a journal is not.
function verified() {
  try {
    ctl("verify", "--all");
    return [];
  } catch (error) {
    return [error.stdout];
  }
}

export async function checkAttacks(tests, program) {
  const server = await start(program);
  const attack = new Attack(server.address, tests);
  attack.received = 0;
  try {
    await attack.start();
    for (const operation of operations.filter(({ input }) => input)) {
      const name = nameOf(operation);
      if (name) tests.add(`attack: texts of ${operation.id}`, await injectCommand(attack, operation, name));
      else if (operation.id === "complaint_receive") tests.add("attack: texts of complaint_receive", await injectReceipts(attack, operation));
      else if (!HARMFUL.has(operation.id)) tests.add(`attack: texts of ${operation.id}`, await injectOther(attack, operation));
    }
    const before = await attack.inventory();
    for (const operation of operations.filter(({ parameters }) => parameters.length)) tests.add(`attack: parameters of ${operation.id}`, await injectParameters(attack, operation));
    tests.add("attack: headers", await injectHeaders(attack));
    for (const operation of operations.filter(({ id, input }) => input && !HARMFUL.has(id))) {
      tests.add(`attack: members of the server in ${operation.id}`, await assign(attack, operation));
      tests.add(`attack: too much in ${operation.id}`, await exceed(attack, operation));
    }
    tests.add("attack: tokens", await forge(attack));
    const after = await attack.inventory();
    tests.add("attack: nothing else changed", [
      ...(before.complaints === after.complaints ? [] : [`${after.complaints} complaints after ${before.complaints}`]),
      ...(before.rest === after.rest ? [] : ["something that is administered changed"]),
    ]);
    tests.add("attack: what belongs to others", await reach(attack));
    tests.add("attack: journals are sound", verified());
  } finally {
    tests.add("attack: the server ends well", (await server.stop()) === 0 ? [] : ["it does not"]);
  }
}

