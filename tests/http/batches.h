#ifndef TESTS_HTTP_BATCHES_H
#define TESTS_HTTP_BATCHES_H

#include "tests/http/matter.h"

/* Batches of complaints, as they are sent and answered. */

#define BATCH_PATH "/v1/complaints/batch"

/* An item; the complaint is stolen; key may be NULL. */
json_t *batch_item(const char *key, json_t *complaint);

/* The minimal complaint with that subject. */
json_t *batch_complaint(const char *subject);

/* A list of so many with the same subject, under the keys "key 0", "key 1", … (NULL: none). */
json_t *batch_items(size_t count, const char *subject, const char *key);

/* The body of a list, which is stolen; as text it lives until the process ends. */
json_t *batch_body(json_t *items);
const char *batch_text(json_t *items);

/* Sends a list, which is stolen, with an Idempotency-Key (NULL: none). */
const struct reply *batch_send(const char *as, const char *key, json_t *items);

/* A member of the result at that place: "status", "problem.errors.0.pointer". */
int64_t batch_integer(const struct reply *reply, size_t index, const char *where);
const char *batch_string(const struct reply *reply, size_t index, const char *where);

/* Fails unless the result at that place is a complaint, or a problem of that status and type. */
void batch_expect_received(const struct reply *reply, size_t index);
void batch_expect_refused(const struct reply *reply, size_t index, int status, const char *slug);
/* The problem at that place has that error. */
void batch_expect_error(const struct reply *reply, size_t index, const char *pointer,
                        const char *code);

/* A text that nothing else has, for subjects and keys. */
const char *batch_unique(const char *what);
/* How many complaints have that subject. */
long batch_subjects(const char *subject);

#endif
