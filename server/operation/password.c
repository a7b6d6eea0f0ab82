/* Changing one's own password. */
#include "server/operation/password.h"

#include "lib/auth/password.h"
#include "lib/auth/password_rule.h"
#include "lib/json/shape.h"
#include "lib/store/session_store.h"
#include "lib/store/staff_store.h"
#include "server/audit.h"
#include "server/engine.h"
#include "server/server.h"

struct password_input {
    struct text present, chosen;
};

static const struct member password_members[] = {
    {MEMBER("present", TEXT, struct password_input, present), .flags = MEMBER_REQUIRED,
     .max = PASSWORD_BYTES_MAX},
    {MEMBER("new", TEXT, struct password_input, chosen), .flags = MEMBER_REQUIRED,
     .max = PASSWORD_CHOSEN_MAX},
};
static const struct shape password_shape = {.name = "PasswordInput",
                                            .size = sizeof(struct password_input),
                                            SHAPE_MEMBERS(password_members)};

/* What would be tried first against this person: what they and their institution are called. */
static size_t words_of(const struct institution *institution, const struct staff *staff,
                       struct text words[PASSWORD_WORDS_MAX])
{
    size_t count = 0;

    words[count++] = staff->login;
    words[count++] = staff->name;
    words[count++] = staff->unit->name;
    words[count++] = staff->unit->code;
    for (size_t i = 0; i < institution->unit_count && count + 2 <= PASSWORD_WORDS_MAX; i++) {
        const struct unit *unit = &institution->units[i];
        if (uuid_is_none(unit->parent_id)) {
            words[count++] = unit->name;
            words[count++] = unit->code;
        }
    }
    return count;
}

void password_judge_of(const struct institution *institution, const struct staff *staff,
                       struct text password, const char *pointer, struct violations *violations)
{
    struct text words[PASSWORD_WORDS_MAX];
    size_t count = words_of(institution, staff, words);

    (void)password_judge(password, words, count, pointer, violations);
}

static enum fault judge_chosen(struct slow_context *context, const struct password_input *input)
{
    struct violations *violations = request_violations(context->request);

    password_judge_of(context->institution, context->who.staff, input->chosen, "/new", violations);
    if (text_equal(input->chosen, input->present))
        violation_add(violations, "/new", "same", "This is the present password.",
                      "新密码与现密码相同。");
    return violations->count ? FAULT_INVALID : FAULT_NONE;
}

static struct audit_event event_of(const struct slow_context *context, bool success)
{
    return (struct audit_event){.action = AUDIT_STAFF_CHANGED,
                                .success = success,
                                .subject = context->who.staff->login,
                                .facts = {{"change", TEXT("password")}}};
}

/* Recorded, as a sign-in that failed: somebody tries passwords in a session that they found. */
static enum fault refuse_present(struct slow_context *context)
{
    const struct audit_event event = event_of(context, false);

    if (audit_write(context, &event) != STORE_DONE)
        return statement_fault(context);
    violation_add(request_violations(context->request), "/present", "wrong_password",
                  "This is not your present password.", "现密码不正确。");
    return FAULT_INVALID;
}

/* *ret_wrong: the present password is another. */
static enum fault replace(struct slow_context *context, const struct password_input *input,
                          bool *ret_wrong)
{
    struct request *request = context->request;
    int64_t deadline_us = statement_deadline(context->server);
    char hash[PASSWORD_HASH_SIZE];
    struct credential credential = {0};
    struct hash *ended;
    size_t count;

    *ret_wrong = false;
    if (staff_credential(context->pg, request->arena, context->who.staff->login, deadline_us,
                         &credential) != STORE_DONE)
        return statement_fault(context);
    if (!password_verify(credential.password_hash, input->present)) {
        *ret_wrong = true;
        return refuse_present(context);
    }
    enum fault fault = judge_chosen(context, input);
    if (fault)
        return fault;
    if (!password_hash(input->chosen, hash))
        return FAULT_INTERNAL;
    const struct audit_event event = event_of(context, true);
    enum store_result result = audit_begin(context);
    if (result == STORE_DONE)
        result = audit_end(
            context,
            session_set_password(context->pg, request->arena, context->who.staff->id,
                                 credential.password_hash, text_of(hash), &request->token_hash,
                                 statement_deadline(context->server), &ended, &count),
            &event);
    if (result == STORE_NONE) /* changed at the same time */
        return refuse_present(context);
    if (result != STORE_DONE)
        return result == STORE_LOST ? FAULT_OUTCOME_UNKNOWN : statement_fault(context);
    for (size_t i = 0; i < count; i++)
        identity_forget(context->server->identities, &ended[i]);
    if (context->who.staff->password_temporary) /* so that they can go on at once */
        (void)worker_refresh(context->worker);
    request->answer.status = 204;
    return FAULT_NONE;
}

/* Whoever found an open session must not be able to try passwords here without end either. */
static enum fault change_password(struct slow_context *context)
{
    struct request *request = context->request;
    struct throttle *throttle = context->server->throttle;
    struct text login = context->who.staff->login;
    bool wrong;

    if (!throttle_enter(throttle, request, login, &request->limit.wait_s))
        return FAULT_TOO_MANY_REQUESTS;
    enum fault fault = replace(context, request->input, &wrong);
    if (!wrong)
        throttle_forgive(throttle, request, login);
    return fault;
}

const struct operation password_change = {.name = "password_change",
                                          .method = METHOD_POST,
                                          .path = "/v1/password",
                                          .kind = OPERATION_SLOW,
                                          .input = &password_shape,
                                          .body_max = 16384,
                                          .secret = true,
                                          .with_temporary_password = true,
                                          .handle = change_password};
