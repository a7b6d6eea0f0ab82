/* GET /v1/complaints/{id}/case-file: all that is on record, as one archive that proves itself. */
#include "lib/json/complaint_json.h"
#include "lib/store/work_store.h"
#include "server/audit.h"
#include "server/case_file.h"
#include "server/follow.h"
#include "server/operation/complaint_deadlines.h"
#include "server/operation/loading.h"
#include "server/present.h"
#include "server/server.h"

/* For whoever opens the archive and has nothing else. */
static const char readme[] =
    "案卷 / CASE FILE\n"
    "================\n"
    "\n"
    "本压缩包由投诉处理系统导出，可用公钥独立核验，无需访问系统或数据库。\n"
    "  manifest.json     各文件的名称、字节数和 SHA-256\n"
    "  manifest.sig      对 manifest.json 的 Ed25519 签名（64 字节）\n"
    "  complaint.json    投诉现状（个人信息已脱敏）\n"
    "  journal.jsonl     日志，每行一条：bytes 为原始字节，hash = SHA-256(上一条 hash ‖ bytes)，\n"
    "                    首条的上一条为 32 个零字节；n 为其在总日志中的编号，proof 为默克尔证明（RFC 9162）\n"
    "  log-head.json     总日志的签名树头\n"
    "  notices.json      处理决定及送达；case-work.json 其他办理记录\n"
    "  deadlines.json    时限及计算说明\n"
    "  attachments.json  附件目录；attachments/ 附件原件（未脱敏）\n"
    "核验：complaintctl verify --case-file 本文件 --key 公钥\n"
    "公钥须另行取得，不能取自本压缩包。不用 complaintctl 时：\n"
    "\n"
    "Exported from the complaint system; it can be checked with the public key alone, without the system\n"
    "or its database.\n"
    "  manifest.json     names, sizes in bytes and SHA-256 of the files\n"
    "  manifest.sig      Ed25519 signature of manifest.json, 64 bytes\n"
    "  complaint.json    the complaint as it is now, personal data masked\n"
    "  journal.jsonl     the journal, an entry a line: hash = SHA-256(hash of the one before || bytes), 32\n"
    "                    zero bytes before the first; n is its number in the log of all complaints, proof\n"
    "                    its Merkle inclusion proof (RFC 9162)\n"
    "  log-head.json     the signed head of that log\n"
    "  notices.json      decision notices and their delivery; case-work.json all other case work\n"
    "  deadlines.json    the time limits, explained step by step\n"
    "  attachments.json  what files there are; attachments/ they themselves, not masked\n"
    "To check it: complaintctl verify --case-file THIS_FILE --key PUBLIC_KEY\n"
    "Get the public key from elsewhere, never from this archive. Without complaintctl, KEY being its 64\n"
    "hexadecimal digits:\n"
    "\n"
    "  echo 302a300506032b6570032100KEY | xxd -r -p | openssl pkey -pubin -inform DER -out key.pem\n"
    "  openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in manifest.json -sigfile manifest.sig\n"
    "  jq -r '.files[] | \"\\(.sha256)  \\(.name)\"' manifest.json | sha256sum -c\n";

/* --- what is on record -------------------------------------------------------------------------- */

static enum fault write_work(struct slow_context *context, const struct complaint *complaint,
                             const enum action kinds[], size_t count, struct text_buffer *out)
{
    for (size_t kind = 0; kind < count; kind++) {
        struct pg_binds binds = pg_binds_new(context->worker->arena);
        struct pg_rows rows;

        work_get_bind(&binds, complaint->id, &kinds[kind], 1, 0, INT_MAX);
        if (pg_run(context->pg, &work_get, &binds, statement_deadline(context->server), &rows) !=
            PG_DONE)
            return statement_fault(context);
        struct work_view *items = ARENA_ARRAY(context->worker->arena, struct work_view, rows.count);
        work_read(&rows, context->institution, items);
        text_buffer_printf(out, "%s\"%.*s\":[", kind ? ",\n" : "{",
                           TEXT_ARG(vocabulary_code(&vocabulary_action, (int)kinds[kind])));
        for (size_t i = 0; i < rows.count; i++) {
            text_buffer_add_string(out, i ? ",\n" : "\n");
            work_encode(&items[i], context->institution->zone_minutes, out);
        }
        text_buffer_add_char(out, ']');
        pg_rows_free(&rows);
    }
    text_buffer_add_string(out, "}\n");
    return FAULT_NONE;
}

