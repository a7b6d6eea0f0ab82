import assert from "node:assert/strict";
import { ctl } from "../contract/server.mjs";

const field = (desk, name) => desk.page.getByLabel(name, { exact: true });

async function fill(desk, present, wanted) {
  await field(desk, "当前密码").fill(present);
  await field(desk, "新密码").fill(wanted);
  await field(desk, "再次输入新密码").fill(wanted);
  await desk.page.getByRole("button", { name: "修改密码" }).click();
}

export async function says_at_the_field_what_is_wrong_with_a_password({ open }) {
  const desk = await open("handler1");
  await desk.go("/desk/account");
  await fill(desk, "demo-2026", "short");
  await desk.page.locator(".field.wrong").first().waitFor();
  assert.equal(await field(desk, "新密码").getAttribute("aria-invalid"), "true");
  const told = await field(desk, "新密码").getAttribute("aria-describedby");
  assert.match(await desk.page.locator(`[id="${told}"]`).innerText(), /12/);
  assert.deepEqual(await desk.barriers(), []);
}

export async function ends_another_session({ open }) {
  const other = await open("agent2");
  await other.go("/desk/account");
  const desk = await open("agent2");
  await desk.go("/desk/account");
  const rows = desk.page.locator("tbody tr");
  const before = await rows.count();
  assert.ok(before >= 2);
  await rows.filter({ hasNotText: "当前会话" }).first().getByRole("button").click();
  await desk.page.getByText("会话已结束").waitFor();
  await rows.nth(before - 1).waitFor({ state: "detached" });
}

export async function asks_for_a_password_of_ones_own_first({ open }) {
  ctl("add-staff", "desk-new", "新人", "--unit", "HN-CS-001", "--role", "handler");
  const admin = await open("admin");
  const set = await admin.page.context().request.post(`${admin.address}/v1/staff/desk-new/password`, {
    data: { password: "trüber-Regen-im-März" },
    headers: { Origin: admin.address, "If-Match": '"1"' },
  });
  assert.equal(set.status(), 204, await set.text());
  const desk = await open();
  await desk.signIn("desk-new", "trüber-Regen-im-März");
  await desk.page.goto("/desk/work");
  await desk.page.getByText("当前密码由管理员设置").waitFor();
  assert.equal(new URL(desk.page.url()).pathname, "/desk/account");
  await fill(desk, "trüber-Regen-im-März", "blauer-Himmel-im-Juni");
  await desk.page.getByText("密码已修改").waitFor();
  await desk.page.getByRole("link", { name: "我的工作" }).first().click();
  await desk.page.getByRole("heading", { name: "我的工作" }).waitFor();
}
