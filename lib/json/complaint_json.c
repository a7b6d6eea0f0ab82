#include "lib/json/complaint_json.h"

/* What is written. Numbers that are always known are "required": -1 would not be null there. */

#define VIEW(name, type, field) MEMBER(name, type, struct complaint_view, complaint.field)

static const struct member stage_members[] = {
    {MEMBER("stage", TERM, struct stage_row, stage), .vocabulary = &vocabulary_stage},
    {MEMBER("round", INTEGER, struct stage_row, round), .flags = MEMBER_REQUIRED},
    {MEMBER("owner", STAFF, struct stage_row, owner)},
    {MEMBER("unit", TEXT, struct stage_row, unit)},
    {MEMBER("entered_at", INSTANT, struct stage_row, entered_at)},
    {MEMBER("accepted_at", INSTANT, struct stage_row, accepted_at)},
    {MEMBER("due_at", INSTANT, struct stage_row, due_at)},
    {MEMBER("completed_at", INSTANT, struct stage_row, completed_at)},
    {MEMBER("handovers", INTEGER, struct stage_row, handovers), .flags = MEMBER_REQUIRED},
    {MEMBER("refusals", INTEGER, struct stage_row, refusals), .flags = MEMBER_REQUIRED},
};
const struct shape stage_shape = {
    .name = "Stage", .size = sizeof(struct stage_row), SHAPE_MEMBERS(stage_members)};

static const struct member counts_members[] = {
    {MEMBER("notes", INTEGER, struct complaint, notes), .flags = MEMBER_REQUIRED},
    {MEMBER("contacts", INTEGER, struct complaint, contacts), .flags = MEMBER_REQUIRED},
    {MEMBER("findings", INTEGER, struct complaint, findings), .flags = MEMBER_REQUIRED},
    {MEMBER("plans", INTEGER, struct complaint, plans), .flags = MEMBER_REQUIRED},
    {MEMBER("notices", INTEGER, struct complaint, notices), .flags = MEMBER_REQUIRED},
    {MEMBER("deliveries", INTEGER, struct complaint, deliveries), .flags = MEMBER_REQUIRED},
    {MEMBER("pauses", INTEGER, struct complaint, pauses), .flags = MEMBER_REQUIRED},
    {MEMBER("extensions", INTEGER, struct complaint, extensions), .flags = MEMBER_REQUIRED},
    {MEMBER("links", INTEGER, struct complaint, links), .flags = MEMBER_REQUIRED},
    {MEMBER("voids", INTEGER, struct complaint, voids), .flags = MEMBER_REQUIRED},
    {MEMBER("unmaskings", INTEGER, struct complaint, unmaskings), .flags = MEMBER_REQUIRED},
    {MEMBER("attachments", INTEGER, struct complaint, attachments), .flags = MEMBER_REQUIRED},
    {MEMBER("urges", INTEGER, struct complaint, urges), .flags = MEMBER_REQUIRED},
};
static const struct shape counts_shape = {
    .name = "Counts", .size = sizeof(struct complaint), SHAPE_MEMBERS(counts_members)};

#define COMPLAINANT __typeof__(((struct complaint *)NULL)->complainant)

static const struct member complainant_members[] = {
    {MEMBER("name", TEXT, COMPLAINANT, name)},
    {MEMBER("phone", TEXT, COMPLAINANT, phone)},
    {MEMBER("email", TEXT, COMPLAINANT, email)},
    {MEMBER("address", TEXT, COMPLAINANT, address)},
    {MEMBER("identity_number", TEXT, COMPLAINANT, identity_number)},
    {MEMBER("account_number", TEXT, COMPLAINANT, account_number)},
    {MEMBER("customer_number", TEXT, COMPLAINANT, customer_number)},
    {MEMBER("capacity", TERM, COMPLAINANT, capacity), .vocabulary = &vocabulary_capacity},
    {MEMBER("people", INTEGER, COMPLAINANT, people)},
};
static const struct shape complainant_shape = {
    .name = "Complainant", .size = sizeof(COMPLAINANT), SHAPE_MEMBERS(complainant_members)};

