#ifndef COMPLAINT_LIFECYCLE_PRINT_H
#define COMPLAINT_LIFECYCLE_PRINT_H

#include "lib/base/text.h"

/* Appends the transition table as text for people: one line a row with the columns action, from,
 * who, requires and next, preceded by the receipt, which has no stage to come from. */
void lifecycle_print(struct text_buffer *out);

#endif
