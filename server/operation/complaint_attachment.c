/* Attaching a file: it is stored as it comes, then the command makes it part of the complaint. */
#include "lib/complaint/attachment.h"
#include "lib/json/complaint_json.h"
#include "lib/store/attachment_store.h"
#include "server/file_type.h"
#include "server/operation/loading.h"
#include "server/repeat.h"
#include "server/upload.h"

/* Nothing is stored for whom the command would be refused: what it judges is judged before, in the same
 * order, and then again, as all but the input can have changed. */
static enum fault judge(struct slow_context *context, const struct complaint *complaint)
{
    struct request *request = context->request;
    struct upload *upload = request->upload;
    enum action action = request->operation->action;
    unsigned relations = permission_relations(context->institution, &context->who, complaint);

    if (request->input_fault)
        return request->input_fault;
    request->operation->check(request->input, context->institution, context->now,
                              request_violations(request));
    if (upload->length == 0)
        violation_add(request->violations, "", "required", "The file is empty.", "文件为空。");
    if (request->violations->count)
        return FAULT_INVALID;
    if (!file_type_find(upload->buffer, upload->length, &upload->type))
        return FAULT_INTERNAL;
    if (upload->type == TERM_NONE)
        return FAULT_FILE_TYPE;
    enum fault fault = right_of_caller(request->right, &context->who);
    if (!fault)
        fault = lifecycle_right(complaint, relations, action);
    if (!fault)
        fault = request_judge_version(request, complaint, &context->extra);
    if (!fault)
        fault = lifecycle_state(context->institution, complaint, action);
    return fault ? fault : attachment_room(complaint, upload->size);
}

/* With the first part. Of a request that has its answer already nothing is stored: the command gives it,
 * whatever has changed since. */
static enum fault begin(struct slow_context *context)
{
    struct upload *upload = context->request->upload;
    struct complaint complaint;
    bool known;

    enum fault fault = repeat_known(context, &known);
    if (fault || known)
        return fault;
    fault = complaint_load_named(context, &rights[RIGHT_complaint_get],
                                 context->request->parameters[0], &complaint);
    if (!fault)
        fault = judge(context, &complaint);
    if (fault)
        return fault;
    struct uuid id = uuid_make(context->now);
    switch (attachment_begin(context->pg, context->worker->arena, id, complaint.id,
                             context->who.staff->id, context->now,
                             statement_deadline(context->server))) {
    case STORE_DONE: break;
    case STORE_REFUSED: return FAULT_BUSY;
    default: return statement_fault(context);
    }
    upload->complaint_id = complaint.id;
    upload->id = id;
    return FAULT_NONE;
}

static enum fault add_chunk(struct slow_context *context)
{
    const struct upload *upload = context->request->upload;

    switch (attachment_add_chunk(context->pg, context->worker->arena, upload->complaint_id,
                                 upload->id, upload->chunks,
                                 (struct text){upload->buffer, upload->length}, context->now,
                                 statement_deadline(context->server))) {
    case STORE_DONE: return FAULT_NONE;
    case STORE_NONE: return FAULT_DEADLINE_PASSED; /* removed, as nothing had come for too long */
    default: return statement_fault(context);
    }
}

/* The input of the command, and what stands for the body where requests are compared. */
static void complete(struct request *request)
{
    struct upload *upload = request->upload;
    struct attachment_command *input = request->input;
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256_final(&upload->state, hash);
    input->type = upload->type;
    input->size = upload->size;
    input->sha256 = text_hex(request->arena, hash, sizeof hash);
    input->id = upload->id;
    request->body = text_buffer_new(request->arena, 512);
    text_buffer_add_text(&request->body, input->sha256);
    text_buffer_add_text(&request->body, input->name);
    upload->stored = true;
}

static enum fault store_part(struct slow_context *context)
{
    struct upload *upload = context->request->upload;
    enum fault fault = upload->chunks == 0 ? begin(context) : FAULT_NONE;

    if (!fault && !uuid_is_none(upload->id))
        fault = add_chunk(context);
    if (fault)
        return fault;
    upload_stored(upload);
    if (upload->last)
        complete(context->request);
    return FAULT_NONE;
}

const struct operation complaint_add_attachment = {.name = "complaint_add_attachment",
                                                   .method = METHOD_POST,
                                                   .path = "/v1/complaints/{id}/attachments",
                                                   .kind = OPERATION_COMMAND,
                                                   .action = ACTION_ATTACHMENTS,
                                                   .query = &attachment_parameters,
                                                   .body_max = ATTACHMENT_BYTES_MAX,
                                                   .uploads = true,
                                                   .handle = store_part,
                                                   .item = &attachment_shape,
                                                   .check = check_attachment,
                                                   .decide = lifecycle_attachments};
