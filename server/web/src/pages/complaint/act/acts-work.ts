// Case work, records, facts, links, supervision, values as written.
import { serverNow, toInput } from "@/base/time";
import { urgencies } from "@/base/urgency";
import { term, terms } from "@/base/vocabulary";
import { act, say, words, type Act, type Complaint } from "@/pages/complaint/act/act";
import { nowInput, same } from "@/pages/complaint/act/body";
import { fromFindings, notices, ownLinks, presentPlan, waitingOrders, waitingUnmask, waitingVoid } from "@/pages/complaint/act/subjects";

const DAY_MS = 86_400_000;

const reason = { kind: "text", name: "reason", label: words("说明", "Remark"), rows: 2 } as const;
const needed = { kind: "text", name: "reason", label: words("原因", "Reason"), required: true } as const;
const channel = { kind: "choice", name: "channel", label: words("送达方式", "Channel"), required: true, options: () => terms("channel") } as const;

const caseActs: Act[] = [
  act("findings", "work", "findings", [
    { kind: "text", name: "facts", label: words("查明事实", "Verified facts"), required: true, rows: 4 },
    { kind: "text", name: "basis", label: words("依据", "On what they rest"), required: true, hint: words("凭证、录音、系统记录、制度条款等。", "Vouchers, recordings, system records, rules.") },
    { kind: "choice", name: "upheld", label: words("是否属实", "As the customer says"), required: true, options: () => terms("upheld") },
    { kind: "text", name: "responsible", label: words("责任认定", "Where the responsibility lies"), rows: 2 },
  ]),
  act("plan", "work", "plan", [
    { kind: "text", name: "summary", label: words("方案内容", "What is to be done"), required: true, rows: 4 },
    { kind: "redress", name: "redress", label: words("补偿措施", "Redress"), hint: words("合计超过制度限额的，须由另一名督办人员审批后方可进入下一环节。", "Above the policy's limit in all, another supervisor approves before the stage can end.") },
  ], { about: words("新方案替代原方案及其审批。", "A new plan replaces the one before, and its approval.") }),
  act("approve_plan", "work", "approve-plan", [{ ...reason, label: words("审批意见", "Remark") }], { subjects: presentPlan }),
  act("notices", "work", "notices", [
    { kind: "text", name: "facts", label: words("查明事实", "Verified facts"), required: true, rows: 4 },
    { kind: "text", name: "basis", label: words("依据和理由", "Basis and reasons"), required: true },
    { kind: "text", name: "decision", label: words("处理决定", "Decision"), required: true },
  ], { about: words("救济途径（核查、调解、仲裁、诉讼）由系统附上。送达并登记后，才算答复。", "The remedies are added. Only what was delivered, and recorded so, is an answer."), draft: fromFindings }),
  act("deliveries", "work", "notices/{number}/deliveries", [
    channel,
    { kind: "time", name: "at", label: words("送达时间", "Delivered at"), required: true, initial: nowInput },
    { kind: "text", name: "proof", label: words("送达凭证", "Proof"), required: true, rows: 2, hint: words("签收单号、通话录音编号、短信回执等。", "Receipt number, recording, confirmation.") },
  ], { subjects: notices }),
];

const recordActs: Act[] = [
  act("contacts", "records", "contacts", [
    { kind: "choice", name: "direction", label: words("联系方向", "Direction"), required: true, options: () => terms("direction"), initial: () => "outbound" },
    { ...channel, name: "method", label: words("联系方式", "How"), initial: () => "phone" },
    { kind: "time", name: "at", label: words("联系时间", "When"), required: true, initial: nowInput },
    { kind: "choice", name: "reached", label: words("是否联系到客户", "Reached"), required: true, as: (code) => code === "yes", initial: () => "yes",
      options: () => [{ code: "yes", name: say(words("已联系到", "Reached")) }, { code: "no", name: say(words("未联系到", "Not reached")) }],
      hint: words("多次未能联系到客户的，以此为证。", "Recorded attempts prove that somebody cannot be reached.") },
    { kind: "text", name: "summary", label: words("联系内容", "What was said"), required: true },
  ]),
  act("notes", "records", "notes", [{ kind: "text", name: "text", label: words("备注内容", "Note"), required: true, rows: 4, hint: words("仅内部可见，不得填写密码、验证码。", "Seen inside alone; no passwords or security codes.") }]),
];

