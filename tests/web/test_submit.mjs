import assert from "node:assert/strict";

const text = (() => {
  let last = Date.now() % 1e7;
  return (what) => `${what}${++last}`;
})();
const phone = () => `139${String(Date.now() % 1e5).padStart(5, "0")}${String(Math.floor(Math.random() * 1000)).padStart(3, "0")}`;

// Hands on the keyboard alone; counts what they press. Chinese comes from an input method, which takes
// about two keys a character.
class Hands {
  keys = 0;
  constructor(page) {
    this.page = page;
  }
  async press(...keys) {
    for (const key of keys) {
      this.keys++;
      await this.page.keyboard.press(key);
    }
  }
  async type(words) {
    for (const character of words) this.keys += character > "\u2e80" ? 2 : 1;
    if (/^[\x20-\x7e]*$/.test(words)) await this.page.keyboard.type(words);
    else await this.page.keyboard.insertText(words);
  }
  // What has the focus is called that.
  async at(name) {
    const focused = this.page.locator(":focus");
    await this.page.getByLabel(name).and(focused).or(this.page.getByRole("button", { name }).and(focused)).waitFor();
  }
}

// What the browser keeps, once the page has been put aside as when a tab is closed.
const kept = ({ page }) =>
  page.evaluate(() => {
    dispatchEvent(new Event("pagehide"));
    return { ...sessionStorage };
  });

async function begin(open, login = "agent1", options) {
  const desk = await open(login, options);
  await desk.go("/desk/submit");
  await desk.page.locator("#main input:focus").waitFor();
  return desk;
}

async function fill({ page }, subject, { number = phone(), narrative = "客户来电反映，要求尽快核实并答复。" } = {}) {
  await page.getByLabel("姓名").fill("欧阳静");
  await page.getByLabel("联系电话").fill(number);
  await page.getByLabel("投诉标题").fill(subject);
  await page.getByLabel("投诉内容").fill(narrative);
}

const submit = ({ page }) => page.keyboard.press("Control+Enter");
const done = ({ page }) => page.getByRole("heading", { name: "投诉已登记" }).waitFor();
const numberOf = async ({ page }) => (await page.locator(".head .code").first().innerText()).trim();
const found = async (matter, number) => (await matter.call("agent1", "POST", "/v1/complaints/search-by-contact", { phone: number })).items;

export async function is_filled_by_keyboard_alone({ open, matter }) {
  const desk = await begin(open);
  const hands = new Hands(desk.page);
  const subject = text("手机银行转账失败但已扣款");
  const number = phone();
  await hands.at("姓名");
  await hands.type("欧阳静");
  await hands.press("Tab");
  await hands.at("联系电话");
  await hands.type(number);
  await hands.press("Tab");
  await hands.at("投诉来源");
  await hands.press("Tab", "Tab");
  await hands.at("投诉标题");
  await hands.type(subject);
  await hands.press("Tab");
  await hands.type("昨日向他行转账，提示失败但已扣款。");
  await hands.press("Tab");
  await hands.at("客户诉求");
  await hands.type("退回款项");
  await desk.page.getByLabel("业务类别").focus();
  await hands.press("b", "0", "2", "Tab");
  await hands.at("投诉原因");
  await hands.type("c01");
  await hands.press("Enter");
  await desk.page.locator(".el-select", { has: desk.page.locator(":focus") }).getByText("服务态度及服务质量").waitFor();
  await hands.press("Control+Enter");
  await done(desk);
  console.log(`     ${hands.keys} keystrokes`);
  const complaint = await matter.call("agent1", "GET", `/v1/complaints/${await numberOf(desk)}`);
  assert.equal(complaint.subject, subject);
  assert.equal(complaint.demand, "退回款项");
  assert.equal(complaint.business_class, "B02");
  assert.equal(complaint.cause_class, "C01");
  assert.equal(complaint.source, "hotline");
  assert.equal(complaint.owner.login, "agent1");
  await hands.at("登记下一件");
  await hands.press("Enter");
  await hands.at("姓名");
  assert.equal(await desk.page.getByLabel("投诉标题").inputValue(), "");
}

