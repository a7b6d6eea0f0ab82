/* Retention: what is kept and how long, holds, and erasing by order. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/http/attached.h"
#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/newcomer.h"
#include "tests/http/program.h"
#include "tests/http/spare.h"

Suite *retention_suite(void);

#define ORDERS "/v1/erasure-orders"
#define SECOND "retention2" /* supervises HN beside supervisor1, and only asks */
#define UNTIL \
    "to_char((closed_at AT TIME ZONE interval '8 hours' + interval '3 years')::date, 'YYYY-MM-DD')"

static void setup(void)
{
    client_setup();
    newcomer_add(SECOND, "HN", "supervisor");
}

static void teardown(void)
{
    newcomer_remove(SECOND);
}

/* --- complaints --------------------------------------------------------------------------------- */

/* A word that no other text holds. */
static const char *fresh(void)
{
    static int count;
    return client_text("needle%dx%d", (int)getpid(), ++count);
}

/* One of that word, with case work of all kinds that can be had at intake, withdrawn. */
static struct matter ended(const char *word)
{
    struct matter matter = matter_new(
        "agent1",
        body(
            "{'subject': '%s a', 'narrative': '%s b', 'demand': '%s c',"
            " 'complainant': {'name': '欧阳%s', 'phone': '13843210%03d', 'email': '%s@example.com',"
            " 'address': '长沙市岳麓区%s', 'customer_number': 'C%s'}}",
            word, word, word, word, (int)getpid() % 1000, word, word, word));

    matter_must(&matter, "agent1", "notes", body("{'text': '%s d'}", word));
    matter_must(&matter, "agent1", "contacts",
                body("{'method': 'phone', 'direction': 'outbound', 'at': '%s', 'reached': true,"
                     " 'summary': '%s e'}",
                     time_text(-5), word));
    matter_must(&matter, "agent1", "pauses",
                body("{'reason': 'other', 'from': '%s', 'note': '%s f'}", time_text(0), word));
    matter_must(&matter, "agent1", "withdraw", body("{'reason': '%s h'}", word));
    return matter;
}

/* As if all of it had been so much earlier. */
static void make_older(const struct matter *matter, const char *interval)
{
    database_run("UPDATE complaint SET closed_at = closed_at - interval '%s', updated_at ="
                 " updated_at - interval '%s' WHERE id = '%s';"
                 "UPDATE journal SET at = at - interval '%s' WHERE complaint_id = '%s';"
                 "UPDATE retention_hold SET lifted_at = lifted_at - interval '%s'"
                 " WHERE complaint_id = '%s'",
                 interval, interval, matter->id, interval, matter->id, interval, matter->id);
}

static struct matter past(const char *word)
{
    struct matter matter = ended(word);

    make_older(&matter, "4 years");
    return matter;
}

/* --- orders ------------------------------------------------------------------------------------- */

static const struct reply *order_as(const char *as, json_t *input)
{
    json_object_set_new(input, "reason", json_string("保存期满"));
    return client_post(as, 0, input, ORDERS);
}

static const struct reply *order_of(const struct matter matters[], size_t count)
{
    json_t *names = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(names, json_string(i % 2 ? matters[i].id : matters[i].number));
    return order_as(SECOND, json_pack("{s:s, s:o}", "unit", "HN", "complaints", names));
}

static const struct reply *decide(const char *as, int64_t number, const char *what)
{
    return client_post(as, 0, NULL, ORDERS "/%lld/%s", (long long)number, what);
}

static const struct reply *order_now(int64_t number)
{
    const struct reply *reply =
        client_get("auditor1", ORDERS "?after=%lld&limit=1", (long long)number - 1);

    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "items.0.number"), number);
    return reply;
}

static const struct reply *await_end(int64_t number)
{
    int64_t give_up = now_ms() + 30000 * program_patience();
    const struct reply *reply;

    while (reply_is_null(reply = order_now(number), "items.0.finished_at")) {
        ck_assert_msg(now_ms() < give_up, "the order is not carried out");
        usleep(50000);
    }
    return reply;
}

