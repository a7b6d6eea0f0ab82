import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const rows = (desk) => desk.page.locator("[data-row]");
const shownNumbers = (desk) => desk.page.locator("[data-row] .number a").allInnerTexts();
const query = (desk) => Object.fromEntries(new URL(desk.page.url()).searchParams);

// Complaints that no other test has: by their number at the regulator.
let last = 0;
async function several(matter, count, more = {}) {
  const external = `LIST-${Date.now()}-${++last}`;
  const made = [];
  for (let i = 0; i < count; i++) made.push(await matter.receive("agent1", `列表 ${i + 1}`, 0, { external_case_number: external, ...more }));
  return { external, made, path: `/desk/complaints?external_case_number=${external}` };
}

async function pick(desk, field, option) {
  await desk.page.getByRole("combobox", { name: field, exact: true }).click();
  await desk.page.getByRole("option", { name: option, exact: true }).click();
}

export async function is_narrowed_by_what_the_address_says({ open, matter }) {
  const { external, made, path } = await several(matter, 3);
  await matter.act("agent1", made[0], "advance", { owner: "agent1", note: "请核实" });
  const desk = await open("supervisor1");
  await desk.go(path);
  assert.deepEqual(await shownNumbers(desk), made.map(({ number }) => number).reverse());
  await pick(desk, "环节", "调查核实");
  await desk.page.waitForURL(/stage=investigation/);
  await rows(desk).nth(1).waitFor({ state: "detached" });
  assert.deepEqual(await shownNumbers(desk), [made[0].number]);
  assert.deepEqual(query(desk), { external_case_number: external, stage: "investigation" });
  await desk.page.goBack();
  await rows(desk).nth(2).waitFor();
  await desk.page.goForward();
  await rows(desk).nth(1).waitFor({ state: "detached" });
  await desk.page.reload();
  await desk.settled();
  assert.deepEqual(await shownNumbers(desk), [made[0].number]);
  await desk.page.getByRole("button", { name: "去掉条件 环节：调查核实" }).click();
  await rows(desk).nth(2).waitFor();
  await rows(desk).first().locator(".subject").click();
  await desk.page.waitForURL(`**/desk/complaints/${made[2].number}`);
}

export async function shows_supervisors_what_waits_for_their_approval({ open, matter }) {
  const waits = await matter.receive("agent1", "等待审批", 0);
  const plain = await matter.receive("agent1", "无需审批", 0);
  await matter.act("agent1", waits, "void", { reason: "误录入" });
  const desk = await open("supervisor1");
  await desk.go("/desk/complaints");
  const row = ({ number }) => rows(desk).filter({ hasText: number });
  await row(plain).waitFor();
  await desk.page.getByRole("link", { name: "待我审批" }).click();
  await row(plain).waitFor({ state: "detached" });
  assert.match(await row(waits).innerText(), /待审批/);
  assert.deepEqual(query(desk), { awaiting_approval: "true" });
  await desk.page.getByRole("button", { name: "去掉条件 审批：待我审批" }).click();
  await row(plain).waitFor();
  await desk.page.getByRole("button", { name: /更多筛选/ }).click();
  await pick(desk, "审批", "待我审批");
  await row(plain).waitFor({ state: "detached" });
  const agent = await open("agent1");
  await agent.go("/desk/complaints");
  assert.equal(await agent.page.getByRole("link", { name: "待我审批" }).count(), 0);
}

export async function counts_days_as_the_institution_does({ open, matter }) {
  const { external, path } = await several(matter, 1);
  await matter.receive("agent1", "昨天收到", 1, { external_case_number: external });
  const desk = await open("supervisor1");
  const day = new Date(Date.now() - 60e3 + 8 * 3600e3).toISOString().slice(0, 10);
  await desk.go(`${path}&received_from=${day}&received_to=${day}`);
  assert.equal(await rows(desk).count(), 1);
  await desk.page.getByRole("button", { name: /更多筛选/ }).click();
  assert.equal(await desk.page.getByLabel("收到日期，至").inputValue(), day);
  await desk.page.getByLabel("收到日期，从").fill("2026-01-01");
  await rows(desk).nth(1).waitFor();
  await desk.page.getByLabel("投诉编号").fill("TS00000000000000");
  await desk.page.keyboard.press("Enter");
  await desk.page.getByText("没有符合条件的投诉").waitFor();
  assert.deepEqual(await desk.barriers(), []);
}

export async function goes_on_page_by_page_and_counts_when_asked({ open, matter }) {
  const external = `PAGES-${Date.now()}`;
  const item = (n) => ({ complaint: { source: "letter", subject: `翻页 ${n}`, narrative: "请核实。", received_at: new Date(Date.now() - n * 60e3).toISOString(), external_case_number: external, complainant: { name: "王小明", phone: "13800000001" } } });
  await matter.call("agent1", "POST", "/v1/complaints/batch", { items: Array.from({ length: 58 }, (_, n) => item(n + 1)) });
  const desk = await open("supervisor1");
  await desk.go(`/desk/complaints?external_case_number=${external}`);
  assert.equal(await rows(desk).count(), 50);
  await desk.page.getByRole("button", { name: "统计总数" }).click();
  await desk.page.getByText("共 58 件").waitFor();
  await desk.page.getByRole("button", { name: "再显示 50 件" }).click();
  await desk.page.getByText("已到末尾").waitFor();
  assert.equal(new Set(await shownNumbers(desk)).size, 58);
}

