/* Who may do what, and that allowed_actions says just that. */
#include <string.h>

#include "tests/http/matter.h"

Suite *complaint_rights_suite(void);

/* --- every action ----------------------------------------------------------------------------- */

/* Who may, of those who stand somehow to the complaint (API, "Who calls it"; domain, hand-over). */
enum {
    OWNER = 1,      /* of the current stage */
    COLLEAGUE = 2,  /* intake or handler of the unit that received it */
    SUPERVISOR = 4, /* of a unit above */
    PENDING = 8     /* a hand-over to them is offered */
};
#define IN_SCOPE (OWNER | COLLEAGUE | SUPERVISOR)

/* In which stages, as bits. */
enum { INTAKE = 1, INVESTIGATION = 2, RESOLUTION = 4, FEEDBACK = 8, ANY = 15 };

static const char *const stages[] = {"intake", "investigation", "resolution", "feedback"};

static const struct act {
    const char *action; /* in allowed_actions */
    const char *path;
    unsigned who, stages;
} acts[] = {
    {"advance", "advance", OWNER, INTAKE | INVESTIGATION | RESOLUTION},
    {"send_back", "send-back", OWNER, INVESTIGATION | RESOLUTION | FEEDBACK},
    {"settle", "settle", OWNER, INTAKE},
    {"decline", "decline", OWNER, INTAKE},
    {"close", "close", OWNER, FEEDBACK},
    {"withdraw", "withdraw", IN_SCOPE, ANY},
    {"classify", "classify", IN_SCOPE, ANY},
    {"offer", "offer", OWNER, ANY},
    {"take_back", "take-back", OWNER, ANY},
    {"accept", "accept", PENDING, ANY},
    {"refuse", "refuse", PENDING, ANY},
    {"assign", "assign", SUPERVISOR, ANY},
    {"notes", "notes", IN_SCOPE | PENDING, ANY},
    {"contacts", "contacts", IN_SCOPE | PENDING, ANY},
    {"findings", "findings", OWNER, INVESTIGATION},
    {"plan", "plan", OWNER, RESOLUTION},
    {"approve_plan", "approve-plan", SUPERVISOR, RESOLUTION},
    {"notices", "notices", OWNER, RESOLUTION | FEEDBACK},
    {"deliveries", "notices/1/deliveries", OWNER, FEEDBACK},
    {"urge", "urge", SUPERVISOR, ANY},
    {"answer_urge", "urge/1/answer", OWNER, ANY},
    {"links", "links", IN_SCOPE | PENDING, ANY},
    {"remove_link", "links/1/remove", IN_SCOPE | PENDING, ANY},
    {"void", "void", OWNER | SUPERVISOR, ANY},
    {"approve_void", "void/approve", SUPERVISOR, ANY},
    {"refuse_void", "void/refuse", SUPERVISOR, ANY},
    {"unmask", "unmask", OWNER | SUPERVISOR, ANY},
    {"approve_unmask", "unmask/approve", SUPERVISOR, ANY},
    {"refuse_unmask", "unmask/refuse", SUPERVISOR, ANY},
};
#define ACTS (sizeof acts / sizeof *acts)

/* The number of a complaint that all who are asked here may see. */
static const char *another(void)
{
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "agent1", "offer", body("{'to': 'agent2'}"));
    return matter.number;
}

/* An input that is right wherever the action is possible; other: somebody else than the owner. */
static json_t *input_of(const char *action, const char *other)
{
    if (strcmp(action, "advance") == 0)
        return body("{'owner': 'handler1'}");
    if (strcmp(action, "assign") == 0)
        return body("{'owner': '%s'}", other);
    if (strcmp(action, "offer") == 0)
        return body("{'to': '%s'}", other);
    if (strcmp(action, "send_back") == 0)
        return body("{'to': 'intake', 'owner': 'agent1', 'reason': '退回'}");
    if (strcmp(action, "settle") == 0)
        return body("{'summary': '和解'}");
    if (strcmp(action, "decline") == 0)
        return body("{'reason_code': 'other', 'reason': '其他'}");
    if (strcmp(action, "close") == 0)
        return body("{'outcome': 'upheld'}");
    if (strcmp(action, "classify") == 0)
        return body("{'urgency': 1}");
    if (strcmp(action, "notes") == 0)
        return body("{'text': '备注'}");
    if (strcmp(action, "contacts") == 0)
        return body_contact("inbound", true);
    if (strcmp(action, "findings") == 0)
        return body_findings();
    if (strcmp(action, "plan") == 0)
        return body_plan(100);
    if (strcmp(action, "notices") == 0)
        return body_notice();
    if (strcmp(action, "deliveries") == 0)
        return body_delivery();
    if (strcmp(action, "urge") == 0)
        return body("{'text': '请说明进展', 'due_at': '%s'}", time_text(3600));
    if (strcmp(action, "answer_urge") == 0)
        return body("{'text': '已联系客户'}");
    if (strcmp(action, "unmask") == 0)
        return body("{'fields': ['phone'], 'purpose': '回电'}");
    if (strcmp(action, "links") == 0)
        return body("{'kind': 'repeat', 'complaint': '%s', 'reason': '再次来电'}", another());
    return body("{'reason': '理由'}"); /* withdraw, take-back, accept, refuse, approve-plan */
}