/* Has them erased. */
static const struct reply *erase(const struct matter matters[], size_t count)
{
    const struct reply *reply = order_of(matters, count);

    EXPECT_STATUS(reply, 201);
    int64_t number = reply_integer(reply, "number");
    EXPECT_STATUS(decide("supervisor1", number, "approve"), 200);
    return await_end(number);
}

/* --- what is kept ------------------------------------------------------------------------------- */

START_TEST(answers_tell_until_when_it_is_kept)
{
    struct matter open = matter_new("agent1", NULL), closed = ended(fresh());

    ck_assert(reply_is_null(matter_get(&open, "agent1", NULL), "retention_until"));
    const struct reply *reply = matter_get(&closed, "agent1", NULL);
    ck_assert_str_eq(
        reply_text(reply, "retention_until"),
        client_text("%sT23:59:59+08:00",
                    database_text("SELECT " UNTIL " FROM complaint WHERE id = '%s'", closed.id)));
    ck_assert(reply_is_null(reply, "erased_at"));
}
END_TEST

START_TEST(what_must_be_kept_cannot_be_named)
{
    struct matter matters[] = {past(fresh()), ended(fresh()), matter_new("agent1", NULL)};
    const struct reply *reply = client_post("supervisor1", 0, body("{'reason': '诉讼'}"),
                                            "/v1/complaints/%s/holds", matters[0].id);

    EXPECT_STATUS(reply, 201);
    reply = order_of(matters, 3);
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/complaints/0", "held");
    EXPECT_ERROR(reply, "/complaints/1", "retained");
    EXPECT_ERROR(reply, "/complaints/2", "retained");
    reply = order_as("supervisor1",
                     body("{'unit': 'HN-CS-002', 'complaints': ['%s', 'TS1']}", matters[0].number));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/complaints/0", "other_unit");
    EXPECT_ERROR(reply, "/complaints/1", "unknown_complaint");
    reply = order_as("supervisor1", body("{'as_of': '%s'}", time_text(60)));
    EXPECT_ERROR(reply, "/as_of", "in_the_future");
    reply = order_as("supervisor1", body("{'as_of': '%s', 'complaints': ['TS1']}", time_text(-60)));
    EXPECT_ERROR(reply, "/as_of", "conflict");
}
END_TEST

/* --- holds -------------------------------------------------------------------------------------- */

START_TEST(a_hold_is_placed_listed_and_lifted)
{
    struct matter matter = past(fresh());
    const char *holds = client_text("/v1/complaints/%s/holds", matter.number);
    const struct reply *reply =
        client_post("supervisor1", 0, body("{'reason': '诉讼，来电13812345678'}"), "%s", holds);

    EXPECT_STATUS(reply, 201);
    int64_t number = reply_integer(reply, "number");
    ck_assert_str_eq(reply_text(reply, "reason"), "诉讼，来电138****5678");
    ck_assert_str_eq(reply_text(reply, "complaint.number"), matter.number);
    ck_assert(reply_is_null(reply, "lifted_at"));
    reply = client_get("auditor1", "/v1/retention-holds?in_force=true&after=%lld&limit=1",
                       (long long)number - 1);
    ck_assert_str_eq(reply_text(reply, "items.0.placed_by"), "supervisor1");
    EXPECT_PROBLEM(client_post("supervisor1", 0, body("{'reason': 'x'}"), "%s/999999/lift", holds),
                   404, "not-found");
    EXPECT_PROBLEM(client_post("agent1", 0, body("{'reason': 'x'}"), "%s", holds), 403,
                   "forbidden");
    reply = client_post("supervisor1", 0, body("{'reason': '审结'}"), "%s/%lld/lift", holds,
                        (long long)number);
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "lifted_by"), "supervisor1");
    ck_assert_str_eq(reply_text(reply, "placed_by"), "supervisor1");
    EXPECT_PROBLEM(client_post("supervisor1", 0, body("{'reason': 'x'}"), "%s/%lld/lift", holds,
                               (long long)number),
                   409, "hold-lifted");
    reply = client_get("auditor1", "/v1/retention-holds?after=%lld", (long long)number - 1);
    ck_assert_str_eq(reply_text(reply, "items.0.lift_reason"), "审结");
    ck_assert_int_eq(database_number("SELECT count(*) FROM audit WHERE action = 'retention_hold'"
                                     " AND bytes LIKE '%%%s%%'",
                                     matter.number),
                     2);
}
END_TEST