export async function keeps_views_for_one_person_and_nothing_that_was_typed({ open, matter }) {
  await several(matter, 1);
  const desk = await open("supervisor1");
  await desk.go("/desk/complaints?level=major&stage=intake&q=13800001234");
  await desk.page.getByRole("button", { name: "保存为视图" }).click();
  await desk.page.getByLabel("视图名称").fill("重大待受理");
  assert.deepEqual(await desk.barriers(), []);
  await desk.page.keyboard.press("Enter");
  await desk.page.getByText("视图“重大待受理”已保存").waitFor();
  const stored = await desk.page.evaluate(() => JSON.stringify(localStorage));
  assert.match(stored, /desk\.views\.supervisor1/);
  assert.doesNotMatch(stored, /13800001234/);
  await desk.go("/desk/complaints");
  await desk.page.getByRole("link", { name: "重大待受理" }).click();
  await desk.page.waitForURL(/level=major/);
  assert.deepEqual(query(desk), { level: "major", stage: "intake" });
  assert.equal(await desk.page.getByRole("button", { name: "保存为视图" }).count(), 0);
  await desk.signIn("auditor1");
  await desk.go("/desk/complaints");
  assert.equal(await desk.page.getByRole("link", { name: "重大待受理" }).count(), 0);
  await desk.signIn("supervisor1");
  await desk.go("/desk/complaints");
  await desk.page.getByRole("button", { name: "删除视图 重大待受理" }).click();
  await desk.page.getByRole("link", { name: "重大待受理" }).waitFor({ state: "detached" });
}

export async function is_chosen_by_stretches({ open, matter }) {
  const { path, made } = await several(matter, 5);
  const desk = await open("supervisor1");
  await desk.go(path);
  const box = (n) => rows(desk).nth(n).getByRole("checkbox");
  await box(1).click();
  await box(3).click({ modifiers: ["Shift"] });
  await desk.page.getByText("已选 3 件").waitFor();
  assert.equal(await box(2).isChecked(), true);
  await desk.page.getByRole("checkbox", { name: "选择已显示的全部" }).click();
  await desk.page.getByText(`已选 ${made.length} 件`).waitFor();
  await desk.page.getByRole("button", { name: "取消选择" }).click();
  assert.equal(await box(2).isChecked(), false);
}

export async function is_assigned_many_at_once_and_tells_who_was_faster({ open, matter }) {
  const { path, made } = await several(matter, 6);
  const desk = await open("supervisor1");
  let [now, most] = [0, 0];
  const keys = new Set();
  await desk.page.route("**/v1/complaints/*/assign", async (route) => {
    most = Math.max(most, ++now);
    keys.add(route.request().headers()["idempotency-key"]);
    await route.continue();
  });
  desk.page.on("response", (response) => response.url().endsWith("/assign") && now--);
  await desk.go(path);
  await desk.page.getByRole("checkbox", { name: "选择已显示的全部" }).click();
  await desk.page.getByRole("button", { name: "批量指派" }).click();
  await matter.act("agent1", made[2], "notes", { text: "刚刚联系了客户" });
  const dialog = desk.page.getByRole("dialog", { name: "批量指派" });
  await dialog.getByLabel("新责任人").fill("handler1");
  await desk.page.getByRole("option", { name: /handler1/ }).click();
  await dialog.getByLabel("指派原因").fill("原责任人休假");
  await dialog.getByRole("button", { name: "提交 6 件" }).click();
  await dialog.getByText("成功 5 件，失败 1 件").waitFor();
  assert.deepEqual(await desk.barriers(), []);
  assert.ok(most <= 4, `${most} at once`);
  assert.equal(keys.size, 6);
  const refused = dialog.locator(".result.refused");
  assert.equal(await refused.getAttribute("data-result"), made[2].number);
  assert.ok((await refused.locator(".why").innerText()).length > 4);
  await dialog.getByRole("button", { name: "重试失败的 1 件" }).click();
  await dialog.getByText("成功 6 件，失败 0 件").waitFor();
  await dialog.locator(".actions").getByRole("button", { name: "关闭" }).click();
  await desk.page.locator("[data-row] .owner").filter({ hasText: "办理" }).nth(0).or(rows(desk).first()).first().waitFor();
  for (const { number } of made) assert.equal((await matter.call("supervisor1", "GET", `/v1/complaints/${number}`)).owner.login, "handler1");
  assert.equal(await desk.page.getByText(/已选/).count(), 0);
}

