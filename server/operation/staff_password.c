/* Somebody else's password: a new one, which they have to change first, or none any more, for those who
 * sign in elsewhere. By a security administrator who reaches all that they may do, and never one's own. */
#include <sodium.h>

#include "lib/auth/password.h"
#include "lib/auth/password_rule.h"
#include "lib/json/shape.h"
#include "lib/store/staff_store.h"
#include "server/administer.h"
#include "server/operation/password.h"
#include "server/operation/staff_member.h"
#include "server/server.h"

struct password_set_input {
    struct text password;
};

static const struct member members[] = {
    {MEMBER("password", TEXT, struct password_set_input, password), .flags = MEMBER_REQUIRED,
     .max = PASSWORD_CHOSEN_MAX},
};
static const struct shape shape = {.name = "StaffPasswordInput",
                                   .size = sizeof(struct password_set_input),
                                   SHAPE_MEMBERS(members)};

struct replacement {
    struct text login, hash; /* hash: none: no password */
};

static enum store_result save(struct slow_context *context, const void *what)
{
    const struct replacement *replacement = what;

    return staff_set_password(context->pg, context->request->arena, replacement->login,
                              replacement->hash, !text_is_none(replacement->hash),
                              context->who.staff->id, statement_deadline(context->server));
}

/* Their sessions end at once, here too. */
static enum fault replace(struct slow_context *context, const struct staff *staff, struct text hash)
{
    const struct replacement replacement = {staff->login, hash};
    const struct administration administration = {
        .staff = staff,
        .save = save,
        .what = &replacement,
        .event = {.action = AUDIT_STAFF_CHANGED,
                  .success = true,
                  .subject = staff->login,
                  .unit_id = staff->unit->id,
                  .facts = {{"change", text_is_none(hash) ? TEXT("password removed")
                                                          : TEXT("temporary password")}}}};

    context->request->answer.status = 204;
    enum fault fault = administer(context, &administration);
    if (!fault)
        identity_forget_all(context->server->identities);
    return fault;
}

static enum fault set_password(struct slow_context *context)
{
    const struct password_set_input *input = context->request->input;
    struct violations *violations = request_violations(context->request);
    char hash[PASSWORD_HASH_SIZE];
    const struct staff *staff;
    enum fault fault = staff_find(context, &staff);

    if (fault)
        return fault;
    password_judge_of(context->institution, staff, input->password, "/password", violations);
    if (violations->count)
        return FAULT_INVALID;
    fault = administer_holder(context, staff);
    if (fault)
        return fault;
    if (!password_hash(input->password, hash))
        return FAULT_INTERNAL;
    fault = replace(context, staff, text_of(hash));
    sodium_memzero(hash, sizeof hash);
    return fault;
}

const struct operation staff_password_set = {.name = "staff_password_set",
                                             .method = METHOD_POST,
                                             .path = "/v1/staff/{id}/password",
                                             .kind = OPERATION_SLOW,
                                             .input = &shape,
                                             .body_max = 16384,
                                             .repeatable = true,
                                             .handle = set_password};

static enum fault remove_password(struct slow_context *context)
{
    const struct staff *staff;
    enum fault fault = staff_find(context, &staff);

    if (!fault)
        fault = administer_holder(context, staff);
    return fault ? fault : replace(context, staff, TEXT_NONE);
}

const struct operation staff_password_remove = {.name = "staff_password_remove",
                                                .method = METHOD_DELETE,
                                                .path = "/v1/staff/{id}/password",
                                                .kind = OPERATION_SLOW,
                                                .handle = remove_password};
