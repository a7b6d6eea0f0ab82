/* The second line behind the server's own judgement: what the database lets its roles do. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/store/sql.h"

/* Every table, with what complaintd_app and complaintd_reader may do: S select, I insert, U update,
 * D delete; in small letters some columns only. A new table belongs here, with its reasons. */
static const struct {
    const char *table, *app, *reader;
} privileges[] = {
    {"attachment", "SIuD", "-"},      /* what is unfinished is removed; a policy keeps the rest */
    {"attachment_chunk", "SIu", "-"}, /* files; encrypted anew with newer keys */
    {"audit", "SI", "-"},             /* never changed; of all units */
    {"calendar", "SI", "S"},
    {"calendar_day", "SI", "S"},
    {"client", "SI", "S"},
    {"complaint", "SIu", "s"}, /* never deleted, and what was recorded first stays */
    {"complaint_class", "S", "S"},
    {"contact_mark", "SID", "-"}, /* tells who complained, to whoever has the key */
    {"data_key", "SIU", "-"},
    {"departure", "S", "S"},
    {"deputy", "SIu", "S"},
    {"erasure_order", "SIu", "-"}, /* who erased what; what was asked for stays */
    {"figure_day", "SI", "-"},     /* figures of all units */
    {"handler", "SIu", "S"},
    {"idempotency", "SID", "-"},
    {"journal", "SI", "S"},          /* never changed */
    {"journal_private", "SIu", "-"}, /* personal data as written; encrypted anew with newer keys */
    {"link", "SI", "S"},
    {"log", "SI", "S"}, /* never changed */
    {"log_head", "SI", "S"},
    {"log_sent", "SIU", "-"},
    {"log_todo", "SID", "-"},
    {"number_block", "SIU", "-"},
    {"policy", "SI", "S"},
    {"policy_level", "SI", "S"},
    {"reader_unit", "-", "-"},
    {"recalculation", "SIu", "S"},
    {"retention_hold", "SIu", "-"}, /* tells of lawsuits */
    {"search", "SIU", "-"},
    {"search_todo", "SID", "-"},
    {"staff", "Siu", "s"},
    {"staff_grant", "SID", "S"},
    {"stage", "SIu", "S"},
    {"token", "SIuD", "-"},
    {"unit", "Siu", "S"}, /* never deleted, and keeps its code */
    {"work", "SI", "S"},
};
#define TABLES (sizeof privileges / sizeof *privileges)

/* "SIu" of a role, by the catalog. */
static char *held(const char *role, const char *table)
{
    return sql_value(
        "SELECT coalesce(nullif(string_agg(CASE WHEN has_table_privilege('%s', '%s', p) THEN "
        "left(p, 1) WHEN p <> 'DELETE' AND has_any_column_privilege('%s', '%s', p) THEN "
        "lower(left(p, 1)) ELSE '' END, '' ORDER BY n), ''), '-') FROM (VALUES (1, 'SELECT'), "
        "(2, 'INSERT'), (3, 'UPDATE'), (4, 'DELETE')) AS v(n, p)",
        role, table, role, table);
}

START_TEST(each_role_holds_what_it_needs_and_no_more)
{
    char *tables = sql_value("SELECT string_agg(relname, ' ' ORDER BY relname COLLATE \"C\") "
                             "FROM pg_class WHERE relnamespace = 'public'::regnamespace "
                             "AND relkind IN ('r', 'p', 'v', 'm') AND NOT relispartition "
                             "AND relname <> 'schema_migrations'");
    char expected[2048] = "";
    for (size_t i = 0; i < TABLES; i++) {
        char *app = held("complaintd_app", privileges[i].table);
        char *reader = held("complaintd_reader", privileges[i].table);
        ck_assert_msg(strcmp(app, privileges[i].app) == 0, "%s: the application holds %s",
                      privileges[i].table, app);
        ck_assert_msg(strcmp(reader, privileges[i].reader) == 0, "%s: the reader holds %s",
                      privileges[i].table, reader);
        free(app);
        free(reader);
        snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%s%s",
                 i ? " " : "", privileges[i].table);
    }
    ck_assert_str_eq(tables, expected);
    free(tables);
    ck_assert_int_eq(
        sql_number("SELECT count(*) FROM pg_class, (VALUES ('complaintd_app'), "
                   "('complaintd_reader')) AS r(role) "
                   "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') "
                   "AND has_table_privilege(role, oid, 'TRUNCATE, REFERENCES, TRIGGER')"),
        0);
}
END_TEST

