/* Files of a complaint: there and back, whole or in parts, and who reads them. */
#include <unistd.h>

#include "tests/http/attached.h"
#include "tests/http/database.h"
#include "tests/http/spare.h"
#include "tests/http/wire.h"

Suite *complaint_attachment_suite(void);

#define CHUNK 262144 /* bytes in a row of the database */
#define MIB 1048576

static struct matter a_matter(void)
{
    return matter_new("agent1", NULL);
}

/* --- there and back ----------------------------------------------------------------------------- */

static const size_t lengths[] = {10, 4096, CHUNK - 1, CHUNK, CHUNK + 1, 3 * MIB + 7, 50 * MIB};

START_TEST(a_file_comes_back_as_it_was)
{
    struct matter matter = a_matter();
    struct file file = file_pdf("%E8%BD%AC%E8%B4%A6%20%E5%9B%9E%E5%8D%95.pdf", lengths[_i]);
    const struct reply *reply = file_must(&matter, "agent1", &file);
    ck_assert_int_eq(reply_integer(reply, "number"), 1);
    ck_assert_str_eq(reply_text(reply, "name"), "转账 回单.pdf");
    ck_assert_str_eq(reply_text(reply, "type"), "pdf");
    ck_assert_int_eq(reply_integer(reply, "size"), (int64_t)file.length);
    ck_assert_str_eq(reply_text(reply, "sha256"), file.sha256);
    ck_assert_str_eq(reply_text(reply, "by.login"), "agent1");
    ck_assert_int_eq(reply_version(reply), 2);

    reply = file_get(&matter, "agent1", 1, (struct call){0});
    EXPECT_STATUS(reply, 200);
    file_expect(reply, &file, 0, file.length);
    ck_assert_str_eq(reply_header(reply, "content-type"), "application/pdf");
    ck_assert_str_eq(reply_header(reply, "content-length"), client_text("%zu", file.length));
    ck_assert_str_eq(reply_header(reply, "etag"), client_text("\"%s\"", file.sha256));
    ck_assert_str_eq(reply_header(reply, "content-disposition"),
                     "attachment; filename=\"attachment-1.pdf\"; "
                     "filename*=UTF-8''%E8%BD%AC%E8%B4%A6%20%E5%9B%9E%E5%8D%95.pdf");
    ck_assert_str_eq(reply_header(reply, "content-security-policy"), "sandbox; default-src 'none'");
    ck_assert_str_eq(reply_header(reply, "x-content-type-options"), "nosniff");
    ck_assert_str_eq(reply_header(reply, "cache-control"), "no-store");
    ck_assert_str_eq(reply_header(reply, "accept-ranges"), "bytes");
    reply = file_get(&matter, "agent1", 1, (struct call){.method = "HEAD"});
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_header(reply, "content-length"), client_text("%zu", file.length));
}
END_TEST

START_TEST(it_is_part_of_the_complaint)
{
    struct matter matter = a_matter();
    struct file note = file_of("13812345678.txt", "客户来信的扫描件见附页。\n", 0);
    struct file letter = file_pdf("letter.pdf", 5000);
    file_must(&matter, "agent1", &note);
    ck_assert_int_eq(reply_integer(file_must(&matter, "handler1", &letter), "number"), 2);
    const struct reply *reply = matter_get(&matter, "agent1", "/attachments");
    ck_assert_str_eq(reply_text(reply, "items.0.name"), "138****5678.txt");
    ck_assert_str_eq(reply_text(reply, "items.0.type"), "text");
    ck_assert_str_eq(reply_text(reply, "items.1.sha256"), letter.sha256);
    ck_assert_str_eq(reply_text(reply, "items.1.by.login"), "handler1");
    reply = client_get("agent1", "/v1/complaints/%s/attachments?limit=1", matter.id);
    ck_assert_int_eq(reply_integer(reply, "next"), 1);
    reply = matter_get(&matter, "agent1", "");
    ck_assert_int_eq(reply_integer(reply, "counts.attachments"), 2);
    ck_assert(reply_lists(reply, "allowed_actions", "attachments"));
    reply = matter_get(&matter, "agent1", "/journal");
    ck_assert_str_eq(reply_text(reply, "items.1.action"), "attachments");
    ck_assert_str_eq(reply_text(reply, "items.1.detail.facts.sha256"), note.sha256);
    ck_assert_int_eq(reply_integer(reply, "items.1.detail.facts.size"), (int64_t)note.length);
    ck_assert_str_eq(reply_text(reply, "items.1.detail.private.name"), "138****5678.txt");
    ck_assert_int_eq(database_number("SELECT attachment_bytes FROM complaint WHERE number = '%s'",
                                     matter.number),
                     (long)(note.length + letter.length));
    ck_assert(journals_are_sound());

    /* After the end too. */
    matter_must(&matter, "agent1", "withdraw", body("{'reason': '客户撤诉'}"));
    struct file late = file_pdf("receipt.pdf", 100);
    file_must(&matter, "agent1", &late);
    ck_assert_str_eq(reply_text(matter_get(&matter, "agent1", ""), "status"), "withdrawn");
}
END_TEST

