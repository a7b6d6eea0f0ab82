#ifndef SERVER_OPERATION_COMPLAINT_PAST_H
#define SERVER_OPERATION_COMPLAINT_PAST_H

#include "lib/json/shape.h"
#include "server/engine.h"

/* GET /v1/complaints/{id}?as_of=…: what it takes, whether that was given, and the answer. */
extern const struct shape complaint_past_parameters;
bool complaint_past_asked(const struct request *request);
enum fault complaint_past_answer(struct slow_context *context);

#endif
