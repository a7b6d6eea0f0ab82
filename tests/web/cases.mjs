// Complaints that have come some way, made over the API as people make them. Each answers the complaint
// as it is then.
const now = () => new Date().toISOString();
const ago = (days) => new Date(Date.now() - days * 86400e3).toISOString();

export class Cases {
  constructor(matter) {
    this.matter = matter;
  }

  read(as, { id }) {
    return this.matter.call(as, "GET", `/v1/complaints/${id}`);
  }

  // Case work answers the item; the next step needs the new version.
  async work(as, complaint, path, body) {
    await this.matter.act(as, complaint, path, body);
    return this.read(as, complaint);
  }

  async investigating(subject, daysAgo, more) {
    const { matter } = this;
    const received = await matter.receive("agent1", subject, daysAgo, {
      narrative: "客户来电反映，11月19日通过手机银行向他行账户转账5000元，页面提示失败，但账户已扣款，至今未退回。\n请尽快核实，电话 13800001234。",
      demand: "退回款项并说明原因",
      channel_class: "A01033",
      business_class: "B05",
      cause_class: "C02",
      product: "手机银行转账",
      amount_in_dispute: 500000,
      ...more,
    });
    const advanced = await matter.act("agent1", received, "advance", { owner: "handler1", note: "涉及跨行清算，请核查" });
    return this.work("handler1", advanced, "contacts", { method: "phone", direction: "outbound", at: now(), reached: true, summary: "已与客户核对转账时间和金额，告知正在核查。" });
  }

  // With findings, at the stage of the plan.
  async decidable(subject, daysAgo, more) {
    const as = "handler1";
    let complaint = await this.investigating(subject, daysAgo, more);
    complaint = await this.work(as, complaint, "findings", { facts: "11月19日18:00转账报文超时，核心系统已扣账，清算行未入账，差错未自动冲正。", basis: "核心系统流水、清算对账单、差错处理登记簿", responsible: "运营管理部未按时处理清算差错", upheld: "yes" });
    return this.matter.act(as, complaint, "advance", { owner: as, note: "事实清楚" });
  }

  async decided(subject, daysAgo, more) {
    const as = "handler1";
    let complaint = await this.decidable(subject, daysAgo, more);
    complaint = await this.work(as, complaint, "plan", { summary: "退回5000元，减免当月手续费，向客户致歉。", redress: [{ type: "refund", amount: 500000 }, { type: "fee_waiver", amount: 1500 }, { type: "apology" }] });
    complaint = await this.matter.act(as, complaint, "advance", { owner: as, note: "按方案答复" });
    return this.work(as, complaint, "notices", { facts: "您11月19日18:00发起的5000元转账已扣款，但因清算报文超时未能入账，我行未在当日冲正。", basis: "依据我行《支付差错处理办法》第十二条，差错应于次一工作日前冲正。责任在我行。", decision: "5000元已退回您的账户，减免当月手续费15元，并向您致歉。" });
  }

  async closed(subject, daysAgo, more) {
    const decided = await this.decided(subject, daysAgo, more);
    const delivered = await this.work("handler1", decided, "notices/1/deliveries", { channel: "letter", at: now(), proof: "挂号信回执 XA12345678943" });
    return this.matter.act("handler1", delivered, "close", { outcome: "upheld" });
  }

  async reopened(subject, daysAgo, more) {
    const closed = await this.closed(subject, daysAgo, more);
    const again = await this.matter.act("supervisor1", closed, "reopen", { kind: "new_facts", owner: "agent1", reason: "客户补充提供了另一笔同类扣款的流水" });
    return this.work("agent1", again, "notes", { text: "新流水已交运营管理部核对。" });
  }

  async paused(subject, daysAgo) {
    const complaint = await this.investigating(subject, daysAgo);
    return this.work("handler1", complaint, "pauses", { reason: "mediation", from: now(), told_at: now(), note: "客户同意由调解中心调解" });
  }

  async extended(subject, daysAgo) {
    let complaint = await this.investigating(subject, daysAgo, { level: "complex" });
    complaint = await this.work("handler1", complaint, "extensions", { days: 15, reason: "须等待他行对账结果" });
    complaint = await this.work("supervisor1", complaint, "extensions/1/approve", {});
    return this.work("handler1", complaint, "extensions/1/told", { at: now(), method: "phone" });
  }

  async asking(subject, daysAgo, path, body) {
    return this.work("handler1", await this.investigating(subject, daysAgo), path, body);
  }

  // One of each that waits for somebody's approval.
  async awaiting() {
    const planned = await this.decidable("理财产品提前赎回，扣收费用高于约定", 6);
    return [
      await this.work("handler1", planned, "plan", { summary: "退回多收费用并补偿。", redress: [{ type: "refund", amount: 1_280_000 }] }),
      await this.asking("跨行转账清算差错，待他行回函", 9, "extensions", { days: 15, reason: "须等待他行对账结果" }),
      await this.asking("同一投诉重复登记", 0, "void", { reason: "与已登记的投诉重复" }),
      await this.asking("客户来电要求核对扣款卡号", 1, "unmask", { fields: ["account_number"], purpose: "核对扣款卡号" }),
    ];
  }

  urged(as, complaint, text) {
    return this.work(as, complaint, "urge", { text, due_at: new Date(Date.now() + 86400e3).toISOString() });
  }
}

export { ago };
