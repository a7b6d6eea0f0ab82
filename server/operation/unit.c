/* Reading units: the tree that administrators look after. It is known to every server, so no statement
 * is needed. */
#include "server/administer.h"
#include "server/operation/unit_object.h"
#include "server/roll.h"

struct units_input {
    struct roll_input roll; /* by code */
    struct text unit;       /* code of the root of what is shown */
    bool closed;
};

static const struct member units_members[] = {
    {MEMBER("unit", TEXT, struct units_input, unit), .max = 64},
    {MEMBER("closed", BOOLEAN, struct units_input, closed)},
    {ROLL_LIMIT(struct units_input)},
    {ROLL_CURSOR(struct units_input)},
    {ROLL_COUNT(struct units_input)},
};
static const struct shape units_parameters = {
    .name = "UnitsParameters", .size = sizeof(struct units_input), SHAPE_MEMBERS(units_members)};

static bool is_shown(const struct slow_context *context, const struct unit *unit,
                     const struct unit *root, bool closed)
{
    return administers(context, unit) && (!root || unit_within(unit, root)) &&
           (closed || !unit->closed);
}

static enum fault get_units(struct slow_context *context)
{
    const struct institution *institution = context->institution;
    const struct units_input *input = context->request->input;
    struct roll roll = roll_begin(context->request->arena, &input->roll);
    const struct unit *root = NULL, *before = NULL;

    if (!text_is_none(input->unit))
        root = unit_of_parameter(context, input->unit, "unit", "unknown_unit");
    if (!text_is_none(input->roll.cursor))
        before = unit_of_parameter(context, input->roll.cursor, "cursor", "not_a_cursor");
    if (request_violations(context->request)->count)
        return FAULT_UNKNOWN_PARAMETER;
    for (size_t i = 0; i < institution->unit_count && !roll_is_full(&roll); i++) {
        const struct unit *unit = &institution->units[i];
        if (!is_shown(context, unit, root, input->closed) ||
            !roll_takes(&roll, unit->code, !before || unit->enter > before->enter))
            continue;
        const struct unit *parent = institution_unit(institution, unit->parent_id);
        unit_write(unit, parent ? parent->code : TEXT_NONE, &roll.out);
    }
    roll_answer(&roll, context->request);
    return FAULT_NONE;
}

const struct operation units_get = {.name = "units_get",
                                    .method = METHOD_GET,
                                    .path = "/v1/units",
                                    .kind = OPERATION_SLOW,
                                    .query = &units_parameters,
                                    .handle = get_units};

static enum fault get_unit(struct slow_context *context)
{
    const struct unit *unit;
    enum fault fault = unit_find(context, &unit);

    if (!fault)
        unit_answer(context, 200, unit);
    return fault;
}

const struct operation unit_get = {.name = "unit_get",
                                   .method = METHOD_GET,
                                   .path = "/v1/units/{id}",
                                   .kind = OPERATION_SLOW,
                                   .handle = get_unit};
