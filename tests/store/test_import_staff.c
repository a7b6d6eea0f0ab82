#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/store/result.h"
#include "tests/store/chain.h"
#include "tests/store/ctl_run.h"
#include "tests/store/sql.h"

/* complaintctl import-staff: the personnel system's file. */

#define HEADER "unit,unit_name,parent,login,name,roles\n"
#define ROSTER                                                                         \
    HEADER "HO,总行,,,,\n"                                                           \
           "HN-1,一部,HN,wang,王伟,intake handler\n"                               \
           "HN,湖南分行,HO,li,\"李, 娜 \"\"小\"\"\",supervisor:HN auditor:HO\n" \
           "HN-1,,,zhao,赵磊,handler\n"

static void import(const char *content, const char *options, int code)
{
    ctl_write_input(content);
    EXPECT(code, arena_printf(ctl_arena, "import-staff %s %s", ctl_input, options));
}

static long count(const char *table)
{
    return sql_number("SELECT count(*) FROM %s", table);
}

/* The roles of somebody: "handler:HN-1 intake:HN-1". */
static void expect_roles(const char *login, const char *expected)
{
    char *roles =
        sql_value("SELECT coalesce(string_agg(role || ':' || unit.code, ' ' ORDER BY role, "
                  "unit.code), '') FROM staff_grant JOIN staff ON staff.id = staff_id "
                  "JOIN unit ON unit.id = staff_grant.unit_id WHERE login = '%s'",
                  login);
    ck_assert_str_eq(roles, expected);
    free(roles);
}

START_TEST(what_the_file_says_is_there)
{
    import(ROSTER, "", 0);
    EXPECT_OUTPUT("unit HN-1 added: 一部");
    EXPECT_OUTPUT("wang added to HN-1: 王伟");
    EXPECT_OUTPUT("wang has the roles: intake:HN-1 handler:HN-1");
    EXPECT_OUTPUT("6 changes");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM unit u JOIN unit p ON u.parent_id = p.id "
                                "WHERE (u.code, p.code) IN (('HN-1', 'HN'), ('HN', 'HO'))"),
                     2);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff WHERE name = '李, 娜 \"小\"' "
                                "AND password_hash IS NULL AND active"),
                     1);
    expect_roles("li", "auditor:HO supervisor:HN");
    expect_roles("wang", "handler:HN-1 intake:HN-1");
}
END_TEST

START_TEST(a_second_time_changes_nothing)
{
    import(ROSTER, "", 0);
    import("\xEF\xBB\xBF" ROSTER, "--disable-missing", 0);
    EXPECT_OUTPUT("0 changes");
    ck_assert_str_eq(ctl_output, "0 changes\n");
}
END_TEST

START_TEST(changes_are_found_and_first_shown)
{
    static const char other[] = HEADER "HO,总部,,,,\r\n"
                                       "HN-2,二部,HN-1,wang,王伟,handler:HN-1\r\n"
                                       "HN-1,,HO,zhao,\"赵\t磊\",\r\n";
    static const char sound[] = HEADER "HO,总部,,,,\r\n"
                                       "HN-2,二部,HN-1,wang,王伟,handler:HN-1\r\n"
                                       "HN-1,,HO,zhao,赵雷,\r\n";
    import(ROSTER, "", 0);
    import(other, "", 4);
    EXPECT_OUTPUT(":4: name must be UTF-8 without control characters");
    import(sound, "--dry-run --disable-missing", 0);
    EXPECT_OUTPUT("unit HO renamed: 总部");
    EXPECT_OUTPUT("unit HN-2 added: 二部");
    EXPECT_OUTPUT("unit HN-1 moved below HO");
    EXPECT_OUTPUT("wang moved to HN-2");
    EXPECT_OUTPUT("wang has the roles: handler:HN-1");
    EXPECT_OUTPUT("zhao renamed: 赵雷");
    EXPECT_OUTPUT("zhao has the roles: none");
    EXPECT_OUTPUT("li is missing: disabled");
    EXPECT_OUTPUT("8 changes would be made");
    import(ROSTER, "", 0);
    EXPECT_OUTPUT("0 changes");

    import(sound, "", 0);
    ck_assert_ptr_null(strstr(ctl_output, "li"));
    EXPECT_OUTPUT("7 changes");
    expect_roles("wang", "handler:HN-1");
    expect_roles("zhao", "");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff WHERE active"), 3);
    import(sound, "--disable-missing", 0);
    EXPECT_OUTPUT("1 changes");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff WHERE NOT active AND login = 'li'"), 1);
    import(ROSTER, "", 0);
    EXPECT_OUTPUT("li has access again");
}
END_TEST

