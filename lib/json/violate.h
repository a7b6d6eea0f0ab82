#ifndef JSON_VIOLATE_H
#define JSON_VIOLATE_H

#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/text.h"
#include "lib/base/violation.h"
#include "lib/json/shape.h"

/* What decoding a body and decoding query parameters share: where a value stands, the sentences
 * that say what is wrong with it, and the reading of values that arrive as text. */

/* Where a value stands, as a chain up to the body; written out only when something is wrong. */
struct place {
    const struct place *parent; /* NULL: the body itself (name NULL), or a query parameter */
    const char *name;           /* member or parameter; NULL: the index counts */
    size_t index;               /* in a list */
};

/* Adds a violation of a code; the sentences are made by the functions below. */
void violate(struct violations *violations, const struct place *place, const char *code,
             const char *en, const char *zh);

void violate_required(struct violations *violations, const struct place *place);
/* member: whose type was expected. */
void violate_wrong_type(struct violations *violations, const struct place *place,
                        const struct member *member);
/* Names the terms that the member allows. */
void violate_unknown_term(struct violations *violations, const struct place *place,
                          const struct member *member);
void violate_range(struct violations *violations, const struct place *place,
                   const struct member *member);

/* Reads a text into a TEXT, LINES, TERM or INSTANT field: normalises it into the arena, and adds a
 * violation when it is ill-formed, too long, empty though required, no term or no time. Returns
 * whether the field was set; on false it is untouched. */
bool value_read_text(struct arena *arena, struct violations *violations, const struct place *place,
                     const struct member *member, struct text raw, void *field);

/* Stores a whole number into an INTEGER or LONG field, or adds a violation of its range. */
bool value_read_number(struct violations *violations, const struct place *place,
                       const struct member *member, int64_t value, void *field);

#endif
