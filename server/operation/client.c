/* API clients, the programs that call: what security administrators do over their own units. Nobody
 * grants what reaches beyond them. */
#include "server/operation/client.h"

#include "lib/base/json_text.h"
#include "lib/complaint/naming.h"
#include "lib/store/staff_store.h"
#include "server/administer.h"
#include "server/audit.h"
#include "server/operation/grants.h"
#include "server/operation/staff_member.h"
#include "server/server.h"

#define CLIENTS_LIMIT_DEFAULT 50
#define CLIENTS_LIMIT_MAX 200

/* --- input -------------------------------------------------------------------------------------- */

struct client_input {
    struct text login, name, unit;
    struct grant_input *roles;
    size_t role_count;
};

static const struct member client_members[] = {
    {MEMBER("login", TEXT, struct client_input, login), .flags = MEMBER_REQUIRED, .max = 64},
    {MEMBER("name", TEXT, struct client_input, name), .flags = MEMBER_REQUIRED, .max = 100},
    {MEMBER("unit", TEXT, struct client_input, unit), .flags = MEMBER_REQUIRED, .max = 64},
    {MEMBER("roles", LIST, struct client_input, roles), .flags = MEMBER_REQUIRED,
     .shape = &grant_shape, .size = sizeof(struct grant_input),
     .count_offset = offsetof(struct client_input, role_count), .max = GRANTS_MAX},
};
static const struct shape client_shape = {
    .name = "ClientInput", .size = sizeof(struct client_input), SHAPE_MEMBERS(client_members)};

/* --- whose ------------------------------------------------------------------------------------- */

enum fault client_find(const struct slow_context *context, const struct staff **ret)
{
    struct uuid id;
    const struct staff *client = uuid_parse(context->request->parameters[0], &id)
                                     ? institution_staff(context->institution, id)
                                     : NULL;

    if (!client || !client->client ||
        !permission_has_role_over(&context->who, context->request->right->who, client->unit))
        return FAULT_NOT_FOUND;
    *ret = client;
    return FAULT_NONE;
}

static void write_client(const struct staff *client, struct text_buffer *out)
{
    text_buffer_add_char(out, '{');
    staff_write_members(client, out);
    text_buffer_printf(out, ",\"active\":%s}", client->active ? "true" : "false");
}

static void answer_client(struct slow_context *context, int status, const struct staff *client)
{
    struct text_buffer out = text_buffer_new(context->request->arena, 512);

    write_client(client, &out);
    request_answer(context->request, status, text_buffer_text(&out));
}

/* --- adding ------------------------------------------------------------------------------------- */

/* Judges what the input names: each unit exists, and the caller's right reaches it. */
static enum fault judge_names(struct slow_context *context, const struct client_input *input)
{
    struct violations *violations = request_violations(context->request);
    const struct unit *unit = naming_unit(context->institution, input->unit, "/unit", violations);
    bool within = administers(context, unit);

    administer_judge_code(input->login, "/login", "not_a_login", violations);
    grants_judge(context, input->roles, input->role_count, &within);
    if (violations->count > 0)
        return FAULT_INVALID;
    return within ? FAULT_NONE : FAULT_FORBIDDEN;
}

static enum fault save_client(struct slow_context *context, const struct client_input *input,
                              struct uuid id)
{
    struct arena *arena = context->request->arena;
    const struct new_staff client = {.id = id,
                                     .login = input->login,
                                     .name = input->name,
                                     .unit = input->unit,
                                     .grants = grants_new(context, input->roles, input->role_count),
                                     .grant_count = input->role_count,
                                     .by = context->who.staff->id};
    const struct audit_event event = {
        .action = AUDIT_STAFF_ADDED,
        .success = true,
        .subject = input->login,
        .facts = {{"kind", TEXT("client")},
                  {"name", input->name},
                  {"roles", grants_text(arena, client.grants, input->role_count)},
                  {"unit", input->unit}}};
    enum store_result result = audit_begin(context);
    if (result == STORE_DONE)
        result = audit_end(
            context, client_add(context->pg, arena, &client, statement_deadline(context->server)),
            &event);
    switch (result) {
    case STORE_DONE: return FAULT_NONE;
    case STORE_EXISTS: return FAULT_LOGIN_TAKEN;
    case STORE_REFUSED: return FAULT_UNITS_CHANGED;
    case STORE_LOST: return FAULT_OUTCOME_UNKNOWN;
    default: return statement_fault(context);
    }
}

static enum fault create_client(struct slow_context *context)
{
    const struct client_input *input = context->request->input;
    struct uuid id = uuid_make(context->now);
    char text[UUID_TEXT_LENGTH];
    enum fault fault = judge_names(context, input);

