#include "lib/complaint/lifecycle.h"
#include "lib/complaint/lifecycle_print.h"

#include <string.h>

#include "tests/runner.h"
#include "tests/unit/fixture.h"

Suite *lifecycle_table_suite(void);

/* What the documents say (domain.md §§1, 3; api.md), written down without looking at the table.
 * stages: I 受理, V 调查核实, R 方案制定, F 反馈沟通. who: O owner, P to whom it is offered, S intake or
 * handler of the unit, U supervisor, R superior supervisor, s who asked for unmasking themselves;
 * after a '-' those who may not although they are one of these: p who recorded the plan, r who asked
 * for the extension, v for voiding, m for unmasking. needs, in the order in which they are judged: f
 * findings, p plan, a its approval, d delivery, n no offer, o an offer, w a plan that waits, N a
 * notice, u an open pause, x no extension in progress, y one that waits, z one that is approved, D a
 * decision, e none delivered, V no voiding asked for, W voiding asked for, l a link made, i an
 * unmasking that waits, j one that is approved, g an order that waits for its answer. leads_to: "round" is possible after the end alone,
 * "always" before and after it. */
static const struct {
    enum action action;
    const char *stages, *who, *needs, *leads_to;
} oracle[] = {
    {ACTION_ADVANCE, "I", "O", "n", "V"},
    {ACTION_ADVANCE, "V", "O", "fn", "R"},
    {ACTION_ADVANCE, "R", "O", "pan", "F"},
    {ACTION_SETTLE, "I", "O", "n", "closed"},
    {ACTION_DECLINE, "I", "O", "n", "declined"},
    {ACTION_SEND_BACK, "VRF", "O", "n", "earlier"},
    {ACTION_OFFER, "IVRF", "O", "n", "same"},
    {ACTION_TAKE_BACK, "IVRF", "O", "o", "same"},
    {ACTION_ACCEPT, "IVRF", "P", "o", "same"},
    {ACTION_REFUSE, "IVRF", "P", "o", "same"},
    {ACTION_ASSIGN, "IVRF", "U", "", "same"},
    {ACTION_CLASSIFY, "IVRF", "OSU", "", "same"},
    {ACTION_WITHDRAW, "IVRF", "OSU", "", "withdrawn"},
    {ACTION_CLOSE, "F", "O", "dn", "closed"},
    {ACTION_NOTES, "IVRF", "OPSU", "", "always"},
    {ACTION_CONTACTS, "IVRF", "OPSU", "", "always"},
    {ACTION_FINDINGS, "V", "O", "", "same"},
    {ACTION_PLAN, "R", "O", "", "same"},
    {ACTION_APPROVE_PLAN, "R", "U-p", "w", "same"},
    {ACTION_NOTICES, "RF", "O", "", "same"},
    {ACTION_DELIVERIES, "F", "O", "N", "same"},
    {ACTION_CORRECT, "IVRF", "OSU", "", "same"},
    {ACTION_PAUSES, "IVRF", "OU", "", "same"},
    {ACTION_END_PAUSE, "IVRF", "OU", "u", "same"},
    {ACTION_EXTENSIONS, "IVRF", "OU", "x", "same"},
    {ACTION_APPROVE_EXTENSION, "IVRF", "R-r", "y", "same"},
    {ACTION_REFUSE_EXTENSION, "IVRF", "R-r", "y", "same"},
    {ACTION_TELL_EXTENSION, "IVRF", "OSU", "z", "same"},
    {ACTION_LINKS, "IVRF", "OPSU", "", "merged"},
    {ACTION_REMOVE_LINK, "IVRF", "OPSU", "l", "same"},
    {ACTION_VOID, "IVRF", "OU", "eV", "same"},
    {ACTION_APPROVE_VOID, "IVRF", "U-v", "eW", "closed"},
    {ACTION_REFUSE_VOID, "IVRF", "U-v", "W", "same"},
    {ACTION_UNMASK, "IVRF", "OU", "", "always"},
    {ACTION_APPROVE_UNMASK, "IVRF", "U-m", "i", "always"},
    {ACTION_REFUSE_UNMASK, "IVRF", "U-m", "i", "always"},
    {ACTION_READ_UNMASKED, "IVRF", "s", "j", "always"},
    {ACTION_ATTACHMENTS, "IVRF", "OPSU", "", "always"},
    {ACTION_URGE, "IVRF", "U", "", "same"},
    {ACTION_ANSWER_URGE, "IVRF", "O", "g", "same"},
    {ACTION_REOPEN, "IVRF", "OSU", "", "round"},
    {ACTION_REVIEW, "IVRF", "OSU", "D", "round"},
};
#define ORACLES (sizeof oracle / sizeof *oracle)

