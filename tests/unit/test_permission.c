#include "lib/complaint/permission.h"

#include "tests/runner.h"
#include "tests/unit/fixture.h"

Suite *permission_suite(void);

static unsigned relations(const struct complaint *complaint, const char *login)
{
    const struct staff *staff = institution_staff_by_login(&fixture->institution, text_of(login));
    struct principal who = fixture_principal(staff);

    ck_assert_ptr_nonnull(staff);
    return permission_relations(&fixture->institution, &who, complaint);
}

struct expectation {
    const char *login;
    unsigned relations;
};

static void expect(const struct complaint *complaint, const struct expectation *expected)
{
    for (; expected->login; expected++)
        ck_assert_msg(relations(complaint, expected->login) == expected->relations,
                      "%s stands to it as %#x, not %#x", expected->login,
                      relations(complaint, expected->login), expected->relations);
}

/* api.md, who calls it: for each of the demo's staff and those of the other branch. */
START_TEST(roles_reach_their_units_subtree)
{
    expect(fixture_complaint(STAGE_INTAKE),
           (struct expectation[]){{"agent1", RELATION_OWNER | RELATION_STAFF},
                                  {"handler1", RELATION_STAFF},
                                  {"intake1", RELATION_STAFF},
                                  {"agent2", 0},
                                  {"supervisor1", RELATION_SUPERVISOR | RELATION_SUPERIOR},
                                  {"auditor1", RELATION_AUDITOR},
                                  {"admin", 0},
                                  {"outsider1", 0},
                                  {"supervisor2", 0},
                                  {"leaver1", 0},
                                  {0}});
}
END_TEST

START_TEST(the_unit_that_received_and_the_unit_that_owns_both_see_it)
{
    const struct advance_command away = {.owner = TEXT("outsider1")};
    struct complaint *complaint = fixture_do(ACTION_ADVANCE, fixture_complaint(STAGE_INTAKE),
                                             fixture->agent1, "2026-11-20T10:00:00+08:00", &away);

    expect(complaint,
           (struct expectation[]){{"agent1", RELATION_EARLIER | RELATION_STAFF},
                                  {"handler1", RELATION_STAFF},
                                  {"supervisor1", RELATION_SUPERVISOR},
                                  {"auditor1", RELATION_AUDITOR},
                                  {"outsider1", RELATION_OWNER | RELATION_STAFF},
                                  {"supervisor2", RELATION_SUPERVISOR | RELATION_SUPERIOR},
                                  {"agent2", 0},
                                  {0}});
}
END_TEST

/* domain.md §3, visibility: whatever their unit. */
START_TEST(those_offered_it_see_it_until_they_refuse)
{
    const struct offer_command offer = {TEXT("agent2"), TEXT("业务归属")};
    const struct reason_command reason = {TEXT("不属本组")};
    struct complaint *complaint = fixture_do(ACTION_OFFER, fixture_complaint(STAGE_INTAKE),
                                             fixture->agent1, "2026-11-20T10:00:00+08:00", &offer);

    ck_assert_uint_eq(relations(complaint, "agent2"), RELATION_PENDING);
    complaint =
        fixture_do(ACTION_REFUSE, complaint, fixture->agent2, "2026-11-20T11:00:00+08:00", &reason);
    ck_assert_uint_eq(relations(complaint, "agent2"), 0);
}
END_TEST

START_TEST(the_person_complained_of_never_sees_it)
{
    struct complaint *complaint = fixture_complaint(STAGE_INVESTIGATION);

    /* Even the owner, when it turns out later whom it is about. */
    complaint->staff_complained_of = TEXT("handler1");
    ck_assert_uint_eq(relations(complaint, "handler1"), 0);
    complaint->staff_complained_of = TEXT("supervisor1");
    ck_assert_uint_eq(relations(complaint, "supervisor1"), 0);
    complaint->staff_complained_of = TEXT("auditor1");
    ck_assert_uint_eq(relations(complaint, "auditor1"), 0);
}
END_TEST

