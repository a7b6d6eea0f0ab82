/* What operators, browsers and programs ask without signing in, and what holds for every answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/fault.h"
#include "lib/complaint/vocabulary.h"
#include "tests/http/client.h"
#include "tests/http/program.h"

static const struct reply *with_header(const char *path, const char *header)
{
    const struct call call = {.path = path, .headers = {header}};
    return client_call(&call);
}

static const struct reply *with_method(const char *method, const char *path)
{
    const struct call call = {.method = method, .path = path};
    return client_call(&call);
}

/* --- state ------------------------------------------------------------------------------------ */

START_TEST(healthy_and_ready)
{
    const struct reply *reply = client_get(NULL, "/healthz");
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "status"), "ok");
    reply = client_get(NULL, "/readyz");
    EXPECT_STATUS(reply, 200);
    ck_assert_str_eq(reply_text(reply, "status"), "ready");
    ck_assert(reply_boolean(reply, "database"));
}
END_TEST

/* The server starts without its database, says so, refuses at once, and stops in good order. */
START_TEST(without_database)
{
    struct program *alone =
        program_run("http-alone", "host=/nonexistent user=nobody dbname=none connect_timeout=1");
    const int port = program_port(alone);
    const struct reply *reply =
        client_call(&(struct call){.path = "/readyz", .as = NULL, .port = port});
    EXPECT_STATUS(reply, 503);
    ck_assert_str_ne(reply_text(reply, "status"), "ready");
    ck_assert(!reply_boolean(reply, "database"));
    EXPECT_STATUS(client_call(&(struct call){.path = "/healthz", .port = port}), 200);

    reply = client_call(&(struct call){.path = "/v1/complaints", .as = "agent1", .port = port});
    EXPECT_PROBLEM(reply, 503, "database-away");
    ck_assert_int_ge(strtol(reply_header(reply, "retry-after"), NULL, 10), 1);
    reply = client_call(
        &(struct call){.path = "/v1/sessions",
                       .json = json_pack("{s:s, s:s}", "login", "agent1", "password", "demo-2026"),
                       .port = port});
    EXPECT_PROBLEM(reply, 503, "database-away");
    /* Who shows no token hears that first. */
    EXPECT_PROBLEM(client_call(&(struct call){.path = "/v1/complaints", .port = port}), 401,
                   "unauthenticated");
    ck_assert(program_end(alone));
}
END_TEST

/* --- metrics ---------------------------------------------------------------------------------- */

/* The value of a sample by its name with labels; -1: there is none. */
static double sample(const char *metrics, const char *name)
{
    size_t length = strlen(name);
    for (const char *line = metrics; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) == 0 && line[length] == ' ')
            return strtod(line + length + 1, NULL);
    }
    return -1;
}

/* "name{label="value",…} number", or a comment; names that were not introduced by TYPE are none. */
static void check_metrics_line(char *line, const char *all)
{
    if (line[0] == '#') {
        ck_assert_msg(strncmp(line, "# HELP ", 7) == 0 || strncmp(line, "# TYPE ", 7) == 0, "%s",
                      line);
        return;
    }
    size_t name = strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:");
    const char *value = strrchr(line, ' '), *family = line;
    char *rest = NULL;
    ck_assert_msg(name > 0 && value && (line[name] == '{' || line[name] == ' '), "%s", line);
    strtod(value + 1, &rest);
    ck_assert_msg(rest > value + 1 && *rest == '\0', "%s", line);
    static const char *const endings[] = {"", "_bucket", "_sum", "_count"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t cut = strlen(endings[i]);
        if (name > cut && strncmp(family + name - cut, endings[i], cut) == 0 &&
            strstr(all, client_text("# TYPE %.*s ", (int)(name - cut), family)))
            return;
    }
    ck_abort_msg("no TYPE of %s", line);
}

