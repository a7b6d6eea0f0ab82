/* Links between complaints, and merging, through the API. */
#include <string.h>
#include <unistd.h>

#include "tests/http/jam.h"
#include "tests/http/program.h"

Suite *complaint_link_suite(void);

static json_t *body_link(const char *kind, const char *other)
{
    return body("{'kind': '%s', 'complaint': '%s', 'reason': '同一笔转账，来电13800001234'}", kind,
                other);
}

/* Received two hours before the others. */
static struct matter older_matter(const char *as)
{
    return matter_new(as, body("{'received_at': '%s'}", time_text(-7200)));
}

static void expect_unchanged(const struct matter *matter)
{
    ck_assert_int_eq(reply_integer(matter_get(matter, "supervisor1", NULL), "version"),
                     matter->version);
}

/* --- repeats ----------------------------------------------------------------------------------- */

START_TEST(a_repeat_is_listed_for_both)
{
    struct matter first = older_matter("agent1"), again = matter_new("agent1", NULL);
    const struct reply *reply =
        matter_must(&again, "handler1", "links", body_link("repeat", first.number));
    EXPECT_STATUS(reply, 201);
    ck_assert_int_eq(reply_integer(reply, "number"), 1);
    ck_assert_str_eq(reply_text(reply, "kind"), "repeat");
    ck_assert_str_eq(reply_text(reply, "complaint.id"), first.id);
    ck_assert_str_eq(reply_text(reply, "complaint.number"), first.number);
    ck_assert_str_eq(reply_text(reply, "reason"), "同一笔转账，来电138****1234");
    ck_assert_str_eq(reply_text(reply, "by.login"), "handler1");
    expect_unchanged(&first);

    reply = matter_get(&again, "auditor1", "/links");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 1);
    ck_assert_str_eq(reply_text(reply, "items.0.direction"), "outgoing");
    ck_assert_str_eq(reply_text(reply, "items.0.complaint.number"), first.number);
    ck_assert_str_eq(reply_text(reply, "items.0.complaint.status"), "open");
    ck_assert_str_eq(reply_text(reply, "items.0.reason"), "同一笔转账，来电138****1234");
    ck_assert(reply_boolean(reply, "items.0.in_force"));
    ck_assert(reply_is_null(reply, "items.0.removal"));
    ck_assert(reply_is_null(reply, "next"));

    matter_must(&again, "agent1", "withdraw", body("{'reason': '客户撤诉'}"));
    reply = matter_get(&first, "agent1", "/links");
    ck_assert_str_eq(reply_text(reply, "items.0.direction"), "incoming");
    ck_assert_str_eq(reply_text(reply, "items.0.complaint.id"), again.id);
    ck_assert_str_eq(reply_text(reply, "items.0.complaint.status"), "withdrawn");
    ck_assert_int_eq(reply_integer(reply, "items.0.number"), 1);
    ck_assert_ptr_null(strstr(reply->body, "13800001234"));

    reply = matter_get(&again, "auditor1", "/journal?after=1&limit=1");
    ck_assert_str_eq(reply_text(reply, "items.0.action"), "links");
    ck_assert_str_eq(reply_text(reply, "items.0.detail.facts.complaint_number"), first.number);
    ck_assert_ptr_null(strstr(reply->body, "13800001234"));
}
END_TEST

START_TEST(two_are_linked_once_in_a_way)
{
    struct matter first = older_matter("agent1"), again = matter_new("agent1", NULL);
    matter_must(&again, "agent1", "links", body_link("repeat", first.number));
    EXPECT_PROBLEM(matter_do(&again, "agent1", "links", body_link("repeat", first.id)), 409,
                   "already-linked");
    EXPECT_PROBLEM(matter_do(&first, "agent1", "links", body_link("repeat", again.id)), 409,
                   "already-linked");
    matter_must(&again, "agent1", "links", body_link("same_matter", first.id));
    ck_assert_int_eq(reply_integer(matter_get(&again, "agent1", NULL), "counts.links"), 2);
}
END_TEST

