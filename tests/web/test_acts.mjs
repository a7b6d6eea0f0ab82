import assert from "node:assert/strict";
import { Cases } from "./cases.mjs";

const dialog = (desk) => desk.page.locator(".modal");
const show = (desk, { number }) => desk.go(`/desk/complaints/${number}`);

async function begin(desk, act) {
  await desk.page.locator(`[data-act=${act}]`).click();
  await dialog(desk).locator("button[type=submit]").waitFor();
  await dialog(desk).locator(".skeleton").waitFor({ state: "detached" });
}

async function finish(desk) {
  await dialog(desk).locator("button[type=submit]").click();
  await dialog(desk).waitFor({ state: "detached" });
}

// Types into fields by their labels, and sends.
async function fill(desk, texts) {
  for (const [label, text] of Object.entries(texts)) await dialog(desk).getByLabel(label).fill(text);
}

async function pick(desk, label, login) {
  await dialog(desk).getByLabel(label).fill(login);
  await desk.page.locator(".pick-list [role=option]").filter({ hasText: login }).first().click();
}

const choose = (desk, name) => dialog(desk).locator("label").filter({ hasText: name }).first().click();

async function select(desk, label, name) {
  await dialog(desk).getByLabel(label).click();
  await desk.page.locator(".el-select-dropdown__item:visible").filter({ hasText: name }).first().click();
}

const allowed = (desk) => desk.page.locator("[data-act]").evaluateAll((buttons) => buttons.map((button) => button.dataset.act).sort());

export async function lead_a_complaint_through_its_life({ open, matter }) {
  const complaint = await matter.receive("agent1", "全程在工作台办理", 1);
  const first = await open("agent1");
  await show(first, complaint);
  await first.page.getByRole("button", { name: "进入调查核实" }).click();
  await pick(first, "下一环节责任人", "handler1");
  await fill(first, { 交办说明: "涉及跨行清算，请核查" });
  await first.page.keyboard.press("Control+Enter");
  await first.page.getByText("已完成：进入调查核实").waitFor();

  const desk = await open("handler1");
  await show(desk, complaint);
  await begin(desk, "findings");
  await fill(desk, { 查明事实: "转账报文超时，已扣款未入账", 依据: "核心流水" });
  await choose(desk, "部分属实");
  await finish(desk);
  await desk.page.getByRole("button", { name: "进入方案制定" }).click();
  await pick(desk, "下一环节责任人", "handler1");
  await finish(desk);

  await begin(desk, "plan");
  await fill(desk, { 方案内容: "退款并致歉" });
  await dialog(desk).getByRole("button", { name: "添加补偿措施" }).click();
  await dialog(desk).getByLabel("金额（元）1").fill("4800.5");
  await dialog(desk).getByText("合计 4,800.50 元").waitFor();
  await finish(desk);
  await begin(desk, "advance");
  await pick(desk, "下一环节责任人", "handler1");
  await finish(desk);

  await begin(desk, "notices");
  assert.equal(await dialog(desk).getByLabel("查明事实").inputValue(), "转账报文超时，已扣款未入账");
  await fill(desk, { 依据和理由: "差错处理办法第十二条", 处理决定: "退回4800.50元" });
  await finish(desk);
  await begin(desk, "deliveries");
  await select(desk, "送达方式", "信函");
  await fill(desk, { 送达凭证: "挂号信回执 XA1" });
  await finish(desk);
  await begin(desk, "close");
  await choose(desk, "部分成立");
  await finish(desk);
  await desk.page.getByText("已完成：办结").waitFor();

  const after = await matter.call("handler1", "GET", `/v1/complaints/${complaint.id}`);
  assert.deepEqual([after.status, after.outcome, after.stages.map(({ stage, owner }) => `${stage} ${owner.login}`).join(", ")], ["closed", "partly_upheld", "intake agent1, investigation handler1, resolution handler1, feedback handler1"]);
  const { items } = await matter.call("handler1", "GET", `/v1/complaints/${complaint.id}/plan`);
  assert.deepEqual(items[0].redress, [{ type: "refund", amount: 480050 }]);
}

