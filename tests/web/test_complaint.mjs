import assert from "node:assert/strict";
import { Cases } from "./cases.mjs";

const page = (complaint) => `/desk/complaints/${complaint.number}`;
const times = (locator) => locator.locator("time").evaluateAll((all) => [...new Set(all.map((time) => Date.parse(time.getAttribute("datetime"))))]);
const journal = (desk) => desk.page.getByRole("region", { name: "操作日志" });
const work = (desk) => desk.page.getByRole("region", { name: "办理记录" });
const progress = (desk) => desk.page.getByRole("region", { name: "办理进度" });
const all = (list) => list.flatMap((each) => [each.entered_at, each.due_at, each.completed_at]).filter(Boolean).map(Date.parse);
// A lost connection is told by the browser, too.
const forgive = (desk, ...parts) => desk.wrong.splice(0, Infinity, ...desk.wrong.filter((text) => !parts.some((part) => text.includes(part))));

async function opened(open, login, complaint, options) {
  const desk = await open(login, options);
  await desk.go(page(complaint));
  await journal(desk).locator("li").first().waitFor();
  return desk;
}

export async function shows_steps_and_times_as_they_are({ open, matter }) {
  const complaint = await new Cases(matter).reopened("步骤与时间", 3);
  const desk = await opened(open, "supervisor1", complaint);
  assert.equal(await desk.page.locator("h1").innerText(), complaint.subject);
  const steps = progress(desk).locator("ol").first().locator(".step");
  assert.deepEqual(await steps.locator(".title strong").allInnerTexts(), ["受理", "调查核实", "方案制定", "反馈沟通"]);
  assert.deepEqual(await steps.locator(".title .small").allInnerTexts(), ["未经过", "办理中", "未开始", "未开始"]);
  assert.equal(await progress(desk).locator("[aria-current=step] .name").innerText(), complaint.owner.name);
  assert.deepEqual(new Set(await times(steps)), new Set(all(complaint.stages.filter(({ round }) => round === 2))));
  const older = progress(desk).locator("details").last();
  assert.equal(await older.locator(".step").first().isVisible(), false);
  await older.locator("summary").click();
  const first = older.locator(".step");
  assert.deepEqual(await first.locator(".title .small").allInnerTexts(), Array(4).fill("已完成"));
  assert.deepEqual(new Set(await times(first)), new Set(all(complaint.stages.filter(({ round }) => round === 1))));
  assert.deepEqual(await times(progress(desk).locator(".limits")), [complaint.stage_due_at, complaint.statutory_due_at].map((at) => Date.parse(at)));
}

export async function lists_the_case_work({ open, matter }) {
  const cases = new Cases(matter);
  let complaint = await cases.closed("办理记录", 2);
  complaint = await cases.work("handler1", complaint, "notes", { text: "客户来电表示感谢。" });
  const desk = await opened(open, "handler1", complaint);
  const text = await work(desk).innerText();
  for (const part of ["属实", "运营管理部未按时处理清算差错", "退款 5,000.00 元、减免费用 15.00 元、道歉", "第 1 份", "已送达", "挂号信回执 XA12345678943", "已联系到", "客户来电表示感谢。"]) assert.ok(text.includes(part), part);
  assert.match(await desk.page.locator("main header").first().innerText(), /已办结[\s\S]*成立/);
  const facts = await desk.page.getByRole("region", { name: "投诉内容" }).innerText();
  for (const part of ["王*", "138****0001", "138****1234", "5,000.00 元", "退回款项并说明原因"]) assert.ok(facts.includes(part), part);
  assert.ok(!facts.includes("13800001234"));
}

