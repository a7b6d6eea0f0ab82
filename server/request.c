#include "server/request.h"

#include <sodium.h>

#include "lib/json/problem.h"
#include "server/follow.h"

void request_answer(struct request *request, int status, struct text body)
{
    request->answer.status = status;
    request->answer.body = body;
}

void request_refuse(struct request *request, enum fault fault, const struct violations *violations,
                    struct text extra)
{
    if (follow_refuse(request)) {
        request->fault = fault;
        return;
    }
    struct text_buffer out = text_buffer_new(request->arena, 512);
    int status = fault_text(fault)->status;

    problem_encode(fault, request->request_id, violations, extra, request->chinese, &out);
    request->fault = fault;
    request->answer = (struct answer){.status = status,
                                      .body = text_buffer_text(&out),
                                      .allow = request->answer.allow,
                                      .content_range = request->answer.content_range,
                                      .close = request->answer.close,
                                      .retry_after_s = status == 503                       ? 1
                                                       : fault == FAULT_UNMASKED_TOO_OFTEN ? 600
                                                       : status == 429 ? request->limit.wait_s
                                                                       : 0};
}

struct violations *request_violations(struct request *request)
{
    if (!request->violations) {
        request->violations = ARENA_NEW(request->arena, struct violations);
        request->violations->arena = request->arena;
    }
    return request->violations;
}

enum fault request_judge(const struct request *request, const struct principal *who)
{
    if (request->input_fault)
        return request->input_fault;
    if (request->violations && request->violations->count)
        return FAULT_INVALID;
    return right_of_caller(request->right, who);
}

struct hash request_hash(const struct request *request)
{
    crypto_hash_sha256_state state;
    struct hash hash;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)request->method_name.at,
                              request->method_name.length);
    crypto_hash_sha256_update(&state, (const unsigned char *)" ", 1);
    crypto_hash_sha256_update(&state, (const unsigned char *)request->path.at,
                              request->path.length);
    crypto_hash_sha256_update(&state, (const unsigned char *)"\n", 1);
    crypto_hash_sha256_update(&state, (const unsigned char *)request->body.at,
                              request->body.length);
    crypto_hash_sha256_final(&state, hash.bytes);
    return hash;
}
