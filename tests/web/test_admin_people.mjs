import assert from "node:assert/strict";
import { choose, dialog, pick, submit, toast, unique } from "./hands.mjs";

async function person(matter, roles, unit = "HN-CS-002") {
  const login = unique("web");
  await matter.call("admin", "POST", "/v1/staff", { login, name: `测试${login}`, unit, password: "first-of-many-17", roles: roles.map((role) => ({ role, unit })) });
  return login;
}

export async function a_unit_is_added_renamed_closed_and_opened({ open }) {
  const desk = await open("admin");
  await desk.go("/desk/units");
  const code = unique("WEB");
  await desk.page.getByRole("button", { name: "新增下级：客户服务二部" }).click();
  await submit(desk);
  await dialog(desk).locator(".field.wrong").nth(1).waitFor();
  assert.deepEqual(await desk.barriers(), []);
  await dialog(desk).getByLabel("机构代码").fill(code);
  await dialog(desk).getByLabel("名称").fill("网点甲");
  await submit(desk);
  await toast(desk, "已新增机构“网点甲”");

  const row = desk.page.locator("tr").filter({ hasText: code });
  await row.getByText("第 3 级").waitFor({ state: "attached" });
  await row.getByRole("button", { name: "修改" }).click();
  await dialog(desk).getByLabel("名称").fill("网点乙");
  await submit(desk);
  await row.getByText("网点乙").waitFor();

  await row.getByRole("button", { name: "撤销" }).click();
  await submit(desk);
  await dialog(desk).locator(".field.wrong").waitFor();
  await dialog(desk).getByLabel("原因").fill("网点撤并");
  await submit(desk);
  await toast(desk, "“网点乙”已撤销");
  await row.waitFor({ state: "detached" });
  await desk.page.getByText("显示已撤销的机构").click();
  await row.getByRole("button", { name: "恢复" }).click();
  await dialog(desk).getByLabel("原因").fill("网点恢复");
  await submit(desk);
  await toast(desk, "“网点乙”已恢复");
}

export async function a_unit_in_use_is_not_closed_and_says_why({ open }) {
  const desk = await open("admin");
  await desk.go("/desk/units");
  await desk.page.getByRole("button", { name: "撤销：湖南分行" }).click();
  await dialog(desk).getByLabel("原因").fill("试试");
  await submit(desk);
  await dialog(desk).getByText(/尚有：.*人员及接口客户端 \d+ 个、下级机构 \d+ 个/).waitFor();
}

export async function somebody_new_has_to_change_the_first_password({ open, matter }) {
  const desk = await open("admin");
  await desk.go("/desk/staff");
  const login = unique("new");
  await desk.page.getByRole("button", { name: "新增人员" }).click();
  await submit(desk);
  await dialog(desk).locator(".field.wrong").nth(2).waitFor();
  await dialog(desk).getByLabel("登录名").fill(login);
  await dialog(desk).getByLabel("姓名").fill("新来的");
  await pick(desk, dialog(desk).getByLabel("所属机构"), "HN-CS-002");
  await choose(desk, "角色 1", "受理人员");
  assert.deepEqual(await desk.barriers(), []);
  await submit(desk);
  const secret = dialog(desk).getByLabel("初始密码", { exact: true });
  await secret.waitFor();
  const password = await secret.inputValue();
  assert.match(password, /^(\w{4}-){3}\w{4}$/);
  await dialog(desk).getByRole("button", { name: "已妥善保存，关闭" }).click();

  await desk.page.getByLabel("按姓名或登录名查找").fill(login);
  await desk.page.getByText("共 1 人").waitFor();
  await desk.page.getByRole("link", { name: "新来的" }).click();
  await desk.page.getByRole("button", { name: "授予角色" }).click();
  await dialog(desk).getByText("督办人员").click();
  await submit(desk);
  await toast(desk, "已授予“督办人员”");
  await desk.page.getByRole("button", { name: "撤销角色：受理人员（客户服务二部）" }).click();
  await submit(desk);
  await toast(desk, "已撤销“受理人员”");
  const { roles, password_temporary } = await matter.call("admin", "GET", `/v1/staff/${login}`);
  assert.deepEqual(roles, [{ role: "supervisor", unit: "HN-CS-002" }]);
  assert.equal(password_temporary, true);

  const theirs = await open();
  await theirs.signIn(login, password);
  await theirs.page.goto("/");
  await theirs.page.getByText("当前密码由管理员设置").waitFor();
  const fields = theirs.page.locator("input[type=password]");
  for (const [index, value] of [password, "a-better-one-2026", "a-better-one-2026"].entries()) await fields.nth(index).fill(value);
  await theirs.page.locator("form button[type=submit]").click();
  await theirs.page.getByText("密码已修改").waitFor();
}

