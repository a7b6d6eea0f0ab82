#include "server/operation/staff_member.h"

#include "lib/base/json_text.h"
#include "server/administer.h"

void staff_write_members(const struct staff *staff, struct text_buffer *out)
{
    char id[UUID_TEXT_LENGTH];

    uuid_format(staff->id, id);
    text_buffer_printf(out, "\"id\":\"%.*s\",\"login\":", UUID_TEXT_LENGTH, id);
    json_text_add(out, staff->login);
    text_buffer_add_string(out, ",\"name\":");
    json_text_add(out, staff->name);
    text_buffer_add_string(out, ",\"unit\":");
    json_text_add(out, staff->unit->code);
    text_buffer_add_string(out, ",\"roles\":[");
    for (size_t i = 0; i < staff->grant_count; i++) {
        struct text role = vocabulary_code(&vocabulary_role, (int)staff->grants[i].role);
        text_buffer_printf(out, "%s{\"role\":\"%.*s\",\"unit\":", i ? "," : "", TEXT_ARG(role));
        json_text_add(out, staff->grants[i].unit->code);
        text_buffer_add_char(out, '}');
    }
    text_buffer_add_char(out, ']');
}

enum fault staff_find(const struct slow_context *context, const struct staff **ret)
{
    const struct institution *institution = context->institution;
    struct text name = context->request->parameters[0];
    struct uuid id;
    const struct staff *person = uuid_parse(name, &id)
                                     ? institution_staff(institution, id)
                                     : institution_staff_by_login(institution, name);

    if (!person || person->client || !administers(context, person->unit))
        return FAULT_NOT_FOUND;
    *ret = person;
    return FAULT_NONE;
}

void staff_write(const struct staff *staff, struct text_buffer *out)
{
    text_buffer_add_char(out, '{');
    staff_write_members(staff, out);
    text_buffer_printf(out, ",\"active\":%s,\"password_temporary\":%s,\"phone\":",
                       staff->active ? "true" : "false",
                       staff->password_temporary ? "true" : "false");
    json_text_add(out, staff->phone);
    text_buffer_add_string(out, ",\"email\":");
    json_text_add(out, staff->email);
    text_buffer_printf(out, ",\"version\":%d}", staff->version);
}

void staff_answer(const struct slow_context *context, int status, const struct staff *staff)
{
    struct text_buffer out = text_buffer_new(context->request->arena, 512);

    staff_write(staff, &out);
    request_answer(context->request, status, text_buffer_text(&out));
    context->request->answer.version = staff->version;
}
