// The desk while much happens, while the network is away, and when the session ends.
import assert from "node:assert/strict";

const SECONDS = 4;
const RATE = 50;
const CLIENTS = 5;

const row = (desk, text) => desk.page.locator("[data-row]").filter({ hasText: text });
const live = (desk) => desk.page.locator(".dot.on").waitFor();

// What the browser says of a network that is away.
const forgive = (desk, text) => desk.wrong.splice(0, Infinity, ...desk.wrong.filter((line) => !line.includes(text)));

// Clients that write notes, each to a complaint of its own, RATE a second in all if the server keeps up.
async function busy(matter) {
  const complaints = await Promise.all(Array.from({ length: CLIENTS }, (_, index) => matter.receive("agent1", `繁忙时的投诉 ${index}`, 0)));
  const until = Date.now() + SECONDS * 1000;
  const one = async (complaint) => {
    let written = 0;
    for (let { version } = complaint; Date.now() < until; version++, written++) {
      const next = Date.now() + (1000 / RATE) * CLIENTS;
      await matter.call("agent1", "POST", `/v1/complaints/${complaint.id}/notes`, { text: `第 ${written + 1} 条` }, version);
      await new Promise((done) => setTimeout(done, next - Date.now()));
    }
    return written;
  };
  const counts = await Promise.all(complaints.map(one));
  return counts.reduce((sum, count) => sum + count, 0);
}

export async function stays_at_hand_while_much_happens({ open, matter }) {
  const first = await matter.offer("agent2", "agent1", "繁忙时退回", 0);
  const desk = await open("agent1");
  await desk.go("/desk/work");
  await live(desk);
  let lists = 0;
  desk.page.on("request", (request) => (lists += new URL(request.url()).pathname === "/v1/complaints"));
  const began = Date.now();
  const noise = busy(matter);
  const offers = [];
  const reason = "账户不在本部，请移交开户机构办理";
  await row(desk, first.number).focus();
  await desk.page.keyboard.press("r");
  await desk.page.locator("textarea:focus").waitFor();
  await desk.page.keyboard.type(reason, { delay: 40 });
  assert.equal(await desk.page.getByLabel("退回原因").inputValue(), reason);
  for (let i = 0; i < 3; i++) offers.push(await matter.offer("agent2", "agent1", `繁忙时移交 ${i}`, 0));
  await desk.page.keyboard.press("Control+Enter");
  await desk.page.getByText(`已退回 ${first.number}`).waitFor();
  const written = await noise;
  for (const { number } of offers) await row(desk, number).waitFor();
  await row(desk, first.number).waitFor({ state: "detached" });
  // A round of lists is four; one at most every two seconds, and one of its own after the act.
  const rounds = (Date.now() - began) / 2000 + 3;
  assert.ok(written > CLIENTS * 2, `${written} notes`);
  assert.ok(lists <= 4 * rounds, `${lists} lists for ${written} changes`);
}

export async function catches_up_after_the_network_was_away({ open, matter }) {
  const desk = await open("handler1");
  await desk.go("/desk/work");
  await live(desk);
  await desk.page.context().setOffline(true);
  await desk.page.getByText("连接中断").waitFor();
  const { number } = await matter.offer("agent2", "handler1", "断网时移交", 0);
  assert.equal(await row(desk, number).count(), 0);
  await desk.page.context().setOffline(false);
  await live(desk);
  await row(desk, number).waitFor();
  forgive(desk, "ERR_INTERNET_DISCONNECTED");
}

export async function asks_to_sign_in_when_the_session_was_ended_elsewhere({ open, matter }) {
  const { number } = await matter.offer("agent1", "agent2", "会话被终止", 0);
  const desk = await open("agent2");
  await desk.go("/desk/work");
  await row(desk, number).getByRole("button", { name: "退回" }).click();
  await desk.page.getByLabel("退回原因").fill("写了一半");
  await matter.call("agent2", "DELETE", "/v1/sessions");
  await desk.page.getByRole("dialog").getByRole("button", { name: "退回", exact: true }).click();
  const again = desk.page.getByRole("dialog", { name: "请重新登录" });
  await again.getByLabel("密码").fill("demo-2026");
  await again.getByRole("button", { name: "登录", exact: true }).click();
  await desk.page.getByText(`已退回 ${number}`).waitFor();
}

export async function asks_in_one_tab_after_signing_out_in_another({ open }) {
  const desk = await open("agent2");
  await desk.go("/desk/work");
  await live(desk);
  const other = await desk.page.context().newPage();
  await other.goto("/desk/work");
  await other.locator(".dot.on").waitFor();
  await desk.page.getByRole("button", { name: "用户菜单" }).click();
  await desk.page.getByRole("menuitem", { name: "退出登录" }).click();
  await desk.page.getByLabel("登录名").waitFor();
  await other.getByRole("dialog", { name: "请重新登录" }).waitFor();
}
