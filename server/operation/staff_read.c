/* Reading staff: those of the units that a security administrator looks after. They are known to every
 * server, so no statement is needed. */
#include "server/administer.h"
#include "server/operation/staff_member.h"
#include "server/operation/unit_object.h"
#include "server/roll.h"

struct staff_input {
    struct roll_input roll; /* by login */
    struct text unit, q;    /* unit: code */
    int role;
    bool active, active_given;
};

static const struct member staff_members[] = {
    {MEMBER("unit", TEXT, struct staff_input, unit), .max = 64},
    {MEMBER("role", TERM, struct staff_input, role), .vocabulary = &vocabulary_role},
    {MEMBER("active", BOOLEAN, struct staff_input, active),
     .given_offset = offsetof(struct staff_input, active_given)},
    {MEMBER("q", TEXT, struct staff_input, q), .max = 100},
    {ROLL_LIMIT(struct staff_input)},
    {ROLL_CURSOR(struct staff_input)},
    {ROLL_COUNT(struct staff_input)},
};
static const struct shape staff_parameters = {
    .name = "StaffParameters", .size = sizeof(struct staff_input), SHAPE_MEMBERS(staff_members)};

static bool has_role(const struct staff *staff, int role)
{
    for (size_t i = 0; i < staff->grant_count; i++)
        if ((int)staff->grants[i].role == role)
            return true;
    return false;
}

static bool is_wanted(const struct staff *staff, const struct staff_input *input,
                      const struct unit *root)
{
    return (!root || unit_within(staff->unit, root)) &&
           (input->role == TERM_NONE || has_role(staff, input->role)) &&
           (!input->active_given || staff->active == input->active) &&
           (text_is_none(input->q) || text_holds(staff->login, input->q) ||
            text_holds(staff->name, input->q));
}

static enum fault list_staff(struct slow_context *context)
{
    const struct institution *institution = context->institution;
    const struct staff_input *input = context->request->input;
    struct roll roll = roll_begin(context->request->arena, &input->roll);
    const struct unit *root = NULL;

    if (!text_is_none(input->unit))
        root = unit_of_parameter(context, input->unit, "unit", "unknown_unit");
    enum fault fault = roll_judge(context->request, &input->roll);
    if (fault)
        return fault;
    for (size_t i = 0; i < institution->staff_count && !roll_is_full(&roll); i++) {
        const struct staff *staff = institution->staff_by_login[i];
        if (!staff->client && administers(context, staff->unit) && is_wanted(staff, input, root) &&
            roll_takes(&roll, staff->login, roll_is_behind(&input->roll, staff->login)))
            staff_write(staff, &roll.out);
    }
    roll_answer(&roll, context->request);
    return FAULT_NONE;
}

const struct operation staff_list = {.name = "staff_list",
                                     .method = METHOD_GET,
                                     .path = "/v1/staff",
                                     .kind = OPERATION_SLOW,
                                     .query = &staff_parameters,
                                     .handle = list_staff};

static enum fault get_staff(struct slow_context *context)
{
    const struct staff *staff;
    enum fault fault = staff_find(context, &staff);

    if (!fault)
        staff_answer(context, 200, staff);
    return fault;
}

const struct operation staff_get = {.name = "staff_get",
                                    .method = METHOD_GET,
                                    .path = "/v1/staff/{id}",
                                    .kind = OPERATION_SLOW,
                                    .handle = get_staff};
