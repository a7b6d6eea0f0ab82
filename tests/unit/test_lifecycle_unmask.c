/* Unmasking: who alone, who after whom, and for how long. */
#include "lib/complaint/lifecycle.h"
#include "tests/unit/fixture.h"

Suite *lifecycle_unmask_suite(void);

#define AT "2026-11-23T10:00:00+08:00"
#define CARD (1u << UNMASK_ACCOUNT_NUMBER)
#define PHONE (1u << UNMASK_PHONE)

static const struct unmask_command *asking(unsigned fields)
{
    static struct unmask_command command;
    command = (struct unmask_command){.fields = fields, .purpose = TEXT("回电13800001234")};
    return &command;
}

static const struct reason_command nothing;

START_TEST(contact_data_are_the_owners_alone)
{
    const struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct change change;

    ck_assert_int_eq(
        fixture_decide(ACTION_UNMASK, before, fixture->handler1, AT, asking(PHONE), &change),
        FAULT_NONE);
    ck_assert_uint_eq(change.reveals, PHONE);
    ck_assert(uuid_is_none(change.after.unmasking.by.id));
    ck_assert_int_eq(change.after.unmaskings, 1);
    const struct unmask_command *item = change.item;
    ck_assert(item->granted);
    ck_assert(text_equal(item->purpose, TEXT("回电138****1234")));
    /* One field more, and another person is needed for all. */
    ck_assert_int_eq(
        fixture_decide(ACTION_UNMASK, before, fixture->handler1, AT, asking(PHONE | CARD), &change),
        FAULT_NONE);
    ck_assert_uint_eq(change.reveals, 0);
    ck_assert_uint_eq(change.after.unmasking.fields, PHONE | CARD);
}
END_TEST

/* Whom recusal keeps from owning it is not shown more than others, though the person they stand for is
 * its owner. */
START_TEST(a_recused_deputy_needs_a_second_person)
{
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct uuid handler = fixture->agent2->id;
    struct principal who = fixture_principal(fixture->handler1);
    const struct situation situation = {.institution = &fixture->institution,
                                        .who = &who,
                                        .before = before,
                                        .at = fixture_time(AT),
                                        .arena = fixture->arena,
                                        .violations = &fixture->violations};
    struct change change;

    who.through = fixture->agent2;
    ck_assert_int_eq(lifecycle_unmask(&situation, asking(PHONE), &change), FAULT_NONE);
    ck_assert_uint_eq(change.reveals, PHONE);
    before->handlers = &handler;
    before->handler_count = 1;
    before->barred_handlers = 1;
    ck_assert_int_eq(lifecycle_unmask(&situation, asking(PHONE), &change), FAULT_NONE);
    ck_assert_uint_eq(change.reveals, 0);
}
END_TEST

START_TEST(the_journal_tells_fields_and_purpose)
{
    const struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct change change;

    ck_assert_int_eq(
        fixture_decide(ACTION_UNMASK, before, fixture->handler1, AT, asking(PHONE | CARD), &change),
        FAULT_NONE);
    ck_assert_uint_eq(change.private_count, 1);
    ck_assert_str_eq(change.private_values[0].name, "purpose");
    ck_assert(text_equal(change.facts[1].json, TEXT("[\"phone\",\"account_number\"]")));
    ck_assert_str_eq(change.facts[2].name, "granted");
    ck_assert(text_equal(change.facts[2].json, TEXT("false")));
}
END_TEST

START_TEST(approved_it_is_read_once_and_in_time)
{
    const struct complaint *asked = fixture_do(
        ACTION_UNMASK, fixture_complaint(STAGE_INVESTIGATION), fixture->handler1, AT, asking(CARD));
    struct change change;

    ck_assert_int_eq(
        fixture_decide(ACTION_READ_UNMASKED, asked, fixture->handler1, AT, &nothing, &change),
        FAULT_UNMASK_UNKNOWN);
    const struct complaint *approved = fixture_do(
        ACTION_APPROVE_UNMASK, asked, fixture->supervisor1, "2026-11-24T10:00:00+08:00", &nothing);
    ck_assert_int_eq(fixture_decide(ACTION_READ_UNMASKED, approved, fixture->handler1,
                                    "2026-11-24T11:00:01+08:00", &nothing, &change),
                     FAULT_UNMASK_UNKNOWN);
    ck_assert_int_eq(fixture_decide(ACTION_READ_UNMASKED, approved, fixture->handler1,
                                    "2026-11-24T11:00:00+08:00", &nothing, &change),
                     FAULT_NONE);
    ck_assert_uint_eq(change.reveals, CARD);
    ck_assert_int_eq(change.item_number, 1);
    ck_assert(uuid_is_none(change.after.unmasking.by.id));
    ck_assert_uint_eq(change.after.unmasking.fields, 0);
}
END_TEST

START_TEST(nobody_waits_for_ever)
{
    const struct complaint *asked = fixture_do(
        ACTION_UNMASK, fixture_complaint(STAGE_INVESTIGATION), fixture->handler1, AT, asking(CARD));
    struct change change;

    ck_assert_int_eq(fixture_decide(ACTION_APPROVE_UNMASK, asked, fixture->supervisor1,
                                    "2026-11-24T10:00:01+08:00", &nothing, &change),
                     FAULT_UNMASK_UNKNOWN);
    ck_assert_int_eq(fixture_decide(ACTION_UNMASK, asked, fixture->supervisor1,
                                    "2026-11-24T09:00:00+08:00", asking(CARD), &change),
                     FAULT_UNMASK_PENDING);
    ck_assert_int_eq(fixture_decide(ACTION_UNMASK, asked, fixture->supervisor1,
                                    "2026-11-24T10:00:01+08:00", asking(CARD), &change),
                     FAULT_NONE);
    ck_assert_int_eq(change.after.unmasking.number, 2);
    ck_assert_int_eq(fixture_decide(ACTION_UNMASK, asked, fixture->handler1,
                                    "2026-11-24T09:00:00+08:00", asking(PHONE | CARD), &change),
                     FAULT_NONE); /* the own one is replaced */
}
END_TEST

START_TEST(nobody_decides_the_own_request)
{
    const struct complaint *asked =
        fixture_do(ACTION_UNMASK, fixture_complaint(STAGE_INVESTIGATION), fixture->supervisor1, AT,
                   asking(PHONE));
    struct change change;

    ck_assert(!uuid_is_none(asked->unmasking.by.id));
    ck_assert_int_eq(
        fixture_decide(ACTION_APPROVE_UNMASK, asked, fixture->supervisor1, AT, &nothing, &change),
        FAULT_SELF_APPROVAL);
    ck_assert_int_eq(
        fixture_decide(ACTION_REFUSE_UNMASK, asked, fixture->supervisor1, AT, &nothing, &change),
        FAULT_SELF_APPROVAL);
}
END_TEST

Suite *lifecycle_unmask_suite(void)
{
    Suite *suite = suite_create("lifecycle_unmask");
    TCase *tests = tcase_create("lifecycle_unmask");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, contact_data_are_the_owners_alone);
    tcase_add_test(tests, a_recused_deputy_needs_a_second_person);
    tcase_add_test(tests, the_journal_tells_fields_and_purpose);
    tcase_add_test(tests, approved_it_is_read_once_and_in_time);
    tcase_add_test(tests, nobody_waits_for_ever);
    tcase_add_test(tests, nobody_decides_the_own_request);
    suite_add_tcase(suite, tests);
    return suite;
}
