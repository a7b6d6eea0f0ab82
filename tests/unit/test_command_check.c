#include "lib/complaint/command_check.h"

#include "tests/runner.h"
#include "tests/unit/fixture.h"

Suite *command_check_suite(void);

/* Runs a check; every violation must speak both languages. */
static void check(command_check *function, const void *input)
{
    function(input, &fixture->institution, fixture_time(ENTERED), &fixture->violations);
    for (size_t i = 0; i < fixture->violations.count; i++) {
        const struct violation *violation = &fixture->violations.list[i];
        bool beyond_ascii = false;
        ck_assert_uint_gt(violation->en.length, 0);
        for (size_t at = 0; at < violation->en.length; at++)
            ck_assert_int_gt(violation->en.at[at], 0);
        for (size_t at = 0; at < violation->zh.length; at++)
            beyond_ascii = beyond_ascii || violation->zh.at[at] < 0;
        ck_assert(beyond_ascii);
    }
}

/* Expects exactly one violation, or none when pointer is NULL. */
static void expect(const char *pointer, const char *code)
{
    ck_assert_uint_eq(fixture->violations.count, pointer ? 1 : 0);
    if (pointer) {
        assert_text(fixture->violations.list[0].pointer, pointer);
        ck_assert_str_eq(fixture->violations.list[0].code, code);
    }
    fixture->violations.count = 0;
}

START_TEST(the_example_of_the_contract_passes)
{
    struct receive_command input = fixture_receipt();

    input.owner = TEXT("agent1");
    input.unit = TEXT("HN-CS-001");
    input.level = LEVEL_ORDINARY;
    input.urgency = 2;
    input.complainant.capacity = CAPACITY_SELF;
    input.complainant.people = 1;
    check(check_receive, &input);
    expect(NULL, NULL);
}
END_TEST

/* ENTERED is 2026-11-20T09:15:00+08:00. */
START_TEST(time_of_receipt)
{
    static const struct {
        const char *at, *code;
    } cases[] = {
        {"2026-11-20T09:20:00+08:00", NULL},
        {"2026-11-20T09:20:00.000001+08:00", "in_future"},
        {"2027-01-01T00:00:00+08:00", "in_future"},
        {"2006-11-20T09:15:00+08:00", NULL},
        {"2006-11-20T09:14:59+08:00", "too_long_ago"},
    };
    struct receive_command input = fixture_receipt();

    input.received_at = fixture_time(cases[_i].at);
    input.occurred_at = INSTANT_NONE;
    check(check_receive, &input);
    expect(cases[_i].code ? "/received_at" : NULL, cases[_i].code);
}
END_TEST

START_TEST(time_of_the_matter)
{
    struct receive_command input = fixture_receipt();

    input.occurred_at = input.received_at + 5 * INSTANT_MINUTE;
    check(check_receive, &input);
    expect(NULL, NULL);
    input.occurred_at++;
    check(check_receive, &input);
    expect("/occurred_at", "after_receipt");
}
END_TEST

START_TEST(name_and_a_way_to_answer_are_required)
{
    struct receive_command input = fixture_receipt();

    input.complainant.name = TEXT_NONE;
    check(check_receive, &input);
    expect("/complainant/name", "required");
    input = fixture_receipt();
    input.complainant.phone = TEXT_NONE;
    check(check_receive, &input);
    expect("/complainant", "contact_required");
    input.complainant.address = TEXT("长沙市");
    check(check_receive, &input);
    expect(NULL, NULL);
    input.complainant.address = TEXT_NONE;
    input.complainant.email = TEXT("a@b.cn");
    check(check_receive, &input);
    expect(NULL, NULL);
}
END_TEST

START_TEST(anonymous_has_neither_name_nor_contact)
{
    struct receive_command input = fixture_receipt();

    input.complainant.capacity = CAPACITY_ANONYMOUS;
    input.complainant.name = input.complainant.phone = TEXT_NONE;
    check(check_receive, &input);
    expect(NULL, NULL);
    input.complainant.name = TEXT("张三");
    input.complainant.phone = TEXT("x"); /* not wanted at all, so its format is no matter */
    input.complainant.email = TEXT("a@b.cn");
    input.complainant.address = TEXT("长沙市");
    check(check_receive, &input);
    ck_assert_uint_eq(fixture->violations.count, 4);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/complainant/name"),
                     "not_for_anonymous");
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/complainant/phone"),
                     "not_for_anonymous");
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/complainant/email"),
                     "not_for_anonymous");
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/complainant/address"),
                     "not_for_anonymous");
}
END_TEST

