#ifndef BASE_JSON_TEXT_H
#define BASE_JSON_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/instant.h"
#include "lib/base/text.h"

/* How JSON values are written, by answers and by the journal's hashed bytes alike. */

/* Appends a text as a JSON string, or null for none. Escapes only what JSON demands, as RFC 8785
 * does: quote, backslash and C0 (\b \t \n \f \r, else \u00xx in lower case); the rest stays raw.
 * The text must be valid UTF-8. */
void json_text_add(struct text_buffer *out, struct text text);

/* Writes a whole number in decimal, no zero byte; returns the number of bytes. */
#define JSON_INTEGER_MAX 20
size_t json_text_integer(int64_t value, char out[static JSON_INTEGER_MAX]);

void json_text_add_integer(struct text_buffer *out, int64_t value);

/* Appends an instant in the one form that is hashed, UTC with six digits of fraction
 * ("2026-11-20T01:12:00.000000Z"), or null for none. */
void json_text_add_instant(struct text_buffer *out, instant at);

#endif