export async function are_offered_just_as_they_are_allowed({ open, matter }) {
  const cases = new Cases(matter);
  const complaints = [await matter.receive("agent1", "各人可办事项", 20), await cases.decided("各人可办事项二", 3), await matter.offer("agent2", "agent1", "各人可办事项三", 0)];
  for (const login of ["agent1", "handler1", "supervisor1", "auditor1"]) {
    const desk = await open(login);
    for (const complaint of complaints) {
      const seen = await matter.call(login, "GET", `/v1/complaints/${complaint.id}`).catch(() => null);
      if (!seen) continue;
      await show(desk, complaint);
      const files = seen.allowed_actions.includes("attachments");
      assert.deepEqual(await allowed(desk), seen.allowed_actions.filter((action) => action !== "attachments").sort(), `${login}: ${seen.subject}`);
      assert.equal(await desk.page.locator(".drop").count(), files ? 1 : 0);
    }
  }
}

// act: [by whom, on what, the form, what it makes of the complaint].
const OTHERS = {
  settle: ["agent1", "received", (desk) => fill(desk, { 办结说明: "已当场退款，客户认可" }), ({ status, outcome }) => `${status} ${outcome}` === "closed settled_at_intake"],
  decline: ["agent1", "received", async (desk) => {
    await select(desk, "不予受理原因", "非本机构业务");
    await fill(desk, { 原因说明: "系他行业务，已告知客户" });
  }, ({ decline_reason }) => decline_reason === "not_our_institution"],
  withdraw: ["agent1", "received", (desk) => fill(desk, { 原因: "客户来电撤诉" }), ({ status }) => status === "withdrawn"],
  contacts: ["agent1", "received", async (desk) => {
    await choose(desk, "未联系到");
    await fill(desk, { 联系内容: "无人接听" });
  }, ({ counts }) => counts.contacts === 1],
  classify: ["agent1", "received", async (desk) => {
    await choose(desk, "复杂投诉");
    await choose(desk, "情绪激动");
    await dialog(desk).locator(".preview .moved").first().waitFor();
  }, ({ level, tags, urgency }) => `${level} ${tags} ${urgency}` === "complex agitated 3"],
  assign: ["supervisor1", "received", (desk) => pick(desk, "责任人", "handler1"), ({ owner }) => owner.login === "handler1"],
  take_back: ["agent2", "offered", null, ({ pending_owner }) => pending_owner === null],
  send_back: ["handler1", "investigating", (desk) => fill(desk, { 退回原因: "受理信息不全" }), ({ stage, owner }) => `${stage} ${owner.login}` === "intake agent1"],
  void: ["handler1", "investigating", (desk) => fill(desk, { 原因: "重复登记" }), ({ void_request }) => void_request?.by.login === "handler1"],
  approve_void: ["supervisor1", "voiding", () => {}, ({ outcome }) => outcome === "voided"],
  refuse_void: ["supervisor1", "voiding", (desk) => fill(desk, { 原因: "并非重复" }), ({ void_request }) => void_request === null],
  refuse_extension: ["supervisor1", "extending", (desk) => fill(desk, { 驳回原因: "尚有时间" }), ({ allowed_actions }) => !allowed_actions.includes("approve_extension")],
  approve_plan: ["supervisor1", "planned", async (desk) => dialog(desk).getByText("赔偿 20,000.00 元").waitFor(), ({ plan_approved }) => plan_approved],
  remove_link: ["agent1", "linked", (desk) => fill(desk, { 原因: "不是同一事项" }), async ({ id }, matter) => !(await matter.call("agent1", "GET", `/v1/complaints/${id}/links`)).items[0].in_force],
  reopen: ["supervisor1", "closed", (desk) => fill(desk, { 原因: "客户补充流水" }), ({ round, round_kind, owner }) => `${round} ${round_kind} ${owner.login}` === "2 new_facts handler1"],
  review: ["supervisor1", "closed", async (desk) => {
    await pick(desk, "责任人", "supervisor1");
    await fill(desk, { 原因: "客户不服处理决定" });
  }, ({ round_kind, owner }) => `${round_kind} ${owner.login}` === "review supervisor1"],
};

