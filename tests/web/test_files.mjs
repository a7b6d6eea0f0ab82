import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const show = (desk, { number }) => desk.go(`/desk/complaints/${number}`);
const input = (desk) => desk.page.locator(".drop input[type=file]");
const row = (desk, name) => desk.page.locator("[data-file]").filter({ hasText: name });
const upload = (desk, name) => desk.page.locator(".upload").filter({ hasText: name });
const file = (name, content) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });

// A picture of 2 by 2 pixels, the first of which is red.
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP8z8DAwMDAxMDAwMDAAAANHQEDasKb6QAAAABJRU5ErkJggg==", "base64");

async function downloaded(desk, name) {
  const [download] = await Promise.all([desk.page.waitForEvent("download"), row(desk, name).getByRole("button", { name: `下载 ${name}` }).click()]);
  return { name: download.suggestedFilename(), data: readFileSync(await download.path()) };
}

export async function are_added_several_at_once_and_come_back_as_they_were({ open, matter }) {
  const complaint = await matter.receive("agent1", "多个附件", 0);
  const desk = await open("agent1");
  await show(desk, complaint);
  const text = Buffer.from("通话记录\n".repeat(1000));
  await input(desk).setInputFiles([{ name: "截图.png", mimeType: "image/png", buffer: PNG }, file("通话记录.txt", text)]);
  await row(desk, "通话记录.txt").waitFor();
  await desk.page.locator(".upload").first().waitFor({ state: "detached" });
  const got = await downloaded(desk, "通话记录.txt");
  assert.equal(got.name, "通话记录.txt");
  assert.ok(got.data.equals(text));
  assert.ok((await downloaded(desk, "截图.png")).data.equals(PNG));
  await row(desk, "截图.png").getByRole("button", { name: "截图.png 的 SHA-256" }).click();
  await row(desk, "截图.png").getByText(createHash("sha256").update(PNG).digest("hex")).waitFor();
  assert.match(await row(desk, "截图.png").innerText(), /PNG图片 · \d+ B · 坐席一/);
  assert.deepEqual(await desk.barriers(), []);
}

export async function are_dropped_and_shown_without_being_run({ open, matter }) {
  const complaint = await matter.receive("agent1", "预览附件", 0);
  const desk = await open("agent1", { width: 390, height: 844 });
  await show(desk, complaint);
  const dropped = await desk.page.evaluateHandle((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(bytes)], "截图.png"));
    data.items.add(new File(["客户来电记录\n要求 <b>加急</b> 处理"], "记录.txt"));
    return data;
  }, [...PNG]);
  await desk.page.dispatchEvent(".drop", "drop", { dataTransfer: dropped });
  await row(desk, "记录.txt").waitFor();
  await row(desk, "截图.png").getByRole("button", { name: "预览" }).click();
  const canvas = desk.page.locator(".modal canvas");
  await desk.page.locator('.modal canvas[width="2"]').waitFor();
  assert.deepEqual(await canvas.evaluate((shown) => [...shown.getContext("2d").getImageData(0, 0, 1, 1).data]), [255, 0, 0, 255]);
  for (const theme of ["light", "dark"]) {
    await desk.theme(theme);
    assert.deepEqual(await desk.barriers(), []);
  }
  assert.deepEqual(await desk.overflow(), []);
  await desk.page.keyboard.press("Escape");
  await desk.page.locator(".modal").waitFor({ state: "detached" });
  await row(desk, "记录.txt").getByRole("button", { name: "预览" }).click();
  await desk.page.locator(".modal pre").getByText("<b>加急</b>").waitFor();
}

export async function are_shown_by_the_viewer_of_documents({ open, matter }) {
  const complaint = await matter.receive("agent1", "预览文档", 0);
  const desk = await open("agent1");
  await show(desk, complaint);
  const pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n";
  await input(desk).setInputFiles(file("答复函.pdf", pdf));
  await row(desk, "答复函.pdf").getByRole("button", { name: "预览" }).click();
  const frame = desk.page.locator(".modal iframe");
  await frame.waitFor();
  assert.match(await frame.getAttribute("src"), /^blob:/);
  await desk.shown();
  await desk.page.locator(".modal").getByRole("button", { name: "关闭", exact: true }).click();
  await desk.page.locator(".modal").waitFor({ state: "detached" });
}