export async function tells_the_journal_as_a_timeline({ open, matter }) {
  const cases = new Cases(matter);
  let complaint = await cases.investigating("时间线", 1, { tags: ["agitated"] });
  complaint = await matter.call("handler1", "PATCH", `/v1/complaints/${complaint.id}`, { amount_in_dispute: 480000, complainant: { phone: "13900001234" }, reason: "客户更正" }, complaint.version);
  const { items } = await matter.call("handler1", "GET", `/v1/complaints/${complaint.id}/journal`);
  const desk = await opened(open, "handler1", complaint);
  const rows = journal(desk).locator("li");
  assert.equal(await rows.count(), items.length);
  assert.deepEqual(await rows.locator(".head strong").allInnerTexts(), ["更正", "联系记录", "进入下一环节", "登记"]);
  const line = (row, label) => rows.nth(row).locator(".lines > div").filter({ has: desk.page.getByText(label, { exact: true }) }).locator("dd").evaluate((dd) => dd.textContent.replace(/\s+/g, " ").trim());
  assert.equal(await line(0, "争议金额"), "原为5,000.00 元改为4,800.00 元");
  assert.equal(await line(0, "电话"), "原为138****0001改为139****1234");
  assert.equal(await line(2, "环节"), "原为受理改为调查核实");
  assert.equal(await line(2, "责任人"), "原为坐席一改为经办一");
  await journal(desk).getByRole("button", { name: "更正与分类" }).click();
  await rows.nth(1).waitFor({ state: "detached" });
  assert.deepEqual(await rows.locator(".head strong").allInnerTexts(), ["更正"]);
}

export async function explains_the_limits({ open, matter }) {
  const complaint = await new Cases(matter).extended("时限说明", 2);
  const told = await matter.call("handler1", "GET", `/v1/complaints/${complaint.id}/deadlines`);
  const desk = await opened(open, "handler1", complaint);
  await progress(desk).getByText("时限是怎么算的").click();
  const clocks = desk.page.locator(".clocks section");
  await clocks.first().waitFor();
  for (const [index, clock] of [told.stage_clock, told.statutory_clock].entries())
    assert.deepEqual(await clocks.nth(index).locator("li > span:first-child").allInnerTexts(), clock.steps.map(({ zh }) => zh));
  assert.match(await clocks.nth(1).innerText(), /15 天/);
  await desk.language("en");
  assert.equal(await clocks.nth(1).locator("li > span").first().innerText(), told.statutory_clock.steps[0].en);
}

export async function shows_two_people_each_other_s_changes({ open, matter }) {
  const complaint = await new Cases(matter).investigating("两人同时", 1);
  const handler = await opened(open, "handler1", complaint);
  const supervisor = await opened(open, "supervisor1", complaint);
  for (const desk of [handler, supervisor]) await desk.page.locator(".dot.on").waitFor();
  const note = (desk) => desk.page.locator(".live").filter({ hasText: "刚有变化" });
  await matter.act("supervisor1", complaint, "urge", { text: "请今日联系客户", due_at: new Date(Date.now() + 86400e3).toISOString() });
  await note(handler).getByText("请今日联系客户").waitFor();
  await note(handler).getByText("督办一").first().waitFor();
  assert.match(await note(handler).innerText(), /督办一\s*督办/);
  assert.equal(await note(supervisor).count(), 0, "one's own act is no news");
  await work(handler).getByText("请今日联系客户").waitFor();
  assert.equal(await work(handler).locator(".item.fresh").count(), 1);
  await handler.page.locator("[data-act=notes]").click();
  await handler.page.locator(".el-dialog textarea").fill("已约定今日回电");
  await handler.page.keyboard.press("Control+Enter");
  await note(supervisor).getByText("已约定今日回电").waitFor();
  await note(supervisor).getByText("经办一").first().waitFor();
  assert.match(await note(supervisor).innerText(), /经办一\s*备注/);
  assert.deepEqual(await handler.barriers(), []);
  await note(handler).getByRole("button", { name: "知道了" }).click();
  await note(handler).waitFor({ state: "detached" });
  assert.equal(await work(handler).locator(".item.fresh").count(), 0);
}

