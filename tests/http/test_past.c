/* How things were at a past moment: what was answered then is what is rebuilt now. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/http/database.h"
#include "tests/http/matter.h"

Suite *past_suite(void);

#define MOMENTS_MAX 40
#define LONG_AGO "2020-01-01T00:00:00Z"

static const char *moment(void)
{
    return database_text("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                         " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
}

/* Two answers but for what the past does not show. */
static bool same_but_for_now(json_t *then, json_t *now)
{
    static const char *const left_out[] = {"tracking_code", "allowed_actions", "warnings", "as_of"};
    json_t *a = json_deep_copy(then), *b = json_deep_copy(now);
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) {
        json_object_del(a, left_out[i]);
        json_object_del(b, left_out[i]);
    }
    bool same = json_equal(a, b);
    json_decref(a);
    json_decref(b);
    return same;
}

/* --- one complaint ------------------------------------------------------------------------------ */

static struct {
    const char *at;
    const struct reply *reply;
} seen[MOMENTS_MAX];
static size_t seen_count;

static void look(const struct matter *matter)
{
    ck_assert_uint_lt(seen_count, MOMENTS_MAX);
    seen[seen_count].reply = matter_get(matter, "supervisor1", NULL);
    seen[seen_count++].at = moment();
}

static void act(struct matter *matter, const char *as, const char *action, json_t *input)
{
    matter_must(matter, as, action, input);
    look(matter);
}

static void correct(struct matter *matter, const char *as, json_t *input)
{
    const struct reply *reply =
        client_call(&(struct call){.method = "PATCH",
                                   .path = client_text("/v1/complaints/%s", matter->id),
                                   .as = as,
                                   .json = input,
                                   .version = matter->version});
    EXPECT_STATUS(reply, 200);
    matter->version = reply_version(reply);
    look(matter);
}

static struct matter live(void)
{
    struct matter matter = {0};
    seen_count = 0;
    const struct reply *reply = matter_receive("agent1", matter_full());
    EXPECT_STATUS(reply, 201);
    matter = (struct matter){reply_text(reply, "id"), reply_text(reply, "number"), 1};
    look(&matter);
    act(&matter, "agent1", "offer", body("{'to': 'handler1', 'reason': '请接办'}"));
    act(&matter, "handler1", "refuse", body("{'reason': '不属本岗'}"));
    act(&matter, "supervisor1", "assign", body("{'owner': 'agent2', 'reason': '改派'}"));
    act(&matter, "agent2", "notes", body("{'text': '已联系13800001234'}"));
    act(&matter, "agent2", "classify", body("{'level': 'complex', 'tags': ['petition']}"));
    correct(&matter, "agent2",
            body("{'demand': null, 'subject': '转账13800001234失败',"
                 " 'amount_in_dispute': 480000, 'reason': '更正'}"));
    act(&matter, "agent2", "advance", body("{'owner': 'handler1'}"));
    act(&matter, "handler1", "pauses",
        body("{'reason': 'mediation', 'from': '%s', 'told_at': '%s'}", time_text(-30),
             time_text(-20)));
    act(&matter, "handler1", "pauses/1/end", body("{'at': '%s'}", time_text(-10)));
    act(&matter, "handler1", "extensions", body("{'days': 10, 'reason': '等待回函'}"));
    act(&matter, "supervisor1", "urge",
        body("{'text': '请说明进展', 'due_at': '%s'}", time_text(3600)));
    act(&matter, "supervisor1", "urge",
        body("{'text': '请联系客户', 'due_at': '%s'}", time_text(1800)));
    act(&matter, "handler1", "urge/2/answer", body("{'text': '正在联系'}"));
    act(&matter, "handler1", "contacts", body_contact("outbound", false));
    act(&matter, "handler1", "findings", body_findings());
    act(&matter, "handler1", "advance", body("{'owner': 'handler1'}"));
    act(&matter, "handler1", "plan", body_plan(2000000));
    act(&matter, "supervisor1", "approve-plan", body("{}"));
    act(&matter, "handler1", "send-back",
        body("{'to': 'investigation', 'owner': 'agent1', 'reason': '补充核实'}"));
    act(&matter, "agent1", "advance", body("{'owner': 'handler1'}"));
    act(&matter, "handler1", "notices", body_notice());
    act(&matter, "handler1", "advance", body("{'owner': 'handler1'}"));
    act(&matter, "handler1", "notices/1/deliveries", body_delivery());
    act(&matter, "handler1", "close", body("{'outcome': 'upheld'}"));
    act(&matter, "supervisor1", "reopen",
        body("{'kind': 'error', 'to': 'resolution', 'owner': 'handler1', 'reason': '金额有误'}"));
    act(&matter, "handler1", "notes", body("{'text': '重新核算'}"));
    return matter;
}