/* The application is refused a statement, printf's format, or carries it out. */
static void __attribute__((format(printf, 2, 3))) expect(bool refused, const char *format, ...)
{
    char statement[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(statement, sizeof statement, format, arguments);
    va_end(arguments);
    const char *state = sql_state_as_app(statement);
    ck_assert_msg(strcmp(state, refused ? "42501" : "00000") == 0, "%s: %s", statement, state);
}

/* The catalog is what is granted; these are tried. _i: a table. */
START_TEST(the_application_changes_no_table_and_deletes_no_record)
{
    const char *table = privileges[_i].table;
    char *key = sql_value("SELECT attname FROM pg_attribute WHERE attrelid = '%s'::regclass "
                          "AND attnum > 0 AND attidentity = '' ORDER BY attnum LIMIT 1",
                          table);
    expect(!strchr(privileges[_i].app, 'D'), "DELETE FROM %s", table);
    expect(!strchr(privileges[_i].app, 'U'), "UPDATE %s SET %s = %s WHERE false", table, key, key);
    expect(true, "TRUNCATE %s", table);
    expect(true, "ALTER TABLE %s ADD COLUMN more integer", table);
    expect(true, "ALTER TABLE %s DISABLE TRIGGER ALL", table);
    expect(true, "ALTER TABLE %s DISABLE ROW LEVEL SECURITY", table);
    expect(true, "DROP TABLE %s", table);
    free(key);
}
END_TEST

START_TEST(the_application_makes_nothing_and_touches_no_protected_column)
{
    static const char *const others[] = {"CREATE TABLE more (n integer)",
                                         "CREATE TEMPORARY TABLE more (n integer)",
                                         "CREATE SCHEMA more",
                                         ("CREATE FUNCTION more() RETURNS int LANGUAGE sql "
                                          "AS 'SELECT 1'"),
                                         "UPDATE journal SET bytes = bytes WHERE false",
                                         ("UPDATE complaint SET received_at = now(), id = id "
                                          "WHERE false"),
                                         "UPDATE staff SET login = 'x' WHERE false",
                                         "INSERT INTO staff (active) VALUES (false)",
                                         "UPDATE unit SET code = 'x' WHERE false",
                                         "UPDATE token SET scopes = 7 WHERE false",
                                         "SET session_replication_role = replica",
                                         "SET ROLE complaintd_owner"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        expect(true, "%s", others[i]);
}
END_TEST

/* --- what readers see --------------------------------------------------------------------------- */

static const char *const readable[] = {"complaint", "stage", "work", "journal", "handler", "link"};
#define READABLE (sizeof readable / sizeof *readable)

static void set_up(void)
{
    const uint8_t head[32] = {0};
    sql_empty();
    sql_run("INSERT INTO unit VALUES "
            "('01000000-0000-0000-0000-000000000001', 'HN', 'n', NULL), "
            "('01000000-0000-0000-0000-000000000002', 'HN-1', 'n', "
            "'01000000-0000-0000-0000-000000000001'), "
            "('01000000-0000-0000-0000-000000000003', 'HN-2', 'n', "
            "'01000000-0000-0000-0000-000000000001')");
    /* One of HN-1, one of HN-2, and one that HN-2 received and HN-1 owns. */
    for (unsigned i = 0; i < 3; i++) {
        char number[8];
        snprintf(number, sizeof number, "TS%u", i + 1);
        sql_add_complaint(0x50 + i, number, 0x11, true, 1, head);
        sql_run("UPDATE complaint SET unit_id = '01000000-0000-0000-0000-%012d', "
                "owner_unit_id = '01000000-0000-0000-0000-%012d' WHERE number = '%s'",
                i == 0 ? 2 : 3, i == 1 ? 3 : 2, number);
    }
    sql_run("INSERT INTO work (complaint_id, kind, number, journal_index, stage, round, staff_id, "
            "at, body) SELECT id, 'notes', 1, 1, 'intake', 1, id, now(), '{}' FROM complaint;"
            "INSERT INTO journal (complaint_id, index, at, bytes, hash) "
            "SELECT id, 1, now(), '{}', sha256(number::bytea) FROM complaint;"
            "INSERT INTO handler SELECT id, true, now(), id FROM complaint;"
            "INSERT INTO link (complaint_id, number, kind, other_id) SELECT id, 1, 'repeat', "
            "'01000000-0000-0000-0000-000000000099' FROM complaint");
}

/* How many rows of a table the reader sees who has been given these units ("": none). */
static long seen(const char *table, const char *units)
{
    sql_run("DELETE FROM reader_unit;"
            "INSERT INTO reader_unit SELECT 'complaintd_reader', id FROM unit WHERE code = "
            "ANY ('{%s}')",
            units);
    char statement[128];
    snprintf(statement, sizeof statement, "SELECT count(*) FROM %s", table);
    char *value = sql_value_as_reader(statement);
    long rows = strtol(value, NULL, 10);
    free(value);
    return rows;
}

START_TEST(readers_see_the_units_they_are_given)
{
    for (size_t i = 0; i < READABLE; i++) {
        ck_assert_int_eq(seen(readable[i], ""), 0);
        ck_assert_int_eq(seen(readable[i], "HN-1"), 2);
        ck_assert_int_eq(seen(readable[i], "HN-2"), 2);
        ck_assert_int_eq(seen(readable[i], "HN"), 3);
        ck_assert_int_eq(sql_number("SELECT count(*) FROM %s", readable[i]), 3);
    }
}
END_TEST

/* Whatever else is readable and belongs to a complaint is kept to its readers. */
START_TEST(all_that_tells_of_complaints_is_kept_to_units)
{
    char *open =
        sql_value("SELECT string_agg(relname, ' ') FROM pg_class c WHERE relkind IN ('r', 'p') "
                  "AND relnamespace = 'public'::regnamespace AND NOT relrowsecurity "
                  "AND has_any_column_privilege('complaintd_reader', c.oid, 'SELECT') "
                  "AND EXISTS (SELECT FROM pg_attribute a WHERE attrelid = c.oid "
                  "AND attname = 'complaint_id')");
    ck_assert_str_eq(open, "");
    free(open);
}
END_TEST

Suite *privileges_suite(void);
Suite *privileges_suite(void)
{
    Suite *suite = suite_create("privileges");
    TCase *tests = tcase_create("privileges");
    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, each_role_holds_what_it_needs_and_no_more);
    tcase_add_loop_test(tests, the_application_changes_no_table_and_deletes_no_record, 0,
                        (int)TABLES);
    tcase_add_test(tests, the_application_makes_nothing_and_touches_no_protected_column);
    tcase_add_test(tests, readers_see_the_units_they_are_given);
    tcase_add_test(tests, all_that_tells_of_complaints_is_kept_to_units);
    suite_add_tcase(suite, tests);
    return suite;
}
