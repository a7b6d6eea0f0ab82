/* Files as they are sent: of any kind, in any parts, under any name; asked for in any range; and archives
 * that somebody else has made. */
#include <string.h>

#include "lib/base/tar.h"
#include "lib/complaint/attachment.h"
#include "lib/json/complaint_json.h"
#include "lib/store/attachment_store.h"
#include "server/file_type.h"
#include "server/range.h"
#include "server/upload.h"
#include "tests/fuzz/fuzz.h"

void fuzz_upload(struct text input, struct arena *arena);
void fuzz_archive(struct text input, struct arena *arena);

#define LONGEST (3 * (int64_t)ATTACHMENT_CHUNK) /* bytes of a file that is sent in parts */

/* --- the name ------------------------------------------------------------------------------------ */

/* Whatever a file is called, it is saved where it should be, as what it is, and the field that says so
 * is one field. */
static void hold_saved(struct arena *arena, const struct attachment_command *file)
{
    static const char begin[] = "attachment; filename=\"";
    struct text saved = attachment_file_name(arena, file->name, (enum attachment_type)file->type);
    struct text field = attachment_disposition(arena, file, 7);
    size_t quotes = 0;

    FUZZ_HOLDS(!memchr(saved.at, '/', saved.length) && !memchr(saved.at, '\\', saved.length));
    FUZZ_HOLDS(saved.length >= file->name.length && saved.at[0] != '.');
    FUZZ_HOLDS(
        text_equal(attachment_file_name(arena, saved, (enum attachment_type)file->type), saved));
    FUZZ_HOLDS(field.length > sizeof begin && memcmp(field.at, begin, sizeof begin - 1) == 0);
    for (size_t i = 0; i < field.length; i++) {
        FUZZ_HOLDS(field.at[i] >= ' ' && field.at[i] < 0x7f);
        quotes += field.at[i] == '"';
    }
    FUZZ_HOLDS(quotes == 2);
}

static void hold_name(struct arena *arena, struct text name)
{
    const struct query_pair pair = {TEXT("name"), name};
    struct violations violations = {.arena = arena};
    struct attachment_command file = {0};

    query_decode(&attachment_parameters, &pair, 1, arena, &violations, &file);
    if (violations.count == 0)
        check_attachment(&file, NULL, 0, &violations);
    fuzz_violations(&violations, arena);
    for (file.type = 0; violations.count == 0 && file.type < ATTACHMENT_TYPE_COUNT; file.type++)
        hold_saved(arena, &file);
}

/* --- what part is wanted ------------------------------------------------------------------------- */

static void hold_range(struct text range)
{
    static const int64_t lengths[] = {0, 1, 10, ATTACHMENT_CHUNK, ATTACHMENT_BYTES_MAX};

    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        int64_t from = -1, end = -1;
        switch (range_read(range, lengths[i], &from, &end)) {
        case RANGE_WHOLE: FUZZ_HOLDS(from == 0 && end == lengths[i]); break;
        case RANGE_PART: FUZZ_HOLDS(0 <= from && from < end && end <= lengths[i]); break;
        case RANGE_BEYOND: break;
        }
    }
}

/* --- what it holds ------------------------------------------------------------------------------- */

static void hold_type(struct text content)
{
    int once = -2, again = -2;

    FUZZ_HOLDS(file_type_find(content.at, content.length, &once));
    FUZZ_HOLDS(once == TERM_NONE || (once >= 0 && once < ATTACHMENT_TYPE_COUNT));
    FUZZ_HOLDS(file_type_find(content.at, content.length, &again) && again == once);
}

/* The content over and over, up to a length, in parts of one size at most: as server/http.c takes it. */
static void hold_parts(struct arena *arena, struct text content, int64_t length, size_t part)
{
    struct upload *upload = upload_new(arena);
    crypto_hash_sha256_state state;
    unsigned char wanted[crypto_hash_sha256_BYTES], hash[sizeof wanted];
    int64_t left = length;

    crypto_hash_sha256_init(&state);
    while (left > 0) {
        size_t size = (int64_t)part < left ? part : (size_t)left;
        crypto_hash_sha256_update(&state, (const unsigned char *)content.at, size);
        for (size_t taken = 0; taken < size;) {
            taken += upload_take(upload, content.at + taken, size - taken);
            FUZZ_HOLDS(upload->length <= ATTACHMENT_CHUNK);
            if (taken < size) {
                FUZZ_HOLDS(upload->length == ATTACHMENT_CHUNK);
                upload_stored(upload);
            }
        }
        left -= (int64_t)size;
    }
    upload_stored(upload);
    crypto_hash_sha256_final(&state, wanted);
    crypto_hash_sha256_final(&upload->state, hash);
    FUZZ_HOLDS(upload->size == length && memcmp(hash, wanted, sizeof hash) == 0);
    FUZZ_HOLDS(upload->chunks == (length ? (length - 1) / (int64_t)ATTACHMENT_CHUNK + 1 : 1));
}

static struct text take_line(struct text *rest)
{
    const char *end = rest->length ? memchr(rest->at, '\n', rest->length) : NULL;
    struct text line = {rest->at, end ? (size_t)(end - rest->at) : rest->length};
    size_t taken = line.length + (end != NULL);

    *rest = (struct text){rest->at + taken, rest->length - taken};
    return line;
}

/* The length in which it is sent and the size of a part, three bytes each; a line with its name, one with
 * a range; then what it holds. */
void fuzz_upload(struct text input, struct arena *arena)
{
    int64_t length = fuzz_take_number(&input, 3) % LONGEST;
    size_t part = 1 + (size_t)fuzz_take_number(&input, 3);

    hold_name(arena, take_line(&input));
    hold_range(take_line(&input));
    hold_type(input);
    part = part < input.length ? part : input.length;
    if (part * 1000 > (size_t)length) /* or it takes too long */
        hold_parts(arena, input, length, part);
}

/* --- archives ------------------------------------------------------------------------------------- */

/* What is read of a header is what we could have written. */
static void hold_header(const char block[static TAR_BLOCK], int64_t *ret_size)
{
    char name[TAR_NAME_MAX + 1] = "", again[TAR_NAME_MAX + 1], written[TAR_BLOCK];
    int64_t size = -1, size_again = -1;

    *ret_size = 0;
    if (tar_read(block, name, &size) != TAR_FILE)
        return;
    FUZZ_HOLDS(*name && size >= 0 && (size + (int64_t)tar_padding(size)) % TAR_BLOCK == 0);
    for (const char *at = name; *at; at++)
        FUZZ_HOLDS(*at > ' ' && *at < 0x7f);
    *ret_size = size;
    if (size >> 33)
        return; /* more than 8 GiB */
    tar_header(name, size, 0, written);
    FUZZ_HOLDS(tar_read(written, again, &size_again) == TAR_FILE);
    FUZZ_HOLDS(strcmp(name, again) == 0 && size == size_again);
}

void fuzz_archive(struct text input, struct arena *arena)
{
    char block[TAR_BLOCK];
    (void)arena;

    while (input.length >= sizeof block) {
        int64_t size;
        memcpy(block, input.at, sizeof block);
        hold_header(block, &size);
        int64_t taken = (int64_t)sizeof block + size + (int64_t)tar_padding(size);
        if (taken > (int64_t)input.length)
            break;
        input = (struct text){input.at + taken, input.length - (size_t)taken};
    }
}