/* The entries since the last call, in their order: "action subject detail". */
static void expect_recorded(const char *expected)
{
    static long seen;
    char *told = sql_value("SELECT string_agg(concat_ws(' ', action, b->>'subject', b->>'detail'), "
                           "'\n' ORDER BY n) FROM (SELECT action, bytes::json AS b, row_number() "
                           "OVER (ORDER BY at, id) AS n FROM audit) e WHERE n > %ld",
                           seen);
    ck_assert_str_eq(told, expected);
    seen = count("audit");
    free(told);
}

START_TEST(whom_it_gives_and_takes_what_is_recorded)
{
    import("unit,unit_name,login,name,roles\n"
           "HN,分行,wang,王伟,security_admin\n"
           "HN,,li,李娜,\n",
           "", 0);
    expect_recorded(
        "unit_added HN {\"name\":\"分行\",\"parent\":null}\n"
        "staff_added li {\"kind\":\"person\",\"name\":\"李娜\",\"roles\":\"\",\"unit\":\"HN\"}\n"
        "staff_added wang {\"kind\":\"person\",\"name\":\"王伟\",\"roles\":\"security_admin:HN\","
        "\"unit\":\"HN\"}\n"
        "staff_changed {\"change\":\"imported\",\"changes\":\"3\"}");
    import("unit,unit_name,parent,login,name,roles\n"
           "HN,湖南分行,,,,\n"
           "HN-1,一部,HN,wang,王伟,handler:HN\n",
           "--disable-missing --dry-run", 0);
    import("unit,unit_name,parent,login,name,roles\n"
           "HN,湖南分行,,,,\n"
           "HN-1,一部,HN,wang,王伟,handler:HN intake\n",
           "--disable-missing", 0);
    expect_recorded(
        "unit_added HN-1 {\"name\":\"一部\",\"parent\":\"HN\"}\n"
        "unit_changed HN {\"change\":\"imported\",\"name\":\"湖南分行\",\"parent\":null}\n"
        "staff_changed wang {\"access\":null,\"change\":\"imported\",\"name\":null,"
        "\"roles\":\"handler:HN intake:HN-1\",\"unit\":\"HN-1\"}\n"
        "staff_changed li {\"change\":\"disabled\"}\n"
        "staff_changed {\"change\":\"imported\",\"changes\":\"5\"}");
    import("unit,login,name\nHN,li,李娜\n", "", 0);
    expect_recorded("staff_changed li {\"access\":\"given\",\"change\":\"imported\",\"name\":null,"
                    "\"roles\":null,\"unit\":null}\n"
                    "staff_changed {\"change\":\"imported\",\"changes\":\"1\"}");
}
END_TEST

/* The person who answers for it: one who is there and has access. */
START_TEST(who_answers_for_it_is_named)
{
    import(ROSTER, "", 0);
    sql_run("UPDATE staff SET active = false WHERE login = 'zhao'");
    long before = count("audit");
    import(HEADER "HN-1,,,wang,王大伟,intake\n", "--by nobody", 4);
    EXPECT_OUTPUT("nobody has the login nobody");
    import(HEADER "HN-1,,,wang,王大伟,intake\n", "--by zhao", 4);
    EXPECT_OUTPUT("zhao has no access any more");
    ck_assert_int_eq(count("audit"), before);
    import(HEADER "HN-2,二部,HN,sun,孙一,intake\nHN,湘分行,,,,\nHN-1,,,wang,王大伟,intake\n"
                  "HN-1,,,li,李娜,\n",
           "--disable-missing --by li", 0);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM audit WHERE bytes::json->>'actor' = 'li' "
                                "AND staff_id = (SELECT id FROM staff WHERE login = 'li') "
                                "AND bytes::json->>'client' = 'complaintctl'"),
                     count("audit") - before);
    ck_assert_int_eq(
        sql_number("SELECT (SELECT count(*) FROM staff WHERE changed_by = li.id) + "
                   "(SELECT count(*) FROM unit WHERE changed_by = li.id) FROM staff li "
                   "WHERE login = 'li'"),
        5);
}
END_TEST