export async function keeps_what_was_typed_when_somebody_was_faster({ open, matter }) {
  const complaint = await new Cases(matter).investigating("他人先改", 1);
  const desk = await open("handler1");
  await desk.page.route("**/v1/events/stream*", (route) => route.fulfill({ status: 503, body: "" }));
  await desk.go(page(complaint));
  await desk.page.locator("[data-act=notes]").click();
  const text = desk.page.locator(".el-dialog textarea");
  await text.fill("客户补充提供了转账截图。");
  await matter.act("supervisor1", complaint, "classify", { urgency: 1, reason: "监管关注" });
  await desk.page.keyboard.press("Control+Enter");
  const alert = desk.page.getByRole("dialog").getByRole("alert");
  await alert.getByText("没有提交：此件刚被他人改动").waitFor();
  await alert.getByText("督办一").waitFor(); // names come after
  assert.match(await alert.innerText(), /督办一\s*分类定级[\s\S]*紧急程度[\s\S]*监管关注/);
  assert.equal(await text.inputValue(), "客户补充提供了转账截图。");
  assert.deepEqual(await desk.barriers(), []);
  await desk.page.getByRole("dialog").getByRole("button", { name: "提交" }).click();
  await work(desk).getByText("客户补充提供了转账截图。").waitFor();
  const notes = await matter.call("handler1", "GET", `/v1/complaints/${complaint.id}/notes`);
  assert.deepEqual(notes.items.map((note) => note.text), ["客户补充提供了转账截图。"]);
  forgive(desk, "503");
}

export async function tells_in_an_open_form_what_changes_meanwhile({ open, matter }) {
  const complaint = await new Cases(matter).investigating("填写期间", 1);
  const desk = await opened(open, "handler1", complaint);
  await desk.page.locator(".dot.on").waitFor();
  await desk.page.locator("[data-act=notes]").click();
  const text = desk.page.locator(".el-dialog textarea");
  await text.fill("正在写");
  await matter.act("supervisor1", complaint, "classify", { urgency: 2, reason: "客户多次来电" });
  const told = desk.page.getByRole("dialog").getByRole("status").filter({ hasText: "您填写期间，此件有新的变化" });
  await told.getByText("客户多次来电").waitFor();
  assert.equal(await text.inputValue(), "正在写");
  await text.press("Control+Enter");
  await work(desk).getByText("正在写").waitFor();
}

export async function says_that_the_connection_is_lost({ open, matter }) {
  const complaint = await matter.receive("agent1", "断网", 0);
  const desk = await open("agent1");
  const path = `**/v1/complaints/${complaint.number}*`;
  await desk.page.route(path, (route) => route.abort());
  await desk.page.goto(page(complaint));
  const alert = desk.page.getByRole("alert");
  await alert.getByText("无法连接服务器").waitFor();
  forgive(desk, "ERR_FAILED");
  await desk.page.unroute(path);
  await alert.getByRole("button", { name: "重试" }).click();
  await desk.page.getByRole("heading", { name: "断网", exact: true }).waitFor();
}

export async function says_that_it_is_not_there_or_not_theirs({ open, matter }) {
  const other = await matter.receive("agent2", "别的网点的投诉", 0);
  const desk = await open("agent1");
  for (const number of [other.number, "TS20200101999999"]) {
    await desk.go(`/desk/complaints/${number}`);
    await desk.page.getByRole("heading", { name: "没有这件投诉，或您无权查看" }).waitFor();
    assert.equal(await desk.page.getByText("别的网点的投诉").count(), 0);
    assert.deepEqual(await desk.barriers(), []);
    await desk.go(`/desk/letter/${number}`);
    await desk.page.getByRole("heading", { name: "没有这件投诉，或您无权查看" }).waitFor();
  }
  const admin = await open("admin");
  await admin.go(page(other));
  await admin.page.getByRole("heading", { name: "没有查看此页面的权限" }).waitFor();
}

