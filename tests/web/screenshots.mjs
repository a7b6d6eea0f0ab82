// Pictures of every page and state, for people to look at: build/screenshots/NAME.png.
import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Cases } from "./cases.mjs";
import { actFor, appoint } from "./hands.mjs";
import { Matter } from "./matter.mjs";
import { adminStates } from "./screenshots_admin.mjs";

const OUT = fileURLToPath(new URL("../../build/screenshots/", import.meta.url));
const KINDS = [
  { width: 1280, height: 800 },
  { width: 1280, height: 800, theme: "dark" },
  { width: 1280, height: 800, language: "en" },
  { width: 1920, height: 1080 },
  { width: 390, height: 844, touch: true },
  { width: 390, height: 844, touch: true, language: "en", theme: "dark" },
];

// A complaint's page from top to bottom. make: has the complaint made; act: what to do there.
const ofCase = (make, act = () => {}, place = "complaints") => async (desk, matter) => {
  const { number } = await make(new Cases(matter));
  await desk.go(`/desk/${place}/${number}`);
  await act(desk);
  const height = await desk.page.evaluate(() => document.documentElement.scrollHeight);
  await desk.page.setViewportSize({ ...desk.page.viewportSize(), height });
};

// A form of what may be done to a complaint, as far as `fill` fills it in.
const ofAct = (make, name, fill = () => {}) => async (desk, matter) => {
  const { number } = await make(new Cases(matter), matter);
  await desk.go(`/desk/complaints/${number}`);
  await desk.page.locator(`[data-act=${name}]`).click();
  await desk.page.locator(".modal button[type=submit]").waitFor();
  await fill(desk.page.locator(".modal"), desk.page);
  await desk.page.waitForTimeout(400);
};
const received = (_, matter) => matter.receive("agent1", "还款日前未收到任何提醒，产生逾期费用", 1);

// name: [login, path, what to do there before the picture]
// The form of a complaint, filled; its fields by their order, as labels have languages.
async function enter({ page }, narrative = "客户来电称昨日通过手机银行向他行账户转账5000元，页面提示失败但已扣款，至今未退回。") {
  const fields = page.locator(".submit .el-input__inner");
  for (const [index, value] of ["王小明", "13800000001", "跨行转账五千元未到账"].entries()) await fields.nth(index).fill(value);
  await page.locator(".submit textarea").first().fill(narrative);
  await page.locator("[data-earlier]").first().waitFor();
}