    if (!fault)
        fault = save_client(context, input, id);
    if (fault)
        return fault;
    if (!worker_refresh(context->worker))
        return FAULT_OUTCOME_UNKNOWN;
    const struct staff *client = institution_staff(context->worker->institution, id);
    if (!client)
        return FAULT_INTERNAL;
    answer_client(context, 201, client);
    uuid_format(id, text);
    context->request->answer.location =
        text_printf(context->request->arena, "/v1/clients/%.*s", UUID_TEXT_LENGTH, text);
    return FAULT_NONE;
}

const struct operation client_create = {.name = "client_create",
                                        .method = METHOD_POST,
                                        .path = "/v1/clients",
                                        .kind = OPERATION_SLOW,
                                        .input = &client_shape,
                                        .body_max = 16384,
                                        .handle = create_client};

/* --- reading ------------------------------------------------------------------------------------ */

struct clients_input {
    struct text after; /* login */
    int limit;
};

static const struct member clients_members[] = {
    {MEMBER("after", TEXT, struct clients_input, after), .max = 64},
    {MEMBER("limit", INTEGER, struct clients_input, limit), .min = 1, .max = CLIENTS_LIMIT_MAX},
};
static const struct shape clients_parameters = {.name = "ClientsParameters",
                                                .size = sizeof(struct clients_input),
                                                SHAPE_MEMBERS(clients_members)};

/* They are known to every server: no statement is needed. */
static enum fault get_clients(struct slow_context *context)
{
    const struct institution *institution = context->institution;
    const struct clients_input *input = context->request->input;
    int limit = input->limit > 0 ? input->limit : CLIENTS_LIMIT_DEFAULT, shown = 0;
    struct text_buffer out = text_buffer_new(context->request->arena, 4096);
    const struct staff *last = NULL;
    bool more = false;

    text_buffer_add_string(&out, "{\"items\":[");
    for (size_t i = 0; i < institution->staff_count && !more; i++) {
        const struct staff *client = institution->staff_by_login[i];
        if (!client->client ||
            (!text_is_none(input->after) && text_compare(client->login, input->after) <= 0) ||
            !permission_has_role_over(&context->who, context->request->right->who, client->unit))
            continue;
        more = shown == limit;
        if (more)
            break;
        if (shown++)
            text_buffer_add_char(&out, ',');
        write_client(client, &out);
        last = client;
    }
    text_buffer_add_string(&out, "],\"next\":");
    json_text_add(&out, more ? last->login : TEXT_NONE);
    text_buffer_add_char(&out, '}');
    request_answer(context->request, 200, text_buffer_text(&out));
    return FAULT_NONE;
}

const struct operation clients_get = {.name = "clients_get",
                                      .method = METHOD_GET,
                                      .path = "/v1/clients",
                                      .kind = OPERATION_SLOW,
                                      .query = &clients_parameters,
                                      .handle = get_clients};

static enum fault get_client(struct slow_context *context)
{
    const struct staff *client;
    enum fault fault = client_find(context, &client);

    if (!fault)
        answer_client(context, 200, client);
    return fault;
}

const struct operation client_get = {.name = "client_get",
                                     .method = METHOD_GET,
                                     .path = "/v1/clients/{id}",
                                     .kind = OPERATION_SLOW,
                                     .handle = get_client};

/* --- ending ------------------------------------------------------------------------------------- */

/* Journals name it, so it is never removed: it is disabled, and its tokens end. */
static enum fault delete_client(struct slow_context *context)
{
    const struct staff *client;
    int64_t stages;
    enum fault fault = client_find(context, &client);

    if (fault)
        return fault;
    const struct audit_event event = {.action = AUDIT_STAFF_CHANGED,
                                      .success = true,
                                      .subject = client->login,
                                      .facts = {{"change", TEXT("disabled")}}};
    enum store_result result = audit_begin(context);
    if (result == STORE_DONE)
        result = audit_end(context,
                           staff_disable(context->pg, context->request->arena, client->login,
                                         context->who.staff->id,
                                         statement_deadline(context->server), &stages),
                           &event);
    if (result != STORE_DONE)
        return statement_fault(context);
    (void)worker_refresh(context->worker);
    context->request->answer.status = 204;
    return FAULT_NONE;
}

const struct operation client_delete = {.name = "client_delete",
                                        .method = METHOD_DELETE,
                                        .path = "/v1/clients/{id}",
                                        .kind = OPERATION_SLOW,
                                        .handle = delete_client};