START_TEST(a_wrong_link_is_removed_and_stays_on_record)
{
    struct matter first = older_matter("agent1"), again = matter_new("agent1", NULL);
    const struct reply *reply =
        matter_do(&again, "agent1", "links/1/remove", body("{'reason': '编号有误'}"));
    EXPECT_PROBLEM(reply, 409, "link-unknown");
    matter_must(&again, "agent1", "links", body_link("repeat", first.number));
    ck_assert(reply_lists(matter_get(&again, "agent1", NULL), "allowed_actions", "remove_link"));
    ck_assert(!reply_lists(matter_get(&first, "agent1", NULL), "allowed_actions", "remove_link"));
    EXPECT_PROBLEM(matter_do(&again, "agent1", "links/2/remove", body("{'reason': '编号有误'}")),
                   409, "link-unknown");
    reply = matter_must(&again, "handler1", "links/1/remove", body("{'reason': '编号有误'}"));
    EXPECT_STATUS(reply, 200);
    ck_assert(!reply_lists(reply, "allowed_actions", "remove_link"));
    ck_assert(!reply_lists(matter_get(&again, "agent1", NULL), "allowed_actions", "remove_link"));
    EXPECT_PROBLEM(matter_do(&again, "agent1", "links/1/remove", body("{'reason': '编号有误'}")),
                   409, "link-unknown");
    reply = matter_get(&first, "agent1", "/links");
    ck_assert(!reply_boolean(reply, "items.0.in_force"));
    ck_assert_str_eq(reply_text(reply, "items.0.removal.reason"), "编号有误");
    ck_assert_str_eq(reply_text(reply, "items.0.removal.by.login"), "handler1");
    reply = matter_must(&again, "agent1", "links", body_link("repeat", first.number));
    ck_assert_int_eq(reply_integer(reply, "number"), 2);
    ck_assert(reply_lists(matter_get(&again, "agent1", NULL), "allowed_actions", "remove_link"));
    ck_assert(journals_are_sound());
}
END_TEST

START_TEST(what_a_link_must_name)
{
    struct matter matter = matter_new("agent1", NULL), hidden = matter_new("agent2", NULL);
    static const char *const kinds[] = {"repeat", "merged_into"};
    const struct reply *reply = matter_do(&matter, "agent1", "links", body("{'kind': 'copy'}"));
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/kind", "unknown_term");
    EXPECT_ERROR(reply, "/complaint", "required");
    EXPECT_ERROR(reply, "/reason", "required");
    for (size_t i = 0; i < 2; i++) {
        reply = matter_do(&matter, "agent1", "links", body_link(kinds[i], hidden.number));
        EXPECT_PROBLEM(reply, 422, "invalid-input");
        EXPECT_ERROR(reply, "/complaint", "unknown_complaint");
        const struct reply *absent =
            matter_do(&matter, "agent1", "links", body_link(kinds[i], "TS20010101000001"));
        EXPECT_ERROR(absent, "/complaint", "unknown_complaint");
        ck_assert_str_eq(reply_text(reply, "detail"), reply_text(absent, "detail"));
        reply = matter_do(&matter, "agent1", "links", body_link(kinds[i], hidden.id));
        EXPECT_ERROR(reply, "/complaint", "unknown_complaint");
        reply = matter_do(&matter, "agent1", "links", body_link(kinds[i], matter.number));
        EXPECT_PROBLEM(reply, 422, "invalid-input");
        EXPECT_ERROR(reply, "/complaint", "same_complaint");
    }
    EXPECT_PROBLEM(matter_do(&matter, "auditor1", "links", body_link("repeat", hidden.number)), 403,
                   "forbidden"); /* who sees both */
}
END_TEST

START_TEST(what_the_reader_may_not_see_is_not_listed)
{
    struct matter matter = matter_new("agent1", NULL), hidden = matter_new("agent2", NULL),
                  shown = matter_new("agent1", NULL);
    matter_must(&matter, "supervisor1", "links", body_link("same_matter", hidden.number));
    matter_must(&matter, "supervisor1", "links", body_link("same_matter", shown.number));
    const struct reply *reply = matter_get(&matter, "supervisor1", "/links");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 2);
    reply = matter_get(&matter, "agent1", "/links");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), 1);
    ck_assert_str_eq(reply_text(reply, "items.0.complaint.id"), shown.id);
    ck_assert_ptr_null(strstr(reply->body, hidden.number));
    ck_assert_uint_eq(json_array_size(reply_at(matter_get(&hidden, "agent2", "/links"), "items")),
                      0);
}
END_TEST

