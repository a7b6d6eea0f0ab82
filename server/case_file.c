#include "server/case_file.h"

#include <sodium.h>

#include "lib/base/json_text.h"
#include "lib/base/log.h"
#include "lib/base/tar.h"
#include "lib/complaint/attachment.h"
#include "lib/json/complaint_json.h"
#include "lib/store/attachment_store.h"
#include "lib/store/log_store.h"
#include "server/server.h"

#define PIECE ATTACHMENT_CHUNK

struct case_file *case_file_new(struct arena *arena, instant made_at)
{
    struct case_file *file = ARENA_NEW(arena, struct case_file);

    file->arena = arena;
    file->made_at = made_at;
    return file;
}

static struct text sha256(struct arena *arena, struct text bytes)
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const unsigned char *)bytes.at, bytes.length);
    return text_hex(arena, hash, sizeof hash);
}

static void add_part(struct case_file *file, const struct case_part *part)
{
    if (file->count == file->capacity) {
        size_t capacity = file->capacity ? 2 * file->capacity : 16;
        struct case_part *parts = ARENA_ARRAY(file->arena, struct case_part, capacity);
        if (file->count)
            memcpy(parts, file->parts, file->count * sizeof *parts);
        file->parts = parts;
        file->capacity = capacity;
    }
    file->parts[file->count++] = *part;
}

void case_file_add(struct case_file *file, const char *name, struct text bytes)
{
    add_part(file, &(struct case_part){.name = name,
                                       .bytes = bytes,
                                       .size = (int64_t)bytes.length,
                                       .sha256 = sha256(file->arena, bytes)});
}

/* --- the journal -------------------------------------------------------------------------------- */

/* A signed head of the log with all entries up to n. */
static enum fault find_head(struct slow_context *context, int64_t n, struct log_head *ret)
{
    struct arena *arena = context->request->arena;
    int64_t deadline_us = statement_deadline(context->server);
    struct log_head *heads;
    size_t count;
    bool added;

    if (log_heads_before(context->pg, arena, INT64_MAX, 1, deadline_us, &heads, &count) !=
        STORE_DONE)
        return statement_fault(context);
    if (count && heads[0].size >= n) {
        *ret = heads[0];
        return FAULT_NONE;
    }
    switch (
        log_sign(context->pg, arena, context->server->signing_secret, deadline_us, ret, &added)) {
    case STORE_DONE: return ret->size >= n ? FAULT_NONE : FAULT_BUSY;
    case STORE_REFUSED:
        metric_set(context->server->measures->log_damaged, 1);
        log_line(LOG_ERROR, "the log is not what was signed", LOG_TEXT("head", ret->bytes));
        return FAULT_INTERNAL;
    default: return statement_fault(context);
    }
}

static void add_hex(struct text_buffer *out, const void *bytes, size_t length)
{
    json_text_add(out, text_hex(out->arena, bytes, length));
}

static enum fault write_entry(struct slow_context *context, const struct journal_stored *entry,
                              int64_t n, int64_t size, struct text_buffer *out)
{
    struct hash proof[MERKLE_PROOF_MAX];
    size_t count;

    if (log_prove(context->pg, context->worker->arena, merkle_inclusion, n, size,
                  statement_deadline(context->server), proof, &count) != STORE_DONE)
        return statement_fault(context);
    text_buffer_add_string(out, "{\"bytes\":");
    json_text_add(out, entry->bytes);
    text_buffer_add_string(out, ",\"hash\":");
    add_hex(out, entry->hash.bytes, sizeof entry->hash.bytes);
    text_buffer_printf(out, ",\"index\":%d,\"n\":%lld,\"proof\":[", entry->index, (long long)n);
    for (size_t i = 0; i < count; i++) {
        if (i)
            text_buffer_add_char(out, ',');
        add_hex(out, proof[i].bytes, sizeof proof[i].bytes);
    }
    text_buffer_add_string(out, "]}\n");
    return FAULT_NONE;
}

