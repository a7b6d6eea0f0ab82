#include "tests/http/administration.h"

#include <string.h>
#include <unistd.h>

#include "tests/http/database.h"
#include "tests/http/matter.h"

const char *fresh(const char *prefix)
{
    static int count;

    return client_text("%s-%d-%d", prefix, (int)getpid(), count++);
}

const char *token_of(const char *login, const char *password)
{
    const struct reply *reply = client_post(
        NULL, 0, body("{'login': '%s', 'password': '%s'}", login, password), "/v1/sessions");

    EXPECT_STATUS(reply, 201);
    return reply_text(reply, "token");
}

void take_own_password(const char *token)
{
    const struct call call = {.path = "/v1/password",
                              .token = token,
                              .json =
                                  body("{'present': '%s', 'new': '%s-2'}", A_PASSWORD, A_PASSWORD)};

    EXPECT_STATUS(client_call(&call), 204);
}

const struct reply *administer_as(const char *token, const char *method, const char *path,
                                  int64_t version, json_t *json)
{
    return client_call(&(struct call){
        .method = method, .path = path, .token = token, .version = version, .json = json});
}

const struct reply *administer(const char *method, const char *path, int64_t version, json_t *json)
{
    return administer_as(client_token("admin"), method, path, version, json);
}

void expect_refusals(const char *method, const char *path, json_t *json)
{
    static char large[20000];
    const char *sound = json ? body_text(json) : NULL;
    struct call call = {.method = method, .path = path, .body = sound};

    memset(large, ' ', sizeof large);
    EXPECT_PROBLEM(client_call(&call), 401, "unauthenticated");
    call.as = "agent1";
    EXPECT_PROBLEM(client_call(&call), 403, "forbidden");
    call.as = "admin";
    call.path = client_text("%s?x=1", path);
    EXPECT_PROBLEM(client_call(&call), 400, "invalid-parameter");
    call.path = path;
    if (!sound)
        return;
    call.body = "{";
    EXPECT_PROBLEM(client_call(&call), 400, "bad-request");
    call.body = "{\"x/y\": 1}";
    const struct reply *reply = client_call(&call);
    EXPECT_PROBLEM(reply, 422, "invalid-input");
    EXPECT_ERROR(reply, "/x~1y", "unknown_member");
    call.content_type = "text/plain";
    EXPECT_PROBLEM(client_call(&call), 415, "unsupported-media-type");
    call.content_type = NULL;
    call.body = large;
    call.body_length = sizeof large;
    EXPECT_PROBLEM(client_call(&call), 413, "too-large");
}

void expect_audited(const char *subject, const char *text)
{
    const char *bytes = database_text("SELECT bytes FROM audit WHERE bytes::json ->> 'subject' = "
                                      "'%s' ORDER BY id DESC LIMIT 1",
                                      subject);

    ck_assert_msg(strstr(bytes, text), "%s: %s", subject, bytes);
}

const char *new_unit(const char *parent)
{
    const char *code = fresh("U");

    EXPECT_STATUS(
        administer("POST", "/v1/units", 0,
                   body("{'code': '%s', 'name': '测试支行', 'parent': '%s'}", code, parent)),
        201);
    return code;
}

const char *new_staff(const char *unit, const char *role, const char *password)
{
    const char *login = fresh("staff");
    json_t *input = body("{'login': '%s', 'name': '新员工', 'unit': '%s'}", login, unit);

    if (role)
        json_object_set_new(input, "roles", body("[{'role': '%s', 'unit': '%s'}]", role, unit));
    if (password)
        json_object_set_new(input, "password", json_string(password));
    EXPECT_STATUS(administer("POST", "/v1/staff", 0, input), 201);
    return login;
}
