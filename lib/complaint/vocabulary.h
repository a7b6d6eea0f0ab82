#ifndef COMPLAINT_VOCABULARY_H
#define COMPLAINT_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/text.h"

/* The closed sets of words that the API, the database and people share. Each is written once:
 * X(enum constant, code in JSON and SQL, Chinese, English). */

/* The four stages, in order (domain.md §1 row 3). */
#define STAGE_TERMS(X)                                                   \
    X(STAGE_INTAKE, "intake", "受理", "Intake")                          \
    X(STAGE_INVESTIGATION, "investigation", "调查核实", "Investigation") \
    X(STAGE_RESOLUTION, "resolution", "方案制定", "Resolution")          \
    X(STAGE_FEEDBACK, "feedback", "反馈沟通", "Feedback")

#define STATUS_TERMS(X)                                     \
    X(STATUS_OPEN, "open", "处理中", "Open")                \
    X(STATUS_CLOSED, "closed", "已办结", "Closed")          \
    X(STATUS_WITHDRAWN, "withdrawn", "已撤诉", "Withdrawn") \
    X(STATUS_DECLINED, "declined", "不予受理", "Not accepted")

#define LEVEL_TERMS(X)                                    \
    X(LEVEL_ORDINARY, "ordinary", "普通投诉", "Ordinary") \
    X(LEVEL_COMPLEX, "complex", "复杂投诉", "Complex")    \
    X(LEVEL_MAJOR, "major", "重大投诉", "Major")

/* Where the complaint came from; not where the business was done (domain.md §4). */
#define SOURCE_TERMS(X)                                                                         \
    X(SOURCE_HOTLINE, "hotline", "客服热线", "Hotline")                                         \
    X(SOURCE_BRANCH, "branch", "营业网点", "Branch")                                            \
    X(SOURCE_ONLINE_BANK, "online_bank", "网上银行", "Online bank")                             \
    X(SOURCE_MOBILE_APP, "mobile_app", "手机银行", "Mobile app")                                \
    X(SOURCE_WECHAT, "wechat", "微信", "WeChat")                                                \
    X(SOURCE_SOCIAL_MEDIA, "social_media", "社交媒体", "Social media")                          \
    X(SOURCE_LETTER, "letter", "信函", "Letter")                                                \
    X(SOURCE_EMAIL, "email", "电子邮件", "E-mail")                                              \
    X(SOURCE_VISIT, "visit", "来访", "Visit")                                                   \
    X(SOURCE_REGULATOR_NFRA, "regulator_nfra", "金融监管总局转办", "Regulator NFRA (12378)")    \
    X(SOURCE_REGULATOR_PBOC, "regulator_pboc", "人民银行转办", "Regulator PBOC")                \
    X(SOURCE_GOVERNMENT_12345, "government_12345", "12345政务热线", "Government hotline 12345") \
    X(SOURCE_MEDIA, "media", "媒体", "Media")                                                   \
    X(SOURCE_OTHER, "other", "其他", "Other")

#define TAG_TERMS(X)                                                    \
    X(TAG_REGULATOR, "regulator", "监管类", "Regulator")                \
    X(TAG_PUBLIC_OPINION, "public_opinion", "舆情类", "Public opinion") \
    X(TAG_JUDICIAL, "judicial", "司法类", "Judicial")                   \
    X(TAG_PETITION, "petition", "信访", "Petition")                     \
    X(TAG_AGITATED, "agitated", "情绪激动", "Agitated")                 \
    X(TAG_VULNERABLE_GROUP, "vulnerable_group", "特殊群体", "Vulnerable group")

#define CAPACITY_TERMS(X)                                                                          \
    X(CAPACITY_SELF, "self", "本人", "The customer")                                               \
    X(CAPACITY_LEGAL_REPRESENTATIVE, "legal_representative", "法定代理人", "Legal representative") \
    X(CAPACITY_AGENT, "agent", "委托代理人", "Agent with authorisation")                           \
    X(CAPACITY_HEIR, "heir", "继承人", "Heir")                                                     \
    X(CAPACITY_LEGAL_PERSON, "legal_person", "法人或其他组织", "Legal person")                     \
    X(CAPACITY_ANONYMOUS, "anonymous", "匿名", "Anonymous")

