/* A new calendar or policy: what it would do to the complaints that are open, and that it does it. */
#include <string.h>
#include <unistd.h>

#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/rules.h"
#include "tests/http/spare.h"
#include "tests/support/calendar_file.h"

Suite *rules_suite(void);

#define PREVIEWS "/v1/deadline-previews"
#define USUAL "中国内地2024-2026" /* the name under which the usual one is put in force again */

static struct calendar_source usual, idle;

static void set_up(void)
{
    usual = rules_usual();
    idle = rules_idle(&usual, 14, 6);
    rules_apply(USUAL, &usual); /* and all open complaints have the due times that it gives */
}

/* The other tests count on it, whatever became of this one. */
static void tear_down(void)
{
    rules_await();
    rules_apply(USUAL, &usual);
    calendar_file_free(&usual);
    calendar_file_free(&idle);
}

static const struct reply *preview_calendar(const char *name, const struct calendar_source *source)
{
    const struct reply *reply = client_post(
        "admin", 0, json_pack("{s:o}", "calendar", rules_document(name, source)), PREVIEWS);
    EXPECT_STATUS(reply, 200);
    return reply;
}

static bool warns(const struct reply *reply, const char *code)
{
    for (size_t i = 0; i < json_array_size(reply_at(reply, "warnings")); i++)
        if (strcmp(reply_text(reply, client_text("warnings.%zu.code", i)), code) == 0)
            return true;
    return false;
}

/* Received long enough ago to be overdue at intake, unless nobody has worked since. */
static struct matter old_matter(void)
{
    return matter_new("agent1", body("{'received_at': '%s'}", time_text(-12 * 24 * 3600)));
}

static struct matter closed_matter(void)
{
    struct matter matter = old_matter();
    matter_must(&matter, "agent1", "settle", body("{'summary': '已说明'}"));
    return matter;
}

/* --- calendars --------------------------------------------------------------------------------- */

/* The previews, the naive recount and what is then done agree, there and back. */
START_TEST(a_calendar_moves_what_its_preview_says_and_nothing_else)
{
    struct matter open = old_matter(), closed = closed_matter();
    const struct reply *before = matter_get(&open, "agent1", NULL);
    const struct reply *ended = matter_get(&closed, "agent1", NULL);
    const char *row = database_text("SELECT array_agg(s::text ORDER BY sequence) FROM stage s"
                                    " WHERE complaint_id = '%s'",
                                    closed.id);
    ck_assert(reply_boolean(before, "overdue"));

    struct recalculation_figures figures = rules_recount(&idle);
    ck_assert_int_gt(figures.no_longer_overdue, 0);
    ck_assert_int_gt(figures.later, 0);
    rules_expect(preview_calendar("idle", &idle), "", &figures);
    ck_assert_int_eq(database_number("SELECT count(*) FROM calendar WHERE name = 'idle'"), 0);
    const struct reply *reply =
        client_post("admin", 0, rules_document("idle", &idle), "/v1/calendars");
    EXPECT_STATUS(reply, 201);
    ck_assert_str_eq(reply_text(reply, "recalculation.by"), "admin");
    rules_await();
    reply = client_get("agent1", "/v1/calendars");
    ck_assert(reply_boolean(reply, "items.0.in_force"));
    ck_assert(!reply_boolean(reply, "items.1.in_force"));
    ck_assert_str_eq(reply_text(reply, "items.0.calendar.name"), "idle");
    ck_assert_int_eq(reply_integer(reply, "items.0.recalculation.failed"), 0);
    rules_expect(reply, "items.0.recalculation.", &figures);
    ck_assert_int_eq(rules_wrong(&idle), 0);

    reply = matter_get(&open, "agent1", NULL);
    ck_assert(!reply_boolean(reply, "overdue"));
    ck_assert_int_eq(reply_integer(reply, "version"), open.version + 1);
    ck_assert_str_eq(reply_text(reply, "statutory_due_at"), reply_text(before, "statutory_due_at"));
    ck_assert_str_eq(reply_text(reply, "stages.0.due_at"), reply_text(reply, "stage_due_at"));
    ck_assert_str_eq(reply_text(matter_get(&closed, "agent1", NULL), "due_at"),
                     reply_text(ended, "due_at"));
    ck_assert_int_eq(reply_integer(matter_get(&closed, "agent1", NULL), "version"), closed.version);
    ck_assert_str_eq(row, database_text("SELECT array_agg(s::text ORDER BY sequence) FROM stage s"
                                        " WHERE complaint_id = '%s'",
                                        closed.id));

    figures = rules_recount(&usual);
    ck_assert_int_gt(figures.become_overdue, 0);
    ck_assert_int_gt(figures.earlier, 0);
    rules_expect(preview_calendar(USUAL, &usual), "", &figures);
    rules_apply(USUAL, &usual);
    rules_expect(client_get("admin", "/v1/calendars"), "items.0.recalculation.", &figures);
    ck_assert_int_eq(rules_wrong(&usual), 0);
    reply = matter_get(&open, "agent1", NULL);
    ck_assert_str_eq(reply_text(reply, "due_at"), reply_text(before, "due_at"));
    ck_assert(reply_boolean(reply, "overdue"));
}
END_TEST

