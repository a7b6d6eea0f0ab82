#ifndef BASE_VIOLATION_H
#define BASE_VIOLATION_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/arena.h"
#include "lib/base/text.h"

/* One thing that is wrong with an input. An answer lists all of them. */
struct violation {
    struct text
        pointer;        /* RFC 6901 into the body ("/complainant/phone"), or the parameter's name */
    const char *code;   /* stable, lower case: "required", "unknown_member", "too_long", … */
    struct text en, zh; /* the sentence for people */
};

#define VIOLATIONS_MAX 64 /* the rest is dropped: an answer stays bounded */

struct violations {
    struct arena *arena;
    struct violation list[VIOLATIONS_MAX];
    size_t count;
};

/* Adds one; the texts are copied. Beyond VIOLATIONS_MAX it does nothing. */
void violation_add(struct violations *violations, const char *pointer, const char *code,
                   const char *en, const char *zh);

#endif
