/* Hand-over: who is responsible when, who sees it, and what is counted. Recusal with it. */
#include <string.h>

#include "tests/http/matter.h"

Suite *complaint_handover_suite(void);

static void expect_owner(const struct reply *reply, const char *owner, const char *pending)
{
    ck_assert_str_eq(reply_text(reply, "owner.login"), owner);
    ck_assert_str_eq(reply_text(reply, "stages.0.owner.login"), owner);
    if (pending)
        ck_assert_str_eq(reply_text(reply, "pending_owner.login"), pending);
    else
        ck_assert(reply_is_null(reply, "pending_owner"));
}

static void expect_same_clocks(const struct reply *before, const struct reply *after)
{
    static const char *const clocks[] = {"stage_due_at", "statutory_due_at", "due_at",
                                         "stages.0.due_at", "stages.0.entered_at"};
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
        ck_assert_str_eq(reply_text(before, clocks[i]), reply_text(after, clocks[i]));
}

/* Offers, and lets the other accept. */
static const struct reply *hand_over(struct matter *matter, const char *from, const char *to)
{
    matter_must(matter, from, "offer", body("{'to': '%s', 'reason': '业务归口'}", to));
    return matter_must(matter, to, "accept", body("{}"));
}

/* --- offered, accepted ------------------------------------------------------------------------ */

START_TEST(giver_stays_owner_until_accepted)
{
    struct matter matter = matter_new("agent1", NULL);
    const struct reply *before = matter_get(&matter, "agent1", NULL);
    const struct reply *offered =
        matter_must(&matter, "agent1", "offer", body("{'to': 'handler1', 'reason': '转办'}"));
    expect_owner(offered, "agent1", "handler1");
    expect_same_clocks(before, offered);
    ck_assert_int_eq(reply_integer(offered, "stages.0.handovers"), 0);
    ck_assert(reply_lists(offered, "allowed_actions", "take_back"));
    ck_assert(!reply_lists(offered, "allowed_actions", "offer"));

    const struct reply *seen = matter_get(&matter, "handler1", NULL);
    ck_assert(reply_lists(seen, "allowed_actions", "accept"));
    ck_assert(reply_lists(seen, "allowed_actions", "refuse"));
    const struct reply *accepted = matter_must(&matter, "handler1", "accept", body("{}"));
    expect_owner(accepted, "handler1", NULL);
    expect_same_clocks(before, accepted);
    ck_assert_int_eq(reply_integer(accepted, "stages.0.handovers"), 1);
    ck_assert_str_eq(reply_text(accepted, "stages.0.accepted_at"),
                     reply_text(accepted, "updated_at"));
    ck_assert_uint_eq(json_array_size(reply_at(accepted, "stages")), 1);
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "advance", body("{'owner': 'handler1'}")), 403,
                   "not-owner");
    matter_must(&matter, "handler1", "advance", body("{'owner': 'handler1'}"));
}
END_TEST

START_TEST(nothing_is_dropped_while_an_offer_is_pending)
{
    static const struct {
        const char *action, *input;
    } held[] = {{"offer", "{'to': 'supervisor1'}"},
                {"advance", "{'owner': 'handler1'}"},
                {"settle", "{'summary': '和解'}"},
                {"decline", "{'reason_code': 'other', 'reason': '其他'}"}};
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "agent1", "offer", body("{'to': 'handler1'}"));
    for (size_t i = 0; i < sizeof held / sizeof *held; i++)
        EXPECT_PROBLEM(matter_do(&matter, "agent1", held[i].action, body("%s", held[i].input)), 409,
                       "offer-pending");
    matter_must(&matter, "agent1", "notes", body("{'text': '等待接收'}"));
    matter_must(&matter, "handler1", "notes", body("{'text': '正在考虑'}"));
}
END_TEST

START_TEST(refusing_needs_a_reason_and_is_counted)
{
    struct matter matter = matter_new("agent1", NULL);
    const struct reply *before = matter_get(&matter, "agent1", NULL), *reply;
    for (int i = 1; i <= 2; i++) {
        matter_must(&matter, "agent1", "offer", body("{'to': 'handler1'}"));
        reply = matter_do(&matter, "handler1", "refuse", body("{}"));
        EXPECT_PROBLEM(reply, 422, "invalid-input");
        EXPECT_ERROR(reply, "/reason", "required");
        reply = matter_must(&matter, "handler1", "refuse", body("{'reason': '不属本岗'}"));
        expect_owner(reply, "agent1", NULL);
        expect_same_clocks(before, reply);
        ck_assert_int_eq(reply_integer(reply, "stages.0.refusals"), i);
        ck_assert_int_eq(reply_integer(reply, "stages.0.handovers"), 0);
    }
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "accept", body("{}")), 409, "no-offer");
}
END_TEST