/* Some of them hidden: every page is full all the same. */
START_TEST(links_come_in_pages)
{
    struct matter first = older_matter("agent1");
    for (int i = 0; i < 7; i++) {
        struct matter again = matter_new(i % 3 == 1 ? "agent2" : "agent1", NULL);
        matter_must(&again, "supervisor1", "links", body_link("repeat", first.number));
    }
    const char *login[] = {"supervisor1", "agent1"};
    const int wanted[] = {7, 5};
    for (size_t who = 0; who < 2; who++) {
        int64_t after = 0;
        int seen = 0, pages = 0;
        for (bool more = true; more; pages++) {
            const struct reply *reply = matter_get(
                &first, login[who], client_text("/links?limit=2&after=%lld", (long long)after));
            size_t count = json_array_size(reply_at(reply, "items"));
            seen += (int)count;
            more = !reply_is_null(reply, "next");
            if (more) {
                ck_assert_uint_eq(count, 2);
                ck_assert_int_gt(reply_integer(reply, "next"), after);
                after = reply_integer(reply, "next");
            }
        }
        ck_assert_int_eq(seen, wanted[who]);
        ck_assert_int_eq(pages, (wanted[who] + 1) / 2);
    }
}
END_TEST

/* --- merging ----------------------------------------------------------------------------------- */

START_TEST(a_merged_complaint_ends_and_nothing_of_it_is_lost)
{
    struct matter first = older_matter("agent1"), again = matter_at("investigation");
    matter_must(&again, "handler1", "notes", body("{'text': '合并前的备注'}"));
    const struct reply *before = matter_get(&first, "agent1", NULL);
    const struct reply *reply =
        matter_must(&again, "supervisor1", "links", body_link("merged_into", first.number));
    EXPECT_STATUS(reply, 201);
    ck_assert_str_eq(reply_text(reply, "kind"), "merged_into");

    reply = matter_get(&again, "handler1", NULL);
    ck_assert_str_eq(reply_text(reply, "status"), "closed");
    ck_assert_str_eq(reply_text(reply, "outcome"), "merged");
    ck_assert_str_eq(reply_text(reply, "merged_into.id"), first.id);
    ck_assert_str_eq(reply_text(reply, "merged_into.number"), first.number);
    ck_assert(reply_is_null(reply, "decided_at"));
    ck_assert_str_eq(reply_text(reply, "stages.1.completed_at"), reply_text(reply, "closed_at"));
    ck_assert(!reply_boolean(reply, "overdue"));
    EXPECT_PROBLEM(matter_do(&again, "agent1", "review",
                             body("{'owner': 'supervisor1', 'reason': '申请核查'}")),
                   409, "not-decided");
    EXPECT_PROBLEM(matter_do(&again, "handler1", "classify", body("{'urgency': 1}")), 409,
                   "not-open");
    reply = matter_get(&again, "handler1", "/notes");
    ck_assert_str_eq(reply_text(reply, "items.0.text"), "合并前的备注");
    reply = client_get("handler1", "/v1/complaints?number=%s", again.number);
    ck_assert_str_eq(reply_text(reply, "items.0.outcome"), "merged");

    reply = matter_get(&first, "agent1", "/links");
    ck_assert_str_eq(reply_text(reply, "items.0.kind"), "merged_into");
    ck_assert_str_eq(reply_text(reply, "items.0.direction"), "incoming");
    ck_assert_str_eq(reply_text(reply, "items.0.complaint.status"), "closed");
    reply = matter_get(&first, "agent1", NULL);
    ck_assert(json_equal(reply->json, before->json));
    ck_assert(journals_are_sound());
}
END_TEST