/* Rights are judged before the version: with one that was never there, whoever may is told 412 and
 * nothing is changed. */
static void expect_right(const struct matter *matter, const struct act *act, const char *as,
                         unsigned is)
{
    const struct reply *reply = client_post(as, 999, input_of(act->action, "agent1"),
                                            "/v1/complaints/%s/%s", matter->id, act->path);
    const char *slug = act->who & is         ? "stale-version"
                       : act->who == PENDING ? "no-offer"
                       : act->who == OWNER   ? "not-owner"
                                             : "forbidden";
    int status = act->who & is ? 412 : act->who == PENDING ? 409 : 403;
    ck_assert_msg(reply->status == status, "%s by %s: %d %s", act->action, as, reply->status,
                  reply->body);
    EXPECT_PROBLEM(reply, status, slug);
}

START_TEST(each_action_is_for_its_people)
{
    for (size_t stage = 0; stage < 4; stage++) {
        struct matter matter = matter_at(stages[stage]);
        const char *owner = stage == 0 ? "agent1" : "handler1";
        const char *colleague = stage == 0 ? "handler1" : "agent1";
        for (size_t i = 0; i < ACTS; i++) {
            const struct act *act = &acts[i];
            expect_right(&matter, act, owner, OWNER);
            expect_right(&matter, act, colleague, COLLEAGUE);
            expect_right(&matter, act, "supervisor1", SUPERVISOR);
            const char *path = client_text("/v1/complaints/%s/%s", matter.id, act->path);
            EXPECT_PROBLEM(
                client_post("auditor1", 999, input_of(act->action, "agent1"), "%s", path), 403,
                "forbidden");
            EXPECT_PROBLEM(client_post("agent2", 999, input_of(act->action, "agent1"), "%s", path),
                           404, "not-found");
            EXPECT_PROBLEM(client_post("admin", 999, input_of(act->action, "agent1"), "%s", path),
                           404, "not-found");
            EXPECT_PROBLEM(client_post(NULL, 999, input_of(act->action, "agent1"), "%s", path), 401,
                           "unauthenticated");
        }
        ck_assert_int_eq(reply_integer(matter_get(&matter, owner, NULL), "version"),
                         matter.version);
    }
}
END_TEST

START_TEST(pending_owner_may_only_decide_and_record)
{
    struct matter matter = matter_new("agent1", NULL);
    matter_must(&matter, "agent1", "offer", body("{'to': 'agent2'}"));
    for (size_t i = 0; i < ACTS; i++)
        expect_right(&matter, &acts[i], "agent2", PENDING);
}
END_TEST

/* --- allowed_actions -------------------------------------------------------------------------- */

/* Situations between which allowed_actions differ. */
static const struct situation {
    const char *stage;
    struct {
        const char *as, *action, *path;
    } steps[4];
} situations[] = {
    {"intake", {{0}}},
    {"intake", {{"agent1", "offer", "offer"}}},
    {"intake", {{"agent1", "settle", "settle"}}},
    {"intake", {{"agent1", "decline", "decline"}}},
    {"investigation", {{0}}},
    {"investigation", {{"handler1", "findings", "findings"}}},
    {"investigation", {{"handler1", "offer", "offer"}}},
    {"investigation", {{"supervisor1", "urge", "urge"}}},
    {"resolution", {{0}}},
    {"resolution", {{"handler1", "plan", "plan"}}},
    {"resolution", {{"handler1", "large plan", "plan"}}},
    {"resolution",
     {{"handler1", "large plan", "plan"}, {"supervisor1", "approve_plan", "approve-plan"}}},
    {"feedback", {{0}}},
    {"feedback", {{"handler1", "notices", "notices"}}},
    {"feedback",
     {{"handler1", "notices", "notices"}, {"handler1", "deliveries", "notices/1/deliveries"}}},
    {"feedback",
     {{"handler1", "notices", "notices"},
      {"handler1", "deliveries", "notices/1/deliveries"},
      {"handler1", "close", "close"}}},
    {"feedback", {{"supervisor1", "withdraw", "withdraw"}}},
};

static struct matter bring(const struct situation *situation)
{
    struct matter matter = matter_at(situation->stage);
    for (size_t i = 0; i < 4 && situation->steps[i].as; i++) {
        const char *action = situation->steps[i].action;
        json_t *input = strcmp(action, "large plan") == 0 ? body_plan(1000001)
                        : strcmp(action, "offer") == 0    ? body("{'to': 'agent2'}")
                                                          : input_of(action, "agent1");
        matter_must(&matter, situation->steps[i].as, situation->steps[i].path, input);
    }
    return matter;
}

