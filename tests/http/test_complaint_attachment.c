/* Files of a complaint: stored as they come, read whole or in parts, by whom, and what is refused. */
#include <stdlib.h>
#include <string.h>

#include "tests/http/attached.h"
#include "tests/http/database.h"
#include "tests/http/spare.h"

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
    EXPECT_PROBLEM(file_attach(&matter, "agent1", &file, (struct call){.version = 7}), 412,
                   "stale-version");
    struct call call = {.method = "POST",
                        .path = client_text("/v1/complaints/%s/attachments?name=a.pdf", matter.id),
                        .as = "agent1",
                        .body = file.bytes,
                        .body_length = file.length,
                        .content_type = "application/pdf"};
    EXPECT_PROBLEM(client_call(&call), 428, "version-required");
    database_run("UPDATE complaint SET attachment_bytes = 1073741824 - 599999 WHERE number = '%s'",
                 matter.number);
    EXPECT_PROBLEM(file_attach(&matter, "agent1", &file, (struct call){0}), 409,
                   "attachments-full");
    database_run("UPDATE complaint SET attachment_bytes = 0 WHERE number = '%s'", matter.number);
    ck_assert_int_eq(unfinished(&matter), 3);
    file_must(&matter, "agent1", &file);
    ck_assert_int_eq(unfinished(&matter), 3);
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
    database_run("DELETE FROM attachment WHERE number IS NULL");
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
    tcase_add_test(tests, who_reads_it_is_on_record);
    tcase_add_test(tests, nobody_stores_a_byte_who_may_not);
    tcase_add_loop_test(tests, what_is_no_document_is_not_taken, 0,
                        (int)(sizeof others / sizeof *others));
    tcase_add_test(tests, an_empty_file_and_one_too_large);
    tcase_add_test(tests, then_the_version_and_how_much_there_is);
    tcase_add_test(tests, repeated_it_is_attached_once);
    tcase_add_test(tests, many_at_once);
    suite_add_tcase(suite, tests);
    return suite;
}
