import assert from "node:assert/strict";
import { dialog, pick, submit, toast, unique } from "./hands.mjs";

export async function a_token_is_shown_once_and_good_until_revoked({ open, address }) {
  const desk = await open("admin");
  await desk.go("/desk/clients");
  const login = unique("web-tool");
  await desk.page.getByRole("button", { name: "新增客户端" }).click();
  await submit(desk);
  await dialog(desk).locator(".field.wrong").nth(2).waitFor();
  assert.deepEqual(await desk.barriers(), []);
  await dialog(desk).getByLabel("标识").fill(login);
  await dialog(desk).getByLabel("名称").fill("试用工具");
  await pick(desk, dialog(desk).getByRole("combobox", { name: /所属机构/ }), "HN-CS-002");
  await desk.page.getByRole("combobox", { name: "角色 1", exact: true }).click({ force: true });
  await desk.page.getByRole("option", { name: "受理人员" }).click();
  await submit(desk);

  await desk.page.getByText("没有有效的令牌").waitFor();
  await desk.page.getByRole("button", { name: "签发令牌" }).click();
  await submit(desk);
  const field = dialog(desk).getByRole("textbox", { name: "令牌" });
  const token = await field.inputValue();
  await dialog(desk).getByRole("button", { name: "复制" }).click();
  await dialog(desk).getByText("已复制").waitFor();
  assert.deepEqual(await desk.barriers(), []);
  await dialog(desk).getByRole("button", { name: "已妥善保存，关闭" }).click();
  await field.waitFor({ state: "detached" });
  assert.ok(!(await desk.page.content()).includes(token));

  const call = () => fetch(`${address}/v1/complaints?limit=1`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal((await call()).status, 200);
  await desk.page.getByRole("button", { name: /吊销 .* 签发的令牌/ }).click();
  await submit(desk);
  await toast(desk, "令牌已吊销");
  assert.equal((await call()).status, 401);

  await desk.page.getByRole("button", { name: "停用" }).click();
  await submit(desk);
  await toast(desk, "“试用工具”已停用");
  await desk.page.getByRole("button", { name: "签发令牌" }).waitFor({ state: "detached" });
}

export async function what_was_shown_is_listed_by_week({ open, matter }) {
  const complaint = await matter.receive("agent2", "查看明文", 0);
  await matter.act("agent2", complaint, "unmask", { fields: ["phone"], purpose: "核对回访号码" });
  const desk = await open("supervisor1");
  await desk.go("/desk/privacy");
  const row = desk.page.locator("tr").filter({ hasText: complaint.number });
  assert.match(await row.first().innerText(), /坐席二[\s\S]*电话[\s\S]*核对回访号码/);
  await desk.page.getByRole("button", { name: "前一周" }).click();
  await row.waitFor({ state: "detached" });
}

export async function a_hold_is_placed_and_lifted({ open, matter }) {
  const { number } = await matter.receive("agent2", "诉讼中", 0);
  const desk = await open("supervisor1");
  await desk.go("/desk/privacy/holds");
  await desk.page.getByRole("button", { name: "冻结投诉" }).click();
  await dialog(desk).getByLabel("投诉编号").fill(number);
  await submit(desk);
  await dialog(desk).locator(".field.wrong").waitFor();
  await dialog(desk).getByLabel("原因").fill("诉讼尚未审结");
  await submit(desk);
  await toast(desk, `${number} 已冻结`);
  await desk.page.getByRole("button", { name: `解除对 ${number} 的冻结` }).click();
  await dialog(desk).getByLabel("原因").fill("已审结");
  await submit(desk);
  await toast(desk, `已解除对 ${number} 的冻结`);
  const row = desk.page.locator("tr").filter({ hasText: number });
  await row.waitFor({ state: "detached" });
  await desk.page.getByText("显示已解除的").click();
  await row.getByText("已审结").waitFor();
}

export async function erasure_is_asked_for_by_one_and_decided_by_another({ open, matter }) {
  const { number } = await matter.receive("agent2", "尚未期满", 0);
  const desk = await open("supervisor1");
  await desk.go("/desk/privacy/erasure");
  await desk.page.getByRole("button", { name: "申请清除" }).click();
  await dialog(desk).getByText("指定投诉").click();
  await dialog(desk).getByLabel("投诉编号").fill(number);
  await dialog(desk).getByLabel("原因").fill("试试");
  await submit(desk);
  await dialog(desk).getByRole("alert").waitFor(); // it is open: nothing of it can be erased
  await dialog(desk).getByText("全部保存期满的投诉").click();
  await submit(desk);
  await dialog(desk).getByText("将涉及 0 件投诉").waitFor();
  assert.equal(await dialog(desk).getByRole("button", { name: "提交申请" }).isDisabled(), true);
  assert.deepEqual(await desk.barriers(), []);

  const order = await matter.call("supervisor1", "POST", "/v1/erasure-orders", { unit: "HN", reason: "保存期满" });
  await desk.go("/desk/privacy/erasure");
  const row = desk.page.locator("tr").filter({ hasText: "保存期满" }).first();
  await row.getByText("须由他人审批").waitFor();
  const login = unique("second");
  await matter.call("admin", "POST", "/v1/staff", { login, name: "另一督办", unit: "HN", password: "first-of-many-17", roles: [{ role: "supervisor", unit: "HN" }] });
  const token = (await matter.call(null, "POST", "/v1/sessions", { login, password: "first-of-many-17" })).token;
  matter.tokens.set(login, token);
  await matter.call(login, "POST", "/v1/password", { present: "first-of-many-17", new: "second-of-many-18" });
  const other = await open();
  await other.signIn(login, "second-of-many-18");
  await other.go("/desk/privacy/erasure");
  await other.page.getByRole("button", { name: `驳回清除令 ${order.number}` }).click();
  await submit(other);
  await toast(other, "已驳回");
}

export async function a_deputy_is_appointed_and_ended({ open }) {
  const desk = await open("supervisor1");
  await desk.go("/desk/deputies");
  await desk.page.getByRole("button", { name: "指定代理人" }).click();
  await submit(desk);
  await dialog(desk).locator(".field.wrong").waitFor();
  await pick(desk, dialog(desk).getByRole("combobox", { name: /被代理人/ }), "handler1");
  await pick(desk, dialog(desk).getByRole("combobox", { name: /^代理人/ }), "agent2");
  await dialog(desk).getByLabel("开始").fill("2027-03-01T09:00");
  await dialog(desk).getByLabel("截止").fill("2027-03-08T18:00");
  assert.deepEqual(await desk.barriers(), []);
  await submit(desk);
  await toast(desk, "坐席二 将代理 经办一");
  const row = desk.page.locator("tr").filter({ hasText: "经办一" });
  await row.getByText("2027-03-08 18:00").waitFor();
  assert.match(await row.innerText(), /经办一\s+handler1[\s\S]*坐席二\s+agent2/);
  await desk.page.getByRole("button", { name: "终止 坐席二 对 经办一 的代理" }).click();
  await submit(desk);
  await toast(desk, "代理已终止");
}

export async function a_supervisor_hands_over_all_work_of_somebody({ open, matter }) {
  const login = unique("leave");
  await matter.call("admin", "POST", "/v1/staff", { login, name: "休假中", unit: "HN-CS-002", roles: [{ role: "handler", unit: "HN-CS-002" }] });
  const complaint = await matter.receive("agent2", "休假移交", 0);
  await matter.act("agent2", complaint, "advance", { owner: login, note: "请核实" });
  const desk = await open("supervisor1");
  await desk.go("/desk/deputies");
  await desk.page.getByRole("button", { name: "移交全部在办" }).click();
  await pick(desk, dialog(desk).getByRole("combobox", { name: /移交人/ }), login);
  await pick(desk, dialog(desk).getByRole("combobox", { name: /接收人/ }), "auditor1");
  await dialog(desk).getByLabel("原因").fill("休假");
  await submit(desk);
  await dialog(desk).getByRole("alert").waitFor();
  await pick(desk, dialog(desk).getByRole("combobox", { name: /接收人/ }), "agent2");
  await submit(desk);
  await toast(desk, "已改派 1 件");
  assert.equal((await matter.call("agent2", "GET", `/v1/complaints/${complaint.number}`)).owner.login, "agent2");
}

export async function an_auditor_has_the_log_signed({ open, matter }) {
  await matter.receive("agent2", "日志签名", 0);
  const desk = await open("auditor1");
  await desk.go("/desk/audit");
  await desk.page.getByRole("button", { name: "立即签名" }).click();
  await toast(desk, "已签名，覆盖");
  const { items } = await matter.call("auditor1", "GET", "/v1/log/heads?limit=1");
  await desk.page.locator("tr").filter({ hasText: items[0].signature }).getByText(`${items[0].size} 条`).waitFor();
}