/* Another life, which ends before there is a decision. */
static struct matter live_in_vain(void)
{
    struct matter matter = matter_new("agent1", NULL);
    struct matter other = matter_new("agent1", body("{'received_at': '%s'}", time_text(-7200)));

    seen_count = 0;
    look(&matter);
    act(&matter, "agent1", "void", body("{'reason': '误登记'}"));
    act(&matter, "supervisor1", "void/refuse", body("{'reason': '确有此事'}"));
    act(&matter, "agent1", "links",
        body("{'kind': 'repeat', 'complaint': '%s', 'reason': '同一事项'}", other.number));
    act(&matter, "agent1", "links/1/remove", body("{'reason': '编号有误'}"));
    act(&matter, "supervisor1", "links",
        body("{'kind': 'merged_into', 'complaint': '%s', 'reason': '并案'}", other.number));
    act(&matter, "supervisor1", "reopen",
        body("{'kind': 'error', 'to': 'intake', 'owner': 'agent1', 'reason': '误并'}"));
    act(&matter, "agent1", "void", body("{'reason': '重复登记'}"));
    act(&matter, "supervisor1", "void/approve", body("{}"));
    return matter;
}

START_TEST(complaint_is_shown_as_it_was)
{
    struct matter matter = _i ? live_in_vain() : live();
    for (size_t i = 0; i < seen_count; i++) {
        const struct reply *reply = client_get("supervisor1", "/v1/complaints/%s?as_of=%s",
                                               i % 2 ? matter.id : matter.number, seen[i].at);
        EXPECT_STATUS(reply, 200);
        ck_assert_msg(same_but_for_now(seen[i].reply->json, reply->json), "%s\n%s",
                      seen[i].reply->body, reply->body);
        ck_assert(reply_is_null(reply, "tracking_code"));
        ck_assert_uint_eq(json_array_size(reply_at(reply, "allowed_actions")), 0);
        ck_assert_int_eq(reply_version(reply), reply_integer(reply, "version"));
        ck_assert_int_eq(strncmp(reply_text(reply, "as_of"), "20", 2), 0);
    }
    ck_assert_uint_eq(seen_count, (size_t)matter.version);
}
END_TEST

START_TEST(complaint_was_not_there_before_it_was_recorded)
{
    const char *before = moment();
    struct matter matter = matter_new("agent1", NULL);
    EXPECT_PROBLEM(client_get("agent1", "/v1/complaints/%s?as_of=%s", matter.id, before), 404,
                   "not-found");
    EXPECT_PROBLEM(client_get("agent1", "/v1/complaints/%s?as_of=" LONG_AGO, matter.id), 404,
                   "not-found");
    EXPECT_STATUS(client_get("agent1", "/v1/complaints/%s?as_of=%s", matter.id, moment()), 200);
}
END_TEST

START_TEST(journal_counts_and_not_the_row)
{
    struct matter matter =
        matter_new("agent1", body("{'received_at': '%s'}", time_text(-40 * 86400)));
    const char *path = client_text("/v1/complaints/%s?as_of=%s", matter.id, moment());
    const struct reply *sound = client_get("agent1", "%s", path);
    ck_assert(reply_boolean(sound, "overdue"));
    database_run("UPDATE complaint SET due_at = '2030-01-01', level = 'major', subject = 'x'"
                 " WHERE id = '%s'",
                 matter.id);
    const struct reply *altered = client_get("agent1", "%s", path);
    database_run("UPDATE complaint SET due_at = '%s', level = 'ordinary', subject = '%s'"
                 " WHERE id = '%s'",
                 reply_text(sound, "due_at"), reply_text(sound, "subject"), matter.id);
    ck_assert_str_eq(altered->body, sound->body);
}
END_TEST