export async function has_what_few_complaints_need({ open, matter }) {
  const desk = await begin(open);
  const { page } = desk;
  await fill(desk, text("多人共同投诉理财亏损"));
  await page.getByLabel("投诉级别").selectOption("complex");
  await page.getByLabel("产品或服务").fill("稳健理财一号");
  await page.getByText("更多信息").click();
  await page.getByLabel("共同投诉人数").fill("3");
  await page.getByLabel("争议金额").fill("4,800.5");
  await page.getByLabel("客户号").fill("C-7788");
  await page.getByLabel("紧急程度").selectOption("1");
  await page.getByLabel("外部编号").fill("12378-20261122-0007");
  await page.getByLabel("情绪激动").check();
  await page.getByLabel("被投诉员工").fill("handler1");
  await page.getByRole("option", { name: /经办一/ }).waitFor();
  await page.keyboard.press("Tab");
  await page.getByLabel("受理机构").fill("HN-CS-001");
  await page.keyboard.press("Tab");
  await page.getByLabel("责任人").click();
  await page.getByRole("option", { name: /agent1/ }).click();
  assert.deepEqual(await desk.barriers(), []);
  await submit(desk);
  await done(desk);
  const complaint = await matter.call("agent1", "GET", `/v1/complaints/${await numberOf(desk)}`);
  const { level, product, amount_in_dispute, urgency, external_case_number, tags, staff_complained_of, unit, complainant } = complaint;
  assert.deepEqual(
    { level, product, amount_in_dispute, urgency, external_case_number, tags, staff_complained_of, unit, people: complainant.people, customer: complainant.customer_number },
    { level: "complex", product: "稳健理财一号", amount_in_dispute: 480050, urgency: 1, external_case_number: "12378-20261122-0007", tags: ["agitated"], staff_complained_of: "handler1", unit: "HN-CS-001", people: 3, customer: "C-7788" },
  );
}

export async function shows_what_is_wrong_at_its_field({ open }) {
  const desk = await begin(open);
  const { page } = desk;
  await submit(desk);
  await page.locator(".field.wrong").first().waitFor();
  const wrong = await page.locator(".field.wrong label").allInnerTexts();
  assert.deepEqual(wrong.map((label) => label.split(" ")[0]), ["姓名", "联系电话", "投诉标题", "投诉内容"]);
  await page.locator(".field.wrong input:focus").first().waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.labels[0].innerText.split(" ")[0]), "姓名");
  assert.equal(await page.getByLabel("姓名").getAttribute("aria-invalid"), "true");
  assert.deepEqual(await desk.barriers(), []);
  await page.getByLabel("姓名").fill("欧阳静");
  assert.equal(await page.locator(".field.wrong").count(), 3); // what is changed is not wrong any more
  await page.keyboard.press("Enter"); // ends what an input method composes, and submits nothing
  await fill(desk, text("金额填错"), { number: "12" });
  assert.equal(await page.locator(".field.wrong").count(), 0);
  await page.getByText("更多信息").click();
  await page.getByLabel("争议金额").fill("很多");
  await page.getByText("更多信息").click();
  await submit(desk);
  await page.getByLabel("争议金额").and(page.locator(":focus")).waitFor();
  await page.getByText("以元为单位").waitFor();
  await page.getByLabel("争议金额").fill("12");
  await submit(desk);
  await page.getByLabel("联系电话").and(page.locator(":focus")).waitFor();
}

export async function is_there_again_after_a_reload_but_for_nobody_else({ open }) {
  const desk = await begin(open, "agent2");
  const { page } = desk;
  const subject = text("刷新后仍在");
  await fill(desk, subject);
  await page.getByText("更多信息").click();
  await page.getByLabel("账号或卡号").fill("6222021234567890");
  const draft = Object.values(await kept(desk)).join();
  assert.ok(draft.includes(subject));
  assert.ok(!draft.includes("6222021234567890"), "an account number is kept");
  await page.reload();
  await page.getByText("已恢复上次未登记的内容").waitFor();
  assert.equal(await page.getByLabel("投诉标题").inputValue(), subject);
  await page.getByRole("button", { name: "清空重填" }).click();
  assert.equal(await page.getByLabel("投诉标题").inputValue(), "");
  await page.getByRole("button", { name: "撤销" }).click();
  assert.equal(await page.getByLabel("投诉标题").inputValue(), subject);
  assert.ok(Object.values(await kept(desk)).join().includes(subject));
  await desk.signIn("agent1");
  await desk.go("/desk/submit");
  assert.equal(await page.getByLabel("投诉标题").inputValue(), "");
  assert.deepEqual(await kept(desk), {});
}

