// What acts are about, read when their form is opened.
import { api, take, type Schemas } from "@/api/client";
import { formatMoney } from "@/base/money";
import { formatTime } from "@/base/time";
import { term } from "@/base/vocabulary";
import { say, words, type Complaint, type Subject, type Values } from "@/pages/complaint/act/act";

type Work = Schemas["Work"];
type Facts = Subject["facts"];

const LIMIT = 200;
const W = {
  asked: words("申请", "Asked for"),
  reason: words("原因", "Reason"),
  days: words("延期天数", "Days"),
  order: words("督办要求", "Order"),
  due: words("答复时限", "Answer by"),
  began: words("中止开始", "Since"),
  told: words("告知时间", "Told"),
  plan: words("方案内容", "Plan"),
  redress: words("补偿措施", "Redress"),
  total: words("合计", "In all"),
  decision: words("处理决定", "Decision"),
  kind: words("关联类型", "Kind"),
  fields: words("查看内容", "What"),
  purpose: words("用途", "Purpose"),
  erased: words("内容已清除", "Erased"),
  days_n: words("{n} 天", "{n} days"),
};

const of = (id: string) => ({ params: { path: { id }, query: { limit: LIMIT } } });
const byWhom = (item: Work): [string, string] => [say(W.asked), `${item.by.name} · ${formatTime(item.recorded_at)}`];
const text = (value: string | null): string => value ?? say(W.erased);
const subject = (item: Work, title: string, facts: Facts): Subject => ({ number: item.number, title, facts });

export async function openPauses({ id }: Complaint): Promise<Subject[]> {
  const { items } = await take(api.GET("/v1/complaints/{id}/pauses", of(id)));
  return items
    .filter((item) => item.ends.length === 0)
    .map((item) => subject(item, term("pause_reason", item.reason), [[say(W.began), formatTime(item.from)], ...(item.told_at ? [[say(W.told), formatTime(item.told_at)] as [string, string]] : [])]));
}

async function extensions({ id }: Complaint, approved: boolean): Promise<Subject[]> {
  const { items } = await take(api.GET("/v1/complaints/{id}/extensions", of(id)));
  return items
    .filter((item) => item.refusals.length === 0 && item.tellings.length === 0 && item.approvals.length > 0 === approved)
    .slice(-1)
    .map((item) => subject(item, say(W.days_n).replace("{n}", String(item.days)), [byWhom(item), [say(W.reason), text(item.reason)]]));
}
export const waitingExtension = (complaint: Complaint): Promise<Subject[]> => extensions(complaint, false);
export const approvedExtension = (complaint: Complaint): Promise<Subject[]> => extensions(complaint, true);

export async function waitingOrders({ id }: Complaint): Promise<Subject[]> {
  const { items } = await take(api.GET("/v1/complaints/{id}/urge", of(id)));
  return items
    .filter((item) => item.answers.length === 0)
    .map((item) => subject(item, `${item.by.name} · ${formatTime(item.recorded_at)}`, [[say(W.order), text(item.text)], [say(W.due), formatTime(item.due_at)]]));
}

// The newest first, which is the decision in force.
export async function notices({ id, round }: Complaint): Promise<Subject[]> {
  const { items } = await take(api.GET("/v1/complaints/{id}/notices", of(id)));
  return items
    .filter((item) => item.round === round)
    .reverse()
    .map((item) => subject(item, `#${item.number} · ${item.by.name} · ${formatTime(item.recorded_at)}`, [[say(W.decision), text(item.decision)]]));
}

const redressText = ({ type, amount }: Schemas["Redress"]): string => (amount ? `${term("redress", type)} ${formatMoney(amount)}` : term("redress", type));

export async function presentPlan({ id }: Complaint): Promise<Subject[]> {
  const { items } = await take(api.GET("/v1/complaints/{id}/plan", of(id)));
  return items.slice(-1).map((item) => {
    const total = item.redress.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
    return subject(item, `#${item.number} · ${item.by.name} · ${formatTime(item.recorded_at)}`, [
      [say(W.plan), text(item.summary)],
      [say(W.redress), item.redress.map(redressText).join("; ") || term("redress", "none")],
      ...(item.redress.length > 1 ? [[say(W.total), formatMoney(total)] as [string, string]] : []),
    ]);
  });
}

export async function waitingVoid({ id }: Complaint): Promise<Subject[]> {
  const { items } = await take(api.GET("/v1/complaints/{id}/void", of(id)));
  return items.slice(-1).map((item) => subject(item, term("action", "void"), [byWhom(item), [say(W.reason), text(item.reason)]]));
}

export async function waitingUnmask({ id, unmask_request }: Complaint): Promise<Subject[]> {
  const { items } = await take(api.GET("/v1/complaints/{id}/unmask", of(id)));
  return items
    .filter((item) => item.number === unmask_request?.number)
    .map((item) =>
      subject(item, term("action", "unmask"), [
        byWhom(item),
        [say(W.fields), item.fields.map((field) => term("unmask_field", field)).join(say(words("、", ", ")))],
        [say(W.purpose), text(item.purpose)],
      ]),
    );
}

export async function ownLinks({ id }: Complaint): Promise<Subject[]> {
  const { items } = await take(api.GET("/v1/complaints/{id}/links", of(id)));
  return items
    .filter((item) => item.direction === "outgoing" && item.in_force && item.kind !== "merged_into")
    .map((item) => subject(item, `${item.complaint.number} · ${term("link_kind", item.kind)}`, [[say(W.reason), text(item.reason)]]));
}

// What was found goes into the decision; what is shown masked does not, as the masks would be stored.
const unmasked = (value: string | null): string => (value && !value.includes("*") ? value : "");

export async function fromFindings({ id, round }: Complaint): Promise<Values> {
  const { items } = await take(api.GET("/v1/complaints/{id}/findings", of(id)));
  const last = items.filter((item) => item.round === round).at(-1);
  return last ? { facts: unmasked(last.facts), basis: unmasked(last.basis) } : {};
}