/* For reasons that hold the word; returns the hold's number. */
static int64_t hold_and_lift(const struct matter *matter, const char *word)
{
    const char *holds = client_text("/v1/complaints/%s/holds", matter->id);
    const struct reply *reply =
        client_post("supervisor1", 0, body("{'reason': '%s i'}", word), "%s", holds);

    EXPECT_STATUS(reply, 201);
    int64_t number = reply_integer(reply, "number");
    EXPECT_STATUS(client_post("supervisor1", 0, body("{'reason': '%s j'}", word), "%s/%lld/lift",
                              holds, (long long)number),
                  200);
    return number;
}

/* --- orders ------------------------------------------------------------------------------------- */

START_TEST(nobody_decides_what_they_asked_for)
{
    struct matter matter = past(fresh());
    const struct reply *reply = order_of(&matter, 1);

    EXPECT_STATUS(reply, 201);
    int64_t number = reply_integer(reply, "number");
    ck_assert_int_eq(reply_integer(reply, "expected"), 1);
    ck_assert(reply_lists(reply, "complaints", matter.number));
    ck_assert(reply_is_null(reply, "approved"));
    EXPECT_PROBLEM(decide(SECOND, number, "approve"), 403, "self-approval");
    EXPECT_PROBLEM(decide(SECOND, number, "refuse"), 403, "self-approval");
    EXPECT_PROBLEM(decide("agent1", number, "approve"), 403, "forbidden");
    EXPECT_PROBLEM(decide("supervisor1", 999999, "approve"), 404, "not-found");
    reply = decide("supervisor1", number, "refuse");
    EXPECT_STATUS(reply, 200);
    ck_assert(!reply_boolean(reply, "approved"));
    EXPECT_PROBLEM(decide("supervisor1", number, "approve"), 409, "erasure-decided");
    EXPECT_PROBLEM(decide("supervisor1", number, "refuse"), 409, "erasure-decided");
    usleep(1000000);
    ck_assert(reply_is_null(matter_get(&matter, "agent1", NULL), "erased_at"));
    ck_assert_int_eq(database_number("SELECT count(*) FROM audit WHERE action = 'erasure_ordered'"
                                     " AND bytes LIKE '%%\"subject\":\"%lld\"%%'",
                                     (long long)number),
                     2);
}
END_TEST

START_TEST(a_preview_counts_and_asks_for_nothing)
{
    long orders = database_number("SELECT count(*) FROM erasure_order");
    json_t *input = body("{'unit': 'HN', 'preview': true}");
    const struct reply *reply = order_as("supervisor1", json_incref(input));

    EXPECT_STATUS(reply, 200);
    int64_t before = reply_integer(reply, "expected");
    struct matter matter = past(fresh());
    (void)ended(fresh());
    reply = order_as("supervisor1", input);
    ck_assert_int_eq(reply_integer(reply, "expected"), before + 1);
    ck_assert_int_eq(database_number("SELECT count(*) FROM erasure_order"), orders);
    ck_assert(reply_is_null(matter_get(&matter, "agent1", NULL), "erased_at"));
    EXPECT_PROBLEM(order_as("agent1", body("{}")), 403, "forbidden");
}
END_TEST