START_TEST(each_complaint_that_moves_has_an_entry_of_it)
{
    struct matter matter = old_matter();
    const char *due = reply_text(matter_get(&matter, "agent1", NULL), "stage_due_at");
    const char *moment = database_text("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                                       " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
    rules_apply("idle", &idle);
    const struct reply *now = matter_get(&matter, "auditor1", NULL);
    const struct reply *entry = matter_get(&matter, "auditor1", "/journal?after=1");
    long number = database_number("SELECT max(number) FROM recalculation");
    ck_assert_str_eq(reply_text(entry, "items.0.action"), "recalculate");
    ck_assert_str_eq(reply_text(entry, "items.0.actor"), "admin");
    ck_assert_int_eq(reply_integer(entry, "items.0.detail.facts.recalculation"), number);
    ck_assert_str_eq(reply_text(entry, "items.0.detail.facts.rules"), "calendar");
    ck_assert_int_eq(reply_integer(entry, "items.0.detail.facts.version"),
                     database_number("SELECT max(version) FROM calendar"));
    ck_assert(!reply_is_null(entry, "items.0.detail.changes.stage_due_at.0"));
    ck_assert(!reply_is_null(entry, "items.0.detail.changes.stage_due_at.1"));
    ck_assert_ptr_null(reply_at(entry, "items.1"));
    ck_assert(!reply_lists(matter_get(&matter, "agent1", NULL), "allowed_actions", "recalculate"));
    ck_assert_ptr_null(reply_at(matter_get(&matter, "auditor1", "/deadlines"), "warnings.0"));

    /* The past is what it was. */
    ck_assert_str_eq(reply_text(matter_get(&matter, "auditor1", client_text("?as_of=%s", moment)),
                                "stage_due_at"),
                     due);
    ck_assert_str_ne(reply_text(now, "stage_due_at"), due);
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "notes", body("{'text': '备注'}")), 412,
                   "stale-version");
    ck_assert(journals_are_sound());
}
END_TEST

START_TEST(the_calendar_in_force_is_put_in_force_once)
{
    rules_apply("idle", &idle);
    long versions = database_number("SELECT count(*) FROM calendar");
    const struct reply *first = client_get("admin", "/v1/calendars");
    const struct reply *reply =
        client_post("admin", 0, rules_document("idle", &idle), "/v1/calendars");
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "version"), reply_integer(first, "items.0.version"));
    ck_assert_int_eq(reply_integer(reply, "recalculation.number"),
                     reply_integer(first, "items.0.recalculation.number"));
    ck_assert_int_eq(database_number("SELECT count(*) FROM calendar"), versions);
    reply = preview_calendar("idle", &idle);
    ck_assert_int_eq(reply_integer(reply, "changed"), 0);
    ck_assert_int_gt(reply_integer(reply, "considered"), 0);
    ck_assert(warns(reply, "already_in_force"));
    /* What GET shows can be sent as it is. */
    EXPECT_STATUS(
        client_post("admin", 0, json_incref(reply_at(first, "items.0.calendar")), "/v1/calendars"),
        200);
}
END_TEST

