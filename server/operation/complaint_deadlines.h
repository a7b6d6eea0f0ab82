#ifndef SERVER_OPERATION_COMPLAINT_DEADLINES_H
#define SERVER_OPERATION_COMPLAINT_DEADLINES_H

#include "server/engine.h"

/* Appends both clocks of a complaint, each explained step by step, as JSON. Returns whether a clock would
 * be computed otherwise under the calendar of now. */
bool deadlines_write(const struct slow_context *context, const struct complaint *complaint,
                     struct text_buffer *out);

#endif