static const char stage_letters[STAGE_COUNT + 1] = "IVRF";

/* The oracle's line for an action in a stage, or -1. */
static int line_of(enum action action, int stage)
{
    for (size_t i = 0; i < ORACLES; i++)
        if (oracle[i].action == action && strchr(oracle[i].stages, stage_letters[stage]))
            return (int)i;
    return -1;
}

static int any_line_of(enum action action)
{
    for (size_t i = 0; i < ORACLES; i++)
        if (oracle[i].action == action)
            return (int)i;
    return -1;
}

/* Every way of standing to a complaint, alone and together. */
#define RELATION_SETS 4096

static bool has(unsigned relations, char letter)
{
    switch (letter) {
    case 'O': return relations & RELATION_OWNER;
    case 'P': return relations & RELATION_PENDING;
    case 'S': return relations & RELATION_STAFF;
    case 'U': return relations & RELATION_SUPERVISOR;
    case 'R': return relations & RELATION_SUPERIOR;
    case 'p': return relations & RELATION_PLANNER;
    case 'r': return relations & RELATION_REQUESTER;
    case 'v': return relations & RELATION_VOIDER;
    case 'm': return relations & RELATION_UNMASKER;
    case 's': return relations & RELATION_SHOWN;
    default: return false;
    }
}

static enum fault expected_right(const struct complaint *complaint, unsigned relations,
                                 enum action action)
{
    int line = line_of(action, complaint->stage);
    const char *who;
    bool only_auditor = !(relations & (RELATION_OWNER | RELATION_PENDING | RELATION_EARLIER |
                                       RELATION_STAFF | RELATION_SUPERVISOR));

    if (line < 0)
        line = any_line_of(action);
    if (line < 0)
        return FAULT_FORBIDDEN;
    who = oracle[line].who;
    for (const char *letter = who; *letter && *letter != '-'; letter++)
        if (has(relations, *letter))
            return strchr(who, '-') && has(relations, strchr(who, '-')[1]) &&
                           line_of(action, complaint->stage) >= 0
                       ? FAULT_SELF_APPROVAL
                       : FAULT_NONE;
    if (only_auditor)
        return FAULT_FORBIDDEN;
    if (strcmp(who, "P") == 0)
        return complaint->status == STATUS_OPEN ? FAULT_NO_OFFER : FAULT_NOT_OPEN;
    return strcmp(who, "O") == 0 ? FAULT_NOT_OWNER : FAULT_FORBIDDEN;
}

/* What is on record: each bit of the remainder by 512 is something, the quotient is the extension in
 * progress: none, waiting, approved; then the same of an unmasking; then an order that waits. */
#define CONDITIONS (512 * 6)
static struct complaint complaint_with(int condition, int stage, int status)
{
    struct complaint complaint = {.status = status, .stage = stage, .policy_version = 1};

    complaint.facts.findings = condition & 1;
    complaint.facts.plan = condition & 2;
    complaint.facts.plan_approved = (condition & 6) == 6; /* no approval without a plan */
    complaint.facts.delivered = condition & 8;
    complaint.deliveries = condition & 8 ? 1 : 0;
    complaint.facts.first_notice = condition & 16 ? 1 : 0;
    complaint.facts.pause_open = condition & 64;
    complaint.facts.extension_waiting = condition / 512 == 1;
    complaint.facts.extension_approved = condition / 512 == 2;
    complaint.unmasking.approved_at = condition / 512 == 4 ? 1 : INSTANT_NONE;
    complaint.urge_due_at = condition / 512 == 5 ? 1 : INSTANT_NONE;
    if (condition / 512 == 3 || condition / 512 == 4)
        complaint.unmasking.by.id = fixture->agent2->id;
    complaint.facts.linked = condition & 256;
    if (condition & 128)
        complaint.voiding.by.id = fixture->agent2->id;
    if (condition & 32)
        complaint.pending_owner.id = fixture->agent2->id;
    return complaint;
}