/* A swap is no circle when it is done, and a unit that is listed is open. */
START_TEST(units_are_put_in_another_order_and_opened)
{
    import(ROSTER, "", 0);
    sql_run("UPDATE unit SET closed_at = now() WHERE code = 'HO'");
    import(HEADER "HN,湖南分行,HN-1,,,\nHN-1,一部,HO,,,\nHO,总行,,,,\n", "", 0);
    EXPECT_OUTPUT("unit HO is open again");
    EXPECT_OUTPUT("unit HN moved below HN-1");
    EXPECT_OUTPUT("unit HN-1 moved below HO");
    EXPECT_OUTPUT("3 changes");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM unit u JOIN unit p ON u.parent_id = p.id "
                                "WHERE (u.code, p.code) IN (('HN', 'HN-1'), ('HN-1', 'HO'))"),
                     2);
}
END_TEST

START_TEST(without_a_column_of_roles_they_stay)
{
    import(ROSTER, "", 0);
    import("login,name,unit\nwang,王大伟,HN-1\n", "", 0);
    EXPECT_OUTPUT("1 changes");
    expect_roles("wang", "handler:HN-1 intake:HN-1");
}
END_TEST

/* Nobody is left responsible who has no access, and no institution without administrators. */
START_TEST(who_is_missing_and_works_or_administers_stays)
{
    ctl_write_input("tulip-window-42\n");
    EXPECT(0, "create-admin admin --name 管理员 --unit HO --unit-name 总行");
    import(ROSTER, "", 0);
    chain_add(0x50, "TS1", 1);
    sql_run("UPDATE complaint SET owner_id = (SELECT id FROM staff WHERE login = 'wang')");
    import("unit,login,name\nHN,li,李娜\n", "--disable-missing", 4);
    EXPECT_OUTPUT("admin is missing and stays");
    EXPECT_OUTPUT("wang is missing and owns or is offered 1 open stages");
    EXPECT_OUTPUT("nothing was changed");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff WHERE active"), 4);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff WHERE name = '李娜'"), 0);
}
END_TEST

static void *import_again(void *code)
{
    *(int *)code = ctl(arena_printf(ctl_arena, "import-staff %s", ctl_input));
    return NULL;
}

/* Between the look at who is there and the change. */
START_TEST(who_is_disabled_meanwhile_stays_so)
{
    static const struct pg_statement begin = {"", "BEGIN"}, commit = {"", "COMMIT"},
                                     lock = {"", "LOCK TABLE staff IN SHARE MODE"},
                                     disable = {"", "UPDATE staff SET active = false "
                                                    "WHERE login = 'wang'"};
    struct pg *other = sql_connect_owner();
    pthread_t thread;
    int code = -1;

    import(ROSTER, "", 0);
    ctl_write_input("unit,login,name\nHN-1,wang,王大伟\n");
    ck_assert_int_eq(store_run(other, &begin, NULL, SQL_DEADLINE, NULL), STORE_DONE);
    ck_assert_int_eq(store_run(other, &lock, NULL, SQL_DEADLINE, NULL), STORE_DONE);
    ck_assert_int_eq(pthread_create(&thread, NULL, import_again, &code), 0);
    while (sql_number("SELECT count(*) FROM pg_locks WHERE NOT granted "
                      "AND relation = 'staff'::regclass") == 0)
        usleep(10000);
    ck_assert_int_eq(store_run(other, &disable, NULL, SQL_DEADLINE, NULL), STORE_DONE);
    ck_assert_int_eq(store_run(other, &commit, NULL, SQL_DEADLINE, NULL), STORE_DONE);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_msg(code == 0, "%d: %s", code, ctl_output);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff WHERE login = 'wang' AND NOT active "
                                "AND name = '王大伟'"),
                     1);
    pg_free(other);
}
END_TEST

