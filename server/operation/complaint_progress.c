/* Commands that change the state of a complaint. */
#include "lib/json/complaint_json.h"
#include "server/operation.h"

#define COMMAND(name_, path_, action_, shape_, check_, ...)         \
    const struct operation name_ = {.name = #name_,                 \
                                    .method = METHOD_POST,          \
                                    .path = "/v1/complaints" path_, \
                                    .kind = OPERATION_COMMAND,      \
                                    .action = action_,              \
                                    .input = &shape_,               \
                                    .check = check_,                \
                                    .decide = __VA_ARGS__}

COMMAND(complaint_receive, "", ACTION_RECEIVE, receive_shape, check_receive, NULL);
COMMAND(complaint_settle, "/{id}/settle", ACTION_SETTLE, settle_shape, NULL, lifecycle_settle,
        .knows_links = true);
COMMAND(complaint_decline, "/{id}/decline", ACTION_DECLINE, decline_shape, NULL, lifecycle_decline,
        .knows_links = true);
COMMAND(complaint_classify, "/{id}/classify", ACTION_CLASSIFY, classify_shape, check_classify,
        lifecycle_classify);
const struct operation complaint_correct = {.name = "complaint_correct",
                                            .method = METHOD_PATCH,
                                            .path = "/v1/complaints/{id}",
                                            .kind = OPERATION_COMMAND,
                                            .action = ACTION_CORRECT,
                                            .input = &correct_shape,
                                            .check = check_correct,
                                            .decide = lifecycle_correct};
COMMAND(complaint_advance, "/{id}/advance", ACTION_ADVANCE, advance_shape, check_advance,
        lifecycle_advance);
COMMAND(complaint_send_back, "/{id}/send-back", ACTION_SEND_BACK, send_back_shape, check_send_back,
        lifecycle_send_back);
COMMAND(complaint_withdraw, "/{id}/withdraw", ACTION_WITHDRAW, withdraw_shape, check_withdraw,
        lifecycle_withdraw, .knows_links = true);
COMMAND(complaint_close, "/{id}/close", ACTION_CLOSE, close_shape, check_close, lifecycle_close);

/* Hand-over: offered, then accepted, refused or taken back; or assigned by a supervisor. */
COMMAND(complaint_offer, "/{id}/offer", ACTION_OFFER, offer_shape, check_offer, lifecycle_offer);
COMMAND(complaint_accept, "/{id}/accept", ACTION_ACCEPT, optional_reason_shape, NULL,
        lifecycle_accept);
COMMAND(complaint_refuse, "/{id}/refuse", ACTION_REFUSE, reason_shape, NULL, lifecycle_refuse);
COMMAND(complaint_take_back, "/{id}/take-back", ACTION_TAKE_BACK, optional_reason_shape, NULL,
        lifecycle_take_back);
COMMAND(complaint_assign, "/{id}/assign", ACTION_ASSIGN, assign_shape, check_assign,
        lifecycle_assign);
COMMAND(complaint_approve_plan, "/{id}/approve-plan", ACTION_APPROVE_PLAN, optional_reason_shape,
        NULL, lifecycle_approve_plan);
