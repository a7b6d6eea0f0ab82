#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/auth/password.h"
#include "lib/auth/token.h"
#include "tests/store/chain.h"
#include "tests/store/ctl_run.h"
#include "tests/store/sql.h"

/* complaintctl itself, run as people run it. */

static void make_staff(void)
{
    ctl_write_input("demo-2026\n");
    EXPECT(0, "create-admin admin --name 管理员 --unit HN --unit-name 湖南分行 --any-password");
    EXPECT(0, "add-unit HN-CS-001 客户服务一部 --parent HN");
    EXPECT(0, "add-staff agent1 坐席一 --unit HN-CS-001 --role intake --role handler "
              "--any-password --password-file -");
}

START_TEST(usage_is_explained)
{
    EXPECT(0, "--help");
    EXPECT_OUTPUT("issue-token LOGIN --client NAME [--scope SCOPE]... [--days N]");
    EXPECT(0, "verify --help");
    EXPECT_OUTPUT("private altered");
    EXPECT(0, "--version");
    EXPECT_OUTPUT("complaintctl ");
    EXPECT(2, "");
    EXPECT(2, "frobnicate");
    EXPECT(2, "--frobnicate");
    EXPECT(2, "add-unit HN");
    EXPECT(2, "add-unit HN a b");
    EXPECT(2, "add-unit HN a --colour red");
    EXPECT(2, "add-staff a b --unit HN");
    EXPECT(2, "verify");
    EXPECT(2, "verify --all TS1");
    EXPECT(2, "--database x --config y verify --all");
    EXPECT(2, "--database host=/nowhere verify --all");
    EXPECT_OUTPUT("cannot be reached");
    ck_assert_ptr_null(strchr(strchr(ctl_output, '\n') + 1, '\n')); /* one line */
}
END_TEST

START_TEST(an_installation_is_made_and_made_again)
{
    make_staff();
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff_grant g JOIN staff s ON s.id = "
                                "g.staff_id JOIN unit u ON u.id = g.unit_id "
                                "WHERE s.login = 'admin' AND u.code = 'HN' AND u.name = '湖南分行' "
                                "AND g.role IN ('security_admin', 'system_admin')"),
                     2);
    ck_assert_int_eq(
        sql_number("SELECT count(*) FROM staff_grant g JOIN unit u ON u.id = g.unit_id "
                   "WHERE u.code = 'HN-CS-001'"),
        2);
    EXPECT(3, "create-admin admin --name 管理员 --unit HN --unit-name 湖南分行");
    EXPECT_OUTPUT("exists already");
    EXPECT(3, "add-unit HN-CS-001 客户服务一部 --parent HN");
    EXPECT(3, "add-staff agent1 x --unit HN --role intake");
    EXPECT(0, "add-staff supervisor1 督办一 --unit HN-CS-001 --role supervisor:HN");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff"), 3);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff WHERE password_hash IS NULL"), 1);
}
END_TEST

/* What is refused leaves no entry. */
START_TEST(whoever_administers_is_recorded)
{
    make_staff();
    EXPECT(3, "add-unit HN-CS-001 客户服务一部 --parent HN");
    EXPECT(4, "add-staff x y --unit NOWHERE --role intake");
    EXPECT(0, "issue-token agent1 --client hotline");
    EXPECT(0, "set-password agent1 --any-password --password-file -");
    EXPECT(0, "disable-staff agent1");
    char *told =
        sql_value("SELECT string_agg(concat_ws(' ', action, b->>'subject', "
                  "b->'detail'->>'roles', b->'detail'->>'program', b->'detail'->>'change'), "
                  "'; ' ORDER BY id) FROM audit, LATERAL (SELECT bytes::json) AS t(b)");
    ck_assert_str_eq(told, "unit_added HN; staff_added admin security_admin:HN system_admin:HN; "
                           "unit_added HN-CS-001; "
                           "staff_added agent1 intake:HN-CS-001 handler:HN-CS-001; "
                           "token_issued agent1 hotline; staff_changed agent1 password; "
                           "staff_changed agent1 disabled");
    free(told);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM token t JOIN audit a ON "
                                "a.bytes::json->'detail'->>'id' = t.id::text WHERE "
                                "(a.bytes::json->'detail'->>'expires_at')::timestamptz = "
                                "t.expires_at AND a.bytes::json->'detail'->>'scopes' = "
                                "'read, write, administer'"),
                     1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM audit a JOIN log_todo t ON t.id = a.id "
                                "AND t.index = 0 AND t.hash = a.hash AND a.hash = "
                                "sha256(decode(repeat('00', 32), 'hex') || convert_to(a.bytes, "
                                "'UTF8'))"),
                     7);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM audit WHERE bytes LIKE '%%argon%%' OR "
                                "bytes LIKE '%%demo-2026%%'"),
                     0);
    ck_assert_str_eq(sql_state_as_app("UPDATE audit SET bytes = ''"), "42501");
    ck_assert_str_eq(sql_state_as_app("DELETE FROM audit"), "42501");
}
END_TEST