export async function do_all_else_that_can_be_done({ open, matter }) {
  const cases = new Cases(matter);
  const make = {
    received: (subject) => matter.receive("agent1", subject, 1),
    offered: (subject) => matter.offer("agent2", "agent1", subject, 1),
    investigating: (subject) => cases.investigating(subject, 1),
    voiding: async (subject) => cases.work("agent1", await matter.receive("agent1", subject, 1), "void", { reason: "重复登记" }),
    extending: async (subject) => cases.work("agent1", await matter.receive("agent1", subject, 1), "extensions", { days: 10, reason: "待对账" }),
    planned: async (subject) => {
      let complaint = await matter.act("agent1", await matter.receive("agent1", subject, 1), "advance", { owner: "agent1" });
      complaint = await cases.work("agent1", complaint, "findings", { facts: "属实", basis: "流水", upheld: "yes" });
      complaint = await matter.act("agent1", complaint, "advance", { owner: "agent1" });
      return cases.work("agent1", complaint, "plan", { summary: "赔偿", redress: [{ type: "compensation", amount: 2_000_000 }] });
    },
    linked: async (subject) => cases.work("agent1", await matter.receive("agent1", subject, 1), "links", { kind: "same_matter", complaint: (await matter.receive("agent1", "被关联", 2)).id, reason: "同一网点" }),
    closed: (subject) => cases.closed(subject, 1),
  };
  const desks = {};
  for (const [act, [login, kind, form, holds]] of Object.entries(OTHERS)) {
    const complaint = await make[kind](`逐项办理 ${act}`);
    const desk = (desks[login] ??= await open(login));
    await show(desk, complaint);
    if (form) {
      await begin(desk, act);
      await form(desk);
      await finish(desk);
    } else await desk.page.locator(`[data-act=${act}]`).click();
    await desk.page.locator(".toast").last().waitFor();
    assert.ok(await holds(await matter.call(login, "GET", `/v1/complaints/${complaint.id}`), matter), act);
  }
}

export async function say_at_the_field_what_is_wrong({ open, matter }) {
  const complaint = await new Cases(matter).investigating("字段提示", 1);
  const desk = await open("handler1");
  await show(desk, complaint);
  await begin(desk, "findings");
  await desk.page.keyboard.press("Control+Enter");
  await dialog(desk).locator(".field.wrong").nth(2).waitFor();
  assert.equal(await dialog(desk).locator(".field.wrong .error").count(), 3);
  assert.equal(await dialog(desk).getByLabel("查明事实").getAttribute("aria-invalid"), "true");
  await desk.page.locator("textarea:focus").waitFor();
  assert.equal(await dialog(desk).getByRole("alert").count(), 0);
  assert.deepEqual(await desk.barriers(), []);
}

export async function show_a_refusal_and_keep_what_was_typed({ open, matter }) {
  const other = await matter.receive("agent1", "被重复的投诉", 2, { complainant: { name: "陈默", phone: "13700000077" } });
  const complaint = await matter.receive("agent1", "重复投诉", 1, { complainant: { name: "陈默", phone: "13700000077" } });
  await matter.act("agent1", complaint, "links", { kind: "repeat", complaint: other.id, reason: "同一客户" });
  const desk = await open("agent1");
  await show(desk, complaint);
  await begin(desk, "links");
  await dialog(desk).getByRole("button", { name: `选择 ${other.number}` }).click();
  await fill(desk, { 原因: "同一事项再次来电" });
  await desk.page.keyboard.press("Control+Enter");
  await dialog(desk).getByRole("alert").waitFor();
  assert.equal(await dialog(desk).getByLabel("原因").inputValue(), "同一事项再次来电");
  await choose(desk, "同一事项");
  await finish(desk);
  const { items } = await matter.call("agent1", "GET", `/v1/complaints/${complaint.id}/links`);
  assert.deepEqual(items.map(({ kind }) => kind), ["repeat", "same_matter"]);
}

export async function hand_over_and_take({ open, matter }) {
  const complaint = await matter.receive("agent1", "移交与接手", 0);
  const giver = await open("agent1");
  const taker = await open("agent2");
  await show(giver, complaint);
  await begin(giver, "offer");
  await pick(giver, "接手人", "agent2");
  await finish(giver);
  await giver.page.locator("[data-act=take_back]").waitFor();
  await show(taker, complaint);
  await begin(taker, "refuse");
  await fill(taker, { 拒绝原因: "账户不在本部" });
  await finish(taker);
  await giver.page.locator("[data-act=offer]").waitFor();
  await begin(giver, "offer");
  await pick(giver, "接手人", "agent2");
  await finish(giver);
  await show(taker, complaint);
  await taker.page.getByRole("button", { name: "接受移交" }).click();
  await taker.page.getByText("已完成：接受移交").waitFor();
  const after = await matter.call("agent2", "GET", `/v1/complaints/${complaint.id}`);
  assert.deepEqual([after.owner.login, after.stages[0].refusals, after.stages[0].handovers], ["agent2", 1, 1]);
}