START_TEST(reopening_undoes_a_merge)
{
    struct matter first = older_matter("agent1"), again = matter_new("agent1", NULL);
    matter_must(&again, "agent1", "links", body_link("merged_into", first.number));
    const struct reply *reply = matter_must(
        &again, "agent1", "reopen",
        body("{'kind': 'error', 'to': 'intake', 'owner': 'agent1', 'reason': '并非同一事项'}"));
    ck_assert_str_eq(reply_text(reply, "status"), "open");
    ck_assert(reply_is_null(reply, "merged_into"));
    reply = matter_get(&first, "agent1", "/links");
    ck_assert(!reply_boolean(reply, "items.0.in_force"));
    ck_assert(reply_is_null(reply, "items.0.removal"));
    EXPECT_PROBLEM(matter_do(&again, "agent1", "links/1/remove", body("{'reason': '有误'}")), 409,
                   "link-unknown");
    matter_must(&again, "agent1", "links", body_link("merged_into", first.number));
    reply = matter_get(&first, "agent1", "/links");
    ck_assert(!reply_boolean(reply, "items.0.in_force"));
    ck_assert(reply_boolean(reply, "items.1.in_force"));
}
END_TEST

START_TEST(what_cannot_be_merged)
{
    struct matter first = older_matter("agent1"), again = matter_new("agent1", NULL);
    EXPECT_PROBLEM(matter_do(&again, "handler1", "links", body_link("merged_into", first.id)), 403,
                   "forbidden"); /* owns neither */
    EXPECT_PROBLEM(matter_do(&first, "agent1", "links", body_link("merged_into", again.id)), 409,
                   "merge-escapes-limit");
    matter_must(&first, "agent1", "advance", body("{'owner': 'handler1'}"));
    EXPECT_PROBLEM(matter_do(&again, "agent1", "links", body_link("merged_into", first.id)), 403,
                   "forbidden"); /* owns one */
    matter_must(&first, "handler1", "classify", body("{'level': 'complex'}"));
    EXPECT_PROBLEM(matter_do(&again, "supervisor1", "links", body_link("merged_into", first.id)),
                   409, "merge-escapes-limit"); /* it is due later by now */
    matter_must(&again, "agent1", "classify", body("{'level': 'complex'}"));
    matter_must(&first, "supervisor1", "assign", body("{'owner': 'agent2'}"));
    EXPECT_PROBLEM(matter_do(&again, "supervisor1", "links", body_link("merged_into", first.id)),
                   409, "owner-cannot-see");
    matter_must(&first, "agent2", "withdraw", body("{'reason': '客户撤诉'}"));
    EXPECT_PROBLEM(matter_do(&again, "supervisor1", "links", body_link("merged_into", first.id)),
                   409, "other-ended");
    expect_unchanged(&again);
    struct matter barred = matter_new("agent1", body("{'staff_complained_of': 'handler1'}"));
    struct matter open = older_matter("agent1");
    EXPECT_PROBLEM(matter_do(&barred, "agent1", "links", body_link("merged_into", open.id)), 409,
                   "recused");
    struct matter answered = matter_at("feedback");
    matter_must(&answered, "handler1", "notices", body_notice());
    matter_must(&answered, "handler1", "notices/1/deliveries", body_delivery());
    EXPECT_PROBLEM(matter_do(&answered, "supervisor1", "links", body_link("merged_into", open.id)),
                   409, "decision-delivered");
}
END_TEST

START_TEST(what_goes_on_for_others_is_neither_voided_nor_withdrawn)
{
    struct matter first = older_matter("agent1"), again = matter_new("agent1", NULL);
    matter_must(&first, "agent1", "void", body("{'reason': '误登记'}"));
    matter_must(&again, "agent1", "links", body_link("merged_into", first.id));
    EXPECT_PROBLEM(matter_do(&first, "supervisor1", "void/approve", body("{}")), 409,
                   "others-merged");
    EXPECT_PROBLEM(matter_do(&first, "agent1", "withdraw", body("{'reason': '客户撤诉'}")), 409,
                   "others-merged");
    EXPECT_PROBLEM(matter_do(&first, "agent1", "settle", body("{'summary': '已说明'}")), 409,
                   "others-merged");
    matter_must(&first, "supervisor1", "void/refuse", body("{'reason': '已有并案'}"));
    EXPECT_PROBLEM(matter_do(&first, "agent1", "void", body("{'reason': '误登记'}")), 409,
                   "others-merged");
    matter_must(&again, "agent1", "reopen",
                body("{'kind': 'error', 'to': 'intake', 'owner': 'agent1', 'reason': '误并'}"));
    matter_must(&first, "agent1", "void", body("{'reason': '误登记'}"));
    matter_must(&first, "supervisor1", "void/approve", body("{}"));
}
END_TEST