#define OUTCOME_TERMS(X)                                                                   \
    X(OUTCOME_UPHELD, "upheld", "成立", "Upheld")                                          \
    X(OUTCOME_PARTLY_UPHELD, "partly_upheld", "部分成立", "Partly upheld")                 \
    X(OUTCOME_NOT_UPHELD, "not_upheld", "不成立", "Not upheld")                            \
    X(OUTCOME_WITHDRAWN, "withdrawn", "撤诉", "Withdrawn")                                 \
    X(OUTCOME_NOT_ACCEPTED, "not_accepted", "不予受理", "Not accepted")                    \
    X(OUTCOME_SETTLED_AT_INTAKE, "settled_at_intake", "受理环节办结", "Settled at intake") \
    X(OUTCOME_MERGED, "merged", "并案", "Merged into another")                             \
    X(OUTCOME_VOIDED, "voided", "作废", "Voided: recorded by mistake")

/* Why a complaint is not accepted (不予受理). */
#define DECLINE_REASON_TERMS(X)                                                                  \
    X(DECLINE_NOT_OUR_INSTITUTION, "not_our_institution", "非本机构业务", "Not our institution") \
    X(DECLINE_NOT_A_CONSUMER_MATTER, "not_a_consumer_matter", "不属于消费投诉",                  \
      "Not a consumer matter")                                                                   \
    X(DECLINE_ALREADY_DECIDED, "already_decided", "已办结且无新事实", "Already decided")         \
    X(DECLINE_BEFORE_COURT, "before_court", "已进入诉讼、仲裁", "Before a court or arbitrator")  \
    X(DECLINE_NO_IDENTITY_OR_FACTS, "no_identity_or_facts", "缺少身份或具体事实",                \
      "Identity or facts missing")                                                               \
    X(DECLINE_OTHER, "other", "其他", "Other")

#define REDRESS_TERMS(X)                                            \
    X(REDRESS_REFUND, "refund", "退款", "Refund")                   \
    X(REDRESS_COMPENSATION, "compensation", "赔偿", "Compensation") \
    X(REDRESS_FEE_WAIVER, "fee_waiver", "减免费用", "Fee waiver")   \
    X(REDRESS_APOLOGY, "apology", "道歉", "Apology")                \
    X(REDRESS_CORRECTION, "correction", "更正", "Correction")       \
    X(REDRESS_NONE, "none", "无", "None")

#define UPHELD_TERMS(X)                              \
    X(UPHELD_YES, "yes", "属实", "Yes")              \
    X(UPHELD_PARTLY, "partly", "部分属实", "Partly") \
    X(UPHELD_NO, "no", "不属实", "No")

/* How the customer is reached, and how a decision notice is delivered. */
#define CHANNEL_TERMS(X)                                   \
    X(CHANNEL_LETTER, "letter", "信函", "Letter")          \
    X(CHANNEL_PHONE, "phone", "电话", "Phone")             \
    X(CHANNEL_SMS, "sms", "短信", "SMS")                   \
    X(CHANNEL_EMAIL, "email", "电子邮件", "E-mail")        \
    X(CHANNEL_IN_PERSON, "in_person", "当面", "In person") \
    X(CHANNEL_APP, "app", "手机银行", "App")

#define DIRECTION_TERMS(X)                                 \
    X(DIRECTION_INBOUND, "inbound", "客户来联", "Inbound") \
    X(DIRECTION_OUTBOUND, "outbound", "联系客户", "Outbound")

/* Why a clock stands still. Mediation and outside appraisal may move the statutory clock too, if the
 * complainant is told (domain.md §2). */
#define PAUSE_REASON_TERMS(X)                                                            \
    X(PAUSE_MEDIATION, "mediation", "调解", "Mediation")                                 \
    X(PAUSE_APPRAISAL, "appraisal", "外部鉴定", "Outside appraisal")                     \
    X(PAUSE_AWAITING_CUSTOMER, "awaiting_customer", "等待客户", "Awaiting the customer") \
    X(PAUSE_OTHER, "other", "其他", "Other")

/* Why a round of handling began (domain.md §3). */
#define ROUND_KIND_TERMS(X)                                \
    X(ROUND_FIRST, "first", "首次办理", "First handling")  \
    X(ROUND_REVIEW, "review", "核查", "Review")            \
    X(ROUND_NEW_FACTS, "new_facts", "新事实", "New facts") \
    X(ROUND_ERROR, "error", "纠错", "Error")

