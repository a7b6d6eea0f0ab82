#include <check.h>
#include <jansson.h>
#include <stdlib.h>

#include "lib/json/complaint_json.h"

Suite *complaint_json_suite(void);

static struct arena *arena;

static void setup(void)
{
    arena = arena_new(16384);
}

static void teardown(void)
{
    arena_free(arena);
}

static instant time_of(const char *text)
{
    instant at;

    ck_assert(instant_parse(text_of(text), &at));
    return at;
}

static struct staff_reference agent(void)
{
    return (struct staff_reference){{{1}}, TEXT("agent1"), TEXT("坐席一")};
}

static struct complaint_view example(void)
{
    static struct stage_row stages[2];
    static struct warning warnings[1];

    stages[0] = (struct stage_row){
        .sequence = 1,
        .stage = STAGE_INTAKE,
        .round = 1,
        .owner = agent(),
        .unit = TEXT("HN-CS-001"),
        .entered_at = time_of("2026-11-20T09:12:00+08:00"),
        .accepted_at = time_of("2026-11-20T09:15:00+08:00"),
        .due_at = time_of("2026-11-23T17:30:00+08:00"),
        .completed_at = time_of("2026-11-20T10:00:00.5+08:00"),
        .handovers = 1,
        .refusals = 2,
    };
    stages[1] = (struct stage_row){
        .sequence = 2,
        .stage = STAGE_INVESTIGATION,
        .round = 1,
        .owner = agent(),
        .unit = TEXT("HN-CS-001"),
        .entered_at = time_of("2026-11-20T10:00:00.5+08:00"),
        .accepted_at = time_of("2026-11-20T10:00:00.5+08:00"),
        .due_at = INSTANT_NONE,
        .completed_at = INSTANT_NONE,
    };
    warnings[0] = (struct warning){"calendar_year_missing", TEXT("2027"), NULL};
    return (struct complaint_view){
        .complaint =
            {
                .id = {{0x01, 0x93}},
                .number = TEXT("TS20261120000001"),
                .tracking_code = TEXT("K7Q2"),
                .version = 3,
                .status = STATUS_OPEN,
                .stage = STAGE_INVESTIGATION,
                .round = 1,
                .level = LEVEL_ORDINARY,
                .urgency = 2,
                .source = SOURCE_HOTLINE,
                .tags = 1U << TAG_PETITION | 1U << TAG_REGULATOR,
                .unit = TEXT("HN-CS-001"),
                .owner = agent(),
                .entered_by = agent(),
                .received_at = time_of("2026-11-20T09:12:00+08:00"),
                .entered_at = time_of("2026-11-20T09:15:00+08:00"),
                .updated_at = time_of("2026-11-20T10:00:00.5+08:00"),
                .occurred_at = INSTANT_NONE,
                .closed_at = INSTANT_NONE,
                .decided_at = INSTANT_NONE,
                .erased_at = INSTANT_NONE,
                .statutory_days = 15,
                .stage_due_at = INSTANT_NONE,
                .urge_due_at = INSTANT_NONE,
                .statutory_due_at = time_of("2026-12-05T23:59:59+08:00"),
                .due_at = time_of("2026-12-05T23:59:59+08:00"),
                .policy_version = 1,
                .subject = TEXT("手机银行\"转账\"失败"),
                .narrative = TEXT("第一行\n第二行"),
                .channel_class = TEXT("A01033"),
                .amount_in_dispute = 500000,
                .complainant = {.name = TEXT("张*"),
                                .phone = TEXT("138****1234"),
                                .capacity = CAPACITY_SELF,
                                .people = 1},
                .outcome = TERM_NONE,
                .decline_reason = TERM_NONE,
                .notes = 1,
                .contacts = 2,
                .findings = 3,
                .plans = 4,
                .notices = 5,
                .deliveries = 6,
                .facts = {.plan_approved = true, .failed_attempts = 2},
                .stages = stages,
                .stage_count = 2,
            },
        .overdue = false,
        .retention_until = INSTANT_NONE,
        .allowed_actions = ACTION_BIT(ACTION_ADVANCE) | ACTION_BIT(ACTION_OFFER),
        .warnings = warnings,
        .warning_count = 1,
    };
}