/* Neither does whom it is about, who hears of no such order, nor does an order over all take it. */
START_TEST(nobody_has_erased_what_is_about_themselves)
{
    const char *all = "{'unit': 'HN-CS-001', 'preview': true}";
    int64_t before = reply_integer(order_as("supervisor1", body("%s", all)), "expected");
    struct matter about =
        matter_new("agent1", json_pack("{s:s}", "staff_complained_of", "supervisor1"));
    matter_must(&about, "agent1", "withdraw", body("{'reason': '不再追究'}"));
    make_older(&about, "4 years");
    ck_assert_int_eq(reply_integer(order_as("supervisor1", body("%s", all)), "expected"), before);

    const struct reply *reply = order_of(&about, 1);
    EXPECT_STATUS(reply, 201);
    int64_t named = reply_integer(reply, "number");
    EXPECT_PROBLEM(decide("supervisor1", named, "approve"), 404, "not-found");
    EXPECT_PROBLEM(decide("supervisor1", named, "refuse"), 404, "not-found");
    reply = client_get("supervisor1", ORDERS "?after=%lld", (long long)named - 1);
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 0);

    reply = order_as(SECOND, body("{'unit': 'HN-CS-001'}"));
    EXPECT_STATUS(reply, 201);
    ck_assert_int_eq(reply_integer(reply, "expected"), before + 1);
    int64_t over_all = reply_integer(reply, "number");
    EXPECT_STATUS(decide("supervisor1", over_all, "approve"), 200);
    (void)await_end(over_all);
    ck_assert(reply_is_null(matter_get(&about, "agent1", NULL), "erased_at"));
}
END_TEST

/* How many rows of all tables hold the text. */
static long rows_with(const char *text)
{
    return database_number(
        "SELECT sum((xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %%I t"
        " WHERE t::text LIKE %%L', relname, '%%%s%%'), false, true, '')))[1]::text::bigint)"
        " FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
        text);
}

static size_t found(const char *path)
{
    const struct reply *reply = client_get("agent1", "%s", path);

    EXPECT_STATUS(reply, 200);
    return json_array_size(reply_at(reply, "items"));
}

static void expect_found(const char *path)
{
    int64_t give_up = now_ms() + 10000 * program_patience();

    while (found(path) == 0) {
        ck_assert_msg(now_ms() < give_up, "%s finds nothing", path);
        usleep(50000);
    }
}

START_TEST(of_what_was_erased_the_skeleton_is_left)
{
    const char *word = fresh(), *list = client_text("/v1/complaints?q=%s", word);
    const char *phone = client_text("13843210%03d", (int)getpid() % 1000);
    struct matter matter = ended(word);
    const struct reply *reply;

    const struct file file = file_pdf(client_text("%s.pdf", word), 300000);

    file_must(&matter, "agent1", &file);
    matter_must(&matter, "agent1", "unmask",
                body("{'fields': ['phone'], 'purpose': '%s g'}", word));
    int64_t hold = hold_and_lift(&matter, word);
    expect_found(list);
    ck_assert_int_gt(rows_with(word), 5);
    make_older(&matter, "4 years");
    reply = erase(&matter, 1);
    ck_assert_int_eq(reply_integer(reply, "items.0.erased"), 1);
    ck_assert_int_eq(reply_integer(reply, "items.0.skipped"), 0);
    ck_assert_int_eq(rows_with(word), 0);
    ck_assert_uint_eq(found(list), 0);
    reply = client_post("agent1", 0, body("{'phone': '%s'}", phone),
                        "/v1/complaints/search-by-contact");
    ck_assert_ptr_null(strstr(reply->body, matter.number));

    reply = matter_get(&matter, "agent1", NULL);
    ck_assert(!reply_is_null(reply, "erased_at"));
    ck_assert(reply_is_null(reply, "subject") && reply_is_null(reply, "narrative"));
    ck_assert(reply_is_null(reply, "complainant.name"));
    ck_assert(reply_is_null(reply, "complainant.customer_number"));
    ck_assert_str_eq(reply_text(reply, "status"), "withdrawn");
    ck_assert_str_eq(reply_text(reply, "owner.login"), "agent1");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "allowed_actions")), 0);
    reply = matter_get(&matter, "agent1", "/notes");
    ck_assert(reply_is_null(reply, "items.0.text"));
    reply = matter_get(&matter, "agent1", "/contacts");
    ck_assert(reply_is_null(reply, "items.0.summary"));
    ck_assert_str_eq(reply_text(reply, "items.0.method"), "phone");
    reply = matter_get(&matter, "agent1", "/pauses");
    ck_assert_str_eq(reply_text(reply, "items.0.reason"), "other");
    ck_assert(reply_is_null(reply, "items.0.note"));
    reply = matter_get(&matter, "agent1", "/unmask");
    ck_assert(reply_is_null(reply, "items.0.purpose"));
    reply = matter_get(&matter, "agent1", "/attachments");
    ck_assert(reply_is_null(reply, "items.0.name"));
    ck_assert_str_eq(reply_text(reply, "items.0.sha256"), file.sha256);
    EXPECT_PROBLEM(file_get(&matter, "agent1", 1, (struct call){0}), 404, "not-found");
    reply = client_get("auditor1", "/v1/retention-holds?after=%lld&limit=1", (long long)hold - 1);
    ck_assert_int_eq(reply_integer(reply, "items.0.number"), hold);
    ck_assert(reply_is_null(reply, "items.0.reason"));
    ck_assert(reply_is_null(reply, "items.0.lift_reason"));
    ck_assert_int_eq(
        database_number("SELECT count(*) FROM attachment WHERE complaint_id = '%s'", matter.id), 0);
    EXPECT_PROBLEM(client_get("auditor1", "/v1/complaints/%s/case-file", matter.id), 409, "erased");
}
END_TEST