/* How one complaint stands to another: it says the same again, it is about the same matter, or it is
 * handled with the other from now on. */
#define LINK_KIND_TERMS(X)                                        \
    X(LINK_REPEAT, "repeat", "重复投诉", "Repeat")                \
    X(LINK_SAME_MATTER, "same_matter", "同一事项", "Same matter") \
    X(LINK_MERGED_INTO, "merged_into", "并入", "Merged into")

/* Which of the two a link is listed for: the one that made it, or the one it leads to. */
#define LINK_DIRECTION_TERMS(X)                          \
    X(LINK_OUTGOING, "outgoing", "本件关联", "Outgoing") \
    X(LINK_INCOMING, "incoming", "被关联", "Incoming")

/* What can be shown as it was written (domain.md §3); the first four are contact data. */
#define UNMASK_FIELD_TERMS(X)                                                   \
    X(UNMASK_NAME, "name", "姓名", "Name")                                      \
    X(UNMASK_PHONE, "phone", "电话", "Phone")                                   \
    X(UNMASK_EMAIL, "email", "电子邮箱", "E-mail")                              \
    X(UNMASK_ADDRESS, "address", "地址", "Address")                             \
    X(UNMASK_IDENTITY_NUMBER, "identity_number", "证件号码", "Identity number") \
    X(UNMASK_ACCOUNT_NUMBER, "account_number", "账号", "Account number")        \
    X(UNMASK_SUBJECT, "subject", "标题", "Subject")                             \
    X(UNMASK_NARRATIVE, "narrative", "投诉内容", "Narrative")                   \
    X(UNMASK_DEMAND, "demand", "诉求", "Demand")

/* The kinds of files that are taken, recognised by their content; none of them is shown by a browser as
 * a page (lib/complaint/attachment.h). */
#define ATTACHMENT_TYPE_TERMS(X)                                    \
    X(ATTACHMENT_PDF, "pdf", "PDF文件", "PDF document")             \
    X(ATTACHMENT_JPEG, "jpeg", "JPEG图片", "JPEG picture")          \
    X(ATTACHMENT_PNG, "png", "PNG图片", "PNG picture")              \
    X(ATTACHMENT_GIF, "gif", "GIF图片", "GIF picture")              \
    X(ATTACHMENT_WEBP, "webp", "WebP图片", "WebP picture")          \
    X(ATTACHMENT_TIFF, "tiff", "TIFF图片", "TIFF picture")          \
    X(ATTACHMENT_HEIC, "heic", "HEIC图片", "HEIC picture")          \
    X(ATTACHMENT_DOCX, "docx", "Word文档", "Word document")         \
    X(ATTACHMENT_XLSX, "xlsx", "Excel表格", "Excel workbook")       \
    X(ATTACHMENT_ODT, "odt", "ODF文档", "OpenDocument text")        \
    X(ATTACHMENT_ODS, "ods", "ODF表格", "OpenDocument spreadsheet") \
    X(ATTACHMENT_TEXT, "text", "纯文本", "Plain text")              \
    X(ATTACHMENT_WAV, "wav", "WAV录音", "WAV recording")            \
    X(ATTACHMENT_MP3, "mp3", "MP3录音", "MP3 recording")            \
    X(ATTACHMENT_M4A, "m4a", "M4A录音", "M4A recording")            \
    X(ATTACHMENT_AMR, "amr", "AMR录音", "AMR recording")            \
    X(ATTACHMENT_MP4, "mp4", "MP4视频", "MP4 video")

/* The roles of api.md, granted per unit and reaching its subtree. */
#define ROLE_TERMS(X)                                                                \
    X(ROLE_INTAKE, "intake", "受理人员", "Intake")                                   \
    X(ROLE_HANDLER, "handler", "经办人员", "Handler")                                \
    X(ROLE_SUPERVISOR, "supervisor", "督办人员", "Supervisor")                       \
    X(ROLE_AUDITOR, "auditor", "审计人员", "Auditor")                                \
    X(ROLE_SECURITY_ADMIN, "security_admin", "安全管理员", "Security administrator") \
    X(ROLE_SYSTEM_ADMIN, "system_admin", "系统管理员", "System administrator")

