/* Tokens of API clients. They are shown once; what is stored is their hash. */
#include <sodium.h>

#include "lib/auth/token.h"
#include "lib/complaint/naming.h"
#include "lib/store/token_store.h"
#include "server/administer.h"
#include "server/audit.h"
#include "server/operation/client.h"
#include "server/server.h"

#define TOKENS_SHOWN 200
#define DAYS_DEFAULT 90
#define DAYS_MAX 3650

struct token_input {
    unsigned scopes;
    int days;
};

static const struct member token_input_members[] = {
    {MEMBER("scopes", TERMS, struct token_input, scopes), .flags = MEMBER_REQUIRED,
     .vocabulary = &vocabulary_scope},
    {MEMBER("days", INTEGER, struct token_input, days), .min = 1, .max = DAYS_MAX},
};
static const struct shape token_input_shape = {.name = "ClientTokenInput",
                                               .size = sizeof(struct token_input),
                                               SHAPE_MEMBERS(token_input_members)};

struct token_view {
    struct token_row row;
    struct staff_reference issued_by;
};

static const struct member token_members[] = {
    {MEMBER("id", UUID, struct token_view, row.id)},
    {MEMBER("scopes", TERMS, struct token_view, row.scopes), .vocabulary = &vocabulary_scope},
    {MEMBER("created_at", INSTANT, struct token_view, row.created_at)},
    {MEMBER("expires_at", INSTANT, struct token_view, row.expires_at)},
    {MEMBER("last_used_at", INSTANT, struct token_view, row.last_used_at)},
    {MEMBER("issued_by", LOGIN, struct token_view, issued_by)},
};
static const struct shape token_shape = {
    .name = "ClientToken", .size = sizeof(struct token_view), SHAPE_MEMBERS(token_members)};

static void write_token(const struct slow_context *context, const struct token_row *row,
                        struct text_buffer *out)
{
    const struct staff *by = institution_staff(context->institution, row->issued_by);
    struct token_view view = {.row = *row};

    if (by)
        view.issued_by = (struct staff_reference){by->id, by->login, by->name};
    shape_encode(&token_shape, &view, context->institution->zone_minutes, out);
}

static void answer_token(struct slow_context *context, const struct token_row *row,
                         const char *token)
{
    struct text_buffer out = text_buffer_new(context->request->arena, 512);

    write_token(context, row, &out);
    out.length--; /* the closing brace */
    text_buffer_printf(&out, ",\"token\":\"%s\"}", token);
    request_answer(context->request, 201, text_buffer_text(&out));
}

static enum store_result save_token(struct slow_context *context, const struct staff *client,
                                    struct token_row *row)
{
    struct arena *arena = context->request->arena;
    enum store_result result = audit_begin(context);

    if (result != STORE_DONE)
        return result;
    result = token_add(context->pg, arena, row, statement_deadline(context->server));
    const struct audit_event event = {
        .action = AUDIT_TOKEN_ISSUED,
        .success = true,
        .subject = client->login,
        .unit_id = client->unit->id,
        .facts = {{"expires_at", audit_instant(arena, row->expires_at)},
                  {"id", audit_id(arena, row->id)},
                  {"scopes", audit_terms(arena, &vocabulary_scope, row->scopes)}}};
    return audit_end(context, result, &event);
}

static enum fault create_token(struct slow_context *context)
{
    const struct token_input *input = context->request->input;
    int days = input->days > 0 ? input->days : DAYS_DEFAULT;
    char token[TOKEN_LENGTH + 1];
    const struct staff *client;
    enum fault fault = client_find(context, &client);

    if (!fault) /* a program that could prolong its own token would have no end */
        fault = administer_holder(context, client);
    if (fault)
        return fault;
    if (!input->scopes) {
        naming_refuse(request_violations(context->request), "/scopes", "required",
                      "A token is good for something.", "须至少包含一项授权范围。");
        return FAULT_INVALID;
    }
    struct token_row row = {.staff_id = client->id,
                            .client = client->login,
                            .scopes = input->scopes,
                            .issued_by = context->who.staff->id,
                            /* Whole seconds, as they are shown. */
                            .expires_at = (context->now / INSTANT_SECOND + days * INT64_C(86400)) *
                                          INSTANT_SECOND,
                            .last_used_at = INSTANT_NONE};
    token_make(token);
    (void)token_hash(text_of(token), row.hash.bytes);
    enum store_result result = save_token(context, client, &row);
    if (result == STORE_DONE)
        answer_token(context, &row, token);
    sodium_memzero(token, sizeof token);
    return result == STORE_DONE   ? FAULT_NONE
           : result == STORE_NONE ? FAULT_CLIENT_DISABLED
                                  : statement_fault(context);
}

const struct operation client_token_create = {.name = "client_token_create",
                                              .method = METHOD_POST,
                                              .path = "/v1/clients/{id}/tokens",
                                              .kind = OPERATION_SLOW,
                                              .input = &token_input_shape,
                                              .body_max = 4096,
                                              .secret = true,
                                              .handle = create_token};

static enum fault get_tokens(struct slow_context *context)
{
    struct text_buffer out = text_buffer_new(context->request->arena, 1024);
    const struct staff *client;
    struct token_row *rows;
    size_t count;
    enum fault fault = client_find(context, &client);

    if (fault)
        return fault;
    if (token_list(context->pg, context->request->arena, client->id, TOKENS_SHOWN,
                   statement_deadline(context->server), &rows, &count) != STORE_DONE)
        return statement_fault(context);
    text_buffer_add_string(&out, "{\"items\":[");
    for (size_t i = 0; i < count; i++) {
        if (i)
            text_buffer_add_char(&out, ',');
        write_token(context, &rows[i], &out);
    }
    text_buffer_add_string(&out, "]}");
    request_answer(context->request, 200, text_buffer_text(&out));
    return FAULT_NONE;
}

const struct operation client_tokens = {.name = "client_tokens",
                                        .method = METHOD_GET,
                                        .path = "/v1/clients/{id}/tokens",
                                        .kind = OPERATION_SLOW,
                                        .handle = get_tokens};

static enum fault delete_token(struct slow_context *context)
{
    const struct staff *client;
    struct hash hash;
    struct uuid id;
    enum fault fault = client_find(context, &client);

    if (!fault && !uuid_parse(context->request->parameters[1], &id))
        fault = FAULT_NOT_FOUND;
    if (fault)
        return fault;
    const struct audit_event event = {.action = AUDIT_TOKEN_REVOKED,
                                      .success = true,
                                      .subject = client->login,
                                      .unit_id = client->unit->id,
                                      .facts = {{"id", audit_id(context->request->arena, id)}}};
    enum store_result result = audit_begin(context);
    if (result == STORE_DONE)
        result = audit_end(context,
                           token_end(context->pg, context->request->arena, client->id, id,
                                     statement_deadline(context->server), &hash),
                           &event);
    if (result == STORE_DONE) {
        identity_forget(context->server->identities, &hash);
        context->request->answer.status = 204;
    }
    return result == STORE_DONE   ? FAULT_NONE
           : result == STORE_NONE ? FAULT_NOT_FOUND
                                  : statement_fault(context);
}

const struct operation client_token_delete = {.name = "client_token_delete",
                                              .method = METHOD_DELETE,
                                              .path = "/v1/clients/{id}/tokens/{token}",
                                              .kind = OPERATION_SLOW,
                                              .handle = delete_token};