START_TEST(what_is_unknown_or_not_valid_is_refused)
{
    make_staff();
    EXPECT(4, "add-unit X y --parent NOWHERE");
    EXPECT_OUTPUT("NOWHERE");
    EXPECT(4, "add-unit 'a b' y");
    EXPECT(4, "add-unit .. y");
    EXPECT(4, "add-unit 01999999-0000-7000-8000-00000000000a y");
    EXPECT(4, "add-unit X ' '");
    EXPECT(4, "add-unit X $(printf 'a\\001b')");
    EXPECT(4, "add-staff x y --unit NOWHERE --role intake");
    EXPECT(4, "add-staff x y --unit HN --role king");
    EXPECT_OUTPUT("security_admin");
    EXPECT(4, "add-staff x y --unit HN --role intake:NOWHERE");
    EXPECT(4, "set-password nobody");
    EXPECT(4, "issue-token nobody --client c");
    EXPECT(4, "issue-token agent1 --client c --days 0");
    EXPECT(4, "disable-staff nobody");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff"), 2);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM unit"), 2);
}
END_TEST

START_TEST(programs_have_no_password)
{
    make_staff();
    EXPECT(0, "add-client hotline 热线 --unit HN --role intake");
    EXPECT(4, "set-password hotline --any-password");
    EXPECT_OUTPUT("nobody has the login hotline, or a program has it");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff WHERE login = 'hotline' "
                                "AND password_hash IS NULL"),
                     1);
}
END_TEST

START_TEST(passwords_are_set_from_a_file)
{
    make_staff();
    char *first = sql_value("SELECT password_hash FROM staff WHERE login = 'agent1'");
    ck_assert(password_verify(text_of(first), TEXT("demo-2026")));
    ctl_write_input("  another e\u0301 secret \r\n");
    EXPECT(0, arena_printf(ctl_arena, "set-password agent1 --password-file %s", ctl_input));
    char *second = sql_value("SELECT password_hash FROM staff WHERE login = 'agent1'");
    ck_assert(password_verify(text_of(second), TEXT("another \u00e9 secret")));
    ck_assert(!password_verify(text_of(second), TEXT("demo-2026")));
    free(first);
    free(second);

    ctl_write_input("short\n");
    EXPECT(4, "set-password agent1");
    EXPECT_OUTPUT("at least 12 characters");
    EXPECT_OUTPUT("among the first that are tried");
    ctl_write_input("agent1agent1agent1\n");
    EXPECT(4, "set-password agent1");
    EXPECT(0, "set-password agent1 --any-password");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff WHERE password_temporary"), 0);
    EXPECT(0, "set-password agent1 --any-password --temporary");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM staff WHERE password_temporary"), 1);
    ctl_write_input("two lines\nof text\n");
    EXPECT(4, "set-password agent1");
    ctl_write_input("");
    EXPECT(4, "set-password agent1");
    EXPECT(2, "set-password agent1 --password-file /nowhere/at/all");
    char *overlong = arena_alloc(ctl_arena, 3000);
    memset(overlong, 'x', 2999);
    ctl_write_input(overlong);
    EXPECT(4, "set-password agent1");
}
END_TEST

