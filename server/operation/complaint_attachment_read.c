/* GET /v1/complaints/{id}/attachments/{number}: a file, or a part of it, as it was received. */
#include "lib/base/log.h"
#include "lib/complaint/attachment.h"
#include "lib/store/attachment_store.h"
#include "server/audit.h"
#include "server/follow.h"
#include "server/operation/loading.h"
#include "server/present.h"
#include "server/range.h"

static enum fault find(struct slow_context *context, struct complaint *ret_complaint,
                       struct attachment_command *ret)
{
    struct request *request = context->request;
    int number = request_number(request, 1);
    enum fault fault = complaint_load_visible(context, ret_complaint);

    if (fault)
        return fault;
    switch (attachment_get(context->pg, request->arena, ret_complaint->id, number,
                           statement_deadline(context->server), ret)) {
    case STORE_DONE: return FAULT_NONE;
    case STORE_NONE: return FAULT_NOT_FOUND;
    default: return statement_fault(context);
    }
}

static enum store_result record(struct slow_context *context, const struct complaint *complaint,
                                const struct attachment_command *file, int64_t from, int64_t end)
{
    struct arena *arena = context->request->arena;
    const struct audit_event event = {
        .action = AUDIT_ATTACHMENT_READ,
        .success = true,
        .subject = complaint->number,
        .unit_id = complaint->owner_unit_id,
        .facts = {{"bytes", text_printf(arena, "%lld-%lld", (long long)from, (long long)end - 1)},
                  {"number", context->request->parameters[1]},
                  {"sha256", file->sha256}}};

    return audit_write(context, &event);
}

/* The next piece: what is wanted of one chunk. */
static enum fault give_piece(struct slow_context *context)
{
    struct request *request = context->request;
    struct follower *follower = request->follower;
    int64_t skip = follower->from % ATTACHMENT_CHUNK;
    struct text bytes;

    switch (attachment_chunk(context->pg, context->worker->arena, follower->complaint,
                             follower->file, (int)(follower->from / ATTACHMENT_CHUNK),
                             statement_deadline(context->server), &bytes)) {
    case STORE_DONE: break;
    case STORE_NONE:
    case STORE_REFUSED:
        log_line(LOG_ERROR, "an attached file cannot be read",
                 LOG_TEXT("request_id", request->request_id), LOG_ID("file", follower->file));
        return FAULT_INTERNAL;
    default: return statement_fault(context);
    }
    int64_t length = (int64_t)bytes.length - skip;
    if (length > follower->end - follower->from)
        length = follower->end - follower->from;
    if (length <= 0)
        return FAULT_INTERNAL; /* shorter than it was */
    follow_give(request, (struct text){bytes.at + skip, (size_t)length});
    follower->from += length;
    return FAULT_NONE;
}

/* What goes before the bytes. */
static void describe(struct request *request, const struct attachment_command *file,
                     const char *etag, int status)
{
    request->answer.status = status;
    request->answer.file = true;
    request->answer.etag = etag;
    request->answer.content_type = attachment_media_type((enum attachment_type)file->type);
    request->answer.disposition =
        attachment_disposition(request->arena, file, request_number(request, 1));
}

static enum fault begin(struct slow_context *context)
{
    struct request *request = context->request;
    struct complaint complaint;
    struct attachment_command file;
    int64_t from, end;
    enum fault fault = find(context, &complaint, &file);

    if (fault)
        return fault;
    const char *etag = arena_printf(request->arena, "\"%.*s\"", TEXT_ARG(file.sha256));
    if (etag_names(request->if_none_match, etag)) {
        describe(request, &file, etag, 304);
        return FAULT_NONE;
    }
    /* Another file than the one of which there is a part already: all of it. */
    bool same = text_is_none(request->if_range) || text_equal(request->if_range, text_of(etag));
    enum range range = range_read(same ? request->range : TEXT_NONE, file.size, &from, &end);
    if (range == RANGE_BEYOND) {
        request->answer.content_range =
            text_printf(request->arena, "bytes */%lld", (long long)file.size);
        return FAULT_RANGE_BEYOND;
    }
    if (!follow_begin_file(request, from, end))
        return FAULT_BUSY;
    request->follower->complaint = complaint.id;
    request->follower->file = file.id;
    if (record(context, &complaint, &file, from, end) != STORE_DONE)
        return statement_fault(context);
    fault = give_piece(context);
    if (fault)
        return fault;
    describe(request, &file, etag, range == RANGE_PART ? 206 : 200);
    if (range == RANGE_PART)
        request->answer.content_range =
            text_printf(request->arena, "bytes %lld-%lld/%lld", (long long)from, (long long)end - 1,
                        (long long)file.size);
    return FAULT_NONE;
}

/* At first begins, and then is called for each piece. */
static enum fault answer_attachment(struct slow_context *context)
{
    return context->request->follower ? give_piece(context) : begin(context);
}

const struct operation complaint_attachment = {.name = "complaint_attachment",
                                               .method = METHOD_GET,
                                               .path = "/v1/complaints/{id}/attachments/{number}",
                                               .kind = OPERATION_SLOW,
                                               .bulk = true,
                                               .ranges = true,
                                               .handle = answer_attachment};
