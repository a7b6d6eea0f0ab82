#ifndef TESTS_HTTP_ADMINISTRATION_H
#define TESTS_HTTP_ADMINISTRATION_H

#include "tests/http/client.h"

/* What the tests of units and staff share. */

#define A_PASSWORD "trüber-Regen-im-März" /* that is none of those tried first */

/* A text that no other test has used: "PREFIX-7-1". */
const char *fresh(const char *prefix);

/* The token of somebody who signs in. */
const char *token_of(const char *login, const char *password);

/* Changes the first password of who has just signed in with A_PASSWORD to A_PASSWORD "-2". */
void take_own_password(const char *token);

/* A request with If-Match: "version" (0: without) by the demo's admin, or by whose token it is. */
const struct reply *administer_as(const char *token, const char *method, const char *path,
                                  int64_t version, json_t *json);
const struct reply *administer(const char *method, const char *path, int64_t version, json_t *json);

/* The answers that every operation has: 401, 400, 413, 415, 422 and 403, by somebody who may and by
 * agent1, who may not. body: one that is sound; NULL: the operation has none. */
void expect_refusals(const char *method, const char *path, json_t *body);

/* The last entry of the audit trail about a subject has that text in it. */
void expect_audited(const char *subject, const char *text);

/* A new unit below another: its code. */
const char *new_unit(const char *parent);

/* A new member of staff with that password (NULL: none) and one role in their unit (NULL: none): the
 * login. */
const char *new_staff(const char *unit, const char *role, const char *password);

#endif