START_TEST(a_token_is_printed_once_and_only_its_hash_stored)
{
    uint8_t hash[TOKEN_HASH_LENGTH];

    make_staff();
    EXPECT(0, "issue-token agent1 --client 热线工具 --days 7");
    char *token = strstr(ctl_output, TOKEN_PREFIX);
    ck_assert_ptr_nonnull(token);
    token[strcspn(token, "\n")] = '\0';
    ck_assert(token_hash(text_of(token), hash));
    struct text hexadecimal = text_hex(ctl_arena, hash, sizeof hash);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM token t JOIN staff s ON s.id = t.staff_id "
                                "WHERE t.hash = '\\x%.*s' AND s.login = 'agent1' "
                                "AND t.client = '热线工具' AND t.expires_at BETWEEN "
                                "now() + '6 d 23 h' AND now() + '7 d 1 h'",
                                TEXT_ARG(hexadecimal)),
                     1);
}
END_TEST

START_TEST(a_client_has_roles_and_tokens_of_few_scopes)
{
    make_staff();
    EXPECT(0, "add-client hotline 热线系统 --unit HN --role intake --role handler:HN-CS-001");
    EXPECT(3, "add-client hotline 热线系统 --unit HN --role intake");
    EXPECT(3, "add-client agent1 热线系统 --unit HN --role intake");
    EXPECT(4, "add-client other 热线系统 --unit NOWHERE --role intake");
    EXPECT(2, "add-client other 热线系统 --unit HN");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM client c JOIN staff s ON s.id = c.staff_id "
                                "JOIN staff_grant g ON g.staff_id = s.id "
                                "WHERE login = 'hotline' AND password_hash IS NULL"),
                     2);
    EXPECT(4, "issue-token hotline --client hotline --scope everything");
    EXPECT(0, "issue-token hotline --client hotline --scope read --scope write");
    ck_assert_int_eq(sql_number("SELECT scopes FROM token"), 3);
    EXPECT(0, "disable-staff hotline");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM token WHERE revoked_at IS NULL"), 0);
}
END_TEST

START_TEST(staff_who_own_stages_keep_their_access)
{
    make_staff();
    EXPECT(0, "issue-token agent1 --client c");
    chain_add(0x50, "TS1", 1);
    sql_run("UPDATE complaint SET owner_id = (SELECT id FROM staff WHERE login = 'agent1')");
    EXPECT(4, "disable-staff agent1");
    EXPECT_OUTPUT("owns or is offered 1 open stages");
    sql_run("UPDATE complaint SET status = 'closed', closed_at = now()");
    EXPECT(0, "disable-staff agent1");
    EXPECT(4, "issue-token agent1 --client c");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM token WHERE revoked_at IS NULL"), 0);
}
END_TEST

START_TEST(the_database_comes_from_option_file_or_environment)
{
    const char *url = getenv("COMPLAINTD_TEST_OWNER");

    setenv("COMPLAINTD_DATABASE_URL", "host=/nowhere", 1);
    EXPECT(2, "verify --all");
    EXPECT(0, arena_printf(ctl_arena, "--database '%s' verify --all", url));
    ctl_write_input(arena_printf(ctl_arena, "[http]\nport = 1\n[database]\n; x\nurl = %s\n", url));
    EXPECT(0, arena_printf(ctl_arena, "--config %s verify --all", ctl_input));
    ctl_write_input("[database]\nthreads = 2\n");
    EXPECT(2, arena_printf(ctl_arena, "--config %s verify --all", ctl_input));
    EXPECT(2, "--config /nowhere/at/all verify --all");
    EXPECT(2, arena_printf(ctl_arena, "--database '%s' import-classes server/deploy/classes.json",
                           getenv("COMPLAINTD_TEST_APP")));
    EXPECT_OUTPUT("owner role");
    unsetenv("COMPLAINTD_DATABASE_URL");
    EXPECT(2, "verify --all");
}
END_TEST

