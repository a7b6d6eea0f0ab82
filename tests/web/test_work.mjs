import assert from "node:assert/strict";
import { Cases } from "./cases.mjs";

const row = (desk, text) => desk.page.locator("[data-row]").filter({ hasText: text });

export async function is_sorted_by_what_burns({ open, matter }) {
  await matter.dress();
  const desk = await open("agent1");
  await desk.go("/desk/work");
  const titles = await desk.page.locator("main section h2").allInnerTexts();
  assert.deepEqual(titles.map((title) => title.replace(/\s*\d+$/, "")), ["督办待答复", "待我接手", "已逾期", "今日到期", "之后到期", "计时中止"]);
  const counts = titles.map((title) => Number(/\d+$/.exec(title)[0]));
  const figures = await desk.page.locator(".figure strong").allInnerTexts();
  const [urged, offered, overdue, today, all] = figures.map(Number);
  assert.deepEqual([urged, offered], counts.slice(0, 2));
  assert.ok(overdue + today >= counts[2] + counts[3] && overdue + today <= counts[2] + counts[3] + urged, "what is urged counts twice"); // by its own due time, too
  assert.equal(all, urged + counts.slice(2).reduce((sum, count) => sum + count, 0));
  const dues = await desk.page.locator("#overdue time").evaluateAll((times) => times.map((time) => time.getAttribute("datetime")).filter((_, index) => index % 2 === 0));
  assert.ok(dues.length > 0 && dues.every((due) => Date.parse(due) < Date.now()));
  assert.deepEqual(dues, [...dues].sort((a, b) => Date.parse(a) - Date.parse(b)));
  assert.match(await desk.page.locator("#overdue .due").first().innerText(), /已逾期/);
  assert.match(await desk.page.locator("#today .due").first().innerText(), /还剩/);
}

export async function has_orders_of_supervisors_first_until_they_are_answered({ open, matter }) {
  const complaint = await matter.receive("handler1", "督办的投诉", 0);
  await matter.urge(complaint, "请今日答复", 5);
  const desk = await open("handler1");
  await desk.go("/desk/work");
  assert.match(await desk.page.locator("main section h2").first().innerText(), /督办待答复/);
  assert.match(await row(desk, complaint.number).locator(".tags").innerText(), /督办.*还剩 4 小时/);
  await desk.page.getByRole("button", { name: /督办待答复/ }).click();
  await desk.page.locator("#urged [data-row]:focus").waitFor();
  await desk.page.locator(".dot.on").waitFor();
  const { version } = await matter.call("handler1", "GET", `/v1/complaints/${complaint.id}`);
  await matter.call("handler1", "POST", `/v1/complaints/${complaint.id}/urge/1/answer`, { text: "正在核实，今日答复客户" }, version);
  await desk.page.locator("#later, #today").locator("[data-row]").filter({ hasText: complaint.number }).waitFor();
}

export async function shows_to_supervisors_what_they_look_after({ open, matter }) {
  const late = await matter.receive("agent2", "辖内逾期最久", 400);
  const urged = await matter.urge(await matter.receive("agent2", "辖内督办", 0), "请说明", 1);
  const desk = await open("supervisor1");
  await desk.go("/desk/work");
  const overdue = desk.page.getByRole("region", { name: "逾期最久" });
  await overdue.getByText(late.number).waitFor();
  assert.match(await overdue.locator("li").first().innerText(), /已逾期/);
  await desk.page.getByRole("region", { name: "督办待答复" }).getByText(urged.number).waitFor();
  assert.deepEqual(await desk.barriers(), []);
}

export async function begins_with_what_waits_for_a_supervisors_approval({ open, matter }) {
  const asked = await new Cases(matter).awaiting();
  await matter.act("supervisor1", await matter.receive("agent1", "主管自己申请作废", 0), "void", { reason: "误录入" });
  const desk = await open("supervisor1");
  await desk.go("/desk/work");
  const approvals = desk.page.getByRole("region", { name: /待我审批/ });
  for (const [index, what] of ["处理方案", "延期申请", "作废申请", "查看明文"].entries()) {
    const text = await row(desk, asked[index].number).innerText();
    assert.match(text, new RegExp(`${what}[\\s\\S]*${asked[index].number}[\\s\\S]*经办一 提交`));
  }
  assert.equal(await approvals.getByText("主管自己申请作废").count(), 0, "nobody decides what they asked for");
  assert.deepEqual(await desk.barriers(), []);

  // In the order in which they were asked for, to be gone through by keys.
  await desk.page.getByRole("button", { name: /待我审批/ }).click();
  await desk.page.locator("#approvals [data-row]:focus").waitFor();
  const since = await approvals.locator(".facts time").evaluateAll((times) => times.map((time) => Date.parse(time.getAttribute("datetime"))));
  assert.deepEqual(since, [...since].sort((a, b) => a - b));
  await desk.page.locator(".dot.on").waitFor();
  await matter.act("supervisor1", asked[1], "extensions/1/approve");
  await row(desk, asked[1].number).waitFor({ state: "detached" });
  await row(desk, asked[0].number).focus();
  await desk.page.keyboard.press("Enter");
  await desk.page.waitForURL(`**/desk/complaints/${asked[0].number}`);
  await desk.page.locator("[data-act=approve_plan]").first().waitFor();
}

