// What is on record of a complaint, in groups, as its page shows it.
import { messages } from "@/base/i18n";
import { formatMoney } from "@/base/money";
import { personName, unitName } from "@/base/people";
import { formatTime } from "@/base/time";
import { term } from "@/base/vocabulary";
import type { Complaint } from "@/pages/complaint/complaint";
import { urgencyName } from "@/base/urgency";
import { className, fieldName } from "@/pages/complaint/journal/fields";

export interface Fact {
  field: string; // as the journal names it
  label: string;
  text: string | null; // null: not on record
  code?: boolean;
}

export interface Group {
  name: "complainant" | "business" | "record";
  facts: Fact[];
}

const t = messages({
  zh: { anonymous: "匿名", unsorted: "未分类", tracking: "客户查询码", entered: "登记", kept: "保存至", erased: "已清除", policy: "第 {n} 版" },
  en: { anonymous: "Anonymous", unsorted: "Not classified", tracking: "Tracking code", entered: "Recorded", kept: "Kept until", erased: "Erased", policy: "No. {n}" },
});

const fact = (field: string, text: string | null | undefined, code = false): Fact => ({ field, label: fieldName(field), text: text ?? null, code });
const named = (field: string, label: string, text: string | null, code = false): Fact => ({ field, label, text, code });

// Left out: what is not on record and nobody misses.
const kept = (facts: (Fact | null)[]): Fact[] => facts.filter((each): each is Fact => each !== null);
const given = (each: Fact): Fact | null => (each.text === null ? null : each);

export function factsOf(complaint: Complaint): Group[] {
  const { complainant } = complaint;
  const time = (at: string | null): string | null => (at ? formatTime(at) : null);
  return [
    {
      name: "complainant",
      facts: kept([
        fact("complainant.name", complainant.name ?? (complainant.capacity === "anonymous" ? t("anonymous") : null)),
        fact("capacity", term("capacity", complainant.capacity)),
        fact("complainant.phone", complainant.phone, true),
        given(fact("complainant.email", complainant.email)),
        given(fact("complainant.address", complainant.address)),
        given(fact("complainant.identity_number", complainant.identity_number, true)),
        given(fact("complainant.account_number", complainant.account_number, true)),
        given(fact("complainant.customer_number", complainant.customer_number, true)),
        complainant.people > 1 ? fact("people", String(complainant.people)) : null,
      ]),
    },
    {
      name: "business",
      facts: kept([
        fact("channel_class", complaint.channel_class ? className("A", complaint.channel_class) : t("unsorted")),
        fact("business_class", complaint.business_class ? className("B", complaint.business_class) : t("unsorted")),
        fact("cause_class", complaint.cause_class ? className("C", complaint.cause_class) : t("unsorted")),
        given(fact("product", complaint.product)),
        fact("amount_in_dispute", complaint.amount_in_dispute === null ? null : formatMoney(complaint.amount_in_dispute)),
        given(fact("occurred_at", time(complaint.occurred_at))),
        given(fact("staff_complained_of", complaint.staff_complained_of && (personName(complaint.staff_complained_of)))),
      ]),
    },
    {
      name: "record",
      facts: kept([
        fact("unit", unitName(complaint.unit)),
        named("entered_by", t("entered"), `${personName(complaint.entered_by)} ${formatTime(complaint.entered_at)}`),
        fact("level", term("level", complaint.level)),
        fact("urgency", urgencyName(complaint.urgency)),
        given(fact("external_case_number", complaint.external_case_number, true)),
        given(named("tracking_code", t("tracking"), complaint.tracking_code, true)),
        fact("policy_version", t("policy", { n: complaint.policy_version })),
        given(fact("decided_at", time(complaint.decided_at))),
        given(fact("closed_at", time(complaint.closed_at))),
        given(fact("decline_reason", complaint.decline_reason && term("decline_reason", complaint.decline_reason))),
        given(named("retention_until", t("kept"), time(complaint.retention_until))),
        given(named("erased_at", t("erased"), time(complaint.erased_at))),
      ]),
    },
  ];
}