#define CALENDAR_HEAD                                                        \
    "{\"name\":\"t\",\"years\":[2026],\"weekdays\":[\"monday\",\"friday\"]," \
    "\"periods\":[{\"from\":\"09:00\",\"to\":\"12:00\"},{\"from\":\"13:30\",\"to\":\"24:00\"}]"

START_TEST(a_calendar_is_imported_once)
{
    ctl_write_input(CALENDAR_HEAD ",\"off\":[\"2026-10-01\"],\"work\":[\"2026-02-14\"]}");
    EXPECT(0, "import-calendar -");
    EXPECT_OUTPUT("2 days in 1 years");
    EXPECT_OUTPUT("no complaint is open");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM recalculation "
                                "WHERE finished_at IS NOT NULL AND considered = 0"),
                     1);
    EXPECT(0, arena_printf(ctl_arena, "import-calendar %s", ctl_input));
    EXPECT_OUTPUT("already is the same");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM calendar WHERE weekdays = 17 "
                                "AND period_from = '{540,810}' AND period_to = '{720,1440}' "
                                "AND years = '{2026}'"),
                     1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM calendar_day WHERE "
                                "(day, works) IN (('2026-10-01', false), ('2026-02-14', true))"),
                     2);
    ctl_write_input(CALENDAR_HEAD "}");
    EXPECT(0, "import-calendar -");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM calendar"), 2);
}
END_TEST

/* What follows for open complaints is the servers' work; here nobody does it. */
START_TEST(rules_for_open_complaints_need_somebody_who_stands_for_them)
{
    make_staff();
    chain_add(1, "TS1", 1);
    ctl_write_input(CALENDAR_HEAD "}");
    EXPECT(4, "import-calendar -");
    EXPECT_OUTPUT("--by LOGIN");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM calendar"), 0);
    EXPECT(4, "import-calendar - --by nobody");
    EXPECT_OUTPUT("nobody has the login nobody");
    EXPECT(0, "import-calendar - --by admin");
    EXPECT_OUTPUT("compute the due times of open complaints anew: recalculation");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM recalculation r JOIN staff s "
                                "ON s.id = r.staff_id WHERE s.login = 'admin' "
                                "AND r.rules = 'calendar' AND r.client = 'complaintctl' "
                                "AND r.version = (SELECT max(version) FROM calendar) "
                                "AND r.finished_at IS NULL"),
                     1);
    EXPECT(0, "import-calendar - --by admin");
    EXPECT_OUTPUT("already is the same");
    ctl_write_input(CALENDAR_HEAD ",\"off\":[\"2026-10-01\"]}");
    EXPECT(4, "import-calendar - --by admin");
    EXPECT_OUTPUT("still being recalculated");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM calendar"), 1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM recalculation"), 1);
}
END_TEST

#define LIMITS(days)                                                            \
    "{\"intake_days\":" days ",\"investigation_days\":5,\"resolution_days\":3," \
    "\"feedback_days\":2,\"statutory_days\":15,\"due_soon_minutes\":450}"
#define POLICY(day, days)                                                                           \
    "{\"effective_from\":\"" day                                                                    \
    "\",\"levels\":{\"ordinary\":" LIMITS(days) ",\"complex\":" LIMITS("2") ",\"major\":" LIMITS(   \
        "2") "},\"failed_attempts_to_close\":2,"                                                    \
             "\"redress_approval_fen\":1000000,\"major_from_people\":20,\"extension_max_days\":30," \
             "\"extended_max_days\":60,\"review_apply_days\":30,\"review_days\":30,"                \
             "\"reopen_days\":15}"

START_TEST(a_policy_is_imported_once_for_a_day)
{
    ctl_write_input(POLICY("2027-01-01", "2"));
    EXPECT(0, "import-policy -");
    EXPECT_OUTPUT("holds for complaints received from 2027-01-01 on");
    EXPECT(0, arena_printf(ctl_arena, "import-policy %s", ctl_input));
    EXPECT_OUTPUT("already is the same");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM policy p JOIN policy_level l USING (version) "
                                "WHERE p.effective_from = '2027-01-01' "
                                "AND (l.level, l.intake_days) IN (('ordinary', 2), ('major', 2))"),
                     2);
    ctl_write_input(POLICY("2027-01-01", "3"));
    EXPECT(3, "import-policy -");
    EXPECT_OUTPUT("another policy of that day");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM policy"), 2);
}
END_TEST

