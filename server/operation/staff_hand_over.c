/* Leave and departure: all open work of somebody goes to somebody else. */
#include "lib/complaint/naming.h"
#include "lib/json/shape.h"
#include "lib/store/staff_store.h"
#include "server/administer.h"
#include "server/audit.h"
#include "server/operation/staff_member.h"
#include "server/operation/succession.h"
#include "server/server.h"

struct hand_over_input {
    struct text to, reason;
};

/* to: none, and *ret NULL, when nobody is named. */
static enum fault find_successor(const struct slow_context *context, struct text to,
                                 const char *pointer, const struct staff *from,
                                 const struct staff **ret)
{
    struct violations *violations = request_violations(context->request);

    *ret = NULL;
    if (text_is_none(to))
        return FAULT_NONE;
    *ret = naming_staff(context->institution, to, pointer, violations);
    if (*ret == from)
        naming_refuse(violations, pointer, "same_person", "That is whose work it is.",
                      "不能移交给本人。");
    return violations->count ? FAULT_INVALID : FAULT_NONE;
}

static void answer(const struct succession *succession)
{
    struct request *request = succession->context->request;

    request_answer(request, 200,
                   text_printf(request->arena, "{\"assigned\":%zu,\"offered\":%zu}",
                               succession->assigned, succession->others));
}

/* --- leave -------------------------------------------------------------------------------------- */

static const struct member hand_over_members[] = {
    {MEMBER("to", TEXT, struct hand_over_input, to), .flags = MEMBER_REQUIRED, .max = 64},
    {MEMBER("reason", LINES, struct hand_over_input, reason), .flags = MEMBER_REQUIRED,
     .max = 2000},
};
static const struct shape hand_over_shape = {.name = "HandOverInput",
                                             .size = sizeof(struct hand_over_input),
                                             SHAPE_MEMBERS(hand_over_members)};

/* Finds the two, in the snapshot in hand. */
static enum fault find_both(struct slow_context *context, struct text to, const char *pointer,
                            struct succession *succession)
{
    enum fault fault = staff_find(context, &succession->from);

    return fault ? fault : find_successor(context, to, pointer, succession->from, &succession->to);
}

/* Behind the passing on: ends the transaction, with the answer under its Idempotency-Key. */
static enum fault finish(struct succession *succession, enum fault fault)
{
    if (!fault)
        answer(succession);
    fault = succession_end(succession, fault);
    if (fault != FAULT_HAND_OVER_BLOCKED)
        return fault;
    succession_refuse(succession);
    return FAULT_NONE;
}

static enum fault hand_over(struct slow_context *context)
{
    const struct hand_over_input *input = context->request->input;
    struct succession succession = {
        .context = context, .reason = input->reason, .supervised = true};
    enum fault fault = find_both(context, input->to, "/to", &succession);

    if (!fault)
        fault = succession_begin(&succession, false);
    if (fault)
        return fault;
    fault = find_both(context, input->to, "/to", &succession);
    if (!fault)
        fault = succession_run(&succession);
    return finish(&succession, fault);
}

const struct operation staff_hand_over = {.name = "staff_hand_over",
                                          .method = METHOD_POST,
                                          .path = "/v1/staff/{id}/hand-over",
                                          .kind = OPERATION_SLOW,
                                          .input = &hand_over_shape,
                                          .body_max = 16384,
                                          .repeatable = true,
                                          .bulk = true,
                                          .handle = hand_over};

/* --- departure ---------------------------------------------------------------------------------- */

static const struct member disable_members[] = {
    {MEMBER("hand_over_to", TEXT, struct hand_over_input, to), .max = 64},
    {MEMBER("reason", LINES, struct hand_over_input, reason), .flags = MEMBER_REQUIRED,
     .max = 2000},
};
static const struct shape disable_shape = {
    .name = "DisableInput", .size = sizeof(struct hand_over_input), SHAPE_MEMBERS(disable_members)};

/* Nobody takes what their right does not reach, nor their own access: an institution without
 * administrators would need its database's owner. */
static enum fault find_leaver(struct slow_context *context, struct succession *succession)
{
    const struct hand_over_input *input = context->request->input;
    enum fault fault = find_both(context, input->to, "/hand_over_to", succession);

    return fault ? fault : administer_holder(context, succession->from);
}

/* Behind the passing on, in its transaction. Whoever has no access any more just has none. */
static enum fault end_access(const struct succession *succession)
{
    struct slow_context *context = succession->context;
    const struct staff *from = succession->from, *to = succession->to;
    const struct audit_event event = {.action = AUDIT_STAFF_CHANGED,
                                      .success = true,
                                      .subject = from->login,
                                      .unit_id = from->unit->id,
                                      .facts = {{"change", TEXT("disabled")},
                                                {"hand_over_to", to ? to->login : TEXT_NONE},
                                                {"reason", succession->reason}}};
    int64_t stages;
    enum store_result result =
        staff_disable(context->pg, context->request->arena, from->login, context->who.staff->id,
                      statement_deadline(context->server), &stages);

    if (result == STORE_DONE)
        result = audit_write(context, &event);
    return result == STORE_DONE || result == STORE_EXISTS ? FAULT_NONE : statement_fault(context);
}

static enum fault disable(struct slow_context *context)
{
    const struct hand_over_input *input = context->request->input;
    struct succession succession = {.context = context, .reason = input->reason};
    enum fault fault = find_leaver(context, &succession);

    if (!fault)
        fault = succession_begin(&succession, true);
    if (fault)
        return fault;
    fault = find_leaver(context, &succession);
    if (!fault)
        fault = succession_run(&succession);
    if (!fault)
        fault = end_access(&succession);
    fault = finish(&succession, fault);
    if (!fault)
        (void)worker_refresh(context->worker);
    return fault;
}

const struct operation staff_depart = {.name = "staff_depart",
                                       .method = METHOD_POST,
                                       .path = "/v1/staff/{id}/disable",
                                       .kind = OPERATION_SLOW,
                                       .input = &disable_shape,
                                       .body_max = 16384,
                                       .repeatable = true,
                                       .bulk = true,
                                       .handle = disable};