START_TEST(moments_that_cannot_be_asked_for)
{
    struct matter matter = matter_new("agent1", NULL);
    static const struct {
        const char *as_of, *code;
    } bad[] = {{"2999-01-01T00:00:00Z", "not_a_time"},
               {"2199-01-01T00:00:00Z", "in_future"},
               {"yesterday", "not_a_time"},
               {"2026-11-22", "not_a_time"}};
    const char *paths[] = {client_text("/v1/complaints/%s", matter.id), "/v1/complaints",
                           "/v1/board"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        for (size_t j = 0; j < 3; j++) {
            const struct reply *reply = client_get("agent1", "%s?as_of=%s", paths[j], bad[i].as_of);
            EXPECT_PROBLEM(reply, 400, "invalid-parameter");
            EXPECT_ERROR(reply, "as_of", bad[i].code);
        }
    }
    EXPECT_PROBLEM(client_get("agent1", "%s?as_of=%s&x=1", paths[0], moment()), 400,
                   "invalid-parameter");
    EXPECT_PROBLEM(client_get(NULL, "%s?as_of=%s", paths[0], moment()), 401, "unauthenticated");
}
END_TEST

/* Who sees the complaint today sees all of its past, and nobody else any of it. */
START_TEST(visibility_is_that_of_today)
{
    struct matter matter = matter_new("agent1", NULL);
    const char *before = moment();
    const char *path = client_text("/v1/complaints/%s?as_of=%s", matter.id, before);
    const char *list = client_text("/v1/complaints?number=%s&as_of=%s", matter.number, before);
    EXPECT_PROBLEM(client_get("agent2", "%s", path), 404, "not-found");
    ck_assert_uint_eq(json_array_size(reply_at(client_get("agent2", "%s", list), "items")), 0);
    matter_must(&matter, "supervisor1", "assign", body("{'owner': 'agent2', 'reason': '改派'}"));
    const struct reply *reply = client_get("agent2", "%s", path);
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "owner.login"), "agent1");
    reply = client_get("agent2", "%s", list);
    ck_assert_str_eq(reply_text(reply, "items.0.owner.login"), "agent1");
    EXPECT_PROBLEM(client_get("admin", "%s", path), 404, "not-found");
    EXPECT_PROBLEM(client_get("admin", "%s", list), 403, "forbidden");
    EXPECT_PROBLEM(client_get("admin", "/v1/board?as_of=%s", before), 403, "forbidden");
}
END_TEST

START_TEST(erased_texts_are_null)
{
    struct matter matter = matter_new("agent1", NULL);
    const char *before = moment();
    matter_must(&matter, "agent1", "notes", body("{'text': '备注'}"));
    database_run("DELETE FROM journal_private WHERE complaint_id = '%s'", matter.id);
    const struct reply *reply =
        client_get("agent1", "/v1/complaints/%s?as_of=%s", matter.id, before);
    EXPECT_STATUS(reply, 200);
    ck_assert(reply_is_null(reply, "subject"));
    ck_assert(reply_is_null(reply, "complainant.name"));
    ck_assert_str_eq(reply_text(reply, "complainant.capacity"), "self");
    reply = client_get("agent1", "/v1/complaints?number=%s&as_of=%s", matter.number, before);
    ck_assert(reply_is_null(reply, "items.0.subject"));
}
END_TEST

/* --- lists -------------------------------------------------------------------------------------- */

/* A withdrawal takes effect when it arrived; until it was recorded the complaint was open. */
START_TEST(list_shows_what_was_not_yet_known_to_have_ended)
{
    struct matter matter =
        matter_new("agent1", body("{'received_at': '%s'}", time_text(-40 * 86400)));
    const char *then = moment();
    matter_must(&matter, "agent1", "withdraw",
                body("{'reason': '客户撤诉', 'at': '%s'}", time_text(-86400)));
    static const char *const filters[] = {"status=open", "overdue=true", "order=due_at"};
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        const struct reply *reply = client_get("agent1", "/v1/complaints?number=%s&%s&as_of=%s",
                                               matter.number, filters[i], then);
        EXPECT_STATUS(reply, 200);
        ck_assert_str_eq(reply_text(reply, "items.0.status"), "open");
    }
}
END_TEST