START_TEST(all_errors_of_a_policy_are_listed)
{
    static const char *const expected[] = {
        "/effective_from: Must be a day", "/levels/ordinary/intake_days: Must lie between",
        "/levels/major: Must be given", "/reopen_days: Must be given",
        "/colour: There is no such member"};
    ctl_write_input(
        "{\"effective_from\":\"2027-02-30\",\"colour\":1,\"levels\":{\"ordinary\":" LIMITS(
            "0") ",\"complex\":" LIMITS("2") "}}");
    EXPECT(4, "import-policy -");
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        EXPECT_OUTPUT(expected[i]);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM policy"), 1);
}
END_TEST

START_TEST(all_errors_of_a_calendar_are_listed)
{
    static const char *const expected[] = {
        "/name: Must be given",
        "/years/1: Is in the list already",
        "/years/2: Must lie between 2000 and 2199",
        "/weekdays/0: Must be one of: monday",
        "/periods/0: Must end",
        "/periods/1/from: Must be a time of day",
        "/periods/1/colour: There is no such member",
        "/off/0: Must be a day",
        "/off/1: Lies outside",
        "/work/1: This day is in the lists already",
        "/holidays: There is no such member",
    };
    ctl_write_input("{\"name\":\"\",\"years\":[2026,2026,1999],\"weekdays\":[\"Monday\"],"
                    "\"periods\":[{\"from\":\"12:00\",\"to\":\"09:00\"},"
                    "{\"from\":\"25:00\",\"to\":\"26:00\",\"colour\":1}],"
                    "\"off\":[\"2026-02-30\",\"2030-01-01\",\"2026-10-01\"],"
                    "\"work\":[\"2026-02-14\",\"2026-10-01\"],\"holidays\":[]}");
    EXPECT(4, "import-calendar -");
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        EXPECT_OUTPUT(expected[i]);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM calendar"), 0);

    static const char *const wrong[] = {
        "",
        "[]",
        "{}",
        "{\"name\":\"a\",\"name\":\"b\"}",
        "{\"name\":\"a\"} x",
        "{\"name\":\"t\",\"years\":[2026],\"weekdays\":[\"monday\"],\"periods\":[]}",
        "{\"name\":\"t\",\"years\":2026,\"weekdays\":{},\"periods\":[1],\"off\":{}}",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ctl_write_input(wrong[i]);
        EXPECT(4, "import-calendar -");
    }
    EXPECT(2, "import-calendar /nowhere/at/all");
}
END_TEST

START_TEST(the_calendar_that_the_product_carries_is_imported)
{
    EXPECT(0, "import-calendar server/deploy/calendar-cn-2024-2026.json");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM calendar_day"), 108);
}
END_TEST

START_TEST(classes_are_imported_or_all_their_errors_listed)
{
    EXPECT(0, "import-classes server/deploy/classes.json");
    EXPECT_OUTPUT("39 classes read, 39 added");
    EXPECT(0, "import-classes server/deploy/classes.json");
    EXPECT_OUTPUT(" 0 added");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM complaint_class WHERE code = 'A01033' "
                                "AND dimension = 'A' AND name_zh = '移动客户端'"),
                     1);
    ctl_write_input("[{\"code\":\"C01\",\"dimension\":\"D\",\"name_zh\":\"x\",\"name_en\":\"y\"},"
                    "{\"code\":\"\",\"dimension\":\"A\",\"name_zh\":1},"
                    "{\"code\":\"C01\",\"dimension\":\"C\",\"name_zh\":\"x\",\"name_en\":\"y\","
                    "\"x\":1}, 7]");
    EXPECT(4, "import-classes -");
    EXPECT_OUTPUT("/0/dimension: must be");
    EXPECT_OUTPUT("/1/code: must be");
    EXPECT_OUTPUT("/1/name_zh: must be a text");
    EXPECT_OUTPUT("/1/name_en: is missing");
    EXPECT_OUTPUT("/2/code: is the same as /0/code");
    EXPECT_OUTPUT("/2/x: unknown member");
    EXPECT_OUTPUT("/3: must be an object");
}
END_TEST

