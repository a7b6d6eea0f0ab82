#include <string.h>

#include "tests/unit/fixture.h"

Suite *lifecycle_link_suite(void);

#define AT "2026-11-24T12:00:00+08:00"
#define LATER "2026-11-24T15:00:00+08:00"
#define REASON TEXT("同一笔转账，来电13800001234")

/* Another complaint than the one that the tests are about, an hour older, like it in all else. */
static struct complaint *other_of(const struct complaint *complaint)
{
    struct complaint *other = ARENA_NEW(fixture->arena, struct complaint);

    *other = *complaint;
    other->id = (struct uuid){{7}};
    other->number = TEXT("TS20261120000009");
    other->received_at -= INSTANT_HOUR;
    fixture->other = other;
    return other;
}

static void linked(struct uuid from, struct uuid to, int number, enum link_kind kind, bool over)
{
    struct link *links = ARENA_ARRAY(fixture->arena, struct link, fixture->link_count + 1);

    if (fixture->link_count > 0)
        memcpy(links, fixture->links, fixture->link_count * sizeof *links);
    links[fixture->link_count++] = (struct link){from, to, number, (int)kind, over};
    fixture->links = links;
}

static enum fault link_by(const struct complaint *before, const struct staff *who,
                          enum link_kind kind, struct change *ret)
{
    const struct link_command input = {(int)kind, TEXT("TS20261120000009"), REASON};
    return fixture_decide(ACTION_LINKS, before, who, AT, &input, ret);
}

static enum fault merge_by(const struct complaint *before, const struct staff *who)
{
    struct change change;
    return link_by(before, who, LINK_MERGED_INTO, &change);
}

/* Whether anybody is offered to remove a link. */
static bool link_removable(const struct complaint *complaint)
{
    return lifecycle_allowed(&fixture->institution, complaint, ~0u) &
           ACTION_BIT(ACTION_REMOVE_LINK);
}

/* --- linking ------------------------------------------------------------------------------------ */

START_TEST(a_link_is_kept_and_changes_nothing_else)
{
    const struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    const struct complaint *other = other_of(before);
    struct change change;

    ck_assert_int_eq(link_by(before, fixture->agent1, (enum link_kind)_i, &change), FAULT_NONE);
    ck_assert_int_eq(change.after.links, 1);
    ck_assert(change.after.facts.linked);
    ck_assert(link_removable(&change.after));
    ck_assert_int_eq(change.after.status, STATUS_OPEN);
    ck_assert_int_eq(change.after.stage, before->stage);
    ck_assert(uuid_is_none(change.after.merged_into.id));
    const struct link_item *item = change.item;
    ck_assert_int_eq(item->kind, _i);
    assert_uuid(item->complaint.id, other->id);
    assert_text(item->complaint.number, "TS20261120000009");
    assert_text(item->reason, "同一笔转账，来电138****1234");
    assert_text(fixture_private(&change, "reason"), "同一笔转账，来电13800001234");
    assert_text(fixture_fact(&change, "complaint_number"), "\"TS20261120000009\"");
    assert_text(fixture_fact(&change, "complaint"), "\"07000000-0000-0000-0000-000000000000\"");
    assert_uuid(change.link->from_id, before->id);
    assert_uuid(change.link->to_id, other->id);
    ck_assert_int_eq(change.link->number, 1);
    ck_assert_int_eq(change.link->kind, _i);
}
END_TEST