START_TEST(its_journal_goes_on_and_stays_sound)
{
    struct matter matter = past(fresh());
    const struct reply *reply = erase(&matter, 1);
    int64_t order = reply_integer(reply, "items.0.number");

    reply = matter_get(&matter, "auditor1", "/journal");
    size_t last = json_array_size(reply_at(reply, "items")) - 1;
    ck_assert_str_eq(reply_text(reply, client_text("items.%zu.action", last)), "erase");
    ck_assert_str_eq(reply_text(reply, client_text("items.%zu.actor", last)), "supervisor1");
    ck_assert_int_eq(reply_integer(reply, client_text("items.%zu.detail.facts.order", last)),
                     order);
    ck_assert_str_eq(reply_text(reply, client_text("items.%zu.detail.facts.requested_by", last)),
                     SECOND);
    ck_assert(reply_is_null(reply, "items.0.detail.private.subject"));
    ck_assert(journals_are_sound());
    ck_assert_int_eq(database_number("SELECT count(*) FROM audit WHERE action = 'erased'"
                                     " AND bytes LIKE '%%\"order\":\"%lld\"%%%s%%'",
                                     (long long)order, matter.number),
                     1);
    /* What it was before, as far as that is still known. */
    reply = matter_get(
        &matter, "agent1",
        client_text("?as_of=%s",
                    database_text("SELECT to_char((closed_at + interval '1 second') AT TIME ZONE"
                                  " 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
                                  " FROM complaint WHERE id = '%s'",
                                  matter.id)));
    ck_assert(!reply_is_null(reply, "erased_at"));
    ck_assert(reply_is_null(reply, "subject"));
    ck_assert_str_eq(reply_text(reply, "owner.login"), "agent1");
}
END_TEST

START_TEST(nothing_more_is_done_to_it)
{
    struct matter matter = past(fresh());

    (void)erase(&matter, 1);
    matter.version++;
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "notes", body("{'text': 'x'}")), 409, "erased");
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "contacts", body_contact("inbound", true)), 409,
                   "erased");
    const struct file file = file_pdf("a.pdf", 600000);
    EXPECT_PROBLEM(file_attach(&matter, "agent1", &file, (struct call){0}), 409, "erased");
    ck_assert_int_eq(database_number("SELECT count(*) FROM attachment a JOIN complaint c ON"
                                     " c.id = a.complaint_id WHERE c.number = '%s'",
                                     matter.number),
                     0);
    EXPECT_PROBLEM(matter_do(&matter, "agent1", "reopen",
                             body("{'kind': 'error', 'owner': 'agent1', 'reason': 'x'}")),
                   409, "erased");
    EXPECT_PROBLEM(client_post("supervisor1", 0, body("{'reason': 'x'}"), "/v1/complaints/%s/holds",
                               matter.id),
                   409, "erased");
    EXPECT_ERROR(order_of(&matter, 1), "/complaints/0", "erased");
}
END_TEST