START_TEST(metrics_can_be_scraped)
{
    static const char health[] = "complaintd_requests_total{operation=\"health\",status=\"2xx\"}";
    const struct reply *before = client_get(NULL, "/metrics");
    EXPECT_STATUS(before, 200);
    ck_assert(strncmp(reply_header(before, "content-type"), "text/plain", 10) == 0);
    char *copy = strdup(before->body), *rest = copy, *line;
    ck_assert(before->length && before->body[before->length - 1] == '\n');
    while ((line = strsep(&rest, "\n")))
        if (*line)
            check_metrics_line(line, before->body);
    free(copy);

    EXPECT_STATUS(client_get(NULL, "/healthz"), 200);
    const struct reply *after = client_get(NULL, "/metrics");
    ck_assert_double_ge(sample(before->body, health), 0);
    ck_assert_double_ge(sample(after->body, health), sample(before->body, health) + 1);
    ck_assert_double_ge(sample(after->body, "complaintd_requests_in_flight"), 1);
}
END_TEST

/* --- contract and pages ----------------------------------------------------------------------- */

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    size_t capacity = 0;
    char *text = NULL;
    ck_assert_msg(file != NULL, "%s", path);
    ck_assert_int_gt(getdelim(&text, &capacity, '\0', file), 0);
    fclose(file);
    return text;
}

START_TEST(the_contract_is_served)
{
    const char *data = getenv("COMPLAINTD_TEST_DATA");
    ck_assert_msg(data != NULL, "COMPLAINTD_TEST_DATA is not set");
    char *contract = read_file(client_text("%s/../../openapi.yaml", data));
    const struct reply *yaml = client_get(NULL, "/openapi.yaml");
    EXPECT_STATUS(yaml, 200);
    ck_assert_str_eq(reply_header(yaml, "content-type"), "application/yaml");
    ck_assert_str_eq(yaml->body, contract);
    free(contract);

    const struct reply *json = client_get(NULL, "/openapi.json");
    EXPECT_STATUS(json, 200);
    ck_assert_str_eq(reply_header(json, "content-type"), "application/json");
    ck_assert_str_eq(reply_text(json, "openapi"), "3.1.0");
    ck_assert_ptr_nonnull(reply_at(json, "paths./v1/complaints"));
}
END_TEST

static const char *const assets[] = {"/openapi.yaml", "/openapi.json", "/docs", "/docs/docs.js"};

START_TEST(files_are_kept_by_browsers)
{
    const struct reply *first = client_get(NULL, "%s", assets[_i]);
    EXPECT_STATUS(first, 200);
    const char *etag = reply_header(first, "etag");
    ck_assert_ptr_nonnull(etag);
    ck_assert_ptr_nonnull(strstr(reply_header(first, "cache-control"), "max-age"));
    const struct reply *again = with_header(assets[_i], client_text("If-None-Match: %s", etag));
    EXPECT_STATUS(again, 304);
    ck_assert_uint_eq(again->length, 0);
    EXPECT_STATUS(with_header(assets[_i], "If-None-Match: W/\"other\""), 200);
}
END_TEST

/* Fetches what an attribute of the page names; nothing may come from elsewhere. */
static int fetch_named(const char *page, const char *attribute)
{
    int found = 0;
    for (const char *at = page; (at = strstr(at, attribute)); found++) {
        at += strlen(attribute);
        const char *address = client_text("%.*s", (int)strcspn(at, "\""), at);
        ck_assert_msg(address[0] == '/' && address[1] != '/', "%s", address);
        const struct reply *reply = client_get(NULL, "%s", address);
        EXPECT_STATUS(reply, 200);
        ck_assert_uint_gt(reply->length, 0);
    }
    return found;
}

START_TEST(the_documentation_page_is_complete)
{
    const struct reply *page = client_get(NULL, "/docs");
    EXPECT_STATUS(page, 200);
    ck_assert_str_eq(reply_header(page, "content-type"), "text/html; charset=utf-8");
    ck_assert_int_ge(fetch_named(page->body, "src=\""), 2);
    ck_assert_int_ge(fetch_named(page->body, "href=\""), 2);
    const char *policy = reply_header(page, "content-security-policy");
    ck_assert_ptr_nonnull(policy);
    ck_assert_ptr_nonnull(strstr(policy, "default-src 'none'"));
    ck_assert_ptr_null(strstr(policy, "unsafe"));
    ck_assert_ptr_null(strstr(policy, "http"));
    const struct reply *script = client_get(NULL, "/docs/docs.js");
    ck_assert_str_eq(reply_header(script, "content-type"), "text/javascript; charset=utf-8");
    EXPECT_PROBLEM(client_get(NULL, "/docs/other.js"), 404, "not-found");
    EXPECT_PROBLEM(client_get(NULL, "/docs/..%%2f..%%2fetc%%2fpasswd"), 404, "not-found");
}
END_TEST

