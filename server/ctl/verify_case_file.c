/* verify --case-file: the archive of one complaint, without server and database. */
#include <errno.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/tar.h"
#include "lib/complaint/journal.h"
#include "lib/complaint/merkle.h"
#include "server/ctl/verify_log.h"

#define KEPT_MAX ((int64_t)64 * 1024 * 1024) /* bytes of a file that is read and not only hashed */
#define FILES_MAX 1000

/* A file of the archive as it was found. */
struct found {
    const char *name;
    int64_t size;
    char sha256[2 * crypto_hash_sha256_BYTES + 1];
    struct text bytes; /* none: it is only hashed */
    bool listed;       /* the manifest names it */
};

struct archive {
    struct ctl *ctl;
    const struct verify_log *input;
    struct found *files;
    size_t count;
    size_t flaws;
    json_t *manifest;
};

static void __attribute__((format(printf, 2, 3)))
flaw(struct archive *archive, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    archive->flaws++;
}

/* --- reading ------------------------------------------------------------------------------------ */

static struct found *find(const struct archive *archive, const char *name)
{
    for (size_t i = 0; i < archive->count; i++)
        if (strcmp(archive->files[i].name, name) == 0)
            return &archive->files[i];
    return NULL;
}

/* What is looked into, and once only, so that no archive takes more memory than it should. */
static bool is_kept(const struct archive *archive, const struct found *file)
{
    static const char *const names[] = {"manifest.json", "manifest.sig", "journal.jsonl",
                                        "log-head.json"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(file->name, names[i]) == 0)
            return find(archive, file->name) == file && file->size <= KEPT_MAX;
    return false;
}

/* Reads so many bytes, which must be zeros. */
static bool read_zeros(FILE *in, size_t length)
{
    static const char zeros[TAR_BLOCK];
    char block[TAR_BLOCK];

    return fread(block, 1, length, in) == length && memcmp(block, zeros, length) == 0;
}

/* Hashes what follows a header, and keeps it if it is to be looked into. False: it is cut off, or
 * something is hidden behind it. */
static bool read_content(FILE *in, const struct archive *archive, struct found *ret)
{
    bool keep = is_kept(archive, ret);
    char *kept = keep ? arena_bytes(archive->ctl->arena, (size_t)ret->size + 1) : NULL;
    char buffer[65536];
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    int64_t left = ret->size;

    crypto_hash_sha256_init(&state);
    while (left > 0) {
        size_t wanted = left < (int64_t)sizeof buffer ? (size_t)left : sizeof buffer;
        if (fread(buffer, 1, wanted, in) != wanted)
            return false;
        crypto_hash_sha256_update(&state, (const unsigned char *)buffer, wanted);
        if (keep)
            memcpy(kept + (ret->size - left), buffer, wanted);
        left -= (int64_t)wanted;
    }
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(ret->sha256, sizeof ret->sha256, hash, sizeof hash);
    if (keep)
        ret->bytes = (struct text){kept, (size_t)ret->size};
    return read_zeros(in, tar_padding(ret->size));
}

/* After the first block of zeros: another one, and nothing but zeros up to the end. Else there are
 * programs that unpack what stands there. */
static bool read_end(FILE *in)
{
    int c = EOF;

    if (!read_zeros(in, TAR_BLOCK))
        return false;
    while ((c = getc(in)) == '\0')
        ;
    return c == EOF;
}

/* CTL_DONE, or CTL_FLAWS after saying where the archive is damaged. */
static int read_archive(struct archive *archive, FILE *in)
{
    struct arena *arena = archive->ctl->arena;
    char block[TAR_BLOCK], name[TAR_NAME_MAX + 1];
    int64_t size;

    archive->files = ARENA_ARRAY(arena, struct found, FILES_MAX);
    while (fread(block, 1, sizeof block, in) == sizeof block) {
        switch (tar_read(block, name, &size)) {
        case TAR_ZEROS:
            return read_end(in) ? CTL_DONE
                                : ctl_fail(CTL_FLAWS, "the end of the archive is damaged");
        case TAR_OTHER: break;
        case TAR_FILE:
            if (archive->count == FILES_MAX)
                return ctl_fail(CTL_FLAWS, "there are more than %d files", FILES_MAX);
            struct found *file = &archive->files[archive->count++];
            *file = (struct found){.name = arena_copy(arena, name, strlen(name)), .size = size};
            if (read_content(in, archive, file))
                continue;
            return ctl_fail(CTL_FLAWS, "%s: cut off, or something is hidden behind it", name);
        }
        return ctl_fail(CTL_FLAWS, "damaged after %s, or no archive of plain files",
                        archive->count ? archive->files[archive->count - 1].name : "its beginning");
    }
    return ctl_fail(CTL_FLAWS, "the end of the archive is missing");
}

