#ifndef TESTS_HTTP_MATTER_H
#define TESTS_HTTP_MATTER_H

#include "tests/http/client.h"

/* A complaint as a test follows it: made, worked on and brought to a stage through the API alone.
 * Every failure ends the test. */
struct matter {
    const char *id, *number;
    int64_t version; /* the newest that the test has seen */
};

/* JSON in which ' stands for ", printf's format; the caller owns it, calls steal it. */
json_t *body(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The JSON as text, for requests that are sent as bytes; the reference is stolen. */
const char *body_text(json_t *json);

/* What POST /v1/complaints takes: every member, as in the example of the API's description, and
 * only what is required, received just now. */
json_t *matter_full(void);
json_t *matter_minimal(void);

/* Receives the minimal input with these members put into it (stolen; NULL: none). */
struct matter matter_new(const char *as, json_t *members);

/* The same, as a reply, whatever it is. */
const struct reply *matter_receive(const char *as, json_t *input);

/* POST …/action with the version last seen; remembers the new one. matter_must() wants success. */
const struct reply *matter_do(struct matter *matter, const char *as, const char *action,
                              json_t *input);
const struct reply *matter_must(struct matter *matter, const char *as, const char *action,
                                json_t *input);

/* GET …, optionally followed by "/stages" and the like; 200 is wanted. */
const struct reply *matter_get(const struct matter *matter, const char *as, const char *rest);

/* A complaint of HN-CS-001 that agent1 received, brought to a stage whose owner is handler1 (at
 * intake: agent1). "feedback" has no notice yet. */
struct matter matter_at(const char *stage);

/* Bodies that are right for each kind of case work. */
json_t *body_findings(void);
json_t *body_plan(int64_t refund_fen);
json_t *body_notice(void);
json_t *body_delivery(void);
json_t *body_contact(const char *direction, bool reached);

/* RFC 3339 in +08:00 of now and so many seconds. */
const char *time_text(int64_t seconds_from_now);
/* yyyymmdd of today in +08:00. */
const char *today_text(void);

/* Whether complaintctl finds every journal sound. */
bool journals_are_sound(void);

#endif