/* It is shown as written. A telephone number may well be what a bank counts its customers by. */
START_TEST(a_customer_number_is_no_identity_or_card_number)
{
    static const struct {
        const char *number, *code;
    } cases[] = {
        {"K100200300", NULL},
        {"13800001234", NULL},
        {"6222021234567890129", NULL}, /* no card: Luhn fails */
        {"6222021234567890128", "personal_data"},
        {"6222 0212 3456 7890 128", "personal_data"},
        {"11010519491231002X", "personal_data"},
        {"客户号11010519491231002X", "personal_data"},
        {"110105194912310021", NULL}, /* nor an identity card's: the check digit is wrong */
    };
    struct receive_command input = fixture_receipt();

    input.complainant.customer_number = text_of(cases[_i].number);
    check(check_receive, &input);
    expect(cases[_i].code ? "/complainant/customer_number" : NULL, cases[_i].code);
}
END_TEST

/* That there is no way to answer does not keep back what is wrong with single members. */
START_TEST(all_violations_of_a_complainant_are_told)
{
    struct receive_command input = fixture_receipt();

    input.complainant.name = input.complainant.phone = TEXT_NONE;
    input.complainant.identity_number = TEXT("430102199001011235");
    input.complainant.account_number = TEXT("62x");
    check(check_receive, &input);
    ck_assert_uint_eq(fixture->violations.count, 4);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/complainant/name"), "required");
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/complainant/identity_number"),
                     "invalid_check_digit");
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/complainant/account_number"),
                     "invalid_format");
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/complainant"), "contact_required");
}
END_TEST

/* What decoding found is not told twice, in other words. */
START_TEST(a_member_already_reported_is_not_reported_again)
{
    struct receive_command input = fixture_receipt();

    input.complainant.name = input.complainant.phone = TEXT_NONE;
    violation_add(&fixture->violations, "/complainant", "required", "It is required.", "必填。");
    check(check_receive, &input);
    expect("/complainant", "required");
}
END_TEST

START_TEST(names_must_be_known)
{
    struct receive_command input = fixture_receipt();

    input.unit = TEXT("XX");
    input.owner = TEXT("nobody");
    input.staff_complained_of = TEXT("nobody");
    input.channel_class = TEXT("A99");
    input.business_class = TEXT("C02");
    input.cause_class = TEXT("c02");
    check(check_receive, &input);
    ck_assert_uint_eq(fixture->violations.count, 6);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/unit"), "unknown_unit");
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/owner"), "unknown_staff");
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/staff_complained_of"),
                     "unknown_staff");
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/channel_class"), "unknown_class");
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/business_class"), "wrong_dimension");
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/cause_class"), "unknown_class");
}
END_TEST

START_TEST(the_owner_of_a_receipt_must_be_eligible)
{
    struct receive_command input = fixture_receipt();

    input.owner = TEXT("auditor1");
    check(check_receive, &input);
    expect("/owner", "not_eligible");
}
END_TEST

START_TEST(who_is_named_must_be_at_work)
{
    struct text logins[] = {TEXT("nobody"), TEXT("leaver1"), TEXT("handler1"), TEXT_NONE};
    struct text login = logins[_i];
    bool unknown = _i < 2;

    check(check_advance, &(struct advance_command){.owner = login});
    expect(unknown ? "/owner" : NULL, "unknown_staff");
    check(check_send_back, &(struct send_back_command){.owner = login});
    expect(unknown ? "/owner" : NULL, "unknown_staff");
    check(check_assign, &(struct assign_command){.owner = login});
    expect(unknown ? "/owner" : NULL, "unknown_staff");
    check(check_offer, &(struct offer_command){.to = login});
    expect(unknown ? "/to" : NULL, "unknown_staff");
}
END_TEST

START_TEST(a_classification_must_say_something)
{
    const struct classify_command nothing = {
        .level = TERM_NONE, .urgency = -1, .reason = TEXT("只有原因")};
    struct classify_command given[6];

    check(check_classify, &nothing);
    expect("", "nothing_to_change");
    for (size_t i = 0; i < 6; i++)
        given[i] = nothing;
    given[0].level = LEVEL_ORDINARY;
    given[1].urgency = 1;
    given[2].tags_given = true;
    given[3].channel_class = TEXT("A01033");
    given[4].business_class = TEXT("B05");
    given[5].cause_class = TEXT("C02");
    for (size_t i = 0; i < 6; i++) {
        check(check_classify, &given[i]);
        expect(NULL, NULL);
    }
    given[5].cause_class = TEXT("C99");
    check(check_classify, &given[5]);
    expect("/cause_class", "unknown_class");
}
END_TEST

START_TEST(one_closes_with_a_decision)
{
    check(check_close, &(struct close_command){.outcome = _i});
    if (_i == OUTCOME_UPHELD || _i == OUTCOME_PARTLY_UPHELD || _i == OUTCOME_NOT_UPHELD)
        expect(NULL, NULL);
    else
        expect("/outcome", "not_a_decision");
}
END_TEST