/* What is listed is accepted, and what is not listed is refused. */
START_TEST(allowed_actions_are_the_ones_accepted)
{
    static const char *const staff[] = {"agent1", "handler1", "supervisor1", "auditor1", "agent2"};
    struct matter matter = bring(&situations[_i]);
    for (size_t person = 0; person < sizeof staff / sizeof *staff; person++) {
        for (size_t i = 0; i < ACTS; i++) {
            const char *as = staff[person];
            const struct reply *seen = client_get(as, "/v1/complaints/%s", matter.id);
            bool allowed =
                seen->status == 200 && reply_lists(seen, "allowed_actions", acts[i].action);
            const char *owner = seen->status == 200 ? reply_text(seen, "owner.login") : "nobody";
            const char *other = strcmp(owner, "handler1") == 0 ? "agent1" : "handler1";
            const struct reply *reply =
                matter_do(&matter, as, acts[i].path, input_of(acts[i].action, other));
            bool accepted = reply->status == 200 || reply->status == 201;
            ck_assert_msg(accepted == allowed, "%s by %s is %s, but: %d %s", acts[i].action, as,
                          allowed ? "allowed" : "not allowed", reply->status, reply->body);
            ck_assert_msg(accepted || reply->status == 403 || reply->status == 404 ||
                              reply->status == 409,
                          "%s by %s: %d %s", acts[i].action, as, reply->status, reply->body);
            if (accepted)
                matter = bring(&situations[_i]);
        }
    }
}
END_TEST

START_TEST(lists_show_the_same_allowed_actions)
{
    static const char *const staff[] = {"agent1", "handler1", "supervisor1", "auditor1"};
    struct matter matter = bring(&situations[_i]);
    for (size_t person = 0; person < sizeof staff / sizeof *staff; person++) {
        const struct reply *one = matter_get(&matter, staff[person], NULL);
        const struct reply *list =
            client_get(staff[person], "/v1/complaints?number=%s", matter.number);
        EXPECT_STATUS(list, 200);
        ck_assert(json_equal(reply_at(one, "allowed_actions"),
                             reply_at(list, "items.0.allowed_actions")));
    }
}
END_TEST

/* --- reading ---------------------------------------------------------------------------------- */

static const char *const reads[] = {"",          "/stages",   "/journal", "/notes",
                                    "/contacts", "/findings", "/plan",    "/notices"};

START_TEST(reading_is_within_reach_only)
{
    static const struct {
        const char *as;
        int status;
    } readers[] = {{"agent1", 200},   {"handler1", 200}, {"supervisor1", 200},
                   {"auditor1", 200}, {"agent2", 404},   {"admin", 404}};
    struct matter matter = matter_new("agent1", NULL);
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        for (size_t j = 0; j < sizeof reads / sizeof *reads; j++) {
            const struct reply *reply =
                client_get(readers[i].as, "/v1/complaints/%s%s", matter.id, reads[j]);
            ck_assert_msg(reply->status == readers[i].status, "%s of %s: %d %s", reads[j],
                          readers[i].as, reply->status, reply->body);
            EXPECT_PROBLEM(client_get(NULL, "/v1/complaints/%s%s", matter.id, reads[j]), 401,
                           "unauthenticated");
        }
    }
    EXPECT_PROBLEM(client_get("admin", "/v1/complaints"), 403, "forbidden");
    EXPECT_PROBLEM(client_get("admin", "/v1/complaints?count=exact"), 403, "forbidden");
    EXPECT_PROBLEM(client_get("admin", "/v1/board"), 403, "forbidden");
}
END_TEST

/* What is hidden answers word for word like what does not exist. */
START_TEST(hidden_looks_like_missing)
{
    struct matter matter = matter_new("agent1", NULL);
    const struct reply *hidden = client_get("agent2", "/v1/complaints/%s", matter.id);
    const struct reply *missing =
        client_get("agent2", "/v1/complaints/0193aaaa-0000-7000-8000-000000000000");
    EXPECT_PROBLEM(hidden, 404, "not-found");
    EXPECT_PROBLEM(missing, 404, "not-found");
    json_object_del(hidden->json, "instance");
    json_object_del(missing->json, "instance");
    ck_assert(json_equal(hidden->json, missing->json));
    EXPECT_PROBLEM(client_get("agent2", "/v1/complaints/TS20200101000001"), 404, "not-found");
    EXPECT_PROBLEM(client_get("agent2", "/v1/complaints/nonsense"), 404, "not-found");
}
END_TEST

Suite *complaint_rights_suite(void)
{
    Suite *suite = suite_create("complaint_rights");
    TCase *tcase = tcase_create("rights");
    int count = (int)(sizeof situations / sizeof *situations);
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_test(tcase, each_action_is_for_its_people);
    tcase_add_test(tcase, pending_owner_may_only_decide_and_record);
    tcase_add_loop_test(tcase, allowed_actions_are_the_ones_accepted, 0, count);
    tcase_add_loop_test(tcase, lists_show_the_same_allowed_actions, 0, count);
    tcase_add_test(tcase, reading_is_within_reach_only);
    tcase_add_test(tcase, hidden_looks_like_missing);
    suite_add_tcase(suite, tcase);
    return suite;
}