START_TEST(who_left_sees_nothing_even_as_owner)
{
    struct complaint *complaint = fixture_complaint(STAGE_INTAKE);

    complaint->owner.id = fixture->leaver1->id;
    complaint->handlers[0] = fixture->leaver1->id;
    ck_assert_uint_eq(relations(complaint, "leaver1"), 0);
}
END_TEST

/* An owner who is only an auditor now may look on; one who is only an administrator may not. */
START_TEST(an_owner_without_a_working_role_changes_nothing)
{
    struct complaint *complaint = fixture_complaint(STAGE_INTAKE);

    complaint->owner.id = fixture->auditor1->id;
    ck_assert_uint_eq(relations(complaint, "auditor1"), RELATION_EARLIER | RELATION_AUDITOR);
    complaint->owner.id = fixture->admin->id;
    ck_assert_uint_eq(relations(complaint, "admin"), 0);
}
END_TEST

START_TEST(who_recorded_the_plan_is_its_planner)
{
    struct complaint *complaint = fixture_complaint(STAGE_FEEDBACK);

    ck_assert_uint_eq(relations(complaint, "handler1"),
                      RELATION_OWNER | RELATION_STAFF | RELATION_PLANNER);
    ck_assert_uint_eq(relations(complaint, "supervisor1"), RELATION_SUPERVISOR | RELATION_SUPERIOR);
}
END_TEST

START_TEST(a_unit_that_no_longer_exists_is_nobodys)
{
    struct complaint *complaint = fixture_complaint(STAGE_INTAKE);

    complaint->unit_id = complaint->owner_unit_id = UUID_NONE;
    expect(complaint, (struct expectation[]){{"agent1", RELATION_OWNER}, {"supervisor1", 0}, {0}});
}
END_TEST

START_TEST(a_role_counts_over_its_subtree_and_only_for_the_active)
{
    struct principal supervisor = fixture_principal(fixture->supervisor1);
    struct principal agent = fixture_principal(fixture->agent1);
    struct principal leaver = fixture_principal(fixture->leaver1);

    ck_assert(permission_has_role(&supervisor, 1u << ROLE_SUPERVISOR));
    ck_assert(permission_has_role(&supervisor, 1u << ROLE_INTAKE | 1u << ROLE_SUPERVISOR));
    ck_assert(!permission_has_role(&supervisor, 1u << ROLE_INTAKE));
    ck_assert(!permission_has_role(&leaver, 1u << ROLE_HANDLER));
    ck_assert(permission_has_role_over(&supervisor, 1u << ROLE_SUPERVISOR, fixture->cs2));
    ck_assert(!permission_has_role_over(&supervisor, 1u << ROLE_SUPERVISOR, fixture->gd));
    ck_assert(permission_has_role_over(&agent, 1u << ROLE_INTAKE, fixture->cs1));
    ck_assert(!permission_has_role_over(&agent, 1u << ROLE_INTAKE, fixture->hn));
    ck_assert(!permission_has_role_over(&leaver, 1u << ROLE_HANDLER, fixture->cs2));
    ck_assert(!permission_has_role_over(&agent, 1u << ROLE_INTAKE, NULL));
}
END_TEST

START_TEST(who_may_own_a_stage)
{
    static const struct {
        const char *login;
        bool intake, later;
    } cases[] = {
        {"agent1", true, true},      {"handler1", true, true},  {"intake1", true, false},
        {"supervisor1", true, true}, {"outsider1", true, true}, {"auditor1", false, false},
        {"admin", false, false},     {"leaver1", false, false},
    };
    const struct staff *staff =
        institution_staff_by_login(&fixture->institution, text_of(cases[_i].login));

    ck_assert_int_eq(permission_may_own(staff, STAGE_INTAKE), cases[_i].intake);
    for (int stage = STAGE_INVESTIGATION; stage < STAGE_COUNT; stage++)
        ck_assert_int_eq(permission_may_own(staff, (enum stage)stage), cases[_i].later);
}
END_TEST

/* --- on behalf of others ------------------------------------------------------------------------ */

static struct staff with_grants(const struct grant *grants, size_t count)
{
    return (struct staff){.grants = grants, .grant_count = count, .active = true};
}

