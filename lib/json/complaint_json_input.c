#include "lib/json/complaint_json.h"

/* What is read, and within which limits. What is flagged as required here is so in any state of the
 * case; what depends on others (the name of a complainant who is not anonymous) the rules judge. */

#define REQUIRED_TEXT .flags = MEMBER_REQUIRED, .max = OTHER_TEXT_CHARACTERS
#define OPTIONAL_TEXT .max = OTHER_TEXT_CHARACTERS
#define REQUIRED_LOGIN .flags = MEMBER_REQUIRED, .max = CODE_CHARACTERS
#define REQUIRED .flags = MEMBER_REQUIRED

#define INPUT_SHAPE(shape_, name_, struct_) \
    const struct shape shape_##_shape = {   \
        .name = (name_), .size = sizeof(struct_), SHAPE_MEMBERS(shape_##_members)}

/* --- intake ------------------------------------------------------------------------------------ */

#define COMPLAINANT __typeof__(((struct receive_command *)NULL)->complainant)

static const struct member complainant_members[] = {
    {MEMBER("name", TEXT, COMPLAINANT, name), .max = NAME_CHARACTERS},
    {MEMBER("phone", TEXT, COMPLAINANT, phone), .max = PHONE_CHARACTERS},
    {MEMBER("email", TEXT, COMPLAINANT, email), .max = EMAIL_CHARACTERS},
    {MEMBER("address", TEXT, COMPLAINANT, address), .max = OTHER_TEXT_CHARACTERS},
    {MEMBER("identity_number", TEXT, COMPLAINANT, identity_number), .max = CODE_CHARACTERS},
    {MEMBER("account_number", TEXT, COMPLAINANT, account_number), .max = CODE_CHARACTERS},
    {MEMBER("customer_number", TEXT, COMPLAINANT, customer_number), .max = CODE_CHARACTERS},
    {MEMBER("capacity", TERM, COMPLAINANT, capacity), .vocabulary = &vocabulary_capacity},
    {MEMBER("people", INTEGER, COMPLAINANT, people), .min = 1, .max = PEOPLE_MAX},
};
static INPUT_SHAPE(complainant, "ComplainantInput", COMPLAINANT);

#define RECEIVE(name, type, field) MEMBER(name, type, struct receive_command, field)

static const struct member receive_members[] = {
    {RECEIVE("source", TERM, source), REQUIRED, .vocabulary = &vocabulary_source},
    {RECEIVE("subject", TEXT, subject), REQUIRED, .max = SUBJECT_CHARACTERS},
    {RECEIVE("narrative", LINES, narrative), REQUIRED, .max = NARRATIVE_CHARACTERS},
    {RECEIVE("demand", LINES, demand), OPTIONAL_TEXT},
    {RECEIVE("received_at", INSTANT, received_at), REQUIRED},
    {RECEIVE("occurred_at", INSTANT, occurred_at)},
    {RECEIVE("level", TERM, level), .vocabulary = &vocabulary_level},
    {RECEIVE("urgency", INTEGER, urgency), .min = 1, .max = URGENCY_MAX},
    {RECEIVE("unit", TEXT, unit), .max = CODE_CHARACTERS},
    {RECEIVE("channel_class", TEXT, channel_class), .max = CODE_CHARACTERS},
    {RECEIVE("business_class", TEXT, business_class), .max = CODE_CHARACTERS},
    {RECEIVE("cause_class", TEXT, cause_class), .max = CODE_CHARACTERS},
    {RECEIVE("product", TEXT, product), .max = PRODUCT_CHARACTERS},
    {RECEIVE("amount_in_dispute", LONG, amount_in_dispute), .max = AMOUNT_MAX_FEN},
    {RECEIVE("external_case_number", TEXT, external_case_number), .max = CODE_CHARACTERS},
    {RECEIVE("staff_complained_of", TEXT, staff_complained_of), .max = CODE_CHARACTERS},
    {RECEIVE("tags", TERMS, tags), .vocabulary = &vocabulary_tag},
    {RECEIVE("complainant", OBJECT, complainant), REQUIRED, .shape = &complainant_shape},
    {RECEIVE("owner", TEXT, owner), .max = CODE_CHARACTERS},
};
INPUT_SHAPE(receive, "ComplaintInput", struct receive_command);

static const struct member settle_members[] = {
    {MEMBER("summary", LINES, struct settle_command, summary), REQUIRED_TEXT},
};
INPUT_SHAPE(settle, "SettleInput", struct settle_command);

static const struct member decline_members[] = {
    {MEMBER("reason_code", TERM, struct decline_command, reason_code), REQUIRED,
     .vocabulary = &vocabulary_decline_reason},
    {MEMBER("reason", LINES, struct decline_command, reason), REQUIRED_TEXT},
};
INPUT_SHAPE(decline, "DeclineInput", struct decline_command);

static const struct member classify_members[] = {
    {MEMBER("level", TERM, struct classify_command, level), .vocabulary = &vocabulary_level},
    {MEMBER("urgency", INTEGER, struct classify_command, urgency), .min = 1, .max = URGENCY_MAX},
    {MEMBER("channel_class", TEXT, struct classify_command, channel_class), .max = CODE_CHARACTERS},
    {MEMBER("business_class", TEXT, struct classify_command, business_class),
     .max = CODE_CHARACTERS},
    {MEMBER("cause_class", TEXT, struct classify_command, cause_class), .max = CODE_CHARACTERS},
    {MEMBER("tags", TERMS, struct classify_command, tags), .vocabulary = &vocabulary_tag,
     .given_offset = offsetof(struct classify_command, tags_given)},
    {MEMBER("reason", LINES, struct classify_command, reason), OPTIONAL_TEXT},
};
INPUT_SHAPE(classify, "ClassifyInput", struct classify_command);

/* --- stages and hand-over ---------------------------------------------------------------------- */

static const struct member advance_members[] = {
    {MEMBER("owner", TEXT, struct advance_command, owner), REQUIRED_LOGIN},
    {MEMBER("note", LINES, struct advance_command, note), OPTIONAL_TEXT},
};
INPUT_SHAPE(advance, "AdvanceInput", struct advance_command);

static const struct member send_back_members[] = {
    {MEMBER("to", TERM, struct send_back_command, to), REQUIRED, .vocabulary = &vocabulary_stage},
    {MEMBER("owner", TEXT, struct send_back_command, owner), REQUIRED_LOGIN},
    {MEMBER("reason", LINES, struct send_back_command, reason), REQUIRED_TEXT},
};
INPUT_SHAPE(send_back, "SendBackInput", struct send_back_command);

static const struct member offer_members[] = {
    {MEMBER("to", TEXT, struct offer_command, to), REQUIRED_LOGIN},
    {MEMBER("reason", LINES, struct offer_command, reason), OPTIONAL_TEXT},
};
INPUT_SHAPE(offer, "OfferInput", struct offer_command);

static const struct member assign_members[] = {
    {MEMBER("owner", TEXT, struct assign_command, owner), REQUIRED_LOGIN},
    {MEMBER("reason", LINES, struct assign_command, reason), OPTIONAL_TEXT},
};
INPUT_SHAPE(assign, "AssignInput", struct assign_command);

static const struct member reason_members[] = {
    {MEMBER("reason", LINES, struct reason_command, reason), REQUIRED_TEXT},
};
INPUT_SHAPE(reason, "ReasonInput", struct reason_command);

static const struct member optional_reason_members[] = {
    {MEMBER("reason", LINES, struct reason_command, reason), OPTIONAL_TEXT},
};
INPUT_SHAPE(optional_reason, "OptionalReasonInput", struct reason_command);

static const struct member withdraw_members[] = {
    {MEMBER("reason", LINES, struct withdraw_command, reason), REQUIRED_TEXT},
    {MEMBER("at", INSTANT, struct withdraw_command, at)},
};
INPUT_SHAPE(withdraw, "WithdrawInput", struct withdraw_command);

static const struct member close_members[] = {
    {MEMBER("outcome", TERM, struct close_command, outcome), REQUIRED,
     .vocabulary = &vocabulary_outcome, .min = OUTCOME_UPHELD,
     .max = OUTCOME_NOT_UPHELD}, /* the others follow from other actions */
    {MEMBER("note", LINES, struct close_command, note), OPTIONAL_TEXT},
};
INPUT_SHAPE(close, "CloseInput", struct close_command);

/* --- case work --------------------------------------------------------------------------------- */

static const struct member note_members[] = {
    {MEMBER("text", LINES, struct note_command, text), REQUIRED_TEXT},
};
INPUT_SHAPE(note, "NoteInput", struct note_command);

static const struct member contact_members[] = {
    {MEMBER("method", TERM, struct contact_command, method), REQUIRED,
     .vocabulary = &vocabulary_channel},
    {MEMBER("direction", TERM, struct contact_command, direction), REQUIRED,
     .vocabulary = &vocabulary_direction},
    {MEMBER("at", INSTANT, struct contact_command, at), REQUIRED},
    {MEMBER("reached", BOOLEAN, struct contact_command, reached), REQUIRED},
    {MEMBER("summary", LINES, struct contact_command, summary), REQUIRED_TEXT},
};
INPUT_SHAPE(contact, "ContactInput", struct contact_command);

static const struct member findings_members[] = {
    {MEMBER("facts", LINES, struct findings_command, facts), REQUIRED_TEXT},
    {MEMBER("basis", LINES, struct findings_command, basis), REQUIRED_TEXT},
    {MEMBER("responsible", LINES, struct findings_command, responsible), OPTIONAL_TEXT},
    {MEMBER("upheld", TERM, struct findings_command, upheld), REQUIRED,
     .vocabulary = &vocabulary_upheld},
};
INPUT_SHAPE(findings, "FindingsInput", struct findings_command);

static const struct member redress_members[] = {
    {MEMBER("type", TERM, struct redress_item, type), REQUIRED, .vocabulary = &vocabulary_redress},
    {MEMBER("amount", LONG, struct redress_item, amount), .max = AMOUNT_MAX_FEN},
};
static INPUT_SHAPE(redress, "Redress", struct redress_item);

static const struct member plan_members[] = {
    {MEMBER("summary", LINES, struct plan_command, summary), REQUIRED_TEXT},
    {MEMBER("redress", LIST, struct plan_command, redress), .max = REDRESS_MAX,
     .shape = &redress_shape, .size = sizeof(struct redress_item),
     .count_offset = offsetof(struct plan_command, redress_count)},
};
INPUT_SHAPE(plan, "PlanInput", struct plan_command);

static const struct member notice_members[] = {
    {MEMBER("facts", LINES, struct notice_command, facts), REQUIRED_TEXT},
    {MEMBER("basis", LINES, struct notice_command, basis), REQUIRED_TEXT},
    {MEMBER("decision", LINES, struct notice_command, decision), REQUIRED_TEXT},
    {MEMBER("remedies", LINES, struct notice_command, remedies), .flags = MEMBER_READ_ONLY},
};
INPUT_SHAPE(notice, "NoticeInput", struct notice_command);

static const struct member delivery_members[] = {
    {MEMBER("notice", INTEGER, struct delivery_command, notice), .flags = MEMBER_READ_ONLY},
    {MEMBER("channel", TERM, struct delivery_command, channel), REQUIRED,
     .vocabulary = &vocabulary_channel},
    {MEMBER("at", INSTANT, struct delivery_command, at), REQUIRED},
    {MEMBER("proof", LINES, struct delivery_command, proof), REQUIRED_TEXT},
};
INPUT_SHAPE(delivery, "DeliveryInput", struct delivery_command);

/* --- clocks and rounds -------------------------------------------------------------------------- */

static const struct member pause_members[] = {
    {MEMBER("reason", TERM, struct pause_command, reason), REQUIRED,
     .vocabulary = &vocabulary_pause_reason},
    {MEMBER("from", INSTANT, struct pause_command, from), REQUIRED},
    {MEMBER("told_at", INSTANT, struct pause_command, told_at)},
    {MEMBER("note", LINES, struct pause_command, note), OPTIONAL_TEXT},
};
INPUT_SHAPE(pause, "PauseInput", struct pause_command);

static const struct member end_pause_members[] = {
    {MEMBER("at", INSTANT, struct end_pause_command, at), REQUIRED},
    {MEMBER("note", LINES, struct end_pause_command, note), OPTIONAL_TEXT},
};
INPUT_SHAPE(end_pause, "EndPauseInput", struct end_pause_command);

static const struct member extension_members[] = {
    {MEMBER("days", INTEGER, struct extension_command, days), REQUIRED, .min = 1,
     .max = EXTENSION_DAYS_MAX},
    {MEMBER("reason", LINES, struct extension_command, reason), REQUIRED_TEXT},
};
INPUT_SHAPE(extension, "ExtensionInput", struct extension_command);

static const struct member approve_extension_members[] = {
    {MEMBER("reason", LINES, struct extension_decision_command, reason), OPTIONAL_TEXT},
};
INPUT_SHAPE(approve_extension, "ApproveExtensionInput", struct extension_decision_command);

static const struct member refuse_extension_members[] = {
    {MEMBER("reason", LINES, struct extension_decision_command, reason), REQUIRED_TEXT},
};
INPUT_SHAPE(refuse_extension, "RefuseExtensionInput", struct extension_decision_command);

static const struct member tell_extension_members[] = {
    {MEMBER("at", INSTANT, struct tell_extension_command, at), REQUIRED},
    {MEMBER("method", TERM, struct tell_extension_command, method), REQUIRED,
     .vocabulary = &vocabulary_channel},
    {MEMBER("effective", BOOLEAN, struct tell_extension_command, effective),
     .flags = MEMBER_READ_ONLY},
};
INPUT_SHAPE(tell_extension, "TellExtensionInput", struct tell_extension_command);

static const struct member figures_members[] = {
    {MEMBER("round", INTEGER, struct round_figures, round), .flags = MEMBER_REQUIRED},
    {MEMBER("status", TERM, struct round_figures, status), .vocabulary = &vocabulary_status},
    {MEMBER("outcome", TERM, struct round_figures, outcome), .vocabulary = &vocabulary_outcome},
    {MEMBER("owner", TEXT, struct round_figures, owner)},
    {MEMBER("closed_at", INSTANT, struct round_figures, closed_at)},
    {MEMBER("decided_at", INSTANT, struct round_figures, decided_at)},
    {MEMBER("stage_due_at", INSTANT, struct round_figures, stage_due_at)},
    {MEMBER("statutory_due_at", INSTANT, struct round_figures, statutory_due_at)},
    {MEMBER("due_at", INSTANT, struct round_figures, due_at)},
};
static INPUT_SHAPE(figures, "RoundFigures", struct round_figures);

#define ROUND_MEMBERS                                                                          \
    {MEMBER("to", TERM, struct round_command, stage), .vocabulary = &vocabulary_stage},        \
        {MEMBER("owner", TEXT, struct round_command, owner), REQUIRED_LOGIN},                  \
        {MEMBER("reason", LINES, struct round_command, reason), REQUIRED_TEXT},                \
    {                                                                                          \
        MEMBER("previous", OBJECT, struct round_command, previous), .flags = MEMBER_READ_ONLY, \
                                                                    .shape = &figures_shape    \
    }

static const struct member reopen_members[] = {
    {MEMBER("kind", TERM, struct round_command, kind), REQUIRED,
     .vocabulary = &vocabulary_round_kind, .min = ROUND_NEW_FACTS, .max = ROUND_ERROR},
    {MEMBER("received_at", INSTANT, struct round_command, at)},
    ROUND_MEMBERS,
};
INPUT_SHAPE(reopen, "ReopenInput", struct round_command);

static const struct member review_members[] = {
    {MEMBER("kind", TERM, struct round_command, kind), .flags = MEMBER_READ_ONLY,
     .vocabulary = &vocabulary_round_kind},
    {MEMBER("applied_at", INSTANT, struct round_command, at)},
    ROUND_MEMBERS,
};
INPUT_SHAPE(review, "ReviewInput", struct round_command);

/* --- supervision -------------------------------------------------------------------------------- */

static const struct member urge_members[] = {
    {MEMBER("text", LINES, struct urge_command, text), REQUIRED_TEXT},
    {MEMBER("due_at", INSTANT, struct urge_command, due_at), REQUIRED},
};
INPUT_SHAPE(urge, "UrgeInput", struct urge_command);

static const struct member urge_answer_members[] = {
    {MEMBER("text", LINES, struct urge_answer_command, text), REQUIRED_TEXT},
};
INPUT_SHAPE(urge_answer, "UrgeAnswerInput", struct urge_answer_command);

/* --- unmasking ---------------------------------------------------------------------------------- */

static const struct member unmask_members[] = {
    {MEMBER("fields", TERMS, struct unmask_command, fields), REQUIRED,
     .vocabulary = &vocabulary_unmask_field},
    {MEMBER("purpose", LINES, struct unmask_command, purpose), REQUIRED_TEXT},
    {MEMBER("granted", BOOLEAN, struct unmask_command, granted), .flags = MEMBER_READ_ONLY},
};
INPUT_SHAPE(unmask, "UnmaskInput", struct unmask_command);

/* --- files -------------------------------------------------------------------------------------- */

static const struct member attachment_query[] = {
    {MEMBER("name", TEXT, struct attachment_command, name), REQUIRED,
     .max = ATTACHMENT_NAME_CHARACTERS},
};
const struct shape attachment_parameters = {.name = "AttachmentParameters",
                                            .size = sizeof(struct attachment_command),
                                            SHAPE_MEMBERS(attachment_query)};

static const struct member attachment_members[] = {
    {MEMBER("name", TEXT, struct attachment_command, name)},
    {MEMBER("type", TERM, struct attachment_command, type),
     .vocabulary = &vocabulary_attachment_type},
    {MEMBER("size", LONG, struct attachment_command, size), .flags = MEMBER_REQUIRED},
    {MEMBER("sha256", TEXT, struct attachment_command, sha256)},
};
INPUT_SHAPE(attachment, "Attachment", struct attachment_command);

/* --- links -------------------------------------------------------------------------------------- */

static const struct member link_members[] = {
    {MEMBER("kind", TERM, struct link_command, kind), REQUIRED,
     .vocabulary = &vocabulary_link_kind},
    {MEMBER("complaint", TEXT, struct link_command, complaint), REQUIRED_LOGIN},
    {MEMBER("reason", LINES, struct link_command, reason), REQUIRED_TEXT},
};
INPUT_SHAPE(link, "LinkInput", struct link_command);

static const struct member link_item_members[] = {
    {MEMBER("kind", TERM, struct link_item, kind), .vocabulary = &vocabulary_link_kind},
    {MEMBER("complaint", OBJECT, struct link_item, complaint), .shape = &complaint_reference_shape},
    {MEMBER("reason", LINES, struct link_item, reason)},
};
INPUT_SHAPE(link_item, "Link", struct link_item);

static const struct member remove_link_members[] = {
    {MEMBER("reason", LINES, struct remove_link_command, reason), REQUIRED_TEXT},
};
INPUT_SHAPE(remove_link, "RemoveLinkInput", struct remove_link_command);

/* --- correction --------------------------------------------------------------------------------- */

#define CORRECTED __typeof__(((struct correct_command *)NULL)->to.complainant)
/* Where the flag of a member of the complainant lies, from the complainant on. */
#define GIVEN_NAMED(field)                           \
    (offsetof(struct correct_command, given.field) - \
     offsetof(struct correct_command, to.complainant))
#define PERSON(name_, type_, ...)                                                                \
    {                                                                                            \
        MEMBER(#name_, type_, CORRECTED, name_), .flags = MEMBER_CLEARS,                         \
                                                 .given_offset = GIVEN_NAMED(name_), __VA_ARGS__ \
    }
#define RECORDED(name_, type_, ...)                                                                \
    {                                                                                              \
        MEMBER(#name_, type_, struct correct_command, to.name_),                                   \
            .flags = MEMBER_CLEARS, .given_offset = offsetof(struct correct_command, given.name_), \
            __VA_ARGS__                                                                            \
    }

static const struct member corrected_complainant_members[] = {
    PERSON(name, TEXT, .max = NAME_CHARACTERS),
    PERSON(phone, TEXT, .max = PHONE_CHARACTERS),
    PERSON(email, TEXT, .max = EMAIL_CHARACTERS),
    PERSON(address, TEXT, .max = OTHER_TEXT_CHARACTERS),
    PERSON(identity_number, TEXT, .max = CODE_CHARACTERS),
    PERSON(account_number, TEXT, .max = CODE_CHARACTERS),
    PERSON(customer_number, TEXT, .max = CODE_CHARACTERS),
    PERSON(capacity, TERM, .vocabulary = &vocabulary_capacity),
    PERSON(people, INTEGER, .min = 1, .max = PEOPLE_MAX),
};
static INPUT_SHAPE(corrected_complainant, "CorrectedComplainant", CORRECTED);

static const struct member correct_members[] = {
    RECORDED(source, TERM, .vocabulary = &vocabulary_source),
    RECORDED(subject, TEXT, .max = SUBJECT_CHARACTERS),
    RECORDED(narrative, LINES, .max = NARRATIVE_CHARACTERS),
    RECORDED(demand, LINES, .max = OTHER_TEXT_CHARACTERS),
    RECORDED(received_at, INSTANT, .min = 0),
    RECORDED(occurred_at, INSTANT, .min = 0),
    RECORDED(channel_class, TEXT, .max = CODE_CHARACTERS),
    RECORDED(business_class, TEXT, .max = CODE_CHARACTERS),
    RECORDED(cause_class, TEXT, .max = CODE_CHARACTERS),
    RECORDED(product, TEXT, .max = PRODUCT_CHARACTERS),
    RECORDED(amount_in_dispute, LONG, .max = AMOUNT_MAX_FEN),
    RECORDED(external_case_number, TEXT, .max = CODE_CHARACTERS),
    RECORDED(staff_complained_of, TEXT, .max = CODE_CHARACTERS),
    {MEMBER("complainant", OBJECT, struct correct_command, to.complainant),
     .shape = &corrected_complainant_shape},
    {MEMBER("reason", LINES, struct correct_command, reason), REQUIRED_TEXT},
};
INPUT_SHAPE(correct, "CorrectInput", struct correct_command);
