#ifndef COMPLAINT_LIFECYCLE_PRINT_H
#define COMPLAINT_LIFECYCLE_PRINT_H

#include "lib/base/text.h"

/* Appends the transition table as text for people: one line a row with the columns action, from,
 * who, requires and next, preceded by the receipt, which has no stage to come from. */
void lifecycle_print(struct text_buffer *out);

/* Appends the rights of every operation, one line each with the columns operation, part (of its
 * input, "-": all of it), token (the scope it must have), of and who; columns are two blanks or more
 * apart. */
void rights_print(struct text_buffer *out);

#endif