export async function tell_how_far_they_are_and_can_be_stopped({ open, matter }) {
  const complaint = await matter.receive("agent1", "上传进度", 0);
  const desk = await open("agent1");
  await show(desk, complaint);
  const session = await desk.page.context().newCDPSession(desk.page);
  await session.send("Network.enable");
  const slow = (bytes) => session.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes });
  await slow(200_000);
  const long = file("录音记录.txt", "一段很长的文字。".repeat(200_000));
  await input(desk).setInputFiles([long, file("排队.txt", "第二个")]);
  await desk.page.locator('.upload progress:not([value="0"])').waitFor();
  await upload(desk, "排队.txt").getByText("等待上传").waitFor();
  assert.deepEqual(await desk.barriers(), []);
  await slow(-1);
  await upload(desk, "录音记录.txt").getByRole("button", { name: "取消上传" }).click();
  await row(desk, "排队.txt").waitFor();
  assert.equal(await row(desk, "录音记录.txt").count(), 0);
}

export async function are_refused_one_by_one_with_the_reason({ open, matter }) {
  const complaint = await matter.receive("agent1", "不收的附件", 0);
  const desk = await open("agent1");
  await show(desk, complaint);
  await desk.page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(52_428_801)], "太大.mp4"));
    data.items.add(new File([], "空.txt"));
    data.items.add(new File([Uint8Array.from([77, 90, 144, 0, 3, 0, 0, 0])], "程序.exe"));
    data.items.add(new File(["可以"], "可以.txt"));
    document.querySelector(".drop").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  await row(desk, "可以.txt").waitFor();
  await upload(desk, "太大.mp4").getByText("超过 50 MB").waitFor();
  await upload(desk, "空.txt").getByText("没有内容").waitFor();
  assert.ok((await upload(desk, "程序.exe").locator("[role=alert]").innerText()).length > 4);
  assert.deepEqual(await desk.barriers(), []);
  await upload(desk, "程序.exe").getByRole("button", { name: "移除" }).click();
  assert.equal(await desk.page.locator(".upload").count(), 2);
}

export async function are_sent_again_after_the_connection_broke({ open, matter }) {
  const complaint = await matter.receive("agent1", "重新上传", 0);
  const desk = await open("agent1");
  await show(desk, complaint);
  await desk.page.route("**/attachments?name=*", (route) => route.abort());
  await input(desk).setInputFiles(file("凭证.txt", "凭证"));
  await upload(desk, "凭证.txt").getByText("请检查网络").waitFor();
  await desk.page.unroute("**/attachments?name=*");
  await matter.act("supervisor1", complaint, "notes", { text: "其间有变化" });
  await upload(desk, "凭证.txt").getByRole("button", { name: "重新上传" }).click();
  await row(desk, "凭证.txt").waitFor();
  desk.wrong.splice(0, Infinity, ...desk.wrong.filter((text) => !text.includes("ERR_FAILED")));
}

export async function are_not_for_everybody_to_open({ open, matter }) {
  const complaint = await matter.receive("agent1", "无权下载附件", 0);
  const body = new Blob(["内容"]);
  const answer = await fetch(`${matter.address}/v1/complaints/${complaint.id}/attachments?name=a.txt`, { method: "POST", body, headers: { Authorization: `Bearer ${await matter.token("agent1")}`, "If-Match": '"1"', "Content-Type": "application/octet-stream" } });
  assert.equal(answer.status, 201);
  const { version } = await matter.call("agent1", "GET", `/v1/complaints/${complaint.id}`);
  await matter.act("agent1", { ...complaint, version }, "advance", { owner: "handler1" });
  const desk = await open("agent1");
  await show(desk, complaint);
  await row(desk, "a.txt").getByRole("button", { name: "下载" }).click();
  await desk.page.locator(".toast.failed").waitFor();
}