#define OWNER \
    "{\"id\":\"01000000-0000-0000-0000-000000000000\",\"login\":\"agent1\",\"name\":\"坐席一\"}"

static void assert_encodes(const struct shape *shape, const void *object, const char *expected)
{
    struct text_buffer out = text_buffer_new(arena, 64);
    json_error_t error;

    shape_encode(shape, object, 480, &out);
    json_t *is = json_loadb(out.at, out.length, JSON_REJECT_DUPLICATES, &error);
    json_t *should = json_loads(expected, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(should != NULL, "the expectation: %s", error.text);
    ck_assert_msg(json_equal(is, should), "%.*s", TEXT_ARG(text_buffer_text(&out)));
    json_decref(is);
    json_decref(should);
}

START_TEST(a_complaint_is_written_whole)
{
    struct complaint_view view = example();

    assert_encodes(
        &complaint_shape, &view,
        "{\"id\":\"01930000-0000-0000-0000-000000000000\",\"number\":\"TS20261120000001\","
        "\"tracking_code\":\"K7Q2\",\"version\":3,\"status\":\"open\",\"stage\":\"investigation\","
        "\"round\":1,\"round_kind\":\"first\",\"level\":\"ordinary\",\"urgency\":2,\"source\":\"hotline\","
        "\"unit\":\"HN-CS-001\",\"owner\":" OWNER ",\"pending_owner\":null,\"overdue\":false,"
        "\"stage_due_at\":null,\"statutory_due_at\":\"2026-12-05T23:59:59+08:00\","
        "\"due_at\":\"2026-12-05T23:59:59+08:00\",\"urge_due_at\":null,"
        "\"subject\":\"手机银行\\\"转账\\\"失败\","
        "\"narrative\":\"第一行\\n第二行\",\"demand\":null,"
        "\"received_at\":\"2026-11-20T09:12:00+08:00\",\"entered_at\":\"2026-11-20T09:15:00+08:00\","
        "\"updated_at\":\"2026-11-20T10:00:00.500000+08:00\",\"occurred_at\":null,"
        "\"closed_at\":null,\"decided_at\":null,\"retention_until\":null,\"erased_at\":null,"
        "\"channel_class\":\"A01033\",\"business_class\":null,"
        "\"cause_class\":null,\"product\":null,\"amount_in_dispute\":500000,"
        "\"external_case_number\":null,\"staff_complained_of\":null,"
        "\"tags\":[\"regulator\",\"petition\"],\"complainant\":{\"name\":\"张*\","
        "\"phone\":\"138****1234\",\"email\":null,\"address\":null,\"identity_number\":null,"
        "\"account_number\":null,\"customer_number\":null,\"capacity\":\"self\",\"people\":1},"
        "\"entered_by\":\"agent1\",\"outcome\":null,\"decline_reason\":null,\"merged_into\":null,\"void_request\":null,\"unmask_request\":null,\"policy_version\":1,"
        "\"counts\":{\"notes\":1,\"contacts\":2,\"findings\":3,\"plans\":4,\"notices\":5,"
        "\"deliveries\":6,\"pauses\":0,\"extensions\":0,\"links\":0,\"voids\":0,\"unmaskings\":0,\"attachments\":0,\"urges\":0},\"plan_approved\":true,\"delivered\":false,"
        "\"failed_attempts\":2,\"paused\":false,\"statutory_days\":15,"
        "\"stages\":[{\"stage\":\"intake\",\"round\":1,\"owner\":" OWNER ",\"unit\":\"HN-CS-001\","
        "\"entered_at\":\"2026-11-20T09:12:00+08:00\",\"accepted_at\":\"2026-11-20T09:15:00+08:00\","
        "\"due_at\":\"2026-11-23T17:30:00+08:00\","
        "\"completed_at\":\"2026-11-20T10:00:00.500000+08:00\",\"handovers\":1,\"refusals\":2},"
        "{\"stage\":\"investigation\",\"round\":1,\"owner\":" OWNER ",\"unit\":\"HN-CS-001\","
        "\"entered_at\":\"2026-11-20T10:00:00.500000+08:00\","
        "\"accepted_at\":\"2026-11-20T10:00:00.500000+08:00\",\"due_at\":null,"
        "\"completed_at\":null,\"handovers\":0,\"refusals\":0}],"
        "\"awaiting_approval\":[],\"allowed_actions\":[\"advance\",\"offer\"],"
        "\"warnings\":[{\"code\":\"calendar_year_missing\",\"detail\":\"2027\",\"pointer\":null}]}");
}
END_TEST

START_TEST(a_row_of_a_list)
{
    struct complaint_view view = example();

    view.overdue = true;
    view.complaint.pending_owner = agent();
    view.complaint.outcome = OUTCOME_UPHELD;
    view.complaint.amount_in_dispute = -1;
    view.approvals = view.approvals_room;
    view.approvals[view.approval_count++] =
        (struct approval){ACTION_APPROVE_PLAN, agent(), view.complaint.updated_at};
    assert_encodes(
        &complaint_item_shape, &view,
        "{\"id\":\"01930000-0000-0000-0000-000000000000\",\"number\":\"TS20261120000001\","
        "\"version\":3,\"status\":\"open\",\"stage\":\"investigation\",\"round\":1,"
        "\"level\":\"ordinary\",\"urgency\":2,\"source\":\"hotline\",\"unit\":\"HN-CS-001\","
        "\"subject\":\"手机银行\\\"转账\\\"失败\",\"owner\":" OWNER ",\"pending_owner\":" OWNER ","
        "\"overdue\":true,\"stage_due_at\":null,"
        "\"statutory_due_at\":\"2026-12-05T23:59:59+08:00\","
        "\"due_at\":\"2026-12-05T23:59:59+08:00\",\"urge_due_at\":null,"
        "\"received_at\":\"2026-11-20T09:12:00+08:00\","
        "\"entered_at\":\"2026-11-20T09:15:00+08:00\","
        "\"updated_at\":\"2026-11-20T10:00:00.500000+08:00\",\"closed_at\":null,\"erased_at\":null,"
        "\"business_class\":null,\"cause_class\":null,\"external_case_number\":null,"
        "\"tags\":[\"regulator\",\"petition\"],\"complainant\":{\"name\":\"张*\","
        "\"phone\":\"138****1234\",\"capacity\":\"self\"},\"outcome\":\"upheld\","
        "\"awaiting_approval\":[{\"action\":\"approve_plan\",\"by\":" OWNER ","
        "\"since\":\"2026-11-20T10:00:00.500000+08:00\"}],"
        "\"allowed_actions\":[\"advance\",\"offer\"]}");
}
END_TEST

/* The pinned example of the API, member by member. */
START_TEST(a_receipt_is_read)
{
    static const char body[] =
        "{\"source\":\"hotline\",\"subject\":\"  手机银行转账失败但已扣款 \",\"narrative\":\"a\\r\\nb\","
        "\"demand\":\"退回款项并说明原因\",\"received_at\":\"2026-11-20T09:12:00+08:00\","
        "\"occurred_at\":\"2026-11-19T18:00:00+08:00\",\"level\":\"complex\",\"urgency\":2,"
        "\"unit\":\"HN-CS-001\",\"channel_class\":\"A01033\",\"business_class\":\"B05\","
        "\"cause_class\":\"C02\",\"product\":\"手机银行转账\",\"amount_in_dispute\":500000,"
        "\"external_case_number\":null,\"staff_complained_of\":\"agent2\",\"tags\":[\"agitated\"],"
        "\"complainant\":{\"name\":\"张三\",\"phone\":\"13800001234\",\"email\":\"f@example.com\","
        "\"address\":\"长沙\",\"identity_number\":\"1\",\"account_number\":\"2\","
        "\"customer_number\":\"3\",\"capacity\":\"agent\",\"people\":4},\"owner\":\"agent1\"}";
    struct violations violations = {.arena = arena};
    struct receive_command is;

    ck_assert_int_eq(shape_decode(&receive_shape, TEXT(body), arena, &violations, &is), FAULT_NONE);
    ck_assert_uint_eq(violations.count, 0);
    ck_assert_int_eq(is.source, SOURCE_HOTLINE);
    ck_assert(text_equal(is.subject, TEXT("手机银行转账失败但已扣款")));
    ck_assert(text_equal(is.narrative, TEXT("a\nb")));
    ck_assert(text_equal(is.demand, TEXT("退回款项并说明原因")));
    ck_assert_int_eq(is.received_at, time_of("2026-11-20T01:12:00Z"));
    ck_assert_int_eq(is.occurred_at, time_of("2026-11-19T10:00:00Z"));
    ck_assert_int_eq(is.level, LEVEL_COMPLEX);
    ck_assert_int_eq(is.urgency, 2);
    ck_assert(text_equal(is.unit, TEXT("HN-CS-001")));
    ck_assert(text_equal(is.channel_class, TEXT("A01033")));
    ck_assert(text_equal(is.business_class, TEXT("B05")));
    ck_assert(text_equal(is.cause_class, TEXT("C02")));
    ck_assert(text_equal(is.product, TEXT("手机银行转账")));
    ck_assert_int_eq(is.amount_in_dispute, 500000);
    ck_assert(text_is_none(is.external_case_number));
    ck_assert(text_equal(is.staff_complained_of, TEXT("agent2")));
    ck_assert_uint_eq(is.tags, 1U << TAG_AGITATED);
    ck_assert(text_equal(is.complainant.name, TEXT("张三")));
    ck_assert(text_equal(is.complainant.phone, TEXT("13800001234")));
    ck_assert(text_equal(is.complainant.email, TEXT("f@example.com")));
    ck_assert(text_equal(is.complainant.address, TEXT("长沙")));
    ck_assert(text_equal(is.complainant.identity_number, TEXT("1")));
    ck_assert(text_equal(is.complainant.account_number, TEXT("2")));
    ck_assert(text_equal(is.complainant.customer_number, TEXT("3")));
    ck_assert_int_eq(is.complainant.capacity, CAPACITY_AGENT);
    ck_assert_int_eq(is.complainant.people, 4);
    ck_assert(text_equal(is.owner, TEXT("agent1")));
}
END_TEST

START_TEST(what_is_left_out_is_not_recorded)
{
    static const char body[] =
        "{\"source\":\"wechat\",\"subject\":\"a\",\"narrative\":\"b\","
        "\"received_at\":\"2026-11-20T09:12:00+08:00\",\"complainant\":{\"name\":\"张三\"}}";
    struct violations violations = {.arena = arena};
    struct receive_command is;

    ck_assert_int_eq(shape_decode(&receive_shape, TEXT(body), arena, &violations, &is), FAULT_NONE);
    ck_assert_uint_eq(violations.count, 0);
    ck_assert_int_eq(is.level, TERM_NONE);
    ck_assert_int_eq(is.urgency, -1);
    ck_assert_int_eq(is.amount_in_dispute, -1);
    ck_assert(is.occurred_at == INSTANT_NONE);
    ck_assert_int_eq(is.complainant.capacity, TERM_NONE);
    ck_assert_int_eq(is.complainant.people, -1);
    ck_assert(text_is_none(is.owner) && text_is_none(is.demand) &&
              text_is_none(is.complainant.phone));
    ck_assert_uint_eq(is.tags, 0);
}
END_TEST

static const char *work_json(struct text body)
{
    struct work_view work = {.number = 2,
                             .at = time_of("2026-11-20T09:12:00+08:00"),
                             .by = agent(),
                             .stage = STAGE_FEEDBACK,
                             .round = 1,
                             .body = body};
    struct text_buffer out = text_buffer_new(arena, 64);

    work_encode(&work, 480, &out);
    text_buffer_add_char(&out, '\0');
    return out.at;
}

#define WORK                                                                    \
    "{\"number\":2,\"recorded_at\":\"2026-11-20T09:12:00+08:00\",\"by\":" OWNER \
    ",\"stage\":\"feedback\",\"round\":1"

START_TEST(case_work_holds_its_kinds_members)
{
    ck_assert_str_eq(work_json(TEXT("{\"text\":\"a\"}")), WORK ",\"text\":\"a\"}");
    ck_assert_str_eq(work_json(TEXT(" { \"text\": {\"b\":1} }\n")), WORK ",\"text\": {\"b\":1} }");
    ck_assert_str_eq(work_json(TEXT("{}")), WORK "}");
    ck_assert_str_eq(work_json(TEXT(" { } ")), WORK "}");
    ck_assert_str_eq(work_json(TEXT_NONE), WORK "}");
}
END_TEST

START_TEST(case_work_bodies)
{
    struct redress_item redress[] = {{REDRESS_REFUND, 500000}, {REDRESS_APOLOGY, -1}};
    struct plan_command plan = {TEXT("s"), redress, 2};
    struct delivery_command delivery = {CHANNEL_LETTER, 0, TEXT("EMS 1"), 3};
    struct notice_command notice = {TEXT("f"), TEXT("b"), TEXT("d"), TEXT("r")};

    assert_encodes(&plan_shape, &plan,
                   "{\"summary\":\"s\",\"redress\":[{\"type\":\"refund\",\"amount\":500000},"
                   "{\"type\":\"apology\",\"amount\":null}]}");
    assert_encodes(&delivery_shape, &delivery,
                   "{\"notice\":3,\"channel\":\"letter\",\"at\":\"1970-01-01T08:00:00+08:00\","
                   "\"proof\":\"EMS 1\"}");
    assert_encodes(&notice_shape, &notice,
                   "{\"facts\":\"f\",\"basis\":\"b\",\"decision\":\"d\",\"remedies\":\"r\"}");
}
END_TEST

/* Two members of one name, or a preformatted key that differs from the name, would go unnoticed. */
START_TEST(tables_are_consistent)
{
    static const struct shape *const shapes[] = {
        &complaint_shape, &complaint_item_shape, &stage_shape,  &receive_shape, &classify_shape,
        &contact_shape,   &findings_shape,       &notice_shape, &delivery_shape};

    for (size_t s = 0; s < sizeof shapes / sizeof(struct shape *); s++) {
        for (size_t i = 0; i < shapes[s]->member_count; i++) {
            const struct member *member = &shapes[s]->members[i];
            ck_assert_uint_lt(member->offset, shapes[s]->size);
            ck_assert_str_eq(member->key, text_printf(arena, ",\"%s\":", member->name).at);
            ck_assert_uint_eq(member->key_length, strlen(member->key));
            for (size_t k = 0; k < i; k++)
                ck_assert_str_ne(member->name, shapes[s]->members[k].name);
        }
    }
}
END_TEST

Suite *complaint_json_suite(void)
{
    Suite *suite = suite_create("complaint_json");
    TCase *tests = tcase_create("complaint_json");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_complaint_is_written_whole);
    tcase_add_test(tests, a_row_of_a_list);
    tcase_add_test(tests, a_receipt_is_read);
    tcase_add_test(tests, what_is_left_out_is_not_recorded);
    tcase_add_test(tests, case_work_holds_its_kinds_members);
    tcase_add_test(tests, case_work_bodies);
    tcase_add_test(tests, tables_are_consistent);
    suite_add_tcase(suite, tests);
    return suite;
}
