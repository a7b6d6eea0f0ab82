#include <stdlib.h>

#include "lib/store/calendar_store.h"
#include "lib/store/class_store.h"
#include "lib/store/institution_store.h"
#include "lib/store/policy_store.h"
#include "lib/store/staff_store.h"
#include "lib/store/unit_store.h"
#include "tests/store/sql.h"

#define ZONE 480

/* Reading with the application's rights, writing with the owner's. */
static struct pg *app, *owner;
static struct arena *arena;

static void set_up(void)
{
    sql_empty();
    app = sql_connect_app();
    owner = sql_connect_owner();
    arena = arena_new(4096);
}

static void tear_down(void)
{
    pg_free(app);
    pg_free(owner);
    arena_free(arena);
}

static struct institution *load(void)
{
    enum fault fault = FAULT_NONE;
    const char *flaw = "untouched";
    struct institution *institution = institution_load(app, ZONE, SQL_DEADLINE, &fault, &flaw);

    ck_assert_msg(institution != NULL, "%s %s", pg_error(app).message, flaw ? flaw : "");
    ck_assert_ptr_null(flaw);
    return institution;
}

static void expect_flaw(const char *expected)
{
    enum fault fault = FAULT_NONE;
    const char *flaw = NULL;

    ck_assert_ptr_null(institution_load(app, ZONE, SQL_DEADLINE, &fault, &flaw));
    ck_assert_int_eq(fault, FAULT_INTERNAL);
    ck_assert_ptr_nonnull(flaw);
    ck_assert_str_eq(flaw, expected);
    ck_assert(pg_usable(app));
}

static enum store_result add_unit(unsigned id, const char *code, const char *parent)
{
    struct new_unit unit = {
        .id = sql_id(id), .code = text_of(code), .name = text_of(code), .parent = text_of(parent)};
    return unit_add(owner, arena, &unit, SQL_DEADLINE);
}

static const struct unit *unit_named(const struct institution *institution, const char *code)
{
    const struct unit *unit = institution_unit_by_code(institution, text_of(code));
    ck_assert_ptr_nonnull(unit);
    return unit;
}

START_TEST(an_empty_database_has_the_default_calendar_and_policy)
{
    struct institution *institution = load();
    const struct calendar *calendar = institution->calendar;
    int years[4];
    instant monday = instant_of_day(day_from_date((struct date){2026, 11, 23}), ZONE);

    ck_assert_uint_eq(institution->unit_count, 0);
    ck_assert_uint_eq(institution->staff_count, 0);
    ck_assert_int_eq(calendar_version(calendar), 0);
    ck_assert_int_eq(calendar_zone(calendar), ZONE);
    ck_assert(calendar_works(calendar, day_from_date((struct date){2026, 11, 20})));
    ck_assert(!calendar_works(calendar, day_from_date((struct date){2026, 11, 21})));
    ck_assert(!calendar_works(calendar, day_from_date((struct date){2026, 11, 22})));
    ck_assert_int_eq(calendar_working_time(calendar, monday, monday + INSTANT_DAY),
                     7 * INSTANT_HOUR);
    ck_assert_int_eq(calendar_end_of_work(calendar, day_from_date((struct date){2026, 11, 23})),
                     monday + 17 * INSTANT_HOUR + 30 * INSTANT_MINUTE);
    ck_assert_uint_eq(calendar_years_missing(calendar, monday, monday, years, 4), 1);
    ck_assert_uint_eq(institution->policy_count, 1);
    ck_assert_int_eq(institution->policies->limits[LEVEL_ORDINARY].stage_days[STAGE_FEEDBACK], 2);
    ck_assert_int_eq(institution->policies->limits[LEVEL_COMPLEX].stage_days[STAGE_INVESTIGATION],
                     10);
    ck_assert_int_eq(institution->policies->limits[LEVEL_MAJOR].statutory_days, 30);
    ck_assert_int_eq(institution->policies->limits[LEVEL_MAJOR].due_soon_minutes, 900);
    ck_assert_int_eq(institution->policies->redress_approval_fen, 1000000);
    institution_free(institution);
}
END_TEST