static enum fault expected_need(int condition, int status, char need)
{
    switch (need) {
    case 'f': return condition & 1 ? FAULT_NONE : FAULT_FINDINGS_MISSING;
    case 'p': return condition & 2 ? FAULT_NONE : FAULT_PLAN_MISSING;
    case 'a': return condition & 4 ? FAULT_NONE : FAULT_PLAN_NOT_APPROVED;
    case 'd': return condition & 8 ? FAULT_NONE : FAULT_NOTICE_NOT_DELIVERED;
    case 'n': return condition & 32 ? FAULT_OFFER_PENDING : FAULT_NONE;
    case 'o': return condition & 32 ? FAULT_NONE : FAULT_NO_OFFER;
    case 'w': return (condition & 6) == 2 ? FAULT_NONE : FAULT_PLAN_MISSING;
    case 'N': return condition & 16 ? FAULT_NONE : FAULT_NOTICE_UNKNOWN;
    case 'u': return condition & 64 ? FAULT_NONE : FAULT_PAUSE_UNKNOWN;
    case 'x':
        return condition / 512 == 1 || condition / 512 == 2 ? FAULT_EXTENSION_PENDING : FAULT_NONE;
    case 'y': return condition / 512 == 1 ? FAULT_NONE : FAULT_EXTENSION_UNKNOWN;
    case 'z': return condition / 512 == 2 ? FAULT_NONE : FAULT_EXTENSION_UNKNOWN;
    case 'D': return status == STATUS_WITHDRAWN ? FAULT_NOT_DECIDED : FAULT_NONE;
    case 'i': return condition / 512 == 3 ? FAULT_NONE : FAULT_UNMASK_UNKNOWN;
    case 'j': return condition / 512 == 4 ? FAULT_NONE : FAULT_UNMASK_UNKNOWN;
    case 'g': return condition / 512 == 5 ? FAULT_NONE : FAULT_URGE_UNKNOWN;
    case 'l': return condition & 256 ? FAULT_NONE : FAULT_LINK_UNKNOWN;
    case 'e': return condition & 8 ? FAULT_DECISION_DELIVERED : FAULT_NONE;
    case 'V': return condition & 128 ? FAULT_VOID_PENDING : FAULT_NONE;
    case 'W': return condition & 128 ? FAULT_NONE : FAULT_VOID_UNKNOWN;
    default: ck_abort_msg("no such need: %c", need);
    }
}

static enum fault expected_state(const struct complaint *complaint, int condition,
                                 enum action action)
{
    int line = line_of(action, complaint->stage);

    bool leads_out = line >= 0 && strcmp(oracle[line].leads_to, "round") == 0;
    bool ended = complaint->status != STATUS_OPEN;

    if (ended != leads_out && (line < 0 || strcmp(oracle[line].leads_to, "always") != 0))
        return ended ? FAULT_NOT_OPEN : FAULT_STILL_OPEN;
    if (line < 0)
        return FAULT_STAGE_MISMATCH;
    for (const char *need = oracle[line].needs; *need; need++)
        if (expected_need(condition, complaint->status, *need) != FAULT_NONE)
            return expected_need(condition, complaint->status, *need);
    return FAULT_NONE;
}

#define SAY(action, stage, status)                         \
    vocabulary_code(&vocabulary_action, (int)(action)).at, \
        vocabulary_code(&vocabulary_stage, (stage)).at,    \
        vocabulary_code(&vocabulary_status, (status)).at

/* _i: the action. */
START_TEST(rights_of_everybody_in_every_stage_and_status)
{
    enum action action = (enum action)_i;

    for (int stage = 0; stage < STAGE_COUNT; stage++)
        for (int status = 0; status < STATUS_COUNT; status++)
            for (unsigned relations = 0; relations < RELATION_SETS; relations++) {
                struct complaint complaint = complaint_with(0, stage, status);
                enum fault fault = lifecycle_right(&complaint, relations, action);
                enum fault expected = expected_right(&complaint, relations, action);
                ck_assert_msg(fault == expected, "%s in %s (%s) as %#x: %d, not %d",
                              SAY(action, stage, status), relations, (int)fault, (int)expected);
            }
}
END_TEST

START_TEST(state_in_every_stage_and_status_with_everything_on_record_or_not)
{
    enum action action = (enum action)_i;

    for (int stage = 0; stage < STAGE_COUNT; stage++)
        for (int status = 0; status < STATUS_COUNT; status++)
            for (int condition = 0; condition < CONDITIONS; condition++) {
                struct complaint complaint = complaint_with(condition, stage, status);
                enum fault fault = lifecycle_state(&fixture->institution, &complaint, action);
                enum fault expected = expected_state(&complaint, condition, action);
                ck_assert_msg(fault == expected, "%s in %s (%s) with %#x: %d, not %d",
                              SAY(action, stage, status), (unsigned)condition, (int)fault,
                              (int)expected);
            }
}
END_TEST