START_TEST(it_leads_to_another_complaint_that_is_there)
{
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct change change;

    ck_assert_int_eq(link_by(before, fixture->handler1, (enum link_kind)_i, &change),
                     FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/complaint"), "unknown_complaint");
    other_of(before)->id = before->id;
    ck_assert_int_eq(link_by(before, fixture->handler1, (enum link_kind)_i, &change),
                     FAULT_INVALID);
    ck_assert_str_eq(fixture_code_at(&fixture->violations, "/complaint"), "same_complaint");
}
END_TEST

/* _i: whether the first link led the other way. */
START_TEST(two_complaints_are_linked_once_in_a_way)
{
    const struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct complaint *other = other_of(before);
    struct change change;

    other->status = STATUS_CLOSED; /* an ended one may be repeated */
    linked(_i ? other->id : before->id, _i ? before->id : other->id, 1, LINK_REPEAT, true);
    ck_assert_int_eq(link_by(before, fixture->handler1, LINK_REPEAT, &change), FAULT_NONE);
    linked(_i ? other->id : before->id, _i ? before->id : other->id, 2, LINK_REPEAT, false);
    ck_assert_int_eq(link_by(before, fixture->handler1, LINK_REPEAT, &change),
                     FAULT_ALREADY_LINKED);
    ck_assert_int_eq(link_by(before, fixture->handler1, LINK_SAME_MATTER, &change), FAULT_NONE);
}
END_TEST

START_TEST(a_wrong_link_is_removed_once)
{
    const struct remove_link_command input = {1, REASON}, next = {2, REASON};
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct change change;

    ck_assert_int_eq(
        fixture_decide(ACTION_REMOVE_LINK, before, fixture->agent1, AT, &input, &change),
        FAULT_LINK_UNKNOWN);
    before->links = 1;
    before->facts.linked = true;
    linked((struct uuid){{7}}, before->id, 2, LINK_REPEAT, false); /* the other's */
    linked(before->id, (struct uuid){{7}}, 1, LINK_REPEAT, false);
    ck_assert_int_eq(
        fixture_decide(ACTION_REMOVE_LINK, before, fixture->agent1, AT, &next, &change),
        FAULT_LINK_UNKNOWN);
    ck_assert_int_eq(
        fixture_decide(ACTION_REMOVE_LINK, before, fixture->agent1, AT, &input, &change),
        FAULT_NONE);
    ck_assert_int_eq(change.item_number, 1);
    ck_assert_int_eq(change.after.links, 1);
    ck_assert(!link_removable(&change.after)); /* that to it is the other's to remove */
    assert_text(((const struct remove_link_command *)change.item)->reason,
                "同一笔转账，来电138****1234");
    fixture->link_count = 1;
    linked(before->id, (struct uuid){{7}}, 1, LINK_REPEAT, true);
    ck_assert_int_eq(
        fixture_decide(ACTION_REMOVE_LINK, before, fixture->agent1, AT, &input, &change),
        FAULT_LINK_UNKNOWN);
}
END_TEST

START_TEST(links_are_removed_one_after_the_other)
{
    const struct remove_link_command input = {2, REASON};
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct change change;

    before->links = 3;
    before->facts.linked = true;
    linked(before->id, (struct uuid){{7}}, 1, LINK_REPEAT, _i == 1);
    linked(before->id, (struct uuid){{8}}, 2, LINK_REPEAT, false);
    linked(before->id, (struct uuid){{9}}, 3, LINK_MERGED_INTO, true); /* of the round before */
    ck_assert_int_eq(
        fixture_decide(ACTION_REMOVE_LINK, before, fixture->agent1, AT, &input, &change),
        FAULT_NONE);
    ck_assert_int_eq(link_removable(&change.after), _i == 0);
}
END_TEST

/* --- merging ------------------------------------------------------------------------------------ */

START_TEST(a_merged_complaint_ends_undecided_in_the_other)
{
    struct complaint *before = fixture_complaint(_i);
    const struct complaint *other = other_of(before);
    struct change change;

    before->pending_owner = before->entered_by;
    before->voiding.by = before->entered_by;
    before->voiding.at = before->entered_at;
    ck_assert_int_eq(link_by(before, fixture->supervisor1, LINK_MERGED_INTO, &change), FAULT_NONE);
    ck_assert_int_eq(change.after.status, STATUS_CLOSED);
    ck_assert_int_eq(change.after.outcome, OUTCOME_MERGED);
    assert_uuid(change.after.merged_into.id, other->id);
    assert_text(change.after.merged_into.number, "TS20261120000009");
    assert_instant(change.after.closed_at, AT);
    ck_assert_int_eq(change.after.decided_at, INSTANT_NONE);
    assert_instant(complaint_current(&change.after)->completed_at, AT);
    ck_assert(uuid_is_none(change.after.pending_owner.id));
    ck_assert(uuid_is_none(change.after.voiding.by.id));
    ck_assert_int_eq(change.after.due_at, before->due_at);
}
END_TEST

START_TEST(only_whoever_is_responsible_for_both_merges)
{
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct complaint *other = other_of(before);

    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_NONE); /* owns both */
    ck_assert_int_eq(merge_by(before, fixture->supervisor1), FAULT_NONE);
    ck_assert_int_eq(merge_by(before, fixture->agent1), FAULT_FORBIDDEN); /* a colleague */
    other->owner.id = fixture->agent1->id;
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_FORBIDDEN);
    ck_assert_int_eq(merge_by(before, fixture->agent1), FAULT_FORBIDDEN);
    ck_assert_int_eq(merge_by(before, fixture->supervisor1), FAULT_NONE);
}
END_TEST