START_TEST(units_stand_in_preorder_and_are_found)
{
    /* Added so that neither ids nor codes give the order of the tree. */
    ck_assert_int_eq(add_unit(9, "HN", NULL), STORE_DONE);
    ck_assert_int_eq(add_unit(8, "HN-CS-002", "HN"), STORE_DONE);
    ck_assert_int_eq(add_unit(2, "HN-CS-001", "HN"), STORE_DONE);
    ck_assert_int_eq(add_unit(1, "A-TEAM", "HN-CS-001"), STORE_DONE);
    ck_assert_int_eq(add_unit(5, "BJ", NULL), STORE_DONE);
    ck_assert_int_eq(add_unit(5, "X", NULL), STORE_EXISTS);
    ck_assert_int_eq(add_unit(6, "BJ", NULL), STORE_EXISTS);
    ck_assert_int_eq(add_unit(6, "X", "NOWHERE"), STORE_NONE);

    struct institution *institution = load();
    static const char *const order[] = {"BJ", "HN", "HN-CS-001", "A-TEAM", "HN-CS-002"};
    ck_assert_uint_eq(institution->unit_count, 5);
    for (int i = 0; i < 5; i++) {
        ck_assert(text_equal(institution->units[i].code, text_of(order[i])));
        ck_assert_int_eq(institution->units[i].enter, i);
    }
    const struct unit *hn = unit_named(institution, "HN"), *bj = unit_named(institution, "BJ");
    const struct unit *one = unit_named(institution, "HN-CS-001");
    const struct unit *team = unit_named(institution, "A-TEAM");
    ck_assert(unit_within(team, hn) && unit_within(team, one) && unit_within(hn, hn));
    ck_assert(!unit_within(hn, team) && !unit_within(team, bj) && !unit_within(bj, hn));
    ck_assert(!unit_within(team, unit_named(institution, "HN-CS-002")));
    ck_assert_ptr_eq(institution_unit(institution, sql_id(8)),
                     unit_named(institution, "HN-CS-002"));
    ck_assert_ptr_null(institution_unit(institution, sql_id(7)));
    institution_free(institution);
}
END_TEST

START_TEST(a_deep_tree_is_no_trouble)
{
    sql_run(
        "INSERT INTO unit SELECT ('01000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid,"
        " 'U' || n, 'n', CASE WHEN n > 1 THEN "
        "('01000000-0000-0000-0000-' || lpad(to_hex(n - 1), 12, '0'))::uuid END "
        "FROM generate_series(1, 5000) n");
    struct institution *institution = load();
    const struct unit *root = unit_named(institution, "U1");
    ck_assert_int_eq(root->leave, 5000);
    ck_assert(unit_within(unit_named(institution, "U5000"), root));
    institution_free(institution);
}
END_TEST

START_TEST(a_circle_of_units_is_an_error)
{
    add_unit(1, "ROOT", NULL);
    add_unit(2, "A", "ROOT");
    add_unit(3, "B", "A");
    add_unit(4, "C", "B");
    sql_run("ALTER TABLE unit DISABLE TRIGGER stays_a_tree");
    sql_run("UPDATE unit SET parent_id = (SELECT id FROM unit WHERE code = 'C') WHERE code = 'A'");
    sql_run("ALTER TABLE unit ENABLE TRIGGER stays_a_tree");
    expect_flaw("units are superior to each other in a circle");
    sql_run("UPDATE unit SET parent_id = NULL WHERE code = 'A'");
    institution_free(load());
}
END_TEST

START_TEST(a_dangling_superior_is_an_error)
{
    add_unit(1, "ROOT", NULL);
    sql_run("ALTER TABLE unit DROP CONSTRAINT unit_parent_id_fkey;"
            "ALTER TABLE unit DISABLE TRIGGER below_an_open_unit;"
            "INSERT INTO unit VALUES ('01000000-0000-0000-0000-000000000002', 'A', 'a', "
            "'01000000-0000-0000-0000-000000000099')");
    expect_flaw("a unit's superior does not exist");
    sql_run("DELETE FROM unit WHERE code = 'A';"
            "ALTER TABLE unit ENABLE TRIGGER below_an_open_unit;"
            "ALTER TABLE unit ADD CONSTRAINT unit_parent_id_fkey FOREIGN KEY (parent_id) "
            "REFERENCES unit");
}
END_TEST