enum fault case_file_add_journal(struct slow_context *context, struct case_file *file,
                                 const struct journal_whole *journal)
{
    struct text_buffer out = text_buffer_new(file->arena, 2048 * journal->count + 1),
                       line = text_buffer_new(file->arena, 1024);
    int64_t *numbers = ARENA_ARRAY(file->arena, int64_t, journal->count);
    struct log_head head = {0};
    size_t count;

    if (log_numbers(context->pg, context->worker->arena, journal->complaint_id, journal->count,
                    statement_deadline(context->server), numbers, &count) != STORE_DONE)
        return statement_fault(context);
    if (count < journal->count)
        return FAULT_BUSY; /* the newest are not numbered yet */
    enum fault fault = find_head(context, numbers[count - 1], &head);
    for (size_t i = 0; !fault && i < journal->count; i++)
        fault = write_entry(context, &journal->entries[i], numbers[i], head.size, &out);
    if (fault)
        return fault;
    log_head_write(&head, &line);
    text_buffer_add_char(&line, '\n');
    case_file_add(file, "journal.jsonl", text_buffer_text(&out));
    case_file_add(file, "log-head.json", text_buffer_text(&line));
    return FAULT_NONE;
}

/* --- attachments -------------------------------------------------------------------------------- */

enum fault case_file_add_attachments(struct slow_context *context, struct case_file *file,
                                     const struct complaint *complaint)
{
    struct arena *arena = file->arena;
    struct text_buffer list = text_buffer_new(arena, 256);

    file->complaint_id = complaint->id;
    text_buffer_add_string(&list, "{\"items\":[");
    for (int number = 1; number <= complaint->attachments; number++) {
        struct attachment_command item;
        if (attachment_get(context->pg, arena, complaint->id, number,
                           statement_deadline(context->server), &item) != STORE_DONE)
            return statement_fault(context);
        const char *name =
            arena_printf(arena, "attachments/%04d%s", number,
                         attachment_file_name(arena, TEXT(""), (enum attachment_type)item.type).at);
        add_part(file,
                 &(struct case_part){
                     .name = name, .file = item.id, .size = item.size, .sha256 = item.sha256});
        text_buffer_printf(&list, "%s{\"number\":%d,\"file\":", number > 1 ? "," : "", number);
        json_text_add(&list, text_of(name));
        text_buffer_add_string(&list, ",\"name\":");
        json_text_add(&list, item.name);
        text_buffer_add_string(&list, ",\"sha256\":");
        json_text_add(&list, item.sha256);
        text_buffer_printf(&list, ",\"size\":%lld,\"type\":", (long long)item.size);
        json_text_add(&list, vocabulary_code(&vocabulary_attachment_type, item.type));
        text_buffer_add_char(&list, '}');
    }
    text_buffer_add_string(&list, "]}\n");
    case_file_add(file, "attachments.json", text_buffer_text(&list));
    return FAULT_NONE;
}

/* --- the manifest ------------------------------------------------------------------------------- */

static void add_member(struct text_buffer *out, const char *name, struct text value)
{
    json_text_add(out, text_of(name));
    text_buffer_add_char(out, ':');
    json_text_add(out, value);
    text_buffer_add_char(out, ',');
}

/* Canonical JSON: members sorted, no white space. */
static struct text manifest(struct slow_context *context, const struct case_file *file,
                            const struct journal_whole *journal)
{
    const uint8_t *key = context->server->signing_secret + LOG_SECRET_LENGTH - LOG_KEY_LENGTH;
    struct text_buffer out = text_buffer_new(file->arena, 1024 + 160 * file->count);
    char id[UUID_TEXT_LENGTH];

    uuid_format(journal->complaint_id, id);
    text_buffer_add_char(&out, '{');
    add_member(&out, "algorithm", TEXT("ed25519"));
    add_member(&out, "complaint", (struct text){id, sizeof id});
    text_buffer_add_string(&out, "\"files\":[");
    for (size_t i = 0; i < file->count; i++) {
        text_buffer_add_string(&out, i ? ",{" : "{");
        add_member(&out, "name", text_of(file->parts[i].name));
        add_member(&out, "sha256", file->parts[i].sha256);
        text_buffer_printf(&out, "\"size\":%lld}", (long long)file->parts[i].size);
    }
    text_buffer_add_string(&out, "],");
    add_member(&out, "hash", TEXT("sha256"));
    add_member(&out, "journal_head",
               text_hex(file->arena, journal->head.bytes, sizeof journal->head.bytes));
    text_buffer_printf(&out, "\"journal_length\":%d,", journal->length);
    add_member(&out, "key", text_hex(file->arena, key, LOG_KEY_LENGTH));
    add_member(&out, "kind", TEXT("case file"));
    text_buffer_add_string(&out, "\"made_at\":");
    json_text_add_instant(&out, file->made_at);
    text_buffer_add_char(&out, ',');
    add_member(&out, "made_for", context->who.staff->login);
    add_member(&out, "number", journal->number);
    text_buffer_add_string(&out, "\"v\":1}");
    return text_buffer_text(&out);
}