const factActs: Act[] = [
  act("classify", "facts", "classify", [
    { kind: "choice", name: "level", label: words("投诉级别", "Level"), options: () => terms("level"), initial: ({ level }) => level, hint: words("复杂、重大投诉的时限较长，须在原时限届满前定级。", "Complex and major ones have longer limits, if classified before the present one ran out.") },
    { kind: "choice", name: "urgency", label: words("紧急程度", "Urgency"), options: urgencies, as: Number, initial: ({ urgency }) => String(urgency) },
    { kind: "class", dimension: "B", name: "business_class", label: words("业务类别", "Business"), initial: ({ business_class }) => business_class ?? "" },
    { kind: "class", dimension: "C", name: "cause_class", label: words("投诉原因", "Cause"), initial: ({ cause_class }) => cause_class ?? "" },
    { kind: "class", dimension: "A", name: "channel_class", label: words("业务办理渠道", "Business channel"), initial: ({ channel_class }) => channel_class ?? "" },
    { kind: "several", name: "tags", label: words("标签", "Tags"), options: () => terms("tag"), initial: ({ tags }) => [...tags] },
    { ...reason, label: words("原因", "Reason") },
  ], {
    changes: true,
    preview: ({ level }, body, complaint) => (same(level, complaint.level) ? null : { level: body.level as Complaint["level"] }),
  }),
  { action: "correct", group: "facts", path: "", fields: [] }, // CorrectDialog
  act("void", "facts", "void", [{ ...needed, hint: words("仅限误登、重复登记；须由另一名督办人员批准。", "For what was recorded by mistake alone; another supervisor approves.") }], { grave: true }),
  act("approve_void", "facts", "void/approve", [{ ...reason, label: words("审批意见", "Remark") }], { subjects: waitingVoid, grave: true, about: words("批准后本件即告终止，记录仍予保留。", "The complaint ends with it; what is on record stays.") }),
  act("refuse_void", "facts", "void/refuse", [needed], { subjects: waitingVoid }),
];

const linkActs: Act[] = [
  act("links", "links", "links", [
    { kind: "complaint", name: "complaint", label: words("关联投诉", "Other complaint"), required: true },
    { kind: "choice", name: "kind", label: words("关联类型", "Kind"), required: true, options: () => terms("link_kind"), initial: () => "repeat",
      hint: words("“并入”使本件终止，由对方继续办理：对方须在办、先收到，且法定期限不晚于本件。", "“Merged into” ends this one and the other goes on: it must be open, received earlier and due no later.") },
    needed,
  ]),
  act("remove_link", "links", "links/{number}/remove", [needed], { subjects: ownLinks }),
];

const supervisionActs: Act[] = [
  act("urge", "supervision", "urge", [
    { kind: "text", name: "text", label: words("督办要求", "What is to be done or explained"), required: true },
    { kind: "time", name: "due_at", label: words("答复时限", "Answer by"), required: true, initial: () => toInput(serverNow() + DAY_MS) },
  ]),
  act("answer_urge", "supervision", "urge/{number}/answer", [{ kind: "text", name: "text", label: words("答复内容", "Answer"), required: true }], { subjects: waitingOrders }),
];

const plainActs: Act[] = [
  act("unmask", "plain", "unmask", [
    { kind: "several", name: "fields", label: words("查看内容", "What"), required: true, options: () => terms("unmask_field") },
    { kind: "text", name: "purpose", label: words("用途", "Purpose"), required: true, rows: 2, hint: words("用途和查看内容均会记录，明文不会。", "Purpose and fields are recorded, the values never.") },
  ], { about: words("当前环节责任人查看联系信息无须审批；其余须另一名督办人员批准，24小时内有效，获批后限查看一次。", "The owner of the stage sees contact data at once. All else waits for another supervisor, 24 hours at most, and is then read once.") }),
  act("approve_unmask", "plain", "unmask/approve", [{ ...reason, label: words("审批意见", "Remark") }], { subjects: waitingUnmask }),
  act("refuse_unmask", "plain", "unmask/refuse", [needed], { subjects: waitingUnmask }),
  act("read_unmasked", "plain", "unmask/read", [], { direct: true, label: () => term("action", "read_unmasked") }),
];

export const workActs: Act[] = [...caseActs, ...recordActs, ...factActs, ...linkActs, ...supervisionActs, ...plainActs];