/* What a token is good for, whatever the roles of its holder. */
#define SCOPE_TERMS(X)                       \
    X(SCOPE_READ, "read", "读取", "Read")    \
    X(SCOPE_WRITE, "write", "办理", "Write") \
    X(SCOPE_ADMINISTER, "administer", "管理", "Administer")

/* What can be done to a complaint. A code is the last part of the operation's path, with '_' for
 * '-', where that says it all; the same word stands in allowed_actions and in the journal. At most
 * 64, since sets of them are bits. */
#define ACTION_TERMS(X)                                                                  \
    X(ACTION_RECEIVE, "receive", "登记", "Receive")                                      \
    X(ACTION_ADVANCE, "advance", "进入下一环节", "Advance")                              \
    X(ACTION_OFFER, "offer", "移交", "Offer")                                            \
    X(ACTION_SETTLE, "settle", "受理环节办结", "Settle at intake")                       \
    X(ACTION_DECLINE, "decline", "不予受理", "Decline")                                  \
    X(ACTION_CLASSIFY, "classify", "分类定级", "Classify")                               \
    X(ACTION_SEND_BACK, "send_back", "退回", "Send back")                                \
    X(ACTION_ACCEPT, "accept", "接受移交", "Accept")                                     \
    X(ACTION_REFUSE, "refuse", "拒绝移交", "Refuse")                                     \
    X(ACTION_TAKE_BACK, "take_back", "撤回移交", "Take back")                            \
    X(ACTION_ASSIGN, "assign", "指派", "Assign")                                         \
    X(ACTION_WITHDRAW, "withdraw", "撤诉", "Withdraw")                                   \
    X(ACTION_CLOSE, "close", "办结", "Close")                                            \
    X(ACTION_NOTES, "notes", "备注", "Note")                                             \
    X(ACTION_CONTACTS, "contacts", "联系记录", "Contact")                                \
    X(ACTION_FINDINGS, "findings", "核查结果", "Findings")                               \
    X(ACTION_PLAN, "plan", "处理方案", "Plan")                                           \
    X(ACTION_APPROVE_PLAN, "approve_plan", "审批方案", "Approve the plan")               \
    X(ACTION_NOTICES, "notices", "处理决定", "Decision notice")                          \
    X(ACTION_DELIVERIES, "deliveries", "送达记录", "Delivery")                           \
    X(ACTION_CORRECT, "correct", "更正", "Correct")                                      \
    X(ACTION_PAUSES, "pauses", "中止计时", "Pause")                                      \
    X(ACTION_END_PAUSE, "end_pause", "恢复计时", "End a pause")                          \
    X(ACTION_EXTENSIONS, "extensions", "申请延期", "Request an extension")               \
    X(ACTION_APPROVE_EXTENSION, "approve_extension", "批准延期", "Approve an extension") \
    X(ACTION_REFUSE_EXTENSION, "refuse_extension", "驳回延期", "Refuse an extension")    \
    X(ACTION_TELL_EXTENSION, "tell_extension", "告知延期", "Tell of an extension")       \
    X(ACTION_REOPEN, "reopen", "重新办理", "Reopen")                                     \
    X(ACTION_REVIEW, "review", "核查", "Review")                                         \
    X(ACTION_LINKS, "links", "关联投诉", "Link")                                         \
    X(ACTION_REMOVE_LINK, "remove_link", "解除关联", "Remove a link")                    \
    X(ACTION_VOID, "void", "申请作废", "Request voiding")                                \
    X(ACTION_APPROVE_VOID, "approve_void", "批准作废", "Approve the voiding")            \
    X(ACTION_REFUSE_VOID, "refuse_void", "驳回作废", "Refuse the voiding")               \
    X(ACTION_UNMASK, "unmask", "申请查看明文", "Unmask")                                 \
    X(ACTION_APPROVE_UNMASK, "approve_unmask", "批准查看明文", "Approve the unmasking")  \
    X(ACTION_REFUSE_UNMASK, "refuse_unmask", "驳回查看明文", "Refuse the unmasking")     \
    X(ACTION_READ_UNMASKED, "read_unmasked", "查看明文", "Read unmasked")                \
    X(ACTION_ATTACHMENTS, "attachments", "添加附件", "Attach a file")                    \
    X(ACTION_URGE, "urge", "督办", "Urge")                                               \
    X(ACTION_ANSWER_URGE, "answer_urge", "答复督办", "Answer an order")                  \
    X(ACTION_RECALCULATE, "recalculate", "重算时限", "Recalculate")                      \
    X(ACTION_ERASE, "erase", "清除个人信息", "Erase")