START_TEST(staff_have_their_grants_and_are_found)
{
    const struct new_grant supervisor[] = {{ROLE_SUPERVISOR, TEXT("HN")},
                                           {ROLE_HANDLER, TEXT("HN-CS-001")},
                                           {ROLE_HANDLER, TEXT("HN-CS-001")}};
    struct new_staff staff = {.id = sql_id(0x30),
                              .login = TEXT("zhang"),
                              .name = TEXT("张"),
                              .unit = TEXT("HN"),
                              .grants = supervisor,
                              .grant_count = 3};

    add_unit(1, "HN", NULL);
    add_unit(2, "HN-CS-001", "HN");
    ck_assert_int_eq(staff_add(owner, arena, &staff, SQL_DEADLINE), STORE_DONE);
    ck_assert_int_eq(staff_add(owner, arena, &staff, SQL_DEADLINE), STORE_EXISTS);
    staff = (struct new_staff){
        .id = sql_id(0x20), .login = TEXT("Wang"), .name = TEXT("王"), .unit = TEXT("HN-CS-001")};
    ck_assert_int_eq(staff_add(owner, arena, &staff, SQL_DEADLINE), STORE_DONE);
    sql_run("UPDATE staff SET active = false WHERE login = 'Wang'");

    struct institution *institution = load();
    ck_assert_uint_eq(institution->staff_count, 2);
    const struct staff *zhang = institution_staff_by_login(institution, TEXT("zhang"));
    const struct staff *wang = institution_staff_by_login(institution, TEXT("Wang"));
    ck_assert(zhang && wang);
    ck_assert_ptr_eq(institution_staff(institution, sql_id(0x30)), zhang);
    ck_assert_ptr_null(institution_staff_by_login(institution, TEXT("wang")));
    ck_assert(zhang->active && !wang->active);
    ck_assert_ptr_eq(zhang->unit, unit_named(institution, "HN"));
    ck_assert_uint_eq(wang->grant_count, 0);
    ck_assert_uint_eq(zhang->grant_count, 2);
    unsigned roles = 0;
    for (size_t i = 0; i < zhang->grant_count; i++) {
        const struct grant *grant = &zhang->grants[i];
        roles |= 1u << grant->role;
        ck_assert_ptr_eq(
            grant->unit,
            unit_named(institution, grant->role == ROLE_SUPERVISOR ? "HN" : "HN-CS-001"));
    }
    ck_assert_uint_eq(roles, 1u << ROLE_SUPERVISOR | 1u << ROLE_HANDLER);
    institution_free(institution);
}
END_TEST

START_TEST(staff_with_an_unknown_unit_are_not_added_at_all)
{
    const struct new_grant grant = {ROLE_HANDLER, TEXT("NOWHERE")};
    struct new_staff staff = {.id = sql_id(0x30),
                              .login = TEXT("zhang"),
                              .name = TEXT("张"),
                              .unit = TEXT("HN"),
                              .grants = &grant,
                              .grant_count = 1};

    add_unit(1, "HN", NULL);
    ck_assert_int_eq(staff_add(owner, arena, &staff, SQL_DEADLINE), STORE_NONE);
    staff.grant_count = 0;
    staff.unit = TEXT("NOWHERE");
    ck_assert_int_eq(staff_add(owner, arena, &staff, SQL_DEADLINE), STORE_NONE);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff"), 0);
}
END_TEST

START_TEST(passwords_and_access_end_sessions)
{
    int64_t stages = -1;

    add_unit(1, "HN", NULL);
    sql_run("INSERT INTO staff (id, login, name, unit_id) VALUES "
            "('01000000-0000-0000-0000-000000000011', 'agent1', 'n', "
            "'01000000-0000-0000-0000-000000000001');"
            "INSERT INTO token VALUES "
            "('\\x%064d', '01000000-0000-0000-0000-000000000011', NULL, now(), now() + '1 h'),"
            "('\\x%064d', '01000000-0000-0000-0000-000000000011', 'tool', now(), now() + '1 h')",
            1, 2);
    ck_assert_int_eq(
        staff_set_password(owner, arena, TEXT("agent1"), TEXT("h"), false, UUID_NONE, SQL_DEADLINE),
        STORE_DONE);
    ck_assert_int_eq(
        staff_set_password(owner, arena, TEXT("nobody"), TEXT("h"), false, UUID_NONE, SQL_DEADLINE),
        STORE_NONE);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM token WHERE revoked_at IS NULL "
                                "AND client = 'tool'"),
                     1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM token WHERE revoked_at IS NULL"), 1);

    const uint8_t head[32] = {0};
    sql_add_complaint(0x50, "TS1", 0x11, true, 0, head);
    sql_add_complaint(0x51, "TS2", 0x11, false, 0, head);
    ck_assert_int_eq(staff_disable(owner, arena, TEXT("agent1"), UUID_NONE, SQL_DEADLINE, &stages),
                     STORE_REFUSED);
    ck_assert_int_eq(stages, 1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff WHERE active"), 1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM token WHERE revoked_at IS NULL"), 1);
    sql_run("UPDATE complaint SET status = 'closed', closed_at = now() WHERE number = 'TS1'");
    ck_assert_int_eq(staff_disable(owner, arena, TEXT("agent1"), UUID_NONE, SQL_DEADLINE, &stages),
                     STORE_DONE);
    ck_assert_int_eq(stages, 0);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff WHERE active"), 0);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM token WHERE revoked_at IS NULL"), 0);
    ck_assert_int_eq(staff_disable(owner, arena, TEXT("agent1"), UUID_NONE, SQL_DEADLINE, &stages),
                     STORE_EXISTS);
    ck_assert_int_eq(staff_disable(owner, arena, TEXT("nobody"), UUID_NONE, SQL_DEADLINE, &stages),
                     STORE_NONE);
}
END_TEST