const STATES = {
  "sign-in": [null, "/desk/sign-in"],
  "sign-in-failed": [null, "/desk/sign-in", async ({ page }) => {
    await page.locator("input").first().fill(`nobody-${Date.now()}`); // wrong passwords are counted
    await page.locator("input[type=password]").fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
  }],
  work: ["agent1", "/desk/work", ({ page }) => page.locator(".dot.on").waitFor()],
  "work-approvals": ["supervisor1", "/desk/work", ({ page }) => page.locator("#approvals [data-row]").nth(3).waitFor()],
  "work-row": ["agent1", "/desk/work", async ({ page }) => {
    await page.locator("[data-row]").first().focus();
    await page.keyboard.press("j");
  }],
  "work-refuse": ["agent1", "/desk/work", async ({ page }) => {
    await page.locator("[data-row]:has(button)").first().locator("button").last().click();
    await page.locator("textarea").waitFor();
    await page.locator(".el-dialog button[type=submit]").click();
    await page.locator(".field.wrong").waitFor();
    await page.waitForTimeout(400);
  }],
  "work-loading": ["agent1", null, async ({ page }) => {
    await page.route("**/v1/complaints?*", () => {});
    await page.goto("/desk/work");
    await page.locator(".skeleton").waitFor();
  }],
  "work-refused": ["agent1", null, async ({ page }) => {
    await page.route("**/v1/complaints?*", (route) => route.abort());
    await page.goto("/desk/work");
    await page.getByRole("alert").waitFor();
  }],
  board: ["supervisor1", "/desk/board", ({ page }) => page.locator(".chart canvas").nth(3).waitFor()],
  "board-reports": ["supervisor1", "/desk/board?days=7", async ({ page }) => {
    await page.locator(".chart canvas").nth(3).waitFor();
    await page.getByRole("button", { name: /收到与办结：以表格显示|Received and ended: as a table/ }).click();
    await page.locator(".causes").scrollIntoViewIfNeeded();
  }],
  "board-wall": ["supervisor1", "/desk/board?wall=1", ({ page }) => page.locator(".chart canvas").nth(2).waitFor()],
  complaints: ["supervisor1", "/desk/complaints", ({ page }) => page.locator("[data-row]").first().waitFor()],
  "complaints-filters": ["supervisor1", "/desk/complaints?status=open&source=hotline&received_from=2026-01-01", ({ page }) => page.locator(".filters .more").first().click()],
  "complaints-approvals": ["supervisor1", "/desk/complaints?awaiting_approval=true", ({ page }) => page.locator("[data-row]").first().waitFor()],
  "complaints-none": ["supervisor1", "/desk/complaints?number=TS00000000000000"],
  "complaints-chosen": ["supervisor1", "/desk/complaints?status=open", ({ page }) => page.locator("thead input").click()],
  "complaints-urge": ["supervisor1", "/desk/complaints?status=open", async ({ page }) => {
    await page.locator("[data-row] input").first().click();
    await page.locator(".bulk .el-button").nth(1).click();
    await page.locator(".el-dialog textarea").waitFor();
    await page.waitForTimeout(400);
  }],
  "complaints-assigned": ["supervisor1", "/desk/complaints?status=open", async ({ page }) => {
    await page.route("**/assign", (route) => route.abort()); // none is done, so that all pictures show the same
    for (const box of (await page.locator("[data-row] input").all()).slice(0, 4)) await box.click();
    await page.locator(".bulk .el-button").first().click();
    await page.locator(".el-dialog .pick input").fill("handler1");
    await page.getByRole("option", { name: /handler1/ }).click();
    await page.locator(".el-dialog button[type=submit]").click();
    await page.locator(".result.refused").nth(3).waitFor();
    await page.waitForTimeout(400);
  }],
  submit: ["agent1", "/desk/submit", ({ page }) => page.locator(".side time").first().waitFor()],
  "submit-wrong": ["agent1", "/desk/submit", async ({ page }) => {
    await page.keyboard.press("Control+Enter");
    await page.locator(".field.wrong").first().waitFor();
  }],
  "submit-full": ["agent1", "/desk/submit", async (desk) => {
    await enter(desk, "卡号 6222 0212 3456 7894，提示失败但已扣款。");
    await desk.page.locator("[data-earlier] button").first().click();
    await desk.page.locator("summary").click();
    await desk.page.locator(".warning").scrollIntoViewIfNeeded();
  }],
  "submit-class": ["agent1", "/desk/submit", async (desk) => {
    await enter(desk);
    await desk.page.locator(".pick").first().click();
    await desk.page.locator("[role=option]:visible").first().waitFor();
    await desk.page.waitForTimeout(400);
  }],
  "submit-restored": ["agent1", "/desk/submit", async (desk) => {
    await enter(desk);
    await desk.page.reload();
    await desk.page.locator(".submit-note").waitFor();
  }],
  "submit-away": ["agent1", "/desk/submit", async (desk) => {
    await enter(desk);
    await desk.page.route("**/v1/complaints", (route) => route.abort());
    await desk.page.keyboard.press("Control+Enter");
    await desk.page.getByRole("alert").scrollIntoViewIfNeeded();
  }],
  "submit-record": ["agent1", "/desk/submit", async (desk) => {
    await enter(desk);
    await desk.page.locator("[data-earlier] button:nth-of-type(2)").first().click();
    await desk.page.locator(".modal textarea").waitFor();
    await desk.page.waitForTimeout(400);
  }],
  "submit-done": ["agent1", "/desk/submit", async (desk) => {
    await enter(desk);
    await desk.page.keyboard.press("Control+Enter");
    await desk.page.locator(".receipt").waitFor();
  }],
  "submit-receipt": ["agent1", "/desk/submit", async (desk) => {
    await enter(desk);
    await desk.page.keyboard.press("Control+Enter");
    await desk.page.locator(".receipt .bank").waitFor();
    await desk.page.emulateMedia({ media: "print" });
    await desk.page.setViewportSize({ width: 688, height: 1010 });
  }],
  menu: ["agent1", "/desk/work", async ({ page }) => {
    await page.locator(".bar .opens").last().click();
    await page.locator("[role=menuitem]").first().waitFor();
    await page.waitForTimeout(400);
  }],
  acting: ["agent2", "/desk/work", async (desk, matter) => {
    const end = await appoint(matter, "handler1", "agent2");
    await actFor(desk, "经办一");
    await desk.page.locator(".toast").waitFor();
    await desk.page.locator(".bar .opens").last().click();
    await desk.page.locator("[role=menuitem]").nth(3).waitFor();
    await desk.page.waitForTimeout(400);
    await end();
  }],
  "acting-barred": ["agent2", "/desk/work", async (desk, matter) => {
    const end = await appoint(matter, "admin", "agent2");
    await actFor(desk, "管理员");
    await desk.go("/desk/units");
    await end();
  }],
  navigation: ["agent1", "/desk/work", async ({ page }) => {
    const opens = page.locator(".bar > .opens");
    if (await opens.isVisible()) await opens.click();
  }],
  toast: ["agent1", "/desk/work", async ({ page }) => {
    await page.locator("[data-row]:has(button)").first().focus();
    await page.keyboard.press("a");
    await page.locator(".toast").waitFor();
  }],
  expired: ["agent1", "/desk/work", async ({ page }) => {
    await page.context().clearCookies();
    await page.locator(".head .icon-button").click();
    await page.locator("dialog[open]").waitFor();
  }],
  "work-supervisor": ["supervisor1", "/desk/work"],
  help: ["agent1", "/desk/help"],
  "help-chapter": ["agent1", "/desk/help/pauses"],
  account: ["agent1", "/desk/account"],
  "account-wrong": ["handler1", "/desk/account", async ({ page }) => {
    const fields = page.locator("input[type=password]");
    for (const [index, value] of ["demo-2026", "short", "short"].entries()) await fields.nth(index).fill(value);
    await page.locator("form button[type=submit]").click();
    await page.locator(".field.wrong").first().waitFor();
  }],
  progress: [null, "/progress"],
  "progress-found": [null, null, async ({ page }, matter) => {
    const { tracking_code } = await matter.dueToday("agent1", "查询进度");
    await page.goto(`/progress/${tracking_code}`);
    await page.locator(".steps").waitFor();
  }],
  "progress-none": [null, "/progress/ZZZZ", ({ page }) => page.locator(".note").waitFor()],
  "complaint-open": ["handler1", null, ofCase((cases) => cases.investigating("手机银行转账失败但已扣款", 1, { tags: ["agitated"], source: "regulator_nfra", external_case_number: "12378-20261107-0031" }))],
  "complaint-overdue": ["handler1", null, ofCase((cases) => cases.investigating("柜面被要求重复提供身份证明，前后三次往返网点", 25, { urgency: 1 }))],
  "complaint-paused": ["handler1", null, ofCase((cases) => cases.paused("理财产品到期未兑付", 2))],
  "complaint-ended": ["auditor1", null, ofCase((cases) => cases.closed("年费减免后仍被扣收", 2))],
  "complaint-rounds": ["supervisor1", null, ofCase(async (cases) => cases.urged("supervisor1", await cases.reopened("同类扣款再次发生", 4), "请说明为何未在当日冲正"), async ({ page }) => {
    for (const summary of await page.locator("summary").all()) await summary.click();
    await page.locator(".clocks").waitFor();
  })],
  "complaint-print": ["supervisor1", null, ofCase((cases) => cases.closed("打印办理单", 2), ({ page }) => page.emulateMedia({ media: "print" }))],
  "act-advance": ["agent1", null, ofAct(received, "advance", (form) => form.getByRole("combobox").fill("handler"))],
  "act-classify": ["agent1", null, ofAct(received, "classify", async (form) => {
    await form.locator(".el-radio").nth(1).click();
    await form.locator(".preview .moved").first().waitFor();
  })],
  "act-contacts-wrong": ["agent1", null, ofAct(received, "contacts", async (form) => {
    await form.locator("button[type=submit]").click();
    await form.locator(".field.wrong").first().waitFor();
  })],
  "act-correct": ["agent1", null, ofAct(received, "correct", async (form) => {
    for (const name of ["narrative", "complainant/phone"]) await form.locator(".which label").filter({ has: form.page().locator(`input[value="${name}"]`) }).click();
  })],
  "act-links": ["agent1", null, ofAct(received, "links", (form) => form.locator("li button").first().click())],
  "act-pauses": ["handler1", null, ofAct((cases) => cases.investigating("须等待调解结果", 1), "pauses", async (form) => {
    await form.locator(".el-radio").first().click();
    await form.locator(".preview .moved").first().waitFor();
  })],
  "act-notices": ["handler1", null, ofAct((cases) => cases.decided("年费减免后仍被扣收", 2), "notices")],
  "act-approve": ["supervisor1", null, ofAct(async (cases) => cases.work("handler1", await cases.investigating("须等待他行对账", 1), "extensions", { days: 15, reason: "须等待他行对账结果，预计一周" }), "approve_extension")],
  "act-typed": ["agent1", null, ofAct(received, "notes", async (form, page) => {
    await form.locator("textarea").fill("客户希望下午三点后回电");
    await page.keyboard.press("Escape");
    await form.locator(".question").waitFor();
  })],
  "act-unmasked": ["agent1", null, ofAct(received, "unmask", async (form, page) => {
    for (const index of [0, 1]) await form.locator(".el-checkbox").nth(index).click();
    await form.locator("textarea").fill("回电客户");
    await form.locator("button[type=submit]").click();
    await page.locator("section.plain").scrollIntoViewIfNeeded();
  })],
  files: ["agent1", null, ofCase(({ matter }) => matter.receive("agent1", "附有转账凭证", 1), async ({ page }) => {
    const text = (name, content) => ({ name, mimeType: "text/plain", buffer: Buffer.from(content) });
    await page.locator(".drop input").setInputFiles([text("通话记录（含客户确认的金额）.txt", "通话记录"), text("程序.exe", "MZ\x90\x00\x03")]);
    await page.locator(".upload.failed").waitFor();
    await page.locator("[data-file] button").last().click();
  })],
  "complaint-none": ["agent1", "/desk/complaints/TS20200101999999"],
  letter: ["handler1", null, ofCase((cases) => cases.decided("手机银行转账失败但已扣款", 2), undefined, "letter")],
  "letter-print": ["handler1", null, ofCase((cases) => cases.decided("手机银行转账失败但已扣款", 2), ({ page }) => page.emulateMedia({ media: "print" }), "letter")],
  ...adminStates,
  "no-right": ["admin", "/desk/work"],
  "not-found": ["agent1", "/desk/nothing"],
};

