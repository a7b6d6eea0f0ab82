#include "server/operation/unit_object.h"

#include "lib/base/json_text.h"
#include "lib/complaint/naming.h"
#include "server/administer.h"

enum fault unit_find(const struct slow_context *context, const struct unit **ret)
{
    struct text name = context->request->parameters[0];
    struct uuid id;
    const struct unit *unit = uuid_parse(name, &id)
                                  ? institution_unit(context->institution, id)
                                  : institution_unit_by_code(context->institution, name);

    if (!administers(context, unit))
        return FAULT_NOT_FOUND;
    *ret = unit;
    return FAULT_NONE;
}

const struct unit *unit_of_parameter(struct slow_context *context, struct text code,
                                     const char *name, const char *violation)
{
    const struct unit *unit = institution_unit_by_code(context->institution, code);

    if (!unit)
        naming_refuse(request_violations(context->request), name, violation,
                      "No unit has this code.", "没有使用此代码的机构。");
    return unit;
}

void unit_write(const struct unit *unit, struct text parent, struct text_buffer *out)
{
    char id[UUID_TEXT_LENGTH];

    uuid_format(unit->id, id);
    text_buffer_printf(out, "{\"id\":\"%.*s\",\"code\":", UUID_TEXT_LENGTH, id);
    json_text_add(out, unit->code);
    text_buffer_add_string(out, ",\"name\":");
    json_text_add(out, unit->name);
    text_buffer_add_string(out, ",\"parent\":");
    json_text_add(out, parent);
    text_buffer_printf(out, ",\"closed\":%s,\"version\":%d}", unit->closed ? "true" : "false",
                       unit->version);
}

void unit_answer(const struct slow_context *context, int status, const struct unit *unit)
{
    const struct unit *parent = institution_unit(context->institution, unit->parent_id);
    struct text_buffer out = text_buffer_new(context->request->arena, 512);

    unit_write(unit, parent ? parent->code : TEXT_NONE, &out);
    request_answer(context->request, status, text_buffer_text(&out));
    context->request->answer.version = unit->version;
}
