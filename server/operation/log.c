/* The log's signed heads, and proofs by which somebody who keeps them can check it. For auditors. */
#include "lib/base/log.h"
#include "lib/base/json_text.h"
#include "lib/store/log_store.h"
#include "server/engine.h"
#include "server/server.h"

#define LIMIT_DEFAULT 50

static void add_hex(struct text_buffer *out, const char *name, const struct hash *hash)
{
    text_buffer_printf(out, "\"%s\":", name);
    json_text_add(out, text_hex(out->arena, hash->bytes, sizeof hash->bytes));
}

/* --- heads -------------------------------------------------------------------------------------- */

struct heads_input {
    int64_t before;
    int limit;
};

static const struct member heads_members[] = {
    {MEMBER("before", LONG, struct heads_input, before)},
    {MEMBER("limit", INTEGER, struct heads_input, limit), .min = 1, .max = 200},
};
static const struct shape heads_parameters = {
    .name = "HeadsParameters", .size = sizeof(struct heads_input), SHAPE_MEMBERS(heads_members)};

static enum fault get_heads(struct slow_context *context)
{
    const struct heads_input *input = context->request->input;
    struct arena *arena = context->request->arena;
    struct text_buffer out = text_buffer_new(arena, 4096);
    size_t limit = (size_t)(input->limit < 0 ? LIMIT_DEFAULT : input->limit), count;
    struct log_head *heads;

    /* One more, which shows that there is a next page. */
    if (log_heads_before(context->pg, arena, input->before < 0 ? INT64_MAX : input->before,
                         (int)limit + 1, statement_deadline(context->server), &heads,
                         &count) != STORE_DONE)
        return statement_fault(context);
    text_buffer_add_string(&out, "{\"items\":[");
    for (size_t i = 0; i < count && i < limit; i++) {
        if (i)
            text_buffer_add_char(&out, ',');
        log_head_write(&heads[i], &out);
    }
    text_buffer_add_string(&out, "],\"next\":");
    if (count > limit)
        json_text_add_integer(&out, heads[limit - 1].size);
    else
        text_buffer_add_string(&out, "null");
    text_buffer_add_char(&out, '}');
    request_answer(context->request, 200, text_buffer_text(&out));
    return FAULT_NONE;
}

const struct operation log_heads_get = {.name = "log_heads_get",
                                        .method = METHOD_GET,
                                        .path = "/v1/log/heads",
                                        .kind = OPERATION_SLOW,
                                        .query = &heads_parameters,
                                        .handle = get_heads};

static enum fault sign_now(struct slow_context *context)
{
    struct arena *arena = context->request->arena;
    struct text_buffer out = text_buffer_new(arena, 1024);
    struct log_head head;
    bool added;

    if (!context->server->signs)
        return FAULT_NO_SIGNING_KEY;
    switch (log_sign(context->pg, arena, context->server->signing_secret,
                     statement_deadline(context->server), &head, &added)) {
    case STORE_DONE: break;
    case STORE_REFUSED:
        metric_set(context->server->measures->log_damaged, 1);
        log_line(LOG_ERROR, "the log is not what was signed", LOG_INT("size", head.size),
                 LOG_TEXT("head", head.bytes));
        return FAULT_INTERNAL;
    default: return statement_fault(context);
    }
    log_head_write(&head, &out);
    request_answer(context->request, added ? 201 : 200, text_buffer_text(&out));
    return FAULT_NONE;
}

const struct operation log_sign_now = {.name = "log_sign_now",
                                       .method = METHOD_POST,
                                       .path = "/v1/log/heads",
                                       .kind = OPERATION_SLOW,
                                       .handle = sign_now};

/* --- proofs ------------------------------------------------------------------------------------- */

static void add_proof(struct text_buffer *out, const struct hash proof[], size_t count)
{
    text_buffer_add_string(out, ",\"proof\":[");
    for (size_t i = 0; i < count; i++) {
        if (i)
            text_buffer_add_char(out, ',');
        json_text_add(out, text_hex(out->arena, proof[i].bytes, sizeof proof[i].bytes));
    }
    text_buffer_add_string(out, "]}");
}

static enum fault store_fault(const struct slow_context *context, enum store_result result)
{
    switch (result) {
    case STORE_DONE: return FAULT_NONE;
    case STORE_NONE: return FAULT_NOT_FOUND;
    case STORE_REFUSED: return FAULT_INTERNAL;
    default: return statement_fault(context);
    }
}

