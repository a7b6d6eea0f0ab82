import assert from "node:assert/strict";
import { actFor, appoint } from "./hands.mjs";

const PLACES = [
  ["sign-in", null, "/desk/sign-in"],
  ["work", "agent1", "/desk/work"],
  ["work without any", "supervisor1", "/desk/work"],
  ["submit", "agent1", "/desk/submit"],
  ["board", "supervisor1", "/desk/board"],
  ["complaints", "supervisor1", "/desk/complaints?status=open&unit=HN"],
  ["complaints that one may only read", "auditor1", "/desk/complaints"],
  ["help", "agent1", "/desk/help"],
  ["account", "agent1", "/desk/account"],
  ["units", "admin", "/desk/units"],
  ["staff", "admin", "/desk/staff?state=all"],
  ["a person", "admin", "/desk/staff/agent1"],
  ["API clients", "admin", "/desk/clients"],
  ["calendars", "admin", "/desk/calendars"],
  ["policies", "admin", "/desk/policies"],
  ["classes", "admin", "/desk/classes"],
  ["values shown", "supervisor1", "/desk/privacy"],
  ["holds", "supervisor1", "/desk/privacy/holds"],
  ["erasure", "auditor1", "/desk/privacy/erasure"],
  ["the signed log", "auditor1", "/desk/audit"],
  ["deputies", "agent1", "/desk/deputies"],
  ["work for somebody else", "agent2", "/desk/account", (desk) => actFor(desk, "经办一")],
  ["a page that one may not see", "admin", "/desk/work"],
  ["the customers' page", null, "/progress"],
  ["the customers' page with a code that is none", null, "/progress/ZZZZ"],
  ["a page that is not there", "agent1", "/desk/nothing"],
];

// Each place once in each theme and in each language; one window at a time, as each is at work.
export async function has_no_barriers_and_fits_all_widths({ open, matter }) {
  await matter.dress();
  const end = await appoint(matter, "handler1", "agent2");
  const found = [];
  for (const [name, login, path, begin] of PLACES) {
    const desk = await open(login);
    await desk.go(path);
    await begin?.(desk);
    for (const [theme, lang] of [["light", "zh-CN"], ["dark", "en"]]) {
      await desk.theme(theme);
      await desk.language(lang);
      for (const barrier of await desk.barriers()) found.push(`${name}, ${theme}, ${lang}: ${barrier}`);
      for (const width of [320, 390, 768, 1920, 1280]) {
        await desk.page.setViewportSize({ width, height: 800 });
        for (const part of await desk.overflow()) found.push(`${name} at ${width}, ${lang}: ${part}`);
      }
    }
    await desk.close();
  }
  await end();
  assert.deepEqual(found, []);
}

export async function shows_to_each_role_what_is_theirs({ open }) {
  const navigation = {
    agent1: ["我的工作", "登记投诉", "投诉查询", "代理与休假"],
    handler1: ["我的工作", "登记投诉", "投诉查询", "代理与休假"],
    supervisor1: ["我的工作", "登记投诉", "督办看板", "投诉查询", "隐私与保存", "代理与休假"],
    auditor1: ["督办看板", "投诉查询", "隐私与保存", "日志签名"],
    admin: ["机构", "人员", "接口客户端", "工作日历", "时限制度", "投诉分类"],
  };
  for (const [login, expected] of Object.entries(navigation)) {
    const desk = await open(login);
    await desk.page.goto("/");
    await desk.settled();
    const shown = await desk.page.getByRole("navigation").first().getByRole("link").allInnerTexts();
    assert.deepEqual(shown.map((text) => text.trim()), expected, login);
    await desk.go("/desk/work");
    const refused = await desk.page.getByRole("heading", { name: "没有查看此页面的权限" }).count();
    assert.equal(refused, expected.includes("我的工作") ? 0 : 1, login);
  }
}

export async function speaks_the_language_that_was_chosen({ open }) {
  const desk = await open("agent1");
  await desk.go("/desk/work");
  assert.equal(await desk.page.evaluate(() => document.documentElement.lang), "zh-CN");
  assert.match(await desk.page.title(), /我的工作/);
  await desk.page.getByRole("button", { name: "English" }).click();
  await desk.page.getByRole("heading", { name: "My work" }).waitFor();
  assert.equal(await desk.page.evaluate(() => document.documentElement.lang), "en");
  await desk.page.reload();
  await desk.page.getByRole("heading", { name: "My work" }).waitFor();
  assert.match(await desk.page.title(), /My work/);
}

export async function keeps_the_theme_that_was_chosen({ open }) {
  const desk = await open("agent1", { theme: "dark" });
  const theme = () => desk.page.evaluate(() => document.documentElement.dataset.theme);
  await desk.go("/desk/work");
  await desk.page.getByRole("button", { name: "浅色显示" }).click();
  assert.equal(await theme(), "light");
  await desk.page.reload();
  await desk.settled();
  assert.equal(await theme(), "light");
}

export async function can_be_gone_through_by_keyboard({ open }) {
  const desk = await open("agent1");
  await desk.go("/desk/work");
  await desk.page.keyboard.press("Tab");
  await desk.page.getByRole("link", { name: "跳到主要内容" }).and(desk.page.locator(":focus")).waitFor();
  await desk.page.keyboard.press("Enter");
  assert.equal(await desk.page.evaluate(() => document.activeElement.id), "main");
}

export async function has_its_navigation_behind_a_button_on_a_phone({ open }) {
  const desk = await open("agent1", { width: 390, touch: true });
  await desk.go("/desk/account");
  await desk.page.getByRole("button", { name: "打开导航" }).click();
  const drawer = desk.page.getByRole("dialog", { name: "主导航" });
  assert.deepEqual(await desk.barriers(), []);
  await drawer.getByRole("link", { name: "我的工作" }).click();
  await desk.page.getByRole("heading", { name: "我的工作" }).waitFor();
  await drawer.waitFor({ state: "hidden" });
}

export async function loads_little({ open }) {
  const desk = await open();
  let bytes = 0;
  const session = await desk.page.context().newCDPSession(desk.page);
  await session.send("Network.enable");
  session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await desk.signIn("agent1");
  await desk.go("/desk/work");
  console.log(`     ${Math.round(bytes / 1000)} kB for the first page`);
  assert.ok(bytes < 350_000, `${bytes} bytes`);
}

export async function says_when_the_server_is_away({ open }) {
  const desk = await open("agent1");
  await desk.page.route("**/v1/institution", (route) => route.abort());
  await desk.page.goto("/desk/work");
  await desk.page.getByRole("heading", { name: "工作台无法启动" }).waitFor();
  desk.wrong.splice(0, Infinity, ...desk.wrong.filter((text) => !text.includes("ERR_FAILED")));
  await desk.page.unroute("**/v1/institution");
  await desk.page.getByRole("button", { name: "重新载入" }).click();
  await desk.page.getByRole("heading", { name: "我的工作" }).waitFor();
}