START_TEST(an_offer_can_be_taken_back)
{
    struct matter matter = matter_new("agent1", NULL);
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "take-back", body("{}")), 409, "no-offer");
    matter_must(&matter, "agent1", "offer", body("{'to': 'handler1'}"));
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "take-back", body("{}")), 403, "not-owner");
    const struct reply *reply = matter_must(&matter, "agent1", "take-back", body("{}"));
    expect_owner(reply, "agent1", NULL);
    ck_assert_int_eq(reply_integer(reply, "stages.0.refusals"), 0);
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "accept", body("{}")), 409, "no-offer");
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "refuse", body("{'reason': '晚了'}")), 409,
                   "no-offer");
}
END_TEST

START_TEST(nobody_is_offered_what_they_own)
{
    struct matter matter = matter_new("agent1", NULL);
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "offer", body("{'to': 'agent1'}")), 409,
                   "same-owner");
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "assign", body("{'owner': 'agent1'}")), 409,
                   "same-owner");
    const struct reply *reply = matter_do(&matter, "agent1", "offer", body("{'to': 'auditor1'}"));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/to", "not_eligible");
}
END_TEST

START_TEST(only_who_was_offered_it_accepts)
{
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "agent1", "offer", body("{'to': 'handler1'}"));
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "accept", body("{}")), 409, "no-offer");
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "accept", body("{}")), 409, "no-offer");
    EXPECT_PROBLEM(matter_do(&matter, "auditor1", "accept", body("{}")), 403, "forbidden");
    EXPECT_PROBLEM(matter_do(&matter, "agent2", "accept", body("{}")), 404, "not-found");
    matter_must(&matter, "handler1", "accept", body("{'reason': '收到'}"));
}
END_TEST

/* --- assignment ------------------------------------------------------------------------------- */

START_TEST(assignment_is_immediate_and_overrides_an_offer)
{
    struct matter matter = matter_new("agent1", NULL);
    const struct reply *before = matter_get(&matter, "agent1", NULL);
    matter_must(&matter, "agent1", "offer", body("{'to': 'supervisor1'}"));
    const struct reply *reply = matter_must(&matter, "supervisor1", "assign",
                                            body("{'owner': 'handler1', 'reason': '休假'}"));
    expect_owner(reply, "handler1", NULL);
    expect_same_clocks(before, reply);
    ck_assert_int_eq(reply_integer(reply, "stages.0.handovers"), 1);
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "accept", body("{}")), 409, "no-offer");
    EXPECT_PROBLEM(matter_do(&matter, "handler1", "assign", body("{'owner': 'agent1'}")), 403,
                   "forbidden");
}
END_TEST

START_TEST(ping_pong_is_counted)
{
    struct matter matter = matter_new("agent1", NULL);
    const struct reply *before = matter_get(&matter, "agent1", NULL), *reply = NULL;
    for (int i = 0; i < 4; i++)
        reply = i % 2 == 0 ? hand_over(&matter, "agent1", "handler1")
                           : hand_over(&matter, "handler1", "agent1");
    ck_assert_int_eq(reply_integer(reply, "stages.0.handovers"), 4);
    expect_owner(reply, "agent1", NULL);
    expect_same_clocks(before, reply);
    /* The next stage counts for itself. */
    reply = matter_must(&matter, "agent1", "advance", body("{'owner': 'handler1'}"));
    ck_assert_int_eq(reply_integer(reply, "stages.0.handovers"), 4);
    ck_assert_int_eq(reply_integer(reply, "stages.1.handovers"), 0);
}
END_TEST

/* --- across units ----------------------------------------------------------------------------- */

static bool sees(const struct matter *matter, const char *as)
{
    const struct reply *one = client_get(as, "/v1/complaints/%s", matter->id);
    const struct reply *list = client_get(as, "/v1/complaints?number=%s", matter->number);
    EXPECT_STATUS(list, 200);
    bool listed = json_array_size(reply_at(list, "items")) == 1;
    if (one->status != 200)
        EXPECT_PROBLEM(one, 404, "not-found");
    ck_assert_msg(listed == (one->status == 200), "%s: %s", as,
                  listed ? "listed, but not found" : "found, but not listed");
    return listed;
}

