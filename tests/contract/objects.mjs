// Complaints in the state in which an operation is possible, and a request for each operation that
// would be carried out for whoever may: so that what is refused is refused for a lack of rights.

const RECEIVED = new Date(Date.now() - 86400000).toISOString();
const EARLIER = new Date(Date.now() - 2 * 86400000).toISOString();
const now = () => new Date().toISOString();
const reason = "权限测试";
const FACTS = { facts: "属实", basis: "支付结算办法", upheld: "yes" };
const NOTICE = { facts: "属实", basis: "支付结算办法", decision: "退款" };
const PLAN = { summary: "退款", redress: [{ type: "refund", amount: 100 }] };
const LARGE_PLAN = { summary: "退款", redress: [{ type: "refund", amount: 2000000 }] };
const UNMASK = { fields: ["account_number"], purpose: reason };
const FILE = "attachments?name=a.txt"; // JSON is text as well
const urge = () => ({ text: "请说明进展", due_at: new Date(Date.now() + 86400000).toISOString() });
const delivery = () => ({ channel: "letter", at: now(), proof: "回执" });

export const receipt = (received_at = RECEIVED) => ({
  source: "hotline",
  subject: "权限测试投诉",
  narrative: "跨行转账未到账，请核实。",
  received_at,
  unit: "HN-CS-001",
  owner: "agent1",
  complainant: { name: "王小明", phone: "13800000001" },
});

// Who does what to a complaint: [who, path, body]; OWNER stands for its owner.
const OWNER = null;
const advance = (c) => [OWNER, "advance", { owner: c.owner }];
const STEPS = {
  intake: () => [],
  investigation: (c) => [advance(c)],
  resolution: (c) => [...STEPS.investigation(c), [OWNER, "findings", FACTS], advance(c)],
  planned: (c) => [...STEPS.resolution(c), [OWNER, "plan", LARGE_PLAN]],
  feedback: (c) => [...STEPS.resolution(c), [OWNER, "plan", PLAN], advance(c)],
  noticed: (c) => [...STEPS.feedback(c), [OWNER, "notices", NOTICE]],
  delivered: (c) => [...STEPS.noticed(c), [OWNER, "notices/1/deliveries", delivery()]],
  closed: (c) => [...STEPS.delivered(c), [OWNER, "close", { outcome: "upheld" }]],
  offered: () => [[OWNER, "offer", { to: "r-pending", reason }]],
  rich: (c) => [...STEPS.delivered(c), [OWNER, FILE, "附件"], ...STEPS.offered(c)],
  paused: () => [[OWNER, "pauses", { reason: "other", from: now() }]],
  extending: () => [[OWNER, "extensions", { days: 5, reason }]],
  extended: (c) => [...STEPS.extending(c), ["supervisor1", "extensions/1/approve", {}]],
  voiding: () => [[OWNER, "void", { reason }]],
  unmasking: () => [[OWNER, "unmask", UNMASK]],
  unmasked: (c) => [...STEPS.unmasking(c), ["r-supervisor", "unmask/approve", {}]],
  urged: () => [["supervisor1", "urge", urge()]],
  linked: (c) => [[OWNER, "links", { kind: "repeat", complaint: c.other, reason }]],
};

export class Complaints {
  constructor(call) {
    this.call = call;
  }