#define KINDS 8

/* Complaints of which each does something else as time goes by. */
static struct matter made[KINDS];

static void make(const char *external)
{
    for (int i = 0; i < KINDS; i++) {
        json_t *members = body("{'external_case_number': '%s', 'source': '%s', 'received_at': '%s',"
                               " 'urgency': %d}",
                               external, i % 2 ? "letter" : "visit",
                               time_text(i % 3 ? -3600 * (i + 1) : -86400 * (40 + i)), 1 + i % 3);
        made[i] = matter_new("agent1", members);
    }
}

static void advance_some(int round)
{
    for (int i = round; i < KINDS; i += 3) {
        struct matter *matter = &made[i];
        switch (round) {
        case 0: matter_must(matter, "agent1", "advance", body("{'owner': 'handler1'}")); break;
        case 1:
            matter_must(matter, "agent1", "classify",
                        body("{'level': 'major', 'tags': ['petition'], 'cause_class': 'C02'}"));
            matter_must(matter, "agent1", "settle", body("{'summary': '已解决'}"));
            break;
        case 2:
            matter_must(matter, "agent1", "offer", body("{'to': 'handler1', 'reason': '请接办'}"));
            break;
        default: break;
        }
    }
}

/* What the past of lists is asked with; ranges and times are of the test's day. */
static const char *const filters[] = {
    "",
    "&order=received_at",
    "&order=due_at",
    "&stage=intake",
    "&stage=investigation&order=due_at",
    "&status=open",
    "&status=closed",
    "&level=ordinary",
    "&level=major&order=received_at",
    "&source=letter",
    "&owner=handler1",
    "&pending_owner=handler1",
    "&unit=HN-CS-001",
    "&unit=HN-CS-002",
    "&class=C02",
    "&tag=petition",
    "&received_from=2020-01-01T00:00:00Z",
    "&due_from=2020-01-01T00:00:00Z&due_to=2199-01-01T00:00:00Z",
    "&closed_from=2020-01-01T00:00:00Z",
    "&closed_to=2199-01-01T00:00:00Z",
    "&overdue=true",
    "&overdue=false",
    "&overdue=true&order=-received_at",
    "&due_within=1000",
    "&due_soon=true",
    "&owner_unit=HN-CS-002",
    "&count=exact",
    "&count=exact&order=due_at",
};
#define FILTERS (sizeof filters / sizeof *filters)
#define ROUNDS 5

static const struct reply *answers[ROUNDS][FILTERS];
static const char *moments[ROUNDS];

static const char *path_of(const char *external, size_t filter)
{
    return client_text("/v1/complaints?external_case_number=%s%s", external, filters[filter]);
}

static void remember(int round, const char *external)
{
    for (size_t i = 0; i < FILTERS; i++) {
        answers[round][i] = client_get("supervisor1", "%s", path_of(external, i));
        EXPECT_STATUS(answers[round][i], 200);
    }
    moments[round] = moment();
}

static void expect_items(const char *path, json_t *then, json_t *now)
{
    ck_assert_msg(json_array_size(then) == json_array_size(now), "%s: %zu items, not %zu", path,
                  json_array_size(now), json_array_size(then));
    for (size_t i = 0; i < json_array_size(then); i++)
        ck_assert_msg(same_but_for_now(json_array_get(then, i), json_array_get(now, i)),
                      "%s: item %zu:\n%s\n%s", path, i, json_dumps(json_array_get(then, i), 0),
                      json_dumps(json_array_get(now, i), 0));
}

/* All items of a list, two a page. */
static json_t *page_by_page(const char *path)
{
    json_t *items = json_array();
    const char *cursor = NULL;
    do {
        const struct reply *reply = client_get("supervisor1", "%s&limit=2%s%s", path,
                                               cursor ? "&cursor=" : "", cursor ? cursor : "");
        EXPECT_STATUS(reply, 200);
        json_array_extend(items, reply_at(reply, "items"));
        cursor = reply_is_null(reply, "next") ? NULL : reply_text(reply, "next");
        if (cursor) {
            ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 2);
            ck_assert_ptr_nonnull(strstr(reply_header(reply, "link"), "as_of="));
        }
    } while (cursor);
    return items;
}