START_TEST(only_into_one_that_is_open)
{
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);

    for (int status = STATUS_OPEN + 1; status < STATUS_COUNT; status++) {
        other_of(before)->status = status;
        ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_OTHER_ENDED);
    }
}
END_TEST

START_TEST(a_merge_escapes_no_limit)
{
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct complaint *other = other_of(before);

    other->received_at = before->received_at;
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_NONE);
    other->received_at = before->received_at + 1;
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_MERGE_ESCAPES);
    other->received_at = before->received_at - INSTANT_DAY;
    other->statutory_due_at = before->statutory_due_at + 1; /* by extension, or its level */
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_MERGE_ESCAPES);
    other->statutory_due_at = INSTANT_NONE; /* it stands still */
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_MERGE_ESCAPES);
    before->statutory_due_at = INSTANT_NONE;
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_MERGE_ESCAPES);
    other->statutory_due_at = other->received_at; /* a pause made for the purpose helps nobody */
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_MERGE_ESCAPES);
}
END_TEST

START_TEST(a_review_is_not_merged_away)
{
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);

    other_of(before);
    before->round_kind = ROUND_REVIEW;
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_MERGE_ESCAPES);
    before->round_kind = ROUND_NEW_FACTS;
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_NONE);
}
END_TEST

/* The answer to one of them does not answer the other. */
START_TEST(nor_is_what_was_answered)
{
    struct complaint *before = fixture_complaint(STAGE_FEEDBACK);

    struct complaint *other = other_of(before);

    before->deliveries = 1; /* of a notice or a round that another followed, perhaps */
    other->deliveries = 0;
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_DECISION_DELIVERED);
    before->deliveries = 0;
    other->deliveries = 1;
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_DECISION_DELIVERED);
}
END_TEST

START_TEST(the_person_complained_about_is_barred_from_the_other_too)
{
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct complaint *other = other_of(before);

    before->staff_complained_of = TEXT("agent1");
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_RECUSED);
    other->staff_complained_of = TEXT("agent2");
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_RECUSED);
    other->staff_complained_of = TEXT("agent1");
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_NONE);
}
END_TEST

START_TEST(the_other_ones_owner_may_see_what_is_merged_into_it)
{
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct complaint *other = other_of(before);
    const struct staff *owners[] = {fixture->agent2, fixture->outsider1};

    for (size_t i = 0; i < 2; i++) {
        other->owner.id = owners[i]->id;
        ck_assert_int_eq(merge_by(before, fixture->supervisor1), FAULT_OTHER_OWNER);
    }
    other->owner.id = fixture->agent1->id;
    ck_assert_int_eq(merge_by(before, fixture->supervisor1), FAULT_NONE);
}
END_TEST

START_TEST(reopening_undoes_a_merge)
{
    const struct round_command input = {.kind = ROUND_ERROR,
                                        .stage = TERM_NONE,
                                        .owner = TEXT("handler1"),
                                        .reason = REASON,
                                        .at = INSTANT_NONE};
    const struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct change change;

    other_of(before);
    ck_assert_int_eq(link_by(before, fixture->handler1, LINK_MERGED_INTO, &change), FAULT_NONE);
    const struct complaint *again =
        fixture_do(ACTION_REOPEN, &change.after, fixture->supervisor1, LATER, &input);
    ck_assert_int_eq(again->status, STATUS_OPEN);
    ck_assert(uuid_is_none(again->merged_into.id) && text_is_none(again->merged_into.number));
    ck_assert_int_eq(again->links, 1);
    ck_assert(!link_removable(again)); /* it is over */
}
END_TEST

/* --- voiding ------------------------------------------------------------------------------------ */

