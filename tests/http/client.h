#ifndef TESTS_HTTP_CLIENT_H
#define TESTS_HTTP_CLIENT_H

#include <check.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A client of the real program, as its users are: it runs COMPLAINTD_BIN on a free port over the
 * database of COMPLAINTD_TEST_APP, in which tests/run.sh has put the demo installation. Every
 * failure ends the test.
 *
 * A suite:
 *
 *     tcase_add_unchecked_fixture(tcase, client_setup, NULL);
 *
 *     START_TEST(agent_sees_own_complaint)
 *     {
 *         const struct reply *reply = client_get("agent1", "/v1/complaints/%s", number);
 *         EXPECT_STATUS(reply, 200);
 *         ck_assert_str_eq(reply_text(reply, "stages.0.owner.login"), "agent1");
 *     }
 *     END_TEST
 *
 * There is one shared server for the whole program: the first client_setup() starts it and signs
 * the demo staff in, the end of the program stops it by SIGTERM. The program fails if the server
 * does not end with status 0, or has logged an error. Its log is
 * build/<flavour>/check/http-server.log.
 *
 * Replies, paths and tokens live until the process ends; nobody frees them.
 *
 * Each exchange is appended as a line of JSON to the file of COMPLAINTD_EXCHANGES, by default
 * build/<flavour>/exchanges.jsonl, for tests/contract. */

void client_setup(void);

/* What is sent. Members that are not set have no effect. */
struct call {
    const char *method;       /* NULL: GET, or POST when there is a body */
    const char *path;         /* with query, as it goes on the wire; see client_text() */
    const char *as;           /* login of one of the demo's staff, whose token is sent */
    const char *token;        /* another token */
    json_t *json;             /* the body; the reference is stolen */
    const char *body;         /* or any bytes */
    size_t body_length;       /* of these; 0: up to the zero byte */
    const char *content_type; /* NULL: application/json when there is a body */
    int64_t version;          /* If-Match: "version" */
    const char *idempotency_key;
    const char *headers[8]; /* more: "Name: value" */
    int port;               /* of another server; 0: the shared one */
    bool gzip;              /* asks for compression; the reply is shown unpacked */
};

struct reply {
    int status;
    const char *body;           /* zero-terminated; it may hold zero bytes all the same */
    size_t length, wire_length; /* bytes; they differ when the body was compressed */
    json_t *json;               /* NULL: the body is no JSON */
    json_t *headers;            /* an object, names in lower case */
};

const struct reply *client_call(const struct call *call);

/* The same for several calls at once, each on a connection of its own; fills replies[count]. */
void client_together(const struct call calls[], size_t count, const struct reply *replies[]);

/* The frequent ones. as: NULL for nobody; version: 0 for no If-Match; json: stolen, NULL for no
 * body; path: printf's format. */
const struct reply *client_get(const char *as, const char *path, ...)
    __attribute__((format(printf, 2, 3)));
const struct reply *client_post(const char *as, int64_t version, json_t *json, const char *path,
                                ...) __attribute__((format(printf, 4, 5)));

/* A text made by printf's format. */
const char *client_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The token of one of the demo's staff. Signs in if that was not done yet. */
const char *client_token(const char *login);

/* "http://127.0.0.1:12345", for tests that need a socket of their own; and the port alone. */
const char *client_address(void);
int client_port(void);

/* --- what came back --------------------------------------------------------------------------- */

/* A header field's value by its name in lower case; NULL: not sent. */
const char *reply_header(const struct reply *reply, const char *name);

/* A part of the body, named by members and indexes: "stages.0.owner.login". reply_at() answers NULL
 * when there is none; the others fail the test when it is not of their type. */
json_t *reply_at(const struct reply *reply, const char *where);
const char *reply_text(const struct reply *reply, const char *where);
int64_t reply_integer(const struct reply *reply, const char *where);
bool reply_boolean(const struct reply *reply, const char *where);
bool reply_is_null(const struct reply *reply, const char *where); /* there, and null */
/* Whether a list of texts, such as "allowed_actions", holds that one. */
bool reply_lists(const struct reply *reply, const char *where, const char *text);
/* The version in the ETag. */
int64_t reply_version(const struct reply *reply);

/* Fails the test, showing the body, unless the reply has that status. */
#define EXPECT_STATUS(reply, status_) expect_status((reply), (status_), __FILE__, __LINE__)
/* The same for a refusal: also checks that it is a sound problem of that type. */
#define EXPECT_PROBLEM(reply, status_, slug) \
    expect_problem((reply), (status_), (slug), __FILE__, __LINE__)
/* One of the problem's errors has that pointer and code. */
#define EXPECT_ERROR(reply, pointer, code) \
    expect_error((reply), (pointer), (code), __FILE__, __LINE__)

void expect_status(const struct reply *reply, int status, const char *file, int line);
void expect_problem(const struct reply *reply, int status, const char *slug, const char *file,
                    int line);
void expect_error(const struct reply *reply, const char *pointer, const char *code,
                  const char *file, int line);

#endif
