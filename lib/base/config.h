#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/text.h"

/* Settings of a program: a table says what there is, an INI file and the environment fill a plain
 * struct of the caller's.
 *
 * The file holds "[section]", "key = value", comment lines that begin with ; or #, and " ;" before
 * a comment at the end of a line. An indented line continues the value before it, joined by a
 * space. A line has at most 190 bytes. The environment, PREFIX_SECTION_KEY in capitals, overrides
 * the file and knows none of these rules. */

enum config_type {
    CONFIG_TYPE_STRING,  /* const char *: UTF-8 without control characters, in the arena */
    CONFIG_TYPE_INT,     /* int: decimal */
    CONFIG_TYPE_BOOL,    /* bool: "true" or "false" */
    CONFIG_TYPE_ZONE,    /* int: "+08:00", "-03:30" or "Z", kept as minutes east of UTC */
    CONFIG_TYPE_DURATION /* int64_t: "250ms", "30s", "5m", "2h", "7d" or "0", kept as ms */
};

struct config_setting {
    const char *section, *key; /* lower case with underscores, at most 48 bytes each */
    enum config_type type;
    size_t offset;        /* of the member in the caller's struct */
    int64_t min, max;     /* string: bytes; int: the number; duration: ms; unused by others */
    const char *fallback; /* as it would stand in the file; NULL: must be given */
    const char *description;
};

/* Rows of a table. The member must have the type noted at enum config_type, or it does not
 * compile. */
#define CONFIG_MEMBER(type, member, member_type) \
    _Generic(((type *)0)->member, member_type : offsetof(type, member))
#define CONFIG_STRING(section, key, type, member, min, max, fallback, description)              \
    {                                                                                           \
        (section), (key), CONFIG_TYPE_STRING, CONFIG_MEMBER(type, member, const char *), (min), \
            (max), (fallback), (description)                                                    \
    }
#define CONFIG_INT(section, key, type, member, min, max, fallback, description)            \
    {                                                                                      \
        (section), (key), CONFIG_TYPE_INT, CONFIG_MEMBER(type, member, int), (min), (max), \
            (fallback), (description)                                                      \
    }
#define CONFIG_BOOL(section, key, type, member, fallback, description)                           \
    {                                                                                            \
        (section), (key), CONFIG_TYPE_BOOL, CONFIG_MEMBER(type, member, bool), 0, 0, (fallback), \
            (description)                                                                        \
    }
#define CONFIG_ZONE(section, key, type, member, fallback, description)                          \
    {                                                                                           \
        (section), (key), CONFIG_TYPE_ZONE, CONFIG_MEMBER(type, member, int), 0, 0, (fallback), \
            (description)                                                                       \
    }
#define CONFIG_DURATION(section, key, type, member, min_ms, max_ms, fallback, description)      \
    {                                                                                           \
        (section), (key), CONFIG_TYPE_DURATION, CONFIG_MEMBER(type, member, int64_t), (min_ms), \
            (max_ms), (fallback), (description)                                                 \
    }

struct config_schema {
    const char *prefix; /* of environment variables, with its underscore: "COMPLAINTD_" */
    const struct config_setting *settings;
    size_t setting_count;
    /* Variables with the prefix that are not settings: NULL-terminated; a name that ends in "*"
     * stands for all that begin so. NULL: none. */
    const char *const *ignored;
};

/* Everything that is wrong, one sentence each: "complaintd.ini:7: …" or "COMPLAINTD_HTTP_PORT: …".
 * Values of strings are never quoted, as they may be secrets. The list is the arena's. */
struct config_errors {
    struct text *list;
    size_t count;
};

/* Fills the caller's struct from the defaults, the file and the environment.
 * path: the INI file, NULL for none; one that cannot be read is an error.
 * environment: as environ, "NAME=value", NULL-terminated; NULL for none.
 * values: the struct whose members the table names; its strings will be the arena's. When there are
 * errors, what it holds is unspecified but initialised.
 * Returns true when there was no error; otherwise *errors holds all of them, those of the file by
 * line (a mistake in the table's defaults before them), then those of the environment, then what is
 * missing. A value that the environment overrides is checked as well. */
bool config_load(struct arena *arena, const struct config_schema *schema, const char *path,
                 char *const *environment, void *values, struct config_errors *errors);

/* The same with the file's content given as text; name stands for the path in errors. */
bool config_load_text(struct arena *arena, const struct config_schema *schema, const char *name,
                      struct text content, char *const *environment, void *values,
                      struct config_errors *errors);

/* Describes all settings as an INI file that sets each to its default: description, form and range,
 * and the environment variable as comments. For --help and for the README. */
void config_describe(const struct config_schema *schema, struct text_buffer *out);

#endif