START_TEST(what_goes_on_for_others_is_not_voided)
{
    const struct reason_command input = {REASON};
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct change change;

    linked((struct uuid){{7}}, before->id, 1, LINK_MERGED_INTO, false);
    ck_assert_int_eq(fixture_decide(ACTION_VOID, before, fixture->handler1, AT, &input, &change),
                     FAULT_OTHERS_MERGED);
    fixture->link_count = 0;
    linked((struct uuid){{7}}, before->id, 1, LINK_MERGED_INTO, true);
    linked((struct uuid){{8}}, before->id, 1, LINK_REPEAT, false);
    before = fixture_do(ACTION_VOID, before, fixture->handler1, AT, &input);
    linked((struct uuid){{7}}, before->id, 2, LINK_MERGED_INTO, false);
    ck_assert_int_eq(
        fixture_decide(ACTION_APPROVE_VOID, before, fixture->supervisor1, LATER, &input, &change),
        FAULT_OTHERS_MERGED);
}
END_TEST

/* Nor does it end in a way that answers nobody else. */
START_TEST(what_goes_on_for_others_is_not_withdrawn)
{
    static const struct settle_command settled = {{"已说明", 9}};
    static const struct decline_command declined = {DECLINE_OTHER, {"重复", 6}};
    static const struct withdraw_command withdrawn = {{"客户撤诉", 12}, INSTANT_NONE};
    static const struct {
        enum action action;
        const void *input;
    } ends[] = {
        {ACTION_SETTLE, &settled}, {ACTION_DECLINE, &declined}, {ACTION_WITHDRAW, &withdrawn}};
    struct complaint *before = fixture_complaint(STAGE_INTAKE);
    struct change change;

    linked((struct uuid){{7}}, before->id, 1, LINK_MERGED_INTO, _i == 1);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        ck_assert_int_eq(
            fixture_decide(ends[i].action, before, fixture->agent1, AT, ends[i].input, &change),
            _i == 1 ? FAULT_NONE : FAULT_OTHERS_MERGED);
}
END_TEST

START_TEST(an_anonymous_complaint_answers_no_other)
{
    struct complaint *before = fixture_complaint(STAGE_INVESTIGATION);
    struct complaint *other = other_of(before);

    other->complainant.capacity = CAPACITY_ANONYMOUS;
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_MERGE_ESCAPES);
    before->complainant.capacity = CAPACITY_ANONYMOUS;
    ck_assert_int_eq(merge_by(before, fixture->handler1), FAULT_NONE);
}
END_TEST

Suite *lifecycle_link_suite(void)
{
    Suite *suite = suite_create("lifecycle_link");
    TCase *tests = tcase_create("lifecycle_link");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_loop_test(tests, a_link_is_kept_and_changes_nothing_else, 0, LINK_MERGED_INTO);
    tcase_add_loop_test(tests, it_leads_to_another_complaint_that_is_there, 0, LINK_KIND_COUNT);
    tcase_add_loop_test(tests, two_complaints_are_linked_once_in_a_way, 0, 2);
    tcase_add_test(tests, a_wrong_link_is_removed_once);
    tcase_add_loop_test(tests, links_are_removed_one_after_the_other, 0, 2);
    tcase_add_loop_test(tests, a_merged_complaint_ends_undecided_in_the_other, 0, STAGE_COUNT);
    tcase_add_test(tests, only_whoever_is_responsible_for_both_merges);
    tcase_add_test(tests, only_into_one_that_is_open);
    tcase_add_test(tests, a_merge_escapes_no_limit);
    tcase_add_test(tests, a_review_is_not_merged_away);
    tcase_add_test(tests, nor_is_what_was_answered);
    tcase_add_test(tests, the_person_complained_about_is_barred_from_the_other_too);
    tcase_add_test(tests, the_other_ones_owner_may_see_what_is_merged_into_it);
    tcase_add_test(tests, reopening_undoes_a_merge);
    tcase_add_test(tests, what_goes_on_for_others_is_not_voided);
    tcase_add_loop_test(tests, what_goes_on_for_others_is_not_withdrawn, 0, 2);
    tcase_add_test(tests, an_anonymous_complaint_answers_no_other);
    suite_add_tcase(suite, tests);
    return suite;
}
