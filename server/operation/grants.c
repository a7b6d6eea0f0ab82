#include "server/operation/grants.h"

#include "lib/complaint/naming.h"
#include "server/administer.h"

static const struct member members[] = {
    {MEMBER("role", TERM, struct grant_input, role), .flags = MEMBER_REQUIRED,
     .vocabulary = &vocabulary_role},
    {MEMBER("unit", TEXT, struct grant_input, unit), .flags = MEMBER_REQUIRED, .max = 64},
};
const struct shape grant_shape = {
    .name = "Grant", .size = sizeof(struct grant_input), SHAPE_MEMBERS(members)};

const struct unit *grant_judge(struct slow_context *context, const struct grant_input *grant,
                               const char *pointer, bool *within)
{
    const struct unit *unit = naming_unit(context->institution, grant->unit, pointer,
                                          request_violations(context->request));

    *within = *within && administers(context, unit);
    return unit;
}

void grants_judge(struct slow_context *context, const struct grant_input list[], size_t count,
                  bool *within)
{
    for (size_t i = 0; i < count; i++) {
        struct text pointer = text_printf(context->request->arena, "/roles/%zu/unit%c", i, '\0');
        (void)grant_judge(context, &list[i], pointer.at, within);
    }
}

const struct new_grant *grants_new(const struct slow_context *context,
                                   const struct grant_input list[], size_t count)
{
    struct new_grant *grants = ARENA_ARRAY(context->request->arena, struct new_grant, count);

    for (size_t i = 0; i < count; i++)
        grants[i] = (struct new_grant){(enum role)list[i].role, list[i].unit};
    return grants;
}

const struct grant *grants_distinct(const struct slow_context *context,
                                    const struct grant_input list[], size_t count,
                                    size_t *ret_count)
{
    struct grant *grants = ARENA_ARRAY(context->request->arena, struct grant, count);

    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct grant grant = {(enum role)list[i].role,
                                    institution_unit_by_code(context->institution, list[i].unit)};
        bool repeated = false;
        for (size_t j = 0; j < *ret_count; j++)
            repeated = repeated || (grants[j].role == grant.role && grants[j].unit == grant.unit);
        if (!repeated)
            grants[(*ret_count)++] = grant;
    }
    return grants;
}