/* Only what is unfinished can be removed, and nobody reads the bytes in the database. */
START_TEST(at_rest_it_is_encrypted)
{
    struct matter matter = a_matter();
    struct file file = file_of("note.txt", "This is what the customer said, word for word.\n", 0);
    file_must(&matter, "agent1", &file);
    ck_assert_int_eq(
        database_number("SELECT count(*) FROM attachment_chunk ch JOIN attachment a ON "
                        "a.id = ch.attachment_id JOIN complaint c ON c.id = "
                        "a.complaint_id WHERE c.number = '%s'",
                        matter.number),
        1);
    ck_assert_int_eq(database_number("SELECT count(*) FROM attachment_chunk WHERE "
                                     "position('word for word'::bytea IN sealed) > 0"),
                     0);
}
END_TEST

/* --- parts -------------------------------------------------------------------------------------- */

static const struct {
    const char *range;
    size_t from, length; /* length 0: all of it, with 200 */
} parts[] = {
    {"bytes=0-0", 0, 1},
    {"bytes=0-99", 0, 100},
    {"bytes=262140-262150", 262140, 11}, /* of two rows */
    {"bytes=100-700000", 100, 699901},
    {"bytes=699990-", 699990, 10},
    {"bytes=699990-999999999999999999999", 699990, 10},
    {"bytes=-10", 699990, 10},
    {"bytes=-999999999", 0, 700000},
    {"BYTES=5-6", 5, 2},
    {"bytes=0-1,5-6", 0, 0},
    {"bytes=9-3", 0, 0},
    {"bytes=a-b", 0, 0},
    {"bytes=-", 0, 0},
    {"lines=1-2", 0, 0},
};
#define FILE_LENGTH 700000
#define PARTS ((int)(sizeof parts / sizeof *parts))

START_TEST(a_part_of_it)
{
    struct matter matter = a_matter();
    struct file file = file_pdf("a.pdf", FILE_LENGTH);
    file_must(&matter, "agent1", &file);
    for (int i = 0; i < PARTS; i++) {
        size_t length = parts[i].length;
        if (length > FILE_LENGTH - parts[i].from)
            length = FILE_LENGTH - parts[i].from;
        const struct reply *reply =
            file_get(&matter, "agent1", 1,
                     (struct call){.headers = {client_text("Range: %s", parts[i].range)}});
        EXPECT_STATUS(reply, length ? 206 : 200);
        file_expect(reply, &file, parts[i].from, length ? length : FILE_LENGTH);
        if (length)
            ck_assert_str_eq(reply_header(reply, "content-range"),
                             client_text("bytes %zu-%zu/%d", parts[i].from,
                                         parts[i].from + length - 1, FILE_LENGTH));
        else
            ck_assert_ptr_null(reply_header(reply, "content-range"));
    }
}
END_TEST

START_TEST(beyond_its_end_and_since_it_is_known)
{
    static const char *const beyond[] = {"Range: bytes=5000-", "Range: bytes=9999-10000",
                                         "Range: bytes=-0"};
    struct matter matter = a_matter();
    struct file file = file_pdf("a.pdf", 5000);
    file_must(&matter, "agent1", &file);
    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) {
        const struct reply *reply =
            file_get(&matter, "agent1", 1, (struct call){.headers = {beyond[i]}});
        EXPECT_PROBLEM(reply, 416, "range-not-satisfiable");
        ck_assert_str_eq(reply_header(reply, "content-range"), "bytes */5000");
    }
    const char *same = client_text("\"%s\"", file.sha256);
    const struct reply *reply = file_get(
        &matter, "agent1", 1, (struct call){.headers = {client_text("If-None-Match: %s", same)}});
    EXPECT_STATUS(reply, 304);
    ck_assert_uint_eq(reply->length, 0);
    reply =
        file_get(&matter, "agent1", 1,
                 (struct call){.headers = {"Range: bytes=1-2", client_text("If-Range: %s", same)}});
    EXPECT_STATUS(reply, 206);
    file_expect(reply, &file, 1, 2);
    reply = file_get(&matter, "agent1", 1,
                     (struct call){.headers = {"Range: bytes=1-2", "If-Range: \"other\""}});
    EXPECT_STATUS(reply, 200);
    file_expect(reply, &file, 0, 5000);
}
END_TEST

