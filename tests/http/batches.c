#include "tests/http/batches.h"

#include <string.h>
#include <unistd.h>

#include "tests/http/database.h"

json_t *batch_item(const char *key, json_t *complaint)
{
    json_t *item = json_pack("{s:s*, s:o}", "key", key, "complaint", complaint);
    ck_assert_ptr_nonnull(item);
    return item;
}

json_t *batch_complaint(const char *subject)
{
    json_t *complaint = matter_minimal();
    json_object_set_new(complaint, "subject", json_string(subject));
    return complaint;
}

json_t *batch_items(size_t count, const char *subject, const char *key)
{
    json_t *items = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(items, batch_item(key ? client_text("%s %zu", key, i) : NULL,
                                                batch_complaint(subject)));
    return items;
}

json_t *batch_body(json_t *items)
{
    return json_pack("{s:o}", "items", items);
}

const char *batch_text(json_t *items)
{
    return body_text(batch_body(items));
}

const struct reply *batch_send(const char *as, const char *key, json_t *items)
{
    const struct call call = {
        .as = as, .path = BATCH_PATH, .json = batch_body(items), .idempotency_key = key};
    return client_call(&call);
}

int64_t batch_integer(const struct reply *reply, size_t index, const char *where)
{
    return reply_integer(reply, client_text("items.%zu.%s", index, where));
}

const char *batch_string(const struct reply *reply, size_t index, const char *where)
{
    return reply_text(reply, client_text("items.%zu.%s", index, where));
}

void batch_expect_received(const struct reply *reply, size_t index)
{
    ck_assert_int_eq(batch_integer(reply, index, "index"), (int64_t)index);
    ck_assert_msg(batch_integer(reply, index, "status") == 201, "%zu: %s", index, reply->body);
    ck_assert_uint_eq(strlen(batch_string(reply, index, "complaint.id")), 36);
    ck_assert_int_eq(batch_integer(reply, index, "complaint.version"), 1);
}

void batch_expect_refused(const struct reply *reply, size_t index, int status, const char *slug)
{
    ck_assert_int_eq(batch_integer(reply, index, "index"), (int64_t)index);
    ck_assert_msg(batch_integer(reply, index, "status") == status, "%zu: %s", index, reply->body);
    ck_assert_int_eq(batch_integer(reply, index, "problem.status"), status);
    ck_assert_str_eq(batch_string(reply, index, "problem.type"), client_text("/problems/%s", slug));
    ck_assert_str_eq(batch_string(reply, index, "problem.instance"),
                     reply_header(reply, "x-request-id"));
}

void batch_expect_error(const struct reply *reply, size_t index, const char *pointer,
                        const char *code)
{
    json_t *errors = reply_at(reply, client_text("items.%zu.problem.errors", index)), *error;
    size_t i;
    json_array_foreach(errors, i, error)
    {
        const char *where = json_string_value(json_object_get(error, "pointer"));
        const char *what = json_string_value(json_object_get(error, "code"));
        if (where && what && strcmp(where, pointer) == 0 && strcmp(what, code) == 0)
            return;
    }
    ck_abort_msg("%zu: no error %s at %s: %s", index, code, pointer, reply->body);
}

const char *batch_unique(const char *what)
{
    static int count;
    return client_text("%s %d %d", what, getpid(), ++count);
}

long batch_subjects(const char *subject)
{
    return database_number("SELECT count(*) FROM complaint WHERE subject = '%s'", subject);
}