export async function is_read_only_to_auditors({ open, matter }) {
  const complaint = await new Cases(matter).investigating("审计查看", 1);
  const desk = await opened(open, "auditor1", complaint);
  assert.equal(await desk.page.locator("[data-act]").count(), 0);
  await desk.page.getByText("您可以查看本件，没有可以办理的事项。").waitFor();
  await desk.page.getByRole("button", { name: "下载案卷" }).waitFor();
}

export async function goes_onto_paper_as_a_whole({ open, matter }) {
  const complaint = await new Cases(matter).reopened("打印办理单", 2);
  const desk = await open("supervisor1");
  await desk.page.addInitScript(() => (window.print = () => document.body.setAttribute("data-printed", document.body.innerText)));
  await desk.go(page(complaint));
  await desk.page.getByRole("button", { name: "打印" }).click();
  const record = desk.page.getByRole("menuitem", { name: "办理单" });
  await record.waitFor();
  await desk.page.emulateMedia({ media: "print" });
  await record.evaluate((item) => item.click());
  await desk.page.locator("[data-printed]").waitFor({ state: "attached" });
  const printed = await desk.page.locator("body").getAttribute("data-printed");
  for (const part of [complaint.number, "打印办理单", "第 1 轮", "法定时钟", "处理决定与送达", "挂号信回执", "操作日志", "登记"]) assert.ok(printed.includes(part), part);
  assert.ok(!printed.includes("投诉工作台"));
  assert.match(printed, /^\s*投诉办理单/);
  assert.equal(await desk.page.getByRole("button", { name: "打印" }).count(), 0, "buttons are for the screen");
  const pdf = await desk.page.pdf({ format: "A4" });
  assert.ok(pdf.length > 10_000);
}

export async function prints_the_reply_to_the_customer({ open, matter }) {
  const complaint = await new Cases(matter).decided("答复函", 2);
  const { items: [notice] } = await matter.call("handler1", "GET", `/v1/complaints/${complaint.id}/notices`);
  const desk = await opened(open, "handler1", complaint);
  await work(desk).getByRole("link", { name: "答复函" }).click();
  await desk.page.getByRole("heading", { name: "消费投诉处理决定告知书" }).waitFor();
  await desk.page.getByText("尚未登记送达").waitFor();
  await desk.page.getByLabel("收件人").fill("王小明先生");
  await desk.page.getByLabel("落款机构").fill("湖南分行消费者权益保护部");
  const letter = await desk.page.locator(".sheet").innerText();
  for (const part of ["尊敬的王小明先生：", complaint.number, notice.facts, notice.basis, notice.decision, notice.remedies, "湖南分行消费者权益保护部"]) assert.ok(letter.includes(part), part);
  await desk.page.emulateMedia({ media: "print" });
  assert.equal(await desk.page.getByLabel("收件人").isVisible(), false);
  assert.equal(await desk.page.getByRole("banner").first().isVisible().catch(() => false), false);
  assert.ok((await desk.page.pdf({ format: "A4" })).length > 5_000);
  await desk.page.emulateMedia({ media: "screen" });
  await desk.go(`/desk/letter/${complaint.number}?paper=receipt`);
  assert.match(await desk.page.locator(".receipt").innerText(), new RegExp(`${complaint.number}[\\s\\S]*${complaint.tracking_code}`));
  const none = await matter.receive("agent1", "尚无决定", 0);
  const agent = await open("agent1");
  await agent.go(`/desk/letter/${none.number}`);
  await agent.page.getByRole("heading", { name: "还没有处理决定" }).waitFor();
}

