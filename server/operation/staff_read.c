/* Reading staff: those of the units that a security administrator looks after. They are known to every
 * server, so no statement is needed. */
#include <string.h>

#include "lib/base/json_text.h"
#include "lib/complaint/naming.h"
#include "server/administer.h"
#include "server/operation/staff_member.h"

#define LIMIT_DEFAULT 50
#define LIMIT_MAX 200

struct staff_input {
    struct text unit, q, cursor; /* unit: code; cursor: the login of the last one shown */
    int role, limit;
    bool active, active_given;
};

static const struct member staff_members[] = {
    {MEMBER("unit", TEXT, struct staff_input, unit), .max = 64},
    {MEMBER("role", TERM, struct staff_input, role), .vocabulary = &vocabulary_role},
    {MEMBER("active", BOOLEAN, struct staff_input, active),
     .given_offset = offsetof(struct staff_input, active_given)},
    {MEMBER("q", TEXT, struct staff_input, q), .max = 100},
    {MEMBER("limit", INTEGER, struct staff_input, limit), .min = 1, .max = LIMIT_MAX},
    {MEMBER("cursor", TEXT, struct staff_input, cursor), .max = 64},
};
static const struct shape staff_parameters = {
    .name = "StaffParameters", .size = sizeof(struct staff_input), SHAPE_MEMBERS(staff_members)};

/* Whether a text holds another, letters of ASCII in either case. */
static bool holds(struct text text, struct text part)
{
    for (size_t at = 0; at + part.length <= text.length; at++)
        if (strncasecmp(text.at + at, part.at, part.length) == 0)
            return true;
    return false;
}

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
           (text_is_none(input->q) || holds(staff->login, input->q) ||
            holds(staff->name, input->q));
}

static enum fault find_root(struct slow_context *context, struct text code, const struct unit **ret)
{
    *ret = NULL;
    if (text_is_none(code))
        return FAULT_NONE;
    *ret = institution_unit_by_code(context->institution, code);
    if (*ret)
        return FAULT_NONE;
    naming_refuse(request_violations(context->request), "unit", "unknown_unit",
                  "No unit has this code.", "没有使用此代码的机构。");
    return FAULT_UNKNOWN_PARAMETER;
}

static enum fault list_staff(struct slow_context *context)
{
    const struct institution *institution = context->institution;
    const struct staff_input *input = context->request->input;
    struct text_buffer out = text_buffer_new(context->request->arena, 4096);
    int limit = input->limit > 0 ? input->limit : LIMIT_DEFAULT, shown = 0;
    const struct staff *last = NULL;
    const struct unit *root;
    bool more = false;
    enum fault fault = find_root(context, input->unit, &root);

    if (fault)
        return fault;
    text_buffer_add_string(&out, "{\"items\":[");
    for (size_t i = 0; i < institution->staff_count; i++) {
        const struct staff *staff = institution->staff_by_login[i];
        if (staff->client || !administers(context, staff->unit) ||
            (!text_is_none(input->cursor) && text_compare(staff->login, input->cursor) <= 0) ||
            !is_wanted(staff, input, root))
            continue;
        more = shown == limit;
        if (more)
            break;
        if (shown++)
            text_buffer_add_char(&out, ',');
        staff_write(staff, &out);
        last = staff;
    }
    request_answer_page(context->request, &out, more ? last->login : TEXT_NONE);
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