START_TEST(a_repeated_request_merges_once)
{
    struct matter first = older_matter("agent1"), again = matter_new("agent1", NULL);
    const struct reply *replies[2];
    const char *key = unique("merge");
    for (size_t i = 0; i < 2; i++)
        replies[i] =
            client_call(&(struct call){.path = client_text("/v1/complaints/%s/links", again.id),
                                       .as = "agent1",
                                       .json = body_link("merged_into", first.number),
                                       .version = 1,
                                       .idempotency_key = key});
    EXPECT_STATUS(replies[0], 201);
    EXPECT_STATUS(replies[1], 201);
    ck_assert_str_eq(replies[0]->body, replies[1]->body);
    ck_assert_int_eq(
        database_number("SELECT count(*) FROM link WHERE complaint_id = '%s'", again.id), 1);
}
END_TEST

START_TEST(it_is_still_found_by_its_text)
{
    const char *word = "吞卡并案检索";
    struct matter first = older_matter("agent1"),
                  again = matter_new("agent1", body("{'subject': '%s'}", word));
    matter_must(&again, "agent1", "links", body_link("merged_into", first.number));
    for (int waited = 0;; waited += 50) {
        const struct reply *reply = client_get(
            "agent1", "/v1/complaints?q=%%E5%%B9%%B6%%E6%%A1%%88%%E6%%A3%%80%%E7%%B4%%A2");
        EXPECT_STATUS(reply, 200);
        if (json_array_size(reply_at(reply, "items")) > 0) {
            ck_assert_str_eq(reply_text(reply, "items.0.id"), again.id);
            ck_assert_str_eq(reply_text(reply, "items.0.outcome"), "merged");
            break;
        }
        ck_assert_int_lt(waited, 5000);
        usleep(50000);
    }
}
END_TEST

/* --- at once ----------------------------------------------------------------------------------- */

static struct shot shot_of(const struct matter *matter, const char *action, json_t *input)
{
    return (struct shot){.path = client_text("/v1/complaints/%s/%s", matter->id, action),
                         .token = client_token("agent1"),
                         .body = body_text(input),
                         .version = matter->version};
}

static void expect_one_of(const struct shot *shot, const char *slug)
{
    if (shot->status != 200 && shot->status != 201)
        expect_shot(shot, 409, slug);
}

static long open_of(const struct matter *a, const struct matter *b)
{
    return database_number("SELECT count(*) FROM complaint WHERE id IN ('%s', '%s')"
                           " AND status = 'open'",
                           a->id, b->id);
}

/* None is merged into what had ended before. */
static long merged_too_late(void)
{
    return database_number("SELECT count(*) FROM complaint a JOIN complaint b"
                           " ON b.id = a.merged_into_id AND b.closed_at < a.closed_at");
}

/* Each into the other, at two servers: one stays open. */
START_TEST(two_are_not_merged_into_each_other)
{
    struct spare spares[] = {spare_start("[database]\nthreads = 2\n"),
                             spare_start("[database]\nthreads = 2\n")};
    for (int round = 0; round < 12; round++) {
        const char *received = time_text(-3600);
        struct matter a = matter_new("agent1", body("{'received_at': '%s'}", received));
        struct matter b = matter_new("agent1", body("{'received_at': '%s'}", received));
        struct shot shots[2] = {shot_of(&a, "links", body_link("merged_into", b.number)),
                                shot_of(&b, "links", body_link("merged_into", a.id))};
        struct volley *volleys[2];
        for (size_t i = 0; i < 2; i++)
            volleys[i] = spare_fire(&spares[round % 3 == 0 ? 0 : i], &shots[i], 1);
        for (size_t i = 0; i < 2; i++)
            spare_await(volleys[i]);
        for (size_t i = 0; i < 2; i++)
            expect_one_of(&shots[i], "other-ended");
        ck_assert_int_eq((shots[0].status == 201) + (shots[1].status == 201), 1);
        ck_assert_int_eq(open_of(&a, &b), 1);
    }
    expect_nothing_half_written();
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(spare_stop(&spares[i], 10000, NULL), 0);
}
END_TEST

