#ifndef BASE_CONFIG_VALUE_H
#define BASE_CONFIG_VALUE_H

#include "lib/base/config.h"

/* One setting's value: the part of config.h that knows its types. Of use to config.c alone. */

/* The name of the environment variable, in the arena. */
const char *config_variable(struct arena *arena, const struct config_schema *schema,
                            const struct config_setting *setting);

/* Puts a value into the member that the setting stands for. Returns NULL, or what is wrong with it
 * as the end of a sentence ("must be true or false, not …"); then the member is untouched. */
const char *config_value_store(struct arena *arena, const struct config_setting *setting,
                               const char *value, void *member);

/* What the member is before any value: "", 0 or false. */
void config_value_clear(const struct config_setting *setting, void *member);

#endif
