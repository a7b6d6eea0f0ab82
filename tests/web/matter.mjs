// Complaints for the desk to show, made over the API as people and hotline tools make them.
const DAY_MS = 86400e3;

export class Matter {
  constructor(address) {
    this.address = address;
    this.tokens = new Map();
  }

  async token(login) {
    if (!this.tokens.has(login)) {
      const { token } = await this.call(null, "POST", "/v1/sessions", { login, password: "demo-2026" });
      this.tokens.set(login, token);
    }
    return this.tokens.get(login);
  }

  async call(login, method, path, body, version) {
    const headers = { "Content-Type": "application/json" };
    if (login) headers.Authorization = `Bearer ${await this.token(login)}`;
    if (version) headers["If-Match"] = `"${version}"`;
    const answer = await fetch(this.address + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  // as: whoever receives and owns it. Answers the complaint.
  receive(as, subject, daysAgo, more = {}) {
    return this.call(as, "POST", "/v1/complaints", {
      source: "hotline",
      subject,
      narrative: `${subject}。客户来电反映，要求尽快核实并答复。`,
      received_at: new Date(Date.now() - daysAgo * DAY_MS - 60e3).toISOString(),
      complainant: { name: "王小明", phone: "13800000001" },
      ...more,
    });
  }

  act(as, complaint, action, body = {}) {
    return this.call(as, "POST", `/v1/complaints/${complaint.id}/${action}`, body, complaint.version);
  }

  async offer(from, to, subject, daysAgo, more) {
    return this.act(from, await this.receive(from, subject, daysAgo, more), "offer", { to, reason: "账户开在贵部" });
  }

  // Whatever the calendar says, the law's fifteenth day is today.
  async dueToday(as, subject, more) {
    const complaint = await this.receive(as, subject, 15, more);
    return this.act(as, complaint, "advance", { owner: as, note: "请核实" });
  }

  async paused(as, subject) {
    const complaint = await this.act(as, await this.receive(as, subject, 1), "advance", { owner: as, note: "请核实" });
    const now = new Date().toISOString();
    await this.act(as, complaint, "pauses", { reason: "mediation", from: now, told_at: now });
    return complaint;
  }

  async urge(complaint, text, hours) {
    await this.act("supervisor1", complaint, "urge", { text, due_at: new Date(Date.now() + hours * 3600e3).toISOString() });
    return complaint;
  }

  // All kinds of work for agent1, as the pictures show it.
  async dress() {
    await this.offer("agent2", "agent1", "信用卡年费已减免仍被扣收", 0, { source: "mobile_app", complainant: { name: "欧阳静", phone: "13900000002" } });
    await this.offer("handler1", "agent1", "网点排队两小时未办理挂失业务", 6, { source: "government_12345", level: "complex", urgency: 1 });
    await this.receive("agent1", "跨行转账五千元未到账，收款人至今未收到", 9, { tags: ["agitated"] });
    await this.receive("agent1", "柜面被要求重复提供身份证明，前后三次往返网点，希望明确所需材料清单并就此前的误导作出说明", 4, { source: "branch", level: "complex" });
    await this.dueToday("agent1", "理财产品到期未按约定时间兑付", { source: "regulator_nfra", urgency: 1, external_case_number: "12378-20261107-0031", tags: ["regulator"] });
    await this.receive("agent1", "还款日前未收到任何提醒，产生逾期费用", 0, { source: "wechat" });
    await this.receive("agent1", "手机银行登录后闪退", 0, { source: "online_bank" });
    await this.paused("agent1", "贷款提前还款违约金收取标准不明");
    await this.urge(await this.receive("agent1", "同一事项第三次来电，要求书面说明处理进展", 2, { level: "complex" }), "请说明迟延原因和下一步安排", 3);
  }
}
