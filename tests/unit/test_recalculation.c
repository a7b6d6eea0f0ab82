#include "lib/complaint/recalculation.h"

#include <string.h>

#include "lib/complaint/what_if.h"
#include "tests/runner.h"
#include "tests/unit/fixture.h"

Suite *recalculation_suite(void);

/* The fixture's institution with another calendar, or one policy more. */
static struct institution later;
static struct calendar *calendar;
static struct policy policies[8];

static void set_up(void)
{
    const struct calendar_source source = {.version = 2,
                                           .zone_minutes = 8 * 60,
                                           .weekdays = 0x7f,
                                           .periods = {{540, 720}, {810, 1020}},
                                           .period_count = 2};
    fixture_setup();
    calendar = calendar_new(&source);
    later = fixture->institution;
}

static void tear_down(void)
{
    calendar_free(calendar);
    fixture_teardown();
}

static void add_policy(const char *day, int intake_days, int major_from_people)
{
    size_t count = later.policy_count;
    struct policy *added = &policies[count];

    ck_assert_uint_lt(count, sizeof policies / sizeof *policies);
    memcpy(policies, later.policies, count * sizeof *policies);
    *added = policies[0];
    added->version = 9;
    ck_assert(day_parse(text_of(day), &added->effective_from));
    added->limits[LEVEL_ORDINARY].stage_days[STAGE_INTAKE] = intake_days;
    added->limits[LEVEL_ORDINARY].statutory_days = 20;
    added->major_from_people = major_from_people;
    later.policies = policies;
    later.policy_count++;
}

static enum fault recalculate(const struct complaint *before, enum rules rules, struct change *ret)
{
    const struct recalculate_command command = {7, (int)rules, 9};
    const struct principal who = fixture_principal(fixture->supervisor1);
    const struct situation situation = {.institution = &later,
                                        .who = &who,
                                        .before = before,
                                        .at = fixture_time("2026-11-20T12:00:00+08:00"),
                                        .arena = fixture->arena};
    return lifecycle_recalculate(&situation, &command, ret);
}

START_TEST(a_calendar_moves_the_stage_clock_alone)
{
    struct complaint *before = fixture_complaint(STAGE_INTAKE);
    struct change change;

    later.calendar = calendar;
    ck_assert_int_eq(recalculate(before, RULES_CALENDAR, &change), FAULT_NONE);
    assert_instant(before->stage_due_at, "2026-11-23T17:30:00+08:00");
    assert_instant(change.after.stage_due_at, "2026-11-21T17:00:00+08:00"); /* a Saturday */
    ck_assert_int_eq(change.after.statutory_due_at, before->statutory_due_at);
    ck_assert_int_eq(change.after.due_at, change.after.stage_due_at);
    ck_assert_ptr_eq(change.stage_ended, complaint_current(&change.after));
    ck_assert_int_eq(change.stage_ended->completed_at, INSTANT_NONE);
    ck_assert_int_eq(change.after.version, before->version + 1);
    ck_assert(!change.corrects);
    ck_assert(recalculation_changes(before, &change.after));
    assert_text(fixture_fact(&change, "recalculation"), "7");
    assert_text(fixture_fact(&change, "rules"), "\"calendar\"");
    assert_text(fixture_fact(&change, "version"), "9");
}
END_TEST

START_TEST(the_same_calendar_changes_nothing)
{
    struct complaint *before = fixture_complaint(STAGE_RESOLUTION);
    struct change change;

    ck_assert_int_eq(recalculate(before, RULES_CALENDAR, &change), FAULT_NONE);
    ck_assert(!recalculation_changes(before, &change.after));
}
END_TEST

