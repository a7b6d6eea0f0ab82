#include "server/upload.h"

#include <string.h>

#include "lib/store/attachment_store.h"

struct upload *upload_new(struct arena *arena)
{
    struct upload *upload = ARENA_NEW(arena, struct upload);

    upload->arena = arena;
    crypto_hash_sha256_init(&upload->state);
    return upload;
}

size_t upload_take(struct upload *upload, const char *bytes, size_t length)
{
    if (!upload->buffer) /* a request that is refused before needs none */
        upload->buffer = arena_bytes(upload->arena, ATTACHMENT_CHUNK);
    size_t room = ATTACHMENT_CHUNK - upload->length;
    size_t taken = length < room ? length : room;

    memcpy(upload->buffer + upload->length, bytes, taken);
    upload->length += taken;
    upload->size += (int64_t)taken;
    return taken;
}

void upload_stored(struct upload *upload)
{
    crypto_hash_sha256_update(&upload->state, (const unsigned char *)upload->buffer,
                              upload->length);
    upload->chunks++;
    upload->length = 0;
}
