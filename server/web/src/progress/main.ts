// The customer's page: how far a complaint is, by its tracking code. It stands alone, without the desk's
// libraries, so that a telephone has it in a moment.
//
// The address is /progress or /progress/{code}, as a link on the receipt has it.
import { ask, type Outcome } from "@/progress/ask";
import { texts, type Language } from "@/progress/texts";
import { further, make, show } from "@/progress/view";

const STORED = "desk.language"; // as the desk keeps it
const root = document.getElementById("progress") as HTMLElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

const stored = localStorage.getItem(STORED);
let language: Language = stored === "en" || (!stored && !navigator.language.startsWith("zh")) ? "en" : "zh";
let outcome: Outcome | null = null;
let turn = 0;

const codeOfAddress = (): string => {
  try {
    return decodeURIComponent(location.pathname.split("/")[2] ?? "");
  } catch {
    return "";
  }
};

// As it is printed, in groups of four.
const grouped = (code: string): string => code.toUpperCase().replace(/[\s-]/g, "").replace(/(.{4})(?=.)/g, "$1-");

function setTheme(): void {
  document.documentElement.dataset.theme = dark.matches ? "dark" : "light";
}

async function look(code: string): Promise<void> {
  const mine = ++turn;
  outcome = null;
  draw(code, true);
  const answer = await ask(code, language);
  if (mine !== turn) return;
  outcome = answer;
  draw(code);
  root.querySelector<HTMLElement>("main section h2")?.focus();
}

function submit(code: string): void {
  const typed = grouped(code);
  if (!typed) return draw("", false, true);
  if (typed !== codeOfAddress()) history.pushState(null, "", `/progress/${encodeURIComponent(typed)}`);
  void look(typed);
}

function form(code: string, busy: boolean, empty: boolean): HTMLElement {
  const t = texts[language];
  const input = make("input", { id: "code", name: "code", maxlength: "40", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", "aria-describedby": "told" });
  input.value = code;
  if (empty) input.setAttribute("aria-invalid", "true");
  const button = make("button", { type: "submit" }, busy ? t.asking : t.ask);
  const told = make("p", { id: "told", class: empty ? "wrong" : "soft" }, empty ? t.empty : t.hint);
  const asks = make("form", { class: "panel" }, make("label", { for: "code" }, t.label), make("div", { class: "line" }, input, button), told);
  asks.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!busy) submit(input.value);
  });
  return asks;
}

function draw(code: string, busy = false, empty = false): void {
  const t = texts[language];
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = t.title;
  const other = make("button", { type: "button", class: "plain language", lang: language === "zh" ? "en" : "zh-CN" }, t.language);
  other.addEventListener("click", () => {
    language = language === "zh" ? "en" : "zh";
    localStorage.setItem(STORED, language);
    start();
  });
  root.replaceChildren(
    make(
      "main",
      {},
      make("header", {}, make("h1", {}, t.title), other),
      make("p", { class: "soft about" }, t.about),
      form(code, busy, empty),
      make("div", { "aria-live": "polite", "aria-busy": String(busy) }, outcome ? show(outcome, t, language, start) : ""),
      further(t),
    ),
  );
  if (empty) root.querySelector("input")?.focus();
}

function start(): void {
  const code = codeOfAddress();
  turn++;
  outcome = null;
  if (code) void look(grouped(code));
  else draw("");
}

setTheme();
dark.addEventListener("change", setTheme);
addEventListener("popstate", start);
start();
