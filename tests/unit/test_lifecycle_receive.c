#include <string.h>

#include "tests/runner.h"
#include "tests/unit/fixture.h"

Suite *lifecycle_receive_suite(void);

static struct change received(const struct receive_command *input)
{
    struct change change;

    ck_assert_int_eq(fixture_receive(fixture->agent1, input, &change), FAULT_NONE);
    return change;
}

START_TEST(a_receipt_opens_intake_with_an_owner_and_both_clocks)
{
    const struct receive_command input = fixture_receipt();
    const struct change change = received(&input);
    const struct complaint *after = &change.after;

    ck_assert_int_eq(change.action, ACTION_RECEIVE);
    assert_text(after->number, "TS20261120000001");
    ck_assert_int_eq(after->version, 1);
    ck_assert_int_eq(after->status, STATUS_OPEN);
    ck_assert_int_eq(after->stage, STAGE_INTAKE);
    ck_assert_int_eq(after->round, 1);
    assert_text(after->owner.login, "agent1");
    assert_text(after->entered_by.login, "agent1");
    ck_assert(uuid_is_none(after->pending_owner.id));
    assert_text(after->unit, "HN-CS-001");
    assert_uuid(after->owner_unit_id, fixture->cs1->id);
    ck_assert_uint_eq(after->handler_count, 1);
    assert_uuid(after->handlers[0], fixture->agent1->id);
    assert_instant(after->stage_due_at, "2026-11-23T17:30:00+08:00");
    assert_instant(after->statutory_due_at, "2026-12-05T23:59:59+08:00");
    assert_instant(after->due_at, "2026-11-23T17:30:00+08:00");
    assert_instant(after->entered_at, ENTERED);
    ck_assert_int_eq(after->closed_at, INSTANT_NONE);
    ck_assert_int_eq(after->outcome, TERM_NONE);
    ck_assert_int_eq(after->decline_reason, TERM_NONE);
    ck_assert_int_eq(after->policy_version, 1);
}
END_TEST

/* The clock of 受理 starts at receipt, responsibility at entry. */
START_TEST(the_first_row_starts_at_receipt)
{
    const struct receive_command input = fixture_receipt();
    const struct change change = received(&input);
    const struct stage_row *row = complaint_current(&change.after);

    ck_assert_uint_eq(change.after.stage_count, 1);
    ck_assert_ptr_eq(change.stage_opened, row);
    ck_assert_ptr_null(change.stage_ended);
    ck_assert_int_eq(row->sequence, 1);
    ck_assert_int_eq(row->stage, STAGE_INTAKE);
    ck_assert_int_eq(row->round, 1);
    assert_text(row->owner.login, "agent1");
    assert_text(row->unit, "HN-CS-001");
    assert_instant(row->entered_at, RECEIVED);
    assert_instant(row->accepted_at, ENTERED);
    ck_assert_int_eq(row->due_at, change.after.stage_due_at);
    ck_assert_int_eq(row->completed_at, INSTANT_NONE);
}
END_TEST

START_TEST(what_is_absent_has_its_default)
{
    const struct receive_command input = fixture_receipt();
    const struct change change = received(&input);

    ck_assert_int_eq(change.after.level, LEVEL_ORDINARY);
    ck_assert_int_eq(change.after.urgency, 3);
    ck_assert_int_eq(change.after.complainant.people, 1);
    ck_assert_int_eq(change.after.complainant.capacity, CAPACITY_SELF);
}
END_TEST

START_TEST(what_is_given_is_recorded)
{
    struct receive_command input = fixture_receipt();
    struct change change;

    input.level = LEVEL_COMPLEX;
    input.urgency = 1;
    input.tags = 1u << TAG_JUDICIAL;
    input.external_case_number = TEXT("12378-1");
    input.unit = TEXT("HN-CS-001");
    input.owner = TEXT("handler1");
    input.complainant.people = 3;
    input.complainant.capacity = CAPACITY_AGENT;
    change = received(&input);
    ck_assert_int_eq(change.after.level, LEVEL_COMPLEX);
    ck_assert_int_eq(change.after.urgency, 1);
    ck_assert_uint_eq(change.after.tags, 1u << TAG_JUDICIAL);
    assert_text(change.after.external_case_number, "12378-1");
    assert_text(change.after.owner.login, "handler1");
    assert_text(change.after.entered_by.login, "agent1");
    assert_text(change.after.product, "手机银行转账");
    assert_text(change.after.business_class, "B05");
    ck_assert_int_eq(change.after.amount_in_dispute, 500000);
    ck_assert_int_eq(change.after.complainant.people, 3);
    ck_assert_int_eq(change.after.complainant.capacity, CAPACITY_AGENT);
    assert_instant(change.after.statutory_due_at, "2026-12-20T23:59:59+08:00");
}
END_TEST

