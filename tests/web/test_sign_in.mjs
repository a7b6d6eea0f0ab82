import assert from "node:assert/strict";

const path = (desk) => new URL(desk.page.url()).pathname;

async function fill(desk, login, password = "demo-2026") {
  if (login) await desk.page.getByLabel("登录名").fill(login);
  await desk.page.getByLabel("密码").fill(password);
  await desk.page.getByRole("button", { name: "登录", exact: true }).click();
}

export async function leads_from_the_root_to_my_work_and_out_again({ open }) {
  const desk = await open();
  await desk.page.goto("/");
  await desk.page.getByLabel("登录名").waitFor();
  assert.equal(path(desk), "/desk/sign-in");
  await fill(desk, "agent1");
  await desk.page.getByRole("heading", { name: "我的工作" }).waitFor();
  assert.equal(path(desk), "/desk/work");
  await desk.page.getByRole("button", { name: "用户菜单" }).click();
  await desk.page.getByRole("menuitem", { name: "退出登录" }).click();
  await desk.page.getByLabel("登录名").waitFor();
  await desk.page.goto("/desk/work");
  await desk.page.getByLabel("登录名").waitFor();
}

export async function leads_back_to_where_one_was_going({ open }) {
  const desk = await open();
  await desk.page.goto("/desk/account?from=mail");
  await fill(desk, "agent1");
  await desk.page.getByRole("heading", { name: "密码与会话" }).waitFor();
  assert.equal(new URL(desk.page.url()).search, "?from=mail");
}

export async function leads_to_no_other_site({ open }) {
  for (const to of ["https://evil.example/", "//evil.example", "/desk//evil.example", "/v1/sign-on", "/desk/../docs"]) {
    const desk = await open();
    await desk.page.goto(`/desk/sign-in?to=${encodeURIComponent(to)}`);
    await fill(desk, "agent1");
    await desk.page.getByRole("navigation").first().waitFor();
    assert.ok(path(desk).startsWith("/desk/"), `${to} leads to ${desk.page.url()}`);
  }
}

export async function says_in_the_language_shown_that_the_password_is_wrong({ open }) {
  const desk = await open();
  await desk.page.goto("/desk/sign-in");
  await fill(desk, "auditor1", "wrong");
  const alert = desk.page.getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /登录名或密码/);
  assert.equal(await desk.page.getByLabel("密码").inputValue(), "");
  assert.deepEqual(await desk.barriers(), []);
  await desk.page.getByRole("button", { name: "English" }).click();
  await desk.page.getByLabel("Password").fill("wrong");
  await desk.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await desk.page.getByText(/login or (the )?password/i).waitFor();
}

export async function again_when_the_session_ended_keeps_what_was_typed({ open, matter }) {
  await matter.offer("agent2", "handler1", "会话结束时的移交", 0);
  const desk = await open("handler1");
  await desk.go("/desk/work");
  const row = desk.page.locator("[data-row]").filter({ hasText: "会话结束时的移交" });
  await row.getByRole("button", { name: "退回" }).click();
  const reason = desk.page.getByLabel("退回原因");
  await reason.fill("不属于本部业务");
  await desk.page.context().clearCookies();
  await desk.page.getByRole("dialog").getByRole("button", { name: "退回", exact: true }).click();
  const again = desk.page.getByRole("dialog", { name: "请重新登录" });
  await again.waitFor();
  await again.locator("input[type=password]:focus").waitFor();
  assert.equal(await again.getByLabel("登录名").inputValue(), "handler1");
  await again.getByLabel("密码").fill("demo-2026");
  await again.getByRole("button", { name: "登录", exact: true }).click();
  await desk.page.getByText(/^已退回 TS/).waitFor();
  await row.waitFor({ state: "detached" });
}

export async function again_as_somebody_else_leaves_nothing_of_the_first({ open }) {
  const desk = await open("agent1");
  await desk.go("/desk/account");
  await desk.page.getByLabel("当前密码").fill("half typed");
  await desk.page.context().clearCookies();
  await desk.page.getByRole("link", { name: "我的工作" }).first().click();
  const again = desk.page.getByRole("dialog", { name: "请重新登录" });
  await again.getByLabel("登录名").fill("admin");
  await again.getByLabel("密码").fill("demo-2026");
  await again.getByRole("button", { name: "登录", exact: true }).click();
  await desk.page.getByRole("button", { name: "用户菜单: 管理员" }).waitFor();
  await desk.settled();
  await desk.go("/desk/account");
  assert.equal(await desk.page.getByLabel("当前密码").inputValue(), "");
}