START_TEST(completed_rows_and_ended_complaints_stay)
{
    struct complaint *before = fixture_complaint(STAGE_RESOLUTION);
    struct change change;

    later.calendar = calendar;
    ck_assert_int_eq(recalculate(before, RULES_CALENDAR, &change), FAULT_NONE);
    ck_assert_int_eq(change.after.stages[0].due_at, before->stages[0].due_at);
    ck_assert_int_eq(change.after.stages[1].due_at, before->stages[1].due_at);
    ck_assert_int_ne(change.after.stages[2].due_at, before->stages[2].due_at);
    before->status = STATUS_CLOSED;
    ck_assert_int_eq(recalculate(before, RULES_CALENDAR, &change), FAULT_NOT_OPEN);
}
END_TEST

START_TEST(a_policy_is_taken_over_by_what_was_received_in_its_time)
{
    struct complaint *before = fixture_complaint(STAGE_INTAKE); /* received 2026-11-20 */
    struct change change;

    add_policy("2026-11-20", 3, 20);
    ck_assert_int_eq(recalculate(before, RULES_POLICY, &change), FAULT_NONE);
    ck_assert_int_eq(change.after.policy_version, 9);
    ck_assert(change.corrects);
    assert_instant(change.after.stage_due_at, "2026-11-25T17:30:00+08:00");
    ck_assert_int_eq(change.after.statutory_days, 20);
    assert_instant(change.after.statutory_due_at, "2026-12-10T23:59:59+08:00");
}
END_TEST

START_TEST(a_policy_of_another_time_changes_nothing)
{
    struct complaint *before = fixture_complaint(STAGE_INTAKE);
    struct change change;

    add_policy("2026-11-21", 3, 20); /* takes effect after the receipt */
    later.calendar = calendar;       /* nor does it come by another calendar this way */
    ck_assert_int_eq(recalculate(before, RULES_POLICY, &change), FAULT_NONE);
    ck_assert(!recalculation_changes(before, &change.after));
}
END_TEST

START_TEST(a_policy_makes_a_crowd_major)
{
    struct complaint *before = fixture_complaint(STAGE_INTAKE);
    struct change change;

    before->complainant.people = 12;
    add_policy("2026-01-01", 3, 10);
    ck_assert_int_eq(recalculate(before, RULES_POLICY, &change), FAULT_NONE);
    ck_assert_int_eq(change.after.level, LEVEL_MAJOR);
    ck_assert_int_eq(change.after.limit_level, LEVEL_MAJOR);
    ck_assert(!text_is_none(fixture_fact(&change, "reported_to")));
}
END_TEST

START_TEST(figures_count_what_moves)
{
    struct recalculation_figures figures = recalculation_nothing();
    struct complaint before = {
        .status = STATUS_OPEN, .stage_due_at = 100, .statutory_due_at = 500, .due_at = 100};
    struct complaint after = before;

    recalculation_count(&figures, &before, &after, 200);
    ck_assert_int_eq(figures.considered, 1);
    ck_assert_int_eq(figures.changed, 0);
    ck_assert_int_eq(figures.first_due_at, INSTANT_NONE);
    after.stage_due_at = after.due_at = 300;
    recalculation_count(&figures, &before, &after, 200);
    ck_assert_int_eq(figures.later, 1);
    ck_assert_int_eq(figures.no_longer_overdue, 1);
    recalculation_count(&figures, &after, &before, 200);
    ck_assert_int_eq(figures.earlier, 1);
    ck_assert_int_eq(figures.become_overdue, 1);
    after.stage_due_at = INSTANT_NONE; /* a clock that stands still now */
    after.due_at = 500;
    recalculation_count(&figures, &before, &after, 50);
    ck_assert_int_eq(figures.stage_moved, 3);
    ck_assert_int_eq(figures.later, 2);
    after.due_at = INSTANT_NONE; /* both do: neither earlier nor later */
    recalculation_count(&figures, &before, &after, 50);
    ck_assert_int_eq(figures.later + figures.earlier, 3);
    ck_assert_int_eq(figures.considered, 5);
    ck_assert_int_eq(figures.moved, 4);
    ck_assert_int_eq(figures.changed, 4);
    ck_assert_int_eq(figures.statutory_moved, 0);
    ck_assert_int_eq(figures.first_due_at, 100);
    ck_assert_int_eq(figures.last_due_at, 500);
}
END_TEST

