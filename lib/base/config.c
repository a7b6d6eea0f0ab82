#include "lib/base/config.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/config_value.h"

/* inih's buffer of 200 bytes holds the line end and a zero byte too; it would split longer lines. */
#define LINE_MAX_BYTES 190
#define FILE_MAX_BYTES ((size_t)1024 * 1024)

/* A value of one setting. */
struct given {
    const char *value;  /* NULL: nothing */
    const char *origin; /* "file:line", the variable's name or "default" */
    int line;           /* of the file, or one of those below */
};

/* Errors are listed in the order of these. */
#define LINE_WHOLE_FILE 0
#define LINE_ENVIRONMENT (INT_MAX - 1)
#define LINE_MISSING INT_MAX

struct error {
    int line;
    size_t n; /* errors of the same line stay as they came */
    const char *sentence;
};

struct loader {
    struct arena *arena;
    const struct config_schema *schema;
    const char *name;                       /* of the file */
    struct text content;                    /* what is left to read */
    int line;                               /* the number of the line that was read last */
    bool expects_pair;                      /* that line has to reach on_pair() */
    bool continues;                         /* inih takes it for a part of the value before it */
    bool has_pair;                          /* there is a value before it in its section */
    struct given *last;                     /* that value; NULL when it was refused */
    struct given *in_file, *in_environment; /* one for each setting */
    struct error *errors;
    size_t error_count, error_capacity;
};

static __attribute__((format(printf, 3, 4))) void add_error(struct loader *loader, int line,
                                                            const char *format, ...)
{
    va_list arguments;

    if (loader->error_count == loader->error_capacity) {
        size_t capacity = loader->error_capacity ? loader->error_capacity * 2 : 8;
        struct error *grown = ARENA_ARRAY(loader->arena, struct error, capacity);
        if (loader->error_count > 0)
            memcpy(grown, loader->errors, loader->error_count * sizeof *grown);
        loader->errors = grown;
        loader->error_capacity = capacity;
    }
    va_start(arguments, format);
    loader->errors[loader->error_count] = (struct error){
        .line = line,
        .n = loader->error_count,
        .sentence = arena_vprintf(loader->arena, format, arguments),
    };
    loader->error_count++;
    va_end(arguments);
}

static int error_order(const void *a, const void *b)
{
    const struct error *first = a, *second = b;

    if (first->line != second->line)
        return first->line < second->line ? -1 : 1;
    return (first->n > second->n) - (first->n < second->n);
}

static void return_errors(struct loader *loader, struct config_errors *ret)
{
    ret->count = loader->error_count;
    ret->list = ARENA_ARRAY(loader->arena, struct text, loader->error_count);
    if (loader->error_count > 0)
        qsort(loader->errors, loader->error_count, sizeof *loader->errors, error_order);
    for (size_t i = 0; i < loader->error_count; i++)
        ret->list[i] = text_of(loader->errors[i].sentence);
}

/* --- the file --- */

static bool section_known(const struct config_schema *schema, const char *section)
{
    for (size_t i = 0; i < schema->setting_count; i++)
        if (strcmp(schema->settings[i].section, section) == 0)
            return true;
    return false;
}

static struct given *find_given(struct loader *loader, const char *section, const char *key)
{
    const struct config_schema *schema = loader->schema;

    for (size_t i = 0; i < schema->setting_count; i++)
        if (strcmp(schema->settings[i].section, section) == 0 &&
            strcmp(schema->settings[i].key, key) == 0)
            return &loader->in_file[i];
    return NULL;
}

static void refuse_key(struct loader *loader, const char *section, const char *key)
{
    if (section_known(loader->schema, section))
        add_error(loader, loader->line, "%s:%d: section [%s] has no setting \"%s\"", loader->name,
                  loader->line, section, key);
    else if (*section)
        add_error(loader, loader->line, "%s:%d: \"%s\" stands in the unknown section [%s]",
                  loader->name, loader->line, key, section);
    else
        add_error(loader, loader->line, "%s:%d: \"%s\" stands before the first section",
                  loader->name, loader->line, key);
}