static const struct member complainant_item_members[] = {
    {MEMBER("name", TEXT, COMPLAINANT, name), .zh = "投诉人姓名"},
    {MEMBER("phone", TEXT, COMPLAINANT, phone), .zh = "投诉人电话"},
    {MEMBER("capacity", TERM, COMPLAINANT, capacity), .vocabulary = &vocabulary_capacity,
     .zh = "投诉人身份"},
};
static const struct shape complainant_item_shape = {.name = "ComplainantItem",
                                                    .size = sizeof(COMPLAINANT),
                                                    SHAPE_MEMBERS(complainant_item_members)};

static const struct member warning_members[] = {
    {MEMBER("code", STRING, struct warning, code)},
    {MEMBER("detail", TEXT, struct warning, detail)},
    {MEMBER("pointer", STRING, struct warning, pointer)},
};
const struct shape warning_shape = {
    .name = "Warning", .size = sizeof(struct warning), SHAPE_MEMBERS(warning_members)};

static const struct member complaint_reference_members[] = {
    {MEMBER("id", UUID, struct complaint_reference, id)},
    {MEMBER("number", TEXT, struct complaint_reference, number)},
};
const struct shape complaint_reference_shape = {.name = "ComplaintReference",
                                                .size = sizeof(struct complaint_reference),
                                                SHAPE_MEMBERS(complaint_reference_members)};

#define VOIDING __typeof__(((struct complaint *)NULL)->voiding)

static const struct member voiding_members[] = {
    {MEMBER("by", STAFF, VOIDING, by)},
    {MEMBER("at", INSTANT, VOIDING, at)},
};
static const struct shape voiding_shape = {
    .name = "VoidRequest", .size = sizeof(VOIDING), SHAPE_MEMBERS(voiding_members)};

#define UNMASKING __typeof__(((struct complaint *)NULL)->unmasking)

static const struct member unmasking_members[] = {
    {MEMBER("by", STAFF, UNMASKING, by)},
    {MEMBER("at", INSTANT, UNMASKING, at)},
    {MEMBER("number", INTEGER, UNMASKING, number), .flags = MEMBER_REQUIRED},
    {MEMBER("fields", TERMS, UNMASKING, fields), .vocabulary = &vocabulary_unmask_field},
    {MEMBER("approved_at", INSTANT, UNMASKING, approved_at)},
};
static const struct shape unmasking_shape = {
    .name = "UnmaskRequest", .size = sizeof(UNMASKING), SHAPE_MEMBERS(unmasking_members)};

static const struct member approval_members[] = {
    {MEMBER("action", TERM, struct approval, action), .vocabulary = &vocabulary_action},
    {MEMBER("by", STAFF, struct approval, by)},
    {MEMBER("since", INSTANT, struct approval, since)},
};
static const struct shape approval_shape = {
    .name = "AwaitedApproval", .size = sizeof(struct approval), SHAPE_MEMBERS(approval_members)};

#define AWAITING_APPROVAL                                                    \
    {                                                                        \
        MEMBER("awaiting_approval", LIST, struct complaint_view, approvals), \
            .shape = &approval_shape, .size = sizeof(struct approval),       \
            .count_offset = offsetof(struct complaint_view, approval_count)  \
    }

