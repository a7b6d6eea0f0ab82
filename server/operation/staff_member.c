#include "server/operation/staff_member.h"

#include "lib/base/json_text.h"

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
