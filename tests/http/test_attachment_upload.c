/* Attaching files: who may, in which order that is judged, what is taken and what is not, again and at
 * once. */
#include <unistd.h>

#include "tests/http/attached.h"
#include "tests/http/database.h"
#include "tests/http/wire.h"

Suite *attachment_upload_suite(void);

#define MIB 1048576

static struct matter a_matter(void)
{
    return matter_new("agent1", NULL);
}

/* --- what is refused ---------------------------------------------------------------------------- */

static long unfinished(const struct matter *matter)
{
    return database_number("SELECT count(*) FROM attachment a JOIN complaint c ON c.id = "
                           "a.complaint_id WHERE a.number IS NULL AND c.number = '%s'",
                           matter->number);
}

START_TEST(nobody_stores_a_byte_who_may_not)
{
    struct matter matter = a_matter();
    struct file file = file_pdf("a.pdf", 600000);
    struct call none = {0};
    EXPECT_PROBLEM(file_attach(&matter, NULL, &file, none), 401, "unauthenticated");
    EXPECT_PROBLEM(
        file_attach(&matter, NULL, &file,
                    (struct call){.token = "cd_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}),
        401, "unauthenticated");
    EXPECT_PROBLEM(file_attach(&matter, "agent2", &file, none), 404, "not-found");
    EXPECT_PROBLEM(file_attach(&matter, "auditor1", &file, none), 403, "forbidden");
    file.name = "";
    EXPECT_PROBLEM(file_attach(&matter, "agent1", &file, none), 400, "invalid-parameter");
    file.name = "a.pdf&x=1";
    EXPECT_PROBLEM(file_attach(&matter, "agent1", &file, none), 400, "invalid-parameter");
    static const char *const paths[] = {"..%2Fa.pdf", "a%5Cb.pdf", ".htaccess", "a.",
                                        "/etc/passwd"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        file.name = paths[i];
        const struct reply *reply = file_attach(&matter, "agent1", &file, none);
        EXPECT_PROBLEM(reply, 422, "invalid-input");
        EXPECT_ERROR(reply, "name", "no_path");
    }
    file.name = "a%0Ab.pdf";
    EXPECT_PROBLEM(file_attach(&matter, "agent1", &file, none), 400, "invalid-parameter");
    file.name = "a.pdf";
    EXPECT_PROBLEM(
        file_attach(&matter, "agent1", &file, (struct call){.headers = {"Content-Encoding: gzip"}}),
        415, "unsupported-file-type");
    EXPECT_PROBLEM(file_attach(&matter, "agent1", &file,
                               (struct call){.content_type = "multipart/form-data; boundary=x"}),
                   415, "unsupported-file-type");
    ck_assert_int_eq(unfinished(&matter), 0);
}
END_TEST

/* As any command: visibility, body, right, version. Whoever is wrong in two respects hears of the first. */
START_TEST(it_is_judged_in_the_usual_order)
{
    struct matter matter = a_matter();
    struct file file = file_pdf("a.pdf", 600000), page = file_of("a.pdf", "<html></html>", 0);
    struct call encoded = {.headers = {"Content-Encoding: gzip"}, .version = 7},
                stale = {.version = 7};
    file.name = "";
    EXPECT_PROBLEM(file_attach(&matter, "agent2", &file, stale), 404, "not-found");
    EXPECT_PROBLEM(file_attach(&matter, "auditor1", &file, stale), 400, "invalid-parameter");
    file.name = ".a";
    EXPECT_PROBLEM(file_attach(&matter, "auditor1", &file, stale), 422, "invalid-input");
    file.name = "a.pdf";
    EXPECT_PROBLEM(file_attach(&matter, "agent2", &file, encoded), 404, "not-found");
    EXPECT_PROBLEM(file_attach(&matter, "auditor1", &file, encoded), 415, "unsupported-file-type");
    EXPECT_PROBLEM(file_attach(&matter, "auditor1", &page, stale), 415, "unsupported-file-type");
    EXPECT_PROBLEM(file_attach(&matter, "auditor1", &file, stale), 403, "forbidden");
    EXPECT_PROBLEM(file_attach(&matter, "agent1", &file, stale), 412, "stale-version");
}
END_TEST

/* Most programs ask before they send as much. */
START_TEST(who_waits_for_leave_to_send)
{
    static const char head[] = "POST /v1/complaints/%s/attachments?name=a.pdf HTTP/1.1\r\n"
                               "Host: localhost\r\nIf-Match: \"1\"\r\nContent-Length: 600000\r\n"
                               "Authorization: Bearer %s\r\nExpect: 100-continue\r\n\r\n";
    struct matter matter = a_matter();
    struct file file = file_pdf("a.pdf", 600000);
    int fd;
    struct wire_answer answer =
        wire_ask(&fd, client_port(), client_text(head, matter.id, client_token("agent1")));
    ck_assert_int_eq(answer.status, 100);
    ck_assert(wire_send(fd, file.bytes, file.length));
    ck_assert_int_eq(wire_read(fd).status, 201);
    close(fd);
    /* What the header alone forbids nobody needs to send. */
    answer = wire_ask(&fd, client_port(), client_text(head, matter.id, "none"));
    ck_assert_int_eq(answer.status, 401);
    ck_assert(wire_ends(fd));
}
END_TEST

/* By its content, whatever it is called. */
static const struct {
    const char *bytes;
    size_t length;
} others[] = {
    {"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>", 0},
    {"<html><head><title>x</title></head></html>", 0},
    {"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"></svg>", 0},
    {"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0", 16},
    {"\x7f"
     "ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\x3e\0",
     20},
    {"#!/bin/sh\nrm -rf /\n", 0},
    {"PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0", 18},
    {"\0\1\2\3\4\5\6\7", 8},
};

START_TEST(what_is_no_document_is_not_taken)
{
    struct matter matter = a_matter();
    struct file file = file_of("letter.pdf", others[_i].bytes, others[_i].length);
    EXPECT_PROBLEM(
        file_attach(&matter, "agent1", &file, (struct call){.content_type = "application/pdf"}),
        415, "unsupported-file-type");
    ck_assert_int_eq(unfinished(&matter), 0);
}
END_TEST

START_TEST(an_empty_file_and_one_too_large)
{
    struct matter matter = a_matter();
    const struct reply *reply = client_call(
        &(struct call){.method = "POST",
                       .path = client_text("/v1/complaints/%s/attachments?name=a.pdf", matter.id),
                       .as = "agent1",
                       .version = 1});
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "", "required");
    struct file file = file_pdf("a.pdf", 50 * MIB + 1);
    EXPECT_PROBLEM(file_attach(&matter, "agent1", &file, (struct call){0}), 413, "too-large");
    /* Nobody says beforehand how long it is. */
    EXPECT_PROBLEM(file_attach(&matter, "agent1", &file,
                               (struct call){.headers = {"Transfer-Encoding: chunked"}}),
                   413, "too-large");
    ck_assert_int_eq(reply_version(matter_get(&matter, "agent1", "")), 1);
}
END_TEST

START_TEST(then_the_version_and_how_much_there_is)
{
    struct matter matter = a_matter();
    struct file file = file_pdf("a.pdf", 600000);
    const struct reply *reply = file_attach(&matter, "agent1", &file, (struct call){.version = 7});
    EXPECT_PROBLEM(reply, 412, "stale-version");
    ck_assert_int_eq(reply_integer(reply, "current_version"), 1);
    ck_assert_str_eq(reply_text(reply, "changed_by"), "agent1");
    struct call call = {.method = "POST",
                        .path = client_text("/v1/complaints/%s/attachments?name=a.pdf", matter.id),
                        .as = "agent1",
                        .body = file.bytes,
                        .body_length = file.length,
                        .content_type = "application/pdf"};
    EXPECT_PROBLEM(client_call(&call), 428, "version-required");
    database_run("UPDATE complaint SET attachment_bytes = 1073741824 WHERE number = '%s'",
                 matter.number);
    EXPECT_PROBLEM(file_attach(&matter, "agent1", &file, (struct call){0}), 409,
                   "attachments-full");
    ck_assert_int_eq(unfinished(&matter), 0); /* judged before anything is stored */
    database_run("UPDATE complaint SET attachment_bytes = 1073741824 - 599999 WHERE number = '%s'",
                 matter.number);
    EXPECT_PROBLEM(file_attach(&matter, "agent1", &file, (struct call){0}), 409,
                   "attachments-full");
    database_run("UPDATE complaint SET attachment_bytes = 0 WHERE number = '%s'", matter.number);
    ck_assert_int_eq(unfinished(&matter), 0); /* only when all of it was there, and removed then */
    file_must(&matter, "agent1", &file);
    /* So many at a time for a person, and no more. */
    database_run("INSERT INTO attachment SELECT gen_random_uuid(), c.id, NULL, c.owner_id, now() "
                 "FROM complaint c, generate_series(1, 20) WHERE number = '%s'",
                 matter.number);
    EXPECT_PROBLEM(file_attach(&matter, "agent1", &file, (struct call){0}), 503, "busy");
    database_run("DELETE FROM attachment WHERE number IS NULL");
    file_must(&matter, "agent1", &file);
}
END_TEST

START_TEST(repeated_it_is_attached_once)
{
    struct matter matter = a_matter();
    struct file file = file_pdf("a.pdf", 600000), other = file_pdf("a.pdf", 600000);
    const char *key = client_text("attach-%s", matter.id);
    const struct reply *first =
        file_attach(&matter, "agent1", &file, (struct call){.idempotency_key = key, .version = 1});
    EXPECT_STATUS(first, 201);
    const struct reply *again =
        file_attach(&matter, "agent1", &file, (struct call){.idempotency_key = key, .version = 1});
    EXPECT_STATUS(again, 201);
    ck_assert_str_eq(again->body, first->body);
    EXPECT_PROBLEM(
        file_attach(&matter, "agent1", &other, (struct call){.idempotency_key = key, .version = 1}),
        422, "idempotency-key-reused");
    file.name = "b.pdf";
    EXPECT_PROBLEM(
        file_attach(&matter, "agent1", &file, (struct call){.idempotency_key = key, .version = 1}),
        422, "idempotency-key-reused");
    ck_assert_int_eq(reply_integer(matter_get(&matter, "agent1", ""), "counts.attachments"), 1);
    ck_assert_int_eq(unfinished(&matter), 0); /* nor is anything stored again */
}
END_TEST

/* Nor does it matter what has become of the right meanwhile. */
START_TEST(repeated_by_whom_it_is_no_longer_offered)
{
    struct matter matter = a_matter();
    struct file file = file_pdf("a.pdf", 600000);
    matter_must(&matter, "agent1", "offer", body("{'to': 'agent2'}"));
    const struct call call = {.idempotency_key = client_text("attach-%s", matter.id), .version = 2};
    const struct reply *first = file_attach(&matter, "agent2", &file, call);
    EXPECT_STATUS(first, 201);
    matter_must(&matter, "agent1", "take-back", body("{}"));
    EXPECT_PROBLEM(file_attach(&matter, "agent2", &file, (struct call){0}), 404, "not-found");
    const struct reply *again = file_attach(&matter, "agent2", &file, call);
    EXPECT_STATUS(again, 201);
    ck_assert_str_eq(again->body, first->body);
}
END_TEST

/* Whoever was cut off or refused can begin again soon: so many unfinished ones are all one may have. */
START_TEST(what_nobody_finishes_goes_soon)
{
    struct matter matter = a_matter();
    database_run("INSERT INTO attachment SELECT gen_random_uuid(), c.id, NULL, c.owner_id, "
                 "now() - age * interval '1 minute' FROM complaint c, unnest(ARRAY[1, 3]) AS age "
                 "WHERE number = '%s'",
                 matter.number);
    for (int i = 0; i < 400 && unfinished(&matter) == 2; i++)
        usleep(100000);
    ck_assert_int_eq(unfinished(&matter), 1);
    database_run("DELETE FROM attachment WHERE number IS NULL");
}
END_TEST

/* --- together ----------------------------------------------------------------------------------- */

#define AT_ONCE 8

/* Of those for one complaint one is first; the others hear that it has changed. */
START_TEST(many_at_once)
{
    struct matter matters[AT_ONCE];
    struct file files[AT_ONCE];
    struct call calls[AT_ONCE] = {0};
    const struct reply *replies[AT_ONCE];
    int taken = 0;
    for (int i = 0; i < AT_ONCE; i++) {
        matters[i] = i < 4 ? a_matter() : matters[0];
        files[i] = file_pdf("a.pdf", (size_t)(i + 1) * 300000);
        calls[i] = (struct call){
            .method = "POST",
            .path = client_text("/v1/complaints/%s/attachments?name=a.pdf", matters[i].id),
            .as = "agent1",
            .body = files[i].bytes,
            .body_length = files[i].length,
            .content_type = "application/pdf",
            .headers = {i % 2 ? "Transfer-Encoding: chunked" : NULL},
            .version = 1};
    }
    client_together(calls, AT_ONCE, replies);
    for (int i = 0; i < AT_ONCE; i++) {
        bool alone = i > 0 && i < 4;
        if (replies[i]->status == 201) {
            ck_assert_str_eq(reply_text(replies[i], "sha256"), files[i].sha256);
            const struct reply *reply = file_get(&matters[i], "agent1", 1, (struct call){0});
            file_expect(reply, &files[i], 0, files[i].length);
            taken += !alone;
        } else {
            ck_assert(!alone);
            EXPECT_PROBLEM(replies[i], 412, "stale-version");
        }
    }
    ck_assert_int_eq(taken, 1);
    /* Of those that were late nothing is left to count against who sent them. */
    ck_assert_int_eq(unfinished(&matters[0]), 0);
}
END_TEST

Suite *attachment_upload_suite(void)
{
    Suite *suite = suite_create("attachment_upload");
    TCase *tests = tcase_create("attachment_upload");
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, nobody_stores_a_byte_who_may_not);
    tcase_add_test(tests, who_waits_for_leave_to_send);
    tcase_add_test(tests, it_is_judged_in_the_usual_order);
    tcase_add_loop_test(tests, what_is_no_document_is_not_taken, 0,
                        (int)(sizeof others / sizeof *others));
    tcase_add_test(tests, an_empty_file_and_one_too_large);
    tcase_add_test(tests, then_the_version_and_how_much_there_is);
    tcase_add_test(tests, repeated_it_is_attached_once);
    tcase_add_test(tests, repeated_by_whom_it_is_no_longer_offered);
    tcase_add_test(tests, what_nobody_finishes_goes_soon);
    tcase_add_test(tests, many_at_once);
    suite_add_tcase(suite, tests);
    return suite;
}
