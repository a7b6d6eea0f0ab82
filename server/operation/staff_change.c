/* Changing staff: what is recorded of them, whether they work here, their roles and passwords. By a
 * security administrator of their unit who reaches all that they may do; nobody does it to themselves. */

#include "lib/complaint/naming.h"
#include "lib/json/complaint_json.h"
#include "lib/store/staff_store.h"
#include "server/administer.h"
#include "server/operation/grants.h"
#include "server/operation/staff_member.h"

/* The person as the caller may have read them. */
static enum fault find_newest(struct slow_context *context, const struct staff **ret)
{
    bool newer = false;
    enum fault fault = staff_find(context, ret);

    if (!fault)
        fault = administer_catch_up(context, (*ret)->version, &newer);
    return !fault && newer ? staff_find(context, ret) : fault;
}

static struct audit_event event_of(const struct staff *staff, struct text change)
{
    return (struct audit_event){.action = AUDIT_STAFF_CHANGED,
                                .success = true,
                                .subject = staff->login,
                                .unit_id = staff->unit->id,
                                .facts = {{"change", change}}};
}

static enum store_result save_change(struct slow_context *context, const void *what)
{
    return staff_change(context->pg, context->request->arena, what,
                        statement_deadline(context->server));
}

/* --- what is recorded of them ------------------------------------------------------------------- */

struct staff_change_input {
    struct text name, unit, phone, email;
    bool phone_given, email_given;
};

static const struct member change_members[] = {
    {MEMBER("name", TEXT, struct staff_change_input, name), .max = 100},
    {MEMBER("unit", TEXT, struct staff_change_input, unit), .max = 64},
    {MEMBER("phone", TEXT, struct staff_change_input, phone), .flags = MEMBER_CLEARS, .max = 40,
     .given_offset = offsetof(struct staff_change_input, phone_given)},
    {MEMBER("email", TEXT, struct staff_change_input, email), .flags = MEMBER_CLEARS, .max = 100,
     .given_offset = offsetof(struct staff_change_input, email_given)},
};
static const struct shape change_shape = {.name = "StaffChangeInput",
                                          .size = sizeof(struct staff_change_input),
                                          SHAPE_MEMBERS(change_members)};

/* *ret_unit: theirs afterwards. */
static enum fault judge_change(struct slow_context *context, const struct staff *staff,
                               const struct staff_change_input *input, const struct unit **ret_unit)
{
    struct violations *violations = request_violations(context->request);

    *ret_unit = staff->unit;
    if (text_is_none(input->name) && text_is_none(input->unit) && !input->phone_given &&
        !input->email_given)
        naming_refuse(violations, "", "nothing_to_change", "Nothing is given that could change.",
                      "未给出需要更改的内容。");
    if (!text_is_none(input->unit))
        *ret_unit = naming_unit(context->institution, input->unit, "/unit", violations);
    if (violations->count)
        return FAULT_INVALID;
    return administers(context, *ret_unit) ? administer_holder(context, staff) : FAULT_FORBIDDEN;
}

static enum fault change_staff(struct slow_context *context)
{
    const struct staff_change_input *input = context->request->input;
    const struct staff *staff;
    const struct unit *unit;
    enum fault fault = find_newest(context, &staff);

    if (!fault)
        fault = judge_change(context, staff, input, &unit);
    if (fault)
        return fault;
    const struct staff_change change = {.login = staff->login,
                                        .name = input->name,
                                        .unit = input->unit,
                                        .sets_phone = input->phone_given,
                                        .phone = input->phone,
                                        .sets_email = input->email_given,
                                        .email = input->email,
                                        .version = staff->version,
                                        .by = context->who.staff->id};
    struct administration administration = {.staff = staff,
                                            .save = save_change,
                                            .what = &change,
                                            .event = event_of(staff, TEXT("changed"))};
    administration.event.facts[1] = (struct audit_fact){
        "contact", input->phone_given || input->email_given ? TEXT("changed") : TEXT_NONE};
    administration.event.facts[2] = (struct audit_fact){"name", input->name};
    administration.event.facts[3] = (struct audit_fact){"unit", input->unit};
    fault = administer_version(context, &administration);
    if (fault)
        return fault;
    struct staff after = *staff;
    after.version++;
    after.unit = unit;
    if (!text_is_none(input->name))
        after.name = input->name;
    if (input->phone_given)
        after.phone = input->phone;
    if (input->email_given)
        after.email = input->email;
    staff_answer(context, 200, &after);
    return administer(context, &administration);
}

const struct operation staff_patch = {.name = "staff_patch",
                                      .method = METHOD_PATCH,
                                      .path = "/v1/staff/{id}",
                                      .kind = OPERATION_SLOW,
                                      .input = &change_shape,
                                      .body_max = 4096,
                                      .handle = change_staff};

/* --- access again ------------------------------------------------------------------------------- */

static enum fault enable(struct slow_context *context)
{
    const struct reason_command *input = context->request->input;
    const struct staff *staff;
    enum fault fault = find_newest(context, &staff);