/* The root of the tree of that size, and the proof; appends both. */
static enum fault add_root_and_proof(struct slow_context *context, merkle_prove *prove, int64_t of,
                                     int64_t size, struct text_buffer *out)
{
    struct arena *arena = context->request->arena;
    int64_t deadline_us = statement_deadline(context->server);
    struct hash proof[MERKLE_PROOF_MAX];
    struct merkle_frontier frontier;
    size_t count = 0;
    enum store_result result = log_frontier(context->pg, arena, size, deadline_us, &frontier);

    if (result == STORE_DONE)
        result = log_prove(context->pg, arena, prove, of, size, deadline_us, proof, &count);
    if (result != STORE_DONE)
        return store_fault(context, result);
    struct hash root = merkle_root(&frontier);
    text_buffer_add_char(out, ',');
    add_hex(out, "root", &root);
    add_proof(out, proof, count);
    return FAULT_NONE;
}

static enum fault refuse_size(struct slow_context *context, const char *name, int64_t size)
{
    violation_add(
        request_violations(context->request), name, "out_of_range",
        text_printf(context->request->arena, "The log has %lld entries.", (long long)size).at,
        text_printf(context->request->arena, "日志共有%lld条。", (long long)size).at);
    return FAULT_UNKNOWN_PARAMETER;
}

struct proof_input {
    int64_t size;
};

static const struct member proof_members[] = {
    {MEMBER("size", LONG, struct proof_input, size), .min = 1, .max = INT64_MAX},
};
static const struct shape proof_parameters = {
    .name = "ProofParameters", .size = sizeof(struct proof_input), SHAPE_MEMBERS(proof_members)};

/* The path's number; 0 for what is none. */
static int64_t entry_number(struct text text)
{
    int64_t number = 0;

    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] < '0' || text.at[i] > '9' || number > INT64_MAX / 10 - 1)
            return 0;
        number = number * 10 + (text.at[i] - '0');
    }
    return number;
}

static enum fault prove_inclusion(struct slow_context *context, int64_t n, int64_t size)
{
    struct arena *arena = context->request->arena;
    struct text_buffer out = text_buffer_new(arena, 4096);
    struct hash hash;
    enum fault fault = store_fault(
        context, log_entry_hash(context->pg, arena, n, statement_deadline(context->server), &hash));

    if (fault)
        return fault;
    text_buffer_printf(&out, "{\"n\":%lld,\"size\":%lld,", (long long)n, (long long)size);
    add_hex(&out, "hash", &hash);
    fault = add_root_and_proof(context, merkle_inclusion, n, size, &out);
    if (!fault)
        request_answer(context->request, 200, text_buffer_text(&out));
    return fault;
}

static enum fault get_proof(struct slow_context *context)
{
    const struct proof_input *input = context->request->input;
    int64_t n = entry_number(context->request->parameters[0]), size;

    if (log_size(context->pg, context->request->arena, statement_deadline(context->server),
                 &size) != STORE_DONE)
        return statement_fault(context);
    if (n < 1 || n > size)
        return FAULT_NOT_FOUND;
    if (input->size > size || (input->size >= 0 && input->size < n))
        return refuse_size(context, "size", size);
    return prove_inclusion(context, n, input->size < 0 ? size : input->size);
}

const struct operation log_proof = {.name = "log_proof",
                                    .method = METHOD_GET,
                                    .path = "/v1/log/proofs/{n}",
                                    .kind = OPERATION_SLOW,
                                    .query = &proof_parameters,
                                    .handle = get_proof};

struct consistency_input {
    int64_t from, to;
};

static const struct member consistency_members[] = {
    {MEMBER("from", LONG, struct consistency_input, from), .flags = MEMBER_REQUIRED, .min = 1,
     .max = INT64_MAX},
    {MEMBER("to", LONG, struct consistency_input, to), .flags = MEMBER_REQUIRED, .min = 1,
     .max = INT64_MAX},
};
static const struct shape consistency_parameters = {.name = "ConsistencyParameters",
                                                    .size = sizeof(struct consistency_input),
                                                    SHAPE_MEMBERS(consistency_members)};

static enum fault get_consistency(struct slow_context *context)
{
    const struct consistency_input *input = context->request->input;
    struct text_buffer out = text_buffer_new(context->request->arena, 4096);
    int64_t size;

    if (log_size(context->pg, context->request->arena, statement_deadline(context->server),
                 &size) != STORE_DONE)
        return statement_fault(context);
    if (input->to > size)
        return refuse_size(context, "to", size);
    if (input->from > input->to)
        return refuse_size(context, "from", size);
    text_buffer_printf(&out, "{\"from\":%lld,\"to\":%lld", (long long)input->from,
                       (long long)input->to);
    enum fault fault =
        add_root_and_proof(context, merkle_consistency, input->from, input->to, &out);
    if (!fault)
        request_answer(context->request, 200, text_buffer_text(&out));
    return fault;
}

const struct operation log_consistency = {.name = "log_consistency",
                                          .method = METHOD_GET,
                                          .path = "/v1/log/consistency",
                                          .kind = OPERATION_SLOW,
                                          .query = &consistency_parameters,
                                          .handle = get_consistency};