/* From 0 on, as the bits of a calendar's working weekdays. */
#define WEEKDAY_TERMS(X)                                     \
    X(WEEKDAY_MONDAY, "monday", "星期一", "Monday")          \
    X(WEEKDAY_TUESDAY, "tuesday", "星期二", "Tuesday")       \
    X(WEEKDAY_WEDNESDAY, "wednesday", "星期三", "Wednesday") \
    X(WEEKDAY_THURSDAY, "thursday", "星期四", "Thursday")    \
    X(WEEKDAY_FRIDAY, "friday", "星期五", "Friday")          \
    X(WEEKDAY_SATURDAY, "saturday", "星期六", "Saturday")    \
    X(WEEKDAY_SUNDAY, "sunday", "星期日", "Sunday")

/* What was changed for all complaints at once. */
#define RULES_TERMS(X)                                \
    X(RULES_CALENDAR, "calendar", "日历", "Calendar") \
    X(RULES_POLICY, "policy", "制度", "Policy")

#define ORDER_TERMS(X)                                                      \
    X(ORDER_NEWEST, "-received_at", "最近收到在前", "Newest receipt first") \
    X(ORDER_OLDEST, "received_at", "最早收到在前", "Oldest receipt first")  \
    X(ORDER_DUE, "due_at", "最先到期在前", "Earliest due first")

/* What the audit trail beside complaints records (audit.h). */
#define AUDIT_ACTION_TERMS(X)                                                                 \
    X(AUDIT_SIGN_IN, "sign_in", "登录", "Sign-in")                                            \
    X(AUDIT_SIGN_OUT, "sign_out", "退出", "Sign-out")                                         \
    X(AUDIT_DENIED, "denied", "无权操作", "Denied action")                                    \
    X(AUDIT_UNMASKED, "unmasked", "查看未脱敏信息", "Read of unmasked data")                  \
    X(AUDIT_CONTACT_SEARCHED, "contact_searched", "按联系方式查找", "Search by contact data") \
    X(AUDIT_ATTACHMENT_READ, "attachment_read", "下载附件", "Read of an attached file")       \
    X(AUDIT_EXPORTED, "exported", "导出", "Export")                                           \
    X(AUDIT_STAFF_ADDED, "staff_added", "新增人员", "Staff member added")                     \
    X(AUDIT_STAFF_CHANGED, "staff_changed", "人员或权限变更",                                 \
      "Change of a staff member, their rights or password")                                   \
    X(AUDIT_UNIT_ADDED, "unit_added", "新增机构", "Unit added")                               \
    X(AUDIT_UNIT_CHANGED, "unit_changed", "机构变更", "Change of a unit")                     \
    X(AUDIT_TOKEN_ISSUED, "token_issued", "签发令牌", "Token issued to a program")            \
    X(AUDIT_TOKEN_REVOKED, "token_revoked", "撤销令牌", "Token of a program revoked")         \
    X(AUDIT_CALENDAR_ADDED, "calendar_added", "启用日历", "Calendar put in force")            \
    X(AUDIT_POLICY_ADDED, "policy_added", "启用制度", "Policy put in force")                  \
    X(AUDIT_RETENTION_HOLD, "retention_hold", "保存期限冻结变更",                             \
      "Retention hold placed or lifted")                                                      \
    X(AUDIT_ERASURE_ORDERED, "erasure_ordered", "清除令", "Erasure order made or decided")    \
    X(AUDIT_ERASED, "erased", "清除个人信息", "Complaint erased")                             \
    X(AUDIT_SETTINGS_CHANGED, "settings_changed", "其他配置变更",                             \
      "Change of other settings, such as classes, webhooks or escalation chains")

