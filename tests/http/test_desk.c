/* The desk and the page for customers as the server hands them out; what they do in a browser is tested
 * in tests/web. */
#include <stdlib.h>
#include <string.h>

#include "tests/http/client.h"

static const struct reply *with_header(const char *path, const char *line)
{
    return client_call(&(struct call){.path = path, .headers = {line}});
}

static const struct {
    const char *path, *same; /* as that one */
} pages[] = {
    {"/", "/"},
    {"/desk", "/"},
    {"/desk/work", "/"},
    {"/desk/work?tab=1", "/"},
    {"/desk/complaints/TS20261120000001", "/"},
    {"/progress", "/progress"},
    {"/progress/K7Q2-9XWM-4TBD-H6VN", "/progress"},
};

START_TEST(every_address_of_it_is_the_one_page)
{
    const char *path = pages[_i].path;
    const struct reply *reply = client_get(NULL, "%s", path);
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_header(reply, "content-type"), "text/html; charset=utf-8");
    ck_assert_str_eq(reply_header(reply, "cache-control"), "no-cache");
    ck_assert_str_eq(reply->body, client_get(NULL, "%s", pages[_i].same)->body);
    const char *known = client_text("If-None-Match: %s", reply_header(reply, "etag"));
    const struct reply *again = with_header(path, known);
    EXPECT_STATUS(again, 304);
    ck_assert_uint_eq(again->length, 0);
    const struct reply *head = client_call(&(struct call){.method = "HEAD", .path = path});
    EXPECT_STATUS(head, 200);
    ck_assert_uint_eq(head->length, 0);
}
END_TEST

/* Neither is the one page the other, and the customers' has no part in the desk's program. */
START_TEST(customers_have_a_page_of_their_own)
{
    const char *theirs = client_get(NULL, "/progress")->body;
    ck_assert_ptr_nonnull(strstr(theirs, "src=\"/assets/progress-"));
    ck_assert_ptr_null(strstr(theirs, "/assets/index-"));
}
END_TEST

START_TEST(deeper_addresses_are_none)
{
    EXPECT_PROBLEM(client_get(NULL, "/desk/a/b/c"), 404, "not-found");
    EXPECT_PROBLEM(client_get(NULL, "/progress/a/b"), 404, "not-found");
    EXPECT_PROBLEM(client_get(NULL, "/assets/none.js"), 404, "not-found");
    EXPECT_PROBLEM(client_get(NULL, "/assets/..%%2f..%%2fetc%%2fpasswd"), 404, "not-found");
}
END_TEST

/* The address of the first of its files that an attribute names. */
static const char *named(const char *attribute)
{
    const char *at = strstr(client_get(NULL, "/")->body, attribute);
    ck_assert_ptr_nonnull(at);
    at += strlen(attribute);
    return client_text("%.*s", (int)strcspn(at, "\""), at);
}

static const struct {
    const char *attribute, *type;
} files[] = {
    {"src=\"", "text/javascript; charset=utf-8"},
    {"rel=\"stylesheet\" crossorigin href=\"", "text/css; charset=utf-8"},
    {"type=\"image/svg+xml\" href=\"", "image/svg+xml"},
};

START_TEST(its_files_are_kept_for_good)
{
    const char *path = named(files[_i].attribute);
    ck_assert_msg(strncmp(path, "/assets/", 8) == 0, "%s", path);
    const struct reply *reply = client_get(NULL, "%s", path);
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_header(reply, "content-type"), files[_i].type);
    ck_assert_str_eq(reply_header(reply, "cache-control"), "public, max-age=31536000, immutable");
    EXPECT_STATUS(with_header(path, client_text("If-None-Match: %s", reply_header(reply, "etag"))),
                  304);
}
END_TEST

static const struct {
    const char *accepted, *sent; /* NULL: as it is */
} codings[] = {
    {"br, gzip", "br"}, {"gzip, deflate, br, zstd", "br"}, {"BR", "br"},
    {"gzip", "gzip"},   {"gzip, br;q=0", "gzip"},          {"gzip;q=0.5, br ; q=0.0", "gzip"},
    {"gzip;q=0", NULL}, {"brotli, xbr, x-gzip", NULL},     {"identity", NULL},
    {"", NULL},
};

START_TEST(it_is_sent_as_small_as_the_client_takes_it)
{
    const char *path = named("src=\"");
    const size_t whole = client_get(NULL, "%s", path)->length;
    const struct reply *reply =
        with_header(path, client_text("Accept-Encoding: %s", codings[_i].accepted));

    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_header(reply, "vary"), "Accept-Encoding");
    if (codings[_i].sent) {
        ck_assert_str_eq(reply_header(reply, "content-encoding"), codings[_i].sent);
        ck_assert_uint_lt(reply->wire_length, whole / 2);
    } else {
        ck_assert_ptr_null(reply_header(reply, "content-encoding"));
        ck_assert_uint_eq(reply->wire_length, whole);
    }
}
END_TEST

START_TEST(the_institution_is_told_to_everybody)
{
    const struct reply *reply = client_get(NULL, "/v1/institution");
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "zone"), "+08:00");
    ck_assert(!reply_boolean(reply, "sign_on"));
}
END_TEST

Suite *desk_suite(void);
Suite *desk_suite(void)
{
    Suite *suite = suite_create("desk");
    TCase *tests = tcase_create("desk");
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_add_loop_test(tests, every_address_of_it_is_the_one_page, 0,
                        (int)(sizeof pages / sizeof *pages));
    tcase_add_test(tests, customers_have_a_page_of_their_own);
    tcase_add_test(tests, deeper_addresses_are_none);
    tcase_add_loop_test(tests, its_files_are_kept_for_good, 0, (int)(sizeof files / sizeof *files));
    tcase_add_loop_test(tests, it_is_sent_as_small_as_the_client_takes_it, 0,
                        (int)(sizeof codings / sizeof *codings));
    tcase_add_test(tests, the_institution_is_told_to_everybody);
    suite_add_tcase(suite, tests);
    return suite;
}
