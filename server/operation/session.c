/* Signing in and out. */
#include "server/operation/session.h"

#include <sodium.h>

#include "lib/auth/password.h"
#include "lib/json/shape.h"
#include "lib/store/session_store.h"
#include "lib/store/staff_store.h"
#include "server/audit.h"
#include "server/engine.h"
#include "server/operation/staff_member.h"
#include "server/server.h"
#include "server/session_cookie.h"

struct sign_in {
    struct text login, password;
};

static const struct member sign_in_members[] = {
    {MEMBER("login", TEXT, struct sign_in, login), .flags = MEMBER_REQUIRED, .max = 64},
    {MEMBER("password", TEXT, struct sign_in, password), .flags = MEMBER_REQUIRED,
     .max = PASSWORD_BYTES_MAX},
};
static const struct shape sign_in_shape = {
    .name = "SignIn", .size = sizeof(struct sign_in), SHAPE_MEMBERS(sign_in_members)};

static void write_staff(const struct staff *staff, struct text_buffer *out)
{
    text_buffer_add_string(out, "\"staff\":{");
    staff_write_members(staff, out);
    text_buffer_printf(out, ",\"password_temporary\":%s}",
                       staff->password_temporary ? "true" : "false");
}

/* Checks the password in the same time whether the login exists or not. *ret_hash: the one that it has.
 * From then on context->who is the staff member whose login it is, if there is one, for the audit
 * trail. */
static enum fault check_password(struct slow_context *context, const struct sign_in *input,
                                 struct text *ret_hash)
{
    struct credential credential = {0};
    enum store_result result = staff_credential(context->pg, context->request->arena, input->login,
                                                statement_deadline(context->server), &credential);
    if (result != STORE_DONE && result != STORE_NONE)
        return statement_fault(context);
    if (result == STORE_DONE)
        context->who.staff = institution_staff(context->institution, credential.staff_id);
    bool known = result == STORE_DONE && credential.active;
    *ret_hash = known ? credential.password_hash : TEXT_NONE;
    return password_verify(*ret_hash, input->password) ? FAULT_NONE : FAULT_SIGN_IN_FAILED;
}

static void answer_session(struct slow_context *context, const struct staff *staff,
                           const char *token, instant expires_at)
{
    struct request *request = context->request;
    struct text_buffer out = text_buffer_new(request->arena, 512);

    text_buffer_printf(&out, "{\"token\":\"%s\",\"expires_at\":", token);
    json_add_instant(&out, expires_at, context->institution->zone_minutes);
    text_buffer_add_char(&out, ',');
    write_staff(staff, &out);
    text_buffer_add_char(&out, '}');
    request_answer(request, 201, text_buffer_text(&out));
    request->answer.location = TEXT("/v1/sessions/current");
    request->answer.cookie = session_cookie_of(context, token);
}

struct text session_cookie_of(const struct slow_context *context, const char *token)
{
    return session_cookie(context->server, context->request->arena, token,
                          context->server->settings.session.lifetime_ms / 1000);
}

/* What was typed as a login that nobody has is not recorded: it may be a password. */
enum fault session_refuse(struct slow_context *context, struct text by)
{
    const struct audit_event event = {.action = AUDIT_SIGN_IN,
                                      .facts = {{text_is_none(by) ? NULL : "by", by}}};

    return audit_write(context, &event) == STORE_DONE ? FAULT_SIGN_IN_FAILED
                                                      : statement_fault(context);
}

static enum store_result add_token(struct slow_context *context, struct token_row *row,
                                   struct text by)
{
    const struct audit_event event = {
        .action = AUDIT_SIGN_IN, .success = true, .facts = {{text_is_none(by) ? NULL : "by", by}}};
    enum store_result result = audit_begin(context);

    if (result != STORE_DONE)
        return result;
    result =
        token_add(context->pg, context->request->arena, row, statement_deadline(context->server));
    if (result == STORE_DONE)
        result = sessions_end_oldest(context->pg, context->request->arena, row->staff_id,
                                     SESSIONS_OF_ONE, statement_deadline(context->server));
    return audit_end(context, result, &event);
}

