#include "server/file_type.h"

#include <magic.h>

#include "lib/complaint/attachment.h"

/* Anew for each file, as a handle belongs to one thread; it takes a millisecond or two. */
bool file_type_find(const char *bytes, size_t length, int *ret)
{
    magic_t magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF);
    const char *name =
        magic && magic_load(magic, NULL) == 0 ? magic_buffer(magic, bytes, length) : NULL;

    if (name)
        *ret = attachment_type_named(text_of(name));
    bool found = name != NULL;
    if (magic)
        magic_close(magic);
    return found;
}