// STATES=work,board and KINDS=1280,390-en-dark take those alone, beside the pictures that are there.
const wanted = (list, name) => !list || list.split(",").includes(name);

export async function takeScreenshots({ open, address }) {
  const some = process.env.STATES || process.env.KINDS;
  if (!some) rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const first = new Matter(address);
  await first.dress();
  await new Cases(first).awaiting();
  const failed = []; // told at the end: the other pictures are worth having
  for (const kind of KINDS) {
    const suffix = [kind.width, kind.language, kind.theme].filter(Boolean).join("-");
    if (!wanted(process.env.KINDS, suffix)) continue;
    for (const [name, [login, path, act]] of Object.entries(STATES)) {
      if (!wanted(process.env.STATES, name)) continue;
      const matter = new Matter(address); // each opened desk is a session, and a login's oldest give way
      if (name === "toast") await matter.offer("agent2", "agent1", "用于演示接手", 0);
      const desk = await open(login, kind);
      try {
        if (path) await desk.go(path);
        if (act) await act(desk, matter);
      } catch (error) {
        failed.push(`${name}-${suffix}: ${error.message}`);
      }
      await desk.page.screenshot({ path: join(OUT, `${name}-${suffix}.png`) });
      desk.wrong.length = 0; // states of failure were made on purpose
      await desk.close();
    }
  }
  assert.deepEqual(failed, []);
}
