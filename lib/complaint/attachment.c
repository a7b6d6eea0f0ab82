#include "lib/complaint/attachment.h"

#include <strings.h>

#include "lib/complaint/change.h"

/* By enum attachment_type. */
static const struct {
    const char *media_type, *also; /* also: another name of libmagic's for it; NULL: none */
    const char *ending, *other_ending;
} types[ATTACHMENT_TYPE_COUNT] = {
    [ATTACHMENT_PDF] = {"application/pdf", NULL, ".pdf", NULL},
    [ATTACHMENT_JPEG] = {"image/jpeg", NULL, ".jpg", ".jpeg"},
    [ATTACHMENT_PNG] = {"image/png", NULL, ".png", NULL},
    [ATTACHMENT_GIF] = {"image/gif", NULL, ".gif", NULL},
    [ATTACHMENT_WEBP] = {"image/webp", NULL, ".webp", NULL},
    [ATTACHMENT_TIFF] = {"image/tiff", NULL, ".tif", ".tiff"},
    [ATTACHMENT_HEIC] = {"image/heic", NULL, ".heic", NULL},
    [ATTACHMENT_DOCX] = {"application/"
                         "vnd.openxmlformats-officedocument.wordprocessingml.document",
                         NULL, ".docx", NULL},
    [ATTACHMENT_XLSX] = {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", NULL,
                         ".xlsx", NULL},
    [ATTACHMENT_ODT] = {"application/vnd.oasis.opendocument.text", NULL, ".odt", NULL},
    [ATTACHMENT_ODS] = {"application/vnd.oasis.opendocument.spreadsheet", NULL, ".ods", NULL},
    [ATTACHMENT_TEXT] = {"text/plain", "text/csv", ".txt", ".csv"},
    [ATTACHMENT_WAV] = {"audio/wav", "audio/x-wav", ".wav", NULL},
    [ATTACHMENT_MP3] = {"audio/mpeg", NULL, ".mp3", NULL},
    [ATTACHMENT_M4A] = {"audio/mp4", "audio/x-m4a", ".m4a", NULL},
    [ATTACHMENT_AMR] = {"audio/amr", NULL, ".amr", NULL},
    [ATTACHMENT_MP4] = {"video/mp4", NULL, ".mp4", NULL},
};

void check_attachment(const void *input,
                      const struct institution *institution __attribute__((unused)),
                      instant at __attribute__((unused)), struct violations *violations)
{
    const struct attachment_command *command = input;
    struct text name = command->name;

    if (text_is_none(name))
        return; /* a violation of its own */
    if (!memchr(name.at, '/', name.length) && !memchr(name.at, '\\', name.length) &&
        name.at[0] != '.' && name.at[name.length - 1] != '.')
        return;
    violation_add(violations, "name", "no_path",
                  "The name of a file alone: without / and \\, and no dot at its beginning or end.",
                  "只能是文件名：不得含有 / 或 \\，首尾不得为点号。");
}

static bool is_named(struct text name, const char *other)
{
    return other && strlen(other) == name.length && strncasecmp(name.at, other, name.length) == 0;
}

int attachment_type_named(struct text media_type)
{
    for (int type = 0; type < ATTACHMENT_TYPE_COUNT; type++)
        if (is_named(media_type, types[type].media_type) || is_named(media_type, types[type].also))
            return type;
    return TERM_NONE;
}

const char *attachment_media_type(enum attachment_type type)
{
    return types[type].media_type;
}

static bool ends_with(struct text name, const char *ending)
{
    size_t length = ending ? strlen(ending) : 0;

    return length && name.length > length &&
           strncasecmp(name.at + name.length - length, ending, length) == 0;
}

struct text attachment_file_name(struct arena *arena, struct text name, enum attachment_type type)
{
    if (ends_with(name, types[type].ending) || ends_with(name, types[type].other_ending))
        return name;
    return text_printf(arena, "%.*s%s", TEXT_ARG(name), types[type].ending);
}

struct text attachment_disposition(struct arena *arena, const struct attachment_command *file,
                                   int number)
{
    enum attachment_type type = (enum attachment_type)file->type;
    struct text name = attachment_file_name(arena, file->name, type);
    struct text_buffer out = text_buffer_new(arena, 3 * name.length + 80);

    text_buffer_printf(&out, "attachment; filename=\"attachment-%d%s\"; filename*=UTF-8''", number,
                       types[type].ending);
    text_buffer_add_encoded(&out, name);
    return text_buffer_text(&out);
}

enum fault attachment_room(const struct complaint *complaint, int64_t size)
{
    return complaint->attachments >= ATTACHMENTS_MAX ||
                   complaint->attachment_bytes + size > ATTACHMENTS_BYTES_MAX
               ? FAULT_ATTACHMENTS_FULL
               : FAULT_NONE;
}

/* What is shown of the name is masked, like other free texts. */
enum fault lifecycle_attachments(const struct situation *situation, const void *input,
                                 struct change *ret)
{
    const struct attachment_command *command = input;
    const struct complaint *before = situation->before;
    struct attachment_command *item = ARENA_NEW(situation->arena, struct attachment_command);
    struct change change;
    enum fault fault = attachment_room(before, command->size);

    if (!fault && uuid_is_none(command->id)) /* the answer for which nothing was stored has gone */
        fault = FAULT_BUSY;
    if (fault)
        return fault;
    *item = *command;
    change_begin(situation, ACTION_ATTACHMENTS, &change);
    change_item(situation, &change, ++change.after.attachments, item);
    change.after.attachment_bytes += command->size;
    change.attached = command->id;
    change_fact_term(situation, &change, "type", &vocabulary_attachment_type, command->type);
    change_fact_number(situation, &change, "size", command->size);
    change_fact_text(situation, &change, "sha256", command->sha256);
    item->name = change_text(situation, &change, "name", command->name);
    *ret = change;
    return FAULT_NONE;
}
