/* Reading units: the tree that administrators look after. It is known to every server, so no statement
 * is needed. */
#include "lib/base/json_text.h"
#include "lib/complaint/naming.h"
#include "server/administer.h"
#include "server/operation/unit_object.h"

#define LIMIT_DEFAULT 50
#define LIMIT_MAX 200

struct units_input {
    struct text unit, cursor; /* codes: of the root of what is shown, and of the last one shown */
    bool closed;
    int limit;
};

static const struct member units_members[] = {
    {MEMBER("unit", TEXT, struct units_input, unit), .max = 64},
    {MEMBER("closed", BOOLEAN, struct units_input, closed)},
    {MEMBER("limit", INTEGER, struct units_input, limit), .min = 1, .max = LIMIT_MAX},
    {MEMBER("cursor", TEXT, struct units_input, cursor), .max = 64},
};
static const struct shape units_parameters = {
    .name = "UnitsParameters", .size = sizeof(struct units_input), SHAPE_MEMBERS(units_members)};

/* Where a parameter leads; NULL and a violation when it leads nowhere. */
static const struct unit *find(struct slow_context *context, struct text code, const char *name,
                               const char *violation)
{
    const struct unit *unit = institution_unit_by_code(context->institution, code);

    if (!unit)
        naming_refuse(request_violations(context->request), name, violation,
                      "No unit has this code.", "没有使用此代码的机构。");
    return unit;
}

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
    const struct unit *root = NULL, *before = NULL;
    struct text last = TEXT_NONE; /* code */
    struct text_buffer out = text_buffer_new(context->request->arena, 4096);
    int limit = input->limit > 0 ? input->limit : LIMIT_DEFAULT, shown = 0;
    bool more = false;

    if (!text_is_none(input->unit))
        root = find(context, input->unit, "unit", "unknown_unit");
    if (!text_is_none(input->cursor))
        before = find(context, input->cursor, "cursor", "not_a_cursor");
    if (request_violations(context->request)->count)
        return FAULT_UNKNOWN_PARAMETER;
    text_buffer_add_string(&out, "{\"items\":[");
    for (size_t i = before ? (size_t)before->enter + 1 : 0; i < institution->unit_count; i++) {
        const struct unit *unit = &institution->units[i];
        if (!is_shown(context, unit, root, input->closed))
            continue;
        more = shown == limit;
        if (more)
            break;
        if (shown++)
            text_buffer_add_char(&out, ',');
        const struct unit *parent = institution_unit(institution, unit->parent_id);
        unit_write(unit, parent ? parent->code : TEXT_NONE, &out);
        last = unit->code;
    }
    request_answer_page(context->request, &out, more ? last : TEXT_NONE);
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