/* Held, lately held, or changed between the order and its turn: it stays. */
START_TEST(what_changed_meanwhile_is_left_out)
{
    struct matter matters[4] = {past(fresh()), past(fresh()), past(fresh()), past(fresh())};
    const struct reply *reply = order_of(matters, 4);

    EXPECT_STATUS(reply, 201);
    int64_t number = reply_integer(reply, "number");
    EXPECT_STATUS(client_post("supervisor1", 0, body("{'reason': '诉讼'}"),
                              "/v1/complaints/%s/holds", matters[0].id),
                  201);
    matter_must(&matters[1], "agent1", "notes", body("{'text': '来电'}"));
    (void)hold_and_lift(&matters[3], "诉讼");
    EXPECT_STATUS(decide("supervisor1", number, "approve"), 200);
    reply = await_end(number);
    ck_assert_int_eq(reply_integer(reply, "items.0.erased"), 1);
    ck_assert_int_eq(reply_integer(reply, "items.0.skipped"), 3);
    ck_assert(reply_is_null(matter_get(&matters[0], "agent1", NULL), "erased_at"));
    ck_assert(reply_is_null(matter_get(&matters[1], "agent1", NULL), "erased_at"));
    ck_assert(reply_is_null(matter_get(&matters[3], "agent1", NULL), "erased_at"));
    ck_assert(!reply_is_null(matter_get(&matters[2], "agent1", NULL), "erased_at"));
}
END_TEST

/* All that is past its retention as of a moment, and nothing that ended later. */
START_TEST(an_order_takes_all_that_are_past_then)
{
    struct matter older = ended(fresh()), younger = ended(fresh());

    make_older(&older, "8 years");
    make_older(&younger, "4 years");
    const char *as_of = time_text(-INT64_C(2) * 366 * 86400);
    const struct reply *reply =
        order_as(SECOND, body("{'unit': 'HN-CS-001', 'as_of': '%s'}", as_of));
    EXPECT_STATUS(reply, 201);
    ck_assert_int_ge(reply_integer(reply, "expected"), 1);
    ck_assert(reply_is_null(reply, "complaints"));
    int64_t number = reply_integer(reply, "number");
    EXPECT_STATUS(decide("supervisor1", number, "approve"), 200);
    (void)await_end(number);
    ck_assert(!reply_is_null(matter_get(&older, "agent1", NULL), "erased_at"));
    ck_assert(reply_is_null(matter_get(&younger, "agent1", NULL), "erased_at"));
}
END_TEST

#define MANY 40 /* more than a portion */

static long erased_of(int64_t number)
{
    return database_number("SELECT erased FROM erasure_order WHERE number = %lld",
                           (long long)number);
}

/* Somebody's lock holds it up in the middle; meanwhile its connection is lost, twice, and a server that
 * starts then goes on. */