void case_file_sign(struct slow_context *context, struct case_file *file,
                    const struct journal_whole *journal)
{
    struct text bytes = manifest(context, file, journal);
    unsigned char *signature = arena_bytes(file->arena, crypto_sign_BYTES);
    struct case_part *last;

    crypto_sign_detached(signature, NULL, (const unsigned char *)bytes.at, bytes.length,
                         context->server->signing_secret);
    case_file_add(file, "manifest.json", bytes);
    case_file_add(file, "manifest.sig", (struct text){(const char *)signature, crypto_sign_BYTES});
    /* To the front. */
    last = ARENA_ARRAY(file->arena, struct case_part, file->count);
    memcpy(last, file->parts + file->count - 2, 2 * sizeof *last);
    memcpy(last + 2, file->parts, (file->count - 2) * sizeof *last);
    file->parts = last;
}

/* --- sending ------------------------------------------------------------------------------------ */

int64_t case_file_length(const struct case_file *file)
{
    int64_t length = TAR_END;

    for (size_t i = 0; i < file->count; i++)
        length += TAR_BLOCK + file->parts[i].size + (int64_t)tar_padding(file->parts[i].size);
    return length;
}

static void add_zeros(struct text_buffer *out, size_t count)
{
    memset(text_buffer_reserve(out, count), 0, count);
    out->length += count;
}

static void add_header(const struct case_file *file, const struct case_part *part,
                       struct text_buffer *out)
{
    tar_header(part->name, part->size, file->made_at, text_buffer_reserve(out, TAR_BLOCK));
    out->length += TAR_BLOCK;
}

/* Bytes of an attachment, from the beginning of a chunk. */
static enum fault read_attached(struct slow_context *context, const struct case_file *file,
                                const struct case_part *part, size_t length, struct text *ret)
{
    switch (attachment_chunk(context->pg, context->worker->arena, file->complaint_id, part->file,
                             file->chunk, statement_deadline(context->server), ret)) {
    case STORE_DONE: return ret->length == length ? FAULT_NONE : FAULT_INTERNAL;
    case STORE_NONE:
    case STORE_REFUSED:
        log_line(LOG_ERROR, "an attached file cannot be read", LOG_ID("file", part->file));
        return FAULT_INTERNAL;
    default: return statement_fault(context);
    }
}

/* A chunk of a file; *ret_done: it was the last one. */
static enum fault add_chunk(struct slow_context *context, const struct case_file *file,
                            struct text_buffer *out, bool *ret_done)
{
    const struct case_part *part = &file->parts[file->at];
    int64_t from = (int64_t)file->chunk * ATTACHMENT_CHUNK, left = part->size - from;
    size_t length = left < (int64_t)ATTACHMENT_CHUNK ? (size_t)left : ATTACHMENT_CHUNK;
    struct text bytes;
    enum fault fault = FAULT_NONE;

    if (uuid_is_none(part->file))
        bytes = (struct text){part->bytes.at + from, length};
    else
        fault = read_attached(context, file, part, length, &bytes);
    if (!fault)
        text_buffer_add_text(out, bytes);
    *ret_done = left == (int64_t)length;
    return fault;
}

enum fault case_file_next(struct slow_context *context, struct case_file *file,
                          struct text_buffer *out)
{
    while (file->at < file->count && out->length < PIECE) {
        const struct case_part *part = &file->parts[file->at];
        bool done;
        if (file->chunk == 0)
            add_header(file, part, out);
        enum fault fault = add_chunk(context, file, out, &done);
        if (fault)
            return fault;
        file->chunk++;
        if (!done)
            continue;
        add_zeros(out, tar_padding(part->size));
        file->chunk = 0;
        if (++file->at == file->count)
            add_zeros(out, TAR_END);
    }
    return FAULT_NONE;
}
