// Somebody acts for somebody else who is away.
import assert from "node:assert/strict";
import { Cases } from "./cases.mjs";
import { actFor, appoint, dialog, submit, toast } from "./hands.mjs";

const NAME = "经办一"; // handler1, for whom agent2 acts
const OWN = /^\/v1\/(sessions|password|deputies)(\/|$)/;

const band = (desk) => desk.page.locator(".band");
const menu = (desk) => desk.page.getByRole("button", { name: /用户菜单/ }).click();
const journal = (desk) => desk.page.getByRole("region", { name: "操作日志" });

async function acting(open, matter) {
  const end = await appoint(matter, "handler1", "agent2");
  const desk = await open("agent2");
  await desk.go("/desk/account");
  await actFor(desk, NAME);
  return { desk, end };
}

export async function acts_and_both_are_named({ open, matter }) {
  const { number, id } = await new Cases(matter).investigating("由代理人办理", 1);
  const { desk, end } = await acting(open, matter);
  await toast(desk, `现在代 ${NAME} 办理`);
  await desk.page.getByRole("heading", { name: "我的工作" }).waitFor();
  await desk.go(`/desk/complaints/${number}`);
  await desk.page.locator("[data-act=notes]").click();
  await dialog(desk).locator("textarea").fill("代为记录");
  await submit(desk);
  await toast(desk, "已完成");
  const entry = journal(desk).locator("li").first();
  await entry.getByText(NAME, { exact: true }).waitFor();
  await entry.getByText("由 坐席二 代办").waitFor();

  await desk.page.locator(".drop input[type=file]").setInputFiles([{ name: "代为添加.txt", mimeType: "text/plain", buffer: Buffer.from("通话记录") }]);
  await desk.page.locator("[data-file]").filter({ hasText: "代为添加.txt" }).waitFor();
  const [file] = await Promise.all([desk.page.waitForEvent("download"), desk.page.getByRole("button", { name: "下载案卷" }).click()]);
  assert.match(file.suggestedFilename(), new RegExp(number));
  const { items } = await matter.call("handler1", "GET", `/v1/complaints/${id}/journal`);
  assert.deepEqual(items.slice(-2).map(({ actor, on_behalf_of: person }) => [actor, person]), Array(2).fill(["agent2", "handler1"]));
  await end();
}

export async function asks_everything_for_the_other_but_what_is_ones_own({ open, matter }) {
  const complaint = await new Cases(matter).investigating("代理人的实时更新", 1);
  const { desk, end } = await acting(open, matter);
  const wrong = [];
  let asked = 0;
  desk.page.on("request", (request) => {
    const path = new URL(request.url()).pathname;
    if (!path.startsWith("/v1/")) return;
    asked++;
    if ((request.headers()["on-behalf-of"] === "handler1") === OWN.test(path)) wrong.push(`${request.method()} ${path}`);
  });
  await desk.go(`/desk/complaints/${complaint.number}`);
  await desk.page.locator(".dot.on").waitFor();
  const { version } = await matter.call("handler1", "GET", `/v1/complaints/${complaint.id}`);
  await matter.call("handler1", "POST", `/v1/complaints/${complaint.id}/notes`, { text: "本人的备注" }, version);
  await journal(desk).locator("li").filter({ hasText: "本人的备注" }).waitFor();
  await menu(desk);
  await desk.page.getByRole("menuitem", { name: "密码与会话" }).click();
  await desk.page.getByText("当前会话").first().waitFor();
  const first = wrong.filter((line) => line !== "GET /v1/sessions/current"); // once for each of the two
  assert.deepEqual(first, []);
  assert.ok(asked > 10, `${asked} requests`);
  await end();
}

export async function lasts_in_this_tab_until_it_is_ended({ open, matter }) {
  const { desk, end } = await acting(open, matter);
  await desk.page.reload();
  await band(desk).filter({ hasText: NAME }).waitFor();
  const other = await desk.page.context().newPage();
  await other.goto("/desk/work");
  await other.getByRole("heading", { name: "我的工作" }).waitFor();
  assert.equal(await other.locator(".band").count(), 0);
  await band(desk).getByRole("button", { name: "回到本人" }).click();
  await toast(desk, "已回到本人");
  await desk.settled();
  assert.equal(await band(desk).count(), 0);
  await end();
}

export async function is_told_when_the_time_is_over({ open, matter }) {
  const { desk, end } = await acting(open, matter);
  await desk.settled();
  await end();
  await desk.page.getByRole("button", { name: "刷新" }).click();
  await toast(desk, `对 ${NAME} 的代理已终止`);
  await desk.settled();
  assert.equal(await band(desk).count(), 0);
  await desk.page.reload();
  await desk.settled();
  assert.equal(await band(desk).count(), 0);
  await menu(desk);
  await desk.page.getByRole("menuitem", { name: "退出登录" }).waitFor();
  assert.equal(await desk.page.getByRole("menuitem", { name: NAME }).count(), 0);
}

export async function ends_with_signing_out_in_any_tab({ open, matter }) {
  const { desk, end } = await acting(open, matter);
  const other = await desk.page.context().newPage();
  await other.goto("/desk/account");
  await other.getByRole("button", { name: /用户菜单/ }).click();
  await other.getByRole("menuitem", { name: "退出登录" }).click();
  await desk.page.getByLabel("登录名").fill("agent2");
  await desk.page.getByLabel("密码").fill("demo-2026");
  await desk.page.getByRole("button", { name: "登录", exact: true }).click();
  await desk.page.getByRole("heading", { name: "我的工作" }).waitFor();
  assert.equal(await band(desk).count(), 0);
  await end();
}

export async function keeps_ones_own_draft_and_views({ open, matter }) {
  const end = await appoint(matter, "handler1", "agent2");
  const desk = await open("agent2");
  await desk.go("/desk/submit");
  await desk.page.getByLabel("标题").fill("代办之前的草稿");
  await desk.go("/desk/complaints?status=open&source=letter");
  await desk.page.getByRole("button", { name: "保存为视图" }).click();
  await dialog(desk).getByLabel("视图名称").fill("在办信函");
  await submit(desk);
  await actFor(desk, NAME);
  await desk.go("/desk/complaints");
  await desk.page.getByRole("link", { name: "在办信函" }).waitFor();
  assert.match(await desk.page.getByRole("link", { name: "由我负责" }).getAttribute("href"), /owner=handler1/);
  await desk.go("/desk/submit");
  assert.equal(await desk.page.getByLabel("标题").inputValue(), "代办之前的草稿");
  await end();
}

export async function administers_nothing_for_the_other({ open, matter }) {
  const end = await appoint(matter, "admin", "agent2");
  const desk = await open("agent2");
  await desk.go("/desk/account");
  await desk.page.locator(".bar .opens").last().click();
  await desk.page.getByRole("menuitem", { name: "代 管理员 办理" }).click();
  await desk.page.getByRole("heading", { name: "密码与会话" }).waitFor(); // no other page is left
  await band(desk).waitFor();
  assert.equal(await desk.page.getByRole("navigation", { name: "主导航" }).getByRole("link").count(), 0);
  await desk.go("/desk/units");
  await desk.page.getByRole("heading", { name: "代 管理员 办理时不能使用此页面" }).waitFor();
  assert.deepEqual(await desk.barriers(), []);
  await desk.page.getByRole("main").getByRole("button", { name: "回到本人" }).click();
  await desk.page.getByRole("heading", { name: "我的工作" }).waitFor();
  await end();
}