/* A file's bytes; empty, which no file is, when it is missing, as was said then. */
static struct text bytes_of(const struct archive *archive, const char *name)
{
    const struct found *file = find(archive, name);

    return file && !text_is_none(file->bytes) ? file->bytes : TEXT("");
}

/* --- the manifest ------------------------------------------------------------------------------- */

static const char *member(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));

    return value ? value : "";
}

static bool is_known(const struct archive *archive, const uint8_t key[static LOG_KEY_LENGTH])
{
    for (size_t i = 0; i < archive->input->key_count; i++)
        if (memcmp(archive->input->keys[i], key, LOG_KEY_LENGTH) == 0)
            return true;
    return false;
}

/* Without a sound manifest nothing else is worth a look. */
static int check_manifest(struct archive *archive)
{
    struct text bytes = bytes_of(archive, "manifest.json");
    struct text signature = bytes_of(archive, "manifest.sig");
    bool good = false;

    for (size_t i = 0; i < archive->input->key_count && !good; i++)
        good = signature.length == crypto_sign_BYTES && bytes.length &&
               crypto_sign_verify_detached((const unsigned char *)signature.at,
                                           (const unsigned char *)bytes.at, bytes.length,
                                           archive->input->keys[i]) == 0;
    if (!good) {
        flaw(archive, "manifest.json: not signed as it is with a key that was given");
        return CTL_FLAWS;
    }
    archive->manifest = json_loadb(bytes.at, bytes.length, JSON_REJECT_DUPLICATES, NULL);
    if (strcmp(member(archive->manifest, "kind"), "case file") != 0 ||
        json_integer_value(json_object_get(archive->manifest, "v")) != 1)
        return ctl_fail(CTL_TROUBLE, "the manifest is of no kind that this program knows");
    return CTL_DONE;
}

static void check_files(struct archive *archive)
{
    size_t i;
    json_t *listed;

    json_array_foreach(json_object_get(archive->manifest, "files"), i, listed)
    {
        const char *name = member(listed, "name");
        struct found *file = find(archive, name);
        if (!file) {
            flaw(archive, "%s: missing", name);
            continue;
        }
        file->listed = true;
        if (file->size != json_integer_value(json_object_get(listed, "size")) ||
            strcmp(file->sha256, member(listed, "sha256")) != 0)
            flaw(archive, "%s: altered", name);
    }
    for (i = 0; i < archive->count; i++) {
        const struct found *file = &archive->files[i];
        bool manifest =
            strcmp(file->name, "manifest.json") == 0 || strcmp(file->name, "manifest.sig") == 0;
        if (find(archive, file->name) != file)
            flaw(archive, "%s: there twice", file->name);
        else if (!manifest && !file->listed)
            flaw(archive, "%s: added", file->name);
    }
}

/* --- the journal -------------------------------------------------------------------------------- */

struct entries {
    struct journal_stored *list;
    size_t count, attachments;
};

/* The log's head, if a key that was given signed it. */
static bool read_head(struct archive *archive, struct log_head *ret)
{
    struct text line = bytes_of(archive, "log-head.json");

    while (line.length && line.at[line.length - 1] == '\n')
        line.length--;
    if (log_head_read(archive->ctl->arena, line, ret) && log_head_sound(archive->ctl->arena, ret) &&
        is_known(archive, ret->key))
        return true;
    flaw(archive, "log-head.json: not signed as it is with a key that was given");
    return false;
}

static bool is_in_log(const json_t *line, const struct hash *hash, const struct log_head *head)
{
    struct hash proof[MERKLE_PROOF_MAX], leaf = merkle_leaf(hash);
    const json_t *list = json_object_get(line, "proof");
    size_t count = json_array_size(list);

    if (count > MERKLE_PROOF_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        const char *hex = json_string_value(json_array_get(list, i));
        if (!log_hex(text_of(hex), proof[i].bytes, sizeof proof[i].bytes))
            return false;
    }
    return merkle_includes(&leaf, json_integer_value(json_object_get(line, "n")), head->size, proof,
                           count, &head->root);
}

/* The file that an entry tells of is there, and the one that it tells of. */
static void check_attachment(struct archive *archive, const struct journal_stored *entry,
                             struct entries *entries)
{
    json_auto_t *bytes = json_loadb(entry->bytes.at, entry->bytes.length, 0, NULL);
    const json_t *facts = json_object_get(json_object_get(bytes, "detail"), "facts");
    char prefix[32];

