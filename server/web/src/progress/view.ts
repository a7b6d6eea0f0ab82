// What the page shows, as elements.
import type { Outcome, Progress } from "@/progress/ask";
import type { Language, Texts } from "@/progress/texts";

type Child = Node | string | false | undefined;

export function make<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

// The day of a time as the server writes it, in the institution's zone.
function day(iso: string, language: Language): string {
  const [year, month, date] = iso.slice(0, 10).split("-").map(Number) as [number, number, number];
  if (language === "zh") return `${year} 年 ${month} 月 ${date} 日`;
  return new Date(Date.UTC(year, month - 1, date)).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

const STAGES = ["intake", "investigation", "resolution", "feedback"] as const;

// Once the answer was given all are done; what was withdrawn or declined went through none that matter.
function steps({ stage, status }: Progress, t: Texts): HTMLElement | undefined {
  if (status !== "open" && status !== "closed") return undefined;
  const at = stage ? STAGES.indexOf(stage) : STAGES.length;
  const items = STAGES.map((name, index) => {
    const state = index < at ? "done" : index === at ? "now" : "coming";
    const item = make("li", { class: state }, make("span", { class: "dot", "aria-hidden": "true" }), make("span", {}, t[name]), make("span", { class: "unseen" }, ` (${t[state]})`));
    if (state === "now") item.setAttribute("aria-current", "step");
    return item;
  });
  return make("ol", { class: "steps", "aria-label": t.steps }, ...items);
}

const fact = (name: string, value: string): HTMLElement => make("div", {}, make("dt", {}, name), make("dd", {}, value));

function facts(progress: Progress, t: Texts, language: Language): HTMLElement {
  const { answer_by: by, closed_at: closed, paused } = progress;
  const rows = [fact(t.number, progress.number), fact(t.received, day(progress.received_at, language))];
  if (by) rows.push(fact(t.answerBy, day(by, language)));
  if (paused) rows.push(fact(t.answerBy, t.paused));
  if (closed) rows.push(fact(t.closed, day(closed, language)));
  return make("dl", {}, ...rows);
}

function found(progress: Progress, late: boolean, t: Texts, language: Language): HTMLElement {
  return make(
    "section",
    { class: "panel found" },
    make("h2", { tabindex: "-1" }, progress.progress),
    make("p", {}, progress.next),
    steps(progress, t),
    late && make("p", { class: "late" }, t.late),
    facts(progress, t, language),
  );
}

const note = (title: string, detail: string, ...more: Child[]): HTMLElement =>
  make("section", { class: "panel note" }, make("h2", { tabindex: "-1" }, title), make("p", {}, detail), ...more);

export function show(outcome: Outcome, t: Texts, language: Language, again: () => void): HTMLElement {
  if (outcome.kind === "found") return found(outcome.progress, outcome.late, t, language);
  if (outcome.kind === "notFound") return note(t.notFound, t.notFoundDetail);
  if (outcome.kind === "tooMany") return note(t.tooMany, t.tooManyDetail.replace("{n}", String(outcome.wait)));
  const button = make("button", { type: "button", class: "plain" }, t.again);
  button.addEventListener("click", again);
  return note(t.away, t.awayDetail, button);
}

export const further = (t: Texts): HTMLElement =>
  make(
    "section",
    { class: "further" },
    make("h2", {}, t.further),
    make("ul", {}, ...[t.furtherTell, t.furtherReview, t.furtherRegulator].map((text) => make("li", {}, text))),
    make("p", { class: "soft" }, t.law),
    make("p", { class: "soft" }, t.privacy),
  );
