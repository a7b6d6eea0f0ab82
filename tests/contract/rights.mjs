// Calls every operation as everybody and as nobody, within their reach and beyond it, on complaints in
// the state that makes it possible, and compares what comes with `complaintd --print-permissions`.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { differences, operations } from "./contract.mjs";
import { COMMANDS, Complaints, READS, receipt } from "./objects.mjs";
import { ADDED, hasRole, hasRoleOver, PEOPLE, relations } from "./people.mjs";
import { ctl, start } from "./server.mjs";

const SCOPES = ["read", "write", "administer"];
const LOGINS = Object.keys(PEOPLE);
const OPERATIONS = new Map(operations.map((operation) => [operation.id, operation]));

// The rows of the print-out: {operation, part, name, of, who: [...], barred}.
function printed(program) {
  const lines = execFileSync(program, ["--print-permissions"], { encoding: "utf8" }).trim().split("\n");
  return lines.slice(1).map((line) => {
    const [operation, part, token, of, who] = line.split(/ {2,}/);
    const [admitted, barred] = who.split(", not the ");
    const name = part === "-" ? operation : `${operation} ${part}`;
    return { operation, part, name, token, of, who: admitted.split(", "), barred };
  });
}

const refusal = (status, slug) => ({ status, slug });
const UNAUTHENTICATED = refusal(401, "unauthenticated");
const FORBIDDEN = refusal(403, "forbidden");
const NOT_FOUND = refusal(404, "not-found");

// What a row says to somebody (null: nobody) who stands so to the complaint: null, or the refusal.
function expected(row, login, complaint) {
  if (row.of === "anybody") return null;
  if (!login) return UNAUTHENTICATED;
  if (row.of === "signed in") return null;
  if (row.of === "session") return FORBIDDEN; // ours are tokens of a program
  if (row.of === "role") return hasRole(PEOPLE[login], row.who) ? null : FORBIDDEN;
  if (row.of === "unit") {
    if (hasRoleOver(PEOPLE[login], row.who, "HN-CS-001")) return null;
    // Somebody of units that one's role does not reach is not there, nor is an order over them.
    return /^staff_|^erasure_order_(approve|refuse)$/.test(row.operation) && hasRole(PEOPLE[login], row.who) ? NOT_FOUND : FORBIDDEN;
  }
  const found = relations(login, complaint);
  if (found.length === 0) return NOT_FOUND;
  if (row.who.some((relation) => found.includes(relation))) {
    return row.barred && found.includes(row.barred) ? refusal(403, "self-approval") : null;
  }
  // Who could own it hears what is missing rather than a lack of rights.
  const couldOwn = found.some((relation) => relation !== "auditor");
  if (couldOwn && row.who.join() === "pending") return refusal(409, "no-offer");
  return couldOwn && row.who.join() === "owner" ? refusal(403, "not-owner") : FORBIDDEN;
}

// What is wrong with an answer, given the refusal that is expected, or null.
function problems(row, login, answer, refused) {
  const slug = answer.json?.type?.replace("/problems/", "");
  const is = `${login ?? "nobody"}: ${answer.status} ${slug ?? ""}`;
  if (refused) {
    const same = answer.status === refused.status && slug === refused.slug;
    return same ? [] : [`${is} instead of ${refused.status} ${refused.slug} ${answer.text.slice(0, 200)}`];
  }
  const done = answer.status < 300 && OPERATIONS.get(row.operation).responses.has(answer.status);
  return done ? [] : [`${is} though the row admits them ${answer.text.slice(0, 300)}`];
}

class Rights {
  tokens = {};
  found = new Map();

  constructor(address) {
    this.address = address;
    this.complaints = new Complaints((...args) => this.call(...args));
  }