export async function is_urged_many_at_once_with_what_is_wrong_at_its_field({ open, matter }) {
  const { path, made } = await several(matter, 2);
  const desk = await open("supervisor1");
  let sent = 0;
  desk.page.on("request", (request) => request.url().endsWith("/urge") && sent++);
  await desk.go(path);
  await desk.page.getByRole("checkbox", { name: "选择已显示的全部" }).click();
  await desk.page.getByRole("button", { name: "批量督办" }).click();
  const dialog = desk.page.getByRole("dialog", { name: "批量督办" });
  await dialog.getByLabel("督办要求").fill("请今日联系客户并说明进展。");
  await dialog.getByLabel("答复时限").fill("2099-01-01T09:00");
  await dialog.getByRole("button", { name: "提交 2 件" }).click();
  await dialog.locator(".field.wrong").waitFor();
  assert.equal(sent, 1);
  await dialog.getByLabel("答复时限").fill(new Date(Date.now() + 2 * 86400e3).toISOString().slice(0, 16));
  await dialog.getByRole("button", { name: "提交 2 件" }).click();
  await dialog.getByText("成功 2 件，失败 0 件").waitFor();
  await dialog.locator(".actions").getByRole("button", { name: "关闭" }).click();
  await rows(desk).nth(1).getByText("督办中").waitFor();
  const { items } = await matter.call("supervisor1", "GET", `/v1/complaints/${made[0].id}/urge`);
  assert.equal(items[0].text, "请今日联系客户并说明进展。");
}

export async function comes_as_a_file({ open, matter }) {
  const { path, made } = await several(matter, 2);
  const desk = await open("supervisor1");
  await desk.go(path);
  const [download] = await Promise.all([desk.page.waitForEvent("download"), desk.page.getByRole("button", { name: "导出 CSV" }).click()]);
  assert.match(download.suggestedFilename(), /\.csv$/);
  const lines = readFileSync(await download.path(), "utf8").trim().split("\r\n");
  assert.equal(lines.length, 3);
  assert.ok(lines[0].includes("投诉编号"), lines[0]);
  for (const { number } of made) assert.ok(lines.some((line) => line.includes(number)));
  await desk.page.getByText(/^已下载/).waitFor();
}

export async function does_not_move_under_the_hand({ open, matter }) {
  const { external, made, path } = await several(matter, 1);
  const desk = await open("supervisor1");
  await desk.go(path);
  await desk.page.evaluate(() => new Promise((done) => new EventSource("/v1/events/stream").addEventListener("open", done)));
  const bar = desk.page.getByRole("button", { name: /件投诉有变化/ });
  // The page's own stream may begin a moment after the page is shown.
  const added = [];
  while ((await bar.count()) === 0) added.push(await matter.receive("agent1", "列表之后", 0, { external_case_number: external }));
  assert.deepEqual(await shownNumbers(desk), made.map(({ number }) => number));
  await bar.click();
  await rows(desk).nth(added.length).waitFor();
  assert.equal(await bar.count(), 0);
}

export async function is_for_reading_alone_for_who_supervises_nothing({ open, matter }) {
  await several(matter, 1);
  for (const login of ["handler1", "auditor1"]) {
    const desk = await open(login);
    await desk.go("/desk/complaints");
    assert.ok((await rows(desk).count()) > 0, login);
    assert.equal(await desk.page.getByRole("checkbox").count(), 0, login);
  }
  const desk = await open("admin");
  await desk.go("/desk/complaints");
  await desk.page.getByRole("heading", { name: "没有查看此页面的权限" }).waitFor();
  assert.equal(await desk.page.getByRole("search").count(), 0);
}

export async function says_what_is_wrong_with_an_address({ open }) {
  const desk = await open("supervisor1");
  await desk.go("/desk/complaints?stage=later&received_from=yesterday");
  const alert = desk.page.getByRole("alert");
  await alert.waitFor();
  assert.equal(await alert.locator("li").count(), 2);
  assert.deepEqual(await desk.barriers(), []);
  await desk.page.getByRole("button", { name: "清除全部" }).click();
  await rows(desk).first().waitFor();
}

export async function is_found_from_every_page({ open, matter }) {
  const { made } = await several(matter, 1);
  const desk = await open("agent1");
  await desk.go("/desk/work");
  const find = desk.page.getByRole("searchbox", { name: "查找投诉" }).first();
  await find.fill(made[0].number.slice(2));
  await find.press("Enter");
  await desk.page.waitForURL(`**/desk/complaints/${made[0].number}`);
  await find.fill("无人使用的词语");
  await find.press("Enter");
  await desk.page.getByText("没有符合条件的投诉").waitFor();
  assert.deepEqual(query(desk), { q: "无人使用的词语" });
}

export async function is_read_on_a_phone({ open, matter }) {
  const { path } = await several(matter, 2, { level: "complex", tags: ["agitated", "regulator"] });
  const desk = await open("supervisor1", { width: 390, height: 844, touch: true });
  await desk.go(path);
  await desk.page.getByRole("button", { name: /更多筛选/ }).click();
  await desk.page.getByRole("checkbox", { name: "选择已显示的全部" }).click();
  await desk.page.getByRole("button", { name: "批量督办" }).waitFor();
  for (const width of [390, 320]) {
    await desk.page.setViewportSize({ width, height: 800 });
    assert.deepEqual(await desk.overflow(), [], `at ${width}`);
  }
  assert.deepEqual(await desk.barriers(), []);
}