/* The other one ends at that very moment: the merge comes before, and keeps it open, or is refused. */
START_TEST(none_is_merged_into_what_has_ended)
{
    struct spare spares[] = {spare_start("[database]\nthreads = 2\n"),
                             spare_start("[database]\nthreads = 2\n")};
    int merged = 0;
    for (int round = 0; round < 16; round++) {
        struct matter first = older_matter("agent1"), again = matter_new("agent1", NULL);
        struct shot shots[2] = {shot_of(&again, "links", body_link("merged_into", first.number)),
                                shot_of(&first, "withdraw", body("{'reason': '客户撤诉'}"))};
        struct volley *volleys[2];
        for (size_t i = 0; i < 2; i++)
            volleys[i] = spare_fire(&spares[i], &shots[i], 1);
        for (size_t i = 0; i < 2; i++)
            spare_await(volleys[i]);
        expect_one_of(&shots[0], "other-ended");
        bool before = shots[0].status == 201;
        expect_shot(&shots[1], before ? 409 : 200, before ? "others-merged" : NULL);
        merged += before;
        ck_assert_int_eq(open_of(&first, &again), 1);
    }
    printf("complaint_link: %d of 16 merges came before the end\n", merged);
    ck_assert_int_eq(merged_too_late(), 0);
    expect_nothing_half_written();
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(spare_stop(&spares[i], 10000, NULL), 0);
}
END_TEST

/* Waits until so many transactions wait for the complaint that the test holds. */
static void await_waiting(long count)
{
    int64_t give_up = now_ms() + (int64_t)10000 * program_patience();
    while (database_number("SELECT count(*) FROM pg_locks WHERE NOT granted") < count) {
        ck_assert_msg(now_ms() < give_up, "it never waits");
        usleep(5000);
    }
}

/* Both wait for the other one, which the first to come gets. _i: whether that is the merge. */
START_TEST(a_merge_that_waits_sees_what_it_waited_for)
{
    struct spare spares[] = {spare_start("[database]\nthreads = 1\n"),
                             spare_start("[database]\nthreads = 1\n")};
    struct matter first = older_matter("agent1"), again = matter_new("agent1", NULL);
    struct shot merge = shot_of(&again, "links", body_link("merged_into", first.number)),
                end = shot_of(&first, "withdraw", body("{'reason': '客户撤诉'}"));
    struct volley *volleys[2];
    struct database_lock *lock = database_lock_complaint(first.number);

    volleys[0] = spare_fire(&spares[0], _i ? &merge : &end, 1);
    await_waiting(1);
    volleys[1] = spare_fire(&spares[1], _i ? &end : &merge, 1);
    await_waiting(2);
    database_unlock(lock);
    for (size_t i = 0; i < 2; i++)
        spare_await(volleys[i]);
    expect_shot(&end, _i ? 409 : 200, _i ? "others-merged" : NULL);
    expect_shot(&merge, _i ? 201 : 409, _i ? NULL : "other-ended");
    ck_assert_int_eq(merged_too_late(), 0);
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(spare_stop(&spares[i], 10000, NULL), 0);
}
END_TEST

