import assert from "node:assert/strict";
import { Cases } from "./cases.mjs";

export async function leads_to_a_chapter_by_its_address({ open }) {
  const desk = await open("agent1");
  for (const path of ["/desk/help/pauses", "/desk/help#pauses"]) {
    await desk.go(path);
    await desk.page.locator("#pauses:focus").waitFor();
    const { y } = await desk.page.locator("#pauses").boundingBox();
    assert.ok(y >= 0 && y < 400, `${path}: ${y}`);
  }
  await desk.page.getByRole("navigation", { name: "目录" }).getByRole("link", { name: "双人复核" }).click();
  await desk.page.locator("#four-eyes:focus").waitFor();
  assert.equal(new URL(desk.page.url()).pathname, "/desk/help/four-eyes");
}

export async function opens_beside_what_one_does({ open }) {
  const desk = await open("agent1");
  await desk.go("/desk/account");
  await desk.page.getByLabel("当前密码").fill("half typed");
  const [tab] = await Promise.all([desk.page.context().waitForEvent("page"), desk.page.keyboard.press("F1")]);
  await tab.getByRole("heading", { name: "帮助" }).waitFor();
  assert.equal(await desk.page.getByLabel("当前密码").inputValue(), "half typed");
}

export async function says_the_same_in_both_languages({ open }) {
  const desk = await open("agent1");
  await desk.go("/desk/help");
  const shape = () => desk.page.locator(".chapter").evaluateAll((chapters) => chapters.map((chapter) => `${chapter.id} ${chapter.querySelectorAll("li, dt").length}`));
  const chinese = await shape();
  assert.ok(chinese.length > 15);
  await desk.language("en");
  assert.deepEqual(await shape(), chinese);
}

const WHERE = [
  ["agent1", "/desk/submit", "limits"],
  ["supervisor1", "/desk/board", "overdue"],
  ["supervisor1", "/desk/privacy", "masking"],
  ["supervisor1", "/desk/privacy/holds", "retention"],
  ["supervisor1", "/desk/deputies", "deputies"],
  ["admin", "/desk/calendars", "workdays"],
  ["admin", "/desk/policies", "rules"],
];

export async function explains_rules_where_they_matter({ open, matter }) {
  const desks = {};
  const leads = (desk, chapter) => desk.page.locator(`main a[href="/desk/help/${chapter}"], .modal a[href="/desk/help/${chapter}"]`);
  for (const [login, path, chapter] of WHERE) {
    const desk = (desks[login] ??= await open(login));
    await desk.go(path);
    await leads(desk, chapter).waitFor();
  }
  const { number } = await new Cases(matter).investigating("规则说明", 1);
  const desk = await open("handler1");
  await desk.go(`/desk/complaints/${number}`);
  await desk.page.getByText("时限是怎么算的").click();
  for (const chapter of ["workdays", "limits"]) await leads(desk, chapter).waitFor();
  for (const [act, chapter] of [["pauses", "pauses"], ["extensions", "extensions"], ["links", "links"], ["unmask", "masking"]]) {
    await desk.page.locator(`[data-act=${act}]`).click();
    await leads(desk, chapter).waitFor();
    assert.deepEqual(await desk.barriers(), [], act);
    if (act === "unmask") break;
    await desk.page.keyboard.press("Escape");
    await desk.page.locator(".modal").waitFor({ state: "detached" });
  }
  const [tab] = await Promise.all([desk.page.context().waitForEvent("page"), leads(desk, "masking").click()]);
  await tab.locator("#masking:focus").waitFor();
}
