// All that was done on a complaint, each kind as items of one shape, newest first.
import { api, take, type Schemas } from "@/api/client";
import { listed, messages } from "@/base/i18n";
import { formatMoney } from "@/base/money";
import { personName } from "@/base/people";
import { formatTime } from "@/base/time";
import { term } from "@/base/vocabulary";
import type { Complaint } from "@/pages/complaint/complaint";
import { fieldName } from "@/pages/complaint/journal/fields";

export type Tone = "plain" | "bad" | "warn" | "good" | "accent";

export interface Item {
  number: number;
  title?: string;
  at: string; // when it was recorded
  by: string;
  byLogin: string;
  round: number;
  tags: { text: string; tone: Tone }[];
  lines: { label?: string; text: string }[];
  leads?: string; // number of another complaint
  items: Item[]; // what became of it
}

export interface Section {
  kind: Kind;
  // Each item replaces the one before: the older ones are folded.
  versions: boolean;
  items: Item[];
}

const t = messages({
  zh: {
    nth: "第 {n} 份", reached: "已联系到", missed: "未联系到", told: "{at} 告知客户", from: "{at} 起", due: "须于 {at} 前答复", waits: "待答复", answer: "答复", paused: "中止中", ended: "{at} 恢复", asks: "待审批", approved: "已批准", refused: "已驳回", effective: "已生效", ineffective: "未生效",
    tell: "{at} 已{method}告知客户", days: "延长 {n} 天", delivered: "已送达", undelivered: "未送达", at: "{at} 送达", removed: "已解除", removal: "解除", redress: "补偿", nothing: "内容已清除", granted: "无须审批", read: "已查看", owner: "责任人 {name}", happened: "{at}", remedies: "救济途径", undone: "已失效", upheld: "{answer}",
  },
  en: {
    nth: "No. {n}", reached: "reached", missed: "not reached", told: "customer told {at}", from: "from {at}", due: "to be answered by {at}", waits: "unanswered", answer: "Answer", paused: "in force", ended: "ended {at}", asks: "waits for approval", approved: "approved", refused: "refused", effective: "effective", ineffective: "not effective",
    tell: "customer told {at}, {method}", days: "{n} days more", delivered: "delivered", undelivered: "not delivered", at: "delivered {at}", removed: "removed", removal: "Removed", redress: "Redress", nothing: "Erased", granted: "needed no approval", read: "read", owner: "owner {name}", happened: "{at}", remedies: "Remedies", undone: "void", upheld: "Upheld: {answer}",
  },
});

type Work = Schemas["Work"];

const item = (work: Work, more: Partial<Item>): Item => ({
  number: work.number,
  at: work.recorded_at,
  by: work.by.name,
  byLogin: work.by.login,
  round: work.round,
  tags: [],
  lines: [],
  items: [],
  ...more,
});
const line = (field: string, text: string | null): Item["lines"][number] => ({ label: fieldName(field), text: text ?? t("nothing") });
const plain = (text: string | null): Item["lines"][number] => ({ text: text ?? t("nothing") });
const optional = (field: string, text: string | null): Item["lines"] => (text === null ? [] : [line(field, text)]);
const decisions = (list: (Work & { reason: string | null })[], text: string, tone: Tone): Item[] => list.map((each) => item(each, { tags: [{ text, tone }], lines: each.reason ? [plain(each.reason)] : [] }));

// How each kind is read, and how its items look.
type Reader = (id: string) => Promise<Item[]>;
const path = (id: string) => ({ params: { path: { id }, query: { limit: 200 } } });

async function read<T>(asked: Promise<{ items: T[] }>, look: (each: T) => Item): Promise<Item[]> {
  return (await asked).items.map(look).reverse();
}

