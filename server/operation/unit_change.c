/* Changing units: whoever administers security over them adds, renames, moves, closes and opens them. None
 * is ever removed, as complaints and journals name it, and roots are the owner's: nobody is above them. */
#include "lib/complaint/naming.h"
#include "lib/json/complaint_json.h"
#include "lib/store/unit_store.h"
#include "server/administer.h"
#include "server/operation/unit_object.h"

/* --- adding ------------------------------------------------------------------------------------- */

struct unit_input {
    struct text code, name, parent;
};

static const struct member unit_members[] = {
    {MEMBER("code", TEXT, struct unit_input, code), .flags = MEMBER_REQUIRED, .max = 64},
    {MEMBER("name", TEXT, struct unit_input, name), .flags = MEMBER_REQUIRED, .max = 100},
    {MEMBER("parent", TEXT, struct unit_input, parent), .flags = MEMBER_REQUIRED, .max = 64},
};
static const struct shape unit_shape = {
    .name = "UnitInput", .size = sizeof(struct unit_input), SHAPE_MEMBERS(unit_members)};

static enum store_result save_new(struct slow_context *context, const void *what)
{
    return unit_add(context->pg, context->request->arena, what,
                    statement_deadline(context->server));
}

static enum fault create_unit(struct slow_context *context)
{
    const struct unit_input *input = context->request->input;
    struct request *request = context->request;
    struct violations *violations = request_violations(request);
    const struct unit *parent =
        naming_unit(context->institution, input->parent, "/parent", violations);

    administer_judge_code(input->code, "/code", "not_a_code", violations);
    if (violations->count)
        return FAULT_INVALID;
    if (!administers(context, parent))
        return FAULT_FORBIDDEN;
    const struct new_unit added = {.id = uuid_make(context->now),
                                   .code = input->code,
                                   .name = input->name,
                                   .parent = input->parent,
                                   .by = context->who.staff->id};
    const struct unit unit = {.id = added.id,
                              .code = added.code,
                              .name = added.name,
                              .parent_id = parent->id,
                              .version = 1};
    const struct administration administration = {
        .save = save_new,
        .what = &added,
        .exists = FAULT_CODE_TAKEN,
        .event = {.action = AUDIT_UNIT_ADDED,
                  .success = true,
                  .subject = added.code,
                  .unit_id = parent->id,
                  .facts = {{"name", added.name}, {"parent", added.parent}}}};
    unit_answer(context, 201, &unit);
    request->answer.location = text_printf(request->arena, "/v1/units/%.*s", TEXT_ARG(added.code));
    return administer(context, &administration);
}

const struct operation unit_create = {.name = "unit_create",
                                      .method = METHOD_POST,
                                      .path = "/v1/units",
                                      .kind = OPERATION_SLOW,
                                      .input = &unit_shape,
                                      .body_max = 4096,
                                      .repeatable = true,
                                      .handle = create_unit};

/* --- renaming and moving ------------------------------------------------------------------------ */

struct unit_change_input {
    struct text name, parent;
};

static const struct member change_members[] = {
    {MEMBER("name", TEXT, struct unit_change_input, name), .max = 100},
    {MEMBER("parent", TEXT, struct unit_change_input, parent), .max = 64},
};
static const struct shape change_shape = {.name = "UnitChangeInput",
                                          .size = sizeof(struct unit_change_input),
                                          SHAPE_MEMBERS(change_members)};

/* The unit as the caller may have read it. */
static enum fault find_newest(struct slow_context *context, const struct unit **ret)
{
    bool newer = false;
    enum fault fault = unit_find(context, ret);

    if (!fault)
        fault = administer_catch_up(context, (*ret)->version, &newer);
    return !fault && newer ? unit_find(context, ret) : fault;
}

static enum store_result save_change(struct slow_context *context, const void *what)
{
    return unit_change(context->pg, context->request->arena, what,
                       statement_deadline(context->server));
}

/* Whoever moves a unit takes it from those above it, so their right reaches these, too. */
static enum fault judge_change(struct slow_context *context, const struct unit *unit,
                               const struct unit_change_input *input,
                               const struct unit **ret_parent)
{
    const struct institution *institution = context->institution;
    struct violations *violations = request_violations(context->request);
    const struct unit *before = institution_unit(institution, unit->parent_id);

    *ret_parent = before;
    if (text_is_none(input->name) && text_is_none(input->parent))
        naming_refuse(violations, "", "nothing_to_change", "Neither a name nor a parent is given.",
                      "未给出名称或上级机构。");
    if (!text_is_none(input->parent))
        *ret_parent = naming_unit(institution, input->parent, "/parent", violations);
    if (*ret_parent && unit_within(*ret_parent, unit))
        naming_refuse(violations, "/parent", "below_itself", "A unit cannot be moved below itself.",
                      "机构不能移至其自身之下。");
    if (violations->count)
        return FAULT_INVALID;
    bool moved = *ret_parent != before;
    return !moved || (administers(context, before) && administers(context, *ret_parent))
               ? FAULT_NONE
               : FAULT_FORBIDDEN;
}