/* --- what if ------------------------------------------------------------------------------------ */

static struct situation what_if(const struct complaint *before, struct principal *who,
                                const char *at)
{
    fixture->violations.count = 0;
    *who = fixture_principal(fixture->handler1);
    return (struct situation){.institution = &fixture->institution,
                              .who = who,
                              .before = before,
                              .at = fixture_time(at),
                              .arena = fixture->arena,
                              .violations = &fixture->violations};
}

START_TEST(an_extension_that_the_rules_refuse)
{
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION), after;
    struct principal who;
    struct situation situation = what_if(before, &who, "2026-11-24T10:00:00+08:00");
    bool effective = true;

    ck_assert_int_eq(what_if_extended(&situation, 31, &effective, &after), FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/days"), "too_long");
    situation = what_if(before, &who, "2026-11-24T10:00:00+08:00");
    ck_assert_int_eq(what_if_extended(&situation, 10, &effective, &after), FAULT_NONE);
    ck_assert(effective);
    assert_instant(after.statutory_due_at, "2026-12-15T23:59:59+08:00");
    situation = what_if(before, &who, "2026-12-06T10:00:00+08:00"); /* the limit has run out */
    ck_assert_int_eq(what_if_extended(&situation, 10, &effective, &after), FAULT_NONE);
    ck_assert(!effective);
    ck_assert_int_eq(after.statutory_due_at, before->statutory_due_at);
    before->facts.extension_waiting = true;
    ck_assert_int_eq(what_if_extended(&situation, 10, &effective, &after), FAULT_EXTENSION_PENDING);
}
END_TEST

START_TEST(a_pause_from_beginning_to_end)
{
    struct complaint *before = fixture_complaint(STAGE_INTAKE), after;
    struct principal who;
    struct situation situation = what_if(before, &who, "2026-11-20T11:00:00+08:00");
    struct pause_what_if input = {.pause = {.reason = PAUSE_MEDIATION,
                                            .from = fixture_time("2026-11-20T10:00:00+08:00"),
                                            .told_at = fixture_time("2026-11-20T10:00:00+08:00")},
                                  .to = INSTANT_NONE};

    ck_assert_int_eq(what_if_paused(&situation, &input, &after), FAULT_NONE);
    ck_assert_int_eq(after.due_at, INSTANT_NONE);
    input.to = fixture_time("2026-11-27T10:00:00+08:00"); /* ahead */
    ck_assert_int_eq(what_if_paused(&situation, &input, &after), FAULT_NONE);
    assert_instant(after.statutory_due_at, "2026-12-12T23:59:59+08:00"); /* seven days later */
    ck_assert_int_gt(after.stage_due_at, input.to);
    input.to = fixture_time("2026-11-20T09:59:59+08:00");
    ck_assert_int_eq(what_if_paused(&situation, &input, &after), FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/at"), "before_beginning");
    ck_assert_uint_eq(before->clock_pause_count, 0);
}
END_TEST

Suite *recalculation_suite(void)
{
    Suite *suite = suite_create("recalculation");
    TCase *tests = tcase_create("recalculation");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_calendar_moves_the_stage_clock_alone);
    tcase_add_test(tests, the_same_calendar_changes_nothing);
    tcase_add_test(tests, completed_rows_and_ended_complaints_stay);
    tcase_add_test(tests, a_policy_is_taken_over_by_what_was_received_in_its_time);
    tcase_add_test(tests, a_policy_of_another_time_changes_nothing);
    tcase_add_test(tests, a_policy_makes_a_crowd_major);
    tcase_add_test(tests, figures_count_what_moves);
    tcase_add_test(tests, an_extension_that_the_rules_refuse);
    tcase_add_test(tests, a_pause_from_beginning_to_end);
    suite_add_tcase(suite, tests);
    return suite;
}
