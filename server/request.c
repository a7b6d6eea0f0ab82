#include "server/request.h"

#include <limits.h>
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
                                      .cookie_beside = request->answer.cookie_beside,
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

int64_t request_wanted_version(const struct request *request)
{
    struct text if_match = request->if_match;

    if (text_is_none(if_match))
        return 0;
    if (if_match.length < 3 || if_match.length > 20 || if_match.at[0] != '"' ||
        if_match.at[if_match.length - 1] != '"')
        return -1;
    int64_t version = 0;
    for (size_t i = 1; i + 1 < if_match.length; i++) {
        if (if_match.at[i] < '0' || if_match.at[i] > '9')
            return -1;
        version = version * 10 + (if_match.at[i] - '0');
    }
    return version > 0 ? version : -1;
}

int request_number(const struct request *request, size_t parameter)
{
    struct text text = request->parameters[parameter];
    int number = 0;

    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] < '0' || text.at[i] > '9' || number > INT_MAX / 10 - 1)
            return 0;
        number = number * 10 + (text.at[i] - '0');
    }
    return number;
}

enum fault request_judge_version(const struct request *request, const struct complaint *complaint,
                                 struct text *ret_extra)
{
    int64_t wanted = request_wanted_version(request);

    if (wanted == 0)
        return FAULT_VERSION_REQUIRED;
    if (wanted == complaint->version)
        return FAULT_NONE;
    *ret_extra = text_printf(request->arena, "\"current_version\":%lld,\"changed_by\":\"%.*s\"",
                             (long long)complaint->version, TEXT_ARG(complaint->updated_by.login));
    return FAULT_STALE;
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

void request_link_next(struct request *request, struct text cursor)
{
    struct text_buffer out = text_buffer_new(request->arena, 256);

    text_buffer_printf(&out, "<%.*s?", TEXT_ARG(request->path));
    for (size_t i = 0; i < request->query_count; i++) {
        const struct query_pair *pair = &request->query[i];
        if (text_equal(pair->name, TEXT("cursor")))
            continue;
        text_buffer_printf(&out, "%.*s=", TEXT_ARG(pair->name));
        text_buffer_add_encoded(&out, pair->value);
        text_buffer_add_char(&out, '&');
    }
    text_buffer_add_string(&out, "cursor=");
    text_buffer_add_encoded(&out, cursor);
    text_buffer_add_string(&out, ">; rel=\"next\"");
    request->answer.link = text_buffer_text(&out);
}