START_TEST(personal_data_are_shown_masked_and_kept_as_written)
{
    struct receive_command input = fixture_receipt();
    struct change change;

    input.complainant.email = TEXT("fang@example.com");
    input.complainant.identity_number = TEXT("11010519491231002X");
    input.complainant.account_number = TEXT("6222021234567890123");
    input.complainant.customer_number = TEXT("C-77");
    input.complainant.address = TEXT("湖南省长沙市岳麓区某路1号");
    change = received(&input);
    assert_text(change.after.complainant.name, "张*");
    assert_text(change.after.complainant.phone, "138****1234");
    ck_assert_ptr_null(
        memmem(change.after.narrative.at, change.after.narrative.length, "13800001234", 11));
    ck_assert(
        !text_equal(change.after.complainant.identity_number, input.complainant.identity_number));
    ck_assert(
        !text_equal(change.after.complainant.account_number, input.complainant.account_number));
    ck_assert(!text_equal(change.after.complainant.email, input.complainant.email));
    ck_assert(!text_equal(change.after.complainant.address, input.complainant.address));
    assert_text(fixture_private(&change, "complainant.name"), "张三");
    assert_text(fixture_private(&change, "complainant.phone"), "13800001234");
    assert_text(fixture_private(&change, "complainant.email"), "fang@example.com");
    assert_text(fixture_private(&change, "complainant.address"), "湖南省长沙市岳麓区某路1号");
    assert_text(fixture_private(&change, "complainant.identity_number"), "11010519491231002X");
    assert_text(fixture_private(&change, "complainant.account_number"), "6222021234567890123");
    assert_text(fixture_private(&change, "complainant.customer_number"), "C-77");
    assert_text(fixture_private(&change, "narrative"), "客户称转账失败，请回电13800001234。");
    /* Free texts too, even where nothing in them is masked. */
    assert_text(fixture_private(&change, "subject"), "手机银行转账失败但已扣款");
    assert_text(fixture_private(&change, "demand"), "退回款项并说明原因");
    ck_assert_uint_eq(change.private_count, 11);
}
END_TEST

START_TEST(what_was_not_given_is_no_private_value)
{
    struct receive_command input = fixture_receipt();
    struct change change;

    input.demand = TEXT_NONE;
    change = received(&input);
    ck_assert_uint_eq(change.private_count, 5);
    ck_assert(text_is_none(change.after.demand));
    ck_assert(text_is_none(change.after.complainant.email));
}
END_TEST

/* domain.md §3: 20 and more joint complainants are major, whatever the caller thought. */
START_TEST(many_people_make_it_major)
{
    static const struct {
        int people, level, expected;
    } cases[] = {
        {19, TERM_NONE, LEVEL_ORDINARY},   {20, TERM_NONE, LEVEL_MAJOR},
        {20, LEVEL_ORDINARY, LEVEL_MAJOR}, {500, LEVEL_COMPLEX, LEVEL_MAJOR},
        {1, LEVEL_MAJOR, LEVEL_MAJOR},
    };
    struct receive_command input = fixture_receipt();
    struct change change;

    input.complainant.people = cases[_i].people;
    input.level = cases[_i].level;
    change = received(&input);
    ck_assert_int_eq(change.after.level, cases[_i].expected);
    assert_instant(change.after.statutory_due_at, cases[_i].expected == LEVEL_ORDINARY
                                                      ? "2026-12-05T23:59:59+08:00"
                                                      : "2026-12-20T23:59:59+08:00");
}
END_TEST

START_TEST(the_policy_of_the_day_of_receipt_sets_the_limits)
{
    struct receive_command input = fixture_receipt();
    struct change change;

    input.received_at = fixture_time("2027-01-04T10:00:00+08:00"); /* a Monday */
    change = received(&input);
    ck_assert_int_eq(change.after.policy_version, 2);
    assert_instant(change.after.stage_due_at, "2027-01-06T17:30:00+08:00");
    assert_instant(change.after.statutory_due_at, "2027-01-14T23:59:59+08:00");
}
END_TEST

