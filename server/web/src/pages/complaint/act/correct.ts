// The correction of recorded facts: only what is chosen and changed is sent. What is shown masked is
// written anew, as its masks would be stored; what is left empty is cleared, where it may be.
import type { Schemas } from "@/api/client";
import { toInput } from "@/base/time";
import { terms } from "@/base/vocabulary";
import { words, type Complaint, type Field, type Value, type Values, type Words } from "@/pages/complaint/act/act";
import { emptyOf, sent } from "@/pages/complaint/act/body";

type Member = Exclude<keyof Complaint, "complainant">; // openapi-typescript knows none of a schema with anyOf
type Person = `complainant/${Exclude<keyof Schemas["CorrectedComplainant"], symbol | number>}`;

// name is the end of its pointer, "complainant/phone".
export type Fact = Field<Member | Person> & { optional?: boolean; of: (complaint: Complaint) => string | number | null };

const line = (name: Member | Person, label: Words, max: number, optional = true): Fact => ({ kind: "line", name, label, max, optional, of: recorded(name) });

// What the complaint holds under a name.
function recorded(name: string): Fact["of"] {
  const path = name.split("/");
  return (complaint) => path.reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], complaint) as string | number | null;
}

const fact = (field: Field<Member | Person>, optional = true): Fact => ({ ...field, optional, of: recorded(field.name) });

export const SECTIONS: { title: Words; facts: Fact[] }[] = [
  {
    title: words("投诉内容", "Complaint"),
    facts: [
      line("subject", words("标题", "Subject"), 200, false),
      fact({ kind: "text", name: "narrative", label: words("投诉内容", "Narrative"), max: 20000, rows: 6 }, false),
      fact({ kind: "text", name: "demand", label: words("诉求", "Demand") }),
      fact({ kind: "time", name: "occurred_at", label: words("发生时间", "Happened at") }),
      fact({ kind: "time", name: "received_at", label: words("收到时间", "Received at"), hint: words("仅督办人员可更正；两个时限随之重算。", "Supervisors alone; both limits are reckoned anew.") }, false),
      fact({ kind: "choice", name: "source", label: words("来源", "Source"), options: () => terms("source") }, false),
    ],
  },
  {
    title: words("业务", "Business"),
    facts: [
      line("product", words("产品", "Product"), 100),
      fact({ kind: "yuan", name: "amount_in_dispute", label: words("争议金额（元）", "Amount in dispute, yuan") }),
      line("external_case_number", words("外部编号", "Number elsewhere"), 64),
      fact({ kind: "class", dimension: "B", name: "business_class", label: words("业务类别", "Business class") }),
      fact({ kind: "class", dimension: "C", name: "cause_class", label: words("投诉原因", "Cause") }),
      fact({ kind: "class", dimension: "A", name: "channel_class", label: words("业务办理渠道", "Business channel") }),
      fact({ kind: "staff", name: "staff_complained_of", label: words("被投诉人员", "Staff complained of"), owns: () => undefined, hint: words("已登记的被投诉人员仅督办人员可更改。", "Once recorded, supervisors alone change it.") }),
    ],
  },
  {
    title: words("投诉人", "Complainant"),
    facts: [
      line("complainant/name", words("姓名", "Name"), 100),
      line("complainant/phone", words("电话", "Phone"), 40),
      line("complainant/email", words("电子邮箱", "E-mail"), 254),
      line("complainant/address", words("地址", "Address"), 2000),
      line("complainant/identity_number", words("证件号码", "Identity number"), 64),
      line("complainant/account_number", words("账号", "Account number"), 64),
      line("complainant/customer_number", words("客户号", "Customer number"), 64),
      fact({ kind: "choice", name: "complainant/capacity", label: words("投诉人身份", "Capacity"), options: () => terms("capacity") }, false),
      fact({ kind: "number", name: "complainant/people", label: words("人数", "People"), max: 6 }, false),
    ],
  },
];

export const FACTS: Fact[] = SECTIONS.flatMap(({ facts }) => facts);

const MASK = "*";

// What is on record but shown masked; null when it is not.
export function maskedOf(fact: Fact, complaint: Complaint): string | null {
  const value = fact.of(complaint);
  return typeof value === "string" && value.includes(MASK) ? value : null;
}

// What a fact's field holds at first.
export function startOf(fact: Fact, complaint: Complaint): Value {
  const value = fact.of(complaint);
  if (value === null || maskedOf(fact, complaint) !== null) return emptyOf(fact);
  if (fact.kind === "time") return toInput(String(value));
  return fact.kind === "yuan" ? String(Number(value) / 100) : String(value);
}

export function correctionOf(chosen: Fact[], values: Values, complaint: Complaint): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const person: Record<string, unknown> = {};
  for (const fact of chosen) {
    const value = values[fact.name] ?? "";
    if (value === startOf(fact, complaint) && maskedOf(fact, complaint) === null) continue;
    const member = sent(fact, value) ?? (fact.optional ? null : "");
    const [, key] = fact.name.split("complainant/");
    if (key) person[key] = member;
    else body[fact.name] = member;
  }
  return Object.keys(person).length ? { ...body, complainant: person } : body;
}
