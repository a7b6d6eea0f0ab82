// What the server warns of, in the language shown: its own sentence is in both.
import type { Schemas } from "@/api/client";
import { messages } from "@/base/i18n";

type Warning = Schemas["Warning"] | Schemas["PreviewWarning"];
type Code = Warning["code"];

const zh: Record<Code, string> = {
  calendar_year_missing: "{year} 年的工作日历尚未导入，暂按周一至周五计算。",
  computed_differs: "所记录的到期时间是按此前的日历计算的。",
  secret_suspected: "{field}中疑似有密码或安全码，此类信息不得记入投诉：请更正，并提醒客户修改密码。",
  extension_conditions: "须在现有期限届满前经上级批准并告知投诉人，方为有效。",
  extension_too_late: "现有期限已届满，延期只作记录，不发生效力。",
  pause_end_assumed: "按所填的结束时间试算；中止期间，所停的时限没有到期时间。",
  statutory_limit_kept: "两个级别中较短的法定期限已届满，法定期限不再变动。",
  already_in_force: "与现行版本相同，没有变动。",
  takes_effect_later: "生效日尚未到来，此前收到的投诉仍适用原制度。",
};
const en: Record<Code, string> = {
  calendar_year_missing: "The calendar of {year} is not loaded: its weekdays count as working days.",
  computed_differs: "The recorded due times were computed under an earlier calendar.",
  secret_suspected: "{field} seems to hold a password or a security code, which never belongs in a complaint: correct it, and tell the customer to change it.",
  extension_conditions: "It counts only if a superior approves it and the complainant is told, both before the limit in force runs out.",
  extension_too_late: "The limit in force has run out: an extension would stay on record without effect.",
  pause_end_assumed: "The pause is taken to end then; while it is open, the clocks it stops have no due time.",
  statutory_limit_kept: "The shorter of both levels' limits has run out: the statutory limit stays.",
  already_in_force: "The same is in force already: nothing would change.",
  takes_effect_later: "It takes effect on a later day: complaints received before keep their policy.",
};
const t = messages({ zh, en });

const field = messages({
  zh: { "/subject": "标题", "/narrative": "投诉内容", "/demand": "诉求" },
  en: { "/subject": "The subject", "/narrative": "The narrative", "/demand": "The demand" },
});

export function warningText({ code, detail, pointer }: Warning): string {
  if (!(code in zh)) return detail; // of a newer server
  return t(code, { year: /\d{4}/.exec(detail)?.[0] ?? "", field: pointer ? field(pointer as Parameters<typeof field>[0]) : "" });
}
