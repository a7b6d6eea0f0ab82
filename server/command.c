#include "server/command.h"

#include <sodium.h>
#include <stdlib.h>

#include "lib/complaint/naming.h"
#include "server/present.h"
#include "server/server.h"
#include "server/unmask.h"

struct command *command_new(struct request *request, const struct institution *institution,
                            struct uuid id, enum fault *ret_fault)
{
    struct command *command = ARENA_NEW(request->arena, struct command);
    command->request = request;
    command->id = id;
    command->receives = request->operation->action == ACTION_RECEIVE;
    command->institution = institution;
    *ret_fault = identity_principal(request, institution, &command->who);
    if (*ret_fault)
        return NULL;
    if (request->idempotency_key.length)
        command->request_hash = request_hash(request);
    return command;
}

/* The other complaint that the command names, if there is one for the caller. */
static const struct complaint *visible_other(const struct command *command,
                                             const struct institution *institution)
{
    return command->other && permission_relations(institution, &command->who, command->other)
               ? command->other
               : NULL;
}

static enum fault judge_input(struct command *command, const struct institution *institution,
                              instant now)
{
    struct request *request = command->request;
    if (request->input_fault)
        return request->input_fault;
    if (request->operation->check)
        request->operation->check(request->input, institution, now, request_violations(request));
    if (request->operation->other_offset)
        naming_complaint(visible_other(command, institution), "/complaint",
                         request_violations(request));
    return request->violations && request->violations->count ? FAULT_INVALID : FAULT_NONE;
}

/* The answer of the same request made before; false when the key is new. */
static bool replay(struct command *command)
{
    const struct stored_answer *stored = command->stored;
    struct arena *arena = command->request->arena;
    if (!stored)
        return false;
    if (memcmp(stored->request_hash.bytes, command->request_hash.bytes, HASH_LENGTH) != 0) {
        command->fault = FAULT_KEY_REUSED;
        return true;
    }
    command->fault = FAULT_NONE;
    command->answer = (struct answer){.status = stored->status,
                                      .version = stored->version,
                                      .location = text_copy(arena, stored->location),
                                      .body = text_copy(arena, stored->body)};
    return true;
}

/* Everything that is judged before the rule itself: the key, visibility, body, right, version, state. */
static enum fault judge(struct command *command, const struct institution *institution, instant now,
                        bool *ret_replayed)
{
    enum action action = command->request->operation->action;
    unsigned relations = 0;
    enum fault fault;

    /* A repeated request gets its answer, even if it would be refused by now: whoever refuses a
     * hand-over no longer sees the complaint, and a person who was named may have left. */
    *ret_replayed = replay(command);
    if (*ret_replayed)
        return command->fault;
    if (!command->receives) {
        if (command->before)
            relations = permission_relations(institution, &command->who, command->before);
        if (!relations)
            return FAULT_NOT_FOUND;
    }
    fault = judge_input(command, institution, now);
    if (fault)
        return fault;
    fault = right_of_caller(command->request->right, &command->who);
    if (fault || command->receives)
        return fault;
    fault = lifecycle_right(command->before, relations, action);
    if (!fault && command->shown_enough)
        fault = FAULT_UNMASKED_TOO_OFTEN;
    if (!fault)
        fault = request_judge_version(command->request, command->before, &command->extra);
    if (!fault)
        fault = lifecycle_state(institution, command->before, action);
    return fault;
}

/* The item as JSON, for the store and for the answer. */
static struct text encode_item(struct command *command, const struct institution *institution)
{
    const struct shape *shape = command->request->operation->item;
    struct text_buffer out = text_buffer_new(command->request->arena, 512);
    if (!shape)
        return TEXT_NONE;
    shape_encode(shape, command->change.item, institution->zone_minutes, &out);
    return text_buffer_text(&out);
}

static struct staff_reference reference_to(const struct staff *staff)
{
    return (struct staff_reference){staff->id, staff->login, staff->name};
}