export async function stop_the_clocks_and_extend_them({ open, matter }) {
  const complaint = await new Cases(matter).investigating("中止与延期", 1);
  const desk = await open("handler1");
  await show(desk, complaint);
  await begin(desk, "pauses");
  await choose(desk, "等待客户");
  await dialog(desk).locator(".preview .moved td").last().getByText("计时中止").waitFor();
  await finish(desk);
  await begin(desk, "end_pause");
  await dialog(desk).getByText("等待客户").waitFor();
  await finish(desk);
  await begin(desk, "extensions");
  await fill(desk, { "申请延期天数（自然日）": "15", 延期原因: "须等待他行对账结果" });
  await dialog(desk).locator(".preview .moved").waitFor();
  await finish(desk);

  const superior = await open("supervisor1");
  await show(superior, complaint);
  await begin(superior, "approve_extension");
  await dialog(superior).getByText("须等待他行对账结果").waitFor();
  await finish(superior);
  await desk.page.locator("[data-act=tell_extension]").waitFor();
  await begin(desk, "tell_extension");
  await finish(desk);
  const after = await matter.call("handler1", "GET", `/v1/complaints/${complaint.id}`);
  assert.deepEqual([after.paused, after.statutory_days], [false, 30]);
}

export async function order_and_answer({ open, matter }) {
  const complaint = await matter.receive("agent1", "督办与答复", 1);
  const superior = await open("supervisor1");
  await show(superior, complaint);
  await begin(superior, "urge");
  await fill(superior, { 督办要求: "请于今日联系客户并说明进度" });
  await finish(superior);
  const desk = await open("agent1");
  await show(desk, complaint);
  assert.equal(await desk.page.locator(".next [data-act]").first().getAttribute("data-act"), "answer_urge");
  await begin(desk, "answer_urge");
  await dialog(desk).getByText("请于今日联系客户并说明进度").waitFor();
  await fill(desk, { 答复内容: "已联系，客户同意等待" });
  await finish(desk);
  const { items } = await matter.call("agent1", "GET", `/v1/complaints/${complaint.id}/urge`);
  assert.equal(items[0].answers[0].text, "已联系，客户同意等待");
}

export async function show_values_as_written_for_a_while({ open, matter }) {
  const complaint = await matter.receive("agent1", "查看明文", 1, { complainant: { name: "王小明", phone: "13800000001", identity_number: "110101199003074530" } });
  const desk = await open("agent1");
  await desk.page.clock.install();
  await show(desk, complaint);
  const plain = desk.page.getByRole("region", { name: "明文", exact: true });
  await begin(desk, "unmask");
  await choose(desk, "电话");
  await fill(desk, { 用途: "回电客户" });
  await finish(desk);
  await plain.getByText("13800000001").waitFor();
  assert.deepEqual(await desk.barriers(), []);
  assert.equal(await desk.page.evaluate(() => JSON.stringify([localStorage, sessionStorage, history.state])).then((kept) => kept.includes("13800000001")), false);
  await desk.page.clock.runFor(61_000);
  await plain.waitFor({ state: "detached" });
  assert.equal((await desk.page.content()).includes("13800000001"), false);

  await begin(desk, "unmask");
  await choose(desk, "证件号码");
  await fill(desk, { 用途: "核对身份" });
  await finish(desk);
  await desk.page.getByText("待另一名督办人员批准").waitFor();
  const superior = await open("supervisor1");
  await show(superior, complaint);
  await begin(superior, "approve_unmask");
  await dialog(superior).getByText("核对身份").waitFor();
  await finish(superior);
  await show(desk, complaint);
  await desk.page.locator("[data-act=read_unmasked]").click();
  await plain.getByText("110101199003074530").waitFor();
  await plain.getByRole("button", { name: "隐藏明文" }).click();
  await plain.waitFor({ state: "detached" });
}

