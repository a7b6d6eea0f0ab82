import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const KINDS = ["open", "due_soon", "overdue", "urged"];
const numberOf = (text) => Number(text.replaceAll(",", ""));
const figure = async (desk, kind) => numberOf(await desk.page.locator(`[data-figure=${kind}]`).innerText());
const panel = (desk, name) => desk.page.getByRole("region", { name, exact: true });

// Something of each kind, for whoever is asked.
async function fill(matter) {
  await matter.dress();
  const urged = await matter.receive("agent1", "看板上的督办", 8, { cause_class: "C02", product: "借记卡" });
  await matter.act("supervisor1", urged, "urge", { text: "请说明进展", due_at: new Date(Date.now() + 86400e3).toISOString() });
  const ended = await matter.receive("agent2", "看板上的撤诉", 3, { cause_class: "C01", product: "信用卡" });
  await matter.act("agent2", ended, "withdraw", { reason: "客户撤回" });
}

// How many the list holds to which a link leads, asked as that page asks.
async function listed(desk) {
  await desk.page.getByRole("heading", { name: "投诉查询", exact: true }).waitFor();
  await desk.settled();
  const count = desk.page.getByRole("button", { name: "统计总数" });
  if (await count.count()) {
    await count.click();
    return numberOf(/\d[\d,]*/.exec(await desk.page.getByText(/^共 /).innerText())[0]);
  }
  return desk.page.locator("[data-row]").count();
}

export async function shows_the_figures_of_the_api_and_leads_to_what_they_count({ open, matter }) {
  await fill(matter);
  const desk = await open("supervisor1");
  await desk.go("/desk/board");
  const board = await matter.call("supervisor1", "GET", "/v1/board");
  for (const kind of KINDS) {
    assert.equal(await figure(desk, kind), board[kind], kind);
    assert.ok(kind === "due_soon" || board[kind] > 0, `nothing is ${kind}`);
  }
  const units = await panel(desk, "按机构").locator("tbody tr").count();
  assert.equal(units, board.by_unit.length);
  const dues = await panel(desk, "最先到期").locator("[data-row]").evaluateAll((rows) => rows.map((row) => row.dataset.row));
  assert.deepEqual(dues, board.oldest.map(({ id }) => id));
  for (const kind of KINDS) {
    await desk.page.locator(`[data-figure=${kind}]`).click();
    assert.equal(await listed(desk), board[kind], kind);
    await desk.page.goBack();
    await desk.page.locator("[data-figure=open]").waitFor();
  }
}

export async function leads_from_units_stages_and_owners_to_their_lists({ open, matter }) {
  await fill(matter);
  const desk = await open("supervisor1");
  const board = await matter.call("supervisor1", "GET", "/v1/board");
  const unit = board.by_unit.find(({ overdue }) => overdue > 0);
  const stage = board.by_stage.find(({ open: count }) => count > 0);
  const owner = board.by_owner.find(({ urged }) => urged > 0);
  for (const [key, label, count] of [
    [unit.unit, "已逾期", unit.overdue],
    [stage.stage, "在办", stage.open],
    [`${owner.unit} ${owner.owner.login}`, "督办", owner.urged],
  ]) {
    await desk.go("/desk/board");
    await desk.page.locator(`[data-key="${key}"]`).getByRole("link", { name: new RegExp(`${label} \\d`) }).click();
    assert.equal(await listed(desk), count, key);
  }
}

export async function is_narrowed_to_a_unit({ open, matter }) {
  await fill(matter);
  const desk = await open("supervisor1");
  await desk.go("/desk/board?unit=HN-CS-002&days=7");
  const board = await matter.call("supervisor1", "GET", "/v1/board?unit=HN-CS-002");
  for (const kind of KINDS) assert.equal(await figure(desk, kind), board[kind], kind);
  await desk.page.locator("[data-figure=open]").click();
  assert.equal(await listed(desk), board.open);
}