/* inih calls this for each "key = value", and for each indented line with the key before it. */
static int on_pair(void *context, const char *section, const char *key, const char *value)
{
    struct loader *loader = context;
    struct given *given = find_given(loader, section, key);

    loader->expects_pair = false;
    if (loader->continues) {
        struct given *last = loader->last;
        if (last)
            last->value = arena_printf(loader->arena, "%s %s", last->value, value);
        return 1;
    }
    loader->has_pair = true;
    loader->last = NULL;
    if (!given) {
        refuse_key(loader, section, key);
    } else if (given->value) {
        add_error(loader, loader->line, "%s:%d: %s.%s was given in line %d already", loader->name,
                  loader->line, section, key, given->line);
    } else {
        given->value = arena_copy(loader->arena, value, strlen(value));
        given->origin = arena_printf(loader->arena, "%s:%d", loader->name, loader->line);
        given->line = loader->line;
        loader->last = given;
    }
    return 1;
}

/* inih says nothing of a line that it cannot read but the first one's number: seen here by
 * on_pair() not being called for it. */
static void check_last_line(struct loader *loader)
{
    if (loader->expects_pair)
        add_error(loader, loader->line, "%s:%d: neither [section] nor key = value", loader->name,
                  loader->line);
    loader->expects_pair = false;
}

/* Takes one line off the content, without its LF. */
static struct text next_line(struct loader *loader)
{
    struct text *content = &loader->content;
    const char *lf = memchr(content->at, '\n', content->length);
    size_t length = lf ? (size_t)(lf - content->at) : content->length;
    struct text line = {content->at, length};
    size_t taken = length + (lf != NULL);

    content->at += taken;
    content->length -= taken;
    loader->line++;
    if (loader->line == 1 && line.length >= 3 && memcmp(line.at, "\xEF\xBB\xBF", 3) == 0)
        line = (struct text){line.at + 3, line.length - 3}; /* byte order mark */
    return line;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Notes whether a line has to be a pair; returns false when it must not reach inih. */
static bool examine_line(struct loader *loader, struct text line)
{
    size_t i = 0;

    while (i < line.length && is_blank(line.at[i]))
        i++;
    loader->continues = i > 0 && loader->has_pair;
    if (i == line.length || line.at[i] == ';' || line.at[i] == '#')
        return true;
    if (line.length > LINE_MAX_BYTES) {
        add_error(loader, loader->line,
                  "%s:%d: the line is longer than %d bytes; continue it on an indented line",
                  loader->name, loader->line, LINE_MAX_BYTES);
        return false;
    }
    if (memchr(line.at, '\0', line.length)) {
        add_error(loader, loader->line, "%s:%d: the line holds a zero byte", loader->name,
                  loader->line);
        return false;
    }
    bool is_section = line.at[i] == '[' && !loader->continues && memchr(line.at, ']', line.length);
    if (is_section)
        loader->has_pair = false;
    loader->expects_pair = !is_section;
    return true;
}

/* inih's reader, like fgets. */
static char *read_line(char *out, int size, void *context)
{
    struct loader *loader = context;

    check_last_line(loader);
    if (loader->content.length == 0)
        return NULL;
    struct text line = next_line(loader);
    /* Comments may have any length: they, and what was refused, become empty lines. */
    if (!examine_line(loader, line) || line.length + 2 > (size_t)size)
        line.length = 0;
    if (line.length > 0)
        memcpy(out, line.at, line.length);
    memcpy(out + line.length, "\n", 2);
    return out;
}

/* Reads at most FILE_MAX_BYTES; adds an error when that fails. */
static struct text read_file(struct loader *loader, const char *path)
{
    struct text_buffer buffer = text_buffer_new(loader->arena, 4096);
    FILE *file = fopen(path, "re");

