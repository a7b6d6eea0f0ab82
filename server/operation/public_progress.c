/* GET /public/progress/{tracking_code}: how far a complaint is, for the customer who was given its code.
 * Nobody signs in: what is not to be told is not read, and nobody tries many codes. */
#include "lib/complaint/progress.h"
#include "lib/json/shape.h"
#include "lib/store/progress_store.h"
#include "server/engine.h"
#include "server/server.h"

#define CODE_LENGTH_MAX 64 /* with what people put between its letters */

static const struct member members[] = {
    {MEMBER("number", TEXT, struct progress, number)},
    {MEMBER("status", TERM, struct progress, status), .vocabulary = &vocabulary_status},
    {MEMBER("stage", TERM, struct progress, stage), .vocabulary = &vocabulary_stage},
    {MEMBER("progress", STRING, struct progress, progress)},
    {MEMBER("next", STRING, struct progress, next)},
    {MEMBER("received_at", INSTANT, struct progress, received_at)},
    {MEMBER("answer_by", INSTANT, struct progress, answer_by)},
    {MEMBER("paused", BOOLEAN, struct progress, paused)},
    {MEMBER("closed_at", INSTANT, struct progress, closed_at)},
};
static const struct shape progress_shape = {
    .name = "Progress", .size = sizeof(struct progress), SHAPE_MEMBERS(members)};

/* As it is kept: people type small letters, and copy it in groups. */
static struct text code_of(struct arena *arena, struct text typed)
{
    static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    char *code = arena_alloc(arena, CODE_LENGTH_MAX);
    size_t length = 0;

    for (size_t i = 0; i < typed.length && i < CODE_LENGTH_MAX; i++) {
        char c = typed.at[i];
        if (c >= 'a' && c <= 'z')
            c = capitals[c - 'a'];
        if (c != ' ' && c != '-')
            code[length++] = c;
    }
    return (struct text){code, length};
}

static enum fault answer_progress(struct slow_context *context)
{
    struct request *request = context->request;
    struct pg_binds binds = pg_binds_new(request->arena);
    struct text_buffer out = text_buffer_new(request->arena, 1024);
    struct complaint complaint;
    struct progress progress;
    struct pg_rows rows;

    if (!throttle_follow(context->server->throttle, request, &request->limit.wait_s))
        return FAULT_TOO_MANY_REQUESTS;
    pg_bind_text(&binds, code_of(request->arena, request->parameters[0]));
    if (pg_run(context->pg, &progress_find, &binds, statement_deadline(context->server), &rows) !=
        PG_DONE)
        return statement_fault(context);
    bool found = progress_read(&rows, &complaint);
    if (found) {
        progress_tell(&complaint, request->chinese, &progress);
        shape_encode(&progress_shape, &progress, context->institution->zone_minutes, &out);
        request_answer(request, 200, text_buffer_text(&out));
    }
    pg_rows_free(&rows);
    return found ? FAULT_NONE : FAULT_NOT_FOUND;
}

const struct operation progress_get = {.name = "progress_get",
                                       .method = METHOD_GET,
                                       .path = "/public/progress/{tracking_code}",
                                       .kind = OPERATION_SLOW,
                                       .handle = answer_progress};
