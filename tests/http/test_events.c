/* Following the log: pages, waiting, and the stream. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/http/client.h"
#include "tests/http/database.h"
#include "tests/http/matter.h"
#include "tests/http/newcomer.h"
#include "tests/http/spare.h"
#include "tests/http/wire.h"

Suite *events_suite(void);

/* --- pages -------------------------------------------------------------------------------------- */

/* The log's end, once everything is numbered. */
static long position(void)
{
    for (int i = 0; i < 200 && database_number("SELECT count(*) FROM log_todo") > 0; i++)
        usleep(20000);
    return database_number("SELECT max(n) FROM log");
}

static const struct reply *events(const char *as, long after, const char *rest)
{
    const struct reply *reply = client_get(as, "/v1/events?after=%ld%s", after, rest);
    EXPECT_STATUS(reply, 200);
    return reply;
}

static size_t count_of(const struct reply *reply)
{
    return json_array_size(reply_at(reply, "items"));
}

/* The first item whose member has that text; fails when there is none. */
static json_t *item_with(const struct reply *reply, const char *member, const char *text)
{
    size_t i;
    json_t *item;
    json_array_foreach(reply_at(reply, "items"), i, item)
    {
        const char *value = json_string_value(json_object_get(item, member));
        if (value && strcmp(value, text) == 0)
            return item;
    }
    ck_abort_msg("no %s %s in %.2000s", member, text, reply->body);
}

START_TEST(what_happens_to_a_complaint_is_told_in_order)
{
    long after = position();
    struct matter matter = matter_at("investigation");
    (void)position();
    const struct reply *reply = events("agent1", after, "");
    ck_assert_uint_eq(count_of(reply), 2);
    ck_assert_str_eq(reply_text(reply, "items.0.action"), "receive");
    ck_assert_str_eq(reply_text(reply, "items.1.action"), "advance");
    ck_assert_int_lt(reply_integer(reply, "items.0.n"), reply_integer(reply, "items.1.n"));
    ck_assert_str_eq(reply_text(reply, "items.1.kind"), "complaint");
    ck_assert_str_eq(reply_text(reply, "items.1.complaint.id"), matter.id);
    ck_assert_str_eq(reply_text(reply, "items.1.complaint.number"), matter.number);
    ck_assert_int_eq(reply_integer(reply, "items.1.index"), 2);
    ck_assert_str_eq(reply_text(reply, "items.1.actor"), "agent1");
    const struct reply *journal = matter_get(&matter, "agent1", "/journal");
    ck_assert_str_eq(reply_text(reply, "items.1.hash"), reply_text(journal, "items.1.hash"));
    ck_assert_str_eq(reply_text(reply, "items.1.at"), reply_text(journal, "items.1.at"));
    ck_assert_int_ge(reply_integer(reply, "next"), reply_integer(reply, "items.1.n"));

    const struct reply *first = events("agent1", after, "&limit=1");
    ck_assert_uint_eq(count_of(first), 1);
    ck_assert_int_eq(reply_integer(first, "next"), reply_integer(reply, "items.0.n"));
    const struct reply *rest = events("agent1", reply_integer(first, "next"), "");
    ck_assert_uint_eq(count_of(rest), 1);
    ck_assert_str_eq(reply_text(rest, "items.0.action"), "advance");
    ck_assert_uint_eq(count_of(events("agent1", reply_integer(rest, "next"), "")), 0);
}
END_TEST

START_TEST(events_hold_nothing_personal)
{
    long after = position();
    (void)matter_receive("agent1", matter_full());
    (void)position();
    const struct reply *reply = events("auditor1", after, "");
    ck_assert_uint_ge(count_of(reply), 1);
    static const char *const personal[] = {"张三", "张*", "1380000", "138****", "退回"};
    for (size_t i = 0; i < sizeof personal / sizeof *personal; i++)
        ck_assert_msg(!strstr(reply->body, personal[i]), "%s", reply->body);
}
END_TEST