/* Who reads along sees all of a complaint but what opens its progress to anybody. */
START_TEST(readers_see_no_tracking_code)
{
    char *wrong =
        sql_value("SELECT string_agg(attname, ', ') FROM pg_attribute"
                  " WHERE attrelid = 'complaint'::regclass AND attnum > 0 AND NOT attisdropped"
                  " AND has_column_privilege('complaintd_reader', attrelid, attnum, 'SELECT')"
                  " = (attname = 'tracking_code')");
    ck_assert_str_eq(wrong, "");
    free(wrong);
}
END_TEST

START_TEST(an_imported_calendar_holds)
{
    const struct calendar_day days[] = {{day_from_date((struct date){2026, 2, 14}), true},
                                        {day_from_date((struct date){2026, 2, 16}), false}};
    const int years[] = {2025, 2026};
    struct calendar_source source = {.weekdays = 0x1F,
                                     .periods = {{540, 720}, {810, 1050}},
                                     .period_count = 2,
                                     .days = days,
                                     .day_count = 2,
                                     .years = years,
                                     .year_count = 2};
    const struct audit_origin author = {.staff_id = sql_id(0x11)};
    struct rules_added first, second;
    const uint8_t head[32] = {0};

    add_unit(1, "HN", NULL);
    sql_add_complaint(0x50, "TS1", 0x11, true, 0, head);
    sql_add_complaint(0x51, "TS2", 0x11, false, 0, head);
    ck_assert_int_eq(
        calendar_import(owner, arena, TEXT("cn"), &source, &author, SQL_DEADLINE, &first),
        STORE_DONE);
    ck_assert(first.added);
    ck_assert(!first.finished); /* one complaint is open */
    ck_assert_int_eq(
        calendar_import(owner, arena, TEXT("cn"), &source, &author, SQL_DEADLINE, &second),
        STORE_DONE);
    ck_assert(!second.added);
    ck_assert_int_eq(second.version, first.version);

    struct institution *institution = load();
    const struct calendar *calendar = institution->calendar;
    instant day = instant_of_day(days[0].day, ZONE);
    int missing[4];
    ck_assert_int_eq(calendar_version(calendar), first.version);
    ck_assert(calendar_works(calendar, days[0].day));
    ck_assert(!calendar_works(calendar, days[1].day));
    ck_assert_uint_eq(calendar_years_missing(calendar, day, day + 365 * INSTANT_DAY, missing, 4),
                      1);
    ck_assert_int_eq(missing[0], 2027);
    institution_free(institution);

    source.day_count = 1;
    ck_assert_int_eq(
        calendar_import(owner, arena, TEXT("cn"), &source, &author, SQL_DEADLINE, &second),
        STORE_REFUSED); /* the first is not finished */
    ck_assert_int_eq(sql_number("SELECT count(*) FROM calendar"), 1);
    sql_run("UPDATE recalculation SET finished_at = now()");
    ck_assert_int_eq(
        calendar_import(owner, arena, TEXT("cn"), &source, &author, SQL_DEADLINE, &second),
        STORE_DONE);
    ck_assert(second.added);
    ck_assert_int_gt(second.version, first.version);
    institution = load();
    ck_assert_int_eq(calendar_version(institution->calendar), second.version);
    ck_assert(calendar_works(institution->calendar, days[1].day));
    institution_free(institution);
}
END_TEST

