#include "server/ctl/import.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define CHUNK ((size_t)64 * 1024)
#define BYTES_MAX ((size_t)8 * 1024 * 1024)

static bool read_all(FILE *file, struct text_buffer *out)
{
    size_t got;

    do {
        got = fread(text_buffer_reserve(out, CHUNK), 1, CHUNK, file);
        out->length += got;
    } while (got > 0 && out->length <= BYTES_MAX);
    return !ferror(file);
}

static int read_file(const char *name, struct text_buffer *out)
{
    bool standard = strcmp(name, "-") == 0;
    FILE *file = standard ? stdin : fopen(name, "re");
    bool done = file && read_all(file, out);
    int why = errno;

    if (file && !standard)
        fclose(file);
    if (!done)
        return ctl_fail(CTL_TROUBLE, "%s cannot be read: %s", name, strerror(why));
    if (out->length > BYTES_MAX)
        return ctl_fail(CTL_REFUSED, "%s is larger than %zu bytes", name, BYTES_MAX);
    return CTL_DONE;
}

int import_read(struct ctl *ctl, const char *file, struct text *ret)
{
    struct text_buffer content = text_buffer_new(ctl->arena, CHUNK);
    int code = read_file(file, &content);

    if (code == CTL_DONE)
        *ret = text_buffer_text(&content);
    return code;
}

int import_open(struct ctl *ctl, const char *file, struct import *ret)
{
    struct text content;
    json_error_t error;
    int code = import_read(ctl, file, &content);

    if (code != CTL_DONE)
        return code;
    *ret = (struct import){.ctl = ctl, .file = file};
    ret->root = json_loadb(content.at, content.length, JSON_REJECT_DUPLICATES, &error);
    if (!ret->root)
        return ctl_fail(CTL_REFUSED, "%s:%d:%d: %s", file, error.line, error.column, error.text);
    return CTL_DONE;
}

void import_close(struct import *import)
{
    json_decref(import->root);
    import->root = NULL;
}

void import_refuse(struct import *import, const char *place, const char *message)
{
    import->errors++;
    fprintf(stderr, "%s: %s: %s\n", import->file, *place ? place : "the file", message);
}

const char *import_place(struct import *import, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    const char *place = arena_vprintf(import->ctl->arena, format, arguments);
    va_end(arguments);
    return place;
}

void import_refuse_others(struct import *import, const json_t *object, const char *place,
                          const char *const names[])
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)object, name, value)
    {
        bool known = false;
        for (size_t i = 0; names[i]; i++)
            known |= strcmp(names[i], name) == 0;
        if (!known)
            import_refuse(import, import_place(import, "%s/%s", place, name), "unknown member");
    }
}

struct text import_name(struct import *import, const json_t *value, const char *place)
{
    struct text raw = {json_string_value(value), json_string_length(value)}, name;

    if (!json_is_string(value))
        import_refuse(import, place, value ? "must be a text" : "is missing");
    else if (text_normalise(import->ctl->arena, raw, false, &name) != TEXT_SOUND)
        import_refuse(import, place, "must have no control characters");
    else if (name.length == 0 || text_characters(name) > 100)
        import_refuse(import, place, "must have 1 to 100 characters");
    else
        return name;
    return TEXT_NONE;
}
