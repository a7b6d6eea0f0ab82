#include <stdlib.h>
#include <string.h>

#include "tests/http/client.h"

const char *reply_header(const struct reply *reply, const char *name)
{
    return json_string_value(json_object_get(reply->headers, name));
}

/* One step of a path: a member of an object, or an element of a list. */
static json_t *step(json_t *from, const char *name, size_t length)
{
    char text[64];
    ck_assert_uint_lt(length, sizeof text);
    memcpy(text, name, length);
    text[length] = '\0';
    return json_is_array(from) ? json_array_get(from, strtoul(text, NULL, 10))
                               : json_object_get(from, text);
}

json_t *reply_at(const struct reply *reply, const char *where)
{
    json_t *value = reply->json;
    while (value && *where) {
        size_t length = strcspn(where, ".");
        value = step(value, where, length);
        where += length + (where[length] == '.');
    }
    return value;
}

static json_t *must_be(const struct reply *reply, const char *where, bool right)
{
    json_t *value = reply_at(reply, where);
    ck_assert_msg(value != NULL, "%s is missing: %d %s", where, reply->status, reply->body);
    ck_assert_msg(right, "%s is of another type: %d %s", where, reply->status, reply->body);
    return value;
}

const char *reply_text(const struct reply *reply, const char *where)
{
    return json_string_value(must_be(reply, where, json_is_string(reply_at(reply, where))));
}

int64_t reply_integer(const struct reply *reply, const char *where)
{
    return json_integer_value(must_be(reply, where, json_is_integer(reply_at(reply, where))));
}

bool reply_boolean(const struct reply *reply, const char *where)
{
    return json_is_true(must_be(reply, where, json_is_boolean(reply_at(reply, where))));
}

bool reply_is_null(const struct reply *reply, const char *where)
{
    return json_is_null(must_be(reply, where, true));
}

bool reply_lists(const struct reply *reply, const char *where, const char *text)
{
    json_t *list = must_be(reply, where, json_is_array(reply_at(reply, where))), *value;
    size_t i;
    json_array_foreach(list, i, value)
    {
        if (json_is_string(value) && strcmp(json_string_value(value), text) == 0)
            return true;
    }
    return false;
}

int64_t reply_version(const struct reply *reply)
{
    const char *etag = reply_header(reply, "etag");
    char *rest = NULL;
    ck_assert_msg(etag && *etag == '"', "no ETag of a complaint: %d %s", reply->status,
                  reply->body);
    int64_t version = strtoll(etag + 1, &rest, 10);
    ck_assert_str_eq(rest, "\"");
    return version;
}

void expect_status(const struct reply *reply, int status, const char *file, int line)
{
    ck_assert_msg(reply->status == status, "%s:%d: status %d, not %d: %s", file, line,
                  reply->status, status, reply->body);
}

void expect_problem(const struct reply *reply, int status, const char *slug, const char *file,
                    int line)
{
    expect_status(reply, status, file, line);
    const char *type = reply_header(reply, "content-type");
    ck_assert_msg(type && strcmp(type, "application/problem+json") == 0, "%s:%d: %s", file, line,
                  type ? type : "no content type");
    ck_assert_msg(strcmp(reply_text(reply, "type"), client_text("/problems/%s", slug)) == 0,
                  "%s:%d: not %s: %s", file, line, slug, reply->body);
    ck_assert_int_eq(reply_integer(reply, "status"), status);
    ck_assert_str_ne(reply_text(reply, "title"), "");
    ck_assert_str_ne(reply_text(reply, "detail"), "");
    ck_assert_str_eq(reply_text(reply, "instance"), reply_header(reply, "x-request-id"));
}

void expect_error(const struct reply *reply, const char *pointer, const char *code,
                  const char *file, int line)
{
    json_t *errors = reply_at(reply, "errors"), *error;
    size_t i;
    json_array_foreach(errors, i, error)
    {
        const char *where = json_string_value(json_object_get(error, "pointer"));
        const char *what = json_string_value(json_object_get(error, "code"));
        if (where && what && strcmp(where, pointer) == 0 && strcmp(what, code) == 0)
            return;
    }
    ck_abort_msg("%s:%d: no error %s at %s: %s", file, line, code, pointer, reply->body);
}