export async function correct_only_what_was_chosen({ open, matter }) {
  const complaint = await matter.receive("agent1", "更正前的标题", 1, { demand: "退款" });
  const desk = await open("agent1");
  await show(desk, complaint);
  await begin(desk, "correct");
  for (const name of ["标题", "诉求", "争议金额（元）", "电话"]) await choose(desk, name);
  assert.equal(await dialog(desk).locator(".field").getByLabel("标题").inputValue(), "更正前的标题");
  assert.equal(await dialog(desk).locator(".field").getByLabel("电话").inputValue(), "");
  const correct = dialog(desk).locator(".field");
  await correct.getByLabel("标题").fill("更正后的标题");
  await correct.getByLabel("争议金额（元）").fill("12.3");
  await correct.getByLabel("电话").fill("12");
  await correct.getByLabel("更正原因").fill("登记有误");
  await desk.page.keyboard.press("Control+Enter");
  await dialog(desk).locator(".field.wrong").getByLabel("电话").waitFor();
  await correct.getByLabel("电话").fill("13800000009");
  await finish(desk);
  await desk.page.getByRole("heading", { name: "更正后的标题" }).waitFor();
  const { items } = await matter.call("agent1", "GET", `/v1/complaints/${complaint.id}/journal`);
  const { changes, private: texts } = items.at(-1).detail;
  assert.deepEqual([changes, texts], [{ amount_in_dispute: [null, 1230] }, { "complainant.phone": "138****0009", reason: "登记有误", subject: "更正后的标题" }]);
}

export async function keep_what_was_typed_when_somebody_was_faster({ open, matter }) {
  const complaint = await matter.receive("agent1", "同时办理", 1);
  const desk = await open("agent1");
  await desk.page.route("**/v1/events/stream*", (route) => route.fulfill({ status: 503, body: "" }));
  await show(desk, complaint);
  await begin(desk, "notes");
  await fill(desk, { 备注内容: "客户希望下午回电" });
  await matter.act("supervisor1", complaint, "notes", { text: "请今日办结" });
  await desk.page.keyboard.press("Control+Enter");
  await dialog(desk).getByText("没有提交：此件刚被他人改动").waitFor();
  await dialog(desk).getByText("请今日办结").waitFor();
  assert.equal(await dialog(desk).getByLabel("备注内容").inputValue(), "客户希望下午回电");
  await finish(desk);
  const { items } = await matter.call("agent1", "GET", `/v1/complaints/${complaint.id}/notes`);
  assert.deepEqual(items.map(({ text }) => text), ["请今日办结", "客户希望下午回电"]);
  desk.wrong.splice(0, Infinity, ...desk.wrong.filter((text) => !text.includes("503")));
}

export async function ask_before_they_throw_away_what_was_typed({ open, matter }) {
  const desk = await open("agent1");
  await show(desk, await matter.receive("agent1", "误按退出键", 0));
  await begin(desk, "notes");
  await desk.page.locator("textarea:focus").waitFor();
  await desk.page.keyboard.type("一段话");
  await desk.page.keyboard.press("Escape");
  await desk.page.getByRole("button", { name: "继续填写" }).and(desk.page.locator(":focus")).waitFor();
  assert.deepEqual(await desk.barriers(), []);
  await desk.page.keyboard.press("Enter");
  await desk.page.locator("textarea:focus").waitFor();
  assert.equal(await dialog(desk).getByLabel("备注内容").inputValue(), "一段话");
  await desk.page.keyboard.press("Escape");
  await dialog(desk).getByRole("button", { name: "放弃" }).click();
  await dialog(desk).waitFor({ state: "detached" });
  await begin(desk, "notes");
  await desk.page.keyboard.press("Escape");
  await dialog(desk).waitFor({ state: "detached" });
}

export async function have_forms_without_barriers({ open, matter }) {
  const complaint = await new Cases(matter).decided("表单无障碍", 1, { level: "complex" });
  const received = await matter.receive("agent1", "表单无障碍", 1);
  const found = [];
  for (const [login, of, acts] of [["handler1", complaint, ["deliveries", "pauses", "unmask", "contacts"]], ["agent1", received, ["advance", "classify", "links", "correct", "withdraw"]]]) {
    const desk = await open(login, { width: 390, height: 844 });
    await show(desk, of);
    for (const act of acts) {
      await begin(desk, act);
      for (const theme of ["light", "dark"]) {
        await desk.theme(theme);
        for (const barrier of await desk.barriers()) found.push(`${act}, ${theme}: ${barrier}`);
      }
      for (const wide of await desk.overflow()) found.push(`${act}: ${wide}`);
      await desk.page.keyboard.press("Escape");
      await dialog(desk).waitFor({ state: "detached" });
    }
  }
  assert.deepEqual(found, []);
}