/* --- who --------------------------------------------------------------------------------------- */

static long reads_on_record(const struct matter *matter, const char *login)
{
    return database_number("SELECT count(*) FROM audit WHERE action = 'attachment_read' AND "
                           "bytes::jsonb->>'subject' = '%s' AND bytes::jsonb->>'actor' = '%s'",
                           matter->number, login);
}

/* Ranges are for GET alone (RFC 9110 §14.2). */
START_TEST(its_head_is_that_of_the_whole)
{
    struct matter matter = a_matter();
    struct file file = file_pdf("a.pdf", 5000);
    file_must(&matter, "agent1", &file);
    const struct reply *reply = file_get(
        &matter, "agent1", 1, (struct call){.method = "HEAD", .headers = {"Range: bytes=1-2"}});
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_header(reply, "content-length"), "5000");
}
END_TEST

START_TEST(who_reads_it_is_on_record)
{
    struct matter matter = a_matter();
    struct file file = file_pdf("a.pdf", 600000);
    file_must(&matter, "agent1", &file);
    static const char *const readers[] = {"agent1", "supervisor1", "auditor1"};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        EXPECT_STATUS(file_get(&matter, readers[i], 1, (struct call){0}), 200);
        ck_assert_int_eq(reads_on_record(&matter, readers[i]), 1);
    }
    /* Of the unit, but the case is none of theirs: what is on record, and no more. */
    EXPECT_STATUS(client_get("handler1", "/v1/complaints/%s/attachments", matter.id), 200);
    EXPECT_PROBLEM(file_get(&matter, "handler1", 1, (struct call){0}), 403, "forbidden");
    ck_assert_int_eq(reads_on_record(&matter, "handler1"), 0);
    EXPECT_PROBLEM(file_get(&matter, "agent2", 1, (struct call){0}), 404, "not-found");
    EXPECT_PROBLEM(file_get(&matter, "admin", 1, (struct call){0}), 404, "not-found");
    EXPECT_PROBLEM(file_get(&matter, NULL, 1, (struct call){0}), 401, "unauthenticated");
    EXPECT_PROBLEM(file_get(&matter, "agent1", 2, (struct call){0}), 404, "not-found");
    EXPECT_PROBLEM(client_get("agent1", "/v1/complaints/%s/attachments/x", matter.id), 404,
                   "not-found");
    EXPECT_PROBLEM(client_get("agent1", "/v1/complaints/%s/attachments/1?x=1", matter.id), 400,
                   "invalid-parameter");
}
END_TEST

START_TEST(what_is_not_sent_is_not_on_record)
{
    struct matter matter = a_matter();
    struct file file = file_pdf("a.pdf", 20 * MIB); /* more than sockets hold */
    file_must(&matter, "agent1", &file);
    struct spare spare = spare_start("[journal]\nstreams = 1");
    int fd = wire_connect(spare.port);
    ck_assert(wire_send(fd,
                        client_text("GET /v1/complaints/%s/attachments/1 HTTP/1.1\r\n"
                                    "Host: localhost\r\nAuthorization: Bearer %s\r\n\r\n",
                                    matter.id, client_token("agent1")),
                        0));
    for (int i = 0; i < 300 && reads_on_record(&matter, "agent1") == 0; i++)
        usleep(50000);
    EXPECT_PROBLEM(file_get(&matter, "agent1", 1, (struct call){.port = spare.port}), 503, "busy");
    ck_assert_int_eq(reads_on_record(&matter, "agent1"), 1);
    close(fd);
    ck_assert_int_eq(spare_stop(&spare, 15000, NULL), 0);
}
END_TEST

Suite *complaint_attachment_suite(void)
{
    Suite *suite = suite_create("complaint_attachment");
    TCase *tests = tcase_create("complaint_attachment");
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_file_comes_back_as_it_was, 0,
                        (int)(sizeof lengths / sizeof *lengths));
    tcase_add_test(tests, it_is_part_of_the_complaint);
    tcase_add_test(tests, at_rest_it_is_encrypted);
    tcase_add_test(tests, a_part_of_it);
    tcase_add_test(tests, beyond_its_end_and_since_it_is_known);
    tcase_add_test(tests, its_head_is_that_of_the_whole);
    tcase_add_test(tests, who_reads_it_is_on_record);
    tcase_add_test(tests, what_is_not_sent_is_not_on_record);
    suite_add_tcase(suite, tests);
    return suite;
}
