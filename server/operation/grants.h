#ifndef SERVER_OPERATION_GRANTS_H
#define SERVER_OPERATION_GRANTS_H

#include "lib/json/shape.h"
#include "lib/store/staff_store.h"
#include "server/engine.h"

/* Roles by unit, as they are sent. */

#define GRANTS_MAX 32 /* roles of one person or program */

struct grant_input {
    int role;
    struct text unit;
};
extern const struct shape grant_shape;

/* The unit of a role, if there is such: NULL and a violation. *within: false if the caller's right does
 * not reach it, else as it was. */
const struct unit *grant_judge(struct slow_context *context, const struct grant_input *grant,
                               const char *pointer, bool *within);

/* The same for a list at /roles. */
void grants_judge(struct slow_context *context, const struct grant_input list[], size_t count,
                  bool *within);

/* As the store takes them, in the request's arena. */
const struct new_grant *grants_new(const struct slow_context *context,
                                   const struct grant_input list[], size_t count);

/* As they will be, once grants_judge() found nothing wrong: the same twice is one. */
const struct grant *grants_distinct(const struct slow_context *context,
                                    const struct grant_input list[], size_t count,
                                    size_t *ret_count);

#endif