/* Long holidays: then the statutory date governs. */
START_TEST(the_earlier_clock_governs)
{
    struct receive_command input = fixture_receipt();
    struct policy *policies = ARENA_ARRAY(fixture->arena, struct policy, 1);
    struct change change;

    policies[0] = fixture->institution.policies[0];
    policies[0].limits[LEVEL_ORDINARY].stage_days[STAGE_INTAKE] = 20;
    fixture->institution.policies = policies;
    fixture->institution.policy_count = 1;
    change = received(&input);
    ck_assert_int_gt(change.after.stage_due_at, change.after.statutory_due_at);
    ck_assert_int_eq(change.after.due_at, change.after.statutory_due_at);
}
END_TEST

START_TEST(an_anonymous_complaint_is_accepted)
{
    struct receive_command input = fixture_receipt();
    struct change change;

    input.complainant.capacity = CAPACITY_ANONYMOUS;
    input.complainant.name = input.complainant.phone = TEXT_NONE;
    change = received(&input);
    ck_assert_int_eq(change.after.complainant.capacity, CAPACITY_ANONYMOUS);
    ck_assert(text_is_none(change.after.complainant.name));
}
END_TEST

/* Who may receive for which unit. */
START_TEST(receiving_needs_a_role_over_the_unit)
{
    static const struct {
        const char *login, *unit;
        enum fault expected;
    } cases[] = {
        {"agent1", NULL, FAULT_NONE},
        {"handler1", NULL, FAULT_NONE},
        {"intake1", NULL, FAULT_NONE},
        {"supervisor1", NULL, FAULT_NONE},
        {"supervisor1", "HN-CS-002", FAULT_NONE},
        {"agent1", "HN-CS-001", FAULT_NONE},
        {"agent1", "HN-CS-002", FAULT_FORBIDDEN},
        {"agent1", "HN", FAULT_FORBIDDEN},
        {"supervisor1", "GD", FAULT_FORBIDDEN},
        {"auditor1", NULL, FAULT_FORBIDDEN},
        {"admin", NULL, FAULT_FORBIDDEN},
    };
    struct receive_command input = fixture_receipt();
    struct change change;
    const struct staff *who =
        institution_staff_by_login(&fixture->institution, text_of(cases[_i].login));

    input.unit = text_of(cases[_i].unit);
    ck_assert_int_eq(fixture_receive(who, &input, &change), cases[_i].expected);
}
END_TEST

START_TEST(the_complaint_belongs_to_the_unit_named)
{
    struct receive_command input = fixture_receipt();
    struct change change;

    input.unit = TEXT("HN-CS-002");
    input.owner = TEXT("agent2");
    ck_assert_int_eq(fixture_receive(fixture->supervisor1, &input, &change), FAULT_NONE);
    assert_text(change.after.unit, "HN-CS-002");
    assert_text(change.after.owner.login, "agent2");
    assert_text(change.after.entered_by.login, "supervisor1");
    assert_uuid(change.after.owner_unit_id, fixture->cs2->id);
}
END_TEST

START_TEST(names_that_do_not_fit_are_violations)
{
    static const struct {
        const char *owner, *unit, *about, *pointer, *code;
    } cases[] = {
        {"nobody", NULL, NULL, "/owner", "unknown_staff"},
        {"leaver1", NULL, NULL, "/owner", "unknown_staff"},
        {"auditor1", NULL, NULL, "/owner", "not_eligible"},
        {"admin", NULL, NULL, "/owner", "not_eligible"},
        {NULL, "XX", NULL, "/unit", "unknown_unit"},
        {NULL, NULL, "nobody", "/staff_complained_of", "unknown_staff"},
    };
    struct receive_command input = fixture_receipt();
    struct change change;

    input.owner = text_of(cases[_i].owner);
    input.unit = text_of(cases[_i].unit);
    input.staff_complained_of = text_of(cases[_i].about);
    ck_assert_int_eq(fixture_receive(fixture->agent1, &input, &change), FAULT_INVALID);
    ck_assert_uint_eq(fixture->violations.count, 1);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, cases[_i].pointer), cases[_i].code);
}
END_TEST

START_TEST(all_names_that_do_not_fit_are_told_at_once)
{
    struct receive_command input = fixture_receipt();
    struct change change;

    input.owner = TEXT("nobody");
    input.unit = TEXT("XX");
    input.cause_class = TEXT("B05");
    input.received_at = INSTANT_NONE;
    ck_assert_int_eq(fixture_receive(fixture->agent1, &input, &change), FAULT_INVALID);
    ck_assert_uint_eq(fixture->violations.count, 4);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/cause_class"), "wrong_dimension");
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/received_at"), "required");
}
END_TEST