static void prepare_answer(struct command *command, const struct institution *institution,
                           instant now, struct text item)
{
    struct arena *arena = command->request->arena;
    const struct complaint *after = &command->change.after;
    struct text_buffer out = text_buffer_new(arena, 4096);

    command->answer = (struct answer){.version = after->version};
    if (!text_is_none(item) && !command->request->operation->changes_state) {
        struct work_view work = {.number = command->change.item_number,
                                 .at = now,
                                 .by = reference_to(command->who.staff),
                                 .stage = after->stage,
                                 .round = after->round,
                                 .body = item};
        work_encode(&work, institution->zone_minutes, &out);
        command->answer.status = 201;
    } else {
        struct complaint_view view;
        complaint_present(institution, &command->who, after, now, arena, &view);
        if (command->receives)
            warnings_for_secrets(command->request->input, arena, &view.warnings,
                                 &view.warning_count);
        else if (command->request->operation->action == ACTION_CORRECT)
            warnings_for_secrets(&((const struct correct_command *)command->request->input)->to,
                                 arena, &view.warnings, &view.warning_count);
        shape_encode(&complaint_shape, &view, institution->zone_minutes, &out);
        command->answer.status = command->receives ? 201 : 200;
    }
    if (command->receives) {
        char id[UUID_TEXT_LENGTH];
        uuid_format(after->id, id);
        command->answer.location = text_printf(arena, "/v1/complaints/%.*s", UUID_TEXT_LENGTH, id);
    }
    command->answer.body = text_buffer_text(&out);
}

static void prepare_save(struct command *command, const struct institution *institution,
                         instant now, struct arena *arena, struct save *ret)
{
    uint8_t salt[JOURNAL_SALT_LENGTH];

    command->change.after.updated_by = reference_to(command->who.staff);
    randombytes_buf(salt, sizeof salt);
    *ret = (struct save){.before = command->before, .change = &command->change};
    journal_compose(arena, command->before, &command->change, &command->who, now, salt,
                    &ret->entry);
    ret->item_body = encode_item(command, institution);
    ret->staff_id = command->who.staff->id;
    prepare_answer(command, institution, now, ret->item_body);
    if (command->request->idempotency_key.length)
        ret->answer = (struct stored_answer){.caller_id = command->who.caller,
                                             .key = command->request->idempotency_key,
                                             .request_hash = command->request_hash,
                                             .status = command->answer.status,
                                             .version = command->answer.version,
                                             .location = command->answer.location,
                                             .body = command->answer.body};
    if (command->change
            .reveals) { /* not in the stored answer: who repeats the request asks again */
        command->answer.body = unmask_reveal(command);
        ret->audited = unmask_record(command, now, arena);
    }
}

bool command_decide(struct command *command, const struct institution *institution,
                    struct arena *arena, struct save *ret)
{
    struct request *request = command->request;
    /* The database keeps microseconds, and time within a complaint never runs backwards. */
    instant now = instant_now();
    bool replayed;

    if (command->institution != institution) {
        command->institution = institution;
        enum fault fault = identity_principal(request, institution, &command->who);
        if (fault) {
            command_fail(command, fault);
            return false;
        }
    }
    if (command->before && now <= command->before->updated_at)
        now = command->before->updated_at + 1;
    if (request->violations)
        request->violations->count = request->violations_of_input;
    command->extra = TEXT_NONE; /* of an earlier try */
    command->fault = judge(command, institution, now, &replayed);
    if (command->fault || replayed)
        return false;
    struct situation situation = {.institution = institution,
                                  .who = &command->who,
                                  .before = command->before,
                                  .other = visible_other(command, institution),
                                  .links = command->links,
                                  .link_count = command->link_count,
                                  .at = now,
                                  .arena = request->arena,
                                  .violations = request_violations(request)};
    command->change = (struct change){0};
    command->fault =
        command->receives
            ? lifecycle_receive(&situation, request->input, &command->identity, &command->change)
            : request->operation->decide(&situation, request->input, &command->change);
    if (!command->fault && command->change.reveals && !unmask_open(command))
        command->fault = FAULT_VALUES_UNREADABLE;
    if (command->fault)
        return false;
    command->change.action = request->operation->action;
    prepare_save(command, institution, now, arena, ret);
    return true;
}

void command_fail(struct command *command, enum fault fault)
{
    command->fault = fault;
    command->extra = TEXT_NONE;
}

void command_answer(struct command *command)
{
    struct request *request = command->request;
    if (command->fault)
        request_refuse(request, command->fault, request->violations, command->extra);
    else
        request->answer = command->answer;
    request_finish(request);
}