    if (!fault)
        fault = administer_holder(context, staff);
    if (fault)
        return fault;
    const struct staff_change change = {.login = staff->login,
                                        .enables = true,
                                        .version = staff->version,
                                        .by = context->who.staff->id};
    struct administration administration = {.staff = staff,
                                            .save = save_change,
                                            .what = &change,
                                            .event = event_of(staff, TEXT("enabled"))};
    administration.event.facts[1] = (struct audit_fact){"reason", input->reason};
    fault = administer_version(context, &administration);
    if (!fault && staff->unit->closed)
        fault = FAULT_UNITS_CHANGED;
    if (fault)
        return fault;
    struct staff after = *staff;
    after.version += staff->active ? 0 : 1;
    after.active = true;
    staff_answer(context, 200, &after);
    return staff->active ? FAULT_NONE : administer(context, &administration);
}

const struct operation staff_enable = {.name = "staff_enable",
                                       .method = METHOD_POST,
                                       .path = "/v1/staff/{id}/enable",
                                       .kind = OPERATION_SLOW,
                                       .input = &reason_shape,
                                       .body_max = 16384,
                                       .repeatable = true,
                                       .handle = enable};

/* --- roles -------------------------------------------------------------------------------------- */

struct roles {
    const struct staff *staff;
    const struct new_grant *grants; /* afterwards */
    size_t count;
};

static enum store_result save_roles(struct slow_context *context, const void *what)
{
    const struct roles *roles = what;

    return staff_set_grants(context->pg, context->request->arena, roles->staff->login,
                            roles->grants, roles->count, roles->staff->version,
                            context->who.staff->id, statement_deadline(context->server));
}

/* The person's roles without that one. Returns how many; *ret_held: they have it. */
static size_t others(const struct staff *staff, const struct grant *one, struct grant ret[],
                     bool *ret_held)
{
    size_t count = 0;

    for (size_t i = 0; i < staff->grant_count; i++)
        if (staff->grants[i].role != one->role || staff->grants[i].unit != one->unit)
            ret[count++] = staff->grants[i];
    *ret_held = count < staff->grant_count;
    return count;
}

static enum fault save_one(struct slow_context *context, const struct staff *after,
                           const struct staff *before, struct text change,
                           const struct grant_input *input)
{
    struct new_grant *grants =
        ARENA_ARRAY(context->request->arena, struct new_grant, after->grant_count);

    for (size_t i = 0; i < after->grant_count; i++)
        grants[i] = (struct new_grant){after->grants[i].role, after->grants[i].unit->code};
    const struct roles roles = {before, grants, after->grant_count};
    struct administration administration = {
        .staff = before, .save = save_roles, .what = &roles, .event = event_of(before, change)};
    administration.event.facts[1] =
        (struct audit_fact){"role", vocabulary_code(&vocabulary_role, input->role)};
    administration.event.facts[2] = (struct audit_fact){"unit", input->unit};
    return administer(context, &administration);
}

/* Nobody gives or takes what their right does not reach. */
static enum fault change_role(struct slow_context *context, bool grants)
{
    const struct grant_input *input = context->request->input;
    const struct staff *staff;
    struct grant one = {.role = (enum role)input->role};
    bool within = true, held;
    enum fault fault = find_newest(context, &staff);

    if (fault)
        return fault;
    one.unit = institution_unit_by_code(context->institution, input->unit);
    if (grants || !one.unit) /* a role in a closed unit can be taken away */
        one.unit = grant_judge(context, input, "/unit", &within);
    if (request_violations(context->request)->count)
        return FAULT_INVALID;
    if (!within || !administers(context, one.unit) || uuid_equal(staff->id, context->who.staff->id))
        return FAULT_FORBIDDEN;
    fault = administer_version(context, &(struct administration){.staff = staff});
    if (fault)
        return fault;
    struct grant *after_grants =
        ARENA_ARRAY(context->request->arena, struct grant, staff->grant_count + 1);
    struct staff after = *staff;
    after.grants = after_grants;
    after.grant_count = others(staff, &one, after_grants, &held);
    if (grants)
        after_grants[after.grant_count++] = one;
    if (after.grant_count > GRANTS_MAX && !held) {
        naming_refuse(request_violations(context->request), "/role", "too_many",
                      "Nobody has more than 32 roles.", "每人至多32个角色。");
        return FAULT_INVALID;
    }
    after.version += held == grants ? 0 : 1;
    staff_answer(context, 200, held == grants ? staff : &after);
    return held == grants ? FAULT_NONE
                          : save_one(context, &after, staff,
                                     grants ? TEXT("role granted") : TEXT("role revoked"), input);
}

static enum fault grant(struct slow_context *context)
{
    return change_role(context, true);
}

static enum fault revoke(struct slow_context *context)
{
    return change_role(context, false);
}

const struct operation staff_grant = {.name = "staff_grant",
                                      .method = METHOD_POST,
                                      .path = "/v1/staff/{id}/grant",
                                      .kind = OPERATION_SLOW,
                                      .input = &grant_shape,
                                      .body_max = 4096,
                                      .repeatable = true,
                                      .handle = grant};

const struct operation staff_revoke = {.name = "staff_revoke",
                                       .method = METHOD_POST,
                                       .path = "/v1/staff/{id}/revoke",
                                       .kind = OPERATION_SLOW,
                                       .input = &grant_shape,
                                       .body_max = 4096,
                                       .repeatable = true,
                                       .handle = revoke};