static enum fault change_unit(struct slow_context *context)
{
    const struct unit_change_input *input = context->request->input;
    const struct unit *unit, *parent;
    enum fault fault = find_newest(context, &unit);

    if (!fault)
        fault = judge_change(context, unit, input, &parent);
    if (fault)
        return fault;
    const struct unit_change change = {.code = unit->code,
                                       .name = input->name,
                                       .parent = input->parent,
                                       .version = unit->version,
                                       .by = context->who.staff->id};
    const struct administration administration = {.unit = unit,
                                                  .save = save_change,
                                                  .what = &change,
                                                  .event = {.action = AUDIT_UNIT_CHANGED,
                                                            .success = true,
                                                            .subject = unit->code,
                                                            .unit_id = unit->id,
                                                            .facts = {{"change", TEXT("changed")},
                                                                      {"name", input->name},
                                                                      {"parent", input->parent}}}};
    fault = administer_version(context, &administration);
    if (fault)
        return fault;
    struct unit after = *unit;
    after.version++;
    after.parent_id = parent ? parent->id : UUID_NONE;
    if (!text_is_none(input->name))
        after.name = input->name;
    unit_answer(context, 200, &after);
    return administer(context, &administration);
}

const struct operation unit_patch = {.name = "unit_patch",
                                     .method = METHOD_PATCH,
                                     .path = "/v1/units/{id}",
                                     .kind = OPERATION_SLOW,
                                     .input = &change_shape,
                                     .body_max = 4096,
                                     .handle = change_unit};

/* --- closing ------------------------------------------------------------------------------------ */

struct closing {
    const struct unit *unit;
    struct unit_use *use;
};

static enum store_result save_closing(struct slow_context *context, const void *what)
{
    const struct closing *closing = what;

    return unit_end(context->pg, context->request->arena, closing->unit->code,
                    closing->unit->version, context->who.staff->id,
                    statement_deadline(context->server), closing->use);
}

static enum fault refuse_in_use(struct slow_context *context, const struct unit_use *use)
{
    context->extra =
        text_printf(context->request->arena, "\"staff\":%lld,\"units\":%lld,\"complaints\":%lld",
                    (long long)use->staff, (long long)use->units, (long long)use->complaints);
    return FAULT_UNIT_IN_USE;
}

static enum fault close_unit(struct slow_context *context)
{
    const struct reason_command *input = context->request->input;
    const struct unit *unit;
    struct unit_use use = {0};
    enum fault fault = find_newest(context, &unit);

    if (fault)
        return fault;
    const struct closing closing = {unit, &use};
    const struct administration administration = {
        .unit = unit,
        .save = save_closing,
        .what = &closing,
        .event = {.action = AUDIT_UNIT_CHANGED,
                  .success = true,
                  .subject = unit->code,
                  .unit_id = unit->id,
                  .facts = {{"change", TEXT("closed")}, {"reason", input->reason}}}};
    fault = administer_version(context, &administration);
    if (fault)
        return fault;
    struct unit after = *unit;
    after.version += unit->closed ? 0 : 1;
    after.closed = true;
    unit_answer(context, 200, &after);
    if (unit->closed) /* doing it again changes nothing */
        return FAULT_NONE;
    fault = administer(context, &administration);
    return fault == FAULT_UNITS_CHANGED && use.staff + use.units + use.complaints
               ? refuse_in_use(context, &use)
               : fault;
}

const struct operation unit_close = {.name = "unit_close",
                                     .method = METHOD_POST,
                                     .path = "/v1/units/{id}/close",
                                     .kind = OPERATION_SLOW,
                                     .input = &reason_shape,
                                     .body_max = 16384,
                                     .repeatable = true,
                                     .handle = close_unit};

/* --- opening again ------------------------------------------------------------------------------ */

static enum fault open_unit(struct slow_context *context)
{
    const struct reason_command *input = context->request->input;
    const struct unit *unit;
    enum fault fault = find_newest(context, &unit);

    if (fault)
        return fault;
    const struct unit_change change = {
        .code = unit->code, .opens = true, .version = unit->version, .by = context->who.staff->id};
    const struct administration administration = {
        .unit = unit,
        .save = save_change,
        .what = &change,
        .event = {.action = AUDIT_UNIT_CHANGED,
                  .success = true,
                  .subject = unit->code,
                  .unit_id = unit->id,
                  .facts = {{"change", TEXT("opened")}, {"reason", input->reason}}}};
    fault = administer_version(context, &administration);
    if (fault)
        return fault;
    struct unit after = *unit;
    after.version += unit->closed ? 1 : 0;
    after.closed = false;
    unit_answer(context, 200, &after);
    return unit->closed ? administer(context, &administration) : FAULT_NONE;
}

const struct operation unit_open = {.name = "unit_open",
                                    .method = METHOD_POST,
                                    .path = "/v1/units/{id}/open",
                                    .kind = OPERATION_SLOW,
                                    .input = &reason_shape,
                                    .body_max = 16384,
                                    .repeatable = true,
                                    .handle = open_unit};