START_TEST(interrupted_it_goes_on_where_it_was)
{
    struct matter matters[MANY];
    const char *word = fresh();

    for (int i = 0; i < MANY; i++) {
        matters[i] = matter_new("agent1", body("{'subject': '%s'}", word));
        matter_must(&matters[i], "agent1", "withdraw", body("{'reason': '%s'}", word));
        make_older(&matters[i], "4 years");
    }
    struct database_lock *lock = database_lock_complaint(matters[36].number);
    const struct reply *reply = order_of(matters, MANY);
    EXPECT_STATUS(reply, 201);
    int64_t number = reply_integer(reply, "number"), give_up = now_ms() + 60000;
    EXPECT_STATUS(decide("supervisor1", number, "approve"), 200);
    while (erased_of(number) < 32) {
        ck_assert_msg(now_ms() < give_up, "it did not come so far");
        usleep(20000);
    }
    ck_assert_int_ge(database_end("complaintd recalculation"), 1);
    struct spare spare = spare_start("");
    usleep(500000);
    ck_assert_int_ge(database_end("complaintd recalculation"), 1);
    ck_assert_int_lt(erased_of(number), MANY);
    database_unlock(lock);
    reply = await_end(number);
    ck_assert_int_eq(reply_integer(reply, "items.0.erased"), MANY);
    ck_assert_int_eq(reply_integer(reply, "items.0.skipped"), 0);
    ck_assert_int_eq(spare_stop(&spare, 30000, NULL), 0);
    ck_assert_int_eq(database_number("SELECT count(*) FROM journal WHERE bytes LIKE"
                                     " '%%\"action\":\"erase\"%%\"order\":%lld,%%'",
                                     (long long)number),
                     MANY);
    ck_assert_int_eq(rows_with(word), 0);
    ck_assert(journals_are_sound());
}
END_TEST

/* --- repeated ----------------------------------------------------------------------------------- */

static const struct reply *send_with_key(const char *as, const char *path, const char *bytes,
                                         const char *key)
{
    return client_call(&(struct call){
        .method = "POST", .path = path, .as = as, .body = bytes, .idempotency_key = key});
}

/* The same again is answered alike and does nothing; the key stands for no other request. Returns the
 * number of what was made or decided. */
static int64_t expect_once(const char *as, const char *path, const char *bytes, int status)
{
    const char *key = fresh();
    const struct reply *first = send_with_key(as, path, bytes, key),
                       *again = send_with_key(as, path, bytes, key);

    EXPECT_STATUS(first, status);
    EXPECT_STATUS(again, status);
    ck_assert_str_eq(first->body, again->body);
    EXPECT_PROBLEM(send_with_key(as,
                                 bytes ? path : client_text(ORDERS "/999999%s", strrchr(path, '/')),
                                 bytes ? "{\"reason\": \"y\"}" : NULL, key),
                   422, "idempotency-key-reused");
    return reply_integer(first, "number");
}

START_TEST(what_is_repeated_is_done_once)
{
    struct matter matter = past(fresh());
    const char *holds = client_text("/v1/complaints/%s/holds", matter.id);
    const char *reason = "{\"reason\": \"x\"}";
    int64_t hold = expect_once("supervisor1", holds, reason, 201);

    (void)expect_once("supervisor1", client_text("%s/%lld/lift", holds, (long long)hold), reason,
                      200);
    ck_assert_int_eq(
        database_number("SELECT count(*) FROM retention_hold WHERE complaint_id = '%s'", matter.id),
        1);
    long orders = database_number("SELECT count(*) FROM erasure_order");
    for (int i = 0; i < 2; i++) {
        int64_t order = expect_once(
            SECOND, ORDERS, client_text("{\"unit\": \"HN-CS-002\", \"reason\": \"%d\"}", i), 201);
        (void)expect_once(
            "supervisor1",
            client_text(ORDERS "/%lld/%s", (long long)order, i ? "refuse" : "approve"), NULL, 200);
    }
    ck_assert_int_eq(database_number("SELECT count(*) FROM erasure_order"), orders + 2);
}
END_TEST

/* --- what these operations take ----------------------------------------------------------------- */

static const struct reply *send(const char *as, const char *path, const char *bytes,
                                const char *type)
{
    return client_call(&(struct call){
        .method = "POST", .path = path, .as = as, .body = bytes, .content_type = type});
}

