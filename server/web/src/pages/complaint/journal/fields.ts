// Names of what the journal tells, and how its values read.
import { listed, messages } from "@/base/i18n";
import { formatMoney } from "@/base/money";
import { personName, unitName } from "@/base/people";
import { formatTime } from "@/base/time";
import { urgencyName } from "@/base/urgency";
import { classes, term } from "@/base/vocabulary";
import { formatSize } from "@/pages/complaint/files/file";

const zh = {
  amount_in_dispute: "争议金额", business_class: "业务类别", capacity: "投诉人身份", cause_class: "投诉原因", channel_class: "业务办理渠道",
  closed_at: "办结时间", decided_at: "处理决定时间", decline_reason: "不予受理原因", entered_by: "登记人", extended_days: "延期天数",
  external_case_number: "外部编号", level: "投诉级别", merged_into: "并入投诉", occurred_at: "发生时间", outcome: "处理结果", owner: "责任人",
  owner_unit: "责任机构", pending_owner: "待接手人", people: "投诉人数", policy_version: "时限制度版本", product: "产品", received_at: "收到时间",
  round: "轮次", round_kind: "轮次类型", source: "投诉来源", staff_complained_of: "被投诉人", stage: "环节", stage_due_at: "环节时限",
  status: "状态", statutory_days: "法定期限天数", statutory_due_at: "法定期限", tags: "标签", unit: "受理机构", urge_due_at: "督办答复时限",
  urgency: "紧急程度", subject: "标题", narrative: "投诉内容", demand: "诉求",
  "complainant.name": "姓名", "complainant.phone": "电话", "complainant.email": "电子邮箱", "complainant.address": "地址",
  "complainant.identity_number": "证件号码", "complainant.account_number": "账号或卡号", "complainant.customer_number": "客户号",
  at: "发生于", channel: "送达方式", method: "联系方式", direction: "方向", reached: "联系结果", days: "申请天数", due_at: "答复时限",
  effective: "是否生效", failed_attempts: "未能联系次数", fields: "字段", from: "开始时间", told_at: "告知客户时间", kind: "类型",
  complaint_number: "对方投诉", notice: "处理决定", plan: "处理方案", needs_approval: "须审批", redress: "补偿", reported_to: "已报告",
  requested_by: "申请人", reason_code: "原因", upheld: "是否属实", cleared: "清除的内容", size: "大小", type: "文件类型", number: "序号",
  granted: "无须审批", statutory: "法定期限一并中止", text: "内容", note: "备注", reason: "原因", summary: "内容", facts: "查明事实", basis: "依据",
  responsible: "责任认定", decision: "处理决定", proof: "送达凭证", purpose: "用途", name: "文件名", rules: "规则", version: "版本",
  stopped: "计时中止", yes: "是", no: "否", none: "无", reached_yes: "已联系到", reached_no: "未联系到", nth: "第 {n} 份",
};

type Name = keyof typeof zh;

const en: Record<Name, string> = {
  amount_in_dispute: "Amount in dispute", business_class: "Business", capacity: "Capacity", cause_class: "Cause", channel_class: "Business channel",
  closed_at: "Ended", decided_at: "Decided", decline_reason: "Reason for not accepting", entered_by: "Recorded by", extended_days: "Days extended",
  external_case_number: "External number", level: "Level", merged_into: "Merged into", occurred_at: "Happened", outcome: "Outcome", owner: "Owner",
  owner_unit: "Owner's unit", pending_owner: "Offered to", people: "People", policy_version: "Policy version", product: "Product", received_at: "Received",
  round: "Round", round_kind: "Kind of round", source: "Source", staff_complained_of: "Complained of", stage: "Stage", stage_due_at: "Stage limit",
  status: "Status", statutory_days: "Statutory days", statutory_due_at: "Statutory limit", tags: "Tags", unit: "Received by", urge_due_at: "Order to be answered",
  urgency: "Urgency", subject: "Subject", narrative: "Narrative", demand: "Demand",
  "complainant.name": "Name", "complainant.phone": "Phone", "complainant.email": "E-mail", "complainant.address": "Address",
  "complainant.identity_number": "Identity number", "complainant.account_number": "Account", "complainant.customer_number": "Customer number",
  at: "When", channel: "By", method: "By", direction: "Direction", reached: "Reached", days: "Days asked for", due_at: "Answer due",
  effective: "Effective", failed_attempts: "Failed attempts", fields: "Fields", from: "From", told_at: "Customer told", kind: "Kind",
  complaint_number: "Other complaint", notice: "Notice", plan: "Plan", needs_approval: "Needs approval", redress: "Redress", reported_to: "Reported to",
  requested_by: "Requested by", reason_code: "Reason", upheld: "Upheld", cleared: "Cleared", size: "Size", type: "Type", number: "Number",
  granted: "Needs no approval", statutory: "Stops the statutory clock", text: "Text", note: "Note", reason: "Reason", summary: "Summary", facts: "Facts", basis: "Basis",
  responsible: "Responsibility", decision: "Decision", proof: "Proof", purpose: "Purpose", name: "File", rules: "Rules", version: "Version",
  stopped: "clock stopped", yes: "yes", no: "no", none: "none", reached_yes: "yes", reached_no: "no", nth: "No. {n}",
};

const t = messages({ zh, en });

// A field's name; its code where there is none.
export const fieldName = (field: string): string => (field in zh ? t(field as Name) : field);

type Vocabulary = Parameters<typeof term>[0];
const TERMS: Record<string, Vocabulary> = {
  capacity: "capacity", channel: "channel", decline_reason: "decline_reason", direction: "direction", level: "level", method: "channel",
  outcome: "outcome", reason_code: "decline_reason", round_kind: "round_kind", rules: "rules", source: "source", stage: "stage", status: "status",
  tags: "tag", type: "attachment_type", upheld: "upheld", fields: "unmask_field",
};
const PEOPLE = new Set(["owner", "pending_owner", "entered_by", "staff_complained_of", "requested_by", "reported_to"]);
const UNITS = new Set(["unit", "owner_unit"]);
const CLASSES: Record<string, "A" | "B" | "C"> = { channel_class: "A", business_class: "B", cause_class: "C" };

export const className = (dimension: "A" | "B" | "C", code: string): string => {
  const found = classes(dimension).find((candidate) => candidate.code === code);
  return found ? `${found.name} (${code})` : code;
};


const redress = (value: { type: string; amount?: number | null }): string =>
  term("redress", value.type) + (value.amount ? ` ${formatMoney(value.amount)}` : "");

// A value of the journal, as people read it.
export function valueText(field: string, value: unknown): string {
  if (value === null && (field === "stage_due_at" || field === "statutory_due_at")) return t("stopped");
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return t("none");
  if (Array.isArray(value)) return listed(value.map((each) => (field === "redress" ? redress(each) : field === "cleared" ? fieldName(String(each)) : valueText(field, each))));
  if (field === "reached") return value ? t("reached_yes") : t("reached_no");
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (field === "amount_in_dispute") return formatMoney(Number(value));
  if (field === "urgency") return urgencyName(Number(value));
  if (field === "size") return formatSize(Number(value));
  if (field === "notice" || field === "plan") return t("nth", { n: Number(value) });
  const text = String(value);
  if (/_at$|^at$|^from$/.test(field)) return formatTime(text);
  if (field in CLASSES) return className(CLASSES[field]!, text);
  if (field in TERMS) return term(TERMS[field]!, text);
  if (PEOPLE.has(field)) return personName(text);
  if (UNITS.has(field)) return unitName(text);
  return text;
}