/* Complaints as for GET of the complaint; the audit trail is the auditors', that of rights the
 * security_admins' too. */
START_TEST(everybody_is_told_what_they_may_see)
{
    long after = position();
    json_t *members = json_pack("{s:s}", "staff_complained_of", "handler1");
    (void)matter_new("agent1", members);
    EXPECT_PROBLEM(client_post(NULL, 0,
                               json_pack("{s:s, s:s}", "login", "agent2", "password", "wrong"),
                               "/v1/sessions"),
                   401, "sign-in-failed");
    (void)position();
    ck_assert_uint_eq(count_of(events("agent1", after, "")), 1);
    ck_assert_uint_eq(count_of(events("agent2", after, "")), 0);
    ck_assert_uint_eq(count_of(events("handler1", after, "")), 0); /* whom it is about */
    ck_assert_int_ge(reply_integer(events("handler1", after, ""), "next"), after + 2);
    const struct reply *admin = events("admin", after, ""),
                       *auditor = events("auditor1", after, "");
    ck_assert_uint_eq(count_of(admin), 1);
    ck_assert_str_eq(reply_text(admin, "items.0.action"), "sign_in");
    ck_assert_str_eq(reply_text(admin, "items.0.kind"), "audit");
    ck_assert_str_eq(reply_text(admin, "items.0.actor"), "agent2");
    ck_assert(!reply_boolean(admin, "items.0.success"));
    ck_assert_ptr_nonnull(item_with(auditor, "action", "receive"));
    ck_assert_ptr_nonnull(item_with(auditor, "action", "sign_in"));
}
END_TEST

/* Whom a complaint is about is told by the audit trail that something was done, but not to which. */
START_TEST(the_audit_trail_names_no_complaint_to_whom_it_is_about)
{
    static const char *const actions[] = {"unmasked", "retention_hold"};
    const char *barred = client_text("barred-%d", (int)getpid());

    newcomer_add(barred, "HN", "auditor");
    long after = position();
    struct matter matter = matter_new("agent1", json_pack("{s:s}", "staff_complained_of", barred));
    matter_must(&matter, "agent1", "unmask", body("{'fields': ['phone'], 'purpose': '回电'}"));
    EXPECT_STATUS(client_post("supervisor1", 0, body("{'reason': '诉讼'}"),
                              "/v1/complaints/%s/holds", matter.id),
                  201);
    (void)position();
    const struct reply *theirs = events(barred, after, ""), *others = events("auditor1", after, "");
    ck_assert_ptr_null(strstr(theirs->body, matter.number));
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        json_t *item = item_with(theirs, "action", actions[i]);
        ck_assert(json_is_null(json_object_get(item, "subject")));
        ck_assert_uint_eq(json_object_size(json_object_get(item, "detail")), 0);
        ck_assert(json_is_true(json_object_get(item, "success")));
        item = item_with(others, "action", actions[i]);
        ck_assert_str_eq(json_string_value(json_object_get(item, "subject")), matter.number);
        ck_assert_uint_eq(json_object_size(json_object_get(item, "detail")), 1);
    }
    newcomer_remove(barred);
}
END_TEST