START_TEST(lists_show_what_they_showed_then)
{
    const char *external = client_text("PAST-%d", getpid());
    size_t items = 0;

    remember(0, external);
    make(external);
    remember(1, external);
    for (int round = 0; round < 3; round++) {
        advance_some(round);
        remember(2 + round, external);
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < FILTERS; i++) {
            const char *path = client_text("%s&as_of=%s", path_of(external, i), moments[round]);
            const struct reply *reply = client_get("supervisor1", "%s", path);
            EXPECT_STATUS(reply, 200);
            json_t *then = reply_at(answers[round][i], "items"), *paged = page_by_page(path);
            expect_items(path, then, reply_at(reply, "items"));
            expect_items(path, then, paged);
            items += json_array_size(then);
            if (strstr(filters[i], "count=exact"))
                ck_assert_int_eq(reply_integer(reply, "total"),
                                 reply_integer(answers[round][i], "total"));
            ck_assert_ptr_nonnull(reply_at(reply, "as_of"));
            if (json_array_size(then))
                ck_assert_uint_eq(json_array_size(reply_at(reply, "items.0.allowed_actions")), 0);
            json_decref(paged);
        }
    }
    ck_assert_uint_gt(items, 4 * FILTERS);
}
END_TEST

/* --- the board ---------------------------------------------------------------------------------- */

static void expect_board(json_t *then, json_t *now)
{
    static const char *const figures[] = {"open",     "due_soon", "overdue",
                                          "by_stage", "by_unit",  "by_owner"};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        ck_assert_msg(
            json_equal(json_object_get(then, figures[i]), json_object_get(now, figures[i])),
            "%s:\n%s\n%s", figures[i], json_dumps(then, 0), json_dumps(now, 0));
    expect_items("oldest", json_object_get(then, "oldest"), json_object_get(now, "oldest"));
}

START_TEST(board_shows_what_it_showed_then)
{
    static const char *const as[] = {"supervisor1", "agent1", "agent2"};
    static const char *const units[] = {"unit=HN", "unit=HN-CS-001"};
    const struct reply *boards[ROUNDS][3][2];

    make(client_text("BOARD-%d", getpid()));
    for (int round = 0; round < 4; round++) {
        if (round > 0)
            advance_some(round - 1);
        for (size_t i = 0; i < 6; i++)
            boards[round][i / 2][i % 2] = client_get(as[i / 2], "/v1/board?%s", units[i % 2]);
        moments[round] = moment();
    }
    for (int round = 0; round < 4; round++) {
        for (size_t i = 0; i < 6; i++) {
            const struct reply *reply =
                client_get(as[i / 2], "/v1/board?%s&as_of=%s", units[i % 2], moments[round]);
            EXPECT_STATUS(reply, 200);
            EXPECT_STATUS(boards[round][i / 2][i % 2], 200);
            expect_board(boards[round][i / 2][i % 2]->json, reply->json);
        }
    }
    const struct reply *reply = client_get("supervisor1", "/v1/board?as_of=" LONG_AGO);
    EXPECT_STATUS(reply, 200);
    ck_assert_int_eq(reply_integer(reply, "open"), 0);
}
END_TEST

Suite *past_suite(void)
{
    Suite *suite = suite_create("past");
    TCase *tcase = tcase_create("past");
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, complaint_is_shown_as_it_was, 0, 2);
    tcase_add_test(tcase, list_shows_what_was_not_yet_known_to_have_ended);
    tcase_add_test(tcase, complaint_was_not_there_before_it_was_recorded);
    tcase_add_test(tcase, journal_counts_and_not_the_row);
    tcase_add_test(tcase, moments_that_cannot_be_asked_for);
    tcase_add_test(tcase, visibility_is_that_of_today);
    tcase_add_test(tcase, erased_texts_are_null);
    tcase_add_test(tcase, lists_show_what_they_showed_then);
    tcase_add_test(tcase, board_shows_what_it_showed_then);
    suite_add_tcase(suite, tcase);
    return suite;
}
