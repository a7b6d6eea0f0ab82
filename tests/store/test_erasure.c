/* What the database itself lets be erased, whatever a program asks for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/store/sql.h"

Suite *erasure_suite(void);

#define COMPLAINT "01000000-0000-0000-0000-000000000050"
#define ONE "'01000000-0000-0000-0000-000000000011'"
#define OTHER "'01000000-0000-0000-0000-000000000012'"
#define ERASE "SELECT complaint_erase((SELECT max(number) FROM erasure_order), '{" COMPLAINT "}')"

/* A complaint that ended four years ago, whose journal ends with its being erased by an order that one
 * asked for and another approved. */
static void set_up(void)
{
    const uint8_t head[32] = {0};

    sql_empty();
    sql_run("INSERT INTO unit VALUES ('01000000-0000-0000-0000-000000000001', 'HN', 'n', NULL),"
            " ('01000000-0000-0000-0000-000000000002', 'HN-1', 'n',"
            " '01000000-0000-0000-0000-000000000001'),"
            " ('01000000-0000-0000-0000-000000000003', 'HN-2', 'n',"
            " '01000000-0000-0000-0000-000000000001')");
    sql_add_complaint(0x50, "TS1", 0x11, false, 2, head);
    sql_run("UPDATE complaint SET unit_id = '01000000-0000-0000-0000-000000000002',"
            " closed_at = now() - interval '4 years', narrative = 'needle',"
            " complainant_name = '张*', complainant_customer_number = 'C1';"
            "INSERT INTO erasure_order (unit_id, as_of, reason, expected, requested_by, decided_by,"
            " decided_at, approved) VALUES ('01000000-0000-0000-0000-000000000001', now(), 'x', 1,"
            " " ONE ", " OTHER ", now(), true);"
            "INSERT INTO journal (complaint_id, index, at, bytes, hash) SELECT '" COMPLAINT "', n,"
            " now() - (2 - n) * interval '4 years', CASE n WHEN 1 THEN '{\"action\":\"receive\"}'"
            " ELSE format('{\"action\":\"erase\",\"detail\":{\"facts\":{\"order\":%%s}}}',"
            " (SELECT max(number) FROM erasure_order)) END, sha256(n::text::bytea)"
            " FROM generate_series(1, 2) n;"
            "INSERT INTO journal_private (complaint_id, index, salt, private)"
            " VALUES ('" COMPLAINT "', 1, decode(md5('x'), 'hex'), '{}');"
            "INSERT INTO contact_mark VALUES (decode(md5('x'), 'hex'), '" COMPLAINT "', 1);"
            "INSERT INTO retention_hold (complaint_id, reason, placed_by, lifted_by, lifted_at,"
            " lift_reason) VALUES ('" COMPLAINT "', 'needle', " ONE ", " ONE
            ", now() - interval '9 days', 'needle');"
            "INSERT INTO search VALUES ('" COMPLAINT "', now(), 'needle');"
            "INSERT INTO search_todo VALUES ('" COMPLAINT "');"
            "INSERT INTO work (complaint_id, kind, number, journal_index, stage, round, staff_id,"
            " at, body) VALUES ('" COMPLAINT "', 'contacts', 1, 1, 'intake', 1, " ONE ", now(),"
            " '{\"method\":\"phone\",\"reached\":true,\"summary\":\"needle\",\"new\":\"needle\"}'),"
            " ('" COMPLAINT "', 'pauses', 1, 1, 'intake', 1, " ONE ", now(),"
            " '{\"reason\":\"other\",\"note\":\"needle\"}'),"
            " ('" COMPLAINT "', 'extensions', 1, 1, 'intake', 1, " ONE ", now(),"
            " '{\"days\":5,\"reason\":\"needle\"}'),"
            " ('" COMPLAINT "', 'urge', 1, 1, 'intake', 1, " ONE ", now(),"
            " '{\"text\":\"needle\",\"due_at\":\"2026-11-25T17:30:00+08:00\"}')");
}

static void expect_body(const char *kind, const char *expected)
{
    char *body = sql_value("SELECT body::jsonb FROM work WHERE kind = '%s'", kind);

    ck_assert_str_eq(body, expected);
    free(body);
}

START_TEST(only_codes_and_numbers_are_left)
{
    ck_assert_str_eq(sql_state_as_app(ERASE), "00000");
    expect_body("contacts",
                "{\"new\": null, \"method\": \"phone\", \"reached\": true, \"summary\": null}");
    expect_body("pauses", "{\"note\": null, \"reason\": \"other\"}");
    expect_body("extensions", "{\"days\": 5, \"reason\": null}");
    expect_body("urge", "{\"text\": null, \"due_at\": \"2026-11-25T17:30:00+08:00\"}");
    ck_assert_int_eq(
        sql_number("SELECT (SELECT count(*) FROM journal_private) + (SELECT count(*) FROM search)"
                   " + (SELECT count(*) FROM search_todo) + (SELECT count(*) FROM contact_mark)"),
        0);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM complaint WHERE subject IS NULL"
                                " AND narrative IS NULL AND complainant_name IS NULL"
                                " AND complainant_customer_number IS NULL AND erased_at ="
                                " (SELECT at FROM journal WHERE index = 2)"),
                     1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM journal"), 2);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM retention_hold WHERE reason IS NULL"
                                " AND lift_reason IS NULL"),
                     1);
}
END_TEST