static const struct member complaint_members[] = {
    {VIEW("id", UUID, id)},
    {VIEW("number", TEXT, number)},
    {VIEW("tracking_code", TEXT, tracking_code)},
    {VIEW("version", LONG, version), .flags = MEMBER_REQUIRED},
    {VIEW("status", TERM, status), .vocabulary = &vocabulary_status},
    {VIEW("stage", TERM, stage), .vocabulary = &vocabulary_stage},
    {VIEW("round", INTEGER, round), .flags = MEMBER_REQUIRED},
    {VIEW("round_kind", TERM, round_kind), .vocabulary = &vocabulary_round_kind},
    {VIEW("level", TERM, level), .vocabulary = &vocabulary_level},
    {VIEW("urgency", INTEGER, urgency)},
    {VIEW("source", TERM, source), .vocabulary = &vocabulary_source},
    {VIEW("unit", TEXT, unit)},
    {VIEW("owner", STAFF, owner)},
    {VIEW("pending_owner", STAFF, pending_owner)},
    {MEMBER("overdue", BOOLEAN, struct complaint_view, overdue)},
    {VIEW("stage_due_at", INSTANT, stage_due_at)},
    {VIEW("statutory_due_at", INSTANT, statutory_due_at)},
    {VIEW("due_at", INSTANT, due_at)},
    {VIEW("urge_due_at", INSTANT, urge_due_at)},
    {VIEW("subject", TEXT, subject)},
    {VIEW("narrative", LINES, narrative)},
    {VIEW("demand", LINES, demand)},
    {VIEW("received_at", INSTANT, received_at)},
    {VIEW("entered_at", INSTANT, entered_at)},
    {VIEW("updated_at", INSTANT, updated_at)},
    {VIEW("occurred_at", INSTANT, occurred_at)},
    {VIEW("closed_at", INSTANT, closed_at)},
    {VIEW("decided_at", INSTANT, decided_at)},
    {MEMBER("retention_until", INSTANT, struct complaint_view, retention_until)},
    {VIEW("erased_at", INSTANT, erased_at)},
    {VIEW("channel_class", TEXT, channel_class)},
    {VIEW("business_class", TEXT, business_class)},
    {VIEW("cause_class", TEXT, cause_class)},
    {VIEW("product", TEXT, product)},
    {VIEW("amount_in_dispute", LONG, amount_in_dispute)},
    {VIEW("external_case_number", TEXT, external_case_number)},
    {VIEW("staff_complained_of", TEXT, staff_complained_of)},
    {VIEW("tags", TERMS, tags), .vocabulary = &vocabulary_tag},
    {VIEW("complainant", OBJECT, complainant), .shape = &complainant_shape},
    {VIEW("entered_by", LOGIN, entered_by)},
    {VIEW("outcome", TERM, outcome), .vocabulary = &vocabulary_outcome},
    {VIEW("decline_reason", TERM, decline_reason), .vocabulary = &vocabulary_decline_reason},
    {VIEW("merged_into", OBJECT, merged_into), .flags = MEMBER_NULLABLE,
     .shape = &complaint_reference_shape},
    {VIEW("void_request", OBJECT, voiding), .flags = MEMBER_NULLABLE, .shape = &voiding_shape},
    {VIEW("unmask_request", OBJECT, unmasking), .flags = MEMBER_NULLABLE,
     .shape = &unmasking_shape},
    {VIEW("policy_version", INTEGER, policy_version), .flags = MEMBER_REQUIRED},
    {MEMBER("counts", OBJECT, struct complaint_view, complaint), .shape = &counts_shape},
    {VIEW("plan_approved", BOOLEAN, facts.plan_approved)},
    {VIEW("delivered", BOOLEAN, facts.delivered)},
    {VIEW("failed_attempts", INTEGER, facts.failed_attempts), .flags = MEMBER_REQUIRED},
    {VIEW("paused", BOOLEAN, facts.pause_open)},
    {VIEW("statutory_days", INTEGER, statutory_days), .flags = MEMBER_REQUIRED},
    {VIEW("stages", LIST, stages), .shape = &stage_shape, .size = sizeof(struct stage_row),
     .count_offset = offsetof(struct complaint_view, complaint.stage_count)},
    AWAITING_APPROVAL,
    {MEMBER("allowed_actions", ACTIONS, struct complaint_view, allowed_actions)},
    {MEMBER("warnings", LIST, struct complaint_view, warnings), .shape = &warning_shape,
     .size = sizeof(struct warning),
     .count_offset = offsetof(struct complaint_view, warning_count)},
};
const struct shape complaint_shape = {
    .name = "Complaint", .size = sizeof(struct complaint_view), SHAPE_MEMBERS(complaint_members)};

