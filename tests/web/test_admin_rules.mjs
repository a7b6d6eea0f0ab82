import assert from "node:assert/strict";
import { dialog, submit, toast } from "./hands.mjs";

const day = (desk, date) => desk.page.locator(`[data-day="${date}"]`);
const file = (name, text) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

async function importing(open) {
  const desk = await open("admin");
  await desk.go("/desk/calendars");
  await desk.page.getByRole("button", { name: "导入日历" }).click();
  return desk;
}

export async function a_year_is_seen_at_a_glance({ open }) {
  const desk = await open("admin");
  await desk.go("/desk/calendars");
  await desk.page.getByRole("heading", { name: "2026 年" }).waitFor();
  assert.match(await day(desk, "2026-10-01").innerText(), /1\s*休\s*节假日/);
  assert.match(await day(desk, "2026-02-14").innerText(), /14\s*班\s*调休上班/);
  assert.match(await day(desk, "2026-10-11").innerText(), /休息日/);
  assert.match(await day(desk, "2026-10-12").innerText(), /工作日/);
  await desk.page.getByText("10月1日–10月7日（7 天）").waitFor();
  await desk.page.getByRole("button", { name: "上一年" }).click();
  assert.match(await day(desk, "2025-01-26").innerText(), /调休上班/);
  for (let year = 2025; year < 2028; year++) await desk.page.getByRole("button", { name: "下一年" }).click();
  await desk.page.getByText("2028 年的节假日尚未导入").waitFor();
}

export async function an_import_shows_what_moves_before_it_counts({ open, matter }) {
  await matter.receive("agent2", "日历变动", 0);
  const [{ version, calendar }] = (await matter.call("admin", "GET", "/v1/calendars")).items;
  const desk = await importing(open);
  // Nobody works for the next days: whatever is due then is due later. This one is not put in force.
  const days = Array.from({ length: 14 }, (_, index) => new Date(Date.now() + (index + 1) * 86400e3).toISOString().slice(0, 10));
  const other = { ...calendar, off: [...new Set([...calendar.off, ...days])], work: calendar.work.filter((date) => !days.includes(date)), years: [...new Set([...calendar.years, ...days.map((date) => Number(date.slice(0, 4)))])] };
  await dialog(desk).getByLabel("日历文件").setInputFiles(file("other.json", JSON.stringify(other)));
  await dialog(desk).getByText(/与现行日历相比，\d+ 天不同/).waitFor();
  await submit(desk);
  await dialog(desk).locator(".later:not(.none)").waitFor();
  assert.ok(Number(await dialog(desk).locator(".moved dd").innerText()) > 0);
  assert.deepEqual(await desk.barriers(), []);
  await dialog(desk).getByRole("button", { name: "取消" }).click();
  assert.equal((await matter.call("admin", "GET", "/v1/calendars")).items[0].version, version);
}

export async function a_spreadsheet_is_imported({ open, matter }) {
  const desk = await importing(open);
  const chosen = dialog(desk).getByLabel("日历文件");
  await chosen.setInputFiles(file("wrong.csv", "2034-01-02,休\n2034-01-03,什么\n"));
  await dialog(desk).getByText("第 2 行无法识别：2034-01-03,什么").waitFor();
  await chosen.setInputFiles(file("2034年安排.csv", "日期,安排\n2034-01-02,休\n2034/1/7,班,补班\n"));
  await dialog(desk).getByText("2034年1月2日：工作日 → 节假日").waitFor();
  await dialog(desk).getByLabel("名称").fill("");
  await submit(desk);
  await dialog(desk).locator(".field.wrong").waitFor();
  await dialog(desk).getByLabel("名称").fill("二〇三四年安排");
  await submit(desk);
  await dialog(desk).getByRole("button", { name: "生效" }).click();
  await toast(desk, "日历已生效");
  await desk.page.getByRole("heading", { name: "2034 年" }).waitFor();
  assert.match(await day(desk, "2034-01-07").innerText(), /班\s*调休上班/);
  await desk.page.locator("tr").filter({ hasText: "二〇三四年安排" }).filter({ hasText: "现行" }).getByText("没有变动").waitFor();
  const [{ calendar }] = (await matter.call("admin", "GET", "/v1/calendars")).items;
  assert.ok(calendar.off.includes("2026-10-01") && calendar.off.includes("2034-01-02") && calendar.work.includes("2034-01-07"));
}

export async function a_policy_shows_what_moves_before_it_counts({ open, matter }) {
  await matter.receive("agent2", "制度变动", 0, { level: "complex" });
  const desk = await open("admin");
  await desk.go("/desk/policies");
  await desk.page.getByRole("button", { name: "发布新制度" }).click();
  const limit = dialog(desk).getByLabel("复杂投诉 受理");
  await limit.fill("0");
  await submit(desk);
  await dialog(desk).locator(".error").waitFor();
  assert.equal(await limit.getAttribute("aria-invalid"), "true");
  assert.deepEqual(await desk.barriers(), []);

  // As a correction it would move what is open.
  await limit.fill("9");
  await dialog(desk).getByLabel("生效日").fill("2026-01-01");
  await dialog(desk).getByText("生效日已过").waitFor();
  await submit(desk);
  await dialog(desk).locator(".later:not(.none)").waitFor();
  await dialog(desk).getByText(/复杂投诉 · 受理: 1 → 9 个工作日/).waitFor();

  // For the time to come it does not; other figures are asked for anew.
  await dialog(desk).getByLabel("生效日").fill("2091-01-01");
  await dialog(desk).locator(".figures").waitFor({ state: "detached" });
  await submit(desk);
  await dialog(desk).locator(".moved.none").waitFor();
  await dialog(desk).getByRole("button", { name: "发布" }).click();
  await toast(desk, "新制度已发布");
  const row = desk.page.locator("tr").filter({ hasText: "2091-01-01 起收到的投诉适用" });
  await row.getByText(/受理: 1 → 9 个工作日/).waitFor();
  assert.equal((await matter.call("admin", "GET", "/v1/policies")).items[0].policy.levels.complex.intake_days, 9);
}

export async function classes_are_found({ open }) {
  const desk = await open("admin");
  await desk.go("/desk/classes");
  await desk.page.getByLabel("按编码或名称查找").fill("信息披露");
  assert.deepEqual(await desk.page.locator("tbody .code").allInnerTexts(), ["C05"]);
}

export async function others_have_no_right_here({ open }) {
  const desk = await open("agent1");
  for (const path of ["/desk/calendars", "/desk/policies", "/desk/classes"]) {
    await desk.page.goto(path);
    await desk.page.getByRole("heading", { name: "没有查看此页面的权限" }).waitFor();
  }
}