/* unseen: somebody to whom nothing of it exists, NULL: it names nothing. */
static void expect_refusals(const char *path, const char *unseen)
{
    const char *large = client_text("{\"reason\": \"%0*d\"}", 70000, 0);

    EXPECT_PROBLEM(send(NULL, path, "{", NULL), 401, "unauthenticated");
    EXPECT_PROBLEM(send("supervisor1", path, "{", NULL), 400, "bad-request");
    EXPECT_PROBLEM(send("supervisor1", client_text("%s?x=1", path), "{\"reason\": \"x\"}", NULL),
                   400, "invalid-parameter");
    EXPECT_PROBLEM(send("supervisor1", path, "{\"reason\": \"x\"}", "text/plain"), 415,
                   "unsupported-media-type");
    EXPECT_PROBLEM(send("supervisor1", path, large, NULL), 413, "too-large");
    const struct reply *reply = send("supervisor1", path, "{\"reason\": \"\", \"x\": 1}", NULL);
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/reason", "required");
    EXPECT_ERROR(reply, "/x", "unknown_member");
    EXPECT_PROBLEM(send("auditor1", path, "{\"reason\": \"x\"}", NULL), 403, "forbidden");
    if (unseen)
        EXPECT_PROBLEM(send(unseen, path, "{\"reason\": \"x\"}", NULL), 404, "not-found");
}

START_TEST(what_these_operations_take)
{
    struct matter matter = matter_new("agent1", NULL);
    static const char *const lists[] = {"/v1/retention-holds", ORDERS};
    static const char *const decisions[] = {ORDERS "/1/approve", ORDERS "/1/refuse"};

    expect_refusals(client_text("/v1/complaints/%s/holds", matter.number), "agent2");
    expect_refusals(client_text("/v1/complaints/%s/holds/1/lift", matter.number), "agent2");
    expect_refusals(ORDERS, NULL);
    for (size_t i = 0; i < 2; i++) {
        EXPECT_PROBLEM(client_get(NULL, "%s", lists[i]), 401, "unauthenticated");
        EXPECT_PROBLEM(client_get("agent1", "%s", lists[i]), 403, "forbidden");
        EXPECT_PROBLEM(client_get("auditor1", "%s?limit=0", lists[i]), 400, "invalid-parameter");
        EXPECT_STATUS(client_get("auditor1", "%s", lists[i]), 200);
        EXPECT_PROBLEM(client_post(NULL, 0, NULL, "%s", decisions[i]), 401, "unauthenticated");
        EXPECT_PROBLEM(client_post(SECOND, 0, NULL, "%s?x=1", decisions[i]), 400,
                       "invalid-parameter");
        EXPECT_PROBLEM(client_post("agent1", 0, NULL, "%s", decisions[i]), 403, "forbidden");
        EXPECT_PROBLEM(
            client_post(SECOND, 0, NULL, ORDERS "/%s/%s", "0x1", i ? "refuse" : "approve"), 404,
            "not-found");
    }
}
END_TEST

Suite *retention_suite(void)
{
    Suite *suite = suite_create("retention");
    TCase *tests = tcase_create("retention");
    tcase_add_unchecked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, answers_tell_until_when_it_is_kept);
    tcase_add_test(tests, what_must_be_kept_cannot_be_named);
    tcase_add_test(tests, a_hold_is_placed_listed_and_lifted);
    tcase_add_test(tests, nobody_decides_what_they_asked_for);
    tcase_add_test(tests, a_preview_counts_and_asks_for_nothing);
    tcase_add_test(tests, nobody_has_erased_what_is_about_themselves);
    tcase_add_test(tests, of_what_was_erased_the_skeleton_is_left);
    tcase_add_test(tests, its_journal_goes_on_and_stays_sound);
    tcase_add_test(tests, nothing_more_is_done_to_it);
    tcase_add_test(tests, what_changed_meanwhile_is_left_out);
    tcase_add_test(tests, an_order_takes_all_that_are_past_then);
    tcase_add_test(tests, interrupted_it_goes_on_where_it_was);
    tcase_add_test(tests, what_is_repeated_is_done_once);
    tcase_add_test(tests, what_these_operations_take);
    suite_add_tcase(suite, tests);
    return suite;
}
