#ifndef TESTS_HTTP_REAL_STEP_H
#define TESTS_HTTP_REAL_STEP_H

#include "tests/http/real.h"

/* Single acts of the walks, each with its effect on the model. False: reported. */

/* A text in which the customer's telephone number stands. */
json_t *real_told(const struct real_complaint *complaint, const char *what);

bool real_add_note(struct real_client *client, struct real_complaint *complaint);
bool real_add_contact(struct real_client *client, struct real_complaint *complaint, bool reached);
bool real_add_findings(struct real_client *client, struct real_complaint *complaint);
bool real_add_plan(struct real_client *client, struct real_complaint *complaint);
bool real_add_notice(struct real_client *client, struct real_complaint *complaint);
bool real_add_delivery(struct real_client *client, struct real_complaint *complaint);

#endif