START_TEST(a_calendar_is_checked_and_an_administrators)
{
    const struct reply *reply = client_post(
        "admin", 0,
        body("{'name': 't', 'years': [2026, 2026], 'weekdays': [], 'periods': [{'from': '12:00', "
             "'to': '09:00'}, {'from': '9:00', 'to': '24:30'}], 'off': ['2026-02-30', "
             "'2031-01-01', '2026-10-01'], 'work': ['2026-10-01']}"),
        "/v1/calendars");
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/years/1", "duplicate");
    EXPECT_ERROR(reply, "/weekdays", "required");
    EXPECT_ERROR(reply, "/periods/0", "ends_before_it_begins");
    EXPECT_ERROR(reply, "/periods/1/from", "not_a_time_of_day");
    EXPECT_ERROR(reply, "/periods/1/to", "not_a_time_of_day");
    EXPECT_ERROR(reply, "/off/0", "not_a_day");
    EXPECT_ERROR(reply, "/off/1", "outside_years");
    EXPECT_ERROR(reply, "/work/0", "duplicate");
    reply = client_post(
        "admin", 0, body("{'calendar': {'name': '', 'years': ['x', 1], 'colour': 1}}"), PREVIEWS);
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/calendar/name", "required");
    EXPECT_ERROR(reply, "/calendar/years/0", "wrong_type");
    EXPECT_ERROR(reply, "/calendar/years/1", "out_of_range");
    EXPECT_ERROR(reply, "/calendar/periods", "required");
    EXPECT_ERROR(reply, "/calendar/colour", "unknown_member");
    for (int i = 0; i < 2; i++) {
        const char *as = i ? "supervisor1" : "auditor1";
        EXPECT_PROBLEM(client_post(as, 0, rules_document("idle", &idle), "/v1/calendars"), 403,
                       "forbidden");
        EXPECT_PROBLEM(client_post(as, 0,
                                   json_pack("{s:o}", "calendar", rules_document("idle", &idle)),
                                   PREVIEWS),
                       403, "forbidden");
    }
    ck_assert_int_eq(database_number("SELECT count(*) FROM calendar WHERE name = 't'"), 0);
}
END_TEST

/* --- while it goes on -------------------------------------------------------------------------- */

/* Waits until everybody is done whom a locked complaint does not keep waiting. */
static void await_standstill(const char *id)
{
    int64_t give_up = now_ms() + 60000;

    while (!database_number("SELECT count(*) FROM recalculation WHERE finished_at IS NULL"
                            " AND after = (SELECT id FROM complaint WHERE status = 'open'"
                            " AND id < '%s' ORDER BY id DESC LIMIT 1)",
                            id)) {
        ck_assert_msg(now_ms() < give_up, "it did not come so far");
        usleep(20000);
    }
}

START_TEST(interrupted_it_goes_on_where_it_was)
{
    struct matter first = old_matter(), stuck = old_matter(), last = old_matter();
    struct recalculation_figures figures = rules_recount(&idle);
    struct database_lock *lock = database_lock_complaint(stuck.number);
    long entries = database_number("SELECT count(*) FROM journal");
    EXPECT_STATUS(client_post("admin", 0, rules_document("idle", &idle), "/v1/calendars"), 201);
    await_standstill(stuck.id);
    ck_assert_int_eq(reply_integer(matter_get(&first, "agent1", NULL), "version"), 2);
    ck_assert_int_eq(reply_integer(matter_get(&last, "agent1", NULL), "version"), 1);

    /* It is in force all the same: who decides now, decides by it. */
    matter_must(&last, "agent1", "classify", body("{'level': 'complex'}"));
    EXPECT_PROBLEM(client_post("admin", 0, rules_document("other", &idle), "/v1/calendars"), 409,
                   "recalculation-running");
    EXPECT_STATUS(client_post("admin", 0, rules_document("idle", &idle), "/v1/calendars"), 200);
    const struct reply *reply = client_get("admin", "/v1/calendars");
    ck_assert(reply_is_null(reply, "items.0.recalculation.finished_at"));

    ck_assert_int_ge(database_end("complaintd recalculation"), 1);
    usleep(500000);
    ck_assert_int_ge(database_end("complaintd recalculation"), 1);
    database_unlock(lock);
    rules_await();
    ck_assert_int_eq(rules_wrong(&idle), 0);
    /* The one that was classified had the right due times already. */
    reply = client_get("admin", "/v1/calendars");
    ck_assert_int_eq(reply_integer(reply, "items.0.recalculation.considered"), figures.considered);
    ck_assert_int_eq(reply_integer(reply, "items.0.recalculation.changed"), figures.changed - 1);
    ck_assert_int_eq(database_number("SELECT count(*) FROM journal"), entries + figures.changed);
    ck_assert_int_eq(reply_integer(matter_get(&last, "agent1", NULL), "version"), last.version);
    ck_assert(journals_are_sound());
}
END_TEST