static const struct member complaint_item_members[] = {
    {VIEW("id", UUID, id), .zh = "标识"},
    {VIEW("number", TEXT, number), .zh = "投诉编号"},
    {VIEW("version", LONG, version), .flags = MEMBER_REQUIRED, .zh = "版本"},
    {VIEW("status", TERM, status), .vocabulary = &vocabulary_status, .zh = "状态"},
    {VIEW("stage", TERM, stage), .vocabulary = &vocabulary_stage, .zh = "环节"},
    {VIEW("round", INTEGER, round), .flags = MEMBER_REQUIRED, .zh = "轮次"},
    {VIEW("level", TERM, level), .vocabulary = &vocabulary_level, .zh = "等级"},
    {VIEW("urgency", INTEGER, urgency), .zh = "紧急程度"},
    {VIEW("source", TERM, source), .vocabulary = &vocabulary_source, .zh = "投诉来源"},
    {VIEW("unit", TEXT, unit), .zh = "受理机构"},
    {VIEW("subject", TEXT, subject), .zh = "投诉标题"},
    {VIEW("owner", STAFF, owner), .zh = "责任人"},
    {VIEW("pending_owner", STAFF, pending_owner), .zh = "待接手人"},
    {MEMBER("overdue", BOOLEAN, struct complaint_view, overdue), .zh = "逾期"},
    {VIEW("stage_due_at", INSTANT, stage_due_at), .zh = "环节时限"},
    {VIEW("statutory_due_at", INSTANT, statutory_due_at), .zh = "法定期限"},
    {VIEW("due_at", INSTANT, due_at), .zh = "到期时间"},
    {VIEW("urge_due_at", INSTANT, urge_due_at), .zh = "督办答复时限"},
    {VIEW("received_at", INSTANT, received_at), .zh = "收到时间"},
    {VIEW("entered_at", INSTANT, entered_at), .zh = "登记时间"},
    {VIEW("updated_at", INSTANT, updated_at), .zh = "更新时间"},
    {VIEW("closed_at", INSTANT, closed_at), .zh = "办结时间"},
    {VIEW("erased_at", INSTANT, erased_at), .zh = "清除时间"},
    {VIEW("business_class", TEXT, business_class), .zh = "业务类别"},
    {VIEW("cause_class", TEXT, cause_class), .zh = "投诉原因"},
    {VIEW("external_case_number", TEXT, external_case_number), .zh = "外部编号"},
    {VIEW("tags", TERMS, tags), .vocabulary = &vocabulary_tag, .zh = "标签"},
    {VIEW("complainant", OBJECT, complainant), .shape = &complainant_item_shape, .zh = "投诉人"},
    {VIEW("outcome", TERM, outcome), .vocabulary = &vocabulary_outcome, .zh = "处理结果"},
    AWAITING_APPROVAL,
    {MEMBER("allowed_actions", ACTIONS, struct complaint_view, allowed_actions)},
};
const struct shape complaint_item_shape = {.name = "ComplaintItem",
                                           .size = sizeof(struct complaint_view),
                                           SHAPE_MEMBERS(complaint_item_members)};

static const struct member work_members[] = {
    {MEMBER("number", INTEGER, struct work_view, number), .flags = MEMBER_REQUIRED},
    {MEMBER("recorded_at", INSTANT, struct work_view, at)},
    {MEMBER("by", STAFF, struct work_view, by)},
    {MEMBER("stage", TERM, struct work_view, stage), .vocabulary = &vocabulary_stage},
    {MEMBER("round", INTEGER, struct work_view, round), .flags = MEMBER_REQUIRED},
};
static const struct shape work_shape = {
    .name = "Work", .size = sizeof(struct work_view), SHAPE_MEMBERS(work_members)};

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

void work_encode(const struct work_view *work, int zone_minutes, struct text_buffer *out)
{
    /* What stands between the braces of the body. */
    const char *from = work->body.at ? work->body.at : "", *end = from + work->body.length;

    while (from < end && is_space(*from))
        from++;
    while (end > from && is_space(end[-1]))
        end--;
    if (end - from >= 2 && *from == '{' && end[-1] == '}') {
        from++;
        end--;
    } else {
        from = end;
    }
    while (from < end && is_space(*from))
        from++;

    shape_encode(&work_shape, work, zone_minutes, out);
    if (from == end)
        return;
    out->length--; /* the closing brace comes after the body's members */
    text_buffer_add_char(out, ',');
    text_buffer_add(out, from, (size_t)(end - from));
    text_buffer_add_char(out, '}');
}