export async function shows_no_approvals_to_others({ open }) {
  const desk = await open("handler1");
  await desk.go("/desk/work");
  assert.equal(await desk.page.getByText("待我审批").count(), 0);
}

export async function opens_with_enter({ open, matter }) {
  const { number } = await matter.receive("agent1", "回车打开", 0);
  const desk = await open("agent1");
  await desk.go("/desk/work");
  await row(desk, number).focus();
  await desk.page.keyboard.press("Enter");
  await desk.page.waitForURL(`**/desk/complaints/${number}`);
}

export async function is_accepted_with_one_key({ open, matter }) {
  const { number } = await matter.offer("agent2", "agent1", "一键接手", 0);
  const desk = await open("agent1");
  await desk.go("/desk/work");
  await row(desk, number).focus();
  await desk.page.keyboard.press("a");
  await desk.page.getByText(`已接手 ${number}`).waitFor();
  await desk.page.locator("#later, #today, #overdue").locator("[data-row]").filter({ hasText: number }).waitFor();
  assert.equal((await matter.call("agent1", "GET", `/v1/complaints/${number}`)).owner.login, "agent1");
  assert.ok(await desk.page.evaluate(() => document.activeElement.dataset.row), "the focus is lost");
}

export async function is_refused_with_one_key_and_a_reason({ open, matter }) {
  const { number } = await matter.offer("agent2", "agent1", "一键退回", 0);
  const desk = await open("agent1");
  await desk.go("/desk/work");
  await row(desk, number).focus();
  await desk.page.keyboard.press("r");
  const reason = desk.page.getByLabel("退回原因");
  await desk.page.locator("textarea:focus").waitFor();
  assert.deepEqual(await desk.barriers(), []);
  await desk.page.keyboard.press("Control+Enter");
  await desk.page.locator(".field.wrong").waitFor();
  assert.equal(await reason.getAttribute("aria-invalid"), "true");
  await reason.fill("账户不在本部");
  await desk.page.keyboard.press("Control+Enter");
  await desk.page.getByText(`已退回 ${number}`).waitFor();
  await row(desk, number).waitFor({ state: "detached" });
  const after = await matter.call("agent2", "GET", `/v1/complaints/${number}`);
  assert.equal(after.owner.login, "agent2");
  assert.equal(after.pending_owner, null);
}

export async function is_moved_through_by_keys({ open, matter }) {
  await matter.receive("agent1", "上下移动", 0);
  await matter.receive("agent1", "上下移动", 0);
  const desk = await open("agent1");
  await desk.go("/desk/work");
  const rows = desk.page.locator("[data-row]");
  const at = () => desk.page.evaluate(() => [...document.querySelectorAll("[data-row]")].indexOf(document.activeElement));
  await rows.first().focus();
  await desk.page.keyboard.press("j");
  assert.equal(await at(), 1);
  await desk.page.keyboard.press("k");
  await desk.page.keyboard.press("k");
  assert.equal(await at(), 0);
}

export async function changes_by_itself({ open, matter }) {
  const desk = await open("handler1");
  const other = await open("handler1");
  for (const each of [desk, other]) {
    await each.go("/desk/work");
    await each.page.getByText("实时更新").waitFor();
  }
  const { number } = await matter.offer("agent2", "handler1", "刚刚移交", 0);
  await row(desk, number).waitFor();
  await row(other, number).waitFor();
}

export async function says_that_somebody_was_faster({ open, matter }) {
  const complaint = await matter.offer("agent2", "agent1", "先被撤回", 0);
  const desk = await open("agent1");
  await desk.page.route("**/v1/events/stream*", (route) => route.fulfill({ status: 503, body: "" }));
  await desk.go("/desk/work");
  await row(desk, complaint.number).waitFor();
  await matter.act("agent2", complaint, "take-back");
  await row(desk, complaint.number).getByRole("button", { name: "接手" }).click();
  await desk.page.getByText(/已有变化|没有/).first().waitFor();
  desk.wrong.splice(0, Infinity, ...desk.wrong.filter((text) => !text.includes("503")));
}

export async function says_why_it_cannot_be_shown({ open }) {
  const desk = await open("agent1");
  const lists = "**/v1/complaints?*";
  await desk.page.route(lists, (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ type: "/problems/database-away", title: "数据库暂不可用", status: 503, detail: "数据库暂不可用", instance: "abc-1" }) }));
  await desk.page.goto("/desk/work");
  const alert = desk.page.getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /数据库暂不可用[\s\S]*abc-1/);
  assert.deepEqual(await desk.barriers(), []);
  await desk.page.unroute(lists);
  await alert.getByRole("button", { name: "重试" }).click();
  await alert.waitFor({ state: "detached" });
  desk.wrong.splice(0, Infinity, ...desk.wrong.filter((text) => !text.includes("503")));
}