START_TEST(an_impossible_calendar_is_an_error)
{
    sql_run("INSERT INTO calendar (name, weekdays, period_from, period_to, years) "
            "VALUES ('broken', 31, '{600}', '{540}', '{}')");
    expect_flaw("the calendar's periods or days are not possible");
}
END_TEST

START_TEST(classes_are_added_and_corrected)
{
    struct complaint_class classes[] = {
        {TEXT("C02"), TEXT("系统"), TEXT("Systems"), CLASS_CAUSE},
        {TEXT("A0103"), TEXT("电子渠道"), TEXT("Electronic"), CLASS_CHANNEL},
        {TEXT("A01"), TEXT("前台"), TEXT("Front"), CLASS_CHANNEL}};
    int64_t changed = -1;

    ck_assert_int_eq(class_upsert(owner, arena, classes, 3, SQL_DEADLINE, &changed), STORE_DONE);
    ck_assert_int_eq(changed, 3);
    classes[0].name_en = TEXT("IT systems");
    ck_assert_int_eq(class_upsert(owner, arena, classes, 3, SQL_DEADLINE, &changed), STORE_DONE);
    ck_assert_int_eq(changed, 1);

    struct institution *institution = load();
    ck_assert_uint_eq(institution->class_count, 3);
    ck_assert(text_equal(institution->classes[0].code, TEXT("A01")));
    const struct complaint_class *cause = institution_class(institution, TEXT("C02"));
    ck_assert_ptr_nonnull(cause);
    ck_assert(text_equal(cause->name_en, TEXT("IT systems")));
    ck_assert_int_eq(cause->dimension, CLASS_CAUSE);
    institution_free(institution);
}
END_TEST

START_TEST(policies_hold_from_their_day)
{
    struct policy policy = {.effective_from = day_from_date((struct date){2027, 1, 1}),
                            .failed_attempts_to_close = 3,
                            .redress_approval_fen = 5,
                            .major_from_people = 10,
                            .extension_max_days = 20,
                            .extended_max_days = 50,
                            .review_apply_days = 25,
                            .review_days = 35,
                            .reopen_days = 12,
                            .retention_years = 3};
    const struct audit_origin nobody = {0};
    struct rules_added added;

    for (int level = 0; level < LEVEL_COUNT; level++)
        policy.limits[level] = (struct policy_limits){
            .stage_days = {2, 3, 4, 5}, .statutory_days = 20 + level, .due_soon_minutes = 60};
    ck_assert_int_eq(policy_add(owner, arena, &policy, &nobody, SQL_DEADLINE, &added), STORE_DONE);
    ck_assert(added.added && added.finished); /* no complaint is open */
    ck_assert_int_eq(added.version, 2);
    ck_assert_int_eq(policy_add(owner, arena, &policy, &nobody, SQL_DEADLINE, &added), STORE_DONE);
    ck_assert(!added.added);
    ck_assert_int_eq(added.version, 2);
    policy.limits[LEVEL_MAJOR].stage_days[STAGE_FEEDBACK]++;
    ck_assert_int_eq(policy_add(owner, arena, &policy, &nobody, SQL_DEADLINE, &added),
                     STORE_EXISTS);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM policy"), 2);

    struct institution *institution = load();
    instant new_year = instant_of_day(policy.effective_from, ZONE);
    ck_assert_uint_eq(institution->policy_count, 2);
    ck_assert_int_eq(institution_policy_for(institution, new_year - 1)->version, 1);
    const struct policy *later = institution_policy_for(institution, new_year);
    ck_assert_int_eq(later->version, 2);
    ck_assert_int_eq(later->limits[LEVEL_MAJOR].statutory_days, 22);
    ck_assert_int_eq(later->limits[LEVEL_COMPLEX].stage_days[STAGE_INTAKE], 2);
    ck_assert_int_eq(later->limits[LEVEL_ORDINARY].stage_days[STAGE_FEEDBACK], 5);
    ck_assert_int_eq(later->failed_attempts_to_close, 3);
    ck_assert_int_eq(later->major_from_people, 10);
    ck_assert_int_eq(later->extension_max_days, 20);
    ck_assert_int_eq(later->extended_max_days, 50);
    ck_assert_int_eq(later->review_apply_days, 25);
    ck_assert_int_eq(later->review_days, 35);
    ck_assert_int_eq(later->reopen_days, 12);
    institution_free(institution);
}
END_TEST

