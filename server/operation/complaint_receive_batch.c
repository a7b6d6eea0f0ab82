/* Many complaints in one request. Each goes through the engine's own commands as if it had been
 * sent to complaint_receive by itself: a set of them shares round trips and a commit, here on the
 * slow pool's connection, so that nobody's single request waits behind five hundred. */
#include "lib/base/json_text.h"
#include "lib/json/batch_json.h"
#include "server/command.h"
#include "server/server.h"

#define BATCH_BODY_MAX (8u * 1024 * 1024)
/* Characters of the whole's Idempotency-Key, so that "/499" can follow it. */
#define KEY_MAX (BATCH_KEY_CHARACTERS - 4)

extern const struct operation complaint_receive;

/* What becomes of the items, set by set. */
struct intake {
    struct slow_context *context;
    struct batch batch;
    size_t received;
    struct text_buffer out;
};

/* An item's key: its own, or one made of the whole's and its place, so that the whole can be
 * repeated as it is; none when there is neither. */
static struct text key_of(const struct request *whole, const struct batch_item *item, size_t index)
{
    if (item->key.length || !whole->idempotency_key.length)
        return item->key;
    return text_printf(whole->arena, "%.*s/%zu", TEXT_ARG(whole->idempotency_key), index);
}

/* The item as the request that it would have been by itself: a key stands for the same request
 * here and there. */
static struct request *request_of(const struct intake *intake, size_t index)
{
    struct request *whole = intake->context->request;
    struct batch_item *item = &intake->batch.items[index];
    struct arena *arena = intake->context->worker->arena;
    struct request *request = ARENA_NEW(arena, struct request);

    *request = (struct request){
        .server = whole->server,
        .arena = arena,
        .whole = whole,
        .operation = &complaint_receive,
        .right = &rights[RIGHT_complaint_receive],
        .method = complaint_receive.method,
        .method_name = whole->method_name,
        .path = text_of(complaint_receive.path),
        .body = {.at = (char *)(uintptr_t)item->complaint.at, .length = item->complaint.length},
        .request_id = whole->request_id,
        .address = whole->address,
        .idempotency_key = key_of(whole, item, index),
        .chinese = whole->chinese,
        .identified = whole->identified,
        .staff_id = whole->staff_id,
        .scopes = whole->scopes,
        .on_behalf_of = whole->on_behalf_of,
        .client = whole->client,
        .input_fault = item->fault,
        .input = &item->input,
        .violations = item->violations,
        .violations_of_input = item->violations ? item->violations->count : 0,
        .arrived_us = whole->arrived_us,
        .deadline_us = whole->deadline_us};
    return request;
}

static void write_result(struct intake *intake, const struct request *request, size_t index)
{
    const struct answer *answer = &request->answer;
    bool received = answer->status < 400;

    intake->received += received;
    text_buffer_printf(&intake->out, "%s{\"index\":%zu,\"key\":", index ? "," : "", index);
    json_text_add(&intake->out, request->idempotency_key);
    text_buffer_printf(&intake->out, ",\"status\":%d,\"%s\":", answer->status,
                       received ? "complaint" : "problem");
    text_buffer_add_text(&intake->out, answer->body);
    text_buffer_add_char(&intake->out, '}');
}

/* Carries out the items from `first` on. What the whole's deadline has overtaken is told so and
 * can be sent again: an answer for the others that comes too late is worth less. */
static void run_items(struct intake *intake, size_t first, size_t count)
{
    struct worker *worker = intake->context->worker;
    struct request *requests[BATCH_MAX];
    struct command *commands[BATCH_MAX];
    bool late = intake->context->request->deadline_us < monotonic_now_us();
    enum fault fault = FAULT_DEADLINE_PASSED;
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        requests[i] = request_of(intake, first + i);
        struct command *command =
            late ? NULL : command_new(requests[i], worker->institution, UUID_NONE, &fault);
        if (command)
            commands[n++] = command;
        else
            request_refuse(requests[i], fault, NULL, TEXT_NONE);
    }
    command_run(worker, commands, n);
    for (size_t i = 0; i < count; i++)
        write_result(intake, requests[i], first + i);
    arena_reset(worker->arena); /* all that a set took but its part of the answer */
}

static enum fault judge_key(struct request *request)
{
    if (!request->idempotency_key.length || text_characters(request->idempotency_key) <= KEY_MAX)
        return FAULT_NONE;
    violation_add(request_violations(request), "Idempotency-Key", "too_long",
                  "The idempotency key of a batch is a text of at most 251 characters",
                  "批量登记的幂等键为至多251个字符的文本");
    return FAULT_UNKNOWN_PARAMETER;
}

static enum fault receive_batch(struct slow_context *context)
{
    struct request *request = context->request;
    struct intake intake = {.context = context};
    size_t at_once = (size_t)context->server->settings.database.batch, count;

    enum fault fault = judge_key(request);
    if (!fault)
        fault = batch_decode(text_buffer_text(&request->body), BODY_MAX, request->arena,
                             request_violations(request), &intake.batch);
    if (fault)
        return fault;
    if (request->violations->count)
        return FAULT_INVALID;
    count = intake.batch.count;
    intake.out = text_buffer_new(request->arena, request->body.length + 2048 * count);
    text_buffer_add_string(&intake.out, "{\"items\":[");
    for (size_t first = 0; first < count; first += at_once)
        run_items(&intake, first, count - first < at_once ? count - first : at_once);
    text_buffer_printf(&intake.out, "],\"received\":%zu,\"refused\":%zu}", intake.received,
                       count - intake.received);
    request_answer(request, 200, text_buffer_text(&intake.out));
    return FAULT_NONE;
}

const struct operation complaint_receive_batch = {.name = "complaint_receive_batch",
                                                  .method = METHOD_POST,
                                                  .path = "/v1/complaints/batch",
                                                  .kind = OPERATION_SLOW,
                                                  .input = &batch_shape,
                                                  .late_input = true,
                                                  .body_max = BATCH_BODY_MAX,
                                                  .bulk = true,
                                                  .handle = receive_batch};
