// The customers' page: how far a complaint is, by its tracking code.
import assert from "node:assert/strict";

const heading = (desk, name) => desk.page.getByRole("heading", { name });
const grouped = (code) => code.match(/.{4}/g).join("-");

export async function is_asked_by_the_code_as_people_type_it({ open, matter }) {
  const complaint = await matter.receive("agent1", "自助查询进度", 1);
  const desk = await open(null, { width: 390, touch: true });
  await desk.go("/progress");
  await desk.page.getByRole("button", { name: "查询", exact: true }).click();
  await desk.page.locator("input:focus").waitFor();
  assert.equal(await desk.page.getByLabel("查询码").getAttribute("aria-invalid"), "true");
  await desk.page.getByLabel("查询码").fill(grouped(complaint.tracking_code).toLowerCase());
  await desk.page.keyboard.press("Enter");
  await heading(desk, "已收到您的投诉").waitFor();
  assert.equal(new URL(desk.page.url()).pathname, `/progress/${grouped(complaint.tracking_code)}`);
  assert.equal(await desk.page.locator("[aria-current=step]").innerText().then((text) => text.trim().slice(0, 4)), "受理登记");
  const text = await desk.page.locator(".found").innerText();
  assert.ok(text.includes(complaint.number), text);
  const [year, month, day] = complaint.statutory_due_at.slice(0, 10).split("-").map(Number);
  assert.ok(text.includes(`${year} 年 ${month} 月 ${day} 日`), text);
  assert.deepEqual(await desk.barriers(), []);
}

export async function is_led_to_by_a_link_and_says_how_it_goes_on({ open, matter }) {
  const complaint = await matter.dueToday("agent1", "链接查询进度");
  const desk = await open();
  await desk.go(`/progress/${complaint.tracking_code}`);
  await heading(desk, "正在调查核实您反映的情况").waitFor();
  await desk.page.getByText("接下来将根据核实结果制定处理方案").waitFor();
  await desk.page.getByRole("button", { name: "English" }).click();
  await heading(desk, "We are looking into what you told us").waitFor();
  assert.equal(await desk.page.title(), "Follow your complaint");
  await matter.call("agent1", "POST", `/v1/complaints/${complaint.id}/withdraw`, { reason: "客户撤诉" }, complaint.version);
  await desk.page.reload();
  await heading(desk, "The complaint was withdrawn").waitFor();
  assert.equal(await desk.page.locator(".steps").count(), 0);
}

export async function says_when_an_answer_is_late_and_where_to_turn({ open, matter }) {
  const { tracking_code } = await matter.receive("agent1", "逾期未答复", 40);
  const desk = await open();
  await desk.go(`/progress/${tracking_code}`);
  await desk.page.getByText("已超过答复期限").waitFor();
  await desk.page.getByText("12378").waitFor();
  for (const theme of ["light", "dark"]) {
    await desk.theme(theme);
    assert.deepEqual(await desk.barriers(), [], theme);
  }
}

export async function keeps_to_itself_whom_and_what_it_is_about({ open, matter }) {
  const { tracking_code } = await matter.receive("agent1", "不得示人的事由", 0, { complainant: { name: "欧阳不示人", phone: "13800009876" } });
  const desk = await open();
  const asked = [];
  desk.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await desk.go(`/progress/${tracking_code}`);
  await desk.page.locator(".found").waitFor();
  const shown = await desk.page.content();
  for (const secret of ["不得示人", "欧阳", "9876", "坐席"]) assert.ok(!shown.includes(secret), secret);
  assert.ok(asked.every((path) => /^\/(progress|assets|public)\//.test(path)), asked.join(" "));
  assert.deepEqual(await desk.page.context().cookies(), []);
}

export async function says_that_a_code_is_none_and_goes_back({ open, matter }) {
  const { tracking_code } = await matter.receive("agent1", "返回上一页", 0);
  const desk = await open();
  await desk.go(`/progress/${tracking_code}`);
  await desk.page.locator(".found").waitFor();
  await desk.page.getByLabel("查询码").fill("zzzz-zzzz");
  await desk.page.getByRole("button", { name: "查询", exact: true }).click();
  await heading(desk, "没有找到这个查询码").waitFor();
  assert.equal(await desk.page.getByLabel("查询码").inputValue(), "ZZZZ-ZZZZ");
  await desk.page.goBack();
  await desk.page.locator(".found").waitFor();
}

export async function says_that_one_asks_too_often_or_that_the_server_is_away({ open, matter }) {
  const { tracking_code } = await matter.receive("agent1", "服务器不在", 0);
  const desk = await open();
  const asks = "**/public/progress/*";
  await desk.page.route(asks, (route) => route.fulfill({ status: 429, headers: { "Retry-After": "42" }, contentType: "application/problem+json", body: "{}" }));
  await desk.go(`/progress/${tracking_code}`);
  await heading(desk, "查询过于频繁").waitFor();
  await desk.page.getByText("请在 42 秒后再试").waitFor();
  await desk.page.unroute(asks);
  await desk.page.route(asks, (route) => route.abort());
  await desk.page.getByRole("button", { name: "查询", exact: true }).click();
  await heading(desk, "暂时无法查询").waitFor();
  desk.wrong.splice(0, Infinity, ...desk.wrong.filter((text) => !text.includes("ERR_FAILED")));
  await desk.page.unroute(asks);
  await desk.page.getByRole("button", { name: "再试一次" }).click();
  await desk.page.locator(".found").waitFor();
}

export async function is_light({ open }) {
  const desk = await open();
  let bytes = 0;
  const session = await desk.page.context().newCDPSession(desk.page);
  await session.send("Network.enable");
  session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await desk.go("/progress");
  await desk.page.waitForLoadState("networkidle");
  assert.ok(bytes > 1000 && bytes < 16_000, `${bytes} bytes`);
}
