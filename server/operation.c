#include "server/operation.h"

#define OPERATION(name) extern const struct operation name;
#include "server/routes.def"
#undef OPERATION

const struct operation *const operations[] = {
#define OPERATION(name) &name,
#include "server/routes.def"
#undef OPERATION
};
const size_t operations_count = sizeof operations / sizeof *operations;

const struct right *const operation_rights[] = {
#define OPERATION(name) &rights[RIGHT_##name],
#include "server/routes.def"
#undef OPERATION
};

static const char *const method_names[] = {"GET", "POST", "PATCH", "DELETE", ""};

/* Compares a path with a pattern, segment by segment; a segment in braces takes any text but an
 * empty one. */
static bool matches(const char *pattern, struct text path, struct text parameters[2])
{
    const char *at = path.at, *end = path.at + path.length;
    size_t found = 0;

    while (*pattern) {
        if (*pattern != '{') {
            if (at == end || *at++ != *pattern++)
                return false;
            continue;
        }
        const char *start = at;
        while (at < end && *at != '/')
            at++;
        if (at == start || found == 2)
            return false;
        parameters[found++] = (struct text){start, (size_t)(at - start)};
        pattern = strchr(pattern, '}') + 1;
    }
    return at == end;
}

int operation_find(enum method method, struct text path, struct text parameters[2],
                   enum fault *ret_fault, unsigned *ret_allow)
{
    unsigned allow = 0;
    bool fixed = false;
    for (size_t i = 0; i < operations_count; i++) {
        struct text found[2] = {TEXT_NONE, TEXT_NONE};
        if (!matches(operations[i]->path, path, found))
            continue;
        /* A path without parameters is nobody's parameter: no complaint is called "batch". */
        if (fixed && !text_is_none(found[0]))
            continue;
        fixed = text_is_none(found[0]);
        allow |= 1u << operations[i]->method;
        if (operations[i]->method != method)
            continue;
        memcpy(parameters, found, sizeof found);
        return (int)i;
    }
    *ret_fault = allow ? FAULT_METHOD_NOT_ALLOWED : FAULT_NOT_FOUND;
    *ret_allow = allow;
    return -1;
}

static void print_operation(const struct operation *operation, const struct right *right,
                            struct text_buffer *out)
{
    text_buffer_printf(out, "{\"operation\":\"%s\",\"method\":\"%s\",\"path\":\"%s\",\"public\":%s",
                       operation->name, method_names[operation->method], operation->path,
                       right->of == OF_ANYBODY ? "true" : "false");
    text_buffer_printf(out, ",\"input\":\"%s\"", operation->input ? operation->input->name : "");
    text_buffer_add_string(out, ",\"parameters\":[");
    for (size_t i = 0; operation->query && i < operation->query->member_count; i++)
        text_buffer_printf(out, "%s\"%s\"", i ? "," : "", operation->query->members[i].name);
    text_buffer_add_string(out, "]}");
}

static void print_vocabulary(const struct vocabulary *vocabulary, struct text_buffer *out)
{
    text_buffer_printf(out, "\"%s\":[", vocabulary->name);
    for (int term = 0; term < vocabulary->count; term++)
        text_buffer_printf(out, "%s\"%.*s\"", term ? "," : "",
                           TEXT_ARG(vocabulary->terms[term].code));
    text_buffer_add_char(out, ']');
}

void operations_print(struct text_buffer *out)
{
    text_buffer_add_string(out, "{\"routes\":[\n");
    for (size_t i = 0; i < operations_count; i++) {
        text_buffer_add_string(out, i ? ",\n" : "");
        print_operation(operations[i], operation_rights[i], out);
    }
    text_buffer_add_string(out, "],\n\"vocabularies\":{\n");
    for (size_t i = 0; vocabularies[i]; i++) {
        text_buffer_add_string(out, i ? ",\n" : "");
        print_vocabulary(vocabularies[i], out);
    }
    text_buffer_add_string(out, "},\n\"problems\":[\n");
    for (int fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++)
        text_buffer_printf(out, "%s{\"slug\":\"%s\",\"status\":%d}",
                           fault > FAULT_NONE + 1 ? ",\n" : "", fault_text((enum fault)fault)->slug,
                           fault_text((enum fault)fault)->status);
    text_buffer_add_string(out, "]}\n");
}