/* allowed_actions is exactly what would not be refused. */
static void expect_allowed(int condition, int stage, int status, unsigned relations)
{
    struct complaint complaint = complaint_with(condition, stage, status);
    action_set expected = 0;

    for (int action = 0; action < ACTION_COUNT; action++)
        if (expected_right(&complaint, relations, (enum action)action) == FAULT_NONE &&
            expected_state(&complaint, condition, (enum action)action) == FAULT_NONE)
            expected |= ACTION_BIT(action);
    ck_assert_uint_eq(lifecycle_allowed(&fixture->institution, &complaint, relations), expected);
}

/* _i: the stage. */
START_TEST(allowed_is_what_neither_right_nor_state_refuses)
{
    for (int condition = 0; condition < CONDITIONS; condition++)
        for (int status = 0; status < STATUS_COUNT; status++)
            for (unsigned relations = 0; relations < RELATION_SETS; relations++)
                if (__builtin_popcount(relations) <= 2) /* more say nothing new here */
                    expect_allowed(condition, _i, status, relations);
}
END_TEST

/* Where each row leads, and that the table has no row besides the oracle's. */
START_TEST(every_row_leads_where_the_documents_say)
{
    for (int i = 0; i < ACTION_COUNT * STAGE_COUNT; i++) {
        enum action action = (enum action)(i / STAGE_COUNT);
        const struct transition *row = lifecycle_row(action, i % STAGE_COUNT);
        int line = line_of(action, i % STAGE_COUNT);
        ck_assert_int_eq(row != NULL, line >= 0);
        if (!row)
            continue;
        const char *to = oracle[line].leads_to;
        int status = vocabulary_find(&vocabulary_status, text_of(to));
        const char *letter = strlen(to) == 1 ? strchr(stage_letters, *to) : NULL;
        ck_assert_int_eq(row->next_status, status == TERM_NONE ? STATUS_OPEN : status);
        ck_assert_int_eq(row->next_stage, letter ? (int)(letter - stage_letters)
                                          : strcmp(to, "earlier") == 0 ? (int)NEXT_STAGE_EARLIER
                                          : strcmp(to, "round") == 0   ? (int)NEXT_STAGE_NAMED
                                          : strcmp(to, "merged") == 0  ? (int)NEXT_STAGE_MERGED
                                                                       : TERM_NONE);
        ck_assert_int_eq(row->ended, strcmp(to, "round") == 0);
        ck_assert_int_eq(row->always, strcmp(to, "always") == 0);
    }
}
END_TEST

/* What api.md's example shows to the owner of a complaint just received. */
START_TEST(the_owner_of_a_new_complaint_may_do_what_the_example_shows)
{
    struct complaint complaint = complaint_with(0, STAGE_INTAKE, STATUS_OPEN);
    action_set allowed = lifecycle_allowed(&fixture->institution, &complaint, RELATION_OWNER);
    action_set example = ACTION_BIT(ACTION_ADVANCE) | ACTION_BIT(ACTION_OFFER) |
                         ACTION_BIT(ACTION_SETTLE) | ACTION_BIT(ACTION_DECLINE) |
                         ACTION_BIT(ACTION_CLASSIFY);

    ck_assert_uint_eq(allowed & example, example);
    ck_assert_uint_eq(allowed, example | ACTION_BIT(ACTION_WITHDRAW) | ACTION_BIT(ACTION_NOTES) |
                                   ACTION_BIT(ACTION_CONTACTS) | ACTION_BIT(ACTION_CORRECT) |
                                   ACTION_BIT(ACTION_PAUSES) | ACTION_BIT(ACTION_EXTENSIONS) |
                                   ACTION_BIT(ACTION_VOID) | ACTION_BIT(ACTION_LINKS) |
                                   ACTION_BIT(ACTION_UNMASK) | ACTION_BIT(ACTION_ATTACHMENTS));
}
END_TEST

START_TEST(an_auditor_may_do_nothing_in_any_stage)
{
    for (int condition = 0; condition < CONDITIONS; condition++) {
        struct complaint complaint = complaint_with(condition, _i, STATUS_OPEN);
        ck_assert_uint_eq(lifecycle_allowed(&fixture->institution, &complaint, RELATION_AUDITOR),
                          0);
    }
}
END_TEST