/* 回避: neither as owner nor at the desk. A complaint about somebody who left is none the less. */
START_TEST(the_person_complained_of_keeps_away)
{
    static const struct {
        const char *about, *owner;
        enum fault expected;
    } cases[] = {
        {"agent1", NULL, FAULT_RECUSED},         {"agent1", "handler1", FAULT_RECUSED},
        {"handler1", "handler1", FAULT_RECUSED}, {"handler1", NULL, FAULT_NONE},
        {"leaver1", NULL, FAULT_NONE},
    };
    struct receive_command input = fixture_receipt();
    struct change change;

    input.staff_complained_of = text_of(cases[_i].about);
    input.owner = text_of(cases[_i].owner);
    ck_assert_int_eq(fixture_receive(fixture->agent1, &input, &change), cases[_i].expected);
    if (cases[_i].expected == FAULT_NONE)
        assert_text(change.after.staff_complained_of, cases[_i].about);
}
END_TEST

/* Hand-over to superiors and across units is allowed from the start. */
START_TEST(any_eligible_owner_may_be_named)
{
    static const char *const owners[] = {"intake1", "handler1", "supervisor1", "agent2",
                                         "outsider1"};
    struct receive_command input = fixture_receipt();

    input.owner = text_of(owners[_i]);
    assert_text(received(&input).after.owner.login, owners[_i]);
}
END_TEST

START_TEST(a_preview_runs_each_stage_from_the_end_of_the_one_before)
{
    struct deadline_preview preview;

    lifecycle_preview(&fixture->institution, fixture_time(RECEIVED), LEVEL_ORDINARY, &preview);
    assert_instant(preview.stage_due_at[STAGE_INTAKE], "2026-11-23T17:30:00+08:00");
    assert_instant(preview.stage_due_at[STAGE_INVESTIGATION], "2026-11-30T17:30:00+08:00");
    assert_instant(preview.stage_due_at[STAGE_RESOLUTION], "2026-12-03T17:30:00+08:00");
    assert_instant(preview.stage_due_at[STAGE_FEEDBACK], "2026-12-07T17:30:00+08:00");
    assert_instant(preview.statutory_due_at, "2026-12-05T23:59:59+08:00");
    assert_instant(preview.due_at, "2026-11-23T17:30:00+08:00");
    lifecycle_preview(&fixture->institution, fixture_time(RECEIVED), LEVEL_MAJOR, &preview);
    assert_instant(preview.stage_due_at[STAGE_FEEDBACK], "2026-12-18T17:30:00+08:00");
    assert_instant(preview.statutory_due_at, "2026-12-20T23:59:59+08:00");
}
END_TEST

Suite *lifecycle_receive_suite(void)
{
    Suite *suite = suite_create("lifecycle_receive");
    TCase *tests = tcase_create("lifecycle_receive");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, a_receipt_opens_intake_with_an_owner_and_both_clocks);
    tcase_add_test(tests, the_first_row_starts_at_receipt);
    tcase_add_test(tests, what_is_absent_has_its_default);
    tcase_add_test(tests, what_is_given_is_recorded);
    tcase_add_test(tests, personal_data_are_shown_masked_and_kept_as_written);
    tcase_add_test(tests, what_was_not_given_is_no_private_value);
    tcase_add_loop_test(tests, many_people_make_it_major, 0, 5);
    tcase_add_test(tests, the_policy_of_the_day_of_receipt_sets_the_limits);
    tcase_add_test(tests, the_earlier_clock_governs);
    tcase_add_test(tests, an_anonymous_complaint_is_accepted);
    tcase_add_loop_test(tests, receiving_needs_a_role_over_the_unit, 0, 11);
    tcase_add_test(tests, the_complaint_belongs_to_the_unit_named);
    tcase_add_loop_test(tests, names_that_do_not_fit_are_violations, 0, 6);
    tcase_add_test(tests, all_names_that_do_not_fit_are_told_at_once);
    tcase_add_loop_test(tests, the_person_complained_of_keeps_away, 0, 5);
    tcase_add_loop_test(tests, any_eligible_owner_may_be_named, 0, 5);
    tcase_add_test(tests, a_preview_runs_each_stage_from_the_end_of_the_one_before);
    suite_add_tcase(suite, tests);
    return suite;
}