START_TEST(an_absent_outcome_is_left_to_the_shape)
{
    check(check_close, &(struct close_command){.outcome = TERM_NONE});
    expect(NULL, NULL);
}
END_TEST

START_TEST(what_happened_is_not_in_the_future)
{
    static const struct {
        int64_t offset;
        const char *code;
    } cases[] = {
        {0, NULL},
        {5 * INSTANT_MINUTE, NULL},
        {5 * INSTANT_MINUTE + 1, "in_future"},
        {-7305 * INSTANT_DAY, NULL},
        {-7305 * INSTANT_DAY - 1, "too_long_ago"},
    };
    instant at = fixture_time(ENTERED) + cases[_i].offset;

    check(check_contact, &(struct contact_command){.at = at});
    expect(cases[_i].code ? "/at" : NULL, cases[_i].code);
    check(check_withdraw, &(struct withdraw_command){.at = at});
    expect(cases[_i].code ? "/at" : NULL, cases[_i].code);
    check(check_delivery, &(struct delivery_command){.at = at});
    expect(cases[_i].code ? "/at" : NULL, cases[_i].code);
    check(check_delivery, &(struct delivery_command){.at = INSTANT_NONE});
    expect(NULL, NULL);
}
END_TEST

START_TEST(redress_of_money_has_an_amount)
{
    static const struct {
        int type;
        int64_t amount;
        const char *code;
    } cases[] = {
        {REDRESS_REFUND, 500000, NULL},       {REDRESS_REFUND, -1, "required"},
        {REDRESS_REFUND, 0, "not_positive"},  {REDRESS_COMPENSATION, -1, "required"},
        {REDRESS_COMPENSATION, 1, NULL},      {REDRESS_FEE_WAIVER, 0, "not_positive"},
        {REDRESS_FEE_WAIVER, -1, "required"}, {REDRESS_APOLOGY, -1, NULL},
        {REDRESS_CORRECTION, -1, NULL},       {REDRESS_NONE, -1, NULL},
        {REDRESS_NONE, 1, "not_for_none"},
    };
    struct redress_item items[] = {{REDRESS_APOLOGY, -1}, {cases[_i].type, cases[_i].amount}};

    check(check_plan, &(struct plan_command){.redress = items, .redress_count = 2});
    expect(cases[_i].code ? "/redress/1/amount" : NULL, cases[_i].code);
}
END_TEST

START_TEST(a_plan_without_redress_passes)
{
    check(check_plan, &(struct plan_command){.redress = NULL, .redress_count = 0});
    expect(NULL, NULL);
}
END_TEST

/* As left by a body that decoding refused in every member. */
START_TEST(an_empty_receipt_does_not_crash)
{
    struct receive_command input = {
        .source = TERM_NONE,
        .received_at = INSTANT_NONE,
        .occurred_at = INSTANT_NONE,
        .level = TERM_NONE,
        .urgency = -1,
        .complainant.capacity = TERM_NONE,
        .complainant.people = -1,
    };

    check(check_receive, &input);
    ck_assert_uint_eq(fixture->violations.count, 2);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/complainant/name"), "required");
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/complainant"), "contact_required");
}
END_TEST

Suite *command_check_suite(void)
{
    Suite *suite = suite_create("command_check");
    TCase *tests = tcase_create("command_check");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, the_example_of_the_contract_passes);
    tcase_add_loop_test(tests, time_of_receipt, 0, 5);
    tcase_add_test(tests, time_of_the_matter);
    tcase_add_test(tests, name_and_a_way_to_answer_are_required);
    tcase_add_test(tests, anonymous_has_neither_name_nor_contact);
    tcase_add_loop_test(tests, a_customer_number_is_no_identity_or_card_number, 0, 8);
    tcase_add_test(tests, all_violations_of_a_complainant_are_told);
    tcase_add_test(tests, a_member_already_reported_is_not_reported_again);
    tcase_add_test(tests, names_must_be_known);
    tcase_add_test(tests, the_owner_of_a_receipt_must_be_eligible);
    tcase_add_loop_test(tests, who_is_named_must_be_at_work, 0, 4);
    tcase_add_test(tests, a_classification_must_say_something);
    tcase_add_loop_test(tests, one_closes_with_a_decision, 0, OUTCOME_COUNT);
    tcase_add_test(tests, an_absent_outcome_is_left_to_the_shape);
    tcase_add_loop_test(tests, what_happened_is_not_in_the_future, 0, 5);
    tcase_add_loop_test(tests, redress_of_money_has_an_amount, 0, 11);
    tcase_add_test(tests, a_plan_without_redress_passes);
    tcase_add_test(tests, an_empty_receipt_does_not_crash);
    suite_add_tcase(suite, tests);
    return suite;
}