export async function shows_the_past({ open, matter }) {
  const complaint = await new Cases(matter).investigating("回看", 1);
  const desk = await opened(open, "handler1", complaint);
  await journal(desk).locator("li").last().getByRole("link", { name: "查看第 1 条记录时的投诉" }).click();
  await desk.page.getByText(/您看到的是 .* 时的内容，只读/).waitFor();
  assert.equal(await progress(desk).locator("[aria-current=step] strong").innerText(), "受理");
  assert.equal(await desk.page.locator("[data-act]").count(), 0);
  await journal(desk).locator("li").nth(1).waitFor({ state: "detached" });
  assert.equal(await journal(desk).locator("li").count(), 1);
  assert.equal(await work(desk).getByText("已与客户核对").count(), 0);
  await desk.page.getByRole("link", { name: "回到现在" }).click();
  await desk.page.locator("[data-act]").first().waitFor();
  await desk.page.getByRole("button", { name: "查看历史" }).click();
  await desk.page.getByLabel("查看时点").fill("2020-01-01T08:00");
  assert.deepEqual(await desk.barriers(), []);
  await desk.page.getByRole("button", { name: "查看", exact: true }).click();
  await desk.page.getByRole("heading", { name: "当时还没有登记这件投诉" }).waitFor();
}

export async function leads_to_linked_complaints({ open, matter }) {
  const other = await matter.receive("agent1", "此前的投诉", 3);
  const mine = await matter.receive("agent1", "再次投诉", 0);
  await matter.act("agent1", mine, "links", { kind: "repeat", complaint: other.number, reason: "客户就同一笔转账再次来电" });
  const desk = await opened(open, "agent1", mine);
  await work(desk).getByRole("link", { name: other.number }).click();
  await desk.page.getByRole("heading", { name: "此前的投诉", exact: true }).waitFor();
  await work(desk).getByText("被关联").waitFor();
  assert.match(await desk.page.title(), new RegExp(other.number));
  assert.equal(await journal(desk).locator("li").count(), 1);
  assert.equal(await desk.page.locator(".live").filter({ hasText: "刚有变化" }).count(), 0);
  await work(desk).getByRole("link", { name: mine.number }).click();
  await desk.page.getByRole("heading", { name: "再次投诉", exact: true }).waitFor();
}

export async function gives_the_case_file({ open, matter }) {
  const complaint = await new Cases(matter).closed("案卷下载", 1);
  const desk = await opened(open, "supervisor1", complaint);
  // Until its newest entry is in the log there is none.
  const token = await matter.token("supervisor1");
  while ((await fetch(`${matter.address}/v1/complaints/${complaint.id}/case-file`, { headers: { Authorization: `Bearer ${token}` } })).status === 503) await new Promise((done) => setTimeout(done, 100));
  const [download] = await Promise.all([desk.page.waitForEvent("download"), desk.page.getByRole("button", { name: "下载案卷" }).click()]);
  assert.equal(download.suggestedFilename(), `${complaint.number}.tar`);
  await desk.page.getByText("本次导出已记入审计日志").waitFor();
}

export async function has_no_barriers_and_fits_all_windows({ open, matter }) {
  const cases = new Cases(matter);
  const complaint = await cases.urged("supervisor1", await cases.reopened("宽窄与无障碍：柜面被要求重复提供身份证明，前后三次往返网点，希望明确所需材料清单", 4), "请说明原因");
  const desk = await opened(open, "supervisor1", complaint);
  const unfold = async () => {
    for (const summary of await desk.page.locator("summary").all()) await summary.click();
  };
  await unfold();
  await desk.page.locator(".clocks").waitFor();
  for (const path of [page(complaint), `/desk/letter/${complaint.number}`]) {
    if (!desk.page.url().endsWith(path)) await desk.go(path);
    for (const [theme, lang] of [["light", "zh-CN"], ["dark", "en"]]) {
      await desk.theme(theme);
      await desk.language(lang);
      assert.deepEqual(await desk.barriers(), [], `${path}, ${theme}, ${lang}`);
      for (const width of [320, 390, 768, 1280, 1920]) {
        await desk.page.setViewportSize({ width, height: 800 });
        assert.deepEqual(await desk.overflow(), [], `${path} at ${width}, ${lang}`);
      }
    }
    await desk.theme("light");
    await desk.language("zh-CN");
  }
}