  async call(login, method, path, { body, version } = {}) {
    const headers = {};
    if (login) headers.Authorization = `Bearer ${this.tokens[login]}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (version !== undefined) headers["If-Match"] = `"${version}"`;
    const init = { method, headers, body: body && JSON.stringify(body) };
    const answer = await fetch(this.address + path, init);
    if (answer.headers.get("content-type") === "text/event-stream") {
      await answer.body.cancel(); // it has no end
      return { status: answer.status, text: "" };
    }
    const text = await answer.text();
    const json = answer.headers.get("content-type")?.includes("json") ? JSON.parse(text) : undefined;
    return { status: answer.status, text, json };
  }

  issueTokens() {
    for (const [login, { unit, grants }] of Object.entries(ADDED)) {
      const roles = grants.flatMap(({ role }) => ["--role", role]);
      ctl("add-staff", login, login, "--unit", unit, ...roles);
    }
    ctl("add-staff", "r-leaving", "r-leaving", "--unit", "HN-CS-001", "--role", "handler");
    for (const login of LOGINS) this.tokens[login] = ctl("issue-token", login, "--client", "contract");
  }

  // A part of the input takes the right to the whole, too.
  refused(row, login, complaint) {
    const whole = this.rows.get(row.operation);
    return expected(whole, login, complaint) ?? expected(row, login, complaint);
  }

  // A token of somebody whom the row admits that lacks its scope: refused, and nothing else is.
  async scope(row, complaint, request) {
    const login = LOGINS.find((name) => !this.refused(row, name, complaint));
    if (row.token === "-" || !login) return;
    const others = SCOPES.filter((scope) => scope !== row.token);
    const as = `${login} without ${row.token}`;
    this.tokens[as] ??= ctl("issue-token", login, "--client", "contract", ...others.flatMap((scope) => ["--scope", scope]));
    const { method = "GET", path, body } = await request(login);
    const answer = await this.call(as, method, path, { body, version: complaint.version });
    this.note(row, problems(row, as, answer, refusal(403, "token-scope")));
  }

  note(row, list) {
    this.found.set(row.name, [...(this.found.get(row.name) ?? []), ...list]);
  }

  // A command by everybody, each on a complaint that nobody has changed.
  async command(row, spec, owner) {
    const bodyFor = (c) => (typeof spec.body === "function" ? spec.body(c) : spec.body);
    const pathTo = (c) => `/v1/complaints/${c.id}${spec.path}`;
    let complaint = await this.complaints.make(spec.state, owner);
    const request = () => ({ method: spec.method, path: pathTo(complaint), body: bodyFor(complaint) });
    await this.scope(row, complaint, request);
    for (const login of [...LOGINS, null]) {
      complaint ??= await this.complaints.make(spec.state, owner);
      const refused = this.refused(row, login, complaint);
      if (login && spec.action) await this.allowed(row, spec, login, complaint, refused);
      const { method, path, body } = request();
      const answer = await this.call(login, method, path, { body, version: complaint.version });
      this.note(row, problems(row, login, answer, refused));
      if (answer.status < 300) complaint = undefined;
    }
  }

  // allowed_actions says what the row says.
  async allowed(row, spec, login, complaint, refused) {
    const { json } = await this.call(login, "GET", `/v1/complaints/${complaint.id}`);
    const shown = json.allowed_actions?.includes(spec.action) ?? false;
    if (shown === !refused) return;
    this.note(row, [`${login}: allowed_actions ${shown ? "has" : "lacks"} ${spec.action}`]);
  }

  // Everybody, with a request that is made for each: {method, path, body}, what else to look at, and
  // how even those are refused whom the row admits.
  async everybody(row, request, look = () => [], always = null) {
    await this.scope(row, this.rich, request);
    for (const login of [...LOGINS, null]) {
      const { method = "GET", path, body, version, as = login } = await request(login);
      const refused = this.refused(row, login, this.rich) ?? always;
      const answer = await this.call(as, method, path, { body, version });
      this.note(row, problems(row, login, answer, refused));
      if (!refused) this.note(row, look(login, answer).map((problem) => `${login}: ${problem}`));
    }
  }

  // What a list shows: the complaint to those who stand in some relation to it, and only to them.
  shows = (login, { text }) => {
    const visible = relations(login, this.rich).length > 0;
    return text.includes(this.rich.number) === visible
      ? []
      : [visible ? "does not see it" : "sees what is beyond their reach"];
  };
  hides = (login, { text }) =>
    relations(login, this.rich).length === 0 && text.includes(this.rich.number)
      ? ["sees what is beyond their reach"]
      : [];

  async requests() {
    const complaint = { complaint: this.rich.number, level: "complex" };
    const { json: calendars } = await this.call("admin", "GET", "/v1/calendars");
    const { json: policies } = await this.call("admin", "GET", "/v1/policies");
    const post = (path, body) => () => ({ method: "POST", path, body });
    const get = (path) => () => ({ path });
    const previews = "/v1/deadline-previews";
    const batch = { items: [{ complaint: receipt() }] };
    const roles = [{ role: "intake", unit: "HN-CS-001" }];
    let added = 0;
    const client = () => ({ login: `r-client-${added++}`, name: "系统", unit: "HN-CS-001", roles });
    const { json: ours } = await this.call("admin", "POST", "/v1/clients", { body: client() });
    const tokens = `/v1/clients/${ours.id}/tokens`;
    const token = async () => (await this.call("admin", "POST", tokens, { body: { scopes: ["read"] } })).json;
    const listed = (login, { text }) => (text.includes(ours.id) ? [] : ["does not see a client of their unit"]);
    let people = 0;
    const unit = () => ({ code: `R-${people++}`, name: "机构", parent: "HN-CS-001" });
    const person = () => ({ login: `r-new-${people++}`, name: "新人", unit: "HN-CS-001" });
    const added_unit = async () => {
      const { json } = await this.call("admin", "POST", "/v1/units", { body: unit() });
      return `/v1/units/${json.code}`;
    };
    const added_person = async () => {
      const { json } = await this.call("admin", "POST", "/v1/staff", { body: person() });
      return `/v1/staff/${json.login}`;
    };
    // What changes them names the version of somebody new.
    const change = (path, method, end, body) => async () => ({ method, path: `${await path()}${end}`, body, version: 1 });
    const reason = { reason: "权限测试" };
    const handler = { role: "handler", unit: "HN-CS-001" };
    const lists = (what) => (login, { text }) => (text.includes(what) ? [] : [`does not see ${what}`]);
    const reaches = (unit) => (login, { text }) => (text.includes(`"${unit}"`) === PEOPLE[login].grants.some((grant) => hasRoleOver(PEOPLE[login], [grant.role], unit)) ? [] : [`sees ${unit} beyond their reach, or lacks it`]);
    const asked = await this.complaints.make("unmasking");
    const watches = (login, complaint) => relations(login, complaint).some((relation) => ["supervisor", "auditor"].includes(relation));
    const watchedOf = (complaint) => (login, { text }) => (text.includes(complaint.number) === watches(login, complaint) ? [] : ["does not see what they watch, or more"]);
    const { json: rich } = await this.call("supervisor1", "GET", `/v1/complaints/${this.rich.id}`);
    const signIn = { login: "agent1", password: "demo-2026" };
    const held = await this.complaints.make("intake");
    const why = { reason: "诉讼" };
    const hold = async (complaint) => {
      const path = `/v1/complaints/${complaint.id}/holds`;
      return `${path}/${(await this.call("supervisor1", "POST", path, { body: why })).json.number}`;
    };
    await hold(held);
    const order = { unit: "HN-CS-001", reason: "保存期满" };
    // Each by somebody else than who decides.
    const ordered = async (login) => {
      const by = login?.startsWith("supervisor1") ? "r-supervisor" : "supervisor1";
      return (await this.call(by, "POST", "/v1/erasure-orders", { body: order })).json.number;
    };
    const decision = (what) => async (login) => ({ method: "POST", path: `/v1/erasure-orders/${await ordered(login)}/${what}` });
    const received = (login, { json }) =>
      (json.received === 1) === !expected(this.rows.get("complaint_receive"), login)
        ? []
        : ["an item is not judged as a single receipt"];
    return {
      complaint_receive: [post("/v1/complaints", receipt())],
      complaint_receive_batch: [post("/v1/complaints/batch", batch), received],
      complaint_list: [get(`/v1/complaints?number=${this.rich.number}`), this.shows],
      complaint_similar: [get("/v1/complaints/similar?text=%E8%B7%A8%E8%A1%8C%E8%BD%AC%E8%B4%A6%E6%9C%AA%E5%88%B0%E8%B4%A6&limit=20"), this.hides],
      "complaint_similar complaint": [get(`/v1/complaints/similar?complaint=${this.rich.number}`)],
      complaint_search_by_contact: [post("/v1/complaints/search-by-contact", { phone: "13800000001", limit: 200 }), this.hides],
      unmaskings_get: [get("/v1/unmaskings?limit=1000"), watchedOf(asked)],
      complaint_hold: [post(`/v1/complaints/${this.rich.id}/holds`, why)],
      complaint_lift_hold: [async () => ({ method: "POST", path: `${await hold(this.rich)}/lift`, body: why })],
      holds_get: [get("/v1/retention-holds?limit=200"), watchedOf(held)],
      erasure_orders_get: [get("/v1/erasure-orders")],
      erasure_order_create: [post("/v1/erasure-orders", order)],
      erasure_order_approve: [decision("approve")],
      erasure_order_refuse: [decision("refuse")],
      board_get: [get("/v1/board"), this.hides],
      deadline_preview: [post(previews, { received_at: new Date().toISOString() })],
      "deadline_preview complaint": [post(previews, complaint)],
      "deadline_preview calendar, policy": [post(previews, { calendar: calendars.items[0].calendar })],
      calendars_get: [get("/v1/calendars")],
      calendar_create: [post("/v1/calendars", calendars.items[0].calendar)],
      policies_get: [get("/v1/policies")],
      policy_create: [post("/v1/policies", policies.items[0].policy)],
      report_volume: [get("/v1/reports/volume")],
      report_timeliness: [get("/v1/reports/timeliness")],
      report_causes: [get("/v1/reports/causes")],
      vocabulary_get: [get("/v1/vocabulary")],
      clients_get: [get("/v1/clients"), listed],
      client_create: [() => ({ method: "POST", path: "/v1/clients", body: client() })],
      client_get: [get(`/v1/clients/${ours.id}`)],
      client_tokens: [get(tokens)],
      client_token_create: [post(tokens, { scopes: ["read"] })],
      client_token_delete: [async () => ({ method: "DELETE", path: `${tokens}/${(await token()).id}` })],
      client_delete: [async () => ({ method: "DELETE", path: `/v1/clients/${(await this.call("admin", "POST", "/v1/clients", { body: client() })).json.id}` })],
      events_get: [get("/v1/events?limit=200"), this.hides],
      events_stream: [get("/v1/events/stream")],
      log_heads_get: [get("/v1/log/heads")],
      log_sign_now: [post("/v1/log/heads")],
      log_proof: [get("/v1/log/proofs/1")],
      log_consistency: [get("/v1/log/consistency?from=1&to=1")],
      deputies_get: [get("/v1/deputies")],
      deputy_create: [post("/v1/deputies", { deputy: "r-leaving", until: new Date(Date.now() + 1e7).toISOString() })],
      deputy_delete: [() => ({ method: "DELETE", path: `/v1/deputies/${randomUUID()}` })],
      directory_units: [get("/v1/directory/units?limit=200"), reaches("HN-CS-002")],
      directory_staff: [get("/v1/directory/staff?limit=200"), lists("agent2")],
      units_get: [get("/v1/units?limit=200"), lists("HN-CS-002")],
      unit_create: [() => ({ method: "POST", path: "/v1/units", body: unit() })],
      unit_get: [get("/v1/units/HN-CS-001")],
      unit_patch: [change(added_unit, "PATCH", "", { name: "改名" })],
      unit_close: [change(added_unit, "POST", "/close", reason)],
      unit_open: [change(added_unit, "POST", "/open", reason)],
      staff_list: [get("/v1/staff?limit=200"), lists("agent2")],
      staff_create: [() => ({ method: "POST", path: "/v1/staff", body: person() })],
      staff_get: [get("/v1/staff/agent1")],
      staff_patch: [change(added_person, "PATCH", "", { name: "改名" })],
      staff_enable: [change(added_person, "POST", "/enable", reason)],
      staff_grant: [change(added_person, "POST", "/grant", handler)],
      staff_revoke: [change(added_person, "POST", "/revoke", handler)],
      staff_password_set: [change(added_person, "POST", "/password", { password: "trüber-Regen-im-März" })],
      staff_password_remove: [change(added_person, "DELETE", "/password")],
      staff_hand_over: [post("/v1/staff/r-leaving/hand-over", { to: "handler1", reason: "休假" })],
      staff_depart: [post("/v1/staff/r-leaving/disable", { reason: "离职" })],
      institution_get: [get("/v1/institution")],
      session_create: [post("/v1/sessions", signIn)],
      session_get: [get("/v1/sessions/current"), (login, { json }) => (json.staff.login === login ? [] : ["is somebody else"])],
      session_delete: [(login) => this.spareToken(login)],
      sessions_get: [get("/v1/sessions")],
      sessions_delete: [() => ({ method: "DELETE", path: "/v1/sessions" })],
      session_end: [() => ({ method: "DELETE", path: `/v1/sessions/${randomUUID()}` })],
      password_change: [post("/v1/password", { present: "demo-2026", new: "kein-schöner-Land" })],
      // Nobody is refused, but this server has no provider.
      sign_on_begin: [get("/v1/sign-on"), undefined, NOT_FOUND],
      sign_on_end: [get("/v1/sign-on/callback"), undefined, NOT_FOUND],
      progress_get: [get(`/public/progress/${rich.tracking_code}`), (login, { json }) => (json.number === rich.number ? [] : ["is another"])],
      health: [get("/healthz")],
      ready: [get("/readyz")],
      metrics: [get("/metrics")],
      openapi_yaml: [get("/openapi.yaml")],
      openapi_json: [get("/openapi.json")],
      docs: [get("/docs")],
      docs_file: [get("/docs/docs.css")],
      desk: [get("/")],
      desk_start: [get("/desk")],
      desk_page: [get("/desk/work")],
      desk_part: [get("/desk/complaints/TS20261120000001")],
      progress_page: [get("/progress")],
      progress_page_of: [get(`/progress/${rich.tracking_code}`)],
      desk_file: [get("/assets/licences.txt")],
      problem_get: [get("/problems/forbidden")],
    };
  }

  // A token more, that can be given up.
  spareToken(login) {
    if (login) this.tokens.spare = ctl("issue-token", login, "--client", "spare");
    return { method: "DELETE", path: "/v1/sessions/current", as: login && "spare" };
  }

  async run(rows) {
    this.rows = new Map(rows.map((row) => [row.name, row]));
    this.issueTokens();
    this.complaints.other = await this.complaints.make("offered", "r-owner", new Date(Date.now() - 3 * 86400000).toISOString());
    this.rich = await this.complaints.make("rich");
    const requests = await this.requests();
    for (const row of rows) {
      if (COMMANDS[row.name]) {
        await this.command(row, COMMANDS[row.name], "r-owner");
        // Whoever asked is somebody who could approve.
        if (row.barred) await this.command(row, COMMANDS[row.name], "supervisor1");
      } else if (READS[row.name] !== undefined) {
        await this.everybody(row, () => ({ path: `/v1/complaints/${this.rich.id}${READS[row.name]}` }));
      } else if (requests[row.name]) {
        await this.everybody(row, ...requests[row.name]);
      } else {
        this.note(row, ["no request is known for it"]);
      }
    }
  }
}

export async function checkRights(tests, program) {
  const rows = printed(program);
  tests.add(
    "every operation has rights",
    differences(
      rows.filter(({ part }) => part === "-").map(({ operation }) => operation),
      operations.map(({ id }) => id),
      "among the rights",
      "in the contract",
    ),
  );
  const server = await start(program);
  try {
    const rights = new Rights(server.address);
    await rights.run(rows);
    for (const row of rows) tests.add(`right ${row.name}`, rights.found.get(row.name));
  } finally {
    tests.add("the server ends well", (await server.stop()) === 0 ? [] : ["it does not"]);
  }
}