START_TEST(failed_attempts_replace_a_delivery_from_the_policys_number_on)
{
    struct complaint complaint = complaint_with(0, STAGE_FEEDBACK, STATUS_OPEN);

    complaint.facts.failed_attempts = 3;
    ck_assert_int_eq(lifecycle_state(&fixture->institution, &complaint, ACTION_CLOSE),
                     FAULT_NOTICE_NOT_DELIVERED); /* a delivery of what? */
    complaint.facts.first_notice = 1;
    complaint.facts.failed_attempts = 2;
    ck_assert_int_eq(lifecycle_state(&fixture->institution, &complaint, ACTION_CLOSE),
                     FAULT_NOTICE_NOT_DELIVERED);
    complaint.facts.failed_attempts = 3;
    ck_assert_int_eq(lifecycle_state(&fixture->institution, &complaint, ACTION_CLOSE), FAULT_NONE);
}
END_TEST

START_TEST(an_anonymous_complaint_needs_no_delivery)
{
    struct complaint complaint = complaint_with(0, STAGE_FEEDBACK, STATUS_OPEN);

    complaint.complainant.capacity = CAPACITY_ANONYMOUS;
    ck_assert_int_eq(lifecycle_state(&fixture->institution, &complaint, ACTION_CLOSE), FAULT_NONE);
}
END_TEST

/* Each of these ended without a decision. */
START_TEST(what_was_merged_or_voided_has_nothing_to_review)
{
    static const enum outcome outcomes[] = {OUTCOME_MERGED, OUTCOME_VOIDED};
    struct complaint complaint = complaint_with(0, STAGE_INVESTIGATION, STATUS_CLOSED);

    complaint.outcome = outcomes[_i];
    ck_assert_int_eq(lifecycle_state(&fixture->institution, &complaint, ACTION_REVIEW),
                     FAULT_NOT_DECIDED);
    ck_assert_uint_eq(lifecycle_allowed(&fixture->institution, &complaint, RELATION_SUPERVISOR),
                      ACTION_BIT(ACTION_REOPEN) | ACTION_BIT(ACTION_NOTES) |
                          ACTION_BIT(ACTION_CONTACTS) | ACTION_BIT(ACTION_UNMASK) |
                          ACTION_BIT(ACTION_ATTACHMENTS));
}
END_TEST

START_TEST(printed_it_has_a_line_for_each_row)
{
    struct text_buffer out = text_buffer_new(fixture->arena, 64);
    size_t lines = 0, rows = 0;

    for (size_t i = 0; i < ORACLES; i++)
        rows += strlen(oracle[i].stages);
    lifecycle_print(&out);
    for (size_t i = 0; i < out.length; i++)
        lines += out.at[i] == '\n';
    ck_assert_uint_eq(lines, rows + 4);
    text_buffer_add_char(&out, '\0');
    ck_assert_ptr_nonnull(strstr(out.at, "\nreceive "));
    ck_assert_ptr_nonnull(strstr(out.at, "plan, plan approved, no offer pending"));
    ck_assert_ptr_nonnull(strstr(out.at, "supervisor, not the planner"));
    ck_assert_ptr_nonnull(strstr(out.at, "owner, staff, supervisor"));
    for (int action = 0; action < ACTION_COUNT; action++)
        ck_assert_ptr_nonnull(strstr(out.at, vocabulary_code(&vocabulary_action, action).at));
}
END_TEST

Suite *lifecycle_table_suite(void)
{
    Suite *suite = suite_create("lifecycle_table");
    TCase *tests = tcase_create("lifecycle_table");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_loop_test(tests, rights_of_everybody_in_every_stage_and_status, 0, ACTION_COUNT);
    tcase_add_loop_test(tests, state_in_every_stage_and_status_with_everything_on_record_or_not, 0,
                        ACTION_COUNT);
    tcase_add_loop_test(tests, allowed_is_what_neither_right_nor_state_refuses, 0, STAGE_COUNT);
    tcase_add_test(tests, every_row_leads_where_the_documents_say);
    tcase_add_test(tests, the_owner_of_a_new_complaint_may_do_what_the_example_shows);
    tcase_add_loop_test(tests, an_auditor_may_do_nothing_in_any_stage, 0, STAGE_COUNT);
    tcase_add_test(tests, failed_attempts_replace_a_delivery_from_the_policys_number_on);
    tcase_add_test(tests, an_anonymous_complaint_needs_no_delivery);
    tcase_add_loop_test(tests, what_was_merged_or_voided_has_nothing_to_review, 0, 2);
    tcase_add_test(tests, printed_it_has_a_line_for_each_row);
    suite_add_tcase(suite, tests);
    return suite;
}