    if (strcmp(member(bytes, "action"), "attachments") != 0)
        return;
    entries->attachments++;
    snprintf(prefix, sizeof prefix, "attachments/%04lld.",
             (long long)json_integer_value(json_object_get(facts, "number")));
    for (size_t i = 0; i < archive->count; i++)
        if (strncmp(archive->files[i].name, prefix, strlen(prefix)) == 0 &&
            strcmp(archive->files[i].sha256, member(facts, "sha256")) == 0)
            return;
    flaw(archive, "journal.jsonl: entry %d: %s* is not the file that was attached", entry->index,
         prefix);
}

static void take_line(struct archive *archive, struct text line, const struct log_head *head,
                      struct entries *entries)
{
    json_t *json = json_loadb(line.at, line.length, JSON_REJECT_DUPLICATES, NULL);
    const json_t *bytes = json_object_get(json, "bytes");
    struct journal_stored *entry = &entries->list[entries->count++];

    *entry = (struct journal_stored){
        .index = (int)json_integer_value(json_object_get(json, "index")),
        .bytes = text_copy(archive->ctl->arena,
                           (struct text){json_string_value(bytes), json_string_length(bytes)})};
    if (!log_hex(text_of(member(json, "hash")), entry->hash.bytes, sizeof entry->hash.bytes) ||
        text_is_none(entry->bytes))
        flaw(archive, "journal.jsonl: line %zu: no entry", entries->count);
    else if (!is_in_log(json, &entry->hash, head))
        flaw(archive, "journal.jsonl: entry %d: not proven to be in the signed log", entry->index);
    else
        check_attachment(archive, entry, entries);
    json_decref(json);
}

static const char *flaw_name(enum journal_flaw found)
{
    return found == JOURNAL_ALTERED     ? "altered"
           : found == JOURNAL_MISSING   ? "missing"
           : found == JOURNAL_REORDERED ? "reordered"
                                        : "unsound";
}

static void check_journal(struct archive *archive, struct entries *ret)
{
    struct text rest = bytes_of(archive, "journal.jsonl");
    struct log_head head;
    struct uuid id = UUID_NONE;
    struct hash journal_head = {{0}};
    size_t lines = 0, files = 0;
    int index = 0;

    for (size_t i = 0; i < rest.length; i++)
        lines += rest.at[i] == '\n';
    ret->list = ARENA_ARRAY(archive->ctl->arena, struct journal_stored, lines + 1);
    if (!read_head(archive, &head))
        return;
    while (rest.length) {
        const char *end = memchr(rest.at, '\n', rest.length);
        size_t length = end ? (size_t)(end - rest.at) : rest.length;
        take_line(archive, (struct text){rest.at, length}, &head, ret);
        length += end != NULL;
        rest = (struct text){rest.at + length, rest.length - length};
    }
    (void)uuid_parse(text_of(member(archive->manifest, "complaint")), &id);
    (void)log_hex(text_of(member(archive->manifest, "journal_head")), journal_head.bytes,
                  sizeof journal_head.bytes);
    enum journal_flaw found = journal_verify(
        archive->ctl->arena, id, ret->list, ret->count,
        (int)json_integer_value(json_object_get(archive->manifest, "journal_length")),
        &journal_head, &index);
    if (found != JOURNAL_SOUND)
        flaw(archive, "journal.jsonl: entry %d: %s", index, flaw_name(found));
    for (size_t i = 0; i < archive->count; i++)
        files += strncmp(archive->files[i].name, "attachments/", 12) == 0;
    if (files != ret->attachments)
        flaw(archive, "attachments: %zu files, %zu in the journal", files, ret->attachments);
}

int verify_case_file(struct ctl *ctl, const char *name, const struct verify_log *input)
{
    struct archive archive = {.ctl = ctl, .input = input};
    struct entries entries = {.list = NULL};
    FILE *in = fopen(name, "re");

    if (!in)
        return ctl_fail(CTL_TROUBLE, "%s cannot be read: %s", name, strerror(errno));
    int code = read_archive(&archive, in);
    fclose(in);
    if (code == CTL_DONE)
        code = check_manifest(&archive);
    if (code == CTL_DONE) {
        check_files(&archive);
        check_journal(&archive, &entries);
        if (archive.flaws == 0)
            printf("case file of %s made at %s for %s: %zu entries and %zu attachments: sound\n",
                   member(archive.manifest, "number"), member(archive.manifest, "made_at"),
                   member(archive.manifest, "made_for"), entries.count, entries.attachments);
        code = archive.flaws ? CTL_FLAWS : CTL_DONE;
    }
    json_decref(archive.manifest);
    return code;
}
