// What several tests do at a page.

// Names of its own for each run of a test, as people and units stay on record.
export const unique = (name) => `${name}-${Date.now().toString(36)}`;
export const dialog = (desk) => desk.page.locator(".el-dialog:visible");
export const submit = (desk) => dialog(desk).locator("button[type=submit]").click();
export const toast = (desk, text) => desk.page.locator(".toast").filter({ hasText: text }).first().waitFor();

// Types into one of the fields that find units and people, and takes what fits.
export async function pick(desk, field, text) {
  await field.fill(text);
  await desk.page.locator(".pick-list:visible .el-select-dropdown__item").filter({ hasText: text }).first().click();
}

// Somebody has a deputy, until the function that it answers is called.
export async function appoint(matter, staff, deputy) {
  const { id } = await matter.call(staff, "POST", "/v1/deputies", { deputy, until: new Date(Date.now() + 86400e3).toISOString() });
  return () => matter.call(staff, "DELETE", `/v1/deputies/${id}`);
}

// Begins to act for somebody, by name, as the menu offers.
export async function actFor(desk, name) {
  await desk.page.locator(".bar .opens").last().click();
  await desk.page.getByRole("menuitem", { name }).click();
  await desk.page.locator(".band").filter({ hasText: name }).waitFor();
  await desk.settled();
}

// Opens one of the other selects and takes an option.
export async function choose(desk, name, option) {
  await desk.page.getByRole("combobox", { name, exact: true }).click({ force: true }); // what is chosen lies over it
  await desk.page.getByRole("option", { name: option }).filter({ visible: true }).click();
}