export async function leaves_nothing_behind_at_sign_out({ open }) {
  const desk = await begin(open);
  const { page } = desk;
  await fill(desk, text("退出后不留"));
  assert.equal(Object.keys(await kept(desk)).length, 1);
  await page.getByRole("button", { name: /用户菜单/ }).click();
  await page.getByRole("menuitem", { name: "退出登录" }).click();
  await page.getByRole("button", { name: "登录", exact: true }).waitFor();
  assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), []);
}

// The complaint arrives, its answer does not. The route stays: a request that waits in one which is taken
// away is sent on.
async function loseFirstAnswer(page) {
  let lost = 0;
  await page.route("**/v1/complaints", async (route) => {
    if (lost++) return route.fallback();
    await route.fetch();
    await route.abort("connectionreset");
  });
}

export async function is_recorded_once_though_the_answer_was_lost({ open, matter }) {
  const desk = await begin(open);
  const { page } = desk;
  const number = phone();
  await fill(desk, text("网络中断后重试"), { number });
  await loseFirstAnswer(page);
  await submit(desk);
  await page.getByRole("alert").getByText("无法连接服务器").waitFor();
  assert.equal((await found(matter, number)).length, 1);
  await page.reload();
  await page.getByText("已恢复上次未登记的内容").waitFor();
  await submit(desk);
  await done(desk);
  const all = await found(matter, number);
  assert.deepEqual(all.map((item) => item.number), [await numberOf(desk)]);
  desk.wrong.splice(0, Infinity, ...desk.wrong.filter((line) => !line.includes("ERR_CONNECTION_RESET")));
}

export async function says_that_it_was_recorded_when_it_was_changed_since({ open, matter }) {
  const desk = await begin(open);
  const { page } = desk;
  const number = phone();
  await fill(desk, text("重试前又改了"), { number });
  await loseFirstAnswer(page);
  await submit(desk);
  await page.getByRole("alert").getByText("无法连接服务器").waitFor();
  await page.getByLabel("投诉内容").fill("改过的内容");
  await submit(desk);
  await page.getByRole("alert").getByText("此前已登记成功").waitFor();
  assert.equal((await found(matter, number)).length, 1);
  await page.getByRole("button", { name: "确认要另外登记一件" }).click();
  await done(desk);
  assert.equal((await found(matter, number)).length, 2);
  desk.wrong.splice(0, Infinity, ...desk.wrong.filter((line) => !line.includes("ERR_CONNECTION_RESET")));
}

export async function is_recorded_once_by_a_double_click({ open, matter }) {
  const desk = await begin(open);
  const number = phone();
  await fill(desk, text("双击登记"), { number });
  await desk.page.locator("button[type=submit]").dblclick();
  await done(desk);
  assert.equal((await found(matter, number)).length, 1);
}

export async function shows_what_is_similar_and_links_it_as_a_repeat({ open, matter }) {
  const number = phone();
  const subject = text("信用卡年费已减免仍被扣收");
  const other = text("网点排队时间过长");
  const earlier = await matter.receive("agent1", subject, 1, { complainant: { name: "欧阳静", phone: number } });
  const same = await matter.receive("agent1", other, 1, { complainant: { name: "李四", phone: phone() } });
  const desk = await begin(open);
  const { page } = desk;
  await page.getByLabel("联系电话").fill(number);
  const history = page.getByRole("region", { name: "该客户的投诉" });
  await history.getByText(subject).waitFor();
  await page.getByLabel("投诉标题").fill(other);
  await page.getByLabel("投诉内容").fill("客户来电反映排队时间过长");
  await page.getByRole("region", { name: "相似投诉" }).locator(`[data-earlier="${same.number}"]`).waitFor();
  assert.deepEqual(await desk.barriers(), []);
  const item = history.locator(`[data-earlier="${earlier.number}"]`);
  await item.getByRole("button", { name: "关联为重复投诉" }).click();
  await page.getByText(`登记后将关联为 ${earlier.number} 的重复投诉`).waitFor();
  await fill(desk, subject, { number });
  await submit(desk);
  await done(desk);
  await page.getByText(`已关联为 ${earlier.number} 的重复投诉`).waitFor();
  const { items } = await matter.call("agent1", "GET", `/v1/complaints/${await numberOf(desk)}/links`);
  assert.deepEqual(items.map((link) => [link.kind, link.complaint.number]), [["repeat", earlier.number]]);
}