START_TEST(bad_parameters_are_refused)
{
    static const char *const bad[] = {"after=-1", "after=x", "limit=0",   "limit=201",
                                      "wait=31",  "wait=-1", "colour=red"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        EXPECT_PROBLEM(client_get("agent1", "/v1/events?%s", bad[i]), 400, "invalid-parameter");
    EXPECT_PROBLEM(client_get(NULL, "/v1/events"), 401, "unauthenticated");
    EXPECT_PROBLEM(client_get(NULL, "/v1/events/stream"), 401, "unauthenticated");
    EXPECT_PROBLEM(client_get("agent1", "/v1/events/stream?after=x"), 400, "invalid-parameter");
    EXPECT_PROBLEM(client_call(&(struct call){.path = "/v1/events/stream",
                                              .as = "agent1",
                                              .headers = {"Last-Event-ID: abc"}}),
                   400, "invalid-parameter");
}
END_TEST

/* --- waiting ------------------------------------------------------------------------------------ */

START_TEST(who_waits_hears_of_what_comes)
{
    long after = position();
    const struct call calls[] = {
        {.path = client_text("/v1/events?after=%ld&wait=30", after), .as = "agent1"},
        {.path = client_text("/v1/events?after=%ld&wait=30", after), .as = "auditor1"},
        {.path = "/v1/complaints", .as = "agent1", .json = matter_minimal()},
    };
    const struct reply *replies[3];
    client_together(calls, 3, replies);
    EXPECT_STATUS(replies[2], 201);
    for (int i = 0; i < 2; i++) {
        EXPECT_STATUS(replies[i], 200);
        json_t *item = item_with(replies[i], "action", "receive");
        ck_assert_str_eq(
            json_string_value(json_object_get(json_object_get(item, "complaint"), "number")),
            reply_text(replies[2], "number"));
    }
}
END_TEST

START_TEST(who_waits_in_vain_is_told_so)
{
    long after = position();
    const struct reply *reply = events("agent2", after, "&wait=1");
    ck_assert_uint_eq(count_of(reply), 0);
    ck_assert_int_ge(reply_integer(reply, "next"), after);
}
END_TEST

/* --- the stream --------------------------------------------------------------------------------- */

struct stream {
    int fd;
    char text[65536];
    size_t length;
};

static struct stream *stream_with(int port, const char *token, const char *query,
                                  const char *headers)
{
    struct stream *stream = calloc(1, sizeof *stream);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = 25};
    const char *request = client_text("GET /v1/events/stream%s HTTP/1.1\r\nHost: x\r\n"
                                      "Authorization: Bearer %s\r\n%s\r\n",
                                      query, token, headers);
    ck_assert_ptr_nonnull(stream);
    stream->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(setsockopt(stream->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience),
                     0);
    ck_assert_int_eq(connect(stream->fd, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(write(stream->fd, request, strlen(request)), (ssize_t)strlen(request));
    return stream;
}

static struct stream *stream_open(int port, const char *as, const char *query, const char *headers)
{
    return stream_with(port, client_token(as), query, headers);
}

/* Reads on until there is that text; false: the stream ended before. */
static bool stream_until(struct stream *stream, const char *text)
{
    while (!strstr(stream->text, text)) {
        ssize_t got = recv(stream->fd, stream->text + stream->length,
                           sizeof stream->text - 1 - stream->length, 0);
        ck_assert_msg(got >= 0, "nothing came: %s", stream->text);
        if (got == 0)
            return false;
        stream->length += (size_t)got;
    }
    return true;
}

static void stream_close(struct stream *stream)
{
    close(stream->fd);
    free(stream);
}

START_TEST(a_stream_tells_what_comes)
{
    struct stream *stream = stream_open(client_port(), "agent1", "", "");
    ck_assert(stream_until(stream, ": events"));
    ck_assert_ptr_nonnull(strstr(stream->text, "HTTP/1.1 200"));
    ck_assert_ptr_nonnull(strstr(stream->text, "Content-Type: text/event-stream"));
    const struct matter first = matter_new("agent1", NULL);
    ck_assert(stream_until(stream, first.number));
    ck_assert_ptr_nonnull(strstr(stream->text, "\"action\":\"receive\""));
    const struct matter second = matter_new("agent1", NULL);
    ck_assert(stream_until(stream, second.number));
    stream_close(stream);

    long n = database_number("SELECT n FROM log WHERE id = '%s'", first.id);
    struct stream *again =
        stream_open(client_port(), "agent1", "", client_text("Last-Event-ID: %ld\r\n", n));
    ck_assert(stream_until(again, second.number));
    ck_assert_ptr_null(strstr(again->text, first.number));
    ck_assert_ptr_nonnull(strstr(
        again->text,
        client_text("id: %ld\n", database_number("SELECT n FROM log WHERE id = '%s'", second.id))));
    stream_close(again);

    struct stream *late =
        stream_open(client_port(), "agent1", client_text("?after=%ld", n - 1), "");
    ck_assert(stream_until(late, second.number));
    ck_assert_ptr_nonnull(strstr(late->text, first.number));
    stream_close(late);
}
END_TEST

START_TEST(a_head_of_a_stream_has_no_body)
{
    const struct reply *reply =
        client_call(&(struct call){.method = "HEAD", .path = "/v1/events/stream", .as = "agent1"});
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_header(reply, "content-type"), "text/event-stream");
}
END_TEST

/* More than it has places for, a server refuses; it stops in good order while some follow. */
START_TEST(followers_are_bounded_and_end_with_the_server)
{
    struct spare spare = spare_start("[journal]\nstreams = 2");
    struct stream *one = stream_open(spare.port, "agent1", "", "");
    struct stream *two = stream_open(spare.port, "auditor1", "", "");
    ck_assert(stream_until(one, ": events"));
    ck_assert(stream_until(two, ": events"));
    const struct reply *reply = client_call(
        &(struct call){.path = "/v1/events/stream", .as = "agent1", .port = spare.port});
    EXPECT_PROBLEM(reply, 503, "busy");
    reply = client_call(&(struct call){
        .path = "/v1/events?after=999999999&wait=5", .as = "agent1", .port = spare.port});
    EXPECT_PROBLEM(reply, 503, "busy");
    EXPECT_STATUS(
        client_call(&(struct call){.path = "/v1/events", .as = "agent1", .port = spare.port}), 200);

    ck_assert_int_eq(spare_stop(&spare, 15000, NULL), 0);
    ck_assert(!stream_until(one, "no such text"));
    ck_assert_ptr_nonnull(strstr(one->text, "\r\n0\r\n")); /* its last chunk: a sound end */
    stream_close(one);
    stream_close(two);
}
END_TEST

/* One caller leaves places to the others. */
START_TEST(nobody_takes_all_places)
{
    struct spare spare = spare_start("[journal]\nstreams = 8\nstreams_of_one = 1");
    struct stream *one = stream_open(spare.port, "agent1", "", "");
    ck_assert(stream_until(one, ": events"));
    EXPECT_PROBLEM(client_call(&(struct call){
                       .path = "/v1/events/stream", .as = "agent1", .port = spare.port}),
                   503, "busy");
    struct stream *two = stream_open(spare.port, "auditor1", "", "");
    ck_assert(stream_until(two, ": events"));
    ck_assert_int_eq(spare_stop(&spare, 15000, NULL), 0);
    stream_close(one);
    stream_close(two);
}
END_TEST

/* The time for an answer is that for each piece: a stream lasts. */
START_TEST(a_stream_outlasts_the_time_for_an_answer)
{
    struct spare spare = spare_start("[http]\ntransfer_timeout = 1s\n");
    struct stream *stream = stream_open(spare.port, "agent1", "", "");
    ck_assert(stream_until(stream, ": events"));
    usleep(2500000);
    const struct matter matter = matter_new("agent1", NULL);
    ck_assert(stream_until(stream, matter.number));
    stream_close(stream);
    ck_assert_int_eq(spare_stop(&spare, 15000, NULL), 0);
}
END_TEST

/* Who does not take a piece is dropped. */
START_TEST(who_does_not_read_is_dropped)
{
    struct spare spare = spare_start("[http]\ntransfer_timeout = 1s\n");
    for (int batch = 0; batch < 20; batch++) { /* more than sockets hold */
        json_t *items = json_array();
        for (int i = 0; i < 100; i++)
            json_array_append_new(items, json_pack("{s:o}", "complaint", matter_minimal()));
        EXPECT_STATUS(
            client_post("agent1", 0, json_pack("{s:o}", "items", items), "/v1/complaints/batch"),
            200);
    }
    int fd = wire_connect(spare.port);
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){1024}, sizeof(int)), 0);
    ck_assert(wire_send(fd,
                        client_text("GET /v1/events/stream?after=0 HTTP/1.1\r\nHost: x\r\n"
                                    "Authorization: Bearer %s\r\n\r\n",
                                    client_token("supervisor1")),
                        0));
    long late = 0;
    for (int i = 0; i < 100 && late == 0; i++) {
        usleep(100000);
        late = spare_metric(&spare, "complaintd_http_connections_late_total");
    }
    ck_assert_int_eq(late, 1);
    close(fd);
    ck_assert_int_eq(spare_stop(&spare, 15000, NULL), 0);
}
END_TEST