static void make_journals(void)
{
    chain_add(1, "TS1", 5);
    chain_add(2, "TS2", 5);
    chain_add(3, "TS3", 1);
    EXPECT(0, "verify --all");
    EXPECT_OUTPUT("3 complaints with 11 entries checked: sound");
}

#define TS2 "'01000000-0000-0000-0000-000000000002'"

/* Tampers as the owner and expects verify to name the complaint, the entry and the flaw. */
static void expect_found(const char *tampering, const char *expected)
{
    make_journals();
    sql_run("%s", tampering);
    EXPECT(1, "verify --all");
    EXPECT_OUTPUT(expected);
    EXPECT_OUTPUT("1 with flaws");
    EXPECT(1, "verify TS1 TS2");
    EXPECT_OUTPUT(expected);
    EXPECT(0, "verify TS1 TS3");
    EXPECT_OUTPUT("2 complaints with 6 entries checked: sound");
}

START_TEST(an_altered_entry_is_found)
{
    expect_found("UPDATE journal SET bytes = replace(bytes, 'notes', 'close') "
                 "WHERE complaint_id = " TS2 " AND index = 3",
                 "TS2: entry 3: altered");
}
END_TEST

START_TEST(a_removed_entry_is_found)
{
    expect_found("DELETE FROM journal WHERE complaint_id = " TS2 " AND index = 3",
                 "TS2: entry 3: missing");
}
END_TEST

START_TEST(a_removed_entry_behind_which_the_others_moved_up_is_found)
{
    expect_found("DELETE FROM journal WHERE complaint_id = " TS2 " AND index = 3;"
                 "UPDATE journal SET index = 3 WHERE complaint_id = " TS2 " AND index = 4;"
                 "UPDATE journal SET index = 4 WHERE complaint_id = " TS2 " AND index = 5",
                 "TS2: entry 3: reordered");
}
END_TEST

START_TEST(a_tail_that_was_cut_is_found)
{
    expect_found("DELETE FROM journal WHERE complaint_id = " TS2 " AND index > 3",
                 "TS2: entry 4: missing");
}
END_TEST

START_TEST(entries_that_changed_places_are_found)
{
    expect_found("UPDATE journal SET index = 99 WHERE complaint_id = " TS2 " AND index = 2;"
                 "UPDATE journal SET index = 2 WHERE complaint_id = " TS2 " AND index = 3;"
                 "UPDATE journal SET index = 3 WHERE complaint_id = " TS2 " AND index = 99",
                 "TS2: entry 2: reordered");
}
END_TEST

START_TEST(an_edited_private_value_is_found)
{
    expect_found("UPDATE journal_private SET private = '{\"note\":\"other\"}' "
                 "WHERE complaint_id = " TS2 " AND index = 4",
                 "TS2: entry 4: private altered");
}
END_TEST

START_TEST(an_edited_salt_is_found)
{
    expect_found("UPDATE journal_private SET salt = decode(repeat('00', 16), 'hex') "
                 "WHERE complaint_id = " TS2 " AND index = 4",
                 "TS2: entry 4: private altered");
}
END_TEST

START_TEST(an_altered_hash_is_found)
{
    expect_found("UPDATE journal SET hash = decode(repeat('00', 32), 'hex') "
                 "WHERE complaint_id = " TS2 " AND index = 5",
                 "TS2: entry 5: altered");
}
END_TEST

START_TEST(a_head_that_is_not_the_last_entry_is_found)
{
    expect_found("UPDATE complaint SET journal_head = decode(repeat('00', 32), 'hex') "
                 "WHERE id = " TS2,
                 "TS2: entry 5: altered");
}
END_TEST

START_TEST(a_head_that_is_shorter_than_the_journal_is_found)
{
    expect_found("UPDATE complaint SET journal_length = 4, journal_head = (SELECT hash FROM "
                 "journal WHERE complaint_id = " TS2 " AND index = 4) WHERE id = " TS2,
                 "TS2: entry 5: reordered");
}
END_TEST

