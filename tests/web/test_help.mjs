import assert from "node:assert/strict";

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