export async function who_has_open_work_leaves_when_somebody_takes_it_over({ open, matter }) {
  const login = await person(matter, ["handler"]);
  const complaint = await matter.receive("agent2", "离职移交", 0);
  await matter.act("agent2", complaint, "advance", { owner: login, note: "请核实" });
  const desk = await open("admin");
  await desk.go(`/desk/staff/${login}`);
  await desk.page.getByRole("button", { name: "停用", exact: true }).click();
  await dialog(desk).getByLabel("原因").fill("离职");
  await submit(desk);
  await dialog(desk).getByText("由其负责，尚未移交：1 件").waitFor();
  assert.deepEqual(await desk.barriers(), []);
  await pick(desk, dialog(desk).getByLabel("在办投诉移交给"), "agent2");
  await submit(desk);
  await toast(desk, "移交 1 件");
  await desk.page.getByText("已停用，不能登录").waitFor();
  assert.equal((await matter.call("agent2", "GET", `/v1/complaints/${complaint.number}`)).owner.login, "agent2");

  await desk.page.getByRole("button", { name: "启用" }).click();
  await dialog(desk).getByLabel("原因").fill("返岗");
  await submit(desk);
  await desk.page.getByText("初始密码尚未修改").waitFor();
}

export async function a_password_is_reset_and_taken_away({ open, matter }) {
  const login = await person(matter, ["intake"]);
  const desk = await open("admin");
  await desk.go(`/desk/staff/${login}`);
  await desk.page.getByRole("button", { name: "重置密码" }).click();
  await submit(desk);
  const password = await dialog(desk).getByLabel("初始密码", { exact: true }).inputValue();
  await dialog(desk).getByRole("button", { name: "已妥善保存，关闭" }).click();
  const theirs = await open();
  await theirs.signIn(login, password);
  await desk.page.getByRole("button", { name: "取消密码" }).click();
  await submit(desk);
  await toast(desk, "密码已取消");
  await assert.rejects(theirs.signIn(login, password), /401/);
}

export async function filters_of_staff_are_in_the_address({ open }) {
  const desk = await open("admin");
  await desk.go("/desk/staff?role=auditor&unit=HN");
  assert.deepEqual(await desk.page.locator("tbody .code").allInnerTexts(), ["auditor1"]);
  await choose(desk, "状态", "已停用");
  await desk.page.getByText("没有符合条件的人员").waitFor();
  assert.match(desk.page.url(), /role=auditor.*state=disabled/);
}

export async function nobody_changes_themselves({ open }) {
  const desk = await open("admin");
  await desk.go("/desk/staff/admin");
  await desk.page.getByText("这是您本人").waitFor();
  assert.equal(await desk.page.locator("main").getByRole("button").count(), 0);
}

export async function others_have_no_right_here({ open }) {
  for (const login of ["agent1", "supervisor1"]) {
    const desk = await open(login);
    for (const path of ["/desk/units", "/desk/staff", "/desk/staff/agent2"]) {
      await desk.page.goto(path);
      await desk.page.getByRole("heading", { name: "没有查看此页面的权限" }).waitFor();
    }
  }
}