#define HANDS 6
#define ROUNDS 6

/* Commands of all kinds while everything is computed anew, there and back. */
START_TEST(commands_meanwhile_end_with_the_right_due_times)
{
    struct matter matters[HANDS];
    struct call calls[2 * HANDS];
    const struct reply *replies[2 * HANDS];

    for (int i = 0; i < HANDS; i++)
        matters[i] = old_matter();
    for (int round = 0; round < ROUNDS; round++) {
        const struct calendar_source *source = round % 2 ? &usual : &idle;
        EXPECT_STATUS(client_post("admin", 0, rules_document(round % 2 ? USUAL : "idle", source),
                                  "/v1/calendars"),
                      201);
        for (int tries = 0; tries < 3; tries++) {
            for (int i = 0; i < HANDS; i++) {
                calls[i] = (struct call){
                    .path = client_text("/v1/complaints/%s/classify", matters[i].id),
                    .as = "agent1",
                    .json = body("{'level': '%s'}", (tries + i) % 2 ? "complex" : "ordinary"),
                    .version = matters[i].version};
                calls[HANDS + i] = (struct call){
                    .path = "/v1/complaints", .as = "agent1", .json = matter_minimal()};
            }
            client_together(calls, 2 * HANDS, replies);
            for (int i = 0; i < HANDS; i++) {
                ck_assert(replies[i]->status == 200 || replies[i]->status == 412);
                EXPECT_STATUS(replies[HANDS + i], 201);
                matters[i].version =
                    replies[i]->status == 200
                        ? reply_version(replies[i])
                        : reply_integer(matter_get(&matters[i], "agent1", NULL), "version");
            }
        }
        rules_await();
        ck_assert_int_eq(rules_wrong(source), 0);
    }
    ck_assert(journals_are_sound());
}
END_TEST

/* A server that has not heard of the new calendar notices it before it decides. */
START_TEST(nobody_decides_by_a_calendar_that_is_not_the_newest)
{
    database_run(
        "ALTER TABLE calendar DISABLE TRIGGER tell; ALTER TABLE calendar_day DISABLE TRIGGER tell;"
        "INSERT INTO calendar (name, weekdays, period_from, period_to, years)"
        " VALUES ('unheard of', 127, '{0}', '{1440}', '{2026}');"
        "ALTER TABLE calendar ENABLE TRIGGER tell; ALTER TABLE calendar_day ENABLE TRIGGER tell");
    struct matter matter = matter_new("agent1", body("{'received_at': '%s'}", time_text(-60)));
    const char *due = reply_text(matter_get(&matter, "agent1", NULL), "stage_due_at");
    ck_assert_str_eq(due + 10, "T00:00:00+08:00"); /* the end of the next day, which works wholly */
}
END_TEST

/* What cannot be saved keeps nobody waiting, and is told. */
START_TEST(a_complaint_that_cannot_be_saved_is_left_out)
{
    struct matter spoilt = old_matter(), sound = old_matter();
    database_run("UPDATE complaint SET journal_length = 0 WHERE id = '%s'", spoilt.id);
    rules_apply("idle", &idle);
    const struct reply *reply = client_get("admin", "/v1/calendars");
    ck_assert_int_eq(reply_integer(reply, "items.0.recalculation.failed"), 1);
    ck_assert_int_eq(reply_integer(matter_get(&sound, "agent1", NULL), "version"), 2);
    ck_assert_int_eq(reply_integer(matter_get(&spoilt, "agent1", NULL), "version"), 1);
    database_run("UPDATE complaint SET journal_length = 1 WHERE id = '%s'", spoilt.id);
}
END_TEST