/* A client that left is noticed by the sign of life at the latest, and its place is free again. */
START_TEST(whoever_leaves_makes_room)
{
    struct spare spare = spare_start("[journal]\nstreams = 1");
    struct stream *one = stream_open(spare.port, "agent1", "", "");
    ck_assert(stream_until(one, ": events"));
    stream_close(one);
    (void)matter_new("agent1", NULL);
    (void)matter_new("agent1", NULL);
    int status = 503;
    for (int i = 0; i < 80 && status == 503; i++) {
        usleep(250000);
        status = client_call(&(struct call){.method = "HEAD",
                                            .path = "/v1/events/stream",
                                            .as = "agent1",
                                            .port = spare.port})
                     ->status;
    }
    ck_assert_int_eq(status, 200);
    ck_assert_int_eq(spare_stop(&spare, 15000, NULL), 0);
}
END_TEST

/* Signing out ends a stream with the next event. */
START_TEST(a_stream_ends_with_its_session)
{
    const struct reply *session =
        client_post(NULL, 0, json_pack("{s:s, s:s}", "login", "agent1", "password", "demo-2026"),
                    "/v1/sessions");
    const char *token = reply_text(session, "token");
    struct stream *stream = stream_with(client_port(), token, "", "");
    ck_assert(stream_until(stream, ": events"));
    EXPECT_STATUS(client_call(&(struct call){
                      .method = "DELETE", .path = "/v1/sessions/current", .token = token}),
                  204);
    (void)matter_new("agent1", NULL);
    ck_assert(stream_until(stream, "\r\n0\r\n"));
    stream_close(stream);
}
END_TEST