START_TEST(a_policy_without_a_level_is_an_error)
{
    sql_run("INSERT INTO policy VALUES (2, '2021-01-01', 2, 1, 20);"
            "INSERT INTO policy_level VALUES (2, 'ordinary', 1, 1, 1, 1, 1, 1)");
    expect_flaw("a policy has no limits for one of the levels");
}
END_TEST

START_TEST(a_lost_connection_is_said_to_be_one)
{
    enum fault fault = FAULT_NONE;

    sql_run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'tests' AND usename = 'complaintd_owner' "
            "AND datname = current_database() AND pid <> pg_backend_pid()");
    ck_assert_ptr_null(institution_load(owner, ZONE, SQL_DEADLINE, &fault, NULL));
    ck_assert_int_eq(fault, FAULT_DATABASE_AWAY);
    ck_assert(!pg_usable(owner));
}
END_TEST

START_TEST(a_failed_statement_leaves_the_connection_usable)
{
    enum fault fault = FAULT_NONE;
    const char *flaw = "untouched";

    sql_run("REVOKE SELECT ON policy_level FROM complaintd_app");
    ck_assert_ptr_null(institution_load(app, ZONE, SQL_DEADLINE, &fault, &flaw));
    sql_run("GRANT SELECT ON policy_level TO complaintd_app");
    ck_assert_int_eq(fault, FAULT_INTERNAL);
    ck_assert_ptr_null(flaw);
    ck_assert_str_eq(pg_error(app).sqlstate, "42501");
    institution_free(load());
}
END_TEST

START_TEST(a_snapshot_is_of_one_moment)
{
    /* Units and staff are moved together by a writer, all the time; no load may see them apart. */
    static const struct pg_statement move = {
        "move", "WITH u AS (UPDATE unit SET name = (name::int + 1)::text RETURNING 1) "
                "UPDATE staff SET name = (name::int + 1)::text"};

    sql_run("INSERT INTO unit VALUES ('01000000-0000-0000-0000-000000000001', 'HN', '0', NULL);"
            "INSERT INTO staff (id, login, name, unit_id) VALUES "
            "('01000000-0000-0000-0000-000000000011', 'a', '0', "
            "'01000000-0000-0000-0000-000000000001')");
    for (int i = 0; i < 200; i++) {
        ck_assert(pg_send(owner, &move, NULL) && pg_sync(owner));
        struct institution *institution = load();
        ck_assert_ptr_nonnull(institution->units[0].name.at);
        ck_assert(text_equal(institution->units[0].name, institution->staff[0].name));
        institution_free(institution);
        ck_assert_int_eq(pg_next(owner, SQL_DEADLINE, NULL), PG_DONE);
        ck_assert_int_eq(pg_next(owner, SQL_DEADLINE, NULL), PG_SYNCED);
    }
}
END_TEST

Suite *institution_store_suite(void);
Suite *institution_store_suite(void)
{
    Suite *suite = suite_create("institution_store");
    TCase *tests = tcase_create("institution_store");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, an_empty_database_has_the_default_calendar_and_policy);
    tcase_add_test(tests, units_stand_in_preorder_and_are_found);
    tcase_add_test(tests, a_deep_tree_is_no_trouble);
    tcase_add_test(tests, a_circle_of_units_is_an_error);
    tcase_add_test(tests, a_dangling_superior_is_an_error);
    tcase_add_test(tests, staff_have_their_grants_and_are_found);
    tcase_add_test(tests, staff_with_an_unknown_unit_are_not_added_at_all);
    tcase_add_test(tests, passwords_and_access_end_sessions);
    tcase_add_test(tests, readers_see_no_tracking_code);
    tcase_add_test(tests, an_imported_calendar_holds);
    tcase_add_test(tests, an_impossible_calendar_is_an_error);
    tcase_add_test(tests, classes_are_added_and_corrected);
    tcase_add_test(tests, policies_hold_from_their_day);
    tcase_add_test(tests, a_policy_without_a_level_is_an_error);
    tcase_add_test(tests, a_lost_connection_is_said_to_be_one);
    tcase_add_test(tests, a_failed_statement_leaves_the_connection_usable);
    tcase_add_test(tests, a_snapshot_is_of_one_moment);
    suite_add_tcase(suite, tests);
    return suite;
}