/* All in the hands of one thread at the same time: what bears on each other is not one set. */
START_TEST(one_batch_holds_merges_and_what_they_lead_to)
{
    enum { MERGED = 10, CHAINS = 4 };
    struct spare spare = spare_start(ONE_THREAD);
    struct matter jam = matter_new("agent1", NULL), first = older_matter("agent1"), again[MERGED],
                  chains[CHAINS][2];
    struct shot shots[MERGED + 2 * CHAINS];
    size_t n = 0;
    const char *received = time_text(-3600);

    for (size_t i = 0; i < MERGED; i++) {
        again[i] = matter_new("agent1", NULL);
        shots[n++] = shot_of(&again[i], "links", body_link("merged_into", first.number));
    }
    for (size_t i = 0; i < CHAINS; i++) {
        for (size_t j = 0; j < 2; j++)
            chains[i][j] = matter_new("agent1", body("{'received_at': '%s'}", received));
        for (size_t j = 0; j < 2; j++)
            shots[n++] =
                shot_of(&chains[i][j], "links", body_link("merged_into", chains[i][1 - j].id));
    }
    jam_fire(&spare, &jam, shots, n);
    for (size_t i = 0; i < MERGED; i++)
        expect_shot(&shots[i], 201, NULL);
    for (size_t i = 0; i < CHAINS; i++) {
        struct shot *pair = &shots[MERGED + 2 * i];
        ck_assert_int_eq((pair[0].status == 201) + (pair[1].status == 201), 1);
        expect_one_of(&pair[0], "other-ended");
        expect_one_of(&pair[1], "other-ended");
        ck_assert_int_eq(open_of(&chains[i][0], &chains[i][1]), 1);
    }
    ck_assert_int_eq(spare_metric(&spare, "complaintd_batch_fallbacks_total"), 0);
    const struct reply *reply = matter_get(&first, "agent1", "/links");
    ck_assert_uint_eq(json_array_size(reply_at(reply, "items")), MERGED);
    ck_assert_int_eq(merged_too_late(), 0);
    expect_nothing_half_written();
    ck_assert_int_eq(spare_stop(&spare, 10000, NULL), 0);
}
END_TEST

/* The same link from both sides at once. */
START_TEST(a_link_is_made_once)
{
    struct spare spares[] = {spare_start("[database]\nthreads = 2\n"),
                             spare_start("[database]\nthreads = 2\n")};
    for (int round = 0; round < 8; round++) {
        struct matter a = matter_new("agent1", NULL), b = matter_new("agent1", NULL);
        struct shot shots[2] = {shot_of(&a, "links", body_link("same_matter", b.number)),
                                shot_of(&b, "links", body_link("same_matter", a.number))};
        struct volley *volleys[2];
        for (size_t i = 0; i < 2; i++)
            volleys[i] = spare_fire(&spares[i], &shots[i], 1);
        for (size_t i = 0; i < 2; i++)
            spare_await(volleys[i]);
        for (size_t i = 0; i < 2; i++)
            expect_one_of(&shots[i], "already-linked");
        ck_assert_int_eq((shots[0].status == 201) + (shots[1].status == 201), 1);
    }
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(spare_stop(&spares[i], 10000, NULL), 0);
}
END_TEST

Suite *complaint_link_suite(void)
{
    Suite *suite = suite_create("complaint_link");
    TCase *tests = tcase_create("complaint_link");

    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_repeat_is_listed_for_both);
    tcase_add_test(tests, two_are_linked_once_in_a_way);
    tcase_add_test(tests, a_wrong_link_is_removed_and_stays_on_record);
    tcase_add_test(tests, what_a_link_must_name);
    tcase_add_test(tests, what_the_reader_may_not_see_is_not_listed);
    tcase_add_test(tests, links_come_in_pages);
    tcase_add_test(tests, a_merged_complaint_ends_and_nothing_of_it_is_lost);
    tcase_add_test(tests, reopening_undoes_a_merge);
    tcase_add_test(tests, what_cannot_be_merged);
    tcase_add_test(tests, what_goes_on_for_others_is_neither_voided_nor_withdrawn);
    tcase_add_test(tests, a_repeated_request_merges_once);
    tcase_add_test(tests, it_is_still_found_by_its_text);
    tcase_add_test(tests, two_are_not_merged_into_each_other);
    tcase_add_test(tests, none_is_merged_into_what_has_ended);
    tcase_add_loop_test(tests, a_merge_that_waits_sees_what_it_waited_for, 0, 2);
    tcase_add_test(tests, one_batch_holds_merges_and_what_they_lead_to);
    tcase_add_test(tests, a_link_is_made_once);
    suite_add_tcase(suite, tests);
    return suite;
}
