/* API clients, the programs that call: what security administrators do over their own units. Nobody
 * grants what reaches beyond them. */
#include "server/operation/client.h"

#include "lib/complaint/naming.h"
#include "lib/store/staff_store.h"
#include "server/administer.h"
#include "server/audit.h"
#include "server/operation/grants.h"
#include "server/operation/staff_member.h"
#include "server/roll.h"
#include "server/server.h"

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

    if (!client || !client->client || !administers(context, client->unit))
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

static enum store_result save(struct slow_context *context, const void *what)
{
    return client_add(context->pg, context->request->arena, what,
                      statement_deadline(context->server));
}

static enum fault create_client(struct slow_context *context)
{
    struct request *request = context->request;
    const struct client_input *input = request->input;
    enum fault fault = judge_names(context, input);

    if (fault)
        return fault;
    const struct new_staff added = {.id = uuid_make(context->now),
                                    .login = input->login,
                                    .name = input->name,
                                    .unit = input->unit,
                                    .grants = grants_new(context, input->roles, input->role_count),
                                    .grant_count = input->role_count,
                                    .by = context->who.staff->id};
    struct staff client = {.id = added.id,
                           .login = added.login,
                           .name = added.name,
                           .unit = institution_unit_by_code(context->institution, added.unit),
                           .active = true,
                           .client = true};
    client.grants = grants_distinct(context, input->roles, input->role_count, &client.grant_count);
    const struct administration administration = {
        .save = save,
        .what = &added,
        .exists = FAULT_LOGIN_TAKEN,
        .event = {.action = AUDIT_STAFF_ADDED,
                  .success = true,
                  .subject = added.login,
                  .unit_id = client.unit->id,
                  .facts = {{"kind", TEXT("client")},
                            {"name", added.name},
                            {"roles", grants_text(request->arena, added.grants, added.grant_count)},
                            {"unit", added.unit}}}};
    char id[UUID_TEXT_LENGTH];

    uuid_format(added.id, id);
    answer_client(context, 201, &client);
    request->answer.location =
        text_printf(request->arena, "/v1/clients/%.*s", UUID_TEXT_LENGTH, id);
    return administer(context, &administration);
}

const struct operation client_create = {.name = "client_create",
                                        .method = METHOD_POST,
                                        .path = "/v1/clients",
                                        .kind = OPERATION_SLOW,
                                        .input = &client_shape,
                                        .body_max = 16384,
                                        .repeatable = true,
                                        .handle = create_client};

/* --- reading ------------------------------------------------------------------------------------ */

struct clients_input {
    struct roll_input roll; /* by login */
};

static const struct member clients_members[] = {
    {ROLL_LIMIT(struct clients_input)},
    {ROLL_CURSOR(struct clients_input)},
    {ROLL_COUNT(struct clients_input)},
};
static const struct shape clients_parameters = {.name = "ClientsParameters",
                                                .size = sizeof(struct clients_input),
                                                SHAPE_MEMBERS(clients_members)};

/* They are known to every server: no statement is needed. */
static enum fault get_clients(struct slow_context *context)
{
    const struct institution *institution = context->institution;
    const struct clients_input *input = context->request->input;
    struct roll roll = roll_begin(context->request->arena, &input->roll);
    enum fault fault = roll_judge(context->request, &input->roll);

    if (fault)
        return fault;
    for (size_t i = 0; i < institution->staff_count && !roll_is_full(&roll); i++) {
        const struct staff *client = institution->staff_by_login[i];
        if (client->client && administers(context, client->unit) &&
            roll_takes(&roll, client->login, roll_is_behind(&input->roll, client->login)))
            write_client(client, &roll.out);
    }
    roll_answer(&roll, context->request);
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

    if (!fault)
        fault = administer_holder(context, client);
    if (fault)
        return fault;
    const struct audit_event event = {.action = AUDIT_STAFF_CHANGED,
                                      .success = true,
                                      .subject = client->login,
                                      .unit_id = client->unit->id,
                                      .facts = {{"change", TEXT("disabled")}}};
    enum store_result result = audit_begin(context);
    if (result == STORE_DONE)
        result = audit_end(context,
                           staff_disable(context->pg, context->request->arena, client->login,
                                         context->who.staff->id,
                                         statement_deadline(context->server), &stages),
                           &event);
    if (result != STORE_DONE && result != STORE_EXISTS)
        return result == STORE_LOST ? FAULT_OUTCOME_UNKNOWN : statement_fault(context);
    (void)worker_refresh(context->worker);
    context->request->answer.status = 204;
    return FAULT_NONE;
}

const struct operation client_delete = {.name = "client_delete",
                                        .method = METHOD_DELETE,
                                        .path = "/v1/clients/{id}",
                                        .kind = OPERATION_SLOW,
                                        .handle = delete_client};
