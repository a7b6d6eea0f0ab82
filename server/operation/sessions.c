/* One's own sessions: where one is signed in, and ending that. */
#include "lib/json/shape.h"
#include "lib/store/session_store.h"
#include "server/audit.h"
#include "server/engine.h"
#include "server/server.h"
#include "server/session_cookie.h"

#define SESSIONS_SHOWN 200

struct session_view {
    struct token_row row;
    bool current;
};

static const struct member session_members[] = {
    {MEMBER("id", UUID, struct session_view, row.id)},
    {MEMBER("created_at", INSTANT, struct session_view, row.created_at)},
    {MEMBER("last_used_at", INSTANT, struct session_view, row.last_used_at)},
    {MEMBER("expires_at", INSTANT, struct session_view, row.expires_at)},
    {MEMBER("address", TEXT, struct session_view, row.address)},
    {MEMBER("current", BOOLEAN, struct session_view, current)},
};
static const struct shape session_shape = {
    .name = "SessionItem", .size = sizeof(struct session_view), SHAPE_MEMBERS(session_members)};

static bool is_current(const struct request *request, const struct hash *hash)
{
    return memcmp(request->token_hash.bytes, hash->bytes, HASH_LENGTH) == 0;
}

static enum fault get_sessions(struct slow_context *context)
{
    struct request *request = context->request;
    struct text_buffer out = text_buffer_new(request->arena, 1024);
    int64_t idle_ms = context->server->settings.session.idle_ms;
    struct token_row *rows;
    size_t count;

    if (session_list(context->pg, request->arena, context->who.staff->id,
                     context->now - idle_ms * INSTANT_MILLISECOND, SESSIONS_SHOWN,
                     statement_deadline(context->server), &rows, &count) != STORE_DONE)
        return statement_fault(context);
    text_buffer_add_string(&out, "{\"items\":[");
    for (size_t i = 0; i < count; i++) {
        const struct session_view view = {rows[i], is_current(request, &rows[i].hash)};
        if (i)
            text_buffer_add_char(&out, ',');
        shape_encode(&session_shape, &view, context->institution->zone_minutes, &out);
    }
    text_buffer_add_string(&out, "]}");
    request_answer(request, 200, text_buffer_text(&out));
    return FAULT_NONE;
}

const struct operation sessions_get = {.name = "sessions_get",
                                       .method = METHOD_GET,
                                       .path = "/v1/sessions",
                                       .kind = OPERATION_SLOW,
                                       .handle = get_sessions};

/* id: none for all. */
static enum fault end_sessions(struct slow_context *context, struct uuid id)
{
    struct request *request = context->request;
    struct hash *ended = NULL;
    size_t count = 0;
    const struct audit_event event = {.action = AUDIT_SIGN_OUT, .success = true};
    enum store_result result = audit_begin(context);

    if (result == STORE_DONE)
        result = audit_end(context,
                           sessions_end(context->pg, request->arena, context->who.staff->id, id,
                                        statement_deadline(context->server), &ended, &count),
                           &event);
    if (result == STORE_NONE)
        return FAULT_NOT_FOUND;
    if (result != STORE_DONE)
        return statement_fault(context);
    request->answer.status = 204;
    for (size_t i = 0; i < count; i++) {
        identity_forget(context->server->identities, &ended[i]);
        if (is_current(request, &ended[i]))
            request->answer.cookie = session_cookie(context->server, request->arena, "", 0);
    }
    return FAULT_NONE;
}

static enum fault delete_sessions(struct slow_context *context)
{
    return end_sessions(context, UUID_NONE);
}

const struct operation sessions_delete = {.name = "sessions_delete",
                                          .method = METHOD_DELETE,
                                          .path = "/v1/sessions",
                                          .kind = OPERATION_SLOW,
                                          .handle = delete_sessions};

static enum fault end_session(struct slow_context *context)
{
    struct uuid id;

    return uuid_parse(context->request->parameters[0], &id) && !uuid_is_none(id)
               ? end_sessions(context, id)
               : FAULT_NOT_FOUND;
}

const struct operation session_end = {.name = "session_end",
                                      .method = METHOD_DELETE,
                                      .path = "/v1/sessions/{id}",
                                      .kind = OPERATION_SLOW,
                                      .handle = end_session};
