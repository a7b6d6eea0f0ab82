// States of the pages of administration, as screenshots.mjs takes them; named by place, so that they are
// found in both languages.
const dialog = (page) => page.locator(".el-dialog:visible");
const ask = (act) => async ({ page }) => {
  await act(page);
  await dialog(page).waitFor();
  await page.waitForTimeout(300);
};
const wrong = (act) => async ({ page }) => {
  await act(page);
  await dialog(page).locator("button[type=submit]").click();
  await dialog(page).locator(".wrong").first().waitFor();
  await page.waitForTimeout(300);
};
const first = (page) => page.locator(".head button").first().click();
const last = (page) => page.locator(".head button").last().click();
const nth = (index) => (page) => page.locator("main .panel button").nth(index).click();

const preview = async ({ page }) => {
  await last(page);
  await dialog(page).locator("input[type=file]").setInputFiles({ name: "2034.csv", mimeType: "text/csv", buffer: Buffer.from("2034-01-02,off\n2034-01-07,work\n") });
  await dialog(page).locator("button[type=submit]").click();
  await dialog(page).locator(".figures").waitFor();
  await page.waitForTimeout(300);
};

export const adminStates = {
  units: ["admin", "/desk/units"],
  "units-new": ["admin", "/desk/units", wrong(first)],
  "units-close": ["admin", "/desk/units", ask((page) => page.locator("tbody tr").nth(1).locator("button").last().click())],
  staff: ["admin", "/desk/staff?state=all"],
  "staff-none": ["admin", "/desk/staff?q=nobody-at-all"],
  "staff-new": ["admin", "/desk/staff", wrong(first)],
  person: ["admin", "/desk/staff/agent1"],
  "person-self": ["admin", "/desk/staff/admin"],
  "person-grant": ["admin", "/desk/staff/agent1", ask((page) => page.locator("[aria-labelledby=roles] header button").click())],
  "person-disable": ["admin", "/desk/staff/agent1", wrong((page) => page.locator("[aria-labelledby=access] button").last().click())],
  clients: ["admin", "/desk/clients"],
  "clients-new": ["admin", "/desk/clients", wrong(first)],
  calendars: ["admin", "/desk/calendars"],
  "calendars-import": ["admin", "/desk/calendars", preview],
  policies: ["admin", "/desk/policies"],
  "policies-new": ["admin", "/desk/policies", wrong(async (page) => {
    await last(page);
    await dialog(page).locator(".cell input").nth(3).fill("0");
  })],
  classes: ["admin", "/desk/classes"],
  unmaskings: ["supervisor1", "/desk/privacy"],
  holds: ["supervisor1", "/desk/privacy/holds", ask(nth(0))],
  erasure: ["supervisor1", "/desk/privacy/erasure"],
  "erasure-new": ["supervisor1", "/desk/privacy/erasure", wrong(nth(0))],
  audit: ["auditor1", "/desk/audit"],
  deputies: ["supervisor1", "/desk/deputies"],
  "deputies-new": ["supervisor1", "/desk/deputies", wrong(last)],
};