START_TEST(two_have_in_common_the_same_role_in_the_smaller_unit)
{
    const struct grant wide[] = {{ROLE_HANDLER, fixture->hn}, {ROLE_SUPERVISOR, fixture->cs1}};
    const struct grant narrow[] = {{ROLE_HANDLER, fixture->cs1},
                                   {ROLE_INTAKE, fixture->cs2},
                                   {ROLE_SUPERVISOR, fixture->cs2},
                                   {ROLE_AUDITOR, fixture->hn}};
    const struct staff a = with_grants(wide, 2), b = with_grants(narrow, 4);
    struct grant met[8];

    for (int turned = 0; turned < 2; turned++) {
        ck_assert_uint_eq(turned ? permission_meet(&b, &a, met) : permission_meet(&a, &b, met), 2);
        ck_assert(met[0].role == ROLE_HANDLER && met[0].unit == fixture->cs1);
        /* A handler has what intake staff have. */
        ck_assert(met[1].role == ROLE_INTAKE && met[1].unit == fixture->cs2);
    }
}
END_TEST

/* Being named counts through a client only where the roles that both have reach. */
START_TEST(through_a_client_a_name_alone_is_nothing)
{
    struct complaint *complaint = fixture_complaint(STAGE_INTAKE);
    const struct grant here = {ROLE_HANDLER, fixture->cs1}, there = {ROLE_HANDLER, fixture->cs2};
    const struct staff program = {.active = true, .client = true};
    struct staff owner = *fixture->agent1;
    struct principal who = fixture_principal(&owner);

    owner.grants = &there;
    owner.grant_count = 1;
    ck_assert_uint_eq(permission_relations(&fixture->institution, &who, complaint), RELATION_OWNER);
    who.through = &program;
    ck_assert_uint_eq(permission_relations(&fixture->institution, &who, complaint), 0);
    owner.grants = &here;
    ck_assert_uint_eq(permission_relations(&fixture->institution, &who, complaint),
                      RELATION_OWNER | RELATION_STAFF);
}
END_TEST

START_TEST(programs_own_nothing)
{
    const struct grant grant = {ROLE_SUPERVISOR, fixture->hn};
    struct staff program = with_grants(&grant, 1);

    ck_assert(permission_may_own(&program, STAGE_INTAKE));
    program.client = true;
    ck_assert(!permission_may_own(&program, STAGE_INTAKE));
}
END_TEST

/* domain.md §7, api.md: auditors of the units, security_admins for rights and access. */
START_TEST(who_sees_the_audit_trail)
{
    static const struct {
        const char *login;
        bool sign_in_cs1, export_cs1, sign_in_gd, sign_in_nowhere, unknown_cs1;
    } cases[] = {
        {"auditor1", true, true, false, true, true},
        {"admin", true, false, false, true, false},
        {"supervisor1", false, false, false, false, false},
        {"agent1", false, false, false, false, false},
        {"leaver1", false, false, false, false, false},
    };
    struct principal who = fixture_principal(
        institution_staff_by_login(&fixture->institution, text_of(cases[_i].login)));

    ck_assert_int_eq(permission_sees_audit(&who, AUDIT_SIGN_IN, fixture->cs1),
                     cases[_i].sign_in_cs1);
    ck_assert_int_eq(permission_sees_audit(&who, AUDIT_EXPORTED, fixture->cs1),
                     cases[_i].export_cs1);
    ck_assert_int_eq(permission_sees_audit(&who, AUDIT_SIGN_IN, fixture->gd), cases[_i].sign_in_gd);
    ck_assert_int_eq(permission_sees_audit(&who, AUDIT_SIGN_IN, NULL), cases[_i].sign_in_nowhere);
    ck_assert_int_eq(permission_sees_audit(&who, TERM_NONE, fixture->cs1), cases[_i].unknown_cs1);
}
END_TEST

