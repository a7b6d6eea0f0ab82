// A browser whose pages must be sound: whatever a page says on its console, throws, tries against the
// policy or asks of another host fails the test that opened it.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: process.getuid() === 0 ? ["--no-sandbox"] : [],
  });

// The browser itself writes a line for each refusal of the API, which is none of the page's mistakes.
const isRefusal = (message) =>
  message.text().startsWith("Failed to load resource") && /status of 4\d\d/.test(message.text()) && /^\/(v1|public)\//.test(new URL(message.location().url).pathname);

// What a page has made itself, and the browser's own viewer of documents.
const OWN = ["data:", "blob:", "chrome-extension:", "chrome:"];

// What went wrong on a page, so far.
function watch(page, address) {
  const wrong = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !isRefusal(message)) wrong.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => wrong.push(`thrown: ${error.stack ?? error}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${address}/`) && !OWN.some((scheme) => url.startsWith(scheme))) wrong.push(`asks another host: ${url}`);
  });
  return wrong;
}

export class Desk {
  constructor(page, address, wrong) {
    Object.assign(this, { page, address, wrong });
  }

  // options: {width, height, theme, language, touch}
  static async open(browser, address, { width = 1280, height = 800, theme = "light", language = "zh", touch = false } = {}) {
    const context = await browser.newContext({ baseURL: address, viewport: { width, height }, colorScheme: theme, hasTouch: touch, isMobile: touch, locale: "zh-CN", reducedMotion: "reduce" });
    // Not in frames: the viewer of documents has no such store.
    await context.addInitScript((chosen) => window === top && (localStorage.getItem("desk.language") ?? localStorage.setItem("desk.language", chosen)), language);
    await context.addInitScript(() => addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)));
    const page = await context.newPage();
    page.setDefaultTimeout(15000);
    return new Desk(page, address, watch(page, address));
  }

  async close() {
    await this.page.context().close();
  }

  // Signs in over the API, as the test of the form is another one.
  async signIn(login, password = "demo-2026") {
    const answer = await this.page.context().request.post(`${this.address}/v1/sessions`, { data: { login, password }, headers: { Origin: this.address } });
    if (answer.status() !== 201) throw new Error(`${login} cannot sign in: ${answer.status()}`);
  }

  async go(path) {
    await this.page.goto(path);
    await this.settled();
  }

  // The page has shown what it reads.
  async settled() {
    await this.page.locator("main h1").first().waitFor();
    await this.page.locator(".skeleton").first().waitFor({ state: "detached" });
  }

  // A new size or theme is seen with the next frame.
  async shown() {
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }

  async theme(colorScheme) {
    await this.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await this.page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    await this.shown();
  }

  async language(lang) {
    if ((await this.page.locator(`html[lang=${lang}]`).count()) === 0) await this.page.locator(".language").click();
    await this.page.locator(`html[lang=${lang}]`).waitFor();
  }

  // Violations of WCAG 2.2 AA that a program can find.
  async barriers() {
    await this.page.evaluate(axe);
    const { violations } = await this.page.evaluate((values) => window.axe.run(document, { runOnly: { type: "tag", values } }), RULES);
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary.split("\n")[1] ?? ""}`));
  }

  // What is wider than the window, or than the panel that it stands in.
  async overflow() {
    await this.shown();
    return this.page.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll(".panel, .bar")].flatMap((part) => {
        const right = part.getBoundingClientRect().left + part.clientWidth + 1;
        if (part.scrollWidth <= part.clientWidth) return [];
        return [...part.querySelectorAll("*")].filter((inner) => inner.getBoundingClientRect().right > right).map((inner) => inner.outerHTML.slice(0, 120));
      }),
    );
  }
}