export async function adds_to_an_open_complaint_instead({ open, matter }) {
  const number = phone();
  const earlier = await matter.receive("agent1", text("贷款结清证明迟迟未开"), 1, { complainant: { name: "欧阳静", phone: number } });
  const desk = await begin(open);
  const { page } = desk;
  await fill(desk, text("再次来电催问"), { number });
  await page.locator(`[data-earlier="${earlier.number}"]`).getByRole("button", { name: "补记来电" }).click();
  await page.locator(".modal textarea:focus").waitFor();
  assert.match(await page.getByLabel("客户所述").inputValue(), /客户来电反映/);
  assert.deepEqual(await desk.barriers(), []);
  await page.keyboard.press("Control+Enter");
  await page.getByText(`已补记到 ${earlier.number}`).waitFor();
  await page.getByLabel("姓名").and(page.locator(":focus")).waitFor();
  assert.equal((await found(matter, number)).length, 1);
  const { items } = await matter.call("agent1", "GET", `/v1/complaints/${earlier.number}/contacts`);
  assert.deepEqual(items.map((contact) => [contact.method, contact.direction]), [["phone", "inbound"]]);
}

export async function shows_both_deadlines_before_it_is_saved({ open, matter }) {
  const desk = await begin(open);
  const { page } = desk;
  const card = page.getByRole("region", { name: "办理时限" });
  const dues = () => card.locator("time").evaluateAll((times) => times.map((time) => time.dateTime));
  await page.getByLabel("收到时间").fill("2026-11-20T09:12");
  await card.locator('time[datetime="2026-11-23T17:30:00+08:00"]').waitFor();
  const expected = async (level) => {
    const preview = await matter.call("agent1", "POST", "/v1/deadline-previews", { received_at: "2026-11-20T09:12:00+08:00", level });
    const [first, ...rest] = preview.stages.map((stage) => stage.due_at);
    return [first, preview.statutory_due_at, ...rest];
  };
  assert.deepEqual(await dues(), await expected("ordinary"));
  await page.getByLabel("投诉级别").selectOption("complex");
  const complex = await expected("complex");
  await card.locator(`time[datetime="${complex[1]}"]`).waitFor();
  assert.deepEqual(await dues(), complex);
}

export async function warns_of_numbers_and_secrets_in_texts({ open, matter }) {
  const desk = await begin(open);
  const { page } = desk;
  await fill(desk, text("卡号写进了正文"), { narrative: "卡号６２２２ 0212 3456 7894，本人身份证430102199001011239，密码是 Ab123456，请核实。" });
  const warnings = page.locator(".field").filter({ hasText: "投诉内容" }).getByRole("status");
  await warnings.getByText("疑似银行卡号 622202******7894").waitFor();
  assert.deepEqual(await desk.barriers(), []);
  await warnings.getByRole("button", { name: "移到专门栏目" }).click();
  const rest = await page.getByLabel("投诉内容").inputValue();
  assert.match(rest, /^卡号622202\*{6}7894，/);
  while (await warnings.getByRole("button", { name: "移到专门栏目" }).count()) await warnings.getByRole("button", { name: "移到专门栏目" }).click();
  await warnings.getByText("疑似密码或安全码").waitFor();
  await warnings.getByRole("button", { name: "删去" }).click();
  await warnings.locator(".warning").waitFor({ state: "detached" });
  assert.match(await page.getByLabel("投诉内容").inputValue(), /密码是 ［已删去］，请核实。$/);
  await page.getByText("更多信息").click();
  assert.equal(await page.getByLabel("账号或卡号").inputValue(), "6222021234567894");
  await page.getByLabel("投诉内容").fill("客户说密码是 888888");
  await submit(desk);
  await done(desk);
  const warning = page.getByRole("alert").filter({ hasText: /密码或/ });
  assert.match(await warning.innerText(), /^投诉内容中疑似有密码[^a-z]*$/i);
  await desk.language("en");
  assert.match(await page.getByRole("alert").filter({ hasText: /password/ }).innerText(), /^The narrative seems to hold a password[ -~]*$/);
  await desk.language("zh-CN");
  const complaint = await matter.call("agent1", "GET", `/v1/complaints/${await numberOf(desk)}`);
  assert.equal(complaint.complainant.account_number, "622202******7894");
}