enum fault session_open(struct slow_context *context, const struct staff *staff, struct text by,
                        struct text password_hash, char ret_token[static TOKEN_LENGTH + 1],
                        instant *ret_expires_at)
{
    const struct settings *settings = &context->server->settings;

    if (!staff || !staff->active) /* added a moment ago: the snapshot will follow */
        return session_refuse(context, by);
    struct token_row row = {.staff_id = staff->id,
                            .scopes = SCOPES_ALL,
                            .address = context->request->address,
                            .password_hash = password_hash,
                            .expires_at =
                                context->now + settings->session.lifetime_ms * INSTANT_MILLISECOND};
    token_make(ret_token);
    (void)token_hash(text_of(ret_token), row.hash.bytes);
    *ret_expires_at = row.expires_at;
    enum store_result added = add_token(context, &row, by);
    if (added == STORE_NONE) /* disabled, or their password changed, a moment ago */
        return session_refuse(context, by);
    return added == STORE_DONE ? FAULT_NONE : statement_fault(context);
}

static enum fault sign_in(struct slow_context *context)
{
    char token[TOKEN_LENGTH + 1];
    instant expires_at = INSTANT_NONE;
    struct text hash;
    enum fault fault = check_password(context, context->request->input, &hash);

    if (fault == FAULT_SIGN_IN_FAILED)
        return session_refuse(context, TEXT_NONE);
    if (!fault)
        fault = session_open(context, context->who.staff, TEXT_NONE, hash, token, &expires_at);
    if (!fault)
        answer_session(context, context->who.staff, token, expires_at);
    sodium_memzero(token, sizeof token);
    return fault;
}

static enum fault create_session(struct slow_context *context)
{
    struct request *request = context->request;
    const struct sign_in *input = request->input;
    struct throttle *throttle = context->server->throttle;

    if (!throttle_enter(throttle, request, input->login, &request->limit.wait_s))
        return FAULT_TOO_MANY_REQUESTS;
    enum fault fault = sign_in(context);
    if (fault != FAULT_SIGN_IN_FAILED)
        throttle_forgive(throttle, request, input->login);
    return fault;
}

const struct operation session_create = {.name = "session_create",
                                         .method = METHOD_POST,
                                         .path = "/v1/sessions",
                                         .kind = OPERATION_SLOW,
                                         .input = &sign_in_shape,
                                         .body_max = 4096,
                                         .secret = true,
                                         .handle = create_session};

static enum fault get_session(struct slow_context *context)
{
    struct text_buffer out = text_buffer_new(context->request->arena, 512);
    text_buffer_add_char(&out, '{');
    write_staff(context->who.staff, &out);
    text_buffer_add_char(&out, '}');
    request_answer(context->request, 200, text_buffer_text(&out));
    return FAULT_NONE;
}

const struct operation session_get = {.name = "session_get",
                                      .method = METHOD_GET,
                                      .path = "/v1/sessions/current",
                                      .kind = OPERATION_SLOW,
                                      .with_temporary_password = true,
                                      .handle = get_session};

static enum store_result revoke_token(struct slow_context *context)
{
    const struct audit_event event = {.action = AUDIT_SIGN_OUT, .success = true};
    enum store_result result = audit_begin(context);

    if (result == STORE_DONE)
        result = audit_end(context,
                           token_revoke(context->pg, context->request->arena,
                                        &context->request->token_hash,
                                        statement_deadline(context->server)),
                           &event);
    return result;
}

static enum fault delete_session(struct slow_context *context)
{
    struct request *request = context->request;
    enum store_result result = revoke_token(context);
    if (result != STORE_DONE && result != STORE_NONE)
        return statement_fault(context);
    identity_forget(context->server->identities, &request->token_hash);
    request->answer.status = 204;
    request->answer.cookie = session_cookie(context->server, request->arena, "", 0);
    return FAULT_NONE;
}

const struct operation session_delete = {.name = "session_delete",
                                         .method = METHOD_DELETE,
                                         .path = "/v1/sessions/current",
                                         .kind = OPERATION_SLOW,
                                         .with_temporary_password = true,
                                         .handle = delete_session};
