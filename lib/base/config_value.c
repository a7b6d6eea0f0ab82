#include "lib/base/config_value.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "lib/base/instant.h"

const char *config_variable(struct arena *arena, const struct config_schema *schema,
                            const struct config_setting *setting)
{
    char *name = arena_printf(arena, "%s%s_%s", schema->prefix, setting->section, setting->key);

    for (char *c = name + strlen(schema->prefix); *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return name;
}

/* "250ms", "30s", …, "0" to milliseconds. */
static bool parse_duration(const char *value, int64_t *ret_ms)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    char *end;

    if (!isdigit((unsigned char)*value))
        return false;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (errno != 0)
        return false;
    if (number == 0 && *end == '\0') {
        *ret_ms = 0;
        return true;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(end, units[i].unit) == 0)
            return !__builtin_mul_overflow(number, units[i].ms, ret_ms);
    return false;
}

/* The coarsest unit that says it exactly. */
static const char *duration_text(struct arena *arena, int64_t ms)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}};

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (ms != 0 && ms % units[i].ms == 0)
            return arena_printf(arena, "%lld%s", (long long)(ms / units[i].ms), units[i].unit);
    return arena_printf(arena, "%lldms", (long long)ms);
}

static bool parse_int(const char *value, int64_t *ret)
{
    char *end;

    /* strtoll would take leading white space and a plus sign. */
    if (!isdigit((unsigned char)value[value[0] == '-']))
        return false;
    errno = 0;
    *ret = strtoll(value, &end, 10);
    return errno == 0 && *end == '\0';
}

static const char *store_string(struct arena *arena, const struct config_setting *setting,
                                const char *value, const char **member)
{
    struct text raw = text_of(value), clean;
    enum text_flaw flaw = text_normalise(arena, raw, false, &clean);

    if (flaw == TEXT_NOT_UTF8)
        return "is not UTF-8";
    if (flaw == TEXT_CONTROL_CHARACTER)
        return "holds a control character";
    if (raw.length < (size_t)setting->min || raw.length > (size_t)setting->max)
        return arena_printf(arena, "must have %lld to %lld bytes, it has %zu",
                            (long long)setting->min, (long long)setting->max, raw.length);
    /* As it was written: passwords and paths are bytes that others compare. */
    *member = arena_copy(arena, raw.at, raw.length);
    return NULL;
}

static const char *store_int(struct arena *arena, const struct config_setting *setting,
                             const char *value, int *member)
{
    int64_t number;

    if (!parse_int(value, &number))
        return arena_printf(arena, "must be a whole number, not \"%.40s\"", value);
    if (number < setting->min || number > setting->max)
        return arena_printf(arena, "must lie between %lld and %lld, it is %.40s",
                            (long long)setting->min, (long long)setting->max, value);
    *member = (int)number;
    return NULL;
}

static const char *store_duration(struct arena *arena, const struct config_setting *setting,
                                  const char *value, int64_t *member)
{
    int64_t ms;

    if (!parse_duration(value, &ms))
        return arena_printf(
            arena, "must be a duration such as 250ms, 30s, 5m, 2h or 7d, not \"%.40s\"", value);
    if (ms < setting->min || ms > setting->max)
        return arena_printf(arena, "must lie between %s and %s, it is %.40s",
                            duration_text(arena, setting->min), duration_text(arena, setting->max),
                            value);
    *member = ms;
    return NULL;
}

static const char *store_bool(struct arena *arena, const char *value, bool *member)
{
    bool is_true = strcmp(value, "true") == 0;

    if (!is_true && strcmp(value, "false") != 0)
        return arena_printf(arena, "must be true or false, not \"%.40s\"", value);
    *member = is_true;
    return NULL;
}

static const char *store_zone(struct arena *arena, const char *value, int *member)
{
    if (!zone_parse(text_of(value), member))
        return arena_printf(arena, "must be an offset such as +08:00 or Z, not \"%.40s\"", value);
    return NULL;
}

const char *config_value_store(struct arena *arena, const struct config_setting *setting,
                               const char *value, void *member)
{
    switch (setting->type) {
    case CONFIG_TYPE_STRING: return store_string(arena, setting, value, member);
    case CONFIG_TYPE_INT: return store_int(arena, setting, value, member);
    case CONFIG_TYPE_BOOL: return store_bool(arena, value, member);
    case CONFIG_TYPE_ZONE: return store_zone(arena, value, member);
    case CONFIG_TYPE_DURATION: return store_duration(arena, setting, value, member);
    }
    return "has a type that does not exist";
}

void config_value_clear(const struct config_setting *setting, void *member)
{
    switch (setting->type) {
    case CONFIG_TYPE_STRING: *(const char **)member = ""; break;
    case CONFIG_TYPE_BOOL: *(bool *)member = false; break;
    case CONFIG_TYPE_DURATION: *(int64_t *)member = 0; break;
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_ZONE: *(int *)member = 0; break;
    }
}

static void describe_form(const struct config_setting *setting, struct text_buffer *out)
{
    struct arena *arena = out->arena;

    switch (setting->type) {
    case CONFIG_TYPE_STRING:
        text_buffer_printf(out, "text of %lld to %lld bytes", (long long)setting->min,
                           (long long)setting->max);
        break;
    case CONFIG_TYPE_INT:
        text_buffer_printf(out, "%lld to %lld", (long long)setting->min, (long long)setting->max);
        break;
    case CONFIG_TYPE_BOOL: text_buffer_add_string(out, "true or false"); break;
    case CONFIG_TYPE_ZONE: text_buffer_add_string(out, "offset from UTC"); break;
    case CONFIG_TYPE_DURATION:
        text_buffer_printf(out, "%s to %s", duration_text(arena, setting->min),
                           duration_text(arena, setting->max));
        break;
    }
}

void config_describe(const struct config_schema *schema, struct text_buffer *out)
{
    const char *section = "";

    for (size_t i = 0; i < schema->setting_count; i++) {
        const struct config_setting *setting = &schema->settings[i];
        if (strcmp(section, setting->section) != 0) {
            text_buffer_printf(out, "%s[%s]\n", i > 0 ? "\n" : "", setting->section);
            section = setting->section;
        }
        text_buffer_printf(out, "# %s (", setting->description);
        describe_form(setting, out);
        text_buffer_printf(out, "; %s)\n", config_variable(out->arena, schema, setting));
        if (setting->fallback)
            text_buffer_printf(out, "%s = %s\n", setting->key, setting->fallback);
        else
            text_buffer_printf(out, "# %s = must be given\n", setting->key);
    }
}
