/* Adding staff: by a security administrator of their unit and of every unit in which they get a role. */
#include <sodium.h>

#include "lib/auth/password.h"
#include "lib/auth/password_rule.h"
#include "lib/complaint/naming.h"
#include "lib/store/staff_store.h"
#include "server/administer.h"
#include "server/operation/grants.h"
#include "server/operation/password.h"
#include "server/operation/staff_member.h"

struct staff_create_input {
    struct text login, name, unit, password, phone, email;
    struct grant_input *roles;
    size_t role_count;
};

static const struct member members[] = {
    {MEMBER("login", TEXT, struct staff_create_input, login), .flags = MEMBER_REQUIRED, .max = 64},
    {MEMBER("name", TEXT, struct staff_create_input, name), .flags = MEMBER_REQUIRED, .max = 100},
    {MEMBER("unit", TEXT, struct staff_create_input, unit), .flags = MEMBER_REQUIRED, .max = 64},
    {MEMBER("password", TEXT, struct staff_create_input, password), .max = PASSWORD_CHOSEN_MAX},
    {MEMBER("phone", TEXT, struct staff_create_input, phone), .max = 40},
    {MEMBER("email", TEXT, struct staff_create_input, email), .max = 100},
    {MEMBER("roles", LIST, struct staff_create_input, roles), .shape = &grant_shape,
     .size = sizeof(struct grant_input),
     .count_offset = offsetof(struct staff_create_input, role_count), .max = GRANTS_MAX},
};
static const struct shape shape = {
    .name = "StaffInput", .size = sizeof(struct staff_create_input), SHAPE_MEMBERS(members)};

/* *ret_within: the caller's right reaches all units that are named. */
static const struct unit *judge_names(struct slow_context *context,
                                      const struct staff_create_input *input, bool *ret_within)
{
    struct violations *violations = request_violations(context->request);
    const struct unit *unit = naming_unit(context->institution, input->unit, "/unit", violations);

    *ret_within = administers(context, unit);
    administer_judge_code(input->login, "/login", "not_a_login", violations);
    grants_judge(context, input->roles, input->role_count, ret_within);
    return unit;
}

static enum store_result save(struct slow_context *context, const void *what)
{
    return staff_add(context->pg, context->request->arena, what,
                     statement_deadline(context->server));
}

static enum fault carry_out(struct slow_context *context, const struct staff *staff,
                            const char *password_hash)
{
    struct request *request = context->request;
    const struct staff_create_input *input = request->input;
    const struct new_grant *grants = grants_new(context, input->roles, input->role_count);
    const struct new_staff added = {.id = staff->id,
                                    .login = staff->login,
                                    .name = staff->name,
                                    .unit = input->unit,
                                    .password_hash = text_of(password_hash),
                                    .password_temporary = staff->password_temporary,
                                    .phone = staff->phone,
                                    .email = staff->email,
                                    .grants = grants,
                                    .grant_count = input->role_count,
                                    .by = context->who.staff->id};
    const struct administration administration = {
        .save = save,
        .what = &added,
        .exists = FAULT_LOGIN_TAKEN,
        .event = {.action = AUDIT_STAFF_ADDED,
                  .success = true,
                  .subject = staff->login,
                  .unit_id = staff->unit->id,
                  .facts = {{"kind", TEXT("person")},
                            {"name", staff->name},
                            {"password", password_hash ? TEXT("temporary") : TEXT("none")},
                            {"roles", grants_text(request->arena, grants, input->role_count)},
                            {"unit", input->unit}}}};

    staff_answer(context, 201, staff);
    request->answer.location =
        text_printf(request->arena, "/v1/staff/%.*s", TEXT_ARG(staff->login));
    return administer(context, &administration);
}

static enum fault create_staff(struct slow_context *context)
{
    const struct staff_create_input *input = context->request->input;
    struct violations *violations = request_violations(context->request);
    char hash[PASSWORD_HASH_SIZE];
    bool has_password = !text_is_none(input->password), within;
    struct staff staff = {.id = uuid_make(context->now),
                          .login = input->login,
                          .name = input->name,
                          .unit = judge_names(context, input, &within),
                          .active = true,
                          .password_temporary = has_password,
                          .version = 1,
                          .phone = input->phone,
                          .email = input->email};

    if (has_password && staff.unit)
        password_judge_of(context->institution, &staff, input->password, "/password", violations);
    if (violations->count || !staff.unit)
        return FAULT_INVALID;
    if (!within)
        return FAULT_FORBIDDEN;
    staff.grants = grants_distinct(context, input->roles, input->role_count, &staff.grant_count);
    if (has_password && !password_hash(input->password, hash))
        return FAULT_INTERNAL;
    enum fault fault = carry_out(context, &staff, has_password ? hash : NULL);
    sodium_memzero(hash, sizeof hash);
    return fault;
}

const struct operation staff_create = {.name = "staff_create",
                                       .method = METHOD_POST,
                                       .path = "/v1/staff",
                                       .kind = OPERATION_SLOW,
                                       .input = &shape,
                                       .body_max = 16384,
                                       .repeatable = true,
                                       .handle = create_staff};