static enum fault add_work(struct slow_context *context, struct case_file *file,
                           const struct complaint *complaint)
{
    static const enum action notices[] = {ACTION_NOTICES, ACTION_DELIVERIES};
    static const enum action others[] = {ACTION_NOTES,
                                         ACTION_CONTACTS,
                                         ACTION_FINDINGS,
                                         ACTION_PLAN,
                                         ACTION_PAUSES,
                                         ACTION_END_PAUSE,
                                         ACTION_EXTENSIONS,
                                         ACTION_APPROVE_EXTENSION,
                                         ACTION_REFUSE_EXTENSION,
                                         ACTION_TELL_EXTENSION,
                                         ACTION_URGE,
                                         ACTION_ANSWER_URGE,
                                         ACTION_REOPEN,
                                         ACTION_REVIEW,
                                         ACTION_LINKS,
                                         ACTION_REMOVE_LINK,
                                         ACTION_VOID,
                                         ACTION_APPROVE_VOID,
                                         ACTION_REFUSE_VOID,
                                         ACTION_UNMASK,
                                         ACTION_APPROVE_UNMASK,
                                         ACTION_REFUSE_UNMASK,
                                         ACTION_READ_UNMASKED};
    struct text_buffer first = text_buffer_new(file->arena, 4096),
                       second = text_buffer_new(file->arena, 4096);

    enum fault fault =
        write_work(context, complaint, notices, sizeof notices / sizeof *notices, &first);
    if (!fault)
        fault = write_work(context, complaint, others, sizeof others / sizeof *others, &second);
    if (fault)
        return fault;
    case_file_add(file, "notices.json", text_buffer_text(&first));
    case_file_add(file, "case-work.json", text_buffer_text(&second));
    return FAULT_NONE;
}

static void add_complaint(struct slow_context *context, struct case_file *file,
                          const struct complaint *complaint)
{
    struct text_buffer shown = text_buffer_new(file->arena, 8192),
                       explained = text_buffer_new(file->arena, 4096);
    struct complaint_view view;

    complaint_present(context->institution, &context->who, complaint, context->now, file->arena,
                      &view);
    shape_encode(&complaint_shape, &view, context->institution->zone_minutes, &shown);
    text_buffer_add_char(&shown, '\n');
    (void)deadlines_write(context, complaint, &explained);
    text_buffer_add_char(&explained, '\n');
    case_file_add(file, "README.txt", text_of(readme));
    case_file_add(file, "complaint.json", text_buffer_text(&shown));
    case_file_add(file, "deadlines.json", text_buffer_text(&explained));
}

/* --- the archive -------------------------------------------------------------------------------- */

/* All but the attachments' bytes. The journal comes last: if it is as long as the complaint said, nothing
 * was changed in between, and all of it is from one moment. */
static enum fault make(struct slow_context *context, const struct complaint *complaint,
                       struct case_file *file)
{
    struct journal_whole journal;

    add_complaint(context, file, complaint);
    enum fault fault = add_work(context, file, complaint);
    if (!fault)
        fault = case_file_add_attachments(context, file, complaint);
    if (fault)
        return fault;
    if (journal_read_whole(context->pg, context->worker->arena, complaint->number,
                           statement_deadline(context->server), &journal) != STORE_DONE)
        return statement_fault(context);
    if (journal.length != complaint->journal_length || journal.count != (size_t)journal.length)
        return FAULT_BUSY;
    fault = case_file_add_journal(context, file, &journal);
    if (!fault)
        case_file_sign(context, file, &journal);
    return fault;
}

static enum fault give_piece(struct slow_context *context, struct case_file *file)
{
    struct text_buffer out = text_buffer_new(context->worker->arena, 4096);
    enum fault fault = case_file_next(context, file, &out);

    if (!fault)
        follow_give(context->request, text_buffer_text(&out));
    return fault;
}

static enum fault begin(struct slow_context *context)
{
    struct request *request = context->request;
    struct case_file *file = case_file_new(request->arena, context->now);
    struct complaint complaint;
    enum fault fault = complaint_load_visible(context, &complaint);

    if (!fault && !context->server->signs)
        fault = FAULT_NO_SIGNING_KEY;
    if (!fault && complaint.erased_at != INSTANT_NONE)
        fault = FAULT_ERASED; /* its files are gone, which the journal names */
    if (!fault)
        fault = make(context, &complaint, file);
    if (fault)
        return fault;
    const struct audit_event event = {
        .action = AUDIT_EXPORTED,
        .success = true,
        .subject = complaint.number,
        .unit_id = complaint.owner_unit_id,
        .facts = {{"manifest_sha256", file->parts[0].sha256}, {"what", TEXT("case-file")}}};
    if (!follow_begin_file(request, 0, case_file_length(file)))
        return FAULT_BUSY;
    request->follower->archive = file;
    if (audit_write(context, &event) != STORE_DONE)
        return statement_fault(context);
    request->answer.status = 200;
    request->answer.file = true;
    request->answer.content_type = "application/x-tar";
    request->answer.disposition = text_printf(request->arena, "attachment; filename=\"%.*s.tar\"",
                                              TEXT_ARG(complaint.number));
    return give_piece(context, file);
}

static enum fault answer_case_file(struct slow_context *context)
{
    const struct follower *follower = context->request->follower;

    return follower ? give_piece(context, follower->archive) : begin(context);
}

const struct operation complaint_case_file = {.name = "complaint_case_file",
                                              .method = METHOD_GET,
                                              .path = "/v1/complaints/{id}/case-file",
                                              .kind = OPERATION_SLOW,
                                              .bulk = true,
                                              .handle = answer_case_file};