START_TEST(hand_over_across_units_opens_the_case)
{
    struct matter matter = matter_new("agent1", NULL);
    ck_assert(!sees(&matter, "agent2"));
    matter_must(&matter, "agent1", "offer", body("{'to': 'agent2'}"));
    ck_assert(sees(&matter, "agent2")); /* the pending owner */
    const struct reply *reply = matter_must(&matter, "agent2", "accept", body("{}"));
    ck_assert_str_eq(reply_text(reply, "stages.0.unit"), "HN-CS-002");
    ck_assert_str_eq(reply_text(reply, "unit"), "HN-CS-001");
    ck_assert(sees(&matter, "agent2") && sees(&matter, "agent1") && sees(&matter, "handler1"));

    hand_over(&matter, "agent2", "handler1");
    ck_assert(sees(&matter, "agent2")); /* an earlier owner */
    reply = matter_get(&matter, "agent2", NULL);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "allowed_actions")), 0);
    EXPECT_PROBLEM(matter_do(&matter, "agent2", "notes", body("{'text': '补充'}")), 403,
                   "forbidden");
    EXPECT_PROBLEM(matter_do(&matter, "agent2", "advance", body("{'owner': 'agent2'}")), 403,
                   "not-owner");
}
END_TEST

/* Whoever received it sees it on, whatever unit owns it now. */
START_TEST(receiving_unit_sees_what_another_owns)
{
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "agent1", "advance", body("{'owner': 'agent2'}"));
    ck_assert(sees(&matter, "agent1") && sees(&matter, "handler1") && sees(&matter, "agent2"));
    matter_must(&matter, "agent2", "findings", body_findings());
    matter_must(&matter, "agent2", "advance", body("{'owner': 'agent2'}"));
}
END_TEST

/* --- recusal ---------------------------------------------------------------------------------- */

START_TEST(recused_persons_cannot_be_named)
{
    struct matter matter = matter_new("agent1", body("{'staff_complained_of': 'handler1'}"));
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "offer", body("{'to': 'handler1'}")), 409,
                   "recused");
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "advance", body("{'owner': 'handler1'}")), 409,
                   "recused");
    EXPECT_PROBLEM(matter_do(&matter, "supervisor1", "assign", body("{'owner': 'handler1'}")), 409,
                   "recused");
    matter_must(&matter, "agent1", "advance", body("{'owner': 'agent1'}"));
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "send-back",
                             body("{'to': 'intake', 'owner': 'handler1', 'reason': '退回'}")),
                   409, "recused");
    ck_assert_str_eq(reply_text(matter_get(&matter, "agent1", NULL), "owner.login"), "agent1");
}
END_TEST

static const char *const reads[] = {"",          "/stages",   "/journal", "/notes",
                                    "/contacts", "/findings", "/plan",    "/notices"};

START_TEST(recused_persons_see_nothing)
{
    static const char *const barred[] = {"handler1", "supervisor1", "auditor1"};
    for (size_t i = 0; i < sizeof barred / sizeof *barred; i++) {
        struct matter matter =
            matter_new("agent1", body("{'staff_complained_of': '%s'}", barred[i]));
        ck_assert(!sees(&matter, barred[i]));
        ck_assert(sees(&matter, "agent1"));
        for (size_t j = 0; j < sizeof reads / sizeof *reads; j++) {
            EXPECT_PROBLEM(client_get(barred[i], "/v1/complaints/%s%s", matter.id, reads[j]), 404,
                           "not-found");
            EXPECT_PROBLEM(client_get(barred[i], "/v1/complaints/%s%s", matter.number, reads[j]),
                           404, "not-found");
        }
        EXPECT_PROBLEM(matter_do(&matter, barred[i], "notes", body("{'text': '我'}")), 404,
                       "not-found");
        EXPECT_PROBLEM(matter_do(&matter, barred[i], "assign", body("{'owner': 'handler1'}")), 404,
                       "not-found");
    }
}
END_TEST

START_TEST(journals_are_sound_afterwards)
{
    ck_assert(journals_are_sound());
}
END_TEST

Suite *complaint_handover_suite(void)
{
    Suite *suite = suite_create("complaint_handover");
    TCase *tcase = tcase_create("handover");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_test(tcase, giver_stays_owner_until_accepted);
    tcase_add_test(tcase, nothing_is_dropped_while_an_offer_is_pending);
    tcase_add_test(tcase, refusing_needs_a_reason_and_is_counted);
    tcase_add_test(tcase, an_offer_can_be_taken_back);
    tcase_add_test(tcase, nobody_is_offered_what_they_own);
    tcase_add_test(tcase, only_who_was_offered_it_accepts);
    tcase_add_test(tcase, assignment_is_immediate_and_overrides_an_offer);
    tcase_add_test(tcase, ping_pong_is_counted);
    tcase_add_test(tcase, hand_over_across_units_opens_the_case);
    tcase_add_test(tcase, receiving_unit_sees_what_another_owns);
    tcase_add_test(tcase, recused_persons_cannot_be_named);
    tcase_add_test(tcase, recused_persons_see_nothing);
    tcase_add_test(tcase, journals_are_sound_afterwards);
    suite_add_tcase(suite, tcase);
    return suite;
}