const READERS = {
  urges: (id) =>
    read(take(api.GET("/v1/complaints/{id}/urge", path(id))), (each) =>
      item(each, {
        title: t("due", { at: formatTime(each.due_at) }),
        tags: each.answers.length ? [] : [{ text: t("waits"), tone: "bad" }],
        lines: [plain(each.text)],
        items: each.answers.map((answer) => item(answer, { title: t("answer"), lines: [plain(answer.text)] })),
      }),
    ),
  findings: (id) =>
    read(take(api.GET("/v1/complaints/{id}/findings", path(id))), (each) =>
      item(each, { tags: [{ text: t("upheld", { answer: term("upheld", each.upheld) }), tone: "accent" }], lines: [line("facts", each.facts), line("basis", each.basis), ...optional("responsible", each.responsible)] }),
    ),
  plans: (id) =>
    read(take(api.GET("/v1/complaints/{id}/plan", path(id))), (each) =>
      item(each, {
        lines: [
          plain(each.summary),
          ...(each.redress.length ? [line("redress", listed(each.redress.map((one) => term("redress", one.type) + (one.amount ? ` ${formatMoney(one.amount)}` : ""))))] : []),
        ],
      }),
    ),
  notices: (id) =>
    read(take(api.GET("/v1/complaints/{id}/notices", path(id))), (each) =>
      item(each, {
        title: t("nth", { n: each.number }),
        tags: [each.deliveries.length ? { text: t("delivered"), tone: "good" } : { text: t("undelivered"), tone: "warn" }],
        lines: [line("facts", each.facts), line("basis", each.basis), line("decision", each.decision), { label: t("remedies"), text: each.remedies }],
        items: each.deliveries.map((delivery) =>
          item(delivery, { title: t("at", { at: formatTime(delivery.at) }), tags: [{ text: term("channel", delivery.channel), tone: "plain" }], lines: [line("proof", delivery.proof)] }),
        ),
      }),
    ),
  contacts: (id) =>
    read(take(api.GET("/v1/complaints/{id}/contacts", path(id))), (each) =>
      item(each, {
        title: `${term("direction", each.direction)} · ${term("channel", each.method)} · ${formatTime(each.at)}`,
        tags: [each.reached ? { text: t("reached"), tone: "good" } : { text: t("missed"), tone: "warn" }],
        lines: [plain(each.summary)],
      }),
    ),
  notes: (id) => read(take(api.GET("/v1/complaints/{id}/notes", path(id))), (each) => item(each, { lines: [plain(each.text)] })),
  pauses: (id) =>
    read(take(api.GET("/v1/complaints/{id}/pauses", path(id))), (each) =>
      item(each, {
        title: `${term("pause_reason", each.reason)} · ${t("from", { at: formatTime(each.from) })}${each.told_at ? ` · ${t("told", { at: formatTime(each.told_at) })}` : ""}`,
        tags: each.ends.length ? [] : [{ text: t("paused"), tone: "warn" }],
        lines: each.note ? [plain(each.note)] : [],
        items: each.ends.map((end) => item(end, { title: t("ended", { at: formatTime(end.at) }), lines: end.note ? [plain(end.note)] : [] })),
      }),
    ),
  extensions: (id) =>
    read(take(api.GET("/v1/complaints/{id}/extensions", path(id))), (each) =>
      item(each, {
        title: t("days", { n: each.days }),
        tags: each.approvals.length || each.refusals.length ? [] : [{ text: t("asks"), tone: "warn" }],
        lines: [line("reason", each.reason)],
        items: [
          ...decisions(each.approvals, t("approved"), "good"),
          ...decisions(each.refusals, t("refused"), "bad"),
          ...each.tellings.map((told) =>
            item(told, { title: t("tell", { at: formatTime(told.at), method: term("channel", told.method) }), tags: [told.effective ? { text: t("effective"), tone: "good" } : { text: t("ineffective"), tone: "bad" }] }),
          ),
        ],
      }),
    ),
  links: (id) =>
    read(take(api.GET("/v1/complaints/{id}/links", path(id))), (each) =>
      item(each, {
        title: `${term("link_direction", each.direction)} · ${term("link_kind", each.kind)}`,
        leads: each.complaint.number,
        tags: [{ text: term("status", each.complaint.status), tone: "plain" }, ...(each.in_force ? [] : [{ text: each.removal ? t("removed") : t("undone"), tone: "warn" as const }])],
        lines: [line("reason", each.reason)],
        items: each.removal ? [item(each.removal, { title: t("removal"), lines: [plain(each.removal.reason)] })] : [],
      }),
    ),
  rounds: (id) =>
    read(take(api.GET("/v1/complaints/{id}/rounds", path(id))), (each) =>
      item(each, {
        title: `${term("round_kind", each.kind)} · ${term("stage", each.to)} · ${t("owner", { name: personName(each.owner) })}`,
        tags: each.previous.outcome ? [{ text: term("outcome", each.previous.outcome), tone: "plain" }] : [],
        lines: [line("reason", each.reason)],
      }),
    ),
  voids: (id) =>
    read(take(api.GET("/v1/complaints/{id}/void", path(id))), (each) =>
      item(each, {
        tags: each.approvals.length || each.refusals.length ? [] : [{ text: t("asks"), tone: "warn" }],
        lines: [line("reason", each.reason)],
        items: [...decisions(each.approvals, t("approved"), "bad"), ...decisions(each.refusals, t("refused"), "plain")],
      }),
    ),
  unmaskings: (id) =>
    read(take(api.GET("/v1/complaints/{id}/unmask", path(id))), (each) =>
      item(each, {
        title: listed(each.fields.map((field) => term("unmask_field", field))),
        tags: each.granted ? [{ text: t("granted"), tone: "plain" }] : each.approvals.length || each.refusals.length ? [] : [{ text: t("asks"), tone: "warn" }],
        lines: [line("purpose", each.purpose)],
        items: [...decisions(each.approvals, t("approved"), "good"), ...decisions(each.refusals, t("refused"), "bad"), ...decisions(each.readings, t("read"), "plain")],
      }),
    ),
} satisfies Record<string, Reader>;

export type Kind = keyof typeof READERS;
const VERSIONS: readonly Kind[] = ["findings", "plans", "notices"];

// Links lead here from others, too, which this complaint does not count.
const isThere = (complaint: Complaint, kind: Kind): boolean => kind === "links" || (kind === "rounds" ? complaint.round > 1 : complaint.counts[kind] > 0);

// at: what was recorded until then; null: all.
function until(items: Item[], at: number): Item[] {
  return items.filter((each) => Date.parse(each.at) <= at).map((each) => ({ ...each, items: until(each.items, at) }));
}

export async function readWork(complaint: Complaint, asOf: string | null): Promise<Section[]> {
  const kinds = (Object.keys(READERS) as Kind[]).filter((kind) => isThere(complaint, kind));
  const found = await Promise.all(kinds.map(async (kind) => ({ kind, versions: VERSIONS.includes(kind), items: await READERS[kind](complaint.id) })));
  const shown = asOf ? found.map((section) => ({ ...section, items: until(section.items, Date.parse(asOf)) })) : found;
  return shown.filter(({ items }) => items.length > 0);
}
