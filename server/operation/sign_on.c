/* Signing in at an OpenID Connect provider: the browser is sent there with a cookie that only this
 * program can read, and comes back with a code. Who somebody is the provider says; that they work here
 * and what they may do stays ours. */
#include <sodium.h>

#include "lib/auth/sign_on_state.h"
#include "lib/json/shape.h"
#include "server/operation/session.h"
#include "server/server.h"
#include "server/session_cookie.h"

#define BY TEXT("single sign-on")

/* --- going there -------------------------------------------------------------------------------- */

static void add(struct text_buffer *out, const char *name, const char *value)
{
    text_buffer_add_string(out, name);
    text_buffer_add_encoded(out, text_of(value));
}

static struct text address_of(const struct slow_context *context,
                              const struct id_provider *provider, const struct sign_on_state *state)
{
    const struct settings *settings = &context->server->settings;
    struct text_buffer out = text_buffer_new(context->request->arena, 1024);
    char challenge[SIGN_ON_TEXT + 1];

    sign_on_challenge(state, challenge);
    text_buffer_add_string(&out, provider->authorization);
    text_buffer_add_char(&out, strchr(provider->authorization, '?') ? '&' : '?');
    text_buffer_add_string(&out, "response_type=code&code_challenge_method=S256");
    add(&out, "&client_id=", settings->sign_on.client_id);
    add(&out, "&redirect_uri=", settings->sign_on.redirect_url);
    add(&out, "&scope=", settings->sign_on.scopes);
    add(&out, "&state=", state->state);
    add(&out, "&nonce=", state->nonce);
    add(&out, "&code_challenge=", challenge);
    return text_buffer_text(&out);
}

static enum fault begin(struct slow_context *context)
{
    struct request *request = context->request;
    struct sign_on *sign_on = context->server->sign_on;
    struct id_provider provider;
    struct sign_on_state state;

    if (!sign_on)
        return FAULT_NOT_FOUND;
    enum fault fault = sign_on_provider(sign_on, request->arena, &provider);
    if (fault)
        return fault;
    sign_on_state_make(context->now, &state);
    request->answer.status = 302;
    request->answer.location = address_of(context, &provider, &state);
    request->answer.cookie = sign_on_cookie(
        context->server, request->arena,
        sign_on_state_seal(request->arena, keyring_now(), context->now, &state), SIGN_ON_SECONDS);
    sodium_memzero(&state, sizeof state);
    return FAULT_NONE;
}

const struct operation sign_on_begin = {.name = "sign_on_begin",
                                        .method = METHOD_GET,
                                        .path = "/v1/sign-on",
                                        .kind = OPERATION_SLOW,
                                        .bulk = true,
                                        .handle = begin};

/* --- coming back -------------------------------------------------------------------------------- */

struct callback_input {
    struct text code, state, error, iss, unused;
};

/* What providers add to the address beside what is ours (RFC 6749, RFC 9207, session management). */
static const struct member members[] = {
    {MEMBER("code", TEXT, struct callback_input, code), .max = 2000},
    {MEMBER("state", TEXT, struct callback_input, state), .max = 200},
    {MEMBER("error", TEXT, struct callback_input, error), .max = 200},
    {MEMBER("iss", TEXT, struct callback_input, iss), .max = 500},
    {MEMBER("error_description", TEXT, struct callback_input, unused), .max = 2000},
    {MEMBER("error_uri", TEXT, struct callback_input, unused), .max = 2000},
    {MEMBER("session_state", TEXT, struct callback_input, unused), .max = 500},
    {MEMBER("scope", TEXT, struct callback_input, unused), .max = 2000},
};
static const struct shape callback_parameters = {
    .name = "CallbackParameters", .size = sizeof(struct callback_input), SHAPE_MEMBERS(members)};

/* Whether it is the answer to what this browser was sent for, and a good one. */
static bool is_ours(const struct slow_context *context, const struct callback_input *input,
                    struct sign_on_state *ret)
{
    const char *issuer = context->server->settings.sign_on.issuer;

    return sign_on_state_open(keyring_now(), context->now, context->request->sign_on, ret) &&
           input->state.length == SIGN_ON_TEXT &&
           sodium_memcmp(input->state.at, ret->state, SIGN_ON_TEXT) == 0 &&
           text_is_none(input->error) && !text_is_none(input->code) &&
           (text_is_none(input->iss) || text_equal(input->iss, text_of(issuer)));
}

/* The person, from then on context->who.staff; a program is none. */
static enum fault find_person(struct slow_context *context)
{
    const struct callback_input *input = context->request->input;
    struct sign_on_state state = {0};
    struct text login = TEXT_NONE;
    enum fault fault = FAULT_SIGN_IN_FAILED;

    if (is_ours(context, input, &state))
        fault = sign_on_redeem(context->server->sign_on, context->request->arena, input->code,
                               state.verifier, text_of(state.nonce), &login);
    sodium_memzero(&state, sizeof state);
    if (fault)
        return fault;
    const struct staff *staff = institution_staff_by_login(context->institution, login);
    context->who.staff = staff && !staff->client ? staff : NULL;
    return FAULT_NONE;
}

static enum fault come_back(struct slow_context *context)
{
    struct request *request = context->request;
    char token[TOKEN_LENGTH + 1];
    instant expires_at;
    enum fault fault = find_person(context);

    if (fault == FAULT_SIGN_IN_FAILED)
        return session_refuse(context, BY);
    if (!fault)
        fault = session_open(context, context->who.staff, BY, TEXT_NONE, token, &expires_at);
    if (!fault) {
        request->answer.status = 303;
        request->answer.location = text_of(context->server->settings.sign_on.page);
        request->answer.cookie = session_cookie_of(context, token);
    }
    sodium_memzero(token, sizeof token);
    return fault;
}

/* Each try is counted for the address alone, as nobody says who they are. It ends what is remembered:
 * whoever comes back twice is refused. */
static enum fault end(struct slow_context *context)
{
    struct request *request = context->request;
    const struct callback_input *input = request->input;
    struct throttle *throttle = context->server->throttle;

    if (!context->server->sign_on)
        return FAULT_NOT_FOUND;
    if (!throttle_enter(throttle, request, input->state, &request->limit.wait_s))
        return FAULT_TOO_MANY_REQUESTS;
    request->answer.cookie_beside = sign_on_cookie(context->server, request->arena, TEXT(""), 0);
    enum fault fault = come_back(context);
    if (fault != FAULT_SIGN_IN_FAILED)
        throttle_forgive(throttle, request, input->state);
    return fault;
}

const struct operation sign_on_end = {.name = "sign_on_end",
                                      .method = METHOD_GET,
                                      .path = "/v1/sign-on/callback",
                                      .kind = OPERATION_SLOW,
                                      .query = &callback_parameters,
                                      .bulk = true,
                                      .takes_sign_on = true,
                                      .handle = end};