START_TEST(an_entry_of_another_complaint_is_found)
{
    expect_found("UPDATE journal SET (bytes, hash) = (SELECT bytes, hash FROM journal "
                 "WHERE complaint_id <> " TS2 " AND index = 2) "
                 "WHERE complaint_id = " TS2 " AND index = 2",
                 "TS2: entry 2: reordered");
}
END_TEST

START_TEST(a_removed_complaint_is_found)
{
    make_journals();
    sql_run("DELETE FROM complaint WHERE number = 'TS2'");
    EXPECT(1, "verify --all");
    EXPECT_OUTPUT("01000000-0000-0000-0000-000000000002: has a journal, but");
}
END_TEST

START_TEST(erasing_private_values_is_no_flaw)
{
    make_journals();
    sql_run("DELETE FROM journal_private WHERE index < 4");
    EXPECT(0, "verify --all");
}
END_TEST

START_TEST(unknown_numbers_are_trouble_and_do_not_hide_flaws)
{
    make_journals();
    EXPECT(2, "verify TS1 TS9");
    EXPECT_OUTPUT("no complaint TS9");
    sql_run("DELETE FROM journal WHERE index = 5");
    EXPECT(1, "verify TS9 TS1");
}
END_TEST

Suite *ctl_suite(void);
Suite *ctl_suite(void)
{
    Suite *suite = suite_create("ctl");
    TCase *tests = tcase_create("ctl");

    tcase_add_checked_fixture(tests, ctl_set_up, ctl_tear_down);
    tcase_add_test(tests, usage_is_explained);
    tcase_add_test(tests, an_installation_is_made_and_made_again);
    tcase_add_test(tests, whoever_administers_is_recorded);
    tcase_add_test(tests, what_is_unknown_or_not_valid_is_refused);
    tcase_add_test(tests, programs_have_no_password);
    tcase_add_test(tests, passwords_are_set_from_a_file);
    tcase_add_test(tests, a_token_is_printed_once_and_only_its_hash_stored);
    tcase_add_test(tests, a_client_has_roles_and_tokens_of_few_scopes);
    tcase_add_test(tests, staff_who_own_stages_keep_their_access);
    tcase_add_test(tests, the_database_comes_from_option_file_or_environment);
    tcase_add_test(tests, a_calendar_is_imported_once);
    tcase_add_test(tests, rules_for_open_complaints_need_somebody_who_stands_for_them);
    tcase_add_test(tests, a_policy_is_imported_once_for_a_day);
    tcase_add_test(tests, all_errors_of_a_policy_are_listed);
    tcase_add_test(tests, all_errors_of_a_calendar_are_listed);
    tcase_add_test(tests, the_calendar_that_the_product_carries_is_imported);
    tcase_add_test(tests, classes_are_imported_or_all_their_errors_listed);
    tcase_add_test(tests, an_altered_entry_is_found);
    tcase_add_test(tests, a_removed_entry_is_found);
    tcase_add_test(tests, a_removed_entry_behind_which_the_others_moved_up_is_found);
    tcase_add_test(tests, a_tail_that_was_cut_is_found);
    tcase_add_test(tests, entries_that_changed_places_are_found);
    tcase_add_test(tests, an_edited_private_value_is_found);
    tcase_add_test(tests, an_edited_salt_is_found);
    tcase_add_test(tests, an_altered_hash_is_found);
    tcase_add_test(tests, a_head_that_is_not_the_last_entry_is_found);
    tcase_add_test(tests, a_head_that_is_shorter_than_the_journal_is_found);
    tcase_add_test(tests, an_entry_of_another_complaint_is_found);
    tcase_add_test(tests, a_removed_complaint_is_found);
    tcase_add_test(tests, erasing_private_values_is_no_flaw);
    tcase_add_test(tests, unknown_numbers_are_trouble_and_do_not_hide_flaws);
    suite_add_tcase(suite, tests);
    return suite;
}