START_TEST(every_problem_has_a_page)
{
    for (int fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++) {
        const struct fault_text *row = fault_text((enum fault)fault);
        const struct reply *page = client_get(NULL, "/problems/%s", row->slug);
        EXPECT_STATUS(page, 200);
        ck_assert_str_eq(reply_header(page, "content-type"), "text/html; charset=utf-8");
        ck_assert_ptr_nonnull(reply_header(page, "content-security-policy"));
        ck_assert_msg(strstr(page->body, row->slug) != NULL, "%s", page->body);
        ck_assert_msg(strstr(page->body, row->en) != NULL, "%s", page->body);
        ck_assert_msg(strstr(page->body, row->zh) != NULL, "%s", page->body);
        ck_assert_msg(strstr(page->body, client_text("%d", row->status)) != NULL, "%s", page->body);
    }
    EXPECT_PROBLEM(client_get(NULL, "/problems/out-of-coffee"), 404, "not-found");
}
END_TEST

/* --- every answer ----------------------------------------------------------------------------- */

START_TEST(unknown_addresses)
{
    static const char *const paths[] = {
        "/desk/",    "/v1",      "/v1/complaint",     "/v1/complaints/",
        "/healthz/", "/HEALTHZ", "/v1/complaints/x/y"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        EXPECT_PROBLEM(client_get(NULL, "%s", paths[i]), 404, "not-found");
    /* Nothing more is said to those who have a token. */
    EXPECT_PROBLEM(client_get("admin", "/v1/people"), 404, "not-found");
}
END_TEST

START_TEST(methods)
{
    const struct reply *reply = with_method("POST", "/healthz");
    EXPECT_PROBLEM(reply, 405, "method-not-allowed");
    ck_assert_str_eq(reply_header(reply, "allow"), "GET, HEAD");
    reply = with_method("DELETE", "/v1/complaints");
    EXPECT_PROBLEM(reply, 405, "method-not-allowed");
    ck_assert_str_eq(reply_header(reply, "allow"), "GET, HEAD, POST");
    reply = with_method("PUT", "/v1/complaints/TS20260101000001");
    EXPECT_PROBLEM(reply, 405, "method-not-allowed");
    reply = with_method("GET", "/v1/complaints/TS20260101000001/advance");
    EXPECT_PROBLEM(reply, 405, "method-not-allowed");
    ck_assert_str_eq(reply_header(reply, "allow"), "POST");
    /* No complaint has that id. */
    static const char *const others[] = {"GET", "HEAD", "PATCH", "DELETE"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        reply = with_method(others[i], "/v1/complaints/batch");
        EXPECT_STATUS(reply, 405);
        ck_assert_str_eq(reply_header(reply, "allow"), "POST");
    }
    reply = with_method("PATCH", "/v1/complaints/similar");
    EXPECT_PROBLEM(reply, 405, "method-not-allowed");
    ck_assert_str_eq(reply_header(reply, "allow"), "GET, HEAD");
    EXPECT_STATUS(client_get("agent1", "/v1/complaints/batches"), 404);
}
END_TEST

static const char *repeat(char c, size_t count)
{
    char *text = malloc(count + 1);
    ck_assert_ptr_nonnull(text);
    memset(text, c, count);
    text[count] = '\0';
    const char *kept = client_text("%s", text);
    free(text);
    return kept;
}

/* The refusals are ours, not the library's. */
START_TEST(long_addresses_and_headers)
{
    EXPECT_STATUS(client_get(NULL, "/healthz?x=%s", repeat('a', 4000)), 200);
    EXPECT_PROBLEM(client_get(NULL, "/healthz?x=%s", repeat('a', 4096)), 414, "uri-too-long");
    EXPECT_PROBLEM(client_get(NULL, "/%s", repeat('a', 16000)), 414, "uri-too-long");
    EXPECT_STATUS(with_header("/healthz", client_text("X-Long: %s", repeat('a', 8000))), 200);
    EXPECT_PROBLEM(with_header("/healthz", client_text("X-Long: %s", repeat('a', 8200))), 431,
                   "headers-too-large");
    EXPECT_PROBLEM(with_header("/healthz", client_text("X-Long: %s", repeat('a', 17000))), 431,
                   "headers-too-large");
}
END_TEST

START_TEST(request_ids)
{
    const struct reply *reply = with_header("/healthz", "X-Request-Id: Call_7.b-2");
    ck_assert_str_eq(reply_header(reply, "x-request-id"), "Call_7.b-2");
    reply = with_header("/nowhere", "X-Request-Id: Call_7.b-2");
    ck_assert_str_eq(reply_text(reply, "instance"), "Call_7.b-2");
    ck_assert_uint_eq(strlen(reply_header(client_get(NULL, "/healthz"), "x-request-id")), 36);

    const char *unsound[] = {"X-Request-Id: a b", "X-Request-Id: a\"b", "X-Request-Id: \xc3\xa9",
                             client_text("X-Request-Id: %s", repeat('a', 65))};
    for (size_t i = 0; i < sizeof unsound / sizeof *unsound; i++)
        ck_assert_uint_eq(strlen(reply_header(with_header("/healthz", unsound[i]), "x-request-id")),
                          36);
}
END_TEST

START_TEST(compression_is_for_those_who_ask)
{
    const struct call packed = {.path = "/v1/vocabulary", .as = "agent1", .gzip = true};
    const struct reply *small = client_call(&packed);
    const struct reply *large = client_get("agent1", "/v1/vocabulary");
    EXPECT_STATUS(small, 200);
    ck_assert_str_eq(reply_header(small, "content-encoding"), "gzip");
    ck_assert_ptr_null(reply_header(large, "content-encoding"));
    ck_assert_uint_lt(small->wire_length, large->wire_length / 2);
    ck_assert_str_eq(small->body, large->body);
    ck_assert_str_eq(reply_header(small, "vary"), "Accept-Encoding");
    ck_assert_str_eq(reply_header(large, "vary"), "Accept-Encoding");

    const struct reply *page = client_call(&(struct call){.path = "/openapi.yaml", .gzip = true});
    ck_assert_str_eq(reply_header(page, "content-encoding"), "gzip");
    ck_assert_str_eq(page->body, client_get(NULL, "/openapi.yaml")->body);
    const struct reply *tiny = client_call(&(struct call){.path = "/healthz", .gzip = true});
    ck_assert_ptr_null(reply_header(tiny, "content-encoding"));
}
END_TEST

START_TEST(head_is_get_without_a_body)
{
    static const char *const paths[] = {"/healthz", "/openapi.yaml", "/v1/vocabulary",
                                        "/v1/nothing"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const struct reply *get = client_get("agent1", "%s", paths[i]);
        const struct reply *head =
            client_call(&(struct call){.method = "HEAD", .path = paths[i], .as = "agent1"});
        ck_assert_int_eq(head->status, get->status);
        ck_assert_uint_eq(head->length, 0);
        ck_assert_str_eq(reply_header(head, "content-type"), reply_header(get, "content-type"));
        ck_assert_str_eq(reply_header(head, "content-length"), reply_header(get, "content-length"));
    }
    EXPECT_STATUS(with_method("HEAD", "/v1/vocabulary"), 401);
    EXPECT_STATUS(with_method("HEAD", "/v1/password"), 405);
}
END_TEST

START_TEST(problems_speak_the_callers_language)
{
    const struct reply *english = client_get(NULL, "/nowhere");
    const struct reply *chinese =
        with_header("/nowhere", "Accept-Language: zh-CN,zh;q=0.9,en;q=0.8");
    const struct fault_text *row = fault_text(FAULT_NOT_FOUND);
    ck_assert_str_eq(reply_text(english, "title"), row->en);
    ck_assert_str_eq(reply_text(chinese, "title"), row->zh);
    ck_assert_str_eq(reply_text(with_header("/nowhere", "Accept-Language: en, zh;q=0.5"), "title"),
                     row->en);
}
END_TEST

START_TEST(answers_are_not_kept_or_guessed_at)
{
    static const char *const paths[] = {"/healthz", "/v1/vocabulary", "/nowhere", "/docs",
                                        "/problems/not-found"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const struct reply *reply = client_get("agent1", "%s", paths[i]);
        ck_assert_str_eq(reply_header(reply, "x-content-type-options"), "nosniff");
        ck_assert_ptr_null(reply_header(reply, "server"));
    }
    ck_assert_str_eq(reply_header(client_get("agent1", "/v1/vocabulary"), "cache-control"),
                     "no-store");
    ck_assert_str_eq(reply_header(client_get(NULL, "/nowhere"), "cache-control"), "no-store");
}
END_TEST

/* --- vocabulary ------------------------------------------------------------------------------- */

static void check_term(const struct reply *reply, const struct vocabulary *vocabulary, int index)
{
    const struct term *term = &vocabulary->terms[index];
    const char *where = client_text("vocabularies.%s.%d", vocabulary->name, index);
    ck_assert_str_eq(reply_text(reply, client_text("%s.code", where)),
                     client_text("%.*s", TEXT_ARG(term->code)));
    ck_assert_str_eq(reply_text(reply, client_text("%s.zh", where)), term->zh);
    ck_assert_str_eq(reply_text(reply, client_text("%s.en", where)), term->en);
}

START_TEST(vocabulary_names_every_code)
{
    const struct reply *reply = client_get("auditor1", "/v1/vocabulary");
    EXPECT_STATUS(reply, 200);
    for (size_t i = 0; vocabularies[i]; i++) {
        json_t *terms = reply_at(reply, client_text("vocabularies.%s", vocabularies[i]->name));
        ck_assert_uint_eq(json_array_size(terms), (size_t)vocabularies[i]->count);
        for (int j = 0; j < vocabularies[i]->count; j++)
            check_term(reply, vocabularies[i], j);
    }
    bool dimensions[3] = {false};
    json_t *class;
    size_t index;
    json_array_foreach(reply_at(reply, "classes"), index, class)
    {
        const char *dimension = json_string_value(json_object_get(class, "dimension"));
        ck_assert_ptr_nonnull(dimension);
        ck_assert(dimension[0] >= 'A' && dimension[0] <= 'C' && !dimension[1]);
        dimensions[dimension[0] - 'A'] = true;
    }
    ck_assert(dimensions[0] && dimensions[1] && dimensions[2]);
}
END_TEST

Suite *service_suite(void);
Suite *service_suite(void)
{
    Suite *suite = suite_create("service");
    TCase *tests = tcase_create("service");
    tcase_add_unchecked_fixture(tests, client_setup, NULL);
    tcase_add_test(tests, healthy_and_ready);
    tcase_add_test(tests, without_database);
    tcase_add_test(tests, metrics_can_be_scraped);
    tcase_add_test(tests, the_contract_is_served);
    tcase_add_loop_test(tests, files_are_kept_by_browsers, 0,
                        (int)(sizeof assets / sizeof *assets));
    tcase_add_test(tests, the_documentation_page_is_complete);
    tcase_add_test(tests, every_problem_has_a_page);
    tcase_add_test(tests, unknown_addresses);
    tcase_add_test(tests, methods);
    tcase_add_test(tests, long_addresses_and_headers);
    tcase_add_test(tests, request_ids);
    tcase_add_test(tests, compression_is_for_those_who_ask);
    tcase_add_test(tests, head_is_get_without_a_body);
    tcase_add_test(tests, problems_speak_the_callers_language);
    tcase_add_test(tests, answers_are_not_kept_or_guessed_at);
    tcase_add_test(tests, vocabulary_names_every_code);
    suite_add_tcase(suite, tests);
    return suite;
}