/* --- policies ---------------------------------------------------------------------------------- */

#define LIMITS(days)                                                            \
    "{'intake_days': " days ", 'investigation_days': 5, 'resolution_days': 3, " \
    "'feedback_days': 2, 'statutory_days': 15, 'due_soon_minutes': 450}"

static json_t *policy(const char *day, int intake_days)
{
    return body(
        "{'effective_from': '%s', 'levels': {'ordinary': " LIMITS("%d") ", 'complex': " LIMITS(
            "2") ", 'major': " LIMITS("2") "}, 'failed_attempts_to_close': 2, "
                                           "'redress_approval_fen': 1000000, 'major_from_people': 20, "
                                           "'extension_max_days': 30, 'extended_max_days': 60, 'review_apply_days': 30, "
                                           "'review_days': 30, 'reopen_days': 15}",
        day, intake_days);
}

static const char *day_text(int days_from_now)
{
    return client_text("%.10s", time_text(days_from_now * 24 * 3600));
}

/* The limits that the product came with hold again for what is received from that day on. */
static void restore_policy(int days_from_now)
{
    const struct reply *reply = client_get("admin", "/v1/policies");
    size_t count = json_array_size(reply_at(reply, "items"));
    json_t *first = json_deep_copy(reply_at(reply, client_text("items.%zu.policy", count - 1)));

    rules_await();
    json_object_set_new(first, "effective_from", json_string(day_text(days_from_now)));
    EXPECT_STATUS(client_post("admin", 0, first, "/v1/policies"), 201);
    rules_await();
}

START_TEST(a_policy_that_takes_effect_later_moves_nothing)
{
    const struct reply *reply =
        client_post("admin", 0, json_pack("{s:o}", "policy", policy(day_text(40), 3)), PREVIEWS);
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "rules"), "policy");
    ck_assert_int_eq(reply_integer(reply, "changed"), 0);
    ck_assert_int_gt(reply_integer(reply, "considered"), 0);
    ck_assert(warns(reply, "takes_effect_later"));
    reply = client_post("admin", 0, policy(day_text(40), 3), "/v1/policies");
    EXPECT_STATUS(reply, 201);
    rules_await();
    EXPECT_STATUS(client_post("admin", 0, policy(day_text(40), 3), "/v1/policies"), 200);
    EXPECT_PROBLEM(client_post("admin", 0, policy(day_text(40), 4), "/v1/policies"), 409,
                   "policy-exists");
    EXPECT_PROBLEM(
        client_post("admin", 0, json_pack("{s:o}", "policy", policy(day_text(40), 4)), PREVIEWS),
        409, "policy-exists");
    reply = client_get("agent1", "/v1/policies");
    ck_assert_str_eq(reply_text(reply, "items.0.policy.effective_from"), day_text(40));
    ck_assert(!reply_boolean(reply, "items.0.in_force"));
    ck_assert(reply_boolean(reply, "items.1.in_force"));
    ck_assert_int_eq(reply_integer(reply, "items.0.recalculation.changed"), 0);
    ck_assert(reply_is_null(reply, "items.1.recalculation"));
}
END_TEST