START_TEST(all_violations_are_told_by_line)
{
    import(ROSTER, "", 0);
    long units = count("unit"), staff = count("staff");
    import(HEADER "HN-1,,,wang,王伟,intake manager:HN\n"
                  "HN-1,,,wu yi,吴一,handler\n"
                  ",,,zhou,周,handler\n"
                  "HN-1,,,\"sun\nli\",孙,handler\n"
                  "HN-1,,,qian,,handler\n"
                  "HN-1,,,,无名,\n"
                  "HN-1,,,feng,冯\n",
           "", 4);
    EXPECT_OUTPUT(":2: there is no role \"manager\"");
    EXPECT_OUTPUT(":3: login");
    EXPECT_OUTPUT(":4: unit is empty");
    EXPECT_OUTPUT(":5: login");
    EXPECT_OUTPUT(":7: name is empty"); /* behind a field of two lines */
    EXPECT_OUTPUT(":8: login is empty");
    EXPECT_OUTPUT(":9: 5 fields instead of 6");
    EXPECT_OUTPUT("7 violations; nothing was changed");

    import(HEADER "NEW,,,wang,王伟,handler:NOWHERE\n"
                  "HN-1,别名,NOWHERE,wang,王伟,\n"
                  "HN-1,又名,,,,\n"
                  "HO,,HN-1,,,\n",
           "", 4);
    EXPECT_OUTPUT(":2: the unit NEW is new and has no unit_name");
    EXPECT_OUTPUT(":2: a role names NOWHERE, which is no unit");
    EXPECT_OUTPUT(":3: the parent NOWHERE is no unit");
    EXPECT_OUTPUT(":3: wang stands in line 2 already");
    EXPECT_OUTPUT(":4: another unit_name than before");
    import(HEADER "HO,,HN-1,,,\n", "", 4);
    EXPECT_OUTPUT(":2: the unit HO would be above itself");

    import("unit,login,color,unit\n", "", 4);
    EXPECT_OUTPUT(":1: there is no column \"color\"");
    EXPECT_OUTPUT(":1: the column unit comes twice");
    EXPECT_OUTPUT(":1: the column name is missing");
    /* What stands below such a line is not read. */
    import("unit,login,name,color\n,wang,王伟,red\n", "", 4);
    EXPECT_OUTPUT(":1: there is no column \"color\"");
    EXPECT_OUTPUT("1 violations; nothing was changed");
    import("unit,unit_name,parent,login,name,roles,roles\n,,,wang,王伟,intake,handler\n", "", 4);
    EXPECT_OUTPUT(":1: there are more than 6 columns");
    EXPECT_OUTPUT("1 violations; nothing was changed");
    import("", "", 4);
    EXPECT_OUTPUT("there is no line with the columns");
    import(HEADER "HN-1,\"un\"quoted,,,,\n", "", 4);
    EXPECT_OUTPUT("the quotes are not as they should be");
    EXPECT(2, "import-staff /nowhere/at/all");
    EXPECT(2, "import-staff");
    ck_assert_int_eq(count("unit"), units);
    ck_assert_int_eq(count("staff"), staff);
}
END_TEST

Suite *import_staff_suite(void);
Suite *import_staff_suite(void)
{
    Suite *suite = suite_create("import_staff");
    TCase *tests = tcase_create("import_staff");

    tcase_add_checked_fixture(tests, ctl_set_up, ctl_tear_down);
    tcase_add_test(tests, what_the_file_says_is_there);
    tcase_add_test(tests, a_second_time_changes_nothing);
    tcase_add_test(tests, changes_are_found_and_first_shown);
    tcase_add_test(tests, who_answers_for_it_is_named);
    tcase_add_test(tests, whom_it_gives_and_takes_what_is_recorded);
    tcase_add_test(tests, units_are_put_in_another_order_and_opened);
    tcase_add_test(tests, without_a_column_of_roles_they_stay);
    tcase_add_test(tests, who_is_missing_and_works_or_administers_stays);
    tcase_add_test(tests, who_is_disabled_meanwhile_stays_so);
    tcase_add_test(tests, all_violations_are_told_by_line);
    suite_add_tcase(suite, tests);
    return suite;
}