/* A deputy has the person's relations, but for what recusal and four eyes ask of people. */
START_TEST(a_deputy_is_the_person_and_themselves)
{
    const struct institution *institution = &fixture->institution;
    struct complaint *complaint = fixture_complaint(STAGE_INTAKE);
    const struct deputyship once = {.staff_id = fixture->agent1->id,
                                    .deputy_id = fixture->agent2->id,
                                    .from = fixture_time("2026-11-01T00:00:00+08:00"),
                                    .until = fixture_time("2026-11-02T00:00:00+08:00")};
    struct principal who = fixture_principal(fixture->agent1);
    unsigned own = permission_relations(institution, &who, complaint);

    who.through = fixture->agent2;
    ck_assert_uint_eq(permission_relations(institution, &who, complaint), own);
    complaint->extension.by = fixture->agent2->id;
    ck_assert_uint_eq(permission_relations(institution, &who, complaint), own | RELATION_REQUESTER);
    complaint->staff_complained_of = fixture->agent2->login;
    ck_assert_uint_eq(permission_relations(institution, &who, complaint), 0);
    complaint->staff_complained_of = TEXT_NONE;
    struct uuid handler = fixture->agent2->id;
    complaint->handlers = &handler;
    complaint->handler_count = 1;
    complaint->barred_handlers = 1; /* in a review of what the deputy handled */
    ck_assert_uint_eq(permission_relations(institution, &who, complaint) & RELATION_OWNER, 0);
    ck_assert_uint_ne(permission_relations(institution, &who, complaint), 0);

    /* Whoever was the deputy of who asked has asked, as it were. */
    complaint->barred_handlers = 0;
    complaint->extension.by = fixture->agent1->id;
    who = fixture_principal(fixture->agent2);
    ck_assert_uint_eq(permission_relations(institution, &who, complaint) & RELATION_REQUESTER, 0);
    fixture->institution.deputyships = &once;
    fixture->institution.deputyship_count = 1;
    ck_assert_uint_ne(permission_relations(institution, &who, complaint) & RELATION_REQUESTER, 0);
    struct uuid people[3];
    ck_assert_uint_eq(permission_stood_for(institution, &who, people), 2);
    assert_uuid(people[0], fixture->agent2->id);
    assert_uuid(people[1], fixture->agent1->id);
    complaint->unmasking.by = complaint->owner;
    complaint->unmasking.by.id = fixture->agent1->id;
    unsigned asker = RELATION_UNMASKER | RELATION_SHOWN;
    ck_assert_uint_eq(permission_relations(institution, &who, complaint) & asker,
                      RELATION_UNMASKER);
    who = fixture_principal(fixture->agent1);
    ck_assert_uint_eq(permission_relations(institution, &who, complaint) & asker, asker);
    ck_assert(institution_deputises(institution, once.deputy_id, once.staff_id, once.from));
    ck_assert(!institution_deputises(institution, once.deputy_id, once.staff_id, once.until));
    ck_assert(!institution_deputises(institution, once.staff_id, once.deputy_id, once.from));
}
END_TEST

Suite *permission_suite(void)
{
    Suite *suite = suite_create("permission");
    TCase *tests = tcase_create("permission");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, roles_reach_their_units_subtree);
    tcase_add_test(tests, the_unit_that_received_and_the_unit_that_owns_both_see_it);
    tcase_add_test(tests, those_offered_it_see_it_until_they_refuse);
    tcase_add_test(tests, the_person_complained_of_never_sees_it);
    tcase_add_test(tests, who_left_sees_nothing_even_as_owner);
    tcase_add_test(tests, an_owner_without_a_working_role_changes_nothing);
    tcase_add_test(tests, who_recorded_the_plan_is_its_planner);
    tcase_add_test(tests, a_unit_that_no_longer_exists_is_nobodys);
    tcase_add_test(tests, a_role_counts_over_its_subtree_and_only_for_the_active);
    tcase_add_loop_test(tests, who_may_own_a_stage, 0, 8);
    tcase_add_test(tests, two_have_in_common_the_same_role_in_the_smaller_unit);
    tcase_add_test(tests, through_a_client_a_name_alone_is_nothing);
    tcase_add_test(tests, programs_own_nothing);
    tcase_add_loop_test(tests, who_sees_the_audit_trail, 0, 5);
    tcase_add_test(tests, a_deputy_is_the_person_and_themselves);
    suite_add_tcase(suite, tests);
    return suite;
}