  async must(login, method, path, body, version) {
    const answer = await this.call(login, method, path, { body, version });
    if (answer.status >= 300) throw new Error(`${login} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  }

  // One that agent1 received and r-earlier owned before its owner, in a state of STEPS.
  async make(state, owner = "r-owner", received_at = RECEIVED) {
    const input = { ...receipt(received_at), staff_complained_of: "r-complained-of" };
    const { json } = await this.must("agent1", "POST", "/v1/complaints", input);
    const complaint = {
      id: json.id,
      number: json.number,
      version: 1,
      unit: "HN-CS-001",
      owner,
      handlers: ["agent1", "r-earlier", owner],
      complainedOf: "r-complained-of",
      other: this.other?.number,
    };
    for (const next of ["r-earlier", owner]) {
      await this.step(complaint, ["supervisor1", "assign", { owner: next, reason }]);
    }
    for (const step of STEPS[state](complaint)) await this.step(complaint, step);
    return complaint;
  }

  async step(complaint, [who, path, body]) {
    const login = who ?? complaint.owner;
    const address = `/v1/complaints/${complaint.id}/${path}`;
    await this.must(login, "POST", address, body, complaint.version++);
    if (path === "offer") complaint.pending = body.to;
    if (path === "plan") complaint.planner = login;
    if (["extensions", "void", "unmask"].includes(path)) complaint.requester = login;
  }
}

// By row of --print-permissions ("operation" or "operation part"): the state, the action in
// allowed_actions and the request of a command.
const command = (state, action, path, body, method = "POST") => ({ state, action, path, body, method });
const merge = (c) => ({ kind: "merged_into", complaint: c.other, reason });
export const COMMANDS = {
  complaint_advance: command("intake", "advance", "/advance", { owner: "handler1" }),
  complaint_send_back: command("investigation", "send_back", "/send-back", { to: "intake", owner: "agent1", reason }),
  complaint_settle: command("intake", "settle", "/settle", { summary: "和解" }),
  complaint_decline: command("intake", "decline", "/decline", { reason_code: "other", reason }),
  complaint_close: command("delivered", "close", "/close", { outcome: "upheld" }),
  complaint_withdraw: command("intake", "withdraw", "/withdraw", { reason }),
  complaint_offer: command("intake", "offer", "/offer", { to: "r-pending", reason }),
  complaint_take_back: command("offered", "take_back", "/take-back", {}),
  complaint_accept: command("offered", "accept", "/accept", {}),
  complaint_refuse: command("offered", "refuse", "/refuse", { reason }),
  complaint_assign: command("intake", "assign", "/assign", { owner: "handler1", reason }),
  complaint_classify: command("intake", "classify", "/classify", { urgency: 1 }),
  complaint_correct: command("intake", "correct", "", { demand: "退款", reason }, "PATCH"),
  "complaint_correct received_at": command("intake", null, "", { received_at: EARLIER, reason }, "PATCH"),
  "complaint_correct staff_complained_of": command("intake", null, "", { staff_complained_of: null, reason }, "PATCH"),
  complaint_add_note: command("offered", "notes", "/notes", { text: "备注" }),
  complaint_add_contact: command("offered", "contacts", "/contacts", () => ({ method: "phone", direction: "inbound", at: now(), reached: true, summary: "来电" })),
  complaint_add_findings: command("investigation", "findings", "/findings", FACTS),
  complaint_add_plan: command("resolution", "plan", "/plan", PLAN),
  complaint_approve_plan: command("planned", "approve_plan", "/approve-plan", {}),
  complaint_add_notice: command("feedback", "notices", "/notices", NOTICE),
  complaint_add_delivery: command("noticed", "deliveries", "/notices/1/deliveries", delivery),
  complaint_add_pause: command("intake", "pauses", "/pauses", () => ({ reason: "other", from: now() })),
  complaint_end_pause: command("paused", "end_pause", "/pauses/1/end", () => ({ at: now() })),
  complaint_add_extension: command("intake", "extensions", "/extensions", { days: 5, reason }),
  complaint_approve_extension: command("extending", "approve_extension", "/extensions/1/approve", {}),
  complaint_refuse_extension: command("extending", "refuse_extension", "/extensions/1/refuse", { reason }),
  complaint_tell_extension: command("extended", "tell_extension", "/extensions/1/told", () => ({ at: now(), method: "phone" })),
  complaint_add_link: command("offered", "links", "/links", (c) => ({ ...merge(c), kind: "same_matter" })),
  "complaint_add_link merged_into": command("intake", null, "/links", merge),
  complaint_remove_link: command("linked", "remove_link", "/links/1/remove", { reason }),
  complaint_urge: command("intake", "urge", "/urge", urge),
  complaint_answer_urge: command("urged", "answer_urge", "/urge/1/answer", { text: "已联系客户" }),
  complaint_void: command("intake", "void", "/void", { reason }),
  complaint_approve_void: command("voiding", "approve_void", "/void/approve", {}),
  complaint_refuse_void: command("voiding", "refuse_void", "/void/refuse", { reason }),
  complaint_unmask: command("closed", "unmask", "/unmask", UNMASK),
  complaint_approve_unmask: command("unmasking", "approve_unmask", "/unmask/approve", {}),
  complaint_refuse_unmask: command("unmasking", "refuse_unmask", "/unmask/refuse", { reason }),
  complaint_read_unmasked: command("unmasked", "read_unmasked", "/unmask/read", {}),
  complaint_add_attachment: command("offered", "attachments", `/${FILE}`, "附件"),
  complaint_reopen: command("closed", "reopen", "/reopen", { kind: "error", owner: "handler1", reason }),
  complaint_review: command("closed", "review", "/review", { owner: "supervisor1", reason }),
};

// What is read of one complaint: the end of the path.
export const READS = {
  complaint_get: "",
  complaint_stages: "/stages",
  complaint_deadlines: "/deadlines",
  complaint_journal: "/journal",
  complaint_notes: "/notes",
  complaint_contacts: "/contacts",
  complaint_findings: "/findings",
  complaint_plans: "/plan",
  complaint_notices: "/notices",
  complaint_pauses: "/pauses",
  complaint_extensions: "/extensions",
  complaint_links: "/links",
  complaint_urges: "/urge",
  complaint_voids: "/void",
  complaint_unmaskings: "/unmask",
  complaint_rounds: "/rounds",
  complaint_attachments: "/attachments",
  complaint_attachment: "/attachments/1",
  complaint_case_file: "/case-file",
};