Suite *events_suite(void)
{
    Suite *suite = suite_create("events");
    TCase *tcase = tcase_create("events");
    tcase_set_timeout(tcase, 60);
    tcase_add_unchecked_fixture(tcase, client_setup, NULL);
    tcase_add_test(tcase, what_happens_to_a_complaint_is_told_in_order);
    tcase_add_test(tcase, events_hold_nothing_personal);
    tcase_add_test(tcase, everybody_is_told_what_they_may_see);
    tcase_add_test(tcase, the_audit_trail_names_no_complaint_to_whom_it_is_about);
    tcase_add_test(tcase, bad_parameters_are_refused);
    tcase_add_test(tcase, who_waits_hears_of_what_comes);
    tcase_add_test(tcase, who_waits_in_vain_is_told_so);
    tcase_add_test(tcase, a_stream_tells_what_comes);
    tcase_add_test(tcase, a_head_of_a_stream_has_no_body);
    tcase_add_test(tcase, followers_are_bounded_and_end_with_the_server);
    tcase_add_test(tcase, nobody_takes_all_places);
    tcase_add_test(tcase, a_stream_outlasts_the_time_for_an_answer);
    tcase_add_test(tcase, who_does_not_read_is_dropped);
    tcase_add_test(tcase, whoever_leaves_makes_room);
    tcase_add_test(tcase, a_stream_ends_with_its_session);
    suite_add_tcase(suite, tcase);
    return suite;
}