    if (!file) {
        add_error(loader, LINE_WHOLE_FILE, "%s: %s", path, strerror(errno));
        return TEXT("");
    }
    size_t got;
    do {
        got = fread(text_buffer_reserve(&buffer, 4096), 1, 4096, file);
        buffer.length += got;
    } while (got > 0 && buffer.length <= FILE_MAX_BYTES);
    if (ferror(file))
        add_error(loader, LINE_WHOLE_FILE, "%s: %s", path, strerror(errno));
    else if (buffer.length > FILE_MAX_BYTES)
        add_error(loader, LINE_WHOLE_FILE, "%s: larger than 1 MiB", path);
    fclose(file);
    return text_buffer_text(&buffer);
}

/* --- the environment --- */

static bool is_ignored(const struct config_schema *schema, struct text name)
{
    for (const char *const *entry = schema->ignored; entry && *entry; entry++) {
        struct text pattern = text_of(*entry);
        bool open = pattern.length > 0 && pattern.at[pattern.length - 1] == '*';
        if (open && name.length >= pattern.length - 1 &&
            memcmp(name.at, pattern.at, pattern.length - 1) == 0)
            return true;
        if (text_equal(name, pattern))
            return true;
    }
    return false;
}

static void take_variable(struct loader *loader, const char *entry)
{
    const struct config_schema *schema = loader->schema;
    const char *equals = strchr(entry, '=');

    if (!equals || strncmp(entry, schema->prefix, strlen(schema->prefix)) != 0)
        return;
    struct text name = {entry, (size_t)(equals - entry)};
    for (size_t i = 0; i < schema->setting_count; i++) {
        const char *known = config_variable(loader->arena, schema, &schema->settings[i]);
        if (text_equal(name, text_of(known))) {
            loader->in_environment[i] = (struct given){equals + 1, known, LINE_ENVIRONMENT};
            return;
        }
    }
    if (!is_ignored(schema, name))
        add_error(loader, LINE_ENVIRONMENT, "%.*s: there is no such setting", TEXT_ARG(name));
}

/* --- all of it --- */

static void store_all(struct loader *loader, void *values)
{
    const struct config_schema *schema = loader->schema;

    for (size_t i = 0; i < schema->setting_count; i++) {
        const struct config_setting *setting = &schema->settings[i];
        const struct given all[] = {{setting->fallback, "default", LINE_WHOLE_FILE},
                                    loader->in_file[i],
                                    loader->in_environment[i]};
        bool any = false;
        void *member = (char *)values + setting->offset;
        config_value_clear(setting, member);
        /* The ones that are overridden too, so that their mistakes are seen. */
        for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
            if (!all[k].value)
                continue;
            any = true;
            const char *flaw = config_value_store(loader->arena, setting, all[k].value, member);
            if (flaw)
                add_error(loader, all[k].line, "%s: %s.%s %s", all[k].origin, setting->section,
                          setting->key, flaw);
        }
        if (!any)
            add_error(loader, LINE_MISSING, "%s.%s must be given", setting->section, setting->key);
    }
}

static struct loader loader_new(struct arena *arena, const struct config_schema *schema,
                                const char *name)
{
    return (struct loader){
        .arena = arena,
        .schema = schema,
        .name = name,
        .content = TEXT(""),
        .in_file = ARENA_ARRAY(arena, struct given, schema->setting_count),
        .in_environment = ARENA_ARRAY(arena, struct given, schema->setting_count),
    };
}

static bool load(struct loader *loader, char *const *environment, void *values,
                 struct config_errors *errors)
{
    int status = ini_parse_stream(read_line, loader, on_pair, loader);

    check_last_line(loader);
    if (status > 0 && loader->error_count == 0) /* a mistake that only inih knows */
        add_error(loader, status, "%s:%d: cannot be read", loader->name, status);
    else if (status < 0)
        add_error(loader, LINE_WHOLE_FILE, "%s: out of memory", loader->name);
    for (; environment && *environment; environment++)
        take_variable(loader, *environment);
    store_all(loader, values);
    return_errors(loader, errors);
    return errors->count == 0;
}

bool config_load_text(struct arena *arena, const struct config_schema *schema, const char *name,
                      struct text content, char *const *environment, void *values,
                      struct config_errors *errors)
{
    struct loader loader = loader_new(arena, schema, name);

    loader.content = content;
    return load(&loader, environment, values, errors);
}

bool config_load(struct arena *arena, const struct config_schema *schema, const char *path,
                 char *const *environment, void *values, struct config_errors *errors)
{
    struct loader loader = loader_new(arena, schema, path ? path : "");

    if (path)
        loader.content = read_file(&loader, path);
    return load(&loader, environment, values, errors);
}