START_TEST(a_policy_of_a_past_day_corrects_what_was_received_since)
{
    struct matter since = old_matter(), closed = closed_matter();
    struct matter before =
        matter_new("agent1", body("{'received_at': '%s'}", time_text(-20 * 24 * 3600)));
    const char *due = reply_text(matter_get(&since, "agent1", NULL), "stage_due_at");
    const struct reply *preview =
        client_post("admin", 0, json_pack("{s:o}", "policy", policy(day_text(-15), 9)), PREVIEWS);
    EXPECT_STATUS(preview, 200);
    ck_assert_int_eq(database_number("SELECT count(*) FROM complaint WHERE status = 'open' AND"
                                     " received_at >= timestamptz '%sT00:00:00+08:00'",
                                     day_text(-15)),
                     reply_integer(preview, "policy_changed"));
    EXPECT_STATUS(client_post("admin", 0, policy(day_text(-15), 9), "/v1/policies"), 201);
    rules_await();
    const struct reply *reply = client_get("admin", "/v1/policies");
    size_t at = 0;
    while (strcmp(reply_text(reply, client_text("items.%zu.policy.effective_from", at)),
                  day_text(-15)) != 0)
        at++;
    static const char *const figures[] = {"considered",       "changed", "policy_changed",
                                          "stage_moved",      "moved",   "later",
                                          "no_longer_overdue"};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        ck_assert_int_eq(
            reply_integer(reply, client_text("items.%zu.recalculation.%s", at, figures[i])),
            reply_integer(preview, figures[i]));
    ck_assert_int_gt(reply_integer(preview, "no_longer_overdue"), 0);
    ck_assert_int_eq(rules_wrong(&usual), 0);
    reply = matter_get(&since, "agent1", NULL);
    ck_assert_int_eq(reply_integer(reply, "version"), 2);
    ck_assert_str_ne(reply_text(reply, "stage_due_at"), due);
    reply = matter_get(&since, "auditor1", "/journal?after=1");
    ck_assert_int_eq(reply_integer(reply, "items.0.detail.changes.policy_version.0"), 1);
    ck_assert_int_eq(reply_integer(matter_get(&before, "agent1", NULL), "version"), 1);
    ck_assert_int_eq(reply_integer(matter_get(&closed, "agent1", NULL), "version"), closed.version);
    ck_assert_int_eq(
        database_number("SELECT policy_version FROM complaint WHERE id = '%s'", closed.id), 1);
    ck_assert(journals_are_sound());
    restore_policy(-14);
    ck_assert_int_eq(rules_wrong(&usual), 0);
    ck_assert_str_eq(reply_text(matter_get(&since, "agent1", NULL), "stage_due_at"), due);
}
END_TEST

START_TEST(a_policy_is_checked_and_an_administrators)
{
    long policies = database_number("SELECT count(*) FROM policy");
    const struct reply *reply = client_post(
        "admin", 0,
        body("{'effective_from': '2027-02-30', 'levels': {'ordinary': " LIMITS("0") "}}"),
        "/v1/policies");
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/levels/ordinary/intake_days", "out_of_range");
    EXPECT_ERROR(reply, "/levels/major", "required");
    EXPECT_ERROR(reply, "/reopen_days", "required");
    EXPECT_PROBLEM(client_post("admin", 0, policy("2027-02-30", 1), "/v1/policies"), 422,
                   "invalid-input");
    reply =
        client_post("admin", 0, json_pack("{s:o}", "policy", policy("2027-02-30", 1)), PREVIEWS);
    EXPECT_ERROR(reply, "/policy/effective_from", "not_a_day");
    EXPECT_PROBLEM(client_post("agent1", 0, policy(day_text(40), 1), "/v1/policies"), 403,
                   "forbidden");
    EXPECT_PROBLEM(
        client_post("agent1", 0, json_pack("{s:o}", "policy", policy(day_text(40), 1)), PREVIEWS),
        403, "forbidden");
    ck_assert_int_eq(database_number("SELECT count(*) FROM policy"), policies);
}
END_TEST

Suite *rules_suite(void)
{
    Suite *suite = suite_create("rules");
    TCase *tests = tcase_create("rules");

    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, a_calendar_moves_what_its_preview_says_and_nothing_else);
    tcase_add_test(tests, each_complaint_that_moves_has_an_entry_of_it);
    tcase_add_test(tests, the_calendar_in_force_is_put_in_force_once);
    tcase_add_test(tests, a_calendar_is_checked_and_an_administrators);
    tcase_add_test(tests, interrupted_it_goes_on_where_it_was);
    tcase_add_test(tests, commands_meanwhile_end_with_the_right_due_times);
    tcase_add_test(tests, nobody_decides_by_a_calendar_that_is_not_the_newest);
    tcase_add_test(tests, a_complaint_that_cannot_be_saved_is_left_out);
    tcase_add_test(tests, a_policy_that_takes_effect_later_moves_nothing);
    tcase_add_test(tests, a_policy_of_a_past_day_corrects_what_was_received_since);
    tcase_add_test(tests, a_policy_is_checked_and_an_administrators);
    suite_add_tcase(suite, tests);
    return suite;
}