export async function is_given_to_the_customer_in_print({ open }) {
  const desk = await begin(open);
  const { page } = desk;
  const subject = text("回执打印");
  await fill(desk, subject, { number: "13800001234" });
  await page.evaluate(() => (window.print = () => (document.title = "printed")));
  await submit(desk);
  await done(desk);
  await page.getByRole("button", { name: "打印回执" }).click();
  assert.equal(await page.title(), "printed");
  const number = await numberOf(desk);
  const shown = await page.locator(".receipt").innerText();
  await page.getByText("湖南分行 客户服务一部").waitFor();
  await page.emulateMedia({ media: "print", reducedMotion: "reduce" });
  const printed = await page.locator("body").innerText();
  for (const wanted of ["投诉受理回执", number, "欧阳*", "138****1234", subject, "答复期限"]) assert.ok(printed.includes(wanted), `${wanted} is not in print`);
  for (const internal of ["受理时限", "登记下一件", "坐席一", "我的工作"]) assert.ok(!printed.includes(internal), `${internal} is in print`);
  assert.ok(!shown.includes("13800001234"));
  await page.setViewportSize({ width: 688, height: 1000 }); // A4 less its margins
  assert.deepEqual(await desk.overflow(), []);
}

export async function takes_anonymous_complaints({ open, matter }) {
  const desk = await begin(open);
  const { page } = desk;
  await page.getByRole("checkbox", { name: "匿名投诉" }).check();
  assert.ok(await page.getByLabel("姓名").isDisabled());
  await page.getByLabel("投诉标题").fill(text("匿名反映网点吸烟"));
  await page.getByLabel("投诉内容").fill("网点大堂有人吸烟。");
  await submit(desk);
  await done(desk);
  const { complainant } = await matter.call("agent1", "GET", `/v1/complaints/${await numberOf(desk)}`);
  assert.equal(complainant.capacity, "anonymous");
  assert.equal(complainant.name, null);
}

export async function is_not_for_auditors({ open }) {
  const desk = await open("auditor1");
  await desk.go("/desk/submit");
  await desk.page.getByRole("heading", { name: "没有查看此页面的权限" }).waitFor();
  assert.equal(await desk.page.getByRole("link", { name: "登记投诉" }).count(), 0);
}

export async function has_no_barriers_and_fits_when_it_is_full({ open, matter }) {
  const number = phone();
  await matter.receive("agent1", text("手机银行登录后闪退"), 9, { complainant: { name: "欧阳静", phone: number } });
  const desk = await begin(open);
  const { page } = desk;
  await fill(desk, text("手机银行登录后闪退"), { number, narrative: "卡号 6222 0212 3456 7894" });
  await page.getByText("更多信息").click();
  await page.locator("[data-earlier]").first().waitFor();
  await page.locator(".warning").waitFor();
  const full = async (state) => {
    for (const [theme, lang] of [["light", "zh-CN"], ["dark", "en"]]) {
      await desk.theme(theme);
      await desk.language(lang);
      assert.deepEqual(await desk.barriers(), [], `${state}, ${theme}, ${lang}`);
      for (const width of [320, 390, 768, 1280, 1920]) {
        await page.setViewportSize({ width, height: 800 });
        assert.deepEqual(await desk.overflow(), [], `${state} at ${width}, ${lang}`);
      }
    }
  };
  await full("the form");
  await submit(desk);
  await page.locator(".receipt").waitFor();
  await full("the receipt");
}