export async function draws_reports_that_can_be_read_as_tables({ open, matter }) {
  await fill(matter);
  const desk = await open("supervisor1");
  await desk.go("/desk/board?days=7");
  await desk.page.locator(".chart canvas").nth(3).waitFor();
  assert.match(await desk.page.getByRole("img", { name: /收到 \d+ 件/ }).getAttribute("aria-label"), /办结 \d+ 件/);
  const drawn = await desk.page.locator(".chart canvas").evaluateAll((charts) => charts.map((chart) => new Set(chart.getContext("2d").getImageData(0, 0, chart.width, chart.height).data).size > 8));
  assert.deepEqual(drawn, [true, true, true, true]);
  await desk.page.locator(".chart").first().hover({ position: { x: 300, y: 120 } });
  const report = await matter.call("supervisor1", "GET", `/v1/reports/volume?from=${new Date(Date.now() + 8 * 3600e3 - 6 * 86400e3).toISOString().slice(0, 10)}`);
  await desk.page.getByRole("button", { name: "收到与办结：以表格显示" }).click();
  const cells = await panel(desk, "收到与办结").locator("tbody tr").evaluateAll((rows) => rows.map((row) => [row.cells[0].innerText.trim(), Number(row.cells[1].innerText), Number(row.cells[2].innerText)]));
  assert.deepEqual(cells, report.items.map(({ day, received, ended }) => [day, received, ended]).reverse());
  await desk.page.getByRole("button", { name: "投诉原因：以表格显示" }).click();
  const cause = panel(desk, "投诉原因").locator("tbody tr").filter({ has: desk.page.getByRole("link") }).first();
  const received = numberOf(await cause.locator("td").first().innerText());
  assert.deepEqual(await desk.barriers(), []);
  await cause.getByRole("link").click();
  assert.equal(await listed(desk), received);
  await desk.page.goBack();
  await desk.page.getByRole("button", { name: "在办时长：以表格显示" }).click();
  const age = panel(desk, "在办时长").locator("tbody tr").nth(1);
  const count = numberOf(await age.locator("td").first().innerText());
  await age.getByRole("link").click();
  assert.equal(await listed(desk), count);
}

export async function shows_the_figures_before_the_reports({ open, matter }) {
  await fill(matter);
  const desk = await open("auditor1");
  const asked = [];
  await desk.page.route("**/v1/reports/*", () => {});
  desk.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await desk.page.goto("/desk/board");
  await desk.page.locator("[data-figure=open]").waitFor();
  await panel(desk, "投诉原因").locator(".skeleton").waitFor();
  const at = (path) => asked.findIndex((each) => each.startsWith(path));
  assert.ok(at("/v1/board") < at("/v1/reports"));
}

export async function changes_by_itself({ open, matter }) {
  const desk = await open("supervisor1");
  await desk.go("/desk/board");
  await desk.page.getByText("实时更新").waitFor();
  const before = await figure(desk, "open");
  await matter.receive("agent1", "看板上新增", 0);
  await desk.page.locator("[data-figure=open]").filter({ hasText: (before + 1).toLocaleString("en-US") }).waitFor();
}

export async function fills_a_wall({ open, matter }) {
  await fill(matter);
  const desk = await open("supervisor1", { width: 1920, height: 1080, theme: "dark" });
  await desk.go("/desk/board");
  await desk.page.getByRole("button", { name: "大屏显示" }).click();
  await desk.page.locator("html[data-wall]").waitFor();
  await desk.page.getByRole("navigation", { name: "主导航" }).waitFor({ state: "hidden" });
  await desk.page.locator(".chart canvas").nth(2).waitFor();
  await desk.shown();
  assert.ok(await desk.page.evaluate(() => document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth), "it has to be scrolled");
  assert.ok(await desk.page.locator("[data-figure=open]").evaluate((strong) => strong.getBoundingClientRect().height > 40));
  assert.deepEqual(await desk.barriers(), []);
  await desk.page.reload();
  await desk.page.locator("html[data-wall]").waitFor();
  await desk.page.keyboard.press("Escape");
  await desk.page.getByRole("navigation", { name: "主导航" }).waitFor();
}

export async function gives_reports_as_files({ open }) {
  const desk = await open("auditor1");
  await desk.go("/desk/board?days=7");
  const [download] = await Promise.all([desk.page.waitForEvent("download"), desk.page.getByRole("button", { name: "收到与办结：导出 CSV" }).click()]);
  const lines = readFileSync(await download.path(), "utf8").trim().split("\r\n");
  assert.equal(lines.length, 8);
}

export async function is_not_for_who_watches_nothing({ open }) {
  const desk = await open("handler1");
  await desk.go("/desk/board");
  await desk.page.getByRole("heading", { name: "没有查看此页面的权限" }).waitFor();
  assert.equal(await desk.page.getByRole("link", { name: "督办看板" }).count(), 0);
}

export async function says_what_cannot_be_shown({ open }) {
  const desk = await open("supervisor1");
  const away = (title) => ({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ type: "/problems/database-away", title, status: 503, detail: title, instance: "abc-1" }) });
  await desk.page.route("**/v1/board*", (route) => route.fulfill(away("数据库暂不可用")));
  await desk.page.goto("/desk/board");
  const alert = desk.page.getByRole("alert");
  await alert.waitFor();
  assert.deepEqual(await desk.barriers(), []);
  await desk.page.unroute("**/v1/board*");
  await desk.page.route("**/v1/reports/causes*", (route) => route.fulfill(away("统计暂不可用")));
  await alert.getByRole("button", { name: "重试" }).click();
  await desk.page.locator("[data-figure=open]").waitFor();
  await panel(desk, "投诉原因").getByRole("alert").waitFor();
  await panel(desk, "收到与办结").locator("canvas").waitFor();
  desk.wrong.splice(0, Infinity, ...desk.wrong.filter((text) => !text.includes("503")));
}