/* Each alone is enough to be refused, and then nothing is changed. */
#define ABOUT(id)                                                                 \
    ("INSERT INTO staff (id, login, name, unit_id) VALUES (" id ", 'about', 'n'," \
     " '01000000-0000-0000-0000-000000000001');"                                  \
     "UPDATE complaint SET staff_complained_of = 'about'")

static const char *const reasons[] = {
    ABOUT(ONE),
    ABOUT(OTHER),
    "UPDATE complaint SET closed_at = now() - interval '3 years' + interval '1 minute'",
    "UPDATE complaint SET status = 'open', closed_at = NULL",
    "UPDATE complaint SET erased_at = now()",
    "UPDATE complaint SET journal_length = 1",
    "UPDATE complaint SET unit_id = '01000000-0000-0000-0000-000000000099'",
    "UPDATE policy SET retention_years = 5",
    ("INSERT INTO retention_hold (complaint_id, reason, placed_by) VALUES ('" COMPLAINT
     "', 'x', " ONE ")"),
    "UPDATE retention_hold SET lifted_at = now() - interval '7 days'",
    "UPDATE journal SET at = now() - interval '7 days' WHERE index = 1",
    "UPDATE journal SET bytes = '{\"action\":\"notes\"}' WHERE index = 2",
    ("UPDATE journal SET bytes = '{\"action\":\"erase\",\"detail\":{\"facts\":{\"order\":0}}}'"
     " WHERE index = 2"),
    "UPDATE erasure_order SET approved = false",
    "UPDATE erasure_order SET approved = NULL, decided_by = NULL, decided_at = NULL",
    "UPDATE erasure_order SET finished_at = now()",
    "UPDATE erasure_order SET as_of = now() - interval '2 years'",
    "UPDATE erasure_order SET complaints = '{01000000-0000-0000-0000-000000000051}'",
    "UPDATE erasure_order SET unit_id = '01000000-0000-0000-0000-000000000003'",
};

START_TEST(what_may_not_be_erased_is_not)
{
    sql_run("%s", reasons[_i]);
    ck_assert_msg(strcmp(sql_state_as_app(ERASE), "42501") == 0, "%s", reasons[_i]);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM complaint WHERE narrative = 'needle'"), 1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM journal_private"), 1);
    sql_run("UPDATE policy SET retention_years = 3");
}
END_TEST

START_TEST(nobody_approves_alone)
{
    sql_run("INSERT INTO erasure_order (unit_id, as_of, reason, expected, requested_by)"
            " VALUES ('01000000-0000-0000-0000-000000000001', now(), 'x', 1, " ONE ")");
    ck_assert_str_eq(sql_state_as_app("UPDATE erasure_order SET decided_by = requested_by,"
                                      " decided_at = now(), approved = true"
                                      " WHERE decided_by IS NULL"),
                     "23514");
    ck_assert_str_eq(sql_state_as_app("UPDATE erasure_order SET requested_by = " OTHER), "42501");
    ck_assert_str_eq(sql_state_as_app("SELECT work_skeleton('notes', '{}')"), "42501");
}
END_TEST

START_TEST(no_policy_keeps_for_less_than_three_years)
{
    ck_assert_str_eq(sql_state_as_app("INSERT INTO policy (version, effective_from,"
                                      " failed_attempts_to_close, redress_approval_fen,"
                                      " major_from_people, extension_max_days, extended_max_days,"
                                      " review_apply_days, review_days, reopen_days,"
                                      " retention_years) VALUES"
                                      " (9, '2030-01-01', 3, 0, 20, 30, 60, 30, 30, 15, 2)"),
                     "23514");
}
END_TEST

static void tear_down(void)
{
    sql_empty();
}

Suite *erasure_suite(void)
{
    Suite *suite = suite_create("erasure");
    TCase *tests = tcase_create("erasure");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, only_codes_and_numbers_are_left);
    tcase_add_loop_test(tests, what_may_not_be_erased_is_not, 0,
                        (int)(sizeof reasons / sizeof *reasons));
    tcase_add_test(tests, nobody_approves_alone);
    tcase_add_test(tests, no_policy_keeps_for_less_than_three_years);
    suite_add_tcase(suite, tests);
    return suite;
}