#define VOCABULARY_ENUM(constant, code, zh, en) constant,
enum stage { STAGE_TERMS(VOCABULARY_ENUM) STAGE_COUNT };
enum status { STATUS_TERMS(VOCABULARY_ENUM) STATUS_COUNT };
enum level { LEVEL_TERMS(VOCABULARY_ENUM) LEVEL_COUNT };
enum source { SOURCE_TERMS(VOCABULARY_ENUM) SOURCE_COUNT };
enum tag { TAG_TERMS(VOCABULARY_ENUM) TAG_COUNT };
enum capacity { CAPACITY_TERMS(VOCABULARY_ENUM) CAPACITY_COUNT };
enum outcome { OUTCOME_TERMS(VOCABULARY_ENUM) OUTCOME_COUNT };
enum decline_reason { DECLINE_REASON_TERMS(VOCABULARY_ENUM) DECLINE_REASON_COUNT };
enum redress { REDRESS_TERMS(VOCABULARY_ENUM) REDRESS_COUNT };
enum upheld { UPHELD_TERMS(VOCABULARY_ENUM) UPHELD_COUNT };
enum channel { CHANNEL_TERMS(VOCABULARY_ENUM) CHANNEL_COUNT };
enum direction { DIRECTION_TERMS(VOCABULARY_ENUM) DIRECTION_COUNT };
enum pause_reason { PAUSE_REASON_TERMS(VOCABULARY_ENUM) PAUSE_REASON_COUNT };
enum round_kind { ROUND_KIND_TERMS(VOCABULARY_ENUM) ROUND_KIND_COUNT };
enum link_kind { LINK_KIND_TERMS(VOCABULARY_ENUM) LINK_KIND_COUNT };
enum link_direction { LINK_DIRECTION_TERMS(VOCABULARY_ENUM) LINK_DIRECTION_COUNT };
enum unmask_field { UNMASK_FIELD_TERMS(VOCABULARY_ENUM) UNMASK_FIELD_COUNT };
enum attachment_type { ATTACHMENT_TYPE_TERMS(VOCABULARY_ENUM) ATTACHMENT_TYPE_COUNT };
enum role { ROLE_TERMS(VOCABULARY_ENUM) ROLE_COUNT };
enum scope { SCOPE_TERMS(VOCABULARY_ENUM) SCOPE_COUNT };
enum action { ACTION_TERMS(VOCABULARY_ENUM) ACTION_COUNT };
enum weekday { WEEKDAY_TERMS(VOCABULARY_ENUM) WEEKDAY_COUNT };
enum rules { RULES_TERMS(VOCABULARY_ENUM) RULES_COUNT };
enum order { ORDER_TERMS(VOCABULARY_ENUM) ORDER_COUNT };
enum audit_action { AUDIT_ACTION_TERMS(VOCABULARY_ENUM) AUDIT_ACTION_COUNT };
#undef VOCABULARY_ENUM

/* A set of actions: a bit for each. */
typedef uint64_t action_set;
#define ACTION_BIT(action) (UINT64_C(1) << (action))

/* A set of scopes: a bit for each. */
#define SCOPE_BIT(scope) (1u << (scope))
#define SCOPES_ALL ((1u << SCOPE_COUNT) - 1)

#define TERM_NONE (-1) /* in an int that holds a term: not recorded */

struct term {
    struct text code;
    const char *zh, *en;
};

struct vocabulary {
    const char *name; /* the enum's name, as in openapi.yaml and /v1/vocabulary */
    const struct term *terms;
    int count;
};

extern const struct vocabulary vocabulary_stage, vocabulary_status, vocabulary_level,
    vocabulary_source, vocabulary_tag, vocabulary_capacity, vocabulary_outcome,
    vocabulary_decline_reason, vocabulary_redress, vocabulary_upheld, vocabulary_channel,
    vocabulary_direction, vocabulary_pause_reason, vocabulary_round_kind, vocabulary_link_kind,
    vocabulary_link_direction, vocabulary_unmask_field, vocabulary_attachment_type, vocabulary_role,
    vocabulary_scope, vocabulary_action, vocabulary_weekday, vocabulary_rules, vocabulary_order,
    vocabulary_audit_action;

/* All of them, for /v1/vocabulary and --print-routes; ends with NULL. */
extern const struct vocabulary *const vocabularies[];

/* The term of a code, or TERM_NONE. */
int vocabulary_find(const struct vocabulary *vocabulary, struct text code);

/* The code of a term; none for TERM_NONE. */
struct text vocabulary_code(const struct vocabulary *vocabulary, int term);

#endif
